/* What becomes of the store when want of memory or of the engine meets daily work, users and
 * new keys: starve_fixture.h says how that is judged. */
#include "qorgan/card.h"
#include "qorgan/custody.h"
#include "starve_fixture.h"

Suite *suite_starve(void);

static const struct qorgan_custody how = { NULL, "a test" };
static struct qorgan_commit result;

/* ---- What a liaison does --------------------------------------------------------------- */

static const char *place(const char *name)
{
	static char path[120];

	snprintf(path, sizeof path, "%s/%s", fixture_folder, name);
	return path;
}

static void file_write_text(const char *name, const char *text)
{
	FILE *file = fopen(place(name), "w");

	ck_assert_ptr_nonnull(file);
	fputs(text, file);
	ck_assert_int_eq(fclose(file), 0);
}

static int edit(void)
{
	struct qorgan_change *change = NULL;
	char title[40];
	int code = qorgan_change_begin(store, NULL, "an edit", &change, &error);

	snprintf(title, sizeof title, "title %u", starve_round());
	if (!code)
		code = qorgan_change_object(change, "risk", "CYB-01", QORGAN_EDIT, 0, &error);
	if (!code)
		code = qorgan_change_set(change, "title.en", title, &error);
	if (!code)
		code = qorgan_change_commit(change, &result, &error);
	qorgan_change_free(change);
	return code;
}

static void evidence_prepare(void)
{
	char text[60];

	snprintf(text, sizeof text, "minutes of meeting %u", starve_round());
	file_write_text("minutes.txt", text);
}

static int attach(void)
{
	struct qorgan_change *change = NULL;
	char id[65];
	int code = qorgan_change_begin(store, NULL, NULL, &change, &error);

	if (!code)
		code = qorgan_change_status(change, "CYB-01-M1", NULL, "in-progress", NULL, &error);
	if (!code)
		code = qorgan_change_attach(change, place("minutes.txt"), id, &error);
	if (!code)
		code = qorgan_change_commit(change, &result, &error);
	qorgan_change_free(change);
	return code;
}

static void lines_prepare(void)
{
	char text[400];

	snprintf(text, sizeof text,
	         "{\"kind\":\"risk\",\"id\":\"CYB-9%u\",\"domain\":\"CYB\",\"title\":{\"en\":\"T%u\"}}\n"
	         "{\"kind\":\"measure\",\"id\":\"CYB-9%u-M1\",\"risks\":[\"CYB-9%u\"],\"title\":{\"en\":\"M\"},\"lead\":\"UZB\"}\n",
	         starve_round(), starve_round(), starve_round(), starve_round());
	file_write_text("lines.jsonl", text);
	snprintf(text, sizeof text, "kind,id,title.en,domain\nrisk,WAT-9%u,\"A \"\"flood\"\"\",WAT\n", starve_round());
	file_write_text("risk.csv", text);
}

static int load_file(const char *name)
{
	const char *paths[] = { place(name) };
	const struct qorgan_load load = { .paths = paths, .count = 1, .message = "from a test" };

	return qorgan_load(store, &load, &result, &error);
}

static int load_lines(void)
{
	return load_file("lines.jsonl");
}

static int load_csv(void)
{
	return load_file("risk.csv");
}

static int stats(void)
{
	char *json = NULL;
	int code = qorgan_stats(store, &json, &error);

	free(json);
	return code;
}

START_TEST(daily_work)
{
	static const struct starve_work works[] = {
		{ .name = "edit", .run = edit },
		{ .name = "attach", .run = attach, .prepare = evidence_prepare },
		{ .name = "load lines", .run = load_lines, .prepare = lines_prepare },
		{ .name = "load csv", .run = load_csv, .prepare = lines_prepare },
		{ .name = "dump", .run = starve_dump },
		{ .name = "stats", .run = stats },
	};

	STARVE_TRIALS(works);
}
END_TEST

/* ---- Making and opening stores --------------------------------------------------------- */

static struct qorgan_store *other;
static char recipient[AGE_RECIPIENT_TEXT];

static void recipient_make(void)
{
	uint8_t identity[32], public[32];

	randombytes_buf(identity, sizeof identity);
	age_identity_recipient(identity, public);
	age_recipient_format(public, recipient);
}

static int create(void)
{
	char name[40], path[120];
	const struct qorgan_creation creation = { .state = "UZB", .user = "maker", .recipient = recipient };

	snprintf(name, sizeof name, "made-%u", starve_round());
	snprintf(path, sizeof path, "%s", place(name));
	int code = qorgan_store_create(path, &creation, &other, &error);
	uint64_t calls = starve_end();
	if (!code)
		qorgan_store_close(other);
	else
		ck_assert_msg(access(path, F_OK) != 0, "call %lu of making a store: something is left", (unsigned long)calls);
	return code;
}

static int open_again(void)
{
	char path[120], identity_path[120];
	const struct qorgan_keys keys = { .identity = identity_path };

	snprintf(path, sizeof path, "%s/store", fixture_folder);
	snprintf(identity_path, sizeof identity_path, "%s/identity", fixture_folder);
	int code = qorgan_store_open(path, &keys, 0, &other, &error);
	if (!code)
		qorgan_store_close(other);
	return code;
}

START_TEST(making_and_opening)
{
	static const struct starve_work works[] = {
		{ .name = "create", .run = create, .prepare = recipient_make },
		{ .name = "open", .run = open_again },
	};

	fixture_shut();
	fixture_open(); /* which writes the identity down */
	fixture_shut();
	STARVE_TRIALS(works);
	fixture_open();
}
END_TEST

/* ---- Custody --------------------------------------------------------------------------- */

static char user[40];

/* Slots are few: the user of the run before gives theirs back. */
static void user_prepare(void)
{
	if (user[0])
		qorgan_user_retire(store, user, "made way", &how, &result, &error);
	recipient_make();
	snprintf(user, sizeof user, "user-%u", starve_round());
}

static int user_add(void)
{
	const struct qorgan_door door = { .recipient = recipient };

	return qorgan_user_add(store, user, "liaison", &door, &how, &result, &error);
}

static void user_present(void)
{
	user_prepare();
	ck_ok(user_add());
}

static void slot_present(void)
{
	user_present();
	recipient_make();
}

static int user_role(void)
{
	return qorgan_user_role(store, user, "admin", &how, &result, &error);
}

static int user_retire(void)
{
	return qorgan_user_retire(store, user, "gone", &how, &result, &error);
}

static int slots_change(void)
{
	const struct qorgan_door door = { .recipient = recipient };
	uint8_t number;

	return qorgan_slot_add(store, user, &door, &how, &number, &result, &error);
}

START_TEST(users)
{
	static const struct starve_work works[] = {
		{ .name = "user add", .run = user_add, .prepare = user_prepare },
		{ .name = "user role", .run = user_role, .prepare = user_present },
		{ .name = "user retire", .run = user_retire, .prepare = user_present },
		{ .name = "slot add", .run = slots_change, .prepare = slot_present },
	};

	STARVE_TRIALS(works);
}
END_TEST

static int rekey(void)
{
	return qorgan_rekey(store, &how, &result, &error);
}

static int rekey_go_on(void)
{
	uint64_t rows;

	return qorgan_rekey_go_on(store, &rows, &error);
}

static void rekey_present(void)
{
	uint64_t rows;

	ck_ok(qorgan_rekey_go_on(store, &rows, &error));
	ck_ok(rekey());
}

static void rekey_settle(void)
{
	uint64_t rows;

	ck_ok(qorgan_rekey_go_on(store, &rows, &error));
}

static int card(void)
{
	struct qorgan_card shown;
	char *text = NULL;
	int code = qorgan_card_make(store, NULL, &shown, &text, &error);

	free(text);
	return code;
}

START_TEST(new_keys)
{
	static const struct starve_work works[] = {
		{ .name = "rekey", .run = rekey, .prepare = rekey_settle },
		{ .name = "rekey, going on", .run = rekey_go_on, .prepare = rekey_present },
		{ .name = "card", .run = card },
	};

	STARVE_TRIALS(works);
}
END_TEST

Suite *suite_starve(void)
{
	Suite *suite = suite_create("starve");

	starve_case(suite, "daily_work", fixture_make, fixture_close, daily_work);
	starve_case(suite, "making_and_opening", fixture_make, fixture_close, making_and_opening);
	starve_case(suite, "users", fixture_make, fixture_close, users);
	starve_case(suite, "new_keys", fixture_make, fixture_close, new_keys);
	return suite;
}
