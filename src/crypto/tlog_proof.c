/* Writing and reading proofs (C2SP tlog-proof). */
#include "crypto/tlog_proof.h"


#include "base/text.h"
#include "crypto/base64.h"

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

	for (path->count = 0; text_line_take(rest, &line); path->count++) {
		if (line.size == 0)
			return QORGAN_OK;
		if (path->count == MERKLE_PATH_LIMIT ||
		    !base64_decode_exact(line, BASE64_PADDED, path->hashes[path->count], MERKLE_HASH_SIZE))
			return error_set(error, QORGAN_BAD_DATA, "hash %u of its path is malformed", path->count + 1);
	}
	return error_set(error, QORGAN_BAD_DATA, "it is cut short: no empty line ends its path");
}

int tlog_proof_parse(struct span text, struct tlog_proof *proof, struct buffer *extra, struct qorgan_error *error)
{
	struct span rest = text, line;
	size_t extra_size = 0;

	if (!text_line_take(&rest, &line) || !span_is(line, HEADER))
		return error_set(error, QORGAN_BAD_DATA, "this is not a proof: its first line is not " HEADER);
	if (!text_line_take(&rest, &line))
		return error_set(error, QORGAN_BAD_DATA, "it is cut short after its first line");
	if (text_skip(&line, EXTRA)) {
		extra_size = line.size;
		if (!extra_read(line, extra))
			return extra->failed ? error_set_memory(error)
			                     : error_set(error, QORGAN_BAD_DATA, "its line \"extra\" is malformed");
		if (!text_line_take(&rest, &line))
			return error_set(error, QORGAN_BAD_DATA, "it is cut short after its line \"extra\"");
	}
	if (text.size - extra_size > TLOG_PROOF_LIMIT)
		return error_set(error, QORGAN_BAD_DATA, "it is longer than a proof can be");
	if (!text_skip(&line, INDEX) || !checkpoint_number(line, &proof->index))
		return error_set(error, QORGAN_BAD_DATA, "its line \"index\" is missing or malformed");
	int code = path_read(&rest, &proof->path, error);
	proof->note = rest;
	return code ? code : checkpoint_parse_note(rest, &proof->checkpoint, error);
}
