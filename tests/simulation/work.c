/* Doing a piece of work by the public library, as the program would. */
#include "work.h"

#include <stdio.h>
#include <string.h>

#include "chance.h"
#include "crash.h"
#include "model.h"
#include "qorgan/exchange.h"
#include "qorgan/object.h"

/* ---- Doing it -------------------------------------------------------------------------- */

static int fields_set(struct qorgan_change *change, const struct work *work, struct qorgan_error *error)
{
	const char *keeper = strcmp(work->kind, "measure") == 0 ? "lead" : "coordinator";
	int code = QORGAN_OK;

	if (work->doing == RELEASE || work->doing == HAND)
		code = qorgan_change_set(change, "release", work->value, error);
	if (!code && work->doing == MARK)
		code = qorgan_change_set(change, "marking", work->value, error);
	if (!code && work->doing == HAND && strcmp(work->kind, "measure") != 0)
		code = qorgan_change_set(change, keeper, work->second, error);
	if (!code && work->doing == RETIRE)
		code = qorgan_change_set(change, "retired", "no longer needed", error);
	return code ? code : qorgan_change_set(change, strchr(work->id, '/') ? "note.en" : "title.en", work->text, error);
}

static int report_do(struct qorgan_change *change, const struct work *work, struct qorgan_error *error)
{
	char id[65], element[66];
	int code = qorgan_change_status(change, work->id, NULL, work->value, NULL, error);

	if (!code)
		code = qorgan_change_set(change, "note.en", work->text, error);
	if (!code && strcmp(work->value, "on-hold") == 0)
		code = qorgan_change_set(change, "reason", "waiting", error);
	if (!code && work->second[0])
		code = qorgan_change_set(change, "release", work->second, error);
	if (!code && work->file[0]) {
		code = qorgan_change_attach(change, work->file, id, error);
		snprintf(element, sizeof element, "+%s", id);
		code = code ? code : qorgan_change_set(change, "evidence", element, error);
	}
	return code;
}

static int assess_do(struct qorgan_change *change, const struct work *work, struct qorgan_error *error)
{
	int code = qorgan_change_assess(change, work->id, NULL, NULL, error);

	code = code ? code : qorgan_change_set(change, "likelihood", work->value, error);
	code = code ? code : qorgan_change_set(change, "impact", work->second, error);
	return code ? code : qorgan_change_set(change, "note.en", work->text, error);
}

static int new_do(struct qorgan_change *change, const struct work *work, struct qorgan_error *error)
{
	bool risk = work->doing == RISK;
	int code = qorgan_change_object(change, work->kind, work->id, QORGAN_ADD, 0, error);

	code = code ? code : qorgan_change_set(change, "title.en", work->text, error);
	code = code ? code : qorgan_change_set(change, risk ? "domain" : "risks", risk ? "D1" : "R1", error);
	code = code ? code : qorgan_change_set(change, risk ? "coordinator" : "lead", code_of(work->party), error);
	code = code ? code : qorgan_change_set(change, "marking", work->second, error);
	if (!code && work->value[0])
		code = qorgan_change_set(change, "release", work->value, error);
	return code;
}

/* By which lead is accepted, or what was handed over is taken up. */
static int take_do(struct qorgan_change *change, const struct work *work, struct qorgan_error *error)
{
	int code = work->doing == TAKE ? qorgan_change_take_up(change, work->kind, work->id, error)
	                               : qorgan_change_consent(change, work->id, NULL, true, NULL, error);

	if (!code && work->doing == CONSENT) {
		code = qorgan_change_set(change, "note.en", work->second, error);
		code = code ? code : qorgan_change_object(change, work->kind, work->id, QORGAN_EDIT, 0, error);
	}
	return code ? code : qorgan_change_set(change, "title.en", work->text, error);
}

/* What was proposed and cannot be taken over any more is declined, by a change of its own. */
static int answer_do(struct qorgan_change *change, const struct work *work, struct qorgan_error *error)
{
	if (work->value[0])
		return qorgan_change_proposal_decline(change, work->id, work->value, error);
	return qorgan_change_proposal_accept(change, work->id, error);
}

static int propose_do(struct qorgan_change *change, const struct work *work, struct qorgan_error *error)
{
	char id[130];
	int code = qorgan_change_object(change, work->kind, work->id, QORGAN_DRAFT, 0, error);

	code = code ? code : qorgan_change_set(change, "description.en", work->text, error);
	return code ? code : qorgan_change_propose(change, id, error);
}

static int secret_do(struct qorgan_change *change, const struct work *work, struct qorgan_error *error)
{
	int code = qorgan_change_object(change, "partner", work->id, QORGAN_EDIT, 0, error);

	return code ? code : qorgan_change_secret(change, work->file, error);
}

static int change_do(struct qorgan_change *change, const struct work *work, struct qorgan_error *error)
{
	char id[130];
	int code = QORGAN_OK;

	switch (work->doing) {
	case TAKE:
	case CONSENT:
		return take_do(change, work, error);
	case REPORT:
		return report_do(change, work, error);
	case ASSESS:
		return assess_do(change, work, error);
	case NOTE:
		return qorgan_change_note(change, work->id, work->text, id, error);
	case RISK:
	case MEASURE:
		return new_do(change, work, error);
	case PROPOSE:
		return propose_do(change, work, error);
	case ANSWER:
		return answer_do(change, work, error);
	case SECRET:
		return secret_do(change, work, error);
	default:
		break;
	}
	if (work->doing == RESTORE)
		code = qorgan_change_restore(change, work->kind, work->id, work->version, error);
	else if (work->doing == HAND && strcmp(work->kind, "measure") == 0)
		code = qorgan_change_assign(change, work->id, work->second, NULL, NULL, error);
	else
		code = qorgan_change_object(change, work->kind, work->id, QORGAN_EDIT, 0, error);
	return code ? code : fields_set(change, work, error);
}

static struct qorgan_error work_error;

static int work_run(void *context)
{
	const struct work *work = context;
	struct qorgan_change *change = NULL;
	struct qorgan_commit result;
	struct qorgan_store *store = region_open(work->party);

	crash_arm();
	int code = qorgan_change_begin(store, NULL, "work", &change, &work_error);
	code = code ? code : change_do(change, work, &work_error);
	code = code ? code : qorgan_change_commit(change, &result, &work_error);
	qorgan_change_free(change);
	return code;
}

int work_try(struct work *work)
{
	static const char *const names[] = {
		"edits", "releases", "marks", "hands over", "takes up", "accepts", "reports on", "assesses", "notes on", "adds",
		"adds", "retires", "restores", "proposes for", "answers", "shares a secret with"
	};
	const char *code_name = code_of(work->party);
	bool killed = false;
	int code;

	tell("%s %s %s %s: %s %s %s", code_name, names[work->doing], work->kind, work->id, work->text, work->value,
	     work->second);
	if (chance_of(8)) {
		region_close(work->party);
		code = crash_run(work_run, work, 1 + chance_below(15), &killed);
		region.counts.crashes += killed;
	} else {
		code = work_run(work);
	}
	if (killed)
		tell("%s was killed in that", code_name);
	model_sync(work->party);
	region.counts.changes++;
	return killed ? QORGAN_OK : code;
}

void work_do(struct work *work)
{
	int code = work_try(work);

	if (code)
		fail("%s cannot do that with %s %s: %d, %s", code_of(work->party), work->kind, work->id, code, work_error.message);
}
