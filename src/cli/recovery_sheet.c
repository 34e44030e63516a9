/* Sheets of shares, as HTML without anything from elsewhere. */
#include "cli/recovery_sheet.h"


#include "base/buffer.h"
#include "base/language.h"
#include "cli/qr.h"

#define GROUP 5

static const char style[] =
	"@page{size:A4;margin:20mm}body{font:15px/1.5 system-ui,'DejaVu Sans',sans-serif;max-width:42em;margin:2em auto;"
	"padding:0 1em;color:#1a1a1a;background:#fff}h1{font-size:1.5em}pre{font:bold 20px/1.7 'DejaVu Sans Mono',monospace;"
	"white-space:pre-wrap;border:1px solid #888;padding:.6em .8em}svg{display:block;width:60mm;height:60mm}";

static void put(FILE *to, const char *text)
{
	for (; *text; text++)
		switch (*text) {
		case '<': fputs("&lt;", to); break;
		case '>': fputs("&gt;", to); break;
		case '&': fputs("&amp;", to); break;
		default: fputc(*text, to);
		}
}

static void put_paragraph(FILE *to, const char *text)
{
	fputs("<p>", to);
	put(to, text);
	fputs("</p>\n", to);
}

static void put_share(FILE *to, const char *share)
{
	fputs("<pre>", to);
	for (size_t i = 0; share[i]; i++)
		fprintf(to, "%s%c", i && i % GROUP == 0 ? " " : "", share[i]);
	fputs("</pre>\n", to);
}

static void page_put(const struct recovery_sheet *sheet, const char *title, const char *text, const struct qr *qr, FILE *to)
{
	fputs("<!DOCTYPE html>\n<html><head><meta charset=\"utf-8\"><title>", to);
	put(to, title);
	fprintf(to, "</title><style>%s</style></head><body>\n<h1>", style);
	put(to, title);
	fputs("</h1>\n", to);
	put_paragraph(to, text);
	put_paragraph(to, language_said("Keep this sheet where nobody else reads it, and apart from the other sheets and from copies "
	                                "of the store. Give it to nobody who only asks for it in writing."));
	put_share(to, sheet->share);
	qr_write_svg(qr, to);
	put_paragraph(to, language_said("If the store can be opened no other way: each keeper types the letters above, or scans the "
	                                "code, into a file; then, where the store is:"));
	fputs("<p><code>qorgan recovery use share-1.txt share-2.txt …</code></p>\n</body></html>\n", to);
}

int recovery_sheet_write(const struct recovery_sheet *sheet, FILE *to, struct qorgan_error *error)
{
	struct buffer title = { 0 }, text = { 0 };
	struct qr *qr = NULL;
	int code = qr_make(sheet->share, &qr, error);

	buffer_append_format(&title, language_said("Share %u of %u of a key to the store of %s"), sheet->number, sheet->count,
	                     sheet->state);
	buffer_append_format(&text, language_said("Any %u of the %u shares together open the store %s, as %s does (slot %u). Fewer "
	                                          "tell nothing. Made on %s."),
	                     sheet->needed, sheet->count, sheet->store, sheet->user, sheet->slot, sheet->day);
	if (!code && (title.failed || text.failed))
		code = error_set_memory(error);
	if (!code)
		page_put(sheet, buffer_text(&title), buffer_text(&text), qr, to);
	if (!code && ferror(to))
		code = error_set_system(error, QORGAN_IO, "cannot write the sheet");
	buffer_free(&title);
	buffer_free(&text);
	qr_free(qr);
	return code;
}
