/* The ASCII armor of age: strict PEM (RFC 7468) with a label of its own, read
 * and written as a stream. */
#ifndef CRYPTO_AGE_ARMOR_H
#define CRYPTO_AGE_ARMOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "crypto/age.h"

#define AGE_ARMOR_LINE 64       /* characters of a full line */
#define AGE_ARMOR_LINE_BYTES 48 /* that it holds */
#define AGE_ARMOR_BLOCK 64      /* lines that are written at once */

enum age_armor_stage {
	AGE_ARMOR_BEFORE, /* white space, and the first line */
	AGE_ARMOR_BODY,   /* after a full line */
	AGE_ARMOR_SHORT,  /* after one that was not full: the last line follows */
	AGE_ARMOR_AFTER   /* after the last line: white space alone */
};

struct age_armor_reader {
	age_sink sink;
	void *context;
	enum age_armor_stage stage;
	bool indented;                 /* white space stands before the first line, on that line */
	size_t used;                   /* characters in `line` */
	char line[AGE_ARMOR_LINE + 1]; /* of which there is no end yet: a full one and its CR */
};

/* age_armor_is(first): whether a file that begins with this character can be
 * armored only: a dash or white space. */
bool age_armor_is(char first);

/* What the armor holds goes to the sink, line by line. White space may stand
 * before and after it, lines may end in CR LF; all else is refused as
 * QORGAN_PROTOCOL: other labels, headers, lines that are not full before the
 * last, Base 64 that is not canonical. age_armor_read_finish: the file ends here. */
void age_armor_read_start(struct age_armor_reader *reader, age_sink sink, void *context);
int age_armor_read_add(struct age_armor_reader *reader, const void *data, size_t size, struct qorgan_error *error);
int age_armor_read_finish(struct age_armor_reader *reader, struct qorgan_error *error);

struct age_armor_writer {
	age_sink sink;
	void *context;
	size_t used; /* of `bytes` */
	uint8_t bytes[AGE_ARMOR_BLOCK * AGE_ARMOR_LINE_BYTES];
	char text[AGE_ARMOR_BLOCK * (AGE_ARMOR_LINE + 1)];
};

/* Armored text goes to the sink. age_armor_write is itself a sink, for
 * age_encrypt_start, its context the writer; age_armor_write_finish comes after
 * age_encrypt_finish. */
int age_armor_write_start(struct age_armor_writer *writer, age_sink sink, void *context, struct qorgan_error *error);
int age_armor_write(void *writer, const void *data, size_t size, struct qorgan_error *error);
int age_armor_write_finish(struct age_armor_writer *writer, struct qorgan_error *error);

#endif
