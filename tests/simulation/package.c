/* Decrypting packages and reading their lines. */
#include "package.h"

#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/file.h"
#include "crypto/age.h"
#include "crypto/base64.h"
#include "crypto/merkle.h"
#include "crypto/secret.h"
#include "model.h"
#include "secrets.h"
#include "store/vault.h"

#define IDENTITIES 8 /* of one state, before and after its keys were new */

static bool identities_read(unsigned party, uint8_t (*identities)[32], size_t *count)
{
	struct vault_view *view = NULL;

	if (party == OBSERVER)
		return age_identities_read(region.parties[party].identity_path, identities, 1, count, NULL) == QORGAN_OK;
	int code = vault_view_begin(region_open(party), &view, NULL);
	code = code ? code : vault_age_identities(view, identities, IDENTITIES, count, NULL);
	vault_view_end(view);
	return code == QORGAN_OK;
}

bool carrier_open(const char *path, unsigned party, struct buffer *plain)
{
	uint8_t (*identities)[32] = secret_alloc(IDENTITIES * sizeof *identities);
	struct buffer data = { 0 };
	struct age_keys keys = { .identities = (const uint8_t (*)[32])identities };
	bool opened = identities && identities_read(party, identities, &keys.count) && !file_read(path, SIZE_MAX / 4, &data, NULL) &&
	              !age_decrypt(buffer_span(&data), &keys, plain, NULL);

	buffer_free(&data);
	secret_free(identities);
	return opened;
}

/* Its lines for one of those whom it is for; false for anybody else. */
static bool lines_open(const struct parcel *parcel, unsigned party, struct buffer *plain)
{
	struct buffer outer = { 0 };
	bool opened = carrier_open(parcel->path, party, &outer);

	buffer_clear(plain);
	if (opened && parcel->to & BIT(party))
		secret_open(parcel->from, party, buffer_span(&outer), plain);
	buffer_free(&outer);
	return opened;
}

static void all_check(const struct parcel *parcel, struct span text)
{
	for (unsigned party = 0; party <= OBSERVER; party++)
		if (parcel->to & BIT(party))
			model_text_check(party, text, "a package to it");
}

static void record_line(struct parcel *parcel, struct span line)
{
	const char *record = memmem(line.data, line.size, "\"record\":", 9);
	uint8_t hash[32];

	if (!record)
		fail("a line of a package has no record");
	record += 9;
	merkle_hash_leaf(record, (size_t)(line.data + line.size - 1 - record), hash);
	int version = model_version(hash);
	if (version < 0 || model.versions[version].owner != parcel->from)
		fail("a package of %s has a record that it did not write", code_of(parcel->from));
	if (parcel->to & ~model.versions[version].allowed)
		fail("a package of %s to %x has %s %s version %u, which is for %x", code_of(parcel->from), parcel->to,
		     model.objects[model.versions[version].object].kind, model.objects[model.versions[version].object].id,
		     model.versions[version].number, model.versions[version].allowed);
	parcel->versions = realloc(parcel->versions, (parcel->count + 1) * sizeof *parcel->versions);
	parcel->versions[parcel->count++] = version;
}

static void evidence_line(const struct parcel *parcel, const json_t *line)
{
	struct span text = span_of(json_string_value(json_object_get(line, "data")));
	uint8_t data[49152];
	size_t size;

	if (!base64_decode(text, BASE64_PADDED, data, sizeof data, &size))
		fail("a piece of evidence is no Base64");
	all_check(parcel, (struct span){ (const char *)data, size });
}

static void line_check(struct parcel *parcel, struct span line)
{
	json_t *json = json_loadb(line.data, line.size, 0, NULL);
	const char *type = json_string_value(json_object_get(json, "type"));

	if (!type)
		fail("a line of a package of %s is no JSON", code_of(parcel->from));
	all_check(parcel, line);
	if (strcmp(type, "header") == 0)
		parcel->sequence = (uint64_t)json_integer_value(json_object_get(json, "sequence"));
	else if (strcmp(type, "record") == 0)
		record_line(parcel, line);
	else if (strcmp(type, "evidence") == 0)
		evidence_line(parcel, json);
	else if (strcmp(type, "withdrawal") == 0)
		region.counts.withdrawn++;
	json_decref(json);
}

void package_check(struct parcel *parcel)
{
	struct buffer plain = { 0 };

	for (unsigned party = 0; party <= OBSERVER; party++) {
		if (lines_open(parcel, party, &plain) != !!(parcel->to & BIT(party)))
			fail("a package of %s to %x, and %s", code_of(parcel->from), parcel->to, code_of(party));
		if (plain.size == 0 || parcel->sequence)
			continue;
		for (const char *at = plain.data, *end = at + plain.size; at < end;) {
			const char *stop = memchr(at, '\n', (size_t)(end - at));
			if (!stop)
				fail("a package does not end with its line");
			line_check(parcel, (struct span){ at, (size_t)(stop - at) });
			at = stop + 1;
		}
	}
	buffer_free(&plain);
}
