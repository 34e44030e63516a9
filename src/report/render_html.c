/* A document as a page: its head, what it says of itself, its contents and sections. */
#include "report/render_html.h"

#include <sodium.h>
#include <string.h>

#include "crypto/base64.h"
#include "report/canvas_svg.h"
#include "report/compose.h"
#include "report/logo.h"
#include "report/markup.h"
#include "report/phrases.h"
#include "report/picture.h"

#define PICTURE_WIDTH 720.0
#define PICTURE_HEIGHT 880.0 /* with its caption on one sheet of A4 */
#define LOGO_WIDTH 220.0
#define LOGO_HEIGHT 80.0

/* ---- The head ---------------------------------------------------------------------------- */

/* A source of the policy: what has just this hash. */
static void put_hash(struct buffer *to, struct span text)
{
	uint8_t hash[crypto_hash_sha256_BYTES];

	crypto_hash_sha256(hash, (const uint8_t *)text.data, text.size);
	buffer_append_text(to, " 'sha256-");
	base64_append(to, hash, sizeof hash, BASE64_PADDED);
	buffer_append_char(to, '\'');
}

static void put_head(const struct html_page *page, struct buffer *to)
{
	struct buffer own = { 0 };

	html_own_style(page, &own);
	to->failed |= own.failed;
	buffer_append_text(to, "<!DOCTYPE html>\n<html lang=\"");
	markup_append(to, page->document->language);
	buffer_append_text(to, "\">\n<head>\n<meta charset=\"utf-8\">\n<meta http-equiv=\"Content-Security-Policy\" "
	                       "content=\"default-src 'none'; base-uri 'none'; form-action 'none'; style-src");
	put_hash(to, span_of(html_style));
	put_hash(to, buffer_span(&own));
	buffer_append_text(to, "; script-src");
	put_hash(to, span_of(html_script));
	buffer_append_text(to, page->document->letterhead.logo.size ? "; img-src data:" : "");
	buffer_append_text(to, "\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
	                       "<meta name=\"color-scheme\" content=\"light dark\">\n"
	                       "<meta name=\"referrer\" content=\"no-referrer\">\n"
	                       "<meta name=\"generator\" content=\"Qorgan " QORGAN_VERSION "\">\n<title>");
	markup_append(to, page->document->title);
	if (*page->document->marking) {
		buffer_append_text(to, " \xe2\x80\x93 ");
		markup_append(to, page->document->marking);
	}
	buffer_append_text(to, "</title>\n<style>");
	buffer_append_text(to, html_style);
	buffer_append_text(to, "</style>\n<style>");
	buffer_append_span(to, buffer_span(&own));
	buffer_append_text(to, "</style>\n</head>\n");
	buffer_free(&own);
}

/* ---- What it says of itself ---------------------------------------------------------------- */

/* The marking in the colours of the Traffic Light Protocol, and as words. */
static void put_marking(const char *marking, const char *more, struct buffer *to)
{
	const char *colour = strstr(marking, "RED") ? "red" : strstr(marking, "AMBER") ? "amber"
	                   : strstr(marking, "GREEN") ? "green" : "clear";

	if (!*marking)
		return;
	buffer_append_format(to, "<p class=\"marking tlp-%s%s\"><span>", colour, more);
	markup_append(to, marking);
	buffer_append_text(to, "</span></p>\n");
}

static void put_element(struct buffer *to, const char *open, const char *text, const char *close)
{
	if (!*text)
		return;
	buffer_append_text(to, open);
	markup_append_isolated(to, text);
	buffer_append_text(to, close);
}

/* The logo says nothing that the name beside it does not. */
static void put_letterhead(const struct report_letterhead *letterhead, struct buffer *to)
{
	if (!*letterhead->name)
		return;
	buffer_append_text(to, "<div class=\"letterhead\">\n");
	if (letterhead->logo.size) {
		double scale = logo_scale(letterhead, LOGO_WIDTH, LOGO_HEIGHT);
		buffer_append_format(to, "<img alt=\"\" width=\"%u\" height=\"%u\" src=\"data:image/png;base64,",
		                     (unsigned)(letterhead->logo_width * scale + 0.5),
		                     (unsigned)(letterhead->logo_height * scale + 0.5));
		base64_append(to, (const uint8_t *)letterhead->logo.data, letterhead->logo.size, BASE64_PADDED);
		buffer_append_text(to, "\">\n");
	}
	put_element(to, "<p><strong>", letterhead->name, "</strong>\n");
	put_element(to, "", letterhead->address, "");
	buffer_append_text(to, "</p>\n</div>\n");
}

static void put_banner(const struct document *document, struct buffer *to)
{
	buffer_append_text(to, "<header>\n");
	put_marking(document->marking, "", to);
	put_element(to, "<p class=\"stamp\" role=\"note\">", document->stamp, "</p>\n");
	put_letterhead(&document->letterhead, to);
	buffer_append_text(to, "<h1>");
	markup_append_isolated(to, document->title);
	buffer_append_text(to, "</h1>\n");
	put_element(to, "<p class=\"subtitle\">", document->subtitle, "</p>\n");
	put_element(to, "<p class=\"notice\" role=\"note\">", document->notice, "</p>\n");
	if (document->facts.count) {
		buffer_append_text(to, "<dl class=\"facts\">\n");
		for (size_t i = 0; i < document->facts.count; i++) {
			put_element(to, "<div><dt>", document->facts.items[i].label, "</dt>");
			put_element(to, "<dd>", document->facts.items[i].value, "</dd></div>\n");
		}
		buffer_append_text(to, "</dl>\n");
	}
	buffer_append_text(to, "</header>\n");
}

/* ---- Contents -------------------------------------------------------------------------------- */

/* The level of a section's heading, 2 or 3: none is left out on the way down. */
static unsigned heading_level(const struct document *document, size_t index)
{
	return index > 0 && document->sections.items[index].level > 1 ? 3 : 2;
}

static void put_contents(const struct document *document, struct buffer *to)
{
	unsigned level = 2;

	if (document->sections.count < 2)
		return;
	buffer_append_text(to, "<nav aria-labelledby=\"contents\">\n<h2 id=\"contents\">");
	markup_append(to, say(PHRASE_HTML_CONTENTS));
	buffer_append_text(to, "</h2>\n<ol>");
	for (size_t i = 0; i < document->sections.count; i++) {
		unsigned next = heading_level(document, i);
		if (i > 0)
			buffer_append_text(to, next > level ? "\n<ol>" : next < level ? "</li></ol></li>" : "</li>");
		buffer_append_text(to, "\n<li><a href=\"#s-");
		markup_append(to, document->sections.items[i].name);
		buffer_append_text(to, "\">");
		markup_append_isolated(to, document->sections.items[i].title);
		buffer_append_text(to, "</a>");
		level = next;
	}
	buffer_append_text(to, level == 3 ? "</li></ol></li></ol>\n</nav>\n" : "</li></ol>\n</nav>\n");
}

/* ---- Sections ---------------------------------------------------------------------------------- */

static void put_figure(struct html_page *page, const struct document_figure *figure)
{
	struct picture_room room = { PICTURE_WIDTH, PICTURE_HEIGHT };
	struct buffer *to = &page->output->text, title = { 0 };
	struct canvas_svg svg = canvas_svg(to, false);
	struct canvas_blind blind = canvas_blind(&svg.canvas);
	size_t pages = picture_pages(figure, room);

	if (pages == 0)
		return;
	buffer_append_format(to, "<figure%s>\n<figcaption>", pages == 1 ? " class=\"one\"" : "");
	put_element(to, "<b>", figure->title, "</b> ");
	put_element(to, "<span>", figure->description, "</span>");
	buffer_append_text(to, "</figcaption>\n");
	for (size_t i = 0; i < pages; i++) {
		buffer_append_text(&title, figure->title);
		if (pages > 1)
			buffer_append_format(&title, " (%zu/%zu)", i + 1, pages);
		canvas_svg_begin(&svg, room.width, picture_draw(figure, room, i, &blind.canvas), ++page->pictures,
		                 buffer_text(&title), figure->description);
		picture_draw(figure, room, i, &svg.canvas);
		canvas_svg_end(&svg);
		buffer_clear(&title);
		render_flush(page->output);
	}
	buffer_append_text(to, "</figure>\n");
	buffer_free(&title);
}

static bool has_figure(const struct document_section *section)
{
	for (size_t i = 0; i < section->blocks.count; i++)
		if (section->blocks.items[i].type == DOCUMENT_FIGURE_BLOCK)
			return true;
	return false;
}

/* Whether all of it is printed along the long side: a wide table is not parted from its
 * heading, but from figures. */
static bool is_wide(const struct document_section *section)
{
	for (size_t i = 0; i < section->blocks.count; i++)
		if (section->blocks.items[i].type == DOCUMENT_TABLE_BLOCK && html_table_is_wide(section->blocks.items[i].table))
			return !has_figure(section);
	return false;
}

static void put_block(struct html_page *page, const struct document_section *section,
                      const struct document_block *block)
{
	struct buffer *to = &page->output->text;

	switch (block->type) {
	case DOCUMENT_PARAGRAPH: put_element(to, "<p>", block->text, "</p>\n"); break;
	case DOCUMENT_NOTE: put_element(to, "<p class=\"note\"><small>", block->text, "</small></p>\n"); break;
	case DOCUMENT_TABLE_BLOCK: html_table(page, block->table, section->title, has_figure(section)); break;
	case DOCUMENT_FIGURE_BLOCK: put_figure(page, block->figure); break;
	}
}

static void put_section(struct html_page *page, size_t index)
{
	const struct document_section *section = &page->document->sections.items[index];
	struct buffer *to = &page->output->text;
	unsigned level = heading_level(page->document, index);

	buffer_append_format(to, "<section%s aria-labelledby=\"s-", is_wide(section) ? " class=\"wide\"" : "");
	markup_append(to, section->name);
	buffer_append_format(to, "\">\n<h%u id=\"s-", level);
	markup_append(to, section->name);
	buffer_append_text(to, "\">");
	markup_append_isolated(to, section->title);
	buffer_append_format(to, "</h%u>\n", level);
	for (size_t i = 0; i < section->blocks.count; i++)
		put_block(page, section, &section->blocks.items[i]);
	buffer_append_text(to, "</section>\n");
}

/* ---- The whole ------------------------------------------------------------------------------------ */

static void put_main(struct html_page *page)
{
	struct buffer *to = &page->output->text;

	buffer_append_text(to, "<main id=\"main\" tabindex=\"-1\" data-filter=\"");
	markup_append(to, say(PHRASE_HTML_FILTER));
	buffer_append_text(to, "\" data-rows=\"");
	markup_append(to, say(PHRASE_HTML_ROWS));
	buffer_append_text(to, "\">\n");
	for (size_t i = 0; i < page->document->sections.count; i++)
		put_section(page, i);
	buffer_append_text(to, "</main>\n");
}

void html_document(const struct document *document, struct render_output *output)
{
	struct html_page page = { .document = document, .output = output };
	struct buffer *to = &output->text;

	html_palette(&page);
	put_head(&page, to);
	buffer_append_text(to, "<body>\n<a class=\"skip\" href=\"#main\">");
	markup_append(to, say(PHRASE_HTML_SKIP));
	buffer_append_text(to, "</a>\n<svg class=\"hatches\" width=\"0\" height=\"0\" "
	                       "aria-hidden=\"true\" focusable=\"false\">");
	canvas_svg_patterns(to);
	buffer_append_text(to, "</svg>\n");
	put_banner(document, to);
	put_contents(document, to);
	put_main(&page);
	buffer_append_text(to, "<footer>\n");
	put_element(to, "<p class=\"notice\">", document->notice, "</p>\n");
	put_marking(document->marking, "", to);
	buffer_append_text(to, "</footer>\n<div aria-hidden=\"true\">");
	put_marking(document->marking, " strip", to); /* on paper, where margins cannot be written on */
	put_element(to, "<p class=\"across\"><span>", document->stamp, "</span></p>\n");
	buffer_append_text(to, "</div>\n<script>");
	buffer_append_text(to, html_script);
	buffer_append_text(to, "</script>\n</body>\n</html>\n");
}

void render_html(const struct report_model *model, const struct report_look *look, struct render_output *output)
{
	struct document document;

	(void)look;
	document_start(&document);
	if (compose_document(model, &document))
		html_document(&document, output);
	else
		output->failed = true;
	document_free(&document);
}
