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
	/* By whether it asks a server, and whether it starts a program. */
	static const struct sock_fprog filters[2][2] = {
		{ { COUNT(program_filter), (struct sock_filter *)program_filter },
		  { COUNT(starter_filter), (struct sock_filter *)starter_filter } },
		{ { COUNT(asker_filter), (struct sock_filter *)asker_filter },
		  { COUNT(asking_starter_filter), (struct sock_filter *)asking_starter_filter } },
	};
	static const struct sock_fprog of_editor = { COUNT(editor_filter), (struct sock_filter *)editor_filter };
	struct sock_fprog filter = confinement->is_editor ? of_editor
	                                                  : filters[confinement->asks_server][confinement->starts_program];

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		return error_set_system(error, QORGAN_INTERNAL, "cannot give up gaining rights");
	*held = prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter, 0, 0) == 0;
	if (!*held && errno == ENOMEM)
		return error_set_memory(error);
	/* A kernel without it, or a container that forbids it and has one of its own. */
	return QORGAN_OK;
}
