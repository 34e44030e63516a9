/* What is asked in advance: what a transaction will want to know goes along with its next question, or with the lock, and
 * is known when it is asked for. */
#include <string.h>

#include "base/bytes.h"
#include "engine/postgres_cache.h"

#define EXPECTED_ROWS 512 /* of a range, at most */

/* What a row of ids leads to: its head; the key of its newest older version, beyond which there are none; and where
 * there is no such row, how many rows there are. Each is a question of its own within this one, not a join: no server
 * can then think of reading a table for it, whatever it believes of its size. */
static const struct postgres_statement objects = {
	"objects",
	"SELECT one.key, one.entry, (SELECT value FROM qorgan.heads WHERE store = $1 AND key = one.entry),"
	" (SELECT key FROM qorgan.history WHERE store = $1 AND key >= substr(one.entry, 2) AND key < substr(one.entry, 2) || $3"
	" ORDER BY key DESC LIMIT 1),"
	" CASE WHEN one.entry IS NULL THEN (SELECT count(*) FROM qorgan.ids WHERE store = $1) END"
	" FROM (SELECT keys.key, (SELECT value FROM qorgan.ids WHERE store = $1 AND ids.key = keys.key) AS entry"
	" FROM unnest($2) AS keys (key) OFFSET 0) AS one",
};
static const char older_end[4] = "\xff\xff\xff\xff"; /* past every number of a version */

/* ---- To say it -------------------------------------------------------------------------- */

struct postgres_txn *postgres_writing(const struct postgres_txn *txn)
{
	struct postgres_txn *writing = txn->engine->writing_txn;

	return txn->joins && writing && !writing->sent ? writing : NULL;
}

/* Where it is kept: with the transaction that will ask, or until there is one. */
static struct postgres_expected *expected_of(struct postgres_engine *engine, struct postgres_txn *txn)
{
	struct postgres_txn *writing = txn ? postgres_writing(txn) : NULL;

	return writing ? &writing->expected : txn ? &txn->expected : &engine->foreseen;
}

static struct postgres_cache *cache_of(const struct postgres_engine *engine, const struct postgres_txn *txn)
{
	return txn && txn->cache ? txn->cache : txn && txn->has_moment ? NULL : engine->cache;
}

/* Whoever locks does not know yet whether what is known of this moment will be so of the next. Of the log it will, up to
 * the last row that is known: from there on it is asked. */
static bool known_cut(struct postgres_cache *cache, unsigned table, bool locks, struct postgres_key *low, const struct postgres_key *high)
{
	struct postgres_key end;

	if (!cache || (locks && !postgres_cache_lasts(table)) ||
	    !postgres_cache_span(cache, table, low, false, &end))
		return false;
	const struct pending_entry *last = locks ? postgres_cache_seek(cache, table, (struct span){ end.data, end.size }, true) : NULL;
	if (locks && last) {
		postgres_key_set(&end, table, (struct span){ last->key, last->key_size });
		end.data[end.size++] = '\0';
	}
	if ((locks && !last) || postgres_key_compare(&end, low) <= 0)
		return false;
	*low = end;
	return postgres_key_compare(high, low) <= 0;
}

/* Once the server has rows of the transaction itself, nothing is known in advance any more. */
static bool is_past(const struct engine_txn *txn)
{
	return txn && ((const struct postgres_txn *)txn)->sent;
}

void postgres_expect(struct engine *base, struct engine_txn *txn, unsigned table, struct span low, struct span high)
{
	struct postgres_engine *engine = (struct postgres_engine *)base;
	struct postgres_expected *expected = expected_of(engine, (struct postgres_txn *)txn);
	struct postgres_cache *cache = cache_of(engine, (struct postgres_txn *)txn);
	struct postgres_key from = { .size = low.size }, to = { .size = high.size };

	if (expected->count == POSTGRES_EXPECTED || is_past(txn))
		return;
	if (low.size)
		memcpy(from.data, low.data, low.size);
	if (high.size)
		memcpy(to.data, high.data, high.size);
	else
		postgres_key_end(&to);
	if (known_cut(cache, table, !txn, &from, &to))
		return;
	expected->rows[expected->count].table = table;
	expected->rows[expected->count].low = from;
	expected->rows[expected->count++].high = to;
}

void postgres_expect_object(struct engine *base, struct engine_txn *txn, struct span key)
{
	struct postgres_engine *engine = (struct postgres_engine *)base;
	struct postgres_expected *expected = expected_of(engine, (struct postgres_txn *)txn);
	struct postgres_cache *cache = cache_of(engine, (struct postgres_txn *)txn);
	struct span value;

	if (is_past(txn) || expected->object_count == POSTGRES_OBJECTS || (txn && cache && postgres_cache_get(cache, ENGINE_IDS, key, &value)))
		return;
	for (unsigned i = 0; i < expected->object_count; i++)
		if (span_equal((struct span){ expected->objects[i].data, expected->objects[i].size }, key))
			return;
	postgres_key_set(&expected->objects[expected->object_count++], ENGINE_IDS, key);
}

static bool is_expected(const struct postgres_expected *expected, unsigned table, const struct postgres_key *key)
{
	for (unsigned i = 0; i < expected->count; i++)
		if (expected->rows[i].table == table && postgres_key_compare(&expected->rows[i].low, key) <= 0 &&
		    postgres_key_compare(key, &expected->rows[i].high) < 0)
			return true;
	for (unsigned i = 0; i < expected->object_count && table == ENGINE_IDS; i++)
		if (postgres_key_compare(&expected->objects[i], key) == 0)
			return true;
	return false;
}

int postgres_settle(struct postgres_txn *txn, unsigned table, const struct postgres_key *key, struct qorgan_error *error)
{
	return is_expected(expected_of(txn->engine, txn), table, key) ? postgres_query(txn, NULL, 0, NULL, NULL, error) : QORGAN_OK;
}

/* ---- To ask ------------------------------------------------------------------------------- */

unsigned postgres_expected_count(const struct postgres_expected *expected)
{
	return expected->count + (expected->object_count > 0);
}

static int objects_ask(const struct postgres_engine *engine, struct postgres_link *link,
                       const struct postgres_expected *expected, struct qorgan_error *error)
{
	struct buffer keys = { 0 };
	uint8_t store[4];

	bytes_put_u32(store, engine->number);
	postgres_list_begin(&keys, expected->object_count);
	for (unsigned i = 0; i < expected->object_count; i++)
		postgres_list_add(&keys, (struct span){ expected->objects[i].data, expected->objects[i].size });
	const struct postgres_value values[] = {
		{ POSTGRES_INT4, store, sizeof store },
		{ POSTGRES_BYTEA_LIST, keys.data, keys.size },
		{ POSTGRES_BYTEA, older_end, sizeof older_end },
	};
	int code = keys.failed ? error_set_memory(error) : postgres_ask(link, &objects, 3, values, error);
	buffer_free(&keys);
	return code;
}

/* Of no object: so that the server plans it when nobody waits for that. */
int postgres_expected_prepare(const struct postgres_engine *engine, struct postgres_link *link)
{
	const struct postgres_expected none = { .object_count = 0 };

	return objects_ask(engine, link, &none, NULL);
}

int postgres_expected_ask(const struct postgres_engine *engine, struct postgres_link *link,
                          const struct postgres_expected *expected, struct qorgan_error *error)
{
	struct postgres_question question;
	int code = QORGAN_OK;

	for (unsigned i = 0; i < expected->count && !code; i++) {
		postgres_rows_question(engine, POSTGRES_UP, expected->rows[i].table, &expected->rows[i].low, &expected->rows[i].high,
		                       EXPECTED_ROWS, &question);
		code = postgres_ask(link, question.statement, question.count, question.values, error);
	}
	return !code && expected->object_count ? objects_ask(engine, link, expected, error) : code;
}

/* ---- To know -------------------------------------------------------------------------------- */

static void rows_take(const struct postgres_engine *engine, struct postgres_cache *cache, const struct postgres_expected *expected,
                      unsigned number, const PGresult *answer)
{
	const unsigned table = expected->rows[number].table;
	const struct postgres_key *low = &expected->rows[number].low, *high = &expected->rows[number].high;
	struct postgres_key next = *low;
	int rows = engine->pq->PQntuples(answer);

	if (postgres_rows_keep(engine, cache, answer, table, false, &next))
		postgres_cache_span_add(cache, table, low, rows < EXPECTED_ROWS ? high : &next);
}

/* That no version of the object lies behind the newest of the older ones. */
static void older_take(const struct postgres_engine *engine, struct postgres_cache *cache, struct span head, const PGresult *answer,
                       int row)
{
	struct postgres_key low, high;
	struct span newest;

	postgres_key_set(&low, ENGINE_HISTORY, head);
	high = low;
	memcpy(high.data + high.size, older_end, sizeof older_end);
	high.size += sizeof older_end;
	if (postgres_column(engine->pq, answer, row, 3, &newest)) {
		if (newest.size > ENGINE_KEY_MOST || engine_key_compare(newest.data, newest.size, low.data, low.size) < 0)
			return;
		postgres_key_set(&low, ENGINE_HISTORY, newest);
		low.data[low.size++] = '\0';
	}
	if (postgres_key_compare(&low, &high) < 0)
		postgres_cache_span_add(cache, ENGINE_HISTORY, &low, &high);
}

static void object_take(const struct postgres_engine *engine, struct postgres_cache *cache, const PGresult *answer, int row)
{
	struct span key, entry = { 0 }, head = { 0 };
	uint64_t count;

	if (!postgres_column(engine->pq, answer, row, 0, &key) || key.size - 1 >= ENGINE_KEY_MOST)
		return;
	if (!postgres_column(engine->pq, answer, row, 1, &entry)) {
		postgres_cache_add(cache, ENGINE_IDS, key, &(struct span){ 0 });
		if (postgres_number(engine->pq, answer, row, 4, &count))
			postgres_cache_count_set(cache, ENGINE_IDS, count);
		return;
	}
	postgres_cache_add(cache, ENGINE_IDS, key, &entry);
	if (entry.size < 2 || entry.size > ENGINE_KEY_MOST - sizeof older_end || (uint8_t)entry.data[0] >= ENGINE_HEAD_SHARDS)
		return;
	const unsigned table = ENGINE_HEADS + (uint8_t)entry.data[0];
	const struct span head_key = { entry.data + 1, entry.size - 1 };
	if (!postgres_column(engine->pq, answer, row, 2, &head))
		head = (struct span){ 0 };
	postgres_cache_add(cache, table, head_key, &head);
	older_take(engine, cache, head_key, answer, row);
}

void postgres_expected_take(const struct postgres_engine *engine, struct postgres_cache *cache,
                            struct postgres_expected *expected, PGresult **answers)
{
	for (unsigned i = 0; cache && i < expected->count; i++)
		rows_take(engine, cache, expected, i, answers[i]);
	for (int row = 0; cache && expected->object_count && row < engine->pq->PQntuples(answers[expected->count]); row++)
		object_take(engine, cache, answers[expected->count], row);
	expected->count = expected->object_count = 0;
}
