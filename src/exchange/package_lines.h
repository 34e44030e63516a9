/* The plaintext of a package: its lines, in their order and form, to a handler. */
#ifndef EXCHANGE_PACKAGE_LINES_H
#define EXCHANGE_PACKAGE_LINES_H

#include "exchange/package_read.h"

#define PACKAGE_LINE_SIZE ((size_t)1024 * 1024) /* bytes of a line, its end included */
#define PACKAGE_PIECE_SIZE ((size_t)48 * 1024)  /* bytes of evidence in a line */

struct package_lines;

/* package_lines_start(handler, context, lines, error): begin; both outlive the lines. */
int package_lines_start(const struct package_handler *handler, void *context, struct package_lines **lines,
                        struct qorgan_error *error);
/* package_lines_add(lines, data, size, error): the next bytes, in pieces of any size,
 * an age_sink. QORGAN_PROTOCOL: "line N: ..."; final, as is a code of the handler. */
int package_lines_add(void *lines, const void *data, size_t size, struct qorgan_error *error);
/* package_lines_finish(lines, error): there is no more. QORGAN_PROTOCOL if something
 * is missing. */
int package_lines_finish(struct package_lines *lines, struct qorgan_error *error);
/* package_lines_stopped(lines): whether a code came from the handler. */
bool package_lines_stopped(const struct package_lines *lines);
/* package_lines_free(lines): wipes what it holds; NULL is allowed. */
void package_lines_free(struct package_lines *lines);

#endif
