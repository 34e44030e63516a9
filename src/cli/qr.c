/* QR codes by libqrencode. */
#include "cli/qr.h"

#include <errno.h>
#include <qrencode.h>
#include <stdlib.h>
#include <string.h>

/* Modules of light around the code, without which readers do not find it. */
#define QUIET 4

/* Of a 256-colour terminal: 16 is black and 231 white whatever the theme says. */
#define BLACK_ON_WHITE "\033[38;5;16;48;5;231m"
#define AS_BEFORE "\033[0m"

struct qr {
	QRcode *code;
};

int qr_make(const char *text, struct qr **qr, struct qorgan_error *error)
{
	struct qr *made = calloc(1, sizeof *made);

	if (!made)
		return error_set_memory(error);
	/* The lowest level of correction: a screen has no stains, and the code of a card
	 * then fits into 80 columns. */
	made->code = QRcode_encodeData((int)strlen(text), (const unsigned char *)text, 0, QR_ECLEVEL_L);
	if (!made->code) {
		free(made);
		return errno == ERANGE ? error_set(error, QORGAN_BAD_DATA, "the text is too long for a QR code")
		                       : error_set_memory(error);
	}
	*qr = made;
	return QORGAN_OK;
}

void qr_free(struct qr *qr)
{
	if (!qr)
		return;
	QRcode_free(qr->code);
	free(qr);
}

unsigned qr_columns(const struct qr *qr)
{
	return (unsigned)qr->code->width + 2 * QUIET;
}

/* Counted from the corner of the quiet zone. */
static bool is_dark(const struct qr *qr, int x, int y)
{
	int width = qr->code->width;

	x -= QUIET;
	y -= QUIET;
	return x >= 0 && y >= 0 && x < width && y < width && qr->code->data[y * width + x] & 1;
}

void qr_draw(const struct qr *qr, bool colour, FILE *to)
{
	static const char *const blocks[] = { " ", "\xe2\x96\x80", "\xe2\x96\x84", "\xe2\x96\x88" }; /* none, upper, lower, both */
	int size = (int)qr_columns(qr);

	for (int y = 0; y < size; y += 2) {
		fputs(colour ? BLACK_ON_WHITE : "", to);
		for (int x = 0; x < size; x++) {
			/* What is drawn is the dark with colour and the light without. */
			bool upper = is_dark(qr, x, y) == colour;
			bool lower = y + 1 < size ? is_dark(qr, x, y + 1) == colour : false;
			fputs(blocks[upper + 2 * lower], to);
		}
		fprintf(to, "%s\n", colour ? AS_BEFORE : "");
	}
}

void qr_write_svg(const struct qr *qr, FILE *to)
{
	int size = (int)qr_columns(qr);

	fprintf(to, "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" shape-rendering=\"crispEdges\">\n"
	        "<path fill=\"#fff\" d=\"M0 0h%dv%dH0z\"/>\n<path fill=\"#000\" d=\"", size, size, size, size);
	for (int y = 0; y < size; y++) {
		for (int x = 0, run; x < size; x += run) {
			run = 1;
			while (x + run < size && is_dark(qr, x + run, y) == is_dark(qr, x, y))
				run++;
			if (is_dark(qr, x, y))
				fprintf(to, "M%d %dh%dv1h-%dz", x, y, run, run);
		}
	}
	fputs("\"/>\n</svg>\n", to);
}
