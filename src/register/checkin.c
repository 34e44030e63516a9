/* Checking in: what was drafted away from the store is put together with what others did meanwhile, object by object. */
#include "qorgan/checkout.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "record/member.h"
#include "register/change_internal.h"
#include "register/checkin_drafts.h"

#define CONFLICTS_MOST 64 /* told of one object */

struct checkin {
	struct qorgan_store *store;
	const struct qorgan_checkin *how;
	struct qorgan_checked_in *result;
	struct checkin_drafts drafts;
	struct qorgan_change *change;
	struct buffer json, file;

	/* Of one object. */
	struct qorgan_field_conflict conflicts[CONFLICTS_MOST];
	size_t conflict_count;
	bool failed; /* without memory */
	char id[RECORD_ID_LIMIT]; /* that it has in the store */
};

/* ---- Conflicts ------------------------------------------------------------------------ */

static char *copy_of(struct checkin *checkin, const char *text)
{
	char *copy = text ? strdup(text) : NULL;

	checkin->failed |= text && !copy;
	return copy;
}

static void conflict_take(void *context, const struct qorgan_field_conflict *conflict)
{
	struct checkin *checkin = context;

	if (checkin->conflict_count == CONFLICTS_MOST)
		return;
	checkin->conflicts[checkin->conflict_count++] = (struct qorgan_field_conflict){
		copy_of(checkin, conflict->path), conflict->label, copy_of(checkin, conflict->base),
		copy_of(checkin, conflict->theirs), copy_of(checkin, conflict->mine),
	};
}

static void conflicts_clear(struct checkin *checkin)
{
	for (size_t i = 0; i < checkin->conflict_count; i++) {
		free((char *)checkin->conflicts[i].path);
		free((char *)checkin->conflicts[i].base);
		free((char *)checkin->conflicts[i].theirs);
		free((char *)checkin->conflicts[i].mine);
	}
	checkin->conflict_count = 0;
}

static bool is_named(const char *id, const char *const *names, size_t count)
{
	bool found = false;

	for (size_t i = 0; i < count; i++)
		found |= strcmp(names[i], id) == 0 || strcmp(names[i], "all") == 0;
	return found;
}

/* ---- One object ------------------------------------------------------------------------- */

/* In the store, or in the change already. */
static int is_there(struct checkin *checkin, const struct schema *schema, const char *id, struct vault_record *record,
                    struct qorgan_error *error)
{
	if (change_find(checkin->change, schema, id))
		return QORGAN_OK;
	return vault_get_own(world_view(checkin->change->world), schema, span_of(id), 0, record, error);
}

/* Notes are numbered as they come: where others wrote notes meanwhile, a drafted one gets another number. One that is
 * there word for word was checked in before: *is_known. */
static int note_turn(struct checkin *checkin, const struct checkin_draft *draft, bool *is_known, struct qorgan_error *error)
{
	struct vault_record record = { 0 };
	char on[RECORD_ID_LIMIT];
	int code = QORGAN_OK;

	snprintf(on, sizeof on, "%.*s", (int)strcspn(draft->id, "/"), draft->id);
	for (unsigned number = 1; !code && !*is_known; number++) {
		snprintf(checkin->id, sizeof checkin->id, "%.64s/n%u", on, number);
		code = is_there(checkin, draft->schema, checkin->id, &record, error);
		*is_known = !code && !change_find(checkin->change, draft->schema, checkin->id) &&
		            span_equal(record.record.body, buffer_span(&checkin->json));
	}
	vault_record_free(&record);
	return code == QORGAN_ABSENT ? qorgan_change_note(checkin->change, on, "-", checkin->id, error) : code;
}

/* What is new in the checkout. */
static int new_turn(struct checkin *checkin, const struct checkin_draft *draft, bool *is_new, bool *is_known,
                    struct qorgan_error *error)
{
	struct vault_record record = { 0 };
	const char *kind = draft->schema->kind;
	int code = is_there(checkin, draft->schema, draft->id, &record, error);

	*is_new = code == QORGAN_ABSENT;
	*is_known = !code && record.record.body.size && span_equal(record.record.body, buffer_span(&checkin->json));
	vault_record_free(&record);
	if ((code && code != QORGAN_ABSENT) || *is_known)
		return code;
	if (*is_new && strcmp(kind, "evidence") == 0) {
		code = checkin_draft_file(&checkin->drafts, draft, &checkin->file, error);
		checkin->change->current = NULL;
		if (code == QORGAN_ABSENT)
			return error_set(error, code, "the content of the file %.12s is not in the checkout: attach it again", draft->id);
		return code ? code : qorgan_change_attach_bytes(checkin->change, "-", checkin->file.data, checkin->file.size,
		                                                checkin->id, error);
	}
	if (*is_new)
		return qorgan_change_object(checkin->change, kind, draft->id, QORGAN_ADD, 0, error);
	if (strcmp(kind, "note") == 0) {
		*is_new = true;
		return note_turn(checkin, draft, is_known, error);
	}
	return qorgan_change_from(checkin->change, kind, draft->id, 0, error);
}

/* What others made of it meanwhile, if anything. */
static int object_merge(struct checkin *checkin, enum qorgan_checkin_outcome *outcome, struct qorgan_error *error)
{
	struct change_object *object = checkin->change->current;
	bool is_alone = json_equal(object->ancestor, object->theirs);
	json_t *theirs = json_incref(object->theirs);
	size_t count = 0;
	int code = qorgan_change_merge(checkin->change, conflict_take, checkin, &count, error);

	if (!code && json_equal(object->body, theirs))
		*outcome = QORGAN_CHECKIN_THERE;
	else if (!code)
		*outcome = count ? QORGAN_CHECKIN_CONFLICT : is_alone ? QORGAN_CHECKIN_CHANGED : QORGAN_CHECKIN_MERGED;
	json_decref(theirs);
	return !code && checkin->failed ? error_set_memory(error) : code;
}

static void conflict_settle(const struct checkin *checkin, const struct checkin_draft *draft,
                            enum qorgan_checkin_outcome *outcome)
{
	const struct qorgan_checkin *how = checkin->how;

	if (is_named(draft->id, how->mine, how->mine_count))
		*outcome = QORGAN_CHECKIN_MINE;
	else if (is_named(draft->id, how->theirs, how->theirs_count))
		*outcome = QORGAN_CHECKIN_THEIRS;
}

static int object_tell(struct checkin *checkin, const struct checkin_draft *draft, enum qorgan_checkin_outcome outcome,
                       uint32_t newest, struct qorgan_error *error)
{
	struct qorgan_checkin_object told = {
		.kind = draft->schema->kind, .id = draft->id, .outcome = outcome,
		.as = strcmp(checkin->id, draft->id) == 0 ? NULL : checkin->id,
		.conflict_count = checkin->conflict_count, .conflicts = checkin->conflicts,
	};
	int code = QORGAN_OK;

	checkin->result->objects++;
	checkin->result->conflicts += outcome == QORGAN_CHECKIN_CONFLICT;
	if (checkin->conflict_count)
		code = change_users(checkin->change, draft->schema, draft->id, draft->base, newest, told.users, sizeof told.users, error);
	if (!code && checkin->how->row)
		checkin->how->row(checkin->how->context, &told);
	return code;
}

static int object_checkin(struct checkin *checkin, const struct checkin_draft *draft, struct qorgan_error *error)
{
	enum qorgan_checkin_outcome outcome = QORGAN_CHECKIN_ADDED;
	struct qorgan_change *change = checkin->change;
	bool is_new = false, is_known = false;
	uint32_t newest = 0;
	int code = checkin_draft_body(&checkin->drafts, draft, &checkin->json, error);

	snprintf(checkin->id, sizeof checkin->id, "%s", draft->id);
	if (!code)
		code = draft->base ? qorgan_change_from(change, draft->schema->kind, draft->id, draft->base, error)
		                   : new_turn(checkin, draft, &is_new, &is_known, error);
	if (!code && !is_known) {
		newest = change->current->base;
		code = qorgan_change_replace(change, buffer_text(&checkin->json), error);
	}
	if (!code && is_known)
		outcome = QORGAN_CHECKIN_THERE;
	else if (!code && change->current->theirs)
		code = object_merge(checkin, &outcome, error);
	if (!code && outcome == QORGAN_CHECKIN_CONFLICT)
		conflict_settle(checkin, draft, &outcome);
	if (!code)
		code = object_tell(checkin, draft, outcome, newest, error);
	if (!code && !is_known && (outcome == QORGAN_CHECKIN_CONFLICT || outcome == QORGAN_CHECKIN_THEIRS ||
	                           outcome == QORGAN_CHECKIN_THERE))
		change_drop_current(change);
	conflicts_clear(checkin);
	return code;
}

/* ---- All of it ------------------------------------------------------------------------------ */

/* The store must hold the log that the checkout was taken from, or versions of one number are not the same. */
static int ground_check(struct qorgan_store *store, struct qorgan_store *draft, struct qorgan_error *error)
{
	const struct checkout *checkout = checkout_of(draft);
	uint8_t root[MERKLE_HASH_SIZE];
	struct vault_view *view = NULL;
	int code = checkout_refuse(store, error);

	if (code)
		return code;
	if (!checkout)
		return error_set(error, QORGAN_BAD_DATA, "%s is no checkout: one is made with qorgan checkout", qorgan_store_path(draft));
	if (strcmp(qorgan_store_id(store), qorgan_store_id(draft)) != 0)
		return error_set(error, QORGAN_BAD_DATA, "%s is a checkout of another store, %s", qorgan_store_path(draft), checkout->from);
	code = vault_view_begin(store, &view, error);
	if (!code && checkout->leaves > vault_view_leaves(view))
		code = QORGAN_NO;
	else if (!code)
		code = vault_root_at(view, checkout->leaves, root, error);
	vault_view_end(view);
	if (code == QORGAN_NO || (!code && sodium_memcmp(root, checkout->root, sizeof root) != 0))
		return error_set(error, QORGAN_DENIED, "%s does not hold the log that %s was taken from: it was rolled back, or is another "
		                 "history; nothing was written", qorgan_store_path(store), qorgan_store_path(draft));
	return code;
}

static int drafts_put(struct checkin *checkin, struct qorgan_error *error)
{
	struct qorgan_checked_in *result = checkin->result;
	int code = QORGAN_OK;

	for (size_t i = 0; i < checkin->drafts.count && !code; i++)
		code = object_checkin(checkin, &checkin->drafts.items[i], error);
	if (!code && result->conflicts && !checkin->how->leaves_conflicts && !checkin->how->dry_run)
		code = error_set(error, QORGAN_BUSY, "%zu of %zu objects were changed in the store, too, and not alike: nothing was written",
		                 result->conflicts, result->objects);
	if (code || checkin->how->dry_run)
		return code;
	code = qorgan_change_commit(checkin->change, &result->commit, error);
	if (!code && result->commit.warning)
		snprintf(result->warning, sizeof result->warning, "%s", result->commit.warning);
	result->commit.warning = NULL;
	return code;
}

/* Whoever drafts on would draft from what is old. The store has all of it, whether or not that can be noted. */
static void checkout_end(struct qorgan_store *draft, struct qorgan_checked_in *result)
{
	struct qorgan_error why = { 0 };

	if (!checkout_of(draft)->done && checkout_close(draft, &why))
		snprintf(result->warning, sizeof result->warning, "the store has all that was drafted, and the checkout could not be marked "
		         "as done with: %.500s", why.message);
}

int qorgan_checkin(struct qorgan_store *store, struct qorgan_store *draft, const struct qorgan_checkin *how,
                   struct qorgan_checked_in *result, struct qorgan_error *error)
{
	struct checkin checkin = { .store = store, .how = how, .result = result };
	int code = ground_check(store, draft, error);

	*result = (struct qorgan_checked_in){ 0 };
	if (!code)
		code = checkin_drafts_find(draft, &checkin.drafts, error);
	if (!code)
		code = qorgan_change_begin(store, how->user, how->message ? how->message : buffer_text(&checkin.drafts.messages),
		                           &checkin.change, error);
	if (!code)
		code = drafts_put(&checkin, error);
	qorgan_change_free(checkin.change);
	checkin_drafts_free(&checkin.drafts);
	conflicts_clear(&checkin);
	buffer_free(&checkin.json);
	buffer_free(&checkin.file);
	if (!code && !how->dry_run && !result->conflicts)
		checkout_end(draft, result);
	return code;
}
