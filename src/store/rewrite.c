/* Writing a store's file anew.
 *
 * Pages are not copied: what a copy of them takes along of the unused room within each is the
 * database's choice, and no promise of its. The rows are copied into a new store beside this one, and read back;
 * then the two folders change places by one rename, and the former is erased. The row of
 * META_REWRITE leads through: it names the folder beside, in which lies, before that rename,
 * an unfinished store, and after it, as the row of the new store says, the former one. */
#include "store/rewrite.h"

#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/language.h"
#include "store/site.h"
#include "store/vault_change.h"

#define BATCH_SIZE ((size_t)48 << 20) /* bytes of rows in one transaction */

enum rewrite_step { ASKED = 'a', PLACED = 'p' };

struct rewrite_row {
	uint8_t step;
	char beside[255]; /* name of the folder; "": none was made yet */
};
_Static_assert(sizeof(struct rewrite_row) == 256, "no padding");

/* ---- The row ----------------------------------------------------------------------- */

static int row_read(struct qorgan_store *vault, struct engine_txn *txn, struct rewrite_row *row,
                    struct qorgan_error *error)
{
	struct buffer plain = { 0 };
	int code = vault_meta_get(vault, txn, META_REWRITE, &plain, error);

	if (!code && (plain.size != sizeof *row || plain.data[sizeof *row - 1] || strchr(plain.data + 1, '/') ||
	              (plain.data[0] != ASKED && plain.data[0] != PLACED)))
		code = error_set(error, QORGAN_IO, "the row of a file that is to be written anew is malformed: the store is damaged");
	if (!code)
		memcpy(row, plain.data, sizeof *row);
	buffer_free(&plain);
	return code;
}

/* As the one writer, in a transaction of its own; NULL: the row goes. */
static int row_write(struct qorgan_store *vault, const struct rewrite_row *row, struct qorgan_error *error)
{
	struct engine_txn *txn = NULL;
	int code = engine_begin_write(vault->engine, &txn, error);

	if (!code)
		code = vault_epoch_check(vault, txn, error);
	if (!code)
		code = row ? vault_meta_put(vault, txn, META_REWRITE, LAYOUT_SPAN(*row), error)
		           : engine_delete(txn, ENGINE_META, span_of(META_REWRITE), error);
	if (!code)
		return engine_commit(txn, error);
	engine_abort(txn);
	return code == QORGAN_ABSENT ? QORGAN_OK : code;
}

static int row_look(struct qorgan_store *vault, struct rewrite_row *row, bool *due, struct qorgan_error *error)
{
	struct engine_txn *txn = NULL;
	int code = engine_begin_read(vault->engine, &txn, error);

	if (!code)
		code = row_read(vault, txn, row, error);
	engine_abort(txn);
	*due = !code;
	return code == QORGAN_ABSENT ? QORGAN_OK : code;
}

int rewrite_ask(struct vault_change *change, struct qorgan_error *error)
{
	const struct rewrite_row asked = { .step = ASKED };
	struct rewrite_row row;
	int code = row_read(change->view.vault, change->view.txn, &row, error);

	/* One that was interrupted names what is left beside. */
	if (code != QORGAN_ABSENT && (code || row.step == ASKED))
		return code;
	if (code != QORGAN_ABSENT)
		return error_set(error, QORGAN_BUSY, "the former file of the store still lies beside it: qorgan forget --continue "
		                 "takes it away");
	return vault_meta_put(change->view.vault, change->view.txn, META_REWRITE, LAYOUT_SPAN(asked), error);
}

int rewrite_is_due(struct qorgan_store *vault, bool *due, struct qorgan_error *error)
{
	struct rewrite_row row;

	return row_look(vault, &row, due, error);
}

/* ---- The copy ------------------------------------------------------------------------ */

struct copying {
	struct qorgan_store *vault;
	struct engine *to;
	struct engine_txn *txn; /* of `to` */
	size_t batch;
	uint64_t done, total;
	const char *what;
};

static bool is_rewrite_row(unsigned table, struct span key)
{
	return table == ENGINE_META && span_is(key, META_REWRITE);
}

static int copying_progress(struct copying *copying)
{
	return vault_progress(copying->vault, copying->what, ++copying->done, copying->total);
}

static int row_copy(void *context, unsigned table, struct span key, struct span value, struct qorgan_error *error)
{
	struct copying *copying = context;
	int code = QORGAN_OK;

	if (is_rewrite_row(table, key))
		return QORGAN_OK;
	if (copying->batch >= BATCH_SIZE) {
		code = engine_commit(copying->txn, error);
		copying->txn = NULL;
		if (!code)
			code = engine_begin_write(copying->to, &copying->txn, error);
		copying->batch = 0;
	}
	copying->batch += key.size + value.size;
	if (!code)
		code = engine_append(copying->txn, table, key, value, error);
	return code ? code : copying_progress(copying);
}

static int row_compare(void *context, unsigned table, struct span key, struct span value, struct qorgan_error *error)
{
	struct copying *copying = context;
	struct span copy;
	int code;

	if (is_rewrite_row(table, key))
		return QORGAN_OK;
	code = engine_get(copying->txn, table, key, &copy, error);
	if (code == QORGAN_ABSENT || (!code && !span_equal(copy, value)))
		return error_set(error, QORGAN_IO, "a row of the new file is not what was written: memory or disk is faulty; the "
		                 "store is as it was");
	return code ? code : copying_progress(copying);
}

/* Before the former file is given up, every row of the new one is read again. */
static int copy_check(struct copying *copying, struct engine_txn *from, struct qorgan_error *error)
{
	int code = engine_begin_read(copying->to, &copying->txn, error);

	copying->what = SAID("reading the new file again");
	copying->done = 0;
	if (!code)
		code = engine_copy(from, row_compare, copying, error);
	engine_abort(copying->txn);
	copying->txn = NULL;
	return code;
}

static int copy_make(struct copying *copying, struct engine_txn *from, const struct rewrite_row *row,
                     struct qorgan_error *error)
{
	struct qorgan_store *vault = copying->vault;
	uint64_t count;
	int code = engine_begin_write(copying->to, &copying->txn, error);

	for (unsigned table = 0; table < ENGINE_TABLES && !code; table++, copying->total += count)
		code = engine_count(from, table, &count, error);
	copying->what = SAID("writing the file anew");
	if (!code)
		code = engine_copy(from, row_copy, copying, error);
	if (!code)
		code = vault_meta_put(vault, copying->txn, META_REWRITE, LAYOUT_SPAN(*row), error);
	if (!code) {
		code = engine_commit(copying->txn, error);
		copying->txn = NULL;
	}
	return code;
}

/* Of the folder and its files: who may use the store may go on doing so. */
static int rights_keep(const char *from, const char *to, struct qorgan_error *error)
{
	struct stat status, made;

	if (stat(from, &status) || stat(to, &made))
		return QORGAN_OK; /* a lock file that nobody made yet */
	if ((status.st_uid != made.st_uid || status.st_gid != made.st_gid) && chown(to, status.st_uid, status.st_gid))
		return error_set_system(error, QORGAN_DENIED, "cannot give the new file to who owns %s", from);
	if ((status.st_mode & 07777) != (made.st_mode & 07777) && chmod(to, status.st_mode & 07777))
		return error_set_system(error, QORGAN_DENIED, "cannot give the new file the rights of %s", from);
	return QORGAN_OK;
}

static int all_rights_keep(const char *from, const char *to, struct qorgan_error *error)
{
	int code = QORGAN_OK;

	for (unsigned i = 0; !code && engine_file_name(i); i++) {
		char *old = file_join(from, engine_file_name(i)), *new = file_join(to, engine_file_name(i));
		code = old && new ? rights_keep(old, new, error) : error_set_memory(error);
		free(old);
		free(new);
	}
	return code ? code : rights_keep(from, to, error);
}

static int copy_all(struct qorgan_store *vault, const char *folder, const struct rewrite_row *row,
                    struct qorgan_error *error)
{
	struct copying copying = { .vault = vault };
	struct engine_txn *from = NULL;
	int code = engine_open_lmdb(folder, ENGINE_CREATE | ENGINE_ANY_FILESYSTEM, &copying.to, error);

	if (!code)
		code = engine_begin_read(vault->engine, &from, error);
	if (!code)
		code = copy_make(&copying, from, row, error);
	if (!code)
		code = copy_check(&copying, from, error);
	engine_abort(copying.txn);
	engine_abort(from);
	engine_close(copying.to);
	return code ? code : all_rights_keep(vault->path, folder, error);
}

/* ---- In place -------------------------------------------------------------------------- */

static uint64_t file_size(const char *folder)
{
	char *path = file_join(folder, engine_file_name(0));
	struct stat status;
	uint64_t size = path && stat(path, &status) == 0 ? (uint64_t)status.st_size : 0;

	free(path);
	return size;
}

/* The path of what lies beside; NULL: no memory. */
static char *beside_path(const struct qorgan_store *vault, const struct rewrite_row *row)
{
	char *copy = strdup(vault->path), *path = copy ? file_join(dirname(copy), row->beside) : NULL;

	free(copy);
	return path;
}

/* Only what site_open_beside made is taken away. */
static bool is_beside(const struct qorgan_store *vault, const struct rewrite_row *row)
{
	const char *name = strrchr(vault->path, '/');
	size_t size = name ? strlen(name + 1) : 0;

	return size && strncmp(row->beside, name + 1, size) == 0 && strncmp(row->beside + size, ".new-", 5) == 0 &&
	       strlen(row->beside) == size + 11;
}

static int beside_remove(const struct qorgan_store *vault, const struct rewrite_row *row, enum engine_erased *erased,
                         struct qorgan_error *error)
{
	char *path = is_beside(vault, row) ? beside_path(vault, row) : NULL;
	struct stat status;
	int code = QORGAN_OK;

	*erased = ENGINE_ERASED;
	if (path && lstat(path, &status) == 0 && S_ISDIR(status.st_mode))
		code = engine_erase(path, erased, error);
	if (!code && path)
		code = file_sync_name(vault->path, error);
	free(path);
	return code;
}

/* The vault goes on with the file that lies in the place now, as its one writer. */
static int vault_reopen(struct qorgan_store *vault, struct qorgan_error *error)
{
	engine_close(vault->engine);
	vault->engine = NULL;
	int code = engine_open_lmdb(vault->path, ENGINE_ANY_FILESYSTEM, &vault->engine, error);
	if (code)
		return error_prefix(error, QORGAN_IO, "the new file cannot be opened");
	return vault_writer_wait(vault, error);
}

static int store_replace(struct qorgan_store *vault, struct rewrite_row *row, struct rewritten *result,
                        struct qorgan_error *error)
{
	struct site *site = NULL;
	bool swapped = false;
	int code = beside_remove(vault, row, &result->erased, error);

	if (!code)
		code = vault_staged_remove(vault, error);
	if (!code)
		code = site_open_beside(vault->path, &site, error);
	if (!code) {
		const char *name = strrchr(site_folder(site), '/');
		snprintf(row->beside, sizeof row->beside, "%s", name ? name + 1 : "");
		code = is_beside(vault, row) ? row_write(vault, row, error)
		                             : error_set(error, QORGAN_CANNOT_CREATE, "the name of %s is too long", vault->path);
	}
	if (!code) {
		row->step = PLACED;
		code = copy_all(vault, site_folder(site), row, error);
	}
	if (!code) {
		result->before = file_size(vault->path);
		code = site_swap(site, error);
		swapped = code != QORGAN_CANNOT_CREATE;
	}
	if (!code)
		code = vault_reopen(vault, error);
	if (swapped)
		site_free(site);
	else
		site_remove(site);
	return code;
}

/* A server gives up the bytes of rows when it likes: there is no file to be written anew. */
static int server_run(struct qorgan_store *vault, struct rewritten *result, struct qorgan_error *error)
{
	result->erased = ENGINE_ERASED_BY_SERVER;
	return row_write(vault, NULL, error);
}

int rewrite_run(struct qorgan_store *vault, struct rewritten *result, struct qorgan_error *error)
{
	struct rewrite_row row;
	int code = vault_write_check(vault, error);

	*result = (struct rewritten){ 0 };
	if (!code)
		code = checkout_refuse(vault, error);
	if (!code)
		code = vault_writer_wait(vault, error);
	if (code)
		return code;
	code = row_look(vault, &row, &result->done, error);
	if (!code && result->done && engine_is_server(vault->path)) {
		code = server_run(vault, result, error);
	} else if (!code && result->done) {
		if (row.step == ASKED)
			code = store_replace(vault, &row, result, error);
		if (!code)
			code = beside_remove(vault, &row, &result->erased, error);
		if (!code)
			code = row_write(vault, NULL, error);
	}
	if (!code)
		result->after = file_size(vault->path);
	if (vault->engine)
		engine_unlock_writer(vault->engine);
	return code;
}
