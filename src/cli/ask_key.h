/* Security keys on the command line: which are meant, and what they ask of the person. */
#ifndef CLI_ASK_KEY_H
#define CLI_ASK_KEY_H

#include "cli/call.h"

/* ask_key(call): what asks the person; the call's own. */
const struct qorgan_security_key *ask_key(struct call *call);
/* ask_key_opens(call): whether a security key, and nothing else, is to open the store. */
bool ask_key_opens(const struct call *call);
/* ask_key_new(call, otherwise, key): the key that is to open a new slot, or NULL; `otherwise` is
 * whether an option says that something else is. */
int ask_key_new(struct call *call, bool otherwise, const struct qorgan_security_key **key);

#endif
