/* qorgan help: made from the table of commands. */
#include <stdio.h>
#include <string.h>

#include "base/language.h"
#include "base/text.h"
#include "cli/call.h"
#include "cli/terminal.h"

#define HELP_WIDTH 78u /* so that a line has at most 80 bytes, its ellipsis included */
#define OPTION_COLUMN 30u /* where the explanation of an option begins */

static void paragraphs_print(const char *text, unsigned width)
{
	while (*text) {
		size_t size = strcspn(text, "\n");
		struct buffer paragraph = { 0 };
		buffer_append(&paragraph, text, size);
		terminal_print_wrapped(stdout, "", 0, width, language_said(buffer_text(&paragraph)));
		putchar('\n');
		buffer_free(&paragraph);
		text += size + (text[size] == '\n');
	}
}

/* "  -f, --format FORMAT     table (the default), csv or json" */
static void option_print(const struct option *option, unsigned width)
{
	struct buffer first = { 0 };

	if (option->letter)
		buffer_append_format(&first, "  -%c, --%s", option->letter, option->name);
	else
		buffer_append_format(&first, "      --%s", option->name);
	if (option->argument)
		buffer_append_format(&first, " %s", option->argument);
	size_t used = text_width(buffer_span(&first));
	if (used + 2 > OPTION_COLUMN) {
		puts(buffer_text(&first));
		buffer_clear(&first);
		used = 0;
	}
	for (; used < OPTION_COLUMN; used++)
		buffer_append_char(&first, ' ');
	struct buffer help = { 0 };
	buffer_append_format(&help, "%s%s", language_said(option->help),
	                     option->flags & OPTION_REQUIRED ? language_said(" (required)") : "");
	terminal_print_wrapped(stdout, buffer_text(&first), OPTION_COLUMN, width, buffer_text(&help));
	buffer_free(&help);
	buffer_free(&first);
}

static void options_print(const struct option_list *list, const char *title, unsigned mask, unsigned wanted,
                          unsigned width)
{
	bool is_first = true;

	for (size_t i = 0; i < list->count; i++) {
		if ((list->items[i].flags & mask) != wanted)
			continue;
		if (is_first)
			printf("%s:\n", title);
		is_first = false;
		option_print(&list->items[i], width);
	}
	if (!is_first)
		putchar('\n');
}

static void examples_print(const char *text)
{
	puts(language_said("Examples:"));
	while (*text) {
		size_t size = strcspn(text, "\n");
		printf("  %.*s\n", (int)size, text);
		text += size + (text[size] == '\n');
	}
}

static void command_help_print(const struct command *command, unsigned width)
{
	const unsigned kinds = OPTION_FIELD | OPTION_FILTER | OPTION_GLOBAL;
	struct option_list list = { 0 };

	command_options(command, &list);
	printf(language_said("Usage: qorgan %s%s%s [OPTION]...\n\n"), command->name, *command->operands ? " " : "",
	       command->operands);
	paragraphs_print(command->help, width);
	options_print(&list, language_said("Options"), kinds, 0, width);
	options_print(&list, language_said("Fields"), kinds, OPTION_FIELD, width);
	options_print(&list, language_said("Conditions"), kinds, OPTION_FILTER, width);
	if (command->json) {
		terminal_print_wrapped(stdout, language_said("--json prints "), 0, width, command->json);
		putchar('\n');
	}
	examples_print(command->examples);
	puts(language_said("\nOptions of every command: qorgan help"));
	option_list_free(&list);
}

/* ---- All commands, and families of them -------------------------------------- */

static void summary_print(const char *name, const char *summary)
{
	printf("  %-14s %s\n", name, language_said(summary));
}

static bool has_member(const struct command *command)
{
	return strchr(command->name, ' ') != NULL;
}

/* "risk   add, edit, show, list, retire" for the commands of two words. */
static void family_print(const struct command *first)
{
	struct buffer members = { 0 };
	char family[64];

	snprintf(family, sizeof family, "%.*s", (int)strcspn(first->name, " "), first->name);
	for (const struct command *command = commands; command->name; command++)
		if (command_is_family(command, family))
			buffer_append_format(&members, "%s%s", members.size ? ", " : "", strchr(command->name, ' ') + 1);
	summary_print(family, buffer_text(&members));
	buffer_free(&members);
}

/* Whether no row before it is of the same family. */
static bool is_first_of_family(const struct command *command)
{
	size_t size = strcspn(command->name, " ") + 1;

	for (const struct command *before = commands; before != command; before++)
		if (strncmp(before->name, command->name, size) == 0)
			return false;
	return true;
}

static void overview_print(void)
{
	struct option_list list = { 0 };

	puts(language_said("Usage: qorgan [-S STORE] COMMAND [OPTION]... [OPERAND]...\n\n"
	     "Keeps a state's catalogue of security risks and prevention measures: encrypted,\n"
	     "versioned, signed. Nothing is ever overwritten.\n"));
	for (int group = 0; group < GROUP_COUNT; group++) {
		printf("%s:\n", language_said(command_group_titles[group]));
		for (const struct command *command = commands; command->name; command++) {
			if (command->group != (enum command_group)group)
				continue;
			if (!has_member(command))
				summary_print(command->name, command->summary);
			else if (is_first_of_family(command))
				family_print(command);
		}
		putchar('\n');
	}
	option_list_add_table(&list, global_options);
	options_print(&list, language_said("Options of every command"), 0, 0, HELP_WIDTH);
	puts(language_said("More: qorgan help COMMAND, as in qorgan help measure add; man qorgan"));
	option_list_free(&list);
}

static void family_help_print(const char *family)
{
	printf(language_said("Usage: qorgan %s COMMAND [OPTION]... [OPERAND]...\n\n"), family);
	for (const struct command *command = commands; command->name; command++)
		if (command_is_family(command, family))
			summary_print(strchr(command->name, ' ') + 1, command->summary);
	printf(language_said("\nMore: qorgan help %s COMMAND\n"), family);
}

static bool family_exists(const char *word)
{
	for (const struct command *command = commands; command->name; command++)
		if (command_is_family(command, word))
			return true;
	return false;
}

int cmd_help(struct call *call)
{
	const char *first = call_operand(call, 0), *second = call_operand(call, 1);
	char name[128];

	if (!first) {
		overview_print();
		return QORGAN_OK;
	}
	snprintf(name, sizeof name, "%.60s%s%.60s", first, second ? " " : "", second ? second : "");
	const struct command *command = command_find(name);
	if (command) {
		command_help_print(command, HELP_WIDTH);
	} else if (!second && family_exists(name)) {
		family_help_print(name);
	} else {
		struct nearest nearest = { .word = name };
		for (command = commands; command->name; command++)
			nearest_offer(&nearest, command->name);
		if (nearest.candidate)
			return error_set(&call->error, QORGAN_USAGE, "unknown command \"%s\": did you mean \"%s\"?", name,
			                 nearest.candidate);
		return error_set(&call->error, QORGAN_USAGE, "unknown command \"%s\": see qorgan help", name);
	}
	return QORGAN_OK;
}
