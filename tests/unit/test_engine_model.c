/* Every engine under changes by chance, against a sorted array within the test. */
#include "engine_fixture.h"

Suite *suite_engine_model(void);

/* A second opinion on what a store holds: a sorted array in the test. */
#define MODEL_MOST 3000

struct model_entry {
	size_t key_size, value_size;
	char key[64];
	unsigned value_seed;
};

struct model {
	size_t count;
	struct model_entry entries[MODEL_MOST];
};

static int model_compare(const struct model_entry *entry, const char *key, size_t size)
{
	int order = memcmp(entry->key, key, entry->key_size < size ? entry->key_size : size);

	return order ? order : (entry->key_size > size) - (entry->key_size < size);
}

static size_t model_find(const struct model *model, const char *key, size_t size, bool *found)
{
	size_t at = 0;

	while (at < model->count && model_compare(&model->entries[at], key, size) < 0)
		at++;
	*found = at < model->count && model_compare(&model->entries[at], key, size) == 0;
	return at;
}

static void value_fill(char *value, size_t size, unsigned seed)
{
	for (size_t i = 0; i < size; i++)
		value[i] = (char)((seed = seed * 1103515245u + 12345u) >> 16);
}

static char value_room[40000];

static void model_put(struct model *model, struct engine_txn *txn, unsigned table, const char *key, size_t size,
                      size_t value_size, unsigned seed)
{
	bool found;
	size_t at = model_find(model, key, size, &found);

	if (!found && model->count == MODEL_MOST)
		return;
	if (!found) {
		memmove(&model->entries[at + 1], &model->entries[at], (model->count - at) * sizeof *model->entries);
		model->count++;
	}
	struct model_entry *entry = &model->entries[at];
	entry->key_size = size;
	memcpy(entry->key, key, size);
	entry->value_size = value_size;
	entry->value_seed = seed;
	value_fill(value_room, value_size, seed);
	struct span value = { value_room, value_size };
	if (!found && at + 1 == model->count && seed % 2)
		succeeds(engine_append(txn, table, (struct span){ key, size }, value, &error));
	else
		succeeds(engine_put(txn, table, (struct span){ key, size }, value, &error));
}

static void model_delete(struct model *model, struct engine_txn *txn, unsigned table, const char *key, size_t size)
{
	bool found;
	size_t at = model_find(model, key, size, &found);
	int code = engine_delete(txn, table, (struct span){ key, size }, &error);

	ck_assert_int_eq(code, found ? QORGAN_OK : QORGAN_ABSENT);
	if (!found)
		return;
	model->count--;
	memmove(&model->entries[at], &model->entries[at + 1], (model->count - at) * sizeof *model->entries);
}

static void model_expect_range(const struct model *model, struct engine_txn *txn, unsigned table, struct span low,
                               struct span high, bool reverse)
{
	bool exact;
	size_t from = low.size ? model_find(model, low.data, low.size, &exact) : 0;
	size_t to = high.size ? model_find(model, high.data, high.size, &exact) : model->count;
	struct engine_range *range;
	struct span key, value;

	succeeds(engine_range_open(txn, table, low, high, reverse, &range, &error));
	for (; from < to; reverse ? to-- : from++) {
		const struct model_entry *entry = &model->entries[reverse ? to - 1 : from];
		succeeds(engine_range_next(range, &key, &value, &error));
		ck_assert(span_equal(key, (struct span){ entry->key, entry->key_size }));
		value_fill(value_room, entry->value_size, entry->value_seed);
		ck_assert(span_equal(value, (struct span){ value_room, entry->value_size }));
	}
	ck_assert_int_eq(engine_range_next(range, &key, &value, &error), QORGAN_ABSENT);
	engine_range_close(range);
}

static void model_expect(const struct model *model, struct engine_txn *txn, unsigned table)
{
	uint64_t count;

	succeeds(engine_count(txn, table, &count, &error));
	ck_assert_uint_eq(count, model->count);
	model_expect_range(model, txn, table, (struct span){ 0 }, (struct span){ 0 }, false);
	model_expect_range(model, txn, table, (struct span){ 0 }, (struct span){ 0 }, true);
}

static size_t random_key(char key[64])
{
	size_t size = rand() % 8 ? 1 + (size_t)rand() % 5 : 1 + (size_t)rand() % 64;

	for (size_t i = 0; i < size; i++)
		key[i] = rand() % 4 ? (char)("az\xff\0"[rand() % 4]) : (char)rand();
	return size;
}

static void random_change(struct model *model, struct engine_txn *txn, unsigned table, int deletes)
{
	char key[64];
	size_t size = random_key(key);

	if (model->count && rand() % 2) {
		const struct model_entry *entry = &model->entries[(size_t)rand() % model->count];
		size = entry->key_size;
		memcpy(key, entry->key, size);
	}
	if (rand() % 100 < deletes)
		model_delete(model, txn, table, key, size);
	else
		model_put(model, txn, table, key, size,
		          (size_t)rand() % (rand() % 10 ? 300u : rand() % 5 ? 5000u : sizeof value_room), (unsigned)rand());
}

START_TEST(random_changes_against_a_model)
{
	static struct model now[2], before[2], snapshot[2];
	unsigned seed = (unsigned)getpid() * 2654435761u;
	const char *given = getenv("QORGAN_TEST_SEED");

	if (given)
		seed = (unsigned)strtoul(given, NULL, 10);
	printf("engine model: QORGAN_TEST_SEED=%u\n", seed);
	fflush(stdout);
	srand(seed);
	store_make(_i);
	struct engine_txn *reader = begin_read();
	for (int round = 0; round < 300; round++) {
		int deletes = round / 60 % 2 ? 75 : 20;
		struct engine_txn *txn = begin_write();
		memcpy(before, now, sizeof now);
		for (int i = rand() % 80; i >= 0; i--) {
			unsigned which = (unsigned)rand() % 2;
			random_change(&now[which], txn, which ? ENGINE_HEADS + 5 : ENGINE_IDS, deletes);
		}
		if (round % 16 == 0)
			model_expect(&now[0], txn, ENGINE_IDS);
		if (rand() % 4) {
			succeeds(engine_commit(txn, &error));
		} else {
			engine_abort(txn);
			memcpy(now, before, sizeof now);
		}
		if (rand() % 10 == 0) {
			model_expect(&snapshot[0], reader, ENGINE_IDS);
			model_expect(&snapshot[1], reader, ENGINE_HEADS + 5);
			engine_abort(reader);
			reader = begin_read();
			memcpy(snapshot, now, sizeof now);
			char low[64], high[64];
			struct span from = { low, random_key(low) }, to = { high, random_key(high) };
			model_expect_range(&snapshot[0], reader, ENGINE_IDS, from, to, rand() % 2);
		}
		if (round % 30 == 0)
			expect_sound();
		if (round % 100 == 99 && _i == KIND_LMDB) {
			engine_abort(reader);
			store_reopen();
			reader = begin_read();
			memcpy(snapshot, now, sizeof now);
		}
	}
	engine_abort(reader);
	expect_sound();
}
END_TEST

Suite *suite_engine_model(void)
{
	Suite *suite = suite_create("engine model");
	TCase *model = tcase_create("model");

	tcase_add_checked_fixture(model, set_up, tear_down);
	tcase_set_timeout(model, 120);
	tcase_add_loop_test(model, random_changes_against_a_model, 0, kinds());
	suite_add_tcase(suite, model);
	return suite;
}
