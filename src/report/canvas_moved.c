/* A canvas that begins at another point of the one below it. */
#include "report/canvas.h"

#define CORNERS_MOST 8

static struct canvas_moved *moved(struct canvas *canvas)
{
	return (struct canvas_moved *)canvas;
}

static void moved_rectangle(struct canvas *canvas, double x, double y, double width, double height,
                            const struct canvas_style *style)
{
	const struct canvas_moved *by = moved(canvas);

	by->other->type->rectangle(by->other, x + by->x, y + by->y, width, height, style);
}

static void moved_circle(struct canvas *canvas, double x, double y, double radius, const struct canvas_style *style)
{
	const struct canvas_moved *by = moved(canvas);

	by->other->type->circle(by->other, x + by->x, y + by->y, radius, style);
}

static void moved_polygon(struct canvas *canvas, const struct canvas_point *corners, size_t count,
                          const struct canvas_style *style)
{
	const struct canvas_moved *by = moved(canvas);
	struct canvas_point there[CORNERS_MOST];

	for (size_t i = 0; i < count && i < CORNERS_MOST; i++)
		there[i] = (struct canvas_point){ corners[i].x + by->x, corners[i].y + by->y };
	by->other->type->polygon(by->other, there, count < CORNERS_MOST ? count : CORNERS_MOST, style);
}

static void moved_line(struct canvas *canvas, double x1, double y1, double x2, double y2,
                       const struct canvas_style *style)
{
	const struct canvas_moved *by = moved(canvas);

	by->other->type->line(by->other, x1 + by->x, y1 + by->y, x2 + by->x, y2 + by->y, style);
}

static void moved_text(struct canvas *canvas, double x, double y, const char *text, const struct canvas_text *look)
{
	const struct canvas_moved *by = moved(canvas);

	by->other->type->text(by->other, x + by->x, y + by->y, text, look);
}

static double moved_text_width(struct canvas *canvas, const char *text, const struct canvas_text *look)
{
	struct canvas *other = moved(canvas)->other;

	return other->type->text_width(other, text, look);
}

static void moved_group_begin(struct canvas *canvas, const char *title)
{
	struct canvas *other = moved(canvas)->other;

	other->type->group_begin(other, title);
}

static void moved_group_end(struct canvas *canvas)
{
	struct canvas *other = moved(canvas)->other;

	other->type->group_end(other);
}

struct canvas_moved canvas_moved(struct canvas *other, double x, double y)
{
	static const struct canvas_type type = { moved_rectangle, moved_circle,     moved_polygon,     moved_line,
		                                     moved_text,      moved_text_width, moved_group_begin, moved_group_end };

	return (struct canvas_moved){ { &type }, other, x, y };
}
