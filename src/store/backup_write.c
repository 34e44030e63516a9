/* Writing the stream of a backup: one pass over all rows. Of an increment those are left out
 * whose marks the parent has: nothing is known of what a row means, so that no change of one,
 * whatever made it, can be overlooked. */
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

#include "record/canonical.h"
#include "store/backup.h"
#include "store/vault_internal.h"

#define PENDING_SIZE ((size_t)4 * AGE_CHUNK_SIZE)

struct backup_writer {
	crypto_generichash_state hash;  /* of all before the last line */
	crypto_generichash_state state; /* of all rows that there are */
	struct vault_view *view;
	age_sink sink;
	void *context;
	struct buffer pending;
	const struct backup_index *parent; /* NULL: the backup is whole */
	uint8_t *kept; /* a bit for each mark of the parent: its row is there as it was */
	struct backup_index *made;
	uint64_t rows, looked, total;
};

void backup_row_append(struct buffer *to, unsigned table, struct span key, struct span value)
{
	struct backup_row head = { .table = (uint8_t)table, .key_size = (uint8_t)key.size };

	bytes_put_u32(head.value_size, (uint32_t)value.size);
	buffer_append(to, &head, sizeof head);
	buffer_append_span(to, key);
	buffer_append_span(to, value);
}

static int pending_send(struct backup_writer *writer, struct qorgan_error *error)
{
	struct buffer *pending = &writer->pending;

	if (pending->failed)
		return error_set_memory(error);
	crypto_generichash_update(&writer->hash, (const uint8_t *)buffer_text(pending), pending->size);
	int code = writer->sink(writer->context, buffer_text(pending), pending->size, error);
	buffer_clear(pending);
	return code;
}

static int pending_filled(struct backup_writer *writer, struct qorgan_error *error)
{
	return writer->pending.size >= PENDING_SIZE || writer->pending.failed ? pending_send(writer, error) : QORGAN_OK;
}

/* Whether the parent has the very row. */
static bool row_is_kept(struct backup_writer *writer, uint64_t mark)
{
	size_t at;

	if (!writer->parent || !backup_marks_find(&writer->parent->marks, mark, &at))
		return false;
	writer->kept[at / 8] |= (uint8_t)(1u << at % 8);
	return true;
}

static int row_write(void *context, unsigned table, struct span key, struct span value, struct qorgan_error *error)
{
	struct backup_writer *writer = context;
	struct buffer *pending = &writer->pending;
	size_t start = pending->size;

	backup_row_append(pending, table, key, value);
	if (!pending->failed) {
		struct span row = { pending->data + start, pending->size - start };
		uint64_t mark = backup_mark(writer->made->key, row);
		crypto_generichash_update(&writer->state, (const uint8_t *)row.data, row.size);
		backup_marks_add(&writer->made->marks, mark);
		if (row_is_kept(writer, mark))
			pending->size = start;
		else
			writer->rows++;
	}
	int code = pending_filled(writer, error);
	return code ? code : vault_progress(writer->view->vault, "copying rows", ++writer->looked, writer->total);
}

/* The marks of the parent whose rows were not met: each is another by now, or no more. */
static int gone_write(struct backup_writer *writer, struct qorgan_error *error)
{
	size_t count = writer->parent ? backup_marks_count(&writer->parent->marks) : 0;
	int code = QORGAN_OK;
	uint8_t key[8];

	for (size_t i = 0; i < count && !code; i++) {
		uint64_t mark = backup_marks_get(&writer->parent->marks, i);
		size_t first;
		/* Of two rows of one mark, neither would be told from the other. */
		if (writer->kept[i / 8] >> i % 8 & 1 || (backup_marks_find(&writer->parent->marks, mark, &first) && first < i))
			continue;
		bytes_put_u64(key, mark);
		backup_row_append(&writer->pending, BACKUP_GONE, LAYOUT_SPAN(key), (struct span){ "", 0 });
		writer->rows++;
		code = pending_filled(writer, error);
	}
	return code;
}

static int rows_count(struct backup_writer *writer, struct qorgan_error *error)
{
	uint64_t count;
	int code = QORGAN_OK;

	for (unsigned table = 0; table < ENGINE_TABLES && !code; table++) {
		code = engine_count(writer->view->txn, table, &count, error);
		writer->total += code ? 0 : count;
	}
	return code;
}

static void header_fill(struct vault_view *view, const char *created, const struct backup_index *parent,
                        struct backup_header *header)
{
	const struct qorgan_store *vault = view->vault;
	uint8_t root[MERKLE_HASH_SIZE];

	snprintf(header->store, sizeof header->store, "%s", vault->id_text);
	snprintf(header->state, sizeof header->state, "%s", vault->keys->root.state);
	snprintf(header->created, sizeof header->created, "%s", created);
	header->leaves = view->state.tree.size;
	header->commits = view->state.commits;
	merkle_root(&view->state.tree, root);
	sodium_bin2hex(header->root, sizeof header->root, root, sizeof root);
	if (!parent)
		return;
	sodium_bin2hex(header->parent, sizeof header->parent, parent->id, sizeof parent->id);
	time_format(parent->created, header->parent_created);
	memcpy(header->key, parent->key, sizeof header->key);
}

static int header_write(struct backup_writer *writer, const struct backup_header *header, struct qorgan_error *error)
{
	struct buffer *line = &writer->pending;
	struct buffer note = { 0 };
	char key[2 * BACKUP_MARK_KEY_SIZE + 1];
	int code = vault_checkpoint(writer->view, &note, error);

	buffer_append_format(line, "{\"type\":\"header\",\"format\":\"qorgan-backup\",\"version\":%d,\"store\":\"%s\",\"state\":",
	                     *header->parent ? BACKUP_VERSION : 1, header->store);
	canonical_write_string(span_of(header->state), line);
	buffer_append_format(line, ",\"created\":\"%s\",\"leaves\":%llu,\"commits\":%llu,\"root\":\"%s\",\"checkpoint\":",
	                     header->created, (unsigned long long)header->leaves, (unsigned long long)header->commits,
	                     header->root);
	canonical_write_string(buffer_span(&note), line);
	if (*header->parent) {
		sodium_bin2hex(key, sizeof key, header->key, sizeof header->key);
		buffer_append_format(line, ",\"parent\":\"%s\",\"parent_created\":\"%s\",\"key\":\"%s\"", header->parent,
		                     header->parent_created, key);
	}
	buffer_append_text(line, "}\n");
	buffer_free(&note);
	return !code && line->failed ? error_set_memory(error) : code;
}

static int end_write(struct backup_writer *writer, struct backup_end *end, struct qorgan_error *error)
{
	struct buffer *line = &writer->pending;
	uint8_t state[BACKUP_HASH_SIZE];
	int code = pending_send(writer, error);

	if (code)
		return code;
	crypto_generichash_final(&writer->hash, writer->made->id, sizeof writer->made->id);
	sodium_bin2hex(end->id, sizeof end->id, writer->made->id, sizeof writer->made->id);
	end->rows = writer->looked;
	buffer_append_char(line, (char)BACKUP_END);
	buffer_append_format(line, "{\"type\":\"end\",\"rows\":%llu,\"hash\":\"%s\"", (unsigned long long)writer->rows, end->id);
	if (writer->parent) {
		crypto_generichash_final(&writer->state, state, sizeof state);
		sodium_bin2hex(end->state, sizeof end->state, state, sizeof state);
		buffer_append_format(line, ",\"total\":%llu,\"state\":\"%s\"", (unsigned long long)end->rows, end->state);
	}
	buffer_append_text(line, "}\n");
	if (line->failed || writer->made->marks.failed)
		return error_set_memory(error);
	return writer->sink(writer->context, line->data, line->size, error);
}

int backup_write(struct vault_view *view, const char *created, const struct backup_index *parent, age_sink sink,
                 void *context, struct backup_header *header, struct backup_index *made, struct backup_end *end,
                 struct qorgan_error *error)
{
	struct backup_writer writer = { .view = view, .parent = parent, .sink = sink, .context = context, .made = made };
	int code = rows_count(&writer, error);

	*end = (struct backup_end){ 0 };
	crypto_generichash_init(&writer.hash, NULL, 0, BACKUP_HASH_SIZE);
	crypto_generichash_init(&writer.state, NULL, 0, BACKUP_HASH_SIZE);
	if (parent) {
		memcpy(made->key, parent->key, sizeof made->key);
		writer.kept = calloc(backup_marks_count(&parent->marks) / 8 + 1, 1);
		if (!code && !writer.kept)
			code = error_set_memory(error);
	}
	header_fill(view, created, parent, header);
	if (!code)
		code = header_write(&writer, header, error);
	if (!code)
		code = engine_copy(view->txn, row_write, &writer, error);
	if (!code)
		code = gone_write(&writer, error);
	if (!code)
		code = end_write(&writer, end, error);
	free(writer.kept);
	buffer_free(&writer.pending);
	return code;
}
