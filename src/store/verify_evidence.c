/* The attached files, each by every id that some object has. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/evidence.h"
#include "store/mirror.h"
#include "store/verify_rows.h"

struct evidence_verifier {
	struct verifier *whole;
	uint64_t pieces;   /* that some object leads to */
	struct buffer ids; /* EVIDENCE_ID_SIZE bytes each */
};

static int piece_count(void *context, uint64_t offset, struct span data, struct qorgan_error *error)
{
	struct evidence_verifier *v = context;

	(void)offset, (void)error;
	v->pieces++;
	v->whole->result->bytes += data.size;
	return QORGAN_OK;
}

static int evidence_note(void *context, struct vault_record *record, struct qorgan_error *error)
{
	struct evidence_verifier *v = context;

	if (record->record.id.size == EVIDENCE_ID_SIZE && span_is(record->record.kind, "evidence"))
		buffer_append_span(&v->ids, record->record.id);
	return v->ids.failed ? error_set_memory(error) : QORGAN_OK;
}

/* One attached file; its content may be absent where only its description came in. */
static int evidence_verify(struct evidence_verifier *v, struct span id)
{
	struct qorgan_error why = { 0 };
	char name[100];
	int code = vault_evidence_read(v->whole->view, id, piece_count, v, &why);

	v->whole->result->evidence += code == QORGAN_OK;
	if (code != QORGAN_IO)
		return code == QORGAN_ABSENT ? QORGAN_OK : code;
	snprintf(name, sizeof name, "evidence %.*s", (int)id.size, id.data);
	verify_find(&v->whole->teller, name, "%s", why.message);
	return verifier_renew(v->whole);
}

static int ids_compare(const void *a, const void *b)
{
	return memcmp(a, b, EVIDENCE_ID_SIZE);
}

int verify_evidence(struct verifier *whole)
{
	struct evidence_verifier v = { .whole = whole };
	uint64_t pieces = whole->view->state.pieces, findings = whole->result->findings;
	int code = vault_scan(whole->view, schema_find("evidence", 8), evidence_note, &v, whole->error);

	/* Also what others handed over and does not count. */
	if (!code)
		code = mirror_versions(whole->view, evidence_note, &v, whole->error);
	if (v.ids.size)
		qsort(v.ids.data, v.ids.size / EVIDENCE_ID_SIZE, EVIDENCE_ID_SIZE, ids_compare);
	for (size_t at = 0; at < v.ids.size && !code; at += EVIDENCE_ID_SIZE)
		if (!at || ids_compare(v.ids.data + at, v.ids.data + at - EVIDENCE_ID_SIZE) != 0)
			code = evidence_verify(&v, (struct span){ v.ids.data + at, EVIDENCE_ID_SIZE });
	if (!code && v.pieces != pieces && whole->result->findings == findings)
		verify_find(&whole->teller, "", "%llu pieces of attached files are reached by their ids where the log has %llu: a "
		            "file lost its content", (unsigned long long)v.pieces, (unsigned long long)pieces);
	buffer_free(&v.ids);
	return code;
}
