/* Receiving: a partner's package, taken in whole or not at all. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "crypto/secret.h"
#include "exchange/fork.h"
#include "exchange/receive.h"
#include "record/canonical.h"
#include "record/reader.h"
#include "register/id_set.h"
#include "register/parties.h"
#include "register/standing.h"
#include "store/checkout.h"
#include "store/partner_secret.h"

/* A record that lists the leaves of a package is split when its list is longer. */
#define LEAVES_LIMIT (100 * 1024)

/* ---- Before anything is read ------------------------------------------------------- */

static int self_read(struct receiving *x, struct vault_view *view, struct qorgan_error *error)
{
	struct parties *parties = NULL;
	char code[65];
	int result = parties_load(view, &parties, error);

	snprintf(x->self.id, sizeof x->self.id, "%s", vault_state(x->store));
	if (!result)
		parties_find(parties, span_of(x->self.id), code, &x->self.observer);
	parties_free(parties);
	return result;
}

/* Opens the package; the sender is one of `senders`. */
static int source_open(struct receiving *x, const struct sender *senders, size_t count, struct package_reader **reader,
                       struct qorgan_error *error)
{
	struct minisign_public *keys = calloc(count ? count : 1, sizeof *keys);
	int code = keys ? QORGAN_OK : error_set_memory(error);

	for (size_t i = 0; i < count && !code; i++)
		keys[i] = senders[i].package;
	if (!code)
		code = package_open(x->how->path, x->how->signature, keys, count, reader, error);
	free(keys);
	if (code)
		return code;
	x->sender = &senders[package_signer(*reader)];
	x->digest = package_digest(*reader);
	snprintf(x->result->from, sizeof x->result->from, "%s", x->sender->id);
	return x->sender->retired ? error_set(error, QORGAN_DENIED, "partner %s is retired: nothing of it is taken in",
	                                      x->sender->id)
	                          : QORGAN_OK;
}

static int former_count(void *context, const struct mirror_log *log, struct qorgan_error *error)
{
	struct receiving *x = context;

	(void)error;
	x->former += log->number < x->log.number && strcmp(log->state, x->sender->id) == 0;
	return QORGAN_OK;
}

/* What is known of the sender's log; nothing of a new one. */
static int log_start(struct receiving *x, struct qorgan_error *error)
{
	int code = mirror_log_find(vault_change_view(x->change), x->sender->origin, &x->log, error);

	if (code == QORGAN_ABSENT) {
		x->log = (struct mirror_log){ .number = MIRROR_LOG_NEW };
		snprintf(x->log.state, sizeof x->log.state, "%.63s", x->sender->id); /* ids of states are shorter */
		snprintf(x->log.origin, sizeof x->log.origin, "%s", x->sender->origin);
		code = QORGAN_OK;
	}
	if (!code)
		code = mirror_change_log(x->change, &x->log, error);
	if (!code)
		code = mirror_logs(vault_change_view(x->change), former_count, x, error);
	x->known = x->log.tree.size;
	if (!code && x->log.forked && !x->how->despite_fork)
		code = error_set(error, QORGAN_PROTOCOL, "%s was found to show two histories (qorgan partner fork %s): clear that up "
		                 "with it first; to take in its packages all the same, --despite-fork", x->sender->id,
		                 x->sender->id);
	return code;
}

/* Of this state: packages may have been made for one that it had before. */
#define IDENTITIES_LIMIT 8

static int lines_read(struct receiving *x, struct package_reader *reader, struct qorgan_error *error)
{
	uint8_t (*identities)[32] = secret_alloc(IDENTITIES_LIMIT * sizeof *identities);
	struct package_keys keys = { .identities = (const uint8_t (*)[32])identities };
	char *secret = secret_alloc(PARTNER_SECRET_LIMIT);
	int code = identities && secret ? vault_age_identities(vault_change_view(x->change), identities, IDENTITIES_LIMIT,
	                                                       &keys.count, error)
	                                : error_set_memory(error);

	if (!code && x->sender->secret_since) {
		code = partner_secret_get(vault_change_view(x->change), x->sender->id, x->sender->secret_since, secret, error);
		keys.secret = secret;
	}
	if (!code)
		code = package_read(reader, &keys, &receive_handler, x, error);
	/* What a record breaks comes before what is wrong behind it. */
	int wrong = record_checker_finish(x->checker, error);
	x->checker = NULL;
	code = wrong ? wrong : code;
	if (code == QORGAN_PROTOCOL && x->differs) {
		int found = fork_find(x, reader, &keys, error);
		code = found ? found : code;
		if (found && *x->restored.at)
			error_prefix(error, code, "%s put its store back on %.10s from a backup with %" PRIu64 " entries, and went on from "
			             "there", x->sender->id, x->restored.at, x->restored.size);
	}
	x->result->unlocked = !code && keys.secret && !package_was_locked(reader);
	secret_free(secret);
	secret_free(identities);
	return code;
}

/* ---- What came in ------------------------------------------------------------------- */

/* Hides what the sender asked to drop, unless it sent a newer version. */
static int withdrawal_settle(struct receiving *x, struct touched *touched, const struct mirror_object *object,
                             struct qorgan_error *error)
{
	if (object->place.version > touched->version || object->withdrawn >= touched->version) {
		touched->what = TOUCHED_NOTHING;
		return QORGAN_OK;
	}
	x->result->withdrawn++;
	return mirror_change_standing(x->change, &object->place, MIRROR_WITHDRAWN, touched->version, error);
}

/* What a newer package holds of an object is not withdrawn any more. */
static int object_settle(struct receiving *x, struct touched *touched, struct span id, struct qorgan_error *error)
{
	struct mirror_object object;
	int code;

	if (touched->what == QORGAN_RECEIVED_NEW)
		return QORGAN_OK;
	code = mirror_object_find(mirror_change_peek(x->change), touched->schema, id, x->log.number, &object, error);
	if (code == QORGAN_ABSENT)
		touched->what = TOUCHED_NOTHING; /* asked to drop what never came */
	else if (!code && touched->what == QORGAN_RECEIVED_WITHDRAWN)
		return withdrawal_settle(x, touched, &object, error);
	else if (!code && object.standing == MIRROR_WITHDRAWN)
		return mirror_change_standing(x->change, &object.place, MIRROR_STANDS_BACK, 0, error);
	return code == QORGAN_ABSENT ? QORGAN_OK : code;
}

static int objects_settle(struct receiving *x, struct qorgan_error *error)
{
	struct touched touched;
	struct span id;
	int code = QORGAN_OK;

	for (size_t at = 0, from = 0; !code && touched_next(&x->touched, &at, &touched, &id); from = at) {
		if (touched.clear)
			continue;
		code = object_settle(x, &touched, id, error);
		touched_set(&x->touched, from, &touched);
	}
	return code;
}

static void settled_count(struct receiving *x, const struct touched *touched, struct span id,
                          const struct standings_settled *settled)
{
	struct qorgan_receive_result *result = x->result;

	result->superseded += settled->superseded;
	if (settled->disputed[0] && result->disputed++ == 0) {
		snprintf(result->disputed_object, sizeof result->disputed_object, "%s %.*s", touched->schema->kind, (int)id.size,
		         id.data);
		snprintf(result->disputed_with, sizeof result->disputed_with, "%.64s", settled->disputed);
	}
}

/* Whose object counts now, of each that came in. */
static int standings_all_settle(struct receiving *x, struct qorgan_error *error)
{
	struct id_set done;
	struct touched touched;
	struct span id;
	struct standings_settled settled;
	int code = QORGAN_OK;

	id_set_start(&done);
	for (size_t at = 0; !code && touched_next(&x->touched, &at, &touched, &id);) {
		if (touched.what == TOUCHED_NOTHING || touched.clear)
			continue;
		uint64_t hash = id_set_hash(&done, touched.schema->kind, id);
		if (id_set_has(&done, hash))
			continue;
		code = id_set_add(&done, hash, 0)
		           ? standings_settle(x->change, touched.schema, id, x->sender->id, &settled, error)
		           : error_set_memory(error);
		if (!code)
			settled_count(x, &touched, id, &settled);
	}
	id_set_free(&done);
	return code;
}

/* ---- The receipt ---------------------------------------------------------------------- */

/* The packages of each log are numbered from 1: those of a further log of the same state
 * are told apart, as "KAZ/7-2". */
static void receipt_name(const struct receiving *x, uint64_t number, unsigned part, char id[RECORD_ID_LIMIT])
{
	int size = snprintf(id, RECORD_ID_LIMIT, "%s/%" PRIu64, x->sender->id, number);

	if (x->former)
		size += snprintf(id + size, RECORD_ID_LIMIT - (size_t)size, "-%u", x->former + 1);
	if (part)
		snprintf(id + size, RECORD_ID_LIMIT - (size_t)size, ".%u", part);
}

int receiving_number_look(struct receiving *x, bool *taken, struct qorgan_error *error)
{
	struct vault_record record = { 0 };
	struct span digest;
	char id[RECORD_ID_LIMIT];

	receipt_name(x, x->result->sequence, 0, id);
	int code = vault_get_own(vault_change_view(x->change), schema_find("receipt", 7), span_of(id), 0, &record, error);
	*taken = !code && (!reader_find(record.record.body, "digest", &digest) || digest.size != strlen(x->digest) + 2 ||
	                   memcmp(digest.data + 1, x->digest, strlen(x->digest)) != 0);
	vault_record_free(&record);
	return code == QORGAN_ABSENT ? QORGAN_OK : code;
}

/* Two packages of one number would hide each other. */
static int number_check(struct receiving *x, struct qorgan_error *error)
{
	bool taken;
	int code = receiving_number_look(x, &taken, error);

	if (!code && taken && receiving_is_given_up(x))
		return receiving_given_up(x, error);
	return !code && taken
	           ? error_set(error, QORGAN_PROTOCOL, "another package %" PRIu64 " of %s was received before: ask %s which one "
	                       "holds", x->result->sequence, x->sender->id, x->sender->id)
	           : code;
}

static int receipt_put(struct receiving *x, struct qorgan_error *error)
{
	struct span rest = buffer_span(&x->leaves.text);
	struct buffer body = { 0 };
	enum vault_outcome outcome;
	char id[RECORD_ID_LIMIT];
	int code = QORGAN_OK;

	for (unsigned number = 0; !code && (number == 0 || rest.size); number++) {
		struct span part = leaf_ranges_cut(&rest, LEAVES_LIMIT);
		buffer_clear(&body);
		buffer_append_char(&body, '{');
		if (*x->restored.at)
			buffer_append_format(&body, "\"backup\":\"%s\",", x->restored.backup);
		buffer_append_text(&body, "\"checkpoint\":");
		canonical_write_string(buffer_span(&x->note), &body);
		buffer_append_format(&body, ",\"created\":\"%s\",\"digest\":\"%s\",\"first\":%" PRIu64 ",\"from\":\"%s\"", x->created,
		                     x->digest, x->first, x->sender->id);
		if (part.size)
			buffer_append_format(&body, ",\"leaves\":\"%.*s\"", (int)part.size, part.data);
		buffer_append_format(&body, ",\"records\":%" PRIu64, x->result->records);
		if (*x->restored.at)
			buffer_append_format(&body, ",\"restored\":\"%s\",\"restored_size\":%" PRIu64, x->restored.at, x->restored.size);
		buffer_append_format(&body, ",\"size\":%" PRIu64 "}", x->checkpoint.size);
		receipt_name(x, x->result->sequence, number, id);
		code = body.failed || x->leaves.text.failed
		           ? error_set_memory(error)
		           : vault_change_put(x->change, schema_find("receipt", 7), span_of(id), buffer_span(&body), VAULT_ANY,
		                              &outcome, error);
	}
	buffer_free(&body);
	return code;
}

/* Whether the store is another by this package. */
static bool is_news(const struct receiving *x)
{
	return x->put || x->result->leaves || x->result->evidence || x->result->sequence > x->log.sequence;
}

static int log_settle(struct receiving *x, struct qorgan_error *error)
{
	if (x->result->sequence > x->log.sequence)
		x->log.sequence = x->result->sequence;
	x->log.received = vault_now(x->store);
	x->log.commit = vault_change_number(x->change);
	if (x->checkpoint.size >= x->known) {
		struct buffer before = x->log.note;
		x->log.note = x->note;
		x->note = before;
	}
	return mirror_change_settle(x->change, &x->log, error);
}

static int message_set(struct receiving *x, struct qorgan_error *error)
{
	const struct qorgan_receive_result *result = x->result;
	struct buffer message = { 0 };

	buffer_append_format(&message, "package %" PRIu64 " of %s: %" PRIu64 " new, %" PRIu64 " changed", result->sequence,
	                     result->from, result->created, result->changed);
	if (result->returned)
		buffer_append_format(&message, ", %" PRIu64 " returned", result->returned);
	if (result->withdrawn)
		buffer_append_format(&message, ", %" PRIu64 " withdrawn", result->withdrawn);
	if (*x->restored.at)
		buffer_append_format(&message, "; its store was put back from a backup of %s", x->restored.backup);
	if (x->how->message)
		buffer_append_format(&message, "; %s", x->how->message);
	int code = message.failed ? error_set_memory(error) : vault_change_message(x->change, message.data, error);
	buffer_free(&message);
	return code;
}

static int package_settle(struct receiving *x, struct qorgan_error *error)
{
	/* What follows is written by one transaction, the records first. */
	int code = mirror_change_final(x->change, error);

	if (!code)
		code = witnesses_compare(x, error);
	if (!code)
		code = number_check(x, error);
	if (!code)
		code = objects_settle(x, error);
	leaf_ranges_end(&x->leaves);
	x->result->known = !is_news(x);
	if (!code && !x->result->known && !x->how->dry_run) {
		code = message_set(x, error);
		if (!code)
			code = receipt_put(x, error);
	}
	if (!code)
		code = witnesses_settle(x, error);
	if (!code)
		code = fork_lines_settle(x, error);
	if (!code)
		code = forks_put(x, error);
	if (!code)
		code = standings_all_settle(x, error);
	return code ? code : log_settle(x, error);
}

static int change_end(struct receiving *x, int code, struct qorgan_error *error)
{
	struct vault_change *change = x->change;

	x->change = NULL;
	if (!code && (!x->result->known || x->fork_count) && !x->how->dry_run)
		return vault_change_commit(change, &x->result->commit, error);
	vault_change_abandon(change);
	if (code == QORGAN_PROTOCOL && x->fork_count && !x->how->dry_run) {
		int kept = fork_keep(x, NULL);
		if (kept)
			error_prefix(error, code, "the evidence could not be kept");
	}
	if (code == QORGAN_PROTOCOL && x->has_contradiction && !x->how->dry_run)
		vault_distrust(x->store, x->contradiction.size, x->contradiction.root);
	return code;
}

/* What was taken in. */
static int items_tell(struct receiving *x, struct qorgan_error *error)
{
	struct vault_view *view = NULL;
	int code = x->how->item ? vault_view_begin(x->store, &view, error) : QORGAN_OK;

	if (!code)
		code = touched_tell(&x->touched, view, x->how, error);
	vault_view_end(view);
	return code ? error_prefix(error, code, "the package was taken in, but what it brought cannot be told") : code;
}

static int package_take(struct receiving *x, struct package_reader *reader, struct qorgan_error *error)
{
	int code = vault_change_begin(x->store, x->how->user, NULL, &x->change, error);

	if (!code)
		code = log_start(x, error);
	if (!code)
		code = lines_read(x, reader, error);
	if (!code)
		code = package_settle(x, error);
	if (!code && x->how->dry_run)
		code = touched_tell(&x->touched, mirror_change_peek(x->change), x->how, error);
	if (x->change)
		code = change_end(x, code, error);
	return code || x->how->dry_run ? code : items_tell(x, error);
}

int qorgan_receive(struct qorgan_store *store, const struct qorgan_receive *receive,
                   struct qorgan_receive_result *result, struct qorgan_error *error)
{
	struct receiving x = { .store = store, .how = receive, .result = result };
	struct package_reader *reader = NULL;
	struct sender *senders = NULL;
	struct vault_view *view = NULL;
	size_t count = 0;
	int code = checkout_refuse(store, error);

	*result = (struct qorgan_receive_result){ 0 };
	if (!code)
		code = vault_view_begin(store, &view, error);
	if (!code)
		code = senders_load(view, &senders, &count, error);
	x.senders = senders;
	x.sender_count = count;
	if (!code)
		code = self_read(&x, view, error);
	vault_view_end(view);
	if (!code)
		code = source_open(&x, senders, count, &reader, error);
	if (!code) {
		code = package_take(&x, reader, error);
		/* What the reader of packages found names the file already. */
		if (code == QORGAN_PROTOCOL && error && strncmp(error->message, receive->path, strlen(receive->path)) != 0)
			error_prefix(error, code, "%s", receive->path);
		if ((code == QORGAN_PROTOCOL || code == QORGAN_DENIED) && error && !strstr(error->message, x.sender->id))
			error_prefix(error, code, "a package of %s", x.sender->id);
	}
	package_close(reader);
	free(senders);
	mirror_log_free(&x.log);
	buffer_free(&x.note);
	buffer_free(&x.expected);
	buffer_free(&x.leaves.text);
	buffer_free(&x.touched.entries);
	buffer_free(&x.witnesses);
	buffer_free(&x.fork_lines);
	for (size_t i = 0; i < x.fork_count; i++)
		buffer_free(&x.forks[i].text);
	return code;
}
