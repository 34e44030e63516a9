/* Fuzzes what a store is asked in words: conditions, columns and orders of listings, words searched for, periods and
 * days, names of states and languages, fields and their values. Whatever is asked is answered, or refused with
 * a reason; and a change that was only begun leaves no byte. The first byte chooses the question, and of which kind of object;
 * each line that follows is a word of it. */
#include <stdlib.h>
#include <string.h>

#include "qorgan/report.h"
#include "record/schema.h"
#include "small_store.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define WORDS_MOST 12

static struct qorgan_store *store;

struct question {
	const char *kind;
	const char *words[WORDS_MOST + 1]; /* NULL behind the last */
	size_t count;
};

static int row_check(void *context, const struct qorgan_row *row)
{
	(void)context;
	for (size_t i = 0; i < row->count; i++)
		check(row->cells[i] != NULL);
	return 0;
}

static void listing_ask(const struct question *question, bool json)
{
	struct qorgan_filter filters[WORDS_MOST];
	struct qorgan_listing listing = { .kind = question->kind, .filters = filters, .json = json };
	struct qorgan_error error = { 0 };

	listing.columns = question->count > 0 && *question->words[0] ? question->words[0] : NULL;
	listing.sort = question->count > 1 && *question->words[1] ? question->words[1] : NULL;
	for (size_t i = 2; i + 1 < question->count; i += 2)
		filters[listing.filter_count++] = (struct qorgan_filter){ question->words[i], question->words[i + 1] };
	check_message(qorgan_list(store, &listing, NULL, row_check, NULL, &error), &error);
}

static void report_ask(const struct question *question)
{
	const char *const *words = question->words;
	const struct qorgan_report report = { .kind = "status", .format = "text", .period = question->count > 0 ? words[0] : NULL,
		                                  .as_of = question->count > 1 ? words[1] : NULL,
		                                  .compare = question->count > 2 ? words[2] : NULL,
		                                  .state = question->count > 3 ? words[3] : NULL,
		                                  .domain = question->count > 4 ? words[4] : NULL,
		                                  .audience = question->count > 5 ? words[5] : NULL,
		                                  .shown = question->count > 6 ? words[6] : NULL };
	struct qorgan_error error = { 0 };
	char *text = NULL;
	size_t size = 0;
	FILE *to = open_memstream(&text, &size);

	check(to != NULL);
	check_message(qorgan_report_write(store, &report, to, &error), &error);
	check(fclose(to) == 0);
	free(text);
}

static void words_ask(const struct question *question)
{
	struct qorgan_error error = { 0 };
	struct qorgan_object *object = NULL;
	char code[65];

	for (size_t i = 0; i < question->count; i++) {
		check_message(qorgan_search(store, question->words[i], question->kind, i % 2, NULL, row_check, NULL, &error), &error);
		check_message(qorgan_party_find(store, question->words[i], code, &error), &error);
		int unknown = qorgan_object_get(store, i % 2 ? question->kind : NULL, question->words[i], 0, &object, &error);
		check_message(unknown, &error);
		if (!unknown) {
			free(qorgan_object_field(store, object, question->words[0]));
			qorgan_object_free(object);
		}
		check_message(qorgan_store_set_languages(store, question->words[i], &error), &error);
	}
	check(qorgan_store_set_languages(store, "en", &error) == QORGAN_OK);
}

/* Fields by their paths, set one after the other; then thrown away. */
static void fields_ask(const struct question *question)
{
	struct qorgan_change *change = NULL;
	struct qorgan_error error = { 0 };
	char *json = NULL;
	const char *id = strcmp(question->kind, "measure") == 0 ? "CYB-01-M2" : "CYB-01";

	check(qorgan_change_begin(store, NULL, NULL, &change, &error) == QORGAN_OK);
	int code = qorgan_change_object(change, question->kind, id, QORGAN_PUT, 0, &error);
	check_message(code, &error);
	for (size_t i = 0; !code && i + 1 < question->count; i += 2)
		check_message(qorgan_change_set(change, question->words[i], question->words[i + 1], &error), &error);
	if (!code) {
		check_message(qorgan_change_json(change, &json, &error), &error);
		free(json);
		check_message(qorgan_change_replace(change, question->words[0] ? question->words[0] : "", &error), &error);
	}
	qorgan_change_free(change);
	check(small_store_is_same());
}

/* The words of the input; the text is theirs, and cut up. */
static void question_read(char *text, struct question *question)
{
	while (question->count < WORDS_MOST && *text) {
		size_t size = strcspn(text, "\n");
		question->words[question->count++] = text;
		text += size + (text[size] == '\n');
		if (size < (size_t)(text - question->words[question->count - 1]))
			text[-1] = '\0';
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct question question = { 0 };
	struct buffer text = { 0 };
	size_t count;
	const struct schema *const *kinds = schema_all(&count);

	if (size < 2)
		return 0;
	small_store_start();
	if (!store)
		store = small_store_open(0);
	buffer_append(&text, data + 1, size - 1);
	check(!text.failed);
	question_read(text.data, &question);
	question.kind = kinds[data[0] / 8 % count]->kind;
	if (data[0] % 8 < 4)
		listing_ask(&question, data[0] % 2);
	else if (data[0] % 8 == 4)
		report_ask(&question);
	else if (data[0] % 8 == 5)
		words_ask(&question);
	else
		fields_ask(&question);
	buffer_free(&text);
	return 0;
}
