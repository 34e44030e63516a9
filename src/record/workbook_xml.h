/* The XML within a workbook, by expat: elements without their prefixes. */
#ifndef RECORD_WORKBOOK_XML_H
#define RECORD_WORKBOOK_XML_H

#include <stdbool.h>

#include "base/buffer.h"
#include "base/error.h"

/* Called for each element; a code other than 0, with a message, stops the reading. */
struct workbook_xml {
	void *context;
	int (*start)(void *context, const char *name, const char **attributes, struct qorgan_error *error);
	int (*end)(void *context, const char *name, struct qorgan_error *error);
	int (*text)(void *context, struct span text, struct qorgan_error *error);
};

/* workbook_xml_read(part, content, xml, error): `part` names it in messages. QORGAN_BAD_DATA
 * for what is not well-formed, has a document type, or is nested too deeply. */
int workbook_xml_read(const char *part, struct span content, const struct workbook_xml *xml,
                      struct qorgan_error *error);
/* workbook_xml_value(attributes, name): of the attribute of that local name, or NULL. */
const char *workbook_xml_value(const char **attributes, const char *name);

#endif
