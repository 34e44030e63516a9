/* Trials of damage. Reading and verifying go on in a child, as the guard ends the process;
 * what is known of the trials lies in memory that both see. */
#include "damage_trials.h"

#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "engine/engine.h"

static char complaint_path[140];
static struct qorgan_error error;

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
	if (version > ROUNDS || record->record.version != version || !span_is(record->record.id, written.objects[number].id) ||
	    !span_is(record->record.kind, damage_object_kind(number)->kind) || !span_is(record->record.owner, "UZB") ||
	    !span_equal(record->record.body, buffer_span(&written.bodies[number][version])))
		broken("%s version %u is not what was written: %.300s", written.objects[number].id, version,
		       record->record.bytes.data);
	if (record->leaf >= written.leaf_count ||
	    !span_equal(record->record.bytes, buffer_span(&written.leaves[record->leaf])))
		broken("%s version %u is not what was logged", written.objects[number].id, version);
}

static int scan_each(void *context, struct vault_record *record, struct qorgan_error *why)
{
	struct scan *scan = context;

	(void)why;
	scan->found++;
	for (unsigned i = 0; i < EVIDENCE; i++)
		if (scan->schema == damage_kind("evidence") && span_is(record->record.id, written.evidence[i].id))
			return QORGAN_OK;
	for (unsigned i = 0; i < OBJECTS; i++)
		if (damage_object_kind(i) == scan->schema && span_is(record->record.id, written.objects[i].id)) {
			record_expect(record, i, scan->older_allowed ? record->record.version : written.objects[i].versions);
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
		unsigned expected = all[i] == damage_kind("evidence") ? EVIDENCE : 0;
		for (unsigned j = 0; j < OBJECTS; j++)
			expected += damage_object_kind(j) == all[i];
		/* A log of an older time has fewer; whether it is noticed is asked below. */
		bool older = vault_view_leaves(reading->view) != written.leaf_count;
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
	uint32_t expected = version ? version : written.objects[number].versions;
	int code = vault_get(reading->view, damage_object_kind(number), span_of(written.objects[number].id), version, record,
	                     &error);

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
		for (uint32_t version = 0; version <= written.objects[i].versions && view_begin(reading); version++)
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
	if (size > written.leaf_count || commits > written.commit_count)
		broken("the log is longer than it was");
	if (size < written.leaf_count || commits < written.commit_count)
		reading->code = QORGAN_NO; /* an older state: whether it is noticed is asked below */
	for (uint64_t i = 0; i < size && view_begin(reading); i++)
		if (was_read(reading, vault_get_leaf(reading->view, i, &record, &error), "a leaf") &&
		    !span_equal(record.record.bytes, buffer_span(&written.leaves[i])))
			broken("leaf %llu is not what was written", (unsigned long long)i);
	for (uint64_t i = 1; i <= commits && view_begin(reading); i++)
		if (was_read(reading, vault_get_commit(reading->view, i, &record, &error), "a commit") &&
		    (!span_is(record.record.kind, "commit") || record.leaf >= written.leaf_count ||
		     !span_equal(record.record.bytes, buffer_span(&written.leaves[record.leaf]))))
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
		if (offset + i >= written.evidence[number].size ||
		    (unsigned char)piece.data[i] != damage_evidence_byte(number, (size_t)offset + i))
			broken("evidence %u differs at byte %llu", number, (unsigned long long)(offset + i));
	return QORGAN_OK;
}

static void evidence_read(struct reading *reading)
{
	for (unsigned i = 0; i < EVIDENCE && view_begin(reading); i++) {
		int code = vault_evidence_read(reading->view, span_of(written.evidence[i].id), piece_each, &i, &error);
		if (code == QORGAN_ABSENT)
			reading->code = code;
		else
			was_read(reading, code, "evidence");
	}
}

/* Opens the store and reads all of it: the worst code met. */
static int store_read(bool older_allowed)
{
	struct qorgan_keys keys = { .identity = damaged.identity_path };
	struct reading reading = { .older_allowed = older_allowed };

	error.message[0] = '\0';
	reading.code = expect_code(qorgan_store_open(damaged.path, &keys, 0, &reading.store, &error), "opening");
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
	struct qorgan_keys keys = { .identity = damaged.identity_path };
	struct qorgan_verification result;
	struct qorgan_store *store;
	uint64_t told = 0;
	int code = expect_code(qorgan_store_open(damaged.path, &keys, QORGAN_INSPECT, &store, &error), "opening to inspect");

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

/* ---- The run of all trials ------------------------------------------------------------------ */

void damage_file_write(const unsigned char *bytes, size_t size)
{
	int file = open(damaged.data, O_WRONLY | O_TRUNC);

	if (file < 0 || write(file, bytes, size) != (ssize_t)size || close(file))
		broken("the test cannot write %s", damaged.data);
}

/* Writes the image over the original, or over what the trial before left. */
static void image_write(void)
{
	static unsigned char *last;
	static size_t last_size;
	int file = open(damaged.data, O_WRONLY);
	bool good = file >= 0;

	if (!last)
		last = malloc(damaged.original_size + PAGE);
	good = good && last && ftruncate(file, (off_t)damaged.image_size) == 0;
	for (size_t at = 0; good && at < damaged.image_size; at += PAGE) {
		size_t size = damaged.image_size - at < PAGE ? damaged.image_size - at : PAGE;
		if (at + size > last_size || memcmp(last + at, damaged.image + at, size) != 0)
			good = pwrite(file, damaged.image + at, size, (off_t)at) == (ssize_t)size;
	}
	if (!good || close(file))
		broken("the test cannot write %s", damaged.data);
	memcpy(last, damaged.image, damaged.image_size);
	last_size = damaged.image_size;
}

static bool file_is(const unsigned char *bytes, size_t size)
{
	unsigned char *now = malloc(size + 1);
	FILE *file = fopen(damaged.data, "rb");
	bool same = now && file && fread(now, 1, size + 1, file) == size && memcmp(now, bytes, size) == 0;

	fclose(file);
	free(now);
	return same;
}

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
			damage_locate(change->offset, where);
		if (!change->nothing && !strstr(where, "holds nothing"))
			broken("neither found nor without meaning: %s", where);
		if (shared->read_code)
			broken("reading fails with %d, but verify finds nothing: %s", shared->read_code, where);
		shared->harmless++;
	}
	if (!file_is(damaged.image, damaged.image_size))
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
		memcpy(damaged.image, damaged.original, damaged.original_size);
		damaged.image_size = damaged.original_size;
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

void damage_trials_run(const char *what, unsigned count, trial_make make)
{
	struct buffer faults = { 0 };
	int status;

	snprintf(complaint_path, sizeof complaint_path, "%s/complaint", damaged.folder);
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
	damage_file_write(damaged.original, damaged.original_size);
	munmap(shared, sizeof *shared);
	buffer_free(&faults);
}
