/* Reading XML by expat, without anything that reaches out of the text. */
#include "record/workbook_xml.h"

#include <expat.h>
#include <string.h>

#include "record/workbook.h"

struct reading {
	const struct workbook_xml *xml;
	const char *part;
	XML_Parser parser;
	struct qorgan_error *error;
	unsigned depth;
	int code;
};

static const char *local_name(const char *name)
{
	const char *colon = strrchr(name, ':');

	return colon ? colon + 1 : name;
}

const char *workbook_xml_value(const char **attributes, const char *name)
{
	for (size_t i = 0; attributes[i]; i += 2)
		if (strcmp(local_name(attributes[i]), name) == 0)
			return attributes[i + 1];
	return NULL;
}

static void stop(struct reading *reading, int code)
{
	if (code && !reading->code) {
		reading->code = code;
		XML_StopParser(reading->parser, XML_FALSE);
	}
}

static void element_start(void *context, const XML_Char *name, const XML_Char **attributes)
{
	struct reading *reading = context;

	if (reading->code)
		return;
	if (++reading->depth > WORKBOOK_DEPTH)
		stop(reading, error_set(reading->error, QORGAN_BAD_DATA, "%s: elements are nested more than %d deep",
		                        reading->part, WORKBOOK_DEPTH));
	else if (reading->xml->start)
		stop(reading, reading->xml->start(reading->xml->context, local_name(name), attributes, reading->error));
}

static void element_end(void *context, const XML_Char *name)
{
	struct reading *reading = context;

	reading->depth--;
	if (!reading->code && reading->xml->end)
		stop(reading, reading->xml->end(reading->xml->context, local_name(name), reading->error));
}

static void text_take(void *context, const XML_Char *text, int size)
{
	struct reading *reading = context;

	if (!reading->code && reading->xml->text)
		stop(reading, reading->xml->text(reading->xml->context, (struct span){ text, (size_t)size }, reading->error));
}

/* Entities, and what else a document type may ask for, begin here. */
static void doctype_refuse(void *context, const XML_Char *name, const XML_Char *system, const XML_Char *public,
                           int internal)
{
	struct reading *reading = context;

	(void)name, (void)system, (void)public, (void)internal;
	stop(reading, error_set(reading->error, QORGAN_BAD_DATA, "%s: a document type is not allowed", reading->part));
}

int workbook_xml_read(const char *part, struct span content, const struct workbook_xml *xml, struct qorgan_error *error)
{
	struct reading reading = { .xml = xml, .part = part, .error = error, .parser = XML_ParserCreate(NULL) };

	if (!reading.parser)
		return error_set_memory(error);
	XML_SetUserData(reading.parser, &reading);
	XML_SetElementHandler(reading.parser, element_start, element_end);
	XML_SetCharacterDataHandler(reading.parser, text_take);
	XML_SetStartDoctypeDeclHandler(reading.parser, doctype_refuse);
	if (XML_Parse(reading.parser, content.data, (int)content.size, XML_TRUE) != XML_STATUS_OK && !reading.code)
		reading.code = XML_GetErrorCode(reading.parser) == XML_ERROR_NO_MEMORY
		                   ? error_set_memory(error)
		                   : error_set(error, QORGAN_BAD_DATA, "%s, line %lu: %s", part,
		                               (unsigned long)XML_GetCurrentLineNumber(reading.parser),
		                               XML_ErrorString(XML_GetErrorCode(reading.parser)));
	XML_ParserFree(reading.parser);
	return reading.code;
}
