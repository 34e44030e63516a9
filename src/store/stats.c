/* Sizes and counts of a store, for `stats`. */
#include <sodium.h>

#include "base/date.h"
#include "record/canonical.h"
#include "store/vault_internal.h"

static int slots_count(struct vault_view *view, unsigned *slots, struct qorgan_error *error)
{
	struct engine_range *range = NULL;
	struct span key, value;
	int code = engine_range_open(view->txn, ENGINE_META, span_of(META_SLOT), span_of(META_SLOT_END), false, &range, error);

	*slots = 0;
	while (!code && !(code = engine_range_next(range, &key, &value, error)))
		++*slots;
	engine_range_close(range);
	return code == QORGAN_ABSENT ? QORGAN_OK : code;
}

/* In the place of the last brace. */
static void checkout_write(const struct qorgan_store *store, const struct vault_view *view, struct buffer *to)
{
	const struct checkout *checkout = checkout_of(store);
	char time[TIME_TEXT_SIZE];

	time_format(checkout->time, time);
	to->size -= to->size ? 1 : 0;
	buffer_append_text(to, ",\"checkout\":{\"from\":");
	canonical_write_string(span_of(checkout->from), to);
	buffer_append_format(to, ",\"time\":\"%s\",\"drafts\":%llu,\"done\":%s}}", time,
	                     (unsigned long long)(view->state.commits - checkout->commits), checkout->done ? "true" : "false");
}

int qorgan_stats(struct qorgan_store *store, char **json, struct qorgan_error *error)
{
	struct vault_view *view = NULL;
	struct engine_sizes sizes = { 0 };
	struct buffer to = { 0 };
	uint8_t root[MERKLE_HASH_SIZE];
	char root_text[2 * MERKLE_HASH_SIZE + 1];
	uint64_t objects = 0, history = 0;
	unsigned slots = 0;
	size_t kinds;
	const struct schema *const *schemas = schema_all(&kinds);
	int code = vault_view_begin(store, &view, error);

	if (!code)
		code = engine_sizes(view->txn, &sizes, error);
	if (!code)
		code = engine_count(view->txn, ENGINE_HISTORY, &history, error);
	if (!code)
		code = slots_count(view, &slots, error);
	if (code)
		goto done;
	merkle_root(&view->state.tree, root);
	sodium_bin2hex(root_text, sizeof root_text, root, sizeof root);
	buffer_append_format(&to, "{\"store\":\"%s\",\"state\":\"%s\",\"user\":\"%s\",\"format\":%d,\"slots\":%u,\"objects\":{",
	                     store->id_text, store->keys->root.state, store->keys->root.user, LAYOUT_FORMAT, slots);
	for (size_t i = 0; i < kinds; i++) {
		uint64_t count = view->state.heads[vault_schema_shard(store, schemas[i])];
		objects += count;
		if (schemas[i]->id_form != SCHEMA_ID_NUMBER)
			buffer_append_format(&to, "%s\"%s\":%llu", i ? "," : "", schemas[i]->kind, (unsigned long long)count);
	}
	buffer_append_format(&to, "},\"versions\":%llu,\"commits\":%llu,\"leaves\":%llu,\"root\":\"%s\","
	                     "\"bytes_used\":%llu,\"bytes_free\":%llu,\"keys_locked\":%s}",
	                     (unsigned long long)(objects + history), (unsigned long long)view->state.commits,
	                     (unsigned long long)view->state.tree.size, root_text, (unsigned long long)sizes.used,
	                     (unsigned long long)sizes.free, qorgan_keys_are_locked() ? "true" : "false");
	if (checkout_of(store))
		checkout_write(store, view, &to);
	*json = buffer_take(&to);
	if (!*json)
		code = error_set_memory(error);
done:
	vault_view_end(view);
	buffer_free(&to);
	return code;
}
