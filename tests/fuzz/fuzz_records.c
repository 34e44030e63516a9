/* Fuzzes what stands in a store: records whose seals, hashes and signatures are right, and which say anything
 * at all, as whoever has the keys and another program can write them. Whatever reads them gives an answer or
 * says why not. The first byte chooses what is done beside looking; each line then is KIND ID BODY. */
#include <stdlib.h>
#include <string.h>

#include "qorgan/card.h"
#include "qorgan/doctor.h"
#include "qorgan/exchange.h"
#include "qorgan/form.h"
#include "qorgan/policy.h"
#include "qorgan/report.h"
#include "qorgan/snapshot.h"
#include "small_store.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define RECORDS_MOST 40

/* A word off the line, up to a blank. */
static struct span word_take(struct span *line)
{
	const char *blank = line->size ? memchr(line->data, ' ', line->size) : NULL;
	struct span word = { line->data, blank ? (size_t)(blank - line->data) : line->size };
	size_t used = word.size + (blank != NULL);

	*line = (struct span){ line->data + used, line->size - used };
	return word;
}

static void record_put(struct vault_change *change, struct span line)
{
	struct qorgan_error error = { 0 };
	enum vault_outcome outcome;
	struct span kind = word_take(&line), id = word_take(&line);
	const struct schema *schema = schema_find(kind.data, kind.size);

	/* What cannot be in an envelope is not written by the vault, whoever calls it; commits have no id of theirs. */
	if (schema && schema->id_form != SCHEMA_ID_NUMBER && id.size && record_id_check(schema, id, &error) == QORGAN_OK)
		check_message(vault_change_put(change, schema, id, line, VAULT_ANY, &outcome, &error), &error);
}

static void records_put(struct qorgan_store *store, struct span text)
{
	struct qorgan_error error = { 0 };
	struct vault_change *change;
	uint64_t number;

	check(vault_change_begin(store, NULL, NULL, &change, &error) == QORGAN_OK);
	for (unsigned i = 0; i < RECORDS_MOST && text.size; i++) {
		const char *end = memchr(text.data, '\n', text.size);
		size_t size = end ? (size_t)(end - text.data) : text.size;
		record_put(change, (struct span){ text.data, size });
		text = (struct span){ text.data + size + (end != NULL), text.size - size - (end != NULL) };
	}
	check_message(vault_change_commit(change, &number, &error), &error);
}

static void finding_check(void *context, const char *what, const char *object, const char *advice)
{
	(void)context, (void)object;
	check(*what && advice != NULL);
}

static void hand_out(struct qorgan_store *store)
{
	const struct qorgan_export export = { .to = "KAZ", .output = small_store_path("out.age"), .replace = true };
	const struct qorgan_form form = { 0 };
	struct qorgan_export_result result;
	struct qorgan_form_written written;
	struct qorgan_error error = { 0 };
	FILE *null = fopen("/dev/null", "w");

	check(null != NULL);
	check_message(qorgan_export(store, &export, &result, &error), &error);
	check_message(qorgan_form_write(store, &form, null, &written, &error), &error);
	check_message(qorgan_dump(store, NULL, "jsonl", null, &error), &error);
	check_message(qorgan_dump(store, "measure", "csv", null, &error), &error);
	fclose(null);
}

static int difference_take(void *context, const struct qorgan_difference *difference, struct qorgan_error *error)
{
	(void)error;
	*(size_t *)context += strlen(difference->place);
	return 0;
}

static int keeper_take(void *context, const struct qorgan_keeper *keeper, struct qorgan_error *error)
{
	(void)error;
	*(size_t *)context += strlen(keeper->name) + keeper->slots;
	return 0;
}

/* Frozen reports, users and requests. */
static void keep(struct qorgan_store *store)
{
	const struct qorgan_custody how = { .message = "a try" };
	struct qorgan_object *snapshot = NULL;
	struct qorgan_commit result;
	struct qorgan_error error = { 0 };
	uint64_t count;
	unsigned missing;
	size_t sum = 0;
	FILE *null = fopen("/dev/null", "w");

	check(null != NULL);
	check_message(qorgan_keepers(store, keeper_take, &sum, &error), &error);
	check_message(qorgan_request_approve(store, "r1", &how, &missing, &result, &error), &error);
	check_message(qorgan_policy_require(store, 1, "release", &how, &result, &error), &error);
	if (qorgan_object_get(store, "snapshot", "2026-Q2", 0, &snapshot, &error) == QORGAN_OK) {
		struct qorgan_rendering rendering = { 0 };
		check_message(qorgan_snapshot_read(store, snapshot, "json", null, &rendering, &error), &error);
		free(rendering.signature);
		check_message(qorgan_snapshot_compare(store, snapshot, difference_take, &sum, &count, &error), &error);
		qorgan_object_free(snapshot);
	}
	fclose(null);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct qorgan_store *store;

	if (size < 2)
		return 0;
	small_store_start();
	store = small_store_open(0);
	records_put(store, (struct span){ (const char *)data + 1, size - 1 });
	qorgan_store_close(store);
	if (data[0] & 1)
		small_store_verify(finding_check);
	struct qorgan_error error = { 0 };
	if (qorgan_store_open(small_store_path("store"), small_store_keys(), QORGAN_ANY_FILESYSTEM, &store, &error) ==
	    QORGAN_OK) {
		small_store_look(store, size);
		if (data[0] & 2)
			hand_out(store);
		if (data[0] & 4)
			keep(store);
		qorgan_store_close(store);
	} else {
		check(error.message[0]);
	}
	small_store_reset();
	return 0;
}
