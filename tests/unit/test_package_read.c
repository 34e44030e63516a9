/* The reader of packages: one package of every type of line, whole, and then with
 * each rule broken in turn. Files are encrypted by stock age. */
#include "exchange/package_read.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "age_fixture.h"
#include "base/file.h"
#include "crypto/base64.h"
#include "exchange/package.h"
#include "exchange/package_lines.h"
#include "record/canonical.h"

Suite *suite_package_read(void);

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

static void note_make(const char *origin, const char *size, char root, struct buffer *note)
{
	struct buffer text = { 0 };
	uint8_t *seed = secret_alloc(32);

	memset(seed, 7, 32);
	buffer_append_format(&text, "%s\n%s\n%cAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n", origin, size, root);
	ck_assert_int_eq(note_sign(buffer_span(&text), origin, seed, note, NULL), QORGAN_OK);
	buffer_free(&text);
	secret_free(seed);
}

static void note_line(const char *type, const char *origin, const char *size, struct buffer *to)
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
static void fork_line(const char *origin, struct buffer *to)
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

static void line_set(int line, const char *text)
{
	buffer_clear(&lines[line]);
	buffer_append_text(&lines[line], text);
}

static void package_make(void)
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

static int on_header(void *context, const struct package_header *header, struct qorgan_error *e)
{
	(void)e;
	buffer_append_format(context, "header %s to", header->from);
	for (size_t i = 0; i < header->count; i++)
		buffer_append_format(context, " %s after %llu", header->to[i], (unsigned long long)header->previous[i]);
	buffer_append_format(context, " at %s: %llu\n", header->created, (unsigned long long)header->sequence);
	return QORGAN_OK;
}

static int on_note(void *context, const char *type, struct span note, const struct checkpoint *checkpoint)
{
	ck_assert_uint_gt(note.size, strlen(checkpoint->origin));
	ck_assert_mem_eq(note.data, checkpoint->origin, strlen(checkpoint->origin));
	ck_assert_int_eq(note.data[note.size - 1], '\n');
	buffer_append_format(context, "%s %s %llu\n", type, checkpoint->origin, (unsigned long long)checkpoint->size);
	return QORGAN_OK;
}

static int on_checkpoint(void *context, struct span note, const struct checkpoint *checkpoint, struct qorgan_error *e)
{
	(void)e;
	return on_note(context, "checkpoint", note, checkpoint);
}

static int on_witness(void *context, struct span note, const struct checkpoint *checkpoint, struct qorgan_error *e)
{
	(void)e;
	return on_note(context, "witness", note, checkpoint);
}

static int on_fork(void *context, struct span text, const struct fork_proof *proof, struct qorgan_error *e)
{
	(void)e;
	ck_assert(text.size > 20 && memcmp(text.data, FORK_PROOF_HEADER "\n", 15) == 0);
	buffer_append_format(context, "fork %s %llu\n", proof->checkpoints[1].origin,
	                     (unsigned long long)proof->checkpoints[1].size);
	return QORGAN_OK;
}

static int on_leaves(void *context, uint64_t first, struct span hashes, struct qorgan_error *e)
{
	(void)e;
	buffer_append_format(context, "leaves %llu: %zu,", (unsigned long long)first, hashes.size / 32);
	for (size_t at = 0; at < hashes.size; at += 32)
		buffer_append_format(context, " %02x..%02x", (uint8_t)hashes.data[at], (uint8_t)hashes.data[at + 31]);
	buffer_append_char(context, '\n');
	return QORGAN_OK;
}

static int on_record(void *context, uint64_t index, const struct record *record, struct qorgan_error *e)
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

static int on_withdrawal(void *context, const struct package_withdrawal *withdrawal, struct qorgan_error *e)
{
	(void)e;
	buffer_append_format(context, "withdrawal %llu: %.*s %.*s %u\n", (unsigned long long)withdrawal->index,
	                     (int)withdrawal->kind.size, withdrawal->kind.data, (int)withdrawal->id.size,
	                     withdrawal->id.data, withdrawal->version);
	return QORGAN_OK;
}

static int on_evidence(void *context, struct span id, uint64_t offset, struct span data, struct qorgan_error *e)
{
	(void)e;
	buffer_append_format(context, "evidence %.*s %llu: %.*s\n", (int)id.size, id.data, (unsigned long long)offset,
	                     (int)data.size, data.data);
	return QORGAN_OK;
}

static int on_end(void *context, uint64_t leaves, uint64_t records, struct qorgan_error *e)
{
	(void)e;
	buffer_append_format(context, "end %llu %llu\n", (unsigned long long)leaves, (unsigned long long)records);
	return QORGAN_OK;
}

static const struct package_handler writing_down = { on_header, on_checkpoint, on_leaves, on_record, on_withdrawal,
	                                             on_evidence, on_witness, on_fork, on_end };

/* ---- Lines -------------------------------------------------------------------------------- */

static void plain_make(void)
{
	buffer_clear(&plain);
	for (int i = 0; i < LINES; i++) {
		if (!lines[i].size)
			continue;
		buffer_append_span(&plain, buffer_span(&lines[i]));
		buffer_append_char(&plain, '\n');
	}
}

static int lines_read(size_t piece, const struct package_handler *handler)
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

static void start(void)
{
	age_fixture_start();
	package_make();
}

static void stop(void)
{
	for (int i = 0; i < LINES; i++)
		buffer_free(&lines[i]);
	buffer_free(&plain);
	buffer_free(&transcript);
	age_fixture_stop();
}

START_TEST(every_line_is_told)
{
	static const struct package_handler deaf = { 0 };

	plain_make();
	for (size_t piece = 1; piece <= plain.size; piece = piece < 8 ? piece + 1 : piece * 3) {
		int code = lines_read(piece, &writing_down);
		ck_assert_msg(code == QORGAN_OK, "%s", error.message);
		ck_assert_str_eq(buffer_text(&transcript), TOLD);
	}
	ck_assert_int_eq(lines_read(100, &deaf), QORGAN_OK);
}
END_TEST

/* Replaces the first occurrence. */
static void line_edit(int line, const char *from, const char *to)
{
	struct buffer edited = { 0 };
	const char *text = buffer_text(&lines[line]), *found = strstr(text, from);

	ck_assert_msg(found != NULL, "line %d has no %s", line, from);
	buffer_append(&edited, text, (size_t)(found - text));
	buffer_append_text(&edited, to);
	buffer_append_text(&edited, found + strlen(from));
	buffer_free(&lines[line]);
	lines[line] = edited;
}

static void expect_refused(const char *says)
{
	plain_make();
	int code = lines_read(50, &writing_down);
	ck_assert_msg(code == QORGAN_PROTOCOL, "taken, and should be refused with: %s", says);
	ck_assert_msg(strstr(error.message, says) != NULL, "said: %s\nnot: %s", error.message, says);
}

static const struct {
	int line;
	const char *from, *to, *says; /* `from` NULL: `to` stands before the whole line */
} breaches[] = {
	/* What every line must be. */
	{ HEADER, "{\"type\":\"header\"", "{\"type\": \"header\"", "line 1: this is no package of Qorgan" },
	{ HEADER, "{\"type\":\"header\"", "{\"type\":\"hello\"", "line 1: this is no package of Qorgan" },
	{ HEADER, NULL, "\n", "line 1: this is no package of Qorgan" },
	{ CHECKPOINT, NULL, "\n", "line 2: '{\"type\":\"' was expected at byte 0" },
	{ CHECKPOINT, "checkpoint", "check\\u0070oint", "line 2: the type \"check\\u0070oint\" is not known here" },
	{ LEAVES, "\"leaves\"", "\"LEAVES\"", "line 3: the type \"LEAVES\" is not known here" },
	{ END, "}", " }", "line 12: '}' was expected at byte 36" },
	{ END, "}", "} ", "line 12: the end of the line was expected at byte 37" },
	{ END, "}", "}\r", "line 12: the end of the line was expected" },
	{ END, "}", ",\"more\":1}", "line 12: '}' was expected" },
	{ END, "\"leaves\":3,\"records\":2", "\"records\":2,\"leaves\":3", "line 12: ',\"leaves\":' was expected at byte 13" },
	{ END, "\"leaves\":3,", "\"leaves\":3,\"leaves\":3,", "line 12: ',\"records\":' was expected" },
	{ END, ":3", ":03", "line 12: a whole number from 0 to 9007199254740991 was expected at byte 23" },
	{ END, ":3", ":+3", "a whole number" },
	{ END, ":3", ":-3", "a whole number" },
	{ END, ":3", ":3.0", "line 12: ',\"records\":' was expected" },
	{ END, ":3", ":9007199254740992", "a whole number" },
	{ END, ":3", ":99999999999999999999999999", "a whole number" },
	{ END, ":3", ":\"3\"", "a whole number" },
	{ END, ":3,\"records\":2}", ":3,\"records\":", "a whole number" },
	/* The header. */
	{ HEADER, "qorgan-package", "package", "line 1: ',\"format\":\"qorgan-package\",\"version\":' was expected" },
	{ HEADER, "\"version\":1", "\"version\":2", "line 1: the package is of version 2 of the format" },
	{ HEADER, "\"UZB\"", "\"\"", "line 1: the code of a state was expected" },
	{ HEADER, "\"UZB\"", "\"UZ B\"", "line 1: the code of a state was expected at byte 62" },
	{ HEADER, "\"UZB\"", "\"UZB\\u0000\"", "line 1: the code of a state was expected" },
	{ HEADER, "\"UZB\"", "\"\\u0055ZB\"", "line 1: a string in canonical form was expected" },
	{ HEADER, "\"UZB\"", "\"UZB", "was expected" },
	{ HEADER, "[\"KAZ\",\"KGZ\"]", "[]", "line 1: a string in canonical form was expected" },
	{ HEADER, "\"KAZ\",\"KGZ\"", "\"KGZ\",\"KAZ\"", "line 1: a list of partners in their order, each once, was expected" },
	{ HEADER, "\"KAZ\",\"KGZ\"", "\"KAZ\",\"KAZ\"", "a list of partners in their order, each once, was expected" },
	{ HEADER, "\"KAZ\",", "\"KAZ\";", "line 1: ']' was expected" },
	{ HEADER, "[6,4]", "[6]", "line 1: ',' was expected" },
	{ HEADER, "[6,4]", "[6,4,2]", "line 1: ']' was expected" },
	{ HEADER, "[6,4]", "[8,4]", "line 1: package 8 cannot go on after package 8" },
	{ HEADER, "[6,4]", "[6,9]", "line 1: package 8 cannot go on after package 9" },
	{ HEADER, "\"previous\":[6,4],", "", "line 1: ',\"previous\":[' was expected" },
	{ HEADER, "08:00:00Z", "08:00:00+00:00", "line 1: a time such as 2026-04-01T08:00:00Z was expected" },
	{ HEADER, "2026-04-01", "2026-02-30", "a time such as" },
	{ HEADER, ":8}", ":0}", "line 1: packages are numbered from 1" },
	/* The checkpoint. */
	{ CHECKPOINT, "qorgan/UZB/", "qorgan/UZB", "which is no log of the sender UZB" },
	{ CHECKPOINT, "qorgan/UZB/", "qorgan/KAZ/", "line 2: the checkpoint is of qorgan/KAZ/" },
	{ CHECKPOINT, "\\n6\\n", "\\u000a6\\n", "line 2: a string in canonical form was expected at byte 28" },
	{ CHECKPOINT, "\\n6\\n", "\\nsix\\n", "line 2: a signed note with a checkpoint was expected at byte 28" },
	{ CHECKPOINT, "\\n6\\n", "\\n9007199254740992\\n", "line 2: a signed note with a checkpoint was expected" },
	{ CHECKPOINT, "\\n\\n", "\\n", "line 2: a signed note with a checkpoint was expected" },
	{ CHECKPOINT, "\\n6\\n", "\\n5\\n", "line 4: there are more leaves than the 5 of the checkpoint" },
	{ CHECKPOINT, "\\n6\\n", "\\n2\\n", "line 3: there are more leaves than the 2 of the checkpoint" },
	{ CHECKPOINT, "\\n6\\n", "\\n7\\n", "line 5: the leaves end at 6, and the checkpoint has 7" },
	/* Leaves. */
	{ LEAVES, HASH("A"), HASH("A") "," HASH("A"), "line 4: the leaves from 5 on come where those from 6 on should" },
	{ LEAVES, HASH("A") ",", "", "line 4: the leaves from 5 on come where those from 4 on should" },
	{ LEAVES, HASH("A") ",", "," HASH("A"), "line 3: a string of Base64 with padding was expected at byte 37" },
	{ LEAVES, HASH("A"), "\"AAAA\"", "line 3: Base64 of 32 bytes was expected" },
	{ LEAVES, "A=\"", "B=\"", "line 3: a string of Base64 with padding was expected" },
	{ LEAVES, "A=\"", "A\"", "line 3: a string of Base64 with padding was expected" },
	{ LEAVES, "A=\"", "A==\"", "line 3: a string of Base64 with padding was expected" },
	{ LEAVES, "\"AAAA", "\" AAAA", "line 3: a string of Base64 with padding was expected" },
	{ LEAVES, "\"AAAA", "\"\\nAAA", "line 3: a string of Base64 with padding was expected" },
	{ LEAVES, "A=\"", "A=", "line 3: a string of Base64 with padding was expected" },
	{ MORE_LEAVES, HASH("/"), "", "line 4: a string of Base64 with padding was expected" },
	{ MORE_LEAVES, "]}", "}", "line 4: ']' was expected" },
	/* Records. */
	{ RECORD, "\"index\":3", "\"index\":2", "line 5: the record is of leaf 2, which is not in the package" },
	{ MORE_RECORD, "\"index\":5", "\"index\":6", "line 6: the record is of leaf 6, which is not in the package" },
	{ MORE_RECORD, "\"index\":5", "\"index\":3", "line 6: the record of leaf 3 comes twice, or after a later one" },
	{ RECORD, "\"index\":3", "\"index\":5", "line 6: the record of leaf 5 comes twice, or after a later one" },
	{ RECORD, "{\"body\"", " {\"body\"", "line 5: the record is not canonical JSON" },
	{ RECORD, "\"version\":3}", "\"version\":3} ", "line 5: the record is not canonical JSON" },
	{ RECORD, "\"version\":3}}", "\"version\":3}", "line 5: the record is not canonical JSON" },
	{ RECORD, "\"version\":3}}", "\"version\":3}]", "line 5: '}' was expected" },
	{ RECORD, "\"version\":3}", "\"version\":3},\"more\":{}", "line 5: the record is not canonical JSON" },
	{ RECORD, "\\n", "\\u000a", "line 5: the record is not canonical JSON" },
	{ RECORD, "Ы", "\xd1", "line 5: the record is not canonical JSON" },
	{ RECORD, "{\"title\"", "{\"zzz\":1,\"title\"", "line 5: the record is not canonical JSON" },
	{ RECORD, "{\"title\"", "{\"title\":1,\"title\"", "line 5: the record is not canonical JSON" },
	{ RECORD, "{\"title\"", "{\"a\":null,\"title\"", "line 5: the record is not canonical JSON" },
	{ RECORD, "{\"title\"", "{\"a\":1.5,\"title\"", "line 5: the record is not canonical JSON" },
	{ RECORD, "{\"title\"", "{\"a\":[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]],\"title\"",
	  "line 5: the record is not canonical JSON" },
	{ RECORD, "{\"body\":", "{\"body\":{\"x\":", "line 5: the record is not canonical JSON" },
	{ RECORD, "\"version\":3}}", "\"version\":3}}}", "line 5: the record is not canonical JSON" },
	{ RECORD, "\"version\":3", "\"version\":3,\"w\":1", "line 5: the record has not the envelope of a record" },
	{ RECORD, "\"commit\":2,", "", "line 5: the record has not the envelope of a record" },
	{ RECORD, "\"commit\":2", "\"commit\":-2", "line 5: the record has not the envelope of a record" },
	{ RECORD, "\"version\":3", "\"version\":0", "line 5: the record has not the envelope of a record" },
	{ RECORD, "\"version\":3", "\"version\":4294967296", "line 5: the record has not the envelope of a record" },
	{ RECORD, "\"user\":\"a.karimova\"", "\"user\":{}", "line 5: the record has not the envelope of a record" },
	{ RECORD, "AAAA==", "AAA=", "line 5: the record has no salt of 16 bytes" },
	{ RECORD, "a.karimova", "a karimova", "line 5: the record has a kind, owner or user that is no name" },
	{ RECORD, "10:00:00Z", "10:00:00.5Z", "line 5: the record has a time that is not one such as" },
	{ RECORD, "CYB-01\"", "CYB/01\"", "line 5: the record has an id that its kind cannot have" },
	{ RECORD, "\"owner\":\"UZB\"", "\"owner\":\"KAZ\"", "line 5: the record is of KAZ, not of the sender UZB" },
	{ RECORD, "\"kind\":\"risk\"", "\"kind\":\"partner\"", "line 5: objects of the kind partner are in no package" },
	{ RECORD, "\"kind\":\"risk\"", "\"kind\":\"rusk\"", "line 5: the kind \"rusk\" is not known here" },
	/* Withdrawals. */
	{ WITHDRAWAL, "\"index\":4", "\"index\":6", "line 7: what is withdrawn is of leaf 6, and the checkpoint has 6" },
	{ WITHDRAWAL, "\"status\"", "\"note\"", "line 7: objects of the kind note are in no package" },
	{ WITHDRAWAL, "\"status\"", "\"x\\u001b\"", "line 7: the kind \"x?\" is not known here" },
	{ WITHDRAWAL, "M1/KAZ", "M1", "line 7: what is withdrawn has an id that its kind cannot have" },
	{ WITHDRAWAL, "\"version\":4", "\"version\":0", "line 7: 0 is no version of an object" },
	{ WITHDRAWAL, "\"version\":4", "\"version\":4294967296", "line 7: 4294967296 is no version of an object" },
	/* Evidence. */
	{ EVIDENCE_LINE, "e3b0", "E3B0", "line 8: the id of evidence is 64 lower-case hexadecimal digits" },
	{ EVIDENCE_LINE, "e3b0", "e3b", "line 8: the id of evidence is 64 lower-case hexadecimal digits" },
	{ EVIDENCE_LINE, "\"offset\":0", "\"offset\":1", "line 8: the piece of evidence begins at 1, where none ended" },
	{ EVIDENCE_LINE, "e3b0", "e3b1", "line 9: the piece of evidence begins at 3, where none ended" },
	{ MORE_EVIDENCE, "\"offset\":3", "\"offset\":2", "line 9: the piece of evidence begins at 2, where none ended" },
	{ MORE_EVIDENCE, "\"offset\":3", "\"offset\":4", "line 9: the piece of evidence begins at 4, where none ended" },
	{ MORE_EVIDENCE, "ZA==", "", "line 9: the piece of evidence is empty" },
	{ MORE_EVIDENCE, "ZA==", "ZA", "line 9: a string of Base64 with padding was expected" },
	{ MORE_EVIDENCE, "ZA==", "ZB==", "line 9: a string of Base64 with padding was expected" },
	{ MORE_EVIDENCE, "ZA==", "Z\xc0==", "line 9: a string of Base64 with padding was expected" },
	/* Witnesses, evidence of forks, and the end. */
	{ WITNESS, "\\n9\\n", "\\n09\\n", "line 10: a signed note with a checkpoint was expected" },
	{ FORK_LINE, "qorgan-fork@v1", "qorgan-fork@v2", "line 11: it holds evidence against a log that is none: this is not" },
	{ FORK_LINE, "\\nsecond ", "\\nsecond  ", "line 11: it holds evidence against a log that is none: " },
	{ FORK_LINE, "\"proof\"", "\"note\"", "line 11: ',\"proof\":' was expected" },
	{ END, "\"leaves\":3", "\"leaves\":4", "line 12: 4 leaves and 2 records were to come, and 3 and 2 came" },
	{ END, "\"records\":2", "\"records\":1", "line 12: 3 leaves and 1 records were to come, and 3 and 2 came" },
};

START_TEST(every_breach_is_refused)
{
	int line = breaches[_i].line;

	if (breaches[_i].from) {
		line_edit(line, breaches[_i].from, breaches[_i].to);
	} else {
		struct buffer whole = { 0 };
		buffer_append_text(&whole, breaches[_i].to);
		buffer_append_span(&whole, buffer_span(&lines[line]));
		buffer_free(&lines[line]);
		lines[line] = whole;
	}
	expect_refused(breaches[_i].says);
}
END_TEST

/* One line in the place of another, and one of each that is left out. */
START_TEST(lines_come_in_their_order)
{
	for (int i = 0; i < LINES; i++)
		for (int j = i + 1; j < LINES; j++) {
			struct buffer moved = lines[i];
			if (i == EVIDENCE_LINE && j == MORE_EVIDENCE)
				continue; /* seen above */
			lines[i] = lines[j];
			lines[j] = moved;
			expect_refused("line ");
			moved = lines[i];
			lines[i] = lines[j];
			lines[j] = moved;
		}
	for (int i = 0; i < LINES; i++) {
		struct buffer left_out = lines[i];
		lines[i] = (struct buffer){ 0 };
		plain_make();
		int code = lines_read(50, &writing_down);
		ck_assert_int_eq(code, i == WITHDRAWAL || i == MORE_EVIDENCE || i == WITNESS || i == FORK_LINE ? QORGAN_OK : QORGAN_PROTOCOL);
		if (i == CHECKPOINT)
			ck_assert_str_eq(error.message,
			                 "line 2: the line of the type checkpoint is missing before this one of the type leaves");
		lines[i] = left_out;
	}
	plain_make();
	ck_assert_int_eq(lines_read(50, &writing_down), QORGAN_OK);
}
END_TEST

START_TEST(what_stands_once_comes_once)
{
	static const int once[] = { HEADER, CHECKPOINT, END };

	for (size_t i = 0; i < sizeof once / sizeof once[0]; i++) {
		struct buffer *line = &lines[once[i]], twice = { 0 };
		buffer_append_format(&twice, "%s\n%s", line->data, line->data);
		struct buffer before = *line;
		*line = twice;
		expect_refused(once[i] == END ? "line 13: something follows the end of the package"
		                              : "cannot follow one of the type");
		buffer_free(line);
		*line = before;
	}
}
END_TEST

START_TEST(withdrawals_rise)
{
	struct buffer before = lines[WITHDRAWAL];

	lines[WITHDRAWAL] = (struct buffer){ 0 };
	buffer_append_format(&lines[WITHDRAWAL], "%s\n%s", before.data, before.data);
	expect_refused("line 8: the withdrawal of leaf 4 comes twice, or after a later one");
	buffer_free(&lines[WITHDRAWAL]);
	lines[WITHDRAWAL] = before;
}
END_TEST

START_TEST(a_package_that_is_cut_short_is_refused)
{
	plain_make();
	size_t whole = plain.size;
	for (plain.size = 0; plain.size < whole; plain.size++) {
		ck_assert_int_eq(lines_read(64, &writing_down), QORGAN_PROTOCOL);
		ck_assert_ptr_nonnull(strstr(error.message, "cut short"));
	}
	plain.size = whole;
	buffer_append_char(&plain, '\n');
	ck_assert_int_eq(lines_read(64, &writing_down), QORGAN_PROTOCOL);
}
END_TEST

/* What is as long as it may be fails for another reason; one byte more, for that. */
START_TEST(a_line_has_an_end)
{
	for (size_t over = 0; over <= 1; over++) {
		buffer_clear(&plain);
		buffer_append_text(&plain, "{\"type\":\"header\",\"format\":\"");
		while (plain.size < PACKAGE_LINE_SIZE - 1 + over)
			buffer_append_char(&plain, 'a');
		buffer_append_char(&plain, '\n');
		ck_assert_int_eq(lines_read(65536, &writing_down), QORGAN_PROTOCOL);
		ck_assert_int_eq(strstr(error.message, "line 1: the line is longer than 1 MiB") != NULL, over);
	}
}
END_TEST

START_TEST(a_line_of_leaves_and_a_piece_have_their_bounds)
{
	uint8_t piece[PACKAGE_PIECE_SIZE + 1] = { 0 };

	for (size_t over = 0; over <= 1; over++) {
		package_make();
		note_line("checkpoint", ORIGIN, "8198", &lines[CHECKPOINT]);
		line_set(MORE_LEAVES, "{\"type\":\"leaves\",\"first\":5,\"hashes\":[" HASH("/"));
		for (size_t i = 1; i < PACKAGE_LEAVES_PER_LINE + over; i++)
			buffer_append_text(&lines[MORE_LEAVES], "," HASH("C"));
		buffer_append_text(&lines[MORE_LEAVES], "]}");
		plain_make();
		ck_assert_int_eq(lines_read(65536, &writing_down), QORGAN_PROTOCOL);
		ck_assert_ptr_nonnull(strstr(error.message, over ? "line 4: ']' was expected" : "line 5: the leaves end at 8197"));

		package_make();
		line_set(MORE_EVIDENCE, "{\"type\":\"evidence\",\"id\":\"" EVIDENCE "\",\"offset\":3,\"data\":\"");
		base64_append(&lines[MORE_EVIDENCE], piece, PACKAGE_PIECE_SIZE + over, BASE64_PADDED);
		buffer_append_text(&lines[MORE_EVIDENCE], "\"}");
		plain_make();
		ck_assert_int_eq(lines_read(65536, &writing_down), over ? QORGAN_PROTOCOL : QORGAN_OK);
	}
}
END_TEST

static int on_record_stop(void *context, uint64_t index, const struct record *record, struct qorgan_error *e)
{
	(void)context;
	(void)record;
	return error_set(e, index == 5 ? QORGAN_DENIED : QORGAN_OK, "enough");
}

/* ---- Files --------------------------------------------------------------------------------- */

static char folder[64];
static uint8_t *seed;
static struct minisign_public public, other;
static struct package_keys keys;
static struct package_reader *reader;

static char *in_folder(const char *name)
{
	static char path[2][128];
	static int turn;

	turn = !turn;
	snprintf(path[turn], sizeof path[turn], "%s/%s", folder, name);
	return path[turn];
}

static void put(const char *name, struct span content)
{
	ck_assert_int_eq(file_replace_unsynced(in_folder(name), 0644, content.data, content.size, NULL), QORGAN_OK);
}

/* Runs a command in the folder; its exit status. */
static int run(const char *format, ...) __attribute__((format(printf, 1, 2)));
static int run(const char *format, ...)
{
	char line[1024];
	va_list list;
	int used = snprintf(line, sizeof line, "cd %s && ", folder);

	va_start(list, format);
	vsnprintf(line + used, sizeof line - (size_t)used, format, list);
	va_end(list);
	return system(line);
}

static void sign(const char *name, const char *signature_name, const uint8_t *with)
{
	struct buffer content = { 0 }, signature = { 0 };
	struct minisign_hash hash;

	ck_assert_int_eq(file_read(in_folder(name), 1 << 20, &content, NULL), QORGAN_OK);
	minisign_hash_start(&hash);
	minisign_hash_add(&hash, content.data, content.size);
	ck_assert_int_eq(minisign_sign(&hash, with, "qorgan package 8", &signature, NULL), QORGAN_OK);
	put(signature_name, buffer_span(&signature));
	buffer_free(&content);
	buffer_free(&signature);
}

static void start_files(void)
{
	start();
	strcpy(folder, "/tmp/test_package_read.XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(folder));
	seed = secret_alloc(32);
	memset(seed, 9, 32);
	minisign_public_from(seed, &other);
	memset(seed, 8, 32);
	minisign_public_from(seed, &public);
	keys = (struct package_keys){ .identities = (const uint8_t (*)[32])identity, .count = 1 };
	plain_make();
	put("plain", buffer_span(&plain));
	ck_assert_int_eq(run("age -r " PUBLISHED_RECIPIENT " -o p.age plain"), 0);
	sign("p.age", "p.age.minisig", seed);
}

static void stop_files(void)
{
	package_close(reader);
	reader = NULL;
	ck_assert_int_eq(run("rm -r %s", folder), 0);
	secret_free(seed);
	stop();
}

static int reader_open(const char *name, const char *signature_path, const struct minisign_public *trusted,
                       size_t count)
{
	package_close(reader);
	return package_open(name, signature_path, trusted, count, &reader, &error);
}

static void expect_open(const char *path, const char *signature_path)
{
	int code = reader_open(path, signature_path, &public, 1);

	ck_assert_msg(code == QORGAN_OK, "%s", error.message);
}

static void expect_told(void)
{
	buffer_clear(&transcript);
	int code = package_read(reader, &keys, &writing_down, &transcript, &error);
	ck_assert_msg(code == QORGAN_OK, "%s", error.message);
	ck_assert_str_eq(buffer_text(&transcript), TOLD);
}

static void expect_failure(int code, int wanted, const char *says)
{
	ck_assert_msg(code == wanted && strstr(error.message, says), "%d: %s", code, error.message);
}

START_TEST(a_package_is_opened_and_read)
{
	const struct minisign_public trusted[] = { other, public };
	char line[300];

	ck_assert_int_eq(reader_open(in_folder("p.age"), NULL, trusted, 2), QORGAN_OK);
	ck_assert_uint_eq(package_signer(reader), 1);
	ck_assert_str_eq(package_trusted(reader), "qorgan package 8");
	snprintf(line, sizeof line, "[ \"$(b2sum p.age)\" = \"%s  p.age\" ]", package_digest(reader));
	ck_assert_int_eq(run("%s", line), 0);
	ck_assert_int_eq(run("[ $(stat -c %%s p.age) = %llu ]", (unsigned long long)package_size(reader)), 0);
	expect_told();
	expect_told(); /* again from the start */

	ck_assert_int_eq(run("age -a -r " PUBLISHED_RECIPIENT " -o armored plain && cp armored x && rm x"), 0);
	sign("armored", "elsewhere", seed);
	expect_open(in_folder("armored"), in_folder("elsewhere"));
	expect_told();
}
END_TEST

/* What our writer writes, our reader reads. */
START_TEST(a_package_of_the_writer_is_read)
{
	static const struct package_recipient to[] = { { "KAZ", 6 }, { "KGZ", 4 } };
	const uint8_t hashes[96] = { 0 };
	struct package_writer *writer;
	struct record_head head = { "UZB", "risk", "CYB-01", "a.karimova", "2026-02-01T10:00:00Z", 2, 3, { 1 } };
	struct buffer record = { 0 };
	char digest[129], *path = in_folder("written");
	uint64_t bytes;

	record_write(&head, span_of("{\"title\":{\"ru\":\"Ы\\n\"}}"), &record);
	ck_assert_int_eq(package_create(path, (const uint8_t (*)[32])recipient, 1, NULL, &writer, NULL), QORGAN_OK);
	ck_assert_int_eq(package_header(writer, "UZB", to, 2, "2026-04-01T08:00:00Z", 8, NULL), QORGAN_OK);
	struct buffer note = { 0 };
	struct checkpoint checkpoint = { ORIGIN, 6, { 0 } };
	checkpoint_format(&checkpoint, &note);
	struct buffer signed_note = { 0 };
	ck_assert_int_eq(note_sign(buffer_span(&note), ORIGIN, seed, &signed_note, NULL), QORGAN_OK);
	ck_assert_int_eq(package_checkpoint(writer, buffer_span(&signed_note), NULL), QORGAN_OK);
	ck_assert_int_eq(package_leaves(writer, 3, (struct span){ (const char *)hashes, 64 }, NULL), QORGAN_OK);
	ck_assert_int_eq(package_leaves(writer, 5, (struct span){ (const char *)hashes, 32 }, NULL), QORGAN_OK);
	ck_assert_int_eq(package_record(writer, 3, buffer_span(&record), NULL), QORGAN_OK);
	ck_assert_int_eq(package_evidence(writer, span_of(EVIDENCE), 0, span_of("abc"), NULL), QORGAN_OK);
	ck_assert_int_eq(package_end(writer, 3, 1, NULL), QORGAN_OK);
	ck_assert_int_eq(package_finish(writer, seed, "qorgan package 8", digest, &bytes, NULL), QORGAN_OK);
	ck_assert_int_eq(package_commit(writer, NULL), QORGAN_OK);
	buffer_free(&note);
	buffer_free(&signed_note);
	buffer_free(&record);

	expect_open(path, NULL);
	ck_assert_str_eq(package_digest(reader), digest);
	ck_assert_uint_eq(package_size(reader), bytes);
	buffer_clear(&transcript);
	ck_assert_int_eq(package_read(reader, &keys, &writing_down, &transcript, &error), QORGAN_OK);
	ck_assert_str_eq(buffer_text(&transcript),
	                 "header UZB to KAZ after 6 KGZ after 4 at 2026-04-01T08:00:00Z: 8\n"
	                 "checkpoint " ORIGIN " 6\n"
	                 "leaves 3: 2, 00..00 00..00\n"
	                 "leaves 5: 1, 00..00\n"
	                 "record 3: risk CYB-01 3 of UZB in 2, {\"title\":{\"ru\":\"Ы\\n\"}}\n"
	                 "evidence " EVIDENCE " 0: abc\n"
	                 "end 3 1\n");
}
END_TEST

START_TEST(standard_input_and_a_pipe_are_read)
{
	char trusted[128];
	int before = dup(STDIN_FILENO), file = open(in_folder("p.age"), O_RDONLY | O_CLOEXEC);

	snprintf(trusted, sizeof trusted, "%s", in_folder("p.age.minisig"));
	ck_assert_int_eq(mkdir(in_folder("tmp"), 0700), 0);
	setenv("TMPDIR", in_folder("tmp"), 1);
	expect_failure(reader_open("-", NULL, &public, 1), QORGAN_USAGE, "name it with --signature");
	expect_failure(reader_open("-", "-", &public, 1), QORGAN_USAGE, "name it with --signature");
	ck_assert_int_eq(dup2(file, STDIN_FILENO), STDIN_FILENO);
	expect_open("-", trusted);
	ck_assert_int_eq(dup2(before, STDIN_FILENO), STDIN_FILENO);
	ck_assert_int_eq(run("rm p.age && rmdir tmp && mkdir tmp"), 0); /* nothing lies about while it is read */
	expect_told();
	close(before);
	close(file);

	ck_assert_int_eq(run("age -r " PUBLISHED_RECIPIENT " -o p.age plain"), 0);
	sign("p.age", "p.age.minisig", seed);
	ck_assert_int_eq(run("mkfifo pipe && { cat p.age > pipe & }"), 0);
	expect_open(in_folder("pipe"), trusted);
	expect_told();
	setenv("TMPDIR", in_folder("missing"), 1);
	ck_assert_int_eq(run("{ cat p.age > pipe 2>/dev/null & }"), 0);
	expect_failure(reader_open(in_folder("pipe"), trusted, &public, 1), QORGAN_CANNOT_CREATE,
	               "name another folder with TMPDIR");
	unsetenv("TMPDIR");
}
END_TEST

START_TEST(what_nobody_trusted_signed_is_refused)
{
	struct minisign_public same_id = other;
	const struct minisign_public trusted[] = { same_id, public };
	struct minisign_public ambiguous[2];

	expect_failure(reader_open(in_folder("none"), NULL, &public, 1), QORGAN_ABSENT, "cannot open the package");
	expect_failure(reader_open(folder, NULL, &public, 1), QORGAN_IO, "is a folder, not a package");
	expect_failure(reader_open("/dev/null", NULL, &public, 1), QORGAN_IO, "is no file, not a package");
	expect_failure(reader_open(in_folder("plain"), NULL, &public, 1), QORGAN_ABSENT, "plain has no signature");
	expect_failure(reader_open(in_folder("p.age"), in_folder("plain"), &public, 1), QORGAN_PROTOCOL,
	               "p.age cannot be trusted: its signature is not a minisign signature");
	expect_failure(reader_open(in_folder("p.age"), NULL, &other, 1), QORGAN_PROTOCOL, "none of a partner on record");
	expect_failure(reader_open(in_folder("p.age"), NULL, NULL, 0), QORGAN_PROTOCOL, "none of a partner on record");
	ck_assert_int_eq(reader_open(in_folder("p.age"), NULL, trusted, 2), QORGAN_OK);

	/* A key of the same id that another made for it does not stand in the way. */
	ambiguous[0] = other;
	memcpy(ambiguous[0].id, public.id, sizeof public.id);
	ambiguous[1] = public;
	ck_assert_int_eq(reader_open(in_folder("p.age"), NULL, ambiguous, 2), QORGAN_OK);
	ck_assert_uint_eq(package_signer(reader), 1);
	expect_failure(reader_open(in_folder("p.age"), NULL, ambiguous, 1), QORGAN_PROTOCOL, "the signature does not hold");

	ck_assert_int_eq(run("printf x >> p.age"), 0);
	expect_failure(reader_open(in_folder("p.age"), NULL, &public, 1), QORGAN_PROTOCOL, "the file was changed after");
	ck_assert_int_eq(run("truncate -s -1 p.age && sed -i s/package/pickage/ p.age.minisig"), 0);
	expect_failure(reader_open(in_folder("p.age"), NULL, &public, 1), QORGAN_PROTOCOL, "its trusted comment was changed");
}
END_TEST

START_TEST(what_is_within_is_refused_by_name)
{
	uint8_t(*stranger)[32] = secret_alloc(32);
	struct package_keys wrong = { .identities = (const uint8_t (*)[32])stranger, .count = 1 };
	struct package_handler stopping = { .record = on_record_stop };

	memset(stranger, 5, 32);
	expect_open(in_folder("p.age"), NULL);
	expect_failure(package_read(reader, &wrong, &writing_down, &transcript, &error), QORGAN_DENIED,
	               "p.age cannot be opened: no identity matches: the age file is encrypted to other recipients; ask");
	secret_free(stranger);
	ck_assert_int_eq(package_read(reader, &keys, &stopping, NULL, &error), QORGAN_DENIED);
	ck_assert_str_eq(error.message, "enough");

	ck_assert_int_eq(run("sed -i 's/\"sequence\":8/\"sequence\":x/' plain"), 0);
	ck_assert_int_eq(run("age -r " PUBLISHED_RECIPIENT " -o q.age plain"), 0);
	sign("q.age", "q.age.minisig", seed);
	expect_open(in_folder("q.age"), NULL);
	expect_failure(package_read(reader, &keys, &writing_down, &transcript, &error), QORGAN_PROTOCOL,
	               "line 1: a whole number from 0 to 9007199254740991 was expected");

	sign("plain", "plain.minisig", seed);
	expect_open(in_folder("plain"), NULL);
	expect_failure(package_read(reader, &keys, &writing_down, &transcript, &error), QORGAN_PROTOCOL,
	               "age header: ");
}
END_TEST

/* In the very place of the file that was verified. */
START_TEST(a_file_that_is_swapped_is_not_taken)
{
	expect_open(in_folder("p.age"), NULL);
	ck_assert_int_eq(run("age -r " PUBLISHED_RECIPIENT " plain > forged && cat forged > p.age"), 0);
	expect_failure(package_read(reader, &keys, &writing_down, &transcript, &error), QORGAN_PROTOCOL,
	               "the file was changed while it was read");

	/* One that only takes the name does not matter. */
	sign("p.age", "p.age.minisig", seed);
	expect_open(in_folder("p.age"), NULL);
	ck_assert_int_eq(run("mv plain p.age"), 0);
	expect_told();
}
END_TEST

/* ---- A secret within ------------------------------------------------------------------------ */

#define SECRET "agreed by telephone and letter"

/* Locks a file with the secret as we do it, but quickly, and puts it in the folder. */
static void lock(const char *name, struct span content, size_t cut)
{
	struct buffer inner = { 0 };
	struct age_encryptor *encryptor;

	ck_assert_int_eq(age_encrypt_start_passphrase(SECRET, 1, sink_append, &inner, &encryptor, NULL), QORGAN_OK);
	encrypt_rest(encryptor, content, 1000);
	put("inner", (struct span){ inner.data, inner.size - cut });
	buffer_free(&inner);
	ck_assert_int_eq(run("age -r " PUBLISHED_RECIPIENT " -o %s inner", name), 0);
	sign(name, "locked.minisig", seed);
	expect_open(in_folder(name), in_folder("locked.minisig"));
}

static int read_with(const char *secret)
{
	struct package_keys with = keys;

	with.secret = secret;
	buffer_clear(&transcript);
	return package_read(reader, &with, &writing_down, &transcript, &error);
}

START_TEST(two_layers_are_opened_in_one_go)
{
	lock("locked.age", buffer_span(&plain), 0);
	ck_assert_int_eq(read_with(SECRET), QORGAN_OK);
	ck_assert_str_eq(buffer_text(&transcript), TOLD);
	ck_assert(package_was_locked(reader));
	expect_failure(read_with(NULL), QORGAN_DENIED, "locked.age is locked with a shared secret, too, and none is set");
	expect_failure(read_with("another"), QORGAN_DENIED, "locked.age is locked with another secret than the one");
	ck_assert_uint_eq(transcript.size, 0);

	expect_open(in_folder("p.age"), NULL);
	ck_assert_int_eq(read_with(SECRET), QORGAN_OK);
	ck_assert_str_eq(buffer_text(&transcript), TOLD);
	ck_assert(!package_was_locked(reader));
}
END_TEST

START_TEST(what_stock_age_locked_is_opened)
{
	ck_assert_int_eq(setenv("PASSPHRASE", SECRET, 1), 0);
	put("lock.exp", span_of("set timeout 30\nlog_user 0\nspawn -noecho age -p -o inner plain\nexpect {\n"
	                        "-nocase \"enter passphrase\" { send -- \"$env(PASSPHRASE)\\r\"; exp_continue }\n"
	                        "-nocase \"confirm passphrase\" { send -- \"$env(PASSPHRASE)\\r\"; exp_continue }\n"
	                        "eof\n}\nexit [lindex [wait] 3]\n"));
	ck_assert_int_eq(run("expect lock.exp"), 0);
	ck_assert_int_eq(run("age -r " PUBLISHED_RECIPIENT " -o locked.age inner"), 0);
	sign("locked.age", "locked.age.minisig", seed);
	expect_open(in_folder("locked.age"), NULL);
	int code = read_with(SECRET);
	ck_assert_msg(code == QORGAN_OK, "%s", error.message);
	ck_assert_str_eq(buffer_text(&transcript), TOLD);
}
END_TEST

START_TEST(what_is_wrong_within_is_told)
{
	lock("cut.age", buffer_span(&plain), 1);
	expect_failure(read_with(SECRET), QORGAN_PROTOCOL, "age payload: ");
	lock("short.age", (struct span){ plain.data, plain.size - 2 }, 0);
	expect_failure(read_with(SECRET), QORGAN_PROTOCOL, "line 12: the line is cut short");
	lock("other.age", span_of("age-encryption is not what follows"), 0);
	expect_failure(read_with(SECRET), QORGAN_PROTOCOL, "line 1: the line is cut short");
	ck_assert_int_eq(run("cp p.age inner && age -r " PUBLISHED_RECIPIENT " -o twice.age inner"), 0);
	sign("twice.age", "twice.age.minisig", seed);
	expect_open(in_folder("twice.age"), NULL);
	expect_failure(read_with(SECRET), QORGAN_DENIED, "locked with another secret");
}
END_TEST

Suite *suite_package_read(void)
{
	Suite *suite = suite_create("package_read");
	TCase *of_lines = tcase_create("lines"), *of_files = tcase_create("files");

	tcase_add_checked_fixture(of_lines, start, stop);
	tcase_add_test(of_lines, every_line_is_told);
	tcase_add_loop_test(of_lines, every_breach_is_refused, 0, sizeof breaches / sizeof breaches[0]);
	tcase_add_test(of_lines, lines_come_in_their_order);
	tcase_add_test(of_lines, what_stands_once_comes_once);
	tcase_add_test(of_lines, withdrawals_rise);
	tcase_add_test(of_lines, a_package_that_is_cut_short_is_refused);
	tcase_add_test(of_lines, a_line_has_an_end);
	tcase_add_test(of_lines, a_line_of_leaves_and_a_piece_have_their_bounds);
	suite_add_tcase(suite, of_lines);
	tcase_add_checked_fixture(of_files, start_files, stop_files);
	tcase_add_test(of_files, a_package_is_opened_and_read);
	tcase_add_test(of_files, a_package_of_the_writer_is_read);
	tcase_add_test(of_files, standard_input_and_a_pipe_are_read);
	tcase_add_test(of_files, what_nobody_trusted_signed_is_refused);
	tcase_add_test(of_files, what_is_within_is_refused_by_name);
	tcase_add_test(of_files, a_file_that_is_swapped_is_not_taken);
	tcase_add_test(of_files, two_layers_are_opened_in_one_go);
	tcase_add_test(of_files, what_stock_age_locked_is_opened);
	tcase_add_test(of_files, what_is_wrong_within_is_told);
	tcase_set_timeout(of_lines, 60); /* the many cuts take long under the sanitizers */
	tcase_set_timeout(of_files, 60);
	suite_add_tcase(suite, of_files);
	return suite;
}
