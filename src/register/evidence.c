/* Evidence taken out of the store again. */
#include <string.h>

#include "qorgan/object.h"
#include "store/vault.h"

static int piece_write(void *context, uint64_t offset, struct span data, struct qorgan_error *error)
{
	(void)offset;
	if (fwrite(data.data, 1, data.size, context) != data.size)
		return error_set_system(error, QORGAN_IO, "cannot write the evidence");
	return QORGAN_OK;
}

int qorgan_evidence_read(struct qorgan_store *store, const char *id, FILE *to, struct qorgan_error *error)
{
	const struct schema *schema = schema_find("evidence", 8);
	struct vault_view *view = NULL;
	struct vault_place place;
	int code = vault_view_begin(store, &view, error);

	if (!code)
		code = vault_find(view, schema, span_of(id), &place, error);
	if (code == QORGAN_ABSENT)
		code = error_set(error, QORGAN_ABSENT, "there is no evidence %s: see qorgan evidence list", id);
	else if (!code) {
		code = vault_evidence_read(view, span_of(id), piece_write, to, error);
		if (code == QORGAN_ABSENT)
			code = error_set(error, QORGAN_ABSENT, "evidence %.12s... is described here, but its content is not in the store",
			                 id);
	}
	vault_view_end(view);
	return code;
}
