/* What a report looks at: for when and for whom it is asked, and of what, is understood, and the view
 * of the store is opened. */
#include <string.h>

#include "crypto/note.h"
#include "record/reader.h"
#include "record/suggest.h"
#include "register/parties.h"
#include "report/compute.h"
#include "report/frame.h"
#include "store/vault.h"

#define DAY_SECONDS 86400

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

int compute_scope(struct compute *compute, const struct qorgan_report *report, struct qorgan_error *error)
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
	frame_copy(report->frame, vault_languages(compute->vault), compute->arena, &model->frame);
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
	if (!code)
		code = choice_open(compute, report, error);
	if (!code && compute->audience)
		audience_end_layout(compute->audience);
	return code;
}
