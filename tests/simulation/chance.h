/* Chance by a seed: whatever happens in a region follows from one number, the keys
 * and nonces of its stores included. */
#ifndef SIMULATION_CHANCE_H
#define SIMULATION_CHANCE_H

#include <stdbool.h>
#include <stdint.h>

/* chance_start(seed): begin, and take over the generators of the system and of
 * libsodium. Before anything else in the process. */
void chance_start(uint64_t seed);

/* chance_below(limit): from 0 to limit - 1. chance_of(percent): whether it happens. */
unsigned chance_below(unsigned limit);
bool chance_of(unsigned percent);

#endif
