/* Reading from a server: single rows, and ranges page by page; over both lies what the transaction itself is about to
 * write. */
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "engine/postgres_cache.h"

/* Rows of a page: few at first, as often no more are looked at; then more, within what may lie in memory. */
#define PAGE_FIRST 32
#define PAGE_FIRST_LARGE 2 /* of tables whose values are pieces of files */
#define PAGE_MOST 4096
#define RUN_FIRST 8     /* rows that are asked for in order, until they come by pages */
#define RUN_ROWS 512
#define SINGLES_MOST 64 /* rows of a table that are asked for one by one */
#define AHEAD_BYTES ((size_t)32 << 20)
#define PAGE_BYTES ((size_t)4 << 20)

/* ---- What is kept of answers ------------------------------------------------------------------ */

void postgres_known_free(const struct postgres_library *pq, struct postgres_known *known)
{
	for (unsigned i = 0; i < POSTGRES_RECENT; i++) {
		pq->PQclear(known->recent[i]);
		known->recent[i] = NULL;
	}
}

void postgres_runs_free(struct postgres_txn *txn)
{
	for (unsigned i = 0; i < ENGINE_TABLES; i++)
		txn->engine->pq->PQclear(txn->runs[i].page);
}

static void answer_keep(struct postgres_txn *txn, PGresult *answer)
{
	struct postgres_known *known = &txn->known;

	txn->engine->pq->PQclear(known->recent[known->next]);
	known->recent[known->next] = answer;
	known->next = (known->next + 1) % POSTGRES_RECENT;
}

/* What is known of the moment; nothing once the server has rows of the transaction itself, of which the moment knows
 * nothing. */
static struct postgres_cache *known_of(const struct postgres_txn *txn)
{
	return txn->sent ? NULL : txn->cache;
}

/* ---- Pages of rows ------------------------------------------------------------------------------------ */

static int page_ask(struct postgres_txn *txn, unsigned table, bool reverse, const struct postgres_key *low,
                    const struct postgres_key *high, uint32_t limit, PGresult **page, struct qorgan_error *error)
{
	struct postgres_question question;

	postgres_rows_question(txn->engine, reverse ? POSTGRES_DOWN : POSTGRES_UP, table, low, high, limit, &question);
	return postgres_query(txn, question.statement, question.count, question.values, page, error);
}

/* ---- One row -------------------------------------------------------------------------------------- */

/* Whoever asks for many rows of a table one by one goes on to do so: the table is read as a whole, if it is not too
 * large, and else left alone. */
static int table_read_ahead(struct postgres_txn *txn, unsigned table, struct qorgan_error *error)
{
	struct postgres_key low = { 0 }, high, next;
	size_t bytes = 0;
	bool ended = false;
	int code = QORGAN_OK;

	postgres_key_end(&high);
	while (!code && !ended && bytes < AHEAD_BYTES) {
		PGresult *page;
		code = page_ask(txn, table, false, &low, &high, PAGE_MOST, &page, error);
		if (code)
			break;
		int rows = txn->engine->pq->PQntuples(page);
		for (int row = 0; row < rows; row++)
			bytes += (size_t)txn->engine->pq->PQgetlength(page, row, 1);
		next = low;
		bool kept = postgres_rows_keep(txn->engine, txn->cache, page, table, false, &next);
		ended = rows < PAGE_MOST || !kept;
		if (kept)
			postgres_cache_span_add(txn->cache, table, &low, rows < PAGE_MOST ? &high : &next);
		low = next;
		txn->engine->pq->PQclear(page);
	}
	return code;
}

/* A writer whose store has no such row adds one, and need not replace any. */
static int absent_note(struct postgres_txn *txn, unsigned table, struct span key)
{
	if (txn->pending)
		pending_note_absent(txn->pending, table, key);
	return QORGAN_ABSENT;
}

/* The row in the page at hand, if it reaches that far: pages have every row between their first and their last. */
static bool run_find(struct postgres_txn *txn, unsigned table, const struct postgres_key *key, struct span *value, bool *absent)
{
	struct postgres_run *run = &txn->runs[table];
	struct span at;
	int order = -1;

	for (; run->page && run->row < run->rows; run->row++) {
		if (!postgres_rows_take(txn->engine, run->page, table, run->row, &at, value))
			return false;
		order = engine_key_compare(at.data, at.size, key->data, key->size);
		if (order >= 0)
			break;
	}
	*absent = order > 0;
	return order >= 0;
}

/* Whoever asks for rows one by one in the order of their keys goes on to do so: they come by pages. QORGAN_NO: it is not
 * so, or there is no page that has it. */
static int run_get(struct postgres_txn *txn, unsigned table, const struct postgres_key *key, struct span *value,
                   struct qorgan_error *error)
{
	struct postgres_run *run = &txn->runs[table];
	int order = run->last.size ? postgres_key_compare(&run->last, key) : 1;
	bool absent = false;
	struct postgres_key high;
	int code = QORGAN_OK;

	run->rising = order > 0 ? 0 : run->rising + (order < 0); /* the same one may be looked at twice */
	run->last = *key;
	if (order > 0 && run->page) { /* it tells nothing of what lies before it */
		answer_keep(txn, run->page);
		run->page = NULL;
	}
	if (run->rising < RUN_FIRST)
		return QORGAN_NO;
	if (run_find(txn, table, key, value, &absent))
		return absent ? QORGAN_ABSENT : QORGAN_OK;
	if (run->page)
		answer_keep(txn, run->page);
	run->page = NULL;
	postgres_key_end(&high);
	code = page_ask(txn, table, false, key, &high, RUN_ROWS, &run->page, error);
	if (code)
		return code;
	run->row = 0;
	run->rows = txn->engine->pq->PQntuples(run->page);
	if (!run_find(txn, table, key, value, &absent))
		return QORGAN_NO;
	return absent ? QORGAN_ABSENT : QORGAN_OK;
}

int postgres_get(struct engine_txn *base, unsigned table, struct span key, struct span *value, struct qorgan_error *error)
{
	struct postgres_txn *txn = (struct postgres_txn *)base;
	const struct pending_entry *entry = base->write ? pending_find(txn->pending, table, key) : NULL;
	struct postgres_question question;
	struct postgres_key there = { .size = key.size };
	PGresult *answer;

	if (entry && entry->value) {
		*value = (struct span){ entry->value, entry->value_size };
		return QORGAN_OK;
	}
	if (entry && entry->kind != PENDING_NONE)
		return QORGAN_ABSENT;
	/* Who sent something early asks for no object that it sent, only whether there was one. */
	struct postgres_cache *cache = !txn->sent || table == ENGINE_IDS || table >= ENGINE_HEADS ? txn->cache : NULL;
	if (cache && postgres_cache_get(cache, table, key, value))
		return value->data ? QORGAN_OK : absent_note(txn, table, key);
	memcpy(there.data, key.data, key.size);
	int code = base->write || table == ENGINE_EVIDENCE ? QORGAN_NO : run_get(txn, table, &there, value, error);
	if (code != QORGAN_NO)
		return code;
	if (cache && !txn->sent && table != ENGINE_EVIDENCE && ++txn->singles[table] == SINGLES_MOST) {
		int ahead = table_read_ahead(txn, table, error);
		return ahead ? ahead : postgres_get(base, table, key, value, error);
	}
	code = postgres_settle(txn, table, &there, error);
	if (!code && cache && postgres_cache_get(cache, table, key, value))
		return value->data ? QORGAN_OK : absent_note(txn, table, key);
	postgres_rows_question(txn->engine, POSTGRES_GET, table, &there, NULL, 0, &question);
	code = code ? code : postgres_query(txn, question.statement, question.count, question.values, &answer, error);
	if (code)
		return code;
	if (!postgres_column(txn->engine->pq, answer, 0, 0, value)) {
		txn->engine->pq->PQclear(answer);
		if (cache && !txn->sent)
			postgres_cache_add(cache, table, key, &(struct span){ 0 });
		return absent_note(txn, table, key);
	}
	if (cache && !txn->sent && postgres_cache_add(cache, table, key, value) && postgres_cache_get(cache, table, key, value))
		txn->engine->pq->PQclear(answer);
	else
		answer_keep(txn, answer);
	return QORGAN_OK;
}

int postgres_get_own(struct engine_txn *base, unsigned table, struct span key, struct span *value,
                     struct qorgan_error *error)
{
	struct postgres_txn *txn = (struct postgres_txn *)base;
	const struct pending_entry *entry = base->write ? pending_find(txn->pending, table, key) : NULL;

	if (txn->sent)
		return postgres_get(base, table, key, value, error);
	if (!entry || !entry->value)
		return QORGAN_ABSENT;
	*value = (struct span){ entry->value, entry->value_size };
	return QORGAN_OK;
}

/* ---- Ranges ---------------------------------------------------------------------------------------- */

struct postgres_range {
	struct engine_range base;
	struct postgres_txn *txn;
	unsigned table;
	struct postgres_key low, high;       /* what is left of it beyond the rows that are at hand */
	bool is_known;                       /* rows come from what is known of the moment: */
	const struct pending_entry *known;   /* the next one */
	struct postgres_key known_end;       /* and how far that goes */
	PGresult *page;                      /* else of this page */
	int row, rows;                       /* the next one, and how many */
	uint32_t limit;                      /* of the next page */
	bool ended;                          /* there is no page after this */
	const struct pending_entry *pending; /* the next one of the transaction's own */
};

int postgres_range_open(struct engine_txn *base, unsigned table, struct engine_range **made, struct qorgan_error *error)
{
	struct postgres_range *range = calloc(1, sizeof *range);

	if (!range)
		return error_set_memory(error);
	range->txn = (struct postgres_txn *)base;
	range->table = table;
	range->limit = table == ENGINE_EVIDENCE ? PAGE_FIRST_LARGE : PAGE_FIRST;
	range->txn->ranges[table]++;
	*made = &range->base;
	return QORGAN_OK;
}

void postgres_range_close(struct engine_range *base)
{
	struct postgres_range *range = (struct postgres_range *)base;

	range->txn->ranges[range->table]--;
	/* The last row is valid for longer. */
	if (range->page)
		answer_keep(range->txn, range->page);
	free(range);
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
	bool reverse = range->base.reverse;
	uint32_t asked = range->limit;
	PGresult *page;
	int code = page_ask(txn, range->table, reverse, &range->low, &range->high, asked, &page, error);

	if (code)
		return code;
	txn->engine->pq->PQclear(range->page);
	range->page = page;
	range->row = 0;
	range->rows = txn->engine->pq->PQntuples(page);
	if (range->rows > (int)asked)
		return error_set(error, QORGAN_IO, "the server's answer has more rows than were asked for");
	range->ended = range->rows < (int)asked;
	struct postgres_key next = reverse ? range->high : range->low;
	bool kept = postgres_rows_keep(txn->engine, known_of(txn), page, range->table, reverse, &next);
	if (range->ended)
		next = reverse ? range->low : range->high;
	if (kept && reverse)
		postgres_cache_span_add(txn->cache, range->table, &next, &range->high);
	else if (kept)
		postgres_cache_span_add(txn->cache, range->table, &range->low, &next);
	*(reverse ? &range->high : &range->low) = next;
	if (range->rows)
		limit_grow(range);
	return QORGAN_OK;
}

/* Goes on with what is known, as far as that goes; false if nothing is. */
static bool known_next(struct postgres_range *range)
{
	bool reverse = range->base.reverse;
	const struct postgres_key *from = reverse ? &range->high : &range->low;
	struct postgres_key *end = &range->known_end;

	if (!known_of(range->txn) || !postgres_cache_span(range->txn->cache, range->table, from, reverse, end))
		return false;
	if (reverse ? postgres_key_compare(end, &range->low) < 0 : postgres_key_compare(end, &range->high) > 0)
		*end = reverse ? range->low : range->high;
	range->known = postgres_cache_seek(range->txn->cache, range->table, (struct span){ from->data, from->size }, reverse);
	range->is_known = true;
	return true;
}

/* Behind the last row that was known. */
static void known_leave(struct postgres_range *range)
{
	range->is_known = false;
	*(range->base.reverse ? &range->high : &range->low) = range->known_end;
	range->ended = postgres_key_compare(&range->low, &range->high) >= 0;
}

static bool known_holds(const struct postgres_range *range)
{
	const struct pending_entry *entry = range->known;

	if (!entry)
		return false;
	int order = engine_key_compare(entry->key, entry->key_size, range->known_end.data, range->known_end.size);
	return range->base.reverse ? order >= 0 : order < 0;
}

/* The next row that the server has, or is known to have; QORGAN_ABSENT at the end. */
static int server_peek(struct postgres_range *range, struct span *key, struct span *value, struct qorgan_error *error)
{
	for (;;) {
		if (range->is_known && known_holds(range)) {
			*key = (struct span){ range->known->key, range->known->key_size };
			*value = (struct span){ range->known->value, range->known->value_size };
			return QORGAN_OK;
		}
		if (range->is_known) {
			known_leave(range);
			continue;
		}
		if (range->row < range->rows)
			return postgres_rows_take(range->txn->engine, range->page, range->table, range->row, key, value)
			           ? QORGAN_OK
			           : error_set(error, QORGAN_IO, "the server's answer is not what was asked for: a row is malformed");
		if (range->ended)
			return QORGAN_ABSENT;
		int code = !range->base.reverse ? postgres_settle(range->txn, range->table, &range->low, error) : QORGAN_OK;
		if (!code && known_next(range))
			continue;
		if (!code)
			code = page_next(range, error);
		if (code)
			return code;
	}
}

static void server_step(struct postgres_range *range)
{
	if (range->is_known)
		range->known = postgres_cache_step(range->txn->cache, range->known, range->base.reverse);
	else
		range->row++;
}

/* The next of the two: what is pending covers what the server has. */
static int range_next(struct postgres_range *range, struct span *key, struct span *value, struct qorgan_error *error)
{
	bool reverse = range->base.reverse;

	for (;;) {
		const struct pending_entry *entry = range->pending;
		int code = server_peek(range, key, value, error);
		if (code && (code != QORGAN_ABSENT || !entry))
			return code;
		int order = -1; /* the server's is first */
		if (code)
			order = 1;
		else if (entry)
			order = engine_key_compare(key->data, key->size, entry->key, entry->key_size) * (reverse ? -1 : 1);
		if (order <= 0)
			server_step(range);
		if (order < 0)
			return QORGAN_OK;
		range->pending = pending_step(entry, reverse);
		if (entry->value) {
			*key = (struct span){ entry->key, entry->key_size };
			*value = (struct span){ entry->value, entry->value_size };
			return QORGAN_OK;
		}
		/* A key that was only asked for says nothing of what the server has. */
		if (order == 0 && entry->kind == PENDING_NONE)
			return QORGAN_OK;
	}
}

int postgres_range_first(struct engine_range *base, struct span *key, struct span *value, struct qorgan_error *error)
{
	struct postgres_range *range = (struct postgres_range *)base;
	struct span low = { base->low.data, base->low.size }, high = { base->high.data, base->high.size };

	range->low.size = low.size;
	memcpy(range->low.data, low.data, low.size);
	range->high.size = high.size;
	memcpy(range->high.data, high.data, high.size);
	if (!high.size)
		postgres_key_end(&range->high);
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
	struct postgres_key low = { 0 }, high;
	struct postgres_question question;
	PGresult *answer;

	if (!txn->sent && txn->cache && postgres_cache_count(txn->cache, table, count))
		return QORGAN_OK;
	postgres_key_end(&high);
	postgres_rows_question(txn->engine, POSTGRES_COUNT, table, &low, &high, 0, &question);
	int code = postgres_query(txn, question.statement, question.count, question.values, &answer, error);
	if (code)
		return code;
	if (!postgres_number(txn->engine->pq, answer, 0, 0, count))
		code = error_set(error, QORGAN_IO, "the server's answer is not what was asked for: no number");
	else if (!txn->sent && txn->cache)
		postgres_cache_count_set(txn->cache, table, *count);
	txn->engine->pq->PQclear(answer);
	return code;
}

/* How many rows are added by what is pending; false if it is not only added to. */
static bool adds_count(const struct pending *pending, unsigned table, uint64_t *count)
{
	*count = 0;
	for (const struct pending_entry *entry = pending_seek(pending, table, (struct span){ 0 }, false); entry;
	     entry = pending_step(entry, false)) {
		if (entry->kind == PENDING_SET || entry->kind == PENDING_REMOVE)
			return false;
		*count += entry->kind == PENDING_ADD;
	}
	return true;
}

/* Where something is pending that may be there already, row by row. */
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

	uint64_t added = 0;

	if (txn->pending && !adds_count(txn->pending, table, &added))
		return count_here(txn, table, count, error);
	int code = count_there(txn, table, count, error);
	*count += added;
	return code;
}
