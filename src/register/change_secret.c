/* The secret that is shared with a partner: its record says since when, and the
 * secret itself goes elsewhere. */
#include <string.h>

#include "base/date.h"
#include "base/file.h"
#include "base/text.h"
#include "crypto/secret.h"
#include "qorgan/exchange.h"
#include "register/change_internal.h"
#include "store/partner_secret.h"

#define SECRET_LEAST 16 /* characters: whoever records packages can try guesses for decades */

/* The first line of the file, into change->secret. */
static int secret_read(struct qorgan_change *change, const char *path, struct qorgan_error *error)
{
	char *to = secret_alloc(PARTNER_SECRET_LIMIT + 1);
	size_t got, size, letters = 0;

	if (!to)
		return error_set_memory(error);
	change->secret = to;
	int code = file_read_secret_head(path, to, PARTNER_SECRET_LIMIT, &got, error);
	if (code)
		return code;
	to[got] = '\0';
	size = strcspn(to, "\r\n");
	if (size == PARTNER_SECRET_LIMIT)
		return error_set(error, QORGAN_BAD_DATA, "the secret in %s is longer than %d bytes", path, PARTNER_SECRET_LIMIT - 1);
	explicit_bzero(to + size, PARTNER_SECRET_LIMIT - size);
	for (size_t i = 0; i < size; i++)
		letters += ((unsigned char)to[i] & 0xc0) != 0x80;
	if (!text_is_clean(span_of(to)) || strchr(to, '\t'))
		return error_set(error, QORGAN_BAD_DATA, "the secret in %s is not text that can be typed: have one made by openssl "
		                 "rand -base64 33", path);
	if (letters < SECRET_LEAST)
		return error_set(error, QORGAN_BAD_DATA, "the secret in the first line of %s has fewer than %d characters: have one "
		                 "made by openssl rand -base64 33", path, SECRET_LEAST);
	return QORGAN_OK;
}

/* A moment that no secret of this partner had before. */
static int64_t since_choose(const struct qorgan_change *change, const json_t *body)
{
	const char *before = json_string_value(json_object_get(body, "secret_since"));
	int64_t now = vault_now(change->store), last;

	return before && time_parse(span_of(before), &last) && last >= now ? last + 1 : now;
}

int qorgan_change_secret(struct qorgan_change *change, const char *path, struct qorgan_error *error)
{
	struct change_object *object = change->current;
	char since[TIME_TEXT_SIZE];

	if (!object || strcmp(object->schema->kind, "partner") != 0)
		return error_set(error, QORGAN_USAGE, "a secret is shared with a partner: turn to one first");
	if (change->secret_of)
		return error_set(error, QORGAN_USAGE, "one change sets or removes one secret");
	change->secret_of = object;
	if (!path && json_object_del(object->body, "secret_since") != 0)
		return error_set(error, QORGAN_ABSENT, "no secret is shared with %s", object->id);
	if (!path)
		return QORGAN_OK;
	int code = secret_read(change, path, error);
	if (code)
		return code;
	change->secret_since = since_choose(change, object->body);
	time_format(change->secret_since, since);
	return json_object_set_new(object->body, "secret_since", json_string(since)) ? error_set_memory(error) : QORGAN_OK;
}

int change_secret_write(struct qorgan_change *change, struct qorgan_error *error)
{
	if (!change->secret_of)
		return QORGAN_OK;
	return partner_secret_put(change->writing, change->secret_of->id, change->secret_since, change->secret, error);
}
