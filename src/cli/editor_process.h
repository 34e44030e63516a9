/* The process that starts the user's editor.
 *
 * An editor is a program of the user's choice and needs what the command itself gives up: to be
 * executed, to start others, to speak to the desktop. So it is started by a process that is
 * forked before the command is confined and before it holds a key, and that does nothing else.
 * The editor has a confinement of its own: no network, and writing only in the folder that the
 * text lies in, since what it remembers of a text elsewhere would lie on a disk in plain. */
#ifndef CLI_EDITOR_PROCESS_H
#define CLI_EDITOR_PROCESS_H

#include "base/error.h"

/* editor_process_prepare(error): fork it. It waits, and ends with this process. */
int editor_process_prepare(struct qorgan_error *error);

/* editor_process_run(path, status, stopped): let $VISUAL, $EDITOR or vi of the time of
 * editor_process_prepare edit the file, which lies in a folder of scratch_place(). *status is as
 * of waitpid, *stopped the signal that is to end this program meanwhile, or 0. Not 0, with
 * errno set, if it cannot be started. */
int editor_process_run(const char *path, int *status, int *stopped);

/* editor_process_command(): what $VISUAL and $EDITOR say; vi if they say nothing. */
const char *editor_process_command(void);

#endif
