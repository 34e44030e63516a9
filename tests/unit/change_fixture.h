/* A change under way in a store with three measures, one waiting for the other, and short
 * words for what tests do with it. */
#ifndef TESTS_CHANGE_FIXTURE_H
#define TESTS_CHANGE_FIXTURE_H

#include <check.h>
#include <stdio.h>
#include <string.h>

#include "register_fixture.h"
#include "store/vault.h"

static const char change_catalogue[] =
	"{\"kind\":\"domain\",\"id\":\"CYB\",\"title\":{\"en\":\"Cyber\"}}\n"
	"{\"kind\":\"risk\",\"id\":\"CYB-01\",\"domain\":\"CYB\",\"title\":{\"en\":\"Attack\"}}\n"
	"{\"kind\":\"measure\",\"id\":\"M1\",\"risks\":[\"CYB-01\"],\"title\":{\"en\":\"First\"},\"lead\":\"UZB\","
	"\"support\":[\"KAZ\",\"TJK\"],\"due\":\"2027-03-01\",\"marking\":\"TLP:AMBER\",\"release\":[\"KAZ\"],"
	"\"milestones\":[{\"id\":\"m1\",\"title\":{\"en\":\"Plan\"},\"due\":\"2026-12-01\"}],"
	"\"indicators\":[{\"id\":\"i1\",\"title\":{\"en\":\"Drills\"},\"unit\":\"drills\",\"target\":4}]}\n"
	"{\"kind\":\"measure\",\"id\":\"M2\",\"risks\":[\"CYB-01\"],\"title\":{\"en\":\"Second\"},"
	"\"dependencies\":[\"M1\"]}\n"
	"{\"kind\":\"measure\",\"id\":\"M3\",\"risks\":[\"CYB-01\"],\"title\":{\"en\":\"Third\"},"
	"\"dependencies\":[\"M2\"]}\n";

static struct qorgan_change *change;
static struct qorgan_commit done;

static inline void set_up(void)
{
	fixture_empty();
	fixture_load(change_catalogue);
}

static inline void begin_as(const char *user)
{
	ck_ok(qorgan_change_begin(store, user, "a test", &change, &error));
}

static inline void begin(void)
{
	begin_as(NULL);
}

static inline void turn(const char *kind, const char *id, enum qorgan_change_mode mode)
{
	ck_ok(qorgan_change_object(change, kind, id, mode, 0, &error));
}

static inline void set(const char *path, const char *text)
{
	ck_ok(qorgan_change_set(change, path, text, &error));
}

static inline void end(void)
{
	qorgan_change_free(change);
	change = NULL;
}

static inline void commit(void)
{
	ck_ok(qorgan_change_commit(change, &done, &error));
}

static inline void commit_end(void)
{
	commit();
	end();
}

static inline uint64_t commits(void)
{
	struct vault_view *view;

	ck_ok(vault_view_begin(store, &view, &error));
	uint64_t count = vault_view_commits(view);
	vault_view_end(view);
	return count;
}

/* The commit is refused, says why, and changes nothing. */
static inline void refuse(int code, const char *words)
{
	uint64_t before = commits();

	ck_fails(qorgan_change_commit(change, &done, &error), code, words);
	ck_assert_uint_eq(commits(), before);
	ck_assert_uint_eq(done.number, 0);
	end();
}

/* The number of the newest version; 0: there is no such object. */
static inline uint32_t version_of(const char *kind, const char *id)
{
	struct vault_place place = { 0 };
	struct vault_view *view;

	ck_ok(vault_view_begin(store, &view, &error));
	int code = vault_find(view, schema_find(kind, strlen(kind)), span_of(id), &place, &error);
	ck_assert(code == QORGAN_OK || code == QORGAN_ABSENT);
	vault_view_end(view);
	return place.version;
}

/* A version's body, canonical JSON; valid until the next call. */
static inline const char *body_of(const char *kind, const char *id, uint32_t version)
{
	static char text[8192];
	struct vault_record record = { 0 };
	struct vault_view *view;

	ck_ok(vault_view_begin(store, &view, &error));
	ck_ok(vault_get(view, schema_find(kind, strlen(kind)), span_of(id), version, &record, &error));
	snprintf(text, sizeof text, "%.*s", (int)record.record.body.size, record.record.body.data);
	vault_record_free(&record);
	vault_view_end(view);
	return text;
}

static inline void has(const char *kind, const char *id, const char *words)
{
	const char *body = body_of(kind, id, 0);

	ck_assert_msg(strstr(body, words) != NULL, "%s lacks %s", body, words);
}

static inline void lacks(const char *kind, const char *id, const char *words)
{
	const char *body = body_of(kind, id, 0);

	ck_assert_msg(strstr(body, words) == NULL, "%s has %s", body, words);
}

/* One field of one object as a commit of its own. */
static inline void edit(const char *kind, const char *id, const char *path, const char *text)
{
	begin();
	turn(kind, id, QORGAN_EDIT);
	set(path, text);
	commit_end();
}

static inline void edit_refused(const char *kind, const char *id, const char *path, const char *text,
                                const char *words)
{
	begin();
	turn(kind, id, QORGAN_EDIT);
	set(path, text);
	refuse(QORGAN_BAD_DATA, words);
}

/* A report on M1, left open or as a commit of its own. */
static inline void report_as(const char *user, const char *state, const char *word)
{
	begin_as(user);
	ck_ok(qorgan_change_status(change, "M1", state, word, NULL, &error));
}

static inline void reported_as(const char *user, const char *word)
{
	report_as(user, NULL, word);
	commit_end();
}

#endif
