/* JSON written as it comes. */
#include "cli/emit.h"

#include <jansson.h>
#include <string.h>

#include "base/buffer.h"

static void put_string(FILE *to, const char *text)
{
	putc('"', to);
	for (const char *at = text; *at; at++) {
		unsigned char c = (unsigned char)*at;
		if (c == '"' || c == '\\')
			fprintf(to, "\\%c", c);
		else if (c == '\n')
			fputs("\\n", to);
		else if (c == '\t')
			fputs("\\t", to);
		else if (c < 0x20 || c == 0x7f)
			fprintf(to, "\\u%04x", c);
		else
			putc(c, to);
	}
	putc('"', to);
}

static void put_name(struct emit *emit, const char *name)
{
	if (emit->comma)
		putc(',', emit->to);
	emit->comma = true;
	if (name) {
		put_string(emit->to, name);
		putc(':', emit->to);
	}
}

void emit_open(struct emit *emit, const char *name, char bracket)
{
	put_name(emit, name);
	putc(bracket, emit->to);
	emit->comma = false;
}

void emit_close(struct emit *emit, char bracket)
{
	putc(bracket, emit->to);
	emit->comma = true;
}

void emit_text(struct emit *emit, const char *name, const char *text)
{
	put_name(emit, name);
	if (text)
		put_string(emit->to, text);
	else
		fputs("null", emit->to);
}

void emit_number(struct emit *emit, const char *name, uint64_t number)
{
	put_name(emit, name);
	fprintf(emit->to, "%llu", (unsigned long long)number);
}

void emit_flag(struct emit *emit, const char *name, bool flag)
{
	put_name(emit, name);
	fputs(flag ? "true" : "false", emit->to);
}

void emit_raw(struct emit *emit, const char *name, const char *json)
{
	put_name(emit, name);
	fputs(json ? json : "null", emit->to);
}

void emit_end(struct emit *emit)
{
	putc('\n', emit->to);
}

/* Codes and words one after the other; false for a list of anything else, or one in which
 * commas would not tell where a text ends. */
static bool list_append(struct buffer *to, const json_t *list)
{
	size_t i;
	const json_t *item;

	json_array_foreach(list, i, item)
	{
		const char *text = json_string_value(item);
		if (!text || strchr(text, ','))
			return false;
		buffer_append_format(to, "%s%s", i ? ", " : "", text);
	}
	return json_array_size(list) > 0;
}

char *emit_plain(const char *json)
{
	json_t *value = json_loads(json, JSON_DECODE_ANY, NULL);
	struct buffer joined = { 0 };
	char *plain;

	if (list_append(&joined, value))
		plain = strdup(buffer_text(&joined));
	else
		plain = strdup(json_is_string(value) ? json_string_value(value) : json);
	buffer_free(&joined);
	json_decref(value);
	return plain;
}
