/* Lets one call of the library fail, the n-th of its kind: an allocation, or one of the engine's.
 * The Makefile links the calls of the unit tests' program to starve.c (--wrap). What a
 * child process of the test calls counts too. */
#ifndef TESTS_STARVE_H
#define TESTS_STARVE_H

#include <stdbool.h>
#include <stdint.h>

enum starve { STARVE_MEMORY, STARVE_ENGINE, STARVE_KINDS };

/* starve_from(kind, at): the at-th call of that kind from now on fails, counted from 1, with no
 * memory or QORGAN_IO; 0: none does, they are counted only. */
void starve_from(enum starve kind, uint64_t at);
/* starve_end(): nothing fails any more; how many calls there were. */
uint64_t starve_end(void);

#endif
