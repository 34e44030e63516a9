/* What the files of export share. */
#ifndef EXCHANGE_EXPORT_PARTS_H
#define EXCHANGE_EXPORT_PARTS_H

#include "exchange/entitlement.h"
#include "exchange/given.h"
#include "exchange/package.h"
#include "exchange/package_read.h"
#include "exchange/recipients.h"
#include "exchange/withdrawals.h"
#include "qorgan/exchange.h"
#include "register/id_set.h"
#include "register/leaf_ranges.h"

/* One export while it is made. */
struct exporting {
	struct qorgan_store *store;
	const struct qorgan_export *how;
	const char *folder; /* of a courier; NULL: to how->output */
	char *staged;       /* where the package is until its release is logged; of a folder */
	struct qorgan_export_result *result;
	struct vault_view *view;
	struct recipient recipients[RECIPIENTS_LIMIT];
	size_t count;
	struct entitlement *entitlement;
	struct release_index *releases;
	struct package_writer *writer;
	struct leaf_checker *checker;
	struct given *given;
	struct withdrawals *withdrawals;
	struct leaf_ranges leaves; /* of the records sent */
	struct package_restored restored; /* what is told of a restore; `at` "": nothing */
	bool untold;               /* some recipient was not told of it yet */
	struct buffer evidence; /* ids of the evidence sent, EVIDENCE_ID_SIZE bytes each */
	struct id_set files;    /* the same */
};

/* export_writer_check(store, export, error): unless it is a dry run, whether this key may; says why not in the words
 * of a change. export_place_check: whether the package may be put where it is to be. */
int export_writer_check(struct qorgan_store *store, const struct qorgan_export *export, struct qorgan_error *error);
int export_place_check(const struct qorgan_export *how, struct qorgan_error *error);
/* export_secret_get(view, recipient, secret, error): the secret that is shared with the one recipient, in secret
 * memory, which the caller frees; NULL: none. */
int export_secret_get(struct vault_view *view, const struct recipient *recipient, char **secret,
                      struct qorgan_error *error);

/* export_extent(x, error): from which leaf on, and under which number. */
int export_extent(struct exporting *x, struct qorgan_error *error);

/* export_records(x, error): judge each version; write those that go, unless it is a dry
 * run, which tells of all. export_withdrawals: likewise what is asked to be dropped. */
int export_records(struct exporting *x, struct qorgan_error *error);
int export_withdrawals(struct exporting *x, struct qorgan_error *error);
/* export_fill(x, created, error): all lines of the package, in order. */
int export_fill(struct exporting *x, const char *created, struct qorgan_error *error);

#endif
