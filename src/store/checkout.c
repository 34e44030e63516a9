/* A copy of a store that somebody takes along: what it remembers, and what it is not for. */
#include "store/checkout.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "store/vault_internal.h"

struct checkout_row {
	uint8_t done, commits[8], leaves[8], root[MERKLE_HASH_SIZE], time[8], token[CHECKOUT_TOKEN_SIZE];
	char from[]; /* to the row's end */
};
_Static_assert(sizeof(struct checkout_row) == 1 + 3 * 8 + MERKLE_HASH_SIZE + CHECKOUT_TOKEN_SIZE, "no padding");

int checkout_load(struct qorgan_store *vault, struct engine_txn *txn, struct qorgan_error *error)
{
	struct checkout *checkout = &vault->checkout;
	struct checkout_row row;
	struct buffer plain = { 0 };
	char token[2 * CHECKOUT_TOKEN_SIZE + 1];
	int code = vault_meta_get(vault, txn, META_CHECKOUT, &plain, error);

	*checkout = (struct checkout){ 0 };
	if (!code && (plain.size < sizeof row || plain.size - sizeof row >= sizeof checkout->from))
		code = error_set(error, QORGAN_IO, "what %s remembers of its being a checkout is malformed: it is damaged", vault->path);
	if (!code) {
		memcpy(&row, plain.data, sizeof row);
		checkout->known = true;
		checkout->done = row.done;
		checkout->commits = bytes_get_u64(row.commits);
		checkout->leaves = bytes_get_u64(row.leaves);
		checkout->time = (int64_t)bytes_get_u64(row.time);
		memcpy(checkout->root, row.root, sizeof row.root);
		memcpy(checkout->token, row.token, sizeof row.token);
		memcpy(checkout->from, plain.data + sizeof row, plain.size - sizeof row);
		sodium_bin2hex(token, sizeof token, checkout->token, sizeof checkout->token);
		snprintf(checkout->origin, sizeof checkout->origin, "%s/checkout-%s", vault->origin, token);
	}
	buffer_free(&plain);
	return code == QORGAN_ABSENT ? QORGAN_OK : code;
}

int checkout_put(struct qorgan_store *vault, struct engine_txn *txn, const struct checkout *checkout,
                 struct qorgan_error *error)
{
	struct checkout_row row = { .done = checkout->done };
	struct buffer plain = { 0 };

	bytes_put_u64(row.commits, checkout->commits);
	bytes_put_u64(row.leaves, checkout->leaves);
	bytes_put_u64(row.time, (uint64_t)checkout->time);
	memcpy(row.root, checkout->root, sizeof row.root);
	memcpy(row.token, checkout->token, sizeof row.token);
	buffer_append(&plain, &row, sizeof row);
	buffer_append(&plain, checkout->from, strlen(checkout->from));
	int code = plain.failed ? error_set_memory(error)
	                        : vault_meta_put(vault, txn, META_CHECKOUT, buffer_span(&plain), error);
	buffer_free(&plain);
	return code;
}

const struct checkout *checkout_of(const struct qorgan_store *vault)
{
	return vault->checkout.known ? &vault->checkout : NULL;
}

int checkout_close(struct qorgan_store *vault, struct qorgan_error *error)
{
	struct engine_txn *txn = NULL;
	struct checkout checkout = vault->checkout;
	int code = vault_writer_wait(vault, error);

	if (code)
		return code;
	code = engine_begin_write(vault->engine, &txn, error);
	if (!code) {
		checkout.done = true;
		code = checkout_put(vault, txn, &checkout, error);
	}
	if (!code) {
		code = engine_commit(txn, error);
		txn = NULL;
	}
	engine_abort(txn);
	engine_unlock_writer(vault->engine);
	if (!code)
		vault->checkout.done = true;
	return code;
}

/* ---- What it is not for ------------------------------------------------------------------ */

int checkout_refuse(const struct qorgan_store *vault, struct qorgan_error *error)
{
	if (!vault->checkout.known)
		return QORGAN_OK;
	return error_set(error, QORGAN_DENIED, "%s is a checkout, to read and to draft in: that is done in the store that it was taken "
	                 "from, %s", vault->path, vault->checkout.from);
}

int checkout_refuse_kind(const struct qorgan_store *vault, const struct schema *schema, struct qorgan_error *error)
{
	static const char *const drafted[] = { "domain", "risk", "measure", "status", "assessment", "note", "evidence", "commit" };
	bool is_drafted = false;

	for (size_t i = 0; i < sizeof drafted / sizeof drafted[0]; i++)
		is_drafted |= strcmp(schema->kind, drafted[i]) == 0;
	if (vault->checkout.known && vault->checkout.done)
		return error_set(error, QORGAN_DENIED, "what was drafted in %s is in the store already: write there, or take another "
		                 "checkout", vault->path);
	return is_drafted ? QORGAN_OK : checkout_refuse(vault, error);
}

/* ---- Its names ----------------------------------------------------------------------------- */

const char *checkout_origin(const struct qorgan_store *vault, uint64_t commit)
{
	return vault->checkout.known && commit > vault->checkout.commits ? vault->checkout.origin : vault->origin;
}

void checkout_seen_name(const struct qorgan_store *vault, char name[CHECKOUT_SEEN_SIZE])
{
	char token[2 * CHECKOUT_TOKEN_SIZE + 1] = "";

	if (vault->checkout.known)
		sodium_bin2hex(token, sizeof token, vault->checkout.token, sizeof vault->checkout.token);
	snprintf(name, CHECKOUT_SEEN_SIZE, "%s%s%s", vault->id_text, *token ? "-" : "", token);
}
