/* libxlsxwriter, opened when a spreadsheet is written and not before: it brings along
 * libraries whose start costs more than that of this whole program. */
#ifndef REPORT_XLSX_LIBRARY_H
#define REPORT_XLSX_LIBRARY_H

#include <xlsxwriter.h>

#include "base/error.h"

#define XLSX_FUNCTIONS(F)                  \
	F(workbook_new_opt)                    \
	F(workbook_close)                      \
	F(workbook_set_properties)             \
	F(workbook_add_format)                 \
	F(workbook_add_worksheet)              \
	F(workbook_add_chart)                  \
	F(worksheet_write_string)              \
	F(worksheet_write_number)              \
	F(worksheet_write_blank)               \
	F(worksheet_write_url)                 \
	F(worksheet_write_comment_opt)         \
	F(worksheet_merge_range)               \
	F(worksheet_set_column)                \
	F(worksheet_set_column_opt)            \
	F(worksheet_data_validation_range)     \
	F(worksheet_protect)                   \
	F(worksheet_hide)                      \
	F(format_set_unlocked)                 \
	F(worksheet_set_row)                   \
	F(worksheet_set_header)                \
	F(worksheet_set_footer)                \
	F(worksheet_set_landscape)             \
	F(worksheet_set_paper)                 \
	F(worksheet_set_margins)               \
	F(worksheet_fit_to_pages)              \
	F(worksheet_repeat_rows)               \
	F(worksheet_autofilter)                \
	F(worksheet_freeze_panes)              \
	F(worksheet_ignore_errors)             \
	F(worksheet_insert_chart_opt)          \
	F(worksheet_insert_image_buffer_opt)   \
	F(worksheet_conditional_format_range)  \
	F(format_set_num_format)               \
	F(format_set_bold)                     \
	F(format_set_underline)                \
	F(format_set_font_color)               \
	F(format_set_font_size)                \
	F(format_set_text_wrap)                \
	F(format_set_align)                    \
	F(format_set_bg_color)                 \
	F(format_set_border)                   \
	F(format_set_border_color)             \
	F(chart_add_series)                    \
	F(chart_series_set_categories)         \
	F(chart_series_set_values)             \
	F(chart_series_set_name)               \
	F(chart_series_set_name_range)         \
	F(chart_series_set_fill)               \
	F(chart_series_set_line)               \
	F(chart_series_set_labels)             \
	F(chart_series_set_labels_num_format)  \
	F(chart_title_set_name)                \
	F(chart_legend_set_position)           \
	F(chart_axis_set_reverse)              \
	F(chart_axis_set_min)                  \
	F(chart_axis_set_num_format)           \
	F(chart_set_series_gap)               

struct xlsx_library {
#define XLSX_MEMBER(name) __typeof__(name) *name;
	XLSX_FUNCTIONS(XLSX_MEMBER)
#undef XLSX_MEMBER
};

/* xlsx_library(error): its functions; NULL where it is not installed, or another version
 * of it than this program was built for (QORGAN_CANNOT_CREATE). Stays open. */
const struct xlsx_library *xlsx_library(struct qorgan_error *error);

#endif
