/* Reports as text for a terminal or a letter: the head, and what the kinds share. */
#include "report/render_text.h"

#include <stdio.h>

#include "base/text.h"
#include "report/frame.h"
#include "report/words.h"

#define LABEL_GAP 2
#define COLUMNS_LEAST 40 /* narrower than that nothing is read with ease */

void text_section(struct text_page *page, const char *heading)
{
	render_flush(page->output);
	buffer_append_char(page->to, '\n');
	if (page->colour)
		buffer_append_text(page->to, "\033[1m");
	layout_paragraph(page->to, heading, 0, 2, page->columns);
	if (page->colour)
		buffer_append_text(page->to, "\033[0m");
}

void text_say(struct text_page *page, enum phrase phrase, const char *one, const char *two)
{
	struct buffer line = { 0 };

	say_with(&line, phrase, one, two, NULL);
	buffer_append_text(page->to, "  ");
	layout_paragraph(page->to, buffer_text(&line), 2, 2, page->columns);
	page->to->failed |= line.failed;
	buffer_free(&line);
}

void text_more(struct text_page *page, size_t count)
{
	char number[SAY_NUMBER_SIZE];

	if (count)
		text_say(page, PHRASE_MORE, say_number(count, number), NULL);
}

const char *text_level(const struct report_level *level, char text[TEXT_LEVEL_SIZE])
{
	if (level->score == 0)
		return "-";
	snprintf(text, TEXT_LEVEL_SIZE, "%u%s%.120s", level->score, *level->band ? " " : "", level->band);
	return text;
}

/* The nearest of the 6 by 6 by 6 colours that nearly every terminal has. */
void text_background(struct text_page *page, const char *colour)
{
	unsigned red, green, blue;

	if (!page->colour)
		return;
	if (sscanf(colour, "#%2x%2x%2x", &red, &green, &blue) != 3) {
		buffer_append_text(page->to, "\033[0m");
		return;
	}
	unsigned index = 16 + 36 * ((red + 25) / 51) + 6 * ((green + 25) / 51) + (blue + 25) / 51;
	unsigned light = 2 * red + 5 * green + blue; /* of at most 2040: black on light, white on dark */
	buffer_append_format(page->to, "\033[%s;48;5;%um", light > 900 ? "30" : "97", index);
}

/* Of the longest label in this language, and what stands between it and the text. */
static size_t label_width(void)
{
	static const enum phrase labels[] = { PHRASE_MARKING, PHRASE_CATALOGUE, PHRASE_STORE_OF,   PHRASE_PERIOD,
		                                  PHRASE_AS_OF,   PHRASE_ONLY,      PHRASE_CHECKPOINT, PHRASE_GENERATED };
	size_t widest = 0;

	for (size_t i = 0; i < sizeof labels / sizeof labels[0]; i++) {
		size_t width = text_width(span_of(say(labels[i])));
		widest = width > widest ? width : widest;
	}
	return widest + LABEL_GAP;
}

static void put_line(struct text_page *page, enum phrase label, const char *text)
{
	size_t width = label_width();

	if (!*text)
		return;
	layout_put(page->to, span_of(say(label)), width, false);
	layout_paragraph(page->to, text, width, width, page->columns);
}

static void put_filter(struct text_page *page)
{
	const struct report_model *model = page->model;
	struct buffer text = { 0 };

	if (*model->only_domain)
		buffer_append_format(&text, "%s %s", say(PHRASE_ONLY_DOMAIN), model->only_domain);
	if (*model->only_state)
		buffer_append_format(&text, "%s%s %s", text.size ? ", " : "", say(PHRASE_ONLY_STATE), model->only_state);
	if (text.size && model->conditions.count)
		buffer_append_text(&text, ", ");
	words_only(&text, model);
	put_line(page, PHRASE_ONLY, buffer_text(&text));
	page->to->failed |= text.failed;
	buffer_free(&text);
}

/* A state by its code, and by its name if that is known. */
static void put_named(struct text_page *page, enum phrase label, const char *id, const char *title)
{
	struct buffer text = { 0 };

	buffer_append_format(&text, "%s%s%s", id, *title ? " " : "", title);
	put_line(page, label, buffer_text(&text));
	page->to->failed |= text.failed;
	buffer_free(&text);
}

static void put_audience(struct text_page *page)
{
	const struct report_model *model = page->model;
	if (*model->audience)
		put_named(page, PHRASE_AUDIENCE, model->audience, model->audience_title);
}

/* In a line of its own, as these labels are longer than those of the head. */
static void put_approved(struct text_page *page, enum phrase label, const char *text)
{
	struct buffer line = { 0 };

	buffer_append_format(&line, "%s: %s", say(label), text);
	page->to->failed |= line.failed;
	layout_paragraph(page->to, buffer_text(&line), 0, 2, page->columns);
	buffer_free(&line);
}

static void put_approval(struct text_page *page)
{
	const struct report_model *model = page->model;
	struct buffer version = { 0 };
	char day[SAY_DAY_SIZE];

	if (model->frame.stage != REPORT_FINAL)
		return;
	put_approved(page, PHRASE_STATE_OF, say(PHRASE_FINAL));
	put_approved(page, PHRASE_APPROVED_BY, model->frame.approved_by);
	put_approved(page, PHRASE_APPROVED_ON, say_day(model->frame.approved_on, day));
	say_count(&version, PHRASE_LEAVES, model->leaves, model->root, NULL);
	put_approved(page, PHRASE_APPROVED_VERSION, buffer_text(&version));
	page->to->failed |= version.failed;
	buffer_free(&version);
}

static void put_letterhead(struct text_page *page)
{
	const struct report_letterhead *letterhead = &page->model->frame.letterhead;

	if (!*letterhead->name)
		return;
	layout_paragraph(page->to, letterhead->name, 0, 0, page->columns);
	if (*letterhead->address)
		layout_paragraph(page->to, letterhead->address, 0, 0, page->columns);
	buffer_append_char(page->to, '\n');
}

static void put_head(struct text_page *page)
{
	const struct report_model *model = page->model;
	char text[1024], from[SAY_DAY_SIZE], to[SAY_DAY_SIZE];
	struct buffer own = { 0 };

	if (page->colour)
		buffer_append_text(page->to, "\033[1m");
	if (model->frame.stage == REPORT_DRAFT)
		buffer_append_format(page->to, "%s\n", say(PHRASE_DRAFT));
	put_letterhead(page);
	words_title(&own, model);
	page->to->failed |= own.failed;
	if (*model->frame.title) {
		struct buffer title = { 0 };
		buffer_append_text(&title, model->frame.title);
		words_filtered(&title, model);
		page->to->failed |= title.failed;
		layout_paragraph(page->to, buffer_text(&title), 0, 0, page->columns);
		buffer_free(&title);
	} else {
		layout_paragraph(page->to, buffer_text(&own), 0, 0, page->columns);
	}
	buffer_append_text(page->to, page->colour ? "\033[0m" : "");
	if (*model->frame.title) /* its own says still which report it is */
		put_line(page, PHRASE_KIND, buffer_text(&own));
	buffer_free(&own);
	put_approval(page);
	if (*model->marking)
		put_line(page, PHRASE_MARKING, model->marking);
	put_line(page, PHRASE_CATALOGUE, model->catalogue_title);
	if (*model->notice) {
		layout_fill(page->to, ' ', label_width());
		layout_paragraph(page->to, model->notice, label_width(), label_width(), page->columns);
	}
	put_named(page, PHRASE_STORE_OF, model->state, model->state_title);
	snprintf(text, sizeof text, "%s: %s %s %s", model->period.label, say_day(model->period.from, from), say(PHRASE_TO),
	         say_day(model->period.to, to));
	put_line(page, PHRASE_PERIOD, text);
	snprintf(text, sizeof text, "%s (%s %s)", say_moment(model->as_of, from), say(PHRASE_LAST_DAY),
	         say_day(model->cut_off, to));
	put_line(page, PHRASE_AS_OF, text);
	put_filter(page);
	put_audience(page);
	if (*model->root) {
		struct buffer line = { 0 };
		say_count(&line, PHRASE_LEAVES, model->leaves, model->root, NULL);
		put_line(page, PHRASE_CHECKPOINT, buffer_text(&line));
		page->to->failed |= line.failed;
		buffer_free(&line);
	}
	put_line(page, PHRASE_GENERATED, say_moment(model->generated, from));
}

static void put_note(struct text_page *page)
{
	struct span rest = span_of(page->model->frame.note), paragraph;
	struct buffer line = { 0 };

	if (rest.size)
		text_section(page, say(PHRASE_FOREWORD));
	for (bool first = true; frame_paragraph_take(&rest, &paragraph); first = false) {
		buffer_clear(&line);
		buffer_append_span(&line, paragraph);
		page->to->failed |= line.failed;
		buffer_append_text(page->to, first ? "  " : "\n  ");
		layout_paragraph(page->to, buffer_text(&line), 2, 2, page->columns);
	}
	buffer_free(&line);
}

void render_text(const struct report_model *model, const struct report_look *look, struct render_output *output)
{
	static void (*const bodies[REPORT_KINDS])(struct text_page *) = {
		[REPORT_STATUS] = text_status,   [REPORT_REGISTER] = text_register, [REPORT_MATRIX] = text_matrix,
		[REPORT_CHANGES] = text_changes, [REPORT_DUE] = text_due,
		[REPORT_SUMMARY] = text_summary, [REPORT_MEASURE] = text_document, [REPORT_RISK] = text_document,
		[REPORT_DOMAIN] = text_document, [REPORT_STATE] = text_document,
	};
	size_t columns = look->columns < COLUMNS_LEAST ? COLUMNS_LEAST : look->columns;
	struct text_page page = { model, output, &output->text, columns, look->colour };

	put_head(&page);
	put_note(&page);
	bodies[model->kind](&page);
}
