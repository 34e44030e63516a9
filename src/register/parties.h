/* The states and observers on record, and the names by which people call them. */
#ifndef REGISTER_PARTIES_H
#define REGISTER_PARTIES_H

#include <jansson.h>
#include <stdbool.h>

#include "store/vault.h"

struct parties;

/* parties_make(parties, error): none yet. parties_load(view, ...): those of a
 * store, read when they are asked for: the view must outlive them. The caller
 * frees them. */
int parties_make(struct parties **parties, struct qorgan_error *error);
int parties_load(struct vault_view *view, struct parties **parties, struct qorgan_error *error);
void parties_free(struct parties *parties);

/* parties_add(parties, id, body, error): take in one `state` object; a second
 * of the same id replaces the first. */
int parties_add(struct parties *parties, const char *id, const json_t *body, struct qorgan_error *error);

/* parties_find(parties, name, code, observer): the id (room for 65 bytes) of the
 * state or observer called so: id, alpha-2 code, a title in any language or
 * another name on record; case, accents and apostrophes do not matter. What this store's
 * own records call one comes before what another state calls one. The
 * signature is that of validate_world. */
bool parties_find(void *parties, struct span name, char *code, bool *observer);
/* parties_failure(parties, error): why some could not be read, so that who was not found may be there all the same;
 * QORGAN_OK if all could. */
int parties_failure(const struct parties *parties, struct qorgan_error *error);

/* parties_list(parties, observers, to): append "AZE, KAZ, …" for messages. */
void parties_list(struct parties *parties, bool observers, struct buffer *to);

/* parties_refuse(parties, name, observers, error): QORGAN_BAD_DATA with why that
 * name cannot stand where a state is wanted, or, with `observers`, an observer
 * may stand too: it is not on record, or is an observer. Or the code of parties_failure. */
int parties_refuse(struct parties *parties, struct span name, bool observers, struct qorgan_error *error);

#endif
