/* Confinement: what each version of Landlock lets a process do, each in a process of its own, as it
 * cannot be taken back. */
#include "confine/confine.h"

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "confine/landlock.h"

Suite *suite_confine(void);

static char folder[64];

static const char *path_of(const char *name)
{
	static char path[128];

	snprintf(path, sizeof path, "%s/%s", folder, name);
	return path;
}

static bool can_write(const char *name)
{
	int file = open(path_of(name), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

	if (file >= 0)
		close(file);
	return file >= 0;
}

static bool can_rename(const char *from, const char *to)
{
	char old[128];

	snprintf(old, sizeof old, "%s", path_of(from));
	return rename(old, path_of(to)) == 0;
}

static void start(void)
{
	snprintf(folder, sizeof folder, "/tmp/qorgan-confine-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(folder));
	ck_assert_int_eq(mkdir(path_of("mine"), 0700), 0);
	ck_assert_int_eq(mkdir(path_of("mine/first"), 0700), 0);
	ck_assert_int_eq(mkdir(path_of("mine/second"), 0700), 0);
	ck_assert_int_eq(mkdir(path_of("other"), 0700), 0);
	ck_assert(can_write("other/there"));
	ck_assert(can_write("mine/first/there"));
}

static void finish(void)
{
	char command[96];

	snprintf(command, sizeof command, "rm -r %s", folder);
	ck_assert_int_eq(system(command), 0);
}

/* Runs it in a child, which tells the number of the line that was not as it should be. */
#define EXPECT(condition) \
	do { \
		if (!(condition)) \
			return __LINE__ % 250 + 1; \
	} while (0)

static void in_a_child(int (*run)(int version), int version)
{
	int status;
	pid_t child = fork();

	if (child == 0)
		_exit(run(version));
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	ck_assert(WIFEXITED(status));
	ck_assert_msg(WEXITSTATUS(status) == 0, "version %d: line %d (of 250)", version, WEXITSTATUS(status) - 1);
}

static int files_of_version(int version)
{
	struct confinement confinement = { 0 };
	bool held;

	EXPECT(!confine_allow(&confinement, path_of("mine"), CONFINE_FILES, NULL));
	EXPECT(!confine_allow(&confinement, path_of("absent"), CONFINE_FILES, NULL));
	EXPECT(confinement.count == 1);
	EXPECT(!landlock_enter(&confinement, version, &held, NULL) && held);
	EXPECT(can_write("mine/new"));
	EXPECT(can_write("mine/first/there"));
	EXPECT(can_rename("mine/new", "mine/newer"));
	EXPECT(!can_write("other/new"));
	EXPECT(!can_write("other/there"));
	EXPECT(!can_rename("mine/newer", "other/newer"));
	/* Between folders only who asked for it. */
	EXPECT(!can_rename("mine/first/there", "mine/second/there") && errno == EXDEV);
	EXPECT(mkdir(path_of("mine/folder"), 0700) && errno == EACCES);
	EXPECT(symlink("x", path_of("mine/link")) && errno == EACCES);
	EXPECT(access(path_of("other/there"), R_OK) == 0);
	EXPECT(execl("/bin/true", "true", (char *)NULL) && errno == EACCES);
	if (version >= 3)
		EXPECT(truncate(path_of("other/there"), 0) && errno == EACCES);
	return 0;
}

START_TEST(each_version_keeps_writing_to_what_is_named)
{
	for (int version = 1; version <= landlock_version(); version++) {
		start();
		in_a_child(files_of_version, version);
		finish();
	}
}
END_TEST

static int moves_of_version(int version)
{
	struct confinement confinement = { 0 };
	bool held;

	EXPECT(!confine_allow(&confinement, path_of("mine"), CONFINE_FILES | CONFINE_FOLDERS | CONFINE_MOVES, NULL));
	EXPECT(!landlock_enter(&confinement, version, &held, NULL));
	EXPECT(held == (version >= 2));
	EXPECT(can_rename("mine/first/there", "mine/second/there"));
	EXPECT(can_rename("mine/first", "mine/third"));
	EXPECT(can_write("other/new") == !held);
	return 0;
}

START_TEST(who_moves_between_folders_is_held_where_that_can_be_allowed)
{
	for (int version = 1; version <= landlock_version(); version++) {
		start();
		in_a_child(moves_of_version, version);
		finish();
	}
}
END_TEST

static int nothing_of_version(int version)
{
	const struct confinement confinement = { 0 };
	bool held = true;

	EXPECT(!landlock_enter(&confinement, version, &held, NULL) && !held);
	EXPECT(can_write("other/new"));
	return 0;
}

START_TEST(a_kernel_without_landlock_is_no_error)
{
	start();
	in_a_child(nothing_of_version, 0);
	finish();
}
END_TEST

static int editor_lives(int version)
{
	struct confinement confinement = { .is_editor = true };

	(void)version;
	EXPECT(!confine_allow(&confinement, path_of("mine"), CONFINE_FILES | CONFINE_LINKS, NULL));
	EXPECT(!confine_allow(&confinement, "/dev/null", CONFINE_DEVICE, NULL));
	EXPECT(!confine_enter(&confinement, NULL) && confinement.count == 0);
	EXPECT(can_write("mine/new"));
	EXPECT(symlink("new", path_of("mine/link")) == 0);
	EXPECT(landlock_version() == 0 || !can_write("other/new"));
	EXPECT(socket(AF_INET, SOCK_STREAM, 0) < 0 && errno == EPERM);
	EXPECT(socket(AF_UNIX, SOCK_STREAM, 0) >= 0);
	EXPECT(system("exec true >/dev/null") == 0);
	/* What it starts is held as it is. */
	EXPECT(system("python3 -c 'import socket; socket.socket()' 2>/dev/null") != 0);
	return 0;
}

START_TEST(an_editor_starts_programs_and_reaches_no_network)
{
	start();
	in_a_child(editor_lives, 0);
	finish();
}
END_TEST

static int execute(void)
{
	int status;
	pid_t child = fork();

	if (child == 0) {
		execl(path_of("mine/program"), "program", (char *)NULL);
		_exit(100 + (errno == EACCES));
	}
	return waitpid(child, &status, 0) == child && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static int one_program_starts(int allowed)
{
	struct confinement confinement = { .starts_program = true };

	/* A script, and so what it is a script of, and what loads that. */
	EXPECT(system("printf '#!/bin/sh\nexit 7\n' >mine/program && chmod 700 mine/program") == 0);
	EXPECT(execute() == 7);
	if (allowed)
		EXPECT(!confine_allow(&confinement, path_of("mine/program"), CONFINE_EXECUTE, NULL));
	EXPECT(!confine_allow(&confinement, "/bin", CONFINE_EXECUTE, NULL));
	EXPECT(!confine_allow(&confinement, "/lib", CONFINE_EXECUTE, NULL));
	EXPECT(!confine_enter(&confinement, NULL));
	EXPECT(execute() == (allowed || landlock_version() == 0 ? 7 : 101));
	EXPECT(socket(AF_UNIX, SOCK_STREAM, 0) < 0 && errno == EPERM);
	return 0;
}

START_TEST(a_program_that_is_named_starts_and_no_other)
{
	start();
	ck_assert_int_eq(chdir(folder), 0);
	in_a_child(one_program_starts, true);
	in_a_child(one_program_starts, false);
	ck_assert_int_eq(chdir("/"), 0);
	finish();
}
END_TEST

START_TEST(the_nearest_folder_that_is_there_is_found)
{
	struct confinement confinement = { 0 };
	struct stat status, expected;

	start();
	ck_assert_int_eq(confine_allow_beneath(&confinement, path_of("mine/absent/file"), CONFINE_FILES, NULL), 0);
	ck_assert_int_eq(confine_allow_beneath(&confinement, path_of("mine//"), CONFINE_FILES, NULL), 0);
	ck_assert_int_eq(confine_allow_beneath(&confinement, "absent-here", CONFINE_FILES, NULL), 0);
	ck_assert_int_eq(confine_allow_beneath(&confinement, "", CONFINE_FILES, NULL), 0);
	ck_assert_int_eq(confine_allow_beneath(&confinement, "/absent/folder", CONFINE_FILES, NULL), 0);
	ck_assert_uint_eq(confinement.count, 5);
	const char *const places[] = { NULL, NULL, ".", ".", "/" };
	for (size_t i = 0; i < 5; i++) {
		ck_assert_int_eq(stat(places[i] ? places[i] : path_of("mine"), &expected), 0);
		ck_assert_int_eq(fstat(confinement.places[i].descriptor, &status), 0);
		ck_assert_uint_eq(status.st_ino, expected.st_ino);
	}
	confine_forget(&confinement);
	ck_assert_uint_eq(confinement.count, 0);
	finish();
}
END_TEST

START_TEST(more_places_than_there_is_room_for_are_an_error)
{
	struct confinement confinement = { 0 };
	struct qorgan_error error;

	for (int i = 0; i < CONFINE_PLACES_MOST; i++)
		ck_assert_int_eq(confine_allow(&confinement, "/", CONFINE_FILES, &error), 0);
	ck_assert_int_eq(confine_allow(&confinement, "/", CONFINE_FILES, &error), QORGAN_INTERNAL);
	ck_assert_uint_eq(confinement.count, CONFINE_PLACES_MOST);
	confine_forget(&confinement);
}
END_TEST

Suite *suite_confine(void)
{
	Suite *suite = suite_create("confine");
	TCase *tests = tcase_create("confine");

	tcase_add_test(tests, each_version_keeps_writing_to_what_is_named);
	tcase_add_test(tests, who_moves_between_folders_is_held_where_that_can_be_allowed);
	tcase_add_test(tests, a_kernel_without_landlock_is_no_error);
	tcase_add_test(tests, an_editor_starts_programs_and_reaches_no_network);
	tcase_add_test(tests, a_program_that_is_named_starts_and_no_other);
	tcase_add_test(tests, the_nearest_folder_that_is_there_is_found);
	tcase_add_test(tests, more_places_than_there_is_room_for_are_an_error);
	suite_add_tcase(suite, tests);
	return suite;
}
