/* What the test itself knows: every version ever written, what it says of who may see
 * it, to whom it was rightly given, and who keeps each object. It reads what each state
 * wrote from that state's own log, by a parser of its own, and follows the rules of
 * qorgan-package(5), not the program's code.
 *
 * Each version has a marker in its text that no other has. So a byte of it that lies
 * where it may not be is found, whatever it lies in. */
#ifndef SIMULATION_MODEL_H
#define SIMULATION_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "region.h"

#define MARKER "~m%06u~"
#define MARKERS_LIMIT 100000

/* marker_new(): the number of one that was not used. marker_free(marker): whoever holds
 * it may, as a hostile state gave it away. */
unsigned marker_new(void);
void marker_free(unsigned marker);

struct version {
	unsigned object;
	uint8_t owner; /* whose log; TWIN: what only the twin wrote */
	uint32_t number;
	uint64_t leaf;
	uint8_t hash[32];
	int rank;         /* of its marking, 0: CLEAR to 4: RED */
	unsigned release; /* parties */
	int named;        /* who keeps the object by it; -1: nobody */
	int from;         /* whose version it takes up; -1: none */
	uint32_t from_number;
	unsigned allowed; /* parties to whom it may have been given, once or more */
	unsigned held;     /* parties who took it in */
	bool gone;        /* lost with a disk, and never shown to anybody; or its log has ended */
	int before;       /* the owner's version before; -1: none */
	char *evidence;   /* of a report: ids of its files, one after the other; or NULL */
};

#define CHAIN_LIMIT 30
struct object {
	char kind[16], id[140];
	bool leaves;         /* objects of that kind may leave a store */
	bool agreed;         /* all states had a copy of it from the start */
	int newest[PARTIES]; /* of each owner; -1: none */
	int first_keeper;    /* -1: nobody is named */
	int chain[CHAIN_LIMIT]; /* versions that took it up, each from the keeper before */
	size_t chain_count;
	bool taken_back;     /* a hand-over was revoked: not again */
	bool ended;          /* somebody has versions of it from a log that has ended */
};

struct model {
	struct version *versions;
	size_t version_count, version_room;
	struct object *objects;
	size_t object_count, object_room;
};
extern struct model model;

/* model_end(party): its log has ended, and another begins; nothing of others' is held by it.
 * Its versions stay where they are.
 *
 * model_start(): take what the stores began with. model_sync(party): what it wrote
 * since. model_forget(party, leaves): what it wrote from there on is lost. */
void model_end(unsigned party);
void model_start(void);
void model_sync(unsigned party);
void model_forget(unsigned party, uint64_t leaves);

/* model_object(kind, id), model_version(hash): -1 if there is none. */
int model_object(const char *kind, const char *id);
int model_version(const uint8_t hash[32]);
/* model_counting(party, object): the version that counts in its store; -1: none. */
int model_counting(unsigned party, unsigned object);
/* model_keeper(object): who keeps it, after all hand-overs; -1: nobody is named. */
int model_keeper(const struct object *object);

/* model_may(version, party): whether its owner may hand it to that party now.
 * model_allow(owner, parties): an export to them is to come. */
bool model_may(const struct version *version, unsigned party);
void model_allow(unsigned owner, unsigned parties);

/* model_text_check(party, text, where): fails if a marker is in the text that the party
 * was never to see. */
void model_text_check(unsigned party, struct span text, const char *where);

/* model_adopt(version, object): its text is in versions of that object, too, and goes where
 * they go. */
void model_adopt(int version, unsigned object);

/* model_is_hostile(party): the hostile state, by either copy of its store. */
bool model_is_hostile(unsigned party);

#endif
