/* Fuzzes the lines of packages: what is taken is JSON of the shape that it should
 * have, in Jansson's judgement, and it does not matter in which pieces it comes. */
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "crypto/merkle.h"
#include "exchange/package.h"
#include "exchange/package_lines.h"
#include "record/canonical.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool good)
{
	if (!good)
		abort();
}

/* What was told, as a hash, and the state in which it may be told. */
struct listening {
	crypto_hash_sha256_state hash;
	uint64_t leaves, next, records, size;
};

static void take(struct listening *listening, const void *data, size_t size)
{
	crypto_hash_sha256_update(&listening->hash, data, size);
}

static int on_header(void *context, const struct package_header *header, struct qorgan_error *error)
{
	(void)error;
	check(header->count >= 1 && header->count <= PACKAGE_RECIPIENTS && record_user_check(header->from));
	check(strcmp(header->restored.backup, header->restored.at) <= 0);
	for (size_t i = 0; i < header->count; i++) {
		check(header->previous[i] < header->sequence);
		check(i == 0 || strcmp(header->to[i - 1], header->to[i]) < 0);
		take(context, header->to[i], strlen(header->to[i]) + 1);
	}
	take(context, header->created, sizeof header->created);
	return QORGAN_OK;
}

static int on_checkpoint(void *context, struct span note, const struct checkpoint *checkpoint,
                         struct qorgan_error *error)
{
	struct listening *listening = context;

	(void)error;
	listening->size = checkpoint->size;
	take(context, note.data, note.size);
	return QORGAN_OK;
}

static int on_witness(void *context, struct span note, const struct checkpoint *checkpoint, struct qorgan_error *error)
{
	(void)error;
	(void)checkpoint;
	take(context, note.data, note.size);
	return QORGAN_OK;
}

static int on_fork(void *context, struct span text, const struct fork_proof *proof, struct qorgan_error *error)
{
	(void)error;
	check(proof->checkpoints[0].size <= proof->checkpoints[1].size);
	take(context, text.data, text.size);
	return QORGAN_OK;
}

static int on_leaves(void *context, uint64_t first, struct span hashes, struct qorgan_error *error)
{
	struct listening *listening = context;

	(void)error;
	check(hashes.size > 0 && hashes.size % MERKLE_HASH_SIZE == 0);
	check(hashes.size / MERKLE_HASH_SIZE <= PACKAGE_LEAVES_PER_LINE);
	check(listening->leaves == 0 || first == listening->next);
	listening->leaves += hashes.size / MERKLE_HASH_SIZE;
	listening->next = first + hashes.size / MERKLE_HASH_SIZE;
	check(listening->next <= listening->size);
	take(context, hashes.data, hashes.size);
	return QORGAN_OK;
}

static int on_record(void *context, uint64_t index, const struct record *record, struct qorgan_error *error)
{
	struct listening *listening = context;

	(void)error;
	check(index < listening->next && index + listening->leaves >= listening->next);
	check(canonical_is(record->bytes) && canonical_is(record->body));
	check(record->body.data >= record->bytes.data &&
	      record->body.data + record->body.size <= record->bytes.data + record->bytes.size);
	listening->records++;
	take(context, record->bytes.data, record->bytes.size);
	return QORGAN_OK;
}

static int on_withdrawal(void *context, const struct package_withdrawal *withdrawal, struct qorgan_error *error)
{
	struct listening *listening = context;

	(void)error;
	check(withdrawal->index < listening->size && withdrawal->version > 0);
	take(context, withdrawal->kind.data, withdrawal->kind.size);
	take(context, withdrawal->id.data, withdrawal->id.size);
	return QORGAN_OK;
}

static int on_evidence(void *context, struct span id, uint64_t offset, struct span data, struct qorgan_error *error)
{
	(void)error;
	check(id.size == 64 && data.size > 0 && data.size <= PACKAGE_PIECE_SIZE);
	take(context, &offset, sizeof offset);
	take(context, data.data, data.size);
	return QORGAN_OK;
}

static int on_end(void *context, uint64_t leaves, uint64_t records, struct qorgan_error *error)
{
	const struct listening *listening = context;

	(void)error;
	check(leaves == listening->leaves && records == listening->records);
	return QORGAN_OK;
}

static int lines_read(const uint8_t *data, size_t size, size_t piece, uint8_t told[crypto_hash_sha256_BYTES])
{
	static const struct package_handler handler = { on_header, on_checkpoint, on_leaves, on_record, on_withdrawal,
		                                        on_evidence, on_witness, on_fork, on_end };
	struct listening listening = { 0 };
	struct package_lines *lines;
	int code = package_lines_start(&handler, &listening, &lines, NULL);

	check(code == QORGAN_OK);
	crypto_hash_sha256_init(&listening.hash);
	for (size_t at = 0; !code && at < size; at += piece)
		code = package_lines_add(lines, data + at, size - at < piece ? size - at : piece, NULL);
	if (!code)
		code = package_lines_finish(lines, NULL);
	check(code == QORGAN_OK || code == QORGAN_PROTOCOL);
	check(!package_lines_stopped(lines));
	package_lines_free(lines);
	crypto_hash_sha256_final(&listening.hash, told);
	return code;
}

/* Each line of what was taken. */
static void judge(const char *at, const char *end)
{
	while (at < end) {
		const char *newline = memchr(at, '\n', (size_t)(end - at));
		check(newline != NULL);
		json_t *value = json_loadb(at, (size_t)(newline - at), JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, NULL);
		check(json_is_object(value) && json_is_string(json_object_get(value, "type")));
		json_decref(value);
		at = newline + 1;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t whole[crypto_hash_sha256_BYTES], pieces[crypto_hash_sha256_BYTES];
	int code = lines_read(data, size, 65536, whole);

	check(lines_read(data, size, 1 + size % 97, pieces) == code && memcmp(whole, pieces, sizeof whole) == 0);
	if (code == QORGAN_OK)
		judge((const char *)data, (const char *)data + size);
	return 0;
}
