/* qorgan log: who changed what, and when. */
#include <string.h>

#include "base/language.h"
#include "cli/call.h"
#include "cli/changes.h"
#include "cli/emit.h"
#include "cli/ledger.h"
#include "cli/terminal.h"

#define OBJECTS_SHOWN 4

struct logging {
	struct call *call;
	struct emit emit;
	uint64_t limit, count; /* limit 0: all */
	unsigned width;
	bool colour;
	bool is_full;          /* stopped because of the limit */
};

static void objects_emit(struct emit *emit, const struct qorgan_history_entry *entry)
{
	const char *object = entry->objects;

	emit_open(emit, "objects", '[');
	for (size_t i = 0; i < entry->object_count; i++, object += strlen(object) + 1)
		emit_text(emit, NULL, object);
	emit_close(emit, ']');
}

/* The first few: a load changes hundreds. */
static void objects_print(const struct logging *logging, const struct qorgan_history_entry *entry)
{
	const char *object = entry->objects;
	struct buffer text = { 0 };
	size_t shown = entry->object_count < OBJECTS_SHOWN ? entry->object_count : OBJECTS_SHOWN;

	for (size_t i = 0; i < shown; i++, object += strlen(object) + 1)
		buffer_append_format(&text, "%s%s", i ? ", " : "", object);
	if (entry->versions > shown)
		buffer_append_format(&text, language_said(" and %llu more: see qorgan show -K commit %llu"),
		                     (unsigned long long)(entry->versions - shown), (unsigned long long)entry->commit);
	if (text.size)
		terminal_print_wrapped(stdout, "  ", 2, logging->width, buffer_text(&text));
	buffer_free(&text);
}

static void entry_emit(struct logging *logging, const struct qorgan_history_entry *entry)
{
	struct emit *emit = &logging->emit;

	if (logging->count == 1)
		emit_open(emit, NULL, '[');
	emit_open(emit, NULL, '{');
	history_entry_emit(emit, entry);
	if (strcmp(entry->kind, "commit") == 0)
		objects_emit(emit, entry);
	emit_close(emit, '}');
}

static bool is_forgotten(const struct qorgan_history_entry *entry)
{
	return entry->count == 1 && strcmp(entry->changes[0].path, "forgotten") == 0;
}

static int version_row(void *context, const struct qorgan_history_entry *entry)
{
	struct logging *logging = context;

	if (logging->limit && logging->count == logging->limit) {
		logging->is_full = true;
		return QORGAN_NO; /* any value but 0 stops */
	}
	logging->count++;
	if (logging->call->json) {
		entry_emit(logging, entry);
		return call_stop(logging->call);
	}
	printf(language_said("%s%sversion %u%s  %s  %s  "), logging->count > 1 ? "\n" : "", logging->colour ? "\033[1m" : "",
	       entry->version, logging->colour ? "\033[0m" : "", entry->time, entry->user);
	if (entry->package)
		printf(language_said("%s, package %llu, taken in %s\n"), entry->owner,
		       (unsigned long long)entry->package, entry->received);
	else
		printf(language_said("commit %llu\n"), (unsigned long long)entry->commit);
	if (entry->message && *entry->message)
		terminal_print_wrapped(stdout, "  ", 2, logging->width, entry->message);
	if (entry->version == 1 && !is_forgotten(entry))
		created_print(stdout, entry);
	else
		changes_print(stdout, entry, logging->width, logging->colour);
	return call_stop(logging->call);
}

static int commit_row(void *context, const struct qorgan_history_entry *entry)
{
	struct logging *logging = context;

	logging->count++;
	if (logging->call->json) {
		entry_emit(logging, entry);
	} else {
		printf(language_said_count("%scommit %llu%s  %s  %s  %llu version\n", "%scommit %llu%s  %s  %s  %llu versions\n",
		                           entry->versions),
		       logging->colour ? "\033[1m" : "", (unsigned long long)entry->commit, logging->colour ? "\033[0m" : "",
		       entry->time, entry->user, (unsigned long long)entry->versions);
		if (entry->message && *entry->message)
			terminal_print_wrapped(stdout, "  ", 2, logging->width, entry->message);
		objects_print(logging, entry);
	}
	return ferror(stdout) ? QORGAN_IO : call_stop(logging->call);
}

/* Of an object whose newest version was forgotten there is the history alone. */
static int forgotten_print(struct call *call, struct logging *logging, const char *id, const char *owner)
{
	const char *kind = call_value(call, "kind");
	struct qorgan_error why = { 0 };

	if (arguments_has(&call->arguments, "releases"))
		return kind ? ledger_print(call, NULL, kind, id) : call->error.code;
	int code = qorgan_history_owned(call->store, kind, id, *owner ? owner : NULL, version_row, logging, &why);
	/* What there is not of it was said already. */
	if (code && code != QORGAN_ABSENT)
		call->error = why;
	return code;
}

/* The kind of the object, so that its history can be asked for. */
static int history_print(struct call *call, struct logging *logging, const char *id)
{
	struct qorgan_object *object = NULL;
	char owner[65];
	int code = call_owner(call, owner);

	if (!code)
		code = qorgan_object_get_owned(call->store, call_value(call, "kind"), id, *owner ? owner : NULL, 0, &object,
		                               &call->error);

	if (code == QORGAN_ABSENT)
		code = forgotten_print(call, logging, id, owner);
	else if (!code)
		code = call_namesakes(call, object);
	if (!code && !object)
		return QORGAN_OK;
	if (!code && arguments_has(&call->arguments, "releases"))
		code = ledger_print(call, NULL, qorgan_object_kind(object), qorgan_object_id(object));
	else if (!code)
		code = qorgan_history_owned(call->store, qorgan_object_kind(object), qorgan_object_id(object),
		                            *owner ? owner : NULL, version_row, logging, &call->error);
	qorgan_object_free(object);
	return logging->is_full ? QORGAN_OK : code;
}

int cmd_log(struct call *call)
{
	const char *id = call_operand(call, 0), *limit = call_value(call, "limit");
	struct logging logging = { .call = call, .emit = { .to = stdout }, .width = text_width_wanted(),
	                           .colour = terminal_has_colour(stdout) };
	int code = limit ? number_parse("--limit", limit, UINT64_MAX, &logging.limit, &call->error) : QORGAN_OK;

	bool releases = arguments_has(&call->arguments, "releases");
	if (!code && releases && (!id || limit))
		code = error_set(&call->error, QORGAN_USAGE, id ? "--limit is not for --releases" : "say of what: qorgan log ID "
		                 "--releases; of a partner: qorgan partner ledger ID");
	if (!code)
		code = call_open(call, QORGAN_READ_ONLY);
	if (code)
		return code;
	code = id ? history_print(call, &logging, id)
	          : qorgan_commits(call->store, logging.limit, commit_row, &logging, &call->error);
	if (!code && call->json && !releases) {
		if (logging.count == 0)
			emit_open(&logging.emit, NULL, '[');
		emit_close(&logging.emit, ']');
		emit_end(&logging.emit);
	}
	return code;
}
