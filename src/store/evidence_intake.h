/* Taking in a file's content that comes in pieces, from a package. */
#ifndef STORE_EVIDENCE_INTAKE_H
#define STORE_EVIDENCE_INTAKE_H

#include <sodium.h>

#include "store/evidence.h"
#include "store/vault.h"

struct evidence_intake {
	struct vault_change *change;
	crypto_generichash_state state;
	uint8_t digest[32];
	char id[EVIDENCE_ID_SIZE + 1];
	uint64_t offset;
	bool is_compared; /* with its id only: the store has that content, or is not to have it */
};

/* evidence_intake_start(intake, change, id, compare, error): of the content with that id,
 * 64 hexadecimal digits: QORGAN_PROTOCOL if they are not. `compare`: nothing is stored. */
int evidence_intake_start(struct evidence_intake *intake, struct vault_change *change, struct span id,
                          bool compare, struct qorgan_error *error);
/* evidence_intake_add(intake, data, error): the next piece, of at most 48 KiB. */
int evidence_intake_add(struct evidence_intake *intake, struct span data, struct qorgan_error *error);
/* evidence_intake_finish(intake, error): QORGAN_PROTOCOL if the content is not what
 * its id says; the change must then be abandoned. */
int evidence_intake_finish(struct evidence_intake *intake, struct qorgan_error *error);

/* evidence_intake_bytes(change, id, data, error): all three, of content that is in memory whole. */
int evidence_intake_bytes(struct vault_change *change, struct span id, struct span data, struct qorgan_error *error);

#endif
