/* The table of what is computed: names, types and words. */
#include "register/computed.h"

#include <string.h>

#include "base/language.h"
#include "register/proposals.h"

static const char *const status_words[] = { "planned",   "in-progress", "completed", "verified",
	                                        "on-hold", "cancelled",   NULL };
_Static_assert(sizeof status_words / sizeof status_words[0] == STATUS_WORDS + 1, "the words of a status");

static const char *const answer_words[] = { [PROPOSAL_OPEN] = "open", [PROPOSAL_ACCEPTED] = "accepted",
	                                        [PROPOSAL_DECLINED] = "declined", NULL };

#define LARGEST 9007199254740991

static const struct computed_row rows[] = {
	{ "measure", COMPUTED_STATUS,
	  { .name = "status", .type = FIELD_WORD, .words = status_words, .label = SAID("Status"),
	    .help = "its lead's last report: planned while there is none" }, 11 },
	{ "measure", COMPUTED_PROGRESS,
	  { .name = "progress", .type = FIELD_INTEGER, .maximum = 100, .label = SAID("%"),
	    .help = "per cent, as its lead reported" }, 3 },
	{ "measure", COMPUTED_OVERDUE,
	  { .name = "overdue", .type = FIELD_FLAG, .label = SAID("!"), .help = "due before today, and open" }, 1 },
	{ "measure", COMPUTED_DUE_SOON,
	  { .name = "due_soon", .type = FIELD_FLAG, .label = SAID("Soon"), .help = "due within 30 days, and open" }, 4 },
	{ "measure", COMPUTED_NO_REPORT,
	  { .name = "no_report", .type = FIELD_FLAG, .label = SAID("No report"),
	    .help = "open and begun, and its lead owes a report for this period" }, 9 },
	{ "risk", COMPUTED_SCORE,
	  { .name = "score", .type = FIELD_INTEGER, .maximum = 25, .label = SAID("Score"),
	    .help = "residual likelihood times impact" }, 5 },
	{ "risk", COMPUTED_MEASURES,
	  { .name = "measures", .type = FIELD_INTEGER, .maximum = LARGEST, .label = SAID("Measures"),
	    .help = "number of measures that address it" }, 8 },
	{ "risk", COMPUTED_EXPIRED,
	  { .name = "acceptance_expired", .type = FIELD_FLAG, .label = SAID("Expired"),
	    .help = "it was accepted until a day that has passed: it is open again" }, 7 },
	{ "domain", COMPUTED_RISKS,
	  { .name = "risks", .type = FIELD_INTEGER, .maximum = LARGEST, .label = SAID("Risks"),
	    .help = "number of its risks" }, 5 },
	{ "partner", COMPUTED_SEQUENCE,
	  { .name = "sequence", .type = FIELD_INTEGER, .maximum = LARGEST, .label = SAID("Last package"),
	    .help = "number of the last package sent" }, 12 },
	{ "partner", COMPUTED_SENT_ON,
	  { .name = "sent_on", .type = FIELD_DATE, .label = SAID("Sent on"), .help = "day of the last package sent; never is earlier "
	    "than any day" }, 10 },
	{ "partner", COMPUTED_SENT,
	  { .name = "sent", .type = FIELD_INTEGER, .maximum = LARGEST, .label = SAID("Sent up to"),
	    .help = "number of leaves that it has been given" }, 10 },
	{ "partner", COMPUTED_RECEIVED,
	  { .name = "received_package", .type = FIELD_INTEGER, .maximum = LARGEST, .label = SAID("Received"),
	    .help = "number of the newest package of it that was taken in" }, 8 },
	{ "partner", COMPUTED_RECEIVED_ON,
	  { .name = "received_on", .type = FIELD_DATE, .label = SAID("Received on"), .help = "day on which that was taken in" }, 11 },
	{ "partner", COMPUTED_ENTRIES,
	  { .name = "entries", .type = FIELD_INTEGER, .maximum = LARGEST, .label = SAID("Entries"),
	    .help = "number of entries of its log that are known here" }, 7 },
	{ "partner", COMPUTED_ACKNOWLEDGED,
	  { .name = "acknowledged", .type = FIELD_INTEGER, .maximum = LARGEST, .label = SAID("Acknowledged"),
	    .help = "number of this state's entries that it has countersigned" }, 12 },
	{ "partner", COMPUTED_AWAITED,
	  { .name = "awaited", .type = FIELD_FLAG, .label = SAID("Owes receipt"),
	    .help = "it owes the receipt of something that went to it" }, 12 },
	{ "partner", COMPUTED_FORKED,
	  { .name = "forked", .type = FIELD_FLAG, .label = SAID("Two histories"),
	    .help = "it was found to show two histories" }, 13 },
	{ "proposal", COMPUTED_OPEN,
	  { .name = "open", .type = FIELD_FLAG, .label = SAID("Open"), .help = "not answered yet" }, 4 },
	{ "proposal", COMPUTED_ANSWER,
	  { .name = "answer", .type = FIELD_WORD, .words = answer_words, .label = SAID("Answer"),
	    .help = "of the state that keeps the object: open while there is none" }, 8 },
	{ "domain", COMPUTED_MEASURES,
	  { .name = "measures", .type = FIELD_INTEGER, .maximum = LARGEST, .label = SAID("Measures"),
	    .help = "number of measures that address its risks" }, 8 },
};
#define ROWS (sizeof rows / sizeof rows[0])

const struct computed_row *computed_next(const struct schema *schema, const struct computed_row *row)
{
	for (row = row ? row + 1 : rows; row < rows + ROWS; row++)
		if (strcmp(row->kind, schema->kind) == 0)
			return row;
	return NULL;
}

const struct computed_row *computed_find(const struct schema *schema, const char *name)
{
	for (const struct computed_row *row = computed_next(schema, NULL); row; row = computed_next(schema, row)) {
		const char *own = row->field.name, *wanted = name;
		while (*own && (*own == *wanted || (*own == '_' && *wanted == '-')))
			own++, wanted++;
		if (!*own && !*wanted)
			return row;
	}
	return NULL;
}

unsigned computed_all(const struct schema *schema)
{
	unsigned mask = 0;

	for (const struct computed_row *row = computed_next(schema, NULL); row; row = computed_next(schema, row))
		mask |= 1u << row->computed;
	return mask;
}
