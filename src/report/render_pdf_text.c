/* Text in a PDF: fonts, what can be shown of a text, and laying it out. */
#include <math.h>
#include <stdlib.h>

#include "base/text.h"
#include "report/render_pdf.h"

/* The first that the computer has. Both have every letter of the languages of the six
 * states; what they lack is looked for in all other fonts. */
#define FAMILIES "Noto Sans,DejaVu Sans,sans-serif"

#define CODE_POINTS 0x110000u
#define REPLACEMENT 0xfffdu

static const struct {
	double size;
	bool is_bold;
} styles[PDF_STYLES] = {
	[PDF_TITLE] = { 22, true },    [PDF_SUBTITLE] = { 12, false }, [PDF_CHAPTER] = { 15, true },
	[PDF_SECTION] = { 12, true },  [PDF_BODY] = { 9, false },    [PDF_SMALL] = { 8, false },
	[PDF_LABEL] = { 9, true },   [PDF_CAPTION] = { 8.5, true },  [PDF_RUNNING] = { 7.5, false },
	[PDF_MARKING] = { 12, true },  [PDF_CELL] = { 8, false },      [PDF_HEAD] = { 8, true },
	[PDF_PICTURE] = { 8, false },  [PDF_PICTURE_BOLD] = { 8, true }, [PDF_STAMP] = { 120, true },
};

void pdf_text_size(struct pdf_press *press, enum pdf_style style, double size)
{
	if (press->scale > 0)
		size *= press->scale;
	if (style == PDF_CELL || style == PDF_HEAD)
		press->cell_size = size;
	pdf.pango_font_description_set_absolute_size(press->descriptions[style], size * PANGO_SCALE);
}

void pdf_text_scale(struct pdf_press *press, double scale)
{
	press->scale = scale;
	for (size_t i = 0; i < PDF_STYLES; i++)
		pdf_text_size(press, (enum pdf_style)i, styles[i].size);
}

/* That no outline is bent to a grid of pixels which paper does not have. */
static void set_options(struct pdf_press *press)
{
	cairo_font_options_t *options = pdf.cairo_font_options_create();

	pdf.cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
	pdf.cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
	pdf.cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY);
	pdf.pango_cairo_context_set_font_options(press->context, options);
	pdf.cairo_font_options_destroy(options);
	pdf.pango_context_set_round_glyph_positions(press->context, FALSE);
}

/* ---- What can be shown ------------------------------------------------------------------ */

/* What is not seen by itself, such as a joiner: no font needs to have it. */
static bool is_unseen(uint32_t code)
{
	return pdf.g_unichar_type(code) == G_UNICODE_FORMAT || (code >= 0xfe00 && code <= 0xfe0f);
}

static bool is_letter(uint32_t code)
{
	switch (pdf.g_unichar_type(code)) {
	case G_UNICODE_LOWERCASE_LETTER:
	case G_UNICODE_MODIFIER_LETTER:
	case G_UNICODE_OTHER_LETTER:
	case G_UNICODE_TITLECASE_LETTER:
	case G_UNICODE_UPPERCASE_LETTER:
	case G_UNICODE_SPACING_MARK:
	case G_UNICODE_ENCLOSING_MARK:
	case G_UNICODE_NON_SPACING_MARK:
	case G_UNICODE_DECIMAL_NUMBER:
	case G_UNICODE_LETTER_NUMBER:
		return true;
	default:
		return false;
	}
}

static bool has_letter(struct pdf_press *press, uint32_t code)
{
	uint8_t *seen = &press->has_letter[code / 8], bit = (uint8_t)(1u << code % 8);

	if (!(*seen & bit)) {
		PangoFont *font = pdf.pango_fontset_get_font(press->letters, code);
		if (is_unseen(code) || (font && pdf.pango_font_has_char(font, code)))
			*seen |= bit;
		if (font)
			pdf.g_object_unref(font);
	}
	return *seen & bit;
}

static void append_code(struct buffer *to, uint32_t code)
{
	char bytes[4];
	size_t size = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;

	if (size == 1) {
		buffer_append_char(to, (char)code);
		return;
	}
	for (size_t i = size - 1; i > 0; i--, code >>= 6)
		bytes[i] = (char)(0x80 | (code & 0x3f));
	bytes[0] = (char)(code | (size == 2 ? 0xc0 : size == 3 ? 0xe0 : 0xf0));
	buffer_append(to, bytes, size);
}

static void refuse_letter(struct pdf_press *press, uint32_t code)
{
	struct buffer letter = { 0 };

	append_code(&letter, code);
	press->code = error_set(&press->error, QORGAN_CANNOT_CREATE,
	                        "no font on this computer has the letter %s (U+%04X), which \"%.60s\" needs: install the "
	                        "package fonts-noto-core, or write the report as text", buffer_text(&letter), code,
	                        press->where);
	buffer_free(&letter);
}

static void append_seen(struct pdf_press *press, uint32_t code)
{
	if (!text_code_is_clean(code))
		code = REPLACEMENT;
	if (has_letter(press, code))
		append_code(&press->clean, code);
	else if (code == REPLACEMENT)
		buffer_append_char(&press->clean, '?');
	else if (is_letter(code))
		refuse_letter(press, code);
	else
		buffer_append_format(&press->clean, "[U+%04X]", code);
}

void pdf_text_clean(struct pdf_press *press, const char *mark, const char *text, bool lines)
{
	struct span span = span_of(text);
	size_t at = 0;

	buffer_clear(&press->clean);
	buffer_append_text(&press->clean, mark);
	while (at < span.size && !press->code) {
		size_t plain = at;
		uint32_t code;
		while (plain < span.size && span.data[plain] >= ' ' && span.data[plain] <= '~')
			plain++;
		buffer_append(&press->clean, span.data + at, plain - at);
		at = plain;
		if (at == span.size)
			break;
		if (!text_decode(span, &at, &code)) {
			at++;
			code = REPLACEMENT;
		}
		if (code == '\r' && at < span.size && span.data[at] == '\n')
			continue;
		if (code == '\t' || code == '\n')
			buffer_append_char(&press->clean, lines && code == '\n' ? '\n' : ' ');
		else
			append_seen(press, code);
	}
	if (press->clean.failed && !press->code)
		press->code = error_set_memory(&press->error);
}

/* ---- Fonts ---------------------------------------------------------------------------------- */

void pdf_text_start(struct pdf_press *press, const char *language)
{
	press->fonts = pdf.pango_cairo_font_map_new();
	press->has_letter = calloc(CODE_POINTS / 8, 1);
	if (!press->has_letter) {
		press->code = error_set_memory(&press->error);
		return;
	}
	pdf.pango_cairo_font_map_set_resolution((PangoCairoFontMap *)press->fonts, 72);
	press->context = pdf.pango_font_map_create_context(press->fonts);
	pdf.pango_context_set_language(press->context, pdf.pango_language_from_string(language));
	pdf.pango_context_set_base_dir(press->context, PANGO_DIRECTION_LTR);
	set_options(press);
	for (size_t i = 0; i < PDF_STYLES; i++) {
		press->descriptions[i] = pdf.pango_font_description_new();
		pdf.pango_font_description_set_family_static(press->descriptions[i], FAMILIES);
		pdf.pango_font_description_set_weight(press->descriptions[i],
		                                      styles[i].is_bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
		pdf_text_size(press, (enum pdf_style)i, styles[i].size);
	}
	press->letters = pdf.pango_font_map_load_fontset(press->fonts, press->context, press->descriptions[PDF_BODY],
	                                                 pdf.pango_language_from_string(language));
	if (!has_letter(press, 'A'))
		press->code = error_set(&press->error, QORGAN_CANNOT_CREATE,
		                        "a PDF or PNG needs a font, and this computer has none: install the package fonts-dejavu-core");
}

void pdf_text_end(struct pdf_press *press)
{
	for (size_t i = 0; i < press->layout_count; i++)
		pdf.g_object_unref(press->layouts[i]);
	free(press->layouts);
	for (size_t i = 0; i < PDF_STYLES; i++)
		if (press->descriptions[i])
			pdf.pango_font_description_free(press->descriptions[i]);
	if (press->letters)
		pdf.g_object_unref(press->letters);
	if (press->context)
		pdf.g_object_unref(press->context);
	if (press->fonts)
		pdf.g_object_unref(press->fonts);
	free(press->has_letter);
	buffer_free(&press->clean);
}

/* ---- Laying it out ----------------------------------------------------------------------- */

static bool make_room(struct pdf_press *press, size_t place)
{
	if (place < press->layout_count)
		return true;
	PangoLayout **more = realloc(press->layouts, (place + 1) * sizeof *more);
	if (!more) {
		press->code = error_set_memory(&press->error);
		return false;
	}
	press->layouts = more;
	while (press->layout_count <= place) {
		PangoLayout *layout = pdf.pango_layout_new(press->context);
		PangoAttrList *attributes = pdf.pango_attr_list_new();
		pdf.pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR);
		/* A digest that takes two lines must not get a hyphen that is not in it. */
		pdf.pango_attr_list_insert(attributes, pdf.pango_attr_insert_hyphens_new(FALSE));
		pdf.pango_layout_set_attributes(layout, attributes);
		pdf.pango_attr_list_unref(attributes);
		press->layouts[press->layout_count++] = layout;
	}
	return true;
}

PangoLayout *pdf_text_lay(struct pdf_press *press, size_t place, enum pdf_style style, const char *mark,
                          const char *text, double width, enum pdf_align align)
{
	static const PangoAlignment alignments[] = { PANGO_ALIGN_LEFT, PANGO_ALIGN_CENTER, PANGO_ALIGN_RIGHT };

	pdf_text_clean(press, mark, text, width > 0);
	if (press->code || !make_room(press, place))
		return NULL;
	PangoLayout *layout = press->layouts[place];
	pdf.pango_layout_set_font_description(layout, press->descriptions[style]);
	pdf.pango_layout_set_alignment(layout, alignments[align]);
	pdf.pango_layout_set_width(layout, width > 0 ? (int)ceil(width * PANGO_SCALE) : -1);
	pdf.pango_layout_set_text(layout, buffer_text(&press->clean), (int)press->clean.size);
	return layout;
}

double pdf_text_height(PangoLayout *layout)
{
	int height = 0;

	pdf.pango_layout_get_size(layout, NULL, &height);
	return height / (double)PANGO_SCALE;
}

double pdf_text_width(PangoLayout *layout)
{
	int width = 0;

	pdf.pango_layout_get_size(layout, &width, NULL);
	return width / (double)PANGO_SCALE;
}

double pdf_text_natural(struct pdf_press *press, enum pdf_style style, const char *text)
{
	PangoLayout *layout = pdf_text_lay(press, PDF_PLACE_MEASURE, style, "", text, 0, PDF_START);

	return layout ? pdf_text_width(layout) : 0;
}

/* ---- Most cells are short -------------------------------------------------------------------- */

#define SURE 1.03 /* letters side by side may stand a little wider than each alone */

static const struct pdf_measure *measure(struct pdf_press *press, enum pdf_style style)
{
	struct pdf_measure *measure = &press->measures[style == PDF_HEAD];

	if (measure->size == press->cell_size)
		return measure;
	for (char c = ' '; c <= '~'; c++) {
		char text[] = { c, '\0' };
		PangoLayout *layout = pdf_text_lay(press, PDF_PLACE_MEASURE, style, "", text, 0, PDF_START);
		if (!layout)
			return NULL;
		measure->widths[c - ' '] = pdf_text_width(layout);
		measure->line = pdf_text_height(layout);
	}
	measure->size = press->cell_size;
	return measure;
}

double pdf_text_line(struct pdf_press *press, enum pdf_style style, const char *text, double width)
{
	const struct pdf_measure *plain = style == PDF_CELL || style == PDF_HEAD ? measure(press, style) : NULL;
	double sum = 0;

	if (!plain)
		return 0;
	for (; *text; text++) {
		if (*text < ' ' || *text > '~')
			return 0;
		sum += plain->widths[*text - ' '] * SURE;
		if (sum > width)
			return 0;
	}
	return plain->line;
}

double pdf_text_guess(struct pdf_press *press, struct span text)
{
	const struct pdf_measure *plain = measure(press, PDF_CELL);
	double sum = 0;

	for (size_t i = 0; plain && i < text.size; i++) {
		unsigned char c = (unsigned char)text.data[i];
		if (c >= ' ' && c <= '~')
			sum += plain->widths[c - ' '];
		else if ((c & 0xc0) != 0x80) /* the first byte of a letter that is taken for a usual one */
			sum += plain->widths['n' - ' '];
	}
	return sum;
}
