/* Writing, reading and checking evidence of two histories. */
#include "crypto/fork_proof.h"

#include <string.h>

#include "base/language.h"
#include "base/text.h"
#include "crypto/base64.h"

#define ROOT "root "
#define PATH "path "
#define FIRST "first "
#define SECOND "second "

/* Whatever may be a note of each of the largest size has room. */
_Static_assert(2 * base64_text_size(NOTE_LIMIT) + (MERKLE_PATH_LIMIT + 1) * (sizeof PATH + 44) + 64 < FORK_PROOF_LIMIT,
               "the largest evidence is read");

static const char *const places[2] = { "first", "second" };

/* ---- Writing ------------------------------------------------------------------- */

static void line_write(struct buffer *to, const char *label, const void *data, size_t size)
{
	buffer_append_text(to, label);
	base64_append(to, data, size, BASE64_PADDED);
	buffer_append_char(to, '\n');
}

void fork_proof_format(struct span first, struct span second, const uint8_t *root, const struct merkle_path *path,
                       struct buffer *to)
{
	buffer_append_text(to, FORK_PROOF_HEADER "\n");
	if (root)
		line_write(to, ROOT, root, MERKLE_HASH_SIZE);
	for (unsigned i = 0; root && i < path->count; i++)
		line_write(to, PATH, path->hashes[i], MERKLE_HASH_SIZE);
	line_write(to, FIRST, first.data, first.size);
	line_write(to, SECOND, second.data, second.size);
}

/* ---- Reading -------------------------------------------------------------------- */

static bool hash_read(struct span line, uint8_t hash[MERKLE_HASH_SIZE])
{
	return base64_decode_exact(line, BASE64_PADDED, hash, MERKLE_HASH_SIZE);
}

/* Root and path, if they are there; `line` is then the one after them. */
static int path_read(struct span *rest, struct span *line, struct fork_proof *proof, struct qorgan_error *error)
{
	if (!text_skip(line, ROOT))
		return QORGAN_OK;
	if (!hash_read(*line, proof->root))
		return error_set(error, QORGAN_BAD_DATA, "its line \"root\" is malformed");
	proof->grew = true;
	for (; text_line_take(rest, line) && text_skip(line, PATH); proof->path.count++)
		if (proof->path.count == MERKLE_PATH_LIMIT || !hash_read(*line, proof->path.hashes[proof->path.count]))
			return error_set(error, QORGAN_BAD_DATA, "hash %u of its path is malformed", proof->path.count + 1);
	return QORGAN_OK;
}

static int note_read(struct span line, const char *label, struct buffer *note, struct checkpoint *checkpoint,
                     struct qorgan_error *error)
{
	size_t size, room = line.size < NOTE_LIMIT ? line.size : NOTE_LIMIT;

	if (!text_skip(&line, label))
		return error_set(error, QORGAN_BAD_DATA, "its line \"%.*s\" is missing", (int)strlen(label) - 1, label);
	char *at = buffer_reserve(note, room);
	if (!at)
		return error_set_memory(error);
	if (!base64_decode(line, BASE64_PADDED, (uint8_t *)at, room, &size))
		return error_set(error, QORGAN_BAD_DATA, "its line \"%.*s\" is malformed", (int)strlen(label) - 1, label);
	note->size += size;
	note->data[note->size] = '\0';
	int code = checkpoint_parse_note(buffer_span(note), checkpoint, error);
	return code ? error_prefix(error, code, "its line \"%.*s\"", (int)strlen(label) - 1, label) : QORGAN_OK;
}

static int lines_read(struct span rest, struct fork_proof *proof, struct qorgan_error *error)
{
	struct span line;

	if (!text_line_take(&rest, &line) || !span_is(line, FORK_PROOF_HEADER))
		return error_set(error, QORGAN_BAD_DATA, "this is not evidence of a fork: its first line is not "
		                 FORK_PROOF_HEADER);
	if (!text_line_take(&rest, &line))
		return error_set(error, QORGAN_BAD_DATA, "it is cut short after its first line");
	int code = path_read(&rest, &line, proof, error);
	if (!code)
		code = note_read(line, FIRST, &proof->notes[0], &proof->checkpoints[0], error);
	if (!code && !text_line_take(&rest, &line))
		code = error_set(error, QORGAN_BAD_DATA, "it is cut short after its line \"first\"");
	if (!code)
		code = note_read(line, SECOND, &proof->notes[1], &proof->checkpoints[1], error);
	if (!code && rest.size)
		code = error_set(error, QORGAN_BAD_DATA, "something follows its last line");
	return code;
}

int fork_proof_parse(struct span text, struct fork_proof *proof, struct qorgan_error *error)
{
	*proof = (struct fork_proof){ 0 };
	if (text.size > FORK_PROOF_LIMIT)
		return error_set(error, QORGAN_BAD_DATA, "it is longer than evidence of a fork can be");
	int code = lines_read(text, proof, error);
	if (code)
		return code;
	if (proof->checkpoints[0].size > proof->checkpoints[1].size)
		return error_set(error, QORGAN_BAD_DATA, "its first checkpoint is of more entries than its second");
	if (proof->grew != (proof->checkpoints[0].size < proof->checkpoints[1].size))
		return error_set(error, QORGAN_BAD_DATA, proof->grew
		                 ? language_said("its checkpoints are of one size, where a line \"root\" has no place")
		                 : language_said("its line \"root\" is missing, as its checkpoints are of two sizes"));
	return QORGAN_OK;
}

void fork_proof_free(struct fork_proof *proof)
{
	for (size_t i = 0; i < 2; i++)
		buffer_free(&proof->notes[i]);
}

/* ---- Checking -------------------------------------------------------------------- */

/* Whether the trees exclude each other. The root that the path leads from is taken
 * from the file: that it is the beginning of the second tree is what the path shows. */
static int histories_check(const struct fork_proof *proof, struct qorgan_error *error)
{
	const struct checkpoint *first = &proof->checkpoints[0], *second = &proof->checkpoints[1];
	const uint8_t *root = proof->grew ? proof->root : second->root;

	if (proof->grew && !merkle_consistency_check(first->size, root, second->size, second->root, &proof->path))
		return error_set(error, QORGAN_NO, "its root and path are not those of the first %llu entries of the second "
		                 "history", (unsigned long long)first->size);
	if (memcmp(root, first->root, MERKLE_HASH_SIZE) == 0)
		return error_set(error, QORGAN_NO, "both checkpoints are of one history");
	return QORGAN_OK;
}

int fork_proof_check(const struct fork_proof *proof, const uint8_t first_key[NOTE_KEY_SIZE],
                     const uint8_t second_key[NOTE_KEY_SIZE], struct qorgan_error *error)
{
	const uint8_t *const keys[2] = { first_key, second_key };
	const char *origin = proof->checkpoints[0].origin;
	struct qorgan_error why;
	struct span text;

	if (strcmp(origin, proof->checkpoints[1].origin))
		return error_set(error, QORGAN_NO, "its checkpoints are of two logs, %.120s and %.120s", origin,
		                 proof->checkpoints[1].origin);
	for (size_t i = 0; i < 2; i++)
		if (note_verify(buffer_span(&proof->notes[i]), origin, keys[i], &text, &why))
			return error_set(error, QORGAN_NO, "its %s checkpoint: %.500s", places[i], why.message);
	return histories_check(proof, error);
}
