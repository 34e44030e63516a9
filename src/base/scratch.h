/* Where plain text may lie for a moment: in memory, not on a disk. */
#ifndef BASE_SCRATCH_H
#define BASE_SCRATCH_H

/* scratch_place(): a folder of the user's that lies in memory and can be written to:
 * $XDG_RUNTIME_DIR, else /dev/shm; NULL if there is none. */
const char *scratch_place(void);

#endif
