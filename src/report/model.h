/* A report, computed: all that any renderer shows, and nothing that leads back to
 * the store. Texts are in the reader's languages already. A text that is absent
 * is "", never NULL; dates are ISO 8601. All of it lies in one arena. */
#ifndef REPORT_MODEL_H
#define REPORT_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "report/arena.h"

enum report_kind { REPORT_STATUS, REPORT_REGISTER, REPORT_MATRIX, REPORT_CHANGES, REPORT_DUE, REPORT_SUMMARY,
                   REPORT_MEASURE, REPORT_RISK, REPORT_DOMAIN, REPORT_STATE, /* dossiers of one object */
                   REPORT_KINDS };
#define REPORT_IS_DOSSIER(kind) ((kind) >= REPORT_MEASURE)

/* The words of a status, in the order in which reports show them. */
enum report_word {
	REPORT_PLANNED, REPORT_IN_PROGRESS, REPORT_COMPLETED, REPORT_VERIFIED, REPORT_ON_HOLD, REPORT_CANCELLED,
	REPORT_WORDS
};

/* Measures by their lead's last word. That the lead has said nothing in the
 * period, and that it never said anything, is counted beside it. */
struct report_counts {
	uint64_t measures; /* the sum of `words` */
	uint64_t words[REPORT_WORDS];
	uint64_t overdue, due_soon; /* of those not completed, verified or cancelled */
	uint64_t no_report;  /* open and begun, and the lead did not report within the period */
	uint64_t unreported; /* of `planned`: those on which the lead never reported */
};

struct report_period {
	const char *label, *from, *to;
};

struct report_level {
	unsigned likelihood, impact, score; /* all 0: not assessed */
	const char *band, *colour;          /* colour: "#rrggbb" or "" */
};

struct report_domain {
	const char *id, *title, *coordinator;
	int64_t order;
	uint64_t risks;
	struct report_counts counts;
};

/* Whose word a report on a part in a measure is. */
enum report_voice {
	REPORT_NO_WORD,  /* there is none */
	REPORT_OWN_WORD, /* the state's own */
	REPORT_STAND_IN, /* written by this store for it, until its own comes */
	REPORT_VOICES
};

/* A state that countersigned another's log. */
struct report_witness {
	const char *state, *date; /* date: of the day on which it did */
	uint64_t entries;         /* of the log that it had seen */
};

/* What this store knows a state by: the newest package of it. */
struct report_source {
	const char *origin;             /* of its log */
	const char *created, *received; /* when that package was made, by its sender's word, and taken in */
	uint64_t package; /* its number; 0: nothing was received yet */
	uint64_t entries; /* of the log at the newest checkpoint */
	bool is_self;     /* it is this store's state */
	bool is_silent;   /* the package was made before the period began, or there is none */
	bool is_forked;   /* its log was found to tell two histories */
	ARENA_LIST(struct report_witness) witnesses; /* empty: none is known */
};

/* Its parts in measures, as lead and as support: the sum of words, declined, stand-ins
 * and silent ones. */
struct report_voices {
	uint64_t parts, words[REPORT_WORDS], declined; /* in its own words */
	uint64_t stand_ins, silent;
	uint64_t owed, received; /* reports for the period; a stand-in is none received */
};

struct report_state {
	const char *id, *title;
	struct report_source source; /* of a joint report; both */
	struct report_voices voices;
	struct report_counts lead;           /* the measures that it leads */
	uint64_t parts;                      /* measures that it supports */
	uint64_t owed, received;             /* reports for the period, as lead and as support */
	uint64_t offered, accepted, declined; /* parts, as lead and as support */
};

/* A column of a listing that was asked for in place of a table's own, and what a row has in it. */
enum report_column_type {
	REPORT_COLUMN_TEXT, REPORT_COLUMN_STATUS, REPORT_COLUMN_NUMBER, REPORT_COLUMN_PERCENT, REPORT_COLUMN_DATE,
	REPORT_COLUMN_FLAG, REPORT_COLUMN_LEVEL
};
struct report_column {
	const char *name, *label;
	enum report_column_type type;
	unsigned width; /* share of the page, in characters; 0: takes what is left */
};
struct report_cell {
	const char *text; /* "" if there is nothing; as programs read it: a status by its name, a flag "1" or "0" */
	int64_t number;   /* of a number, of per cent */
	struct report_level level;
	bool alarm;       /* overdue */
};

enum report_acceptance { REPORT_NOT_ACCEPTED, REPORT_ACCEPTED, REPORT_ACCEPTANCE_ENDED /* open again */ };

/* A state's own level of a risk. */
struct report_assessment {
	const char *state, *date, *confidence, *note;
	struct report_level level;
	bool differs; /* in another band than the residual level, the agreed one */
};

struct report_risk {
	const char *id, *title, *treatment, *stage, *coordinator, *affected, *owner_role;
	const char *review;
	size_t domain; /* index in the model's domains */
	struct report_level inherent, residual, target;
	uint64_t measures; /* that address it and are not cancelled */
	const char *description, *scenario, *causes, *consequences; /* only for formats that show them; else "" */
	bool review_overdue, closed;
	enum report_acceptance acceptance;
	const char *accepted_by, *accepted_reason, *accepted_until;
	ARENA_LIST(struct report_assessment) assessments; /* by state; not in the reports of changes and due days */
	uint64_t differing; /* of the assessments */
	const struct report_cell *cells; /* one for each of the model's columns */
};

struct report_milestone {
	const char *measure, *id, *title, *lead, *due, *done; /* done: "" if missed, or not reached yet */
	bool late; /* reached after its day */
};

/* What a state last reported on its part in a measure. */
struct report_said {
	const char *state, *word, *date, *text; /* "" without a report; text: its note */
	int progress;                           /* -1: no report */
	bool is_lead, is_declined;
};

/* One row for each measure; only for formats that show them all. */
struct report_measure {
	const char *id, *title, *description, *domain, *risks, *type, *lead, *support, *word, *reported, *marking;
	const char *start, *due, *original_due, *due_reason, *word_before;
	const char *dependencies; /* ids of those that must come first, "CYB-01-M1, WAT-02-M3"; only for formats that show them */
	const char *consent; /* of the lead: "offered", "accepted" or "declined"; "" without a lead */
	const char *support_words; /* "KAZ=in-progress 40;UZB=" */
	int progress, progress_before; /* -1: no report */
	bool overdue, due_soon, no_report;
	uint64_t support_owed, support_received, milestones, milestones_done;
	ARENA_LIST(struct report_milestone) plan; /* its milestones, in their order */
	ARENA_LIST(struct report_said) reports;   /* of its lead, then of each supporting state */
	const struct report_cell *cells; /* one for each of the model's columns */
};

/* A measure whose word, progress or due date changed, or that became overdue. */
struct report_move {
	const char *id, *title, *lead, *before, *after; /* before: "" if there was no report */
	int progress_before, progress;
	bool newly_overdue, due_moved;
	const char *due_before, *due, *original_due, *due_reason;
};

/* A measure that is only named. */
struct report_named {
	const char *id, *title, *lead, *due, *state, *text; /* state and text as the list says */
};

enum report_contradiction {
	REPORT_CONSISTENT,
	REPORT_DONE_BUT_NOT,           /* the lead says completed or verified, the state that it is not there */
	REPORT_CANCELLED_BUT_GOING_ON, /* the lead cancelled, the state goes on */
	REPORT_GOING_ON_PAST_DUE,      /* the lead says in progress, and the due day passed */
	REPORT_DECLINED_BUT_NAMED,     /* the state declined, and the measure names it */
	REPORT_CONTRADICTIONS
};

/* A state's part in a measure, by what it last reported. */
struct report_part {
	const char *measure, *title, *state, *due;
	const char *word, *date, *text; /* "" without a report; text: its reason, else its obstacles */
	const char *owed_to; /* the states that a report for the period is owed to */
	int progress;        /* -1: no report */
	enum report_voice voice;
	enum report_contradiction contradiction;
	bool is_lead, is_declined;
	bool is_owed, is_received; /* a report for the period, owed or given; in the state's own words */
};

struct report_conflict {
	struct report_part part; /* of the state whose word contradicts */
	const char *lead, *lead_word, *lead_date;
	enum report_voice lead_voice;
};

struct report_indicator {
	const char *measure, *id, *title, *unit, *state, *date; /* state: who reported the value */
	int64_t baseline, target, value, percent;
	bool has_baseline, has_value;
};

/* What a state wrote in its report: an obstacle, a wish for help, a next step. */
struct report_remark {
	const char *measure, *title, *state, *date, *text; /* date: of the report; of a step: by when, or "" */
};

/* What only those above the ministries can settle. */
enum report_request {
	REPORT_REQUEST_LEAD,       /* no state leads the measure */
	REPORT_REQUEST_PART,       /* a state declined its part in it */
	REPORT_REQUEST_ACCEPTANCE, /* the acceptance of a risk ended */
	REPORT_REQUEST_HELP,       /* a state asks for help */
	REPORT_REQUESTS
};

struct report_asked {
	enum report_request request;
	const char *id, *title, *state, *date, *text; /* date: by when, or since when; "" without one */
};

/* A condition that what is reported on meets. */
struct report_condition {
	const char *name, *value; /* "due-before", "2026-10-01"; value: "" where it takes none */
};

struct report_band {
	unsigned from;
	const char *title, *colour;
};

#define REPORT_LEVELS 5 /* levels of likelihood and impact at most */

struct report_scale {
	unsigned likelihoods, impacts;
	const char *likelihood[REPORT_LEVELS + 1], *impact[REPORT_LEVELS + 1]; /* labels, from 1 */
	ARENA_LIST(struct report_band) bands;
};

struct report_field {
	const char *path, *label, *before, *after;
};

enum report_change_sort { REPORT_NEW, REPORT_CHANGED, REPORT_RETIRED, REPORT_CHANGE_SORTS };

struct report_change {
	const char *kind, *id, *title, *state, *user, *time; /* user and time: of the last version */
	const char *owner; /* the state whose store wrote that version, which knows the user */
	uint64_t package;  /* of that state, by which the version came; 0: it was written here */
	enum report_change_sort sort;
	uint32_t version, version_before;
	ARENA_LIST(struct report_field) fields;
};

/* A field of the object that a dossier is of. */
struct report_detail {
	const char *path, *label, *text;
};

/* A version of that object: what it changed in the one before; of the first, nothing. */
struct report_version {
	const char *time, *user, *owner;
	uint32_t version;
	ARENA_LIST(struct report_field) fields;
};

/* What a state said of a measure on some day. */
struct report_past {
	const char *state, *date, *word, *note, *obstacles, *help, *reason, *user;
	const char *owner; /* whose store wrote it */
	int progress; /* -1: not said */
	uint32_t version;
	bool is_declined;
};

/* A value of an indicator that a state reported on some day. */
struct report_reading {
	const char *id, *title, *unit, *state, *date;
	int64_t value;
};

/* A file that a report on a measure names. */
struct report_file {
	const char *digest, *name, *media_type, *time, *user;
	const char *sha256; /* of its content; "" if that is not here */
	int64_t size;
};

/* How far measures had come at the end of a period: per cent on average, by what their leads had
 * reported by then; -1 of what has no measure. */
struct report_trend {
	const char *label;  /* of the period */
	int all;
	int *domains, *states; /* by the model's domains and states */
};

/* Changes of one kind of object, or of one state's objects. */
struct report_change_count {
	const char *name;
	uint64_t sorts[REPORT_CHANGE_SORTS];
};

struct report_author {
	const char *user;
	uint64_t commits, versions;
};

/* A package of another state that was taken in. */
struct report_package {
	const char *from, *created, *received, *user; /* created: by the sender's word; user: who took it in */
	uint64_t sequence, size;    /* its number; entries of the sender's log at its checkpoint */
	uint64_t records, versions; /* that it held; of those, that were new here */
};

enum report_event {
	REPORT_EVENT_MEASURE, REPORT_EVENT_MILESTONE, REPORT_EVENT_REVIEW, REPORT_EVENT_ACCEPTANCE, REPORT_EVENT_REPORT,
	REPORT_EVENT_OFFER, REPORT_EVENT_PACKAGE, REPORT_EVENT_RECEIPT, /* of reminders alone */
	REPORT_EVENTS
};

/* An entry of the calendar. */
struct report_due {
	enum report_event event;
	const char *date, *id, *title, *state;
	int64_t days;      /* from the cut-off day; negative: past */
	uint64_t count;    /* of a report owed: on how many measures */
	bool overdue;
	bool later;        /* after the end of the period */
};

/* A partner, and whether it owes the receipt of something that went to it. */
struct report_partner {
	const char *id, *since, *sent_on; /* since: day on which it was pinned; sent_on: of the last package, or "" */
	uint64_t sequence;                /* number of that package */
	bool owes_receipt, observer;
};

/* The head of the paper that it is written on. */
struct report_letterhead {
	const char *name;    /* of who sends it; "" if there is none */
	const char *address; /* lines */
	struct span logo;    /* a PNG, or nothing */
	unsigned logo_width, logo_height; /* pixels */
};

enum report_stage { REPORT_STAGE_NONE, REPORT_DRAFT, REPORT_FINAL };

/* What whoever made the report put around it. */
struct report_frame {
	const char *title; /* in place of the report's own; or "" */
	const char *note;  /* a foreword: lines, with an empty one between two paragraphs; or "" */
	enum report_stage stage;
	const char *approved_by, *approved_on; /* of a final one, whose version is the checkpoint; or "" */
	struct report_letterhead letterhead;
};

struct report_model {
	struct arena arena;
	enum report_kind kind;
	const char *kind_name;

	/* What every report says of itself. */
	const char *state, *state_title;
	const char *catalogue, *catalogue_title, *notice;
	const char *catalogue_from; /* first day that it is for, or "" */
	const char *marking; /* the strictest of what was taken into account; "" if nothing is marked */
	struct report_period period, previous;
	const char *as_of, *cut_off, *generated;
	const char *origin, *root; /* of the newest checkpoint; root: hexadecimal */
	uint64_t leaves;
	const char *only_domain, *only_state; /* what it is narrowed to */
	const char *filtered; /* kind of what was chosen by the conditions: "measure", "risk" */
	ARENA_LIST(struct report_condition) conditions; /* none: the report is whole */
	ARENA_LIST(struct report_column) columns; /* of the table of measures or risks; none: its own */
	const char *audience, *audience_title; /* whom it is made for, of what may go there alone; "" for its own state */
	struct report_frame frame;

	struct report_counts totals;
	uint64_t offered, accepted, declined;              /* parts in all measures */
	uint64_t indicators_set, indicators_reported;      /* indicators; those with a value */
	uint64_t risks_open;
	ARENA_LIST(struct report_domain) domains;
	ARENA_LIST(struct report_state) states;
	ARENA_LIST(struct report_risk) risks;
	struct report_scale scale;

	/* The status report. */
	ARENA_LIST(struct report_measure) measures; /* and of the register, for formats that show them all */
	ARENA_LIST(struct report_move) moved;
	ARENA_LIST(struct report_named) declined_parts; /* state: who declined; text: why */
	ARENA_LIST(struct report_named) without_lead;
	ARENA_LIST(struct report_named) without_report; /* state: who owes it; text: "lead" or "support" */
	ARENA_LIST(struct report_indicator) indicators;
	ARENA_LIST(struct report_milestone) milestones;
	ARENA_LIST(const struct report_risk *) without_measure;
	ARENA_LIST(const struct report_risk *) highest;
	ARENA_LIST(const struct report_risk *) accepted_risks;
	ARENA_LIST(struct report_remark) obstacles, help, next_steps;
	ARENA_LIST(struct report_trend) trend; /* the last periods, oldest first; of one alone nothing */

	/* The summary. */
	ARENA_LIST(struct report_named) late; /* the overdue measures, those due first ahead */
	ARENA_LIST(struct report_asked) asked; /* in the order of enum report_request */

	/* A dossier has the lists of the status report, narrowed to its object, and: */
	const char *object, *object_title;
	ARENA_LIST(struct report_detail) details;
	ARENA_LIST(struct report_version) versions; /* newest first */
	ARENA_LIST(struct report_past) past;        /* of a measure; newest first */
	ARENA_LIST(struct report_reading) readings; /* of a measure; by indicator, newest first */
	ARENA_LIST(struct report_file) files;       /* of a measure */

	/* The joint status report. */
	bool joint;
	ARENA_LIST(struct report_part) parts; /* all; only for formats that hold all of every list */
	ARENA_LIST(struct report_part) owed, stand_ins;
	ARENA_LIST(struct report_conflict) conflicts;

	/* Changes and the calendar. */
	ARENA_LIST(struct report_change) changes;
	ARENA_LIST(struct report_change_count) changes_by_kind, changes_by_state;
	ARENA_LIST(struct report_author) authors;
	ARENA_LIST(struct report_package) packages; /* in the order in which they came */
	ARENA_LIST(struct report_due) due;

	/* A calendar that is joint tells what reminders need: reports owed (without_report), of
	 * each state its source, and these. */
	ARENA_LIST(struct report_named) offered_parts; /* not answered; state: to whom; text: "lead" or "support" */
	ARENA_LIST(struct report_partner) partners;
};

/* How a renderer shows it. */
struct report_look {
	bool colour;
	unsigned columns;
	const char *picture; /* of formats that hold one: its name; NULL: the first that the kind has */
	unsigned page;       /* of the picture, from 1; 0: the first */
};

/* The names of words, events and sorts, as JSON, CSV and the command line write them. */
extern const char *const report_word_names[REPORT_WORDS];
extern const char *const report_event_names[REPORT_EVENTS];
extern const char *const report_voice_names[REPORT_VOICES];
extern const char *const report_contradiction_names[REPORT_CONTRADICTIONS]; /* of none: "" */
extern const char *const report_change_names[REPORT_CHANGE_SORTS];
extern const char *const report_request_names[REPORT_REQUESTS];
extern const char *const report_stage_names[]; /* of none: "" */

#define REPORT_SUMMARY_ROWS 5 /* of each list, where people read it: it is to be short */

#endif
