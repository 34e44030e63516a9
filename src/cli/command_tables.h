/* The options of each command, and the words of its operands: rows of the table of commands
 * (commands.c, which alone includes this), in its order. */
#ifndef CLI_COMMAND_TABLES_H
#define CLI_COMMAND_TABLES_H

#include "cli/command.h"
#include "qorgan/report.h"

static const char *const kdf_words[] = { "interactive", "moderate", "sensitive", NULL };
static const char *const dump_words[] = { "jsonl", "json", "csv", NULL };
static const char *const reminder_format_words[] = { "text", "json", "ics", "mail", NULL };
static const char *const shell_words[] = { "bash", "zsh", "fish", NULL };

#define KEY_OPTIONS \
	{ "security-key", 0, NULL, "a security key that is plugged in opens it, instead of a passphrase", NULL, 0, NULL }, \
	{ "without-pin", 0, NULL, "of the security key: a touch alone opens it", NULL, 0, NULL }
static const struct option init_options[] = {
	{ "state", 0, "STATE", "state whose store it is", NULL, OPTION_REQUIRED, NULL },
	{ "as", 0, "NAME", "its first user; else $USER, or liaison", NULL, 0, NULL },
	{ "kdf", 0, "COST", "cost of a guess at the passphrase: interactive, moderate (the default) or sensitive",
	  kdf_words, 0, NULL },
	{ "recipient", 0, "AGE1...", "age recipient whose identity opens it, instead of a passphrase", NULL, 0, NULL },
	KEY_OPTIONS,
	{ "reference", 0, "FILE", "states, scales and periods, instead of the built-in ones", NULL, 0, NULL },
	{ 0 }
};
#define DOOR_OPTIONS \
	{ "recipient", 0, "AGE1...", "age recipient whose identity opens it, instead of a passphrase", NULL, 0, NULL }, \
	{ "new-passphrase-file", 0, "FILE", "private file whose first line is the new passphrase", NULL, 0, NULL }, \
	KEY_OPTIONS, \
	{ "new-pin-file", 0, "FILE", "private file whose first line is the PIN of the new security key", NULL, 0, NULL }, \
	{ "kdf", 0, "COST", "cost of a guess at the passphrase: interactive, moderate (the default) or sensitive", \
	  kdf_words, 0, NULL }
static const char *const role_words[] = { "reader", "liaison", "verifier", "admin", NULL };
static const struct option user_add_options[] = {
	{ "role", 0, "ROLE", "what the user may do: reader, liaison, verifier or admin", role_words, OPTION_REQUIRED, NULL },
	DOOR_OPTIONS,
	{ 0 }
};
static const struct option door_options[] = { DOOR_OPTIONS, { 0 } };
static const struct option user_retire_options[] = {
	{ "reason", 0, "TEXT", "why the user is to open the store no longer", NULL, OPTION_REQUIRED, NULL },
	{ 0 }
};
static const struct option recovery_make_options[] = {
	{ "shares", 0, "N-of-M", "how many are needed, and how many are made: 3-of-5", NULL, OPTION_REQUIRED, NULL },
	{ "output", 'o', "FOLDER", "where the sheets are written, one for each share", NULL, OPTION_REQUIRED | OPTION_OUTPUT_FOLDER,
	  NULL },
	{ 0 }
};
static const struct option confirm_options[] = {
	{ "yes", 'y', NULL, "what user show tells of the user is right: do not ask", NULL, 0, NULL },
	{ 0 }
};
static const struct option approve_options[] = {
	{ "yes", 'y', NULL, "what request show tells of it is right: do not ask", NULL, 0, NULL },
	{ 0 }
};
static const struct option unlock_options[] = {
	{ "for", 0, "TIME", "how long: 90s, 15m (the default), 2h; 12 hours at most", NULL, 0, NULL },
	{ 0 }
};
static const struct option store_copy_options[] = {
	{ "move", 0, NULL, "put the former aside, so that nobody goes on writing to it", NULL, 0, NULL },
	{ 0 }
};
static const struct option schema_options[] = {
	{ "sql", 0, NULL, "the tables of a PostgreSQL database, and who may do what in them", NULL, 0, NULL },
	{ 0 }
};
static const struct option rekey_options[] = {
	{ "continue", 0, NULL, "go on with what is left under the former keys, and change none", NULL, 0, NULL },
	{ "yes", 'y', NULL, "all who are not retired are to have the new keys: do not ask", NULL, 0, NULL },
	{ 0 }
};
static const struct option forget_options[] = {
	{ "reason", 0, "TEXT", "why; it stays on record, and must not repeat what is to go", NULL, 0, NULL },
	{ "dry-run", 'n', NULL, "show what would go, and what would remain elsewhere", NULL, 0, NULL },
	{ "content", 0, NULL, "of an attached file: what is in it alone; its description stays", NULL, 0, NULL },
	{ "kind", 'K', "KIND", "kind of the object, if its id alone may mean another", NULL, 0, NULL },
	{ "owner", 0, "STATE", "that state's object, whether or not it is the one that counts", NULL, 0, NULL },
	{ "yes", 'y', NULL, "do not ask", NULL, 0, NULL },
	{ "list", 'l', NULL, "list what was forgotten, when, by whom and why", NULL, 0, NULL },
	{ "continue", 0, NULL, "write the store's file anew where that was interrupted", NULL, 0, NULL },
	{ 0 }
};
static const struct option load_options[] = {
	{ "kind", 0, "KIND", "kind of the objects of CSV files without a column kind, and of a spreadsheet with --map", NULL, 0, NULL },
	{ "dry-run", 'n', NULL, "check only, write nothing; of a spreadsheet, show what would change", NULL, 0, NULL },
	{ "only-fresh", 0, NULL, "of a form: leave out rows that are older than what is on record", NULL, 0, NULL },
	{ "period", 0, "PERIOD", "of a form: it is of that one, however long ago", NULL, 0, NULL },
	{ "map", 0, "FILE", "the file loaded is somebody's own spreadsheet, whose columns are fields as that map says", NULL,
	  OPTION_OUTPUT, NULL },
	{ "head-row", 0, "NUMBER", "with --map: the row that holds the heads; else the first with a text", NULL, 0, NULL },
	{ 0 }
};
static const struct option form_options[] = {
	{ "state", 0, "STATE", "whose measures; else the store's own state", NULL, 0, NULL },
	{ "period", 0, "PERIOD", "2026-Q2, 2026-H1, 2026; else the one of today", NULL, 0, NULL },
	{ "output", 'o', "FILE", "write a private file", NULL, OPTION_OUTPUT, NULL },
	{ 0 }
};
static const struct option dump_options[] = {
	{ "format", 'f', "FORMAT", "jsonl (the default), json or csv", dump_words, 0, NULL },
	{ "output", 'o', "FILE", "write a private file instead", NULL, OPTION_OUTPUT, NULL },
	{ 0 }
};
#define BASE_OPTIONS \
	{ "base", 0, "VERSION", "version it starts from: fails with 75 if there is a newer one", NULL, 0, NULL }, \
	{ "merge", 0, NULL, "with --base, or in the editor: put together with what others changed meanwhile, if it fits", NULL, 0, NULL }
static const struct option draft_options[] = {
	BASE_OPTIONS,
	{ "propose", 0, NULL, "propose the change to the state that keeps it, for the reason of -m", NULL, 0, NULL },
	{ 0 }
};
static const struct option answer_options[] = {
	{ "reason", 0, "TEXT", "why it is declined", NULL, OPTION_REQUIRED, NULL },
	{ 0 }
};
static const struct option retire_options[] = {
	{ "reason", 0, "TEXT", "why it no longer applies", NULL, OPTION_REQUIRED, NULL },
	{ 0 }
};
static const struct option list_options[] = {
	{ "sort", 0, "COLUMN,...", "sort by these; -COLUMN for descending", NULL, OPTION_LISTED, NULL },
	{ "columns", 0, "COLUMN,...", "show these columns", NULL, OPTION_LISTED, NULL },
	{ "limit", 0, "NUMBER", "show no more than that many", NULL, 0, NULL },
	{ "format", 'f', "FORMAT", "table (the default), csv or json", rows_format_words, 0, NULL },
	{ 0 }
};
static const struct option assign_options[] = {
	{ "lead", 0, "STATE", "state that answers for it", NULL, 0, NULL },
	{ "support", 0, "STATE,...", "states that take part", NULL, 0, NULL },
	{ "abstaining", 0, "STATE,...", "states that take no part", NULL, 0, NULL },
	{ "propose", 0, NULL, "propose it to the state that keeps the measure, for the reason of -m", NULL, 0, NULL },
	{ 0 }
};
static const struct option status_options[] = {
	{ "state", 0, "STATE", "state that reports; else the store's own", NULL, 0, NULL },
	{ "evidence", 0, "FILE", "attach a file; may be repeated", NULL, OPTION_REPEATED, NULL },
	{ "milestone", 0, "ID=DATE", "milestone reached on that day; may be repeated", NULL, OPTION_REPEATED, NULL },
	{ "indicator", 0, "ID=NUMBER", "value reached; may be repeated", NULL, OPTION_REPEATED, NULL },
	{ 0 }
};
static const struct option accept_options[] = {
	{ "state", 0, "STATE", "state that accepts; else the store's own", NULL, 0, NULL },
	{ 0 }
};
static const struct option decline_options[] = {
	{ "reason", 0, "TEXT", "why it declines", NULL, OPTION_REQUIRED, NULL },
	{ "state", 0, "STATE", "state that declines; else the store's own", NULL, 0, NULL },
	{ 0 }
};
static const struct option assess_options[] = {
	{ "state", 0, "STATE", "state that assesses; else the store's own", NULL, 0, NULL },
	{ 0 }
};
static const struct option kind_options[] = {
	{ "kind", 'K', "KIND", "kind of the object, if its id alone may mean another", NULL, 0, NULL },
	{ 0 }
};
static const struct option log_options[] = {
	{ "limit", 0, "NUMBER", "show no more than that many", NULL, 0, NULL },
	{ "releases", 0, NULL, "of an object: to which partners it went instead, and who was asked to drop it", NULL, 0, NULL },
	{ "kind", 'K', "KIND", "kind of the object, if its id alone may mean another", NULL, 0, NULL },
	{ "owner", 0, "STATE", "of that state's object, whether or not it is the one that counts", NULL, 0, NULL },
	{ 0 }
};
static const struct option checkin_options[] = {
	{ "mine", 0, "ID,...", "in a conflict over these objects take what was drafted; all: in every one", NULL, OPTION_REPEATED, NULL },
	{ "theirs", 0, "ID,...", "in a conflict over these objects drop what was drafted; all: in every one", NULL, OPTION_REPEATED, NULL },
	{ "leave-conflicts", 0, NULL, "write what fits, and leave the rest in the checkout", NULL, 0, NULL },
	{ "dry-run", 'n', NULL, "tell what would become of each object; write nothing", NULL, 0, NULL },
	{ 0 }
};
static const struct option watch_options[] = {
	{ "kind", 'K', "KIND,...", "changes of these kinds only: measure, status, note", NULL, OPTION_REPEATED | OPTION_LISTED, NULL },
	{ "filter", 0, "CONDITION", "of measures or risks that meet it now, and what speaks of them: as an option of measure list or "
	  "risk list, domain=WAT; may be repeated", NULL, OPTION_REPEATED | OPTION_LISTED, NULL },
	{ "user", 0, "NAME", "what that user changed only", NULL, 0, NULL },
	{ "since", 0, "COMMIT", "tell first what came after the commit of that number", NULL, 0, NULL },
	{ "once", 0, NULL, "with --since: end after that", NULL, 0, NULL },
	{ "count", 0, "NUMBER", "end after that many changes", NULL, 0, NULL },
	{ "exec", 0, "COMMAND", "run it in the shell for each change, which it reads as JSON; nothing is printed", NULL, 0, NULL },
	{ 0 }
};
static const struct option show_options[] = {
	{ "kind", 'K', "KIND", "kind of the object, if its id alone may mean another", NULL, 0, NULL },
	{ "owner", 0, "STATE", "that state's object, whether or not it is the one that counts", NULL, 0, NULL },
	{ 0 }
};
static const struct option search_options[] = {
	{ "kind", 'K', "KIND", "search one kind of object only", NULL, 0, NULL },
	{ "format", 'f', "FORMAT", "table (the default), csv or json", rows_format_words, 0, NULL },
	{ 0 }
};
/* What surrounds a report. */
#define FRAME_OPTIONS \
	{ "title", 0, "TEXT", "a title in place of its own", NULL, 0, NULL }, \
	{ "note", 0, "FILE", "a text in UTF-8 as its foreword; an empty line parts paragraphs", NULL, 0, NULL }, \
	{ "letterhead", 0, "FILE", "a text file of lines name:, address: and logo: FILE.png", NULL, 0, NULL }, \
	{ "state-of", 0, "WORD", "draft, said across every page, or final", qorgan_frame_states, 0, NULL }, \
	{ "approved-by", 0, "WHO", "of a final one: \"NAME, OFFICE\"", NULL, 0, NULL }

static const struct option report_options[] = {
	{ "period", 0, "PERIOD", "2026-Q1, 2026-H1, 2026, last or last-Q; else the one of today", NULL, 0, NULL },
	{ "compare", 0, "PERIOD", "tell what moved since the end of that one; else of the one before", NULL, 0, NULL },
	{ "as-of", 0, "DATE", "leave out what was recorded, or came by a package, after that day", NULL, 0, NULL },
	{ "domain", 0, "DOMAIN", "of this domain only", NULL, 0, NULL },
	{ "state", 0, "STATE", "of this state only", NULL, 0, NULL },
	{ "for", 0, "STATE", "made of what may go to that state or observer alone, by the rule of export, and entered in the "
	  "ledger of what went there", NULL, 0, NULL },
	{ "preview", 0, NULL, "with --for: to look at; it says that it is a draft, and is not entered", NULL, 0, NULL },
	{ "message", 'm', "TEXT", "why the change is made", NULL, 0, NULL },
	{ "as", 0, "NAME", "who makes it; else the user of the key", NULL, 0, NULL },
	{ "filter", 0, "CONDITION", "of what meets it only: as an option of measure list or risk list, overdue or "
	  "due-before=DATE; may be repeated", NULL, OPTION_REPEATED | OPTION_LISTED, NULL },
	{ "columns", 0, "COLUMN,...", "of status: the table of measures in these columns of measure list; of register: that of "
	  "risks, of risk list", NULL, OPTION_LISTED, NULL },
	{ "joint", 0, NULL, "of status: over what all states sent, each in its own words", NULL, 0, NULL },
	{ "all", 0, "DIR", "every report in every language and format into that folder; --lang and -f A,B narrow it", NULL,
	  OPTION_OUTPUT_FOLDER, NULL },
	{ "dossiers", 0, "KIND,...", "with --all: a dossier of each state, domain, risk or measure, too", NULL, 0, NULL },
	{ "format", 'f', "FORMAT", "text (the default), csv, json, md, html, pdf, xlsx, ics, oscal, svg or png", qorgan_report_formats,
	  OPTION_LISTED, NULL },
	{ "picture", 0, "NAME", "of svg and png: which picture of the report; else its first", qorgan_report_pictures, 0, NULL },
	{ "page", 0, "NUMBER", "of a picture that takes several: which; else the first", NULL, 0, NULL },
	{ "output", 'o', "FILE", "write a private file; its ending names the format", NULL, OPTION_OUTPUT, NULL },
	FRAME_OPTIONS,
	{ 0 }
};
static const struct option freeze_options[] = {
	{ "format", 'f', "FORMAT,...", "in these; else text, csv, json, html, pdf and xlsx", qorgan_report_formats, OPTION_LISTED,
	  NULL },
	{ "joint", 0, NULL, "the joint report, over what all states sent", NULL, 0, NULL },
	{ "as-of", 0, "DATE", "leave out what was recorded, or came by a package, after that day", NULL, 0, NULL },
	{ "reason", 0, "TEXT", "of a correction: why", NULL, 0, NULL },
	{ "filter", 0, "CONDITION", "is refused: what is frozen is the whole report", NULL, OPTION_REPEATED, NULL },
	{ "release", 0, "STATE,...", "who may receive it, as +KAZ or -KAZ too; else as before, at first nobody", NULL, 0, NULL },
	FRAME_OPTIONS,
	{ 0 }
};
static const struct option frozen_options[] = {
	{ "format", 'f', "FORMAT", "one in which it was frozen; else text", qorgan_report_formats, 0, NULL },
	{ "owner", 0, "STATE", "that state's report", NULL, 0, NULL },
	{ "appendix", 0, NULL, "with -o: FILE.appendix.html too, a page that tells how to check it, with QR codes", NULL, 0, NULL },
	{ "output", 'o', "FILE", "a private file; FILE.minisig and FILE.tlog-proof are written beside it", NULL, OPTION_OUTPUT, NULL },
	{ 0 }
};
static const struct option difference_options[] = {
	{ "format", 'f', "FORMAT", "table (the default), csv or json", rows_format_words, 0, NULL },
	{ 0 }
};
static const struct option reminders_options[] = {
	{ "state", 0, "STATE", "what this state owes only", NULL, 0, NULL },
	{ "within", 0, "DAYS", "look so many days ahead; else 30", NULL, 0, NULL },
	{ "period", 0, "PERIOD", "whose reports; else those of the one of today and of the one before", NULL, 0, NULL },
	{ "as-of", 0, "DATE", "as if that day were today: what was recorded after it is left out", NULL, 0, NULL },
	{ "format", 'f', "FORMAT", "text (the default), json, ics, or mail: a mail for each state", reminder_format_words, 0,
	  NULL },
	{ "output", 'o', "FILE|DIR", "write a private file; of mail, the folder", NULL, OPTION_OUTPUT_FOLDER, NULL },
	{ 0 }
};
static const struct option export_options[] = {
	{ "to", 0, "PARTNER,...", "partners that are to read it", NULL, OPTION_REPEATED | OPTION_REQUIRED, NULL },
	{ "output", 'o', "FILE", "the package; FILE.minisig is written beside it", NULL, OPTION_OUTPUT, NULL },
	{ "from", 0, "NUMBER", "again what that package to the partner, or the next there was, and later ones covered", NULL, 0, NULL },
	{ "full", 0, NULL, "all there is, not only what is new since the last package", NULL, 0, NULL },
	{ "for-repair", 0, NULL, "hand the partner back what it sent, for its qorgan repair; nothing of this store", NULL, 0, NULL },
	{ "force", 0, NULL, "replace the file if there is one", NULL, 0, NULL },
	{ "dry-run", 'n', NULL, "tell what would go and why the rest stays; write nothing", NULL, 0, NULL },
	{ 0 }
};
static const struct option fork_options[] = {
	{ "output", 'o', "FILE", "write a private file instead of standard output", NULL, OPTION_OUTPUT, NULL },
	{ 0 }
};
static const struct option receive_options[] = {
	{ "dry-run", 'n', NULL, "check everything and tell what would come in; write nothing", NULL, 0, NULL },
	{ "despite-fork", 0, NULL, "even from a partner that was found to show two histories", NULL, 0, NULL },
	{ "signature", 0, "FILE", "the minisign signature; else the package's name and .minisig", NULL, 0, NULL },
	{ 0 }
};
static const struct option exchange_options[] = {
	{ "to", 0, "PARTNER,...", "write to these partners alone", NULL, OPTION_REPEATED, NULL },
	{ "max-size", 0, "SIZE", "cut a larger package in parts of at most that many bytes: 500K, 20M", NULL, 0, NULL },
	{ "receive-only", 0, NULL, "take in, and write nothing", NULL, 0, NULL },
	{ "send-only", 0, NULL, "write, and take nothing in", NULL, 0, NULL },
	{ "dry-run", 'n', NULL, "tell what would come in and what would be written; change nothing", NULL, 0, NULL },
	{ 0 }
};
static const struct option proof_options[] = {
	{ "output", 'o', "FILE", "write a private file instead of standard output", NULL, OPTION_OUTPUT, NULL },
	{ "kind", 'K', "KIND", "kind of the object, if its id alone may mean another", NULL, 0, NULL },
	{ "disclose", 0, NULL, "even what no export would hold", NULL, 0, NULL },
	{ 0 }
};
static const struct option check_proof_options[] = {
	{ "vkey", 0, "VKEY|@FILE", "key of the log or of a cosigner, or a file of them, one in each line; may be repeated",
	  NULL, OPTION_REPEATED, NULL },
	{ 0 }
};
static const struct option output_options[] = {
	{ "output", 'o', "FILE", "write a private file instead of standard output", NULL, OPTION_OUTPUT, NULL },
	{ 0 }
};
static const struct option identity_options[] = {
	{ "valid-until", 0, "DATE", "last day of the card; else three years from today", NULL, 0, NULL },
	{ "epoch", 0, "NUMBER", "the card by which the keys of that epoch came: for who has not had it", NULL, 0, NULL },
	{ "qr", 0, NULL, "draw a QR code of the keys instead", NULL, 0, NULL },
	{ "output", 'o', "FILE", "write a private file; with --qr a picture, FILE.svg", NULL, OPTION_OUTPUT, NULL },
	{ 0 }
};
static const struct option partner_add_options[] = {
	{ "fingerprint", 0, "DIGITS", "the digits that the partner gave: the card must have them", NULL, 0, NULL },
	{ "lost-key", 0, NULL, "the partner says that it lost the key of its card", NULL, 0, NULL },
	/* Goes before the field of that name, which is required of whoever has no card. */
	{ "recipient", 0, "AGE1...", "the age recipient of a partner without a card", NULL, OPTION_FIELD, "recipient" },
	{ 0 }
};
static const struct option partner_edit_options[] = {
	{ "shared-secret-file", 0, "FILE", "private file whose first line is a secret shared with the partner", NULL,
	  OPTION_FIELD | OPTION_SECRET, NULL },
	{ "no-shared-secret", 0, NULL, "share no secret with the partner any more", NULL, OPTION_FIELD | OPTION_SECRET, NULL },
	BASE_OPTIONS,
	{ 0 }
};
static const struct option doctor_options[] = {
	{ .name = "no-key", .help = "look only at what can be seen without a key" },
	{ 0 }
};

#define BACKUP_READING_OPTIONS \
	{ "signature", 0, "FILE", "the minisign signature; else the backup's name and .minisig", NULL, 0, NULL }, \
	{ "unsigned", 0, NULL, "look at no signature, where it was lost", NULL, 0, NULL }, \
	{ "backup-identity", 0, "FILE", "age identity that opens the backup, where another opens the store in it", NULL, 0, NULL }

static const struct option backup_options[] = {
	{ "recipient", 'r', "AGE1...", "an age recipient who can open it too; may be repeated", NULL, OPTION_REPEATED, NULL },
	{ "parent", 0, "FILE", "write only what changed since this backup was made", NULL, 0, NULL },
	{ "redundancy", 0, "PERCENT", "write parity too, of so much of its size, by which rotten sectors can be mended", NULL, 0,
	  NULL },
	{ "force", 0, NULL, "replace the file if there is one", NULL, 0, NULL },
	{ "repair", 0, NULL, "mend a backup by its parity instead of making one", NULL, 0, NULL },
	{ "check", 0, NULL, "read a backup and examine the store in it instead of making one", NULL, 0, NULL },
	BACKUP_READING_OPTIONS,
	{ 0 }
};
static const struct option restore_backup_options[] = {
	{ "older", 0, NULL, "even if a newer state of the store is known here, or the one there cannot be read", NULL, 0, NULL },
	BACKUP_READING_OPTIONS,
	{ 0 }
};
static const struct option repair_options[] = {
	{ "from-backup", 0, "FILE", "take what is lost from this backup of the store; may be repeated", NULL, OPTION_REPEATED, NULL },
	{ "from-package", 0, "FILE", "or from this package; may be repeated", NULL, OPTION_REPEATED, NULL },
	{ "dry-run", 0, NULL, "show the plan, and make nothing", NULL, 0, NULL },
	{ "older", 0, NULL, "even if the end of the log is lost and given up", NULL, 0, NULL },
	{ "yes", 'y', NULL, "do not ask whether the plan is right", NULL, 0, NULL },
	{ "unsigned", 0, NULL, "look at no signature of a backup, where it was lost", NULL, 0, NULL },
	{ "backup-identity", 0, "FILE", "age identity that opens the backups, where another opens the store in them", NULL, 0, NULL },
	{ 0 }
};
static const struct option verify_options[] = {
	{ "offset", 0, "NUMBER", "only say what that byte of the store's file belongs to", NULL, 0, NULL },
	{ 0 }
};

/* ---- Words of operands ---------------------------------------------------------- */

static const char *const *report_kind_words(unsigned number)
{
	return number == 0 ? qorgan_report_kinds : NULL;
}

static const char *const *shell_name_words(unsigned number)
{
	return number == 0 ? shell_words : NULL;
}

#endif
