/* make-manual: prints the source of qorgan(1) for scdoc, in English or in the language of a tag such as "ru"; or,
 * asked for "texts", what the tables of commands and the manual say to people, as C that xgettext reads. */
#include <stdio.h>
#include <string.h>

#include "cli/command.h"
#include "cli/manual.h"
#include "qorgan/error.h"

static void text_print(const char *text, size_t size)
{
	printf("language_said(\"");
	for (size_t i = 0; i < size; i++)
		printf(text[i] == '"' || text[i] == '\\' ? "\\%c" : "%c", text[i]);
	puts("\");");
}

static void options_print(const struct command *command)
{
	struct option_list list = { 0 };

	command_options(command, &list);
	for (size_t i = 0; i < list.count; i++)
		text_print(list.items[i].help, strlen(list.items[i].help));
	option_list_free(&list);
}

/* A paragraph of a command's help is a text, as `qorgan help` writes it. */
static void help_print(const struct command *command)
{
	for (const char *text = command->help; *text;) {
		size_t size = strcspn(text, "\n");
		text_print(text, size);
		text += size + (text[size] == '\n');
	}
}

static void texts_print(void)
{
	for (int group = 0; group < GROUP_COUNT; group++)
		text_print(command_group_titles[group], strlen(command_group_titles[group]));
	for (const struct command *command = commands; command->name; command++) {
		text_print(command->summary, strlen(command->summary));
		options_print(command);
		help_print(command);
	}
	for (const struct manual_part *part = manual_parts; part->form != MANUAL_END; part++)
		if (part->text)
			text_print(part->text, strlen(part->text));
}

int main(int argc, char **argv)
{
	if (argc > 1 && strcmp(argv[1], "texts") == 0) {
		texts_print();
	} else {
		qorgan_messages_in(argc > 1 ? argv[1] : "en");
		manual_print(stdout);
	}
	return fflush(stdout) || ferror(stdout) ? 74 : 0;
}
