/* Names in a courier's folder. */
#include "exchange/courier_name.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "record/record.h"

#define NUMBER_DIGITS 16 /* 2^53 has as many */

/* By what follows the suffix behind the number. */
static enum courier_name_kind kind_of(const char *name, const char *rest, struct courier_name *parsed)
{
	parsed->package = (size_t)(rest - name) + strlen(COURIER_SUFFIX);
	rest += strlen(COURIER_SUFFIX);
	if (!*rest)
		return COURIER_PACKAGE;
	if (strcmp(rest, COURIER_SIGNATURE) == 0)
		return COURIER_SIGNATURE_OF;
	return part_name_parse(name, &parsed->part) && parsed->part.whole == parsed->package ? COURIER_PART : COURIER_OTHER;
}

/* The number behind the dash at `dash`, in the one way to write it; where it ends. */
static const char *number_read(const char *dash, uint64_t *number)
{
	size_t size = strspn(dash + 1, "0123456789");

	*number = 0;
	for (size_t i = 0; i < size && size <= NUMBER_DIGITS; i++)
		*number = *number * 10 + (uint64_t)(dash[1 + i] - '0');
	return *number && size <= NUMBER_DIGITS && dash[1] != '0' ? dash + 1 + size : NULL;
}

bool courier_name_incoming(const char *name, const char *self, struct courier_name *parsed)
{
	const char *end = strstr(name, COURIER_SUFFIX), *dash, *rest;
	size_t to_size = strlen(self);

	*parsed = (struct courier_name){ 0 };
	/* Ids may hold dots and dashes: the last one that fits counts. */
	for (const char *next = end; next; next = strstr(next + 1, COURIER_SUFFIX))
		end = next;
	dash = end ? memrchr(name, '-', (size_t)(end - name)) : NULL;
	if (!dash || *name == '.')
		return false;
	rest = number_read(dash, &parsed->number);
	size_t pair = (size_t)(dash - name);
	if (rest != end || pair < to_size + 2 || memcmp(dash - to_size, self, to_size) != 0 || dash[-1 - (int)to_size] != '-')
		return false;
	parsed->from = (struct span){ name, pair - to_size - 1 };
	parsed->to = (struct span){ dash - to_size, to_size };
	parsed->kind = kind_of(name, rest, parsed);
	return (parsed->kind == COURIER_PACKAGE || parsed->kind == COURIER_PART) &&
	       !record_id_check(schema_find("partner", 7), parsed->from, NULL);
}

bool courier_name_outgoing(const char *name, const char *self, const char *partner, struct courier_name *parsed)
{
	size_t self_size = strlen(self), partner_size = strlen(partner);
	const char *at = name + (*name == '.');

	*parsed = (struct courier_name){ .hidden = at != name };
	if (strncmp(at, self, self_size) != 0 || at[self_size] != '-' ||
	    strncmp(at + self_size + 1, partner, partner_size) != 0 || at[self_size + 1 + partner_size] != '-')
		return false;
	parsed->from = (struct span){ at, self_size };
	parsed->to = (struct span){ at + self_size + 1, partner_size };
	const char *rest = number_read(at + self_size + 1 + partner_size, &parsed->number);
	if (!rest || strncmp(rest, COURIER_SUFFIX, strlen(COURIER_SUFFIX)) != 0)
		return false;
	parsed->kind = kind_of(name, rest, parsed);
	return true;
}

char *courier_path(const char *folder, bool hidden, const char *from, const char *to, uint64_t number)
{
	char *name, *path = NULL;

	if (asprintf(&name, "%s%s-%s-%" PRIu64 COURIER_SUFFIX, hidden ? "." : "", from, to, number) < 0)
		return NULL;
	path = file_join(folder, name);
	free(name);
	return path;
}

static bool is_there(const char *path)
{
	struct stat status;

	return lstat(path, &status) == 0;
}

bool courier_number_is_taken(const char *folder, const char *from, const char *to, uint64_t number)
{
	struct qorgan_error why = { 0 };
	char *path = courier_path(folder, false, from, to, number), *signature = NULL;
	unsigned count;
	bool taken = path && is_there(path);

	if (path && !taken)
		taken = parts_find(path, &count, &why) == QORGAN_OK || why.message[0];
	if (path && !taken && asprintf(&signature, "%s" COURIER_SIGNATURE, path) >= 0)
		taken = is_there(signature);
	free(signature);
	free(path);
	return taken;
}
