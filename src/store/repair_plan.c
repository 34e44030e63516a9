/* The plan of a repair in words: what is whole, what is made anew, what is taken from where, and by
 * name what is lost. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <sodium.h>

#include "base/language.h"
#include "store/repair_internal.h"
#include "store/user_record.h"

struct planning {
	struct repairing *r;
	struct qorgan_repaired *result;
};

static void item_tell(const struct planning *p, const struct qorgan_repair_item *item)
{
	if (p->r->how->item)
		p->r->how->item(p->r->how->item_context, item);
}

static void plan_tell(struct planning *p, enum qorgan_repair_fate fate, const char *object, const char *advice,
                      const char *format, ...) __attribute__((format(printf, 5, 6)));

static void plan_tell(struct planning *p, enum qorgan_repair_fate fate, const char *object, const char *advice,
                      const char *format, ...)
{
	char what[600];
	struct qorgan_repair_item item = { fate, what, object, language_said(advice) };
	va_list list;

	va_start(list, format);
	vsnprintf(what, sizeof what, language_said(format), list);
	va_end(list);
	item_tell(p, &item);
}

/* Of many alike: one line, and the number of them in the result. */
static void plan_count(struct planning *p, enum qorgan_repair_fate fate, uint64_t count, const char *format)
{
	char what[600];
	struct qorgan_repair_item item = { fate, what, "", "" };
	uint64_t *counts[] = { NULL, &p->result->rebuilt, &p->result->taken, &p->result->lost };

	if (!count)
		return;
	if (counts[fate])
		*counts[fate] += count;
	snprintf(what, sizeof what, "%llu %s", (unsigned long long)count, language_said(format));
	item_tell(p, &item);
}

static enum qorgan_repair_fate fate_of(uint8_t from)
{
	return from <= FROM_STRAY ? QORGAN_REPAIR_WHOLE : from == FROM_FREED ? QORGAN_REPAIR_REBUILT : QORGAN_REPAIR_TAKEN;
}

/* ---- The store's own facts --------------------------------------------------------------- */

static bool meta_is_there(const struct repairing *r, const char *letter, size_t size, uint8_t *from)
{
	bool found = false;

	for (size_t i = 0; i < REPAIR_COUNT(r->meta, struct repair_meta); i++) {
		const struct repair_meta *meta = REPAIR_AT(r->meta, struct repair_meta, i);
		if (!meta->authentic || meta->key[0] != letter[0] || meta->key_size != size)
			continue;
		*from = !found || meta->from > *from ? meta->from : *from;
		found = true;
	}
	return found;
}

/* A slot (META_SLOT), or the key by which signs who opens the store by it (META_AUTHOR). */
static bool slot_is_there(const struct repairing *r, const char *letter, unsigned number)
{
	for (size_t i = 0; i < REPAIR_COUNT(r->meta, struct repair_meta); i++) {
		const struct repair_meta *meta = REPAIR_AT(r->meta, struct repair_meta, i);
		if (meta->key[0] == letter[0] && meta->key_size == sizeof META_SLOT && (uint8_t)meta->key[1] == number &&
		    repair_slot_is_kept(r, i))
			return true;
	}
	return false;
}

/* Slots that are on record of users, and keys by which they sign, that are not there. Verify tells of both. */
static void user_plan(struct planning *p, const struct user_record *user)
{
	static const char of_slot[] = SAID("give the user another way in with qorgan user slot add");
	static const char of_key[] = SAID("repair once more with a backup that has it, or let an administrator give the user another "
	                                  "way in with qorgan user slot add; by this slot the user can only read");
	char object[KEYS_STATE_LIMIT + 20];

	snprintf(object, sizeof object, "user %s", user->name);
	for (unsigned i = 0; !user->retired[0] && i < user->slot_count; i++) {
		const struct user_slot *slot = &user->slots[i];
		bool opens = slot_is_there(p->r, META_SLOT, slot->number);
		bool signs = !slot->author[0] || slot_is_there(p->r, META_AUTHOR, slot->number);
		p->r->findings += (uint64_t)!opens + !signs;
		p->result->lost += !opens || !signs;
		if (!opens)
			plan_tell(p, QORGAN_REPAIR_LOST, object, of_slot, "slot %u: it opens the store no longer", slot->number);
		else if (!signs)
			plan_tell(p, QORGAN_REPAIR_LOST, object, of_key, "the key by which the user signs who opens the store by slot %u",
			          slot->number);
	}
}

static int users_plan(struct planning *p, struct qorgan_error *error)
{
	struct repairing *r = p->r;
	const unsigned shard = vault_schema_shard(r->base, schema_find("user", strlen("user")));
	struct user_record user;
	struct record record;
	int code = QORGAN_OK;

	for (uint64_t i = 0; i < r->state.tree.size && !code; i++) {
		const struct repair_leaf *leaf = REPAIR_AT(r->leaves, struct repair_leaf, i);
		if (leaf->shard != shard || !leaf->is_head || leaf->find < 0)
			continue;
		code = repair_find_open(r, REPAIR_AT(r->versions, struct repair_find, leaf->find), &r->plain, error);
		if (!code)
			code = record_parse(buffer_span(&r->plain), &record, error);
		if (!code && user_record_read(r->base, &record, &user))
			user_plan(p, &user);
	}
	return code;
}

static void facts_plan(struct planning *p)
{
	static const char again[] = SAID("it opens as on the day of that copy: set passphrases that were changed since anew, and "
	                                 "look at qorgan verify");
	struct repairing *r = p->r;
	uint8_t from = 0;

	if (r->slots_from == FROM_BACKUP)
		plan_tell(p, QORGAN_REPAIR_TAKEN, "", again, "no slot is left in the file that opens: those of a backup are taken");
	else if (r->slots_from == FROM_FREED)
		plan_tell(p, QORGAN_REPAIR_REBUILT, "", again, "no slot is left in use: those of a former copy are taken");
	p->result->taken += r->slots_from == FROM_BACKUP;
	p->result->rebuilt += r->slots_from == FROM_FREED;
	if (!meta_is_there(r, META_IDENTITY, 1, &from)) {
		p->result->lost++;
		r->findings++;
		plan_tell(p, QORGAN_REPAIR_LOST, "", SAID("change the keys with qorgan rekey, and hand your partners the new card"),
		          "the state's age identity: packages that were sent to it cannot be opened");
	}
}

/* ---- Records ----------------------------------------------------------------------------------- */

static int lost_tell(struct planning *p, uint64_t index, struct qorgan_error *error)
{
	static const char advice[] = SAID("repair once more with a backup, or with a package that a partner has and decrypts; or "
	                                  "write it anew");
	const struct repair_leaf *leaf = REPAIR_AT(p->r->leaves, struct repair_leaf, index);
	struct repair_name name;
	char object[RECORD_ID_LIMIT + RECORD_NAME_LIMIT + 300];
	int code = repair_name_find(p->r, index, &name, error);

	if (code)
		return code;
	p->result->lost++;
	if (leaf->shard == LAYOUT_COMMIT_SHARD) {
		snprintf(object, sizeof object, "%s commit %s", p->r->base->keys->root.state, name.id);
		plan_tell(p, QORGAN_REPAIR_LOST, object, "", "the message of a change; its entries are not touched by that");
		return QORGAN_OK;
	}
	if (name.id[0])
		snprintf(object, sizeof object, language_said("%s %s %s version %u"), p->r->base->keys->root.state, name.kind, name.id,
		         leaf->version);
	else
		snprintf(object, sizeof object, language_said("%s %s, id not known, version %u (entry %llu)"),
		         p->r->base->keys->root.state, *name.kind ? name.kind : "-", leaf->version, (unsigned long long)index);
	if (name.title[0]) {
		size_t size = strlen(object);
		snprintf(object + size, sizeof object - size, " (%s)", name.title);
	}
	plan_tell(p, QORGAN_REPAIR_LOST, object, advice, leaf->is_head ? SAID("the newest version of a record")
	                                                               : SAID("an older version of a record"));
	return QORGAN_OK;
}

static int records_plan(struct planning *p, struct qorgan_error *error)
{
	const struct repairing *r = p->r;
	uint64_t by_backup = 0, by_package = 0, counts[4] = { 0 }, resigned = 0, unsigned_there = 0;
	int code = QORGAN_OK;

	for (uint64_t i = 0; i < r->state.tree.size; i++) {
		const struct repair_leaf *leaf = REPAIR_AT(r->leaves, struct repair_leaf, i);
		uint8_t from = leaf->find < 0 ? 0 : REPAIR_AT(r->versions, struct repair_find, leaf->find)->from;
		bool is_commit = leaf->shard == LAYOUT_COMMIT_SHARD;
		if (leaf->find >= 0) {
			counts[fate_of(from)]++;
			by_backup += from == FROM_BACKUP;
			by_package += from == FROM_PACKAGE;
			p->result->versions += !is_commit;
		}
		if (is_commit && !repair_checkpoint_note(r, i + 1)) {
			resigned += repair_may_sign(p->r, i + 1);
			unsigned_there += !repair_may_sign(p->r, i + 1);
		}
	}
	plan_count(p, QORGAN_REPAIR_WHOLE, counts[QORGAN_REPAIR_WHOLE], SAID("records and commits of this state authenticate"));
	plan_count(p, QORGAN_REPAIR_REBUILT, counts[QORGAN_REPAIR_REBUILT],
	           SAID("records and commits, from former copies in the file"));
	plan_count(p, QORGAN_REPAIR_TAKEN, by_backup, SAID("records and commits, from a backup"));
	plan_count(p, QORGAN_REPAIR_TAKEN, by_package, SAID("records, from a package"));
	plan_tell(p, QORGAN_REPAIR_REBUILT, "", "", "the index, the tree over the log and all counts are made anew");
	plan_count(p, QORGAN_REPAIR_REBUILT, resigned, SAID("lost checkpoints are signed again, over what is signed elsewhere"));
	plan_count(p, QORGAN_REPAIR_LOST, unsigned_there,
	           SAID("older checkpoints: those behind them are over the same entries"));
	for (uint64_t i = 0; i < r->state.tree.size && !code; i++)
		if (REPAIR_AT(r->leaves, struct repair_leaf, i)->find < 0)
			code = lost_tell(p, i, error);
	return code;
}

/* ---- Files and other states ----------------------------------------------------------------------- */

static void files_plan(struct planning *p)
{
	static const char advice[] = SAID("attach the file once more: it gets the same id");
	const struct repairing *r = p->r;
	uint64_t counts[4] = { 0 };

	for (size_t i = 0; i < REPAIR_COUNT(r->files, struct repair_file); i++) {
		const struct repair_file *file = REPAIR_AT(r->files, struct repair_file, i);
		if (file->whole) {
			counts[fate_of(file->from)]++;
		} else if (file->described || file->pieces.size) { /* else it may never have come in */
			p->result->lost++;
			plan_tell(p, QORGAN_REPAIR_LOST, file->name, advice, "the content of an attached file");
		}
	}
	plan_count(p, QORGAN_REPAIR_WHOLE, counts[QORGAN_REPAIR_WHOLE], SAID("attached files are whole"));
	plan_count(p, QORGAN_REPAIR_REBUILT, counts[QORGAN_REPAIR_REBUILT], SAID("attached files, from former copies in the file"));
	plan_count(p, QORGAN_REPAIR_TAKEN, counts[QORGAN_REPAIR_TAKEN], SAID("attached files, from a backup or a package"));
}

/* Whether the newest version of a partner's record is there, by whose keys verify checks what it sent. */
static int partner_find(const struct planning *p, const char *state, bool *found, struct qorgan_error *error)
{
	struct repairing *r = p->r;
	const unsigned shard = vault_schema_shard(r->base, schema_find("partner", strlen("partner")));
	struct record record;
	int code = QORGAN_OK;

	*found = false;
	for (uint64_t i = 0; i < r->state.tree.size && !code && !*found; i++) {
		const struct repair_leaf *leaf = REPAIR_AT(r->leaves, struct repair_leaf, i);
		if (leaf->shard != shard || !leaf->is_head || leaf->find < 0)
			continue;
		code = repair_find_open(r, REPAIR_AT(r->versions, struct repair_find, leaf->find), &r->plain, error);
		if (!code)
			code = record_parse(buffer_span(&r->plain), &record, error);
		*found = !code && span_is(record.id, state);
	}
	return code;
}

static void log_plan(struct planning *p, const struct repair_log *log, bool has_keys)
{
	char advice[400] = "";
	const struct mirror_log *row = &log->log;

	p->r->findings += log->kept && !has_keys;

	snprintf(advice, sizeof advice,
	         language_said("ask %s for all of it once more (qorgan export --to %s --from 1), and take it in with qorgan receive"),
	         row->state, p->r->base->keys->root.state);
	if (!log->kept && log->missing) {
		p->result->lost += log->held + log->missing;
		plan_tell(p, QORGAN_REPAIR_LOST, row->state, advice,
		          "what %s sent is dropped: %llu of %llu versions are lost, and an older one would stand for the newest", row->state,
		          (unsigned long long)log->missing, (unsigned long long)row->versions);
	} else if (!log->kept) {
		p->result->lost += row->versions ? row->versions : 1;
		plan_tell(p, QORGAN_REPAIR_LOST, row->state, advice,
		          "what %s sent is dropped: the entries of its log are lost, so that its signature cannot be checked", row->state);
	} else if (log->from == FROM_FREED) {
		p->result->rebuilt++;
		snprintf(advice, sizeof advice, language_said("ask %s whether it has sent a later one than package %llu"), row->state,
		         (unsigned long long)row->sequence);
		plan_tell(p, QORGAN_REPAIR_REBUILT, row->state, advice, "what %s sent, as a former copy in the file has it", row->state);
	} else {
		bool taken = log->from == FROM_BACKUP || log->taken;
		if (!has_keys)
			snprintf(advice, sizeof advice,
			         language_said("the keys of %s that were compared are lost: give its card to qorgan partner add once more"),
			         row->state);
		else
			*advice = '\0';
		p->result->taken += taken;
		p->result->rebuilt += !taken && log->rebuilt;
		plan_tell(p, taken ? QORGAN_REPAIR_TAKEN : log->rebuilt ? QORGAN_REPAIR_REBUILT : QORGAN_REPAIR_WHOLE, row->state, advice,
		          "%llu versions that %s sent, against its signed checkpoint", (unsigned long long)row->versions, row->state);
	}
}

static void end_plan(struct planning *p)
{
	static const char advice[] = SAID("take in a package of each partner before anything is changed: one that has seen more "
	                                  "closes the store for writing; SECURITY.md says what to do then");
	struct repairing *r = p->r;

	if (r->known <= r->state.tree.size)
		return;
	p->result->lost += r->known - r->state.tree.size;
	plan_tell(p, QORGAN_REPAIR_LOST, r->base->keys->root.state, advice,
	          "the end of the log: it had %llu entries, and a signature bears out the first %llu of them",
	          (unsigned long long)r->known, (unsigned long long)r->state.tree.size);
}

int repairing_plan(struct repairing *r, struct qorgan_repaired *repaired, struct qorgan_error *error)
{
	struct planning planning = { r, repaired };
	struct engine_salvage_facts facts;
	uint8_t root[MERKLE_HASH_SIZE];

	*repaired = (struct qorgan_repaired){ .leaves = r->state.tree.size, .commits = r->state.commits, .known = r->known };
	snprintf(repaired->store, sizeof repaired->store, "%s", r->base->id_text);
	snprintf(repaired->state, sizeof repaired->state, "%s", r->base->keys->root.state);
	merkle_root(&r->state.tree, root);
	sodium_bin2hex(repaired->root, sizeof repaired->root, root, sizeof root);
	engine_salvage_facts(r->salvage, &facts);
	repaired->pages = facts.pages;
	repaired->unreadable = facts.unreadable;
	facts_plan(&planning);
	int code = users_plan(&planning, error);
	if (!code)
		code = records_plan(&planning, error);
	if (code)
		return code;
	files_plan(&planning);
	for (unsigned i = 0; i < r->log_count && !code; i++) {
		bool has_keys;
		if (!r->logs[i].found)
			continue;
		code = partner_find(&planning, r->logs[i].log.state, &has_keys, error);
		if (!code)
			log_plan(&planning, &r->logs[i], has_keys);
	}
	end_plan(&planning);
	return code;
}
