/* Objects that were forgotten, for those who ask for them. */
#ifndef REGISTER_FORGOTTEN_H
#define REGISTER_FORGOTTEN_H

#include "store/vault.h"

/* forgotten_resolve(view, kind, id, owner, own, schema, record, error): as object_resolve_owned; but
 * where there is none such, also an object whose newest version has no content any more. */
int forgotten_resolve(struct vault_view *view, const char *kind, const char *id, const char *owner, bool own,
                      const struct schema **schema, struct vault_record *record, struct qorgan_error *error);

/* forgotten_refuse(view, record, error): QORGAN_ABSENT, which says since when a version without
 * content has none, by whom and why. */
int forgotten_refuse(struct vault_view *view, const struct vault_record *record, struct qorgan_error *error);

/* forgotten_words(view, record, to, error): append that alone: "2026-02-01 by a.karimova: asked
 * for by ...". */
int forgotten_words(struct vault_view *view, const struct vault_record *record, struct buffer *to,
                    struct qorgan_error *error);

#endif
