/* Taking what states write into the model, and finding it there. */
#include "model.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "crypto/merkle.h"
#include "qorgan/object.h"
#include "store/vault.h"

struct model model;

static unsigned markers, markers_of_all;
static int marked[MARKERS_LIMIT]; /* marker to version + 1; -1: anybody's */
static unsigned adopted[MARKERS_LIMIT]; /* marker to an object whose versions have it, too, + 1 */

unsigned marker_new(void)
{
	if (markers == MARKERS_LIMIT)
		fail("more than %d markers", MARKERS_LIMIT);
	return markers++;
}

void marker_free(unsigned marker)
{
	marked[marker] = -1;
}

bool model_is_hostile(unsigned party)
{
	return party == TWIN || party == region.hostile;
}

/* ---- Markers ------------------------------------------------------------------------- */

/* The next marker from `at` on; behind it, `at` moves. */
static bool marker_next(struct span text, size_t *at, unsigned *marker)
{
	while (*at + 9 <= text.size) {
		const char *start = memchr(text.data + *at, '~', text.size - *at);
		if (!start || (size_t)(text.data + text.size - start) < 9)
			return false;
		*at = (size_t)(start - text.data) + 1;
		char digits[7] = { 0 };
		memcpy(digits, start + 2, 6);
		if (start[1] == 'm' && start[8] == '~' && strspn(digits, "0123456789") == 6) {
			*marker = (unsigned)strtoul(digits, NULL, 10);
			return *marker < markers;
		}
	}
	return false;
}

/* Whether the party may have a version of the object that took the text over. */
static bool is_adopted_for(unsigned marker, unsigned party)
{
	for (size_t i = 0; adopted[marker] && i < model.version_count; i++)
		if (model.versions[i].object + 1 == adopted[marker] &&
		    (model.versions[i].owner == party || model.versions[i].allowed & BIT(party)))
			return true;
	return false;
}

void model_adopt(int version, unsigned object)
{
	for (unsigned marker = markers_of_all; marker < markers; marker++)
		if (marked[marker] == version + 1)
			adopted[marker] = object + 1;
}

void model_text_check(unsigned party, struct span text, const char *where)
{
	unsigned marker;

	for (size_t at = 0; marker_next(text, &at, &marker);) {
		const struct version *version = marked[marker] > 0 ? &model.versions[marked[marker] - 1] : NULL;
		if (marker < markers_of_all || marked[marker] < 0)
			continue;
		if (!version)
			fail("%s holds " MARKER ", which nobody wrote, in %s", code_of(party), marker, where);
		if (version->owner != party && !(version->allowed & BIT(party)) && !is_adopted_for(marker, party))
			fail("%s holds " MARKER ", of %s %s version %u of %s, which was never released to it, in %s",
			     code_of(party), marker, model.objects[version->object].kind,
			     model.objects[version->object].id, version->number, code_of(version->owner), where);
	}
}

static void markers_take(struct span text, size_t version)
{
	unsigned marker;

	for (size_t at = 0; marker_next(text, &at, &marker);)
		if (marker >= markers_of_all && !marked[marker])
			marked[marker] = (int)version + 1;
}

/* ---- Finding -------------------------------------------------------------------------- */

int model_object(const char *kind, const char *id)
{
	for (size_t i = 0; i < model.object_count; i++)
		if (strcmp(model.objects[i].id, id) == 0 && strcmp(model.objects[i].kind, kind) == 0)
			return (int)i;
	return -1;
}

int model_version(const uint8_t hash[32])
{
	for (size_t i = model.version_count; i-- > 0;)
		if (memcmp(model.versions[i].hash, hash, 32) == 0)
			return (int)i;
	return -1;
}

int model_keeper(const struct object *object)
{
	return object->chain_count ? model.versions[object->chain[object->chain_count - 1]].owner : object->first_keeper;
}

int model_counting(unsigned party, unsigned number)
{
	const struct object *object = &model.objects[number];
	struct qorgan_object *found = NULL;
	struct qorgan_error error;
	uint8_t hash[32];
	size_t size;
	int code = qorgan_object_get(region_open(party), object->kind, object->id, 0, &found, &error);

	if (code == QORGAN_ABSENT)
		return -1;
	if (code)
		fail("%s cannot show %s %s: %s", code_of(party), object->kind, object->id, error.message);
	const char *record = qorgan_object_record(found, &size);
	merkle_hash_leaf(record, size, hash);
	qorgan_object_free(found);
	int version = model_version(hash);
	if (version < 0)
		fail("%s shows a version of %s %s that nobody wrote", code_of(party), object->kind, object->id);
	return version;
}

/* ---- What a record says ----------------------------------------------------------------- */

static unsigned object_take(const char *kind, const char *id)
{
	static const char *const leaving[] = {
		"catalogue", "state", "scale", "period", "domain", "risk", "measure", "status", "assessment", "evidence",
		"proposal", "answer", NULL
	};
	int found = model_object(kind, id);

	if (found >= 0)
		return (unsigned)found;
	if (model.object_count == model.object_room) {
		model.object_room = model.object_room ? 2 * model.object_room : 512;
		model.objects = realloc(model.objects, model.object_room * sizeof *model.objects);
	}
	struct object *object = &model.objects[model.object_count];
	*object = (struct object){ .first_keeper = -1 };
	snprintf(object->kind, sizeof object->kind, "%s", kind);
	snprintf(object->id, sizeof object->id, "%s", id);
	for (unsigned i = 0; i < PARTIES; i++)
		object->newest[i] = -1;
	for (size_t i = 0; leaving[i]; i++)
		object->leaves |= strcmp(kind, leaving[i]) == 0;
	return (unsigned)model.object_count++;
}

static int rank_of(const char *marking)
{
	static const char *const labels[] = { "TLP:CLEAR", "TLP:GREEN", "TLP:AMBER", "TLP:AMBER+STRICT", "TLP:RED" };

	for (int i = 0; marking && i < 5; i++)
		if (strcmp(labels[i], marking) == 0)
			return i;
	return 2; /* none counts as AMBER */
}

static int named_by(const struct object *object, const json_t *body)
{
	const char *slash = strchr(object->id, '/'), *state = NULL;

	if (strcmp(object->kind, "measure") == 0)
		state = json_string_value(json_object_get(body, "lead"));
	else if (strcmp(object->kind, "risk") == 0 || strcmp(object->kind, "domain") == 0)
		state = json_string_value(json_object_get(body, "coordinator"));
	else if (strcmp(object->kind, "status") == 0 || strcmp(object->kind, "assessment") == 0)
		state = slash ? slash + 1 : NULL;
	return state ? region_party(state) : -1;
}

static void body_read(struct version *version, const json_t *body)
{
	const json_t *release = json_object_get(body, "release"), *files = json_object_get(body, "evidence");
	const json_t *taken = json_object_get(body, "taken_from");
	struct buffer ids = { 0 };

	version->rank = rank_of(json_string_value(json_object_get(body, "marking")));
	for (size_t i = 0; i < json_array_size(release); i++) {
		int party = region_party(json_string_value(json_array_get(release, i)));
		if (party >= 0)
			version->release |= BIT(party);
	}
	version->named = named_by(&model.objects[version->object], body);
	version->from = taken ? region_party(json_string_value(json_object_get(taken, "state"))) : -1;
	version->from_number = (uint32_t)json_integer_value(json_object_get(taken, "version"));
	for (size_t i = 0; i < json_array_size(files); i++)
		buffer_append_text(&ids, json_string_value(json_array_get(files, i)));
	version->evidence = ids.size ? buffer_take(&ids) : NULL;
	buffer_free(&ids);
}

static void version_link(struct version *version, int number)
{
	struct object *object = &model.objects[version->object];

	version->before = object->newest[version->owner];
	object->newest[version->owner] = number;
	if (object->first_keeper < 0 && version->owner != TWIN)
		object->first_keeper = version->named;
}

static int record_take(void *context, struct vault_record *record, struct qorgan_error *error)
{
	unsigned party = *(const unsigned *)context;
	json_t *json = json_loadb(record->record.bytes.data, record->record.bytes.size, 0, NULL);
	const char *kind = json_string_value(json_object_get(json, "kind"));

	(void)error;
	if (!kind || strcmp(code_of(party), json_string_value(json_object_get(json, "owner"))) != 0)
		fail("the log of %s has a record that is none of its own", code_of(party));
	if (model.version_count == model.version_room) {
		model.version_room = model.version_room ? 2 * model.version_room : 4096;
		model.versions = realloc(model.versions, model.version_room * sizeof *model.versions);
	}
	unsigned object = object_take(kind, json_string_value(json_object_get(json, "id")));
	struct version *version = &model.versions[model.version_count];
	*version = (struct version){ .object = object, .owner = (uint8_t)party, .leaf = record->leaf,
		                         .allowed = party == TWIN ? UINT_MAX : 0 };
	version->number = (uint32_t)json_integer_value(json_object_get(json, "version"));
	merkle_hash_leaf(record->record.bytes.data, record->record.bytes.size, version->hash);
	body_read(version, json_object_get(json, "body"));
	version_link(version, (int)model.version_count);
	markers_take(record->record.bytes, model.version_count++);
	json_decref(json);
	return QORGAN_OK;
}

/* ---- Taking and losing ------------------------------------------------------------------ */

void model_sync(unsigned party)
{
	struct vault_view *view = NULL;
	struct qorgan_error error;
	int code = vault_view_begin(region_open(party), &view, &error);

	if (!code)
		code = vault_scan_leaves(view, region.parties[party].leaves, record_take, &party, &error);
	if (code)
		fail("the log of %s cannot be read: %s", code_of(party), error.message);
	region.parties[party].leaves = vault_view_leaves(view);
	vault_view_end(view);
}

void model_start(void)
{
	markers_of_all = markers;
	for (unsigned i = 0; i < STATES; i++)
		model_sync(i);
	for (size_t i = 0; i < model.object_count; i++)
		model.objects[i].agreed = model.objects[i].newest[0] >= 0;
}

void model_forget(unsigned party, uint64_t leaves)
{
	for (size_t i = model.version_count; i-- > 0;) {
		struct version *version = &model.versions[i];
		struct object *object = &model.objects[version->object];
		if (version->owner != party || version->gone || version->leaf < leaves)
			continue;
		version->gone = true;
		object->newest[party] = version->before;
		while (object->chain_count && object->chain[object->chain_count - 1] == (int)i)
			object->chain_count--;
	}
	region.parties[party].leaves = leaves;
}

void model_end(unsigned party)
{
	for (size_t i = 0; i < model.version_count; i++) {
		struct version *version = &model.versions[i];
		version->held &= ~BIT(party);
		if (version->owner != party || version->gone)
			continue;
		version->gone = true;
		model.objects[version->object].ended = true;
		model.objects[version->object].newest[party] = -1;
	}
	region.parties[party].leaves = region.parties[party].exported = 0;
	model_sync(party);
}
