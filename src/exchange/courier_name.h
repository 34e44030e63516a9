/* The names in a courier's folder: UZB-KAZ-7.age is package 7 of UZB to KAZ, and
 * UZB-KAZ-7.age.minisig its signature; .UZB-KAZ-7.age lies there until it may be taken.
 * A name only says where to look: what a package is, its signature and header tell. */
#ifndef EXCHANGE_COURIER_NAME_H
#define EXCHANGE_COURIER_NAME_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buffer.h"
#include "exchange/parts.h"

#define COURIER_SUFFIX ".age"
#define COURIER_SIGNATURE ".minisig"

enum courier_name_kind {
	COURIER_PACKAGE,   /* UZB-KAZ-7.age */
	COURIER_PART,      /* UZB-KAZ-7.age.part1of3 */
	COURIER_SIGNATURE_OF,
	COURIER_OTHER      /* what begins so and is neither */
};

struct courier_name {
	struct span from, to; /* within the name */
	uint64_t number;
	bool hidden;          /* it begins with a dot */
	enum courier_name_kind kind;
	struct part_name part; /* of COURIER_PART */
	size_t package;       /* bytes of "UZB-KAZ-7.age", a dot before it counted */
};

/* courier_name_incoming(name, self, parsed): whether the name is of a package, or of a
 * part of one, from somebody to `self`. */
bool courier_name_incoming(const char *name, const char *self, struct courier_name *parsed);
/* courier_name_outgoing(name, self, partner, parsed): whether it is one of those that
 * `self` writes for that partner; its kind says which. */
bool courier_name_outgoing(const char *name, const char *self, const char *partner, struct courier_name *parsed);

/* courier_path(folder, hidden, from, to, number): where such a package is; the caller
 * frees it; NULL without memory. */
char *courier_path(const char *folder, bool hidden, const char *from, const char *to, uint64_t number);

/* courier_number_is_taken(folder, from, to, number): whether something lies there under
 * a name of that package. */
bool courier_number_is_taken(const char *folder, const char *from, const char *to, uint64_t number);

#endif
