/* A state KAZ whose log is kept in the store of register_fixture.h: what its store
 * writes, and which of it is handed over. */
#ifndef MIRROR_FIXTURE_H
#define MIRROR_FIXTURE_H

#include "crypto/note.h"
#include "register_fixture.h"
#include "store/mirror.h"
#include "store/vault_change.h"

#define ORIGIN "qorgan/KAZ/0123456789abcdef0123456789abcdef"

static uint8_t seed[32];
static char vkey[NOTE_VKEY_LIMIT];

static const struct schema *kind(const char *name)
{
	return schema_find(name, strlen(name));
}

static void set_up(void)
{
	struct vault_change *change;
	enum vault_outcome outcome;
	uint8_t public_key[32], secret[64];
	char body[900];
	uint64_t number;

	fixture_make();
	randombytes_buf(seed, sizeof seed);
	crypto_sign_seed_keypair(public_key, secret, seed);
	ck_assert(note_format_vkey(ORIGIN, public_key, vkey));
	snprintf(body, sizeof body, "{\"recipient\":\"age1\",\"vkey\":\"%s\"}", vkey);
	ck_ok(vault_change_begin(store, NULL, NULL, &change, &error));
	ck_ok(vault_change_put(change, kind("partner"), span_of("KAZ"), span_of(body), VAULT_ANY, &outcome, &error));
	ck_ok(vault_change_commit(change, &number, &error));
}

static void tear_down(void)
{
	fixture_close();
}

/* What KAZ's log holds in this test: its records, of which some are handed over. */
struct owner {
	struct mirror_log log;
	struct buffer records[64];
	size_t count;
	const char *time, *user; /* of what it writes next */
};

static void owner_free(struct owner *owner)
{
	for (size_t i = 0; i < owner->count; i++)
		buffer_free(&owner->records[i]);
	mirror_log_free(&owner->log);
}

static void owner_write(struct owner *owner, const char *kind_name, const char *id, uint32_t version, const char *body)
{
	struct record_head head = { .owner = "KAZ", .kind = kind_name, .id = id, .user = owner->user, .time = owner->time,
		                        .commit = 1, .version = version };

	ck_assert_uint_lt(owner->count, 64);
	record_write(&head, span_of(body), &owner->records[owner->count++]);
}

/* Takes in the leaves from `first` on and the records in `given`, ended by -1. */
static int owner_give(struct owner *owner, struct vault_change *change, const int *given)
{
	struct mirror_put put;
	struct buffer hashes = { 0 };
	int code = mirror_change_log(change, &owner->log, &error);

	for (size_t i = owner->log.tree.size; i < owner->count; i++) {
		uint8_t hash[32];
		merkle_hash_leaf(owner->records[i].data, owner->records[i].size, hash);
		buffer_append(&hashes, hash, sizeof hash);
	}
	if (!code)
		code = mirror_change_leaves(change, &owner->log, buffer_span(&hashes), &error);
	for (; !code && *given >= 0; given++) {
		struct record record;
		ck_ok(record_parse(buffer_span(&owner->records[*given]), &record, &error));
		code = mirror_change_put(change, &owner->log, (uint64_t)*given, &record,
		                         schema_find(record.kind.data, record.kind.size), &put, &error);
	}
	buffer_free(&hashes);
	return code;
}

static void owner_sign(struct owner *owner)
{
	struct checkpoint checkpoint = { .size = owner->log.tree.size, .origin = ORIGIN };
	struct buffer text = { 0 };

	merkle_root(&owner->log.tree, checkpoint.root);
	checkpoint_format(&checkpoint, &text);
	buffer_clear(&owner->log.note);
	ck_ok(note_sign(buffer_span(&text), ORIGIN, seed, &owner->log.note, &error));
	buffer_free(&text);
}

static struct owner owner_make(void)
{
	return (struct owner){ .log = { .number = MIRROR_LOG_NEW, .state = "KAZ", .origin = ORIGIN },
		                   .time = "2026-02-01T10:00:00Z", .user = "k" };
}

/* A change needs something of this state's own: here a domain. */
static FIXTURE_UNUSED void change_end(struct vault_change *change, const char *id)
{
	enum vault_outcome outcome;
	uint64_t number;

	ck_ok(vault_change_put(change, kind("domain"), span_of(id), span_of("{\"title\":{\"en\":\"x\"}}"), VAULT_ANY, &outcome,
	                       &error));
	ck_ok(vault_change_commit(change, &number, &error));
}

static FIXTURE_UNUSED void receive(struct owner *owner, const int *given, const char *id)
{
	struct vault_change *change;

	ck_ok(vault_change_begin(store, NULL, NULL, &change, &error));
	ck_ok(owner_give(owner, change, given));
	owner_sign(owner);
	ck_ok(mirror_change_settle(change, &owner->log, &error));
	change_end(change, id);
}

#endif
