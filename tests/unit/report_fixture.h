/* A store in a folder of its own, for the tests of what is computed from it. It is
 * opened by an identity, so that no passphrase is derived. */
#ifndef TESTS_REPORT_FIXTURE_H
#define TESTS_REPORT_FIXTURE_H

#include <check.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "crypto/age.h"
#include "store/create.h"
#include "store/vault.h"

struct fixture {
	char folder[64], path[100], identity[100], recipient[AGE_RECIPIENT_TEXT];
	struct qorgan_error error;
};

#define fixture_ok(fixture, call) ck_assert_msg((call) == QORGAN_OK, "%s", (fixture)->error.message)

/* An empty store of UZB, of the first days of 2026. */
static inline void fixture_make(struct fixture *fixture)
{
	uint8_t identity[32], recipient[32];
	char text[AGE_IDENTITY_TEXT];
	struct qorgan_store *store;

	ck_assert_int_ge(sodium_init(), 0);
	strcpy(fixture->folder, "/tmp/qorgan-report-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(fixture->folder));
	setenv("XDG_STATE_HOME", fixture->folder, 1);
	setenv("QORGAN_NOW", "2026-01-05T10:00:00Z", 1);
	randombytes_buf(identity, sizeof identity);
	age_identity_recipient(identity, recipient);
	age_recipient_format(recipient, fixture->recipient);
	age_identity_format(identity, text);
	snprintf(fixture->path, sizeof fixture->path, "%s/store", fixture->folder);
	snprintf(fixture->identity, sizeof fixture->identity, "%s/identity", fixture->folder);
	FILE *file = fopen(fixture->identity, "w");
	ck_assert_ptr_nonnull(file);
	ck_assert_int_eq(chmod(fixture->identity, 0600), 0);
	fprintf(file, "%s\n", text);
	fclose(file);

	struct qorgan_creation creation = { .state = "UZB", .user = "anna", .recipient = fixture->recipient };
	fixture_ok(fixture, vault_create(fixture->path, &creation, &store, &fixture->error));
	fixture_ok(fixture, vault_create_finish(store, &fixture->error));
	qorgan_store_close(store);
}

static inline void fixture_remove(struct fixture *fixture)
{
	char command[120];

	snprintf(command, sizeof command, "rm -rf '%s'", fixture->folder);
	ck_assert_int_eq(system(command), 0);
	unsetenv("QORGAN_NOW");
}

/* Opens it at a moment; `now` is RFC 3339. */
static inline struct qorgan_store *fixture_open(struct fixture *fixture, const char *now)
{
	struct qorgan_keys keys = { .identity = fixture->identity };
	struct qorgan_store *store;

	setenv("QORGAN_NOW", now, 1);
	fixture_ok(fixture, qorgan_store_open(fixture->path, &keys, 0, &store, &fixture->error));
	return store;
}

struct fixture_object {
	const char *kind, *id, *body; /* body: canonical JSON */
};

/* Writes objects in one change of that moment. */
static inline void fixture_put(struct fixture *fixture, const char *now, const struct fixture_object *objects,
                               size_t count)
{
	struct qorgan_store *store = fixture_open(fixture, now);
	struct vault_change *change;
	enum vault_outcome outcome;
	uint64_t number;

	fixture_ok(fixture, vault_change_begin(store, NULL, "test", &change, &fixture->error));
	for (size_t i = 0; i < count; i++)
		fixture_ok(fixture, vault_change_put(change, schema_find(objects[i].kind, strlen(objects[i].kind)),
		                                     span_of(objects[i].id), span_of(objects[i].body), VAULT_ANY, &outcome,
		                                     &fixture->error));
	fixture_ok(fixture, vault_change_commit(change, &number, &fixture->error));
	qorgan_store_close(store);
}

#define fixture_put_all(fixture, now, objects) \
	fixture_put(fixture, now, objects, sizeof(objects) / sizeof(objects)[0])

#endif
