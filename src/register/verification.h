/* Completed is a state's claim; that it is verified is for another user to say. */
#ifndef REGISTER_VERIFICATION_H
#define REGISTER_VERIFICATION_H

#include "store/vault.h"

/* verification_refusal(view, id, user, opener): why that user, in a store that the slot of
 * `opener` opened, may not say that the report `id` is verified, by what the store holds of it, in words (static text); NULL
 * if they may, or if the report says so already. */
const char *verification_refusal(struct vault_view *view, struct span id, const char *user,
                                 const char *opener);

#endif
