/* A state that lost its store and its keys, and begins anew. */
#ifndef SIMULATION_AFRESH_H
#define SIMULATION_AFRESH_H

/* event_lost(party): once in a region, and only a state that has handed nothing over and has
 * taken nothing up: who keeps an object by hand-overs through a log that has ended is for
 * people to settle. */
void event_lost(unsigned party);

#endif
