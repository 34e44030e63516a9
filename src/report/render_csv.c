/* Reports as CSV (RFC 4180 with lines that end in a newline, UTF-8): one table for
 * each kind, its head always the same, so that a spreadsheet built on it keeps
 * working.
 *
 *   status    one row for each measure. What its lead last reported is in status
 *             and progress (empty: it never did), what each supporting state did in
 *             support_status ("KAZ=in-progress 40;UZB=": UZB did not, and its part is
 *             only offered); lead_consent is offered, accepted or declined; the columns
 *             overdue, due_soon and no_report hold 1 or 0, to be summed. Totals by
 *             domain or state are a pivot table away, and are in the JSON report.
 *             A joint one has a row for each state's part in a measure, by its last
 *             report: source is own, stand-in (written by this store) or none; package,
 *             made, received and entries say by what the state is known; silent is 1 if
 *             that package was made before the period, or there is none; witnesses are
 *             "KGZ=80": who countersigned its log, up to which entry. States without
 *             a part follow, each with one row without a measure.
 *   register  one row for each risk. What states make of it is in assessments
 *             ("KAZ=4x5;KGZ=2x3": likelihood x impact); those who put it into another
 *             band than the residual level are in assessed_otherwise ("KAZ").
 *   matrix    one row for each risk: its three places in the matrix, and the same two.
 *   changes   one row for each changed field; one without a field for a new or
 *             retired object. The last two say whose store wrote the version and, if
 *             it was another's, by which of its packages it came.
 *   due       one row for each entry of the calendar.
 *
 * A filtered report has one more column at the end, filter, with the conditions. Where
 * columns of a listing were asked for, a status report and a register have these alone. */
#include <string.h>

#include "record/output.h"
#include "report/render.h"
#include "report/words.h"

static void begin_cell(struct buffer *to)
{
	if (to->size > 0 && to->data[to->size - 1] != '\n')
		buffer_append_char(to, ',');
}

/* A text that begins like a formula would be computed by a spreadsheet: what a
 * partner wrote must stay text. */
static void put_guarded(struct buffer *to, const char *text)
{
	if (*text && strchr("=+-@\t\r", *text)) {
		struct buffer guarded = { 0 };
		buffer_append_char(&guarded, '\'');
		buffer_append_text(&guarded, text);
		to->failed |= guarded.failed;
		output_csv_cell(buffer_span(&guarded), to);
		buffer_free(&guarded);
		return;
	}
	output_csv_cell(span_of(text), to);
}

static void put_text(struct buffer *to, const char *text)
{
	begin_cell(to);
	put_guarded(to, text);
}

static void end_line(struct render_output *output)
{
	buffer_append_char(&output->text, '\n');
	render_flush(output);
}

static void end_head(const struct report_model *model, struct render_output *output)
{
	if (model->conditions.count)
		put_text(&output->text, "filter");
	end_line(output);
}

static void end_row(const struct report_model *model, struct render_output *output)
{
	struct buffer filter = { 0 };

	if (model->conditions.count) {
		words_filter(&filter, model);
		output->text.failed |= filter.failed;
		put_text(&output->text, buffer_text(&filter));
		buffer_free(&filter);
	}
	end_line(output);
}

static void put_number(struct buffer *to, int64_t number)
{
	begin_cell(to);
	buffer_append_integer(to, number);
}

static void put_count(struct buffer *to, uint64_t count)
{
	put_number(to, (int64_t)count);
}

/* An absent number is an empty cell. */
static void put_optional(struct buffer *to, bool present, int64_t number)
{
	begin_cell(to);
	if (present)
		buffer_append_integer(to, number);
}

static void put_witnesses(struct buffer *to, const struct report_source *source)
{
	struct buffer text = { 0 };

	for (size_t i = 0; i < source->witnesses.count; i++)
		buffer_append_format(&text, "%s%s=%llu", i ? ";" : "", source->witnesses.items[i].state,
		                     (unsigned long long)source->witnesses.items[i].entries);
	to->failed |= text.failed;
	put_text(to, buffer_text(&text));
	buffer_free(&text);
}

static void put_source(struct buffer *to, const struct report_source *source)
{
	put_optional(to, source->package > 0, (int64_t)source->package);
	put_text(to, source->created);
	put_text(to, source->received);
	put_optional(to, source->package > 0 || source->is_self, (int64_t)source->entries);
	put_number(to, source->is_silent);
	put_number(to, source->is_forked);
	put_witnesses(to, source);
}

static void put_part(const struct report_model *model, const struct report_part *row,
                     const struct report_source *source, struct render_output *output)
{
	struct buffer *to = &output->text;

	put_text(to, model->period.label);
	put_text(to, row->measure);
	put_text(to, row->title);
	put_text(to, row->state);
	put_text(to, !*row->measure ? "" : row->is_lead ? "lead" : "support");
	put_text(to, report_voice_names[row->voice]);
	put_text(to, row->is_declined ? "declined" : row->word);
	put_optional(to, row->progress >= 0, row->progress);
	put_text(to, row->date);
	put_text(to, row->due);
	put_number(to, row->is_owed);
	put_number(to, row->is_received);
	put_text(to, row->owed_to);
	put_text(to, report_contradiction_names[row->contradiction]);
	put_source(to, source);
	end_row(model, output);
}

static const struct report_source *source_of(const struct report_model *model, const char *state)
{
	static const struct report_source nothing = { .origin = "", .created = "", .received = "", .is_silent = true };

	for (size_t i = 0; i < model->states.count; i++)
		if (strcmp(model->states.items[i].id, state) == 0)
			return &model->states.items[i].source;
	return &nothing; /* of one that is not on record */
}

static void put_joint(const struct report_model *model, struct render_output *output)
{
	buffer_append_text(&output->text, "period,measure,title,state,role,source,status,progress,date,due,owed,received,"
	                                  "owed_to,contradiction,package,package_made,package_received,entries,silent,"
	                                  "forked,witnesses");
	end_head(model, output);
	for (size_t i = 0; i < model->parts.count; i++)
		put_part(model, &model->parts.items[i], source_of(model, model->parts.items[i].state), output);
	for (size_t i = 0; i < model->states.count; i++) {
		const struct report_state *state = &model->states.items[i];
		const struct report_part nothing = { .measure = "", .title = "", .state = state->id, .due = "", .word = "",
			                                 .date = "", .text = "", .owed_to = "", .progress = -1 };
		if (!state->voices.parts)
			put_part(model, &nothing, &state->source, output);
	}
}

static void put_status(const struct report_model *model, struct render_output *output)
{
	struct buffer *to = &output->text;

	if (model->joint) {
		put_joint(model, output);
		return;
	}
	buffer_append_text(to, "period,id,domain,title,risks,type,lead,support,marking,status,progress,reported,"
	                       "status_before,progress_before,start,due,original_due,due_reason,overdue,due_soon,"
	                       "no_report,support_status,support_owed,support_received,milestones,milestones_done,"
	                       "lead_consent");
	end_head(model, output);
	for (size_t i = 0; i < model->measures.count; i++) {
		const struct report_measure *row = &model->measures.items[i];
		put_text(to, model->period.label);
		put_text(to, row->id);
		put_text(to, row->domain);
		put_text(to, row->title);
		put_text(to, row->risks);
		put_text(to, row->type);
		put_text(to, row->lead);
		put_text(to, row->support);
		put_text(to, row->marking);
		put_text(to, row->word);
		put_optional(to, row->progress >= 0, row->progress);
		put_text(to, row->reported);
		put_text(to, row->word_before);
		put_optional(to, row->progress_before >= 0, row->progress_before);
		put_text(to, row->start);
		put_text(to, row->due);
		put_text(to, row->original_due);
		put_text(to, row->due_reason);
		put_number(to, row->overdue);
		put_number(to, row->due_soon);
		put_number(to, row->no_report);
		put_text(to, row->support_words);
		put_count(to, row->support_owed);
		put_count(to, row->support_received);
		put_count(to, row->milestones);
		put_count(to, row->milestones_done);
		put_text(to, row->consent);
		end_row(model, output);
	}
}

static void put_level(struct buffer *to, const struct report_level *level)
{
	put_optional(to, level->score > 0, level->likelihood);
	put_optional(to, level->score > 0, level->impact);
	put_optional(to, level->score > 0, level->score);
	put_text(to, level->band);
}

/* All assessments with their levels, or the states alone of those that differ. */
static void put_assessments(struct buffer *to, const struct report_risk *risk, bool differing)
{
	struct buffer text = { 0 };

	for (size_t i = 0; i < risk->assessments.count; i++) {
		const struct report_assessment *row = &risk->assessments.items[i];
		const char *separator = text.size ? ";" : "";
		if (!differing)
			buffer_append_format(&text, "%s%s=%ux%u", separator, row->state, row->level.likelihood, row->level.impact);
		else if (row->differs)
			buffer_append_format(&text, "%s%s", separator, row->state);
	}
	to->failed |= text.failed;
	put_text(to, buffer_text(&text));
	buffer_free(&text);
}

#define LEVEL_HEAD(name) name "_likelihood," name "_impact," name "_score," name "_band"

static void put_register(const struct report_model *model, struct render_output *output)
{
	static const char *const acceptances[] = { "", "accepted", "expired" };
	struct buffer *to = &output->text;

	buffer_append_text(to, "period,id,domain,title," LEVEL_HEAD("inherent") "," LEVEL_HEAD("residual") "," LEVEL_HEAD(
	                           "target") ",treatment,stage,coordinator,owner_role,affected,measures,review,"
	                                     "review_overdue,acceptance,accepted_by,accepted_reason,accepted_until,"
	                                     "assessments,assessed_otherwise");
	end_head(model, output);
	for (size_t i = 0; i < model->risks.count; i++) {
		const struct report_risk *row = &model->risks.items[i];
		put_text(to, model->period.label);
		put_text(to, row->id);
		put_text(to, model->domains.items[row->domain].id);
		put_text(to, row->title);
		put_level(to, &row->inherent);
		put_level(to, &row->residual);
		put_level(to, &row->target);
		put_text(to, row->treatment);
		put_text(to, row->stage);
		put_text(to, row->coordinator);
		put_text(to, row->owner_role);
		put_text(to, row->affected);
		put_count(to, row->measures);
		put_text(to, row->review);
		put_number(to, row->review_overdue);
		put_text(to, acceptances[row->acceptance]);
		put_text(to, row->accepted_by);
		put_text(to, row->accepted_reason);
		put_text(to, row->accepted_until);
		put_assessments(to, row, false);
		put_assessments(to, row, true);
		end_row(model, output);
	}
}

static void put_matrix(const struct report_model *model, struct render_output *output)
{
	struct buffer *to = &output->text;

	buffer_append_text(to, "period,id,domain,title," LEVEL_HEAD("inherent") "," LEVEL_HEAD("residual") "," LEVEL_HEAD(
	                           "target") ",assessments,assessed_otherwise");
	end_head(model, output);
	for (size_t i = 0; i < model->risks.count; i++) {
		const struct report_risk *row = &model->risks.items[i];
		put_text(to, model->period.label);
		put_text(to, row->id);
		put_text(to, model->domains.items[row->domain].id);
		put_text(to, row->title);
		put_level(to, &row->inherent);
		put_level(to, &row->residual);
		put_level(to, &row->target);
		put_assessments(to, row, false);
		put_assessments(to, row, true);
		end_row(model, output);
	}
}

static void put_changes(const struct report_model *model, struct render_output *output)
{
	static const struct report_field none = { "", "", "", "" };
	struct buffer *to = &output->text;

	buffer_append_text(to, "period,kind,id,title,change,state,user,time,version,version_before,field,before,after,"
	                       "owner,package");
	end_head(model, output);
	for (size_t i = 0; i < model->changes.count; i++) {
		const struct report_change *row = &model->changes.items[i];
		for (size_t j = 0; j == 0 || j < row->fields.count; j++) {
			const struct report_field *field = row->fields.count ? &row->fields.items[j] : &none;
			put_text(to, model->period.label);
			put_text(to, row->kind);
			put_text(to, row->id);
			put_text(to, row->title);
			put_text(to, report_change_names[row->sort]);
			put_text(to, row->state);
			put_text(to, row->user);
			put_text(to, row->time);
			put_count(to, row->version);
			put_optional(to, row->version_before > 0, row->version_before);
			put_text(to, field->path);
			put_text(to, field->before);
			put_text(to, field->after);
			put_text(to, row->owner);
			put_optional(to, row->package > 0, (int64_t)row->package);
			end_row(model, output);
		}
	}
}

static void put_due(const struct report_model *model, struct render_output *output)
{
	struct buffer *to = &output->text;

	buffer_append_text(to, "period,date,days,event,id,title,state,count,overdue,later");
	end_head(model, output);
	for (size_t i = 0; i < model->due.count; i++) {
		const struct report_due *row = &model->due.items[i];
		put_text(to, model->period.label);
		put_text(to, row->date);
		put_number(to, row->days);
		put_text(to, report_event_names[row->event]);
		put_text(to, row->id);
		put_text(to, row->title);
		put_text(to, row->state);
		put_optional(to, row->event == REPORT_EVENT_REPORT, (int64_t)row->count);
		put_number(to, row->overdue);
		put_number(to, row->later);
		end_row(model, output);
	}
}

/* ---- Columns that were asked for ------------------------------------------------------ */

/* The first cell may be empty; a line that is would be none. */
static void put_cells(const struct report_model *model, const struct report_cell *cells, struct render_output *output)
{
	for (size_t i = 0; i < model->columns.count && cells; i++) {
		if (i)
			buffer_append_char(&output->text, ',');
		put_guarded(&output->text, cells[i].text);
	}
	if (model->columns.count == 1 && cells && !*cells[0].text)
		buffer_append_text(&output->text, "\"\"");
	end_line(output);
}

static void put_chosen(const struct report_model *model, struct render_output *output)
{
	for (size_t i = 0; i < model->columns.count; i++)
		put_text(&output->text, model->columns.items[i].name);
	end_line(output);
	for (size_t i = 0; model->kind == REPORT_STATUS && i < model->measures.count; i++)
		put_cells(model, model->measures.items[i].cells, output);
	for (size_t i = 0; model->kind == REPORT_REGISTER && i < model->risks.count; i++)
		put_cells(model, model->risks.items[i].cells, output);
}

void render_csv(const struct report_model *model, const struct report_look *look, struct render_output *output)
{
	static void (*const tables[REPORT_KINDS])(const struct report_model *, struct render_output *) = {
		[REPORT_STATUS] = put_status,   [REPORT_REGISTER] = put_register, [REPORT_MATRIX] = put_matrix,
		[REPORT_CHANGES] = put_changes, [REPORT_DUE] = put_due,
	};

	(void)look;
	(model->columns.count ? put_chosen : tables[model->kind])(model, output);
}
