/* The schema as the public header shows it: made from the tables when first
 * asked for, and kept for ever. */
#include "qorgan/schema.h"

#include <jansson.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "engine/postgres_schema.h"
#include "record/schema.h"
#include "register/argument.h"
#include "base/memory.h"

#define KIND_LIMIT 32

struct field_list {
	struct qorgan_field *items;
	size_t count;
	bool made;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct field_list lists[KIND_LIMIT];

static const char *const marking_words[] = { "CLEAR", "GREEN", "AMBER", "AMBER+STRICT", "RED", NULL };

bool qorgan_kind_at(size_t index, struct qorgan_kind *kind)
{
	size_t count;
	const struct schema *const *all = schema_all(&count);

	if (index >= count)
		return false;
	*kind = (struct qorgan_kind){ all[index]->kind, all[index]->label, all[index]->plural,
		                          all[index]->flags & SCHEMA_EDITABLE };
	return true;
}

const char *const *argument_words(const struct field *field)
{
	return field->type == FIELD_WORD ? field->words : field->type == FIELD_MARKING ? marking_words : NULL;
}

static void append_capitals(const char *text, struct buffer *to)
{
	for (; *text; text++)
		buffer_append_char(to, *text >= 'a' && *text <= 'z' ? (char)(*text - 'a' + 'A') : *text);
}

void argument_write(const struct field *field, bool many, struct buffer *to)
{
	switch (field->type) {
	case FIELD_INTEGER:
		if (field->maximum <= 9999 && field->minimum >= 0)
			buffer_append_format(to, "%lld-%lld", (long long)field->minimum, (long long)field->maximum);
		else
			buffer_append_text(to, "NUMBER");
		break;
	case FIELD_DATE:
		buffer_append_text(to, "DATE");
		break;
	case FIELD_WORD:
		buffer_append_text(to, "WORD");
		break;
	case FIELD_MARKING:
		buffer_append_text(to, "MARKING");
		break;
	case FIELD_STATE:
	case FIELD_PARTY:
		buffer_append_text(to, "STATE");
		break;
	case FIELD_REFERENCE:
		append_capitals(field->target, to);
		break;
	case FIELD_GROUP:
		buffer_append_text(to, "JSON");
		return; /* one at a time */
	case FIELD_FLAG:
		return;
	default:
		buffer_append_text(to, "TEXT");
	}
	if (many && field->flags & FIELD_LIST)
		buffer_append_text(to, ",…");
}

/* ---- Fields as options --------------------------------------------------------- */

/* What was met on the way down to a field. */
struct way {
	const char *path, *label; /* "" at the top */
	bool required;
};

static bool list_add_fields(struct field_list *list, const struct field *fields, const struct way *above);

static char *join(const char *above, const char *separator, const char *name)
{
	struct buffer text = { 0 };

	buffer_append_format(&text, "%s%s%s", above, *above ? separator : "", name);
	return buffer_take(&text);
}

static bool list_add(struct field_list *list, const struct field *field, const struct way *above)
{
	struct qorgan_field *items = reallocarray(list->items, list->count + 1, sizeof *items);
	struct buffer argument = { 0 };

	if (!items) {
		memory_failed();
		return false;
	}
	list->items = items;
	argument_write(field, true, &argument);
	bool is_flag = field->type == FIELD_FLAG;
	struct qorgan_field made = {
		.path = join(above->path, ".", field->name),
		.label = join(above->label, ": ", field->label),
		.argument = is_flag ? NULL : buffer_take(&argument),
		.help = field->help,
		.translated = field->type == FIELD_TEXT,
		.required = above->required && field->flags & FIELD_REQUIRED,
		.list = field->flags & FIELD_LIST,
		.words = argument_words(field),
	};
	if (!made.path || !made.label || (!made.argument && !is_flag)) {
		free((char *)made.path);
		free((char *)made.label);
		free((char *)made.argument);
		return false;
	}
	list->items[list->count++] = made;
	return true;
}

static bool list_add_group(struct field_list *list, const struct field *field, const struct way *above)
{
	struct way way = { join(above->path, ".", field->name), join(above->label, ": ", field->label),
		               above->required && field->flags & FIELD_REQUIRED };
	bool added = way.path && way.label && list_add_fields(list, field->fields, &way);

	free((char *)way.path);
	free((char *)way.label);
	return added;
}

static bool list_add_fields(struct field_list *list, const struct field *fields, const struct way *above)
{
	bool added = true;

	for (const struct field *field = fields; field->name && added; field++) {
		if (field->flags & FIELD_COMPUTED)
			continue;
		bool divides = field->type == FIELD_GROUP && !(field->flags & FIELD_LIST);
		added = divides ? list_add_group(list, field, above) : list_add(list, field, above);
	}
	return added;
}

static void list_make(struct field_list *list, const struct schema *schema)
{
	static const struct way top = { "", "", true };

	list->made = list_add_fields(list, schema->fields, &top);
	if (list->made)
		return;
	for (size_t i = 0; i < list->count; i++) {
		free((char *)list->items[i].path);
		free((char *)list->items[i].label);
		free((char *)list->items[i].argument);
	}
	free(list->items);
	*list = (struct field_list){ 0 };
}

bool qorgan_field_at(const char *kind, size_t index, struct qorgan_field *field)
{
	const struct schema *schema = schema_find(kind, strlen(kind));

	if (!schema)
		return false;
	struct field_list *list = &lists[schema->number % KIND_LIMIT];
	pthread_mutex_lock(&lock);
	if (!list->made)
		list_make(list, schema);
	pthread_mutex_unlock(&lock);
	if (index >= list->count)
		return false;
	*field = list->items[index];
	return true;
}

/* ---- JSON Schema ------------------------------------------------------------------ */

#define NAME_PATTERN "[A-Za-z0-9][A-Za-z0-9._-]{0,63}"
#define DATE_PATTERN "^(19|20|21)[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$"
#define LANGUAGE_PATTERN "^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$"
#define MARKING_PATTERN \
	"^([Tt][Ll][Pp]:)?([Cc][Ll][Ee][Aa][Rr]|[Gg][Rr][Ee][Ee][Nn]|" \
	"[Aa][Mm][Bb][Ee][Rr](\\+[Ss][Tt][Rr][Ii][Cc][Tt])?|[Rr][Ee][Dd])$"

static json_t *group_schema(const struct field *fields);

static json_t *words_schema(const char *const *words)
{
	json_t *list = json_array();

	for (; *words; words++)
		json_array_append_new(list, json_string(*words));
	return json_pack("{s:o}", "enum", list);
}

static const char *id_pattern(enum schema_id form)
{
	switch (form) {
	case SCHEMA_ID_PAIR:
		return "^" NAME_PATTERN "/" NAME_PATTERN "$";
	case SCHEMA_ID_DIGEST:
		return "^[0-9a-f]{64}$";
	case SCHEMA_ID_NUMBER:
		return "^[1-9][0-9]{0,15}$";
	default:
		return "^" NAME_PATTERN "$";
	}
}

static json_t *one_schema(const struct field *field)
{
	const struct schema *target;

	switch (field->type) {
	case FIELD_TEXT:
		return json_pack("{s:s,s:{s:s},s:{s:s}}", "type", "object", "propertyNames", "pattern", LANGUAGE_PATTERN,
		                 "additionalProperties", "type", "string");
	case FIELD_INTEGER:
		return json_pack("{s:s,s:I,s:I}", "type", "integer", "minimum", (json_int_t)field->minimum, "maximum",
		                 (json_int_t)field->maximum);
	case FIELD_FLAG:
		return json_pack("{s:s}", "type", "boolean");
	case FIELD_DATE:
		return json_pack("{s:s,s:s,s:s}", "type", "string", "format", "date", "pattern", DATE_PATTERN);
	case FIELD_WORD:
		return words_schema(field->words);
	case FIELD_MARKING:
		return json_pack("{s:s,s:s}", "type", "string", "pattern", MARKING_PATTERN);
	case FIELD_REFERENCE:
		target = schema_find(field->target, strlen(field->target));
		return json_pack("{s:s,s:s}", "type", "string", "pattern",
		                 id_pattern(target ? target->id_form : SCHEMA_ID_NAME));
	case FIELD_GROUP:
		return group_schema(field->fields);
	default:
		return json_pack("{s:s}", "type", "string");
	}
}

static json_t *field_schema(const struct field *field)
{
	json_t *made = one_schema(field);

	/* Not uniqueItems: the same value twice is put right on input. */
	if (field->flags & FIELD_LIST)
		made = json_pack("{s:s,s:o}", "type", "array", "items", made);
	json_object_set_new(made, "title", json_string(field->label));
	json_object_set_new(made, "description", json_string(field->help));
	return made;
}

/* Adds the rows of a table to `properties`, and the names of those required. */
static void add_properties(const struct field *fields, json_t *properties, json_t *required)
{
	for (const struct field *field = fields; field->name; field++) {
		json_object_set_new(properties, field->name, field_schema(field));
		if (field->flags & FIELD_REQUIRED)
			json_array_append_new(required, json_string(field->name));
	}
}

static json_t *group_schema(const struct field *fields)
{
	json_t *properties = json_object(), *required = json_array();

	add_properties(fields, properties, required);
	return json_pack("{s:s,s:o,s:o,s:b}", "type", "object", "properties", properties, "required", required,
	                 "additionalProperties", 0);
}

char *qorgan_schema_json(const char *kind)
{
	const struct schema *schema = schema_find(kind, strlen(kind));

	if (!schema)
		return NULL;
	json_t *properties = json_object(), *required = json_pack("[s,s]", "kind", "id");
	json_object_set_new(properties, "kind", json_pack("{s:s}", "const", schema->kind));
	json_object_set_new(properties, "id",
	                    json_pack("{s:s,s:s}", "type", "string", "pattern", id_pattern(schema->id_form)));
	add_properties(schema->fields, properties, required);
	json_t *made = json_pack("{s:s,s:s,s:s,s:o,s:o,s:b}", "$schema", "https://json-schema.org/draft/2020-12/schema",
	                         "title", schema->label, "type", "object", "properties", properties, "required", required,
	                         "additionalProperties", 0);
	char *text = made ? memory_json_text(made, JSON_INDENT(2)) : NULL;
	json_decref(made);
	return text;
}

char *qorgan_schema_sql(void)
{
	struct buffer text = { 0 };

	engine_schema_print(&text);
	char *taken = text.failed ? NULL : buffer_take(&text);
	buffer_free(&text);
	return taken;
}
