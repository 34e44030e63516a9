/* Evidence taken out of the store again. */

#include "register/forgotten.h"
#include "register/listing_parts.h"

static int piece_write(void *context, uint64_t offset, struct span data, struct qorgan_error *error)
{
	(void)offset;
	if (fwrite(data.data, 1, data.size, context) != data.size)
		return error_set_system(error, QORGAN_IO, "cannot write the evidence");
	return QORGAN_OK;
}

int qorgan_evidence_read(struct qorgan_store *store, const char *id, FILE *to, struct qorgan_error *error)
{
	const struct schema *schema = NULL;
	struct vault_record record = { 0 };
	struct vault_view *view = NULL;
	int code = vault_view_begin(store, &view, error);

	if (!code)
		code = forgotten_resolve(view, "evidence", id, NULL, false, &schema, &record, error);
	if (!code && record.record.absence)
		code = forgotten_refuse(view, &record, error);
	else if (!code) {
		code = vault_evidence_read(view, record.record.id, piece_write, to, error);
		if (code == QORGAN_ABSENT)
			code = error_set(error, QORGAN_ABSENT, "evidence %.12s... is described here, but its content is not in the store",
			                 record.record.id.data);
	}
	vault_record_free(&record);
	vault_view_end(view);
	return code;
}
