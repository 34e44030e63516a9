/* A look into a package, by a parser of its own. */
#ifndef SIMULATION_PACKAGE_H
#define SIMULATION_PACKAGE_H

#include "carrier.h"

/* package_check(parcel): opens it for each recipient; fails unless all that is in it was
 * released to all of them, and each record is one that was written. Fills in its number
 * and versions. */
void package_check(struct parcel *parcel);

#endif
