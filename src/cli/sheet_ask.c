/* Asking which column of a spreadsheet is which field. */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/language.h"
#include "cli/load_sheet.h"
#include "cli/terminal.h"

#define ANSWER_SIZE 400

static char *blanks_cut(char *answer)
{
	answer += strspn(answer, " \t");
	for (size_t size = strlen(answer); size && strchr(" \t", answer[size - 1]);)
		answer[--size] = '\0';
	return answer;
}

/* What was wrong with an answer; it is asked again. */
static void answer_refuse(const struct qorgan_error *why)
{
	fprintf(stderr, "%s\n", why->message);
}

static int column_ask(struct call *call, struct qorgan_sheet *sheet, size_t index, bool *asked)
{
	struct qorgan_sheet_column column;
	struct qorgan_error why;
	char answer[ANSWER_SIZE], guess[QORGAN_SHEET_PATH];
	struct buffer prompt = { 0 };
	int code;

	qorgan_sheet_column(sheet, index, &column);
	snprintf(guess, sizeof guess, "%s", column.guess);
	buffer_append_format(&prompt, "%s \"%s\"", column.cell, column.head);
	if (*column.sample)
		buffer_append_format(&prompt, " (\"%s\")", column.sample);
	buffer_append_text(&prompt, ": ");
	buffer_append_format(&prompt, language_said("is it %s? Enter for yes, another field, or - to leave it out: "), guess);
	if (prompt.failed)
		return error_set_memory(&call->error);
	do {
		code = terminal_ask(buffer_text(&prompt), answer, sizeof answer, &call->error);
		if (code)
			break;
		const char *field = blanks_cut(answer);
		*asked = true;
		if (strcmp(field, "-") == 0)
			break;
		code = qorgan_sheet_take(sheet, index, *field ? field : guess, &why);
		if (code == QORGAN_BAD_DATA)
			answer_refuse(&why);
		else if (code)
			error_set(&call->error, code, "%s", why.message);
	} while (code == QORGAN_BAD_DATA);
	buffer_free(&prompt);
	return code;
}

/* "C": the number of the column that is called so; false if none is. */
static bool column_find(const struct qorgan_sheet *sheet, const char *letters, size_t *index)
{
	struct qorgan_sheet_column column;
	size_t size = strlen(letters);

	for (*index = 0; qorgan_sheet_column(sheet, *index, &column); ++*index)
		if (size == strcspn(column.cell, "0123456789") && strncasecmp(column.cell, letters, size) == 0)
			return true;
	return false;
}

static int missing_take(struct qorgan_sheet *sheet, const char *field, const char *answer, struct qorgan_error *why)
{
	size_t index;

	if (*answer == '=')
		return qorgan_sheet_set(sheet, field, answer + 1 + strspn(answer + 1, " \t"), why);
	if (!column_find(sheet, answer, &index))
		return error_set(why, QORGAN_BAD_DATA, "\"%s\" is no column with a head", answer);
	return qorgan_sheet_take(sheet, index, field, why);
}

static int missing_ask(struct call *call, struct qorgan_sheet *sheet, const char *field, bool *asked)
{
	char answer[ANSWER_SIZE], prompt[QORGAN_SHEET_PATH + 300];
	struct qorgan_error why;
	int code;

	snprintf(prompt, sizeof prompt, language_said("Which column is %s? Its letter, or =VALUE for all rows: "), field);
	do {
		code = terminal_ask(prompt, answer, sizeof answer, &call->error);
		if (code)
			return code;
		*asked = true;
		code = missing_take(sheet, field, blanks_cut(answer), &why);
		if (code == QORGAN_BAD_DATA)
			answer_refuse(&why);
		else if (code)
			return error_set(&call->error, code, "%s", why.message);
	} while (code);
	return QORGAN_OK;
}

int sheet_ask(struct call *call, struct qorgan_sheet *sheet, bool *asked)
{
	struct qorgan_sheet_column column;
	char field[QORGAN_SHEET_PATH], line[QORGAN_SHEET_LINE];
	int code = QORGAN_OK;

	for (size_t i = 0; !code && qorgan_sheet_column(sheet, i, &column); i++)
		if (column.guess)
			code = column_ask(call, sheet, i, asked);
	while (!code && qorgan_sheet_missing(sheet, 0, field, line))
		code = missing_ask(call, sheet, field, asked);
	return code;
}
