/* qorgan verify: is everything as it was written and signed? */
#include <stdlib.h>

#include "base/language.h"
#include "cli/call.h"
#include "cli/emit.h"
#include "qorgan/exchange.h"
#include "qorgan/forget.h"
#include "qorgan/repair.h"

struct verifying {
	struct call *call;
	struct emit emit;
	uint64_t findings;
	bool begun; /* the JSON */
};

/* Begins the JSON once something is known to be told. */
static void json_begin(struct verifying *verifying)
{
	if (!verifying->call->json || verifying->begun)
		return;
	verifying->begun = true;
	emit_open(&verifying->emit, NULL, '{');
	emit_open(&verifying->emit, "findings", '[');
}

static void finding_tell(void *context, const char *what, const char *object, const char *advice)
{
	struct verifying *verifying = context;

	progress_clear(&verifying->call->progress);
	verifying->findings++;
	json_begin(verifying);
	if (verifying->call->json) {
		emit_open(&verifying->emit, NULL, '{');
		emit_text(&verifying->emit, "what", what);
		emit_text(&verifying->emit, "object", object);
		emit_text(&verifying->emit, "advice", advice);
		emit_close(&verifying->emit, '}');
		return;
	}
	printf(language_said("finding: %s"), what);
	if (object && *object)
		printf("; %s", object);
	if (advice && *advice)
		printf("; %s", advice);
	putchar('\n');
}

static void result_emit(struct emit *emit, const struct qorgan_verification *result, bool whole)
{
	emit_number(emit, "versions", result->versions);
	emit_number(emit, "commits", result->commits);
	emit_number(emit, "leaves", result->leaves);
	emit_number(emit, "evidence", result->evidence);
	emit_number(emit, "bytes", result->bytes);
	emit_text(emit, "root", result->root);
	emit_flag(emit, "whole", whole);
}

static void result_print(struct verifying *verifying, const struct qorgan_verification *result, bool whole)
{
	unsigned long long findings = verifying->findings;

	if (!whole)
		printf(language_said_count("Only the structure of the file could be examined: %llu finding.\n",
		                           "Only the structure of the file could be examined: %llu findings.\n", findings),
		       findings);
	else if (findings)
		printf(language_said_count("%llu finding in %llu versions of %llu commits.\n",
		                           "%llu findings in %llu versions of %llu commits.\n", findings),
		       findings, (unsigned long long)result->versions, (unsigned long long)result->commits);
	else
		printf(language_said("All is well: %llu versions, %llu commits, %llu leaves, %llu files of evidence.\nroot %s\n"),
		       (unsigned long long)result->versions, (unsigned long long)result->commits,
		       (unsigned long long)result->leaves, (unsigned long long)result->evidence, result->root);
}

/* Up to which entry each log is vouched for, and by whom. */
static int vouched_print(void *context, const struct qorgan_vouched *log)
{
	struct buffer by = { 0 };

	(void)context;
	if (log->own && !log->count) /* nobody is there to say so */
		return QORGAN_OK;
	for (size_t i = 0; i < log->count; i++)
		buffer_append_format(&by, language_said("%s %s up to %llu on %.10s"), i ? "," : "", log->by[i].state,
		                     (unsigned long long)log->by[i].size, log->by[i].time);
	printf(language_said("%s%s: %llu entries"), log->state, log->own ? language_said(" (this state)") : "",
	       (unsigned long long)log->size);
	if (log->sequence)
		printf(language_said(", package %llu taken in on %.10s"), (unsigned long long)log->sequence, log->received);
	else if (!log->own)
		printf(language_said(", nothing received"));
	printf(language_said("; countersigned by%s%s\n"), log->count ? buffer_text(&by) : language_said(" nobody"),
	       log->forked ? language_said("; IT SHOWED TWO HISTORIES") : "");
	buffer_free(&by);
	return QORGAN_OK;
}

static int vouched_emit(void *context, const struct qorgan_vouched *log)
{
	struct emit *emit = context;

	emit_open(emit, NULL, '{');
	emit_text(emit, "state", log->state);
	emit_text(emit, "origin", log->origin);
	emit_flag(emit, "own", log->own);
	emit_number(emit, "size", log->size);
	emit_number(emit, "package", log->sequence);
	emit_text(emit, "received", *log->received ? log->received : NULL);
	emit_flag(emit, "forked", log->forked);
	emit_open(emit, "countersigned", '[');
	for (size_t i = 0; i < log->count; i++) {
		emit_open(emit, NULL, '{');
		emit_text(emit, "by", log->by[i].state);
		emit_number(emit, "size", log->by[i].size);
		emit_text(emit, "time", log->by[i].time);
		emit_close(emit, '}');
	}
	emit_close(emit, ']');
	emit_close(emit, '}');
	return QORGAN_OK;
}

static int forgotten_count(void *context, const struct qorgan_forgetting *row)
{
	uint64_t *count = context;

	*count += row->version > 0;
	return QORGAN_OK;
}

/* Versions that were forgotten, and whether the file may still hold bytes of them: neither is a
 * finding. */
struct forgotten {
	uint64_t count;
	bool pending;
};

static struct forgotten forgotten_look(struct call *call)
{
	struct forgotten forgotten = { 0 };

	if (qorgan_forgettings(call->store, forgotten_count, &forgotten.count, NULL) ||
	    qorgan_forget_is_pending(call->store, &forgotten.pending, NULL))
		forgotten = (struct forgotten){ 0 };
	return forgotten;
}

static void forgotten_print(struct call *call)
{
	struct forgotten forgotten = forgotten_look(call);

	if (forgotten.count)
		printf(language_said_count("Of %llu version the content was forgotten; its entry in the log holds: qorgan forget "
		                           "--list\n",
		                           "Of %llu versions the content was forgotten; their entries in the log hold: qorgan forget "
		                           "--list\n", forgotten.count), (unsigned long long)forgotten.count);
	if (forgotten.pending)
		puts(language_said("The file was not written anew since, and may hold bytes of it: qorgan forget --continue"));
}

static void forgotten_emit(struct call *call, struct emit *emit)
{
	struct forgotten forgotten = forgotten_look(call);

	emit_number(emit, "forgotten", forgotten.count);
	emit_flag(emit, "rewrite_pending", forgotten.pending);
}

/* What a repair could not take back is no finding: it is known. */
static int lost_print(void *context, const struct qorgan_lost *lost)
{
	(void)context;
	printf(language_said("lost: %s %s version %u, entry %llu, as qorgan repair found on %.10s\n"), lost->kind, lost->id,
	       lost->version, (unsigned long long)lost->leaf, lost->found);
	return QORGAN_OK;
}

static int lost_emit(void *context, const struct qorgan_lost *lost)
{
	struct emit *emit = context;

	emit_open(emit, NULL, '{');
	emit_text(emit, "kind", lost->kind);
	emit_text(emit, "id", lost->id);
	emit_number(emit, "version", lost->version);
	emit_number(emit, "leaf", lost->leaf);
	emit_text(emit, "found", lost->found);
	emit_close(emit, '}');
	return QORGAN_OK;
}

/* Opens and examines; a store too damaged to be opened is examined without keys. */
static int examine(struct verifying *verifying, struct qorgan_verification *result, bool *whole)
{
	struct call *call = verifying->call;
	int code = call_open(call, QORGAN_READ_ONLY | QORGAN_INSPECT);

	*whole = !code;
	if (!code)
		return qorgan_verify(call->store, finding_tell, verifying, result, &call->error);
	if (code != QORGAN_IO)
		return code;
	struct qorgan_error ignored;
	char *path = call_store_path(call);
	finding_tell(verifying, call->error.message, "", "make a new store of what is left with qorgan repair, or restore a backup: man qorgan-lost");
	if (path)
		qorgan_verify_path(path, finding_tell, verifying, result, &ignored);
	free(path);
	return code;
}

static int locate(struct call *call, const char *text)
{
	uint64_t offset;
	char *what = NULL;
	int code = number_parse("--offset", text, UINT64_MAX, &offset, &call->error);
	char *path = code ? NULL : call_store_path(call);

	if (!code && !path)
		code = call->error.code;
	if (!code)
		code = qorgan_locate(path, offset, &what, &call->error);
	if (!code && call->json) {
		struct emit emit = { .to = stdout };
		emit_open(&emit, NULL, '{');
		emit_number(&emit, "offset", offset);
		emit_text(&emit, "what", what);
		emit_close(&emit, '}');
		emit_end(&emit);
	} else if (!code) {
		puts(what);
	}
	free(what);
	free(path);
	return code;
}

int cmd_verify(struct call *call)
{
	struct verifying verifying = { .call = call, .emit = { .to = stdout } };
	struct qorgan_verification result = { 0 };
	bool whole = false;

	if (call_value(call, "offset"))
		return locate(call, call_value(call, "offset"));
	int code = examine(&verifying, &result, &whole);
	bool is_answer = code == QORGAN_OK || code == QORGAN_NO || verifying.findings > 0;
	progress_clear(&call->progress);
	if (call->json && is_answer) {
		json_begin(&verifying);
		emit_close(&verifying.emit, ']');
		emit_flag(&verifying.emit, "ok", code == QORGAN_OK);
		result_emit(&verifying.emit, &result, whole);
		if (whole && call->store)
			forgotten_emit(call, &verifying.emit);
		emit_open(&verifying.emit, "logs", '[');
		if (whole && call->store)
			qorgan_vouched_each(call->store, vouched_emit, &verifying.emit, NULL);
		emit_close(&verifying.emit, ']');
		emit_open(&verifying.emit, "lost", '[');
		if (whole && call->store && (!code || code == QORGAN_NO))
			qorgan_lost_each(call->store, lost_emit, &verifying.emit, NULL);
		emit_close(&verifying.emit, ']');
		emit_close(&verifying.emit, '}');
		emit_end(&verifying.emit);
	} else if (is_answer && !call->quiet) {
		result_print(&verifying, &result, whole);
		if (whole && call->store)
			forgotten_print(call);
		if (whole && code == QORGAN_OK)
			code = qorgan_lost_each(call->store, lost_print, NULL, &call->error);
		if (whole && code == QORGAN_OK)
			code = qorgan_vouched_each(call->store, vouched_print, NULL, &call->error);
	}
	if (code == QORGAN_NO) /* the findings have said it */
		call->error.message[0] = '\0';
	return code;
}
