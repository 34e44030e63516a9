/* Policies and requests on record: what needs more than one person, and who has asked for and
 * agreed to it. A policy is kept by the program and judged by verify: who has an
 * administrator's key and another program is found, not prevented. */
#ifndef STORE_POLICY_RECORD_H
#define STORE_POLICY_RECORD_H

#include "store/vault.h"

#define POLICY_PERSONS_LIMIT 9
/* Bytes of what a request is about, so many that nothing that the program asks for is cut: others
 * would agree to what they do not see. */
#define POLICY_SUBJECT_LIMIT 2100 /* of a package: every recipient that it may have */
#define POLICY_WHAT_LIMIT 2300
#define POLICY_COMMAND "qorgan policy require %u %s" /* what a request of that action says */

/* In the order of the schema's words. */
enum policy_action { POLICY_RELEASE, POLICY_REKEY, POLICY_USER, POLICY_FORGET, POLICY_POLICY, POLICY_ACTIONS };
/* policy_action_word(action); policy_action_find(text, action): false if it is no word. */
const char *policy_action_word(enum policy_action action);
bool policy_action_find(struct span text, enum policy_action *action);

/* policy_action_is_admins(action): whether only administrators agree to it; to others whoever may
 * write. */
bool policy_action_is_admins(enum policy_action action);

/* policy_record_read(record, action, persons): false if the record is no policy. */
bool policy_record_read(const struct record *record, enum policy_action *action, unsigned *persons);
/* policy_put(change, action, persons, error): a version of it. */
int policy_put(struct vault_change *change, enum policy_action action, unsigned persons, struct qorgan_error *error);

/* How many persons each action needs; 1: there is no policy. Who changes policies needs as
 * many as any policy does. */
struct policies {
	unsigned persons[POLICY_ACTIONS];
};
void policies_start(struct policies *policies);
void policies_take(struct policies *policies, enum policy_action action, unsigned persons);
unsigned policies_needed(const struct policies *policies, enum policy_action action);
/* policies_admins_needed(policies): of them, how many have to be administrators for any action;
 * about releases and policies whoever may write agrees. */
unsigned policies_admins_needed(const struct policies *policies);
/* policies_load(view, policies, error): those that hold. */
int policies_load(struct vault_view *view, struct policies *policies, struct qorgan_error *error);

enum request_state { REQUEST_OPEN, REQUEST_DONE, REQUEST_WITHDRAWN, REQUEST_STATES };

struct request_record {
	char id[RECORD_ID_LIMIT];
	uint32_t version; /* 0: to be written as the first */
	char by[RECORD_USER_LIMIT]; /* who wrote the version that was read */
	enum policy_action action;
	enum request_state state;
	char what[POLICY_WHAT_LIMIT];    /* the command that waits */
	char subject[POLICY_SUBJECT_LIMIT]; /* whom it is about: a user, the recipients of a package */
	char content[100]; /* what exactly, where the command does not say it; or "" */
	unsigned count;
	char persons[POLICY_PERSONS_LIMIT][RECORD_USER_LIMIT]; /* who asked and agreed, in that order */
};

/* request_record_read(record, request): false if it is none. */
bool request_record_read(const struct record *record, struct request_record *request);
/* request_record_put(change, request, error): append a version of it. */
int request_record_put(struct vault_change *change, struct request_record *request, struct qorgan_error *error);
/* request_record_has(request, name): whether that person asked or agreed. */
bool request_record_has(const struct request_record *request, const char *name);
/* request_record_same(a, b): whether both are about the same matter. */
bool request_record_same(const struct request_record *a, const struct request_record *b);
/* request_record_add(request, name): false if there is no room, or the person is there. */
bool request_record_add(struct request_record *request, const char *name);

#endif
