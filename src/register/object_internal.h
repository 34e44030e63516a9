/* What the files of one object share. */
#ifndef REGISTER_OBJECT_INTERNAL_H
#define REGISTER_OBJECT_INTERNAL_H

#include "qorgan/object.h"
#include "register/computed.h"

struct qorgan_object {
	const struct schema *schema;
	struct vault_record version;
	char owner[RECORD_NAME_LIMIT], id[RECORD_ID_LIMIT], user[RECORD_NAME_LIMIT], time[RECORD_NAME_LIMIT];
};

/* object_compute(store, view, object, wanted, result, error): the computed values of one
 * object: those of today, whichever version it is. */
int object_compute(struct qorgan_store *store, struct vault_view *view, const struct qorgan_object *object,
                   unsigned wanted, struct computed_values *result, struct qorgan_error *error);

#endif
