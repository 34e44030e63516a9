/* The manual page, made from the table of commands. */
#include "cli/manual.h"

#include <string.h>

#include "base/buffer.h"
#include "cli/command.h"

/* Text with what scdoc would take for its own marks escaped. */
static void put_escaped(FILE *to, const char *text, size_t size)
{
	for (size_t i = 0; i < size; i++) {
		if (strchr("\\*_#[]|<>~`.+-", text[i]) && (strchr("\\*_", text[i]) || i == 0))
			putc('\\', to);
		putc(text[i], to);
	}
}

static void put_text(FILE *to, const char *text)
{
	put_escaped(to, text, strlen(text));
}

/* Paragraphs that stand a newline apart, with a blank line between. */
static void put_paragraphs(FILE *to, const char *text)
{
	while (*text) {
		size_t size = strcspn(text, "\n");
		put_escaped(to, text, size);
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
	put_text(to, option->help);
	fputs(option->flags & OPTION_REQUIRED ? " (required)\n\n" : "\n\n", to);
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
		fputs("*--json* prints ", to);
		put_text(to, command->json);
		fputs(".\n\n", to);
	}
	put_examples(to, command->examples);
	option_list_free(&list);
}

static const char introduction[] =
	"qorgan(1)\n\n"
	"# NAME\n\n"
	"qorgan - an encrypted, versioned catalogue of security risks and prevention measures\n\n"
	"# SYNOPSIS\n\n"
	"*qorgan* [*-S* DIR] COMMAND [OPTION]... [OPERAND]...\n\n"
	"# DESCRIPTION\n\n"
	"Qorgan keeps one state's catalogue of risks and of the measures against them: encrypted on disk, every version of\n"
	"every object kept, each change signed. It writes periodic reports, and packages with what is released to partner\n"
	"states, which stock *age*(1) opens and *minisign*(1) checks.\n\n"
	"Options and operands may stand in any order; *--* ends the options. A long option may be shortened as long as\n"
	"it stays unique; its value follows as a word or after *=*. Data goes to standard output, words to standard error.\n\n"
	"# GLOBAL OPTIONS\n\n";

static const char conclusion[] =
	"# ENVIRONMENT\n\n"
	"*QORGAN\\_STORE*\n\tFolder of the store, if there is no *-S*.\n\n"
	"*QORGAN\\_PASSPHRASE\\_FILE*\n\tAs *--passphrase-file*. Others must not be able to read it.\n\n"
	"*QORGAN\\_IDENTITY*\n\tAs *--identity*.\n\n"
	"*QORGAN\\_LANG*\n\tAs *--lang*; else the language of *LC\\_ALL*, *LC\\_MESSAGES* or *LANG*, else English. "
	"Messages and help are in that language too, whatever *--lang* says of texts and reports; this manual is in "
	"English.\n\n"
	"*QORGAN\\_NOW*\n\tA moment as 2026-07-01T09:00:00Z, taken for the present one.\n\n"
	"*VISUAL*, *EDITOR*\n\tThe editor; else *vi*(1).\n\n"
	"*NO\\_COLOR*\n\tNo colours, if it is set and not empty.\n\n"
	"*XDG\\_DATA\\_HOME*, *XDG\\_STATE\\_HOME*, *XDG\\_RUNTIME\\_DIR*\n\tPlaces of the files below; the last must "
	"lie in memory.\n\n"
	"# FILES\n\n"
	"_FILE_ of *-o*\n\tAppears whole or not at all, of mode 0600: it is written beside its place and then takes it, so "
	"that a disk\n"
	"\tthat is full or a command that fails leaves what was there. A link is followed, and the file that it leads to is "
	"replaced.\n"
	"\tA pipe or a device such as a terminal is written into. A folder is refused, and so is an empty name. *-* is standard output.\n\n"
	"_$XDG\\_DATA\\_HOME/qorgan/default_\n\tThe store, if none is named; else below _~/.local/share_.\n\n"
	"_$XDG\\_STATE\\_HOME/qorgan_\n\tThe newest checkpoint seen of each store, by which an older store put in its "
	"place is noticed;\n"
	"\telse below _~/.local/state_.\n\n"
	"_$XDG\\_RUNTIME\\_DIR_, _/dev/shm_\n\tWhere a text lies while it is edited. Nothing is written in plain to a "
	"disk.\n\n"
	"# EXIT STATUS\n\n"
	"*0*\n\tDone.\n\n"
	"*1*\n\tThe answer is no: *verify* or *diff* found something; something is late (*reminders*).\n\n"
	"*64*\n\tThe call itself is wrong.\n\n"
	"*65*\n\tInput that breaks a rule, or not a store.\n\n"
	"*66*\n\tNo such file, object or version.\n\n"
	"*70*\n\tOut of memory, or a defect of the program.\n\n"
	"*73*\n\tA file or folder cannot be made; of a report, also if a library or a font that its format needs is not "
	"there.\n\n"
	"*74*\n\tReading or writing failed, or damage was met.\n\n"
	"*75*\n\tLocked, or changed meanwhile: try again.\n\n"
	"*76*\n\tA package or a partner broke the protocol.\n\n"
	"*77*\n\tNot permitted, or the wrong key.\n\n"
	"*130*\n\tStopped by Ctrl-C.\n\n"
	"A command that fails changes nothing, and says why in one line.\n\n"
	"# AUTOMATION\n\n"
	"_PREFIX/share/qorgan/examples_ (_/usr/local/share_, if nothing else was said at installing) holds units of\n"
	"*systemd*(1) with their timers: the mails of *reminders* every Monday, *report --all* on the 11th after each quarter,\n"
	"*exchange* every working day. They run as the user whose store it is: copy them into _~/.config/systemd/user_, set the\n"
	"folders in them, then:\n\n"
	"```\n"
	"systemctl --user enable --now qorgan-reminders.timer qorgan-reports.timer qorgan-exchange.timer\n"
	"loginctl enable-linger\n"
	"```\n\n"
	"Or the same for *cron*(8), which the file _crontab_ there has in full:\n\n"
	"```\n"
	"0 7 * * 1          qorgan -q reminders -f mail -o $HOME/qorgan-mails\n"
	"0 6 11 1,4,7,10 *  qorgan -q report --all $HOME/qorgan-reports --period last-Q\n"
	"0 8 * * 1-5        qorgan -q exchange $HOME/qorgan-courier\n"
	"```\n\n"
	"Nobody types a passphrase there: an age identity opens the store, in a file that only its user may read. Whoever has\n"
	"that file and the store can read all of it, so it lies better on an encrypted disk. Nothing is sent: a person looks\n"
	"at the mails and the reports first.\n\n"
	"# EXAMPLES\n\n"
	"A store, the catalogue, a measure, its report, and a package:\n\n"
	"```\n"
	"qorgan init --state UZB\n"
	"qorgan load /usr/local/share/qorgan/catalogue/2026-2028\n"
	"qorgan measure add CYB-01-M9 --risks CYB-01 --title.en \"Shared early warning\"\n"
	"qorgan assign CYB-01-M9 --lead UZB --support KAZ,KGZ\n"
	"qorgan status CYB-01-M9 in-progress --progress 40\n"
	"qorgan report --period 2026-H1\n"
	"qorgan partner add KAZ --recipient age1...\n"
	"qorgan export --to KAZ -o 2026-H1.age\n"
	"```\n\n"
	"# SEE ALSO\n\n"
	"*qorgan-package*(5), *age*(1), *minisign*(1)\n";

void manual_print(FILE *to)
{
	fputs(introduction, to);
	for (const struct option *option = global_options; option->name; option++)
		put_option(to, option);
	fputs("# COMMANDS\n\n", to);
	for (const struct command *command = commands; command->name; command++)
		put_command(to, command);
	fputs(conclusion, to);
}
