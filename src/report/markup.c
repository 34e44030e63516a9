/* What text becomes within markup. */
#include "report/markup.h"


#include "base/text.h"

#define REPLACEMENT "\xef\xbf\xbd" /* U+FFFD */

/* Bytes that stand for themselves: printable ASCII but the five that markup uses. */
static bool is_plain(unsigned char byte)
{
	return byte >= 0x20 && byte < 0x7f && byte != '&' && byte != '<' && byte != '>' && byte != '"' && byte != '\'';
}

static bool is_allowed(uint32_t code)
{
	return code == '\n' || code == '\t' || (code >= 0x20 && code < 0x7f) ||
	       (code >= 0xa0 && (code & 0xfffe) != 0xfffe && !(code >= 0xfdd0 && code <= 0xfdef));
}

static void append_code(struct buffer *to, struct span bytes, uint32_t code)
{
	switch (code) {
	case '&': buffer_append_text(to, "&amp;"); break;
	case '<': buffer_append_text(to, "&lt;"); break;
	case '>': buffer_append_text(to, "&gt;"); break;
	case '"': buffer_append_text(to, "&quot;"); break;
	case '\'': buffer_append_text(to, "&#39;"); break;
	default:
		if (is_allowed(code))
			buffer_append_span(to, bytes);
		else
			buffer_append_text(to, REPLACEMENT);
	}
}

void markup_append(struct buffer *to, const char *text)
{
	struct span all = span_of(text);

	for (size_t at = 0; at < all.size;) {
		size_t end = at;
		uint32_t code;
		while (end < all.size && is_plain((unsigned char)all.data[end]))
			end++;
		if (end > at) {
			buffer_append(to, all.data + at, end - at);
			at = end;
		} else if (text_decode(all, &end, &code)) {
			append_code(to, (struct span){ all.data + at, end - at }, code);
			at = end;
		} else {
			buffer_append_text(to, REPLACEMENT);
			at++;
		}
	}
}

/* Hebrew to the Arabic extensions, their presentation forms, the scripts of the
 * supplementary plane that run so, and marks, embeddings, overrides, isolates. */
static bool has_direction(const char *text)
{
	struct span all = span_of(text);
	uint32_t code;

	for (size_t at = 0; at < all.size;) {
		if ((unsigned char)all.data[at] < 0xd6 || !text_decode(all, &at, &code)) {
			at++;
			continue;
		}
		if ((code >= 0x590 && code <= 0x8ff) || (code >= 0x200e && code <= 0x200f) ||
		    (code >= 0x202a && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069) ||
		    (code >= 0xfb1d && code <= 0xfdff) || (code >= 0xfe70 && code <= 0xfefe) ||
		    (code >= 0x10800 && code <= 0x10fff) || (code >= 0x1e800 && code <= 0x1efff))
			return true;
	}
	return false;
}

void markup_append_isolated(struct buffer *to, const char *text)
{
	bool isolate = has_direction(text);

	if (isolate)
		buffer_append_text(to, "<bdi>");
	markup_append(to, text);
	if (isolate)
		buffer_append_text(to, "</bdi>");
}
