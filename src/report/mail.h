/* The parts of a mail (RFC 5322, MIME): fields of its head, and a body of plain text. */
#ifndef REPORT_MAIL_H
#define REPORT_MAIL_H

#include <stdbool.h>

#include "base/buffer.h"

/* mail_is_address(text): whether it is an address that may stand in a head: one @, and only
 * such characters as need no quoting. */
bool mail_is_address(struct span text);

/* mail_put_date(to, moment): the field Date, of RFC 3339. mail_put_text(to, field, text): any
 * other text, encoded (RFC 2047) where it must be. mail_put_mailbox(to, field, name, address):
 * whose mail it is; the address was checked. */
void mail_put_date(struct buffer *to, const char *moment);
void mail_put_text(struct buffer *to, const char *field, const char *text);
void mail_put_mailbox(struct buffer *to, const char *field, const char *name, const char *address);

/* mail_put_body(to, text): the last fields, and the text, whose lines end with "\n". */
void mail_put_body(struct buffer *to, const char *text);

#endif
