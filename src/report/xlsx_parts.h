/* The parts of a document as sheets of a workbook. */
#ifndef REPORT_XLSX_PARTS_H
#define REPORT_XLSX_PARTS_H

#include "report/document.h"
#include "report/xlsx_book.h"

/* A sheet of the book: a table or a figure of a section, with the texts around it. */
struct xlsx_part {
	const char *name;  /* of the sheet */
	const struct document_section *section;
	const struct document_table *table;   /* this, */
	const struct document_figure *figure; /* or this; neither: the legend of the scale */
	/* Of the section's blocks: those from `first` to before `end`; the table or figure stands
	 * at `block`, or several figures of one sort from there to `last`. */
	size_t first, block, last, end;
};

/* xlsx_part_title(part): what stands over it and in the contents. */
const char *xlsx_part_title(const struct xlsx_part *part);

/* xlsx_part_head(book, sheet, part, home, width, columns): title, the way back to the sheet
 * `home`, and the texts before the table or figure, over columns of `width` characters
 * together. Returns the next row. xlsx_part_foot: the texts after it, from `row` on. */
uint32_t xlsx_part_head(struct xlsx_book *book, lxw_worksheet *sheet, const struct xlsx_part *part, const char *home,
                        unsigned width, uint16_t columns);
void xlsx_part_foot(struct xlsx_book *book, lxw_worksheet *sheet, const struct xlsx_part *part, uint32_t row,
                    unsigned width, uint16_t columns);

/* Each makes the sheet of a part. */
void xlsx_table(struct xlsx_book *book, const struct xlsx_part *part, const char *home);
void xlsx_figure(struct xlsx_book *book, const struct xlsx_part *part, const char *home);
void xlsx_matrix(struct xlsx_book *book, lxw_worksheet *sheet, const struct xlsx_part *part, const char *home);
void xlsx_scale(struct xlsx_book *book, const struct xlsx_part *part, const struct report_scale *scale,
                const char *home);

/* xlsx_level(book, sheet, row, column, level): its score as a number that is shown as
 * "4×5 = 20" on the colour of its band. */
void xlsx_level(struct xlsx_book *book, lxw_worksheet *sheet, uint32_t row, uint16_t column,
                const struct report_level *level);

#endif
