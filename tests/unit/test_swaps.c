/* What memory is swapped to: lists and devices as kernels tell them, in a folder of the test. */
#include "base/swaps.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

Suite *suite_swaps(void);

static char folder[] = "/tmp/qorgan-swaps-XXXXXX";
static char list[64], devices[64];
static struct swaps_source source = { list, devices };

static void set_up(void)
{
	strcpy(folder + sizeof folder - 7, "XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(folder));
	snprintf(list, sizeof list, "%s/swaps", folder);
	snprintf(devices, sizeof devices, "%s/block", folder);
	ck_assert_int_eq(mkdir(devices, 0700), 0);
}

static void run(const char *command)
{
	char whole[600];

	snprintf(whole, sizeof whole, "cd '%s' && %s", folder, command);
	ck_assert_int_eq(system(whole), 0);
}

static void tear_down(void)
{
	run("rm -rf block swaps && rmdir \"$PWD\"");
}

static void list_write(const char *text)
{
	FILE *file = fopen(list, "w");

	fputs("Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n", file);
	fputs(text, file);
	fclose(file);
}

static void expect_bare(const char *wanted)
{
	struct buffer bare = { 0 };

	ck_assert(swaps_bare(&source, &bare));
	ck_assert_str_eq(buffer_text(&bare), wanted);
	buffer_free(&bare);
}

START_TEST(names_are_read_as_the_kernel_writes_them)
{
	static const struct {
		const char *line, *name; /* NULL: no line of swap */
	} lines[] = {
		{ "/dev/sda5                               partition\t998396\t\t0\t\t-2", "/dev/sda5" },
		{ "/swap\\040file\\011x                       file\t\t1048572\t\t0\t\t-3", "/swap file\tx" },
		{ "/back\\134slash\t\tfile", "/back\\slash" },
		{ "/odd\\9x\\04 file", "/odd\\9x\\04" },
		{ "/end\\04", "/end\\04" },
		{ "/zero\\000x file", "/zero\\000x" },
		{ "/", "/" },
		{ "Filename\t\t\t\tType", NULL },
		{ "", NULL },
	};
	struct buffer name = { 0 };

	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
		ck_assert(swaps_name(span_of(lines[i].line), &name) == (lines[i].name != NULL));
		if (lines[i].name)
			ck_assert_str_eq(buffer_text(&name), lines[i].name);
	}
	buffer_free(&name);
}
END_TEST

START_TEST(without_swap_or_with_what_stays_in_memory_none_is_bare)
{
	list_write("");
	expect_bare("");
	list_write("/dev/zram0                              partition\t4071420\t\t0\t\t100\n");
	expect_bare("");
	list_write("/nowhere/swap                           file\t\t1048572\t\t0\t\t-2\n"
	           "/dev/zram1                              partition\t4071420\t\t0\t\t100\n"
	           "/nowhere/other\\040one                   file\t\t1048572\t\t0\t\t-3\n");
	expect_bare("/nowhere/swap, /nowhere/other one");
	unlink(list);
	struct buffer bare = { 0 };
	ck_assert(!swaps_bare(&source, &bare));
	buffer_free(&bare);
}
END_TEST

START_TEST(a_device_is_encrypted_if_it_is_or_all_below_it_are)
{
	/* 253:0 is a cipher, 8:1 a bare disk; 253:1 a volume on the cipher, 253:2 one on both, 253:3 one on
	 * that on the cipher, and 253:4 of another program. */
	run("mkdir -p block/253:0/dm block/253:1/slaves block/253:2/slaves block/253:3/slaves block/253:4/dm");
	run("mkdir -p block/8:1/slaves");
	run("printf 'CRYPT-LUKS2-0123-swap\\n' >block/253:0/dm/uuid");
	run("printf 'LVM-CRYPT-' >block/253:4/dm/uuid");
	run("ln -s ../../253:0 block/253:1/slaves/dm-0");
	run("ln -s ../../253:0 block/253:2/slaves/dm-0 && ln -s ../../8:1 block/253:2/slaves/sda1");
	run("ln -s ../../253:1 block/253:3/slaves/dm-1");
	ck_assert(swaps_device_is_encrypted(&source, 253, 0));
	ck_assert(swaps_device_is_encrypted(&source, 253, 1));
	ck_assert(!swaps_device_is_encrypted(&source, 253, 2));
	ck_assert(swaps_device_is_encrypted(&source, 253, 3));
	ck_assert(!swaps_device_is_encrypted(&source, 253, 4));
	ck_assert(!swaps_device_is_encrypted(&source, 8, 1));
	ck_assert(!swaps_device_is_encrypted(&source, 9, 9));
}
END_TEST

START_TEST(a_device_made_of_itself_ends)
{
	run("mkdir -p block/9:0/slaves && ln -s ../../9:0 block/9:0/slaves/md0");
	ck_assert(!swaps_device_is_encrypted(&source, 9, 0));
}
END_TEST

Suite *suite_swaps(void)
{
	Suite *suite = suite_create("swaps");
	TCase *tests = tcase_create("swaps");

	tcase_add_checked_fixture(tests, set_up, tear_down);
	tcase_add_test(tests, names_are_read_as_the_kernel_writes_them);
	tcase_add_test(tests, without_swap_or_with_what_stays_in_memory_none_is_bare);
	tcase_add_test(tests, a_device_is_encrypted_if_it_is_or_all_below_it_are);
	tcase_add_test(tests, a_device_made_of_itself_ends);
	suite_add_tcase(suite, tests);
	return suite;
}
