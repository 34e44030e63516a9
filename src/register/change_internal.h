/* A change in preparation, as its files share it. */
#ifndef REGISTER_CHANGE_INTERNAL_H
#define REGISTER_CHANGE_INTERNAL_H

#include <jansson.h>

#include "qorgan/object.h"
#include "register/world.h"

/* One object of the change. */
struct change_object {
	const struct schema *schema;
	char id[RECORD_ID_LIMIT];
	char name[RECORD_ID_LIMIT + RECORD_NAME_LIMIT]; /* "measure CYB-01-M1", for messages */
	uint32_t base; /* version that it was read at; 0: new; VAULT_ANY: whichever */
	bool draft; /* turned to in order to be proposed: it is not for this change to write */
	json_t *body;
	json_t *ancestor, *theirs; /* of an edit that is to be merged: the version it began from, and the newest; or NULL */
	char evidence_path[4096]; /* of a file to attach, or "" */
	struct buffer evidence_data; /* or what to attach itself */
	bool has_data;
};

struct qorgan_change {
	struct qorgan_store *store;
	struct vault_change *writing; /* from the beginning, so that nobody changes what is looked at */
	struct world *world;
	char *user, *message;
	struct change_object **objects;
	size_t count;
	struct change_object *current; /* the object turned to */
	struct change_object *secret_of; /* the partner whose secret is set or removed; NULL: none */
	char *secret;                    /* in secret memory; NULL: removed */
	int64_t secret_since;
	char warning[1000];
};

/* change_body(change, schema, id, version, body, found, error): the body of a
 * version (0: the newest) as JSON; QORGAN_ABSENT without a message. */
int change_body(struct qorgan_change *change, const struct schema *schema, const char *id, uint32_t version,
                json_t **body, uint32_t *found, struct qorgan_error *error);

/* change_turn(change, schema, id, mode, base, others, error): as
 * qorgan_change_object; `others`: another state's object may be turned to. */
int change_turn(struct qorgan_change *change, const struct schema *schema, const char *id, enum qorgan_change_mode mode,
                uint32_t base, bool others, struct qorgan_error *error);

/* change_meanwhile(change, object, base, version, error): QORGAN_BUSY: who changed what since version `base`. */
int change_meanwhile(struct qorgan_change *change, const struct change_object *object, uint32_t base, uint32_t version,
                     struct qorgan_error *error);

/* change_users(change, schema, id, base, version, names, size, error): who made the versions after `base`, each once:
 * "b.aliyev, c.saidova". */
int change_users(struct qorgan_change *change, const struct schema *schema, const char *id, uint32_t base, uint32_t version,
                 char *names, size_t size, struct qorgan_error *error);

/* change_drop_current(change): the object turned to last is no part of the change. */
void change_drop_current(struct qorgan_change *change);

/* change_object_free(object): NULL is allowed. */
void change_object_free(struct change_object *object);

/* change_find(change, schema, id): the object as this change has it, or NULL. */
struct change_object *change_find(const struct qorgan_change *change, const struct schema *schema, const char *id);

/* change_schema(kind, error): its schema, or NULL with QORGAN_USAGE set. */
const struct schema *change_schema(const char *kind, struct qorgan_error *error);

/* change_rules(change, object, faults): rules that look at other objects and at
 * who did what: a report belongs to its measure, a verification to another user. */
void change_rules(struct qorgan_change *change, const struct change_object *object, world_fault fault, void *context);

/* change_whole(change, object): the body of what the object, named as it is before
 * its '/', belongs to (a measure, a risk), as the change leaves it: a new reference,
 * or NULL if there is none. `owner` (unless NULL) is the state that keeps it. */
json_t *change_whole(struct qorgan_change *change, const struct change_object *object, char owner[RECORD_NAME_LIMIT]);

/* change_validate(change, fault, context, error): tell the faults of all of it, with the
 * `name` of the object as `file`; a code is a failure to find out. */
int change_validate(struct qorgan_change *change, world_fault fault, void *context, struct qorgan_error *error);

/* change_require(change, kind, id, error): whether there is such an object whose id
 * can stand before a '/'; QORGAN_ABSENT says where to look for one. */
int change_require(struct qorgan_change *change, const char *kind, const char *id, struct qorgan_error *error);

/* change_turn_voice(change, kind, on, id, state, code, error): turn to what a state (NULL:
 * this one) has to say, a `kind` (status, assessment), on the `on` (measure, risk) of that
 * id, which must be there. `code` is the state's. */
int change_turn_voice(struct qorgan_change *change, const char *kind, const char *on, const char *id, const char *state,
                      char code[65], struct qorgan_error *error);

/* change_mark(change, object, error): a new object goes as far as what it belongs to,
 * and to the state that keeps that. */
int change_mark(struct qorgan_change *change, struct change_object *object, struct qorgan_error *error);

/* change_date(change, body, date, own, count): it speaks of `date` (NULL: today) from
 * now on; what spoke of another day alone, the members `own`, does not pass for
 * words of that day. */
void change_date(struct qorgan_change *change, json_t *body, const char *date, const char *const *own, size_t count);

/* change_warn(change): fill in change->warning, before anything is written: what is
 * no fault, and may yet not be meant. */
void change_warn(struct qorgan_change *change);

/* change_secret_write(change, error): after all versions, what qorgan_change_secret
 * prepared. */
int change_secret_write(struct qorgan_change *change, struct qorgan_error *error);

#endif
