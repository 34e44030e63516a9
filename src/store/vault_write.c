/* Changes: one commit of any size, visible whole or not at all.
 *
 * New versions are written behind the end of the log, where no view looks: the
 * head of a new object and the staged row of a changed one carry the index of
 * their leaf, and a view leaves out what is not below its size. The last
 * transaction of a change swaps the changed heads, writes the new end of the log
 * and signs it. So a change larger than memory takes several transactions, and
 * a kill between them leaves rows that nobody sees and the next writer removes. */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/date.h"
#include "base/memory.h"
#include "crypto/random.h"
#include "crypto/secret.h"
#include "record/canonical.h"
#include "store/author.h"
#include "store/vault_change.h"

/* The keys that a change brought are the vault's only once it is committed. */
static void keys_settle(struct vault_change *change)
{
	struct qorgan_store *vault = change->view.vault;

	if (!change->former_keys)
		return;
	if (!change->committed) {
		struct keys *brought = vault->keys;
		vault->keys = change->former_keys;
		change->former_keys = brought;
	}
	secret_free(change->former_keys);
	change->former_keys = NULL;
}

void vault_change_free(struct vault_change *change)
{
	engine_abort(change->view.txn);
	keys_settle(change);
	author_change_settle(change);
	change->view.vault->changing = false;
	engine_unlock_writer(change->view.vault->engine);
	free(change->message);
	buffer_free(&change->changed);
	buffer_free(&change->sealed);
	buffer_free(&change->text);
	vault_record_free(&change->before);
	free(change);
}

int vault_write_check(const struct qorgan_store *vault, struct qorgan_error *error)
{
	if (!(vault->keys->root.roles & KEYS_MAY_WRITE))
		return error_set(error, QORGAN_DENIED, "this key only reads: ask an administrator of the store for more");
	if (vault->read_only)
		return error_set(error, QORGAN_DENIED, "the store was opened for reading only");
	if (vault->mistrust[0])
		return error_set(error, QORGAN_DENIED, "nothing was written: %s", vault->mistrust);
	return QORGAN_OK;
}

/* Waits for another writer, so that Ctrl-C still works and the user learns for
 * whom: with a pause that grows to a tenth of a second. */
int vault_writer_wait(struct qorgan_store *vault, struct qorgan_error *error)
{
	struct qorgan_error why = { 0 };
	struct timespec pause = { 0, 1000000 };
	int code;

	while ((code = engine_lock_writer(vault->engine, false, &why)) == QORGAN_BUSY) {
		if (vault->progress && vault->progress(vault->progress_context, why.message, 0, 0))
			return error_set(error, QORGAN_INTERRUPTED, "stopped while waiting: %s", why.message);
		nanosleep(&pause, NULL);
		if (pause.tv_nsec < 100000000)
			pause.tv_nsec *= 2;
	}
	if (!code && !engine_is_current(vault->engine)) {
		engine_unlock_writer(vault->engine);
		return error_set(error, QORGAN_BUSY, "the file of the store at %s was replaced meanwhile: try again", vault->path);
	}
	if (code && error)
		*error = why;
	return code;
}

/* Time never runs backwards in a log: who looks at a day would else not know which of two
 * versions was the newer one then. */
static void moment_choose(struct vault_change *change)
{
	int64_t last = change->view.state.time, now = change->view.vault->now;

	/* Whoever waited for another writer began before that one's commit. */
	if (last > now)
		time_now(&now);
	change->moment = last > now ? last : now;
	change->behind = change->moment - now;
	time_format(change->moment, change->time);
}

int vault_change_begin(struct qorgan_store *vault, const char *user, const char *message, struct vault_change **change,
                       struct qorgan_error *error)
{
	int code = vault_write_check(vault, error);

	if (code)
		return code;
	if (user && !record_user_check(user))
		return error_set(error, QORGAN_BAD_DATA, "%s is not a user's name: letters, digits, '.', '_' and '-', at most 63",
		                 user);

	if (user && strcmp(user, vault->keys->root.user) != 0 && !(vault->keys->root.roles & KEYS_MAY_ADMINISTER))
		return error_set(error, QORGAN_DENIED, "your key is that of %s: only an administrator writes in another's name",
		                 vault->keys->root.user);

	if (vault->changing)
		return error_set(error, QORGAN_USAGE, "another change is open: commit it or free it first");

	struct vault_change *made = calloc(1, sizeof *made);
	if (!made)
		return error_set_memory(error);
	vault_change_foresee(vault);
	code = vault_writer_wait(vault, error);
	if (code) {
		free(made);
		return code;
	}
	vault->changing = true;
	made->failures = memory_failures();
	made->view.vault = vault;
	made->view.borrowed = true;
	code = vault_staged_remove(vault, error);
	if (!code)
		code = engine_begin_write(vault->engine, &made->view.txn, error);
	if (!code)
		code = vault_state_load(vault, made->view.txn, &made->view.state, error);
	if (!code)
		code = author_check(&made->view, error);
	if (!code && message && !(made->message = strdup(message)))
		code = error_set_memory(error);
	if (code) {
		vault_change_free(made);
		return code;
	}
	made->next = made->view.state;
	made->checked = made->next.tree.size;
	memccpy(made->user, user ? user : vault->keys->root.user, '\0', sizeof made->user - 1);
	moment_choose(made);
	*change = made;
	return QORGAN_OK;
}

int vault_change_message(struct vault_change *change, const char *message, struct qorgan_error *error)
{
	char *copy = strdup(message);

	if (!copy)
		return error_set_memory(error);
	free(change->message);
	change->message = copy;
	return QORGAN_OK;
}

void vault_change_abandon(struct vault_change *change)
{
	if (!change)
		return;
	struct qorgan_store *vault = change->view.vault;
	bool staged = change->checked > change->view.state.tree.size || change->pieces ||
	              change->next.mirror_rows != change->view.state.mirror_rows;

	engine_abort(change->view.txn);
	change->view.txn = NULL;
	keys_settle(change);
	if (staged)
		vault_staged_remove(vault, NULL); /* else the next writer does */
	vault_change_free(change);
}

uint64_t vault_change_number(const struct vault_change *change)
{
	return change->view.state.commits + 1;
}

/* ---- One version ----------------------------------------------------------- */

int vault_change_row(struct vault_change *change, unsigned table, const struct seal_place *place, struct span plain,
                   enum vault_row how, struct qorgan_error *error)
{
	static __typeof__(&engine_put) const puts[] = { [VAULT_ROW_SET] = engine_put, [VAULT_ROW_ADD] = engine_add,
		                                            [VAULT_ROW_APPEND] = engine_append };
	const struct qorgan_store *vault = change->view.vault;

	buffer_clear(&change->sealed);
	seal_put(vault->keys, vault->id, place, plain, &change->sealed);
	if (change->sealed.failed)
		return error_set_memory(error);
	change->batch_bytes += change->sealed.size + place->key.size;
	return puts[how](change->view.txn, table, place->key, buffer_span(&change->sealed), error);
}

static void tree_node_put(void *context, unsigned level, uint64_t index, const uint8_t hash[MERKLE_HASH_SIZE])
{
	struct vault_change *change = context;

	if (level < LAYOUT_TREE_LEVEL || change->node_code)
		return;
	struct layout_tree_key key = layout_node(level, index);
	change->node_code = engine_add(change->view.txn, ENGINE_TREE, LAYOUT_SPAN(key),
	                               (struct span){ (const char *)hash, MERKLE_HASH_SIZE }, change->node_error);
}

/* Appends the leaf of the record in change->text. */
int vault_change_leaf(struct vault_change *change, unsigned shard, uint64_t number, uint32_t version,
                    struct qorgan_error *error)
{
	struct layout_number_key key = layout_number(change->next.tree.size);
	struct layout_leaf leaf = { .shard = (uint8_t)shard };

	merkle_hash_leaf(change->text.data, change->text.size, leaf.hash);
	bytes_put_u64(leaf.number, number);
	bytes_put_u32(leaf.version, version);
	int code = engine_append(change->view.txn, ENGINE_LEAVES, LAYOUT_SPAN(key), LAYOUT_SPAN(leaf), error);
	if (code)
		return code;
	change->batch_bytes += sizeof key + sizeof leaf;
	change->node_error = error;
	merkle_append(&change->next.tree, leaf.hash, tree_node_put, change);
	return change->node_code;
}

/* Writes the record's canonical bytes into change->text. */
int vault_change_record(struct vault_change *change, const char *kind, const char *id, uint32_t version,
                       struct span body, struct qorgan_error *error)
{
	struct record_head head = { .owner = change->view.vault->keys->root.state, .kind = kind, .id = id,
		                        .user = change->user, .time = change->time, .commit = change->view.state.commits + 1,
		                        .version = version };

	random_fill(head.salt, sizeof head.salt);
	buffer_clear(&change->text);
	record_write(&head, body, &change->text);
	if (change->text.failed)
		return error_set_memory(error);
	if (change->text.size > CANONICAL_SIZE)
		return error_set(error, QORGAN_BAD_DATA, "%s is larger than %d bytes", id, CANONICAL_SIZE);
	return QORGAN_OK;
}

static int created_put(struct vault_change *change, const struct schema *schema, struct span id,
                       struct qorgan_error *error)
{
	const struct qorgan_store *vault = change->view.vault;
	unsigned shard = vault_schema_shard(vault, schema);
	uint64_t number = change->next.objects;
	uint8_t hash[VAULT_ID_HASH_SIZE];
	struct layout_id entry = { .shard = (uint8_t)shard };
	struct layout_number_key key = layout_number(number);
	struct seal_place place = { .table = ENGINE_HEADS, .version = 1, .leaf = change->next.tree.size,
		                        .key = LAYOUT_SPAN(key) };

	bytes_put_u64(entry.number, number);
	vault_id_hash(vault, vault->keys->root.state, schema, id, hash);
	int code = engine_add(change->view.txn, ENGINE_IDS, LAYOUT_SPAN(hash), LAYOUT_SPAN(entry), error);
	if (!code)
		code = vault_change_row(change, ENGINE_HEADS + shard, &place, buffer_span(&change->text), VAULT_ROW_APPEND, error);
	if (!code)
		code = vault_change_leaf(change, shard, number, 1, error);
	if (!code) {
		change->batch_bytes += 2 * (sizeof hash + sizeof entry);
		change->next.objects++;
		change->next.heads[shard]++;
	}
	return code;
}

static int changed_put(struct vault_change *change, const struct vault_entry *entry, uint32_t version,
                       struct qorgan_error *error)
{
	struct layout_version_key key = layout_version(entry->number, version);
	struct seal_place place = { .table = ENGINE_HISTORY, .version = version, .leaf = change->next.tree.size,
		                        .key = LAYOUT_SPAN(key) };
	struct changed row = { entry->number, version, entry->shard };
	int code = vault_change_row(change, ENGINE_HISTORY, &place, buffer_span(&change->text), VAULT_ROW_ADD, error);

	if (!code)
		code = vault_change_leaf(change, entry->shard, entry->number, version, error);
	if (!code) {
		buffer_append(&change->changed, &row, sizeof row);
		if (change->changed.failed)
			code = error_set_memory(error);
	}
	return code;
}

/* The newest version before this change, in change->before. */
static int before_read(struct vault_change *change, const struct vault_entry *entry, struct span id,
                       struct qorgan_error *error)
{
	struct layout_number_key key = layout_number(entry->number);
	struct layout_version_key next;
	struct span sealed, staged;
	struct seal_head head;
	int code = engine_get(change->view.txn, ENGINE_HEADS + entry->shard, LAYOUT_SPAN(key), &sealed, error);

	if (code == QORGAN_ABSENT || (!code && !seal_head_read(sealed, &head)))
		return error_set(error, QORGAN_IO, "the newest version of %.*s is missing: the store is damaged; run qorgan verify",
		                 (int)id.size, id.data);
	if (code)
		return code;
	next = layout_version(entry->number, head.version + 1);
	code = head.leaf >= change->view.state.tree.size
	           ? QORGAN_OK
	           : engine_get_own(change->view.txn, ENGINE_HISTORY, LAYOUT_SPAN(next), &staged, error);
	if (!code)
		return error_set(error, QORGAN_BAD_DATA, "%.*s is written twice in one change", (int)id.size, id.data);
	if (code != QORGAN_ABSENT)
		return code;
	code = vault_head_open(&change->view, entry->shard, entry->number, sealed, &change->before, error);
	if (!code && !change->before.lost && !span_equal(change->before.record.id, id))
		code = error_set(error, QORGAN_IO, "the index leads to another object: the store is damaged; run qorgan verify");
	return code;
}

int vault_change_put(struct vault_change *change, const struct schema *schema, struct span id, struct span body,
                     uint32_t base, enum vault_outcome *outcome, struct qorgan_error *error)
{
	char id_text[RECORD_ID_LIMIT];
	struct vault_entry entry;
	int code = record_id_check(schema, id, error);

	if (!code)
		code = checkout_refuse_kind(change->view.vault, schema, error);
	if (code)
		return code;
	memcpy(id_text, id.data, id.size);
	id_text[id.size] = '\0';
	code = vault_lookup(&change->view, schema, id, &entry, error);
	if (code && code != QORGAN_ABSENT)
		return code;
	if (code == QORGAN_ABSENT) {
		*outcome = VAULT_CREATED;
		code = vault_change_record(change, schema->kind, id_text, 1, body, error);
		if (!code)
			code = created_put(change, schema, id, error);
	} else {
		code = before_read(change, &entry, id, error);
		if (code)
			return code;
		uint32_t version = change->before.record.version;
		/* Who makes anew what was lost or forgotten need not know how often it had been changed. */
		bool gone = change->before.record.absence || change->before.lost;
		if (base != VAULT_ANY && base != version && !(gone && (base == 0 || change->before.lost)))
			return error_set(error, QORGAN_BUSY,
			                 "%s was changed meanwhile: it is at version %u, by %.*s; look at it and try again", id_text,
			                 version, (int)change->before.record.user.size, change->before.record.user.data);
		if (!gone && span_equal(change->before.record.body, body)) {
			*outcome = VAULT_UNCHANGED;
			return QORGAN_OK;
		}
		*outcome = change->before.lost ? VAULT_CREATED : VAULT_CHANGED;
		code = vault_change_record(change, schema->kind, id_text, version + 1, body, error);
		if (!code)
			code = changed_put(change, &entry, version + 1, error);
	}
	if (!code)
		change->versions++;
	if (!code && vault_change_is_full(change))
		code = vault_change_batch(change, error);
	return code;
}

int vault_change_staged(struct vault_change *change, const struct schema *schema, struct span id,
                        struct vault_record *record, struct qorgan_error *error)
{
	struct layout_version_key key;
	struct vault_entry entry;
	struct layout_number_key number;
	struct seal_head head;
	struct span sealed;
	int code = vault_lookup(&change->view, schema, id, &entry, error);

	if (code)
		return code;
	number = layout_number(entry.number);
	code = engine_get(change->view.txn, ENGINE_HEADS + entry.shard, LAYOUT_SPAN(number), &sealed, error);
	if (!code && !seal_head_read(sealed, &head))
		code = QORGAN_ABSENT; /* told by whoever reads the head itself */
	if (code)
		return code;
	key = layout_version(entry.number, head.version + 1);
	code = engine_get_own(change->view.txn, ENGINE_HISTORY, LAYOUT_SPAN(key), &sealed, error);
	return code ? code : vault_history_open(&change->view, entry.shard, entry.number, head.version + 1, sealed, record,
	                                        error);
}

/* ---- Evidence ------------------------------------------------------------------ */

int vault_change_piece(struct vault_change *change, const uint8_t digest[32], uint64_t offset, struct span data,
                       struct qorgan_error *error)
{
	struct layout_piece_key key = vault_piece_key(change->view.vault, digest, offset);
	struct seal_place place = { .table = ENGINE_EVIDENCE, .key = LAYOUT_SPAN(key),
		                        .leaf = change->view.state.tree.size };
	int code = vault_change_row(change, ENGINE_EVIDENCE, &place, data, VAULT_ROW_ADD, error);

	if (code)
		return code;
	change->pieces++;
	change->next.pieces++;
	return vault_change_is_full(change) ? vault_change_batch(change, error) : QORGAN_OK;
}

struct vault_view *vault_change_view(struct vault_change *change)
{
	return &change->view;
}
