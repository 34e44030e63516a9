/* Records that another's program wrote: taken only if each part of the envelope is in its form, and told in words that
 * say which is not. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "record/canonical.h"
#include "record/record.h"

Suite *suite_foreign(void);

#define SALT "AAECAwQFBgcICQoLDA0ODw=="
static const char envelope[] = "{\"body\":{\"title\":{\"en\":\"x\"}},\"commit\":12,\"id\":\"CYB-01\",\"kind\":\"risk\",\"owner\":\"UZB\","
	"\"salt\":\"" SALT "\",\"time\":\"2026-02-01T10:00:00Z\",\"user\":\"a.karimova\",\"version\":3}";
#define LONG "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

/* With `from` written as `to`; the caller frees it. */
static char *envelope_with(const char *from, const char *to)
{
	const char *at = strstr(envelope, from);
	struct buffer bytes = { 0 };

	ck_assert_ptr_nonnull(at);
	buffer_append(&bytes, envelope, (size_t)(at - envelope));
	buffer_append_text(&bytes, to);
	buffer_append_text(&bytes, at + strlen(from));
	char *text = buffer_take(&bytes);
	buffer_free(&bytes);
	return text;
}

START_TEST(a_sound_record_is_taken_whatever_its_kind)
{
	static const char *const swaps[][2] = {
		{ "\"risk\"", "\"risk\"" }, { "\"risk\"", "\"kind-of-2031\"" }, { "{\"title\":{\"en\":\"x\"}}", "{}" },
		{ "{\"title\":{\"en\":\"x\"}}", "{\"unheard\":[1,{\"of\":true}]}" },
		{ "\"CYB-01\",\"kind\":\"risk\"", "\"any~id!\",\"kind\":\"kind-of-2031\"" },
	};

	for (size_t i = 0; i < sizeof swaps / sizeof *swaps; i++) {
		char *text = envelope_with(swaps[i][0], swaps[i][1]);
		struct record record;
		struct qorgan_error error = { 0 };
		ck_assert_msg(record_parse_foreign(span_of(text), &record, &error) == QORGAN_OK, "%s: %s", text, error.message);
		ck_assert(span_is(record.owner, "UZB") && record.version == 3 && record.absence == RECORD_PRESENT);
		free(text);
	}
}
END_TEST

START_TEST(what_is_wrong_with_one_is_told)
{
	static const char *const canonical = "is not canonical JSON", *const form = "has not the envelope of a record",
	                  *const salt = "has no salt of 16 bytes", *const name = "has a kind, owner or user that is no name",
	                  *const time = "has a time that is not one such as 2026-02-01T10:00:00Z",
	                  *const id = "has an id that its kind cannot have";
	const struct {
		const char *from, *to, *fault;
	} examples[] = {
		{ "\"commit\":12", "\"commit\": 12", canonical },
		{ "\"commit\":12", "\"commit\":012", canonical },
		{ "\"version\":3}", "\"version\":3}x", canonical },
		{ "\"title\"", "\"t\xffitle\"", canonical },
		{ "{\"title\":{\"en\":\"x\"}}", "[]", form },
		{ "\"commit\":12,", "", form },
		{ "\"version\":3", "\"version\":0", form },
		{ "\"version\":3", "\"version\":4294967296", form },
		{ "\"owner\":\"UZB\"", "\"owner\":\"" LONG LONG "\"", form },
		{ SALT, "forgotten", salt }, { SALT, "AAECAwQFBgcICQoLDA0ODw", salt }, { SALT, "AAECAwQFBgcICQoLDA0OD/==", salt },
		{ SALT, "AAECAwQFBgcICQoLDA0O", salt }, { "\"" SALT "\"", "5", form },
		{ "\"risk\"", "\"a b\"", name }, { "\"UZB\"", "\"U/B\"", name }, { "\"a.karimova\"", "\"\xd0\xb0\"", name },
		{ "\"a.karimova\"", "\"" LONG "\"", name },
		{ "2026-02-01T10:00:00Z", "2026-02-30T10:00:00Z", time }, { "2026-02-01T10:00:00Z", "2026-02-01T10:00:00+05:00", time },
		{ "2026-02-01T10:00:00Z", "soon", time },
		{ "CYB-01", "CYB/01", id }, { "CYB-01", "CYB 01", id }, { "CYB-01", "CYB\x7f", id }, { "CYB-01", "\xd0\xb0", id },
		{ "\"CYB-01\",\"kind\":\"risk\"", "\"a b\",\"kind\":\"kind-of-2031\"", id },
	};

	for (size_t i = 0; i < sizeof examples / sizeof *examples; i++) {
		char *text = envelope_with(examples[i].from, examples[i].to);
		struct record record;
		struct qorgan_error error = { 0 };
		ck_assert_msg(record_parse_foreign(span_of(text), &record, &error) == QORGAN_PROTOCOL, "%s", text);
		ck_assert_msg(strncmp(error.message, "the record ", 11) == 0 && strcmp(error.message + 11, examples[i].fault) == 0,
		              "%s: %s", text, error.message);
		free(text);
	}
}
END_TEST

START_TEST(one_that_is_too_long_or_cut_off_is_refused)
{
	struct buffer body = { 0 };
	struct record record;
	struct qorgan_error error;

	buffer_append_text(&body, "{\"title\":{\"en\":\"");
	while (body.size < CANONICAL_SIZE)
		buffer_append_text(&body, "xxxxxxxxxxxxxxxx");
	buffer_append_text(&body, "\"}}");
	char *text = envelope_with("{\"title\":{\"en\":\"x\"}}", buffer_text(&body));
	ck_assert_int_eq(record_parse_foreign(span_of(text), &record, &error), QORGAN_PROTOCOL);
	ck_assert_str_eq(error.message, "the record is longer than 256 KiB");
	free(text);
	buffer_free(&body);
	for (size_t size = 0; size < sizeof envelope - 1; size++) {
		char *cut = malloc(size + 1);
		memcpy(cut, envelope, size);
		ck_assert_int_eq(record_parse_foreign((struct span){ cut, size }, &record, &error), QORGAN_PROTOCOL);
		free(cut);
	}
}
END_TEST

Suite *suite_foreign(void)
{
	Suite *suite = suite_create("foreign");
	TCase *tests = tcase_create("foreign");

	tcase_add_test(tests, a_sound_record_is_taken_whatever_its_kind);
	tcase_add_test(tests, what_is_wrong_with_one_is_told);
	tcase_add_test(tests, one_that_is_too_long_or_cut_off_is_refused);
	suite_add_tcase(suite, tests);
	return suite;
}
