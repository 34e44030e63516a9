/* Gathering the rows of a form. */
#include "report/form_rows.h"

#include <string.h>

#include "exchange/release_rule.h"
#include "record/reader.h"
#include "record/validate.h"
#include "register/parties.h"
#include "register/status_index.h"
#include "register/wording.h"
#include "report/compute.h"
#include "store/mirror.h"

enum { DUE, LEAD, MARKING, RETIRED, SUPPORT, TITLE, NAMES };
static const char *const names[NAMES] = { "due", "lead", "marking", "retired", "support", "title" };

struct gathering {
	struct qorgan_store *store;
	struct form_model *model;
	struct status_index *statuses;
	struct recipient state; /* of whom the form is */
	bool is_own;
	int marking_rank;
	struct buffer scratch;
};

static const char *keep(struct gathering *gathering, struct span text)
{
	return arena_text(&gathering->model->arena, text);
}

static const char *title_of(struct gathering *gathering, struct span raw)
{
	struct span text;

	buffer_clear(&gathering->scratch);
	if (!wording_pick(vault_languages(gathering->store), raw, &gathering->scratch, &text))
		return "";
	return keep(gathering, text);
}

static void marking_note(struct gathering *gathering, struct span raw)
{
	struct span label = raw_plain(raw);
	int rank = label.size ? validate_marking_rank(label) : -1;

	if (rank <= gathering->marking_rank)
		return;
	gathering->marking_rank = rank;
	gathering->model->marking = keep(gathering, label);
}

/* Whether the state has reported that it is done, or speaks for itself by its packages. */
static bool is_closed(const struct status_facts *facts)
{
	return facts && (!status_word_is_open(facts->word) || facts->consent == CONSENT_DECLINED ||
	                 mirror_place(&facts->place));
}

static void row_add(struct gathering *gathering, const struct record *record, const struct span *values,
                    const struct status_facts *facts, bool is_lead)
{
	struct form_model *model = gathering->model;
	struct form_row *row = arena_add(&model->arena, &model->rows);
	char day[DATE_TEXT_SIZE] = "";

	if (!row)
		return;
	row->id = keep(gathering, record->id);
	row->title = title_of(gathering, values[TITLE]);
	row->due = keep(gathering, raw_plain(values[DUE]));
	row->is_lead = is_lead;
	row->status = row->reported = "";
	row->progress = -1;
	if (facts) {
		date_format(facts->date, day);
		row->status = status_word_names[facts->word];
		row->reported = keep(gathering, span_of(day));
		row->progress = facts->progress;
		row->base = facts->version;
	}
	form_code(gathering->store, &model->scope, row->id, row->base, row->code);
	marking_note(gathering, values[MARKING]);
}

static int measure_take(void *context, struct vault_record *record, struct qorgan_error *error)
{
	struct gathering *gathering = context;
	struct span state = span_of(gathering->state.id), values[NAMES];

	(void)error;
	reader_pick(record->record.body, names, values, NAMES);
	bool is_lead = span_equal(raw_plain(values[LEAD]), state);
	if (values[RETIRED].data || (!is_lead && !raw_has(values[SUPPORT], state)))
		return QORGAN_OK;
	const struct status_facts *facts = status_index_find(gathering->statuses, record->record.id, state);
	if (is_closed(facts))
		return QORGAN_OK;
	if (!gathering->is_own && (record->mirrored || release_refusal(&record->record, &gathering->state)))
		gathering->model->withheld++;
	else
		row_add(gathering, &record->record, values, facts, is_lead);
	return QORGAN_OK;
}

static int by_id(const void *left, const void *right)
{
	return compare_ids(((const struct form_row *)left)->id, ((const struct form_row *)right)->id);
}

/* ---- What the form is of ------------------------------------------------------------------ */

static int read_state(struct gathering *gathering, struct vault_view *view, const char *text,
                      struct qorgan_error *error)
{
	struct parties *parties = NULL;
	bool observer = false;
	int code = parties_load(view, &parties, error);

	if (!code && (!parties_find(parties, span_of(text), gathering->state.id, &observer) || observer))
		code = parties_refuse(parties, span_of(text), false, error);
	parties_free(parties);
	gathering->is_own = strcmp(gathering->state.id, vault_state(gathering->store)) == 0;
	gathering->model->scope.state = keep(gathering, span_of(gathering->state.id));
	return code;
}

static int read_state_title(struct gathering *gathering, struct vault_view *view, struct qorgan_error *error)
{
	struct vault_record record = { 0 };
	struct span title;
	int code = vault_get(view, schema_find("state", 5), span_of(gathering->state.id), 0, &record, error);

	if (!code && reader_find(record.record.body, "title", &title))
		gathering->model->state_title = title_of(gathering, title);
	vault_record_free(&record);
	return code == QORGAN_ABSENT ? QORGAN_OK : code;
}

static int read_period(struct gathering *gathering, struct vault_view *view, const char *text,
                       struct qorgan_error *error)
{
	struct form_model *model = gathering->model;
	struct period_book *book = NULL;
	struct period_named named;
	char from[DATE_TEXT_SIZE], to[DATE_TEXT_SIZE], today[DATE_TEXT_SIZE], generated[TIME_TEXT_SIZE];
	date_day day = time_date(vault_now(gathering->store));
	int code = period_book_load(view, &book, error);

	if (!code)
		code = period_find(book, text, day, &named, error);
	period_book_free(book);
	if (code)
		return code;
	date_format(named.period.from, from);
	date_format(named.period.to, to);
	date_format(day, today);
	time_format(vault_now(gathering->store), generated);
	model->scope.period = keep(gathering, span_of(named.label));
	model->from = keep(gathering, span_of(from));
	model->to = keep(gathering, span_of(to));
	model->today = keep(gathering, span_of(today));
	model->generated = keep(gathering, span_of(generated));
	return QORGAN_OK;
}

static int gather(struct gathering *gathering, struct vault_view *view, const struct qorgan_form *form,
                  struct qorgan_error *error)
{
	struct form_model *model = gathering->model;
	const char *const *languages = vault_languages(gathering->store);
	int code = read_state(gathering, view, form->state ? form->state : vault_state(gathering->store), error);

	if (!code)
		code = read_state_title(gathering, view, error);
	if (!code)
		code = read_period(gathering, view, form->period, error);
	if (!code)
		code = status_index_load(view, STATUS_NOW, &gathering->statuses, error);
	model->scope.origin = keep(gathering, span_of(vault_origin(gathering->store)));
	model->scope.language = keep(gathering, span_of(languages[0] ? languages[0] : "en"));
	if (!code)
		code = vault_scan(view, schema_find("measure", 7), measure_take, gathering, error);
	if (!code && !model->rows.count)
		code = error_set(error, QORGAN_ABSENT, "%s has no measure to report on%s", model->scope.state,
		                 model->withheld ? " that is released to it" : ": see qorgan measure list --state");
	if (!code) {
		form_code(gathering->store, &model->scope, "", 0, model->code);
		arena_sort(&model->arena, model->rows.items, model->rows.count, sizeof *model->rows.items, by_id);
	}
	return !code && model->arena.failed ? error_set_memory(error) : code;
}

int form_model_make(struct qorgan_store *store, const struct qorgan_form *form, struct form_model *model,
                    struct qorgan_error *error)
{
	struct gathering gathering = { .store = store, .model = model, .marking_rank = -1 };
	struct vault_view *view = NULL;
	int code;

	model->state_title = model->marking = "";
	code = vault_view_begin(store, &view, error);
	if (!code)
		code = gather(&gathering, view, form, error);
	status_index_free(gathering.statuses);
	vault_view_end(view);
	buffer_free(&gathering.scratch);
	return code;
}
