/* What the files of the exchange share of the export. */
#ifndef EXCHANGE_EXPORT_H
#define EXCHANGE_EXPORT_H

#include "qorgan/exchange.h"

/* export_staged(store, export, folder, result, error): qorgan_export to one partner, into
 * a courier's folder, under the hidden name of the package and of its signature: see
 * courier_name.h. They lie there, whole and durable, before the release is logged: so
 * what lies there was released if, and only if, the release record has its digest. The
 * number is one whose names in the folder are free. `export->output` is not used. */
int export_staged(struct qorgan_store *store, const struct qorgan_export *export, const char *folder,
                  struct qorgan_export_result *result, struct qorgan_error *error);

#endif
