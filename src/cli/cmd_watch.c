/* qorgan watch: changes as they come. */
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>

#include "base/language.h"
#include "cli/call.h"
#include "cli/changes.h"
#include "cli/emit.h"
#include "cli/report_filter.h"
#include "cli/terminal.h"
#include "cli/watch_command.h"
#include "cli/word_list.h"
#include "qorgan/watch.h"

#define WAIT_MILLISECONDS 500   /* so soon Ctrl-C is heeded */
#define AGAIN_SECONDS 2         /* between two attempts to reach a server */

struct watching {
	struct call *call;
	const char *command; /* of --exec */
	uint64_t most, count;
	unsigned width;
	bool colour;
	struct qorgan_watching wanted;
	struct report_filter filter;
	struct word_list kinds;
};

/* ---- One change ------------------------------------------------------------------------ */

static void change_print(struct watching *watching, const struct qorgan_history_entry *entry, const char *title)
{
	printf("%s%s@%u%s  %s", watching->colour ? "\033[1m" : "", entry->id, entry->version,
	       watching->colour ? "\033[0m" : "", language_said(entry->kind));
	if (*title)
		printf(", %s", title);
	printf("\n  %s  %s  ", entry->time, entry->user);
	if (entry->package)
		printf(language_said("%s, package %llu, taken in %s\n"), entry->owner, (unsigned long long)entry->package,
		       entry->received);
	else
		printf(language_said("commit %llu\n"), (unsigned long long)entry->commit);
	if (entry->message && *entry->message)
		terminal_print_wrapped(stdout, "  ", 2, watching->width, entry->message);
	if (entry->version == 1 && entry->count)
		created_print(entry);
	else
		changes_print(stdout, entry, watching->width, watching->colour);
}

static void change_emit(FILE *to, const struct qorgan_history_entry *entry, const char *title)
{
	struct emit emit = { .to = to };

	emit_open(&emit, NULL, '{');
	history_entry_emit(&emit, entry);
	emit_text(&emit, "title", title);
	emit_close(&emit, '}');
	emit_end(&emit);
}

/* What the command says of itself goes where ours goes. That it failed is told; the watch goes on. */
static int change_execute(struct watching *watching, const struct qorgan_history_entry *entry, const char *title)
{
	char *text = NULL;
	size_t size = 0;
	int status = 0;
	FILE *to = open_memstream(&text, &size);

	if (to)
		change_emit(to, entry, title);
	bool is_whole = to && !ferror(to);
	if (to && fclose(to))
		is_whole = false;
	int code = is_whole ? watch_command_run(text, size, &status, &watching->call->error)
	                    : error_set_memory(&watching->call->error);
	free(text);
	if (!code && WIFEXITED(status) && WEXITSTATUS(status))
		call_say(watching->call, "the command ended with code %d at %s@%u", WEXITSTATUS(status), entry->id, entry->version);
	else if (!code && WIFSIGNALED(status))
		call_say(watching->call, "the command was ended by signal %d at %s@%u", WTERMSIG(status), entry->id, entry->version);
	return code;
}

static int change_tell(void *context, const struct qorgan_history_entry *entry, const char *title)
{
	struct watching *watching = context;
	int code = QORGAN_OK;

	watching->count++;
	if (watching->command)
		code = change_execute(watching, entry, title);
	else if (watching->call->json)
		change_emit(stdout, entry, title);
	else
		change_print(watching, entry, title);
	/* Whoever reads a pipe is to see it now. */
	if (!code && fflush(stdout))
		code = QORGAN_IO;
	if (!code && watching->most && watching->count == watching->most)
		code = QORGAN_NO; /* any value but 0 stops */
	return code ? code : call_stop(watching->call);
}

/* ---- What is wanted ----------------------------------------------------------------------- */

static int wanted_read(struct watching *watching, uint64_t *since)
{
	struct call *call = watching->call;
	const char *count = call_value(call, "count"), *commit = call_value(call, "since");
	int code = count ? number_parse("--count", count, UINT32_MAX, &watching->most, &call->error) : QORGAN_OK;

	if (!code && commit)
		code = number_parse("--since", commit, UINT64_MAX - 1, since, &call->error);
	if (!code && arguments_has(&call->arguments, "once") && !commit)
		code = error_set(&call->error, QORGAN_USAGE, "--once tells what came after the commit of --since: give its number, "
		                 "as qorgan log has it");
	if (!code)
		code = word_list_read(call, "kind", &watching->kinds);
	if (!code)
		code = report_filter_read(call, &watching->filter);
	watching->wanted.ids = call->arguments.operands;
	watching->wanted.id_count = call->arguments.operand_count;
	watching->wanted.kinds = watching->kinds.items;
	watching->wanted.kind_count = watching->kinds.count;
	watching->wanted.user = call_value(call, "user");
	watching->wanted.filters = watching->filter.items;
	watching->wanted.filter_count = watching->filter.count;
	watching->wanted.option = "filter ";
	return code;
}

/* ---- Watching ------------------------------------------------------------------------------ */

/* A server that is gone for a while is waited for, which is said once. */
static int server_await(struct watching *watching, bool *away)
{
	struct call *call = watching->call;

	if (!*away)
		call_say(call, "%s; trying on until it answers", call->error.message);
	*away = true;
	call->error = (struct qorgan_error){ 0 };
	nanosleep(&(struct timespec){ .tv_sec = AGAIN_SECONDS }, NULL);
	return QORGAN_OK;
}

static int changes_follow(struct watching *watching, struct qorgan_watch *watch)
{
	struct call *call = watching->call;
	bool once = arguments_has(&call->arguments, "once"), away = false;
	int code = QORGAN_OK;

	while (!code && !terminal_is_interrupted()) {
		code = qorgan_watch_next(watch, WAIT_MILLISECONDS, change_tell, watching, &call->error);
		if (code == QORGAN_BUSY && !once) {
			code = server_await(watching, &away);
			continue;
		}
		if (!code && away) {
			call_say(call, "the server answers again");
			away = false;
		}
		if (once)
			break;
	}
	/* Ctrl-C is how a watch ends. */
	if (code == QORGAN_INTERRUPTED || (code == QORGAN_NO && watching->most && watching->count == watching->most)) {
		call->error = (struct qorgan_error){ 0 };
		code = QORGAN_OK;
	}
	return code;
}

int cmd_watch(struct call *call)
{
	struct watching watching = { .call = call, .command = call_value(call, "exec"), .width = text_width_wanted(),
	                             .colour = terminal_has_colour(stdout) };
	struct qorgan_watch *watch = NULL;
	uint64_t since = QORGAN_WATCH_FROM_NOW;
	int code = wanted_read(&watching, &since);

	if (!code)
		code = call_open(call, QORGAN_READ_ONLY);
	if (!code)
		code = qorgan_watch_begin(call->store, &watching.wanted, since, &watch, &call->error);
	if (!code && !arguments_has(&call->arguments, "once"))
		call_say(call, "watching %s from commit %llu on; Ctrl-C ends it", qorgan_store_path(call->store),
		         (unsigned long long)qorgan_watch_commits(watch));
	if (!code)
		code = changes_follow(&watching, watch);
	qorgan_watch_end(watch);
	report_filter_free(&watching.filter);
	word_list_free(&watching.kinds);
	return code;
}
