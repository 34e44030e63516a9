/* What a change may mean to do, and is yet worth a word: a contradiction that is
 * no fault. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/language.h"
#include "record/member.h"
#include "record/reader.h"
#include "register/authority.h"
#include "register/change_internal.h"

/* Several warnings follow one another, as far as there is room. */
static void warn(struct qorgan_change *change, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void warn(struct qorgan_change *change, const char *format, ...)
{
	size_t used = strlen(change->warning), room = sizeof change->warning - used;
	char *to = change->warning + used;
	va_list list;

	if (used + 3 > sizeof change->warning)
		return;
	int mark = snprintf(to, room, "%s", used ? "; " : "");
	va_start(list, format);
	int size = vsnprintf(to + mark, room - (size_t)mark, language_said(format), list);
	va_end(list);
	if (used && (size < 0 || (size_t)(mark + size) >= room))
		*to = '\0';
}

static int rank_of(const json_t *body)
{
	const char *marking = member_text(body, "marking");

	return validate_marking_rank(span_of(marking ? marking : "TLP:AMBER")); /* as export takes it */
}

static void warn_of_release(struct qorgan_change *change, const struct change_object *object)
{
	const char *marking = member_text(object->body, "marking");

	if (marking && strcmp(marking, "TLP:RED") == 0 && json_object_get(object->body, "release"))
		warn(change, "%s is marked TLP:RED and has a release list: nothing marked TLP:RED leaves by export", object->name);
}

/* A report goes with its measure, an assessment with its risk: marked lower, it
 * tells what that must not. */
static void warn_of_report(struct qorgan_change *change, const struct change_object *object)
{
	const char *parent = object->schema->parent;
	json_t *whole = change_whole(change, object, NULL);

	if (!whole)
		return;
	if (rank_of(object->body) < rank_of(whole))
		warn(change, "%s is marked %s, lower than its %s, %s: it may go where the %s must not", object->name,
		     member_text(object->body, "marking") ? member_text(object->body, "marking") : "TLP:AMBER", parent,
		     member_text(whole, "marking") ? member_text(whole, "marking") : "TLP:AMBER", parent);
	if (member_text(whole, "retired"))
		warn(change, "%s %.*s is retired (%s): lists and reports leave it out", parent, (int)strcspn(object->id, "/"),
		     object->id, member_text(whole, "retired"));
	json_decref(whole);
}

struct living {
	struct span domain;
	size_t count;
};

static int risk_count(void *context, struct vault_record *record, struct qorgan_error *error)
{
	static const char *const names[] = { "domain", "retired" };
	struct living *living = context;
	struct span values[2];

	(void)error;
	reader_pick(record->record.body, names, values, 2);
	bool is_of_it = values[0].size == living->domain.size + 2 &&
	                memcmp(values[0].data + 1, living->domain.data, living->domain.size) == 0;
	living->count += is_of_it && !values[1].data;
	return QORGAN_OK;
}

static void warn_of_retirement(struct qorgan_change *change, const struct change_object *object)
{
	struct living living = { span_of(object->id), 0 };
	json_t *before = NULL;
	uint32_t version;

	if (!member_text(object->body, "retired") || !object->base ||
	    change_body(change, object->schema, object->id, 0, &before, &version, NULL))
		return;
	if (member_text(before, "retired"))
		warn(change, "%s is retired (%s): lists and reports leave it out", object->name,
		     member_text(object->body, "retired"));
	else if (strcmp(object->schema->kind, "domain") == 0 &&
	         !vault_scan(world_view(change->world), schema_find("risk", 4), risk_count, &living, NULL) && living.count)
		warn(change, "%s is retired, and risks of it are not (%zu): retire or move them", object->name,
		     living.count);
	json_decref(before);
}

/* What names another as its keeper and was never kept here goes to nobody, not even to
 * the one that it names: that one is to send it. */
static void warn_of_keeper(struct qorgan_change *change, const struct change_object *object)
{
	const char *field = authority_field(span_of(object->schema->kind));
	const char *keeper = field ? member_text(object->body, field) : NULL, *own = vault_state(change->store);
	struct vault_view *view = world_view(change->world);
	json_t *before = NULL;
	uint32_t version;

	if (!keeper || strcmp(keeper, own) == 0 || !json_array_size(json_object_get(object->body, "release")) ||
	    !vault_view_heads(view, schema_find("partner", 7)))
		return;
	bool known = object->base && !change_body(change, object->schema, object->id, 0, &before, &version, NULL);
	if (!known || !member_text(before, field))
		warn(change, "%s names %s as its %s and was never kept by %s: packages leave it out, as it is for %s to send; to hand "
		     "it over, let %s be its %s first", object->name, keeper, field, own, keeper, own, field);
	json_decref(before);
}

void change_warn(struct qorgan_change *change)
{
	for (size_t i = 0; i < change->count; i++) {
		warn_of_release(change, change->objects[i]);
		warn_of_retirement(change, change->objects[i]);
		warn_of_keeper(change, change->objects[i]);
		if (change->objects[i]->schema->parent) /* a report, an assessment */
			warn_of_report(change, change->objects[i]);
	}
}
