/* Reporting periods: read by the kinds on record, and by no others. */
#include "register/period.h"

#include "report_fixture.h"

static struct fixture fixture;

static void set_up(void)
{
	fixture_make(&fixture);
}

static void tear_down(void)
{
	fixture_remove(&fixture);
}

static const struct fixture_object usual[] = {
	{ "period", "year", "{\"months\":12,\"required\":true,\"title\":{\"en\":\"Year\"}}" },
	{ "period", "quarter", "{\"months\":3,\"prefix\":\"Q\",\"title\":{\"en\":\"Quarter\"}}" },
	{ "period", "half", "{\"months\":6,\"prefix\":\"H\",\"required\":true,\"title\":{\"en\":\"Half-year\"}}" },
};

static struct period_book *book_load(void)
{
	struct qorgan_store *store = fixture_open(&fixture, "2026-02-01T00:00:00Z");
	struct period_book *book;
	struct vault_view *view;

	fixture_ok(&fixture, vault_view_begin(store, &view, &fixture.error));
	fixture_ok(&fixture, period_book_load(view, &book, &fixture.error));
	vault_view_end(view);
	qorgan_store_close(store);
	return book;
}

static void expect(const struct period_book *book, const char *text, const char *label, const char *from,
                   const char *to)
{
	struct period_named named;
	char first[DATE_TEXT_SIZE], last[DATE_TEXT_SIZE];

	fixture_ok(&fixture, period_find(book, text, date_from(2027, 8, 9), &named, &fixture.error));
	date_format(named.period.from, first);
	date_format(named.period.to, last);
	ck_assert_str_eq(named.label, label);
	ck_assert_str_eq(first, from);
	ck_assert_str_eq(last, to);
}

START_TEST(names_are_read_by_the_kinds_on_record)
{
	fixture_put_all(&fixture, "2026-01-10T00:00:00Z", usual);
	struct period_book *book = book_load();

	expect(book, "2026-Q1", "2026-Q1", "2026-01-01", "2026-03-31");
	expect(book, "2028-q1", "2028-Q1", "2028-01-01", "2028-03-31");
	expect(book, "2026-Q4", "2026-Q4", "2026-10-01", "2026-12-31");
	expect(book, "2026-h1", "2026-H1", "2026-01-01", "2026-06-30");
	expect(book, "2026-H2", "2026-H2", "2026-07-01", "2026-12-31");
	expect(book, "2026", "2026", "2026-01-01", "2026-12-31");
	period_book_free(book);
}
END_TEST

START_TEST(other_names_are_refused_and_the_possible_ones_named)
{
	static const char *const wrong[] = { "2026-Q5", "2026-Q0",  "2026-Q01", "26-Q1",   "2026Q1",  "2026-",  "",
		                                 "2026-Q1x", "2026-H3", "2026-T1",  "2026-1",  "20260",   "Q1",     "2026-Q",
		                                 "2026-Q99999999999999999999", "1700-Q1", "2026-Q-1", "quarter" };
	struct period_named named;

	fixture_put_all(&fixture, "2026-01-10T00:00:00Z", usual);
	struct period_book *book = book_load();
	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
		int code = period_find(book, wrong[i], date_from(2026, 8, 9), &named, &fixture.error);
		ck_assert_msg(code == QORGAN_BAD_DATA, "%s gave %d", wrong[i], code);
		ck_assert_ptr_nonnull(strstr(fixture.error.message, "2026-Q1 to 2026-Q4, 2026-H1 to 2026-H2, 2026"));
	}
	period_book_free(book);
}
END_TEST

START_TEST(without_a_name_it_is_the_shortest_that_is_owed)
{
	fixture_put_all(&fixture, "2026-01-10T00:00:00Z", usual);
	struct period_book *book = book_load();

	/* Today is the 9th of August 2027; quarters are not owed, half-years are. */
	expect(book, NULL, "2027-H2", "2027-07-01", "2027-12-31");
	period_book_free(book);
}
END_TEST

START_TEST(another_kind_of_period_is_another_record)
{
	static const struct fixture_object third[] = {
		{ "period", "third", "{\"months\":4,\"prefix\":\"T\",\"title\":{\"en\":\"Third\"}}" },
		{ "period", "month", "{\"months\":1,\"title\":{\"en\":\"Month\"}}" },
	};
	struct period_named named;

	fixture_put_all(&fixture, "2026-01-10T00:00:00Z", third);
	struct period_book *book = book_load();
	expect(book, "2026-T3", "2026-T3", "2026-09-01", "2026-12-31");
	expect(book, "2026-12", "2026-12", "2026-12-01", "2026-12-31");
	expect(book, NULL, "2027-8", "2027-08-01", "2027-08-31"); /* none is owed: the shortest */
	ck_assert_int_eq(period_find(book, "2026-Q1", 0, &named, &fixture.error), QORGAN_BAD_DATA);
	ck_assert_int_eq(period_find(book, "2026", 0, &named, &fixture.error), QORGAN_BAD_DATA);
	period_book_free(book);
}
END_TEST

START_TEST(the_previous_one_is_of_the_same_kind)
{
	struct period_named named;

	fixture_put_all(&fixture, "2026-01-10T00:00:00Z", usual);
	struct period_book *book = book_load();
	fixture_ok(&fixture, period_find(book, "2026-Q1", 0, &named, &fixture.error));
	ck_assert_str_eq(period_name_previous(book, &named).label, "2025-Q4");
	fixture_ok(&fixture, period_find(book, "2026-H2", 0, &named, &fixture.error));
	ck_assert_str_eq(period_name_previous(book, &named).label, "2026-H1");
	fixture_ok(&fixture, period_find(book, "2026", 0, &named, &fixture.error));
	ck_assert_str_eq(period_name_previous(book, &named).label, "2025");
	period_book_free(book);
}
END_TEST

START_TEST(a_store_without_periods_says_so)
{
	struct qorgan_store *store = fixture_open(&fixture, "2026-02-01T00:00:00Z");
	struct period_book *book;
	struct vault_view *view;

	fixture_ok(&fixture, vault_view_begin(store, &view, &fixture.error));
	ck_assert_int_eq(period_book_load(view, &book, &fixture.error), QORGAN_BAD_DATA);
	ck_assert_ptr_nonnull(strstr(fixture.error.message, "\"period\""));
	vault_view_end(view);
	qorgan_store_close(store);
}
END_TEST

Suite *suite_period(void);
Suite *suite_period(void)
{
	Suite *suite = suite_create("period");
	TCase *tests = tcase_create("period");

	tcase_add_checked_fixture(tests, set_up, tear_down);
	tcase_add_test(tests, names_are_read_by_the_kinds_on_record);
	tcase_add_test(tests, other_names_are_refused_and_the_possible_ones_named);
	tcase_add_test(tests, without_a_name_it_is_the_shortest_that_is_owed);
	tcase_add_test(tests, another_kind_of_period_is_another_record);
	tcase_add_test(tests, the_previous_one_is_of_the_same_kind);
	tcase_add_test(tests, a_store_without_periods_says_so);
	suite_add_tcase(suite, tests);
	return suite;
}
