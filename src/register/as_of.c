/* Objects as they stood on a day.
 *
 * Times and dates are stored in one form each, so that their order as text is
 * their order in time: nothing is parsed to compare them. */
#include "register/as_of.h"

#include <string.h>

#include "base/error.h"
#include "record/reader.h"

#define DATE_SIZE (DATE_TEXT_SIZE - 1)
#define TIME_SIZE (TIME_TEXT_SIZE - 1)
#define LAST_DATE "9999-12-31"
#define LAST_TIME "9999-12-31T23:59:59Z"

#define SCAN_ENOUGH (-1) /* stops the reading of a history: all is found */

struct scan {
	struct vault_view *view;
	const struct as_of *as_of;
	as_of_each each;
	void *context;
	char recorded[TIME_TEXT_SIZE], day[DATE_TEXT_SIZE], earlier[DATE_TEXT_SIZE];
	/* Of the object whose history is being read. */
	struct vault_record now, before;
	bool has_now, has_before;
};

static void format_limits(struct scan *scan)
{
	date_day last = 0;

	date_parse(span_of("2199-12-31"), &last);
	strcpy(scan->day, LAST_DATE);
	strcpy(scan->earlier, LAST_DATE);
	strcpy(scan->recorded, LAST_TIME);
	if (scan->as_of->day <= last)
		date_format(scan->as_of->day, scan->day);
	if (scan->as_of->earlier <= last)
		date_format(scan->as_of->earlier, scan->earlier);
	if (scan->as_of->recorded <= (int64_t)last * 86400)
		time_format(scan->as_of->recorded, scan->recorded);
}

/* The day of a version as text of DATE_SIZE bytes. */
static const char *date_text(const struct record *record, bool dated)
{
	struct span value;

	if (dated && reader_find(record->body, "date", &value) && value.size == DATE_SIZE + 2)
		return value.data + 1;
	return record->time.data;
}

date_day as_of_date(const struct record *record)
{
	date_day day = 0;

	if (record->time.size == TIME_SIZE)
		date_parse((struct span){ date_text(record, true), DATE_SIZE }, &day);
	return day;
}

/* Whether a version counts on a day, and on the earlier one. */
static void judge(const struct scan *scan, const struct record *record, bool *recorded, bool *on_day, bool *on_earlier)
{
	*recorded = record->time.size == TIME_SIZE && memcmp(record->time.data, scan->recorded, TIME_SIZE) <= 0;
	*on_day = *on_earlier = false;
	if (!*recorded)
		return;
	const char *date = date_text(record, scan->as_of->rule == AS_OF_DATED);
	*on_day = memcmp(date, scan->day, DATE_SIZE) <= 0;
	*on_earlier = scan->as_of->compare && memcmp(date, scan->earlier, DATE_SIZE) <= 0;
}

/* Keeps a copy of a version, as it is valid during a call only. */
static int keep(struct vault_record *kept, const struct vault_record *record, struct qorgan_error *error)
{
	buffer_clear(&kept->plain);
	buffer_append_span(&kept->plain, record->record.bytes);
	if (kept->plain.failed)
		return error_set_memory(error);
	kept->place = record->place;
	kept->leaf = record->leaf;
	return record_parse(buffer_span(&kept->plain), &kept->record, error);
}

/* One version on the way back: the first that fits each day is the newest; the
 * oldest stands in under AS_OF_FIRST. */
static int consider(void *context, struct vault_record *record, struct qorgan_error *error)
{
	struct scan *scan = context;
	bool recorded, on_day, on_earlier;
	int code = QORGAN_OK;

	judge(scan, &record->record, &recorded, &on_day, &on_earlier);
	if (recorded && scan->as_of->rule == AS_OF_FIRST && record->record.version == 1) {
		on_day = true;
		on_earlier = scan->as_of->compare;
	}
	if (on_day && !scan->has_now) {
		code = keep(&scan->now, record, error);
		scan->has_now = true;
	}
	if (!code && on_earlier && !scan->has_before) {
		code = keep(&scan->before, record, error);
		scan->has_before = true;
	}
	if (!code && scan->has_now && (scan->has_before || !scan->as_of->compare))
		code = SCAN_ENOUGH;
	return code;
}

static int visit(void *context, struct vault_record *head, struct qorgan_error *error)
{
	struct scan *scan = context;
	bool recorded, on_day, on_earlier;

	if (vault_view_progress(scan->view, "reading"))
		return error_set(error, QORGAN_INTERRUPTED, "stopped");
	judge(scan, &head->record, &recorded, &on_day, &on_earlier);
	if (head->record.version == 1 && recorded && scan->as_of->rule == AS_OF_FIRST) {
		on_day = true;
		on_earlier = scan->as_of->compare;
	}
	/* Nearly always the newest version decides, and nothing is copied. */
	if (on_day && (on_earlier || !scan->as_of->compare || head->record.version == 1))
		return scan->each(scan->context, head, on_earlier ? head : NULL, error);
	if (head->record.version == 1)
		return QORGAN_OK;

	scan->has_now = scan->has_before = false;
	int code = consider(scan, head, error);
	if (code == QORGAN_OK)
		code = vault_scan_history(scan->view, &head->place, consider, scan, error);
	if (code && code != SCAN_ENOUGH)
		return code;
	if (!scan->has_now)
		return QORGAN_OK;
	return scan->each(scan->context, &scan->now, scan->has_before ? &scan->before : NULL, error);
}

int as_of_scan(struct vault_view *view, const struct schema *schema, const struct as_of *as_of, as_of_each each,
               void *context, struct qorgan_error *error)
{
	struct scan scan = { .view = view, .as_of = as_of, .each = each, .context = context };

	format_limits(&scan);
	int code = vault_scan(view, schema, visit, &scan, error);
	vault_record_free(&scan.now);
	vault_record_free(&scan.before);
	return code;
}
