/* The header of an age file as text: taken apart and put together, no key used. */
#ifndef CRYPTO_AGE_HEADER_H
#define CRYPTO_AGE_HEADER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/error.h"

#define AGE_MAC_SIZE 32
#define AGE_LINE_BYTES 48      /* bytes in a full line of a stanza's body */
#define AGE_STANZA_LIMIT 4096  /* each may cost a try of each identity */
#define AGE_HEADER_LIMIT (2 << 20) /* bytes: as many X25519 stanzas take a fifth of it */

/* One recipient's stanza. */
struct age_stanza {
	struct span type;             /* its first argument */
	struct span arguments;        /* the others, one space between */
	size_t argument_count;        /* of the others */
	size_t body_size;             /* in bytes */
	uint8_t body[AGE_LINE_BYTES]; /* the first of them */
};

struct age_header {
	struct span stanzas;       /* their lines; every one is well formed */
	size_t stanza_count;
	struct span authenticated; /* what the MAC is computed over */
	uint8_t mac[AGE_MAC_SIZE];
	size_t size;               /* where the payload begins */
};

/* A header that arrives in pieces. Initialise with { 0 }; buffer_free(&text). */
struct age_header_reader {
	struct buffer text; /* what there is of it */
	size_t line;        /* where its last line begins in `text` */
};

/* age_header_read(reader, rest, complete, error): take from the start of `rest`
 * what belongs to the header, of at most AGE_HEADER_LIMIT bytes. `complete` once
 * its last line is there, which age_header_parse then judges. QORGAN_PROTOCOL
 * as soon as this cannot be an age file. */
int age_header_read(struct age_header_reader *reader, struct span *rest, bool *complete, struct qorgan_error *error);

/* age_header_parse(file, header, error): take the header at the start of `file`
 * apart, by the strict grammar of the specification, with at most
 * AGE_STANZA_LIMIT stanzas. QORGAN_PROTOCOL if it is not such a header. The
 * spans point into `file`. */
int age_header_parse(struct span file, struct age_header *header, struct qorgan_error *error);

/* age_stanza_next(rest, stanza): take the stanza at the start of `rest` (at first
 * a copy of header->stanzas) off; false if none is well formed there. */
bool age_stanza_next(struct span *rest, struct age_stanza *stanza);

/* A header is written in this order; the MAC is over all that stands in the
 * buffer from the first call to just before age_header_end. */
void age_header_begin(struct buffer *to);
/* The first argument is written in Base 64, `further` (NULL: none) as it is.
 * `body_size` is less than AGE_LINE_BYTES. */
void age_header_add_stanza(struct buffer *to, const char *type, const uint8_t *argument, size_t argument_size,
                           const char *further, const uint8_t *body, size_t body_size);
void age_header_add_mark(struct buffer *to);
void age_header_end(struct buffer *to, const uint8_t mac[AGE_MAC_SIZE]);

#endif
