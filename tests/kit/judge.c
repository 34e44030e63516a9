/* What the library answers to vectors of the kit that no command takes alone: keys, notes,
 * checkpoints, cosignatures, records, minisign signatures, and all records of a store.
 *
 * judge KIND [KEY [FILE]] <BYTES: prints the answer, and ends with the code, as the head of
 * reader.py tells both. Of a store, KEY is its folder and FILE that of the identity, and it
 * prints the SHA-256 of all records in the order of the log. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <sodium.h>

#include "base/file.h"
#include "base/text.h"
#include "crypto/cosignature.h"
#include "crypto/minisign.h"
#include "crypto/note.h"
#include "crypto/secret.h"
#include "qorgan/store.h"
#include "record/record.h"
#include "store/vault_internal.h"

#define LIMIT ((size_t)4 << 20)

struct key {
	char name[NOTE_VKEY_LIMIT];
	uint8_t bytes[NOTE_KEY_SIZE];
	bool cosigns;
};

static bool key_read(const char *text, struct key *key)
{
	key->cosigns = cosignature_parse_vkey(text, key->name, sizeof key->name, key->bytes);
	return key->cosigns || note_parse_vkey(text, key->name, sizeof key->name, key->bytes);
}

static int vkey_judge(struct buffer *bytes, struct qorgan_error *error)
{
	struct key key;

	if (bytes->size && bytes->data[bytes->size - 1] == '\n')
		bytes->data[--bytes->size] = '\0';
	if (!key_read(buffer_text(bytes), &key))
		return error_set(error, QORGAN_BAD_DATA, "this is no verifier key");
	printf("%s, type %d\n", key.name, key.cosigns ? 4 : 1);
	return QORGAN_OK;
}

static int note_judge(struct span note, const struct key *key, bool is_checkpoint, struct qorgan_error *error)
{
	char root[sodium_base64_ENCODED_LEN(32, sodium_base64_VARIANT_ORIGINAL)];
	struct checkpoint checkpoint;
	struct span text, line;
	unsigned count = 0;
	int code = note_verify(note, key->name, key->bytes, &text, error);

	if (code)
		return code;
	if (!is_checkpoint) {
		while (text_line_take(&text, &line))
			count++;
		printf("%u lines\n", count);
		return QORGAN_OK;
	}
	if (!checkpoint_parse(text, &checkpoint) || strcmp(checkpoint.origin, key->name) != 0)
		return error_set(error, QORGAN_PROTOCOL, "this is no checkpoint of that log");
	sodium_bin2base64(root, sizeof root, checkpoint.root, sizeof checkpoint.root, sodium_base64_VARIANT_ORIGINAL);
	printf("%" PRIu64 " %s\n", checkpoint.size, root);
	return QORGAN_OK;
}

static int cosigned_judge(struct span note, const struct key *key, struct qorgan_error *error)
{
	int64_t time;
	int code = cosignature_verify(note, key->name, key->bytes, &time, error);

	if (!code)
		printf("%" PRId64 "\n", time);
	return code;
}

static int record_judge(struct span bytes, struct qorgan_error *error)
{
	struct record record;
	int code = record_parse_foreign(bytes, &record, error);

	if (!code)
		printf("%.*s %.*s %.*s %u\n", (int)record.owner.size, record.owner.data, (int)record.kind.size,
		       record.kind.data, (int)record.id.size, record.id.data, record.version);
	return code;
}

static int minisig_judge(struct span signature, const char *key, const char *path, struct qorgan_error *error)
{
	struct buffer file = { 0 }, trusted = { 0 };
	struct minisign_public public;
	struct minisign_hash hash;

	if (!minisign_public_parse(key, &public))
		return error_set(error, QORGAN_BAD_DATA, "this is no key of minisign");
	int code = file_read(path, LIMIT, &file, error);
	minisign_hash_start(&hash);
	minisign_hash_add(&hash, buffer_text(&file), file.size);
	if (!code)
		code = minisign_verify(&hash, signature, &public, &trusted, error);
	if (!code)
		printf("%s\n", buffer_text(&trusted));
	buffer_free(&file);
	buffer_free(&trusted);
	return code;
}

static int records_hash(struct qorgan_store *store, uint8_t hash[crypto_hash_sha256_BYTES], struct qorgan_error *error)
{
	struct vault_record record = { 0 };
	crypto_hash_sha256_state state;
	struct vault_view *view = NULL;
	int code = vault_view_begin(store, &view, error);

	crypto_hash_sha256_init(&state);
	for (uint64_t leaf = 0; !code && leaf < view->state.tree.size; leaf++) {
		code = vault_get_leaf(view, leaf, &record, error);
		if (!code)
			crypto_hash_sha256_update(&state, (const uint8_t *)record.plain.data, record.plain.size);
	}
	crypto_hash_sha256_final(&state, hash);
	vault_record_free(&record);
	vault_view_end(view);
	return code;
}

static int store_judge(const char *path, const char *identity, struct qorgan_error *error)
{
	const struct qorgan_keys keys = { .identity = identity };
	uint8_t hash[crypto_hash_sha256_BYTES];
	char text[2 * sizeof hash + 1];
	struct qorgan_store *store = NULL;
	int code = qorgan_store_open(path, &keys, QORGAN_READ_ONLY, &store, error);

	if (!code)
		code = records_hash(store, hash, error);
	if (!code)
		puts(sodium_bin2hex(text, sizeof text, hash, sizeof hash));
	qorgan_store_close(store);
	return code;
}

static int judge(const char *kind, const char *text, const char *path, struct buffer *bytes, struct qorgan_error *error)
{
	struct key key;

	if (strcmp(kind, "vkey") == 0)
		return vkey_judge(bytes, error);
	if (strcmp(kind, "record") == 0)
		return record_judge(buffer_span(bytes), error);
	if (strcmp(kind, "minisig") == 0 && path)
		return minisig_judge(buffer_span(bytes), text, path, error);
	if (strcmp(kind, "store") == 0 && text && path)
		return store_judge(text, path, error);
	if (!text || !key_read(text, &key))
		return error_set(error, QORGAN_USAGE, "usage: judge KIND [KEY [FILE]] <BYTES");
	if (strcmp(kind, "cosigned") == 0)
		return cosigned_judge(buffer_span(bytes), &key, error);
	return note_judge(buffer_span(bytes), &key, strcmp(kind, "checkpoint") == 0, error);
}

int main(int count, char **words)
{
	const char *kind = count > 1 ? words[1] : "", *key = count > 2 ? words[2] : NULL;
	const char *path = count > 3 ? words[3] : NULL;
	struct qorgan_error error = { 0 };
	struct buffer bytes = { 0 };
	int code = secret_start(&error);

	if (!code)
		code = file_read("/dev/stdin", LIMIT, &bytes, &error);
	if (!code)
		code = judge(kind, key, path, &bytes, &error);
	if (code)
		fprintf(stderr, "%s\n", error.message);
	buffer_free(&bytes);
	return code;
}
