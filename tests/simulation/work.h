/* A piece of work in a state's store: chosen before it is done, so that it can be done in
 * a child that is killed in the middle. */
#ifndef SIMULATION_WORK_H
#define SIMULATION_WORK_H

#include <stdint.h>

enum doing {
	EDIT, RELEASE, MARK, HAND, TAKE, CONSENT, REPORT, ASSESS, NOTE, RISK, MEASURE, RETIRE, RESTORE, PROPOSE, ANSWER, SECRET
};

struct work {
	enum doing doing;
	unsigned party;
	uint32_t version;
	char kind[16], id[140], text[40], value[60], second[60];
	char file[140]; /* attached, or that holds a secret; or "" */
};

/* work_try(work): do it, now and then killed in the middle, and have the model take what
 * was written; the code of the library. work_do: likewise, and it must be possible. */
int work_try(struct work *work);
void work_do(struct work *work);

#endif
