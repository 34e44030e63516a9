/* What is looked at after each month. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <jansson.h>
#include <sodium.h>

#include "qorgan/object.h"
#include "qorgan/report.h"
#include "soak.h"

static struct qorgan_error error;

static void must(int code, const char *what, unsigned state)
{
	if (code)
		soak_fail("%s of %s: %s", what, countries[state].code, error.message);
}

void look_again(unsigned state, struct month *month)
{
	(void)month;
	states_close(state);
	states_open(state);
}

struct seen {
	struct month *month;
	crypto_generichash_state hash;
};

/* Measures whose id has an R stay in their state: the others see nothing of them. */
static int row_take(void *context, const struct qorgan_row *row)
{
	struct seen *seen = context;

	seen->month->objects++;
	for (size_t i = 0; i < row->count && !strstr(row->cells[0], "-R"); i++)
		crypto_generichash_update(&seen->hash, (const unsigned char *)row->cells[i], strlen(row->cells[i]) + 1);
	return 0;
}

void look_list(unsigned state, struct month *month)
{
	const struct qorgan_listing listing = { .kind = "measure", .columns = "id,title,lead,support,status,progress" };
	struct seen seen = { .month = month };

	month->objects = 0;
	crypto_generichash_init(&seen.hash, NULL, 0, sizeof month->picture);
	must(qorgan_list(states_open(state), &listing, NULL, row_take, &seen, &error), "a listing", state);
	crypto_generichash_final(&seen.hash, month->picture, sizeof month->picture);
}

void look_report(unsigned state, struct month *month)
{
	const struct qorgan_report report = { .kind = "status", .format = "json" };
	FILE *to = fopen("/dev/null", "w");

	(void)month;
	if (!to)
		soak_fail("no /dev/null");
	must(qorgan_report_write(states_open(state), &report, to, &error), "a report", state);
	fclose(to);
}

static void finding_fail(void *context, const char *what, const char *object, const char *advice)
{
	(void)advice;
	soak_fail("verify of %s: %s: %s", (const char *)context, object, what);
}

void look_verify(unsigned state, struct month *month)
{
	char code[8];
	struct qorgan_verification result;

	snprintf(code, sizeof code, "%s", countries[state].code);
	must(qorgan_verify(states_open(state), finding_fail, code, &result, &error), "verify", state);
	month->leaves = result.leaves;
	month->versions = result.versions;
}

void look_sizes(unsigned state, struct month *month)
{
	char *text, path[140];
	struct stat about;

	must(qorgan_stats(states_open(state), &text, &error), "sizes", state);
	json_t *stats = json_loads(text, 0, NULL);
	month->used = (uint64_t)json_integer_value(json_object_get(stats, "bytes_used"));
	json_decref(stats);
	free(text);
	snprintf(path, sizeof path, "%s/store.mdb", countries[state].path);
	if (stat(path, &about))
		soak_fail("no %s", path);
	month->file = (uint64_t)about.st_size;
}
