/* The program: its start, the choice of the command, and its end. */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"
#include "cli/call.h"
#include "cli/confinement.h"
#include "cli/terminal.h"
#include "cli/user_language.h"

/* What main holds while a command line is understood and run. */
struct start {
	struct call call;
	struct parser parser;
	struct option_list first, all; /* options before the command, and with it */
	char name[80];                 /* of the command, as far as it is known */
};

static const char *next_operand(struct start *start)
{
	const char *word = start->parser.words[start->parser.at];

	if (word)
		start->parser.at++;
	return word;
}

static int unknown_command(struct start *start, const char *word)
{
	struct nearest nearest = { .word = word };

	for (const struct command *command = commands; command->name; command++) {
		char first[64];
		snprintf(first, sizeof first, "%.*s", (int)strcspn(command->name, " "), command->name);
		nearest_offer(&nearest, first);
		if (nearest.candidate == first)
			nearest.candidate = command->name; /* outlives this turn */
	}
	if (!nearest.candidate)
		return error_set(&start->call.error, QORGAN_USAGE, "unknown command \"%.80s\": see qorgan help", word);
	return error_set(&start->call.error, QORGAN_USAGE, "unknown command \"%.80s\": did you mean \"%.*s\"? See qorgan help",
	                 word, (int)strcspn(nearest.candidate, " "), nearest.candidate);
}

/* "risk" without its second word, or with one that is none of its own. */
static int unknown_member(struct start *start, const char *family, const char *word)
{
	struct buffer all = { 0 };
	struct nearest nearest = { .word = word ? word : "" };

	for (const struct command *command = commands; command->name; command++) {
		if (!command_is_family(command, family))
			continue;
		const char *member = command->name + strlen(family) + 1;
		buffer_append_format(&all, "%s%s", all.size ? " or " : "", member);
		if (word)
			nearest_offer(&nearest, member);
	}
	if (nearest.candidate)
		error_set(&start->call.error, QORGAN_USAGE,
		          "unknown command \"%s %.80s\": did you mean \"%s %s\"? See qorgan help %s", family, word, family,
		          nearest.candidate, family);
	else
		error_set(&start->call.error, QORGAN_USAGE, "say what to do: qorgan %s is followed by %s; see qorgan help %s",
		          family, buffer_text(&all), family);
	buffer_free(&all);
	return QORGAN_USAGE;
}

static bool is_family(const char *word)
{
	for (const struct command *command = commands; command->name; command++)
		if (command_is_family(command, word))
			return true;
	return false;
}

/* Whether the family has such a member: "report" is a command and a family. */
static bool is_member(const char *family, const char *member)
{
	for (const struct command *command = commands; command->name && member; command++)
		if (command_is_family(command, family) && strcmp(strchr(command->name, ' ') + 1, member) == 0)
			return true;
	return false;
}

/* Turns to `help WORD`, whatever else was given. */
static int turn_to_help(struct start *start)
{
	struct arguments *arguments = &start->call.arguments;

	arguments->operand_count = 0;
	start->call.command = command_find("help");
	if (!*start->name)
		return QORGAN_OK;
	if (!arguments->operands)
		arguments->operands = malloc(sizeof *arguments->operands);
	if (!arguments->operands)
		return error_set_memory(&start->call.error);
	arguments->operands[arguments->operand_count++] = start->name;
	return QORGAN_OK;
}

/* Finds the command: one word, or two with options between them. */
static int command_choose(struct start *start)
{
	struct call *call = &start->call;
	int code = parser_run(&start->parser, &start->first, false, &call->arguments, &call->error);
	const char *word = code ? NULL : next_operand(start);

	if (code || !word)
		return code;
	if (!is_family(word) || (command_find(word) && !is_member(word, start->parser.words[start->parser.at]))) {
		call->command = command_find(word);
		snprintf(start->name, sizeof start->name, "%s", call->command ? word : "");
		return call->command ? QORGAN_OK : unknown_command(start, word);
	}
	snprintf(start->name, sizeof start->name, "%s", word);
	start->parser.help = word;
	code = parser_run(&start->parser, &start->first, false, &call->arguments, &call->error);
	const char *member = code ? NULL : next_operand(start);
	if (code || (!member && arguments_has(&call->arguments, "help")))
		return code;
	if (member)
		snprintf(start->name, sizeof start->name, "%s %.40s", word, member);
	call->command = member ? command_find(start->name) : NULL;
	return call->command ? QORGAN_OK : unknown_member(start, word, member);
}

/* What an operand that is one of some words is called: "kind" for "[KIND]". */
static void operand_name(const struct command *command, char name[32])
{
	size_t size = 0;

	for (const char *at = command->operands; *at && *at != ' ' && size < 31; at++)
		if (*at >= 'A' && *at <= 'Z')
			name[size++] = (char)(*at - 'A' + 'a');
	name[size] = '\0';
}

static int operands_check(struct call *call)
{
	const struct command *command = call->command;
	size_t count = call->arguments.operand_count;
	char name[32];

	operand_name(command, name);
	if (count < command->least)
		return error_set(&call->error, QORGAN_USAGE, "something is missing: qorgan %s %s; see qorgan help %s", command->name,
		                 command->operands, command->name);
	if (count > command->most)
		return error_set(&call->error, QORGAN_USAGE, "\"%.80s\" is one too many: qorgan %s%s%s; see qorgan help %s",
		                 call->arguments.operands[command->most], command->name, *command->operands ? " " : "",
		                 command->operands, command->name);
	for (unsigned i = 0; i < count && command->words && !(command->flags & COMMAND_WRITES); i++)
		if (command->words(i)) {
			int code = words_check(name, command->words(i), call->arguments.operands[i], &call->error);
			if (code)
				return code;
		}
	return QORGAN_OK;
}

static int line_understand(struct start *start)
{
	struct call *call = &start->call;

	option_list_add_table(&start->first, global_options);
	int code = start->first.failed ? error_set_memory(&call->error) : command_choose(start);
	if (code)
		return code;
	if (call->command) {
		command_options(call->command, &start->all);
		start->parser.help = call->command->name;
		code = start->all.failed ? error_set_memory(&call->error)
		                         : parser_run(&start->parser, &start->all, true, &call->arguments, &call->error);
		if (code)
			return code;
	}
	call->json = arguments_has(&call->arguments, "json");
	call->quiet = arguments_has(&call->arguments, "quiet");
	call->progress.is_wanted = !call->quiet && terminal_shows(stderr);
	call->progress.is_quiet = call->quiet;
	if (arguments_has(&call->arguments, "help"))
		return turn_to_help(start);
	if (arguments_has(&call->arguments, "version"))
		return QORGAN_OK;
	if (!call->command)
		return error_set(&call->error, QORGAN_USAGE, "no command is given: see qorgan help");
	if (call->json && !call->command->json)
		return error_set(&call->error, QORGAN_USAGE, "%s has no --json: see qorgan help %s", call->command->name,
		                 call->command->name);
	return operands_check(call);
}

static int command_run(struct start *start)
{
	struct call *call = &start->call;
	int code = line_understand(start);

	if (code)
		return code;
	if (arguments_has(&call->arguments, "version") && !arguments_has(&call->arguments, "help")) {
		puts("qorgan " QORGAN_VERSION);
		return QORGAN_OK;
	}
	code = confinement_enter(call);
	return code ? code : call->command->run(call);
}

/* Data that did not arrive is a failure, however well the rest went. */
static int output_check(struct call *call, int code)
{
	bool failed = fflush(stdout) != 0 || ferror(stdout);

	if (!failed || (code && code != QORGAN_NO && call->error.message[0]))
		return code;
	if (!code && call->changed)
		return error_set_system(&call->error, QORGAN_IO, "the change is made, but standard output cannot be written");
	return error_set_system(&call->error, QORGAN_IO, "cannot write standard output");
}

/* Whatever is said after memory ran out may follow from that alone, and so may what is
 * shown. What is changed by then is changed in full, and a request that others are to agree to
 * is made (QORGAN_BUSY). */
static int memory_check(struct call *call, int code)
{
	if (!memory_failures() || code == QORGAN_INTERNAL || code == QORGAN_INTERRUPTED || code == QORGAN_BUSY ||
	    (!code && call->changed))
		return code;
	return error_set_memory(&call->error);
}

/* Without the three standard streams a store's file could get the number of one,
 * and be written into. To write to what stands in for one fails, and is told. */
static void streams_ensure(void)
{
	int descriptor;

	do
		descriptor = open("/dev/null", O_RDONLY);
	while (descriptor >= 0 && descriptor <= STDERR_FILENO);
	if (descriptor >= 0)
		close(descriptor);
}

int main(int argc, char **argv)
{
	struct start start = { .parser = { .words = argv, .at = argc > 0, .help = "" } };
	struct call *call = &start.call;
	char language[USER_LANGUAGE_SIZE];

	qorgan_guard();
	qorgan_messages_in(user_language(language));
	streams_ensure();
	signal(SIGPIPE, SIG_DFL);
	signal(SIGCHLD, SIG_DFL); /* verify is to learn how its process ended, whoever started this one */
	terminal_catch_interrupt();

	int code = command_run(&start);
	qorgan_store_close(call->store);
	progress_clear(&call->progress);
	code = memory_check(call, output_check(call, code));
	if (code == QORGAN_INTERRUPTED && !call->error.message[0])
		error_set(&call->error, code, "stopped; nothing is changed");
	if (code && code != QORGAN_NO && !call->error.message[0])
		error_set(&call->error, code, "it failed without a reason (code %d)", code);
	if (code && call->error.message[0])
		fprintf(stderr, "qorgan: %s\n", call->error.message);
	arguments_free(&call->arguments);
	option_list_free(&start.first);
	option_list_free(&start.all);
	return code;
}
