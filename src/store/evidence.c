/* Evidence: a file's content, in sealed pieces under its BLAKE2b-256. */
#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "store/evidence.h"
#include "store/vault_internal.h"

#define DIGEST_SIZE 32

/* The digest must be known before the first piece can be stored under it, so
 * the file is read twice; a change between the two readings is noticed. */
static int file_digest(FILE *file, const char *path, uint8_t digest[DIGEST_SIZE], uint64_t *size,
                       struct qorgan_error *error)
{
	crypto_generichash_state state;
	char piece[LAYOUT_PIECE_SIZE];
	size_t got;

	*size = 0;
	crypto_generichash_init(&state, NULL, 0, DIGEST_SIZE);
	while ((got = fread(piece, 1, sizeof piece, file)) > 0) {
		crypto_generichash_update(&state, (const uint8_t *)piece, got);
		*size += got;
	}
	crypto_generichash_final(&state, digest, DIGEST_SIZE);
	return ferror(file) ? error_set_system(error, QORGAN_IO, "cannot read %s", path) : QORGAN_OK;
}

struct layout_piece_key vault_piece_key(const struct qorgan_store *vault, const uint8_t digest[32], uint64_t offset)
{
	uint8_t hidden[DIGEST_SIZE];

	crypto_generichash(hidden, sizeof hidden, digest, DIGEST_SIZE, vault->keys->ids, sizeof vault->keys->ids);
	return layout_piece(hidden, offset);
}

static int pieces_put(struct vault_change *change, FILE *file, const char *path, const uint8_t digest[DIGEST_SIZE],
                      struct qorgan_error *error)
{
	crypto_generichash_state state;
	uint8_t again[DIGEST_SIZE];
	char piece[LAYOUT_PIECE_SIZE];
	uint64_t offset = 0;
	size_t got;
	int code = QORGAN_OK;

	crypto_generichash_init(&state, NULL, 0, DIGEST_SIZE);
	while (!code && (got = fread(piece, 1, sizeof piece, file)) > 0) {
		crypto_generichash_update(&state, (const uint8_t *)piece, got);
		code = vault_change_piece(change, digest, offset, (struct span){ piece, got }, error);
		offset += got;
	}
	crypto_generichash_final(&state, again, DIGEST_SIZE);
	if (!code && ferror(file))
		code = error_set_system(error, QORGAN_IO, "cannot read %s", path);
	if (!code && memcmp(digest, again, DIGEST_SIZE) != 0)
		code = error_set(error, QORGAN_BUSY, "%s changed while it was read: try again", path);
	return code;
}

static int file_open(const char *path, FILE **file, struct qorgan_error *error)
{
	*file = fopen(path, "rbe");
	if (!*file)
		return error_set_system(error, errno == ENOENT ? QORGAN_ABSENT : QORGAN_IO, "cannot open %s", path);
	return QORGAN_OK;
}

void evidence_digest_bytes(struct span data, char id[65])
{
	uint8_t digest[DIGEST_SIZE];

	crypto_generichash(digest, sizeof digest, (const uint8_t *)data.data, data.size, NULL, 0);
	sodium_bin2hex(id, 65, digest, sizeof digest);
}

int evidence_digest(const char *path, char id[65], uint64_t *size, struct qorgan_error *error)
{
	uint8_t digest[DIGEST_SIZE];
	FILE *file;
	int code = file_open(path, &file, error);

	if (code)
		return code;
	code = file_digest(file, path, digest, size, error);
	fclose(file);
	if (!code)
		sodium_bin2hex(id, 65, digest, sizeof digest);
	return code;
}

int vault_change_evidence(struct vault_change *change, const char *path, char id[65], uint64_t *size,
                          struct qorgan_error *error)
{
	struct layout_piece_key first;
	uint8_t digest[DIGEST_SIZE];
	struct span held;
	FILE *file;
	int code = file_open(path, &file, error);

	if (code)
		return code;
	code = file_digest(file, path, digest, size, error);
	if (!code && fseek(file, 0, SEEK_SET))
		code = error_set_system(error, QORGAN_BAD_DATA, "%s cannot be read twice: give a plain file", path);
	if (!code) {
		sodium_bin2hex(id, 65, digest, sizeof digest);
		first = vault_piece_key(vault_change_view(change)->vault, digest, 0);
		/* The same content is stored once; what an interrupted change left of it is
		 * gone by now. */
		code = engine_get(vault_change_view(change)->txn, ENGINE_EVIDENCE, LAYOUT_SPAN(first), &held, error);
		if (code == QORGAN_ABSENT)
			code = pieces_put(change, file, path, digest, error);
	}
	fclose(file);
	return code;
}

bool vault_piece_is_committed(const struct vault_view *view, struct span sealed)
{
	struct seal_head head;

	return !seal_head_read(sealed, &head) || head.leaf < view->state.tree.size;
}

int vault_evidence_read(struct vault_view *view, struct span id, vault_piece each, void *context,
                        struct qorgan_error *error)
{
	const struct qorgan_store *vault = view->vault;
	struct layout_piece_key low, high, at;
	struct engine_range *range = NULL;
	struct buffer plain = { 0 };
	crypto_generichash_state state;
	uint8_t digest[DIGEST_SIZE], found[DIGEST_SIZE];
	struct span key, sealed;
	uint64_t offset = 0;
	size_t digest_size = 0;
	bool more = true, is_there = false;
	int code;

	if (sodium_hex2bin(digest, sizeof digest, id.data, id.size, NULL, &digest_size, NULL) ||
	    digest_size != sizeof digest)
		return QORGAN_ABSENT;
	low = vault_piece_key(vault, digest, 0);
	high = vault_piece_key(vault, digest, UINT64_MAX);
	crypto_generichash_init(&state, NULL, 0, DIGEST_SIZE);
	code = engine_range_open(view->txn, ENGINE_EVIDENCE, LAYOUT_SPAN(low), LAYOUT_SPAN(high), false, &range, error);
	while (!code && !(code = engine_range_more(range, &key, &sealed, &more, error)) && more) {
		struct seal_place place = { .table = ENGINE_EVIDENCE, .key = LAYOUT_SPAN(at) };
		if (!vault_piece_is_committed(view, sealed))
			continue;
		if (key.size != sizeof at || bytes_get_u64(key.data + DIGEST_SIZE) != offset) {
			code = error_set(error, QORGAN_IO, "a piece of evidence %.*s is missing: the store is damaged", 12, id.data);
			break;
		}
		is_there = true;
		memcpy(&at, key.data, sizeof at);
		code = seal_open(vault->keys, vault->id, &place, sealed, &plain, error);
		if (!code) {
			crypto_generichash_update(&state, (const uint8_t *)plain.data, plain.size);
			code = each(context, offset, buffer_span(&plain), error);
			offset += plain.size;
		}
	}
	engine_range_close(range);
	buffer_free(&plain);
	if (code)
		return code;
	crypto_generichash_final(&state, found, sizeof found);
	if (memcmp(found, digest, sizeof digest) == 0)
		return QORGAN_OK; /* an empty file has no piece and the digest of nothing */
	if (!is_there)
		return QORGAN_ABSENT;
	return error_set(error, QORGAN_IO, "evidence %.*s is not what its id says: the store is damaged", 12, id.data);
}
