/* The state of a measure, as it follows from its plan and its lead's report. */
#include "register/status_index.h"

#define DUE_SOON_DAYS 30

const char *const status_word_names[STATUS_WORDS + 1] = { "planned",  "in-progress", "completed", "verified",
	                                                      "on-hold", "cancelled",   "" };

bool status_word_is_open(enum status_word word)
{
	return word != STATUS_COMPLETED && word != STATUS_VERIFIED && word != STATUS_CANCELLED;
}

bool report_is_missing(const struct status_facts *facts, enum status_word word, bool begun, date_day from, date_day day)
{
	if (facts && facts->date >= from)
		return false;
	if (!begun || day < from || !status_word_is_open(word))
		return false;
	return !facts || (facts->consent != CONSENT_DECLINED && status_word_is_open((enum status_word)facts->word));
}

struct measure_state measure_state_of(const struct status_facts *lead, bool has_due, date_day due, date_day today)
{
	struct measure_state state = { .word = STATUS_PLANNED };

	if (lead && lead->word < STATUS_WORDS) {
		state.word = (enum status_word)lead->word;
		state.progress = lead->progress;
	}
	if (has_due && status_word_is_open(state.word)) {
		state.overdue = due < today;
		state.due_soon = !state.overdue && due <= today + DUE_SOON_DAYS;
	}
	return state;
}
