/* qorgan receive: take in packages of partners. */
#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "cli/call.h"
#include "cli/emit.h"
#include "cli/rows.h"
#include "qorgan/exchange.h"

#define SUFFIX ".age"

/* The files that are to be taken in, and what became of each. */
struct packages {
	char **paths;
	size_t count;
};

static int path_add(struct packages *packages, char *path, struct qorgan_error *error)
{
	char **more = path ? realloc(packages->paths, (packages->count + 1) * sizeof *more) : NULL;

	if (!more) {
		free(path);
		return error_set_memory(error);
	}
	packages->paths = more;
	packages->paths[packages->count++] = path;
	return QORGAN_OK;
}

static void packages_free(struct packages *packages)
{
	for (size_t i = 0; i < packages->count; i++)
		free(packages->paths[i]);
	free(packages->paths);
}

static int is_package(const struct dirent *entry)
{
	size_t size = strlen(entry->d_name);

	return size > strlen(SUFFIX) && strcmp(entry->d_name + size - strlen(SUFFIX), SUFFIX) == 0;
}

static int folder_add(struct packages *packages, const char *folder, struct qorgan_error *error)
{
	struct dirent **entries;
	int count = scandir(folder, &entries, is_package, versionsort), code = QORGAN_OK;

	if (count < 0)
		return error_set_system(error, QORGAN_IO, "cannot read the folder %s", folder);
	if (count == 0)
		code = error_set(error, QORGAN_ABSENT, "there is no package in %s: their names end in " SUFFIX, folder);
	for (int i = 0; i < count; i++) {
		if (!code)
			code = path_add(packages, file_join(folder, entries[i]->d_name), error);
		free(entries[i]);
	}
	free(entries);
	return code;
}

static int packages_gather(struct call *call, struct packages *packages)
{
	int code = QORGAN_OK;

	for (size_t i = 0; i < call->arguments.operand_count && !code; i++) {
		const char *path = call_operand(call, i);
		struct stat status;
		if (strcmp(path, "-") != 0 && stat(path, &status) == 0 && S_ISDIR(status.st_mode))
			code = folder_add(packages, path, &call->error);
		else
			code = path_add(packages, strdup(path), &call->error);
	}
	if (!code && call_value(call, "signature") && packages->count > 1)
		code = error_set(&call->error, QORGAN_USAGE, "--signature goes with one package");
	return code;
}

/* ---- Telling ---------------------------------------------------------------------- */

struct telling {
	struct call *call;
	struct emit emit;
	struct rows rows;
	bool has_rows, has_items;
	int code;
};

static const char *const what_words[] = {
	[QORGAN_RECEIVED_NEW] = "new", [QORGAN_RECEIVED_CHANGED] = "changed", [QORGAN_RECEIVED_WITHDRAWN] = "withdrawn"
};

static void item_emit(struct telling *telling, const char *kind, const char *id, uint32_t version, const char *what)
{
	emit_open(&telling->emit, NULL, '{');
	emit_text(&telling->emit, "what", what);
	emit_text(&telling->emit, "kind", kind);
	emit_text(&telling->emit, "id", id);
	emit_number(&telling->emit, "version", version);
	emit_close(&telling->emit, '}');
}

static void item_tell(void *context, const char *kind, const char *id, uint32_t version, enum qorgan_received what)
{
	static const struct qorgan_column columns[] = {
		{ "what", "What", false, 10 }, { "kind", "Kind", false, 10 }, { "id", "Id", false, 0 }, { "version", "Version", true, 7 },
	};
	struct telling *telling = context;
	char number[16];

	snprintf(number, sizeof number, "%u", version);
	if (telling->code || (!telling->call->json && telling->call->quiet))
		return;
	if (telling->call->json) {
		if (!telling->has_items) {
			emit_open(&telling->emit, NULL, '{');
			emit_open(&telling->emit, "items", '[');
		}
		telling->has_items = true;
		item_emit(telling, kind, id, version, what_words[what]);
		return;
	}
	if (!telling->has_rows) {
		rows_begin(&telling->rows, telling->call, ROWS_TABLE);
		telling->code = rows_head(&telling->rows, columns, 4);
	}
	telling->has_rows = true;
	const char *const cells[] = { what_words[what], kind, id, number };
	if (!telling->code)
		telling->code = rows_row(&telling->rows, &(struct qorgan_row){ .count = 4, .cells = cells });
}

static void result_emit(struct telling *telling, const char *path, const struct qorgan_receive_result *result)
{
	struct emit *emit = &telling->emit;

	if (!telling->has_items) {
		emit_open(emit, NULL, '{');
		emit_open(emit, "items", '[');
	}
	emit_close(emit, ']');
	emit_text(emit, "file", path);
	emit_text(emit, "from", result->from);
	emit_number(emit, "sequence", result->sequence);
	emit_number(emit, "size", result->size);
	emit_number(emit, "leaves", result->leaves);
	emit_number(emit, "records", result->records);
	emit_number(emit, "new", result->created);
	emit_number(emit, "changed", result->changed);
	emit_number(emit, "withdrawn", result->withdrawn);
	emit_number(emit, "superseded", result->superseded);
	emit_number(emit, "evidence", result->evidence);
	emit_flag(emit, "known", result->known);
	emit_text(emit, "forked", *result->forked ? result->forked : NULL);
	emit_number(emit, "commit", result->commit);
	emit_close(emit, '}');
}

static void result_say(struct call *call, const char *path, const struct qorgan_receive_result *result, bool dry_run)
{
	struct buffer text = { 0 };

	buffer_append_format(&text, "package %llu of %s (%s): ", (unsigned long long)result->sequence, result->from, path);
	if (result->known)
		buffer_append_text(&text, "it was received before; nothing in it is new");
	else
		buffer_append_format(&text, "%llu new, %llu changed", (unsigned long long)result->created,
		                     (unsigned long long)result->changed);
	if (result->withdrawn)
		buffer_append_format(&text, ", %llu withdrawn by %s and hidden from now on", (unsigned long long)result->withdrawn,
		                     result->from);
	if (result->superseded)
		buffer_append_format(&text, "; %llu own copies stand back for the versions of %s",
		                     (unsigned long long)result->superseded, result->from);
	if (result->evidence)
		buffer_append_format(&text, "; %llu files", (unsigned long long)result->evidence);
	if (!result->known)
		buffer_append_format(&text, dry_run ? "; nothing was written" : "; its log is known up to entry %llu",
		                     (unsigned long long)result->size);
	call_say(call, "%s", buffer_text(&text));
	buffer_free(&text);
}

/* What is found with another's help is no fault of this package, and grave all the same. */
static int fork_tell(struct call *call, const struct qorgan_receive_result *result)
{
	return error_set(&call->error, QORGAN_PROTOCOL, "%s shows two histories: what %s has seen of its log is not what came "
	                 "here; the package of %s was taken in, and the evidence is kept: qorgan partner fork %s", result->forked,
	                 result->from, result->from, result->forked);
}

/* ---- Taking in ---------------------------------------------------------------------- */

static int package_receive(struct telling *telling, const char *path, bool *gap)
{
	struct call *call = telling->call;
	struct qorgan_receive_result result;
	struct qorgan_receive receive = {
		.path = path,
		.signature = call_value(call, "signature"),
		.dry_run = arguments_has(&call->arguments, "dry-run"),
		.despite_fork = arguments_has(&call->arguments, "despite-fork"),
		.user = call_value(call, "as"),
		.message = call_value(call, "message"),
		.item = item_tell,
		.context = telling,
	};
	int code;

	telling->has_rows = telling->has_items = false;
	telling->code = QORGAN_OK;
	code = qorgan_receive(call->store, &receive, &result, &call->error);
	*gap = result.gap;
	if (telling->has_rows)
		code = rows_end(&telling->rows, code, "");
	if (!code)
		code = telling->code;
	if (code)
		return code;
	if (call->json)
		result_emit(telling, path, &result);
	result_say(call, path, &result, receive.dry_run);
	return *result.forked ? fork_tell(call, &result) : QORGAN_OK;
}

/* One round through what is left: a package that goes on after one which comes
 * later in the list waits for it. *again: something came in, and something waits. */
static int packages_round(struct telling *telling, struct packages *packages, size_t all, bool *again)
{
	struct call *call = telling->call;
	size_t left = 0;
	bool some = false;
	int first = QORGAN_OK;

	for (size_t i = 0; i < packages->count; i++) {
		bool gap = false;
		int code = first == QORGAN_INTERRUPTED ? first : package_receive(telling, packages->paths[i], &gap);
		some |= !code;
		if (code && gap) {
			packages->paths[left++] = packages->paths[i];
			continue;
		}
		/* The others do not depend on it: it is told, and they go on. */
		if (code && all > 1 && code != QORGAN_INTERRUPTED)
			call_warn(call, call->error.message);
		first = first ? first : code;
		free(packages->paths[i]);
	}
	packages->count = left;
	*again = some && left && first != QORGAN_INTERRUPTED;
	return first;
}

static int packages_receive(struct telling *telling, struct packages *packages)
{
	struct call *call = telling->call;
	size_t all = packages->count;
	bool again = true;
	int code = QORGAN_OK;

	while (again) {
		int failed = packages_round(telling, packages, all, &again);
		code = code ? code : failed;
	}
	if (packages->count) /* the message of the last that waits stands */
		return code && code != QORGAN_PROTOCOL ? code : QORGAN_PROTOCOL;
	if (code && all > 1 && code != QORGAN_INTERRUPTED)
		error_set(&call->error, code, "not all of %zu packages were taken in", all);
	return code;
}

int cmd_receive(struct call *call)
{
	struct packages packages = { 0 };
	struct telling telling = { .call = call, .emit = { .to = stdout } };
	int code = packages_gather(call, &packages);

	if (!code)
		code = call_open(call, 0);
	if (!code && call->json)
		emit_open(&telling.emit, NULL, '[');
	if (!code) {
		code = packages_receive(&telling, &packages);
		if (call->json) {
			emit_close(&telling.emit, ']');
			emit_end(&telling.emit);
		}
		call_warn_forgetful(call);
	}
	packages_free(&packages);
	return code;
}
