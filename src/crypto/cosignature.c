/* Cosignatures: what is signed is the time and then the text of the checkpoint. */
#include "crypto/cosignature.h"


#include <sodium.h>

#include "base/bytes.h"
#include "base/date.h"
#include "crypto/base64.h"
#include "crypto/note_parts.h"
#include "crypto/secret.h"

/* As it stands under the Base 64 of a line; bytes only, so without padding. */
struct cosignature_record {
	uint8_t id[NOTE_ID_SIZE];
	uint8_t time[8]; /* big-endian, seconds since 1970 */
	uint8_t signature[crypto_sign_BYTES];
};
_Static_assert(sizeof(struct cosignature_record) == 76, "as tlog-cosignature has it");

bool cosignature_format_vkey(const char *name, const uint8_t public_key[NOTE_KEY_SIZE], char vkey[NOTE_VKEY_LIMIT])
{
	return note_vkey_format(name, NOTE_COSIGNATURE, public_key, vkey);
}

bool cosignature_parse_vkey(const char *text, char *name, size_t name_size, uint8_t public_key[NOTE_KEY_SIZE])
{
	return note_vkey_parse(text, NOTE_COSIGNATURE, name, name_size, public_key);
}

static void message_write(struct span text, uint64_t time, struct buffer *to)
{
	buffer_clear(to);
	buffer_append_format(to, "cosignature/v1\ntime %llu\n", (unsigned long long)time);
	buffer_append_span(to, text);
}

int cosignature_sign(struct span note, int64_t time, const char *name, const uint8_t seed[32], struct buffer *to,
                     struct qorgan_error *error)
{
	uint8_t public_key[crypto_sign_PUBLICKEYBYTES];
	struct cosignature_record record;
	struct checkpoint checkpoint;
	struct buffer message = { 0 };
	struct span text, signatures;

	if (!note_name_is_valid(span_of(name)) || time < 0)
		return error_set(error, QORGAN_BAD_DATA,
		                 "a cosigner needs a name without spaces and plus signs, and a time since 1970");
	if (!note_split(note, &text, &signatures) || !checkpoint_parse(text, &checkpoint))
		return error_set(error, QORGAN_BAD_DATA, "only the signed note of a checkpoint can be cosigned");
	uint8_t *secret_key = secret_alloc(crypto_sign_SECRETKEYBYTES);
	message_write(text, (uint64_t)time, &message);
	if (!secret_key || message.failed) {
		secret_free(secret_key);
		buffer_free(&message);
		return error_set_memory(error);
	}
	crypto_sign_seed_keypair(public_key, secret_key, seed);
	note_key_id(span_of(name), NOTE_COSIGNATURE, public_key, record.id);
	bytes_put_u64(record.time, (uint64_t)time);
	crypto_sign_detached(record.signature, NULL, (const uint8_t *)message.data, message.size, secret_key);
	secret_free(secret_key);
	buffer_free(&message);

	note_line_append(to, name, (const uint8_t *)&record, sizeof record);
	return to->failed ? error_set_memory(error) : QORGAN_OK;
}

struct verifying {
	const char *name;
	const uint8_t *public_key;
	struct span text;
	struct buffer message;
	int64_t newest; /* -1: none */
};

static int line_verify(void *context, const struct note_line *line, struct qorgan_error *error)
{
	struct verifying *verifying = context;
	struct cosignature_record record;
	uint64_t time;

	if (!base64_decode_exact(line->encoded, BASE64_PADDED, (uint8_t *)&record, sizeof record) ||
	    (time = bytes_get_u64(record.time)) > INT64_MAX) /* by the specification, whoever signed it */
		return error_set(error, QORGAN_PROTOCOL, "the cosignature of %s is malformed", verifying->name);
	message_write(verifying->text, time, &verifying->message);
	if (verifying->message.failed)
		return error_set_memory(error);
	if (crypto_sign_verify_detached(record.signature, (const uint8_t *)verifying->message.data,
	                                verifying->message.size, verifying->public_key))
		return error_set(error, QORGAN_PROTOCOL, "the cosignature of %s does not hold", verifying->name);
	if (time > TIME_LAST)
		return error_set(error, QORGAN_PROTOCOL, "the cosignature of %.150s is dated after the year 9999", verifying->name);
	if ((int64_t)time > verifying->newest)
		verifying->newest = (int64_t)time;
	return QORGAN_OK;
}

int cosignature_verify(struct span note, const char *name, const uint8_t public_key[NOTE_KEY_SIZE], int64_t *time,
                       struct qorgan_error *error)
{
	struct verifying verifying = { .name = name, .public_key = public_key, .newest = -1 };
	struct checkpoint checkpoint;
	struct span signatures;
	uint8_t id[NOTE_ID_SIZE];

	if (!note_split(note, &verifying.text, &signatures) || !checkpoint_parse(verifying.text, &checkpoint))
		return error_set(error, QORGAN_PROTOCOL, "this is not the signed note of a checkpoint");
	note_key_id(span_of(name), NOTE_COSIGNATURE, public_key, id);
	int code = note_lines_find(signatures, name, id, line_verify, &verifying, error);
	buffer_free(&verifying.message);
	if (!code && verifying.newest < 0)
		code = error_set(error, QORGAN_PROTOCOL, "the checkpoint bears no cosignature by the known key of %s", name);
	if (!code)
		*time = verifying.newest;
	return code;
}

/* ---- Taking out what counts ------------------------------------------------ */

struct picking {
	struct note_line line;
	uint64_t time; /* of a cosignature */
	bool found;
};

static int log_line_pick(void *context, const struct note_line *line, struct qorgan_error *error)
{
	struct picking *picking = context;

	(void)error;
	if (!picking->found)
		picking->line = *line;
	picking->found = true;
	return QORGAN_OK;
}

static int newest_line_pick(void *context, const struct note_line *line, struct qorgan_error *error)
{
	struct picking *picking = context;
	struct cosignature_record record;
	(void)error;

	if (!base64_decode_exact(line->encoded, BASE64_PADDED, (uint8_t *)&record, sizeof record) ||
	    (picking->found && bytes_get_u64(record.time) <= picking->time))
		return QORGAN_OK;
	picking->line = *line;
	picking->time = bytes_get_u64(record.time);
	picking->found = true;
	return QORGAN_OK;
}

static int line_extract(struct span signatures, enum note_type type, const char *name,
                        const uint8_t public_key[NOTE_KEY_SIZE], struct buffer *to, struct qorgan_error *error)
{
	struct picking picking = { 0 };
	uint8_t id[NOTE_ID_SIZE];

	note_key_id(span_of(name), type, public_key, id);
	int code = note_lines_find(signatures, name, id, type == NOTE_ED25519 ? log_line_pick : newest_line_pick, &picking,
	                           error);
	if (code)
		return code;
	if (!picking.found)
		return error_set(error, QORGAN_PROTOCOL, "the checkpoint bears no signature by the known key of %s", name);
	note_line_copy(to, &picking.line);
	return QORGAN_OK;
}

int cosignature_extract(struct span note, const char *log, const uint8_t log_key[NOTE_KEY_SIZE], const char *name,
                        const uint8_t public_key[NOTE_KEY_SIZE], struct buffer *to, struct qorgan_error *error)
{
	struct span text, signatures;

	if (!note_split(note, &text, &signatures))
		return error_set(error, QORGAN_PROTOCOL, "this is not the signed note of a checkpoint");
	buffer_append_span(to, text);
	buffer_append_char(to, '\n');
	int code = line_extract(signatures, NOTE_ED25519, log, log_key, to, error);
	if (!code && name)
		code = line_extract(signatures, NOTE_COSIGNATURE, name, public_key, to, error);
	return code || !to->failed ? code : error_set_memory(error);
}
