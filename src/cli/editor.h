/* Texts edited in the user's editor, without reaching a disk. */
#ifndef CLI_EDITOR_H
#define CLI_EDITOR_H

#include "base/buffer.h"
#include "base/error.h"

/* editor_run(text, name, error): let $VISUAL, $EDITOR or vi edit the text, in a
 * private folder that lies in memory ($XDG_RUNTIME_DIR or /dev/shm), in a file
 * called `name`; whatever is in the folder is overwritten and removed at the end.
 * QORGAN_CANNOT_CREATE if there is no such place: plain text is not written to a
 * disk. QORGAN_IO if the editor fails, QORGAN_INTERRUPTED if it is stopped. */
int editor_run(struct buffer *text, const char *name, struct qorgan_error *error);

/* editor_keep(text, name, error): after a text could not be taken, for the reason
 * in *error: leave it in such a folder, in a file that only the user can read, and
 * add to the message where it is. Returns the code that is there. */
int editor_keep(const struct buffer *text, const char *name, struct qorgan_error *error);

#endif
