/* A medium that goes from state to state: each takes in what is on it for that state, and
 * leaves what is due to the others. Files on it are lost and cut. */
#ifndef SIMULATION_MEDIUM_H
#define SIMULATION_MEDIUM_H

/* medium_visit(party): it is put into that state's computer, and pulled out again, now and
 * then too early. */
void medium_visit(unsigned party);

/* medium_drop(party): what is on it to or from that state is removed. */
void medium_drop(unsigned party);

#endif
