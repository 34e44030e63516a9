/* The reader of packages as files: signed, encrypted by stock age, swapped under our
 * hands, from a pipe, and with a second lock within. */
#include "exchange/package_read.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "package_fixture.h"

Suite *suite_package_read(void);

static int on_record_stop(void *context, uint64_t index, const struct record *record, struct qorgan_error *e)
{
	(void)context;
	(void)record;
	return error_set(e, index == 5 ? QORGAN_DENIED : QORGAN_OK, "enough");
}

/* ---- Files --------------------------------------------------------------------------------- */

static char folder[64];
static uint8_t *seed;
static struct minisign_public public, other;
static struct package_keys keys;
static struct package_reader *reader;

static char *in_folder(const char *name)
{
	static char path[2][128];
	static int turn;

	turn = !turn;
	snprintf(path[turn], sizeof path[turn], "%s/%s", folder, name);
	return path[turn];
}

static void put(const char *name, struct span content)
{
	ck_assert_int_eq(file_replace_unsynced(in_folder(name), 0644, content.data, content.size, NULL), QORGAN_OK);
}

/* Runs a command in the folder; its exit status. */
static int run(const char *format, ...) __attribute__((format(printf, 1, 2)));
static int run(const char *format, ...)
{
	char line[1024];
	va_list list;
	int used = snprintf(line, sizeof line, "cd %s && ", folder);

	va_start(list, format);
	vsnprintf(line + used, sizeof line - (size_t)used, format, list);
	va_end(list);
	return system(line);
}

static void sign(const char *name, const char *signature_name, const uint8_t *with)
{
	struct buffer content = { 0 }, signature = { 0 };
	struct minisign_hash hash;

	ck_assert_int_eq(file_read(in_folder(name), 1 << 20, &content, NULL), QORGAN_OK);
	minisign_hash_start(&hash);
	minisign_hash_add(&hash, content.data, content.size);
	ck_assert_int_eq(minisign_sign(&hash, with, "qorgan package 8", &signature, NULL), QORGAN_OK);
	put(signature_name, buffer_span(&signature));
	buffer_free(&content);
	buffer_free(&signature);
}

static void start_files(void)
{
	start();
	strcpy(folder, "/tmp/test_package_read.XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(folder));
	seed = secret_alloc(32);
	memset(seed, 9, 32);
	minisign_public_from(seed, &other);
	memset(seed, 8, 32);
	minisign_public_from(seed, &public);
	keys = (struct package_keys){ .identities = (const uint8_t (*)[32])identity, .count = 1 };
	plain_make();
	put("plain", buffer_span(&plain));
	ck_assert_int_eq(run("age -r " PUBLISHED_RECIPIENT " -o p.age plain"), 0);
	sign("p.age", "p.age.minisig", seed);
}

static void stop_files(void)
{
	package_close(reader);
	reader = NULL;
	ck_assert_int_eq(run("rm -r %s", folder), 0);
	secret_free(seed);
	stop();
}

static int reader_open(const char *name, const char *signature_path, const struct minisign_public *trusted,
                       size_t count)
{
	package_close(reader);
	return package_open(name, signature_path, trusted, count, &reader, &error);
}

static void expect_open(const char *path, const char *signature_path)
{
	int code = reader_open(path, signature_path, &public, 1);

	ck_assert_msg(code == QORGAN_OK, "%s", error.message);
}

static void expect_told(void)
{
	buffer_clear(&transcript);
	int code = package_read(reader, &keys, &writing_down, &transcript, &error);
	ck_assert_msg(code == QORGAN_OK, "%s", error.message);
	ck_assert_str_eq(buffer_text(&transcript), TOLD);
}

static void expect_failure(int code, int wanted, const char *says)
{
	ck_assert_msg(code == wanted && strstr(error.message, says), "%d: %s", code, error.message);
}

START_TEST(a_package_is_opened_and_read)
{
	const struct minisign_public trusted[] = { other, public };
	char line[300];

	ck_assert_int_eq(reader_open(in_folder("p.age"), NULL, trusted, 2), QORGAN_OK);
	ck_assert_uint_eq(package_signer(reader), 1);
	ck_assert_str_eq(package_trusted(reader), "qorgan package 8");
	snprintf(line, sizeof line, "[ \"$(b2sum p.age)\" = \"%s  p.age\" ]", package_digest(reader));
	ck_assert_int_eq(run("%s", line), 0);
	ck_assert_int_eq(run("[ $(stat -c %%s p.age) = %llu ]", (unsigned long long)package_size(reader)), 0);
	expect_told();
	expect_told(); /* again from the start */

	ck_assert_int_eq(run("age -a -r " PUBLISHED_RECIPIENT " -o armored plain && cp armored x && rm x"), 0);
	sign("armored", "elsewhere", seed);
	expect_open(in_folder("armored"), in_folder("elsewhere"));
	expect_told();
}
END_TEST

/* What our writer writes, our reader reads. */
START_TEST(a_package_of_the_writer_is_read)
{
	static const struct package_recipient to[] = { { "KAZ", 6 }, { "KGZ", 4 } };
	const uint8_t hashes[96] = { 0 };
	struct package_writer *writer;
	struct record_head head = { "UZB", "risk", "CYB-01", "a.karimova", "2026-02-01T10:00:00Z", 2, 3, { 1 } };
	struct buffer record = { 0 };
	char digest[129], *path = in_folder("written");
	uint64_t bytes;

	record_write(&head, span_of("{\"title\":{\"ru\":\"Ы\\n\"}}"), &record);
	ck_assert_int_eq(package_create(path, (const uint8_t (*)[32])recipient, 1, NULL, &writer, NULL), QORGAN_OK);
	ck_assert_int_eq(package_header(writer, "UZB", to, 2, "2026-04-01T08:00:00Z", 8, NULL, NULL), QORGAN_OK);
	struct buffer note = { 0 };
	struct checkpoint checkpoint = { ORIGIN, 6, { 0 } };
	checkpoint_format(&checkpoint, &note);
	struct buffer signed_note = { 0 };
	ck_assert_int_eq(note_sign(buffer_span(&note), ORIGIN, seed, &signed_note, NULL), QORGAN_OK);
	ck_assert_int_eq(package_checkpoint(writer, buffer_span(&signed_note), NULL), QORGAN_OK);
	ck_assert_int_eq(package_leaves(writer, 3, (struct span){ (const char *)hashes, 64 }, NULL), QORGAN_OK);
	ck_assert_int_eq(package_leaves(writer, 5, (struct span){ (const char *)hashes, 32 }, NULL), QORGAN_OK);
	ck_assert_int_eq(package_record(writer, 3, buffer_span(&record), NULL), QORGAN_OK);
	ck_assert_int_eq(package_evidence(writer, span_of(EVIDENCE), 0, span_of("abc"), NULL), QORGAN_OK);
	ck_assert_int_eq(package_end(writer, 3, 1, NULL), QORGAN_OK);
	ck_assert_int_eq(package_finish(writer, seed, "qorgan package 8", digest, &bytes, NULL), QORGAN_OK);
	ck_assert_int_eq(package_commit(writer, NULL), QORGAN_OK);
	buffer_free(&note);
	buffer_free(&signed_note);
	buffer_free(&record);

	expect_open(path, NULL);
	ck_assert_str_eq(package_digest(reader), digest);
	ck_assert_uint_eq(package_size(reader), bytes);
	buffer_clear(&transcript);
	ck_assert_int_eq(package_read(reader, &keys, &writing_down, &transcript, &error), QORGAN_OK);
	ck_assert_str_eq(buffer_text(&transcript),
	                 "header UZB to KAZ after 6 KGZ after 4 at 2026-04-01T08:00:00Z: 8\n"
	                 "checkpoint " ORIGIN " 6\n"
	                 "leaves 3: 2, 00..00 00..00\n"
	                 "leaves 5: 1, 00..00\n"
	                 "record 3: risk CYB-01 3 of UZB in 2, {\"title\":{\"ru\":\"Ы\\n\"}}\n"
	                 "evidence " EVIDENCE " 0: abc\n"
	                 "end 3 1\n");
}
END_TEST

START_TEST(standard_input_and_a_pipe_are_read)
{
	char trusted[128];
	int before = dup(STDIN_FILENO), file = open(in_folder("p.age"), O_RDONLY | O_CLOEXEC);

	snprintf(trusted, sizeof trusted, "%s", in_folder("p.age.minisig"));
	ck_assert_int_eq(mkdir(in_folder("tmp"), 0700), 0);
	setenv("TMPDIR", in_folder("tmp"), 1);
	expect_failure(reader_open("-", NULL, &public, 1), QORGAN_USAGE, "name it with --signature");
	expect_failure(reader_open("-", "-", &public, 1), QORGAN_USAGE, "name it with --signature");
	ck_assert_int_eq(dup2(file, STDIN_FILENO), STDIN_FILENO);
	expect_open("-", trusted);
	ck_assert_int_eq(dup2(before, STDIN_FILENO), STDIN_FILENO);
	ck_assert_int_eq(run("rm p.age && rmdir tmp && mkdir tmp"), 0); /* nothing lies about while it is read */
	expect_told();
	close(before);
	close(file);

	ck_assert_int_eq(run("age -r " PUBLISHED_RECIPIENT " -o p.age plain"), 0);
	sign("p.age", "p.age.minisig", seed);
	ck_assert_int_eq(run("mkfifo pipe && { cat p.age > pipe & }"), 0);
	expect_open(in_folder("pipe"), trusted);
	expect_told();
	setenv("TMPDIR", in_folder("missing"), 1);
	ck_assert_int_eq(run("{ cat p.age > pipe 2>/dev/null & }"), 0);
	expect_failure(reader_open(in_folder("pipe"), trusted, &public, 1), QORGAN_CANNOT_CREATE,
	               "name another folder with TMPDIR");
	unsetenv("TMPDIR");
}
END_TEST

START_TEST(what_nobody_trusted_signed_is_refused)
{
	struct minisign_public same_id = other;
	const struct minisign_public trusted[] = { same_id, public };
	struct minisign_public ambiguous[2];

	expect_failure(reader_open(in_folder("none"), NULL, &public, 1), QORGAN_ABSENT, "cannot open the package");
	expect_failure(reader_open(folder, NULL, &public, 1), QORGAN_IO, "is a folder, not a package");
	expect_failure(reader_open("/dev/null", NULL, &public, 1), QORGAN_IO, "is no file, not a package");
	expect_failure(reader_open(in_folder("plain"), NULL, &public, 1), QORGAN_ABSENT, "plain has no signature");
	expect_failure(reader_open(in_folder("p.age"), in_folder("plain"), &public, 1), QORGAN_PROTOCOL,
	               "p.age cannot be trusted: its signature is not a minisign signature");
	expect_failure(reader_open(in_folder("p.age"), NULL, &other, 1), QORGAN_PROTOCOL, "none of a partner on record");
	expect_failure(reader_open(in_folder("p.age"), NULL, NULL, 0), QORGAN_PROTOCOL, "none of a partner on record");
	ck_assert_int_eq(reader_open(in_folder("p.age"), NULL, trusted, 2), QORGAN_OK);

	/* A key of the same id that another made for it does not stand in the way. */
	ambiguous[0] = other;
	memcpy(ambiguous[0].id, public.id, sizeof public.id);
	ambiguous[1] = public;
	ck_assert_int_eq(reader_open(in_folder("p.age"), NULL, ambiguous, 2), QORGAN_OK);
	ck_assert_uint_eq(package_signer(reader), 1);
	expect_failure(reader_open(in_folder("p.age"), NULL, ambiguous, 1), QORGAN_PROTOCOL, "the signature does not hold");

	ck_assert_int_eq(run("printf x >> p.age"), 0);
	expect_failure(reader_open(in_folder("p.age"), NULL, &public, 1), QORGAN_PROTOCOL, "the file was changed after");
	ck_assert_int_eq(run("truncate -s -1 p.age && sed -i s/package/pickage/ p.age.minisig"), 0);
	expect_failure(reader_open(in_folder("p.age"), NULL, &public, 1), QORGAN_PROTOCOL, "its trusted comment was changed");
}
END_TEST

START_TEST(what_is_within_is_refused_by_name)
{
	uint8_t(*stranger)[32] = secret_alloc(32);
	struct package_keys wrong = { .identities = (const uint8_t (*)[32])stranger, .count = 1 };
	struct package_handler stopping = { .record = on_record_stop };

	memset(stranger, 5, 32);
	expect_open(in_folder("p.age"), NULL);
	expect_failure(package_read(reader, &wrong, &writing_down, &transcript, &error), QORGAN_DENIED,
	               "p.age cannot be opened: no identity matches: the age file is encrypted to other recipients; ask");
	secret_free(stranger);
	ck_assert_int_eq(package_read(reader, &keys, &stopping, NULL, &error), QORGAN_DENIED);
	ck_assert_str_eq(error.message, "enough");

	ck_assert_int_eq(run("sed -i 's/\"sequence\":8/\"sequence\":x/' plain"), 0);
	ck_assert_int_eq(run("age -r " PUBLISHED_RECIPIENT " -o q.age plain"), 0);
	sign("q.age", "q.age.minisig", seed);
	expect_open(in_folder("q.age"), NULL);
	expect_failure(package_read(reader, &keys, &writing_down, &transcript, &error), QORGAN_PROTOCOL,
	               "line 1: a whole number from 0 to 9007199254740991 was expected");

	sign("plain", "plain.minisig", seed);
	expect_open(in_folder("plain"), NULL);
	expect_failure(package_read(reader, &keys, &writing_down, &transcript, &error), QORGAN_PROTOCOL,
	               "age header: ");
}
END_TEST

/* In the very place of the file that was verified. */
START_TEST(a_file_that_is_swapped_is_not_taken)
{
	expect_open(in_folder("p.age"), NULL);
	ck_assert_int_eq(run("age -r " PUBLISHED_RECIPIENT " plain > forged && cat forged > p.age"), 0);
	expect_failure(package_read(reader, &keys, &writing_down, &transcript, &error), QORGAN_PROTOCOL,
	               "the file was changed while it was read");

	/* One that only takes the name does not matter. */
	sign("p.age", "p.age.minisig", seed);
	expect_open(in_folder("p.age"), NULL);
	ck_assert_int_eq(run("mv plain p.age"), 0);
	expect_told();
}
END_TEST

/* ---- A secret within ------------------------------------------------------------------------ */

#define SECRET "agreed by telephone and letter"

/* Locks a file with the secret as we do it, but quickly, and puts it in the folder. */
static void lock(const char *name, struct span content, size_t cut)
{
	struct buffer inner = { 0 };
	struct age_encryptor *encryptor;

	ck_assert_int_eq(age_encrypt_start_passphrase(SECRET, 1, sink_append, &inner, &encryptor, NULL), QORGAN_OK);
	encrypt_rest(encryptor, content, 1000);
	put("inner", (struct span){ inner.data, inner.size - cut });
	buffer_free(&inner);
	ck_assert_int_eq(run("age -r " PUBLISHED_RECIPIENT " -o %s inner", name), 0);
	sign(name, "locked.minisig", seed);
	expect_open(in_folder(name), in_folder("locked.minisig"));
}

static int read_with(const char *secret)
{
	struct package_keys with = keys;

	with.secret = secret;
	buffer_clear(&transcript);
	return package_read(reader, &with, &writing_down, &transcript, &error);
}

START_TEST(two_layers_are_opened_in_one_go)
{
	lock("locked.age", buffer_span(&plain), 0);
	ck_assert_int_eq(read_with(SECRET), QORGAN_OK);
	ck_assert_str_eq(buffer_text(&transcript), TOLD);
	ck_assert(package_was_locked(reader));
	expect_failure(read_with(NULL), QORGAN_DENIED, "locked.age is locked with a shared secret, too, and none is set");
	expect_failure(read_with("another"), QORGAN_DENIED, "locked.age is locked with another secret than the one");
	ck_assert_uint_eq(transcript.size, 0);

	expect_open(in_folder("p.age"), NULL);
	ck_assert_int_eq(read_with(SECRET), QORGAN_OK);
	ck_assert_str_eq(buffer_text(&transcript), TOLD);
	ck_assert(!package_was_locked(reader));
}
END_TEST

START_TEST(what_stock_age_locked_is_opened)
{
	ck_assert_int_eq(setenv("PASSPHRASE", SECRET, 1), 0);
	put("lock.exp", span_of("set timeout 30\nlog_user 0\nspawn -noecho age -p -o inner plain\nexpect {\n"
	                        "-nocase \"enter passphrase\" { send -- \"$env(PASSPHRASE)\\r\"; exp_continue }\n"
	                        "-nocase \"confirm passphrase\" { send -- \"$env(PASSPHRASE)\\r\"; exp_continue }\n"
	                        "eof\n}\nexit [lindex [wait] 3]\n"));
	ck_assert_int_eq(run("expect lock.exp"), 0);
	ck_assert_int_eq(run("age -r " PUBLISHED_RECIPIENT " -o locked.age inner"), 0);
	sign("locked.age", "locked.age.minisig", seed);
	expect_open(in_folder("locked.age"), NULL);
	int code = read_with(SECRET);
	ck_assert_msg(code == QORGAN_OK, "%s", error.message);
	ck_assert_str_eq(buffer_text(&transcript), TOLD);
}
END_TEST

START_TEST(what_is_wrong_within_is_told)
{
	lock("cut.age", buffer_span(&plain), 1);
	expect_failure(read_with(SECRET), QORGAN_PROTOCOL, "age payload: ");
	lock("short.age", (struct span){ plain.data, plain.size - 2 }, 0);
	expect_failure(read_with(SECRET), QORGAN_PROTOCOL, "line 12: the line is cut short");
	lock("other.age", span_of("age-encryption is not what follows"), 0);
	expect_failure(read_with(SECRET), QORGAN_PROTOCOL, "line 1: the line is cut short");
	ck_assert_int_eq(run("cp p.age inner && age -r " PUBLISHED_RECIPIENT " -o twice.age inner"), 0);
	sign("twice.age", "twice.age.minisig", seed);
	expect_open(in_folder("twice.age"), NULL);
	expect_failure(read_with(SECRET), QORGAN_DENIED, "locked with another secret");
}
END_TEST

Suite *suite_package_read(void)
{
	Suite *suite = suite_create("package_read");
	TCase *of_files = tcase_create("files");

	tcase_add_checked_fixture(of_files, start_files, stop_files);
	tcase_set_timeout(of_files, 60);
	tcase_add_test(of_files, a_package_is_opened_and_read);
	tcase_add_test(of_files, a_package_of_the_writer_is_read);
	tcase_add_test(of_files, standard_input_and_a_pipe_are_read);
	tcase_add_test(of_files, what_nobody_trusted_signed_is_refused);
	tcase_add_test(of_files, what_is_within_is_refused_by_name);
	tcase_add_test(of_files, a_file_that_is_swapped_is_not_taken);
	tcase_add_test(of_files, two_layers_are_opened_in_one_go);
	tcase_add_test(of_files, what_stock_age_locked_is_opened);
	tcase_add_test(of_files, what_is_wrong_within_is_told);
	suite_add_tcase(suite, of_files);
	return suite;
}
