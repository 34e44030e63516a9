/* A package with a line of every type, and a handler that writes down what it is told
 * of it. */
#ifndef TESTS_PACKAGE_FIXTURE_H
#define TESTS_PACKAGE_FIXTURE_H

#include "age_fixture.h"
#include "exchange/package.h"
#include "exchange/package_lines.h"
#include "record/canonical.h"

#define ORIGIN "qorgan/UZB/0123456789abcdef0123456789abcdef"
#define OTHER_ORIGIN "qorgan/KAZ/0123456789abcdef0123456789abcdef"
#define EVIDENCE "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
#define HASH(c) "\"" c c c c c c c c c c c c c c c c c c c c c c c c c c c c c c c c c c c c c c c c c c "A=\""
#define ENVELOPE(kind, id)                                                                                             \
	",\"commit\":2,\"id\":\"" id "\",\"kind\":\"" kind "\",\"owner\":\"UZB\",\"salt\":\"AAAAAAAAAAAAAAAAAAAAAA==\"," \
	"\"time\":\"2026-02-01T10:00:00Z\",\"user\":\"a.karimova\",\"version\":3}"

/* The lines of the package, without their ends. */
enum { HEADER, CHECKPOINT, LEAVES, MORE_LEAVES, RECORD, MORE_RECORD, WITHDRAWAL, EVIDENCE_LINE, MORE_EVIDENCE, WITNESS,
       FORK_LINE, END, LINES };
static struct buffer lines[LINES], plain, transcript;
static struct qorgan_error error;

static inline void note_make(const char *origin, const char *size, char root, struct buffer *note)
{
	struct buffer text = { 0 };
	uint8_t *seed = secret_alloc(32);

	memset(seed, 7, 32);
	buffer_append_format(&text, "%s\n%s\n%cAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n", origin, size, root);
	ck_assert_int_eq(note_sign(buffer_span(&text), origin, seed, note, NULL), QORGAN_OK);
	buffer_free(&text);
	secret_free(seed);
}

static inline void note_line(const char *type, const char *origin, const char *size, struct buffer *to)
{
	struct buffer note = { 0 };

	note_make(origin, size, 'A', &note);
	buffer_clear(to);
	buffer_append_format(to, "{\"type\":\"%s\",\"note\":", type);
	canonical_write_string(buffer_span(&note), to);
	buffer_append_char(to, '}');
	buffer_free(&note);
}

/* Two checkpoints of one size and two roots. */
static inline void fork_line(const char *origin, struct buffer *to)
{
	struct buffer notes[2] = { { 0 }, { 0 } }, proof = { 0 };

	note_make(origin, "9", 'A', &notes[0]);
	note_make(origin, "9", 'B', &notes[1]);
	fork_proof_format(buffer_span(&notes[0]), buffer_span(&notes[1]), NULL, NULL, &proof);
	buffer_clear(to);
	buffer_append_text(to, "{\"type\":\"fork\",\"proof\":");
	canonical_write_string(buffer_span(&proof), to);
	buffer_append_char(to, '}');
	buffer_free(&notes[0]);
	buffer_free(&notes[1]);
	buffer_free(&proof);
}

static inline void line_set(int line, const char *text)
{
	buffer_clear(&lines[line]);
	buffer_append_text(&lines[line], text);
}

static inline void package_make(void)
{
	line_set(HEADER, "{\"type\":\"header\",\"format\":\"qorgan-package\",\"version\":1,\"from\":\"UZB\",\"to\":[\"KAZ\","
	         "\"KGZ\"],\"previous\":[6,4],\"created\":\"2026-04-01T08:00:00Z\",\"sequence\":8}");
	note_line("checkpoint", ORIGIN, "6", &lines[CHECKPOINT]);
	line_set(LEAVES, "{\"type\":\"leaves\",\"first\":3,\"hashes\":[" HASH("A") "," HASH("B") "]}");
	line_set(MORE_LEAVES, "{\"type\":\"leaves\",\"first\":5,\"hashes\":[" HASH("/") "]}");
	line_set(RECORD, "{\"type\":\"record\",\"index\":3,\"record\":{\"body\":{\"title\":{\"ru\":\"Ы\\n\"}}"
	         ENVELOPE("risk", "CYB-01") "}");
	line_set(MORE_RECORD, "{\"type\":\"record\",\"index\":5,\"record\":{\"body\":{}" ENVELOPE("evidence", EVIDENCE) "}");
	line_set(WITHDRAWAL, "{\"type\":\"withdrawal\",\"index\":4,\"kind\":\"status\",\"id\":\"CYB-01-M1/KAZ\","
	         "\"version\":4}");
	line_set(EVIDENCE_LINE, "{\"type\":\"evidence\",\"id\":\"" EVIDENCE "\",\"offset\":0,\"data\":\"YWJj\"}");
	line_set(MORE_EVIDENCE, "{\"type\":\"evidence\",\"id\":\"" EVIDENCE "\",\"offset\":3,\"data\":\"ZA==\"}");
	note_line("witness", OTHER_ORIGIN, "9", &lines[WITNESS]);
	fork_line(OTHER_ORIGIN, &lines[FORK_LINE]);
	line_set(END, "{\"type\":\"end\",\"leaves\":3,\"records\":2}");
}

/* What the handler is told of it. */
#define TOLD                                                                                                           \
	"header UZB to KAZ after 6 KGZ after 4 at 2026-04-01T08:00:00Z: 8\n"                                           \
	"checkpoint " ORIGIN " 6\n"                                                                                    \
	"leaves 3: 2, 00..00 04..10\n"                                                                                 \
	"leaves 5: 1, ff..f0\n"                                                                                        \
	"record 3: risk CYB-01 3 of UZB in 2, {\"title\":{\"ru\":\"Ы\\n\"}}\n"                                         \
	"record 5: evidence " EVIDENCE " 3 of UZB in 2, {}\n"                                                          \
	"withdrawal 4: status CYB-01-M1/KAZ 4\n"                                                                       \
	"evidence " EVIDENCE " 0: abc\n"                                                                               \
	"evidence " EVIDENCE " 3: d\n"                                                                                 \
	"witness " OTHER_ORIGIN " 9\n"                                                                                 \
	"fork " OTHER_ORIGIN " 9\n"                                                                                    \
	"end 3 2\n"

/* ---- A handler that writes down what it is told ---------------------------------------- */

static inline int on_header(void *context, const struct package_header *header, struct qorgan_error *e)
{
	(void)e;
	buffer_append_format(context, "header %s to", header->from);
	for (size_t i = 0; i < header->count; i++)
		buffer_append_format(context, " %s after %llu", header->to[i], (unsigned long long)header->previous[i]);
	buffer_append_format(context, " at %s: %llu\n", header->created, (unsigned long long)header->sequence);
	return QORGAN_OK;
}

static inline int on_note(void *context, const char *type, struct span note, const struct checkpoint *checkpoint)
{
	ck_assert_uint_gt(note.size, strlen(checkpoint->origin));
	ck_assert_mem_eq(note.data, checkpoint->origin, strlen(checkpoint->origin));
	ck_assert_int_eq(note.data[note.size - 1], '\n');
	buffer_append_format(context, "%s %s %llu\n", type, checkpoint->origin, (unsigned long long)checkpoint->size);
	return QORGAN_OK;
}

static inline int on_checkpoint(void *context, struct span note, const struct checkpoint *checkpoint, struct qorgan_error *e)
{
	(void)e;
	return on_note(context, "checkpoint", note, checkpoint);
}

static inline int on_witness(void *context, struct span note, const struct checkpoint *checkpoint, struct qorgan_error *e)
{
	(void)e;
	return on_note(context, "witness", note, checkpoint);
}

static inline int on_fork(void *context, struct span text, const struct fork_proof *proof, struct qorgan_error *e)
{
	(void)e;
	ck_assert(text.size > 20 && memcmp(text.data, FORK_PROOF_HEADER "\n", 15) == 0);
	buffer_append_format(context, "fork %s %llu\n", proof->checkpoints[1].origin,
	                     (unsigned long long)proof->checkpoints[1].size);
	return QORGAN_OK;
}

static inline int on_leaves(void *context, uint64_t first, struct span hashes, struct qorgan_error *e)
{
	(void)e;
	buffer_append_format(context, "leaves %llu: %zu,", (unsigned long long)first, hashes.size / 32);
	for (size_t at = 0; at < hashes.size; at += 32)
		buffer_append_format(context, " %02x..%02x", (uint8_t)hashes.data[at], (uint8_t)hashes.data[at + 31]);
	buffer_append_char(context, '\n');
	return QORGAN_OK;
}

static inline int on_record(void *context, uint64_t index, const struct record *record, struct qorgan_error *e)
{
	(void)e;
	ck_assert_int_eq(record->bytes.data[0], '{');
	ck_assert_int_eq(record->bytes.data[record->bytes.size - 1], '}');
	buffer_append_format(context, "record %llu: %.*s %.*s %u of %.*s in %llu, %.*s\n", (unsigned long long)index,
	                     (int)record->kind.size, record->kind.data, (int)record->id.size, record->id.data,
	                     record->version, (int)record->owner.size, record->owner.data,
	                     (unsigned long long)record->commit, (int)record->body.size, record->body.data);
	return QORGAN_OK;
}

static inline int on_withdrawal(void *context, const struct package_withdrawal *withdrawal, struct qorgan_error *e)
{
	(void)e;
	buffer_append_format(context, "withdrawal %llu: %.*s %.*s %u\n", (unsigned long long)withdrawal->index,
	                     (int)withdrawal->kind.size, withdrawal->kind.data, (int)withdrawal->id.size,
	                     withdrawal->id.data, withdrawal->version);
	return QORGAN_OK;
}

static inline int on_evidence(void *context, struct span id, uint64_t offset, struct span data, struct qorgan_error *e)
{
	(void)e;
	buffer_append_format(context, "evidence %.*s %llu: %.*s\n", (int)id.size, id.data, (unsigned long long)offset,
	                     (int)data.size, data.data);
	return QORGAN_OK;
}

static inline int on_end(void *context, uint64_t leaves, uint64_t records, struct qorgan_error *e)
{
	(void)e;
	buffer_append_format(context, "end %llu %llu\n", (unsigned long long)leaves, (unsigned long long)records);
	return QORGAN_OK;
}

static const struct package_handler writing_down = { on_header, on_checkpoint, on_leaves, on_record, on_withdrawal,
	                                             on_evidence, on_witness, on_fork, on_end };

/* ---- Lines -------------------------------------------------------------------------------- */

static inline void plain_make(void)
{
	buffer_clear(&plain);
	for (int i = 0; i < LINES; i++) {
		if (!lines[i].size)
			continue;
		buffer_append_span(&plain, buffer_span(&lines[i]));
		buffer_append_char(&plain, '\n');
	}
}

static inline int lines_read(size_t piece, const struct package_handler *handler)
{
	struct package_lines *reading;
	int code;

	buffer_clear(&transcript);
	ck_assert_int_eq(package_lines_start(handler, &transcript, &reading, &error), QORGAN_OK);
	code = QORGAN_OK;
	for (size_t at = 0; !code && at < plain.size; at += piece)
		code = package_lines_add(reading, plain.data + at, plain.size - at < piece ? plain.size - at : piece, &error);
	if (!code)
		code = package_lines_finish(reading, &error);
	package_lines_free(reading);
	return code;
}

static inline void start(void)
{
	age_fixture_start();
	package_make();
}

static inline void stop(void)
{
	for (int i = 0; i < LINES; i++)
		buffer_free(&lines[i]);
	buffer_free(&plain);
	buffer_free(&transcript);
	age_fixture_stop();
}

#endif
