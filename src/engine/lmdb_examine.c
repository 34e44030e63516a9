/* engine_check and engine_locate over the open file of the LMDB engine. */
#include <stdio.h>
#include <stdlib.h>

#include "engine/lmdb_engine.h"

#define META_ATTEMPTS 3 /* to find a meta page written that was being written */

static int file_of(struct lmdb_engine *engine, int *file, struct qorgan_error *error)
{
	int result = mdb_env_get_fd(engine->env, file);

	return result ? lmdb_error(engine, result, "examine", error) : QORGAN_OK;
}

/* The older meta page is the one that a writer writes next: found half written, it is whole a moment later. Faults that
 * last are left to be told. */
static int pages_open_quiet(struct pages *pages, int file, const char *path, struct qorgan_error *error)
{
	uint64_t faults = 0;
	int code = pages_open(pages, file, path, error);

	if (!code)
		pages_check_metas(pages, NULL, NULL, &faults);
	for (unsigned attempt = 0; !code && faults && attempt < META_ATTEMPTS; attempt++) {
		lmdb_pause();
		faults = 0;
		code = pages_open(pages, file, path, error);
		if (!code)
			pages_check_metas(pages, NULL, NULL, &faults);
	}
	return code;
}

int lmdb_check(struct engine *base, engine_fault report, void *context, uint64_t *faults,
               struct qorgan_error *error)
{
	struct lmdb_engine *engine = (struct lmdb_engine *)base;
	struct pages_owner *owners = NULL;
	struct engine_txn *held = NULL;
	struct qorgan_error found;
	struct pages pages;
	int file;
	int code = file_of(engine, &file, error);

	if (code)
		return code;
	/* While a transaction reads, no page of its state or of a later one is used
	 * again: so others may write meanwhile. */
	if (engine_begin_read(base, &held, NULL))
		held = NULL;
	code = pages_open_quiet(&pages, file, engine->data, &found);
	if (!code) {
		pages_check_metas(&pages, report, context, faults);
		owners = pages_owners(&pages, &found);
		code = owners ? QORGAN_OK : found.code;
	}
	/* What keeps the file from being walked at all is a fault like others. */
	if (code == QORGAN_IO || code == QORGAN_BAD_DATA) {
		++*faults;
		if (report)
			report(context, found.message);
		code = QORGAN_OK;
	} else if (code) {
		error_set(error, code, "%s", found.message);
	} else {
		code = pages_walk(&pages, PAGES_EVERYTHING, owners, report, context, faults, error);
	}
	free(owners);
	engine_abort(held);
	return code;
}

static void first_keep(void *context, const char *text)
{
	char *first = context;

	if (!*first)
		snprintf(first, 256, "%s", text);
}

int lmdb_check_lists(struct lmdb_engine *engine, struct qorgan_error *error)
{
	struct pages_owner *owners = NULL;
	struct pages pages;
	char first[256] = "";
	uint64_t faults = 0;
	int file;
	int code = file_of(engine, &file, error);

	if (code)
		return code;
	code = pages_open(&pages, file, engine->data, error);
	if (!code && !(owners = pages_owners(&pages, error)))
		code = error ? error->code : QORGAN_IO;
	if (!code)
		code = pages_walk(&pages, PAGES_BRANCHES, owners, first_keep, first, &faults, error);
	if (!code && faults)
		code = error_set(error, QORGAN_IO, "nothing was written, as %s is damaged: %s; run qorgan verify", engine->data,
		                 first);
	free(owners);
	return code;
}

/* Keeps what each page is until the store changes. */
static int locate_prepare(struct lmdb_engine *engine, struct qorgan_error *error)
{
	struct pages_owner *owners;
	struct pages pages;
	uint64_t faults = 0;
	int file;
	int code = file_of(engine, &file, error);

	if (!code)
		code = pages_open(&pages, file, engine->data, error);
	if (code)
		return code;
	if (engine->owners && engine->located.count == pages.count && engine->located.file_size == pages.file_size &&
	    engine->located.meta[pages.newest].transaction == pages.meta[pages.newest].transaction)
		return QORGAN_OK;
	owners = pages_owners(&pages, error);
	if (!owners)
		return error ? error->code : QORGAN_IO;
	code = pages_walk(&pages, PAGES_EVERYTHING, owners, NULL, NULL, &faults, error);
	if (code) {
		free(owners);
		return code;
	}
	free(engine->owners);
	engine->owners = owners;
	engine->located = pages;
	return QORGAN_OK;
}

int lmdb_locate(struct engine *base, uint64_t offset, struct buffer *to, struct qorgan_error *error)
{
	struct lmdb_engine *engine = (struct lmdb_engine *)base;

	pthread_mutex_lock(&engine->gate);
	int code = locate_prepare(engine, error);
	if (!code)
		pages_locate(&engine->located, engine->owners, offset, to);
	pthread_mutex_unlock(&engine->gate);
	if (!code && to->failed)
		code = error_set_memory(error);
	return code;
}
