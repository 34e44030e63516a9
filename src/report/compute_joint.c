/* The joint picture: what each state says itself, as far as its packages told this
 * store, who owes whom a report, and where two states contradict each other. */
#include <string.h>

#include "record/reader.h"
#include "register/vouching.h"
#include "report/compute.h"

/* ---- What is known of each state ------------------------------------------------- */

/* The newest package of a state that had come by the moment looked at; its last log is
 * the one that it writes today. */
static const struct receipt_facts *newest_of(const struct compute *compute, const char *state, uint64_t *size)
{
	const struct receipt_facts *newest = NULL, *all;
	size_t count;

	all = receipt_index_all(compute->receipts, &count);
	for (size_t i = 0; i < count; i++) {
		int64_t moment;
		if (strcmp(all[i].from, state) != 0 || !time_parse(span_of(all[i].received), &moment) ||
		    moment > compute->recorded)
			continue;
		if (!newest || all[i].log > newest->log)
			*size = 0;
		if (!newest || all[i].log > newest->log || (all[i].log == newest->log && all[i].sequence > newest->sequence))
			newest = &all[i];
		if (all[i].log == newest->log && all[i].size > *size)
			*size = all[i].size;
	}
	return newest;
}

/* Whether the package was made before the period looked at began. */
static bool is_made_before(const struct compute *compute, const struct receipt_facts *receipt)
{
	int64_t moment;

	return !time_parse(span_of(receipt->created), &moment) || time_date(moment) < compute->from;
}

/* Who countersigned the log, by the moment looked at. */
static void add_witnesses(struct compute *compute, const struct vouching *vouching, struct report_source *source)
{
	for (size_t i = 0; i < vouching->count; i++) {
		const struct vouching_log *log = &vouching->logs[i];
		for (size_t j = 0; j < log->witness_count && strcmp(log->origin, source->origin) == 0; j++) {
			struct report_witness *row =
				log->witnesses[j].time <= compute->recorded ? arena_add(compute->arena, &source->witnesses) : NULL;
			if (row)
				*row = (struct report_witness){ arena_text(compute->arena, span_of(log->witnesses[j].state)),
					                            compute_day(compute, time_date(log->witnesses[j].time)),
					                            log->witnesses[j].size };
		}
	}
}

static int joint_state(struct compute *compute, struct report_state *state, struct qorgan_error *error)
{
	struct report_source *source = &state->source;
	struct mirror_log log = { 0 };

	source->origin = source->created = source->received = "";
	source->is_self = strcmp(state->id, compute->model->state) == 0;
	if (source->is_self) {
		source->origin = compute->model->origin;
		source->entries = compute->model->leaves;
		return QORGAN_OK;
	}
	const struct receipt_facts *newest = newest_of(compute, state->id, &source->entries);
	source->is_silent = !newest || is_made_before(compute, newest);
	if (!newest)
		return QORGAN_OK;
	int code = mirror_log_get(compute->view, newest->log, &log, error);
	if (!code) {
		source->package = newest->sequence;
		source->origin = arena_text(compute->arena, span_of(log.origin));
		source->created = arena_text(compute->arena, span_of(newest->created));
		source->received = arena_text(compute->arena, span_of(newest->received));
		source->is_forked = log.forked;
	}
	mirror_log_free(&log);
	return code;
}

int joint_start(struct compute *compute, struct qorgan_error *error)
{
	struct report_model *model = compute->model;
	struct vouching vouching = { 0 };
	char self[RECORD_NAME_LIMIT];
	bool observer;
	int code = receipt_index_load(compute->view, &compute->receipts, error);

	if (!code)
		code = parties_load(compute->view, &compute->parties, error);
	if (!code)
		parties_find(compute->parties, span_of(model->state), self, &observer); /* has them read now */
	if (!code)
		code = vouching_load(compute->view, compute->vault, &vouching, error);
	for (size_t i = 0; i < model->states.count && !code; i++) {
		code = joint_state(compute, &model->states.items[i], error);
		if (!code && *model->states.items[i].source.origin)
			add_witnesses(compute, &vouching, &model->states.items[i].source);
	}
	vouching_free(&vouching);
	return code ? code : compute->arena->failed ? error_set_memory(error) : QORGAN_OK;
}

/* ---- One state's part in a measure ------------------------------------------------- */

/* A report that its state keeps is its word; the copy that this store keeps of another
 * state's stands in for it. */
static enum report_voice voice_of(const struct compute *compute, struct span state, const struct status_facts *facts)
{
	if (!facts)
		return REPORT_NO_WORD;
	return span_is(state, compute->model->state) || mirror_place(&facts->place) ? REPORT_OWN_WORD : REPORT_STAND_IN;
}

static void audience_add(struct compute *compute, struct span state, struct span debtor)
{
	char code[RECORD_NAME_LIMIT];
	bool observer = false;

	if (!state.size || span_equal(state, debtor) || !parties_find(compute->parties, state, code, &observer) || observer)
		return;
	if (compute->scratch.size)
		buffer_append_text(&compute->scratch, ", ");
	buffer_append_span(&compute->scratch, state);
}

/* Its lead, and the states that the measure is released to. */
static const char *audience_of(struct compute *compute, const struct measure_view *measure, struct span debtor)
{
	struct span release = measure->members[MEASURE_RELEASE], element;
	struct reader reader;

	buffer_clear(&compute->scratch);
	audience_add(compute, measure->lead, debtor);
	if (release.data && !span_is(raw_plain(measure->members[MEASURE_MARKING]), "TLP:RED") &&
	    reader_open(release, &reader))
		while (reader_element(&reader, &element))
			if (!span_equal(raw_plain(element), measure->lead))
				audience_add(compute, raw_plain(element), debtor);
	compute->arena->failed |= compute->scratch.failed;
	return arena_text(compute->arena, buffer_span(&compute->scratch));
}

static void count_part(struct report_voices *voices, const struct report_part *part, const struct status_facts *facts)
{
	voices->parts++;
	voices->owed += part->is_owed;
	voices->received += part->is_received;
	if (part->voice == REPORT_NO_WORD || facts->word >= STATUS_WORDS)
		voices->silent++;
	else if (part->voice == REPORT_STAND_IN)
		voices->stand_ins++;
	else if (facts->consent == CONSENT_DECLINED)
		voices->declined++;
	else
		voices->words[facts->word]++;
}

static struct report_part part_of(struct compute *compute, const struct measure_view *measure, struct span state,
                                  const struct status_facts *facts, bool is_lead)
{
	const struct status_detail *detail = compute_detail(compute, facts);
	struct report_part part = { .state = arena_text(compute->arena, state), .is_lead = is_lead };

	part.voice = voice_of(compute, state, facts);
	part.word = facts ? status_word_names[facts->word] : "";
	part.progress = facts ? facts->progress : -1;
	part.date = facts ? compute_day(compute, facts->date) : "";
	part.text = detail ? (*detail->reason ? detail->reason : detail->obstacles) : "";
	part.is_declined = facts && facts->consent == CONSENT_DECLINED;
	part.is_owed = compute_owes(compute, measure, facts);
	part.is_received = part.voice == REPORT_OWN_WORD && compute_reported(compute, facts);
	part.owed_to = part.is_owed ? audience_of(compute, measure, state) : "";
	return part;
}

/* ---- Contradictions ------------------------------------------------------------------ */

static bool is_done(const struct status_facts *facts)
{
	return facts->word == STATUS_COMPLETED || facts->word == STATUS_VERIFIED;
}

/* Whether a supporting state cannot be where its lead says that all is. One that said
 * before its lead that it goes on may well be done by now; what stands still, or meets
 * obstacles, is a question all the same. */
static bool is_behind(const struct compute *compute, const struct status_facts *lead, const struct status_facts *facts)
{
	const struct status_detail *detail = compute_detail(compute, facts);

	if (facts->word == STATUS_ON_HOLD || facts->word == STATUS_CANCELLED)
		return true;
	return status_word_is_open((enum status_word)facts->word) &&
	       (facts->date > lead->date || (detail && *detail->obstacles));
}

static enum report_contradiction contradiction_of(const struct compute *compute, const struct measure_view *measure,
                                                  const struct status_facts *facts, bool is_lead)
{
	const struct status_facts *lead = measure->report;

	if (!facts)
		return REPORT_CONSISTENT;
	if (facts->consent == CONSENT_DECLINED)
		return REPORT_DECLINED_BUT_NAMED;
	if (is_lead)
		return facts->word == STATUS_IN_PROGRESS && measure->state.overdue ? REPORT_GOING_ON_PAST_DUE
		                                                                   : REPORT_CONSISTENT;
	if (!lead || lead->consent == CONSENT_DECLINED)
		return REPORT_CONSISTENT;
	if (is_done(lead) && is_behind(compute, lead, facts))
		return REPORT_DONE_BUT_NOT;
	if (lead->word == STATUS_CANCELLED && facts->word == STATUS_IN_PROGRESS && facts->date > lead->date)
		return REPORT_CANCELLED_BUT_GOING_ON;
	return REPORT_CONSISTENT;
}

static void add_contradiction(struct compute *compute, const struct measure_view *measure,
                              const struct report_part *part)
{
	const struct status_facts *lead = measure->report;
	struct report_conflict *conflict = compute_add(compute, &compute->model->conflicts);

	if (!conflict)
		return;
	conflict->part = *part;
	conflict->lead = arena_text(compute->arena, measure->lead);
	conflict->lead_word = lead ? status_word_names[lead->word] : "";
	conflict->lead_date = lead ? compute_day(compute, lead->date) : "";
	conflict->lead_voice = voice_of(compute, measure->lead, lead);
}

void joint_part(struct compute *compute, const struct measure_view *measure, const struct report_named *named,
                struct span state, const struct status_facts *facts, bool is_lead)
{
	struct report_model *model = compute->model;
	struct report_state *row = compute_state(compute, state);
	struct report_part part, *kept;

	if (*compute->only_state && !row)
		return;
	part = part_of(compute, measure, state, facts, is_lead);
	part.measure = named->id;
	part.title = named->title;
	part.due = named->due;
	part.contradiction = contradiction_of(compute, measure, facts, is_lead);
	if (row)
		count_part(&row->voices, &part, facts);
	if ((compute->complete || compute->rows) && (kept = arena_add(compute->arena, &model->parts)))
		*kept = part;
	if (part.is_owed && !part.is_received && (kept = compute_add(compute, &model->owed)))
		*kept = part;
	if (part.voice == REPORT_STAND_IN && (kept = compute_add(compute, &model->stand_ins)))
		*kept = part;
	if (part.contradiction != REPORT_CONSISTENT)
		add_contradiction(compute, measure, &part);
}
