/* Completion for shells, made from the table of commands. */
#ifndef CLI_COMPLETION_H
#define CLI_COMPLETION_H

#include <stdbool.h>

#include "cli/command.h"

/* Each prints a whole script on standard output. */
void completion_zsh(void);
void completion_fish(void);

/* completion_word_list(words): the words with a blank between. */
void completion_word_list(const char *const *words);
/* completion_takes_file(option): whether its value is a file or a folder. */
bool completion_takes_file(const struct option *option);
/* completion_new_family(command, name): the first of the command's two words, in
 * `name`, if no row above it begins with the same and it is no command itself; else NULL. */
const char *completion_new_family(const struct command *command, char name[64]);
/* completion_operand_words(command, number): what its operand may be; of a command that is a
 * family as well ("report") the second words, too. */
void completion_operand_words(const struct command *command, unsigned number);
/* completion_global_values(separator): the global options that take a value, in
 * both forms. */
void completion_global_values(const char *separator);

#endif
