/* The pieces of an attached file, as they lie there: one that is missing, cut, moved or added is told, and what is given was what
 * its id says. Files that cannot be read are told as such, and nothing is stored of them. */
#include <sys/stat.h>
#include <sys/wait.h>

#include "register_fixture.h"
#include "store/evidence.h"
#include "store/evidence_intake.h"
#include "store/vault_change.h"

Suite *suite_evidence_rows(void);

#define PIECES 4
static char file_id[65], file_path[100];
static struct buffer content, rows[PIECES]; /* sealed */

static struct layout_piece_key piece_key(size_t piece)
{
	uint8_t digest[32];

	ck_assert_int_eq(sodium_hex2bin(digest, sizeof digest, file_id, 64, NULL, NULL, NULL), 0);
	return vault_piece_key(store, digest, piece * LAYOUT_PIECE_SIZE);
}

static void row_put(struct span key, struct span value)
{
	struct engine_txn *txn = NULL;

	ck_ok(engine_begin_write(store->engine, &txn, &error));
	ck_ok(engine_put(txn, ENGINE_EVIDENCE, key, value, &error));
	ck_ok(engine_commit(txn, &error));
}

static void piece_remove(size_t piece)
{
	struct layout_piece_key key = piece_key(piece);
	struct engine_txn *txn = NULL;

	ck_ok(engine_begin_write(store->engine, &txn, &error));
	ck_ok(engine_delete(txn, ENGINE_EVIDENCE, LAYOUT_SPAN(key), &error));
	ck_ok(engine_commit(txn, &error));
}

static void piece_put(size_t piece, struct span sealed)
{
	struct layout_piece_key key = piece_key(piece);

	row_put(LAYOUT_SPAN(key), sealed);
}

static int attach(const char *path, char id[65])
{
	struct vault_change *change = NULL;
	enum vault_outcome outcome;
	uint64_t size, number;

	ck_ok(vault_change_begin(store, NULL, NULL, &change, &error));
	int code = vault_change_evidence(change, path, id, &size, &error);
	if (code) {
		vault_change_abandon(change);
		return code;
	}
	ck_ok(vault_change_put(change, schema_find("evidence", 8), span_of(id), span_of("{\"name\":\"a\",\"size\":1}"), VAULT_ANY, &outcome,
	                       &error));
	return vault_change_commit(change, &number, &error);
}

static void file_write_bytes(const char *path, struct span bytes)
{
	FILE *file = fopen(path, "w");

	ck_assert_ptr_nonnull(file);
	ck_assert_uint_eq(fwrite(bytes.data, 1, bytes.size, file), bytes.size);
	ck_assert_int_eq(fclose(file), 0);
}

static void set_up(void)
{
	struct vault_view *view = NULL;
	struct span sealed;

	fixture_make();
	for (unsigned i = 0; content.size < (PIECES - 1) * LAYOUT_PIECE_SIZE + 100; i++)
		buffer_append_format(&content, "line %u\n", i);
	snprintf(file_path, sizeof file_path, "%s/file", fixture_folder);
	file_write_bytes(file_path, buffer_span(&content));
	ck_ok(attach(file_path, file_id));
	ck_ok(vault_view_begin(store, &view, &error));
	for (size_t i = 0; i < PIECES; i++) {
		struct layout_piece_key key = piece_key(i);
		ck_ok(engine_get(view->txn, ENGINE_EVIDENCE, LAYOUT_SPAN(key), &sealed, &error));
		buffer_append_span(&rows[i], sealed);
	}
	vault_view_end(view);
}

static void tear_down(void)
{
	buffer_free(&content);
	for (size_t i = 0; i < PIECES; i++)
		buffer_free(&rows[i]);
	fixture_close();
}

static int piece_compare(void *context, uint64_t offset, struct span data, struct qorgan_error *why)
{
	size_t *left = context;

	(void)why;
	ck_assert_uint_le(offset + data.size, content.size);
	ck_assert_mem_eq(data.data, content.data + offset, data.size);
	return --*left ? QORGAN_OK : error_set(why, QORGAN_BUSY, "enough");
}

static int read_pieces(const char *id, size_t most)
{
	struct vault_view *view = NULL;

	ck_ok(vault_view_begin(store, &view, &error));
	int code = vault_evidence_read(view, span_of(id), piece_compare, &most, &error);
	vault_view_end(view);
	return code;
}

START_TEST(all_pieces_are_given_or_as_many_as_are_wanted)
{
	ck_ok(read_pieces(file_id, 100));
	ck_fails(read_pieces(file_id, 1), QORGAN_BUSY, "enough");
}
END_TEST

START_TEST(what_is_no_digest_or_of_no_file_is_absent)
{
	static const char *const ids[] = { "", "00", "xyz", FIXTURE_EVIDENCE "00", FIXTURE_EVIDENCE };

	for (size_t i = 0; i < sizeof ids / sizeof *ids; i++)
		ck_assert_int_eq(read_pieces(ids[i], 100), QORGAN_ABSENT);
}
END_TEST

START_TEST(a_piece_that_is_missing_is_told)
{
	for (size_t i = 0; i < PIECES; i++) {
		piece_remove(i);
		ck_fails(read_pieces(file_id, 100), QORGAN_IO, i + 1 < PIECES ? "a piece of evidence" : "is not what its id says");
		piece_put(i, buffer_span(&rows[i]));
	}
	ck_ok(read_pieces(file_id, 100));
	for (size_t i = 0; i < PIECES; i++)
		piece_remove(i);
	ck_assert_int_eq(read_pieces(file_id, 100), QORGAN_ABSENT);
}
END_TEST

START_TEST(a_piece_that_is_cut_moved_or_changed_is_told)
{
	for (size_t i = 0; i < PIECES; i++) {
		piece_put(i, buffer_span(&rows[(i + 1) % PIECES]));
		ck_assert_int_eq(read_pieces(file_id, 100), QORGAN_IO);
		piece_put(i, (struct span){ rows[i].data, rows[i].size - 1 });
		ck_assert_int_eq(read_pieces(file_id, 100), QORGAN_IO);
		rows[i].data[rows[i].size / 2] ^= 1;
		piece_put(i, buffer_span(&rows[i]));
		ck_assert_int_eq(read_pieces(file_id, 100), QORGAN_IO);
		rows[i].data[rows[i].size / 2] ^= 1;
		piece_put(i, buffer_span(&rows[i]));
	}
	ck_ok(read_pieces(file_id, 100));
}
END_TEST

START_TEST(a_row_that_is_no_piece_is_told)
{
	struct layout_piece_key key = piece_key(0);
	char longer[sizeof key + 1] = { 0 };

	memcpy(longer, &key, sizeof key);
	row_put((struct span){ longer, sizeof longer }, buffer_span(&rows[0]));
	ck_fails(read_pieces(file_id, 100), QORGAN_IO, "a piece of evidence");
}
END_TEST

/* ---- Files ---------------------------------------------------------------------------------- */

START_TEST(a_file_that_cannot_be_read_is_told_and_nothing_is_stored)
{
	char path[120], id[65];
	uint64_t size;

	snprintf(path, sizeof path, "%s/none", fixture_folder);
	ck_fails(attach(path, id), QORGAN_ABSENT, "cannot open");
	ck_fails(evidence_digest(path, id, &size, &error), QORGAN_ABSENT, "cannot open");
	ck_fails(attach(fixture_folder, id), QORGAN_IO, "cannot read");
	ck_fails(evidence_digest(fixture_folder, id, &size, &error), QORGAN_IO, "cannot read");
	snprintf(path, sizeof path, "%s/file/below", fixture_folder);
	ck_fails(attach(path, id), QORGAN_IO, "cannot open");
	snprintf(path, sizeof path, "%s/pipe", fixture_folder);
	ck_assert_int_eq(mkfifo(path, 0600), 0);
	pid_t child = fork();
	if (child == 0) {
		FILE *to = fopen(path, "w");
		fputs("once", to);
		fclose(to);
		_exit(0);
	}
	int code = attach(path, id);
	ck_assert_int_eq(waitpid(child, NULL, 0), child);
	ck_fails(code, QORGAN_BAD_DATA, "cannot be read twice: give a plain file");
	expect_findings(0, "");
}
END_TEST

START_TEST(the_digest_of_a_file_is_that_of_its_bytes)
{
	char id[65], same[65];
	uint64_t size;

	ck_ok(evidence_digest(file_path, id, &size, &error));
	evidence_digest_bytes(buffer_span(&content), same);
	ck_assert_str_eq(id, file_id);
	ck_assert_str_eq(id, same);
	ck_assert_uint_eq(size, content.size);
	file_write_bytes(file_path, (struct span){ "", 0 });
	ck_ok(attach(file_path, id));
	ck_ok(read_pieces(id, 1));
}
END_TEST

/* ---- Pieces as they come -------------------------------------------------------------------- */

static int intake(const char *id, struct span bytes)
{
	struct vault_change *change = NULL;
	enum vault_outcome outcome;
	uint64_t number;

	ck_ok(vault_change_begin(store, NULL, NULL, &change, &error));
	int code = evidence_intake_bytes(change, span_of(id), bytes, &error);
	if (code) {
		vault_change_abandon(change);
		return code;
	}
	ck_ok(vault_change_put(change, schema_find("evidence", 8), span_of(id), span_of("{\"name\":\"b\",\"size\":1}"), VAULT_ANY, &outcome,
	                       &error));
	return vault_change_commit(change, &number, &error);
}

START_TEST(content_that_comes_is_stored_if_it_is_what_its_id_says)
{
	char id[65];

	content.data[0] = '!';
	evidence_digest_bytes(buffer_span(&content), id);
	ck_fails(intake("xyz", buffer_span(&content)), QORGAN_PROTOCOL, "a file has an id that is no digest");
	id[10] = 'x';
	ck_fails(intake(id, buffer_span(&content)), QORGAN_PROTOCOL, "a file has an id that is no digest");
	evidence_digest_bytes(buffer_span(&content), id);
	ck_fails(intake(id, (struct span){ content.data, content.size - 1 }), QORGAN_PROTOCOL, "is not what its id says");
	ck_assert_int_eq(read_pieces(id, 100), QORGAN_ABSENT);
	ck_ok(intake(id, buffer_span(&content)));
	ck_ok(read_pieces(id, 100));
	/* It is there, so that it is compared, and not written again. */
	ck_fails(intake(id, (struct span){ content.data, content.size - 1 }), QORGAN_PROTOCOL, "is not what its id says");
	ck_ok(read_pieces(id, 100));
}
END_TEST

Suite *suite_evidence_rows(void)
{
	Suite *suite = suite_create("evidence_rows");
	TCase *tests = tcase_create("evidence_rows");

	tcase_add_checked_fixture(tests, set_up, tear_down);
	tcase_set_timeout(tests, 60);
	tcase_add_test(tests, all_pieces_are_given_or_as_many_as_are_wanted);
	tcase_add_test(tests, what_is_no_digest_or_of_no_file_is_absent);
	tcase_add_test(tests, a_piece_that_is_missing_is_told);
	tcase_add_test(tests, a_piece_that_is_cut_moved_or_changed_is_told);
	tcase_add_test(tests, a_row_that_is_no_piece_is_told);
	tcase_add_test(tests, a_file_that_cannot_be_read_is_told_and_nothing_is_stored);
	tcase_add_test(tests, the_digest_of_a_file_is_that_of_its_bytes);
	tcase_add_test(tests, content_that_comes_is_stored_if_it_is_what_its_id_says);
	suite_add_tcase(suite, tests);
	return suite;
}
