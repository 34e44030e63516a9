/* Packages made, looked into, carried and taken in. */
#include "carrier.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "chance.h"
#include "crash.h"
#include "invariants.h"
#include "model.h"
#include "package.h"
#include "qorgan/proof.h"
#include "renewal.h"

struct flight {
	size_t parcel;
	unsigned to, due;
	bool cut;
};

static struct parcel *parcels[PARCELS_LIMIT];
static size_t parcel_count;
static struct flight flights[PARCELS_LIMIT];
static size_t flight_count;
static uint64_t asked[PARTIES][PARTIES]; /* by whom, of whom: the package to begin with */

void carrier_path(char path[120])
{
	static unsigned number;

	snprintf(path, 120, "%s/p%05u.age", region.folder, number++);
}

void carrier_copy(const char *from, const char *to, size_t size)
{
	static const char *const endings[] = { "", ".minisig" };
	struct buffer data = { 0 };
	char path[140];

	for (size_t i = 0; i < 2; i++) {
		snprintf(path, sizeof path, "%s%s", from, endings[i]);
		buffer_clear(&data);
		if (file_read(path, SIZE_MAX / 4, &data, NULL))
			fail("cannot read %s", path);
		if (i == 0 && data.size > size)
			data.size = size;
		snprintf(path, sizeof path, "%s%s", to, endings[i]);
		FILE *file = fopen(path, "w");
		if (!file || fwrite(data.data, 1, data.size, file) != data.size || fclose(file))
			fail("cannot write %s", path);
	}
	buffer_free(&data);
}

const struct parcel *carrier_parcel(unsigned from, unsigned to)
{
	for (size_t i = parcel_count; i-- > 0;)
		if (parcels[i]->from == from && parcels[i]->to & BIT(to) && !parcels[i]->on_medium && chance_of(40))
			return parcels[i];
	return NULL;
}

/* ---- Sending --------------------------------------------------------------------------- */

static void names_of(unsigned parties, char names[40])
{
	names[0] = '\0';
	for (unsigned i = 0; i <= OBSERVER; i++)
		if (parties & BIT(i))
			strcat(strcat(names, names[0] ? "," : ""), code_of(i));
}

struct sending {
	unsigned from;
	struct qorgan_export how;
	struct qorgan_export_result result;
	struct qorgan_error error;
};

static int sending_run(void *context)
{
	struct sending *sending = context;
	struct qorgan_store *store = region_open(sending->from);

	crash_arm();
	return qorgan_export(store, &sending->how, &sending->result, &sending->error);
}

static void under_way(size_t parcel, unsigned to)
{
	static const unsigned delays[] = { 0, 0, 0, 0, 1, 1, 2, 4 };
	struct flight flight = { .parcel = parcel, .to = to, .due = region.round + delays[chance_below(8)],
		                     .cut = chance_of(6) };

	if (chance_of(12)) {
		region.counts.lost++;
		return;
	}
	flights[flight_count++] = flight;
	if (chance_of(15)) { /* doubled, and the second copy whole */
		flight.cut = false;
		flight.due += chance_below(3);
		flights[flight_count++] = flight;
	}
}

struct parcel *carrier_found(unsigned from, unsigned to, const char *path)
{
	struct parcel *parcel = calloc(1, sizeof *parcel);

	if (!parcel || parcel_count == PARCELS_LIMIT || flight_count + 20 > PARCELS_LIMIT)
		fail("too many parcels");
	parcel->from = from;
	parcel->to = to;
	parcel->epoch = renewal_epoch(from);
	snprintf(parcel->path, sizeof parcel->path, "%s", path);
	package_check(parcel);
	parcels[parcel_count++] = parcel;
	region.counts.packages++;
	tell("%s sends package %" PRIu64 " to %x, %zu records", code_of(from), parcel->sequence, to, parcel->count);
	return parcel;
}

void carrier_each(void (*each)(void *context, const struct parcel *parcel), void *context)
{
	for (size_t i = 0; i < parcel_count; i++)
		each(context, parcels[i]);
}

struct parcel *carrier_at(const char *path)
{
	for (size_t i = 0; i < parcel_count; i++)
		if (strcmp(parcels[i]->path, path) == 0)
			return parcels[i];
	return NULL;
}

/* NULL if the process was killed before there was a package. */
#define FROM_THE_FIRST UINT64_MAX

static struct parcel *send_now(unsigned from, unsigned to, uint64_t again, bool may_crash)
{
	struct sending sending = { .from = from };
	char names[40], path[120];
	bool killed = false;
	int code;

	names_of(to, names);
	carrier_path(path);
	sending.how = (struct qorgan_export){ .to = names, .output = path, .full = again == FROM_THE_FIRST,
		                                 .from = again == FROM_THE_FIRST ? 0 : again };
	model_sync(from);
	model_allow(from, to);
	if (may_crash) {
		region_close(from);
		code = crash_run(sending_run, &sending, 1 + chance_below(40), &killed);
		region.counts.crashes += killed;
	} else {
		code = sending_run(&sending);
	}
	if (code && !killed && !(may_crash && again))
		fail("%s cannot export to %s: %s", code_of(from), names,
		     may_crash ? "in the child" : sending.error.message);
	model_sync(from);
	region.parties[from].exported = region.parties[from].leaves;
	if (killed)
		tell("%s was killed in an export to %s", code_of(from), names);
	return access(path, F_OK) == 0 ? carrier_found(from, to, path) : NULL;
}

void carrier_send(unsigned from, unsigned to, uint64_t again)
{
	if (!send_now(from, to, again, chance_of(12)))
		return;
	for (unsigned i = 0; i <= OBSERVER; i++)
		if (to & BIT(i))
			under_way(parcel_count - 1, i);
}

/* ---- Delivering ------------------------------------------------------------------------- */

struct receiving_run {
	unsigned to;
	struct qorgan_receive how;
	struct qorgan_receive_result *result;
	struct qorgan_error *error;
};

static int receiving_run(void *context)
{
	struct receiving_run *run = context;
	struct qorgan_store *store = region_open(run->to);

	crash_arm();
	return qorgan_receive(store, &run->how, run->result, run->error);
}

/* Nobody is accused who did not do it, and whoever is given the evidence can check it. */
static void finding_check(unsigned by, const char *code)
{
	struct qorgan_identity identity;
	struct qorgan_fork_check check;
	struct qorgan_error error;
	const char *const vkeys[] = { identity.vkey };
	char *text = NULL;
	size_t size;
	int party = region_party(code);

	tell("%s finds out that %s shows two histories", code_of(by), code);
	if (party < 0 || !(region.two_faced & BIT(party)))
		fail("%s accuses %s of two histories, who has one", code_of(by), code);
	region.counts.proofs += !(region.found_out[by] & BIT(party));
	region.found_out[by] |= BIT(party);
	if (qorgan_identity_get(region_open((unsigned)party), &identity, &error) ||
	    qorgan_fork_get(region_open(by), code, &text, &size, &error) ||
	    qorgan_fork_check(text, size, vkeys, 1, &check, &error))
		fail("the evidence that %s has against %s does not hold: %s", code_of(by), code, error.message);
	qorgan_fork_check_free(&check);
	free(text);
}

int carrier_receive(unsigned to, const char *path, struct qorgan_receive_result *result, struct qorgan_error *error)
{
	struct receiving_run run = { to, { .path = path, .despite_fork = region.found_out[to] != 0 }, result, error };

	error->message[0] = '\0';
	int code = receiving_run(&run);
	model_sync(to);
	if (result->forked[0])
		finding_check(to, result->forked);
	return code;
}

/* Of one who was found out nothing is taken in, unless a person says so. */
static void found_out_refused(const struct parcel *parcel, unsigned to)
{
	struct qorgan_receive_result result;
	struct qorgan_error error;
	struct receiving_run run = { to, { .path = parcel->path }, &result, &error };

	if (receiving_run(&run) != QORGAN_PROTOCOL || !strstr(error.message, "two histories"))
		fail("%s takes in a package of %s, whom it found out, without a word", code_of(to),
		     code_of(parcel->from));
}

static int vouched_take(void *context, const struct qorgan_vouched *log)
{
	unsigned by = *(const unsigned *)context;

	if (log->forked)
		finding_check(by, log->state);
	return 0;
}

void carrier_findings(unsigned by)
{
	struct qorgan_error error;

	if (by == region.hostile && region.deaf && qorgan_store_mistrust(region_open(by)))
		region.contradicted = true;
	region.found_out[by] = 0;
	if (qorgan_vouched_each(region_open(by), vouched_take, &by, &error))
		fail("%s cannot say who vouches for what: %s", code_of(by), error.message);
}

/* Killed in the middle: whole or not at all, which the next try shows. */
static void receive_crash(unsigned to, const char *path)
{
	struct qorgan_receive_result result;
	struct qorgan_error error;
	struct receiving_run run = { to, { .path = path }, &result, &error };
	bool killed;

	region_close(to);
	crash_run(receiving_run, &run, 1 + chance_below(30), &killed);
	region.counts.crashes += killed;
	if (killed)
		tell("%s was killed while it received", code_of(to));
	model_sync(to);
	carrier_findings(to);
}

static void cut_refused(const struct parcel *parcel, unsigned to)
{
	struct qorgan_receive_result result;
	struct qorgan_error error;
	struct buffer data = { 0 };
	uint8_t before[32], after[32];
	char path[120];

	file_read(parcel->path, SIZE_MAX / 4, &data, NULL);
	carrier_path(path);
	carrier_copy(parcel->path, path, chance_below((unsigned)data.size));
	buffer_free(&data);
	store_digest(to, before);
	if (carrier_receive(to, path, &result, &error) == QORGAN_OK)
		fail("%s took in a package of %s that was cut", code_of(to), code_of(parcel->from));
	store_digest(to, after);
	if (memcmp(before, after, sizeof before) != 0)
		fail("a package that was cut changed the store of %s", code_of(to));
	region.counts.refused++;
}

void carrier_taken(const struct parcel *parcel, unsigned to)
{
	for (size_t i = 0; i < parcel->count; i++)
		model.versions[parcel->versions[i]].held |= BIT(to);
	region.counts.received++;
}

/* What the refusal tells the liaison to ask for. */
static void gap_ask(const struct parcel *parcel, unsigned to, const struct qorgan_error *error)
{
	const char *from = strstr(error->message, "--from ");
	uint64_t number = from ? strtoull(from + 7, NULL, 10) : 0;

	if (!number)
		fail("a gap in the packages of %s, and no way on: %s", code_of(parcel->from), error->message);
	asked[to][parcel->from] = number;
	region.counts.gaps++;
	tell("%s asks %s for package %" PRIu64 " and on", code_of(to), code_of(parcel->from), number);
}

/* Signed by a key that the receiver has no card of, any more or yet. */
static bool is_of_other_keys(const struct parcel *parcel, unsigned to)
{
	return to < STATES && parcel->epoch != renewal_known(to, parcel->from);
}

static void keys_refused(const struct parcel *parcel, unsigned to)
{
	struct qorgan_receive_result result;
	struct qorgan_error error;
	uint8_t before[32], after[32];

	store_digest(to, before);
	int code = carrier_receive(to, parcel->path, &result, &error);
	store_digest(to, after);
	if (code != QORGAN_PROTOCOL || memcmp(before, after, sizeof before) != 0)
		fail("%s takes in a package of %s by keys that it does not hold for %s's: %d", code_of(to), code_of(parcel->from),
		     code_of(parcel->from), code);
	region.counts.refused++;
}

static void deliver(const struct parcel *parcel, unsigned to)
{
	struct qorgan_receive_result result;
	struct qorgan_error error;

	if (to == OBSERVER) {
		carrier_taken(parcel, to);
		return;
	}
	if (to == region.hostile && region.contradicted)
		return;
	if (is_of_other_keys(parcel, to)) {
		keys_refused(parcel, to);
		return;
	}
	if (region.found_out[to] & BIT(parcel->from))
		found_out_refused(parcel, to);
	if (chance_of(5))
		receive_crash(to, parcel->path);
	if (to == region.hostile && region.contradicted)
		return;
	int code = carrier_receive(to, parcel->path, &result, &error);
	if (code == QORGAN_PROTOCOL && region_party(result.forked) == (int)parcel->from) /* and despite that */
		code = carrier_receive(to, parcel->path, &result, &error);
	tell("%s receives package %" PRIu64 " of %s: %s", code_of(to), parcel->sequence,
	     code_of(parcel->from), code ? error.message : result.known ? "known" : "taken in");
	if (parcel->from == region.hostile && region.deaf & BIT(to)) {
		bool before = code == QORGAN_OK && result.size <= region.common; /* it parted from it */
		if (!before && (code != QORGAN_PROTOCOL || !strstr(error.message, code_of(region.hostile))))
			fail("%s, who believes in the fork, took the other branch: %d", code_of(to), code);
		return;
	}
	if (to == region.hostile && region.deaf && code == QORGAN_PROTOCOL && strstr(error.message, "own log")) {
		region.contradicted = true;
		if (!qorgan_store_mistrust(region_open(to)))
			fail("%s goes on with a store that others contradict", code_of(to));
	} else if (code == QORGAN_OK) {
		carrier_taken(parcel, to);
		asked[to][parcel->from] = 0;
	} else if (result.gap)
		gap_ask(parcel, to, &error);
	else
		fail("%s refuses an honest package of %s: %s", code_of(to), code_of(parcel->from),
		     error.message);
}

void carrier_carry(void)
{
	for (size_t due;;) {
		size_t places[PARCELS_LIMIT];
		due = 0;
		for (size_t i = 0; i < flight_count; i++)
			if (flights[i].due <= region.round)
				places[due++] = i;
		if (!due)
			break;
		size_t at = places[chance_below((unsigned)due)]; /* in any order */
		struct flight flight = flights[at];
		flights[at] = flights[--flight_count];
		if (flight.cut && flight.to != OBSERVER)
			cut_refused(parcels[flight.parcel], flight.to);
		else if (flight.to < STATES && parcels[flight.parcel]->epoch > renewal_known(flight.to, parcels[flight.parcel]->from) &&
		         !(flight.to == region.hostile && region.contradicted)) {
			keys_refused(parcels[flight.parcel], flight.to);
			flight.due = region.round + 1; /* it waits for the card */
			flights[flight_count++] = flight;
		} else
			deliver(parcels[flight.parcel], flight.to);
	}
	for (unsigned by = 0; by < STATES; by++)
		for (unsigned of = 0; of < STATES; of++)
			if (asked[by][of] && chance_of(60) && !(of == region.hostile && region.contradicted))
				carrier_send(of, BIT(by), asked[by][of]);
}

static void hand_over(unsigned from, unsigned to)
{
	if (region.contradicted && (from == region.hostile || to == region.hostile))
		return;

	/* The observer has no store that could tell what it lacks. */
	const struct parcel *parcel = send_now(from, BIT(to), to == OBSERVER ? FROM_THE_FIRST : 0, false);

	deliver(parcel, to);
	if (to == OBSERVER || !asked[to][from])
		return;
	parcel = send_now(from, BIT(to), asked[to][from], false);
	deliver(parcel, to);
	if (asked[to][from] && !region.contradicted && !(from == region.hostile && region.deaf & BIT(to)))
		fail("what %s sent again does not close the gap at %s", code_of(from), code_of(to));
}

void carrier_settle(void)
{
	for (size_t i = 0; i < flight_count; i++)
		if (!flights[i].cut)
			deliver(parcels[flights[i].parcel], flights[i].to);
	flight_count = 0;
	for (unsigned turn = 0; turn < 2; turn++)
		for (unsigned from = 0; from < STATES; from++)
			for (unsigned to = 0; to <= OBSERVER; to++)
				if (to != from)
					hand_over(from, to);
}

void carrier_drop(unsigned party)
{
	size_t kept = 0;

	for (size_t i = 0; i < flight_count; i++)
		if (flights[i].to != party && parcels[flights[i].parcel]->from != party)
			flights[kept++] = flights[i];
	flight_count = kept;
	/* On a medium others of the same names come. */
	for (size_t i = 0; i < parcel_count; i++)
		if (parcels[i]->on_medium && (parcels[i]->from == party || parcels[i]->to & BIT(party))) {
			parcels[i]->path[0] = '\0';
			parcels[i]->to = 0;
		}
	for (unsigned i = 0; i < PARTIES; i++)
		asked[party][i] = asked[i][party] = 0;
}
