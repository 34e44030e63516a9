/* Facts of an open vault, and the small things that every layer above asks. */
#include "store/vault.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/date.h"
#include "base/language.h"
#include "crypto/note.h"
#include "crypto/secret.h"
#include "store/lost.h"
#include "store/vault_internal.h"

const char *qorgan_store_id(const struct qorgan_store *store)
{
	return store->id_text;
}

const char *qorgan_store_state(const struct qorgan_store *store)
{
	return store->keys->root.state;
}

const char *qorgan_store_user(const struct qorgan_store *store)
{
	return store->keys->root.user;
}

bool qorgan_store_is_on_server(const char *path)
{
	return engine_is_server(path);
}

const char *qorgan_store_path(const struct qorgan_store *store)
{
	return store->path;
}

void qorgan_store_today(const struct qorgan_store *store, char day[11])
{
	date_format(time_date(store->now), day);
}

const char *qorgan_store_mistrust(const struct qorgan_store *store)
{
	return store->mistrust[0] ? store->mistrust : NULL;
}

const char *qorgan_store_forgetful(const struct qorgan_store *store)
{
	return store->forgetful[0] ? store->forgetful : NULL;
}

const char *qorgan_store_skew(const struct qorgan_store *store)
{
	return store->skew[0] ? store->skew : NULL;
}

bool qorgan_store_may_write(const struct qorgan_store *store)
{
	return store->keys->root.roles & KEYS_MAY_WRITE && !store->read_only && !store->mistrust[0];
}

bool qorgan_store_may_administer(const struct qorgan_store *store)
{
	return qorgan_store_may_write(store) && store->keys->root.roles & KEYS_MAY_ADMINISTER;
}

bool qorgan_keys_are_locked(void)
{
	return secret_is_locked();
}

void *qorgan_secret_alloc(size_t size)
{
	return secret_start(NULL) ? NULL : secret_alloc(size);
}

void qorgan_secret_free(void *place)
{
	secret_free(place);
}

void qorgan_guard(void)
{
	engine_guard("qorgan: the store's file is damaged: run qorgan verify to see what, and restore a backup");
}

void qorgan_store_set_progress(struct qorgan_store *store, qorgan_progress progress, void *context)
{
	store->progress = progress;
	store->progress_context = context;
}

int qorgan_store_set_languages(struct qorgan_store *store, const char *list, struct qorgan_error *error)
{
	const size_t limit = sizeof store->languages / sizeof store->languages[0] - 1;
	size_t count = 0;
	char *copy = strdup(list), *rest, *word;

	if (!copy)
		return error_set_memory(error);
	free(store->language_text);
	store->language_text = copy;
	for (word = strtok_r(copy, LANGUAGE_LIST, &rest); word && count < limit; word = strtok_r(NULL, LANGUAGE_LIST, &rest)) {
		char tag[LANGUAGE_TAG_SIZE];
		if (language_tag_read(word, tag) && strlen(tag) <= strlen(word))
			strcpy(word, tag);
		store->languages[count++] = word;
	}
	store->languages[count] = NULL;
	return QORGAN_OK;
}

char *vault_languages_list(const struct qorgan_store *vault)
{
	struct buffer list = { 0 };

	for (size_t i = 0; vault->languages[i]; i++)
		buffer_append_format(&list, "%s%s", i ? "," : "", vault->languages[i]);
	char *taken = list.failed ? NULL : list.size ? buffer_take(&list) : strdup("");
	buffer_free(&list);
	return taken;
}

const struct keys *vault_keys(const struct qorgan_store *vault)
{
	return vault->keys;
}

const char *vault_state(const struct qorgan_store *vault)
{
	return vault->keys->root.state;
}

const char *vault_user(const struct qorgan_store *vault)
{
	return vault->keys->root.user;
}

const char *vault_origin(const struct qorgan_store *vault)
{
	return vault->origin;
}

const char *const *vault_languages(const struct qorgan_store *vault)
{
	return vault->languages;
}

int64_t vault_now(const struct qorgan_store *vault)
{
	return vault->now;
}

int vault_progress(struct qorgan_store *vault, const char *what, uint64_t done, uint64_t total)
{
	struct timespec now;

	if (!vault->progress || done % 256 != 0)
		return QORGAN_OK;
	clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
	int64_t now_ms = (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
	if (now_ms - vault->progress_last_ms < 200)
		return QORGAN_OK;
	vault->progress_last_ms = now_ms;
	return vault->progress(vault->progress_context, what, done, total) ? QORGAN_INTERRUPTED : QORGAN_OK;
}

static int identity_read(struct vault_view *view, struct span key, uint8_t identity[32], struct qorgan_error *error)
{
	/* What a damaged row would hold beyond this finds no room. */
	const size_t limit = 256;
	void *place = secret_alloc(limit);
	if (!place)
		return error_set_memory(error);
	struct buffer plain = buffer_over(place, limit);
	int code = vault_meta_row_get(view->vault, view->txn, key, &plain, error);

	if (code == QORGAN_ABSENT || plain.failed || (!code && plain.size != 32))
		code = error_set(error, QORGAN_IO, "the state's identity is missing: the store is damaged; run qorgan verify");
	if (!code)
		memcpy(identity, plain.data, 32);
	secret_free(place);
	return code;
}

int vault_age_identity(struct vault_view *view, uint8_t identity[32], struct qorgan_error *error)
{
	return identity_read(view, span_of(META_IDENTITY), identity, error);
}

int vault_age_identities(struct vault_view *view, uint8_t (*identities)[32], size_t limit, size_t *count,
                         struct qorgan_error *error)
{
	int code = vault_age_identity(view, identities[0], error);

	*count = 1;
	for (uint32_t epoch = view->vault->keys->root.epoch; !code && epoch > 1 && *count < limit; epoch--) {
		struct layout_epoch_key key = layout_epoch(META_IDENTITY, epoch);
		code = identity_read(view, LAYOUT_SPAN(key), identities[*count], error);
		++*count;
	}
	return code;
}

int vault_checkpoint_open(struct vault_view *view, uint64_t commit, const struct merkle_frontier *tree,
                          struct buffer *note, struct qorgan_error *error)
{
	const struct qorgan_store *vault = view->vault;
	struct layout_commit_key key = layout_commit(commit, 'c');
	struct seal_place place = { .table = ENGINE_COMMITS, .key = LAYOUT_SPAN(key) };
	struct checkpoint checkpoint;
	struct span sealed, text;
	uint8_t root[MERKLE_HASH_SIZE], signer[NOTE_KEY_SIZE];
	int code = engine_get(view->txn, ENGINE_COMMITS, place.key, &sealed, error);

	if (code == QORGAN_ABSENT)
		return error_set(error, QORGAN_IO, "the checkpoint of commit %llu is missing: the store is damaged",
		                 (unsigned long long)commit);
	if (!code)
		code = seal_open(vault->keys, vault->id, &place, sealed, note, error);
	if (!code && note->size >= strlen(LOST_CHECKPOINT) && memcmp(note->data, LOST_CHECKPOINT, strlen(LOST_CHECKPOINT)) == 0)
		return error_set(error, QORGAN_ABSENT, "the checkpoint of commit %llu was lost by damage", (unsigned long long)commit);
	if (!code)
		code = vault_log_key(view, tree->size, signer, error);
	if (!code && note_verify(buffer_span(note), checkout_origin(vault, commit), signer, &text, NULL))
		code = error_set(error, QORGAN_IO, "the checkpoint of commit %llu is not signed by this state's log key",
		                 (unsigned long long)commit);
	if (code)
		return code;
	merkle_root(tree, root);
	if (!checkpoint_parse(text, &checkpoint) || strcmp(checkpoint.origin, checkout_origin(vault, commit)) != 0 ||
	    checkpoint.size != tree->size || sodium_memcmp(checkpoint.root, root, sizeof root) != 0)
		return error_set(error, QORGAN_IO, "the checkpoint of commit %llu is not that of the log: the store was altered",
		                 (unsigned long long)commit);
	return QORGAN_OK;
}

int vault_checkpoint(struct vault_view *view, struct buffer *note, struct qorgan_error *error)
{
	struct buffer plain = { 0 };
	int code = QORGAN_OK;

	if (view->state.commits)
		code = vault_checkpoint_open(view, view->state.commits, &view->state.tree, &plain, error);
	if (!code) {
		buffer_append_span(note, buffer_span(&plain));
		if (note->failed)
			code = error_set_memory(error);
	}
	buffer_free(&plain);
	return code;
}

int vault_tree_unread(const struct vault_view *view, struct qorgan_error *error)
{
	int code = engine_over(view->txn, error);

	return code ? code : error_set(error, QORGAN_IO,
	                               "the hashes of the log cannot be read: the store is damaged; run qorgan verify");
}

int vault_root_at(struct vault_view *view, uint64_t size, uint8_t root[MERKLE_HASH_SIZE], struct qorgan_error *error)
{
	struct merkle_frontier then;

	if (merkle_frontier_at(size, vault_tree_node, view, &then))
		return vault_tree_unread(view, error);
	merkle_root(&then, root);
	return QORGAN_OK;
}

int vault_inclusion_path_at(struct vault_view *view, uint64_t size, uint64_t leaf, struct merkle_path *path,
                            struct qorgan_error *error)
{
	if (leaf >= size || size > view->state.tree.size)
		return error_set(error, QORGAN_ABSENT, "the log has no leaf %llu", (unsigned long long)leaf);
	if (merkle_inclusion_path(size, leaf, vault_tree_node, view, path))
		return vault_tree_unread(view, error);
	return QORGAN_OK;
}
