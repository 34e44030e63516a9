/* Files and folders: what is replaced, what is written into, what is taken back. */
#include "base/file.h"

#include <check.h>
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "starve.h"

Suite *suite_file(void);

static char folder[] = "/tmp/qorgan-file-XXXXXX";
static int before = -1;

static void set_up(void)
{
	strcpy(folder + sizeof folder - 7, "XXXXXX");
	before = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	ck_assert_ptr_nonnull(mkdtemp(folder));
	ck_assert_int_eq(chdir(folder), 0);
}

static void tear_down(void)
{
	char command[100];

	ck_assert_int_eq(fchdir(before), 0);
	close(before);
	snprintf(command, sizeof command, "rm -rf '%s'", folder);
	ck_assert_int_eq(system(command), 0);
}

static void put(const char *path, const char *text)
{
	struct qorgan_error error;
	int code = file_replace_unsynced(path, 0600, text, strlen(text), &error);

	ck_assert_msg(code == QORGAN_OK, "%s: %s", path, error.message);
}

static void expect(const char *path, const char *text)
{
	struct buffer content = { 0 };

	ck_assert_int_eq(file_read(path, 1000, &content, NULL), QORGAN_OK);
	ck_assert_str_eq(buffer_text(&content), text);
	buffer_free(&content);
}

static bool is_link(const char *path)
{
	struct stat status;

	return lstat(path, &status) == 0 && S_ISLNK(status.st_mode);
}

START_TEST(a_link_stays_and_its_target_is_replaced)
{
	struct file_writer *writer;
	struct stat old, new;

	ck_assert_int_eq(mkdir("sub", 0700), 0);
	put("sub/target", "old");
	ck_assert_int_eq(symlink("target", "sub/near"), 0);
	ck_assert_int_eq(symlink("sub/near", "far"), 0);
	ck_assert_int_eq(stat("sub/target", &old), 0);
	ck_assert_int_eq(file_create("far", 0600, &writer, NULL), QORGAN_OK);
	ck_assert_int_eq(file_write(writer, "new", 3, NULL), QORGAN_OK);
	expect("sub/target", "old");
	ck_assert_int_eq(file_commit(writer, NULL), QORGAN_OK);
	expect("sub/target", "new");
	ck_assert(is_link("far") && is_link("sub/near"));
	ck_assert_int_eq(stat("sub/target", &new), 0);
	ck_assert(old.st_ino != new.st_ino);

	ck_assert_int_eq(symlink("sub/absent", "dangling"), 0);
	put("dangling", "made");
	ck_assert(is_link("dangling"));
	expect("sub/absent", "made");
	ck_assert_int_eq(symlink("loop", "loop"), 0);
	ck_assert_int_eq(file_create("loop", 0600, &writer, NULL), QORGAN_CANNOT_CREATE);
	ck_assert_int_eq(symlink("sub", "folder"), 0);
	ck_assert_int_eq(file_create("folder", 0600, &writer, NULL), QORGAN_CANNOT_CREATE);
}
END_TEST

START_TEST(a_pipe_is_written_into)
{
	struct file_writer *writer;
	struct stat status;
	char text[10] = "";

	ck_assert_int_eq(mkfifo("pipe", 0600), 0);
	int reader = open("pipe", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	ck_assert_int_ge(reader, 0);
	put("pipe", "through");
	ck_assert_int_eq(read(reader, text, sizeof text - 1), 7);
	ck_assert_str_eq(text, "through");
	ck_assert_int_eq(file_create("pipe", 0600, &writer, NULL), QORGAN_OK);
	file_abandon(writer);
	close(reader);
	ck_assert(stat("pipe", &status) == 0 && S_ISFIFO(status.st_mode));
	/* A device of its own: should this ever fail, the machine keeps its own. */
	if (mknod("device", S_IFCHR | 0600, makedev(1, 3)) == 0) {
		put("device", "nothing");
		ck_assert(stat("device", &status) == 0 && S_ISCHR(status.st_mode));
		ck_assert_int_eq(file_check_replaceable("device", NULL), QORGAN_CANNOT_CREATE);
	}
	ck_assert_int_eq(file_check_replaceable("pipe", NULL), QORGAN_CANNOT_CREATE);
	ck_assert_int_eq(file_check_replaceable(".", NULL), QORGAN_CANNOT_CREATE);
	ck_assert_int_eq(file_check_replaceable("absent", NULL), QORGAN_OK);
}
END_TEST

static void text_is(const char *path, const char *text)
{
	struct buffer bytes = { 0 };
	struct qorgan_error error;
	int code = file_read(path, 100, &bytes, &error);

	ck_assert_int_eq(code, text ? QORGAN_OK : QORGAN_ABSENT);
	if (text)
		ck_assert_str_eq(buffer_text(&bytes), text);
	buffer_free(&bytes);
}

static void write_both(struct file_writer *both[2])
{
	static const char *const names[] = { "one", "two" };
	struct qorgan_error error;

	for (size_t i = 0; i < 2; i++) {
		ck_assert_int_eq(file_create(names[i], 0600, &both[i], &error), QORGAN_OK);
		ck_assert_int_eq(file_write(both[i], "new", 3, &error), QORGAN_OK);
	}
}

/* Nothing that was half written is left. */
static void names_are_no_others(void)
{
	DIR *names = opendir(".");

	ck_assert_ptr_nonnull(names);
	for (const struct dirent *name; (name = readdir(names));)
		ck_assert_msg(*name->d_name == '.' || strcmp(name->d_name, "one") == 0 || strcmp(name->d_name, "two") == 0, "%s",
		              name->d_name);
	closedir(names);
}

/* Whichever call fails. */
START_TEST(files_that_belong_together_are_all_put_in_place_or_none)
{
	struct file_writer *both[2];
	struct qorgan_error error;

	for (int there = 0; there < 3; there++) {
		uint64_t calls = 1, failed = 0;
		for (uint64_t at = 0; at <= calls; at++) {
			unlink("one");
			unlink("two");
			if (there)
				put("one", "old");
			if (there > 1)
				put("two", "old");
			write_both(both);
			starve_from(STARVE_FILE, at);
			int code = file_commit_all(both, 2, &error);
			uint64_t made = starve_end();
			calls = at ? calls : made;
			failed += code != QORGAN_OK;
			ck_assert(!both[0] && !both[1]);
			text_is("one", code ? there ? "old" : NULL : "new");
			text_is("two", code ? there > 1 ? "old" : NULL : "new");
			names_are_no_others();
		}
		ck_assert_uint_ge(failed, 6);
	}
}
END_TEST

START_TEST(folders_that_were_made_are_taken_back_and_no_others)
{
	struct stat status;
	size_t first = 9;

	ck_assert_int_eq(mkdir("there", 0700), 0);
	ck_assert_int_eq(file_make_folders_noted("there/a/b//c", 0700, &first, NULL), QORGAN_OK);
	ck_assert_uint_eq(first, strlen("there/a"));
	put("there/a/file", "x");
	file_remove_folders("there/a/b//c", first);
	ck_assert_int_ne(stat("there/a/b", &status), 0);
	expect("there/a/file", "x");
	unlink("there/a/file");
	file_remove_folders("there/a", first);
	ck_assert_int_ne(stat("there/a", &status), 0);
	ck_assert_int_eq(file_make_folders_noted("there", 0700, &first, NULL), QORGAN_OK);
	ck_assert_uint_eq(first, 0);
	file_remove_folders("there", first);
	ck_assert_int_eq(stat("there", &status), 0);

	put("file", "x");
	ck_assert_int_eq(file_make_folders("d/e/../../file/f", 0700, NULL), QORGAN_CANNOT_CREATE);
	ck_assert_int_ne(stat("d", &status), 0);
	ck_assert_int_eq(file_make_folders("", 0700, NULL), QORGAN_CANNOT_CREATE);
}
END_TEST

START_TEST(the_head_of_a_secret_file_is_read_in_place)
{
	char text[8] = "zzzzzzz";
	size_t size;

	put("secret", "0123456789");
	ck_assert_int_eq(file_read_secret_head("secret", text, 4, &size, NULL), QORGAN_OK);
	ck_assert_uint_eq(size, 4);
	ck_assert_str_eq(text, "0123zzz");
	put("secret", "ab");
	ck_assert_int_eq(file_read_secret_head("secret", text, 4, &size, NULL), QORGAN_OK);
	ck_assert_uint_eq(size, 2);
	ck_assert_str_eq(text, "ab23zzz");
	ck_assert_int_eq(chmod("secret", 0640), 0);
	ck_assert_int_eq(file_read_secret_head("secret", text, 4, &size, NULL), QORGAN_DENIED);
	ck_assert_int_eq(file_read_secret_head("absent", text, 4, &size, NULL), QORGAN_ABSENT);
	ck_assert_int_eq(file_read_secret_head(".", text, 4, &size, NULL), QORGAN_IO);
	ck_assert_uint_eq(size, 0);
}
END_TEST

Suite *suite_file(void)
{
	Suite *suite = suite_create("file");
	TCase *tests = tcase_create("file");

	tcase_add_checked_fixture(tests, set_up, tear_down);
	tcase_set_timeout(tests, 60); /* many folders are synced */
	tcase_add_test(tests, a_link_stays_and_its_target_is_replaced);
	tcase_add_test(tests, a_pipe_is_written_into);
	tcase_add_test(tests, files_that_belong_together_are_all_put_in_place_or_none);
	tcase_add_test(tests, folders_that_were_made_are_taken_back_and_no_others);
	tcase_add_test(tests, the_head_of_a_secret_file_is_read_in_place);
	suite_add_tcase(suite, tests);
	return suite;
}
