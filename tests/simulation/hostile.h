/* What the hostile state does to the others. Each act must be refused by its name, and
 * must leave the store as it was. */
#ifndef SIMULATION_HOSTILE_H
#define SIMULATION_HOSTILE_H

/* hostile_act(): one act, against one state. */
void hostile_act(void);
/* hostile_fork(): its store is copied, or its two copies tell two histories. */
void hostile_fork(void);

/* hostile_strike(to, path, what): gives that package to the receiver, who must refuse it. */
void hostile_strike(unsigned to, const char *path, const char *what);

#endif
