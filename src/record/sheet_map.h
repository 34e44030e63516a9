/* Which column of somebody's own spreadsheet is which field: a short text that people read
 * and change.
 *
 *     # a remark
 *     kind = measure
 *     head-row = 3
 *
 *     [columns]
 *     № = id
 *     Мера = title.ru
 *     "# of the old list" = ignored
 *
 *     [constants]
 *     lead = UZB
 *
 * The last '=' divides a column from its field: a head may hold one, a field never does. A head that begins
 * with '#', '[' or '"' stands between quotes, where a quote is written twice. */
#ifndef RECORD_SHEET_MAP_H
#define RECORD_SHEET_MAP_H

#include <stdbool.h>

#include "base/buffer.h"
#include "base/error.h"
#include "record/schema.h"

#define SHEET_MAP_SIZE 65536   /* bytes of the text */
#define SHEET_MAP_COLUMNS 512
#define SHEET_MAP_HEAD 200     /* bytes of a head; what is longer is cut */
#define SHEET_MAP_PATH 100     /* bytes of a path, its zero included */
#define SHEET_MAP_ID "id"      /* the path of what is no field */

struct sheet_map_column {
	char *head, *fold;         /* as it is shown, and as it is compared */
	char *path;                /* SHEET_MAP_ID, or that of a field; NULL: ignored */
	const struct field *field; /* NULL of the id, and of one that is ignored */
};

/* What every row says, without a column. */
struct sheet_map_constant {
	char *path, *value;
	const struct field *field;
};

struct sheet_map {
	const struct schema *schema;
	uint32_t head_row;       /* 0: the first that holds a text */
	struct buffer columns;   /* of struct sheet_map_column */
	struct buffer constants; /* of struct sheet_map_constant */
};

/* sheet_map_make(schema, map, error): one without columns. The caller frees it. */
int sheet_map_make(const struct schema *schema, struct sheet_map **map, struct qorgan_error *error);
void sheet_map_free(struct sheet_map *map);

/* sheet_map_parse(text, schema, map, error): QORGAN_BAD_DATA names the line that is wrong. The
 * caller frees it. sheet_map_write(map, to): the text that gives that map;
 * sheet_map_head_write(head, to): a head as it stands there. */
int sheet_map_parse(struct span text, const struct schema *schema, struct sheet_map **map, struct qorgan_error *error);
void sheet_map_write(const struct sheet_map *map, struct buffer *to);
void sheet_map_head_write(const char *head, struct buffer *to);

/* sheet_map_head(text, head): what a cell shows, as one line that can be shown, cut to SHEET_MAP_HEAD;
 * NULL without memory. The caller frees it. */
char *sheet_map_head(struct span text);

size_t sheet_map_count(const struct sheet_map *map);
struct sheet_map_column *sheet_map_column(const struct sheet_map *map, size_t index);
size_t sheet_map_constant_count(const struct sheet_map *map);
struct sheet_map_constant *sheet_map_constant(const struct sheet_map *map, size_t index);

/* sheet_map_find(map, head, index): the column of such a head, without regard to case, accents and
 * apostrophes. sheet_map_has(map, path): whether a column or a constant gives that field, or, with
 * a path without a language or member, one of its languages or members. */
bool sheet_map_find(const struct sheet_map *map, const char *head, size_t *index);
bool sheet_map_has(const struct sheet_map *map, const char *path);

/* sheet_map_add(map, head, path, error): one more column; path NULL: ignored. sheet_map_take(map,
 * index, path, error): it is to be that field from now on. sheet_map_set(map, path, value, error): one more constant.
 * QORGAN_BAD_DATA for what is no field of the kind, or is given already. */
int sheet_map_add(struct sheet_map *map, struct span head, const char *path, struct qorgan_error *error);
int sheet_map_take(struct sheet_map *map, size_t index, const char *path, struct qorgan_error *error);
int sheet_map_set(struct sheet_map *map, const char *path, struct span value, struct qorgan_error *error);

#endif
