/* Verification of a whole store: the file's structure first, by a reader of our
 * own; then every row that the database gives, against the signed log.
 *
 * The database's code may crash on damage that its structure does not show: the
 * second part runs in a child process that tells its findings by a pipe, and is
 * begun again without what it came to grief on. */
#include "store/verify.h"

#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>
#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/lsan_interface.h>
#endif

#include "base/language.h"
#include "base/memory.h"
#include "crypto/secret.h"

const char verify_advice_restore[] = "keep this store as it is, and go on from the newest copy of it that verifies";
static const char advice_structure[] = "what the other findings do not name is whole; go on from the newest copy that "
                                       "verifies";

void verify_tell(qorgan_finding finding, void *context, struct qorgan_verification *result, const char *what,
                 const char *object, const char *advice)
{
	result->findings++;
	if (finding)
		finding(context, what, object, advice);
}

void verify_find(const struct verify_teller *teller, const char *object, const char *format, ...)
{
	char what[900];
	va_list list;

	va_start(list, format);
	vsnprintf(what, sizeof what, language_said(format), list);
	va_end(list);
	teller->fault(teller->context, object, what);
}

/* ---- In a child ------------------------------------------------------------------------ */

static void finding_send(void *context, const char *what, const char *object, const char *advice)
{
	fprintf(context, "!%s\t%s\t%s\n", what, object, advice);
}

static int progress_send(void *context, const char *what, uint64_t done, uint64_t total)
{
	fprintf(context, "%%%llu %llu %s\n", (unsigned long long)done, (unsigned long long)total, what);
	return fflush(context) != 0; /* nobody listens any more */
}

/* The handlers of whoever uses the library (atexit) are for the end of that process, not of this one, and what it has not
 * written yet is its own to write. */
__attribute__((noreturn)) static void child_end(FILE *pipe)
{
	fclose(pipe);
	secret_forget();
#ifdef __SANITIZE_ADDRESS__
	__lsan_do_leak_check(); /* as exit() would */
#endif
	_exit(0);
}

static void child_run(struct qorgan_store *vault, int descriptor, struct verify_shared *shared)
{
	struct qorgan_verification result = { 0 };
	struct qorgan_error error = { 0 };
	uint64_t failures = memory_failures(); /* of the caller, before */
	FILE *pipe = fdopen(descriptor, "w");

	if (!pipe) {
		error_set_system(&error, QORGAN_IO, "cannot verify in a process apart");
		dprintf(descriptor, "?%d %s\n", error.code, error.message);
		_exit(0);
	}
	qorgan_store_set_progress(vault, progress_send, pipe);
	int code = engine_open(vault->path, ENGINE_READ_ONLY | ENGINE_ANY_FILESYSTEM, &vault->engine, &error);
	bool opened = !code;
	if (!code)
		code = verify_rows(vault, shared, finding_send, pipe, &result, &error);
	if (opened && memory_failures() != failures)
		code = error_set_memory(&error);
	/* What was open a moment ago is not damaged since: no finding, nor is want of memory. */
	if (!opened || code == QORGAN_INTERNAL) {
		fprintf(pipe, "?%d %s\n", code, error.message);
		child_end(pipe);
	}
	if (code && code != QORGAN_INTERRUPTED)
		finding_send(pipe, error.message, "", verify_advice_restore);
	fprintf(pipe, "=%llu %llu %llu %llu %llu %s\n", (unsigned long long)result.versions,
	        (unsigned long long)result.commits, (unsigned long long)result.leaves,
	        (unsigned long long)result.evidence, (unsigned long long)result.bytes, result.root);
	child_end(pipe);
}

/* "70 out of memory" */
static int child_error(char *line, struct qorgan_error *error)
{
	char *text;
	int code = (int)strtol(line, &text, 10);

	text[strcspn(text, "\n")] = '\0';
	return error_set(error, code, "%s", *text ? text + 1 : text);
}

/* Reads what the child tells into `findings`, as it was sent; passes progress on, and an
 * error. *ended is whether its last line came. */
static int child_read(struct qorgan_store *vault, FILE *pipe, struct buffer *findings,
                      struct qorgan_verification *result, bool *ended, struct qorgan_error *error)
{
	char *line = NULL;
	size_t limit = 0;
	int code = QORGAN_OK;

	while (!code && getline(&line, &limit, pipe) > 0) {
		unsigned long long a, b, leaves, evidence, bytes;
		char what[80];
		if (line[0] == '!')
			buffer_append_text(findings, line);
		else if (line[0] == '?')
			code = child_error(line + 1, error);
		else if (line[0] == '%' && sscanf(line, "%%%llu %llu %79[^\n]", &a, &b, what) == 3 && vault->progress)
			code = vault->progress(vault->progress_context, what, a, b) ? QORGAN_INTERRUPTED : QORGAN_OK;
		else if (sscanf(line, "=%llu %llu %llu %llu %llu %64s", &a, &b, &leaves, &evidence, &bytes, result->root) >= 5) {
			result->versions = a;
			result->commits = b;
			result->leaves = leaves;
			result->evidence = evidence;
			result->bytes = bytes;
			*ended = true;
		}
	}
	free(line);
	return code;
}

/* One run of a child; *whole is whether it came to its end, and not to damage that
 * the guard ended it for. */
static int child_start(struct qorgan_store *vault, struct verify_shared *shared, struct buffer *findings,
                       struct qorgan_verification *result, bool *whole, struct qorgan_error *error)
{
	int ends[2], status = 0, code;
	bool ended = false;

	fflush(NULL);
	if (pipe(ends))
		return error_set_system(error, QORGAN_IO, "cannot verify in a process apart");
	pid_t child = fork();
	if (child == 0) {
		close(ends[0]);
		secret_lock_again();
		engine_guard("");
		child_run(vault, ends[1], shared);
	}
	close(ends[1]);
	FILE *pipe_end = child < 0 ? NULL : fdopen(ends[0], "r");
	if (!pipe_end) {
		close(ends[0]);
		if (child > 0)
			kill(child, SIGKILL);
		code = error_set_system(error, QORGAN_IO, "cannot verify in a process apart");
	} else {
		code = child_read(vault, pipe_end, findings, result, &ended, error);
		if (code == QORGAN_INTERRUPTED) /* a child that told an error ends by itself */
			kill(child, SIGKILL);
		fclose(pipe_end);
	}
	while (child > 0 && waitpid(child, &status, 0) < 0 && errno == EINTR)
		;
	*whole = ended && WIFEXITED(status) && WEXITSTATUS(status) == 0;
	if (!code && !ended && WIFEXITED(status) && WEXITSTATUS(status) == 0) /* where SIGCHLD is ignored, none is told */
		code = error_set(error, QORGAN_INTERNAL, "the process that examines the store ended before it was done");
	else if (!code && WIFSIGNALED(status))
		code = error_set(error, QORGAN_INTERNAL, "the process that examines the store was ended by signal %d",
		                 WTERMSIG(status));
	else if (!code && !*whole && WEXITSTATUS(status) != QORGAN_IO)
		code = error_set(error, QORGAN_INTERNAL,
		                 "a defect of the program ended the examination; the store is as it was; please report it");
	return code;
}

static void findings_pass(struct buffer *findings, qorgan_finding finding, void *context,
                          struct qorgan_verification *result)
{
	char *rest = findings->data;

	for (char *line; rest && (line = strsep(&rest, "\n")) && *line;) {
		char *object = strchr(line, '\t'), *advice = object ? strchr(object + 1, '\t') : NULL;
		if (!advice)
			continue;
		*object++ = '\0';
		*advice++ = '\0';
		verify_tell(finding, context, result, line + 1, object, advice);
	}
}

/* Remembers where the child came to grief; false if it is of no use to go on. */
static bool place_skip(struct verify_shared *shared)
{
	if (shared->leaf != UINT64_MAX) {
		if (shared->skips == VERIFY_LEAVES_SKIPPED)
			return false;
		shared->skip[shared->skips++] = shared->leaf;
		return true;
	}
	if (shared->part >= VERIFY_PARTS || shared->skipped & 1u << shared->part)
		return false;
	shared->skipped |= 1u << shared->part;
	return true;
}

static int rows_verify_apart(struct qorgan_store *vault, qorgan_finding finding, void *context,
                             struct qorgan_verification *result, struct qorgan_error *error)
{
	struct verify_shared *shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	struct buffer findings = { 0 };
	bool whole = false;
	int code = QORGAN_OK;

	if (shared == MAP_FAILED)
		return error_set_memory(error);
	/* The child opens the file itself: an open database does not survive a fork. */
	engine_close(vault->engine);
	vault->engine = NULL;
	while (!code) {
		buffer_clear(&findings);
		code = child_start(vault, shared, &findings, result, &whole, error);
		if (code || whole || !place_skip(shared))
			break;
	}
	if (!code && !whole)
		buffer_append_format(&findings, "!the damage ends the reading here: what follows was not examined\t\t%s\n",
		                     advice_structure);
	if (!code && findings.failed)
		code = error_set_memory(error);
	if (!code)
		findings_pass(&findings, finding, context, result);
	buffer_free(&findings);
	munmap(shared, sizeof *shared);
	int opened = engine_open(vault->path, (vault->read_only ? ENGINE_READ_ONLY : 0) | ENGINE_ANY_FILESYSTEM,
	                              &vault->engine, code ? NULL : error);
	return code ? code : opened;
}

/* ---- All of it ----------------------------------------------------------------------------- */

struct structure {
	qorgan_finding finding;
	void *context;
	struct qorgan_verification *result;
};

static void structure_fault(void *context, const char *text)
{
	struct structure *structure = context;

	verify_tell(structure->finding, structure->context, structure->result, text, "", advice_structure);
}

int verify_outcome(const struct qorgan_verification *result, struct qorgan_error *error)
{
	return result->findings ? error_set(error, QORGAN_NO,
	                                    language_said_count("%llu finding", "%llu findings", result->findings),
	                                    (unsigned long long)result->findings)
	                        : QORGAN_OK;
}

int vault_verify(struct qorgan_store *store, qorgan_finding finding, void *context,
                 struct qorgan_verification *result, struct qorgan_error *error)
{
	struct structure structure = { finding, context, result };
	uint64_t faults = 0;
	int code;

	*result = (struct qorgan_verification){ 0 };
	code = engine_check(store->engine, structure_fault, &structure, &faults, error);
	if (!code)
		code = rows_verify_apart(store, finding, context, result, error);
	return code ? code : verify_outcome(result, error);
}

int qorgan_verify_path(const char *path, qorgan_finding finding, void *context, struct qorgan_verification *result,
                       struct qorgan_error *error)
{
	struct structure structure = { finding, context, result };
	struct engine *engine = NULL;
	uint64_t faults = 0;
	int code;

	*result = (struct qorgan_verification){ 0 };
	code = engine_open(path, ENGINE_READ_ONLY | ENGINE_ANY_FILESYSTEM, &engine, error);
	if (!code)
		code = engine_check(engine, structure_fault, &structure, &faults, error);
	engine_close(engine);
	return code ? code : faults ? error_set(error, QORGAN_NO, "the structure of the file is damaged") : QORGAN_OK;
}

int qorgan_locate(const char *path, uint64_t offset, char **text, struct qorgan_error *error)
{
	struct engine *engine = NULL;
	struct buffer to = { 0 };
	int code = engine_open(path, ENGINE_READ_ONLY | ENGINE_ANY_FILESYSTEM, &engine, error);

	if (!code)
		code = engine_locate(engine, offset, &to, error);
	engine_close(engine);
	if (!code && !(*text = buffer_take(&to)))
		code = error_set_memory(error);
	buffer_free(&to);
	return code;
}
