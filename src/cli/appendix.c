/* The page that goes with a frozen report. */
#include "cli/appendix.h"

#include <stdlib.h>
#include <string.h>

#include "base/language.h"
#include "cli/qr.h"
#include "cli/user_language.h"
#include "qorgan/exchange.h"

#define PART_SIZE 700 /* bytes in a QR code: a telephone still reads it from paper */

static const char style[] =
	"@page{size:A4;margin:18mm}body{font:15px/1.45 system-ui,'DejaVu Sans',sans-serif;max-width:46em;margin:2em auto;"
	"padding:0 1em;color:#1a1a1a;background:#fff}h1{font-size:1.5em}h2{font-size:1.15em;margin-top:1.6em}"
	"table{border-collapse:collapse}th,td{text-align:left;vertical-align:top;padding:.25em .8em .25em 0;"
	"overflow-wrap:anywhere}th{white-space:nowrap}pre{white-space:pre-wrap;overflow-wrap:anywhere;background:#f3f4f6;"
	"padding:.6em .8em;font-size:.85em}figure{display:inline-block;margin:.5em 1em .5em 0;break-inside:avoid}"
	"figure svg{display:block;width:62mm;height:62mm}figcaption{font-size:.85em}";

struct page {
	const struct language *language;
	FILE *to;
};

static const char *said(const struct page *page, const char *english)
{
	return language_text(page->language, english);
}

static void put(const struct page *page, const char *text)
{
	for (; *text; text++)
		switch (*text) {
		case '<': fputs("&lt;", page->to); break;
		case '>': fputs("&gt;", page->to); break;
		case '&': fputs("&amp;", page->to); break;
		case '"': fputs("&quot;", page->to); break;
		default: fputc(*text, page->to);
		}
}

static void put_element(const struct page *page, const char *name, const char *text)
{
	fprintf(page->to, "<%s>", name);
	put(page, text);
	fprintf(page->to, "</%s>\n", name);
}

static void put_fact(const struct page *page, const char *label, const char *value)
{
	fputs("<tr><th scope=\"row\">", page->to);
	put(page, said(page, label));
	fputs("</th><td>", page->to);
	put(page, value);
	fputs("</td></tr>\n", page->to);
}

/* A name as a shell takes it for one word: in quotes, where it has anything but plain signs. */
static void put_word(const struct page *page, const char *name, const char *ending)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
	bool is_plain = *name != '-' && name[strspn(name, plain)] == '\0';

	if (is_plain) {
		put(page, name);
		put(page, ending);
		return;
	}
	put(page, *name == '-' ? "'./" : "'");
	for (const char *at = name; *at; at++)
		put(page, *at == '\'' ? "'\\''" : (const char[]){ *at, '\0' });
	put(page, ending);
	put(page, "'");
}

/* What is to be done, and the command that does it. */
static void put_step(const struct page *page, const char *step, const char *command, const char *file,
                     const char *ending, const char *option, const char *key)
{
	put_element(page, "p", said(page, step));
	fputs("<pre>", page->to);
	put(page, command);
	put_word(page, file, ending);
	put(page, option);
	put(page, key);
	fputs("</pre>\n", page->to);
}

static int put_code(const struct page *page, const char *text, size_t size, unsigned part, unsigned parts,
                    struct qorgan_error *error)
{
	char *piece = strndup(text, size);
	struct qr *qr = NULL;
	int code = piece ? qr_make(piece, &qr, error) : error_set_memory(error);

	if (!code) {
		fputs("<figure>", page->to);
		qr_write_svg(qr, page->to);
		fprintf(page->to, "<figcaption>%u / %u</figcaption></figure>\n", part, parts);
	}
	qr_free(qr);
	free(piece);
	return code;
}

/* A text as it is, and in QR codes that hold it one behind the other. */
static int put_text(const struct page *page, const char *title, const char *text, struct qorgan_error *error)
{
	size_t size = strlen(text);
	unsigned parts = (unsigned)((size + PART_SIZE - 1) / PART_SIZE);
	int code = QORGAN_OK;

	put_element(page, "h2", said(page, title));
	put_element(page, "pre", text);
	if (parts > 1)
		put_element(page, "p", said(page, SAID("The codes hold the text in pieces, to be put together in their order.")));
	for (unsigned part = 1; part <= parts && !code; part++) {
		size_t at = (size_t)(part - 1) * PART_SIZE;
		code = put_code(page, text + at, size - at < PART_SIZE ? size - at : PART_SIZE, part, parts, error);
	}
	return code;
}

static void put_head(const struct page *page, const struct appendix *appendix)
{
	const char *title = said(page, SAID("Appendix: how to check this report"));
	char report[200], entry[400];

	fprintf(page->to, "<!DOCTYPE html>\n<html lang=\"%s\">\n<head><meta charset=\"utf-8\">\n"
	        "<meta name=\"viewport\" content=\"width=device-width\">\n<title>", language_tag(page->language));
	put(page, title);
	fprintf(page->to, "</title>\n<style>%s</style></head>\n<body>\n<main>\n", style);
	put_element(page, "h1", title);
	snprintf(report, sizeof report, "%s, %s, %s %u", qorgan_object_owner(appendix->snapshot),
	         qorgan_object_id(appendix->snapshot), said(page, SAID("Version")), qorgan_object_version(appendix->snapshot));
	snprintf(entry, sizeof entry, "%llu, %s", (unsigned long long)appendix->proof->index, appendix->proof->origin);
	fputs("<table>\n", page->to);
	put_fact(page, SAID("File"), appendix->file);
	put_fact(page, SAID("Frozen report"), report);
	put_fact(page, SAID("Marking"), appendix->proof->marking);
	put_fact(page, SAID("Entry of the log"), entry);
	put_fact(page, "SHA-256", appendix->rendering->sha256);
	fputs("</table>\n", page->to);
}

/* Of the state that froze the report: a partner's are those of its pinned card. */
struct keys {
	char *minisign, *vkey;
};

static int find_keys(struct call *call, const char *state, struct keys *keys)
{
	struct qorgan_object *partner = NULL;
	struct qorgan_identity identity;
	bool is_own = strcmp(state, qorgan_store_state(call->store)) == 0;
	int code = is_own ? qorgan_identity_get(call->store, &identity, &call->error)
	                  : qorgan_object_get(call->store, "partner", state, 0, &partner, &call->error);

	if (code)
		return code;
	keys->minisign = is_own ? strdup(identity.minisign) : qorgan_object_field(call->store, partner, "minisign");
	keys->vkey = is_own ? strdup(identity.vkey) : qorgan_object_field(call->store, partner, "vkey");
	qorgan_object_free(partner);
	if (keys->minisign && keys->vkey)
		return QORGAN_OK;
	return is_own ? error_set_memory(&call->error)
	              : error_set(&call->error, QORGAN_ABSENT, "there is no %s \"%.40s\"%s", "card", state, "");
}

static void put_steps(const struct page *page, const struct appendix *appendix, const struct keys *keys)
{
	put_element(page, "h2", said(page, SAID("Three checks, each with a program that anybody has")));
	put_step(page, SAID("The file is the one that the state recorded if this prints the SHA-256 above:"), "sha256sum ",
	         appendix->file, "", "", "");
	put_step(page, SAID("It is signed by the state; the signature is the file beside it, or the text below:"), "minisign -Vm ",
	         appendix->file, "", " -P ", keys->minisign);
	put_step(page, SAID("Its record, which has that SHA-256, is in the log of the state; the proof is the file beside it, or the "
	                    "text below:"), "qorgan check-proof ", appendix->file, ".tlog-proof", " --vkey ", keys->vkey);
	put_element(page, "p", said(page, SAID("Both keys are on the card of the state: compare its fingerprint by telephone, once.")));
}

int appendix_write(struct call *call, const struct appendix *appendix, FILE *to)
{
	char own[USER_LANGUAGE_SIZE];
	const char *list = call_value(call, "lang");
	struct page page = { language_choose_listed(list ? list : user_language(own)), to };
	struct keys keys = { NULL, NULL };
	int code = find_keys(call, qorgan_object_owner(appendix->snapshot), &keys);

	if (!code) {
		put_head(&page, appendix);
		put_steps(&page, appendix, &keys);
	}
	free(keys.minisign);
	free(keys.vkey);
	if (code)
		return code;
	code = put_text(&page, SAID("The signature"), appendix->rendering->signature, &call->error);
	if (!code)
		code = put_text(&page, SAID("The proof"), appendix->proof->text, &call->error);
	fputs("</main>\n</body>\n</html>\n", to);
	return code;
}
