/* Checkpoints (C2SP tlog-checkpoint): the text that a log signs as a note. */
#include "crypto/note.h"

#include <string.h>

#include "base/text.h"
#include "crypto/base64.h"
#include "crypto/note_parts.h"

void checkpoint_format(const struct checkpoint *checkpoint, struct buffer *to)
{
	buffer_append_format(to, "%s\n%llu\n", checkpoint->origin, (unsigned long long)checkpoint->size);
	base64_append(to, checkpoint->root, sizeof checkpoint->root, BASE64_PADDED);
	buffer_append_char(to, '\n');
}

/* Takes a line that is not empty off, without its newline. */
static bool line_next(struct span *rest, struct span *line)
{
	const char *end = rest->size ? memchr(rest->data, '\n', rest->size) : NULL;

	if (!end || end == rest->data)
		return false;
	*line = (struct span){ rest->data, (size_t)(end - rest->data) };
	*rest = (struct span){ end + 1, rest->size - line->size - 1 };
	for (size_t i = 0; i < line->size; i++)
		if ((unsigned char)line->data[i] < 0x20)
			return false;
	return true;
}

bool checkpoint_number(struct span text, uint64_t *number)
{
	uint64_t value = 0;

	if (text.size == 0 || (text.size > 1 && text.data[0] == '0'))
		return false;
	for (size_t i = 0; i < text.size; i++) {
		unsigned digit = (unsigned)(unsigned char)text.data[i] - '0';
		if (digit > 9 || value > (UINT64_MAX - digit) / 10)
			return false;
		value = value * 10 + digit;
	}
	*number = value;
	return true;
}

bool checkpoint_parse(struct span text, struct checkpoint *checkpoint)
{
	struct span origin, size, root, extension;

	if (!text_is_utf8(text) || !line_next(&text, &origin) || !line_next(&text, &size) || !line_next(&text, &root))
		return false;
	while (text.size)
		if (!line_next(&text, &extension))
			return false;
	if (origin.size >= sizeof checkpoint->origin || !checkpoint_number(size, &checkpoint->size) ||
	    !base64_decode_exact(root, BASE64_PADDED, checkpoint->root, sizeof checkpoint->root))
		return false;
	memcpy(checkpoint->origin, origin.data, origin.size);
	checkpoint->origin[origin.size] = '\0';
	return true;
}

int checkpoint_parse_note(struct span note, struct checkpoint *checkpoint, struct qorgan_error *error)
{
	struct span text, signatures;
	const uint8_t none[NOTE_ID_SIZE] = { 0 };

	if (!note_split(note, &text, &signatures))
		return error_set(error, QORGAN_BAD_DATA, "its checkpoint is malformed: it is no text with signatures below it");
	if (!checkpoint_parse(text, checkpoint))
		return error_set(error, QORGAN_BAD_DATA, "its checkpoint is malformed: it does not say origin, size and root");
	/* No key has an empty name: each line is looked at, and none is found. */
	if (note_lines_find(signatures, "", none, NULL, NULL, error))
		return error_set(error, QORGAN_BAD_DATA, "its checkpoint is malformed in its signatures");
	return QORGAN_OK;
}
