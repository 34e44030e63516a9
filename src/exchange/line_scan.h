/* Taking a line of a package apart from left to right. Lines have fixed shapes and
 * one encoding, so that whatever is not written just so is refused; nothing is read
 * beyond the line, whatever its bytes are. */
#ifndef EXCHANGE_LINE_SCAN_H
#define EXCHANGE_LINE_SCAN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buffer.h"

#define LINE_SCAN_NUMBER_LIMIT INT64_C(9007199254740991) /* 2^53 - 1 */

/* What was expected and is not there is remembered; from then on nothing is taken. */
struct line_scan {
	const char *first, *at, *end;
	struct buffer *text;  /* where strings with escapes go: room for as much as the line has */
	const char *expected; /* NULL: all was there */
	bool quoted;          /* `expected` is text of the line, not words */
};

/* line_scan_literal(scan, text): just these bytes. */
bool line_scan_literal(struct line_scan *scan, const char *text);
/* line_scan_follows(scan, c): whether the next byte is c; takes nothing. */
bool line_scan_follows(const struct line_scan *scan, char c);
/* line_scan_number(scan, number): a whole number from 0 to 2^53 - 1. */
bool line_scan_number(struct line_scan *scan, uint64_t *number);
/* line_scan_string(scan, text): a string, as RFC 8785 writes it. */
bool line_scan_string(struct line_scan *scan, struct span *text);
/* line_scan_base64(scan, to, limit, size): a string of Base64 of at most `limit` bytes. */
bool line_scan_base64(struct line_scan *scan, uint8_t *to, size_t limit, size_t *size);
/* line_scan_rest(scan, last, rest): all up to the closing text, which ends the line. */
bool line_scan_rest(struct line_scan *scan, const char *last, struct span *rest);
/* line_scan_end(scan, last): the closing text, and the line ends. */
bool line_scan_end(struct line_scan *scan, const char *last);

/* line_scan_fail(scan, at, expected): words for what should be at a place that was
 * passed already; gives false. */
static inline bool line_scan_fail(struct line_scan *scan, const char *at, const char *expected)
{
	if (!scan->expected) {
		scan->at = at;
		scan->expected = expected;
	}
	return false;
}

#endif
