/* What surrounds a report, as a command line asks for it. */
#ifndef CLI_REPORT_FRAME_H
#define CLI_REPORT_FRAME_H

#include "qorgan/frame.h"

struct call;

/* report_frame_read(call, frame): what the options ask for, read; NULL if they ask for nothing. The caller frees it. */
int report_frame_read(struct call *call, struct qorgan_frame **frame);

#endif
