/* Checking each field of a body against its row of the schema. */
#include "record/validate.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/language.h"
#include "base/memory.h"
#include "base/text.h"
#include "record/record.h"
#include "record/suggest.h"
#include "record/validate_rules.h"

#define TEXT_LIMIT (64 * 1024) /* bytes of one string */
#define LIST_LIMIT 10000       /* elements of one list */
#define QUOTED 80              /* bytes of a value quoted in a message */

void validation_tell(struct validation *validation, const struct place *place, const char *format, ...)
{
	char path[PLACE_TEXT_SIZE], text[900];
	va_list list;

	validation->count++;
	if (!validation->fault)
		return;
	place_format(place, path);
	va_start(list, format);
	vsnprintf(text, sizeof text, language_said(format), list);
	va_end(list);
	validation->fault(validation->context, path, text);
}

void validation_changes(struct validation *validation, const struct place *place)
{
	if (validation->world->logged)
		validation_tell(validation, place, "is not in the form in which it is logged");
}

static struct span string_span(const json_t *value)
{
	return (struct span){ json_string_value(value), json_string_length(value) };
}

/* How much of a text a message quotes, without splitting a character. */
static int quoted(struct span text)
{
	size_t size = text.size;

	if (size > QUOTED)
		for (size = QUOTED; size > 0 && ((unsigned char)text.data[size] & 0xc0) == 0x80; size--)
			;
	return (int)size;
}

/* The type error of every check: tells it, and keeps the value, so that nothing
 * is dropped in silence. */
static bool wrong_type(struct validation *v, const struct place *place, const json_t *value, const char *wanted)
{
	if (json_is_null(value))
		validation_tell(v, place, "null is not a value: leave the member out, or give %s", language_said(wanted));
	else
		validation_tell(v, place, "must be %s", language_said(wanted));
	return true;
}

static void check_characters(struct validation *v, const struct place *place, struct span text, bool one_line)
{
	if (text.size > TEXT_LIMIT)
		validation_tell(v, place, "is longer than %d bytes", TEXT_LIMIT);
	else if (!text_is_utf8(text))
		validation_tell(v, place, "is not UTF-8");
	else if (!text_is_clean(text))
		validation_tell(v, place, "holds a control character, a byte order mark or a change of text direction");
	else if (one_line && (memchr(text.data, '\n', text.size) || memchr(text.data, '\t', text.size)))
		validation_tell(v, place, "must be a single line without tabs");
}

bool validation_is_language(struct span text)
{
	size_t at = 0, part = 0;

	while (at < text.size && text.data[at] >= 'a' && text.data[at] <= 'z')
		at++;
	if (at < 2 || at > 3)
		return false;
	while (at < text.size) {
		if (text.data[at++] != '-')
			return false;
		for (part = 0; at < text.size && text.data[at] != '-'; at++, part++) {
			char c = text.data[at];
			if (!(c >= '0' && c <= '9') && !(c >= 'A' && c <= 'Z') && !(c >= 'a' && c <= 'z'))
				return false;
		}
		if (part < 2 || part > 8)
			return false;
	}
	return true;
}

/* A fault, so that nobody takes the body for checked; whoever counts failures says what it was. */
static void tell_memory(struct validation *v, const struct place *place)
{
	memory_failed();
	validation_tell(v, place, "out of memory");
}

/* Removes what is empty. */
static void member_drop(struct validation *v, json_t *object, const char *name, const struct place *place)
{
	validation_changes(v, place);
	json_object_del(object, name);
}

/* The checks below return whether the value stays: false has it removed. */

static bool check_text(struct validation *v, const struct field *field, json_t *value, const struct place *place)
{
	const char *language;
	json_t *text;
	void *next;

	if (!json_is_object(value))
		return wrong_type(v, place, value, "text by language, such as {\"en\":\"...\"}");
	bool one_line = strcmp(field->name, "title") == 0;
	json_object_foreach_safe(value, next, language, text) {
		struct place here = { place, language, 0 };
		if (!validation_is_language(span_of(language)))
			validation_tell(v, &here, "\"%.40s\" is not a language tag such as en, ru or uz-Latn",
			                language);
		if (!json_is_string(text))
			wrong_type(v, &here, text, "a string");
		else if (json_string_length(text) > 0)
			check_characters(v, &here, string_span(text), one_line);
		else
			member_drop(v, value, language, &here);
	}
	return json_object_size(value) > 0;
}

static bool check_string(struct validation *v, json_t *value, const struct place *place)
{
	if (!json_is_string(value))
		return wrong_type(v, place, value, "a string");
	check_characters(v, place, string_span(value), true);
	return json_string_length(value) > 0;
}

static bool check_integer(struct validation *v, const struct field *field, const json_t *value,
                          const struct place *place)
{
	if (!json_is_integer(value))
		return wrong_type(v, place, value, "a whole number");
	json_int_t number = json_integer_value(value);
	if (number < field->minimum || number > field->maximum)
		validation_tell(v, place, "%lld is not within %lld to %lld", (long long)number,
		                (long long)field->minimum, (long long)field->maximum);
	return true;
}

static bool check_date(struct validation *v, const json_t *value, const struct place *place)
{
	date_day day;

	if (!json_is_string(value))
		return wrong_type(v, place, value, "a date such as \"2026-03-31\"");
	struct span text = string_span(value);
	if (text.size > 0 && !date_parse(text, &day))
		validation_tell(v, place, "\"%.*s\" is not a date such as 2026-03-31", quoted(text), text.data);
	return text.size > 0;
}

static bool check_word(struct validation *v, const struct field *field, const json_t *value, const struct place *place)
{
	if (!json_is_string(value))
		return wrong_type(v, place, value, "a string");
	struct span text = string_span(value);
	if (text.size == 0)
		return false;
	for (const char *const *word = field->words; *word; word++)
		if (span_is(text, *word))
			return true;

	struct suggestion suggestion = { .word = text.data };
	char nearest[SUGGEST_TEXT_SIZE];
	struct buffer all = { 0 };
	for (const char *const *word = field->words; *word; word++) {
		suggest_offer(&suggestion, *word);
		buffer_append_format(&all, "%s%s", word == field->words ? "" : ", ", *word);
	}
	suggest_format(&suggestion, nearest);
	if (*nearest)
		validation_tell(v, place, "unknown word \"%.*s\"%s", quoted(text), text.data, nearest);
	else
		validation_tell(v, place, "unknown word \"%.*s\": it must be one of %s", quoted(text), text.data,
		                buffer_text(&all));
	buffer_free(&all);
	return true;
}

/* Puts the normal form in place of what was written. */
static void replace_string(struct validation *v, json_t *value, const char *normal, const struct place *place)
{
	if (strcmp(json_string_value(value), normal) == 0)
		return;
	validation_changes(v, place);
	if (json_string_set(value, normal) != 0)
		tell_memory(v, place);
}

static const char *const markings[] = { "TLP:CLEAR", "TLP:GREEN", "TLP:AMBER", "TLP:AMBER+STRICT", "TLP:RED" };
#define MARKINGS (sizeof markings / sizeof markings[0])
#define PREFIX_SIZE 4

const char *validate_marking(struct span text)
{
	for (size_t i = 0; i < MARKINGS; i++) {
		const char *label = markings[i];
		size_t size = strlen(label);
		if (text.size == size && strncasecmp(text.data, label, size) == 0)
			return label;
		if (text.size == size - PREFIX_SIZE && strncasecmp(text.data, label + PREFIX_SIZE, text.size) == 0)
			return label;
	}
	return NULL;
}

int validate_marking_rank(struct span label)
{
	for (size_t i = 0; i < MARKINGS; i++)
		if (span_is(label, markings[i]))
			return (int)i;
	return -1;
}

static bool check_marking(struct validation *v, json_t *value, const struct place *place)
{
	if (!json_is_string(value))
		return wrong_type(v, place, value, "a string");
	struct span text = string_span(value);
	if (text.size == 0)
		return false;
	const char *label = validate_marking(text);
	if (label)
		replace_string(v, value, label, place);
	else
		validation_tell(v, place, "\"%.*s\" is not a marking: CLEAR, GREEN, AMBER, AMBER+STRICT or RED",
		                quoted(text), text.data);
	return true;
}

static bool check_party(struct validation *v, const struct field *field, json_t *value, const struct place *place)
{
	char code[65];
	bool observer = false;

	if (!json_is_string(value))
		return wrong_type(v, place, value, "a string");
	struct span text = string_span(value);
	if (text.size == 0)
		return false;
	size_t before = v->count;
	check_characters(v, place, text, true);
	if (v->count > before || !v->world->find_party)
		return true;
	if (!v->world->find_party(v->world->context, text, code, &observer))
		validation_tell(v, place, "unknown state \"%.*s\"", quoted(text), text.data);
	else if (observer && field->type == FIELD_STATE)
		validation_tell(v, place, "\"%.*s\" is an observer, and only a state can stand here", quoted(text),
		                text.data);
	else
		replace_string(v, value, code, place);
	return true;
}

static void check_target(struct validation *v, const char *kind, struct span id, const struct place *place)
{
	const struct schema *target = schema_find(kind, strlen(kind));
	struct qorgan_error error;
	char path[PLACE_TEXT_SIZE];

	if (target && record_id_check(target, id, &error)) {
		validation_tell(v, place, "%s", error.message);
	} else if (v->world->refer) {
		place_format(place, path);
		if (!v->world->refer(v->world->context, kind, id, path))
			validation_tell(v, place, "unknown %s \"%.*s\"", kind, quoted(id), id.data);
	}
}

static bool check_reference(struct validation *v, const struct field *field, const json_t *value,
                            const struct place *place)
{
	if (!json_is_string(value))
		return wrong_type(v, place, value, "the id of an object");
	struct span id = string_span(value);
	if (id.size > 0)
		check_target(v, field->target, id, place);
	return id.size > 0;
}

static bool check_flag(struct validation *v, const json_t *value, const struct place *place)
{
	if (!json_is_boolean(value))
		return wrong_type(v, place, value, "true, or left out");
	return json_is_true(value);
}

static void check_members(struct validation *v, const struct field *fields, json_t *object, const struct place *up);

static bool check_group(struct validation *v, const struct field *field, json_t *value, const struct place *place)
{
	if (!json_is_object(value))
		return wrong_type(v, place, value, "an object");
	if (json_object_size(value) == 0)
		return false;
	size_t before = v->count;
	check_members(v, field->fields, value, place);
	return json_object_size(value) > 0 || v->count > before;
}

static bool check_value(struct validation *v, const struct field *field, json_t *value, const struct place *place)
{
	switch (field->type) {
	case FIELD_TEXT:
		return check_text(v, field, value, place);
	case FIELD_STRING:
		return check_string(v, value, place);
	case FIELD_INTEGER:
		return check_integer(v, field, value, place);
	case FIELD_FLAG:
		return check_flag(v, value, place);
	case FIELD_DATE:
		return check_date(v, value, place);
	case FIELD_WORD:
		return check_word(v, field, value, place);
	case FIELD_MARKING:
		return check_marking(v, value, place);
	case FIELD_STATE:
	case FIELD_PARTY:
		return check_party(v, field, value, place);
	case FIELD_REFERENCE:
		return check_reference(v, field, value, place);
	case FIELD_GROUP:
		return check_group(v, field, value, place);
	}
	return true;
}

/* Order of a set, whose elements are all text or all numbers: a list with any
 * fault is not sorted. */
static int element_compare(const json_t *a, const json_t *b)
{
	if (json_is_string(a) && json_is_string(b))
		return strcmp(json_string_value(a), json_string_value(b));
	if (json_is_integer(a) && json_is_integer(b))
		return (json_integer_value(a) > json_integer_value(b)) -
		       (json_integer_value(a) < json_integer_value(b));
	return 0;
}

static int element_compare_places(const void *a, const void *b)
{
	return element_compare(*(json_t *const *)a, *(json_t *const *)b);
}

/* Sorts a set and drops what stands in it twice. */
static void sort_set(struct validation *v, json_t *array, const struct place *place)
{
	size_t count = json_array_size(array), kept = 0;
	bool sorted = true;

	for (size_t i = 1; i < count && sorted; i++)
		sorted = element_compare(json_array_get(array, i - 1), json_array_get(array, i)) < 0;
	if (sorted)
		return;

	validation_changes(v, place);
	json_t **elements = malloc(count * sizeof *elements);
	if (!elements) {
		tell_memory(v, place);
		return;
	}
	for (size_t i = 0; i < count; i++)
		elements[i] = json_incref(json_array_get(array, i));
	qsort(elements, count, sizeof *elements, element_compare_places);
	for (size_t i = 0; i < count; i++) {
		if (kept == 0 || element_compare(json_array_get(array, kept - 1), elements[i]) != 0)
			json_array_set(array, kept++, elements[i]);
		json_decref(elements[i]);
	}
	while (json_array_size(array) > kept)
		json_array_remove(array, json_array_size(array) - 1);
	free(elements);
}

static int text_compare_places(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* In a list of groups that have an id, no id stands twice. */
static void check_ids_unique(struct validation *v, const json_t *array, const struct place *place)
{
	size_t count = json_array_size(array), found = 0;
	const char *small[16], **ids = small;

	if (count < 2)
		return;
	if (count > sizeof small / sizeof small[0] && !(ids = malloc(count * sizeof *ids))) {
		tell_memory(v, place);
		return;
	}
	for (size_t i = 0; i < count; i++) {
		const char *id = json_string_value(json_object_get(json_array_get(array, i), "id"));
		if (id)
			ids[found++] = id;
	}
	qsort(ids, found, sizeof *ids, text_compare_places);
	for (size_t i = 1; i < found; i++)
		if (strcmp(ids[i - 1], ids[i]) == 0 && (i == 1 || strcmp(ids[i - 2], ids[i]) != 0))
			validation_tell(v, place, "the id \"%.*s\" stands here twice", quoted(span_of(ids[i])), ids[i]);
	if (ids != small)
		free(ids);
}

static bool check_list(struct validation *v, const struct field *field, json_t *array, const struct place *place)
{
	if (!json_is_array(array))
		return wrong_type(v, place, array, "a list");
	if (json_array_size(array) > LIST_LIMIT) {
		validation_tell(v, place, "has more than %d elements", LIST_LIMIT);
		return true;
	}
	struct place here = { place, NULL, 0 };
	size_t before = v->count;
	for (size_t i = 0; i < json_array_size(array); here.index++) {
		if (check_value(v, field, json_array_get(array, i), &here)) {
			i++;
			continue;
		}
		validation_changes(v, &here);
		json_array_remove(array, i);
	}
	if (field->flags & FIELD_SET && v->count == before)
		sort_set(v, array, place);
	if (field->type == FIELD_GROUP && schema_field(field->fields, "id", 2))
		check_ids_unique(v, array, place);
	return json_array_size(array) > 0;
}

static void tell_unknown(struct validation *v, const struct field *fields, const char *name, const struct place *place)
{
	struct suggestion suggestion = { .word = name };
	char nearest[SUGGEST_TEXT_SIZE];

	for (const struct field *field = fields; field->name; field++)
		suggest_offer(&suggestion, field->name);
	suggest_format(&suggestion, nearest);
	validation_tell(v, place, "unknown field \"%.*s\"%s", quoted(span_of(name)), name, nearest);
}

/* The row of that name, looked for from `from` on and then from the top: members
 * mostly come in the schema's order. NULL if there is none. */
static const struct field *find_row(const struct field *fields, const struct field *from, const char *name)
{
	const struct field *field;

	for (field = from; field->name; field++)
		if (field->name[0] == name[0] && strcmp(field->name, name) == 0)
			return field;
	for (field = fields; field < from; field++)
		if (field->name[0] == name[0] && strcmp(field->name, name) == 0)
			return field;
	return NULL;
}

static void check_members(struct validation *v, const struct field *fields, json_t *object, const struct place *up)
{
	const struct field *next_row = fields;
	const char *name;
	json_t *value;
	void *next;

	json_object_foreach_safe(object, next, name, value) {
		const struct field *field = find_row(fields, next_row, name);
		struct place place = { up, name, 0 };
		if (!field) {
			tell_unknown(v, fields, name, &place);
			continue;
		}
		next_row = field + 1;
		place.name = field->name; /* lives on when the member is removed */
		if ((field->flags & FIELD_LIST ? check_list : check_value)(v, field, value, &place))
			continue;
		member_drop(v, object, field->name, &place);
	}
	for (const struct field *field = fields; field->name; field++) {
		struct place place = { up, field->name, 0 };
		if (field->flags & FIELD_REQUIRED && !json_object_get(object, field->name))
			validation_tell(v, &place, "is required");
	}
}

size_t validate_body(const struct schema *schema, struct span id, json_t *body,
                     const struct validate_world *world, validate_fault fault, void *context)
{
	static const struct validate_world empty_world;
	struct validation v = { schema, id, body, world ? world : &empty_world, fault, context, 0 };
	struct place id_place = { NULL, "id", 0 };
	struct qorgan_error error;

	if (record_id_check(schema, id, &error)) {
		validation_tell(&v, &id_place, "%s", error.message);
	} else if (schema->parent && schema->id_form == SCHEMA_ID_PAIR) {
		const char *slash = memchr(id.data, '/', id.size);
		check_target(&v, schema->parent, (struct span){ id.data, (size_t)(slash - id.data) }, &id_place);
	}
	if (!json_is_object(body)) {
		validation_tell(&v, NULL, "must be an object");
		return v.count;
	}
	validation_fill(&v);
	check_members(&v, schema->fields, body, NULL);
	validation_rules(&v);
	return v.count;
}
