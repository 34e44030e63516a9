/* Text within HTML and SVG. */
#ifndef REPORT_MARKUP_H
#define REPORT_MARKUP_H

#include "base/buffer.h"

/* markup_append(to, text): the text, escaped for content and for attributes within either
 * kind of quotes. What XML does not allow (control characters, bytes that are not UTF-8)
 * becomes U+FFFD. */
void markup_append(struct buffer *to, const char *text);

/* markup_append_isolated(to, text): the same for the content of HTML. A text with letters or
 * marks of a direction is put into <bdi>, so that it turns nothing around it. */
void markup_append_isolated(struct buffer *to, const char *text);

#endif
