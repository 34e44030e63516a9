/* Which columns there are: the usual ones of each kind, the facts of the envelope, and all by name. */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/language.h"
#include "record/suggest.h"
#include "register/listing_parts.h"

#define KIND_LIMIT 32 /* numbers of kinds are below it */

/* The usual columns; a kind that is not here shows its id and first fields. */
static const struct {
	const char *kind, *columns;
} usual[] = {
	{ "catalogue", "id,title,from,to" },
	{ "state", "id,title,alpha2,observer" },
	{ "scale", "id,title" },
	{ "period", "id,title,months,prefix,required" },
	{ "domain", "id,title,coordinator,risks,measures" },
	{ "risk", "id,title,residual,target,treatment,coordinator,review" },
	{ "measure", "id,title,lead,support,status,progress,due,overdue" },
	{ "evidence", "id,name,size,marking" },
	{ "status", "id,status,progress,date,note" },
	{ "assessment", "id,likelihood,impact,confidence,date,note" },
	{ "note", "id,text,date,user" },
	{ "proposal", "id,subject,to,answer,note" },
	{ "answer", "id,answer,reason,made,time" },
	{ "snapshot", "id,version,report,made,language,marking,reason" },
	{ "user", "id,role" },
	{ "policy", "id,persons" },
	{ "request", "id,what,content,persons,state" },
	{ "partner", "id,title,observer,sequence,sent_on,received_package,received_on,entries,awaited,forked" },
	{ "release", "id,to,records,first,size,time" },
	{ "handout", "id,to,what,marking,sha256,time,user" },
	{ "commit", "id,time,user,message,versions" },
};

static const struct {
	struct qorgan_column shown;
	enum column_source source;
} envelope[] = {
	{ { "id", SAID("Id"), false, 14 }, COLUMN_ID },
	{ { "kind", SAID("Kind"), false, 9 }, COLUMN_KIND },
	{ { "version", SAID("Version"), true, 7 }, COLUMN_VERSION },
	{ { "time", SAID("Time"), false, 20 }, COLUMN_TIME },
	{ { "user", SAID("User"), false, 12 }, COLUMN_USER },
	{ { "owner", SAID("Owner"), false, 5 }, COLUMN_OWNER },
	{ { "commit", SAID("Commit"), true, 6 }, COLUMN_COMMIT },
};
#define ENVELOPE (sizeof envelope / sizeof envelope[0])

static bool same_name(const char *name, const char *text)
{
	for (; *name && (*name == *text || (*name == '_' && *text == '-')); name++)
		text++;
	return !*name && !*text;
}

bool column_envelope(const char *text, struct column *column)
{
	for (size_t i = 0; i < ENVELOPE; i++) {
		if (same_name(envelope[i].shown.name, text)) {
			column->shown = envelope[i].shown;
			column->source = envelope[i].source;
			return true;
		}
	}
	return false;
}

/* Offers a column to the suggestion and to the list. */
static void column_offer(struct suggestion *suggestion, struct buffer *list, const char *name)
{
	suggest_offer(suggestion, name);
	buffer_append_format(list, "%s%s", list->size ? ", " : "", name);
}

int column_unknown(const struct schema *schema, const char *text, const char *step, const struct field *among,
                   struct qorgan_error *error)
{
	struct suggestion suggestion = { .word = *step ? step : text };
	char nearest[SUGGEST_TEXT_SIZE];
	struct buffer list = { 0 };

	for (size_t i = 0; among == schema->fields && i < ENVELOPE; i++)
		column_offer(&suggestion, &list, envelope[i].shown.name);
	for (const struct computed_row *row = computed_next(schema, NULL); among == schema->fields && row;
	     row = computed_next(schema, row))
		column_offer(&suggestion, &list, row->field.name);
	for (; among && among->name; among++)
		column_offer(&suggestion, &list, among->name);
	suggest_format(&suggestion, nearest);
	int code = error_set(error, QORGAN_USAGE, "unknown column \"%.80s\" of %s%s%s%s", text, schema->plural, nearest,
	                     list.size ? (*nearest ? language_said(" There are ") : language_said(": there are ")) : "",
	                     buffer_text(&list));
	buffer_free(&list);
	return code;
}

/* The usual columns of a kind that the table above does not know. */
static char *first_fields(const struct schema *schema)
{
	struct buffer list = { 0 };

	buffer_append_text(&list, "id");
	for (size_t i = 0; i < 3 && schema->fields[i].name; i++)
		buffer_append_format(&list, ",%s", schema->fields[i].name);
	return buffer_take(&list);
}

char *columns_usual(const struct schema *schema)
{
	for (size_t i = 0; i < sizeof usual / sizeof usual[0]; i++)
		if (strcmp(usual[i].kind, schema->kind) == 0)
			return strdup(usual[i].columns);
	return first_fields(schema);
}

/* ---- By name -------------------------------------------------------------------------- */

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static const char **lists[KIND_LIMIT]; /* made when first asked for */

static const char **names_make(const struct schema *schema)
{
	size_t count = ENVELOPE, at = 0;

	for (const struct computed_row *row = computed_next(schema, NULL); row; row = computed_next(schema, row))
		count++;
	for (const struct field *field = schema->fields; field->name; field++)
		count++;
	const char **names = calloc(count + 1, sizeof *names);
	for (size_t i = 0; i < ENVELOPE && names; i++)
		names[at++] = envelope[i].shown.name;
	for (const struct computed_row *row = computed_next(schema, NULL); row && names; row = computed_next(schema, row))
		names[at++] = row->field.name;
	for (const struct field *field = schema->fields; field->name && names; field++)
		names[at++] = field->name;
	return names;
}

const char *const *qorgan_column_names(const char *kind)
{
	const struct schema *schema = schema_find(kind, strlen(kind));
	const char ***list = schema ? &lists[schema->number % KIND_LIMIT] : NULL;

	if (!list)
		return NULL;
	pthread_mutex_lock(&lock);
	if (!*list)
		*list = names_make(schema);
	pthread_mutex_unlock(&lock);
	return *list;
}
