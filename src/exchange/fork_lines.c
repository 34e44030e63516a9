/* Passing on evidence of two histories, and taking in what others found. */
#include "exchange/fork_lines.h"

#include <string.h>

#include "crypto/fork_proof.h"
#include "exchange/fork.h"
#include "exchange/receive.h"
#include "record/reader.h"

/* ---- Telling --------------------------------------------------------------------------- */

static int proof_write(void *context, struct vault_record *record, struct qorgan_error *error)
{
	struct buffer scratch = { 0 };
	struct span value, text;
	int code = QORGAN_OK;

	if (reader_find(record->record.body, "proof", &value) && reader_string(value, &scratch, &text))
		code = package_fork(context, text, error);
	buffer_free(&scratch);
	return code;
}

int fork_lines_write(struct vault_view *view, struct package_writer *writer, struct qorgan_error *error)
{
	return vault_scan(view, schema_find("fork", 4), proof_write, writer, error);
}

/* ---- Being told ------------------------------------------------------------------------- */

int fork_line_keep(struct receiving *x, struct span text, struct qorgan_error *error)
{
	uint32_t size = (uint32_t)text.size;

	if (x->fork_line_count++ == FORK_LINES_LIMIT)
		return error_set(error, QORGAN_PROTOCOL, "it holds evidence against more than %d logs", FORK_LINES_LIMIT);
	buffer_append(&x->fork_lines, &size, sizeof size);
	buffer_append_span(&x->fork_lines, text);
	return x->fork_lines.failed ? error_set_memory(error) : QORGAN_OK;
}

/* Whether a checkpoint is signed by a key of the owner's log that is not known here. */
static bool is_of_other_key(const struct fork_proof *proof, const struct sender *owner)
{
	bool other = false;

	for (size_t i = 0; i < 2; i++)
		other |= note_is_of_other_key(buffer_span(&proof->notes[i]), owner->origin,
		                              sender_log_key(owner, proof->checkpoints[i].size));
	return other;
}

/* Of a log that nobody on record has, nothing can be checked; of its own, this state knows
 * itself whether it was rolled back. */
static int line_settle(struct receiving *x, struct span text, struct qorgan_error *error)
{
	struct mirror_log log = { 0 };
	struct fork_proof proof;
	struct qorgan_error why;
	const struct sender *owner;
	int code = fork_proof_parse(text, &proof, error);

	if (code)
		goto done;
	owner = receiving_owner_find(x, proof.checkpoints[0].origin);
	if (!owner || is_of_other_key(&proof, owner))
		goto done;
	if (fork_proof_check(&proof, sender_log_key(owner, proof.checkpoints[0].size),
	                     sender_log_key(owner, proof.checkpoints[1].size), &why))
		code = error_set(error, QORGAN_PROTOCOL, "it accuses %s of two histories, and what it shows is no proof of that: %s",
		                 owner->id, why.message);
	else if (owner != x->sender)
		code = receiving_log_find(x, owner, &log, error);
	if (!code && !log.forked)
		code = fork_note_text(x, owner, text, error);
done:
	mirror_log_free(&log);
	fork_proof_free(&proof);
	return code;
}

int fork_lines_settle(struct receiving *x, struct qorgan_error *error)
{
	int code = QORGAN_OK;

	for (size_t at = 0; at < x->fork_lines.size && !code;) {
		uint32_t size;
		memcpy(&size, x->fork_lines.data + at, sizeof size);
		code = line_settle(x, (struct span){ x->fork_lines.data + at + sizeof size, size }, error);
		at += sizeof size + size;
	}
	return code;
}
