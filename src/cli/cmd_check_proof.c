/* qorgan check-proof: is that record in the log that its state signed; or did that
 * state sign two histories? */
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/language.h"
#include "cli/call.h"
#include "cli/emit.h"
#include "qorgan/proof.h"

#define KEY_FILE_LIMIT 65536

/* The keys given, as terminated texts, one behind the other. */
struct keys {
	struct buffer text;
	const char **list;
	size_t count;
};

static void keys_add(struct keys *keys, const char *text, size_t size)
{
	buffer_append(&keys->text, text, size);
	buffer_append_char(&keys->text, '\0');
	keys->count++;
}

/* One key in each line; empty ones and remarks are passed over. */
static int keys_read(struct keys *keys, const char *path, struct qorgan_error *error)
{
	struct buffer content = { 0 };
	size_t before = keys->count;
	int code = file_read(path, KEY_FILE_LIMIT, &content, error);
	const char *at = buffer_text(&content);

	while (!code && *at) {
		size_t size = strcspn(at, "\r\n");
		if (size && *at != '#')
			keys_add(keys, at, size);
		at += size + (at[size] != '\0');
	}
	buffer_free(&content);
	if (!code && keys->count == before)
		code = error_set(error, QORGAN_USAGE, "%s holds no verifier key", path);
	return code;
}

static int keys_gather(struct call *call, struct keys *keys)
{
	int code = QORGAN_OK;

	for (size_t i = 0; i < call->arguments.given_count && !code; i++) {
		const struct given *given = &call->arguments.given[i];
		if (strcmp(given->option->name, "vkey") != 0)
			continue;
		if (*given->value == '@')
			code = keys_read(keys, given->value + 1, &call->error);
		else
			keys_add(keys, given->value, strlen(given->value));
	}
	keys->list = calloc(keys->count + 1, sizeof *keys->list);
	if (!code && (!keys->list || keys->text.failed))
		code = error_set_memory(&call->error);
	const char *at = buffer_text(&keys->text);
	for (size_t i = 0; !code && i < keys->count; i++, at += strlen(at) + 1)
		keys->list[i] = at;
	return code;
}

static void keys_free(struct keys *keys)
{
	buffer_free(&keys->text);
	free(keys->list);
}

/* ---- The answer ------------------------------------------------------------------- */

static void signatures_emit(struct emit *emit, const struct qorgan_proof_check *check)
{
	emit_open(emit, "signatures", '[');
	for (size_t i = 0; i < check->signer_count; i++) {
		const struct qorgan_proof_signer *signer = &check->signers[i];
		emit_open(emit, NULL, '{');
		emit_text(emit, "name", signer->name);
		emit_flag(emit, "log", signer->is_log);
		emit_text(emit, "time", *signer->time ? signer->time : NULL);
		emit_close(emit, '}');
	}
	emit_close(emit, ']');
}

static void check_emit(const struct qorgan_proof_check *check, const char *why)
{
	static const struct qorgan_proof_check none;
	struct emit emit = { .to = stdout };
	const struct {
		const char *name, *text;
	} texts[] = { { "state", check->state }, { "kind", check->kind }, { "id", check->id }, { "time", check->time },
		          { "user", check->user }, { "marking", check->marking } };

	emit_open(&emit, NULL, '{');
	emit_flag(&emit, "proven", check->proven);
	emit_text(&emit, "why", why);
	emit_text(&emit, "origin", check->origin);
	emit_number(&emit, "index", check->index);
	emit_number(&emit, "leaves", check->leaves);
	emit_text(&emit, "root", check->root);
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
		emit_text(&emit, texts[i].name, *texts[i].text ? texts[i].text : NULL);
	if (check->proven) {
		emit_number(&emit, "version", check->version);
		emit_number(&emit, "commit", check->commit);
	} else {
		emit_raw(&emit, "version", NULL);
		emit_raw(&emit, "commit", NULL);
	}
	signatures_emit(&emit, check->proven ? check : &none);
	emit_raw(&emit, "record", check->record);
	emit_close(&emit, '}');
	emit_end(&emit);
}

static void check_print(const struct qorgan_proof_check *check)
{
	printf(language_said("Proven: %s %s version %u of %s\n"), check->kind, check->id, check->version, check->state);
	printf(language_said("written   %s by %s, commit %llu\n"), check->time, check->user, (unsigned long long)check->commit);
	printf(language_said("marking   %s\n"),
	       *check->marking ? check->marking : language_said("none, which counts as TLP:AMBER"));
	printf(language_said("entry     %llu of %llu, root %s\n"), (unsigned long long)check->index,
	       (unsigned long long)check->leaves, check->root);
	for (size_t i = 0; i < check->signer_count; i++)
		if (check->signers[i].is_log)
			printf(language_said("signed    %s\n"), check->signers[i].name);
	for (size_t i = 0; i < check->signer_count; i++)
		if (!check->signers[i].is_log)
			printf(language_said("cosigned  %s at %s\n"), check->signers[i].name, check->signers[i].time);
}

/* Puts the file's name before the message of what is wrong with it. */
static void file_tell(struct call *call, int code)
{
	if (code && code != QORGAN_USAGE)
		error_prefix(&call->error, code, "%s", call_operand(call, 0));
}

static int proof_answer(struct call *call, const struct buffer *file, const struct keys *keys)
{
	struct qorgan_proof_check check;
	int code = qorgan_proof_check(buffer_text(file), file->size, keys->list, keys->count, &check, &call->error);

	file_tell(call, code);
	if ((code == QORGAN_OK || code == QORGAN_NO) && call->json)
		check_emit(&check, code ? call->error.message : NULL);
	else if (code == QORGAN_OK)
		check_print(&check);
	qorgan_proof_check_free(&check);
	return code;
}

/* ---- Of two histories --------------------------------------------------------------- */

static const char *const places[2] = { "first", "second" };

static void fork_emit(const struct qorgan_fork_check *check, const char *why)
{
	struct emit emit = { .to = stdout };

	emit_open(&emit, NULL, '{');
	emit_flag(&emit, "proven", check->proven);
	emit_text(&emit, "why", why);
	emit_flag(&emit, "fork", true);
	emit_text(&emit, "origin", check->origin);
	emit_text(&emit, "state", *check->state ? check->state : NULL);
	for (size_t i = 0; i < 2; i++) {
		emit_open(&emit, places[i], '{');
		emit_number(&emit, "leaves", check->leaves[i]);
		emit_text(&emit, "root", check->roots[i]);
		emit_close(&emit, '}');
	}
	emit_text(&emit, "expected", check->expected);
	emit_open(&emit, "signatures", '[');
	for (size_t i = 0; i < check->signature_count; i++) {
		const struct qorgan_fork_signature *signature = &check->signatures[i];
		emit_open(&emit, NULL, '{');
		emit_text(&emit, "name", signature->name);
		emit_flag(&emit, "log", signature->is_log);
		emit_text(&emit, "on", places[signature->on]);
		emit_text(&emit, "time", *signature->time ? signature->time : NULL);
		emit_close(&emit, '}');
	}
	emit_close(&emit, ']');
	emit_close(&emit, '}');
	emit_end(&emit);
}

static void fork_print(const struct qorgan_fork_check *check)
{
	unsigned long long first = check->leaves[0], second = check->leaves[1];

	printf(language_said("Proven: %s signed two histories: one of %llu entries, and another of %llu that %s\n"),
	       *check->state ? check->state : check->origin, first, second,
	       first == second ? language_said("is not the same") : language_said("does not go on from it"));
	printf(language_said("Whoever has only one of them was deceived.\n"));
	printf(language_said("log       %s\n"), check->origin);
	printf(language_said("first     %llu entries, root %s\n"), first, check->roots[0]);
	printf(language_said("second    %llu entries, root %s\n"), second, check->roots[1]);
	if (first != second)
		printf(language_said("          of which the first %llu have the root %s\n"), first, check->expected);
	for (size_t i = 0; i < check->signature_count; i++) {
		const struct qorgan_fork_signature *signature = &check->signatures[i];
		printf("%s  %s: %s%s%s\n", signature->is_log ? language_said("signed  ") : language_said("cosigned"),
		       signature->on ? language_said("the second") : language_said("the first"), signature->name,
		       *signature->time ? language_said(" at ") : "", signature->time);
	}
}

static int fork_answer(struct call *call, const struct buffer *file, const struct keys *keys)
{
	struct qorgan_fork_check check;
	int code = qorgan_fork_check(buffer_text(file), file->size, keys->list, keys->count, &check, &call->error);

	file_tell(call, code);
	if ((code == QORGAN_OK || code == QORGAN_NO) && call->json)
		fork_emit(&check, code ? call->error.message : NULL);
	else if (code == QORGAN_OK)
		fork_print(&check);
	qorgan_fork_check_free(&check);
	return code;
}

int cmd_check_proof(struct call *call)
{
	struct buffer file = { 0 };
	struct keys keys = { 0 };
	int code = keys_gather(call, &keys);

	if (!code)
		code = file_read(call_operand(call, 0), qorgan_proof_limit(), &file, &call->error);
	if (!code) {
		bool is_fork = qorgan_fork_is(buffer_text(&file), file.size);
		code = is_fork ? fork_answer(call, &file, &keys) : proof_answer(call, &file, &keys);
	}
	buffer_free(&file);
	keys_free(&keys);
	return code;
}
