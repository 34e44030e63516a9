/* What the parts of the composer share: shorthands for the words, tables and lists of
 * a report. */
#ifndef REPORT_COMPOSE_PARTS_H
#define REPORT_COMPOSE_PARTS_H

#include "report/compose.h"
#include "report/phrases.h"
#include "report/words.h"

struct compose {
	const struct report_model *model;
	struct document *document;
	struct buffer line; /* a text being put together */
};

#define COMPOSE_NO_HELP PHRASE_COUNT

/* A column as the composer writes it down: its head and help in the reader's words. */
struct compose_head {
	enum phrase head, help; /* help: COMPOSE_NO_HELP where the head says all */
	enum document_cell_type type;
	unsigned width;
};

/* compose_section(compose, level, name, title): begin one, as document_add_section does.
 * compose_table(compose, heads): a table of these columns in it, without a caption;
 * `heads` is an array. Where it has no rows, it says "None." */
void compose_section(struct compose *compose, unsigned level, const char *name, enum phrase title);
#define compose_table(compose, heads) compose_table_of(compose, heads, sizeof(heads) / sizeof(heads)[0])
struct document_table *compose_table_of(struct compose *compose, const struct compose_head *heads, size_t count);

/* compose_say: a phrase with its places filled in, as say_with does, in the arena.
 * compose_line: what was put together in `compose->line`, in the arena; the line is
 * empty again afterwards. */
const char *compose_say(struct compose *compose, enum phrase phrase, const char *one, const char *two,
                        const char *three);
const char *compose_line(struct compose *compose);

/* compose_day: the day of a moment; a day stays one. */
const char *compose_day(struct compose *compose, const char *moment);
/* compose_said_day: the same as the language of the report writes it within a text. */
const char *compose_said_day(struct compose *compose, const char *moment);

/* The next cell of a table: compose_cell(compose, table, text), and the same to be seen at
 * a glance, or on a ground of that colour. compose_cell_line: of what was put together in `compose->line`. */
void compose_cell(struct compose *compose, struct document_table *table, const char *text);
void compose_cell_alarm(struct compose *compose, struct document_table *table, const char *text, bool alarm);
void compose_cell_colour(struct compose *compose, struct document_table *table, const char *text, const char *colour);
void compose_cell_count(struct compose *compose, struct document_table *table, uint64_t count);
void compose_cell_line(struct compose *compose, struct document_table *table);

/* compose_chosen(compose): the table of measures, or of the register's risks, in the columns that were asked for. */
void compose_chosen(struct compose *compose);

/* compose_shows_domain: whether it is among those that the report is narrowed to. */
bool compose_shows_domain(const struct compose *compose, const struct report_domain *domain);

/* Figures: the matrix; measures by status, for each domain and for each lead; how many each
 * state leads in each domain; when they are due. Nothing is drawn of nothing. */
void compose_matrix_figure(struct compose *compose);
void compose_domain_bars(struct compose *compose);
void compose_state_bars(struct compose *compose);
void compose_heat_figure(struct compose *compose);
void compose_timeline_figures(struct compose *compose);
void compose_trend_figures(struct compose *compose); /* progress at the ends of the last periods */ /* one for each domain */
void compose_timeline_figure(struct compose *compose);  /* one of all measures */
void compose_dependencies_figure(struct compose *compose);

/* The chapters of the status report that have a file of their own. */
void compose_joint(struct compose *compose);
void compose_measures(struct compose *compose); /* of the register too */
void compose_progress(struct compose *compose); /* indicators and milestones */
void compose_indicators(struct compose *compose);
void compose_assessments(struct compose *compose); /* of the register */
void compose_status_risks(struct compose *compose);
/* Of the summary too; the highest risks with a picture of all, or alone. */
void compose_highest(struct compose *compose, bool picture);
void compose_remarks(struct compose *compose);

/* One for each kind of report. */
void compose_status(struct compose *compose);
void compose_register(struct compose *compose);
void compose_matrix(struct compose *compose);
void compose_changes(struct compose *compose);
void compose_due(struct compose *compose);
void compose_summary(struct compose *compose);
void compose_dossier(struct compose *compose);

#endif
