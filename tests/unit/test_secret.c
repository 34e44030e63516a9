/* Secret memory, and the pool of random bytes. */
#include "crypto/secret.h"

#include <check.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "crypto/random.h"

Suite *suite_secret(void);

#ifndef __has_feature
#define __has_feature(feature) 0
#endif
#if defined(__SANITIZE_ADDRESS__) || __has_feature(address_sanitizer)
#define LOCKING_IS_INTERCEPTED 1 /* the sanitizer makes mlock do nothing */
#else
#define LOCKING_IS_INTERCEPTED 0
#endif

static void start(void)
{
	struct qorgan_error error;

	ck_assert_msg(secret_start(&error) == QORGAN_OK, "%s", error.message);
}

static bool is_zero(const uint8_t *place, size_t size)
{
	for (size_t i = 0; i < size; i++)
		if (place[i])
			return false;
	return true;
}

START_TEST(a_place_is_zeroed_aligned_and_nobody_elses)
{
	static const size_t sizes[] = { 1, 16, 63, 64, 65, 100, 256, 1024, 4000, 0 };
	enum { COUNT = sizeof sizes / sizeof *sizes };
	uint8_t *places[COUNT];

	for (size_t i = 0; i < COUNT; i++) {
		places[i] = secret_alloc(sizes[i]);
		ck_assert_ptr_nonnull(places[i]);
		ck_assert_uint_eq((uintptr_t)places[i] % 16, 0);
		ck_assert(is_zero(places[i], sizes[i]));
		memset(places[i], (int)(i + 1), sizes[i]);
	}
	for (size_t i = 0; i < COUNT; i++)
		for (size_t j = 0; j < sizes[i]; j++)
			ck_assert_uint_eq(places[i][j], i + 1);
	for (size_t i = 0; i < COUNT; i++)
		secret_free(places[i]);
}
END_TEST

START_TEST(a_freed_place_is_wiped_and_used_again)
{
	uint8_t *first = secret_alloc(200), *second = secret_alloc(200);

	memset(first, 0xaa, 200);
	memset(second, 0xbb, 200);
	secret_free(first);
	ck_assert(is_zero(first, 200)); /* the arena itself stays mapped */
	uint8_t *small = secret_alloc(64), *large = secret_alloc(400);
	ck_assert_ptr_eq(small, first);
	ck_assert_ptr_ne(large, first + 64);
	for (size_t i = 0; i < 200; i++)
		ck_assert_uint_eq(second[i], 0xbb);
	secret_free(small);
	secret_free(large);
	secret_free(second);
	secret_free(NULL);
}
END_TEST

START_TEST(a_full_arena_gives_nothing_until_something_is_freed)
{
	void *places[2000];
	size_t count = 0;

	ck_assert_ptr_null(secret_alloc(65537));
	ck_assert_ptr_null(secret_alloc(SIZE_MAX));
	while ((places[count] = secret_alloc(100)) != NULL)
		ck_assert_uint_lt(++count, 2000);
	ck_assert_uint_eq(count, 65536 / 128);
	secret_free(places[7]);
	ck_assert_ptr_null(secret_alloc(129));
	ck_assert_ptr_eq(secret_alloc(128), places[7]);
	for (size_t i = 0; i < count; i++)
		secret_free(places[i]);
	void *all = secret_alloc(65536);
	ck_assert_ptr_nonnull(all);
	ck_assert_ptr_null(secret_alloc(1));
	secret_free(all);
}
END_TEST

static int signal_of_freeing(uint8_t *place, bool twice)
{
	int status;
	pid_t child = fork();

	ck_assert_int_ge(child, 0);
	if (child == 0) {
		signal(SIGABRT, SIG_DFL);
		secret_free(place);
		if (twice)
			secret_free(place);
		_exit(0);
	}
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

START_TEST(a_wrong_free_stops_the_program)
{
	uint8_t *place = secret_alloc(256);
	uint8_t outside;

	ck_assert_int_eq(signal_of_freeing(place, false), 0);
	ck_assert_int_eq(signal_of_freeing(place, true), SIGABRT);
	ck_assert_int_eq(signal_of_freeing(place + 1, false), SIGABRT);
	ck_assert_int_eq(signal_of_freeing(place + 64, false), SIGABRT);
	ck_assert_int_eq(signal_of_freeing(&outside, false), SIGABRT);
	secret_free(place);
}
END_TEST

START_TEST(the_process_leaves_no_core_and_cannot_be_traced)
{
	struct rlimit limit;

	ck_assert_int_eq(getrlimit(RLIMIT_CORE, &limit), 0);
	ck_assert_uint_eq(limit.rlim_cur, 0);
	ck_assert_uint_eq(limit.rlim_max, 0);
	ck_assert_int_eq(prctl(PR_GET_DUMPABLE), 0);
	ck_assert_int_eq(secret_start(NULL), QORGAN_OK); /* again: nothing happens */
}
END_TEST

/* KiB that the kernel has locked for this process. */
static unsigned long locked_now(void)
{
	char line[256];
	unsigned long locked = 0;
	FILE *status = fopen("/proc/self/status", "r");

	ck_assert_ptr_nonnull(status);
	while (fgets(line, sizeof line, status))
		sscanf(line, "VmLck: %lu", &locked);
	fclose(status);
	return locked;
}

START_TEST(a_child_locks_its_own_copy)
{
	uint8_t *place = secret_alloc(64);
	int status;

	place[0] = 7;
	pid_t child = fork();
	if (child == 0) {
		unsigned long before = locked_now();
		secret_lock_again();
		_exit(before == 0 && secret_is_locked() == (locked_now() >= 64) && place[0] == 7 ? 0 : 1);
	}
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	secret_free(place);
	if (!LOCKING_IS_INTERCEPTED)
		ck_assert_int_eq(status, 0);
}
END_TEST

START_TEST(what_is_forgotten_is_wiped_and_its_place_is_free)
{
	uint8_t *place = secret_alloc(64), *other = secret_alloc(640);

	memset(place, 7, 64);
	memset(other, 8, 640);
	secret_forget();
	for (size_t i = 0; i < 640; i++)
		ck_assert_uint_eq(other[i] | (i < 64 ? place[i] : 0), 0);
	ck_assert_ptr_eq(secret_alloc(64), place);
	secret_free(place);
}
END_TEST

START_TEST(what_is_said_of_locking_is_what_the_kernel_says)
{
	unsigned long locked = locked_now();

	if (!LOCKING_IS_INTERCEPTED)
		ck_assert_int_eq(secret_is_locked(), locked >= 64);
	else
		ck_assert(secret_is_locked());
}
END_TEST

static int compare_nonces(const void *a, const void *b)
{
	return memcmp(a, b, 24);
}

START_TEST(no_nonce_comes_twice)
{
	enum { COUNT = 20000 };
	static uint8_t nonces[COUNT][24];
	unsigned ones = 0;

	for (size_t i = 0; i < COUNT; i++)
		random_fill(nonces[i], sizeof nonces[i]);
	for (size_t i = 0; i < sizeof nonces; i++)
		ones += (unsigned)__builtin_popcount(((uint8_t *)nonces)[i]);
	/* Half of 3,840,000 bits are set, within ten standard deviations of 980. */
	ck_assert_uint_gt(ones, 1910000);
	ck_assert_uint_lt(ones, 1930000);
	qsort(nonces, COUNT, sizeof *nonces, compare_nonces);
	for (size_t i = 1; i < COUNT; i++)
		ck_assert_int_ne(memcmp(nonces[i - 1], nonces[i], 24), 0);
}
END_TEST

START_TEST(large_and_odd_requests_are_filled_to_the_end)
{
	static const size_t sizes[] = { 1, 2047, 2048, 8184, 8192, 100000 };
	static uint8_t bytes[100001];

	random_fill(bytes, 0);
	ck_assert_uint_eq(bytes[0], 0);
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		bool touched = false;
		bytes[sizes[i]] = 0x5a;
		for (unsigned tries = 0; tries < 20; tries++) {
			bytes[sizes[i] - 1] = 0;
			random_fill(bytes, sizes[i]);
			touched = touched || bytes[sizes[i] - 1];
		}
		ck_assert(touched);
		ck_assert_uint_eq(bytes[sizes[i]], 0x5a);
	}
}
END_TEST

START_TEST(a_child_does_not_repeat_its_parent)
{
	uint8_t mine[32], childs[32];
	int pipes[2], status;

	random_fill(mine, sizeof mine); /* the pool is filled before the fork */
	ck_assert_int_eq(pipe(pipes), 0);
	pid_t child = fork();
	ck_assert_int_ge(child, 0);
	if (child == 0) {
		random_fill(childs, sizeof childs);
		_exit(write(pipes[1], childs, sizeof childs) == sizeof childs ? 0 : 1);
	}
	random_fill(mine, sizeof mine);
	ck_assert_int_eq(read(pipes[0], childs, sizeof childs), sizeof childs);
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	close(pipes[0]);
	close(pipes[1]);
	ck_assert_mem_ne(mine, childs, sizeof mine);
}
END_TEST

Suite *suite_secret(void)
{
	Suite *suite = suite_create("secret");
	TCase *memory = tcase_create("memory"), *random = tcase_create("random");

	tcase_add_checked_fixture(memory, start, NULL);
	tcase_add_test(memory, a_place_is_zeroed_aligned_and_nobody_elses);
	tcase_add_test(memory, a_freed_place_is_wiped_and_used_again);
	tcase_add_test(memory, a_full_arena_gives_nothing_until_something_is_freed);
	tcase_add_test(memory, a_wrong_free_stops_the_program);
	tcase_add_test(memory, the_process_leaves_no_core_and_cannot_be_traced);
	tcase_add_test(memory, a_child_locks_its_own_copy);
	tcase_add_test(memory, what_is_forgotten_is_wiped_and_its_place_is_free);
	tcase_add_test(memory, what_is_said_of_locking_is_what_the_kernel_says);
	suite_add_tcase(suite, memory);
	tcase_add_checked_fixture(random, start, NULL);
	tcase_add_test(random, no_nonce_comes_twice);
	tcase_add_test(random, large_and_odd_requests_are_filled_to_the_end);
	tcase_add_test(random, a_child_does_not_repeat_its_parent);
	suite_add_tcase(suite, random);
	return suite;
}
