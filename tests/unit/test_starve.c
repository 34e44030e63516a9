/* What becomes of the store when an allocation or a call of the engine fails, at any place of a
 * piece of work: it fails with the code for that and a message, and the store is as before; or it
 * did without, and is done in full. Want of memory may look like something else as long as it was
 * counted: see base/memory.h. QORGAN_STARVE is how many places of each are tried. */
#include "base/memory.h"
#include "mirror_fixture.h"
#include "qorgan/backup.h"
#include "qorgan/card.h"
#include "qorgan/custody.h"
#include "qorgan/doctor.h"
#include "starve.h"
#include "store/verify.h"

Suite *suite_starve(void);

static const struct qorgan_custody how = { NULL, "a test" };
static struct qorgan_commit result;
static unsigned round_number; /* so that what is made anew has another name */

/* ---- Trials ---------------------------------------------------------------------------- */

struct work {
	const char *name;
	int (*run)(void);
	void (*prepare)(void);      /* before each run, or NULL */
	int also;                   /* a code that may come of it as well */
};

/* The newest checkpoint: it holds the root over all that was ever written. */
static void state_take(struct buffer *note)
{
	struct vault_view *view = NULL;

	buffer_clear(note);
	if (!store)
		return;
	ck_ok(vault_view_begin(store, &view, &error));
	ck_ok(vault_checkpoint(view, note, &error));
	vault_view_end(view);
}

static uint64_t run_starved(const struct work *work, enum starve kind, uint64_t at, struct buffer *before, int *code)
{
	round_number++;
	if (work->prepare)
		work->prepare();
	state_take(before);
	memset(&error, 0, sizeof error);
	starve_from(kind, at);
	*code = work->run();
	return starve_end();
}

static void finding_fail(void *context, const char *what, const char *object, const char *advice)
{
	(void)advice;
	ck_abort_msg("%s: %s: %s", (const char *)context, object, what);
}

static void starve_kind(const struct work *work, enum starve kind)
{
	static const int codes[STARVE_KINDS] = { QORGAN_INTERNAL, QORGAN_IO };
	const char *given = getenv("QORGAN_STARVE");
	uint64_t most = given ? strtoull(given, NULL, 10) : 12, failed = 0;
	struct buffer before = { 0 }, after = { 0 };
	struct qorgan_verification verification;
	int code;

	uint64_t calls = run_starved(work, kind, 0, &before, &code), failures;
	ck_assert_msg(!code, "%s: %d %s", work->name, code, error.message);
	uint64_t step = calls / most + 1;
	for (uint64_t at = 1; at <= calls; at += step) {
		failures = memory_failures();
		run_starved(work, kind, at, &before, &code);
		if (kind == STARVE_MEMORY && code && memory_failures() != failures)
			code = QORGAN_INTERNAL;
		if (!code)
			continue;
		failed++;
		ck_assert_msg(code == codes[kind] || code == work->also, "%s, %s %lu: %d %s", work->name,
		              kind == STARVE_MEMORY ? "allocation" : "engine", (unsigned long)at, code, error.message);
		ck_assert_msg(error.message[0] != '\0', "%s, %lu: no message", work->name, (unsigned long)at);
		state_take(&after);
		ck_assert_msg(span_equal(buffer_span(&before), buffer_span(&after)), "%s, %lu: written all the same", work->name,
		              (unsigned long)at);
	}
	ck_assert_msg(calls < 2 || failed, "%s: nothing failed in %lu calls", work->name, (unsigned long)calls);
	if (store)
		ck_assert_msg(!vault_verify(store, finding_fail, (void *)work->name, &verification, &error), "%s: %s", work->name,
		              error.message);
	buffer_free(&before);
	buffer_free(&after);
}

static void starve(const struct work *works, size_t count)
{
	for (size_t i = 0; i < count; i++)
		for (int kind = 0; kind < STARVE_KINDS; kind++)
			starve_kind(&works[i], kind);
}

#define STARVE(works) starve(works, sizeof(works) / sizeof *(works))

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

	snprintf(title, sizeof title, "title %u", round_number);
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

	snprintf(text, sizeof text, "minutes of meeting %u", round_number);
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
	         round_number, round_number, round_number, round_number);
	file_write_text("lines.jsonl", text);
	snprintf(text, sizeof text, "kind,id,title.en,domain\nrisk,WAT-9%u,\"A \"\"flood\"\"\",WAT\n", round_number);
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

static int dump_all(void)
{
	FILE *to = fopen("/dev/null", "w");
	int code = qorgan_dump(store, NULL, "jsonl", to, &error);

	if (!code)
		code = qorgan_dump(store, "measure", "csv", to, &error);
	fclose(to);
	return code;
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
	static const struct work works[] = {
		{ "edit", edit, NULL, 0 },
		{ "attach", attach, evidence_prepare, 0 },
		{ "load lines", load_lines, lines_prepare, 0 },
		{ "load csv", load_csv, lines_prepare, 0 },
		{ "dump", dump_all, NULL, 0 },
		{ "stats", stats, NULL, 0 },
	};

	fixture_make();
	STARVE(works);
	fixture_close();
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

	snprintf(name, sizeof name, "made-%u", round_number);
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
	static const struct work works[] = {
		{ "create", create, recipient_make, 0 },
		{ "open", open_again, NULL, 0 },
	};

	fixture_make();
	fixture_shut();
	fixture_open();
	fixture_shut();
	STARVE(works);
	fixture_open();
	fixture_close();
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
	snprintf(user, sizeof user, "user-%u", round_number);
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
	static const struct work works[] = {
		{ "user add", user_add, user_prepare, 0 },
		{ "user role", user_role, user_present, 0 },
		{ "user retire", user_retire, user_present, 0 },
		{ "slot add", slots_change, slot_present, 0 },
	};

	fixture_make();
	STARVE(works);
	fixture_close();
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
	static const struct work works[] = {
		{ "rekey", rekey, rekey_settle, 0 },
		{ "rekey, going on", rekey_go_on, rekey_present, 0 },
		{ "card", card, NULL, 0 },
	};

	fixture_make();
	STARVE(works);
	fixture_close();
}
END_TEST

/* ---- Examining, and backups ------------------------------------------------------------ */

static void finding_ignore(void *context, const char *what, const char *object, const char *advice)
{
	(void)context, (void)what, (void)object, (void)advice;
}

/* What could not be opened again by who examined it is of no more use: it says so, and is. */
static int examined(int code)
{
	struct vault_view *view = NULL;
	struct qorgan_error why;

	starve_end();
	if (store->engine)
		return code;
	ck_assert_int_eq(vault_view_begin(store, &view, &why), QORGAN_IO);
	fixture_shut();
	fixture_open();
	return code;
}

static int verify(void)
{
	struct qorgan_verification verification;

	return examined(qorgan_verify(store, finding_ignore, NULL, &verification, &error));
}

static void diagnosis_ignore(void *context, const struct qorgan_diagnosis *diagnosis)
{
	(void)context, (void)diagnosis;
}

static int doctor(void)
{
	char path[120], identity_path[120];
	const char *files[] = { identity_path, NULL };
	const struct qorgan_keys keys = { .identity = identity_path };
	const struct qorgan_doctor asked = { .path = path, .keys = &keys, .key_files = files, .tell = diagnosis_ignore };
	struct qorgan_doctor_result found;

	snprintf(path, sizeof path, "%s/store", fixture_folder);
	snprintf(identity_path, sizeof identity_path, "%s/identity", fixture_folder);
	return qorgan_doctor(&asked, &found, &error);
}

static int backup_make(void)
{
	const char *recipients[] = { recipient };
	char path[120];
	const struct qorgan_keys none = { 0 };
	const struct qorgan_backup backup = { .output = path, .replace = true, .recipients = recipients,
		                                  .recipient_count = 1, .keys = &none };
	struct qorgan_backup_facts facts;

	snprintf(path, sizeof path, "%s/backup", fixture_folder);
	return qorgan_backup_make(store, &backup, &facts, &error);
}

static void recipient_own(void)
{
	uint8_t identity[32], public[32];

	ck_assert(age_identity_parse(fixture_identity, strlen(fixture_identity), identity));
	age_identity_recipient(identity, public);
	age_recipient_format(public, recipient);
}

static int backup_check(void)
{
	char file[120], path[120], identity_path[120];
	const struct qorgan_keys keys = { .identity = identity_path };
	const struct qorgan_restore restore = { .file = file, .path = path, .keys = &keys, .finding = finding_ignore };
	struct qorgan_restored restored = { 0 };

	snprintf(file, sizeof file, "%s/backup", fixture_folder);
	snprintf(path, sizeof path, "%s/checked", fixture_folder);
	snprintf(identity_path, sizeof identity_path, "%s/identity", fixture_folder);
	int code = qorgan_backup_check(&restore, &restored, &error);
	qorgan_restored_free(&restored);
	return code;
}

static int backup_restore(void)
{
	char file[120], path[120], identity_path[120];
	const struct qorgan_keys keys = { .identity = identity_path };
	const struct qorgan_restore restore = { .file = file, .path = path, .keys = &keys, .older = true };
	struct qorgan_restored restored = { 0 };

	snprintf(file, sizeof file, "%s/backup", fixture_folder);
	snprintf(path, sizeof path, "%s/store", fixture_folder);
	snprintf(identity_path, sizeof identity_path, "%s/identity", fixture_folder);
	int code = qorgan_backup_restore(&restore, &restored, &error);
	qorgan_restored_free(&restored);
	return code;
}

/* Whatever came of the run before, there is a store, and it is whole. */
static void store_is_there(void)
{
	struct qorgan_verification verification;

	fixture_open();
	ck_ok(qorgan_verify(store, finding_fail, "restoring", &verification, &error));
	fixture_shut();
}

START_TEST(examining_and_backups)
{
	static const struct work works[] = {
		{ "verify", verify, NULL, QORGAN_NO },
		{ "backup", backup_make, NULL, 0 },
		{ "backup, checked", backup_check, NULL, QORGAN_NO },
	};
	/* It opens the store itself. */
	static const struct work shut[] = {
		{ "doctor", doctor, NULL, QORGAN_NO },
	};

	fixture_make();
	fixture_shut();
	fixture_open();
	recipient_own();
	STARVE(works);
	fixture_shut();
	STARVE(shut);
	fixture_close();
}
END_TEST

START_TEST(restoring)
{
	static const struct work works[] = {
		{ "restore", backup_restore, store_is_there, QORGAN_BAD_DATA },
	};

	fixture_make();
	fixture_shut();
	fixture_open();
	recipient_own();
	ck_ok(backup_make());
	fixture_shut();
	STARVE(works);
	store_is_there();
	fixture_close();
}
END_TEST

/* ---- What another state hands over ----------------------------------------------------- */

static struct owner owner;
static struct buffer owner_hashes, owner_note;

static void owner_prepare(void)
{
	owner_free(&owner);
	owner = owner_make();
	owner_write(&owner, "domain", "ENV", 1, "{\"title\":{\"en\":\"Env\"}}");
	owner_write(&owner, "risk", "ENV-01", 1, "{\"domain\":\"ENV\",\"title\":{\"en\":\"Heat\"}}");
	owner_write(&owner, "risk", "ENV-01", 2, "{\"domain\":\"ENV\",\"title\":{\"en\":\"Hot\"}}");
	owner_write(&owner, "commit", "1", 1, "{\"versions\":3}");
	buffer_clear(&owner_hashes);
	for (size_t i = 0; i < owner.count; i++) {
		uint8_t hash[32];
		merkle_hash_leaf(owner.records[i].data, owner.records[i].size, hash);
		buffer_append(&owner_hashes, hash, sizeof hash);
		merkle_append(&owner.log.tree, hash, NULL, NULL);
	}
	owner_sign(&owner);
	buffer_clear(&owner_note);
	buffer_append_span(&owner_note, buffer_span(&owner.log.note));
	memset(&owner.log.tree, 0, sizeof owner.log.tree);
}

/* As owner_give, without a word of the test's own in between. */
static int owner_hand_over(struct vault_change *change, const int *given)
{
	struct mirror_put put;
	struct record record;
	int code = mirror_change_log(change, &owner.log, &error);

	if (!code)
		code = mirror_change_leaves(change, &owner.log, buffer_span(&owner_hashes), &error);
	for (; !code && *given >= 0; given++) {
		code = record_parse(buffer_span(&owner.records[*given]), &record, &error);
		if (!code)
			code = mirror_change_put(change, &owner.log, (uint64_t)*given, &record,
			                         schema_find(record.kind.data, record.kind.size), &put, &error);
	}
	return code;
}

static int owner_receive(void)
{
	static const int given[] = { 0, 2, 3, -1 };
	struct vault_change *change = NULL;
	enum vault_outcome outcome;
	uint64_t number;
	char id[20];
	int code = vault_change_begin(store, NULL, NULL, &change, &error);

	snprintf(id, sizeof id, "X%u", round_number);
	if (!code)
		code = owner_hand_over(change, given);
	if (!code) {
		buffer_clear(&owner.log.note);
		buffer_append_span(&owner.log.note, buffer_span(&owner_note));
		code = mirror_change_settle(change, &owner.log, &error);
	}
	if (!code)
		code = vault_change_put(change, kind("domain"), span_of(id), span_of("{\"title\":{\"en\":\"x\"}}"), VAULT_ANY,
		                        &outcome, &error);
	if (code) {
		vault_change_abandon(change);
		return code;
	}
	return vault_change_commit(change, &number, &error);
}

static int verify_all(void)
{
	struct qorgan_verification verification;

	return examined(vault_verify(store, finding_ignore, NULL, &verification, &error));
}

START_TEST(what_others_hand_over)
{
	static const struct work works[] = {
		{ "receive", owner_receive, owner_prepare, 0 },
		{ "verify others", verify_all, NULL, QORGAN_NO },
		{ "dump others", dump_all, NULL, 0 },
	};

	set_up();
	STARVE(works);
	owner_free(&owner);
	buffer_free(&owner_hashes);
	buffer_free(&owner_note);
	tear_down();
}
END_TEST

/* Each alone is had by CK_RUN_CASE=NAME. */
static void add(Suite *suite, const char *name, const TTest *test)
{
	TCase *tests = tcase_create(name);

	tcase_set_timeout(tests, 600);
	tcase_add_test(tests, test);
	suite_add_tcase(suite, tests);
}

Suite *suite_starve(void)
{
	Suite *suite = suite_create("starve");

	add(suite, "daily_work", daily_work);
	add(suite, "making_and_opening", making_and_opening);
	add(suite, "users", users);
	add(suite, "new_keys", new_keys);
	add(suite, "examining_and_backups", examining_and_backups);
	add(suite, "restoring", restoring);
	add(suite, "what_others_hand_over", what_others_hand_over);
	return suite;
}
