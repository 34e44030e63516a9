/* Folders of stores, whole. */
#ifndef SIMULATION_DISK_H
#define SIMULATION_DISK_H

/* folder_copy(from, to): the files in it, in the place of what is there; no store in it
 * may be open. folder_remove(path): with all within. */
void folder_copy(const char *from, const char *to);
void folder_remove(const char *path);

/* disks_forget(): no older copies are kept any more. disk_forget(party): of that one. */
void disks_forget(void);
void disk_forget(unsigned party);

#endif
