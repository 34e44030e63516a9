/* The rows of secrets that are shared with partners. */
#include "store/partner_secret.h"

#include <string.h>

#include "base/date.h"
#include "crypto/secret.h"
#include "store/vault_change.h"

struct secret_key {
	uint8_t row, hash[VAULT_ID_HASH_SIZE];
};

/* Hashed as of an owner that is none: else the key would be that of the partner's
 * entry in `ids`, and tell whoever holds the file which partner it is. */
static struct secret_key secret_key(const struct qorgan_store *vault, const char *partner)
{
	struct secret_key key = { .row = META_SECRET[0] };

	vault_id_hash(vault, "", schema_find("partner", strlen("partner")), span_of(partner), key.hash);
	return key;
}

bool partner_secret_key_is(struct span key)
{
	return key.size == sizeof(struct secret_key) && key.data[0] == META_SECRET[0];
}

int64_t partner_secret_since(struct span raw)
{
	int64_t seconds = 0;

	if (!raw.data || raw.size < 2)
		return 0;
	return time_parse((struct span){ raw.data + 1, raw.size - 2 }, &seconds) ? seconds : 0;
}

static int secret_missing(const char *partner, struct qorgan_error *error)
{
	return error_set(error, QORGAN_DENIED, "the secret shared with %s is not in this store: give it again, with qorgan "
	                 "partner edit %s --shared-secret-file FILE, or have none with --no-shared-secret", partner, partner);
}

int partner_secret_get(struct vault_view *view, const char *partner, int64_t since, char *secret,
                       struct qorgan_error *error)
{
	struct secret_key key = secret_key(view->vault, partner);
	struct seal_place place = { .table = ENGINE_META, .key = LAYOUT_SPAN(key) };
	struct span sealed;

	if (!(view->vault->keys->root.roles & KEYS_MAY_WRITE))
		return error_set(error, QORGAN_DENIED, "the secret shared with %s is for those who may write to the store", partner);
	int code = engine_get(view->txn, ENGINE_META, place.key, &sealed, error);
	if (code == QORGAN_ABSENT)
		return secret_missing(partner, error);
	if (code)
		return code;
	/* As much as the sealed form of the longest one takes. */
	const size_t limit = 2 * PARTNER_SECRET_LIMIT;
	void *opened = secret_alloc(limit);
	if (!opened)
		return error_set_memory(error);
	struct buffer plain = buffer_over(opened, limit);
	code = seal_open_shared(view->vault->keys, view->vault->id, &place, sealed, &plain, error);
	if (code)
		error_prefix(error, code, "the secret shared with %s", partner);
	else if (place.leaf != (uint64_t)since || plain.size == 0 || plain.size >= PARTNER_SECRET_LIMIT)
		code = secret_missing(partner, error);
	if (!code) {
		memcpy(secret, plain.data, plain.size);
		secret[plain.size] = '\0';
	}
	secret_free(opened);
	return code;
}

int partner_secret_put(struct vault_change *change, const char *partner, int64_t since, const char *secret,
                       struct qorgan_error *error)
{
	const struct qorgan_store *vault = change->view.vault;
	struct secret_key key = secret_key(vault, partner);
	struct seal_place place = { .table = ENGINE_META, .leaf = (uint64_t)since, .key = LAYOUT_SPAN(key) };
	int code;

	if (!secret) {
		code = engine_delete(change->view.txn, ENGINE_META, place.key, error);
		return code == QORGAN_ABSENT ? QORGAN_OK : code;
	}
	buffer_clear(&change->sealed);
	seal_put_shared(vault->keys, vault->id, &place, span_of(secret), &change->sealed);
	if (change->sealed.failed)
		return error_set_memory(error);
	return engine_put(change->view.txn, ENGINE_META, place.key, buffer_span(&change->sealed), error);
}

/* Rows copied out of the range, as nothing may be written while it is open. */
struct secret_rows {
	struct buffer keys, values; /* each value behind its size */
};

static int rows_gather(struct vault_change *change, struct secret_rows *rows, struct qorgan_error *error)
{
	struct engine_range *range = NULL;
	struct span key, value;
	bool more = true;
	int code = engine_range_open(change->view.txn, ENGINE_META, span_of(META_SECRET), span_of("t"), false, &range, error);

	_Static_assert(sizeof META_SECRET == 2 && 's' + 1 == 't', "the range is of these rows alone");
	while (!code && !(code = engine_range_more(range, &key, &value, &more, error)) && more) {
		uint32_t size = (uint32_t)value.size;
		if (!partner_secret_key_is(key))
			continue;
		buffer_append_span(&rows->keys, key);
		buffer_append(&rows->values, &size, sizeof size);
		buffer_append_span(&rows->values, value);
		if (rows->keys.failed || rows->values.failed)
			code = error_set_memory(error);
	}
	engine_range_close(range);
	return code;
}

static int row_renew(struct vault_change *change, const struct keys *former, struct span key, struct span sealed,
                     struct buffer *plain, struct qorgan_error *error)
{
	const struct qorgan_store *vault = change->view.vault;
	struct seal_place place = { .table = ENGINE_META, .key = key };
	int code = seal_open_shared(former, vault->id, &place, sealed, plain, error);

	if (code)
		return error_prefix(error, code, "a secret shared with a partner");
	buffer_clear(&change->sealed);
	seal_put_shared(vault->keys, vault->id, &place, buffer_span(plain), &change->sealed);
	return change->sealed.failed ? error_set_memory(error)
	                             : engine_put(change->view.txn, ENGINE_META, key, buffer_span(&change->sealed), error);
}

int partner_secrets_renew(struct vault_change *change, const struct keys *former, struct qorgan_error *error)
{
	const size_t limit = 2 * PARTNER_SECRET_LIMIT;
	struct secret_rows rows = { 0 };
	void *opened = secret_alloc(limit);
	struct buffer plain = buffer_over(opened, opened ? limit : 0);
	int code = opened ? rows_gather(change, &rows, error) : error_set_memory(error);

	for (size_t i = 0, at = 0; !code && i < rows.keys.size / sizeof(struct secret_key); i++) {
		struct span key = { rows.keys.data + i * sizeof(struct secret_key), sizeof(struct secret_key) };
		uint32_t size;
		memcpy(&size, rows.values.data + at, sizeof size);
		at += sizeof size;
		code = row_renew(change, former, key, (struct span){ rows.values.data + at, size }, &plain, error);
		at += size;
	}
	buffer_free(&rows.keys);
	buffer_free(&rows.values);
	secret_free(opened);
	return code;
}
