/* Setting fields by name and text.
 *
 * A path is walked from the left; what it leads to is made from the text first
 * and put in place last, so that a failure leaves the body as it was. */
#include "record/draft.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "record/input_parts.h"
#include "record/suggest.h"
#include "record/validate_rules.h"

#define NAME_SIZE 65

/* How the text is to be understood. */
struct manner {
	const char *language; /* of a text without one, or NULL */
	bool literal;         /* a cell: no '+' and '-', no shortened names */
};

static int set_field(const struct field *fields, json_t *object, const char *path, const char *text,
                     const struct manner *manner, struct qorgan_error *error);

/* Cuts the first step off a path, with '_' for '-'; false if it is empty or too
 * long to be a name. */
static bool path_step(const char *path, char name[NAME_SIZE], const char **rest)
{
	size_t size = strcspn(path, ".");

	if (size == 0 || size >= NAME_SIZE)
		return false;
	for (size_t i = 0; i < size; i++)
		name[i] = path[i] == '-' ? '_' : path[i];
	name[size] = '\0';
	*rest = path[size] ? path + size + 1 : NULL;
	return true;
}

static int unknown_field(const struct field *fields, const char *name, struct qorgan_error *error)
{
	struct suggestion suggestion = { .word = name };
	char nearest[SUGGEST_TEXT_SIZE];

	for (const struct field *field = fields; field->name; field++)
		suggest_offer(&suggestion, field->name);
	suggest_format(&suggestion, nearest);
	return error_set(error, QORGAN_USAGE, "unknown field \"%.80s\"%s", name, nearest);
}

/* The row of that name, or the only one that begins so. What the program keeps
 * itself must be named in full. */
static int find_field(const struct field *fields, const char *name, bool whole, const struct field **found,
                      struct qorgan_error *error)
{
	size_t size = strlen(name);

	*found = schema_field(fields, name, size);
	if (*found)
		return QORGAN_OK;
	for (const struct field *field = fields; field->name && !whole; field++) {
		if (strncmp(field->name, name, size) != 0 || field->flags & FIELD_COMPUTED)
			continue;
		if (*found)
			return error_set(error, QORGAN_USAGE, "\"%s\" may mean \"%s\" or \"%s\": write more of it",
			                 name, (*found)->name, field->name);
		*found = field;
	}
	return *found ? QORGAN_OK : unknown_field(fields, name, error);
}

/* Takes over `value`, which may be NULL without memory. */
static int put(json_t *object, const char *name, json_t *value, struct qorgan_error *error)
{
	return json_object_set_new(object, name, value) == 0 ? QORGAN_OK : error_set_memory(error);
}

static int make_string(struct span text, json_t **value, struct qorgan_error *error)
{
	if (!text_is_utf8(text))
		return error_set(error, QORGAN_BAD_DATA, "the text is not UTF-8");
	*value = json_stringn(text.data, text.size);
	return *value ? QORGAN_OK : error_set_memory(error);
}

static int make_integer(const char *text, json_t **value, struct qorgan_error *error)
{
	char *end;

	errno = 0;
	long long number = strtoll(text, &end, 10);
	bool begins_well = (*text >= '0' && *text <= '9') || (*text == '-' && text[1] >= '0' && text[1] <= '9');
	if (!begins_well || *end || errno)
		return error_set(error, QORGAN_BAD_DATA, "\"%.80s\" is not a whole number", text);
	*value = json_integer(number);
	return *value ? QORGAN_OK : error_set_memory(error);
}

static int make_flag(const char *text, json_t **value, struct qorgan_error *error)
{
	static const char *const yes[] = { "true", "yes", "1" }, *const no[] = { "false", "no", "0" };

	for (size_t i = 0; i < 3; i++) {
		if (strcmp(text, yes[i]) == 0 || strcmp(text, no[i]) == 0) {
			*value = json_boolean(strcmp(text, yes[i]) == 0);
			return QORGAN_OK;
		}
	}
	return error_set(error, QORGAN_BAD_DATA, "\"%.80s\" is neither true nor false", text);
}

/* A value that is no group and no text for people. */
static int make_scalar(const struct field *field, const char *text, json_t **value, struct qorgan_error *error)
{
	switch (field->type) {
	case FIELD_INTEGER:
		return make_integer(text, value, error);
	case FIELD_FLAG:
		return make_flag(text, value, error);
	default:
		return make_string(span_of(text), value, error);
	}
}

/* Where the next pair of "key=value,key=value" begins: a comma belongs to the
 * value unless a name and '=' follow it. */
static const char *pair_end(const char *text)
{
	for (const char *comma = strchr(text, ','); comma; comma = strchr(comma + 1, ',')) {
		const char *name = comma + 1 + strspn(comma + 1, " ");
		size_t size = strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-");
		if (size > 0 && name[size] == '=')
			return comma;
	}
	return text + strlen(text);
}

/* Sets the members of a group from "key=value,key=value". */
static int set_pairs(const struct field *fields, json_t *group, const char *text, const struct manner *manner,
                     struct qorgan_error *error)
{
	int code = QORGAN_OK;

	while (*text && code == QORGAN_OK) {
		text += strspn(text, " ");
		const char *end = pair_end(text);
		char *pair = span_copy((struct span){ text, (size_t)(end - text) });
		if (!pair)
			return error_set_memory(error);
		char *equals = strchr(pair, '=');
		if (equals) {
			*equals = '\0';
			code = set_field(fields, group, pair, equals + 1, manner, error);
		} else {
			code = error_set(error, QORGAN_BAD_DATA, "\"%.80s\" is not of the form key=value", pair);
		}
		free(pair);
		text = *end ? end + 1 : end;
	}
	return code;
}

/* A group as one JSON object, or as pairs set in a copy of `from` (or NULL). */
static int make_group(const struct field *field, const json_t *from, const char *text, const struct manner *manner,
                      json_t **value, struct qorgan_error *error)
{
	if (*text == '{')
		return input_parse(span_of(text), value, error);
	json_t *group = from ? json_deep_copy(from) : json_object();
	if (!group)
		return error_set_memory(error);
	int code = set_pairs(field->fields, group, text, manner, error);
	if (code)
		json_decref(group);
	else
		*value = group;
	return code;
}

static struct span trimmed(const char *text, size_t size)
{
	while (size > 0 && (*text == ' ' || *text == '\t')) {
		text++;
		size--;
	}
	while (size > 0 && (text[size - 1] == ' ' || text[size - 1] == '\t'))
		size--;
	return (struct span){ text, size };
}

/* "KAZ,UZB", "KAZ;UZB" or a JSON array, as an array. */
static int make_list(const struct field *field, const char *text, json_t **value, struct qorgan_error *error)
{
	if (*text == '[')
		return input_decode_array(span_of(text), value, error);

	const char *separator = strchr(text, ';') ? ";" : ",";
	json_t *array = json_array();
	int code = array ? QORGAN_OK : error_set_memory(error);
	while (code == QORGAN_OK && *text) {
		size_t size = strcspn(text, separator);
		struct span part = trimmed(text, size);
		json_t *element = NULL;
		if (part.size > 0) {
			char *copy = span_copy(part);
			code = copy ? make_scalar(field, copy, &element, error) : error_set_memory(error);
			free(copy);
			if (code == QORGAN_OK && json_array_append_new(array, element) != 0)
				code = error_set_memory(error);
		}
		text += size + (text[size] != '\0');
	}
	if (code)
		json_decref(array);
	else
		*value = array;
	return code;
}

static bool element_is(const json_t *element, const json_t *wanted)
{
	const json_t *id = json_object_get(element, "id");

	return json_equal(id ? id : element, wanted);
}

/* Takes each of `gone` out of the list. */
static int remove_elements(json_t *array, const json_t *gone, struct qorgan_error *error)
{
	for (size_t i = 0; i < json_array_size(gone); i++) {
		const json_t *wanted = json_array_get(gone, i);
		size_t before = json_array_size(array);
		for (size_t j = before; j > 0; j--)
			if (element_is(json_array_get(array, j - 1), wanted))
				json_array_remove(array, j - 1);
		if (json_array_size(array) == before)
			return error_set(error, QORGAN_BAD_DATA,
			                 "\"%.80s\" is not in the list, so it cannot be removed",
			                 json_is_string(wanted) ? json_string_value(wanted) : "that");
	}
	return QORGAN_OK;
}

/* Appends a group; one with the id of another replaces it, as two of one id
 * could never be valid. */
static int append_group(json_t *array, json_t *group, struct qorgan_error *error)
{
	const json_t *id = json_object_get(group, "id");

	for (size_t i = 0; id && i < json_array_size(array); i++)
		if (json_equal(json_object_get(json_array_get(array, i), "id"), id))
			return json_array_set(array, i, group) == 0 ? QORGAN_OK : error_set_memory(error);
	return json_array_append(array, group) == 0 ? QORGAN_OK : error_set_memory(error);
}

/* The new content of a list of groups or texts, made in `array`, a copy of the
 * old one. */
static int change_groups(const struct field *field, json_t *array, const char *text, const struct manner *manner,
                         struct qorgan_error *error)
{
	static const struct field id_field = { .name = "id", .type = FIELD_STRING };
	json_t *part = NULL;
	int code;

	if (*text == '-' && !manner->literal) {
		if (!field->fields || !schema_field(field->fields, "id", 2))
			return error_set(error, QORGAN_BAD_DATA,
			                 "its elements have no id to remove one by: give the list as JSON");
		code = make_list(&id_field, text + 1, &part, error);
		if (code == QORGAN_OK)
			code = remove_elements(array, part, error);
	} else if (*text == '[') {
		code = make_list(field, text, &part, error);
		if (code == QORGAN_OK && (json_array_clear(array) != 0 || json_array_extend(array, part) != 0))
			code = error_set_memory(error);
	} else {
		if (*text == '+' && !manner->literal)
			text++;
		code = make_group(field, NULL, text, manner, &part, error);
		if (code == QORGAN_OK)
			code = append_group(array, part, error);
	}
	json_decref(part);
	return code;
}

/* One element of a list that is changed: added, or, with '-', removed. */
static int change_element(const struct field *field, json_t *array, char sign, struct span text,
                          struct qorgan_error *error)
{
	json_t *element = NULL, *part = json_array();
	char *copy = span_copy(text);
	int code = copy && part ? make_scalar(field, copy, &element, error) : error_set_memory(error);

	if (!code && json_array_append_new(part, element) != 0)
		code = error_set_memory(error);
	if (!code && sign == '-')
		code = remove_elements(array, part, error);
	else if (!code && json_array_extend(array, part) != 0)
		code = error_set_memory(error);
	json_decref(part);
	free(copy);
	return code;
}

/* "+TJK,-KAZ,KGZ": an element without a sign has that of the one before. */
static int change_elements(const struct field *field, json_t *array, const char *text, struct qorgan_error *error)
{
	const char *separator = strchr(text, ';') ? ";" : ",";
	char sign = '+';
	int code = QORGAN_OK;

	while (!code && *text) {
		size_t size = strcspn(text, separator);
		struct span part = trimmed(text, size);
		if (part.size > 0 && (*part.data == '+' || *part.data == '-')) {
			sign = *part.data;
			part = trimmed(part.data + 1, part.size - 1);
		}
		if (part.size > 0)
			code = change_element(field, array, sign, part, error);
		text += size + (text[size] != '\0');
	}
	return code;
}

/* The same for a list of plain values. */
static int change_values(const struct field *field, json_t *array, const char *text, const struct manner *manner,
                         struct qorgan_error *error)
{
	char sign = manner->literal || (*text != '+' && *text != '-') ? '\0' : *text;
	json_t *part = NULL;

	if (sign && text[1] != '[')
		return change_elements(field, array, text, error);
	int code = make_list(field, text + (sign != '\0'), &part, error);
	if (code)
		return code;
	if (sign == '-')
		code = remove_elements(array, part, error);
	else if ((!sign && json_array_clear(array) != 0) || json_array_extend(array, part) != 0)
		code = error_set_memory(error);
	json_decref(part);
	return code;
}

static int set_list(const struct field *field, json_t *object, const char *text, const struct manner *manner,
                    struct qorgan_error *error)
{
	const json_t *old = json_object_get(object, field->name);
	json_t *array = json_is_array(old) ? json_deep_copy(old) : json_array();
	bool of_groups = field->type == FIELD_GROUP || field->type == FIELD_TEXT;

	if (!array)
		return error_set_memory(error);
	int code = (of_groups ? change_groups : change_values)(field, array, text, manner, error);
	if (code) {
		json_decref(array);
		return code;
	}
	if (json_array_size(array) > 0)
		return put(object, field->name, array, error);
	json_decref(array);
	json_object_del(object, field->name);
	return QORGAN_OK;
}

/* A copy of the object that is there, so that it can be changed and dropped. */
static json_t *member_copy(const json_t *object, const char *name)
{
	const json_t *old = json_object_get(object, name);

	return json_is_object(old) ? json_deep_copy(old) : json_object();
}

/* Puts an object in place, or removes the member if it has become empty. */
static int put_object(json_t *object, const char *name, json_t *value, struct qorgan_error *error)
{
	if (json_object_size(value) > 0)
		return put(object, name, value, error);
	json_decref(value);
	json_object_del(object, name);
	return QORGAN_OK;
}

static int set_text(const struct field *field, json_t *object, const char *language, const char *text,
                    struct qorgan_error *error)
{
	json_t *value = NULL;

	if (!language)
		return error_set(error, QORGAN_USAGE, "say the language, as in %s.en", field->name);
	if (!validation_is_language(span_of(language)))
		return error_set(error, QORGAN_USAGE, "\"%.40s\" is not a language tag such as en, ru or uz-Latn",
		                 language);
	int code = *text ? make_string(span_of(text), &value, error) : QORGAN_OK;
	if (code)
		return code;

	json_t *map = member_copy(object, field->name);
	if (!map) {
		json_decref(value);
		return error_set_memory(error);
	}
	if (!value) {
		json_object_del(map, language);
	} else if (json_object_set_new(map, language, value) != 0) {
		json_decref(map);
		return error_set_memory(error);
	}
	return put_object(object, field->name, map, error);
}

/* A member of a group by its path, or, without one, the group as a whole. */
static int set_group(const struct field *field, json_t *object, const char *rest, const char *text,
                     const struct manner *manner, struct qorgan_error *error)
{
	json_t *group = NULL;
	int code;

	if (!rest) {
		code = make_group(field, json_object_get(object, field->name), text, manner, &group, error);
	} else {
		group = member_copy(object, field->name);
		code = group ? set_field(field->fields, group, rest, text, manner, error) : error_set_memory(error);
	}
	if (code == QORGAN_OK)
		return put_object(object, field->name, group, error);
	if (rest)
		json_decref(group);
	return code;
}

static int set_field(const struct field *fields, json_t *object, const char *path, const char *text,
                     const struct manner *manner, struct qorgan_error *error)
{
	const struct field *field;
	char name[NAME_SIZE];
	const char *rest;
	json_t *value;

	if (!path_step(path, name, &rest))
		return error_set(error, QORGAN_USAGE, "unknown field \"%.80s\"", path);
	int code = find_field(fields, name, manner->literal, &field, error);
	if (code)
		return code;

	bool has_parts = !(field->flags & FIELD_LIST) && (field->type == FIELD_GROUP || field->type == FIELD_TEXT);
	if (rest && !has_parts)
		return error_set(error, QORGAN_USAGE, "\"%s\" has no part \"%.80s\"", field->name, rest);
	if (!*text && !rest) {
		json_object_del(object, field->name);
		return QORGAN_OK;
	}
	if (field->flags & FIELD_LIST)
		return set_list(field, object, text, manner, error);
	if (field->type == FIELD_TEXT)
		return set_text(field, object, rest ? rest : manner->language, text, error);
	if (field->type == FIELD_GROUP)
		return set_group(field, object, rest, text, manner, error);
	code = make_scalar(field, text, &value, error);
	return code ? code : put(object, field->name, value, error);
}

int draft_set(const struct schema *schema, json_t *body, const char *path, const char *text, const char *language,
              struct qorgan_error *error)
{
	const struct manner manner = { language, false };
	int code = set_field(schema->fields, body, path, text, &manner, error);

	if (code)
		error_prefix(error, code, "%.80s", path);
	return code;
}

int draft_set_cell(const struct schema *schema, json_t *body, const char *column, const char *text,
                   struct qorgan_error *error)
{
	const struct manner manner = { NULL, true };

	return *text ? set_field(schema->fields, body, column, text, &manner, error) : QORGAN_OK;
}

const struct field *draft_find_column(const struct schema *schema, const char *column)
{
	const struct field *fields = schema->fields, *field = NULL;
	char name[NAME_SIZE];

	while (column) {
		const char *rest;
		if (!fields || !path_step(column, name, &rest))
			return NULL;
		field = schema_field(fields, name, strlen(name));
		if (!field)
			return NULL;
		bool is_list = field->flags & FIELD_LIST;
		if (field->type == FIELD_TEXT && !is_list)
			return rest && validation_is_language(span_of(rest)) ? field : NULL;
		fields = is_list ? NULL : field->fields; /* NULL but for a group */
		column = rest;
	}
	return field;
}
