/* A report as a document: headings, paragraphs, tables and figures in the order in
 * which people read them, in words of the reader's language. It is composed once from
 * the model (compose.h), so that a format which shows documents needs to know nothing of
 * the kinds of report: html, md, pdf and xlsx each render this. All of it lies in an
 * arena; texts are UTF-8, never NULL, and of any content: a renderer escapes them. */
#ifndef REPORT_DOCUMENT_H
#define REPORT_DOCUMENT_H

#include "report/arena.h"
#include "report/model.h"

/* ---- Tables ------------------------------------------------------------------------ */

enum document_cell_type {
	DOCUMENT_TEXT,    /* text */
	DOCUMENT_NUMBER,  /* number */
	DOCUMENT_PERCENT, /* number, 0 to 100 */
	DOCUMENT_DATE,    /* text, as the language writes it; number: days since 1970 */
	DOCUMENT_LEVEL,   /* number is the score; text "4x5=20", colour that of its band */
	DOCUMENT_EMPTY    /* nothing, of any column */
};

struct document_cell {
	enum document_cell_type type;
	const char *text;
	int64_t number;
	const char *colour; /* "#rrggbb" of the ground behind it, or "" */
	bool alarm;         /* overdue, missed: to be seen at a glance, not by colour alone */
};

struct document_column {
	const char *head;   /* label */
	const char *help;   /* what it means, one line; or "" */
	enum document_cell_type type; /* of its cells, where they are not empty */
	unsigned width;     /* share of the page that it wants, in characters; 0: takes what is left */
};

struct document_table {
	const char *caption; /* or "" */
	const char *none;    /* said in its place if there are no rows */
	size_t column_count;
	const struct document_column *columns;
	ARENA_LIST(struct document_cell) cells; /* row by row: a multiple of column_count */
};

/* ---- Figures ------------------------------------------------------------------------- */

/* One risk on the matrix; levels of 0 are not assessed. */
struct document_matrix_point {
	const char *id, *title;
	struct report_level inherent, residual, target;
};
struct document_matrix {
	const struct report_scale *scale; /* labels of the axes and the bands' colours */
	ARENA_LIST(struct document_matrix_point) points;
};

/* Stacked bars: of each row so much of each part. */
#define DOCUMENT_PARTS 8
struct document_bar {
	const char *label, *title;
	uint64_t parts[DOCUMENT_PARTS];
};
struct document_bars {
	size_t part_count;
	const char *parts[DOCUMENT_PARTS]; /* labels: planned, in progress, … */
	ARENA_LIST(struct document_bar) bars;
};

struct document_mark {
	const char *date, *title;
	bool done;
};
struct document_span {
	const char *id, *title, *start, *due, *original_due; /* "" if not known; original_due where it slipped */
	int progress; /* per cent; -1: no report */
	bool overdue, done;
	ARENA_LIST(struct document_mark) marks; /* milestones */
};
struct document_timeline {
	const char *today; /* the cut-off day */
	ARENA_LIST(struct document_span) spans;
};

/* A grid of counts, such as domain by state. */
struct document_heat {
	size_t row_count, column_count;
	const char *const *rows, *const *columns; /* labels */
	const uint64_t *values; /* row by row */
	const char *unit;       /* what is counted */
	const char *const *row_titles; /* for who does not know the label; or "" */
};

/* What must come first: each after those that it depends on, unless they depend on it too. */
struct document_dependent {
	const char *id, *title;
	bool done;
	ARENA_LIST(const char *) first; /* ids of those that must come first, in the list or not */
};
struct document_dependencies {
	ARENA_LIST(struct document_dependent) measures;
};

enum document_figure_type {
	DOCUMENT_MATRIX, DOCUMENT_BARS, DOCUMENT_TIMELINE, DOCUMENT_HEAT,
	DOCUMENT_DEPENDENCIES /* of a picture alone; no report holds it */
};
struct document_figure {
	enum document_figure_type type;
	const char *title;       /* and what is to be seen: for who cannot see it */
	const char *description;
	union {
		struct document_matrix matrix;
		struct document_bars bars;
		struct document_timeline timeline;
		struct document_heat heat;
		struct document_dependencies dependencies;
	};
};

/* ---- The whole ------------------------------------------------------------------------ */

enum document_block_type { DOCUMENT_PARAGRAPH, DOCUMENT_NOTE /* small print */, DOCUMENT_TABLE_BLOCK, DOCUMENT_FIGURE_BLOCK };
struct document_block {
	enum document_block_type type;
	const char *text; /* of a paragraph or note */
	const struct document_table *table;
	const struct document_figure *figure;
};

struct document_section {
	const char *name;  /* ASCII, unique: an anchor, a sheet's name where it is short enough */
	const char *title;
	unsigned level;    /* 1: a chapter; 2: within one */
	ARENA_LIST(struct document_block) blocks;
};

/* A line of what the report says of itself: "Period", "2026-H1, …". */
struct document_fact {
	const char *label, *value;
};

struct document {
	struct arena arena;
	const char *language; /* BCP 47, of the words */
	struct report_letterhead letterhead; /* above the title */
	const char *title, *subtitle;
	const char *marking;  /* the strictest of what is in it, "TLP:AMBER"; "" if nothing is marked: on each page */
	const char *stamp;    /* said across each page, or above the title: "DRAFT"; or "" */
	bool is_brief;        /* to be one page, if that can be: no contents, and what it says of itself is small print */
	const char *notice;   /* that the catalogue is illustrative, say; or "" */
	ARENA_LIST(struct document_fact) facts;
	ARENA_LIST(struct document_section) sections;
};

/* ---- Composing ------------------------------------------------------------------------- */

/* document_start(document): empty; document_free: all of it. Each of the others adds what
 * comes next and returns it, or NULL without memory, which the arena remembers too
 * (document->arena.failed). */
void document_start(struct document *document);
void document_free(struct document *document);
void document_add_fact(struct document *document, const char *label, const char *value);
struct document_section *document_add_section(struct document *document, unsigned level, const char *name,
                                              const char *title);
/* To the section that was added last. The text is kept by pointer. */
void document_add_paragraph(struct document *document, const char *text);
void document_add_note(struct document *document, const char *text);
/* `columns` is kept by pointer. */
struct document_table *document_add_table(struct document *document, const char *caption, const char *none,
                                          const struct document_column *columns, size_t column_count);
struct document_figure *document_add_figure(struct document *document, enum document_figure_type type,
                                            const char *title, const char *description);

/* The next cell of a table. Text is kept by pointer; a text of "" makes an empty cell. */
void document_cell_text(struct document *document, struct document_table *table, const char *text);
void document_cell_number(struct document *document, struct document_table *table, int64_t number);
void document_cell_percent(struct document *document, struct document_table *table, int percent); /* -1: empty */
void document_cell_date(struct document *document, struct document_table *table, const char *date, bool alarm);
void document_cell_level(struct document *document, struct document_table *table, const struct report_level *level);

/* document_format(document, format, ...): a text within its arena. */
const char *document_format(struct document *document, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
