/* Levels of risk, the bands of the matrix, and acceptance. */
#include "register/levels.h"

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

START_TEST(a_level_is_read_or_absent)
{
	struct level level = level_read(span_of("{\"impact\":5,\"likelihood\":3}"));
	static const char *const absent[] = { "", "{}", "{\"impact\":5}", "{\"likelihood\":5}", "[]", "7",
		                                  "{\"impact\":6,\"likelihood\":3}", "{\"impact\":0,\"likelihood\":3}",
		                                  "{\"impact\":\"5\",\"likelihood\":3}" };

	ck_assert_uint_eq(level.likelihood, 3);
	ck_assert_uint_eq(level.impact, 5);
	ck_assert_uint_eq(level_score(level), 15);
	for (size_t i = 0; i < sizeof absent / sizeof absent[0]; i++)
		ck_assert_uint_eq(level_score(level_read(span_of(absent[i]))), 0);
	ck_assert_uint_eq(level_score(level_read((struct span){ 0 })), 0);
}
END_TEST

static void scale_load(struct level_scale *scale, const char *const *languages)
{
	struct qorgan_store *store = fixture_open(&fixture, "2026-02-01T00:00:00Z");
	struct vault_view *view;

	fixture_ok(&fixture, vault_view_begin(store, &view, &fixture.error));
	fixture_ok(&fixture, level_scale_load(view, languages, scale, &fixture.error));
	vault_view_end(view);
	qorgan_store_close(store);
}

START_TEST(bands_and_labels_are_data)
{
	/* In no order, and with a number of levels of their own. */
	static const struct fixture_object scales[] = {
		{ "scale", "matrix", "{\"bands\":[{\"colour\":\"#ff0000\",\"from\":12,"
		                     "\"title\":{\"en\":\"High\",\"ru\":\"Высокий\"}},{\"colour\":\"#00ff00\",\"from\":1,\"title\":{\"en\":\"Low\"}}]}" },
		{ "scale", "likelihood", "{\"levels\":[{\"level\":2,\"title\":{\"en\":\"Likely\"}},"
		                         "{\"level\":1,\"title\":{\"en\":\"Rare\",\"ru\":\"Редко\"}}]}" },
	};
	static const char *const russian[] = { "ru", NULL };
	struct level_scale scale;

	fixture_put_all(&fixture, "2026-01-10T00:00:00Z", scales);
	scale_load(&scale, russian);
	ck_assert_uint_eq(scale.likelihoods, 2);
	ck_assert_uint_eq(scale.impacts, LEVEL_LIMIT);
	ck_assert_str_eq(scale.likelihood[1], "Редко");
	ck_assert_str_eq(scale.likelihood[2], "Likely"); /* no Russian: English */
	ck_assert_ptr_null(scale.impact[1]);
	ck_assert_uint_eq(scale.band_count, 2);
	ck_assert_ptr_null(level_band_of(&scale, 0));
	ck_assert_str_eq(level_band_of(&scale, 1)->title, "Low");
	ck_assert_str_eq(level_band_of(&scale, 11)->title, "Low");
	ck_assert_str_eq(level_band_of(&scale, 12)->title, "Высокий");
	ck_assert_str_eq(level_band_of(&scale, 25)->colour, "#ff0000");
	level_scale_free(&scale);
}
END_TEST

START_TEST(a_store_without_scales_has_five_levels_and_no_band)
{
	static const char *const english[] = { "en", NULL };
	struct level_scale scale;

	scale_load(&scale, english);
	ck_assert_uint_eq(scale.likelihoods, 5);
	ck_assert_uint_eq(scale.impacts, 5);
	ck_assert_ptr_null(level_band_of(&scale, 25));
	level_scale_free(&scale);
}
END_TEST

START_TEST(an_acceptance_holds_through_its_last_day)
{
	struct span accept = span_of("\"accept\""), until = span_of("{\"role\":\"Minister\",\"until\":\"2026-06-30\"}");
	date_day last = date_from(2026, 6, 30), day = 0;

	ck_assert_int_eq(acceptance_of(accept, until, last, &day), ACCEPTANCE_HOLDS);
	ck_assert_int_eq(day, last);
	ck_assert_int_eq(acceptance_of(accept, until, last + 1, &day), ACCEPTANCE_EXPIRED);
	ck_assert_int_eq(acceptance_of(span_of("\"mitigate\""), until, last, &day), ACCEPTANCE_NONE);
	ck_assert_int_eq(acceptance_of(accept, (struct span){ 0 }, last, &day), ACCEPTANCE_NONE);
	ck_assert_int_eq(acceptance_of((struct span){ 0 }, until, last, &day), ACCEPTANCE_NONE);
	ck_assert_int_eq(acceptance_of(accept, span_of("{\"role\":\"Minister\"}"), last, &day), ACCEPTANCE_NONE);
}
END_TEST

Suite *suite_levels(void);
Suite *suite_levels(void)
{
	Suite *suite = suite_create("levels");
	TCase *plain = tcase_create("values"), *tests = tcase_create("scales");

	tcase_add_test(plain, a_level_is_read_or_absent);
	tcase_add_test(plain, an_acceptance_holds_through_its_last_day);
	suite_add_tcase(suite, plain);
	tcase_add_checked_fixture(tests, set_up, tear_down);
	tcase_add_test(tests, bands_and_labels_are_data);
	tcase_add_test(tests, a_store_without_scales_has_five_levels_and_no_band);
	suite_add_tcase(suite, tests);
	return suite;
}
