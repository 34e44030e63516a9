/* What every backend of a canvas can do, made of the shapes that it has. */
#include "report/canvas.h"

#include <math.h>
#include <string.h>

#include "base/text.h"

#define ARROW_LONG 7.0
#define ARROW_WIDE 5.5
#define LABEL_SIZE 480 /* bytes of a label at most: more than any picture has room for */
#define ELLIPSIS "\xe2\x80\xa6"

void canvas_arrow(struct canvas *canvas, double x1, double y1, double x2, double y2, const struct canvas_style *style)
{
	double length = hypot(x2 - x1, y2 - y1);
	struct canvas_style head = { .fill = style->stroke, .stroke = CANVAS_NONE };

	if (length < 0.1)
		return;
	double along = ARROW_LONG < length ? ARROW_LONG : length, aside = ARROW_WIDE / 2 + style->width / 2;
	double dx = (x2 - x1) / length, dy = (y2 - y1) / length;
	double x = x2 - dx * along, y = y2 - dy * along;
	struct canvas_point corners[] = { { x2, y2 },
		                                { x - dy * aside, y + dx * aside },
		                                { x + dy * aside, y - dx * aside } };

	canvas->type->line(canvas, x1, y1, x, y, style);
	canvas->type->polygon(canvas, corners, 3, &head);
}

/* ---- Labels ------------------------------------------------------------------------ */

/* What can be drawn of a text: `ends` are the sizes at which it may be cut. */
struct label {
	char text[LABEL_SIZE + sizeof ELLIPSIS];
	size_t ends[LABEL_SIZE], count;
	bool is_whole;
};

static void label_make(struct label *label, const char *text)
{
	struct span all = span_of(text);
	size_t size = 0;
	uint32_t code;

	label->count = 0;
	for (size_t at = 0; at < all.size;) {
		size_t from = at;
		if (!text_decode(all, &at, &code)) {
			at++;
			continue;
		}
		const char *bytes = code == '\n' || code == '\t' ? " " : all.data + from;
		size_t more = *bytes == ' ' ? 1 : at - from;
		if (*bytes != ' ' && (!text_code_is_clean(code) || code == 0x200e || code == 0x200f || code == 0x200b))
			continue;
		if (size + more > LABEL_SIZE) {
			label->is_whole = false;
			label->text[size] = '\0';
			return;
		}
		memcpy(label->text + size, bytes, more);
		size += more;
		label->ends[label->count++] = size;
	}
	label->text[size] = '\0';
	label->is_whole = true;
}

/* Keeps so many of its letters, and "…" for the others. */
static void label_cut(struct label *label, const struct label *from, size_t count)
{
	size_t size = count ? from->ends[count - 1] : 0;

	memcpy(label->text, from->text, size);
	strcpy(label->text + size, ELLIPSIS);
}

double canvas_text_within(struct canvas *canvas, double x, double y, double width, const char *text,
                          const struct canvas_text *look)
{
	struct label whole, cut;

	label_make(&whole, text);
	double wide = canvas->type->text_width(canvas, whole.text, look);
	if (whole.is_whole && wide <= width) {
		if (whole.count)
			canvas->type->text(canvas, x, y, whole.text, look);
		return wide;
	}
	size_t fits = 0, over = whole.count + 1; /* the most that fits: marks of no width stay with their letter */
	while (over - fits > 1) {
		size_t middle = fits + (over - fits) / 2;
		label_cut(&cut, &whole, middle);
		if (canvas->type->text_width(canvas, cut.text, look) <= width)
			fits = middle;
		else
			over = middle;
	}
	while (fits > 0 && whole.text[whole.ends[fits - 1] - 1] == ' ')
		fits--;
	label_cut(&cut, &whole, fits);
	wide = canvas->type->text_width(canvas, cut.text, look);
	if (wide > width)
		return 0; /* not even for "…" is there room */
	canvas->type->text(canvas, x, y, cut.text, look);
	return wide;
}

/* How much of a text a line holds: whole words, as many as fit, at least one. */
static size_t line_end(struct canvas *canvas, const char *text, double width, const struct canvas_text *look)
{
	char line[LABEL_SIZE + 1];
	size_t fits = 0;

	for (size_t at = 0; at <= LABEL_SIZE; at++) {
		if (text[at] != ' ' && text[at] != '\n' && text[at] != '\0') {
			if (at < LABEL_SIZE)
				line[at] = text[at];
			continue;
		}
		line[at < LABEL_SIZE ? at : LABEL_SIZE] = '\0';
		if (fits && canvas->type->text_width(canvas, line, look) > width)
			break;
		fits = at;
		if (!text[at] || at == LABEL_SIZE)
			break;
		line[at] = ' ';
	}
	return fits;
}

size_t canvas_text_lines(struct canvas *canvas, double x, double y, double width, size_t most, const char *text,
                         const struct canvas_text *look)
{
	char line[LABEL_SIZE + 1];
	size_t count = 0;

	for (text += strspn(text, " \n"); *text && count < most; count++, y += look->size * CANVAS_LEADING) {
		size_t end = count + 1 < most ? line_end(canvas, text, width, look) : 0;
		if (!end) { /* the last one, or a word that is longer than anybody reads */
			canvas_text_within(canvas, x, y, width, text, look);
			return count + 1;
		}
		size_t size = end;
		while (size > 0 && strchr(" \n", text[size - 1]))
			size--;
		memcpy(line, text, size);
		line[size] = '\0';
		canvas_text_within(canvas, x, y, width, line, look);
		text += end + strspn(text + end, " \n");
	}
	return count;
}

/* ---- Colours ------------------------------------------------------------------------- */

canvas_colour canvas_colour_read(const char *text, canvas_colour other)
{
	canvas_colour colour = 0;

	if (strlen(text) != 7 || *text != '#')
		return other;
	for (const char *at = text + 1; *at; at++) {
		static const char digits[] = "0123456789abcdef";
		const char *digit = strchr(digits, *at >= 'A' && *at <= 'F' ? *at - 'A' + 'a' : *at);
		if (!digit)
			return other;
		colour = colour << 4 | (canvas_colour)(digit - digits);
	}
	return colour;
}

static unsigned channel(canvas_colour colour, unsigned shift)
{
	return colour >> shift & 0xff;
}

canvas_colour canvas_colour_mix(canvas_colour colour, canvas_colour other, unsigned part)
{
	canvas_colour mixed = 0;

	for (unsigned shift = 0; shift < 24; shift += 8)
		mixed |= (channel(colour, shift) * part + channel(other, shift) * (100 - part)) / 100 << shift;
	return mixed;
}

static double luminance(canvas_colour colour)
{
	static const double weights[] = { 0.0722, 0.7152, 0.2126 };
	double sum = 0;

	for (unsigned i = 0; i < 3; i++) {
		double part = channel(colour, i * 8) / 255.0;
		sum += weights[i] * (part <= 0.03928 ? part / 12.92 : pow((part + 0.055) / 1.055, 2.4));
	}
	return sum;
}

canvas_colour canvas_colour_on(canvas_colour ground)
{
	double light = luminance(ground);

	return (light + 0.05) / 0.05 >= 1.05 / (light + 0.05) ? 0x000000 : 0xffffff;
}

uint32_t canvas_colour_print(canvas_colour colour)
{
	switch (colour) {
	case CANVAS_INK: return 0x1a1a1a;
	case CANVAS_SOFT: return 0x595959;
	case CANVAS_FAINT: return 0xc8c8c8;
	case CANVAS_PAPER: return 0xffffff;
	default: return colour & 0xffffff;
	}
}

/* ---- A canvas on which nothing is painted ---------------------------------------------- */

static void blind_rectangle(struct canvas *canvas, double x, double y, double width, double height,
                            const struct canvas_style *style)
{
	(void)canvas, (void)x, (void)y, (void)width, (void)height, (void)style;
}

static void blind_circle(struct canvas *canvas, double x, double y, double radius, const struct canvas_style *style)
{
	(void)canvas, (void)x, (void)y, (void)radius, (void)style;
}

static void blind_polygon(struct canvas *canvas, const struct canvas_point *corners, size_t count,
                          const struct canvas_style *style)
{
	(void)canvas, (void)corners, (void)count, (void)style;
}

static void blind_line(struct canvas *canvas, double x1, double y1, double x2, double y2,
                       const struct canvas_style *style)
{
	(void)canvas, (void)x1, (void)y1, (void)x2, (void)y2, (void)style;
}

static void blind_text(struct canvas *canvas, double x, double y, const char *text, const struct canvas_text *look)
{
	(void)canvas, (void)x, (void)y, (void)text, (void)look;
}

static double blind_text_width(struct canvas *canvas, const char *text, const struct canvas_text *look)
{
	struct canvas *other = ((struct canvas_blind *)canvas)->other;

	return other->type->text_width(other, text, look);
}

static void blind_group_begin(struct canvas *canvas, const char *title)
{
	(void)canvas, (void)title;
}

static void blind_group_end(struct canvas *canvas)
{
	(void)canvas;
}

struct canvas_blind canvas_blind(struct canvas *other)
{
	static const struct canvas_type type = { blind_rectangle, blind_circle,     blind_polygon,     blind_line,
		                                     blind_text,      blind_text_width, blind_group_begin, blind_group_end };

	return (struct canvas_blind){ { &type }, other };
}
