/* Texts in the reader's language, and values as people read them. */
#ifndef REGISTER_WORDING_H
#define REGISTER_WORDING_H

#include "base/buffer.h"
#include "base/language.h"
#include "record/schema.h"

/* wording_pick(languages, raw, scratch, text): from the raw canonical JSON of a
 * text (a map of languages) the one in the first of `languages` (best first,
 * NULL-terminated) that it has, else English, else its first; "uz-Latn" also
 * matches "uz", and the reverse, if there is no closer one. Scratch is appended to if
 * the text has escapes. False if there is none. */
bool wording_pick(const char *const *languages, struct span raw, struct buffer *scratch, struct span *text);

/* In which words a value is written: texts in the best of `languages`, as above; labels, and words
 * of the schema, in that of `words`, or as the command line knows them if it is NULL. */
struct wording {
	const char *const *languages;
	const struct language *words;
};

/* wording_value(field, raw, wording, to): append a value of any type as people
 * read it: text in their language, sets joined by ", ", flags as "yes", levels of
 * a group as "likelihood 3, impact 4"; lists of groups one element a line. */
void wording_value(const struct field *field, struct span raw, const struct wording *wording, struct buffer *to);

#endif
