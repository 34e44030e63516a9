/* A workbook being written: sheets with the marking on them, cells in a few styles, texts
 * that a spreadsheet can hold. After a failure `failed` stays set, and further calls do
 * nothing, so that a series of them is checked once, when the book is finished. */
#ifndef REPORT_XLSX_BOOK_H
#define REPORT_XLSX_BOOK_H

#include <stdio.h>

#include "report/arena.h"
#include "report/xlsx_library.h"

#define XLSX_SHEET_NAME 32 /* a sheet's name and its zero */

/* How a cell looks; of zeros: plain text, wrapped. An open one may be changed where the
 * sheet is protected. */
struct xlsx_style {
	const char *number_format; /* NULL: general */
	uint32_t ground;           /* 0xRRGGBB, if has_ground */
	bool has_ground, is_bold, is_small, is_head, is_link, is_alarm, is_centred, is_framed, is_open, no_wrap;
	uint8_t size; /* of the letters, in points; 0: the usual */
};

struct xlsx_look {
	struct xlsx_style style;
	lxw_format *format;
};

struct xlsx_book {
	const struct xlsx_library *library;
	lxw_workbook *workbook;
	struct arena arena;
	const char *header, *footer; /* of each sheet, in the codes of spreadsheets */
	ARENA_LIST(struct xlsx_look) looks;
	ARENA_LIST(const char *) names; /* of sheets, allotted so far */
	int descriptor;     /* of the file in memory that it is written to */
	bool failed;
};

struct xlsx_about {
	const char *title, *subject, *marking; /* marking: "" if there is none */
	const char *stamp; /* said in head and foot of each sheet, "DRAFT"; or "" */
	int64_t created; /* seconds since 1970: the same content gives the same bytes */
	bool is_large;   /* row by row: a row may not be gone back to */
};

/* xlsx_book_open(book, about, error): an empty one. xlsx_book_finish(book, to, error):
 * write it out and free it; where something failed, an error says so.
 * xlsx_book_abandon(book): free what a failed open left. Neither leaves a trace on a disk. */
int xlsx_book_open(struct xlsx_book *book, const struct xlsx_about *about, struct qorgan_error *error);
int xlsx_book_finish(struct xlsx_book *book, FILE *to, struct qorgan_error *error);
void xlsx_book_abandon(struct xlsx_book *book);

/* xlsx_sheet_name(book, wanted): a name as near to it as a sheet may have and no other
 * sheet has; lies in the book. */
const char *xlsx_sheet_name(struct xlsx_book *book, const char *wanted);
/* xlsx_sheet(book, name): the next sheet, landscape A4, one page wide; NULL after a failure. */
lxw_worksheet *xlsx_sheet(struct xlsx_book *book, const char *name);

/* A cell each. A text is always written as text, whatever it begins with, and keeps
 * being one when its cell is edited; what no spreadsheet can hold is replaced by U+FFFD,
 * and past 32,000 characters it ends in "[...]". xlsx_date: of a text that is no date,
 * the text. */
void xlsx_text(struct xlsx_book *book, lxw_worksheet *sheet, uint32_t row, uint16_t column, const char *text,
               const struct xlsx_style *style);
void xlsx_number(struct xlsx_book *book, lxw_worksheet *sheet, uint32_t row, uint16_t column, double number,
                 const struct xlsx_style *style);
void xlsx_date(struct xlsx_book *book, lxw_worksheet *sheet, uint32_t row, uint16_t column, const char *date,
               const struct xlsx_style *style);
void xlsx_blank(struct xlsx_book *book, lxw_worksheet *sheet, uint32_t row, uint16_t column,
                const struct xlsx_style *style);
/* A link to the first cell of a sheet. */
void xlsx_link(struct xlsx_book *book, lxw_worksheet *sheet, uint32_t row, uint16_t column, const char *name,
               const char *text);
/* xlsx_prose(book, sheet, row, width, columns, text, style): a paragraph over so many
 * columns of `width` characters together, as high as it needs; how many lines that is. */
unsigned xlsx_prose(struct xlsx_book *book, lxw_worksheet *sheet, uint32_t row, unsigned width, uint16_t columns,
                    const char *text, const struct xlsx_style *style);

/* xlsx_lines(text, width): how many lines a text takes in so many characters, about.
 * xlsx_row_lines(book, sheet, row, lines): make the row so high: not every program does it
 * by itself. Before the row's cells. */
unsigned xlsx_lines(const char *text, unsigned width);
void xlsx_row_lines(struct xlsx_book *book, lxw_worksheet *sheet, uint32_t row, unsigned lines);
/* xlsx_clean(book, text): as the cells above hold it; lies in the book where it differs. */
const char *xlsx_clean(struct xlsx_book *book, const char *text);
/* xlsx_colour(text, colour): of "#rrggbb"; false if it is no such text. */
bool xlsx_colour(const char *text, uint32_t *colour);
/* xlsx_day(date, serial): the number by which a spreadsheet stores a date. */
bool xlsx_day(const char *date, double *serial);

#endif
