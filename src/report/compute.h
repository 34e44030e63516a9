/* What the parts of the computation share: the report being made, the days it
 * looks at, and what is known of risks and statuses meanwhile. */
#ifndef REPORT_COMPUTE_H
#define REPORT_COMPUTE_H

#include "base/date.h"
#include "base/error.h"
#include "qorgan/report.h"
#include "record/record.h"
#include "register/as_of.h"
#include "register/id_set.h"
#include "register/levels.h"
#include "register/parties.h"
#include "register/period.h"
#include "register/receipt_index.h"
#include "register/status_index.h"
#include "register/wording.h"
#include "report/audience.h"
#include "report/model.h"

#define COMPUTE_NONE UINT32_MAX /* no index */

/* compute_add(compute, list): arena_add; in a report that is to be read by people,
 * what exceeds this many rows of a list is only counted. */
#define COMPUTE_ROWS 500
#define compute_add(compute, list)                                \
	(!(compute)->complete && (list)->count >= COMPUTE_ROWS        \
	     ? ((list)->more++, NULL)                                 \
	     : arena_add((compute)->arena, (list)))

/* What is kept of a report by a state, because a list shows it; raw members are
 * canonical JSON. */
struct status_detail {
	struct span milestones, indicators, next_steps; /* raw */
	const char *obstacles, *help, *reason;
	const char *note; /* only where rows show it; else NULL */
};

/* Whether a format shows every measure in a row of its own. */
enum measure_rows {
	ROWS_NONE,
	ROWS_ONLY, /* a status report in it is one table of them, and has no other list */
	ROWS_TOO   /* beside all lists, with milestones and reports; in the register as well */
};

/* A measure with a lead, by today's plan. */
struct tracked {
	const char *id, *lead;
	uint32_t domain, state; /* indexes in the model's; COMPUTE_NONE: none */
};

struct risk_place {
	uint32_t domain;   /* index in the model's domains */
	uint32_t position; /* index in the model's risks, or COMPUTE_NONE if it is not among them */
};

struct choice;

struct compute {
	struct qorgan_store *vault;
	struct vault_view *view;
	struct report_model *model;
	struct arena *arena;          /* the model's */
	const char *const *languages;
	struct wording wording;       /* of values, in the words of the report */
	bool complete;                /* the format holds all of every list */
	enum measure_rows rows;       /* whether it shows all measures */

	struct period_named period, previous;
	date_day from, cut_off, earlier; /* first day; last day looked at; last day of the previous period */
	int64_t recorded;                /* versions recorded after this moment do not count */

	char only_domain[RECORD_ID_LIMIT], only_state[RECORD_NAME_LIMIT]; /* "" for all */
	uint32_t only_domain_index;
	char only_measure[RECORD_ID_LIMIT], only_risk[RECORD_ID_LIMIT]; /* of a dossier; else "" */
	struct span measure_risks; /* raw: those of that measure */
	struct record object;      /* of a dossier, as it stood; its bytes lie in the arena */
	struct vault_place object_place;

	struct level_scale scale;
	struct id_set domain_ids, risk_ids; /* to indexes in the model's domains and in `risks` */
	ARENA_LIST(struct risk_place) risks;
	struct status_index *statuses;
	struct receipt_index *receipts; /* in the reports that tell of packages */
	struct parties *parties;        /* in a joint report */
	struct audience *audience;      /* NULL: the view is whole */
	struct choice *choice;          /* NULL: all is wanted, in the report's own columns */
	ARENA_LIST(struct status_detail *) details; /* by the number of the status; NULL: nothing kept */
	ARENA_LIST(struct tracked) tracked; /* the measures whose progress over the periods is told */
	ARENA_LIST(const char *) markings; /* of a dossier: of each status, by its number */
	ARENA_LIST(const char *) known; /* ids to choose from, when one is not known */
	struct buffer scratch;
	int marking_rank; /* of the strictest marking met; -1: none */
	struct report_named shown; /* the measure being looked at, if its id is set: its parts share the texts */
};

/* compute_scope(compute, report, error): begin the view, and fill in what the model says of itself:
 * days, periods, the object, whom it is for, checkpoint, reference data. */
int compute_scope(struct compute *compute, const struct qorgan_report *report, struct qorgan_error *error);

/* ---- Values (compute_values.c) -------------------------------------------- */

/* compute_text: a text in the reader's language, in the arena; "" if absent. */
const char *compute_text(struct compute *compute, struct span raw);
/* compute_string: a plain JSON string, in the arena; "" if absent. */
const char *compute_string(struct compute *compute, struct span raw);
/* compute_joined: a set of strings as "KAZ, UZB". */
const char *compute_joined(struct compute *compute, struct span raw);
const char *compute_day(struct compute *compute, date_day day);
/* compute_field_text: a value as people read it, by its field in the schema; of a text, `raw` may be
 * the string of one language. compute_field: that of a field before and after, with its label. */
const char *compute_field_text(struct compute *compute, const struct field *field, struct span raw);
void compute_field(struct compute *compute, struct report_field *row, const char *path, const struct field *field,
                   struct span before, struct span after);
struct report_level compute_level(struct compute *compute, struct span raw);
/* compute_marking: a marking was taken into account. */
void compute_marking(struct compute *compute, struct span raw);
/* compute_mark: the same by its label, which lies in the arena, or "". */
void compute_mark(struct compute *compute, const char *marking);

/* raw_plain: what stands between the quotes of a string that has no escapes: ids,
 * states, dates, words. raw_date: false if it is no date. raw_has: whether a set
 * of such strings has that one. */
struct span raw_plain(struct span raw);
bool raw_date(struct span raw, date_day *day);
bool raw_has(struct span set, struct span wanted);

/* compare_ids: as people count: CYB-01-M2 before CYB-01-M10. */
int compare_ids(const char *left, const char *right);

/* ---- Reference data and risks ------------------------------------------------ */

/* compute_reference(compute, error): catalogue, states, domains, scales. */
int compute_reference(struct compute *compute, struct qorgan_error *error);
/* compute_domain(compute, id): its index; an unknown one is added without title.
 * COMPUTE_NONE without memory. */
uint32_t compute_domain(struct compute *compute, struct span id);
/* compute_state(compute, id): NULL if it is none. */
struct report_state *compute_state(struct compute *compute, struct span id);
/* compute_measure_domain: the domain it is counted in: that of
 * the risk it is named after, else of its first; the one the report is narrowed to
 * if any of its risks is in that. COMPUTE_NONE: in none. */
uint32_t compute_measure_domain(struct compute *compute, struct span measure, struct span risks);

/* compute_risks(compute, error): the risks in force, in order of domain and id. */
int compute_risks(struct compute *compute, struct qorgan_error *error);
/* compute_assessments(compute, error): what states make of these risks. */
int compute_assessments(struct compute *compute, struct qorgan_error *error);

/* ---- Measures ------------------------------------------------------------------ */

enum measure_member {
	MEASURE_DEPENDENCIES, MEASURE_DESCRIPTION, MEASURE_DUE, MEASURE_DUE_REASON, MEASURE_INDICATORS, MEASURE_LEAD, MEASURE_MARKING,
	MEASURE_MILESTONES, MEASURE_ORIGINAL_DUE, MEASURE_RELEASE, MEASURE_RETIRED, MEASURE_RISKS, MEASURE_START,
	MEASURE_SUPPORT, MEASURE_TITLE, MEASURE_TYPE,
	MEASURE_MEMBERS
};

/* One measure with its reports joined; valid during the call. */
struct measure_view {
	const struct record *record;
	struct span id, lead;                  /* lead: empty if there is none */
	struct span members[MEASURE_MEMBERS];  /* raw */
	uint32_t domain;
	bool has_due, has_due_before;
	date_day due, due_before;
	const struct status_facts *report, *report_before; /* the lead's; NULL without one */
	struct measure_state state, state_before;
	bool begun;    /* the planned start is not after the cut-off day */
	bool no_report;
};

typedef int (*measure_each)(struct compute *compute, const struct measure_view *measure, struct qorgan_error *error);

/* compute_measures(compute, each, error): the measures in force that the report
 * is about, in the order of creation. Needs the risks. */
int compute_measures(struct compute *compute, measure_each each, struct qorgan_error *error);
/* compute_reported: whether that report speaks of the period. */
bool compute_reported(const struct compute *compute, const struct status_facts *facts);
/* compute_owes(compute, measure, facts): whether the state whose last report this
 * is (NULL: none) owes one for the period on that measure, or has given it. */
bool compute_owes(const struct compute *compute, const struct measure_view *measure, const struct status_facts *facts);
/* compute_named(compute, measure): it as lists name it. */
struct report_named compute_named(struct compute *compute, const struct measure_view *measure);
/* compute_detail(compute, facts): NULL if nothing was kept. */
const struct status_detail *compute_detail(const struct compute *compute, const struct status_facts *facts);
/* compute_mark_report(compute, facts): in a dossier, that report (NULL: none) was taken into
 * account; in the others all are. */
void compute_mark_report(struct compute *compute, const struct status_facts *facts);
/* compute_milestone_done(compute, measure, id, done): whether the lead, else
 * any supporting state, reported it as reached by the cut-off day. */
bool compute_milestone_done(const struct compute *compute, const struct measure_view *measure, struct span id,
                            date_day *done);

/* compute_row(compute, measure): it as a row of the model's measures. */
void compute_row(struct compute *compute, const struct measure_view *measure);
/* compute_sort_measures(compute): these rows by id. */
void compute_sort_measures(struct compute *compute);

/* ---- What is wanted of it (compute_choice.c) ------------------------------------------- */

/* choice_open(compute, report, error): the conditions and columns asked for, on the day of the report; QORGAN_USAGE
 * if a report of its kind has none. choice_close: NULL is allowed. */
int choice_open(struct compute *compute, const struct qorgan_report *report, struct qorgan_error *error);
void choice_close(struct choice *choice);
/* choice_look(compute, kind, record, wanted, error): whether the object meets the conditions, if they are of its
 * kind. choice_cells(compute, row): what it, looked at last, has in the columns; NULL if they are not of its kind.
 * Of an object that nobody reported on, status and progress are empty. */
struct choice_row {
	const char *kind;
	const struct record *record;
	bool reported, late;
};
int choice_look(struct compute *compute, const char *kind, const struct record *record, bool *wanted,
                struct qorgan_error *error);
const struct report_cell *choice_cells(struct compute *compute, const struct choice_row *row);
/* Where measures were chosen, their risks are kept: choice_note_risks(compute, risks): those of a measure that is
 * wanted; choice_keep_risks(compute): no others, once all measures were looked at. Where risks were chosen:
 * choice_addresses(compute, risks): whether one of a measure's is among them. */
void choice_note_risks(struct compute *compute, struct span risks);
void choice_keep_risks(struct compute *compute);
bool choice_addresses(const struct compute *compute, struct span risks);

/* ---- Progress over the periods ------------------------------------------------------ */

/* trend_measure(compute, measure): it is one of those whose progress is told. compute_trend: at
 * the ends of the last TREND_PERIODS, as far as the catalogue reaches back. */
#define TREND_PERIODS 6
void trend_measure(struct compute *compute, const struct measure_view *measure);
int compute_trend(struct compute *compute, struct qorgan_error *error);

/* ---- The joint picture ----------------------------------------------------------- */

/* joint_start(compute, error): what is known of each state. Needs the states. */
int joint_start(struct compute *compute, struct qorgan_error *error);
/* joint_part(compute, measure, named, state, facts, is_lead): a state's part in it, by its
 * last report (NULL: none); `named` is the measure as lists name it. */
void joint_part(struct compute *compute, const struct measure_view *measure, const struct report_named *named,
                struct span state, const struct status_facts *facts, bool is_lead);

/* ---- The summary ------------------------------------------------------------------ */

/* summary_measure(compute, measure): among the late ones, if it is overdue. */
void summary_measure(struct compute *compute, const struct measure_view *measure);

/* ---- Dossiers --------------------------------------------------------------------- */

/* compute_past(compute, error): all reports on the measure that the dossier is of, the values of
 * its indicators, and the files. */
int compute_past(struct compute *compute, struct qorgan_error *error);

/* ---- Partners -------------------------------------------------------------------- */

/* compute_partners(compute, error): those on record, and what they owe. */
int compute_partners(struct compute *compute, struct qorgan_error *error);

/* ---- The whole -------------------------------------------------------------------- */

/* compute_model(store, report, kind, complete, rows, model, error): fill in an empty model for a
 * format that holds all of every list, or not, and shows measures so. The caller frees its
 * arena, after a failure too. */
int compute_model(struct qorgan_store *store, const struct qorgan_report *report, enum report_kind kind, bool complete,
                  enum measure_rows rows, struct report_model *model, struct qorgan_error *error);

/* ---- One computation for each kind of report ------------------------------------- */

int compute_status(struct compute *compute, struct qorgan_error *error);
int compute_register(struct compute *compute, struct qorgan_error *error);
int compute_matrix(struct compute *compute, struct qorgan_error *error);
int compute_changes(struct compute *compute, struct qorgan_error *error);
int compute_due(struct compute *compute, struct qorgan_error *error);
int compute_summary(struct compute *compute, struct qorgan_error *error);
int compute_dossier(struct compute *compute, struct qorgan_error *error);

#endif
