/* A report as a PDF: title, contents, sections; painted by cairo, its text set by pango.
 *
 * cairo 1.16 knows the tags of PDF's structure, links, destinations, bookmarks and
 * metadata. It has no alternative text for figures (which is why a figure's description
 * is printed below it), no scope for the heads of tables (a table that goes on is tagged
 * as one table for each page, with its heads in each), and no artifacts. What it cannot
 * say of the document as a whole, such as its language, pdf_file_finish adds. */
#include <stdio.h>
#include <stdlib.h>

#include "report/canvas_cairo.h"
#include "report/compose.h"
#include "report/phrases.h"
#include "report/picture.h"
#include "report/render_pdf.h"

#define LABEL_GAP 10.0     /* between a fact's label and the fact */
#define SECTION_ROOM 150.0 /* in which a section begins */
#define NUMBER_WIDTH 40.0  /* of a page in the contents */
#define FIGURE_WORDS 60.0  /* height that is left to what is written above and below a figure */
#define DESTINATION_SIZE 40

/* ---- In front: what it is, and what is in it ---------------------------------------------------- */

static void write_facts(struct pdf_press *press)
{
	const struct document *document = press->document;
	struct pdf_row row = { .tag = "TR", .first_place = PDF_PLACE_ROW, .padding = 2.5, .rule = PDF_COLOUR_RULE };
	double x = row.padding, width = pdf_page_across(press) - 2 * x, labels = 0;

	if (document->facts.count == 0)
		return;
	for (size_t i = 0; i < document->facts.count; i++) {
		double natural = pdf_text_natural(press, PDF_LABEL, document->facts.items[i].label) + LABEL_GAP;
		labels = natural > labels ? natural : labels;
	}
	if (labels > width / 3)
		labels = width / 3;
	pdf_tag_begin(press, "Table", NULL);
	for (size_t i = 0; i < document->facts.count; i++) {
		const struct document_fact *fact = &document->facts.items[i];
		struct pdf_cell cells[] = {
			{ .text = fact->label, .mark = "", .tag = "TH", .style = PDF_LABEL, .x = x, .width = labels - LABEL_GAP,
			  .colour = PDF_COLOUR_INK, .ground = PDF_COLOUR_NONE },
			{ .text = fact->value, .mark = "", .tag = "TD", .style = PDF_BODY, .x = x + labels,
			  .width = width - labels, .colour = PDF_COLOUR_INK, .ground = PDF_COLOUR_NONE },
		};
		pdf_flow_row(press, &row, cells, 2);
	}
	pdf_tag_end(press, "Table");
	press->y += 14;
}

static void write_title(struct pdf_press *press)
{
	const struct document *document = press->document;

	press->where = document->title;
	pdf_letterhead(press);
	press->y += 24;
	pdf_flow_text(press, PDF_TITLE, "H1", document->title, PDF_COLOUR_INK, 4);
	if (*document->subtitle)
		pdf_flow_text(press, PDF_SUBTITLE, "P", document->subtitle, PDF_COLOUR_INK, 4);
	press->y += document->is_brief ? 4 : 14;
	if (document->is_brief)
		return;
	write_facts(press);
	if (*document->notice)
		pdf_flow_text(press, PDF_LABEL, "P", document->notice, PDF_COLOUR_INK, 14);
}

/* Of a brief one, behind all else: "Period: 2026-H1, ... · Generated: ..." */
static void write_imprint(struct pdf_press *press)
{
	const struct document *document = press->document;
	struct buffer text = { 0 };

	for (size_t i = 0; i < document->facts.count; i++)
		buffer_append_format(&text, "%s%s: %s", i ? " · " : "", document->facts.items[i].label,
		                     document->facts.items[i].value);
	press->y += 8;
	if (text.failed)
		press->code = error_set_memory(&press->error);
	else
		pdf_flow_text(press, PDF_SMALL, "P", buffer_text(&text), PDF_COLOUR_SOFT, 3);
	if (*document->notice)
		pdf_flow_text(press, PDF_SMALL, "P", document->notice, PDF_COLOUR_SOFT, 0);
	buffer_free(&text);
}

static void write_entry(struct pdf_press *press, size_t index)
{
	const struct document_section *section = &press->document->sections.items[index];
	struct pdf_row row = { .tag = "TOCI", .first_place = PDF_PLACE_ROW, .padding = 1.5, .rule = PDF_COLOUR_NONE };
	double across = pdf_page_across(press), indent = section->level > 1 ? 16 : 0;
	char number[16], link[DESTINATION_SIZE];

	snprintf(number, sizeof number, "%u", press->section_pages[index]);
	snprintf(link, sizeof link, "dest='s%zu'", index + 1);
	struct pdf_cell cells[] = {
		{ .text = section->title, .mark = "", .tag = CAIRO_TAG_LINK, .attributes = link,
		  .style = section->level > 1 ? PDF_BODY : PDF_LABEL, .x = indent, .width = across - indent - NUMBER_WIDTH - 8,
		  .colour = PDF_COLOUR_INK, .ground = PDF_COLOUR_NONE },
		{ .text = number, .mark = "", .tag = CAIRO_TAG_LINK, .attributes = link, .style = PDF_BODY, .align = PDF_END,
		  .x = across - NUMBER_WIDTH, .width = NUMBER_WIDTH, .colour = PDF_COLOUR_INK, .ground = PDF_COLOUR_NONE },
	};
	pdf_flow_row(press, &row, cells, 2);
}

static void write_contents(struct pdf_press *press)
{
	if (press->document->sections.count < 2)
		return;
	pdf_flow_heading(press, PDF_CHAPTER, "P", say(PHRASE_CONTENTS), 4);
	pdf_tag_begin(press, "TOC", NULL);
	for (size_t i = 0; i < press->document->sections.count; i++)
		write_entry(press, i);
	pdf_tag_end(press, "TOC");
}

/* ---- Sections --------------------------------------------------------------------------------------- */

static const struct pdf_plan *plan_of(struct pdf_press *press, const struct document_table *table)
{
	if (!press->paints && press->plan_next == press->plan_count) {
		struct pdf_plan *more = realloc(press->plans, (press->plan_count + 1) * sizeof *more);
		if (!more) {
			press->code = error_set_memory(&press->error);
			return NULL;
		}
		press->plans = more;
		press->plans[press->plan_count] = (struct pdf_plan){ 0 };
		pdf_table_plan(press, table, &press->plans[press->plan_count++]);
	}
	return &press->plans[press->plan_next++];
}

static struct picture_room figure_room(const struct pdf_press *press)
{
	return (struct picture_room){ pdf_page_across(press), pdf_page_whole(press) - FIGURE_WORDS };
}

static double figure_height(struct pdf_press *press, const struct document_figure *figure, size_t page)
{
	struct canvas_cairo canvas = canvas_cairo(press);
	struct canvas_blind blind = canvas_blind(&canvas.canvas);

	return picture_draw(figure, figure_room(press), page, &blind.canvas);
}

static void write_figure(struct pdf_press *press, const struct document_figure *figure)
{
	size_t pages = picture_pages(figure, figure_room(press));

	for (size_t page = 0; page < pages && !press->code; page++) {
		struct canvas_cairo canvas = canvas_cairo(press);
		double height = figure_height(press, figure, page);
		if (height + FIGURE_WORDS > pdf_page_room(press) && !press->is_fresh)
			pdf_page_break(press);
		pdf_flow_heading(press, PDF_CAPTION, "P", figure->title, 4);
		pdf_tag_begin(press, "Figure", NULL);
		canvas_cairo_begin(&canvas, PDF_MARGIN, press->y);
		picture_draw(figure, figure_room(press), page, &canvas.canvas);
		canvas_cairo_end(&canvas);
		pdf_tag_end(press, "Figure");
		press->y += height + 4;
		press->is_fresh = false;
	}
	if (pages > 0 && *figure->description)
		pdf_flow_text(press, PDF_SMALL, "Caption", figure->description, PDF_COLOUR_SOFT, 10);
}

static void turn(struct pdf_press *press, bool is_wide)
{
	pdf_page_end(press);
	pdf_page_begin(press, is_wide);
}

static void write_table(struct pdf_press *press, const struct document_table *table)
{
	const struct pdf_plan *plan = plan_of(press, table);

	if (!plan || press->code)
		return;
	if (plan->is_wide && !press->is_wide && table->cells.count > 0)
		turn(press, true);
	pdf_table_write(press, table, plan);
}

static void write_block(struct pdf_press *press, const struct document_block *block)
{
	switch (block->type) {
	case DOCUMENT_PARAGRAPH:
		pdf_flow_text(press, PDF_BODY, "P", block->text, PDF_COLOUR_INK, 6);
		break;
	case DOCUMENT_NOTE:
		pdf_flow_text(press, PDF_SMALL, "P", block->text, PDF_COLOUR_SOFT, 6);
		break;
	case DOCUMENT_TABLE_BLOCK:
		write_table(press, block->table);
		break;
	case DOCUMENT_FIGURE_BLOCK:
		write_figure(press, block->figure);
		break;
	}
}

static void add_bookmark(struct pdf_press *press, size_t index)
{
	const struct document_section *section = &press->document->sections.items[index];
	char link[DESTINATION_SIZE];
	bool is_chapter = section->level < 2;

	if (!press->paints || press->code)
		return;
	pdf_text_clean(press, "", section->title, false);
	snprintf(link, sizeof link, "dest='s%zu'", index + 1);
	int parent = is_chapter ? CAIRO_PDF_OUTLINE_ROOT : press->outline_chapter;
	int added = pdf.cairo_pdf_surface_add_outline(press->surface, parent, buffer_text(&press->clean), link,
	                                              CAIRO_PDF_OUTLINE_FLAG_OPEN);
	if (is_chapter)
		press->outline_chapter = added;
}

/* The first thing of a section that is more than words: NULL if there is none. */
static const struct document_block *first_block(const struct document_section *section)
{
	for (size_t i = 0; i < section->blocks.count; i++) {
		const struct document_block *block = &section->blocks.items[i];
		if (block->type == DOCUMENT_FIGURE_BLOCK || block->type == DOCUMENT_TABLE_BLOCK)
			return block;
	}
	return NULL;
}

/* Whether it begins on a page on its side, as its first table may ask; one of nothing but
 * words does not care. The next plan stays the next. */
static bool section_is_wide(struct pdf_press *press, const struct document_block *first)
{
	if (!first || (first->type == DOCUMENT_TABLE_BLOCK && first->table->cells.count == 0))
		return press->is_wide;
	if (first->type == DOCUMENT_FIGURE_BLOCK)
		return false;
	const struct pdf_plan *plan = plan_of(press, first->table);
	press->plan_next -= plan != NULL;
	return plan && plan->is_wide;
}

/* Room that it asks for where it begins: a heading does not stand apart from its figure. */
static double section_room(struct pdf_press *press, const struct document_block *first)
{
	if (!first || first->type != DOCUMENT_FIGURE_BLOCK || picture_pages(first->figure, figure_room(press)) == 0)
		return SECTION_ROOM;
	double room = figure_height(press, first->figure, 0) + SECTION_ROOM;
	return room < pdf_page_whole(press) ? room : pdf_page_whole(press);
}

/* It begins a page only where little room is left, or if its page lies otherwise. */
static void write_section(struct pdf_press *press, size_t index)
{
	const struct document_section *section = &press->document->sections.items[index];
	const struct document_block *first = first_block(section);
	bool is_chapter = section->level < 2, is_wide = section_is_wide(press, first);
	char name[DESTINATION_SIZE];

	press->where = section->title;
	if (is_wide != press->is_wide || (pdf_page_room(press) < section_room(press, first) && !press->is_fresh))
		turn(press, is_wide);
	else if (!press->is_fresh)
		press->y += 14;
	add_bookmark(press, index);
	snprintf(name, sizeof name, "name='s%zu'", index + 1);
	pdf_tag_begin(press, "Sect", NULL);
	pdf_tag_begin(press, CAIRO_TAG_DEST, name);
	pdf_flow_heading(press, is_chapter ? PDF_CHAPTER : PDF_SECTION, is_chapter ? "H2" : "H3", section->title, 6);
	pdf_tag_end(press, CAIRO_TAG_DEST);
	press->section_pages[index] = press->row_page;
	for (size_t i = 0; i < section->blocks.count && !press->code; i++)
		write_block(press, &section->blocks.items[i]);
	pdf_tag_end(press, "Sect");
}

/* ---- The whole -------------------------------------------------------------------------------------- */

static void write_document(struct pdf_press *press)
{
	press->page = press->outline_chapter = 0;
	press->plan_next = 0;
	press->is_wide = false; /* as the surface is made */
	pdf_tag_begin(press, "Document", NULL);
	pdf_page_begin(press, false);
	write_title(press);
	if (!press->document->is_brief)
		write_contents(press);
	for (size_t i = 0; i < press->document->sections.count && !press->code; i++)
		write_section(press, i);
	if (press->document->is_brief && !press->code)
		write_imprint(press);
	pdf_page_end(press);
	pdf_tag_end(press, "Document");
	press->pages = press->page;
}

static void plans_drop(struct pdf_press *press)
{
	for (size_t i = 0; i < press->plan_count; i++)
		free(press->plans[i].widths);
	press->plan_count = 0;
}

/* Goes through it without painting; what is to be one page may be set somewhat smaller for that. */
static void plan_document(struct pdf_press *press)
{
	static const double scales[] = { 0.95, 0.9, 0.85, 1 };

	write_document(press);
	for (size_t i = 0; i < sizeof scales / sizeof scales[0] && press->document->is_brief && press->pages > 1; i++) {
		plans_drop(press);
		pdf_text_scale(press, scales[i]);
		if (!press->code)
			write_document(press);
	}
}

static cairo_status_t take_bytes(void *context, const unsigned char *data, unsigned size)
{
	struct buffer *file = context;

	buffer_append(file, data, size);
	return file->failed ? CAIRO_STATUS_NO_MEMORY : CAIRO_STATUS_SUCCESS;
}

static void describe(struct pdf_press *press, cairo_pdf_metadata_t what, const char *text)
{
	pdf_text_clean(press, "", text, false);
	pdf.cairo_pdf_surface_set_metadata(press->surface, what, buffer_text(&press->clean));
}

static void paint_document(struct pdf_press *press, const char *created, struct buffer *file)
{
	press->surface = pdf.cairo_pdf_surface_create_for_stream(take_bytes, file, PDF_SHORT_SIDE, PDF_LONG_SIDE);
	press->cairo = pdf.cairo_create(press->surface);
	press->paints = true;
	describe(press, CAIRO_PDF_METADATA_TITLE, press->document->title);
	describe(press, CAIRO_PDF_METADATA_SUBJECT, press->document->subtitle);
	describe(press, CAIRO_PDF_METADATA_AUTHOR, press->author);
	describe(press, CAIRO_PDF_METADATA_CREATOR, "Qorgan " QORGAN_VERSION);
	pdf.cairo_pdf_surface_set_metadata(press->surface, CAIRO_PDF_METADATA_CREATE_DATE, created);
	write_document(press);
	pdf.cairo_surface_finish(press->surface);
	if (!press->code && (pdf.cairo_status(press->cairo) || pdf.cairo_surface_status(press->surface)))
		press->code = error_set(&press->error, QORGAN_INTERNAL, "the PDF could not be made (%s)",
		                        file->failed ? "out of memory" : "cairo failed");
	pdf.cairo_destroy(press->cairo);
	pdf.cairo_surface_destroy(press->surface);
}

void render_pdf_document(const struct document *document, const char *author, const char *created,
                         struct render_output *output)
{
	struct pdf_press press = { .document = document, .author = author, .where = document->title };

	press.code = pdf_library_load(&press.error);
	if (!press.code) {
		press.section_pages = calloc(document->sections.count + 1, sizeof *press.section_pages);
		if (!press.section_pages)
			press.code = error_set_memory(&press.error);
		else
			pdf_text_start(&press, document->language);
		if (!press.code)
			plan_document(&press);
		if (!press.code)
			paint_document(&press, created, &output->text);
		if (!press.code && !pdf_file_finish(&output->text, document->language))
			press.code = error_set(&press.error, QORGAN_INTERNAL, "the PDF could not be made");
		pdf_text_end(&press);
	}
	plans_drop(&press);
	free(press.plans);
	free(press.section_pages);
	if (press.code) {
		buffer_clear(&output->text);
		output->failed = true;
		output->error = press.error;
	}
}

void render_pdf(const struct report_model *model, const struct report_look *look, struct render_output *output)
{
	struct document document;

	(void)look;
	document_start(&document);
	if (compose_document(model, &document))
		render_pdf_document(&document, *model->state_title ? model->state_title : model->state, model->generated,
		                    output);
	else
		error_set_memory(&output->error);
	document_free(&document);
}
