/* Reports: what is asked for is understood, computed once, and rendered. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "crypto/note.h"
#include "record/reader.h"
#include "record/suggest.h"
#include "register/parties.h"
#include "report/compute.h"
#include "report/frame.h"
#include "report/phrases.h"
#include "report/render.h"
#include "report/report_formats.h"
#include "report/report_pictures.h"
#include "store/vault.h"

#define DEFAULT_COLUMNS 80
#define DAY_SECONDS 86400

/* ---- The table: kind by format ------------------------------------------------- */

/* Each kind: its name, and what computes it. */
#define KINDS(ROW)                         \
	ROW(REPORT_STATUS, status, status)     \
	ROW(REPORT_REGISTER, register, register) \
	ROW(REPORT_MATRIX, matrix, matrix)     \
	ROW(REPORT_CHANGES, changes, changes)  \
	ROW(REPORT_DUE, due, due)              \
	ROW(REPORT_SUMMARY, summary, summary)  \
	ROW(REPORT_MEASURE, measure, dossier)  \
	ROW(REPORT_RISK, risk, dossier)        \
	ROW(REPORT_DOMAIN, domain, dossier)    \
	ROW(REPORT_STATE, state, dossier)

/* Each format: its name (render_NAME writes it), whether it holds all of every
 * list, whether it shows every measure, which kinds of report it has, and whether it is
 * other than text. */
#define FORMATS(ROW)                                                                   \
	ROW(text, false, ROWS_NONE, ALL_KINDS, false)                                      \
	ROW(csv, true, ROWS_ONLY, (1u << REPORT_SUMMARY) - 1, false)                         \
	ROW(json, true, ROWS_NONE, ALL_KINDS, false)                                       \
	ROW(md, true, ROWS_TOO, ALL_KINDS, false)                                          \
	ROW(html, true, ROWS_TOO, ALL_KINDS, false)                                        \
	ROW(pdf, true, ROWS_TOO, ALL_KINDS, true)                                          \
	ROW(xlsx, true, ROWS_TOO, ALL_KINDS, true)                                         \
	ROW(ics, true, ROWS_TOO, 1u << REPORT_STATUS | 1u << REPORT_DUE, false)            \
	ROW(oscal, true, ROWS_TOO, 1u << REPORT_STATUS | 1u << REPORT_REGISTER, false)     \
	ROW(svg, true, ROWS_TOO, REPORT_PICTURE_KINDS, false)                              \
	ROW(png, true, ROWS_TOO, REPORT_PICTURE_KINDS, true)
#define ALL_KINDS ((1u << REPORT_KINDS) - 1)

#define KIND_NAME(kind, name, computed) [kind] = #name,
#define KIND_COMPUTE(kind, name, computed) [kind] = compute_##computed,
#define FORMAT_NAME(name, complete, rows, kinds, binary) #name,
#define FORMAT_ROW(name, complete, rows, kinds, binary) { render_##name, complete, rows, kinds, binary },

const char *const qorgan_report_kinds[] = { KINDS(KIND_NAME) NULL };
const char *const qorgan_report_formats[] = { FORMATS(FORMAT_NAME) NULL };
static int (*const computations[])(struct compute *, struct qorgan_error *) = { KINDS(KIND_COMPUTE) };
static const struct format {
	render_report render;
	bool complete;
	enum measure_rows rows;
	unsigned kinds; /* bits */
	bool binary;
} formats[] = { FORMATS(FORMAT_ROW) };

/* What programs read says the same in every language, but for the texts of the store. */
static bool is_for_programs(const struct format *format)
{
	return format->render == render_csv || format->render == render_json || format->render == render_oscal;
}

/* One picture of it, where others hold all of the report. */
static bool is_picture(const struct format *format)
{
	return format->render == render_svg || format->render == render_png;
}

_Static_assert(sizeof computations / sizeof computations[0] == REPORT_KINDS, "every kind can be computed");

static bool has_frame(const struct format *format)
{
	return format->render != render_csv && format->render != render_oscal;
}

/* The place of a word in a list; otherwise an error that names what is possible. */
static int find_word(const char *what, const char *word, const char *const *words, size_t *place,
                     struct qorgan_error *error)
{
	struct suggestion suggestion = { .word = word };
	struct buffer known = { 0 };
	char nearest[SUGGEST_TEXT_SIZE];

	for (size_t i = 0; words[i]; i++) {
		if (strcmp(word, words[i]) == 0) {
			*place = i;
			buffer_free(&known);
			return QORGAN_OK;
		}
		suggest_offer(&suggestion, words[i]);
		buffer_append_format(&known, "%s%s", i ? ", " : "", words[i]);
	}
	suggest_format(&suggestion, nearest);
	int code = error_set(error, QORGAN_BAD_DATA, "\"%.40s\" is not a %s%s (%s)", word, what, nearest,
	                     buffer_text(&known));
	buffer_free(&known);
	return code;
}

int report_format_find(const char *name, size_t *format, struct qorgan_error *error)
{
	return find_word("format of reports", name, qorgan_report_formats, format, error);
}

/* ---- What it looks at ------------------------------------------------------------ */

/* A day, meaning its end, or a moment. */
static int read_as_of(struct compute *compute, const char *text, int64_t now, struct qorgan_error *error)
{
	struct report_model *model = compute->model;
	date_day day;

	compute->recorded = INT64_MAX;
	if (!text) {
		model->as_of = compute_day(compute, time_date(now));
		return QORGAN_OK;
	}
	if (date_parse(span_of(text), &day)) {
		compute->recorded = ((int64_t)day + 1) * DAY_SECONDS - 1;
		model->as_of = compute_day(compute, day);
		return QORGAN_OK;
	}
	if (time_parse(span_of(text), &compute->recorded)) {
		char moment[TIME_TEXT_SIZE];
		time_format(compute->recorded, moment);
		model->as_of = arena_text(compute->arena, span_of(moment));
		return QORGAN_OK;
	}
	return error_set(error, QORGAN_BAD_DATA,
	                 "\"%.40s\" is neither a date nor a moment: write 2026-06-30 or 2026-06-30T12:00:00Z", text);
}

static struct report_period name_period(struct compute *compute, const struct period_named *named)
{
	return (struct report_period){ arena_text(compute->arena, span_of(named->label)),
		                           compute_day(compute, named->period.from), compute_day(compute, named->period.to) };
}

/* Another period than the one before, with whose end the report compares. */
static int read_compared(struct compute *compute, const struct period_book *book, const char *text, date_day last,
                         struct qorgan_error *error)
{
	int code = period_find(book, text, last, &compute->previous, error);

	if (!code && compute->previous.period.to >= compute->period.period.from)
		code = error_set(error, QORGAN_USAGE, "%s does not end before %s begins: compare with an earlier period",
		                 compute->previous.label, compute->period.label);
	return code;
}

static int read_period(struct compute *compute, const char *text, const char *compared, int64_t now,
                       struct qorgan_error *error)
{
	struct period_book *book = NULL;
	date_day last = time_date(now);
	int code = period_book_load(compute->view, &book, error);

	if (!code && compute->recorded < now)
		last = time_date(compute->recorded);
	if (!code)
		code = period_find(book, text, last, &compute->period, error);
	if (!code)
		compute->previous = period_name_previous(book, &compute->period);
	if (!code && compared)
		code = read_compared(compute, book, compared, last, error);
	if (!code) {
		date_day earlier = compared ? compute->previous.period.to : compute->period.period.from - 1;
		compute->from = compute->period.period.from;
		compute->cut_off = last < compute->period.period.to ? last : compute->period.period.to;
		compute->earlier = earlier < compute->cut_off ? earlier : compute->cut_off;
		compute->model->period = name_period(compute, &compute->period);
		compute->model->previous = name_period(compute, &compute->previous);
		compute->model->cut_off = compute_day(compute, compute->cut_off);
	}
	period_book_free(book);
	return code;
}

static int offer_id(void *context, struct vault_record *record, struct qorgan_error *error)
{
	struct compute *compute = context;

	(void)error;
	const char **id = arena_add(compute->arena, &compute->known);
	if (id)
		*id = arena_text(compute->arena, record->record.id);
	return QORGAN_OK;
}

/* The id of an object, or why there is none: with the nearest. */
static int read_id(struct compute *compute, const char *kind, const char *text, char id[RECORD_ID_LIMIT],
                   struct qorgan_error *error)
{
	const struct schema *schema = schema_find(kind, strlen(kind));
	struct suggestion suggestion = { .word = text };
	char nearest[SUGGEST_TEXT_SIZE];
	struct vault_place place;

	if (strlen(text) < RECORD_ID_LIMIT) {
		int code = vault_find(compute->view, schema, span_of(text), &place, error);
		if (code != QORGAN_ABSENT) {
			strcpy(id, text);
			return code;
		}
	}
	int code = vault_scan(compute->view, schema, offer_id, compute, error);
	if (code)
		return code;
	for (size_t i = 0; i < compute->known.count; i++)
		suggest_offer(&suggestion, compute->known.items[i]);
	suggest_format(&suggestion, nearest);
	return error_set(error, QORGAN_ABSENT, "there is no %s \"%.40s\"%s", kind, text, nearest);
}

static int read_domain(struct compute *compute, const char *text, struct qorgan_error *error)
{
	int code = read_id(compute, "domain", text, compute->only_domain, error);

	compute->model->only_domain = arena_text(compute->arena, span_of(compute->only_domain));
	return code;
}

static int read_state(struct compute *compute, const char *text, struct qorgan_error *error)
{
	struct parties *parties = NULL;
	char found[RECORD_NAME_LIMIT];
	bool observer = false;
	int code = parties_load(compute->view, &parties, error);

	if (!code && parties_find(parties, span_of(text), found, &observer) && !observer) {
		strcpy(compute->only_state, found);
		compute->model->only_state = arena_text(compute->arena, span_of(found));
	} else if (!code) {
		code = parties_refuse(parties, span_of(text), false, error);
	}
	parties_free(parties);
	return code;
}

/* What a dossier is of. */
static int read_object(struct compute *compute, const char *text, struct qorgan_error *error)
{
	struct report_model *model = compute->model;
	int code;

	switch (model->kind) {
	case REPORT_MEASURE:
		code = read_id(compute, "measure", text, compute->only_measure, error);
		break;
	case REPORT_RISK:
		code = read_id(compute, "risk", text, compute->only_risk, error);
		break;
	case REPORT_DOMAIN:
		code = read_domain(compute, text, error);
		break;
	default:
		code = read_state(compute, text, error);
		text = compute->only_state;
		break;
	}
	model->object = arena_text(compute->arena, span_of(text));
	return code;
}

/* The newest checkpoint: by it a reader can tell which log the report was made of. */
static int read_checkpoint(struct compute *compute, struct qorgan_error *error)
{
	struct report_model *model = compute->model;
	struct buffer note = { 0 }, root = { 0 };
	struct checkpoint checkpoint;
	int code = vault_checkpoint(compute->view, &note, error);
	const char *blank = strstr(buffer_text(&note), "\n\n"); /* the signatures follow */
	struct span text = { note.data, blank ? (size_t)(blank + 1 - note.data) : 0 };

	if (code == QORGAN_ABSENT)
		code = QORGAN_OK; /* of a store without a commit */
	else if (!code && checkpoint_parse(text, &checkpoint)) {
		for (size_t i = 0; i < sizeof checkpoint.root; i++)
			buffer_append_format(&root, "%02x", checkpoint.root[i]);
		compute->arena->failed |= root.failed;
		model->root = arena_text(compute->arena, buffer_span(&root));
		model->origin = arena_text(compute->arena, span_of(checkpoint.origin));
		model->leaves = checkpoint.size;
	}
	buffer_free(&note);
	buffer_free(&root);
	return code;
}

/* From then on the view holds what may go to that state alone. */
static int read_audience(struct compute *compute, const char *name, struct qorgan_error *error)
{
	struct vault_record record = { 0 };
	struct span title;
	int code = audience_open(compute->view, vault_state(compute->vault), name, &compute->audience, error);

	if (code)
		return code;
	compute->model->audience = arena_text(compute->arena, span_of(audience_id(compute->audience)));
	code = vault_get(compute->view, schema_find("state", 5), span_of(compute->model->audience), 0, &record, error);
	if (!code && reader_find(record.record.body, "title", &title))
		compute->model->audience_title = compute_text(compute, title);
	vault_record_free(&record);
	return code == QORGAN_ABSENT ? QORGAN_OK : code; /* its own record need not go there, and its code says enough */
}

/* A final report names the version of the store that was approved: its checkpoint. */
static int approve(struct compute *compute, int64_t now, struct qorgan_error *error)
{
	struct report_model *model = compute->model;

	if (model->frame.stage != REPORT_FINAL)
		return QORGAN_OK;
	if (!*model->root)
		return error_set(error, QORGAN_ABSENT, "a final report names the version that was approved, and this store has "
		                 "none yet: record something first");
	model->frame.approved_on = compute_day(compute, time_date(now));
	return QORGAN_OK;
}

static int prepare(struct compute *compute, const struct qorgan_report *report, struct qorgan_error *error)
{
	struct report_model *model = compute->model;
	int64_t now = vault_now(compute->vault);
	char generated[TIME_TEXT_SIZE];

	time_format(now, generated);
	model->generated = arena_text(compute->arena, span_of(generated));
	model->state = arena_text(compute->arena, span_of(vault_state(compute->vault)));
	model->state_title = model->catalogue = model->catalogue_title = model->notice = model->marking = "";
	model->catalogue_from = "";
	model->origin = model->root = model->only_domain = model->only_state = "";
	model->audience = model->audience_title = model->object = model->object_title = "";
	frame_copy(report->frame, compute->arena, &model->frame);
	int code = vault_view_begin(compute->vault, &compute->view, error);
	if (!code && report->audience)
		code = read_audience(compute, report->audience, error);
	if (!code)
		code = read_as_of(compute, report->as_of, now, error);
	if (!code)
		code = read_period(compute, report->period, report->compare, now, error);
	if (!code && report->object)
		code = read_object(compute, report->object, error);
	if (!code && report->domain)
		code = read_domain(compute, report->domain, error);
	if (!code && report->state)
		code = read_state(compute, report->state, error);
	if (!code)
		code = read_checkpoint(compute, error);
	if (!code)
		code = approve(compute, now, error);
	if (!code)
		code = compute_reference(compute, error);
	if (!code && compute->audience)
		audience_end_layout(compute->audience);
	return code;
}

static void release(struct compute *compute)
{
	parties_free(compute->parties);
	audience_close(compute->audience);
	vault_view_end(compute->view);
	status_index_free(compute->statuses);
	receipt_index_free(compute->receipts);
	level_scale_free(&compute->scale);
	id_set_free(&compute->domain_ids);
	id_set_free(&compute->risk_ids);
	buffer_free(&compute->scratch);
}

static int refuse_kind(size_t kind, size_t format, struct qorgan_error *error)
{
	struct buffer known = { 0 };

	for (size_t i = 0; i < REPORT_KINDS; i++)
		if (formats[format].kinds & 1u << i)
			buffer_append_format(&known, "%s%s", known.size ? ", " : "", qorgan_report_kinds[i]);
	int code = error_set(error, QORGAN_USAGE, "there is no report \"%s\" in the format %s, which is for: %s",
	                     qorgan_report_kinds[kind], qorgan_report_formats[format], buffer_text(&known));
	buffer_free(&known);
	return code;
}

int compute_model(struct qorgan_store *store, const struct qorgan_report *report, enum report_kind kind, bool complete,
                  enum measure_rows rows, struct report_model *model, struct qorgan_error *error)
{
	struct compute compute = { .vault = store, .model = model, .arena = &model->arena, .marking_rank = -1 };

	model->kind = kind;
	model->joint = report->joint;
	model->kind_name = qorgan_report_kinds[kind];
	compute.complete = complete;
	compute.rows = rows;
	compute.languages = vault_languages(store);
	compute.wording = (struct wording){ compute.languages, say_language() };
	compute.only_domain_index = COMPUTE_NONE;
	id_set_start(&compute.domain_ids);
	id_set_start(&compute.risk_ids);
	int code = prepare(&compute, report, error);
	if (!code)
		code = computations[kind](&compute, error);
	release(&compute); /* from here on the store is not needed */
	return !code && model->arena.failed ? error_set_memory(error) : code;
}

bool qorgan_report_is_binary(const char *format)
{
	for (size_t i = 0; qorgan_report_formats[i]; i++)
		if (strcmp(format, qorgan_report_formats[i]) == 0)
			return formats[i].binary;
	return false;
}

struct report_format report_format_at(size_t format)
{
	return (struct report_format){ formats[format].complete, formats[format].rows, formats[format].kinds,
		                           is_for_programs(&formats[format]), is_picture(&formats[format]) };
}

int report_render(const struct report_model *model, size_t format, const struct report_look *look, FILE *to,
                  struct qorgan_error *error)
{
	struct render_output output = { .file = to };

	formats[format].render(model, look, &output);
	render_finish(&output);
	if (output.error.code && error)
		*error = output.error;
	if (output.error.code)
		return output.error.code;
	return output.failed ? error_set_system(error, QORGAN_IO, "the report could not be written") : QORGAN_OK;
}

/* A dossier is of one object, and of nothing narrower; the other kinds are of many. */
static int check_object(const struct qorgan_report *report, enum report_kind kind, struct qorgan_error *error)
{
	const char *name = qorgan_report_kinds[kind];

	if (!REPORT_IS_DOSSIER(kind))
		return report->object ? error_set(error, QORGAN_USAGE, "the report \"%s\" is of no single object: leave out \"%.40s\"",
		                                  name, report->object)
		                      : QORGAN_OK;
	if (!report->object)
		return error_set(error, QORGAN_USAGE, "say of which %s the dossier is to be: qorgan report %s ID", name, name);
	if (report->domain || report->state)
		return error_set(error, QORGAN_USAGE, "a dossier is of its %s: leave out --domain and --state", name);
	return QORGAN_OK;
}

/* Before anything is computed: whether the picture that is asked for is one. */
static int check_picture(const struct qorgan_report *report, enum report_kind kind, size_t format,
                         struct qorgan_error *error)
{
	const struct report_picture *picture;

	if (is_picture(&formats[format]))
		return report_picture_find(report->picture, kind, &picture, error);
	if (report->picture || report->page)
		return error_set(error, QORGAN_USAGE, "a picture alone is written as svg or png, not as %s: say -f svg",
		                 qorgan_report_formats[format]);
	return QORGAN_OK;
}

int qorgan_report_write(struct qorgan_store *store, const struct qorgan_report *report, FILE *to,
                        struct qorgan_error *error)
{
	struct report_model model = { 0 };
	struct report_look look = { report->colour, report->columns ? report->columns : DEFAULT_COLUMNS, report->picture,
		                        report->page };
	size_t kind, format;
	int code = find_word("kind of report", report->kind ? report->kind : "status", qorgan_report_kinds, &kind, error);

	if (!code)
		code = report_format_find(report->format ? report->format : "text", &format, error);
	if (!code && !(formats[format].kinds & 1u << kind))
		code = refuse_kind(kind, format, error);
	if (!code && report->frame && !has_frame(&formats[format]))
		code = error_set(error, QORGAN_USAGE, "a report as %s is for programs, and has no place for a title, a foreword "
		                 "or the like: leave them out, or choose another format", qorgan_report_formats[format]);
	if (!code && report->joint && kind != REPORT_STATUS)
		code = error_set(error, QORGAN_USAGE, "only the status report is there as a joint one, not \"%s\"",
		                 qorgan_report_kinds[kind]);
	if (!code)
		code = check_object(report, (enum report_kind)kind, error);
	if (!code && report->joint && report->audience)
		code = error_set(error, QORGAN_USAGE, "the joint report is made of what other states sent, which is theirs to give: "
		                 "it is made for nobody else");
	if (!code)
		code = check_picture(report, (enum report_kind)kind, format, error);
	if (code)
		return code;
	say_in(is_for_programs(&formats[format]) ? NULL : language_choose(vault_languages(store)));
	code = compute_model(store, report, (enum report_kind)kind, formats[format].complete, formats[format].rows,
	                     &model, error);
	if (!code)
		code = report_render(&model, format, &look, to, error);
	say_in(NULL);
	arena_free(&model.arena);
	return code;
}
