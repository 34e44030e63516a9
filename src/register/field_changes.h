/* The fields that differ between two bodies, gathered for whoever shows them. */
#ifndef REGISTER_FIELD_CHANGES_H
#define REGISTER_FIELD_CHANGES_H

#include "base/buffer.h"
#include "base/error.h"
#include "qorgan/object.h"
#include "record/schema.h"

/* Initialise with { 0 }; it may be used again and again. */
struct field_changes {
	struct buffer text;
	struct buffer gathered; /* where each text lies */
	struct buffer rows;     /* of struct qorgan_field_change */
};

/* field_changes_find(changes, schema, before, after, entry, error): the entry's `count` and
 * `changes`, which are valid until the next call. The bodies are canonical; `before` may be empty. */
int field_changes_find(struct field_changes *changes, const struct schema *schema, struct span before, struct span after,
                       struct qorgan_history_entry *entry, struct qorgan_error *error);
void field_changes_free(struct field_changes *changes);

#endif
