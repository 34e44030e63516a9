/* A store in a temporary folder with a small catalogue, for the tests of what
 * reads it. The clock stands at 2026-08-01. */
#ifndef REGISTER_FIXTURE_H
#define REGISTER_FIXTURE_H

#include <check.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "crypto/age.h"
#include "qorgan/object.h"

#define FIXTURE_UNUSED __attribute__((unused))
#define ck_ok(call) ck_assert_msg((call) == QORGAN_OK, "%s", error.message)
#define ck_fails(call, expected, text) \
	do { \
		int code_ = (call); \
		ck_assert_msg(code_ == (expected), "%d instead of %d, wanted: %s", code_, (expected), (text)); \
		ck_assert_msg(strstr(error.message, (text)) != NULL, "\"%s\" lacks \"%s\"", error.message, (text)); \
	} while (0)

static struct qorgan_error error;
static struct qorgan_store *store;
static char fixture_folder[64];
static FIXTURE_UNUSED char fixture_identity[AGE_IDENTITY_TEXT]; /* that opens the store */

/* In an order of creation that is not that of the ids. */
#define FIXTURE_EVIDENCE "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
static const char fixture_catalogue[] =
	"{\"kind\":\"domain\",\"id\":\"WAT\",\"title\":{\"en\":\"Water\",\"ru\":\"Вода\"},\"coordinator\":\"TJK\"}\n"
	"{\"kind\":\"domain\",\"id\":\"CYB\",\"title\":{\"en\":\"Cyber\",\"uz-Latn\":\"Kiber\"},\"coordinator\":\"UZB\"}\n"
	"{\"kind\":\"risk\",\"id\":\"WAT-01\",\"domain\":\"WAT\",\"title\":{\"en\":\"Dam \\\"Old\\\" breaks\"},"
	"\"residual\":{\"likelihood\":2,\"impact\":5},\"coordinator\":\"TJK\",\"affected\":[\"UZB\",\"KAZ\"],"
	"\"review\":\"2026-12-01\",\"treatment\":\"mitigate\"}\n"
	"{\"kind\":\"risk\",\"id\":\"CYB-01\",\"domain\":\"CYB\",\"title\":{\"en\":\"Attack\",\"ru\":\"Атака\"},"
	"\"residual\":{\"likelihood\":4,\"impact\":5},\"coordinator\":\"UZB\",\"review\":\"2026-10-01\","
	"\"scenario\":{\"en\":\"Banks stand still.\\nNobody is paid.\"}}\n"
	"{\"kind\":\"risk\",\"id\":\"CYB-02\",\"domain\":\"CYB\",\"title\":{\"en\":\"Leak\"}}\n"
	"{\"kind\":\"risk\",\"id\":\"WAT-02\",\"domain\":\"WAT\",\"title\":{\"en\":\"Flood\"},\"retired\":\"merged\"}\n"
	"{\"kind\":\"measure\",\"id\":\"CYB-01-M10\",\"risks\":[\"CYB-01\"],\"title\":{\"en\":\"Tenth\"}}\n"
	"{\"kind\":\"measure\",\"id\":\"WAT-01-M1\",\"risks\":[\"WAT-01\",\"CYB-02\"],\"title\":{\"en\":\"Gauges\"},"
	"\"lead\":\"TJK\",\"support\":[\"KAZ\"],\"due\":\"2027-06-15\",\"marking\":\"TLP:RED\"}\n"
	"{\"kind\":\"measure\",\"id\":\"CYB-01-M2\",\"risks\":[\"CYB-01\"],\"title\":{\"en\":\"Exercise\",\"ru\":\"Учения\"},"
	"\"lead\":\"UZB\",\"due\":\"2026-07-20\",\"tags\":[\"yearly\",\"joint\"],\"marking\":\"TLP:AMBER\","
	"\"milestones\":[{\"id\":\"m1\",\"title\":{\"en\":\"Plan\"},\"due\":\"2026-03-01\"},"
	"{\"id\":\"m2\",\"title\":{\"en\":\"Held\"},\"due\":\"2026-07-01\"}],"
	"\"budget\":{\"amount\":50000,\"currency\":\"USD\"}}\n"
	"{\"kind\":\"measure\",\"id\":\"CYB-01-M1\",\"risks\":[\"CYB-01\"],\"title\":{\"en\":\"Channel\"},\"lead\":\"KAZ\","
	"\"support\":[\"KGZ\",\"UZB\"],\"due\":\"2026-07-01\",\"marking\":\"TLP:GREEN\",\"type\":\"detect\","
	"\"release\":[\"KGZ\",\"TJK\"]}\n"
	"{\"kind\":\"measure\",\"id\":\"CYB-01-M3\",\"risks\":[\"CYB-01\"],\"title\":{\"en\":\"Old\"},\"retired\":\"done with\"}\n"
	"{\"kind\":\"measure\",\"id\":\"WAT-01-M2\",\"risks\":[\"WAT-01\"],\"title\":{\"en\":\"Sluice\"},\"lead\":\"UZB\","
	"\"due\":\"2026-08-20\"}\n"
	"{\"kind\":\"evidence\",\"id\":\"" FIXTURE_EVIDENCE "\",\"name\":\"minutes.pdf\",\"size\":1200}\n"
	"{\"kind\":\"status\",\"id\":\"CYB-01-M1/KAZ\",\"status\":\"in-progress\",\"progress\":40,\"date\":\"2026-07-30\","
	"\"note\":{\"en\":\"Half way\"}}\n"
	"{\"kind\":\"status\",\"id\":\"CYB-01-M1/KGZ\",\"status\":\"planned\",\"consent\":\"declined\",\"reason\":\"no staff\"}\n"
	"{\"kind\":\"status\",\"id\":\"CYB-01-M2/UZB\",\"status\":\"completed\",\"progress\":100,\"date\":\"2026-07-15\"}\n"
	"{\"kind\":\"note\",\"id\":\"CYB-01/n1\",\"text\":{\"en\":\"Ask the bank\"}}\n";

static FIXTURE_UNUSED void fixture_fault(void *context, const char *file, size_t line, const char *place,
                                         const char *text)
{
	(void)context, (void)file;
	ck_abort_msg("line %zu, %s: %s", line, place, text);
}

/* Loads JSON Lines as one commit. */
static FIXTURE_UNUSED void fixture_load(const char *text)
{
	char path[100];
	const char *const paths[] = { path };
	const struct qorgan_load load = { .paths = paths, .count = 1, .message = "from a test", .fault = fixture_fault };
	struct qorgan_commit result;

	snprintf(path, sizeof path, "%s/input.jsonl", fixture_folder);
	FILE *file = fopen(path, "w");
	ck_assert_ptr_nonnull(file);
	fputs(text, file);
	ck_assert_int_eq(fclose(file), 0);
	ck_ok(qorgan_load(store, &load, &result, &error));
}

/* Where a store of that name is: in the folder; or, where QORGAN_SERVER is the address of a database, in that. */
#define FIXTURE_PLACE 400
static FIXTURE_UNUSED void fixture_place(const char *name, char path[FIXTURE_PLACE])
{
	const char *server = getenv("QORGAN_SERVER");

	if (server)
		snprintf(path, FIXTURE_PLACE, "%s&store=%s-%s", server, strrchr(fixture_folder, '/') + 1, name);
	else
		snprintf(path, FIXTURE_PLACE, "%s/%s", fixture_folder, name);
}

static FIXTURE_UNUSED void fixture_empty(void)
{
	uint8_t identity[32], recipient[32];
	char recipient_text[AGE_RECIPIENT_TEXT], path[FIXTURE_PLACE];
	struct qorgan_creation creation = { .state = "UZB", .user = "tester", .recipient = recipient_text };

	strcpy(fixture_folder, "/tmp/qorgan-register-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(fixture_folder));
	setenv("XDG_STATE_HOME", fixture_folder, 1);
	setenv("QORGAN_NOW", "2026-08-01T10:00:00Z", 1);
	ck_assert_int_ge(sodium_init(), 0);
	randombytes_buf(identity, sizeof identity);
	age_identity_recipient(identity, recipient);
	age_recipient_format(recipient, recipient_text);
	fixture_place("store", path);
	ck_ok(qorgan_store_create(path, &creation, &store, &error));
	age_identity_format(identity, fixture_identity);
}

/* Shuts the store without removing it, and opens it again. */
static FIXTURE_UNUSED void fixture_shut(void)
{
	qorgan_store_close(store);
	store = NULL;
}

static FIXTURE_UNUSED void fixture_open(void)
{
	char path[FIXTURE_PLACE], identity_path[100];
	struct qorgan_keys keys = { .identity = identity_path };

	fixture_place("store", path);
	snprintf(identity_path, sizeof identity_path, "%s/identity", fixture_folder);
	FILE *file = fopen(identity_path, "w");
	ck_assert_ptr_nonnull(file);
	ck_assert_int_eq(chmod(identity_path, 0600), 0);
	fprintf(file, "%s\n", fixture_identity);
	ck_assert_int_eq(fclose(file), 0);
	ck_ok(qorgan_store_open(path, &keys, 0, &store, &error));
}

static FIXTURE_UNUSED void fixture_make(void)
{
	fixture_empty();
	fixture_load(fixture_catalogue);
}

static FIXTURE_UNUSED void fixture_close(void)
{
	char command[100];

	qorgan_store_close(store);
	store = NULL;
	snprintf(command, sizeof command, "rm -rf '%s'", fixture_folder);
	ck_assert_int_eq(system(command), 0);
}

/* What verify finds, one after the other, as text of FIXTURE_FINDINGS bytes at most. */
#define FIXTURE_FINDINGS 4000
static FIXTURE_UNUSED void fixture_finding(void *context, const char *what, const char *object, const char *advice)
{
	char *all = context;
	size_t size = strlen(all);

	(void)advice;
	snprintf(all + size, FIXTURE_FINDINGS - size, "%s: %s\n", object, what);
}

/* So many findings, among them one that says `what`. */
static FIXTURE_UNUSED void expect_findings(unsigned count, const char *what)
{
	struct qorgan_verification verification;
	char all[FIXTURE_FINDINGS] = "";
	int code = qorgan_verify(store, fixture_finding, all, &verification, &error);

	ck_assert_msg(code == (count ? QORGAN_NO : QORGAN_OK), "%d: %s%s", code, all, error.message);
	ck_assert_msg(verification.findings == count, "%s", all);
	ck_assert_msg(strstr(all, what) != NULL, "\"%s\" lacks \"%s\"", all, what);
}

/* Sets one field of an object, as a commit of its own. */
static FIXTURE_UNUSED void fixture_set(const char *kind, const char *id, const char *path, const char *text)
{
	struct qorgan_change *change;
	struct qorgan_commit result;

	ck_ok(qorgan_change_begin(store, NULL, "an edit", &change, &error));
	ck_ok(qorgan_change_object(change, kind, id, QORGAN_EDIT, 0, &error));
	ck_ok(qorgan_change_set(change, path, text, &error));
	ck_ok(qorgan_change_commit(change, &result, &error));
	qorgan_change_free(change);
}

#endif
