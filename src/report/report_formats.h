/* What the table of formats says of one, for those who write several of one model. */
#ifndef REPORT_REPORT_FORMATS_H
#define REPORT_REPORT_FORMATS_H

#include "report/compute.h"
#include "report/render.h"

struct report_format {
	bool complete; /* these two, as compute_model takes them */
	enum measure_rows rows;
	unsigned kinds;    /* bits */
	bool for_programs; /* it says the same in every language, but for the texts of the store */
	bool picture;      /* it holds one picture alone */
};
/* report_format_find(name, format, error): its place in qorgan_report_formats. QORGAN_BAD_DATA,
 * with those that there are, if it is none. */
int report_format_find(const char *name, size_t *format, struct qorgan_error *error);
/* report_format_at(format): by its place in qorgan_report_formats. */
struct report_format report_format_at(size_t format);

/* report_compute(store, report, model, format, error): check what is asked for, and compute it; from
 * then on its language is spoken (say_in). *format: its place. The caller frees the model's arena. */
int report_compute(struct qorgan_store *store, const struct qorgan_report *report, struct report_model *model,
                   size_t *format, struct qorgan_error *error);
/* report_look(report): how it is to look. */
struct report_look report_look(const struct qorgan_report *report);

/* report_render(model, format, look, to, error): write a model that was computed for that format. */
int report_render(const struct report_model *model, size_t format, const struct report_look *look, FILE *to,
                  struct qorgan_error *error);

#endif
