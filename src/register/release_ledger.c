/* Leaves by the last package that held them: runs of leaves, sorted, each with the
 * number of a package; a later package covers what an earlier one said. */
#include "register/release_ledger.h"

#include <stdlib.h>

#include "record/reader.h"
#include "register/leaf_ranges.h"
#include "register/release_index.h"

struct run {
	uint64_t first, after, package;
};

struct marks {
	struct buffer given, asked; /* of struct run */
};

struct release_ledger {
	const char *const *partners;
	size_t count;
	struct marks *marks; /* one of each partner */
	struct buffer before; /* runs that are being covered */
};

static size_t run_count(const struct buffer *runs)
{
	return runs->size / sizeof(struct run);
}

static const struct run *run_at(const struct buffer *runs, size_t at)
{
	return (const struct run *)(const void *)runs->data + at;
}

/* The first run that ends behind the leaf. */
static size_t run_find(const struct buffer *runs, uint64_t leaf)
{
	size_t low = 0, high = run_count(runs);

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (run_at(runs, middle)->after > leaf)
			high = middle;
		else
			low = middle + 1;
	}
	return low;
}

static void run_push(struct buffer *runs, struct run run)
{
	struct run *last = run_count(runs) ? (struct run *)(void *)runs->data + run_count(runs) - 1 : NULL;

	if (last && last->after == run.first && last->package == run.package)
		last->after = run.after;
	else if (run.first < run.after)
		buffer_append(runs, &run, sizeof run);
}

/* Covers runs with the leaves of one package. Most often those lie behind all others. */
static int package_cover(struct release_ledger *ledger, struct buffer *runs, struct span leaves, uint64_t package,
                         struct qorgan_error *error)
{
	struct run run = { .package = package }, next;
	bool more = leaf_ranges_next(&leaves, &run.first, &run.after);
	size_t at = 0, from = more ? run_find(runs, run.first) : 0;

	if (!more)
		return QORGAN_OK;
	buffer_clear(&ledger->before);
	if (from < run_count(runs))
		buffer_append(&ledger->before, run_at(runs, from), (run_count(runs) - from) * sizeof run);
	runs->size = from * sizeof run;
	while (more || at < run_count(&ledger->before)) {
		next = at < run_count(&ledger->before) ? *run_at(&ledger->before, at) : (struct run){ UINT64_MAX, UINT64_MAX, 0 };
		if (!more || next.after <= run.first) {
			run_push(runs, next);
			at++;
		} else if (next.first < run.first) {
			run_push(runs, (struct run){ next.first, run.first, next.package });
			((struct run *)(void *)ledger->before.data)[at].first = run.first;
		} else {
			run_push(runs, run);
			while (at < run_count(&ledger->before) && run_at(&ledger->before, at)->after <= run.after)
				at++;
			if (at < run_count(&ledger->before) && run_at(&ledger->before, at)->first < run.after)
				((struct run *)(void *)ledger->before.data)[at].first = run.after;
			more = leaf_ranges_next(&leaves, &run.first, &run.after);
		}
		if (runs->failed || ledger->before.failed)
			return error_set_memory(error);
	}
	return QORGAN_OK;
}

static int release_take(void *context, struct vault_record *record, struct qorgan_error *error)
{
	static const char *const names[] = { "leaves", "to", "withdrawn" };
	struct release_ledger *ledger = context;
	uint64_t package = release_sequence(record->record.id);
	struct buffer scratch = { 0 };
	struct span values[3], element, partner, leaves = { 0 }, withdrawn = { 0 };
	struct reader reader;
	int code = QORGAN_OK;

	reader_pick(record->record.body, names, values, 3);
	/* Digits have no escapes: nothing goes to the scratch buffer that would move. */
	if (values[0].data)
		reader_string(values[0], &scratch, &leaves);
	if (values[2].data)
		reader_string(values[2], &scratch, &withdrawn);
	bool readable = values[1].data && reader_open(values[1], &reader);
	while (readable && !code && reader_element(&reader, &element)) {
		size_t i = 0;
		buffer_clear(&scratch);
		if (!reader_string(element, &scratch, &partner))
			continue;
		while (i < ledger->count && !span_is(partner, ledger->partners[i]))
			i++;
		if (i < ledger->count)
			code = package_cover(ledger, &ledger->marks[i].given, leaves, package, error);
		if (i < ledger->count && !code)
			code = package_cover(ledger, &ledger->marks[i].asked, withdrawn, package, error);
	}
	buffer_free(&scratch);
	return code;
}

int release_ledger_load(struct vault_view *view, const char *const *partners, size_t count,
                        struct release_ledger **ledger, struct qorgan_error *error)
{
	struct release_ledger *made = calloc(1, sizeof *made);

	if (!made || !(made->marks = calloc(count ? count : 1, sizeof *made->marks))) {
		free(made);
		return error_set_memory(error);
	}
	made->partners = partners;
	made->count = count;
	int code = vault_scan(view, schema_find("release", 7), release_take, made, error);
	buffer_free(&made->before);
	if (code) {
		release_ledger_free(made);
		return code;
	}
	*ledger = made;
	return QORGAN_OK;
}

void release_ledger_free(struct release_ledger *ledger)
{
	if (!ledger)
		return;
	for (size_t i = 0; i < ledger->count; i++) {
		buffer_free(&ledger->marks[i].given);
		buffer_free(&ledger->marks[i].asked);
	}
	free(ledger->marks);
	free(ledger);
}

static uint64_t mark_find(const struct buffer *runs, uint64_t leaf)
{
	size_t at = run_find(runs, leaf);

	return at < run_count(runs) && run_at(runs, at)->first <= leaf ? run_at(runs, at)->package : 0;
}

struct release_mark release_ledger_find(const struct release_ledger *ledger, size_t partner, uint64_t leaf)
{
	const struct marks *marks = &ledger->marks[partner];

	return (struct release_mark){ mark_find(&marks->given, leaf), mark_find(&marks->asked, leaf) };
}
