/* A process that is killed just before one of its writes to the disk. */
#ifndef SIMULATION_CRASH_H
#define SIMULATION_CRASH_H

#include <stdbool.h>

/* crash_run(work, context, write, killed): run `work` in a child that is killed, as by
 * kill -9, before its write of that number, counted from 1; *killed is false if it made
 * fewer. What it returned is returned; -1 if it ended in any other way. No store may be
 * open. */
int crash_run(int (*work)(void *context), void *context, unsigned write, bool *killed);

/* crash_arm(): from here on the child counts. */
void crash_arm(void);

#endif
