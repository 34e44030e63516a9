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
#define NAME_SIZE 160
#define QUEUE_SIZE ((size_t)16 << 20) /* bytes that wait to be told */

/* A change as it is told: text, or JSON. */
struct told {
	char *text;
	size_t size;
	char name[NAME_SIZE]; /* "WAT-04-M1@3" */
};

struct watching {
	struct call *call;
	const char *command; /* of --exec */
	uint64_t most, count;
	unsigned width;
	bool colour;
	struct qorgan_watching wanted;
	struct report_filter filter;
	struct word_list kinds;
	/* What came at once. It is told when the store is not looked at any more: whoever reads, or the command, may take
	 * its time. Only what is too much to be kept is told meanwhile. */
	struct told *queue;
	size_t queued, capacity, bytes;
};

/* ---- One change ------------------------------------------------------------------------ */

static void change_print(const struct watching *watching, const struct qorgan_history_entry *entry, const char *title, FILE *to)
{
	fprintf(to, "%s%s@%u%s  %s", watching->colour ? "\033[1m" : "", entry->id, entry->version,
	        watching->colour ? "\033[0m" : "", language_said(entry->kind));
	if (*title)
		terminal_print_wrapped(to, ", ", 2, 0, title);
	else
		putc('\n', to);
	fprintf(to, "  %s  %s  ", entry->time, entry->user);
	if (entry->package)
		fprintf(to, language_said("%s, package %llu, taken in %s\n"), entry->owner, (unsigned long long)entry->package,
		        entry->received);
	else
		fprintf(to, language_said("commit %llu\n"), (unsigned long long)entry->commit);
	if (entry->message && *entry->message)
		terminal_print_wrapped(to, "  ", 2, watching->width, entry->message);
	if (entry->version == 1 && entry->count)
		created_print(to, entry);
	else
		changes_print(to, entry, watching->width, watching->colour);
}

static void change_emit(const struct qorgan_history_entry *entry, const char *title, FILE *to)
{
	struct emit emit = { .to = to };

	emit_open(&emit, NULL, '{');
	history_entry_emit(&emit, entry);
	emit_text(&emit, "title", title);
	emit_close(&emit, '}');
	emit_end(&emit);
}

static int queue_grow(struct watching *watching)
{
	if (watching->queued < watching->capacity)
		return QORGAN_OK;
	size_t capacity = watching->capacity ? 2 * watching->capacity : 64;
	struct told *queue = reallocarray(watching->queue, capacity, sizeof *queue);
	if (!queue)
		return error_set_memory(&watching->call->error);
	watching->queue = queue;
	watching->capacity = capacity;
	return QORGAN_OK;
}

/* What the command says of itself goes where ours goes. That it failed is told; the watch goes on. */
static int told_execute(struct watching *watching, const struct told *told)
{
	int status = 0;
	int code = watch_command_run(told->text, told->size, &status, &watching->call->error);

	if (!code && WIFEXITED(status) && WEXITSTATUS(status))
		call_say(watching->call, "the command ended with code %d at %s", WEXITSTATUS(status), told->name);
	else if (!code && WIFSIGNALED(status))
		call_say(watching->call, "the command was ended by signal %d at %s", WTERMSIG(status), told->name);
	return code;
}

static int queue_tell(struct watching *watching)
{
	int code = QORGAN_OK;

	for (size_t i = 0; i < watching->queued; i++) {
		const struct told *told = &watching->queue[i];
		if (!code && !terminal_is_interrupted()) {
			watching->count++;
			if (watching->command)
				code = told_execute(watching, told);
			/* Whoever reads a pipe is to see it now. */
			else if (fwrite(told->text, 1, told->size, stdout) != told->size || fflush(stdout))
				code = QORGAN_IO;
		}
		free(told->text);
	}
	watching->queued = watching->bytes = 0;
	return code;
}

static int change_queue(void *context, const struct qorgan_history_entry *entry, const char *title)
{
	struct watching *watching = context;
	int code = queue_grow(watching);

	if (code)
		return code;
	struct told *told = &watching->queue[watching->queued];
	*told = (struct told){ 0 };
	FILE *to = open_memstream(&told->text, &told->size);
	if (to && (watching->command || watching->call->json))
		change_emit(entry, title, to);
	else if (to)
		change_print(watching, entry, title, to);
	bool is_whole = to && !ferror(to);
	if (to && fclose(to))
		is_whole = false;
	if (!is_whole) {
		free(told->text);
		return error_set_memory(&watching->call->error);
	}
	snprintf(told->name, sizeof told->name, "%s@%u", entry->id, entry->version);
	watching->queued++;
	watching->bytes += told->size;
	if (watching->most && watching->count + watching->queued == watching->most)
		return QORGAN_NO; /* any value but 0 stops */
	code = watching->bytes < QUEUE_SIZE ? QORGAN_OK : queue_tell(watching);
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
		code = qorgan_watch_next(watch, WAIT_MILLISECONDS, change_queue, watching, &call->error);
		int told = queue_tell(watching);
		if (told && (!code || code == QORGAN_NO))
			code = told;
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
	free(watching.queue);
	report_filter_free(&watching.filter);
	word_list_free(&watching.kinds);
	return code;
}
