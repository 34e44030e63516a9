/* Objects and their versions: read, listed, compared, changed. */
#ifndef QORGAN_OBJECT_H
#define QORGAN_OBJECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "qorgan/store.h"

/* ---- One version of an object ------------------------------------------ */

struct qorgan_object;

/* qorgan_object_get(store, kind, id, version, object, error): version 0 is the
 * newest. `kind` may be NULL: the first of domain, risk, measure, status,
 * assessment, note, proposal, answer, evidence, catalogue, state, scale, period, partner, release, commit that
 * has such an id.
 * QORGAN_ABSENT names the nearest id. The caller frees the object. */
int qorgan_object_get(struct qorgan_store *store, const char *kind, const char *id, uint32_t version,
                      struct qorgan_object **object, struct qorgan_error *error);
/* qorgan_object_get_owned: of that state's, whether or not it is the one that counts;
 * owner NULL: the one that counts. */
int qorgan_object_get_owned(struct qorgan_store *store, const char *kind, const char *id, const char *owner,
                            uint32_t version, struct qorgan_object **object, struct qorgan_error *error);
void qorgan_object_free(struct qorgan_object *object);

/* qorgan_object_namesakes(store, object, kinds, error): the other kinds that have
 * an object of the same id, as "measure,partner"; "" if there are none. */
int qorgan_object_namesakes(struct qorgan_store *store, const struct qorgan_object *object, char kinds[200],
                            struct qorgan_error *error);

/* qorgan_party_find(store, name, code, error): the id of the state or observer
 * that is called so in any of its ways: code, alpha-2 code or name. QORGAN_ABSENT
 * if none on record is. */
int qorgan_party_find(struct qorgan_store *store, const char *name, char code[65], struct qorgan_error *error);

/* Its envelope; valid until it is freed. */
const char *qorgan_object_owner(const struct qorgan_object *object);
const char *qorgan_object_kind(const struct qorgan_object *object);
const char *qorgan_object_id(const struct qorgan_object *object);
const char *qorgan_object_user(const struct qorgan_object *object);
const char *qorgan_object_time(const struct qorgan_object *object);
uint32_t qorgan_object_version(const struct qorgan_object *object);
uint64_t qorgan_object_commit(const struct qorgan_object *object);
/* The canonical record, as it was hashed and signed. */
const char *qorgan_object_record(const struct qorgan_object *object, size_t *size);

/* qorgan_object_json(store, object, json, error): one JSON object: kind, id, version, owner,
 * user, time, commit, the body's fields at top level, and what is computed (of
 * a measure: status, progress, overdue...; of a risk the assessments of states). The caller frees the text. */
int qorgan_object_json(struct qorgan_store *store, const struct qorgan_object *object, char **json,
                       struct qorgan_error *error);

/* qorgan_object_field(store, object, path, text): a field as people read it, in
 * the store's languages: "title", "residual.impact", "support" ("KAZ, UZB").
 * NULL if absent. The caller frees the text. */
char *qorgan_object_field(struct qorgan_store *store, const struct qorgan_object *object, const char *path);

/* qorgan_object_describe(store, object, line, context): every field present, in
 * the schema's order, for people: a label and a text, indented for the members of
 * groups; the text may have several lines. What is computed comes last. */
typedef void (*qorgan_line)(void *context, unsigned indent, const char *label, const char *text);
int qorgan_object_describe(struct qorgan_store *store, const struct qorgan_object *object, qorgan_line line,
                           void *context, struct qorgan_error *error);

/* ---- History ------------------------------------------------------------ */

/* One changed field: raw canonical JSON values, NULL if absent. */
struct qorgan_field_change {
	const char *path, *label;
	const char *before, *after;
};

struct qorgan_history_entry {
	const char *kind, *id, *owner, *user, *time, *message;
	uint32_t version;
	uint64_t commit, versions; /* of its owner; versions: number in that commit, 0 if not known here */
	/* Of another state's: the package that brought it and when that was taken in;
	 * 0 and "" otherwise. */
	uint64_t package;
	const char *received;
	size_t count;
	const struct qorgan_field_change *changes;
	/* Of a commit: what it changed, as "risk CYB-01@3", one behind the other, each
	 * with its zero; the first QORGAN_COMMIT_OBJECTS of `versions`. */
	size_t object_count;
	const char *objects;
};
#define QORGAN_COMMIT_OBJECTS 100

/* Return any value but 0 to stop; it is handed back. */
typedef int (*qorgan_history_row)(void *context, const struct qorgan_history_entry *entry);

/* qorgan_history(store, kind, id, row, context, error): versions of one object
 * with what changed in each, newest first. */
int qorgan_history(struct qorgan_store *store, const char *kind, const char *id, qorgan_history_row row,
                   void *context, struct qorgan_error *error);
/* qorgan_history_owned: of that state's object; owner NULL: of the one that counts. */
int qorgan_history_owned(struct qorgan_store *store, const char *kind, const char *id, const char *owner,
                         qorgan_history_row row, void *context, struct qorgan_error *error);
/* qorgan_commits(store, limit, row, context, error): commits, newest first; kind
 * is "commit", id its number; no field changes. limit 0: all. */
int qorgan_commits(struct qorgan_store *store, uint64_t limit, qorgan_history_row row, void *context,
                   struct qorgan_error *error);
/* qorgan_diff(before, after, row, context): changes between two versions of one kind. */
int qorgan_diff(const struct qorgan_object *before, const struct qorgan_object *after, qorgan_history_row row,
                void *context, struct qorgan_error *error);

/* ---- Listings ------------------------------------------------------------ */

/* One condition: `name` is a field of the kind, or a computed name such as
 * "state" (takes part: lead or support; affected; its own), "status", "overdue",
 * "due-before", "due-after", "domain", "risk", "words" (search), "retired".
 * qorgan_filter_names(kind) lists them with help. */
struct qorgan_filter {
	const char *name, *value;
};
struct qorgan_filter_name {
	const char *name, *argument, *help; /* argument NULL: takes none */
	const char *const *words;           /* values it takes, or NULL */
};
const struct qorgan_filter_name *qorgan_filter_names(const char *kind, size_t *count);
/* qorgan_column_names(kind): the columns that a listing of the kind can show, NULL-terminated and valid for ever;
 * NULL for an unknown kind, or without memory. A part of a field follows a dot: "title.ru", "residual.likelihood". */
const char *const *qorgan_column_names(const char *kind);

struct qorgan_listing {
	const char *kind;
	const struct qorgan_filter *filters;
	size_t filter_count;
	const char *sort;    /* column names, "-" before one: descending; NULL: id, as people count */
	const char *columns; /* "id,title,lead"; NULL: the kind's usual ones */
	uint64_t limit;      /* 0: all */
	bool json;           /* rows are JSON objects, not cells */
	bool data;           /* cells are for programs: flags are true or false */
};

struct qorgan_column {
	const char *name, *label;
	bool number;     /* aligned to the right */
	unsigned width;  /* usual width in columns of a terminal; 0: takes what is left */
};

struct qorgan_row {
	size_t count;
	const char *const *cells; /* "" for absent */
	const char *json;         /* of `json_size` bytes, if listing->json */
	size_t json_size;
};

/* qorgan_list(...): `head` is told the columns once (may be NULL), then `row`
 * each row; valid during the call. Unsorted listings stream. */
typedef int (*qorgan_list_head)(void *context, const struct qorgan_column *columns, size_t count);
typedef int (*qorgan_list_row)(void *context, const struct qorgan_row *row);
int qorgan_list(struct qorgan_store *store, const struct qorgan_listing *listing, qorgan_list_head head,
                qorgan_list_row row, void *context, struct qorgan_error *error);

/* qorgan_search(store, words, kind, listing...): objects that hold all the words
 * in any text or id; columns kind, id, title, and the place found. */
int qorgan_search(struct qorgan_store *store, const char *words, const char *kind, bool json, qorgan_list_head head,
                  qorgan_list_row row, void *context, struct qorgan_error *error);

/* qorgan_dump(store, kind, format, to, error): objects in the form that load
 * takes; kind NULL: all that belongs to a catalogue. Format "jsonl", "json" or
 * "csv" (csv needs a kind). */
int qorgan_dump(struct qorgan_store *store, const char *kind, const char *format, FILE *to,
                struct qorgan_error *error);

/* ---- Changes -------------------------------------------------------------- */

struct qorgan_change;

/* What a commit did. */
struct qorgan_commit {
	uint64_t number;   /* 0: nothing differed, so nothing was written */
	uint64_t created, changed, unchanged;
	const char *warning; /* something written that contradicts itself, or NULL; valid until the change is freed */
};

/* qorgan_change_begin(store, user, message, change, error): become the one writer
 * of the store, waiting for another, until the change is committed or freed: so
 * what is looked at stays as it is. user NULL is the one whose key opened the
 * store; message NULL is none. QORGAN_DENIED if the key only reads. */
int qorgan_change_begin(struct qorgan_store *store, const char *user, const char *message,
                        struct qorgan_change **change, struct qorgan_error *error);

/* qorgan_change_foresee(store, kind, id): that the next change will turn to that object: where the store is on a server,
 * what is needed of it comes along with the beginning of the change, and takes no journey of its own. kind NULL: it is a
 * domain, a risk or a measure. Only a hint. */
void qorgan_change_foresee(struct qorgan_store *store, const char *kind, const char *id);

enum qorgan_change_mode {
	QORGAN_ADD,
	QORGAN_EDIT,
	QORGAN_PUT,  /* add or replace */
	QORGAN_DRAFT /* edit, to be proposed: of what another state keeps, too */
};

/* qorgan_change_object(change, kind, id, mode, base, error): turn to an object.
 * `base` is the version that the author saw: if another is the newest, it fails with
 * QORGAN_BUSY, and says who changed what meanwhile; 0: the newest now. QORGAN_ADD of an existing
 * object and QORGAN_EDIT of an absent one fail. What was turned to as a draft and is
 * not proposed makes the commit fail with QORGAN_USAGE. */
int qorgan_change_object(struct qorgan_change *change, const char *kind, const char *id, enum qorgan_change_mode mode,
                         uint32_t base, struct qorgan_error *error);
/* Two who began from the same version. qorgan_change_from(change, kind, id, base, error): turn to the object as it was at
 * version `base` (0: before it was), an edit of which follows by qorgan_change_set or _replace. Then
 * qorgan_change_merge(change, row, context, conflicts, error) puts that together with what others changed since, as the
 * object's new fields, which qorgan_change_json shows: texts by language, groups by member, sets and lists with ids by
 * element. Where both changed one value otherwise it is a conflict, which `row` is told of, and the edit's own value stands;
 * *conflicts is their number. It is for the caller to say whether that is committed. QORGAN_ABSENT: there is no such
 * version, or its content is not there any more. */
struct qorgan_field_conflict {
	const char *path, *label;
	const char *base, *theirs, *mine; /* JSON; NULL where it is absent */
};
typedef void (*qorgan_conflict_row)(void *context, const struct qorgan_field_conflict *conflict);
int qorgan_change_from(struct qorgan_change *change, const char *kind, const char *id, uint32_t base,
                       struct qorgan_error *error);
int qorgan_change_merge(struct qorgan_change *change, qorgan_conflict_row row, void *context, size_t *conflicts,
                        struct qorgan_error *error);

/* qorgan_change_set(change, path, text, error): one field of the object turned
 * to, as record/draft.h says ("title.ru", "+KAZ", "" removes). */
int qorgan_change_set(struct qorgan_change *change, const char *path, const char *text, struct qorgan_error *error);
/* qorgan_change_replace(change, json, error): all its fields, from one JSON object
 * (kind and id in it are ignored if they agree). */
int qorgan_change_replace(struct qorgan_change *change, const char *json, struct qorgan_error *error);
/* qorgan_change_json(change, json, error): its fields as indented JSON, for an editor. */
int qorgan_change_json(struct qorgan_change *change, char **json, struct qorgan_error *error);
/* qorgan_change_attach(change, path, id, error): read a file as evidence; its
 * object is made, and its id (65 bytes) given. Attach before the commit. */
int qorgan_change_attach(struct qorgan_change *change, const char *path, char id[65], struct qorgan_error *error);

/* qorgan_change_attach_bytes: the same of what is in memory, under that file name. */
int qorgan_change_attach_bytes(struct qorgan_change *change, const char *name, const void *data, size_t size,
                               char id[65], struct qorgan_error *error);

/* qorgan_change_commit(change, result, error): validate and write all of it, or
 * nothing. QORGAN_BAD_DATA names the faults; those beyond twenty are counted. */
int qorgan_change_commit(struct qorgan_change *change, struct qorgan_commit *result, struct qorgan_error *error);
void qorgan_change_free(struct qorgan_change *change);

/* Steps that the rules of the field prescribe; each prepares the change. */
int qorgan_change_assign(struct qorgan_change *change, const char *measure, const char *lead, const char *support,
                         const char *abstaining, struct qorgan_error *error);
int qorgan_change_unassign(struct qorgan_change *change, const char *measure, const char *states,
                           struct qorgan_error *error);
/* Turns to the status object of a measure and state (NULL: the store's own),
 * new or not; fields follow by qorgan_change_set. The report speaks of `date`
 * (NULL: today); if the one before spoke of another day, its note, obstacles,
 * help and next steps are dropped, and all else carries over. */
int qorgan_change_status(struct qorgan_change *change, const char *measure, const char *state, const char *word,
                         const char *date, struct qorgan_error *error);
/* Turns to the own version of a domain, risk or measure that another state kept and
 * handed over: its current version names this state as coordinator or lead. The body
 * is that version's, and `taken_from` says whose it was and which. QORGAN_DENIED if
 * it does not name this state; QORGAN_BAD_DATA if this state keeps it already. */
int qorgan_change_take_up(struct qorgan_change *change, const char *kind, const char *id, struct qorgan_error *error);
/* Turns to the status object by which a state (NULL: the store's own) accepts or
 * declines its part in a measure, as lead or support. A first report says planned; a
 * report that is there keeps its word, and, where it accepted already, its day.
 * QORGAN_BAD_DATA if the state was given no part, or declines what it reported as
 * completed; QORGAN_USAGE without a `reason` to decline. To accept the lead that
 * another state hands over takes the measure up, too. */
int qorgan_change_consent(struct qorgan_change *change, const char *measure, const char *state, bool accept,
                          const char *reason, struct qorgan_error *error);
/* Turns to a state's (NULL: the store's own) assessment of a risk, new or not; its
 * fields follow by qorgan_change_set. It speaks of `date` (NULL: today); if the one
 * before spoke of another day, its note is dropped, and all else carries over. */
int qorgan_change_assess(struct qorgan_change *change, const char *risk, const char *state, const char *date,
                         struct qorgan_error *error);
int qorgan_change_retire(struct qorgan_change *change, const char *kind, const char *id, const char *reason,
                         struct qorgan_error *error);
/* Instead of the domain, risk or measure turned to, which was edited, the change makes
 * a proposal to the state that keeps it: its id (such as CYB-01/KAZ-p1) is given, and
 * the message of the change is its note. It is released to that state alone.
 * QORGAN_BAD_DATA if this state keeps the object itself, if nothing was edited, or if
 * what was breaks a rule. */
int qorgan_change_propose(struct qorgan_change *change, char id[130], struct qorgan_error *error);
/* The answer to another state's proposal, released to that state alone. To accept makes
 * the change in the object, which is kept by this state; QORGAN_BUSY names the fields
 * among those proposed that were changed otherwise since. QORGAN_DENIED if it is for
 * another state to answer; QORGAN_BAD_DATA if it is answered already; QORGAN_USAGE
 * without a `reason` to decline. */
int qorgan_change_proposal_accept(struct qorgan_change *change, const char *id, struct qorgan_error *error);
int qorgan_change_proposal_decline(struct qorgan_change *change, const char *id, const char *reason,
                                   struct qorgan_error *error);
/* The content of an earlier version becomes a new one, but for its marking and
 * release: what was withdrawn since stays withdrawn. */
int qorgan_change_restore(struct qorgan_change *change, const char *kind, const char *id, uint32_t version,
                          struct qorgan_error *error);
/* A note on an object; its id (such as CYB-01/n3) is given. */
int qorgan_change_note(struct qorgan_change *change, const char *on, const char *text, char id[130],
                       struct qorgan_error *error);
/* The next free id under a parent: "CYB-05" for a risk of CYB, "CYB-01-M4". */
int qorgan_next_id(struct qorgan_store *store, const char *kind, const char *parent, char id[130],
                   struct qorgan_error *error);

/* Evidence: written to the stream, its content checked against its id, of which
 * the first eight digits or more will do if no other begins so. */
int qorgan_evidence_read(struct qorgan_store *store, const char *id, FILE *to, struct qorgan_error *error);

/* ---- Bulk ------------------------------------------------------------------ */

struct qorgan_load {
	const char *const *paths; /* files, folders (read whole, with those within, by name), "-" */
	size_t count;
	const char *kind;         /* of CSV files without a kind column, or NULL */
	const char *user, *message;
	bool dry_run;             /* check only */
	/* Told each faulty line. */
	void (*fault)(void *context, const char *file, size_t line, const char *place, const char *text);
	void *context;
};
/* qorgan_load(store, load, result, error): all or nothing in one commit. */
int qorgan_load(struct qorgan_store *store, const struct qorgan_load *load, struct qorgan_commit *result,
                struct qorgan_error *error);

#endif
