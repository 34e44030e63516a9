/* What this computer remembers of a vault: an older one in its place and a second copy of it are
 * noticed, and a clock that was set back makes no time of the log run backwards. */
#include "vault_fixture.h"

Suite *suite_vault_seen(void);

START_TEST(an_older_store_put_in_place_is_noticed)
{
	struct qorgan_store *store = store_make();
	struct vault_change *change;
	struct buffer found = { 0 };
	char command[600];

	write_one(store, "CYB", "{\"order\":1}");
	qorgan_store_close(store);
	snprintf(command, sizeof command, "cp '%s/store.mdb' '%s/old.mdb'", path, folder);
	ck_assert_int_eq(system(command), 0);
	store = store_open(0);
	write_one(store, "CYB", "{\"order\":2}");
	qorgan_store_close(store);
	snprintf(command, sizeof command, "cp '%s/old.mdb' '%s/store.mdb'", folder, path);
	ck_assert_int_eq(system(command), 0);

	store = store_open(0);
	ck_assert(!qorgan_store_may_write(store));
	ck_assert_int_eq(vault_change_begin(store, NULL, NULL, &change, &error), QORGAN_DENIED);
	ck_assert_ptr_nonnull(strstr(error.message, "rolled back"));
	ck_assert_uint_eq(verify(store, &found), 1);
	ck_assert_ptr_nonnull(strstr(found.data, "rolled back"));
	qorgan_store_close(store);
	buffer_free(&found);
}
END_TEST

START_TEST(a_second_copy_is_not_written_to)
{
	struct qorgan_store *store = store_make();
	struct qorgan_keys keys = { .identity = identity_path };
	struct vault_change *change;
	char command[700], copy[300];

	write_one(store, "CYB", "{\"order\":1}");
	qorgan_store_close(store);
	snprintf(copy, sizeof copy, "%s/copy", folder);
	snprintf(command, sizeof command, "cp -r '%s' '%s'", path, copy);
	ck_assert_int_eq(system(command), 0);
	ck_ok(qorgan_store_open(copy, &keys, 0, &store, &error));
	ck_assert_int_eq(vault_change_begin(store, NULL, NULL, &change, &error), QORGAN_DENIED);
	ck_assert_ptr_nonnull(strstr(error.message, "copy"));
	qorgan_store_close(store);

	/* A store that was moved is no copy. */
	snprintf(command, sizeof command, "rm -rf '%s' && mv '%s' '%s/moved'", copy, path, folder);
	ck_assert_int_eq(system(command), 0);
	snprintf(copy, sizeof copy, "%s/moved", folder);
	ck_ok(qorgan_store_open(copy, &keys, 0, &store, &error));
	write_one(store, "CYB", "{\"order\":2}");
	qorgan_store_close(store);
}
END_TEST

/* Writes one object at a moment by the clock, and gives the moment that its commit bears. */
static void write_at(const char *now, char time[TIME_TEXT_SIZE], bool *behind)
{
	static unsigned number;
	struct vault_record record = { 0 };
	struct vault_view *view;
	char body[64];

	setenv("QORGAN_NOW", now, 1);
	struct qorgan_store *store = store_open(0);
	snprintf(body, sizeof body, "{\"coordinator\":\"N%u\"}", number++);
	uint64_t commit = write_one(store, "CYB", body);
	*behind = qorgan_store_skew(store) != NULL;
	ck_ok(vault_view_begin(store, &view, &error));
	ck_ok(vault_get_commit(view, commit, &record, &error));
	span_copy_into(record.record.time, time, TIME_TEXT_SIZE);
	ck_ok(vault_get(view, kind("domain"), span_of("CYB"), 0, &record, &error));
	ck_assert(span_is(record.record.time, time));
	vault_record_free(&record);
	vault_view_end(view);
	expect_clean(store);
	qorgan_store_close(store);
}

START_TEST(time_never_runs_backwards_in_the_log)
{
	static const char *const clock[] = { "2026-05-01T10:00:00Z", "2026-05-01T10:00:00Z", "2026-04-01T10:00:00Z",
		                                 "2026-05-01T09:59:59Z", "2026-05-02T10:00:00Z" };
	char time[TIME_TEXT_SIZE], last[TIME_TEXT_SIZE] = "";
	bool behind;

	setenv("QORGAN_NOW", "2026-01-01T10:00:00Z", 1);
	qorgan_store_close(store_make());
	for (size_t i = 0; i < sizeof clock / sizeof *clock; i++) {
		write_at(clock[i], time, &behind);
		ck_assert_str_ge(time, last);
		ck_assert_str_ge(time, clock[i]);
		/* It is the clock's own where that is not behind, and the one before where it is. */
		ck_assert_str_eq(time, behind ? last : clock[i]);
		ck_assert(behind == (strcmp(clock[i], last) < 0));
		memcpy(last, time, sizeof last);
	}
	ck_assert_str_eq(last, clock[4]);
}
END_TEST

/* By a command of sed, of the file as it was. */
static void seen_alter(const char *how)
{
	char command[1200];

	snprintf(command, sizeof command,
	         "cd '%s'/qorgan && [ -e ../as-it-was ] || cp -a '%s'/qorgan '%s'/as-it-was; cd '%s'/qorgan && "
	         "for file in *; do sed \"%s\" ../as-it-was/$file >$file; cmp -s $file ../as-it-was/$file && exit 1; done; true",
	         folder, folder, folder, folder, how);
	ck_assert_msg(system(command) == 0, "%s", command);
}

START_TEST(what_is_remembered_is_not_altered_unseen)
{
	static const char *const how[] = {
		"1d", "1s/1/2/", "1s/qorgan-//", "/^size/d", "/^size/s/[0-9]*$/9/", "/^root/d", "/^root/s/.$//", "/^root/s/.$/x/",
		"/^root/s/$/00/", "/^key/d", "/^key/s/ .*/ 00/", "/^time/d", "/^time/s/20/x/", "/^path/d", "/^path/s/ /  /", "/^mac/d",
		"/^mac/s/.$//", "/^mac/s/ .*/ 00/", "/^mac/s/ .*/ xx/", "s/ .*//", "/^path/s/[a-z]/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
		"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa/g",
	};
	struct qorgan_store *store = store_make();
	struct vault_change *change;

	write_one(store, "CYB", "{\"order\":1}");
	qorgan_store_close(store);
	for (size_t i = 0; i < sizeof how / sizeof *how; i++) {
		seen_alter(how[i]);
		store = store_open(0);
		ck_assert_msg(vault_change_begin(store, NULL, NULL, &change, &error) == QORGAN_DENIED, "%s: it is written", how[i]);
		ck_assert_msg(strstr(error.message, "was altered") != NULL, "%s: %s", how[i], error.message);
		qorgan_store_close(store);
	}
}
END_TEST

Suite *suite_vault_seen(void)
{
	Suite *suite = suite_create("vault_seen");
	TCase *cases = tcase_create("vault_seen");

	tcase_set_timeout(cases, 120);
	tcase_add_checked_fixture(cases, set_up, tear_down);
	tcase_add_test(cases, an_older_store_put_in_place_is_noticed);
	tcase_add_test(cases, a_second_copy_is_not_written_to);
	tcase_add_test(cases, time_never_runs_backwards_in_the_log);
	tcase_add_test(cases, what_is_remembered_is_not_altered_unseen);
	suite_add_tcase(suite, cases);
	return suite;
}
