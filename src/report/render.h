/* The renderers: one for each format, which know the model and nothing of where
 * it came from. To add a format, write one and add a row in report.c. */
#ifndef REPORT_RENDER_H
#define REPORT_RENDER_H

#include <stdio.h>

#include "base/buffer.h"
#include "base/error.h"
#include "report/model.h"

struct document;

/* Where a report is written to: `text` is filled, and emptied into the file now
 * and then. */
struct render_output {
	FILE *file;
	struct buffer text;
	bool failed; /* out of memory, or the file could not be written, or as the error says: */
	struct qorgan_error error; /* its code is 0 where there is no more to say */
};

/* render_flush(output): write what was gathered if it is much; render_finish: write
 * all of it and free the buffer. */
void render_flush(struct render_output *output);
void render_finish(struct render_output *output);

typedef void (*render_report)(const struct report_model *model, const struct report_look *look,
                              struct render_output *output);

void render_text(const struct report_model *model, const struct report_look *look, struct render_output *output);
void render_csv(const struct report_model *model, const struct report_look *look, struct render_output *output);
void render_ics(const struct report_model *model, const struct report_look *look, struct render_output *output);
void render_oscal(const struct report_model *model, const struct report_look *look, struct render_output *output);
void render_md(const struct report_model *model, const struct report_look *look, struct render_output *output);
void render_json(const struct report_model *model, const struct report_look *look, struct render_output *output);
void render_html(const struct report_model *model, const struct report_look *look, struct render_output *output);
void render_xlsx(const struct report_model *model, const struct report_look *look, struct render_output *output);
void render_pdf(const struct report_model *model, const struct report_look *look, struct render_output *output);
void render_svg(const struct report_model *model, const struct report_look *look, struct render_output *output);
void render_png(const struct report_model *model, const struct report_look *look, struct render_output *output);

/* render_pdf_document(document, author, created, output): any document; `created` is
 * RFC 3339. The same document gives the same bytes where fonts and libraries are the same.
 * QORGAN_CANNOT_CREATE if there is no pango, no font, or none with a letter of the document. */
void render_pdf_document(const struct document *document, const char *author, const char *created,
                         struct render_output *output);

#endif
