/* Somebody's spreadsheet, as its files share it. */
#ifndef REGISTER_SHEET_PARTS_H
#define REGISTER_SHEET_PARTS_H

#include "qorgan/sheet.h"
#include "record/sheet_map.h"
#include "record/workbook.h"

#define SHEET_UNMAPPED SIZE_MAX

/* A column of the sheet. */
struct sheet_head {
	uint32_t at;
	char cell[WORKBOOK_ADDRESS];
	char *head, *sample;
	size_t column; /* of the map, or SHEET_UNMAPPED */
	bool is_new;
	char guess[SHEET_MAP_PATH]; /* "" for none */
};

struct qorgan_sheet {
	struct qorgan_store *store;
	const struct schema *schema;
	struct workbook *book;
	size_t number; /* of the sheet in the book */
	uint32_t head_row;
	struct sheet_map *map;
	struct buffer heads; /* of struct sheet_head, by column */
};

static inline size_t sheet_head_count(const struct qorgan_sheet *sheet)
{
	return sheet->heads.size / sizeof(struct sheet_head);
}

static inline struct sheet_head *sheet_head(const struct qorgan_sheet *sheet, size_t index)
{
	return (struct sheet_head *)(void *)sheet->heads.data + index;
}

/* sheet_head_path(sheet, index): the field that the column gives, or NULL. */
const char *sheet_head_path(const struct qorgan_sheet *sheet, size_t index);

/* sheet_cell_is_empty(cell): nothing, or blanks. */
bool sheet_cell_is_empty(const struct workbook_cell *cell);

#endif
