/* The engine in memory, for tests: a sorted array of entries per table. Tables
 * and entries are counted and never changed while shared, so that a transaction
 * is a set of references, and an abort their release. */
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

#include "engine/engine_driver.h"

struct memory_entry {
	atomic_size_t references;
	size_t key_size, value_size;
	char bytes[]; /* the key, then the value */
};

struct memory_table {
	atomic_size_t references;
	size_t count, capacity;
	struct memory_entry **entries;
};

struct memory_engine {
	struct engine base;
	pthread_mutex_t mutex;
	pthread_cond_t written; /* no write transaction is open any more */
	bool writing;
	pthread_t writer;
	struct memory_table *tables[ENGINE_TABLES]; /* NULL: empty */
};

struct memory_txn {
	struct engine_txn base;
	struct memory_engine *engine;
	struct memory_table *tables[ENGINE_TABLES];
};

struct memory_range {
	struct engine_range base;
	struct memory_table *table; /* NULL: empty; held, so that it stays as it is */
	size_t at;
};

static void entry_release(struct memory_entry *entry)
{
	if (atomic_fetch_sub(&entry->references, 1) == 1)
		free(entry);
}

static struct memory_table *table_retain(struct memory_table *table)
{
	if (table)
		atomic_fetch_add(&table->references, 1);
	return table;
}

static void table_release(struct memory_table *table)
{
	if (!table || atomic_fetch_sub(&table->references, 1) != 1)
		return;
	for (size_t i = 0; i < table->count; i++)
		entry_release(table->entries[i]);
	free(table->entries);
	free(table);
}

static struct memory_table *table_copy(const struct memory_table *from)
{
	struct memory_table *table = calloc(1, sizeof *table);

	if (!table)
		return NULL;
	atomic_init(&table->references, 1);
	table->capacity = from && from->count > 16 ? from->count + from->count / 2 : 16;
	table->entries = malloc(table->capacity * sizeof *table->entries);
	if (!table->entries) {
		free(table);
		return NULL;
	}
	for (size_t i = 0; from && i < from->count; i++) {
		table->entries[i] = from->entries[i];
		atomic_fetch_add(&table->entries[i]->references, 1);
	}
	table->count = from ? from->count : 0;
	return table;
}

/* table_find(table, key, found): the index of the first entry not below key. */
static size_t table_find(const struct memory_table *table, const char *key, size_t size, bool *found)
{
	size_t low = 0, high = table ? table->count : 0;

	*found = false;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct memory_entry *entry = table->entries[middle];
		int order = engine_key_compare(entry->bytes, entry->key_size, key, size);
		if (order < 0) {
			low = middle + 1;
		} else {
			high = middle;
			*found = *found || order == 0;
		}
	}
	return low;
}

static int table_own(struct memory_txn *txn, unsigned number, struct qorgan_error *error)
{
	struct memory_table *table = txn->tables[number];

	if (table && atomic_load(&table->references) == 1)
		return QORGAN_OK;
	struct memory_table *copy = table_copy(table);
	if (!copy)
		return error_set_memory(error);
	table_release(table);
	txn->tables[number] = copy;
	return QORGAN_OK;
}

static int memory_begin(struct engine *engine, bool write, struct engine_txn **made, struct qorgan_error *error)
{
	struct memory_engine *memory = (struct memory_engine *)engine;
	struct memory_txn *txn = calloc(1, sizeof *txn);

	if (!txn)
		return error_set_memory(error);
	pthread_mutex_lock(&memory->mutex);
	if (write && memory->writing && pthread_equal(memory->writer, pthread_self())) {
		pthread_mutex_unlock(&memory->mutex);
		free(txn);
		return error_set(error, QORGAN_INTERNAL, "this thread already has a write transaction");
	}
	while (write && memory->writing)
		pthread_cond_wait(&memory->written, &memory->mutex);
	if (write) {
		memory->writing = true;
		memory->writer = pthread_self();
	}
	for (unsigned i = 0; i < ENGINE_TABLES; i++)
		txn->tables[i] = table_retain(memory->tables[i]);
	pthread_mutex_unlock(&memory->mutex);
	txn->engine = memory;
	*made = &txn->base;
	return QORGAN_OK;
}

static void memory_end(struct memory_txn *txn, bool keep)
{
	struct memory_engine *memory = txn->engine;

	pthread_mutex_lock(&memory->mutex);
	for (unsigned i = 0; i < ENGINE_TABLES; i++) {
		if (keep) {
			table_release(memory->tables[i]);
			memory->tables[i] = txn->tables[i];
		} else {
			table_release(txn->tables[i]);
		}
	}
	if (txn->base.write) {
		memory->writing = false;
		pthread_cond_signal(&memory->written);
	}
	pthread_mutex_unlock(&memory->mutex);
	free(txn);
}

static int memory_commit(struct engine_txn *txn, struct qorgan_error *error)
{
	(void)error;
	memory_end((struct memory_txn *)txn, true);
	return QORGAN_OK;
}

static void memory_abort(struct engine_txn *txn)
{
	memory_end((struct memory_txn *)txn, false);
}

static void entry_spans(const struct memory_entry *entry, struct span *key, struct span *value)
{
	*key = (struct span){ entry->bytes, entry->key_size };
	*value = (struct span){ entry->bytes + entry->key_size, entry->value_size };
}

static int memory_get(struct engine_txn *base, unsigned table, struct span key, struct span *value,
                      struct qorgan_error *error)
{
	struct memory_txn *txn = (struct memory_txn *)base;
	bool found;
	size_t at = table_find(txn->tables[table], key.data, key.size, &found);

	(void)error;
	if (!found)
		return QORGAN_ABSENT;
	entry_spans(txn->tables[table]->entries[at], &key, value);
	return QORGAN_OK;
}

static struct memory_entry *entry_make(struct span key, struct span value)
{
	struct memory_entry *entry = malloc(sizeof *entry + key.size + value.size);

	if (!entry)
		return NULL;
	atomic_init(&entry->references, 1);
	entry->key_size = key.size;
	entry->value_size = value.size;
	memcpy(entry->bytes, key.data, key.size);
	if (value.size)
		memcpy(entry->bytes + key.size, value.data, value.size);
	return entry;
}

static int memory_put(struct engine_txn *base, unsigned number, struct span key, struct span value,
                      enum engine_put_how how, struct qorgan_error *error)
{
	struct memory_txn *txn = (struct memory_txn *)base;
	int code = table_own(txn, number, error);
	bool found;

	if (code)
		return code;
	struct memory_table *table = txn->tables[number];
	size_t at = table_find(table, key.data, key.size, &found);
	if (how == ENGINE_PUT_APPEND && (found || at < table->count))
		return error_set(error, QORGAN_INTERNAL, "an appended key must be above all others of its table");
	if (how == ENGINE_PUT_ADD && found)
		return error_set(error, QORGAN_INTERNAL, "an added key is in its table already");
	if (table->count == table->capacity) {
		void *entries = realloc(table->entries, 2 * table->capacity * sizeof *table->entries);
		if (!entries)
			return error_set_memory(error);
		table->entries = entries;
		table->capacity *= 2;
	}
	struct memory_entry *entry = entry_make(key, value);
	if (!entry)
		return error_set_memory(error);
	if (found) {
		entry_release(table->entries[at]);
	} else {
		memmove(table->entries + at + 1, table->entries + at, (table->count - at) * sizeof *table->entries);
		table->count++;
	}
	table->entries[at] = entry;
	return QORGAN_OK;
}

static int memory_remove(struct engine_txn *base, unsigned number, struct span key, struct qorgan_error *error)
{
	struct memory_txn *txn = (struct memory_txn *)base;
	bool found;
	size_t at = table_find(txn->tables[number], key.data, key.size, &found);

	if (!found)
		return QORGAN_ABSENT;
	int code = table_own(txn, number, error);
	if (code)
		return code;
	struct memory_table *table = txn->tables[number];
	entry_release(table->entries[at]);
	table->count--;
	memmove(table->entries + at, table->entries + at + 1, (table->count - at) * sizeof *table->entries);
	return QORGAN_OK;
}

static int memory_range_open(struct engine_txn *base, unsigned table, struct engine_range **made,
                             struct qorgan_error *error)
{
	struct memory_txn *txn = (struct memory_txn *)base;
	struct memory_range *range = calloc(1, sizeof *range);

	if (!range)
		return error_set_memory(error);
	range->table = table_retain(txn->tables[table]);
	*made = &range->base;
	return QORGAN_OK;
}

static int memory_range_at(struct memory_range *range, struct span *key, struct span *value)
{
	if (!range->table || range->at >= range->table->count)
		return QORGAN_ABSENT;
	entry_spans(range->table->entries[range->at], key, value);
	return QORGAN_OK;
}

static int memory_range_first(struct engine_range *base, struct span *key, struct span *value,
                              struct qorgan_error *error)
{
	struct memory_range *range = (struct memory_range *)base;
	bool found;

	(void)error;
	if (!base->reverse)
		range->at = table_find(range->table, base->low.data, base->low.size, &found);
	else if (base->high.size)
		range->at = table_find(range->table, base->high.data, base->high.size, &found) - 1;
	else
		range->at = (range->table ? range->table->count : 0) - 1;
	return memory_range_at(range, key, value);
}

static int memory_range_step(struct engine_range *base, struct span *key, struct span *value,
                             struct qorgan_error *error)
{
	struct memory_range *range = (struct memory_range *)base;

	(void)error;
	range->at += base->reverse ? (size_t)-1 : 1; /* below 0 it wraps, and is past the end as well */
	return memory_range_at(range, key, value);
}

static void memory_range_close(struct engine_range *base)
{
	table_release(((struct memory_range *)base)->table);
	free(base);
}

static int memory_count(struct engine_txn *base, unsigned table, uint64_t *count, struct qorgan_error *error)
{
	struct memory_txn *txn = (struct memory_txn *)base;

	(void)error;
	*count = txn->tables[table] ? txn->tables[table]->count : 0;
	return QORGAN_OK;
}

static int memory_sizes(struct engine_txn *base, struct engine_sizes *sizes, struct qorgan_error *error)
{
	struct memory_txn *txn = (struct memory_txn *)base;

	(void)error;
	*sizes = (struct engine_sizes){ 0 };
	for (unsigned i = 0; i < ENGINE_TABLES; i++)
		for (size_t j = 0; txn->tables[i] && j < txn->tables[i]->count; j++)
			sizes->used += txn->tables[i]->entries[j]->key_size + txn->tables[i]->entries[j]->value_size;
	return QORGAN_OK;
}

/* One process alone sees it: to be its writer needs nothing. */
static int memory_lock_writer(struct engine *engine, bool wait, struct qorgan_error *error)
{
	(void)engine;
	(void)wait;
	(void)error;
	return QORGAN_OK;
}

static void memory_unlock_writer(struct engine *engine)
{
	(void)engine;
}

static bool memory_is_current(struct engine *engine)
{
	(void)engine;
	return true;
}

/* Nobody else can. */
static int memory_readers(struct engine *engine, struct engine_readers *readers, struct qorgan_error *error)
{
	(void)engine, (void)readers, (void)error;
	return QORGAN_OK;
}

static int memory_check(struct engine *engine, engine_fault report, void *context, uint64_t *faults,
                        struct qorgan_error *error)
{
	struct memory_engine *memory = (struct memory_engine *)engine;

	(void)error;
	pthread_mutex_lock(&memory->mutex);
	for (unsigned i = 0; i < ENGINE_TABLES; i++) {
		const struct memory_table *table = memory->tables[i];
		for (size_t j = 1; table && j < table->count; j++) {
			const struct memory_entry *a = table->entries[j - 1], *b = table->entries[j];
			if (engine_key_compare(a->bytes, a->key_size, b->bytes, b->key_size) < 0)
				continue;
			report(context, "keys out of order in memory");
			++*faults;
		}
	}
	pthread_mutex_unlock(&memory->mutex);
	return QORGAN_OK;
}

static int memory_locate(struct engine *engine, uint64_t offset, struct buffer *to, struct qorgan_error *error)
{
	(void)engine;
	(void)offset;
	(void)to;
	return error_set(error, QORGAN_USAGE, "a store in memory has no file");
}

static void memory_close(struct engine *engine)
{
	struct memory_engine *memory = (struct memory_engine *)engine;

	for (unsigned i = 0; i < ENGINE_TABLES; i++)
		table_release(memory->tables[i]);
	pthread_cond_destroy(&memory->written);
	pthread_mutex_destroy(&memory->mutex);
	free(memory);
}

static const struct engine_driver memory_driver = {
	.close = memory_close,
	.lock_writer = memory_lock_writer,
	.unlock_writer = memory_unlock_writer,
	.is_current = memory_is_current,
	.begin = memory_begin,
	.commit = memory_commit,
	.abort = memory_abort,
	.get = memory_get,
	.put = memory_put,
	.remove = memory_remove,
	.range_open = memory_range_open,
	.range_first = memory_range_first,
	.range_step = memory_range_step,
	.range_close = memory_range_close,
	.count = memory_count,
	.sizes = memory_sizes,
	.readers = memory_readers,
	.check = memory_check,
	.locate = memory_locate,
};

int engine_open_memory(struct engine **engine, struct qorgan_error *error)
{
	struct memory_engine *memory = calloc(1, sizeof *memory);

	if (!memory)
		return error_set_memory(error);
	memory->base.driver = &memory_driver;
	memory->base.process = getpid();
	pthread_mutex_init(&memory->mutex, NULL);
	pthread_cond_init(&memory->written, NULL);
	*engine = &memory->base;
	return QORGAN_OK;
}
