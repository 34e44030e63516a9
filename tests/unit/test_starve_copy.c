/* Copying and moving a store while calls fail: the store is as it was, the copy is there whole or not at all, and an attempt
 * can be gone on with whatever state the one before left. */
#include <stdlib.h>

#include "qorgan/copy.h"
#include "region_fixture.h"
#include "starve_fixture.h"
#include "store/vault_internal.h"

Suite *suite_starve_copy(void);

static char there_path[160], store_path[160];
static struct qorgan_copied copied;

/* The newest checkpoint: it holds the root over all that was ever written. */
static void state_of(struct qorgan_store *whose, struct buffer *note)
{
	struct vault_view *view = NULL;
	struct qorgan_error why;

	ck_assert_msg(!vault_view_begin(whose, &view, &why), "%s", why.message);
	ck_assert_msg(!vault_checkpoint(view, note, &why), "%s", why.message);
	vault_view_end(view);
}

static void state_in(const char *path, struct buffer *note)
{
	const struct qorgan_keys keys = { .identity = place("identity") };
	struct qorgan_store *opened = NULL;
	struct qorgan_error why;

	ck_assert_msg(!qorgan_store_open(path, &keys, QORGAN_READ_ONLY | QORGAN_INSPECT, &opened, &why), "%s: %s", path, why.message);
	state_of(opened, note);
	qorgan_store_close(opened);
}

static int copy(void)
{
	return qorgan_store_copy(store, there_path, false, &copied, &error);
}

/* ---- Copies ---------------------------------------------------------------------------------- */

static void nothing_there(void)
{
	folder_do("rm -rf there there.copying");
}

static void copy_judge(int code)
{
	struct buffer here = { 0 }, there = { 0 };

	if (access(there_path, F_OK) != 0) {
		ck_assert_int_ne(code, QORGAN_OK);
		return;
	}
	ck_assert_int_ne(code, QORGAN_INTERRUPTED);
	state_of(store, &here);
	state_in(there_path, &there);
	ck_assert(span_equal(buffer_span(&here), buffer_span(&there)));
	buffer_free(&here);
	buffer_free(&there);
}

/* An attempt broke off after all rows were written, and since then rows came, went and were changed. */
static void old_copy_there(void)
{
	struct qorgan_forget forget = { .kind = "evidence", .content = true, .reason = "a test" };
	struct qorgan_forgotten forgotten;
	char text[60], id[65];

	nothing_there();
	snprintf(text, sizeof text, "minutes of meeting %u", starve_round());
	file_write_text("minutes", text);
	ck_ok(attach_to(store, "CYB-01-M2", "in-progress", NULL, place("minutes"), id));
	ck_ok(copy());
	folder_do("mv there there.copying");
	forget.id = id;
	ck_ok(qorgan_forget(store, &forget, &forgotten, &error));
	snprintf(text, sizeof text, "title %u", starve_round());
	fixture_set("risk", "CYB-01", "title.en", text);
}

static void damaged_copy_there(void)
{
	nothing_there();
	folder_do("mkdir -m 700 there.copying && head -c 8192 /dev/zero >there.copying/store.mdb");
}

START_TEST(copies)
{
	static const struct starve_work works[] = {
		{ .name = "copy", .run = copy, .prepare = nothing_there, .judge = copy_judge, .kinds = STARVE_ALL_KINDS },
		{ .name = "copy, going on", .run = copy, .prepare = old_copy_there, .judge = copy_judge },
		{ .name = "copy, anew", .run = copy, .prepare = damaged_copy_there, .judge = copy_judge, .kinds = STARVE_ALL_KINDS },
	};

	STARVE_TRIALS(works);
}
END_TEST

/* What a former attempt holds is not written again. */
START_TEST(a_copy_that_broke_off_is_gone_on_with)
{
	uint64_t all;

	ck_ok(copy());
	all = copied.written;
	ck_assert_uint_eq(all, copied.rows);
	old_copy_there();
	ck_ok(copy());
	ck_assert_uint_gt(copied.written, 0);
	ck_assert_uint_lt(copied.written, all / 2);
	copy_judge(QORGAN_OK);
}
END_TEST

static const char *stop_in; /* the stage that is stopped, or NULL */

/* Asked each time that there is something to tell. */
static int stop(void *context, const char *what, uint64_t done, uint64_t total)
{
	(void)done, (void)total;
	((struct qorgan_store *)context)->progress_last_ms = 0;
	return stop_in && strcmp(what, stop_in) == 0;
}

static void many_write(void)
{
	struct buffer lines = { 0 };

	for (unsigned i = 0; i < 100; i++)
		buffer_append_format(&lines, "{\"kind\":\"risk\",\"id\":\"CYB-9%u\",\"domain\":\"CYB\",\"title\":{\"en\":\"T\"}}\n", i);
	fixture_load(buffer_text(&lines));
	buffer_free(&lines);
}

START_TEST(whoever_stops_a_copy_has_none)
{
	static const char *const stages[] = { "copying", "reading the copy again" };

	many_write();
	qorgan_store_set_progress(store, stop, store);
	for (size_t i = 0; i < 2; i++) {
		stop_in = stages[i];
		ck_assert_int_eq(copy(), QORGAN_INTERRUPTED);
		copy_judge(QORGAN_INTERRUPTED);
	}
	stop_in = NULL;
	ck_ok(copy());
	copy_judge(QORGAN_OK);
	qorgan_store_set_progress(store, NULL, NULL);
}
END_TEST

/* ---- Moves ----------------------------------------------------------------------------------- */

static int move(void)
{
	int code = qorgan_store_copy(store, there_path, true, &copied, &error);

	free(copied.kept);
	copied.kept = NULL;
	return code;
}

/* The place where the store is now keeps all of it; whoever could not put the former aside is told so. */
static void move_judge(int code)
{
	static struct buffer before;
	struct qorgan_error why = error;
	struct buffer now = { 0 };
	bool is_there = access(there_path, F_OK) == 0, is_here = access(store_path, F_OK) == 0;

	fixture_shut();
	ck_assert_msg(code ? is_here || is_there : is_there && !is_here, "%d %s", code, why.message);
	state_in(is_here ? store_path : there_path, &now);
	ck_assert(!before.size || span_equal(buffer_span(&now), buffer_span(&before)));
	buffer_free(&before);
	before = now;
	if (!is_here)
		folder_do("mv store.moved-* store");
	folder_do("rm -rf there there.copying qorgan && cp -a kept qorgan");
	fixture_open();
	error = why;
}

START_TEST(moves)
{
	static const struct starve_work works[] = {
		{ .name = "move", .run = move, .judge = move_judge, .kinds = STARVE_ALL_KINDS },
	};

	STARVE_TRIALS(works);
}
END_TEST

static void set_up(void)
{
	region_make();
	fixture_shut();
	fixture_open(); /* which writes the identity down */
	fixture_shut();
	folder_do("cp -a qorgan kept");
	fixture_open();
	snprintf(there_path, sizeof there_path, "%s", place("there"));
	snprintf(store_path, sizeof store_path, "%s", place("store"));
}

Suite *suite_starve_copy(void)
{
	const TTest *const all[] = { copies, a_copy_that_broke_off_is_gone_on_with, whoever_stops_a_copy_has_none, moves };
	static const char *const names[] = { "copies", "going_on", "stopping", "moves" };
	Suite *suite = suite_create("starve copy");

	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		starve_case(suite, names[i], set_up, region_close, all[i]);
	return suite;
}
