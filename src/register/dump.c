/* Dump: objects in the form that load takes, in the order in which they came. */
#include <stdlib.h>
#include <string.h>

#include "record/output.h"
#include "record/reader.h"
#include "register/listing_parts.h"

#define CHUNK_SIZE (64 * 1024) /* written at once */

enum dump_format { DUMP_LINES, DUMP_ARRAY, DUMP_CSV };

struct dump {
	struct qorgan_store *store;
	enum dump_format format;
	FILE *to;
	struct buffer text;
	uint64_t count, total;
	const struct schema *schema;
	char **languages; /* sorted */
	size_t language_count;
	struct output_columns *columns;
};

static int dump_flush(struct dump *dump, struct qorgan_error *error)
{
	if (dump->text.failed)
		return error_set_memory(error);
	if (dump->text.size && fwrite(dump->text.data, 1, dump->text.size, dump->to) != dump->text.size)
		return error_set_system(error, QORGAN_IO, "cannot write the dump");
	buffer_clear(&dump->text);
	return QORGAN_OK;
}

static int dump_record(void *context, struct vault_record *record, struct qorgan_error *error)
{
	static const struct span nothing = { "", 0 };
	struct dump *dump = context;
	int code = vault_progress(dump->store, "dumping", dump->count, dump->total);

	if (code)
		return error_set(error, code, "the dump was stopped");
	if (dump->format == DUMP_ARRAY && dump->count > 0)
		buffer_append_text(&dump->text, ",\n");
	dump->count++;
	if (dump->format == DUMP_CSV)
		output_csv_row(dump->columns, &record->record, &dump->text);
	else
		output_object(&record->record, nothing, &dump->text);
	if (dump->format == DUMP_LINES)
		buffer_append_char(&dump->text, '\n');
	return dump->text.size >= CHUNK_SIZE || dump->text.failed ? dump_flush(dump, error) : QORGAN_OK;
}

/* ---- The languages that occur, which are columns of CSV ----------------------- */

static int language_add(struct dump *dump, struct span tag, struct qorgan_error *error)
{
	size_t at = 0;

	for (; at < dump->language_count; at++) {
		struct span known = span_of(dump->languages[at]);
		size_t common = known.size < tag.size ? known.size : tag.size;
		int order = memcmp(known.data, tag.data, common);
		if (order == 0 && known.size == tag.size)
			return QORGAN_OK;
		if (order > 0 || (order == 0 && known.size > tag.size))
			break;
	}
	char **languages = reallocarray(dump->languages, dump->language_count + 1, sizeof *languages);
	if (!languages)
		return error_set_memory(error);
	dump->languages = languages;
	char *copy = span_copy(tag);
	if (!copy)
		return error_set_memory(error);
	memmove(languages + at + 1, languages + at, (dump->language_count - at) * sizeof *languages);
	languages[at] = copy;
	dump->language_count++;
	return QORGAN_OK;
}

/* Texts within lists of groups are no columns of their own. */
static int languages_of(struct dump *dump, const struct field *fields, struct span object, struct qorgan_error *error)
{
	struct span value, tag, text;
	struct reader reader;
	int code = QORGAN_OK;

	for (const struct field *field = fields; field->name && !code; field++) {
		bool divides = (field->type == FIELD_TEXT || field->type == FIELD_GROUP) && !(field->flags & FIELD_LIST);
		if (!divides || !reader_find(object, field->name, &value))
			continue;
		if (field->type == FIELD_GROUP)
			code = languages_of(dump, field->fields, value, error);
		else if (reader_open(value, &reader))
			while (!code && reader_member(&reader, &tag, &text))
				code = language_add(dump, tag, error);
	}
	return code;
}

static int take_languages(void *context, struct vault_record *record, struct qorgan_error *error)
{
	struct dump *dump = context;

	return languages_of(dump, dump->schema->fields, record->record.body, error);
}

static int csv_begin(struct dump *dump, struct vault_view *view, struct qorgan_error *error)
{
	int code = vault_scan(view, dump->schema, take_languages, dump, error);

	if (!code)
		code = output_columns_make(dump->schema, (const char *const *)dump->languages, dump->language_count,
		                           &dump->columns, error);
	if (!code)
		output_csv_head(dump->columns, &dump->text);
	return code;
}

/* ---- The whole ------------------------------------------------------------------ */

static int format_find(const char *name, enum dump_format *format, struct qorgan_error *error)
{
	static const char *const names[] = { "jsonl", "json", "csv" };

	for (unsigned i = 0; i < sizeof names / sizeof names[0]; i++) {
		if (strcmp(names[i], name) == 0) {
			*format = (enum dump_format)i;
			return QORGAN_OK;
		}
	}
	return error_set(error, QORGAN_USAGE, "unknown format \"%.80s\" of a dump: jsonl, json or csv", name);
}

static int dump_kinds(struct dump *dump, struct vault_view *view, const struct schema *only,
                      struct qorgan_error *error)
{
	size_t count;
	const struct schema *const *all = schema_all(&count);
	int code = QORGAN_OK;

	for (size_t i = 0; i < count; i++)
		if (only ? only == all[i] : (all[i]->flags & SCHEMA_CATALOGUE) != 0)
			dump->total += vault_view_heads(view, all[i]);
	if (dump->format == DUMP_ARRAY)
		buffer_append_text(&dump->text, "[\n");
	for (size_t i = 0; i < count && !code; i++) {
		if (only ? only != all[i] : !(all[i]->flags & SCHEMA_CATALOGUE))
			continue;
		dump->schema = all[i];
		if (dump->format == DUMP_CSV)
			code = csv_begin(dump, view, error);
		if (!code)
			code = vault_scan(view, all[i], dump_record, dump, error);
	}
	if (dump->format == DUMP_ARRAY)
		buffer_append_text(&dump->text, dump->count ? "\n]\n" : "]\n");
	return code ? code : dump_flush(dump, error);
}

int qorgan_dump(struct qorgan_store *store, const char *kind, const char *format, FILE *to,
                struct qorgan_error *error)
{
	struct dump dump = { .store = store, .to = to };
	const struct schema *only = kind ? object_schema(kind, error) : NULL;
	struct vault_view *view = NULL;

	if (kind && !only)
		return QORGAN_USAGE;
	if (only && !(only->flags & SCHEMA_CATALOGUE))
		return error_set(error, QORGAN_USAGE, "%s are no part of a dump, as they cannot be loaded: see qorgan log",
		                 only->plural);
	int code = format_find(format, &dump.format, error);
	if (!code && dump.format == DUMP_CSV && !only)
		code = error_set(error, QORGAN_USAGE, "a dump as csv is of one kind, as each has its own columns: name it");
	if (!code)
		code = vault_view_begin(store, &view, error);
	if (!code)
		code = dump_kinds(&dump, view, only, error);
	if (!code && fflush(to))
		code = error_set_system(error, QORGAN_IO, "cannot write the dump");
	vault_view_end(view);
	output_columns_free(dump.columns);
	for (size_t i = 0; i < dump.language_count; i++)
		free(dump.languages[i]);
	free(dump.languages);
	buffer_free(&dump.text);
	return code;
}
