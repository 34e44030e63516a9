/* The terminal: whether there is one, its width and colours, questions on it. */
#ifndef CLI_TERMINAL_H
#define CLI_TERMINAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "base/buffer.h"
#include "base/error.h"

/* terminal_width(): columns of the terminal that standard output is, COLUMNS if
 * that is set, or 80. */
unsigned terminal_width(void);
/* terminal_shows(stream): whether the stream is a terminal. */
bool terminal_shows(FILE *stream);
/* terminal_has_colour(stream): a terminal, not a dumb one, and no NO_COLOR. */
bool terminal_has_colour(FILE *stream);

/* terminal_catch_interrupt(): from now on Ctrl-C is remembered; the second one
 * ends the program. */
void terminal_catch_interrupt(void);
/* terminal_is_interrupted(): whether Ctrl-C was pressed since. */
bool terminal_is_interrupted(void);

/* terminal_ask_secret(prompt, to, limit, error): a line typed on /dev/tty without
 * echo, terminated, without its newline. The terminal is as before in the end,
 * whatever signal comes. QORGAN_DENIED if there is no terminal,
 * QORGAN_INTERRUPTED after Ctrl-C. */
int terminal_ask_secret(const char *prompt, char *to, size_t limit, struct qorgan_error *error);

/* terminal_asks(): whether somebody sits there to be asked: input and messages go to a terminal.
 * terminal_ask(prompt, to, limit, error): a line typed on /dev/tty, as it is shown there; codes as above. */
bool terminal_asks(void);
int terminal_ask(const char *prompt, char *to, size_t limit, struct qorgan_error *error);

/* terminal_confirm(question): asks on /dev/tty; true for an answer that begins
 * with y; false for any other, or without a terminal. */
bool terminal_confirm(const char *question);

/* terminal_append_clean(to, text): the text with what could steer a terminal
 * made blank; newlines and tabs too, unless `lines`. */
void terminal_append_clean(struct buffer *to, struct span text, bool lines);

/* terminal_print_wrapped(to, first, rest, width, text): the text broken between
 * words into lines of at most `width` columns (0: broken only where it is
 * already); the first begins with `first`, the others with `rest` blanks. */
void terminal_print_wrapped(FILE *to, const char *first, unsigned rest, unsigned width, const char *text);

#endif
