/* What was reported on a measure over time, by all states, and the files that the reports name. */
#include <sodium.h>
#include <string.h>

#include "record/reader.h"
#include "report/compute.h"

enum { CONSENT, DATE, EVIDENCE, HELP, INDICATORS, MARKING, NOTE, OBSTACLES, PROGRESS, REASON, STATUS, NAMES };
static const char *const names[NAMES] = { "consent",   "date",     "evidence", "help",   "indicators", "marking", "note",
	                                      "obstacles", "progress", "reason",   "status" };

static void add_past(struct compute *compute, const struct record *record, const char *state, const char *date,
                     const struct span *values)
{
	struct report_past *row = arena_add(compute->arena, &compute->model->past);
	int64_t progress;

	if (!row)
		return;
	*row = (struct report_past){ .state = state,
		                         .date = date,
		                         .word = compute_string(compute, values[STATUS]),
		                         .note = compute_text(compute, values[NOTE]),
		                         .obstacles = compute_text(compute, values[OBSTACLES]),
		                         .help = compute_text(compute, values[HELP]),
		                         .reason = compute_string(compute, values[REASON]),
		                         .user = arena_text(compute->arena, record->user),
		                         .owner = arena_text(compute->arena, record->owner),
		                         .progress = -1,
		                         .version = record->version,
		                         .is_declined = span_is(raw_plain(values[CONSENT]), "declined") };
	if (values[PROGRESS].data && reader_integer(values[PROGRESS], &progress))
		row->progress = (int)progress;
}

/* ---- Values of indicators ------------------------------------------------------------------- */

/* What the measure says of an indicator. */
static void name_reading(struct compute *compute, struct report_reading *row, struct span id)
{
	static const char *const members[] = { "id", "title", "unit" };
	struct span indicators, element, values[3];
	struct reader reader;

	row->title = row->unit = "";
	if (!reader_find(compute->object.body, "indicators", &indicators) || !reader_open(indicators, &reader))
		return;
	while (reader_element(&reader, &element)) {
		reader_pick(element, members, values, 3);
		if (!span_equal(values[0], id))
			continue;
		row->title = compute_text(compute, values[1]);
		row->unit = compute_string(compute, values[2]);
		return;
	}
}

static void add_readings(struct compute *compute, struct span raw, const char *state, const char *date)
{
	static const char *const members[] = { "id", "value" };
	struct span element, values[2];
	struct reader reader;
	int64_t value;

	if (!raw.data || !reader_open(raw, &reader))
		return;
	while (reader_element(&reader, &element)) {
		reader_pick(element, members, values, 2);
		struct report_reading *row =
			values[1].data && reader_integer(values[1], &value) ? arena_add(compute->arena, &compute->model->readings) : NULL;
		if (!row)
			continue;
		*row = (struct report_reading){ .id = compute_string(compute, values[0]), .state = state, .date = date, .value = value };
		name_reading(compute, row, values[0]);
	}
}

/* ---- Files ------------------------------------------------------------------------------------ */

static int hash_piece(void *context, uint64_t offset, struct span data, struct qorgan_error *error)
{
	(void)offset, (void)error;
	crypto_hash_sha256_update(context, (const uint8_t *)data.data, data.size);
	return QORGAN_OK;
}

/* As others compute it from the file; "" if the content is not here. */
static int find_digest(struct compute *compute, const char *id, const char **digest, struct qorgan_error *error)
{
	uint8_t hash[crypto_hash_sha256_BYTES];
	char text[sizeof hash * 2 + 1] = "";
	crypto_hash_sha256_state state;

	crypto_hash_sha256_init(&state);
	int code = vault_evidence_read(compute->view, span_of(id), hash_piece, &state, error);
	crypto_hash_sha256_final(&state, hash);
	if (!code)
		sodium_bin2hex(text, sizeof text, hash, sizeof hash);
	*digest = arena_text(compute->arena, span_of(text));
	return code == QORGAN_ABSENT ? QORGAN_OK : code;
}

static int add_file(struct compute *compute, struct span id, struct qorgan_error *error)
{
	static const char *const members[] = { "marking", "media_type", "name", "size" };
	struct report_model *model = compute->model;
	struct vault_record record = { 0 };
	struct span values[4];

	for (size_t i = 0; i < model->files.count; i++)
		if (span_is(id, model->files.items[i].digest))
			return QORGAN_OK;
	int code = vault_get(compute->view, schema_find("evidence", 8), id, 0, &record, error);
	if (code == QORGAN_ABSENT) /* another state named it, and did not hand it over */
		code = QORGAN_OK;
	else if (!code) {
		struct report_file *row = arena_add(compute->arena, &model->files);
		reader_pick(record.record.body, members, values, 4);
		compute_marking(compute, values[0]);
		if (row) {
			*row = (struct report_file){ .digest = arena_text(compute->arena, id),
				                         .media_type = compute_string(compute, values[1]),
				                         .name = compute_string(compute, values[2]),
				                         .time = arena_text(compute->arena, record.record.time),
				                         .user = arena_text(compute->arena, record.record.user) };
			reader_integer(values[3], &row->size);
			code = find_digest(compute, row->digest, &row->sha256, error);
		}
	}
	vault_record_free(&record);
	return code;
}

static int add_files(struct compute *compute, struct span raw, struct qorgan_error *error)
{
	struct reader reader;
	struct span element;
	int code = QORGAN_OK;

	if (!raw.data || !reader_open(raw, &reader))
		return QORGAN_OK;
	while (!code && reader_element(&reader, &element))
		code = add_file(compute, raw_plain(element), error);
	return code;
}

/* ---- All reports -------------------------------------------------------------------------------- */

static int take_version(void *context, struct vault_record *version, struct qorgan_error *error)
{
	struct compute *compute = context;
	const struct record *record = &version->record;
	struct span values[NAMES];

	reader_pick(record->body, names, values, NAMES);
	const char *slash = memrchr(record->id.data, '/', record->id.size);
	const char *state = arena_text(compute->arena, (struct span){ slash + 1, (size_t)(record->id.data + record->id.size - slash - 1) });
	const char *date = compute_day(compute, as_of_date(record));
	compute_marking(compute, values[MARKING]);
	add_past(compute, record, state, date, values);
	add_readings(compute, values[INDICATORS], state, date);
	return add_files(compute, values[EVIDENCE], error);
}

/* That of another state counts since its package came; until then, what was written for it here. */
static int take_status(void *context, struct vault_record *head, struct qorgan_error *error)
{
	struct compute *compute = context;
	const struct as_of as_of = { .rule = AS_OF_DATED, .recorded = compute->recorded, .day = compute->cut_off };
	const char *object = compute->model->object;
	size_t size = strlen(object);
	struct span id = head->record.id;

	if (id.size <= size + 1 || memcmp(id.data, object, size) != 0 || id.data[size] != '/')
		return QORGAN_OK;
	return as_of_history(compute->view, schema_find("status", 6), span_of(arena_text(compute->arena, id)), &as_of,
	                     take_version, compute, error);
}

/* The newest day first; of one day and state the newest version. */
static int compare_past(const void *left, const void *right)
{
	const struct report_past *a = left, *b = right;
	int order = strcmp(b->date, a->date);

	if (!order)
		order = strcmp(a->state, b->state);
	return order ? order : (a->version < b->version) - (a->version > b->version);
}

static int compare_readings(const void *left, const void *right)
{
	const struct report_reading *a = left, *b = right;
	int order = compare_ids(a->id, b->id);

	return order ? order : strcmp(b->date, a->date);
}

int compute_past(struct compute *compute, struct qorgan_error *error)
{
	struct report_model *model = compute->model;
	int code = vault_scan(compute->view, schema_find("status", 6), take_status, compute, error);

	if (code)
		return code;
	arena_sort(&model->arena, model->past.items, model->past.count, sizeof *model->past.items, compare_past);
	arena_sort(&model->arena, model->readings.items, model->readings.count, sizeof *model->readings.items,
	           compare_readings);
	return QORGAN_OK;
}
