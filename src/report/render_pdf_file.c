/* What cairo 1.16 cannot write into a PDF: appended as an update (ISO 32000-1, 7.5.6),
 * which replaces the catalog, the root of all that a file holds, by one that says more. */
#include <ctype.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "report/render_pdf.h"

#define TAIL 400 /* bytes in which the trailer of cairo ends */

/* The last place of `text` before `end`; NULL if there is none after `least`. */
static const char *find_last(const char *least, const char *end, const char *text)
{
	size_t size = strlen(text);

	for (const char *at = end - size; at >= least; at--)
		if (memcmp(at, text, size) == 0)
			return at;
	return NULL;
}

static bool read_number(const char *trailer, const char *name, uint64_t *number)
{
	const char *at = strstr(trailer, name);

	return at && (*number = strtoull(at + strlen(name), NULL, 10)) > 0;
}

/* It stands in a file between brackets, as letters, digits and hyphens only. */
static bool is_language(const char *language)
{
	size_t size = strlen(language);

	for (size_t i = 0; i < size; i++)
		if (!isalnum((unsigned char)language[i]) && language[i] != '-')
			return false;
	return size > 0 && size < 36;
}

bool pdf_file_finish(struct buffer *file, const char *language)
{
	uint64_t size, root, info, cross;

	if (file->failed || file->size < TAIL)
		return false;
	const char *end = file->data + file->size;
	const char *trailer = find_last(end - TAIL, end, "trailer\n"), *last = find_last(end - TAIL, end, "startxref\n");
	if (!trailer || !last || !read_number(trailer, "/Size ", &size) || !read_number(trailer, "/Root ", &root) ||
	    !read_number(trailer, "/Info ", &info) || !read_number(last, "startxref\n", &cross) || cross >= file->size)
		return false;
	const char *catalog = find_last(file->data, file->data + cross, "<< /Type /Catalog\n");
	const char *catalog_end = catalog ? find_last(catalog, file->data + cross, ">>\nendobj\n") : NULL;
	if (!catalog_end || !is_language(language))
		return false;

	struct buffer update = { 0 };
	size_t place = file->size;
	buffer_append_format(&update, "%" PRIu64 " 0 obj\n", root);
	buffer_append(&update, catalog, (size_t)(catalog_end - catalog));
	buffer_append_format(&update, "   /Lang (%s)\n   /ViewerPreferences << /DisplayDocTitle true >>\n>>\nendobj\n",
	                     language);
	size_t second = place + update.size;
	buffer_append_format(&update, "xref\n0 1\n0000000000 65535 f \n%" PRIu64 " 1\n%010zu 00000 n \n", root, place);
	buffer_append_format(&update, "trailer\n<< /Size %" PRIu64 "\n   /Root %" PRIu64 " 0 R\n   /Info %" PRIu64
	                     " 0 R\n   /Prev %" PRIu64 "\n>>\nstartxref\n%zu\n%%%%EOF\n", size, root, info, cross, second);
	buffer_append_span(file, buffer_span(&update));
	file->failed |= update.failed;
	buffer_free(&update);
	return !file->failed;
}
