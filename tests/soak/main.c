/* soak [-t] [-m MONTHS] [-c COMMITS] [-d FOLDER]: three years of six states; -t: for ThreadSanitizer, without a
 * thread beside the program's own, and without a bound for memory.
 *
 * Each month each state makes COMMITS commits of everyday work, sends one package to all others and takes in
 * theirs; then all six stores are verified, compared with what was done, and measured. What must come of it
 * was predicted, and stands in predict.c: counts and sizes, never times, which are printed alone. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "crypto/secret.h"
#include "soak.h"

static unsigned months = 36;
static uint64_t commits = 556; /* 20,016 in three years */
static const char *folder;

void soak_fail(const char *format, ...)
{
	va_list arguments;

	fflush(stdout);
	fputs("not ok: ", stderr);
	va_start(arguments, format);
	vfprintf(stderr, format, arguments);
	va_end(arguments);
	fprintf(stderr, folder ? "\n    the stores lie in %s\n" : "\n", folder);
	_exit(1);
}

static void work_run(unsigned state, struct month *month)
{
	(void)month;
	states_work(state, commits);
}

static void export_run(unsigned state, struct month *month)
{
	(void)month;
	states_export(state);
}

static void receive_run(unsigned state, struct month *month)
{
	(void)month;
	states_receive(state);
}

static void month_play(struct month month[STATES])
{
	for (unsigned i = 0; i < STATES; i++)
		month[i].work = step_run(work_run, i, &month[i]);
	for (unsigned i = 0; i < STATES; i++)
		month[i].export = step_run(export_run, i, &month[i]);
	for (unsigned i = 0; i < STATES; i++)
		month[i].receive = step_run(receive_run, i, &month[i]);
	for (unsigned i = 0; i < STATES; i++) {
		month[i].taken = countries[i].taken;
		month[i].touched = countries[i].touched;
		month[i].looked_through = states_reported(i);
		month[i].open = step_run(look_again, i, &month[i]);
		month[i].list = step_run(look_list, i, &month[i]);
		month[i].report = step_run(look_report, i, &month[i]);
		month[i].verify = step_run(look_verify, i, &month[i]);
		step_run(look_sizes, i, &month[i]);
		predict_month(i, &month[i]);
		if (memcmp(month[i].picture, month[0].picture, sizeof month[i].picture) != 0)
			soak_fail("%s sees other measures than %s after all was exchanged", countries[i].code, countries[0].code);
	}
	states_sent();
}

static void costs_print(const char *title, const struct month *month)
{
	const struct cost *costs[] = { &month->work, &month->export, &month->receive, &month->open, &month->list,
		                           &month->report, &month->verify };

	printf("| %-7s | %7llu | %8llu | %7.2f | %7.2f |", title, (unsigned long long)month->objects,
	       (unsigned long long)month->versions, (double)month->used / 1048576, (double)month->file / 1048576);
	for (size_t i = 0; i < sizeof costs / sizeof costs[0]; i++)
		printf(" %8.2f ms %7llu %4ld |", costs[i]->ms / (i ? 1 : (double)commits),
		       (unsigned long long)(costs[i]->opened / (i ? 1 : commits)), (costs[i]->kib + 1023) >> 10);
	printf("\n");
}

static void head_print(void)
{
	static const char *const names[] = { "one commit", "export", "5 receives", "open", "list", "status report", "verify" };

	printf("of UZB; of each step the time of the processor, the values deciphered, and MiB of memory at its peak\n");
	printf("| month   | objects | versions | MiB     | of file |");
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		printf(" %-24s |", names[i]);
	printf("\n");
}

int main(int count, char **arguments)
{
	static char made[] = "/dev/shm/qorgan-soak-XXXXXX";
	char title[20], command[200];
	bool watch = true;
	int option;

	while ((option = getopt(count, arguments, "tm:c:d:")) >= 0)
		switch (option) {
		case 't':
			watch = false;
			break;
		case 'm':
			months = (unsigned)atoi(optarg);
			break;
		case 'c':
			commits = strtoull(optarg, NULL, 10);
			break;
		case 'd':
			folder = optarg;
			break;
		default:
			return 64;
		}
	if (optind != count || months < 2 || months > 240 || commits < 20) {
		fprintf(stderr, "usage: soak [-t] [-m MONTHS] [-c COMMITS] [-d FOLDER]\n");
		return 64;
	}
	if (!folder && access("/dev/shm", W_OK))
		memcpy(made, "/var/tmp", 8);
	if (secret_start(NULL) || (!folder && !mkdtemp(made)))
		soak_fail("cannot start");
	folder = folder ? folder : made;
	setenv("XDG_STATE_HOME", folder, 1);
	struct month(*all)[STATES] = calloc(months, sizeof *all);
	if (!all)
		soak_fail("no memory");
	step_start(watch);
	states_start(folder);
	states_month(0);
	states_make();
	double start = soak_now();
	head_print();
	for (unsigned month = 0; month < months; month++) {
		states_month(month);
		month_play(all[month]);
		snprintf(title, sizeof title, "%u", month + 1);
		costs_print(title, &all[month][0]);
		fflush(stdout);
	}
	predict_growth(all, months);
	printf("%u months of six states, %llu commits each, in %.0f s: all as predicted\n", months,
	       (unsigned long long)(months * commits), (soak_now() - start) / 1e3);
	free(all);
	if (folder == made) {
		snprintf(command, sizeof command, "rm -rf '%s'", made);
		return system(command) != 0;
	}
	return 0;
}
