/* The filters of system calls, as filter_main.c has made them, handed to the kernel. */
#include "confine/system_calls.h"

#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>

#include "filters.inc"

#define COUNT(list) (sizeof(list) / sizeof *(list))

int system_calls_enter(const struct confinement *confinement, bool *held, struct qorgan_error *error)
{
	struct sock_fprog filter = { .len = COUNT(program_filter), .filter = (struct sock_filter *)program_filter };

	if (confinement->starts_program)
		filter = (struct sock_fprog){ .len = COUNT(starter_filter), .filter = (struct sock_filter *)starter_filter };
	if (confinement->is_editor)
		filter = (struct sock_fprog){ .len = COUNT(editor_filter), .filter = (struct sock_filter *)editor_filter };
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		return error_set_system(error, QORGAN_INTERNAL, "cannot give up gaining rights");
	*held = prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter, 0, 0) == 0;
	if (!*held && errno == ENOMEM)
		return error_set_memory(error);
	/* A kernel without it, or a container that forbids it and has one of its own. */
	return QORGAN_OK;
}
