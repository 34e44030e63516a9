/* What the files of receiving share. */
#ifndef EXCHANGE_RECEIVE_H
#define EXCHANGE_RECEIVE_H

#include "exchange/package_read.h"
#include "exchange/record_check.h"
#include "exchange/release_rule.h"
#include "exchange/senders.h"
#include "exchange/touched.h"
#include "qorgan/exchange.h"
#include "register/leaf_ranges.h"
#include "store/evidence_intake.h"
#include "store/mirror.h"

#define WITNESS_LINES_LIMIT 1024 /* checkpoints of other logs in a package */
#define FORK_LINES_LIMIT 64 /* pieces of evidence against other logs in a package */
#define FORKS_LIMIT 8

/* That a state shows two histories. */
struct fork {
	const struct sender *owner;
	struct buffer text; /* the evidence, see crypto/fork_proof.h */
};

/* One package while it is taken in. */
struct receiving {
	struct qorgan_store *store;
	const struct qorgan_receive *how;
	struct qorgan_receive_result *result;
	struct vault_change *change;
	const struct sender *sender;
	struct recipient self; /* this state, as one whom records are for */
	struct mirror_log log; /* the sender's, growing */
	unsigned former;       /* logs that its state had before this one */
	uint64_t known;        /* its leaves before this package */
	const char *digest;
	char created[TIME_TEXT_SIZE];
	struct package_restored restored; /* what it tells of a restore */
	bool is_renumbered;    /* the sender used its number before, and does not know */
	struct buffer note;
	struct checkpoint checkpoint;
	bool has_leaves, is_rooted;
	bool late;             /* no newer than what was taken in: compared only */
	uint64_t first;        /* leaf in the package */
	struct record_checker *checker; /* from the first record to the end of the lines */
	struct buffer expected;         /* hashes of leaves around the last record's */
	uint64_t expected_first;        /* the first of those leaves */
	uint64_t put;          /* records that were new */
	struct leaf_ranges leaves;  /* of those */
	struct touched_list touched;
	struct evidence_intake intake;
	bool taking;           /* a file is being taken in */
	bool differs;          /* the sender's log is not the one that was seen before */
	const struct sender *senders; /* all partners that have keys */
	size_t sender_count;
	struct buffer witnesses; /* notes, each after its size, 4 bytes */
	size_t witness_count;
	struct buffer fork_lines; /* evidence, each after its size, 4 bytes */
	size_t fork_line_count;
	struct fork forks[FORKS_LIMIT];
	size_t fork_count;
	bool has_contradiction; /* another's memory of this state's own log, against the store */
	struct checkpoint contradiction;
};

extern const struct package_handler receive_handler; /* its context is a struct receiving */

/* receiving_number_look(x, taken, error): whether another package of its number came before. */
int receiving_number_look(struct receiving *x, bool *taken, struct qorgan_error *error);

/* receiving_is_given_up(x): whether the sender was put back to before what is known here of its
 * log; receiving_given_up(x, error): the words for it. */
bool receiving_is_given_up(const struct receiving *x);
int receiving_given_up(const struct receiving *x, struct qorgan_error *error);

/* receiving_owner_find(x, origin): the partner whose log that is; NULL: none on record. */
const struct sender *receiving_owner_find(const struct receiving *x, const char *origin);
/* receiving_log_find(x, owner, log, error): the log of a partner as the change has it; of
 * one that sent nothing yet, a place is made for it. While a package is taken in, not of its
 * sender. */
int receiving_log_find(struct receiving *x, const struct sender *owner, struct mirror_log *log, struct qorgan_error *error);

/* fork_line_keep(x, text, error): evidence against a log, for later. fork_lines_settle(x, error):
 * check it, and note the forks. */
int fork_line_keep(struct receiving *x, struct span text, struct qorgan_error *error);
int fork_lines_settle(struct receiving *x, struct qorgan_error *error);

/* witness_keep(x, note, error): a witness line, for later. */
int witness_keep(struct receiving *x, struct span note, struct qorgan_error *error);
/* witnesses_compare(x, error): what others have seen of the sender's log against what the
 * package tells of it. */
int witnesses_compare(struct receiving *x, struct qorgan_error *error);
/* witnesses_settle(x, error): compare the witness lines with what is known of the logs,
 * and keep them. */
int witnesses_settle(struct receiving *x, struct qorgan_error *error);

#endif
