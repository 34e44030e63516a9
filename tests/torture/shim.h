/* What stands between the program and the C library while it is tortured: a library for
 * LD_PRELOAD that counts calls, and at the one asked for lets it fail, lies, or ends the
 * process as a kill or a power cut would. It does what the environment says:
 *
 *   TORTURE_REPORT  file of one page (struct report) that the counts are kept in, which
 *                   outlive the process and go on in its children; without it: nothing
 *   TORTURE_CALLS   letters of the kinds that count (enum kind), "wsn"
 *   TORTURE_AT      the number, from 1, of the call that is acted upon; 0: none
 *   TORTURE_ACT     kill, torn (half of a write, then kill), cut (power cut), short, or the
 *                   name of an error: EIO, ENOSPC, EINTR, ENOMEM, EMFILE, EACCES; or lie, which
 *                   is a canary: a write that is none, or memory that leaks
 *   TORTURE_ON      if set, all later calls fail as well
 *   TORTURE_AGAIN   if set, that many calls after the first, one more fails
 *   TORTURE_LIES    if set, no sync is one, though each says so: a canary as well
 *   TORTURE_SEED    of a power cut: which of the unsynced sectors are lost
 *   TORTURE_SECTOR  of a power cut: size of what is lost or kept as one, 512 or 4096 */
#ifndef TORTURE_SHIM_H
#define TORTURE_SHIM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum kind { KIND_WRITE, KIND_SYNC, KIND_NAME, KIND_READ, KIND_OPEN, KIND_ALLOCATION, KIND_MAP, KINDS };
#define KIND_LETTERS "wsnroam"

enum verdict { VERDICT_PASS, VERDICT_FAIL, VERDICT_SHORT, VERDICT_LIE, VERDICT_TORN };

/* The page that the driver reads: it knows this layout as well. */
struct report {
	uint64_t counts[KINDS]; /* calls of each kind, whether or not they were asked for */
	uint64_t asked;         /* calls of the kinds that count */
	uint64_t hits;          /* how often a call was acted upon */
	uint64_t lost;          /* sectors and names that a power cut took back */
	char first[32];         /* name of the first such call */
};

/* Counts a call, and says what is to come of it; with VERDICT_FAIL errno is set. Does not
 * return from a kill. */
enum verdict shim_decide(enum kind kind, const char *call);

/* Ends the process at once, as a kill that nobody can catch. */
void shim_die(void) __attribute__((noreturn));

/* Whether a power cut is asked for, so that what is not synced has to be remembered. */
bool shim_remembers(void);

/* Whether no sync is one. */
bool shim_sync_lies(void);

uint64_t shim_setting(const char *name);
void shim_lost(void);

/* ---- The disk, which may forget what was not synced ---- */

/* To be called before the call changes the file or the name. */
void disk_write_begins(int file, off_t offset, size_t size);
void disk_size_changes(int file, off_t size);
/* After the call was done. */
void disk_file_made(const char *path);
void disk_folder_made(const char *path);
void disk_synced(int file);
/* disk_name_begins keeps what lies at `path` (NULL: nothing is replaced) until
 * disk_name_done; `from` is the other name of a rename or a link, or NULL. */
struct disk_name;
struct disk_name *disk_name_begins(const char *from, const char *path);
/* disk_name_exchanges: both names stay, and what they lead to changes places. */
void disk_name_exchanges(struct disk_name *name);
void disk_name_done(struct disk_name *name, bool done);
/* Takes back some of what was not synced. */
void disk_forget(void);

#endif
