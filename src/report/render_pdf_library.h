/* Pango and cairo, loaded when a PDF is asked for and not before: linked into the
 * program they would make every command start some milliseconds later, and a computer
 * without them could run none. The headers of the libraries give the types, so that a
 * call is checked as if it were linked; only the public functions of releases from
 * pango 1.44 and cairo 1.16 on are used, whose shared objects keep their names. */
#ifndef REPORT_RENDER_PDF_LIBRARY_H
#define REPORT_RENDER_PDF_LIBRARY_H

#include <cairo-pdf.h>
#include <pango/pangocairo.h>

#include "base/error.h"

#define PDF_CALLS(CALL)                                                                                       \
	CALL(cairo_pdf_surface_create_for_stream) CALL(cairo_pdf_surface_set_size)                                \
	CALL(cairo_pdf_surface_set_metadata) CALL(cairo_pdf_surface_add_outline)                                  \
	CALL(cairo_image_surface_create) CALL(cairo_surface_write_to_png_stream)                                  \
	CALL(cairo_pdf_surface_set_page_label) CALL(cairo_surface_finish)                                         \
	CALL(cairo_image_surface_create_from_png_stream) CALL(cairo_set_source_surface) CALL(cairo_paint)         \
	CALL(cairo_surface_destroy) CALL(cairo_surface_status) CALL(cairo_create) CALL(cairo_destroy)             \
	CALL(cairo_status) CALL(cairo_show_page) CALL(cairo_tag_begin) CALL(cairo_tag_end) CALL(cairo_save)       \
	CALL(cairo_restore) CALL(cairo_translate) CALL(cairo_scale) CALL(cairo_rotate) CALL(cairo_set_source_rgb) \
	CALL(cairo_set_line_width) CALL(cairo_set_dash) CALL(cairo_new_path) CALL(cairo_move_to)                  \
	CALL(cairo_line_to) CALL(cairo_close_path) CALL(cairo_arc) CALL(cairo_rectangle) CALL(cairo_fill)         \
	CALL(cairo_fill_preserve) CALL(cairo_stroke) CALL(cairo_clip) CALL(cairo_font_options_create)             \
	CALL(cairo_font_options_destroy) CALL(cairo_font_options_set_hint_style)                                  \
	CALL(cairo_font_options_set_hint_metrics) CALL(cairo_font_options_set_antialias)                          \
	CALL(pango_cairo_font_map_new) CALL(pango_cairo_font_map_set_resolution)                                  \
	CALL(pango_cairo_context_set_font_options) CALL(pango_cairo_show_layout)                                  \
	CALL(pango_cairo_show_layout_line) CALL(pango_cairo_layout_path) CALL(pango_font_map_create_context)      \
	CALL(pango_font_map_load_fontset) CALL(pango_fontset_get_font) CALL(pango_font_has_char)                  \
	CALL(pango_context_set_language) CALL(pango_context_set_base_dir)                                         \
	CALL(pango_context_set_round_glyph_positions) CALL(pango_language_from_string) CALL(pango_layout_new)     \
	CALL(pango_layout_set_font_description) CALL(pango_layout_set_width) CALL(pango_layout_set_wrap)          \
	CALL(pango_layout_set_alignment) CALL(pango_layout_set_ellipsize) CALL(pango_layout_set_text)             \
	CALL(pango_layout_get_size) CALL(pango_layout_get_baseline) CALL(pango_layout_get_iter)                   \
	CALL(pango_layout_set_single_paragraph_mode) CALL(pango_layout_set_attributes)                            \
	CALL(pango_attr_list_new) CALL(pango_attr_list_insert) CALL(pango_attr_list_unref)                        \
	CALL(pango_attr_insert_hyphens_new)                                                                       \
	CALL(pango_layout_iter_get_line_readonly) CALL(pango_layout_iter_get_line_extents)                        \
	CALL(pango_layout_iter_get_baseline) CALL(pango_layout_iter_next_line) CALL(pango_layout_iter_free)       \
	CALL(pango_font_description_new) CALL(pango_font_description_free)                                        \
	CALL(pango_font_description_set_family_static) CALL(pango_font_description_set_weight)                    \
	CALL(pango_font_description_set_absolute_size) CALL(g_object_unref) CALL(g_unichar_type)

#define PDF_CALL_POINTER(name) __typeof__(name) *name;
struct pdf_library {
	PDF_CALLS(PDF_CALL_POINTER)
};
#undef PDF_CALL_POINTER

/* What was loaded: pdf.cairo_create(surface). */
extern struct pdf_library pdf;

/* pdf_library_load(error): once for the life of the program; QORGAN_CANNOT_CREATE if the
 * libraries are not installed, or too old. Not for several threads at once. */
int pdf_library_load(struct qorgan_error *error);

#endif
