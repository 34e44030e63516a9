/* The conditions that a listing of a kind can be given: derived from its schema
 * and from what is computed, and a few that join fields. */
#ifndef REGISTER_FILTER_BOOK_H
#define REGISTER_FILTER_BOOK_H

#include "qorgan/object.h"
#include "register/computed.h"

enum filter_form {
	FILTER_FIELD,    /* one of the values; of a list: has one of them; a flag: is set */
	FILTER_LESS,     /* a date or number below */
	FILTER_MORE,
	FILTER_ID_FIRST, /* the id's part before the slash */
	FILTER_ID_LAST,  /* and behind it */
	FILTER_DOMAIN,   /* of a measure: that of one of its risks */
	FILTER_WORDS,    /* all words occur */
	FILTER_RETIRED,  /* only what is retired */
	FILTER_ALL       /* what is retired too */
};

struct filter_entry {
	enum filter_form form;
	const struct computed_row *computed; /* what is compared, or NULL: */
	const struct field *field;           /* what the value must be like */
	const char *path, *second;           /* where it stands; either of two */
};

struct filter_book {
	struct qorgan_filter_name *names;
	struct filter_entry *entries; /* as many */
	size_t count;
};

/* filter_book_of(schema): made once, valid for ever; NULL without memory. */
const struct filter_book *filter_book_of(const struct schema *schema);

/* filter_name_is(name, text): '_' may stand for '-'. */
bool filter_name_is(const char *name, const char *text);

#endif
