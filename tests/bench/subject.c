/* Qorgan itself, by its public library. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench.h"
#include "qorgan/exchange.h"
#include "qorgan/object.h"
#include "qorgan/report.h"

static struct qorgan_error error;

static void must(int code)
{
	bench_require(code == QORGAN_OK, "qorgan", error.message);
}

static void shell(const char *command)
{
	bench_require(system(command) == 0, command, NULL);
}

void qorgan_prepare(const char *folder)
{
	char command[700];

	setenv("XDG_STATE_HOME", folder, 1);
	snprintf(command, sizeof command, "cd '%s' && age-keygen -o identity 2>/dev/null && chmod 600 identity", folder);
	shell(command);
}

static struct qorgan_store *store_make(const char *folder)
{
	struct qorgan_creation creation = { .state = "UZB", .user = "bench" };
	struct qorgan_store *store;
	struct qorgan_change *change;
	struct qorgan_commit commit;
	char command[700], path[300], recipient[80] = "";

	snprintf(command, sizeof command, "rm -rf '%s/store' '%s/qorgan'; age-keygen -y '%s/identity'", folder, folder, folder);
	FILE *pipe = popen(command, "r");
	bench_require(pipe && fgets(recipient, sizeof recipient, pipe) != NULL, "age-keygen", NULL);
	pclose(pipe);
	recipient[strcspn(recipient, "\n")] = '\0';
	creation.recipient = recipient;
	snprintf(path, sizeof path, "%s/store", folder);
	must(qorgan_store_create(path, &creation, &store, &error));
	must(qorgan_change_begin(store, NULL, NULL, &change, &error));
	must(qorgan_change_object(change, "domain", "LOD", QORGAN_ADD, 0, &error));
	must(qorgan_change_set(change, "title.en", "Load", &error));
	must(qorgan_change_object(change, "risk", "LOD-01", QORGAN_ADD, 0, &error));
	must(qorgan_change_set(change, "domain", "LOD", &error));
	must(qorgan_change_set(change, "title.en", "Load", &error));
	must(qorgan_change_object(change, "partner", "KAZ", QORGAN_ADD, 0, &error));
	must(qorgan_change_set(change, "recipient", recipient, &error));
	must(qorgan_change_commit(change, &commit, &error));
	qorgan_change_free(change);
	return store;
}

static struct qorgan_store *store_open(const char *folder)
{
	char path[300], identity[300];
	struct qorgan_keys keys = { .identity = identity };
	struct qorgan_store *store;

	snprintf(path, sizeof path, "%s/store", folder);
	snprintf(identity, sizeof identity, "%s/identity", folder);
	must(qorgan_store_open(path, &keys, 0, &store, &error));
	must(qorgan_store_set_languages(store, "en", &error));
	return store;
}

double qorgan_time_load(const char *folder, const struct bench_input *input)
{
	struct qorgan_store *store = store_make(folder);
	const char *paths[] = { input->path };
	struct qorgan_load load = { .paths = paths, .count = 1 };
	struct qorgan_commit commit;
	double start = bench_now();

	must(qorgan_load(store, &load, &commit, &error));
	double taken = bench_now() - start;
	bench_require(commit.created == input->count, "qorgan", "count");
	qorgan_store_close(store);
	return taken;
}

static int row_count(void *context, const struct qorgan_row *row)
{
	*(size_t *)context += row->count > 0 || row->json_size > 0;
	return 0;
}

double qorgan_time_list(const char *folder, size_t count)
{
	struct qorgan_store *store = store_open(folder);
	struct qorgan_listing listing = { .kind = "measure" };
	size_t rows = 0;
	double start = bench_now();

	must(qorgan_list(store, &listing, NULL, row_count, &rows, &error));
	double taken = bench_now() - start;
	bench_require(rows == count, "qorgan", "count");
	qorgan_store_close(store);
	return taken;
}

double qorgan_time_report(const char *folder)
{
	struct qorgan_store *store = store_open(folder);
	struct qorgan_report report = { .kind = "status", .period = "2026-Q4", .format = "json" };
	FILE *to = fopen("/dev/null", "w");
	double start = bench_now();

	must(qorgan_report_write(store, &report, to, &error));
	double taken = bench_now() - start;
	fclose(to);
	qorgan_store_close(store);
	return taken;
}

static void finding_fail(void *context, const char *what, const char *object, const char *advice)
{
	(void)context, (void)object, (void)advice;
	bench_require(0, "verify", what);
}

double qorgan_time_verify(const char *folder)
{
	struct qorgan_store *store = store_open(folder);
	struct qorgan_verification result;
	double start = bench_now();

	must(qorgan_verify(store, finding_fail, NULL, &result, &error));
	double taken = bench_now() - start;
	qorgan_store_close(store);
	return taken;
}

double qorgan_time_durable(const char *folder, unsigned times)
{
	struct qorgan_store *store = store_open(folder);
	struct qorgan_commit commit;
	char text[32];
	double start = bench_now();

	for (unsigned i = 0; i < times; i++) {
		struct qorgan_change *change;
		must(qorgan_change_begin(store, NULL, "change", &change, &error));
		must(qorgan_change_object(change, "measure", "LOD-01-M5", QORGAN_EDIT, 0, &error));
		snprintf(text, sizeof text, "Watch %u at %d", i, (int)getpid());
		must(qorgan_change_set(change, "title.en", text, &error));
		must(qorgan_change_commit(change, &commit, &error));
		qorgan_change_free(change);
	}
	double taken = (bench_now() - start) / times;
	qorgan_store_close(store);
	return taken;
}

double qorgan_time_show(const char *folder, unsigned times)
{
	double start = bench_now();

	for (unsigned i = 0; i < times; i++) {
		struct qorgan_store *store = store_open(folder);
		struct qorgan_object *object;
		char *json;
		must(qorgan_object_get(store, "measure", "LOD-01-M777", 0, &object, &error));
		must(qorgan_object_json(store, object, &json, &error));
		free(json);
		qorgan_object_free(object);
		qorgan_store_close(store);
	}
	return (bench_now() - start) / times;
}

double qorgan_time_export(const char *folder)
{
	struct qorgan_store *store = store_open(folder);
	char path[300];
	struct qorgan_export export = { .to = "KAZ", .output = path, .full = true, .replace = true };
	struct qorgan_export_result result;

	snprintf(path, sizeof path, "%s/package.age", folder);
	double start = bench_now();
	must(qorgan_export(store, &export, &result, &error));
	double taken = bench_now() - start;
	qorgan_store_close(store);
	return taken;
}

double age_time(const char *folder)
{
	char command[1500];
	double start;

	snprintf(command, sizeof command, "cd '%s' && age -d -i identity package.age > plain", folder);
	shell(command);
	/* On the disk as a package is: age does not sync, so that is asked of sync. */
	snprintf(command, sizeof command,
	         "cd '%s' && age -r $(age-keygen -y identity) -o stock.age plain && sync stock.age", folder);
	start = bench_now();
	shell(command);
	return bench_now() - start;
}

/* ---- Memory ------------------------------------------------------------------------ */

static long peak_kib;

/* Anonymous memory of this process now, in KiB: the map of the file is not in it. */
static void memory_sample(void)
{
	char line[200];
	long value;
	FILE *status = fopen("/proc/self/status", "r");

	while (status && fgets(line, sizeof line, status))
		if (sscanf(line, "RssAnon: %ld", &value) == 1 && value > peak_kib)
			peak_kib = value;
	if (status)
		fclose(status);
}

static int progress_sample(void *context, const char *what, uint64_t done, uint64_t total)
{
	(void)context, (void)what, (void)done, (void)total;
	memory_sample();
	return 0;
}

static int row_sample(void *context, const struct qorgan_row *row)
{
	(void)row;
	if (++*(size_t *)context % 65536 == 0)
		memory_sample();
	return 0;
}

void qorgan_memory(const char *folder, size_t count)
{
	struct bench_input input;

	bench_input_make(folder, count, &input);
	bench_input_free(&input);
	fflush(stdout);
	pid_t child = fork();
	if (child == 0) {
		struct qorgan_store *store = store_make(folder);
		const char *paths[] = { input.path };
		struct qorgan_load load = { .paths = paths, .count = 1 };
		struct qorgan_listing listing = { .kind = "measure", .json = true };
		struct qorgan_commit commit;
		size_t rows = 0;
		qorgan_store_set_progress(store, progress_sample, NULL);
		double start = bench_now();
		must(qorgan_load(store, &load, &commit, &error));
		double load_seconds = bench_now() - start;
		long load_peak = peak_kib;
		peak_kib = 0;
		start = bench_now();
		must(qorgan_list(store, &listing, NULL, row_sample, &rows, &error));
		memory_sample();
		printf("%9zu records: load %6.2f s (%.1f us each), %4ld MiB; list %5.2f s (%.1f us each), %4ld MiB\n", count,
		       load_seconds, load_seconds * 1e6 / (double)count, load_peak >> 10, bench_now() - start,
		       (bench_now() - start) * 1e6 / (double)count, peak_kib >> 10);
		fflush(stdout);
		qorgan_store_close(store);
		_exit(rows == count ? 0 : 1);
	}
	int status;
	waitpid(child, &status, 0);
	bench_require(WIFEXITED(status) && WEXITSTATUS(status) == 0, "memory", "the child failed");
}
