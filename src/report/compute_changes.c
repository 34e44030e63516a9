/* What changed between the end of the previous period and the day looked at, by
 * when this store had the versions: new, changed and retired objects, and the packages
 * by which those of other states came. */
#include <string.h>

#include "record/diff.h"
#include "record/reader.h"
#include "report/compute.h"
#include "store/vault.h"

/* Notes, partners and releases are the store's own business: a report is handed on. */
static const char *const kinds[] = { SAID("catalogue"), SAID("state"),    SAID("scale"),  SAID("period"),
	                                 SAID("domain"),    SAID("risk"),     SAID("measure"), SAID("evidence"),
	                                 SAID("status"),    SAID("assessment") };

struct gathering {
	struct compute *compute;
	const struct schema *schema;
	struct report_change_count *by_kind;
	struct id_set wanted; /* measures that the report is narrowed to, while it is */
	struct report_change *change;
};

static void take_field(void *context, const char *path, const struct field *field, struct span before,
                       struct span after)
{
	struct gathering *gathering = context;
	struct compute *compute = gathering->compute;
	struct report_field *row = arena_add(compute->arena, &gathering->change->fields);

	if (row)
		compute_field(compute, row, path, field, before, after);
}

enum { COORDINATOR, DOMAIN, LEAD, MARKING, NAME, RETIRED, RISKS, STATUS, SUPPORT, TITLE, NAMES };
static const char *const names[NAMES] = { "coordinator", "domain",  "lead",  "marking", "name",
	                                      "retired",     "risks",   "status", "support", "title" };

static bool is_of_state(const struct record *record)
{
	return span_is(record->kind, "status") || span_is(record->kind, "assessment");
}

/* The state whose object it is: a status or assessment belongs to the state it is named after,
 * a measure to its lead, a risk or domain to its coordinator. */
static struct span state_of(const struct record *record, const struct span *values)
{
	const char *slash = memrchr(record->id.data, '/', record->id.size);

	if (is_of_state(record) && slash)
		return (struct span){ slash + 1, (size_t)(record->id.data + record->id.size - slash - 1) };
	if (values[LEAD].data)
		return raw_plain(values[LEAD]);
	return raw_plain(values[COORDINATOR]);
}

static bool is_in_domain(struct gathering *gathering, const struct record *record, const struct span *values)
{
	struct compute *compute = gathering->compute;
	const char *slash = memrchr(record->id.data, '/', record->id.size);

	if (!*compute->only_domain)
		return true;
	if (span_is(record->kind, "domain"))
		return span_is(record->id, compute->only_domain);
	if (span_is(record->kind, "risk"))
		return span_is(raw_plain(values[DOMAIN]), compute->only_domain);
	if (span_is(record->kind, "measure"))
		return compute_measure_domain(compute, record->id, values[RISKS]) == compute->only_domain_index;
	if (!is_of_state(record) || !slash)
		return false;
	struct span whole = { record->id.data, (size_t)(slash - record->id.data) };
	uint32_t index;
	if (span_is(record->kind, "assessment"))
		return id_set_get(&compute->risk_ids, id_set_hash(&compute->risk_ids, "", whole), &index) &&
		       compute->risks.items[index].domain == compute->only_domain_index;
	return id_set_has(&gathering->wanted, id_set_hash(&gathering->wanted, "", whole));
}

/* Where measures are chosen: those, and the reports on them. */
static int is_chosen(struct gathering *gathering, const struct record *record, bool *chosen, struct qorgan_error *error)
{
	const char *slash = memrchr(record->id.data, '/', record->id.size);

	*chosen = !gathering->compute->model->conditions.count;
	if (*chosen)
		return QORGAN_OK;
	if (span_is(record->kind, "measure"))
		return choice_look(gathering->compute, "measure", record, chosen, error);
	if (span_is(record->kind, "status") && slash) {
		struct span measure = { record->id.data, (size_t)(slash - record->id.data) };
		*chosen = id_set_has(&gathering->wanted, id_set_hash(&gathering->wanted, "", measure));
	}
	return QORGAN_OK;
}

static int is_wanted(struct gathering *gathering, const struct record *record, const struct span *values, bool *wanted,
                     struct qorgan_error *error)
{
	const struct compute *compute = gathering->compute;
	bool narrowed = *compute->only_domain || compute->model->conditions.count;
	int code = is_chosen(gathering, record, wanted, error);

	*wanted = !code && *wanted && is_in_domain(gathering, record, values);
	if (!*wanted)
		return code;
	if (span_is(record->kind, "measure") && narrowed)
		if (!id_set_add(&gathering->wanted, id_set_hash(&gathering->wanted, "", record->id), 0))
			return error_set_memory(error);
	*wanted = !*compute->only_state || span_is(state_of(record, values), compute->only_state) ||
	          raw_has(values[SUPPORT], span_of(compute->only_state));
	return QORGAN_OK;
}

static void count_state(struct compute *compute, struct span state, enum report_change_sort sort)
{
	struct report_model *model = compute->model;
	struct report_change_count *row = NULL;

	for (size_t i = 0; i < model->changes_by_state.count && !row; i++)
		if (span_is(state, model->changes_by_state.items[i].name))
			row = &model->changes_by_state.items[i];
	if (!row && (row = arena_add(compute->arena, &model->changes_by_state)))
		row->name = arena_text(compute->arena, state);
	if (row)
		row->sorts[sort]++;
}

static const char *title_of(struct compute *compute, const struct span *values)
{
	return values[TITLE].data    ? compute_text(compute, values[TITLE])
	       : values[STATUS].data ? language_text(compute->wording.words, compute_string(compute, values[STATUS]))
	                             : compute_string(compute, values[NAME]);
}

/* The number of the package by which a version came; 0: it is the store's own. */
static uint64_t package_of(const struct compute *compute, const struct vault_record *version)
{
	const struct receipt_facts *receipt =
		version->mirrored ? receipt_index_find(compute->receipts, version->log, version->leaf) : NULL;

	return receipt ? receipt->sequence : 0;
}

static void add_change(struct gathering *gathering, const struct vault_record *version, const struct record *before,
                       const struct span *values, bool retired)
{
	struct compute *compute = gathering->compute;
	const struct record *now = &version->record;
	enum report_change_sort sort = !before ? REPORT_NEW : retired ? REPORT_RETIRED : REPORT_CHANGED;
	struct span state = state_of(now, values);

	gathering->by_kind->sorts[sort]++;
	if (state.size)
		count_state(compute, state, sort);
	struct report_change *change = compute_add(compute, &compute->model->changes);
	if (!change)
		return;
	*change = (struct report_change){ .kind = gathering->schema->kind,
		                              .id = arena_text(compute->arena, now->id),
		                              .title = title_of(compute, values),
		                              .state = arena_text(compute->arena, state),
		                              .owner = arena_text(compute->arena, now->owner),
		                              .package = package_of(compute, version),
		                              .user = arena_text(compute->arena, now->user),
		                              .time = arena_text(compute->arena, now->time),
		                              .sort = sort,
		                              .version = now->version,
		                              .version_before = before ? before->version : 0 };
	gathering->change = change;
	if (before)
		diff_bodies(gathering->schema, before->body, now->body, take_field, gathering);
}

/* Whether nothing changed. Where another state's object took the place of the store's
 * own copy, versions have the numbers of two stores, and what they say decides. */
static bool is_unchanged(const struct vault_record *now, const struct vault_record *before)
{
	if (!before)
		return false;
	if (now->mirrored == before->mirrored && (!now->mirrored || now->log == before->log))
		return now->record.version == before->record.version;
	return span_equal(now->record.body, before->record.body);
}

static int take_object(void *context, const struct vault_record *now, const struct vault_record *before,
                       struct qorgan_error *error)
{
	struct gathering *gathering = context;
	struct compute *compute = gathering->compute;
	bool narrowed = *compute->only_domain || *compute->only_state || compute->model->conditions.count;
	bool unchanged = is_unchanged(now, before), wanted;
	struct span values[NAMES], raw;

	if (unchanged && !narrowed)
		return QORGAN_OK;
	reader_pick(now->record.body, names, values, NAMES);
	int code = is_wanted(gathering, &now->record, values, &wanted, error);
	if (code || !wanted || unchanged)
		return code;
	compute_marking(compute, values[MARKING]);
	bool retired = values[RETIRED].data && before && !reader_find(before->record.body, "retired", &raw);
	add_change(gathering, now, before ? &before->record : NULL, values, retired);
	return compute->arena->failed ? error_set_memory(error) : QORGAN_OK;
}

static int gather_kind(struct gathering *gathering, const char *kind, struct qorgan_error *error)
{
	struct compute *compute = gathering->compute;
	struct as_of as_of = { .rule = AS_OF_RECORDED,
		                   .recorded = compute->recorded,
		                   .day = compute->cut_off,
		                   .compare = true,
		                   .earlier = compute->earlier };

	gathering->schema = schema_find(kind, strlen(kind));
	gathering->by_kind = arena_add(compute->arena, &compute->model->changes_by_kind);
	if (!gathering->by_kind)
		return error_set_memory(error);
	gathering->by_kind->name = gathering->schema->kind;
	return as_of_scan(compute->view, gathering->schema, &as_of, take_object, gathering, error);
}

static int compare_changes(const void *left, const void *right)
{
	const struct report_change *a = left, *b = right;
	size_t rank_a = 0, rank_b = 0;

	while (rank_a < sizeof kinds / sizeof kinds[0] - 1 && strcmp(kinds[rank_a], a->kind) != 0)
		rank_a++;
	while (rank_b < sizeof kinds / sizeof kinds[0] - 1 && strcmp(kinds[rank_b], b->kind) != 0)
		rank_b++;
	return rank_a != rank_b ? (rank_a < rank_b ? -1 : 1) : compare_ids(a->id, b->id);
}

static int compare_counts(const void *left, const void *right)
{
	return strcmp(((const struct report_change_count *)left)->name, ((const struct report_change_count *)right)->name);
}

static int compare_authors(const void *left, const void *right)
{
	return strcmp(((const struct report_author *)left)->user, ((const struct report_author *)right)->user);
}

static void count_author(struct compute *compute, struct span user, uint64_t versions)
{
	struct report_model *model = compute->model;
	struct report_author *row = NULL;

	for (size_t i = 0; i < model->authors.count && !row; i++)
		if (span_is(user, model->authors.items[i].user))
			row = &model->authors.items[i];
	if (!row && (row = arena_add(compute->arena, &model->authors)))
		row->user = arena_text(compute->arena, user);
	if (row) {
		row->commits++;
		row->versions += versions;
	}
}

/* The packages that came since the period before, by the clock of this store. */
static void list_packages(struct compute *compute)
{
	size_t count;
	const struct receipt_facts *all = receipt_index_all(compute->receipts, &count);

	for (size_t i = 0; i < count; i++) {
		int64_t moment;
		if ((*compute->only_state && strcmp(all[i].from, compute->only_state) != 0) ||
		    !time_parse(span_of(all[i].received), &moment) || moment > compute->recorded ||
		    time_date(moment) <= compute->earlier || time_date(moment) > compute->cut_off)
			continue;
		struct report_package *row = arena_add(compute->arena, &compute->model->packages);
		if (row)
			*row = (struct report_package){ .from = arena_text(compute->arena, span_of(all[i].from)),
				                            .created = arena_text(compute->arena, span_of(all[i].created)),
				                            .received = arena_text(compute->arena, span_of(all[i].received)),
				                            .user = arena_text(compute->arena, span_of(all[i].user)),
				                            .sequence = all[i].sequence,
				                            .size = all[i].size,
				                            .records = all[i].records,
				                            .versions = all[i].versions };
	}
}

/* Who wrote how much: from the commits, newest first, back to the period before. */
static int count_authors(struct compute *compute, struct qorgan_error *error)
{
	struct vault_record record = { 0 };
	struct span raw;
	int64_t time, versions;
	int code = QORGAN_OK;

	for (uint64_t number = vault_view_commits(compute->view); number > 0; number--) {
		code = vault_get_commit(compute->view, number, &record, error);
		if (code || !time_parse(record.record.time, &time) || time_date(time) <= compute->earlier)
			break;
		versions = 0;
		if (reader_find(record.record.body, "versions", &raw))
			reader_integer(raw, &versions);
		if (time <= compute->recorded && time_date(time) <= compute->cut_off)
			count_author(compute, record.record.user, (uint64_t)versions);
	}
	vault_record_free(&record);
	return code;
}

int compute_changes(struct compute *compute, struct qorgan_error *error)
{
	struct gathering gathering = { .compute = compute };
	struct report_model *model = compute->model;
	/* A measure's domain is that of its risks. */
	int code = *compute->only_domain ? compute_risks(compute, error) : QORGAN_OK;

	if (!code)
		code = receipt_index_load(compute->view, &compute->receipts, error);
	if (!code && model->conditions.count)
		code = status_index_load(compute->view, (struct status_moment){ compute->recorded, compute->cut_off },
		                         &compute->statuses, error);
	id_set_start(&gathering.wanted);
	for (size_t i = 0; !code && i < sizeof kinds / sizeof kinds[0]; i++)
		code = gather_kind(&gathering, kinds[i], error);
	bool is_whole = !*compute->only_domain && !model->conditions.count;
	if (!code && is_whole && !*compute->only_state && !compute->audience) /* commits go to nobody */
		code = count_authors(compute, error);
	id_set_free(&gathering.wanted);
	if (code)
		return code;
	if (is_whole && !compute->audience) /* what they held is of all domains, and of other states */
		list_packages(compute);
	arena_sort(compute->arena, model->changes.items, model->changes.count, sizeof *model->changes.items,
	           compare_changes);
	arena_sort(compute->arena, model->changes_by_state.items, model->changes_by_state.count,
	           sizeof *model->changes_by_state.items, compare_counts);
	arena_sort(compute->arena, model->authors.items, model->authors.count, sizeof *model->authors.items,
	           compare_authors);
	return compute->arena->failed ? error_set_memory(error) : QORGAN_OK;
}
