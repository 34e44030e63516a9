/* A package of the hostile state, made by hand: with its real keys, on its real log,
 * and whatever else it likes. */
#ifndef SIMULATION_FORGERY_H
#define SIMULATION_FORGERY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buffer.h"
#include "store/vault.h"

/* What is to be altered before forgery_write; forgery_start fills in what is right. */
struct forgery {
	unsigned to;
	const char *from, *receiver; /* in the header */
	uint64_t sequence, previous;
	struct buffer hashes;  /* of all leaves, from 0 on */
	uint64_t leaves_named, records_named; /* added to the counts in the last line */
	uint64_t size_named;   /* added to the size in the checkpoint */
	bool wrong_root, foreign_key, no_end, swapped;
	struct buffer records; /* whole lines */
	unsigned record_count;
	struct buffer tail;    /* whole lines behind them */
};

void forgery_start(struct forgery *forgery, unsigned to);
/* forgery_log(forgery, record): its leaf is appended to the log; gives the index. */
uint64_t forgery_log(struct forgery *forgery, struct span record);
/* forgery_line(forgery, index, record): a line that claims it for that leaf. */
void forgery_line(struct forgery *forgery, uint64_t index, struct span record);
/* forgery_record(owner, kind, id, version, body, record): a canonical record. */
void forgery_record(const char *owner, const char *kind, const char *id, uint32_t version, const char *body,
                    struct buffer *record);
/* forgery_write(forgery, path): encrypted to the receiver, signed by the hostile state;
 * the forgery is freed. */
void forgery_write(struct forgery *forgery, const char *path);

/* forgery_notes(whom, notes): a checkpoint that a state signed and showed to the hostile
 * one, and another of its size, signed by the hostile state in its name; false if nothing
 * came of it. */
bool forgery_notes(unsigned whom, struct buffer notes[2]);

/* forgery_encrypt(plain, to, path): the same of any plaintext. forgery_sign(path): a
 * signature by the hostile state over what lies there. */
void forgery_encrypt(struct span plain, unsigned to, const char *path);
void forgery_sign(const char *path);

#endif
