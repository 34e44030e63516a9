/* What each process of the crowd does. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "crowd.h"
#include "qorgan/backup.h"
#include "qorgan/object.h"

static struct qorgan_error error;

static void must(int code, const char *what)
{
	if (code)
		crowd_fail("process %d: %s: %s", (int)getpid(), what, error.message);
}

/* ---- What is told of each work --------------------------------------------------------------- */

static struct event *event_begin(enum doing doing, unsigned process, char message[32])
{
	uint64_t number = atomic_fetch_add(&crowd->event_count, 1);

	if (number >= EVENTS_LIMIT)
		crowd_fail("too many events");
	struct event *event = &crowd->events[number];
	event->doing = doing;
	event->process = process;
	snprintf(message, 32, "w%llu", (unsigned long long)number);
	atomic_store(&event->begun, atomic_fetch_add(&crowd->tick, 1) + 1);
	return event;
}

static void event_end(struct event *event, int code)
{
	event->code = code;
	atomic_store(&event->ended, atomic_fetch_add(&crowd->tick, 1) + 1);
	atomic_fetch_add(&crowd->done, 1);
}

/* ---- Writers ------------------------------------------------------------------------------------ */

static unsigned number_of(struct qorgan_store *store, const char *id, uint32_t *version)
{
	struct qorgan_object *object;

	must(qorgan_object_get(store, "domain", id, 0, &object, &error), id);
	char *text = qorgan_object_field(store, object, "order");
	unsigned number = text ? (unsigned)atoi(text) : 0;
	*version = qorgan_object_version(object);
	free(text);
	qorgan_object_free(object);
	return number;
}

static void number_set(struct qorgan_change *change, const char *id, uint32_t base, unsigned number)
{
	char text[20];

	must(qorgan_change_object(change, "domain", id, QORGAN_EDIT, base, &error), id);
	snprintf(text, sizeof text, "%u", number);
	must(qorgan_change_set(change, "order", text, &error), id);
}

static void move(struct qorgan_store *store, struct event *event, const char *message)
{
	struct qorgan_change *change;
	struct qorgan_commit commit = { 0 };
	uint32_t version_a, version_b;

	must(qorgan_change_begin(store, NULL, message, &change, &error), "begin");
	unsigned a = number_of(store, "A", &version_a), b = number_of(store, "B", &version_b); /* nobody else writes now */
	if (a + b != SUM)
		crowd_fail("a writer sees %u and %u", a, b);
	unsigned part = 1 + crowd_chance(9);
	bool forth = a >= part && (b < part || crowd_chance(2));
	number_set(change, "A", version_a, forth ? a - part : a + part);
	number_set(change, "B", version_b, forth ? b + part : b - part);
	must(qorgan_change_commit(change, &commit, &error), "commit");
	event->commit = commit.number;
	qorgan_change_free(change);
	event_end(event, QORGAN_OK);
}

/* What it saw may be old by the time that it is the one writer: then it is refused. */
static void count(struct qorgan_store *store, struct event *event, const char *message)
{
	struct qorgan_change *change;
	struct qorgan_commit commit = { 0 };
	char text[20];
	uint32_t version;
	unsigned number = number_of(store, "C", &version);

	must(qorgan_change_begin(store, NULL, message, &change, &error), "begin");
	int code = qorgan_change_object(change, "domain", "C", QORGAN_EDIT, version, &error);
	if (!code) {
		snprintf(text, sizeof text, "%u", number + 1);
		must(qorgan_change_set(change, "order", text, &error), "order");
		code = qorgan_change_commit(change, &commit, &error);
	}
	if (code != QORGAN_BUSY)
		must(code, "commit");
	event->commit = code ? 0 : commit.number;
	event->value = number + 1;
	qorgan_change_free(change);
	crowd->refused += code == QORGAN_BUSY;
	event_end(event, code);
}

static void make(struct qorgan_store *store, struct event *event, const char *message)
{
	struct qorgan_change *change;
	struct qorgan_commit commit = { 0 };

	must(qorgan_change_begin(store, NULL, message, &change, &error), "begin");
	must(qorgan_change_object(change, "domain", message, QORGAN_ADD, 0, &error), message);
	must(qorgan_change_set(change, "title.en", message, &error), message);
	must(qorgan_change_commit(change, &commit, &error), "commit");
	event->commit = commit.number;
	qorgan_change_free(change);
	event_end(event, QORGAN_OK);
}

/* ---- Readers ------------------------------------------------------------------------------------- */

struct moment {
	unsigned a, b, c, made;
};

static int row_take(void *context, const struct qorgan_row *row)
{
	struct moment *moment = context;
	unsigned number = (unsigned)atoi(row->cells[1]);

	if (strcmp(row->cells[0], "A") == 0)
		moment->a = number;
	else if (strcmp(row->cells[0], "B") == 0)
		moment->b = number;
	else if (strcmp(row->cells[0], "C") == 0)
		moment->c = number;
	else
		moment->made++;
	return 0;
}

static int commit_take(void *context, const struct qorgan_history_entry *entry)
{
	unsigned long long *left = context;

	if (!*left)
		*left = entry->commit + 1;
	if (entry->commit != *left - 1)
		crowd_fail("commit %llu comes after %llu in the log", (unsigned long long)entry->commit, *left);
	*left = entry->commit;
	return 0;
}

static void look(struct qorgan_store *store, struct event *event)
{
	const struct qorgan_listing listing = { .kind = "domain", .columns = "id,order", .data = true };
	struct moment moment = { 0 };
	unsigned long long left = 0;

	must(qorgan_list(store, &listing, NULL, row_take, &moment, &error), "list");
	if (moment.a + moment.b != SUM)
		crowd_fail("a reader sees %u and %u", moment.a, moment.b);
	event->value = moment.c;
	must(qorgan_commits(store, 0, commit_take, &left, &error), "log");
	if (left != 1)
		crowd_fail("the log begins with commit %llu", left);
	event_end(event, QORGAN_OK);
}

static void finding_fail(void *context, const char *what, const char *object, const char *advice)
{
	(void)context, (void)advice;
	crowd_fail("verify: %s: %s", object, what);
}

static void examine(struct qorgan_store *store, struct event *event)
{
	struct qorgan_verification result;

	must(qorgan_verify(store, finding_fail, NULL, &result, &error), "verify");
	event_end(event, QORGAN_OK);
}

/* Each process has a file of its own, and examines what is in it. */
static void save(struct qorgan_store *store, struct event *event, unsigned process)
{
	char path[200], identity[200], beside[220], name[40];
	const struct qorgan_keys keys = { .identity = identity };
	const struct qorgan_backup backup = { .output = path, .replace = true, .keys = &keys };
	const struct qorgan_restore restore = { .file = path, .path = beside, .keys = &keys,
		                                    .finding = finding_fail };
	struct qorgan_backup_facts facts;
	struct qorgan_restored restored;

	snprintf(name, sizeof name, "%u-%d.backup", process, (int)getpid());
	snprintf(path, sizeof path, "%s", crowd_path(name));
	snprintf(beside, sizeof beside, "%s.store", path);
	snprintf(identity, sizeof identity, "%s", crowd_path("identity"));
	must(qorgan_backup_make(store, &backup, &facts, &error), "backup");
	must(qorgan_backup_check(&restore, &restored, &error), "backup --check");
	free(restored.replaced);
	free(restored.original);
	event_end(event, QORGAN_OK);
}

/* ---- The process ------------------------------------------------------------------------------------ */

static enum doing choose(void)
{
	static const enum doing often[] = { MOVE, MOVE, MOVE, COUNT, COUNT, COUNT, COUNT, MAKE, READ, READ, READ };

	unsigned number = crowd_chance(100);
	if (number < 2)
		return number == 0 ? VERIFY : BACKUP;
	return often[number % (sizeof often / sizeof often[0])];
}

void process_run(unsigned process, unsigned works)
{
	struct qorgan_store *store = crowd_open(0);
	char message[32];

	while (works--) {
		enum doing doing = choose();
		struct event *event = event_begin(doing, process, message);
		if (doing == MOVE)
			move(store, event, message);
		else if (doing == COUNT)
			count(store, event, message);
		else if (doing == MAKE)
			make(store, event, message);
		else if (doing == READ)
			look(store, event);
		else if (doing == VERIFY)
			examine(store, event);
		else
			save(store, event, process);
	}
	qorgan_store_close(store);
}
