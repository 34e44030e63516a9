/* The manual page, in the language of messages. */
#ifndef CLI_MANUAL_H
#define CLI_MANUAL_H

#include <stdio.h>

enum manual_form {
	MANUAL_SECTION,   /* its heading */
	MANUAL_NAME,      /* what the program is, behind its name */
	MANUAL_PARAGRAPH,
	MANUAL_ITEM,      /* a term and what it is */
	MANUAL_EXAMPLE,   /* lines that are typed, in `term` */
	MANUAL_SYNOPSIS,
	MANUAL_OPTIONS,   /* those of every command, from their table */
	MANUAL_COMMANDS,  /* all of them, from their table */
	MANUAL_END
};

struct manual_part {
	enum manual_form form;
	const char *term; /* source of scdoc that no language changes, or NULL */
	const char *text; /* source of scdoc, in English: a key of the catalogues; or NULL */
};

extern const struct manual_part manual_parts[]; /* ends with MANUAL_END */

/* manual_print(to): the source of qorgan(1) for scdoc. */
void manual_print(FILE *to);

#endif
