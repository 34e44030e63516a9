/* All reports of one run: a dossier of each measure, risk, domain and state, and the page that
 * links them. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/compute.h"
#include "report/markup.h"
#include "report/render_html.h"
#include "report/report_all.h"
#include "report/report_formats.h"

#define PAGE "dossiers"
#define FILES_MOST 20000

static const enum report_kind kinds[] = { REPORT_STATE, REPORT_DOMAIN, REPORT_RISK, REPORT_MEASURE };
#define KINDS (sizeof kinds / sizeof kinds[0])

static bool is_format(const char *ending)
{
	for (size_t i = 0; qorgan_report_formats[i]; i++)
		if (strcmp(ending, qorgan_report_formats[i]) == 0)
			return true;
	return strcmp(ending, "txt") == 0;
}

bool all_dossiers_is_file(const char *name)
{
	const char *dot = strrchr(name, '.');

	if (!dot || !is_format(dot + 1))
		return false;
	if (strncmp(name, PAGE ".", sizeof PAGE) == 0)
		return true;
	for (size_t i = 0; i < KINDS; i++) {
		const char *kind = qorgan_report_kinds[kinds[i]];
		size_t size = strlen(kind);
		if (strncmp(name, kind, size) == 0 && name[size] == '-')
			return true;
	}
	return false;
}

/* ---- What there is ------------------------------------------------------------------------ */

/* The status report shows every one of them. */
static int contents_compute(struct all_writing *writing, struct report_model *model, struct qorgan_error *error)
{
	const struct qorgan_report report = { .period = writing->asked->period, .as_of = writing->asked->as_of,
		                                  .audience = writing->asked->audience };

	return compute_model(writing->store, &report, REPORT_STATUS, true, ROWS_TOO, model, error);
}

static uint64_t contents_count(const struct all_writing *writing, const struct report_model *model)
{
	return writing->dossiers[REPORT_STATE] * model->states.count +
	       writing->dossiers[REPORT_DOMAIN] * model->domains.count +
	       writing->dossiers[REPORT_RISK] * model->risks.count +
	       writing->dossiers[REPORT_MEASURE] * model->measures.count;
}

static uint64_t files_of_each(const struct all_writing *writing)
{
	uint64_t languages = 0, files = 0;

	for (size_t i = 0; i < writing->language_count; i++)
		languages += writing->chosen[i];
	for (size_t i = 0; qorgan_report_formats[i]; i++)
		files += all_is_rendered(writing, i, REPORT_MEASURE, false) ? languages
		                                                            : all_is_rendered(writing, i, REPORT_MEASURE, true);
	return files;
}

static int want_kind(struct all_writing *writing, const char *word, struct qorgan_error *error)
{
	for (size_t i = 0; i < KINDS; i++)
		if (strcmp(word, qorgan_report_kinds[kinds[i]]) == 0) {
			writing->dossiers[kinds[i]] = true;
			return QORGAN_OK;
		}
	return error_set(error, QORGAN_USAGE, "there are no dossiers of \"%.40s\": say state, domain, risk or measure", word);
}

int all_dossiers_want(struct all_writing *writing, struct qorgan_error *error)
{
	char *list = writing->asked->dossiers ? strdup(writing->asked->dossiers) : NULL, *rest = NULL;
	struct report_model model = { 0 };
	int code = QORGAN_OK;

	if (!writing->asked->dossiers)
		return QORGAN_OK;
	if (!list)
		return error_set_memory(error);
	for (char *word = strtok_r(list, ",", &rest); word && !code; word = strtok_r(NULL, ",", &rest))
		code = want_kind(writing, word, error);
	free(list);
	if (!code)
		code = contents_compute(writing, &model, error);
	if (!code) {
		uint64_t each = files_of_each(writing), count = contents_count(writing, &model) * each;
		for (size_t i = 0; i < writing->language_count; i++)
			writing->total += writing->chosen[i]; /* a page */
		writing->total += count;
		if (count > FILES_MOST)
			code = error_set(error, QORGAN_USAGE, "that would be %" PRIu64 " files of dossiers, and %d is the most: ask "
			                 "for fewer languages (--lang), formats (-f) or kinds", count, FILES_MOST);
	}
	arena_free(&model.arena);
	return code;
}

/* ---- The page ------------------------------------------------------------------------------ */

static void put_head(const struct all_files *files, const char *tag, struct buffer *to)
{
	buffer_append_format(to, "<!DOCTYPE html>\n<html lang=\"%s\">\n<head>\n<meta charset=\"utf-8\">\n"
	                     "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
	                     "'unsafe-inline'; base-uri 'none'; form-action 'none'\">\n<meta name=\"viewport\" "
	                     "content=\"width=device-width, initial-scale=1\">\n<title>", tag);
	markup_append(to, say(PHRASE_DOSSIERS));
	buffer_append_format(to, " %s</title>\n<style>%s.under{margin-left:1.5em}\n</style>\n</head>\n<body>\n<main>\n",
	                     files->period.label, html_style);
	if (files->frame.stage == REPORT_DRAFT) {
		buffer_append_text(to, "<p class=\"stamp\">");
		markup_append(to, say(PHRASE_DRAFT));
		buffer_append_text(to, "</p>\n");
	}
	buffer_append_text(to, "<h1>");
	markup_append(to, say(PHRASE_DOSSIERS));
	buffer_append_format(to, "</h1>\n<p class=\"subtitle\">%s, %s\xe2\x80\x93%s</p>\n<p><strong>", files->period.label,
	                     files->period.from, files->period.to);
	markup_append(to, files->marking);
	buffer_append_text(to, "</strong></p>\n");
}

static void put_files(struct all_writing *writing, size_t first, const char *name, struct buffer *to)
{
	const struct all_files *files = &writing->files;
	struct buffer json = { 0 };

	for (size_t i = first; i < files->list.count; i++) {
		const struct all_file *file = &files->list.items[i];
		buffer_append_text(to, i > first ? ", <a href=\"" : "<a href=\"");
		markup_append(to, file->name);
		buffer_append_format(to, "\">%s</a>", file->format);
	}
	for (size_t i = 0; qorgan_report_formats[i]; i++)
		if (all_is_rendered(writing, i, REPORT_MEASURE, true)) {
			buffer_append_format(&json, "%s.%s", name, qorgan_report_formats[i]);
			buffer_append_text(to, files->list.count > first ? ", <a href=\"" : "<a href=\"");
			markup_append(to, buffer_text(&json));
			buffer_append_format(to, "\">%s</a>", qorgan_report_formats[i]);
			buffer_clear(&json);
		}
	to->failed |= json.failed;
	buffer_free(&json);
}

/* ---- All of them ---------------------------------------------------------------------------- */

struct page {
	struct all_writing *writing;
	const struct language *language; /* NULL: no page */
	struct buffer contents, text;
	size_t contents_before, text_before; /* the part that is being written */
	bool is_empty;
};

/* A part of the page, in its contents and above its list. */
static void part_begin(struct page *page, const char *id, const char *title)
{
	page->contents_before = page->contents.size;
	page->text_before = page->text.size;
	page->is_empty = true;
	buffer_append_text(&page->contents, "<li><a href=\"#");
	markup_append(&page->contents, id);
	buffer_append_text(&page->contents, "\">");
	markup_append(&page->contents, title);
	buffer_append_text(&page->contents, "</a></li>\n");
	buffer_append_text(&page->text, "<section>\n<h2 id=\"");
	markup_append(&page->text, id);
	buffer_append_text(&page->text, "\">");
	markup_append(&page->text, title);
	buffer_append_text(&page->text, "</h2>\n<ul>\n");
}

/* One without a line is not there. */
static void part_end(struct page *page)
{
	buffer_append_text(&page->text, "</ul>\n</section>\n");
	if (!page->is_empty)
		return;
	page->contents.size = page->contents_before;
	page->text.size = page->text_before;
}

/* One dossier, and its line. */
static int write_one(struct page *page, enum report_kind kind, const char *id, const char *title,
                     struct qorgan_error *error)
{
	struct all_writing *writing = page->writing;
	const char *ignored;
	struct buffer name = { 0 };
	size_t first = writing->files.list.count;

	if (!writing->dossiers[kind])
		return QORGAN_OK;
	buffer_append_format(&name, "%s-%s", qorgan_report_kinds[kind], id);
	const struct all_kind about = { buffer_text(&name), kind, PHRASE_DOSSIERS, false, id };
	int code = name.failed ? error_set_memory(error) : all_write_kind(writing, &about, page->language, &ignored, error);
	/* A state or domain by which the report is laid out need not be one that may go to whom it is for. */
	if (writing->asked->audience && (code == QORGAN_ABSENT || (code == QORGAN_BAD_DATA && kind == REPORT_STATE))) {
		buffer_free(&name);
		return QORGAN_OK;
	}
	if (!code && page->language) {
		page->is_empty = false;
		buffer_append_text(&page->text, kind == REPORT_MEASURE ? "<li class=\"under\">" : "<li>");
		markup_append(&page->text, id);
		buffer_append_char(&page->text, ' ');
		markup_append(&page->text, title);
		buffer_append_text(&page->text, ": ");
		put_files(writing, first, about.name, &page->text);
		buffer_append_text(&page->text, "</li>\n");
	}
	buffer_free(&name);
	return code;
}

/* A domain, its risks and the measures that count in it. */
static int write_domain(struct page *page, const struct report_model *model, size_t place, struct qorgan_error *error)
{
	const struct report_domain *domain = &model->domains.items[place];
	struct buffer title = { 0 };

	buffer_append_format(&title, "%s %s", domain->id, domain->title);
	part_begin(page, domain->id, buffer_text(&title));
	int code = title.failed ? error_set_memory(error)
	                        : write_one(page, REPORT_DOMAIN, domain->id, domain->title, error);
	for (size_t i = 0; i < model->risks.count && !code; i++)
		if (model->risks.items[i].domain == place)
			code = write_one(page, REPORT_RISK, model->risks.items[i].id, model->risks.items[i].title, error);
	for (size_t i = 0; i < model->measures.count && !code; i++)
		if (strcmp(model->measures.items[i].domain, domain->id) == 0)
			code = write_one(page, REPORT_MEASURE, model->measures.items[i].id, model->measures.items[i].title, error);
	part_end(page);
	buffer_free(&title);
	return code;
}

/* Risks and measures of no domain that is shown. */
static int write_others(struct page *page, const struct report_model *model, struct qorgan_error *error)
{
	int code = QORGAN_OK;

	part_begin(page, "-", say(PHRASE_NO_DOMAIN));
	for (size_t i = 0; i < model->risks.count && !code; i++)
		if (model->risks.items[i].domain >= model->domains.count)
			code = write_one(page, REPORT_RISK, model->risks.items[i].id, model->risks.items[i].title, error);
	for (size_t i = 0; i < model->measures.count && !code; i++) {
		const struct report_measure *measure = &model->measures.items[i];
		bool known = false;
		for (size_t domain = 0; domain < model->domains.count; domain++)
			known |= strcmp(measure->domain, model->domains.items[domain].id) == 0;
		if (!known)
			code = write_one(page, REPORT_MEASURE, measure->id, measure->title, error);
	}
	part_end(page);
	return code;
}

static int page_write(struct page *page, struct qorgan_error *error)
{
	struct all_files *files = &page->writing->files;
	const char *tag = page->language ? language_tag(page->language) : NULL;
	struct buffer whole = { 0 }, name = { 0 };

	if (!tag || !files->state)
		return QORGAN_OK;
	put_head(files, tag, &whole);
	buffer_append_text(&whole, "<nav aria-labelledby=\"contents\">\n<h2 id=\"contents\">");
	markup_append(&whole, say(PHRASE_HTML_CONTENTS));
	buffer_append_text(&whole, "</h2>\n<ol>\n");
	buffer_append_span(&whole, buffer_span(&page->contents));
	buffer_append_text(&whole, "</ol>\n</nav>\n");
	buffer_append_span(&whole, buffer_span(&page->text));
	buffer_append_text(&whole, "</main>\n</body>\n</html>\n");
	buffer_append_format(&name, PAGE ".%s.html", tag);
	whole.failed |= page->contents.failed || page->text.failed || name.failed;
	const char *kept = arena_text(&files->arena, buffer_span(&name));
	int code = all_write_page(page->writing, kept, PHRASE_DOSSIERS, page->language, &whole, error);
	buffer_free(&whole);
	buffer_free(&name);
	return code;
}

int all_dossiers_write(struct all_writing *writing, const struct language *language, struct qorgan_error *error)
{
	struct page page = { .writing = writing, .language = language };
	struct report_model model = { 0 };
	int code = QORGAN_OK;

	if (!writing->asked->dossiers)
		return QORGAN_OK;
	code = contents_compute(writing, &model, error);
	if (!code && writing->dossiers[REPORT_STATE]) {
		part_begin(&page, "states", say(PHRASE_STATE));
		for (size_t i = 0; i < model.states.count && !code; i++)
			code = write_one(&page, REPORT_STATE, model.states.items[i].id, model.states.items[i].title, error);
		part_end(&page);
	}
	for (size_t i = 0; i < model.domains.count && !code; i++)
		code = write_domain(&page, &model, i, error);
	if (!code)
		code = write_others(&page, &model, error);
	if (!code)
		code = page_write(&page, error);
	buffer_free(&page.contents);
	buffer_free(&page.text);
	arena_free(&model.arena);
	return code;
}
