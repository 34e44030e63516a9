/* What is kept of countersignatures and of who counts: each must be signed, and be of
 * the log as it is known here; each row must be one that the program wrote. */
#include <string.h>

#include "crypto/cosignature.h"
#include "record/reader.h"
#include "store/mirror_internal.h"
#include "store/verify.h"

struct witness_verifier {
	struct vault_view *view;
	struct verify_teller teller;
	const struct mirror_log *log; /* NULL: this state's own */
};

/* Whose log it is. */
static const char *owner_of(const struct witness_verifier *v)
{
	return v->log ? v->log->state : vault_state(v->view->vault);
}

/* ---- Keys of a partner, that hold or held ------------------------------------------ */

/* What tries a key on a note. */
typedef bool (*key_trial)(struct span note, const char *origin, const char *vkey);

static bool log_key_try(struct span note, const char *origin, const char *vkey)
{
	char name[256];
	uint8_t key[NOTE_KEY_SIZE];
	struct span text;

	return note_parse_vkey(vkey, name, sizeof name, key) && note_verify(note, origin, key, &text, NULL) == QORGAN_OK;
}

static bool cosigner_try(struct span note, const char *origin, const char *vkey)
{
	char name[256];
	uint8_t key[NOTE_KEY_SIZE];
	int64_t time;

	return cosignature_parse_vkey(vkey, name, sizeof name, key) &&
	       cosignature_verify(note, origin, key, &time, NULL) == QORGAN_OK;
}

/* A key in an object's member; *is_of is whether it is one of that origin. */
static bool key_try(struct span object, const char *field, key_trial trial, const struct mirror_log *log,
                    struct span note, bool *is_of)
{
	struct buffer scratch = { 0 };
	char vkey[NOTE_VKEY_LIMIT] = "";
	struct span value, text;
	size_t size = strlen(log->origin);

	if (reader_find(object, field, &value) && reader_string(value, &scratch, &text) && text.size < sizeof vkey)
		memcpy(vkey, text.data, text.size);
	buffer_free(&scratch);
	if (strncmp(vkey, log->origin, size) != 0 || vkey[size] != '+')
		return false;
	*is_of = true;
	return trial(note, log->origin, vkey);
}

/* Whether a key signed the note that the partner's record names, now or formerly; true too
 * of a log none of whose keys is on record any more. */
static bool partner_signed(struct vault_view *view, const struct mirror_log *log, const char *field, key_trial trial,
                           struct span note)
{
	struct vault_record record = { 0 };
	struct span list, element;
	struct reader reader;
	bool is_of = false, is_signed = false;

	if (!vault_get_own(view, schema_find("partner", 7), span_of(log->state), 0, &record, NULL)) {
		is_signed = key_try(record.record.body, field, trial, log, note, &is_of);
		if (reader_find(record.record.body, "former", &list) && reader_open(list, &reader))
			while (!is_signed && reader_element(&reader, &element))
				is_signed = key_try(element, field, trial, log, note, &is_of);
	}
	vault_record_free(&record);
	return is_signed || !is_of;
}

static bool log_signed(const struct witness_verifier *v, const struct mirror_witness *witness)
{
	const struct qorgan_store *vault = v->view->vault;
	uint8_t key[NOTE_KEY_SIZE];
	struct span text;

	if (v->log)
		return partner_signed(v->view, v->log, "vkey", log_key_try, witness->note);
	return !vault_log_key(v->view, witness->size, key, NULL) &&
	       note_verify(witness->note, vault->origin, key, &text, NULL) == QORGAN_OK;
}

static int witness_signed(const struct witness_verifier *v, const struct mirror_witness *witness, bool *is_signed,
                          struct qorgan_error *error)
{
	struct mirror_log log;
	int code = mirror_log_get(v->view, witness->witness, &log, error);

	*is_signed = !code && partner_signed(v->view, &log, "cosigner", cosigner_try, witness->note);
	mirror_log_free(&log);
	return code == QORGAN_ABSENT ? QORGAN_OK : code;
}

/* Whether the log, as far as it is known here, has that root at that size. */
static bool root_agrees(const struct witness_verifier *v, const struct mirror_witness *witness)
{
	struct mirror_tree tree = { v->view, witness->log };
	uint64_t known = v->log ? v->log->tree.size : v->view->state.tree.size;
	struct merkle_frontier then;
	uint8_t root[MERKLE_HASH_SIZE];

	if (witness->size > known)
		return v->log != NULL; /* of its own log a state knows all */
	if (merkle_frontier_at(witness->size, v->log ? mirror_tree_node : vault_tree_node,
	                       v->log ? (void *)&tree : (void *)v->view, &then))
		return false;
	merkle_root(&then, root);
	return memcmp(root, witness->root, sizeof root) == 0;
}

static int witness_verify(void *context, const struct mirror_witness *witness, struct qorgan_error *error)
{
	struct witness_verifier *v = context;
	bool is_signed = false;
	int code = witness_signed(v, witness, &is_signed, error);

	if (!code && (!is_signed || !log_signed(v, witness)))
		verify_find(&v->teller, owner_of(v), "a checkpoint kept with its countersignature is not signed by both");
	/* Who showed two histories is marked, and not found again each time. */
	else if (!code && !(v->log && v->log->forked) && !root_agrees(v, witness) && !(code = engine_over(v->view->txn, error)))
		verify_find(&v->teller, owner_of(v), "a checkpoint that was countersigned is not one of the log as it is known here");
	return code;
}

static int log_verify(void *context, const struct mirror_log *log, struct qorgan_error *error)
{
	struct witness_verifier *v = context;

	v->log = log;
	return mirror_witnesses(v->view, log->number, witness_verify, v, error);
}

/* The rows that say who counts, each opened. */
static int rows_verify(struct witness_verifier *v, char letter, struct qorgan_error *error)
{
	const struct qorgan_store *vault = v->view->vault;
	const char low[] = { letter, '\0' }, high[] = { (char)(letter + 1), '\0' };
	struct engine_range *range = NULL;
	struct buffer plain = { 0 };
	struct span key, sealed;
	int code = engine_range_open(v->view->txn, ENGINE_MIRROR, span_of(low), span_of(high), false, &range, error);

	while (!code && !(code = engine_range_next(range, &key, &sealed, error))) {
		struct seal_place place = { .table = ENGINE_MIRROR, .key = key };
		if (seal_open(vault->keys, vault->id, &place, sealed, &plain, NULL))
			verify_find(&v->teller, owner_of(v), "a row that says whose object counts is not one that was written");
	}
	engine_range_close(range);
	buffer_free(&plain);
	return code == QORGAN_ABSENT ? QORGAN_OK : code;
}

int verify_witnesses(struct vault_view *view, verify_fault fault, void *context, struct qorgan_error *error)
{
	struct witness_verifier v = { .view = view, .teller = { fault, context } };
	int code = mirror_witnesses(view, MIRROR_LOG_OWN, witness_verify, &v, error);

	if (!code)
		code = rows_verify(&v, 'n', error);
	if (!code)
		code = rows_verify(&v, 'o', error);
	return code ? code : mirror_logs(view, log_verify, &v, error);
}
