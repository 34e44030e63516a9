/* Options and operands: long names by unique prefixes, short ones together, in
 * any order with the operands. */
#include "cli/options.h"

#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/memory.h"
#include "base/text.h"

/* ---- Lists of options ------------------------------------------------------ */

/* Makes room for one more element; false without memory. */
static bool array_grow(void *array, size_t count, size_t *capacity, size_t size)
{
	void **items = array;

	if (count < *capacity)
		return true;
	size_t wanted = *capacity ? *capacity * 2 : 16;
	void *grown = reallocarray(*items, wanted, size);
	if (!grown) {
		memory_failed();
		return false;
	}
	*items = grown;
	*capacity = wanted;
	return true;
}

const struct option *option_list_find(const struct option_list *list, const char *name)
{
	for (size_t i = 0; i < list->count; i++)
		if (strcmp(list->items[i].name, name) == 0)
			return &list->items[i];
	return NULL;
}

void option_list_add(struct option_list *list, const struct option *option)
{
	if (option_list_find(list, option->name))
		return;
	if (!array_grow(&list->items, list->count, &list->capacity, sizeof *list->items)) {
		list->failed = true;
		return;
	}
	list->items[list->count++] = *option;
}

void option_list_add_table(struct option_list *list, const struct option *table)
{
	for (; table && table->name; table++)
		option_list_add(list, table);
}

const char *option_list_keep(struct option_list *list, char *name)
{
	if (!name || !array_grow(&list->names, list->name_count, &list->name_capacity, sizeof *list->names)) {
		memory_failed();
		list->failed = true;
		free(name);
		return "";
	}
	list->names[list->name_count++] = name;
	return name;
}

void option_list_free(struct option_list *list)
{
	for (size_t i = 0; i < list->name_count; i++)
		free(list->names[i]);
	free(list->names);
	free(list->items);
	*list = (struct option_list){ 0 };
}

/* ---- The nearest word ------------------------------------------------------- */

void nearest_offer(struct nearest *nearest, const char *candidate)
{
	size_t size = strlen(nearest->word);
	unsigned distance = text_distance(nearest->word, candidate);

	/* About a third of the letters may be wrong; more would be noise. A word cut
	 * short is near whatever its length. */
	if (size >= 2 && strncmp(nearest->word, candidate, size) == 0)
		distance = 1;
	if (distance > (size < 5 ? 1 : size < 9 ? 2 : size / 3))
		return;
	if (!nearest->candidate || distance < nearest->distance) {
		nearest->candidate = candidate;
		nearest->distance = distance;
	}
}

int words_check(const char *what, const char *const *words, const char *word, struct qorgan_error *error)
{
	struct nearest nearest = { .word = word };
	struct buffer all = { 0 };

	for (size_t i = 0; words[i]; i++) {
		if (strcmp(words[i], word) == 0) {
			buffer_free(&all);
			return QORGAN_OK;
		}
		nearest_offer(&nearest, words[i]);
		buffer_append_format(&all, "%s%s", i ? ", " : "", words[i]);
	}
	if (nearest.candidate)
		error_set(error, QORGAN_USAGE, "unknown %s \"%.80s\": did you mean \"%s\"?", what, word, nearest.candidate);
	else
		error_set(error, QORGAN_USAGE, "unknown %s \"%.80s\": it is one of %s", what, word, buffer_text(&all));
	buffer_free(&all);
	return QORGAN_USAGE;
}

/* ---- What was given ----------------------------------------------------------- */

void arguments_free(struct arguments *arguments)
{
	free(arguments->given);
	free(arguments->operands);
	*arguments = (struct arguments){ 0 };
}

const char *arguments_value(const struct arguments *arguments, const char *name)
{
	for (size_t i = arguments->given_count; i-- > 0;)
		if (strcmp(arguments->given[i].option->name, name) == 0)
			return arguments->given[i].value ? arguments->given[i].value : "";
	return NULL;
}

bool arguments_has(const struct arguments *arguments, const char *name)
{
	return arguments_value(arguments, name) != NULL;
}

static int operand_take(struct arguments *arguments, const char *word, struct qorgan_error *error)
{
	if (!array_grow(&arguments->operands, arguments->operand_count, &arguments->operand_capacity,
	                sizeof *arguments->operands))
		return error_set_memory(error);
	arguments->operands[arguments->operand_count++] = word;
	return QORGAN_OK;
}

/* Whether its value names a file or a folder. */
static bool option_takes_path(const struct option *option)
{
	return option->argument &&
	       (strncmp(option->argument, "FILE", 4) == 0 || strncmp(option->argument, "DIR", 3) == 0);
}

/* Whether the command's own option was given before. One of all commands may have its name, and
 * stand before the command: it says something else. */
static bool is_given(const struct arguments *arguments, const struct option *option)
{
	for (size_t i = 0; i < arguments->given_count; i++)
		if (strcmp(arguments->given[i].option->name, option->name) == 0 &&
		    !(arguments->given[i].option->flags & OPTION_GLOBAL))
			return true;
	return false;
}

static int given_take(struct arguments *arguments, const struct given *given, struct qorgan_error *error)
{
	const struct option *option = given->option;

	if (!(option->flags & (OPTION_REPEATED | OPTION_GLOBAL | OPTION_FIELD | OPTION_FILTER)) &&
	    is_given(arguments, option))
		return error_set(error, QORGAN_USAGE, "--%s is given twice", option->name);
	/* Most often a variable of a script that was not set. */
	if (given->value && !*given->value && option_takes_path(option))
		return error_set(error, QORGAN_USAGE, "--%s names nothing: give a name, --%s %s", option->name, option->name,
		                 option->argument);
	if (option->words && given->value && !(option->flags & (OPTION_FIELD | OPTION_FILTER | OPTION_LISTED))) {
		int code = words_check(option->name, option->words, given->value, error);
		if (code)
			return code;
	}
	if (!array_grow(&arguments->given, arguments->given_count, &arguments->given_capacity, sizeof *arguments->given))
		return error_set_memory(error);
	arguments->given[arguments->given_count++] = *given;
	return QORGAN_OK;
}

/* ---- Parsing --------------------------------------------------------------------- */

static const char *nearest_option(const struct option_list *list, const char *word)
{
	struct nearest nearest = { .word = word };

	for (size_t i = 0; i < list->count; i++)
		nearest_offer(&nearest, list->items[i].name);
	return nearest.candidate;
}

static int unknown_option(const struct parser *parser, const struct option_list *list, struct span name,
                          struct qorgan_error *error)
{
	const char *space = *parser->help ? " " : "";
	char *copy = span_copy(name);

	if (!copy)
		return error_set_memory(error);
	const char *meant = nearest_option(list, copy);
	int code = meant ? error_set(error, QORGAN_USAGE, "unknown option --%.80s: did you mean --%s? See qorgan help%s%s", copy,
	                             meant, space, parser->help)
	                 : error_set(error, QORGAN_USAGE, "unknown option --%.80s: see qorgan help%s%s", copy, space,
	                             parser->help);
	free(copy);
	return code;
}

/* The option of that name, or the only one that begins so; `found` is NULL if
 * there is none. */
static int match_name(const struct option_list *list, struct span name, bool translated, const struct option **found,
                      struct qorgan_error *error)
{
	*found = NULL;
	for (size_t i = 0; i < list->count; i++)
		if (span_is(name, list->items[i].name) && (!translated || list->items[i].flags & OPTION_TRANSLATED)) {
			*found = &list->items[i];
			return QORGAN_OK;
		}
	for (size_t i = 0; i < list->count && name.size > 0; i++) {
		const struct option *option = &list->items[i];
		if (strncmp(option->name, name.data, name.size) != 0 || (translated && !(option->flags & OPTION_TRANSLATED)))
			continue;
		if (*found)
			return error_set(error, QORGAN_USAGE, "--%.*s may mean --%s or --%s: write more of it", (int)name.size,
			                 name.data, (*found)->name, option->name);
		*found = option;
	}
	return QORGAN_OK;
}

/* Finds the option of a long name; what follows its last dot may be a language. */
static int match_long(const struct parser *parser, const struct option_list *list, struct span name,
                      struct given *given, struct qorgan_error *error)
{
	int code = match_name(list, name, false, &given->option, error);
	const char *dot = memrchr(name.data, '.', name.size);

	if (!code && !given->option && dot) {
		code = match_name(list, (struct span){ name.data, (size_t)(dot - name.data) }, true, &given->option, error);
		given->language = dot + 1;
	}
	if (!code && !given->option)
		return unknown_option(parser, list, name, error);
	return code;
}

/* The value that follows as a word of its own. One that looks like an option is
 * more likely a value forgotten. */
static int value_follow(struct parser *parser, const struct option *option, const char **value,
                        struct qorgan_error *error)
{
	const char *next = parser->words[parser->at];

	if (!next)
		return error_set(error, QORGAN_USAGE, "--%s needs a value: --%s %s", option->name, option->name,
		                 option->argument);
	if (strncmp(next, "--", 2) == 0)
		return error_set(error, QORGAN_USAGE,
		                 "--%s needs a value, and %.80s is none: a value that begins so is written --%s=%.80s",
		                 option->name, next, option->name, next);
	*value = next;
	parser->at++;
	return QORGAN_OK;
}

static int parse_long(struct parser *parser, const struct option_list *list, char *text,
                      struct arguments *arguments, struct qorgan_error *error)
{
	struct given given = { 0 };
	size_t size = strcspn(text, "=");
	int code = match_long(parser, list, (struct span){ text, size }, &given, error);

	if (code)
		return code;
	bool is_flag = !given.option->argument;
	if (text[size] == '=' && is_flag && !(given.option->flags & (OPTION_FIELD | OPTION_FILTER)))
		return error_set(error, QORGAN_USAGE, "--%s takes no value", given.option->name);
	if (text[size] == '=') {
		text[size] = '\0'; /* so that a language before it ends there */
		given.value = text + size + 1;
	} else if (!is_flag) {
		code = value_follow(parser, given.option, &given.value, error);
	}
	return code ? code : given_take(arguments, &given, error);
}

/* "-qi FILE", "-mTEXT". */
static int parse_short(struct parser *parser, const struct option_list *list, const char *text,
                       struct arguments *arguments, struct qorgan_error *error)
{
	int code = QORGAN_OK;

	while (*text && !code) {
		struct given given = { 0 };
		for (size_t i = 0; i < list->count && !given.option; i++)
			if (list->items[i].letter == *text)
				given.option = &list->items[i];
		if (!given.option)
			return error_set(error, QORGAN_USAGE, "unknown option -%.*s: see qorgan help%s%s",
			                 (unsigned char)*text < 0x80 ? 1 : (int)strlen(text), text, *parser->help ? " " : "",
			                 parser->help);
		text++;
		if (given.option->argument && *text) {
			given.value = text;
			text += strlen(text);
		} else if (given.option->argument) {
			code = value_follow(parser, given.option, &given.value, error);
		}
		if (!code)
			code = given_take(arguments, &given, error);
	}
	return code;
}

int parser_run(struct parser *parser, const struct option_list *list, bool whole, struct arguments *arguments,
               struct qorgan_error *error)
{
	bool only_operands = false;
	int code = QORGAN_OK;

	while (!code && parser->words[parser->at]) {
		char *word = parser->words[parser->at];
		bool is_option = !only_operands && word[0] == '-' && word[1];
		if (!is_option && !whole)
			return QORGAN_OK;
		parser->at++;
		if (is_option && strcmp(word, "--") == 0)
			only_operands = true;
		else if (is_option && word[1] == '-')
			code = parse_long(parser, list, word + 2, arguments, error);
		else if (is_option)
			code = parse_short(parser, list, word + 1, arguments, error);
		else
			code = operand_take(arguments, word, error);
	}
	return code;
}
