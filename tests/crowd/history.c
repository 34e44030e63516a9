/* What all processes told, against what the store tells: whether one order explains both. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "crowd.h"
#include "qorgan/object.h"

static struct qorgan_error error;
static struct event **by_commit; /* of each commit the event that made it; NULL: none of ours */
static uint64_t commit_count;

/* ---- The log and what was told of it ------------------------------------------------------------- */

static int commit_take(void *context, const struct qorgan_history_entry *entry)
{
	uint64_t *next = context;

	if (!by_commit) {
		commit_count = *next = entry->commit;
		by_commit = calloc(commit_count + 1, sizeof *by_commit);
		if (!by_commit)
			crowd_fail("no memory");
	}
	if (entry->commit != (*next)--)
		crowd_fail("the log has no commit %llu", (unsigned long long)*next + 1);
	if (entry->message[0] != 'w')
		return 0;
	uint64_t number = strtoull(entry->message + 1, NULL, 10);
	struct event *event = &crowd->events[number];
	if (number >= crowd->event_count || event->doing > MAKE)
		crowd_fail("commit %llu was made by nobody", (unsigned long long)entry->commit);
	if (event->ended && (event->code || event->commit != entry->commit))
		crowd_fail("commit %llu was told as %llu", (unsigned long long)entry->commit, (unsigned long long)event->commit);
	if (!event->ended) { /* killed when it was committed already, and before it could say so */
		if (event->commit && event->commit != entry->commit)
			crowd_fail("a commit is there twice");
		event->commit = entry->commit;
	}
	by_commit[entry->commit] = event;
	return 0;
}

static void commits_check(void)
{
	for (uint64_t i = 0; i < crowd->event_count; i++) {
		const struct event *event = &crowd->events[i];
		if (event->doing <= MAKE && event->ended && !event->code &&
		    (event->commit > commit_count || by_commit[event->commit] != event))
			crowd_fail("commit %llu was told, and is lost", (unsigned long long)event->commit);
	}
}

/* Whoever began after another had ended comes after it. */
static void real_time_check(void)
{
	uint64_t latest = 0;

	for (uint64_t i = 1; i <= commit_count; i++) {
		const struct event *event = by_commit[i];
		if (!event)
			continue;
		if (event->ended && event->ended < latest)
			crowd_fail("commit %llu comes after one that began when it had ended", (unsigned long long)i);
		if (event->begun > latest)
			latest = event->begun;
	}
}

/* ---- The objects ------------------------------------------------------------------------------------ */

struct versions {
	unsigned count, *numbers;
	uint64_t *commits;
};

static struct versions versions_of(struct qorgan_store *store, const char *id)
{
	struct versions versions = { 0 };
	struct qorgan_object *object;

	if (qorgan_object_get(store, "domain", id, 0, &object, &error))
		crowd_fail("%s: %s", id, error.message);
	versions.count = qorgan_object_version(object);
	qorgan_object_free(object);
	versions.numbers = calloc(versions.count + 1, sizeof *versions.numbers);
	versions.commits = calloc(versions.count + 1, sizeof *versions.commits);
	if (!versions.numbers || !versions.commits)
		crowd_fail("no memory");
	for (uint32_t i = 1; i <= versions.count; i++) {
		if (qorgan_object_get(store, "domain", id, i, &object, &error))
			crowd_fail("%s@%u: %s", id, i, error.message);
		char *text = qorgan_object_field(store, object, "order");
		versions.numbers[i] = text ? (unsigned)atoi(text) : 0;
		versions.commits[i] = qorgan_object_commit(object);
		free(text);
		qorgan_object_free(object);
	}
	return versions;
}

static void versions_free(struct versions *versions)
{
	free(versions->numbers);
	free(versions->commits);
}

static void sum_check(const struct versions *a, const struct versions *b)
{
	if (a->count != b->count)
		crowd_fail("of two objects that are changed together one has %u versions, one %u", a->count, b->count);
	for (unsigned i = 1; i <= a->count; i++) {
		if (a->commits[i] != b->commits[i] || a->numbers[i] + b->numbers[i] != SUM)
			crowd_fail("version %u: %u and %u", i, a->numbers[i], b->numbers[i]);
		const struct event *event = by_commit[a->commits[i]];
		if (i > 1 && (!event || event->doing != MOVE))
			crowd_fail("version %u was written by nobody", i);
	}
}

/* No update is lost: each is by one more, and by whoever read the one before. */
static void count_check(const struct versions *c)
{
	for (unsigned i = 1; i <= c->count; i++) {
		const struct event *event = by_commit[c->commits[i]];
		if (c->numbers[i] != i - 1 || (i > 1 && (!event || event->doing != COUNT)))
			crowd_fail("version %u counts %u", i, c->numbers[i]);
	}
}

/* A reader sees no less than what had been told when it began, and nothing that had not begun when it ended. */
static void reads_check(const struct versions *c)
{
	for (uint64_t i = 0; i < crowd->event_count; i++) {
		const struct event *event = &crowd->events[i];
		if (event->doing != READ || !event->ended)
			continue;
		if (event->value >= c->count)
			crowd_fail("a reader sees %u, of which there are %u", event->value, c->count - 1);
		const struct event *next = event->value + 2 <= c->count ? by_commit[c->commits[event->value + 2]] : NULL;
		const struct event *seen = event->value ? by_commit[c->commits[event->value + 1]] : NULL;
		if (next && next->ended && next->ended < event->begun)
			crowd_fail("a reader sees %u, when the next one had been told", event->value);
		if (seen && seen->begun > event->ended)
			crowd_fail("a reader sees %u before it was", event->value);
	}
}

void history_check(void)
{
	struct qorgan_store *store = crowd_open(QORGAN_READ_ONLY);
	uint64_t next = 0;

	if (qorgan_commits(store, 0, commit_take, &next, &error))
		crowd_fail("the log: %s", error.message);
	commits_check();
	real_time_check();
	struct versions a = versions_of(store, "A"), b = versions_of(store, "B"), c = versions_of(store, "C");
	sum_check(&a, &b);
	count_check(&c);
	reads_check(&c);
	printf("%llu commits, %u of them moved, %u counted; %u works refused as the base was old, %u processes killed\n",
	       (unsigned long long)commit_count, a.count - 1, c.count - 1, crowd->refused, crowd->killed);
	versions_free(&a);
	versions_free(&b);
	versions_free(&c);
	free(by_commit);
	qorgan_store_close(store);
}
