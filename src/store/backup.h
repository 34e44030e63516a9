/* The stream of a backup: a line that says what it is of, every row of the store's tables
 * as it lies there, sealed, and a line that says that nothing is missing. An increment holds
 * the rows that differ from the backup that it goes on from, and the marks of those that are
 * no more. The bytes are in SECURITY.md; what encrypts and signs them is in backup_make.c.
 *
 * It knows nothing of what the rows mean, nor of the engine that they lie in: so a store
 * of any format and engine goes through it, and back into any other engine. */
#ifndef STORE_BACKUP_H
#define STORE_BACKUP_H

#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/date.h"
#include "base/error.h"
#include "crypto/age.h"
#include "engine/engine.h"
#include "store/backup_index.h"
#include "store/vault.h"

#define BACKUP_VERSION 2 /* of increments; what is whole is of version 1, as ever */
#define BACKUP_HASH_SIZE 32
#define BACKUP_LINE_LIMIT ((size_t)64 << 10) /* bytes of either line */

/* What the first line says. */
struct backup_header {
	char store[2 * KEYS_STORE_ID_SIZE + 1]; /* the store's id, hexadecimal */
	char state[KEYS_STATE_LIMIT];
	char created[TIME_TEXT_SIZE];
	uint64_t leaves, commits;
	char root[2 * MERKLE_HASH_SIZE + 1]; /* of the log, hexadecimal */
	/* Of an increment: the id and time of the backup that it goes on from, and the key of
	 * the marks; of a whole backup "". */
	char parent[2 * BACKUP_ID_SIZE + 1];
	char parent_created[TIME_TEXT_SIZE];
	uint8_t key[BACKUP_MARK_KEY_SIZE];
};

/* What the last line says. */
struct backup_end {
	char id[2 * BACKUP_HASH_SIZE + 1]; /* the hash of all before it, hexadecimal */
	uint64_t rows;  /* of the store: in an increment, as it is once that is applied */
	char state[2 * BACKUP_HASH_SIZE + 1]; /* of an increment: the hash of all these rows; otherwise "" */
};

/* backup_write(view, created, parent, sink, context, header, made, end, error): the stream of
 * what the view sees, into the sink; with a parent, an increment on it. What was said is
 * given back, and in `made`, which was started, the marks of all rows. */
int backup_write(struct vault_view *view, const char *created, const struct backup_index *parent, age_sink sink,
                 void *context, struct backup_header *header, struct backup_index *made, struct backup_end *end,
                 struct qorgan_error *error);

/* backup_row_append(to, table, key, value): a row as it stands in the stream. */
void backup_row_append(struct buffer *to, unsigned table, struct span key, struct span value);

/* backup_facts_fill(header, facts): what the library tells of it, rows and bytes aside. */
struct qorgan_backup_facts;
void backup_facts_fill(const struct backup_header *header, struct qorgan_backup_facts *facts);

/* Told what a stream holds, as it comes. Nothing of it may count before backup_reader_finish
 * has returned QORGAN_OK. A code other than 0 ends the reading. */
struct backup_handler {
	int (*header)(void *context, const struct backup_header *header, struct qorgan_error *error);
	engine_row row;
};
/* Told the mark of a row of the parent that is no more as it was; they rise, and come last. */
typedef int (*backup_gone)(void *context, uint64_t mark, struct qorgan_error *error);

struct backup_reader;

/* backup_reader_start(handler, context, reader, error): read a stream in pieces of any size.
 * backup_reader_add: QORGAN_BAD_DATA if it is no backup, of a newer version, or damaged; a
 * failure is final. backup_reader_finish: the stream ends here; the same if it is cut off.
 * backup_reader_rows: how many rows there were, marks aside. backup_reader_end: what the last
 * line says, once all is read. */
int backup_reader_start(const struct backup_handler *handler, void *context, struct backup_reader **reader,
                        struct qorgan_error *error);
int backup_reader_add(struct backup_reader *reader, const void *data, size_t size, struct qorgan_error *error);
int backup_reader_finish(struct backup_reader *reader, struct qorgan_error *error);
uint64_t backup_reader_rows(const struct backup_reader *reader);
const struct backup_end *backup_reader_end(const struct backup_reader *reader);
/* backup_reader_increments(reader, gone): read increments too, which are refused without. */
void backup_reader_increments(struct backup_reader *reader, backup_gone gone);
void backup_reader_free(struct backup_reader *reader);

/* Between the two lines: the head of a row, or one byte that begins the last line. */
struct backup_row {
	uint8_t table;         /* enum engine_table */
	uint8_t key_size;      /* 1 to 64 */
	uint8_t value_size[4]; /* big-endian */
};
_Static_assert(sizeof(struct backup_row) == 6, "the head of a row is part of the format");
#define BACKUP_GONE 0xfe /* in place of a table: the key is a mark of 8 bytes, the value empty */
#define BACKUP_END 0xff

#endif
