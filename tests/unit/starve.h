/* Lets one call of the library fail, the n-th of its kind: an allocation, one of the engine's, or one of the
 * system's on files and processes. The Makefile links the calls of the unit tests' program to starve.c (--wrap). What a
 * child process of the test calls counts too. */
#ifndef TESTS_STARVE_H
#define TESTS_STARVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum starve { STARVE_MEMORY, STARVE_ENGINE, STARVE_FILE, STARVE_KINDS };

/* starve_from(kind, at): the at-th call of that kind from now on fails, counted from 1, with no
 * memory, QORGAN_IO or EIO; 0: none does, they are counted only. */
void starve_from(enum starve kind, uint64_t at);
/* starve_end(): nothing fails any more; how many calls there were. */
uint64_t starve_end(void);

/* starve_sites(count): of the calls that were counted last, in this process, the first from each place of the
 * program, a place being the functions that led there: to let each of those fail is to have let every
 * call fail, but for the rounds of loops. Valid until the next count. */
const uint64_t *starve_sites(size_t *count);

/* starve_read_look(look): each pread of the program from now on is shown to `look` when it is done, which may alter
 * what was read; NULL: to nobody. */
typedef void (*starve_look)(int file, unsigned char *bytes, size_t size, off_t at);
void starve_read_look(starve_look look);

#endif
