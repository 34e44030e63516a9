/* What a change that was killed left behind the end of the log: its leaves, objects, evidence and rows of a partner's log. The
 * next writer removes all of it, and when that fails, the one after. */
#include "mirror_fixture.h"
#include "qorgan/copy.h"
#include "starve_fixture.h"
#include "store/vault_internal.h"

Suite *suite_starve_stage(void);

#define OBJECTS 300 /* so that hashes of the tree above are written as well */

static struct owner owner;

static void partner_hand_over(struct vault_change *change)
{
	static const int given[] = { 0, 1, -1 };

	owner_free(&owner);
	owner = owner_make();
	owner_write(&owner, "domain", "ENV", 1, "{\"title\":{\"en\":\"Env\"}}");
	owner_write(&owner, "commit", "1", 1, "{\"versions\":1}");
	ck_ok(owner_give(&owner, change, given));
}

/* As if the process had been killed: what could not be removed stays for the next writer. */
static void change_kill(struct vault_change *change)
{
	starve_from(STARVE_ENGINE, 1);
	vault_change_abandon(change);
	starve_end();
}

static uint64_t rows_of(unsigned table)
{
	struct vault_view *view = NULL;
	uint64_t count = 0;
	struct qorgan_error why;

	ck_assert_msg(!vault_view_begin(store, &view, &why), "%s", why.message);
	ck_assert_msg(!engine_count(view->txn, table, &count, &why), "%s", why.message);
	vault_view_end(view);
	return count;
}

static void staged_make(void)
{
	struct vault_change *change = NULL;
	enum vault_outcome outcome;
	uint8_t digest[32] = { 7 };
	char id[20], body[60];

	ck_ok(vault_change_begin(store, NULL, NULL, &change, &error));
	for (unsigned i = 0; i < OBJECTS; i++) {
		snprintf(id, sizeof id, i % 10 ? "N%u" : "D%u", i);
		snprintf(body, sizeof body, "{\"title\":{\"en\":\"title %u\"}}", starve_round());
		ck_ok(vault_change_put(change, kind("domain"), span_of(id), span_of(body), VAULT_ANY, &outcome, &error));
	}
	ck_ok(vault_change_piece(change, digest, 0, span_of("a part of a file"), &error));
	ck_ok(vault_change_piece(change, digest, 16, span_of("another part"), &error));
	partner_hand_over(change);
	ck_ok(vault_change_batch(change, &error));
	change_kill(change);
	ck_assert_uint_ge(rows_of(ENGINE_LEAVES), OBJECTS);
	ck_assert_uint_gt(rows_of(ENGINE_EVIDENCE), 0);
}

static int edit(void)
{
	struct vault_change *change = NULL;
	enum vault_outcome outcome;
	uint64_t number;
	char body[60];
	int code = vault_change_begin(store, NULL, NULL, &change, &error);

	snprintf(body, sizeof body, "{\"title\":{\"en\":\"written %u\"}}", starve_round());
	if (!code)
		code = vault_change_put(change, kind("domain"), span_of("D0"), span_of(body), VAULT_ANY, &outcome, &error);
	if (!code)
		return vault_change_commit(change, &number, &error);
	vault_change_abandon(change);
	return code;
}

/* No row is left that does not belong to the log. */
static void written_judge(int code)
{
	struct vault_view *view = NULL;
	struct qorgan_error why;
	uint64_t nodes = 0;

	if (code)
		return;
	ck_assert_msg(!vault_view_begin(store, &view, &why), "%s", why.message);
	uint64_t leaves = view->state.tree.size;
	vault_view_end(view);
	ck_assert_uint_eq(rows_of(ENGINE_LEAVES), leaves);
	ck_assert_uint_eq(rows_of(ENGINE_EVIDENCE), 0);
	ck_assert_uint_eq(rows_of(ENGINE_MIRROR), 0);
	for (unsigned level = LAYOUT_TREE_LEVEL; level < 64; level++)
		nodes += leaves >> level;
	ck_assert_uint_eq(rows_of(ENGINE_TREE), nodes);
}

static int copy(void)
{
	char path[120];
	struct qorgan_copied copied;

	snprintf(path, sizeof path, "%s/copy-%u", fixture_folder, starve_round());
	return qorgan_store_copy(store, path, false, &copied, &error);
}

START_TEST(the_next_writer_removes_what_was_left)
{
	static const struct starve_work works[] = {
		{ .name = "write after a kill", .run = edit, .prepare = staged_make, .judge = written_judge },
		{ .name = "copy after a kill", .run = copy, .prepare = staged_make, .judge = written_judge },
	};

	STARVE_TRIALS(works);
}
END_TEST

/* Objects that were there before, of which the change wrote another version. */
static void stage_set_up(void)
{
	struct vault_change *change = NULL;
	enum vault_outcome outcome;
	uint64_t number;
	char id[20];

	set_up();
	ck_ok(vault_change_begin(store, NULL, NULL, &change, &error));
	for (unsigned i = 0; i < OBJECTS; i += 10) {
		snprintf(id, sizeof id, "D%u", i);
		ck_ok(vault_change_put(change, kind("domain"), span_of(id), span_of("{\"title\":{\"en\":\"first\"}}"), VAULT_ANY,
		                       &outcome, &error));
	}
	ck_ok(vault_change_commit(change, &number, &error));
}

static void stage_tear_down(void)
{
	owner_free(&owner);
	owner = (struct owner){ 0 };
	tear_down();
}

Suite *suite_starve_stage(void)
{
	Suite *suite = suite_create("starve stage");

	starve_case(suite, "the_next_writer", stage_set_up, stage_tear_down, the_next_writer_removes_what_was_left);
	return suite;
}
