/* Gathering what is known of logs. */
#include "register/vouching.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct gathering {
	struct vault_view *view;
	struct buffer logs;      /* of struct vouching_log, their witnesses not set yet */
	struct buffer numbers;   /* of uint16_t: the logs' own */
	struct buffer witnesses; /* of struct vouching_witness */
	size_t before;           /* witnesses of the logs before */
};

static int log_take(void *context, const struct mirror_log *log, struct qorgan_error *error)
{
	struct gathering *gathering = context;
	struct vouching_log row = { .size = log->tree.size, .sequence = log->sequence, .versions = log->versions,
		                        .received = log->received, .forked = log->forked };

	snprintf(row.state, sizeof row.state, "%s", log->state);
	snprintf(row.origin, sizeof row.origin, "%s", log->origin);
	buffer_append(&gathering->logs, &row, sizeof row);
	buffer_append(&gathering->numbers, &log->number, sizeof log->number);
	return gathering->logs.failed || gathering->numbers.failed ? error_set_memory(error) : QORGAN_OK;
}

static int witness_take(void *context, const struct mirror_witness *witness, struct qorgan_error *error)
{
	struct gathering *gathering = context;
	struct vouching_witness row = { .size = witness->size, .time = witness->time };
	struct mirror_log log;
	int code = mirror_log_get(gathering->view, witness->witness, &log, error);

	if (code)
		return code == QORGAN_ABSENT ? QORGAN_OK : code;
	snprintf(row.state, sizeof row.state, "%s", log.state);
	mirror_log_free(&log);
	buffer_append(&gathering->witnesses, &row, sizeof row);
	return gathering->witnesses.failed ? error_set_memory(error) : QORGAN_OK;
}

static int witnesses_take(struct gathering *gathering, struct qorgan_error *error)
{
	const uint16_t *numbers = (const uint16_t *)(const void *)gathering->numbers.data;
	struct vouching_log *logs = (struct vouching_log *)(void *)gathering->logs.data;
	int code = QORGAN_OK;

	for (size_t i = 0; i < gathering->logs.size / sizeof *logs && !code; i++) {
		code = mirror_witnesses(gathering->view, numbers[i], witness_take, gathering, error);
		size_t after = gathering->witnesses.size / sizeof(struct vouching_witness);
		logs[i].witness_count = after - gathering->before;
		gathering->before = after;
	}
	return code;
}

int vouching_load(struct vault_view *view, const struct qorgan_store *store, struct vouching *vouching,
                  struct qorgan_error *error)
{
	struct gathering gathering = { .view = view };
	struct vouching_log own = { .own = true, .size = vault_view_leaves(view) };
	const uint16_t number = MIRROR_LOG_OWN;
	size_t used = 0;
	int code;

	*vouching = (struct vouching){ 0 };
	snprintf(own.state, sizeof own.state, "%s", vault_state(store));
	snprintf(own.origin, sizeof own.origin, "%s", vault_origin(store));
	buffer_append(&gathering.logs, &own, sizeof own);
	buffer_append(&gathering.numbers, &number, sizeof number);
	code = gathering.logs.failed || gathering.numbers.failed ? error_set_memory(error)
	                                                         : mirror_logs(view, log_take, &gathering, error);
	if (!code)
		code = witnesses_take(&gathering, error);
	if (!code) {
		vouching->count = gathering.logs.size / sizeof *vouching->logs;
		vouching->logs = (struct vouching_log *)(void *)buffer_take(&gathering.logs);
		vouching->witnesses = (struct vouching_witness *)(void *)buffer_take(&gathering.witnesses);
	}
	if (!code && (!vouching->logs || !vouching->witnesses))
		code = error_set_memory(error);
	for (size_t i = 0; i < vouching->count && !code; i++) {
		vouching->logs[i].witnesses = vouching->witnesses + used;
		used += vouching->logs[i].witness_count;
	}
	buffer_free(&gathering.logs);
	buffer_free(&gathering.numbers);
	buffer_free(&gathering.witnesses);
	return code;
}

void vouching_free(struct vouching *vouching)
{
	free(vouching->logs);
	free(vouching->witnesses);
	*vouching = (struct vouching){ 0 };
}

const struct vouching_log *vouching_find(const struct vouching *vouching, const char *state)
{
	const struct vouching_log *found = NULL;

	for (size_t i = 0; i < vouching->count; i++)
		if (strcmp(vouching->logs[i].state, state) == 0)
			found = &vouching->logs[i];
	return found;
}
