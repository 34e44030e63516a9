/* The form as a workbook: what the ministry may change is open and checked as it is typed,
 * all else is protected; what the form is of stands in hidden places. */
#include <string.h>

#include "base/date.h"
#include "report/form_rows.h"
#include "report/phrases.h"
#include "report/xlsx_book.h"

#define COLOUR_OPEN 0xFFF8DC

static const struct xlsx_style closed = { .is_framed = true }, head_style = { .is_head = true };

static const struct form_head {
	enum phrase head, help;
	unsigned width;
} heads[FORM_COLUMNS] = {
	[FORM_ID] = { PHRASE_ID, PHRASE_FORM_HELP_ID, 13 },
	[FORM_TITLE] = { PHRASE_TITLE, PHRASE_FORM_HELP_ID, 44 },
	[FORM_PART] = { PHRASE_FORM_PART, PHRASE_FORM_HELP_PART, 10 },
	[FORM_DUE] = { PHRASE_DUE, PHRASE_HELP_DUE, 12 },
	[FORM_LAST_STATUS] = { PHRASE_FORM_LAST_STATUS, PHRASE_FORM_HELP_LAST, 13 },
	[FORM_LAST_PROGRESS] = { PHRASE_FORM_LAST_PROGRESS, PHRASE_FORM_HELP_LAST, 11 },
	[FORM_LAST_DATE] = { PHRASE_FORM_LAST_DATE, PHRASE_FORM_HELP_LAST, 12 },
	[FORM_STATUS] = { PHRASE_STATUS, PHRASE_FORM_HELP_STATUS, 15 },
	[FORM_PROGRESS] = { PHRASE_FORM_PROGRESS, PHRASE_FORM_HELP_PROGRESS, 11 },
	[FORM_DATE] = { PHRASE_DATE, PHRASE_FORM_HELP_DATE, 13 },
	[FORM_NOTE] = { PHRASE_FORM_NOTE, PHRASE_FORM_HELP_NOTE, 40 },
	[FORM_OBSTACLES] = { PHRASE_OBSTACLES, PHRASE_FORM_HELP_OBSTACLES, 30 },
	[FORM_HELP] = { PHRASE_HELP, PHRASE_FORM_HELP_HELP, 30 },
	[FORM_REASON] = { PHRASE_REASON, PHRASE_FORM_HELP_REASON, 30 },
	[FORM_BASE] = { PHRASE_VERSIONS, PHRASE_FORM_HELP_ID, 8 }, /* hidden, as is the code */
	[FORM_CODE] = { PHRASE_FORM_CODE, PHRASE_FORM_HELP_ID, 34 },
};

/* The words in the order in which they are offered; verified is for this program's users. */
static const struct {
	const char *word;
	enum phrase label;
} words[] = {
	{ "planned", PHRASE_PLANNED },     { "in-progress", PHRASE_IN_PROGRESS }, { "completed", PHRASE_COMPLETED },
	{ "on-hold", PHRASE_ON_HOLD },     { "cancelled", PHRASE_CANCELLED },
};
#define WORD_COUNT (sizeof words / sizeof words[0])

struct writing {
	struct xlsx_book book;
	const struct form_model *model;
	lxw_worksheet *sheet;
	uint32_t last; /* row of the last measure, from 0 */
};

static void check(struct writing *writing, lxw_error failure)
{
	writing->book.failed |= failure != LXW_NO_ERROR;
}

/* ---- The sheet that is filled in ------------------------------------------------------- */

static const char *label_of(const char *word)
{
	for (size_t i = 0; i < WORD_COUNT; i++)
		if (strcmp(words[i].word, word) == 0)
			return say(words[i].label);
	return word;
}

static void put_heading(struct writing *writing)
{
	const struct form_model *model = writing->model;
	const struct xlsx_style who = { .is_framed = true, .is_open = true, .has_ground = true, .ground = COLOUR_OPEN };
	const struct xlsx_style title = { .is_bold = true, .size = 15, .no_wrap = true };
	struct xlsx_book *book = &writing->book;
	struct buffer line = { 0 };

	say_with(&line, PHRASE_FORM_TITLE, model->scope.state, model->scope.period, model->state_title);
	xlsx_text(book, writing->sheet, 0, 0, buffer_text(&line), &title);
	buffer_clear(&line);
	say_with(&line, PHRASE_FORM_EXPLAINS, model->from, model->to, NULL);
	xlsx_prose(book, writing->sheet, 1, 150, FORM_LAST_OPEN + 1, buffer_text(&line), &(struct xlsx_style){ 0 });
	book->failed |= line.failed;
	buffer_free(&line);
	if (*model->marking)
		xlsx_text(book, writing->sheet, 2, 0, model->marking, &(struct xlsx_style){ .is_bold = true, .no_wrap = true });
	xlsx_text(book, writing->sheet, FORM_ROW_WHO - 1, 0, say(PHRASE_FORM_WHO), &head_style);
	xlsx_blank(book, writing->sheet, FORM_ROW_WHO - 1, FORM_COLUMN_WHO, &who);
}

static void put_heads(struct writing *writing)
{
	struct xlsx_book *book = &writing->book;
	const struct xlsx_library *library = book->library;

	xlsx_row_lines(book, writing->sheet, FORM_ROW_HEAD - 1, 2);
	for (uint16_t i = 0; i < FORM_COLUMNS; i++) {
		lxw_comment_options options = { .x_scale = 2, .y_scale = 1.5, .font_size = 10 };
		lxw_row_col_options hidden = { .hidden = i > FORM_LAST_OPEN };
		const char *help = xlsx_clean(book, say(heads[i].help));
		check(writing, library->worksheet_set_column_opt(writing->sheet, i, i, heads[i].width, NULL, &hidden));
		xlsx_text(book, writing->sheet, FORM_ROW_HEAD - 1, i, say(heads[i].head), &head_style);
		if (i >= FORM_FIRST_OPEN && i <= FORM_LAST_OPEN)
			check(writing, library->worksheet_write_comment_opt(writing->sheet, FORM_ROW_HEAD - 1, i, help, &options));
	}
}

/* What stands in an open cell is a text, but for what its column is for. */
static const char *open_format(enum form_column column)
{
	switch (column) {
	case FORM_STATUS:
		return NULL;
	case FORM_PROGRESS:
		return "0";
	case FORM_DATE:
		return "yyyy\\-mm\\-dd";
	default:
		return "@";
	}
}

static void put_row(struct writing *writing, uint32_t row, const struct form_row *measure)
{
	struct xlsx_book *book = &writing->book;
	struct xlsx_style open = { .is_framed = true, .is_open = true, .has_ground = true, .ground = COLOUR_OPEN };
	const char *last = *measure->status ? label_of(measure->status) : say(PHRASE_NO_REPORT);
	unsigned lines = xlsx_lines(measure->title, heads[FORM_TITLE].width);

	xlsx_row_lines(book, writing->sheet, row, lines > 2 ? lines : 2);
	xlsx_text(book, writing->sheet, row, FORM_ID, measure->id, &closed);
	xlsx_text(book, writing->sheet, row, FORM_TITLE, measure->title, &closed);
	xlsx_text(book, writing->sheet, row, FORM_PART, say(measure->is_lead ? PHRASE_LEAD : PHRASE_SUPPORT), &closed);
	xlsx_date(book, writing->sheet, row, FORM_DUE, measure->due, &closed);
	xlsx_text(book, writing->sheet, row, FORM_LAST_STATUS, last, &closed);
	if (measure->progress >= 0)
		xlsx_number(book, writing->sheet, row, FORM_LAST_PROGRESS, measure->progress, &closed);
	else
		xlsx_blank(book, writing->sheet, row, FORM_LAST_PROGRESS, &closed);
	xlsx_date(book, writing->sheet, row, FORM_LAST_DATE, measure->reported, &closed);
	for (uint16_t i = FORM_FIRST_OPEN; i <= FORM_LAST_OPEN; i++) {
		open.number_format = open_format(i);
		xlsx_blank(book, writing->sheet, row, i, &open);
	}
	xlsx_number(book, writing->sheet, row, FORM_BASE, measure->base, &closed);
	xlsx_text(book, writing->sheet, row, FORM_CODE, measure->code, &closed);
}

/* ---- What is checked as it is typed ------------------------------------------------------- */

static lxw_datetime moment_of(const char *date)
{
	lxw_datetime moment = { 0 };
	date_day day;

	if (date_parse(span_of(date), &day))
		date_split(day, &moment.year, &moment.month, &moment.day);
	return moment;
}

static void validate(struct writing *writing, uint16_t column, lxw_data_validation rule)
{
	struct xlsx_book *book = &writing->book;

	rule.error_title = (char *)xlsx_clean(book, say(heads[column].head));
	rule.error_message = (char *)xlsx_clean(book, say(heads[column].help));
	check(writing, book->library->worksheet_data_validation_range(writing->sheet, FORM_ROW_HEAD, column, writing->last,
	                                                              column, &rule));
}

static void put_rules(struct writing *writing)
{
	char *labels[WORD_COUNT + 1] = { NULL };

	for (size_t i = 0; i < WORD_COUNT; i++)
		labels[i] = (char *)say(words[i].label);
	validate(writing, FORM_STATUS, (lxw_data_validation){ .validate = LXW_VALIDATION_TYPE_LIST, .value_list = labels });
	validate(writing, FORM_PROGRESS, (lxw_data_validation){ .validate = LXW_VALIDATION_TYPE_INTEGER,
	                                                        .criteria = LXW_VALIDATION_CRITERIA_BETWEEN,
	                                                        .minimum_number = 0, .maximum_number = 100 });
	validate(writing, FORM_DATE, (lxw_data_validation){ .validate = LXW_VALIDATION_TYPE_DATE,
	                                                    .criteria = LXW_VALIDATION_CRITERIA_BETWEEN,
	                                                    .minimum_datetime = moment_of(writing->model->from),
	                                                    .maximum_datetime = moment_of(writing->model->to) });
}

/* ---- What the form is of ---------------------------------------------------------------------- */

static void put_hidden(struct writing *writing)
{
	const struct form_model *model = writing->model;
	lxw_worksheet *sheet = xlsx_sheet(&writing->book, FORM_HIDDEN);
	const char *const lines[][2] = {
		[FORM_HIDDEN_VERSION] = { "format", FORM_VERSION },
		[FORM_HIDDEN_ORIGIN] = { "origin", model->scope.origin },
		[FORM_HIDDEN_STATE] = { "state", model->scope.state },
		[FORM_HIDDEN_PERIOD] = { "period", model->scope.period },
		[FORM_HIDDEN_LANGUAGE] = { "language", model->scope.language },
		[FORM_HIDDEN_CODE] = { "code", model->code },
	};
	uint32_t row, column;

	if (!sheet)
		return;
	for (uint32_t i = FORM_HIDDEN_VERSION; i <= FORM_HIDDEN_CODE; i++) {
		xlsx_text(&writing->book, sheet, i - 1, 0, lines[i][0], &closed);
		xlsx_text(&writing->book, sheet, i - 1, 1, lines[i][1], &closed);
		form_scope_place(i, &row, &column);
		xlsx_text(&writing->book, writing->sheet, row - 1, (uint16_t)column, lines[i][1], &closed);
	}
	for (uint32_t i = 0; i < WORD_COUNT; i++) {
		xlsx_text(&writing->book, sheet, FORM_HIDDEN_WORDS - 1 + i, 0, words[i].word, &closed);
		xlsx_text(&writing->book, sheet, FORM_HIDDEN_WORDS - 1 + i, 1, say(words[i].label), &closed);
	}
	writing->book.library->worksheet_hide(sheet);
	writing->book.library->worksheet_protect(sheet, NULL, NULL);
}

static void put_form(struct writing *writing)
{
	const struct form_model *model = writing->model;
	lxw_protection allowed = { .format_columns = 1, .format_rows = 1, .sort = 1, .autofilter = 1 };

	writing->sheet = xlsx_sheet(&writing->book, FORM_SHEET);
	if (!writing->sheet)
		return;
	writing->last = FORM_ROW_HEAD + (uint32_t)model->rows.count - 1;
	put_heading(writing);
	put_heads(writing);
	for (size_t i = 0; i < model->rows.count; i++)
		put_row(writing, FORM_ROW_HEAD + (uint32_t)i, &model->rows.items[i]);
	put_rules(writing);
	writing->book.library->worksheet_freeze_panes(writing->sheet, FORM_ROW_HEAD, FORM_TITLE + 1);
	writing->book.library->worksheet_repeat_rows(writing->sheet, FORM_ROW_HEAD - 1, FORM_ROW_HEAD - 1);
	writing->book.library->worksheet_protect(writing->sheet, NULL, &allowed);
	put_hidden(writing);
}

int qorgan_form_write(struct qorgan_store *store, const struct qorgan_form *form, FILE *to,
                      struct qorgan_form_written *written, struct qorgan_error *error)
{
	struct form_model model = { 0 };
	struct writing writing = { .model = &model };
	struct buffer title = { 0 };
	int code = form_model_make(store, form, &model, error);

	if (!code) {
		say_with(&title, PHRASE_FORM_TITLE, model.scope.state, model.scope.period, model.state_title);
		struct xlsx_about about = { .title = buffer_text(&title), .subject = "", .marking = model.marking,
		                            .stamp = "" };
		time_parse(span_of(model.generated), &about.created);
		code = xlsx_book_open(&writing.book, &about, error);
		if (code)
			xlsx_book_abandon(&writing.book);
	}
	if (!code) {
		put_form(&writing);
		code = xlsx_book_finish(&writing.book, to, error);
	}
	*written = (struct qorgan_form_written){ model.rows.count, model.withheld };
	buffer_free(&title);
	arena_free(&model.arena);
	return code;
}
