/* How far back a package reaches, and its number. */
#include <inttypes.h>
#include <stdio.h>

#include "exchange/courier_name.h"
#include "exchange/export_parts.h"

/* After a restore nobody here knows which numbers went out since the backup: no partner gets so many packages between
 * two of them. */
#define NUMBERS_SKIPPED 1000

/* Whether a package of that number was logged already. */
static bool sequence_is_used(struct exporting *x, const char *id, uint64_t sequence)
{
	struct vault_place place;
	char text[RECORD_ID_LIMIT];

	snprintf(text, sizeof text, "%s/%" PRIu64, id, sequence);
	return vault_find(x->view, schema_find("release", 7), span_of(text), &place, NULL) == QORGAN_OK;
}

/* Refuses a number after all that went to the partner. */
static int from_refuse(const struct exporting *x, const struct release_package *packages, size_t count,
                       struct qorgan_error *error)
{
	const char *partner = x->recipients[0].id;

	if (!count)
		return error_set(error, QORGAN_ABSENT, "no package went to %s yet: leave out --from", partner);
	return error_set(error, QORGAN_ABSENT, "no package %" PRIu64 " went to %s: the last one was %" PRIu64, x->how->from,
	                 partner, packages[count - 1].sequence);
}

/* From where that package began, or a later one that reached further back. Numbers are
 * skipped where a package went to others: a receiver, who names the one after its last,
 * means the next that there was. */
static int from_set(struct exporting *x, struct qorgan_error *error)
{
	struct recipient *recipient = &x->recipients[0];
	const struct release_package *packages;
	size_t count, at = 0;

	if (x->count > 1)
		return error_set(error, QORGAN_USAGE, "--from goes with one partner: the numbers are another's for each");
	if (x->how->full)
		return error_set(error, QORGAN_USAGE, "--full is from the first package on: leave out --from");
	packages = release_index_packages(x->releases, span_of(recipient->id), &count);
	while (at < count && packages[at].sequence < x->how->from)
		at++;
	if (at == count)
		return from_refuse(x, packages, count, error);
	for (recipient->previous = UINT64_MAX; at < count; at++) {
		if (packages[at].first < x->result->first)
			x->result->first = packages[at].first;
		if (packages[at].previous < recipient->previous)
			recipient->previous = packages[at].previous;
	}
	return QORGAN_OK;
}

int export_extent(struct exporting *x, struct qorgan_error *error)
{
	x->result->size = vault_view_leaves(x->view);
	x->result->first = x->how->full ? 0 : x->result->size;
	for (size_t i = 0; i < x->count; i++) {
		x->recipients[i].previous = x->how->full ? 0 : x->recipients[i].sequence;
		if (x->recipients[i].sent < x->result->first)
			x->result->first = x->recipients[i].sent;
		if (x->recipients[i].sequence >= x->result->sequence)
			x->result->sequence = x->recipients[i].sequence + 1;
	}
	if (x->untold)
		x->result->sequence += NUMBERS_SKIPPED;
	while (sequence_is_used(x, x->recipients[0].id, x->result->sequence) ||
	       (x->folder && courier_number_is_taken(x->folder, vault_state(x->store), x->recipients[0].id,
	                                             x->result->sequence)))
		x->result->sequence++;
	return x->how->from ? from_set(x, error) : QORGAN_OK;
}
