/* A courier's folder. */
#include "medium.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "carrier.h"
#include "chance.h"
#include "crash.h"
#include "model.h"
#include "renewal.h"

#define FILES_LIMIT 1000
#define FILE_PATH 400

static char folder[120];

/* What exchange told of one package; taken for what it is once the store is closed. */
struct told {
	char path[120], text[300];
	enum qorgan_exchanged what;
};

struct visit {
	unsigned party;
	struct told told[FILES_LIMIT];
	size_t count;
	struct qorgan_error error;
};

static void event_take(void *context, const struct qorgan_exchange_event *event)
{
	struct visit *visit = context;

	if (visit->count == FILES_LIMIT)
		fail("too much on the medium");
	struct told *told = &visit->told[visit->count];
	snprintf(told->path, sizeof told->path, "%.119s", event->path);
	snprintf(told->text, sizeof told->text, "%.299s", event->text);
	told->what = event->what;
	visit->count++;
}

static int visit_run(void *context)
{
	struct visit *visit = context;
	struct qorgan_store *store = region_open(visit->party);
	const struct qorgan_exchange how = { .folder = folder, .receive = true, .send = true, .event = event_take,
		                                 .context = visit };

	crash_arm();
	return qorgan_exchange(store, &how, &visit->error);
}

/* ---- What lies on it ------------------------------------------------------------------- */

/* "UZB-KAZ-7.age": from whom to whom. */
static bool name_read(const char *name, int *from, int *to)
{
	char codes[2][4] = { "", "" };
	size_t size = strlen(name);

	if (size < 13 || strcmp(name + size - 4, ".age") != 0 || sscanf(name, "%3[A-Z]-%3[A-Z]-", codes[0], codes[1]) != 2)
		return false;
	*from = region_party(codes[0]);
	*to = region_party(codes[1]);
	return *from >= 0 && *to >= 0;
}

/* Every package that is new on it is looked into, and whoever wrote it. */
static void packages_find(unsigned party)
{
	struct dirent **names;
	int count = scandir(folder, &names, NULL, alphasort), from, to;
	char path[FILE_PATH], signature[FILE_PATH + 10];

	for (int i = 0; i < count; i++) {
		snprintf(path, sizeof path, "%s/%.200s", folder, names[i]->d_name);
		snprintf(signature, sizeof signature, "%s.minisig", path);
		if (name_read(names[i]->d_name, &from, &to) && access(signature, F_OK) == 0 && !carrier_at(path)) {
			if (from != (int)party)
				fail("%s wrote a package of %s", code_of(party), code_of((unsigned)from));
			struct parcel *parcel = carrier_found((unsigned)from, BIT(to), path);
			parcel->on_medium = true;
			if (to == OBSERVER)
				carrier_taken(parcel, OBSERVER);
		}
		free(names[i]);
	}
	free(names);
}

/* One of the files is lost, or its end. */
static void file_harm(void)
{
	struct dirent **names;
	int count = scandir(folder, &names, NULL, alphasort);
	unsigned chosen = count > 2 ? chance_below((unsigned)count) : 0;
	char path[FILE_PATH];
	struct stat status;

	for (int i = 0; i < count; i++) {
		snprintf(path, sizeof path, "%s/%.200s", folder, names[i]->d_name);
		if (i == (int)chosen && stat(path, &status) == 0 && S_ISREG(status.st_mode)) {
			tell("on the medium %s is %s", names[i]->d_name, chosen % 2 ? "lost" : "cut");
			if (chosen % 2 ? unlink(path) : truncate(path, status.st_size / 2))
				fail("cannot harm %s", path);
			region.counts.lost++;
		}
		free(names[i]);
	}
	free(names);
}

/* ---- What came of it -------------------------------------------------------------------- */

/* Whether the sender of what was refused gave cause for it, or what it tells of another was told
 * of; of what is merely missing or cut, more comes another way. */
static bool has_cause(const struct told *told, unsigned party, int from)
{
	static const char *const lacks[] = { "goes on after", "signature", "cut short", "damaged", "is missing", "brought to light" };

	const struct parcel *parcel = carrier_at(told->path);

	if (parcel && parcel->epoch != renewal_known(party, parcel->from))
		return true;
	if (from < 0 || region.two_faced & (BIT(from) | BIT(party)) || from == (int)region.hostile)
		return true;
	for (size_t i = 0; i < sizeof lacks / sizeof lacks[0]; i++)
		if (strstr(told->text, lacks[i]))
			return true;
	return false;
}

static void told_take(const struct told *told, unsigned party)
{
	const struct parcel *parcel = carrier_at(told->path);
	const char *slash = strrchr(told->path, '/');
	int from = -1, to;

	if (told->what == QORGAN_EXCHANGED_RECEIVED && parcel) {
		tell("%s takes package %s from the medium", code_of(party), slash + 1);
		carrier_taken(parcel, party);
	} else if (told->what == QORGAN_EXCHANGED_RECEIVED) {
		fail("%s took in %s, which nobody put on the medium", code_of(party), told->path);
	} else if (told->what == QORGAN_EXCHANGED_FAILED) {
		if (slash)
			name_read(slash + 1, &from, &to);
		tell("%s, from the medium: %s", code_of(party), told->text);
		if (!has_cause(told, party, from))
			fail("%s refuses what lies on the medium, %s: %s", code_of(party), told->path, told->text);
	}
}

/* What was taken in before the process was killed, and not told any more. */
struct known {
	unsigned party;
	uint64_t sequence[STATES]; /* of the newest package of each */
};

static int known_take(void *context, const struct qorgan_vouched *log)
{
	struct known *known = context;
	int from = region_party(log->state);

	if (!log->own && from >= 0 && from < STATES)
		known->sequence[from] = log->sequence;
	return 0;
}

static void known_mark(void *context, const struct parcel *parcel)
{
	const struct known *known = context;

	if (parcel->on_medium && parcel->to == BIT(known->party) && parcel->sequence <= known->sequence[parcel->from])
		carrier_taken(parcel, known->party);
}

static void untold_take(unsigned party)
{
	struct known known = { .party = party };
	struct qorgan_error error;

	if (qorgan_vouched_each(region_open(party), known_take, &known, &error))
		fail("%s cannot say what came in: %s", code_of(party), error.message);
	carrier_each(known_mark, &known);
}

static void all_allow(unsigned party)
{
	model_sync(party);
	for (unsigned i = 0; i <= OBSERVER; i++)
		if (i != party)
			model_allow(party, BIT(i));
}

void medium_visit(unsigned party)
{
	/* Of one that is killed in the middle, what it was told until then is known. */
	struct visit *visit = mmap(NULL, sizeof *visit, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	bool killed = false;

	if (visit == MAP_FAILED)
		fail("out of memory");
	visit->party = party;
	snprintf(folder, sizeof folder, "%.80s/medium", region.folder);
	mkdir(folder, 0700);
	all_allow(party);
	tell("the medium is at %s", code_of(party));
	if (chance_of(15)) {
		region_close(party);
		crash_run(visit_run, visit, 1 + chance_below(60), &killed);
		region.counts.crashes += killed;
	} else {
		visit_run(visit);
	}
	all_allow(party); /* it received first: what counts there may be another by now */
	region.parties[party].exported = region.parties[party].leaves;
	packages_find(party);
	for (size_t i = 0; i < visit->count; i++)
		told_take(&visit->told[i], party);
	carrier_findings(party);
	if (killed)
		untold_take(party);
	if (chance_of(25))
		file_harm();
	munmap(visit, sizeof *visit);
}

void medium_drop(unsigned party)
{
	struct dirent **names;
	char path[FILE_PATH];
	int count = *folder ? scandir(folder, &names, NULL, alphasort) : -1;

	for (int i = 0; i < count; i++) {
		snprintf(path, sizeof path, "%s/%.200s", folder, names[i]->d_name);
		if (strstr(names[i]->d_name, code_of(party)) && unlink(path))
			fail("cannot remove %s", path);
		free(names[i]);
	}
	if (count >= 0)
		free(names);
}
