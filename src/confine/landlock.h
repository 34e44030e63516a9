/* Landlock (landlock(7)): which files may be written. */
#ifndef CONFINE_LANDLOCK_H
#define CONFINE_LANDLOCK_H

#include "confine/confine.h"

/* landlock_version(): of the interface that the kernel has; 0 where it has none, or it is
 * switched off. */
int landlock_version(void);

/* landlock_enter(confinement, version, error): as if the kernel had that version, not above its
 * own. *held is whether it is in force: version 1 cannot let files move between folders, so
 * there who needs that is not held. */
int landlock_enter(const struct confinement *confinement, int version, bool *held, struct qorgan_error *error);

#endif
