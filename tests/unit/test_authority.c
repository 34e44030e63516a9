/* Who keeps an object, by what a version of it says. */
#include "register/authority.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"

static const char *named(const char *kind, const char *id, const char *body)
{
	static char state[RECORD_NAME_LIMIT];
	const struct record record = { .kind = span_of(kind), .id = span_of(id), .body = span_of(body) };

	strcpy(state, "unset");
	bool found = authority_named(&record, state);
	ck_assert(found || strcmp(state, "unset") == 0);
	return found ? state : "nobody";
}

START_TEST(each_kind_has_its_keeper)
{
	ck_assert_str_eq(named("domain", "CYB", "{\"coordinator\":\"UZB\"}"), "UZB");
	ck_assert_str_eq(named("risk", "CYB-01", "{\"coordinator\":\"KAZ\",\"lead\":\"UZB\"}"), "KAZ");
	ck_assert_str_eq(named("measure", "CYB-01-M1", "{\"coordinator\":\"KAZ\",\"lead\":\"UZB\"}"), "UZB");
	ck_assert_str_eq(named("status", "CYB-01-M1/KGZ", "{\"lead\":\"UZB\"}"), "KGZ");
	ck_assert_str_eq(named("assessment", "CYB-01/TJK", "{}"), "TJK");
}
END_TEST

START_TEST(some_have_none)
{
	ck_assert_str_eq(named("domain", "CYB", "{}"), "nobody");
	ck_assert_str_eq(named("risk", "CYB-01", "{\"contributors\":[\"KAZ\"]}"), "nobody");
	ck_assert_str_eq(named("measure", "CYB-01-M1", "{\"support\":[\"KAZ\"]}"), "nobody");
	ck_assert_str_eq(named("state", "UZB", "{\"coordinator\":\"KAZ\",\"lead\":\"KAZ\"}"), "nobody");
	ck_assert_str_eq(named("evidence", "ab/KAZ", "{\"lead\":\"KAZ\"}"), "nobody");
	ck_assert_str_eq(named("note", "CYB-01/n1", "{}"), "nobody");
}
END_TEST

/* What a partner hands in is judged before its fields are known to be well formed. */
START_TEST(what_is_no_name_names_nobody)
{
	char body[120], longest[RECORD_NAME_LIMIT + 1];

	ck_assert_str_eq(named("measure", "M", "{\"lead\":7}"), "nobody");
	ck_assert_str_eq(named("measure", "M", "{\"lead\":\"\"}"), "nobody");
	ck_assert_str_eq(named("measure", "M", "{\"lead\":[\"KAZ\"]}"), "nobody");
	ck_assert_str_eq(named("measure", "M", "not an object"), "nobody");
	ck_assert_str_eq(named("status", "CYB-01-M1", "{}"), "nobody");
	ck_assert_str_eq(named("status", "CYB-01-M1/", "{}"), "nobody");
	ck_assert_str_eq(named("status", "", "{}"), "nobody");
	memset(longest, 'A', RECORD_NAME_LIMIT);
	longest[RECORD_NAME_LIMIT] = '\0';
	snprintf(body, sizeof body, "{\"lead\":\"%s\"}", longest);
	ck_assert_str_eq(named("measure", "M", body), "nobody");
	longest[RECORD_NAME_LIMIT - 1] = '\0';
	snprintf(body, sizeof body, "{\"lead\":\"%s\"}", longest);
	ck_assert_str_eq(named("measure", "M", body), longest);
}
END_TEST

Suite *suite_authority(void);
Suite *suite_authority(void)
{
	Suite *suite = suite_create("authority");
	TCase *tests = tcase_create("authority");

	tcase_add_test(tests, each_kind_has_its_keeper);
	tcase_add_test(tests, some_have_none);
	tcase_add_test(tests, what_is_no_name_names_nobody);
	suite_add_tcase(suite, tests);
	return suite;
}
