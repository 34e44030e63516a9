/* Shared by the files of the LMDB engine, and by nobody else. */
#ifndef ENGINE_LMDB_ENGINE_H
#define ENGINE_LMDB_ENGINE_H

#include <lmdb.h>
#include <pthread.h>
#include <sys/stat.h>

#include "engine/lmdb_pages.h"

#define LMDB_DATA_NAME "store.mdb"
#define LMDB_LOCK_NAME "store.mdb-lock"
#define LMDB_WRITER_NAME "writer.lock"

struct lmdb_txn {
	struct engine_txn base;
	struct lmdb_engine *engine;
	MDB_txn *txn;
	MDB_cursor *cursors[ENGINE_TABLES]; /* of a write: opened when first needed */
};

struct lmdb_engine {
	struct engine base;
	MDB_env *env;
	char *folder, *data;             /* the paths of the folder and of the data file */
	dev_t device;
	ino_t inode;
	bool registered;
	MDB_dbi tables[ENGINE_TABLES];   /* 0: the table is not there */
	bool tables_made;                /* false: a new store, all of them are empty */
	int stale_readers;               /* of processes that had ended: let go when it was opened */
	int writer_file;                 /* -1 until the writer's lock is first asked for */

	pthread_mutex_t gate;            /* over what follows */
	unsigned active;                 /* transactions, and threads about to begin one */
	bool writing;
	pthread_t writer;
	bool lists_checked;              /* before the first write */
	bool grow;                       /* the map was full */
	bool broken;                     /* a write failed in a way that leaves doubt */
	size_t waited;                   /* the change up to which lmdb_wait told of any; 0: none */
	struct pages located;            /* the state that `owners` describes */
	struct pages_owner *owners;      /* for engine_locate; NULL until asked for */

	struct lmdb_txn write_txn;       /* there is one at most */
};

extern const struct engine_driver lmdb_driver;

/* lmdb_error(engine, result, doing, error): put a result of LMDB other than
 * success into words, "cannot <doing> ...", and remember what must follow from it. */
int lmdb_error(struct lmdb_engine *engine, int result, const char *doing, struct qorgan_error *error);
/* lmdb_commit_error(engine, result, error): the same for a commit, after which the
 * engine refuses further use unless the disk or the file was merely full. */
int lmdb_commit_error(struct lmdb_engine *engine, int result, struct qorgan_error *error);

/* lmdb_pause(): two milliseconds, for what another process is about to finish. */
void lmdb_pause(void);

/* lmdb_map_grow(engine, least, error): a larger map, of `least` bytes or twice
 * the present size. Only while no transaction is open, with the gate held. */
int lmdb_map_grow(struct lmdb_engine *engine, uint64_t least, struct qorgan_error *error);

/* The folder and its file system. */
struct lmdb_place {
	char *folder;
	size_t made_from; /* the path's length up to the first folder that was made; 0: none */
	bool writer_made;
};
int lmdb_place_create(struct lmdb_place *place, const char *folder, struct qorgan_error *error);
/* lmdb_place_remove(place): take away all that was made; lmdb_place_free keeps it. */
void lmdb_place_remove(struct lmdb_place *place);
void lmdb_place_free(struct lmdb_place *place);
int lmdb_place_sync(const char *folder, struct qorgan_error *error);
/* lmdb_place_check(folder, code, error): fails with `code` on a network file system. */
int lmdb_place_check(const char *folder, int code, struct qorgan_error *error);

/* One process opens a data file once: LMDB's locks would be lost otherwise. */
int lmdb_registry_add(struct lmdb_engine *engine, struct qorgan_error *error);
void lmdb_registry_remove(struct lmdb_engine *engine);

/* The driver's functions, by file. */
void lmdb_close(struct engine *engine);
int lmdb_lock_writer(struct engine *engine, bool wait, struct qorgan_error *error);
void lmdb_unlock_writer(struct engine *engine);
bool lmdb_is_current(struct engine *engine);
int lmdb_wait(struct engine *engine, unsigned milliseconds, bool *changed, struct qorgan_error *error);
int lmdb_begin(struct engine *engine, bool write, struct engine_txn **txn, struct qorgan_error *error);
int lmdb_commit(struct engine_txn *txn, struct qorgan_error *error);
void lmdb_abort(struct engine_txn *txn);
int lmdb_get(struct engine_txn *txn, unsigned table, struct span key, struct span *value,
             struct qorgan_error *error);
int lmdb_put(struct engine_txn *txn, unsigned table, struct span key, struct span value, enum engine_put_how how,
             struct qorgan_error *error);
int lmdb_remove(struct engine_txn *txn, unsigned table, struct span key, struct qorgan_error *error);
int lmdb_count(struct engine_txn *txn, unsigned table, uint64_t *count, struct qorgan_error *error);
int lmdb_sizes(struct engine_txn *txn, struct engine_sizes *sizes, struct qorgan_error *error);
int lmdb_range_open(struct engine_txn *txn, unsigned table, struct engine_range **range,
                    struct qorgan_error *error);
int lmdb_range_first(struct engine_range *range, struct span *key, struct span *value, struct qorgan_error *error);
int lmdb_range_step(struct engine_range *range, struct span *key, struct span *value, struct qorgan_error *error);
void lmdb_range_close(struct engine_range *range);
int lmdb_readers(struct engine *engine, struct engine_readers *readers, struct qorgan_error *error);
int lmdb_check(struct engine *engine, engine_fault report, void *context, uint64_t *faults,
               struct qorgan_error *error);
/* lmdb_check_lists(engine, error): the free list against what the tables are made
 * of, before a first write would trust it. A transaction must be reading, so that
 * others may write meanwhile. */
int lmdb_check_lists(struct lmdb_engine *engine, struct qorgan_error *error);
int lmdb_locate(struct engine *engine, uint64_t offset, struct buffer *to, struct qorgan_error *error);

/* As engine_move, engine_remove and engine_erase, of folders. */
int lmdb_move(const char *from, const char *to, struct qorgan_error *error);
void lmdb_remove_files(const char *folder);
int lmdb_erase(const char *folder, enum engine_erased *erased, struct qorgan_error *error);

#endif
