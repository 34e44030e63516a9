/* A step in a process of its own: what it takes is counted, its memory is its own. */
#include <dirent.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <sodium.h>

#include "soak.h"

static struct shared {
	_Atomic uint64_t opened;
	_Atomic long peak_kib;
	struct cost cost;
	struct month month;
} *shared;

static bool watches;

void step_start(bool watch)
{
	watches = watch;
	shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (shared == MAP_FAILED)
		soak_fail("no memory");
}

double soak_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

/* Of the processor, of this process and those that it waited for: what else the computer does matters less. */
static double processor_ms(void)
{
	static const int whose[] = { RUSAGE_SELF, RUSAGE_CHILDREN };
	struct rusage usage;
	double sum = 0;

	for (size_t i = 0; i < 2; i++) {
		getrusage(whose[i], &usage);
		sum += (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1e3;
		sum += (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e3;
	}
	return sum;
}

/* ---- Counting ------------------------------------------------------------------------------ */

/* What every value of a store goes through (-Wl,--wrap), in the processes that a step starts as well. */
int __real_crypto_aead_xchacha20poly1305_ietf_decrypt(unsigned char *m, unsigned long long *mlen, unsigned char *nsec,
                                                      const unsigned char *c, unsigned long long clen,
                                                      const unsigned char *ad, unsigned long long adlen,
                                                      const unsigned char *npub, const unsigned char *k);
int __wrap_crypto_aead_xchacha20poly1305_ietf_decrypt(unsigned char *m, unsigned long long *mlen, unsigned char *nsec,
                                                      const unsigned char *c, unsigned long long clen,
                                                      const unsigned char *ad, unsigned long long adlen,
                                                      const unsigned char *npub, const unsigned char *k);

int __wrap_crypto_aead_xchacha20poly1305_ietf_decrypt(unsigned char *m, unsigned long long *mlen, unsigned char *nsec,
                                                      const unsigned char *c, unsigned long long clen,
                                                      const unsigned char *ad, unsigned long long adlen,
                                                      const unsigned char *npub, const unsigned char *k)
{
	atomic_fetch_add_explicit(&shared->opened, 1, memory_order_relaxed);
	return __real_crypto_aead_xchacha20poly1305_ietf_decrypt(m, mlen, nsec, c, clen, ad, adlen, npub, k);
}

/* ---- Memory -------------------------------------------------------------------------------- */

/* Anonymous memory of a process, in KiB: the map of the file is not in it. */
static long memory_of(const char *process)
{
	char line[200];
	long value = 0;

	snprintf(line, sizeof line, "/proc/%s/status", process);
	FILE *status = fopen(line, "r");
	while (status && fgets(line, sizeof line, status))
		if (sscanf(line, "RssAnon: %ld", &value) == 1)
			break;
	if (status)
		fclose(status);
	return value;
}

static char main_thread[80];

/* Of this process, and of the one in which it lets something be done, if there is one. */
static void memory_sample(void)
{
	char child[32] = "";
	long sum = memory_of("self");
	FILE *children = fopen(main_thread, "r");

	if (children && fscanf(children, "%31s", child) == 1)
		sum += memory_of(child);
	if (children)
		fclose(children);
	long peak = shared->peak_kib;
	while (sum > peak && !atomic_compare_exchange_weak(&shared->peak_kib, &peak, sum))
		;
}

static void *memory_watch(void *unused)
{
	const struct timespec pause = { 0, 5000000 };

	while (!unused) {
		memory_sample();
		nanosleep(&pause, NULL);
	}
	return NULL;
}

/* ---- The step -------------------------------------------------------------------------------- */

static void child_run(void (*run)(unsigned state, struct month *month), unsigned state)
{
	pthread_t watch;

	states_open(state);
	snprintf(main_thread, sizeof main_thread, "/proc/self/task/%d/children", (int)getpid());
	if (watches && pthread_create(&watch, NULL, memory_watch, NULL))
		soak_fail("no thread");
	shared->opened = 0;
	double start = processor_ms();
	run(state, &shared->month);
	shared->cost.ms = processor_ms() - start;
	shared->cost.opened = shared->opened;
	if (watches)
		memory_sample();
	shared->cost.kib = shared->peak_kib;
	states_close(state);
	_exit(0);
}

struct cost step_run(void (*run)(unsigned state, struct month *month), unsigned state, struct month *month)
{
	int status;

	shared->month = *month;
	shared->cost = (struct cost){ 0 };
	shared->peak_kib = 0;
	fflush(NULL);
	pid_t child = fork();
	if (child < 0)
		soak_fail("no process");
	if (child == 0)
		child_run(run, state);
	if (waitpid(child, &status, 0) != child || !WIFEXITED(status) || WEXITSTATUS(status) != 0)
		soak_fail("a step of %s failed", countries[state].code);
	*month = shared->month;
	return shared->cost;
}
