/* Where this user's programs keep what they remember between runs. */
#ifndef BASE_STATE_FOLDER_H
#define BASE_STATE_FOLDER_H

#include <stdbool.h>

#include "base/buffer.h"

/* state_folder(to): append $XDG_STATE_HOME/qorgan, else ~/.local/state/qorgan. False if
 * neither variable names a place from the root on. */
bool state_folder(struct buffer *to);

#endif
