/* Texts in the reader's language, and values as people read them. */
#include "register/wording.h"

#include <limits.h>
#include <string.h>
#include <strings.h>

#include "base/language.h"
#include "base/text.h"
#include "record/reader.h"

/* How badly a tag on record serves a wanted one: 0 the same, 1 and more where one of them
 * says more ("uz" and "uz-Latn"), by how much more; OTHER_LANGUAGE if it serves not at all. */
#define OTHER_LANGUAGE 4
static unsigned tag_distance(struct span tag, const char *wanted)
{
	size_t size = strlen(wanted), common = size < tag.size ? size : tag.size;

	if (common == 0 || strncasecmp(tag.data, wanted, common) != 0)
		return OTHER_LANGUAGE;
	if (size == tag.size)
		return 0;
	const char *more = size < tag.size ? tag.data + size : wanted + tag.size;
	if (*more != '-')
		return OTHER_LANGUAGE;
	unsigned subtags = 0;
	for (size_t left = size < tag.size ? tag.size - size : size - tag.size; left > 0; left--)
		subtags += *more++ == '-';
	return subtags < OTHER_LANGUAGE ? subtags : OTHER_LANGUAGE - 1;
}

/* The lower the better. English stands behind the languages that are wanted. */
static unsigned tag_rank(const char *const *languages, struct span tag)
{
	unsigned place = 0;

	for (; languages && languages[place]; place++) {
		unsigned distance = tag_distance(tag, languages[place]);
		if (distance < OTHER_LANGUAGE)
			return place * OTHER_LANGUAGE + distance;
	}
	return tag_distance(tag, "en") < OTHER_LANGUAGE ? place * OTHER_LANGUAGE : UINT_MAX - 1;
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

static const char *said(const struct wording *wording, const char *english)
{
	return wording->words ? language_text(wording->words, english) : english;
}

/* "Depends on" within a line is "depends on", but "ID" stays. */
static void append_label(const char *label, const struct wording *wording, struct buffer *to)
{
	text_append_within(to, span_of(said(wording, label)));
}

/* "m1: Training centre open, due 2026-12-01": what names the group needs no label. */
static void append_group(const struct field *fields, struct span raw, const struct wording *wording, struct buffer *to)
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
			append_label(field->label, wording, to);
			buffer_append_char(to, ' ');
		}
		wording_value(field, value, wording, to);
		if (is_id)
			buffer_append_text(to, ": ");
		after_id = is_id;
	}
}

/* A word that the schema no longer knows stays as it is. */
static void append_word(const struct field *field, struct span raw, const struct wording *wording, struct buffer *to)
{
	for (const char *const *word = field->words; wording->words && *word; word++) {
		if (raw.size == strlen(*word) + 2 && memcmp(raw.data + 1, *word, raw.size - 2) == 0) {
			buffer_append_text(to, said(wording, *word));
			return;
		}
	}
	append_plain(raw, to);
}

static void append_one(const struct field *field, struct span raw, const struct wording *wording, struct buffer *to)
{
	switch (field->type) {
	case FIELD_TEXT:
		append_text(raw, wording->languages, to);
		break;
	case FIELD_GROUP:
		append_group(field->fields, raw, wording, to);
		break;
	case FIELD_FLAG:
		buffer_append_text(to, said(wording, reader_true(raw) ? SAID("yes") : SAID("no")));
		break;
	case FIELD_WORD:
		append_word(field, raw, wording, to);
		break;
	default:
		append_plain(raw, to);
	}
}

void wording_value(const struct field *field, struct span raw, const struct wording *wording, struct buffer *to)
{
	bool by_line = field->type == FIELD_GROUP || field->type == FIELD_TEXT;
	struct reader reader;
	struct span element;

	if (!(field->flags & FIELD_LIST)) {
		append_one(field, raw, wording, to);
		return;
	}
	if (!reader_open(raw, &reader))
		return;
	for (bool first = true; reader_element(&reader, &element); first = false) {
		if (!first)
			buffer_append_text(to, by_line ? "\n" : ", ");
		append_one(field, element, wording, to);
	}
}
