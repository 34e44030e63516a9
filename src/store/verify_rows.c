/* What every row of a store must be, against the signed log, part by part: run in a process
 * apart, as the database's code may come to grief on damage. */
#include "store/verify_rows.h"

#include "base/language.h"

/* A view of all that is there. */
static int view_open(struct verifier *v)
{
	int code = vault_view_begin(v->vault, &v->view, v->error);

	if (!code)
		vault_view_show_absent(v->view, true);
	return code;
}

int verifier_renew(struct verifier *v)
{
	int code = v->view ? engine_over(v->view->txn, v->error) : QORGAN_OK;

	if (code)
		return code;
	vault_view_end(v->view);
	v->view = NULL;
	return view_open(v);
}

/* ---- The parts -------------------------------------------------------------------------- */

static int users_part_verify(struct verifier *v)
{
	return verify_users(v->view, v->teller.fault, v->teller.context, v->error);
}

static int mirror_part_verify(struct verifier *v)
{
	int code = verify_mirror(v->view, v->teller.fault, v->teller.context, v->result, &v->absent, v->error);

	return code ? code : verify_witnesses(v->view, v->teller.fault, v->teller.context, v->error);
}

static int forgotten_part_verify(struct verifier *v)
{
	bool partly = v->shared->skipped & (1u << VERIFY_LOG | 1u << VERIFY_MIRROR);

	/* Of what could not be read, nobody can tell. */
	return partly ? QORGAN_OK : verify_forgotten(v->view, &v->absent, v->teller.fault, v->teller.context, v->error);
}

static const struct part {
	const char *title; /* of what is left out where the database comes to grief over it */
	int (*verify)(struct verifier *v);
} parts[VERIFY_PARTS] = {
	[VERIFY_META] = { SAID("the store's own facts and slots"), verify_meta },
	[VERIFY_OPENING] = { SAID("the newest checkpoint and the hashes of the log"), verify_opening },
	[VERIFY_LOG] = { SAID("the log"), verify_log },
	[VERIFY_COUNTS] = { SAID("the records of the tables"), verify_counts },
	[VERIFY_EVIDENCE] = { SAID("the attached files"), verify_evidence },
	[VERIFY_USERS] = { SAID("the users and their slots"), users_part_verify },
	[VERIFY_MIRROR] = { SAID("what other states sent"), mirror_part_verify },
	[VERIFY_FORGOTTEN] = { SAID("what was forgotten"), forgotten_part_verify },
};

/* One part in a view of its own; damage that ends it is a finding, and the next
 * part goes on. */
static int part_verify(struct verifier *v, enum verify_part part, struct qorgan_error *outcome)
{
	struct qorgan_error why = { 0 };

	if (v->shared->skipped & 1u << part) {
		verify_find(&v->teller, "", "%s cannot be read: their pages are damaged",
		            language_said(parts[part].title));
		return QORGAN_OK;
	}
	v->shared->part = part;
	v->error = &why;
	vault_view_end(v->view);
	v->view = NULL;
	int code = view_open(v);
	if (!code)
		code = parts[part].verify(v);
	/* What could not be read as the server was lost is no damage. */
	if (v->view && engine_over(v->view->txn, &why))
		code = why.code;
	if (code == QORGAN_IO || code == QORGAN_INTERNAL) {
		verify_find(&v->teller, "", "%s", why.message);
		return QORGAN_OK;
	}
	if (code)
		*outcome = why;
	return code;
}

struct telling {
	qorgan_finding finding;
	void *context;
	struct qorgan_verification *result;
};

static void fault_tell(void *context, const char *object, const char *what)
{
	const struct telling *telling = context;

	verify_tell(telling->finding, telling->context, telling->result, what, object, verify_advice_restore);
}

int verify_rows(struct qorgan_store *vault, struct verify_shared *shared, qorgan_finding finding, void *context,
                struct qorgan_verification *result, struct qorgan_error *error)
{
	struct telling telling = { finding, context, result };
	struct verifier v = { .shared = shared, .vault = vault, .teller = { fault_tell, &telling }, .result = result };
	int code = QORGAN_OK;

	shared->leaf = UINT64_MAX;
	for (enum verify_part part = 0; part < VERIFY_PARTS && !code; part++)
		code = part_verify(&v, part, error);
	vault_view_end(v.view);
	buffer_free(&v.absent);
	return code;
}
