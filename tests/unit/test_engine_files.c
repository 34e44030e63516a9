/* The files of LMDB's engine: who may read them, what is opened and what refused,
 * and what a failure leaves behind. */
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "engine_fixture.h"

Suite *suite_engine_files(void);

static unsigned mode_of(const char *name)
{
	char path[160];
	struct stat status;

	snprintf(path, sizeof path, "%s/%s", folder, name);
	ck_assert_int_eq(stat(path, &status), 0);
	return (unsigned)status.st_mode & 0777;
}

START_TEST(files_are_private)
{
	umask(0);
	store_make(KIND_LMDB);
	commit_one(ENGINE_META, "a", "b");
	succeeds(engine_lock_writer(engine, false, &error));
	ck_assert_uint_eq(mode_of("."), 0700);
	ck_assert_uint_eq(mode_of("store.mdb"), 0600);
	ck_assert_uint_eq(mode_of("store.mdb-lock"), 0600);
	ck_assert_uint_eq(mode_of("writer.lock"), 0600);
	for (int file = 3; file < 64; file++) {
		char link[32], target[160];
		snprintf(link, sizeof link, "/proc/self/fd/%d", file);
		ssize_t size = readlink(link, target, sizeof target - 1);
		if (size < 0)
			continue;
		target[size] = '\0';
		if (strstr(target, folder))
			ck_assert_msg(fcntl(file, F_GETFD) & FD_CLOEXEC, "%s stays open over exec", target);
	}
	store_reopen();
	expect_now(ENGINE_META, "a", "b");
}
END_TEST

static void file_put(const char *name, const char *bytes, size_t size)
{
	char path[160];

	snprintf(path, sizeof path, "%s/%s", folder, name);
	FILE *file = fopen(path, "w");
	ck_assert_ptr_nonnull(file);
	ck_assert_uint_eq(fwrite(bytes, 1, size, file), size);
	fclose(file);
}

START_TEST(opening_tells_what_is_there)
{
	static char noise[20000];

	expect_refusal(0, QORGAN_ABSENT, "make one with qorgan init");
	ck_assert_int_eq(mkdir(folder, 0777), 0);
	expect_refusal(0, QORGAN_ABSENT, "no store at");
	file_put("store.mdb", "", 0);
	expect_refusal(0, QORGAN_BAD_DATA, "not a Qorgan store");
	expect_refusal(ENGINE_CREATE, QORGAN_CANNOT_CREATE, "already");
	for (size_t i = 0; i < sizeof noise; i++)
		noise[i] = (char)(i * i / 7 + i);
	file_put("store.mdb", noise, sizeof noise);
	expect_refusal(0, QORGAN_BAD_DATA, "not a Qorgan store");
	expect_refusal(ENGINE_READ_ONLY, QORGAN_BAD_DATA, "not a Qorgan store");
	nftw(folder, entry_remove, 8, FTW_DEPTH | FTW_PHYS);
	ck_assert_int_eq(mkdir(folder, 0777), 0);
	file_put("letter", "x", 1);
	expect_refusal(ENGINE_CREATE, QORGAN_CANNOT_CREATE, "not empty");
	nftw(folder, entry_remove, 8, FTW_DEPTH | FTW_PHYS);
	FILE *file = fopen(folder, "w");
	fclose(file);
	expect_refusal(0, QORGAN_BAD_DATA, "not a Qorgan store");
	expect_refusal(ENGINE_CREATE, QORGAN_CANNOT_CREATE, folder);
}
END_TEST

START_TEST(empty_folder_is_taken_and_made_private)
{
	ck_assert_int_eq(mkdir(folder, 0755), 0);
	store_make(KIND_LMDB);
	ck_assert_uint_eq(mode_of("."), 0700);
}
END_TEST

START_TEST(failed_create_leaves_nothing)
{
	char deep[160];
	struct engine *none = NULL;
	struct rlimit limit = { 4096, 4096 };

	snprintf(deep, sizeof deep, "%s/a/b", folder);
	signal(SIGXFSZ, SIG_IGN);
	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
	ck_assert_int_ne(engine_open_lmdb(deep, ENGINE_CREATE, &none, &error), QORGAN_OK);
	ck_assert_int_ne(access(folder, F_OK), 0);
	ck_assert_int_eq(access(root, F_OK), 0);
}
END_TEST

START_TEST(one_process_opens_once)
{
	char other[160];
	struct engine *second = NULL;

	store_make(KIND_LMDB);
	expect_refusal(0, QORGAN_BUSY, "already open");
	snprintf(other, sizeof other, "%s/link", root);
	ck_assert_int_eq(symlink(folder, other), 0);
	ck_assert_int_eq(engine_open_lmdb(other, 0, &second, &error), QORGAN_BUSY);
	store_reopen();
}
END_TEST

START_TEST(read_only_does_not_write)
{
	struct engine_txn *txn;

	store_make(KIND_LMDB);
	commit_one(ENGINE_META, "a", "b");
	engine_close(engine);
	engine = NULL;
	succeeds(engine_open_lmdb(folder, ENGINE_READ_ONLY, &engine, &error));
	expect_now(ENGINE_META, "a", "b");
	ck_assert_int_eq(engine_begin_write(engine, &txn, &error), QORGAN_INTERNAL);
	expect_sound();
}
END_TEST

/* Pages taken and given back within one transaction are never written, so that
 * the file may be shorter than its number of pages. */
START_TEST(free_pages_may_lie_beyond_the_end)
{
	static char value[1000];
	struct engine_sizes sizes;
	struct stat status;
	char key[16], path[160];

	store_make(KIND_LMDB);
	for (int i = 0; i < 10; i++) /* some old free pages, so that none is needed for the free list */
		commit_one(ENGINE_META, "a", i % 2 ? "b" : "c");
	struct engine_txn *txn = begin_write();
	for (int i = 0; i < 400; i++) {
		snprintf(key, sizeof key, "%04d", i);
		succeeds(engine_append(txn, ENGINE_LEAVES, span_of(key), (struct span){ value, sizeof value }, &error));
	}
	for (int i = 399; i > 0; i--) {
		snprintf(key, sizeof key, "%04d", i);
		succeeds(engine_delete(txn, ENGINE_LEAVES, span_of(key), &error));
	}
	succeeds(engine_commit(txn, &error));
	txn = begin_read();
	succeeds(engine_sizes(txn, &sizes, &error));
	engine_abort(txn);
	snprintf(path, sizeof path, "%s/store.mdb", folder);
	ck_assert_int_eq(stat(path, &status), 0);
	expect_sound();
	ck_assert_uint_lt((uint64_t)status.st_size, sizes.used + sizes.free);
	store_reopen();
	expect_sound();
	txn = begin_read();
	expect_range(txn, ENGINE_LEAVES, "", "", false, "0000 ");
	engine_abort(txn);
}
END_TEST

Suite *suite_engine_files(void)
{
	Suite *suite = suite_create("engine files");
	TCase *files = tcase_create("files");

	tcase_add_checked_fixture(files, set_up, tear_down);
	tcase_set_timeout(files, 120);
	tcase_add_test(files, files_are_private);
	tcase_add_test(files, opening_tells_what_is_there);
	tcase_add_test(files, empty_folder_is_taken_and_made_private);
	tcase_add_test(files, failed_create_leaves_nothing);
	tcase_add_test(files, one_process_opens_once);
	tcase_add_test(files, read_only_does_not_write);
	tcase_add_test(files, free_pages_may_lie_beyond_the_end);
	suite_add_tcase(suite, files);
	return suite;
}
