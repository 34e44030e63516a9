/* The mirror: what another state handed over, who counts, a kill in between. */
#include <check.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "mirror_fixture.h"
#include "store/verify.h"

static void findings_print(void *context, const char *what, const char *object, const char *advice)
{
	(void)advice;
	buffer_append_format(context, "%s [%s]\n", what, object);
}

static void expect_clean(void)
{
	struct qorgan_verification result;
	struct buffer found = { 0 };
	int code = vault_verify(store, findings_print, &found, &result, &error);

	ck_assert_msg(code == QORGAN_OK, "%s: %s", error.message, buffer_text(&found));
	buffer_free(&found);
}

static int count_each(void *context, struct vault_record *record, struct qorgan_error *why)
{
	(void)why;
	buffer_append_format(context, "%.*s:%.*s@%u ", (int)record->record.owner.size, record->record.owner.data,
	                     (int)record->record.id.size, record->record.id.data, record->record.version);
	return QORGAN_OK;
}

/* The risks that count, as "UZB:CYB-01@1 ..." */
static void expect_risks(const char *has, const char *lacks)
{
	struct vault_view *view;
	struct buffer list = { 0 };

	ck_ok(vault_view_begin(store, &view, &error));
	ck_ok(vault_scan(view, kind("risk"), count_each, &list, &error));
	vault_view_end(view);
	ck_assert_msg(strstr(buffer_text(&list), has) != NULL, "%s lacks %s", buffer_text(&list), has);
	ck_assert_msg(!lacks || !strstr(buffer_text(&list), lacks), "%s has %s", buffer_text(&list), lacks);
	buffer_free(&list);
}

#define RISK(title) "{\"domain\":\"CYB\",\"title\":{\"en\":\"" title "\"}}"

START_TEST(test_versions_are_found)
{
	static const int given[] = { 0, 2, -1 };
	struct owner owner = owner_make();
	struct vault_view *view;
	struct vault_record record = { 0 };
	struct vault_place place;

	owner_write(&owner, "risk", "KAZ-01", 1, RISK("one"));
	owner_write(&owner, "risk", "KAZ-01", 2, RISK("two"));
	owner_write(&owner, "risk", "KAZ-01", 3, RISK("three"));
	receive(&owner, given, "X1");
	expect_clean();
	expect_risks("KAZ:KAZ-01@3 ", "KAZ-01@1");

	ck_ok(vault_view_begin(store, &view, &error));
	ck_ok(vault_find(view, kind("risk"), span_of("KAZ-01"), &place, &error));
	ck_assert_uint_eq(place.version, 3);
	ck_assert(mirror_place(&place));
	ck_assert_int_eq(vault_find_own(view, kind("risk"), span_of("KAZ-01"), &place, &error), QORGAN_ABSENT);
	ck_ok(vault_get(view, kind("risk"), span_of("KAZ-01"), 1, &record, &error));
	ck_assert(record.mirrored && !record.newest && record.leaf == 0);
	ck_assert_int_eq(vault_get(view, kind("risk"), span_of("KAZ-01"), 2, &record, &error), QORGAN_ABSENT);
	ck_ok(vault_get(view, kind("risk"), span_of("KAZ-01"), 0, &record, &error));
	ck_assert(record.newest && record.leaf == 2 && span_equal(record.record.bytes, buffer_span(&owner.records[2])));
	struct buffer older = { 0 };
	ck_ok(vault_scan_history(view, &record.place, count_each, &older, &error));
	ck_assert_str_eq(buffer_text(&older), "KAZ:KAZ-01@1 ");
	buffer_free(&older);
	vault_record_free(&record);
	vault_view_end(view);
	owner_free(&owner);
}
END_TEST

static int absent_version(void *context, struct vault_record *record, struct qorgan_error *why)
{
	(void)context, (void)record, (void)why;
	return QORGAN_ABSENT;
}

static int absent_log(void *context, const struct mirror_log *log, struct qorgan_error *why)
{
	(void)context, (void)log, (void)why;
	return QORGAN_ABSENT;
}

static int absent_object(void *context, const struct mirror_object *object, struct qorgan_error *why)
{
	(void)context, (void)object, (void)why;
	return QORGAN_ABSENT;
}

START_TEST(what_a_pass_is_told_to_stop_with_is_returned)
{
	static const int given[] = { 0, 1, -1 };
	struct owner owner = owner_make();
	struct vault_place place;
	struct vault_view *view;

	owner_write(&owner, "risk", "KAZ-01", 1, RISK("one"));
	owner_write(&owner, "risk", "KAZ-01", 2, RISK("two"));
	receive(&owner, given, "X1");
	ck_ok(vault_view_begin(store, &view, &error));
	ck_ok(vault_find(view, kind("risk"), span_of("KAZ-01"), &place, &error));
	ck_assert_int_eq(vault_scan_history(view, &place, absent_version, NULL, &error), QORGAN_ABSENT);
	ck_assert_int_eq(mirror_versions(view, absent_version, NULL, &error), QORGAN_ABSENT);
	ck_assert_int_eq(mirror_logs(view, absent_log, NULL, &error), QORGAN_ABSENT);
	ck_assert_int_eq(mirror_objects(view, kind("risk"), span_of("KAZ-01"), absent_object, NULL, &error), QORGAN_ABSENT);
	vault_view_end(view);
	owner_free(&owner);
}
END_TEST

START_TEST(test_one_counts)
{
	static const int given[] = { 0, -1 };
	struct owner owner = owner_make();
	struct vault_change *change;
	struct vault_view *view;
	struct vault_place own;
	struct mirror_object object;
	bool changed = false;

	owner_write(&owner, "risk", "CYB-01", 1, RISK("theirs"));
	receive(&owner, given, "X1");

	ck_ok(vault_view_begin(store, &view, &error));
	ck_ok(vault_find_own(view, kind("risk"), span_of("CYB-01"), &own, &error));
	ck_ok(mirror_object_find(view, kind("risk"), span_of("CYB-01"), owner.log.number, &object, &error));
	vault_view_end(view);
	ck_ok(vault_change_begin(store, NULL, NULL, &change, &error));
	ck_ok(mirror_change_stand_back(change, &own, true, &changed, &error));
	change_end(change, "X2");
	expect_risks("KAZ:CYB-01@1 ", "UZB:CYB-01@");
	expect_clean();

	ck_ok(vault_change_begin(store, NULL, NULL, &change, &error));
	ck_ok(mirror_change_stand_back(change, &own, false, &changed, &error));
	ck_ok(mirror_change_standing(change, &object.place, MIRROR_STANDS_BACK, 0, &error));
	change_end(change, "X3");
	expect_risks("UZB:CYB-01@", "KAZ:CYB-01@1");
	expect_clean();

	ck_ok(vault_change_begin(store, NULL, NULL, &change, &error));
	ck_ok(mirror_change_standing(change, &object.place, MIRROR_WITHDRAWN, 7, &error));
	change_end(change, "X4");
	ck_ok(vault_view_begin(store, &view, &error));
	ck_ok(mirror_object_find(view, kind("risk"), span_of("CYB-01"), owner.log.number, &object, &error));
	ck_assert(object.standing == MIRROR_WITHDRAWN && object.withdrawn == 7);
	vault_view_end(view);
	expect_clean();
	owner_free(&owner);
}
END_TEST

START_TEST(test_leaves_grow)
{
	static const int none[] = { -1 };
	struct owner owner = owner_make();
	struct mirror_log log;
	struct vault_view *view;
	uint8_t root[32], expected[32];
	char name[4] = "X00";

	/* In steps that do not fit the rows, past two of them. */
	for (int step = 0; step < 9; step++) {
		struct vault_change *change;
		struct buffer hashes = { 0 };
		ck_ok(vault_change_begin(store, NULL, NULL, &change, &error));
		ck_ok(mirror_change_log(change, &owner.log, &error));
		for (int i = 0; i < 77; i++) {
			uint8_t hash[32];
			randombytes_buf(hash, sizeof hash);
			buffer_append(&hashes, hash, sizeof hash);
		}
		ck_ok(mirror_change_leaves(change, &owner.log, buffer_span(&hashes), &error));
		buffer_free(&hashes);
		ck_ok(owner_give(&owner, change, none));
		owner_sign(&owner);
		ck_ok(mirror_change_settle(change, &owner.log, &error));
		name[1] = (char)('0' + step);
		change_end(change, name);
	}
	ck_ok(vault_view_begin(store, &view, &error));
	ck_ok(mirror_log_find(view, ORIGIN, &log, &error));
	ck_assert_uint_eq(log.tree.size, 9 * 77);
	struct mirror_tree tree = { view, log.number };
	struct merkle_frontier again;
	ck_ok(merkle_frontier_at(log.tree.size, mirror_tree_node, &tree, &again));
	merkle_root(&again, root);
	merkle_root(&log.tree, expected);
	ck_assert_mem_eq(root, expected, 32);
	ck_assert_int_eq(mirror_log_find(view, "qorgan/KGZ/00", &log, &error), QORGAN_ABSENT);
	vault_view_end(view);
	mirror_log_free(&log);
	expect_clean();
	owner_free(&owner);
}
END_TEST

START_TEST(test_new_logs_do_not_share_a_number)
{
	struct mirror_log sender = { .number = MIRROR_LOG_NEW, .origin = ORIGIN, .state = "KAZ" };
	struct mirror_log seen = { .number = MIRROR_LOG_NEW, .origin = "qorgan/KGZ/0123456789abcdef0123456789abcdef",
		                       .state = "KGZ" };
	struct mirror_log other = seen;
	struct vault_change *change;

	ck_ok(vault_change_begin(store, NULL, NULL, &change, &error));
	ck_ok(mirror_change_log(change, &sender, &error));
	ck_ok(mirror_change_log(change, &seen, &error));
	ck_ok(mirror_change_settle(change, &seen, &error));
	ck_ok(mirror_change_log(change, &other, &error));
	ck_assert_uint_ne(sender.number, seen.number);
	ck_assert_uint_ne(other.number, seen.number);
	ck_assert_uint_ne(other.number, sender.number);
	vault_change_abandon(change);
}
END_TEST

START_TEST(test_another_version_is_refused)
{
	static const int first[] = { 0, -1 }, second[] = { 0, 1, -1 };
	struct owner owner = owner_make();
	struct vault_change *change;

	owner_write(&owner, "risk", "KAZ-01", 1, RISK("one"));
	receive(&owner, first, "X1");
	owner_write(&owner, "risk", "KAZ-01", 1, RISK("another"));
	ck_ok(vault_change_begin(store, NULL, NULL, &change, &error));
	ck_fails(owner_give(&owner, change, second), QORGAN_PROTOCOL, "is another one than was received before");
	vault_change_abandon(change);
	expect_clean();
	owner_free(&owner);
}
END_TEST

/* A change that is killed after its first transaction leaves nothing that counts,
 * and nothing at all after the next writer. */
START_TEST(test_a_kill_leaves_nothing)
{
	static const int first[] = { 0, -1 }, second[] = { 1, 2, -1 };
	struct owner owner = owner_make();
	struct vault_change *change;
	struct vault_view *view;
	struct vault_place place;
	int status;

	owner_write(&owner, "risk", "KAZ-01", 1, RISK("one"));
	receive(&owner, first, "X1");
	owner_write(&owner, "risk", "KAZ-01", 2, RISK("two"));
	owner_write(&owner, "risk", "KAZ-02", 1, RISK("new"));
	fixture_shut();
	pid_t child = fork();
	if (child == 0) {
		fixture_open();
		ck_ok(vault_change_begin(store, NULL, NULL, &change, &error));
		ck_ok(owner_give(&owner, change, second));
		ck_ok(vault_change_batch(change, &error));
		_exit(0);
	}
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	ck_assert_int_eq(status, 0);
	fixture_open();
	expect_clean();
	expect_risks("KAZ:KAZ-01@1 ", "KAZ-02");
	ck_ok(vault_view_begin(store, &view, &error));
	ck_assert_int_eq(vault_find(view, kind("risk"), span_of("KAZ-02"), &place, &error), QORGAN_ABSENT);
	vault_view_end(view);

	/* The same comes in again, and another object meanwhile. */
	receive(&owner, second, "X2");
	expect_risks("KAZ:KAZ-01@2 ", "KAZ-01@1");
	expect_risks("KAZ:KAZ-02@1 ", NULL);
	expect_clean();
	owner_free(&owner);
}
END_TEST

Suite *suite_mirror(void);
Suite *suite_mirror(void)
{
	Suite *suite = suite_create("mirror");
	TCase *all = tcase_create("all");

	tcase_add_checked_fixture(all, set_up, tear_down);
	tcase_set_timeout(all, 60);
	tcase_add_test(all, test_versions_are_found);
	tcase_add_test(all, what_a_pass_is_told_to_stop_with_is_returned);
	tcase_add_test(all, test_one_counts);
	tcase_add_test(all, test_leaves_grow);
	tcase_add_test(all, test_new_logs_do_not_share_a_number);
	tcase_add_test(all, test_another_version_is_refused);
	tcase_add_test(all, test_a_kill_leaves_nothing);
	suite_add_tcase(suite, all);
	return suite;
}
