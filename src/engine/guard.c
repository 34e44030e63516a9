/* The last line of defence against a damaged file: LMDB believes its own pages,
 * and a wrong one may make it read memory that is not there. */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "engine/engine_driver.h"

static char guard_line[512] = "qorgan: the store's file is damaged: run qorgan verify\n";
static size_t guard_size = sizeof "qorgan: the store's file is damaged: run qorgan verify\n" - 1;
static char guard_stack[65536];

void engine_guard_stop(void)
{
	ssize_t put = write(STDERR_FILENO, guard_line, guard_size);

	(void)put; /* nobody is left to be told */
	_exit(QORGAN_IO);
}

static void guard_handle(int signal_number)
{
	(void)signal_number;
	engine_guard_stop();
}

void engine_guard(const char *message)
{
	static const int signals[] = { SIGSEGV, SIGBUS, SIGABRT, SIGFPE };
	stack_t stack = { .ss_sp = guard_stack, .ss_size = sizeof guard_stack };
	struct sigaction action = { .sa_handler = guard_handle, .sa_flags = SA_ONSTACK };

	int size = snprintf(guard_line, sizeof guard_line - 1, "%s", message);
	guard_size = size < 0 ? 0 : strlen(guard_line);
	guard_line[guard_size++] = '\n';

	/* Without the stack of its own the handler still serves all but an
	 * overflow of the usual one; so a failure here is no reason to stop. */
	sigaltstack(&stack, NULL);
	sigfillset(&action.sa_mask);
	for (size_t i = 0; i < sizeof signals / sizeof *signals; i++)
		sigaction(signals[i], &action, NULL);
}
