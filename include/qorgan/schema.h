/* The fields of every kind of object, as options, help and completion need them. */
#ifndef QORGAN_SCHEMA_H
#define QORGAN_SCHEMA_H

#include <stdbool.h>
#include <stddef.h>

struct qorgan_kind {
	const char *name, *label, *plural;
	bool editable; /* has add, edit and retire */
};
/* qorgan_kind_at(index, kind): false past the last. */
bool qorgan_kind_at(size_t index, struct qorgan_kind *kind);

struct qorgan_field {
	const char *path;     /* "title", "residual.likelihood", "support" */
	const char *argument; /* what it takes, for help: "TEXT", "DATE", "1-5", "STATE,…" */
	const char *label, *help;
	bool translated; /* a language may follow: "title.ru" */
	bool required, list;
	const char *const *words; /* values it takes, or NULL */
};
/* qorgan_field_at(kind, index, field): the fields that can be set as options, in
 * the schema's order, groups that are not lists taken apart; false past the
 * last. Valid for ever. */
bool qorgan_field_at(const char *kind, size_t index, struct qorgan_field *field);

/* qorgan_schema_json(kind): JSON Schema of that kind's objects as load takes
 * them; the caller frees it; NULL for an unknown kind or without memory. */
char *qorgan_schema_json(const char *kind);

/* qorgan_schema_sql(): the tables, roles and rights that a PostgreSQL database needs before stores can be made in it; the
 * caller frees it; NULL without memory. */
char *qorgan_schema_sql(void);

#endif
