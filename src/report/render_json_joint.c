/* The joint parts of the status report as JSON: the member "joint", an object.
 *
 *   states[] {id, title, source {known ("self", "package" or "nothing"), origin,
 *     package, made, received, entries, silent (the package was made before the period, or
 *     there is none), forked, witnesses[] {state, entries, date} (who countersigned that
 *     log, as far as is known, up to which entry and when)},
 *     parts, planned, in_progress, completed, verified, on_hold, cancelled (in the
 *     state's own words), declined, stand_ins, without_word (these nine add up to
 *     parts), owed, received}
 *   parts[] PART; owed[] PART, those without a report for the period in the state's own
 *     words; contradictions[] PART with lead {state, status, date, voice}
 *
 * A PART is {measure, title, state, role ("lead" or "support"), voice ("own",
 * "stand-in": written by this store, or "none"), status, progress, date, declined, text
 * (its reason, else its obstacles), due, owed, received, owed_to[], contradiction (null,
 * "done-but-not", "cancelled-but-going-on", "going-on-past-due", "declined-but-named")}. */
#include "report/render_json.h"

static void put_source(struct json_writer *writer, const struct report_source *source)
{
	bool known = source->is_self || source->package;

	writer_open(writer, "source", '{');
	writer_text(writer, "known", source->is_self ? "self" : source->package ? "package" : "nothing");
	writer_text(writer, "origin", source->origin);
	if (source->package)
		writer_count(writer, "package", source->package);
	else
		writer_null(writer, "package");
	writer_text(writer, "made", source->created);
	writer_text(writer, "received", source->received);
	if (known)
		writer_count(writer, "entries", source->entries);
	else
		writer_null(writer, "entries");
	writer_flag(writer, "silent", source->is_silent);
	writer_flag(writer, "forked", source->is_forked);
	writer_open(writer, "witnesses", '[');
	for (size_t i = 0; i < source->witnesses.count; i++) {
		writer_open(writer, NULL, '{');
		writer_text(writer, "state", source->witnesses.items[i].state);
		writer_count(writer, "entries", source->witnesses.items[i].entries);
		writer_text(writer, "date", source->witnesses.items[i].date);
		writer_close(writer, '}');
	}
	writer_close(writer, ']');
	writer_close(writer, '}');
}

static void put_state(struct json_writer *writer, const struct report_state *state)
{
	static const char *const names[REPORT_WORDS] = { "planned",  "in_progress", "completed",
		                                             "verified", "on_hold",     "cancelled" };
	const struct report_voices *voices = &state->voices;

	writer_row(writer);
	writer_text(writer, "id", state->id);
	writer_text(writer, "title", state->title);
	put_source(writer, &state->source);
	writer_count(writer, "parts", voices->parts);
	for (int i = 0; i < REPORT_WORDS; i++)
		writer_count(writer, names[i], voices->words[i]);
	writer_count(writer, "declined", voices->declined);
	writer_count(writer, "stand_ins", voices->stand_ins);
	writer_count(writer, "without_word", voices->silent);
	writer_count(writer, "owed", voices->owed);
	writer_count(writer, "received", voices->received);
	writer_close(writer, '}');
}

/* Its members; the object stays open. */
static void put_part(struct json_writer *writer, const struct report_part *part)
{
	writer_row(writer);
	writer_text(writer, "measure", part->measure);
	writer_text(writer, "title", part->title);
	writer_text(writer, "state", part->state);
	writer_text(writer, "role", part->is_lead ? "lead" : "support");
	writer_text(writer, "voice", report_voice_names[part->voice]);
	writer_text(writer, "status", part->word);
	writer_progress(writer, "progress", part->progress);
	writer_text(writer, "date", part->date);
	writer_flag(writer, "declined", part->is_declined);
	writer_text(writer, "text", part->text);
	writer_text(writer, "due", part->due);
	writer_flag(writer, "owed", part->is_owed);
	writer_flag(writer, "received", part->is_received);
	writer_list(writer, "owed_to", part->owed_to);
	writer_text(writer, "contradiction", report_contradiction_names[part->contradiction]);
}

static void put_conflict(struct json_writer *writer, const struct report_conflict *conflict)
{
	put_part(writer, &conflict->part);
	writer_open(writer, "lead", '{');
	writer_text(writer, "state", conflict->lead);
	writer_text(writer, "status", conflict->lead_word);
	writer_text(writer, "date", conflict->lead_date);
	writer_text(writer, "voice", report_voice_names[conflict->lead_voice]);
	writer_close(writer, '}');
	writer_close(writer, '}');
}

static void put_parts(struct json_writer *writer, const char *name, const struct report_part *parts, size_t count)
{
	writer_open(writer, name, '[');
	for (size_t i = 0; i < count; i++) {
		put_part(writer, &parts[i]);
		writer_close(writer, '}');
	}
	writer_close(writer, ']');
}

void render_json_joint(struct json_writer *writer, const struct report_model *model)
{
	writer_open(writer, "joint", '{');
	writer_open(writer, "states", '[');
	for (size_t i = 0; i < model->states.count; i++)
		put_state(writer, &model->states.items[i]);
	writer_close(writer, ']');
	put_parts(writer, "owed", model->owed.items, model->owed.count);
	writer_open(writer, "contradictions", '[');
	for (size_t i = 0; i < model->conflicts.count; i++)
		put_conflict(writer, &model->conflicts.items[i]);
	writer_close(writer, ']');
	put_parts(writer, "parts", model->parts.items, model->parts.count);
	writer_close(writer, '}');
}
