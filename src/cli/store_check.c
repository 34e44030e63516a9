/* The check of a store before a copy of it is made. */
#include "cli/store_check.h"

static void finding_say(void *context, const char *what, const char *object, const char *advice)
{
	struct call *call = context;

	(void)advice;
	call_say(call, "%s%s%s", object, *object ? ": " : "", what);
}

int store_check(struct call *call, struct qorgan_verification *result)
{
	int code = qorgan_verify(call->store, finding_say, call, result, &call->error);

	progress_clear(&call->progress);
	return code == QORGAN_NO ? error_set(&call->error, QORGAN_NO, "the store is not in order, and was not copied: qorgan verify "
	                                     "says what is to be done")
	                         : code;
}
