/* Validation against other objects. */
#include "register/world_internal.h"

#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/language.h"
#include "record/reader.h"

/* A reference to an object that was not there when it was met, or a report of a
 * state that did not take part then. */
#define PENDING_TEXT_SIZE (RECORD_ID_LIMIT + 300)
#define TOGETHER 64 /* references that are looked for together */

struct pending {
	enum { PENDING_REFERENCE, PENDING_SUBJECT, PENDING_PART } what;
	const char *kind; /* of the schema: static */
	char id[RECORD_ID_LIMIT];
	char path[96];
	const char *file;
	size_t line;
};

int world_make(struct qorgan_store *vault, struct world **world, struct qorgan_error *error)
{
	struct world *made = calloc(1, sizeof *made);
	int code = made ? QORGAN_OK : error_set_memory(error);

	if (!code) {
		made->vault = vault;
		teams_start(&made->teams);
		id_set_start(&made->known);
		id_set_start(&made->dependent_places);
		if (vault)
			code = vault_view_begin(vault, &made->view, error);
	}
	if (!code)
		code = vault ? parties_load(made->view, &made->parties, error) : parties_make(&made->parties, error);
	if (code) {
		world_free(made);
		return code;
	}
	*world = made;
	return QORGAN_OK;
}

void world_free(struct world *world)
{
	if (!world)
		return;
	dependencies_free(world);
	buffer_free(&world->pending);
	vault_record_free(&world->record);
	id_set_free(&world->known);
	teams_free(&world->teams);
	parties_free(world->parties);
	vault_view_end(world->view);
	free(world);
}

struct vault_view *world_view(struct world *world)
{
	return world->view;
}

struct parties *world_parties(struct world *world)
{
	return world->parties;
}

int world_failure(const struct world *world, struct qorgan_error *error)
{
	if (!world->failure.code)
		return parties_failure(world->parties, error);
	if (error)
		*error = world->failure;
	return world->failure.code;
}

void world_retract(struct world *world)
{
	world->pending.size = world->pending_before;
}

bool world_missed_state(const struct world *world)
{
	return world->missed_state;
}

static bool object_exists(struct world *world, const char *kind, struct span id)
{
	struct vault_place place;
	uint64_t hash = id_set_hash(&world->known, kind, id);
	const struct schema *schema = schema_find(kind, strlen(kind));

	if (id_set_has(&world->known, hash))
		return true;
	if (!world->view || !schema)
		return false;
	int code = vault_find(world->view, schema, id, &place, &world->failure);
	if (code == QORGAN_OK && !id_set_add(&world->known, hash, 0))
		error_set_memory(&world->failure);
	else if (code == QORGAN_ABSENT)
		world->failure.code = QORGAN_OK;
	return code == QORGAN_OK;
}

/* What a note may stand on. */
static bool subject_exists(struct world *world, struct span id)
{
	return object_exists(world, "risk", id) || object_exists(world, "measure", id) || object_exists(world, "domain", id);
}

/* Whether the state of a report, "M1/KAZ", takes part in its measure, or did once;
 * that the measure is absent is told elsewhere. */
static bool part_exists(struct world *world, struct span id)
{
	size_t size = (size_t)((const char *)memchr(id.data, '/', id.size) - id.data);
	struct span measure = { id.data, size }, code = { id.data + size + 1, id.size - size - 1 };
	struct vault_record record = { 0 };
	uint32_t team = 0;

	if (id_set_get(&world->known, id_set_hash(&world->known, "measure", measure), &team) && team)
		return teams_has(&world->teams, team, code);
	int result = world->view ? vault_get(world->view, schema_find("measure", 7), measure, 0, &record, &world->failure)
	                         : QORGAN_ABSENT;
	if (result == QORGAN_ABSENT)
		world->failure.code = QORGAN_OK;
	bool has = result == QORGAN_OK ? team_of_record_has(record.record.body, code) : true;
	vault_record_free(&record);
	return has;
}

static bool pending_is_there(struct world *world, const struct pending *row)
{
	struct span id = span_of(row->id);

	switch (row->what) {
	case PENDING_REFERENCE:
		return object_exists(world, row->kind, id);
	case PENDING_SUBJECT:
		return subject_exists(world, id);
	case PENDING_PART:
		return part_exists(world, id);
	}
	return false;
}

/* Keeps what is not there yet, to be looked for again when all is read. */
static bool pending_add(struct world *world, struct pending *row, struct span id, const char *path)
{
	row->file = world->file;
	row->line = world->line;
	if (id.size >= sizeof row->id)
		return false;
	memcpy(row->id, id.data, id.size);
	strncpy(row->path, path, sizeof row->path - 1);
	/* Where each look is a journey they are looked for together. */
	bool waits = world->view && vault_view_is_far(world->view) && world->pending.size < TOGETHER * sizeof *row;
	if (!waits && (pending_is_there(world, row) || world->failure.code))
		return true;
	buffer_append(&world->pending, row, sizeof *row);
	if (world->pending.failed)
		error_set_memory(&world->failure);
	return true;
}

static bool world_refer(void *context, const char *kind, struct span id, const char *path)
{
	struct pending row = { .what = PENDING_REFERENCE, .kind = kind };

	return pending_add(context, &row, id, path);
}

static bool world_find_party(void *context, struct span name, char *code, bool *observer)
{
	struct world *world = context;
	bool found = parties_find(world->parties, name, code, observer);

	world->missed_state |= !found;
	return found;
}

/* What an earlier version fixes: the first due date stays, and a new due date
 * needs a reason of its own. */
static size_t plan_carry(struct world *world, const struct schema *schema, struct span id, json_t *body,
                         world_fault fault, void *context)
{
	static const char *const names[] = { "due", "due_reason", "original_due" };
	struct span values[3], before[3];
	struct buffer scratch = { 0 };
	size_t faults = 0;
	int code = world->view ? vault_get(world->view, schema, id, 0, &world->record, &world->failure) : QORGAN_ABSENT;

	if (code == QORGAN_ABSENT)
		world->failure.code = QORGAN_OK;
	if (code)
		return 0;
	world->planned = true;
	reader_pick(world->record.record.body, names, values, 3);
	for (size_t i = 0; i < 3; i++)
		if (!values[i].data || !reader_string(values[i], &scratch, &before[i]))
			before[i] = (struct span){ "", 0 };
	const char *due = json_string_value(json_object_get(body, "due"));
	const char *reason = json_string_value(json_object_get(body, "due_reason"));
	if (before[2].size && !json_object_get(body, "original_due"))
		json_object_set_new(body, "original_due", json_stringn(before[2].data, before[2].size));
	bool moved = before[2].size && !span_is(before[0], due ? due : "");
	const char *first = json_string_value(json_object_get(body, "original_due"));
	bool is_first = first && due && strcmp(first, due) == 0;
	if (first && before[2].size && !span_is(before[2], first)) {
		fault(context, world->file, world->line, "original_due", "the first due date cannot be changed");
		faults++;
	} else if (moved && (reason ? span_is(before[1], reason) : is_first)) { /* else the rules miss the reason */
		fault(context, world->file, world->line, "due_reason",
		      "the due date is moved: give the reason for the new date (--due-reason)");
		faults++;
	}
	buffer_free(&scratch);
	return faults;
}

struct told {
	struct world *world;
	world_fault fault;
	void *context;
	size_t count;
};

static void tell(struct told *told, const char *path, const char *text)
{
	told->fault(told->context, told->world->file, told->world->line, path, text);
	told->count++;
}

/* A report, and an assessment, speaks of what was, not of what is to come. */
static void report_check_date(struct told *told, const json_t *body)
{
	const char *date = json_string_value(json_object_get(body, "date"));
	char today[DATE_TEXT_SIZE], text[360];
	date_day day;

	if (!told->world->vault || !date || !date_parse(span_of(date), &day) ||
	    day <= time_date(vault_now(told->world->vault)))
		return;
	date_format(time_date(vault_now(told->world->vault)), today);
	snprintf(text, sizeof text, language_said("%s is still to come, as today is %s: this speaks of a day that has been"),
	         date, today);
	tell(told, "date", text);
}

/* A report or an assessment is a state's; `does` says what it does with it. */
static bool state_check(struct told *told, struct span id, const char *does)
{
	const char *slash = memchr(id.data, '/', id.size);
	char code[65], text[600];
	bool observer = false;

	if (!slash) /* told by the check of the id */
		return false;
	struct span state = { slash + 1, id.size - (size_t)(slash + 1 - id.data) };
	int size = state.size < 64 ? (int)state.size : 64;
	if (!world_find_party(told->world, state, code, &observer))
		snprintf(text, sizeof text, language_said("unknown state \"%.*s\""), size, state.data);
	else if (observer)
		snprintf(text, sizeof text, language_said("%s is an observer, and only a state %s"), code, language_said(does));
	else if (!span_is(state, code))
		snprintf(text, sizeof text, language_said("the state is written %s here, not %.*s"), code, size, state.data);
	else
		return true;
	tell(told, "id", text);
	return false;
}

/* A report is of a state that takes part. */
static void report_check_state(struct told *told, struct span id)
{
	struct pending row = { .what = PENDING_PART };

	if (state_check(told, id, SAID("reports")))
		pending_add(told->world, &row, id, "id");
}

static void note_check_subject(struct told *told, struct span id)
{
	struct pending row = { .what = PENDING_SUBJECT };
	const char *slash = memchr(id.data, '/', id.size);

	if (slash)
		pending_add(told->world, &row, (struct span){ id.data, (size_t)(slash - id.data) }, "id");
}

static void proposal_check_subject(struct told *told, struct span id, const json_t *body)
{
	const char *kind = json_string_value(json_object_get(body, "subject"));
	const struct schema *schema = kind ? schema_find(kind, strlen(kind)) : NULL;
	const char *slash = memchr(id.data, '/', id.size);
	struct pending row = { .what = PENDING_REFERENCE, .kind = schema ? schema->kind : NULL };

	if (slash && schema)
		pending_add(told->world, &row, (struct span){ id.data, (size_t)(slash - id.data) }, "id");
}

/* A partner is another state on record, or says that it is an observer. */
static void partner_check(struct told *told, struct span id, json_t *body)
{
	struct parties *parties = told->world->parties;
	struct qorgan_error why;
	char code[65], text[sizeof why.message + 120];
	bool observer = false;

	if (!parties_find(parties, id, code, &observer)) {
		if (json_is_true(json_object_get(body, "observer")))
			return;
		parties_refuse(parties, id, true, &why);
		snprintf(text, sizeof text, language_said("%s; an international body that is none of them is an observer (--observer)"),
		         why.message);
	} else if (told->world->vault && strcmp(code, vault_state(told->world->vault)) == 0) {
		snprintf(text, sizeof text, language_said("%s is this store's own state, and no partner of itself"), code);
	} else if (!span_is(id, code)) {
		snprintf(text, sizeof text, language_said("the partner is written %s here, not %.*s"), code, (int)id.size, id.data);
	} else {
		if (observer) /* what its record says need not be said again */
			json_object_set_new(body, "observer", json_true());
		return;
	}
	tell(told, "id", text);
}

static bool has_reported(void *context, const char *code)
{
	const struct told *told = context;
	char id[RECORD_ID_LIMIT];

	const struct span measure = told->world->record.record.id;

	snprintf(id, sizeof id, "%.*s/%s", (int)measure.size, measure.data, code);
	return object_exists(told->world, "status", span_of(id));
}

static void fault_pass(void *context, const char *path, const char *text)
{
	const struct told *told = context;

	told->fault(told->context, told->world->file, told->world->line, path, text);
}

size_t world_validate(struct world *world, const struct schema *schema, struct span id, json_t *body,
                      const char *file, size_t line, world_fault fault, void *context)
{
	struct validate_world outside = { .context = world, .find_party = world_find_party, .refer = world_refer };
	struct told told = { world, fault, context, 0 };

	world->file = file;
	world->line = line;
	world->missed_state = world->planned = false;
	world->pending_before = world->pending.size;
	if (strcmp(schema->kind, "measure") == 0) {
		told.count += plan_carry(world, schema, id, body, fault, context);
	} else if (strcmp(schema->kind, "status") == 0) {
		report_check_date(&told, body);
		report_check_state(&told, id);
	} else if (strcmp(schema->kind, "assessment") == 0) {
		report_check_date(&told, body);
		state_check(&told, id, SAID("assesses"));
	} else if (strcmp(schema->kind, "proposal") == 0) {
		proposal_check_subject(&told, id, body);
	} else if (strcmp(schema->kind, "note") == 0) {
		note_check_subject(&told, id);
	} else if (strcmp(schema->kind, "partner") == 0) {
		partner_check(&told, id, body);
	}
	size_t faults = validate_body(schema, id, body, &outside, fault_pass, &told) + told.count;
	if (!faults && world->planned)
		team_keep_former(world->record.record.body, body, has_reported, &told);
	return faults;
}

/* ---- All of the change ----------------------------------------------------------- */

int world_add(struct world *world, const struct schema *schema, const char *id, const json_t *body,
              struct qorgan_error *error)
{
	bool is_measure = strcmp(schema->kind, "measure") == 0;
	uint32_t team = is_measure ? teams_number(&world->teams, body) : 1;
	const json_t *dependencies = NULL;
	int code = QORGAN_OK;

	if (!team || !id_set_add(&world->known, id_set_hash(&world->known, schema->kind, span_of(id)), team))
		return error_set_memory(error);
	if (strcmp(schema->kind, "state") == 0)
		code = parties_add(world->parties, id, body, error);
	else if (is_measure)
		dependencies = json_object_get(body, "dependencies");
	if (!code && json_array_size(dependencies) > 0)
		code = dependencies_add(world, id, dependencies, error);
	return code;
}

static void pending_format(const struct pending *row, char text[PENDING_TEXT_SIZE])
{
	int measure = (int)strcspn(row->id, "/");

	switch (row->what) {
	case PENDING_REFERENCE:
		snprintf(text, PENDING_TEXT_SIZE, language_said("there is no %s %s"), row->kind, row->id);
		break;
	case PENDING_SUBJECT:
		snprintf(text, PENDING_TEXT_SIZE, language_said("there is no domain, risk or measure %s"), row->id);
		break;
	case PENDING_PART:
		snprintf(text, PENDING_TEXT_SIZE, language_said("%s takes no part in %.*s: assign it first"),
		         row->id + measure + 1, measure, row->id);
		break;
	}
}

static void kind_expect(struct world *world, const char *kind, struct span id)
{
	if (!id_set_has(&world->known, id_set_hash(&world->known, kind, id)))
		vault_view_expect(world->view, schema_find(kind, strlen(kind)), id);
}

static void pending_expect(struct world *world, const struct pending *row)
{
	struct span id = span_of(row->id);

	if (row->what == PENDING_REFERENCE && schema_find(row->kind, strlen(row->kind)))
		kind_expect(world, row->kind, id);
	if (row->what == PENDING_SUBJECT) {
		kind_expect(world, "risk", id);
		kind_expect(world, "measure", id);
		kind_expect(world, "domain", id);
	}
	if (row->what == PENDING_PART)
		kind_expect(world, "measure", (struct span){ id.data, strcspn(id.data, "/") });
}

static size_t pending_settle(struct world *world, world_fault fault, void *context)
{
	const struct pending *rows = (const struct pending *)(const void *)world->pending.data;
	char text[PENDING_TEXT_SIZE];
	size_t faults = 0;

	for (size_t i = 0; world->view && i < world->pending.size / sizeof *rows; i++)
		pending_expect(world, &rows[i]);
	for (size_t i = 0; i < world->pending.size / sizeof *rows; i++) {
		if (pending_is_there(world, &rows[i]))
			continue;
		pending_format(&rows[i], text);
		fault(context, rows[i].file, rows[i].line, rows[i].path, text);
		faults++;
	}
	return faults;
}

size_t world_settle(struct world *world, world_fault fault, void *context)
{
	size_t faults = pending_settle(world, fault, context);

	return faults + dependencies_settle(world, fault, context);
}
