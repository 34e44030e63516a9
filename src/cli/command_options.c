/* Which options a command takes: its own, and those that come from the schema. */
#include <string.h>

#include "cli/command.h"
#include "qorgan/object.h"
#include "qorgan/schema.h"

/* A path as the name of an option: '-' for '_'. */
static char *name_from_path(const char *path)
{
	char *name = strdup(path);

	for (char *at = name; at && *at; at++)
		if (*at == '_')
			*at = '-';
	return name;
}

/* "Help needed" as "help-needed". */
static char *name_from_label(const char *label)
{
	char *name = strdup(label);

	for (char *at = name; at && *at; at++) {
		if (*at >= 'A' && *at <= 'Z')
			*at = (char)(*at - 'A' + 'a');
		else if (!((*at >= 'a' && *at <= 'z') || (*at >= '0' && *at <= '9')))
			*at = '-';
	}
	return name;
}

static bool is_global(const char *name)
{
	for (const struct option *option = global_options; option->name; option++)
		if (strcmp(option->name, name) == 0)
			return true;
	return false;
}

/* A field that is called like a global option, as "help", goes by its label. */
static void add_field(struct option_list *list, const struct qorgan_field *field)
{
	const char *name = option_list_keep(list, name_from_path(field->path));

	if (is_global(name))
		name = option_list_keep(list, name_from_label(field->label));
	option_list_add(list, &(struct option){
		.name = name,
		.argument = field->argument,
		.help = field->help,
		.words = field->words,
		.flags = OPTION_FIELD | (field->translated ? OPTION_TRANSLATED : 0u) | (field->required ? OPTION_REQUIRED : 0u),
		.path = field->path,
	});
}

/* Today's levels have short names. */
static void add_short_levels(struct option_list *list)
{
	static const char *const names[] = { "likelihood", "impact" };
	static const char *const paths[] = { "residual.likelihood", "residual.impact" };

	for (size_t i = 0; i < 2; i++) {
		const struct option *whole = option_list_find(list, paths[i]);
		if (!whole)
			continue;
		struct option brief = *whole;
		brief.name = names[i];
		brief.help = i == 0 ? "short for --residual.likelihood, today's" : "short for --residual.impact, today's";
		option_list_add(list, &brief);
	}
}

/* A field called like the command, as "status", is its operand and no option. */
static void add_fields(struct option_list *list, const struct command *command)
{
	struct qorgan_field field;

	for (size_t i = 0; qorgan_field_at(command->kind, i, &field); i++)
		if (strcmp(field.path, command->name) != 0)
			add_field(list, &field);
	add_short_levels(list);
}

static void add_filters(struct option_list *list, const char *kind)
{
	size_t count;
	const struct qorgan_filter_name *names = qorgan_filter_names(kind, &count);

	for (size_t i = 0; i < count; i++)
		option_list_add(list, &(struct option){ .name = names[i].name, .argument = names[i].argument,
		                                        .help = names[i].help, .words = names[i].words,
		                                        .flags = OPTION_FILTER, .path = names[i].name });
}

/* ---- Words of conditions and columns ----------------------------------------- */

#define CHOICE_WORDS 256

/* Adds a word that is not there yet. */
static void choice_add(const char **words, size_t *count, const char *word)
{
	for (size_t i = 0; i < *count; i++)
		if (strcmp(words[i], word) == 0)
			return;
	if (*count + 1 < CHOICE_WORDS)
		words[(*count)++] = word;
}

/* What a report may be filtered by: the conditions of both kinds that reports are of. */
static const char *const *filter_words(void)
{
	static const char *words[CHOICE_WORDS];
	static const char *const kinds[] = { "measure", "risk" };
	size_t count = 0, known;

	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
		const struct qorgan_filter_name *names = qorgan_filter_names(kinds[i], &known);
		for (size_t j = 0; j < known; j++)
			if (strcmp(names[j].name, "retired") != 0 && strcmp(names[j].name, "all") != 0)
				choice_add(words, &count, names[j].name);
	}
	return words;
}

static const char *const *report_column_words(void)
{
	static const char *words[CHOICE_WORDS];
	static const char *const kinds[] = { "measure", "risk" };
	size_t count = 0;

	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
		const char *const *names = qorgan_column_names(kinds[i]);
		for (size_t j = 0; names && names[j]; j++)
			choice_add(words, &count, names[j]);
	}
	return words;
}

/* Which words complete an option is known once the kind is: a table of options serves several commands. */
static void add_choice_words(const struct command *command, struct option_list *list)
{
	bool lists = command->flags & COMMAND_FILTERS, reports = strcmp(command->name, "report") == 0;

	for (size_t i = 0; i < list->count && (lists || reports); i++) {
		struct option *option = &list->items[i];
		if (reports && strcmp(option->name, "filter") == 0)
			option->words = filter_words();
		else if (strcmp(option->name, "columns") == 0 || (lists && strcmp(option->name, "sort") == 0))
			option->words = lists ? qorgan_column_names(command->kind) : report_column_words();
	}
}

void command_options(const struct command *command, struct option_list *list)
{
	option_list_add_table(list, command->options);
	add_choice_words(command, list);
	if (command->flags & COMMAND_WRITES)
		option_list_add_table(list, write_options);
	if (command->flags & COMMAND_FIELDS)
		add_fields(list, command);
	if (command->flags & COMMAND_FILTERS)
		add_filters(list, command->kind);
	option_list_add_table(list, global_options);
}

const struct command *command_find(const char *name)
{
	for (const struct command *command = commands; command->name; command++)
		if (strcmp(command->name, name) == 0)
			return command;
	return NULL;
}

bool command_is_family(const struct command *command, const char *word)
{
	size_t size = strlen(word);

	return strncmp(command->name, word, size) == 0 && command->name[size] == ' ';
}

/* ---- Words that the library knows --------------------------------------------- */

const char *const *command_kind_words(unsigned number)
{
	static const char *words[64];
	struct qorgan_kind kind;

	for (size_t i = 0; i < 63 && qorgan_kind_at(i, &kind); i++)
		words[i] = kind.name;
	return number == 0 ? words : NULL;
}

static const char *const *field_words(const char *kind, const char *path)
{
	struct qorgan_field field;

	for (size_t i = 0; qorgan_field_at(kind, i, &field); i++)
		if (strcmp(field.path, path) == 0)
			return field.words;
	return NULL;
}

const char *const *command_status_words(unsigned number)
{
	return number == 1 ? field_words("status", "status") : NULL;
}

const char *const *command_role_words(unsigned number)
{
	return number == 1 ? field_words("user", "role") : NULL;
}
