/* QR codes, on a terminal and as SVG. */
#ifndef CLI_QR_H
#define CLI_QR_H

#include <stdbool.h>
#include <stdio.h>

#include "base/error.h"

struct qr;

/* qr_make(text, qr, error): the code of a text. QORGAN_BAD_DATA if it is too long
 * for one. The caller frees it. */
int qr_make(const char *text, struct qr **qr, struct qorgan_error *error);
void qr_free(struct qr *qr);

/* qr_columns(qr): columns of a terminal that it takes. */
unsigned qr_columns(const struct qr *qr);
/* qr_draw(qr, colour, to): in half-block characters, two modules above each other in
 * one. With colour, black on white whatever the terminal's are; without, light modules
 * are drawn, as on the dark terminal that is usual. */
void qr_draw(const struct qr *qr, bool colour, FILE *to);
/* qr_write_svg(qr, to): as a picture of black and white, one unit for a module. */
void qr_write_svg(const struct qr *qr, FILE *to);

#endif
