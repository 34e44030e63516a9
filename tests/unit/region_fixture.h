/* Two states, UZB (the store of register_fixture.h) and KAZ, that handed packages to each other: evidence, a
 * withdrawal and countersignatures among what they hold of one another. */
#ifndef REGION_FIXTURE_H
#define REGION_FIXTURE_H

#include "qorgan/backup.h"
#include "qorgan/card.h"
#include "qorgan/custody.h"
#include "qorgan/exchange.h"
#include "qorgan/forget.h"
#include "register_fixture.h"
#include "store/vault.h"

static struct qorgan_store *kaz;
static const struct qorgan_custody how = { NULL, "a test" };
static struct qorgan_commit result;
static char recipient[AGE_RECIPIENT_TEXT]; /* that opens both stores */

/* One of four in turn. */
static inline const char *place(const char *name)
{
	static char paths[4][160];
	static unsigned turn;

	turn = (turn + 1) % 4;
	snprintf(paths[turn], sizeof paths[turn], "%s/%s", fixture_folder, name);
	return paths[turn];
}

static inline void file_write_text(const char *name, const char *text)
{
	FILE *file = fopen(place(name), "w");

	ck_assert_ptr_nonnull(file);
	fputs(text, file);
	ck_assert_int_eq(fclose(file), 0);
}

/* A command of the shell, in the folder of the test. */
static inline void folder_do(const char *words)
{
	char command[400];

	snprintf(command, sizeof command, "cd '%s' && { %s; }", fixture_folder, words);
	ck_assert_int_eq(system(command), 0);
}

static inline int put_in(struct qorgan_store *where, const char *kind_name, const char *id, const char *body)
{
	struct vault_change *change = NULL;
	enum vault_outcome outcome;
	uint64_t number;
	int code = vault_change_begin(where, NULL, NULL, &change, &error);

	if (!code)
		code = vault_change_put(change, schema_find(kind_name, strlen(kind_name)), span_of(id), span_of(body), VAULT_ANY,
		                        &outcome, &error);
	if (!code)
		return vault_change_commit(change, &number, &error);
	vault_change_abandon(change);
	return code;
}

static inline void partner_put(struct qorgan_store *where, struct qorgan_store *whose)
{
	struct qorgan_card card;
	char body[2000];

	ck_ok(qorgan_card_make(whose, NULL, &card, NULL, &error));
	snprintf(body, sizeof body, "{\"cosigner\":\"%s\",\"minisign\":\"%s\",\"recipient\":\"%s\",\"vkey\":\"%s\"}", card.cosigner,
	         card.minisign, card.recipient, card.vkey);
	ck_ok(put_in(where, "partner", card.state, body));
}

static inline int attach_to(struct qorgan_store *where, const char *measure, const char *word, const char *release,
                            const char *file, char id[65])
{
	struct qorgan_change *change = NULL;
	int code = qorgan_change_begin(where, NULL, "attached", &change, &error);

	if (!code)
		code = qorgan_change_status(change, measure, NULL, word, NULL, &error);
	if (!code && release)
		code = qorgan_change_set(change, "release", release, &error);
	if (!code && file)
		code = qorgan_change_attach(change, file, id, &error);
	if (!code)
		code = qorgan_change_commit(change, &result, &error);
	qorgan_change_free(change);
	return code;
}

static inline int export_to(struct qorgan_store *from, const char *to, const char *name)
{
	const struct qorgan_export export = { .to = to, .output = place(name), .replace = true };
	struct qorgan_export_result exported;

	return qorgan_export(from, &export, &exported, &error);
}

static inline int receive_in(struct qorgan_store *where, const char *name)
{
	const struct qorgan_receive receive = { .path = place(name) };
	struct qorgan_receive_result received;

	return qorgan_receive(where, &receive, &received, &error);
}

/* By an identity of their own, that nobody keeps. */
static inline void user_add_as(const char *name, const char *role)
{
	uint8_t secret[32], public[32];
	char own[AGE_RECIPIENT_TEXT];
	const struct qorgan_door door = { .recipient = own };

	randombytes_buf(secret, sizeof secret);
	age_identity_recipient(secret, public);
	age_recipient_format(public, own);

	ck_ok(qorgan_user_add(store, name, role, &door, &how, &result, &error));
}

static inline void kaz_fill(void)
{
	static const char *const own[][3] = {
		{ "domain", "CYB", "{\"coordinator\":\"UZB\",\"title\":{\"en\":\"Cyber\"}}" },
		{ "risk", "CYB-01", "{\"coordinator\":\"UZB\",\"domain\":\"CYB\",\"title\":{\"en\":\"Attack\"}}" },
		{ "measure", "CYB-01-M1", "{\"lead\":\"KAZ\",\"marking\":\"TLP:GREEN\",\"release\":[\"UZB\"],\"risks\":[\"CYB-01\"],"
		                          "\"title\":{\"en\":\"Channel\"}}" },
		{ "risk", "KAZ-01", "{\"coordinator\":\"KAZ\",\"domain\":\"CYB\",\"marking\":\"TLP:GREEN\",\"release\":[\"UZB\"],"
		                    "\"title\":{\"en\":\"Taken back\"}}" },
	};

	for (size_t i = 0; i < sizeof own / sizeof *own; i++)
		ck_ok(put_in(kaz, own[i][0], own[i][1], own[i][2]));
}

/* What KAZ hands over, and what comes of it: a withdrawal, evidence, a countersignature of UZB's log. */
static inline void region_exchange(void)
{
	char id[65];

	ck_ok(export_to(kaz, "UZB", "one.age"));
	ck_ok(receive_in(store, "one.age"));
	ck_ok(put_in(store, "risk", "CYB-01", "{\"coordinator\":\"UZB\",\"domain\":\"CYB\",\"marking\":\"TLP:GREEN\","
	             "\"release\":[\"KAZ\"],\"title\":{\"en\":\"Attack\"}}"));
	ck_ok(export_to(store, "KAZ", "uzb.age"));
	ck_ok(receive_in(kaz, "uzb.age"));
	ck_ok(put_in(kaz, "risk", "KAZ-01", "{\"coordinator\":\"KAZ\",\"domain\":\"CYB\",\"title\":{\"en\":\"Taken back\"}}"));
	ck_ok(attach_to(kaz, "CYB-01-M1", "in-progress", "UZB", place("attached"), id));
	ck_ok(export_to(kaz, "UZB", "two.age"));
	ck_ok(receive_in(store, "two.age"));
}

static inline void region_make(void)
{
	struct qorgan_creation creation = { .state = "KAZ", .user = "tester", .recipient = recipient };
	uint8_t secret[32], public[32];
	char id[65];

	fixture_make();
	ck_assert(age_identity_parse(fixture_identity, strlen(fixture_identity), secret));
	age_identity_recipient(secret, public);
	age_recipient_format(public, recipient);
	ck_ok(qorgan_store_create(place("kaz"), &creation, &kaz, &error));
	partner_put(store, kaz);
	partner_put(kaz, store);
	kaz_fill();
	file_write_text("attached", "what was seen");
	ck_ok(attach_to(store, "CYB-01-M2", "in-progress", NULL, place("attached"), id));
	region_exchange();
	user_add_as("second", "liaison");
	fixture_set("risk", "CYB-01", "title.en", "Attacked");
}

/* A backup of the store, which the fixture's identity opens. */
static inline void region_backup(const char *path)
{
	const char *recipients[] = { recipient };
	const struct qorgan_keys none = { 0 };
	const struct qorgan_backup backup = { .output = path, .recipients = recipients, .recipient_count = 1, .keys = &none };
	struct qorgan_backup_facts facts;

	ck_ok(qorgan_backup_make(store, &backup, &facts, &error));
}

static inline void region_close(void)
{
	qorgan_store_close(kaz);
	kaz = NULL;
	fixture_close();
}

#endif
