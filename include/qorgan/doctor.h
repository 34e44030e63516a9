/* Whether all is well around a store: who can get at it, the clock, the disk, memory, what
 * partners are owed. What is in it is for qorgan_verify (store.h). */
#ifndef QORGAN_DOCTOR_H
#define QORGAN_DOCTOR_H

#include <stdbool.h>
#include <stdint.h>

#include "qorgan/store.h"

enum qorgan_health {
	QORGAN_HEALTH_OK,
	QORGAN_HEALTH_SKIPPED, /* it could not be looked at: no key was given, say */
	QORGAN_HEALTH_WARNING, /* it may do harm one day */
	QORGAN_HEALTH_ERROR    /* it does harm, or something does not work */
};

/* One finding, or that a check has none. */
struct qorgan_diagnosis {
	const char *check; /* its name, a word that stays the same in every language */
	enum qorgan_health health;
	const char *what;   /* what is wrong; what was looked at, if nothing is; why it was not looked at */
	const char *object; /* which file, device, process or partner; "" for none */
	const char *advice; /* what to do now; "" for nothing */
};

struct qorgan_doctor {
	const char *path; /* of the store */
	const struct qorgan_keys *keys; /* NULL: look only at what can be seen without a key */
	const char *const *key_files;   /* of identity and passphrase, to be looked at; NULL-terminated */
	/* Told everything as it is found; what is told is valid during the call. */
	void (*tell)(void *context, const struct qorgan_diagnosis *diagnosis);
	void *context;
};
struct qorgan_doctor_result {
	uint64_t checks, errors, warnings, skipped; /* of findings, but for the checks */
};

/* qorgan_doctor(doctor, result, error): look at everything, and change nothing. What cannot
 * be opened or read is a finding. QORGAN_NO if one is an error; QORGAN_ABSENT if there is no
 * store. The store must not be open in this process. */
int qorgan_doctor(const struct qorgan_doctor *doctor, struct qorgan_doctor_result *result, struct qorgan_error *error);

#endif
