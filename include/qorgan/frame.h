/* What surrounds a report: its title, a foreword, the head of the paper, and whether it is a
 * draft or who approved it. */
#ifndef QORGAN_FRAME_H
#define QORGAN_FRAME_H

#include "qorgan/error.h"

/* What is asked for; NULL: nothing of it. */
struct qorgan_framing {
	const char *title; /* one line, in place of the report's own */
	const char *note;  /* file of a foreword ("-": standard input): UTF-8, paragraphs parted by empty lines */
	const char *letterhead;  /* file of lines "name: ...", "address: ..." and "logo: FILE.png" */
	const char *state_of;    /* "draft", said across each page, or "final" */
	const char *approved_by; /* who approved a final one, "NAME, OFFICE": on the day on which it is made, by the log
	                          * as it is then */
};
extern const char *const qorgan_frame_states[]; /* "draft", "final"; NULL-terminated */
struct qorgan_frame;

/* qorgan_frame_read(asked, frame, error): read and check all of it; the caller frees it, when no report needs
 * it any more. QORGAN_BAD_DATA says where something may not stand; QORGAN_USAGE what does not go together. qorgan_frame_free: NULL is allowed. */
int qorgan_frame_read(const struct qorgan_framing *asked, struct qorgan_frame **frame, struct qorgan_error *error);
void qorgan_frame_free(struct qorgan_frame *frame);

#endif
