/* A look into JSON of which nothing is known yet: a member may be absent, or of any type. */
#ifndef RECORD_MEMBER_H
#define RECORD_MEMBER_H

#include <jansson.h>
#include <stdbool.h>

/* member_text(object, name): the string of that name, or NULL. */
const char *member_text(const json_t *object, const char *name);

/* member_text_is(object, name, text): whether the member is that string. */
bool member_text_is(const json_t *object, const char *name, const char *text);

/* list_has_text(list, text): whether some element is that string. */
bool list_has_text(const json_t *list, const char *text);

#endif
