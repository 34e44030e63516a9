/* From the table of commands to the places that the process may write to. There is no option
 * and no variable that switches it off: whoever can set one could weaken it unseen. */
#include "cli/confinement.h"

#include <link.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/scratch.h"
#include "base/state_folder.h"
#include "cli/editor_process.h"
#include "cli/watch_command.h"
#include "confine/confine.h"
#include "qorgan/store.h"

#define HIDRAW_MOST 8 /* devices of which one could be a security key */

/* The folder that holds `path`, or the nearest above it that is there. */
static int above_allow(struct confinement *confinement, const char *path, unsigned rights, struct qorgan_error *error)
{
	char *above = strdup(path);

	if (!above)
		return error_set_memory(error);
	for (size_t size = strlen(above); size > 1 && above[size - 1] == '/';)
		above[--size] = '\0';
	char *slash = strrchr(above, '/');
	if (slash)
		slash[slash == above] = '\0';
	int code = confine_allow_beneath(confinement, slash ? above : ".", rights, error);
	free(above);
	return code;
}

/* A file appears beside its place first; what is no file is written into. */
static int output_allow(struct confinement *confinement, const char *path, unsigned rights, struct qorgan_error *error)
{
	struct stat status;

	if (!path || !*path || strcmp(path, "-") == 0)
		return QORGAN_OK;
	if (stat(path, &status) == 0 && (S_ISCHR(status.st_mode) || S_ISFIFO(status.st_mode)))
		return confine_allow(confinement, path, CONFINE_DEVICE, error);
	char *place = rights & CONFINE_FOLDERS ? realpath(path, NULL) : file_follow_links(path);
	int code = above_allow(confinement, place ? place : path, rights, error);
	free(place);
	return code;
}

static int outputs_allow(const struct call *call, struct confinement *confinement, struct qorgan_error *error)
{
	int code = QORGAN_OK;

	for (size_t i = 0; i < call->arguments.given_count && !code; i++) {
		const struct option *option = call->arguments.given[i].option;
		/* Of one that is given twice the last counts. */
		if (!(option->flags & (OPTION_OUTPUT | OPTION_OUTPUT_FOLDER)) ||
		    call_value(call, option->name) != call->arguments.given[i].value)
			continue;
		code = output_allow(confinement, call->arguments.given[i].value,
		                    CONFINE_FILES | (option->flags & OPTION_OUTPUT_FOLDER ? CONFINE_FOLDERS : 0), error);
	}
	return code;
}

static int operand_allow(const struct call *call, struct confinement *confinement, struct qorgan_error *error)
{
	const char *path = call_operand(call, 0);
	unsigned reach = call->command->reach;

	if (reach & REACH_OPERAND_STORE && path && qorgan_store_is_on_server(path)) {
		confinement->asks_server = true;
		return QORGAN_OK;
	}
	if (reach & REACH_OPERAND_STORE && path) {
		int code = confine_allow(confinement, path, CONFINE_FILES, error);
		return code ? code : above_allow(confinement, path, CONFINE_FILES | CONFINE_FOLDERS | CONFINE_MOVES, error);
	}
	if (reach & REACH_OPERAND_FOLDER && path)
		return confine_allow(confinement, path, CONFINE_FILES, error);
	if (!(reach & REACH_OPERAND_FILE))
		return QORGAN_OK;
	/* What another program makes beside it is made in a folder of its own, and moved out of that. */
	return output_allow(confinement, path, CONFINE_FILES | (call->command->starts ? CONFINE_FOLDERS | CONFINE_MOVES : 0), error);
}

/* What is remembered of stores. Where a store is opened for the first time, its folder is made
 * here: the folders above it are more than the command needs. */
static int memory_allow(struct confinement *confinement, bool is_there, struct qorgan_error *error)
{
	struct buffer folder = { 0 };
	struct qorgan_error ignored; /* it is told when something cannot be remembered */
	int code = QORGAN_OK;

	if (state_folder(&folder)) {
		if (is_there)
			file_make_folders(buffer_text(&folder), 0700, &ignored);
		code = is_there ? confine_allow(confinement, buffer_text(&folder), CONFINE_FILES, error)
		                : confine_allow_beneath(confinement, buffer_text(&folder), CONFINE_FILES | CONFINE_FOLDERS, error);
	} else if (folder.failed) {
		code = error_set_memory(error);
	}
	buffer_free(&folder);
	return code;
}

static int store_allow(struct call *call, struct confinement *confinement, struct qorgan_error *error)
{
	const struct qorgan_error before = call->error;
	bool makes = call->command->reach & REACH_BESIDE;
	struct stat status;
	char *path = call_store_path(call);

	if (!path) { /* the command says so itself, if it needs one */
		call->error = before;
		return QORGAN_OK;
	}
	if (qorgan_store_is_on_server(path)) {
		confinement->asks_server = true;
		free(path);
		return memory_allow(confinement, true, error);
	}
	char *real = realpath(path, NULL);
	const char *place = real ? real : path;
	bool is_there = stat(place, &status) == 0;
	int code = confine_allow(confinement, place, CONFINE_FILES, error);
	if (!code && makes)
		code = above_allow(confinement, place, CONFINE_FILES | CONFINE_FOLDERS | CONFINE_MOVES, error);
	if (!code && (is_there || makes))
		code = memory_allow(confinement, is_there && !makes, error);
	free(real);
	free(path);
	return code;
}

/* Security keys that are plugged in now; what is no such device is none of ours to write to. */
static int security_keys_allow(struct confinement *confinement, struct qorgan_error *error)
{
	char path[32];
	int code = QORGAN_OK;

	for (unsigned i = 0; i < HIDRAW_MOST && !code; i++) {
		snprintf(path, sizeof path, "/dev/hidraw%u", i);
		code = confine_allow(confinement, path, CONFINE_DEVICE, error);
	}
	return code;
}

static int places_allow(struct call *call, struct confinement *confinement, struct qorgan_error *error)
{
	unsigned reach = call->command->reach;
	const char *memory = scratch_place();
	/* Questions to the user, and what leads nowhere. */
	int code = confine_allow(confinement, "/dev/tty", CONFINE_DEVICE, error);

	if (!code)
		code = confine_allow(confinement, "/dev/null", CONFINE_DEVICE, error);
	if (!code)
		code = security_keys_allow(confinement, error);
	if (!code && !(reach & REACH_NO_STORE))
		code = store_allow(call, confinement, error);
	if (!code)
		code = outputs_allow(call, confinement, error);
	if (!code)
		code = operand_allow(call, confinement, error);
	if (!code && reach & (REACH_MEMORY | REACH_EDITOR) && memory)
		code = confine_allow(confinement, memory, CONFINE_FILES | CONFINE_FOLDERS, error);
	if (!code && reach & REACH_TEMPORARY)
		code = confine_allow(confinement, scratch_disk_place(), CONFINE_FILES, error);
	return code;
}

/* What loads this program loads any other. */
static int loader_find(struct dl_phdr_info *info, size_t size, void *context)
{
	const char **loader = context;

	(void)size;
	for (unsigned i = 0; i < info->dlpi_phnum; i++)
		if (info->dlpi_phdr[i].p_type == PT_INTERP)
			*loader = (const char *)(info->dlpi_addr + info->dlpi_phdr[i].p_vaddr);
	return 1; /* the first is the program itself */
}

/* The program that the command may start, the first of its name in PATH, and what loads it. */
static int program_allow(const char *name, struct confinement *confinement, struct qorgan_error *error)
{
	const char *loader = NULL, *at = getenv("PATH");
	size_t before = confinement->count;
	int code = QORGAN_OK;

	while (at && *at && confinement->count == before && !code) {
		size_t size = strcspn(at, ":");
		char *path = NULL;
		if (asprintf(&path, "%.*s/%s", (int)size, at, name) < 0)
			return error_set_memory(error);
		if (size && access(path, X_OK) == 0)
			code = confine_allow(confinement, path, CONFINE_EXECUTE, error);
		free(path);
		at += size + (at[size] == ':');
	}
	confinement->starts_program = confinement->count > before;
	dl_iterate_phdr(loader_find, &loader);
	if (!code && confinement->starts_program && loader)
		code = confine_allow(confinement, loader, CONFINE_EXECUTE, error);
	return code;
}

/* An editor opens where nothing says what is to be written. */
static bool starts_editor(const struct call *call)
{
	const struct command *command = call->command;

	return command->reach & REACH_EDITOR && call->arguments.operand_count == command->least && !call_has_fields(call);
}

int confinement_enter(struct call *call)
{
	struct confinement confinement = { .signals_editor = starts_editor(call) };
	int code = confinement.signals_editor ? editor_process_prepare(&call->error) : QORGAN_OK;

	if (!code && call->command->reach & REACH_EXEC && call_value(call, "exec"))
		code = watch_command_prepare(call_value(call, "exec"), &call->error);
	if (!code)
		code = places_allow(call, &confinement, &call->error);
	if (!code && call->command->starts)
		code = program_allow(call->command->starts, &confinement, &call->error);
	if (!code)
		code = confine_enter(&confinement, &call->error);
	confine_forget(&confinement);
	return code;
}
