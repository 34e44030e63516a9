/* From the model to the document: what every report says of itself, and shorthands. */
#include <string.h>

#include "report/compose_parts.h"
#include "report/frame.h"

#define DAY_SIZE 10

/* ---- Shorthands ----------------------------------------------------------------- */

void compose_section(struct compose *compose, unsigned level, const char *name, enum phrase title)
{
	document_add_section(compose->document, level, name, say(title));
}

struct document_table *compose_table_of(struct compose *compose, const struct compose_head *heads, size_t count)
{
	struct document_column *columns = arena_take(&compose->document->arena, count * sizeof *columns);

	if (!columns)
		return NULL;
	for (size_t i = 0; i < count; i++)
		columns[i] = (struct document_column){ say(heads[i].head),
			                                   heads[i].help == COMPOSE_NO_HELP ? "" : say(heads[i].help),
			                                   heads[i].type, heads[i].width };
	return document_add_table(compose->document, "", say(PHRASE_NONE), columns, count);
}

const char *compose_say(struct compose *compose, enum phrase phrase, const char *one, const char *two,
                        const char *three)
{
	say_with(&compose->line, phrase, one, two, three);
	return compose_line(compose);
}

const char *compose_line(struct compose *compose)
{
	const char *text = arena_text(&compose->document->arena, buffer_span(&compose->line));

	compose->document->arena.failed |= compose->line.failed;
	buffer_clear(&compose->line);
	return text;
}

const char *compose_day(struct compose *compose, const char *moment)
{
	size_t size = strlen(moment);

	if (size <= DAY_SIZE)
		return moment;
	return arena_text(&compose->document->arena, (struct span){ moment, DAY_SIZE });
}

const char *compose_said_day(struct compose *compose, const char *moment)
{
	char text[SAY_DAY_SIZE];

	return arena_text(&compose->document->arena, span_of(say_day(compose_day(compose, moment), text)));
}

void compose_cell(struct compose *compose, struct document_table *table, const char *text)
{
	document_cell_text(compose->document, table, text);
}

/* Adds a cell of text; NULL without memory. */
static struct document_cell *add_cell(struct compose *compose, struct document_table *table, const char *text)
{
	size_t before = table ? table->cells.count : 0;

	document_cell_text(compose->document, table, text);
	return table && table->cells.count > before ? &table->cells.items[before] : NULL;
}

void compose_cell_alarm(struct compose *compose, struct document_table *table, const char *text, bool alarm)
{
	struct document_cell *cell = add_cell(compose, table, text);

	if (cell)
		cell->alarm = alarm;
}

void compose_cell_colour(struct compose *compose, struct document_table *table, const char *text, const char *colour)
{
	struct document_cell *cell = add_cell(compose, table, text);

	if (cell)
		cell->colour = colour;
}

void compose_cell_count(struct compose *compose, struct document_table *table, uint64_t count)
{
	document_cell_number(compose->document, table, (int64_t)count);
}

void compose_cell_line(struct compose *compose, struct document_table *table)
{
	document_cell_text(compose->document, table, compose_line(compose));
}

/* ---- What a report says of itself ------------------------------------------------- */

static void add_fact(struct compose *compose, enum phrase label, const char *value)
{
	document_add_fact(compose->document, say(label), value);
}

/* Of a value that does not last. */
static void add_said(struct compose *compose, enum phrase label, const char *value)
{
	add_fact(compose, label, arena_text(&compose->document->arena, span_of(value)));
}

static const char *filter_of(struct compose *compose)
{
	const struct report_model *model = compose->model;

	if (*model->only_domain)
		buffer_append_format(&compose->line, "%s %s", say(PHRASE_ONLY_DOMAIN), model->only_domain);
	if (*model->only_state)
		buffer_append_format(&compose->line, "%s%s %s", compose->line.size ? ", " : "", say(PHRASE_ONLY_STATE),
		                     model->only_state);
	if (compose->line.size && model->conditions.count)
		buffer_append_text(&compose->line, ", ");
	words_only(&compose->line, model);
	return compose_line(compose);
}

static void add_approval(struct compose *compose)
{
	const struct report_model *model = compose->model;
	char day[SAY_DAY_SIZE];

	if (model->frame.stage != REPORT_FINAL)
		return;
	add_fact(compose, PHRASE_STATE_OF, say(PHRASE_FINAL));
	add_fact(compose, PHRASE_APPROVED_BY, model->frame.approved_by);
	add_said(compose, PHRASE_APPROVED_ON, say_long_day(model->frame.approved_on, day));
	say_count(&compose->line, PHRASE_LEAVES, model->leaves, model->root, NULL);
	add_fact(compose, PHRASE_APPROVED_VERSION, compose_line(compose));
}

/* Of what it was made, for when and for whom. */
static void add_scope(struct compose *compose)
{
	const struct report_model *model = compose->model;
	char from[SAY_DAY_SIZE], to[SAY_DAY_SIZE];

	buffer_append_format(&compose->line, "%s%s%s", model->catalogue, *model->catalogue ? ": " : "",
	                     model->catalogue_title);
	add_fact(compose, PHRASE_CATALOGUE, compose_line(compose));
	buffer_append_format(&compose->line, "%s%s%s", model->state, *model->state_title ? " " : "", model->state_title);
	add_fact(compose, PHRASE_STORE_OF, compose_line(compose));
	buffer_append_format(&compose->line, "%s: %s %s %s", model->period.label, say_long_day(model->period.from, from),
	                     say(PHRASE_TO), say_long_day(model->period.to, to));
	add_fact(compose, PHRASE_PERIOD, compose_line(compose));
	add_said(compose, PHRASE_AS_OF, say_moment(model->as_of, from));
	add_said(compose, PHRASE_CUT_OFF, say_long_day(model->cut_off, from));
	add_fact(compose, PHRASE_ONLY, filter_of(compose));
	buffer_append_format(&compose->line, "%s%s%s", model->audience, *model->audience_title ? " " : "",
	                     model->audience_title);
	add_fact(compose, PHRASE_AUDIENCE, compose_line(compose));
}

static void add_facts(struct compose *compose)
{
	const struct report_model *model = compose->model;
	char generated[SAY_DAY_SIZE];

	add_fact(compose, PHRASE_MARKING, model->marking);
	add_scope(compose);
	if (*model->root) {
		buffer_append_format(&compose->line, "%s, ", model->origin);
		say_count(&compose->line, PHRASE_ENTRIES, model->leaves, NULL, NULL);
		add_fact(compose, PHRASE_CHECKPOINT, compose_line(compose));
		add_fact(compose, PHRASE_ROOT, model->root);
	}
	add_said(compose, PHRASE_GENERATED, say_moment(model->generated, generated));
}

static void add_title(struct compose *compose)
{
	const struct report_model *model = compose->model;
	struct document *document = compose->document;

	words_title(&compose->line, model);
	document->title = compose_line(compose);
	if (*model->frame.title) { /* its own says still which report it is */
		add_fact(compose, PHRASE_KIND, document->title);
		buffer_append_text(&compose->line, model->frame.title);
		words_filtered(&compose->line, model);
		document->title = compose_line(compose);
	}
	document->language = language_tag(say_language());
	document->subtitle = model->catalogue_title;
	document->marking = model->marking;
	document->stamp = model->frame.stage == REPORT_DRAFT ? say(PHRASE_DRAFT) : "";
	document->notice = model->notice;
	document->is_brief = model->kind == REPORT_SUMMARY;
	document->letterhead = model->frame.letterhead;
}

static void add_note(struct compose *compose)
{
	struct span rest = span_of(compose->model->frame.note), paragraph;

	if (rest.size)
		compose_section(compose, 1, "foreword", PHRASE_FOREWORD);
	while (frame_paragraph_take(&rest, &paragraph))
		document_add_paragraph(compose->document, arena_text(&compose->document->arena, paragraph));
}

bool compose_document(const struct report_model *model, struct document *document)
{
	static void (*const bodies[REPORT_KINDS])(struct compose *) = {
		[REPORT_STATUS] = compose_status,   [REPORT_REGISTER] = compose_register, [REPORT_MATRIX] = compose_matrix,
		[REPORT_CHANGES] = compose_changes, [REPORT_DUE] = compose_due,
		[REPORT_SUMMARY] = compose_summary, [REPORT_MEASURE] = compose_dossier, [REPORT_RISK] = compose_dossier,
		[REPORT_DOMAIN] = compose_dossier,  [REPORT_STATE] = compose_dossier,
	};
	struct compose compose = { .model = model, .document = document };

	add_title(&compose);
	add_approval(&compose);
	add_facts(&compose);
	add_note(&compose);
	bodies[model->kind](&compose);
	buffer_free(&compose.line);
	return !document->arena.failed;
}

bool compose_picture(const struct report_model *model, void (*figure)(struct compose *compose),
                     struct document *document)
{
	struct compose compose = { .model = model, .document = document };

	add_title(&compose);
	add_scope(&compose);
	document_add_section(document, 1, "picture", document->title);
	figure(&compose);
	buffer_free(&compose.line);
	return !document->arena.failed;
}
