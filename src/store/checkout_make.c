/* Taking a checkout: the rows of the store, and what says that they are one. */
#include "qorgan/checkout.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "base/date.h"
#include "store/copy.h"
#include "store/vault_internal.h"

/* The copy is of the moment that the one writer holds still. */
static int copy_mark(struct qorgan_store *vault, struct engine *to, struct qorgan_error *error)
{
	struct checkout checkout = { .time = vault->now };
	struct vault_view *view = NULL;
	struct engine_txn *txn = NULL;
	int code = vault_view_begin(vault, &view, error);

	if (!code && strlen(vault->path) >= sizeof checkout.from)
		code = error_set(error, QORGAN_USAGE, "the address of the store is too long");
	if (!code) {
		snprintf(checkout.from, sizeof checkout.from, "%s", vault->path);
		checkout.commits = vault_view_commits(view);
		checkout.leaves = vault_view_leaves(view);
		merkle_root(&view->state.tree, checkout.root);
		randombytes_buf(checkout.token, sizeof checkout.token);
		code = engine_begin_write(to, &txn, error);
	}
	vault_view_end(view);
	if (!code)
		code = checkout_put(vault, txn, &checkout, error);
	if (code) {
		engine_abort(txn);
		return code;
	}
	return engine_commit(txn, error);
}

int qorgan_checkout_make(struct qorgan_store *store, const char *to, struct qorgan_copied *copied,
                         struct qorgan_error *error)
{
	*copied = (struct qorgan_copied){ 0 };
	if (qorgan_store_is_on_server(to))
		return error_set(error, QORGAN_USAGE, "a checkout is taken along in a folder, and %s is a server", to);
	if (store->mistrust[0])
		return error_set(error, QORGAN_DENIED, "no checkout was taken: %s", store->mistrust);
	return store_copy(store, to, false, copy_mark, copied, error);
}

int qorgan_checkout_look(struct qorgan_store *store, struct qorgan_checkout *checkout, struct qorgan_error *error)
{
	const struct checkout *known = checkout_of(store);
	struct vault_view *view = NULL;

	if (!known)
		return error_set(error, QORGAN_ABSENT, "%s is no checkout: one is made with qorgan checkout", store->path);
	int code = vault_view_begin(store, &view, error);
	if (!code) {
		*checkout = (struct qorgan_checkout){ .from = known->from, .commits = known->commits, .done = known->done,
			                                  .drafts = vault_view_commits(view) - known->commits };
		time_format(known->time, checkout->time);
	}
	vault_view_end(view);
	return code;
}
