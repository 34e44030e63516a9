/* What surrounds a report, as a command line asks for it. */
#ifndef CLI_REPORT_FRAME_H
#define CLI_REPORT_FRAME_H

#include "qorgan/frame.h"

struct call;

/* report_frame_read(call, format, frame): what the options ask for, read; NULL if they ask for nothing. A preview is a
 * draft, if the format (NULL: several) has a place to say so. The caller frees it. */
int report_frame_read(struct call *call, const char *format, struct qorgan_frame **frame);

#endif
