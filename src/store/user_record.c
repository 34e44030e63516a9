/* Users on record: read, written, endorsed. */
#include "store/user_record.h"

#include <string.h>

#include "record/canonical.h"
#include "record/reader.h"
#include "store/vault_change.h"

#define TITLE "qorgan-user 1\n"

static const char *const kind_words[] = { [SLOT_PASSPHRASE] = "passphrase", [SLOT_AGE] = "identity",
	                                      [SLOT_SECURITY_KEY] = "security-key" };
#define KIND_WORDS (sizeof kind_words / sizeof kind_words[0])

const char *user_role_word(enum user_role role)
{
	return schema_field(schema_find("user", 4)->fields, "role", 4)->words[role];
}

bool user_role_find(const char *text, enum user_role *role)
{
	for (size_t i = 0; i < USER_ROLES; i++) {
		*role = (enum user_role)i;
		if (strcmp(text, user_role_word(*role)) == 0)
			return true;
	}
	return false;
}

uint32_t user_role_keys(enum user_role role)
{
	static const uint32_t keys[USER_ROLES] = {
		[USER_READER] = KEYS_MAY_READ,
		[USER_LIAISON] = KEYS_MAY_READ | KEYS_MAY_WRITE,
		[USER_VERIFIER] = KEYS_MAY_READ | KEYS_MAY_WRITE,
		[USER_ADMIN] = KEYS_MAY_READ | KEYS_MAY_WRITE | KEYS_MAY_ADMINISTER,
	};

	return keys[role];
}

/* ---- The body ------------------------------------------------------------------------ */

/* Its members in canonical order, less the endorsement; begins without the brace. */
static void members_write(const struct user_record *user, struct buffer *to)
{
	if (user->retired[0]) {
		buffer_append_text(to, "\"retired\":");
		canonical_write_string(span_of(user->retired), to);
		buffer_append_char(to, ',');
	}
	buffer_append_format(to, "\"role\":\"%s\"", user_role_word(user->role));
	for (unsigned i = 0; i < user->slot_count; i++) {
		const struct user_slot *slot = &user->slots[i];
		buffer_append_text(to, i ? ",{" : ",\"slots\":[{");
		if (slot->author[0])
			buffer_append_format(to, "\"author\":\"%s\",", slot->author);
		buffer_append_format(to, "\"kind\":\"%s\",\"number\":%u,\"recipient\":\"%s\",\"since\":\"%s\"}%s",
		                     kind_words[slot->kind], slot->number, slot->recipient, slot->since,
		                     i + 1 == user->slot_count ? "]" : "");
	}
	buffer_append_char(to, '}');
}

static void endorsement_write(const struct qorgan_store *vault, const struct user_record *user, struct buffer *to)
{
	struct buffer bare = { 0 };

	buffer_append_char(&bare, '{');
	members_write(user, &bare);
	const struct endorsed endorsed = { TITLE, span_of(user->name), user->version + 1, buffer_span(&bare) };
	endorsement_append(vault, &endorsed, to);
	to->failed |= bare.failed;
	buffer_free(&bare);
}

/* ---- Reading --------------------------------------------------------------------------- */

static bool slot_read(struct span element, struct user_slot *slot)
{
	enum { AUTHOR, KIND, NUMBER, RECIPIENT, SINCE, NAMES };
	static const char *const names[NAMES] = { "author", "kind", "number", "recipient", "since" };
	struct span values[NAMES];
	char kind[16];
	int64_t number;

	reader_pick(element, names, values, NAMES);
	if (!reader_text(values[KIND], kind, sizeof kind) || !values[NUMBER].data ||
	    !reader_integer(values[NUMBER], &number) || number < 0 || number >= LAYOUT_SLOTS ||
	    !reader_text(values[RECIPIENT], slot->recipient, sizeof slot->recipient) ||
	    !reader_text(values[SINCE], slot->since, sizeof slot->since))
		return false;
	slot->author[0] = '\0';
	if (values[AUTHOR].data && !reader_text(values[AUTHOR], slot->author, sizeof slot->author))
		return false;
	slot->number = (uint8_t)number;
	slot->kind = SLOT_PASSPHRASE;
	while (slot->kind < KIND_WORDS && strcmp(kind, kind_words[slot->kind]) != 0)
		slot->kind++;
	return slot->kind < KIND_WORDS;
}

/* Of what is there, and not of what this program would write: a later one may add members. */
static enum endorsement endorsement_read(const struct qorgan_store *vault, const struct user_record *user,
                                         struct span body, struct span value)
{
	struct buffer bare = { 0 };
	bool whole = reader_without(body, "endorsement", &bare) && !bare.failed;
	const struct endorsed endorsed = { TITLE, span_of(user->name), user->version, buffer_span(&bare) };
	enum endorsement endorsement = endorsement_judge(vault, vault->keys->root.admin_public, &endorsed, value);

	buffer_free(&bare);
	return endorsement == ENDORSEMENT_GOOD && !whole ? ENDORSEMENT_FORGED : endorsement;
}

bool user_record_read(const struct qorgan_store *vault, const struct record *record, struct user_record *user)
{
	enum { ENDORSEMENT, RETIRED, ROLE, SLOTS, NAMES };
	static const char *const names[NAMES] = { "endorsement", "retired", "role", "slots" };
	struct span values[NAMES], element;
	struct reader reader;
	char role[16];

	*user = (struct user_record){ .version = record->version };
	reader_pick(record->body, names, values, NAMES);
	if (record->id.size >= sizeof user->name || !reader_text(values[ROLE], role, sizeof role) ||
	    !user_role_find(role, &user->role) ||
	    (values[RETIRED].data && !reader_text(values[RETIRED], user->retired, sizeof user->retired)))
		return false;
	memcpy(user->name, record->id.data, record->id.size);
	if (values[SLOTS].data && !reader_open(values[SLOTS], &reader))
		return false;
	while (values[SLOTS].data && reader_element(&reader, &element))
		if (user->slot_count == USER_SLOTS_LIMIT || !slot_read(element, &user->slots[user->slot_count++]))
			return false;
	user->endorsement = endorsement_read(vault, user, record->body, values[ENDORSEMENT]);
	return true;
}

bool user_record_signs_by(const struct user_record *user, const char *key)
{
	for (unsigned i = 0; i < user->slot_count; i++)
		if (key ? strcmp(user->slots[i].author, key) == 0 : user->slots[i].author[0] != '\0')
			return true;
	return false;
}

bool user_record_find(struct vault_view *view, const char *name, struct user_record *user)
{
	struct vault_record record = { 0 };
	bool found = !vault_get_own(view, schema_find("user", 4), span_of(name), 0, &record, NULL) &&
	             user_record_read(view->vault, &record.record, user);

	vault_record_free(&record);
	return found;
}

struct telling {
	struct vault_view *view;
	user_record_each each;
	void *context;
};

static int user_tell(void *context, struct vault_record *record, struct qorgan_error *error)
{
	struct telling *telling = context;
	struct user_record user;

	if (!user_record_read(telling->view->vault, &record->record, &user)) {
		user = (struct user_record){ .version = record->record.version, .endorsement = ENDORSEMENT_FORGED };
		span_copy_into(record->record.id, user.name, sizeof user.name);
	}
	return telling->each(telling->context, &user, error);
}

int user_records_each(struct vault_view *view, user_record_each each, void *context, struct qorgan_error *error)
{
	struct telling telling = { view, each, context };

	return vault_scan(view, schema_find("user", 4), user_tell, &telling, error);
}

/* ---- Writing --------------------------------------------------------------------------- */

int user_record_put(struct vault_change *change, struct user_record *user, struct qorgan_error *error)
{
	const struct qorgan_store *vault = change->view.vault;
	bool endorses = vault->keys->root.roles & KEYS_MAY_ADMINISTER;
	enum vault_outcome outcome;
	struct buffer body = { 0 };

	buffer_append_char(&body, '{');
	if (endorses)
		endorsement_write(vault, user, &body);
	members_write(user, &body);
	int code = body.failed ? error_set_memory(error)
	                       : vault_change_put(change, schema_find("user", 4), span_of(user->name), buffer_span(&body),
	                                          user->version, &outcome, error);
	buffer_free(&body);
	if (!code) {
		user->version++;
		user->endorsement = endorses ? ENDORSEMENT_GOOD : ENDORSEMENT_NONE;
	}
	return code;
}
