/* Frozen reports: a report as it was handed out, kept whole as a version of a snapshot. */
#ifndef QORGAN_SNAPSHOT_H
#define QORGAN_SNAPSHOT_H

#include "qorgan/frame.h"
#include "qorgan/object.h"

struct qorgan_freeze {
	const char *period;  /* as struct qorgan_report has it; its label is the snapshot's id */
	const char *as_of;   /* as there */
	bool joint;
	const struct qorgan_frame *frame; /* what surrounds it; or NULL */
	const char *formats; /* "pdf,json"; NULL: text, csv, json, html, pdf and xlsx, but for those whose library is not there */
	const char *reason;  /* of a correction: why */
	const char *release; /* "KAZ,KGZ", "+KAZ", "" for nobody; NULL: as before, at first nobody */
	const char *user, *message; /* of the commit, as qorgan_change_begin takes them */
	void (*left_out)(void *context, const char *format, const char *why);
	void *context;
};

/* qorgan_freeze(store, freeze, id, result, error): compute the status report, render it, and
 * write the files, each signed, with a snapshot that has their digests, in one commit.
 * QORGAN_USAGE if the period is frozen already and no reason is given; QORGAN_BUSY if the store
 * changed between two renderings. */
int qorgan_freeze(struct qorgan_store *store, const struct qorgan_freeze *freeze, char id[65],
                  struct qorgan_commit *result, struct qorgan_error *error);

/* qorgan_snapshot_name(store, period, id, error): under which id the report of that period is
 * frozen, be it or not: "2026-Q1", also for "last" or NULL. QORGAN_BAD_DATA if it is no period. */
int qorgan_snapshot_name(struct qorgan_store *store, const char *period, char id[80], struct qorgan_error *error);

/* A file of a snapshot. */
struct qorgan_rendering {
	char sha256[65];  /* hexadecimal */
	char *signature;  /* minisign's, of the file; the caller frees it */
};

/* qorgan_snapshot_read(store, snapshot, format, to, rendering, error): the very bytes that were
 * frozen, compared with the digests on record. QORGAN_ABSENT names the formats that there are. */
int qorgan_snapshot_read(struct qorgan_store *store, const struct qorgan_object *snapshot, const char *format, FILE *to,
                         struct qorgan_rendering *rendering, struct qorgan_error *error);

/* Where a frozen report and the one of today differ. */
struct qorgan_difference {
	const char *place;          /* in the report as JSON: "totals.completed", "moved CYB-01-M2.progress" */
	const char *before, *after; /* frozen, and now; JSON, or NULL where it is not there */
};
typedef int (*qorgan_difference_each)(void *context, const struct qorgan_difference *difference,
                                      struct qorgan_error *error);
/* qorgan_snapshot_compare(store, snapshot, each, context, count, error): the snapshot of this
 * state, which was frozen as JSON (QORGAN_ABSENT if it was not), against the same report of
 * today. *count: of the differences. */
int qorgan_snapshot_compare(struct qorgan_store *store, const struct qorgan_object *snapshot,
                            qorgan_difference_each each, void *context, uint64_t *count, struct qorgan_error *error);

#endif
