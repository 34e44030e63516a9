/* What a security key needs of the person: its PIN, and a touch. */
#include "cli/ask_key.h"

#include <stdio.h>
#include <string.h>

#include "base/language.h"
#include "cli/terminal.h"

static int pin_from_file(const char *path, char *to, size_t limit, struct qorgan_error *error)
{
	size_t size = 0;
	int code = call_first_line(path, to, limit, &size, error);

	if (!code && size == 0)
		code = error_set(error, QORGAN_DENIED, "%s holds no PIN in its first line", path);
	if (!code && size == limit)
		code = error_set(error, QORGAN_BAD_DATA, "the PIN in %s is longer than %zu bytes", path, limit - 1);
	if (code)
		explicit_bzero(to, limit);
	return code;
}

static int pin_from_terminal(const char *product, int tries, char *to, size_t limit, struct qorgan_error *error)
{
	char prompt[400];

	if (tries > 0 && tries <= 3)
		snprintf(prompt, sizeof prompt, language_said("PIN of the security key %s (tries that are left: %d): "), product, tries);
	else
		snprintf(prompt, sizeof prompt, language_said("PIN of the security key %s: "), product);
	int code = terminal_ask_secret(prompt, to, limit, error);
	if (code == QORGAN_DENIED)
		return error_set(error, code, "the PIN of the security key %s is needed, and there is no terminal to ask for it: give "
		                 "--pin-file FILE", product);
	if (code == QORGAN_USAGE)
		return error_set(error, code, "the PIN is longer than %zu bytes", limit - 1);
	return code;
}

static int pin_ask(void *context, const char *product, int tries, char *to, size_t limit, struct qorgan_error *error)
{
	struct call *call = context;
	/* A key that is to be added to an open store is not the one that opened it. */
	const char *path = call_value(call, call->store ? "new-pin-file" : "pin-file");

	progress_clear(&call->progress);
	return path ? pin_from_file(path, to, limit, error) : pin_from_terminal(product, tries, to, limit, error);
}

/* Said to a terminal even with --quiet: nothing goes on before it is done. */
static void touch_tell(void *context, const char *product)
{
	struct call *call = context;

	call->used_key = true;
	progress_clear(&call->progress);
	if (!call->quiet || terminal_shows(stderr))
		fprintf(stderr, language_said("Touch the security key %s\n"), product);
}

const struct qorgan_security_key *ask_key(struct call *call)
{
	call->security_key = (struct qorgan_security_key){ pin_ask, touch_tell, call,
		                                               arguments_has(&call->arguments, "without-pin") };
	return &call->security_key;
}

static bool is_given(const struct call *call, bool of_all_commands)
{
	for (size_t i = 0; i < call->arguments.given_count; i++) {
		const struct option *option = call->arguments.given[i].option;
		if (strcmp(option->name, "security-key") == 0 && !!(option->flags & OPTION_GLOBAL) == of_all_commands)
			return true;
	}
	return false;
}

bool ask_key_opens(const struct call *call)
{
	return is_given(call, true);
}

int ask_key_new(struct call *call, bool otherwise, const struct qorgan_security_key **key)
{
	*key = NULL;
	if (!is_given(call, false))
		return arguments_has(&call->arguments, "without-pin") || arguments_has(&call->arguments, "new-pin-file")
		           ? error_set(&call->error, QORGAN_USAGE, "--without-pin and --new-pin-file are of a new slot that a security key "
		                       "opens: give --security-key with them")
		           : QORGAN_OK;
	if (otherwise)
		return error_set(&call->error, QORGAN_USAGE, "a slot is opened by a security key, an identity or a passphrase: with "
		                 "--security-key, leave out --recipient, --kdf and --new-passphrase-file");
	*key = ask_key(call);
	return QORGAN_OK;
}
