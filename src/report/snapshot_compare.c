/* A frozen report against the one of today: both as JSON, which has every number and list, and
 * lists are matched by what their entries are about, so that one new entry is one difference. */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/memory.h"
#include "base/error.h"
#include "qorgan/report.h"
#include "qorgan/snapshot.h"
#include "register/period.h"
#include "store/vault.h"

#define FROZEN_MOST ((size_t)64 << 20) /* bytes of a report that is read back */
#define DEEPEST 12                     /* members within members; a report has six */

struct comparing {
	qorgan_difference_each each;
	void *context;
	uint64_t *count;
	struct qorgan_error *error;
	int code;
};

/* When it was made, and what surrounds it, says nothing of what it tells. */
static bool is_of_the_making(const char *member)
{
	static const char *const members[] = { "generated", "as_of", "cut_off", "checkpoint", "title",
		                                   "note", "state_of", "approved_by", "approved_on", "letterhead" };

	for (size_t i = 0; i < sizeof members / sizeof members[0]; i++)
		if (strcmp(member, members[i]) == 0)
			return true;
	return false;
}

static void tell(struct comparing *comparing, const char *place, const json_t *before, const json_t *after)
{
	char *texts[2] = { before ? memory_json_text(before, JSON_ENCODE_ANY | JSON_COMPACT) : NULL,
		               after ? memory_json_text(after, JSON_ENCODE_ANY | JSON_COMPACT) : NULL };
	const struct qorgan_difference difference = { place, texts[0], texts[1] };

	if ((before && !texts[0]) || (after && !texts[1]))
		comparing->code = error_set_memory(comparing->error);
	else
		comparing->code = comparing->each(comparing->context, &difference, comparing->error);
	++*comparing->count;
	free(texts[0]);
	free(texts[1]);
}

static void compare(struct comparing *comparing, const char *place, unsigned depth, const json_t *before,
                    const json_t *after);

/* The members that are in both, or in one of two objects. */
static void compare_objects(struct comparing *comparing, const char *place, unsigned depth, const json_t *before,
                            const json_t *after)
{
	struct buffer within = { 0 };
	const char *member;
	json_t *value; /* Jansson iterates over what may be changed */

	json_object_foreach((json_t *)before, member, value) {
		if (depth == 0 && is_of_the_making(member))
			continue;
		buffer_clear(&within);
		buffer_append_format(&within, "%s%s%s", place, *place ? "." : "", member);
		compare(comparing, buffer_text(&within), depth + 1, value, json_object_get(after, member));
	}
	json_object_foreach((json_t *)after, member, value) {
		if (json_object_get(before, member) || (depth == 0 && is_of_the_making(member)))
			continue;
		buffer_clear(&within);
		buffer_append_format(&within, "%s%s%s", place, *place ? "." : "", member);
		compare(comparing, buffer_text(&within), depth + 1, NULL, value);
	}
	if (within.failed)
		comparing->code = error_set_memory(comparing->error);
	buffer_free(&within);
}

/* What an entry of a list is about: "CYB-01-M2 KAZ". The nth of the same gets its number. */
static bool name_entry(const json_t *entry, const json_t *named, json_t *counts, struct buffer *name)
{
	static const char *const members[] = { "measure", "kind", "id", "user", "from", "state", "role", "name", "date" };

	buffer_clear(name);
	for (size_t i = 0; i < sizeof members / sizeof members[0]; i++) {
		const char *text = json_string_value(json_object_get(entry, members[i]));
		if (text)
			buffer_append_format(name, "%s%s", name->size ? " " : "", text);
	}
	size_t plain = name->size;
	if (!name->failed && !json_object_get(named, buffer_text(name)))
		return true;
	json_t *count = json_object_get(counts, buffer_text(name)); /* a file may hold any number of the same */
	if (!count && json_object_set_new(counts, buffer_text(name), count = json_integer(1)))
		return false;
	do {
		json_integer_set(count, json_integer_value(count) + 1);
		name->size = plain;
		buffer_append_format(name, " (%" JSON_INTEGER_FORMAT ")", json_integer_value(count));
	} while (!name->failed && json_object_get(named, buffer_text(name)));
	return !name->failed;
}

/* Entries of a list by their names; NULL without memory. */
static json_t *name_entries(const json_t *list)
{
	json_t *named = json_object(), *counts = json_object();
	struct buffer name = { 0 };
	const json_t *entry;
	size_t at;
	bool failed = !named || !counts;

	json_array_foreach(list, at, entry)
		failed = failed || !name_entry(entry, named, counts, &name) ||
		         json_object_set(named, buffer_text(&name), (json_t *)entry);
	buffer_free(&name);
	json_decref(counts);
	if (failed)
		json_decref(named);
	return failed ? NULL : named;
}

static void compare_lists(struct comparing *comparing, const char *place, unsigned depth, const json_t *before,
                          const json_t *after)
{
	json_t *entries[2] = { name_entries(before), name_entries(after) };
	struct buffer within = { 0 };
	const char *name;
	json_t *value;

	if (!entries[0] || !entries[1])
		comparing->code = error_set_memory(comparing->error);
	for (int side = 0; side < 2 && !comparing->code; side++)
		json_object_foreach(entries[side], name, value) {
			if (side == 1 && json_object_get(entries[0], name))
				continue;
			buffer_clear(&within);
			buffer_append_format(&within, "%s %s", place, name);
			compare(comparing, buffer_text(&within), depth + 1, side == 0 ? value : NULL,
			        side == 1 ? value : json_object_get(entries[1], name));
		}
	buffer_free(&within);
	json_decref(entries[0]);
	json_decref(entries[1]);
}

static bool is_list_of_objects(const json_t *list)
{
	return json_is_array(list) && (json_array_size(list) == 0 || json_is_object(json_array_get(list, 0)));
}

static void compare(struct comparing *comparing, const char *place, unsigned depth, const json_t *before,
                    const json_t *after)
{
	/* What is not known, and what an older program did not tell, are one. */
	before = json_is_null(before) ? NULL : before;
	after = json_is_null(after) ? NULL : after;
	if (comparing->code || (!before && !after) || (before && after && json_equal(before, after)))
		return;
	if (depth < DEEPEST && json_is_object(before) && json_is_object(after))
		compare_objects(comparing, place, depth, before, after);
	else if (depth < DEEPEST && is_list_of_objects(before) && is_list_of_objects(after))
		compare_lists(comparing, place, depth, before, after);
	else
		tell(comparing, place, before, after);
}

/* ---- The two reports ------------------------------------------------------------------------ */

static int parse(struct buffer *text, const char *what, json_t **report, struct qorgan_error *error)
{
	*report = json_loadb(buffer_text(text), text->size, 0, NULL);
	if (json_is_object(*report))
		return QORGAN_OK;
	json_decref(*report);
	*report = NULL;
	return error_set(error, QORGAN_BAD_DATA, "%s is no report as JSON", what);
}

static ssize_t text_write(void *to, const char *data, size_t size)
{
	struct buffer *text = to;

	if (text->size + size > FROZEN_MOST)
		return 0;
	buffer_append(text, data, size);
	return text->failed ? 0 : (ssize_t)size;
}

static int read_frozen(struct qorgan_store *store, const struct qorgan_object *snapshot, json_t **report,
                       struct qorgan_error *error)
{
	struct qorgan_rendering rendering = { 0 };
	struct buffer text = { 0 };
	FILE *to = fopencookie(&text, "w", (cookie_io_functions_t){ .write = text_write });
	int code = to ? qorgan_snapshot_read(store, snapshot, "json", to, &rendering, error) : error_set_memory(error);

	if (to && fclose(to) && !code)
		code = error_set(error, QORGAN_BAD_DATA, "%s is larger than a report can be", qorgan_object_id(snapshot));
	if (!code)
		code = parse(&text, qorgan_object_id(snapshot), report, error);
	free(rendering.signature);
	buffer_free(&text);
	return code;
}

static int render(struct qorgan_store *store, const struct qorgan_report *asked, struct buffer *text,
                  struct qorgan_error *error)
{
	FILE *to = fopencookie(text, "w", (cookie_io_functions_t){ .write = text_write });
	int code = to ? qorgan_report_write(store, asked, to, error) : error_set_memory(error);

	if (to && fclose(to) && !code)
		code = error_set(error, QORGAN_BAD_DATA, "%s is larger than a report can be", asked->period);
	return code;
}

/* In the language in which the other one was frozen: texts are in it too. */
static int write_now(struct qorgan_store *store, const struct qorgan_object *snapshot, const json_t *body,
                     json_t **report, struct qorgan_error *error)
{
	const struct qorgan_report asked = { .kind = "status", .format = "json", .period = qorgan_object_id(snapshot),
		                                 .joint = json_is_true(json_object_get(body, "joint")) };
	const char *language = json_string_value(json_object_get(body, "language"));
	struct qorgan_error ignored;
	struct buffer text = { 0 }, languages = { 0 };
	char *own = vault_languages_list(store);

	buffer_append_format(&languages, "%s,%s", language ? language : "", own ? own : "");
	int code = own && !languages.failed ? qorgan_store_set_languages(store, buffer_text(&languages), error)
	                                    : error_set_memory(error);
	if (!code)
		code = render(store, &asked, &text, error);
	if (!code)
		code = parse(&text, asked.period, report, error);
	if (own)
		qorgan_store_set_languages(store, own, &ignored);
	free(own);
	buffer_free(&languages);
	buffer_free(&text);
	return code;
}

int qorgan_snapshot_compare(struct qorgan_store *store, const struct qorgan_object *snapshot,
                            qorgan_difference_each each, void *context, uint64_t *count, struct qorgan_error *error)
{
	struct comparing comparing = { each, context, count, error, QORGAN_OK };
	json_t *frozen = NULL, *now = NULL, *body = NULL;
	char *json = NULL;
	int code = read_frozen(store, snapshot, &frozen, error);

	*count = 0;
	if (!code)
		code = qorgan_object_json(store, snapshot, &json, error);
	if (!code && !(body = json_loads(json, 0, NULL)))
		code = error_set_memory(error);
	if (!code)
		code = write_now(store, snapshot, body, &now, error);
	if (!code) {
		compare(&comparing, "", 0, frozen, now);
		code = comparing.code;
	}
	json_decref(frozen);
	json_decref(now);
	json_decref(body);
	free(json);
	return code;
}

int qorgan_snapshot_name(struct qorgan_store *store, const char *period, char id[80], struct qorgan_error *error)
{
	struct period_book *book = NULL;
	struct period_named named;
	struct vault_view *view = NULL;
	int code = vault_view_begin(store, &view, error);

	if (!code)
		code = period_book_load(view, &book, error);
	if (!code)
		code = period_find(book, period, time_date(vault_now(store)), &named, error);
	if (!code)
		memcpy(id, named.label, sizeof named.label);
	period_book_free(book);
	vault_view_end(view);
	return code;
}
