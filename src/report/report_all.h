/* All reports of one run: which files there are. Of concern to report_all*.c. */
#ifndef REPORT_REPORT_ALL_H
#define REPORT_REPORT_ALL_H

#include "base/language.h"
#include "qorgan/report.h"
#include "report/model.h"
#include "report/phrases.h"

#define ALL_DIGEST_SIZE 65 /* hexadecimal */

struct all_file {
	const char *name, *format; /* "status.ru.pdf"; "" of what is no report */
	enum phrase title;         /* what it is */
	const struct language *language;   /* NULL: for programs, the same in each */
	char digest[ALL_DIGEST_SIZE];
};

struct all_files {
	struct arena arena;
	ARENA_LIST(struct all_file) list;
	const char *marking; /* the strictest of all */
	int marking_rank;
	/* Of the whole, by the first model that was computed. */
	struct report_period period;
	struct report_frame frame;
	const char *state, *cut_off, *generated;
};

struct handout;
/* report_all_write(store, asked, handout, error): as qorgan_report_all; a handout sees all of it, unless it is NULL. */
int report_all_write(struct qorgan_store *store, const struct qorgan_report_all *asked, struct handout *handout,
                     struct qorgan_error *error);

/* all_index(files, language, to): the page that links them, in that language.
 * all_letter(files, title, to): a covering letter to those of the language that is spoken and
 * those of none; `title`: of the state, in that language. */
void all_index(const struct all_files *files, const struct language *language, struct buffer *to);
void all_letter(const struct all_files *files, const char *title, struct buffer *to);

#endif
