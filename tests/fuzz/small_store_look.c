/* What a store tells: what lies in it was written by somebody who had its keys and
 * another program, so that it may be anything. */
#include <stdlib.h>
#include <string.h>

#include "qorgan/exchange.h"
#include "qorgan/forget.h"
#include "qorgan/policy.h"
#include "qorgan/report.h"
#include "qorgan/snapshot.h"
#include "record/schema.h"
#include "small_store.h"
#include "store/verify.h"

static int row_take(void *context, const struct qorgan_row *row)
{
	size_t *sum = context;

	for (size_t i = 0; i < row->count; i++)
		*sum += strlen(row->cells[i]);
	*sum += row->json_size;
	return 0;
}

static int entry_take(void *context, const struct qorgan_history_entry *entry)
{
	size_t *sum = context;

	for (size_t i = 0; i < entry->count; i++)
		*sum += strlen(entry->changes[i].path) + (entry->changes[i].after ? strlen(entry->changes[i].after) : 0);
	*sum += strlen(entry->message ? entry->message : "");
	return 0;
}

static void line_take(void *context, unsigned indent, const char *label, const char *text)
{
	*(size_t *)context += indent + strlen(label) + strlen(text);
}

static int ledger_take(void *context, const struct qorgan_ledger_entry *entry)
{
	*(size_t *)context += strlen(entry->partner) + strlen(entry->id);
	return 0;
}

/* One object in every way. */
static void object_look(struct qorgan_store *store, const char *kind, const char *id)
{
	struct qorgan_object *object = NULL;
	struct qorgan_error error = { 0 };
	char *json = NULL, kinds[200];
	size_t sum = 0;
	int code = qorgan_object_get(store, kind, id, 0, &object, &error);

	check_message(code, &error);
	if (code)
		return;
	check_message(qorgan_object_json(store, object, &json, &error), &error);
	free(json);
	check_message(qorgan_object_describe(store, object, line_take, &sum, &error), &error);
	check_message(qorgan_object_namesakes(store, object, kinds, &error), &error);
	check_message(qorgan_history(store, kind, id, entry_take, &sum, &error), &error);
	free(qorgan_object_field(store, object, "title"));
	qorgan_object_free(object);
}

/* The ids of a listing, each with its zero. */
static int id_take(void *context, const struct qorgan_row *row)
{
	if (row->count)
		buffer_append(context, row->cells[0], strlen(row->cells[0]) + 1);
	return 0;
}

static void kind_look(struct qorgan_store *store, const char *kind, bool json)
{
	struct qorgan_listing listing = { .kind = kind, .columns = "id", .limit = 4 };
	struct qorgan_error error = { 0 };
	struct buffer ids = { 0 };
	size_t sum = 0;

	check_message(qorgan_list(store, &listing, NULL, id_take, &ids, &error), &error);
	for (size_t at = 0; at < ids.size; at += strlen(ids.data + at) + 1)
		object_look(store, kind, ids.data + at);
	buffer_free(&ids);
	listing = (struct qorgan_listing){ .kind = kind, .json = json };
	check_message(qorgan_list(store, &listing, NULL, row_take, &sum, &error), &error);
}

static void report_look(struct qorgan_store *store, const char *kind, const char *format)
{
	const struct qorgan_report report = { .kind = kind, .format = format };
	struct qorgan_error error = { 0 };
	char *text = NULL;
	size_t size = 0;
	FILE *to = open_memstream(&text, &size);

	check(to != NULL);
	int code = qorgan_report_write(store, &report, to, &error);
	check_message(code, &error);
	check(fclose(to) == 0);
	free(text);
}

void small_store_look(struct qorgan_store *store, size_t turn)
{
	/* The writers that the library has itself; those by other libraries take long. */
	static const char *const formats[] = { "text", "csv", "json", "md", "html" };
	struct qorgan_error error = { 0 };
	size_t count, sum = 0;
	const struct schema *const *kinds = schema_all(&count);
	char *text = NULL;

	for (size_t i = 0; i < count; i++)
		kind_look(store, kinds[i]->kind, turn & 1);
	for (size_t i = 0; qorgan_report_kinds[i]; i++)
		if (i % 5 == turn % 5)
			report_look(store, qorgan_report_kinds[i], formats[turn / 5 % 5]);
	check_message(qorgan_commits(store, 4, entry_take, &sum, &error), &error);
	check_message(qorgan_search(store, "attack", NULL, false, NULL, row_take, &sum, &error), &error);
	check_message(qorgan_ledger(store, NULL, ledger_take, &sum, &error), &error);
	check_message(qorgan_stats(store, &text, &error), &error);
	free(text);
}

uint64_t small_store_verify(qorgan_finding finding)
{
	struct qorgan_store *store = NULL;
	struct verify_shared shared = { 0 };
	struct qorgan_verification found = { 0 };
	struct qorgan_error error = { 0 };
	int code = qorgan_store_open(small_store_path("store"), small_store_keys(), QORGAN_INSPECT | QORGAN_ANY_FILESYSTEM,
	                             &store, &error);

	check_message(code, &error);
	if (!code)
		check_message(verify_rows(store, &shared, finding, NULL, &found, &error), &error);
	qorgan_store_close(store);
	return found.findings;
}
