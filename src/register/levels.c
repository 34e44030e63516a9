/* Levels of risk. */
#include "register/levels.h"

#include <stdlib.h>

#include "base/memory.h"
#include "base/text.h"
#include "record/reader.h"
#include "register/wording.h"

struct level level_read(struct span raw)
{
	static const char *const names[] = { "impact", "likelihood" };
	struct span values[2];
	int64_t impact = 0, likelihood = 0;

	if (!raw.data)
		return (struct level){ 0 };
	reader_pick(raw, names, values, 2);
	if (!reader_integer(values[0], &impact) || !reader_integer(values[1], &likelihood) || impact < 1 ||
	    impact > LEVEL_LIMIT || likelihood < 1 || likelihood > LEVEL_LIMIT)
		return (struct level){ 0 };
	return (struct level){ (unsigned)likelihood, (unsigned)impact };
}

unsigned level_score(struct level level)
{
	return level.likelihood * level.impact;
}

struct loading {
	struct level_scale *scale;
	const char *const *languages;
};

/* A copy of a text in the reader's language; NULL without one or without memory. */
static char *take_text(const struct loading *loading, struct span raw)
{
	struct buffer scratch = { 0 };
	struct span text;
	char *copy = raw.data && wording_pick(loading->languages, raw, &scratch, &text) ? span_copy(text) : NULL;

	buffer_free(&scratch);
	return copy;
}

static void take_levels(const struct loading *loading, struct span list, unsigned *count, char **labels)
{
	static const char *const names[] = { "level", "title" };
	struct reader reader;
	struct span element, values[2];
	int64_t level;

	if (!reader_open(list, &reader))
		return;
	while (reader_element(&reader, &element)) {
		reader_pick(element, names, values, 2);
		if (!reader_integer(values[0], &level) || level < 1 || level > LEVEL_LIMIT)
			continue;
		if (*count < (unsigned)level)
			*count = (unsigned)level;
		free(labels[level]);
		labels[level] = take_text(loading, values[1]);
	}
}

static int compare_bands(const void *left, const void *right)
{
	const struct level_band *a = left, *b = right;

	return a->from < b->from ? -1 : a->from > b->from;
}

static int take_bands(const struct loading *loading, struct span list, struct qorgan_error *error)
{
	static const char *const names[] = { "colour", "from", "title" };
	struct level_scale *scale = loading->scale;
	struct buffer scratch = { 0 };
	struct reader reader;
	struct span element, values[3], colour;
	int64_t from;

	if (!reader_open(list, &reader))
		return QORGAN_OK;
	while (scale->band_count < LEVEL_BANDS && reader_element(&reader, &element)) {
		reader_pick(element, names, values, 3);
		if (!reader_integer(values[1], &from) || from < 1 || from > LEVEL_LIMIT * LEVEL_LIMIT)
			continue;
		struct level_band *band = &scale->bands[scale->band_count++];
		band->from = (unsigned)from;
		band->title = take_text(loading, values[2]);
		band->colour = reader_string(values[0], &scratch, &colour) ? span_copy(colour) : span_copy(span_of(""));
		if (!band->title)
			band->title = span_copy(span_of(""));
		buffer_clear(&scratch);
		if (!band->title || !band->colour) {
			buffer_free(&scratch);
			return error_set_memory(error);
		}
	}
	buffer_free(&scratch);
	qsort(scale->bands, scale->band_count, sizeof *scale->bands, compare_bands);
	return QORGAN_OK;
}

static int take_scale(void *context, struct vault_record *record, struct qorgan_error *error)
{
	struct loading *loading = context;
	struct span list;

	if (span_is(record->record.id, "matrix") && reader_find(record->record.body, "bands", &list))
		return take_bands(loading, list, error);
	if (!reader_find(record->record.body, "levels", &list))
		return QORGAN_OK;
	if (span_is(record->record.id, "likelihood"))
		take_levels(loading, list, &loading->scale->likelihoods, loading->scale->likelihood);
	else if (span_is(record->record.id, "impact"))
		take_levels(loading, list, &loading->scale->impacts, loading->scale->impact);
	return QORGAN_OK;
}

int level_scale_load(struct vault_view *view, const char *const *languages, struct level_scale *scale,
                     struct qorgan_error *error)
{
	struct loading loading = { scale, languages };
	const uint64_t failures = memory_failures();

	*scale = (struct level_scale){ 0 };
	int code = vault_scan(view, schema_find("scale", 5), take_scale, &loading, error);
	/* A label that found no memory is not one that is missing. */
	if (!code && memory_failures() != failures)
		code = error_set_memory(error);
	if (scale->likelihoods == 0)
		scale->likelihoods = LEVEL_LIMIT;
	if (scale->impacts == 0)
		scale->impacts = LEVEL_LIMIT;
	return code;
}

static bool title_is(struct span title, struct span label)
{
	struct buffer scratch = { 0 };
	struct reader reader;
	struct span tag, raw, text;
	bool found = false;

	for (bool more = reader_open(title, &reader); more && !found && reader_member(&reader, &tag, &raw);) {
		buffer_clear(&scratch);
		found = reader_string(raw, &scratch, &text) && text_words_alike(text, label);
	}
	buffer_free(&scratch);
	return found;
}

int level_named(struct vault_view *view, const char *scale, struct span label, unsigned *level,
                struct qorgan_error *error)
{
	static const char *const names[] = { "level", "title" };
	struct vault_record record = { 0 };
	struct span list, element, values[2];
	struct reader reader;
	int64_t number;

	*level = 0;
	int code = vault_get(view, schema_find("scale", 5), span_of(scale), 0, &record, error);
	bool more = !code && reader_find(record.record.body, "levels", &list) && reader_open(list, &reader);
	while (more && !*level && reader_element(&reader, &element)) {
		reader_pick(element, names, values, 2);
		if (values[1].data && reader_integer(values[0], &number) && number >= 1 && number <= LEVEL_LIMIT &&
		    title_is(values[1], label))
			*level = (unsigned)number;
	}
	vault_record_free(&record);
	return code == QORGAN_ABSENT ? QORGAN_OK : code;
}

void level_scale_free(struct level_scale *scale)
{
	for (size_t i = 0; i < scale->band_count; i++) {
		free(scale->bands[i].title);
		free(scale->bands[i].colour);
	}
	for (size_t i = 0; i <= LEVEL_LIMIT; i++) {
		free(scale->likelihood[i]);
		free(scale->impact[i]);
	}
	*scale = (struct level_scale){ 0 };
}

const struct level_band *level_band_of(const struct level_scale *scale, unsigned score)
{
	const struct level_band *found = NULL;

	for (size_t i = 0; i < scale->band_count && scale->bands[i].from <= score; i++)
		found = &scale->bands[i];
	return found;
}

enum acceptance acceptance_of(struct span treatment, struct span acceptance, date_day day, date_day *until)
{
	struct span raw;

	if (!span_is(treatment, "\"accept\"") || !acceptance.data || !reader_find(acceptance, "until", &raw) ||
	    raw.size < 2 || !date_parse((struct span){ raw.data + 1, raw.size - 2 }, until))
		return ACCEPTANCE_NONE;
	return *until < day ? ACCEPTANCE_EXPIRED : ACCEPTANCE_HOLDS;
}
