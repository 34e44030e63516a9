/* Confinement: a process gives up, for itself and all that it starts, what its work does not
 * need. Whoever takes it over by a hostile file gains no more than what is left.
 *
 * Landlock keeps it from writing, making and removing files but beneath places that it names,
 * from executing files and from TCP; a filter of system calls (seccomp) from sockets (but where the store is on a server), from other
 * processes, and from parts of the kernel that no command needs. Both need no right to be set
 * up, cannot be taken back, and are asked of the kernel at run time: where one is absent the
 * process goes on with the other. Reading files is not kept from it: keys and what is loaded lie
 * wherever the user says. */
#ifndef CONFINE_CONFINE_H
#define CONFINE_CONFINE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

/* What may be done beneath a place, or, if it is no folder, with it. */
enum confine_rights {
	CONFINE_FILES = 1,   /* make, write and remove files */
	CONFINE_FOLDERS = 2, /* make, rename and remove folders */
	CONFINE_MOVES = 4,   /* move files from one folder into another */
	CONFINE_LINKS = 8,   /* make symbolic links */
	CONFINE_DEVICE = 16, /* write into a device or pipe that is there, and control it */
	CONFINE_EXECUTE = 32 /* start it as a program */
};

#define CONFINE_PLACES_MOST 32

struct confinement {
	struct {
		int descriptor;
		unsigned rights;
	} places[CONFINE_PLACES_MOST];
	size_t count;
	bool is_editor;       /* a program of the user's: it may start others, and speak to those of the desktop */
	bool starts_program;   /* one for which there is CONFINE_EXECUTE; it is confined as this process is */
	bool asks_server;     /* a store on a server: it makes connections, but takes none */
	bool signals_editor;  /* it ends the editor's process, which is not confined with it */
};

/* confine_allow(confinement, path, rights, error): the place as it is now, links followed. What
 * is not there is passed over. */
int confine_allow(struct confinement *confinement, const char *path, unsigned rights, struct qorgan_error *error);
/* confine_allow_beneath: the same of the nearest folder above that is there, itself included. */
int confine_allow_beneath(struct confinement *confinement, const char *path, unsigned rights,
                          struct qorgan_error *error);

/* confine_enter(confinement, error): from now on. To be called before there is a second thread.
 * What the kernel does not have is no error. */
int confine_enter(struct confinement *confinement, struct qorgan_error *error);
/* confine_forget(confinement): give back what was noted, if it is not entered. */
void confine_forget(struct confinement *confinement);

/* What came of it, for those who tell the user. */
bool confine_holds_files(void);
bool confine_holds_calls(void);

#endif
