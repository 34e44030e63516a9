/* States that change their keys as planned: their partners get the new card one after the
 * other, and late. */
#ifndef SIMULATION_RENEWAL_H
#define SIMULATION_RENEWAL_H

#include <stdbool.h>

/* event_rekey(party): new keys for its store, now and then by a process that is killed in
 * the middle; the cards are on their way from then on. */
void event_rekey(unsigned party);

/* renewal_carry(): cards that are due arrive; what lies under former keys is sealed anew,
 * in some states. renewal_settle(): all of it. */
void renewal_carry(void);
void renewal_settle(void);

/* renewal_epoch(party): how often its keys were new, counted from 0; for a state that began
 * anew, too. renewal_known(by, of): of which of them `by` has the card. */
unsigned renewal_epoch(unsigned party);
unsigned renewal_known(unsigned by, unsigned of);
/* renewal_afresh(party): it began anew, and all cards were pinned. */
void renewal_afresh(unsigned party);

#endif
