/* Users on record: read, written, endorsed. */
#include "store/user_record.h"

#include <sodium.h>
#include <string.h>

#include "crypto/base64.h"
#include "record/canonical.h"
#include "record/reader.h"
#include "store/vault_change.h"

/* What an endorsement begins with: the admin key signs nothing else that could be read so. */
#define TITLE "qorgan-user 1\n"
#define ENDORSEMENT_TEXT 88 /* Base64 of 64 bytes */

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

/* The bytes that the admin key signs: of this store, of this user, in this place of the
 * user's history, so that no former state of it can be put back. */
static void endorsed_write(const struct qorgan_store *vault, const char *name, uint32_t version, struct span body,
                           struct buffer *to)
{
	buffer_append_format(to, TITLE "%s\n%s\n%u\n", vault->origin, name, version);
	buffer_append_span(to, body);
	buffer_append_char(to, '\n');
}

static void endorsement_write(const struct qorgan_store *vault, const struct user_record *user, struct buffer *to)
{
	uint8_t pair[crypto_sign_SECRETKEYBYTES], public[KEYS_SIZE], signature[crypto_sign_BYTES];
	struct buffer text = { 0 }, bare = { 0 };

	buffer_append_char(&bare, '{');
	members_write(user, &bare);
	endorsed_write(vault, user->name, user->version + 1, buffer_span(&bare), &text);
	text.failed |= bare.failed;
	crypto_sign_seed_keypair(public, pair, vault->keys->admin_seed);
	if (!text.failed)
		crypto_sign_detached(signature, NULL, (const uint8_t *)text.data, text.size, pair);
	sodium_memzero(pair, sizeof pair);
	buffer_append_text(to, "\"endorsement\":\"");
	base64_append(to, signature, sizeof signature, BASE64_PADDED);
	buffer_append_text(to, "\",");
	to->failed |= text.failed;
	buffer_free(&bare);
	buffer_free(&text);
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
static enum user_endorsement endorsement_judge(const struct qorgan_store *vault, const struct user_record *user,
                                               struct span body, struct span value)
{
	uint8_t signature[crypto_sign_BYTES];
	char text[ENDORSEMENT_TEXT + 1];
	struct buffer signed_text = { 0 }, bare = { 0 };

	if (!value.data)
		return USER_UNENDORSED;
	bool good = reader_without(body, "endorsement", &bare);

	endorsed_write(vault, user->name, user->version, buffer_span(&bare), &signed_text);
	good = good && !bare.failed && !signed_text.failed;
	if (good && reader_text(value, text, sizeof text) &&
	    base64_decode_exact(span_of(text), BASE64_PADDED, signature, sizeof signature))
		good = crypto_sign_verify_detached(signature, (const uint8_t *)signed_text.data, signed_text.size,
		                                   vault->keys->root.admin_public) == 0;
	else
		good = false;
	buffer_free(&bare);
	buffer_free(&signed_text);
	return good ? USER_ENDORSED : USER_FORGED;
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
	user->endorsement = endorsement_judge(vault, user, record->body, values[ENDORSEMENT]);
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
		user = (struct user_record){ .version = record->record.version, .endorsement = USER_FORGED };
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
		user->endorsement = endorses ? USER_ENDORSED : USER_UNENDORSED;
	}
	return code;
}
