/* Dispatch to the engine that was opened, after the checks that all of them
 * need: arguments, the process, the order and the bounds of a range. */
#include "engine/engine.h"

#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "engine/engine_driver.h"

void engine_table_title(unsigned table, char title[ENGINE_TITLE_SIZE])
{
	static const char *const titles[ENGINE_HEADS] = {
		[ENGINE_META] = "meta", [ENGINE_IDS] = "ids", [ENGINE_HISTORY] = "history",
		[ENGINE_LEAVES] = "leaves", [ENGINE_TREE] = "tree", [ENGINE_COMMITS] = "commits",
		[ENGINE_EVIDENCE] = "evidence", [ENGINE_MIRROR] = "mirror",
	};

	if (table < ENGINE_HEADS)
		snprintf(title, ENGINE_TITLE_SIZE, "%s", titles[table]);
	else
		snprintf(title, ENGINE_TITLE_SIZE, "heads %u", table - ENGINE_HEADS);
}

static int engine_check_process(const struct engine *engine, struct qorgan_error *error)
{
	/* Of a store that was closed to be examined apart, and could not be opened again. */
	if (!engine)
		return error_set(error, QORGAN_IO, "the store is not open any more: open it again");
	if (engine->process == getpid())
		return QORGAN_OK;
	return error_set(error, QORGAN_INTERNAL, "the store was opened by process %ld before a fork: open it again here",
	                 (long)engine->process);
}

static int engine_check_place(unsigned table, struct span key, struct qorgan_error *error)
{
	if (table >= ENGINE_TABLES)
		return error_set(error, QORGAN_INTERNAL, "there is no table %u", table);
	if (key.size - 1 >= ENGINE_KEY_MOST)
		return error_set(error, QORGAN_INTERNAL, "a key of %zu bytes: it must have 1 to %d", key.size,
		                 ENGINE_KEY_MOST);
	return QORGAN_OK;
}

static int engine_check_write(struct engine_txn *txn, unsigned table, struct span key, struct qorgan_error *error)
{
	if (!txn->write)
		return error_set(error, QORGAN_INTERNAL, "a write within a read transaction");
	return engine_check_place(table, key, error);
}

void engine_close(struct engine *engine)
{
	if (!engine)
		return;
	if (engine->writer_locked && engine->process == getpid())
		engine_unlock_writer(engine);
	engine->driver->close(engine);
}

int engine_lock_writer(struct engine *engine, bool wait, struct qorgan_error *error)
{
	int code = engine_check_process(engine, error);

	if (code)
		return code;
	if (engine->writer_locked)
		return error_set(error, QORGAN_INTERNAL, "this process already is the writer of the store");
	code = engine->driver->lock_writer(engine, wait, error);
	engine->writer_locked = code == QORGAN_OK;
	return code;
}

void engine_unlock_writer(struct engine *engine)
{
	if (!engine->writer_locked || engine->process != getpid())
		return;
	engine->driver->unlock_writer(engine);
	engine->writer_locked = false;
}

static void engine_txn_set(struct engine *engine, bool write, struct engine_txn *txn)
{
	txn->engine = engine;
	txn->driver = engine->driver;
	txn->write = write;
	txn->failed = false;
	txn->over = NULL;
}

static int engine_begin(struct engine *engine, bool write, struct engine_txn **txn, struct qorgan_error *error)
{
	int code = engine_check_process(engine, error);

	if (code)
		return code;
	code = ENGINE_GUARDED(engine->driver->begin(engine, write, txn, error));
	if (!code)
		engine_txn_set(engine, write, *txn);
	return code;
}

int engine_begin_read(struct engine *engine, struct engine_txn **txn, struct qorgan_error *error)
{
	return engine_begin(engine, false, txn, error);
}

int engine_begin_read_within(struct engine *engine, struct engine_txn **txn, struct qorgan_error *error)
{
	int code = engine_check_process(engine, error);

	if (code || !engine->driver->begin_within)
		return code ? code : engine_begin(engine, false, txn, error);
	code = engine->driver->begin_within(engine, txn, error);
	if (!code)
		engine_txn_set(engine, false, *txn);
	return code;
}

int engine_begin_write(struct engine *engine, struct engine_txn **txn, struct qorgan_error *error)
{
	if (engine->read_only)
		return error_set(error, QORGAN_INTERNAL, "the store was opened for reading only");
	return engine_begin(engine, true, txn, error);
}

int engine_commit(struct engine_txn *txn, struct qorgan_error *error)
{
	int code = engine_check_process(txn->engine, error);

	if (!code && txn->failed)
		code = error_set(error, QORGAN_INTERNAL, "a change of this transaction failed: nothing of it is stored");
	if (!code && txn->write)
		return ENGINE_GUARDED(txn->driver->commit(txn, error));
	engine_abort(txn);
	return code;
}

/* In the child of a fork nothing of the parent's is touched, not even to free it. */
void engine_abort(struct engine_txn *txn)
{
	if (!txn || txn->engine->process != getpid())
		return;
	engine_guard_within = engine_guard_within + 1;
	txn->driver->abort(txn);
	engine_guard_within = engine_guard_within - 1;
}

int engine_get(struct engine_txn *txn, unsigned table, struct span key, struct span *value,
               struct qorgan_error *error)
{
	int code = engine_check_place(table, key, error);

	if (code)
		return code;
	code = ENGINE_GUARDED(txn->driver->get(txn, table, key, value, error));
	if (!code && value->size > ENGINE_VALUE_MOST) {
		char title[ENGINE_TITLE_SIZE];
		engine_table_title(table, title);
		return error_set(error, QORGAN_IO,
		                 "the store is damaged: a value of %zu bytes in the table %s: run qorgan verify",
		                 value->size, title);
	}
	return code;
}

int engine_over(const struct engine_txn *txn, struct qorgan_error *error)
{
	return txn->over ? error_set(error, txn->over->code, "%s", txn->over->message) : QORGAN_OK;
}

int engine_get_own(struct engine_txn *txn, unsigned table, struct span key, struct span *value,
                   struct qorgan_error *error)
{
	int code = engine_check_place(table, key, error);

	if (code || !txn->driver->get_own)
		return code ? code : engine_get(txn, table, key, value, error);
	return txn->driver->get_own(txn, table, key, value, error);
}

static void engine_hint(struct engine *engine, struct engine_txn *txn, unsigned table, struct span low, struct span high)
{
	if (engine->driver->expect && table < ENGINE_TABLES && low.size <= ENGINE_KEY_MOST && high.size <= ENGINE_KEY_MOST)
		engine->driver->expect(engine, txn, table, low, high);
}

static void engine_hint_object(struct engine *engine, struct engine_txn *txn, struct span key)
{
	if (engine->driver->expect_object && key.size - 1 < ENGINE_KEY_MOST)
		engine->driver->expect_object(engine, txn, key);
}

void engine_expect(struct engine_txn *txn, unsigned table, struct span low, struct span high)
{
	engine_hint(txn->engine, txn, table, low, high);
}

void engine_expect_object(struct engine_txn *txn, struct span key)
{
	engine_hint_object(txn->engine, txn, key);
}

void engine_foresee(struct engine *engine, unsigned table, struct span low, struct span high)
{
	engine_hint(engine, NULL, table, low, high);
}

void engine_foresee_object(struct engine *engine, struct span key)
{
	engine_hint_object(engine, NULL, key);
}

bool engine_is_far(const struct engine *engine)
{
	return engine->driver->expect != NULL;
}

static int engine_store(struct engine_txn *txn, unsigned table, struct span key, struct span value,
                        enum engine_put_how how, struct qorgan_error *error)
{
	int code = engine_check_write(txn, table, key, error);

	if (!code && value.size > ENGINE_VALUE_MOST)
		code = error_set(error, QORGAN_INTERNAL, "a value of %zu bytes: at most %zu can be stored", value.size,
		                 ENGINE_VALUE_MOST);
	if (!code)
		code = ENGINE_GUARDED(txn->driver->put(txn, table, key, value, how, error));
	if (code)
		txn->failed = true;
	return code;
}

int engine_put(struct engine_txn *txn, unsigned table, struct span key, struct span value,
               struct qorgan_error *error)
{
	return engine_store(txn, table, key, value, ENGINE_PUT_SET, error);
}

int engine_add(struct engine_txn *txn, unsigned table, struct span key, struct span value,
               struct qorgan_error *error)
{
	return engine_store(txn, table, key, value, ENGINE_PUT_ADD, error);
}

int engine_append(struct engine_txn *txn, unsigned table, struct span key, struct span value,
                  struct qorgan_error *error)
{
	return engine_store(txn, table, key, value, ENGINE_PUT_APPEND, error);
}

int engine_delete(struct engine_txn *txn, unsigned table, struct span key, struct qorgan_error *error)
{
	int code = engine_check_write(txn, table, key, error);

	if (!code)
		code = ENGINE_GUARDED(txn->driver->remove(txn, table, key, error));
	if (code && code != QORGAN_ABSENT)
		txn->failed = true;
	return code;
}

int engine_relieve(struct engine_txn *txn, struct qorgan_error *error)
{
	int code = txn->write && txn->driver->relieve ? txn->driver->relieve(txn, error) : QORGAN_OK;

	if (code)
		txn->failed = true;
	return code;
}

static void engine_key_set(struct engine_key *to, const char *data, size_t size)
{
	to->size = size;
	if (size)
		memcpy(to->data, data, size);
}

int engine_range_open(struct engine_txn *txn, unsigned table, struct span low, struct span high, bool reverse,
                      struct engine_range **range, struct qorgan_error *error)
{
	if (table >= ENGINE_TABLES)
		return error_set(error, QORGAN_INTERNAL, "there is no table %u", table);
	if (low.size > ENGINE_KEY_MOST || high.size > ENGINE_KEY_MOST)
		return error_set(error, QORGAN_INTERNAL, "the bound of a range has more than %d bytes", ENGINE_KEY_MOST);
	int code = ENGINE_GUARDED(txn->driver->range_open(txn, table, range, error));
	if (code)
		return code;

	struct engine_range *made = *range;
	made->driver = txn->driver;
	made->reverse = reverse;
	made->started = false;
	made->ended = low.size && high.size && engine_key_compare(low.data, low.size, high.data, high.size) >= 0;
	engine_key_set(&made->low, low.data, low.size);
	engine_key_set(&made->high, high.data, high.size);
	made->last.size = 0;
	return QORGAN_OK;
}

static bool engine_range_holds(const struct engine_range *range, struct span key)
{
	if (range->reverse)
		return !range->low.size ||
		       engine_key_compare(key.data, key.size, range->low.data, range->low.size) >= 0;
	return !range->high.size || engine_key_compare(key.data, key.size, range->high.data, range->high.size) < 0;
}

/* A key is only given out if it goes on in the range's direction; so a damaged
 * file can neither lead into a circle nor pass off one entry as another. */
static bool engine_range_sound(const struct engine_range *range, struct span key, struct span value)
{
	if (key.size - 1 >= ENGINE_KEY_MOST || value.size > ENGINE_VALUE_MOST)
		return false;

	const struct engine_key *from = &range->last;
	if (!range->started)
		from = range->reverse ? &range->high : &range->low;
	if (!from->size)
		return true;
	int order = engine_key_compare(key.data, key.size, from->data, from->size);
	if (range->reverse)
		return order < 0;
	return range->started ? order > 0 : order >= 0;
}

int engine_range_next(struct engine_range *range, struct span *key, struct span *value, struct qorgan_error *error)
{
	int code;

	if (range->ended)
		return QORGAN_ABSENT;
	if (range->started)
		code = ENGINE_GUARDED(range->driver->range_step(range, key, value, error));
	else
		code = ENGINE_GUARDED(range->driver->range_first(range, key, value, error));
	if (!code && !engine_range_sound(range, *key, *value))
		code = error_set(error, QORGAN_IO, "the store is damaged: its keys are out of order: run qorgan verify");
	if (!code && !engine_range_holds(range, *key))
		code = QORGAN_ABSENT;
	if (code) {
		range->ended = true;
		return code;
	}
	range->started = true;
	engine_key_set(&range->last, key->data, key->size);
	return QORGAN_OK;
}

int engine_range_more(struct engine_range *range, struct span *key, struct span *value, bool *more,
                      struct qorgan_error *error)
{
	int code = engine_range_next(range, key, value, error);

	*more = code == QORGAN_OK;
	return code == QORGAN_ABSENT ? QORGAN_OK : code;
}

void engine_range_close(struct engine_range *range)
{
	if (range)
		range->driver->range_close(range);
}

int engine_count(struct engine_txn *txn, unsigned table, uint64_t *count, struct qorgan_error *error)
{
	if (table >= ENGINE_TABLES)
		return error_set(error, QORGAN_INTERNAL, "there is no table %u", table);
	return ENGINE_GUARDED(txn->driver->count(txn, table, count, error));
}

int engine_sizes(struct engine_txn *txn, struct engine_sizes *sizes, struct qorgan_error *error)
{
	return ENGINE_GUARDED(txn->driver->sizes(txn, sizes, error));
}

bool engine_holds_all(const struct engine *engine)
{
	return engine->driver->holds_all;
}

bool engine_is_current(struct engine *engine)
{
	return engine->driver->is_current(engine);
}

int engine_wait(struct engine *engine, unsigned milliseconds, bool *changed, struct qorgan_error *error)
{
	const struct timespec pause = { milliseconds / 1000, milliseconds % 1000 * 1000000L };
	int code = engine_check_process(engine, error);

	*changed = !code;
	if (!code && engine->driver->wait)
		code = ENGINE_GUARDED(engine->driver->wait(engine, milliseconds, changed, error));
	else if (!code)
		nanosleep(&pause, NULL);
	return code;
}

int engine_readers(struct engine *engine, struct engine_readers *readers, struct qorgan_error *error)
{
	int code = engine_check_process(engine, error);

	*readers = (struct engine_readers){ 0 };
	return code ? code : ENGINE_GUARDED(engine->driver->readers(engine, readers, error));
}

int engine_check(struct engine *engine, engine_fault report, void *context, uint64_t *faults,
                 struct qorgan_error *error)
{
	int code = engine_check_process(engine, error);

	*faults = 0;
	return code ? code : engine->driver->check(engine, report, context, faults, error);
}

int engine_locate(struct engine *engine, uint64_t offset, struct buffer *to, struct qorgan_error *error)
{
	int code = engine_check_process(engine, error);

	return code ? code : engine->driver->locate(engine, offset, to, error);
}
