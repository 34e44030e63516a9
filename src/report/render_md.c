/* Reports as Markdown: CommonMark with the tables of GitHub's. What people and partners
 * wrote is text in it and nothing else: whatever would be markup is escaped, and the one
 * tag is <br>, where a line ends within a cell. Of the figures, the matrix and the heat
 * map are tables too; bars and timelines say what the tables below them say. */
#include "report/compose.h"
#include "report/markdown.h"
#include "report/phrases.h"
#include "report/render.h"

static void put_line(struct buffer *to, const char *text)
{
	markdown_text(to, text, " ");
}

/* ---- Tables --------------------------------------------------------------------------- */

static void put_cell(struct buffer *to, const struct document_cell *cell)
{
	const char *mark = cell->alarm && *cell->text ? "**" : "";

	buffer_append_format(to, " %s", mark);
	markdown_text(to, cell->text, "<br>");
	buffer_append_format(to, "%s |", mark);
}

static void put_rule(struct buffer *to, const struct document_column *columns, size_t count)
{
	buffer_append_char(to, '|');
	for (size_t i = 0; i < count; i++) {
		bool right = columns[i].type == DOCUMENT_NUMBER || columns[i].type == DOCUMENT_PERCENT;
		buffer_append_text(to, right ? " ---: |" : " --- |");
	}
	buffer_append_char(to, '\n');
}

/* What the heads mean, below the table that they stand over. */
static void put_help(struct buffer *to, const struct document_table *table)
{
	bool any = false;

	for (size_t i = 0; i < table->column_count; i++) {
		const struct document_column *column = &table->columns[i];
		if (!*column->help)
			continue;
		buffer_append_text(to, any ? "; " : "\n*");
		put_line(to, column->head);
		buffer_append_text(to, ": ");
		put_line(to, column->help);
		any = true;
	}
	if (any)
		buffer_append_text(to, ".*\n");
}

static void put_table(struct render_output *output, const struct document_table *table)
{
	struct buffer *to = &output->text;

	buffer_append_char(to, '\n');
	if (*table->caption) {
		put_line(to, table->caption);
		buffer_append_text(to, "\n\n");
	}
	if (table->cells.count == 0 || table->column_count == 0) {
		put_line(to, table->none);
		buffer_append_char(to, '\n');
		return;
	}
	buffer_append_char(to, '|');
	for (size_t i = 0; i < table->column_count; i++)
		put_cell(to, &(struct document_cell){ .text = table->columns[i].head });
	buffer_append_char(to, '\n');
	put_rule(to, table->columns, table->column_count);
	for (size_t i = 0; i < table->cells.count; i++) {
		if (i % table->column_count == 0)
			buffer_append_char(to, '|');
		put_cell(to, &table->cells.items[i]);
		if ((i + 1) % table->column_count == 0) {
			buffer_append_char(to, '\n');
			render_flush(output);
		}
	}
	put_help(to, table);
}

/* ---- Figures that are tables ------------------------------------------------------------ */

static void put_axis(struct buffer *to, const char *corner, const char *const *labels, size_t count)
{
	buffer_append_text(to, "| ");
	put_line(to, corner);
	buffer_append_text(to, " |");
	for (size_t i = 0; i < count; i++) {
		buffer_append_char(to, ' ');
		put_line(to, labels[i]);
		buffer_append_text(to, " |");
	}
	buffer_append_text(to, "\n| --- |");
	for (size_t i = 0; i < count; i++)
		buffer_append_text(to, " --- |");
	buffer_append_char(to, '\n');
}

/* The ids of the risks that stand there today. */
static void put_field(struct buffer *to, const struct document_matrix *matrix, unsigned likelihood, unsigned impact)
{
	buffer_append_char(to, ' ');
	for (size_t i = 0; i < matrix->points.count; i++) {
		const struct report_level *level = &matrix->points.items[i].residual;
		if (level->likelihood != likelihood || level->impact != impact)
			continue;
		put_line(to, matrix->points.items[i].id);
		buffer_append_char(to, ' ');
	}
	buffer_append_char(to, '|');
}

static void put_matrix(struct buffer *to, const struct document_matrix *matrix)
{
	const struct report_scale *scale = matrix->scale;
	struct buffer corner = { 0 };

	buffer_append_format(&corner, "%s / %s", say(PHRASE_LIKELIHOOD), say(PHRASE_IMPACT));
	put_line(to, say(PHRASE_MATRIX_RESIDUAL));
	buffer_append_text(to, "\n\n");
	put_axis(to, buffer_text(&corner), scale->impact + 1, scale->impacts);
	to->failed |= corner.failed;
	buffer_free(&corner);
	for (unsigned likelihood = scale->likelihoods; likelihood >= 1; likelihood--) {
		buffer_append_format(to, "| %u ", likelihood);
		put_line(to, scale->likelihood[likelihood]);
		buffer_append_text(to, " |");
		for (unsigned impact = 1; impact <= scale->impacts; impact++)
			put_field(to, matrix, likelihood, impact);
		buffer_append_char(to, '\n');
	}
}

static void put_heat(struct buffer *to, const struct document_heat *heat)
{
	put_axis(to, heat->unit, heat->columns, heat->column_count);
	for (size_t row = 0; row < heat->row_count; row++) {
		buffer_append_text(to, "| ");
		put_line(to, heat->rows[row]);
		buffer_append_text(to, " |");
		for (size_t i = 0; i < heat->column_count; i++)
			buffer_append_format(to, " %llu |", (unsigned long long)heat->values[row * heat->column_count + i]);
		buffer_append_char(to, '\n');
	}
}

static void put_figure(struct buffer *to, const struct document_figure *figure)
{
	if (figure->type != DOCUMENT_MATRIX && figure->type != DOCUMENT_HEAT)
		return;
	buffer_append_text(to, "\n**");
	put_line(to, figure->title);
	buffer_append_text(to, "**\n\n");
	if (figure->type == DOCUMENT_MATRIX)
		put_matrix(to, &figure->matrix);
	else
		put_heat(to, &figure->heat);
}

/* ---- The whole ---------------------------------------------------------------------------- */

static void put_block(struct render_output *output, const struct document_block *block)
{
	const char *mark = block->type == DOCUMENT_NOTE ? "*" : "";

	switch (block->type) {
	case DOCUMENT_PARAGRAPH:
	case DOCUMENT_NOTE:
		buffer_append_format(&output->text, "\n%s", mark);
		markdown_text(&output->text, block->text, "<br>");
		buffer_append_format(&output->text, "%s\n", mark);
		break;
	case DOCUMENT_TABLE_BLOCK:
		put_table(output, block->table);
		break;
	case DOCUMENT_FIGURE_BLOCK:
		put_figure(&output->text, block->figure);
		break;
	}
}

static void put_head(struct buffer *to, const struct document *document)
{
	if (*document->stamp) {
		buffer_append_text(to, "**");
		put_line(to, document->stamp);
		buffer_append_text(to, "**\n\n");
	}
	if (*document->letterhead.name) {
		buffer_append_text(to, "**");
		put_line(to, document->letterhead.name);
		buffer_append_text(to, *document->letterhead.address ? "**<br>" : "**");
		markdown_text(to, document->letterhead.address, "<br>");
		buffer_append_text(to, "\n\n");
	}
	buffer_append_text(to, "# ");
	put_line(to, document->title);
	buffer_append_char(to, '\n');
	if (*document->subtitle) {
		buffer_append_char(to, '\n');
		put_line(to, document->subtitle);
		buffer_append_char(to, '\n');
	}
	if (*document->notice) {
		buffer_append_text(to, "\n> ");
		put_line(to, document->notice);
		buffer_append_char(to, '\n');
	}
	buffer_append_char(to, '\n');
	for (size_t i = 0; i < document->facts.count; i++) {
		buffer_append_text(to, "- **");
		put_line(to, document->facts.items[i].label);
		buffer_append_text(to, "**: ");
		put_line(to, document->facts.items[i].value);
		buffer_append_char(to, '\n');
	}
}

static void put_document(const struct document *document, struct render_output *output)
{
	put_head(&output->text, document);
	for (size_t i = 0; i < document->sections.count; i++) {
		const struct document_section *section = &document->sections.items[i];
		buffer_append_text(&output->text, section->level > 1 ? "\n### " : "\n## ");
		put_line(&output->text, section->title);
		buffer_append_char(&output->text, '\n');
		for (size_t j = 0; j < section->blocks.count; j++)
			put_block(output, &section->blocks.items[j]);
	}
}

void render_md(const struct report_model *model, const struct report_look *look, struct render_output *output)
{
	struct document document;

	(void)look;
	document_start(&document);
	if (compose_document(model, &document))
		put_document(&document, output);
	else
		output->failed = true;
	document_free(&document);
}
