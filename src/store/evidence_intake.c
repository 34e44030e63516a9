/* Pieces of a file's content, stored as they come; whoever reads sees them only
 * once the whole was found to be what its id says. */
#include "store/evidence_intake.h"

#include <string.h>

#include "store/vault_internal.h"

int evidence_intake_start(struct evidence_intake *intake, struct vault_change *change, struct span id,
                          bool compare, struct qorgan_error *error)
{
	struct vault_view *view = vault_change_view(change);
	size_t size = 0;
	struct span held;

	memset(intake, 0, sizeof *intake);
	intake->change = change;
	if (id.size != EVIDENCE_ID_SIZE ||
	    sodium_hex2bin(intake->digest, sizeof intake->digest, id.data, id.size, NULL, &size, NULL) ||
	    size != sizeof intake->digest)
		return error_set(error, QORGAN_PROTOCOL, "a file has an id that is no digest");
	memcpy(intake->id, id.data, id.size);
	crypto_generichash_init(&intake->state, NULL, 0, sizeof intake->digest);
	struct layout_piece_key first = vault_piece_key(view->vault, intake->digest, 0);
	int code = engine_get(view->txn, ENGINE_EVIDENCE, LAYOUT_SPAN(first), &held, error);
	intake->is_compared = compare || code == QORGAN_OK;
	return code == QORGAN_ABSENT ? QORGAN_OK : code;
}

int evidence_intake_add(struct evidence_intake *intake, struct span data, struct qorgan_error *error)
{
	int code = intake->is_compared ? QORGAN_OK
	                           : vault_change_piece(intake->change, intake->digest, intake->offset, data, error);

	crypto_generichash_update(&intake->state, (const uint8_t *)data.data, data.size);
	intake->offset += data.size;
	return code;
}

int evidence_intake_finish(struct evidence_intake *intake, struct qorgan_error *error)
{
	uint8_t found[sizeof intake->digest];

	crypto_generichash_final(&intake->state, found, sizeof found);
	if (memcmp(found, intake->digest, sizeof found) == 0)
		return QORGAN_OK;
	return error_set(error, QORGAN_PROTOCOL, "the content of file %.12s... is not what its id says", intake->id);
}

int evidence_intake_bytes(struct vault_change *change, struct span id, struct span data, struct qorgan_error *error)
{
	struct evidence_intake intake;
	int code = evidence_intake_start(&intake, change, id, false, error);

	for (size_t at = 0; at < data.size && !code; at += LAYOUT_PIECE_SIZE) {
		size_t left = data.size - at;
		code = evidence_intake_add(
		    &intake, (struct span){ data.data + at, left < LAYOUT_PIECE_SIZE ? left : LAYOUT_PIECE_SIZE }, error);
	}
	return code ? code : evidence_intake_finish(&intake, error);
}
