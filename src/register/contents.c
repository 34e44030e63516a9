/* From the leaves of a commit or a package to the versions behind them. */
#include "register/contents.h"

#include <string.h>

#include "record/reader.h"
#include "register/leaf_ranges.h"
#include "store/mirror.h"

struct telling {
	struct vault_view *view;
	struct vault_record record;
	uint64_t most, told, total;
	contents_version each;
	void *context;
};

/* Leaves from `first` to before `after`. */
static int range_tell(struct telling *telling, uint64_t first, uint64_t after, struct qorgan_error *error)
{
	int code = QORGAN_OK;

	telling->total += after - first;
	for (uint64_t leaf = first; leaf < after && telling->told < telling->most && !code; leaf++) {
		code = vault_get_leaf(telling->view, leaf, &telling->record, error);
		if (!code)
			code = telling->each(telling->context, &telling->record.record, error);
		telling->told++;
	}
	return code;
}

/* "3-7,9" */
static int ranges_tell(struct telling *telling, struct span ranges, struct qorgan_error *error)
{
	uint64_t first, after, size = vault_view_leaves(telling->view);
	int code = QORGAN_OK;

	while (!code && leaf_ranges_next(&ranges, &first, &after)) {
		if (after > size)
			return error_set(error, QORGAN_IO, "the record of a package names leaves that are not there: run qorgan verify");
		code = range_tell(telling, first, after, error);
	}
	return code;
}

static int commit_tell(struct telling *telling, const struct vault_record *record, struct qorgan_error *error)
{
	struct span value;
	int64_t versions = 0;

	if (!reader_find(record->record.body, "versions", &value) || !reader_integer(value, &versions) || versions < 0 ||
	    (uint64_t)versions > record->leaf)
		return error_set(error, QORGAN_IO, "a commit's record cannot be read: the store is damaged; run qorgan verify");
	return range_tell(telling, record->leaf - (uint64_t)versions, record->leaf, error);
}

static int release_tell(struct telling *telling, const struct vault_record *record, struct qorgan_error *error)
{
	struct buffer scratch = { 0 };
	struct span value, ranges = { 0 };
	int code = QORGAN_OK;

	if (reader_find(record->record.body, "leaves", &value) && reader_string(value, &scratch, &ranges))
		code = ranges_tell(telling, ranges, error);
	buffer_free(&scratch);
	return code;
}

/* ---- What a package of another state brought ------------------------------------- */

/* Whether it came by the receipt that is told of. */
static bool brought_has(struct span ranges, uint64_t leaf)
{
	uint64_t first, after;

	while (leaf_ranges_next(&ranges, &first, &after))
		if (leaf < after)
			return leaf >= first;
	return false;
}

struct bringing {
	struct telling *telling;
	struct span ranges;
	uint16_t log;
};

static int brought_take(void *context, struct vault_record *record, struct qorgan_error *error)
{
	struct bringing *bringing = context;
	struct telling *telling = bringing->telling;

	if (record->log != bringing->log || telling->told >= telling->most || !brought_has(bringing->ranges, record->leaf))
		return QORGAN_OK;
	telling->told++;
	return telling->each(telling->context, &record->record, error);
}

/* The mirror has no way from a leaf to its version: all of it is looked at. */
static int receipt_tell(struct telling *telling, const struct vault_record *record, struct qorgan_error *error)
{
	static const char *const names[] = { "checkpoint", "leaves" };
	struct bringing bringing = { .telling = telling };
	struct buffer note = { 0 }, scratch = { 0 };
	struct span values[2], text = { 0 }, rest;
	struct mirror_log log = { 0 };
	uint64_t first, after;
	int code = QORGAN_OK;

	reader_pick(record->record.body, names, values, 2);
	if (values[1].data)
		reader_string(values[1], &scratch, &bringing.ranges);
	for (rest = bringing.ranges; leaf_ranges_next(&rest, &first, &after);)
		telling->total += after - first;
	if (telling->total && reader_string(values[0], &scratch, &text)) {
		const char *end = memchr(text.data, '\n', text.size);
		buffer_append(&note, text.data, end ? (size_t)(end - text.data) : text.size);
		code = note.failed ? error_set_memory(error) : mirror_log_find(telling->view, buffer_text(&note), &log, error);
		bringing.log = log.number;
		if (!code)
			code = mirror_versions(telling->view, brought_take, &bringing, error);
	}
	mirror_log_free(&log);
	buffer_free(&note);
	buffer_free(&scratch);
	return code == QORGAN_ABSENT ? QORGAN_OK : code;
}

int contents_each(struct vault_view *view, const struct vault_record *record, uint64_t most, contents_version each,
                  void *context, uint64_t *total, struct qorgan_error *error)
{
	struct telling telling = { .view = view, .most = most, .each = each, .context = context };
	bool before = vault_view_show_absent(view, true);
	int code = QORGAN_OK;

	if (span_is(record->record.kind, "commit"))
		code = commit_tell(&telling, record, error);
	else if (span_is(record->record.kind, "release"))
		code = release_tell(&telling, record, error);
	else if (span_is(record->record.kind, "receipt"))
		code = receipt_tell(&telling, record, error);
	vault_view_show_absent(view, before);
	*total = telling.total;
	vault_record_free(&telling.record);
	return code;
}

/* " (12 of 40 records new)" */
static void receipt_words(const struct record *receipt, struct buffer *to)
{
	static const char *const names[] = { "leaves", "records" };
	struct buffer scratch = { 0 };
	struct span values[2], ranges = { 0 };
	uint64_t fresh = 0, first, after;
	int64_t records = 0;

	reader_pick(receipt->body, names, values, 2);
	reader_integer(values[1], &records);
	if (values[0].data)
		reader_string(values[0], &scratch, &ranges);
	while (leaf_ranges_next(&ranges, &first, &after))
		fresh += after - first;
	buffer_append_format(to, " (%llu of %lld records new)", (unsigned long long)fresh, (long long)records);
	buffer_free(&scratch);
}

int contents_append(void *context, const struct record *version, struct qorgan_error *error)
{
	struct buffer *to = context;

	buffer_append_span(to, version->kind);
	buffer_append_char(to, ' ');
	buffer_append_span(to, version->id);
	buffer_append_format(to, "@%u", version->version);
	if (span_is(version->kind, "receipt"))
		receipt_words(version, to);
	buffer_append_char(to, '\0');
	return to->failed ? error_set_memory(error) : QORGAN_OK;
}
