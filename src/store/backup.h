/* The stream of a backup: a line that says what it is of, every row of the store's tables
 * as it lies there, sealed, and a line that says that nothing is missing. The bytes are in
 * SECURITY.md; what encrypts and signs them is in backup_make.c.
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
#include "store/vault.h"

#define BACKUP_VERSION 1
#define BACKUP_LINE_LIMIT ((size_t)64 << 10) /* bytes of either line */

/* What the first line says. */
struct backup_header {
	char store[2 * KEYS_STORE_ID_SIZE + 1]; /* the store's id, hexadecimal */
	char state[KEYS_STATE_LIMIT];
	char created[TIME_TEXT_SIZE];
	uint64_t leaves, commits;
	char root[2 * MERKLE_HASH_SIZE + 1]; /* of the log, hexadecimal */
};

/* backup_write(view, created, sink, context, header, rows, error): the whole stream of what
 * the view sees, into the sink; what was said and how many rows there are is given back. */
int backup_write(struct vault_view *view, const char *created, age_sink sink, void *context,
                 struct backup_header *header, uint64_t *rows, struct qorgan_error *error);

/* backup_facts_fill(header, facts): what the library tells of it, rows and bytes aside. */
struct qorgan_backup_facts;
void backup_facts_fill(const struct backup_header *header, struct qorgan_backup_facts *facts);

/* Told what a stream holds, as it comes. Nothing of it may count before backup_reader_finish
 * has returned QORGAN_OK. A code other than 0 ends the reading. */
struct backup_handler {
	int (*header)(void *context, const struct backup_header *header, struct qorgan_error *error);
	engine_row row;
};

struct backup_reader;

/* backup_reader_start(handler, context, reader, error): read a stream in pieces of any size.
 * backup_reader_add: QORGAN_BAD_DATA if it is no backup, of a newer version, or damaged; a
 * failure is final. backup_reader_finish: the stream ends here; the same if it is cut off.
 * backup_reader_rows: how many rows there were. */
int backup_reader_start(const struct backup_handler *handler, void *context, struct backup_reader **reader,
                        struct qorgan_error *error);
int backup_reader_add(struct backup_reader *reader, const void *data, size_t size, struct qorgan_error *error);
int backup_reader_finish(struct backup_reader *reader, struct qorgan_error *error);
uint64_t backup_reader_rows(const struct backup_reader *reader);
void backup_reader_free(struct backup_reader *reader);

/* Between the two lines: the head of a row, or one byte that begins the last line. */
struct backup_row {
	uint8_t table;         /* enum engine_table */
	uint8_t key_size;      /* 1 to 64 */
	uint8_t value_size[4]; /* big-endian */
};
_Static_assert(sizeof(struct backup_row) == 6, "the head of a row is part of the format");
#define BACKUP_END 0xff
#define BACKUP_HASH_SIZE 32

#endif
