/* The parts that lines of packages are made of. */
#include "exchange/line_scan.h"

#include <string.h>

#include "crypto/base64.h"
#include "record/canonical.h"
#include "record/reader.h"
#include "record/scan.h"

static size_t left(const struct line_scan *scan)
{
	return (size_t)(scan->end - scan->at);
}

bool line_scan_literal(struct line_scan *scan, const char *text)
{
	size_t size = strlen(text);

	if (scan->expected)
		return false;
	if (left(scan) < size || memcmp(scan->at, text, size)) {
		scan->quoted = true;
		return line_scan_fail(scan, scan->at, text);
	}
	scan->at += size;
	return true;
}

bool line_scan_follows(const struct line_scan *scan, char c)
{
	return !scan->expected && scan->at < scan->end && *scan->at == c;
}

bool line_scan_number(struct line_scan *scan, uint64_t *number)
{
	const char *at = scan->at;
	uint64_t value = 0;

	if (scan->expected)
		return false;
	while (at < scan->end && *at >= '0' && *at <= '9' && value <= LINE_SCAN_NUMBER_LIMIT)
		value = value * 10 + (unsigned)(*at++ - '0');
	if (at == scan->at || value > LINE_SCAN_NUMBER_LIMIT || (*scan->at == '0' && at - scan->at > 1))
		return line_scan_fail(scan, scan->at, "a whole number from 0 to 9007199254740991");
	scan->at = at;
	*number = value;
	return true;
}

bool line_scan_string(struct line_scan *scan, struct span *text)
{
	static const char expected[] = "a string in canonical form";

	if (scan->expected)
		return false;
	if (scan->at == scan->end || *scan->at != '"')
		return line_scan_fail(scan, scan->at, expected);
	const char *quote = scan_string_end(scan->at + 1, scan->end);
	struct span raw = { scan->at, quote ? (size_t)(quote + 1 - scan->at) : 0 };
	if (!quote || !canonical_is(raw) || !reader_string(raw, scan->text, text))
		return line_scan_fail(scan, scan->at, expected);
	scan->at = quote + 1;
	return true;
}

bool line_scan_base64(struct line_scan *scan, uint8_t *to, size_t limit, size_t *size)
{
	static const char expected[] = "a string of Base64 with padding";

	if (scan->expected)
		return false;
	if (scan->at == scan->end || *scan->at != '"')
		return line_scan_fail(scan, scan->at, expected);
	const char *text = scan->at + 1, *quote = memchr(text, '"', left(scan) - 1);
	if (!quote || !base64_decode((struct span){ text, (size_t)(quote - text) }, BASE64_PADDED, to, limit, size))
		return line_scan_fail(scan, scan->at, expected);
	scan->at = quote + 1;
	return true;
}

bool line_scan_rest(struct line_scan *scan, const char *last, struct span *rest)
{
	size_t size = strlen(last);

	if (scan->expected)
		return false;
	if (left(scan) < size || memcmp(scan->end - size, last, size)) {
		scan->at = scan->end;
		return line_scan_literal(scan, last);
	}
	*rest = (struct span){ scan->at, left(scan) - size };
	scan->at = scan->end;
	return true;
}

bool line_scan_end(struct line_scan *scan, const char *last)
{
	return line_scan_literal(scan, last) &&
	       (scan->at == scan->end || line_scan_fail(scan, scan->at, "the end of the line"));
}
