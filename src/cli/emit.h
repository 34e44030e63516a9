/* JSON written as it comes, for --json. */
#ifndef CLI_EMIT_H
#define CLI_EMIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* Start with { .to = stream }. `name` is NULL outside an object. */
struct emit {
	FILE *to;
	bool comma; /* something precedes at this level */
};

void emit_open(struct emit *emit, const char *name, char bracket);
void emit_close(struct emit *emit, char bracket);
/* emit_text(emit, name, text): a string; NULL is written as null. */
void emit_text(struct emit *emit, const char *name, const char *text);
void emit_number(struct emit *emit, const char *name, uint64_t number);
void emit_flag(struct emit *emit, const char *name, bool flag);
/* emit_raw(emit, name, json): what is JSON already; NULL is written as null. */
void emit_raw(struct emit *emit, const char *name, const char *json);
/* emit_end(emit): the newline after the whole. */
void emit_end(struct emit *emit);

/* emit_plain(json): the text of a JSON value as people read it: a string without
 * its quotes, a list of codes with commas between them, anything else as it is. The caller frees it; NULL without memory. */
char *emit_plain(const char *json);

#endif
