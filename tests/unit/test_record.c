/* The envelope and the forms of ids. */
#include <check.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "record/canonical.h"
#include "record/record.h"

Suite *suite_record(void);

/* DESIGN's example of an envelope, with the salt of bytes 0 to 15. */
static const char envelope[] =
	"{\"body\":{\"title\":{\"en\":\"x\"}},\"commit\":12,\"id\":\"CYB-01\",\"kind\":\"risk\",\"owner\":\"UZB\","
	"\"salt\":\"AAECAwQFBgcICQoLDA0ODw==\",\"time\":\"2026-02-01T10:00:00Z\",\"user\":\"a.karimova\",\"version\""
	":3}";

static struct record_head example_head(void)
{
	struct record_head head = { .owner = "UZB", .kind = "risk", .id = "CYB-01", .user = "a.karimova",
	                            .time = "2026-02-01T10:00:00Z", .commit = 12, .version = 3 };

	for (uint8_t i = 0; i < RECORD_SALT_SIZE; i++)
		head.salt[i] = i;
	return head;
}

START_TEST(a_record_is_written_as_the_design_shows)
{
	struct record_head head = example_head();
	struct buffer to = { 0 };
	struct record record;
	struct qorgan_error error;

	record_write(&head, span_of("{\"title\":{\"en\":\"x\"}}"), &to);
	ck_assert_str_eq(buffer_text(&to), envelope);
	ck_assert(canonical_is(buffer_span(&to)));
	ck_assert_int_eq(record_parse(buffer_span(&to), &record, &error), QORGAN_OK);
	ck_assert(span_is(record.bytes, envelope));
	ck_assert(span_is(record.body, "{\"title\":{\"en\":\"x\"}}"));
	ck_assert(span_is(record.id, "CYB-01") && span_is(record.kind, "risk") && span_is(record.owner, "UZB"));
	ck_assert(span_is(record.user, "a.karimova") && span_is(record.time, "2026-02-01T10:00:00Z"));
	ck_assert_uint_eq(record.commit, 12);
	ck_assert_uint_eq(record.version, 3);
	buffer_free(&to);
}
END_TEST

START_TEST(a_damaged_envelope_is_io)
{
	static const char *const swaps[][2] = {
		{ "\"body\":{\"title\":{\"en\":\"x\"}}", "\"body\":[]" }, { "\"version\":3", "\"version\":0" },
		{ "\"version\":3", "\"version\":4294967296" }, { "\"version\":3", "\"version\":-1" }, { "\"version\":3",
		  "\"version\":\"3\"" },
		{ "\"version\":3", "\"version\":3,\"x\":1" }, { ",\"version\":3", "" }, { "\"commit\":12",
		  "\"commit\":-1" },
		{ "\"id\":\"CYB-01\"", "\"id\":\"\"" }, { "\"id\":\"CYB-01\"", "\"id\":\"a\\nb\"" },
		  { "\"id\":\"CYB-01\"", "\"id\":1" },
		{ "\"id\":", "\"ID\":" }, { "{\"body\"", "[\"body\"" }, { "\"owner\":\"UZB\",", "" }, { "3}", "3" },
		  { "3}", "3}}" },
	};
	struct record record;
	struct qorgan_error error;

	for (size_t i = 0; i < sizeof swaps / sizeof *swaps; i++) {
		struct buffer bytes = { 0 };
		const char *at = strstr(envelope, swaps[i][0]);
		ck_assert_ptr_nonnull(at);
		buffer_append(&bytes, envelope, (size_t)(at - envelope));
		buffer_append_text(&bytes, swaps[i][1]);
		buffer_append_text(&bytes, at + strlen(swaps[i][0]));
		ck_assert_msg(record_parse(buffer_span(&bytes), &record, &error) == QORGAN_IO, "%s",
		              buffer_text(&bytes));
		buffer_free(&bytes);
	}
	for (size_t size = 0; size < sizeof envelope - 1; size++) {
		char *cut = malloc(size + 1);
		memcpy(cut, envelope, size);
		ck_assert_int_eq(record_parse((struct span){ cut, size }, &record, &error), QORGAN_IO);
		free(cut);
	}
}
END_TEST

START_TEST(ids_have_the_form_of_their_kind)
{
#define SIXTEEN "0123456789abcdef"
	static const struct {
		const char *kind, *id;
		bool good;
	} cases[] = {
		{ "risk", "CYB-01", true }, { "risk", "a", true }, { "risk", "1.x_y-Z", true }, { "risk", "", false },
		{ "risk", "-a", false }, { "risk", ".a", false }, { "risk", "a/b", false }, { "risk", "a b", false },
		{ "risk", "Қ", false }, { "risk", SIXTEEN SIXTEEN SIXTEEN SIXTEEN, true },
		{ "risk", SIXTEEN SIXTEEN SIXTEEN SIXTEEN "0", false },
		{ "status", "CYB-01-M1/KAZ", true }, { "status", "CYB-01-M1", false }, { "status", "/KAZ", false },
		{ "status", "CYB/", false }, { "status", "A/B/C", false }, { "note", "CYB-01/n1", true },
		{ "evidence", SIXTEEN SIXTEEN SIXTEEN SIXTEEN, true }, { "evidence", SIXTEEN SIXTEEN SIXTEEN, false },
		{ "evidence", SIXTEEN SIXTEEN SIXTEEN "0123456789ABCDEF", false },
		{ "commit", "1", true }, { "commit", "9007199254740991", true }, { "commit", "0", false }, { "commit",
		  "01", false },
		{ "commit", "-1", false }, { "commit", "9007199254740992", false }, { "commit", "1a", false },
		  { "commit", "", false },
	};
	struct qorgan_error error;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const struct schema *schema = schema_find(cases[i].kind, strlen(cases[i].kind));
		int code = record_id_check(schema, span_of(cases[i].id), &error);
		ck_assert_msg(code == (cases[i].good ? QORGAN_OK : QORGAN_BAD_DATA), "%s %s", cases[i].kind,
		              cases[i].id);
		if (code)
			ck_assert_ptr_nonnull(strstr(error.message, "it must be"));
	}
	ck_assert(record_user_check("a.karimova") && record_user_check("A_b-9"));
	ck_assert(!record_user_check("") && !record_user_check("a b") && !record_user_check("a/b"));
	ck_assert(record_user_check(SIXTEEN SIXTEEN SIXTEEN "0123456789abcde"));
	ck_assert(!record_user_check(SIXTEEN SIXTEEN SIXTEEN SIXTEEN));
}
END_TEST

Suite *suite_record(void)
{
	Suite *suite = suite_create("record");
	TCase *tests = tcase_create("record");

	tcase_add_test(tests, a_record_is_written_as_the_design_shows);
	tcase_add_test(tests, a_damaged_envelope_is_io);
	tcase_add_test(tests, ids_have_the_form_of_their_kind);
	suite_add_tcase(suite, tests);
	return suite;
}
