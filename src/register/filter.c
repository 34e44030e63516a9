/* Conditions of a listing: what was asked is brought into the form in which it is
 * stored, once; records are then compared as raw bytes. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "record/reader.h"
#include "record/suggest.h"
#include "register/filter_parts.h"

enum retirement { RETIRED_HIDDEN, RETIRED_ONLY, RETIRED_TOO };

struct filters {
	const struct schema *schema;
	struct condition *conditions;
	size_t count;
	bool can_retire;
	enum retirement retirement;
	size_t retired; /* in the pick */
};

/* ---- Making ---------------------------------------------------------------------- */

/* The risks of the wanted domains. */
static int take_domain_risk(void *context, const struct vault_record *record, struct qorgan_error *error)
{
	struct condition *condition = context;
	struct span domain;

	if (!reader_find(record->record.body, "domain", &domain))
		return QORGAN_OK;
	for (size_t i = 0; i < condition->count; i++)
		if (span_equal(domain, wanted_at(condition, i)) &&
		    !id_set_add(&condition->risks, id_set_hash(&condition->risks, "", record->record.id), 0))
			return error_set_memory(error);
	return QORGAN_OK;
}

static int take_domain_risk_now(void *context, struct vault_record *record, struct qorgan_error *error)
{
	return take_domain_risk(context, record, error);
}

static int take_domain_risk_then(void *context, const struct vault_record *now, const struct vault_record *before,
                                 struct qorgan_error *error)
{
	(void)before;
	return take_domain_risk(context, now, error);
}

static int take_domain(struct making *making, struct condition *condition, struct qorgan_error *error)
{
	const struct schema *risk = schema_find("risk", 4);

	return making->day ? as_of_scan(making->view, risk, making->day, take_domain_risk_then, condition, error)
	                   : vault_scan(making->view, risk, take_domain_risk_now, condition, error);
}

static int condition_make(struct making *making, struct filters *filters, const char *value,
                          struct condition *condition, struct qorgan_error *error)
{
	const struct filter_entry *entry = condition->entry;
	const char *const paths[] = { entry->path, entry->second };
	const struct field *among;
	char unknown[65];
	int code;

	for (size_t i = 0; i < 2 && paths[i]; i++)
		if (value_path_parse(filters->schema, paths[i], &condition->paths[condition->path_count], unknown, &among))
			condition->path_count++;
	if (entry->form == FILTER_RETIRED || entry->form == FILTER_ALL) {
		filters->retirement = entry->form == FILTER_RETIRED ? RETIRED_ONLY : RETIRED_TOO;
		return QORGAN_OK;
	}
	if (entry->field->type == FIELD_FLAG)
		return condition_take_flag(making, value, condition, error);
	if (entry->form == FILTER_WORDS)
		return search_make(value ? value : "", &condition->search, error);
	code = condition_take_values(making, value, condition, error);
	if (!code && condition->text.failed)
		code = error_set_memory(error);
	if (!code && entry->form == FILTER_DOMAIN)
		code = take_domain(making, condition, error);
	return code;
}

static int entry_find(const struct schema *schema, const char *name, const struct filter_entry **entry,
                      const char **known, struct qorgan_error *error)
{
	const struct filter_book *book = filter_book_of(schema);
	struct suggestion suggestion = { .word = name };
	char nearest[SUGGEST_TEXT_SIZE];

	if (!book)
		return error_set_memory(error);
	for (size_t i = 0; i < book->count; i++) {
		if (filter_name_is(book->names[i].name, name)) {
			*entry = &book->entries[i];
			*known = book->names[i].name;
			return QORGAN_OK;
		}
		suggest_offer(&suggestion, book->names[i].name);
	}
	suggest_format(&suggestion, nearest);
	if (!*nearest)
		return error_set(error, QORGAN_USAGE, "%s cannot be listed by \"%.80s\": qorgan help %s list tells by what they can",
		                 schema->plural, name, schema->kind);
	return error_set(error, QORGAN_USAGE, "%s cannot be listed by \"%.80s\"%s", schema->plural, name, nearest);
}

int filters_make(struct vault_view *view, const struct schema *schema, const struct qorgan_filter *list, size_t count,
                 const struct filter_use *use, struct filters **filters, struct qorgan_error *error)
{
	struct filters *made = calloc(1, sizeof *made);
	struct making making = { .view = view, .day = use ? use->day : NULL };
	const char *name = "";
	int code = QORGAN_OK;

	*filters = made;
	if (!made)
		return error_set_memory(error);
	made->schema = schema;
	made->can_retire = schema_field(schema->fields, "retired", 7) != NULL;
	made->conditions = calloc(count ? count : 1, sizeof *made->conditions);
	if (!made->conditions)
		return error_set_memory(error);
	for (size_t i = 0; i < count && !code; i++) {
		struct condition *condition = &made->conditions[made->count++];
		id_set_start(&condition->risks);
		code = entry_find(schema, list[i].name, &condition->entry, &name, error);
		if (!code)
			snprintf(making.name, sizeof making.name, "%s%s", use ? use->option : "", name);
		if (!code)
			code = condition_make(&making, made, list[i].value, condition, error);
	}
	parties_free(making.parties);
	return code;
}

void filters_free(struct filters *filters)
{
	if (!filters)
		return;
	for (size_t i = 0; i < filters->count; i++) {
		buffer_free(&filters->conditions[i].text);
		id_set_free(&filters->conditions[i].risks);
		search_free(filters->conditions[i].search);
	}
	free(filters->conditions);
	free(filters);
}

bool filters_need(const struct filters *filters, struct pick *pick, unsigned *computed)
{
	for (size_t i = 0; i < filters->count; i++) {
		const struct condition *condition = &filters->conditions[i];
		if (condition->entry->computed)
			*computed |= 1u << condition->entry->computed->computed;
		for (size_t j = 0; j < condition->path_count; j++)
			if (!pick_add(pick, condition->paths[j].steps[0]))
				return false;
	}
	return !filters->can_retire || pick_add(pick, "retired");
}

void filters_settle(struct filters *filters, const struct pick *pick)
{
	for (size_t i = 0; i < filters->count; i++)
		for (size_t j = 0; j < filters->conditions[i].path_count; j++) {
			struct value_path *path = &filters->conditions[i].paths[j];
			path->index = pick_index(pick, path->steps[0]);
		}
	filters->retired = pick_index(pick, "retired");
}

/* ---- Matching ---------------------------------------------------------------------- */

static bool is_wanted(const struct condition *condition, struct span raw)
{
	for (size_t i = 0; i < condition->count; i++)
		if (span_equal(raw, wanted_at(condition, i)))
			return true;
	return false;
}

static bool has_wanted(const struct condition *condition, struct span value)
{
	struct reader reader;
	struct span element;

	if (!value.data)
		return false;
	if (value.data[0] != '[')
		return is_wanted(condition, value);
	reader_open(value, &reader);
	while (reader_element(&reader, &element))
		if (is_wanted(condition, element))
			return true;
	return false;
}

static bool has_risk(const struct condition *condition, struct span list)
{
	struct reader reader;
	struct span element;

	if (!reader_open(list, &reader))
		return false;
	while (reader_element(&reader, &element))
		if (element.size > 2 && id_set_has(&condition->risks, id_set_hash(&condition->risks, "",
		                                                   (struct span){ element.data + 1, element.size - 2 })))
			return true;
	return false;
}

static bool number_matches(const struct condition *condition, int64_t number)
{
	if (condition->entry->form == FILTER_LESS)
		return number < condition->numbers[0];
	if (condition->entry->form == FILTER_MORE)
		return number > condition->numbers[0];
	if (condition->entry->field->type == FIELD_FLAG)
		return !number == condition->absent;
	for (size_t i = 0; i < condition->count; i++)
		if (number == condition->numbers[i])
			return true;
	return false;
}

/* Dates have one length, so that their order is that of their bytes. */
static bool is_beyond(const struct condition *condition, struct span value)
{
	struct span bound = wanted_at(condition, 0);
	int64_t number;

	if (!value.data)
		return false;
	if (condition->entry->field->type == FIELD_INTEGER)
		return reader_integer(value, &number) && number_matches(condition, number);
	if (value.size != bound.size)
		return false;
	int order = memcmp(value.data, bound.data, bound.size);
	return condition->entry->form == FILTER_LESS ? order < 0 : order > 0;
}

/* The part of an id on one side of its slash, compared with what stands between
 * the quotes of the wanted values. */
static bool id_part_is_wanted(const struct condition *condition, struct span id)
{
	const char *slash = memchr(id.data, '/', id.size);
	size_t first = slash ? (size_t)(slash - id.data) : id.size;
	struct span part = { id.data, first };

	if (condition->entry->form == FILTER_ID_LAST)
		part = slash ? (struct span){ slash + 1, id.size - first - 1 } : (struct span){ "", 0 };
	for (size_t i = 0; i < condition->count; i++) {
		struct span wanted = wanted_at(condition, i);
		if (span_equal(part, (struct span){ wanted.data + 1, wanted.size - 2 }))
			return true;
	}
	return false;
}

static bool condition_matches(struct condition *condition, const struct schema *schema, const struct record *record,
                              const struct span *values, const struct computed_values *computed)
{
	const struct filter_entry *entry = condition->entry;

	if (entry->computed)
		return number_matches(condition, computed->of[entry->computed->computed]);
	switch (entry->form) {
	case FILTER_FIELD:
		if (entry->field->type == FIELD_FLAG)
			return reader_true(value_at(&condition->paths[0], values)) != condition->absent;
		for (size_t i = 0; i < condition->path_count; i++)
			if (has_wanted(condition, value_at(&condition->paths[i], values)))
				return true;
		return false;
	case FILTER_LESS:
	case FILTER_MORE:
		return is_beyond(condition, value_at(&condition->paths[0], values));
	case FILTER_ID_FIRST:
	case FILTER_ID_LAST:
		return id_part_is_wanted(condition, record->id);
	case FILTER_DOMAIN:
		return has_risk(condition, value_at(&condition->paths[0], values));
	case FILTER_WORDS:
		return search_match(condition->search, schema, record);
	default: /* retirement was looked at */
		return true;
	}
}

/* Whether several values of the condition are alternatives. */
static bool has_alternatives(const struct filter_entry *entry)
{
	bool by_value = entry->form == FILTER_FIELD || entry->form == FILTER_ID_FIRST || entry->form == FILTER_ID_LAST ||
	                entry->form == FILTER_DOMAIN;

	return by_value && !(entry->field && entry->field->type == FIELD_FLAG);
}

/* The condition, given once or several times: then one of them is enough. */
static bool conditions_match(struct filters *filters, size_t first, const struct record *record,
                             const struct span *values, const struct computed_values *computed)
{
	const struct filter_entry *entry = filters->conditions[first].entry;

	for (size_t i = first; i < filters->count; i++)
		if (filters->conditions[i].entry == entry &&
		    condition_matches(&filters->conditions[i], filters->schema, record, values, computed))
			return true;
		else if (i == first && !has_alternatives(entry))
			return false;
	return false;
}

static bool is_given_before(const struct filters *filters, size_t at)
{
	const struct filter_entry *entry = filters->conditions[at].entry;

	for (size_t i = 0; i < at && has_alternatives(entry); i++)
		if (filters->conditions[i].entry == entry)
			return true;
	return false;
}

bool filters_match(struct filters *filters, const struct record *record, const struct span *values,
                   const struct computed_values *computed)
{
	if (filters->can_retire && filters->retirement != RETIRED_TOO &&
	    (values[filters->retired].data != NULL) != (filters->retirement == RETIRED_ONLY))
		return false;
	for (size_t i = 0; i < filters->count; i++)
		if (!is_given_before(filters, i) && !conditions_match(filters, i, record, values, computed))
			return false;
	return true;
}
