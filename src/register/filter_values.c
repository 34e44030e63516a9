/* Values of conditions: as people write them, and as records hold them. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/language.h"
#include "record/canonical.h"
#include "record/suggest.h"
#include "record/validate.h"
#include "register/filter_parts.h"

static int bad_value(const struct making *making, struct span text, const char *why, struct qorgan_error *error)
{
	return error_set(error, QORGAN_BAD_DATA, "--%s: \"%.*s\" %s", making->name, text.size > 80 ? 80 : (int)text.size,
	                 text.data, language_said(why));
}

/* "In progress", "in_progress" and "in-progress" are one word. */
static int take_word(const struct making *making, const struct field *field, struct span text,
                     struct condition *condition, struct qorgan_error *error)
{
	char word[64];
	struct suggestion suggestion = { .word = word };
	char nearest[SUGGEST_TEXT_SIZE];
	struct buffer list = { 0 };
	size_t size = text.size < sizeof word ? text.size : sizeof word - 1;

	for (size_t i = 0; i < size; i++) {
		char c = text.data[i] == ' ' || text.data[i] == '_' ? '-' : text.data[i];
		word[i] = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
	}
	word[size] = '\0';
	for (int64_t i = 0; field->words[i]; i++) {
		if (strcmp(field->words[i], word) == 0) {
			condition->numbers[condition->count] = i;
			canonical_write_string(span_of(word), &condition->text);
			return QORGAN_OK;
		}
		suggest_offer(&suggestion, field->words[i]);
	}
	for (size_t i = 0; field->words[i]; i++)
		buffer_append_format(&list, "%s%s", i ? ", " : "", field->words[i]);
	suggest_format(&suggestion, nearest);
	int code = error_set(error, QORGAN_BAD_DATA, "--%s: \"%.*s\" is none of %s%s", making->name,
	                     text.size > 80 ? 80 : (int)text.size, text.data, buffer_text(&list), nearest);
	buffer_free(&list);
	return code;
}

static int take_party(struct making *making, const struct field *field, struct span text, struct buffer *to,
                      struct qorgan_error *error)
{
	char code[65];
	bool observer;
	int result = making->parties ? QORGAN_OK : parties_load(making->view, &making->parties, error);

	if (result)
		return result;
	if (parties_find(making->parties, text, code, &observer) && (!observer || field->type == FIELD_PARTY)) {
		canonical_write_string(span_of(code), to);
		return QORGAN_OK;
	}
	int refused = parties_refuse(making->parties, text, field->type == FIELD_PARTY, error);
	return refused == QORGAN_BAD_DATA ? error_prefix(error, refused, "--%s", making->name) : refused;
}

static int take_reference(const struct making *making, const struct field *field, struct span text, struct buffer *to,
                          struct qorgan_error *error)
{
	const struct schema *target = schema_find(field->target, strlen(field->target));
	char found[RECORD_ID_LIMIT];
	int code = target ? object_refer(making->view, target, text, found, error)
	                  : error_set(error, QORGAN_INTERNAL, "no kind is called %s", field->target);

	if (!code)
		canonical_write_string(span_of(found), to);
	return code ? error_prefix(error, code, "--%s", making->name) : QORGAN_OK;
}

static int take_number(const struct making *making, const struct field *field, struct span text,
                       struct condition *condition, struct qorgan_error *error)
{
	int64_t *number = &condition->numbers[condition->count];
	char digits[24] = "", range[80], *end;

	if (text.size < sizeof digits)
		memcpy(digits, text.data, text.size);
	errno = 0;
	*number = strtoll(digits, &end, 10);
	if (!digits[0] || strchr(" +\t\n", digits[0]) || *end || errno)
		return bad_value(making, text, "is not a whole number", error);
	snprintf(range, sizeof range, "is not from %lld to %lld", (long long)field->minimum, (long long)field->maximum);
	/* A bound may lie just outside: everything is below 101. */
	bool compares = condition->entry->form != FILTER_FIELD;
	if (!compares && (*number < field->minimum || *number > field->maximum))
		return bad_value(making, text, range, error);
	buffer_append_integer(&condition->text, *number);
	return QORGAN_OK;
}

static int take_value(struct making *making, struct span text, struct condition *condition, struct qorgan_error *error)
{
	const struct field *field = condition->entry->field;
	const char *label;
	date_day day;
	int code = QORGAN_OK;

	if (condition->count == WANTED_LIMIT)
		return error_set(error, QORGAN_BAD_DATA, "--%s: more than %d values", making->name, WANTED_LIMIT);
	switch (field->type) {
	case FIELD_INTEGER:
		code = take_number(making, field, text, condition, error);
		break;
	case FIELD_DATE:
		if (!date_parse(text, &day))
			code = bad_value(making, text, "is not a date: write it as 2026-10-01", error);
		else
			condition->numbers[condition->count] = day; /* of what is computed */
		canonical_write_string(text, &condition->text);
		break;
	case FIELD_WORD:
		code = take_word(making, field, text, condition, error);
		break;
	case FIELD_MARKING:
		label = validate_marking(text);
		if (!label)
			code = bad_value(making, text, "is not a marking: CLEAR, GREEN, AMBER, AMBER+STRICT or RED", error);
		else
			canonical_write_string(span_of(label), &condition->text);
		break;
	case FIELD_STATE:
	case FIELD_PARTY:
		code = take_party(making, field, text, &condition->text, error);
		break;
	case FIELD_REFERENCE:
		code = take_reference(making, field, text, &condition->text, error);
		break;
	default:
		canonical_write_string(text, &condition->text);
	}
	if (!code)
		condition->ends[condition->count++] = condition->text.size;
	return code;
}

static struct span trimmed(const char *text, size_t size)
{
	while (size && *text == ' ')
		text++, size--;
	while (size && text[size - 1] == ' ')
		size--;
	return (struct span){ text, size };
}

/* "KAZ,UZB": one of them. A plain text is taken whole, as it may hold a comma. */
int condition_take_values(struct making *making, const char *value, struct condition *condition,
                          struct qorgan_error *error)
{
	const struct field *field = condition->entry->field;
	enum filter_form form = condition->entry->form;
	bool whole = form == FILTER_LESS || form == FILTER_MORE ||
	             (field->type == FIELD_STRING && !(field->flags & FIELD_LIST));
	int code = QORGAN_OK;

	if (!value || !*value)
		return error_set(error, QORGAN_BAD_DATA, "--%s needs a value", making->name);
	if (whole)
		return take_value(making, span_of(value), condition, error);
	for (const char *at = value; at && !code; at = strchr(at, ',') ? strchr(at, ',') + 1 : NULL)
		code = take_value(making, trimmed(at, strcspn(at, ",")), condition, error);
	return code;
}

int condition_take_flag(const struct making *making, const char *value, struct condition *condition,
                        struct qorgan_error *error)
{
	struct span text = span_of(value ? value : "");

	condition->absent = span_is(text, "no") || span_is(text, "false") || span_is(text, "0");
	if (condition->absent || !text.size || span_is(text, "yes") || span_is(text, "true") || span_is(text, "1"))
		return QORGAN_OK;
	return bad_value(making, text, "is neither yes nor no", error);
}
