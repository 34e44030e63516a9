/* Measures as boxes below each other, and beside them, in lanes, an arrow from each to what
 * depends on it: so no arrow meets a word. What is on another page, or for which there is no
 * lane, is named within the box. */
#include <string.h>

#include "report/picture_parts.h"

#define ROW 38.0
#define BOX 30.0
#define OUT 23.0 /* where arrows leave a box, from its top */
#define IN 8.0   /* where they come in */
#define LANE 9.0
#define LANES_MOST 24
#define ROWS_MOST 64
#define ARROWS_MOST 256
#define DONE ((canvas_colour)0xcfe8d8)

struct arrow {
	size_t from, to, lane; /* rows of the page */
};

struct page {
	const struct document_dependent *rows;
	size_t count, lanes; /* lanes: that there is room for */
	struct arrow arrows[ARROWS_MOST];
	size_t arrow_count;
	double box; /* width of the boxes */
};

static struct picture_cut cut_of(const struct document_dependencies *dependencies, struct picture_room room)
{
	double height = room.height < ROWS_MOST * ROW ? room.height : ROWS_MOST * ROW;

	return picture_cut(dependencies->measures.count, dependencies->measures.more, height, PICTURE_LINE, ROW);
}

size_t picture_dependencies_pages(const struct document_dependencies *dependencies, struct picture_room room)
{
	return cut_of(dependencies, room).pages;
}

/* ---- Lanes ------------------------------------------------------------------------------- */

static double arrow_start(const struct arrow *arrow)
{
	return (double)arrow->from * ROW + OUT;
}

static double arrow_end(const struct arrow *arrow)
{
	return (double)arrow->to * ROW + IN;
}

static bool are_apart(const struct arrow *a, const struct arrow *b)
{
	double a1 = arrow_start(a), a2 = arrow_end(a), b1 = arrow_start(b), b2 = arrow_end(b), swap;

	if (a1 > a2)
		swap = a1, a1 = a2, a2 = swap;
	if (b1 > b2)
		swap = b1, b1 = b2, b2 = swap;
	return a2 + 2 < b1 || b2 + 2 < a1;
}

/* A lane in which no other arrow is in its way, if there is room for another arrow. */
static void add_arrow(struct page *page, size_t from, size_t to)
{
	struct arrow arrow = { from, to, 0 };

	if (page->arrow_count == ARROWS_MOST)
		return;
	for (size_t i = 0; i < page->arrow_count; i++)
		if (page->arrows[i].lane == arrow.lane && !are_apart(&arrow, &page->arrows[i])) {
			arrow.lane++;
			i = (size_t)-1; /* begin anew: that lane may be taken by an earlier one */
		}
	if (arrow.lane < page->lanes)
		page->arrows[page->arrow_count++] = arrow;
}

static size_t row_of(const struct page *page, const char *id)
{
	for (size_t i = 0; i < page->count; i++)
		if (strcmp(page->rows[i].id, id) == 0)
			return i;
	return page->count;
}

/* Short ones first: they get the lanes that are close to the boxes. What no lane needs is left
 * to the boxes. */
static void add_arrows(struct page *page, double width)
{
	size_t used = 0;

	for (size_t length = 1; length < page->count; length++)
		for (size_t to = 0; to < page->count; to++)
			for (size_t k = 0; k < page->rows[to].first.count; k++) {
				size_t from = row_of(page, page->rows[to].first.items[k]);
				if (from < page->count && (from < to ? to - from : from - to) == length)
					add_arrow(page, from, to);
			}
	for (size_t i = 0; i < page->arrow_count; i++)
		used = page->arrows[i].lane >= used ? page->arrows[i].lane + 1 : used;
	page->box = width - (double)used * LANE - 12;
}

static bool is_drawn(const struct page *page, size_t to, const char *id)
{
	size_t from = row_of(page, id);

	for (size_t i = 0; i < page->arrow_count; i++)
		if (page->arrows[i].from == from && page->arrows[i].to == to)
			return true;
	return false;
}

/* ---- Drawing ------------------------------------------------------------------------------- */

/* The ids of what must come first: all, or those that no arrow comes from. */
static void list_first(const struct page *page, size_t row, bool all, struct buffer *to)
{
	const struct document_dependent *dependent = &page->rows[row];

	for (size_t i = 0; i < dependent->first.count; i++)
		if (all || !is_drawn(page, row, dependent->first.items[i]))
			buffer_append_format(to, "%s%s", to->size ? ", " : "", dependent->first.items[i]);
}

static void draw_box(const struct page *page, size_t row, struct canvas *canvas)
{
	const struct document_dependent *dependent = &page->rows[row];
	struct canvas_style box = picture_fill(dependent->done ? DONE : CANVAS_PAPER, CANVAS_SOFT);
	struct canvas_style check = picture_stroke(PICTURE_BLACK, 1.6);
	struct canvas_text soft = picture_text(8, CANVAS_START, dependent->done ? PICTURE_BLACK : CANVAS_SOFT);
	struct canvas_moved inside = canvas_moved(canvas, 6, (double)row * ROW);
	double y = (double)row * ROW, width = page->box - 12 - (dependent->done ? 16 : 0);
	struct buffer text = { 0 }, ids = { 0 };

	list_first(page, row, true, &ids);
	buffer_append_format(&text, "%s %s", dependent->id, dependent->title);
	if (ids.size)
		buffer_append_format(&text, "\n%s: %s", say(PHRASE_DEPENDS_ON), buffer_text(&ids));
	canvas->type->group_begin(canvas, buffer_text(&text));
	canvas->type->rectangle(canvas, 0.5, y, page->box - 0.5, BOX, &box);
	buffer_clear(&ids);
	buffer_clear(&text);
	list_first(page, row, false, &ids);
	picture_name(&inside.canvas, ids.size ? 13 : 18, width, dependent->id, dependent->title);
	buffer_append_format(&text, "%s: %s", say(PHRASE_DEPENDS_ON), buffer_text(&ids));
	if (ids.size)
		canvas_text_within(canvas, 6, y + 25, width, buffer_text(&text), &soft);
	if (dependent->done) {
		canvas->type->line(canvas, page->box - 16, y + 15, page->box - 13, y + 18.5, &check);
		canvas->type->line(canvas, page->box - 13, y + 18.5, page->box - 7, y + 11, &check);
	}
	canvas->type->group_end(canvas);
	buffer_free(&text);
	buffer_free(&ids);
}

static void draw_arrow(const struct page *page, const struct arrow *arrow, struct canvas *canvas)
{
	struct canvas_style line = picture_stroke(CANVAS_INK, 1);
	double x = page->box + 12 + (double)arrow->lane * LANE, from = arrow_start(arrow), to = arrow_end(arrow);

	canvas->type->line(canvas, page->box, from, x, from, &line);
	canvas->type->line(canvas, x, from, x, to, &line);
	canvas_arrow(canvas, x, to, page->box + 1, to, &line);
}

double picture_dependencies_draw(const struct document_dependencies *dependencies, struct picture_room room,
                                 size_t page_number, struct canvas *canvas)
{
	struct picture_cut cut = cut_of(dependencies, room);
	size_t first = page_number * cut.per_page;
	struct page page = { .rows = dependencies->measures.items + first,
		                 .count = first + cut.per_page < cut.shown ? cut.per_page : cut.shown - first,
		                 .lanes = (size_t)(room.width * 0.36 / LANE) };

	page.lanes = page.lanes < LANES_MOST ? page.lanes : LANES_MOST;
	add_arrows(&page, room.width);
	for (size_t i = 0; i < page.arrow_count; i++)
		draw_arrow(&page, &page.arrows[i], canvas);
	for (size_t i = 0; i < page.count; i++)
		draw_box(&page, i, canvas);
	double y = (double)page.count * ROW;
	return y + picture_note_more(canvas, &cut, page_number, room.width, y);
}
