/* Steps that the rules of the field prescribe: assigning, reporting, retiring,
 * restoring. Each prepares a change. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "register/change_internal.h"

/* The code of a state. */
static int change_party(struct qorgan_change *change, const char *name, char code[65], bool observers,
                        struct qorgan_error *error)
{
	struct parties *parties = world_parties(change->world);
	bool observer = false;

	if (parties_find(parties, span_of(name), code, &observer) && (observers || !observer))
		return QORGAN_OK;
	return parties_refuse(parties, span_of(name), observers, error);
}

static size_t states_find(const json_t *states, const char *code)
{
	size_t at = 0;

	while (at < json_array_size(states) && strcmp(json_string_value(json_array_get(states, at)), code) < 0)
		at++;
	return at;
}

/* Puts a state into the sorted set, or takes it out. */
static int states_change(json_t *states, const char *code, bool out, struct qorgan_error *error)
{
	size_t at = states_find(states, code);
	const char *there = json_string_value(json_array_get(states, at));
	bool is_there = there && strcmp(there, code) == 0;

	if (out && !is_there)
		return error_set(error, QORGAN_BAD_DATA, "%s is not in the list, so it cannot be removed", code);
	if (out)
		json_array_remove(states, at);
	else if (!is_there)
		json_array_insert_new(states, at, json_string(code));
	return QORGAN_OK;
}

/* Turns "kaz, Узбекистан" into a sorted set of codes, as an array. "+kaz,-uzb"
 * changes the set `before`: an element without a sign has that of the one before. */
static int states_parse(struct qorgan_change *change, const char *text, const json_t *before, json_t **states,
                        struct qorgan_error *error)
{
	char *copy = strdup(text), *rest = NULL, code[65], sign = text[strspn(text, " ")];
	bool changes = sign == '+' || sign == '-';
	int result = copy ? QORGAN_OK : error_set_memory(error);

	*states = changes && before ? json_deep_copy(before) : json_array();
	for (char *word = copy ? strtok_r(copy, ",;", &rest) : NULL; word && !result; word = strtok_r(NULL, ",;", &rest)) {
		word += strspn(word, " ");
		if (changes && (*word == '+' || *word == '-')) {
			sign = *word++;
			word += strspn(word, " ");
		}
		for (size_t size = strlen(word); size && word[size - 1] == ' ';)
			word[--size] = '\0';
		if (!*word)
			continue;
		result = change_party(change, word, code, false, error);
		if (!result)
			result = states_change(*states, code, changes && sign == '-', error);
	}
	free(copy);
	if (result) {
		json_decref(*states);
		*states = NULL;
	}
	return result;
}

/* Removes from the array the members that are in `others`. */
static void states_subtract(json_t *states, const json_t *others)
{
	for (size_t i = json_array_size(states); i-- > 0;)
		for (size_t j = 0; j < json_array_size(others); j++)
			if (json_equal(json_array_get(states, i), json_array_get(others, j))) {
				json_array_remove(states, i);
				break;
			}
}

static void body_set_list(json_t *body, const char *name, json_t *list)
{
	if (json_array_size(list) == 0) {
		json_object_del(body, name);
		json_decref(list);
	} else {
		json_object_set_new(body, name, list);
	}
}

int qorgan_change_assign(struct qorgan_change *change, const char *measure, const char *lead, const char *support,
                         const char *abstaining, struct qorgan_error *error)
{
	char code[65];
	json_t *supporters = NULL, *abstainers = NULL;
	int result = qorgan_change_object(change, "measure", measure, QORGAN_EDIT, 0, error);

	if (!result && !lead && !support && !abstaining)
		result = error_set(error, QORGAN_USAGE, "say whom to assign: --lead STATE, --support STATE,...");
	if (!result && lead)
		result = change_party(change, lead, code, false, error);
	if (!result && support)
		result = states_parse(change, support, json_object_get(change->current->body, "support"), &supporters, error);
	if (!result && abstaining)
		result = states_parse(change, abstaining, json_object_get(change->current->body, "abstaining"), &abstainers, error);
	if (result) {
		json_decref(supporters);
		return result;
	}
	json_t *body = change->current->body;
	if (lead)
		json_object_set_new(body, "lead", json_string(code));
	if (supporters)
		body_set_list(body, "support", supporters);
	if (abstainers)
		body_set_list(body, "abstaining", abstainers);

	/* A state has one part: who becomes lead supports no longer, who takes part
	 * does not abstain. What was named in one call wins over what was there. */
	json_t *leads = json_pack("[s]", json_string_value(json_object_get(body, "lead"))
	                                     ? json_string_value(json_object_get(body, "lead")) : "");
	if (lead && !support)
		states_subtract(json_object_get(body, "support"), leads);
	if (!abstaining) {
		states_subtract(json_object_get(body, "abstaining"), leads);
		states_subtract(json_object_get(body, "abstaining"), json_object_get(body, "support"));
	} else if (!support) {
		states_subtract(json_object_get(body, "support"), json_object_get(body, "abstaining"));
	}
	json_decref(leads);
	return QORGAN_OK;
}

int qorgan_change_unassign(struct qorgan_change *change, const char *measure, const char *states,
                           struct qorgan_error *error)
{
	json_t *list = NULL;
	int result = qorgan_change_object(change, "measure", measure, QORGAN_EDIT, 0, error);

	if (!result)
		result = states_parse(change, states, NULL, &list, error);
	if (result)
		return result;
	json_t *body = change->current->body;
	const json_t *support = json_object_get(body, "support"), *state;
	size_t index;
	json_array_foreach (list, index, state) {
		bool takes_part = json_equal(json_object_get(body, "lead"), state);
		for (size_t i = 0; i < json_array_size(support); i++)
			takes_part |= json_equal(json_array_get(support, i), state);
		if (!takes_part && !result)
			result = error_set(error, QORGAN_BAD_DATA, "%s takes no part in %s", json_string_value(state), measure);
	}
	if (!result) {
		json_array_foreach (list, index, state)
			if (json_equal(json_object_get(body, "lead"), state))
				json_object_del(body, "lead");
		states_subtract(json_object_get(body, "support"), list);
	}
	json_decref(list);
	return result;
}

/* "in progress", "In_Progress" and "in-progress" are one word. */
static void word_normalise(const char *text, char word[32])
{
	size_t size = 0;

	for (; *text && size < 31; text++) {
		char c = *text == ' ' || *text == '_' ? '-' : *text;
		word[size++] = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
	}
	word[size] = '\0';
}

/* A report of another day is a new one; one of the same day corrects it. */
void change_date(struct qorgan_change *change, json_t *body, const char *date, const char *const *own, size_t count)
{
	const char *before = json_string_value(json_object_get(body, "date"));
	char today[DATE_TEXT_SIZE];

	date_format(time_date(vault_now(change->store)), today);
	if (!before || strcmp(before, date ? date : today) != 0)
		for (size_t i = 0; i < count; i++)
			json_object_del(body, own[i]);
	json_object_set_new(body, "date", json_string(date ? date : today));
}

/* The release list of what another state keeps names those to whom that one gives
 * it: itself goes without saying there, and this state here. */
static int release_turn(json_t *release, const char *owner, const char *own, struct qorgan_error *error)
{
	int code = states_change(release, owner, false, error);
	size_t at = states_find(release, own);
	const char *there = json_string_value(json_array_get(release, at));

	if (there && strcmp(there, own) == 0)
		json_array_remove(release, at);
	return code;
}

int change_mark(struct qorgan_change *change, struct change_object *object, struct qorgan_error *error)
{
	char owner[RECORD_NAME_LIMIT];
	json_t *whole = change_whole(change, object, owner);
	json_t *marking = json_object_get(whole, "marking"), *release = json_deep_copy(json_object_get(whole, "release"));
	int code = QORGAN_OK;

	if (marking)
		json_object_set(object->body, "marking", marking);
	if (whole && strcmp(owner, vault_state(change->store)) != 0) {
		release = release ? release : json_array();
		code = release_turn(release, owner, vault_state(change->store), error);
	}
	if (release)
		body_set_list(object->body, "release", release);
	json_decref(whole);
	return code;
}

static bool word_is_done(const char *word)
{
	return strcmp(word, "completed") == 0 || strcmp(word, "verified") == 0;
}

/* What follows from the word of a report, and from the one before ("": none), for its other fields. */
static void report_follow(json_t *body, const char *word, const char *before)
{
	bool done = word_is_done(word);
	bool stopped = (strcmp(word, "on-hold") == 0 || strcmp(word, "cancelled") == 0) && strcmp(word, before) == 0;
	const char *consent = json_string_value(json_object_get(body, "consent"));
	bool declined = consent && strcmp(consent, "declined") == 0;

	/* To report work is to take the part, whatever was said of it before. */
	if (declined && (done || strcmp(word, "in-progress") == 0)) {
		json_object_set_new(body, "consent", json_string("accepted"));
		declined = false;
	}
	/* Reasons belong to the word that they explain. */
	if (!stopped && !declined)
		json_object_del(body, "reason");
	/* Completed is the whole; what is taken up again is not at 100 any more. */
	if (done)
		json_object_set_new(body, "progress", json_integer(100));
	else if (word_is_done(before))
		json_object_del(body, "progress");
	if (!done && strcmp(word, "cancelled") != 0)
		json_object_del(body, "finished");
}

int change_turn_voice(struct qorgan_change *change, const char *kind, const char *on, const char *id, const char *state,
                      char code[65], struct qorgan_error *error)
{
	char voice[RECORD_ID_LIMIT];
	int result = change_party(change, state ? state : vault_state(change->store), code, false, error);

	if (!result)
		result = change_require(change, on, id, error);
	if (result)
		return result;
	snprintf(voice, sizeof voice, "%s/%s", id, code);
	return qorgan_change_object(change, kind, voice, QORGAN_PUT, 0, error);
}

int qorgan_change_status(struct qorgan_change *change, const char *measure, const char *state, const char *word,
                         const char *date, struct qorgan_error *error)
{
	static const char *const own[] = { "note", "obstacles", "help", "next_steps" };
	char code[65], normal[32], before[32] = "";
	int result = change_turn_voice(change, "status", "measure", measure, state, code, error);

	if (!result) {
		word_normalise(json_string_value(json_object_get(change->current->body, "status")) ? : "", before);
		word_normalise(word, normal);
		result = qorgan_change_set(change, "status", normal, error);
	}
	if (!result) {
		change_date(change, change->current->body, date, own, sizeof own / sizeof own[0]);
		report_follow(change->current->body, normal, before);
		if (!change->current->base)
			result = change_mark(change, change->current, error);
	}
	return result;
}

int qorgan_change_retire(struct qorgan_change *change, const char *kind, const char *id, const char *reason,
                         struct qorgan_error *error)
{
	int code = qorgan_change_object(change, kind, id, QORGAN_EDIT, 0, error);

	if (!code && !schema_field(change->current->schema->fields, "retired", 7))
		code = error_set(error, QORGAN_USAGE, "%s cannot be retired", change->current->name);
	if (!code && (!reason || !*reason))
		code = error_set(error, QORGAN_USAGE, "say why %s no longer applies: --reason TEXT", change->current->name);
	return code ? code : qorgan_change_set(change, "retired", reason, error);
}

int qorgan_change_restore(struct qorgan_change *change, const char *kind, const char *id, uint32_t version,
                          struct qorgan_error *error)
{
	const struct schema *schema = change_schema(kind, error);
	json_t *body = NULL;
	uint32_t found;
	bool gone;
	int code;

	if (!schema)
		return QORGAN_USAGE;
	code = qorgan_change_object(change, kind, id, QORGAN_EDIT, 0, error);
	/* The newest version may have been forgotten, and the one that is wanted not. */
	gone = code == QORGAN_ABSENT;
	if (gone)
		code = qorgan_change_object(change, kind, id, QORGAN_PUT, 0, error);
	if (!code) {
		code = change_body(change, schema, id, version, &body, &found, error);
		if (code == QORGAN_ABSENT)
			code = error_set(error, QORGAN_ABSENT, "%s has no version %u: see qorgan log %s", change->current->name, version,
			                 id);
	}
	if (code)
		return code;
	/* Going back to an earlier plan moves the due date, sets it or gives it up: that is its reason. */
	const json_t *due = json_object_get(body, "due"), *now = json_object_get(change->current->body, "due");
	if ((due || now) && !json_equal(due, now))
		json_object_set_new(body, "due_reason", json_sprintf("restored from version %u", version));
	/* A marking that was tightened since was so for a reason; where that is not known any more,
	 * it goes to nobody at first. */
	static const char *const kept[] = { "release", "marking" };
	for (size_t i = 0; i < (gone ? 1 : 2); i++) {
		json_t *value = json_object_get(change->current->body, kept[i]);
		if (value)
			json_object_set(body, kept[i], value);
		else
			json_object_del(body, kept[i]);
	}
	json_decref(change->current->body);
	change->current->body = body;
	return QORGAN_OK;
}

/* Whether there is such an object, in the store or in the change: QORGAN_ABSENT
 * (no message) if not. */
static int object_find(struct qorgan_change *change, const struct schema *schema, const char *id,
                       struct qorgan_error *error)
{
	struct vault_place place;

	return change_find(change, schema, id) ? QORGAN_OK
	                                       : vault_find(world_view(change->world), schema, span_of(id), &place, error);
}

/* Whether a note can be on that object; *code is a failure to find out. */
static bool is_noted_on(struct qorgan_change *change, const char *on, int *code, struct qorgan_error *error)
{
	static const char *const kinds[] = { "domain", "risk", "measure" };

	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
		*code = object_find(change, change_schema(kinds[i], error), on, error);
		if (*code != QORGAN_ABSENT)
			return *code == QORGAN_OK;
	}
	*code = QORGAN_OK;
	return false;
}

int qorgan_change_note(struct qorgan_change *change, const char *on, const char *text, char id[130],
                       struct qorgan_error *error)
{
	const struct schema *schema = change_schema("note", error);
	int code = QORGAN_OK;

	if (strlen(on) > 64 || strchr(on, '/'))
		return error_set(error, QORGAN_BAD_DATA, "a note belongs to a domain, risk or measure: %s is none", on);
	if (!is_noted_on(change, on, &code, error))
		return code ? code : error_set(error, QORGAN_ABSENT, "there is no domain, risk or measure %s: see qorgan search", on);
	for (unsigned number = 1; !code; number++) {
		snprintf(id, 130, "%s/n%u", on, number);
		code = object_find(change, schema, id, error);
	}
	if (code == QORGAN_ABSENT)
		code = qorgan_change_object(change, "note", id, QORGAN_ADD, 0, error);
	return code ? code : qorgan_change_set(change, "text", text, error);
}

int qorgan_next_id(struct qorgan_store *store, const char *kind, const char *parent, char id[130],
                   struct qorgan_error *error)
{
	const struct schema *schema = change_schema(kind, error);
	bool is_measure = strcmp(kind, "measure") == 0;
	struct vault_view *view = NULL;
	struct vault_place place;
	int code;

	if (!schema)
		return QORGAN_USAGE;
	if (strlen(parent) > 50)
		return error_set(error, QORGAN_BAD_DATA, "%s is too long for an id to be made from: give one", parent);
	code = vault_view_begin(store, &view, error);
	for (unsigned number = 1; !code; number++) {
		snprintf(id, 130, is_measure ? "%s-M%u" : "%s-%02u", parent, number);
		code = vault_find(view, schema, span_of(id), &place, error);
	}
	vault_view_end(view);
	return code == QORGAN_ABSENT ? QORGAN_OK : code;
}
