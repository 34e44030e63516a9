/* What is due to each partner, into a courier's folder. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "exchange/courier_folder.h"
#include "exchange/exchange.h"
#include "exchange/export.h"
#include "exchange/recipients.h"
#include "record/reader.h"

/* ---- What is due --------------------------------------------------------------------- */

/* Whether records of the partner came since the last package to it. */
struct owing {
	const char *partner;
	uint64_t since; /* leaves of this state's log that are behind that package */
	bool owed;
};

static int receipt_take(void *context, struct vault_record *record, struct qorgan_error *error)
{
	static const char *const names[] = { "from", "records" };
	struct owing *owing = context;
	struct buffer scratch = { 0 };
	struct span values[2], from;
	int64_t records = 0;

	if (record->leaf < owing->since)
		return QORGAN_OK;
	reader_pick(record->record.body, names, values, 2);
	if (!values[0].data || !reader_string(values[0], &scratch, &from) || !reader_integer(values[1], &records))
		return error_set(error, QORGAN_IO, "the receipt of a package cannot be read: the store is damaged; run qorgan "
		                 "verify");
	owing->owed |= records > 0 && span_is(from, owing->partner);
	buffer_free(&scratch);
	return QORGAN_OK;
}

static int receipt_is_owed(struct exchanging *x, const char *partner, bool *owed, struct qorgan_error *error)
{
	struct owing owing = { .partner = partner };
	struct release_index *releases = NULL;
	struct vault_view *view = NULL;
	int code = vault_view_begin(x->store, &view, error);

	if (!code)
		code = release_index_load(view, &releases, error);
	if (!code) {
		owing.since = release_index_find(releases, span_of(partner)).sent;
		code = vault_scan(view, schema_find("receipt", 7), receipt_take, &owing, error);
	}
	release_index_free(releases);
	vault_view_end(view);
	*owed = owing.owed;
	return code;
}

/* package_is_due(x, partner, plan, due, error): whether a package to the partner would
 * tell it something: a version that it was not given, that it is to drop one, that the store was
 * put back from a backup, or, by the countersignature, that records of its own came here. What a state books for itself
 * makes none due, nor does a package without records: so states that have nothing more
 * to tell come to rest. `plan` is what a package of now would be. */
static int package_is_due(struct exchanging *x, const char *partner, struct qorgan_export_result *plan, bool *due,
                          struct qorgan_error *error)
{
	const struct qorgan_export export = { .to = partner, .dry_run = true };
	int code = export_staged(x->store, &export, x->how->folder, plan, error);

	*due = !code && (plan->records || plan->withdrawn || plan->restored);
	return code || *due ? code : receipt_is_owed(x, partner, due, error);
}

/* ---- One partner --------------------------------------------------------------------- */

static void written_tell(struct exchanging *x, const struct courier_place *place,
                         const struct qorgan_export_result *result, unsigned parts, const char *text)
{
	char *path = courier_path(x->how->folder, false, vault_state(x->store), place->partner, result->sequence);
	const struct qorgan_exchange_event event = {
		.what = QORGAN_EXCHANGED_WRITTEN, .path = path ? path : "", .partner = place->partner, .text = text,
		.written = result, .parts = parts,
	};

	if (x->how->event)
		x->how->event(x->how->context, &event);
	free(path);
}

/* With `from`: again what the package of that number and later ones covered. */
static int package_send(struct exchanging *x, const struct courier_place *place, uint64_t from,
                        struct qorgan_error *error)
{
	const struct qorgan_export export = {
		.to = place->partner, .from = from, .user = x->how->user, .message = x->how->message,
	};
	struct qorgan_export_result result;
	unsigned parts = 1;
	int code = export_staged(x->store, &export, x->how->folder, &result, error);

	if (!code)
		code = courier_put(place, result.sequence, &parts, error);
	if (!code)
		written_tell(x, place, &result, parts, "");
	return code;
}

static int damaged_replace(struct exchanging *x, const struct courier_place *place, uint64_t number,
                           struct qorgan_error *error)
{
	char *path = courier_path(x->how->folder, false, vault_state(x->store), place->partner, number);

	exchange_tell(x, QORGAN_EXCHANGED_NOTED, path ? path : "", place->partner, "it is damaged: it is written again, with "
	              "another number");
	free(path);
	int code = package_send(x, place, number, error);
	return code ? code : courier_remove(place, number, error);
}

/* A secret may have been agreed on since, or a release taken back. */
static int outdated_replace(struct exchanging *x, const struct courier_place *place, uint64_t number,
                            struct qorgan_error *error)
{
	int code = package_send(x, place, number, error);

	return code ? code : courier_remove(place, number, error);
}

/* Finishes what was begun, mends what is damaged, and writes what is due. */
static int partner_serve(struct exchanging *x, const struct courier_place *place, struct qorgan_error *error)
{
	struct qorgan_export_result finished = { 0 }, plan = { 0 };
	uint64_t damaged = 0, outdated = 0;
	unsigned parts = 1;
	bool due = false;
	int code = x->how->dry_run ? QORGAN_OK : courier_settle(place, &finished.sequence, &parts, &outdated, error);

	if (!code && finished.sequence)
		written_tell(x, place, &finished, parts, "an earlier run had not finished it");
	if (!code && !x->how->dry_run)
		code = courier_damaged(place, &damaged, error);
	if (!code && damaged)
		return damaged_replace(x, place, damaged, error);
	if (!code && outdated)
		return outdated_replace(x, place, outdated, error);
	if (!code)
		code = package_is_due(x, place->partner, &plan, &due, error);
	if (code || !due)
		return code;
	if (!x->how->dry_run)
		return package_send(x, place, 0, error);
	written_tell(x, place, &plan, 1, "");
	return QORGAN_OK;
}

/* ---- All of them ---------------------------------------------------------------------- */

static int partner_take(void *context, struct vault_record *record, struct qorgan_error *error)
{
	struct buffer *list = context;
	struct span retired;

	if (!reader_find(record->record.body, "retired", &retired))
		buffer_append_format(list, "%s%.*s", list->size ? "," : "", (int)record->record.id.size, record->record.id.data);
	return list->failed ? error_set_memory(error) : QORGAN_OK;
}

/* The ids of all who are not retired. */
static int partners_list(struct vault_view *view, struct buffer *list, struct qorgan_error *error)
{
	return vault_scan(view, schema_find("partner", 7), partner_take, list, error);
}

/* The id by which the partner is on record, if it may be written to. */
static int partner_find(struct exchanging *x, struct vault_view *view, const char *name, char id[65],
                        struct qorgan_error *error)
{
	struct recipient recipients[RECIPIENTS_LIMIT];
	struct release_index *releases = NULL;
	size_t count;
	int code = release_index_load(view, &releases, error);

	if (!code)
		code = recipients_read(view, releases, time_date(vault_now(x->store)), name, recipients, &count, error);
	if (!code)
		snprintf(id, 65, "%s", recipients->id);
	release_index_free(releases);
	return code;
}

static int partner_send(struct exchanging *x, const char *name)
{
	struct courier_place place = { .store = x->store, .folder = x->how->folder, .max_size = x->how->max_size };
	struct qorgan_error why = { 0 };
	struct vault_view *view = NULL;
	char id[65] = "";
	int code = vault_view_begin(x->store, &view, &why);

	if (!code)
		code = partner_find(x, view, name, id, &why);
	vault_view_end(view);
	if (code == QORGAN_DENIED && !x->how->to) { /* its card has expired: nobody asked for it by name */
		exchange_tell(x, QORGAN_EXCHANGED_NOTED, "", name, why.message);
		return QORGAN_OK;
	}
	place.partner = id;
	if (!code)
		code = partner_serve(x, &place, &why);
	return code ? exchange_fail(x, "", *id ? id : name, code, &why) : QORGAN_OK;
}

int exchange_send(struct exchanging *x, struct qorgan_error *error)
{
	struct buffer list = { 0 };
	struct vault_view *view = NULL;
	char *rest = NULL;
	int code = vault_view_begin(x->store, &view, error);

	if (!code && x->how->to)
		buffer_append_text(&list, x->how->to);
	else if (!code)
		code = partners_list(view, &list, error);
	vault_view_end(view);
	if (!code && list.failed)
		code = error_set_memory(error);
	for (char *name = list.size ? strtok_r(list.data, ",; ", &rest) : NULL; name && !code;
	     name = strtok_r(NULL, ",; ", &rest))
		code = partner_send(x, name);
	if (code == QORGAN_INTERRUPTED)
		error_set(error, code, "stopped: what was written stays");
	buffer_free(&list);
	return code;
}
