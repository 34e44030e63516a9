/* Compiled catalogues of translations: the .mo files of GNU gettext, as msgfmt
 * writes them. glibc's own reader is not used, as it answers only within a locale
 * that the system has installed, and by the environment of the whole process. */
#ifndef BASE_MO_H
#define BASE_MO_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buffer.h"

struct mo {
	struct span bytes; /* of somebody else */
	uint32_t count, originals, translations; /* how many texts; where the two tables are */
};

/* mo_open(bytes, mo): false if that is no catalogue with the least byte first, or
 * its tables do not lie within it. Nothing is copied. */
bool mo_open(struct span bytes, struct mo *mo);

/* mo_find(mo, text, translated): the translation of the text; false if it has none. Of a
 * text with plural forms `text` is its first form, and *translated holds all forms
 * with a zero between; a zero follows the last. */
bool mo_find(const struct mo *mo, const char *text, struct span *translated);

#endif
