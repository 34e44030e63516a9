/* Remembers that memory ran out. What could not be allocated may look like something that is
 * not there, and what follows from that says other things than the truth: that a state is
 * not on record, that JSON is broken. So whoever has made something of many parts asks at
 * its end whether memory ran out meanwhile, instead of after each part.
 *
 * What Jansson allocates is counted as well: memory that it could not get it often reports
 * as a value that is absent. */
#ifndef BASE_MEMORY_H
#define BASE_MEMORY_H

#include <jansson.h>
#include <stdint.h>

/* memory_failed(): an allocation of this thread failed. */
void memory_failed(void);

/* memory_failures(): how often one did, in this thread. */
uint64_t memory_failures(void);

/* memory_json_text(value, flags): what json_dumps makes, for the caller to free; NULL
 * without memory. */
char *memory_json_text(const json_t *value, size_t flags);

#endif
