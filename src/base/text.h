/* UTF-8 text: validity, width in a terminal, folding for search, lines. */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"

/* text_decode(text, at, code): decode the code point at byte *at and move *at
 * past it; false at the end or on bytes that are not well-formed UTF-8. */
bool text_decode(struct span text, size_t *at, uint32_t *code);

/* text_is_utf8(text): well-formed throughout (RFC 3629: no surrogates, no
 * overlong forms, at most U+10FFFF). */
bool text_is_utf8(struct span text);

/* text_is_clean(text): UTF-8 without control characters other than newline and
 * tab, without U+FEFF and without the directional overrides by which displayed
 * text can be made to read differently from what is stored. */
bool text_is_clean(struct span text);

/* text_code_is_clean(code): the same of one code point. */
bool text_code_is_clean(uint32_t code);

/* text_code_is_shown(code): of one code point, whether it may stand in a line that is
 * shown as it is: clean, and no end of a line, tab or mark of direction. */
bool text_code_is_shown(uint32_t code);

/* text_append_shown(to, text): append the text as such a line: '?' stands for what may
 * not be shown. Names of files are anybody's to choose. */
void text_append_shown(struct buffer *to, struct span text);

/* text_width(text): columns in a terminal; bytes that are not UTF-8 count 1. */
size_t text_width(struct span text);

/* text_fold(to, text): append the text as search compares it: lower case for
 * Latin and Cyrillic, accents and apostrophe-like letters dropped, dotted and
 * dotless i made one. For searching only, never for keys. */
void text_fold(struct buffer *to, struct span text);

/* text_append_words(to, text): append the words of the text, folded, with one blank between
 * them and nothing else. text_words_equal(one, other): whether two texts so made are the same,
 * however they are divided. text_words_alike(one, other): the same of any two texts, of which each
 * holds a word. */
void text_append_words(struct buffer *to, struct span text);
bool text_words_equal(struct span one, struct span other);
bool text_words_alike(struct span one, struct span other);

/* text_append_within(to, text): append what may stand alone as it stands within a line: its
 * first letter in lower case, but for abbreviations, whose second letter is a capital. */
void text_append_within(struct buffer *to, struct span text);

/* text_line_take(rest, line): take a line, which may be empty, off the rest, without
 * its newline; false if no newline is left. */
bool text_line_take(struct span *rest, struct span *line);
/* text_skip(text, prefix): whether the text begins so; it is then what follows. */
bool text_skip(struct span *text, const char *prefix);

/* text_distance(a, b): number of single edits and swaps of neighbours between
 * two short words, for "did you mean"; large if either is over 63 bytes. */
unsigned text_distance(const char *a, const char *b);

#endif
