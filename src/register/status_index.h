/* The statuses of all measures at one moment, gathered in one scan: what a
 * listing and a report join with the measures. */
#ifndef REGISTER_STATUS_INDEX_H
#define REGISTER_STATUS_INDEX_H

#include <stdint.h>

#include "base/date.h"
#include "store/vault.h"

/* The words of a status, in the order of the schema. */
enum status_word {
	STATUS_PLANNED, STATUS_IN_PROGRESS, STATUS_COMPLETED, STATUS_VERIFIED, STATUS_ON_HOLD, STATUS_CANCELLED,
	STATUS_WORDS,
	STATUS_NONE = STATUS_WORDS /* nothing was reported */
};
extern const char *const status_word_names[STATUS_WORDS + 1]; /* the last is "" */

enum status_consent { CONSENT_OFFERED, CONSENT_ACCEPTED, CONSENT_DECLINED };

/* What one state reported on one measure; a report of any word but a refusal
 * accepts the part. Small, as there may be a million. */
struct status_facts {
	uint8_t word;      /* enum status_word */
	uint8_t consent;   /* enum status_consent */
	uint8_t progress;  /* per cent */
	date_day date;     /* day that it speaks of: its `date`, else the day it was recorded */
	uint32_t version;  /* of the status object that holds at that moment */
	struct vault_place place;
};

struct status_index;

/* The moment looked at: versions recorded after `as_of` (seconds since 1970) do
 * not count, nor do those that speak of a day after `until`; earlier versions
 * of the same object then stand in. */
struct status_moment {
	int64_t as_of;
	date_day until;
};
#define STATUS_NOW ((struct status_moment){ INT64_MAX, INT32_MAX })

/* status_index_load(view, moment, index, error): scan the status heads once,
 * reading the history of those alone that are later than the moment. The caller
 * frees the index. */
int status_index_load(struct vault_view *view, struct status_moment moment, struct status_index **index,
                      struct qorgan_error *error);
void status_index_free(struct status_index *index);

/* status_index_find(index, measure, state): NULL if that state reported nothing. */
const struct status_facts *status_index_find(const struct status_index *index, struct span measure,
                                             struct span state);

/* What a report needs beyond that, from the same scan: how things stood on an
 * earlier day, and a look at each version that holds at the moment; `number`
 * counts them from 0. A code other than 0 of `each` stops the scan. */
struct status_watch {
	date_day earlier;
	int (*each)(void *context, uint32_t number, const struct vault_record *record, struct qorgan_error *error);
	void *context;
};
int status_index_load_watched(struct vault_view *view, struct status_moment moment, const struct status_watch *watch,
                              struct status_index **index, struct qorgan_error *error);
/* status_index_number(index, facts): the number under which `each` was told. */
uint32_t status_index_number(const struct status_index *index, const struct status_facts *facts);
/* status_index_earlier(index, facts): what held on the earlier day; NULL if nothing did. */
const struct status_facts *status_index_earlier(const struct status_index *index, const struct status_facts *facts);

/* What follows from a measure's plan and its lead's report. `lead` may be NULL. */
struct measure_state {
	enum status_word word; /* its lead's; STATUS_PLANNED without a report */
	int progress;
	bool overdue;  /* due before that day, and neither completed, verified nor cancelled */
	bool due_soon; /* due within 30 days from that day, likewise */
};
struct measure_state measure_state_of(const struct status_facts *lead, bool has_due, date_day due, date_day today);

/* report_is_missing(facts, word, begun, from, day): whether the state whose last report on a measure that is
 * (NULL: none) owes one for the period that began on `from`, as of that day, and has not given it: the measure
 * has begun and its lead's `word` is open, and the state neither declined its part nor said that it is done. */
bool report_is_missing(const struct status_facts *facts, enum status_word word, bool begun, date_day from, date_day day);

/* status_word_is_open(word): neither completed, verified nor cancelled. */
bool status_word_is_open(enum status_word word);

#endif
