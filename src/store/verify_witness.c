/* What is kept of countersignatures and of who counts: each must be signed, and be of
 * the log as it is known here; each row must be one that the program wrote. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/language.h"
#include "crypto/cosignature.h"
#include "record/reader.h"
#include "store/mirror_internal.h"
#include "store/verify.h"

struct witness_verifier {
	struct vault_view *view;
	verify_fault fault;
	void *context;
	const struct mirror_log *log; /* NULL: this state's own */
};

__attribute__((format(printf, 2, 3)))
static void find_fault(struct witness_verifier *v, const char *format, ...)
{
	char what[700];
	va_list list;

	va_start(list, format);
	vsnprintf(what, sizeof what, language_said(format), list);
	va_end(list);
	v->fault(v->context, v->log ? v->log->state : vault_state(v->view->vault), what);
}

/* A key that a partner's record names; false if it is of another log by now. */
static bool key_read(struct vault_view *view, const char *state, const char *field, const char *origin,
                     uint8_t key[NOTE_KEY_SIZE])
{
	struct vault_record record = { 0 };
	struct buffer scratch = { 0 };
	char vkey[NOTE_VKEY_LIMIT] = "", name[256];
	struct span value, text;
	bool cosigns = strcmp(field, "cosigner") == 0;

	if (!vault_get_own(view, schema_find("partner", 7), span_of(state), 0, &record, NULL) &&
	    reader_find(record.record.body, field, &value) && reader_string(value, &scratch, &text) &&
	    text.size < sizeof vkey)
		memcpy(vkey, text.data, text.size);
	buffer_free(&scratch);
	vault_record_free(&record);
	return (cosigns ? cosignature_parse_vkey : note_parse_vkey)(vkey, name, sizeof name, key) &&
	       strcmp(name, origin) == 0;
}

static bool log_signed(const struct witness_verifier *v, const struct mirror_witness *witness)
{
	const struct qorgan_store *vault = v->view->vault;
	uint8_t key[NOTE_KEY_SIZE];
	struct span text;

	if (!v->log)
		return note_verify(witness->note, vault->origin, vault->keys->root.log_public, &text, NULL) == QORGAN_OK;
	return !key_read(v->view, v->log->state, "vkey", v->log->origin, key) ||
	       note_verify(witness->note, v->log->origin, key, &text, NULL) == QORGAN_OK;
}

static int witness_signed(const struct witness_verifier *v, const struct mirror_witness *witness, bool *is_signed,
                          struct qorgan_error *error)
{
	uint8_t key[NOTE_KEY_SIZE];
	struct mirror_log log;
	int64_t time;
	int code = mirror_log_get(v->view, witness->witness, &log, error);

	*is_signed = !code && (!key_read(v->view, log.state, "cosigner", log.origin, key) ||
	                       cosignature_verify(witness->note, log.origin, key, &time, NULL) == QORGAN_OK);
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
		find_fault(v, "a checkpoint kept with its countersignature is not signed by both");
	/* Who showed two histories is marked, and not found again each time. */
	else if (!code && !(v->log && v->log->forked) && !root_agrees(v, witness))
		find_fault(v, "a checkpoint that was countersigned is not one of the log as it is known here");
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
			find_fault(v, "a row that says whose object counts is not one that was written");
	}
	engine_range_close(range);
	buffer_free(&plain);
	return code == QORGAN_ABSENT ? QORGAN_OK : code;
}

int verify_witnesses(struct vault_view *view, verify_fault fault, void *context, struct qorgan_error *error)
{
	struct witness_verifier v = { .view = view, .fault = fault, .context = context };
	int code = mirror_witnesses(view, MIRROR_LOG_OWN, witness_verify, &v, error);

	if (!code)
		code = rows_verify(&v, 'n', error);
	if (!code)
		code = rows_verify(&v, 'o', error);
	return code ? code : mirror_logs(view, log_verify, &v, error);
}
