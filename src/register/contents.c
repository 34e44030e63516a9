/* From the leaves of a commit or a package to the versions behind them. */
#include "register/contents.h"

#include <string.h>

#include "record/reader.h"

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

static bool number_take(struct span *text, uint64_t *number)
{
	size_t size = 0;

	for (*number = 0; size < text->size && size < 18 && text->data[size] >= '0' && text->data[size] <= '9'; size++)
		*number = *number * 10 + (uint64_t)(text->data[size] - '0');
	text->data += size;
	text->size -= size;
	return size > 0;
}

static bool sign_take(struct span *text, char sign)
{
	if (!text->size || *text->data != sign)
		return false;
	text->data++;
	text->size--;
	return true;
}

/* "3-7,9" */
static int ranges_tell(struct telling *telling, struct span ranges, struct qorgan_error *error)
{
	uint64_t first, last, size = vault_view_leaves(telling->view);
	int code = QORGAN_OK;

	do {
		if (!number_take(&ranges, &first))
			break;
		last = first;
		if (sign_take(&ranges, '-'))
			number_take(&ranges, &last);
		if (last >= size || first > last)
			return error_set(error, QORGAN_IO, "the record of a package names leaves that are not there: run qorgan verify");
		code = range_tell(telling, first, last + 1, error);
	} while (!code && sign_take(&ranges, ','));
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

int contents_each(struct vault_view *view, const struct vault_record *record, uint64_t most, contents_version each,
                  void *context, uint64_t *total, struct qorgan_error *error)
{
	struct telling telling = { .view = view, .most = most, .each = each, .context = context };
	int code = QORGAN_OK;

	if (span_is(record->record.kind, "commit"))
		code = commit_tell(&telling, record, error);
	else if (span_is(record->record.kind, "release"))
		code = release_tell(&telling, record, error);
	*total = telling.total;
	vault_record_free(&telling.record);
	return code;
}

int contents_append(void *context, const struct record *version, struct qorgan_error *error)
{
	struct buffer *to = context;

	buffer_append_span(to, version->kind);
	buffer_append_char(to, ' ');
	buffer_append_span(to, version->id);
	buffer_append_format(to, "@%u", version->version);
	buffer_append_char(to, '\0');
	return to->failed ? error_set_memory(error) : QORGAN_OK;
}
