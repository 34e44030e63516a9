/* qorgan completion: a script for bash, zsh or fish; what the three share, and
 * that of bash. */
#include <stdio.h>
#include <string.h>

#include "cli/call.h"
#include "cli/completion.h"

void completion_word_list(const char *const *words)
{
	for (size_t i = 0; words[i]; i++)
		printf("%s%s", i ? " " : "", words[i]);
}

bool completion_takes_file(const struct option *option)
{
	return option->argument && (strcmp(option->argument, "FILE") == 0 || strcmp(option->argument, "DIR") == 0);
}

const char *completion_new_family(const struct command *command, char name[64])
{
	if (!strchr(command->name, ' '))
		return NULL;
	snprintf(name, 64, "%.*s", (int)strcspn(command->name, " "), command->name);
	for (const struct command *before = commands; before != command; before++)
		if (command_is_family(before, name))
			return NULL;
	return command_find(name) ? NULL : name; /* "report" is a command as well */
}

/* The second words of the family. */
static void completion_members(const char *family)
{
	bool is_first = true;

	for (const struct command *command = commands; command->name; command++)
		if (command_is_family(command, family)) {
			printf("%s%s", is_first ? "" : " ", strchr(command->name, ' ') + 1);
			is_first = false;
		}
}

void completion_operand_words(const struct command *command, unsigned number)
{
	completion_word_list(command->words(number));
	if (number > 0)
		return;
	for (const struct command *member = commands; member->name; member++)
		if (command_is_family(member, command->name))
			printf(" %s", strchr(member->name, ' ') + 1);
}

/* Every first word of a command, once. */
static void completion_first_words(void)
{
	char family[64];

	for (const struct command *command = commands; command->name; command++) {
		if (!strchr(command->name, ' '))
			printf("%s%s", command == commands ? "" : " ", command->name);
		else if (completion_new_family(command, family))
			printf("%s%s", command == commands ? "" : " ", family);
	}
}

void completion_global_values(const char *separator)
{
	bool is_first = true;

	for (const struct option *option = global_options; option->name; option++) {
		if (!option->argument)
			continue;
		printf("%s--%s", is_first ? "" : separator, option->name);
		is_first = false;
		if (option->letter)
			printf("%s-%c", separator, option->letter);
	}
}

/* ---- bash --------------------------------------------------------------------- */

static void bash_values(const struct option_list *list)
{
	printf("\t\tcase $previous in\n");
	for (size_t i = 0; i < list->count; i++) {
		const struct option *option = &list->items[i];
		if (!option->argument)
			continue;
		printf("\t\t--%s", option->name);
		if (option->letter)
			printf("|-%c", option->letter);
		/* What the operands may be is not what this option takes. */
		printf(") value=1 words='");
		if (option->words)
			completion_word_list(option->words);
		printf("' files=%s", completion_takes_file(option) ? "1" : "");
		printf(" ;;\n");
	}
	printf("\t\tesac\n");
}

static void bash_command(const struct command *command)
{
	struct option_list list = { 0 };

	command_options(command, &list);
	printf("\t'%s')\n\t\toptions='", command->name);
	for (size_t i = 0; i < list.count; i++)
		printf("%s--%s", i ? " " : "", list.items[i].name);
	printf("'\n");
	for (unsigned i = 0; i < 2 && command->words; i++)
		if (command->words(i)) {
			printf("\t\t((operands == %u)) && words='", i);
			completion_operand_words(command, i);
			printf("'\n");
		}
	if (strcmp(command->name, "load") == 0)
		printf("\t\tfiles=1\n");
	bash_values(&list);
	printf("\t\t;;\n");
	option_list_free(&list);
}

/* The loop that finds which command the line has, and how many operands. */
static void bash_scan(void)
{
	char family[64];
	bool is_first = true;

	puts("\tfor ((i = 1; i < COMP_CWORD; i++)); do\n"
	     "\t\tword=${COMP_WORDS[i]}\n"
	     "\t\tif [[ $skip ]]; then skip=; continue; fi\n"
	     "\t\tcase $word in");
	fputs("\t\t", stdout);
	completion_global_values("|");
	puts(") skip=1 ;;\n"
	     "\t\t-*|=) ;;\n"
	     "\t\t*)\n"
	     "\t\t\tif [[ ! $command ]]; then\n"
	     "\t\t\t\tcommand=$word");
	fputs("\t\t\t\tcase $word in ", stdout);
	for (const struct command *command = commands; command->name; command++)
		if (completion_new_family(command, family)) {
			printf("%s%s", is_first ? "" : "|", family);
			is_first = false;
		}
	puts(") family=1 ;; esac\n"
	     "\t\t\telif [[ $family ]]; then\n"
	     "\t\t\t\tcommand=\"$command $word\" family=\n"
	     "\t\t\telse\n"
	     "\t\t\t\t((operands++))\n"
	     "\t\t\tfi ;;\n"
	     "\t\tesac\n"
	     "\tdone");
}

/* The table of what each command takes. */
static void bash_commands(void)
{
	char family[64];

	fputs("\tcase $command in\n\t'') words='", stdout);
	completion_first_words();
	fputs("' options='", stdout);
	for (const struct option *option = global_options; option->name; option++)
		printf("%s--%s", option == global_options ? "" : " ", option->name);
	puts("' ;;");
	for (const struct command *command = commands; command->name; command++) {
		if (completion_new_family(command, family)) {
			printf("\t'%s') words='", family);
			completion_members(family);
			puts("' ;;");
		}
		bash_command(command);
	}
	puts("\tesac");
}

static void completion_bash(void)
{
	puts("# bash completion for qorgan: made by `qorgan completion bash`.\n"
	     "_qorgan()\n"
	     "{\n"
	     "\tlocal current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]}\n"
	     "\tlocal command= family= word skip= value= files= words= options= operands=0 i\n"
	     "\tif [[ $current == = ]]; then current=; elif [[ $previous == = ]]; then "
	     "previous=${COMP_WORDS[COMP_CWORD-2]}; fi");
	bash_scan();
	bash_commands();
	puts("\tif [[ $current == -* && ! $value ]]; then\n"
	     "\t\tCOMPREPLY=($(compgen -W \"$options\" -- \"$current\"))\n"
	     "\telif [[ $words ]]; then\n"
	     "\t\tCOMPREPLY=($(compgen -W \"$words\" -- \"$current\"))\n"
	     "\telif [[ $files ]]; then\n"
	     "\t\tcompopt -o filenames 2>/dev/null\n"
	     "\t\tCOMPREPLY=($(compgen -f -- \"$current\"))\n"
	     "\tfi\n"
	     "}\n"
	     "complete -F _qorgan qorgan");
}

int cmd_completion(struct call *call)
{
	switch (*call_operand(call, 0)) {
	case 'b':
		completion_bash();
		break;
	case 'z':
		completion_zsh();
		break;
	default:
		completion_fish();
	}
	return QORGAN_OK;
}
