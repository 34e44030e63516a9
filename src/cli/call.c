/* Opening the store, and the steps that commands share. */
#include "cli/call.h"

#include <sodium.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/language.h"
#include "base/memory.h"
#include "base/text.h"
#include "cli/ask_key.h"
#include "cli/emit.h"
#include "cli/terminal.h"
#include "cli/user_language.h"
#include "qorgan/exchange.h"
#include "qorgan/forget.h"

#define PASSPHRASE_SHORT 12 /* letters; fewer are warned of */

const char *call_value(const struct call *call, const char *name)
{
	return arguments_value(&call->arguments, name);
}

const char *call_operand(const struct call *call, size_t number)
{
	return number < call->arguments.operand_count ? call->arguments.operands[number] : NULL;
}

/* An environment variable that is set and not empty, or NULL. */
static const char *environment(const char *name)
{
	const char *value = getenv(name);

	return value && *value ? value : NULL;
}

/* ---- The store ------------------------------------------------------------- */

char *call_store_path(struct call *call)
{
	const char *given = call_value(call, "store"), *data = environment("XDG_DATA_HOME"), *home = environment("HOME");
	char *path = NULL;
	int made;

	if (!given)
		given = environment("QORGAN_STORE");
	if (given && !*given) {
		error_set(&call->error, QORGAN_USAGE, "--store is empty: name the store's folder");
		return NULL;
	}
	if (!given && !data && !home) {
		error_set(&call->error, QORGAN_USAGE, "no store is named, and HOME is not set: give -S DIR");
		return NULL;
	}
	if (given)
		made = asprintf(&path, "%s", given);
	else if (data)
		made = asprintf(&path, "%s/qorgan/default", data);
	else
		made = asprintf(&path, "%s/.local/share/qorgan/default", home);
	if (made >= 0)
		return path;
	error_set_memory(&call->error);
	return NULL;
}

/* Never outside `to`. */
int call_first_line(const char *path, char *to, size_t limit, size_t *size, struct qorgan_error *error)
{
	size_t got;
	int code = file_read_secret_head(path, to, limit, &got, error);

	*size = 0;
	while (*size < got && to[*size] && to[*size] != '\r' && to[*size] != '\n')
		++*size;
	bool keeps = !code && *size < limit;
	explicit_bzero(to + (keeps ? *size : 0), limit - (keeps ? *size : 0));
	return code;
}

static int passphrase_from_file(const char *path, char *to, size_t limit, struct qorgan_error *error)
{
	size_t size;
	int code = call_first_line(path, to, limit, &size, error);

	if (!code && size == 0)
		code = error_set(error, QORGAN_DENIED, "%s holds no passphrase in its first line", path);
	if (!code && size == limit)
		code = error_set(error, QORGAN_BAD_DATA, "the passphrase in %s is longer than %zu bytes", path, limit - 1);
	return code;
}

static int passphrase_from_terminal(bool confirm, char *to, size_t limit, struct qorgan_error *error)
{
	int code = terminal_ask_secret(confirm ? "New passphrase: " : "Passphrase: ", to, limit, error);

	if (code || !confirm)
		return code;
	char *again = qorgan_secret_alloc(limit);
	if (!again)
		return error_set_memory(error);
	code = terminal_ask_secret("The same again: ", again, limit, error);
	if (!code && (strlen(again) != strlen(to) || sodium_memcmp(again, to, strlen(to)) != 0))
		code = error_set(error, QORGAN_DENIED, "the two passphrases differ: try again");
	qorgan_secret_free(again);
	return code;
}

static const char *passphrase_file(const struct call *call)
{
	const char *path = call_value(call, "passphrase-file");

	return path ? path : environment("QORGAN_PASSPHRASE_FILE");
}

/* Where there is no room to keep it, it is asked for again. */
static void passphrase_keep(struct call *call, const char *passphrase, size_t limit)
{
	if (call->keeps_passphrase && !call->passphrase && (call->passphrase = qorgan_secret_alloc(limit)))
		memcpy(call->passphrase, passphrase, strlen(passphrase) + 1);
}

void call_forget_passphrase(struct call *call)
{
	qorgan_secret_free(call->passphrase);
	call->passphrase = NULL;
}

int call_ask_passphrase(void *context, bool confirm, char *to, size_t limit, struct qorgan_error *error)
{
	struct call *call = context;

	if (!confirm && call->passphrase && strlen(call->passphrase) < limit) {
		memcpy(to, call->passphrase, strlen(call->passphrase) + 1);
		return QORGAN_OK;
	}
	/* A new one, of an open store, is not the one that opened it. */
	const char *path = confirm && call->store ? call_value(call, "new-passphrase-file") : passphrase_file(call);

	progress_clear(&call->progress);
	int code = path ? passphrase_from_file(path, to, limit, error) : passphrase_from_terminal(confirm, to, limit, error);
	size_t letters = 0;
	for (const char *at = to; !code && *at; at++)
		letters += ((unsigned char)*at & 0xc0) != 0x80;
	if (!code && confirm && letters < PASSPHRASE_SHORT)
		call_warn(call, "the passphrase is short: whoever has the file can try a great many; five words or more are hard "
		                "to guess");
	if (!code)
		passphrase_keep(call, to, limit);
	return code;
}

static int languages_set(struct call *call)
{
	char text[USER_LANGUAGE_SIZE];
	const char *list = call_value(call, "lang");

	return qorgan_store_set_languages(call->store, list ? list : user_language(text), &call->error);
}

int call_adopt(struct call *call, struct qorgan_store *store)
{
	call->store = store;
	qorgan_store_set_progress(store, progress_tell, &call->progress);
	return languages_set(call);
}

void call_keys(struct call *call, struct call_keys *keys)
{
	const char *identity = call_value(call, "identity"), *passphrase = passphrase_file(call);
	const char *pin = call_value(call, "pin-file");
	bool by_key = ask_key_opens(call);
	size_t count = 0;

	/* What is said on the command line goes before what the environment says. */
	if (by_key)
		identity = passphrase = NULL;
	else if (!identity && !arguments_has(&call->arguments, "passphrase-file"))
		identity = environment("QORGAN_IDENTITY");
	*keys = (struct call_keys){ .keys = { .identity = identity, .ask = by_key ? NULL : call_ask_passphrase, .context = call } };
	/* Where somebody is to type, a key that is plugged in may take the place of that. */
	if (by_key || (!identity && !passphrase))
		keys->keys.security_key = ask_key(call);
	if (identity)
		keys->files[count++] = identity;
	if (passphrase)
		keys->files[count++] = passphrase;
	if (pin)
		keys->files[count++] = pin;
}

/* By a security key and in another way at once is none of them. */
static int way_check(struct call *call)
{
	if (!ask_key_opens(call) || (!call_value(call, "identity") && !arguments_has(&call->arguments, "passphrase-file")))
		return QORGAN_OK;
	return error_set(&call->error, QORGAN_USAGE, "--security-key opens the store by the key alone: leave out --identity and "
	                 "--passphrase-file");
}

/* With `recovered`, that identity and no other key. */
static int store_open(struct call *call, unsigned flags, bool session, const uint8_t *recovered)
{
	struct call_keys keys;
	struct qorgan_store *store = NULL;

	if (call->store)
		return QORGAN_OK;
	char *path = way_check(call) ? NULL : call_store_path(call);
	if (!path)
		return call->error.code;
	call_keys(call, &keys);
	/* What is given is what is meant; what unlock left takes the place of typing. */
	keys.keys.session = session && !keys.files[0] && !ask_key_opens(call);
	keys.keys.recovered = recovered;
	if (arguments_has(&call->arguments, "any-filesystem"))
		flags |= QORGAN_ANY_FILESYSTEM;
	int code = qorgan_store_open(path, &keys.keys, flags, &store, &call->error);
	free(path);
	if (code)
		return code;
	/* A command that writes refuses with the same words. */
	if (qorgan_store_mistrust(store) && flags & QORGAN_READ_ONLY)
		call_warn(call, qorgan_store_mistrust(store));
	return call_adopt(call, store);
}

int call_open(struct call *call, unsigned flags)
{
	return store_open(call, flags, true, NULL);
}

int call_open_fresh(struct call *call, unsigned flags)
{
	return store_open(call, flags, false, NULL);
}

int call_open_recovered(struct call *call, const uint8_t *identity)
{
	return store_open(call, 0, false, identity);
}

int call_door(struct call *call, struct qorgan_door *door)
{
	const char *cost = call_value(call, "kdf");

	*door = (struct qorgan_door){ .recipient = call_value(call, "recipient"), .kdf = QORGAN_KDF_MODERATE,
		                          .ask = call_ask_passphrase, .context = call };
	if (door->recipient && (cost || call_value(call, "new-passphrase-file")))
		return error_set(&call->error, QORGAN_USAGE, "a slot is opened by an identity or by a passphrase: with --recipient, "
		                 "leave out --kdf and --new-passphrase-file");
	int code = ask_key_new(call, door->recipient || cost || call_value(call, "new-passphrase-file"), &door->security_key);
	if (code)
		return code;
	if (cost)
		door->kdf = *cost == 'i' ? QORGAN_KDF_INTERACTIVE : *cost == 's' ? QORGAN_KDF_SENSITIVE : QORGAN_KDF_MODERATE;
	return QORGAN_OK;
}

/* ---- Words to the user --------------------------------------------------------- */

/* On one line, whatever names of files or of partners it quotes. */
static void line_write(const char *before, const char *text)
{
	struct buffer line = { 0 };

	text_append_shown(&line, span_of(text));
	if (!line.failed) /* for want of memory: words that are cut short may say something else */
		fprintf(stderr, "%s%s\n", before, buffer_text(&line));
	buffer_free(&line);
}

void call_say(struct call *call, const char *format, ...)
{
	char *text;
	va_list list;

	/* Without memory it may not be so; what is changed is. */
	if (call->quiet || (memory_failures() && !call->changed))
		return;
	progress_clear(&call->progress);
	va_start(list, format);
	if (vasprintf(&text, language_said(format), list) < 0)
		text = NULL;
	va_end(list);
	if (text)
		line_write("", text);
	free(text);
}

void call_warn(struct call *call, const char *text)
{
	progress_clear(&call->progress);
	line_write(language_said("qorgan: warning: "), language_said(text));
}

int call_stop(struct call *call)
{
	return terminal_is_interrupted() ? error_set(&call->error, QORGAN_INTERRUPTED, "stopped") : QORGAN_OK;
}

/* ---- Changes --------------------------------------------------------------------- */

int call_change(struct call *call, struct qorgan_change **change)
{
	const char *first = call_operand(call, 0);
	int code = call_open(call, 0);

	/* Of nearly every command that is the object that it changes. */
	if (!code && first)
		qorgan_change_foresee(call->store, call->command->kind, first);
	if (!code)
		code = qorgan_change_begin(call->store, call_value(call, "as"), call_value(call, "message"), change, &call->error);
	return code;
}

bool call_has_fields(const struct call *call)
{
	for (size_t i = 0; i < call->arguments.given_count; i++)
		if (call->arguments.given[i].option->flags & OPTION_FIELD)
			return true;
	return false;
}

static int set_field(struct qorgan_change *change, const struct given *given, struct qorgan_error *error)
{
	struct buffer path = { 0 };

	if (given->option->flags & OPTION_SECRET)
		return qorgan_change_secret(change, given->value, error);
	/* A field that takes no argument is a flag: to name it is to set it. */
	const char *value = given->value ? given->value : "true";

	buffer_append_text(&path, given->option->path);
	if (given->language)
		buffer_append_format(&path, ".%s", given->language);
	int code = path.failed ? error_set_memory(error) : qorgan_change_set(change, buffer_text(&path), value, error);
	buffer_free(&path);
	return code;
}

/* Of a field that is given twice the last one holds; of two markings nobody can tell
 * which was meant. */
static int marking_check(struct call *call)
{
	size_t count = 0;

	for (size_t i = 0; i < call->arguments.given_count; i++) {
		const struct option *option = call->arguments.given[i].option;
		count += option->flags & OPTION_FIELD && option->path && strcmp(option->path, "marking") == 0;
	}
	return count < 2 ? QORGAN_OK : error_set(&call->error, QORGAN_USAGE, "two markings at once: an object has one; give "
	                                         "--marking once");
}

int call_set_fields(struct call *call, struct qorgan_change *change)
{
	int code = marking_check(call);

	for (size_t i = 0; i < call->arguments.given_count && !code; i++)
		if (call->arguments.given[i].option->flags & OPTION_FIELD)
			code = set_field(change, &call->arguments.given[i], &call->error);
	return code;
}

static uint32_t newest_version(struct call *call, const char *kind, const char *id)
{
	struct qorgan_object *object = NULL;
	struct qorgan_error ignored;
	uint32_t version = 0;

	/* The change is written: failing to read it back must not look like failing. */
	if (qorgan_object_get(call->store, kind, id, 0, &object, &ignored) == QORGAN_OK)
		version = qorgan_object_version(object);
	qorgan_object_free(object);
	return version;
}

static void commit_emit(const struct qorgan_commit *result, const char *kind, const char *id, uint32_t version)
{
	struct emit emit = { .to = stdout };

	emit_open(&emit, NULL, '{');
	emit_text(&emit, "kind", kind);
	emit_text(&emit, "id", id);
	if (version)
		emit_number(&emit, "version", version);
	else
		emit_text(&emit, "version", NULL);
	emit_number(&emit, "commit", result->number);
	emit_flag(&emit, "changed", result->number != 0);
	emit_text(&emit, "warning", result->warning);
	emit_close(&emit, '}');
	emit_end(&emit);
}

void call_warn_after(struct call *call)
{
	const char *forgetful = qorgan_store_forgetful(call->store), *skew = qorgan_store_skew(call->store);
	char text[600];

	bool pending = false;

	call->changed = true;
	if (skew)
		call_warn(call, skew);
	if (call->command->run != cmd_forget && !qorgan_forget_is_pending(call->store, &pending, NULL) && pending)
		call_warn(call, language_said("the store's file was not written anew since something was forgotten, and may hold bytes "
		                              "of it: qorgan forget --continue"));
	if (!forgetful)
		return;
	snprintf(text, sizeof text,
	         language_said("this computer cannot remember the newest checkpoint, so that an older store in its place "
	         "would go unnoticed: %s"), forgetful);
	call_warn(call, text);
}

void call_warn_forgetful(struct call *call, const char *place, const char *why)
{
	char text[1200];

	snprintf(text, sizeof text,
	         language_said("this computer cannot remember that the store at %.300s is the one in use from now on: if it can only "
	                       "be read, the next command says what to remove: %s"), place, why);
	call_warn(call, text);
}

void call_committed(struct call *call, const struct qorgan_commit *result, const char *kind, const char *id)
{
	uint32_t version = newest_version(call, kind, id);

	call->changed = true;
	if (call->json)
		commit_emit(result, kind, id, version);
	if (result->warning)
		call_warn(call, result->warning);
	/* What cannot be read back for want of memory is there all the same, under a number that is
	 * not known here: rather no word than a wrong one. */
	if (!version)
		return;
	if (result->number)
		call_say(call, "%s version %u, commit %llu", id, version, (unsigned long long)result->number);
	else
		call_say(call, "%s version %u: nothing changed", id, version);
}

int call_commit(struct call *call, struct qorgan_change *change, const char *kind, const char *id)
{
	struct qorgan_commit result = { 0 };
	int code = qorgan_change_commit(change, &result, &call->error);

	if (!code)
		call_committed(call, &result, kind, id);
	if (!code)
		call_warn_after(call);
	return code;
}

int call_finish(struct call *call, struct qorgan_change *change, const char *kind, const char *id)
{
	char proposal[130];

	if (!arguments_has(&call->arguments, "propose"))
		return call_commit(call, change, kind, id);
	int code = qorgan_change_propose(change, proposal, &call->error);
	if (!code)
		code = call_commit(call, change, "proposal", proposal);
	if (!code && !call->json)
		puts(proposal);
	return code;
}

/* ---- Operands ---------------------------------------------------------------------- */

int number_parse(const char *name, const char *text, uint64_t most, uint64_t *number, struct qorgan_error *error)
{
	uint64_t value = 0;

	for (const char *at = text; *at; at++) {
		if (*at < '0' || *at > '9' || value > (most - (uint64_t)(*at - '0')) / 10)
			return error_set(error, QORGAN_USAGE, "%s is a whole number from 0 to %llu, not \"%.80s\"", name,
			                 (unsigned long long)most, text);
		value = value * 10 + (uint64_t)(*at - '0');
	}
	if (!*text)
		return error_set(error, QORGAN_USAGE, "%s is empty: give a whole number", name);
	*number = value;
	return QORGAN_OK;
}

int call_owner(struct call *call, char code[65])
{
	const char *name = call_value(call, "owner");

	code[0] = '\0';
	return name ? qorgan_party_find(call->store, name, code, &call->error) : QORGAN_OK;
}

int call_object_id(struct call *call, const char *kind, const char *text, char id[130])
{
	struct qorgan_error ignored;

	snprintf(id, 130, "%s", text);
	if (!kind || strcmp(kind, "partner") != 0)
		return QORGAN_OK;
	int code = qorgan_party_find(call->store, text, id, &ignored);
	if (code && code != QORGAN_ABSENT)
		return error_set(&call->error, code, "%s", ignored.message);
	if (code)
		snprintf(id, 130, "%s", text);
	return QORGAN_OK;
}

int call_state_id(struct call *call, const char *whole, const char *state, char id[130])
{
	char code[65];
	int result = qorgan_party_find(call->store, state ? state : qorgan_store_state(call->store), code, &call->error);

	if (!result)
		snprintf(id, 130, "%.64s/%s", whole, code);
	return result;
}

int call_namesakes(struct call *call, const struct qorgan_object *object)
{
	char kinds[200], *rest = NULL;

	if (call->command->kind || call_value(call, "kind"))
		return QORGAN_OK;
	int code = qorgan_object_namesakes(call->store, object, kinds, &call->error);
	for (char *kind = strtok_r(kinds, ",", &rest); kind && !code; kind = strtok_r(NULL, ",", &rest))
		call_say(call, "This is the %s %s; there is a %s %s too: qorgan %s -K %s %s", qorgan_object_kind(object),
		         qorgan_object_id(object), kind, qorgan_object_id(object), call->command->name, kind,
		         qorgan_object_id(object));
	return code;
}

int reference_parse(const char *text, struct reference *reference, struct qorgan_error *error)
{
	const char *at = strrchr(text, '@');
	size_t size = at ? (size_t)(at - text) : strlen(text);
	uint64_t version = 0;

	if (size == 0 || size >= sizeof reference->id)
		return error_set(error, QORGAN_ABSENT, "\"%.140s\" is not the id of an object", text);
	if (at) {
		int code = number_parse("a version", at + 1, UINT32_MAX, &version, error);
		if (code)
			return code;
		if (version == 0)
			return error_set(error, QORGAN_ABSENT, "%.140s: versions count from 1", text);
	}
	memcpy(reference->id, text, size);
	reference->id[size] = '\0';
	reference->version = (uint32_t)version;
	return QORGAN_OK;
}
