/* The ledger: what went to whom, told from the records of packages and of reports handed out. */
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "qorgan/exchange.h"
#include "record/reader.h"
#include "register/leaf_ranges.h"
#include "register/release_index.h"
#include "register/vouching.h"
#include "store/policy_record.h"
#include "store/vault.h"

struct ledger {
	struct vault_view *view;
	const char *partner;       /* NULL: all */
	const struct buffer *leaves; /* of the one object that is asked for, sorted; NULL: all */
	struct buffer reports;     /* of struct report: handed out, in the order of the log */
	size_t told;               /* of these */
	struct vault_record version;
	struct vouching vouching;  /* its first log is this state's own */
	qorgan_ledger_row row;
	void *context;
};

/* A report that was handed out. */
struct report {
	uint64_t leaf;
	char partner[RECORD_ID_LIMIT], id[RECORD_ID_LIMIT], time[RECORD_NAME_LIMIT], user[RECORD_USER_LIMIT];
	char marking[24], sha256[65], what[POLICY_WHAT_LIMIT];
};

static int report_take(void *context, struct vault_record *record, struct qorgan_error *error)
{
	enum { MARKING, SHA256, TO, WHAT, NAMES };
	static const char *const names[NAMES] = { "marking", "sha256", "to", "what" };
	struct ledger *ledger = context;
	struct report report = { .leaf = record->leaf };
	struct span values[NAMES];

	reader_pick(record->record.body, names, values, NAMES);
	if (!reader_text(values[TO], report.partner, sizeof report.partner) ||
	    (ledger->partner && strcmp(ledger->partner, report.partner) != 0))
		return QORGAN_OK;
	if (values[MARKING].data)
		reader_text(values[MARKING], report.marking, sizeof report.marking);
	reader_text(values[SHA256], report.sha256, sizeof report.sha256);
	reader_text(values[WHAT], report.what, sizeof report.what);
	span_copy_into(record->record.id, report.id, sizeof report.id);
	span_copy_into(record->record.time, report.time, sizeof report.time);
	span_copy_into(record->record.user, report.user, sizeof report.user);
	buffer_append(&ledger->reports, &report, sizeof report);
	return ledger->reports.failed ? error_set_memory(error) : QORGAN_OK;
}

/* Those that were handed out before that leaf. */
static int reports_tell(struct ledger *ledger, uint64_t leaf)
{
	const struct report *reports = (const void *)ledger->reports.data;
	size_t count = ledger->reports.size / sizeof *reports;
	int code = QORGAN_OK;

	for (; ledger->told < count && reports[ledger->told].leaf < leaf && !code; ledger->told++) {
		const struct report *report = &reports[ledger->told];
		const struct qorgan_ledger_entry entry = {
			.partner = report->partner, .time = report->time, .kind = "handout", .id = report->id, .version = 1,
			.report = report->what, .marking = *report->marking ? report->marking : NULL, .sha256 = report->sha256,
			.user = report->user,
		};
		code = ledger->row(ledger->context, &entry);
	}
	return code;
}

static int leaf_tell(struct ledger *ledger, struct qorgan_ledger_entry *entry, uint64_t leaf,
                     struct qorgan_error *error)
{
	char kind[RECORD_NAME_LIMIT], id[RECORD_ID_LIMIT];
	int code = vault_get_leaf(ledger->view, leaf, &ledger->version, error);

	if (code == QORGAN_ABSENT)
		return error_set(error, QORGAN_IO, "the record of a package names a leaf that is not there: the store is damaged; "
		                 "run qorgan verify");
	if (code)
		return code;
	span_copy_into(ledger->version.record.kind, kind, sizeof kind);
	span_copy_into(ledger->version.record.id, id, sizeof id);
	entry->kind = kind;
	entry->id = id;
	entry->version = ledger->version.record.version;
	return ledger->row(ledger->context, entry);
}

/* Those leaves of a range that are asked for. */
static int range_tell(struct ledger *ledger, struct qorgan_ledger_entry *entry, uint64_t first, uint64_t after,
                      struct qorgan_error *error)
{
	const uint64_t *leaves = ledger->leaves ? (const void *)ledger->leaves->data : NULL;
	size_t count = ledger->leaves ? ledger->leaves->size / sizeof *leaves : 0;
	int code = QORGAN_OK;

	for (uint64_t leaf = first; !ledger->leaves && leaf < after && !code; leaf++)
		code = leaf_tell(ledger, entry, leaf, error);
	for (size_t i = 0; i < count && !code; i++)
		if (leaves[i] >= first && leaves[i] < after)
			code = leaf_tell(ledger, entry, leaves[i], error);
	return code;
}

static int list_tell(struct ledger *ledger, struct qorgan_ledger_entry *entry, struct span value, bool withdrawn,
                     struct qorgan_error *error)
{
	uint64_t first, after;
	int code = QORGAN_OK;

	if (value.size < 2)
		return QORGAN_OK;
	struct span rest = { value.data + 1, value.size - 2 }; /* digits have no escapes */
	entry->withdrawn = withdrawn;
	while (!code && leaf_ranges_next(&rest, &first, &after))
		code = range_tell(ledger, entry, first, after, error);
	return code;
}

/* The receipt for a package: that the partner has seen the log as far as it says. */
static const struct vouching_witness *receipt_find(const struct ledger *ledger, const char *partner, struct span size)
{
	const struct vouching_log *own = ledger->vouching.logs;
	int64_t wanted;

	if (!size.data || !reader_integer(size, &wanted) || wanted < 0)
		return NULL;
	for (size_t i = 0; i < own->witness_count; i++)
		if (strcmp(own->witnesses[i].state, partner) == 0 && own->witnesses[i].size >= (uint64_t)wanted)
			return &own->witnesses[i];
	return NULL;
}

static int restored_tell(const struct ledger *ledger, const struct qorgan_ledger_entry *entry, struct span restored)
{
	struct qorgan_ledger_entry told = *entry;
	char at[TIME_TEXT_SIZE];

	if (ledger->leaves || restored.size < 2)
		return QORGAN_OK;
	span_copy_into((struct span){ restored.data + 1, restored.size - 2 }, at, sizeof at);
	told.kind = told.id = "";
	told.restored = at;
	return ledger->row(ledger->context, &told);
}

static int release_tell(void *context, struct vault_record *record, struct qorgan_error *error)
{
	enum { LEAVES, RESTORED, SIZE, TO, WITHDRAWN, NAMES };
	static const char *const names[NAMES] = { "leaves", "restored", "size", "to", "withdrawn" };
	struct ledger *ledger = context;
	char partner[RECORD_ID_LIMIT], time[RECORD_NAME_LIMIT], acknowledged[TIME_TEXT_SIZE];
	struct span values[NAMES], element;
	struct reader reader;
	int code = reports_tell(ledger, record->leaf);

	reader_pick(record->record.body, names, values, NAMES);
	if (code || !values[TO].data || !reader_open(values[TO], &reader))
		return code;
	span_copy_into(record->record.time, time, sizeof time);
	while (!code && reader_element(&reader, &element)) {
		if (element.size < 2)
			continue;
		span_copy_into((struct span){ element.data + 1, element.size - 2 }, partner, sizeof partner);
		if (ledger->partner && strcmp(ledger->partner, partner) != 0)
			continue;
		struct qorgan_ledger_entry entry = { .partner = partner, .time = time,
			                                 .package = release_sequence(record->record.id) };
		const struct vouching_witness *receipt = receipt_find(ledger, partner, values[SIZE]);
		if (receipt) {
			time_format(receipt->time, acknowledged);
			entry.acknowledged = acknowledged;
		}
		code = restored_tell(ledger, &entry, values[RESTORED]);
		if (!code)
			code = list_tell(ledger, &entry, values[LEAVES], false, error);
		if (!code)
			code = list_tell(ledger, &entry, values[WITHDRAWN], true, error);
	}
	return code;
}

static int ledger_tell(struct ledger *ledger, const struct qorgan_store *store, struct qorgan_error *error)
{
	int code = vouching_load(ledger->view, store, &ledger->vouching, error);

	if (!code && !ledger->leaves)
		code = vault_scan(ledger->view, schema_find("handout", 7), report_take, ledger, error);
	if (!code)
		code = vault_scan(ledger->view, schema_find("release", 7), release_tell, ledger, error);
	if (!code)
		code = reports_tell(ledger, UINT64_MAX);
	buffer_free(&ledger->reports);
	vault_record_free(&ledger->version);
	vouching_free(&ledger->vouching);
	return code;
}

/* What was forgotten went to whom it went to all the same. */
static int ledger_open(struct ledger *ledger, struct qorgan_store *store, struct qorgan_error *error)
{
	int code = vault_view_begin(store, &ledger->view, error);

	if (!code)
		vault_view_show_absent(ledger->view, true);
	return code;
}

int qorgan_ledger(struct qorgan_store *store, const char *partner, qorgan_ledger_row row, void *context,
                  struct qorgan_error *error)
{
	struct ledger ledger = { .partner = partner, .row = row, .context = context };
	int code = ledger_open(&ledger, store, error);

	if (!code)
		code = ledger_tell(&ledger, store, error);
	vault_view_end(ledger.view);
	return code;
}

static int leaf_add(void *context, struct vault_record *record, struct qorgan_error *error)
{
	struct buffer *leaves = context;

	buffer_append(leaves, &record->leaf, sizeof record->leaf);
	return leaves->failed ? error_set_memory(error) : QORGAN_OK;
}

static int by_number(const void *a, const void *b)
{
	uint64_t first = *(const uint64_t *)a, second = *(const uint64_t *)b;

	return (first > second) - (first < second);
}

/* The leaves of all versions of the store's own object; none if it has none. */
static int leaves_find(struct vault_view *view, const char *kind, const char *id, struct buffer *leaves,
                       struct qorgan_error *error)
{
	const struct schema *schema = schema_find(kind, strlen(kind));
	struct vault_record newest = { 0 };

	if (!schema)
		return error_set(error, QORGAN_USAGE, "there is no kind %.80s", kind);
	int code = vault_get_own(view, schema, span_of(id), 0, &newest, error);
	if (!code)
		code = leaf_add(leaves, &newest, error);
	if (!code && newest.record.version > 1)
		code = vault_scan_history(view, &newest.place, leaf_add, leaves, error);
	if (leaves->size)
		qsort(leaves->data, leaves->size / sizeof(uint64_t), sizeof(uint64_t), by_number);
	vault_record_free(&newest);
	return code == QORGAN_ABSENT ? QORGAN_OK : code;
}

int qorgan_ledger_object(struct qorgan_store *store, const char *kind, const char *id, qorgan_ledger_row row,
                         void *context, struct qorgan_error *error)
{
	struct buffer leaves = { 0 };
	struct ledger ledger = { .leaves = &leaves, .row = row, .context = context };
	int code = ledger_open(&ledger, store, error);

	if (!code)
		code = leaves_find(ledger.view, kind, id, &leaves, error);
	if (!code && leaves.size)
		code = ledger_tell(&ledger, store, error);
	vault_view_end(ledger.view);
	buffer_free(&leaves);
	return code;
}
