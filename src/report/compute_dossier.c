/* A dossier: one measure, risk, domain or state. Its lists are those of the status report,
 * narrowed to it; here is what no other report has: its fields, its versions, and of a measure
 * what was reported on it over time, with the files. */
#include <string.h>

#include "record/diff.h"
#include "record/reader.h"
#include "report/compute.h"

static const struct schema *schema_of(const struct compute *compute)
{
	return schema_find(compute->model->kind_name, strlen(compute->model->kind_name));
}

/* ---- The object as it stood ---------------------------------------------------------- */

static int take_object(void *context, const struct vault_record *now, const struct vault_record *before,
                       struct qorgan_error *error)
{
	struct compute *compute = context;
	struct span value;

	(void)before;
	if (!span_is(now->record.id, compute->model->object))
		return QORGAN_OK;
	compute->object_place = now->place;
	int code = record_parse(arena_bytes(compute->arena, now->record.bytes), &compute->object, error);
	if (!code && reader_find(compute->object.body, "title", &value))
		compute->model->object_title = compute_text(compute, value);
	if (!code && reader_find(compute->object.body, "risks", &value))
		compute->measure_risks = value;
	if (!code && reader_find(compute->object.body, "marking", &value))
		compute_marking(compute, value);
	return code;
}

static int find_object(struct compute *compute, struct qorgan_error *error)
{
	struct as_of as_of = { .rule = AS_OF_FIRST, .recorded = compute->recorded, .day = compute->cut_off };
	int code = as_of_scan(compute->view, schema_of(compute), &as_of, take_object, compute, error);

	if (!code && !compute->object.body.data && compute->audience) /* it may be there, and not to be told */
		code = error_set(error, QORGAN_ABSENT, "there is no %s \"%.40s\"%s", compute->model->kind_name,
		                 compute->model->object, "");
	else if (!code && !compute->object.body.data)
		code = error_set(error, QORGAN_ABSENT, "there was no %s %s yet as of %s", compute->model->kind_name,
		                 compute->model->object, compute->model->as_of);
	return code;
}

/* ---- Its fields ------------------------------------------------------------------------- */

static void add_detail(struct compute *compute, const char *path, const char *label, const char *text)
{
	struct report_detail *row = *text ? arena_add(compute->arena, &compute->model->details) : NULL;

	if (row)
		*row = (struct report_detail){ path, label, text };
}

/* "4x4=16 High" */
static const char *level_text(struct compute *compute, const struct report_level *level)
{
	buffer_clear(&compute->scratch);
	buffer_append_format(&compute->scratch, "%ux%u=%u %s", level->likelihood, level->impact, level->score, level->band);
	return arena_text(compute->arena, buffer_span(&compute->scratch));
}

/* What has a table of its own is left out here. */
static bool is_told_elsewhere(const struct compute *compute, const struct field *field)
{
	return compute->model->kind == REPORT_MEASURE &&
	       (strcmp(field->name, "milestones") == 0 || strcmp(field->name, "indicators") == 0);
}

static void add_details(struct compute *compute, const struct field *fields, const char *within, struct span object)
{
	struct span value;

	for (const struct field *field = fields; field->name; field++) {
		if (!reader_find(object, field->name, &value) || is_told_elsewhere(compute, field))
			continue;
		buffer_clear(&compute->scratch);
		buffer_append_format(&compute->scratch, "%s%s%s", within, *within ? "." : "", field->name);
		const char *path = arena_text(compute->arena, buffer_span(&compute->scratch));
		const char *label = language_text(compute->wording.words, field->label);
		bool is_group = field->type == FIELD_GROUP && !(field->flags & FIELD_LIST);
		struct report_level level = is_group ? compute_level(compute, value) : (struct report_level){ 0 };
		if (level.score)
			add_detail(compute, path, label, level_text(compute, &level));
		else if (is_group)
			add_details(compute, field->fields, path, value);
		else
			add_detail(compute, path, label, compute_field_text(compute, field, value));
	}
}

/* ---- Its versions -------------------------------------------------------------------------- */

struct versioning {
	struct compute *compute;
	struct buffer newer;          /* body of the version that was told last */
	struct report_version *row;   /* that one, whose changes are known once the older one is read */
};

static void take_change(void *context, const char *path, const struct field *field, struct span before,
                        struct span after)
{
	struct versioning *versioning = context;
	struct report_field *row = arena_add(versioning->compute->arena, &versioning->row->fields);

	if (row)
		compute_field(versioning->compute, row, path, field, before, after);
}

static int take_version(void *context, struct vault_record *version, struct qorgan_error *error)
{
	struct versioning *versioning = context;
	struct compute *compute = versioning->compute;
	const struct record *record = &version->record;

	if (versioning->row)
		diff_bodies(schema_of(compute), record->body, buffer_span(&versioning->newer), take_change, versioning);
	versioning->row = arena_add(compute->arena, &compute->model->versions);
	if (!versioning->row)
		return error_set_memory(error);
	*versioning->row = (struct report_version){ .time = arena_text(compute->arena, record->time),
		                                        .user = arena_text(compute->arena, record->user),
		                                        .owner = arena_text(compute->arena, record->owner),
		                                        .version = record->version };
	buffer_clear(&versioning->newer);
	buffer_append_span(&versioning->newer, record->body);
	return versioning->newer.failed ? error_set_memory(error) : QORGAN_OK;
}

/* Those of another state since their package came, and before them the own copy's. */
static int list_versions(struct compute *compute, struct qorgan_error *error)
{
	const struct as_of as_of = { .rule = AS_OF_FIRST, .recorded = compute->recorded, .day = compute->cut_off };
	struct versioning versioning = { .compute = compute };
	int code = as_of_history(compute->view, schema_of(compute), span_of(compute->model->object), &as_of, take_version,
	                         &versioning, error);

	buffer_free(&versioning.newer);
	return code;
}

int compute_dossier(struct compute *compute, struct qorgan_error *error)
{
	struct report_model *model = compute->model;

	compute->complete = true;
	compute->rows = ROWS_TOO;
	int code = find_object(compute, error);
	if (!code)
		code = compute_status(compute, error);
	if (!code) {
		add_details(compute, schema_of(compute)->fields, "", compute->object.body);
		code = list_versions(compute, error);
	}
	if (!code && model->kind == REPORT_MEASURE)
		code = compute_past(compute, error);
	return !code && model->arena.failed ? error_set_memory(error) : code;
}
