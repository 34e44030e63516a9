/* The schema: one table per kind of object, the single source of its fields.
 * Validation, command options, CSV columns, diff, JSON Schema, completion, help
 * and the manual's field lists are all derived from these tables. */
#ifndef RECORD_SCHEMA_H
#define RECORD_SCHEMA_H

#include <stddef.h>
#include <stdint.h>

enum field_type {
	FIELD_TEXT,      /* text for people: map of BCP 47 language tag to string */
	FIELD_STRING,    /* plain string, not translated */
	FIELD_INTEGER,   /* minimum <= value <= maximum */
	FIELD_FLAG,      /* true, or absent */
	FIELD_DATE,      /* calendar date, YYYY-MM-DD */
	FIELD_WORD,      /* one of `words` */
	FIELD_MARKING,   /* a Traffic Light Protocol 2.0 label, with its prefix */
	FIELD_STATE,     /* id of a `state` object that is a state */
	FIELD_PARTY,     /* id of a `state` object: a state or an observer */
	FIELD_REFERENCE, /* id of an object of the kind `target` */
	FIELD_GROUP      /* an object with the members `fields` */
};

enum field_flags {
	FIELD_REQUIRED = 1, /* must be present (in a group: when the group is) */
	FIELD_LIST = 2,     /* an array of such values, in the order given */
	FIELD_SET = 4,      /* with FIELD_LIST: no value twice, kept sorted */
	FIELD_COMPUTED = 8, /* the program maintains it; accepted on input, not an option */
	FIELD_UNSEARCHED = 16 /* no words: a key, a signature */
};

struct field {
	const char *name; /* JSON member; the option is --name with '_' as '-' */
	enum field_type type;
	unsigned flags;
	int64_t minimum, maximum;   /* of an integer */
	const char *const *words;   /* of FIELD_WORD, NULL-terminated */
	const char *target;         /* of FIELD_REFERENCE: the kind referred to */
	const struct field *fields; /* of FIELD_GROUP: ends with a NULL name */
	const char *label;          /* short English label, for tables and reports */
	const char *help;           /* one line for help, manual and completion */
};

/* How the id of an object is formed. */
enum schema_id {
	SCHEMA_ID_NAME,    /* ASCII letters, digits, '.', '_', '-'; 1 to 64, first a letter or digit */
	SCHEMA_ID_PAIR,    /* NAME '/' NAME: an object of `parent` and a state or serial */
	SCHEMA_ID_DIGEST,  /* 64 lower-case hexadecimal digits */
	SCHEMA_ID_NUMBER   /* a positive decimal number without leading zeros */
};

enum schema_flags {
	SCHEMA_RELEASABLE = 1, /* may leave the store by export, as marking and release allow */
	SCHEMA_CATALOGUE = 2,  /* part of what `dump` gives and `load` takes */
	SCHEMA_EDITABLE = 4    /* has add, edit, retire on the command line */
};

struct schema {
	const char *kind;
	unsigned number; /* stable for ever: part of the store's format, below 32 */
	unsigned flags;
	enum schema_id id_form;
	const char *parent; /* kind of the object named before the '/' of a PAIR, or NULL */
	const char *label, *plural;
	const struct field *fields; /* ends with a NULL name; sorted as people read them */
};

/* schema_all(count): the tables of all kinds, sorted by the order in which a
 * dump writes them, so that what is referred to comes first. */
const struct schema *const *schema_all(size_t *count);

/* schema_find(kind, size): the table of that kind, or NULL. `size` is the
 * length of `kind` in bytes. */
const struct schema *schema_find(const char *kind, size_t size);

/* schema_field(fields, name, size): the row of that member, or NULL. */
const struct field *schema_field(const struct field *fields, const char *name, size_t size);

#endif
