/* Questions for rows, and what answers to them hold. */
#include <string.h>

#include "base/bytes.h"
#include "engine/postgres_cache.h"

static const char key_end[ENGINE_KEY_MOST + 2] = { [0 ... ENGINE_KEY_MOST + 1] = (char)0xff };

/* A macro for each table, as the name of a table is no value that a question could be given. */
#define QUESTIONS_OF(table)                                                                                              \
	{                                                                                                                    \
		[POSTGRES_GET] = { "get " #table, "SELECT value FROM qorgan." #table " WHERE store = $1 AND key = $2" },         \
		[POSTGRES_UP] = { "up " #table, "SELECT key, value FROM qorgan." #table                                          \
			              " WHERE store = $1 AND key >= $2 AND key < $3 ORDER BY key LIMIT $4" },                        \
		[POSTGRES_DOWN] = { "down " #table, "SELECT key, value FROM qorgan." #table                                      \
			                " WHERE store = $1 AND key >= $2 AND key < $3 ORDER BY key DESC LIMIT $4" },                 \
		[POSTGRES_COUNT] = { "count " #table, "SELECT count(*) FROM qorgan." #table                                      \
			                 " WHERE store = $1 AND key >= $2 AND key < $3" },                                           \
	}

/* In the order of the engine's tables. */
static const struct postgres_statement questions[POSTGRES_TABLES][POSTGRES_ROWS] = {
	QUESTIONS_OF(meta),    QUESTIONS_OF(ids),      QUESTIONS_OF(history), QUESTIONS_OF(leaves), QUESTIONS_OF(tree),
	QUESTIONS_OF(commits), QUESTIONS_OF(evidence), QUESTIONS_OF(mirror),  QUESTIONS_OF(heads),
};

void postgres_key_end(struct postgres_key *to)
{
	to->size = sizeof key_end;
	memcpy(to->data, key_end, sizeof key_end);
}

/* The bound of a range, as the server is asked: of all heads a shard is a part. */
static struct postgres_key bound_there(unsigned table, const struct postgres_key *bound)
{
	struct postgres_key there = *bound;

	if (table >= ENGINE_HEADS && bound->size == sizeof key_end)
		there = (struct postgres_key){ 1, { (char)(table - ENGINE_HEADS + 1) } };
	else if (table >= ENGINE_HEADS)
		postgres_key_set(&there, table, (struct span){ bound->data, bound->size });
	return there;
}

void postgres_rows_question(const struct postgres_engine *engine, enum postgres_rows what, unsigned table,
                            const struct postgres_key *low, const struct postgres_key *high, uint32_t limit,
                            struct postgres_question *question)
{
	struct postgres_value *values = question->values;

	question->statement = &questions[postgres_table(table)][what];
	question->low = bound_there(table, low);
	bytes_put_u32(question->store, engine->number);
	values[0] = (struct postgres_value){ POSTGRES_INT4, question->store, sizeof question->store };
	values[1] = (struct postgres_value){ POSTGRES_BYTEA, question->low.data, question->low.size };
	question->count = 2;
	if (what == POSTGRES_GET)
		return;
	question->high = bound_there(table, high);
	values[2] = (struct postgres_value){ POSTGRES_BYTEA, question->high.data, question->high.size };
	question->count = 3;
	if (what == POSTGRES_COUNT)
		return;
	bytes_put_u64(question->limit, limit);
	values[3] = (struct postgres_value){ POSTGRES_INT8, question->limit, sizeof question->limit };
	question->count = 4;
}

bool postgres_rows_take(const struct postgres_engine *engine, const PGresult *page, unsigned table, int row, struct span *key,
                        struct span *value)
{
	if (!postgres_column(engine->pq, page, row, 0, key) || !postgres_column(engine->pq, page, row, 1, value))
		return false;
	if (table >= ENGINE_HEADS) {
		if (!key->size || (uint8_t)key->data[0] != table - ENGINE_HEADS)
			return false;
		*key = (struct span){ key->data + 1, key->size - 1 };
	}
	return key->size - 1 < ENGINE_KEY_MOST;
}

bool postgres_rows_keep(const struct postgres_engine *engine, struct postgres_cache *cache, const PGresult *page, unsigned table,
                        bool reverse, struct postgres_key *next)
{
	int rows = engine->pq->PQntuples(page);
	bool kept = cache != NULL;
	struct span key, value;

	for (int row = 0; row < rows; row++) {
		if (!postgres_rows_take(engine, page, table, row, &key, &value))
			return false;
		int order = row ? engine_key_compare(key.data, key.size, next->data, next->size) : 0;
		if (row && (reverse ? order >= 0 : order < 0))
			return false;
		kept = kept && postgres_cache_add(cache, table, key, &value);
		next->size = key.size;
		memcpy(next->data, key.data, key.size);
		if (!reverse)
			next->data[next->size++] = '\0';
	}
	return kept;
}
