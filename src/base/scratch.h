/* Where something may lie for a moment: plain text in memory, not on a disk. */
#ifndef BASE_SCRATCH_H
#define BASE_SCRATCH_H

/* scratch_place(): a folder of the user's that lies in memory and can be written to:
 * $XDG_RUNTIME_DIR, else /dev/shm; NULL if there is none. */
const char *scratch_place(void);

/* scratch_disk_place(): where what is encrypted may lie for a moment: $TMPDIR, else /var/tmp, which
 * is a disk as a rule, unlike /tmp: it may be large. */
const char *scratch_disk_place(void);

#endif
