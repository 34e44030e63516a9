/* bench [RECORDS] [server [WORD]]: the table of speed; "server": that of a store on a server alone, or what of it has that
 * word in its name. Each line is measured several times in
 * turn with its floor and its peer; the ratio is that of the medians, and the
 * spread of the machine (slowest by fastest run of the floor) stands beside it. */
#include <sodium.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench.h"

#define RUNS 5
#define LARGE 200000 /* records: beyond this each line is run once */
#define LARGE_MOST 1000000
#define SINGLE 40 /* repetitions of what is short */
#define CHANGES 100 /* in a package that goes on from the one before */

static char folder[] = "/tmp/qorgan-bench-XXXXXX";
static struct bench_input input;
static int runs = RUNS;

static double load_floor(void) { return floor_load(folder, &input); }
static double load_subject(void) { return qorgan_time_load(folder, &input); }
static double load_peer(void) { return sqlcipher_load(folder, &input); }
static double scan_floor(void) { return floor_scan(folder, input.count); }
static double list_subject(void) { return qorgan_time_list(folder, input.count); }
static double scan_peer(void) { return sqlcipher_scan(folder, input.count); }
static double report_subject(void) { return qorgan_time_report(folder); }
static double verify_floor(void) { return floor_verify(folder, input.count); }
static double verify_subject(void) { return qorgan_time_verify(folder); }
static double verify_peer(void) { return sqlcipher_verify(folder, input.count); }
static double show_subject(void) { return qorgan_time_show(folder, SINGLE); }
static double show_peer(void) { return sqlcipher_show(folder, SINGLE); }
static double durable_floor(void) { return floor_durable(folder, SINGLE); }
static double durable_subject(void) { return qorgan_time_durable(folder, SINGLE); }
static double durable_peer(void) { return sqlcipher_durable(folder, SINGLE); }
static double export_subject(void) { return qorgan_time_export(folder); }
static double export_floor(void) { return age_time(folder); }
static double receive_subject(void) { return qorgan_time_receive(folder, input.count); }
static double receive_floor(void) { return floor_receive(folder); }
static double export_more_subject(void) { return qorgan_time_export_more(folder, CHANGES); }
static double export_more_floor(void) { return floor_durable(folder, SINGLE); }
static double receive_more_subject(void) { return qorgan_time_receive_more(folder, CHANGES); }

static const struct line {
	const char *name, *floor_name;
	double (*subject)(void), (*floor)(void), (*peer)(void);
	double bound; /* ratio to the floor that is promised; 0: none */
} lines[] = {
	{ "load", "parse, hash, seal, LMDB append", load_subject, load_floor, load_peer, 3 },
	{ "list", "LMDB scan, decrypt", list_subject, scan_floor, scan_peer, 2 },
	{ "status report", "LMDB scan, decrypt", report_subject, scan_floor, NULL, 2 },
	{ "show one, with opening", "-", show_subject, NULL, show_peer, 0 },
	{ "verify", "LMDB scan, decrypt, hash", verify_subject, verify_floor, verify_peer, 2 },
	{ "export, signed", "age -r, synced", export_subject, export_floor, NULL, 1 },
	{ "receive", "decrypt, hash, Ed25519, LMDB put", receive_subject, receive_floor, NULL, 3 },
	{ "export of 100 changes", "LMDB put, durable commit", export_more_subject, export_more_floor, NULL, 0 },
	{ "receive of 100 changes", "decrypt, hash, Ed25519, LMDB put", receive_more_subject, receive_floor, NULL, 0 },
	{ "one durable change", "LMDB put, durable commit", durable_subject, durable_floor, durable_peer, 3 },
};

static int by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double median(double *values)
{
	qsort(values, (size_t)runs, sizeof *values, by_size);
	return values[runs / 2];
}

static void cell(double seconds)
{
	if (seconds < 0)
		printf(" | %10s", "-");
	else
		printf(" | %7.2f ms", seconds * 1e3);
}

static void ratio(double a, double b)
{
	if (a < 0 || b < 0)
		printf(" | %6s", "-");
	else
		printf(" | %5.2fx", a / b);
}

static void line_run(const struct line *line)
{
	double subject[RUNS], base[RUNS], peer[RUNS];

	for (int i = 0; i < runs; i++) {
		subject[i] = line->subject();
		base[i] = line->floor ? line->floor() : -1;
		peer[i] = line->peer ? line->peer() : -1;
	}
	double s = median(subject), f = median(base), p = median(peer);
	printf("| %-24s", line->name);
	cell(s);
	cell(f);
	ratio(s, f);
	if (line->bound > 0)
		printf(" | %4.1fx", line->bound);
	else
		printf(" | %5s", "-");
	cell(p);
	ratio(s, p);
	printf(" | %4.2f | %s |\n", f > 0 ? base[runs - 1] / base[0] : subject[runs - 1] / subject[0], line->floor_name);
	fflush(stdout);
}

/* What is in a folder. */
static void table_run(size_t records)
{
	printf("%zu measures of %zu bytes on average; medians of %d runs in turn; noise: slowest by fastest run\n\n", records,
	       input.size / records, runs);
	printf("| %-24s | %-10s | %-10s | %-6s | %-5s | %-10s | %-6s | %-4s | the floor is |\n", "what", "qorgan", "floor",
	       "ratio", "bound", "SQLCipher", "ratio", "noise");
	printf("| --- | --- | --- | --- | --- | --- | --- | --- | --- |\n");
	for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++)
		line_run(&lines[i]);
	printf("\nmemory beyond the map, and growth:\n");
	for (size_t size = records; size <= records * 10 && (size == records || size <= LARGE_MOST); size *= 10)
		qorgan_memory(folder, size, CHANGES);
}

int main(int count, char **arguments)
{
	char command[200];
	size_t records = count > 1 ? strtoul(arguments[1], NULL, 10) : 100000;

	bench_require(records >= 1000 && sodium_init() >= 0 && mkdtemp(folder) != NULL, "bench", "cannot start");
	bench_input_make(folder, records, &input);
	qorgan_prepare(folder);
	bool all = count < 3 || strcmp(arguments[2], "server") != 0;
	runs = records > LARGE ? 1 : RUNS;
	if (all)
		table_run(records);
	server_table(folder, &input, records > LARGE ? 1 : 3, count > 3 ? arguments[3] : "");
	bench_input_free(&input);
	snprintf(command, sizeof command, "rm -rf '%s'", folder);
	return system(command) == 0 ? 0 : 1;
}
