/* Making packages without the program's writer, which would not let everything pass. */
#include "forgery.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "chance.h"
#include "crypto/age.h"
#include "crypto/base64.h"
#include "crypto/merkle.h"
#include "crypto/minisign.h"
#include "crypto/note.h"
#include "model.h"
#include "record/canonical.h"
#include "store/mirror.h"

static struct qorgan_store *own(void)
{
	return region_open(region.hostile);
}

/* What the receiver has of the real log. */
static uint64_t sequence_known(unsigned to)
{
	struct mirror_log log = { 0 };
	struct vault_view *view = NULL;
	int code = vault_view_begin(region_open(to), &view, NULL);

	code = code ? code : mirror_log_find(view, vault_origin(own()), &log, NULL);
	vault_view_end(view);
	mirror_log_free(&log);
	return code ? 0 : log.sequence;
}

void forgery_start(struct forgery *forgery, unsigned to)
{
	struct vault_view *view = NULL;

	*forgery = (struct forgery){ .to = to, .from = code_of(region.hostile), .receiver = code_of(to),
		                         .sequence = sequence_known(to) + 1 };
	if (vault_view_begin(own(), &view, NULL) ||
	    vault_leaf_hashes(view, 0, vault_view_leaves(view), &forgery->hashes, NULL))
		fail("the hostile state cannot read its own log");
	vault_view_end(view);
}

uint64_t forgery_log(struct forgery *forgery, struct span record)
{
	uint8_t hash[32];

	merkle_hash_leaf(record.data, record.size, hash);
	buffer_append(&forgery->hashes, hash, sizeof hash);
	return forgery->hashes.size / 32 - 1;
}

void forgery_line(struct forgery *forgery, uint64_t index, struct span record)
{
	buffer_append_format(&forgery->records, "{\"type\":\"record\",\"index\":%" PRIu64 ",\"record\":", index);
	buffer_append_span(&forgery->records, record);
	buffer_append_text(&forgery->records, "}\n");
	forgery->record_count++;
}

void forgery_record(const char *owner, const char *kind, const char *id, uint32_t version, const char *body,
                    struct buffer *record)
{
	struct record_head head = { .owner = owner, .kind = kind, .id = id, .user = "liaison",
		                        .time = "2026-03-01T10:00:00Z", .commit = 900, .version = version };

	buffer_clear(record);
	record_write(&head, span_of(body), record);
}

/* ---- The file ------------------------------------------------------------------------------ */

static int file_sink(void *context, const void *data, size_t size, struct qorgan_error *error)
{
	(void)error;
	return fwrite(data, 1, size, context) == size ? QORGAN_OK : QORGAN_IO;
}

void forgery_sign(const char *path)
{
	struct buffer data = { 0 }, signature = { 0 };
	struct minisign_hash hash;
	char name[140];

	minisign_hash_start(&hash);
	if (file_read(path, SIZE_MAX / 4, &data, NULL))
		fail("cannot read %s", path);
	minisign_hash_add(&hash, data.data, data.size);
	snprintf(name, sizeof name, "%s.minisig", path);
	FILE *file = fopen(name, "w");
	if (minisign_sign(&hash, vault_keys(own())->package_seed, "a package", &signature, NULL) || !file ||
	    fwrite(signature.data, 1, signature.size, file) != signature.size || fclose(file))
		fail("cannot sign %s", path);
	buffer_free(&data);
	buffer_free(&signature);
}

static void recipient_of(unsigned party, uint8_t recipient[32])
{
	struct vault_view *view = NULL;
	uint8_t identity[32];

	if (vault_view_begin(region_open(party), &view, NULL) || vault_age_identity(view, identity, NULL))
		fail("no key of %s", code_of(party));
	vault_view_end(view);
	age_identity_recipient(identity, recipient);
}

void forgery_encrypt(struct span plain, unsigned to, const char *path)
{
	struct age_encryptor *encryptor = NULL;
	uint8_t recipient[1][32];

	recipient_of(to, recipient[0]);
	FILE *file = fopen(path, "w");
	if (!file || age_encrypt_start((const uint8_t (*)[32])recipient, 1, file_sink, file, &encryptor, NULL) ||
	    age_encrypt_add(encryptor, plain.data, plain.size, NULL) || age_encrypt_finish(encryptor, NULL) || fclose(file))
		fail("cannot encrypt %s", path);
	age_encrypt_free(encryptor);
	forgery_sign(path);
}

/* ---- The lines ------------------------------------------------------------------------------ */

static void checkpoint_line(const struct forgery *forgery, struct buffer *plain)
{
	struct merkle_frontier tree = { 0 };
	struct checkpoint checkpoint = { 0 };
	struct buffer text = { 0 }, note = { 0 };
	const struct keys *keys = vault_keys(own());

	for (size_t at = 0; at < forgery->hashes.size; at += 32)
		merkle_append(&tree, (const uint8_t *)forgery->hashes.data + at, NULL, NULL);
	snprintf(checkpoint.origin, sizeof checkpoint.origin, "%s", vault_origin(own()));
	checkpoint.size = tree.size + forgery->size_named;
	merkle_root(&tree, checkpoint.root);
	checkpoint.root[0] ^= forgery->wrong_root;
	checkpoint_format(&checkpoint, &text);
	if (note_sign(buffer_span(&text), checkpoint.origin, forgery->foreign_key ? keys->package_seed : keys->log_seed,
	              &note, NULL))
		fail("a checkpoint cannot be signed");
	buffer_append_text(plain, "{\"type\":\"checkpoint\",\"note\":");
	canonical_write_string(buffer_span(&note), plain);
	buffer_append_text(plain, "}\n");
	buffer_free(&text);
	buffer_free(&note);
}

static void leaves_lines(const struct forgery *forgery, struct buffer *plain)
{
	buffer_append_text(plain, "{\"type\":\"leaves\",\"first\":0,\"hashes\":[");
	for (size_t at = 0; at < forgery->hashes.size; at += 32) {
		buffer_append_text(plain, at ? ",\"" : "\"");
		base64_append(plain, (const uint8_t *)forgery->hashes.data + at, 32, BASE64_PADDED);
		buffer_append_char(plain, '"');
	}
	buffer_append_text(plain, "]}\n");
}

void forgery_write(struct forgery *forgery, const char *path)
{
	struct buffer plain = { 0 };

	buffer_append_format(&plain, "{\"type\":\"header\",\"format\":\"qorgan-package\",\"version\":1,\"from\":\"%s\",",
	                     forgery->from);
	buffer_append_format(&plain, "\"to\":[\"%s\"],\"previous\":[%" PRIu64 "],", forgery->receiver, forgery->previous);
	buffer_append_format(&plain, "\"created\":\"2026-03-01T10:00:00Z\",\"sequence\":%" PRIu64 "}\n", forgery->sequence);
	if (forgery->swapped)
		leaves_lines(forgery, &plain);
	checkpoint_line(forgery, &plain);
	if (!forgery->swapped)
		leaves_lines(forgery, &plain);
	buffer_append_span(&plain, buffer_span(&forgery->records));
	buffer_append_span(&plain, buffer_span(&forgery->tail));
	if (!forgery->no_end)
		buffer_append_format(&plain, "{\"type\":\"end\",\"leaves\":%" PRIu64 ",\"records\":%" PRIu64 "}\n",
		                     forgery->hashes.size / 32 + forgery->leaves_named,
		                     forgery->record_count + forgery->records_named);
	forgery_encrypt(buffer_span(&plain), forgery->to, path);
	buffer_free(&plain);
	buffer_free(&forgery->hashes);
	buffer_free(&forgery->records);
	buffer_free(&forgery->tail);
}

bool forgery_notes(unsigned whom, struct buffer notes[2])
{
	struct mirror_log log = { 0 };
	struct vault_view *view = NULL;
	struct checkpoint checkpoint;
	struct buffer text = { 0 };
	const char *end;
	int code = vault_view_begin(own(), &view, NULL);

	code = code ? code : mirror_log_find(view, vault_origin(region_open(whom)), &log, NULL);
	vault_view_end(view);
	if (!code && log.note.size && (end = memmem(log.note.data, log.note.size, "\n\n", 2))) {
		struct span signed_text = { log.note.data, (size_t)(end + 1 - log.note.data) };
		buffer_append_span(&notes[0], buffer_span(&log.note));
		if (!checkpoint_parse(signed_text, &checkpoint))
			fail("a checkpoint of %s is none", code_of(whom));
		checkpoint.root[chance_below(32)] ^= 1;
		checkpoint_format(&checkpoint, &text);
		/* Under the signature of another: by a key that nobody knows it would say nothing of anyone. */
		buffer_append_span(&notes[1], buffer_span(&text));
		buffer_append(&notes[1], end + 1, log.note.size - signed_text.size);
	}
	buffer_free(&text);
	mirror_log_free(&log);
	return notes[1].size;
}
