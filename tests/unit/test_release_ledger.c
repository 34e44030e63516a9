/* What went to whom, against a plain model: one array of marks for each partner, one
 * leaf at a time. */
#include "register/release_ledger.h"

#include "register/leaf_ranges.h"
#include "register/release_index.h"
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

#define LEAVES 60
#define PACKAGES 40

static const char *const partners[] = { "KAZ", "KGZ" };
static struct release_mark model[2][LEAVES];

static unsigned next_number(unsigned *seed)
{
	*seed = *seed * 1103515245u + 12345u;
	return *seed >> 16;
}

/* Some leaves as text, and in `chosen`. */
static void choose(unsigned *seed, bool *chosen, struct leaf_ranges *ranges)
{
	unsigned first = next_number(seed) % LEAVES, density = 1 + next_number(seed) % 4;

	*ranges = (struct leaf_ranges){ 0 };
	for (unsigned leaf = 0; leaf < LEAVES; leaf++) {
		chosen[leaf] = leaf >= first && next_number(seed) % density == 0;
		if (chosen[leaf])
			leaf_ranges_add(ranges, leaf);
	}
	leaf_ranges_end(ranges);
}

static void package_put(unsigned number, unsigned *seed)
{
	struct leaf_ranges given, asked;
	bool is_given[LEAVES], is_asked[LEAVES], to[2] = { next_number(seed) % 2, next_number(seed) % 2 };
	char body[1000], id[40];

	to[0] |= !to[1];
	choose(seed, is_given, &given);
	choose(seed, is_asked, &asked);
	snprintf(id, sizeof id, "%s/%u", to[0] ? "KAZ" : "KGZ", number);
	snprintf(body, sizeof body, "{\"digest\":\"x\",\"first\":0,\"leaves\":\"%s\",\"records\":0,\"size\":%d,\"to\":[%s],"
	         "\"withdrawn\":\"%s\"}", buffer_text(&given.text), LEAVES, to[0] && to[1] ? "\"KAZ\",\"KGZ\"" :
	         to[0] ? "\"KAZ\"" : "\"KGZ\"", buffer_text(&asked.text));
	const struct fixture_object object = { "release", id, body };
	fixture_put(&fixture, "2026-02-01T10:00:00Z", &object, 1);
	for (unsigned i = 0; i < 2; i++)
		for (unsigned leaf = 0; leaf < LEAVES && to[i]; leaf++) {
			model[i][leaf].given = is_given[leaf] ? number : model[i][leaf].given;
			model[i][leaf].asked = is_asked[leaf] ? number : model[i][leaf].asked;
		}
	buffer_free(&given.text);
	buffer_free(&asked.text);
}

static void compare(unsigned number)
{
	struct qorgan_store *store = fixture_open(&fixture, "2026-02-01T10:00:00Z");
	struct release_ledger *ledger;
	struct vault_view *view;

	fixture_ok(&fixture, vault_view_begin(store, &view, &fixture.error));
	fixture_ok(&fixture, release_ledger_load(view, partners, 2, &ledger, &fixture.error));
	for (unsigned i = 0; i < 2; i++)
		for (unsigned leaf = 0; leaf < LEAVES; leaf++) {
			struct release_mark mark = release_ledger_find(ledger, i, leaf);
			ck_assert_msg(mark.given == model[i][leaf].given && mark.asked == model[i][leaf].asked,
			              "package %u, %s, leaf %u: %llu %llu", number, partners[i], leaf,
			              (unsigned long long)mark.given, (unsigned long long)mark.asked);
		}
	ck_assert_uint_eq(release_ledger_find(ledger, 0, LEAVES).given, 0);
	release_ledger_free(ledger);
	vault_view_end(view);
	qorgan_store_close(store);
}

START_TEST(the_last_package_of_each_leaf_is_known)
{
	unsigned seed = 4711;

	memset(model, 0, sizeof model);
	compare(0);
	for (unsigned number = 1; number <= PACKAGES; number++) {
		package_put(number, &seed);
		compare(number);
	}
}
END_TEST

START_TEST(ranges_are_read_as_they_are_written)
{
	static const char *const bad[] = { "-", ",", "3-", "5-3", "x", "3,,4", "3;4", "99999999999999999999",
		                               "3-9007199254740992" };
	struct leaf_ranges ranges = { 0 };
	struct span rest, part;
	uint64_t first, after;

	leaf_ranges_end(&ranges);
	ck_assert_str_eq(buffer_text(&ranges.text), "");
	rest = buffer_span(&ranges.text); /* of an empty list, which has no address */
	ck_assert(!leaf_ranges_next(&rest, &first, &after));
	for (uint64_t leaf = 0; leaf < 30; leaf++)
		if (leaf % 10 < 3 || leaf % 10 == 7)
			leaf_ranges_add(&ranges, leaf);
	leaf_ranges_end(&ranges);
	ck_assert_str_eq(buffer_text(&ranges.text), "0-2,7,10-12,17,20-22,27");
	rest = buffer_span(&ranges.text);
	ck_assert(leaf_ranges_next(&rest, &first, &after) && first == 0 && after == 3);
	ck_assert(leaf_ranges_next(&rest, &first, &after) && first == 7 && after == 8);
	part = leaf_ranges_cut(&rest, 10);
	ck_assert_uint_eq(part.size, 8);
	ck_assert(memcmp(part.data, "10-12,17", 8) == 0);
	ck_assert(span_is(rest, "20-22,27"));
	part = leaf_ranges_cut(&rest, 100);
	ck_assert(span_is(part, "20-22,27") && rest.size == 0);
	ck_assert(!leaf_ranges_next(&rest, &first, &after));
	buffer_free(&ranges.text);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		rest = span_of(bad[i]);
		while (leaf_ranges_next(&rest, &first, &after))
			ck_assert_msg(first == 3 && after == 4, "%s: %llu", bad[i], (unsigned long long)first);
	}
}
END_TEST

/* What each package says of those before it; a record of the first version does not. */
START_TEST(packages_follow_one_another)
{
	static const struct fixture_object objects[] = {
		{ "release", "KAZ/1", "{\"digest\":\"x\",\"first\":0,\"records\":0,\"size\":10,\"to\":[\"KAZ\"]}" },
		{ "release", "KAZ/2", "{\"digest\":\"x\",\"first\":10,\"owed\":[{\"leaf\":12,\"partner\":\"KGZ\"}],\"records\":0,"
		                      "\"size\":20,\"to\":[\"KAZ\",\"KGZ\"]}" },
		{ "release", "KAZ/4", "{\"digest\":\"x\",\"first\":0,\"previous\":[0,2],\"records\":0,\"size\":30,"
		                      "\"to\":[\"KAZ\",\"KGZ\"]}" },
		{ "release", "KAZ/4.1", "{\"digest\":\"x\",\"first\":0,\"previous\":[0,2],\"records\":0,\"size\":30,"
		                        "\"to\":[\"KAZ\",\"KGZ\"]}" },
	};
	struct qorgan_store *store;
	struct release_index *index;
	struct vault_view *view;
	size_t count;

	fixture_put_all(&fixture, "2026-02-01T10:00:00Z", objects);
	store = fixture_open(&fixture, "2026-02-01T10:00:00Z");
	fixture_ok(&fixture, vault_view_begin(store, &view, &fixture.error));
	fixture_ok(&fixture, release_index_load(view, &index, &fixture.error));
	const struct release_package *packages = release_index_packages(index, span_of("KAZ"), &count);
	ck_assert_uint_eq(count, 3);
	ck_assert(packages[0].sequence == 1 && packages[0].previous == 0 && packages[0].sent == 10);
	ck_assert(packages[1].sequence == 2 && packages[1].previous == 1 && packages[1].first == 10);
	ck_assert(packages[2].sequence == 4 && packages[2].previous == 0 && packages[2].sent == 30);
	packages = release_index_packages(index, span_of("KGZ"), &count);
	ck_assert_uint_eq(count, 2);
	ck_assert(packages[0].sequence == 2 && packages[0].previous == 0 && packages[0].sent == 12);
	ck_assert(packages[1].sequence == 4 && packages[1].previous == 2);
	ck_assert_uint_eq(release_index_find(index, span_of("KGZ")).sequence, 4);
	ck_assert_int_eq(release_index_find(index, span_of("KGZ")).day, 20485); /* 2026-02-01 */
	ck_assert_uint_eq(release_index_find(index, span_of("TJK")).sequence, 0);
	release_index_free(index);
	vault_view_end(view);
	qorgan_store_close(store);
}
END_TEST

Suite *suite_release_ledger(void);
Suite *suite_release_ledger(void)
{
	Suite *suite = suite_create("release_ledger");
	TCase *tests = tcase_create("ledger");

	tcase_add_checked_fixture(tests, set_up, tear_down);
	tcase_add_test(tests, the_last_package_of_each_leaf_is_known);
	tcase_add_test(tests, ranges_are_read_as_they_are_written);
	tcase_add_test(tests, packages_follow_one_another);
	suite_add_tcase(suite, tests);
	return suite;
}
