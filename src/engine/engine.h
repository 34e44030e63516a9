/* One ordered key-value seam. Whoever stores bytes knows this header and
 * nothing else of a database.
 *
 * A key is 1 to 64 bytes and a value at most 16 MiB; keys are ordered as
 * unsigned bytes, a prefix before what it begins. Nothing above may assume that a single get
 * is cheap: what can be read in order is read by a range. All of it fails with
 * QORGAN_IO for damage and faults of the disk (a full one included), QORGAN_BUSY
 * where another process holds what is needed, QORGAN_INTERNAL without memory. */
#ifndef ENGINE_ENGINE_H
#define ENGINE_ENGINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/error.h"

/* The tables of a store. Heads are kept in shards, so that the newest versions
 * of what is listed together lie together. */
#define ENGINE_HEAD_SHARDS 32
enum engine_table {
	ENGINE_META,
	ENGINE_IDS,
	ENGINE_HISTORY,
	ENGINE_LEAVES,
	ENGINE_TREE,
	ENGINE_COMMITS,
	ENGINE_EVIDENCE,
	ENGINE_MIRROR,
	ENGINE_HEADS, /* ENGINE_HEADS + shard, shard < ENGINE_HEAD_SHARDS */
	ENGINE_TABLES = ENGINE_HEADS + ENGINE_HEAD_SHARDS
};

struct engine;
struct engine_txn;
struct engine_range;

enum engine_open_flags {
	ENGINE_CREATE = 1,    /* make a new one; fails if there is one */
	ENGINE_READ_ONLY = 2, /* no write transaction will be asked for */
	ENGINE_ANY_FILESYSTEM = 4, /* do not refuse network file systems */
	ENGINE_GLANCE = 8     /* with ENGINE_READ_ONLY: leaves no trace in the folder; for one short read, as
	                       * writers do not wait for it: what it reads may be gone two commits later */
};

/* A place is a folder, or the address of a store on a server: postgres://[user@]host[:port][,host…]/database, and after
 * that, as ?store=NAME, the store's name in the database, if it is not "main". */
bool engine_is_server(const char *place);
/* engine_server_beside(place, ending): the address of another store of the same database, whose name has that ending
 * more; the caller frees it; NULL without memory. */
char *engine_server_beside(const char *place, const char *ending);
/* engine_is_same_database(a, b): whether two stores on servers lie in one database, as their addresses have it. */
bool engine_is_same_database(const char *a, const char *b);

/* engine_open(place, flags, engine, error): the store there. The codes of a folder are those of engine_open_lmdb; of a
 * server, QORGAN_ABSENT: it has no such store, database or tables; QORGAN_BUSY: it cannot be reached; QORGAN_DENIED: it
 * does not let this user in. */
int engine_open(const char *place, unsigned flags, struct engine **engine, struct qorgan_error *error);
/* engine_open_lmdb(folder, flags, engine, error): the store in that folder.
 * QORGAN_ABSENT: no store there; QORGAN_BAD_DATA: not a store at all;
 * QORGAN_CANNOT_CREATE: with ENGINE_CREATE, the place cannot be made or is
 * taken; QORGAN_IO: damage (the file is shorter than it says, say).
 * One process opens a folder at most once at a time. */
int engine_open_lmdb(const char *folder, unsigned flags, struct engine **engine, struct qorgan_error *error);
/* engine_open_memory(engine, error): an empty one that lives until closed. */
int engine_open_memory(struct engine **engine, struct qorgan_error *error);
/* engine_close(engine): NULL is allowed; no transaction may be open. */
void engine_close(struct engine *engine);

/* engine_move(from, to, error): move a closed store into another folder of the
 * same file system, or to another name in the same database, where no store is; it is there from one instant to the
 * next. QORGAN_CANNOT_CREATE if it cannot be; QORGAN_IO if it was not made durable.
 * engine_remove(place): delete the files of a closed store, not the folder; or its rows. */
int engine_move(const char *from, const char *to, struct qorgan_error *error);
void engine_remove(const char *place);

/* Of stores on servers only: folders change places by the file system.
 * engine_replace(engine, by, kept, error): a store whose one writer this process is gets the name of the place `kept`,
 * and the one at `by`, if that is not NULL, gets its own, from one instant to the next. It is not the writer any more.
 * engine_exists(place, exists, error): whether there is a store. */
int engine_replace(struct engine *engine, const char *by, const char *kept, struct qorgan_error *error);
int engine_exists(const char *place, bool *exists, struct qorgan_error *error);

/* engine_erase(place, erased, error): overwrite the content of a closed store that is out of
 * its place with zeros, and delete its files and the folder. It is deleted only, not
 * overwritten, where that would hurt others. */
enum engine_erased {
	ENGINE_ERASED,
	ENGINE_ERASED_NOT_READ,  /* a process still reads it: its blocks go when that ends */
	ENGINE_ERASED_NOT_LINKED, /* the file has another name, and keeps its content under that */
	ENGINE_ERASED_BY_SERVER  /* its rows were deleted: when their bytes go is the server's affair */
};
int engine_erase(const char *place, enum engine_erased *erased, struct qorgan_error *error);

/* engine_lock_writer(engine, wait, error): become the one writer of the
 * store among all processes, for longer than one transaction. Without `wait`,
 * QORGAN_BUSY names the process that holds it. The lock goes with the process. */
int engine_lock_writer(struct engine *engine, bool wait, struct qorgan_error *error);
void engine_unlock_writer(struct engine *engine);

/* engine_is_current(engine): false if another store's file has taken the place of the one that is
 * open: what is written to that one is lost. Certain for who is the one writer. */
bool engine_is_current(struct engine *engine);

/* engine_wait(engine, milliseconds, changed, error): return once another process may have changed the store since the last
 * call (*changed; at the first call it may have), or after about so long. QORGAN_ABSENT: another store has taken the
 * place of the one that is open. Of a server QORGAN_BUSY: it cannot be reached; the next call tries again. No transaction
 * of this thread may be open. */
int engine_wait(struct engine *engine, unsigned milliseconds, bool *changed, struct qorgan_error *error);

/* Transactions. A read sees one moment in time, that of its beginning or of its first question; a write sees its own changes
 * and becomes durable, whole, at its commit. One write transaction at a time;
 * others wait. A transaction belongs to the thread that began it. */
int engine_begin_read(struct engine *engine, struct engine_txn **txn, struct qorgan_error *error);
/* engine_begin_read_within: of what there was before this thread's own write transaction, for no longer than that lasts:
 * behind it there may be nothing more to learn (QORGAN_BUSY). So it needs no connection of its own. */
int engine_begin_read_within(struct engine *engine, struct engine_txn **txn, struct qorgan_error *error);
int engine_begin_write(struct engine *engine, struct engine_txn **txn, struct qorgan_error *error);
/* engine_commit(txn): the transaction is gone afterwards, whatever the result;
 * after a failure nothing of it is in the store. */
int engine_commit(struct engine_txn *txn, struct qorgan_error *error);
/* engine_abort(txn): NULL is allowed. */
void engine_abort(struct engine_txn *txn);
/* engine_over(txn, error): why nothing more can be had of a transaction, as its server was lost: for who would otherwise
 * take what cannot be read for damage. QORGAN_OK: it is not over. */
int engine_over(const struct engine_txn *txn, struct qorgan_error *error);

/* engine_get(txn, table, key, value, error): QORGAN_ABSENT if there is none
 * (no message is set). The value's bytes are valid until the transaction's next
 * write or its end, or until 30 others were got. */
int engine_get(struct engine_txn *txn, unsigned table, struct span key, struct span *value,
               struct qorgan_error *error);
/* engine_expect(txn, table, low, high): that these keys, few of them, will be asked for: where each question is a journey
 * it goes along with the next. An empty span leaves that side open. */
void engine_expect(struct engine_txn *txn, unsigned table, struct span low, struct span high);
/* engine_expect_object(txn, key): the same of a row of ENGINE_IDS and of what it leads to. Its value is the number of a
 * shard and then the key of a head there, and with that begin the keys of its older versions in ENGINE_HISTORY: the row,
 * the head, whether there is a version that old, and if there is no such row, how many rows there are.
 * engine_foresee, engine_foresee_object: the same of who becomes the writer by the next engine_lock_writer. */
void engine_expect_object(struct engine_txn *txn, struct span key);
void engine_foresee(struct engine *engine, unsigned table, struct span low, struct span high);
void engine_foresee_object(struct engine *engine, struct span key);
/* engine_is_far(engine): whether each question is a journey, so that it is worth while to say what will be asked. */
bool engine_is_far(const struct engine *engine);
/* engine_get_own: the same as engine_get of a key that only this transaction may have written, and no earlier one. */
int engine_get_own(struct engine_txn *txn, unsigned table, struct span key, struct span *value,
                   struct qorgan_error *error);
/* engine_put: replaces. engine_add: of a key that is not in its table: to say so makes it cheap, and lets those write
 * who may add rows and not change them. engine_append: the same of a key greater than all in its table. That it is not
 * so is an error, told at the commit at the latest; but an engine may take the order at its word. */
int engine_put(struct engine_txn *txn, unsigned table, struct span key, struct span value,
               struct qorgan_error *error);
int engine_add(struct engine_txn *txn, unsigned table, struct span key, struct span value,
               struct qorgan_error *error);
int engine_append(struct engine_txn *txn, unsigned table, struct span key, struct span value,
                  struct qorgan_error *error);
/* engine_delete: QORGAN_ABSENT if there is none. */
int engine_delete(struct engine_txn *txn, unsigned table, struct span key, struct qorgan_error *error);

/* engine_relieve(txn, error): what was written is no longer to lie in memory, where that is possible before the end; reading
 * it again may then be dear. */
int engine_relieve(struct engine_txn *txn, struct qorgan_error *error);

/* Ranges: keys from `low` (inclusive) to `high` (exclusive), in order or in
 * reverse; an empty span leaves that side open. The transaction may not write to
 * the table while a range over it is open. */
int engine_range_open(struct engine_txn *txn, unsigned table, struct span low, struct span high, bool reverse,
                      struct engine_range **range, struct qorgan_error *error);
/* engine_range_next: QORGAN_ABSENT at the end (no message). Key and value are
 * valid until the next call; those of the last one after the close, too, as of engine_get. Keys that do not rise (or fall) are damage. */
int engine_range_next(struct engine_range *range, struct span *key, struct span *value, struct qorgan_error *error);
/* engine_range_more: the same where the end is expected and no code: then *more is false.
 * For loops whose body has codes of its own. */
int engine_range_more(struct engine_range *range, struct span *key, struct span *value, bool *more,
                      struct qorgan_error *error);
void engine_range_close(struct engine_range *range);

/* engine_holds_all(engine): whether a transaction may be of any size, so that nothing needs to be written in parts. */
bool engine_holds_all(const struct engine *engine);

/* engine_count(txn, table, count, error): number of entries. */
int engine_count(struct engine_txn *txn, unsigned table, uint64_t *count, struct qorgan_error *error);

/* engine_copy(txn, each, context, error): every row of every table, table by table in
 * their order and each by rising keys: what a store is made of, whatever engine it is
 * in. A code other than 0 of `each` ends it and is returned; so does damage, a table with
 * another number of rows than it says included. */
typedef int (*engine_row)(void *context, unsigned table, struct span key, struct span value,
                          struct qorgan_error *error);
int engine_copy(struct engine_txn *txn, engine_row each, void *context, struct qorgan_error *error);

/* Sizes of the whole, in bytes: what is in use, and what the file holds of free
 * pages. */
struct engine_sizes {
	uint64_t used, free;
};
int engine_sizes(struct engine_txn *txn, struct engine_sizes *sizes, struct qorgan_error *error);

/* Who else reads the store, and what room it has. */
struct engine_readers {
	unsigned stale;     /* processes that had ended while they read, and were let go at the opening */
	long process;       /* the one that has read an old state for longest; 0: nobody else reads */
	uint64_t behind;    /* changes of the file since that state; their old pages cannot be used again */
	uint64_t map, used; /* bytes that can be mapped, and of those, used; 0: there is no bound */
};
int engine_readers(struct engine *engine, struct engine_readers *readers, struct qorgan_error *error);

/* engine_place_look(folder, place, error): on what a folder lies, whether or not there is a
 * store in it. */
enum engine_place_kind {
	ENGINE_PLACE_LOCAL,
	ENGINE_PLACE_NETWORK,  /* refused, but with ENGINE_ANY_FILESYSTEM */
	ENGINE_PLACE_FOREIGN,  /* it keeps no permissions of ours */
	ENGINE_PLACE_MEMORY,   /* gone when the computer is turned off */
	ENGINE_PLACE_LAYER     /* of a container, gone with it */
};
struct engine_place {
	enum engine_place_kind kind;
	const char *name;        /* "NFS"; "" if it is none of those that are known here */
	bool read_only;
	uint64_t free;           /* bytes that this user may still write */
	bool no_files;           /* no further file can be made */
	uint64_t size;           /* bytes that the store's files take; 0: none is there */
};
int engine_place_look(const char *folder, struct engine_place *place, struct qorgan_error *error);
/* engine_file_name(number): the names of the files of a store, from 0; NULL past the last. */
const char *engine_file_name(unsigned number);

/* engine_check(engine, report, context, faults, error): examine the file's own structure
 * page by page without the database's code, within bounds, whatever bytes it
 * holds: every page reachable once, every page in use or free, keys in order.
 * Each fault is told as one line; `*faults` is their number. Others may write
 * meanwhile: one committed state is examined. */
typedef void (*engine_fault)(void *context, const char *text);
int engine_check(struct engine *engine, engine_fault report, void *context, uint64_t *faults,
                 struct qorgan_error *error);

/* engine_locate(engine, offset, to, error): say in words what the byte at that
 * offset of the store's file belongs to: a table's value, a key, free space. */
int engine_locate(struct engine *engine, uint64_t offset, struct buffer *to, struct qorgan_error *error);

/* engine_guard(message): from now on a fault of memory access within the
 * database's code, or where the store's file is mapped, ends the process with that
 * one line on standard error (none if it is empty) and exit code 74, as its own
 * pages are believed by the database. Any other such fault, and abort(), is a
 * defect of the program: it ends with a line that says so and exit code 70; what
 * another process sends ends it as usual. For programs, not for a library inside
 * another. */
void engine_guard(const char *message);

#endif
