/* Damage to the file of a store: whatever byte is changed, page zeroed or end
 * cut off, nothing crashes unguarded, and what changes the structure is found. */
#include <check.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "engine/engine.h"

Suite *suite_engine_damage(void);

#define PAGE 4096

static char root[64], folder[80], path[96];
static unsigned char *original;
static size_t original_size;
static struct qorgan_error error;

#define succeeds(call) \
	do { \
		int succeeds_code = (call); \
		ck_assert_msg(succeeds_code == QORGAN_OK, "%s: %d %s", #call, succeeds_code, error.message); \
	} while (0)

static int entry_remove(const char *name, const struct stat *status, int type, struct FTW *walk)
{
	(void)status;
	(void)type;
	(void)walk;
	return remove(name);
}

static void put(struct engine_txn *txn, unsigned table, unsigned number, size_t size)
{
	static char value[20000];
	char key[40];
	int length = snprintf(key, sizeof key, "%06u-%.*s", number * 7, (int)(number % 20), "a longer key, at times");

	memset(value, (int)(number % 251), size);
	succeeds(engine_put(txn, table, (struct span){ key, (size_t)length }, (struct span){ value, size }, &error));
}

/* Some hundred entries, a tree of more than one level, big values, a free list. */
static void store_fill(struct engine *engine)
{
	struct engine_txn *txn;
	char key[40];

	for (unsigned round = 0; round < 5; round++) {
		succeeds(engine_begin_write(engine, &txn, &error));
		for (unsigned i = round; i < 250; i += round < 4 ? 4 : 3)
			put(txn, ENGINE_HEADS + 3, i, 40 + i % 130);
		for (unsigned i = 0; i < 20; i++)
			put(txn, ENGINE_META + i % 5, i, i * 9);
		put(txn, ENGINE_EVIDENCE, round, 3000 + round * 3000);
		put(txn, ENGINE_EVIDENCE, 99, 12000 - round * 2500);
		if (round == 3) {
			int length = snprintf(key, sizeof key, "%06u-%.*s", 14u, 2, "a longer key, at times");
			succeeds(engine_delete(txn, ENGINE_EVIDENCE, (struct span){ key, (size_t)length }, &error));
		}
		succeeds(engine_commit(txn, &error));
	}
}

static void file_load(void)
{
	FILE *file = fopen(path, "rb");
	struct stat status;

	ck_assert_ptr_nonnull(file);
	ck_assert_int_eq(fstat(fileno(file), &status), 0);
	original_size = (size_t)status.st_size;
	original = malloc(original_size);
	ck_assert_ptr_nonnull(original);
	ck_assert_uint_eq(fread(original, 1, original_size, file), original_size);
	fclose(file);
}

static void set_up(void)
{
	const char *place = getenv("TMPDIR");
	struct engine *engine;

	snprintf(root, sizeof root, "%.40s/qorgan-damage-XXXXXX", place ? place : "/tmp");
	ck_assert_ptr_nonnull(mkdtemp(root));
	snprintf(folder, sizeof folder, "%s/store", root);
	snprintf(path, sizeof path, "%s/store.mdb", folder);
	succeeds(engine_open_lmdb(folder, ENGINE_CREATE, &engine, &error));
	store_fill(engine);
	engine_close(engine);
	file_load();
}

static void tear_down(void)
{
	free(original);
	nftw(root, entry_remove, 8, FTW_DEPTH | FTW_PHYS);
}

static void bytes_write(size_t offset, const void *bytes, size_t size)
{
	int file = open(path, O_WRONLY);

	ck_assert_int_ge(file, 0);
	ck_assert_int_eq(pwrite(file, bytes, size, (off_t)offset), (ssize_t)size);
	close(file);
}

/* What a full read yields. */
struct reading {
	int code;
	uint64_t entries, digest;
};

static uint64_t digest_add(uint64_t digest, const char *data, size_t size)
{
	for (size_t i = 0; i < size; i++)
		digest = (digest ^ (unsigned char)data[i]) * 0x100000001b3u;
	return (digest ^ size) * 0x100000001b3u;
}

static int table_read(struct engine_txn *txn, unsigned table, struct reading *reading)
{
	struct engine_range *range;
	struct span key, value;
	int code = engine_range_open(txn, table, (struct span){ 0 }, (struct span){ 0 }, false, &range, NULL);

	if (code)
		return code;
	while (!(code = engine_range_next(range, &key, &value, NULL))) {
		reading->entries++;
		reading->digest = digest_add(reading->digest ^ table, key.data, key.size);
		reading->digest = digest_add(reading->digest, value.data, value.size);
	}
	engine_range_close(range);
	return code == QORGAN_ABSENT ? QORGAN_OK : code;
}

static struct reading store_read(void)
{
	struct reading reading = { .digest = 0xcbf29ce484222325u };
	struct engine *engine;
	struct engine_txn *txn;

	reading.code = engine_open_lmdb(folder, 0, &engine, NULL);
	if (reading.code)
		return reading;
	reading.code = engine_begin_read(engine, &txn, NULL);
	for (unsigned table = 0; !reading.code && table < ENGINE_TABLES; table++)
		reading.code = table_read(txn, table, &reading);
	engine_abort(txn);
	engine_close(engine);
	return reading;
}

/* The same in a child under the guard, which may end with 74 but never by a
 * signal and never hang. */
static struct reading child_read(void)
{
	struct reading reading = { 0 };
	int ends[2], status;

	ck_assert_int_eq(pipe(ends), 0);
	pid_t child = fork();
	ck_assert_int_ge(child, 0);
	if (child == 0) {
		alarm(20);
		int null = open("/dev/null", O_WRONLY);
		dup2(null, STDERR_FILENO);
		engine_guard("damaged");
		reading = store_read();
		_exit(write(ends[1], &reading, sizeof reading) == sizeof reading ? 0 : 99);
	}
	close(ends[1]);
	ssize_t got = read(ends[0], &reading, sizeof reading);
	close(ends[0]);
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	ck_assert_msg(WIFEXITED(status), "the reading child ended by signal %d", WTERMSIG(status));
	ck_assert_int_ne(WEXITSTATUS(status), 99);
	if (WEXITSTATUS(status) || got != sizeof reading)
		reading = (struct reading){ .code = QORGAN_IO };
	return reading;
}

static void fault_ignore(void *context, const char *text)
{
	ck_assert_uint_gt(strlen(text), 10);
	ck_assert_ptr_null(strchr(text, '\n'));
	++*(uint64_t *)context;
}

/* Whether opening or the check finds something; where the byte is, in words. */
static bool damage_found(size_t offset, char where[200])
{
	struct buffer text = { 0 };
	struct engine *engine;
	uint64_t faults = 0, told = 0;

	snprintf(where, 200, "?");
	int code = engine_open_lmdb(folder, 0, &engine, &error);
	if (code) {
		ck_assert_int_eq(code, QORGAN_IO);
		ck_assert_uint_gt(strlen(error.message), 10);
		return true;
	}
	succeeds(engine_check(engine, fault_ignore, &told, &faults, &error));
	ck_assert_uint_eq(told, faults);
	succeeds(engine_locate(engine, offset, &text, &error));
	snprintf(where, 200, "%s", buffer_text(&text));
	ck_assert_uint_gt(text.size, 10);
	buffer_free(&text);
	engine_close(engine);
	return faults > 0;
}

/* What the layers above authenticate: keys, values and their lengths. */
static bool is_stored(const char *where)
{
	if (strstr(where, "list, ") || strstr(where, "page of the") || strstr(where, "header of the"))
		return false;
	return strstr(where, "value of entry") || strstr(where, "key of entry");
}

static bool is_nothing(const char *where)
{
	return strstr(where, "holds nothing") != NULL;
}

static unsigned seed_start(void)
{
	const char *given = getenv("QORGAN_TEST_SEED");
	unsigned seed = given ? (unsigned)strtoul(given, NULL, 10) : (unsigned)getpid() * 2654435761u;

	printf("engine damage: QORGAN_TEST_SEED=%u\n", seed);
	fflush(stdout);
	srand(seed);
	return seed;
}

static struct reading healthy(void)
{
	struct reading reading = store_read();
	char where[200];

	ck_assert_int_eq(reading.code, QORGAN_OK);
	ck_assert_uint_gt(reading.entries, 200);
	ck_assert(!damage_found(5000, where));
	return reading;
}

static void flip_one(const struct reading *before, size_t offset, unsigned bit)
{
	unsigned char byte = (unsigned char)(original[offset] ^ 1u << bit);
	char where[200];

	bytes_write(offset, &byte, 1);
	struct reading after = child_read();
	bool found = damage_found(offset, where);
	bool same = after.code == before->code && after.digest == before->digest;
	bytes_write(offset, &original[offset], 1);

	ck_assert_msg(found || same || is_stored(where), "byte %zu bit %u changes what is read, unseen: %s", offset, bit,
	              where);
	ck_assert_msg(found || (after.code == QORGAN_OK && after.entries == before->entries),
	              "byte %zu bit %u changes the structure, unseen: %s", offset, bit, where);
	ck_assert_msg(found || is_stored(where) || is_nothing(where),
	              "byte %zu bit %u is neither found nor without meaning: %s", offset, bit, where);
}

/* Half of the flips anywhere, half where the structure is. */
START_TEST(flipped_bits)
{
	struct reading before = healthy();

	seed_start();
	for (int i = 0; i < 2000; i++) {
		size_t offset = (size_t)rand() % original_size;
		if (i % 2)
			offset = offset / PAGE * PAGE + (size_t)rand() % 200;
		flip_one(&before, offset, (unsigned)rand() % 8);
	}
}
END_TEST

START_TEST(flipped_bits_of_the_meta_pages)
{
	struct reading before = healthy();

	for (size_t page = 0; page < 2; page++)
		for (size_t at = 0; at < 152; at++)
			flip_one(&before, page * PAGE + at, (unsigned)(at % 8));
	flip_one(&before, 3000, 1);
	flip_one(&before, PAGE + 152, 1);
}
END_TEST

/* Of every page in turn, the bytes that lead to others. */
START_TEST(flipped_bits_of_every_header)
{
	struct reading before = healthy();

	for (size_t page = 2; page < original_size / PAGE; page++)
		for (size_t at = 0; at < 18; at++)
			flip_one(&before, page * PAGE + at, (unsigned)((at + page) % 8));
}
END_TEST

START_TEST(zeroed_pages)
{
	static const unsigned char zeros[PAGE];
	struct reading before = healthy();
	char where[200];

	for (size_t page = 0; page < original_size / PAGE; page++) {
		bytes_write(page * PAGE, zeros, PAGE);
		struct reading after = child_read();
		bool found = damage_found(page * PAGE, where);
		bytes_write(page * PAGE, original + page * PAGE, PAGE);
		ck_assert_msg(found || strstr(where, "free page") || strstr(where, "not taken into use") ||
		                      strstr(where, "big value"),
		              "page %zu: %s", page, where);
		ck_assert_msg(found || after.entries == before.entries, "page %zu: %s", page, where);
	}
}
END_TEST

/* Each page sound by itself, and all in use once: only the parent's keys tell. */
START_TEST(swapped_children)
{
	char where[200];
	unsigned swapped = 0;

	healthy();
	for (size_t page = 2; page < original_size / PAGE; page++) {
		const unsigned char *at = original + page * PAGE;
		if (at[10] != 1 || at[11] != 0 || at[12] < 16 + 6)
			continue;
		size_t one = page * PAGE + at[18] + 256u * at[19], two = page * PAGE + at[20] + 256u * at[21];
		bytes_write(one, original + two, 6);
		bytes_write(two, original + one, 6);
		bool found = damage_found(page * PAGE, where);
		bytes_write(one, original + one, 6);
		bytes_write(two, original + two, 6);
		ck_assert_msg(found || strstr(where, "free page"), "page %zu: %s", page, where);
		swapped += found;
	}
	ck_assert_uint_gt(swapped, 0);
}
END_TEST

START_TEST(pages_of_noise)
{
	unsigned char noise[PAGE];
	char where[200];

	healthy();
	seed_start();
	for (int round = 0; round < 300; round++) {
		size_t page = (size_t)rand() % (original_size / PAGE), from = rand() % 2 ? 0 : 10 + (size_t)rand() % 8;
		for (size_t i = 0; i < PAGE; i++)
			noise[i] = (unsigned char)(rand() >> 7);
		bytes_write(page * PAGE + from, noise, PAGE - from);
		child_read();
		damage_found(page * PAGE + 100, where);
		bytes_write(page * PAGE, original + page * PAGE, PAGE);
	}
	healthy();
}
END_TEST

START_TEST(cut_off_files)
{
	char where[200];
	struct engine *engine = NULL;
	struct reading before = healthy();

	for (size_t size = 0; size < original_size; size += size % PAGE ? PAGE - 100 : 100) {
		ck_assert_int_eq(truncate(path, (off_t)size), 0);
		struct reading after = child_read();
		if (size < 2 * PAGE) {
			int code = engine_open_lmdb(folder, 0, &engine, &error);
			ck_assert_int_eq(code, size < 152 ? QORGAN_BAD_DATA : QORGAN_IO);
		} else if (engine_open_lmdb(folder, 0, &engine, &error)) {
			ck_assert_int_eq(error.code, QORGAN_IO);
			ck_assert_msg(strstr(error.message, "cut off") != NULL, "%s", error.message);
			ck_assert_int_eq(after.code, QORGAN_IO);
		} else {
			engine_close(engine);
			ck_assert(!damage_found(0, where));
			ck_assert(after.code == QORGAN_OK && after.digest == before.digest);
		}
		bytes_write(0, original, original_size);
	}
	healthy();
}
END_TEST

/* The owner of every byte, against what the bytes themselves say. */
START_TEST(every_byte_is_located)
{
	struct engine *engine;
	struct buffer text = { 0 };
	size_t values = 0, keys = 0, nothing = 0, structure = 0;

	succeeds(engine_open_lmdb(folder, 0, &engine, &error));
	for (size_t offset = 0; offset < original_size; offset++) {
		buffer_clear(&text);
		succeeds(engine_locate(engine, offset, &text, &error));
		const char *where = buffer_text(&text);
		ck_assert_msg(!strstr(where, "damaged"), "byte %zu: %s", offset, where);
		if (is_nothing(where))
			nothing++;
		else if (strstr(where, "key of entry"))
			keys++;
		else if (strstr(where, "value of entry"))
			values++;
		else
			structure++;
	}
	ck_assert_uint_gt(keys, 250 * 7);
	ck_assert_uint_gt(values, 250 * 40 + 20000);
	ck_assert_uint_gt(nothing, 2 * PAGE);
	ck_assert_uint_gt(structure, 152 + 250 * 2);
	buffer_clear(&text);
	succeeds(engine_locate(engine, original_size, &text, &error));
	ck_assert_str_eq(buffer_text(&text), "beyond the end of the file");
	buffer_free(&text);
	engine_close(engine);
}
END_TEST

START_TEST(a_value_is_located_by_its_words)
{
	static const char mark[] = "a value that is looked for";
	struct engine *engine;
	struct engine_txn *txn;
	struct buffer text = { 0 };

	succeeds(engine_open_lmdb(folder, 0, &engine, &error));
	succeeds(engine_begin_write(engine, &txn, &error));
	succeeds(engine_put(txn, ENGINE_HEADS + 9, span_of("key of it"), span_of(mark), &error));
	succeeds(engine_commit(txn, &error));
	free(original);
	int file = open(path, O_RDONLY);
	file_load();
	const unsigned char *at = memmem(original, original_size, mark, sizeof mark - 1);
	ck_assert_ptr_nonnull(at);
	succeeds(engine_locate(engine, (uint64_t)(at - original), &text, &error));
	ck_assert_msg(strstr(buffer_text(&text), "table heads 9, value of entry 0"), "%s", buffer_text(&text));
	buffer_clear(&text);
	succeeds(engine_locate(engine, (uint64_t)(at - original) - 1, &text, &error));
	ck_assert_msg(strstr(buffer_text(&text), "table heads 9, key of entry 0"), "%s", buffer_text(&text));
	buffer_free(&text);
	close(file);
	engine_close(engine);
}
END_TEST

Suite *suite_engine_damage(void)
{
	Suite *suite = suite_create("engine damage");
	TCase *damage = tcase_create("damage");

	tcase_add_checked_fixture(damage, set_up, tear_down);
	tcase_set_timeout(damage, 240);
	tcase_add_test(damage, flipped_bits);
	tcase_add_test(damage, flipped_bits_of_the_meta_pages);
	tcase_add_test(damage, flipped_bits_of_every_header);
	tcase_add_test(damage, zeroed_pages);
	tcase_add_test(damage, swapped_children);
	tcase_add_test(damage, pages_of_noise);
	tcase_add_test(damage, cut_off_files);
	tcase_add_test(damage, every_byte_is_located);
	tcase_add_test(damage, a_value_is_located_by_its_words);
	suite_add_tcase(suite, damage);
	return suite;
}
