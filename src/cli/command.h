/* The commands: one table, from which dispatch, help, completion and the manual
 * page are made. */
#ifndef CLI_COMMAND_H
#define CLI_COMMAND_H

#include <stdbool.h>

#include "cli/options.h"

struct call;

enum command_group {
	GROUP_START,
	GROUP_CATALOGUE,
	GROUP_LOOK,
	GROUP_REPORT,
	GROUP_SHARE,
	GROUP_CARE,
	GROUP_COUNT
};
extern const char *const command_group_titles[GROUP_COUNT];

enum command_flags {
	COMMAND_FIELDS = 1,  /* the fields of `kind` are options */
	COMMAND_FILTERS = 2, /* the conditions of a listing of `kind` are options */
	COMMAND_WRITES = 4   /* takes -m and --as */
};

/* What a command reaches besides the store's folder, the folder of what is remembered, and its
 * output options: all else is closed to it (confinement.h). */
enum command_reach {
	REACH_NO_STORE = 1,       /* not even these two */
	REACH_BESIDE = 2,         /* makes a store, or one beside that which is there */
	REACH_OPERAND_FILE = 4,   /* its first operand names a file that it writes */
	REACH_OPERAND_FOLDER = 8, /* its first operand names a folder that it writes files into */
	REACH_MEMORY = 16,        /* puts something together in scratch_place() */
	REACH_TEMPORARY = 32,     /* keeps what comes by a pipe in a file in TMPDIR */
	REACH_OPERAND_STORE = 128, /* its first operand names a folder that it makes a store in */
	REACH_EXEC = 256,         /* starts the command of --exec */
	REACH_EDITOR = 64         /* starts the user's editor where no more than the least of operands is given */
};

#define COMMAND_ANY_NUMBER 1000000u

struct command {
	const char *name;     /* one word, or two: "risk add"; NULL ends the table */
	const char *operands; /* for the line of usage: "ID [ID]"; "" for none */
	unsigned least, most; /* number of operands */
	const char *summary;  /* a few words without a full stop */
	const char *help;     /* paragraphs with a newline between them */
	const char *json;     /* what --json prints, in words; NULL: it has no --json */
	const char *examples; /* a command in each line */
	const struct option *options; /* its own, or NULL */
	const char *kind;     /* of the objects it is about, or NULL */
	unsigned flags;
	unsigned reach; /* enum command_reach */
	const char *starts; /* the one program that it may start, looked up in PATH; or NULL: none */
	enum command_group group;
	int (*run)(struct call *call);
	/* Words that the operand of that number (from 0) may be, or NULL. */
	const char *const *(*words)(unsigned number);
};

extern const struct command commands[]; /* ends with a NULL name */
extern const struct option global_options[];
extern const struct option write_options[];

/* command_find(name): by its whole name, or NULL. */
const struct command *command_find(const char *name);
/* command_is_family(command, word): whether `word` is the first of its two words. */
bool command_is_family(const struct command *command, const char *word);

/* command_options(command, list): every option that it takes: its own, the
 * fields or conditions of its kind, those of writing, the global ones.
 * list->failed is set without memory. */
void command_options(const struct command *command, struct option_list *list);

/* Words of operands and options that the library knows. */
const char *const *command_kind_words(unsigned number);
const char *const *command_status_words(unsigned number);
const char *const *command_slot_words(unsigned number);
const char *const *command_role_words(unsigned number);

int cmd_init(struct call *call);
int cmd_load(struct call *call);
int cmd_form(struct call *call);
int cmd_dump(struct call *call);
int cmd_object_add(struct call *call);
int cmd_object_edit(struct call *call);
int cmd_object_show(struct call *call);
int cmd_object_list(struct call *call);
int cmd_object_retire(struct call *call);
int cmd_assign(struct call *call);
int cmd_unassign(struct call *call);
int cmd_status(struct call *call);
int cmd_accept(struct call *call);
int cmd_decline(struct call *call);
int cmd_assess(struct call *call);
int cmd_proposal_accept(struct call *call);
int cmd_proposal_decline(struct call *call);
int cmd_note(struct call *call);
int cmd_show(struct call *call);
int cmd_log(struct call *call);
int cmd_diff(struct call *call);
int cmd_watch(struct call *call);
int cmd_restore(struct call *call);
int cmd_search(struct call *call);
int cmd_report(struct call *call);
int cmd_report_freeze(struct call *call);
int cmd_report_show(struct call *call);
int cmd_report_diff(struct call *call);
int cmd_reminders(struct call *call);
int cmd_identity(struct call *call);
int cmd_partner_add(struct call *call);
int cmd_partner_edit(struct call *call);
int cmd_partner_ledger(struct call *call);
int cmd_export(struct call *call);
int cmd_receive(struct call *call);
int cmd_partner_fork(struct call *call);
int cmd_exchange(struct call *call);
int cmd_proof(struct call *call);
int cmd_check_proof(struct call *call);
int cmd_evidence_get(struct call *call);
int cmd_user_add(struct call *call);
int cmd_user_role(struct call *call);
int cmd_user_retire(struct call *call);
int cmd_user_confirm(struct call *call);
int cmd_user_slot(struct call *call);
int cmd_policy_require(struct call *call);
int cmd_approve(struct call *call);
int cmd_request_withdraw(struct call *call);
int cmd_passphrase(struct call *call);
int cmd_unlock(struct call *call);
int cmd_recovery_make(struct call *call);
int cmd_recovery_use(struct call *call);
int cmd_lock(struct call *call);
int cmd_rekey(struct call *call);
int cmd_forget(struct call *call);
int cmd_verify(struct call *call);
int cmd_backup(struct call *call);
int cmd_restore_backup(struct call *call);
int cmd_repair(struct call *call);
int cmd_doctor(struct call *call);
int cmd_stats(struct call *call);
int cmd_store_copy(struct call *call);
int cmd_checkout(struct call *call);
int cmd_checkin(struct call *call);
int cmd_schema(struct call *call);
int cmd_completion(struct call *call);
int cmd_help(struct call *call);

#endif
