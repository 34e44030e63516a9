/* The ASCII armor of age: strict PEM (RFC 7468) with a label of its own. */
#ifndef CRYPTO_AGE_ARMOR_H
#define CRYPTO_AGE_ARMOR_H

#include <stdbool.h>

#include "base/buffer.h"
#include "base/error.h"

/* age_armor_is(file): whether the file means to be armored: the first that is
 * not white space is a line of dashes. */
bool age_armor_is(struct span file);

/* age_armor_read(file, to, error): append what the armor holds. White space may
 * stand before and after it, lines may end in CR LF; all else is refused as
 * QORGAN_PROTOCOL: other labels, headers, lines not of 64 characters before the
 * last, Base 64 that is not canonical. */
int age_armor_read(struct span file, struct buffer *to, struct qorgan_error *error);

#endif
