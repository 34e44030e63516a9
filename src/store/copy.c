/* Copying a store from place to place.
 *
 * The copy is made under a name that says what it is, and can be gone on with: what is there is compared with the
 * store row by row, and only what differs is written. So it matters neither where an attempt broke off nor whether the
 * store changed since. At the end all of it is read again; then it gets its name. */
#include "qorgan/copy.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/date.h"
#include "base/language.h"
#include "store/copy.h"
#include "store/site.h"
#include "store/vault_internal.h"

#define BATCH_SIZE ((size_t)32 << 20) /* bytes of rows in one transaction */

struct copying {
	struct qorgan_store *vault;
	struct engine *to;
	struct engine_txn *from, *there, *writing; /* the store; the copy as it was; the copy as it becomes */
	size_t batch;
	uint64_t done, total;
	struct qorgan_copied *copied;
};

/* ---- One table ------------------------------------------------------------------------- */

/* One of the two that are gone through side by side. */
struct side {
	struct engine_range *range;
	struct span key, value;
	bool more;
};

static int side_open(struct side *side, struct engine_txn *txn, unsigned table, struct qorgan_error *error)
{
	const struct span open = { 0 };
	int code = engine_range_open(txn, table, open, open, false, &side->range, error);

	return code ? code : engine_range_more(side->range, &side->key, &side->value, &side->more, error);
}

static int side_step(struct side *side, struct qorgan_error *error)
{
	return engine_range_more(side->range, &side->key, &side->value, &side->more, error);
}

static int span_order(struct span a, struct span b)
{
	int order = memcmp(a.data, b.data, a.size < b.size ? a.size : b.size);

	return order ? order : (a.size > b.size) - (a.size < b.size);
}

static int batch_end(struct copying *copying, size_t bytes, struct qorgan_error *error)
{
	copying->batch += bytes;
	if (copying->batch < BATCH_SIZE)
		return QORGAN_OK;
	copying->batch = 0;
	int code = engine_commit(copying->writing, error);
	copying->writing = NULL;
	return code ? code : engine_begin_write(copying->to, &copying->writing, error);
}

/* The row of the store where the copy has none, or another value. */
static int row_write(struct copying *copying, unsigned table, const struct side *store, const struct side *copy,
                     bool replaces, struct qorgan_error *error)
{
	int code = QORGAN_OK;

	copying->copied->written++;
	if (replaces)
		code = engine_put(copying->writing, table, store->key, store->value, error);
	else if (copy->more)
		code = engine_add(copying->writing, table, store->key, store->value, error);
	else
		code = engine_append(copying->writing, table, store->key, store->value, error);
	return code ? code : batch_end(copying, store->key.size + store->value.size, error);
}

static int row_told(struct copying *copying, const struct side *store, struct qorgan_error *error)
{
	copying->copied->rows++;
	copying->copied->bytes += store->key.size + store->value.size;
	int code = vault_progress(copying->vault, SAID("copying"), ++copying->done, copying->total);
	return code == QORGAN_INTERRUPTED ? error_set(error, code, "stopped: the copy can be gone on with") : code;
}

static int table_copy(struct copying *copying, unsigned table, struct qorgan_error *error)
{
	struct side store = { 0 }, copy = { 0 };
	int code = side_open(&store, copying->from, table, error);

	if (!code)
		code = side_open(&copy, copying->there, table, error);
	while (!code && (store.more || copy.more)) {
		int order = !copy.more ? -1 : !store.more ? 1 : span_order(store.key, copy.key);
		if (order > 0)
			code = engine_delete(copying->writing, table, copy.key, error);
		else if (order < 0)
			code = row_write(copying, table, &store, &copy, false, error);
		else if (!span_equal(store.value, copy.value))
			code = row_write(copying, table, &store, &copy, true, error);
		if (!code && order <= 0)
			code = row_told(copying, &store, error);
		if (!code && order <= 0)
			code = side_step(&store, error);
		if (!code && order >= 0)
			code = side_step(&copy, error);
	}
	engine_range_close(store.range);
	engine_range_close(copy.range);
	return code;
}

/* Every row is read again from where it lies now. */
static int table_compare(struct copying *copying, unsigned table, struct qorgan_error *error)
{
	struct side store = { 0 }, copy = { 0 };
	int code = side_open(&store, copying->from, table, error);

	if (!code)
		code = side_open(&copy, copying->there, table, error);
	while (!code && (store.more || copy.more)) {
		if (store.more != copy.more || !span_equal(store.key, copy.key) || !span_equal(store.value, copy.value))
			code = error_set(error, QORGAN_IO, "the copy does not hold what was written to it: it was not put in its place");
		if (!code)
			code = vault_progress(copying->vault, SAID("reading the copy again"), ++copying->done, copying->total);
		if (!code)
			code = side_step(&store, error);
		if (!code)
			code = side_step(&copy, error);
	}
	engine_range_close(store.range);
	engine_range_close(copy.range);
	return code;
}

/* ---- All of it ---------------------------------------------------------------------------- */

static int rows_total(struct copying *copying, struct qorgan_error *error)
{
	uint64_t count = 0;
	int code = QORGAN_OK;

	copying->total = 0;
	for (unsigned table = 0; table < ENGINE_TABLES && !code; table++) {
		code = engine_count(copying->from, table, &count, error);
		copying->total += count;
	}
	return code;
}

static int rows_copy(struct copying *copying, struct qorgan_error *error)
{
	int code = engine_begin_read(copying->vault->engine, &copying->from, error);

	if (!code)
		code = rows_total(copying, error);
	if (!code)
		code = engine_begin_read(copying->to, &copying->there, error);
	if (!code)
		code = engine_begin_write(copying->to, &copying->writing, error);
	for (unsigned table = 0; table < ENGINE_TABLES && !code; table++)
		code = table_copy(copying, table, error);
	if (!code) {
		code = engine_commit(copying->writing, error);
		copying->writing = NULL;
	}
	engine_abort(copying->there);
	copying->there = NULL;
	if (!code)
		code = engine_begin_read(copying->to, &copying->there, error);
	copying->done = 0;
	for (unsigned table = 0; table < ENGINE_TABLES && !code; table++)
		code = table_compare(copying, table, error);
	engine_abort(copying->writing);
	engine_abort(copying->there);
	engine_abort(copying->from);
	return code;
}

/* The copy as far as it came; a new one where it did not come so far that it can be opened. */
static int copy_open(const struct site *site, struct engine **to, struct qorgan_error *error)
{
	struct qorgan_error why = { 0 };
	int code = engine_open(site_folder(site), ENGINE_ANY_FILESYSTEM, to, &why);

	if (code != QORGAN_IO && code != QORGAN_BAD_DATA && code != QORGAN_ABSENT) {
		if (code && error)
			*error = why;
		return code;
	}
	/* Where the power went, a file of locks may be there without the store's. */
	engine_remove(site_folder(site));
	return engine_open(site_folder(site), ENGINE_CREATE | ENGINE_ANY_FILESYSTEM, to, error);
}

/* Nobody goes on with the former: what is written there would be missed in the new place. */
static int former_put_aside(struct qorgan_store *vault, const char *to, char **kept, struct qorgan_error *error)
{
	char moment[TIME_TEXT_SIZE], *ending = NULL;
	int code = QORGAN_OK;

	time_format(vault->now, moment);
	for (char *at = moment; *at; at++)
		*at = *at == ':' ? '-' : *at;
	if (asprintf(&ending, ".moved-%s", moment) < 0)
		return error_set_memory(error);
	code = site_put_aside(vault->path, vault->engine, ending, kept, error);
	free(ending);
	engine_close(vault->engine);
	vault->engine = NULL;
	if (!code && vault->seen.known) {
		snprintf(vault->seen.path, sizeof vault->seen.path, "%s", to);
		vault_remember(vault);
	}
	return code;
}

static int copy_settle(struct qorgan_store *vault, struct site *site, bool moves, struct qorgan_copied *copied,
                       struct qorgan_error *error)
{
	int code = site_settle(site, error);

	if (!code && moves)
		code = former_put_aside(vault, site_folder(site), &copied->kept, error);
	return code;
}

int store_copy(struct qorgan_store *vault, const char *to, bool moves, store_copy_finish finish,
               struct qorgan_copied *copied, struct qorgan_error *error)
{
	struct copying copying = { .vault = vault, .copied = copied };
	struct site *site = NULL;
	int code = checkout_refuse(vault, error);

	*copied = (struct qorgan_copied){ 0 };
	if (!code)
		code = site_check(to, error);
	if (!code && moves && vault->mistrust[0])
		code = error_set(error, QORGAN_DENIED, "nothing was moved: %s", vault->mistrust);
	if (!code)
		code = vault_writer_wait(vault, error);
	if (code)
		return code;
	code = vault_staged_remove(vault, error);
	if (!code)
		code = site_open_again(to, ".copying", &site, error);
	if (!code)
		code = copy_open(site, &copying.to, error);
	if (!code)
		code = rows_copy(&copying, error);
	if (!code && finish)
		code = finish(vault, copying.to, error);
	engine_close(copying.to);
	if (!code)
		code = copy_settle(vault, site, moves, copied, error);
	site_free(site);
	if (vault->engine)
		engine_unlock_writer(vault->engine);
	return code;
}

int qorgan_store_copy(struct qorgan_store *vault, const char *to, bool moves, struct qorgan_copied *copied,
                      struct qorgan_error *error)
{
	return store_copy(vault, to, moves, NULL, copied, error);
}
