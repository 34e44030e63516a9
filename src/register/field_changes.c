/* The fields that differ between two bodies. */
#include "register/field_changes.h"

#include <stdint.h>

#include "record/diff.h"

/* The texts lie one behind the other in a buffer that may move, so they are found by offset
 * until all are there. */
struct gathered {
	size_t path, label, before, after;
};
#define NO_TEXT SIZE_MAX

static size_t keep(struct field_changes *changes, struct span text)
{
	size_t at = changes->text.size;

	if (!text.data)
		return NO_TEXT;
	buffer_append_span(&changes->text, text);
	buffer_append_char(&changes->text, '\0');
	return at;
}

static void gather(void *context, const char *path, const struct field *field, struct span before, struct span after)
{
	struct field_changes *changes = context;
	struct gathered row = { keep(changes, span_of(path)), keep(changes, span_of(field->label)), keep(changes, before),
		                    keep(changes, after) };

	buffer_append(&changes->gathered, &row, sizeof row);
}

static const char *text_at(const struct field_changes *changes, size_t at)
{
	return at == NO_TEXT ? NULL : changes->text.data + at;
}

int field_changes_find(struct field_changes *changes, const struct schema *schema, struct span before, struct span after,
                       struct qorgan_history_entry *entry, struct qorgan_error *error)
{
	buffer_clear(&changes->text);
	buffer_clear(&changes->gathered);
	buffer_clear(&changes->rows);
	diff_bodies(schema, before, after, gather, changes);
	if (changes->text.failed || changes->gathered.failed)
		return error_set_memory(error);
	const struct gathered *gathered = (const struct gathered *)(const void *)changes->gathered.data;
	entry->count = changes->gathered.size / sizeof *gathered;
	for (size_t i = 0; i < entry->count; i++) {
		struct qorgan_field_change row = { text_at(changes, gathered[i].path), text_at(changes, gathered[i].label),
			                               text_at(changes, gathered[i].before), text_at(changes, gathered[i].after) };
		buffer_append(&changes->rows, &row, sizeof row);
	}
	if (changes->rows.failed)
		return error_set_memory(error);
	entry->changes = (const struct qorgan_field_change *)(const void *)changes->rows.data;
	return QORGAN_OK;
}

void field_changes_free(struct field_changes *changes)
{
	buffer_free(&changes->text);
	buffer_free(&changes->gathered);
	buffer_free(&changes->rows);
}
