/* What lies in a courier's folder for this state: what was not taken in yet, of each
 * sender in the order of its numbers. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "exchange/courier_folder.h"
#include "exchange/exchange.h"
#include "exchange/senders.h"
#include "store/mirror.h"

/* A package, by the names of its files. */
struct incoming {
	char from[RECORD_NAME_LIMIT];
	uint64_t number;
	char *path;  /* of the whole, which may be there in parts only */
	char *waits; /* why it goes on after one that is missing; NULL: it does not */
};

struct inbox {
	struct incoming *items;
	size_t count;
};

static int by_sender(const void *a, const void *b)
{
	const struct incoming *one = a, *other = b;
	int order = strcmp(one->from, other->from);

	return order ? order : (one->number > other->number) - (one->number < other->number);
}

static int item_add(struct inbox *inbox, const char *folder, const char *name, const struct courier_name *parsed)
{
	struct incoming *more = realloc(inbox->items, (inbox->count + 1) * sizeof *more);
	struct incoming item = { .number = parsed->number };
	char *whole = strndup(name, parsed->package);

	if (more)
		inbox->items = more;
	item.path = more && whole ? file_join(folder, whole) : NULL;
	free(whole);
	if (!item.path)
		return QORGAN_INTERNAL;
	snprintf(item.from, sizeof item.from, "%.*s", (int)parsed->from.size, parsed->from.data);
	inbox->items[inbox->count++] = item;
	return QORGAN_OK;
}

/* Each package once, however many files it has. */
static void items_sort(struct inbox *inbox)
{
	size_t left = 0;

	if (inbox->count)
		qsort(inbox->items, inbox->count, sizeof *inbox->items, by_sender);
	for (size_t i = 0; i < inbox->count; i++) {
		if (left && by_sender(&inbox->items[left - 1], &inbox->items[i]) == 0)
			free(inbox->items[i].path);
		else
			inbox->items[left++] = inbox->items[i];
	}
	inbox->count = left;
}

static int inbox_read(struct exchanging *x, struct inbox *inbox, struct qorgan_error *error)
{
	struct courier_name parsed;
	char **names;
	size_t count;
	int code = courier_names(x->how->folder, &names, &count, error);

	if (code)
		return code;
	for (size_t i = 0; i < count && !code; i++)
		if (courier_name_incoming(names[i], vault_state(x->store), &parsed) &&
		    parsed.from.size < sizeof inbox->items->from && item_add(inbox, x->how->folder, names[i], &parsed))
			code = error_set_memory(error);
	courier_names_free(names, count);
	items_sort(inbox);
	return code;
}

static void inbox_free(struct inbox *inbox)
{
	for (size_t i = 0; i < inbox->count; i++) {
		free(inbox->items[i].path);
		free(inbox->items[i].waits);
	}
	free(inbox->items);
}

/* ---- One sender ---------------------------------------------------------------------- */

/* The number of the newest package that was taken in of its log; 0 of whoever is no
 * partner. What has a lower one holds nothing that is not known. */
static int newest_known(struct exchanging *x, const char *from, uint64_t *number, struct qorgan_error *error)
{
	struct vault_view *view = NULL;
	struct sender *senders = NULL;
	struct mirror_log log = { 0 };
	size_t count = 0;
	int code = vault_view_begin(x->store, &view, error);

	*number = 0;
	if (!code)
		code = senders_load(view, &senders, &count, error);
	for (size_t i = 0; i < count && !code; i++) {
		if (strcmp(senders[i].id, from) != 0)
			continue;
		code = mirror_log_find(view, senders[i].origin, &log, error);
		if (!code)
			*number = log.sequence;
		mirror_log_free(&log);
		code = code == QORGAN_ABSENT ? QORGAN_OK : code;
	}
	vault_view_end(view);
	free(senders);
	return code;
}

/* Of what others may write, only files are opened: a pipe would keep us waiting. */
static int file_check(const char *path, bool *there, struct qorgan_error *error)
{
	struct stat status;

	*there = lstat(path, &status) == 0;
	if (!*there || S_ISREG(status.st_mode))
		return QORGAN_OK;
	return error_set(error, QORGAN_IO, "%s is no file of its own, but a link or another thing: it is not read", path);
}

/* Whether all of it is there; if not, why, in the error. */
static int whole_check(const char *path, bool *whole, struct qorgan_error *error)
{
	char *signature = NULL;
	unsigned parts;
	bool there;
	int code = file_check(path, whole, error);

	if (!code && !*whole) {
		error_set(error, QORGAN_ABSENT, "it is gone");
		code = parts_find(path, &parts, error);
		*whole = !code;
	}
	if (!code && asprintf(&signature, "%s" COURIER_SIGNATURE, path) < 0)
		return error_set_memory(error);
	if (!code)
		code = file_check(signature, &there, error);
	if (!code && !there) {
		*whole = false;
		error_set(error, QORGAN_ABSENT, "its signature is not there yet");
	}
	free(signature);
	return code == QORGAN_ABSENT ? QORGAN_OK : code;
}

static void name_compare(struct exchanging *x, const struct incoming *item, const struct qorgan_receive_result *result)
{
	char text[400];

	if (strcmp(result->from, item->from) == 0 && result->sequence == item->number)
		return;
	snprintf(text, sizeof text, "its name is not what it is: package %" PRIu64 " of %s", result->sequence, result->from);
	exchange_tell(x, QORGAN_EXCHANGED_NOTED, item->path, item->from, text);
}

static int item_receive(struct exchanging *x, const struct incoming *item, struct qorgan_receive_result *result,
                        struct qorgan_error *error)
{
	const struct qorgan_receive receive = {
		.path = item->path, .dry_run = x->how->dry_run, .user = x->how->user, .message = x->how->message,
		.item = x->how->item, .context = x->how->context,
	};
	int code = qorgan_receive(x->store, &receive, result, error);
	const struct qorgan_exchange_event event = {
		.what = QORGAN_EXCHANGED_RECEIVED, .path = item->path, .partner = item->from, .text = "", .received = result
	};

	if (code)
		return code;
	if (x->how->event)
		x->how->event(x->how->context, &event);
	name_compare(x, item, result);
	/* What is found with another's help is no fault of this package, and grave all the same. */
	if (*result->forked)
		return error_set(error, QORGAN_PROTOCOL, "%s shows two histories, as package %" PRIu64 " of %s brought to light; "
		                 "that was taken in, and the evidence is kept: qorgan partner fork %s", result->forked,
		                 result->sequence, result->from, result->forked);
	return QORGAN_OK;
}

static int item_take(struct exchanging *x, struct incoming *item, uint64_t *known)
{
	struct qorgan_receive_result result = { 0 };
	struct qorgan_error why = { 0 };
	bool whole = false;
	int code = whole_check(item->path, &whole, &why);

	if (!code && !whole) {
		exchange_tell(x, QORGAN_EXCHANGED_WAITS, item->path, item->from, why.message);
		return QORGAN_OK;
	}
	if (!code)
		code = item_receive(x, item, &result, &why);
	if ((!code || *result.forked) && strcmp(result.from, item->from) == 0 && result.sequence > *known)
		*known = result.sequence;
	/* One that comes later may send again what it lacks, and what it holds. */
	if (code && result.gap && (item->waits = strdup(why.message)))
		return QORGAN_OK;
	return code ? exchange_fail(x, item->path, item->from, code, &why) : QORGAN_OK;
}

/* What still lacks one before it. In a dry run nothing came in before it. */
static int waiting_tell(struct exchanging *x, const struct incoming *item, bool came)
{
	struct qorgan_error why;

	if (came && x->how->dry_run) {
		exchange_tell(x, QORGAN_EXCHANGED_WAITS, item->path, item->from, "it goes on after those before it, and can be "
		              "checked when they were taken in");
		return QORGAN_OK;
	}
	error_set(&why, QORGAN_PROTOCOL, "%s", item->waits);
	return exchange_fail(x, item->path, item->from, QORGAN_PROTOCOL, &why);
}

static int sender_receive(struct exchanging *x, struct incoming *items, size_t count, struct qorgan_error *error)
{
	uint64_t known, before;
	int code = newest_known(x, items->from, &known, error);

	before = known;
	for (size_t i = 0; i < count && !code; i++)
		if (items[i].number > known)
			code = item_take(x, &items[i], &known);
	for (size_t i = 0; i < count && !code; i++)
		if (items[i].waits && items[i].number > known)
			code = waiting_tell(x, &items[i], known > before);
	return code;
}

int exchange_receive(struct exchanging *x, struct qorgan_error *error)
{
	struct inbox inbox = { 0 };
	int code = inbox_read(x, &inbox, error);

	for (size_t i = 0, next; i < inbox.count && !code; i = next) {
		for (next = i + 1; next < inbox.count && strcmp(inbox.items[i].from, inbox.items[next].from) == 0; next++)
			;
		code = sender_receive(x, &inbox.items[i], next - i, error);
	}
	if (code == QORGAN_INTERRUPTED)
		error_set(error, code, "stopped: what was taken in stays");
	inbox_free(&inbox);
	return code;
}
