/* Each row of a store altered by who has the read key, which everybody has who opens the store: taken away, cut,
 * sealed anew with other content, as another version or at another leaf. Reading ends with a documented code and
 * gives what was written or nothing; verify finds it. */
#include "region_read.h"
#include "region_rows.h"
#include "store/layout.h"
#include "store/verify.h"

Suite *suite_row_damage(void);

/* ---- The rows ------------------------------------------------------------------------------- */

static struct region_read expected;

static struct span key_of(const struct row *row)
{
	return (struct span){ (const char *)row->key, row->key_size };
}

static struct span value_of(const struct row *row)
{
	return (struct span){ (const char *)row->value, row->size };
}

/* One change of the file, in a process of its own as far as the engine knows. `value` without data: the row goes. */
static void row_write(const struct row *row, struct span key, struct span value)
{
	struct engine_txn *txn = NULL;
	struct engine *engine = NULL;

	ck_ok(engine_open_lmdb(place("store"), 0, &engine, &error));
	ck_ok(engine_begin_write(engine, &txn, &error));
	int code = value.data ? engine_put(txn, row->table, key, value, &error)
	                      : engine_delete(txn, row->table, key, &error);
	ck_assert(!code || code == QORGAN_ABSENT);
	ck_ok(engine_commit(txn, &error));
	engine_close(engine);
}

/* ---- What is done to one --------------------------------------------------------------------- */

/* Opens the row as the store does; false if it is not sealed by the read key. */
static bool row_open(const struct row *row, struct seal_place *place, struct buffer *plain)
{
	*place = (struct seal_place){ .table = row->table < ENGINE_HEADS ? (uint8_t)row->table : ENGINE_HEADS,
		                          .key = key_of(row) };
	return !seal_open(kaz->keys, kaz->id, place, value_of(row), plain, NULL);
}

enum alteration { GONE, CUT, LONGER_KEY, EMPTY, SHORTER, OTHER_START, OTHER_MIDDLE, OTHER_END, OTHER_VERSION, OTHER_LEAF,
	              LATER, ALTERATIONS };
static const char *const alterations[] = { "gone", "cut", "a longer key", "empty", "shorter", "another first byte",
	                                       "another byte", "another last byte", "another version", "another leaf",
	                                       "of a later change" };

/* The new value, or false if the row cannot be altered so. */
static bool row_alter(const struct row *row, enum alteration alteration, struct buffer *value)
{
	struct seal_place place;
	struct buffer plain = { 0 };
	bool opened = alteration >= EMPTY && row_open(row, &place, &plain) && (plain.size || alteration > OTHER_END);

	buffer_clear(value);
	if (alteration == CUT && row->size)
		buffer_append(value, row->value, row->size - 1);
	else if (alteration == LONGER_KEY)
		buffer_append(value, row->value, row->size);
	if (alteration == EMPTY)
		plain.size = 0;
	else if (alteration == SHORTER && plain.size)
		plain.size--;
	else if (opened && alteration >= OTHER_START && alteration <= OTHER_END)
		plain.data[(plain.size - 1) * (size_t)(alteration - OTHER_START) / 2] ^= 1;
	else if (alteration == OTHER_VERSION)
		place.version++;
	else if (alteration == OTHER_LEAF)
		place.leaf ^= 1;
	else if (alteration == LATER)
		place.leaf += 100000;
	if (opened)
		seal_put(kaz->keys, kaz->id, &place, buffer_span(&plain), value);
	buffer_free(&plain);
	return alteration < EMPTY ? alteration == GONE || row->size : opened;
}

/* ---- What comes of it -------------------------------------------------------------------------- */

static int opened_read(unsigned flags)
{
	const struct qorgan_keys keys = { .identity = place("identity") };
	int code = qorgan_store_open(place("store"), &keys, flags, &store, &error);

	return code;
}

static int all_read(void)
{
	error = (struct qorgan_error){ 0 };
	int code = opened_read(0);
	if (!code)
		code = region_read_all();
	fixture_shut();
	return code;
}

static int all_verify(char findings[FIXTURE_FINDINGS])
{
	struct qorgan_verification verification;

	*findings = '\0';
	int code = opened_read(QORGAN_INSPECT);
	if (!code)
		code = qorgan_verify(store, fixture_finding, findings, &verification, &error);
	fixture_shut();
	return code;
}

/* What ends without an error is as it was written, if verify finds nothing; and verify finds nothing only where
 * what was sealed is what it was. */
static void ending_judge(const char *name, enum alteration alteration)
{
	char findings[FIXTURE_FINDINGS];
	int read = all_read();

	ck_assert_msg(!read || read == QORGAN_IO || read == QORGAN_BAD_DATA || read == QORGAN_DENIED || read == QORGAN_ABSENT,
	              "%s: %d %s", name, read, error.message);
	ck_assert_msg(!read || read == QORGAN_ABSENT || error.message[0], "%s: %d without a message", name, read);
	bool same = !read && memcmp(&region_read, &expected, sizeof expected) == 0;
	int code = all_verify(findings);
	ck_assert_msg(!code || code == QORGAN_NO || (code != QORGAN_INTERNAL && code == read), "%s: verify ends with %d: %s",
	              name, code, error.message);
	ck_assert_msg(code || (same && alteration >= OTHER_START), "%s: verify finds nothing; reading: %d %s", name, read,
	              same ? "the same" : error.message);
}

static void row_try(const struct row *row, enum alteration alteration)
{
	struct buffer value = { 0 };
	const struct span nothing = { 0 };
	struct row longer = *row;
	char name[100];

	snprintf(name, sizeof name, "table %u, key %.1s of %zu, %s", row->table, row->key, row->key_size, alterations[alteration]);
	if (row_alter(row, alteration, &value) && row->key_size < sizeof row->key) {
		longer.key[longer.key_size++] = 1;
		row_write(row, key_of(alteration == LONGER_KEY ? &longer : row), alteration == GONE ? nothing : buffer_span(&value));
		ending_judge(name, alteration);
		if (alteration == LONGER_KEY)
			row_write(row, key_of(&longer), nothing);
		row_write(row, key_of(row), value_of(row));
	}
	buffer_free(&value);
}

START_TEST(each_row_altered)
{
	const char *given = getenv("QORGAN_TRIALS");
	size_t most = given ? strtoul(given, NULL, 10) : 100, total = row_count * ALTERATIONS, step = total / most + 1;

	for (size_t i = 0; i < total; i += step)
		row_try(&rows[i / ALTERATIONS], (enum alteration)(i % ALTERATIONS));
}
END_TEST

static void set_up(void)
{
	region_make();
	ck_ok(attach_to(store, "CYB-01-M2", "in-progress", NULL, place("one.age"), region_file));
	rows_take();
	ck_ok(region_read_all());
	expected = region_read;
	/* The keys by which an insider seals. */
	memcpy(kaz->id, store->id, sizeof kaz->id);
	fixture_shut();
	fixture_open();
	memcpy(kaz->keys, store->keys, sizeof *kaz->keys);
	fixture_shut();
}

static void tear_down(void)
{
	rows_free();
	region_close();
}

Suite *suite_row_damage(void)
{
	Suite *suite = suite_create("row damage");
	TCase *tests = tcase_create("rows");

	tcase_add_checked_fixture(tests, set_up, tear_down);
	tcase_set_timeout(tests, 600);
	tcase_add_test(tests, each_row_altered);
	suite_add_tcase(suite, tests);
	return suite;
}
