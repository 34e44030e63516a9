/* Qorgan itself, by its public library. */
#include <fcntl.h>
#include <malloc.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "bench.h"
#include "qorgan/card.h"
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

static char recipient[80]; /* the age key that opens all slots */
static char server[300];   /* the address of the database where the stores are; "": in the folder */

void qorgan_use_server(const char *address)
{
	snprintf(server, sizeof server, "%s", address);
}

static void place_write(const char *folder, const char *name, char path[400])
{
	if (*server)
		snprintf(path, 400, "%s&store=%s", server, name);
	else
		snprintf(path, 400, "%s/%s", folder, name);
}

static struct qorgan_store *store_create(const char *folder, const char *name, const char *state)
{
	struct qorgan_creation creation = { .state = state, .user = "bench", .recipient = recipient };
	struct qorgan_store *store;
	char command[700], path[400];

	if (*server)
		server_clear(server);
	snprintf(command, sizeof command, "rm -rf '%s/%s'; age-keygen -y '%s/identity'", folder, name, folder);
	FILE *pipe = popen(command, "r");
	bench_require(pipe && fgets(recipient, sizeof recipient, pipe) != NULL, "age-keygen", NULL);
	pclose(pipe);
	recipient[strcspn(recipient, "\n")] = '\0';
	place_write(folder, name, path);
	must(qorgan_store_create(path, &creation, &store, &error));
	return store;
}

static struct qorgan_store *store_open_named(const char *folder, const char *name)
{
	char path[400], identity[300];
	struct qorgan_keys keys = { .identity = identity };
	struct qorgan_store *store;

	place_write(folder, name, path);
	snprintf(identity, sizeof identity, "%s/identity", folder);
	must(qorgan_store_open(path, &keys, 0, &store, &error));
	must(qorgan_store_set_languages(store, "en", &error));
	return store;
}

static struct qorgan_store *store_open(const char *folder)
{
	return store_open_named(folder, "store");
}

/* The store of KAZ, and the two as partners. */
static void partners_make(const char *folder, struct qorgan_store *store)
{
	struct qorgan_store *stores[] = { store, store_create(folder, "partner", "KAZ") };
	char *texts[2];

	for (int i = 0; i < 2; i++) {
		struct qorgan_card card;
		must(qorgan_card_make(stores[i], NULL, &card, &texts[i], &error));
	}
	for (int i = 0; i < 2; i++) {
		struct qorgan_card_judgement judgement;
		struct qorgan_change *change;
		struct qorgan_commit commit;
		must(qorgan_card_judge(stores[i], texts[1 - i], strlen(texts[1 - i]), &judgement, &error));
		must(qorgan_change_begin(stores[i], NULL, NULL, &change, &error));
		must(qorgan_change_card(change, &judgement, &error));
		must(qorgan_change_commit(change, &commit, &error));
		qorgan_change_free(change);
	}
	free(texts[0]);
	free(texts[1]);
	qorgan_store_close(stores[1]);
}

static struct qorgan_store *store_make(const char *folder)
{
	struct qorgan_store *store;
	struct qorgan_change *change;
	struct qorgan_commit commit;
	char command[700];

	snprintf(command, sizeof command, "rm -rf '%s/qorgan'", folder);
	shell(command);
	store = store_create(folder, "store", "UZB");
	if (!*server)
		partners_make(folder, store);
	must(qorgan_change_begin(store, NULL, NULL, &change, &error));
	must(qorgan_change_object(change, "domain", "LOD", QORGAN_ADD, 0, &error));
	must(qorgan_change_set(change, "title.en", "Load", &error));
	must(qorgan_change_object(change, "risk", "LOD-01", QORGAN_ADD, 0, &error));
	must(qorgan_change_set(change, "domain", "LOD", &error));
	must(qorgan_change_set(change, "title.en", "Load", &error));
	/* So that age can open what KAZ receives, whose own key is in its store. */
	must(qorgan_change_object(change, "partner", "KGZ", QORGAN_ADD, 0, &error));
	must(qorgan_change_set(change, "recipient", recipient, &error));
	must(qorgan_change_commit(change, &commit, &error));
	qorgan_change_free(change);
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

/* One change of one measure, as a liaison makes it. */
static void change_make(struct qorgan_store *store, const char *id, unsigned round)
{
	struct qorgan_change *change;
	struct qorgan_commit commit;
	char text[32];

	qorgan_change_foresee(store, "measure", id);
	must(qorgan_change_begin(store, NULL, "change", &change, &error));
	must(qorgan_change_object(change, "measure", id, QORGAN_EDIT, 0, &error));
	snprintf(text, sizeof text, "Watch %u at %d", round, (int)getpid());
	must(qorgan_change_set(change, "title.en", text, &error));
	must(qorgan_change_commit(change, &commit, &error));
	qorgan_change_free(change);
}

double qorgan_time_durable(const char *folder, unsigned times)
{
	struct qorgan_store *store = store_open(folder);
	double start = bench_now();

	for (unsigned i = 0; i < times; i++)
		change_make(store, "LOD-01-M5", i);
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

/* ---- Many writers ------------------------------------------------------------------- */

static void writer_run(const char *folder, unsigned number, unsigned times, int ready, int go)
{
	struct qorgan_store *store = store_open(folder);
	char id[32], byte = 0;

	snprintf(id, sizeof id, "LOD-01-M%u", number + 1);
	bench_require(write(ready, &byte, 1) == 1 && read(go, &byte, 1) == 0, "writer", "no start");
	for (unsigned i = 0; i < times; i++)
		change_make(store, id, i);
	_exit(0); /* the store is not closed: what is measured ends with the last answer */
}

double qorgan_time_writers(const char *folder, unsigned writers, unsigned times)
{
	int ready[2], go[2], status;
	char byte;

	bench_require(pipe(ready) == 0 && pipe(go) == 0, "writers", "no pipe");
	for (unsigned i = 0; i < writers; i++) {
		pid_t child = fork();
		bench_require(child >= 0, "writers", "no process");
		if (child == 0) {
			close(go[1]);
			writer_run(folder, i, times, ready[1], go[0]);
		}
	}
	for (unsigned i = 0; i < writers; i++)
		bench_require(read(ready[0], &byte, 1) == 1, "writers", "one did not begin");
	double start = bench_now();
	close(go[1]);
	for (unsigned i = 0; i < writers; i++)
		bench_require(wait(&status) > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0, "writers", "one failed");
	double taken = (bench_now() - start) / (writers * times);
	close(go[0]);
	close(ready[0]);
	close(ready[1]);
	return taken;
}

unsigned qorgan_count_journeys(const char *folder, unsigned *opening)
{
	*opening = journeys_count();
	struct qorgan_store *store = store_open(folder);
	*opening = journeys_count() - *opening;
	change_make(store, "LOD-01-M9", 0); /* the first one makes connections */
	unsigned before = journeys_count();
	change_make(store, "LOD-01-M11", 1);
	unsigned journeys = journeys_count() - before;
	qorgan_store_close(store);
	return journeys;
}

/* ---- The exchange ------------------------------------------------------------------ */

static double export_time(struct qorgan_store *store, const char *folder, bool full)
{
	char path[300];
	struct qorgan_export export = { .to = "KAZ,KGZ", .output = path, .full = full, .replace = true };
	struct qorgan_export_result result;

	snprintf(path, sizeof path, "%s/package.age", folder);
	unlink(path); /* to give back what a large one took is no part of it */
	double start = bench_now();
	must(qorgan_export(store, &export, &result, &error));
	return bench_now() - start;
}

static double receive_time(struct qorgan_store *store, const char *folder, size_t count)
{
	char path[300];
	struct qorgan_receive receive = { .path = path };
	struct qorgan_receive_result result;

	snprintf(path, sizeof path, "%s/package.age", folder);
	double start = bench_now();
	must(qorgan_receive(store, &receive, &result, &error));
	double taken = bench_now() - start;
	bench_require(result.created + result.changed >= count, "receive", "count");
	return taken;
}

/* One commit, as a liaison makes who loads a table of changes. */
static void changes_make(struct qorgan_store *store, unsigned changes)
{
	struct qorgan_change *change;
	struct qorgan_commit commit;
	static unsigned round;
	char text[64];

	round++;
	must(qorgan_change_begin(store, NULL, "changes", &change, &error));
	for (unsigned i = 0; i < changes; i++) {
		snprintf(text, sizeof text, "LOD-01-M%u", i * 7 + 1);
		must(qorgan_change_object(change, "measure", text, QORGAN_EDIT, 0, &error));
		snprintf(text, sizeof text, "Changed %u in round %u at %d", i, round, (int)getpid());
		must(qorgan_change_set(change, "title.en", text, &error));
	}
	must(qorgan_change_commit(change, &commit, &error));
	qorgan_change_free(change);
}

double qorgan_time_export(const char *folder)
{
	struct qorgan_store *store = store_open(folder);
	double taken = export_time(store, folder, true);

	qorgan_store_close(store);
	return taken;
}

/* A package with changes, and its way into the other store. */
static void more_run(const char *folder, unsigned changes, double *exported, double *received)
{
	struct qorgan_store *store = store_open(folder), *partner;

	changes_make(store, changes);
	*exported = export_time(store, folder, false);
	qorgan_store_close(store);
	partner = store_open_named(folder, "partner");
	*received = receive_time(partner, folder, changes);
	qorgan_store_close(partner);
}

double qorgan_time_export_more(const char *folder, unsigned changes)
{
	double exported, received;

	more_run(folder, changes, &exported, &received);
	return exported;
}

double qorgan_time_receive(const char *folder, size_t count)
{
	struct qorgan_store *store = store_open(folder);

	partners_make(folder, store);
	export_time(store, folder, true);
	qorgan_store_close(store);
	store = store_open_named(folder, "partner");
	double taken = receive_time(store, folder, count);
	qorgan_store_close(store);
	return taken;
}

double qorgan_time_receive_more(const char *folder, unsigned changes)
{
	double exported, received;
	char command[700];

	more_run(folder, changes, &exported, &received);
	snprintf(command, sizeof command, "cd '%s' && age -d -i identity package.age > plain", folder);
	shell(command);
	return received;
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

static _Atomic long peak_kib;

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

static void *memory_watch(void *unused)
{
	const struct timespec pause = { 0, 5000000 };

	while (!unused) {
		memory_sample();
		nanosleep(&pause, NULL);
	}
	return NULL;
}

struct step {
	const char *name;
	double (*run)(const char *folder, size_t count, unsigned changes); /* seconds */
	bool each; /* tell the time of each record, too */
};

static char load_path[256];

static double load_step(const char *folder, size_t count, unsigned changes)
{
	struct qorgan_store *store = store_open(folder);
	const char *paths[] = { load_path };
	struct qorgan_load load = { .paths = paths, .count = 1 };
	struct qorgan_commit commit;
	double start = bench_now();

	(void)changes;
	must(qorgan_load(store, &load, &commit, &error));
	double taken = bench_now() - start;
	bench_require(commit.created == count, "load", "count");
	qorgan_store_close(store);
	return taken;
}

static double list_step(const char *folder, size_t count, unsigned changes)
{
	struct qorgan_store *store = store_open(folder);
	struct qorgan_listing listing = { .kind = "measure", .json = true };
	size_t rows = 0;
	double start = bench_now();

	(void)changes;
	must(qorgan_list(store, &listing, NULL, row_count, &rows, &error));
	double taken = bench_now() - start;
	bench_require(rows == count, "list", "count");
	qorgan_store_close(store);
	return taken;
}

static double show_step(const char *folder, size_t count, unsigned changes)
{
	(void)count, (void)changes;
	return qorgan_time_show(folder, 1);
}

static double verify_step(const char *folder, size_t count, unsigned changes)
{
	(void)count, (void)changes;
	return qorgan_time_verify(folder);
}

static double change_one_step(const char *folder, size_t count, unsigned changes)
{
	(void)count, (void)changes;
	return qorgan_time_durable(folder, 1);
}

static double export_step(const char *folder, size_t count, unsigned changes)
{
	struct qorgan_store *store = store_open(folder);
	double taken = export_time(store, folder, false);

	(void)count, (void)changes;
	qorgan_store_close(store);
	return taken;
}

static double receive_step(const char *folder, size_t count, unsigned changes)
{
	struct qorgan_store *store = store_open_named(folder, "partner");
	double taken = receive_time(store, folder, count);

	(void)changes;
	qorgan_store_close(store);
	return taken;
}

static double change_step(const char *folder, size_t count, unsigned changes)
{
	struct qorgan_store *store = store_open(folder);
	double start = bench_now();

	(void)count;
	changes_make(store, changes);
	double taken = bench_now() - start;
	qorgan_store_close(store);
	return taken;
}

static double receive_more_step(const char *folder, size_t count, unsigned changes)
{
	(void)count;
	return receive_step(folder, changes, changes);
}

static const struct step steps[] = {
	{ "load", load_step, true },
	{ "list", list_step, true },
	{ "export", export_step, true },
	{ "receive", receive_step, true },
	{ "changes", change_step, false },
	{ "export of the changes", export_step, false },
	{ "receive of the changes", receive_more_step, false },
};

/* Of a store on a server and of the same in a folder. */
static const struct step server_steps[] = {
	{ "load", load_step, true },
	{ "list", list_step, true },
	{ "show one, with opening", show_step, false },
	{ "change one", change_one_step, false },
	{ "verify", verify_step, true },
};

/* In a process of its own, whose memory is what this step takes. */
static void step_run(const struct step *step, const char *folder, size_t count, unsigned changes)
{
	pthread_t watch;
	int status;

	sync(); /* no step waits for what the one before wrote */
	pid_t child = fork();
	if (child == 0) {
		bench_require(pthread_create(&watch, NULL, memory_watch, NULL) == 0, "memory", "no thread");
		double taken = step->run(folder, count, changes);
		memory_sample();
		printf("    %-22s %8.3f s", step->name, taken);
		if (step->each)
			printf(" (%4.1f us each)", taken * 1e6 / (double)count);
		else
			printf("%15s", "");
		printf(", %4ld MiB\n", peak_kib >> 10);
		fflush(stdout);
		_exit(0);
	}
	waitpid(child, &status, 0);
	bench_require(WIFEXITED(status) && WEXITSTATUS(status) == 0, step->name, "the child failed");
}

void qorgan_memory(const char *folder, size_t count, unsigned changes)
{
	struct bench_input input;

	bench_input_make(folder, count, &input);
	bench_input_free(&input);
	snprintf(load_path, sizeof load_path, "%s", input.path);
	qorgan_store_close(store_make(folder));
	malloc_trim(0); /* what was freed here is no part of a child */
	if (*server)
		printf("%zu records on the server:\n", count);
	else
		printf("%zu records, then %u changes:\n", count, changes);
	fflush(stdout);
	if (*server)
		for (size_t i = 0; i < sizeof server_steps / sizeof server_steps[0]; i++)
			step_run(&server_steps[i], folder, count, changes);
	else
		for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++)
			step_run(&steps[i], folder, count, changes);
}
