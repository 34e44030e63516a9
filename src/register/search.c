/* Search: all words in any text of an object, without regard to case and
 * accents. The whole body is folded and looked through first, which nearly
 * always answers no; what is left is looked at text by text. */
#include <stdlib.h>
#include <string.h>

#include "base/language.h"
#include "base/text.h"
#include "record/canonical.h"
#include "record/reader.h"
#include "register/listing_parts.h"
#include "register/wording.h"

#define WORD_LIMIT 32
#define EXCERPT_BEFORE 24 /* characters shown before the word, and from it on */
#define EXCERPT_AFTER 48

struct search {
	struct buffer text;            /* the folded words */
	size_t starts[WORD_LIMIT + 1]; /* of each in `text`, and the end */
	size_t count;
	uint32_t found;      /* mask of the words met in the record */
	struct buffer fold;  /* of what is looked at */
	struct buffer plain; /* a text without its escapes */
	struct buffer path;
	/* The text that holds most of the words. */
	bool wants_place;
	unsigned place_words;
	struct buffer place_path, place_text;
	size_t place_word; /* the first of those in it */
};

static struct span word_at(const struct search *search, size_t i)
{
	return (struct span){ search->text.data + search->starts[i], search->starts[i + 1] - search->starts[i] };
}

int search_make(const char *words, struct search **search, struct qorgan_error *error)
{
	struct search *made = calloc(1, sizeof *made);

	*search = made;
	if (!made)
		return error_set_memory(error);
	for (const char *at = words; *at;) {
		at += strspn(at, " \t\n");
		size_t size = strcspn(at, " \t\n");
		if (size && made->count == WORD_LIMIT)
			return error_set(error, QORGAN_USAGE, "more than %d words to search for", WORD_LIMIT);
		text_fold(&made->text, (struct span){ at, size });
		if (made->text.size > made->starts[made->count])
			made->starts[++made->count] = made->text.size;
		at += size;
	}
	if (made->text.failed)
		return error_set_memory(error);
	return made->count ? QORGAN_OK : error_set(error, QORGAN_USAGE, "no word to search for");
}

void search_free(struct search *search)
{
	if (!search)
		return;
	buffer_free(&search->text);
	buffer_free(&search->fold);
	buffer_free(&search->plain);
	buffer_free(&search->path);
	buffer_free(&search->place_path);
	buffer_free(&search->place_text);
	free(search);
}

/* ---- Looking through one record ------------------------------------------------ */

static const char *fold_find(const struct search *search, size_t word)
{
	struct span wanted = word_at(search, word);

	return search->fold.size ? memmem(search->fold.data, search->fold.size, wanted.data, wanted.size) : NULL;
}

/* Whether each word stands somewhere in the raw body or the id. Words with what
 * JSON escapes are not found in raw bytes, and pass. */
static bool may_match(struct search *search, const struct record *record)
{
	buffer_clear(&search->fold);
	text_fold(&search->fold, record->body);
	buffer_append_char(&search->fold, '\n');
	text_fold(&search->fold, record->id);
	for (size_t i = 0; i < search->count; i++) {
		struct span word = word_at(search, i);
		bool escaped = memchr(word.data, '"', word.size) || memchr(word.data, '\\', word.size);
		if (!escaped && !fold_find(search, i))
			return false;
	}
	return true;
}

/* Looks for the words in one text; notes the place if no other held more. */
static void look_in(struct search *search, struct span text)
{
	unsigned here = 0;
	size_t first = 0;

	buffer_clear(&search->fold);
	text_fold(&search->fold, text);
	for (size_t i = search->count; i-- > 0;) {
		if (!fold_find(search, i))
			continue;
		search->found |= 1u << i;
		here++;
		first = i;
	}
	if (!search->wants_place || here <= search->place_words)
		return;
	search->place_words = here;
	search->place_word = first;
	buffer_clear(&search->place_path);
	buffer_append_span(&search->place_path, buffer_span(&search->path));
	buffer_clear(&search->place_text);
	buffer_append_span(&search->place_text, text);
}

static void look_in_string(struct search *search, struct span raw)
{
	struct span text;

	buffer_clear(&search->plain);
	if (reader_string(raw, &search->plain, &text))
		look_in(search, text);
}

static void look_in_fields(struct search *search, const struct field *fields, struct span object);

static void look_in_value(struct search *search, const struct field *field, struct span value)
{
	struct reader reader;
	struct span tag, text;

	if (field->type == FIELD_GROUP) {
		look_in_fields(search, field->fields, value);
	} else if (field->type == FIELD_STRING) {
		look_in_string(search, value);
	} else if (field->type == FIELD_TEXT && reader_open(value, &reader)) {
		size_t size = search->path.size;
		while (reader_member(&reader, &tag, &text)) {
			buffer_append_char(&search->path, '.');
			buffer_append_span(&search->path, tag);
			look_in_string(search, text);
			search->path.size = size;
		}
	}
}

static void look_in_fields(struct search *search, const struct field *fields, struct span object)
{
	struct span value, element;
	struct reader reader;

	for (const struct field *field = fields; field->name; field++) {
		bool holds_text = field->type == FIELD_TEXT || field->type == FIELD_STRING || field->type == FIELD_GROUP;
		if (!holds_text || field->flags & FIELD_UNSEARCHED || !reader_find(object, field->name, &value))
			continue;
		size_t size = search->path.size;
		if (size)
			buffer_append_char(&search->path, '.');
		buffer_append_text(&search->path, field->name);
		if (!(field->flags & FIELD_LIST))
			look_in_value(search, field, value);
		else if (reader_open(value, &reader))
			while (reader_element(&reader, &element))
				look_in_value(search, field, element);
		search->path.size = size;
	}
}

bool search_match(struct search *search, const struct schema *schema, const struct record *record)
{
	search->found = 0;
	search->place_words = 0;
	if (!may_match(search, record))
		return false;
	buffer_clear(&search->path);
	look_in_fields(search, schema->fields, record->body);
	buffer_append_text(&search->path, "id");
	look_in(search, record->id);
	return search->found == (uint32_t)((1ull << search->count) - 1);
}

/* ---- Rows ------------------------------------------------------------------------ */

struct finding {
	struct qorgan_store *store;
	const struct schema *schema;
	struct search *search;
	bool json;
	qorgan_list_row row;
	void *context;
	uint64_t looked, total;
	struct buffer text, excerpt;
};

static bool starts_character(char c)
{
	return ((unsigned char)c & 0xc0) != 0x80;
}

/* Where in a text its folded form reaches a size: folding is by character, so
 * that the beginning of the text is folded to the beginning. */
static size_t unfold(struct search *search, struct span text, size_t folded)
{
	size_t at = 0, size = 0;

	while (at < text.size && size < folded) {
		size_t next = at + 1;
		while (next < text.size && !starts_character(text.data[next]))
			next++;
		buffer_clear(&search->fold);
		text_fold(&search->fold, (struct span){ text.data + at, next - at });
		size += search->fold.size;
		at = next;
	}
	return at;
}

/* "… before word after …", one line. */
static void write_excerpt(struct search *search, struct buffer *to)
{
	struct span text = buffer_span(&search->place_text);

	buffer_clear(&search->fold);
	text_fold(&search->fold, text);
	const char *found = fold_find(search, search->place_word);
	size_t from = found ? unfold(search, text, (size_t)(found - search->fold.data)) : 0, until = from;
	for (unsigned i = 0; i < EXCERPT_BEFORE && from > 0; i++)
		while (from > 0 && !starts_character(text.data[--from]))
			continue;
	for (unsigned i = 0; i < EXCERPT_AFTER && until < text.size; i++)
		while (++until < text.size && !starts_character(text.data[until]))
			continue;
	if (from > 0)
		buffer_append_text(to, "…");
	for (size_t i = from; i < until; i++)
		buffer_append_char(to, text.data[i] == '\n' || text.data[i] == '\t' ? ' ' : text.data[i]);
	if (until < text.size)
		buffer_append_text(to, "…");
}

/* What the object is called: its title, else its name or first text, if any. */
static void write_title(const struct finding *finding, const struct record *record, struct buffer *to)
{
	const struct field *fields = finding->schema->fields, *named = schema_field(fields, "title", 5);
	struct span value;
	bool found = named && reader_find(record->body, named->name, &value);

	for (const struct field *field = fields; field->name && !found; field++) {
		named = field;
		if (field->type == FIELD_TEXT || strcmp(field->name, "name") == 0)
			found = reader_find(record->body, field->name, &value);
	}
	if (found)
		wording_value(named, value, &(struct wording){ vault_languages(finding->store), NULL }, to);
}

static int tell_cells(struct finding *finding, const struct record *record)
{
	struct buffer *text = &finding->text;
	size_t starts[4], count = 0;
	const char *cells[4];

	buffer_clear(text);
	starts[count++] = text->size;
	buffer_append_span(text, record->kind);
	buffer_append_char(text, '\0');
	starts[count++] = text->size;
	buffer_append_span(text, record->id);
	buffer_append_char(text, '\0');
	starts[count++] = text->size;
	write_title(finding, record, text);
	buffer_append_char(text, '\0');
	starts[count++] = text->size;
	buffer_append_span(text, buffer_span(&finding->search->place_path));
	buffer_append_text(text, ": ");
	buffer_append_span(text, buffer_span(&finding->excerpt));
	if (text->failed)
		return QORGAN_OK; /* told by the caller */
	for (size_t i = 0; i < count; i++)
		cells[i] = text->data + starts[i];
	const struct qorgan_row row = { .count = count, .cells = cells };
	return finding->row(finding->context, &row);
}

static int tell_json(struct finding *finding, const struct record *record)
{
	struct buffer *text = &finding->text, title = { 0 };

	buffer_clear(text);
	write_title(finding, record, &title);
	buffer_append_text(text, "{\"kind\":");
	canonical_write_string(record->kind, text);
	buffer_append_text(text, ",\"id\":");
	canonical_write_string(record->id, text);
	buffer_append_format(text, ",\"version\":%u,\"title\":", record->version);
	canonical_write_string(buffer_span(&title), text);
	buffer_append_text(text, ",\"field\":");
	canonical_write_string(buffer_span(&finding->search->place_path), text);
	buffer_append_text(text, ",\"text\":");
	canonical_write_string(buffer_span(&finding->excerpt), text);
	buffer_append_char(text, '}');
	text->failed |= title.failed;
	buffer_free(&title);
	if (text->failed)
		return QORGAN_OK;
	const struct qorgan_row row = { .json = text->data, .json_size = text->size };
	return finding->row(finding->context, &row);
}

static int find_in(void *context, struct vault_record *record, struct qorgan_error *error)
{
	struct finding *finding = context;
	struct search *search = finding->search;
	int code = vault_progress(finding->store, "searching", ++finding->looked, finding->total);

	if (code)
		return error_set(error, code, "the search was stopped");
	if (!search_match(search, finding->schema, &record->record))
		return QORGAN_OK;
	buffer_clear(&finding->excerpt);
	write_excerpt(search, &finding->excerpt);
	code = finding->json ? tell_json(finding, &record->record) : tell_cells(finding, &record->record);
	if (finding->text.failed || finding->excerpt.failed || search->place_text.failed)
		return error_set_memory(error);
	return code;
}

static int tell_head(qorgan_list_head head, void *context)
{
	static const struct qorgan_column columns[] = {
		{ "kind", SAID("Kind"), false, 9 }, { "id", SAID("Id"), false, 14 }, { "title", SAID("Title"), false, 0 },
		{ "found", SAID("Found"), false, 0 }
	};

	return head ? head(context, columns, sizeof columns / sizeof columns[0]) : QORGAN_OK;
}

int qorgan_search(struct qorgan_store *store, const char *words, const char *kind, bool json, qorgan_list_head head,
                  qorgan_list_row row, void *context, struct qorgan_error *error)
{
	struct finding finding = { .store = store, .json = json, .row = row, .context = context };
	const struct schema *only = kind ? object_schema(kind, error) : NULL;
	struct vault_view *view = NULL;
	size_t count;
	const struct schema *const *all = schema_all(&count);

	if (kind && !only)
		return QORGAN_USAGE;
	int code = search_make(words, &finding.search, error);
	if (!code) {
		finding.search->wants_place = true;
		code = vault_view_begin(store, &view, error);
	}
	if (!code)
		code = tell_head(head, context);
	/* What the program itself writes about packages and changes is found by kind alone. */
	for (size_t i = 0; i < count && !code; i++)
		if (only ? only == all[i] : (all[i]->flags & SCHEMA_CATALOGUE) != 0)
			finding.total += vault_view_heads(view, all[i]);
	for (size_t i = 0; i < count && !code; i++) {
		finding.schema = all[i];
		if (only ? only == all[i] : (all[i]->flags & SCHEMA_CATALOGUE) != 0)
			code = objects_scan(view, all[i], find_in, &finding, error);
	}
	vault_view_end(view);
	search_free(finding.search);
	buffer_free(&finding.text);
	buffer_free(&finding.excerpt);
	return code;
}
