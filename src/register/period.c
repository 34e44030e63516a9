/* Reporting periods by their names: a year, or a year, a hyphen, the prefix of
 * the kind of period, and the number of the period in the year. */
#include "register/period.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "record/reader.h"

#define LAST "last" /* the period before that of today; with -Q, -H and so on, of that kind */

#define PERIOD_PREFIX_SIZE 33

struct period_kind {
	char prefix[PERIOD_PREFIX_SIZE];
	int months;
	bool required;
};

/* Shortest first. */
struct period_book {
	struct period_kind *kinds;
	size_t count;
};

static int take_kind(void *context, struct vault_record *record, struct qorgan_error *error)
{
	enum { MONTHS, PREFIX, REQUIRED, NAMES };
	static const char *const names[NAMES] = { "months", "prefix", "required" };
	struct period_book *book = context;
	struct period_kind kind = { .prefix = "" };
	struct span values[NAMES], prefix = { 0 };
	struct buffer scratch = { 0 };
	int64_t months = 0;

	reader_pick(record->record.body, names, values, NAMES);
	reader_integer(values[MONTHS], &months);
	reader_string(values[PREFIX], &scratch, &prefix);
	if (months >= 1 && months <= 12 && 12 % months == 0 && prefix.size < sizeof kind.prefix) {
		struct period_kind *kinds = reallocarray(book->kinds, book->count + 1, sizeof *kinds);
		if (!kinds) {
			buffer_free(&scratch);
			return error_set_memory(error);
		}
		book->kinds = kinds;
		if (prefix.size)
			memcpy(kind.prefix, prefix.data, prefix.size);
		kind.months = (int)months;
		kind.required = reader_true(values[REQUIRED]);
		kinds[book->count++] = kind;
	}
	buffer_free(&scratch);
	return QORGAN_OK;
}

static int compare_kinds(const void *left, const void *right)
{
	const struct period_kind *a = left, *b = right;

	return a->months != b->months ? a->months - b->months : strcmp(a->prefix, b->prefix);
}

int period_book_load(struct vault_view *view, struct period_book **book, struct qorgan_error *error)
{
	struct period_book *made = calloc(1, sizeof *made);
	int code = made ? QORGAN_OK : error_set_memory(error);

	if (!code)
		code = vault_scan(view, schema_find("period", 6), take_kind, made, error);
	if (!code && made->count == 0)
		code = error_set(error, QORGAN_BAD_DATA,
		                 "the store has no reporting periods: load objects of the kind \"period\" first");
	if (code) {
		period_book_free(made);
		return code;
	}
	qsort(made->kinds, made->count, sizeof *made->kinds, compare_kinds);
	*book = made;
	return QORGAN_OK;
}

void period_book_free(struct period_book *book)
{
	if (!book)
		return;
	free(book->kinds);
	free(book);
}

static struct period_named name_period(const struct period_kind *kind, struct period period)
{
	struct period_named named = { .period = period };

	if (kind->months == 12 && !*kind->prefix)
		snprintf(named.label, sizeof named.label, "%04d", period.year);
	else
		snprintf(named.label, sizeof named.label, "%04d-%s%d", period.year, kind->prefix, period.number);
	return named;
}

/* Whether `text` is "YYYY" for a year, or "YYYY-<prefix><number>" for others. */
static bool kind_parse(const struct period_kind *kind, const char *text, struct period *period)
{
	size_t prefix = strlen(kind->prefix);
	int year = 0, number = 0;

	for (int i = 0; i < 4; i++) {
		if (!isdigit((unsigned char)text[i]))
			return false;
		year = year * 10 + (text[i] - '0');
	}
	text += 4;
	if (kind->months == 12 && !*kind->prefix)
		return *text == '\0' && period_make(year, 12, 1, period);
	if (*text != '-' || strncasecmp(text + 1, kind->prefix, prefix) != 0)
		return false;
	text += 1 + prefix;
	if (!isdigit((unsigned char)*text) || *text == '0')
		return false;
	for (; isdigit((unsigned char)*text) && number < 100; text++)
		number = number * 10 + (*text - '0');
	return *text == '\0' && period_make(year, kind->months, number, period);
}

static int refuse(const struct period_book *book, const char *text, date_day today, struct qorgan_error *error)
{
	struct buffer known = { 0 };

	for (size_t i = 0; i < book->count; i++) {
		const struct period_kind *kind = &book->kinds[i];
		struct period period;
		int year, month, day;
		date_split(today, &year, &month, &day);
		if (period_make(year, kind->months, 1, &period))
			buffer_append_format(&known, "%s%s", i ? ", " : "", name_period(kind, period).label);
		if (kind->months < 12 && period_make(year, kind->months, 12 / kind->months, &period))
			buffer_append_format(&known, " to %s", name_period(kind, period).label);
	}
	int code = error_set(error, QORGAN_BAD_DATA, "\"%.40s\" is not a reporting period: write one such as %s", text,
	                     buffer_text(&known));
	buffer_free(&known);
	return code;
}

int period_find(const struct period_book *book, const char *text, date_day today, struct period_named *named,
                struct qorgan_error *error)
{
	struct period period;

	for (size_t i = 0; text && i < book->count; i++) {
		if (kind_parse(&book->kinds[i], text, &period)) {
			*named = name_period(&book->kinds[i], period);
			return QORGAN_OK;
		}
	}
	size_t chosen = 0;
	bool is_last = text && strncasecmp(text, LAST, strlen(LAST)) == 0;
	const char *prefix = is_last && text[strlen(LAST)] == '-' ? text + strlen(LAST) + 1 : NULL;
	while (chosen < book->count && !(prefix ? strcasecmp(book->kinds[chosen].prefix, prefix) == 0
	                                        : book->kinds[chosen].required))
		chosen++;
	if (text && (!is_last || (!prefix && text[strlen(LAST)]) || (prefix && (!*prefix || chosen == book->count))))
		return refuse(book, text, today, error);
	if (chosen == book->count)
		chosen = 0;
	*named = name_period(&book->kinds[chosen], period_containing(today, book->kinds[chosen].months));
	if (is_last)
		*named = period_name_previous(book, named);
	return QORGAN_OK;
}

struct period_named period_name_previous(const struct period_book *book, const struct period_named *named)
{
	for (size_t i = 0; i < book->count; i++)
		if (strcmp(name_period(&book->kinds[i], named->period).label, named->label) == 0 &&
		    book->kinds[i].months == named->period.months)
			return name_period(&book->kinds[i], period_previous(&named->period));
	return *named;
}
