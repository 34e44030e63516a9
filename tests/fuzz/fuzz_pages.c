/* Fuzzes the reader of the database's own pages: any file in the place of a store
 * is refused with a code or walked to its end, and gives up what rows it holds. Reading through the database is no
 * part of this: it believes its pages. The first byte says what the rest is: a
 * file, or bytes that lie over a sound one, each with its place. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engine/salvage.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char folder[64], store[80], path[96];
static struct buffer sound;

static void check(bool good)
{
	if (!good)
		abort();
}

static void folder_remove(void)
{
	static const char *const names[] = { "store.mdb", "store.mdb-lock", "writer.lock" };
	char name[128];

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		snprintf(name, sizeof name, "%s/%s", store, names[i]);
		unlink(name);
	}
	rmdir(store);
	rmdir(folder);
}

/* Tables of more than one level, a big value, a free list: some 30 pages. */
static void sound_make(void)
{
	static char value[9000];
	struct engine *engine;
	struct engine_txn *txn;
	char key[16];

	check(engine_open_lmdb(store, ENGINE_CREATE | ENGINE_ANY_FILESYSTEM, &engine, NULL) == QORGAN_OK);
	for (unsigned round = 0; round < 3; round++) {
		check(engine_begin_write(engine, &txn, NULL) == QORGAN_OK);
		for (unsigned i = round; i < 90; i += 3) {
			snprintf(key, sizeof key, "%05u", i * 7);
			check(engine_put(txn, ENGINE_HEADS + i % 2, span_of(key), (struct span){ value, 40 + i * 3 }, NULL) ==
			      QORGAN_OK);
		}
		check(engine_put(txn, ENGINE_EVIDENCE, span_of("big"), (struct span){ value, 9000 - round * 4000 }, NULL) ==
		      QORGAN_OK);
		check(engine_commit(txn, NULL) == QORGAN_OK);
	}
	engine_close(engine);
	FILE *file = fopen(path, "r");
	check(file != NULL);
	for (int c; (c = fgetc(file)) != EOF;)
		buffer_append_char(&sound, (char)c);
	fclose(file);
	check(!sound.failed);
}

static void start(void)
{
	if (sound.size)
		return;
	snprintf(folder, sizeof folder, "%s/qorgan-fuzz-XXXXXX", access("/dev/shm", W_OK) ? "/tmp" : "/dev/shm");
	check(mkdtemp(folder) != NULL);
	snprintf(store, sizeof store, "%s/store", folder);
	snprintf(path, sizeof path, "%s/store.mdb", store);
	sound_make();
	atexit(folder_remove);
}

static void file_put(const void *bytes, size_t size)
{
	int file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	check(file >= 0 && write(file, bytes, size) == (ssize_t)size && close(file) == 0);
}

/* Triples of two bytes of place and one of content. Half of the places are in the
 * first bytes of a page, which say what it is. */
static void overlay(const uint8_t *data, size_t size)
{
	struct buffer image = { 0 };

	buffer_append_span(&image, buffer_span(&sound));
	check(!image.failed);
	for (; size >= 3; data += 3, size -= 3) {
		size_t place = (size_t)data[0] << 8 | data[1], pages = image.size / 4096;
		size_t at = place & 1 ? place / 2 % pages * 4096 + place / 2 / pages % 300 : place * 2654435761u % image.size;
		image.data[at] = (char)data[2];
	}
	file_put(image.data, image.size);
	buffer_free(&image);
}

static void fault_count(void *context, const char *text)
{
	++*(uint64_t *)context;
	check(*text && !strchr(text, '\n'));
}

/* Each row lies within bounds, and is the same when it is read again. */
struct salvaging {
	struct engine_salvage *salvage;
	uint64_t rows;
};

static int row_check(void *context, const struct engine_salvaged *row, struct qorgan_error *error)
{
	struct salvaging *salvaging = context;

	(void)error;
	check(row->key.size <= 64 && row->value.size <= (size_t)16 << 20);
	salvaging->rows += row->value.size ? (unsigned char)row->value.data[row->value.size - 1] : 1;
	return QORGAN_OK;
}

static void salvage(void)
{
	struct salvaging salvaging = { 0 };
	struct qorgan_error error = { 0 };
	struct engine_salvage_facts facts;
	struct engine_salvaged row;
	int code = engine_salvage_open(store, &salvaging.salvage, &error);

	if (code) {
		check(code == QORGAN_BAD_DATA && error.message[0]);
		return;
	}
	check(engine_salvage_rows(salvaging.salvage, row_check, &salvaging, &error) == QORGAN_OK);
	check(engine_salvage_values(salvaging.salvage, row_check, &salvaging, &error) == QORGAN_OK);
	engine_salvage_facts(salvaging.salvage, &facts);
	for (uint64_t page = 0; page < facts.pages + 2 && page < 100; page++) {
		code = engine_salvage_again(salvaging.salvage, page, 0, &row, &error);
		check(code == QORGAN_IO || row_check(&salvaging, &row, NULL) == QORGAN_OK);
	}
	engine_salvage_close(salvaging.salvage);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct engine *engine = NULL;
	struct qorgan_error error = { 0 };
	struct buffer where = { 0 };
	uint64_t faults = 0, told = 0;

	start();
	if (size < 1)
		return 0;
	if (data[0])
		overlay(data + 1, size - 1);
	else
		file_put(data + 1, size - 1);
	salvage();
	int code = engine_open_lmdb(store, ENGINE_READ_ONLY | ENGINE_ANY_FILESYSTEM, &engine, &error);
	if (code) {
		check((code == QORGAN_BAD_DATA || code == QORGAN_IO) && error.message[0]);
		return 0;
	}
	check(engine_check(engine, fault_count, &told, &faults, &error) == QORGAN_OK && told == faults);
	for (uint64_t offset = 0; offset < 200000; offset += 1013) {
		buffer_clear(&where);
		code = engine_locate(engine, offset, &where, &error);
		check(code == QORGAN_OK ? where.size > 0 : code == QORGAN_IO);
	}
	buffer_free(&where);
	engine_close(engine);
	return 0;
}
