/* What the parts of the text renderer share. */
#ifndef REPORT_RENDER_TEXT_H
#define REPORT_RENDER_TEXT_H

#include "report/layout.h"
#include "report/phrases.h"
#include "report/render.h"

struct text_page {
	const struct report_model *model;
	struct render_output *output;
	struct buffer *to;
	size_t columns;
	bool colour;
};

/* text_section: an empty line, and a heading. text_say: a phrase with its places
 * filled, as say_with does, wrapped. text_more: how many rows a list was cut by, if
 * any. text_level: "16 High", or "-" if it was not assessed; in `text`,
 * which is returned. text_background: begin or (with "") end the colour of a band. */
#define TEXT_LEVEL_SIZE 160
void text_section(struct text_page *page, const char *heading);
void text_say(struct text_page *page, enum phrase phrase, const char *one, const char *two);
void text_more(struct text_page *page, size_t count);
const char *text_level(const struct report_level *level, char text[TEXT_LEVEL_SIZE]);
void text_background(struct text_page *page, const char *colour);

/* text_measures, text_risks: a table of them in the columns that were asked for. */
void text_measures(struct text_page *page);
void text_risks(struct text_page *page);

/* text_totals: what is counted in all. text_highest: the risks of the highest levels. */
void text_totals(struct text_page *page);
void text_highest(struct text_page *page);

void text_status(struct text_page *page);
void text_joint(struct text_page *page); /* the parts of a joint status report */
void text_register(struct text_page *page);
void text_matrix(struct text_page *page);
void text_changes(struct text_page *page);
void text_due(struct text_page *page);
void text_summary(struct text_page *page);
void text_document(struct text_page *page); /* of kinds that are shown as their document is */

#endif
