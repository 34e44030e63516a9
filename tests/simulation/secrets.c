/* Secrets that states agree on. The passphrase of the test is cheap to try: what it costs
 * to guess one is no matter of the region. */
#include "secrets.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "chance.h"
#include "crypto/age.h"
#include "qorgan/object.h"
#include "region.h"
#include "work.h"

#define AGE_BEGINNING "age-encryption.org/v1\n"

static unsigned shared[STATES]; /* by each: with whom */

int __real_age_encrypt_start_passphrase(const char *passphrase, unsigned work_factor, age_sink sink, void *context,
                                        struct age_encryptor **encryptor, struct qorgan_error *error);
int __wrap_age_encrypt_start_passphrase(const char *passphrase, unsigned work_factor, age_sink sink, void *context,
                                        struct age_encryptor **encryptor, struct qorgan_error *error);

int __wrap_age_encrypt_start_passphrase(const char *passphrase, unsigned work_factor, age_sink sink, void *context,
                                        struct age_encryptor **encryptor, struct qorgan_error *error)
{
	(void)work_factor;
	return __real_age_encrypt_start_passphrase(passphrase, 1, sink, context, encryptor, error);
}

static void secret_text(unsigned one, unsigned other, char text[60])
{
	unsigned first = one < other ? one : other, second = one < other ? other : one;

	snprintf(text, 60, "agreed between %s and %s, %llu", code_of(first), code_of(second),
	         (unsigned long long)region.seed);
}

static bool is_set(unsigned party, unsigned other)
{
	struct qorgan_object *object = NULL;
	struct qorgan_error error;

	if (qorgan_object_get(region_open(party), "partner", code_of(other), 0, &object, &error))
		fail("%s does not know %s: %s", code_of(party), code_of(other), error.message);
	char *since = qorgan_object_field(region_open(party), object, "secret_since");
	bool set = since && *since;
	free(since);
	qorgan_object_free(object);
	return set;
}

/* Until it is there, as the process may be killed in the middle. */
static void secret_set(unsigned party, unsigned other)
{
	struct work work = { .doing = SECRET, .party = party, .kind = "partner" };
	char text[60];

	secret_text(party, other, text);
	snprintf(work.id, sizeof work.id, "%s", code_of(other));
	snprintf(work.file, sizeof work.file, "%s/secret", region.folder);
	FILE *file = fopen(work.file, "w");
	if (!file || fchmod(fileno(file), 0600) || fprintf(file, "%s\n", text) < 0 || fclose(file))
		fail("cannot write %s", work.file);
	while (!is_set(party, other))
		work_do(&work);
	remove(work.file);
}

void secret_agree(unsigned party)
{
	unsigned other = (party + 1 + chance_below(STATES - 1)) % STATES;

	if (shared[party] & BIT(other) || (region.contradicted && (party == region.hostile || other == region.hostile)))
		return;
	secret_set(party, other);
	secret_set(other, party);
	shared[party] |= BIT(other);
	shared[other] |= BIT(party);
}

void secrets_renew(unsigned party)
{
	for (unsigned other = 0; other < STATES; other++)
		if (shared[party] & BIT(other))
			secret_set(party, other);
}

bool secret_is_shared(unsigned party, unsigned parties)
{
	return shared[party] & parties;
}

void secret_open(unsigned from, unsigned to, struct span locked, struct buffer *plain)
{
	bool is_locked = locked.size > strlen(AGE_BEGINNING) &&
	                 memcmp(locked.data, AGE_BEGINNING, strlen(AGE_BEGINNING)) == 0;
	struct age_keys keys = { 0 };
	char text[60];

	if (is_locked != (to < STATES && secret_is_shared(from, BIT(to))))
		fail("a package of %s to %s is%s locked", code_of(from), code_of(to), is_locked ? "" : " not");
	if (!is_locked) {
		buffer_append_span(plain, locked);
		return;
	}
	secret_text(from, to, text);
	keys.passphrase = text;
	if (age_decrypt(locked, &keys, plain, NULL))
		fail("a package of %s to %s is locked with another secret than theirs", code_of(from), code_of(to));
}
