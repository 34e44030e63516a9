/* Objects and their history, as they are shown. */
#include <jansson.h>

#include "base/buffer.h"
#include "register_fixture.h"

Suite *suite_object(void);

static struct qorgan_object *get(const char *kind, const char *id, uint32_t version)
{
	struct qorgan_object *object;

	ck_ok(qorgan_object_get(store, kind, id, version, &object, &error));
	return object;
}

START_TEST(an_object_is_found_by_its_id_alone)
{
	static const char *const objects[][2] = {
		{ "domain", "CYB" }, { "risk", "CYB-01" }, { "measure", "CYB-01-M2" }, { "status", "CYB-01-M1/KAZ" },
		{ "note", "CYB-01/n1" }, { "evidence", FIXTURE_EVIDENCE }, { "state", "KAZ" }, { "scale", "impact" },
		{ "commit", "2" },
	};

	for (size_t i = 0; i < sizeof objects / sizeof objects[0]; i++) {
		struct qorgan_object *object = get(NULL, objects[i][1], 0);
		ck_assert_str_eq(qorgan_object_kind(object), objects[i][0]);
		ck_assert_str_eq(qorgan_object_id(object), objects[i][1]);
		qorgan_object_free(object);
	}
	struct qorgan_object *object = get("evidence", "01234567", 0);
	ck_assert_str_eq(qorgan_object_id(object), FIXTURE_EVIDENCE);
	qorgan_object_free(object);
	qorgan_object_free(NULL);
}
END_TEST

START_TEST(an_envelope_says_whose_and_when)
{
	struct qorgan_object *object = get("measure", "CYB-01-M1", 0);
	size_t size;

	ck_assert_str_eq(qorgan_object_owner(object), "UZB");
	ck_assert_str_eq(qorgan_object_user(object), "tester");
	ck_assert_str_eq(qorgan_object_time(object), "2026-08-01T10:00:00Z");
	ck_assert_uint_eq(qorgan_object_version(object), 1);
	ck_assert_uint_eq(qorgan_object_commit(object), 2);
	const char *record = qorgan_object_record(object, &size);
	ck_assert_uint_gt(size, 9);
	ck_assert_int_eq(strncmp(record, "{\"body\":{", 9), 0);
	qorgan_object_free(object);
}
END_TEST

static const struct {
	const char *kind, *id;
	uint32_t version;
	int code;
	const char *message;
} absent[] = {
	{ "mesure", "CYB-01-M1", 0, QORGAN_USAGE, "did you mean \"measure\"" },
	{ "measure", "cyb-01-m1", 0, QORGAN_ABSENT, "did you mean \"CYB-01-M1\"" },
	{ NULL, "WTA-01-M1", 0, QORGAN_ABSENT, "did you mean \"WAT-01-M1\"" },
	{ NULL, "CYB-01-M1/KAX", 0, QORGAN_ABSENT, "did you mean \"CYB-01-M1/KAZ\"" },
	{ "risk", "quite-another", 0, QORGAN_ABSENT, "qorgan risk list" },
	{ NULL, "quite-another", 0, QORGAN_ABSENT, "qorgan search" },
	{ NULL, "", 0, QORGAN_ABSENT, "there is no object" },
	{ NULL, "CYB 01", 0, QORGAN_ABSENT, "did you mean \"CYB-01\"" },
	{ "measure", "CYB-01-M1", 2, QORGAN_ABSENT, "the newest is 1" },
	{ "commit", "99", 0, QORGAN_ABSENT, "there is no commit 99" },
	{ NULL, "2x", 0, QORGAN_ABSENT, "there is no object 2x" },
	{ NULL, "0123456", 0, QORGAN_ABSENT, "there is no object" },
	{ NULL, "fedcba98", 0, QORGAN_ABSENT, "there is no object" },
};

START_TEST(what_is_absent_brings_the_nearest_to_mind)
{
	struct qorgan_object *object;
	char large[400];

	for (size_t i = 0; i < sizeof absent / sizeof absent[0]; i++)
		ck_fails(qorgan_object_get(store, absent[i].kind, absent[i].id, absent[i].version, &object, &error), absent[i].code,
		         absent[i].message);
	memset(large, 'A', sizeof large - 1);
	large[sizeof large - 1] = '\0';
	ck_fails(qorgan_object_get(store, NULL, large, 0, &object, &error), QORGAN_ABSENT, "there is no object AAAA");
	ck_assert_int_eq(qorgan_object_get(store, NULL, "nothing", 0, &object, NULL), QORGAN_ABSENT);
}
END_TEST

START_TEST(two_pieces_of_evidence_may_begin_alike)
{
	struct qorgan_object *object;

	fixture_load("{\"kind\":\"evidence\",\"id\":\"0123456789abcdef0123456789abcdef0123456789abcdef0123456789ab0000\","
	             "\"name\":\"other.pdf\",\"size\":1}\n");
	ck_fails(qorgan_object_get(store, NULL, "0123456789ab", 0, &object, &error), QORGAN_BAD_DATA, "2 pieces of evidence");
}
END_TEST

static json_t *json_of(const char *kind, const char *id)
{
	struct qorgan_object *object = get(kind, id, 0);
	char *text;

	ck_ok(qorgan_object_json(store, object, &text, &error));
	json_t *json = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
	ck_assert_msg(json != NULL, "%s", text);
	free(text);
	qorgan_object_free(object);
	return json;
}

START_TEST(json_has_envelope_body_and_what_is_computed)
{
	json_t *json = json_of("measure", "CYB-01-M1");
	json_t *expected = json_loads("{\"kind\":\"measure\",\"id\":\"CYB-01-M1\",\"version\":1,\"owner\":\"UZB\","
	                              "\"user\":\"tester\",\"time\":\"2026-08-01T10:00:00Z\",\"commit\":2,"
	                              "\"status\":\"in-progress\",\"progress\":40,\"overdue\":true,\"due_soon\":false,\"no_report\":false,"
	                              "\"risks\":[\"CYB-01\"],\"title\":{\"en\":\"Channel\"},\"lead\":\"KAZ\","
	                              "\"support\":[\"KGZ\",\"UZB\"],\"due\":\"2026-07-01\",\"original_due\":\"2026-07-01\","
	                              "\"marking\":\"TLP:GREEN\",\"type\":\"detect\",\"release\":[\"KGZ\",\"TJK\"]}", 0, NULL);

	ck_assert_ptr_nonnull(expected);
	ck_assert(json_equal(json, expected));
	json_decref(json);
	json_decref(expected);
	json = json_of("measure", "CYB-01-M10");
	ck_assert_str_eq(json_string_value(json_object_get(json, "status")), "planned");
	ck_assert_int_eq(json_integer_value(json_object_get(json, "progress")), 0);
	json_decref(json);
	json = json_of("risk", "CYB-01");
	ck_assert_int_eq(json_integer_value(json_object_get(json, "score")), 20);
	ck_assert_int_eq(json_integer_value(json_object_get(json, "measures")), 3);
	json_decref(json);
	json = json_of("domain", "WAT");
	ck_assert_int_eq(json_integer_value(json_object_get(json, "risks")), 1);
	ck_assert_int_eq(json_integer_value(json_object_get(json, "measures")), 2);
	json_decref(json);
}
END_TEST

static const struct {
	const char *id, *path, *expected; /* NULL: absent */
} fields[] = {
	{ "CYB-01", "title", "Attack" },       { "CYB-01", "title.ru", "Атака" },
	{ "CYB-01", "title.kk", NULL },        { "CYB-01", "residual", "4x5=20" },
	{ "CYB-01", "residual.impact", "5" },  { "CYB-01", "score", "20" },
	{ "CYB-01", "treatment", NULL },       { "CYB-01", "nothing", NULL },
	{ "CYB-01-M1", "support", "KGZ, UZB" }, { "CYB-01-M1", "status", "in-progress" },
	{ "CYB-01-M1", "original-due", "2026-07-01" }, { "CYB-01-M1", "version", "1" },
	{ "CYB-01-M1", "id,title", NULL },     { FIXTURE_EVIDENCE, "id", FIXTURE_EVIDENCE },
};

START_TEST(a_field_is_given_by_its_path)
{
	for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
		struct qorgan_object *object = get(NULL, fields[i].id, 0);
		char *text = qorgan_object_field(store, object, fields[i].path);
		if (fields[i].expected)
			ck_assert_msg(text && strcmp(text, fields[i].expected) == 0, "%s %s: %s", fields[i].id, fields[i].path, text);
		else
			ck_assert_ptr_null(text);
		free(text);
		qorgan_object_free(object);
	}
}
END_TEST

static void take_line(void *context, unsigned indent, const char *label, const char *text)
{
	buffer_append_format(context, "%*s%s: %s\n", (int)indent * 2, "", label, text);
}

static void describes(const char *id, const char *expected)
{
	struct qorgan_object *object = get(NULL, id, 0);
	struct buffer text = { 0 };

	ck_ok(qorgan_object_describe(store, object, take_line, &text, &error));
	ck_assert_str_eq(buffer_text(&text), expected);
	buffer_free(&text);
	qorgan_object_free(object);
}

START_TEST(a_description_tells_all_that_is_known)
{
	describes("CYB-01-M1", "Risks: CYB-01\nTitle: Channel\nType: detect\nLead: KAZ\nSupport: KGZ, UZB\nDue: 2026-07-01\n"
	                       "Marking: TLP:GREEN\nRelease: KGZ, TJK\n"
	                       "Status: in-progress, 40 %, overdue\n"
	                       "  KAZ (lead): accepted; in-progress, 40 %, 2026-07-30\n"
	                       "  KGZ (support): declined, 2026-08-01\n"
	                       "  UZB (support): offered; no report\n"
	                       "Version: 1, 2026-08-01T10:00:00Z, by tester, commit 2\nOwner: UZB\n");
	describes("CYB-01", "Domain: CYB\nTitle: Attack\nScenario: Banks stand still.\nNobody is paid.\n"
	                    "Residual level: 4x5=20\n  Likelihood: 4\n  Impact: 5\nCoordinator: UZB\nReview: 2026-10-01\n"
	                    "Measures: \n  CYB-01-M10: Tenth\n  CYB-01-M2: Exercise (UZB)\n  CYB-01-M1: Channel (KAZ)\n"
	                    "Version: 1, 2026-08-01T10:00:00Z, by tester, commit 2\nOwner: UZB\n");
	describes("WAT", "Title: Water\nCoordinator: TJK\nRisks: \n  WAT-01: Dam \"Old\" breaks\n"
	                 "Version: 1, 2026-08-01T10:00:00Z, by tester, commit 2\nOwner: UZB\n");
}
END_TEST

START_TEST(a_moved_date_shows_the_first_one)
{
	struct qorgan_change *change;
	struct qorgan_commit result;
	struct qorgan_object *object;
	struct buffer text = { 0 };

	ck_ok(qorgan_change_begin(store, NULL, "later", &change, &error));
	ck_ok(qorgan_change_object(change, "measure", "WAT-01-M2", QORGAN_EDIT, 0, &error));
	ck_ok(qorgan_change_set(change, "due", "2026-09-30", &error));
	ck_ok(qorgan_change_set(change, "due_reason", "flood", &error));
	ck_ok(qorgan_change_commit(change, &result, &error));
	qorgan_change_free(change);
	object = get(NULL, "WAT-01-M2", 0);
	ck_ok(qorgan_object_describe(store, object, take_line, &text, &error));
	ck_assert_ptr_nonnull(strstr(buffer_text(&text), "Due: 2026-09-30\nFirst due: 2026-08-20\n"));
	buffer_free(&text);
	qorgan_object_free(object);
}
END_TEST

/* ---- History --------------------------------------------------------------------- */

static int take_entry(void *context, const struct qorgan_history_entry *entry)
{
	buffer_append_format(context, "%s %s@%u %s \"%s\" %llu/%llu\n", entry->kind, entry->id, entry->version, entry->user,
	                     entry->message, (unsigned long long)entry->commit, (unsigned long long)entry->versions);
	for (size_t i = 0; i < entry->count; i++)
		buffer_append_format(context, "  %s %s: %s -> %s\n", entry->changes[i].path, entry->changes[i].label,
		                     entry->changes[i].before ? entry->changes[i].before : "-",
		                     entry->changes[i].after ? entry->changes[i].after : "-");
	return 0;
}

static int take_one(void *context, const struct qorgan_history_entry *entry)
{
	take_entry(context, entry);
	return 9;
}

START_TEST(a_history_tells_each_version_newest_first)
{
	struct buffer text = { 0 };

	fixture_set("risk", "CYB-02", "release", "KAZ");
	fixture_set("risk", "CYB-02", "title.ru", "Утечка");
	ck_ok(qorgan_history(store, NULL, "CYB-02", take_entry, &text, &error));
	ck_assert_str_eq(buffer_text(&text), "risk CYB-02@3 tester \"an edit\" 4/1\n"
	                                     "  title.ru Title: - -> \"Утечка\"\n"
	                                     "risk CYB-02@2 tester \"an edit\" 3/1\n"
	                                     "  release Release: - -> [\"KAZ\"]\n"
	                                     "risk CYB-02@1 tester \"from a test\" 2/17\n"
	                                     "  domain Domain: - -> \"CYB\"\n"
	                                     "  title.en Title: - -> \"Leak\"\n");
	buffer_clear(&text);
	ck_assert_int_eq(qorgan_history(store, "risk", "CYB-02", take_one, &text, &error), 9);
	ck_assert_ptr_null(strstr(buffer_text(&text), "@2"));
	buffer_clear(&text);
	ck_fails(qorgan_history(store, "risk", "CYB-03", take_entry, &text, &error), QORGAN_ABSENT, "CYB-0");
	ck_ok(qorgan_history(store, "commit", "3", take_entry, &text, &error));
	ck_assert_ptr_nonnull(strstr(buffer_text(&text), "commit 3@1 tester \"an edit\" 3/1\n"));
	buffer_free(&text);
}
END_TEST

START_TEST(commits_are_told_newest_first)
{
	struct buffer text = { 0 };

	fixture_set("risk", "CYB-02", "release", "KAZ");
	ck_ok(qorgan_commits(store, 0, take_entry, &text, &error));
	ck_assert_str_eq(buffer_text(&text), "commit 3@1 tester \"an edit\" 3/1\ncommit 2@1 tester \"from a test\" 2/17\n"
	                                     "commit 1@1 tester \"states, scales and periods\" 1/15\n");
	buffer_clear(&text);
	ck_ok(qorgan_commits(store, 1, take_entry, &text, &error));
	ck_assert_str_eq(buffer_text(&text), "commit 3@1 tester \"an edit\" 3/1\n");
	ck_assert_int_eq(qorgan_commits(store, 0, take_one, &text, &error), 9);
	buffer_free(&text);
}
END_TEST

START_TEST(two_versions_are_compared)
{
	struct buffer text = { 0 };

	fixture_set("measure", "CYB-01-M2", "tags", "+late");
	fixture_set("measure", "CYB-01-M2", "marking", "GREEN");
	struct qorgan_object *first = get("measure", "CYB-01-M2", 1), *last = get("measure", "CYB-01-M2", 3);
	struct qorgan_object *risk = get("risk", "CYB-01", 0);
	ck_ok(qorgan_diff(first, last, take_entry, &text, &error));
	ck_assert_str_eq(buffer_text(&text), "measure CYB-01-M2@3 tester \"\" 4/0\n"
	                                     "  tags Tags: [\"joint\",\"yearly\"] -> [\"joint\",\"late\",\"yearly\"]\n"
	                                     "  marking Marking: \"TLP:AMBER\" -> \"TLP:GREEN\"\n");
	buffer_clear(&text);
	ck_ok(qorgan_diff(last, last, take_entry, &text, &error));
	ck_assert_str_eq(buffer_text(&text), "measure CYB-01-M2@3 tester \"\" 4/0\n");
	ck_fails(qorgan_diff(risk, last, take_entry, &text, &error), QORGAN_USAGE, "cannot be compared");
	buffer_free(&text);
	qorgan_object_free(first);
	qorgan_object_free(last);
	qorgan_object_free(risk);
}
END_TEST

Suite *suite_object(void)
{
	Suite *suite = suite_create("object");
	TCase *rules = tcase_create("rules");

	tcase_add_checked_fixture(rules, fixture_make, fixture_close);
	tcase_add_test(rules, an_object_is_found_by_its_id_alone);
	tcase_add_test(rules, an_envelope_says_whose_and_when);
	tcase_add_test(rules, what_is_absent_brings_the_nearest_to_mind);
	tcase_add_test(rules, two_pieces_of_evidence_may_begin_alike);
	tcase_add_test(rules, json_has_envelope_body_and_what_is_computed);
	tcase_add_test(rules, a_field_is_given_by_its_path);
	tcase_add_test(rules, a_description_tells_all_that_is_known);
	tcase_add_test(rules, a_moved_date_shows_the_first_one);
	tcase_add_test(rules, a_history_tells_each_version_newest_first);
	tcase_add_test(rules, commits_are_told_newest_first);
	tcase_add_test(rules, two_versions_are_compared);
	suite_add_tcase(suite, rules);
	return suite;
}
