/* What the computer around a store is like: its clock, disk, swap, memory and security keys. */
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "base/date.h"
#include "base/fido_devices.h"
#include "base/file.h"
#include "base/language.h"
#include "base/swaps.h"
#include "crypto/secret.h"
#include "store/doctor.h"

/* ---- The clock --------------------------------------------------------------------------- */

#define YEAR_LEAST 2025 /* of the agreement that the catalogue is of */
#define YEAR_MOST 2099

int doctor_clock(struct doctor *doctor, struct qorgan_error *error)
{
	char now[TIME_TEXT_SIZE], distance[TIME_DISTANCE_SIZE];
	int64_t clock = (int64_t)time(NULL), apart = clock > doctor->now ? clock - doctor->now : doctor->now - clock;
	int year, month, day;

	(void)error;
	time_format(doctor->now, now);
	date_split(time_date(doctor->now), &year, &month, &day);
	if (year < YEAR_LEAST || year > YEAR_MOST)
		doctor_tell(doctor, QORGAN_HEALTH_ERROR, "",
		            language_said("set the clock before anything is changed: each change bears its moment for ever"),
		            "the clock is wrong: it says %s", now);
	if (apart > DOCTOR_DAY) {
		time_distance(apart, distance);
		doctor_tell(doctor, QORGAN_HEALTH_WARNING, "QORGAN_NOW", language_said("unset it, unless this is meant"),
		            "QORGAN_NOW fixes the moment at %s, which is %s from that of the clock", now, distance);
	}
	return QORGAN_OK;
}

/* ---- The disk ---------------------------------------------------------------------------- */

/* What programs that copy a folder to other computers leave in it. */
static const struct {
	const char *name, *program;
} MARKS[] = {
	{ ".stfolder", "Syncthing" },       { ".dropbox", "Dropbox" },          { ".dropbox.cache", "Dropbox" },
	{ ".nextcloudsync.log", "Nextcloud" }, { ".owncloudsync.log", "ownCloud" }, { ".sync", "Resilio, Yandex.Disk" },
};

static int copier_find(struct doctor *doctor, struct qorgan_error *error)
{
	char *folder = strdup(doctor->path);
	int code = folder ? QORGAN_OK : error_set_memory(error);

	while (!code && *folder) {
		for (size_t i = 0; i < sizeof MARKS / sizeof *MARKS && !code; i++) {
			char *mark = file_join(folder, MARKS[i].name);
			if (!mark)
				code = error_set_memory(error);
			else if (access(mark, F_OK) == 0)
				doctor_tell(doctor, QORGAN_HEALTH_ERROR, mark,
				            language_said("move the store out of there, and hand over packages instead"),
				            "the store lies where a program copies it to other computers (%s): two that are written to "
				            "damage each other", MARKS[i].program);
			free(mark);
		}
		*strrchr(folder, '/') = '\0';
	}
	free(folder);
	return code;
}

int doctor_file_system(struct doctor *doctor, struct qorgan_error *error)
{
	const char *local = language_said("move the store to a local disk: end all commands, and copy the folder");
	struct engine_place place;
	int code = engine_place_look(doctor->path, &place, error);

	if (code)
		return code;
	switch (place.kind) {
	case ENGINE_PLACE_NETWORK:
		doctor_tell(doctor, QORGAN_HEALTH_ERROR, doctor->path, local,
		            "it lies on a shared or network file system (%s), where a store can be damaged", place.name);
		break;
	case ENGINE_PLACE_FOREIGN:
		doctor_tell(doctor, QORGAN_HEALTH_WARNING, doctor->path, local,
		            "it lies on a file system without permissions (%s): every user of this computer may get at it",
		            place.name);
		break;
	case ENGINE_PLACE_MEMORY:
		doctor_tell(doctor, QORGAN_HEALTH_WARNING, doctor->path, local,
		            "it lies in memory (%s), and is gone when the computer is turned off", place.name);
		break;
	case ENGINE_PLACE_LAYER:
		doctor_tell(doctor, QORGAN_HEALTH_WARNING, doctor->path, language_said("put the store on a volume that stays"),
		            "it lies in the layer of a container (%s), and is gone with it", place.name);
		break;
	case ENGINE_PLACE_LOCAL:
		break;
	}
	if (place.read_only)
		doctor_tell(doctor, QORGAN_HEALTH_WARNING, doctor->path,
		            language_said("mount it for writing, unless it is but to be read"),
		            "it lies on a file system that is read-only, and nothing can be changed");
	return copier_find(doctor, error);
}

/* A change writes pages beside the old ones; a copy of the store needs as much as it takes. */
#define FREE_LEAST ((uint64_t)8 << 20)
#define FREE_WANTED ((uint64_t)64 << 20)

enum qorgan_health doctor_space_judge(uint64_t free, uint64_t size)
{
	if (free < FREE_LEAST)
		return QORGAN_HEALTH_ERROR;
	return free < FREE_WANTED || free < size ? QORGAN_HEALTH_WARNING : QORGAN_HEALTH_OK;
}

int doctor_space(struct doctor *doctor, struct qorgan_error *error)
{
	const char *advice = language_said("delete what is not needed there, or move the store to a larger disk");
	struct engine_place place;
	int code = engine_place_look(doctor->path, &place, error);
	enum qorgan_health health = code ? QORGAN_HEALTH_OK : doctor_space_judge(place.free, place.size);

	if (!code && place.read_only)
		return QORGAN_OK;
	if (!code && health != QORGAN_HEALTH_OK)
		doctor_tell(doctor, health, doctor->path, advice,
		            "the disk is nearly full: %llu MiB are free, and the store takes %llu MiB",
		            (unsigned long long)(place.free >> 20), (unsigned long long)(place.size >> 20));
	if (!code && place.no_files)
		doctor_tell(doctor, QORGAN_HEALTH_ERROR, doctor->path, advice, "no further file can be made on this disk");
	return code;
}

/* ---- Memory ------------------------------------------------------------------------------- */

int doctor_swap(struct doctor *doctor, struct qorgan_error *error)
{
	struct buffer bare = { 0 };
	bool known = swaps_bare(&swaps_here, &bare);
	int code = bare.failed ? error_set_memory(error) : QORGAN_OK;

	if (!code && !known)
		doctor_tell(doctor, QORGAN_HEALTH_SKIPPED, swaps_here.list, "", "it cannot be read");
	else if (!code && bare.size)
		doctor_tell(doctor, QORGAN_HEALTH_WARNING, buffer_text(&bare),
		            language_said("turn it off (swapoff -a, and the line in /etc/fstab), or encrypt it (crypttab)"),
		            "memory is swapped to where it is not known to be encrypted: records that are being read may reach "
		            "the disk");
	buffer_free(&bare);
	return code;
}

int doctor_locked_memory(struct doctor *doctor, struct qorgan_error *error)
{
	struct buffer bare = { 0 };
	struct rlimit limit = { 0 };
	int code = secret_start(error);

	if (code || secret_is_locked())
		return code;
	bool safe = swaps_bare(&swaps_here, &bare) && bare.size == 0;
	getrlimit(RLIMIT_MEMLOCK, &limit);
	doctor_tell(doctor, safe ? QORGAN_HEALTH_WARNING : QORGAN_HEALTH_ERROR, "",
	            language_said("raise it: ulimit -l 1024, a line memlock in /etc/security/limits.conf, or "
	                          "LimitMEMLOCK=1M of a unit of systemd"),
	            "the keys could not be locked in memory, and may be swapped to the disk: the limit is %llu KiB",
	            (unsigned long long)(limit.rlim_cur >> 10));
	buffer_free(&bare);
	return code;
}

int doctor_core_dumps(struct doctor *doctor, struct qorgan_error *error)
{
	struct rlimit limit = { 1, 1 };
	int code = secret_start(error);

	if (!code && (prctl(PR_GET_DUMPABLE) != 0 || getrlimit(RLIMIT_CORE, &limit) || limit.rlim_cur != 0))
		doctor_tell(doctor, QORGAN_HEALTH_ERROR, "",
		            language_said("turn them off for the whole computer: sysctl kernel.core_pattern=/dev/null"),
		            "this process may leave a core dump, with its keys");
	return code;
}

/* ---- Security keys ----------------------------------------------------------------------- */

int doctor_security_keys(struct doctor *doctor, struct qorgan_error *error)
{
	struct buffer denied = { 0 };

	fido_devices_denied(&fido_devices_here, &denied);
	int code = denied.failed ? error_set_memory(error) : QORGAN_OK;
	if (!code && denied.size)
		doctor_tell(doctor, QORGAN_HEALTH_WARNING, buffer_text(&denied),
		            language_said("log in at the computer itself, or install rules of udev for it (Debian: libu2f-udev)"),
		            "a security key is plugged in, and this user may not speak to it");
	buffer_free(&denied);
	return code;
}
