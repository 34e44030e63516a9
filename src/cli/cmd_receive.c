/* qorgan receive: take in packages of partners. */
#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "cli/call.h"
#include "cli/received.h"

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

/* Of a part, the package: once for all of its parts. */
static int package_add(struct packages *packages, const char *path, struct qorgan_error *error)
{
	size_t size = qorgan_package_of_part(path);

	for (size_t i = 0; i < packages->count && size; i++)
		if (strlen(packages->paths[i]) == size && strncmp(packages->paths[i], path, size) == 0)
			return QORGAN_OK;
	return path_add(packages, size ? strndup(path, size) : strdup(path), error);
}

static int is_package(const struct dirent *entry)
{
	size_t size = qorgan_package_of_part(entry->d_name);

	if (!size)
		size = strlen(entry->d_name);
	return size > strlen(SUFFIX) && strncmp(entry->d_name + size - strlen(SUFFIX), SUFFIX, strlen(SUFFIX)) == 0;
}

static int found_add(struct packages *packages, const char *folder, const char *name, struct qorgan_error *error)
{
	char *path = file_join(folder, name);
	int code = path ? package_add(packages, path, error) : error_set_memory(error);

	free(path);
	return code;
}

static int folder_add(struct packages *packages, const char *folder, struct qorgan_error *error)
{
	struct dirent **entries;
	int count = scandir(folder, &entries, is_package, versionsort), code = QORGAN_OK;

	if (count < 0)
		return error_set_system(error, QORGAN_IO, "cannot read the folder %s", folder);
	if (count == 0)
		code = error_set(error, QORGAN_ABSENT, "there is no package in %s: their names end in " SUFFIX ", or "
		                 "in " SUFFIX ".part1of3 and so on", folder);
	for (int i = 0; i < count; i++) {
		if (!code)
			code = found_add(packages, folder, entries[i]->d_name, error);
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
			code = package_add(packages, path, &call->error);
	}
	if (!code && call_value(call, "signature") && packages->count > 1)
		code = error_set(&call->error, QORGAN_USAGE, "--signature goes with one package");
	return code;
}

/* ---- Taking in ---------------------------------------------------------------------- */

/* What is found with another's help is no fault of this package, and grave all the same. */
static int fork_tell(struct call *call, const struct qorgan_receive_result *result)
{
	return error_set(&call->error, QORGAN_PROTOCOL, "%s shows two histories: what %s has seen of its log is not what came "
	                 "here; the package of %s was taken in, and the evidence is kept: qorgan partner fork %s", result->forked,
	                 result->from, result->from, result->forked);
}

static int package_receive(struct received *telling, const char *path, bool *gap)
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
		.item = call->json || !call->quiet ? received_item : NULL,
		.context = telling,
	};
	int code;

	received_begin(telling);
	code = qorgan_receive(call->store, &receive, &result, &call->error);
	*gap = result.gap;
	code = received_end(telling, code, path, &result, receive.dry_run);
	return !code && *result.forked ? fork_tell(call, &result) : code;
}

/* One round through what is left: a package that goes on after one which comes
 * later in the list waits for it. *again: something came in, and something waits. */
static int packages_round(struct received *telling, struct packages *packages, size_t all, bool *again)
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

static int packages_receive(struct received *telling, struct packages *packages)
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
	struct received telling = { .call = call, .emit = { .to = stdout } };
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
		call_warn_after(call);
	}
	packages_free(&packages);
	return code;
}
