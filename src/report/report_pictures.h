/* Pictures of reports that may be had alone, by their names. */
#ifndef REPORT_REPORT_PICTURES_H
#define REPORT_REPORT_PICTURES_H

#include "base/error.h"
#include "report/picture_sheet.h"

struct compose;
struct report_picture {
	const char *name;
	unsigned kinds; /* of report that have it, as bits */
	void (*compose)(struct compose *compose); /* adds its figure, unless there is nothing in it */
};

/* The kinds that have a picture at all, as bits. */
#define REPORT_PICTURE_KINDS (1u << REPORT_STATUS | 1u << REPORT_REGISTER | 1u << REPORT_MATRIX | 1u << REPORT_SUMMARY)

/* report_picture_find(name, kind, picture, error): the one of that name; of NULL the first
 * that the kind has. QORGAN_USAGE, with those that it has, if it is none of them. */
int report_picture_find(const char *name, enum report_kind kind, const struct report_picture **picture,
                        struct qorgan_error *error);

/* report_picture_make(model, look, document, sheet, error): the sheet that is looked for, of a
 * document that was started and must outlive it. QORGAN_USAGE if there is no such page. */
int report_picture_make(const struct report_model *model, const struct report_look *look, struct document *document,
                        struct picture_sheet *sheet, struct qorgan_error *error);

#endif
