/* Text that is no markup, within CommonMark: what people and partners wrote is shown as
 * it is, whatever it looks like. */
#ifndef REPORT_MARKDOWN_H
#define REPORT_MARKDOWN_H

#include "base/buffer.h"

/* markdown_text(to, text, newline): append the text with all that would be markup, or would
 * make a link of the address of a page, escaped; white space around its lines is dropped, and `newline`
 * stands between them: " ", "<br>" or an empty line. */
void markdown_text(struct buffer *to, const char *text, const char *newline);

#endif
