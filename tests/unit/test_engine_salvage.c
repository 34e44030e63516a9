/* Rows taken out of a damaged file: against a model of what was put there. */
#include <fcntl.h>
#include <sys/stat.h>

#include "engine/salvage.h"
#include "engine_fixture.h"

Suite *suite_engine_salvage(void);

#define PAGE 4096
#define ROWS 160

static char path[96];
static unsigned char *original;
static size_t original_size;

/* Row i, as it was put last: its value says so. */
static size_t row_value(unsigned i, unsigned round, char *to)
{
	size_t size = i % 20 == 0 ? 5000 + i * 40 : 60 + i;

	memset(to, 'a' + (int)(i % 26), size);
	snprintf(to, 40, "row %u of round %u", i, round);
	to[strlen(to)] = '.';
	return size;
}

static void rows_put(unsigned round)
{
	static char value[20000];
	struct engine_txn *txn;
	char key[20];

	succeeds(engine_begin_write(engine, &txn, &error));
	for (unsigned i = round; i < ROWS; i += 1 + round) {
		snprintf(key, sizeof key, "key-%05u", i);
		size_t size = row_value(i, round, value);
		succeeds(engine_put(txn, ENGINE_HEADS + i % 3, span_of(key), (struct span){ value, size }, &error));
	}
	succeeds(engine_commit(txn, &error));
}

/* In which round a row was put last. */
static unsigned row_round(unsigned i)
{
	for (unsigned round = 2;; round--)
		if (i >= round && (i - round) % (1 + round) == 0)
			return round;
}

static void file_set_up(void)
{
	struct stat status;

	set_up();
	snprintf(path, sizeof path, "%s/store.mdb", folder);
	store_make(KIND_LMDB);
	for (unsigned round = 0; round < 3; round++)
		rows_put(round);
	engine_close(engine);
	engine = NULL;
	int file = open(path, O_RDONLY);
	ck_assert_int_eq(fstat(file, &status), 0);
	original_size = (size_t)status.st_size;
	original = malloc(original_size);
	ck_assert(read(file, original, original_size) == (ssize_t)original_size);
	close(file);
}

static void file_tear_down(void)
{
	free(original);
	original = NULL;
	tear_down();
}

static void file_put(const unsigned char *bytes, size_t size)
{
	int file = open(path, O_WRONLY | O_TRUNC);

	ck_assert(file >= 0 && write(file, bytes, size) == (ssize_t)size);
	close(file);
}

struct found {
	struct engine_salvage *salvage;
	unsigned live[ROWS], other[ROWS]; /* how often the row was met, as it was put last */
	uint64_t page[ROWS];
	unsigned count, values;
};

static int row_note(void *context, const struct engine_salvaged *row, struct qorgan_error *why)
{
	static char expected[20000];
	struct found *found = context;
	unsigned number;

	(void)why;
	found->count++;
	if (row->key.size != 9 || sscanf(row->key.data, "key-%5u", &number) != 1 || number >= ROWS)
		return QORGAN_OK;
	size_t size = row_value(number, row_round(number), expected);
	if (row->value.size != size || memcmp(row->value.data, expected, size) != 0)
		return QORGAN_OK;
	*(row->rank == ENGINE_RANK_LIVE ? &found->live[number] : &found->other[number]) += 1;
	if (row->rank == ENGINE_RANK_LIVE)
		found->page[number] = row->page;
	return QORGAN_OK;
}

static int value_note(void *context, const struct engine_salvaged *row, struct qorgan_error *why)
{
	struct found *found = context;

	(void)why;
	ck_assert_uint_eq(row->key.size, 0);
	ck_assert_uint_eq(row->entry, ENGINE_NO_ENTRY);
	found->values += row->value.size > 4 && memcmp(row->value.data, "row ", 4) == 0;
	return QORGAN_OK;
}

static void look(struct found *found)
{
	memset(found, 0, sizeof *found);
	succeeds(engine_salvage_open(folder, &found->salvage, &error));
	succeeds(engine_salvage_rows(found->salvage, row_note, found, &error));
	succeeds(engine_salvage_values(found->salvage, value_note, found, &error));
	engine_salvage_close(found->salvage);
}

START_TEST(each_row_of_a_whole_file_is_live_once)
{
	struct found found;

	look(&found);
	for (unsigned i = 0; i < ROWS; i++)
		ck_assert_msg(found.live[i] == 1, "row %u: %u times", i, found.live[i]);
}
END_TEST

START_TEST(a_page_that_is_lost_takes_no_other_with_it)
{
	static struct found good, found;
	unsigned char *damaged = malloc(original_size);

	look(&good);
	for (size_t page = 0; page < original_size / PAGE; page++) {
		unsigned lost = 0;
		memcpy(damaged, original, original_size);
		memset(damaged + page * PAGE, page % 2 ? 0 : 0xA5, PAGE);
		file_put(damaged, original_size);
		look(&found);
		for (unsigned i = 0; i < ROWS; i++) {
			bool is_there = found.live[i] || found.other[i];
			lost += !is_there;
			/* A large value may lie on the page itself. */
			ck_assert_msg(is_there || good.page[i] == page || i % 20 == 0, "page %zu, row %u", page, i);
		}
		ck_assert_msg(lost <= 60, "page %zu: %u rows", page, lost);
	}
	free(damaged);
}
END_TEST

START_TEST(large_values_without_their_rows_are_found)
{
	struct found good, found;

	look(&good);
	ck_assert_uint_ne(good.page[20], 0);
	memset(original + good.page[20] * PAGE, 0, PAGE);
	file_put(original, original_size);
	look(&found);
	ck_assert_uint_gt(found.values, good.values);
}
END_TEST

START_TEST(a_file_that_is_cut_gives_what_is_left_and_rubbish_nothing)
{
	static const unsigned char rubbish[3 * PAGE] = { 0xDE, 0xC0 };
	struct engine_salvage_facts facts;
	struct engine_salvage *salvage = NULL;
	struct found found;

	file_put(original, original_size / 2 + 100);
	look(&found);
	ck_assert_uint_gt(found.count, 0);
	succeeds(engine_salvage_open(folder, &salvage, &error));
	engine_salvage_facts(salvage, &facts);
	ck_assert_uint_eq(facts.pages, (original_size / 2 + 100 + PAGE - 1) / PAGE);
	ck_assert_uint_gt(facts.missing, 0);
	engine_salvage_close(salvage);
	file_put(rubbish, sizeof rubbish);
	ck_assert_int_eq(engine_salvage_open(folder, &salvage, &error), QORGAN_BAD_DATA);
	file_put(rubbish, 0);
	ck_assert_int_eq(engine_salvage_open(folder, &salvage, &error), QORGAN_BAD_DATA);
	ck_assert_int_eq(unlink(path), 0);
	ck_assert_int_eq(engine_salvage_open(folder, &salvage, &error), QORGAN_ABSENT);
}
END_TEST

START_TEST(who_writes_is_waited_for_and_kept_out)
{
	struct engine_salvage *salvage = NULL;

	store_reopen();
	succeeds(engine_lock_writer(engine, false, &error));
	ck_assert_int_eq(engine_salvage_open(folder, &salvage, &error), QORGAN_BUSY);
	engine_unlock_writer(engine);
	succeeds(engine_salvage_open(folder, &salvage, &error));
	ck_assert_int_eq(engine_lock_writer(engine, false, &error), QORGAN_BUSY);
	engine_salvage_close(salvage);
	succeeds(engine_lock_writer(engine, false, &error));
	engine_unlock_writer(engine);
}
END_TEST

Suite *suite_engine_salvage(void)
{
	Suite *suite = suite_create("engine_salvage");
	TCase *cases = tcase_create("salvage");

	tcase_add_checked_fixture(cases, file_set_up, file_tear_down);
	tcase_set_timeout(cases, 60);
	tcase_add_test(cases, each_row_of_a_whole_file_is_live_once);
	tcase_add_test(cases, a_page_that_is_lost_takes_no_other_with_it);
	tcase_add_test(cases, large_values_without_their_rows_are_found);
	tcase_add_test(cases, a_file_that_is_cut_gives_what_is_left_and_rubbish_nothing);
	tcase_add_test(cases, who_writes_is_waited_for_and_kept_out);
	suite_add_tcase(suite, cases);
	return suite;
}
