/* The folder of what is remembered. */
#include "base/state_folder.h"

#include <stdlib.h>

bool state_folder(struct buffer *to)
{
	const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");

	if (state && state[0] == '/')
		buffer_append_format(to, "%s/qorgan", state);
	else if (home && home[0] == '/')
		buffer_append_format(to, "%s/.local/state/qorgan", home);
	else
		return false;
	return !to->failed;
}
