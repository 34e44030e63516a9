/* From raw canonical JSON to what a report holds. */
#include <string.h>

#include "record/reader.h"
#include "record/validate.h"
#include "register/wording.h"
#include "report/compute.h"
#include "report/phrases.h"

struct span raw_plain(struct span raw)
{
	if (raw.size < 2 || raw.data[0] != '"')
		return (struct span){ 0 };
	return (struct span){ raw.data + 1, raw.size - 2 };
}

bool raw_date(struct span raw, date_day *day)
{
	return raw.size == DATE_TEXT_SIZE + 1 && date_parse(raw_plain(raw), day);
}

bool raw_has(struct span set, struct span wanted)
{
	struct reader reader;
	struct span element;

	if (!set.data || !reader_open(set, &reader))
		return false;
	while (reader_element(&reader, &element))
		if (span_equal(raw_plain(element), wanted))
			return true;
	return false;
}

const char *compute_text(struct compute *compute, struct span raw)
{
	struct span text;

	if (!raw.data)
		return "";
	buffer_clear(&compute->scratch);
	return wording_pick(compute->languages, raw, &compute->scratch, &text) ? arena_text(compute->arena, text) : "";
}

const char *compute_string(struct compute *compute, struct span raw)
{
	struct span text;

	if (!raw.data)
		return "";
	buffer_clear(&compute->scratch);
	return reader_string(raw, &compute->scratch, &text) ? arena_text(compute->arena, text) : "";
}

const char *compute_joined(struct compute *compute, struct span raw)
{
	struct reader reader;
	struct span element;

	if (!raw.data || !reader_open(raw, &reader))
		return "";
	buffer_clear(&compute->scratch);
	while (reader_element(&reader, &element)) {
		if (compute->scratch.size > 0)
			buffer_append_text(&compute->scratch, ", ");
		buffer_append_span(&compute->scratch, raw_plain(element));
	}
	compute->arena->failed |= compute->scratch.failed;
	return arena_text(compute->arena, buffer_span(&compute->scratch));
}

const char *compute_day(struct compute *compute, date_day day)
{
	char text[DATE_TEXT_SIZE];

	date_format(day, text);
	return arena_text(compute->arena, span_of(text));
}

struct report_level compute_level(struct compute *compute, struct span raw)
{
	struct level level = level_read(raw);
	unsigned score = level_score(level);
	const struct level_band *band = level_band_of(&compute->scale, score);

	/* The labels were copied with the scale: bands of both are in one order. */
	const struct report_band *copy = band ? &compute->model->scale.bands.items[band - compute->scale.bands] : NULL;
	return (struct report_level){ level.likelihood, level.impact, score, copy ? copy->title : "",
		                          copy ? copy->colour : "" };
}

void compute_mark(struct compute *compute, const char *marking)
{
	int rank = *marking ? validate_marking_rank(span_of(marking)) : -1;

	if (rank <= compute->marking_rank)
		return;
	compute->marking_rank = rank;
	compute->model->marking = marking;
}

void compute_marking(struct compute *compute, struct span raw)
{
	struct span label = raw_plain(raw);
	int rank = label.size ? validate_marking_rank(label) : -1;

	if (rank > compute->marking_rank)
		compute_mark(compute, arena_text(compute->arena, label));
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

int compare_ids(const char *left, const char *right)
{
	const char *a = left, *b = right;

	/* What they have in common decides nothing, but for a number begun in it. */
	while (*a && *a == *b)
		a++, b++;
	while (a > left && is_digit(a[-1]))
		a--, b--;
	while (*a && *b) {
		if (!is_digit(*a) || !is_digit(*b)) {
			if (*a != *b)
				return (unsigned char)*a < (unsigned char)*b ? -1 : 1;
			a++, b++;
			continue;
		}
		while (*a == '0')
			a++;
		while (*b == '0')
			b++;
		int order = 0; /* of equally long numbers, that of the first digits that differ */
		for (; is_digit(*a) && is_digit(*b); a++, b++)
			order = order ? order : *a - *b;
		if (is_digit(*a) || is_digit(*b))
			return is_digit(*a) ? 1 : -1;
		if (order)
			return order;
	}
	if (*a || *b)
		return *a ? 1 : -1;
	return strcmp(left, right); /* that differ in leading zeros only */
}

const char *compute_field_text(struct compute *compute, const struct field *field, struct span raw)
{
	if (!raw.data)
		return "";
	if (*raw.data == '"' && (!field || field->type == FIELD_TEXT))
		return compute_string(compute, raw);
	buffer_clear(&compute->scratch);
	if (field && field->type == FIELD_DATE && !(field->flags & FIELD_LIST)) {
		char day[SAY_DAY_SIZE];
		return arena_text(compute->arena, span_of(say_day(compute_string(compute, raw), day)));
	}
	if (field)
		wording_value(field, raw, &compute->wording, &compute->scratch);
	else
		buffer_append_span(&compute->scratch, raw);
	compute->arena->failed |= compute->scratch.failed;
	return arena_text(compute->arena, buffer_span(&compute->scratch));
}

void compute_field(struct compute *compute, struct report_field *row, const char *path, const struct field *field,
                   struct span before, struct span after)
{
	*row = (struct report_field){ arena_text(compute->arena, span_of(path)),
		                          field ? language_text(compute->wording.words, field->label) : "",
		                          compute_field_text(compute, field, before), compute_field_text(compute, field, after) };
}
