/* Objects as they stood on a day: in one scan of the newest versions, with the
 * older ones read of those objects alone whose newest is too new. */
#ifndef REGISTER_AS_OF_H
#define REGISTER_AS_OF_H

#include "base/date.h"
#include "store/vault.h"

/* Which version stands for an object on a day: of those that the store had at or
 * before the moment `recorded` (another state's: since the package came), the newest
 * one ... */
enum as_of_rule {
	AS_OF_FIRST,    /* recorded by its owner on or before the day; if there is none, the newest of the oldest day held */
	AS_OF_RECORDED, /* that the store had on or before the day; if there is none, the object is left out */
	AS_OF_DATED     /* that speaks of that day or an earlier one: its `date`, else the day it was recorded */
};

struct as_of {
	enum as_of_rule rule;
	int64_t recorded; /* seconds since 1970; INT64_MAX: no limit */
	date_day day;     /* INT32_MAX: no limit */
	/* If set, the version that stands for it on an earlier day is wanted too. */
	bool compare;
	date_day earlier;
};

/* One object: `now` is the version that stands for it, `before` the one on the
 * earlier day, NULL if there is none or none is wanted. Both may be the same. */
typedef int (*as_of_each)(void *context, const struct vault_record *now, const struct vault_record *before,
                          struct qorgan_error *error);

/* Until another state's object came, the own copy that it stands for counted: where the
 * store's moment matters (a limit, or AS_OF_RECORDED), its versions are the older ones.
 *
 * as_of_scan(view, schema, as_of, each, context, error): every object of the kind
 * that has such a version, in the order of creation; a code other than 0 of
 * `each` stops it and is returned. The records are valid during the call. */
int as_of_scan(struct vault_view *view, const struct schema *schema, const struct as_of *as_of, as_of_each each,
               void *context, struct qorgan_error *error);

/* as_of_history(view, schema, id, as_of, each, context, error): of one object every version
 * that the rule lets count on the day, newest first; of another state's object then those of
 * the own copy that it stands for. `earlier` is not looked at. QORGAN_ABSENT (no message) if
 * there is no such object. */
int as_of_history(struct vault_view *view, const struct schema *schema, struct span id, const struct as_of *as_of,
                  vault_each each, void *context, struct qorgan_error *error);

/* as_of_date(record): the day that the version speaks of, as AS_OF_DATED has it. */
date_day as_of_date(const struct record *record);

#endif
