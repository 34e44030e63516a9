/* The table of a store on a server: beside what the server's own means cost on the same bytes. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench.h"

#define SINGLE 40
#define WRITERS 30
#define WRITES 20 /* of each */
#define RUNS_MOST 5

static const char *place;
static struct bench_input *given;

static double load_subject(void) { return qorgan_time_load(place, given); }
static double load_floor(void) { return server_floor_copy(); }
static double list_subject(void) { return qorgan_time_list(place, given->count); }
static double list_floor(void) { return server_floor_select(); }
static double verify_subject(void) { return qorgan_time_verify(place); }
static double show_subject(void) { return qorgan_time_show(place, SINGLE); }
static double change_subject(void) { return qorgan_time_durable(place, SINGLE); }
static double change_floor(void) { return server_floor_writers(place, 1, SINGLE, 0); }
static double writers_subject(void) { return qorgan_time_writers(place, WRITERS, WRITES); }
static double writers_floor(void) { return server_floor_writers(place, WRITERS, WRITES, 0); }
static double writers_together(void) { return server_floor_writers(place, WRITERS, WRITES, 1); }

static const struct server_line {
	const char *name, *floor_name;
	double (*subject)(void), (*floor)(void);
	double bound; /* 0: none */
} lines[] = {
	{ "load", "COPY of the same rows", load_subject, load_floor, 2 },
	{ "list", "SELECT, decrypt", list_subject, list_floor, 2 },
	{ "show one, with opening", "-", show_subject, NULL, 0 },
	{ "verify", "-", verify_subject, NULL, 0 },
	{ "one durable change", "pgbench, statement by statement", change_subject, change_floor, 0 },
	{ "change, 30 writers", "pgbench, statement by statement", writers_subject, writers_floor, 1 / 0.6 },
	{ "change, 30 writers", "pgbench, all statements in one journey", writers_subject, writers_together, 0 },
};

static int by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static void line_run(const struct server_line *line, int runs)
{
	double subject[RUNS_MOST], base[RUNS_MOST] = { 0 };

	for (int i = 0; i < runs; i++) {
		subject[i] = line->subject();
		if (i == 0 && line->subject == load_subject)
			server_floor_prepare(server_address());
		if (line->floor)
			base[i] = line->floor();
	}
	qsort(subject, (size_t)runs, sizeof *subject, by_size);
	qsort(base, (size_t)runs, sizeof *base, by_size);
	double s = subject[runs / 2], f = base[runs / 2], *noise = line->floor ? base : subject;
	printf("| %-24s | %8.2f ms", line->name, s * 1e3);
	if (line->floor)
		printf(" | %8.2f ms | %5.2fx", f * 1e3, s / f);
	else
		printf(" | %11s | %6s", "-", "-");
	if (line->bound > 0)
		printf(" | %4.2fx", line->bound);
	else
		printf(" | %5s", "-");
	printf(" | %4.2f | %s |\n", noise[runs - 1] / noise[0], line->floor_name);
	fflush(stdout);
}

void server_table(const char *folder, struct bench_input *input, int runs, const char *word)
{
	const char *address = server_start(folder);
	unsigned opening;

	if (!address) {
		printf("\na store on a server: not measured, as no PostgreSQL server is installed\n");
		return;
	}
	place = folder;
	given = input;
	qorgan_use_server(address);
	printf("\nthe same on a PostgreSQL server beside the program, by a socket:\n\n");
	printf("| %-24s | %-11s | %-11s | %-6s | %-5s | %-4s | the floor is |\n", "what", "qorgan", "floor", "ratio", "bound", "noise");
	printf("| --- | --- | --- | --- | --- | --- | --- |\n");
	for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++)
		if (lines[i].subject == load_subject || strstr(lines[i].name, word))
			line_run(&lines[i], runs);
	unsigned journeys = qorgan_count_journeys(folder, &opening);
	printf("\njourneys to the server: %u to open the store, %u for a change from its beginning to its answer (bound: 3)\n\n",
	       opening, journeys);
	if (!*word || strstr("memory", word))
		qorgan_memory(folder, input->count, 1);
	qorgan_use_server("");
	server_stop();
}
