/* What is computed of an object. */
#include "register/computed.h"

#include <stdio.h>
#include <string.h>

#include "record/reader.h"
#include "register/levels.h"
#include "register/period.h"
#include "register/proposals.h"

bool pick_add(struct pick *pick, const char *name)
{
	size_t at = 0;

	while (at < pick->count && strcmp(pick->names[at], name) < 0)
		at++;
	if (at < pick->count && strcmp(pick->names[at], name) == 0)
		return true;
	if (pick->count == PICK_LIMIT)
		return false;
	memmove(pick->names + at + 1, pick->names + at, (pick->count - at) * sizeof *pick->names);
	pick->names[at] = name;
	pick->count++;
	return true;
}

size_t pick_index(const struct pick *pick, const char *name)
{
	size_t at = 0;

	while (at + 1 < pick->count && strcmp(pick->names[at], name) != 0)
		at++;
	return at;
}

/* ---- Counting what belongs to risks and domains ----------------------------- */

/* The members that name the risks of a measure and the domain of a risk. */
enum { COUNT_OF, COUNT_RETIRED, COUNT_NAMES };

struct domain_count {
	uint64_t hash;
	uint32_t measures;
	uint32_t last; /* the measure that was counted last, so that none counts twice */
};

struct counting {
	struct computed *computed;
	struct id_set risk_domain; /* risk to the index of its domain */
	struct buffer domains;     /* of struct domain_count */
	uint32_t measure;
};

/* What stands between the quotes: ids have no escapes. */
static struct span plain(struct span raw)
{
	return raw.size < 2 || raw.data[0] != '"' ? (struct span){ "", 0 } : (struct span){ raw.data + 1, raw.size - 2 };
}

static bool count_up(struct id_set *set, struct span id)
{
	uint64_t hash = id_set_hash(set, "", id);
	uint32_t count = 0;

	id_set_get(set, hash, &count);
	return id_set_add(set, hash, count + 1);
}

/* A measure counts for each risk that it addresses. */
static int count_for_risks(void *context, struct vault_record *record, struct qorgan_error *error)
{
	static const char *const names[COUNT_NAMES] = { "retired", "risks" };
	struct computed *computed = context;
	struct span values[COUNT_NAMES], element;
	struct reader reader;

	reader_pick(record->record.body, names, values, COUNT_NAMES);
	if (values[0].data || !reader_open(values[1], &reader))
		return QORGAN_OK;
	while (reader_element(&reader, &element))
		if (!count_up(&computed->measures, plain(element)))
			return error_set_memory(error);
	return QORGAN_OK;
}

static int take_risk(void *context, struct vault_record *record, struct qorgan_error *error)
{
	static const char *const names[COUNT_NAMES] = { "domain", "retired" };
	struct counting *counting = context;
	struct computed *computed = counting->computed;
	struct span values[COUNT_NAMES];
	uint32_t index = (uint32_t)(counting->domains.size / sizeof(struct domain_count));

	reader_pick(record->record.body, names, values, COUNT_NAMES);
	if (values[1].data)
		return QORGAN_OK;
	struct span domain = plain(values[0]);
	struct domain_count fresh = { .hash = id_set_hash(&computed->measures, "", domain) };
	if (!id_set_get(&computed->measures, fresh.hash, &index)) {
		buffer_append(&counting->domains, &fresh, sizeof fresh);
		if (!id_set_add(&computed->measures, fresh.hash, index))
			return error_set_memory(error);
	}
	uint64_t hash = id_set_hash(&counting->risk_domain, "", record->record.id);
	bool added = count_up(&computed->risks, domain) && id_set_add(&counting->risk_domain, hash, index);
	return added && !counting->domains.failed ? QORGAN_OK : error_set_memory(error);
}

/* A measure counts once for each domain whose risks it addresses. */
static int count_for_domains(void *context, struct vault_record *record, struct qorgan_error *error)
{
	static const char *const names[COUNT_NAMES] = { "retired", "risks" };
	struct counting *counting = context;
	struct domain_count *domains = (struct domain_count *)(void *)counting->domains.data;
	struct span values[COUNT_NAMES], element;
	struct reader reader;
	uint32_t index;

	(void)error;
	counting->measure++;
	reader_pick(record->record.body, names, values, COUNT_NAMES);
	if (values[0].data || !reader_open(values[1], &reader))
		return QORGAN_OK;
	while (reader_element(&reader, &element)) {
		uint64_t hash = id_set_hash(&counting->risk_domain, "", plain(element));
		if (!id_set_get(&counting->risk_domain, hash, &index) || domains[index].last == counting->measure)
			continue;
		domains[index].last = counting->measure;
		domains[index].measures++;
	}
	return QORGAN_OK;
}

static int domains_count(struct computed *computed, struct qorgan_error *error)
{
	struct counting counting = { .computed = computed };
	int code;

	id_set_start(&counting.risk_domain);
	code = vault_scan(computed->view, schema_find("risk", 4), take_risk, &counting, error);
	if (!code && computed->wanted & 1u << COMPUTED_MEASURES)
		code = vault_scan(computed->view, schema_find("measure", 7), count_for_domains, &counting, error);
	/* What was the index of a domain becomes its number of measures. */
	struct domain_count *domains = (struct domain_count *)(void *)counting.domains.data;
	for (size_t i = 0; i < counting.domains.size / sizeof *domains && !code; i++)
		if (!id_set_add(&computed->measures, domains[i].hash, domains[i].measures))
			code = error_set_memory(error);
	buffer_free(&counting.domains);
	id_set_free(&counting.risk_domain);
	return code;
}

/* ---- The values of one object ------------------------------------------------ */

static bool wants(const struct computed *computed, enum computed_name name)
{
	return computed->wanted & 1u << name;
}

#define OF_MEASURE \
	(1u << COMPUTED_STATUS | 1u << COMPUTED_PROGRESS | 1u << COMPUTED_OVERDUE | 1u << COMPUTED_DUE_SOON | \
	 1u << COMPUTED_NO_REPORT)

void computed_begin(struct computed *computed, struct vault_view *view, const struct schema *schema, unsigned wanted,
                    date_day today, date_day from)
{
	*computed = (struct computed){ .schema = schema, .view = view, .wanted = wanted, .many = true, .today = today,
		                           .from = from };
	id_set_start(&computed->measures);
	id_set_start(&computed->risks);
}

/* In a store without reporting periods no report is owed. */
static int find_period(struct computed *computed, struct qorgan_error *error)
{
	struct qorgan_error none = { 0 };
	struct period_book *book = NULL;
	struct period_named named;
	int code = period_book_load(computed->view, &book, &none);

	computed->from = INT32_MAX;
	if (!code)
		code = period_find(book, NULL, computed->today, &named, &none);
	if (!code)
		computed->from = named.period.from;
	period_book_free(book);
	if (code == QORGAN_BAD_DATA)
		return QORGAN_OK;
	if (code && error)
		*error = none;
	return code;
}

int computed_open(struct computed *computed, struct qorgan_store *vault, struct vault_view *view,
                  const struct schema *schema, unsigned wanted, bool many, struct qorgan_error *error)
{
	int code = QORGAN_OK;

	computed_begin(computed, view, schema, wanted, time_date(vault_now(vault)), INT32_MAX);
	computed->many = many;
	if (wants(computed, COMPUTED_NO_REPORT))
		code = find_period(computed, error);
	if (!code && wanted & OF_MEASURE && many)
		code = status_index_load(view, STATUS_NOW, &computed->statuses, error);
	else if (!code && strcmp(schema->kind, "risk") == 0 && wants(computed, COMPUTED_MEASURES))
		code = vault_scan(view, schema_find("measure", 7), count_for_risks, computed, error);
	else if (strcmp(schema->kind, "domain") == 0 && wanted)
		code = domains_count(computed, error);
	else if (strcmp(schema->kind, "partner") == 0 && wanted)
		code = release_index_load(view, &computed->releases, error);
	if (!code && computed->releases)
		code = vouching_load(view, vault, &computed->vouching, error);
	return code;
}

void computed_close(struct computed *computed)
{
	status_index_free(computed->statuses);
	release_index_free(computed->releases);
	vouching_free(&computed->vouching);
	vault_record_free(&computed->status);
	id_set_free(&computed->measures);
	id_set_free(&computed->risks);
	*computed = (struct computed){ 0 };
}

bool computed_need(const struct computed *computed, struct pick *pick)
{
	if (computed->wanted & OF_MEASURE)
		return pick_add(pick, "due") && pick_add(pick, "lead") &&
		       (!wants(computed, COMPUTED_NO_REPORT) || pick_add(pick, "start"));
	if (wants(computed, COMPUTED_AWAITED) && !pick_add(pick, "cosigner"))
		return false;
	if (wants(computed, COMPUTED_EXPIRED) && (!pick_add(pick, "treatment") || !pick_add(pick, "acceptance")))
		return false;
	return !wants(computed, COMPUTED_SCORE) || pick_add(pick, "residual");
}

void computed_settle(struct computed *computed, const struct pick *pick)
{
	computed->due = pick_index(pick, "due");
	computed->lead = pick_index(pick, "lead");
	computed->start = pick_index(pick, "start");
	computed->residual = pick_index(pick, "residual");
	computed->treatment = pick_index(pick, "treatment");
	computed->acceptance = pick_index(pick, "acceptance");
	computed->cosigner = pick_index(pick, "cosigner");
}

int computed_report(struct vault_view *view, struct span measure, struct span state, struct vault_record *record,
                    struct status_facts *facts, struct qorgan_error *error)
{
	enum { CONSENT, DATE, PROGRESS, STATUS, NAMES };
	static const char *const names[NAMES] = { "consent", "date", "progress", "status" };
	struct buffer id = { 0 };
	struct span values[NAMES];
	int64_t progress = 0;

	buffer_append_span(&id, measure);
	buffer_append_char(&id, '/');
	buffer_append_span(&id, state);
	int code = id.failed ? error_set_memory(error)
	                     : vault_get(view, schema_find("status", 6), buffer_span(&id), 0, record, error);
	buffer_free(&id);
	if (code)
		return code;
	reader_pick(record->record.body, names, values, NAMES);
	*facts = (struct status_facts){ .word = STATUS_NONE, .version = record->record.version, .place = record->place };
	for (uint8_t i = 0; i < STATUS_WORDS; i++)
		if (span_is(plain(values[STATUS]), status_word_names[i]))
			facts->word = i;
	facts->consent = span_is(plain(values[CONSENT]), "declined") ? CONSENT_DECLINED : CONSENT_ACCEPTED;
	if (reader_integer(values[PROGRESS], &progress) && progress >= 0 && progress <= 100)
		facts->progress = (uint8_t)progress;
	if (!date_parse(plain(values[DATE]), &facts->date) && record->record.time.size >= DATE_TEXT_SIZE - 1)
		date_parse((struct span){ record->record.time.data, DATE_TEXT_SIZE - 1 }, &facts->date);
	return QORGAN_OK;
}

static int measure_of(struct computed *computed, struct span id, const struct span *values,
                      struct computed_values *result, struct qorgan_error *error)
{
	struct span lead = plain(values[computed->lead]);
	const struct status_facts *report = NULL;
	struct status_facts found;
	date_day due = 0;

	if (lead.size && computed->many) {
		report = status_index_find(computed->statuses, id, lead);
	} else if (lead.size) {
		int code = computed_report(computed->view, id, lead, &computed->status, &found, error);
		if (code && code != QORGAN_ABSENT)
			return code;
		report = code ? NULL : &found;
	}
	bool has_due = date_parse(plain(values[computed->due]), &due);
	struct measure_state state = measure_state_of(report, has_due, due, computed->today);
	result->of[COMPUTED_STATUS] = state.word;
	result->of[COMPUTED_PROGRESS] = state.progress;
	result->of[COMPUTED_OVERDUE] = state.overdue;
	result->of[COMPUTED_DUE_SOON] = state.due_soon;
	if (wants(computed, COMPUTED_NO_REPORT)) {
		date_day start;
		bool begun = !date_parse(plain(values[computed->start]), &start) || start <= computed->today;
		result->of[COMPUTED_NO_REPORT] =
			lead.size && report_is_missing(report, state.word, begun, computed->from, computed->today);
	}
	return QORGAN_OK;
}

static int64_t count_of(const struct id_set *set, struct span id)
{
	uint32_t count = 0;

	if (set->count)
		id_set_get(set, id_set_hash(set, "", id), &count);
	return count;
}

/* How many entries of this state's log a partner has countersigned. */
static uint64_t acknowledged_of(const struct vouching *vouching, const char *partner)
{
	for (size_t i = 0; i < vouching->count && vouching->logs[i].own; i++)
		for (size_t j = 0; j < vouching->logs[i].witness_count; j++)
			if (strcmp(vouching->logs[i].witnesses[j].state, partner) == 0)
				return vouching->logs[i].witnesses[j].size;
	return 0;
}

/* Of one without a key for it no countersignature can come. */
static void partner_of(const struct computed *computed, struct span id, struct span cosigner,
                       struct computed_values *result)
{
	const struct release_package sent = release_index_find(computed->releases, id);
	char name[RECORD_NAME_LIMIT];

	snprintf(name, sizeof name, "%.*s", (int)id.size, id.data);
	const struct vouching_log *log = vouching_find(&computed->vouching, name);
	uint64_t acknowledged = acknowledged_of(&computed->vouching, name);
	result->of[COMPUTED_SEQUENCE] = (int64_t)sent.sequence;
	result->of[COMPUTED_SENT] = (int64_t)sent.sent;
	result->of[COMPUTED_SENT_ON] = sent.day;
	result->of[COMPUTED_ACKNOWLEDGED] = (int64_t)acknowledged;
	result->of[COMPUTED_AWAITED] = cosigner.size > 0 && sent.sent > acknowledged;
	if (log && !log->own) {
		result->of[COMPUTED_RECEIVED] = (int64_t)log->sequence;
		result->of[COMPUTED_RECEIVED_ON] = log->sequence ? time_date(log->received) : 0;
		result->of[COMPUTED_ENTRIES] = (int64_t)log->size;
		result->of[COMPUTED_FORKED] = log->forked;
	}
}

int computed_of(struct computed *computed, const struct record *record, const struct span *values,
                struct computed_values *result, struct qorgan_error *error)
{
	if (computed->wanted & OF_MEASURE)
		return measure_of(computed, record->id, values, result, error);
	if (wants(computed, COMPUTED_SCORE))
		result->of[COMPUTED_SCORE] = level_score(level_read(values[computed->residual]));
	if (wants(computed, COMPUTED_EXPIRED)) {
		date_day until;
		result->of[COMPUTED_EXPIRED] = acceptance_of(values[computed->treatment], values[computed->acceptance],
		                                             computed->today, &until) == ACCEPTANCE_EXPIRED;
	}
	if (wants(computed, COMPUTED_MEASURES))
		result->of[COMPUTED_MEASURES] = count_of(&computed->measures, record->id);
	if (wants(computed, COMPUTED_RISKS))
		result->of[COMPUTED_RISKS] = count_of(&computed->risks, record->id);
	if (wants(computed, COMPUTED_OPEN) || wants(computed, COMPUTED_ANSWER)) {
		enum proposal_standing standing;
		int code = proposal_look(computed->view, record, &computed->status, &standing, error);
		if (code)
			return code;
		result->of[COMPUTED_OPEN] = standing == PROPOSAL_OPEN;
		result->of[COMPUTED_ANSWER] = standing;
	}
	if (computed->releases)
		partner_of(computed, record->id, values[computed->cosigner], result);
	return QORGAN_OK;
}

void computed_members(const struct schema *schema, const struct computed_values *values, struct buffer *to)
{
	for (const struct computed_row *row = computed_next(schema, NULL); row; row = computed_next(schema, row)) {
		int64_t value = values->of[row->computed];
		if (value == 0 && (row->computed == COMPUTED_SCORE || row->field.type == FIELD_DATE))
			continue;
		buffer_append(to, ",\"", 2);
		buffer_append_text(to, row->field.name);
		buffer_append(to, "\":", 2);
		if (row->field.type == FIELD_INTEGER) {
			buffer_append_integer(to, value);
		} else if (row->field.type == FIELD_FLAG) {
			buffer_append_text(to, value ? "true" : "false");
		} else if (row->field.type == FIELD_DATE) {
			char day[DATE_TEXT_SIZE];
			date_format((date_day)value, day);
			buffer_append_format(to, "\"%s\"", day);
		} else {
			buffer_append_char(to, '"');
			buffer_append_text(to, row->field.words[value]);
			buffer_append_char(to, '"');
		}
	}
}
