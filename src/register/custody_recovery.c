/* A slot whose identity is parted into shares. */
#include <sodium.h>

#include "crypto/secret.h"
#include "crypto/shares.h"
#include "qorgan/recovery.h"
#include "register/custody_parts.h"

_Static_assert(QORGAN_SHARE_SIZE == SHARE_TEXT && QORGAN_SHARES_LIMIT == SHARES_LIMIT, "one form of shares");

struct keeping {
	qorgan_shares_keep keep;
	void *context;
	char (*shares)[QORGAN_SHARE_SIZE];
};

static int shares_keep(void *context, uint8_t number, struct qorgan_error *error)
{
	const struct keeping *keeping = context;

	return keeping->keep(keeping->context, number, (const char (*)[QORGAN_SHARE_SIZE])keeping->shares, error);
}

int qorgan_recovery_make(struct qorgan_store *store, unsigned needed, unsigned count, const struct qorgan_custody *how,
                         qorgan_shares_keep keep, void *context, struct qorgan_commit *result,
                         struct qorgan_error *error)
{
	struct keeping keeping = { keep, context, NULL };
	uint8_t *identity = secret_alloc(32), recipient[32], number;
	char text[AGE_RECIPIENT_TEXT];
	const struct qorgan_door door = { .recipient = text };
	int code = identity ? QORGAN_OK : error_set_memory(error);

	if (!code && !(keeping.shares = secret_alloc(SHARES_LIMIT * sizeof *keeping.shares)))
		code = error_set_memory(error);
	if (!code) {
		randombytes_buf(identity, 32);
		age_identity_recipient(identity, recipient);
		age_recipient_format(recipient, text);
		code = shares_make(identity, needed, count, keeping.shares, error);
	}
	if (!code)
		code = custody_slot_add(store, vault_user(store), &door, how, shares_keep, &keeping, &number, result, error);
	secret_free(keeping.shares);
	secret_free(identity);
	return code;
}

bool qorgan_share_find(const char *text, size_t size, char share[QORGAN_SHARE_SIZE])
{
	return shares_find(text, size, share);
}

int qorgan_shares_join(const char (*shares)[QORGAN_SHARE_SIZE], size_t count, uint8_t identity[32],
                       struct qorgan_error *error)
{
	int code = secret_start(error);

	return code ? code : shares_join(shares, count, identity, error);
}
