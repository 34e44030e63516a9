/* All rows of a store as one moment sees them, in an order that every engine has: by
 * this a store is copied out of any engine and into any other. */
#include "engine/engine.h"
#include "engine/engine_driver.h"

static int table_copy(struct engine_txn *txn, unsigned table, engine_row each, void *context,
                      struct qorgan_error *error)
{
	const struct span open = { 0 };
	struct engine_range *range = NULL;
	struct span key, value;
	uint64_t count, found = 0;
	bool more = true;
	char title[ENGINE_TITLE_SIZE];
	int code = engine_count(txn, table, &count, error);

	if (!code)
		code = engine_range_open(txn, table, open, open, false, &range, error);
	while (!code && !(code = engine_range_more(range, &key, &value, &more, error)) && more) {
		found++;
		code = each(context, table, key, value, error);
	}
	engine_range_close(range);
	if (!code && found != count) {
		engine_table_title(table, title);
		code = error_set(error, QORGAN_IO,
		                 "the store is damaged: the table %s has %llu rows and says %llu: run qorgan verify", title,
		                 (unsigned long long)found, (unsigned long long)count);
	}
	return code;
}

int engine_copy(struct engine_txn *txn, engine_row each, void *context, struct qorgan_error *error)
{
	int code = QORGAN_OK;

	for (unsigned table = 0; table < ENGINE_TABLES && !code; table++)
		code = table_copy(txn, table, each, context, error);
	return code;
}
