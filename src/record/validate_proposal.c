/* The rules of proposals and of answers to them: each is between two states, who are
 * in its id, and goes to the other alone; what is proposed are fields that the kind
 * has. Whether their values may stand in the object is checked where it is at hand. */
#include <stdio.h>
#include <string.h>

#include "record/canonical.h"
#include "record/input.h"
#include "record/member.h"
#include "record/record.h"
#include "record/validate_rules.h"

/* What stands behind the '/' of an id: "KAZ-p1", and for an answer "KAZ-p1-UZB". */
static void rule_id(struct validation *v, const char *author, const char *answering)
{
	struct place place = { NULL, "id", 0 };
	const char *slash = v->id.size ? memchr(v->id.data, '/', v->id.size) : NULL;
	char start[RECORD_NAME_LIMIT + 4], end[RECORD_NAME_LIMIT + 4] = "";

	if (!slash || !author) /* told by other checks */
		return;
	snprintf(start, sizeof start, "%.64s-p", author);
	if (answering)
		snprintf(end, sizeof end, "-%.64s", answering);
	const char *at = slash + 1;
	size_t size = (size_t)(v->id.data + v->id.size - at), first = strlen(start), last = strlen(end), digits = 0;
	while (first + digits < size && at[first + digits] >= '0' && at[first + digits] <= '9')
		digits++;
	if (size < first || memcmp(at, start, first) != 0 || digits == 0 || digits > 9 || at[first] == '0' ||
	    size != first + digits + last || memcmp(at + first + digits, end, last) != 0)
		validation_tell(v, &place, "is not of the form OBJECT/%s1%s", start, end);
}

/* Between two states, and released to the other alone. */
static void rule_between(struct validation *v)
{
	struct place to = { NULL, "to", 0 }, release = { NULL, "release", 0 };
	const char *state = member_text(v->body, "state"), *other = member_text(v->body, "to");
	const json_t *list = json_object_get(v->body, "release");

	if (state && other && strcmp(state, other) == 0)
		validation_tell(v, &to, "is %s itself", other);
	if (other && list && (json_array_size(list) != 1 || !list_has_text(list, other)))
		validation_tell(v, &release, "must be %s alone: it is between two states", other);
}

/* A canonical JSON object in a string; NULL, told, if it is none. A new reference. */
static json_t *values_read(struct validation *v, const char *name, bool *told)
{
	struct place place = { NULL, name, 0 };
	const char *text = member_text(v->body, name);
	json_t *values = NULL;

	*told = false;
	if (!text)
		return NULL;
	if (canonical_is(span_of(text)) && *text == '{' && input_parse(span_of(text), &values, NULL) == QORGAN_OK)
		return values;
	*told = true;
	validation_tell(v, &place, "is not the canonical JSON of an object");
	return NULL;
}

static void field_check(struct validation *v, const struct schema *subject, const struct place *place, const char *name)
{
	const struct field *field = schema_field(subject->fields, name, strlen(name));

	if (!field)
		validation_tell(v, place, "a %s has no field \"%.64s\"", subject->kind, name);
	else if (field->flags & FIELD_COMPUTED)
		validation_tell(v, place, "the field %s is kept by the program", name);
}

static void values_check(struct validation *v, const struct schema *subject, const char *name, json_t *values)
{
	struct place top = { NULL, name, 0 };
	const char *member;
	json_t *value;

	json_object_foreach(values, member, value) {
		struct place place = { &top, member, 0 };
		field_check(v, subject, &place, member);
	}
}

static void removed_check(struct validation *v, const struct schema *subject, const json_t *changes,
                          const json_t *before)
{
	const json_t *removed = json_object_get(v->body, "removed");
	struct place top = { NULL, "removed", 0 };

	for (size_t i = 0; i < json_array_size(removed); i++) {
		const char *name = json_string_value(json_array_get(removed, i));
		struct place place = { &top, NULL, i };
		if (!name)
			continue;
		field_check(v, subject, &place, name);
		if (json_object_get(changes, name))
			validation_tell(v, &place, "%.64s has a new value, too", name);
		else if (!json_object_get(before, name))
			validation_tell(v, &place, "%.64s is not among the former values", name);
	}
}

void validation_proposal(struct validation *v)
{
	const char *kind = member_text(v->body, "subject");
	const struct schema *subject = kind ? schema_find(kind, strlen(kind)) : NULL;
	struct place place = { NULL, "changes", 0 };
	bool told_changes, told_before;
	json_t *changes = values_read(v, "changes", &told_changes), *before = values_read(v, "before", &told_before);

	rule_id(v, member_text(v->body, "state"), NULL);
	rule_between(v);
	if (subject) {
		values_check(v, subject, "changes", changes);
		values_check(v, subject, "before", before);
		removed_check(v, subject, changes, before);
	}
	if (!told_changes && json_object_size(changes) == 0 && json_array_size(json_object_get(v->body, "removed")) == 0)
		validation_tell(v, &place, "nothing is proposed");
	json_decref(changes);
	json_decref(before);
}

void validation_answer(struct validation *v)
{
	struct place reason = { NULL, "reason", 0 }, made = { NULL, "made", 0 };
	const char *answer = member_text(v->body, "answer");
	bool declined = answer && strcmp(answer, "declined") == 0;

	rule_id(v, member_text(v->body, "to"), member_text(v->body, "state") ? member_text(v->body, "state") : "?");
	rule_between(v);
	if (declined && !member_text(v->body, "reason"))
		validation_tell(v, &reason, "is required when a proposal is declined");
	if (answer && !declined && !json_object_get(v->body, "made"))
		validation_tell(v, &made, "is required when a proposal is accepted");
}
