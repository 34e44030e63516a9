/* What surrounds a report, within the library: of concern to frame*.c and to those who fill in a model. */
#ifndef REPORT_FRAME_H
#define REPORT_FRAME_H

#include "qorgan/frame.h"
#include "report/model.h"

/* What a letterhead says in one language. */
#define LETTERHEAD_LANGUAGES 16
struct letterhead_words {
	const struct language *language; /* NULL: in whichever */
	const char *name, *address;
};

struct qorgan_frame {
	struct arena arena;
	struct report_frame frame;
	struct letterhead_words words[LETTERHEAD_LANGUAGES];
	size_t word_count;
};

/* frame_copy(frame, languages, arena, to): its texts, copied into the arena of a model; the letterhead in the
 * first of the languages (NULL-terminated tags) that it is written in, else as it was written without one; NULL:
 * a frame that says nothing. */
void frame_copy(const struct qorgan_frame *frame, const char *const *languages, struct arena *arena,
                struct report_frame *to);

/* frame_paragraph_take(rest, paragraph): take a paragraph off a foreword; false at its end. */
bool frame_paragraph_take(struct span *rest, struct span *paragraph);

/* frame_letterhead_read(path, frame, error): the head of the paper, with its logo. */
int frame_letterhead_read(const char *path, struct qorgan_frame *frame, struct qorgan_error *error);

/* frame_text(file): the words of a text file, without the mark that some programs put before them.
 * frame_line_take(rest, line): take a line off them, without white space at its end; false if it was the last. */
struct span frame_text(const struct buffer *file);
bool frame_line_take(struct span *rest, struct span *line);

/* frame_line_check(where, line, most, error): whether the text may stand in a line that is shown as it is,
 * is not empty and has `most` characters at most; QORGAN_BAD_DATA says what is wrong with `where`. */
int frame_line_check(const char *where, struct span line, size_t most, struct qorgan_error *error);

#endif
