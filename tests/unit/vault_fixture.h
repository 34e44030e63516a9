/* A vault in a temporary folder, into which domains are written past the register, for the tests
 * of what is below that. */
#ifndef TESTS_VAULT_FIXTURE_H
#define TESTS_VAULT_FIXTURE_H

#include <check.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/date.h"
#include "crypto/age.h"
#include "store/create.h"
#include "store/vault.h"

#define VAULT_UNUSED __attribute__((unused))

static char folder[] = "/tmp/qorgan-vault-XXXXXX";
static char path[200], identity_path[200], recipient_text[AGE_RECIPIENT_TEXT];
static struct qorgan_error error;

static VAULT_UNUSED void set_up(void)
{
	uint8_t identity[32], recipient[32];
	char text[AGE_IDENTITY_TEXT];

	strcpy(folder + strlen(folder) - 6, "XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(folder));
	setenv("XDG_STATE_HOME", folder, 1);
	unsetenv("QORGAN_NOW");
	ck_assert_int_ge(sodium_init(), 0);
	randombytes_buf(identity, sizeof identity);
	age_identity_recipient(identity, recipient);
	age_recipient_format(recipient, recipient_text);
	age_identity_format(identity, text);
	snprintf(path, sizeof path, "%s/store", folder);
	snprintf(identity_path, sizeof identity_path, "%s/identity", folder);
	FILE *file = fopen(identity_path, "w");
	ck_assert_int_eq(chmod(identity_path, 0600), 0);
	fprintf(file, "%s\n", text);
	fclose(file);
}

static VAULT_UNUSED void tear_down(void)
{
	char command[300];

	snprintf(command, sizeof command, "rm -rf '%s'", folder);
	ck_assert_int_eq(system(command), 0);
}

#define ck_ok(call) ck_assert_msg((call) == QORGAN_OK, "%s", error.message)

static VAULT_UNUSED struct qorgan_store *store_make(void)
{
	struct qorgan_creation creation = { .state = "UZB", .user = "tester", .recipient = recipient_text };
	struct qorgan_store *store;

	ck_ok(vault_create(path, &creation, &store, &error));
	ck_ok(vault_create_finish(store, &error));
	return store;
}

static VAULT_UNUSED struct qorgan_store *store_open(unsigned flags)
{
	struct qorgan_keys keys = { .identity = identity_path };
	struct qorgan_store *store;

	ck_ok(qorgan_store_open(path, &keys, flags, &store, &error));
	return store;
}

static VAULT_UNUSED const struct schema *kind(const char *name)
{
	return schema_find(name, strlen(name));
}

/* Writes objects as one change: pairs of id and body. */
static VAULT_UNUSED uint64_t write_notes(struct qorgan_store *store, size_t count, const char *const *pairs)
{
	struct vault_change *change;
	enum vault_outcome outcome;
	uint64_t number;

	ck_ok(vault_change_begin(store, NULL, "test", &change, &error));
	for (size_t i = 0; i < count; i++)
		ck_ok(vault_change_put(change, kind("domain"), span_of(pairs[2 * i]), span_of(pairs[2 * i + 1]), VAULT_ANY,
		                       &outcome, &error));
	ck_ok(vault_change_commit(change, &number, &error));
	return number;
}

static VAULT_UNUSED uint64_t write_one(struct qorgan_store *store, const char *id, const char *body)
{
	const char *pair[] = { id, body };

	return write_notes(store, 1, pair);
}

static VAULT_UNUSED void findings_print(void *context, const char *what, const char *object, const char *advice)
{
	(void)advice;
	buffer_append_format(context, "%s [%s]\n", what, object);
}

static VAULT_UNUSED uint64_t verify(struct qorgan_store *store, struct buffer *found)
{
	struct qorgan_verification result;
	int code = qorgan_verify(store, findings_print, found, &result, &error);

	ck_assert_msg(code == (result.findings ? QORGAN_NO : QORGAN_OK), "%d %s", code, error.message);
	return result.findings;
}

static VAULT_UNUSED void expect_clean(struct qorgan_store *store)
{
	struct buffer found = { 0 };

	ck_assert_msg(verify(store, &found) == 0, "%s", buffer_text(&found));
	buffer_free(&found);
}

static VAULT_UNUSED void expect_body(struct qorgan_store *store, const char *id, uint32_t version, const char *body)
{
	struct vault_record record = { 0 };
	struct vault_view *view;

	ck_ok(vault_view_begin(store, &view, &error));
	ck_ok(vault_get(view, kind("domain"), span_of(id), version, &record, &error));
	ck_assert_msg(span_is(record.record.body, body), "%.*s", (int)record.record.body.size, record.record.body.data);
	ck_assert(span_is(record.record.owner, "UZB") && span_is(record.record.id, id));
	vault_record_free(&record);
	vault_view_end(view);
}

#endif
