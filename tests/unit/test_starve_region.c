/* What one state's store holds of another's, read, received, sent, examined and renewed while calls fail. */
#include "record/reader.h"
#include "region_read.h"
#include "starve_fixture.h"
#include "store/partner_secret.h"

Suite *suite_starve_region(void);

/* What is read without an error is all of it. */
static void read_judge(int code)
{
	static struct region_read expected;

	if (!code && !expected.records)
		expected = region_read;
	ck_assert(code || memcmp(&region_read, &expected, sizeof expected) == 0);
}

static int stats(void)
{
	char *json = NULL;
	int code = qorgan_stats(store, &json, &error);

	free(json);
	return code;
}

START_TEST(reading)
{
	static const struct starve_work works[] = {
		{ .name = "read", .run = region_read_all, .judge = read_judge },
		{ .name = "stats", .run = stats },
		{ .name = "verify", .run = starve_verify, .judge = store_open_again, .also = QORGAN_NO },
	};

	STARVE_TRIALS(works);
}
END_TEST

/* ---- Packages ------------------------------------------------------------------------------ */

static bool is_pending; /* a package of KAZ that could not be taken in: it is, the next time */

static void kaz_prepare(void)
{
	char body[300];

	if (is_pending)
		ck_ok(receive_in(store, "next.age"));
	snprintf(body, sizeof body, "{\"lead\":\"KAZ\",\"marking\":\"TLP:GREEN\",\"release\":[\"UZB\"],\"risks\":[\"CYB-01\"],"
	         "\"title\":{\"en\":\"Channel %u\"}}", starve_round());
	ck_ok(put_in(kaz, "measure", "CYB-01-M1", body));
	ck_ok(export_to(kaz, "UZB", "next.age"));
}

static int receive(void)
{
	return receive_in(store, "next.age");
}

static void received(int code)
{
	is_pending = code != QORGAN_OK;
}

static void own_prepare(void)
{
	char title[40];

	snprintf(title, sizeof title, "Title %u", starve_round());
	fixture_set("risk", "CYB-01", "title.en", title);
}

static int send(void)
{
	return export_to(store, "KAZ", "sent.age");
}

START_TEST(packages)
{
	static const struct starve_work works[] = {
		{ .name = "send", .run = send, .prepare = own_prepare }, /* files: a release that is on record */
		{ .name = "receive", .run = receive, .prepare = kaz_prepare, .judge = received, .kinds = STARVE_ALL_KINDS },
	};

	STARVE_TRIALS(works);
}
END_TEST

/* ---- New keys, and a secret that is shared ---------------------------------------------------- */

static int share(void)
{
	struct qorgan_change *change = NULL;
	int code = qorgan_change_begin(store, NULL, NULL, &change, &error);

	if (!code)
		code = qorgan_change_object(change, "partner", "KAZ", QORGAN_EDIT, 0, &error);
	if (!code)
		code = qorgan_change_secret(change, place("secret"), &error);
	if (!code)
		code = qorgan_change_commit(change, &result, &error);
	qorgan_change_free(change);
	return code;
}

static void secret_prepare(void)
{
	char text[60];

	snprintf(text, sizeof text, "the secret of the two, number %u", starve_round());
	file_write_text("secret", text);
	ck_assert_int_eq(chmod(place("secret"), 0600), 0);
}

static int rekey(void)
{
	return qorgan_rekey(store, &how, &result, &error);
}

static int rekey_go_on(void)
{
	uint64_t rows;

	return qorgan_rekey_go_on(store, &rows, &error);
}

static void rekey_settle(void)
{
	ck_ok(rekey_go_on());
}

static void rekey_present(void)
{
	rekey_settle();
	ck_ok(rekey());
}

static int successor(void)
{
	struct qorgan_card card;
	char *text = NULL;
	int code = qorgan_card_successor(store, 0, &card, &text, &error);

	free(text);
	return code;
}

/* As an export does it. */
static int secret_read(void)
{
	struct vault_record record = { 0 };
	struct vault_view *view = NULL;
	struct span since = { 0 };
	char *secret = secret_alloc(PARTNER_SECRET_LIMIT);
	int code = secret ? vault_view_begin(store, &view, &error) : error_set_memory(&error);

	if (!code)
		code = vault_get(view, schema_find("partner", 7), span_of("KAZ"), 0, &record, &error);
	if (!code) {
		reader_find(record.record.body, "secret_since", &since);
		code = partner_secret_get(view, "KAZ", partner_secret_since(since), secret, &error);
	}
	if (!code && strncmp(secret, "the secret of the two", 21) != 0)
		code = error_set(&error, QORGAN_NO, "another secret");
	vault_record_free(&record);
	vault_view_end(view);
	secret_free(secret);
	return code;
}

START_TEST(new_keys)
{
	static const struct starve_work works[] = {
		{ .name = "share a secret", .run = share, .prepare = secret_prepare },
		{ .name = "read the secret", .run = secret_read },
		{ .name = "rekey", .run = rekey, .prepare = rekey_settle },
		{ .name = "rekey, going on", .run = rekey_go_on, .prepare = rekey_present },
		{ .name = "the successor's card", .run = successor },
		{ .name = "read again", .run = region_read_all },
	};

	STARVE_TRIALS(works);
}
END_TEST

static void set_up(void)
{
	region_make();
	ck_ok(attach_to(store, "CYB-01-M2", "in-progress", NULL, place("one.age"), region_file));
	fixture_shut();
	fixture_open(); /* by the file of the identity, which opens it again */
}

Suite *suite_starve_region(void)
{
	const TTest *const all[] = { reading, packages, new_keys };
	static const char *const names[] = { "reading", "packages", "new_keys" };
	Suite *suite = suite_create("starve region");

	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		starve_case(suite, names[i], set_up, region_close, all[i]);
	return suite;
}
