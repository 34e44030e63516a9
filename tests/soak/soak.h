/* The soak: three years of six states, whose stores are measured after each month. */
#ifndef SOAK_H
#define SOAK_H

#include <stdint.h>

#include "qorgan/store.h"

enum { STATES = 6, OBJECTS_LIMIT = 20000 };
enum { MEASURES, REPORTS, RISK_LEVELS, ASSESSMENTS, OBJECTS_KINDS };

struct country {
	const char *code;
	char path[120];
	struct qorgan_store *store; /* NULL while closed */
	/* What must be there by now, as it was done. */
	uint64_t works;            /* commits of work, of one version each */
	uint64_t exports, receipts; /* commits by which the exchange is on record, of one version each */
	uint64_t released;         /* versions that must go with the next package */
	uint64_t measures, withheld, reports, assessments, notes; /* objects of its own; measures that stay here */
	uint64_t taken;            /* versions of others */
	uint64_t touched;          /* versions that the objects of this month's work had */
	uint32_t versions[OBJECTS_KINDS][OBJECTS_LIMIT]; /* of each object that it works on, by its number */
};
extern struct country *countries; /* STATES of them, in memory that each step's process shares */

/* What one step took. */
struct cost {
	uint64_t opened; /* values deciphered: the same on any machine */
	double ms;       /* of the processor */
	long kib; /* of anonymous memory, at its peak; that of processes which it starts, too */
};

/* One state after one month. */
struct month {
	uint64_t leaves, versions; /* entries of its log; versions in its store, those of others, too */
	uint64_t used, file;       /* bytes of the store in use, and of its file */
	uint64_t objects;          /* measures that are known here */
	uint64_t taken, touched;   /* as of a country, of this month */
	uint64_t looked_through;   /* versions of its own reports and assessments */
	uint8_t picture[32];       /* of what all six must see alike */
	struct cost work, export, receive, open, list, report, verify;
};

/* soak_fail(format, ...): ends the soak with 1. */
void soak_fail(const char *format, ...) __attribute__((format(printf, 1, 2), noreturn));
double soak_now(void); /* milliseconds */

/* ---- The six states (states.c) ------------------------------------------------------------ */

/* states_start(folder): before all else. states_make: the stores, a first catalogue in each, and their
 * partners' cards. */
void states_start(const char *folder);
void states_make(void);
/* states_month(month): the clock stands in that month from now on, 0 being January 2026. */
void states_month(unsigned month);
struct qorgan_store *states_open(unsigned state);
void states_close(unsigned state);
/* states_work(state, count): that many commits of everyday work. */
void states_work(unsigned state, uint64_t count);
/* states_export(state): a package to all others, of just what is to go. states_receive(state): theirs. */
void states_export(unsigned state);
void states_receive(unsigned state);
/* states_reported(state): versions of its own reports and assessments. */
uint64_t states_reported(unsigned state);
/* states_sent(): all have taken in all, and nothing is to go any more. */
void states_sent(void);

/* ---- One step, measured (step.c) ----------------------------------------------------------- */

/* step_start(watch): before all else. `watch`: a thread of its own looks how much memory a step takes. */
void step_start(bool watch);
/* step_run(run, state, month): in a process of its own, where the store of that state is open; what opening
 * it took is not in the cost. */
struct cost step_run(void (*run)(unsigned state, struct month *month), unsigned state, struct month *month);

/* ---- Looking (look.c) ------------------------------------------------------------------------- */

void look_again(unsigned state, struct month *month); /* closes the store, and opens it */
void look_list(unsigned state, struct month *month);
void look_report(unsigned state, struct month *month);
void look_verify(unsigned state, struct month *month);
void look_sizes(unsigned state, struct month *month);

/* ---- What was predicted (predict.c) --------------------------------------------------------- */

/* predict_month(state, month): what holds of each month alone. predict_growth(months, count): of all of them. */
void predict_month(unsigned state, const struct month *month);
void predict_growth(struct month (*months)[STATES], unsigned count);

#endif
