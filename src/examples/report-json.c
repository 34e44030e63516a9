/* Reads the status report of a period as JSON and prints its totals: how many measures are planned, overdue…
 *
 *   cc report-json.c $(pkg-config --cflags --libs qorgan jansson) -o report-json
 *   ./report-json STORE IDENTITY 2026-Q1
 *
 * A report is written to a stream: here one in memory, so that no plain text reaches the disk. */
#define _POSIX_C_SOURCE 200809L /* open_memstream */
#include <stdio.h>
#include <stdlib.h>

#include <jansson.h>
#include <qorgan/report.h>

/* The caller frees the text. */
static int report_read(struct qorgan_store *store, const char *period, char **text, size_t *size,
                       struct qorgan_error *error)
{
	struct qorgan_report report = { .kind = "status", .period = period, .format = "json" };
	FILE *memory = open_memstream(text, size);

	if (!memory) {
		snprintf(error->message, sizeof error->message, "there is no memory for the report");
		return QORGAN_INTERNAL;
	}
	int code = qorgan_report_write(store, &report, memory, error);
	fclose(memory);
	return code;
}

/* Prints "name: number" for each number of an object of the report. */
static void numbers_print(const json_t *object)
{
	const char *name;
	json_t *value;

	json_object_foreach((json_t *)object, name, value)
		if (json_is_integer(value))
			printf("%s: %" JSON_INTEGER_FORMAT "\n", name, json_integer_value(value));
}

int main(int argc, char **argv)
{
	struct qorgan_keys keys = { .identity = argc > 2 ? argv[2] : NULL };
	struct qorgan_store *store = NULL;
	struct qorgan_error error;
	char *text = NULL;
	size_t size = 0;

	if (argc != 4) {
		fprintf(stderr, "usage: report-json STORE IDENTITY PERIOD\n");
		return QORGAN_USAGE;
	}
	int code = qorgan_store_open(argv[1], &keys, QORGAN_READ_ONLY, &store, &error);
	if (!code)
		code = report_read(store, argv[3], &text, &size, &error);
	if (code)
		fprintf(stderr, "report-json: %s\n", error.message);
	json_t *report = code ? NULL : json_loadb(text, size, 0, NULL);
	if (report)
		numbers_print(json_object_get(report, "totals"));
	json_decref(report);
	free(text);
	qorgan_store_close(store);
	return code;
}
