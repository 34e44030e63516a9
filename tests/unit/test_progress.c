/* Long work tells how far it is, and of how much. */
#include "register_fixture.h"

#include "base/buffer.h"
#include "qorgan/report.h"

Suite *suite_progress(void);

#define OBJECTS 1000 /* enough for work to tell of itself at least once */

static unsigned told;
static char told_what[40];

static int on_progress(void *context, const char *what, uint64_t done, uint64_t total)
{
	(void)context;
	told++;
	snprintf(told_what, sizeof told_what, "%s", what);
	ck_assert_msg(total > 0 && done <= total, "%s: %lu of %lu", what, (unsigned long)done, (unsigned long)total);
	return 0;
}

static void objects_write(struct buffer *to)
{
	for (int i = 0; i < OBJECTS; i++)
		buffer_append_format(to, "{\"kind\":\"measure\",\"id\":\"M%d\",\"risks\":[\"CYB-01\"],\"title\":{\"en\":\"x\"},"
		                         "\"lead\":\"KAZ\",\"due\":\"2026-09-01\"}\n", i);
}

static void make(void)
{
	struct buffer text = { 0 };

	fixture_make();
	objects_write(&text);
	fixture_load(buffer_text(&text));
	buffer_free(&text);
	told = 0;
	qorgan_store_set_progress(store, on_progress, NULL);
}

static void told_as(const char *what)
{
	ck_assert_uint_gt(told, 0);
	ck_assert_str_eq(told_what, what);
}

START_TEST(of_a_load)
{
	struct buffer text = { 0 };

	for (int i = 0; i < OBJECTS; i++)
		buffer_append_format(&text, "{\"kind\":\"domain\",\"id\":\"D%d\",\"title\":{\"en\":\"x\"}}\n", i);
	fixture_load(buffer_text(&text));
	buffer_free(&text);
	told_as("loading");
}
END_TEST

static int row_pass(void *context, const struct qorgan_row *row)
{
	(void)context, (void)row;
	return 0;
}

START_TEST(of_a_search)
{
	ck_ok(qorgan_search(store, "nowhere", NULL, false, NULL, row_pass, NULL, &error));
	told_as("searching");
}
END_TEST

START_TEST(of_a_listing)
{
	const struct qorgan_listing listing = { .kind = "measure" };

	ck_ok(qorgan_list(store, &listing, NULL, row_pass, NULL, &error));
	told_as("listing");
}
END_TEST

START_TEST(of_a_report)
{
	const struct qorgan_report report = { .period = "2026-Q3", .format = qorgan_report_formats[_i] };
	FILE *to = fopen("/dev/null", "w");

	ck_ok(qorgan_report_write(store, &report, to, &error));
	ck_assert_int_eq(fclose(to), 0);
	told_as("reading");
}
END_TEST

START_TEST(of_a_dump)
{
	FILE *to = fopen("/dev/null", "w");

	ck_ok(qorgan_dump(store, "measure", "jsonl", to, &error));
	ck_assert_int_eq(fclose(to), 0);
	told_as("dumping");
}
END_TEST

Suite *suite_progress(void)
{
	Suite *suite = suite_create("progress");
	TCase *cases = tcase_create("totals");

	tcase_add_checked_fixture(cases, make, fixture_close);
	tcase_add_test(cases, of_a_load);
	tcase_add_test(cases, of_a_search);
	tcase_add_test(cases, of_a_listing);
	tcase_add_loop_test(cases, of_a_report, 0, 2);
	tcase_add_test(cases, of_a_dump);
	suite_add_tcase(suite, cases);
	return suite;
}
