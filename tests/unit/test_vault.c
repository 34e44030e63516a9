/* The vault: versions, commits, views, staged changes, the signed root, attached files. */
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>

#include "crypto/note.h"
#include "vault_fixture.h"

START_TEST(versions_are_kept_and_unchanged_ones_are_not_written)
{
	struct qorgan_store *store = store_make();

	ck_assert_uint_eq(write_one(store, "CYB", "{\"order\":1}"), 1);
	ck_assert_uint_eq(write_one(store, "CYB", "{\"order\":2}"), 2);
	ck_assert_uint_eq(write_one(store, "CYB", "{\"order\":2}"), 0);
	ck_assert_uint_eq(write_one(store, "CYB", "{\"order\":3}"), 3);
	expect_body(store, "CYB", 1, "{\"order\":1}");
	expect_body(store, "CYB", 2, "{\"order\":2}");
	expect_body(store, "CYB", 3, "{\"order\":3}");
	expect_body(store, "CYB", 0, "{\"order\":3}");
	expect_clean(store);
	qorgan_store_close(store);

	store = store_open(0);
	expect_body(store, "CYB", 2, "{\"order\":2}");
	struct vault_view *view;
	struct vault_record record = { 0 };
	ck_ok(vault_view_begin(store, &view, &error));
	ck_assert_int_eq(vault_get(view, kind("domain"), span_of("CYB"), 4, &record, &error), QORGAN_ABSENT);
	ck_assert_int_eq(vault_get(view, kind("risk"), span_of("CYB"), 0, &record, &error), QORGAN_ABSENT);
	ck_assert_uint_eq(vault_view_leaves(view), 6);
	vault_record_free(&record);
	vault_view_end(view);
	qorgan_store_close(store);
}
END_TEST

START_TEST(a_version_changed_meanwhile_is_not_overwritten)
{
	struct qorgan_store *store = store_make();
	struct vault_change *change;
	enum vault_outcome outcome;

	write_one(store, "CYB", "{\"order\":1}");
	write_one(store, "CYB", "{\"order\":2}");
	ck_ok(vault_change_begin(store, NULL, NULL, &change, &error));
	ck_assert_int_eq(vault_change_put(change, kind("domain"), span_of("CYB"), span_of("{\"order\":9}"), 1, &outcome,
	                                  &error), QORGAN_BUSY);
	ck_assert_int_eq(vault_change_put(change, kind("domain"), span_of("CYB"), span_of("{\"order\":9}"), 0, &outcome,
	                                  &error), QORGAN_BUSY);
	vault_change_abandon(change);
	expect_body(store, "CYB", 0, "{\"order\":2}");
	expect_clean(store);
	qorgan_store_close(store);
}
END_TEST

START_TEST(an_object_is_written_once_in_a_change)
{
	struct qorgan_store *store = store_make();
	struct vault_change *change;
	enum vault_outcome outcome;

	write_one(store, "OLD", "{}");
	ck_ok(vault_change_begin(store, NULL, NULL, &change, &error));
	ck_ok(vault_change_put(change, kind("domain"), span_of("NEW"), span_of("{}"), VAULT_ANY, &outcome, &error));
	ck_assert_int_eq(vault_change_put(change, kind("domain"), span_of("NEW"), span_of("{\"order\":1}"), VAULT_ANY,
	                                  &outcome, &error), QORGAN_BAD_DATA);
	ck_ok(vault_change_put(change, kind("domain"), span_of("OLD"), span_of("{\"order\":1}"), VAULT_ANY, &outcome, &error));
	ck_assert_int_eq(vault_change_put(change, kind("domain"), span_of("OLD"), span_of("{\"order\":2}"), VAULT_ANY,
	                                  &outcome, &error), QORGAN_BAD_DATA);
	vault_change_abandon(change);
	expect_clean(store);
	qorgan_store_close(store);
}
END_TEST

/* The tree is rebuilt here from the records alone, by the recursion of RFC 6962
 * and libsodium's SHA-256, and compared with the signed checkpoint. */
static void tree_root(const struct buffer *hashes, size_t first, size_t count, uint8_t root[32])
{
	uint8_t text[65] = { 1 };
	size_t half = 1;

	if (count == 1) {
		memcpy(root, hashes->data + first * 32, 32);
		return;
	}
	while (half * 2 < count)
		half *= 2;
	tree_root(hashes, first, half, text + 1);
	tree_root(hashes, first + half, count - half, text + 33);
	crypto_hash_sha256(root, text, sizeof text);
}

START_TEST(the_signed_root_is_that_of_the_records)
{
	struct qorgan_store *store = store_make();
	struct buffer hashes = { 0 }, note = { 0 };
	struct vault_record record = { 0 };
	struct vault_view *view;
	struct checkpoint checkpoint;
	struct span text;
	char id[16];
	uint8_t root[32];

	for (int i = 0; i < 300; i++) {
		snprintf(id, sizeof id, "D%d", i % 200);
		char body[40];
		snprintf(body, sizeof body, "{\"order\":%d}", i);
		write_one(store, id, body);
	}
	ck_ok(vault_view_begin(store, &view, &error));
	for (uint64_t leaf = 0; leaf < vault_view_leaves(view); leaf++) {
		struct buffer bytes = { 0 };
		ck_ok(vault_get_leaf(view, leaf, &record, &error));
		ck_assert_uint_eq(record.leaf, leaf);
		buffer_append_char(&bytes, '\0');
		buffer_append_span(&bytes, record.record.bytes);
		uint8_t hash[32];
		crypto_hash_sha256(hash, (const uint8_t *)bytes.data, bytes.size);
		buffer_append(&hashes, hash, sizeof hash);
		buffer_free(&bytes);
	}
	ck_assert_uint_eq(hashes.size, 600 * 32);
	tree_root(&hashes, 0, 600, root);
	ck_ok(vault_checkpoint(view, &note, &error));
	ck_ok(note_verify(buffer_span(&note), vault_origin(store), vault_keys(store)->root.log_public, &text, &error));
	ck_assert(checkpoint_parse(text, &checkpoint));
	ck_assert_uint_eq(checkpoint.size, 600);
	ck_assert_mem_eq(checkpoint.root, root, 32);
	vault_record_free(&record);
	vault_view_end(view);
	expect_clean(store);
	qorgan_store_close(store);
	buffer_free(&hashes);
	buffer_free(&note);
}
END_TEST

START_TEST(a_view_does_not_see_a_change_before_its_commit)
{
	struct qorgan_store *store = store_make();
	struct vault_change *change;
	struct vault_view *view;
	struct vault_place place;
	enum vault_outcome outcome;
	uint64_t number;

	write_one(store, "CYB", "{\"order\":1}");
	ck_ok(vault_change_begin(store, NULL, NULL, &change, &error));
	ck_ok(vault_change_put(change, kind("domain"), span_of("CYB"), span_of("{\"order\":2}"), VAULT_ANY, &outcome, &error));
	ck_ok(vault_change_put(change, kind("domain"), span_of("NEW"), span_of("{}"), VAULT_ANY, &outcome, &error));
	ck_ok(vault_view_begin(store, &view, &error));
	ck_assert_int_eq(vault_find(view, kind("domain"), span_of("NEW"), &place, &error), QORGAN_ABSENT);
	expect_body(store, "CYB", 0, "{\"order\":1}");
	ck_ok(vault_change_commit(change, &number, &error));
	ck_assert_int_eq(vault_find(view, kind("domain"), span_of("NEW"), &place, &error), QORGAN_ABSENT);
	vault_view_end(view);
	expect_body(store, "CYB", 0, "{\"order\":2}");
	expect_body(store, "NEW", 0, "{}");
	qorgan_store_close(store);
}
END_TEST

/* A change larger than one transaction: large bodies make it so. */
static void put_many(struct vault_change *change, size_t count, const char *letter)
{
	struct buffer body = { 0 };
	enum vault_outcome outcome;
	char id[32];

	for (size_t i = 0; i < count; i++) {
		buffer_clear(&body);
		buffer_append_text(&body, "{\"retired\":\"");
		for (size_t j = 0; j < 200000; j++)
			buffer_append_text(&body, letter);
		buffer_append_text(&body, "\"}");
		snprintf(id, sizeof id, "BIG%zu", i);
		ck_ok(vault_change_put(change, kind("domain"), span_of(id), buffer_span(&body), VAULT_ANY, &outcome, &error));
	}
	buffer_free(&body);
}

static int count_each(void *context, struct vault_record *record, struct qorgan_error *why)
{
	(void)record, (void)why;
	++*(unsigned *)context;
	return QORGAN_OK;
}

static unsigned count_domains(struct qorgan_store *store)
{
	struct vault_view *view;
	unsigned count = 0;

	ck_ok(vault_view_begin(store, &view, &error));
	ck_ok(vault_scan(view, kind("domain"), count_each, &count, &error));
	vault_view_end(view);
	return count;
}

/* "There is no such thing" is also what a code that looks for something may answer. */
static int absent_each(void *context, struct vault_record *record, struct qorgan_error *why)
{
	(void)context, (void)record;
	return error_set(why, QORGAN_ABSENT, "not what was looked for");
}

static void expect_absent(int code)
{
	ck_assert_int_eq(code, QORGAN_ABSENT);
	ck_assert_str_eq(error.message, "not what was looked for");
	error.message[0] = '\0';
}

START_TEST(what_a_scan_is_told_to_stop_with_is_returned)
{
	struct qorgan_store *store = store_make();
	struct vault_place place;
	struct vault_view *view;
	char ids[500][8];
	const char *pairs[1000];

	for (size_t i = 0; i < 500; i++) { /* more than one batch of a scan */
		snprintf(ids[i], sizeof ids[i], "D%zu", i);
		pairs[2 * i] = ids[i];
		pairs[2 * i + 1] = "{\"order\":1}";
	}
	write_notes(store, 500, pairs);
	write_one(store, "D0", "{\"order\":2}");
	write_one(store, "D0", "{\"order\":3}");
	ck_ok(vault_view_begin(store, &view, &error));
	ck_ok(vault_find(view, kind("domain"), span_of("D0"), &place, &error));
	expect_absent(vault_scan(view, kind("domain"), absent_each, NULL, &error));
	expect_absent(vault_scan_leaves(view, 0, absent_each, NULL, &error));
	expect_absent(vault_scan_history(view, &place, absent_each, NULL, &error));
	vault_view_end(view);
	qorgan_store_close(store);
}
END_TEST

static void child_die(void)
{
	kill(getpid(), SIGKILL);
}

/* Whoever started the program may have ignored the ends of children, which are then not told. */
START_TEST(an_examination_that_was_killed_is_not_taken_for_a_whole_one)
{
	struct qorgan_store *store = store_make();
	struct qorgan_verification result;
	struct buffer found = { 0 };

	write_one(store, "CYB", "{\"order\":1}");
	signal(SIGCHLD, _i ? SIG_IGN : SIG_DFL);
	ck_assert_uint_eq(verify(store, &found), 0);
	ck_assert_int_eq(pthread_atfork(NULL, NULL, child_die), 0);
	ck_assert_int_eq(qorgan_verify(store, findings_print, &found, &result, &error), QORGAN_INTERNAL);
	signal(SIGCHLD, SIG_DFL);
	ck_assert_msg(strstr(error.message, _i ? "ended before it was done" : "by signal 9"), "%s", error.message);
	buffer_free(&found);
	qorgan_store_close(store);
}
END_TEST

static pid_t host;
static int host_pipe;

static void host_end(void)
{
	if (getpid() != host && write(host_pipe, "!", 1) != 1)
		_exit(99);
}

/* Who uses the library may have left work for the end of the process (atexit), and output that is not written yet. */
START_TEST(an_examination_ends_nothing_of_the_host)
{
	struct qorgan_store *store = store_make();
	struct buffer found = { 0 };
	char byte;
	int ends[2];

	write_one(store, "CYB", "{\"order\":1}");
	ck_assert_int_eq(pipe2(ends, O_NONBLOCK), 0);
	host = getpid();
	host_pipe = ends[1];
	ck_assert_int_eq(atexit(host_end), 0);
	FILE *output = tmpfile();
	ck_assert_ptr_nonnull(output);
	fputs("once", output);
	ck_assert_uint_eq(verify(store, &found), 0);
	ck_assert_int_eq(fflush(output), 0);
	ck_assert_int_eq(lseek(fileno(output), 0, SEEK_END), 4);
	fclose(output);
	ck_assert_int_eq(read(ends[0], &byte, 1), -1);
	buffer_free(&found);
	qorgan_store_close(store);
}
END_TEST

START_TEST(a_large_change_that_is_killed_leaves_what_was_before)
{
	struct qorgan_store *store = store_make();
	struct vault_change *change;
	uint64_t number;

	write_one(store, "BIG0", "{\"order\":7}");
	qorgan_store_close(store);
	for (int abandon = 0; abandon < 2; abandon++) {
		pid_t child = fork();
		if (child == 0) {
			store = store_open(0);
			if (vault_change_begin(store, NULL, NULL, &change, &error))
				_exit(1);
			put_many(change, 600, "a");
			if (abandon)
				vault_change_abandon(change);
			_exit(0); /* as killed: nothing is cleaned up */
		}
		int status;
		waitpid(child, &status, 0);
		ck_assert(WIFEXITED(status) && WEXITSTATUS(status) == 0);
		store = store_open(0);
		ck_assert_uint_eq(count_domains(store), 1);
		expect_body(store, "BIG0", 0, "{\"order\":7}");
		expect_clean(store);
		qorgan_store_close(store);
	}
	/* The next writer removes what was left and is itself whole. */
	store = store_open(0);
	write_one(store, "CYB", "{}");
	ck_assert_uint_eq(count_domains(store), 2);
	expect_clean(store);
	ck_ok(vault_change_begin(store, NULL, NULL, &change, &error));
	put_many(change, 600, "b");
	ck_ok(vault_change_commit(change, &number, &error));
	ck_assert_uint_eq(count_domains(store), 601);
	expect_body(store, "BIG0", 1, "{\"order\":7}");
	expect_clean(store);
	qorgan_store_close(store);
}
END_TEST

static int piece_count(void *context, uint64_t offset, struct span data, struct qorgan_error *why)
{
	(void)why;
	ck_assert_uint_eq(offset, *(uint64_t *)context);
	for (size_t i = 0; i < data.size; i++)
		ck_assert_int_eq((unsigned char)data.data[i], (int)((offset + i) * 7 % 251));
	*(uint64_t *)context += data.size;
	return QORGAN_OK;
}

/* The id is what b2sum prints for the file. */
static void expect_digest(const char *file, const char *id)
{
	char command[300], digest[65] = "";

	snprintf(command, sizeof command, "b2sum -l 256 '%s'", file);
	FILE *pipe = popen(command, "r");
	ck_assert_int_eq((int)fread(digest, 1, 64, pipe), 64);
	pclose(pipe);
	ck_assert_str_eq(digest, id);
}

START_TEST(evidence_comes_back_as_it_was)
{
	struct qorgan_store *store = store_make();
	char file[200], id[65], body[100];
	struct vault_change *change;
	struct vault_view *view;
	enum vault_outcome outcome;
	uint64_t size, number, got = 0;

	snprintf(file, sizeof file, "%s/file", folder);
	FILE *out = fopen(file, "w");
	for (int i = 0; i < 300000; i++)
		fputc(i * 7 % 251, out);
	fclose(out);
	ck_ok(vault_change_begin(store, NULL, NULL, &change, &error));
	ck_ok(vault_change_evidence(change, file, id, &size, &error));
	ck_assert_uint_eq(size, 300000);
	snprintf(body, sizeof body, "{\"name\":\"file\",\"size\":%d}", 300000);
	ck_ok(vault_change_put(change, kind("evidence"), span_of(id), span_of(body), 0, &outcome, &error));
	ck_ok(vault_change_commit(change, &number, &error));

	expect_digest(file, id);
	ck_ok(vault_view_begin(store, &view, &error));
	ck_ok(vault_evidence_read(view, span_of(id), piece_count, &got, &error));
	ck_assert_uint_eq(got, 300000);
	vault_view_end(view);
	expect_clean(store);
	qorgan_store_close(store);
}
END_TEST

Suite *suite_vault(void);
Suite *suite_vault(void)
{
	Suite *suite = suite_create("vault");
	TCase *cases = tcase_create("vault");

	tcase_set_timeout(cases, 120);
	tcase_add_checked_fixture(cases, set_up, tear_down);
	tcase_add_test(cases, versions_are_kept_and_unchanged_ones_are_not_written);
	tcase_add_test(cases, a_version_changed_meanwhile_is_not_overwritten);
	tcase_add_test(cases, an_object_is_written_once_in_a_change);
	tcase_add_test(cases, the_signed_root_is_that_of_the_records);
	tcase_add_test(cases, a_view_does_not_see_a_change_before_its_commit);
	tcase_add_test(cases, what_a_scan_is_told_to_stop_with_is_returned);
	tcase_add_loop_test(cases, an_examination_that_was_killed_is_not_taken_for_a_whole_one, 0, 2);
	tcase_add_test(cases, an_examination_ends_nothing_of_the_host);
	tcase_add_test(cases, a_large_change_that_is_killed_leaves_what_was_before);
	tcase_add_test(cases, evidence_comes_back_as_it_was);
	suite_add_tcase(suite, cases);
	return suite;
}
