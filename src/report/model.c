/* The names by which a report's parts are known to programs. */
#include "report/model.h"

const char *const report_word_names[REPORT_WORDS] = { "planned",  "in-progress", "completed",
	                                                  "verified", "on-hold",     "cancelled" };
const char *const report_event_names[REPORT_EVENTS] = { "measure", "milestone", "review", "acceptance", "report",
	                                                     "offer", "package", "receipt" };
const char *const report_change_names[REPORT_CHANGE_SORTS] = { "new", "changed", "retired" };
const char *const report_request_names[REPORT_REQUESTS] = { "lead", "part", "acceptance", "help" };
const char *const report_stage_names[] = { "", "draft", "final" };
const char *const report_voice_names[REPORT_VOICES] = { "none", "own", "stand-in" };
const char *const report_contradiction_names[REPORT_CONTRADICTIONS] = { "", "done-but-not", "cancelled-but-going-on",
	                                                                   "going-on-past-due", "declined-but-named" };
