/* Periodic reports. */
#ifndef QORGAN_REPORT_H
#define QORGAN_REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "qorgan/frame.h"
#include "qorgan/object.h"
#include "qorgan/store.h"

struct qorgan_report {
	const char *kind;    /* "status", "register", "matrix", "changes", "due" or "summary"; of one object "measure",
	                      * "risk", "domain" or "state" */
	const char *object;  /* that one; NULL for the other kinds */
	const char *period;  /* "2026-Q2", "2026-H1", "2026"; NULL: the one of today */
	const char *compare; /* the earlier period that it is compared with; NULL: the one before */
	const char *as_of;   /* date or moment: what was recorded after it is left out; NULL: now */
	const char *format;  /* "text", "csv", "json", "md", "html", "pdf", "xlsx"; of some kinds "ics", "oscal",
	                      * and, one picture alone, "svg" and "png" */
	const char *domain, *state; /* only these, or NULL */
	bool colour;         /* text for a terminal that shows colours */
	unsigned columns;    /* width of the terminal; 0: 80 */
	const char *audience; /* a state or observer: made of what may go to it alone; NULL: of all */
	bool joint;          /* of "status": what each state says itself, and how it is known */
	const char *picture; /* of the formats "svg" and "png", which hold one: its name; NULL: the kind's first */
	unsigned page;       /* of a picture that takes several, from 1; 0: the first */
	const struct qorgan_frame *frame; /* what surrounds it; NULL: nothing. csv and oscal have no place for it */
	/* The conditions of a listing, judged on the day of the report: of "status", "summary", "due" and "changes"
	 * those of measures, of "register" and "matrix" those of risks. All that is counted, listed and drawn is then of these,
	 * and of the risks that they address, or the measures that address them. */
	const struct qorgan_filter *filters;
	size_t filter_count;
	const char *shown; /* "id,title,due": columns of a listing that the table of measures (status) or risks (register)
	                    * has; NULL: the report's own. json keeps its shape */
};
extern const char *const qorgan_report_kinds[];   /* NULL-terminated */
extern const char *const qorgan_report_formats[]; /* NULL-terminated */
extern const char *const qorgan_report_pictures[]; /* of any kind; NULL-terminated */
/* qorgan_report_is_binary(format): whether it is a file for a program, no text for a terminal. */
bool qorgan_report_is_binary(const char *format);

/* Every report, in every language and format. */
struct qorgan_report_all {
	const char *period, *as_of; /* as above */
	const struct qorgan_frame *frame; /* of all of them; or NULL */
	const char *languages;      /* tags, "ru,kk"; NULL: every one that there are words for */
	const char *audience;       /* as above; the joint report is then left out */
	const char *formats;        /* "html,pdf"; NULL: every one but those of a picture alone; one whose library is not there is then left out */
	/* Each file: reports, STATUS.LANGUAGE.FORMAT; a covering letter for each language; index.html,
	 * which links them; SHA256SUMS of all others, the last. Dossiers are KIND-ID.LANGUAGE.FORMAT. */
	int (*file)(void *context, const char *name, const void *data, size_t size, uint64_t done, uint64_t total,
	            struct qorgan_error *error);
	void (*left_out)(void *context, const char *format, const char *why);
	void *context;
	/* "state,domain,risk,measure": of these a dossier of each that is there, and a page in each language that
	 * links them; NULL: none. QORGAN_USAGE if that makes more than 20,000 files. */
	const char *dossiers;
};
/* qorgan_report_all(store, asked, error): computed once for each kind and language, and once more
 * for formats that show less of it. The store's languages are as before afterwards.
 * qorgan_report_all_is_file(name): whether a file may be of such a run. */
int qorgan_report_all(struct qorgan_store *store, const struct qorgan_report_all *asked, struct qorgan_error *error);
bool qorgan_report_all_is_file(const char *name);

/* qorgan_report_write(store, report, to, error): compute and render. For a PDF, pango and
 * fonts must be there: QORGAN_CANNOT_CREATE if not. */
int qorgan_report_write(struct qorgan_store *store, const struct qorgan_report *report, FILE *to,
                        struct qorgan_error *error);

/* A report that leaves for whom it was made. */
struct qorgan_handing {
	const char *user, *message; /* as of a change */
};
struct qorgan_handed {
	char id[130];     /* of its entry, an object of the kind "handout": "KAZ/r3" */
	char sha256[65];  /* of what was handed out; of a folder that of SHA256SUMS */
	uint64_t commit;
};
/* qorgan_report_hand_out(store, report, how, to, handed, error): as qorgan_report_write, of a report with an audience:
 * it is made whole, entered in the ledger, and then written, so that a report may be on record that was not written in the
 * end, but none leaves unrecorded. QORGAN_BUSY if a policy of releases has it wait for others; QORGAN_DENIED if
 * the store is open for reading only. qorgan_report_all_hand_out: the same of all of them, with one entry; no file
 * may leave before it returned QORGAN_OK. */
int qorgan_report_hand_out(struct qorgan_store *store, const struct qorgan_report *report,
                           const struct qorgan_handing *how, FILE *to, struct qorgan_handed *handed,
                           struct qorgan_error *error);
int qorgan_report_all_hand_out(struct qorgan_store *store, const struct qorgan_report_all *asked,
                               const struct qorgan_handing *how, struct qorgan_handed *handed,
                               struct qorgan_error *error);

#endif
