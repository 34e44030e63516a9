/* Proofs: that one version of an object is in the log that its state signed. A
 * proof (C2SP tlog-proof) holds the whole record. It is made from a store, and
 * checked without one, with nothing but the verifier keys of those who signed. */
#ifndef QORGAN_PROOF_H
#define QORGAN_PROOF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "qorgan/object.h"

/* ---- Making ------------------------------------------------------------- */

struct qorgan_proof {
	char *text; /* of the file, `size` bytes and a zero */
	size_t size;
	char origin[256];
	char root[65];          /* of the tree, hexadecimal */
	uint64_t index, leaves; /* the leaf among those of the newest checkpoint */
	char marking[65];       /* as it counts: without one, TLP:AMBER */
	char *release;          /* "KAZ,KGZ": those to whom an export would give it now; "" if nobody */
	const char *withheld;   /* if nobody, why; else NULL; static text */
};

/* qorgan_proof_make(store, object, disclose, proof, error): a proof for that
 * version, against the newest checkpoint. QORGAN_DENIED for what no export would
 * hold, unless `disclose`: proof->withheld, marking and release are set even
 * then. Nothing is logged. Free it with qorgan_proof_free, whatever the result. */
int qorgan_proof_make(struct qorgan_store *store, const struct qorgan_object *object, bool disclose,
                      struct qorgan_proof *proof, struct qorgan_error *error);
void qorgan_proof_free(struct qorgan_proof *proof);

/* ---- Checking ------------------------------------------------------------- */

/* A key that was given, and what it did. */
struct qorgan_proof_signer {
	char name[512];
	bool is_log;   /* the key of the log itself; else it cosigned */
	char time[21]; /* of the cosignature; "" of the log's own signature */
};

struct qorgan_proof_check {
	/* What the proof says, to be believed only if it is proven. */
	char origin[256], root[65];
	uint64_t index, leaves;
	/* What is proven; empty and NULL if it is not. */
	bool proven;
	char state[65], kind[65], id[130], user[65], time[21], marking[65];
	uint32_t version;
	uint64_t commit;
	char *record; /* the canonical record */
	size_t record_size;
	struct qorgan_proof_signer *signers; /* one for each key */
	size_t signer_count;
};

/* The most bytes that a proof has. */
size_t qorgan_proof_limit(void);

/* qorgan_proof_check(text, size, vkeys, count, check, error): check a proof of
 * Qorgan against the verifier keys of its state's log (vkey of qorgan_identity)
 * and of cosigners. All the keys given must have signed. QORGAN_NO, with the
 * reason, if it does not hold or no key of the log is among them;
 * QORGAN_BAD_DATA: not a proof; QORGAN_USAGE: not a verifier key. Free the check
 * with qorgan_proof_check_free, whatever the result. */
int qorgan_proof_check(const char *text, size_t size, const char *const *vkeys, size_t count,
                       struct qorgan_proof_check *check, struct qorgan_error *error);
void qorgan_proof_check_free(struct qorgan_proof_check *check);

/* ---- Two histories ---------------------------------------------------------- */

/* One signature on one of the two checkpoints. */
struct qorgan_fork_signature {
	char name[512];
	bool is_log;   /* by the key of the log itself; else a cosignature */
	unsigned on;   /* 0: the first checkpoint, 1: the second */
	char time[21]; /* of the cosignature; "" of the log's own signature */
};

/* Evidence that a log signed two histories, the shorter one first. */
struct qorgan_fork_check {
	/* What it says, to be believed only if it is proven. */
	char origin[256], roots[2][65];
	uint64_t leaves[2];
	char expected[65]; /* the root that as many entries as the first has have in the second */
	/* What is proven; empty if it is not. */
	bool proven;
	char state[65]; /* "" if the log is not one of Qorgan */
	struct qorgan_fork_signature *signatures;
	size_t signature_count;
};

/* qorgan_fork_is(text, size): whether its first line is that of such evidence. */
bool qorgan_fork_is(const char *text, size_t size);

/* qorgan_fork_check(text, size, vkeys, count, check, error): check that the log of one
 * of the verifier keys signed both checkpoints and that they exclude each other. Every
 * key given of the log must have signed both, every one of a cosigner one or both.
 * QORGAN_NO, with the reason, if it does not hold or no key of the log is among them;
 * QORGAN_BAD_DATA: not such evidence; QORGAN_USAGE: not a verifier key. Free the check
 * with qorgan_fork_check_free, whatever the result. */
int qorgan_fork_check(const char *text, size_t size, const char *const *vkeys, size_t count,
                      struct qorgan_fork_check *check, struct qorgan_error *error);
void qorgan_fork_check_free(struct qorgan_fork_check *check);

#endif
