/* One run of a command: what was asked, the store it works on, and the steps
 * that commands share. */
#ifndef CLI_CALL_H
#define CLI_CALL_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/buffer.h"
#include "base/error.h"
#include "cli/command.h"
#include "cli/options.h"
#include "cli/progress.h"
#include "qorgan/custody.h"
#include "qorgan/object.h"
#include "qorgan/store.h"

struct call {
	const struct command *command;
	struct arguments arguments;
	bool json, quiet;
	bool changed;               /* what was asked is done, as far as the store goes */
	struct qorgan_store *store; /* once opened; main closes it */
	struct progress progress;
	bool keeps_passphrase;      /* it is needed twice, and asked for once */
	char *passphrase;           /* so kept, in secret memory; see call_forget_passphrase */
	struct qorgan_security_key security_key; /* what asks for PIN and touch; see ask_key.h */
	bool used_key;              /* a security key was to be touched */
	struct qorgan_error error;  /* printed by main; an empty message is not */
};

/* call_value(call, name), call_operand(call, number): NULL if not given. */
const char *call_value(const struct call *call, const char *name);
const char *call_operand(const struct call *call, size_t number);

/* call_store_path(call): the store's folder by -S, QORGAN_STORE or the default;
 * the caller frees it; NULL with call->error set. */
char *call_store_path(struct call *call);
/* What opens the store, as the command line and the environment say. */
struct call_keys {
	struct qorgan_keys keys;
	const char *files[4]; /* of identity, passphrase and PIN, as far as they are named; NULL-terminated */
};
void call_keys(struct call *call, struct call_keys *keys);
/* call_open(call, flags): open the store with the keys and languages asked for. */
int call_open(struct call *call, unsigned flags);
/* call_open_fresh: the same, and never by the keys that unlock left. */
int call_open_fresh(struct call *call, unsigned flags);
/* call_open_recovered: by an identity of 32 bytes that shares gave back. */
int call_open_recovered(struct call *call, const uint8_t *identity);
/* call_door(call, door): what the options say of the door of a new slot. */
int call_door(struct call *call, struct qorgan_door *door);
/* call_ask_passphrase: a qorgan_passphrase whose context is the call. */
int call_ask_passphrase(void *context, bool confirm, char *to, size_t limit, struct qorgan_error *error);
void call_forget_passphrase(struct call *call);
/* call_first_line(path, to, limit, size, error): the first line of a file that only its owner can
 * read, terminated; *size is `limit` if it is longer than that, and nothing is there then. */
int call_first_line(const char *path, char *to, size_t limit, size_t *size, struct qorgan_error *error);
/* call_adopt(call, store): set progress and languages of a store just made or
 * opened, which is from now on the call's. */
int call_adopt(struct call *call, struct qorgan_store *store);

/* call_say(call, format, ...): one line on standard error unless --quiet. */
void call_say(struct call *call, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* call_warn(call, text): a warning, which --quiet does not silence. */
void call_warn(struct call *call, const char *text);
/* call_stop(call): QORGAN_INTERRUPTED if Ctrl-C was pressed, else QORGAN_OK; for
 * the row functions of long listings. */
int call_stop(struct call *call);

/* call_change(call, change): open the store if it is not, and begin a change by
 * --as with the message of -m. */
int call_change(struct call *call, struct qorgan_change **change);
/* call_set_fields(call, change): set every field given as an option. */
int call_set_fields(struct call *call, struct qorgan_change *change);
bool call_has_fields(const struct call *call);
/* call_commit(call, change, kind, id): commit, then tell the object's version and
 * the commit's number, on standard output with --json. */
int call_commit(struct call *call, struct qorgan_change *change, const char *kind, const char *id);
/* call_finish(call, change, kind, id): the same, or, with --propose, a proposal of
 * the change to the state that keeps the object; its id is printed. */
int call_finish(struct call *call, struct qorgan_change *change, const char *kind, const char *id);
/* call_committed(call, result, kind, id): the telling alone. */
void call_committed(struct call *call, const struct qorgan_commit *result, const char *kind, const char *id);

/* call_warn_after(call): after a change: it is done, which is kept in mind; and the user is told
 * if this computer cannot remember it, or its clock was behind. */
void call_warn_after(struct call *call);
/* call_warn_forgetful(call, place, why): a store was put at `place`, and this computer cannot remember it there. */
void call_warn_forgetful(struct call *call, const char *place, const char *why);
/* call_object_id(call, kind, text, id): the id as it is stored: a partner may be
 * named in any of a state's ways. */
int call_object_id(struct call *call, const char *kind, const char *text, char id[130]);

/* call_state_id(call, whole, state, id): the id of what a state (NULL: the store's
 * own; named in any of its ways) says of `whole`: "CYB-01-M9/KAZ". */
int call_state_id(struct call *call, const char *whole, const char *state, char id[130]);

/* call_owner(call, code): the state of --owner, "" if it was not given. */
int call_owner(struct call *call, char code[65]);

/* call_namesakes(call, object): where no kind was asked for, say on standard error
 * that the id is also one of another kind, and how to name that. */
int call_namesakes(struct call *call, const struct qorgan_object *object);

/* What stands for one version of an object: "CYB-01@3". */
struct reference {
	char id[130];
	uint32_t version; /* 0: none given */
};
int reference_parse(const char *text, struct reference *reference, struct qorgan_error *error);
/* number_parse(name, text, most, number, error): a whole number from 0 to most. */
int number_parse(const char *name, const char *text, uint64_t most, uint64_t *number, struct qorgan_error *error);

#endif
