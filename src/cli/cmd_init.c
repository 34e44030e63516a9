/* qorgan init: a new store. */
#include <stdlib.h>
#include <sys/stat.h>

#include "base/language.h"
#include "cli/ask_key.h"
#include "cli/emit.h"

#define CATALOGUE_FOLDER QORGAN_SHARE "/catalogue/2026-2028"

static enum qorgan_kdf kdf_choose(const char *word)
{
	if (!word || *word == 'm')
		return QORGAN_KDF_MODERATE;
	return *word == 'i' ? QORGAN_KDF_INTERACTIVE : QORGAN_KDF_SENSITIVE;
}

static const char *user_choose(struct call *call)
{
	const char *given = call_value(call, "as"), *login = getenv("USER");

	return given ? given : login && *login ? login : "liaison";
}

static void init_tell(struct call *call, const char *path)
{
	struct emit emit = { .to = stdout };
	struct stat status;

	if (call->json) {
		emit_open(&emit, NULL, '{');
		emit_text(&emit, "id", qorgan_store_id(call->store));
		emit_text(&emit, "path", path);
		emit_text(&emit, "state", qorgan_store_state(call->store));
		emit_text(&emit, "user", qorgan_store_user(call->store));
		emit_close(&emit, '}');
		emit_end(&emit);
	} else if (!call->quiet) {
		printf(language_said("store  %s\npath   %s\nstate  %s\nuser   %s\n"), qorgan_store_id(call->store), path,
		       qorgan_store_state(call->store), qorgan_store_user(call->store));
	}
	/* The commonest loss is that of the only key. */
	call_say(call, "One key only opens it, and whoever loses that loses the store: give yourself a second way in now, with "
	         "qorgan user slot add %s, or part one among several people with qorgan recovery make --shares 3-of-5 -o FOLDER",
	         qorgan_store_user(call->store));
	bool is_installed = stat(CATALOGUE_FOLDER, &status) == 0;
	call_say(call, "Next, load a catalogue: qorgan load %s", is_installed ? CATALOGUE_FOLDER : "catalogue/2026-2028");
	if (!qorgan_keys_are_locked())
		call_warn(call, "the system does not let keys be locked in memory: they may reach the swap; see ulimit -l");
}

int cmd_init(struct call *call)
{
	struct qorgan_creation creation = {
		.state = call_value(call, "state"),
		.user = user_choose(call),
		.recipient = call_value(call, "recipient"),
		.kdf = kdf_choose(call_value(call, "kdf")),
		.reference = call_value(call, "reference"),
		.any_filesystem = arguments_has(&call->arguments, "any-filesystem"),
		.ask = call_ask_passphrase,
		.context = call,
	};
	struct qorgan_store *store = NULL;

	if (!creation.state)
		return error_set(&call->error, QORGAN_USAGE, "say whose store it is: qorgan init --state UZB");
	if (creation.recipient && call_value(call, "kdf"))
		return error_set(&call->error, QORGAN_USAGE, "--kdf is the cost of guessing a passphrase, and with --recipient there "
		                 "is none: leave it out");
	if (ask_key_new(call, creation.recipient || call_value(call, "kdf"), &creation.security_key))
		return call->error.code;
	char *path = call_store_path(call);
	if (!path)
		return call->error.code;
	int code = qorgan_store_create(path, &creation, &store, &call->error);
	if (!code)
		code = call_adopt(call, store);
	if (!code)
		init_tell(call, path);
	if (!code)
		call_warn_after(call);
	free(path);
	return code;
}
