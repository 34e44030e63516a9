/* LMDB's engine on a disk that is read-only, full, or fails: the store stays as after
 * the last good commit. */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/resource.h>

#include "engine_fixture.h"

Suite *suite_engine_disk(void);

/* A disk of our own for the rest of this process; false without the right to. */
static bool disk_mount(const char *size)
{
	if (!unshare(CLONE_NEWNS) && !mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) &&
	    !mount("none", root, "tmpfs", 0, size))
		return true;
	printf("engine: no right to mount a disk: this is not tested\n");
	return false;
}

static void disk_unmount(void)
{
	engine_close(engine);
	engine = NULL;
	ck_assert_int_eq(umount(root), 0);
}

START_TEST(read_only_disk_is_read)
{
	struct engine_place place;

	if (!disk_mount("size=1m"))
		return;
	store_make(KIND_LMDB);
	commit_one(ENGINE_META, "a", "b");
	succeeds(engine_place_look(folder, &place, &error));
	ck_assert(place.kind == ENGINE_PLACE_MEMORY && strcmp(place.name, "tmpfs") == 0 && !place.read_only);
	ck_assert(place.free > 0 && place.size > 0 && place.free + place.size <= 1 << 20 && !place.no_files);
	engine_close(engine);
	engine = NULL;
	ck_assert_int_eq(mount("none", root, NULL, MS_REMOUNT | MS_RDONLY, NULL), 0);
	expect_refusal(0, QORGAN_IO, "that is read-only");
	succeeds(engine_place_look(folder, &place, &error));
	ck_assert(place.read_only);
	succeeds(engine_open_lmdb(folder, ENGINE_READ_ONLY, &engine, &error));
	expect_now(ENGINE_META, "a", "b");
	expect_sound();
	disk_unmount();
}
END_TEST

/* Fills the disk, and sees that the store is as after the last good commit. */
static void fill_and_expect(const char *words)
{
	static char value[50000];
	char key[16];
	int code = QORGAN_OK;
	int stored = 0;
	uint64_t failures = error_system_failures();

	while (!code && stored < 1000) {
		struct engine_txn *txn = begin_write();
		snprintf(key, sizeof key, "%04d", stored);
		succeeds(engine_put(txn, ENGINE_EVIDENCE, span_of(key), (struct span){ value, sizeof value }, &error));
		code = engine_commit(txn, &error);
		stored += !code;
	}
	ck_assert_int_eq(code, QORGAN_IO);
	ck_assert_msg(strstr(error.message, words) != NULL, "%s", error.message);
	ck_assert_uint_gt(error_system_failures(), failures); /* it is not taken for damage */
	ck_assert_int_gt(stored, 3);
	for (int again = 0; again < 2; again++) {
		uint64_t count;
		struct engine_txn *txn = begin_read();
		succeeds(engine_count(txn, ENGINE_EVIDENCE, &count, &error));
		engine_abort(txn);
		ck_assert_uint_eq(count, (unsigned)stored);
		expect_sound();
		store_reopen();
	}
	struct engine_txn *txn = begin_write();
	succeeds(engine_delete(txn, ENGINE_EVIDENCE, span_of("0000"), &error));
	succeeds(engine_commit(txn, &error));
	expect_now(ENGINE_EVIDENCE, "0000", NULL);
}

START_TEST(full_disk_leaves_the_store_as_it_was)
{
	if (!disk_mount("size=1m"))
		return;
	store_make(KIND_LMDB);
	fill_and_expect("no space left");
	disk_unmount();
}
END_TEST

START_TEST(limit_of_file_size_leaves_the_store_as_it_was)
{
	struct rlimit limit = { 1 << 20, 1 << 20 };

	store_make(KIND_LMDB);
	signal(SIGXFSZ, SIG_IGN);
	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
	fill_and_expect("no space left");
}
END_TEST

/* Makes every further write to the data file fail, and not for want of space. */
static void data_file_lose(void)
{
	int null = open("/dev/null", O_RDONLY);
	unsigned lost = 0;

	for (int file = 3; file < 64; file++) {
		char link[32], target[160];
		snprintf(link, sizeof link, "/proc/self/fd/%d", file);
		ssize_t size = readlink(link, target, sizeof target - 1);
		if (size < 10 || memcmp(target + size - 10, "/store.mdb", 10) != 0)
			continue;
		ck_assert_int_eq(dup2(null, file), file);
		lost++;
	}
	ck_assert_uint_ge(lost, 1);
	close(null);
}

START_TEST(failed_commit_ends_all_use)
{
	struct engine_txn *txn;

	store_make(KIND_LMDB);
	commit_one(ENGINE_META, "a", "1");
	txn = begin_write();
	put(txn, ENGINE_META, "a", "2");
	data_file_lose();
	ck_assert_int_eq(engine_commit(txn, &error), QORGAN_IO);
	ck_assert_int_eq(engine_begin_write(engine, &txn, &error), QORGAN_IO);
	ck_assert_int_eq(engine_begin_read(engine, &txn, &error), QORGAN_IO);
	ck_assert_msg(strstr(error.message, "earlier write") != NULL, "%s", error.message);
	store_reopen();
	expect_now(ENGINE_META, "a", "1");
	expect_sound();
}
END_TEST

Suite *suite_engine_disk(void)
{
	Suite *suite = suite_create("engine disk");
	TCase *disk = tcase_create("disk");

	tcase_add_checked_fixture(disk, set_up, tear_down);
	tcase_set_timeout(disk, 120);
	tcase_add_test(disk, read_only_disk_is_read);
	tcase_add_test(disk, full_disk_leaves_the_store_as_it_was);
	tcase_add_test(disk, limit_of_file_size_leaves_the_store_as_it_was);
	tcase_add_test(disk, failed_commit_ends_all_use);
	suite_add_tcase(suite, disk);
	return suite;
}
