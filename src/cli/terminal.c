/* The terminal: width, colours, and text fitted to it. */
#include "cli/terminal.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/text.h"

unsigned terminal_width(void)
{
	const char *columns = getenv("COLUMNS");
	struct winsize size;
	long wanted = columns ? strtol(columns, NULL, 10) : 0;

	if (wanted >= 20 && wanted <= 10000)
		return (unsigned)wanted;
	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col >= 20)
		return size.ws_col;
	return 80;
}

bool terminal_shows(FILE *stream)
{
	return isatty(fileno(stream)) == 1;
}

bool terminal_has_colour(FILE *stream)
{
	const char *refusal = getenv("NO_COLOR"), *term = getenv("TERM");

	return terminal_shows(stream) && !(refusal && *refusal) && term && *term && strcmp(term, "dumb") != 0;
}

/* Bytes of the control character at `at`; 0 if there is none. */
static size_t control_size(struct span text, size_t at)
{
	unsigned char c = (unsigned char)text.data[at];

	if (c < 0x20 || c == 0x7f)
		return 1;
	return c == 0xc2 && at + 1 < text.size && (unsigned char)text.data[at + 1] < 0xa0 ? 2 : 0;
}

void terminal_append_clean(struct buffer *to, struct span text, bool lines)
{
	size_t from = 0, at = 0;

	while (at < text.size) {
		size_t size = control_size(text, at);
		if (size == 0 || (lines && text.data[at] == '\n')) {
			at++;
			continue;
		}
		buffer_append(to, text.data + from, at - from);
		buffer_append_char(to, ' ');
		at += size;
		from = at;
	}
	buffer_append(to, text.data + from, at - from);
}

/* Where the line that begins at `from` ends, and where the next one begins. */
static size_t line_end(struct span text, size_t from, unsigned room, size_t *next)
{
	size_t width = 0, at = from, blank = 0, after = 0;

	while (at < text.size && text.data[at] != '\n') {
		size_t start = at;
		uint32_t code;
		if (!text_decode(text, &at, &code))
			at++;
		width += text_width((struct span){ text.data + start, at - start });
		if (room && width > room && code != ' ') {
			*next = blank ? after : start > from ? start : at;
			return blank ? blank : start > from ? start : at;
		}
		if (code == ' ' && start > from && text.data[start - 1] != ' ')
			blank = start;
		if (code == ' ')
			after = at;
	}
	*next = at < text.size ? at + 1 : at;
	return at;
}

void terminal_print_wrapped(FILE *to, const char *first, unsigned rest, unsigned width, const char *text)
{
	struct buffer clean = { 0 };
	size_t used = text_width(span_of(first)), from = 0, next;

	terminal_append_clean(&clean, span_of(text), true);
	fputs(first, to);
	do {
		size_t room = width > used + 10 ? width - used : width ? 10 : 0;
		size_t end = line_end(buffer_span(&clean), from, (unsigned)room, &next);
		fwrite(buffer_text(&clean) + from, 1, end - from, to);
		putc('\n', to);
		from = next;
		used = rest;
		if (from < clean.size)
			fprintf(to, "%*s", (int)rest, "");
	} while (from < clean.size);
	buffer_free(&clean);
}
