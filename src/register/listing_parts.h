/* What the parts of a listing share, and reports, which show columns and choose by conditions as listings do: which members of a body are needed, the
 * columns that show them, the conditions that choose, the search for words. */
#ifndef REGISTER_LISTING_PARTS_H
#define REGISTER_LISTING_PARTS_H

#include "qorgan/object.h"
#include "base/language.h"
#include "register/as_of.h"
#include "register/computed.h"
#include "register/id_set.h"
#include "register/parties.h"
#include "store/vault.h"

/* Bytes of rows that a sorted listing keeps; what is beyond is read twice. Tests
 * lower it. */
extern size_t listing_rows_limit;

/* ---- Paths (listing_columns.c) ------------------------------------------- */

#define PATH_STEPS 4
#define PATH_TEXT_SIZE 160

/* A place in a body: "title", "title.ru", "residual.likelihood". */
struct value_path {
	const struct field *field;     /* the row it leads to */
	const char *steps[PATH_STEPS]; /* members, that of the body first */
	size_t count;
	char language[36];             /* of one language of a text, else "" */
	size_t index;                  /* of the first step, in the pick */
};

/* value_path_parse(schema, text, path): '-' may stand for '_'; false if it leads
 * to nothing; *unknown is then the step that is not known, among `*among`. */
bool value_path_parse(const struct schema *schema, const char *text, struct value_path *path, char unknown[65],
                      const struct field **among);
/* value_at(path, values): raw canonical JSON; { NULL, 0 } if absent. */
struct span value_at(const struct value_path *path, const struct span *values);

/* ---- Columns (listing_columns.c) ------------------------------------------- */

enum column_source {
	COLUMN_FIELD, COLUMN_COMPUTED,
	COLUMN_ID, COLUMN_KIND, COLUMN_VERSION, COLUMN_TIME, COLUMN_USER, COLUMN_OWNER, COLUMN_COMMIT
};

struct column {
	struct qorgan_column shown;
	enum column_source source;
	bool brief;      /* an id that is a digest, cut short */
	bool descending; /* of a sort */
	struct value_path path;
	const struct computed_row *computed; /* also of a field that it qualifies */
	char name[PATH_TEXT_SIZE];
	bool level; /* of a likelihood and an impact */
};

struct columns {
	struct column *items;
	size_t count;
};

/* columns_parse(schema, list, sort, columns, error): "id,title" or, of a sort,
 * "-due,id"; NULL: the usual ones of the kind. QORGAN_USAGE for an unknown one.
 * The caller frees the columns, even after a failure. */
int columns_parse(const struct schema *schema, const char *list, bool sort, struct columns *columns,
                  struct qorgan_error *error);
void columns_free(struct columns *columns);
/* columns_usual(schema): the list of a kind's usual columns, to be freed; NULL without memory. */
char *columns_usual(const struct schema *schema);
/* column_envelope(text, column): whether it is a fact of the envelope; `column` is then filled. */
bool column_envelope(const char *text, struct column *column);
/* column_unknown(schema, text, step, among, error): QORGAN_USAGE, with the nearest and all that there are;
 * `step`, `among`: as of value_path_parse. */
int column_unknown(const struct schema *schema, const char *text, const char *step, const struct field *among,
                   struct qorgan_error *error);
/* columns_need: the members and computed values that they show. */
bool columns_need(const struct columns *columns, struct pick *pick, unsigned *computed);
/* columns_settle: once the pick is complete. */
void columns_settle(struct columns *columns, const struct pick *pick);

/* One record as its columns see it. */
struct column_view {
	const struct record *record;
	const struct span *values;       /* of the pick */
	const struct computed_values *computed;
	const char *const *languages;
	const struct language *words; /* in which words of the schema are said; NULL: as the command line knows them */
	bool data; /* for programs: flags are true or false, and nothing is added */
};
/* column_write: the cell, as people read it. */
void column_write(const struct column *column, const struct column_view *view, struct buffer *to);
/* column_key: bytes whose order is that of the values: numbers and dates as such,
 * ids as people count, words as the schema has them, text as it is searched;
 * absent values come last. Scratch is overwritten. */
void column_key(const struct column *column, const struct column_view *view, struct buffer *scratch,
                struct buffer *to);

/* id_key(id, to): bytes whose order is that of ids as people count: CYB-01-M2
 * before CYB-01-M10. */
void id_key(struct span id, struct buffer *to);

/* ---- Conditions (filter.c) --------------------------------------------------- */

struct filters;

/* Where they are asked for. */
struct filter_use {
	const struct as_of *day; /* of the objects that are looked at; NULL: as they are now */
	const char *option;      /* what stands before the name of a condition in messages: "filter " */
};

/* filters_make(view, schema, list, count, use, filters, error): `use` NULL: of today, each
 * an option of its own. QORGAN_USAGE for an unknown name, QORGAN_BAD_DATA for a value that
 * is not possible, with those that are. The caller frees the filters. */
int filters_make(struct vault_view *view, const struct schema *schema, const struct qorgan_filter *list, size_t count,
                 const struct filter_use *use, struct filters **filters, struct qorgan_error *error);
void filters_free(struct filters *filters);
bool filters_need(const struct filters *filters, struct pick *pick, unsigned *computed);
void filters_settle(struct filters *filters, const struct pick *pick);
/* filters_match: whether the record is wanted. `computed` holds what was needed. */
bool filters_match(struct filters *filters, const struct record *record, const struct span *values,
                   const struct computed_values *computed);

/* ---- Search (search.c) --------------------------------------------------------- */

struct search;

/* search_make(words, search, error): QORGAN_USAGE if there is no word. */
int search_make(const char *words, struct search **search, struct qorgan_error *error);
void search_free(struct search *search);
/* search_match(search, schema, record): whether all words occur in texts or the
 * id; compared without regard to case and accents. */
bool search_match(struct search *search, const struct schema *schema, const struct record *record);

/* ---- Objects (object_find.c) ----------------------------------------------------- */

/* objects_scan: vault_scan, for commits too. */
int objects_scan(struct vault_view *view, const struct schema *schema, vault_each each, void *context,
                 struct qorgan_error *error);

/* object_resolve_owned(view, kind, id, owner, own, schema, record, error): the newest version of the
 * object; `kind` NULL: of the first kind that has such an id. A digest may be
 * cut short. QORGAN_ABSENT names the nearest id. */
int object_resolve_owned(struct vault_view *view, const char *kind, const char *id, const char *owner, bool own,
                         const struct schema **schema, struct vault_record *record, struct qorgan_error *error);
/* object_schema(kind, error): QORGAN_USAGE for an unknown kind; NULL then. */
const struct schema *object_schema(const char *kind, struct qorgan_error *error);
/* object_advice(schema, text): the command that shows which objects of that kind
 * there are. */
#define ADVICE_SIZE 64
void object_advice(const struct schema *schema, char text[ADVICE_SIZE]);
/* object_refer(view, schema, id, found, error): the id of an object of that kind,
 * in capitals or not; QORGAN_BAD_DATA names those that are possible, or the
 * nearest. */
int object_refer(struct vault_view *view, const struct schema *schema, struct span id, char found[RECORD_ID_LIMIT],
                 struct qorgan_error *error);

#endif
