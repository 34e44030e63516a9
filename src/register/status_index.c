/* The statuses of all measures at one moment: an array of facts, found by the id
 * of the status, which is that of the measure, a slash, and the state. */
#include "register/status_index.h"

#include <stdlib.h>
#include <string.h>

#include "record/reader.h"
#include "register/as_of.h"
#include "register/id_set.h"

struct status_index {
	struct id_set ids; /* to the place in `facts` */
	struct status_facts *facts, *earlier; /* earlier: NULL unless watched; version 0: nothing held */
	size_t count, capacity;
};

struct loading {
	struct status_index *index;
	const struct status_watch *watch; /* or NULL */
};

static enum status_word word_of(struct span raw)
{
	for (int i = 0; raw.size > 2 && i < STATUS_WORDS; i++)
		if (span_is((struct span){ raw.data + 1, raw.size - 2 }, status_word_names[i]))
			return (enum status_word)i;
	return STATUS_NONE;
}

static struct status_facts facts_of(const struct vault_record *record)
{
	enum { CONSENT, PROGRESS, STATUS, NAMES };
	static const char *const names[NAMES] = { "consent", "progress", "status" };
	struct span values[NAMES];
	int64_t progress = 0;

	reader_pick(record->record.body, names, values, NAMES);
	reader_integer(values[PROGRESS], &progress);
	return (struct status_facts){ .word = (uint8_t)word_of(values[STATUS]),
		                          .consent = span_is(values[CONSENT], "\"declined\"") ? CONSENT_DECLINED
		                                                                              : CONSENT_ACCEPTED,
		                          .progress = (uint8_t)(progress < 0 ? 0 : progress > 100 ? 100 : progress),
		                          .date = as_of_date(&record->record),
		                          .version = record->record.version,
		                          .place = record->place };
}

static bool index_reserve(struct status_index *index, bool compare)
{
	if (index->count < index->capacity)
		return true;
	if (index->capacity > UINT32_MAX / 4)
		return false;
	size_t capacity = index->capacity ? index->capacity * 2 : 64;
	struct status_facts *facts = reallocarray(index->facts, capacity, sizeof *facts);
	if (!facts)
		return false;
	index->facts = facts;
	if (compare) {
		struct status_facts *earlier = reallocarray(index->earlier, capacity, sizeof *earlier);
		if (!earlier)
			return false;
		index->earlier = earlier;
	}
	index->capacity = capacity;
	return true;
}

static int take_status(void *context, const struct vault_record *now, const struct vault_record *before,
                       struct qorgan_error *error)
{
	struct loading *loading = context;
	struct status_index *index = loading->index;
	uint64_t hash = id_set_hash(&index->ids, "", now->record.id);

	if (!index_reserve(index, loading->watch != NULL) || !id_set_add(&index->ids, hash, (uint32_t)index->count))
		return error_set_memory(error);
	struct status_facts facts = facts_of(now);
	index->facts[index->count] = facts;
	if (loading->watch)
		index->earlier[index->count] = before == now ? facts : before ? facts_of(before) : (struct status_facts){ 0 };
	index->count++;
	if (!loading->watch)
		return QORGAN_OK;
	return loading->watch->each(loading->watch->context, (uint32_t)index->count - 1, now, error);
}

int status_index_load_watched(struct vault_view *view, struct status_moment moment, const struct status_watch *watch,
                              struct status_index **index, struct qorgan_error *error)
{
	struct as_of as_of = { AS_OF_DATED, moment.as_of, moment.until, watch != NULL, watch ? watch->earlier : 0 };
	struct loading loading = { calloc(1, sizeof *loading.index), watch };

	if (!loading.index)
		return error_set_memory(error);
	id_set_start(&loading.index->ids);
	int code = as_of_scan(view, schema_find("status", 6), &as_of, take_status, &loading, error);
	if (code) {
		status_index_free(loading.index);
		return code;
	}
	*index = loading.index;
	return QORGAN_OK;
}

int status_index_load(struct vault_view *view, struct status_moment moment, struct status_index **index,
                      struct qorgan_error *error)
{
	return status_index_load_watched(view, moment, NULL, index, error);
}

void status_index_free(struct status_index *index)
{
	if (!index)
		return;
	id_set_free(&index->ids);
	free(index->facts);
	free(index->earlier);
	free(index);
}

const struct status_facts *status_index_find(const struct status_index *index, struct span measure, struct span state)
{
	char id[RECORD_ID_LIMIT];
	uint32_t number;

	if (index->count == 0 || measure.size + 1 + state.size > sizeof id)
		return NULL;
	memcpy(id, measure.data, measure.size);
	id[measure.size] = '/';
	memcpy(id + measure.size + 1, state.data, state.size);
	struct span text = { id, measure.size + 1 + state.size };
	return id_set_get(&index->ids, id_set_hash(&index->ids, "", text), &number) ? &index->facts[number] : NULL;
}

uint32_t status_index_number(const struct status_index *index, const struct status_facts *facts)
{
	return (uint32_t)(facts - index->facts);
}

const struct status_facts *status_index_earlier(const struct status_index *index, const struct status_facts *facts)
{
	const struct status_facts *earlier = index->earlier ? &index->earlier[facts - index->facts] : NULL;

	return earlier && earlier->version > 0 ? earlier : NULL;
}
