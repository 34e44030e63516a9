/* What surrounds a report, within the library: of concern to frame*.c and to those who fill in a model. */
#ifndef REPORT_FRAME_H
#define REPORT_FRAME_H

#include "qorgan/frame.h"
#include "report/model.h"

struct qorgan_frame {
	struct arena arena;
	struct report_frame frame;
};

/* frame_copy(frame, arena, to): its texts, copied into the arena of a model; NULL: a frame that says nothing. */
void frame_copy(const struct qorgan_frame *frame, struct arena *arena, struct report_frame *to);

/* frame_paragraph_take(rest, paragraph): take a paragraph off a foreword; false at its end. */
bool frame_paragraph_take(struct span *rest, struct span *paragraph);

/* frame_letterhead_read(path, arena, to, error): the head of the paper, with its logo. */
int frame_letterhead_read(const char *path, struct arena *arena, struct report_letterhead *to, struct qorgan_error *error);

/* frame_text(file): the words of a text file, without the mark that some programs put before them.
 * frame_line_take(rest, line): take a line off them, without white space at its end; false if it was the last. */
struct span frame_text(const struct buffer *file);
bool frame_line_take(struct span *rest, struct span *line);

/* frame_line_check(where, line, most, error): whether the text may stand in a line that is shown as it is,
 * is not empty and has `most` characters at most; QORGAN_BAD_DATA says what is wrong with `where`. */
int frame_line_check(const char *where, struct span line, size_t most, struct qorgan_error *error);

#endif
