/* What the people of the six states do in a week. */
#ifndef SIMULATION_EVENTS_H
#define SIMULATION_EVENTS_H

/* event_work(party): one piece of work in its store. */
void event_work(unsigned party);
/* event_send(party): a package to one partner or several. */
void event_send(unsigned party);
/* event_disk(party): an older copy of its store is kept, or comes back. */
void event_disk(unsigned party);

#endif
