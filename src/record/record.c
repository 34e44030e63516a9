/* The envelope of a record, and the forms of ids. */
#include "record/record.h"

#include <sodium.h>
#include <string.h>

#include "record/canonical.h"
#include "record/reader.h"

#define NUMBER_LIMIT 9007199254740991

static void write_member(const char *name, const char *text, struct buffer *to)
{
	buffer_append_text(to, name);
	canonical_write_string(span_of(text), to);
}

/* What stands in the place of the salt, which is of 24 characters. */
static const char *const absence_words[] = { [RECORD_FORGOTTEN] = "forgotten" };

static void envelope_write(const struct record_head *head, const char *salt, struct span body, struct buffer *to)
{
	buffer_reserve(to, body.size + 512);
	buffer_append(to, "{\"body\":", 8);
	buffer_append_span(to, body);
	buffer_append(to, ",\"commit\":", 10);
	buffer_append_integer(to, (int64_t)head->commit);
	write_member(",\"id\":", head->id, to);
	write_member(",\"kind\":", head->kind, to);
	write_member(",\"owner\":", head->owner, to);
	write_member(",\"salt\":", salt, to);
	write_member(",\"time\":", head->time, to);
	write_member(",\"user\":", head->user, to);
	buffer_append(to, ",\"version\":", 11);
	buffer_append_integer(to, head->version);
	buffer_append_char(to, '}');
}

void record_write(const struct record_head *head, struct span body, struct buffer *to)
{
	char salt[sodium_base64_ENCODED_LEN(RECORD_SALT_SIZE, sodium_base64_VARIANT_ORIGINAL)];

	sodium_bin2base64(salt, sizeof salt, head->salt, sizeof head->salt, sodium_base64_VARIANT_ORIGINAL);
	envelope_write(head, salt, body, to);
}

void record_write_absent(const struct record *record, enum record_absence absence, struct span body,
                         struct buffer *to)
{
	char owner[RECORD_NAME_LIMIT], kind[RECORD_NAME_LIMIT], id[RECORD_ID_LIMIT], user[RECORD_NAME_LIMIT], time[RECORD_NAME_LIMIT];
	const struct record_head head = { owner, kind, id, user, time, record->commit, record->version, { 0 } };

	span_copy_into(record->owner, owner, sizeof owner);
	span_copy_into(record->kind, kind, sizeof kind);
	span_copy_into(record->id, id, sizeof id);
	span_copy_into(record->user, user, sizeof user);
	span_copy_into(record->time, time, sizeof time);
	envelope_write(&head, absence_words[absence], body, to);
}

static enum record_absence absence_of(struct span salt)
{
	const enum record_absence count = sizeof absence_words / sizeof absence_words[0];
	enum record_absence absence = RECORD_FORGOTTEN;

	while (absence < count && !span_is(salt, absence_words[absence]))
		absence++;
	return absence < count ? absence : RECORD_PRESENT;
}

/* A string without escapes of 1 to limit - 1 bytes. */
static bool plain_string(struct span raw, size_t limit, struct span *text)
{
	if (raw.size < 3 || raw.size > limit + 1 || raw.data[0] != '"' || memchr(raw.data, '\\', raw.size))
		return false;
	*text = (struct span){ raw.data + 1, raw.size - 2 };
	return true;
}

static bool number_within(struct span raw, int64_t least, int64_t most, int64_t *number)
{
	return reader_integer(raw, number) && *number >= least && *number <= most;
}

enum { BODY, COMMIT, ID, KIND, OWNER, SALT, TIME, USER, VERSION, MEMBERS };
static const char *const member_names[MEMBERS] = { "body", "commit", "id",   "kind",   "owner",
	                                           "salt", "time",   "user", "version" };

/* Where the members behind the body begin, sought from the end: the body is by far
 * the largest, and who wants it reads it anyway. Within a string the quotes of
 * this name would be escaped, and none of the members behind is an object. */
static const char *body_end(struct span bytes)
{
	static const char name[] = ",\"commit\":";
	const char *from = bytes.data + bytes.size;

	while ((from = memrchr(bytes.data, ',', (size_t)(from - bytes.data))))
		if ((size_t)(bytes.data + bytes.size - from) > sizeof name && memcmp(from, name, sizeof name - 1) == 0)
			return from;
	return NULL;
}

/* The members and nothing else, in their order. */
static bool members_take(struct span bytes, struct span raw[MEMBERS])
{
	static const char first[] = "{\"body\":";
	const size_t skip = sizeof first - 1;
	struct reader reader;
	struct span name, none;
	const char *end;

	if (bytes.size < skip + 2 || memcmp(bytes.data, first, skip) != 0 || bytes.data[bytes.size - 1] != '}' ||
	    !(end = body_end(bytes)) || end < bytes.data + skip + 2 || end[-1] != '}')
		return false;
	raw[BODY] = (struct span){ bytes.data + skip, (size_t)(end - bytes.data) - skip };
	reader = (struct reader){ .at = end, .end = bytes.data + bytes.size - 1 };
	for (size_t i = COMMIT; i < MEMBERS; i++)
		if (!reader_member(&reader, &name, &raw[i]) || !span_is(name, member_names[i]))
			return false;
	return !reader_member(&reader, &name, &none) && !reader.failed;
}

int record_parse(struct span bytes, struct record *record, struct qorgan_error *error)
{
	struct span raw[MEMBERS], salt;
	int64_t commit, version;

	if (!members_take(bytes, raw))
		return error_set(error, QORGAN_IO, "a stored record is damaged: its envelope cannot be read");
	if (raw[BODY].data[0] != '{' || !number_within(raw[COMMIT], 0, NUMBER_LIMIT, &commit) ||
	    !plain_string(raw[ID], RECORD_ID_LIMIT, &record->id) ||
	    !plain_string(raw[KIND], RECORD_NAME_LIMIT, &record->kind) ||
	    !plain_string(raw[OWNER], RECORD_NAME_LIMIT, &record->owner) || !plain_string(raw[SALT], 64, &salt) ||
	    !plain_string(raw[TIME], 64, &record->time) || !plain_string(raw[USER], RECORD_NAME_LIMIT, &record->user) ||
	    !number_within(raw[VERSION], 1, UINT32_MAX, &version))
		return error_set(error, QORGAN_IO,
		                 "a stored record is damaged: its envelope holds values that cannot be");
	record->bytes = bytes;
	record->body = raw[BODY];
	record->commit = (uint64_t)commit;
	record->version = (uint32_t)version;
	record->absence = absence_of(salt);
	return QORGAN_OK;
}

static bool is_alphanumeric(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

static bool is_name_char(char c)
{
	return is_alphanumeric(c) || c == '.' || c == '_' || c == '-';
}

static bool id_is_name(struct span id)
{
	if (id.size < 1 || id.size > 64 || !is_alphanumeric(id.data[0]))
		return false;
	for (size_t i = 1; i < id.size; i++)
		if (!is_name_char(id.data[i]))
			return false;
	return true;
}

static bool id_is_pair(struct span id)
{
	const char *slash = id.size ? memchr(id.data, '/', id.size) : NULL;

	if (!slash)
		return false;
	size_t first = (size_t)(slash - id.data);
	return id_is_name((struct span){ id.data, first }) &&
	       id_is_name((struct span){ slash + 1, id.size - first - 1 });
}

static bool id_is_digest(struct span id)
{
	if (id.size != 64)
		return false;
	for (size_t i = 0; i < id.size; i++)
		if (!(id.data[i] >= '0' && id.data[i] <= '9') && !(id.data[i] >= 'a' && id.data[i] <= 'f'))
			return false;
	return true;
}

static bool id_is_number(struct span id)
{
	int64_t number;

	return id.size > 0 && id.data[0] >= '1' && number_within(id, 1, NUMBER_LIMIT, &number);
}

int record_id_check(const struct schema *schema, struct span id, struct qorgan_error *error)
{
	static const struct {
		bool (*is)(struct span id);
		const char *form;
	} forms[] = {
		[SCHEMA_ID_NAME] = { id_is_name, "1 to 64 of A-Z a-z 0-9 . _ -, first a letter or digit" },
		[SCHEMA_ID_PAIR] = { id_is_pair, "two names joined by '/', such as CYB-01-M1/KAZ" },
		[SCHEMA_ID_DIGEST] = { id_is_digest, "64 lower-case hexadecimal digits" },
		[SCHEMA_ID_NUMBER] = { id_is_number, "a positive whole number" },
	};

	if (forms[schema->id_form].is(id))
		return QORGAN_OK;
	return error_set(error, QORGAN_BAD_DATA, "\"%.*s\" is no id of the kind %s: it must be %s",
	                 id.size > 140 ? 140 : (int)id.size, id.size ? id.data : "", schema->kind,
	                 forms[schema->id_form].form);
}

bool record_user_check(const char *text)
{
	size_t size = strlen(text);

	if (size < 1 || size >= RECORD_USER_LIMIT)
		return false;
	for (size_t i = 0; i < size; i++)
		if (!is_name_char(text[i]))
			return false;
	return true;
}
