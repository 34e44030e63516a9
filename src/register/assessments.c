/* States' own levels of risks. */
#include "register/assessments.h"

#include <string.h>

#include "record/reader.h"
#include "register/wording.h"

struct assessment assessment_read(const struct record *record)
{
	enum { CONFIDENCE, DATE, MARKING, NOTE, NAMES };
	static const char *const names[NAMES] = { "confidence", "date", "marking", "note" };
	struct span values[NAMES], id = record->id;
	const char *slash = id.size ? memchr(id.data, '/', id.size) : NULL;
	size_t size = slash ? (size_t)(slash - id.data) : id.size;

	reader_pick(record->body, names, values, NAMES);
	return (struct assessment){ .risk = { id.data, size },
		                        .state = { id.data + size + (slash != NULL), id.size - size - (slash != NULL) },
		                        .level = level_read(record->body),
		                        .confidence = values[CONFIDENCE],
		                        .date = values[DATE],
		                        .marking = values[MARKING],
		                        .note = values[NOTE] };
}

/* What is made of the assessments of one risk. */
struct telling {
	struct span risk;
	struct level agreed;
	struct level_scale scale;
	const char *const *languages;
	qorgan_line line;
	void *context;
	struct buffer text;
	struct buffer *to;
	size_t count;
};

static void level_write(const struct telling *telling, struct level level, struct buffer *to)
{
	const struct level_band *band = level_band_of(&telling->scale, level_score(level));

	if (!level_score(level)) {
		buffer_append_text(to, "none");
		return;
	}
	buffer_append_format(to, "%ux%u=%u", level.likelihood, level.impact, level_score(level));
	if (band && *band->title)
		buffer_append_format(to, " (%s)", band->title);
}

/* "4x5=20 (Extreme), agreed: 3x4=12 (High), 2026-05-01: two attacks in a month" */
static int tell_one(void *context, struct vault_record *record, struct qorgan_error *error)
{
	static const struct field note = { .type = FIELD_TEXT };
	struct telling *telling = context;
	struct assessment assessment = assessment_read(&record->record);
	char state[RECORD_NAME_LIMIT];

	if (!span_equal(assessment.risk, telling->risk))
		return QORGAN_OK;
	if (telling->count++ == 0)
		telling->line(telling->context, 0, "Assessments", "");
	buffer_clear(&telling->text);
	level_write(telling, assessment.level, &telling->text);
	buffer_append_text(&telling->text, ", agreed: ");
	level_write(telling, telling->agreed, &telling->text);
	if (assessment.date.size > 2)
		buffer_append_format(&telling->text, ", %.*s", (int)assessment.date.size - 2, assessment.date.data + 1);
	if (assessment.note.data) {
		buffer_append_text(&telling->text, ": ");
		wording_value(&note, assessment.note, &(struct wording){ telling->languages, NULL }, &telling->text);
	}
	if (telling->text.failed)
		return error_set_memory(error);
	snprintf(state, sizeof state, "%.*s", (int)assessment.state.size, assessment.state.data);
	telling->line(telling->context, 1, state, buffer_text(&telling->text));
	return QORGAN_OK;
}

int assessments_tell(struct vault_view *view, const char *const *languages, const struct record *risk, qorgan_line line,
                     void *context, struct qorgan_error *error)
{
	struct telling telling = { .risk = risk->id, .languages = languages, .line = line, .context = context };
	struct span residual;
	int code = level_scale_load(view, languages, &telling.scale, error);

	if (reader_find(risk->body, "residual", &residual))
		telling.agreed = level_read(residual);
	if (!code)
		code = vault_scan(view, schema_find("assessment", 10), tell_one, &telling, error);
	level_scale_free(&telling.scale);
	buffer_free(&telling.text);
	return code;
}

static int write_one(void *context, struct vault_record *record, struct qorgan_error *error)
{
	struct telling *telling = context;
	struct assessment assessment = assessment_read(&record->record);

	if (!span_equal(assessment.risk, telling->risk))
		return QORGAN_OK;
	/* Ids and dates have no characters that JSON escapes. */
	buffer_append_format(telling->to, "%s{\"state\":\"%.*s\",\"likelihood\":%u,\"impact\":%u,\"score\":%u",
	                     telling->count++ ? "," : "", (int)assessment.state.size, assessment.state.data,
	                     assessment.level.likelihood, assessment.level.impact, level_score(assessment.level));
	if (assessment.date.data)
		buffer_append_format(telling->to, ",\"date\":%.*s", (int)assessment.date.size, assessment.date.data);
	buffer_append_char(telling->to, '}');
	return telling->to->failed ? error_set_memory(error) : QORGAN_OK;
}

int assessments_write(struct vault_view *view, const struct record *risk, struct buffer *to,
                      struct qorgan_error *error)
{
	struct telling telling = { .risk = risk->id, .to = to };

	buffer_append_text(to, ",\"assessments\":[");
	int code = vault_scan(view, schema_find("assessment", 10), write_one, &telling, error);
	buffer_append_char(to, ']');
	return code;
}
