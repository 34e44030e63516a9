/* Rows of a damaged store that are gone, cut, noise, or those of others, one or many, in a file without former copies of them:
 * what repair makes of it holds nothing that was not written, and all of it when it says so; backups and packages give back
 * what is theirs to give. */
#include "qorgan/repair.h"
#include "region_rows.h"

Suite *suite_repair_rows(void);

static char store_path[160], new_path[160], identity_path[160], backup_path[160], package_paths[2][160];

/* ---- The rows ------------------------------------------------------------------------------- */

enum alteration { GONE, CUT, NOISE, LAST_BYTE, ANOTHER, ALTERATIONS };
static const char *const alterations[] = { "gone", "cut", "noise", "another last byte", "that of another key" };

/* The value that the row gets; false if it goes. */
static bool row_alter(size_t number, enum alteration alteration, struct buffer *value)
{
	const struct row *row = &rows[number];

	buffer_clear(value);
	if (alteration == GONE)
		return false;
	buffer_append(value, row->value, row->size);
	if (alteration == CUT)
		value->size /= 2;
	else if (alteration == NOISE)
		for (size_t i = 0; i < value->size; i++)
			value->data[i] = (char)(value->data[i] ^ 0x5a);
	else if (alteration == LAST_BYTE && value->size)
		value->data[value->size - 1] = (char)(value->data[value->size - 1] ^ 1);
	else if (alteration == ANOTHER)
		for (size_t i = 1; i < row_count; i++) {
			const struct row *other = &rows[(number + i) % row_count];
			if (other->table != row->table || other->size != row->size)
				continue;
			memcpy(value->data, other->value, row->size);
			break;
		}
	return true;
}

/* Which rows of a trial are altered: one, or each of so many from there on. */
struct trial {
	size_t first, step;
	enum alteration alteration;
	unsigned table; /* ENGINE_TABLES: of all */
};

static bool trial_meets(const struct trial *trial, size_t number)
{
	if (trial->table != ENGINE_TABLES && rows[number].table != trial->table)
		return false;
	return trial->step ? number >= trial->first && (number - trial->first) % trial->step == 0 : number == trial->first;
}

/* A file into which each row was written once. */
static void store_write(const struct trial *trial)
{
	struct engine_txn *txn = NULL;
	struct engine *engine = NULL;
	struct buffer value = { 0 };

	folder_do("rm -rf store new* qorgan && cp -a kept qorgan && mkdir -m 700 store");
	ck_ok(engine_open_lmdb(store_path, ENGINE_CREATE, &engine, &error));
	ck_ok(engine_begin_write(engine, &txn, &error));
	for (size_t i = 0; i < row_count; i++) {
		struct span key = { (const char *)rows[i].key, rows[i].key_size };
		bool meets = trial_meets(trial, i);
		if (!meets)
			ck_ok(engine_put(txn, rows[i].table, key, (struct span){ (const char *)rows[i].value, rows[i].size }, &error));
		else if (row_alter(i, trial->alteration, &value))
			ck_ok(engine_put(txn, rows[i].table, key, buffer_span(&value), &error));
	}
	ck_ok(engine_commit(txn, &error));
	engine_close(engine);
	buffer_free(&value);
}

/* ---- What comes of it -------------------------------------------------------------------------- */

static char *whole; /* the dump of the store as it was */
static unsigned lost;

static char *dump_of(struct qorgan_store *whose)
{
	char *text = NULL;
	size_t size;
	FILE *to = open_memstream(&text, &size);

	ck_assert_ptr_nonnull(to);
	ck_ok(qorgan_dump(whose, NULL, "jsonl", to, &error));
	ck_assert_int_eq(fclose(to), 0);
	return text;
}

static void item_count(void *context, const struct qorgan_repair_item *item)
{
	(void)context;
	lost += item->fate == QORGAN_REPAIR_LOST;
}

#define LEAVES_MOST 200
static struct buffer leaves[LEAVES_MOST]; /* the records of the log as they were */

static int leaf_keep(void *context, struct vault_record *record, struct qorgan_error *why)
{
	(void)context, (void)why;
	ck_assert_uint_lt(record->leaf, LEAVES_MOST);
	buffer_append_span(&leaves[record->leaf], record->record.bytes);
	return QORGAN_OK;
}

static int leaf_compare(void *context, struct vault_record *record, struct qorgan_error *why)
{
	(void)why;
	ck_assert_msg(record->leaf < LEAVES_MOST && span_equal(record->record.bytes, buffer_span(&leaves[record->leaf])),
	              "%s: at leaf %u nobody wrote %.*s", (const char *)context, (unsigned)record->leaf,
	              (int)record->record.bytes.size, record->record.bytes.data);
	return QORGAN_OK;
}

static void leaves_each(int (*each)(void *context, struct vault_record *record, struct qorgan_error *why), const char *name)
{
	struct vault_view *view = NULL;

	ck_ok(vault_view_begin(store, &view, &error));
	ck_ok(vault_scan_leaves(view, 0, each, (void *)name, &error));
	vault_view_end(view);
}

/* Nothing in it was not written, and nothing is missing when nothing is said to be. */
static void made_judge(const char *name, int code)
{
	const struct qorgan_keys keys = { .identity = identity_path };
	char findings[FIXTURE_FINDINGS] = "";
	struct qorgan_verification verification;

	ck_ok(qorgan_store_open(new_path, &keys, QORGAN_READ_ONLY, &store, &error));
	char *text = dump_of(store);
	leaves_each(leaf_compare, name);
	int verified = qorgan_verify(store, fixture_finding, findings, &verification, &error);
	fixture_shut();
	ck_assert_msg(!verified || (verified == QORGAN_NO && code), "%s: verify ends with %d: %s", name, verified, findings);
	ck_assert_msg(code || strcmp(text, whole) == 0, "%s: nothing is said to be lost of\n%sand there is\n%s", name, whole, text);
	free(text);
}

static void repair_try(const struct trial *trial, unsigned sources)
{
	const struct qorgan_keys keys = { .identity = identity_path };
	const char *backups[] = { backup_path }, *packages[] = { package_paths[0], package_paths[1] };
	const struct qorgan_repair how_ = {
		.path = store_path, .place = new_path, .keys = &keys, .backups = backups, .packages = packages, .older = true,
		.backup_count = sources & 1, .package_count = sources & 2 ? 2 : 0, .item = item_count,
	};
	struct qorgan_repaired repaired;
	char name[160];

	snprintf(name, sizeof name, "rows from %zu (table %u, key %c of %zu) by %zu, %s, sources %u", trial->first,
	         rows[trial->first].table, rows[trial->first].key[0], rows[trial->first].key_size, trial->step,
	         alterations[trial->alteration], sources);
	store_write(trial);
	lost = 0;
	error = (struct qorgan_error){ 0 };
	int code = qorgan_repair(&how_, &repaired, &error);
	ck_assert_msg(!code || code == QORGAN_NO || code == QORGAN_BAD_DATA || code == QORGAN_DENIED || code == QORGAN_IO,
	              "%s: %d %s", name, code, error.message);
	ck_assert_msg(code != QORGAN_NO || lost || repaired.known > repaired.leaves, "%s: what is lost is not told", name);
	if (!code || code == QORGAN_NO)
		made_judge(name, code);
	else
		ck_assert_msg(error.message[0] && access(new_path, F_OK) != 0, "%s: %d %s", name, code, error.message);
}

static size_t trials_most(size_t usual)
{
	const char *given = getenv("QORGAN_TRIALS");

	return given ? strtoul(given, NULL, 10) : usual;
}

START_TEST(one_row)
{
	size_t total = row_count * ALTERATIONS * 4, step = total / trials_most(40) + 1;

	step += step % 2 == 0; /* so that it meets all sources and alterations */
	step += step % 5 == 0 ? 2 : 0;
	for (size_t i = 0; i < total; i += step) {
		const struct trial trial = { .first = i / 4 / ALTERATIONS, .alteration = (enum alteration)(i / 4 % ALTERATIONS),
			                         .table = ENGINE_TABLES };
		repair_try(&trial, i % 4);
	}
}
END_TEST

/* Each second, third or fourth of all rows, or of those of one table. */
START_TEST(many_rows)
{
	static const unsigned tables[] = { ENGINE_TABLES, ENGINE_LEAVES, ENGINE_COMMITS, ENGINE_MIRROR, ENGINE_HISTORY, ENGINE_IDS };
	const size_t each = sizeof tables / sizeof *tables;
	size_t total = each * ALTERATIONS * 4 * 4 * 3, step = total / trials_most(40) + 1;

	step += step % 2 == 0;
	step += step % 5 == 0 ? 2 : 0;
	for (size_t i = 0; i < total; i += step) {
		const struct trial trial = { .first = i / (each * ALTERATIONS * 16), .step = 1 + i / 4 % 4,
			                         .alteration = (enum alteration)(i / 16 % ALTERATIONS),
			                         .table = tables[i / (16 * ALTERATIONS) % each] };
		repair_try(&trial, i % 4);
	}
}
END_TEST

/* ---- A store, a backup of it, and what KAZ sent ------------------------------------------------- */

static void set_up(void)
{
	region_make();
	snprintf(store_path, sizeof store_path, "%s", place("store"));
	snprintf(new_path, sizeof new_path, "%s", place("new"));
	snprintf(identity_path, sizeof identity_path, "%s", place("identity"));
	snprintf(backup_path, sizeof backup_path, "%s", place("backup"));
	snprintf(package_paths[0], sizeof package_paths[0], "%s", place("one.age"));
	snprintf(package_paths[1], sizeof package_paths[1], "%s", place("two.age"));
	region_backup(backup_path);
	fixture_set("risk", "CYB-01", "title.en", "Attacked again");
	fixture_set("risk", "CYB-02", "title.en", "Leaked");
	rows_take();
	whole = dump_of(store);
	leaves_each(leaf_keep, NULL);
	fixture_shut();
	fixture_open(); /* which writes the identity down */
	fixture_shut();
	folder_do("cp -a qorgan kept");
}

static void tear_down(void)
{
	rows_free();
	for (size_t i = 0; i < LEAVES_MOST; i++)
		buffer_free(&leaves[i]);
	free(whole);
	region_close();
}

Suite *suite_repair_rows(void)
{
	Suite *suite = suite_create("repair rows");
	TCase *tests = tcase_create("rows");

	tcase_add_checked_fixture(tests, set_up, tear_down);
	tcase_set_timeout(tests, 900);
	tcase_add_test(tests, one_row);
	tcase_add_test(tests, many_rows);
	suite_add_tcase(suite, tests);
	return suite;
}
