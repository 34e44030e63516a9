/* Keys of authors as rows, and what they sign. */
#include "store/author.h"

#include <sodium.h>

#include "crypto/age.h"
#include "crypto/base64.h"
#include "crypto/secret.h"
#include "record/reader.h"
#include "store/user_record.h"
#include "store/vault_change.h"

/* What a signature begins with: the key signs nothing else that could be read so. */
#define TITLE "qorgan-commit 1\n"
#define FILE_LIMIT 1024 /* bytes of an age file for one recipient, with room to spare */

/* The age file of a key: its first line, one stanza, the line of the header's MAC, a nonce, the seed and a tag. */
#define FILE_BEGIN "age-encryption.org/v1\n-> X25519 "
#define FILE_SIZE (sizeof FILE_BEGIN - 1 + 43 + 1 + 43 + 1 + sizeof "--- " - 1 + 43 + 1 + 16 + KEYS_SIZE + 16)

_Static_assert(sizeof(struct author_key) == crypto_sign_SECRETKEYBYTES, "a key as libsodium has it");
_Static_assert(AUTHOR_KEY_TEXT == base64_text_size(KEYS_SIZE) && KEYS_SIZE == crypto_sign_PUBLICKEYBYTES &&
               KEYS_SIZE == crypto_sign_SEEDBYTES && AUTHOR_SIGNATURE_TEXT == base64_text_size(crypto_sign_BYTES),
               "sizes of Ed25519");

struct author_row_key {
	uint8_t row, number;
};

static struct author_row_key row_key(uint8_t number)
{
	return (struct author_row_key){ (uint8_t)META_AUTHOR[0], number };
}

/* ---- Rows -------------------------------------------------------------------------------- */

/* The key of a seed. */
static void pair_derive(const uint8_t *seed, struct author_key *author)
{
	uint8_t public[KEYS_SIZE];

	crypto_sign_seed_keypair(public, author->pair, seed);
}

int author_key_make(struct vault_change *change, uint8_t number, const uint8_t recipient[32],
                    char text[AUTHOR_KEY_TEXT], struct qorgan_error *error)
{
	struct author_row_key key = row_key(number);
	struct author_key *author = secret_alloc(sizeof *author);
	uint8_t public[KEYS_SIZE];
	struct buffer file = { 0 };
	int code = author ? QORGAN_OK : error_set_memory(error);

	if (!code) {
		crypto_sign_keypair(public, author->pair);
		author_key_format(author, text);
		code = age_encrypt((const uint8_t (*)[32])recipient, 1, author->pair, crypto_sign_SEEDBYTES, &file, error);
	}
	if (!code)
		code = engine_put(change->view.txn, ENGINE_META, LAYOUT_SPAN(key), buffer_span(&file), error);
	buffer_free(&file);
	if (!code && number == change->view.vault->slot) {
		secret_free(change->author);
		change->author = author;
	} else {
		secret_free(author);
	}
	return code;
}

void author_change_settle(struct vault_change *change)
{
	if (change->committed && change->author)
		*change->view.vault->author = *change->author;
	secret_free(change->author);
	change->author = NULL;
}

const struct author_key *author_change_key(const struct vault_change *change)
{
	const struct author_key *own = change->view.vault->author;

	return author_key_is_known(own) || !change->author ? own : change->author;
}

int author_key_remove(struct vault_change *change, uint8_t number, struct qorgan_error *error)
{
	struct author_row_key key = row_key(number);
	int code = engine_delete(change->view.txn, ENGINE_META, LAYOUT_SPAN(key), error);

	return code == QORGAN_ABSENT ? QORGAN_OK : code;
}

static bool row_find(struct engine_txn *txn, const char *row, uint8_t number, struct span *value)
{
	struct author_row_key key = { (uint8_t)row[0], number };

	return engine_get(txn, ENGINE_META, LAYOUT_SPAN(key), value, NULL) == QORGAN_OK;
}

static bool row_is_there(struct engine_txn *txn, const char *row, uint8_t number)
{
	struct span value;

	return row_find(txn, row, number, &value);
}

bool author_key_is_kept(struct vault_view *view, uint8_t number)
{
	return row_is_there(view->txn, META_AUTHOR, number);
}

bool author_file_is_formed(struct span file)
{
	return file.size == FILE_SIZE && memcmp(file.data, FILE_BEGIN, sizeof FILE_BEGIN - 1) == 0;
}

bool author_key_is_formed(struct vault_view *view, uint8_t number)
{
	struct span file;

	return row_find(view->txn, META_AUTHOR, number, &file) && author_file_is_formed(file);
}

int author_keys_prune(struct vault_change *change, struct qorgan_error *error)
{
	int code = QORGAN_OK;

	for (unsigned i = 0; i < LAYOUT_SLOTS && !code; i++)
		if (!row_is_there(change->view.txn, META_SLOT, (uint8_t)i))
			code = author_key_remove(change, (uint8_t)i, error);
	return code;
}

int author_key_open(struct engine_txn *txn, uint8_t number, const uint8_t identity[32], struct author_key *author,
                    struct qorgan_error *error)
{
	const struct age_keys own = { .identities = (const uint8_t (*)[32])identity, .count = 1 };
	struct author_row_key key = row_key(number);
	struct span file;

	*author = (struct author_key){ 0 };
	if (engine_get(txn, ENGINE_META, LAYOUT_SPAN(key), &file, NULL) || file.size > FILE_LIMIT)
		return QORGAN_OK;
	/* No plaintext is longer than the file that it was in. */
	void *place = secret_alloc(FILE_LIMIT);

	if (!place)
		return error_set_memory(error);
	struct buffer plain = buffer_over(place, FILE_LIMIT);
	if (!age_decrypt(file, &own, &plain, NULL) && plain.size == crypto_sign_SEEDBYTES)
		pair_derive((const uint8_t *)plain.data, author);
	secret_free(place);
	return QORGAN_OK;
}

bool author_key_is_known(const struct author_key *author)
{
	return !sodium_is_zero(author->pair, sizeof author->pair);
}

void author_key_format(const struct author_key *author, char text[AUTHOR_KEY_TEXT])
{
	base64_encode(text, author->pair + crypto_sign_SEEDBYTES, crypto_sign_PUBLICKEYBYTES, BASE64_PADDED);
}

int author_check(struct vault_view *view, struct qorgan_error *error)
{
	const struct qorgan_store *vault = view->vault;
	const char *name = vault->keys->root.user;
	char own[AUTHOR_KEY_TEXT] = "";
	struct user_record user;

	if (!user_record_find(view, name, &user) || !user_record_signs_by(&user, NULL))
		return QORGAN_OK;
	if (author_key_is_known(vault->author))
		author_key_format(vault->author, own);
	if (own[0] && user_record_signs_by(&user, own))
		return QORGAN_OK;
	return error_set(error, QORGAN_DENIED, own[0] ? "the key by which you sign what you write is not the one on record of %s: "
	                 "somebody put another in its place; ask an administrator for a new way in, with qorgan user slot add %s"
	                 : "the key by which you sign what you write is lost or damaged, and what %s writes is signed: restore a "
	                 "backup, or ask an administrator for a new way in, with qorgan user slot add %s", name, name);
}

/* ---- What is signed ------------------------------------------------------------------------ */

/* The members in canonical order; `signature` is left out of what is signed. */
static void body_members_write(const struct author_claim *claim, const char *key, const char *signature,
                               struct buffer *to)
{
	buffer_append_char(to, '{');
	if (key)
		buffer_append_format(to, "\"key\":\"%s\",", key);
	if (claim->message.data) {
		buffer_append_text(to, "\"message\":");
		buffer_append_span(to, claim->message);
		buffer_append_char(to, ',');
	}
	if (signature)
		buffer_append_format(to, "\"signature\":\"%s\",", signature);
	if (key) {
		buffer_append_text(to, "\"signed_by\":\"");
		buffer_append_span(to, claim->signer);
		buffer_append_text(to, "\",");
	}
	buffer_append_format(to, "\"versions\":%llu}", (unsigned long long)claim->versions);
}

/* `body` is all of it but the signature. */
static void signed_text_write(const struct author_claim *claim, struct span body, struct buffer *to)
{
	buffer_append_format(to, TITLE "%s\n%llu\n", claim->origin, (unsigned long long)claim->number);
	buffer_append_span(to, claim->user);
	buffer_append_char(to, '\n');
	buffer_append_span(to, claim->time);
	buffer_append_format(to, "\n%llu\n", (unsigned long long)claim->size);
	base64_append(to, claim->root, sizeof claim->root, BASE64_PADDED);
	buffer_append_char(to, '\n');
	buffer_append_span(to, body);
	buffer_append_char(to, '\n');
}

void author_body_write(const struct author_claim *claim, const struct author_key *author, struct buffer *body)
{
	char key[AUTHOR_KEY_TEXT], signature_text[AUTHOR_SIGNATURE_TEXT];
	uint8_t signature[crypto_sign_BYTES];
	struct buffer text = { 0 }, bare = { 0 };

	if (!author_key_is_known(author)) {
		body_members_write(claim, NULL, NULL, body);
		return;
	}
	author_key_format(author, key);
	body_members_write(claim, key, NULL, &bare);
	signed_text_write(claim, buffer_span(&bare), &text);
	text.failed |= bare.failed;
	body->failed |= text.failed;
	if (!text.failed) {
		crypto_sign_detached(signature, NULL, (const uint8_t *)text.data, text.size, author->pair);
		base64_encode(signature_text, signature, sizeof signature, BASE64_PADDED);
		body_members_write(claim, key, signature_text, body);
	}
	buffer_free(&bare);
	buffer_free(&text);
}

enum author_verdict author_body_judge(struct author_claim *claim, struct span body, char key[AUTHOR_KEY_TEXT],
                                      char signer[RECORD_USER_LIMIT])
{
	enum { KEY, MESSAGE, SIGNATURE, SIGNED_BY, VERSIONS, NAMES };
	static const char *const names[NAMES] = { "key", "message", "signature", "signed_by", "versions" };
	uint8_t public[crypto_sign_PUBLICKEYBYTES], signature[crypto_sign_BYTES];
	char signature_text[AUTHOR_SIGNATURE_TEXT];
	struct span values[NAMES];
	struct buffer text = { 0 }, bare = { 0 };
	int64_t versions = 0;

	reader_pick(body, names, values, NAMES);
	if (!values[KEY].data && !values[SIGNATURE].data && !values[SIGNED_BY].data)
		return AUTHOR_UNSIGNED;
	if (!reader_text(values[KEY], key, AUTHOR_KEY_TEXT) || !reader_text(values[SIGNED_BY], signer, RECORD_USER_LIMIT) ||
	    !reader_text(values[SIGNATURE], signature_text, sizeof signature_text) ||
	    !values[VERSIONS].data || !reader_integer(values[VERSIONS], &versions) ||
	    !base64_decode_exact(span_of(key), BASE64_PADDED, public, sizeof public) ||
	    !base64_decode_exact(span_of(signature_text), BASE64_PADDED, signature, sizeof signature))
		return AUTHOR_FALSE;
	claim->message = values[MESSAGE];
	claim->signer = span_of(signer);
	claim->versions = (uint64_t)versions;
	/* What is there, and not what this program would write: a later one may add members. */
	bool good = reader_without(body, "signature", &bare);
	signed_text_write(claim, buffer_span(&bare), &text);
	good = good && !bare.failed && !text.failed && crypto_sign_verify_detached(signature, (const uint8_t *)text.data, text.size, public) == 0;
	buffer_free(&bare);
	buffer_free(&text);
	return good ? AUTHOR_SIGNED : AUTHOR_FALSE;
}

static bool key_is_on_record(struct vault_view *view, const char *name, const char *key)
{
	struct user_record user;

	return user_record_find(view, name, &user) && user.endorsement == ENDORSEMENT_GOOD && user_record_signs_by(&user, key);
}

int author_signer(struct vault_view *view, uint64_t number, char signer[RECORD_USER_LIMIT], struct qorgan_error *error)
{
	struct author_claim claim = { .origin = checkout_origin(view->vault, number), .number = number };
	struct vault_record record = { 0 };
	char key[AUTHOR_KEY_TEXT];
	int code = vault_get_commit(view, number, &record, error);

	if (!code) {
		claim.user = record.record.user;
		claim.time = record.record.time;
		claim.size = record.leaf;
		code = vault_root_at(view, claim.size, claim.root, error);
	}
	if (!code && (author_body_judge(&claim, record.record.body, key, signer) != AUTHOR_SIGNED ||
	              !key_is_on_record(view, signer, key)))
		signer[0] = '\0';
	vault_record_free(&record);
	return code;
}
