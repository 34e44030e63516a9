/* Packages cut in parts for mail: UZB-KAZ-7.age.part1of3 and so on, which `cat` makes
 * one file of again. The signature stays one, of the whole. */
#ifndef EXCHANGE_PARTS_H
#define EXCHANGE_PARTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

#define PARTS_LIMIT 9999

/* part_name_parse(name, part): whether the name is that of a part, in the one form in
 * which a part is named: numbers of one width, so that the names sort in order. */
struct part_name {
	size_t whole; /* bytes of the whole's name, which it begins with */
	unsigned number, count;
};
bool part_name_parse(const char *name, struct part_name *part);

/* part_path(whole, number, count): where that part of the file is; the caller frees
 * it; NULL without memory. */
char *part_path(const char *whole, unsigned number, unsigned count);

/* parts_find(whole, count, error): of how many parts beside where `whole` would be it
 * can be made: all of them are there. QORGAN_ABSENT: there is none, and no message is
 * given; or one is missing, which is told. */
int parts_find(const char *whole, unsigned *count, struct qorgan_error *error);

/* parts_read(whole, count, sink, context, error): the content in order; with a count of
 * 1, that of the file itself. What is no
 * file of its own, a link say, is refused: QORGAN_IO. QORGAN_ABSENT if one is gone. */
typedef int (*parts_sink)(void *context, const void *data, size_t size, struct qorgan_error *error);
int parts_read(const char *whole, unsigned count, parts_sink sink, void *context, struct qorgan_error *error);

/* parts_count(size, most, error): into how many parts of at most `most` bytes a file
 * is cut; 1: it stays whole. 0, with the error, if that is more than PARTS_LIMIT. */
unsigned parts_count(uint64_t size, uint64_t most, struct qorgan_error *error);

/* parts_write(from, whole, count, error): cut the file `from` into the parts of
 * `whole`, each put in place when it lies durable under a name that begins with a dot.
 * Where they are cut depends on size and count alone, so that to do it again gives the
 * same files. */
int parts_write(const char *from, const char *whole, unsigned count, struct qorgan_error *error);

#endif
