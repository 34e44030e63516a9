/* Forgetting: the rows changed in place, and the record of it. */
#include "store/forget.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "crypto/base64.h"
#include "record/canonical.h"
#include "store/forget_parts.h"
#include "store/rewrite.h"
#include "store/vault_change.h"

size_t forget_part_limit = CANONICAL_SIZE / 2;

/* ---- The rows ---------------------------------------------------------------------- */

static int row_put(struct vault_change *change, unsigned table, const struct seal_place *place, struct span plain,
                   struct qorgan_error *error)
{
	const struct qorgan_store *vault = change->view.vault;

	buffer_clear(&change->sealed);
	seal_put(vault->keys, vault->id, place, plain, &change->sealed);
	return change->sealed.failed ? error_set_memory(error)
	                             : engine_put(change->view.txn, table, place->key, buffer_span(&change->sealed), error);
}

static int own_replace(struct vault_change *change, const struct vault_record *version, struct span plain,
                       struct qorgan_error *error)
{
	struct layout_number_key head = layout_number(version->place.number);
	struct layout_version_key older = layout_version(version->place.number, version->record.version);
	struct seal_place place = { .table = ENGINE_HISTORY, .version = version->record.version, .leaf = version->leaf,
		                        .key = LAYOUT_SPAN(older) };

	if (!version->newest)
		return row_put(change, ENGINE_HISTORY, &place, plain, error);
	place.table = ENGINE_HEADS;
	place.key = LAYOUT_SPAN(head);
	return row_put(change, ENGINE_HEADS + version->place.shard, &place, plain, error);
}

/* Another state's: behind the record lies where in its log it is, and the row says since
 * when it is seen. */
static int mirrored_replace(struct vault_change *change, const struct vault_record *version, struct buffer *plain,
                            struct qorgan_error *error)
{
	struct layout_mirror_version_key key =
		layout_mirror_version(version->place.shard, version->place.number, version->record.version);
	struct layout_mirror_trailer trailer = { .log = { (uint8_t)(version->log >> 8), (uint8_t)version->log } };
	struct seal_place place = { .table = ENGINE_MIRROR, .version = version->record.version, .key = LAYOUT_SPAN(key) };
	struct seal_head head;
	struct span sealed;
	int code = engine_get(change->view.txn, ENGINE_MIRROR, place.key, &sealed, error);

	if (code == QORGAN_ABSENT || (!code && !seal_head_read(sealed, &head)))
		return error_set(error, QORGAN_IO, "a version just read is missing: the store is damaged; run qorgan verify");
	if (code)
		return code;
	place.leaf = head.leaf;
	bytes_put_u64(trailer.leaf, version->leaf);
	buffer_append(plain, &trailer, sizeof trailer);
	return plain->failed ? error_set_memory(error) : row_put(change, ENGINE_MIRROR, &place, buffer_span(plain), error);
}

/* ---- The list ------------------------------------------------------------------------ */

static int list_write(struct forget *forget, const struct vault_record *version, const uint8_t hash[MERKLE_HASH_SIZE],
                      struct qorgan_error *error)
{
	const struct record *record = &version->record;
	struct mirror_log log = { 0 };
	struct buffer *to = &forget->versions;
	int code = version->mirrored ? mirror_log_get(&forget->change->view, version->log, &log, error) : QORGAN_OK;

	if (code)
		return code;
	/* None of these has a character that JSON escapes. */
	buffer_append_text(to, to->size ? ",{\"hash\":\"" : "{\"hash\":\"");
	base64_append(to, hash, MERKLE_HASH_SIZE, BASE64_PADDED);
	buffer_append_format(to, "\",\"id\":\"%.*s\",\"kind\":\"%.*s\",\"leaf\":%llu,", (int)record->id.size, record->id.data,
	                     (int)record->kind.size, record->kind.data, (unsigned long long)version->leaf);
	if (version->mirrored) {
		buffer_append_text(to, "\"log\":");
		canonical_write_string(span_of(log.origin), to);
		buffer_append_char(to, ',');
	}
	buffer_append_format(to, "\"owner\":\"%.*s\",\"version\":%u}", (int)record->owner.size, record->owner.data,
	                     record->version);
	mirror_log_free(&log);
	return to->failed ? error_set_memory(error) : QORGAN_OK;
}

/* Writes down what was listed so far. */
static int part_write(struct forget *forget, struct qorgan_error *error)
{
	struct vault_change *change = forget->change;
	struct buffer rest = { 0 };
	char id[48];
	int code;

	if (forget->files.size)
		buffer_append_format(&rest, "\"files\":[%s],", buffer_text(&forget->files));
	buffer_append_format(&rest, "\"forgotten_at\":\"%s\",\"forgotten_by\":\"%s\",\"reason\":", change->time, change->user);
	canonical_write_string(span_of(forget->reason), &rest);
	if (forget->versions.size) {
		buffer_append_text(&rest, ",\"versions\":[");
		buffer_append_span(&rest, buffer_span(&forget->versions));
		buffer_append_char(&rest, ']');
	}
	buffer_append_char(&rest, '}');
	if (forget->part++ == 0)
		snprintf(id, sizeof id, "%llu", (unsigned long long)vault_change_number(change));
	else
		snprintf(id, sizeof id, "%llu-%zu", (unsigned long long)vault_change_number(change), forget->part);
	code = rest.failed ? error_set_memory(error) : forgetting_put(change, id, buffer_span(&rest), 1, error);
	buffer_free(&rest);
	buffer_clear(&forget->versions);
	buffer_clear(&forget->files);
	return code;
}

/* ---- What callers see ------------------------------------------------------------------ */

int forget_version(struct forget *forget, const struct vault_record *version, struct span body,
                   struct qorgan_error *error)
{
	struct vault_change *change = forget->change;
	struct buffer plain = { 0 };
	uint8_t hash[MERKLE_HASH_SIZE];
	int code = QORGAN_OK;

	if (forget->count == FORGET_VERSIONS_LIMIT)
		return error_set(error, QORGAN_BAD_DATA, "more than %d versions cannot be forgotten at once: name them one by "
		                 "one, as OBJECT@VERSION", FORGET_VERSIONS_LIMIT);
	record_write_absent(&version->record, RECORD_FORGOTTEN, body, &plain);
	if (plain.failed)
		code = error_set_memory(error);
	if (!code) {
		merkle_hash_leaf(plain.data, plain.size, hash);
		code = list_write(forget, version, hash, error);
	}
	if (!code)
		code = version->mirrored ? mirrored_replace(change, version, &plain, error)
		                         : own_replace(change, version, buffer_span(&plain), error);
	buffer_free(&plain);
	forget->count += !code;
	return code || forget->versions.size + forget->files.size < forget_part_limit ? code : part_write(forget, error);
}

/* The first piece of the content that is left, and the size that the log had before it came. */
static int piece_find(struct vault_view *view, const uint8_t digest[32], struct layout_piece_key *found,
                      uint64_t *size, struct qorgan_error *error)
{
	const struct qorgan_store *vault = view->vault;
	struct layout_piece_key low = vault_piece_key(vault, digest, 0), high = vault_piece_key(vault, digest, UINT64_MAX);
	struct engine_range *range = NULL;
	struct span key, value;
	struct seal_head head = { 0 };
	int code = engine_range_open(view->txn, ENGINE_EVIDENCE, LAYOUT_SPAN(low), LAYOUT_SPAN(high), false, &range, error);

	if (!code)
		code = engine_range_next(range, &key, &value, error);
	if (!code && (key.size != sizeof *found || !seal_head_read(value, &head)))
		code = error_set(error, QORGAN_IO, "a piece is malformed: the store is damaged; run qorgan verify");
	if (!code)
		memcpy(found, key.data, sizeof *found);
	*size = head.leaf;
	engine_range_close(range);
	return code;
}

static bool digest_of(struct span id, uint8_t digest[32])
{
	size_t size = 0;

	return !sodium_hex2bin(digest, 32, id.data, id.size, NULL, &size, NULL) && size == 32;
}

int forget_file_is_held(struct vault_view *view, struct span id, bool *held, struct qorgan_error *error)
{
	return forget_file_is_older(view, id, UINT64_MAX, held, error);
}

int forget_file_is_older(struct vault_view *view, struct span id, uint64_t leaf, bool *older,
                         struct qorgan_error *error)
{
	struct layout_piece_key at;
	uint8_t digest[32];
	uint64_t size = 0;
	int code = digest_of(id, digest) ? piece_find(view, digest, &at, &size, error) : QORGAN_ABSENT;

	*older = !code && size < leaf;
	return code == QORGAN_ABSENT ? QORGAN_OK : code;
}

int forget_file(struct forget *forget, struct span id, uint64_t *pieces, struct qorgan_error *error)
{
	struct vault_change *change = forget->change;
	struct layout_piece_key at;
	uint8_t digest[32];
	uint64_t size;
	int code = digest_of(id, digest) ? QORGAN_OK : QORGAN_ABSENT;

	*pieces = 0;
	while (!code && !(code = piece_find(&change->view, digest, &at, &size, error))) {
		code = engine_delete(change->view.txn, ENGINE_EVIDENCE, LAYOUT_SPAN(at), error);
		++*pieces;
	}
	if (code != QORGAN_ABSENT || !*pieces)
		return code == QORGAN_ABSENT ? QORGAN_OK : code;
	change->next.pieces -= *pieces;
	forget->file_count++;
	buffer_append_format(&forget->files, "%s\"%.*s\"", forget->files.size ? "," : "", (int)id.size, id.data);
	if (forget->files.failed)
		return error_set_memory(error);
	return forget->versions.size + forget->files.size < forget_part_limit ? QORGAN_OK : part_write(forget, error);
}

int forget_note(struct forget *forget, struct qorgan_error *error)
{
	int code = forget->versions.size || forget->files.size ? part_write(forget, error) : QORGAN_OK;

	return code || !forget->part ? code : rewrite_ask(forget->change, error);
}

void forget_end(struct forget *forget)
{
	buffer_free(&forget->versions);
	buffer_free(&forget->files);
}
