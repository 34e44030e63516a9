/* Tables of a PDF: how their columns share the page, and their rows. */
#include <stdlib.h>
#include <string.h>

#include "report/canvas.h"
#include "report/render_pdf.h"

#define PADDING 3.0
#define MEASURED 256      /* bytes of a text that are measured at most */
#define SHORT_TEXT 64     /* bytes: a column with none beyond it is measured as it is */
#define WORD_LIMIT 96.0   /* a longer word is broken, in points */
#define LINES_UPRIGHT 4.0 /* a table whose cells have more is laid on its side */
#define LINES_LYING 5.0   /* and if it then still has more, gets smaller */
#define LINES_MOST 1000.0
#define FIRST_ROW 90.0    /* so much of the first row has room below the heads */
#define SLACK 1.03        /* for a text that is wider than those measured */
#define SAMPLES 4         /* longest texts of a column that are measured */

static const double sizes[] = { 8, 7.5, 7, 6.5 }; /* the last only where not even words fit otherwise */
#define READABLE 7.0

/* ---- What a column wants ------------------------------------------------------------------- */

/* The widest of the texts that were offered, by a guess, narrowest first. */
struct widest {
	struct span texts[SAMPLES];
	double guesses[SAMPLES];
};

static void offer(struct pdf_press *press, struct widest *widest, struct span text)
{
	size_t place = 0;

	if (text.size > MEASURED)
		text.size = MEASURED;
	double guess = pdf_text_guess(press, text);
	if (guess <= widest->guesses[0])
		return;
	for (size_t i = 0; i < SAMPLES; i++)
		if (span_equal(widest->texts[i], text))
			return;
	for (; place + 1 < SAMPLES && widest->guesses[place + 1] < guess; place++) {
		widest->texts[place] = widest->texts[place + 1];
		widest->guesses[place] = widest->guesses[place + 1];
	}
	widest->texts[place] = text;
	widest->guesses[place] = guess;
}

static void offer_words(struct pdf_press *press, struct widest *widest, const char *text)
{
	while (*text) {
		size_t bytes = strcspn(text, " \n\t");
		offer(press, widest, (struct span){ text, bytes });
		text += bytes + strspn(text + bytes, " \n\t");
	}
}

static double measure(struct pdf_press *press, enum pdf_style style, const struct widest *widest)
{
	double width = 0;

	for (size_t i = 0; i < SAMPLES && !press->code; i++) {
		char text[MEASURED + 1];
		if (widest->texts[i].size == 0)
			continue;
		memcpy(text, widest->texts[i].data, widest->texts[i].size);
		text[widest->texts[i].size] = '\0';
		double natural = pdf_text_natural(press, style, text);
		width = natural > width ? natural : width;
	}
	/* Letters stand closer in some words (WAT) than in others (ARM): one that was not measured
	 * may be as wide as it was guessed. The last guess is 0 where all were measured. */
	return widest->guesses[0] > width ? widest->guesses[0] : width;
}

struct wish {
	double least, best;
};

/* What most texts of a column need, some of which are much longer; of each, no more than
 * MEASURED bytes were measured. */
static double usual_width(double width, size_t longest, size_t mean)
{
	size_t measured = longest < MEASURED ? longest : MEASURED, usual = mean + mean / 2;

	if (longest <= SHORT_TEXT)
		return width;
	return width * (double)(usual < longest ? usual : longest) / (double)measured;
}

static bool is_text(const struct document_column *column)
{
	return column->type == DOCUMENT_TEXT || column->type == DOCUMENT_EMPTY;
}

static struct wish column_wish(struct pdf_press *press, const struct document_table *table, size_t place)
{
	const struct document_column *column = &table->columns[place];
	struct widest words = { 0 }, texts = { 0 }, head = { 0 };
	size_t sum = 0, filled = 0, longest = 0;
	bool has_alarm = false;

	for (size_t i = place; i < table->cells.count; i += table->column_count) {
		const struct document_cell *cell = &table->cells.items[i];
		size_t bytes = strlen(cell->text);
		has_alarm = has_alarm || cell->alarm;
		offer_words(press, &words, cell->text);
		offer(press, &texts, (struct span){ cell->text, bytes });
		sum += bytes;
		filled += bytes > 0;
		longest = bytes > longest ? bytes : longest;
	}
	offer_words(press, &head, column->head);
	enum pdf_style style = has_alarm ? PDF_HEAD : PDF_CELL; /* alarms are bold, behind a mark */
	double mark = has_alarm ? pdf_text_natural(press, PDF_HEAD, "!\u00a0") : 0;
	double word = measure(press, style, &words) + mark, title = measure(press, PDF_HEAD, &head);
	/* A head has no more than three lines, which do not fill to their ends. */
	double third = pdf_text_natural(press, PDF_HEAD, column->head) * 1.2 / 3;
	title = third > title ? third : title;
	struct wish wish = { word < WORD_LIMIT ? word : WORD_LIMIT, measure(press, style, &texts) + mark };
	if (!is_text(column))
		wish.least = wish.best; /* a date or a level in two lines is read wrongly */
	else if (filled > 0)
		wish.best = usual_width(wish.best, longest, sum / filled);
	if (wish.least < title)
		wish.least = title < WORD_LIMIT ? title : WORD_LIMIT;
	if (wish.best < wish.least)
		wish.best = wish.least;
	wish.least *= SLACK;
	wish.best *= SLACK;
	return wish;
}

/* ---- Sharing the page -------------------------------------------------------------------------- */

/* Where every cell would have so many lines. */
static double width_at(const struct wish *wish, double lines)
{
	double width = wish->best / lines;

	return width < wish->least ? wish->least : width;
}

static double total_at(const struct wish *wishes, size_t count, double lines)
{
	double width = 2 * PADDING * (double)count;

	for (size_t i = 0; i < count; i++)
		width += width_at(&wishes[i], lines);
	return width;
}

/* How many lines the usual cell of the widest column has, if the columns share the page so
 * that all have as few as possible: found by halving. */
static double share_lines(const struct wish *wishes, size_t count, double across)
{
	double low = 1, high = LINES_MOST;

	if (total_at(wishes, count, low) <= across)
		return low;
	for (unsigned step = 0; step < 40; step++) {
		double middle = (low + high) / 2;
		if (total_at(wishes, count, middle) <= across)
			high = middle;
		else
			low = middle;
	}
	return high;
}

/* What is left over goes to the columns of text; what is missing is taken of all. */
static void share(const struct document_table *table, const struct wish *wishes, double across, double *widths)
{
	size_t count = table->column_count;
	double lines = share_lines(wishes, count, across), total = total_at(wishes, count, lines), texts = 0;
	double padding = 2 * PADDING * (double)count, left = across - total;

	for (size_t i = 0; i < count; i++)
		texts += is_text(&table->columns[i]) ? width_at(&wishes[i], lines) : 0;
	for (size_t i = 0; i < count; i++) {
		widths[i] = width_at(&wishes[i], lines);
		if (left < 0)
			widths[i] *= (across - padding) / (total - padding);
		else if (is_text(&table->columns[i]) && texts > 0)
			widths[i] += left * widths[i] / texts;
	}
}

static void set_size(struct pdf_press *press, const struct pdf_plan *plan)
{
	pdf_text_size(press, PDF_CELL, plan->size);
	pdf_text_size(press, PDF_HEAD, plan->size);
}

/* Upright if so its cells have few lines; else on its side, and there smaller if need be. */
void pdf_table_plan(struct pdf_press *press, const struct document_table *table, struct pdf_plan *plan)
{
	double upright = PDF_SHORT_SIDE - 2 * PDF_MARGIN, lying = PDF_LONG_SIDE - 2 * PDF_MARGIN;
	size_t count = table->column_count;
	struct wish *wishes = calloc(count ? count : 1, sizeof *wishes);

	plan->widths = calloc(count ? count : 1, sizeof *plan->widths);
	if (!wishes || !plan->widths)
		press->code = error_set_memory(&press->error);
	for (size_t step = 0; step < sizeof sizes / sizeof sizes[0] && !press->code; step++) {
		plan->size = sizes[step];
		set_size(press, plan);
		for (size_t i = 0; i < count; i++)
			wishes[i] = column_wish(press, table, i);
		plan->is_wide = share_lines(wishes, count, upright) > LINES_UPRIGHT;
		share(table, wishes, plan->is_wide ? lying : upright, plan->widths);
		double lines = share_lines(wishes, count, lying);
		if (lines <= LINES_LYING || (plan->size <= READABLE && lines < LINES_MOST))
			break;
	}
	free(wishes);
}

/* ---- Its rows -------------------------------------------------------------------------------------- */

struct pdf_table {
	const struct document_table *table;
	const struct pdf_plan *plan;
	struct pdf_cell *cells, *heads;
};

void pdf_table_open(struct pdf_press *press)
{
	const struct pdf_table *writing = press->table;
	size_t count = writing->table->column_count;
	struct pdf_row row = { .tag = "TR", .first_place = PDF_PLACE_ROW + count, .padding = PADDING,
		                   .rule = PDF_COLOUR_INK, .is_head = true };

	bool is_fresh = press->is_fresh;

	pdf_tag_begin(press, "Table", NULL);
	pdf_flow_row(press, &row, writing->heads, count);
	press->is_fresh = is_fresh; /* behind heads alone, no row is moved to yet another page */
}

void pdf_table_close(struct pdf_press *press)
{
	pdf_tag_end(press, "Table");
}

static void set_places(const struct pdf_table *writing)
{
	double x = PADDING;

	for (size_t i = 0; i < writing->table->column_count; i++) {
		const struct document_column *column = &writing->table->columns[i];
		bool is_number = column->type == DOCUMENT_NUMBER || column->type == DOCUMENT_PERCENT;
		writing->heads[i] = (struct pdf_cell){ .text = column->head, .mark = "", .tag = "TH", .style = PDF_HEAD,
			.align = is_number ? PDF_END : PDF_START, .x = x, .width = writing->plan->widths[i],
			.colour = PDF_COLOUR_INK, .ground = PDF_COLOUR_SHADE };
		writing->cells[i] = writing->heads[i];
		writing->cells[i].tag = "TD";
		x += writing->plan->widths[i] + 2 * PADDING;
	}
}

/* What is overdue is bold and marked, so that it is seen without colours too. */
static void set_cell(struct pdf_cell *to, const struct document_cell *cell)
{
	canvas_colour ground = canvas_colour_read(cell->colour ? cell->colour : "", CANVAS_NONE);

	to->text = cell->type == DOCUMENT_EMPTY ? "" : cell->text;
	to->mark = cell->alarm && *to->text ? "!\u00a0" : "";
	to->style = cell->alarm ? PDF_HEAD : PDF_CELL;
	to->colour = cell->alarm ? PDF_COLOUR_ALARM : PDF_COLOUR_INK;
	to->ground = PDF_COLOUR_NONE;
	if (ground != CANVAS_NONE && *to->text) {
		to->ground = ground;
		to->colour = canvas_colour_on(ground);
	}
}

static void set_cells(const struct pdf_table *writing, size_t first)
{
	for (size_t column = 0; column < writing->table->column_count; column++)
		set_cell(&writing->cells[column], &writing->table->cells.items[first + column]);
}

static const struct pdf_row body = { .tag = "TR", .first_place = PDF_PLACE_ROW, .padding = PADDING,
	                                 .rule = PDF_COLOUR_RULE };

/* The heads are not left alone at the foot of a page. */
static void begin(struct pdf_press *press, const struct pdf_table *writing)
{
	size_t count = writing->table->column_count;
	double first;

	set_cells(writing, 0);
	first = pdf_flow_height(press, &body, writing->cells, count);
	if (first > FIRST_ROW)
		first = FIRST_ROW;
	if (pdf_page_room(press) < pdf_flow_height(press, &body, writing->heads, count) + first && !press->is_fresh)
		pdf_page_break(press);
	press->table = writing;
	pdf_table_open(press);
}

static void write_rows(struct pdf_press *press, const struct pdf_table *writing)
{
	const struct document_table *table = writing->table;

	for (size_t i = 0; i + table->column_count <= table->cells.count && !press->code; i += table->column_count) {
		set_cells(writing, i);
		pdf_flow_row(press, &body, writing->cells, table->column_count);
	}
}

void pdf_table_write(struct pdf_press *press, const struct document_table *table, const struct pdf_plan *plan)
{
	struct pdf_table writing = { .table = table, .plan = plan };

	if (*table->caption)
		pdf_flow_heading(press, PDF_CAPTION, "P", table->caption, 3);
	if (table->cells.count == 0 || table->column_count == 0) {
		pdf_flow_text(press, PDF_BODY, "P", table->none, PDF_COLOUR_SOFT, 8);
		return;
	}
	writing.cells = calloc(table->column_count, sizeof *writing.cells);
	writing.heads = calloc(table->column_count, sizeof *writing.heads);
	if (writing.cells && writing.heads) {
		set_places(&writing);
		set_size(press, plan);
		begin(press, &writing);
		write_rows(press, &writing);
		pdf_table_close(press);
		press->table = NULL;
		press->y += 10;
	} else {
		press->code = error_set_memory(&press->error);
	}
	free(writing.cells);
	free(writing.heads);
}
