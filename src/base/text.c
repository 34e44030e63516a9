/* UTF-8 text: validity, width in a terminal, folding for search, lines, and how far
 * two words are apart. Nothing here depends on the locale. */
#include "base/text.h"

#include <limits.h>
#include <string.h>

#define ONES 0x0101010101010101u
#define TOPS 0x8080808080808080u

/* Whether eight bytes are all printable ASCII (0x20 to 0x7e). */
static bool word_is_plain(uint64_t word)
{
	uint64_t below_space = (word - ONES * 0x20) & ~word;
	uint64_t is_delete = word ^ ONES * 0x7f;

	return (((word | below_space | ((is_delete - ONES) & ~is_delete)) & TOPS) == 0);
}

/* Moves over printable ASCII eight bytes at a time. */
static size_t plain_end(struct span text, size_t at)
{
	while (text.size - at >= sizeof(uint64_t)) {
		uint64_t word;
		memcpy(&word, text.data + at, sizeof word);
		if (!word_is_plain(word))
			break;
		at += sizeof word;
	}
	return at;
}

/* The length of the sequence that begins with this byte, 0 if none does. */
static inline size_t sequence_size(unsigned char first)
{
	if (first < 0x80)
		return 1;
	if (first < 0xc2)
		return 0; /* a continuation, or an overlong form */
	return first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0;
}

static inline bool decode(struct span text, size_t *at, uint32_t *code)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };

	if (*at >= text.size)
		return false;
	const unsigned char *bytes = (const unsigned char *)text.data + *at;
	size_t size = sequence_size(bytes[0]);
	if (size == 0 || size > text.size - *at)
		return false;

	uint32_t value = size == 1 ? bytes[0] : bytes[0] & (0xffu >> (size + 1));
	for (size_t i = 1; i < size; i++) {
		if ((bytes[i] & 0xc0) != 0x80)
			return false;
		value = value << 6 | (bytes[i] & 0x3fu);
	}
	if (value < least[size] || value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff))
		return false;
	*code = value;
	*at += size;
	return true;
}

bool text_decode(struct span text, size_t *at, uint32_t *code)
{
	return decode(text, at, code);
}

bool text_is_utf8(struct span text)
{
	uint32_t code;

	for (size_t at = plain_end(text, 0); at < text.size; at = plain_end(text, at))
		if (!decode(text, &at, &code))
			return false;
	return true;
}

static inline bool code_is_clean(uint32_t code)
{
	if (code < 0x20)
		return code == '\n' || code == '\t';
	if (code < 0x2000)
		return code < 0x7f || code > 0x9f;
	return !(code >= 0x202a && code <= 0x202e) && !(code >= 0x2066 && code <= 0x2069) && code != 0xfeff;
}

bool text_code_is_clean(uint32_t code)
{
	return code_is_clean(code);
}

bool text_code_is_shown(uint32_t code)
{
	if (code == '\n' || code == '\t' || code == 0x2028 || code == 0x2029)
		return false;
	return code != 0x200e && code != 0x200f && code != 0x061c && code_is_clean(code);
}

void text_append_shown(struct buffer *to, struct span text)
{
	uint32_t code;

	for (size_t at = 0, start; at < text.size;) {
		start = at;
		bool is_valid = text_decode(text, &at, &code);
		at += !is_valid;
		if (is_valid && text_code_is_shown(code))
			buffer_append(to, text.data + start, at - start);
		else
			buffer_append_char(to, '?');
	}
}

bool text_is_clean(struct span text)
{
	uint32_t code;

	for (size_t at = plain_end(text, 0); at < text.size;) {
		if (!decode(text, &at, &code) || !code_is_clean(code))
			return false;
		if (code < 0x80) /* within a run of Cyrillic there is nothing to leap over */
			at = plain_end(text, at);
	}
	return true;
}

struct range {
	uint32_t first, last;
};

/* Combining marks and format characters of the scripts that may occur. */
static const struct range zero_width[] = {
	{ 0x00, 0x1f }, { 0x7f, 0x9f }, { 0xad, 0xad }, { 0x300, 0x36f }, { 0x483, 0x489 }, { 0x591, 0x5bd },
	{ 0x5bf, 0x5bf }, { 0x5c1, 0x5c2 }, { 0x5c4, 0x5c5 }, { 0x5c7, 0x5c7 }, { 0x610, 0x61a }, { 0x61c, 0x61c },
	{ 0x64b, 0x65f }, { 0x670, 0x670 }, { 0x6d6, 0x6dc }, { 0x6df, 0x6e4 }, { 0x6e7, 0x6e8 }, { 0x6ea, 0x6ed },
	{ 0x93c, 0x93c }, { 0x941, 0x948 }, { 0x94d, 0x94d }, { 0xe31, 0xe31 }, { 0xe34, 0xe3a }, { 0xe47, 0xe4e },
	{ 0x1160, 0x11ff }, { 0x1ab0, 0x1aff }, { 0x1dc0, 0x1dff }, { 0x200b, 0x200f }, { 0x202a, 0x202e },
	{ 0x2060, 0x2064 }, { 0x2066, 0x206f }, { 0x20d0, 0x20f0 }, { 0xfe00, 0xfe0f }, { 0xfe20, 0xfe2f },
	{ 0xfeff, 0xfeff }, { 0xe0001, 0xe007f }, { 0xe0100, 0xe01ef },
};

/* East Asian wide and full-width characters, and pictures. */
static const struct range double_width[] = {
	{ 0x1100, 0x115f }, { 0x231a, 0x231b }, { 0x2329, 0x232a }, { 0x23e9, 0x23ec }, { 0x23f0, 0x23f0 },
	{ 0x23f3, 0x23f3 }, { 0x25fd, 0x25fe }, { 0x2614, 0x2615 }, { 0x2648, 0x2653 }, { 0x267f, 0x267f },
	{ 0x2693, 0x2693 }, { 0x26a1, 0x26a1 }, { 0x26aa, 0x26ab }, { 0x26bd, 0x26be }, { 0x26c4, 0x26c5 },
	{ 0x26ce, 0x26ce }, { 0x26d4, 0x26d4 }, { 0x26ea, 0x26ea }, { 0x26f2, 0x26f3 }, { 0x26f5, 0x26f5 },
	{ 0x26fa, 0x26fa }, { 0x26fd, 0x26fd }, { 0x2705, 0x2705 }, { 0x270a, 0x270b }, { 0x2728, 0x2728 },
	{ 0x274c, 0x274c }, { 0x274e, 0x274e }, { 0x2753, 0x2755 }, { 0x2757, 0x2757 }, { 0x2795, 0x2797 },
	{ 0x27b0, 0x27b0 }, { 0x27bf, 0x27bf }, { 0x2b1b, 0x2b1c }, { 0x2b50, 0x2b50 }, { 0x2b55, 0x2b55 },
	{ 0x2e80, 0x303e }, { 0x3041, 0x4dbf }, { 0x4e00, 0xa4cf }, { 0xa960, 0xa97f }, { 0xac00, 0xd7a3 },
	{ 0xf900, 0xfaff }, { 0xfe10, 0xfe19 }, { 0xfe30, 0xfe6f }, { 0xff00, 0xff60 }, { 0xffe0, 0xffe6 },
	{ 0x1f004, 0x1f004 }, { 0x1f0cf, 0x1f0cf }, { 0x1f18e, 0x1f18e }, { 0x1f191, 0x1f19a }, { 0x1f1e6, 0x1f202 },
	{ 0x1f210, 0x1f23b }, { 0x1f240, 0x1f248 }, { 0x1f250, 0x1f251 }, { 0x1f260, 0x1f265 }, { 0x1f300, 0x1f64f },
	{ 0x1f680, 0x1f6ff }, { 0x1f7e0, 0x1f7eb }, { 0x1f900, 0x1f9ff }, { 0x1fa70, 0x1faff }, { 0x20000, 0x3fffd },
};

static bool range_has(const struct range *ranges, size_t count, uint32_t code)
{
	size_t low = 0, high = count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (code > ranges[middle].last)
			low = middle + 1;
		else if (code < ranges[middle].first)
			high = middle;
		else
			return true;
	}
	return false;
}

static size_t code_width(uint32_t code)
{
	if (code >= 0x20 && code < 0x300)
		return code == 0xad || (code >= 0x7f && code <= 0x9f) ? 0 : 1;
	if (range_has(zero_width, sizeof zero_width / sizeof zero_width[0], code))
		return 0;
	return range_has(double_width, sizeof double_width / sizeof double_width[0], code) ? 2 : 1;
}

size_t text_width(struct span text)
{
	size_t width = 0;
	uint32_t code;

	for (size_t at = 0; at < text.size;) {
		size_t plain = plain_end(text, at);
		width += plain - at;
		at = plain;
		if (at == text.size)
			break;
		if (decode(text, &at, &code)) {
			width += code_width(code);
		} else {
			width++;
			at++;
		}
	}
	return width;
}

/* What U+00C0 to U+017F are searched as; an empty text keeps the character. */
static const char *const latin_fold[] = {
	"a", "a", "a", "a", "a", "a", "ae", "c", "e", "e", "e", "e", "i", "i", "i", "i",
	"d", "n", "o", "o", "o", "o", "o", "", "o", "u", "u", "u", "u", "y", "th", "ss",
	"a", "a", "a", "a", "a", "a", "ae", "c", "e", "e", "e", "e", "i", "i", "i", "i",
	"d", "n", "o", "o", "o", "o", "o", "", "o", "u", "u", "u", "u", "y", "th", "y",
	"a", "a", "a", "a", "a", "a", "c", "c", "c", "c", "c", "c", "c", "c", "d", "d",
	"d", "d", "e", "e", "e", "e", "e", "e", "e", "e", "e", "e", "g", "g", "g", "g",
	"g", "g", "g", "g", "h", "h", "h", "h", "i", "i", "i", "i", "i", "i", "i", "i",
	"i", "i", "ij", "ij", "j", "j", "k", "k", "k", "l", "l", "l", "l", "l", "l", "l",
	"l", "l", "l", "n", "n", "n", "n", "n", "n", "n", "n", "n", "o", "o", "o", "o",
	"o", "o", "oe", "oe", "r", "r", "r", "r", "r", "r", "s", "s", "s", "s", "s", "s",
	"s", "s", "t", "t", "t", "t", "t", "t", "u", "u", "u", "u", "u", "u", "u", "u",
	"u", "u", "u", "u", "w", "w", "y", "y", "y", "z", "z", "z", "z", "z", "z", "s",
};

/* Apostrophes, and the letters that Uzbek and transliterations use as such. */
static bool code_is_apostrophe(uint32_t code)
{
	switch (code) {
	case '\'':
	case '`':
	case 0xb4:
	case 0x2b9:
	case 0x2bb:
	case 0x2bc:
	case 0x2bd:
	case 0x2c8:
	case 0x2ca:
	case 0x2cb:
	case 0x2018:
	case 0x2019:
	case 0x201b:
	case 0x2032:
	case 0x2035:
	case 0xff07:
		return true;
	default:
		return false;
	}
}

/* What is in a text and not seen: combining marks, soft hyphens, joiners. */
static bool code_is_unseen(uint32_t code)
{
	return (code >= 0x300 && code <= 0x36f) || code == 0xad || (code >= 0x200b && code <= 0x200d) || code == 0x2060;
}

/* Letters beyond those that stand for others where these are not at hand: g with acute of the
 * Kazakh alphabet of 2018, s and t with a comma for those with a cedilla. */
static char code_stand_in(uint32_t code)
{
	switch (code) {
	case 0x18f: /* the Azerbaijani schwa, typed as e where the key is missing */
	case 0x259:
		return 'e';
	case 0x1e6:
	case 0x1e7:
	case 0x1f4:
	case 0x1f5:
		return 'g';
	case 0x218:
	case 0x219:
		return 's';
	case 0x21a:
	case 0x21b:
		return 't';
	default:
		return '\0';
	}
}

static uint32_t cyrillic_lower(uint32_t code)
{
	if (code >= 0x410 && code <= 0x42f)
		code += 0x20;
	else if (code >= 0x400 && code <= 0x40f)
		code += 0x50;
	else if ((code >= 0x460 && code <= 0x481) || (code >= 0x48a && code <= 0x4bf) ||
	         (code >= 0x4d0 && code <= 0x52f))
		code |= 1;
	else if (code == 0x4c0)
		code = 0x4cf;
	else if (code >= 0x4c1 && code <= 0x4ce)
		code += code & 1;
	return code;
}

/* Yo and ye with grave are searched as ye. */
static uint32_t cyrillic_fold(uint32_t code)
{
	uint32_t lower = cyrillic_lower(code);

	return lower == 0x451 || lower == 0x450 ? 0x435 : lower;
}

/* Of ASCII, Latin-1, Latin Extended-A, Cyrillic and the Azerbaijani schwa. The dotted capital
 * I is an i in each language that has one. */
static uint32_t lower(uint32_t code)
{
	if ((code >= 'A' && code <= 'Z') || (code >= 0xc0 && code <= 0xde && code != 0xd7))
		return code + 0x20;
	if (code == 0x130)
		return 'i';
	if ((code >= 0x100 && code <= 0x137) || (code >= 0x14a && code <= 0x177))
		return code | 1;
	if ((code >= 0x139 && code <= 0x148) || (code >= 0x179 && code <= 0x17e))
		return code + (code & 1);
	if (code == 0x178)
		return 0xff;
	return code == 0x18f ? 0x259 : cyrillic_lower(code);
}

/* A letter followed by a combining mark that makes another letter of it, not an
 * accented one: a decomposed short i must meet the composed one. */
static uint32_t cyrillic_compose(uint32_t lower, uint32_t mark)
{
	if (mark == 0x306)
		return lower == 0x438 ? 0x439 : lower == 0x443 ? 0x45e : 0;
	if (mark == 0x304)
		return lower == 0x438 ? 0x4e3 : lower == 0x443 ? 0x4ef : 0;
	return 0;
}

static void code_append(struct buffer *to, uint32_t code)
{
	if (code < 0x80) {
		buffer_append_char(to, (char)code);
	} else if (code < 0x800) {
		buffer_append_char(to, (char)(0xc0 | code >> 6));
		buffer_append_char(to, (char)(0x80 | (code & 0x3f)));
	} else if (code < 0x10000) {
		buffer_append_char(to, (char)(0xe0 | code >> 12));
		buffer_append_char(to, (char)(0x80 | (code >> 6 & 0x3f)));
		buffer_append_char(to, (char)(0x80 | (code & 0x3f)));
	} else {
		buffer_append_char(to, (char)(0xf0 | code >> 18));
		buffer_append_char(to, (char)(0x80 | (code >> 12 & 0x3f)));
		buffer_append_char(to, (char)(0x80 | (code >> 6 & 0x3f)));
		buffer_append_char(to, (char)(0x80 | (code & 0x3f)));
	}
}

static void fold_code(struct buffer *to, struct span text, size_t *at, uint32_t code)
{
	if (code_is_apostrophe(code) || code_is_unseen(code))
		return;
	if (code < 0x80) {
		buffer_append_char(to, (char)(code >= 'A' && code <= 'Z' ? code + 0x20 : code));
	} else if (code >= 0xc0 && code <= 0x17f && latin_fold[code - 0xc0][0]) {
		buffer_append_text(to, latin_fold[code - 0xc0]);
	} else if (code_stand_in(code)) {
		buffer_append_char(to, code_stand_in(code));
	} else if (code >= 0x400 && code <= 0x52f) {
		size_t next = *at;
		uint32_t mark, folded = cyrillic_fold(code);
		uint32_t composed = decode(text, &next, &mark) ? cyrillic_compose(folded, mark) : 0;
		if (composed)
			*at = next;
		code_append(to, composed ? composed : folded);
	} else {
		code_append(to, code);
	}
}

void text_fold(struct buffer *to, struct span text)
{
	uint32_t code;

	for (size_t at = 0; at < text.size;) {
		if (decode(text, &at, &code))
			fold_code(to, text, &at, code);
		else
			buffer_append_char(to, text.data[at++]);
	}
}

void text_append_within(struct buffer *to, struct span text)
{
	size_t first = 0, second;
	uint32_t code, next;

	if (!decode(text, &first, &code)) {
		buffer_append_span(to, text);
		return;
	}
	second = first;
	bool is_abbreviation = decode(text, &second, &next) && lower(next) != next;
	code_append(to, is_abbreviation ? code : lower(code));
	buffer_append(to, text.data + first, text.size - first);
}

bool text_line_take(struct span *rest, struct span *line)
{
	const char *end = rest->size ? memchr(rest->data, '\n', rest->size) : NULL;

	if (!end)
		return false;
	*line = (struct span){ rest->data, (size_t)(end - rest->data) };
	*rest = (struct span){ end + 1, rest->size - line->size - 1 };
	return true;
}

bool text_skip(struct span *text, const char *prefix)
{
	size_t size = strlen(prefix);

	if (text->size < size || memcmp(text->data, prefix, size))
		return false;
	*text = (struct span){ text->data + size, text->size - size };
	return true;
}

#define WORD_LIMIT 63

static unsigned least(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

/* Optimal string alignment: Damerau's distance without editing a swapped pair
 * again. Three rows of the table are alive at a time. */
unsigned text_distance(const char *a, const char *b)
{
	unsigned rows[3][WORD_LIMIT + 1];
	unsigned *before = rows[0], *above = rows[1], *row = rows[2];
	size_t a_size = strlen(a), b_size = strlen(b);

	if (a_size > WORD_LIMIT || b_size > WORD_LIMIT)
		return UINT_MAX;
	for (size_t j = 0; j <= b_size; j++)
		above[j] = before[j] = (unsigned)j;
	for (size_t i = 1; i <= a_size; i++) {
		row[0] = (unsigned)i;
		for (size_t j = 1; j <= b_size; j++) {
			unsigned replaced = above[j - 1] + (a[i - 1] != b[j - 1]);
			row[j] = least(least(above[j] + 1, row[j - 1] + 1), replaced);
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
				row[j] = least(row[j], before[j - 2] + 1);
		}
		unsigned *oldest = before;
		before = above;
		above = row;
		row = oldest;
	}
	return above[b_size];
}
