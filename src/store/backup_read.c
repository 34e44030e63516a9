/* Reading the stream of a backup, whatever bytes it holds: bounds before use, the order of
 * tables and keys, the number of rows and the hash of all of them. */
#include <jansson.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "store/backup.h"

#define KEY_MOST 64
#define VALUE_MOST ((size_t)16 << 20)

enum stage { STAGE_HEADER, STAGE_ROWS, STAGE_ENDED };

struct backup_reader {
	crypto_generichash_state hash; /* aligned to 64 bytes, and so is the whole */
	struct backup_handler handler;
	backup_gone on_gone; /* NULL: no increment is read */
	void *context;
	struct qorgan_error failure; /* repeated for who goes on nevertheless */
	enum stage stage;
	struct buffer pending;       /* what is not read yet */
	uint64_t rows;
	unsigned table;              /* of the row before */
	size_t last_size;
	char last[KEY_MOST];         /* its key */
	bool is_increment;
	uint64_t gone;               /* marks of rows that are no more */
	struct backup_end end;
};

int backup_reader_start(const struct backup_handler *handler, void *context, struct backup_reader **reader,
                        struct qorgan_error *error)
{
	struct backup_reader *made = aligned_alloc(_Alignof(struct backup_reader), sizeof *made);

	if (!made)
		return error_set_memory(error);
	memset(made, 0, sizeof *made);
	made->handler = *handler;
	made->context = context;
	crypto_generichash_init(&made->hash, NULL, 0, BACKUP_HASH_SIZE);
	*reader = made;
	return QORGAN_OK;
}

void backup_reader_increments(struct backup_reader *reader, backup_gone gone)
{
	reader->on_gone = gone;
}

void backup_reader_free(struct backup_reader *reader)
{
	if (!reader)
		return;
	buffer_free(&reader->pending);
	free(reader);
}

uint64_t backup_reader_rows(const struct backup_reader *reader)
{
	return reader->rows;
}

const struct backup_end *backup_reader_end(const struct backup_reader *reader)
{
	return &reader->end;
}

/* ---- The two lines -------------------------------------------------------------- */

static bool text_read(const json_t *line, const char *name, char *to, size_t limit)
{
	const json_t *value = json_object_get(line, name);
	size_t size = json_string_length(value);

	if (!json_is_string(value) || size >= limit || strlen(json_string_value(value)) != size)
		return false;
	memcpy(to, json_string_value(value), size + 1);
	return true;
}

static bool number_read(const json_t *line, const char *name, uint64_t *to)
{
	const json_t *value = json_object_get(line, name);

	if (!json_is_integer(value) || json_integer_value(value) < 0)
		return false;
	*to = (uint64_t)json_integer_value(value);
	return true;
}

static bool is_hexadecimal(const char *text, size_t digits)
{
	return strlen(text) == digits && strspn(text, "0123456789abcdef") == digits;
}

/* A line of that type; NULL if it is none. */
static json_t *line_parse(struct span text, const char *type)
{
	json_t *line = json_loadb(text.data, text.size, JSON_REJECT_DUPLICATES, NULL);
	const char *found = json_string_value(json_object_get(line, "type"));

	if (found && strcmp(found, type) == 0)
		return line;
	json_decref(line);
	return NULL;
}

static int damaged(struct qorgan_error *error)
{
	return error_set(error, QORGAN_BAD_DATA, "the backup is damaged: take another copy of it, or an older one");
}

/* What an increment says beyond. */
static bool parent_read(const json_t *line, struct backup_header *header)
{
	char key[2 * BACKUP_MARK_KEY_SIZE + 1];
	int64_t created;

	if (!text_read(line, "parent", header->parent, sizeof header->parent) ||
	    !is_hexadecimal(header->parent, sizeof header->parent - 1) ||
	    !text_read(line, "parent_created", header->parent_created, sizeof header->parent_created) ||
	    !time_parse_plain(span_of(header->parent_created), &created) || !text_read(line, "key", key, sizeof key) ||
	    !is_hexadecimal(key, sizeof key - 1))
		return false;
	sodium_hex2bin(header->key, sizeof header->key, key, sizeof key - 1, NULL, NULL, NULL);
	return true;
}

static int header_read(struct backup_reader *reader, struct span text, struct qorgan_error *error)
{
	struct backup_header header = { 0 };
	char format[20];
	uint64_t version;
	int64_t created;
	json_t *line = line_parse(text, "header");
	int code = QORGAN_OK;

	if (!line || !text_read(line, "format", format, sizeof format) || strcmp(format, "qorgan-backup") != 0 ||
	    !number_read(line, "version", &version) || version == 0)
		code = error_set(error, QORGAN_BAD_DATA, "it is not a backup of a store");
	else if (version > BACKUP_VERSION)
		code = error_set(error, QORGAN_BAD_DATA,
		                 "the backup is of format %llu; this program knows formats up to %d: use a newer qorgan",
		                 (unsigned long long)version, BACKUP_VERSION);
	else if (!text_read(line, "store", header.store, sizeof header.store) ||
	         !is_hexadecimal(header.store, sizeof header.store - 1) ||
	         !text_read(line, "state", header.state, sizeof header.state) ||
	         !text_read(line, "created", header.created, sizeof header.created) ||
	         !time_parse_plain(span_of(header.created), &created) || !number_read(line, "leaves", &header.leaves) ||
	         !number_read(line, "commits", &header.commits) || !text_read(line, "root", header.root, sizeof header.root) ||
	         !is_hexadecimal(header.root, sizeof header.root - 1) || (version > 1 && !parent_read(line, &header)))
		code = damaged(error);
	else if (*header.parent && !reader->on_gone)
		code = error_set(error, QORGAN_BAD_DATA,
		                 "it holds only what changed after the backup of %s: it takes that one, too", header.parent_created);
	reader->is_increment = *header.parent;
	json_decref(line);
	return code ? code : reader->handler.header(reader->context, &header, error);
}

static int end_read(struct backup_reader *reader, struct span text, struct qorgan_error *error)
{
	char given[2 * BACKUP_HASH_SIZE + 1], found[2 * BACKUP_HASH_SIZE + 1];
	uint8_t hash[BACKUP_HASH_SIZE];
	struct backup_end *end = &reader->end;
	uint64_t rows;
	json_t *line = line_parse(text, "end");
	bool good = line && number_read(line, "rows", &rows) && text_read(line, "hash", given, sizeof given);

	if (reader->is_increment)
		good = good && number_read(line, "total", &end->rows) && text_read(line, "state", end->state, sizeof end->state);
	else
		end->rows = reader->rows;
	json_decref(line);
	crypto_generichash_final(&reader->hash, hash, sizeof hash);
	sodium_bin2hex(found, sizeof found, hash, sizeof hash);
	memcpy(end->id, found, sizeof end->id);
	return good && rows == reader->rows + reader->gone && strcmp(given, found) == 0 ? QORGAN_OK : damaged(error);
}

/* ---- The rows ------------------------------------------------------------------- */

/* Whether a row comes after the one before: by its table, then by its key. */
static bool row_follows(const struct backup_reader *reader, unsigned table, struct span key)
{
	size_t shorter = key.size < reader->last_size ? key.size : reader->last_size;
	bool first = reader->rows + reader->gone == 0;

	if (first || table != reader->table)
		return first || table > reader->table;
	int order = memcmp(key.data, reader->last, shorter);
	return order > 0 || (order == 0 && key.size > reader->last_size);
}

/* Whether rows of such a head are in a stream of this kind. */
static bool row_allowed(const struct backup_reader *reader, const struct backup_row *head, size_t value_size)
{
	if (head->table == BACKUP_GONE)
		return reader->is_increment && head->key_size == sizeof(uint64_t) && value_size == 0;
	return head->table < ENGINE_TABLES && head->key_size - 1u < KEY_MOST && value_size <= VALUE_MOST;
}

/* The row at the front, if all of it is there: its size, else 0. */
static int row_read(struct backup_reader *reader, struct span front, size_t *size, struct qorgan_error *error)
{
	struct backup_row head;

	*size = 0;
	if (front.size < sizeof head)
		return QORGAN_OK;
	memcpy(&head, front.data, sizeof head);
	size_t value_size = bytes_get_u32(head.value_size);
	if (!row_allowed(reader, &head, value_size))
		return damaged(error);
	if (front.size - sizeof head < head.key_size + value_size)
		return QORGAN_OK;
	struct span key = { front.data + sizeof head, head.key_size };
	struct span value = { key.data + key.size, value_size };
	if (!row_follows(reader, head.table, key))
		return damaged(error);
	reader->rows += head.table != BACKUP_GONE;
	reader->gone += head.table == BACKUP_GONE;
	reader->table = head.table;
	reader->last_size = key.size;
	memcpy(reader->last, key.data, key.size);
	*size = sizeof head + key.size + value.size;
	return head.table == BACKUP_GONE ? reader->on_gone(reader->context, bytes_get_u64(key.data), error)
	                                 : reader->handler.row(reader->context, head.table, key, value, error);
}

/* ---- The stream ----------------------------------------------------------------- */

/* The line at the front without its end, if all of it is there. */
static int line_find(struct span front, bool *found, struct span *line, struct qorgan_error *error)
{
	const char *end = front.size ? memchr(front.data, '\n', front.size) : NULL;
	size_t size = end ? (size_t)(end - front.data) : front.size;

	*found = end;
	*line = (struct span){ front.data, size };
	return size > BACKUP_LINE_LIMIT ? damaged(error) : QORGAN_OK;
}

/* One line or row off the front: how much that was; 0: more is needed. */
static int front_read(struct backup_reader *reader, struct span front, size_t *size, struct qorgan_error *error)
{
	bool found = false, last = reader->stage == STAGE_ROWS && front.size && (uint8_t)front.data[0] == BACKUP_END;
	struct span line = { 0 };
	int code = QORGAN_OK;

	*size = 0;
	if (reader->stage == STAGE_ENDED)
		return front.size ? damaged(error) : QORGAN_OK;
	if (reader->stage == STAGE_ROWS && !last) {
		code = row_read(reader, front, size, error);
	} else {
		code = line_find((struct span){ front.data + last, front.size - last }, &found, &line, error);
		if (code || !found)
			return code;
		*size = last + line.size + 1;
		code = last ? end_read(reader, line, error) : header_read(reader, line, error);
		reader->stage = last ? STAGE_ENDED : STAGE_ROWS;
	}
	if (!code && !last)
		crypto_generichash_update(&reader->hash, (const uint8_t *)front.data, *size);
	return code;
}

int backup_reader_add(struct backup_reader *reader, const void *data, size_t size, struct qorgan_error *error)
{
	struct buffer *pending = &reader->pending;
	size_t at = 0, taken = 1;
	int code = reader->failure.code;

	if (code) {
		if (error)
			*error = reader->failure;
		return code;
	}
	buffer_append(pending, data, size);
	if (pending->failed)
		code = error_set_memory(&reader->failure);
	while (!code && taken) {
		code = front_read(reader, (struct span){ buffer_text(pending) + at, pending->size - at }, &taken, &reader->failure);
		at += taken;
	}
	if (!code && at) {
		memmove(pending->data, pending->data + at, pending->size - at);
		pending->size -= at;
	}
	if (code) {
		reader->failure.code = code;
		if (error)
			*error = reader->failure;
	}
	return code;
}

int backup_reader_finish(struct backup_reader *reader, struct qorgan_error *error)
{
	int code = backup_reader_add(reader, "", 0, error);

	return code || reader->stage == STAGE_ENDED
	           ? code
	           : error_set(error, QORGAN_BAD_DATA, "the backup is cut off: take another copy of it, or an older one");
}
