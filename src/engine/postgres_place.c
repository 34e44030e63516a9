/* The address of a store on a server. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/postgres.h"

#define NAME_MOST 100 /* bytes */
static const char name_usual[] = "main";

bool engine_is_server(const char *place)
{
	return strncmp(place, "postgres://", 11) == 0 || strncmp(place, "postgresql://", 13) == 0;
}

static bool name_is_sound(const char *name)
{
	size_t size = strlen(name);

	for (size_t i = 0; i < size; i++)
		if (!isalnum((unsigned char)name[i]) && !strchr("._-", name[i]))
			return false;
	return size > 0 && size <= NAME_MOST;
}

/* Takes "store=NAME" out of the options; *name is NULL if there is none. */
static bool name_take(char *address, char **name)
{
	char *options = strchr(address, '?');

	*name = NULL;
	for (char *at = options ? options + 1 : NULL, *next; at && *at; at = next) {
		size_t size = strcspn(at, "&");
		next = at + size + (at[size] == '&');
		if (strncmp(at, "store=", 6) != 0)
			continue;
		free(*name);
		*name = strndup(at + 6, size - 6);
		if (!*name)
			return false;
		memmove(at, next, strlen(next) + 1);
		next = at;
	}
	/* What stood before it: "?" or "&". */
	size_t size = strlen(address);
	if (options && (address[size - 1] == '?' || address[size - 1] == '&'))
		address[size - 1] = '\0';
	return true;
}

int postgres_place_read(const char *text, struct postgres_place *place, struct qorgan_error *error)
{
	*place = (struct postgres_place){ .address = strdup(text) };
	if (!place->address || !name_take(place->address, &place->name) ||
	    (!place->name && !(place->name = strdup(name_usual)))) {
		postgres_place_free(place);
		return error_set_memory(error);
	}
	if (name_is_sound(place->name))
		return QORGAN_OK;
	int code = error_set(error, QORGAN_USAGE,
	                     "%s is not the name of a store on a server: letters, digits, '.', '_' and '-', at most %d",
	                     place->name, NAME_MOST);
	postgres_place_free(place);
	return code;
}

void postgres_place_free(struct postgres_place *place)
{
	free(place->address);
	free(place->name);
	*place = (struct postgres_place){ 0 };
}

char *postgres_place_text(const struct postgres_place *place, const char *name)
{
	char *text = NULL;

	if (strcmp(name, name_usual) == 0)
		return strdup(place->address);
	if (asprintf(&text, "%s%cstore=%s", place->address, strchr(place->address, '?') ? '&' : '?', name) < 0)
		return NULL;
	return text;
}

bool engine_is_same_database(const char *a, const char *b)
{
	struct postgres_place one, other;
	bool same = false;

	if (postgres_place_read(a, &one, NULL))
		return false;
	if (!postgres_place_read(b, &other, NULL)) {
		same = strcmp(one.address, other.address) == 0;
		postgres_place_free(&other);
	}
	postgres_place_free(&one);
	return same;
}
