/* A document as one file of HTML that needs nothing else: of concern to render_html*.c and
 * to its tests. */
#ifndef REPORT_RENDER_HTML_H
#define REPORT_RENDER_HTML_H

#include "report/canvas.h"
#include "report/document.h"
#include "report/render.h"

/* html_document(document, output): write it. It reads without a script, fetches nothing and
 * says so in its policy, which allows just the styles and the script that are in it. */
void html_document(const struct document *document, struct render_output *output);

/* ---- What it is made of --------------------------------------------------------------- */

/* The style sheet and the script; neither ends its element. */
extern const char html_style[], html_script[];

#define HTML_COLOURS_MOST 64
/* What the page's own style sheet is made of, as no element may bear a style. */
struct html_page {
	const struct document *document;
	struct render_output *output;
	canvas_colour colours[HTML_COLOURS_MOST]; /* grounds of cells: classes c0, c1, … */
	size_t colour_count;
	const char *last_name; /* the colour that was last looked up, and its place */
	int last_place;
	unsigned tables, pictures; /* that were written: their ids */
};

/* html_palette(page): gather the grounds of all cells. */
void html_palette(struct html_page *page);
/* html_palette_place(page, colour): the place of a "#rrggbb", or -1. */
int html_palette_place(struct html_page *page, const char *colour);
/* html_own_style(page, to): the rules for these grounds, and for the marking on each page of
 * print. */
void html_own_style(const struct html_page *page, struct buffer *to);

/* html_table_is_wide(table): whether it has rows, and they need the long side of a sheet of paper. */
bool html_table_is_wide(const struct document_table *table);
/* html_table(page, table, name, turned): `name` is its caption if it has none of its own;
 * turned: it gets sheets of its own if it is wide. */
void html_table(struct html_page *page, const struct document_table *table, const char *name, bool turned);

#endif
