/* For people and programs: what is known of each log, who vouches for it, and the
 * evidence against those who showed two. */
#include <stdlib.h>

#include "base/date.h"
#include "qorgan/exchange.h"
#include "record/reader.h"
#include "register/vouching.h"

static int log_tell(const struct vouching_log *log, qorgan_vouched_log each, void *context, struct qorgan_error *error)
{
	struct qorgan_vouched told = { .state = log->state, .origin = log->origin, .own = log->own, .size = log->size,
		                           .sequence = log->sequence, .forked = log->forked, .count = log->witness_count };
	struct qorgan_vouched_by *by = calloc(log->witness_count + 1, sizeof *by);
	int code;

	if (!by)
		return error_set_memory(error);
	if (log->sequence)
		time_format(log->received, told.received);
	for (size_t i = 0; i < log->witness_count; i++) {
		by[i].state = log->witnesses[i].state;
		by[i].size = log->witnesses[i].size;
		time_format(log->witnesses[i].time, by[i].time);
	}
	told.by = by;
	code = each(context, &told);
	free(by);
	return code;
}

int qorgan_vouched_each(struct qorgan_store *store, qorgan_vouched_log each, void *context, struct qorgan_error *error)
{
	struct vouching vouching = { 0 };
	struct vault_view *view = NULL;
	int code = vault_view_begin(store, &view, error);

	if (!code)
		code = vouching_load(view, store, &vouching, error);
	vault_view_end(view);
	for (size_t i = 0; i < vouching.count && !code; i++)
		code = log_tell(&vouching.logs[i], each, context, error);
	vouching_free(&vouching);
	return code;
}

struct seeking {
	const char *state;
	struct buffer proof;
};

static int fork_take(void *context, struct vault_record *record, struct qorgan_error *error)
{
	static const char *const names[] = { "proof", "state" };
	struct seeking *seeking = context;
	struct buffer scratch = { 0 };
	struct span values[2], text;

	reader_pick(record->record.body, names, values, 2);
	if (values[0].data && values[1].data && reader_string(values[1], &scratch, &text) && span_is(text, seeking->state)) {
		buffer_clear(&scratch);
		buffer_clear(&seeking->proof);
		if (reader_string(values[0], &scratch, &text))
			buffer_append_span(&seeking->proof, text);
	}
	bool failed = scratch.failed || seeking->proof.failed;
	buffer_free(&scratch);
	return failed ? error_set_memory(error) : QORGAN_OK;
}

int qorgan_fork_get(struct qorgan_store *store, const char *state, char **text, size_t *size, struct qorgan_error *error)
{
	struct seeking seeking = { .state = state };
	struct vault_view *view = NULL;
	int code = vault_view_begin(store, &view, error);

	if (!code)
		code = vault_scan(view, schema_find("fork", 4), fork_take, &seeking, error);
	vault_view_end(view);
	if (!code && !seeking.proof.size)
		code = error_set(error, QORGAN_ABSENT, "%s was not found to show two histories", state);
	*size = seeking.proof.size;
	if (!code && !(*text = buffer_take(&seeking.proof)))
		code = error_set_memory(error);
	buffer_free(&seeking.proof);
	return code;
}
