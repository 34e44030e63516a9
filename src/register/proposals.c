/* Proposals and the answers to them, read and told. */
#include "register/proposals.h"

#include <stdio.h>
#include <string.h>

#include "record/diff.h"
#include "record/reader.h"
#include "register/wording.h"

bool proposal_answer_id(struct span id, struct span to, char answer[RECORD_ID_LIMIT])
{
	int size = snprintf(answer, RECORD_ID_LIMIT, "%.*s-%.*s", (int)id.size, id.data, (int)to.size, to.data);

	return size > 0 && size < RECORD_ID_LIMIT && record_id_check(schema_find("answer", 6), span_of(answer), NULL) == 0;
}

/* Words and states have no escapes. */
static struct span plain(struct span raw)
{
	return raw.size < 2 || raw.data[0] != '"' ? (struct span){ "", 0 } : (struct span){ raw.data + 1, raw.size - 2 };
}

int proposal_look(struct vault_view *view, const struct record *proposal, struct vault_record *answer,
                  enum proposal_standing *standing, struct qorgan_error *error)
{
	static const char *const names[] = { "answer", "proposed" };
	char id[RECORD_ID_LIMIT];
	struct span to, values[2];
	int64_t proposed;

	*standing = PROPOSAL_OPEN;
	if (!reader_find(proposal->body, "to", &to) || !proposal_answer_id(proposal->id, plain(to), id))
		return QORGAN_OK;
	int code = vault_get(view, schema_find("answer", 6), span_of(id), 0, answer, error);
	if (code)
		return code == QORGAN_ABSENT ? QORGAN_OK : code;
	reader_pick(answer->record.body, names, values, 2);
	if (reader_integer(values[1], &proposed) && proposed == proposal->version)
		*standing = span_is(plain(values[0]), "accepted") ? PROPOSAL_ACCEPTED : PROPOSAL_DECLINED;
	return QORGAN_OK;
}

bool proposal_field_is_told(const char *name)
{
	return strcmp(name, "changes") == 0 || strcmp(name, "before") == 0 || strcmp(name, "removed") == 0;
}

/* ---- For people ------------------------------------------------------------------ */

struct telling {
	const char *const *languages;
	qorgan_line line;
	void *context;
	struct buffer text, scratch;
	size_t count;
};

static void value_write(struct telling *telling, const char *sign, const struct field *field, struct span raw)
{
	struct span text;

	if (!raw.data)
		return;
	buffer_append_format(&telling->text, "%s%s ", telling->text.size ? "\n" : "", sign);
	buffer_clear(&telling->scratch);
	if (*raw.data == '"' && reader_string(raw, &telling->scratch, &text))
		buffer_append_span(&telling->text, text);
	else if (field)
		wording_value(field, raw, &(struct wording){ telling->languages, NULL }, &telling->text);
	else
		buffer_append_span(&telling->text, raw);
}

/* "- 12\n+ 16", and the path. */
static void change_tell(void *context, const char *path, const struct field *field, struct span before,
                        struct span after)
{
	struct telling *telling = context;

	if (telling->count++ == 0)
		telling->line(telling->context, 0, "Changes", "");
	buffer_clear(&telling->text);
	value_write(telling, "-", field, before);
	value_write(telling, "+", field, after);
	telling->line(telling->context, 1, path, buffer_text(&telling->text));
}

/* The object in a string of the proposal, "{}" if it has none. */
static struct span object_in(struct span raw, struct buffer *scratch)
{
	struct span text;

	return raw.data && reader_string(raw, scratch, &text) && text.size > 1 ? text : span_of("{}");
}

static void changes_tell(struct telling *telling, const struct record *proposal)
{
	enum { BEFORE, CHANGES, SUBJECT, NAMES };
	static const char *const names[NAMES] = { "before", "changes", "subject" };
	struct buffer before = { 0 }, after = { 0 };
	struct span values[NAMES];

	reader_pick(proposal->body, names, values, NAMES);
	struct span kind = plain(values[SUBJECT]);
	const struct schema *subject = schema_find(kind.data, kind.size);
	struct span old = object_in(values[BEFORE], &before), new = object_in(values[CHANGES], &after);
	if (subject)
		diff_bodies(subject, old, new, change_tell, telling);
	telling->text.failed |= before.failed | after.failed;
	buffer_free(&before);
	buffer_free(&after);
}

/* "accepted, as version 4, 2026-05-01" or "declined, 2026-05-01: too early" */
static void answer_tell(struct telling *telling, const struct record *answer, enum proposal_standing standing)
{
	static const char *const names[] = { "made", "reason" };
	struct span values[2], reason;
	int64_t made;

	buffer_clear(&telling->text);
	buffer_clear(&telling->scratch);
	if (standing == PROPOSAL_OPEN) {
		buffer_append_text(&telling->text, "none yet");
	} else {
		reader_pick(answer->body, names, values, 2);
		buffer_append_text(&telling->text, standing == PROPOSAL_ACCEPTED ? "accepted" : "declined");
		if (standing == PROPOSAL_ACCEPTED && reader_integer(values[0], &made))
			buffer_append_format(&telling->text, ", as version %lld", (long long)made);
		buffer_append_format(&telling->text, ", %.*s by %.*s of %.*s", (int)answer->time.size, answer->time.data,
		                     (int)answer->user.size, answer->user.data, (int)answer->owner.size, answer->owner.data);
		if (values[1].data && reader_string(values[1], &telling->scratch, &reason)) {
			buffer_append_text(&telling->text, ": ");
			buffer_append_span(&telling->text, reason);
		}
	}
	telling->line(telling->context, 0, "Answer", buffer_text(&telling->text));
}

int proposal_tell(struct vault_view *view, const char *const *languages, const struct record *proposal,
                  qorgan_line line, void *context, struct qorgan_error *error)
{
	struct telling telling = { .languages = languages, .line = line, .context = context };
	struct vault_record answer = { 0 };
	enum proposal_standing standing;
	int code = proposal_look(view, proposal, &answer, &standing, error);

	if (!code) {
		changes_tell(&telling, proposal);
		answer_tell(&telling, &answer.record, standing);
		code = telling.text.failed || telling.scratch.failed ? error_set_memory(error) : QORGAN_OK;
	}
	vault_record_free(&answer);
	buffer_free(&telling.text);
	buffer_free(&telling.scratch);
	return code;
}
