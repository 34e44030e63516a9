/* The process that starts the command of watch --exec, once for each change.
 *
 * The command is the user's own and may need what watch itself gives up, a network say. So it is started by a process that is
 * forked before watch is confined and before it holds a key; what that process runs was settled then. A watch that was
 * taken over by hostile bytes can hand it other changes than there were, and nothing else. */
#ifndef CLI_WATCH_COMMAND_H
#define CLI_WATCH_COMMAND_H

#include <stddef.h>

#include "base/error.h"

/* watch_command_prepare(command, error): fork it, for this command line of the shell. It ends with this process. */
int watch_command_prepare(const char *command, struct qorgan_error *error);

/* watch_command_run(text, size, status, error): run the command with the text as its standard input, and wait for it.
 * *status is as of waitpid. QORGAN_IO if it cannot be started. */
int watch_command_run(const char *text, size_t size, int *status, struct qorgan_error *error);

#endif
