/* What a store's partners are owed and owe, whether their cards hold, and whether their
 * clocks go with this one. */
#include <stdio.h>
#include <string.h>

#include "base/date.h"
#include "base/language.h"
#include "exchange/doctor_parts.h"
#include "record/reader.h"
#include "register/computed.h"
#include "register/receipt_index.h"
#include "store/vault.h"

#define CARD_DAYS 60     /* time to ask for a new card and to compare it */
#define QUARTER_DAYS 92  /* a package each way in every quarter */
#define RECEIPT_DAYS 30  /* a receipt comes with the partner's next package */

struct visiting {
	struct doctor *doctor;
	struct vault_view *view;
	struct computed computed;
	struct pick pick;
	date_day today;
};

/* One partner, as it is on record. */
struct visited {
	char name[RECORD_ID_LIMIT + 16]; /* "partner KAZ" */
	const char *id;                  /* within it */
	date_day since;                  /* first version */
	const struct span *values;
	struct computed_values computed;
};

static struct span value_of(const struct visiting *visiting, const struct visited *partner, const char *name)
{
	return partner->values[pick_index(&visiting->pick, name)];
}

/* ---- Its card ------------------------------------------------------------------------------ */

static void card_judge(const struct visiting *visiting, const struct visited *partner)
{
	const char *advice = language_said("ask for its card of today, and give it to qorgan partner add");
	struct span until = value_of(visiting, partner, "valid_until");
	char day[DATE_TEXT_SIZE];
	date_day last;

	if (!value_of(visiting, partner, "fingerprint").data)
		doctor_tell(visiting->doctor, QORGAN_HEALTH_WARNING, partner->name, advice,
		            "its keys were taken without a card, and nobody compared a fingerprint");
	if (until.size < 2 || !date_parse((struct span){ until.data + 1, until.size - 2 }, &last))
		return;
	date_format(last, day);
	if (last < visiting->today)
		doctor_tell(visiting->doctor, QORGAN_HEALTH_ERROR, partner->name, advice,
		            "its card expired on %s: nothing is exported to it any more", day);
	else if (last - visiting->today <= CARD_DAYS)
		doctor_tell(visiting->doctor, QORGAN_HEALTH_WARNING, partner->name, advice,
		            "the last day of its card is %s", day);
}

/* ---- Packages ------------------------------------------------------------------------------- */

static void sent_judge(const struct visiting *visiting, const struct visited *partner)
{
	date_day sent = (date_day)partner->computed.of[COMPUTED_SENT_ON];
	bool any = partner->computed.of[COMPUTED_SEQUENCE] != 0;
	char day[DATE_TEXT_SIZE], command[RECORD_ID_LIMIT + 64];

	date_format(any ? sent : partner->since, day);
	snprintf(command, sizeof command, "qorgan export --to %s -o FILE", partner->id);
	if (!any && visiting->today - partner->since > QUARTER_DAYS)
		doctor_tell(visiting->doctor, QORGAN_HEALTH_WARNING, partner->name, command,
		            "no package went to it since it was put on record on %s", day);
	else if (any && visiting->today - sent > QUARTER_DAYS)
		doctor_tell(visiting->doctor, QORGAN_HEALTH_WARNING, partner->name, command,
		            "no package went to it since %s", day);
	if (!partner->computed.of[COMPUTED_AWAITED] || visiting->today - sent <= RECEIPT_DAYS)
		return;
	snprintf(command, sizeof command, language_said("ask whether it came; qorgan partner ledger %s"), partner->id);
	doctor_tell(visiting->doctor, QORGAN_HEALTH_WARNING, partner->name, command,
	            "it has not confirmed package %llu of %s",
	            (unsigned long long)partner->computed.of[COMPUTED_SEQUENCE], day);
}

/* Of one whose keys are not known nothing can come, and an observer sends nothing. */
static void received_judge(const struct visiting *visiting, const struct visited *partner)
{
	date_day received = (date_day)partner->computed.of[COMPUTED_RECEIVED_ON];
	bool any = partner->computed.of[COMPUTED_RECEIVED] != 0;
	const char *advice = language_said("ask it for a package, and whether it sent one that did not come");
	char day[DATE_TEXT_SIZE];

	if (reader_true(value_of(visiting, partner, "observer")) || !value_of(visiting, partner, "minisign").data ||
	    !value_of(visiting, partner, "vkey").data)
		return;
	date_format(any ? received : partner->since, day);
	if (!any && visiting->today - partner->since > QUARTER_DAYS)
		doctor_tell(visiting->doctor, QORGAN_HEALTH_WARNING, partner->name, advice,
		            "no package came from it since it was put on record on %s", day);
	else if (any && visiting->today - received > QUARTER_DAYS)
		doctor_tell(visiting->doctor, QORGAN_HEALTH_WARNING, partner->name, advice,
		            "no package came from it since %s", day);
}

static void forked_judge(const struct visiting *visiting, const struct visited *partner)
{
	char command[RECORD_ID_LIMIT + 64];

	if (!partner->computed.of[COMPUTED_FORKED])
		return;
	snprintf(command, sizeof command, language_said("ask it why; qorgan partner fork %s writes the evidence"),
	         partner->id);
	doctor_tell(visiting->doctor, QORGAN_HEALTH_ERROR, partner->name, command, "it was found to show two histories");
}

/* ---- All of them ------------------------------------------------------------------------------ */

static int first_take(void *context, struct vault_record *record, struct qorgan_error *error)
{
	date_day *first = context;
	int64_t moment;

	(void)error;
	if (time_parse(record->record.time, &moment) && time_date(moment) < *first)
		*first = time_date(moment);
	return QORGAN_OK;
}

static int partner_visit(void *context, struct vault_record *record, struct qorgan_error *error)
{
	struct visiting *visiting = context;
	struct span values[PICK_LIMIT];
	struct visited partner = { .since = visiting->today, .values = values };

	reader_pick(record->record.body, visiting->pick.names, values, visiting->pick.count);
	if (value_of(visiting, &partner, "retired").data)
		return QORGAN_OK;
	snprintf(partner.name, sizeof partner.name, language_said("partner %.*s"), (int)record->record.id.size,
	         record->record.id.data);
	char id[RECORD_ID_LIMIT];
	span_copy_into(record->record.id, id, sizeof id);
	partner.id = id;
	int code = computed_of(&visiting->computed, &record->record, values, &partner.computed, error);
	if (!code)
		code = first_take(&partner.since, record, error);
	if (!code && record->record.version > 1)
		code = vault_scan_history(visiting->view, &record->place, first_take, &partner.since, error);
	if (code)
		return code;
	card_judge(visiting, &partner);
	sent_judge(visiting, &partner);
	received_judge(visiting, &partner);
	forked_judge(visiting, &partner);
	return QORGAN_OK;
}

int doctor_partners(struct doctor *doctor, struct qorgan_error *error)
{
	static const char *const names[] = { "fingerprint", "minisign", "observer", "retired", "valid_until", "vkey" };
	const struct schema *schema = schema_find("partner", 7);
	struct visiting visiting = { .doctor = doctor, .today = time_date(doctor->now) };
	unsigned wanted = 1u << COMPUTED_SEQUENCE | 1u << COMPUTED_SENT_ON | 1u << COMPUTED_AWAITED |
	                  1u << COMPUTED_RECEIVED | 1u << COMPUTED_RECEIVED_ON | 1u << COMPUTED_FORKED;
	int code = vault_view_begin(doctor->store, &visiting.view, error);
	bool picked = true;

	if (code)
		return code;
	code = computed_open(&visiting.computed, doctor->store, visiting.view, schema, wanted, true, error);
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		picked = picked && pick_add(&visiting.pick, names[i]);
	if (!code && !(picked && computed_need(&visiting.computed, &visiting.pick)))
		code = error_set_memory(error);
	if (!code) {
		computed_settle(&visiting.computed, &visiting.pick);
		code = vault_scan(visiting.view, schema, partner_visit, &visiting, error);
	}
	computed_close(&visiting.computed);
	vault_view_end(visiting.view);
	return code;
}

/* ---- Clocks -------------------------------------------------------------------------------------- */

static void moment_judge(struct doctor *doctor, const char *state, int64_t moment)
{
	char name[RECORD_NAME_LIMIT + 16], text[TIME_TEXT_SIZE], distance[TIME_DISTANCE_SIZE];

	if (moment - doctor->now <= DOCTOR_DAY || moment > TIME_LAST)
		return;
	snprintf(name, sizeof name, language_said("partner %.*s"), RECORD_NAME_LIMIT - 1, state);
	time_format(moment, text);
	time_distance(moment - doctor->now, distance);
	doctor_tell(doctor, QORGAN_HEALTH_WARNING, name,
	            language_said("compare both clocks with a third, and set the one that is wrong"),
	            "by its clock it signed at %s, which is %s ahead of this one: one of the two is wrong", text, distance);
}

/* When a state signed last, by its own word: its countersignatures of this log, and its
 * packages. 0: never. */
static int64_t latest_find(const char *state, const struct vouching_log *own, const struct receipt_index *index)
{
	size_t count;
	const struct receipt_facts *receipts = receipt_index_all(index, &count);
	int64_t latest = 0, moment;

	for (size_t i = 0; i < own->witness_count; i++)
		if (strcmp(own->witnesses[i].state, state) == 0 && own->witnesses[i].time > latest)
			latest = own->witnesses[i].time;
	for (size_t i = 0; i < count; i++)
		if (strcmp(receipts[i].from, state) == 0 && time_parse(span_of(receipts[i].created), &moment) &&
		    moment > latest)
			latest = moment;
	return latest;
}

int doctor_partner_clocks(struct doctor *doctor, struct qorgan_error *error)
{
	struct vault_view *view = NULL;
	struct vouching vouching = { 0 };
	struct receipt_index *index = NULL;
	int code = vault_view_begin(doctor->store, &view, error);

	if (!code)
		code = vouching_load(view, doctor->store, &vouching, error);
	if (!code)
		code = receipt_index_load(view, &index, error);
	for (size_t i = 1; i < vouching.count && !code; i++) /* the first is this state's own */
		moment_judge(doctor, vouching.logs[i].state,
		             latest_find(vouching.logs[i].state, vouching.logs, index));
	receipt_index_free(index);
	vouching_free(&vouching);
	vault_view_end(view);
	return code;
}
