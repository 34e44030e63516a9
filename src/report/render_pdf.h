/* How a document becomes a PDF. It is gone through twice by the same code: the first
 * time nothing is painted, and it is found out on which page each section begins, which
 * the contents in front must tell; the second time it is painted. What is painted is
 * tagged, so that a screen reader finds headings, tables and their cells.
 *
 * Units are points; y grows downwards. */
#ifndef REPORT_RENDER_PDF_H
#define REPORT_RENDER_PDF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "report/document.h"
#include "report/render.h"
#include "report/render_pdf_library.h"

enum pdf_style {
	PDF_TITLE, PDF_SUBTITLE, PDF_CHAPTER, PDF_SECTION, PDF_BODY, PDF_SMALL, PDF_LABEL, PDF_CAPTION, PDF_RUNNING,
	PDF_MARKING, PDF_CELL, PDF_HEAD, PDF_PICTURE, PDF_PICTURE_BOLD, PDF_STAMP, PDF_STYLES
};

#define PDF_COLOUR_INK 0x000000u
#define PDF_COLOUR_SOFT 0x505050u  /* small print: readable on a bad copy */
#define PDF_COLOUR_ALARM 0x9b0000u
#define PDF_COLOUR_RULE 0xb4b4b4u
#define PDF_COLOUR_SHADE 0xe6e9eeu /* behind the heads of tables */
#define PDF_COLOUR_STAMP 0xe4e4e4u /* behind the text, which stays readable on it */
#define PDF_COLOUR_NONE 0xff000000u

/* How the columns of a table share the page: found once, for both times. */
struct pdf_plan {
	double size;   /* of the font */
	bool is_wide;  /* the page lies on its side */
	double *widths;
};

/* Widths of plain characters in the style of cells, or of heads, and height of a line. */
struct pdf_measure {
	double size, line, widths['~' - ' ' + 1];
};

struct pdf_table; /* the one that is being written */

struct pdf_press {
	const struct document *document;
	const char *author;
	struct qorgan_error error;
	int code;      /* why there will be no PDF; everything stops then */
	bool paints;   /* the second time */

	cairo_surface_t *surface;
	cairo_t *cairo;
	PangoFontMap *fonts;
	PangoContext *context;
	PangoFontDescription *descriptions[PDF_STYLES];
	PangoFontset *letters;   /* for asking whether a font has a letter */
	uint8_t *has_letter;     /* a bit for each code point that was looked for and found */
	PangoLayout **layouts;   /* reused: for each text of a row one */
	size_t layout_count;
	double scale;            /* of all fonts; 0: not set yet, 1 */
	double cell_size;        /* of the font of cells and heads */
	struct pdf_measure measures[2];
	struct buffer clean;     /* the last text, as it is laid out */
	const char *where;       /* the title of the section that is being written */

	double width, height, y; /* of the page; where the next thing comes */
	bool is_wide, is_fresh;  /* nothing is on the page yet */
	unsigned page, pages;    /* from 1; 0: not known yet */
	unsigned row_page;       /* where the last row began */
	unsigned *section_pages; /* for each section */
	struct pdf_plan *plans;  /* for each table */
	size_t plan_count, plan_next;
	const struct pdf_table *table;
	int outline_chapter;
};

/* ---- Text -------------------------------------------------------------------------- */

/* pdf_text_start(press, language): fonts and styles; pdf_text_end: released, whatever
 * was there. Failures are in press->code. */
void pdf_text_start(struct pdf_press *press, const char *language);
void pdf_text_end(struct pdf_press *press);

/* pdf_text_clean(press, mark, text, lines): `text` after `mark`, as it can be shown, in
 * press->clean: control characters, directional overrides and what is not UTF-8 become
 * U+FFFD; a sign that no font has becomes its number, "[U+1F600]"; newlines become
 * blanks unless `lines`. A letter that no font has ends the work, with an error. */
void pdf_text_clean(struct pdf_press *press, const char *mark, const char *text, bool lines);

enum pdf_align { PDF_START, PDF_CENTRE, PDF_END };

/* Layouts for texts of their own come first, then those of a row's cells. */
enum { PDF_PLACE_MARKING, PDF_PLACE_TITLE, PDF_PLACE_AUTHOR, PDF_PLACE_NUMBER, PDF_PLACE_MEASURE, PDF_PLACE_ROW };

/* pdf_text_lay(press, place, style, mark, text, width, align): the text laid out in lines of that
 * width (0: in one line), in the layout of that place, which lives until the next text
 * is laid out there. NULL without memory or after a failure. */
PangoLayout *pdf_text_lay(struct pdf_press *press, size_t place, enum pdf_style style, const char *mark,
                          const char *text, double width, enum pdf_align align);
double pdf_text_height(PangoLayout *layout);
double pdf_text_width(PangoLayout *layout);
/* pdf_text_natural(press, style, text): width of a text in one line. */
double pdf_text_natural(struct pdf_press *press, enum pdf_style style, const char *text);
/* pdf_text_line(press, style, text, width): height of a text of plain ASCII that has room
 * in one line for sure, without laying it out; 0 for any other, or another style than
 * PDF_CELL and PDF_HEAD. */
double pdf_text_line(struct pdf_press *press, enum pdf_style style, const char *text, double width);
/* pdf_text_guess(press, text): about how wide a text is in the style of cells: for choosing
 * which ones to measure. */
double pdf_text_guess(struct pdf_press *press, struct span text);
/* pdf_text_scale(press, scale): all fonts so much larger from now on than they are to begin with.
 * pdf_text_size(press, style, size): font size of a style from now on, at scale 1. */
void pdf_text_scale(struct pdf_press *press, double scale);
void pdf_text_size(struct pdf_press *press, enum pdf_style style, double size);

/* ---- Pages --------------------------------------------------------------------------- */

#define PDF_SHORT_SIDE 595.276 /* A4 */
#define PDF_LONG_SIDE 841.890
#define PDF_MARGIN 51.0        /* 18 mm, left and right */

/* pdf_page_begin(press, is_wide): the next page, with its header and footer. */
void pdf_page_begin(struct pdf_press *press, bool is_wide);
/* pdf_page_end(press): done with this one. */
void pdf_page_end(struct pdf_press *press);
/* pdf_page_break(press): the next one, like this one; a table that is open goes on there. */
void pdf_page_break(struct pdf_press *press);
double pdf_page_room(const struct pdf_press *press);  /* that is left on it */
double pdf_page_whole(const struct pdf_press *press); /* of a page with nothing on it */
double pdf_page_across(const struct pdf_press *press);

/* Of the page, where it is painted at all. Tags are those of PDF (ISO 32000-1, 14.8.4);
 * `attributes` as cairo_tag_begin takes them, or NULL. */
void pdf_tag_begin(struct pdf_press *press, const char *tag, const char *attributes);
void pdf_tag_end(struct pdf_press *press, const char *tag);
void pdf_paint_layout(struct pdf_press *press, PangoLayout *layout, double x, double y, uint32_t colour);
void pdf_paint_box(struct pdf_press *press, double x, double y, double width, double height, uint32_t colour);
void pdf_paint_rule(struct pdf_press *press, double x, double y, double width, uint32_t colour);

/* ---- Rows: everything that is text comes in rows of cells ---------------------------- */

struct pdf_cell {
	const char *text, *mark; /* mark: put before it; or "" */
	const char *tag, *attributes; /* "TD", "P"; NULL */
	enum pdf_style style;
	enum pdf_align align;
	double x, width;         /* of its text, from the left margin */
	uint32_t colour, ground;
	/* Of the flow: */
	PangoLayout *layout;     /* NULL: empty, or it is known to be one line */
	double height;
	size_t line;             /* the next one to paint */
	bool is_done;
};

struct pdf_row {
	const char *tag;     /* around its cells, or NULL */
	size_t first_place;  /* of its layouts: PDF_PLACE_ROW, or beyond those of a row that is open */
	double padding;      /* above and below, and beside each cell's ground */
	double gap;          /* after it */
	double keep;         /* room that must be there for what follows it */
	uint32_t rule;       /* colour of the line below, or PDF_COLOUR_NONE */
	bool is_head;        /* of a table: comes where the page begins, and never breaks */
};

/* pdf_flow_row(press, row, cells, count): onto this page if it fits, else onto the next one;
 * one that is high for any page is broken between lines. */
void pdf_flow_row(struct pdf_press *press, const struct pdf_row *row, struct pdf_cell *cells, size_t count);
/* pdf_flow_height(press, row, cells, count): how high it is on one page. */
double pdf_flow_height(struct pdf_press *press, const struct pdf_row *row, struct pdf_cell *cells, size_t count);
/* pdf_flow_text(press, style, tag, text, colour, gap): a paragraph. */
void pdf_flow_text(struct pdf_press *press, enum pdf_style style, const char *tag, const char *text, uint32_t colour,
                   double gap);
/* pdf_flow_heading(press, style, tag, text, gap): it has room for more below it on its page. */
void pdf_flow_heading(struct pdf_press *press, enum pdf_style style, const char *tag, const char *text, double gap);

/* pdf_letterhead(press): the head of the paper, if there is one, where the first page begins. */
void pdf_letterhead(struct pdf_press *press);

/* ---- Tables ---------------------------------------------------------------------------- */

/* pdf_table_plan(press, table, plan): how its columns share the page. */
void pdf_table_plan(struct pdf_press *press, const struct document_table *table, struct pdf_plan *plan);
void pdf_table_write(struct pdf_press *press, const struct document_table *table, const struct pdf_plan *plan);
/* pdf_table_open(press): its tag and its heads, where a page begins; pdf_table_close: the
 * end of its part on this page. */
void pdf_table_open(struct pdf_press *press);
void pdf_table_close(struct pdf_press *press);

/* ---- The file ----------------------------------------------------------------------------- */

/* pdf_file_finish(pdf, language): append to a complete PDF what cairo cannot say: the language
 * of the words, and that a window shows the title. False if it is not such a file. */
bool pdf_file_finish(struct buffer *file, const char *language);

#endif
