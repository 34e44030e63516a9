/* Options and operands of a command line, parsed by tables. */
#ifndef CLI_OPTIONS_H
#define CLI_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

enum option_flags {
	OPTION_REPEATED = 1,   /* may be given more than once, and all of them count */
	OPTION_GLOBAL = 2,     /* of every command; the last one given counts */
	OPTION_FIELD = 4,      /* sets the field `path` of an object */
	OPTION_FILTER = 8,     /* is the condition `path` of a listing */
	OPTION_TRANSLATED = 16, /* a language may follow: --title.ru */
	OPTION_SECRET = 64,    /* with OPTION_FIELD: names the file of a secret, or without an argument, gives it up */
	OPTION_LISTED = 128, /* several of its words may stand together, A,B: whoever needs it checks them */
	OPTION_REQUIRED = 32,  /* said in help; checked by whoever needs it */
	OPTION_OUTPUT = 256,   /* names a file that is written; others may be written beside it */
	OPTION_OUTPUT_FOLDER = 512 /* names a folder that is made, or replaced as a whole */
};

struct option {
	const char *name;     /* without the dashes; NULL ends a table */
	char letter;          /* its short form, or 0 */
	const char *argument; /* what it takes, for help; NULL: nothing */
	const char *help;
	const char *const *words; /* values for completion; also the only ones allowed, unless a field or filter */
	unsigned flags;
	const char *path;     /* of a field or filter: its name in the library */
};

/* Options that are valid together. Initialise with { 0 }. */
struct option_list {
	struct option *items;
	size_t count, capacity;
	char **names;         /* names made for the list, which frees them */
	size_t name_count, name_capacity;
	bool failed;          /* out of memory; checked once, after all were added */
};

/* option_list_add(list, option): append a copy; one of a name that is there
 * already is passed over, so that the first of a name wins. */
void option_list_add(struct option_list *list, const struct option *option);
/* option_list_add_table(list, table): append all of a table; NULL is allowed. */
void option_list_add_table(struct option_list *list, const struct option *table);
/* option_list_keep(list, name): take over a name that was allocated; returns it. */
const char *option_list_keep(struct option_list *list, char *name);
const struct option *option_list_find(const struct option_list *list, const char *name);
void option_list_free(struct option_list *list);

/* One option as it was given. */
struct given {
	const struct option *option;
	const char *language; /* after the dot of a translated one, or NULL */
	const char *value;    /* NULL if it takes none */
};

/* What a command line holds, in order. Initialise with { 0 }. */
struct arguments {
	struct given *given;
	size_t given_count, given_capacity;
	const char **operands;
	size_t operand_count, operand_capacity;
};

/* A command line being read. */
struct parser {
	char **words;  /* ends with NULL */
	size_t at;     /* the next word */
	const char *help; /* where to look, for messages: "risk add", or "" */
};

/* parser_run(parser, list, whole, arguments, error): read options, and, if
 * `whole`, operands up to the end; otherwise stop before the first operand.
 * QORGAN_USAGE says what is wrong and what may be meant. */
int parser_run(struct parser *parser, const struct option_list *list, bool whole, struct arguments *arguments,
               struct qorgan_error *error);
void arguments_free(struct arguments *arguments);

/* arguments_value(arguments, name): value of the last such option, NULL if none
 * was given; "" for one that takes none. */
const char *arguments_value(const struct arguments *arguments, const char *name);
bool arguments_has(const struct arguments *arguments, const char *name);

/* ---- The nearest word ---------------------------------------------------- */

/* Initialise with { .word = … }. */
struct nearest {
	const char *word, *candidate;
	unsigned distance;
};
/* nearest_offer(nearest, candidate): remember the candidate if it is near
 * enough to be what was meant, and nearer than those before. */
void nearest_offer(struct nearest *nearest, const char *candidate);

/* words_check(what, words, word, error): QORGAN_USAGE unless `word` is among the
 * words, naming the nearest, or all of them. */
int words_check(const char *what, const char *const *words, const char *word, struct qorgan_error *error);

#endif
