/* What goes with a folder of reports: the page that links them, and the covering letter. */
#include <string.h>

#include "report/markup.h"
#include "report/phrases.h"
#include "report/render_html.h"
#include "report/report_all.h"

/* ---- The page ----------------------------------------------------------------------------- */

static void put_link(const struct all_file *file, struct buffer *to)
{
	buffer_append_text(to, "<a href=\"");
	markup_append(to, file->name);
	buffer_append_text(to, "\">");
	markup_append(to, *file->format ? file->format : file->name);
	buffer_append_text(to, "</a> ");
}

/* A list of what there is in one language: a line for each report, with its formats. */
static void put_language(const struct all_files *files, const struct language *language, struct buffer *to)
{
	const struct all_file *before = NULL;
	const char *tag = language ? language_tag(language) : NULL;

	for (size_t i = 0; i < files->list.count; i++) {
		const struct all_file *file = &files->list.items[i];
		if (file->language != language || file->title == PHRASE_COUNT || file->is_dossier)
			continue;
		if (!before) {
			buffer_append_format(to, "<section%s%s%s>\n<h2>", tag ? " lang=\"" : "", tag ? tag : "", tag ? "\"" : "");
			markup_append(to, say(language ? PHRASE_LANGUAGE_NAME : PHRASE_ALL_PROGRAMS));
			buffer_append_text(to, "</h2>\n<ul>\n");
		}
		if (!before || before->title != file->title) {
			buffer_append_text(to, before ? "</li>\n<li>" : "<li>");
			markup_append(to, say(file->title));
			buffer_append_text(to, ": ");
		}
		before = file;
		put_link(file, to);
	}
	if (before)
		buffer_append_text(to, "</li>\n</ul>\n</section>\n");
}

void all_index(const struct all_files *files, const struct language *language, struct buffer *to)
{
	const struct language *const *all;
	size_t count;

	say_in(language);
	buffer_append_format(to, "<!DOCTYPE html>\n<html lang=\"%s\">\n<head>\n<meta charset=\"utf-8\">\n"
	                     "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
	                     "'unsafe-inline'; base-uri 'none'; form-action 'none'\">\n<meta name=\"viewport\" "
	                     "content=\"width=device-width, initial-scale=1\">\n<title>", language_tag(language));
	markup_append(to, say(PHRASE_ALL_TITLE));
	buffer_append_char(to, ' ');
	markup_append(to, files->period.label);
	buffer_append_text(to, "</title>\n<style>");
	buffer_append_text(to, html_style);
	buffer_append_text(to, "</style>\n</head>\n<body>\n<main>\n");
	if (files->frame.stage == REPORT_DRAFT) {
		buffer_append_text(to, "<p class=\"stamp\">");
		markup_append(to, say(PHRASE_DRAFT));
		buffer_append_text(to, "</p>\n");
	}
	buffer_append_text(to, "<h1>");
	markup_append(to, say(PHRASE_ALL_TITLE));
	buffer_append_text(to, "</h1>\n<p class=\"subtitle\">");
	buffer_append_format(to, "%s, %s\xe2\x80\x93%s", files->period.label, files->period.from, files->period.to);
	buffer_append_text(to, "</p>\n<p><strong>");
	markup_append(to, files->marking);
	buffer_append_text(to, "</strong></p>\n");
	all = language_all(&count);
	for (size_t i = 0; i < count; i++) {
		say_in(all[i]);
		put_language(files, all[i], to);
	}
	say_in(language);
	put_language(files, NULL, to);
	buffer_append_text(to, "</main>\n</body>\n</html>\n");
	say_in(NULL);
}

/* ---- The letter ------------------------------------------------------------------------------ */

void all_letter(const struct all_files *files, const char *title, struct buffer *to)
{
	char from[SAY_DAY_SIZE], until[SAY_DAY_SIZE], made[SAY_DAY_SIZE], day[11] = "";
	const struct report_letterhead *head = &files->frame.letterhead;
	struct buffer period = { 0 };

	buffer_append_format(&period, "%s (%s \xe2\x80\x93 %s)", files->period.label, say_day(files->period.from, from),
	                     say_day(files->period.to, until));
	memcpy(day, files->generated, strnlen(files->generated, 10));
	if (files->frame.stage == REPORT_DRAFT)
		buffer_append_format(to, "%s\n\n", say(PHRASE_DRAFT));
	if (*head->name)
		buffer_append_format(to, "%s\n%s%s\n", head->name, head->address, *head->address ? "\n" : "");
	if (*files->marking)
		buffer_append_format(to, "%s\n\n", files->marking);
	buffer_append_format(to, "%s\n\n%s\n\n", say(PHRASE_LETTER_TITLE), say(PHRASE_MAIL_COLLEAGUES));
	say_with(to, PHRASE_LETTER_TEXT, title, buffer_text(&period), say_long_day(day, made));
	buffer_append_format(to, "\n\n%s\n", say(PHRASE_LETTER_FILES));
	for (size_t i = 0; i < files->list.count; i++) {
		const struct all_file *file = &files->list.items[i];
		if (file->is_dossier || (file->language && file->language != say_language()))
			continue; /* dossiers are on a page of their own, which is named */
		buffer_append_format(to, "\n%s (%s)\n%s  %s\n", say(file->title), file->format, file->digest, file->name);
	}
	buffer_append_char(to, '\n');
	say_with(to, PHRASE_LETTER_CHECK, "sha256sum --ignore-missing -c SHA256SUMS", NULL, NULL);
	buffer_append_format(to, "\n\n%s\n%s\n", say(PHRASE_MAIL_CLOSING), title);
	if (*files->marking)
		buffer_append_format(to, "\n%s\n", files->marking);
	to->failed |= period.failed;
	buffer_free(&period);
}
