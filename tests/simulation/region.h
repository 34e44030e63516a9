/* The region: six states with a store each, an observer, and one state of the six that
 * is hostile. One process plays one region; a failure ends it. */
#ifndef SIMULATION_REGION_H
#define SIMULATION_REGION_H

#include <stdbool.h>
#include <stdint.h>

#include "qorgan/card.h"
#include "qorgan/store.h"

enum {
	STATES = 6,
	OBSERVER = 6, /* has a key, and no store */
	TWIN = 7,     /* the other copy of the hostile state's store */
	PARTIES = 8,
	EVERY_STATE = (1 << STATES) - 1
};
#define BIT(party) (1u << (party))

struct party {
	const char *code;
	char store_path[100], state_home[100], identity_path[100];
	struct qorgan_store *store; /* NULL while closed */
	uint64_t leaves;            /* of its log, that the model has taken */
	uint64_t exported;          /* of its log, that some package covered, or may have */
};

struct region {
	uint64_t seed;
	unsigned rounds, round;
	char folder[80];
	struct party parties[PARTIES];
	unsigned hostile;
	unsigned deaf;      /* who believes in the twin, and so in nothing of the hostile state's own log */
	uint64_t common;    /* entries of both its copies */
	bool contradicted;  /* the hostile state's own store: its partners hold what its twin signed */
	unsigned two_faced; /* who did show two histories, and may be found out */
	unsigned found_out[STATES]; /* by each: who, by evidence that anyone can check */
	bool began_anew;    /* a state lost its keys */
	bool loud;
	struct {
		unsigned renewed; /* states' keys */
		unsigned changes, packages, received, lost, gaps, withdrawn;
		unsigned crashes, restored, refused, forks, proofs, compared, answers;
	} counts;
};
extern struct region region;

/* region_make(folder, seed, rounds, loud): the stores, one small catalogue in each, and
 * their partners' cards. */
void region_make(const char *folder, uint64_t seed, unsigned rounds, bool loud);

/* region_open(party): its store, in its own surroundings and at the moment of this
 * round; region_enter, if it is open already or has none. region_close: NULL is allowed. */
struct qorgan_store *region_open(unsigned party);
void region_enter(unsigned party);
void region_close(unsigned party);
/* region_remake(party): a state lost its store and its keys: it begins another, with what was
 * agreed on, and the partners and it pin each other's cards once more. */
void region_remake(unsigned party);
/* region_card_add(at, card, standing): pin a card, which is to be of that standing there. */
void region_card_add(unsigned at, const char *card, enum qorgan_card_standing standing);
/* region_reopen_all(): every store anew, with the clock at the present round. */
void region_reopen_all(void);

/* code_of(party): its code; of the twin that of its state. */
const char *code_of(unsigned party);
/* region_party(code): the party of that code; -1: none. */
int region_party(const char *code);

/* ---- What happens ------------------------------------------------------------------ */

/* tell(format, ...): an event, kept for who looks for the cause of a failure. */
void tell(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* fail(format, ...): an invariant does not hold: prints the seed, the last events and
 * this, and ends the process with 1. */
void fail(const char *format, ...) __attribute__((format(printf, 1, 2), noreturn));

#endif
