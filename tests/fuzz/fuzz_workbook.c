/* Fuzzes the reader of spreadsheets. An input that begins with 'z' is a whole file, which may
 * be CSV; with 'o', the content of an OpenDocument; of any other, the shared texts stand before its first zero byte and a sheet after it, which are
 * put into a sound archive here: no mutation would get past the checksums of one. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "record/workbook.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char list[] = "<workbook><sheets><sheet name=\"form\" id=\"r1\"/></sheets></workbook>";
static const char relations[] =
	"<Relationships><Relationship Id=\"r1\" Target=\"worksheets/sheet1.xml\"/></Relationships>";

static void check(bool good)
{
	if (!good)
		abort();
}

/* ---- An archive of parts that are not packed ------------------------------------------- */

static void put(struct buffer *to, uint32_t value, size_t bytes)
{
	for (size_t i = 0; i < bytes; i++, value >>= 8)
		buffer_append_char(to, (char)(value & 255));
}

static uint32_t crc_of(struct span content)
{
	uint32_t crc = UINT32_MAX;

	for (size_t i = 0; i < content.size; i++) {
		crc ^= (uint8_t)content.data[i];
		for (int bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? 0xEDB88320u : 0);
	}
	return ~crc;
}

/* What an entry's two heads have in common. */
static void put_about(struct buffer *to, const char *name, struct span content)
{
	put(to, 20, 2);
	put(to, 0, 2);
	put(to, 0, 2);
	put(to, 0x00210000, 4);
	put(to, crc_of(content), 4);
	put(to, (uint32_t)content.size, 4);
	put(to, (uint32_t)content.size, 4);
	put(to, (uint32_t)strlen(name), 2);
	put(to, 0, 2);
}

static void archive_make(struct buffer *to, const char *const *names, const struct span *contents, size_t count)
{
	struct buffer directory = { 0 };

	for (size_t i = 0; i < count; i++) {
		uint32_t at = (uint32_t)to->size;
		buffer_append_text(to, "PK\3\4");
		put_about(to, names[i], contents[i]);
		buffer_append_text(to, names[i]);
		buffer_append_span(to, contents[i]);
		buffer_append_text(&directory, "PK\1\2");
		put(&directory, 20, 2);
		put_about(&directory, names[i], contents[i]);
		put(&directory, 0, 2);
		put(&directory, 0, 2);
		put(&directory, 0, 2);
		put(&directory, 0, 4);
		put(&directory, at, 4);
		buffer_append_text(&directory, names[i]);
	}
	uint32_t start = (uint32_t)to->size;
	buffer_append_span(to, buffer_span(&directory));
	buffer_append_text(to, "PK\5\6");
	put(to, 0, 4);
	put(to, (uint32_t)count, 2);
	put(to, (uint32_t)count, 2);
	put(to, (uint32_t)directory.size, 4);
	put(to, start, 4);
	put(to, 0, 2);
	check(!to->failed);
	buffer_free(&directory);
}

/* ---- What was read is sound --------------------------------------------------------------- */

static void cells_check(const struct workbook *book, size_t sheet)
{
	size_t count, sum = 0;
	const struct workbook_cell *cells = workbook_cells(book, sheet, &count);
	char address[WORKBOOK_ADDRESS];

	check(count <= WORKBOOK_CELLS);
	for (size_t i = 0; i < count; i++) {
		const struct workbook_cell *found = workbook_cell(book, sheet, cells[i].row, cells[i].column);
		check(found && found->row == cells[i].row && found->column == cells[i].column);
		check(cells[i].row >= 1 && cells[i].row <= WORKBOOK_ROWS && cells[i].column < WORKBOOK_COLUMNS);
		check(!i || cells[i - 1].row < cells[i].row ||
		      (cells[i - 1].row == cells[i].row && cells[i - 1].column < cells[i].column));
		check(cells[i].type != WORKBOOK_NUMBER_CELL || isfinite(cells[i].number));
		check(cells[i].text.size <= WORKBOOK_TEXT);
		for (size_t j = 0; j < cells[i].text.size; j++)
			sum += (uint8_t)cells[i].text.data[j];
		workbook_address(cells[i].row, cells[i].column, address);
		check(strlen(address) >= 2);
	}
	check(sum <= SIZE_MAX / 2);
}

static void read_check(struct span file, bool is_archive)
{
	struct workbook *book = NULL;
	struct qorgan_error error = { 0 };
	size_t sheet;
	int code = workbook_read(file, &book, &error);

	check(code == QORGAN_OK || code == QORGAN_BAD_DATA);
	check(code == QORGAN_OK || *error.message);
	/* A fault of the archive that was made here would hide all others. */
	if (is_archive)
		check(strncmp(error.message, "it begins", 9) != 0 && strncmp(error.message, "the archive", 11) != 0);
	if (code == QORGAN_OK && (workbook_sheet(book, "form", &sheet) || workbook_sheet(book, "", &sheet)))
		cells_check(book, sheet);
	if (code == QORGAN_OK)
		workbook_free(book);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const names[] = { "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/worksheets/sheet1.xml",
		                                 "xl/sharedStrings.xml" };
	const char *bytes = (const char *)data;
	const char *zero = size ? memchr(bytes, '\0', size) : NULL;
	struct buffer archive = { 0 };

	if (size && *bytes == 'z') {
		read_check((struct span){ bytes + 1, size - 1 }, false);
		return 0;
	}
	if (size && *bytes == 'o') {
		static const char *const content[] = { "content.xml" };
		const struct span part[] = { { bytes + 1, size - 1 } };
		archive_make(&archive, content, part, 1);
		read_check(buffer_span(&archive), true);
		buffer_free(&archive);
		return 0;
	}
	const char *sheet = zero ? zero + 1 : bytes;
	const struct span contents[] = { span_of(list), span_of(relations), { sheet, size - (size_t)(sheet - bytes) },
		                             { bytes, zero ? (size_t)(zero - bytes) : 0 } };
	archive_make(&archive, names, contents, zero ? 4 : 3);
	read_check(buffer_span(&archive), true);
	buffer_free(&archive);
	return 0;
}
