/* The simulation of the region: each seed a region of its own, played in a process of
 * its own.
 *
 * simulate [-v] [-j PROCESSES] [-r ROUNDS] FIRST SEEDS */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "afresh.h"
#include "chance.h"
#include "carrier.h"
#include "disk.h"
#include "events.h"
#include "hostile.h"
#include "invariants.h"
#include "medium.h"
#include "model.h"
#include "renewal.h"

static unsigned rounds = 12, processes = 1;
static bool loud;

static void round_play(void)
{
	region_reopen_all();
	for (unsigned turn = 0; turn < STATES; turn++) {
		unsigned party = chance_below(STATES);
		event_work(party);
		if (chance_of(55))
			event_send(chance_below(STATES));
		if (chance_of(2))
			event_lost(chance_below(STATES));
		if (chance_of(5))
			event_rekey(chance_below(STATES));
		if (chance_of(12))
			medium_visit(chance_below(STATES));
		if (chance_of(35))
			hostile_act();
		if (chance_of(8))
			event_disk(chance_below(STATES));
	}
	if (chance_of(25))
		hostile_fork();
	renewal_carry();
	carrier_carry();
	invariants_secrecy();
}

static void region_play(uint64_t seed, const char *folder)
{
	chance_start(seed);
	region_make(folder, seed, rounds, loud);
	for (region.round = 1; region.round <= rounds; region.round++)
		round_play();
	region_reopen_all();
	renewal_settle();
	carrier_settle();
	invariants_secrecy();
	invariants_agreement();
	invariants_detection();
	invariants_soundness();
	printf("seed %" PRIu64 ": %u changes, %u packages (%u lost, %u taken in, %u gaps, %u withdrawals), ", seed,
	       region.counts.changes, region.counts.packages, region.counts.lost, region.counts.received,
	       region.counts.gaps, region.counts.withdrawn);
	printf("%u new keys, %u kills, %u old disks, %u hostile acts refused, %u forks seen at once, %u proven, "
	       "%u answers compared, %u proposals taken over\n",
	       region.counts.renewed, region.counts.crashes, region.counts.restored, region.counts.refused, region.counts.forks,
	       region.counts.proofs, region.counts.compared, region.counts.answers);
}

/* Stores in memory, where there is room for them: a region writes to the disk some
 * thousand times, and no power cut is played here. */
static void folder_make(uint64_t seed, char folder[80])
{
	const char *base = getenv("TMPDIR");

	if (!base)
		base = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";
	snprintf(folder, 80, "%.40s/qorgan-region-%" PRIu64 "-XXXXXX", base, seed);
	if (!mkdtemp(folder)) {
		perror(folder);
		exit(2);
	}
}

struct running {
	pid_t child;
	uint64_t seed;
	char folder[80];
};

static bool running_end(struct running *list, unsigned *count)
{
	int status;
	pid_t child;
	unsigned at = 0;

	do
		child = wait(&status);
	while (child < 0 && errno == EINTR);
	while (at < *count && list[at].child != child)
		at++;
	if (at == *count)
		return true;
	bool good = WIFEXITED(status) && WEXITSTATUS(status) == 0;
	if (!good && WIFSIGNALED(status))
		printf("not ok: SEED=%" PRIu64 " ended by signal %d\n", list[at].seed, WTERMSIG(status));
	if (good || !getenv("KEEP"))
		folder_remove(list[at].folder);
	list[at] = list[--*count];
	return good;
}

static void running_start(struct running *one, uint64_t seed)
{
	one->seed = seed;
	folder_make(seed, one->folder);
	fflush(NULL);
	one->child = fork();
	if (one->child == 0) {
		region_play(seed, one->folder);
		fflush(NULL);
		_exit(0);
	}
}

int main(int argc, char **argv)
{
	struct running list[64];
	unsigned count = 0, failed = 0;
	int option;

	while ((option = getopt(argc, argv, "vj:r:")) >= 0)
		switch (option) {
		case 'v':
			loud = true;
			break;
		case 'j':
			processes = (unsigned)atoi(optarg);
			break;
		case 'r':
			rounds = (unsigned)atoi(optarg);
			break;
		default:
			return 64;
		}
	if (argc - optind != 2 || processes < 1 || processes > 64) {
		fprintf(stderr, "usage: simulate [-v] [-j PROCESSES] [-r ROUNDS] FIRST SEEDS\n");
		return 64;
	}
	uint64_t first = strtoull(argv[optind], NULL, 10), seeds = strtoull(argv[optind + 1], NULL, 10);
	setvbuf(stdout, NULL, _IOLBF, 0);
	for (uint64_t i = 0; i < seeds; i++) {
		if (count == processes)
			failed += !running_end(list, &count);
		running_start(&list[count++], first + i);
	}
	while (count)
		failed += !running_end(list, &count);
	printf("regions: %" PRIu64 " passed, %u failed\n", seeds - failed, failed);
	return failed > 0;
}
