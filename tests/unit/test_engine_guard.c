/* The guard: a file that is cut off or damaged while it is mapped ends the process with
 * one line, and is told from a defect of the program. */
#include <signal.h>

#include "engine_fixture.h"

Suite *suite_engine_guard(void);

static int guard_pipe[2];
static volatile char *volatile nowhere = (char *)4096; /* NULL would be met by a sanitizer first */

/* A read transaction over a file that is cut off while it is mapped. */
static struct engine_txn *cut_off_begin(struct span *value)
{
	struct engine_txn *txn;
	char path[100];

	child_must(engine_open_lmdb(folder, 0, &engine, &error));
	child_must(engine_begin_read(engine, &txn, &error));
	child_must(engine_get(txn, ENGINE_META, span_of("a"), value, &error));
	snprintf(path, sizeof path, "%s/store.mdb", folder);
	child_must(truncate(path, 0));
	return txn;
}

/* The fault is in our own reading of a value. */
static void work_fault_in_value(void)
{
	struct span value;

	cut_off_begin(&value);
	(void)*(volatile const char *)value.data;
}

static void work_fault_in_database(void)
{
	struct span value;

	engine_get(cut_off_begin(&value), ENGINE_META, span_of("a"), &value, NULL);
}

static void work_fault_of_our_own(void)
{
	child_must(engine_open_lmdb(folder, 0, &engine, &error));
	(void)*nowhere;
}

static void work_abort(void)
{
	abort();
}

static const struct guard_case {
	void (*work)(void);
	int code;
	const char *line;
} guard_cases[] = {
	{ work_fault_in_value, QORGAN_IO, "qorgan: one line\n" },
	{ work_fault_in_database, QORGAN_IO, "qorgan: one line\n" },
	{ work_fault_of_our_own, QORGAN_INTERNAL,
	  "qorgan: a defect of the program ended it (signal 11); the store is as it was; please report it\n" },
	{ work_abort, QORGAN_INTERNAL,
	  "qorgan: a defect of the program ended it (signal 6); the store is as it was; please report it\n" },
};

static int guard_case;

static void work_under_guard(void)
{
	dup2(guard_pipe[1], STDERR_FILENO);
	engine_guard("qorgan: one line");
	guard_cases[guard_case].work();
}

START_TEST(guard_tells_damage_from_a_defect)
{
	char text[200] = "";

	guard_case = _i;
	store_make(KIND_LMDB);
	commit_one(ENGINE_META, "a", "1");
	engine_close(engine);
	engine = NULL;
	ck_assert_int_eq(pipe(guard_pipe), 0);
	child_expect(child_start(work_under_guard), guard_cases[_i].code);
	ck_assert_int_gt(read(guard_pipe[0], text, sizeof text - 1), 0);
	ck_assert_str_eq(text, guard_cases[_i].line);
}
END_TEST

static void work_wait_under_guard(void)
{
	engine_guard("qorgan: one line");
	child_must(write(guard_pipe[1], "x", 1) != 1);
	for (;;)
		pause();
}

START_TEST(guard_lets_others_end_the_process)
{
	static const int numbers[] = { SIGABRT, SIGBUS, SIGSEGV };
	char byte;
	int status;

	ck_assert_int_eq(pipe(guard_pipe), 0);
	pid_t child = child_start(work_wait_under_guard);
	ck_assert_int_eq(read(guard_pipe[0], &byte, 1), 1);
	ck_assert_int_eq(kill(child, numbers[_i]), 0);
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	ck_assert(WIFSIGNALED(status) && WTERMSIG(status) == numbers[_i]);
}
END_TEST

Suite *suite_engine_guard(void)
{
	Suite *suite = suite_create("engine guard");
	TCase *guard = tcase_create("guard");

	tcase_add_checked_fixture(guard, set_up, tear_down);
	tcase_set_timeout(guard, 120);
	tcase_add_loop_test(guard, guard_tells_damage_from_a_defect, 0, sizeof guard_cases / sizeof *guard_cases);
	tcase_add_loop_test(guard, guard_lets_others_end_the_process, 0, 3);
	suite_add_tcase(suite, guard);
	return suite;
}
