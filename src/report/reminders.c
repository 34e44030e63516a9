/* Gathering reminders: they are picked from the calendar as it stands on the day looked at,
 * and from that of each period whose reports are asked for. */
#include "report/reminders.h"

#include <stdio.h>
#include <string.h>

#include "qorgan/object.h"
#include "report/compute.h"
#include "report/words.h"

const char *reminder_what(const struct reminder *reminder)
{
	return words_event(&(struct report_due){ .event = reminder->event, .overdue = reminder->late });
}

const char *reminders_state(const struct reminders *reminders, const char *id)
{
	for (size_t i = 0; i < reminders->today.states.count; i++)
		if (strcmp(reminders->today.states.items[i].id, id) == 0)
			return reminders->today.states.items[i].title;
	return "";
}

struct gathering {
	struct reminders *reminders;
	const char *state; /* only its; "" for all */
	date_day today, until;
};

/* One more, if it is asked for; the caller fills in the rest. */
static struct reminder *add(struct gathering *gathering, enum report_event event, const char *date, const char *state)
{
	struct reminders *reminders = gathering->reminders;
	date_day day = gathering->today;
	bool has_day = date_parse(span_of(date), &day);

	if ((*gathering->state && strcmp(state, gathering->state) != 0) || day > gathering->until)
		return NULL;
	struct reminder *item = arena_add(&reminders->today.arena, &reminders->items);
	if (!item)
		return NULL;
	*item = (struct reminder){ .event = event,
		                       .date = has_day ? date : "",
		                       .state = state,
		                       .days = (int64_t)day - gathering->today,
		                       .late = day < gathering->today };
	item->object = item->id = item->title = item->period = item->part = "";
	reminders->told.items++;
	reminders->told.late += item->late;
	return item;
}

/* ---- What the calendar of the day looked at holds ----------------------------------- */

static void add_calendar(struct gathering *gathering)
{
	struct report_model *model = &gathering->reminders->today;

	for (size_t i = 0; i < model->due.count; i++) {
		const struct report_due *entry = &model->due.items[i];
		struct reminder *item =
			entry->event == REPORT_EVENT_REPORT ? NULL : add(gathering, entry->event, entry->date, entry->state);
		if (!item)
			continue;
		item->id = entry->id;
		item->title = entry->title;
		item->object = arena_text(&model->arena, (struct span){ entry->id, strcspn(entry->id, " ") });
	}
}

static void add_named(struct gathering *gathering, enum report_event event, const char *date, const char *period,
                      const struct report_named *named)
{
	struct reminder *item = add(gathering, event, date, named->state);

	if (!item)
		return;
	item->object = item->id = named->id;
	item->title = named->title;
	item->part = named->text;
	item->period = period;
}

static void add_offers(struct gathering *gathering)
{
	const struct report_model *model = &gathering->reminders->today;

	for (size_t i = 0; i < model->offered_parts.count; i++)
		add_named(gathering, REPORT_EVENT_OFFER, "", "", &model->offered_parts.items[i]);
}

static void add_receipts(struct gathering *gathering)
{
	struct report_model *model = &gathering->reminders->today;
	char number[24];

	for (size_t i = 0; i < model->partners.count; i++) {
		const struct report_partner *partner = &model->partners.items[i];
		struct reminder *item =
			partner->owes_receipt ? add(gathering, REPORT_EVENT_RECEIPT, "", partner->id) : NULL;
		if (!item)
			continue;
		snprintf(number, sizeof number, "%llu", (unsigned long long)partner->sequence);
		item->object = partner->id;
		item->id = arena_text(&model->arena, span_of(number));
		item->title = partner->sent_on;
	}
}

/* ---- What is owed for a period -------------------------------------------------------- */

/* A partner that was pinned by the end of the period and of which nothing came since it began. */
static bool owes_package(const struct report_model *model, const struct report_state *state)
{
	for (size_t i = 0; i < model->partners.count; i++) {
		const struct report_partner *partner = &model->partners.items[i];
		if (strcmp(partner->id, state->id) == 0)
			return !partner->observer && strcmp(partner->since, model->period.to) <= 0 && !state->source.is_self &&
			       state->source.is_silent;
	}
	return false;
}

static void add_period(struct gathering *gathering, const struct report_model *model)
{
	date_day from;

	for (size_t i = 0; i < model->without_report.count; i++)
		add_named(gathering, REPORT_EVENT_REPORT, model->period.to, model->period.label,
		          &model->without_report.items[i]);
	if (!date_parse(span_of(model->period.from), &from) || from > gathering->today)
		return;
	for (size_t i = 0; i < model->states.count; i++) {
		const struct report_state *state = &model->states.items[i];
		struct reminder *item =
			owes_package(model, state) ? add(gathering, REPORT_EVENT_PACKAGE, model->period.to, state->id) : NULL;
		if (!item)
			continue;
		item->object = state->id;
		item->id = item->period = model->period.label;
		item->title = state->title;
	}
}

static int compute_other(struct qorgan_store *store, const struct qorgan_reminders *asked, const char *period,
                         struct gathering *gathering, struct qorgan_error *error)
{
	struct reminders *reminders = gathering->reminders;
	struct qorgan_report report = { .period = period, .as_of = asked->as_of, .joint = true };
	struct report_model *model = &reminders->others[reminders->other_count++];
	int code = compute_model(store, &report, REPORT_DUE, true, ROWS_NONE, model, error);

	if (!code)
		add_period(gathering, model);
	return code;
}

/* Without a period: that of the day, and the one before, of which the last reports may still
 * be missing, unless it ended before the catalogue began. */
static int add_periods(struct qorgan_store *store, const struct qorgan_reminders *asked, struct gathering *gathering,
                       struct qorgan_error *error)
{
	const struct report_model *today = &gathering->reminders->today;
	int code = QORGAN_OK;

	if (asked->period && strcmp(asked->period, today->period.label) != 0)
		return compute_other(store, asked, asked->period, gathering, error);
	if (!asked->period && strcmp(today->previous.to, today->catalogue_from) >= 0)
		code = compute_other(store, asked, today->previous.label, gathering, error);
	if (!code)
		add_period(gathering, today);
	return code;
}

/* ---- The whole ---------------------------------------------------------------------------- */

/* By state; what has no day comes last. */
static int compare_items(const void *left, const void *right)
{
	const struct reminder *a = left, *b = right;
	int order = strcmp(a->state, b->state);

	if (order)
		return order;
	if (!*a->date != !*b->date)
		return *a->date ? -1 : 1;
	order = strcmp(a->date, b->date);
	if (!order && a->event != b->event)
		order = a->event < b->event ? -1 : 1;
	return order ? order : compare_ids(a->id, b->id);
}

int reminders_gather(struct qorgan_store *store, const struct qorgan_reminders *asked, struct reminders *reminders,
                     struct qorgan_error *error)
{
	struct qorgan_report report = { .as_of = asked->as_of, .joint = true };
	struct gathering gathering = { .reminders = reminders };
	char state[65] = "", until[DATE_TEXT_SIZE];
	struct arena *arena = &reminders->today.arena;
	int code = asked->state ? qorgan_party_find(store, asked->state, state, error) : QORGAN_OK;

	if (!code)
		code = compute_model(store, &report, REPORT_DUE, true, ROWS_NONE, &reminders->today, error);
	if (code)
		return code;
	/* Its period holds the day looked at, so that is the last one looked at. */
	date_parse(span_of(reminders->today.cut_off), &gathering.today);
	gathering.state = state;
	gathering.until = gathering.today + (date_day)asked->within;
	date_format(gathering.until, until);
	reminders->until = arena_text(arena, span_of(until));
	reminders->within = asked->within;
	add_calendar(&gathering);
	add_offers(&gathering);
	add_receipts(&gathering);
	code = add_periods(store, asked, &gathering, error);
	arena_sort(arena, reminders->items.items, reminders->items.count, sizeof *reminders->items.items, compare_items);
	return !code && arena->failed ? error_set_memory(error) : code;
}

void reminders_free(struct reminders *reminders)
{
	for (size_t i = 0; i < reminders->other_count; i++)
		arena_free(&reminders->others[i].arena);
	arena_free(&reminders->today.arena);
}
