/* The rules between the fields of one object: a table per kind of small
 * functions. Each looks only at what is there and of the right type, as the
 * check of single fields has told the rest. */
#include <string.h>

#include "base/date.h"
#include "base/language.h"
#include "record/member.h"
#include "record/validate_rules.h"

#define LARGEST 9007199254740991

/* What the rules are written with. */

static bool integer_of(const json_t *object, const char *name, json_int_t *integer)
{
	const json_t *value = json_object_get(object, name);

	*integer = json_integer_value(value);
	return json_is_integer(value);
}

static bool date_of(const json_t *object, const char *name, date_day *day)
{
	const char *text = member_text(object, name);

	return text && date_parse(span_of(text), day);
}

static void tell(struct validation *v, const char *name, const char *text)
{
	struct place place = { NULL, name, 0 };

	validation_tell(v, &place, "%s", text);
}

static void fill(struct validation *v, json_t *object, const char *name, json_t *value)
{
	struct place place = { NULL, name, 0 };

	validation_changes(v, &place);
	if (json_object_set_new(object, name, value) != 0)
		tell(v, name, "out of memory");
}

static void rule_order_of_dates(struct validation *v, const char *first, const char *last)
{
	date_day from, to;
	struct place place = { NULL, last, 0 };

	if (date_of(v->body, first, &from) && date_of(v->body, last, &to) && to < from)
		validation_tell(v, &place, "%s is before `%s`, %s", member_text(v->body, last), first,
		                member_text(v->body, first));
}

static void rule_needs(struct validation *v, const char *name, const char *why)
{
	struct place place = { NULL, name, 0 };

	if (!json_object_get(v->body, name))
		validation_tell(v, &place, "is required %s", language_said(why));
}

/* A test of each string `name` in the groups of a list, or of the strings of the
 * list itself if `name` is NULL. */
static void rule_each(struct validation *v, const char *list, const char *name, bool (*is)(struct span text),
                      const char *wanted)
{
	const json_t *array = json_object_get(v->body, list);
	struct place top = { NULL, list, 0 };

	for (size_t i = 0; i < json_array_size(array); i++) {
		const json_t *element = json_array_get(array, i);
		const char *text = name ? member_text(element, name) : json_string_value(element);
		struct place here = { &top, NULL, i }, member = { &here, name, 0 };
		if (text && !is(span_of(text)))
			validation_tell(v, name ? &member : &here, "\"%.80s\" is not %s", text, language_said(wanted));
	}
}

static bool is_capitals(struct span text, size_t count)
{
	if (text.size != count)
		return false;
	for (size_t i = 0; i < text.size; i++)
		if (text.data[i] < 'A' || text.data[i] > 'Z')
			return false;
	return true;
}

static bool all_of(struct span text, const char *allowed)
{
	for (size_t i = 0; i < text.size; i++)
		if (!text.data[i] || !strchr(allowed, text.data[i]))
			return false;
	return true;
}

/* Every kind. */

static bool is_address(struct span text)
{
	static const char *const schemes[] = { "http://", "https://" };

	for (size_t i = 0; i < 2; i++) {
		size_t size = strlen(schemes[i]);
		if (text.size > size && memcmp(text.data, schemes[i], size) == 0)
			return !memchr(text.data, ' ', text.size);
	}
	return false;
}

static void rule_addresses(struct validation *v)
{
	rule_each(v, "references", "url", is_address, "an address beginning with http:// or https://");
}

/* Catalogue, state, scale, period. */

static void rule_catalogue_days(struct validation *v)
{
	rule_order_of_dates(v, "from", "to");
}

static void rule_alpha2(struct validation *v)
{
	const char *code = member_text(v->body, "alpha2");

	if (code && !is_capitals(span_of(code), 2))
		tell(v, "alpha2", "must be two capital letters");
}

static void rule_languages(struct validation *v)
{
	rule_each(v, "languages", NULL, validation_is_language, "a language tag such as en, ru or uz-Latn");
}

static void rule_ascending(struct validation *v, const char *list, const char *name)
{
	const json_t *array = json_object_get(v->body, list);
	struct place top = { NULL, list, 0 };
	json_int_t before = -LARGEST, number;

	for (size_t i = 0; i < json_array_size(array); i++) {
		struct place here = { &top, NULL, i }, member = { &here, name, 0 };
		if (!integer_of(json_array_get(array, i), name, &number))
			continue;
		if (number <= before)
			validation_tell(v, &member, "%lld does not rise above the one before it", (long long)number);
		before = number;
	}
}

static void rule_scale_order(struct validation *v)
{
	rule_ascending(v, "levels", "level");
	rule_ascending(v, "bands", "from");
}

static bool is_colour(struct span text)
{
	return text.size == 7 && text.data[0] == '#' &&
	       all_of((struct span){ text.data + 1, 6 }, "0123456789abcdefABCDEF");
}

static void rule_colours(struct validation *v)
{
	rule_each(v, "bands", "colour", is_colour, "a colour written #rrggbb");
}

static void rule_months(struct validation *v)
{
	json_int_t months;

	if (integer_of(v->body, "months", &months) && months >= 1 && months <= 12 && 12 % months != 0)
		tell(v, "months", "must divide twelve: 1, 2, 3, 4, 6 or 12");
}

/* Risk. */

/* The highest of the impacts by dimension, 0 if none is given. */
static json_int_t highest_impact(const json_t *body)
{
	json_t *impacts = json_object_get(body, "impacts"), *value;
	const char *name;
	json_int_t highest = 0;

	json_object_foreach(impacts, name, value)
		if (json_is_integer(value) && json_integer_value(value) > highest)
			highest = json_integer_value(value);
	return highest;
}

static void fill_residual_impact(struct validation *v)
{
	json_t *residual = json_object_get(v->body, "residual");
	json_int_t highest = highest_impact(v->body);

	if (highest && json_object_size(residual) > 0 && !json_object_get(residual, "impact"))
		fill(v, residual, "impact", json_integer(highest));
}

static void rule_residual_impact(struct validation *v)
{
	struct place residual = { NULL, "residual", 0 }, place = { &residual, "impact", 0 };
	json_int_t impact, highest = highest_impact(v->body);

	if (highest && integer_of(json_object_get(v->body, "residual"), "impact", &impact) && impact != highest)
		validation_tell(v, &place, "is %lld, but the highest of `impacts` is %lld", (long long)impact,
		                (long long)highest);
}

static bool level_of(const json_t *body, const char *name, json_int_t *level)
{
	const json_t *group = json_object_get(body, name);
	json_int_t likelihood, impact;

	if (!integer_of(group, "likelihood", &likelihood) || !integer_of(group, "impact", &impact))
		return false;
	if (likelihood < 1 || likelihood > 5 || impact < 1 || impact > 5)
		return false;
	*level = likelihood * impact;
	return true;
}

static void rule_level_order(struct validation *v, const char *lower, const char *higher)
{
	struct place place = { NULL, lower, 0 };
	json_int_t low, high;

	if (level_of(v->body, lower, &low) && level_of(v->body, higher, &high) && low > high)
		validation_tell(v, &place, "the level %lld (likelihood x impact) is above the %s one, %lld",
		                (long long)low, higher, (long long)high);
}

static void rule_levels(struct validation *v)
{
	rule_level_order(v, "residual", "inherent");
	rule_level_order(v, "target", "residual");
	if (!json_object_get(v->body, "residual"))
		rule_level_order(v, "target", "inherent");
}

static void rule_acceptance(struct validation *v)
{
	if (member_text_is(v->body, "treatment", "accept"))
		rule_needs(v, "acceptance", "when the treatment is accept: who accepts the risk, why and until when");
}

/* Measure. */

static void fill_original_due(struct validation *v)
{
	date_day due;

	if (!json_object_get(v->body, "original_due") && date_of(v->body, "due", &due))
		fill(v, v->body, "original_due", json_string(member_text(v->body, "due")));
}

static void rule_due_after_start(struct validation *v)
{
	rule_order_of_dates(v, "start", "due");
}

static void rule_due_reason(struct validation *v)
{
	const char *first = member_text(v->body, "original_due"), *due = member_text(v->body, "due");

	if (first && (!due || strcmp(first, due) != 0))
		rule_needs(v, "due_reason", "as the due date is no longer the first one (--due-reason)");
}

static void rule_one_role(struct validation *v, const char *code, const char *list, const char *text)
{
	struct place place = { NULL, list, 0 };

	if (code && list_has_text(json_object_get(v->body, list), code))
		validation_tell(v, &place, "%.64s %s", code, text);
}

static void rule_roles(struct validation *v)
{
	const json_t *support = json_object_get(v->body, "support");

	rule_one_role(v, member_text(v->body, "lead"), "support", "leads the measure and cannot also support it");
	rule_one_role(v, member_text(v->body, "lead"), "abstaining", "leads the measure and cannot also abstain");
	for (size_t i = 0; i < json_array_size(support); i++)
		rule_one_role(v, json_string_value(json_array_get(support, i)), "abstaining",
		              "supports the measure and cannot also abstain");
}

static void rule_no_self_dependency(struct validation *v)
{
	const json_t *dependencies = json_object_get(v->body, "dependencies");
	struct place top = { NULL, "dependencies", 0 };

	for (size_t i = 0; i < json_array_size(dependencies); i++) {
		const char *id = json_string_value(json_array_get(dependencies, i));
		struct place place = { &top, NULL, i };
		if (id && span_is(v->id, id))
			validation_tell(v, &place, "a measure cannot depend on itself");
	}
}

static void rule_currency(struct validation *v, const char *group)
{
	struct place top = { NULL, group, 0 }, place = { &top, "currency", 0 };
	const char *currency = member_text(json_object_get(v->body, group), "currency");

	if (currency && !is_capitals(span_of(currency), 3))
		validation_tell(v, &place, "\"%.80s\" is not an ISO 4217 code such as USD", currency);
}

static void rule_budget(struct validation *v)
{
	rule_currency(v, "budget");
}

/* Status. */

static bool is_done(const json_t *body)
{
	return member_text_is(body, "status", "completed") || member_text_is(body, "status", "verified");
}

static void fill_progress(struct validation *v)
{
	if (is_done(v->body) && !json_object_get(v->body, "progress"))
		fill(v, v->body, "progress", json_integer(100));
}

static void rule_progress(struct validation *v)
{
	struct place place = { NULL, "progress", 0 };
	json_int_t progress;

	if (is_done(v->body) && integer_of(v->body, "progress", &progress) && progress < 100)
		validation_tell(v, &place, "is %lld, but what is %s has 100", (long long)progress,
		                member_text(v->body, "status"));
}

static void rule_reason(struct validation *v)
{
	if (member_text_is(v->body, "status", "on-hold"))
		rule_needs(v, "reason", "when the status is on-hold");
	else if (member_text_is(v->body, "status", "cancelled"))
		rule_needs(v, "reason", "when the status is cancelled");
	else if (member_text_is(v->body, "consent", "declined"))
		rule_needs(v, "reason", "when the state declines its part");
}

static void rule_work_days(struct validation *v)
{
	rule_order_of_dates(v, "started", "finished");
}

static void rule_spent(struct validation *v)
{
	rule_currency(v, "spent");
}

/* Evidence. */

static void rule_file_name(struct validation *v)
{
	const char *name = member_text(v->body, "name");

	if (name && (strchr(name, '/') || strcmp(name, ".") == 0 || strcmp(name, "..") == 0))
		tell(v, "name", "must be the name of a file, without a folder");
}

/* Frozen reports. */

static void rule_renderings(struct validation *v)
{
	size_t at;
	const json_t *each;

	json_array_foreach(json_object_get(v->body, "renderings"), at, each) {
		const char *digest = member_text(each, "sha256");
		if (digest && (strlen(digest) != 64 || strspn(digest, "0123456789abcdef") != 64))
			tell(v, "renderings", "a sha256 must be 64 hexadecimal digits, as sha256sum prints them");
	}
}

typedef void (*rule)(struct validation *v);
#define RULES_LIMIT 7

static const struct {
	const char *kind; /* NULL: every kind */
	rule fill, rules[RULES_LIMIT]; /* end with a NULL */
} kinds[] = {
	{ NULL, NULL, { rule_addresses } },
	{ "catalogue", NULL, { rule_catalogue_days } },
	{ "state", NULL, { rule_alpha2, rule_languages } },
	{ "scale", NULL, { rule_scale_order, rule_colours } },
	{ "period", NULL, { rule_months } },
	{ "risk", fill_residual_impact, { rule_residual_impact, rule_levels, rule_acceptance } },
	{ "measure", fill_original_due,
	  { rule_due_after_start, rule_due_reason, rule_roles, rule_no_self_dependency, rule_budget } },
	{ "status", fill_progress, { rule_progress, rule_reason, rule_work_days, rule_spent } },
	{ "evidence", NULL, { rule_file_name } },
	{ "snapshot", NULL, { rule_renderings } },
	{ "partner", NULL, { validation_partner } },
	{ "proposal", NULL, { validation_proposal } },
	{ "answer", NULL, { validation_answer } },
};
#define KINDS (sizeof kinds / sizeof kinds[0])

static bool kind_applies(size_t i, const struct validation *v)
{
	return !kinds[i].kind || strcmp(kinds[i].kind, v->schema->kind) == 0;
}

void validation_fill(struct validation *v)
{
	for (size_t i = 0; i < KINDS; i++)
		if (kind_applies(i, v) && kinds[i].fill)
			kinds[i].fill(v);
}

void validation_rules(struct validation *v)
{
	for (size_t i = 0; i < KINDS; i++)
		if (kind_applies(i, v))
			for (const rule *each = kinds[i].rules; *each; each++)
				(*each)(v);
}
