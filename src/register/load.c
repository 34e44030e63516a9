/* Bulk in: files of objects, validated and written as one commit, or not at all. */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "record/canonical.h"
#include "record/input.h"
#include "register/custody.h"
#include "register/listing_parts.h"
#include "register/load.h"
#include "base/language.h"
#include "base/memory.h"
#include "register/standing.h"
#include "register/verification.h"

/* An object that names a state which may come later in the same load. */
struct deferred {
	const struct schema *schema;
	char id[RECORD_ID_LIMIT];
	json_t *body;
	const char *file;
	size_t line;
};
/* An object that was written beside those of other states. */
struct settled {
	const struct schema *schema;
	char id[RECORD_ID_LIMIT];
};
#define DEFERRED_LIMIT 10000
#define FOLDER_DEPTH 8

struct loading {
	const struct qorgan_load *load;
	struct qorgan_store *store;
	struct world *world;
	struct vault_change *change; /* NULL once a fault was found: then only checking goes on; or with dry_run */
	struct id_set seen;          /* with dry_run: what was counted */
	struct vault_record record;
	struct qorgan_commit *result;
	struct buffer bytes;
	uint64_t read;
	uint64_t size, passed; /* bytes of all files, 0 if that cannot be known; and of those read */
	FILE *stream;          /* the one being read */
	size_t faults;
	uint64_t failures; /* of memory, before */
	size_t red; /* objects that contradict themselves */
	size_t unvouched; /* reports that come in as verified, without the claim before */
	struct buffer deferred; /* of struct deferred */
	struct buffer settled;  /* of struct settled */
	struct buffer names;    /* of char *: paths, kept for the messages */
};

static void fault_tell(void *context, const char *file, size_t line, const char *place, const char *text)
{
	struct loading *loading = context;

	loading->faults++;
	/* Without memory faults are found where there are none. */
	if (loading->load->fault && memory_failures() == loading->failures)
		loading->load->fault(loading->load->context, file, line, place, text);
	/* Nothing will be written: let the next writer in. */
	vault_change_abandon(loading->change);
	loading->change = NULL;
}

/* What another state keeps is changed there alone; the same text as its own changes
 * nothing. Whose counts is judged anew at the end, of what is written here. */
static int owner_check(struct loading *loading, const struct input_object *object, bool *is_others,
                       struct qorgan_error *error)
{
	struct vault_view *view = world_view(loading->world);
	struct settled row = { .schema = object->schema };
	struct vault_place place;
	char text[RECORD_NAME_LIMIT + 300];
	int code = vault_find(view, object->schema, span_of(object->id), &place, error);

	*is_others = !code && mirror_place(&place);
	if (*is_others) {
		code = vault_get_place(view, &place, 0, &loading->record, error);
		if (!code && span_equal(loading->record.record.body, buffer_span(&loading->bytes))) {
			loading->result->unchanged++;
		} else if (!code) {
			snprintf(text, sizeof text, language_said("it is kept by %.*s, and changed there alone"),
			         (int)loading->record.record.owner.size, loading->record.record.owner.data);
			fault_tell(loading, object->file, object->line, "", text);
		}
		return code;
	}
	snprintf(row.id, sizeof row.id, "%s", object->id);
	buffer_append(&loading->settled, &row, sizeof row);
	return loading->settled.failed ? error_set_memory(error) : code == QORGAN_ABSENT ? QORGAN_OK : code;
}

static int standings_renew(struct loading *loading, struct qorgan_error *error)
{
	const struct settled *rows = (const struct settled *)(const void *)loading->settled.data;
	struct standings_settled settled;
	int code = QORGAN_OK;

	for (size_t i = 0; i < loading->settled.size / sizeof *rows && !code; i++)
		code = standings_settle(loading->change, rows[i].schema, span_of(rows[i].id), NULL, &settled, error);
	return code;
}

static int object_put(struct loading *loading, const struct input_object *object, struct qorgan_error *error)
{
	enum vault_outcome outcome;
	bool is_others = false;

	buffer_clear(&loading->bytes);
	int code = canonical_write(object->body, &loading->bytes, error);
	if (!code && !mirror_is_empty(world_view(loading->world)))
		code = owner_check(loading, object, &is_others, error);
	if (is_others)
		return code;
	if (!code)
		code = vault_change_put(loading->change, object->schema, span_of(object->id), buffer_span(&loading->bytes),
		                        VAULT_ANY, &outcome, error);
	if (code == QORGAN_BAD_DATA && error) {
		fault_tell(loading, object->file, object->line, "", error->message);
		return QORGAN_OK;
	}
	if (code)
		return code;
	loading->result->created += outcome == VAULT_CREATED;
	loading->result->changed += outcome == VAULT_CHANGED;
	loading->result->unchanged += outcome == VAULT_UNCHANGED;
	return QORGAN_OK;
}

/* What object_put would do. */
static int object_compare(struct loading *loading, const struct input_object *object, struct qorgan_error *error)
{
	uint64_t hash = id_set_hash(&loading->seen, object->schema->kind, span_of(object->id));
	bool is_others = false;

	buffer_clear(&loading->bytes);
	int code = canonical_write(object->body, &loading->bytes, error);
	if (!code && !mirror_is_empty(world_view(loading->world)))
		code = owner_check(loading, object, &is_others, error);
	if (is_others)
		return code;
	if (!code && id_set_has(&loading->seen, hash)) {
		char text[RECORD_ID_LIMIT + 200];
		snprintf(text, sizeof text, language_said("%s is written twice in one change"), object->id);
		fault_tell(loading, object->file, object->line, "", text);
		return QORGAN_OK;
	}
	if (!code && !id_set_add(&loading->seen, hash, 0))
		code = error_set_memory(error);
	if (!code)
		code = vault_get(world_view(loading->world), object->schema, span_of(object->id), 0, &loading->record, error);
	if (code && code != QORGAN_ABSENT)
		return code;
	bool same = !code && span_equal(loading->record.record.body, buffer_span(&loading->bytes));
	loading->result->created += code == QORGAN_ABSENT;
	loading->result->changed += !code && !same;
	loading->result->unchanged += same;
	return QORGAN_OK;
}

static void fault_ignore(void *context, const char *file, size_t line, const char *place, const char *text)
{
	(void)context, (void)file, (void)line, (void)place, (void)text;
}

static int object_defer(struct loading *loading, const struct input_object *object, struct qorgan_error *error)
{
	struct deferred row = { .schema = object->schema, .body = json_incref(object->body), .file = object->file,
		                    .line = object->line };

	snprintf(row.id, sizeof row.id, "%s", object->id);
	buffer_append(&loading->deferred, &row, sizeof row);
	if (!loading->deferred.failed)
		return QORGAN_OK;
	json_decref(row.body);
	return error_set_memory(error);
}

static int object_accept(struct loading *loading, const struct input_object *object, struct qorgan_error *error);

static int object_take(void *context, const struct input_object *object, struct qorgan_error *error)
{
	struct loading *loading = context;
	struct qorgan_error why;

	if (!(object->schema->flags & SCHEMA_CATALOGUE)) {
		fault_tell(loading, object->file, object->line, "kind", "objects of this kind are the program's own");
		return QORGAN_OK;
	}
	if (record_id_check(object->schema, span_of(object->id), &why)) {
		fault_tell(loading, object->file, object->line, "id", why.message);
		return QORGAN_OK;
	}
	/* States name one another, so each counts from where it stands. */
	if (strcmp(object->schema->kind, "state") == 0 && parties_add(world_parties(loading->world), object->id, object->body, error))
		return QORGAN_INTERNAL;
	/* A pass whose faults are not told yet: a state may still be to come. */
	if (world_validate(loading->world, object->schema, span_of(object->id), object->body, object->file, object->line,
	                   fault_ignore, NULL) == 0)
		return object_accept(loading, object, error);
	world_retract(loading->world);
	if (world_missed_state(loading->world) && loading->deferred.size < DEFERRED_LIMIT * sizeof(struct deferred))
		return object_defer(loading, object, error);
	world_validate(loading->world, object->schema, span_of(object->id), object->body, object->file, object->line,
	               fault_tell, loading);
	return object_accept(loading, object, error);
}

/* How many objects there are in all, by how far in the files those read have led;
 * 0 if it cannot be told. Asked seldom, as it is shown seldom. */
static uint64_t objects_expected(struct loading *loading)
{
	if (!loading->size || loading->read % 256 != 0)
		return 0;
	off_t at = loading->stream ? ftello(loading->stream) : 0;
	double bytes = (double)loading->passed + (double)(at > 0 ? at : 0);
	double expected = bytes > 0 ? (double)loading->read * (double)loading->size / bytes : 0;
	return expected > (double)loading->read ? (uint64_t)expected : loading->read;
}

/* The rule of those who report holds for a load that changes a report; one that
 * brings it in, from another store's dump say, is believed, and that is told. */
static int verification_check(struct loading *loading, const struct input_object *object, struct qorgan_error *error)
{
	const char *word = json_string_value(json_object_get(object->body, "status"));
	const char *user = loading->load->user ? loading->load->user : vault_user(loading->store);
	struct vault_place place;

	if (strcmp(object->schema->kind, "status") != 0 || !word || strcmp(word, "verified") != 0)
		return QORGAN_OK;
	int code = vault_find(world_view(loading->world), object->schema, span_of(object->id), &place, error);
	if (code == QORGAN_ABSENT) {
		loading->unvouched++;
		return QORGAN_OK;
	}
	const char *why = code ? NULL : verification_refusal(world_view(loading->world), span_of(object->id), user,
		                                                     vault_user(loading->store));
	if (why)
		fault_tell(loading, object->file, object->line, "status", why);
	return code;
}

static int object_accept(struct loading *loading, const struct input_object *object, struct qorgan_error *error)
{
	int code = world_failure(loading->world, error);
	if (!code)
		code = world_add(loading->world, object->schema, object->id, object->body, error);
	const char *marking = json_string_value(json_object_get(object->body, "marking"));
	if (marking && strcmp(marking, "TLP:RED") == 0 && json_object_get(object->body, "release"))
		loading->red++;
	if (!code)
		code = verification_check(loading, object, error);
	if (!code && loading->change)
		code = object_put(loading, object, error);
	else if (!code && loading->load->dry_run)
		code = object_compare(loading, object, error);
	loading->read++;
	if (!code)
		code = vault_progress(loading->store, "loading", loading->read, objects_expected(loading));
	if (code == QORGAN_INTERRUPTED)
		return error_set(error, code, "stopped: nothing was changed");
	return code;
}

static int stream_load(struct loading *loading, FILE *stream, const char *name, struct qorgan_error *error)
{
	const struct input_handler handler = { loading, object_take, fault_tell };
	const struct schema *kind = NULL;

	if (loading->load->kind) {
		kind = object_schema(loading->load->kind, error);
		if (!kind)
			return QORGAN_USAGE;
	}
	int code = input_read(stream, name, kind, &handler, error);
	if (code == QORGAN_BAD_DATA && error) {
		fault_tell(loading, name, 0, "", error->message);
		return QORGAN_OK;
	}
	return code;
}

/* What a folder holds for us, by the ending of the name; folders within it too,
 * but not through links, which may lead round. */
static int is_data(const struct dirent *entry)
{
	static const char *const endings[] = { ".json", ".jsonl", ".ndjson", ".csv" };
	size_t size = strlen(entry->d_name);

	if (entry->d_name[0] == '.')
		return 0;
	if (entry->d_type == DT_DIR)
		return 1;
	for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++) {
		size_t ending = strlen(endings[i]);
		if (size > ending && strcmp(entry->d_name + size - ending, endings[i]) == 0)
			return 1;
	}
	return 0;
}

static int by_bytes(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static int path_load(struct loading *loading, const char *path, unsigned depth, struct qorgan_error *error);

static int folder_load(struct loading *loading, const char *path, unsigned depth, struct qorgan_error *error)
{
	struct dirent **entries = NULL;
	int count = scandir(path, &entries, is_data, by_bytes);
	int code = QORGAN_OK;

	if (count < 0)
		return error_set_system(error, QORGAN_IO, "cannot read the folder %s", path);
	if (depth > FOLDER_DEPTH)
		code = error_set(error, QORGAN_BAD_DATA, "the folder %s lies deeper than %d folders: name it itself", path,
		                 FOLDER_DEPTH);
	else if (count == 0 && depth == 0)
		code = error_set(error, QORGAN_ABSENT, "the folder %s holds no .json, .jsonl or .csv file", path);
	for (int i = 0; i < count; i++) {
		char *file = file_join(path, entries[i]->d_name);
		buffer_append(&loading->names, &file, sizeof file);
		if (!code)
			code = file && !loading->names.failed ? path_load(loading, file, depth + 1, error) : error_set_memory(error);
		free(entries[i]);
	}
	free(entries);
	return code;
}

static int path_load(struct loading *loading, const char *path, unsigned depth, struct qorgan_error *error)
{
	struct stat status;
	FILE *stream;

	if (strcmp(path, "-") == 0)
		return stream_load(loading, stdin, "standard input", error);
	if (stat(path, &status))
		return error_set_system(error, errno == ENOENT || errno == ENOTDIR ? QORGAN_ABSENT : QORGAN_IO, "cannot read %s",
		                        path);
	if (S_ISDIR(status.st_mode))
		return folder_load(loading, path, depth, error);
	stream = fopen(path, "re");
	if (!stream)
		return error_set_system(error, QORGAN_IO, "cannot read %s", path);
	loading->stream = stream;
	int code = stream_load(loading, stream, path, error);
	loading->stream = NULL;
	loading->passed += (uint64_t)status.st_size;
	fclose(stream);
	return code;
}

/* Adds up the bytes of what will be read; false where that is not to be known. */
static bool path_measure(const char *path, unsigned depth, uint64_t *size)
{
	struct dirent **entries = NULL;
	struct stat status;
	bool known = strcmp(path, "-") != 0 && stat(path, &status) == 0;

	if (known && S_ISREG(status.st_mode))
		*size += (uint64_t)status.st_size;
	if (!known || !S_ISDIR(status.st_mode) || depth > FOLDER_DEPTH)
		return known && S_ISREG(status.st_mode);
	int count = scandir(path, &entries, is_data, NULL);
	for (int i = 0; i < count; i++) {
		char *file = file_join(path, entries[i]->d_name);
		known = known && file && path_measure(file, depth + 1, size);
		free(file);
		free(entries[i]);
	}
	free(entries);
	return known && count >= 0;
}

/* After everything was read: what refers to nothing, and the verdict. */
static int loading_settle(struct loading *loading, struct qorgan_error *error)
{
	const struct deferred *rows = (const struct deferred *)(const void *)loading->deferred.data;
	int code = QORGAN_OK;

	for (size_t i = 0; i < loading->deferred.size / sizeof *rows && !code; i++) {
		const struct input_object object = { rows[i].schema, rows[i].id, rows[i].body, rows[i].file, rows[i].line };
		world_validate(loading->world, object.schema, span_of(object.id), object.body, object.file, object.line,
		               fault_tell, loading);
		code = object_accept(loading, &object, error);
	}
	world_settle(loading->world, fault_tell, loading);
	if (!code)
		code = world_failure(loading->world, error);
	if (!code && memory_failures() != loading->failures)
		code = error_set_memory(error);
	if (!code && loading->faults)
		code = error_set(error, QORGAN_BAD_DATA,
		                 language_said_count("%zu fault; nothing was changed", "%zu faults; nothing was changed",
		                                     loading->faults), loading->faults);
	return code;
}

static void loading_free(struct loading *loading)
{
	struct deferred *rows = (struct deferred *)(void *)loading->deferred.data;
	char **names = (char **)(void *)loading->names.data;

	for (size_t i = 0; i < loading->deferred.size / sizeof *rows; i++)
		json_decref(rows[i].body);
	for (size_t i = 0; i < loading->names.size / sizeof *names; i++)
		free(names[i]);
	vault_change_abandon(loading->change);
	world_free(loading->world);
	id_set_free(&loading->seen);
	vault_record_free(&loading->record);
	buffer_free(&loading->deferred);
	buffer_free(&loading->settled);
	buffer_free(&loading->names);
	buffer_free(&loading->bytes);
}

int load_stream(struct qorgan_store *store, FILE *stream, const char *name, const char *message,
                struct qorgan_error *error)
{
	const char *const paths[] = { name };
	const struct qorgan_load load = { .paths = paths, .count = 1, .message = message };
	struct qorgan_commit result = { 0 };
	struct loading loading = { .load = &load, .store = store, .result = &result, .failures = memory_failures() };
	int code = vault_change_begin(store, NULL, message, &loading.change, error);

	if (!code)
		code = world_make(store, &loading.world, error);
	if (!code)
		code = stream_load(&loading, stream, name, error);
	if (!code)
		code = loading_settle(&loading, error);
	if (!code)
		code = custody_found(store, loading.change, error);
	if (!code) {
		code = vault_change_commit(loading.change, &result.number, error);
		loading.change = NULL;
	}
	loading_free(&loading);
	return code;
}

static const char *load_warning(const struct loading *loading)
{
	static const char red[] = "something is marked TLP:RED and has a release list: nothing marked TLP:RED leaves by export";
	static const char unvouched[] = "reports came in as verified without the claim that another user verified: the log "
	                                "says who loaded them";
	static const char both[] = "something is marked TLP:RED and has a release list, and never leaves by export; and reports "
	                           "came in as verified without the claim that another user verified";

	if (loading->red && loading->unvouched)
		return both;
	return loading->red ? red : loading->unvouched ? unvouched : NULL;
}

static int paths_load(struct loading *loading, struct qorgan_error *error)
{
	const struct qorgan_load *load = loading->load;
	int code = QORGAN_OK;

	for (size_t i = 0; i < load->count; i++)
		if (!path_measure(load->paths[i], 0, &loading->size)) {
			loading->size = 0;
			break;
		}
	for (size_t i = 0; i < load->count && !code; i++)
		code = path_load(loading, load->paths[i], 0, error);
	return code;
}

int load_objects(struct qorgan_store *store, const struct qorgan_load *load, load_source source, void *context,
                 struct qorgan_commit *result, struct qorgan_error *error)
{
	struct loading loading = { .load = load, .store = store, .result = result, .failures = memory_failures() };
	const struct input_handler handler = { &loading, object_take, fault_tell };
	int code;

	*result = (struct qorgan_commit){ 0 };
	id_set_start(&loading.seen);
	/* The one writer first: what is validated against stays as it is. */
	code = load->dry_run ? QORGAN_OK : vault_change_begin(store, load->user, load->message, &loading.change, error);
	if (!code)
		code = world_make(store, &loading.world, error);
	if (!code)
		code = source ? source(context, loading.world, &handler, error) : paths_load(&loading, error);
	if (!code)
		code = loading_settle(&loading, error);
	if (!code && !load->dry_run)
		code = standings_renew(&loading, error);
	if (!code && !load->dry_run) {
		code = vault_change_commit(loading.change, &result->number, error);
		loading.change = NULL;
	}
	loading_free(&loading);
	if (!code)
		result->warning = load_warning(&loading);
	return code;
}

int qorgan_load(struct qorgan_store *store, const struct qorgan_load *load, struct qorgan_commit *result,
                struct qorgan_error *error)
{
	return load_objects(store, load, NULL, NULL, result, error);
}
