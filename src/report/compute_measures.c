/* The measures in force, joined with what the states reported on them. */
#include <string.h>

#include "record/reader.h"
#include "report/compute.h"

/* Sorted, in the order of enum measure_member. */
static const char *const names[MEASURE_MEMBERS] = { "dependencies",
	                                                "description", "due",     "due_reason", "indicators",
	                                                "lead",        "marking", "milestones", "original_due",
	                                                "release",     "retired", "risks",      "start",
	                                                "support",     "title",   "type" };

enum { HELP, INDICATORS, MARKING, MILESTONES, NEXT_STEPS, NOTE, OBSTACLES, REASON, DETAIL_NAMES };
static const char *const detail_names[DETAIL_NAMES] = { "help",       "indicators", "marking",   "milestones",
	                                                    "next_steps", "note",       "obstacles", "reason" };

/* Keeps of a status what a list may show. */
static int take_detail(void *context, uint32_t number, const struct vault_record *record, struct qorgan_error *error)
{
	struct compute *compute = context;
	struct span values[DETAIL_NAMES];
	struct status_detail **place = arena_add(compute->arena, &compute->details);

	(void)number; /* they come in their order */
	reader_pick(record->record.body, detail_names, values, DETAIL_NAMES);
	/* A dossier takes into account what is said of its measures alone, which are not known yet. */
	const char **marking = REPORT_IS_DOSSIER(compute->model->kind) ? arena_add(compute->arena, &compute->markings) : NULL;
	if (marking)
		*marking = compute_string(compute, values[MARKING]);
	else
		compute_marking(compute, values[MARKING]);
	if (compute->rows != ROWS_TOO)
		values[NOTE] = (struct span){ 0 };
	bool empty = true;
	for (int i = 0; i < DETAIL_NAMES; i++)
		empty = empty && (i == MARKING || !values[i].data);
	struct status_detail *detail = empty || !place ? NULL : arena_take(compute->arena, sizeof *detail);
	if (detail) {
		detail->milestones = arena_bytes(compute->arena, values[MILESTONES]);
		detail->indicators = arena_bytes(compute->arena, values[INDICATORS]);
		detail->next_steps = arena_bytes(compute->arena, values[NEXT_STEPS]);
		detail->obstacles = compute_text(compute, values[OBSTACLES]);
		detail->help = compute_text(compute, values[HELP]);
		detail->reason = compute_string(compute, values[REASON]);
		detail->note = compute_text(compute, values[NOTE]);
		*place = detail;
	}
	return compute->arena->failed ? error_set_memory(error) : QORGAN_OK;
}

const struct status_detail *compute_detail(const struct compute *compute, const struct status_facts *facts)
{
	return facts ? compute->details.items[status_index_number(compute->statuses, facts)] : NULL;
}

void compute_mark_report(struct compute *compute, const struct status_facts *facts)
{
	uint32_t number = facts ? status_index_number(compute->statuses, facts) : 0;

	if (facts && number < compute->markings.count)
		compute_mark(compute, compute->markings.items[number]);
}

bool compute_reported(const struct compute *compute, const struct status_facts *facts)
{
	return facts && facts->date >= compute->from;
}

bool compute_owes(const struct compute *compute, const struct measure_view *measure, const struct status_facts *facts)
{
	return compute_reported(compute, facts) ||
	       report_is_missing(facts, measure->state.word, measure->begun, compute->from, compute->cut_off);
}

/* Its texts are copied once, however many parts it has. */
struct report_named compute_named(struct compute *compute, const struct measure_view *measure)
{
	if (!compute->shown.id)
		compute->shown = (struct report_named){
			.id = arena_text(compute->arena, measure->id),
			.title = compute_text(compute, measure->members[MEASURE_TITLE]),
			.lead = arena_text(compute->arena, measure->lead),
			.due = measure->has_due ? compute_day(compute, measure->due) : "",
			.state = "",
			.text = "",
		};
	return compute->shown;
}

static bool milestone_done_in(const struct status_detail *detail, struct span id, date_day last, date_day *done)
{
	static const char *const members[] = { "done", "id" };
	struct reader reader;
	struct span element, values[2];

	if (!detail || !detail->milestones.data || !reader_open(detail->milestones, &reader))
		return false;
	while (reader_element(&reader, &element)) {
		reader_pick(element, members, values, 2);
		if (span_equal(values[1], id))
			return raw_date(values[0], done) && *done <= last;
	}
	return false;
}

bool compute_milestone_done(const struct compute *compute, const struct measure_view *measure, struct span id,
                            date_day *done)
{
	struct reader reader;
	struct span state;

	if (milestone_done_in(compute_detail(compute, measure->report), id, compute->cut_off, done))
		return true;
	if (!measure->members[MEASURE_SUPPORT].data || !reader_open(measure->members[MEASURE_SUPPORT], &reader))
		return false;
	while (reader_element(&reader, &state)) {
		const struct status_facts *facts = status_index_find(compute->statuses, measure->id, raw_plain(state));
		if (milestone_done_in(compute_detail(compute, facts), id, compute->cut_off, done))
			return true;
	}
	return false;
}

uint32_t compute_measure_domain(struct compute *compute, struct span measure, struct span risks)
{
	struct reader reader;
	struct span element;
	uint32_t found = COMPUTE_NONE, index;
	size_t longest = 0;

	if (!risks.data || !reader_open(risks, &reader))
		return COMPUTE_NONE;
	while (reader_element(&reader, &element)) {
		struct span risk = raw_plain(element);
		if (!id_set_get(&compute->risk_ids, id_set_hash(&compute->risk_ids, "", risk), &index))
			continue;
		uint32_t domain = compute->risks.items[index].domain;
		if (*compute->only_domain && domain == compute->only_domain_index)
			return domain;
		bool named = risk.size < measure.size && memcmp(risk.data, measure.data, risk.size) == 0;
		if (found == COMPUTE_NONE || (named && risk.size > longest)) {
			found = domain;
			longest = named ? risk.size : 0;
		}
	}
	return found;
}

static void count_for_risks(struct compute *compute, struct span risks)
{
	struct reader reader;
	struct span element;
	uint32_t index;

	if (!risks.data || !reader_open(risks, &reader))
		return;
	while (reader_element(&reader, &element)) {
		if (!id_set_get(&compute->risk_ids, id_set_hash(&compute->risk_ids, "", raw_plain(element)), &index))
			continue;
		uint32_t position = compute->risks.items[index].position;
		if (position != COMPUTE_NONE)
			compute->model->risks.items[position].measures++;
	}
}

struct measuring {
	struct compute *compute;
	measure_each each;
};

/* How it stood at the end of the previous period. */
static void join_before(struct compute *compute, struct measure_view *measure, const struct vault_record *now,
                        const struct vault_record *before)
{
	static const char *const members[] = { "due", "lead" };
	struct span values[2] = { measure->members[MEASURE_DUE], measure->members[MEASURE_LEAD] };

	if (before && before != now)
		reader_pick(before->record.body, members, values, 2);
	measure->has_due_before = raw_date(values[0], &measure->due_before);
	struct span lead = raw_plain(values[1]);
	const struct status_facts *facts = measure->report;
	if (!span_equal(lead, measure->lead))
		facts = lead.size ? status_index_find(compute->statuses, measure->id, lead) : NULL;
	measure->report_before = facts ? status_index_earlier(compute->statuses, facts) : NULL;
	measure->state_before =
		measure_state_of(measure->report_before, measure->has_due_before, measure->due_before, compute->earlier);
}

static int take_measure(void *context, const struct vault_record *now, const struct vault_record *before,
                        struct qorgan_error *error)
{
	struct measuring *measuring = context;
	struct compute *compute = measuring->compute;
	struct measure_view measure = { .record = &now->record, .id = now->record.id };
	date_day start;
	bool wanted;

	reader_pick(now->record.body, names, measure.members, MEASURE_MEMBERS);
	if (measure.members[MEASURE_RETIRED].data)
		return QORGAN_OK;
	measure.lead = raw_plain(measure.members[MEASURE_LEAD]);
	measure.domain = compute_measure_domain(compute, measure.id, measure.members[MEASURE_RISKS]);
	if (measure.lead.size)
		measure.report = status_index_find(compute->statuses, measure.id, measure.lead);
	measure.has_due = raw_date(measure.members[MEASURE_DUE], &measure.due);
	measure.state = measure_state_of(measure.report, measure.has_due, measure.due, compute->cut_off);
	/* A risk is not without a measure because its measure is outside what the
	 * report is narrowed to. */
	if (measure.state.word != STATUS_CANCELLED)
		count_for_risks(compute, measure.members[MEASURE_RISKS]);

	struct span state = span_of(compute->only_state);
	if (*compute->only_domain && measure.domain != compute->only_domain_index)
		return QORGAN_OK;
	if (state.size && !span_equal(measure.lead, state) && !raw_has(measure.members[MEASURE_SUPPORT], state))
		return QORGAN_OK;
	if (*compute->only_measure && !span_is(measure.id, compute->only_measure))
		return QORGAN_OK;
	if (*compute->only_risk && !raw_has(measure.members[MEASURE_RISKS], span_of(compute->only_risk)))
		return QORGAN_OK;
	if (!choice_addresses(compute, measure.members[MEASURE_RISKS]))
		return QORGAN_OK;
	int code = choice_look(compute, "measure", &now->record, &wanted, error);
	if (code || !wanted)
		return code;
	choice_note_risks(compute, measure.members[MEASURE_RISKS]);
	measure.begun = !raw_date(measure.members[MEASURE_START], &start) || start <= compute->cut_off;
	measure.no_report = measure.lead.size && !compute_reported(compute, measure.report) &&
	                    compute_owes(compute, &measure, measure.report);
	join_before(compute, &measure, now, before);
	compute_marking(compute, measure.members[MEASURE_MARKING]);
	compute->shown.id = NULL;
	code = measuring->each(compute, &measure, error);
	return code == QORGAN_OK && compute->arena->failed ? error_set_memory(error) : code;
}

int compute_measures(struct compute *compute, measure_each each, struct qorgan_error *error)
{
	struct status_watch watch = { compute->earlier, take_detail, compute };
	struct as_of as_of = { .rule = AS_OF_FIRST,
		                   .recorded = compute->recorded,
		                   .day = compute->cut_off,
		                   .compare = true,
		                   .earlier = compute->earlier };
	struct measuring measuring = { compute, each };
	struct status_moment moment = { compute->recorded, compute->cut_off };
	int code = status_index_load_watched(compute->view, moment, &watch, &compute->statuses, error);

	return code ? code : as_of_scan(compute->view, schema_find("measure", 7), &as_of, take_measure, &measuring, error);
}
