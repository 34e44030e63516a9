/* Making backups while calls fail: then the files that were there are as they were, and those that were not are not; or the
 * backup is whole, and gives the store. */
#include "base/file.h"
#include "region_fixture.h"
#include "starve_trials.h"

Suite *suite_starve_backup_files(void);

#define FILES 4
static const char *const endings[FILES] = { "", ".minisig", ".index", ".par2" };
static struct buffer kept[FILES]; /* the files before a run; not there: size 0 */
static char output[160], whole[160], identity_path[160];
static struct qorgan_backup_facts facts;

static void file_take(const char *path, struct buffer *to)
{
	buffer_clear(to);
	int code = file_read(path, SIZE_MAX, to, &error);
	ck_assert_msg(code == QORGAN_OK || code == QORGAN_ABSENT, "%s", error.message);
}

static void files_each(void (*each)(const char *path, size_t number))
{
	char path[200];

	for (size_t i = 0; i < FILES; i++) {
		snprintf(path, sizeof path, "%s%s", output, endings[i]);
		each(path, i);
	}
}

static void file_keep(const char *path, size_t number)
{
	file_take(path, &kept[number]);
}

static void file_compare(const char *path, size_t number)
{
	struct buffer now = { 0 };

	file_take(path, &now);
	ck_assert_msg(span_equal(buffer_span(&now), buffer_span(&kept[number])), "%s is another", path);
	buffer_free(&now);
}

static void file_remove(const char *path, size_t number)
{
	(void)number;
	unlink(path);
}

static void finding_fail(void *context, const char *what, const char *object, const char *advice)
{
	(void)context, (void)advice;
	ck_abort_msg("%s: %s", object, what);
}

/* The whole one and its increment give the store. */
static void chain_check(void)
{
	const char *increments[] = { output };
	const struct qorgan_keys keys = { .identity = identity_path };
	char path[160];
	bool is_chain = *facts.parent != '\0';
	const struct qorgan_restore restore = { .file = is_chain ? whole : output, .path = path, .keys = &keys, .finding = finding_fail,
		                                    .increments = increments, .increment_count = is_chain };
	struct qorgan_restored restored = { 0 };
	struct qorgan_error why;

	snprintf(path, sizeof path, "%s", place("checked"));
	ck_assert_msg(qorgan_backup_check(&restore, &restored, &why) == QORGAN_OK, "%s", why.message);
	ck_assert_uint_eq(restored.facts.leaves, facts.leaves);
	qorgan_restored_free(&restored);
}

static void judge(int code)
{
	if (code)
		files_each(file_compare);
	else
		chain_check();
	folder_do("! ls -A | grep -q '^[.]'"); /* nothing half written is left */
}

static void prepare_none(void)
{
	files_each(file_remove);
	files_each(file_keep);
}

static void prepare_there(void)
{
	files_each(file_keep);
}

static int make(const char *parent, bool by_identity, unsigned redundancy)
{
	const char *recipients[] = { recipient };
	const struct qorgan_keys keys = { .identity = by_identity ? identity_path : NULL };
	const struct qorgan_backup backup = { .output = output, .replace = true, .recipients = recipients,
		                                  .recipient_count = !by_identity, .keys = &keys, .parent = parent,
		                                  .redundancy = redundancy };

	return qorgan_backup_make(store, &backup, &facts, &error);
}

static int make_whole(void)
{
	return make(NULL, false, 0);
}

static int make_for_identity(void)
{
	return make(NULL, true, 0);
}

static int make_increment(void)
{
	return make(whole, false, 0);
}

static int make_with_parity(void)
{
	return make(NULL, false, 20);
}

/* What is written between the whole one and its increment. */
static void set_up(void)
{
	region_make();
	snprintf(whole, sizeof whole, "%s", place("whole"));
	snprintf(output, sizeof output, "%s", place("whole"));
	snprintf(identity_path, sizeof identity_path, "%s", place("identity"));
	fixture_shut();
	fixture_open(); /* which writes the identity down */
	ck_ok(make_whole());
	snprintf(output, sizeof output, "%s", place("next"));
	fixture_set("risk", "CYB-01", "title.en", "Changed since");
}

static void tear_down(void)
{
	for (size_t i = 0; i < FILES; i++)
		buffer_free(&kept[i]);
	region_close();
}

START_TEST(a_backup_is_whole_or_the_files_are_as_they_were)
{
	static const struct starve_work works[] = {
		{ "a new backup", make_whole, prepare_none, judge, 0, 0, STARVE_ALL_KINDS },
		{ "one that replaces another", make_whole, prepare_there, judge, 0, 0, STARVE_ALL_KINDS },
		{ "for an identity", make_for_identity, prepare_there, judge, 0, 0, STARVE_ALL_KINDS },
		{ "an increment", make_increment, prepare_none, judge, 0, 0, STARVE_ALL_KINDS },
	};

	STARVE_TRIALS(works);
}
END_TEST

/* Parity comes last: a backup that is whole stays without it, and that is told. */
static void parity_judge(int code)
{
	bool has_backup = code && strstr(error.message, "is made, but no parity");

	judge(has_backup ? QORGAN_OK : code);
	ck_assert(code || access(place("next.par2"), F_OK) == 0);
	ck_assert(!code || has_backup || access(place("next.par2"), F_OK) != 0);
}

START_TEST(a_backup_stays_without_its_parity)
{
	static const struct starve_work works[] = {
		{ "a backup with parity", make_with_parity, prepare_none, parity_judge, 0, 0, STARVE_ALL_KINDS },
	};

	if (system("command -v par2 >/dev/null 2>&1")) {
		printf("skipped: making parity, as the program par2 is not installed\n");
		return;
	}
	STARVE_TRIALS(works);
}
END_TEST

Suite *suite_starve_backup_files(void)
{
	Suite *suite = suite_create("starve_backup_files");
	TCase *tests = tcase_create("starve_backup_files");

	tcase_set_timeout(tests, 600);
	tcase_add_checked_fixture(tests, set_up, tear_down);
	tcase_add_test(tests, a_backup_is_whole_or_the_files_are_as_they_were);
	tcase_add_test(tests, a_backup_stays_without_its_parity);
	suite_add_tcase(suite, tests);
	return suite;
}
