/* The states of measures. */
#include "register/teams.h"

#include <stdlib.h>
#include <string.h>

#include "record/reader.h"

void teams_start(struct teams *teams)
{
	*teams = (struct teams){ 0 };
	id_set_start(&teams->numbers);
}

void teams_free(struct teams *teams)
{
	char **texts = (char **)(void *)teams->texts.data;

	for (size_t i = 0; i < teams->texts.size / sizeof *texts; i++)
		free(texts[i]);
	buffer_free(&teams->texts);
	id_set_free(&teams->numbers);
}

/* Codes stand in quotes, as they do in a record: no code is found within another. */
static void team_write(struct buffer *to, const json_t *plan)
{
	static const char *const lists[] = { "support", "former" };
	const char *lead = json_string_value(json_object_get(plan, "lead"));

	if (lead)
		buffer_append_format(to, "\"%s\"", lead);
	for (size_t i = 0; i < 2; i++) {
		const json_t *list = json_object_get(plan, lists[i]);
		for (size_t j = 0; j < json_array_size(list); j++)
			buffer_append_format(to, "\"%s\"", json_string_value(json_array_get(list, j)));
	}
}

static bool text_has(struct span text, struct span code)
{
	char quoted[67];

	if (!text.size || code.size > 64)
		return false;
	quoted[0] = quoted[code.size + 1] = '"';
	memcpy(quoted + 1, code.data, code.size);
	return memmem(text.data, text.size, quoted, code.size + 2) != NULL;
}

uint32_t teams_number(struct teams *teams, const json_t *plan)
{
	uint32_t number = (uint32_t)(teams->texts.size / sizeof(char *)) + 1, known;
	struct buffer text = { 0 };
	char *kept = NULL;

	team_write(&text, plan);
	uint64_t hash = id_set_hash(&teams->numbers, "team", buffer_span(&text));
	bool failed = text.failed;
	if (!failed && id_set_get(&teams->numbers, hash, &known)) {
		buffer_free(&text);
		return known;
	}
	kept = failed ? NULL : strdup(buffer_text(&text));
	buffer_free(&text);
	if (kept)
		buffer_append(&teams->texts, &kept, sizeof kept);
	if (!kept || teams->texts.failed) {
		free(kept);
		return 0;
	}
	return id_set_add(&teams->numbers, hash, number) ? number : 0;
}

bool teams_has(const struct teams *teams, uint32_t number, struct span code)
{
	char *const *texts = (char *const *)(const void *)teams->texts.data;

	return number && number <= teams->texts.size / sizeof *texts && text_has(span_of(texts[number - 1]), code);
}

enum { FORMER, LEAD, SUPPORT, MEMBERS };
static const char *const members[MEMBERS] = { "former", "lead", "support" };

bool team_of_record_has(struct span body, struct span code)
{
	struct span values[MEMBERS];

	reader_pick(body, members, values, MEMBERS);
	return text_has(values[FORMER], code) || text_has(values[LEAD], code) || text_has(values[SUPPORT], code);
}

static size_t list_find(const json_t *list, const char *code)
{
	size_t at = 0;

	while (at < json_array_size(list) && strcmp(json_string_value(json_array_get(list, at)), code) != 0)
		at++;
	return at;
}

static bool plan_names(const json_t *plan, const char *code)
{
	const char *lead = json_string_value(json_object_get(plan, "lead"));
	const json_t *support = json_object_get(plan, "support");

	return (lead && strcmp(lead, code) == 0) || list_find(support, code) < json_array_size(support);
}

static void former_insert(json_t *plan, const char *code)
{
	json_t *former = json_object_get(plan, "former");
	size_t at = 0;

	if (!former) {
		former = json_array();
		json_object_set_new(plan, "former", former);
	}
	while (at < json_array_size(former) && strcmp(json_string_value(json_array_get(former, at)), code) < 0)
		at++;
	const char *there = json_string_value(json_array_get(former, at));
	if (!there || strcmp(there, code) != 0)
		json_array_insert_new(former, at, json_string(code));
}

static void former_clean(json_t *plan)
{
	json_t *former = json_object_get(plan, "former");

	for (size_t i = json_array_size(former); i-- > 0;)
		if (plan_names(plan, json_string_value(json_array_get(former, i))))
			json_array_remove(former, i);
	if (former && json_array_size(former) == 0)
		json_object_del(plan, "former");
}

/* One code of the version before, raw; codes are ASCII without escapes. */
static void former_consider(struct span value, bool was_former, json_t *plan,
                            bool (*reported)(void *context, const char *code), void *context)
{
	char code[65];

	if (value.size < 3 || value.size - 2 >= sizeof code)
		return;
	memcpy(code, value.data + 1, value.size - 2);
	code[value.size - 2] = '\0';
	if (!plan_names(plan, code) && (was_former || reported(context, code)))
		former_insert(plan, code);
}

void team_keep_former(struct span before, json_t *plan, bool (*reported)(void *context, const char *code),
                      void *context)
{
	struct span values[MEMBERS], element;
	struct reader reader;

	reader_pick(before, members, values, MEMBERS);
	former_consider(values[LEAD], false, plan, reported, context);
	if (values[SUPPORT].size && reader_open(values[SUPPORT], &reader))
		while (reader_element(&reader, &element))
			former_consider(element, false, plan, reported, context);
	if (values[FORMER].size && reader_open(values[FORMER], &reader))
		while (reader_element(&reader, &element))
			former_consider(element, true, plan, reported, context);
	former_clean(plan);
}
