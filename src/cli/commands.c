/* The table of commands. To add one: a row here and a file with its function. */
#include "cli/command.h"

#include "cli/rows.h"
#include "cli/command_tables.h"

const char *const command_group_titles[GROUP_COUNT] = {
	[GROUP_START] = "Beginning, bulk in and out",
	[GROUP_CATALOGUE] = "The catalogue and its measures",
	[GROUP_LOOK] = "Looking, and looking back",
	[GROUP_REPORT] = "Reports",
	[GROUP_SHARE] = "Partners",
	[GROUP_CARE] = "Care and help",
};

const struct option global_options[] = {
	{ "store", 'S', "DIR", "folder of the store, or its address on a server: postgres://HOST/DATABASE", NULL, OPTION_GLOBAL, NULL },
	{ "passphrase-file", 0, "FILE", "private file whose first line is the passphrase", NULL, OPTION_GLOBAL, NULL },
	{ "identity", 'i', "FILE", "age identity that opens the store", NULL, OPTION_GLOBAL, NULL },
	{ "security-key", 0, NULL, "open the store by the security key that is plugged in", NULL, OPTION_GLOBAL, NULL },
	{ "pin-file", 0, "FILE", "private file whose first line is the PIN of the security key", NULL, OPTION_GLOBAL, NULL },
	{ "json", 0, NULL, "print JSON", NULL, OPTION_GLOBAL, NULL },
	{ "quiet", 'q', NULL, "say nothing when all goes well", NULL, OPTION_GLOBAL, NULL },
	{ "lang", 0, "LIST", "languages of texts and reports, best first: ru,en", NULL, OPTION_GLOBAL, NULL },
	{ "any-filesystem", 0, NULL, "allow a store on a network file system", NULL, OPTION_GLOBAL, NULL },
	{ "help", 'h', NULL, "show help", NULL, OPTION_GLOBAL, NULL },
	{ "version", 0, NULL, "print the version", NULL, OPTION_GLOBAL, NULL },
	{ 0 }
};

const struct option write_options[] = {
	{ "message", 'm', "TEXT", "why the change is made", NULL, 0, NULL },
	{ "as", 0, "NAME", "who makes it; else the user of the key", NULL, 0, NULL },
	{ 0 }
};

/* ---- The table -------------------------------------------------------------------- */

#define CHANGE_JSON \
	"{\"kind\", \"id\", \"version\", \"commit\", \"changed\", \"warning\"}; commit is 0 and changed is false if nothing " \
	"differed"
#define LIST_JSON "an array of objects: kind, id, version and the fields at top level, with what is computed"
#define SHOW_JSON \
	"an object: kind, id, version, owner, user, time, commit, the fields at top level, and what is computed; of another " \
	"state's, brought: the package, when, the entry of its log and how many its checkpoint signs; of a partner, " \
	"received: what came of it"

#define LEDGER_JSON \
	"an array, oldest package first: {\"partner\", \"package\", \"time\", \"acknowledged\", \"what\": \"sent\" or " \
	"\"withdrawn\", \"kind\", \"id\", \"version\"}, or \"restored\" and that it was told of a restore at this moment; " \
	"acknowledged: when the receipt was made, or null. Of a report \"what\" is \"report\", kind and id are of its entry, " \
	"package is 0, and there are \"report\" (the command that makes it), \"marking\", \"sha256\" and \"user\", too"

#define FIELD_HELP \
	"Each field is an option. A text takes a language after a dot, as in --title.ru; without one it is in the first " \
	"language of --lang. A list is written KAZ,UZB; +KAZ adds to it and -KAZ removes from it, as in +TJK,-KAZ; an empty " \
	"value removes a field. A list of groups takes JSON, or \"id=m1,due=2026-05-01,title.en=Text\"."

/* The rows that risk, measure and domain have in common. */
#define ADD(k, ids, add_help, add_examples) \
	{ .name = k " add", .operands = ids, .most = 1, .summary = "add a " k, .help = add_help "\n" FIELD_HELP, \
	  .json = CHANGE_JSON, .examples = add_examples, .kind = k, .flags = COMMAND_FIELDS | COMMAND_WRITES, \
	  .group = GROUP_CATALOGUE, .run = cmd_object_add }
#define EDIT(k, edit_examples) \
	{ .name = k " edit", .operands = "ID", .least = 1, .most = 1, .summary = "change a " k, \
	  .help = "Sets the fields that are given as options. Without any, the fields open as JSON in $VISUAL, " \
	          "$EDITOR or vi, in a file that lies in memory and is wiped afterwards; an empty or unchanged text " \
	          "changes nothing. A text that cannot be taken is kept there, as the message then says.\n" \
	          "If somebody else changed the object meanwhile, the code is 75, and the message says who changed what. On a " \
	          "terminal the editor is offered again, with both together; with --merge what fits together is written: texts " \
	          "by language, sets and lists with ids by element. Where both changed one value, it is 75 all the same.\n" \
	          "What another state keeps is for that state to change: with --propose the change is drafted as a " \
	          "proposal, which goes to it alone with the next package.\n" FIELD_HELP, \
	  .json = CHANGE_JSON, .examples = edit_examples, .options = draft_options, .kind = k, \
	  .flags = COMMAND_FIELDS | COMMAND_WRITES, .reach = REACH_EDITOR, .group = GROUP_CATALOGUE, .run = cmd_object_edit }
#define SHOW(k, show_examples) \
	{ .name = k " show", .operands = "ID[@VERSION]", .least = 1, .most = 1, .summary = "show a " k, \
	  .help = "Shows the newest version, or the one asked for.", .json = SHOW_JSON, .examples = show_examples, \
	  .kind = k, .group = GROUP_CATALOGUE, .run = cmd_object_show }
#define LIST(k, plural, list_examples) \
	{ .name = k " list", .operands = "", .summary = "list " plural, \
	  .help = "Lists those that meet every condition given. A condition takes several values as A,B, or is given " \
	          "several times: one of them is enough.", \
	  .json = LIST_JSON, .examples = list_examples, .options = list_options, .kind = k, .flags = COMMAND_FILTERS, \
	  .group = GROUP_CATALOGUE, .run = cmd_object_list }
#define RETIRE(k, retire_examples) \
	{ .name = k " retire", .operands = "ID", .least = 1, .most = 1, .summary = "take a " k " out of the lists", \
	  .help = "It stays in the history and can be brought back with restore.", .json = CHANGE_JSON, \
	  .examples = retire_examples, .options = retire_options, .kind = k, .flags = COMMAND_WRITES, \
	  .group = GROUP_CATALOGUE, .run = cmd_object_retire }

const struct command commands[] = {
	{ .name = "init", .operands = "", .summary = "make a new store",
	  .help = "Makes an encrypted store for one state in a folder that is absent or empty, with its keys and "
	          "the states, scales and periods. It is opened by a passphrase, asked for twice, by the age "
	          "identity of --recipient, or by a security key that is plugged in.",
	  .json = "{\"id\", \"path\", \"state\", \"user\"}",
	  .examples = "qorgan init --state UZB\n"
	              "qorgan -S /srv/uzb init --state UZB --as a.karimova --kdf sensitive\n"
	              "qorgan init --state UZB --recipient \"$(age-keygen -y me.txt)\"\n"
	              "qorgan init --state UZB --security-key",
	  .options = init_options, .reach = REACH_BESIDE, .group = GROUP_START, .run = cmd_init },
	{ .name = "load", .operands = "PATH...", .least = 1, .most = COMMAND_ANY_NUMBER,
	  .summary = "load objects from files",
	  .help = "Reads JSON Lines, a JSON array or CSV; of a folder all that ends in .json, .jsonl, .ndjson or "
	          ".csv, in the folders within it too, by name; - is standard input. All of it becomes "
	          "one commit, or, if any line is faulty, nothing does: each fault is told as FILE:LINE: PLACE: "
	          "TEXT, and the code is 65.\n"
	          "A spreadsheet of qorgan form that came back filled in is loaded by itself: its reports become one commit, "
	          "whose message names who filled it in. --dry-run shows what would change. Each faulty cell is told "
	          "(\"B17: progress 140 is over 100\"; 65), and nothing is changed. So it is with a row whose report was "
	          "changed since the form was written (75), unless --only-fresh loads the others. A form of another store, "
	          "or of a period that is neither this one nor the one before, is refused (65). The form may have been saved as .xlsx, .ods, or "
	          "CSV in UTF-8 with all of its columns; a day of CSV is 2026-05-31 or 31.05.2026. The first two need libzip.\n"
	          "A register that lives in somebody's own spreadsheet (.xlsx, .ods, CSV in UTF-8) comes in with --map and --kind "
	          "domain, risk or measure. The first row with a text, or that of --head-row, has the heads; each row below is an object. "
	          "The map is a file of lines \"column = field\" that is kept for the next time. If it is not there, it is made: a head "
	          "that is the name or label of a field, in any language of reports, is that field (\"id\" is one); others are \"ignored\". "
	          "On a terminal what is doubtful is asked; elsewhere it is left out and told, and a field that every object must have "
	          "is an error (65) that says which line to write. What all rows have in common stands under [constants]. A map that is there is used as "
	          "it is, and columns that it does not name are told.\n"
	          "Words of fixed lists may be in any language of reports, states named in any of their ways, levels by number or by "
	          "the label of the scale; days are 2026-07-01, 01.07.2026 or date cells; a list is divided by semicolons, commas or new lines. What has no "
	          "column, and an empty cell, leave what is on record. Each faulty cell is told, and then nothing is changed. --dry-run shows "
	          "the map and what each row would do, and writes nothing.",
	  .json = "{\"loaded\", \"created\", \"changed\", \"unchanged\", \"commit\", \"dry_run\"}; of a form {\"rows\": "
	          "[{\"cell\", \"measure\", \"stale\", \"base\", \"version\", \"changes\"}], \"state\", \"period\", \"filled_by\", "
	          "\"filled\", \"stale\", \"commit\", \"dry_run\"}; with --map {\"map\": {\"file\", \"made\", \"head_row\", "
	          "\"columns\": [{\"cell\", \"head\", \"field\", \"guess\"}], \"constants\": [{\"field\", \"value\"}]}, "
	          "\"rows\": [{\"cell\", \"id\", \"does\", \"version\", \"changes\"}], \"created\", \"changed\", \"unchanged\", "
	          "\"commit\", \"dry_run\"}",
	  .examples = "qorgan load catalogue/2026-2028 -m \"Catalogue 2026-2028\"\n"
	              "qorgan load --kind measure measures.csv\nqorgan load --dry-run form.xlsx\n"
	              "qorgan load --kind measure --map ours.map --dry-run ours.xlsx",
	  .options = load_options, .flags = COMMAND_WRITES, .group = GROUP_START, .run = cmd_load },
	{ .name = "form", .operands = "", .summary = "write the spreadsheet that a ministry fills in",
	  .help = "Writes a workbook with the measures on which a state is to report for the period, as lead or support, "
	          "and what it last reported; those that it completed, cancelled or declined are left out. Who fills it in "
	          "needs no program but that of their office: words are chosen from a list, numbers and dates are checked "
	          "as they are typed, and all else is protected. qorgan load takes it back.\n"
	          "Hidden columns say which version of each report the form was made from, with a code by which this store "
	          "knows its own form again. The code says nothing of who filled it in. For another state than the "
	          "store's own, only what is released to it is in the form.",
	  .json = "{\"measures\", \"withheld\"}",
	  .examples = "qorgan form --period 2026-Q2 -o form.xlsx\nqorgan load --dry-run form.xlsx",
	  .options = form_options, .reach = REACH_MEMORY, .group = GROUP_REPORT, .run = cmd_form },
	{ .name = "dump", .operands = "[KIND]", .most = 1, .summary = "write objects as load takes them",
	  .help = "Writes the newest version of all objects, or of one kind. What it writes is plain text: keep it "
	          "with care.",
	  .json = "the same as -f json: an array of objects",
	  .examples = "qorgan dump -o all.jsonl\nqorgan dump measure -f csv",
	  .options = dump_options, .group = GROUP_START, .run = cmd_dump, .words = command_kind_words },

	ADD("risk", "[ID]", "Adds a risk. Without an id it gets the next free one of its domain. The id is printed.",
	    "qorgan risk add CYB-09 --domain CYB --title.en \"Loss of a satellite link\"\n"
	    "qorgan risk add --domain CYB --title \"...\" --likelihood 3 --impact 4"),
	EDIT("risk", "qorgan risk edit CYB-01 --likelihood 4 -m \"after the exercise\"\nqorgan risk edit CYB-01"),
	SHOW("risk", "qorgan risk show CYB-01\nqorgan risk show CYB-01@2 --json"),
	LIST("risk", "risks", "qorgan risk list --domain CYB --sort -residual\n"
	     "qorgan risk list --treatment accept -f csv"),
	RETIRE("risk", "qorgan risk retire CYB-09 --reason \"merged into CYB-01\""),
	{ .name = "risk assess", .operands = "RISK", .least = 1, .most = 1, .summary = "say how high a state sees a risk",
	  .help = "A state's own level of a risk, with its reasons or its reservation, beside the agreed one, which is the "
	          "residual level and stays as it is. The register and the matrix show where states differ.\n"
	          "It speaks of today unless --date names an earlier day. One that speaks of the day of the one before it "
	          "corrects that: what is not named stays. One of another day is new: all but the note carries over.\n"
	          "The assessment is the object RISK/STATE: see it with show, and its history with log. A new one takes "
	          "marking and release of its risk.\n" FIELD_HELP,
	  .json = CHANGE_JSON,
	  .examples = "qorgan risk assess CYB-01 --likelihood 4 --impact 5 --note \"Two attacks in a month\"\n"
	              "qorgan risk assess CYB-01 --impact 3 --state KAZ",
	  .options = assess_options, .kind = "assessment", .flags = COMMAND_FIELDS | COMMAND_WRITES,
	  .group = GROUP_CATALOGUE, .run = cmd_assess },

	ADD("measure", "[ID]",
	    "Adds a measure. Without an id it gets the next free one of the first of its risks. The id is printed.",
	    "qorgan measure add --risks CYB-01 --title.en \"Shared early warning\" \\\n"
	    "  --type detect --lead KAZ --support UZB,KGZ --due 2027-06-15"),
	EDIT("measure", "qorgan measure edit CYB-01-M9 --due 2027-09-01 --due-reason \"late delivery\"\n"
	     "qorgan measure edit CYB-01-M9 \\\n"
	     "  --milestones \"id=m3,due=2027-01-15,title.en=Exercise\""),
	SHOW("measure", "qorgan measure show CYB-01-M9"),
	LIST("measure", "measures", "qorgan measure list --state KAZ --overdue\n"
	     "qorgan measure list --status in-progress --due-before 2026-10-01 --sort due"),
	RETIRE("measure", "qorgan measure retire CYB-01-M9 --reason \"merged into CYB-01-M2\""),

	ADD("domain", "ID", "Adds a field of risk.", "qorgan domain add SPC --title.en \"Space services\" "
	    "--coordinator KAZ"),
	EDIT("domain", "qorgan domain edit CYB --coordinator UZB"),
	SHOW("domain", "qorgan domain show CYB"),
	LIST("domain", "domains", "qorgan domain list"),
	RETIRE("domain", "qorgan domain retire SPC --reason \"part of CYB\""),

	{ .name = "assign", .operands = "MEASURE", .least = 1, .most = 1, .summary = "name the states of a measure",
	  .help = "Names the state that leads, those that support, and those that take no part. To be named is an "
	          "offer, which that state answers with accept or decline. A list takes the place of "
	          "the one before; +TJK,-KGZ changes it. With --propose it is proposed to the state that keeps the measure.",
	  .json = CHANGE_JSON,
	  .examples = "qorgan assign CYB-01-M9 --lead KAZ --support UZB,KGZ\n"
	              "qorgan assign CYB-01-M9 --support +TJK,-KGZ",
	  .options = assign_options, .flags = COMMAND_WRITES, .group = GROUP_CATALOGUE, .run = cmd_assign },
	{ .name = "unassign", .operands = "MEASURE STATE...", .least = 2, .most = COMMAND_ANY_NUMBER,
	  .summary = "take states off a measure", .help = "Takes the states off the measure, be they lead or support.",
	  .json = CHANGE_JSON, .examples = "qorgan unassign CYB-01-M9 KGZ,TJK",
	  .flags = COMMAND_WRITES, .group = GROUP_CATALOGUE, .run = cmd_unassign },
	{ .name = "accept", .operands = "ID", .least = 1, .most = 1, .summary = "accept a part in a measure, or what is handed over",
	  .help = "To be named lead or support is an offer, which the state's own report accepts: reports tell the offered "
	          "parts from the accepted ones. The answer is the state's status of the measure, planned if it has not "
	          "reported yet. To report on a measure accepts the part too.\n"
	          "To accept the lead of a measure, or the coordination of a risk or domain, that another state handed over "
	          "to this one makes this state its keeper: from its own version on, which says whose it goes on from.",
	  .json = CHANGE_JSON, .examples = "qorgan accept CYB-01-M9\nqorgan accept CYB-01-M9 --state KGZ -m \"their letter\"",
	  .options = accept_options, .flags = COMMAND_WRITES, .group = GROUP_CATALOGUE, .run = cmd_accept },
	{ .name = "decline", .operands = "MEASURE", .least = 1, .most = 1, .summary = "decline the part in a measure",
	  .help = "Says in the state's own status of the measure that it declines its part, and why: the status report "
	          "lists it. Who named the state takes it off with unassign. The part is accepted after all by accept, or by "
	          "reporting work.",
	  .json = CHANGE_JSON, .examples = "qorgan decline CYB-01-M9 --reason \"no staff before 2027\"",
	  .options = decline_options, .flags = COMMAND_WRITES, .group = GROUP_CATALOGUE, .run = cmd_decline },
	{ .name = "status", .operands = "MEASURE WORD", .least = 2, .most = 2, .summary = "report on a measure",
	  .help = "One state's report: planned, in-progress, completed, verified, on-hold or cancelled. On-hold "
	          "and cancelled need a --reason; verified is for another user than the one who reported it "
	          "completed.\n"
	          "A report speaks of today unless --date names an earlier day; a later one is refused. One that speaks of "
	          "the day of the report before it corrects it: what is not named stays. One of another day is a new "
	          "report: progress, milestones, indicators, evidence, spent, started, marking and release carry over; "
	          "note, obstacles, help and next steps do not; a reason stays as long as its word. A first report takes "
	          "marking and release of its measure. To report "
	          "in-progress or completed accepts a part that was declined.\n"
	          "The report is the object MEASURE/STATE: see it with show, and its history with log.\n" FIELD_HELP,
	  .json = CHANGE_JSON,
	  .examples = "qorgan status CYB-01-M9 in-progress --progress 40 --note \"Two of five\"\n"
	              "qorgan status CYB-01-M9 on-hold --reason \"funds\" --state KAZ\n"
	              "qorgan status CYB-01-M9 completed --milestone m1=2026-05-01\n"
	              "qorgan status CYB-01-M9 completed --evidence photo.jpg",
	  .options = status_options, .kind = "status", .flags = COMMAND_FIELDS | COMMAND_WRITES,
	  .group = GROUP_CATALOGUE,
	  .run = cmd_status, .words = command_status_words },
	LIST("proposal", "proposals of changes",
	     "qorgan proposal list --open\nqorgan proposal list --to UZB --columns id,answer,note"),
	{ .name = "proposal show", .operands = "ID[@VERSION]", .least = 1, .most = 1,
	  .summary = "show what is proposed, and the answer",
	  .help = "Shows what would change, field by field, why, and how the state that keeps the object answered. A "
	          "proposal is made with --propose of edit and assign.",
	  .json = SHOW_JSON ". changes, before and removed say which fields would change, as text of JSON",
	  .examples = "qorgan proposal show CYB-01/KAZ-p1", .kind = "proposal", .group = GROUP_CATALOGUE,
	  .run = cmd_object_show },
	{ .name = "proposal accept", .operands = "ID", .least = 1, .most = 1, .summary = "make the change that is proposed",
	  .help = "Makes a new version of the object as another state proposed it. Its commit names the proposal, the state "
	          "and the user who wrote it; the answer goes to that state with the next package.\n"
	          "Where a field that would change was changed meanwhile, nothing is done, the code is 75, and the fields are "
	          "named.",
	  .json = CHANGE_JSON "; of the object", .examples = "qorgan proposal accept CYB-01/KAZ-p1",
	  .kind = "proposal", .flags = COMMAND_WRITES, .group = GROUP_CATALOGUE, .run = cmd_proposal_accept },
	{ .name = "proposal decline", .operands = "ID", .least = 1, .most = 1, .summary = "decline what is proposed",
	  .help = "The answer, with its reason, goes to the state that proposed it with the next package.",
	  .json = CHANGE_JSON "; of the answer",
	  .examples = "qorgan proposal decline CYB-01/KAZ-p1 --reason \"not before the exercise\"",
	  .options = answer_options, .kind = "proposal", .flags = COMMAND_WRITES, .group = GROUP_CATALOGUE,
	  .run = cmd_proposal_decline },
	{ .name = "note", .operands = "ID [TEXT]", .least = 1, .most = COMMAND_ANY_NUMBER,
	  .summary = "make an internal remark",
	  .help = "Notes never leave the store. Without a text the editor opens; - reads standard input. The "
	          "note's id is printed.",
	  .json = CHANGE_JSON, .examples = "qorgan note CYB-01 \"to be raised in September\"\nqorgan note CYB-01",
	  .flags = COMMAND_WRITES, .reach = REACH_EDITOR, .group = GROUP_CATALOGUE, .run = cmd_note },

	{ .name = "show", .operands = "ID[@VERSION]", .least = 1, .most = 1, .summary = "show any object, any version",
	  .help = "Shows an object of any kind: a risk, a measure, a report (CYB-01-M9/KAZ), a state's own "
	          "level of a risk (CYB-01/KAZ), a proposal (CYB-01/KAZ-p1), a note (CYB-01/n1), "
	          "evidence; a package to a partner (KAZ/3) and a commit (-K commit 12) with all that they hold.\n"
	          "Of what another state handed over it says the package and the signed checkpoint that vouch for it, and "
	          "where several states have an object of the id, whose counts; --owner shows another's.",
	  .json = SHOW_JSON,
	  .examples = "qorgan show CYB-01-M9\nqorgan show CYB-01@2 --json\nqorgan show -K state KAZ\n"
	              "qorgan show CYB-01 --owner UZB",
	  .options = show_options, .group = GROUP_LOOK, .run = cmd_show },
	{ .name = "log", .operands = "[ID]", .most = 1, .summary = "show who changed what, and when",
	  .help = "With an id: its versions, newest first, with each changed field before and after. Without: the "
	          "commits, exports among them.",
	  .json = "an array, newest first: {\"kind\", \"id\", \"version\", \"owner\", \"time\", \"user\", \"message\", "
	          "\"commit\", \"versions\", \"package\", \"received\", \"changes\": [{\"path\", \"label\", \"old\", "
	          "\"new\"}]}; of commits also \"objects\": what they changed, the first hundred; package and received: by "
	          "what and when another state's version came, else null; with --releases as of qorgan partner ledger",
	  .examples = "qorgan log CYB-01\nqorgan log --limit 10\nqorgan log CYB-01 --releases",
	  .options = log_options, .group = GROUP_LOOK, .run = cmd_log },
	{ .name = "watch", .operands = "[ID...]", .most = COMMAND_ANY_NUMBER, .summary = "tell of changes as they come",
	  .help = "Tells of each change that is committed to the store from now on, by whomever, until Ctrl-C ends it: in a "
	          "folder by other processes, on a server by all who write there. With ids: of these objects, and of what speaks of "
	          "them, as a status does. What a package of a partner brought is told when it is taken in.\n"
	          "Each change is checked before it is told. A server that does not answer is waited for, and nothing is missed. "
	          "The watch ends if the log does not go on from what was seen (77), if the keys were changed (77), or if "
	          "the store was replaced (66).\n"
	          "The command of --exec runs with the rights of who watches, one change after the other.",
	  .json = "an object for each change, in a line of its own: as of log ID, and \"title\": of the object or of what it "
	          "speaks of",
	  .examples = "qorgan watch\n"
	              "qorgan watch WAT-01 --json\n"
	              "qorgan watch --filter domain=WAT --kind status,note\n"
	              "qorgan watch --since 120 --once\n"
	              "qorgan watch --filter overdue --exec 'mail -s Qorgan duty@example.uz'",
	  .options = watch_options, .reach = REACH_EXEC, .group = GROUP_LOOK, .run = cmd_watch },
	{ .name = "diff", .operands = "ID[@VERSION] [ID[@VERSION]]", .least = 1, .most = 2,
	  .summary = "compare two versions",
	  .help = "Compares two versions; one version with the newest; or, with an id alone, the newest with the "
	          "one before. The code is 1 if they differ and 0 if not.",
	  .json = "{\"before\", \"after\", \"changes\": [{\"path\", \"label\", \"old\", \"new\"}]}",
	  .examples = "qorgan diff CYB-01@2 CYB-01@5\nqorgan diff CYB-01@2\nqorgan diff CYB-01",
	  .options = kind_options, .group = GROUP_LOOK, .run = cmd_diff },
	{ .name = "restore", .operands = "ID@VERSION", .least = 1, .most = 1,
	  .summary = "bring an earlier version back",
	  .help = "Its content becomes a new version; nothing is overwritten. Marking and release stay as they are "
	          "now: edit them if they are to change. Where the due date moves by that, the reason for it says from which "
	          "version it is.", .json = CHANGE_JSON,
	  .examples = "qorgan restore CYB-01@2 -m \"the later levels were a mistake\"",
	  .options = kind_options, .flags = COMMAND_WRITES, .group = GROUP_LOOK, .run = cmd_restore },
	{ .name = "search", .operands = "WORD...", .least = 1, .most = COMMAND_ANY_NUMBER,
	  .summary = "find words in any text",
	  .help = "Finds the objects that hold all the words in their texts or id, in any language, whatever the "
	          "case.",
	  .json = "an array of objects: kind, id, version, title, and the field and the text in which the words are",
	  .examples = "qorgan search water Aral\nqorgan search -K measure паводок",
	  .options = search_options, .group = GROUP_LOOK, .run = cmd_search },

	{ .name = "report", .operands = "[KIND [ID]]", .most = 2, .summary = "write a periodic report",
	  .help = "status (the default): what stands where, by state and domain; register: the register of risks; "
	          "matrix: likelihood by impact, inherent to residual to target; changes: since the period before; "
	          "due: the calendar; summary: in short, for heads of state. measure ID, risk ID, domain ID and state ID are the "
	          "dossier of one: what it is, what the status report tells of it, what was reported on it over time, with values "
	          "and files, and what each of its versions changed.\n"
	          "The summary gives the figures of the status report, the highest risks, the overdue measures, and what is to be "
	          "decided: measures without a lead, declined parts, risks whose acceptance ended, help that states ask for; of "
	          "each list the first rows, and how many more there are (json holds all). It has no csv.\n"
	          "status --joint counts for each state what it says in its own reports, as far as its packages told "
	          "them, and says by which package and checkpoint that is known, or that nothing came since. A report "
	          "that this store wrote for another state stands in for it, and is told as such. It lists who owes a "
	          "report for the period and to whom (its lead, and the states that the measure is released to), and "
	          "contradictions: a lead says completed and a supporting state is on hold, in progress or behind "
	          "obstacles; it cancelled, and a state goes on; it is in progress past the due day; a state declined "
	          "and is still named.\n"
	          "A version of another state counts from when its package came, for --as-of and for changes.\n"
	          "Formats: text; csv, one table; json; md, a document in Markdown with every list whole; html, one "
	          "file for a browser, which fetches nothing and needs no script, with figures, and prints to A4; pdf, pages of "
	          "A4 with contents, bookmarks and figures, tagged for screen readers, the marking on each: it needs pango and "
	          "fonts (in Debian libpangocairo-1.0-0 and fonts-dejavu-core or fonts-noto-core), and the same ones for "
	          "the same bytes; xlsx, a workbook with a sheet for each table and figure (dates and numbers as such, "
	          "filters, charts), in which no text is ever a formula; it needs libxlsxwriter. Of due and status also "
	          "ics, a calendar that a phone imports: days of measures, milestones, reviews, acceptances, next steps and "
	          "reports owed. Of register and status also oscal, a plan of action and milestones (POA&M 1.2.1) for "
	          "programs that track risks in that form.\n"
	          "svg and png hold one picture alone, with title and marking, for a browser, a page or a slide: svg as vectors, png "
	          "with 192 points to the inch (by pango, as pdf). --picture chooses: of status states (the default; by status for "
	          "each lead), domains, heat (domain by state), trend (from period to period), matrix, timeline and dependencies; of register matrix, timeline and "
	          "dependencies; of matrix matrix; of summary states, domains and matrix. What does not fit on one page goes on: \"(1/3)\" stands beside "
	          "its title, and --page 2 gives the next. --all writes them only where -f names them, of each report the first, as "
	          "html and pdf hold all.\n"
	          "--filter takes a condition of a listing, NAME or NAME=VALUE as measure list and risk list have it as an option: "
	          "of status, summary, due and changes it chooses measures, of register and matrix risks. It is judged on the day of the "
	          "report: what was overdue on that day is, even if it is completed by now. Several must all be met; one that is "
	          "given twice, by either value. What is counted, listed and drawn is of these alone, and of the risks that they "
	          "address or the measures that address them (of changes, the measures and the reports on them). The title says \"filtered\", the head by what, json in filter, and "
	          "csv in a last column of that name. Dossiers take none; --for and --joint do, --all and report freeze "
	          "do not.\n"
	          "--for makes it of what may go to that state or observer, by the rule of export. Written to a file or a pipe it is "
	          "handed out, which is a release: it is entered first, with its SHA-256, its marking and who did it (qorgan partner "
	          "ledger; an object of the kind handout), and waits where a policy of releases says so. It is then to be asked for on the same "
	          "day, or with --as-of, as another day makes another report. On a terminal, or with --preview, it is looked at "
	          "only; a preview says that it is a draft, which csv and oscal have no place for. With --all the entry is of SHA256SUMS.\n"
	          "--columns shows the measures of status, or the risks of register, in these columns of a listing, in text too; "
	          "csv then has these alone. What nobody reported on has no status and no progress. json keeps its shape.\n"
	          "The words of what people read are in the first language of --lang that there are words for: en, ru, uz, "
	          "uz-Cyrl (or uz@cyrillic), kk, ky, tg, tk or az; else in English. Markings are never translated, and csv, "
	          "json and oscal are the same in every language but for the texts of the store.\n"
	          "--all writes status, joint, register, matrix, changes, due and summary, each in every language and format (csv, json and "
	          "oscal once), into a folder that appears whole: index.html links them, SHA256SUMS has their digests, and "
	          "letter.LANG.txt is a covering letter that names the period and what is enclosed. A second run replaces the "
	          "folder, unless there is something else in it. Formats whose library is not there are left out, unless -f names "
	          "them. The reports hold what the whole store holds: before one goes to a partner, look at its marking. With --dossiers "
	          "there is one of each state, domain, risk or measure as well, KIND-ID.LANG.FORMAT, and dossiers.LANG.html links them "
	          "by domain; at most 20000 files, so name languages and formats.\n"
	          "--title stands in place of the report's own title, which is then told below it. --note is a foreword: a text in UTF-8 of at "
	          "most 64 KiB (- is standard input), in which an empty line parts paragraphs, and lines stay lines. --letterhead is a text "
	          "file of lines \"name: ...\", \"address: ...\" (8 at most) and \"logo: FILE.png\" (beside it; 2 MiB and 4000 pixels a side at "
	          "most), which stand above the title; of the PNG only the picture is taken over. name.ru: and address.ru: say it in "
	          "another language, for a report in that one; else all of it is words, in the language in which they are "
	          "written.\n"
	          "--state-of draft says so across every page, at the head of what has none, and in head and foot of a workbook; final "
	          "says who approved it (--approved-by 'NAME, OFFICE'), on what day by the clock of the store, and which version: the "
	          "number of leaves of the log and its root. csv and oscal have no place for any of these.\n"
	          "A picture alone (svg, png) shows the title and what --state-of says, and neither foreword nor letterhead.\n"
	          "The period last is the one before that of today, and last-Q the last quarter, last-H the last half-year: for a timer "
	          "that runs after the end. See AUTOMATION below.",
	  .json = "the same as -f json: an object with kind, period {\"label\", \"from\", \"to\"}, and the "
	          "report's parts",
	  .examples = "qorgan report --period 2026-H1\nqorgan report status --joint --period 2026-Q2\n"
	              "qorgan report summary --period last -o summary.pdf\n"
	              "qorgan report matrix\nqorgan report due --state KAZ -o due.csv\n"
	              "qorgan report register --filter domain=CYB --filter score-above=14\n"
	              "qorgan report register --for KAZ -o for-kaz.pdf\n"
	              "qorgan report --filter overdue --columns id,title,due -o late.xlsx\n"
	              "qorgan report -o status.html\nqorgan report -o status.xlsx\n"
	              "qorgan report register --lang ru -o register.pdf\n"
	              "qorgan report measure CYB-01-M1 -o dossier.pdf\n"
	              "qorgan report --period last --state-of draft -o draft.pdf\n"
	              "qorgan report due -o due.ics\nqorgan report register -o register.oscal.json\n"
	              "qorgan report matrix -o matrix.svg\nqorgan report status --picture heat -o heat.png\n"
	              "qorgan report --all reports --period last\nqorgan report --all reports --lang ru,kk -f html,pdf\n"
	              "qorgan report --all reports --lang ru -f pdf --dossiers state,measure",
	  .options = report_options, .reach = REACH_MEMORY, .group = GROUP_REPORT, .run = cmd_report, .words = report_kind_words },

	{ .name = "report freeze", .operands = "PERIOD", .least = 1, .most = 1, .summary = "keep a status report as it is handed out",
	  .help = "Computes the status report of that period and keeps its files, encrypted, with a record (of the kind snapshot; "
	          "its id is the period) that says what they were computed from: the log and its size, of a joint report those of "
	          "other states' logs too, the language, the program; and the SHA-256 and the minisign signature of each file. "
	          "The very bytes are kept, since another version of the program or of a font would not make the same "
	          "again.\n"
	          "A second one for the period is a correction: it needs --reason, becomes the next version, and both stay.\n"
	          "--title, --note, --letterhead, --state-of and --approved-by are as for report.\n"
	          "Its marking is the strictest of what it tells. With --release it goes to those states by export, as other "
	          "objects do, files and all: nothing is taken out of it for them.",
	  .json = CHANGE_JSON, .examples = "qorgan report freeze 2026-Q1 --lang ru\n"
	          "qorgan report freeze 2026-Q1 --state-of final --approved-by 'A. Karimova, Secretary of the Security Council'\n"
	          "qorgan report freeze 2026-Q1 -f pdf,json --reason 'KGZ had reported on CYB-01-M1'",
	  .options = freeze_options, .flags = COMMAND_WRITES, .reach = REACH_MEMORY, .group = GROUP_REPORT, .run = cmd_report_freeze },
	{ .name = "report show", .operands = "PERIOD[@VERSION]", .least = 1, .most = 1, .summary = "hand out a frozen report",
	  .help = "Writes the bytes that were frozen, after comparing them with the record. With -o, FILE.minisig is "
	          "the signature of the file (minisign -Vm FILE -P KEY; identity prints the key) and FILE.tlog-proof the proof that "
	          "the record, which holds the file's SHA-256, is in the log of the state: check it with check-proof, or the script "
	          "in qorgan-package(5), and compare with sha256sum. The proof stands beside the file, since none can contain a "
	          "proof of itself. It discloses the record, which holds less than the file does.",
	  .examples = "qorgan report show 2026-Q1\nqorgan report show 2026-Q1@1 -f pdf -o 2026-Q1.pdf",
	  .options = frozen_options, .group = GROUP_REPORT, .run = cmd_report_show },
	{ .name = "report diff", .operands = "PERIOD[@VERSION]", .least = 1, .most = 1,
	  .summary = "compare a frozen report with the one of today",
	  .help = "Computes the report of that period anew and tells each number and entry of a list that is another by now, as "
	          "the report in JSON names it: what was recorded late, or corrected. The code is 1 if there is any. It must "
	          "have been frozen as json. What differs can be frozen as a correction: report freeze PERIOD --reason TEXT.",
	  .json = "the same as -f json: an array of {\"place\", \"frozen\", \"now\"}",
	  .examples = "qorgan report diff 2026-Q1\nqorgan report diff 2026-Q1@1 -f csv",
	  .options = difference_options, .group = GROUP_REPORT, .run = cmd_report_diff },
	{ .name = "report list", .operands = "", .summary = "list frozen reports",
	  .help = "Lists frozen reports in their newest versions; log PERIOD tells of earlier ones.",
	  .json = LIST_JSON, .examples = "qorgan report list --json", .options = list_options, .kind = "snapshot",
	  .flags = COMMAND_FILTERS, .group = GROUP_REPORT, .run = cmd_object_list },

	{ .name = "reminders", .operands = "", .summary = "tell who owes what by when",
	  .help = "Tells for each state what is late, and what falls due within 30 days: reports for the period by measure (by "
	          "the same rule as report status; those of the period before, too, as long as they are missing), measures and "
	          "milestones, reviews of risks, acceptances that end. Without a day of their own, and so never late: offers "
	          "of parts that are not answered. Of partners also a package, if none was made by them since the period began (due, "
	          "as reports are, by its last day), and receipts of what was sent to them, as it stands now. A measure and "
	          "its milestones are its lead's, a risk its coordinator's.\n"
	          "The code is 1 if anything is late, else 0.\n"
	          "-f mail writes a mail for each state that owes something, as a file that mail programs open, into the folder "
	          "of -o: in the first working language of that state (languages in its record), or in that of --lang; to the address "
	          "in its record (contact), else to one that must be filled in. It names only what is released to that state, or "
	          "was written by it. A second run replaces the folder, unless there is something else in it.",
	  .json = "{\"kind\", \"state\", \"day\", \"until\", \"marking\", \"late\", \"items\": [{\"state\", \"event\", "
	          "\"date\", \"days\", \"late\", \"id\", \"title\", \"period\", \"part\", \"sent_on\"}]}; of -f mail "
	          "[{\"file\", \"state\", \"language\", \"items\", \"late\", \"withheld\", \"has_contact\"}]",
	  .examples = "qorgan reminders\nqorgan reminders --state KAZ --within 60\nqorgan reminders --period 2026-Q2 --json\n"
	              "qorgan reminders -f ics -o reminders.ics\nqorgan reminders -f mail -o mails",
	  .options = reminders_options, .group = GROUP_REPORT, .run = cmd_reminders },

	{ .name = "identity", .operands = "", .summary = "print this state's card",
	  .help = "The card is what a partner needs: the age recipient to encrypt to, the minisign key of packages, the "
	          "keys of the log and for countersigning, and how long they hold; signed by the log key. Hand it over in "
	          "any way; the partner then compares the 40 digits of its fingerprint with you by telephone.\n"
	          "After rekey it is the card that the former log key signed, too: partners add it without another comparison. "
	          "One who missed a change of keys needs the cards in between first: --epoch 2, --epoch 3...\n"
	          "--qr draws the lines of the keys as a QR code: black on white where the terminal has colours. Without "
	          "them, as with NO_COLOR, it is for a dark terminal.",
	  .json = "{\"state\", \"origin\", \"recipient\", \"minisign\", \"vkey\", \"cosigner\", \"fingerprint\", "
	          "\"valid_from\", \"valid_until\", \"replaces\"}; replaces is the former log's vkey, or null",
	  .examples = "qorgan identity > UZB.card\nqorgan identity --qr -o card.svg\nqorgan identity --json > uzb.json",
	  .options = identity_options, .group = GROUP_SHARE, .run = cmd_identity },
	{ .name = "partner add", .operands = "CARD|ID", .least = 1, .most = 1, .summary = "pin a partner's keys",
	  .help = "CARD is the file that the partner made with qorgan identity; - is standard input. Its fingerprint is "
	          "shown, and the question is whether the partner, by telephone, reads the same digits; where there is no "
	          "terminal, --fingerprint has the digits that the partner gave. No card is trusted because it is the "
	          "first.\n"
	          "A newer card of the same log key, or one that the key of the pinned card signed, takes its place without "
	          "a question. One of another key does so only with --lost-key and after a comparison; the former key is "
	          "kept, with the day on which its history ended.\n"
	          "An observer, who may have no store, is added by ID and --recipient, as is a state without a card, whose "
	          "keys nobody compared then.\n" FIELD_HELP,
	  .json = CHANGE_JSON, .examples = "qorgan partner add KAZ.card\n"
	  "qorgan partner add UNRCCA --observer --recipient age1...",
	  .options = partner_add_options, .kind = "partner", .flags = COMMAND_FIELDS | COMMAND_WRITES,
	  .group = GROUP_SHARE, .run = cmd_partner_add },
	{ .name = "partner edit", .operands = "ID", .least = 1, .most = 1, .summary = "change a partner's keys",
	  .help = "Sets the keys and other fields that are given as options, or opens them in the "
	          "editor. Keys that came by a card are changed by another card: qorgan partner add.\n"
	          "A shared secret is agreed with the partner by a safe way, and set on both sides. From then on a package "
	          "to this partner alone is locked with it, too, and a package to several partners does not include this "
	          "one. It keeps packages secret even from who can break the partner's key one day. The secret is kept "
	          "sealed, and never shown: keep the file, or have one made again, such as by openssl rand -base64 33.\n"
	          FIELD_HELP,
	  .json = CHANGE_JSON, .examples = "qorgan partner edit KAZ --recipient age1... -m \"new key\"\n"
	  "qorgan partner edit KAZ --shared-secret-file kaz.secret",
	  .options = partner_edit_options, .kind = "partner", .flags = COMMAND_FIELDS | COMMAND_WRITES, .group = GROUP_SHARE,
	  .run = cmd_partner_edit },
	{ .name = "partner list", .operands = "", .summary = "list partners",
	  .help = "Lists the partners: the last package each way, how much of its log is known, whether it owes a receipt of what "
	          "went to it, and whether it was found to show two histories.",
	  .json = LIST_JSON, .examples = "qorgan partner list\nqorgan partner list --columns id,fingerprint,valid-until", .options = list_options, .kind = "partner",
	  .flags = COMMAND_FILTERS, .group = GROUP_SHARE, .run = cmd_object_list },
	{ .name = "partner show", .operands = "ID[@VERSION]", .least = 1, .most = 1, .summary = "show a partner",
	  .help = "Shows the newest version, or the one asked for; the last package that went to it, and how many records "
	          "and withdrawals the next one would hold.",
	  .json = SHOW_JSON "; \"owed\" and \"owed_withdrawn\", unless no package can go to it",
	  .examples = "qorgan partner show KAZ",
	  .kind = "partner", .group = GROUP_SHARE, .run = cmd_object_show },
	{ .name = "partner retire", .operands = "ID", .least = 1, .most = 1, .summary = "exchange with a partner no longer",
	  .help = "From then on nothing is exported to it and nothing of it is received. What came of it stays as it is, and "
	          "the log keeps what went to it. To take it up again: qorgan partner edit ID --retired \"\".",
	  .json = CHANGE_JSON, .examples = "qorgan partner retire UNRCCA --reason \"its mandate ended\"",
	  .options = retire_options, .kind = "partner", .flags = COMMAND_WRITES, .group = GROUP_SHARE,
	  .run = cmd_object_retire },
	{ .name = "partner fork", .operands = "STATE", .least = 1, .most = 1,
	  .summary = "evidence that a partner showed two histories",
	  .help = "Writes what was kept when a partner was found to have signed two histories of its log: both signed "
	          "checkpoints, and what shows that they exclude each other. It holds no record. Whoever has the vkey of "
	          "that state can check it with check-proof, without a store.",
	  .examples = "qorgan partner fork UZB -o UZB.fork", .options = fork_options, .group = GROUP_SHARE,
	  .run = cmd_partner_fork },
	{ .name = "partner ledger", .operands = "ID", .least = 1, .most = 1, .summary = "list what went to a partner",
	  .help = "Lists which version of which object went to the partner, in which package and when, and what it was asked "
	          "to drop; and the day of the receipt: its countersignature of this state's log, in a package of its own, by "
	          "which it has taken in what is listed. Of one object, to all partners: qorgan log ID --releases. Reports that were "
	          "made for it (report --for) stand among them; qorgan show with the id of one tells marking, SHA-256 and the "
	          "command that makes it. They do not say which objects they are of.",
	  .json = LEDGER_JSON, .examples = "qorgan partner ledger KAZ", .group = GROUP_SHARE, .run = cmd_partner_ledger },
	{ .name = "export", .operands = "", .summary = "write a package for partners",
	  .help = "Writes an age file with what marking and release allow, and its minisign signature beside it. "
	          "Nothing marked RED and no note leaves; AMBER+STRICT goes to those on the release list alone; an "
	          "observer gets CLEAR and GREEN. What another state keeps, as coordinator, as lead or by its own report, is "
	          "but a copy here and does not go. The package holds what is new since the last one to these "
	          "partners. The log keeps what went to whom. What they were given and may have no longer they are asked to "
	          "drop.\n"
	          "A partner who lacks a package names its number: with --from that one and all later ones are sent "
	          "again, as one package with a number of its own.\n"
	          "Where a partner's store is damaged or gone, --for-repair writes what that partner itself sent, as far as it was "
	          "taken in here: its newest signed checkpoint, all hashes of its log, its records and files. It is encrypted to "
	          "that partner, holds nothing of this store, and is not logged; the partner gives it to repair with --from-package.",
	  .json = "{\"to\": [], \"output\", \"sequence\", \"first\", \"size\", \"records\", \"withheld\", "
	          "\"withdrawn\", \"evidence\", \"bytes\"}; with --dry-run an array of {\"kind\", \"id\", \"version\", "
	          "\"goes\", \"withdrawn\", \"why\"}",
	  .examples = "qorgan export --to KAZ --dry-run\nqorgan export --to KAZ,KGZ -o 2026-H1.age\n"
	              "qorgan export --to KAZ --from 7 -o again.age\n"
	              "qorgan export --to KAZ --for-repair -o for-kaz-repair.age",
	  .options = export_options, .flags = COMMAND_WRITES, .group = GROUP_SHARE, .run = cmd_export },
	{ .name = "receive", .operands = "FILE...", .least = 1, .most = COMMAND_ANY_NUMBER,
	  .summary = "take in packages of partners",
	  .help = "Takes in packages that partners exported for this state: files, folders (what ends in .age, or in .age.part1of3 "
	          "and so on) or - for standard input; of a package in parts, any of its parts, when all are in one folder. Of each, first the signature is checked against the keys of the partners on record, "
	          "then everything in it: the log of the sender goes on from what was seen of it before; every record is "
	          "the one that was logged, follows the schema, was released to this state, and is the sender's to keep: "
	          "a risk its coordinator's, a measure its lead's, a report its state's. A package is taken in whole or "
	          "not at all; one that was taken in before changes nothing.\n"
	          "What another state keeps counts from then on in the place of the own copy, in every listing and "
	          "report. If a package before is missing, its number is said (76), and how the partner sends it again.",
	  .json = "an array of {\"items\": [{\"what\", \"kind\", \"id\", \"version\"}], \"file\", \"from\", \"sequence\", "
	          "\"size\", \"leaves\", \"records\", \"new\", \"changed\", \"returned\", \"withdrawn\", \"superseded\", "
	          "\"disputed\", \"evidence\", \"known\", \"forked\", \"commit\", "
	          "\"restored\": {\"at\", \"backup\", \"size\"} or null}; what is new, changed, returned or withdrawn; forked is a "
	          "state that was found to show two histories, or null",
	  .examples = "qorgan receive from-uzb.age\nqorgan receive /media/usb\nqorgan receive --dry-run from-uzb.age",
	  .options = receive_options, .flags = COMMAND_WRITES, .reach = REACH_TEMPORARY, .group = GROUP_SHARE, .run = cmd_receive },
	{ .name = "exchange", .operands = "DIR", .least = 1, .most = 1,
	  .summary = "exchange packages through a folder",
	  .help = "The folder is a medium that a courier carries, a share, or a mailbox. First, whatever lies there for this "
	          "state and was not taken in yet is received, of each sender in the order of its numbers. Then each partner "
	          "who is not retired gets one package of what is due to it: what export would send, or, if there is nothing, "
	          "the countersignature that its own records came here. Nothing is written where there is nothing to tell, so "
	          "that a timer may run it: it asks nothing and says nothing then.\n"
	          "UZB-KAZ-7.age is package 7 of UZB to KAZ, and UZB-KAZ-7.age.minisig its signature. Only files so named are "
	          "looked at; a name says where to look and no more: who a package is from and for is what is signed. Files of "
	          "others are never removed; files that begin with a dot are being written.\n"
	          "A package whose signature or parts are not all there waits. One that is bad, or goes on after one that is "
	          "missing, is told by its name and keeps nothing else; the code is that of the first failure. After a run that "
	          "was cut short, the next one in that folder finishes it, and writes again, with another number, what lies "
	          "there damaged. A package that is no longer there was carried away and is not written again: a partner who "
	          "lacks one names it, and export --from sends it.\n"
	          "With --max-size a larger package is cut: UZB-KAZ-7.age.part1of3 and so on. They may be brought in any order; "
	          "cat UZB-KAZ-7.age.part* gives the package. For mail, which makes files larger by a third, take 14M for a "
	          "bound of 20 MB.",
	  .json = "{\"received\": [as receive prints], \"written\": [{\"to\", \"file\", \"parts\", \"sequence\", "
	          "\"finished\", \"records\", \"withheld\", \"withdrawn\", \"evidence\", \"bytes\"}], \"waiting\": [{\"partner\", "
	          "\"file\", \"why\"}], \"noted\": [the same], \"failed\": [the same, and \"code\"]}; finished is whether "
	          "an earlier run began it: then records to bytes are 0",
	  .examples = "qorgan exchange /media/usb\nqorgan exchange --dry-run /media/usb\n"
	              "qorgan exchange --to KAZ --max-size 14M outbox\nqorgan -q exchange /srv/exchange",
	  .options = exchange_options, .flags = COMMAND_WRITES, .reach = REACH_OPERAND_FOLDER | REACH_TEMPORARY, .group = GROUP_SHARE, .run = cmd_exchange },
	{ .name = "proof", .operands = "ID[@VERSION]", .least = 1, .most = 1,
	  .summary = "prove that a version is in the signed log",
	  .help = "Writes a proof (C2SP tlog-proof) that the version is in the log that this state signed. Whoever "
	          "holds the file and the state's vkey can check it without a store: with check-proof, or with a page "
	          "of script (qorgan-package(5)).\n"
	          "The file holds the whole record in the clear. So what no export would hold is refused (77): what is "
	          "marked RED, released to nobody, withdrawn since or kept by another state, notes, partners, releases and "
	          "commits; --disclose overrides that. To whom an export would give the record is said; to whom you hand the "
	          "file is not logged.\n"
	          "The checkpoint is the newest over the version that another state countersigned, and bears those "
	          "countersignatures; the newest of all if none did. What another state keeps is proven in its own log.",
	  .json = "{\"kind\", \"id\", \"version\", \"origin\", \"index\", \"leaves\", \"root\", \"marking\", "
	          "\"release\", \"withheld\", \"output\", \"proof\"}; proof is the text, null with -o; withheld says why "
	          "no export would hold it, or is null",
	  .examples = "qorgan proof CYB-01-M9 -o CYB-01-M9.tlog-proof\nqorgan proof CYB-01@2\n"
	              "qorgan proof -K commit 12 --disclose -o 12.tlog-proof",
	  .options = proof_options, .group = GROUP_SHARE, .run = cmd_proof },
	{ .name = "check-proof", .operands = "FILE", .least = 1, .most = 1, .summary = "check a proof, or evidence of two histories",
	  .help = "Checks a proof without a store or a key of one: that the record is canonical, that it is in the log of "
	          "that root, and that the key of --vkey signed the root. Each further --vkey is of a cosigner, whose "
	          "cosignature must be there. Keys come from the states themselves, by a way that you trust; that of a "
	          "log is the vkey of qorgan identity.\n"
	          "A file that begins with qorgan-fork@v1 is evidence that a state signed two histories: that the key of "
	          "--vkey signed both checkpoints in it, and that neither history goes on from the other, is checked. "
	          "A cosigner must have cosigned one of them; which one he saw is told.\n"
	          "The code is 0 if it is proven, 1 if not, be it for want of a key, 65 if the file is no proof. "
	          "- is standard input.",
	  .json = "{\"proven\", \"why\", \"origin\", \"index\", \"leaves\", \"root\", \"state\", \"kind\", \"id\", "
	          "\"version\", \"time\", \"user\", \"commit\", \"marking\", \"signatures\": [{\"name\", \"log\", "
	          "\"time\"}], \"record\"}; from state on null unless proven. Of two histories {\"proven\", \"why\", "
	          "\"fork\": true, \"origin\", \"state\", \"first\": {\"leaves\", \"root\"}, \"second\", \"expected\", "
	          "\"signatures\": [{\"name\", \"log\", \"on\", \"time\"}]}; expected is the root that as many entries as "
	          "the first has have in the second",
	  .examples = "qorgan check-proof CYB-01-M9.tlog-proof --vkey @uzb.vkey\n"
	              "qorgan check-proof p --vkey qorgan/UZB/...+... --json | jq .record\n"
	              "qorgan check-proof UZB.fork --vkey @uzb.vkey --vkey @kaz.cosigner",
	  .options = check_proof_options, .reach = REACH_NO_STORE, .group = GROUP_SHARE, .run = cmd_check_proof },

	{ .name = "evidence list", .operands = "", .summary = "list attached files",
	  .help = "Lists the files attached to reports.",
	  .json = LIST_JSON, .examples = "qorgan evidence list", .options = list_options, .kind = "evidence",
	  .flags = COMMAND_FILTERS, .group = GROUP_LOOK, .run = cmd_object_list },
	{ .name = "evidence get", .operands = "ID", .least = 1, .most = 1, .summary = "take an attached file out",
	  .help = "Writes the file as it was attached; its content is checked against its id.",
	  .examples = "qorgan evidence get 5d41... -o photo.jpg", .options = output_options, .kind = "evidence",
	  .group = GROUP_LOOK, .run = cmd_evidence_get },

	{ .name = "user add", .operands = "NAME", .least = 1, .most = 1, .summary = "let somebody open the store",
	  .help = "A reader sees all and writes nothing; a liaison writes, too; a verifier is a liaison who also confirms what "
	          "others reported as completed; an admin decides about users and keys as well. The slot of a user holds the "
	          "keys of that role and no others.\n"
	          "The user's new passphrase is asked for twice: let the user type it. Or give the age recipient whose "
	          "identity the user has; or plug in the user's security key (FIDO2), which is asked for its PIN and touched "
	          "twice. One who was retired comes back by the same command. For administrators only.",
	  .json = CHANGE_JSON, .examples = "qorgan user add a.karimova --role liaison\n"
	  "qorgan user add b.aliyev --role reader --recipient age1...\n"
	  "qorgan user add c.orazov --role liaison --security-key",
	  .options = user_add_options, .kind = "user", .flags = COMMAND_WRITES, .group = GROUP_CARE, .run = cmd_user_add },
	{ .name = "user list", .operands = "", .summary = "list who opens the store",
	  .help = "Lists the users with their roles, and why those who are retired are.",
	  .json = LIST_JSON, .examples = "qorgan user list", .options = list_options, .kind = "user",
	  .flags = COMMAND_FILTERS, .group = GROUP_CARE, .run = cmd_object_list },
	{ .name = "user show", .operands = "NAME[@VERSION]", .least = 1, .most = 1, .summary = "show a user and the slots",
	  .help = "Shows the role and the slots: number, kind, and the recipient that the slot's key is locked for. The "
	          "endorsement is the administrator's signature, without which nobody gets new keys.",
	  .json = SHOW_JSON, .examples = "qorgan user show a.karimova", .kind = "user", .group = GROUP_CARE,
	  .run = cmd_object_show },
	{ .name = "user role", .operands = "NAME ROLE", .least = 2, .most = 2, .summary = "give a user another role",
	  .help = "The user's slots stay and open what the new role may. Who may do less than before still has what was copied: "
	          "qorgan rekey. The last administrator stays one. For administrators only.",
	  .json = CHANGE_JSON, .examples = "qorgan user role a.karimova verifier", .kind = "user", .flags = COMMAND_WRITES,
	  .group = GROUP_CARE, .run = cmd_user_role, .words = command_role_words },
	{ .name = "user retire", .operands = "NAME", .least = 1, .most = 1, .summary = "let somebody open the store no longer",
	  .help = "The user's slots are removed. A copy of the store that the user made before still opens: change the keys then, "
	          "with qorgan rekey, so that what is written from then on does not. The last administrator cannot be "
	          "retired. For administrators only.",
	  .json = CHANGE_JSON, .examples = "qorgan user retire b.aliyev --reason \"left the ministry\"",
	  .options = user_retire_options, .kind = "user", .flags = COMMAND_WRITES, .group = GROUP_CARE,
	  .run = cmd_user_retire },
	{ .name = "user confirm", .operands = "NAME", .least = 1, .most = 1, .summary = "stand for what a user changed",
	  .help = "A liaison or verifier changes the own passphrase or slots without an administrator's key. Ask the user whether "
	          "this was so (qorgan user show NAME tells the slots), then confirm it: new keys are given only to whom an "
	          "administrator stands for. For administrators only.",
	  .json = CHANGE_JSON, .examples = "qorgan user confirm a.karimova", .options = confirm_options, .kind = "user", .flags = COMMAND_WRITES,
	  .group = GROUP_CARE, .run = cmd_user_confirm },
	{ .name = "user slot", .operands = "add|remove NAME [NUMBER]", .least = 2, .most = 3,
	  .summary = "give a user another way in, or take one away",
	  .help = "A second slot - an identity file or a second security key, kept in a safe, say - opens the store where the first is "
	          "lost; there is no other way back in. Users do it for themselves, administrators for everybody. A reader's "
	          "are an administrator's to change. The last slot of a user stays.",
	  .json = CHANGE_JSON, .examples = "qorgan user slot add a.karimova --recipient age1...\n"
	"qorgan user slot add a.karimova --security-key\n"
	  "qorgan user slot remove a.karimova 2",
	  .options = door_options, .kind = "user", .flags = COMMAND_WRITES, .group = GROUP_CARE, .run = cmd_user_slot,
	  .words = command_slot_words },
	{ .name = "policy require", .operands = "N [for] ACTIONS", .least = 2, .most = 3,
	  .summary = "say what one person alone may not do",
	  .help = "From now on N persons have to agree before any of the actions is done: release (a package is made, or a report for a partner), rekey, user "
	          "(others are added, retired, given a role or slots), forget, policy (a policy is changed). Whoever runs such a command "
	          "makes a request, and the command ends with code 75; others agree with qorgan approve, or by running the same "
	          "command; then it is done. Each agrees in the own name, and signs it. With 1 anybody who may does it alone "
	          "again. Where there are policies, as many have to agree to a change of them as any of them asks for. For "
	          "administrators only.\n"
	          "This keeps honest people from acting alone; who has another program is found by qorgan verify, not kept from "
	          "it.",
	  .json = CHANGE_JSON, .examples = "qorgan policy require 2 for release,rekey,user", .kind = "policy",
	  .flags = COMMAND_WRITES, .group = GROUP_CARE, .run = cmd_policy_require },
	{ .name = "policy list", .operands = "", .summary = "list what needs several persons",
	  .help = "Lists the actions that a policy speaks of, and how many have to agree.",
	  .json = LIST_JSON, .examples = "qorgan policy list", .options = list_options, .kind = "policy",
	  .flags = COMMAND_FILTERS, .group = GROUP_CARE, .run = cmd_object_list },
	{ .name = "approve", .operands = "REQUEST", .least = 1, .most = 1, .summary = "agree to what another asked for",
	  .help = "Shows what was asked for, and by whom, and asks whether you agree. To requests about users, keys and what is to be forgotten administrators "
	          "agree, to others whoever may write; nobody twice. Of a package, see what would go with qorgan export "
	          "--dry-run; if what may go has changed by the time it is made, that is asked for anew.",
	  .json = CHANGE_JSON, .examples = "qorgan approve r1", .options = approve_options, .kind = "request",
	  .flags = COMMAND_WRITES, .group = GROUP_CARE, .run = cmd_approve },
	{ .name = "request list", .operands = "", .summary = "list what waits for others to agree",
	  .help = "Lists requests, those that are done, too: --state open shows what waits.",
	  .json = LIST_JSON, .examples = "qorgan request list --state open", .options = list_options, .kind = "request",
	  .flags = COMMAND_FILTERS, .group = GROUP_CARE, .run = cmd_object_list },
	{ .name = "request show", .operands = "REQUEST[@VERSION]", .least = 1, .most = 1, .summary = "show a request",
	  .help = "Shows the command that waits, whom it is about, and who has agreed.",
	  .json = SHOW_JSON, .examples = "qorgan request show r1", .kind = "request", .group = GROUP_CARE,
	  .run = cmd_object_show },
	{ .name = "request withdraw", .operands = "REQUEST", .least = 1, .most = 1, .summary = "give up what waits for others",
	  .help = "The request waits no more. Whoever may write can do that, as each could ask anew.",
	  .json = CHANGE_JSON, .examples = "qorgan request withdraw r1", .kind = "request", .flags = COMMAND_WRITES,
	  .group = GROUP_CARE, .run = cmd_request_withdraw },
	{ .name = "passphrase", .operands = "", .summary = "change what opens your slot",
	  .help = "Asks for the passphrase, then twice for the new one; or gives the slot to an age recipient or to a security key. What opened the "
	          "store before opens it no longer, but still every copy that was made of it.",
	  .json = CHANGE_JSON, .examples = "qorgan passphrase\nqorgan passphrase --recipient age1...",
	  .options = door_options, .kind = "user", .flags = COMMAND_WRITES, .group = GROUP_CARE, .run = cmd_passphrase },
	{ .name = "recovery make", .operands = "", .summary = "part a way in among several people",
	  .help = "Makes one more slot of yours, whose key is parted into shares (Shamir): any so many of them open it together, "
	          "fewer tell nothing. Each share is written as a sheet to print, with letters and a QR code, and is nowhere else. "
	          "Give each to another keeper, and delete the files. For the day on which passphrase and identity file are lost.",
	  .examples = "qorgan recovery make --shares 3-of-5 -o sheets", .options = recovery_make_options,
	  .flags = COMMAND_WRITES, .group = GROUP_CARE, .run = cmd_recovery_make },
	{ .name = "recovery use", .operands = "FILE...", .least = 2, .most = 16, .summary = "open the store by shares",
	  .help = "Each FILE holds one share, as a sheet or as somebody typed or scanned it; blanks, dashes and the size of letters "
	          "do not matter, and others must not be able to read it. Then a new passphrase is asked for, or the recipient taken "
	          "that is given, for a new slot of the user who made the shares.",
	  .json = CHANGE_JSON, .examples = "qorgan recovery use share-1.txt share-4.txt share-5.txt", .options = door_options,
	  .flags = COMMAND_WRITES, .group = GROUP_CARE, .run = cmd_recovery_use },
	{ .name = "unlock", .operands = "", .summary = "open the store for a session, without typing again",
	  .help = "Asks for the passphrase, or the security key, once. The kernel then keeps the keys for this session (keyrings(7)), and every "
	          "command of the session opens the store by them in milliseconds, until the time is over, the session ends or "
	          "qorgan lock. Every program that you run in the session could take them, too. What changes the slot - another "
	          "passphrase, role or key - ends it. It is used where neither an identity nor a passphrase file is given.",
	  .examples = "qorgan unlock\nqorgan unlock --for 2h", .options = unlock_options, .group = GROUP_CARE,
	  .run = cmd_unlock },
	{ .name = "lock", .operands = "", .summary = "end what unlock began",
	  .help = "The kernel forgets the keys of the store.", .examples = "qorgan lock", .group = GROUP_CARE, .run = cmd_lock },
	{ .name = "rekey", .operands = "", .summary = "change all keys of the store",
	  .help = "For when somebody who had keys has left, or a key may be known to others. All keys are new at once: those of "
	          "the records, of the log, of packages, of users, and the age identity that partners encrypt to. Every user "
	          "that is not retired opens the store as before. What was written before is sealed anew, step by step: the "
	          "store can be used meanwhile, and if it is stopped, rekey --continue goes on.\n"
	          "Partners get a new card, which the former key signed: qorgan identity prints it, and they add it without "
	          "another comparison. The former log key signs nothing beyond that point. Packages that were made for the "
	          "former identity are still taken in; what partners had not received yet is exported again (export --from).\n"
	          "What somebody has copied stays readable to them; what is written after is not. For administrators only.",
	  .json = "{\"commit\", \"users\", \"rows\"}: how many users got the new keys, how many rows were gone through; "
	          "commit is 0 with --continue",
	  .examples = "qorgan rekey -m \"b.aliyev left\"\nqorgan rekey --continue", .options = rekey_options,
	  .flags = COMMAND_WRITES, .group = GROUP_CARE, .run = cmd_rekey },
	{ .name = "forget", .operands = "[OBJECT[@VERSION]]", .most = 1, .summary = "remove what is in an object for good",
	  .help = "For what must not be kept: entered by mistake, or withdrawn by the state that handed it over. The content of "
	          "all versions, or of the one that is named, goes from every table, and the store's file is written anew so that "
	          "no unused page keeps it. Of a file that is attached its content goes, with --content that alone; of a frozen report its files go too.\n"
	          "What remains is the object's id and kind, who wrote its versions when, and their entries in the log: the "
	          "store verifies, and a proof that somebody has still holds. When, by whom and why it was forgotten is "
	          "on record, endorsed by the administrator's key: show, log and verify tell it. The id can be used again; the next version goes on.\n"
	          "First it says what would remain: with which partners, by the ledger; in attached files and frozen reports. "
	          "Partners who were given it are asked to drop it with their next package. Backups made before hold it, and "
	          "whoever restores one brings it back: make a new one, and destroy those. The messages of commits stay.\n"
	          "If it is stopped, what was forgotten stays so, and forget --continue finishes the file. The store's folder must "
	          "lie in one where a folder can be made beside it. For administrators only; --dry-run and --list are for all.",
	  .json = "{\"kind\", \"id\", \"owner\", \"commit\", \"versions\": [{\"kind\", \"id\", \"version\", \"owner\", "
	          "\"time\", \"user\"}], \"files\", \"attached\", \"reports\", \"copies\": [{\"kind\", \"id\", \"version\", "
	          "\"partner\", \"time\", \"package\", \"withdrawn\"}], \"rewritten\", \"former\", \"bytes_before\", \"bytes\"}; "
	          "former: what became of the file before: overwritten, read (by another process still) or linked (by another name); "
	          "with --list an array of {\"kind\", \"id\", \"version\", \"owner\", \"time\", \"user\", \"reason\", \"endorsed\"}",
	  .examples = "qorgan forget -n CYB-01\nqorgan forget CYB-01 --reason \"a person was named\"\n"
	              "qorgan forget CYB-01@2 --reason \"a person was named\" --yes\nqorgan forget --list",
	  .options = forget_options, .flags = COMMAND_WRITES, .reach = REACH_BESIDE, .group = GROUP_CARE, .run = cmd_forget },

	{ .name = "verify", .operands = "", .summary = "check the whole store",
	  .help = "Examines the file's structure, every ciphertext, hash, signature and rule, from the first "
	          "commit. Each finding is a line: what; object; advice. The code is 0 if all is well, 1 if "
	          "anything was found, 74 if the store cannot be opened, and only its structure could be examined.\n"
	          "What other states handed over is examined too: each version against its entry in its owner's log, each "
	          "log against the checkpoint that its state signed. Then each log is told: up to which entry it is known "
	          "here, and which states countersigned it, up to which.\n"
	          "Records that were lost by damage, as a repair found, are told as lost; they are no findings.",
	  .json = "{\"findings\": [{\"what\", \"object\", \"advice\"}], \"ok\", \"versions\", \"commits\", "
	          "\"leaves\", \"evidence\", \"bytes\", \"root\", \"whole\", \"forgotten\", \"rewrite_pending\", \"logs\": [{\"state\", \"origin\", \"own\", "
	          "\"size\", \"package\", \"received\", \"forked\", \"countersigned\": [{\"by\", \"size\", \"time\"}]}], \"lost\": [{\"kind\", \"id\", \"version\", \"leaf\", \"found\"}]}; with --offset {\"offset\", \"what\"}",
	  .examples = "qorgan verify\nqorgan verify --offset 40960", .options = verify_options, .group = GROUP_CARE,
	  .run = cmd_verify },
	{ .name = "doctor", .operands = "", .summary = "check what surrounds the store",
	  .help = "Looks at who can get at the store and its keys, the clock, the file system and free space, swap, locked "
	          "memory and core dumps, security keys that are plugged in, what the program is kept from, commands that read it for long or were killed, how many keys open it, its users, and of "
	          "partners their cards, packages each way and clocks. It changes nothing. Each finding is a line: warning or ERROR; "
	          "the name of the check; what; which file, process or partner; what to do now. What is well is a line too, "
	          "unless --quiet is given.\n"
	          "The code is 1 if there is an ERROR: something does harm or does not work. It is 0 if there are warnings alone. "
	          "Without a key, or with --no-key, what can be seen without one is looked at, and the rest is told as not looked "
	          "at. What is in the store is for qorgan verify.",
	  .json = "{\"findings\": [{\"check\", \"result\", \"what\", \"object\", \"advice\"}], \"ok\", \"checks\", \"errors\", "
	          "\"warnings\", \"skipped\"}; a result is ok, skipped, warning or error, and of a check that finds nothing "
	          "there is one, ok",
	  .examples = "qorgan doctor\nqorgan -q doctor --no-key", .options = doctor_options, .group = GROUP_CARE,
	  .run = cmd_doctor },
	{ .name = "backup", .operands = "FILE...", .least = 1, .most = COMMAND_ANY_NUMBER, .summary = "write the whole store into a file",
	  .help = "Writes the store as it is at this moment, attached files and all versions included, into one encrypted "
	          "file, and its minisign signature beside it as FILE.minisig. Others may write to the store meanwhile. "
	          "Nothing that lies on this computer alone is needed to put it back: the file opens with what opened the "
	          "store, the identity file or the passphrase (of the day on which it was made).\n"
	          "With --recipient the holder of that identity can open it too; where the store has a passphrase, such a "
	          "file opens for the recipients alone, as an age file has either. The records in it stay sealed by the "
	          "store's own keys all the same: who has the identity of a recipient and no key of the store reads no word "
	          "of them.\n"
	          "With --parent the file holds only what changed since that backup, which may be an increment itself, was "
	          "made; of it only FILE.index is read, which each backup leaves beside it, so its file may be elsewhere. To put "
	          "the store back takes the whole backup, and each increment after the one that it goes on from. After rekey "
	          "nothing is as it was: such a backup is whole again, and says so.\n"
	          "With --redundancy parity is written too, as FILE.par2, by the program par2 (package par2): as many rotten "
	          "sectors as it has room for can be mended later. --check then says whether the file is damaged and can be mended. "
	          "--repair mends it in a folder beside it, examines what came out as --check does, and puts it in place if its "
	          "signature is right; the damaged file is kept as FILE.damaged-TIME. Where the backup is whole and it is the parity "
	          "that is damaged, --repair makes that anew.\n"
	          "With --check nothing is written: the file is read to its end, its signature checked, and the store in it "
	          "examined as verify does, in a folder beside the store that is removed again. Each finding is a line; the "
	          "code is 0 if all is well, 1 if anything was found, 77 if the key is another. A whole backup and its "
	          "increments are examined together.",
	  .json = "{\"output\", \"store\", \"state\", \"created\", \"leaves\", \"commits\", \"root\", \"rows\", \"bytes\", "
	          "\"id\", \"parent\"}, parent being the id of the backup that it goes on from, or null if it is whole; with "
	          "--check {\"findings\": [{\"what\", \"object\", \"advice\"}], \"ok\", \"store\" to \"parent\" likewise, "
	          "\"mended\" (files that --repair mended), "
	          "\"versions\", \"evidence\"}",
	  .examples = "qorgan backup /media/usb/uzb-2026-06-30.backup\nqorgan backup --check /media/usb/uzb-2026-06-30.backup\n"
	              "qorgan backup --parent sunday.backup monday.backup\n"
	              "qorgan backup --check sunday.backup monday.backup\n"
	              "qorgan backup --redundancy 5% uzb.backup\n"
	              "qorgan backup --repair uzb.backup\n"
	              "qorgan backup -r age1... uzb.backup",
	  .options = backup_options, .starts = "par2", .reach = REACH_OPERAND_FILE | REACH_BESIDE, .group = GROUP_CARE, .run = cmd_backup },
	{ .name = "restore-backup", .operands = "FILE...", .least = 1, .most = COMMAND_ANY_NUMBER, .summary = "put a store back from a backup",
	  .help = "Reads the whole backup into a new folder, checks its signature, examines the store in it as verify does, and "
	          "only then puts it in the place of -S, from one instant to the next: until then, whatever happens, what was "
	          "there is there. A store that it replaces is kept beside it, under a name that is told.\n"
	          "Increments (backup --parent) are named behind the whole backup, each after the one that it goes on from; the "
	          "store is then that of the last. One that is missing, of another backup or in another place is told, and nothing "
	          "is put back.\n"
	          "Another store is never replaced (73). Where the store there, or what this computer remembers of it, is newer "
	          "than the backup, has another history, or cannot be read, it is refused (77) unless --older is given. Who goes "
	          "on from an older state loses what came after it, and where a partner was sent more than it holds, the log has "
	          "two histories: take in a package of each partner first. SECURITY.md says more.\n"
	          "A run that is killed leaves a folder STORE.new-..., which can be removed.",
	  .json = "{\"path\", \"store\", \"state\", \"created\", \"leaves\", \"commits\", \"root\", \"rows\", \"bytes\", "
	          "\"id\", \"parent\", \"replaced\", \"original\", \"newer\", \"parted\", \"packages\", \"reports\"}; replaced: where the "
	          "store that was there is now, or null; "
	          "original: of which store in use it is a copy, or null; newer: entries of the newer state that was given up, or "
	          "0; parted: whether that one has another history; packages and reports: exported and handed out after the "
	          "backup, or null if that is not known",
	  .examples = "qorgan restore-backup /media/usb/uzb-2026-06-30.backup\n"
	              "qorgan restore-backup sunday.backup monday.backup tuesday.backup\n"
	              "qorgan -S /tmp/june restore-backup --older uzb-2026-06-30.backup",
	  .options = restore_backup_options, .starts = "par2", .reach = REACH_BESIDE, .group = GROUP_CARE, .run = cmd_restore_backup },
	{ .name = "store copy", .operands = "PLACE", .least = 1, .most = 1, .summary = "the store in another place: a folder, or a server",
	  .help = "Examines the store as verify does, copies every row of it to PLACE, where none may be, and reads the copy again "
	          "before it is there: a folder, or an address such as postgres://HOST/DATABASE. Nobody writes to the store "
	          "meanwhile. Interrupted, it is gone on with by the same command.\n"
	          "Two stores of one history must not both be written to. With --move the former is put aside under another name.",
	  .json = "{\"path\", \"rows\", \"bytes\", \"written\", \"root\", \"kept\"}; written: rows that an earlier attempt had not "
	          "copied; kept: where the former lies, or null",
	  .examples = "qorgan store copy --move 'postgres://register.mfa.uz/register'\n"
	              "qorgan -S 'postgres://register.mfa.uz/register' store copy ~/copy",
	  .options = store_copy_options, .reach = REACH_BESIDE | REACH_OPERAND_STORE, .group = GROUP_CARE, .run = cmd_store_copy },
	{ .name = "checkout", .operands = "FOLDER", .least = 1, .most = 1,
	  .summary = "a copy of the store to take along, and to draft in",
	  .help = "Examines the store as verify does, and puts a copy of it into FOLDER, which is absent or empty. It is opened as "
	          "the store is, and read like it. Domains, risks, measures, statuses, assessments, files and notes that are changed in it (-S "
	          "FOLDER) are drafts: signed by their author, but no part of the state's log. What else a store is for (packages, "
	          "users, keys, frozen reports, proofs) is refused there (77). qorgan checkin brings the drafts into the store.",
	  .json = "{\"path\", \"from\", \"rows\", \"bytes\", \"root\"}",
	  .examples = "qorgan -S postgres://register.mfa.uz/register checkout ~/travel\n"
	              "qorgan -S ~/travel status WAT-04-M1 in-progress --progress 40\n"
	              "qorgan -S postgres://register.mfa.uz/register checkin ~/travel",
	  .reach = REACH_BESIDE | REACH_OPERAND_STORE, .group = GROUP_CARE, .run = cmd_checkout },
	{ .name = "checkin", .operands = "FOLDER", .least = 1, .most = 1,
	  .summary = "bring what was drafted in a checkout into the store",
	  .help = "FOLDER is the checkout, and -S the store that it was taken from; both are opened by the same key. Object by object what was "
	          "drafted is put together with what others changed meanwhile, as edit --merge does it, and all of it becomes one "
	          "commit. Where both changed one value, it is a conflict: it is shown, with who changed it, and nothing is written "
	          "(75), until --mine or --theirs says for that object which counts, or --leave-conflicts writes the others. A note whose "
	          "number was taken meanwhile gets the next one. What is in the store already is not written again, so that a "
	          "checkin that was interrupted is run again. A checkout of which all is checked in takes no more drafts.",
	  .json = "{\"objects\": [{\"kind\", \"id\", \"outcome\": \"added\", \"changed\", \"merged\", \"there\", \"conflict\", "
	          "\"mine\" or \"theirs\", \"as\", \"users\", \"conflicts\": [{\"path\", \"label\", \"base\", \"theirs\", "
	          "\"mine\"}]}], \"commit\", \"warning\"}",
	  .examples = "qorgan -S postgres://register.mfa.uz/register checkin ~/travel -n\n"
	              "qorgan -S postgres://register.mfa.uz/register checkin ~/travel --mine all",
	  .options = checkin_options, .flags = COMMAND_WRITES, .reach = REACH_OPERAND_FOLDER, .group = GROUP_CARE, .run = cmd_checkin },
	{ .name = "repair", .operands = "NEW-FOLDER", .least = 1, .most = 1,
	  .summary = "make a new store of what a damaged one still holds",
	  .help = "Reads the file of the damaged store (-S) page by page, whatever is wrong with it, and never writes to it. All "
	          "that authenticates is kept, former copies within the file included; the index, the tree and the counts are made "
	          "anew; what is lost is taken from a backup or a package, if it is the very one that was signed. The plan is shown "
	          "first: each line says what is whole, rebuilt, taken or LOST, of which record of which state, and what to do now. Then "
	          "the new store is made, examined as verify does, and put at NEW-FOLDER from one instant to the next. Use it from "
	          "then on with -S, or move it to where the damaged one was, once that is moved away.\n"
	          "--from-package takes packages of partners as they came, which give back what they sent; and the decrypted "
	          "lines of a package that this state made, which a recipient with an identity file of its own, as observers "
	          "are, gets by age -d -i IDENTITY FILE; and what a partner with a store of its own hands back by export --for-repair: "
	          "ask all partners for it. A record that is lost for good keeps its entry in the log: listings leave it out, show says that it is lost, and it "
	          "can be written anew. What a partner sent is kept whole or dropped, and then it can be sent again.\n"
	          "The log goes up to the newest checkpoint that what is left bears out. Where more is known to have been signed, "
	          "that is refused (77) unless --older is given, as partners may hold a longer history: SECURITY.md says more. "
	          "A checkpoint that is lost is signed again only where another signature or this computer's memory says the same.\n"
	          "The code is 0 if nothing is lost, 1 if the new store is there (or planned, with --dry-run) and something is lost.",
	  .json = "{\"plan\": [{\"fate\", \"what\", \"object\", \"advice\"}], \"store\", \"state\", \"path\", \"leaves\", \"known\", "
	          "\"commits\", \"root\", \"versions\", \"rebuilt\", \"taken\", \"lost\", \"pages\", \"unreadable\", \"copy\"}; a fate is "
	          "whole, rebuilt, taken or lost; path: of the new store, or null; known: entries that the log is known to have had",
	  .examples = "qorgan repair --dry-run ~/mended\n"
	              "qorgan repair ~/mended --from-backup /media/usb/uzb.backup\n"
	              "qorgan -S /srv/uzb repair ~/mended --from-package lines",
	  .options = repair_options, .reach = REACH_OPERAND_STORE, .group = GROUP_CARE, .run = cmd_repair },
	{ .name = "stats", .operands = "", .summary = "show sizes and counts",
	  .help = "Shows how many objects, versions and commits there are, and how large the store is.",
	  .json = "an object: store, state, user, objects by kind, versions, commits, leaves, root, bytes_used, "
	          "bytes_free",
	  .examples = "qorgan stats", .group = GROUP_CARE, .run = cmd_stats },
	{ .name = "schema", .operands = "[KIND]", .most = 1, .summary = "print the JSON Schema of a kind, or the tables of a server",
	  .help = "The JSON Schema (2020-12) of objects as load takes them. With --sql: what the administrator of a PostgreSQL "
	          "database reads, and runs once, before stores can be made in it: tables, roles and rights.",
	  .json = "the same", .options = schema_options, .examples = "qorgan schema measure\nqorgan schema --sql | psql register", .reach = REACH_NO_STORE, .group = GROUP_CARE, .run = cmd_schema, .words = command_kind_words },
	{ .name = "completion", .operands = "SHELL", .least = 1, .most = 1, .summary = "print completion for a shell",
	  .help = "Prints a script for bash, zsh or fish that completes commands, options and words.",
	  .examples = "qorgan completion bash > ~/.local/share/bash-completion/completions/qorgan",
	  .reach = REACH_NO_STORE, .group = GROUP_CARE,
	  .run = cmd_completion, .words = shell_name_words },
	{ .name = "help", .operands = "[COMMAND...]", .most = 2, .summary = "explain the program or a command",
	  .help = "Without a command: all of them.", .examples = "qorgan help measure add", .reach = REACH_NO_STORE, .group = GROUP_CARE,
	  .run = cmd_help },
	{ 0 }
};
