/* From the model to the document that formats for people show. */
#ifndef REPORT_COMPOSE_H
#define REPORT_COMPOSE_H

#include "report/document.h"

/* compose_document(model, document): fill in an empty document (document_start). Its
 * texts may lie in the model, which must outlive it. False without memory. */
bool compose_document(const struct report_model *model, struct document *document);

/* compose_picture(model, figure, document): the same with nothing but the figure that `figure`
 * adds, and of the facts those that say of what it was made. */
struct compose;
bool compose_picture(const struct report_model *model, void (*figure)(struct compose *compose),
                     struct document *document);

#endif
