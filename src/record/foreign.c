/* Records of others: nothing is taken for granted of their bytes. */
#include <string.h>

#include "base/date.h"
#include "base/language.h"
#include "crypto/base64.h"
#include "record/canonical.h"
#include "record/reader.h"
#include "record/record.h"

/* Kinds, states and users are names of one form. */
static bool is_name(struct span text)
{
	char name[RECORD_USER_LIMIT];

	if (text.size >= sizeof name)
		return false;
	memcpy(name, text.data, text.size);
	name[text.size] = '\0';
	return record_user_check(name);
}

static bool salt_is_whole(struct span bytes)
{
	uint8_t salt[RECORD_SALT_SIZE];
	struct span raw;

	return reader_find(bytes, "salt", &raw) && raw.size > 2 &&
	       base64_decode_exact((struct span){ raw.data + 1, raw.size - 2 }, BASE64_PADDED, salt, sizeof salt);
}

/* Of a kind that is not known here, what can be shown in a line. */
static bool id_is_fit(struct span id, const struct schema *schema)
{
	for (size_t i = 0; i < id.size; i++)
		if (id.data[i] <= ' ' || id.data[i] > '~')
			return false;
	return !schema || record_id_check(schema, id, NULL) == QORGAN_OK;
}

static const char *record_fault(struct span bytes, struct record *record)
{
	int64_t seconds;

	if (bytes.size > CANONICAL_SIZE)
		return language_said("is longer than 256 KiB");
	if (!canonical_is(bytes))
		return language_said("is not canonical JSON");
	if (record_parse(bytes, record, NULL))
		return language_said("has not the envelope of a record");
	if (!salt_is_whole(bytes))
		return language_said("has no salt of 16 bytes");
	if (!is_name(record->kind) || !is_name(record->owner) || !is_name(record->user))
		return language_said("has a kind, owner or user that is no name");
	if (!time_parse_plain(record->time, &seconds))
		return language_said("has a time that is not one such as 2026-02-01T10:00:00Z");
	if (!id_is_fit(record->id, schema_find(record->kind.data, record->kind.size)))
		return language_said("has an id that its kind cannot have");
	return NULL;
}

int record_parse_foreign(struct span bytes, struct record *record, struct qorgan_error *error)
{
	const char *fault = record_fault(bytes, record);

	return fault ? error_set(error, QORGAN_PROTOCOL, "the record %s", fault) : QORGAN_OK;
}
