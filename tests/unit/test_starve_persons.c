/* Who may do what, and agrees to what, while calls fail. */
#include "qorgan/policy.h"
#include "qorgan/recovery.h"
#include "region_fixture.h"
#include "starve_trials.h"
#include "store/verify.h"

Suite *suite_starve_persons(void);

static char first_identity[AGE_IDENTITY_TEXT], second_identity[AGE_IDENTITY_TEXT],
	third_identity[AGE_IDENTITY_TEXT], name[40];
static char request[20]; /* that waits */
static uint8_t slot;     /* that a user may lose */

static void recipient_make(char identity_text[AGE_IDENTITY_TEXT])
{
	uint8_t identity[32], public[32];

	randombytes_buf(identity, sizeof identity);
	age_identity_recipient(identity, public);
	age_recipient_format(public, recipient);
	age_identity_format(identity, identity_text);
}

static int user_add(const char *user, const char *role)
{
	const struct qorgan_door door = { .recipient = recipient };

	return qorgan_user_add(store, user, role, &door, &how, &result, &error);
}

static void open_as(const char *identity)
{
	fixture_shut();
	memcpy(fixture_identity, identity, sizeof fixture_identity);
	fixture_open();
}

/* ---- Users and their slots --------------------------------------------------------------- */

static bool slot_is_left; /* of a run that failed */

static int slot_remove(void)
{
	return qorgan_slot_remove(store, "second", slot, &how, &result, &error);
}

static void slot_prepare(void)
{
	const struct qorgan_door door = { .recipient = recipient };
	char identity[AGE_IDENTITY_TEXT];

	if (slot_is_left)
		ck_ok(slot_remove());
	recipient_make(identity);
	ck_ok(qorgan_slot_add(store, "second", &door, &how, &slot, &result, &error));
}

static void slot_judge(int code)
{
	slot_is_left = code != QORGAN_OK;
}

static int user_confirm(void)
{
	return qorgan_user_confirm(store, "third", &how, &result, &error);
}

/* A liaison changes the own door, which nobody has endorsed then. */
static void door_prepare(void)
{
	const struct qorgan_door door = { .recipient = recipient };

	open_as(third_identity);
	recipient_make(third_identity);
	ck_ok(qorgan_door_change(store, &door, &how, &result, &error));
	open_as(first_identity);
}

static int door_change(void)
{
	const struct qorgan_door door = { .recipient = recipient };

	return qorgan_door_change(store, &door, &how, &result, &error);
}

static void recipient_again(void)
{
	uint8_t identity[32], public[32];

	ck_assert(age_identity_parse(first_identity, strlen(first_identity), identity));
	age_identity_recipient(identity, public);
	age_recipient_format(public, recipient);
}

static int keeper_each(void *context, const struct qorgan_keeper *keeper, struct qorgan_error *why)
{
	(void)context, (void)keeper, (void)why;
	return QORGAN_OK;
}

static int keepers(void)
{
	return qorgan_keepers(store, keeper_each, NULL, &error);
}

START_TEST(slots)
{
	static const struct starve_work works[] = {
		{ .name = "confirm a user", .run = user_confirm, .prepare = door_prepare },
		{ .name = "another door", .run = door_change, .prepare = recipient_again },
		{ .name = "the keepers", .run = keepers },
		{ .name = "remove a slot", .run = slot_remove, .prepare = slot_prepare, .judge = slot_judge },
	};

	STARVE_TRIALS(works);
}
END_TEST

/* ---- Recovery -------------------------------------------------------------------------------- */

static char (*shares)[QORGAN_SHARE_SIZE];
static uint8_t recovery_slot;

static int shares_keep(void *context, uint8_t number, const char (*made)[QORGAN_SHARE_SIZE], struct qorgan_error *why)
{
	(void)context, (void)why;
	memcpy(shares, made, 3 * QORGAN_SHARE_SIZE);
	recovery_slot = number;
	return QORGAN_OK;
}

static int recovery_make(void)
{
	return qorgan_recovery_make(store, 2, 3, &how, shares_keep, NULL, &result, &error);
}

static void recovery_remove(int code)
{
	struct qorgan_error why = error;

	if (!code)
		ck_ok(qorgan_slot_remove(store, "tester", recovery_slot, &how, &result, &error));
	error = why;
}

static struct qorgan_store *opened;

static int open_recovered(void)
{
	uint8_t *identity = qorgan_secret_alloc(32);
	const struct qorgan_keys keys = { .recovered = identity };
	char path[120];

	snprintf(path, sizeof path, "%s/store", fixture_folder);
	int code = identity ? qorgan_shares_join((const char (*)[QORGAN_SHARE_SIZE])shares, 2, identity, &error)
	                    : error_set_memory(&error);
	if (!code)
		code = qorgan_store_open(path, &keys, 0, &opened, &error);
	qorgan_secret_free(identity);
	return code;
}

static void opened_close(int code)
{
	if (!code)
		qorgan_store_close(opened);
}

START_TEST(recovery)
{
	static const struct starve_work make[] = {
		{ .name = "recovery", .run = recovery_make, .judge = recovery_remove },
	};
	static const struct starve_work use[] = {
		{ .name = "opening by shares", .run = open_recovered, .judge = opened_close, .kinds = STARVE_ALL_KINDS,
		  .also = QORGAN_DENIED },
	};

	shares = qorgan_secret_alloc(QORGAN_SHARES_LIMIT * QORGAN_SHARE_SIZE);
	ck_assert_ptr_nonnull(shares);
	STARVE_TRIALS(make);
	ck_ok(recovery_make());
	fixture_shut();
	STARVE_TRIALS(use);
	fixture_open();
	qorgan_secret_free(shares);
}
END_TEST

/* ---- What more than one agree to ---------------------------------------------------------------- */

static int policy_require(void)
{
	return qorgan_policy_require(store, 2, "release,user", &how, &result, &error);
}

static int user_wanted(void)
{
	return user_add(name, "reader");
}

static void name_make(void)
{
	char identity[AGE_IDENTITY_TEXT];

	recipient_make(identity);
	snprintf(name, sizeof name, "wanted-%u", starve_round());
}

/* A request that waits, and whoever may agree to it. */
static void request_prepare(void)
{
	const char *at;

	open_as(second_identity);
	name_make();
	ck_assert_int_eq(user_wanted(), QORGAN_BUSY);
	at = strstr(error.message, "approve r");
	ck_assert_ptr_nonnull(at);
	snprintf(request, sizeof request, "%.*s", (int)strcspn(at + 8, " :,."), at + 8);
	open_as(first_identity);
}

static int request_approve(void)
{
	unsigned missing;

	return qorgan_request_approve(store, request, &how, &missing, &result, &error);
}

static int request_withdraw(void)
{
	return qorgan_request_withdraw(store, request, &how, &result, &error);
}

static void agreed_prepare(void)
{
	request_prepare();
	ck_ok(request_approve());
}

START_TEST(agreeing)
{
	static const struct starve_work works[] = {
		{ .name = "ask", .run = user_wanted, .prepare = name_make, .answer = QORGAN_BUSY },
		{ .name = "agree", .run = request_approve, .prepare = request_prepare },
		{ .name = "withdraw", .run = request_withdraw, .prepare = request_prepare },
		/* A damaged record of a user proves nobody's consent: it is waited for again. */
		{ .name = "do", .run = user_wanted, .prepare = agreed_prepare, .also = QORGAN_BUSY },
	};

	ck_ok(policy_require());
	STARVE_TRIALS(works);
}
END_TEST

static void set_up(void)
{
	fixture_make();
	memcpy(first_identity, fixture_identity, sizeof first_identity);
	recipient_make(second_identity);
	ck_ok(user_add("second", "admin"));
	recipient_make(third_identity);
	ck_ok(user_add("third", "liaison"));
	fixture_shut();
	fixture_open();
}

Suite *suite_starve_persons(void)
{
	const TTest *const all[] = { slots, recovery, agreeing };
	static const char *const names[] = { "slots", "recovery", "agreeing" };
	Suite *suite = suite_create("starve persons");

	for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
		TCase *tests = tcase_create(names[i]);
		tcase_add_checked_fixture(tests, set_up, fixture_close);
		tcase_set_timeout(tests, 600);
		tcase_add_test(tests, all[i]);
		suite_add_tcase(suite, tests);
	}
	return suite;
}
