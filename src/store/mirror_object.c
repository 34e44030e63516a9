/* Objects of other states: finding and reading what was handed over. */
#include <string.h>

#include "store/mirror_internal.h"

static const char damaged[] = "a row of the mirror is malformed: the store is damaged; run qorgan verify";

bool mirror_place(const struct vault_place *place)
{
	return place->shard != LAYOUT_COMMIT_SHARD && place->shard & LAYOUT_MIRRORED;
}

bool mirror_is_empty(const struct vault_view *view)
{
	return view->state.mirror_objects == 0;
}

void mirror_id_hash(const struct qorgan_store *vault, const struct schema *schema, struct span id, uint8_t hash[16])
{
	vault_id_hash(vault, "", schema, id, hash); /* no state is called so */
}

bool mirror_is_committed(const struct vault_view *view, struct span sealed)
{
	struct seal_head head;

	return !seal_head_read(sealed, &head) || head.leaf < view->state.tree.size;
}

/* ---- Versions ------------------------------------------------------------------- */

int mirror_open(struct vault_view *view, const struct layout_mirror_version_key *key, struct span sealed,
                struct vault_record *record, struct qorgan_error *error)
{
	struct seal_place place = { .table = ENGINE_MIRROR, .key = { (const char *)key, sizeof *key } };
	struct layout_mirror_trailer trailer;
	uint32_t version = bytes_get_u32(key->version);
	int code = seal_open(view->vault->keys, view->vault->id, &place, sealed, &record->plain, error);

	if (!code && record->plain.size < sizeof trailer)
		code = error_set(error, QORGAN_IO, "%s", damaged);
	if (code)
		return code;
	size_t size = record->plain.size - sizeof trailer;
	memcpy(&trailer, record->plain.data + size, sizeof trailer);
	code = record_parse((struct span){ record->plain.data, size }, &record->record, error);
	if (!code && (record->record.version != version || place.version != version))
		code = error_set(error, QORGAN_IO, "a record is not the version that it is stored as: the store is damaged");
	record->place = (struct vault_place){ key->shard | LAYOUT_MIRRORED, bytes_get_u64(key->number), version };
	record->leaf = bytes_get_u64(trailer.leaf);
	record->log = (uint16_t)(trailer.log[0] << 8 | trailer.log[1]);
	record->mirrored = true;
	record->lost = false;
	record->newest = true;
	return code;
}

/* The range over the versions of one object, below `end` (0: all). */
static int versions_open(struct vault_view *view, const struct vault_place *place, uint32_t end, bool reverse,
                         struct engine_range **range, struct qorgan_error *error)
{
	struct layout_mirror_version_key low = layout_mirror_version(place->shard, place->number, 0);
	struct layout_mirror_version_key high = end ? layout_mirror_version(place->shard, place->number, end)
	                                            : layout_mirror_version(place->shard, place->number + 1, 0);

	return engine_range_open(view->txn, ENGINE_MIRROR, LAYOUT_SPAN(low), LAYOUT_SPAN(high), reverse, range, error);
}

/* The newest version that the view may see, sealed. */
static int newest_find(struct vault_view *view, const struct vault_place *place,
                       struct layout_mirror_version_key *key, struct span *sealed, struct qorgan_error *error)
{
	struct engine_range *range = NULL;
	struct span at;
	int code = versions_open(view, place, 0, true, &range, error);

	while (!code && !(code = engine_range_next(range, &at, sealed, error))) {
		if (at.size != sizeof *key)
			code = error_set(error, QORGAN_IO, "%s", damaged);
		else if (mirror_is_committed(view, *sealed))
			break;
	}
	if (!code)
		memcpy(key, at.data, sizeof *key);
	engine_range_close(range);
	return code;
}

int mirror_get(struct vault_view *view, const struct vault_place *place, uint32_t version,
               struct vault_record *record, struct qorgan_error *error)
{
	struct layout_mirror_version_key key;
	struct span sealed;
	int code = newest_find(view, place, &key, &sealed, error);

	if (code)
		return code;
	uint32_t newest = bytes_get_u32(key.version);
	if (version && version != newest) {
		key = layout_mirror_version(place->shard, place->number, version);
		code = engine_get(view->txn, ENGINE_MIRROR, LAYOUT_SPAN(key), &sealed, error);
		if (!code && !mirror_is_committed(view, sealed))
			code = QORGAN_ABSENT;
	}
	if (!code)
		code = mirror_open(view, &key, sealed, record, error);
	record->newest = !version || version == newest;
	return code;
}

/* Tells each version of a range that the view may see, as `newest` or not. Closes the
 * range. */
static int versions_tell(struct vault_view *view, struct engine_range *range, bool newest, vault_each each, void *context,
                         struct qorgan_error *error)
{
	struct vault_record record = { 0 };
	struct span key, sealed;
	int code = QORGAN_OK;
	bool more;

	while (!code && !(code = engine_range_more(range, &key, &sealed, &more, error)) && more) {
		struct layout_mirror_version_key at;
		if (key.size != sizeof at)
			code = error_set(error, QORGAN_IO, "%s", damaged);
		if (code || !mirror_is_committed(view, sealed))
			continue;
		memcpy(&at, key.data, sizeof at);
		code = mirror_open(view, &at, sealed, &record, error);
		record.newest = newest;
		if (!code && vault_view_allows(view, &record, &code, error))
			code = each(context, &record, error);
	}
	engine_range_close(range);
	vault_record_free(&record);
	return code;
}

int mirror_scan_history(struct vault_view *view, const struct vault_place *place, vault_each each, void *context,
                        struct qorgan_error *error)
{
	struct engine_range *range;
	int code = versions_open(view, place, place->version, true, &range, error);

	return code ? code : versions_tell(view, range, false, each, context, error);
}

int mirror_versions(struct vault_view *view, vault_each each, void *context, struct qorgan_error *error)
{
	struct engine_range *range;
	int code;

	if (view->state.mirror_objects == 0)
		return QORGAN_OK;
	code = engine_range_open(view->txn, ENGINE_MIRROR, span_of("h"), span_of("i"), false, &range, error);
	return code ? code : versions_tell(view, range, true, each, context, error);
}

/* ---- Objects ---------------------------------------------------------------------- */

int mirror_object_look(struct vault_view *view, const struct vault_place *place, struct mirror_object *object,
                       struct qorgan_error *error)
{
	struct layout_mirror_object_key key = layout_mirror_object('n', place->shard, place->number);
	struct layout_mirror_version_key newest;
	struct layout_mirror_standing standing;
	struct seal_place sealing = { .table = ENGINE_MIRROR, .key = LAYOUT_SPAN(key) };
	struct buffer plain = { 0 };
	struct span value, sealed;
	int code = newest_find(view, place, &newest, &sealed, error);

	if (code)
		return code;
	object->place = *place;
	object->place.version = bytes_get_u32(newest.version);
	object->standing = MIRROR_COUNTS;
	object->withdrawn = 0;
	code = engine_get(view->txn, ENGINE_MIRROR, LAYOUT_SPAN(key), &value, error);
	if (code)
		return code == QORGAN_ABSENT ? QORGAN_OK : code;
	code = seal_open(view->vault->keys, view->vault->id, &sealing, value, &plain, error);
	if (!code && plain.size != sizeof standing)
		code = error_set(error, QORGAN_IO, "%s", damaged);
	if (!code) {
		memcpy(&standing, plain.data, sizeof standing);
		object->standing = standing.why;
		object->withdrawn = bytes_get_u32(standing.version);
	}
	buffer_free(&plain);
	return code;
}

int mirror_stands_back(struct vault_view *view, const struct vault_place *place, bool *back, struct qorgan_error *error)
{
	struct layout_mirror_object_key key = layout_mirror_object('o', place->shard, place->number);
	struct span value;
	int code = engine_get(view->txn, ENGINE_MIRROR, LAYOUT_SPAN(key), &value, error);

	*back = code == QORGAN_OK;
	return code == QORGAN_ABSENT ? QORGAN_OK : code;
}

int mirror_standing_rows(struct vault_view *view, uint64_t *count, struct qorgan_error *error)
{
	struct engine_range *range = NULL;
	struct span key, value;
	int code;

	*count = 0;
	if (view->state.mirror_rows == 0)
		return QORGAN_OK;
	_Static_assert('n' + 1 == 'o', "one range");
	code = engine_range_open(view->txn, ENGINE_MIRROR, span_of("n"), span_of("p"), false, &range, error);
	while (!code && !(code = engine_range_next(range, &key, &value, error)))
		++*count;
	engine_range_close(range);
	return code == QORGAN_ABSENT ? QORGAN_OK : code;
}

/* What an entry of the index leads to. */
static int entry_read(struct vault_view *view, struct span key, struct span value, struct mirror_object *object,
                      struct qorgan_error *error)
{
	const struct layout_mirror_id_key *at = (const struct layout_mirror_id_key *)key.data;
	const struct layout_id *entry = (const struct layout_id *)value.data;
	struct vault_place place;

	if (key.size != sizeof *at || value.size != sizeof *entry || entry->shard >= ENGINE_HEAD_SHARDS)
		return error_set(error, QORGAN_IO, "%s", damaged);
	place = (struct vault_place){ entry->shard | LAYOUT_MIRRORED, bytes_get_u64(entry->number), 0 };
	object->log = (uint16_t)(at->log[0] << 8 | at->log[1]);
	if (place.number >= view->state.mirror_objects) /* of a change that is being made, or was interrupted */
		return QORGAN_ABSENT;
	return mirror_object_look(view, &place, object, error);
}

int mirror_objects(struct vault_view *view, const struct schema *schema, struct span id, mirror_each_object each,
                   void *context, struct qorgan_error *error)
{
	uint8_t hash[16];
	struct engine_range *range = NULL;
	struct span key, value;
	bool more;
	int code;

	if (view->state.mirror_objects == 0)
		return QORGAN_OK;
	mirror_id_hash(view->vault, schema, id, hash);
	struct layout_mirror_id_key low = layout_mirror_id(hash, 0), high = layout_mirror_id(hash, UINT16_MAX);
	code = engine_range_open(view->txn, ENGINE_MIRROR, LAYOUT_SPAN(low), LAYOUT_SPAN(high), false, &range, error);
	while (!code && !(code = engine_range_more(range, &key, &value, &more, error)) && more) {
		struct mirror_object object = { 0 };
		code = entry_read(view, key, value, &object, error);
		if (!code)
			code = each(context, &object, error);
		else if (code == QORGAN_ABSENT)
			code = QORGAN_OK;
	}
	engine_range_close(range);
	return code;
}

int mirror_object_find(struct vault_view *view, const struct schema *schema, struct span id, unsigned log,
                       struct mirror_object *object, struct qorgan_error *error)
{
	struct layout_mirror_id_key key;
	uint8_t hash[16];
	struct span value;
	int code;

	if (view->state.mirror_objects == 0)
		return QORGAN_ABSENT;
	mirror_id_hash(view->vault, schema, id, hash);
	key = layout_mirror_id(hash, log);
	code = engine_get(view->txn, ENGINE_MIRROR, LAYOUT_SPAN(key), &value, error);
	return code ? code : entry_read(view, LAYOUT_SPAN(key), value, object, error);
}

/* A row that was taken out would let another object count. */
static int rows_confirm(struct vault_view *view, struct qorgan_error *error)
{
	uint64_t count;
	int code = engine_count(view->txn, ENGINE_MIRROR, &count, error);

	if (!code && count < view->state.mirror_rows)
		code = error_set(error, QORGAN_IO, "what other states sent is not all there: the store is damaged; run qorgan verify");
	return code;
}

#define FOUND (-1)

static int counting_take(void *context, const struct mirror_object *object, struct qorgan_error *error)
{
	struct vault_place *place = context;

	(void)error;
	if (object->standing != MIRROR_COUNTS)
		return QORGAN_OK;
	*place = object->place;
	return FOUND;
}

int mirror_find(struct vault_view *view, const struct schema *schema, struct span id, struct vault_place *place,
                struct qorgan_error *error)
{
	int code = mirror_objects(view, schema, id, counting_take, place, error);

	if (!code && view->state.mirror_rows)
		code = rows_confirm(view, error);
	return code == FOUND ? QORGAN_OK : code ? code : QORGAN_ABSENT;
}

/* ---- Numbers in order -------------------------------------------------------------- */

/* Each row is authenticated: who could put one there decided what is seen. */
static int numbers_step(struct mirror_numbers *numbers, struct qorgan_error *error)
{
	const struct qorgan_store *vault = numbers->view->vault;
	struct seal_place place = { .table = ENGINE_MIRROR };
	struct span sealed;
	int code = engine_range_next(numbers->range, &place.key, &sealed, error);

	numbers->next = UINT64_MAX;
	if (code)
		return code == QORGAN_ABSENT ? QORGAN_OK : code;
	if (place.key.size != sizeof(struct layout_mirror_object_key))
		return error_set(error, QORGAN_IO, "%s", damaged);
	numbers->next = bytes_get_u64(place.key.data + 2);
	return seal_open(vault->keys, vault->id, &place, sealed, &numbers->plain, error);
}

int mirror_numbers_open(struct vault_view *view, char row, unsigned shard, struct mirror_numbers *numbers,
                        struct qorgan_error *error)
{
	struct layout_mirror_object_key low = layout_mirror_object(row, shard, 0);
	struct layout_mirror_object_key high = layout_mirror_object(row, shard, UINT64_MAX);
	int code;

	*numbers = (struct mirror_numbers){ .view = view, .next = UINT64_MAX };
	if (view->state.mirror_rows == 0)
		return QORGAN_OK;
	code = rows_confirm(view, error);
	if (!code)
		code = engine_range_open(view->txn, ENGINE_MIRROR, LAYOUT_SPAN(low), LAYOUT_SPAN(high), false, &numbers->range,
		                         error);
	return code ? code : numbers_step(numbers, error);
}

bool mirror_numbers_has(struct mirror_numbers *numbers, uint64_t number, int *code, struct qorgan_error *error)
{
	while (!*code && numbers->next < number)
		*code = numbers_step(numbers, error);
	return !*code && numbers->next == number;
}

void mirror_numbers_close(struct mirror_numbers *numbers)
{
	engine_range_close(numbers->range);
	buffer_free(&numbers->plain);
	numbers->range = NULL;
}
