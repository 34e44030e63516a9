/* The crowd: many processes that read and write one store at once, some of them killed, and the history that
 * all of them tell, which must be one that they could have made one after the other. */
#ifndef CROWD_H
#define CROWD_H

#include <stdatomic.h>
#include <stdint.h>

#include "qorgan/store.h"

enum { SUM = 5000, EVENTS_LIMIT = 100000 };

/* What a process does:
 *   MOVE   takes from one of two fields and gives to the other, in one commit;
 *   COUNT  reads a number, and writes the next one with the version that it saw as the base;
 *   MAKE   adds an object;
 *   READ   looks at all of them at one moment;
 *   VERIFY, BACKUP  as the program does. */
enum doing { MOVE, COUNT, MAKE, READ, VERIFY, BACKUP, DOINGS };

/* One piece of work, in memory that outlives whoever did it. Ticks are of one clock that all share. */
struct event {
	_Atomic uint64_t begun, ended; /* ended is 0 while it is not, and of who was killed before */
	enum doing doing;
	unsigned process;
	int code;
	uint64_t commit;       /* of a writer: its number */
	unsigned value;        /* READ and COUNT: of the number that is counted up */
	unsigned long long commits; /* READ: how many there were */
};

struct crowd {
	_Atomic uint64_t tick, event_count;
	_Atomic unsigned done, killed, refused; /* works, processes, works whose base was not the newest any more */
	struct event events[EVENTS_LIMIT];
};
extern struct crowd *crowd;

/* crowd_fail(format, ...): ends the process with 1. */
void crowd_fail(const char *format, ...) __attribute__((format(printf, 1, 2), noreturn));
unsigned crowd_chance(unsigned limit); /* from 0 to limit - 1 */
struct qorgan_store *crowd_open(unsigned flags);
const char *crowd_path(const char *name); /* in the folder of this run; valid until the next call */

/* process_run(process, works): so many pieces of work, the store open throughout. */
void process_run(unsigned process, unsigned works);

/* history_check(): after all are gone. */
void history_check(void);

#endif
