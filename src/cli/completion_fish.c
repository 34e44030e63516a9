/* Completion for fish. */
#include <stdio.h>
#include <string.h>

#include "cli/completion.h"

/* Text inside single quotes. */
static void put_quoted(const char *text)
{
	putchar('\'');
	for (; *text; text++) {
		if (*text == '\'' || *text == '\\')
			putchar('\\');
		putchar(*text);
	}
	putchar('\'');
}

static void fish_option(const char *command, const struct option *option)
{
	printf("complete -c qorgan -n '__qorgan_is \"%s\"' -l %s", command, option->name);
	if (option->letter)
		printf(" -s %c", option->letter);
	if (completion_takes_file(option))
		printf(" -r -F");
	else if (option->argument)
		printf(" -x");
	if (option->words) {
		printf(" -a '");
		completion_word_list(option->words);
		putchar('\'');
	}
	printf(" -d ");
	put_quoted(option->help);
	putchar('\n');
}

static void fish_command(const struct command *command)
{
	struct option_list list = { 0 };

	command_options(command, &list);
	for (size_t i = 0; i < list.count; i++)
		if (!(list.items[i].flags & OPTION_GLOBAL))
			fish_option(command->name, &list.items[i]);
	for (unsigned i = 0; i < 2 && command->words; i++)
		if (command->words(i)) {
			printf("complete -c qorgan -n '__qorgan_is \"%s\" %u' -a '", command->name, i);
			completion_word_list(command->words(i));
			puts("'");
		}
	if (strcmp(command->name, "load") == 0)
		puts("complete -c qorgan -n '__qorgan_is \"load\"' -F");
	option_list_free(&list);
}

static void fish_word(const char *before, const char *word, const char *summary)
{
	printf("complete -c qorgan -n '__qorgan_only \"%s\"' -a %s -d ", before, word);
	put_quoted(summary);
	putchar('\n');
}

void completion_fish(void)
{
	char family[64];

	puts("# fish completion for qorgan: made by `qorgan completion fish`.\n"
	     "function __qorgan_words\n"
	     "    set -l skip 0\n"
	     "    for word in (commandline -opc)[2..-1]\n"
	     "        if test $skip -eq 1\n"
	     "            set skip 0\n"
	     "            continue\n"
	     "        end\n"
	     "        switch $word");
	fputs("            case ", stdout);
	completion_global_values(" ");
	puts("\n"
	     "                set skip 1\n"
	     "            case '-*'\n"
	     "            case '*'\n"
	     "                echo $word\n"
	     "        end\n"
	     "    end\n"
	     "end\n"
	     "# Whether the words so far begin with the command, and, if a number is given,\n"
	     "# that many operands follow it.\n"
	     "function __qorgan_is\n"
	     "    set -l words (__qorgan_words)\n"
	     "    set -l wanted (string split ' ' -- $argv[1])\n"
	     "    set -l count (count $wanted)\n"
	     "    test (count $words) -ge $count; or return 1\n"
	     "    test \"$words[1..$count]\" = \"$argv[1]\"; or return 1\n"
	     "    set -q argv[2]; or return 0\n"
	     "    test (count $words) -eq (math $count + $argv[2])\n"
	     "end\n"
	     "# Whether the words so far are just these.\n"
	     "function __qorgan_only\n"
	     "    set -l words (__qorgan_words)\n"
	     "    test \"$words\" = \"$argv[1]\"\n"
	     "end\n"
	     "complete -c qorgan -f");
	for (const struct option *option = global_options; option->name; option++) {
		printf("complete -c qorgan -l %s", option->name);
		if (option->letter)
			printf(" -s %c", option->letter);
		printf("%s -d ", completion_takes_file(option) ? " -r -F" : option->argument ? " -x" : "");
		put_quoted(option->help);
		putchar('\n');
	}
	for (const struct command *command = commands; command->name; command++) {
		if (!strchr(command->name, ' '))
			fish_word("", command->name, command->summary);
		else if (completion_new_family(command, family))
			fish_word("", family, "...");
		if (strchr(command->name, ' ')) {
			snprintf(family, sizeof family, "%.*s", (int)strcspn(command->name, " "), command->name);
			fish_word(family, strchr(command->name, ' ') + 1, command->summary);
		}
		fish_command(command);
	}
}
