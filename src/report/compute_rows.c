/* One row for each measure, for formats that show them all. */

#include "record/reader.h"
#include "report/compute.h"

static const char *word_name(const struct status_facts *facts)
{
	return facts ? status_word_names[facts->word] : "";
}

static void count_milestones(struct compute *compute, const struct measure_view *measure, struct report_measure *row)
{
	struct reader reader;
	struct span element, id;
	date_day done;

	if (!measure->members[MEASURE_MILESTONES].data || !reader_open(measure->members[MEASURE_MILESTONES], &reader))
		return;
	while (reader_element(&reader, &element)) {
		row->milestones++;
		row->milestones_done += reader_find(element, "id", &id) && compute_milestone_done(compute, measure, id, &done);
	}
}

/* "KAZ=in-progress 40;TJK=declined;UZB=" */
static const char *support_words(struct compute *compute, const struct measure_view *measure,
                                 struct report_measure *row)
{
	struct reader reader;
	struct span state;

	if (!measure->members[MEASURE_SUPPORT].data || !reader_open(measure->members[MEASURE_SUPPORT], &reader))
		return "";
	buffer_clear(&compute->scratch);
	while (reader_element(&reader, &state)) {
		const struct status_facts *facts = status_index_find(compute->statuses, measure->id, raw_plain(state));
		if (compute->scratch.size)
			buffer_append_char(&compute->scratch, ';');
		buffer_append_span(&compute->scratch, raw_plain(state));
		buffer_append_char(&compute->scratch, '=');
		if (facts && facts->consent == CONSENT_DECLINED)
			buffer_append_text(&compute->scratch, "declined");
		else if (facts)
			buffer_append_format(&compute->scratch, "%s %u", word_name(facts), facts->progress);
		row->support_owed += compute_owes(compute, measure, facts);
		row->support_received += compute_reported(compute, facts);
	}
	compute->arena->failed |= compute->scratch.failed;
	return arena_text(compute->arena, buffer_span(&compute->scratch));
}

/* Its milestones as planned, and when each was reached. */
static void list_plan(struct compute *compute, const struct measure_view *measure, struct report_measure *row)
{
	enum { DUE, ID, TITLE, NAMES };
	static const char *const members[NAMES] = { "due", "id", "title" };
	struct reader reader;
	struct span element, values[NAMES];
	date_day due, done;

	if (!measure->members[MEASURE_MILESTONES].data || !reader_open(measure->members[MEASURE_MILESTONES], &reader))
		return;
	while (reader_element(&reader, &element)) {
		struct report_milestone *milestone = arena_add(compute->arena, &row->plan);
		if (!milestone)
			return;
		reader_pick(element, members, values, NAMES);
		bool is_done = compute_milestone_done(compute, measure, values[ID], &done);
		bool has_due = raw_date(values[DUE], &due);
		*milestone = (struct report_milestone){ .measure = row->id,
			                                    .id = compute_string(compute, values[ID]),
			                                    .title = compute_text(compute, values[TITLE]),
			                                    .lead = row->lead,
			                                    .due = has_due ? compute_day(compute, due) : "",
			                                    .done = is_done ? compute_day(compute, done) : "",
			                                    .late = is_done && has_due && done > due };
	}
}

static void add_said(struct compute *compute, struct report_measure *row, struct span state,
                     const struct status_facts *facts, bool is_lead)
{
	const struct status_detail *detail = compute_detail(compute, facts);
	struct report_said *said = arena_add(compute->arena, &row->reports);

	if (said)
		*said = (struct report_said){ .state = arena_text(compute->arena, state),
			                          .word = word_name(facts),
			                          .date = facts ? compute_day(compute, facts->date) : "",
			                          .text = detail && detail->note ? detail->note : "",
			                          .progress = facts ? facts->progress : -1,
			                          .is_lead = is_lead,
			                          .is_declined = facts && facts->consent == CONSENT_DECLINED };
}

static void list_reports(struct compute *compute, const struct measure_view *measure, struct report_measure *row)
{
	struct reader reader;
	struct span state;

	if (measure->lead.size)
		add_said(compute, row, measure->lead, measure->report, true);
	if (!measure->members[MEASURE_SUPPORT].data || !reader_open(measure->members[MEASURE_SUPPORT], &reader))
		return;
	while (reader_element(&reader, &state))
		add_said(compute, row, raw_plain(state),
		         status_index_find(compute->statuses, measure->id, raw_plain(state)), false);
}

static const char *consent_name(const struct measure_view *measure)
{
	static const char *const names[] = { [CONSENT_OFFERED] = "offered", [CONSENT_ACCEPTED] = "accepted",
		                                 [CONSENT_DECLINED] = "declined" };

	return measure->lead.size ? names[measure->report ? measure->report->consent : CONSENT_OFFERED] : "";
}

void compute_row(struct compute *compute, const struct measure_view *measure)
{
	const struct span *members = measure->members;
	struct report_measure *row = arena_add(compute->arena, &compute->model->measures);

	if (!row)
		return;
	*row = (struct report_measure){
		.id = arena_text(compute->arena, measure->id),
		.title = compute_text(compute, members[MEASURE_TITLE]),
		.domain = measure->domain == COMPUTE_NONE ? "" : compute->model->domains.items[measure->domain].id,
		.risks = compute_joined(compute, members[MEASURE_RISKS]),
		.dependencies = compute->rows == ROWS_TOO ? compute_joined(compute, members[MEASURE_DEPENDENCIES]) : "",
		.description = compute->rows == ROWS_TOO ? compute_text(compute, members[MEASURE_DESCRIPTION]) : "",
		.type = compute_string(compute, members[MEASURE_TYPE]),
		.lead = arena_text(compute->arena, measure->lead),
		.support = compute_joined(compute, members[MEASURE_SUPPORT]),
		.word = word_name(measure->report),
		.word_before = word_name(measure->report_before),
		.progress = measure->report ? measure->report->progress : -1,
		.progress_before = measure->report_before ? measure->report_before->progress : -1,
		.reported = measure->report ? compute_day(compute, measure->report->date) : "",
		.start = compute_string(compute, members[MEASURE_START]),
		.due = compute_string(compute, members[MEASURE_DUE]),
		.original_due = compute_string(compute, members[MEASURE_ORIGINAL_DUE]),
		.due_reason = compute_string(compute, members[MEASURE_DUE_REASON]),
		.marking = compute_string(compute, members[MEASURE_MARKING]),
		.consent = consent_name(measure),
		.overdue = measure->state.overdue,
		.due_soon = measure->state.due_soon,
		.no_report = measure->no_report,
	};
	row->support_words = support_words(compute, measure, row);
	row->cells = choice_cells(compute, &(struct choice_row){ "measure", measure->record, measure->report != NULL,
	                                                         measure->state.overdue });
	count_milestones(compute, measure, row);
	if (compute->rows == ROWS_TOO) {
		list_plan(compute, measure, row);
		list_reports(compute, measure, row);
	}
}

static int compare_rows(const void *left, const void *right)
{
	return compare_ids(((const struct report_measure *)left)->id, ((const struct report_measure *)right)->id);
}

void compute_sort_measures(struct compute *compute)
{
	arena_sort(compute->arena, compute->model->measures.items, compute->model->measures.count,
	           sizeof *compute->model->measures.items, compare_rows);
}
