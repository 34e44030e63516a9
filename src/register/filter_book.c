/* The table of conditions of each kind, made from its schema when first asked for. */
#include "register/filter_book.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "register/argument.h"

#define KIND_LIMIT 32 /* numbers of kinds are below it */

static const struct field state_value = { .name = "state", .type = FIELD_STATE };
static const struct field domain_value = { .name = "domain", .type = FIELD_REFERENCE, .target = "domain" };
static const struct field risk_value = { .name = "risk", .type = FIELD_REFERENCE, .target = "risk" };
static const struct field measure_value = { .name = "measure", .type = FIELD_REFERENCE, .target = "measure" };
static const struct field text_value = { .name = "text", .type = FIELD_STRING };
static const struct field tag_value = { .name = "tag", .type = FIELD_STRING, .flags = FIELD_LIST | FIELD_SET };

/* Conditions that no single field gives. */
static const struct {
	const char *kind, *name, *help;
	struct filter_entry entry;
} joined[] = {
	{ "measure", "state", "that it leads or supports", { FILTER_FIELD, NULL, &state_value, "lead", "support" } },
	{ "measure", "domain", "to which one of its risks belongs", { FILTER_DOMAIN, NULL, &domain_value, "risks", NULL } },
	{ "measure", "risk", "that it addresses", { FILTER_FIELD, NULL, &risk_value, "risks", NULL } },
	{ "measure", "tag", "that it bears", { FILTER_FIELD, NULL, &tag_value, "tags", NULL } },
	{ "risk", "state", "that keeps it or would be struck",
	  { FILTER_FIELD, NULL, &state_value, "coordinator", "affected" } },
	{ "risk", "tag", "that it bears", { FILTER_FIELD, NULL, &tag_value, "tags", NULL } },
	{ "domain", "state", "that coordinates it", { FILTER_FIELD, NULL, &state_value, "coordinator", NULL } },
	{ "status", "state", "whose report it is", { FILTER_ID_LAST, NULL, &state_value, NULL, NULL } },
	{ "status", "measure", "that it reports on", { FILTER_ID_FIRST, NULL, &measure_value, NULL, NULL } },
	{ "assessment", "state", "whose view it is", { FILTER_ID_LAST, NULL, &state_value, NULL, NULL } },
	{ "assessment", "risk", "that it assesses", { FILTER_ID_FIRST, NULL, &risk_value, NULL, NULL } },
	{ "proposal", "on", "the object that it would change", { FILTER_ID_FIRST, NULL, &text_value, NULL, NULL } },
	{ "note", "on", "the object that it remarks on", { FILTER_ID_FIRST, NULL, &text_value, NULL, NULL } },
};

static const struct filter_entry words_entry = { FILTER_WORDS, NULL, &text_value, NULL, NULL };
static const struct filter_entry retired_entry = { FILTER_RETIRED, NULL, NULL, NULL, NULL };
static const struct filter_entry all_entry = { FILTER_ALL, NULL, NULL, NULL, NULL };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct filter_book books[KIND_LIMIT];

bool filter_name_is(const char *name, const char *text)
{
	for (; *name && (*name == *text || (*name == '-' && *text == '_')); name++)
		text++;
	return !*name && !*text;
}

static bool book_has(const struct filter_book *book, const char *name)
{
	for (size_t i = 0; i < book->count; i++)
		if (strcmp(book->names[i].name, name) == 0)
			return true;
	return false;
}

/* Takes over nothing; `name` is copied with '-' for '_'. */
static bool book_add(struct filter_book *book, const char *name, const char *help, const struct filter_entry *entry)
{
	char *copy = strdup(name), *argument = NULL;

	for (char *at = copy; at && *at; at++)
		if (*at == '_')
			*at = '-';
	if (copy && book_has(book, copy)) { /* what joins fields comes first and stands for the field */
		free(copy);
		return true;
	}
	struct qorgan_filter_name *names = reallocarray(book->names, book->count + 1, sizeof *names);
	if (names)
		book->names = names;
	struct filter_entry *entries = reallocarray(book->entries, book->count + 1, sizeof *entries);
	if (entries)
		book->entries = entries;
	struct buffer text = { 0 };
	if (entry->field) {
		bool compares = entry->form == FILTER_LESS || entry->form == FILTER_MORE;
		argument_write(entry->field, false, &text);
		if (!compares && text.size && entry->field->type != FIELD_STRING && entry->field->type != FIELD_DATE)
			buffer_append_text(&text, ",…");
	}
	bool takes = text.size > 0;
	argument = buffer_take(&text);
	if (!copy || !names || !entries || !argument) {
		memory_failed();
		free(copy);
		free(argument);
		return false;
	}
	const char *const *words = entry->field ? argument_words(entry->field) : NULL;
	book->names[book->count] = (struct qorgan_filter_name){ copy, takes ? argument : NULL, help, takes ? words : NULL };
	if (!takes)
		free(argument);
	book->entries[book->count++] = *entry;
	return true;
}

/* A field or computed value by its name, and what is below or above it. */
static bool book_add_value(struct filter_book *book, const char *name, struct filter_entry entry)
{
	static const char *const date_ends[] = { "before", "after" }, *const number_ends[] = { "below", "above" };
	static const char *const date_help[] = { "earlier than that day", "later than that day" };
	static const char *const number_help[] = { "less than that", "more than that" };
	const struct field *field = entry.field;
	bool is_date = field->type == FIELD_DATE;
	bool added = book_add(book, name, field->help, &entry);

	if ((!is_date && field->type != FIELD_INTEGER) || field->flags & FIELD_LIST)
		return added;
	for (size_t i = 0; i < 2 && added; i++) {
		struct buffer text = { 0 };
		buffer_append_format(&text, "%s-%s", name, is_date ? date_ends[i] : number_ends[i]);
		entry.form = i == 0 ? FILTER_LESS : FILTER_MORE;
		added = !text.failed && book_add(book, buffer_text(&text), is_date ? date_help[i] : number_help[i], &entry);
		buffer_free(&text);
	}
	return added;
}

static bool book_add_fields(struct filter_book *book, const struct field *fields, const char *above)
{
	bool added = true;

	for (const struct field *field = fields; field->name && added; field++) {
		if (field->type == FIELD_TEXT || (field->type == FIELD_GROUP && field->flags & FIELD_LIST) ||
		    strcmp(field->name, "retired") == 0)
			continue;
		struct buffer text = { 0 };
		buffer_append_format(&text, "%s%s%s", above, *above ? "." : "", field->name);
		char *path = buffer_take(&text);
		if (!path)
			return false;
		if (field->type == FIELD_GROUP) {
			added = book_add_fields(book, field->fields, path);
			free(path);
			continue;
		}
		struct filter_entry entry = { .form = FILTER_FIELD, .field = field, .path = path };
		size_t before = book->count;
		added = book_add_value(book, path, entry);
		if (book->count == before)
			free(path); /* no entry took it */
	}
	return added;
}

static bool book_make(struct filter_book *book, const struct schema *schema)
{
	bool added = true;

	for (size_t i = 0; i < sizeof joined / sizeof joined[0] && added; i++)
		if (strcmp(joined[i].kind, schema->kind) == 0)
			added = book_add(book, joined[i].name, joined[i].help, &joined[i].entry);
	for (const struct computed_row *row = computed_next(schema, NULL); row && added; row = computed_next(schema, row)) {
		struct filter_entry entry = { .form = FILTER_FIELD, .computed = row, .field = &row->field };
		added = book_add_value(book, row->field.name, entry);
	}
	added = added && book_add_fields(book, schema->fields, "");
	added = added && book_add(book, "words", "that all occur in its texts or id", &words_entry);
	if (added && schema_field(schema->fields, "retired", 7))
		added = book_add(book, "retired", "only what no longer applies", &retired_entry) &&
		        book_add(book, "all", "what no longer applies too", &all_entry);
	return added;
}

const struct filter_book *filter_book_of(const struct schema *schema)
{
	struct filter_book *book = &books[schema->number % KIND_LIMIT];

	pthread_mutex_lock(&lock);
	bool made = book->count > 0 || book_make(book, schema);
	pthread_mutex_unlock(&lock);
	return made ? book : NULL;
}

const struct qorgan_filter_name *qorgan_filter_names(const char *kind, size_t *count)
{
	const struct schema *schema = schema_find(kind, strlen(kind));
	const struct filter_book *book = schema ? filter_book_of(schema) : NULL;

	*count = book ? book->count : 0;
	return book ? book->names : NULL;
}
