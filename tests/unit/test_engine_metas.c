/* The meta pages of LMDB's file while another process writes them: half of one state and half of the other. */
#include <fcntl.h>

#include "engine/lmdb_pages.h"
#include "engine_fixture.h"
#include "starve.h"

Suite *suite_engine_metas(void);

#define META_FROM 32 /* where LMDB begins to write a meta page: the size of the map */

static unsigned char states[2][PAGES_META]; /* of one meta page, before and after two commits */
static off_t page_at;
static size_t split;
static const unsigned char *head, *tail;
static unsigned reads_left;

/* What a read of that page gives that begins or ends in the midst of the write. */
static void look_half(int file, unsigned char *bytes, size_t size, off_t at)
{
	(void)file;
	if (at != page_at || size != PAGES_META || !reads_left)
		return;
	reads_left--;
	memcpy(bytes, head, split);
	memcpy(bytes + split, tail + split, PAGES_META - split);
}

/* Changes that take new pages, give up old ones and change the free list. */
static void commit_some(unsigned round)
{
	static char value[9000];
	struct engine_txn *txn = begin_write();
	char key[20];

	memset(value, 'v', sizeof value - 1);
	for (unsigned i = 0; i < 30; i++) {
		snprintf(key, sizeof key, "%u", round * 20 + i);
		put(txn, ENGINE_HEADS + i % 3, key, value + i * 290);
	}
	succeeds(engine_commit(txn, &error));
}

static void state_keep(unsigned state)
{
	char path[120];

	snprintf(path, sizeof path, "%s/store.mdb", folder);
	int file = open(path, O_RDONLY | O_CLOEXEC);
	ck_assert_int_ge(file, 0);
	ck_assert_int_eq(pread(file, states[state], PAGES_META, page_at), PAGES_META);
	close(file);
}

static void expect_half_is_sound(unsigned reads)
{
	uint64_t transaction = pages_word(tail + PAGES_META - 8);

	for (split = META_FROM + 4; split < PAGES_META; split += 4) {
		reads_left = reads;
		starve_read_look(look_half);
		expect_sound();
		starve_read_look(NULL);
		ck_assert_msg(reads_left < reads, "nobody read meta page of transaction %llu", (unsigned long long)transaction);
	}
}

/* In turn on both meta pages; `states` has what it held and what it holds. */
START_TEST(a_meta_page_being_written_is_no_damage)
{
	long size = sysconf(_SC_PAGESIZE);

	store_make(KIND_LMDB);
	for (unsigned round = 0; round < 8; round++) {
		commit_some(3 * round);
		page_at = round % 2 ? size : 0; /* of the commit just made: the tables were made on the second */
		state_keep(0);
		commit_some(3 * round + 1);
		commit_some(3 * round + 2);
		state_keep(1);
		ck_assert_uint_eq(pages_word(states[1] + PAGES_META - 8), pages_word(states[0] + PAGES_META - 8) + 2);
		/* The reader was overtaken: it has the new number and old roots. */
		head = states[0];
		tail = states[1];
		expect_half_is_sound(1);
		/* The writer stands still in its midst: the old number and new roots, again and again. */
		head = states[1];
		tail = states[0];
		expect_half_is_sound(6);
	}
}
END_TEST

Suite *suite_engine_metas(void)
{
	Suite *suite = suite_create("engine metas");
	TCase *metas = tcase_create("metas");

	tcase_add_checked_fixture(metas, set_up, tear_down);
	tcase_set_timeout(metas, 60);
	tcase_add_test(metas, a_meta_page_being_written_is_no_damage);
	suite_add_tcase(suite, metas);
	return suite;
}
