/* Several processes over one file of LMDB's engine: they queue, follow its growth,
 * die at any moment, and name who holds the lock. */
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>

#include "engine/lmdb_open.h"
#include "engine_fixture.h"

Suite *suite_engine_processes(void);

static void work_count_up(void)
{
	struct engine_txn *txn;

	child_must(engine_open_lmdb(folder, 0, &engine, &error));
	for (int i = 0; i < 50; i++) {
		struct span value;
		unsigned number = 0;
		child_must(engine_begin_write(engine, &txn, &error));
		if (!engine_get(txn, ENGINE_META, span_of("count"), &value, &error))
			memcpy(&number, value.data, sizeof number);
		number++;
		child_must(engine_put(txn, ENGINE_META, span_of("count"),
		                      (struct span){ (char *)&number, sizeof number }, &error));
		child_must(engine_commit(txn, &error));
	}
	engine_close(engine);
}

START_TEST(processes_queue_to_write)
{
	struct span value;
	unsigned number;

	store_make(KIND_LMDB);
	engine_close(engine);
	engine = NULL;
	pid_t one = child_start(work_count_up), two = child_start(work_count_up);
	child_expect(one, 0);
	child_expect(two, 0);
	succeeds(engine_open_lmdb(folder, 0, &engine, &error));
	struct engine_txn *txn = begin_read();
	succeeds(engine_get(txn, ENGINE_META, span_of("count"), &value, &error));
	memcpy(&number, value.data, sizeof number);
	engine_abort(txn);
	ck_assert_uint_eq(number, 100);
}
END_TEST

static void work_read_as_nobody(void)
{
	child_must(setresgid(65534, 65534, 65534) || setresuid(65534, 65534, 65534));
	_exit(engine_open_lmdb(folder, ENGINE_READ_ONLY, &engine, NULL));
}

/* The file of the locks is the owner's alone; whoever cannot use it must not read
 * what the owner may be writing. */
START_TEST(reading_without_locks_is_for_what_nobody_writes)
{
	char path[100];

	if (getuid())
		return; /* it takes root to be two users */
	store_make(KIND_LMDB);
	commit_one(ENGINE_META, "a", "b");
	snprintf(path, sizeof path, "%s/store.mdb", folder);
	ck_assert_int_eq(chmod(root, 0755) | chmod(folder, 0755) | chmod(path, 0644), 0);
	child_expect(child_start(work_read_as_nobody), QORGAN_IO);
	ck_assert_int_eq(chmod(path, 0444), 0);
	child_expect(child_start(work_read_as_nobody), QORGAN_OK);
}
END_TEST

static void work_fill_small_map(void)
{
	struct engine_txn *txn;
	static char value[100000];

	child_must(lmdb_open_within(folder, 0, 1 << 20, &engine, &error));
	for (int i = 0; i < 30; i++) {
		char key[16];
		snprintf(key, sizeof key, "%04d", i);
		for (;;) {
			child_must(engine_begin_write(engine, &txn, &error));
			int code = engine_put(txn, ENGINE_EVIDENCE, span_of(key), (struct span){ value, sizeof value }, &error);
			if (!code)
				code = engine_commit(txn, &error);
			else
				engine_abort(txn);
			if (!code)
				break;
			if (code != QORGAN_BUSY)
				child_must(code);
		}
	}
	engine_close(engine);
}

START_TEST(growth_is_made_and_followed)
{
	uint64_t count;

	store_make(KIND_LMDB);
	engine_close(engine);
	engine = NULL;
	succeeds(lmdb_open_within(folder, 0, 1 << 20, &engine, &error));
	expect_now(ENGINE_EVIDENCE, "0029", NULL);
	child_expect(child_start(work_fill_small_map), 0);
	struct engine_txn *txn = begin_read();
	succeeds(engine_count(txn, ENGINE_EVIDENCE, &count, &error));
	engine_abort(txn);
	ck_assert_uint_eq(count, 30);
	commit_one(ENGINE_EVIDENCE, "0030", "written after the growth");
	expect_now(ENGINE_EVIDENCE, "0030", "written after the growth");
	expect_sound();
}
END_TEST

static void work_read_and_die(void)
{
	struct engine_txn *txn;

	child_must(engine_open_lmdb(folder, 0, &engine, &error));
	child_must(engine_begin_read(engine, &txn, &error));
	kill(getpid(), SIGKILL);
}

START_TEST(dead_readers_are_cleared)
{
	struct engine_sizes sizes;
	static char value[200000];
	int status;

	store_make(KIND_LMDB);
	for (int i = 0; i < 3; i++) {
		pid_t child = child_start(work_read_and_die);
		ck_assert_int_eq(waitpid(child, &status, 0), child);
		ck_assert(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
	}
	for (int i = 0; i < 50; i++) {
		struct engine_txn *txn = begin_write();
		succeeds(engine_put(txn, ENGINE_EVIDENCE, span_of("a"), (struct span){ value, sizeof value - i }, &error));
		succeeds(engine_commit(txn, &error));
	}
	struct engine_txn *txn = begin_read();
	succeeds(engine_sizes(txn, &sizes, &error));
	engine_abort(txn);
	ck_assert_uint_lt(sizes.used + sizes.free, 2000000); /* 10 MB if the dead were waited for */
}
END_TEST

static int ready[2];

static void work_read_until_killed(void)
{
	struct engine_txn *txn;

	child_must(engine_open_lmdb(folder, 0, &engine, &error));
	child_must(engine_begin_read(engine, &txn, &error));
	if (write(ready[1], "", 1) != 1)
		_exit(98);
	for (;;)
		pause();
}

static void work_count_stale(void)
{
	struct engine_readers readers;

	child_must(engine_open_lmdb(folder, ENGINE_READ_ONLY, &engine, &error));
	child_must(engine_readers(engine, &readers, &error));
	_exit(readers.process ? 90 : (int)readers.stale);
}

START_TEST(readers_are_told_by_process_and_state)
{
	struct engine_readers readers;
	char byte;

	ck_assert_int_eq(pipe2(ready, O_CLOEXEC), 0);
	store_make(KIND_LMDB);
	succeeds(engine_readers(engine, &readers, &error));
	ck_assert(readers.process == 0 && readers.stale == 0);
	pid_t child = child_start(work_read_until_killed);
	ck_assert_int_eq(read(ready[0], &byte, 1), 1);
	succeeds(engine_readers(engine, &readers, &error));
	ck_assert_int_eq(readers.process, child);
	ck_assert_uint_eq(readers.behind, 0);
	for (int i = 0; i < 5; i++)
		commit_one(ENGINE_META, "a", i % 2 ? "b" : "c");
	struct engine_txn *own = begin_read(); /* of this process: not told */
	succeeds(engine_readers(engine, &readers, &error));
	engine_abort(own);
	ck_assert_int_eq(readers.process, child);
	ck_assert_uint_eq(readers.behind, 5);
	ck_assert_uint_gt(readers.used, 0);
	ck_assert_uint_gt(readers.map, readers.used);
	kill(child, SIGKILL);
	ck_assert_int_eq(waitpid(child, NULL, 0), child);
	/* Who opens it next lets the dead one go; whoever opened it alone would find none at all. */
	child_expect(child_start(work_count_stale), 1);
	child_expect(child_start(work_count_stale), 0);
	succeeds(engine_readers(engine, &readers, &error));
	ck_assert(readers.process == 0 && readers.behind == 0 && readers.stale == 0);
	close(ready[0]);
	close(ready[1]);
}
END_TEST

static void work_write_until_killed(void)
{
	struct engine_txn *txn;
	static char value[3000];

	child_must(engine_open_lmdb(folder, 0, &engine, &error));
	for (unsigned round = 1;; round++) {
		child_must(engine_begin_write(engine, &txn, &error));
		for (unsigned i = 0; i < 40; i++) {
			char key[16];
			snprintf(key, sizeof key, "%04u", i);
			memcpy(value, &round, sizeof round);
			child_must(engine_put(txn, ENGINE_HEADS + i % 32, span_of(key), (struct span){ value, sizeof value },
			                      &error));
			if (round == 2 && i == 20 && write(ready[1], "", 1) != 1)
				_exit(98);
		}
		child_must(engine_commit(txn, &error));
	}
}

START_TEST(killed_writer_leaves_before_or_after)
{
	unsigned first, number;
	int status;

	store_make(KIND_LMDB);
	engine_close(engine);
	engine = NULL;
	for (int kill_after = 0; kill_after < 20; kill_after++) {
		char byte;
		ck_assert_int_eq(pipe(ready), 0);
		pid_t child = child_start(work_write_until_killed);
		ck_assert_int_eq(read(ready[0], &byte, 1), 1);
		for (volatile int spin = 0; spin < kill_after * 40000; spin++)
			continue;
		kill(child, SIGKILL);
		ck_assert_int_eq(waitpid(child, &status, 0), child);
		ck_assert(WIFSIGNALED(status));
		close(ready[0]);
		close(ready[1]);
		succeeds(engine_open_lmdb(folder, 0, &engine, &error));
		struct engine_txn *txn = begin_read();
		for (unsigned i = 0; i < 40; i++) {
			char key[16];
			struct span value;
			snprintf(key, sizeof key, "%04u", i);
			succeeds(engine_get(txn, ENGINE_HEADS + i % 32, span_of(key), &value, &error));
			memcpy(&number, value.data, sizeof number);
			first = i ? first : number;
			ck_assert_uint_eq(number, first);
		}
		engine_abort(txn);
		expect_sound();
		commit_one(ENGINE_META, "still", "writable");
		engine_close(engine);
		engine = NULL;
	}
}
END_TEST

static void work_hold_writer(void)
{
	char byte;

	child_must(engine_open_lmdb(folder, 0, &engine, &error));
	child_must(engine_lock_writer(engine, false, &error));
	if (write(ready[1], "", 1) != 1 || read(ready[0], &byte, 1) < 0)
		_exit(98);
	pause();
}

START_TEST(writer_lock_names_its_process)
{
	char words[64], byte;
	int status;
	int report[2];

	store_make(KIND_LMDB);
	ck_assert_int_eq(pipe(report), 0);
	ready[0] = open("/dev/null", O_RDONLY);
	ready[1] = report[1];
	pid_t child = child_start(work_hold_writer);
	ck_assert_int_eq(read(report[0], &byte, 1), 1);
	ck_assert_int_eq(engine_lock_writer(engine, false, &error), QORGAN_BUSY);
	snprintf(words, sizeof words, "locked by process %ld", (long)child);
	ck_assert_msg(strstr(error.message, words) != NULL, "%s", error.message);
	kill(child, SIGKILL);
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	succeeds(engine_lock_writer(engine, true, &error));
	ck_assert_int_eq(engine_lock_writer(engine, false, &error), QORGAN_INTERNAL);
	engine_unlock_writer(engine);
	succeeds(engine_lock_writer(engine, false, &error));
}
END_TEST

static void work_use_after_fork(void)
{
	struct engine_txn *txn;

	if (engine_begin_read(engine, &txn, &error) != QORGAN_INTERNAL ||
	    engine_lock_writer(engine, false, &error) != QORGAN_INTERNAL)
		_exit(1);
	engine_close(engine);
	child_must(engine_open_lmdb(folder, 0, &engine, &error));
	child_must(engine_begin_read(engine, &txn, &error));
	engine_abort(txn);
	engine_close(engine);
}

START_TEST(engine_is_not_for_the_child_of_a_fork)
{
	store_make(KIND_LMDB);
	commit_one(ENGINE_META, "a", "1");
	child_expect(child_start(work_use_after_fork), 0);
	commit_one(ENGINE_META, "a", "2");
	expect_now(ENGINE_META, "a", "2");
}
END_TEST

Suite *suite_engine_processes(void)
{
	Suite *suite = suite_create("engine processes");
	TCase *processes = tcase_create("processes");

	tcase_add_checked_fixture(processes, set_up, tear_down);
	tcase_set_timeout(processes, 120);
	tcase_add_test(processes, reading_without_locks_is_for_what_nobody_writes);
	tcase_add_test(processes, processes_queue_to_write);
	tcase_add_test(processes, growth_is_made_and_followed);
	tcase_add_test(processes, dead_readers_are_cleared);
	tcase_add_test(processes, readers_are_told_by_process_and_state);
	tcase_add_test(processes, killed_writer_leaves_before_or_after);
	tcase_add_test(processes, writer_lock_names_its_process);
	tcase_add_test(processes, engine_is_not_for_the_child_of_a_fork);
	suite_add_tcase(suite, processes);
	return suite;
}
