/* Reading what surrounds a report. All of it is words of whoever makes the report: it is checked here, before
 * anything is computed, and escaped by each renderer like any other text. */
#include "report/frame.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/file.h"
#include "base/language.h"
#include "base/text.h"

#define TITLE_MOST 300             /* characters */
#define APPROVED_MOST 300
#define NOTE_LIMIT ((size_t)64 * 1024)
#define BYTE_ORDER_MARK "\xef\xbb\xbf"

/* ---- One line ---------------------------------------------------------------------------- */

int frame_line_check(const char *where, struct span line, size_t most, struct qorgan_error *error)
{
	size_t count = 0;
	bool blank = true;
	uint32_t code;

	for (size_t at = 0; at < line.size; count++) {
		if (!text_decode(line, &at, &code))
			return error_set(error, QORGAN_BAD_DATA, "%s is not UTF-8 at character %zu", where, count + 1);
		if (!text_code_is_shown(code))
			return error_set(error, QORGAN_BAD_DATA, "%s has a character that may not stand in a line, U+%04X: take out "
			                 "character %zu", where, (unsigned)code, count + 1);
		blank = blank && code == ' ';
	}
	if (blank)
		return error_set(error, QORGAN_BAD_DATA, "%s is empty: write something, or leave it out", where);
	if (count > most)
		return error_set(error, QORGAN_BAD_DATA, "%s has %zu characters, and at most %zu have room", where, count, most);
	return QORGAN_OK;
}

static int line_take(const char *option, const char *text, size_t most, struct arena *arena, const char **to,
                     struct qorgan_error *error)
{
	int code = text ? frame_line_check(option, span_of(text), most, error) : QORGAN_OK;

	*to = text && !code ? arena_text(arena, span_of(text)) : "";
	return code;
}

/* ---- The foreword ------------------------------------------------------------------------ */

static int note_check(const char *name, struct span text, struct qorgan_error *error)
{
	size_t line = 1, character = 1;
	uint32_t code;

	for (size_t at = 0; at < text.size; character++) {
		if (!text_decode(text, &at, &code))
			return error_set(error, QORGAN_BAD_DATA, "%s is not UTF-8 at line %zu, character %zu: save it as UTF-8", name,
			                 line, character);
		if (code == '\n') {
			line++;
			character = 0;
		} else if (!text_code_is_clean(code) && !(code == '\r' && at < text.size && text.data[at] == '\n')) {
			return error_set(error, QORGAN_BAD_DATA, "%s, line %zu, character %zu: U+%04X may not stand in a foreword: "
			                 "take it out", name, line, character, (unsigned)code);
		}
	}
	return QORGAN_OK;
}

struct span frame_text(const struct buffer *file)
{
	struct span text = buffer_span(file);

	text_skip(&text, BYTE_ORDER_MARK);
	return text;
}

bool frame_line_take(struct span *rest, struct span *line)
{
	bool more = text_line_take(rest, line);

	if (!more)
		*line = *rest;
	while (line->size && strchr(" \t\r", line->data[line->size - 1]))
		line->size--;
	return more;
}

/* The same words with one empty line between two paragraphs, and none elsewhere. */
static void note_tidy(struct span text, struct buffer *to)
{
	struct span line;
	bool more = true, parted = false;

	while (more) {
		more = frame_line_take(&text, &line);
		if (line.size && to->size)
			buffer_append_text(to, parted ? "\n\n" : "\n");
		buffer_append_span(to, line);
		parted = !line.size;
	}
}

static int note_read(const char *path, struct qorgan_frame *frame, struct qorgan_error *error)
{
	const char *name = strcmp(path, "-") == 0 ? "standard input" : path;
	struct buffer text = { 0 }, tidy = { 0 };
	int code = file_read_ready(path, NOTE_LIMIT, &text, error);
	struct span whole = frame_text(&text);

	if (!code)
		code = note_check(name, whole, error);
	if (!code) {
		note_tidy(whole, &tidy);
		if (tidy.failed)
			code = error_set_memory(error);
		else if (!tidy.size)
			code = error_set(error, QORGAN_BAD_DATA, "%s holds no word of a foreword", name);
	}
	if (!code)
		frame->frame.note = arena_text(&frame->arena, buffer_span(&tidy));
	buffer_free(&text);
	buffer_free(&tidy);
	return code;
}

bool frame_paragraph_take(struct span *rest, struct span *paragraph)
{
	size_t end = 0;

	while (rest->size && *rest->data == '\n')
		rest->data++, rest->size--;
	while (end < rest->size && !(rest->data[end] == '\n' && (end + 1 == rest->size || rest->data[end + 1] == '\n')))
		end++;
	*paragraph = (struct span){ rest->data, end };
	rest->data += end;
	rest->size -= end;
	return end > 0;
}

/* ---- Draft or final ----------------------------------------------------------------------- */

const char *const qorgan_frame_states[] = { "draft", "final", NULL };
static const enum report_stage stages[] = { REPORT_DRAFT, REPORT_FINAL };

static bool names_both(const char *who)
{
	const char *comma = strchr(who, ',');

	return comma && comma > who && comma[1 + strspn(comma + 1, " ")];
}

static int stage_read(const struct qorgan_framing *asked, struct qorgan_frame *frame, struct qorgan_error *error)
{
	struct report_frame *to = &frame->frame;

	for (size_t i = 0; asked->state_of && qorgan_frame_states[i]; i++)
		if (strcmp(asked->state_of, qorgan_frame_states[i]) == 0)
			to->stage = stages[i];
	if (asked->state_of && to->stage == REPORT_STAGE_NONE)
		return error_set(error, QORGAN_USAGE, "a report is \"draft\" or \"final\", not \"%.40s\"", asked->state_of);
	if (to->stage == REPORT_FINAL && !asked->approved_by)
		return error_set(error, QORGAN_USAGE, "a final report says who approved it: give --approved-by \"NAME, OFFICE\"");
	if (asked->approved_by && to->stage != REPORT_FINAL)
		return error_set(error, QORGAN_USAGE, "only a final report is approved: --approved-by goes with --state-of final");
	int code = line_take("--approved-by", asked->approved_by, APPROVED_MOST, &frame->arena, &to->approved_by, error);
	if (!code && to->stage == REPORT_FINAL && !names_both(asked->approved_by))
		code = error_set(error, QORGAN_BAD_DATA, "\"%.60s\" does not say by which office: write \"NAME, OFFICE\"",
		                 asked->approved_by);
	return code;
}

/* ---- The whole ---------------------------------------------------------------------------- */

static const struct report_frame empty = { .title = "", .note = "", .approved_by = "", .approved_on = "",
	                                      .letterhead = { .name = "", .address = "" } };

int qorgan_frame_read(const struct qorgan_framing *asked, struct qorgan_frame **frame, struct qorgan_error *error)
{
	struct qorgan_frame *made = calloc(1, sizeof *made);
	int code = made ? QORGAN_OK : error_set_memory(error);

	*frame = NULL;
	if (!code) {
		made->frame = empty;
		code = line_take("--title", asked->title, TITLE_MOST, &made->arena, &made->frame.title, error);
	}
	if (!code && asked->note)
		code = note_read(asked->note, made, error);
	if (!code)
		code = stage_read(asked, made, error);
	if (!code && asked->letterhead)
		code = frame_letterhead_read(asked->letterhead, made, error);
	if (!code && made->arena.failed)
		code = error_set_memory(error);
	if (code)
		qorgan_frame_free(made);
	else
		*frame = made;
	return code;
}

void qorgan_frame_free(struct qorgan_frame *frame)
{
	if (frame)
		arena_free(&frame->arena);
	free(frame);
}

/* In a language that it is not written in: as it stands without one, else as it stands first. */
static const struct letterhead_words *words_choose(const struct qorgan_frame *frame, const char *const *languages)
{
	for (; *languages; languages++)
		for (size_t i = 0; i < frame->word_count; i++)
			if (frame->words[i].language && frame->words[i].language == language_find(*languages))
				return &frame->words[i];
	for (size_t i = 0; i < frame->word_count; i++)
		if (!frame->words[i].language)
			return &frame->words[i];
	return frame->words;
}

void frame_copy(const struct qorgan_frame *frame, const char *const *languages, struct arena *arena,
                struct report_frame *to)
{
	*to = frame ? frame->frame : empty;
	if (frame && frame->word_count) {
		const struct letterhead_words *words = words_choose(frame, languages);
		to->letterhead.name = words->name;
		to->letterhead.address = words->address;
	}
	to->title = arena_text(arena, span_of(to->title));
	to->note = arena_text(arena, span_of(to->note));
	to->approved_by = arena_text(arena, span_of(to->approved_by));
	to->letterhead.name = arena_text(arena, span_of(to->letterhead.name));
	to->letterhead.address = arena_text(arena, span_of(to->letterhead.address));
	to->letterhead.logo = arena_bytes(arena, to->letterhead.logo);
}
