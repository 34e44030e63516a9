/* The rule of release, for one version and one recipient. */
#include "exchange/release_rule.h"

#include "base/language.h"
#include "record/reader.h"
#include "record/validate.h"

static bool list_has(struct span list, const char *id, struct buffer *scratch)
{
	struct reader reader;
	struct span value, text;

	if (!list.data || !reader_open(list, &reader))
		return false;
	while (reader_element(&reader, &value))
		if (reader_string(value, scratch, &text) && span_is(text, id))
			return true;
	return false;
}

/* Of a recipient, or of whoever it may be (NULL): then only what keeps all out. */
static const char *refusal(const struct record *record, const struct recipient *recipient)
{
	static const char *const names[] = { "marking", "release" };
	const struct schema *schema = schema_find(record->kind.data, record->kind.size);
	struct span values[2], label = span_of(RELEASE_MARKING_ABSENT);
	struct buffer scratch = { 0 };
	const char *why = NULL;

	if (!schema || !(schema->flags & SCHEMA_RELEASABLE))
		return SAID("objects of this kind never leave the store");
	reader_pick(record->body, names, values, 2);
	if (values[0].data)
		reader_string(values[0], &scratch, &label);
	int rank = validate_marking_rank(label);
	if (rank < 0)
		why = SAID("its marking is unknown");
	else if (rank >= validate_marking_rank(span_of("TLP:RED")))
		why = SAID("marked TLP:RED");
	else if (recipient && recipient->observer && rank > validate_marking_rank(span_of("TLP:GREEN")))
		why = SAID("an observer receives TLP:CLEAR and TLP:GREEN only");
	else if (!values[1].data)
		why = SAID("released to nobody");
	else if (recipient && !list_has(values[1], recipient->id, &scratch))
		why = SAID("not on its release list");
	buffer_free(&scratch);
	return why;
}

const char *release_refusal(const struct record *record, const struct recipient *recipient)
{
	return refusal(record, recipient);
}

const char *release_refusal_any(const struct record *record)
{
	return refusal(record, NULL);
}
