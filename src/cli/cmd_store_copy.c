/* qorgan store copy: the store in another place. */
#include <inttypes.h>
#include <stdlib.h>

#include "base/language.h"
#include "cli/call.h"
#include "cli/emit.h"
#include "cli/store_check.h"
#include "qorgan/copy.h"

static void copied_print(struct call *call, const struct qorgan_copied *copied, const char *root)
{
	struct emit emit = { .to = stdout };

	if (!call->json)
		return;
	emit_open(&emit, NULL, '{');
	emit_text(&emit, "path", call_operand(call, 0));
	emit_number(&emit, "rows", copied->rows);
	emit_number(&emit, "bytes", copied->bytes);
	emit_number(&emit, "written", copied->written);
	emit_text(&emit, "root", root);
	emit_text(&emit, "kept", copied->kept);
	emit_close(&emit, '}');
	emit_end(&emit);
}

static void copied_say(struct call *call, const struct qorgan_copied *copied)
{
	const char *to = call_operand(call, 0);

	if (copied->kept) {
		call_say(call, "The store is at %s now; the former lies at %s, for the case that the new place fails: delete it when that "
		         "has proved itself", to, copied->kept);
		return;
	}
	call_say(call, "A copy of the store is at %s: %" PRIu64 " rows, %" PRIu64 " of them written now", to, copied->rows,
	         copied->written);
	call_warn(call, language_said("two stores with one history: write to one of them only, or the history forks; qorgan store copy "
	                              "--move puts the former aside"));
}

int cmd_store_copy(struct call *call)
{
	struct qorgan_verification verified;
	struct qorgan_copied copied = { 0 };
	int code = call_open(call, 0);

	if (!code)
		code = store_check(call, &verified);
	if (!code)
		code = qorgan_store_copy(call->store, call_operand(call, 0), arguments_has(&call->arguments, "move"), &copied,
		                         &call->error);
	progress_clear(&call->progress);
	if (!code) {
		copied_print(call, &copied, verified.root);
		copied_say(call, &copied);
	}
	free(copied.kept);
	return code;
}
