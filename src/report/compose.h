/* From the model to the document that formats for people show. */
#ifndef REPORT_COMPOSE_H
#define REPORT_COMPOSE_H

#include "report/document.h"

/* compose_document(model, document): fill in an empty document (document_start). Its
 * texts may lie in the model, which must outlive it. False without memory. */
bool compose_document(const struct report_model *model, struct document *document);

#endif
