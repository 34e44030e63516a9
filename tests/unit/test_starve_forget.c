/* Forgetting while calls fail: then the content is there as before, or it is gone and on record; and the file is the one that it
 * was, or written anew. */
#include "base/memory.h"
#include "region_fixture.h"
#include "starve_fixture.h"
#include "store/evidence.h"
#include "store/forget.h"
#include "store/vault_internal.h"

Suite *suite_starve_forget(void);

static struct qorgan_forgotten forgotten;

/* ---- What is to be forgotten ----------------------------------------------------------- */

static char file_id[65];

/* What was forgotten before is finished before anything else is. */
static void former_finish(void)
{
	struct qorgan_rewritten rewritten;

	ck_ok(qorgan_forget_finish(store, &rewritten, &error));
}

static void file_attach(void)
{
	char text[60];

	former_finish();
	snprintf(text, sizeof text, "minutes of meeting %u", starve_round());
	file_write_text("minutes", text);
	ck_ok(attach_to(store, "CYB-01-M2", "in-progress", NULL, place("minutes"), file_id));
}

static void risk_write(void)
{
	char body[100];

	former_finish();
	snprintf(body, sizeof body, "{\"domain\":\"CYB\",\"title\":{\"en\":\"title %u\"}}", starve_round());
	ck_ok(put_in(store, "risk", "CYB-02", body));
}

/* One that KAZ keeps, in a new version. */
static void mirrored_write(void)
{
	char body[200];

	former_finish();
	snprintf(body, sizeof body, "{\"lead\":\"KAZ\",\"marking\":\"TLP:GREEN\",\"release\":[\"UZB\"],\"risks\":[\"CYB-01\"],"
	         "\"title\":{\"en\":\"Channel %u\"}}", starve_round());
	ck_ok(put_in(kaz, "measure", "CYB-01-M1", body));
	ck_ok(export_to(kaz, "UZB", "more.age"));
	ck_ok(receive_in(store, "more.age"));
}

static int forget_one(const char *kind, const char *id, const char *owner, bool content)
{
	const struct qorgan_forget forget = { .kind = kind, .id = id, .owner = owner, .content = content, .reason = "a test" };

	return qorgan_forget(store, &forget, &forgotten, &error);
}

static int forget_risk(void)
{
	return forget_one("risk", "CYB-02", NULL, false);
}

static int forget_content(void)
{
	return forget_one("evidence", file_id, NULL, true);
}

static int forget_attached(void)
{
	return forget_one("evidence", file_id, NULL, false);
}

static int forget_mirrored(void)
{
	return forget_one("measure", "CYB-01-M1", "KAZ", false);
}

/* ---- And what comes of it ---------------------------------------------------------------- */

static int content_seen(void *context, uint64_t offset, struct span data, struct qorgan_error *why)
{
	(void)offset, (void)why;
	*(size_t *)context += data.size;
	return QORGAN_OK;
}

/* How much of the file is there. */
static size_t content_size(void)
{
	struct vault_view *view = NULL;
	size_t size = 0;
	struct qorgan_error why;

	ck_assert_msg(vault_view_begin(store, &view, &why) == QORGAN_OK, "%s", why.message);
	int code = vault_evidence_read(view, span_of(file_id), content_seen, &size, &why);
	ck_assert_msg(!code || code == QORGAN_ABSENT, "%s", why.message);
	vault_view_end(view);
	return size;
}

static void judge_content(int code)
{
	ck_assert_int_eq(content_size() > 0, code != QORGAN_OK);
}

static void judge_risk(int code)
{
	struct vault_view *view = NULL;
	struct vault_record record = { 0 };
	struct qorgan_error why;

	ck_assert_msg(vault_view_begin(store, &view, &why) == QORGAN_OK, "%s", why.message);
	vault_view_show_absent(view, true);
	ck_assert_int_eq(vault_get_own(view, schema_find("risk", 4), span_of("CYB-02"), 0, &record, &why), QORGAN_OK);
	ck_assert_int_eq(record.record.absence == RECORD_PRESENT, code != QORGAN_OK);
	vault_record_free(&record);
	vault_view_end(view);
}

START_TEST(what_is_forgotten_is_gone_or_there_as_before)
{
	static const struct starve_work works[] = {
		{ "forget an object", forget_risk, risk_write, judge_risk, 0, 0, 0 },
		{ "forget what is in a file", forget_content, file_attach, judge_content, 0, 0, 0 },
		{ "forget a file", forget_attached, file_attach, judge_content, 0, 0, 0 },
		{ "forget another's object", forget_mirrored, mirrored_write, NULL, 0, 0, 0 },
	};

	STARVE_TRIALS(works);
}
END_TEST

/* In several records. */
START_TEST(a_long_list_is_forgotten_whole_or_not)
{
	static const struct starve_work works[] = {
		{ "forget many versions", forget_risk, risk_write, judge_risk, 0, 0, 0 },
	};

	for (unsigned i = 0; i < 8; i++) {
		char title[20];
		snprintf(title, sizeof title, "before %u", i);
		fixture_set("risk", "CYB-02", "title.en", title);
	}
	forget_part_limit = 300;
	STARVE_TRIALS(works);
}
END_TEST

/* ---- Reading what was forgotten ----------------------------------------------------------- */

static size_t rows, all_rows;
static uint64_t failures; /* of memory, while they were told */

static int row_count(void *context, const struct qorgan_forgetting *row)
{
	(void)context;
	rows += row->endorsed;
	return QORGAN_OK;
}

static int list(void)
{
	uint64_t before = memory_failures();

	rows = 0;
	int code = qorgan_forgettings(store, row_count, NULL, &error);
	failures = memory_failures() - before;
	return code;
}

static void judge_list(int code)
{
	ck_assert(code || failures || rows == all_rows);
}

static int show(void)
{
	struct vault_view *view = NULL;
	struct vault_record record = { 0 };
	struct forgetting found = { 0 };
	int code = vault_view_begin(store, &view, &error);

	if (!code) {
		vault_view_show_absent(view, true);
		code = vault_get_own(view, schema_find("risk", 4), span_of("CYB-02"), 0, &record, &error);
	}
	if (!code)
		code = forgetting_of(view, &record, &found, &error);
	if (!code && !span_is(buffer_span(&found.reason), "a test"))
		code = error_set(&error, QORGAN_NO, "for another reason");
	buffer_free(&found.reason);
	vault_record_free(&record);
	vault_view_end(view);
	return code;
}

static int rekey(void)
{
	return qorgan_rekey(store, &how, &result, &error);
}

static void rekey_settle(void)
{
	uint64_t done;

	ck_ok(qorgan_rekey_go_on(store, &done, &error));
}

START_TEST(what_was_forgotten_is_told_and_endorsed_anew)
{
	static const struct starve_work works[] = {
		{ "list of what was forgotten", list, NULL, judge_list, 0, 0, 0 },
		{ "why an object was forgotten", show, NULL, NULL, 0, 0, 0 },
		{ "verify", starve_verify, NULL, store_open_again, 0, QORGAN_NO, 0 },
		{ "rekey", rekey, rekey_settle, NULL, 0, 0, 0 },
	};

	ck_ok(forget_risk());
	file_attach();
	ck_ok(forget_content());
	ck_ok(forget_mirrored());
	ck_ok(list());
	all_rows = rows;
	ck_assert_uint_ge(all_rows, 3);
	STARVE_TRIALS(works);
}
END_TEST

/* ---- The file written anew ---------------------------------------------------------------- */

static int finish(void)
{
	struct qorgan_rewritten rewritten;

	return qorgan_forget_finish(store, &rewritten, &error);
}

static void forget_more(void)
{
	risk_write();
	ck_ok(forget_risk());
}

/* After a failure it is still to be done, and the store is there. */
static void judge_finish(int code)
{
	struct qorgan_rewritten rewritten;
	struct qorgan_error why;
	bool pending = false;

	if (code) { /* of a failure in between, the store that is open is of no more use */
		fixture_shut();
		fixture_open();
	}
	ck_assert_msg(qorgan_forget_is_pending(store, &pending, &why) == QORGAN_OK, "%s", why.message);
	ck_assert_msg(code || !pending, "it is done, and is not");
	ck_assert_msg(qorgan_forget_finish(store, &rewritten, &why) == QORGAN_OK, "%s", why.message);
}

START_TEST(the_file_is_written_anew_or_stays)
{
	static const struct starve_work works[] = {
		{ "forget, the file anew", finish, forget_more, judge_finish, 0, 0, STARVE_ALL_KINDS },
	};

	STARVE_TRIALS(works);
}
END_TEST

/* Opened once, so that the identity is in a file. */
static void set_up(void)
{
	region_make();
	fixture_shut();
	fixture_open();
}

Suite *suite_starve_forget(void)
{
	Suite *suite = suite_create("starve_forget");
	TCase *tests = tcase_create("starve_forget");

	tcase_set_timeout(tests, 600);
	tcase_add_checked_fixture(tests, set_up, region_close);
	tcase_add_test(tests, what_is_forgotten_is_gone_or_there_as_before);
	tcase_add_test(tests, a_long_list_is_forgotten_whole_or_not);
	tcase_add_test(tests, what_was_forgotten_is_told_and_endorsed_anew);
	tcase_add_test(tests, the_file_is_written_anew_or_stays);
	suite_add_tcase(suite, tests);
	return suite;
}
