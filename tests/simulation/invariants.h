/* What must hold, whatever happened. */
#ifndef SIMULATION_INVARIANTS_H
#define SIMULATION_INVARIANTS_H

#include <stdint.h>

/* store_digest(party, digest): of all that its store says: what counts, and all that it
 * holds of others. */
void store_digest(unsigned party, uint8_t digest[32]);

/* Nobody holds a byte that was not released to them. */
void invariants_secrecy(void);
/* After quiet delivery: what counts at each state of each object is the newest version
 * that its keeper has and that this state may have, and files came with it. */
void invariants_agreement(void);
/* After quiet delivery: of two states that were told two histories, one has found it out. */
void invariants_detection(void);
/* qorgan verify finds nothing in any store. */
void invariants_soundness(void);

#endif
