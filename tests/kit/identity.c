/* The program as it is, but with the age identity of the kit in the place of those that each
 * store makes for itself at random: so it can open packages that were made before it was. The
 * linker puts this function in (--wrap). */
#include <stdlib.h>
#include <string.h>

#include "crypto/age.h"
#include "store/vault.h"

int __wrap_vault_age_identities(struct vault_view *view, uint8_t (*identities)[32], size_t limit, size_t *count,
                                struct qorgan_error *error);

int __wrap_vault_age_identities(struct vault_view *view, uint8_t (*identities)[32], size_t limit, size_t *count,
                                struct qorgan_error *error)
{
	const char *text = getenv("KIT_IDENTITY");

	(void)view;
	*count = 1;
	if (!text || limit == 0 || !age_identity_parse(text, strlen(text), identities[0]))
		return error_set(error, QORGAN_USAGE, "KIT_IDENTITY is no identity of age");
	return QORGAN_OK;
}
