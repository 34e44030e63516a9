/* Measures over time: from start to due date, what was reported of it, how far the due date
 * was moved, and the milestones below the bar, so that nothing lies on anything else. */
#include <math.h>
#include <stdio.h>

#include "base/date.h"
#include "report/picture_parts.h"

#define ROW 22.0
#define BAR_TOP 3.0
#define BAR 8.0
#define MARK_AT 15.5  /* centre of the milestones, from the top of the row */
#define MARK 4.0
#define MARKS_APART 11.0
#define HEAD 30.0     /* the cut-off day, and the days of the axis */
#define RIGHT 58.0    /* progress, and whether it is done or overdue */
#define GAP 10.0
#define LEGEND_ENTRIES 8
#define UNKNOWN INT32_MIN

#define PLANNED ((canvas_colour)0xdde7f2)
#define PROGRESS ((canvas_colour)0x2c5d8f)
#define SLIPPED ((canvas_colour)0xf6d9a2)
#define FINISHED ((canvas_colour)0xcfe8d8)
#define ALARM ((canvas_colour)0xa3201a)

struct axis {
	double x, width; /* of the plot */
	date_day from, to;
	date_day today;  /* or UNKNOWN */
};

static double overhead(void)
{
	return HEAD + 6 + picture_legend_room(LEGEND_ENTRIES) + PICTURE_LINE;
}

size_t picture_timeline_pages(const struct document_timeline *timeline, struct picture_room room)
{
	return picture_cut(timeline->spans.count, timeline->spans.more, room.height, overhead(), ROW).pages;
}

static date_day day_of(const char *text)
{
	date_day day;

	return date_parse(span_of(text), &day) ? day : UNKNOWN;
}

static void axis_include(struct axis *axis, date_day day)
{
	if (day == UNKNOWN)
		return;
	if (axis->from == UNKNOWN || day < axis->from)
		axis->from = day;
	if (axis->to == UNKNOWN || day > axis->to)
		axis->to = day;
}

/* From the first of all days to the last, the same on each page. */
static struct axis axis_make(const struct document_timeline *timeline, size_t shown, double x, double width)
{
	struct axis axis = { x, width, UNKNOWN, UNKNOWN, day_of(timeline->today) };

	axis_include(&axis, axis.today);
	for (size_t i = 0; i < shown; i++) {
		const struct document_span *span = &timeline->spans.items[i];
		axis_include(&axis, day_of(span->start));
		axis_include(&axis, day_of(span->due));
		axis_include(&axis, day_of(span->original_due));
		for (size_t k = 0; k < span->marks.count; k++)
			axis_include(&axis, day_of(span->marks.items[k].date));
	}
	if (axis.from == UNKNOWN)
		axis.from = axis.to = 0;
	if (axis.to - axis.from < 60)
		axis.to = axis.from + 60;
	return axis;
}

static double axis_place(const struct axis *axis, date_day day)
{
	return axis->x + axis->width * (double)(day - axis->from) / (double)(axis->to - axis->from);
}

/* ---- The axis ---------------------------------------------------------------------------- */

/* Months between two days of the axis, so that their labels stand apart. */
static int axis_step(const struct axis *axis, double label)
{
	static const int steps[] = { 1, 3, 6, 12, 24, 60, 120, 240 };
	double month = axis->width / (double)(axis->to - axis->from) * 30.4;

	for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++)
		if (month * steps[i] >= label + 10)
			return steps[i];
	return 600;
}

static void draw_axis(const struct axis *axis, double bottom, struct canvas *canvas)
{
	struct canvas_text look = picture_text(PICTURE_SMALL, CANVAS_MIDDLE, CANVAS_SOFT);
	struct canvas_style grid = picture_stroke(CANVAS_FAINT, 0.7);
	int step = axis_step(axis, canvas->type->text_width(canvas, "2026-06", &look)), year, month, day;
	char text[DATE_TEXT_SIZE];

	date_split(axis->from, &year, &month, &day);
	int months = (year * 12 + month - 1) / step * step;
	for (;; months += step) {
		date_day at = date_from(months / 12, months % 12 + 1, 1);
		if (at > axis->to)
			break;
		if (at < axis->from)
			continue;
		date_format(at, text);
		text[step % 12 ? 7 : 4] = '\0';
		double x = axis_place(axis, at);
		canvas->type->line(canvas, x, HEAD - 4, x, bottom, &grid);
		canvas->type->text(canvas, x, HEAD - 7, text, &look);
	}
}

static void draw_today(const struct axis *axis, double bottom, struct canvas *canvas)
{
	struct canvas_text look = picture_bold(PICTURE_SMALL, CANVAS_MIDDLE, CANVAS_INK);
	struct canvas_style line = picture_stroke(CANVAS_INK, 1.2);
	char text[DATE_TEXT_SIZE], day[SAY_DAY_SIZE];

	if (axis->today == UNKNOWN)
		return;
	double x = axis_place(axis, axis->today);
	line.dashed = true;
	date_format(axis->today, text);
	canvas->type->line(canvas, x, 12, x, HEAD - 17, &line);
	canvas->type->line(canvas, x, HEAD - 4, x, bottom, &line);
	canvas->type->text(canvas, x, 9, say_day(text, day), &look);
}

/* ---- One measure --------------------------------------------------------------------------- */

static void draw_box(struct canvas *canvas, double x1, double x2, double y, const struct canvas_style *style)
{
	double left = x1 < x2 ? x1 : x2, width = fabs(x2 - x1);

	canvas->type->rectangle(canvas, left, y + BAR_TOP, width < 2 ? 2 : width, BAR, style);
}

/* The first due date: a flag. */
static void draw_flag(struct canvas *canvas, double x, double y)
{
	struct canvas_style pole = picture_stroke(CANVAS_INK, 1.4);
	struct canvas_style flag = picture_fill(CANVAS_INK, CANVAS_NONE);
	struct canvas_point corners[] = { { x, y }, { x + 5, y + 2.5 }, { x, y + 5 } };

	canvas->type->line(canvas, x, y, x, y + BAR_TOP + BAR + 1, &pole);
	canvas->type->polygon(canvas, corners, 3, &flag);
}

static void draw_plan(const struct document_span *span, const struct axis *axis, double y, struct canvas *canvas)
{
	date_day start = day_of(span->start), due = day_of(span->due), first = day_of(span->original_due);
	struct canvas_style bar = picture_fill(span->done ? FINISHED : PLANNED, span->overdue ? ALARM : PROGRESS);
	struct canvas_style slip = { SLIPPED, CANVAS_RISING, PICTURE_BLACK, 0.8, false };
	struct canvas_style progress = picture_fill(PROGRESS, CANVAS_NONE);

	start = start == UNKNOWN ? (due == UNKNOWN || (first != UNKNOWN && first < due) ? first : due) : start;
	due = due == UNKNOWN ? start : due;
	if (start == UNKNOWN)
		return;
	double x1 = axis_place(axis, start), x2 = axis_place(axis, due);
	bar.width = span->overdue ? 1.8 : 0.8;
	draw_box(canvas, x1, x2, y, &bar);
	if (first != UNKNOWN && first < due && first >= start)
		draw_box(canvas, axis_place(axis, first), x2, y, &slip);
	else if (first != UNKNOWN && first > due)
		canvas->type->line(canvas, x2, y + BAR_TOP + BAR / 2, axis_place(axis, first), y + BAR_TOP + BAR / 2, &slip);
	if (span->progress > 0 && x2 > x1)
		canvas->type->rectangle(canvas, x1, y + BAR_TOP + BAR / 2 - 1.5, (x2 - x1) * span->progress / 100, 3,
		                        &progress);
	if (first != UNKNOWN)
		draw_flag(canvas, axis_place(axis, first), y);
}

static void draw_mark(struct canvas *canvas, double x, double y, bool done)
{
	struct canvas_style style = { done ? CANVAS_INK : CANVAS_PAPER, CANVAS_PLAIN, CANVAS_INK, 1.1, false };

	picture_diamond(canvas, x, y, MARK, &style);
}

static void draw_several(struct canvas *canvas, double x, double y, const char *number)
{
	struct canvas_style box = picture_fill(CANVAS_PAPER, CANVAS_INK);
	struct canvas_text look = picture_text(8, CANVAS_MIDDLE, CANVAS_INK);

	canvas->type->rectangle(canvas, x - 6.5, y - 4.5, 13, 9, &box);
	canvas->type->text(canvas, x, y + 3, number, &look);
}

/* Where a milestone is; -1: it has no day. */
static double mark_place(const struct document_span *span, size_t index, const struct axis *axis)
{
	date_day day = day_of(span->marks.items[index].date);

	return day == UNKNOWN ? -1 : axis_place(axis, day);
}

#define CELLS 128
/* Milestones in cells as wide as one of them: a cell shows one, or how many are in it. */
static void draw_marks(const struct document_span *span, const struct axis *axis, double y, struct canvas *canvas)
{
	size_t cells = (size_t)(axis->width / (MARKS_APART + 3)) + 1, counts[CELLS] = { 0 }, which[CELLS] = { 0 };
	char number[SAY_NUMBER_SIZE];

	cells = cells < CELLS ? cells : CELLS;
	double wide = axis->width / (double)cells;
	for (size_t i = 0; i < span->marks.count; i++) {
		double x = mark_place(span, i, axis);
		size_t cell = x < 0 ? cells : (size_t)((x - axis->x) / wide);
		if (x < 0)
			continue;
		cell = cell < cells ? cell : cells - 1;
		counts[cell]++;
		which[cell] = i;
	}
	for (size_t i = 0; i < cells; i++) {
		double left = axis->x + (double)i * wide;
		if (counts[i] == 1) { /* where it is, but within its cell */
			double x = mark_place(span, which[i], axis);
			x = fmax(left + MARK + 0.5, fmin(x, left + wide - MARK - 0.5));
			draw_mark(canvas, x, y + MARK_AT, span->marks.items[which[i]].done);
		} else if (counts[i] > 1) {
			draw_several(canvas, left + wide / 2, y + MARK_AT, counts[i] > 99 ? "99+" : say_number(counts[i], number));
		}
	}
}

static void draw_check(struct canvas *canvas, double x, double y)
{
	struct canvas_style style = picture_stroke(CANVAS_INK, 1.6);

	canvas->type->line(canvas, x, y + 6, x + 3, y + 9.5, &style);
	canvas->type->line(canvas, x + 3, y + 9.5, x + 9, y + 2, &style);
}

/* Overdue: a triangle that points up, and "!" in it. */
static void draw_alarm(struct canvas *canvas, double x, double y)
{
	struct canvas_style style = { PICTURE_WHITE, CANVAS_PLAIN, ALARM, 1.4, false };
	struct canvas_point corners[] = { { x + 5, y }, { x + 10.5, y + 10 }, { x - 0.5, y + 10 } };
	struct canvas_text look = picture_bold(8, CANVAS_MIDDLE, ALARM);

	canvas->type->polygon(canvas, corners, 3, &style);
	canvas->type->text(canvas, x + 5, y + 9, "!", &look);
}

static void begin_span(const struct document_span *span, struct canvas *canvas)
{
	struct buffer title = { 0 };
	char day[SAY_DAY_SIZE];

	buffer_append_format(&title, "%s %s\n%s", span->id, span->title, say_day(span->start, day));
	buffer_append_format(&title, " – %s", say_day(span->due, day));
	if (*span->original_due)
		buffer_append_format(&title, " (%s: %s)", say(PHRASE_FIGURE_FIRST_DUE),
		                     say_day(span->original_due, day));
	for (size_t i = 0; i < span->marks.count; i++)
		buffer_append_format(&title, "\n%s %s: %s", say_day(span->marks.items[i].date, day), span->marks.items[i].title,
		                     say(span->marks.items[i].done ? PHRASE_FIGURE_REACHED : PHRASE_FIGURE_AHEAD));
	canvas->type->group_begin(canvas, buffer_text(&title));
	buffer_free(&title);
}

static void draw_span(const struct document_span *span, const struct axis *axis, double y, double right,
                      struct canvas *canvas)
{
	struct canvas_text end = picture_text(PICTURE_SMALL, CANVAS_END, CANVAS_INK);
	char number[16];

	begin_span(span, canvas);
	picture_name(canvas, y + 13, axis->x - GAP, span->id, span->title);
	draw_plan(span, axis, y, canvas);
	draw_marks(span, axis, y, canvas);
	if (day_of(span->start) == UNKNOWN && day_of(span->due) == UNKNOWN && span->marks.count == 0) {
		struct canvas_text soft = picture_text(PICTURE_SMALL, CANVAS_START, CANVAS_SOFT);
		canvas_text_within(canvas, axis->x + 4, y + 13, axis->width - 8, say(PHRASE_FIGURE_NO_DATES), &soft);
	}
	if (span->done)
		draw_check(canvas, right - RIGHT + GAP, y + 4);
	else if (span->overdue)
		draw_alarm(canvas, right - RIGHT + GAP, y + 5);
	snprintf(number, sizeof number, "%d %%", span->progress);
	canvas->type->text(canvas, right, y + 13, span->progress < 0 ? "–" : number, &end);
	canvas->type->group_end(canvas);
}

/* ---- The legend ------------------------------------------------------------------------------ */

static void swatch_bar(struct canvas *canvas, struct canvas_point at, canvas_colour colour, enum canvas_pattern pattern)
{
	struct canvas_style style = { colour, pattern, pattern ? PICTURE_BLACK : PROGRESS, 0.8, false };

	canvas->type->rectangle(canvas, at.x + 0.5, at.y + 4, PICTURE_SWATCH - 1, BAR, &style);
}

static double draw_legend(double width, double y, struct canvas *canvas)
{
	struct picture_legend legend = { canvas, width, 0, y };
	struct canvas_style progress = picture_fill(PROGRESS, CANVAS_NONE);
	struct canvas_point at = picture_legend_add(&legend, say(PHRASE_FIGURE_PLANNED));

	swatch_bar(canvas, at, PLANNED, CANVAS_PLAIN);
	at = picture_legend_add(&legend, say(PHRASE_FIGURE_PROGRESS));
	swatch_bar(canvas, at, PLANNED, CANVAS_PLAIN);
	canvas->type->rectangle(canvas, at.x + 0.5, at.y + 6.5, 9, 3, &progress);
	at = picture_legend_add(&legend, say(PHRASE_FIGURE_FIRST_DUE));
	swatch_bar(canvas, at, SLIPPED, CANVAS_RISING);
	draw_flag(canvas, at.x + 1, at.y + 1);
	at = picture_legend_add(&legend, say(PHRASE_FIGURE_REACHED));
	draw_mark(canvas, at.x + 8, at.y + 8, true);
	at = picture_legend_add(&legend, say(PHRASE_FIGURE_AHEAD));
	draw_mark(canvas, at.x + 8, at.y + 8, false);
	at = picture_legend_add(&legend, say(PHRASE_FIGURE_SEVERAL));
	draw_several(canvas, at.x + 8, at.y + 8, "2");
	at = picture_legend_add(&legend, say(PHRASE_FIGURE_DONE));
	draw_check(canvas, at.x + 3, at.y + 2);
	at = picture_legend_add(&legend, say(PHRASE_OVERDUE));
	draw_alarm(canvas, at.x + 3, at.y + 3);
	return picture_legend_end(&legend);
}

double picture_timeline_draw(const struct document_timeline *timeline, struct picture_room room, size_t page,
                             struct canvas *canvas)
{
	struct picture_cut cut = picture_cut(timeline->spans.count, timeline->spans.more, room.height, overhead(), ROW);
	double label = fmin(fmax(room.width * 0.36, 140), 300);
	struct axis axis = axis_make(timeline, cut.shown, label + GAP, room.width - label - GAP - RIGHT - GAP);
	size_t first = page * cut.per_page, last = first + cut.per_page < cut.shown ? first + cut.per_page : cut.shown;
	struct canvas_style rule = picture_stroke(CANVAS_FAINT, 0.5);
	double y = HEAD, bottom = HEAD + (double)(last - first) * ROW;

	draw_axis(&axis, bottom, canvas);
	draw_today(&axis, bottom, canvas);
	for (size_t i = first; i < last; i++, y += ROW) {
		canvas->type->line(canvas, 0, y, room.width, y, &rule);
		draw_span(&timeline->spans.items[i], &axis, y, room.width, canvas);
	}
	canvas->type->line(canvas, 0, y, room.width, y, &rule);
	y = draw_legend(room.width, y + 6, canvas);
	return y + picture_note_more(canvas, &cut, page, room.width, y);
}
