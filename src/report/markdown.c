/* Escaping for CommonMark and the extensions of GitHub. */
#include "report/markdown.h"

#include <ctype.h>
#include <string.h>

/* Whether the line would begin a list, a heading or a rule. If so, how many digits stand
 * before the sign that makes it one; else SIZE_MAX. */
static size_t begins_block(struct span line)
{
	size_t digits = 0;

	while (digits < line.size && isdigit((unsigned char)line.data[digits]))
		digits++;
	if (digits == line.size)
		return SIZE_MAX;
	return strchr(digits ? ".)" : "+-=", line.data[digits]) ? digits : SIZE_MAX;
}

static bool follows(struct span line, size_t at, const char *word)
{
	size_t size = strlen(word);

	return at >= size && strncasecmp(line.data + at - size, word, size) == 0;
}

/* Whether a sign of punctuation would be markup there, or make an address a link. (GitHub's
 * extension links a mail address whatever stands before its @; it reads as it was written.) */
static bool is_markup(struct span line, size_t at)
{
	if (strchr("\\`*_[]<>#&|~$", line.data[at]))
		return true;
	if (line.data[at] == ':')
		return (at + 1 < line.size && line.data[at + 1] == '/') || follows(line, at, "mailto") ||
		       follows(line, at, "xmpp");
	return line.data[at] == '.' && follows(line, at, "www");
}

static void put_line(struct buffer *to, struct span line)
{
	size_t block = begins_block(line);

	for (size_t i = 0; i < line.size; i++) {
		if (i == block || is_markup(line, i))
			buffer_append_char(to, '\\');
		buffer_append_char(to, iscntrl((unsigned char)line.data[i]) ? ' ' : line.data[i]);
	}
}

static struct span trim(struct span line)
{
	while (line.size && isspace((unsigned char)line.data[line.size - 1]))
		line.size--;
	while (line.size && isspace((unsigned char)*line.data))
		line.data++, line.size--;
	return line;
}

void markdown_text(struct buffer *to, const char *text, const char *newline)
{
	bool any = false;

	for (size_t size; *text; text += size + (text[size] == '\n')) {
		size = strcspn(text, "\n");
		struct span line = trim((struct span){ text, size });
		if (line.size == 0)
			continue;
		if (any)
			buffer_append_text(to, newline);
		put_line(to, line);
		any = true;
	}
}
