/* Damage to a whole store: bytes flipped, pages zeroed, swapped and replayed, the
 * end cut off, another file in its place. Whatever happens, the reader ends by
 * itself with a documented code, what it reads without an error is what was
 * written, and verify finds the damage or the byte held nothing.
 *
 * Reading and verifying go on in a child, as the guard ends the process; what is
 * known of the trials lies in memory that both see. */
#include <check.h>
#include <fcntl.h>
#include <lmdb.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "crypto/age.h"
#include "engine/engine.h"
#include "store/create.h"
#include "store/layout.h"
#include "store/vault.h"

Suite *suite_vault_damage(void);

#define PAGE 4096
#define OBJECTS 60
#define ROUNDS 12
#define EVIDENCE 3
#define LEAVES_MOST 600

static char folder[100], path[120], data[140], identity_path[120], complaint_path[120];
static char recipient_text[AGE_RECIPIENT_TEXT];
static struct qorgan_error error;

static unsigned char *original, *image; /* the file as it was, and as a trial has it */
static size_t original_size, image_size;

#define ck_ok(call) ck_assert_msg((call) == QORGAN_OK, "%s", error.message)

/* ---- What is in the store ------------------------------------------------------ */

static struct {
	char id[70];
	uint32_t versions;
} objects[OBJECTS];
static struct {
	char id[65];
	size_t size;
} evidence[EVIDENCE] = { { .size = 0 }, { .size = 3000 }, { .size = 60000 } };
static struct buffer leaves[LEAVES_MOST]; /* the records as a sound store gives them */
static uint64_t leaf_count, commit_count;

static const struct schema *kind(const char *name)
{
	return schema_find(name, strlen(name));
}

static const struct schema *object_kind(unsigned number)
{
	static const char *const names[] = { "domain", "risk", "measure", "status", "note" };

	return kind(names[number < 8 ? 0 : number < 20 ? 1 : number < 45 ? 2 : number < 55 ? 3 : 4]);
}

/* What each version of an object says; every one differs. */
static struct buffer bodies[OBJECTS][ROUNDS + 1];

static void body_make(unsigned number, uint32_t version, struct buffer *to)
{
	size_t size = (number * 37 + version * 101) % 700 + (number == 30 ? 9000 : 0);

	buffer_clear(to);
	buffer_append_format(to, "{\"filler\":\"");
	for (size_t i = 0; i < size; i++)
		buffer_append_char(to, (char)('a' + (i * 7 + number + version) % 26));
	buffer_append_format(to, "\",\"number\":%u,\"version\":%u}", number, version);
}

static unsigned char evidence_byte(unsigned number, size_t at)
{
	return (unsigned char)(at * 31 + at / 251 + number);
}

static void objects_put(struct vault_change *change, unsigned first, unsigned last)
{
	enum vault_outcome outcome;

	for (unsigned i = first; i < last; i++) {
		struct buffer *body = &bodies[i][++objects[i].versions];
		body_make(i, objects[i].versions, body);
		ck_ok(vault_change_put(change, object_kind(i), span_of(objects[i].id), buffer_span(body), VAULT_ANY, &outcome,
		                       &error));
	}
}

static void evidence_put(struct vault_change *change, unsigned number)
{
	enum vault_outcome outcome;
	char name[160], body[64];
	uint64_t size;

	snprintf(name, sizeof name, "%s/evidence", folder);
	FILE *file = fopen(name, "w");
	for (size_t i = 0; i < evidence[number].size; i++)
		fputc(evidence_byte(number, i), file);
	fclose(file);
	ck_ok(vault_change_evidence(change, name, evidence[number].id, &size, &error));
	snprintf(body, sizeof body, "{\"name\":\"%u\",\"size\":%zu}", number, evidence[number].size);
	ck_ok(vault_change_put(change, kind("evidence"), span_of(evidence[number].id), span_of(body), 0, &outcome, &error));
}

/* One round gives some of the odd-numbered objects a further version. */
static void round_write(struct qorgan_store *store, unsigned round)
{
	struct vault_change *change;
	uint64_t number;

	ck_ok(vault_change_begin(store, NULL, "a round of changes", &change, &error));
	if (round == 0)
		objects_put(change, 0, OBJECTS);
	else
		for (unsigned i = 1; i < OBJECTS; i += 2)
			if (i % 5 + 7 >= round)
				objects_put(change, i, i + 1);
	if (round % 4 == 0)
		evidence_put(change, round / 4);
	ck_ok(vault_change_commit(change, &number, &error));
	commit_count = number;
}

static void file_load(void)
{
	FILE *file = fopen(data, "rb");
	struct stat status;

	ck_assert_ptr_nonnull(file);
	ck_assert_int_eq(fstat(fileno(file), &status), 0);
	original_size = (size_t)status.st_size;
	original = malloc(original_size);
	image = malloc(original_size + PAGE);
	ck_assert(original && image);
	ck_assert_uint_eq(fread(original, 1, original_size, file), original_size);
	fclose(file);
}

static void leaves_load(struct qorgan_store *store)
{
	struct vault_record record = { 0 };
	struct vault_view *view;

	ck_ok(vault_view_begin(store, &view, &error));
	leaf_count = vault_view_leaves(view);
	ck_assert_uint_lt(leaf_count, LEAVES_MOST);
	ck_assert_uint_gt(leaf_count, 256); /* so that the tree has stored hashes */
	for (uint64_t i = 0; i < leaf_count; i++) {
		ck_ok(vault_get_leaf(view, i, &record, &error));
		buffer_append_span(&leaves[i], record.record.bytes);
	}
	vault_record_free(&record);
	vault_view_end(view);
}

static void identity_make(void)
{
	uint8_t identity[32], recipient[32];
	char text[AGE_IDENTITY_TEXT];

	randombytes_buf(identity, sizeof identity);
	age_identity_recipient(identity, recipient);
	age_recipient_format(recipient, recipient_text);
	age_identity_format(identity, text);
	FILE *file = fopen(identity_path, "w");
	ck_assert_int_eq(chmod(identity_path, 0600), 0);
	fprintf(file, "%s\n", text);
	fclose(file);
}

/* A store written by `rounds` changes. */
static struct qorgan_store *store_make(void)
{
	struct qorgan_creation creation = { .state = "UZB", .user = "tester", .recipient = recipient_text };
	struct qorgan_store *store;

	for (unsigned i = 0; i < OBJECTS; i++)
		snprintf(objects[i].id, sizeof objects[i].id, "%s-%02u%s", object_kind(i)->kind, i,
		         object_kind(i)->id_form == SCHEMA_ID_PAIR ? "/KAZ" : "");
	ck_ok(vault_create(path, &creation, &store, &error));
	ck_ok(vault_create_finish(store, &error));
	return store;
}

static void place_make(void)
{
	snprintf(folder, sizeof folder, "%s/qorgan-damage-XXXXXX", access("/dev/shm", W_OK) ? "/tmp" : "/dev/shm");
	ck_assert_ptr_nonnull(mkdtemp(folder));
	setenv("XDG_STATE_HOME", folder, 1);
	unsetenv("QORGAN_NOW");
	ck_assert_int_ge(sodium_init(), 0);
	snprintf(path, sizeof path, "%s/store", folder);
	snprintf(data, sizeof data, "%s/store.mdb", path);
	snprintf(identity_path, sizeof identity_path, "%s/identity", folder);
	snprintf(complaint_path, sizeof complaint_path, "%s/complaint", folder);
	identity_make();
}

/* ---- Trials ---------------------------------------------------------------------- */

enum phase { READING, VERIFYING, JUDGED };

static struct shared {
	unsigned trial;
	enum phase phase;
	int read_code;  /* of the reading; 74 if the guard ended it */
	bool found;
	unsigned guarded_readings, guarded_verifications, refused, found_by_verify, harmless, absent, faults;
	char name[100]; /* of the trial */
	char failure[1500];
} *shared;

/* In the child: the invariant is broken. */
__attribute__((format(printf, 1, 2), noreturn))
static void broken(const char *format, ...)
{
	va_list list;

	va_start(list, format);
	int size = snprintf(shared->failure, sizeof shared->failure, "%s: ", shared->name);
	vsnprintf(shared->failure + size, sizeof shared->failure - (size_t)size, format, list);
	va_end(list);
	_exit(99);
}

/* What damage may be told by: not 70, as it is no defect of the program, and not
 * 75, as trying again is of no use. */
static int expect_code(int code, const char *what)
{
	if (code != QORGAN_OK && code != QORGAN_IO && code != QORGAN_BAD_DATA && code != QORGAN_DENIED)
		broken("%s: code %d: %s", what, code, error.message);
	return code;
}

/* ---- Reading everything -------------------------------------------------------------- */

struct scan {
	const struct schema *schema;
	bool older_allowed; /* rows of an older time were put back on purpose */
	unsigned found;
};

static void record_expect(const struct vault_record *record, unsigned number, uint32_t version)
{
	if (version > ROUNDS || record->record.version != version || !span_is(record->record.id, objects[number].id) ||
	    !span_is(record->record.kind, object_kind(number)->kind) || !span_is(record->record.owner, "UZB") ||
	    !span_equal(record->record.body, buffer_span(&bodies[number][version])))
		broken("%s version %u is not what was written: %.300s", objects[number].id, version, record->record.bytes.data);
	if (record->leaf >= leaf_count || !span_equal(record->record.bytes, buffer_span(&leaves[record->leaf])))
		broken("%s version %u is not what was logged", objects[number].id, version);
}

static int scan_each(void *context, struct vault_record *record, struct qorgan_error *why)
{
	struct scan *scan = context;

	(void)why;
	scan->found++;
	for (unsigned i = 0; i < EVIDENCE; i++)
		if (scan->schema == kind("evidence") && span_is(record->record.id, evidence[i].id))
			return QORGAN_OK;
	for (unsigned i = 0; i < OBJECTS; i++)
		if (object_kind(i) == scan->schema && span_is(record->record.id, objects[i].id)) {
			record_expect(record, i, scan->older_allowed ? record->record.version : objects[i].versions);
			return QORGAN_OK;
		}
	broken("a listing of %s has an object that was never written", scan->schema->plural);
}

/* A view, begun anew after every error, as each command begins with one and ends
 * at the first. `code` is the worst that was met. */
struct reading {
	struct qorgan_store *store;
	struct vault_view *view;
	bool older_allowed;
	int code;
};

static bool view_begin(struct reading *reading)
{
	int code = QORGAN_OK;

	if (!reading->view)
		code = expect_code(vault_view_begin(reading->store, &reading->view, &error), "a view");
	if (code)
		reading->code = code;
	return !code;
}

static void view_end(struct reading *reading)
{
	vault_view_end(reading->view);
	reading->view = NULL;
}

/* Whether something was read; its failure must be one that damage has. */
static bool was_read(struct reading *reading, int code, const char *what)
{
	if (!expect_code(code, what))
		return true;
	reading->code = code;
	view_end(reading);
	return false;
}

static void kinds_read(struct reading *reading)
{
	size_t count;
	const struct schema *const *all = schema_all(&count);

	for (size_t i = 0; i < count && view_begin(reading); i++) {
		struct scan scan = { all[i], reading->older_allowed, 0 };
		unsigned expected = all[i] == kind("evidence") ? EVIDENCE : 0;
		for (unsigned j = 0; j < OBJECTS; j++)
			expected += object_kind(j) == all[i];
		/* A log of an older time has fewer; whether it is noticed is asked below. */
		bool older = vault_view_leaves(reading->view) != leaf_count;
		if (was_read(reading, vault_scan(reading->view, all[i], scan_each, &scan, &error), "a listing") && !older &&
		    scan.found != expected)
			broken("a listing without an error has %u of %u %s", scan.found, expected, all[i]->plural);
	}
}

static int version_any(void *context, struct vault_record *record, struct qorgan_error *why)
{
	(void)why;
	record_expect(record, *(unsigned *)context, record->record.version);
	return QORGAN_OK;
}

static void version_read(struct reading *reading, unsigned number, uint32_t version, struct vault_record *record)
{
	uint32_t expected = version ? version : objects[number].versions;
	int code = vault_get(reading->view, object_kind(number), span_of(objects[number].id), version, record, &error);

	/* A key of the index that is damaged leads nowhere: that verify tells, as the
	 * index alone is no proof that there is no such object. */
	if (code == QORGAN_ABSENT) {
		reading->code = code;
		shared->absent++;
	} else if (was_read(reading, code, "a version")) {
		record_expect(record, number, reading->older_allowed ? record->record.version : expected);
		if (version == 0)
			was_read(reading, vault_scan_history(reading->view, &record->place, version_any, &number, &error),
			         "a history");
	}
}

static void objects_read(struct reading *reading)
{
	struct vault_record record = { 0 };

	for (unsigned i = 0; i < OBJECTS; i++)
		for (uint32_t version = 0; version <= objects[i].versions && view_begin(reading); version++)
			version_read(reading, i, version, &record);
	vault_record_free(&record);
}

static void log_read(struct reading *reading)
{
	struct vault_record record = { 0 };
	struct buffer note = { 0 };
	uint64_t size, commits;

	if (!view_begin(reading))
		return;
	size = vault_view_leaves(reading->view);
	commits = vault_view_commits(reading->view);
	if (size > leaf_count || commits > commit_count)
		broken("the log is longer than it was");
	if (size < leaf_count || commits < commit_count)
		reading->code = QORGAN_NO; /* an older state: whether it is noticed is asked below */
	for (uint64_t i = 0; i < size && view_begin(reading); i++)
		if (was_read(reading, vault_get_leaf(reading->view, i, &record, &error), "a leaf") &&
		    !span_equal(record.record.bytes, buffer_span(&leaves[i])))
			broken("leaf %llu is not what was written", (unsigned long long)i);
	for (uint64_t i = 1; i <= commits && view_begin(reading); i++)
		if (was_read(reading, vault_get_commit(reading->view, i, &record, &error), "a commit") &&
		    (!span_is(record.record.kind, "commit") || record.leaf >= leaf_count ||
		     !span_equal(record.record.bytes, buffer_span(&leaves[record.leaf]))))
			broken("commit %llu is not what was written", (unsigned long long)i);
	if (view_begin(reading))
		was_read(reading, vault_checkpoint(reading->view, &note, &error), "the checkpoint");
	buffer_free(&note);
	vault_record_free(&record);
}

static int piece_each(void *context, uint64_t offset, struct span piece, struct qorgan_error *why)
{
	unsigned number = *(unsigned *)context;

	(void)why;
	for (size_t i = 0; i < piece.size; i++)
		if (offset + i >= evidence[number].size ||
		    (unsigned char)piece.data[i] != evidence_byte(number, (size_t)offset + i))
			broken("evidence %u differs at byte %llu", number, (unsigned long long)(offset + i));
	return QORGAN_OK;
}

static void evidence_read(struct reading *reading)
{
	for (unsigned i = 0; i < EVIDENCE && view_begin(reading); i++) {
		int code = vault_evidence_read(reading->view, span_of(evidence[i].id), piece_each, &i, &error);
		if (code == QORGAN_ABSENT)
			reading->code = code;
		else
			was_read(reading, code, "evidence");
	}
}

/* Opens the store and reads all of it: the worst code met. */
static int store_read(bool older_allowed)
{
	struct qorgan_keys keys = { .identity = identity_path };
	struct reading reading = { .older_allowed = older_allowed };

	error.message[0] = '\0';
	reading.code = expect_code(qorgan_store_open(path, &keys, 0, &reading.store, &error), "opening");
	if (reading.code) {
		if (strlen(error.message) < 10 || strchr(error.message, '\n'))
			broken("opening fails with %d and says \"%s\"", reading.code, error.message);
		return reading.code;
	}
	kinds_read(&reading);
	objects_read(&reading);
	log_read(&reading);
	evidence_read(&reading);
	view_end(&reading);
	qorgan_store_close(reading.store);
	return reading.code;
}

/* ---- Verifying -------------------------------------------------------------------------- */

static void finding_check(void *context, const char *what, const char *object, const char *advice)
{
	(void)object;
	++*(uint64_t *)context;
	if (strlen(what) < 10 || strlen(advice) < 10 || strstr(what, "out of memory") || strstr(what, "MDB_BAD_TXN"))
		broken("a finding says \"%s\", \"%s\"", what, advice);
}

static bool store_verify(void)
{
	struct qorgan_keys keys = { .identity = identity_path };
	struct qorgan_verification result;
	struct qorgan_store *store;
	uint64_t told = 0;
	int code = expect_code(qorgan_store_open(path, &keys, QORGAN_INSPECT, &store, &error), "opening to inspect");

	shared->refused += code != 0;
	if (code)
		return true;
	code = qorgan_verify(store, finding_check, &told, &result, &error);
	if (code != QORGAN_OK && code != QORGAN_NO && code != QORGAN_IO)
		broken("verify: code %d: %s", code, error.message);
	if (told != result.findings || (code == QORGAN_NO) != (told > 0))
		broken("verify: code %d with %llu findings, %llu told", code, (unsigned long long)result.findings,
		     (unsigned long long)told);
	qorgan_store_close(store);
	shared->found_by_verify += code != 0;
	return code != QORGAN_OK;
}

static void locate(uint64_t offset, char where[200])
{
	char *text = NULL;

	snprintf(where, 200, "nowhere");
	if (!qorgan_locate(path, offset, &text, &error))
		snprintf(where, 200, "%s", text);
	free(text);
}

/* Which pages hold nothing, and which lead to others: a wrong number there may lead
 * to a page as it was before, which the database leaves among the free ones. Rows
 * of an older time authenticate; the log alone tells that they are not the newest. */
#define PAGES_MOST 2000
static bool page_is_nothing[PAGES_MOST], page_leads[PAGES_MOST];

static void pages_locate(void)
{
	char where[200];

	ck_assert_uint_lt(original_size / PAGE, PAGES_MOST);
	for (size_t page = 0; page < original_size / PAGE; page++) {
		locate(page * PAGE, where);
		page_is_nothing[page] = strstr(where, "free page") || strstr(where, "not taken into use") ||
		                        strstr(where, "older meta page");
		page_leads[page] = strstr(where, "table list") || strstr(where, "newest meta page") ||
		                   original[page * PAGE + 10] == 1; /* a branch */
	}
}

static void set_up(void)
{
	place_make();
	struct qorgan_store *store = store_make();
	for (unsigned round = 0; round < ROUNDS; round++)
		round_write(store, round);
	leaves_load(store);
	qorgan_store_close(store);
	file_load();
	pages_locate();
}

static void tear_down(void)
{
	char command[200];

	free(original);
	free(image);
	for (size_t i = 0; i < LEAVES_MOST; i++)
		buffer_free(&leaves[i]);
	for (size_t i = 0; i < OBJECTS * (ROUNDS + 1); i++)
		buffer_free(&bodies[i / (ROUNDS + 1)][i % (ROUNDS + 1)]);
	snprintf(command, sizeof command, "rm -rf '%s'", folder);
	ck_assert_int_eq(system(command), 0);
}

/* ---- The run of all trials ------------------------------------------------------------------ */

static void file_write_all(const unsigned char *bytes, size_t size)
{
	int file = open(data, O_WRONLY | O_TRUNC);

	if (file < 0 || write(file, bytes, size) != (ssize_t)size || close(file))
		broken("the test cannot write %s", data);
}

/* Writes the image over the original, or over what the trial before left. */
static void image_write(void)
{
	static unsigned char *written;
	static size_t written_size;
	int file = open(data, O_WRONLY);
	bool good = file >= 0;

	if (!written)
		written = malloc(original_size + PAGE);
	good = good && written && ftruncate(file, (off_t)image_size) == 0;
	for (size_t at = 0; good && at < image_size; at += PAGE) {
		size_t size = image_size - at < PAGE ? image_size - at : PAGE;
		if (at + size > written_size || memcmp(written + at, image + at, size) != 0)
			good = pwrite(file, image + at, size, (off_t)at) == (ssize_t)size;
	}
	if (!good || close(file))
		broken("the test cannot write %s", data);
	memcpy(written, image, image_size);
	written_size = image_size;
}

static bool file_is(const unsigned char *bytes, size_t size)
{
	unsigned char *now = malloc(size + 1);
	FILE *file = fopen(data, "rb");
	bool same = now && file && fread(now, 1, size + 1, file) == size && memcmp(now, bytes, size) == 0;

	fclose(file);
	free(now);
	return same;
}

/* Makes trial `number` of `image`; false if it would change nothing. Gives the
 * offset of the one byte changed, or says by `nothing` that what was changed held
 * nothing. */
struct change {
	char name[100];
	uint64_t offset; /* UINT64_MAX: see `nothing` */
	bool nothing;
	bool older_allowed; /* of what is read, each version is right, but may not be the newest */
};
typedef bool (*trial_make)(unsigned number, struct change *change);

static void trial_run(struct change *change)
{
	char where[200] = "";

	alarm(30);
	if (ftruncate(STDERR_FILENO, 0))
		broken("the test cannot empty %s", complaint_path);
	lseek(STDERR_FILENO, 0, SEEK_SET);
	if (shared->phase == READING) {
		image_write();
		shared->read_code = store_read(change->older_allowed);
		shared->phase = VERIFYING;
	}
	image_write();
	shared->found = store_verify();
	if (!shared->found) {
		if (change->offset != UINT64_MAX)
			locate(change->offset, where);
		if (!change->nothing && !strstr(where, "holds nothing"))
			broken("neither found nor without meaning: %s", where);
		if (shared->read_code)
			broken("reading fails with %d, but verify finds nothing: %s", shared->read_code, where);
		shared->harmless++;
	}
	if (!file_is(image, image_size))
		broken("reading changed the file");
}

__attribute__((noreturn))
static void child_run(unsigned count, trial_make make)
{
	int complaint = open(complaint_path, O_CREAT | O_TRUNC | O_WRONLY, 0600);

	dup2(complaint, STDERR_FILENO);
	engine_guard("the guard");
	for (; shared->trial < count; shared->trial++) {
		struct change change = { .offset = UINT64_MAX };
		memcpy(image, original, original_size);
		image_size = original_size;
		if (make(shared->trial, &change)) {
			memcpy(shared->name, change.name, sizeof change.name);
			trial_run(&change);
		}
		shared->phase = READING;
		shared->read_code = 0;
	}
	_exit(0);
}

/* The guard ended the child: with one line and 74, which is how a command would
 * have ended. */
static void guarded(void)
{
	char line[100] = "";
	FILE *complaint = fopen(complaint_path, "r");

	ck_assert_ptr_nonnull(fgets(line, sizeof line, complaint));
	ck_assert_str_eq(line, "the guard\n");
	ck_assert_ptr_null(fgets(line, sizeof line, complaint));
	fclose(complaint);
	if (shared->phase == READING) {
		shared->guarded_readings++;
		shared->read_code = QORGAN_IO;
		shared->phase = VERIFYING;
	} else {
		shared->guarded_verifications++;
		shared->phase = READING;
		shared->read_code = 0;
		shared->trial++;
	}
}

static void complaint_print(void)
{
	char command[200];

	snprintf(command, sizeof command, "head -40 '%s' >&2", complaint_path);
	if (system(command))
		fprintf(stderr, "no complaint\n");
}

/* How a child ended; what is wrong with it goes to `faults`, and the next child
 * goes on behind that trial. */
static void child_judge(int status, struct buffer *faults)
{
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return;
	if (WIFEXITED(status) && WEXITSTATUS(status) == QORGAN_IO) {
		guarded();
		return;
	}
	shared->faults++;
	buffer_append_format(faults, "\ntrial %u, %s: ", shared->trial, shared->phase == READING ? "reading" : "verifying");
	if (!WIFEXITED(status))
		buffer_append_format(faults, "ended by signal %d", WTERMSIG(status));
	else if (WEXITSTATUS(status) == 99)
		buffer_append_format(faults, "%.250s", shared->failure);
	else
		buffer_append_format(faults, "ended with code %d", WEXITSTATUS(status));
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 99)
		complaint_print();
	shared->phase = READING;
	shared->read_code = 0;
	shared->trial++;
}

static void trials_run(const char *what, unsigned count, trial_make make)
{
	struct buffer faults = { 0 };
	int status;

	shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	ck_assert_ptr_ne(shared, MAP_FAILED);
	while (shared->trial < count && shared->faults < 10) {
		pid_t child = fork();
		ck_assert_int_ge(child, 0);
		if (child == 0)
			child_run(count, make);
		ck_assert_int_eq(waitpid(child, &status, 0), child);
		child_judge(status, &faults);
	}
	printf("vault damage: %s: %u trials, %u found by verify, %u refused at opening, %u harmless, %u absent; the guard "
	       "ended %u readings and %u verifications\n", what, shared->trial, shared->found_by_verify, shared->refused,
	       shared->harmless, shared->absent, shared->guarded_readings, shared->guarded_verifications);
	ck_assert_msg(shared->faults == 0, "%s", buffer_text(&faults));
	/* verify looks before it reads: no damage may end it. */
	ck_assert_uint_eq(shared->guarded_verifications, 0);
	file_write_all(original, original_size);
	munmap(shared, sizeof *shared);
	buffer_free(&faults);
}

static unsigned seed_start(void)
{
	const char *given = getenv("QORGAN_SEED");
	unsigned seed = given ? (unsigned)strtoul(given, NULL, 10) : randombytes_random();

	printf("vault damage: QORGAN_SEED=%u\n", seed);
	fflush(stdout);
	return seed;
}

static unsigned seed;

/* A number that depends on the seed and the trial alone, so that a child that goes
 * on behind another makes the same trials. */
static size_t chance(unsigned trial, unsigned salt, size_t limit)
{
	uint64_t hash[2];
	unsigned key[4] = { seed, trial, salt, 0 };

	crypto_generichash((uint8_t *)hash, sizeof hash, (const uint8_t *)key, sizeof key, NULL, 0);
	return (size_t)(hash[0] % limit);
}

/* ---- Damage by chance ---------------------------------------------------------------------- */

static bool nothing_changed(unsigned number, struct change *change)
{
	(void)number;
	change->nothing = true;
	return true;
}

START_TEST(a_sound_store_has_no_findings)
{
	trials_run("no damage", 2, nothing_changed);
}
END_TEST

/* A third anywhere, a third where the structure is, a third in the first pages
 * and among the lists of entries. */
static bool byte_change(unsigned number, struct change *change)
{
	size_t offset = chance(number, 1, original_size);

	if (number % 3 == 1)
		offset = offset / PAGE * PAGE + chance(number, 2, 160);
	else if (number % 3 == 2)
		offset = offset / PAGE * PAGE + PAGE - 1 - chance(number, 2, 1500);
	image[offset] ^= (unsigned char)(number % 2 ? 1u << chance(number, 3, 8) : chance(number, 3, 255) + 1);
	change->offset = offset;
	change->older_allowed = page_leads[offset / PAGE];
	snprintf(change->name, sizeof change->name, "byte %zu: %02x for %02x", offset, image[offset], original[offset]);
	return true;
}

START_TEST(changed_bytes)
{
	const char *given = getenv("QORGAN_TRIALS");

	seed = seed_start();
	trials_run("changed bytes", given ? (unsigned)strtoul(given, NULL, 10) : 1500, byte_change);
}
END_TEST

/* Of both meta pages, every byte that means something. */
static bool meta_change(unsigned number, struct change *change)
{
	size_t offset = number % 2 * PAGE + number / 2;

	image[offset] ^= (unsigned char)(1u << number / 2 % 8);
	change->offset = offset;
	change->older_allowed = page_leads[offset / PAGE];
	snprintf(change->name, sizeof change->name, "byte %zu of a meta page", offset);
	return true;
}

START_TEST(changed_bytes_of_the_meta_pages)
{
	trials_run("meta pages", 2 * 160, meta_change);
}
END_TEST

/* ---- Whole pages ------------------------------------------------------------------------------ */

static bool page_zero(unsigned number, struct change *change)
{
	memset(image + (size_t)number * PAGE, 0, PAGE);
	change->nothing = page_is_nothing[number];
	snprintf(change->name, sizeof change->name, "page %u zeroed", number);
	return memcmp(image, original, original_size) != 0;
}

START_TEST(zeroed_pages)
{
	trials_run("zeroed pages", (unsigned)(original_size / PAGE), page_zero);
}
END_TEST

static unsigned number_at(const unsigned char *at)
{
	return at[0] | (unsigned)at[1] << 8;
}

/* Whether two pages of entries have the same ones in the same order, wherever they lie
 * in the page: a page that was split and written anew leaves such a one behind. Whichever
 * of them is read, the same is read. */
static bool pages_hold_the_same(size_t a, size_t b)
{
	enum { FLAGS = 10, LOWER = 12, HEAD = 16, ENTRY_HEAD = 8, LEAF = 2 };
	const unsigned char *pages[] = { original + a * PAGE, original + b * PAGE };
	unsigned end = number_at(pages[0] + LOWER);

	if (number_at(pages[0] + FLAGS) != LEAF || number_at(pages[1] + FLAGS) != LEAF || number_at(pages[1] + LOWER) != end ||
	    end > PAGE)
		return false;
	for (unsigned at = HEAD; at < end; at += 2) {
		unsigned offsets[] = { number_at(pages[0] + at), number_at(pages[1] + at) };
		const unsigned char *entry = pages[0] + offsets[0];
		if (offsets[0] > PAGE - ENTRY_HEAD || offsets[1] > PAGE - ENTRY_HEAD)
			return false;
		/* Its head: the size of the value in two halves, flags, and the size of the key. */
		size_t size = ENTRY_HEAD + number_at(entry) + number_at(entry + 6);
		if (number_at(entry + 2) || offsets[0] + size > PAGE || offsets[1] + size > PAGE ||
		    memcmp(entry, pages[1] + offsets[1], size) != 0)
			return false;
	}
	return true;
}

/* Pages of one kind most of all, as they are the likeliest to be believed: a page
 * bears its own number, which is mended here. */
static bool pages_swap(unsigned number, struct change *change)
{
	size_t pages = original_size / PAGE, a = chance(number, 1, pages), b = chance(number, 2, pages);

	for (unsigned i = 0; i < 50 && number % 4 && (a == b || original[a * PAGE + 10] != original[b * PAGE + 10]); i++)
		b = chance(number, 3 + i, pages);
	memcpy(image + a * PAGE, original + b * PAGE, PAGE);
	memcpy(image + b * PAGE, original + a * PAGE, PAGE);
	if (number % 2) {
		memcpy(image + a * PAGE, original + a * PAGE, 8);
		memcpy(image + b * PAGE, original + b * PAGE, 8);
	}
	change->nothing = (page_is_nothing[a] && page_is_nothing[b]) || (number % 2 && pages_hold_the_same(a, b));
	change->older_allowed = true;
	snprintf(change->name, sizeof change->name, "pages %zu and %zu swapped", a, b);
	return memcmp(image, original, original_size) != 0;
}

START_TEST(swapped_pages)
{
	seed = seed_start();
	trials_run("swapped pages", 200, pages_swap);
}
END_TEST

/* A file may be shorter than it was by free pages only. */
static bool end_cut(unsigned number, struct change *change)
{
	image_size = (size_t)number * PAGE + (number % 4 == 3 ? 1 + chance(number, 1, PAGE - 1) : 0);
	change->nothing = true;
	for (size_t page = image_size / PAGE; page < original_size / PAGE; page++)
		change->nothing &= page_is_nothing[page];
	snprintf(change->name, sizeof change->name, "cut to %zu bytes", image_size);
	return true;
}

START_TEST(cut_off_files)
{
	seed = seed_start();
	trials_run("cut off", (unsigned)(original_size / PAGE), end_cut);
}
END_TEST

/* ---- Older rows in the place of newer ones -------------------------------------------------------- */

static unsigned char *older;
static size_t older_size;

/* The store once more, with a copy of its file kept before the last rounds. */
static void older_make(void)
{
	struct qorgan_store *store;
	char command[400];

	snprintf(command, sizeof command, "rm -r '%s' '%s/qorgan'", path, folder);
	ck_assert_int_eq(system(command), 0);
	for (unsigned i = 0; i < OBJECTS; i++)
		objects[i].versions = 0;
	for (size_t i = 0; i < LEAVES_MOST; i++)
		buffer_clear(&leaves[i]);
	store = store_make();
	for (unsigned round = 0; round < ROUNDS - 2; round++)
		round_write(store, round);
	qorgan_store_close(store);
	free(original);
	free(image);
	file_load();
	older = original;
	older_size = original_size;
	free(image);

	struct qorgan_keys keys = { .identity = identity_path };
	ck_ok(qorgan_store_open(path, &keys, 0, &store, &error));
	round_write(store, ROUNDS - 2);
	round_write(store, ROUNDS - 1);
	leaves_load(store);
	qorgan_store_close(store);
	file_load();
	pages_locate();
}

static bool page_replay(unsigned number, struct change *change)
{
	size_t at = (size_t)number * PAGE;

	if (at + PAGE > older_size)
		return false;
	memcpy(image + at, older + at, PAGE);
	change->nothing = page_is_nothing[number];
	change->older_allowed = true;
	snprintf(change->name, sizeof change->name, "page %u as it was", number);
	return memcmp(image, original, original_size) != 0;
}

START_TEST(pages_of_an_older_time)
{
	older_make();
	trials_run("pages replayed", (unsigned)(original_size / PAGE), page_replay);
	free(older);
}
END_TEST

/* Rows of one table of a file. */
struct rows {
	struct buffer keys[OBJECTS * ROUNDS], values[OBJECTS * ROUNDS];
	size_t count;
};

static void rows_read(const unsigned char *bytes, size_t size, unsigned table, struct rows *rows)
{
	struct engine *engine;
	struct engine_txn *txn;
	struct engine_range *range;
	struct span key, value;

	file_write_all(bytes, size);
	ck_ok(engine_open_lmdb(path, 0, &engine, &error));
	ck_ok(engine_begin_read(engine, &txn, &error));
	ck_ok(engine_range_open(txn, table, (struct span){ 0 }, (struct span){ 0 }, false, &range, &error));
	for (rows->count = 0; engine_range_next(range, &key, &value, &error) == QORGAN_OK; rows->count++) {
		buffer_clear(&rows->keys[rows->count]);
		buffer_clear(&rows->values[rows->count]);
		buffer_append_span(&rows->keys[rows->count], key);
		buffer_append_span(&rows->values[rows->count], value);
	}
	engine_range_close(range);
	engine_abort(txn);
	engine_close(engine);
}

static void rows_free(struct rows *rows)
{
	for (size_t i = 0; i < OBJECTS * ROUNDS; i++) {
		buffer_free(&rows->keys[i]);
		buffer_free(&rows->values[i]);
	}
}

static void row_replace(unsigned table, struct span key, struct span value)
{
	struct engine *engine;
	struct engine_txn *txn;

	file_write_all(original, original_size);
	ck_ok(engine_open_lmdb(path, 0, &engine, &error));
	ck_ok(engine_begin_write(engine, &txn, &error));
	ck_ok(engine_put(txn, table, key, value, &error));
	ck_ok(engine_commit(txn, &error));
	engine_close(engine);
}

static void finding_print(void *context, const char *what, const char *object, const char *advice)
{
	(void)advice;
	buffer_append_format(context, "%s [%s]\n", what, object);
}

/* The findings of a store that is sound in its structure. */
static void findings(struct buffer *found)
{
	struct qorgan_keys keys = { .identity = identity_path };
	struct qorgan_verification result;
	struct qorgan_store *store;

	buffer_clear(found);
	ck_ok(qorgan_store_open(path, &keys, QORGAN_INSPECT, &store, &error));
	int code = qorgan_verify(store, finding_print, found, &result, &error);
	ck_assert_int_eq(code, result.findings ? QORGAN_NO : QORGAN_OK);
	qorgan_store_close(store);
}

/* Each head that has changed since is put back, and authenticates, as it is the
 * store's own: the log tells that it is not the newest. */
START_TEST(a_head_of_an_older_time_is_found)
{
	static struct rows before, after;
	struct buffer found = { 0 };
	unsigned tried = 0;

	older_make();
	for (unsigned table = ENGINE_HEADS; table < ENGINE_TABLES; table++) {
		rows_read(older, older_size, table, &before);
		rows_read(original, original_size, table, &after);
		for (size_t i = 0; i < before.count; i++) {
			ck_assert(span_equal(buffer_span(&before.keys[i]), buffer_span(&after.keys[i])));
			if (span_equal(buffer_span(&before.values[i]), buffer_span(&after.values[i])))
				continue;
			tried++;
			row_replace(table, buffer_span(&before.keys[i]), buffer_span(&before.values[i]));
			findings(&found);
			ck_assert_msg(strstr(buffer_text(&found), "leads to no version") != NULL, "%s", buffer_text(&found));
		}
	}
	ck_assert_uint_ge(tried, 5);
	rows_free(&before);
	rows_free(&after);
	buffer_free(&found);
	free(older);
}
END_TEST

/* The state of the log is one row: put back, with all else as it is, it makes a
 * store that is shorter than what was seen. */
START_TEST(a_log_of_an_older_time_is_rolled_back)
{
	struct qorgan_keys keys = { .identity = identity_path };
	static struct rows before;
	struct vault_change *change;
	struct qorgan_store *store;
	struct buffer found = { 0 };

	older_make();
	rows_read(older, older_size, ENGINE_META, &before);
	for (size_t i = 0; i < before.count; i++)
		if (span_is(buffer_span(&before.keys[i]), META_STATE))
			row_replace(ENGINE_META, buffer_span(&before.keys[i]), buffer_span(&before.values[i]));
	ck_ok(qorgan_store_open(path, &keys, 0, &store, &error));
	ck_assert(!qorgan_store_may_write(store));
	ck_assert_int_eq(vault_change_begin(store, NULL, NULL, &change, &error), QORGAN_DENIED);
	ck_assert_msg(strstr(error.message, "rolled back") != NULL, "%s", error.message);
	qorgan_store_close(store);
	findings(&found);
	ck_assert_msg(strstr(buffer_text(&found), "rolled back") != NULL, "%s", buffer_text(&found));

	/* The whole file of that time is sound in itself. */
	file_write_all(older, older_size);
	findings(&found);
	ck_assert_msg(strstr(buffer_text(&found), "rolled back") == buffer_text(&found) + strlen(path) + 5, "%s",
	              buffer_text(&found));
	rows_free(&before);
	buffer_free(&found);
	free(older);
}
END_TEST

/* ---- Another file in its place ------------------------------------------------------------------------ */

static void expect_no_store(void)
{
	struct qorgan_keys keys = { .identity = identity_path };
	struct qorgan_store *store = NULL;

	for (unsigned flags = 0; flags < 8; flags++) {
		ck_assert_int_eq(qorgan_store_open(path, &keys, flags, &store, &error), QORGAN_BAD_DATA);
		ck_assert_msg(strstr(error.message, "is not a Qorgan store") != NULL, "%s", error.message);
	}
}

START_TEST(a_file_of_noise_is_no_store)
{
	static const size_t sizes[] = { 0, 1, 100, PAGE, 2 * PAGE, 2 * PAGE + 17, 40 * PAGE, 200000 };

	for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
		randombytes_buf(image, sizes[i]);
		file_write_all(image, sizes[i]);
		expect_no_store();
		memset(image, 0, sizes[i]);
		file_write_all(image, sizes[i]);
		expect_no_store();
	}
	file_write_all((const unsigned char *)"%PDF-1.7\n", 9);
	expect_no_store();
}
END_TEST

/* A sound file of LMDB, of another program: with a table of its own, or none. */
static void foreign_make(const char *table)
{
	MDB_env *env;
	MDB_txn *txn;
	MDB_dbi dbi;
	MDB_val key = { 4, "name" }, value = { 5, "value" };
	char lock[160];

	ck_assert_int_eq(unlink(data), 0);
	snprintf(lock, sizeof lock, "%s-lock", data);
	ck_assert_int_eq(unlink(lock), 0);
	ck_assert_int_eq(mdb_env_create(&env), 0);
	ck_assert_int_eq(mdb_env_set_maxdbs(env, 4), 0);
	ck_assert_int_eq(mdb_env_open(env, data, MDB_NOSUBDIR, 0600), 0);
	ck_assert_int_eq(mdb_txn_begin(env, NULL, 0, &txn), 0);
	ck_assert_int_eq(mdb_dbi_open(txn, table, table ? MDB_CREATE : 0, &dbi), 0);
	ck_assert_int_eq(mdb_put(txn, dbi, &key, &value, 0), 0);
	ck_assert_int_eq(mdb_txn_commit(txn), 0);
	mdb_env_close(env);
}

START_TEST(a_database_of_another_program_is_no_store)
{
	struct engine *engine;
	char command[300];

	foreign_make(NULL);
	expect_no_store();
	foreign_make("mail");
	expect_no_store();

	/* Our own engine's, with nothing of a store in it. */
	snprintf(command, sizeof command, "rm -r '%s'", path);
	ck_assert_int_eq(system(command), 0);
	ck_ok(engine_open_lmdb(path, ENGINE_CREATE, &engine, &error));
	engine_close(engine);
	expect_no_store();
}
END_TEST

Suite *suite_vault_damage(void)
{
	Suite *suite = suite_create("vault damage");
	TCase *damage = tcase_create("damage");

	tcase_add_checked_fixture(damage, set_up, tear_down);
	tcase_set_timeout(damage, 300);
	tcase_add_test(damage, a_sound_store_has_no_findings);
	tcase_add_test(damage, changed_bytes);
	tcase_add_test(damage, changed_bytes_of_the_meta_pages);
	tcase_add_test(damage, zeroed_pages);
	tcase_add_test(damage, swapped_pages);
	tcase_add_test(damage, cut_off_files);
	tcase_add_test(damage, pages_of_an_older_time);
	tcase_add_test(damage, a_head_of_an_older_time_is_found);
	tcase_add_test(damage, a_log_of_an_older_time_is_rolled_back);
	tcase_add_test(damage, a_file_of_noise_is_no_store);
	tcase_add_test(damage, a_database_of_another_program_is_no_store);
	suite_add_tcase(suite, damage);
	return suite;
}
