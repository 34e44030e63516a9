/* The floor: what the same libraries cost on the same bytes when nothing is
 * done but the work itself: Jansson, SHA-256, XChaCha20-Poly1305, LMDB. For what
 * comes in a package, ChaCha20-Poly1305 in pieces of 64 KiB and Ed25519. */
#include <jansson.h>
#include <lmdb.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bench.h"

#define NONCE crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
#define TAG crypto_aead_xchacha20poly1305_ietf_ABYTES

static uint8_t key[32];
static const uint8_t associated[52];

static void check(int code, const char *what)
{
	bench_require(code == 0, what, code ? mdb_strerror(code) : NULL);
}

static MDB_env *env_open(const char *folder)
{
	char path[300];
	MDB_env *env;

	snprintf(path, sizeof path, "%s/floor", folder);
	mkdir(path, 0700);
	check(mdb_env_create(&env), "floor");
	check(mdb_env_set_mapsize(env, (size_t)1 << 38), "floor");
	check(mdb_env_open(env, path, MDB_NOTLS, 0600), "floor");
	return env;
}

static void remove_old(const char *folder)
{
	char path[300];

	snprintf(path, sizeof path, "%s/floor/data.mdb", folder);
	unlink(path);
	snprintf(path, sizeof path, "%s/floor/lock.mdb", folder);
	unlink(path);
}

/* Seals padded text into out; returns its size. */
static size_t seal(const char *text, size_t size, uint8_t *out)
{
	size_t padded = (size / 64 + 1) * 64;

	randombytes_buf(out, NONCE);
	memcpy(out + NONCE, text, size);
	memset(out + NONCE + size, 0, padded - size);
	crypto_aead_xchacha20poly1305_ietf_encrypt(out + NONCE, NULL, out + NONCE, padded, associated, sizeof associated, NULL,
	                                           out, key);
	return padded + NONCE + TAG;
}

double floor_load(const char *folder, const struct bench_input *input)
{
	uint8_t sealed[4096], hash[32], number[8];
	MDB_txn *txn;
	MDB_dbi dbi;

	remove_old(folder);
	MDB_env *env = env_open(folder);
	double start = bench_now();
	check(mdb_txn_begin(env, NULL, 0, &txn), "floor");
	check(mdb_dbi_open(txn, NULL, 0, &dbi), "floor");
	size_t index = 0;
	for (const char *line = input->text, *end; line < input->text + input->size; line = end + 1) {
		end = memchr(line, '\n', (size_t)(input->text + input->size - line));
		json_error_t why;
		json_t *value = json_loadb(line, (size_t)(end - line), JSON_REJECT_DUPLICATES, &why);
		bench_require(value != NULL, "floor", why.text);
		char *text = json_dumps(value, JSON_SORT_KEYS | JSON_COMPACT);
		size_t size = strlen(text);
		crypto_hash_sha256(hash, (const uint8_t *)text, size);
		for (int i = 0; i < 8; i++)
			number[i] = (uint8_t)(index >> (56 - 8 * i));
		MDB_val k = { 8, number }, v = { seal(text, size, sealed), sealed };
		check(mdb_put(txn, dbi, &k, &v, MDB_APPEND), "floor");
		free(text);
		json_decref(value);
		index++;
	}
	check(mdb_txn_commit(txn), "floor");
	double taken = bench_now() - start;
	mdb_env_close(env);
	return taken;
}

static double scan(const char *folder, size_t count, int with_hash)
{
	MDB_env *env = env_open(folder);
	MDB_txn *txn;
	MDB_dbi dbi;
	MDB_cursor *cursor;
	MDB_val k, v;
	uint8_t plain[4096], hash[32];
	size_t found = 0;
	double start = bench_now();

	check(mdb_txn_begin(env, NULL, MDB_RDONLY, &txn), "floor");
	check(mdb_dbi_open(txn, NULL, 0, &dbi), "floor");
	check(mdb_cursor_open(txn, dbi, &cursor), "floor");
	while (mdb_cursor_get(cursor, &k, &v, MDB_NEXT) == 0) {
		const uint8_t *sealed = v.mv_data;
		bench_require(crypto_aead_xchacha20poly1305_ietf_decrypt(plain, NULL, NULL, sealed + NONCE, v.mv_size - NONCE,
		                                                         associated, sizeof associated, sealed, key) == 0,
		              "floor", "decryption");
		if (with_hash)
			crypto_hash_sha256(hash, plain, v.mv_size - NONCE - TAG);
		found++;
	}
	double taken = bench_now() - start;
	bench_require(found == count, "floor", "count");
	mdb_cursor_close(cursor);
	mdb_txn_abort(txn);
	mdb_env_close(env);
	return taken;
}

double floor_scan(const char *folder, size_t count)
{
	return scan(folder, count, 0);
}

double floor_verify(const char *folder, size_t count)
{
	return scan(folder, count, 1);
}

/* One durable change: one record sealed and committed, synced. */
double floor_durable(const char *folder, unsigned times)
{
	MDB_env *env = env_open(folder);
	uint8_t sealed[4096];
	char text[700];
	double start;

	memset(text, 'x', sizeof text);
	start = bench_now();
	for (unsigned i = 0; i < times; i++) {
		MDB_txn *txn;
		MDB_dbi dbi;
		uint8_t number[8] = { 1, 0, 0, 0, 0, 0, (uint8_t)(i >> 8), (uint8_t)i };
		MDB_val k = { 8, number }, v = { seal(text, sizeof text, sealed), sealed };
		check(mdb_txn_begin(env, NULL, 0, &txn), "floor");
		check(mdb_dbi_open(txn, NULL, 0, &dbi), "floor");
		check(mdb_put(txn, dbi, &k, &v, 0), "floor");
		check(mdb_txn_commit(txn), "floor");
	}
	double taken = (bench_now() - start) / times;
	mdb_env_close(env);
	return taken;
}

/* ---- Receiving ------------------------------------------------------------------------ */

#define PIECE ((size_t)65536)
#define PIECE_TAG crypto_aead_chacha20poly1305_IETF_ABYTES

struct stream {
	uint8_t *bytes; /* pieces, each with its tag behind it */
	size_t size, plain_size;
};

static void piece_nonce(uint8_t nonce[12], size_t piece)
{
	memset(nonce, 0, 12);
	memcpy(nonce, &piece, sizeof piece);
}

static struct stream stream_make(const char *folder)
{
	struct stream stream = { 0 };
	struct stat status;
	uint8_t nonce[12];
	char path[300];

	snprintf(path, sizeof path, "%s/plain", folder);
	FILE *file = fopen(path, "r");
	bench_require(file && fstat(fileno(file), &status) == 0, path, "cannot be read");
	stream.plain_size = (size_t)status.st_size;
	uint8_t *plain = malloc(PIECE);
	stream.bytes = malloc(stream.plain_size + (stream.plain_size / PIECE + 1) * PIECE_TAG);
	bench_require(plain && stream.bytes, "floor", "no memory");
	for (size_t at = 0, piece = 0, got; at < stream.plain_size; at += got, piece++) {
		got = fread(plain, 1, PIECE, file);
		bench_require(got > 0, path, "cannot be read");
		piece_nonce(nonce, piece);
		crypto_aead_chacha20poly1305_ietf_encrypt(stream.bytes + stream.size, NULL, plain, got, NULL, 0, NULL, nonce, key);
		stream.size += got + PIECE_TAG;
	}
	fclose(file);
	free(plain);
	return stream;
}

/* The file is hashed for its signature, then deciphered. */
static void stream_open(const struct stream *stream, uint8_t *plain)
{
	uint8_t nonce[12], digest[64];

	crypto_generichash(digest, sizeof digest, stream->bytes, stream->size, NULL, 0);

	for (size_t at = 0, piece = 0; at < stream->size; at += PIECE + PIECE_TAG, piece++, plain += PIECE) {
		size_t size = stream->size - at < PIECE + PIECE_TAG ? stream->size - at : PIECE + PIECE_TAG;
		piece_nonce(nonce, piece);
		bench_require(crypto_aead_chacha20poly1305_ietf_decrypt(plain, NULL, NULL, stream->bytes + at, size, NULL, 0, nonce,
		                                                        key) == 0, "floor", "decryption");
	}
}

/* Puts each line of a record; returns how many there were. */
static size_t records_put(const char *plain, size_t size, MDB_txn *txn, MDB_dbi dbi)
{
	static const char start[] = "{\"type\":\"record\"";
	uint8_t hash[32], number[8], node[65] = { 1 };
	size_t index = 0;

	for (const char *line = plain, *end; line < plain + size; line = end + 1) {
		end = memchr(line, '\n', (size_t)(plain + size - line));
		if (memcmp(line, start, sizeof start - 1) != 0)
			continue;
		crypto_hash_sha256(hash, (const uint8_t *)line, (size_t)(end - line));
		crypto_hash_sha256(hash, node, sizeof node); /* as many nodes as leaves are in the tree */
		for (int i = 0; i < 8; i++)
			number[i] = (uint8_t)(index >> (56 - 8 * i));
		MDB_val k = { 8, number }, v = { (size_t)(end - line), (void *)(uintptr_t)line };
		check(mdb_put(txn, dbi, &k, &v, MDB_APPEND), "floor");
		index++;
	}
	return index;
}

double floor_receive(const char *folder)
{
	struct stream stream = stream_make(folder);
	uint8_t *plain = malloc(stream.plain_size + PIECE), public[32], secret[64], signature[64], note[200] = { 0 };
	MDB_txn *txn;
	MDB_dbi dbi;

	bench_require(plain != NULL, "floor", "no memory");
	crypto_sign_keypair(public, secret);
	crypto_sign_detached(signature, NULL, note, sizeof note, secret);
	remove_old(folder);
	MDB_env *env = env_open(folder);
	double start = bench_now();
	stream_open(&stream, plain);
	bench_require(crypto_sign_verify_detached(signature, note, sizeof note, public) == 0, "floor", "signature");
	check(mdb_txn_begin(env, NULL, 0, &txn), "floor");
	check(mdb_dbi_open(txn, NULL, 0, &dbi), "floor");
	bench_require(records_put((const char *)plain, stream.plain_size, txn, dbi) > 0, "floor", "no record");
	check(mdb_txn_commit(txn), "floor");
	double taken = bench_now() - start;
	mdb_env_close(env);
	free(stream.bytes);
	free(plain);
	return taken;
}
