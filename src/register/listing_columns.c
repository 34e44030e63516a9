/* Columns of a listing: a place in the body, a value that is computed, or a fact
 * of the envelope; as a cell for people and as a key to sort by. */
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/language.h"
#include "base/text.h"
#include "record/reader.h"
#include "record/validate_rules.h"
#include "register/levels.h"
#include "register/listing_parts.h"
#include "register/wording.h"

/* ---- Paths --------------------------------------------------------------------- */

static bool path_step(const char *text, char name[65], const char **rest)
{
	size_t size = strcspn(text, ".");

	if (size == 0 || size > 64)
		return false;
	for (size_t i = 0; i < size; i++)
		name[i] = text[i] == '-' ? '_' : text[i];
	name[size] = '\0';
	*rest = text[size] ? text + size + 1 : NULL;
	return true;
}

bool value_path_parse(const struct schema *schema, const char *text, struct value_path *path, char unknown[65],
                      const struct field **among)
{
	const struct field *fields = schema->fields;

	*path = (struct value_path){ 0 };
	unknown[0] = '\0';
	while (text) {
		*among = fields;
		if (!fields || path->count == PATH_STEPS || !path_step(text, unknown, &text))
			return false;
		const struct field *field = schema_field(fields, unknown, strlen(unknown));
		if (!field)
			return false;
		path->field = field;
		path->steps[path->count++] = field->name;
		bool divides = !(field->flags & FIELD_LIST);
		fields = divides && field->type == FIELD_GROUP ? field->fields : NULL;
		if (text && divides && field->type == FIELD_TEXT && strlen(text) < sizeof path->language &&
		    validation_is_language(span_of(text))) {
			strcpy(path->language, text);
			text = NULL;
		}
	}
	return true;
}

struct span value_at(const struct value_path *path, const struct span *values)
{
	struct span value = values[path->index];

	for (size_t i = 1; i < path->count && value.data; i++)
		if (!reader_find(value, path->steps[i], &value))
			return (struct span){ NULL, 0 };
	if (path->language[0] && value.data && !reader_find(value, path->language, &value))
		return (struct span){ NULL, 0 };
	return value;
}

/* ---- Columns --------------------------------------------------------------------- */

static bool is_level(const struct field *field)
{
	return field->type == FIELD_GROUP && !(field->flags & FIELD_LIST) &&
	       schema_field(field->fields, "likelihood", 10) && schema_field(field->fields, "impact", 6);
}

static unsigned words_width(const char *const *words)
{
	size_t width = 0;

	for (; *words; words++)
		if (strlen(*words) > width)
			width = strlen(*words);
	return (unsigned)width;
}

/* Texts, and keys, which nobody compares by eye: so that a fingerprint beside them
 * is not cut, of which every digit counts. */
static bool takes_what_is_left(const struct field *field)
{
	static const char *const names[] = { "name", "recipient", "minisign", "vkey", "cosigner" };

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		if (strcmp(field->name, names[i]) == 0)
			return true;
	return field->type == FIELD_TEXT;
}

/* Usual width of a field's column; 0 takes what is left. */
static unsigned field_width(const struct field *field)
{
	if (field->flags & FIELD_LIST)
		return field->type == FIELD_STATE || field->type == FIELD_PARTY ? 13 : 20;
	switch (field->type) {
	case FIELD_INTEGER:
		return field->maximum > 9999 ? 10 : 4;
	case FIELD_FLAG:
		return 3;
	case FIELD_DATE:
		return 10;
	case FIELD_WORD:
		return words_width(field->words);
	case FIELD_MARKING:
		return 16;
	case FIELD_STATE:
	case FIELD_PARTY:
		return 4;
	case FIELD_REFERENCE:
		return 14;
	case FIELD_GROUP:
		return is_level(field) ? 6 : 24;
	default:
		return takes_what_is_left(field) ? 0 : 16;
	}
}

static int column_parse(const struct schema *schema, const char *text, struct column *column,
                        struct qorgan_error *error)
{
	const struct field *among = NULL;
	char unknown[65];

	if (column_envelope(text, column))
		return QORGAN_OK;
	column->computed = computed_find(schema, text);
	if (column->computed) {
		const struct field *field = &column->computed->field;
		column->source = COLUMN_COMPUTED;
		column->shown = (struct qorgan_column){ field->name, field->label, field->type == FIELD_INTEGER,
			                                    column->computed->width };
		return QORGAN_OK;
	}
	if (strlen(text) >= sizeof column->name || !value_path_parse(schema, text, &column->path, unknown, &among))
		return column_unknown(schema, text, unknown, among, error);
	const struct field *field = column->path.field;
	for (size_t i = 0; text[i]; i++)
		column->name[i] = text[i] == '-' && !column->path.language[0] ? '_' : text[i];
	column->source = COLUMN_FIELD;
	column->level = is_level(field);
	if (strcmp(field->name, "treatment") == 0)
		column->computed = computed_find(schema, "acceptance_expired");
	column->shown = (struct qorgan_column){ column->name, field->label,
		                                    field->type == FIELD_INTEGER && !(field->flags & FIELD_LIST),
		                                    field_width(field) };
	return QORGAN_OK;
}

int columns_parse(const struct schema *schema, const char *list, bool sort, struct columns *columns,
                  struct qorgan_error *error)
{
	char *text = list ? strdup(list) : sort ? strdup("id") : columns_usual(schema), *rest = NULL;
	size_t limit = 1;
	int code = QORGAN_OK;

	*columns = (struct columns){ 0 };
	for (const char *at = text; at && *at; at++)
		limit += *at == ',';
	columns->items = calloc(limit, sizeof *columns->items);
	if (!text || !columns->items)
		code = error_set_memory(error);
	for (char *word = code ? NULL : strtok_r(text, ", ", &rest); word && !code; word = strtok_r(NULL, ", ", &rest)) {
		struct column *column = &columns->items[columns->count++];
		column->descending = sort && *word == '-';
		code = column_parse(schema, word + column->descending, column, error);
		column->brief = !list && schema->id_form == SCHEMA_ID_DIGEST && column->source == COLUMN_ID;
	}
	if (!code && columns->count == 0)
		code = error_set(error, QORGAN_USAGE, "no column is named");
	free(text);
	return code;
}

void columns_free(struct columns *columns)
{
	free(columns->items);
	*columns = (struct columns){ 0 };
}

bool columns_need(const struct columns *columns, struct pick *pick, unsigned *computed)
{
	for (size_t i = 0; i < columns->count; i++) {
		const struct column *column = &columns->items[i];
		if (column->computed)
			*computed |= 1u << column->computed->computed;
		if (column->source == COLUMN_FIELD && !pick_add(pick, column->path.steps[0]))
			return false;
	}
	return true;
}

void columns_settle(struct columns *columns, const struct pick *pick)
{
	for (size_t i = 0; i < columns->count; i++)
		if (columns->items[i].source == COLUMN_FIELD)
			columns->items[i].path.index = pick_index(pick, columns->items[i].path.steps[0]);
}

/* ---- Cells -------------------------------------------------------------------------- */

#define BRIEF_SIZE 12 /* digits of a digest that tell it from others */

static void write_flag(bool set, bool data, const char *mark, struct buffer *to)
{
	if (data)
		buffer_append_text(to, set ? "true" : "false");
	else if (set)
		buffer_append_text(to, mark);
}

static void write_computed(const struct computed_row *row, int64_t value, bool data, struct buffer *to)
{
	char day[DATE_TEXT_SIZE];

	if (value == 0 && (row->computed == COMPUTED_SCORE || row->field.type == FIELD_DATE))
		return;
	if (row->field.type == FIELD_DATE) {
		date_format((date_day)value, day);
		buffer_append_text(to, day);
	} else if (row->field.type == FIELD_INTEGER) {
		buffer_append_integer(to, value);
	} else if (row->field.type == FIELD_WORD) {
		buffer_append_text(to, row->field.words[value]);
	} else {
		write_flag(value, data, row->computed == COMPUTED_OVERDUE ? "!" : "yes", to);
	}
}

static void write_field(const struct value_path *path, struct span value, const struct column_view *view,
                        struct buffer *to)
{
	static const struct field string = { .type = FIELD_STRING };

	if (view->data && path->field->type == FIELD_FLAG && !(path->field->flags & FIELD_LIST)) {
		write_flag(value.data && reader_true(value), true, "", to);
		return;
	}
	if (!value.data)
		return;
	if (is_level(path->field)) {
		struct level level = level_read(value);
		if (level_score(level))
			buffer_append_format(to, "%ux%u=%u", level.likelihood, level.impact, level_score(level));
		return;
	}
	wording_value(path->language[0] ? &string : path->field, value, 
	              &(struct wording){ view->languages, view->words }, to);
}

void column_write(const struct column *column, const struct column_view *view, struct buffer *to)
{
	const struct record *record = view->record;

	switch (column->source) {
	case COLUMN_FIELD:
		write_field(&column->path, value_at(&column->path, view->values), view, to);
		if (column->computed && view->computed && !view->data && view->computed->of[column->computed->computed])
			buffer_append_text(to, " (expired)");
		break;
	case COLUMN_COMPUTED:
		write_computed(column->computed, view->computed->of[column->computed->computed], view->data, to);
		break;
	case COLUMN_ID:
		buffer_append(to, record->id.data,
		              column->brief && record->id.size > BRIEF_SIZE ? BRIEF_SIZE : record->id.size);
		break;
	case COLUMN_KIND:
		buffer_append_span(to, record->kind);
		break;
	case COLUMN_VERSION:
		buffer_append_integer(to, record->version);
		break;
	case COLUMN_TIME:
		buffer_append_span(to, record->time);
		break;
	case COLUMN_USER:
		buffer_append_span(to, record->user);
		break;
	case COLUMN_OWNER:
		buffer_append_span(to, record->owner);
		break;
	case COLUMN_COMMIT:
		buffer_append_integer(to, (int64_t)record->commit);
	}
}

/* ---- Keys ---------------------------------------------------------------------------- */

#define KEY_TEXT_LIMIT 200 /* bytes of a text that order it */

void id_key(struct span id, struct buffer *to)
{
	char key[3 * RECORD_ID_LIMIT];
	size_t size = 0, limit = id.size < RECORD_ID_LIMIT ? id.size : RECORD_ID_LIMIT;

	/* A run of digits becomes '0', its length without leading zeros, and itself:
	 * of two numbers the longer is the greater. */
	for (size_t at = 0; at < limit;) {
		if (id.data[at] < '0' || id.data[at] > '9') {
			key[size++] = id.data[at++];
			continue;
		}
		while (at < limit && id.data[at] == '0')
			at++;
		size_t start = at;
		while (at < limit && id.data[at] >= '0' && id.data[at] <= '9')
			at++;
		key[size++] = '0';
		key[size++] = (char)(1 + (at - start));
		memcpy(key + size, id.data + start, at - start);
		size += at - start;
	}
	key[size++] = '\0';
	buffer_append(to, key, size);
}

static void number_key(int64_t number, struct buffer *to)
{
	uint8_t bytes[8];

	bytes_put_u64(bytes, (uint64_t)number ^ (uint64_t)1 << 63);
	buffer_append(to, bytes, sizeof bytes);
}

static void text_key(struct span text, struct buffer *to)
{
	size_t start = to->size;

	text_fold(to, text);
	if (to->size > start + KEY_TEXT_LIMIT)
		to->size = start + KEY_TEXT_LIMIT;
	buffer_append_char(to, '\0');
}

/* The place of a word or marking in its order; -1 if it has none. */
static int64_t word_place(const struct field *field, struct span text)
{
	if (field->type == FIELD_MARKING)
		return validate_marking_rank(text);
	for (int64_t i = 0; field->words[i]; i++)
		if (span_is(text, field->words[i]))
			return i;
	return -1;
}

static void field_key(const struct column *column, struct span value, const char *const *languages,
                      struct buffer *scratch, struct buffer *to)
{
	const struct column_view sight = { .languages = languages };
	const struct field *field = column->path.field;
	bool single = !(field->flags & FIELD_LIST);
	struct span text;
	int64_t number;

	buffer_clear(scratch);
	if (single && field->type == FIELD_INTEGER && reader_integer(value, &number)) {
		number_key(number, to);
	} else if (is_level(field)) {
		number_key(level_score(level_read(value)), to);
	} else if (single && (field->type == FIELD_WORD || field->type == FIELD_MARKING)) {
		number_key(reader_string(value, scratch, &text) ? word_place(field, text) : -1, to);
	} else if (single && field->type == FIELD_REFERENCE && reader_string(value, scratch, &text)) {
		id_key(text, to);
	} else {
		write_field(&column->path, value, &sight, scratch);
		text_key(buffer_span(scratch), to);
	}
}

void column_key(const struct column *column, const struct column_view *view, struct buffer *scratch,
                struct buffer *to)
{
	struct span value = column->source == COLUMN_FIELD ? value_at(&column->path, view->values) : (struct span){ "", 0 };
	size_t start;

	buffer_append_char(to, value.data ? 1 : 2);
	start = to->size;
	if (column->source == COLUMN_ID)
		id_key(view->record->id, to);
	else if (column->source == COLUMN_VERSION || column->source == COLUMN_COMMIT)
		number_key(column->source == COLUMN_VERSION ? view->record->version : (int64_t)view->record->commit, to);
	else if (column->source == COLUMN_COMPUTED)
		number_key(column->computed->field.type == FIELD_FLAG ? !view->computed->of[column->computed->computed]
		                                                      : view->computed->of[column->computed->computed], to);
	else if (column->source == COLUMN_FIELD && value.data)
		field_key(column, value, view->languages, scratch, to);
	else if (column->source != COLUMN_FIELD) {
		buffer_clear(scratch);
		column_write(column, view, scratch);
		text_key(buffer_span(scratch), to);
	}
	if (!column->descending)
		return;
	for (size_t i = start; i < to->size; i++)
		to->data[i] = (char)~to->data[i];
}
