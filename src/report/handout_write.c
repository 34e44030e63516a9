/* Handing out: made whole, entered, and only then written. */
#include <stdlib.h>
#include <string.h>

#include "base/language.h"
#include "report/handout.h"
#include "report/phrases.h"
#include "report/report_all.h"
#include "report/report_formats.h"

static void say_option(struct buffer *what, const char *name, const char *value)
{
	if (value)
		buffer_append_format(what, " --%s %s", name, value);
}

/* In one form, however it was typed, so that a second person is asked about the same. */
static void what_write(struct handout *handout, const struct qorgan_report *report, size_t format)
{
	const struct report_format about = report_format_at(format);
	struct buffer *what = &handout->what;
	char page[16];

	buffer_append_format(what, "qorgan report %s%s%s", report->kind ? report->kind : "status", report->object ? " " : "",
	                     report->object ? report->object : "");
	say_option(what, "for", handout->to);
	say_option(what, "period", handout->period);
	say_option(what, "as-of", report->as_of ? report->as_of : handout->as_of);
	say_option(what, "compare", report->compare);
	say_option(what, "domain", report->domain);
	say_option(what, "state", report->state);
	for (size_t i = 0; i < report->filter_count; i++) {
		say_option(what, "filter", report->filters[i].name);
		if (report->filters[i].value)
			buffer_append_format(what, "=%s", report->filters[i].value);
	}
	say_option(what, "columns", report->shown);
	say_option(what, "picture", report->picture);
	snprintf(page, sizeof page, "%u", report->page);
	say_option(what, "page", report->page ? page : NULL);
	buffer_append_format(what, " -f %s", qorgan_report_formats[format]);
	if (!about.for_programs)
		say_option(what, "lang", say_language() ? language_tag(say_language()) : "en");
}

static void what_write_all(struct handout *handout, const struct qorgan_report_all *asked)
{
	struct buffer *what = &handout->what;

	buffer_append_text(what, "qorgan report --all DIR");
	say_option(what, "for", handout->to);
	say_option(what, "period", handout->period);
	say_option(what, "as-of", asked->as_of ? asked->as_of : handout->as_of);
	if (asked->formats)
		buffer_append_format(what, " -f %s", asked->formats);
	say_option(what, "lang", asked->languages);
	say_option(what, "dossiers", asked->dossiers);
}

static int check_audience(const char *audience, struct qorgan_error *error)
{
	if (audience)
		return QORGAN_OK;
	return error_set(error, QORGAN_USAGE, "a report is handed out to somebody: say for whom it is, with --for");
}

/* In memory: the report as it is to be written. */
static int report_make(struct handout *handout, const struct qorgan_report *report, char **data, size_t *size,
                       struct qorgan_error *error)
{
	const struct report_look look = report_look(report);
	struct report_model model = { 0 };
	size_t format = 0;
	FILE *to = open_memstream(data, size);
	int code = to ? report_compute(handout->store, report, &model, &format, error) : error_set_memory(error);

	if (!code)
		code = report_render(&model, format, &look, to, error);
	if (to && fclose(to) && !code)
		code = error_set_memory(error);
	if (!code)
		code = handout_see(handout, &model, format, &look, error);
	if (!code) {
		handout_sum(handout, *data, *size);
		handout->files = 1;
		what_write(handout, report, format);
	}
	say_in(NULL);
	arena_free(&model.arena);
	return code;
}

int qorgan_report_hand_out(struct qorgan_store *store, const struct qorgan_report *report,
                           const struct qorgan_handing *how, FILE *to, struct qorgan_handed *handed,
                           struct qorgan_error *error)
{
	struct handout handout = { 0 };
	char *data = NULL;
	size_t size = 0;
	int code = check_audience(report->audience, error);

	if (!code)
		code = handout_open(&handout, store, how, error);
	if (!code)
		code = report_make(&handout, report, &data, &size, error);
	if (!code)
		code = handout_enter(&handout, handed, error);
	if (!code && (fwrite(data, 1, size, to) != size || fflush(to)))
		code = error_set_system(error, QORGAN_IO, "the release was logged but not finished; it is %s: make the report again",
		                        handed->id);
	free(data);
	handout_close(&handout);
	return code;
}

int qorgan_report_all_hand_out(struct qorgan_store *store, const struct qorgan_report_all *asked,
                               const struct qorgan_handing *how, struct qorgan_handed *handed,
                               struct qorgan_error *error)
{
	struct handout handout = { 0 };
	int code = check_audience(asked->audience, error);

	if (!code)
		code = handout_open(&handout, store, how, error);
	if (!code)
		code = report_all_write(store, asked, &handout, error);
	if (!code) {
		what_write_all(&handout, asked);
		code = handout_enter(&handout, handed, error);
	}
	handout_close(&handout);
	return code;
}
