/* Reading from a server: single rows, and ranges page by page; over both lies what the transaction itself is about to
 * write. */
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "engine/postgres.h"

/* Rows of a page: few at first, as often no more are looked at; then more, within what may lie in memory. */
#define PAGE_FIRST 32
#define PAGE_FIRST_LARGE 2 /* of tables whose values are pieces of files */
#define PAGE_MOST 4096
#define PAGE_BYTES ((size_t)4 << 20)

/* Past every key, as none is so long. */
static const char key_end[ENGINE_KEY_MOST + 2] = { [0 ... ENGINE_KEY_MOST + 1] = (char)0xff };

enum question { QUESTION_GET, QUESTION_UP, QUESTION_DOWN, QUESTION_COUNT, QUESTIONS };

/* A macro for each table, as the name of a table is no value that a question could be given. */
#define QUESTIONS_OF(table)                                                                                              \
	{                                                                                                                    \
		[QUESTION_GET] = { "get " #table, "SELECT value FROM qorgan." #table " WHERE store = $1 AND key = $2" },         \
		[QUESTION_UP] = { "up " #table, "SELECT key, value FROM qorgan." #table                                          \
			              " WHERE store = $1 AND key >= $2 AND key < $3 ORDER BY key LIMIT $4" },                        \
		[QUESTION_DOWN] = { "down " #table, "SELECT key, value FROM qorgan." #table                                      \
			                " WHERE store = $1 AND key >= $2 AND key < $3 ORDER BY key DESC LIMIT $4" },                 \
		[QUESTION_COUNT] = { "count " #table, "SELECT count(*) FROM qorgan." #table                                      \
			                 " WHERE store = $1 AND key >= $2 AND key < $3" },                                           \
	}

/* In the order of the engine's tables. */
static const struct postgres_statement questions[POSTGRES_TABLES][QUESTIONS] = {
	QUESTIONS_OF(meta),    QUESTIONS_OF(ids),      QUESTIONS_OF(history), QUESTIONS_OF(leaves), QUESTIONS_OF(tree),
	QUESTIONS_OF(commits), QUESTIONS_OF(evidence), QUESTIONS_OF(mirror),  QUESTIONS_OF(heads),
};

static struct postgres_value value_key(const struct postgres_key *key)
{
	return (struct postgres_value){ POSTGRES_BYTEA, key->data, key->size };
}

/* ---- What is kept of answers ------------------------------------------------------------------ */

void postgres_known_free(const struct postgres_library *pq, struct postgres_known *known)
{
	for (unsigned i = 0; i < POSTGRES_RECENT; i++) {
		pq->PQclear(known->recent[i]);
		known->recent[i] = NULL;
	}
}

static void answer_keep(struct postgres_txn *txn, PGresult *answer)
{
	struct postgres_known *known = &txn->known;

	txn->engine->pq->PQclear(known->recent[known->next]);
	known->recent[known->next] = answer;
	known->next = (known->next + 1) % POSTGRES_RECENT;
}

/* ---- One row -------------------------------------------------------------------------------------- */

int postgres_get(struct engine_txn *base, unsigned table, struct span key, struct span *value, struct qorgan_error *error)
{
	struct postgres_txn *txn = (struct postgres_txn *)base;
	const struct pending_entry *entry = base->write ? pending_find(txn->pending, table, key) : NULL;
	uint8_t store[4];
	struct postgres_key there;
	PGresult *answer;

	if (entry && entry->value) {
		*value = (struct span){ entry->value, entry->value_size };
		return QORGAN_OK;
	}
	if (entry && entry->kind != PENDING_NONE)
		return QORGAN_ABSENT;
	bytes_put_u32(store, txn->engine->number);
	postgres_key_set(&there, table, key);
	const struct postgres_value values[] = { { POSTGRES_INT4, store, sizeof store }, value_key(&there) };
	int code = postgres_query(txn, &questions[postgres_table(table)][QUESTION_GET], 2, values, &answer, error);
	if (code)
		return code;
	if (postgres_column(txn->engine->pq, answer, 0, 0, value)) {
		answer_keep(txn, answer);
		return QORGAN_OK;
	}
	txn->engine->pq->PQclear(answer);
	if (base->write)
		pending_note_absent(txn->pending, table, key);
	return QORGAN_ABSENT;
}

/* ---- Ranges ---------------------------------------------------------------------------------------- */

struct postgres_range {
	struct engine_range base;
	struct postgres_txn *txn;
	unsigned table;
	PGresult *page;
	int row, rows;                       /* of the page: the next one, and how many */
	uint32_t limit;                      /* of the next page */
	bool ended;                          /* there is no page after this */
	struct postgres_key low, high;       /* of what is left on the server, as it names keys */
	const struct pending_entry *pending; /* the next one */
};

int postgres_range_open(struct engine_txn *base, unsigned table, struct engine_range **made, struct qorgan_error *error)
{
	struct postgres_range *range = calloc(1, sizeof *range);

	if (!range)
		return error_set_memory(error);
	range->txn = (struct postgres_txn *)base;
	range->table = table;
	range->limit = table == ENGINE_EVIDENCE ? PAGE_FIRST_LARGE : PAGE_FIRST;
	*made = &range->base;
	return QORGAN_OK;
}

void postgres_range_close(struct engine_range *base)
{
	struct postgres_range *range = (struct postgres_range *)base;

	range->txn->engine->pq->PQclear(range->page);
	free(range);
}

/* The key that the server gave, without the shard. */
static bool row_key(const struct postgres_range *range, int row, struct span *key)
{
	if (!postgres_column(range->txn->engine->pq, range->page, row, 0, key))
		return false;
	if (range->table < ENGINE_HEADS)
		return true;
	if (!key->size || (uint8_t)key->data[0] != range->table - ENGINE_HEADS)
		return false;
	*key = (struct span){ key->data + 1, key->size - 1 };
	return true;
}

/* Goes on behind the last row of the page that was read. */
static void bounds_move(struct postgres_range *range)
{
	struct span last;

	if (!range->page || !postgres_column(range->txn->engine->pq, range->page, range->rows - 1, 0, &last) ||
	    last.size > ENGINE_KEY_MOST + 1)
		return;
	struct postgres_key *bound = range->base.reverse ? &range->high : &range->low;
	memcpy(bound->data, last.data, last.size);
	bound->size = last.size;
	if (!range->base.reverse)
		bound->data[bound->size++] = '\0';
}

static void limit_grow(struct postgres_range *range)
{
	size_t bytes = 1;

	for (int row = 0; row < range->rows; row++)
		bytes += (size_t)range->txn->engine->pq->PQgetlength(range->page, row, 1);
	uint64_t fits = (uint64_t)PAGE_BYTES * (unsigned)range->rows / bytes;
	uint64_t limit = (uint64_t)range->limit * 4;
	limit = limit < fits ? limit : fits;
	range->limit = limit > PAGE_MOST ? PAGE_MOST : limit ? (uint32_t)limit : 1;
}

static int page_next(struct postgres_range *range, struct qorgan_error *error)
{
	struct postgres_txn *txn = range->txn;
	const struct postgres_statement *statement =
		&questions[postgres_table(range->table)][range->base.reverse ? QUESTION_DOWN : QUESTION_UP];
	uint8_t store[4], limit[8];
	uint32_t asked = range->limit;
	PGresult *page;

	bounds_move(range);
	bytes_put_u32(store, txn->engine->number);
	bytes_put_u64(limit, asked);
	const struct postgres_value values[] = {
		{ POSTGRES_INT4, store, sizeof store }, value_key(&range->low), value_key(&range->high),
		{ POSTGRES_INT8, limit, sizeof limit },
	};
	int code = postgres_query(txn, statement, 4, values, &page, error);
	if (code)
		return code;
	txn->engine->pq->PQclear(range->page);
	range->page = page;
	range->row = 0;
	range->rows = txn->engine->pq->PQntuples(page);
	if (range->rows > (int)asked)
		return error_set(error, QORGAN_IO, "the server's answer has more rows than were asked for");
	range->ended = range->rows < (int)asked;
	limit_grow(range);
	return QORGAN_OK;
}

/* The next row that the server has; QORGAN_ABSENT at the end. */
static int server_peek(struct postgres_range *range, struct span *key, struct span *value, struct qorgan_error *error)
{
	if (range->row == range->rows) {
		if (range->ended)
			return QORGAN_ABSENT;
		int code = page_next(range, error);
		if (code)
			return code;
		if (!range->rows)
			return QORGAN_ABSENT;
	}
	if (!row_key(range, range->row, key) || !postgres_column(range->txn->engine->pq, range->page, range->row, 1, value))
		return error_set(error, QORGAN_IO, "the server's answer is not what was asked for: a row is malformed");
	return QORGAN_OK;
}

/* The next of the two: what is pending covers what the server has. */
static int range_next(struct postgres_range *range, struct span *key, struct span *value, struct qorgan_error *error)
{
	bool reverse = range->base.reverse;

	for (;;) {
		const struct pending_entry *entry = range->pending;
		int code = server_peek(range, key, value, error);
		if (code && code != QORGAN_ABSENT)
			return code;
		int order = -1; /* the server's is first */
		if (entry && code)
			order = 1;
		else if (entry)
			order = engine_key_compare(key->data, key->size, entry->key, entry->key_size) * (reverse ? -1 : 1);
		if (!entry && code)
			return QORGAN_ABSENT;
		if (order <= 0)
			range->row++;
		if (order < 0)
			return QORGAN_OK;
		range->pending = pending_step(entry, reverse);
		if (entry->value) {
			*key = (struct span){ entry->key, entry->key_size };
			*value = (struct span){ entry->value, entry->value_size };
			return QORGAN_OK;
		}
	}
}

int postgres_range_first(struct engine_range *base, struct span *key, struct span *value, struct qorgan_error *error)
{
	struct postgres_range *range = (struct postgres_range *)base;
	struct span low = { base->low.data, base->low.size }, high = { base->high.data, base->high.size };

	postgres_key_set(&range->low, range->table, low);
	if (high.size)
		postgres_key_set(&range->high, range->table, high);
	else if (range->table >= ENGINE_HEADS)
		range->high = (struct postgres_key){ 1, { (char)(range->table - ENGINE_HEADS + 1) } };
	else {
		range->high.size = sizeof key_end;
		memcpy(range->high.data, key_end, sizeof key_end);
	}
	if (range->txn->pending)
		range->pending = pending_seek(range->txn->pending, range->table, base->reverse ? high : low, base->reverse);
	return range_next(range, key, value, error);
}

int postgres_range_step(struct engine_range *base, struct span *key, struct span *value, struct qorgan_error *error)
{
	return range_next((struct postgres_range *)base, key, value, error);
}

/* ---- Counting --------------------------------------------------------------------------------------- */

static int count_there(struct postgres_txn *txn, unsigned table, uint64_t *count, struct qorgan_error *error)
{
	struct postgres_key low, high = { .size = sizeof key_end };
	uint8_t store[4];
	PGresult *answer;

	postgres_key_set(&low, table, (struct span){ 0 });
	memcpy(high.data, key_end, sizeof key_end);
	if (table >= ENGINE_HEADS)
		high = (struct postgres_key){ 1, { (char)(table - ENGINE_HEADS + 1) } };
	bytes_put_u32(store, txn->engine->number);
	const struct postgres_value values[] = { { POSTGRES_INT4, store, sizeof store }, value_key(&low), value_key(&high) };
	int code = postgres_query(txn, &questions[postgres_table(table)][QUESTION_COUNT], 3, values, &answer, error);
	if (code)
		return code;
	if (!postgres_number(txn->engine->pq, answer, 0, 0, count))
		code = error_set(error, QORGAN_IO, "the server's answer is not what was asked for: no number");
	txn->engine->pq->PQclear(answer);
	return code;
}

/* Where something is pending, row by row. */
static int count_here(struct postgres_txn *txn, unsigned table, uint64_t *count, struct qorgan_error *error)
{
	const struct span open = { 0 };
	struct engine_range *range = NULL;
	struct span key, value;
	bool more = true;
	int code = engine_range_open(&txn->base, table, open, open, false, &range, error);

	*count = 0;
	while (!code && !(code = engine_range_more(range, &key, &value, &more, error)) && more)
		++*count;
	engine_range_close(range);
	return code;
}

int postgres_count(struct engine_txn *base, unsigned table, uint64_t *count, struct qorgan_error *error)
{
	struct postgres_txn *txn = (struct postgres_txn *)base;

	if (txn->pending && pending_seek(txn->pending, table, (struct span){ 0 }, false))
		return count_here(txn, table, count, error);
	return count_there(txn, table, count, error);
}
