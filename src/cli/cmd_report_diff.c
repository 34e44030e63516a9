/* qorgan report diff: where a frozen report and the one of today differ. */
#include <stdlib.h>

#include "base/language.h"
#include "base/memory_stream.h"
#include "base/text.h"
#include "cli/call.h"
#include "cli/emit.h"
#include "cli/frozen.h"
#include "cli/rows.h"
#include "qorgan/snapshot.h"

/* As a line of JSON, which the caller frees; false without memory. */
static bool difference_json(const struct qorgan_difference *difference, char **json, size_t *size)
{
	struct emit emit = { .to = memory_stream_open(json, size) };

	if (!emit.to)
		return false;
	emit_open(&emit, NULL, '{');
	emit_text(&emit, "place", difference->place);
	emit_raw(&emit, "frozen", difference->before);
	emit_raw(&emit, "now", difference->after);
	emit_close(&emit, '}');
	return fclose(emit.to) == 0;
}

/* The frozen one may be forged: nothing in it may steer the terminal. */
static int difference_take(void *context, const struct qorgan_difference *difference, struct qorgan_error *error)
{
	struct rows *rows = context;
	const char *plain[] = { difference->place, difference->before ? difference->before : "",
		                    difference->after ? difference->after : "" };
	const char *cells[3];
	struct buffer texts[3] = { { 0 }, { 0 }, { 0 } };
	struct qorgan_row row = { .count = 3, .cells = cells };
	char *json = NULL;
	bool failed = rows->format == ROWS_JSON && !difference_json(difference, &json, &row.json_size);

	(void)error; /* rows have the call's */
	for (size_t i = 0; i < 3; i++) {
		text_append_shown(&texts[i], span_of(plain[i]));
		cells[i] = buffer_text(&texts[i]);
		failed |= texts[i].failed;
	}
	row.json = json;
	int code = failed ? error_set_memory(&rows->call->error) : rows_row(rows, &row);
	for (size_t i = 0; i < 3; i++)
		buffer_free(&texts[i]);
	free(json);
	return code;
}

int cmd_report_diff(struct call *call)
{
	static const struct qorgan_column columns[] = { { "place", SAID("Place"), false, 0 },
		                                            { "frozen", SAID("Frozen"), false, 20 },
		                                            { "now", SAID("Now"), false, 20 } };
	struct qorgan_object *snapshot = NULL;
	struct reference reference;
	struct rows rows = { 0 };
	uint64_t count = 0;
	int code = reference_parse(call_operand(call, 0), &reference, &call->error);

	if (!code)
		code = call_open(call, QORGAN_READ_ONLY);
	if (!code)
		code = qorgan_object_get_owned(call->store, "snapshot", reference.id, qorgan_store_state(call->store),
		                               reference.version, &snapshot, &call->error);
	if (!code) {
		rows_begin(&rows, call, rows_format(call));
		code = rows_head(&rows, columns, 3);
		if (!code)
			code = qorgan_snapshot_compare(call->store, snapshot, difference_take, &rows, &count, &call->error);
		code = rows_end(&rows, code, language_said("No difference."));
	}
	qorgan_object_free(snapshot);
	return code ? code : count ? QORGAN_NO : QORGAN_OK;
}

/* ---- Of a report that is written ---------------------------------------------------------- */

#define PLACES_TOLD 3

struct telling {
	struct buffer places;
	uint64_t told;
};

static int place_take(void *context, const struct qorgan_difference *difference, struct qorgan_error *error)
{
	struct telling *telling = context;

	(void)error;
	if (telling->told++ < PLACES_TOLD)
		buffer_append_format(&telling->places, "%s%s", telling->places.size ? ", " : "", difference->place);
	return QORGAN_OK;
}

void frozen_tell(struct call *call, const char *wanted, bool joint)
{
	char period[80];
	struct qorgan_object *snapshot = NULL;
	struct telling telling = { 0 };
	struct qorgan_error ignored;
	uint64_t count = 0;
	char *flag = NULL;

	if (call->quiet || qorgan_snapshot_name(call->store, wanted, period, &ignored) ||
	    qorgan_object_get_owned(call->store, "snapshot", period, qorgan_store_state(call->store), 0, &snapshot, &ignored))
		return;
	flag = qorgan_object_field(call->store, snapshot, "joint");
	if (joint == (flag && *flag) &&
	    !qorgan_snapshot_compare(call->store, snapshot, place_take, &telling, &count, &ignored) && count)
		call_say(call, "%s was frozen as version %u on %.10s, and differs from this in %llu places (%s%s): qorgan report "
		         "diff %s", period, qorgan_object_version(snapshot), qorgan_object_time(snapshot),
		         (unsigned long long)count, buffer_text(&telling.places), count > PLACES_TOLD ? ", …" : "", period);
	free(flag);
	buffer_free(&telling.places);
	qorgan_object_free(snapshot);
}
