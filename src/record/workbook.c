/* Reading a workbook: its list of sheets, the texts that they share, their cells. */
#include "record/workbook.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "record/workbook_xml.h"
#include "record/zip_archive.h"

#define NAME_SIZE 128 /* of a sheet or part */

struct sheet {
	char name[NAME_SIZE], relation[NAME_SIZE], part[NAME_SIZE];
	size_t first, count; /* of the cells */
};

/* Texts lie one behind the other: where each begins, and how long it is. */
struct place {
	size_t at, size;
};

struct workbook {
	struct sheet sheets[WORKBOOK_SHEETS];
	size_t sheet_count;
	bool starts_1904;
	struct buffer cells;  /* of struct workbook_cell */
	struct buffer texts;
	struct buffer shared; /* of struct place */
};

/* What is being read. */
struct reading {
	struct workbook *book;
	struct zip_archive *archive;
	struct sheet *sheet;
	uint32_t row, column;
	char type[16];       /* of the cell */
	struct buffer value; /* of the cell, or of a shared text */
	unsigned phonetic;   /* within how many hints of pronunciation */
	bool in_value, in_text, has_formula, has_value;
};

/* ---- Texts ------------------------------------------------------------------------------- */

/* "_x000D_" stands for a character that XML cannot hold. */
static void unescape(struct span text, struct buffer *to)
{
	for (size_t i = 0; i < text.size; i++) {
		const char *at = text.data + i;
		if (text.size - i >= 7 && at[0] == '_' && at[1] == 'x' && at[6] == '_' &&
		    strspn(at + 2, "0123456789abcdefABCDEF") >= 4) {
			char digits[5] = { at[2], at[3], at[4], at[5], '\0' };
			unsigned long code = strtoul(digits, NULL, 16);
			if (code < 0x80 && code != 0) {
				buffer_append_char(to, (char)code);
				i += 6;
				continue;
			}
		}
		buffer_append_char(to, *at);
	}
}

static int value_take(void *context, struct span text, struct qorgan_error *error)
{
	struct reading *reading = context;

	if (!(reading->in_value || reading->in_text) || reading->phonetic)
		return QORGAN_OK;
	if (text.size > WORKBOOK_TEXT - reading->value.size)
		return error_set(error, QORGAN_BAD_DATA, "a cell holds more than %d bytes", WORKBOOK_TEXT);
	buffer_append_span(&reading->value, text);
	return reading->value.failed ? error_set_memory(error) : QORGAN_OK;
}

static int text_keep(struct workbook *book, struct span text, struct place *place, struct qorgan_error *error)
{
	place->at = book->texts.size;
	unescape(text, &book->texts);
	place->size = book->texts.size - place->at;
	buffer_append_char(&book->texts, '\0');
	return book->texts.failed ? error_set_memory(error) : QORGAN_OK;
}

static int shared_start(void *context, const char *name, const char **attributes, struct qorgan_error *error)
{
	struct reading *reading = context;

	(void)attributes, (void)error;
	if (strcmp(name, "si") == 0)
		buffer_clear(&reading->value);
	else if (strcmp(name, "rPh") == 0)
		reading->phonetic++;
	else if (strcmp(name, "t") == 0)
		reading->in_text = true;
	return QORGAN_OK;
}

static int shared_end(void *context, const char *name, struct qorgan_error *error)
{
	struct reading *reading = context;
	struct place place;

	if (strcmp(name, "rPh") == 0 && reading->phonetic)
		reading->phonetic--;
	else if (strcmp(name, "t") == 0)
		reading->in_text = false;
	if (strcmp(name, "si") != 0)
		return QORGAN_OK;
	if (reading->book->shared.size / sizeof place >= WORKBOOK_CELLS)
		return error_set(error, QORGAN_BAD_DATA, "the workbook has more than %d texts", WORKBOOK_CELLS);
	int code = text_keep(reading->book, buffer_span(&reading->value), &place, error);
	buffer_append(&reading->book->shared, &place, sizeof place);
	return code ? code : reading->book->shared.failed ? error_set_memory(error) : QORGAN_OK;
}

/* ---- Cells --------------------------------------------------------------------------------- */

void workbook_address(uint32_t row, uint32_t column, char text[WORKBOOK_ADDRESS])
{
	char letters[4];
	size_t count = 0;

	for (uint32_t rest = column + 1; rest && count < sizeof letters; rest = (rest - 1) / 26)
		letters[count++] = (char)('A' + (rest - 1) % 26);
	for (size_t i = 0; i < count; i++)
		text[i] = letters[count - 1 - i];
	snprintf(text + count, WORKBOOK_ADDRESS - count, "%u", row);
}

/* "B17"; false if it is no such address. */
static bool address_parse(const char *text, uint32_t *row, uint32_t *column)
{
	uint32_t letters = 0, number = 0;

	for (; *text >= 'A' && *text <= 'Z'; text++)
		if ((letters = letters * 26 + (uint32_t)(*text - 'A') + 1) > WORKBOOK_COLUMNS)
			return false;
	for (; *text >= '0' && *text <= '9'; text++)
		if ((number = number * 10 + (uint32_t)(*text - '0')) > WORKBOOK_ROWS)
			return false;
	*row = number;
	*column = letters - 1;
	return letters && number && !*text;
}

static int cell_start(void *context, const char *name, const char **attributes, struct qorgan_error *error)
{
	struct reading *reading = context;
	const char *address = workbook_xml_value(attributes, "r"), *type = workbook_xml_value(attributes, "t");

	if (strcmp(name, "c") == 0) {
		if (!address || !address_parse(address, &reading->row, &reading->column))
			return error_set(error, QORGAN_BAD_DATA, "%s: a cell is not where it says", reading->sheet->part);
		snprintf(reading->type, sizeof reading->type, "%s", type ? type : "n");
		buffer_clear(&reading->value);
		reading->has_formula = reading->has_value = reading->in_value = reading->in_text = false;
	} else if (strcmp(name, "f") == 0) {
		reading->has_formula = true;
	} else if (strcmp(name, "v") == 0 || (strcmp(name, "t") == 0 && strcmp(reading->type, "inlineStr") == 0)) {
		reading->in_value = reading->has_value = true;
	} else if (strcmp(name, "rPh") == 0) {
		reading->phonetic++;
	}
	return QORGAN_OK;
}

static int cell_value(struct reading *reading, struct workbook_cell *cell, struct qorgan_error *error)
{
	struct workbook *book = reading->book;
	char *end, address[WORKBOOK_ADDRESS];
	const char *value = buffer_text(&reading->value);
	struct place place = { 0 };
	int code = QORGAN_OK;

	workbook_address(cell->row, cell->column, address);
	if (reading->has_formula) {
		cell->type = WORKBOOK_FORMULA_CELL;
	} else if (strcmp(reading->type, "s") == 0) {
		unsigned long index = strtoul(value, &end, 10);
		if (*end || end == value || index >= book->shared.size / sizeof place)
			return error_set(error, QORGAN_BAD_DATA, "%s: its text is missing", address);
		memcpy(&place, book->shared.data + index * sizeof place, sizeof place);
	} else if (strcmp(reading->type, "inlineStr") == 0 || strcmp(reading->type, "str") == 0) {
		code = text_keep(book, buffer_span(&reading->value), &place, error);
	} else if (strcmp(reading->type, "n") == 0) {
		cell->type = WORKBOOK_NUMBER_CELL;
		cell->number = strtod(value, &end);
		if (*end || end == value || !isfinite(cell->number))
			return error_set(error, QORGAN_BAD_DATA, "%s: \"%.40s\" is no number", address, value);
	} else {
		cell->type = WORKBOOK_OTHER_CELL;
	}
	/* The texts may still move: for now only where it lies among them. */
	cell->text = (struct span){ (const char *)place.at, place.size };
	return code;
}

static int cell_end(void *context, const char *name, struct qorgan_error *error)
{
	struct reading *reading = context;
	struct workbook_cell cell = { .row = reading->row, .column = reading->column, .type = WORKBOOK_TEXT_CELL };

	if (strcmp(name, "v") == 0 || strcmp(name, "t") == 0)
		reading->in_value = false;
	else if (strcmp(name, "rPh") == 0 && reading->phonetic)
		reading->phonetic--;
	if (strcmp(name, "c") != 0 || (!reading->has_value && !reading->has_formula))
		return QORGAN_OK;
	if (reading->book->cells.size / sizeof cell >= WORKBOOK_CELLS)
		return error_set(error, QORGAN_BAD_DATA, "the workbook has more than %d cells", WORKBOOK_CELLS);
	int code = cell_value(reading, &cell, error);
	buffer_append(&reading->book->cells, &cell, sizeof cell);
	reading->sheet->count++;
	return code ? code : reading->book->cells.failed ? error_set_memory(error) : QORGAN_OK;
}

static int by_place(const void *left, const void *right)
{
	const struct workbook_cell *a = left, *b = right;

	if (a->row != b->row)
		return a->row < b->row ? -1 : 1;
	return (a->column > b->column) - (a->column < b->column);
}

/* ---- The list of sheets ------------------------------------------------------------------------ */

static int list_start(void *context, const char *name, const char **attributes, struct qorgan_error *error)
{
	struct reading *reading = context;
	struct workbook *book = reading->book;
	const char *sheet = workbook_xml_value(attributes, "name"), *relation = workbook_xml_value(attributes, "id");
	const char *starts = workbook_xml_value(attributes, "date1904");

	if (strcmp(name, "workbookPr") == 0)
		book->starts_1904 = starts && (strcmp(starts, "1") == 0 || strcmp(starts, "true") == 0);
	if (strcmp(name, "externalReference") == 0)
		return error_set(error, QORGAN_BAD_DATA, "the workbook takes values from another file");
	if (strcmp(name, "sheet") != 0)
		return QORGAN_OK;
	if (book->sheet_count == WORKBOOK_SHEETS)
		return error_set(error, QORGAN_BAD_DATA, "the workbook has more than %d sheets", WORKBOOK_SHEETS);
	if (!sheet || !relation || strlen(sheet) >= NAME_SIZE || strlen(relation) >= NAME_SIZE)
		return error_set(error, QORGAN_BAD_DATA, "the workbook has a sheet without a name or a place");
	struct sheet *next = &book->sheets[book->sheet_count++];
	strcpy(next->name, sheet);
	strcpy(next->relation, relation);
	return QORGAN_OK;
}

static int relation_start(void *context, const char *name, const char **attributes, struct qorgan_error *error)
{
	struct reading *reading = context;
	const char *id = workbook_xml_value(attributes, "Id"), *target = workbook_xml_value(attributes, "Target");
	const char *mode = workbook_xml_value(attributes, "TargetMode");

	if (strcmp(name, "Relationship") != 0 || !id || !target)
		return QORGAN_OK;
	if (mode && strcmp(mode, "Internal") != 0)
		return error_set(error, QORGAN_BAD_DATA, "the workbook takes a part from elsewhere: %.80s", target);
	for (size_t i = 0; i < reading->book->sheet_count; i++) {
		struct sheet *sheet = &reading->book->sheets[i];
		bool is_whole = *target == '/';
		if (strcmp(sheet->relation, id) == 0 && !sheet->part[0])
			snprintf(sheet->part, sizeof sheet->part, "%s%s", is_whole ? "" : "xl/", is_whole ? target + 1 : target);
	}
	return QORGAN_OK;
}

/* ---- The whole ------------------------------------------------------------------------------------ */

static int part_read(struct reading *reading, const char *part, const struct workbook_xml *xml, bool required,
                     struct qorgan_error *error)
{
	struct buffer content = { 0 };
	int code = zip_archive_read(reading->archive, part, &content, error);

	if (!code)
		code = workbook_xml_read(part, buffer_span(&content), xml, error);
	else if (code == QORGAN_ABSENT && !required)
		code = QORGAN_OK;
	else if (code == QORGAN_ABSENT)
		code = error_set(error, QORGAN_BAD_DATA, "it is no spreadsheet: %.80s is missing in it", part);
	buffer_free(&content);
	return code;
}

static int sheet_read(struct reading *reading, struct sheet *sheet, struct qorgan_error *error)
{
	struct workbook_xml xml = { reading, cell_start, cell_end, value_take };

	reading->sheet = sheet;
	reading->in_value = reading->in_text = false;
	reading->phonetic = 0;
	sheet->first = reading->book->cells.size / sizeof(struct workbook_cell);
	int code = part_read(reading, sheet->part, &xml, true, error);
	return code == QORGAN_BAD_DATA ? error_prefix(error, code, "sheet %.40s", sheet->name) : code;
}

/* Now that the texts stay where they are; and each sheet's cells in their order. */
static void cells_settle(struct workbook *book)
{
	struct workbook_cell *cells = (struct workbook_cell *)(void *)book->cells.data;

	for (size_t i = 0; i < book->cells.size / sizeof *cells; i++)
		cells[i].text.data = buffer_text(&book->texts) + (size_t)cells[i].text.data;
	for (size_t i = 0; i < book->sheet_count; i++)
		if (book->sheets[i].count)
			qsort(cells + book->sheets[i].first, book->sheets[i].count, sizeof *cells, by_place);
}

static int parts_read(struct reading *reading, struct qorgan_error *error)
{
	const struct workbook_xml list = { reading, list_start, NULL, NULL };
	const struct workbook_xml relations = { reading, relation_start, NULL, NULL };
	const struct workbook_xml shared = { reading, shared_start, shared_end, value_take };
	int code = QORGAN_OK;

	if (zip_archive_has(reading->archive, "xl/vbaProject") || zip_archive_has(reading->archive, "xl/macrosheets/"))
		return error_set(error, QORGAN_BAD_DATA, "the workbook holds macros");
	if (zip_archive_has(reading->archive, "xl/externalLinks/"))
		return error_set(error, QORGAN_BAD_DATA, "the workbook takes values from another file");
	code = part_read(reading, "xl/workbook.xml", &list, true, error);
	if (!code)
		code = part_read(reading, "xl/_rels/workbook.xml.rels", &relations, true, error);
	if (!code)
		code = part_read(reading, "xl/sharedStrings.xml", &shared, false, error);
	for (size_t i = 0; i < reading->book->sheet_count && !code; i++)
		code = sheet_read(reading, &reading->book->sheets[i], error);
	return code;
}

int workbook_read(struct span bytes, struct workbook **book, struct qorgan_error *error)
{
	struct reading reading = { .book = calloc(1, sizeof *reading.book) };

	if (!reading.book)
		return error_set_memory(error);
	int code = zip_archive_open(bytes, &reading.archive, error);
	if (!code)
		code = parts_read(&reading, error);
	zip_archive_close(reading.archive);
	buffer_free(&reading.value);
	if (code) {
		workbook_free(reading.book);
		return code;
	}
	cells_settle(reading.book);
	*book = reading.book;
	return QORGAN_OK;
}

void workbook_free(struct workbook *book)
{
	if (!book)
		return;
	buffer_free(&book->cells);
	buffer_free(&book->texts);
	buffer_free(&book->shared);
	free(book);
}

bool workbook_sheet(const struct workbook *book, const char *name, size_t *sheet)
{
	for (size_t i = 0; i < book->sheet_count; i++)
		if (strcmp(book->sheets[i].name, name) == 0) {
			*sheet = i;
			return true;
		}
	return false;
}

const struct workbook_cell *workbook_cells(const struct workbook *book, size_t sheet, size_t *count)
{
	*count = book->sheets[sheet].count;
	if (!*count)
		return NULL;
	return (const struct workbook_cell *)(const void *)book->cells.data + book->sheets[sheet].first;
}

const struct workbook_cell *workbook_cell(const struct workbook *book, size_t sheet, uint32_t row, uint32_t column)
{
	const struct workbook_cell wanted = { .row = row, .column = column };
	size_t count;
	const struct workbook_cell *cells = workbook_cells(book, sheet, &count);

	return count ? bsearch(&wanted, cells, count, sizeof *cells, by_place) : NULL;
}

bool workbook_starts_1904(const struct workbook *book)
{
	return book->starts_1904;
}
