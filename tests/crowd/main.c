/* crowd [-p PROCESSES] [-w WORKS] [-s SEED]: so many processes at once, until they did so many works. */
#include <stdarg.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <sodium.h>

#include "crowd.h"
#include "crypto/age.h"
#include "crypto/secret.h"
#include "qorgan/object.h"

struct crowd *crowd;
static char folder[] = "/dev/shm/qorgan-crowd-XXXXXX";
static uint64_t chance_state;

void crowd_fail(const char *format, ...)
{
	va_list arguments;

	fputs("not ok: ", stdout);
	va_start(arguments, format);
	vprintf(format, arguments);
	va_end(arguments);
	printf("; the store lies in %s\n", folder);
	fflush(stdout);
	_exit(1);
}

unsigned crowd_chance(unsigned limit)
{
	uint64_t z = chance_state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return (unsigned)(((z ^ z >> 31) >> 32) * limit >> 32);
}

const char *crowd_path(const char *name)
{
	static char path[120];

	snprintf(path, sizeof path, "%s/%s", folder, name);
	return path;
}

struct qorgan_store *crowd_open(unsigned flags)
{
	struct qorgan_error error;
	struct qorgan_store *store;
	char identity[120];
	const struct qorgan_keys keys = { .identity = identity };

	snprintf(identity, sizeof identity, "%s", crowd_path("identity"));
	if (qorgan_store_open(crowd_path("store"), &keys, flags, &store, &error))
		crowd_fail("the store cannot be opened: %s", error.message);
	return store;
}

/* ---- The beginning and the end ---------------------------------------------------------------------- */

static void store_make(void)
{
	static const struct {
		const char *id, *order;
	} first[] = { { "A", "2500" }, { "B", "2500" }, { "C", "0" } };
	uint8_t key[32], public[32];
	char text[AGE_IDENTITY_TEXT], recipient[AGE_RECIPIENT_TEXT];
	const struct qorgan_creation creation = { .state = "UZB", .user = "liaison", .recipient = recipient };
	struct qorgan_error error;
	struct qorgan_store *store;
	struct qorgan_change *change;
	struct qorgan_commit commit;

	randombytes_buf(key, sizeof key);
	age_identity_recipient(key, public);
	age_recipient_format(public, recipient);
	age_identity_format(key, text);
	FILE *file = fopen(crowd_path("identity"), "w");
	if (!file || chmod(crowd_path("identity"), 0600) || fprintf(file, "%s\n", text) < 0 || fclose(file))
		crowd_fail("cannot write an identity");
	int code = qorgan_store_create(crowd_path("store"), &creation, &store, &error);
	code = code ? code : qorgan_change_begin(store, NULL, NULL, &change, &error);
	for (size_t i = 0; !code && i < 3; i++) {
		code = qorgan_change_object(change, "domain", first[i].id, QORGAN_ADD, 0, &error);
		code = code ? code : qorgan_change_set(change, "title.en", first[i].id, &error);
		code = code ? code : qorgan_change_set(change, "order", first[i].order, &error);
	}
	if (code || qorgan_change_commit(change, &commit, &error))
		crowd_fail("the store cannot be made: %s", error.message);
	qorgan_change_free(change);
	qorgan_store_close(store);
}

/* Nobody who was killed holds anything up: one more process does one of each, and the whole store is good. */
static void end_check(void)
{
	struct qorgan_store *store = crowd_open(0);
	struct qorgan_verification result;
	struct qorgan_change *change;
	struct qorgan_commit commit;
	struct qorgan_error error;

	if (qorgan_verify(store, NULL, NULL, &result, &error))
		crowd_fail("verify: %s", error.message);
	if (qorgan_change_begin(store, NULL, NULL, &change, &error) ||
	    qorgan_change_object(change, "domain", "A", QORGAN_EDIT, 0, &error) ||
	    qorgan_change_set(change, "title.en", "At last", &error) || qorgan_change_commit(change, &commit, &error))
		crowd_fail("nothing can be written any more: %s", error.message);
	qorgan_change_free(change);
	qorgan_store_close(store);
}

/* ---- The processes ------------------------------------------------------------------------------------- */

/* Killed by the kernel after some while, wherever it is then. */
static void doom(void)
{
	struct sigevent event = { .sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGKILL };
	const struct itimerspec when = { .it_value.tv_nsec = 1000 + crowd_chance(60000000) };
	timer_t timer;

	if (timer_create(CLOCK_MONOTONIC, &event, &timer) || timer_settime(timer, 0, &when, NULL))
		crowd_fail("no timer");
}

static pid_t process_start(unsigned process, uint64_t seed)
{
	fflush(NULL);
	pid_t child = fork();
	if (child < 0)
		crowd_fail("no process");
	if (child == 0) {
		chance_state = seed;
		if (crowd_chance(3) == 0)
			doom();
		process_run(process, 5 + crowd_chance(20));
		_exit(0);
	}
	return child;
}

static void processes_run(unsigned processes, unsigned works, uint64_t seed)
{
	unsigned started = 0, running = 0;

	while (running || crowd->done < works) {
		if (running < processes && crowd->done < works) {
			process_start(started, seed + started);
			started++;
			running++;
			continue;
		}
		int status;
		if (wait(&status) < 0)
			crowd_fail("no process to wait for");
		running--;
		if (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL)
			crowd->killed++;
		else if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
			crowd_fail("a process ended with %x", (unsigned)status);
	}
}

int main(int count, char **arguments)
{
	unsigned processes = 8, works = 2000;
	uint64_t seed = 1;
	char command[100];
	int option;

	while ((option = getopt(count, arguments, "p:w:s:")) >= 0)
		switch (option) {
		case 'p':
			processes = (unsigned)atoi(optarg);
			break;
		case 'w':
			works = (unsigned)atoi(optarg);
			break;
		case 's':
			seed = strtoull(optarg, NULL, 10);
			break;
		default:
			return 64;
		}
	if (optind != count || processes < 1 || processes > 100 || works > EVENTS_LIMIT / 2) {
		fprintf(stderr, "usage: crowd [-p PROCESSES] [-w WORKS] [-s SEED]\n");
		return 64;
	}
	if (access("/dev/shm", W_OK))
		memcpy(folder, "/var/tmp", 8);
	crowd = mmap(NULL, sizeof *crowd, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (secret_start(NULL) || crowd == MAP_FAILED || !mkdtemp(folder))
		crowd_fail("cannot start");
	setenv("XDG_STATE_HOME", folder, 1);
	printf("seed %llu, %u processes: ", (unsigned long long)seed, processes);
	store_make();
	processes_run(processes, works, seed * 1000003);
	history_check();
	end_check();
	snprintf(command, sizeof command, "rm -rf '%s'", folder);
	return system(command) != 0;
}
