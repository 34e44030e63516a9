/* Records of what was forgotten, as anybody with a liaison's key could write them: whatever they hold, they are listed as endorsed by
 * nobody, verify finds them, and what was really forgotten is still told as such. */
#include "qorgan/forget.h"
#include "register_fixture.h"
#include "store/forget.h"
#include "store/vault_change.h"

Suite *suite_forgetting_rows(void);

#define SIGNATURE "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=="
#define HASH "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
#define BODY(rest) "{\"endorsement\":\"" SIGNATURE "\",\"forgotten_at\":\"2026-08-01T10:00:00Z\",\"forgotten_by\":\"tester\"," \
	"\"reason\":\"none\"" rest "}"
#define MALFORMED "a record of what was forgotten is malformed"
#define GONE "that was forgotten is not gone"
#define VERSION(members) BODY(",\"versions\":[{" members "}]")

static void forget_risk(void)
{
	const struct qorgan_forget forget = { .kind = "risk", .id = "CYB-02", .reason = "a \"test\"" };
	struct qorgan_forgotten forgotten;

	fixture_make();
	ck_ok(qorgan_forget(store, &forget, &forgotten, &error));
}

static void record_put(const char *body)
{
	struct vault_change *change = NULL;
	enum vault_outcome outcome;
	uint64_t number;

	ck_ok(vault_change_begin(store, NULL, NULL, &change, &error));
	ck_ok(vault_change_put(change, schema_find("forgetting", 10), span_of("99"), span_of(body), VAULT_ANY, &outcome, &error));
	ck_ok(vault_change_commit(change, &number, &error));
}

static int row_count(void *context, const struct qorgan_forgetting *row)
{
	ck_assert_int_eq(row->endorsed, strcmp(row->reason, "a \"test\"") == 0);
	ck_assert(row->kind && row->id && row->owner && row->time && row->user);
	*(unsigned *)context += row->endorsed;
	return QORGAN_OK;
}

static void finding_keep(void *context, const char *what, const char *object, const char *advice)
{
	(void)advice;
	buffer_append_format(context, "%s: %s\n", object, what);
}

static void risk_is_told(void)
{
	struct vault_view *view = NULL;
	struct vault_record record = { 0 };
	struct forgetting found = { 0 };

	ck_ok(vault_view_begin(store, &view, &error));
	vault_view_show_absent(view, true);
	ck_ok(vault_get_own(view, schema_find("risk", 4), span_of("CYB-02"), 0, &record, &error));
	ck_ok(forgetting_of(view, &record, &found, &error));
	ck_assert_str_eq(buffer_text(&found.reason), "a \"test\"");
	ck_assert_str_eq(found.user, "tester");
	buffer_free(&found.reason);
	vault_record_free(&record);
	vault_view_end(view);
}

START_TEST(whatever_a_record_holds_it_is_found_and_hides_nothing)
{
	static const struct {
		const char *body, *finding; /* beside that nobody stands for it, which is of all */
	} examples[] = {
		{ "{}", "" },
		{ "{\"endorsement\":5}", "" },
		{ "{\"endorsement\":\"\"}", "" },
		{ "{\"endorsement\":\"" SIGNATURE "\"}", "" },
		{ "{\"aaa\":1,\"endorsement\":\"" SIGNATURE "\",\"reason\":\"x\"}", "" },
		{ "{\"endorsement\":\"x\",\"reason\":\"x\"}", "" },
		{ BODY(""), "" },
		{ BODY(",\"versions\":{}"), "" },
		{ BODY(",\"versions\":5"), MALFORMED },
		{ BODY(",\"versions\":[]"), "" },
		{ BODY(",\"versions\":[5]"), MALFORMED },
		{ BODY(",\"versions\":[[]]"), MALFORMED },
		{ "{\"endorsement\":\"" SIGNATURE "\",\"files\":[\"x\",5,\"\"],\"reason\":7}", "" },
		{ "{\"endorsement\":\"" SIGNATURE "\",\"files\":{},\"reason\":\"a\\nb\"}", "" },
		{ VERSION("\"hash\":\"" HASH "\",\"id\":\"A\",\"kind\":\"risk\",\"leaf\":0,\"owner\":\"UZB\",\"version\":1"), GONE },
		{ VERSION("\"hash\":\"" HASH "\",\"id\":\"A\",\"kind\":\"risk\",\"leaf\":99999,\"owner\":\"UZB\",\"version\":1"), GONE },
		{ VERSION("\"hash\":\"" HASH "\",\"id\":\"A\",\"kind\":\"risk\",\"leaf\":1,\"log\":\"no/such/log\",\"owner\":\"UZB\",\"version\":1"), GONE },
		{ VERSION("\"hash\":\"" HASH "\",\"id\":\"A\",\"kind\":\"risk\",\"leaf\":1,\"log\":5,\"owner\":\"UZB\",\"version\":1"), MALFORMED },
		{ VERSION("\"hash\":\"" HASH "\",\"id\":\"A\",\"kind\":\"risk\",\"leaf\":1,\"owner\":\"UZB\",\"version\":0"), MALFORMED },
		{ VERSION("\"hash\":\"" HASH "\",\"id\":\"A\",\"kind\":\"risk\",\"leaf\":1,\"owner\":\"UZB\",\"version\":4294967296"), MALFORMED },
		{ VERSION("\"hash\":\"" HASH "\",\"id\":\"A\",\"kind\":\"risk\",\"leaf\":1,\"owner\":\"UZB\",\"version\":\"1\""), MALFORMED },
		{ VERSION("\"hash\":\"" HASH "\",\"id\":\"A\",\"kind\":\"risk\",\"leaf\":-1,\"owner\":\"UZB\",\"version\":1"), MALFORMED },
		{ VERSION("\"hash\":\"" HASH "\",\"id\":\"A\",\"kind\":\"risk\",\"leaf\":1,\"owner\":\"UZB\""), MALFORMED },
		{ VERSION("\"hash\":\"" HASH "\",\"id\":\"A\",\"kind\":\"risk\",\"leaf\":1,\"version\":1"), MALFORMED },
		{ VERSION("\"hash\":\"" HASH "\",\"id\":\"A\",\"kind\":\"risk\",\"owner\":\"UZB\",\"version\":1"), MALFORMED },
		{ VERSION("\"hash\":\"" HASH "\",\"id\":\"A\",\"leaf\":1,\"owner\":\"UZB\",\"version\":1"), MALFORMED },
		{ VERSION("\"hash\":\"" HASH "\",\"kind\":\"risk\",\"leaf\":1,\"owner\":\"UZB\",\"version\":1"), MALFORMED },
		{ VERSION("\"hash\":\"AAAA\",\"id\":\"A\",\"kind\":\"risk\",\"leaf\":1,\"owner\":\"UZB\",\"version\":1"), MALFORMED },
		{ VERSION("\"id\":\"A\",\"kind\":\"risk\",\"leaf\":1,\"owner\":\"UZB\",\"version\":1"), MALFORMED },
	};
	struct qorgan_verification verification;
	struct buffer findings = { 0 };

	for (size_t i = 0; i < sizeof examples / sizeof *examples; i++) {
		unsigned endorsed = 0;
		record_put(examples[i].body);
		ck_assert_msg(qorgan_forgettings(store, row_count, &endorsed, &error) == QORGAN_OK, "%s: %s", examples[i].body, error.message);
		ck_assert_uint_eq(endorsed, 1);
		risk_is_told();
		buffer_clear(&findings);
		ck_assert_msg(qorgan_verify(store, finding_keep, &findings, &verification, &error) == QORGAN_NO, "%s: %s", examples[i].body,
		              error.message);
		ck_assert_msg(strstr(buffer_text(&findings), "no administrator stands for"), "%s", examples[i].body);
		ck_assert_msg(strstr(buffer_text(&findings), examples[i].finding), "%s: %s", examples[i].body, buffer_text(&findings));
	}
	buffer_free(&findings);
}
END_TEST

Suite *suite_forgetting_rows(void)
{
	Suite *suite = suite_create("forgetting_rows");
	TCase *tests = tcase_create("forgetting_rows");

	tcase_add_checked_fixture(tests, forget_risk, fixture_close);
	tcase_set_timeout(tests, 120);
	tcase_add_test(tests, whatever_a_record_holds_it_is_found_and_hides_nothing);
	suite_add_tcase(suite, tests);
	return suite;
}
