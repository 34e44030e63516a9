/* What the manual page says beside what the table of commands says: source of scdoc, part by part, so that each
 * is translated by itself. Terms and examples are the same in every language. */
#include <stddef.h>

#include "cli/manual.h"

#define SECTION(text) { MANUAL_SECTION, NULL, text }
#define PARAGRAPH(text) { MANUAL_PARAGRAPH, NULL, text }
#define ITEM(term, text) { MANUAL_ITEM, term, text }
#define EXAMPLE(lines) { MANUAL_EXAMPLE, lines, NULL }

const struct manual_part manual_parts[] = {
	/* Programs read this heading: mandb of man-db knows it in some languages. Where it does not, it stays. */
	SECTION("NAME"),
	{ MANUAL_NAME, NULL, "an encrypted, versioned catalogue of security risks and prevention measures" },

	SECTION("SYNOPSIS"),
	{ MANUAL_SYNOPSIS, NULL, NULL },

	SECTION("DESCRIPTION"),
	PARAGRAPH("Qorgan keeps one state's catalogue of risks and of the measures against them: encrypted on disk, every version "
	          "of every object kept, each change signed. It writes periodic reports, and packages with what is released to "
	          "partner states, which stock *age*(1) opens and *minisign*(1) checks."),
	PARAGRAPH("Options and operands may stand in any order; *--* ends the options. A long option may be shortened as long as "
	          "it stays unique; its value follows as a word or after *=*. Data goes to standard output, words to standard "
	          "error."),

	SECTION("GLOBAL OPTIONS"),
	{ MANUAL_OPTIONS, NULL, NULL },

	SECTION("COMMANDS"),
	{ MANUAL_COMMANDS, NULL, NULL },

	SECTION("ENVIRONMENT"),
	ITEM("*QORGAN\\_STORE*", "Folder of the store, if there is no *-S*."),
	ITEM("*QORGAN\\_PASSPHRASE\\_FILE*", "As *--passphrase-file*. Others must not be able to read it."),
	ITEM("*QORGAN\\_IDENTITY*", "As *--identity*. Where none of these is given, a security key that is plugged in and that the "
	     "store knows is asked before a passphrase is."),
	ITEM("*QORGAN\\_LANG*", "As *--lang*; else the language of *LC\\_ALL*, *LC\\_MESSAGES* or *LANG*, else English. Messages "
	     "and help are in that language too, whatever *--lang* says of texts and reports; *man*(1) shows this manual in the "
	     "language of the locale."),
	ITEM("*QORGAN\\_NOW*", "A moment as 2026-07-01T09:00:00Z, taken for the present one."),
	ITEM("*VISUAL*, *EDITOR*", "The editor; else *vi*(1)."),
	ITEM("*NO\\_COLOR*", "No colours, if it is set and not empty."),
	ITEM("*XDG\\_DATA\\_HOME*, *XDG\\_STATE\\_HOME*, *XDG\\_RUNTIME\\_DIR*", "Places of the files below; the last must lie in "
	     "memory."),

	SECTION("FILES"),
	ITEM("*-o* _FILE_", "Appears whole or not at all, of mode 0600: it is written beside its place and then takes it, so "
	     "that a disk that is full or a command that fails leaves what was there. A link is followed, and the file that it "
	     "leads to is replaced. A pipe or a device such as a terminal is written into. A folder is refused, and so is an "
	     "empty name. *-* is standard output."),
	ITEM("_$XDG\\_DATA\\_HOME/qorgan/default_", "The store, if none is named; else below _~/.local/share_."),
	ITEM("_$XDG\\_STATE\\_HOME/qorgan_", "The newest checkpoint seen of each store, by which an older store put in its place "
	     "is noticed; else below _~/.local/state_."),
	ITEM("_$XDG\\_RUNTIME\\_DIR_, _/dev/shm_", "Where a text lies while it is edited. Nothing is written in plain to a "
	     "disk."),
	ITEM("_" QORGAN_SHARE "_", "The illustrative catalogue, and examples: units of *systemd*(1), lines for *cron*(8)."),

	SECTION("EXIT STATUS"),
	ITEM("*0*", "Done."),
	ITEM("*1*", "The answer is no: *verify* or *diff* found something; something is late (*reminders*)."),
	ITEM("*64*", "The call itself is wrong."),
	ITEM("*65*", "Input that breaks a rule, or not a store."),
	ITEM("*66*", "No such file, object or version."),
	ITEM("*70*", "Out of memory, or a defect of the program."),
	ITEM("*73*", "A file or folder cannot be made; of a report, also if a library or a font that its format needs is not "
	     "there."),
	ITEM("*74*", "Reading or writing failed, or damage was met."),
	ITEM("*75*", "Locked, or changed meanwhile: try again."),
	ITEM("*76*", "A package or a partner broke the protocol."),
	ITEM("*77*", "Not permitted, or the wrong key; of a security key, also if it is not plugged in, its PIN is wrong or blocked, "
	     "or nobody touched it."),
	ITEM("*130*", "Stopped by Ctrl-C."),
	PARAGRAPH("A command that fails changes nothing, and says why in one line."),

	SECTION("AUTOMATION"),
	PARAGRAPH("Among the examples are units of *systemd*(1) with their timers: the mails of *reminders* every Monday, "
	          "*report --all* on the 11th after each quarter, *exchange* every working day. They run as the user whose store "
	          "it is: copy them into _~/.config/systemd/user_, set the folders in them, then:"),
	EXAMPLE("systemctl --user enable --now qorgan-reminders.timer qorgan-reports.timer qorgan-exchange.timer\n"
	        "loginctl enable-linger\n"),
	PARAGRAPH("Or the same for *cron*(8), which the file _crontab_ there has in full:"),
	EXAMPLE("0 7 * * 1          qorgan -q reminders -f mail -o $HOME/qorgan-mails\n"
	        "0 6 11 1,4,7,10 *  qorgan -q report --all $HOME/qorgan-reports --period last-Q\n"
	        "0 8 * * 1-5        qorgan -q exchange $HOME/qorgan-courier\n"),
	PARAGRAPH("Nobody types a passphrase there: an age identity opens the store, in a file that only its user may read. "
	          "Whoever has that file and the store can read all of it, so it lies better on an encrypted disk. Nothing is "
	          "sent: a person looks at the mails and the reports first."),

	SECTION("EXAMPLES"),
	PARAGRAPH("A store, the catalogue, a measure, its report, and a package:"),
	EXAMPLE("qorgan init --state UZB\n"
	        "qorgan load " QORGAN_SHARE "/catalogue/2026-2028\n"
	        "qorgan measure add CYB-01-M9 --risks CYB-01 --title.en \"Shared early warning\"\n"
	        "qorgan assign CYB-01-M9 --lead UZB --support KAZ,KGZ\n"
	        "qorgan status CYB-01-M9 in-progress --progress 40\n"
	        "qorgan report --period 2026-H1\n"
	        "qorgan partner add KAZ --recipient age1...\n"
	        "qorgan export --to KAZ -o 2026-H1.age\n"),

	SECTION("SEE ALSO"),
	{ MANUAL_PARAGRAPH, "*qorgan-lost*(7), *qorgan-postgres*(7), *qorgan-package*(5), *age*(1), *minisign*(1)", NULL },
	{ MANUAL_END, NULL, NULL },
};
