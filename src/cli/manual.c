/* The manual page, made from the table of commands. */
#include "cli/manual.h"

#include <string.h>

#include "base/buffer.h"
#include "base/language.h"
#include "cli/command.h"

/* Text with what scdoc would take for its own marks escaped. */
static void put_text(FILE *to, const char *text)
{
	for (size_t i = 0; text[i]; i++) {
		if (strchr("\\*_", text[i]) || (i == 0 && strchr("#[]|<>~`.+-", text[i])))
			putc('\\', to);
		putc(text[i], to);
	}
}

/* Paragraphs that stand a newline apart, with a blank line between; each is said by itself. */
static void put_paragraphs(FILE *to, const char *text)
{
	while (*text) {
		size_t size = strcspn(text, "\n");
		struct buffer paragraph = { 0 };
		buffer_append(&paragraph, text, size);
		put_text(to, language_said(buffer_text(&paragraph)));
		buffer_free(&paragraph);
		fputs("\n\n", to);
		text += size + (text[size] == '\n');
	}
}

static void put_option(FILE *to, const struct option *option)
{
	fputs("*", to);
	if (option->letter)
		fprintf(to, "-%c*, *", option->letter);
	fputs("--", to);
	put_text(to, option->name);
	fputs("*", to);
	if (option->argument) {
		fputs(" ", to);
		put_text(to, option->argument);
	}
	fputs("\n\t", to);
	put_text(to, language_said(option->help));
	put_text(to, option->flags & OPTION_REQUIRED ? language_said(" (required)") : "");
	fputs("\n\n", to);
}

/* The option in it is marked as one. */
static void put_json(FILE *to, const char *text)
{
	static const char option[] = "--json";
	size_t size = sizeof option - 1;

	if (strncmp(text, option, size) == 0) {
		fprintf(to, "*%s*", option);
		text += size;
	}
	put_text(to, text);
}

static void put_examples(FILE *to, const char *text)
{
	fputs("```\n", to);
	for (; *text; text++)
		fputs(*text == '\\' ? "\\\\" : (char[]){ *text, '\0' }, to);
	fputs("\n```\n\n", to);
}

static void put_command(FILE *to, const struct command *command)
{
	struct option_list list = { 0 };

	command_options(command, &list);
	fprintf(to, "## %s %s\n\n", command->name, command->operands);
	put_paragraphs(to, command->help);
	for (size_t i = 0; i < list.count; i++)
		if (!(list.items[i].flags & OPTION_GLOBAL))
			put_option(to, &list.items[i]);
	if (command->json) {
		put_json(to, language_said("--json prints "));
		put_text(to, command->json);
		fputs(".\n\n", to);
	}
	put_examples(to, command->examples);
	option_list_free(&list);
}

static void put_part(FILE *to, const struct manual_part *part)
{
	switch (part->form) {
	case MANUAL_SECTION:
		fprintf(to, "# %s\n\n", language_said(part->text));
		break;
	case MANUAL_NAME:
		fprintf(to, "qorgan - %s\n\n", language_said(part->text));
		break;
	case MANUAL_PARAGRAPH:
		fprintf(to, "%s\n\n", part->text ? language_said(part->text) : part->term);
		break;
	case MANUAL_ITEM:
		fprintf(to, "%s\n\t%s\n\n", part->term, language_said(part->text));
		break;
	case MANUAL_EXAMPLE:
		fprintf(to, "```\n%s```\n\n", part->term);
		break;
	case MANUAL_SYNOPSIS:
		fputs("*qorgan* [*-S* DIR] COMMAND [OPTION]... [OPERAND]...\n\n", to);
		break;
	case MANUAL_OPTIONS:
		for (const struct option *option = global_options; option->name; option++)
			put_option(to, option);
		break;
	case MANUAL_COMMANDS:
		for (const struct command *command = commands; command->name; command++)
			put_command(to, command);
		break;
	case MANUAL_END:
		break;
	}
}

void manual_print(FILE *to)
{
	fputs("qorgan(1)\n\n", to);
	for (const struct manual_part *part = manual_parts; part->form != MANUAL_END; part++)
		put_part(to, part);
}
