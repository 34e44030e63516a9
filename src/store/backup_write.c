/* Writing the stream of a backup. */
#include <sodium.h>
#include <stdio.h>

#include "record/canonical.h"
#include "store/backup.h"
#include "store/vault_internal.h"

#define PENDING_SIZE ((size_t)4 * AGE_CHUNK_SIZE)

struct backup_writer {
	crypto_generichash_state hash; /* of all before the last line */
	struct vault_view *view;
	age_sink sink;
	void *context;
	struct buffer pending;
	uint64_t rows, total;
};

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

static int row_write(void *context, unsigned table, struct span key, struct span value, struct qorgan_error *error)
{
	struct backup_writer *writer = context;
	struct backup_row head = { .table = (uint8_t)table, .key_size = (uint8_t)key.size };

	bytes_put_u32(head.value_size, (uint32_t)value.size);
	buffer_append(&writer->pending, &head, sizeof head);
	buffer_append_span(&writer->pending, key);
	buffer_append_span(&writer->pending, value);
	writer->rows++;
	int code = writer->pending.size >= PENDING_SIZE || writer->pending.failed ? pending_send(writer, error) : QORGAN_OK;
	return code ? code : vault_progress(writer->view->vault, "copying rows", writer->rows, writer->total);
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

static void header_fill(struct vault_view *view, const char *created, struct backup_header *header)
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
}

static int header_write(struct backup_writer *writer, const struct backup_header *header, struct qorgan_error *error)
{
	struct buffer *line = &writer->pending;
	struct buffer note = { 0 };
	int code = vault_checkpoint(writer->view, &note, error);

	buffer_append_format(line, "{\"type\":\"header\",\"format\":\"qorgan-backup\",\"version\":%d,\"store\":\"%s\",\"state\":",
	                     BACKUP_VERSION, header->store);
	canonical_write_string(span_of(header->state), line);
	buffer_append_format(line, ",\"created\":\"%s\",\"leaves\":%llu,\"commits\":%llu,\"root\":\"%s\",\"checkpoint\":",
	                     header->created, (unsigned long long)header->leaves, (unsigned long long)header->commits,
	                     header->root);
	canonical_write_string(buffer_span(&note), line);
	buffer_append_text(line, "}\n");
	buffer_free(&note);
	return !code && line->failed ? error_set_memory(error) : code;
}

static int end_write(struct backup_writer *writer, struct qorgan_error *error)
{
	uint8_t hash[BACKUP_HASH_SIZE];
	char text[2 * BACKUP_HASH_SIZE + 1];
	int code = pending_send(writer, error);

	if (code)
		return code;
	crypto_generichash_final(&writer->hash, hash, sizeof hash);
	sodium_bin2hex(text, sizeof text, hash, sizeof hash);
	buffer_append_char(&writer->pending, (char)BACKUP_END);
	buffer_append_format(&writer->pending, "{\"type\":\"end\",\"rows\":%llu,\"hash\":\"%s\"}\n",
	                     (unsigned long long)writer->rows, text);
	if (writer->pending.failed)
		return error_set_memory(error);
	return writer->sink(writer->context, writer->pending.data, writer->pending.size, error);
}

int backup_write(struct vault_view *view, const char *created, age_sink sink, void *context,
                 struct backup_header *header, uint64_t *rows, struct qorgan_error *error)
{
	struct backup_writer writer = { .view = view, .sink = sink, .context = context };
	int code = rows_count(&writer, error);

	crypto_generichash_init(&writer.hash, NULL, 0, BACKUP_HASH_SIZE);
	header_fill(view, created, header);
	if (!code)
		code = header_write(&writer, header, error);
	if (!code)
		code = engine_copy(view->txn, row_write, &writer, error);
	if (!code)
		code = end_write(&writer, error);
	*rows = writer.rows;
	buffer_free(&writer.pending);
	return code;
}
