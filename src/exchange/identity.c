/* What this state hands to partners so that they can address and check it. */
#include <stdio.h>
#include <string.h>

#include "crypto/age.h"
#include "crypto/minisign.h"
#include "crypto/note.h"
#include "crypto/secret.h"
#include "qorgan/exchange.h"
#include "store/vault.h"

int qorgan_identity_get(struct qorgan_store *store, struct qorgan_identity *identity, struct qorgan_error *error)
{
	struct vault_view *view = NULL;
	struct minisign_public public;
	uint8_t recipient[32];
	uint8_t *secret = secret_alloc(32);
	int code = secret ? vault_view_begin(store, &view, error) : error_set_memory(error);

	if (!code)
		code = vault_age_identity(view, secret, error);
	if (!code) {
		age_identity_recipient(secret, recipient);
		age_recipient_format(recipient, identity->recipient);
		minisign_public_of(vault_keys(store)->root.package_public, &public);
		minisign_public_format(&public, identity->minisign);
		snprintf(identity->state, sizeof identity->state, "%s", vault_state(store));
		snprintf(identity->origin, sizeof identity->origin, "%s", vault_origin(store));
		if (!note_format_vkey(identity->origin, vault_keys(store)->root.log_public, identity->vkey))
			code = error_set(error, QORGAN_INTERNAL, "the log's origin has no form of a verifier key");
	}
	vault_view_end(view);
	secret_free(secret);
	return code;
}
