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
	bool is_dossier;
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

#define ALL_FORMATS_MOST 32

/* One kind of report of a run, or one dossier. */
struct all_kind {
	const char *name; /* of its files */
	enum report_kind kind;
	enum phrase title;
	bool joint;
	const char *object; /* of a dossier */
};

/* One run. */
struct all_writing {
	struct qorgan_store *store;
	const struct qorgan_report_all *asked;
	struct all_files files;
	bool wanted[ALL_FORMATS_MOST]; /* by the place in qorgan_report_formats */
	const struct language *const *languages;
	bool chosen[64];           /* of these */
	size_t language_count;
	char *own;                 /* the store's languages, as a list */
	uint64_t done, total;
	struct handout *handout;   /* NULL: it is for the own state */
	bool dossiers[REPORT_KINDS]; /* kinds of which there is one of each */
};

/* all_is_rendered(writing, format, kind, for_programs): whether it is written in that format, which is
 * for programs or not.
 * all_write_kind(writing, kind, language, title, error): in all formats that are wanted and in a language (NULL:
 * those for programs); *title: of the state.
 * all_write_page(writing, name, title, language, text, error): a file that is no report; the text is cleared. */
bool all_is_rendered(const struct all_writing *writing, size_t format, enum report_kind kind, bool for_programs);
int all_write_kind(struct all_writing *writing, const struct all_kind *kind, const struct language *language,
                   const char **title, struct qorgan_error *error);
int all_write_page(struct all_writing *writing, const char *name, enum phrase title, const struct language *language,
                   struct buffer *text, struct qorgan_error *error);

/* all_dossiers_want(writing, error): understand which are asked for, and count them.
 * all_dossiers_write(writing, language, error): those in a language (NULL: for programs), and their page.
 * all_dossiers_is_file(name): whether a file may be one of them. */
int all_dossiers_want(struct all_writing *writing, struct qorgan_error *error);
int all_dossiers_write(struct all_writing *writing, const struct language *language, struct qorgan_error *error);
bool all_dossiers_is_file(const char *name);

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
