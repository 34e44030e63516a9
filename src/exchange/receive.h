/* What the files of receiving share. */
#ifndef EXCHANGE_RECEIVE_H
#define EXCHANGE_RECEIVE_H

#include "exchange/package_read.h"
#include "exchange/release_rule.h"
#include "exchange/senders.h"
#include "qorgan/exchange.h"
#include "register/leaf_ranges.h"
#include "store/evidence_intake.h"
#include "store/mirror.h"

/* One package while it is taken in. */
struct receiving {
	struct qorgan_store *store;
	const struct qorgan_receive *how;
	struct qorgan_receive_result *result;
	struct vault_change *change;
	const struct sender *sender;
	struct recipient self; /* this state, as one whom records are for */
	struct mirror_log log; /* the sender's, growing */
	uint64_t known;        /* its leaves before this package */
	const char *digest;
	char created[TIME_TEXT_SIZE];
	struct buffer note;
	struct checkpoint checkpoint;
	bool has_leaves, is_rooted;
	uint64_t first;        /* leaf in the package */
	uint64_t put;          /* records that were new */
	struct leaf_ranges leaves;  /* of those */
	struct buffer touched; /* of struct touched, each followed by its id */
	struct evidence_intake intake;
	bool taking;           /* a file is being taken in */
	bool forked;           /* the sender's log is not the one that was seen before */
};

/* A version that came in, or a withdrawal. */
struct touched {
	const struct schema *schema;
	uint32_t version;
	uint16_t id_size;
	uint8_t what; /* enum qorgan_received */
};

extern const struct package_handler receive_handler; /* its context is a struct receiving */

/* receive_touch(x, schema, id, version, what, error): remember what came in. */
int receive_touch(struct receiving *x, const struct schema *schema, struct span id, uint32_t version,
                  enum qorgan_received what, struct qorgan_error *error);

#endif
