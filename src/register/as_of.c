/* Objects as they stood on a day.
 *
 * Times and dates are stored in one form each, so that their order as text is
 * their order in time: nothing is parsed to compare them. */
#include "register/as_of.h"

#include <string.h>

#include "base/error.h"
#include "record/reader.h"
#include "register/receipt_index.h"

#define DATE_SIZE (DATE_TEXT_SIZE - 1)
#define TIME_SIZE (TIME_TEXT_SIZE - 1)
#define LAST_DATE "9999-12-31"
#define LAST_TIME "9999-12-31T23:59:59Z"

#define SCAN_ENOUGH (-1) /* stops the reading of a history: all is found */

struct scan {
	struct vault_view *view;
	const struct schema *schema;
	const struct as_of *as_of;
	as_of_each each;
	vault_each each_version; /* of a history */
	void *context;
	char recorded[TIME_TEXT_SIZE], day[DATE_TEXT_SIZE], earlier[DATE_TEXT_SIZE];
	struct receipt_index *receipts; /* when versions of other states came; NULL where it does not matter */
	/* Of the object whose history is being read. */
	struct vault_record now, before, entered, own;
	bool has_now, has_before, has_entered;
};

/* A version without content is met on the way back, as what was there on that day: nothing
 * older stands in for it. Who is told of objects meets none. */
static int tell(struct scan *scan, const struct vault_record *now, const struct vault_record *before,
                struct qorgan_error *error)
{
	if (!now || now->record.absence)
		return QORGAN_OK;
	vault_view_show_absent(scan->view, false);
	int code = scan->each(scan->context, now, before && !before->record.absence ? before : NULL, error);
	vault_view_show_absent(scan->view, true);
	return code;
}

/* Of one version. */
struct verdict {
	bool recorded;          /* by the moment looked at */
	bool on_day, on_earlier; /* it counts on the day, and on the earlier one */
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

/* When this store had the version: another state's, since it came. */
static struct span recorded_text(const struct scan *scan, const struct vault_record *version)
{
	const struct receipt_facts *receipt = version->mirrored && scan->receipts
	                                    ? receipt_index_find(scan->receipts, version->log, version->leaf)
	                                    : NULL;

	return receipt ? span_of(receipt->received) : version->record.time;
}

static struct verdict judge(const struct scan *scan, const struct vault_record *version)
{
	const struct record *record = &version->record;
	enum as_of_rule rule = scan->as_of->rule;
	struct span recorded = recorded_text(scan, version);
	struct verdict verdict = { 0 };

	verdict.recorded = record->time.size == TIME_SIZE && recorded.size == TIME_SIZE &&
	                   memcmp(recorded.data, scan->recorded, TIME_SIZE) <= 0;
	if (!verdict.recorded)
		return verdict;
	const char *date = rule == AS_OF_RECORDED ? recorded.data : date_text(record, rule == AS_OF_DATED);
	verdict.on_day = memcmp(date, scan->day, DATE_SIZE) <= 0;
	verdict.on_earlier = scan->as_of->compare && memcmp(date, scan->earlier, DATE_SIZE) <= 0;
	return verdict;
}

/* Keeps a copy of a version, as it is valid during a call only. */
static int keep(struct vault_record *kept, bool *has, const struct vault_record *record, struct qorgan_error *error)
{
	*has = true;
	buffer_clear(&kept->plain);
	buffer_append_span(&kept->plain, record->record.bytes);
	if (kept->plain.failed)
		return error_set_memory(error);
	kept->place = record->place;
	kept->leaf = record->leaf;
	kept->mirrored = record->mirrored;
	kept->log = record->log;
	return record_parse(buffer_span(&kept->plain), &kept->record, error);
}

/* An object is often put down in steps: added, then assigned. What stands in for it is
 * how its first day left it, so that it has what that day gave it. */
static bool is_of_first_day(const struct scan *scan, const struct vault_record *version)
{
	return scan->has_entered && memcmp(scan->entered.record.time.data, version->record.time.data, DATE_SIZE) == 0;
}

/* One version on the way back: the first that fits each day is the newest. */
static int consider(void *context, struct vault_record *record, struct qorgan_error *error)
{
	struct scan *scan = context;
	struct verdict verdict = judge(scan, record);
	int code = QORGAN_OK;

	if (verdict.on_day && !scan->has_now)
		code = keep(&scan->now, &scan->has_now, record, error);
	if (!code && verdict.on_earlier && !scan->has_before)
		code = keep(&scan->before, &scan->has_before, record, error);
	if (!code && scan->has_now && (scan->has_before || !scan->as_of->compare))
		return SCAN_ENOUGH;
	if (!code && verdict.recorded && !record->record.absence && scan->as_of->rule == AS_OF_FIRST &&
	    !is_of_first_day(scan, record))
		code = keep(&scan->entered, &scan->has_entered, record, error);
	return code;
}

/* The versions of the own object that another state's stands for meanwhile: they
 * counted until its package came. */
static int consider_own(struct scan *scan, struct span id, vault_each each, struct qorgan_error *error)
{
	int code = vault_get_own(scan->view, scan->schema, id, 0, &scan->own, error);

	if (code)
		return code == QORGAN_ABSENT ? QORGAN_OK : code;
	struct vault_place place = scan->own.place;
	code = each(scan, &scan->own, error);
	return code ? code : vault_scan_history(scan->view, &place, each, scan, error);
}

/* Tells of an object by its history; under AS_OF_FIRST its first day stands in. That
 * need not be the first of all: of another state's object older versions may be withheld. */
static int tell_by_history(struct scan *scan, struct vault_record *head, struct qorgan_error *error)
{
	const struct vault_record *stands_in = NULL;
	struct vault_place place = head->place;

	scan->has_now = scan->has_before = scan->has_entered = false;
	int code = consider(scan, head, error);
	if (code == QORGAN_OK)
		code = vault_scan_history(scan->view, &place, consider, scan, error);
	if (code == QORGAN_OK && head->mirrored && scan->receipts)
		code = consider_own(scan, head->record.id, consider, error);
	if (code && code != SCAN_ENOUGH)
		return code;
	if (scan->has_entered)
		stands_in = &scan->entered;
	const struct vault_record *now = scan->has_now ? &scan->now : stands_in;
	const struct vault_record *before = scan->has_before ? &scan->before : scan->as_of->compare ? stands_in : NULL;
	return tell(scan, now, before, error);
}

static int visit(void *context, struct vault_record *head, struct qorgan_error *error)
{
	struct scan *scan = context;
	struct verdict verdict = judge(scan, head);
	bool is_only = head->record.version == 1 && !(head->mirrored && scan->receipts); /* nothing older counts */

	if (vault_view_progress(scan->view, "reading"))
		return error_set(error, QORGAN_INTERRUPTED, "stopped");
	if (is_only && verdict.recorded && scan->as_of->rule == AS_OF_FIRST) {
		verdict.on_day = true;
		verdict.on_earlier = scan->as_of->compare;
	}
	/* Nearly always the newest version decides, and nothing is copied. */
	if (verdict.on_day && (verdict.on_earlier || !scan->as_of->compare || is_only))
		return tell(scan, head, verdict.on_earlier ? head : NULL, error);
	return is_only ? QORGAN_OK : tell_by_history(scan, head, error);
}

/* Only a limit or the rule asks when versions came, and only those of other states. */
static int receipts_load(struct scan *scan, struct qorgan_error *error)
{
	bool matters = scan->as_of->recorded != INT64_MAX || scan->as_of->rule == AS_OF_RECORDED;

	if (!matters || !vault_view_heads(scan->view, schema_find("receipt", 7)))
		return QORGAN_OK;
	return receipt_index_load(scan->view, &scan->receipts, error);
}

int as_of_scan(struct vault_view *view, const struct schema *schema, const struct as_of *as_of, as_of_each each,
               void *context, struct qorgan_error *error)
{
	struct scan scan = { .view = view, .schema = schema, .as_of = as_of, .each = each, .context = context };

	format_limits(&scan);
	int code = receipts_load(&scan, error);
	bool before = vault_view_show_absent(view, true);
	if (!code)
		code = vault_scan(view, schema, visit, &scan, error);
	vault_view_show_absent(view, before);
	receipt_index_free(scan.receipts);
	vault_record_free(&scan.now);
	vault_record_free(&scan.before);
	vault_record_free(&scan.entered);
	vault_record_free(&scan.own);
	return code;
}

static int tell_version(void *context, struct vault_record *record, struct qorgan_error *error)
{
	struct scan *scan = context;

	return judge(scan, record).on_day ? scan->each_version(scan->context, record, error) : QORGAN_OK;
}

int as_of_history(struct vault_view *view, const struct schema *schema, struct span id, const struct as_of *as_of,
                  vault_each each, void *context, struct qorgan_error *error)
{
	struct scan scan = { .view = view, .schema = schema, .as_of = as_of, .each_version = each, .context = context };
	struct vault_record head = { 0 };

	format_limits(&scan);
	int code = receipts_load(&scan, error);
	if (!code)
		code = vault_get(view, schema, id, 0, &head, error);
	struct vault_place place = head.place;
	bool mirrored = head.mirrored;
	if (!code)
		code = tell_version(&scan, &head, error);
	if (!code)
		code = vault_scan_history(view, &place, tell_version, &scan, error);
	if (!code && mirrored)
		code = consider_own(&scan, id, tell_version, error);
	receipt_index_free(scan.receipts);
	vault_record_free(&head);
	vault_record_free(&scan.own);
	return code;
}
