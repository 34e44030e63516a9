/* The table of pictures: a figure of a report that may be had alone, as a file. */
#include "report/report_pictures.h"

#include <string.h>

#include "qorgan/report.h"
#include "report/compose_parts.h"

/* Each: its name, the kinds of report that have it, and what composes it. The first that a
 * kind has is the one that is meant where none is named. */
#define PICTURES(ROW)                                                                               \
	ROW(states, 1u << REPORT_STATUS | 1u << REPORT_SUMMARY, compose_state_bars)                     \
	ROW(domains, 1u << REPORT_STATUS | 1u << REPORT_SUMMARY, compose_domain_bars)                   \
	ROW(heat, 1u << REPORT_STATUS, compose_heat_figure)                                             \
	ROW(trend, 1u << REPORT_STATUS, compose_trend_figures)                                          \
	ROW(matrix, REPORT_PICTURE_KINDS, compose_matrix_figure)                                        \
	ROW(timeline, 1u << REPORT_STATUS | 1u << REPORT_REGISTER, compose_timeline_figure)             \
	ROW(dependencies, 1u << REPORT_STATUS | 1u << REPORT_REGISTER, compose_dependencies_figure)

#define PICTURE_NAME(name, kinds, compose) #name,
#define PICTURE_ROW(name, kinds, compose) { #name, kinds, compose },

const char *const qorgan_report_pictures[] = { PICTURES(PICTURE_NAME) NULL };
static const struct report_picture pictures[] = { PICTURES(PICTURE_ROW) };
#define COUNT (sizeof pictures / sizeof pictures[0])

int report_picture_find(const char *name, enum report_kind kind, const struct report_picture **picture,
                        struct qorgan_error *error)
{
	struct buffer known = { 0 };

	for (size_t i = 0; i < COUNT; i++) {
		if (!(pictures[i].kinds & 1u << kind))
			continue;
		if (!name || strcmp(name, pictures[i].name) == 0) {
			*picture = &pictures[i];
			buffer_free(&known);
			return QORGAN_OK;
		}
		buffer_append_format(&known, "%s%s", known.size ? ", " : "", pictures[i].name);
	}
	int code = error_set(error, QORGAN_USAGE, "the report %s has no picture \"%.40s\"; it has: %s",
	                     qorgan_report_kinds[kind], name ? name : "", buffer_text(&known));
	buffer_free(&known);
	return code;
}

/* The figure of a document that has one at most. */
static const struct document_figure *figure_of(const struct document *document)
{
	for (size_t i = 0; i < document->sections.count; i++)
		for (size_t k = 0; k < document->sections.items[i].blocks.count; k++)
			if (document->sections.items[i].blocks.items[k].type == DOCUMENT_FIGURE_BLOCK)
				return document->sections.items[i].blocks.items[k].figure;
	return NULL;
}

int report_picture_make(const struct report_model *model, const struct report_look *look, struct document *document,
                        struct picture_sheet *sheet, struct qorgan_error *error)
{
	const struct report_picture *picture = NULL;
	int code = report_picture_find(look->picture, model->kind, &picture, error);

	if (code)
		return code;
	if (!compose_picture(model, picture->compose, document))
		return error_set_memory(error);
	*sheet = (struct picture_sheet){ document, figure_of(document), look->page ? look->page - 1 : 0, 0 };
	sheet->pages = picture_sheet_pages(sheet->figure);
	if (sheet->page >= sheet->pages)
		return error_set(error, QORGAN_USAGE, "the picture %s has %zu pages: there is no page %u", picture->name,
		                 sheet->pages, look->page);
	return QORGAN_OK;
}
