/* A look into JSON of which nothing is known yet. */
#include "record/member.h"

#include <string.h>

const char *member_text(const json_t *object, const char *name)
{
	return json_string_value(json_object_get(object, name));
}

bool member_text_is(const json_t *object, const char *name, const char *text)
{
	const char *value = member_text(object, name);

	return value && strcmp(value, text) == 0;
}

bool list_has_text(const json_t *list, const char *text)
{
	for (size_t i = 0; i < json_array_size(list); i++) {
		const char *element = json_string_value(json_array_get(list, i));
		if (element && strcmp(element, text) == 0)
			return true;
	}
	return false;
}
