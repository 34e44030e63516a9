/* The floor: what the same libraries cost on the same bytes when nothing is
 * done but the work itself: Jansson, SHA-256, XChaCha20-Poly1305, LMDB. */
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
