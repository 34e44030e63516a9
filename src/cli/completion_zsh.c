/* Completion for zsh. */
#include <stdio.h>
#include <string.h>

#include "cli/completion.h"

/* Text inside single quotes, after a ':' as _describe wants it. */
static void put_description(const char *text)
{
	for (; *text; text++) {
		if (*text == '\'')
			fputs("'\\''", stdout);
		else if (*text == ':')
			fputs("\\:", stdout);
		else
			putchar(*text);
	}
}

static void zsh_values(const struct option_list *list)
{
	puts("\t\tcase $previous in");
	for (size_t i = 0; i < list->count; i++) {
		const struct option *option = &list->items[i];
		if (!option->argument)
			continue;
		printf("\t\t--%s", option->name);
		if (option->letter)
			printf("|-%c", option->letter);
		printf(") value=1");
		if (option->words) {
			printf(" words=(");
			completion_word_list(option->words);
			putchar(')');
		}
		if (completion_takes_file(option))
			printf(" files=1");
		printf(" ;;\n");
	}
	puts("\t\tesac");
}

static void zsh_command(const struct command *command)
{
	struct option_list list = { 0 };

	command_options(command, &list);
	printf("\t'%s')\n\t\toptions=(\n", command->name);
	for (size_t i = 0; i < list.count; i++) {
		printf("\t\t\t'--%s:", list.items[i].name);
		put_description(list.items[i].help);
		puts("'");
	}
	puts("\t\t)");
	for (unsigned i = 0; i < 2 && command->words; i++)
		if (command->words(i)) {
			printf("\t\t((operands == %u)) && words=(", i);
			completion_operand_words(command, i);
			puts(")");
		}
	if (strcmp(command->name, "load") == 0)
		puts("\t\tfiles=1");
	zsh_values(&list);
	puts("\t\t;;");
	option_list_free(&list);
}

/* The first words, or the members of a family, each with its summary. */
static void zsh_commands(const char *family)
{
	char name[64];

	puts("\t\tdescribed=(");
	for (const struct command *command = commands; command->name; command++) {
		const char *word = family && command_is_family(command, family) ? strchr(command->name, ' ') + 1 : NULL;
		const char *summary = command->summary;
		if (!family && !strchr(command->name, ' '))
			word = command->name;
		else if (!family && completion_new_family(command, name)) {
			word = name;
			summary = "...";
		}
		if (!word)
			continue;
		printf("\t\t\t'%s:", word);
		put_description(summary);
		puts("'");
	}
	puts("\t\t) ;;");
}

void completion_zsh(void)
{
	char family[64];

	puts("#compdef qorgan\n"
	     "# zsh completion for qorgan: made by `qorgan completion zsh`.\n"
	     "_qorgan()\n"
	     "{\n"
	     "\tlocal line=(\"${words[@]}\") at=$CURRENT\n"
	     "\tlocal current=$line[at] previous=$line[at-1] command= family= word skip= value= files= operands=0 i\n"
	     "\tlocal -a words options described\n"
	     "\tfor ((i = 2; i < at; i++)); do\n"
	     "\t\tword=$line[i]\n"
	     "\t\tif [[ -n $skip ]]; then skip=; continue; fi\n"
	     "\t\tcase $word in");
	fputs("\t\t", stdout);
	completion_global_values("|");
	puts(") skip=1 ;;\n"
	     "\t\t-*) ;;\n"
	     "\t\t*)\n"
	     "\t\t\tif [[ -z $command ]]; then\n"
	     "\t\t\t\tcommand=$word");
	fputs("\t\t\t\tcase $word in ", stdout);
	bool is_first = true;
	for (const struct command *command = commands; command->name; command++)
		if (completion_new_family(command, family)) {
			printf("%s%s", is_first ? "" : "|", family);
			is_first = false;
		}
	puts(") family=1 ;; esac\n"
	     "\t\t\telif [[ -n $family ]]; then\n"
	     "\t\t\t\tcommand=\"$command $word\" family=\n"
	     "\t\t\telse\n"
	     "\t\t\t\t((operands++))\n"
	     "\t\t\tfi ;;\n"
	     "\t\tesac\n"
	     "\tdone\n"
	     "\tcase $command in\n"
	     "\t'')");
	zsh_commands(NULL);
	for (const struct command *command = commands; command->name; command++) {
		if (completion_new_family(command, family)) {
			printf("\t'%s')\n", family);
			zsh_commands(family);
		}
		zsh_command(command);
	}
	puts("\tesac\n"
	     "\tif [[ $current == -* && -z $value ]]; then\n"
	     "\t\t_describe option options\n"
	     "\telif (( $#described )); then\n"
	     "\t\t_describe command described\n"
	     "\telif (( $#words )); then\n"
	     "\t\tcompadd -- \"${words[@]}\"\n"
	     "\telif [[ -n $files ]]; then\n"
	     "\t\t_files\n"
	     "\tfi\n"
	     "}\n"
	     "_qorgan \"$@\"");
}
