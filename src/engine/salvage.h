/* The rows of a store's file that is damaged, whatever its bytes: each page is looked at, whether
 * or not a tree leads to it, by the own reader of LMDB's pages and none of LMDB's code.
 *
 * What is found proves nothing: a row may be of a former state, or be made up of rot. Whoever
 * asks must authenticate it. The file and what lies beside it are read and never written. */
#ifndef ENGINE_SALVAGE_H
#define ENGINE_SALVAGE_H

#include "engine/engine.h"

struct engine_salvage;

/* engine_salvage_open(folder, salvage, error): the file of the store in that folder, which nobody
 * can write to from now on. QORGAN_ABSENT: there is none; QORGAN_BAD_DATA: nothing in it looks
 * like a page; QORGAN_BUSY: somebody is writing; QORGAN_IO: it cannot be read at all. */
int engine_salvage_open(const char *folder, struct engine_salvage **salvage, struct qorgan_error *error);
/* engine_salvage_close(salvage): NULL is allowed. */
void engine_salvage_close(struct engine_salvage *salvage);

/* How a row is come by, the best first. */
enum engine_rank {
	ENGINE_RANK_LIVE,  /* a tree of the newest state leads to its page */
	ENGINE_RANK_STRAY, /* nothing says what its page is */
	ENGINE_RANK_FREED  /* its page is free: the row is of a former state */
};

struct engine_salvaged {
	struct span key, value; /* 1 to 64 bytes; at most 16 MiB */
	enum engine_rank rank;
	uint64_t page;          /* where it lies, for engine_salvage_again */
	unsigned entry;
};

/* engine_salvage_rows(salvage, each, context, error): every row; key and value are valid during
 * the call. A code other than 0 of `each` ends it and is returned. */
typedef int (*engine_salvage_each)(void *context, const struct engine_salvaged *row, struct qorgan_error *error);
int engine_salvage_rows(struct engine_salvage *salvage, engine_salvage_each each, void *context,
                        struct qorgan_error *error);

/* engine_salvage_again(salvage, page, entry, row, error): the row that lies there once more,
 * valid until the next call of any function here. QORGAN_IO if it is there no longer. */
int engine_salvage_again(struct engine_salvage *salvage, uint64_t page, unsigned entry, struct engine_salvaged *row,
                         struct qorgan_error *error);

/* engine_salvage_values(salvage, each, context, error): large values whose row is lost, after the rows were
 * gone through: each without a key, and with all bytes that may be its. entry is ENGINE_NO_ENTRY. */
#define ENGINE_NO_ENTRY UINT32_MAX
int engine_salvage_values(struct engine_salvage *salvage, engine_salvage_each each, void *context,
                          struct qorgan_error *error);
/* engine_salvage_value(salvage, page, size, value, error): the first bytes of such a value once more; valid
 * as above. */
int engine_salvage_value(struct engine_salvage *salvage, uint64_t page, size_t size, struct span *value,
                         struct qorgan_error *error);

/* Sizes of what is looked at. */
struct engine_salvage_facts {
	uint64_t page_size;         /* in bytes */
	uint64_t pages, unreadable; /* in the file; of those, with sectors that the disk does not give */
	bool failed;                /* the disk did not give something: more may be there than was found */
	uint64_t missing;           /* that the file should have beyond its end */
	uint64_t damaged;           /* that the newest state leads to, and that are not what it says */
};
void engine_salvage_facts(const struct engine_salvage *salvage, struct engine_salvage_facts *facts);

#endif
