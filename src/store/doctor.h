/* The checks of `doctor` that need nothing above the store. Each looks at one thing and tells
 * what it finds; what it tells nothing of is well. */
#ifndef STORE_DOCTOR_H
#define STORE_DOCTOR_H

#include "engine/engine.h"
#include "qorgan/doctor.h"

struct doctor {
	const struct qorgan_doctor *asked;
	const char *path;           /* of the store's folder, absolute */
	int64_t now;                /* the clock, or QORGAN_NOW */
	struct engine *engine;      /* NULL: it could not be opened */
	struct qorgan_store *store; /* NULL: no key opened it */
	unsigned slots;             /* that were counted; 0: not yet */
	const char *check;          /* name of the one that runs */
	struct qorgan_doctor_result *result;
};

#define DOCTOR_DAY 86400

/* doctor_tell(doctor, health, object, advice, format, ...): a finding of the check that runs. */
void doctor_tell(struct doctor *doctor, enum qorgan_health health, const char *object, const char *advice,
                 const char *format, ...) __attribute__((format(printf, 5, 6)));

/* What needs neither the file nor a key. A code other than 0 is a failure to look. */
int doctor_permissions(struct doctor *doctor, struct qorgan_error *error);
int doctor_key_files(struct doctor *doctor, struct qorgan_error *error);
int doctor_roll_back(struct doctor *doctor, struct qorgan_error *error);
int doctor_clock(struct doctor *doctor, struct qorgan_error *error);
int doctor_file_system(struct doctor *doctor, struct qorgan_error *error);
int doctor_space(struct doctor *doctor, struct qorgan_error *error);
int doctor_swap(struct doctor *doctor, struct qorgan_error *error);
int doctor_locked_memory(struct doctor *doctor, struct qorgan_error *error);
int doctor_core_dumps(struct doctor *doctor, struct qorgan_error *error);
int doctor_security_keys(struct doctor *doctor, struct qorgan_error *error);
/* doctor_store(doctor, error): open the file by the key that was given, or without one, for the
 * checks after this one. What keeps it shut is a finding. doctor_close: once they have run. */
int doctor_store(struct doctor *doctor, struct qorgan_error *error);
void doctor_close(struct doctor *doctor);
/* What needs the file. */
int doctor_readers(struct doctor *doctor, struct qorgan_error *error);
int doctor_addresses(struct doctor *doctor, struct qorgan_error *error);
int doctor_slots(struct doctor *doctor, struct qorgan_error *error);
/* What needs a key. */
int doctor_users(struct doctor *doctor, struct qorgan_error *error);
int doctor_same_store(struct doctor *doctor, struct qorgan_error *error);
int doctor_last_change(struct doctor *doctor, struct qorgan_error *error);
int doctor_backups(struct doctor *doctor, struct qorgan_error *error);
int doctor_forgotten(struct doctor *doctor, struct qorgan_error *error);

/* doctor_space_judge(free, size): of bytes that are free beside a store of that size. */
enum qorgan_health doctor_space_judge(uint64_t free, uint64_t size);

/* doctor_path_holds(folder, path): whether an absolute path is that of the folder or within it. */
bool doctor_path_holds(const char *folder, const char *path);

#endif
