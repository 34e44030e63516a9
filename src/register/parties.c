/* The table of states and observers by all their names. */
#include "register/parties.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "record/input.h"
#include "record/reader.h"

struct party_name {
	struct party_name *next;
	char code[65];
	bool observer;
	bool is_id;   /* the id itself, compared as it is written */
	char name[];  /* else folded */
};

/* Reading them all costs more than a small change does; most names are ids,
 * which are looked up singly. */
struct parties {
	struct party_name *names; /* ids first; then what this store's own records call them; then others' */
	struct vault_view *view; /* NULL: there is no store behind */
	bool all;                /* the store's were all read */
	bool all_ids;            /* all of the store's ids are known */
	struct qorgan_error failure; /* the first one to read them */
};

int parties_make(struct parties **parties, struct qorgan_error *error)
{
	*parties = calloc(1, sizeof **parties);
	return *parties ? QORGAN_OK : error_set_memory(error);
}

void parties_free(struct parties *parties)
{
	if (!parties)
		return;
	for (struct party_name *name = parties->names, *next; name; name = next) {
		next = name->next;
		free(name);
	}
	free(parties);
}

/* What a text is: an id is nobody's but its own. */
enum rank { AN_ID, OWN_NAME, OTHERS_NAME };

static int name_add(struct parties *parties, const char *code, bool observer, enum rank rank, const char *text,
                    struct qorgan_error *error)
{
	bool is_id = rank == AN_ID;
	struct buffer folded = { 0 };

	if (is_id)
		buffer_append_text(&folded, text);
	else
		text_fold(&folded, span_of(text));
	struct party_name *name = folded.failed ? NULL : malloc(sizeof *name + folded.size + 1);
	if (name) {
		struct party_name **at = &parties->names;
		while (*at && (rank == OTHERS_NAME || (rank == OWN_NAME && (*at)->is_id)))
			at = &(*at)->next;
		*name = (struct party_name){ .next = *at, .observer = observer, .is_id = is_id };
		memccpy(name->code, code, '\0', sizeof name->code - 1);
		memcpy(name->name, buffer_text(&folded), folded.size + 1);
		*at = name;
	}
	buffer_free(&folded);
	return name ? QORGAN_OK : error_set_memory(error);
}

static void party_remove(struct parties *parties, const char *code)
{
	for (struct party_name **at = &parties->names; *at;) {
		struct party_name *name = *at;
		if (strcmp(name->code, code) == 0) {
			*at = name->next;
			free(name);
		} else {
			at = &name->next;
		}
	}
}

static int party_take(struct parties *parties, const char *id, const json_t *body, enum rank rank,
                      struct qorgan_error *error)
{
	bool observer = json_is_true(json_object_get(body, "observer"));
	const char *alpha2 = json_string_value(json_object_get(body, "alpha2")), *language;
	json_t *title = json_object_get(body, "title"), *aliases = json_object_get(body, "aliases"), *value;
	size_t index;
	int code;

	party_remove(parties, id);
	code = name_add(parties, id, observer, AN_ID, id, error);
	if (!code)
		code = name_add(parties, id, observer, rank, id, error);
	if (!code && alpha2)
		code = name_add(parties, id, observer, rank, alpha2, error);
	json_object_foreach (title, language, value)
		if (!code && json_is_string(value))
			code = name_add(parties, id, observer, rank, json_string_value(value), error);
	json_array_foreach (aliases, index, value)
		if (!code && json_is_string(value))
			code = name_add(parties, id, observer, rank, json_string_value(value), error);
	return code;
}

int parties_add(struct parties *parties, const char *id, const json_t *body, struct qorgan_error *error)
{
	return party_take(parties, id, body, OWN_NAME, error);
}

/* What another state calls one is no name of another that is known by it here: who writes
 * the name of a state would mean the wrong one. */
static int party_load(void *context, struct vault_record *record, struct qorgan_error *error)
{
	char id[RECORD_ID_LIMIT];
	json_t *body;
	int code = input_parse(record->record.body, &body, error);

	if (code)
		return code;
	memcpy(id, record->record.id.data, record->record.id.size);
	id[record->record.id.size] = '\0';
	if (!json_object_get(body, "retired"))
		code = party_take(context, id, body, record->mirrored ? OTHERS_NAME : OWN_NAME, error);
	json_decref(body);
	return code;
}

int parties_load(struct vault_view *view, struct parties **parties, struct qorgan_error *error)
{
	int code = parties_make(parties, error);

	if (!code)
		(*parties)->view = view;
	return code;
}

/* What could not be read is not known to be absent. */
static void failure_note(struct parties *parties, int code, const struct qorgan_error *why)
{
	if (code && code != QORGAN_ABSENT && !parties->failure.code)
		parties->failure = *why;
}

int parties_failure(const struct parties *parties, struct qorgan_error *error)
{
	if (parties->failure.code && error)
		*error = parties->failure;
	return parties->failure.code;
}

static void parties_complete(struct parties *parties)
{
	struct qorgan_error why = { 0 };

	if (parties->view && !parties->all)
		failure_note(parties, vault_scan(parties->view, schema_find("state", 5), party_load, parties, &why), &why);
	parties->all = true;
}

static bool party_answer(const struct party_name *name, char *code, bool *observer)
{
	memcpy(code, name->code, sizeof name->code);
	*observer = name->observer;
	return true;
}

static const struct party_name *id_find(const struct parties *parties, struct span text)
{
	for (const struct party_name *name = parties->names; name && name->is_id; name = name->next)
		if (span_is(text, name->name))
			return name;
	return NULL;
}

static int id_add(struct parties *parties, const struct record *record, struct qorgan_error *error)
{
	struct span value;
	char id[RECORD_ID_LIMIT];

	if (reader_find(record->body, "retired", &value))
		return QORGAN_OK;
	span_copy_into(record->id, id, sizeof id);
	return name_add(parties, id, reader_find(record->body, "observer", &value) && reader_true(value), AN_ID, id, error);
}

static int id_load(void *context, struct vault_record *record, struct qorgan_error *error)
{
	return id_add(context, &record->record, error);
}

/* Looks for an id in the store, for the id alone. Where each look is a journey all of them come in one. */
static const struct party_name *id_read(struct parties *parties, struct span text)
{
	const struct schema *schema = schema_find("state", 5);
	struct vault_record record = { 0 };
	struct qorgan_error why = { 0 };
	int code;

	if (!parties->view || parties->all || parties->all_ids || text.size >= 65 || record_id_check(schema, text, NULL))
		return NULL;
	if (vault_view_is_far(parties->view)) {
		code = vault_scan(parties->view, schema, id_load, parties, &why);
		parties->all_ids = true;
	} else {
		code = vault_get(parties->view, schema, text, 0, &record, &why);
		if (!code)
			code = id_add(parties, &record.record, &why);
	}
	failure_note(parties, code, &why);
	vault_record_free(&record);
	return id_find(parties, text);
}

bool parties_find(void *context, struct span text, char *code, bool *observer)
{
	struct parties *parties = context;
	struct buffer folded = { 0 };
	const struct party_name *id = id_find(parties, text);
	bool found = false;

	if (!id)
		id = id_read(parties, text);
	if (id)
		return party_answer(id, code, observer);
	parties_complete(parties);
	text_fold(&folded, text);
	for (const struct party_name *name = parties->names; name && !found && !folded.failed; name = name->next)
		if (!name->is_id && span_is(buffer_span(&folded), name->name))
			found = party_answer(name, code, observer);
	buffer_free(&folded);
	return found;
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

void parties_list(struct parties *parties, bool observers, struct buffer *to)
{
	const char *codes[64];
	size_t count = 0;

	parties_complete(parties);
	for (const struct party_name *name = parties->names; name && name->is_id && count < 64; name = name->next)
		if (observers || !name->observer)
			codes[count++] = name->code;
	qsort(codes, count, sizeof *codes, by_text);
	for (size_t i = 0; i < count; i++)
		buffer_append_format(to, "%s%s", i ? ", " : "", codes[i]);
}

int parties_refuse(struct parties *parties, struct span name, bool observers, struct qorgan_error *error)
{
	struct buffer list = { 0 };
	char code[65];
	bool observer = false;
	int size = name.size > 80 ? 80 : (int)name.size;

	parties_list(parties, observers, &list);
	bool is_observer = parties_find(parties, name, code, &observer) && observer;
	if (parties->failure.code) {
		buffer_free(&list);
		return parties_failure(parties, error);
	}
	if (is_observer)
		error_set(error, QORGAN_BAD_DATA, "%.*s is an observer, and only a state can stand here: %s", size, name.data,
		          buffer_text(&list));
	else if (observers)
		error_set(error, QORGAN_BAD_DATA, "%.*s is not a state or observer on record: %s", size, name.data,
		          buffer_text(&list));
	else
		error_set(error, QORGAN_BAD_DATA, "%.*s is not a state on record: %s", size, name.data, buffer_text(&list));
	buffer_free(&list);
	return QORGAN_BAD_DATA;
}
