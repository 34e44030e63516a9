/* The rules of a page that depend on what is in it. */

#include "report/render_html.h"

int html_palette_place(struct html_page *page, const char *colour)
{
	if (colour == page->last_name)
		return page->last_place;
	canvas_colour wanted = canvas_colour_read(colour, CANVAS_NONE);
	page->last_name = colour;
	page->last_place = -1;
	for (size_t i = 0; i < page->colour_count && wanted != CANVAS_NONE; i++)
		if (page->colours[i] == wanted)
			page->last_place = (int)i;
	return page->last_place;
}

static void gather(struct html_page *page, const struct document_table *table)
{
	for (size_t i = 0; i < table->cells.count; i++) {
		const char *name = table->cells.items[i].colour;
		canvas_colour colour = *name ? canvas_colour_read(name, CANVAS_NONE) : CANVAS_NONE;
		if (colour == CANVAS_NONE || html_palette_place(page, name) >= 0 || page->colour_count == HTML_COLOURS_MOST)
			continue;
		page->colours[page->colour_count++] = colour;
		page->last_name = NULL;
	}
}

void html_palette(struct html_page *page)
{
	const struct document *document = page->document;

	for (size_t i = 0; i < document->sections.count; i++)
		for (size_t k = 0; k < document->sections.items[i].blocks.count; k++)
			if (document->sections.items[i].blocks.items[k].type == DOCUMENT_TABLE_BLOCK)
				gather(page, document->sections.items[i].blocks.items[k].table);
}

/* A text within quotes of a style sheet: nothing but letters and digits stands for itself. */
static void put_string(struct buffer *to, const char *text)
{
	buffer_append_char(to, '"');
	for (; *text; text++) {
		bool plain = (*text >= '0' && *text <= '9') || (*text >= 'A' && *text <= 'Z') || (*text >= 'a' && *text <= 'z');
		if (plain)
			buffer_append_char(to, *text);
		else if ((unsigned char)*text < 0x80)
			buffer_append_format(to, "\\%x ", (unsigned)*text);
	}
	buffer_append_char(to, '"');
}

/* The marking stands at the top and bottom of each page, at the right, as TLP wants it. */
static void put_page_rules(const char *marking, struct buffer *to)
{
	buffer_append_text(to, "@page{");
	if (*marking) {
		buffer_append_text(to, "@top-right{content:");
		put_string(to, marking);
		buffer_append_text(to, ";font:bold 12pt sans-serif}@bottom-right{content:");
		put_string(to, marking);
		buffer_append_text(to, ";font:bold 12pt sans-serif}");
	}
	buffer_append_text(to, "@bottom-center{content:counter(page) \" / \" counter(pages);font:9pt sans-serif}}\n");
}

void html_own_style(const struct html_page *page, struct buffer *to)
{
	put_page_rules(page->document->marking, to);
	for (size_t i = 0; i < page->colour_count; i++)
		buffer_append_format(to, ".c%zu,.c%zu strong{background:#%06x;color:#%06x}\n", i, i, page->colours[i],
		                     canvas_colour_on(page->colours[i]));
}
