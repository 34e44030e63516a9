/* What is known of each state's log, and who countersigned it up to where. */
#ifndef REGISTER_VOUCHING_H
#define REGISTER_VOUCHING_H

#include "store/mirror.h"

struct vouching_witness {
	char state[RECORD_NAME_LIMIT];
	uint64_t size; /* entries of the log that it has seen */
	int64_t time;  /* when it said so, seconds since 1970 */
};

struct vouching_log {
	char state[RECORD_NAME_LIMIT], origin[256];
	bool own;          /* this state's: of what follows, the size alone is set */
	uint64_t size;     /* entries that are known here */
	uint64_t sequence; /* of the newest package; 0: nothing came of it yet */
	uint64_t versions; /* that are held */
	int64_t received;  /* moment of the newest package, seconds since 1970 */
	bool forked;       /* it was found to show two histories */
	const struct vouching_witness *witnesses;
	size_t witness_count;
};

struct vouching {
	struct vouching_log *logs; /* this state's own first */
	size_t count;
	struct vouching_witness *witnesses;
};

/* vouching_load(view, store, vouching, error): all logs. Free it with vouching_free,
 * whatever the result. */
int vouching_load(struct vault_view *view, const struct qorgan_store *store, struct vouching *vouching,
                  struct qorgan_error *error);
void vouching_free(struct vouching *vouching);

/* vouching_find(vouching, state): the newest log of that state; NULL if none is known. */
const struct vouching_log *vouching_find(const struct vouching *vouching, const char *state);

#endif
