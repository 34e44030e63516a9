/* The lines of a package: one function for each type. */
#include "exchange/package_lines.h"

#include <inttypes.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/language.h"
#include "crypto/note_parts.h"
#include "exchange/line_scan.h"
#include "exchange/origin.h"
#include "exchange/package.h"
#include "store/evidence.h"

#define HASH_SIZE 32

enum type { NONE, HEADER, CHECKPOINT, LEAVES, RECORD, WITHDRAWAL, EVIDENCE, WITNESS, FORK, END, TYPES };

struct package_lines {
	const struct package_handler *handler;
	void *context;
	struct buffer partial;   /* the beginning of a line that goes on */
	struct buffer text;      /* strings of the line at hand that had escapes */
	size_t longest;          /* bytes of the longest line */
	uint64_t number;         /* of the line at hand, from 1 */
	enum type last;          /* the type of the line before */
	int failure;
	bool stopped;
	struct package_header header;
	uint64_t size;           /* of the checkpoint */
	uint64_t first, next;    /* the leaves so far: [first, next) */
	uint64_t records, unused; /* how many; the least index that the next may have */
	uint64_t unused_withdrawal;
	char evidence[EVIDENCE_ID_SIZE + 1]; /* the file whose pieces come, and how far it came */
	uint64_t offset;
	uint8_t binary[PACKAGE_LEAVES_PER_LINE * HASH_SIZE]; /* what was Base64 */
};

_Static_assert(PACKAGE_PIECE_SIZE <= PACKAGE_LEAVES_PER_LINE * HASH_SIZE, "a piece fits");

__attribute__((format(printf, 3, 4)))
static int line_refuse(const struct package_lines *lines, struct qorgan_error *error, const char *format, ...)
{
	char why[900];
	va_list list;

	va_start(list, format);
	vsnprintf(why, sizeof why, language_said(format), list);
	va_end(list);
	return error_set(error, QORGAN_PROTOCOL, "line %" PRIu64 ": %s", lines->number, why);
}

/* What the scan of a line did not find. */
static int scan_refuse(const struct package_lines *lines, const struct line_scan *scan, struct qorgan_error *error)
{
	const char *mark = scan->quoted ? "'" : "";

	return line_refuse(lines, error, "%s%s%s was expected at byte %zu", mark,
	                   scan->quoted ? scan->expected : language_said(scan->expected), mark,
	                   (size_t)(scan->at - scan->first));
}

/* Tells the handler, if it wants to know. */
#define TELL(lines, what, ...) \
	((lines)->handler->what ? told(lines, (lines)->handler->what((lines)->context, __VA_ARGS__)) : QORGAN_OK)

static int told(struct package_lines *lines, int code)
{
	lines->stopped = code != QORGAN_OK;
	return code;
}

/* ---- Who, and the state of the log ---------------------------------------------------- */

static bool name_take(struct line_scan *scan, const char *kind, char to[RECORD_NAME_LIMIT])
{
	const struct schema *schema = schema_find(kind, strlen(kind));
	const char *at = scan->at;
	struct span text;

	if (!line_scan_string(scan, &text))
		return false;
	if (record_id_check(schema, text, NULL))
		return line_scan_fail(scan, at, "the code of a state");
	memcpy(to, text.data, text.size);
	to[text.size] = '\0';
	return true;
}

static bool recipients_take(struct line_scan *scan, struct package_header *header)
{
	for (header->count = 0; header->count < PACKAGE_RECIPIENTS; header->count++) {
		char *name = header->to[header->count];
		const char *at = scan->at;
		if (header->count && !line_scan_follows(scan, ','))
			return line_scan_literal(scan, "]");
		if ((header->count && !line_scan_literal(scan, ",")) || !name_take(scan, "partner", name))
			return false;
		if (header->count && strcmp(header->to[header->count - 1], name) >= 0)
			return line_scan_fail(scan, at, "a list of partners in their order, each once,");
	}
	return line_scan_literal(scan, "]");
}

static bool previous_take(struct line_scan *scan, struct package_header *header)
{
	for (size_t i = 0; i < header->count; i++)
		if ((i && !line_scan_literal(scan, ",")) || !line_scan_number(scan, &header->previous[i]))
			return false;
	return line_scan_literal(scan, "]");
}

static bool time_take(struct line_scan *scan, char to[TIME_TEXT_SIZE])
{
	const char *at = scan->at;
	struct span text;
	int64_t seconds;

	if (!line_scan_string(scan, &text))
		return false;
	if (!time_parse_plain(text, &seconds))
		return line_scan_fail(scan, at, "a time such as 2026-04-01T08:00:00Z");
	time_format(seconds, to);
	return true;
}

/* What is there only after a restore. */
static bool restored_take(struct line_scan *scan, struct package_restored *restored)
{
	*restored = (struct package_restored){ 0 };
	if (!line_scan_follows(scan, ','))
		return true;
	return line_scan_literal(scan, ",\"restored\":{\"at\":") && time_take(scan, restored->at) &&
	       line_scan_literal(scan, ",\"backup\":") && time_take(scan, restored->backup) &&
	       line_scan_literal(scan, ",\"size\":") && line_scan_number(scan, &restored->size) && line_scan_literal(scan, "}");
}

static int header_take(struct package_lines *lines, struct line_scan *scan, struct qorgan_error *error)
{
	struct package_header *header = &lines->header;
	uint64_t version;

	if (!line_scan_literal(scan, ",\"format\":\"qorgan-package\",\"version\":") || !line_scan_number(scan, &version))
		return QORGAN_OK;
	if (version != 1)
		return line_refuse(lines, error, "the package is of version %" PRIu64 " of the format, and only version 1 is known "
		                   "here: it takes a newer Qorgan", version);
	if (!line_scan_literal(scan, ",\"from\":") || !name_take(scan, "state", header->from) ||
	    !line_scan_literal(scan, ",\"to\":[") || !recipients_take(scan, header) ||
	    !line_scan_literal(scan, ",\"previous\":[") || !previous_take(scan, header) ||
	    !line_scan_literal(scan, ",\"created\":") || !time_take(scan, header->created) ||
	    !line_scan_literal(scan, ",\"sequence\":") || !line_scan_number(scan, &header->sequence) ||
	    !restored_take(scan, &header->restored) || !line_scan_end(scan, "}"))
		return QORGAN_OK;
	if (header->sequence == 0)
		return line_refuse(lines, error, "packages are numbered from 1, not from 0");
	for (size_t i = 0; i < header->count; i++)
		if (header->previous[i] >= header->sequence)
			return line_refuse(lines, error, "package %" PRIu64 " cannot go on after package %" PRIu64, header->sequence,
			                   header->previous[i]);
	if (strcmp(header->restored.backup, header->restored.at) > 0)
		return line_refuse(lines, error, "it was put back on %.10s from a backup that was made later", header->restored.at);
	return TELL(lines, header, header, error);
}

static size_t lines_count(struct span text)
{
	size_t count = 0;

	for (size_t i = 0; i < text.size; i++)
		count += text.data[i] == '\n';
	return count;
}

/* A signed note whose text is a checkpoint. One with further lines could fill a note, and
 * could not be countersigned. */
static bool note_take(struct line_scan *scan, struct span *note, struct checkpoint *checkpoint)
{
	struct span text, signatures;
	const char *at;

	if (!line_scan_literal(scan, ",\"note\":"))
		return false;
	at = scan->at;
	if (!line_scan_string(scan, note) || !line_scan_end(scan, "}"))
		return false;
	if (!note_split(*note, &text, &signatures) || !checkpoint_parse(text, checkpoint) || lines_count(text) != 3 ||
	    checkpoint->size > LINE_SCAN_NUMBER_LIMIT)
		return line_scan_fail(scan, at, "a signed note with a checkpoint of three lines");
	return true;
}

static int checkpoint_take(struct package_lines *lines, struct line_scan *scan, struct qorgan_error *error)
{
	struct checkpoint checkpoint;
	struct span note;

	if (!note_take(scan, &note, &checkpoint))
		return QORGAN_OK;
	if (!origin_is_of(checkpoint.origin, lines->header.from))
		return line_refuse(lines, error, "the checkpoint is of %.150s, which is no log of the sender %s", checkpoint.origin,
		                   lines->header.from);
	if (*lines->header.restored.at && lines->header.restored.size > checkpoint.size)
		return line_refuse(lines, error, "it was put back with %" PRIu64 " entries, and its checkpoint is over %" PRIu64,
		                   lines->header.restored.size, checkpoint.size);
	lines->size = checkpoint.size;
	return TELL(lines, checkpoint, note, &checkpoint, error);
}

static int witness_take(struct package_lines *lines, struct line_scan *scan, struct qorgan_error *error)
{
	struct checkpoint checkpoint;
	struct span note;

	if (!note_take(scan, &note, &checkpoint))
		return QORGAN_OK;
	return TELL(lines, witness, note, &checkpoint, error);
}

static int fork_take(struct package_lines *lines, struct line_scan *scan, struct qorgan_error *error)
{
	struct fork_proof proof;
	struct qorgan_error why;
	struct span text;

	if (!line_scan_literal(scan, ",\"proof\":") || !line_scan_string(scan, &text) || !line_scan_end(scan, "}"))
		return QORGAN_OK;
	int code = fork_proof_parse(text, &proof, &why);
	if (code == QORGAN_BAD_DATA)
		code = line_refuse(lines, error, "it holds evidence against a log that is none: %s", why.message);
	else if (code)
		code = error_set_memory(error);
	else
		code = TELL(lines, fork, text, &proof, error);
	fork_proof_free(&proof);
	return code;
}

/* ---- What was logged -------------------------------------------------------------------- */

static bool hashes_take(struct line_scan *scan, uint8_t *to, size_t *count)
{
	const char *at;
	size_t size;

	for (*count = 0; *count < PACKAGE_LEAVES_PER_LINE; ++*count) {
		if (*count && !line_scan_follows(scan, ','))
			return line_scan_literal(scan, "]");
		if (*count && !line_scan_literal(scan, ","))
			return false;
		at = scan->at;
		if (!line_scan_base64(scan, to + *count * HASH_SIZE, HASH_SIZE, &size) || size != HASH_SIZE)
			return line_scan_fail(scan, at, "Base64 of 32 bytes");
	}
	return line_scan_literal(scan, "]");
}

static int leaves_take(struct package_lines *lines, struct line_scan *scan, struct qorgan_error *error)
{
	uint64_t first;
	size_t count;

	if (!line_scan_literal(scan, ",\"first\":") || !line_scan_number(scan, &first) ||
	    !line_scan_literal(scan, ",\"hashes\":[") || !hashes_take(scan, lines->binary, &count) ||
	    !line_scan_end(scan, "}"))
		return QORGAN_OK;
	if (lines->last != LEAVES)
		lines->first = lines->next = lines->unused = first;
	if (first != lines->next)
		return line_refuse(lines, error, "the leaves from %" PRIu64 " on come where those from %" PRIu64 " on should", first,
		                   lines->next);
	if (first > lines->size || count > lines->size - first)
		return line_refuse(lines, error, "there are more leaves than the %" PRIu64 " of the checkpoint", lines->size);
	lines->next = first + count;
	return TELL(lines, leaves, first, ((struct span){ (const char *)lines->binary, count * HASH_SIZE }), error);
}

/* Whether objects of that kind may be in a package at all. */
static int kind_check(const struct package_lines *lines, struct span kind, struct qorgan_error *error)
{
	const struct schema *schema = schema_find(kind.data, kind.size);

	if (!schema)
		return line_refuse(lines, error, "the kind \"%.*s\" is not known here: it takes a newer Qorgan", (int)kind.size,
		                   kind.data);
	if (!(schema->flags & SCHEMA_RELEASABLE))
		return line_refuse(lines, error, "objects of the kind %s are in no package", schema->kind);
	return QORGAN_OK;
}

static int record_take(struct package_lines *lines, struct line_scan *scan, struct qorgan_error *error)
{
	struct qorgan_error why;
	struct record record;
	struct span bytes;
	uint64_t index;

	if (!line_scan_literal(scan, ",\"index\":") || !line_scan_number(scan, &index) ||
	    !line_scan_literal(scan, ",\"record\":") || !line_scan_rest(scan, "}", &bytes))
		return QORGAN_OK;
	if (index < lines->first || index >= lines->next)
		return line_refuse(lines, error, "the record is of leaf %" PRIu64 ", which is not in the package", index);
	if (index < lines->unused)
		return line_refuse(lines, error, "the record of leaf %" PRIu64 " comes twice, or after a later one", index);
	if (record_parse_foreign(bytes, &record, &why))
		return line_refuse(lines, error, "%s", why.message);
	if (!span_is(record.owner, lines->header.from))
		return line_refuse(lines, error, "the record is of %.*s, not of the sender %s", (int)record.owner.size,
		                   record.owner.data, lines->header.from);
	int code = kind_check(lines, record.kind, error);
	if (code)
		return code;
	lines->unused = index + 1;
	lines->records++;
	return TELL(lines, record, index, &record, error);
}

static int withdrawal_take(struct package_lines *lines, struct line_scan *scan, struct qorgan_error *error)
{
	struct package_withdrawal withdrawal;
	uint64_t version;

	if (!line_scan_literal(scan, ",\"index\":") || !line_scan_number(scan, &withdrawal.index) ||
	    !line_scan_literal(scan, ",\"kind\":") || !line_scan_string(scan, &withdrawal.kind) ||
	    !line_scan_literal(scan, ",\"id\":") || !line_scan_string(scan, &withdrawal.id) ||
	    !line_scan_literal(scan, ",\"version\":") || !line_scan_number(scan, &version) || !line_scan_end(scan, "}"))
		return QORGAN_OK;
	int code = kind_check(lines, withdrawal.kind, error);
	if (code)
		return code;
	if (record_id_check(schema_find(withdrawal.kind.data, withdrawal.kind.size), withdrawal.id, NULL))
		return line_refuse(lines, error, "what is withdrawn has an id that its kind cannot have");
	if (version < 1 || version > UINT32_MAX)
		return line_refuse(lines, error, "%" PRIu64 " is no version of an object", version);
	if (withdrawal.index >= lines->size)
		return line_refuse(lines, error, "what is withdrawn is of leaf %" PRIu64 ", and the checkpoint has %" PRIu64,
		                   withdrawal.index, lines->size);
	if (withdrawal.index < lines->unused_withdrawal)
		return line_refuse(lines, error, "the withdrawal of leaf %" PRIu64 " comes twice, or after a later one", withdrawal.index);
	lines->unused_withdrawal = withdrawal.index + 1;
	withdrawal.version = (uint32_t)version;
	return TELL(lines, withdrawal, &withdrawal, error);
}

/* ---- Attached files, and the end ----------------------------------------------------------- */

static int evidence_take(struct package_lines *lines, struct line_scan *scan, struct qorgan_error *error)
{
	struct span id;
	uint64_t offset;
	size_t size;

	if (!line_scan_literal(scan, ",\"id\":") || !line_scan_string(scan, &id) || !line_scan_literal(scan, ",\"offset\":") ||
	    !line_scan_number(scan, &offset) || !line_scan_literal(scan, ",\"data\":") ||
	    !line_scan_base64(scan, lines->binary, PACKAGE_PIECE_SIZE, &size) || !line_scan_end(scan, "}"))
		return QORGAN_OK;
	if (record_id_check(schema_find("evidence", strlen("evidence")), id, NULL))
		return line_refuse(lines, error, "the id of evidence is 64 lower-case hexadecimal digits");
	if (size == 0)
		return line_refuse(lines, error, "the piece of evidence is empty");
	if (offset > 0 && (!span_is(id, lines->evidence) || offset != lines->offset))
		return line_refuse(lines, error, "the piece of evidence begins at %" PRIu64 ", where none ended", offset);
	memcpy(lines->evidence, id.data, EVIDENCE_ID_SIZE);
	lines->offset = offset + size;
	return TELL(lines, evidence, id, offset, ((struct span){ (const char *)lines->binary, size }), error);
}

static int end_take(struct package_lines *lines, struct line_scan *scan, struct qorgan_error *error)
{
	uint64_t leaves, records, told_of = lines->next - lines->first;

	if (!line_scan_literal(scan, ",\"leaves\":") || !line_scan_number(scan, &leaves) ||
	    !line_scan_literal(scan, ",\"records\":") || !line_scan_number(scan, &records) || !line_scan_end(scan, "}"))
		return QORGAN_OK;
	if (leaves != told_of || records != lines->records)
		return line_refuse(lines, error, "%" PRIu64 " leaves and %" PRIu64 " records were to come, and %" PRIu64 " and %" PRIu64
		                   " came: something is missing", leaves, records, told_of, lines->records);
	return TELL(lines, end, leaves, records, error);
}

/* ---- Lines ----------------------------------------------------------------------------------- */

static const struct {
	const char *name;
	bool once;
	/* QORGAN_OK with scan->expected set: the line has not the form. */
	int (*take)(struct package_lines *lines, struct line_scan *scan, struct qorgan_error *error);
} types[TYPES] = {
	[HEADER] = { "header", true, header_take },
	[CHECKPOINT] = { "checkpoint", true, checkpoint_take },
	[LEAVES] = { "leaves", false, leaves_take },
	[RECORD] = { "record", false, record_take },
	[WITHDRAWAL] = { "withdrawal", false, withdrawal_take },
	[EVIDENCE] = { "evidence", false, evidence_take },
	[WITNESS] = { "witness", false, witness_take },
	[FORK] = { "fork", false, fork_take },
	[END] = { "end", true, end_take },
};

/* The type of a line; NONE if it is none. */
static enum type type_take(struct line_scan *scan)
{
	const char *quote;

	if (!line_scan_literal(scan, "{\"type\":\"") || !(quote = memchr(scan->at, '"', (size_t)(scan->end - scan->at))))
		return NONE;
	struct span name = { scan->at, (size_t)(quote - scan->at) };
	for (enum type type = HEADER; type < TYPES; type++)
		if (span_is(name, types[type].name)) {
			scan->at = quote + 1;
			return type;
		}
	return NONE;
}

/* How much of the name of a type is shown. */
static int name_shown(const struct line_scan *scan)
{
	int size = 0;

	while (size < 40 && scan->at + size < scan->end && scan->at[size] != '"')
		size++;
	return size;
}

/* Whether a line of that type may come now. */
static int order_check(const struct package_lines *lines, enum type type, struct qorgan_error *error)
{
	if (lines->last == END)
		return line_refuse(lines, error, "something follows the end of the package");
	if (type < lines->last || (type == lines->last && types[type].once))
		return line_refuse(lines, error, "a line of the type %s cannot follow one of the type %s", types[type].name,
		                   types[lines->last].name);
	for (enum type missing = lines->last + 1; missing < type; missing++)
		if (types[missing].once)
			return line_refuse(lines, error, "the line of the type %s is missing before this one of the type %s",
			                   types[missing].name, types[type].name);
	if (lines->last == LEAVES && type > LEAVES && lines->next != lines->size)
		return line_refuse(lines, error, "the leaves end at %" PRIu64 ", and the checkpoint has %" PRIu64, lines->next,
		                   lines->size);
	return QORGAN_OK;
}

static int line_take(struct package_lines *lines, struct span line, struct qorgan_error *error)
{
	struct line_scan scan = { .first = line.data, .at = line.data, .end = line.data + line.size, .text = &lines->text };
	enum type type = type_take(&scan);
	int code;

	buffer_clear(&lines->text);
	if (type == NONE && lines->number == 1)
		return line_refuse(lines, error, "this is no package of Qorgan: it does not begin with a header");
	if (type == NONE && scan.expected)
		return scan_refuse(lines, &scan, error);
	if (type == NONE)
		return line_refuse(lines, error, "the type \"%.*s\" is not known here: it takes a newer Qorgan", name_shown(&scan),
		                   scan.at);
	code = order_check(lines, type, error);
	if (code)
		return code;
	code = types[type].take(lines, &scan, error);
	if (!code && scan.expected)
		code = scan_refuse(lines, &scan, error);
	lines->last = type;
	return code;
}

/* ---- The stream ------------------------------------------------------------------------------ */

int package_lines_start(const struct package_handler *handler, void *context, struct package_lines **lines,
                        struct qorgan_error *error)
{
	struct package_lines *made = calloc(1, sizeof *made);

	*lines = NULL;
	if (!made)
		return error_set_memory(error);
	made->handler = handler;
	made->context = context;
	/* Reserved at once, so that growing leaves no copy behind, and spans stay. */
	if (!buffer_reserve(&made->partial, PACKAGE_LINE_SIZE) || !buffer_reserve(&made->text, PACKAGE_LINE_SIZE)) {
		package_lines_free(made);
		return error_set_memory(error);
	}
	*lines = made;
	return QORGAN_OK;
}

/* The bytes up to the end of a line, or all, if the line goes on behind them. */
static int bytes_take(struct package_lines *lines, struct span bytes, bool ended, struct qorgan_error *error)
{
	if (lines->partial.size == 0)
		lines->number++;
	if (lines->partial.size + bytes.size >= PACKAGE_LINE_SIZE)
		return line_refuse(lines, error, "the line is longer than 1 MiB");
	if (lines->partial.size + bytes.size > lines->longest)
		lines->longest = lines->partial.size + bytes.size;
	if (!ended || lines->partial.size) {
		buffer_append_span(&lines->partial, bytes);
		bytes = buffer_span(&lines->partial);
	}
	if (!ended)
		return QORGAN_OK;
	int code = line_take(lines, bytes, error);
	buffer_clear(&lines->partial);
	return code;
}

int package_lines_add(void *context, const void *data, size_t size, struct qorgan_error *error)
{
	struct package_lines *lines = context;
	const char *at = data, *end = at + size;

	while (!lines->failure && at < end) {
		const char *newline = memchr(at, '\n', (size_t)(end - at)), *after = newline ? newline : end;
		lines->failure = bytes_take(lines, (struct span){ at, (size_t)(after - at) }, newline != NULL, error);
		at = after + (newline != NULL);
	}
	return lines->failure;
}

int package_lines_finish(struct package_lines *lines, struct qorgan_error *error)
{
	if (!lines->failure && lines->partial.size)
		lines->failure = line_refuse(lines, error, "the line is cut short: no line feed ends it");
	if (!lines->failure && lines->last != END) {
		lines->number++;
		lines->failure = line_refuse(lines, error, "the package is cut short: its end is missing");
	}
	return lines->failure;
}

bool package_lines_stopped(const struct package_lines *lines)
{
	return lines->stopped;
}

/* No more is touched than was used: most packages are small. */
static void used_wipe(struct buffer *buffer, size_t used)
{
	if (buffer->data)
		sodium_memzero(buffer->data, used);
	buffer_free(buffer);
}

void package_lines_free(struct package_lines *lines)
{
	if (!lines)
		return;
	used_wipe(&lines->partial, lines->longest);
	used_wipe(&lines->text, lines->longest);
	sodium_memzero(lines->binary, PACKAGE_PIECE_SIZE); /* beyond that there were hashes alone */
	free(lines);
}
