/* Freezing a report: its files are kept whole, rather than what is needed to compute them
 * again, since another version of the program, of pango or of a font would write other bytes. */
#include <jansson.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "base/language.h"
#include "base/memory.h"
#include "base/memory_stream.h"
#include "crypto/minisign.h"
#include "qorgan/snapshot.h"
#include "report/phrases.h"
#include "report/report_formats.h"
#include "store/vault.h"

#define USUAL_FORMATS "text,csv,json,html,pdf,xlsx"
#define TEXT_COLUMNS 80
#define FILES_MOST 16

/* One file in memory. */
struct file {
	const char *format;
	char *data;
	size_t size;
};

struct freezing {
	struct qorgan_store *store;
	const struct qorgan_freeze *asked;
	struct report_model model; /* the one that the first file was rendered of */
	const struct language *language;
	struct file files[FILES_MOST];
	size_t count;
	bool has_model;
};

/* ---- What is frozen -------------------------------------------------------------- */

/* All files must tell of one state of the store. */
static int model_keep(struct freezing *freezing, struct report_model *model, struct qorgan_error *error)
{
	if (freezing->has_model && freezing->model.leaves != model->leaves) {
		arena_free(&model->arena);
		return error_set(error, QORGAN_BUSY, "the store changed while its report was being frozen: try again");
	}
	if (freezing->has_model) {
		arena_free(&model->arena);
	} else {
		freezing->model = *model;
		freezing->has_model = true;
	}
	return QORGAN_OK;
}

static int file_render(struct freezing *freezing, size_t format, struct qorgan_error *error)
{
	const struct qorgan_freeze *asked = freezing->asked;
	const struct report_format about = report_format_at(format);
	const struct report_look look = { .columns = TEXT_COLUMNS };
	const struct qorgan_report report = { .period = asked->period, .as_of = asked->as_of, .joint = asked->joint,
		                                  .frame = asked->frame };
	struct file *file = &freezing->files[freezing->count];
	const uint64_t failures = memory_failures();
	struct report_model model = { 0 };

	say_in(about.for_programs ? NULL : freezing->language);
	int code = compute_model(freezing->store, &report, REPORT_STATUS, about.complete, about.rows, &model, error);
	FILE *to = code ? NULL : memory_stream_open(&file->data, &file->size);
	if (!code)
		code = to ? report_render(&model, format, &look, to, error) : error_set_memory(error);
	say_in(NULL);
	if (to && fclose(to) && !code)
		code = error_set_memory(error);
	/* What is kept and signed lacks nothing. */
	if (!code && memory_failures() != failures)
		code = error_set_memory(error);
	if (code) {
		free(file->data);
		*file = (struct file){ 0 };
		arena_free(&model.arena);
		return code;
	}
	file->format = qorgan_report_formats[format];
	freezing->count++;
	return model_keep(freezing, &model, error);
}

static int files_render(struct freezing *freezing, struct qorgan_error *error)
{
	const struct qorgan_freeze *asked = freezing->asked;
	char *list = strdup(asked->formats ? asked->formats : USUAL_FORMATS), *rest = NULL;
	bool seen[FILES_MOST] = { false };
	int code = list ? QORGAN_OK : error_set_memory(error);

	for (char *name = list ? strtok_r(list, ", ", &rest) : NULL; name && !code; name = strtok_r(NULL, ", ", &rest)) {
		size_t format = 0;
		code = report_format_find(name, &format, error);
		if (code || seen[format])
			continue;
		seen[format] = true;
		code = file_render(freezing, format, error);
		if (code == QORGAN_CANNOT_CREATE && !asked->formats) {
			/* Its library or font is not there; nobody asked for it by name. */
			if (asked->left_out)
				asked->left_out(asked->context, qorgan_report_formats[format], error->message);
			code = QORGAN_OK;
		}
	}
	if (!code && !freezing->count)
		code = error_set(error, QORGAN_USAGE, "say in which formats it is to be frozen: -f pdf,json");
	free(list);
	return code;
}

/* ---- The snapshot ------------------------------------------------------------------ */

static int file_sign(const struct freezing *freezing, const struct file *file, struct buffer *signature,
                     struct qorgan_error *error)
{
	struct minisign_hash hash;
	struct buffer trusted = { 0 };

	buffer_append_format(&trusted, "frozen report %s of %s, %s, made %s", freezing->model.period.label,
	                     freezing->model.state, file->format, freezing->model.generated);
	minisign_hash_start(&hash);
	minisign_hash_add(&hash, file->data, file->size);
	int code = trusted.failed ? error_set_memory(error)
	                          : minisign_sign(&hash, vault_keys(freezing->store)->package_seed, buffer_text(&trusted),
	                                          signature, error);
	buffer_free(&trusted);
	return code ? code : signature->failed ? error_set_memory(error) : QORGAN_OK;
}

/* A string of the record is one line. */
static json_t *lines_split(const char *text)
{
	json_t *lines = json_array();

	for (const char *end; (end = strchr(text, '\n')) != NULL; text = end + 1)
		json_array_append_new(lines, json_stringn(text, (size_t)(end - text)));
	return lines;
}

static char *lines_join(const json_t *lines)
{
	struct buffer text = { 0 };
	const json_t *line;
	size_t at;

	json_array_foreach(lines, at, line)
		buffer_append_format(&text, "%s\n", json_string_value(line));
	char *joined = text.failed ? NULL : strdup(buffer_text(&text));
	buffer_free(&text);
	return joined;
}

static int file_attach(const struct freezing *freezing, struct qorgan_change *change, const struct file *file,
                       json_t *renderings, struct qorgan_error *error)
{
	uint8_t hash[crypto_hash_sha256_BYTES];
	char digest[sizeof hash * 2 + 1], id[65];
	struct buffer signature = { 0 }, name = { 0 };

	crypto_hash_sha256(hash, (const uint8_t *)file->data, file->size);
	sodium_bin2hex(digest, sizeof digest, hash, sizeof hash);
	buffer_append_format(&name, "%s.%s", freezing->model.period.label,
	                     strcmp(file->format, "text") == 0 ? "txt" : file->format);
	int code = name.failed ? error_set_memory(error) : file_sign(freezing, file, &signature, error);
	if (!code)
		code = qorgan_change_attach_bytes(change, buffer_text(&name), file->data, file->size, id, error);
	if (!code && json_array_append_new(renderings,
	                                   json_pack("{s:s,s:s,s:s,s:o,s:I}", "format", file->format, "sha256", digest,
	                                             "evidence", id, "signature", lines_split(buffer_text(&signature)), "size",
	                                             (json_int_t)file->size)))
		code = error_set_memory(error);
	buffer_free(&signature);
	buffer_free(&name);
	return code;
}

/* What a joint report knew other states by. */
static json_t *sources_of(const struct report_model *model)
{
	json_t *sources = json_array();

	for (size_t i = 0; model->joint && i < model->states.count; i++) {
		const struct report_source *source = &model->states.items[i].source;
		if (!source->is_self && source->package)
			json_array_append_new(sources, json_pack("{s:s,s:s,s:I}", "state", model->states.items[i].id, "origin",
			                                         source->origin, "size", (json_int_t)source->entries));
	}
	return sources;
}

static json_t *describe(const struct freezing *freezing)
{
	const struct report_model *model = &freezing->model;
	json_t *sources = sources_of(model);
	json_t *body = json_pack("{s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:I}", "report", model->kind_name, "from",
	                         model->period.from, "to", model->period.to, "as_of", model->as_of, "made", model->generated, "language",
	                         language_tag(freezing->language), "program", QORGAN_VERSION, "origin", model->origin, "root",
	                         model->root, "size", (json_int_t)model->leaves);

	if (body && model->joint)
		json_object_set_new(body, "joint", json_true());
	if (body && json_array_size(sources))
		json_object_set(body, "sources", sources);
	if (body && freezing->asked->reason)
		json_object_set_new(body, "reason", json_string(freezing->asked->reason));
	json_decref(sources);
	return body;
}

static int body_read(struct qorgan_change *change, json_t **body, struct qorgan_error *error)
{
	char *text = NULL;
	int code = qorgan_change_json(change, &text, error);

	if (!code)
		*body = json_loads(text, 0, NULL);
	free(text);
	return code ? code : *body ? QORGAN_OK : error_set_memory(error);
}

static int body_write(struct qorgan_change *change, const json_t *body, struct qorgan_error *error)
{
	char *text = body ? memory_json_text(body, 0) : NULL;
	int code = text ? qorgan_change_replace(change, text, error) : error_set_memory(error);

	free(text);
	return code;
}

/* How far it may go is settled first: what is attached goes no further. */
static int release_settle(const struct freezing *freezing, struct qorgan_change *change, json_t *body,
                          struct qorgan_error *error)
{
	const struct qorgan_freeze *asked = freezing->asked;
	json_t *release = json_object_get(body, "release");

	if (json_object_size(body) && (!asked->reason || !*asked->reason))
		return error_set(error, QORGAN_USAGE, "%s is frozen already: a correction needs --reason, and both stay",
		                 freezing->model.period.label);
	json_t *kept = json_object();
	if (release)
		json_object_set(kept, "release", release);
	if (*freezing->model.marking)
		json_object_set_new(kept, "marking", json_string(freezing->model.marking));
	int code = body_write(change, kept, error);
	json_decref(kept);
	if (!code && asked->release)
		code = qorgan_change_set(change, "release", asked->release, error);
	return code;
}

static int snapshot_write(struct freezing *freezing, struct qorgan_change *change, struct qorgan_error *error)
{
	json_t *before = NULL, *body = NULL, *more = NULL, *renderings = json_array();
	int code = qorgan_change_object(change, "snapshot", freezing->model.period.label, QORGAN_PUT, 0, error);

	if (!code)
		code = body_read(change, &before, error);
	if (!code)
		code = release_settle(freezing, change, before, error);
	for (size_t i = 0; i < freezing->count && !code; i++)
		code = file_attach(freezing, change, &freezing->files[i], renderings, error);
	if (!code)
		code = body_read(change, &body, error);
	if (!code) {
		more = describe(freezing);
		if (!more || json_object_update(body, more) || json_object_set(body, "renderings", renderings))
			code = error_set_memory(error);
	}
	if (!code)
		code = body_write(change, body, error);
	json_decref(before);
	json_decref(body);
	json_decref(more);
	json_decref(renderings);
	return code;
}

int qorgan_freeze(struct qorgan_store *store, const struct qorgan_freeze *freeze, char id[65],
                  struct qorgan_commit *result, struct qorgan_error *error)
{
	struct freezing freezing = { .store = store, .asked = freeze,
		                         .language = language_choose(vault_languages(store)) };
	struct qorgan_change *change = NULL;
	int code = files_render(&freezing, error);

	if (!code)
		code = qorgan_change_begin(store, freeze->user, freeze->message, &change, error);
	if (!code)
		code = snapshot_write(&freezing, change, error);
	if (!code)
		code = qorgan_change_commit(change, result, error);
	if (!code)
		snprintf(id, 65, "%s", freezing.model.period.label);
	qorgan_change_free(change);
	for (size_t i = 0; i < freezing.count; i++)
		free(freezing.files[i].data);
	arena_free(&freezing.model.arena);
	return code;
}

/* ---- Handing it out ------------------------------------------------------------------ */

/* The file of that format; otherwise NULL with the formats that there are in `known`. */
static const json_t *find_rendering(const json_t *record, const char *format, struct buffer *known)
{
	const json_t *each, *renderings = json_object_get(json_object_get(record, "body"), "renderings");
	size_t at;

	json_array_foreach(renderings, at, each) {
		const char *name = json_string_value(json_object_get(each, "format"));
		if (name && strcmp(name, format) == 0)
			return each;
		buffer_append_format(known, "%s%s", at ? ", " : "", name ? name : "");
	}
	return NULL;
}

static ssize_t hash_write(void *state, const char *data, size_t size)
{
	crypto_hash_sha256_update(state, (const uint8_t *)data, size);
	return (ssize_t)size;
}

/* The SHA-256 of the content, which may be as large as whoever released it wished. */
static int content_hash(struct qorgan_store *store, const char *id, char sha256[65], struct qorgan_error *error)
{
	uint8_t hash[crypto_hash_sha256_BYTES];
	crypto_hash_sha256_state state;
	FILE *to = fopencookie(&state, "w", (cookie_io_functions_t){ .write = hash_write });

	crypto_hash_sha256_init(&state);
	int code = to ? qorgan_evidence_read(store, id, to, error) : error_set_memory(error);
	if (to && fclose(to) && !code)
		code = error_set_memory(error);
	crypto_hash_sha256_final(&state, hash);
	sodium_bin2hex(sha256, 65, hash, sizeof hash);
	return code;
}

int qorgan_snapshot_read(struct qorgan_store *store, const struct qorgan_object *snapshot, const char *format, FILE *to,
                         struct qorgan_rendering *rendering, struct qorgan_error *error)
{
	struct buffer known = { 0 };
	size_t size = 0;
	int code = QORGAN_OK;
	const char *text = qorgan_object_record(snapshot, &size);
	json_t *record = json_loadb(text, size, 0, NULL);
	const json_t *found = record ? find_rendering(record, format, &known) : NULL;

	*rendering = (struct qorgan_rendering){ 0 };
	if (!record)
		code = error_set_memory(error);
	else if (!found)
		code = error_set(error, QORGAN_ABSENT, "%s version %u was not frozen as %s, but as %s", qorgan_object_id(snapshot),
		                 qorgan_object_version(snapshot), format, known.size ? buffer_text(&known) : "nothing");
	if (!code)
		code = content_hash(store, json_string_value(json_object_get(found, "evidence")), rendering->sha256, error);
	if (!code && strcmp(rendering->sha256, json_string_value(json_object_get(found, "sha256"))) != 0)
		code = error_set(error, QORGAN_BAD_DATA, "the %s of %s is not what its record says: its SHA-256 differs", format,
		                 qorgan_object_id(snapshot));
	if (!code) {
		rendering->signature = lines_join(json_object_get(found, "signature"));
		if (!rendering->signature)
			code = error_set_memory(error);
	}
	if (!code)
		code = qorgan_evidence_read(store, json_string_value(json_object_get(found, "evidence")), to, error);
	buffer_free(&known);
	json_decref(record);
	return code;
}
