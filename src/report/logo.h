/* The picture at the head of a paper. */
#ifndef REPORT_LOGO_H
#define REPORT_LOGO_H

#include "base/error.h"
#include "report/model.h"

/* logo_read(path, arena, to, error): a PNG of 2 MiB and 4000 pixels a side at most; what it holds besides the
 * picture (the name of its author, a place, a profile of colours) is left out. QORGAN_BAD_DATA if it is none. */
int logo_read(const char *path, struct arena *arena, struct report_letterhead *to, struct qorgan_error *error);

/* logo_take(name, file, arena, to, error): the same of what such a file holds. */
int logo_take(const char *name, struct span file, struct arena *arena, struct report_letterhead *to,
              struct qorgan_error *error);

/* logo_scale(letterhead, width, height): by how much it is made smaller to have room there; 1 at most. */
double logo_scale(const struct report_letterhead *letterhead, double width, double height);

#endif
