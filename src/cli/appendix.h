/* The page that goes with a frozen report which is handed out: how anybody checks it, with the
 * signature and the proof as text and as QR codes, for a report that travels on paper. */
#ifndef CLI_APPENDIX_H
#define CLI_APPENDIX_H

#include <stdio.h>

#include "cli/call.h"
#include "qorgan/proof.h"
#include "qorgan/snapshot.h"

struct appendix {
	const char *file; /* its name, without a folder */
	const struct qorgan_object *snapshot;
	const struct qorgan_rendering *rendering;
	const struct qorgan_proof *proof;
};

/* appendix_write(call, appendix, to): one HTML file that fetches nothing and prints on A4, in
 * the first language of --lang that there are words for, else the user's. */
int appendix_write(struct call *call, const struct appendix *appendix, FILE *to);

#endif
