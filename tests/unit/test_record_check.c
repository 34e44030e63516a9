/* Records checked by a thread beside: the first that breaks a rule is told, whatever
 * is wrong behind it and however many there are. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "exchange/record_check.h"

Suite *suite_record_check(void);

enum fault { GOOD, LEAF, RELEASE, SCHEMA, FORM, FAULTS };

static const char *const bodies[FAULTS] = {
	[GOOD] = "{\"marking\":\"TLP:GREEN\",\"release\":[\"KAZ\"],\"title\":{\"en\":\"x\"}}",
	[LEAF] = "{\"marking\":\"TLP:GREEN\",\"release\":[\"KAZ\"],\"title\":{\"en\":\"x\"}}",
	[RELEASE] = "{\"marking\":\"TLP:GREEN\",\"release\":[\"KGZ\"],\"title\":{\"en\":\"x\"}}",
	[SCHEMA] = "{\"marking\":\"TLP:GREEN\",\"release\":[\"KAZ\"],\"title\":{\"en\":\"x\"},\"unheard_of\":1}",
	[FORM] = "{\"marking\":\"TLP:GREEN\",\"release\":[\"KAZ\",\"AZE\"],\"title\":{\"en\":\"x\"}}",
};
static const struct {
	const char *before, *behind; /* the number of the record */
} words[FAULTS] = {
	[LEAF] = { "the record of entry ", " is not the one that UZB logged" },
	[RELEASE] = { "it holds domain D", " version 1, which it may not: not on its release list" },
	[SCHEMA] = { "domain D", " version 1 breaks a rule, unless a newer qorgan wrote it: unheard_of: unknown field" },
	[FORM] = { "domain D", " version 1 breaks a rule, unless a newer qorgan wrote it: release: is not in the form in which it is logged" },
};

static const struct sender sender = { .id = "UZB" };
static const struct recipient self = { .id = "KAZ" };

/* Adds record number `at`; `size` bytes of text make it longer. */
static int add(struct record_checker *checker, size_t at, enum fault fault, size_t size, struct qorgan_error *error)
{
	char id[24];
	struct record_head head = { .owner = "UZB", .kind = "domain", .id = id, .user = "u", .time = "2026-02-01T10:00:00Z",
		                        .commit = 1, .version = 1 };
	struct buffer bytes = { 0 }, body = { 0 };
	struct record record;
	uint8_t hash[MERKLE_HASH_SIZE];

	snprintf(id, sizeof id, "D%zu", at);
	if (size) {
		buffer_append_text(&body, "{\"description\":{\"en\":\"");
		for (size_t i = 0; i < size; i++)
			buffer_append_char(&body, 'a');
		buffer_append_format(&body, "\"},%s", bodies[fault] + 1);
	} else {
		buffer_append_text(&body, bodies[fault]);
	}
	record_write(&head, buffer_span(&body), &bytes);
	ck_assert_int_eq(record_parse(buffer_span(&bytes), &record, error), QORGAN_OK);
	merkle_hash_leaf(bytes.data, bytes.size, hash);
	hash[31] ^= fault == LEAF;
	int code = record_checker_add(checker, at, schema_find("domain", 6), &record, hash, error);
	buffer_free(&bytes); /* a line is gone when the next one is read */
	buffer_free(&body);
	return code;
}

/* `count` records, the one at `wrong` and, of another kind, the one at `also` faulty. */
static void run(size_t count, size_t wrong, enum fault fault, size_t also, size_t size)
{
	struct record_checker *checker;
	struct qorgan_error error = { 0 };
	char expected[200] = "";
	int code = record_checker_start(&sender, &self, &checker, &error);

	for (size_t i = 0; i < count && !code; i++)
		code = add(checker, i, i == wrong ? fault : i == also ? fault % (FAULTS - 1) + 1 : GOOD, size, &error);
	code = record_checker_finish(checker, &error);
	if (wrong >= count) {
		ck_assert_msg(code == QORGAN_OK, "%s", error.message);
		return;
	}
	snprintf(expected, sizeof expected, "%s%zu%s", words[fault].before, wrong, words[fault].behind);
	ck_assert_int_eq(code, QORGAN_PROTOCOL);
	ck_assert_msg(strncmp(error.message, expected, strlen(expected)) == 0, "%s", error.message);
}

START_TEST(good_ones_pass_in_any_number)
{
	const size_t counts[] = { 0, 1, 2, 127, 128, 129, 384, 1000 };

	for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++)
		run(counts[i], SIZE_MAX, GOOD, SIZE_MAX, 0);
	run(40, SIZE_MAX, GOOD, SIZE_MAX, 60000);
}
END_TEST

START_TEST(the_first_fault_is_told)
{
	const size_t places[] = { 0, 1, 127, 128, 255, 256, 300, 511, 895, 899 };

	for (enum fault fault = LEAF; fault < FAULTS; fault++)
		for (size_t i = 0; i < sizeof places / sizeof places[0]; i++)
			for (size_t behind = 1; behind <= 400; behind += 133)
				run(900, places[i], fault, places[i] + behind, 0);
	for (enum fault fault = LEAF; fault < FAULTS; fault++) {
		run(1, 0, fault, SIZE_MAX, 0);
		run(3, 1, fault, 2, 0);
		run(60, 41, fault, 42, 60000);
	}
}
END_TEST

START_TEST(an_observer_sends_none)
{
	const struct sender observer = { .id = "UNRCCA", .observer = true };
	struct record_checker *checker;
	struct qorgan_error error;

	ck_assert_int_eq(record_checker_start(&observer, &self, &checker, &error), QORGAN_OK);
	ck_assert_int_eq(add(checker, 0, GOOD, 0, &error), QORGAN_OK);
	ck_assert_int_eq(record_checker_finish(checker, &error), QORGAN_PROTOCOL);
	ck_assert_ptr_nonnull(strstr(error.message, "its sender is an observer, who may send none"));
	ck_assert_int_eq(record_checker_finish(NULL, &error), QORGAN_OK);
}
END_TEST

Suite *suite_record_check(void)
{
	Suite *suite = suite_create("record_check");
	TCase *tests = tcase_create("record_check");

	tcase_set_timeout(tests, 120);
	tcase_add_test(tests, good_ones_pass_in_any_number);
	tcase_add_test(tests, the_first_fault_is_told);
	tcase_add_test(tests, an_observer_sends_none);
	suite_add_tcase(suite, tests);
	return suite;
}
