/* Records of users, policies and requests as no program writes them: whoever holds the write key can. None is taken for one,
 * whichever member is missing, of another type, too long or out of its bounds. */
#include "register_fixture.h"
#include "store/policy_record.h"
#include "store/user_record.h"
#include "store/vault_internal.h"

Suite *suite_custody_records(void);

#define X64 "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
#define LONG_TEXT "\"" X64 X64 X64 X64 X64 X64 X64 X64 "\""

static struct record record_of(const char *kind, const char *id, const char *body)
{
	return (struct record){ .kind = span_of(kind), .id = span_of(id), .body = span_of(body), .user = span_of("tester"), .version = 1 };
}

/* The body, in which {} stands for `what`. */
static const char *filled(const char *body, const char *what)
{
	static char text[8000];
	const char *gap = strstr(body, "{}");

	ck_assert_ptr_nonnull(gap);
	int size = snprintf(text, sizeof text, "%.*s%s%s", (int)(gap - body), body, what, gap + 2);
	ck_assert_int_lt(size, (int)sizeof text);
	return text;
}

/* ---- Users ------------------------------------------------------------------------------------ */

static bool user_reads(const char *id, const char *body)
{
	const struct record record = record_of("user", id, body);
	struct user_record user;

	return user_record_read(store, &record, &user);
}

START_TEST(users)
{
	static const char *const bodies[] = {
		"{}", "{\"role\":7}", "{\"role\":\"king\"}", "{\"role\":" LONG_TEXT "}", "{\"retired\":7,\"role\":\"admin\"}",
		"{\"retired\":" LONG_TEXT ",\"role\":\"admin\"}", "{\"role\":\"admin\",\"slots\":7}", "{\"role\":\"admin\",\"slots\":\"x\"}",
		"{\"role\":\"admin\",\"slots\":[7]}", "{\"role\":\"admin\",\"slots\":[{}]}",
	};
	static const char slots[] = "{\"role\":\"admin\",\"slots\":[{}]}";
	static const char *const slot[] = {
		"{\"kind\":7,\"number\":1,\"recipient\":\"\",\"since\":\"\"}", "{\"kind\":\"door\",\"number\":1,\"recipient\":\"\",\"since\":\"\"}",
		"{\"kind\":\"age\",\"recipient\":\"\",\"since\":\"\"}", "{\"kind\":\"age\",\"number\":\"1\",\"recipient\":\"\",\"since\":\"\"}",
		"{\"kind\":\"age\",\"number\":-1,\"recipient\":\"\",\"since\":\"\"}", "{\"kind\":\"age\",\"number\":5000,\"recipient\":\"\",\"since\":\"\"}",
		"{\"kind\":\"age\",\"number\":1,\"since\":\"\"}", "{\"kind\":\"age\",\"number\":1,\"recipient\":" LONG_TEXT ",\"since\":\"\"}",
		"{\"kind\":\"age\",\"number\":1,\"recipient\":\"\"}", "{\"kind\":\"age\",\"number\":1,\"recipient\":\"\",\"since\":7}",
		"{\"author\":7,\"kind\":\"age\",\"number\":1,\"recipient\":\"\",\"since\":\"\"}",
		"{\"author\":" LONG_TEXT ",\"kind\":\"age\",\"number\":1,\"recipient\":\"\",\"since\":\"\"}",
	};
	static const char whole[] = "{\"kind\":\"passphrase\",\"number\":1,\"recipient\":\"\",\"since\":\"\"}";
	struct buffer many = { 0 };

	ck_assert(user_reads("somebody", "{\"role\":\"admin\"}"));
	ck_assert(user_reads("somebody", filled(slots, whole)));
	ck_assert(!user_reads(LONG_TEXT, "{\"role\":\"admin\"}"));
	for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++)
		ck_assert_msg(!user_reads("somebody", bodies[i]), "%s", bodies[i]);
	for (size_t i = 0; i < sizeof slot / sizeof *slot; i++)
		ck_assert_msg(!user_reads("somebody", filled(slots, slot[i])), "%s", slot[i]);
	for (unsigned i = 0; i < USER_SLOTS_LIMIT; i++)
		buffer_append_format(&many, "%s%s", i ? "," : "", whole);
	ck_assert(user_reads("somebody", filled(slots, buffer_text(&many))));
	buffer_append_format(&many, ",%s", whole);
	ck_assert(!user_reads("somebody", filled(slots, buffer_text(&many))));
	buffer_free(&many);
}
END_TEST

/* ---- Policies and requests ------------------------------------------------------------------------ */

START_TEST(policies)
{
	static const char *const bodies[] = { "{}", "{\"persons\":\"2\"}", "{\"persons\":0}", "{\"persons\":-1}", "{\"persons\":1000000}" };
	enum policy_action action;
	unsigned persons;
	struct record record = record_of("policy", "release", "{\"persons\":2}");

	ck_assert(policy_record_read(&record, &action, &persons) && action == POLICY_RELEASE && persons == 2);
	for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) {
		record = record_of("policy", "release", bodies[i]);
		ck_assert_msg(!policy_record_read(&record, &action, &persons), "%s", bodies[i]);
	}
	record = record_of("policy", "eat", "{\"persons\":2}");
	ck_assert(!policy_record_read(&record, &action, &persons));
	record = record_of("request", "release", "{\"persons\":2}");
	ck_assert(!policy_record_read(&record, &action, &persons));
}
END_TEST

static bool request_reads(const char *kind, const char *id, const char *body)
{
	const struct record record = record_of(kind, id, body);
	struct request_record request;

	return request_record_read(&record, &request);
}

#define REQUEST(members) "{\"action\":\"release\"," members "}"

START_TEST(requests)
{
	static const char whole[] = REQUEST("\"persons\":[\"a\"],\"state\":\"open\",\"what\":\"w\"");
	static const char persons[] = REQUEST("\"persons\":[{}],\"state\":\"open\",\"what\":\"w\"");
	static const char *const bodies[] = {
		"{}", "{\"action\":7,\"persons\":[\"a\"],\"state\":\"open\",\"what\":\"w\"}",
		"{\"action\":\"eat\",\"persons\":[\"a\"],\"state\":\"open\",\"what\":\"w\"}",
		REQUEST("\"persons\":[\"a\"],\"what\":\"w\""), REQUEST("\"persons\":[\"a\"],\"state\":\"shut\",\"what\":\"w\""),
		REQUEST("\"persons\":[\"a\"],\"state\":" LONG_TEXT ",\"what\":\"w\""), REQUEST("\"persons\":[\"a\"],\"state\":\"open\""),
		REQUEST("\"persons\":[\"a\"],\"state\":\"open\",\"what\":7"),
		REQUEST("\"content\":7,\"persons\":[\"a\"],\"state\":\"open\",\"what\":\"w\""),
		REQUEST("\"persons\":[\"a\"],\"state\":\"open\",\"subject\":7,\"what\":\"w\""), REQUEST("\"state\":\"open\",\"what\":\"w\""),
		REQUEST("\"persons\":7,\"state\":\"open\",\"what\":\"w\""), REQUEST("\"persons\":[],\"state\":\"open\",\"what\":\"w\""),
		REQUEST("\"persons\":[7],\"state\":\"open\",\"what\":\"w\""), REQUEST("\"persons\":[" LONG_TEXT "],\"state\":\"open\",\"what\":\"w\""),
	};
	struct buffer many = { 0 };

	ck_assert(request_reads("request", "r1", whole));
	ck_assert(!request_reads("policy", "r1", whole));
	ck_assert(!request_reads("request", LONG_TEXT, whole));
	for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++)
		ck_assert_msg(!request_reads("request", "r1", bodies[i]), "%s", bodies[i]);
	for (unsigned i = 0; i < POLICY_PERSONS_LIMIT; i++)
		buffer_append_format(&many, "%s\"p%u\"", i ? "," : "", i);
	ck_assert(request_reads("request", "r1", filled(persons, buffer_text(&many))));
	buffer_append_text(&many, ",\"one\"");
	ck_assert(!request_reads("request", "r1", filled(persons, buffer_text(&many))));
	buffer_free(&many);
}
END_TEST

START_TEST(who_agrees_is_counted_once_and_up_to_the_limit)
{
	struct request_record request = { .action = POLICY_RELEASE };
	struct request_record other = request;
	char name[20];

	strcpy(other.content, "another");
	ck_assert(!request_record_same(&request, &other));
	other = request;
	ck_assert(request_record_same(&request, &other));
	other.action = POLICY_USER;
	ck_assert(!request_record_same(&request, &other));
	ck_assert(request_record_add(&request, "p0"));
	ck_assert(!request_record_add(&request, "p0"));
	for (unsigned i = 1; i < POLICY_PERSONS_LIMIT; i++) {
		snprintf(name, sizeof name, "p%u", i);
		ck_assert(request_record_add(&request, name));
	}
	ck_assert(!request_record_add(&request, "one more"));
	ck_assert_uint_eq(request.count, POLICY_PERSONS_LIMIT);
}
END_TEST

Suite *suite_custody_records(void)
{
	Suite *suite = suite_create("custody records");
	TCase *tests = tcase_create("records");

	tcase_add_checked_fixture(tests, fixture_empty, fixture_close);
	tcase_add_test(tests, users);
	tcase_add_test(tests, policies);
	tcase_add_test(tests, requests);
	tcase_add_test(tests, who_agrees_is_counted_once_and_up_to_the_limit);
	suite_add_tcase(suite, tests);
	return suite;
}
