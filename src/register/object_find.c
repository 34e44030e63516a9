/* Objects by what people write: of an unnamed kind, in small letters, with a
 * digest cut short, or mistyped. */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/language.h"
#include "record/reader.h"
#include "record/suggest.h"
#include "register/listing_parts.h"
#include "register/parties.h"
#include "store/mirror.h"

#define LOOK_LIMIT 200000 /* objects of a kind among which a nearest id is looked for */
#define LOOK_ENOUGH (-1)
#define LIST_LIMIT 24     /* ids that a message may enumerate */
#define DIGEST_LEAST 8    /* digits of a digest cut short */

/* The kinds in which an id is looked for, likeliest first; then any others. */
static const char *const kind_order[] = { "domain", "risk", "measure", "status", "assessment", "note", "proposal",
	                                      "answer", "snapshot", "evidence", "catalogue", "state", "scale", "period", "partner", "release", "handout", "commit" };

const struct schema *object_schema(const char *kind, struct qorgan_error *error)
{
	struct suggestion suggestion = { .word = kind };
	char nearest[SUGGEST_TEXT_SIZE];
	struct buffer list = { 0 };
	size_t count;
	const struct schema *const *all = schema_all(&count);
	const struct schema *schema = schema_find(kind, strlen(kind));

	if (schema)
		return schema;
	for (size_t i = 0; i < count; i++) {
		suggest_offer(&suggestion, all[i]->kind);
		buffer_append_format(&list, "%s%s", i ? ", " : "", all[i]->kind);
	}
	suggest_format(&suggestion, nearest);
	error_set(error, QORGAN_USAGE, "unknown kind \"%.80s\"%s%s%s", kind, nearest,
	          *nearest ? language_said(" There are ") : language_said(": there are "), buffer_text(&list));
	buffer_free(&list);
	return NULL;
}

void object_advice(const struct schema *schema, char text[ADVICE_SIZE])
{
	bool listed = schema->flags & SCHEMA_EDITABLE || strcmp(schema->kind, "partner") == 0 ||
	              strcmp(schema->kind, "proposal") == 0 || strcmp(schema->kind, "evidence") == 0;

	if (listed)
		snprintf(text, ADVICE_SIZE, "qorgan %s list", schema->kind);
	else if (schema->flags & SCHEMA_CATALOGUE)
		snprintf(text, ADVICE_SIZE, "qorgan dump %s", schema->kind);
	else
		snprintf(text, ADVICE_SIZE, "qorgan log");
}

int objects_scan(struct vault_view *view, const struct schema *schema, vault_each each, void *context,
                 struct qorgan_error *error)
{
	struct vault_record record = { 0 };
	int code = QORGAN_OK;

	if (schema->id_form != SCHEMA_ID_NUMBER)
		return vault_scan(view, schema, each, context, error);
	for (uint64_t number = 1; number <= vault_view_commits(view) && !code; number++) {
		code = vault_get_commit(view, number, &record, error);
		if (!code)
			code = each(context, &record, error);
	}
	vault_record_free(&record);
	return code;
}

/* ---- What an unknown id may have meant --------------------------------------- */

struct look {
	struct span id;
	char word[RECORD_ID_LIMIT];      /* in capitals */
	char candidate[RECORD_ID_LIMIT]; /* in capitals */
	struct suggestion suggestion;
	char nearest[RECORD_ID_LIMIT];
	struct buffer list; /* the ids met, while they are few */
	size_t count;
	bool same; /* `nearest` differs in capitals only */
};

static void copy_capitals(struct span id, char to[RECORD_ID_LIMIT])
{
	size_t size = id.size < RECORD_ID_LIMIT - 1 ? id.size : RECORD_ID_LIMIT - 1;

	for (size_t i = 0; i < size; i++)
		to[i] = id.data[i] >= 'a' && id.data[i] <= 'z' ? (char)(id.data[i] - 'a' + 'A') : id.data[i];
	to[size] = '\0';
}

static void look_start(struct look *look, struct span id)
{
	*look = (struct look){ .id = id };
	copy_capitals(id, look->word);
	look->suggestion.word = look->word;
}

static int look_at(void *context, struct vault_record *record, struct qorgan_error *error)
{
	struct look *look = context;
	struct span id = record->record.id;

	(void)error;
	if (++look->count <= LIST_LIMIT) {
		if (look->count > 1)
			buffer_append_text(&look->list, ", ");
		buffer_append_span(&look->list, id);
	}
	copy_capitals(id, look->candidate);
	look->same = strcmp(look->word, look->candidate) == 0;
	if (!look->same)
		suggest_offer(&look->suggestion, look->candidate);
	if (look->same || look->suggestion.nearest == look->candidate) {
		memcpy(look->nearest, id.data, id.size);
		look->nearest[id.size] = '\0';
		look->suggestion.nearest = look->nearest;
	}
	return look->count < LOOK_LIMIT && !look->same ? QORGAN_OK : LOOK_ENOUGH;
}

static int look_through(struct look *look, struct vault_view *view, const struct schema *schema,
                        struct qorgan_error *error)
{
	look->count = 0;
	buffer_clear(&look->list);
	int code = look->same ? QORGAN_OK : vault_scan(view, schema, look_at, look, error);
	return code == LOOK_ENOUGH ? QORGAN_OK : code;
}

int object_refer(struct vault_view *view, const struct schema *schema, struct span id, char found[RECORD_ID_LIMIT],
                 struct qorgan_error *error)
{
	struct vault_place place;
	struct look look;
	char nearest[SUGGEST_TEXT_SIZE];
	int code = record_id_check(schema, id, NULL) ? QORGAN_ABSENT : vault_find(view, schema, id, &place, error);

	if (code == QORGAN_OK) {
		memcpy(found, id.data, id.size);
		found[id.size] = '\0';
	}
	if (code != QORGAN_ABSENT)
		return code;
	look_start(&look, id);
	code = look_through(&look, view, schema, error);
	if (!code && look.same) {
		strcpy(found, look.nearest);
	} else if (!code) {
		suggest_format(&look.suggestion, nearest);
		bool few = look.count <= LIST_LIMIT && look.count > 0 && !*nearest;
		code = error_set(error, QORGAN_BAD_DATA, "there is no %s %.*s%s%s%s", schema->kind,
		                 id.size > 140 ? 140 : (int)id.size, id.data, nearest,
		                 few ? language_said(": there are ") : look.count == 0 ? language_said(": there are none yet") : "",
		                 few ? buffer_text(&look.list) : "");
	}
	buffer_free(&look.list);
	return code;
}

/* ---- One object --------------------------------------------------------------- */

/* Evidence by the first digits of its digest, as listings show it. */
struct prefix {
	struct span digits;
	char id[RECORD_ID_LIMIT];
	struct buffer list; /* of the first that begin so */
	size_t count;
};

static int prefix_at(void *context, struct vault_record *record, struct qorgan_error *error)
{
	struct prefix *prefix = context;
	struct span id = record->record.id, name;

	(void)error;
	if (id.size < prefix->digits.size || memcmp(id.data, prefix->digits.data, prefix->digits.size) != 0)
		return QORGAN_OK;
	memcpy(prefix->id, id.data, id.size);
	prefix->id[id.size] = '\0';
	if (prefix->count++ < LIST_LIMIT) {
		size_t shown = prefix->digits.size + 4 < id.size ? prefix->digits.size + 4 : id.size;
		buffer_append_format(&prefix->list, "%s%.*s", prefix->count > 1 ? ", " : "", (int)shown, id.data);
		if (reader_find(record->record.body, "name", &name))
			buffer_append_format(&prefix->list, " %.*s", (int)name.size, name.data);
	}
	return QORGAN_OK;
}

static int prefix_resolve(struct vault_view *view, const struct schema *schema, struct span id,
                          struct vault_record *record, struct qorgan_error *error)
{
	struct prefix prefix = { .digits = id };
	size_t digits = 0;

	while (digits < id.size && strchr("0123456789abcdef", id.data[digits]))
		digits++;
	if (id.size < DIGEST_LEAST || digits < id.size)
		return QORGAN_ABSENT;
	int code = vault_scan(view, schema, prefix_at, &prefix, error);
	if (!code && prefix.count > 1)
		code = error_set(error, QORGAN_BAD_DATA, "%zu pieces of evidence begin with %.*s: write more digits: %s",
		                 prefix.count, (int)id.size, id.data, buffer_text(&prefix.list));
	buffer_free(&prefix.list);
	if (code)
		return code;
	return prefix.count ? vault_get(view, schema, span_of(prefix.id), 0, record, error) : QORGAN_ABSENT;
}

static int kind_resolve(struct vault_view *view, const struct schema *schema, struct span id,
                        struct vault_record *record, struct qorgan_error *error)
{
	if (record_id_check(schema, id, NULL) == QORGAN_OK)
		return vault_get(view, schema, id, 0, record, error);
	if (schema->id_form == SCHEMA_ID_DIGEST)
		return prefix_resolve(view, schema, id, record, error);
	return QORGAN_ABSENT;
}

#define KINDS_MOST 32 /* a kind's number is below it */

/* The schemas in the order in which an unnamed kind is looked for. */
static size_t order_kinds(const struct schema *order[KINDS_MOST])
{
	size_t count = 0, all_count;
	const struct schema *const *all = schema_all(&all_count);

	for (size_t i = 0; i < sizeof kind_order / sizeof kind_order[0] && count < KINDS_MOST; i++) {
		const struct schema *schema = schema_find(kind_order[i], strlen(kind_order[i]));
		if (schema)
			order[count++] = schema;
	}
	for (size_t i = 0; i < all_count && count < KINDS_MOST; i++) {
		bool is_known = false;
		for (size_t j = 0; j < count; j++)
			is_known |= order[j] == all[i];
		if (!is_known)
			order[count++] = all[i];
	}
	return count;
}

/* The schemas that may be meant: that of the kind, or all. None, with QORGAN_USAGE set, if
 * there is no such kind. */
static size_t order_meant(const char *kind, const struct schema *order[KINDS_MOST], struct qorgan_error *error)
{
	if (!kind)
		return order_kinds(order);
	order[0] = object_schema(kind, error);
	return order[0] != NULL;
}

static int absent(struct vault_view *view, const struct schema *const *order, size_t count, const char *kind,
                  const char *id, struct qorgan_error *error)
{
	struct look look;
	char nearest[SUGGEST_TEXT_SIZE], advice[ADVICE_SIZE];
	int code = QORGAN_OK;

	for (size_t i = 0; i < count; i++)
		if (vault_is_lost(view, order[i], span_of(id), error))
			return QORGAN_ABSENT;
	look_start(&look, span_of(id));
	for (size_t i = 0; i < count && !code; i++) {
		bool is_pair = order[i]->id_form == SCHEMA_ID_PAIR;
		if (is_pair == (strchr(id, '/') != NULL) && order[i]->id_form != SCHEMA_ID_NUMBER &&
		    order[i]->id_form != SCHEMA_ID_DIGEST)
			code = look_through(&look, view, order[i], error);
	}
	buffer_free(&look.list);
	if (code)
		return code;
	suggest_format(&look.suggestion, nearest);
	if (*nearest)
		return kind ? error_set(error, QORGAN_ABSENT, "there is no %s %.140s%s", kind, id, nearest)
		            : error_set(error, QORGAN_ABSENT, "there is no object %.140s%s", id, nearest);
	if (kind) {
		object_advice(order[0], advice);
		return error_set(error, QORGAN_ABSENT, "there is no %s %.140s: see %s", kind, id, advice);
	}
	return error_set(error, QORGAN_ABSENT, "there is no object %.140s: see qorgan search", id);
}

static int object_resolve(struct vault_view *view, const char *kind, const char *id, const struct schema **schema,
                          struct vault_record *record, struct qorgan_error *error)
{
	const struct schema *order[KINDS_MOST];
	int code = QORGAN_ABSENT;
	size_t count = order_meant(kind, order, error);

	if (!count)
		return QORGAN_USAGE;
	for (size_t i = 0; i < count && code == QORGAN_ABSENT; i++) {
		*schema = order[i];
		code = kind_resolve(view, order[i], span_of(id), record, error);
	}
	return code == QORGAN_ABSENT ? absent(view, order, count, kind, id, error) : code;
}

/* The object of one state, whether or not it counts. */
struct owned {
	struct vault_view *view;
	const char *owner;
	struct vault_record *record;
};
#define OWNED_FOUND (-1)

static int owned_take(void *context, const struct mirror_object *object, struct qorgan_error *error)
{
	struct owned *owned = context;
	int code = vault_get_place(owned->view, &object->place, 0, owned->record, error);

	if (code)
		return code;
	return span_is(owned->record->record.owner, owned->owner) ? OWNED_FOUND : QORGAN_OK;
}

static int owned_get(struct vault_view *view, const struct schema *schema, struct span id, const char *owner, bool own,
                     struct vault_record *record, struct qorgan_error *error)
{
	struct owned owned = { view, owner, record };

	if (record_id_check(schema, id, NULL))
		return QORGAN_ABSENT;
	if (own)
		return vault_get_own(view, schema, id, 0, record, error);
	int code = mirror_objects(view, schema, id, owned_take, &owned, error);
	return code == OWNED_FOUND ? QORGAN_OK : code ? code : QORGAN_ABSENT;
}

int object_resolve_owned(struct vault_view *view, const char *kind, const char *id, const char *owner, bool own,
                         const struct schema **schema, struct vault_record *record, struct qorgan_error *error)
{
	const struct schema *order[KINDS_MOST];
	int code = QORGAN_ABSENT;

	if (!owner)
		return object_resolve(view, kind, id, schema, record, error);
	size_t count = order_meant(kind, order, error);
	if (!count)
		return QORGAN_USAGE;
	for (size_t i = 0; i < count && code == QORGAN_ABSENT; i++) {
		*schema = order[i];
		code = owned_get(view, order[i], span_of(id), owner, own, record, error);
	}
	return code == QORGAN_ABSENT ? error_set(error, code, "there is no %s %.140s of %.64s here", kind ? kind : "object", id,
	                                         owner)
	                             : code;
}

int qorgan_object_namesakes(struct qorgan_store *store, const struct qorgan_object *object, char kinds[200],
                            struct qorgan_error *error)
{
	struct span id = span_of(qorgan_object_id(object));
	struct vault_view *view = NULL;
	struct vault_place place;
	size_t count, used = 0;
	const struct schema *const *all = schema_all(&count);
	int code = vault_view_begin(store, &view, error);

	kinds[0] = '\0';
	for (size_t i = 0; i < count && !code; i++) {
		bool is_other = strcmp(all[i]->kind, qorgan_object_kind(object)) != 0 && all[i]->id_form != SCHEMA_ID_NUMBER;
		if (!is_other || record_id_check(all[i], id, NULL))
			continue;
		code = vault_find(view, all[i], id, &place, error);
		if (!code && used < 150)
			used += (size_t)snprintf(kinds + used, 200 - used, "%s%s", used ? "," : "", all[i]->kind);
		code = code == QORGAN_ABSENT ? QORGAN_OK : code;
	}
	vault_view_end(view);
	return code;
}

int qorgan_party_find(struct qorgan_store *store, const char *name, char code[65], struct qorgan_error *error)
{
	struct parties *parties = NULL;
	struct vault_view *view = NULL;
	bool observer;
	int result = vault_view_begin(store, &view, error);

	if (!result)
		result = parties_load(view, &parties, error);
	bool found = !result && parties_find(parties, span_of(name), code, &observer);
	if (!result && !found)
		result = parties_failure(parties, error);
	if (!result && !found)
		result = error_set(error, QORGAN_ABSENT, "%.80s is not a state or observer on record", name);
	parties_free(parties);
	vault_view_end(view);
	return result;
}
