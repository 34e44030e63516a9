/* A document as a spreadsheet. */
#ifndef REPORT_RENDER_XLSX_H
#define REPORT_RENDER_XLSX_H

#include <stdio.h>

#include "base/error.h"
#include "report/document.h"

/* xlsx_document(document, scale, generated, to, error): write the document as a workbook
 * (Office Open XML), with a legend of the scale if that has bands. The same document and
 * moment give the same bytes. QORGAN_CANNOT_CREATE where the library or a place in memory
 * for its parts is missing, QORGAN_IO where `to` cannot be written. */
int xlsx_document(const struct document *document, const struct report_scale *scale, const char *generated, FILE *to,
                  struct qorgan_error *error);

#endif
