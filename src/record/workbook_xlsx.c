/* Reading Office Open XML: the list of sheets, the texts that they share, their cells. */

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "record/workbook_parts.h"
#include "record/workbook_xml.h"

/* Which part a sheet is. */
struct origin {
	char relation[WORKBOOK_NAME], part[WORKBOOK_NAME];
};

/* What is being read. */
struct reading {
	struct workbook *book;
	struct zip_archive *archive;
	struct origin origins[WORKBOOK_SHEETS];
	struct buffer shared; /* of struct workbook_place */
	struct buffer plain;  /* a text without what stands for other characters */
	size_t sheet;
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
	return workbook_value_append(&reading->value, text, error);
}

static int text_keep(struct reading *reading, struct workbook_place *place, struct qorgan_error *error)
{
	buffer_clear(&reading->plain);
	unescape(buffer_span(&reading->value), &reading->plain);
	return reading->plain.failed ? error_set_memory(error)
	                             : workbook_text_add(reading->book, buffer_span(&reading->plain), place, error);
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
	struct workbook_place place;

	if (strcmp(name, "rPh") == 0 && reading->phonetic)
		reading->phonetic--;
	else if (strcmp(name, "t") == 0)
		reading->in_text = false;
	if (strcmp(name, "si") != 0)
		return QORGAN_OK;
	if (reading->shared.size / sizeof place >= WORKBOOK_CELLS)
		return error_set(error, QORGAN_BAD_DATA, "the workbook has more than %d texts", WORKBOOK_CELLS);
	int code = text_keep(reading, &place, error);
	buffer_append(&reading->shared, &place, sizeof place);
	return code ? code : reading->shared.failed ? error_set_memory(error) : QORGAN_OK;
}

/* ---- Cells --------------------------------------------------------------------------------- */

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
			return error_set(error, QORGAN_BAD_DATA, "%s: a cell is not where it says", reading->origins[reading->sheet].part);
		snprintf(reading->type, sizeof reading->type, "%s", type ? type : "n");
		buffer_clear(&reading->value);
		reading->has_formula = reading->has_value = reading->in_value = reading->in_text = false;
	} else if (strcmp(name, "f") == 0) {
		reading->has_formula = true;
	} else if (strcmp(name, "v") == 0 || (strcmp(name, "t") == 0 && strcmp(reading->type, "inlineStr") == 0)) {
		if (reading->has_value && *name == 'v')
			return error_set(error, QORGAN_BAD_DATA, "%s: a cell has two values", reading->origins[reading->sheet].part);
		reading->in_value = reading->has_value = true;
	} else if (strcmp(name, "rPh") == 0) {
		reading->phonetic++;
	}
	return QORGAN_OK;
}

static int cell_value(struct reading *reading, struct workbook_cell *cell, struct workbook_place *place,
                      struct qorgan_error *error)
{
	char *end, address[WORKBOOK_ADDRESS];
	const char *value = buffer_text(&reading->value);
	int code = QORGAN_OK;

	workbook_address(cell->row, cell->column, address);
	if (reading->has_formula) {
		cell->type = WORKBOOK_FORMULA_CELL;
	} else if (strcmp(reading->type, "s") == 0) {
		unsigned long index = strtoul(value, &end, 10);
		if (*end || end == value || index >= reading->shared.size / sizeof *place)
			return error_set(error, QORGAN_BAD_DATA, "%s: its text is missing", address);
		memcpy(place, reading->shared.data + index * sizeof *place, sizeof *place);
	} else if (strcmp(reading->type, "inlineStr") == 0 || strcmp(reading->type, "str") == 0) {
		code = text_keep(reading, place, error);
	} else if (strcmp(reading->type, "n") == 0) {
		cell->type = WORKBOOK_NUMBER_CELL;
		cell->number = strtod(value, &end);
		if (*end || end == value || !isfinite(cell->number))
			return error_set(error, QORGAN_BAD_DATA, "%s: \"%.40s\" is no number", address, value);
	} else {
		cell->type = WORKBOOK_OTHER_CELL;
	}
	return code;
}

static int cell_end(void *context, const char *name, struct qorgan_error *error)
{
	struct reading *reading = context;
	struct workbook_cell cell = { .row = reading->row, .column = reading->column, .type = WORKBOOK_TEXT_CELL };
	struct workbook_place place = { 0 };

	if (strcmp(name, "v") == 0 || strcmp(name, "t") == 0)
		reading->in_value = false;
	else if (strcmp(name, "rPh") == 0 && reading->phonetic)
		reading->phonetic--;
	if (strcmp(name, "c") != 0 || (!reading->has_value && !reading->has_formula))
		return QORGAN_OK;
	int code = cell_value(reading, &cell, &place, error);
	return code ? code : workbook_cell_add(reading->book, reading->sheet, &cell, place, error);
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
	if (!sheet || !relation || strlen(relation) >= WORKBOOK_NAME)
		return error_set(error, QORGAN_BAD_DATA, "the workbook has a sheet without a name or a place");
	int code = workbook_sheet_add(book, sheet, error);
	if (!code)
		strcpy(reading->origins[book->sheet_count - 1].relation, relation);
	return code;
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
		struct origin *origin = &reading->origins[i];
		bool is_whole = *target == '/';
		if (strcmp(origin->relation, id) == 0 && !origin->part[0])
			snprintf(origin->part, sizeof origin->part, "%s%s", is_whole ? "" : "xl/", is_whole ? target + 1 : target);
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

static int sheet_read(struct reading *reading, size_t sheet, struct qorgan_error *error)
{
	struct workbook_xml xml = { reading, cell_start, cell_end, value_take };

	reading->sheet = sheet;
	reading->in_value = reading->in_text = false;
	reading->phonetic = 0;
	workbook_sheet_begin(reading->book, sheet);
	int code = part_read(reading, reading->origins[sheet].part, &xml, true, error);
	return code == QORGAN_BAD_DATA ? error_prefix(error, code, "sheet %.40s", reading->book->sheets[sheet].name) : code;
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
		code = sheet_read(reading, i, error);
	return code;
}

int workbook_read_xlsx(struct zip_archive *archive, struct workbook *book, struct qorgan_error *error)
{
	struct reading *reading = calloc(1, sizeof *reading);

	if (!reading)
		return error_set_memory(error);
	reading->book = book;
	reading->archive = archive;
	int code = parts_read(reading, error);
	buffer_free(&reading->value);
	buffer_free(&reading->plain);
	buffer_free(&reading->shared);
	free(reading);
	return code;
}
