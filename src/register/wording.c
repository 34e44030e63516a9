/* Texts in the reader's language, and values as people read them. */
#include "register/wording.h"

#include <limits.h>
#include <string.h>
#include <strings.h>

#include "record/reader.h"

/* How badly a tag on record serves a wanted one: 0 the same, 1 one of them says
 * more ("uz" and "uz-Latn"), 2 another language. */
static unsigned tag_distance(struct span tag, const char *wanted)
{
	size_t size = strlen(wanted), common = size < tag.size ? size : tag.size;

	if (common == 0 || strncasecmp(tag.data, wanted, common) != 0)
		return 2;
	if (size == tag.size)
		return 0;
	return (size < tag.size ? tag.data[size] : wanted[tag.size]) == '-' ? 1 : 2;
}

/* The lower the better. English stands behind the languages that are wanted. */
static unsigned tag_rank(const char *const *languages, struct span tag)
{
	unsigned place = 0;

	for (; languages && languages[place]; place++) {
		unsigned distance = tag_distance(tag, languages[place]);
		if (distance < 2)
			return place * 2 + distance;
	}
	return tag_distance(tag, "en") < 2 ? place * 2 : UINT_MAX - 1;
}

bool wording_pick(const char *const *languages, struct span raw, struct buffer *scratch, struct span *text)
{
	struct reader reader;
	struct span tag, value, best = { NULL, 0 };
	unsigned best_rank = UINT_MAX;

	if (!raw.data || raw.data[0] != '{' || !reader_open(raw, &reader))
		return false;
	while (best_rank > 0 && reader_member(&reader, &tag, &value)) {
		unsigned rank = tag_rank(languages, tag);
		if (rank < best_rank) {
			best_rank = rank;
			best = value;
		}
	}
	return best.data && reader_string(best, scratch, text);
}

/* Appends what a string holds, or the value itself if it is none. What has
 * escapes is unescaped in place, so that nothing is allocated beside it. */
static void append_plain(struct span raw, struct buffer *to)
{
	size_t before = to->size;
	struct span text = raw;

	reader_string(raw, to, &text);
	if (to->size == before)
		buffer_append_span(to, text);
}

static void append_text(struct span raw, const char *const *languages, struct buffer *to)
{
	size_t before = to->size;
	struct span text;

	if (wording_pick(languages, raw, to, &text) && to->size == before)
		buffer_append_span(to, text);
}

/* "Depends on" within a line is "depends on", but "ID" stays. */
static void append_label(const char *label, struct buffer *to)
{
	bool capital = label[0] >= 'A' && label[0] <= 'Z' && !(label[1] >= 'A' && label[1] <= 'Z');

	buffer_append_char(to, capital ? (char)(label[0] - 'A' + 'a') : label[0]);
	buffer_append_text(to, label + (label[0] != '\0'));
}

/* "m1: Training centre open, due 2026-12-01": what names the group needs no label. */
static void append_group(const struct field *fields, struct span raw, const char *const *languages, struct buffer *to)
{
	size_t start = to->size;
	bool after_id = false;
	struct span value;

	for (const struct field *field = fields; field->name; field++) {
		if (!reader_find(raw, field->name, &value))
			continue;
		bool is_id = strcmp(field->name, "id") == 0;
		bool is_title = strcmp(field->name, "title") == 0 && (after_id || to->size == start);
		if (to->size > start && !after_id)
			buffer_append_text(to, ", ");
		if (!is_id && !is_title) {
			append_label(field->label, to);
			buffer_append_char(to, ' ');
		}
		wording_value(field, value, languages, to);
		if (is_id)
			buffer_append_text(to, ": ");
		after_id = is_id;
	}
}

static void append_one(const struct field *field, struct span raw, const char *const *languages, struct buffer *to)
{
	switch (field->type) {
	case FIELD_TEXT:
		append_text(raw, languages, to);
		break;
	case FIELD_GROUP:
		append_group(field->fields, raw, languages, to);
		break;
	case FIELD_FLAG:
		buffer_append_text(to, reader_true(raw) ? "yes" : "no");
		break;
	default:
		append_plain(raw, to);
	}
}

void wording_value(const struct field *field, struct span raw, const char *const *languages, struct buffer *to)
{
	bool by_line = field->type == FIELD_GROUP || field->type == FIELD_TEXT;
	struct reader reader;
	struct span element;

	if (!(field->flags & FIELD_LIST)) {
		append_one(field, raw, languages, to);
		return;
	}
	if (!reader_open(raw, &reader))
		return;
	for (bool first = true; reader_element(&reader, &element); first = false) {
		if (!first)
			buffer_append_text(to, by_line ? "\n" : ", ");
		append_one(field, element, languages, to);
	}
}
