/* A PNG (ISO/IEC 15948), looked through before a library or a browser decodes it: its chunks are whole, in number
 * and size what they may be, and of them only those are kept that make the picture. */
#include "report/logo.h"

#include <string.h>

#include "base/file.h"

#define LOGO_LIMIT ((size_t)2 << 20)
#define SIDE_MOST 4000
#define SIGNATURE "\x89PNG\r\n\x1a\n"
#define SIGNATURE_SIZE 8
#define FRAME_SIZE 12 /* length, type and check of a chunk */
#define HEADER_SIZE 13
#define TYPE(a, b, c, d) ((uint32_t)(a) << 24 | (uint32_t)(b) << 16 | (uint32_t)(c) << 8 | (uint32_t)(d))
#define ANCILLARY 0x20000000u /* a picture can be shown without it */

enum { IHDR = TYPE('I', 'H', 'D', 'R'), PLTE = TYPE('P', 'L', 'T', 'E'), TRNS = TYPE('t', 'R', 'N', 'S'),
	   IDAT = TYPE('I', 'D', 'A', 'T'), IEND = TYPE('I', 'E', 'N', 'D') };

struct chunk {
	uint32_t type;
	const uint8_t *whole, *data;
	size_t size; /* of the data */
};

static uint32_t read_number(const uint8_t *at)
{
	return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

/* ISO/IEC 15948, annex D. */
static uint32_t check_of(const uint8_t *data, size_t size)
{
	uint32_t check = UINT32_MAX;

	for (size_t i = 0; i < size; i++) {
		check ^= data[i];
		for (int bit = 0; bit < 8; bit++)
			check = check & 1 ? 0xedb88320u ^ check >> 1 : check >> 1;
	}
	return ~check;
}

static bool chunk_take(struct span *rest, struct chunk *chunk)
{
	const uint8_t *at = (const uint8_t *)rest->data;

	if (rest->size < FRAME_SIZE || read_number(at) > rest->size - FRAME_SIZE)
		return false;
	*chunk = (struct chunk){ read_number(at + 4), at, at + 8, read_number(at) };
	if (check_of(at + 4, chunk->size + 4) != read_number(at + 8 + chunk->size))
		return false;
	rest->data += chunk->size + FRAME_SIZE;
	rest->size -= chunk->size + FRAME_SIZE;
	return true;
}

/* Bits of a sample that there may be, by the type of colour. */
static bool is_header(const struct chunk *chunk)
{
	static const uint32_t depths[7] = { [0] = 1 << 1 | 1 << 2 | 1 << 4 | 1 << 8 | 1 << 16, [2] = 1 << 8 | 1 << 16,
		                                [3] = 1 << 1 | 1 << 2 | 1 << 4 | 1 << 8, [4] = 1 << 8 | 1 << 16,
		                                [6] = 1 << 8 | 1 << 16 };
	const uint8_t *about = chunk->data + 8; /* depth, colour, compression, filter, interlacing */

	return chunk->type == IHDR && chunk->size == HEADER_SIZE && about[1] < 7 && about[0] <= 16 &&
	       depths[about[1]] >> about[0] & 1 && about[2] == 0 && about[3] == 0 && about[4] <= 1;
}

static bool is_picture(const struct chunk *chunk)
{
	return chunk->type == IHDR || chunk->type == PLTE || chunk->type == TRNS || chunk->type == IDAT ||
	       chunk->type == IEND;
}

/* Of colours there are 256 at most, and the end holds nothing. */
static bool has_size(const struct chunk *chunk)
{
	if (chunk->type == PLTE)
		return chunk->size <= 768 && chunk->size % 3 == 0;
	return chunk->type == TRNS ? chunk->size <= 256 : chunk->type != IEND || chunk->size == 0;
}

static int keep_picture(const char *name, struct span file, struct buffer *kept, struct report_letterhead *to,
                        struct qorgan_error *error)
{
	struct span rest = { file.data + SIGNATURE_SIZE, file.size - SIGNATURE_SIZE };
	struct chunk chunk;
	bool has_data = false;

	if (!chunk_take(&rest, &chunk) || !is_header(&chunk))
		return error_set(error, QORGAN_BAD_DATA, "%s is a damaged PNG: save it anew", name);
	to->logo_width = read_number(chunk.data);
	to->logo_height = read_number(chunk.data + 4);
	if (to->logo_width - 1 >= SIDE_MOST || to->logo_height - 1 >= SIDE_MOST)
		return error_set(error, QORGAN_BAD_DATA, "%s is %u by %u pixels: a logo has 1 to %d a side", name, to->logo_width,
		                 to->logo_height, SIDE_MOST);
	buffer_append(kept, file.data, SIGNATURE_SIZE);
	for (bool first = true; first || chunk_take(&rest, &chunk); first = false) {
		if (!is_picture(&chunk) && chunk.type & ANCILLARY)
			continue;
		if (!is_picture(&chunk) || !has_size(&chunk) || (chunk.type == IHDR && !first))
			break;
		has_data = has_data || chunk.type == IDAT;
		buffer_append(kept, chunk.whole, chunk.size + FRAME_SIZE);
		if (chunk.type == IEND && has_data)
			return kept->failed ? error_set_memory(error) : QORGAN_OK;
	}
	return error_set(error, QORGAN_BAD_DATA, "%s is a damaged PNG: save it anew", name);
}

int logo_take(const char *name, struct span file, struct arena *arena, struct report_letterhead *to,
              struct qorgan_error *error)
{
	struct buffer kept = { 0 };
	int code = QORGAN_OK;

	if (file.size < SIGNATURE_SIZE || memcmp(file.data, SIGNATURE, SIGNATURE_SIZE) != 0)
		code = error_set(error, QORGAN_BAD_DATA, "%s is no PNG: a logo is one, which every format can show", name);
	if (!code)
		code = keep_picture(name, file, &kept, to, error);
	if (!code)
		to->logo = arena_bytes(arena, buffer_span(&kept));
	buffer_free(&kept);
	return code;
}

int logo_read(const char *path, struct arena *arena, struct report_letterhead *to, struct qorgan_error *error)
{
	struct buffer file = { 0 };
	int code = file_read_ready(path, LOGO_LIMIT, &file, error);

	if (!code)
		code = logo_take(path, buffer_span(&file), arena, to, error);
	buffer_free(&file);
	return code;
}

double logo_scale(const struct report_letterhead *letterhead, double width, double height)
{
	double across = width / letterhead->logo_width, down = height / letterhead->logo_height;
	double scale = across < down ? across : down;

	return scale < 1 ? scale : 1;
}
