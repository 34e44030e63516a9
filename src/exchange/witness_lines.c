/* Countersigning what was seen, and passing on what others countersigned. */
#include "exchange/witness_lines.h"

#include "crypto/cosignature.h"

struct writing {
	struct qorgan_store *store;
	struct vault_view *view;
	struct package_writer *writer;
	uint64_t size;     /* of the log whose witnesses are told; UINT64_MAX: this state's own */
	struct buffer note;
};

/* The checkpoint was compared with all that was seen of its log when it came. */
static int note_countersign(struct writing *writing, struct span note, struct qorgan_error *error)
{
	buffer_clear(&writing->note);
	buffer_append_span(&writing->note, note);
	int code = cosignature_sign(note, vault_now(writing->store), vault_origin(writing->store),
	                            vault_keys(writing->store)->witness_seed, &writing->note, error);

	return code ? code : package_witness(writing->writer, buffer_span(&writing->note), error);
}

static int witness_write(void *context, const struct mirror_witness *witness, struct qorgan_error *error)
{
	struct writing *writing = context;

	if (witness->size > writing->size) /* another saw more of it than this state */
		return QORGAN_OK;
	return writing->size == UINT64_MAX ? package_witness(writing->writer, witness->note, error)
	                                   : note_countersign(writing, witness->note, error);
}

static int log_write(void *context, const struct mirror_log *log, struct qorgan_error *error)
{
	struct writing *writing = context;
	int code = QORGAN_OK;

	/* Who tells two histories is no longer vouched for. */
	if (!log->note.size || log->forked)
		return QORGAN_OK;
	code = note_countersign(writing, buffer_span(&log->note), error);
	writing->size = log->tree.size;
	return code ? code : mirror_witnesses(writing->view, log->number, witness_write, writing, error);
}

int witness_lines_write(struct vault_view *view, struct qorgan_store *store, struct package_writer *writer,
                        struct qorgan_error *error)
{
	struct writing writing = { .store = store, .view = view, .writer = writer };
	int code = mirror_logs(view, log_write, &writing, error);

	writing.size = UINT64_MAX;
	if (!code)
		code = mirror_witnesses(view, MIRROR_LOG_OWN, witness_write, &writing, error);
	buffer_free(&writing.note);
	return code;
}
