/* Versions of another state beside the store's own: when they count, who wrote them,
 * by which package they came, and where they lie. */
#include "mirror_fixture.h"
#include "register/as_of.h"
#include "register/contents.h"
#include "register/receipt_index.h"
#include "register/verification.h"

/* listing.c: bytes of rows that are kept at most. */
extern size_t listing_rows_limit;

static date_day day_of(const char *text)
{
	date_day day;

	ck_assert(date_parse(span_of(text), &day));
	return day;
}

/* ---- As of a day -------------------------------------------------------------------- */

struct told {
	const char *id;
	struct buffer text;
};

static void version_append(struct buffer *to, const struct vault_record *version)
{
	if (version)
		buffer_append_format(to, " %.*s@%u", (int)version->record.owner.size, version->record.owner.data,
		                     version->record.version);
	else
		buffer_append_text(to, " -");
}

static int told_take(void *context, const struct vault_record *now, const struct vault_record *before,
                     struct qorgan_error *why)
{
	struct told *told = context;

	(void)why;
	if (!span_is(now->record.id, told->id))
		return QORGAN_OK;
	version_append(&told->text, now);
	version_append(&told->text, before);
	return QORGAN_OK;
}

/* "now before" of one risk, as "KAZ@2 UZB@1"; "" if it is left out. */
static void expect_as_of(const char *id, struct as_of as_of, const char *wanted)
{
	struct told told = { .id = id };
	struct vault_view *view;

	as_of.compare = true;
	ck_ok(vault_view_begin(store, &view, &error));
	ck_ok(as_of_scan(view, kind("risk"), &as_of, told_take, &told, &error));
	vault_view_end(view);
	const char *text = buffer_text(&told.text);
	ck_assert_str_eq(*text ? text + 1 : text, wanted);
	buffer_free(&told.text);
}

#define FIRST(now, before) \
	(struct as_of){ .rule = AS_OF_FIRST, .recorded = INT64_MAX, .day = day_of(now), .earlier = day_of(before) }
#define RECORDED(now, before) \
	(struct as_of){ .rule = AS_OF_RECORDED, .recorded = INT64_MAX, .day = day_of(now), .earlier = day_of(before) }
#define RISK(title) "{\"domain\":\"CYB\",\"title\":{\"en\":\"" title "\"}}"

/* A measure that is added and assigned on one day was never without a lead. */
START_TEST(what_stands_in_is_how_its_first_day_left_it)
{
	static const char *const times[] = { "2026-03-01T08:00:00Z", "2026-03-01T08:00:01Z", "2026-03-01T23:59:59Z",
		                                 "2026-03-02T00:00:00Z" };
	static const int given[] = { 0, 1, 2, 3, -1 };
	struct owner owner = owner_make();

	for (uint32_t version = 1; version <= 4; version++) {
		owner.time = times[version - 1];
		owner_write(&owner, "risk", "KAZ-01", version, RISK("x"));
	}
	receive(&owner, given, "X1");
	expect_as_of("KAZ-01", FIRST("2026-02-28", "2026-01-31"), "KAZ@3 KAZ@3");
	expect_as_of("KAZ-01", FIRST("2026-03-01", "2026-02-28"), "KAZ@3 KAZ@3");
	expect_as_of("KAZ-01", FIRST("2026-03-02", "2026-02-28"), "KAZ@4 KAZ@3");
	owner_free(&owner);
}
END_TEST

START_TEST(the_oldest_held_stands_in)
{
	static const char *const times[] = { "2026-01-10T10:00:00Z", "2026-03-01T10:00:00Z", "2026-05-01T10:00:00Z",
		                                 "2026-06-01T10:00:00Z" };
	static const int given[] = { 1, 3, 6, -1 }; /* of four versions two, of another's three the last */
	struct owner owner = owner_make();

	for (uint32_t version = 1; version <= 4; version++) {
		owner.time = times[version - 1];
		owner_write(&owner, "risk", "KAZ-01", version, RISK("x"));
	}
	for (uint32_t version = 1; version <= 3; version++)
		owner_write(&owner, "risk", "KAZ-02", version, RISK("y"));
	receive(&owner, given, "X1");
	expect_as_of("KAZ-01", FIRST("2026-06-30", "2026-04-30"), "KAZ@4 KAZ@2");
	expect_as_of("KAZ-01", FIRST("2026-06-30", "2026-02-28"), "KAZ@4 KAZ@2");
	expect_as_of("KAZ-01", FIRST("2026-05-30", "2026-02-28"), "KAZ@2 KAZ@2");
	expect_as_of("KAZ-01", FIRST("2026-02-28", "2026-01-31"), "KAZ@2 KAZ@2");
	expect_as_of("KAZ-02", FIRST("2026-07-01", "2026-02-28"), "KAZ@3 KAZ@3");
	expect_as_of("KAZ-02", FIRST("2026-02-28", "2026-01-31"), "KAZ@3 KAZ@3");
	/* Without a receipt that says otherwise, by the owner's clock. */
	expect_as_of("KAZ-01", RECORDED("2026-06-30", "2026-02-28"), "KAZ@4 -");
	expect_as_of("KAZ-02", RECORDED("2026-02-28", "2026-01-31"), "");
	owner_free(&owner);
}
END_TEST

/* What the store does next is of that moment. */
static void move_to(const char *now)
{
	setenv("QORGAN_NOW", now, 1);
	fixture_shut();
	fixture_open();
}

static void receipt_put(const char *id, const char *leaves)
{
	struct vault_change *change;
	struct buffer body = { 0 };
	enum vault_outcome outcome;
	uint64_t number;

	buffer_append_format(&body,
	                     "{\"checkpoint\":\"" ORIGIN "\\n3\\n\",\"created\":\"2026-09-01T10:00:00Z\",\"digest\":\"00\","
	                     "\"first\":0,\"from\":\"KAZ\"%s%s%s,\"records\":9,\"size\":3}",
	                     *leaves ? ",\"leaves\":\"" : "", leaves, *leaves ? "\"" : "");
	ck_ok(vault_change_begin(store, NULL, NULL, &change, &error));
	ck_ok(vault_change_put(change, kind("receipt"), span_of(id), buffer_span(&body), VAULT_ANY, &outcome, &error));
	ck_ok(vault_change_commit(change, &number, &error));
	buffer_free(&body);
}

/* The own object of that id stands back for another state's. */
static void stand_back(const char *kind_name, const char *id, const char *domain)
{
	struct vault_change *change;
	struct vault_place own;
	struct vault_view *view;
	bool changed;

	ck_ok(vault_view_begin(store, &view, &error));
	ck_ok(vault_find_own(view, kind(kind_name), span_of(id), &own, &error));
	vault_view_end(view);
	ck_ok(vault_change_begin(store, NULL, NULL, &change, &error));
	ck_ok(mirror_change_stand_back(change, &own, true, &changed, &error));
	change_end(change, domain);
}

START_TEST(what_came_late_was_not_known_before)
{
	static const int given[] = { 0, 1, 2, -1 };
	struct owner owner = owner_make();

	owner_write(&owner, "risk", "CYB-01", 1, RISK("theirs"));
	owner.time = "2026-07-05T10:00:00Z";
	owner_write(&owner, "risk", "CYB-01", 2, RISK("theirs again"));
	owner_write(&owner, "risk", "CYB-02", 1, RISK("one version alone"));
	move_to("2026-09-10T10:00:00Z");
	receive(&owner, given, "X1");
	receipt_put("KAZ/1", "0-2");
	stand_back("risk", "CYB-01", "Y1");
	stand_back("risk", "CYB-02", "Y2");

	/* The own copy is of 2026-08-01, by which KAZ had written both. */
	struct as_of limited = FIRST("2026-08-20", "2026-06-30");
	expect_as_of("CYB-01", limited, "KAZ@2 KAZ@1");
	limited.recorded = (int64_t)day_of("2026-08-21") * 86400;
	expect_as_of("CYB-01", limited, "UZB@1 UZB@1");
	limited.recorded = (int64_t)day_of("2026-07-21") * 86400;
	expect_as_of("CYB-01", limited, "");
	limited.recorded = (int64_t)day_of("2026-09-11") * 86400;
	expect_as_of("CYB-01", limited, "KAZ@2 KAZ@1");

	expect_as_of("CYB-01", RECORDED("2026-09-30", "2026-08-31"), "KAZ@2 UZB@1");
	expect_as_of("CYB-02", RECORDED("2026-09-30", "2026-08-31"), "KAZ@1 UZB@1");
	expect_as_of("CYB-02", RECORDED("2026-08-31", "2026-08-15"), "UZB@1 UZB@1");
	expect_as_of("CYB-01", RECORDED("2026-08-31", "2026-08-15"), "UZB@1 UZB@1");
	expect_as_of("CYB-01", RECORDED("2026-10-31", "2026-09-30"), "KAZ@2 KAZ@2");
	expect_as_of("CYB-01", RECORDED("2026-07-31", "2026-06-30"), "");
	owner_free(&owner);
}
END_TEST

/* ---- Packages -------------------------------------------------------------------------- */

START_TEST(receipts_say_which_package_brought_a_version)
{
	static const int given[] = { 0, -1 };
	struct owner owner = owner_make();
	struct receipt_index *index;
	struct vault_view *view;
	size_t count;

	owner_write(&owner, "risk", "KAZ-01", 1, RISK("one"));
	receive(&owner, given, "X1");
	receipt_put("KAZ/7", "0,3-5");
	receipt_put("KAZ/7.1", "9-10,12");
	move_to("2026-09-10T10:00:00Z");
	receipt_put("KAZ/8", "1-2,11");
	receipt_put("KAZ/9", "");
	ck_ok(vault_view_begin(store, &view, &error));
	ck_ok(receipt_index_load(view, &index, &error));
	const struct receipt_facts *all = receipt_index_all(index, &count);
	ck_assert_uint_eq(count, 3);
	ck_assert_uint_eq(all[0].sequence, 7);
	ck_assert_uint_eq(all[0].versions, 7);
	ck_assert_str_eq(all[0].received, "2026-08-01T10:00:00Z");
	ck_assert_uint_eq(all[2].versions, 0);
	static const uint64_t packages[] = { 7, 8, 8, 7, 7, 7, 0, 0, 0, 7, 7, 8, 7, 0 };
	for (uint64_t leaf = 0; leaf < sizeof packages / sizeof packages[0]; leaf++) {
		const struct receipt_facts *facts = receipt_index_find(index, owner.log.number, leaf);
		ck_assert_uint_eq(facts ? facts->sequence : 0, packages[leaf]);
	}
	ck_assert_ptr_null(receipt_index_find(index, owner.log.number + 1u, 0));
	receipt_index_free(index);
	vault_view_end(view);
	owner_free(&owner);
}
END_TEST

START_TEST(a_receipt_names_what_it_brought)
{
	static const int given[] = { 0, 1, 2, -1 };
	struct owner owner = owner_make();
	struct vault_record receipt = { 0 };
	struct buffer text = { 0 };
	struct vault_view *view;
	uint64_t total;

	owner_write(&owner, "risk", "KAZ-01", 1, RISK("one"));
	owner_write(&owner, "risk", "KAZ-02", 1, RISK("other"));
	owner_write(&owner, "risk", "KAZ-01", 2, RISK("two"));
	receive(&owner, given, "X1");
	receipt_put("KAZ/1", "0,2");
	ck_ok(vault_view_begin(store, &view, &error));
	ck_ok(vault_get(view, kind("receipt"), span_of("KAZ/1"), 0, &receipt, &error));
	ck_ok(contents_each(view, &receipt, UINT64_MAX, contents_append, &text, &total, &error));
	ck_assert_uint_eq(total, 2);
	ck_assert_uint_eq(text.size, 2 * sizeof "risk KAZ-01@1");
	ck_assert_str_eq(text.data, "risk KAZ-01@1");
	ck_assert_str_eq(text.data + sizeof "risk KAZ-01@1", "risk KAZ-01@2");
	buffer_clear(&text);
	ck_ok(contents_each(view, &receipt, 1, contents_append, &text, &total, &error));
	ck_assert_uint_eq(total, 2);
	ck_assert_uint_eq(text.size, sizeof "risk KAZ-01@1");

	/* The commit holds the receipt alone. */
	buffer_clear(&text);
	ck_ok(vault_get_commit(view, receipt.record.commit, &receipt, &error));
	ck_ok(contents_each(view, &receipt, UINT64_MAX, contents_append, &text, &total, &error));
	ck_assert_str_eq(buffer_text(&text), "receipt KAZ/1@1 (2 of 9 records new)");
	vault_view_end(view);
	vault_record_free(&receipt);
	buffer_free(&text);
	owner_free(&owner);
}
END_TEST

/* ---- Users ------------------------------------------------------------------------------- */

START_TEST(users_of_two_states_are_two)
{
	static const int given[] = { 0, -1 };
	struct owner owner = owner_make();
	struct vault_view *view;
	const char *why;

	fixture_load("{\"kind\":\"status\",\"id\":\"CYB-01-M1/KGZ\",\"status\":\"completed\"}\n");
	owner.user = "tester"; /* as who opened this store is called */
	owner_write(&owner, "status", "CYB-01-M1/KAZ", 1, "{\"status\":\"completed\"}");
	receive(&owner, given, "X1");
	ck_ok(vault_view_begin(store, &view, &error));
	ck_assert_ptr_null(verification_refusal(view, span_of("CYB-01-M1/KAZ"), "tester", "tester"));
	why = verification_refusal(view, span_of("CYB-01-M1/KGZ"), "tester", "tester");
	ck_assert_ptr_nonnull(why);
	ck_assert_ptr_nonnull(strstr(why, "another user must"));
	ck_assert_ptr_null(verification_refusal(view, span_of("CYB-01-M1/KGZ"), "k", "tester"));
	vault_view_end(view);
	owner_free(&owner);
}
END_TEST

/* ---- Listings ------------------------------------------------------------------------------ */

static int row_take(void *context, const struct qorgan_row *row)
{
	buffer_append_format(context, "%s ", row->cells[0]);
	return 0;
}

START_TEST(rows_are_read_again_from_where_they_lie)
{
	static const int given[] = { 0, 1, 2, -1 };
	static const char *const sorts[] = { "id", "-id", "title", "-title" };
	const size_t limit = listing_rows_limit;
	struct owner owner = owner_make();

	/* Numbers of places that own risks have too. */
	owner_write(&owner, "risk", "KAZ-02", 1, RISK("Bridge"));
	owner_write(&owner, "risk", "AAA-01", 1, RISK("Zebra"));
	owner_write(&owner, "risk", "KAZ-01", 1, RISK("Mine"));
	receive(&owner, given, "X1");
	for (size_t i = 0; i < sizeof sorts / sizeof sorts[0]; i++) {
		struct qorgan_listing listing = { .kind = "risk", .columns = "id", .sort = sorts[i] };
		struct buffer kept = { 0 }, again = { 0 };
		listing_rows_limit = limit;
		ck_ok(qorgan_list(store, &listing, NULL, row_take, &kept, &error));
		ck_assert_ptr_nonnull(strstr(buffer_text(&kept), "AAA-01 "));
		listing_rows_limit = 0;
		ck_ok(qorgan_list(store, &listing, NULL, row_take, &again, &error));
		ck_assert_str_eq(buffer_text(&again), buffer_text(&kept));
		buffer_free(&kept);
		buffer_free(&again);
	}
	listing_rows_limit = limit;
	owner_free(&owner);
}
END_TEST

/* An own object that is not wanted has the number of another state's that is. */
START_TEST(a_second_scan_minds_whose_an_object_is)
{
	const struct qorgan_filter filter = { "domain", "WAT" };
	const struct qorgan_listing listing = { .kind = "risk", .columns = "id", .sort = "title", .filters = &filter,
		                                    .filter_count = 1 };
	const size_t limit = listing_rows_limit;
	struct owner owner = owner_make();
	struct buffer text = { 0 };
	struct vault_place own;
	struct vault_view *view;
	char id[16];
	int given[64];

	ck_ok(vault_view_begin(store, &view, &error));
	ck_ok(vault_find_own(view, kind("risk"), span_of("CYB-02"), &own, &error));
	vault_view_end(view);
	ck_assert_uint_lt(own.number, 60);
	for (uint64_t number = 0; number <= own.number; number++) {
		snprintf(id, sizeof id, "KAZ-%02u", (unsigned)number);
		owner_write(&owner, "risk", id, 1,
		            number < own.number ? RISK("Other") : "{\"domain\":\"WAT\",\"title\":{\"en\":\"Three\"}}");
		given[number] = (int)number;
	}
	given[own.number + 1] = -1;
	receive(&owner, given, "X1");
	listing_rows_limit = 0;
	ck_ok(qorgan_list(store, &listing, NULL, row_take, &text, &error));
	char wanted[32];
	snprintf(wanted, sizeof wanted, "WAT-01 %s ", id);
	ck_assert_str_eq(buffer_text(&text), wanted);
	buffer_free(&text);
	listing_rows_limit = limit;
	owner_free(&owner);
}
END_TEST

Suite *suite_joint(void);
Suite *suite_joint(void)
{
	Suite *suite = suite_create("joint");
	TCase *all = tcase_create("all");

	tcase_add_checked_fixture(all, set_up, tear_down);
	tcase_set_timeout(all, 60);
	tcase_add_test(all, what_stands_in_is_how_its_first_day_left_it);
	tcase_add_test(all, the_oldest_held_stands_in);
	tcase_add_test(all, what_came_late_was_not_known_before);
	tcase_add_test(all, receipts_say_which_package_brought_a_version);
	tcase_add_test(all, a_receipt_names_what_it_brought);
	tcase_add_test(all, users_of_two_states_are_two);
	tcase_add_test(all, rows_are_read_again_from_where_they_lie);
	tcase_add_test(all, a_second_scan_minds_whose_an_object_is);
	suite_add_tcase(suite, all);
	return suite;
}
