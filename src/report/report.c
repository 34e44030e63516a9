/* Reports: what is asked for is understood, computed once, and rendered. */
#include <string.h>

#include "record/suggest.h"
#include "register/parties.h"
#include "report/compute.h"
#include "report/phrases.h"
#include "report/render.h"
#include "report/report_formats.h"
#include "report/report_pictures.h"
#include "store/vault.h"

#define DEFAULT_COLUMNS 80

/* ---- The table: kind by format ------------------------------------------------- */

/* Each kind: its name, and what computes it. */
#define KINDS(ROW)                           \
	ROW(REPORT_STATUS, status, status)       \
	ROW(REPORT_REGISTER, register, register) \
	ROW(REPORT_MATRIX, matrix, matrix)       \
	ROW(REPORT_CHANGES, changes, changes)    \
	ROW(REPORT_DUE, due, due)                \
	ROW(REPORT_SUMMARY, summary, summary)    \
	ROW(REPORT_MEASURE, measure, dossier)    \
	ROW(REPORT_RISK, risk, dossier)          \
	ROW(REPORT_DOMAIN, domain, dossier)      \
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

/* ---- The whole ------------------------------------------------------------------- */

static void release(struct compute *compute)
{
	parties_free(compute->parties);
	choice_close(compute->choice);
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
	int code = compute_scope(&compute, report, error);
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

/* What has no table of them cannot show columns. */
static int check_columns(const struct qorgan_report *report, enum report_kind kind, size_t format,
                         struct qorgan_error *error)
{
	render_report render = formats[format].render;

	if (!report->shown)
		return QORGAN_OK;
	if (kind != REPORT_STATUS && kind != REPORT_REGISTER)
		return error_set(error, QORGAN_USAGE, "--columns is for the measures of report status and the risks of report "
		                 "register: \"%s\" has columns of its own", qorgan_report_kinds[kind]);
	if (is_picture(&formats[format]) || render == render_ics || render == render_oscal)
		return error_set(error, QORGAN_USAGE, "a report as %s has no table: leave out --columns",
		                 qorgan_report_formats[format]);
	if (report->joint && render == render_csv)
		return error_set(error, QORGAN_USAGE, "the joint report as csv is a table of parts, which has columns of its own: "
		                 "leave out --columns, or choose another format");
	return QORGAN_OK;
}

static int check_format(const struct qorgan_report *report, enum report_kind kind, size_t format,
                        struct qorgan_error *error)
{
	if (!(formats[format].kinds & 1u << kind))
		return refuse_kind(kind, format, error);
	if (report->frame && !has_frame(&formats[format]))
		return error_set(error, QORGAN_USAGE, "a report as %s is for programs, and has no place for a title, a foreword "
		                 "or the like: leave them out, or choose another format", qorgan_report_formats[format]);
	if (report->joint && kind != REPORT_STATUS)
		return error_set(error, QORGAN_USAGE, "only the status report is there as a joint one, not \"%s\"",
		                 qorgan_report_kinds[kind]);
	int code = check_object(report, kind, error);
	if (!code && report->joint && report->audience)
		code = error_set(error, QORGAN_USAGE, "the joint report is made of what other states sent, which is theirs to give: "
		                 "it is made for nobody else");
	if (!code)
		code = check_picture(report, kind, format, error);
	return code ? code : check_columns(report, kind, format, error);
}

int report_compute(struct qorgan_store *store, const struct qorgan_report *report, struct report_model *model,
                   size_t *format, struct qorgan_error *error)
{
	size_t kind;
	int code = find_word("kind of report", report->kind ? report->kind : "status", qorgan_report_kinds, &kind, error);

	if (!code)
		code = report_format_find(report->format ? report->format : "text", format, error);
	if (!code)
		code = check_format(report, (enum report_kind)kind, *format, error);
	if (code)
		return code;
	say_in(is_for_programs(&formats[*format]) ? NULL : language_choose(vault_languages(store)));
	return compute_model(store, report, (enum report_kind)kind, formats[*format].complete, formats[*format].rows, model,
	                     error);
}

struct report_look report_look(const struct qorgan_report *report)
{
	return (struct report_look){ report->colour, report->columns ? report->columns : DEFAULT_COLUMNS, report->picture,
		                         report->page };
}

int qorgan_report_write(struct qorgan_store *store, const struct qorgan_report *report, FILE *to,
                        struct qorgan_error *error)
{
	const struct report_look look = report_look(report);
	struct report_model model = { 0 };
	size_t format;
	int code = report_compute(store, report, &model, &format, error);

	if (!code)
		code = report_render(&model, format, &look, to, error);
	say_in(NULL);
	arena_free(&model.arena);
	return code;
}
