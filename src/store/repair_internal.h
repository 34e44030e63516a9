/* What the files of repairing share.
 *
 * All that is found is gathered first, in memory, by where it lies and not by its bytes: some 150
 * bytes for each row. Then it is decided, and only then is anything read again and written. */
#ifndef STORE_REPAIR_INTERNAL_H
#define STORE_REPAIR_INTERNAL_H

#include <stddef.h>

#include "engine/salvage.h"
#include "store/mirror_internal.h"
#include "store/repair.h"
#include "store/restore.h"
#include "store/site.h"
#include "store/vault_internal.h"

#define REPAIR_KEY_MOST 40 /* bytes of a key of any table */

/* Where something is from, the best first. */
enum repair_from { FROM_LIVE, FROM_STRAY, FROM_FREED, FROM_BACKUP, FROM_PACKAGE };

/* A sealed row that authenticated, or a record of a package. */
struct repair_find {
	uint8_t from, backup; /* the number of the backup */
	uint8_t table;        /* of the engine; all shards of the heads are ENGINE_HEADS + shard */
	uint8_t shard;        /* of a record, by its kind; LAYOUT_COMMIT_SHARD: a commit */
	uint8_t key_size;
	bool is_absent;       /* it was forgotten: what stands in its place has not the hash of its leaf */
	char key[REPAIR_KEY_MOST];
	uint32_t version;     /* of its head, as the leaf is */
	uint32_t entry;       /* of the page; of a package: the size of the record; of a backup: its table */
	uint32_t size;        /* of a large value whose row is lost; else 0 */
	uint64_t leaf;        /* of another state's version: that in its log */
	uint64_t page;        /* of a package: where the record lies in `packaged` */
	uint64_t commit;      /* of a record; of another state's: the number of its log */
	uint8_t hash[MERKLE_HASH_SIZE]; /* of a record: that of its leaf */
};

/* A row of the table of leaves, as it was found. */
struct repair_row {
	uint64_t leaf;
	struct layout_leaf row;
	uint8_t from;
};

struct repair_id {
	uint8_t hash[VAULT_ID_HASH_SIZE];
	uint8_t shard, from;
	uint64_t number;
};

/* A checkpoint of the own log whose signature holds. */
struct repair_checkpoint {
	uint64_t size;
	uint8_t root[MERKLE_HASH_SIZE];
	char *note; /* NULL: it is only remembered by this computer */
	bool fits;  /* the log as it was put together has that root */
};

/* A row of meta. */
struct repair_meta {
	uint8_t from, backup, key_size;
	char key[REPAIR_KEY_MOST];
	uint64_t leaf;
	struct buffer value; /* as it lies there */
	bool authentic;      /* it opened */
};

/* What the new store is to have at a leaf. */
struct repair_leaf {
	uint8_t hash[MERKLE_HASH_SIZE];
	uint8_t shard, from;
	bool is_known;  /* the place: shard, number and version */
	bool is_head;   /* the newest version of its object */
	uint32_t version;
	uint64_t number;
	int64_t find;   /* the record, among `versions`; -1: it is lost */
};

/* Hashes of another state's log, from a package. */
struct repair_hashes {
	char origin[256];
	uint64_t first;
	struct buffer hashes;
};

/* What is decided of another state's log. */
struct repair_log {
	bool found;             /* its row */
	bool kept;
	uint8_t from;           /* of its row */
	struct mirror_log log;
	uint64_t held, missing; /* versions */
	uint64_t rebuilt, taken; /* leaf hashes and versions that are not where they were */
	struct buffer hashes;   /* of all its leaves */
	struct buffer has;      /* a byte for each: whether the hash is known */
	struct buffer versions; /* int64_t: those of `mirrored` that are kept */
};

/* An attached file. */
struct repair_file {
	char id[65];
	char name[200];   /* "UZB evidence 0123... (report.pdf)" */
	bool whole, described; /* described: a record that is kept names it */
	uint8_t from;     /* the worst of its pieces */
	struct buffer pieces; /* int64_t: of `pieces`, in order */
};

struct repair_backup {
	const char *file;
	struct restoring *restoring;
	struct qorgan_store *store; /* the restoring's */
	struct vault_view *view;
};

struct repairing {
	const struct qorgan_repair *how;
	struct engine_salvage *salvage;
	struct repair_backup *backups;
	size_t backup_count; /* that are open */
	char found[TIME_TEXT_SIZE]; /* the moment of this repair */

	/* The store's own facts, as rows over which a vault has its keys. */
	struct buffer meta;         /* struct repair_meta */
	enum repair_from slots_from;
	struct qorgan_store *base;
	struct vault_view base_view;

	/* What was found. */
	struct buffer versions;     /* struct repair_find: records of the store's own */
	struct buffer rows;         /* struct repair_row */
	struct buffer ids;          /* struct repair_id */
	struct buffer checkpoints;  /* struct repair_checkpoint */
	struct buffer pieces;       /* struct repair_find */
	struct buffer mirrored;     /* struct repair_find: versions of other states */
	struct buffer mirror_rows;  /* struct repair_find: other sealed rows of the mirror */
	struct buffer mirror_leaves; /* struct repair_find: rows of leaf hashes, in the clear */
	struct buffer packaged;     /* records of packages, one after the other */
	struct buffer package_hashes; /* struct repair_hashes */
	struct buffer package_records; /* struct repair_find: of other states, key: see repair_mirror.c */
	struct log_state newest;    /* the largest that was found; its size 0: none */
	struct log_state at;        /* the one of the size that the new store has, if it was found */
	bool has_at;
	uint64_t known;             /* entries that the log had */

	/* What was decided. */
	struct log_state state;
	struct buffer leaves;       /* struct repair_leaf, state.tree.size of them */
	struct buffer placed;       /* struct repair_placed: those that are no commits */
	struct repair_log *logs;    /* MIRROR_LOGS_LIMIT of them */
	unsigned log_count;
	struct buffer files;        /* struct repair_file */
	uint64_t findings;          /* of verify in the new store that the plan says */
	struct buffer stands;       /* struct repair_stands: whose objects stand back */

	/* What is made. */
	struct site *site;
	struct qorgan_store *made;
	bool placed_there;
	bool packages_lost; /* what is lost is a record of a package, or may be one */
	struct seen seen;

	struct buffer plain, sealed;
};

/* An element of one of these arrays. */
#define REPAIR_COUNT(buffer, type) ((buffer).size / sizeof(type))
#define REPAIR_AT(buffer, type, index) ((type *)(void *)((buffer).data + (size_t)(index) * sizeof(type)))

/* repair_append(array, element, size, error) */
int repair_append(struct buffer *array, const void *element, size_t size, struct qorgan_error *error);
/* repair_first(array, size, offset, least): in an array that is sorted by the uint64_t at that offset of its elements: the
 * index of the first in which it is not below `least`, or how many there are. */
size_t repair_first(const struct buffer *array, size_t size, size_t offset, uint64_t least);
#define REPAIR_FIRST(array, type, member, least) repair_first(&(array), sizeof(type), offsetof(type, member), least)

/* repair_meta_is_clear(meta): whether it is not sealed by the store's keys: the first row, a slot, or the key
 * of the author who opens by one. */
bool repair_meta_is_clear(const struct repair_meta *meta);
/* repair_slot_is_kept(repairing, number): whether the new store gets that one of the rows of meta. */
bool repair_slot_is_kept(const struct repairing *repairing, size_t number);
/* repair_give_up(repairing): the code where too little is left: QORGAN_IO if the disk did not give all. */
int repair_give_up(const struct repairing *repairing);
/* repair_base_open(repairing, error): find keys that open what is there. */
int repair_base_open(struct repairing *repairing, struct qorgan_error *error);
/* repair_gather(repairing, error): every row that authenticates. repair_gather_values: then large values
 * whose rows are lost. */
int repair_gather(struct repairing *repairing, struct qorgan_error *error);
int repair_gather_values(struct repairing *repairing, struct qorgan_error *error);

/* repair_version_take(repairing, find, error): a record of the store's own, opened in repairing->plain, whose
 * place `find` says. */
int repair_version_take(struct repairing *repairing, const struct repair_find *find, struct qorgan_error *error);

/* repair_find_raw(repairing, find, value, error): the row as it lies there; valid until the next call. */
int repair_find_raw(struct repairing *repairing, const struct repair_find *find, struct span *value,
                    struct qorgan_error *error);
/* repair_find_open(repairing, find, plain, error): the same opened; of a package: the record. */
int repair_find_open(struct repairing *repairing, const struct repair_find *find, struct buffer *plain,
                     struct qorgan_error *error);
/* repair_keys_of(repairing, find): what opens it. */
const struct keys *repair_keys_of(const struct repairing *repairing, uint8_t from, uint8_t backup);

/* repair_checkpoint_take(repairing, note, error): keep it if its signature holds. */
int repair_checkpoint_take(struct repairing *repairing, struct span note, struct qorgan_error *error);

/* An object that stands back, to be written at the end. */
struct repair_stands {
	struct vault_place place;
	bool is_own;
};

/* repair_may_sign(repairing, size): whether the keys at hand are those that sign the log at that size.
 * repair_checkpoint_note(repairing, size): the checkpoint of that size, signed; NULL if it is lost. */
bool repair_may_sign(struct repairing *repairing, uint64_t size);
const char *repair_checkpoint_note(const struct repairing *repairing, uint64_t size);

/* What is known of the record that was at a leaf. */
struct repair_name {
	char kind[RECORD_NAME_LIMIT], id[RECORD_ID_LIMIT]; /* "" where it is not known */
	char title[120];
};
/* repair_name_find(repairing, leaf, name, error): from another version of its object, or its group. */
int repair_name_find(struct repairing *repairing, uint64_t leaf, struct repair_name *name, struct qorgan_error *error);

/* Where the versions of the own objects are: by number, then version. */
struct repair_placed {
	uint64_t number, leaf;
	uint32_t version;
};

/* repair_objects_settle(repairing, error): which version of which object each leaf is. */
int repair_objects_settle(struct repairing *repairing, struct qorgan_error *error);

/* repair_log_resolve, repair_mirror_resolve, repair_files_resolve: the parts of repairing_resolve. */
int repair_log_resolve(struct repairing *repairing, struct qorgan_error *error);
int repair_mirror_resolve(struct repairing *repairing, struct qorgan_error *error);
int repair_files_resolve(struct repairing *repairing, struct qorgan_error *error);

/* repair_mirror_write(repairing, writer, error): the rows of the mirror. */
struct repair_writer {
	struct engine *engine;
	struct engine_txn *txn;
	size_t batch;
};
int repair_put(struct repair_writer *writer, unsigned table, struct span key, struct span value,
               struct qorgan_error *error);
/* repair_seal(repairing, writer, table, place, plain, error): sealed, for its place, and put. */
int repair_seal(struct repairing *repairing, struct repair_writer *writer, unsigned table, const struct seal_place *place,
                struct span plain, struct qorgan_error *error);
int repair_mirror_write(struct repairing *repairing, struct repair_writer *writer, struct qorgan_error *error);

#endif
