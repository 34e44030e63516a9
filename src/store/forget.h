/* Versions and attached files whose content an administrator had removed for good.
 *
 * In the place of each version stands its envelope without body and salt
 * (record_write_absent), and the leaf of what it was stays: the tree is what it was. What
 * is gone, who said so and why is a record of the kind "forgetting", endorsed by the admin
 * key: it names each leaf and the hash of what stands in its place now. So whoever verifies
 * tells what was forgotten from what was lost. */
#ifndef STORE_FORGET_H
#define STORE_FORGET_H

#include "base/date.h"
#include "record/reader.h"
#include "store/mirror.h"
#include "store/user_record.h"

#define FORGET_VERSIONS_LIMIT 100000 /* in one change: all of it is one transaction */

/* Bytes of a list that one record holds; what is beyond goes into another. Tests lower it. */
extern size_t forget_part_limit;

/* ---- Forgetting ---------------------------------------------------------------- */

/* What is being forgotten in a change. Initialise with the change alone; free it with
 * forget_end. */
struct forget {
	struct vault_change *change;
	struct buffer versions, files; /* as the record will list them */
	size_t count, file_count, part; /* part: records written so far */
	const char *reason;
};

/* forget_version(forget, version, body, error): in the place of a version that was read in
 * this change stands from its commit on what it is without content; of its body, `body`. */
int forget_version(struct forget *forget, const struct vault_record *version, struct span body,
                   struct qorgan_error *error);
/* forget_file(forget, id, pieces, error): the content of an attached file, in all its pieces;
 * *pieces is how many there were: none, and nothing is noted. */
int forget_file(struct forget *forget, struct span id, uint64_t *pieces, struct qorgan_error *error);
/* forget_file_is_held(view, id, held, error): whether there is any of it. */
int forget_file_is_held(struct vault_view *view, struct span id, bool *held, struct qorgan_error *error);
/* forget_file_is_older(view, id, leaf, older, error): whether there is any that was written by a
 * change before that with the leaf. */
int forget_file_is_older(struct vault_view *view, struct span id, uint64_t leaf, bool *older,
                         struct qorgan_error *error);
/* forget_note(forget, error): write down what was forgotten, and that the file is to be
 * written anew (store/rewrite.h). The last of a change. */
int forget_note(struct forget *forget, struct qorgan_error *error);
void forget_end(struct forget *forget);

/* forget_endorse(change, error): in a change that brings new keys: endorse by the new admin
 * key what the former one did. */
int forget_endorse(struct vault_change *change, struct qorgan_error *error);

/* ---- What was forgotten --------------------------------------------------------- */

/* One record of it. */
struct forgetting {
	struct vault_place place; /* of the record itself */
	char id[RECORD_ID_LIMIT];
	char user[RECORD_USER_LIMIT], time[TIME_TEXT_SIZE];
	struct buffer reason;
	enum endorsement endorsement;
	struct span versions, files; /* arrays as JSON; .data NULL: none */
};

struct forgotten_version {
	char kind[RECORD_NAME_LIMIT], id[RECORD_ID_LIMIT], owner[RECORD_NAME_LIMIT];
	char log[256]; /* "": this store's */
	uint32_t version;
	uint64_t leaf;
	uint8_t hash[MERKLE_HASH_SIZE]; /* leaf hash of what stands in its place */
};

/* forgettings_each(view, each, context, error): all records, in the order in which they were
 * made; a code other than 0 of `each` stops it and is returned. */
typedef int (*forgetting_each)(void *context, const struct forgetting *forgetting, struct qorgan_error *error);
int forgettings_each(struct vault_view *view, forgetting_each each, void *context, struct qorgan_error *error);
/* forgotten_next(reader, version): the next of the versions of one, on which reader_open
 * stood. *whole is false, and nothing more comes, where it is malformed. */
bool forgotten_next(struct reader *reader, struct forgotten_version *version, bool *whole);

/* forgetting_of(view, version, found, error): by which record that absent version was
 * forgotten; QORGAN_ABSENT (no message) if none names it. The caller frees found->reason. */
int forgetting_of(struct vault_view *view, const struct vault_record *version, struct forgetting *found,
                  struct qorgan_error *error);

#endif
