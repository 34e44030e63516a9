/* Writing and reading proofs (C2SP tlog-proof). */
#include "crypto/tlog_proof.h"

#include <string.h>

#include "crypto/base64.h"
#include "crypto/note_parts.h"

#define HEADER "c2sp.org/tlog-proof@v1"
#define EXTRA "extra "
#define INDEX "index "

void tlog_proof_format(uint64_t index, const struct merkle_path *path, struct span extra, struct span note,
                       struct buffer *to)
{
	buffer_append_text(to, HEADER "\n");
	if (extra.size) {
		buffer_append_text(to, EXTRA);
		base64_append(to, (const uint8_t *)extra.data, extra.size, BASE64_PADDED);
		buffer_append_char(to, '\n');
	}
	buffer_append_format(to, INDEX "%llu\n", (unsigned long long)index);
	for (unsigned i = 0; i < path->count; i++) {
		base64_append(to, path->hashes[i], MERKLE_HASH_SIZE, BASE64_PADDED);
		buffer_append_char(to, '\n');
	}
	buffer_append_char(to, '\n');
	buffer_append_span(to, note);
}

/* Takes a line off, which may be empty, without its newline. */
static bool line_next(struct span *rest, struct span *line)
{
	const char *end = rest->size ? memchr(rest->data, '\n', rest->size) : NULL;

	if (!end)
		return false;
	*line = (struct span){ rest->data, (size_t)(end - rest->data) };
	*rest = (struct span){ end + 1, rest->size - line->size - 1 };
	return true;
}

/* Whether the line begins so; it is then what follows. */
static bool line_skip(struct span *line, const char *prefix)
{
	size_t size = strlen(prefix);

	if (line->size < size || memcmp(line->data, prefix, size))
		return false;
	*line = (struct span){ line->data + size, line->size - size };
	return true;
}

static bool extra_read(struct span text, struct buffer *extra)
{
	size_t size, room = text.size < TLOG_PROOF_EXTRA_LIMIT ? text.size : TLOG_PROOF_EXTRA_LIMIT;

	if (text.size == 0) /* the line is left out then */
		return false;
	char *at = buffer_reserve(extra, room);
	if (!at || !base64_decode(text, BASE64_PADDED, (uint8_t *)at, room, &size))
		return false;
	extra->size += size;
	extra->data[extra->size] = '\0';
	return true;
}

/* The lines up to the empty one. */
static int path_read(struct span *rest, struct merkle_path *path, struct qorgan_error *error)
{
	struct span line;

	for (path->count = 0; line_next(rest, &line); path->count++) {
		if (line.size == 0)
			return QORGAN_OK;
		if (path->count == MERKLE_PATH_LIMIT ||
		    !base64_decode_exact(line, BASE64_PADDED, path->hashes[path->count], MERKLE_HASH_SIZE))
			return error_set(error, QORGAN_BAD_DATA, "hash %u of its path is malformed", path->count + 1);
	}
	return error_set(error, QORGAN_BAD_DATA, "it is cut short: no empty line ends its path");
}

static int note_read(struct span note, struct tlog_proof *proof, struct qorgan_error *error)
{
	struct span text, signatures;
	const uint8_t none[NOTE_ID_SIZE] = { 0 };

	if (!note_split(note, &text, &signatures))
		return error_set(error, QORGAN_BAD_DATA, "its checkpoint is malformed: it is no text with signatures below it");
	if (!checkpoint_parse(text, &proof->checkpoint))
		return error_set(error, QORGAN_BAD_DATA, "its checkpoint is malformed: it does not say origin, size and root");
	/* No key has an empty name: each line is looked at, and none is found. */
	if (note_lines_find(signatures, "", none, NULL, NULL, error))
		return error_set(error, QORGAN_BAD_DATA, "its checkpoint is malformed in its signatures");
	proof->note = note;
	return QORGAN_OK;
}

int tlog_proof_parse(struct span text, struct tlog_proof *proof, struct buffer *extra, struct qorgan_error *error)
{
	struct span rest = text, line;
	size_t extra_size = 0;

	if (!line_next(&rest, &line) || !span_is(line, HEADER))
		return error_set(error, QORGAN_BAD_DATA, "this is not a proof: its first line is not " HEADER);
	if (!line_next(&rest, &line))
		return error_set(error, QORGAN_BAD_DATA, "it is cut short after its first line");
	if (line_skip(&line, EXTRA)) {
		extra_size = line.size;
		if (!extra_read(line, extra))
			return extra->failed ? error_set_memory(error)
			                     : error_set(error, QORGAN_BAD_DATA, "its line \"extra\" is malformed");
		if (!line_next(&rest, &line))
			return error_set(error, QORGAN_BAD_DATA, "it is cut short after its line \"extra\"");
	}
	if (text.size - extra_size > TLOG_PROOF_LIMIT)
		return error_set(error, QORGAN_BAD_DATA, "it is longer than a proof can be");
	if (!line_skip(&line, INDEX) || !checkpoint_number(line, &proof->index))
		return error_set(error, QORGAN_BAD_DATA, "its line \"index\" is missing or malformed");
	int code = path_read(&rest, &proof->path, error);
	return code ? code : note_read(rest, proof, error);
}
