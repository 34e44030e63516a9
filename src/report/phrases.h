/* The phrases of reports for people, all in one place, so that they can be
 * translated as a whole. */
#ifndef REPORT_PHRASES_H
#define REPORT_PHRASES_H

#include "base/buffer.h"
#include "base/language.h"

/* name, English; {1} to {3} are filled in. N has two forms, for 1 and for any other number, and more in
 * languages that tell more apart. The languages are in src/languages/. */
#define PHRASES(P, N)                                                                                               \
	P(TITLE_STATUS, "Status report")                                                                             \
	P(TITLE_REGISTER, "Risk register")                                                                           \
	P(TITLE_MATRIX, "Risk matrix")                                                                               \
	P(TITLE_CHANGES, "Changes")                                                                                  \
	P(TITLE_DUE, "Calendar")                                                                                     \
	P(TITLE_SUMMARY, "Summary for heads of state")                                                               \
	P(DAY, "{1}-{2}-{3}")                                                                                        \
	P(LONG_DAY, "{3} {2} {1}")                                                                                   \
	P(MOMENT, "{1}T{2}Z")                                                                                        \
	P(GROUPED, "{1},{2}")                                                                                        \
	P(JANUARY, "January")                                                                                        \
	P(FEBRUARY, "February")                                                                                      \
	P(MARCH, "March")                                                                                            \
	P(APRIL, "April")                                                                                            \
	P(MAY, "May")                                                                                                \
	P(JUNE, "June")                                                                                              \
	P(JULY, "July")                                                                                              \
	P(AUGUST, "August")                                                                                          \
	P(SEPTEMBER, "September")                                                                                    \
	P(OCTOBER, "October")                                                                                        \
	P(NOVEMBER, "November")                                                                                      \
	P(DECEMBER, "December")                                                                                      \
	P(TO, "to")                                                                                                  \
	P(CATALOGUE, "Catalogue")                                                                                    \
	P(STORE_OF, "Store of")                                                                                      \
	P(MARKING, "Marking")                                                                                        \
	P(PERIOD, "Period")                                                                                          \
	P(AS_OF, "As of")                                                                                            \
	P(LAST_DAY, "last day looked at")                                                                            \
	P(GENERATED, "Generated")                                                                                    \
	P(CHECKPOINT, "Checkpoint")                                                                                  \
	N(LEAVES, "{1} leaf, root {2}", "{1} leaves, root {2}")                                                      \
	P(AUDIENCE, "Made for")                                                                                     \
	P(ONLY, "Only")                                                                                              \
	P(ONLY_DOMAIN, "domain")                                                                                     \
	P(ONLY_STATE, "state")                                                                                       \
	P(ONLY_MEASURES, "measures where {1} (counts, lists and pictures are of these)")                             \
	P(ONLY_RISKS, "risks where {1} (counts, lists and pictures are of these)")                                   \
	P(FILTERED, "filtered")                                                                                      \
	P(COUNTS_FILTERED, "Only what meets the conditions above is counted.")                                       \
	P(MORE, "... and {1} more: -f csv and -f json hold all")                                                     \
	P(NONE, "None.")                                                                                             \
	P(ID, "Id")                                                                                                  \
	P(TITLE, "Title")                                                                                            \
	P(DOMAIN, "Domain")                                                                                          \
	P(STATE, "State")                                                                                            \
	P(LEAD, "Lead")                                                                                              \
	P(DUE, "Due")                                                                                                \
	P(REASON, "Reason")                                                                                          \
	P(TOTALS, "In total")                                                                                        \
	P(BY_DOMAIN, "By domain")                                                                                    \
	P(BY_STATE, "By state, as lead")                                                                             \
	P(BY_STATE_PARTS, "By state: parts and reports")                                                             \
	P(MEASURES, "Measures")                                                                                      \
	P(PLANNED, "planned")                                                                                        \
	P(IN_PROGRESS, "in progress")                                                                                \
	P(COMPLETED, "completed")                                                                                    \
	P(VERIFIED, "verified")                                                                                      \
	P(ON_HOLD, "on hold")                                                                                        \
	P(CANCELLED, "cancelled")                                                                                    \
	P(OVERDUE, "overdue")                                                                                        \
	P(DUE_SOON, "due soon")                                                                                      \
	P(NO_REPORT, "no report")                                                                                    \
	P(SHORT_ALL, "All")                                                                                          \
	P(SHORT_PLANNED, "Plan")                                                                                     \
	P(SHORT_IN_PROGRESS, "Prog")                                                                                 \
	P(SHORT_COMPLETED, "Done")                                                                                   \
	P(SHORT_VERIFIED, "Ver")                                                                                     \
	P(SHORT_ON_HOLD, "Hold")                                                                                     \
	P(SHORT_CANCELLED, "Canc")                                                                                   \
	P(SHORT_OVERDUE, "Late")                                                                                     \
	P(SHORT_DUE_SOON, "Soon")                                                                                    \
	P(SHORT_NO_REPORT, "NoRep")                                                                                  \
	N(UNREPORTED, "Of the planned, {1} has no report at all: nothing is known of its progress.",                 \
	  "Of the planned, {1} have no report at all: nothing is known of their progress.")                          \
	P(LEGEND, "Plan planned, Prog in progress, Done completed, Ver verified, Hold on hold, Canc cancelled; of "  \
	          "these Late overdue, Soon due within 30 days, NoRep open and begun, but not reported on by the "   \
	          "lead in this period.")                                                                            \
	P(SUPPORTS, "Supports")                                                                                      \
	P(REPORTS_OWED, "Owed")                                                                                      \
	P(REPORTS_RECEIVED, "Received")                                                                              \
	P(OFFERED, "Offered")                                                                                        \
	P(ACCEPTED, "Accepted")                                                                                      \
	P(DECLINED, "Declined")                                                                                      \
	P(PARTS, "Parts in measures: {1} accepted, {2} offered and not answered, {3} declined.")                     \
	P(JOINT_TITLE, "Joint status report")                                                                        \
	P(JOINT_SOURCES, "What is known of each state")                                                              \
	P(KNOWN_BY, "Known by")                                                                                      \
	N(SOURCE_SELF, "this store: checkpoint over {1} entry", "this store: checkpoint over {1} entries")           \
	P(SOURCE_PACKAGE, "as of package {1}, made {2}, received {3}")                                               \
	N(SOURCE_ENTRIES, "checkpoint over {1} entry", "checkpoint over {1} entries")                                \
	P(SOURCE_SILENT, "nothing received since {2} (package {1}, made {3})")                                       \
	P(SOURCE_NONE, "nothing received yet")                                                                       \
	P(SOURCE_FORKED, "its log was found to tell two histories")                                                  \
	P(SOURCE_WITNESS, "witnessed by {1} up to entry {2}")                                                        \
	P(SOURCE_WITNESS_MORE, "by {1} up to {2}")                                                                   \
	P(JOINT_VOICES, "By state, in the states' own words")                                                        \
	P(SHORT_DECLINED, "Decl")                                                                                    \
	P(SHORT_STAND_INS, "StIn")                                                                                   \
	P(SHORT_SILENT, "None")                                                                                      \
	P(SHORT_OWED, "Owed")                                                                                        \
	P(SHORT_RECEIVED, "Recd")                                                                                    \
	P(JOINT_LEGEND, "Parts in measures, as lead and support: Plan to Canc as the state itself reports them, Decl " \
	                "declined by it, StIn stand-ins that this store wrote for it, None without a report. Of reports " \
	                "for this period Owed and Recd; a stand-in is none received.")                               \
	P(JOINT_OWED, "Owed for this period: by whom, to whom")                                                      \
	P(JOINT_BY, "By (* lead, + stand-in)")                                                                       \
	P(JOINT_TO, "To")                                                                                            \
	P(STAND_INS, "Stand-ins: what this store wrote for other states")                                            \
	P(STAND_IN, "stand-in")                                                                                      \
	P(SAYS, "Says")                                                                                              \
	P(CONTRADICTIONS, "Contradictions")                                                                          \
	P(CONTRADICTION, "What")                                                                                     \
	P(SAYS_DECLINED, "declined")                                                                                 \
	P(JOINT_LEAD, "lead")                                                                                        \
	P(DONE_BUT_NOT, "done, and not")                                                                             \
	P(CANCELLED_BUT_GOING_ON, "cancelled, goes on")                                                              \
	P(GOING_ON_PAST_DUE, "past due")                                                                             \
	P(DECLINED_BUT_NAMED, "declined, named")                                                                     \
	P(PAST_DUE, "due {1}")                                                                                       \
	P(MOVED, "What moved since")                                                                                 \
	P(MOVED_STATUS, "Status")                                                                                    \
	P(MOVED_NO_REPORT, "no report")                                                                              \
	P(NEWLY_OVERDUE, "newly overdue")                                                                            \
	P(DUE_MOVED, "due date")                                                                                     \
	P(NO_DATE, "no date")                                                                                        \
	P(FIRST_DUE, "first due")                                                                                    \
	P(DECLINED_PARTS, "Parts declined")                                                                          \
	P(WITHOUT_REPORT, "No report received for this period")                                                      \
	P(OWED_BY, "By (* lead)")                                                                                    \
	P(WITHOUT_LEAD, "Measures without a lead")                                                                   \
	P(WITHOUT_MEASURE, "Risks without a measure")                                                                \
	P(INDICATORS, "Indicators against targets")                                                                  \
	P(INDICATORS_REPORTED, "A value was reported for {1} of {2} indicators.")                                    \
	P(INDICATOR, "Indicator")                                                                                    \
	P(UNIT, "Unit")                                                                                              \
	P(BASELINE, "Base")                                                                                          \
	P(TARGET, "Target")                                                                                          \
	P(VALUE, "Value")                                                                                            \
	P(PERCENT, "Way")                                                                                            \
	P(MILESTONES, "Milestones of this period")                                                                   \
	P(MILESTONE, "Milestone")                                                                                    \
	P(MET, "met")                                                                                                \
	P(MET_LATE, "met late")                                                                                      \
	P(MISSED, "missed")                                                                                          \
	P(RESULT, "Result")                                                                                          \
	P(HIGHEST, "Highest residual risks")                                                                         \
	P(LEVEL, "Level")                                                                                            \
	P(TREATMENT, "Treatment")                                                                                    \
	P(ACCEPTED_RISKS, "Accepted risks")                                                                          \
	P(UNTIL, "Until")                                                                                            \
	P(BY, "By")                                                                                                  \
	P(OPEN_AGAIN, "open again")                                                                                  \
	P(HOLDS, "accepted")                                                                                         \
	P(OBSTACLES, "Obstacles")                                                                                    \
	P(HELP, "Help asked for")                                                                                    \
	P(NEXT_STEPS, "Next steps")                                                                                  \
	P(LATE, "What is late")                                                                                      \
	P(ASKED, "What is to be decided")                                                                            \
	P(ASKED_LEAD, "a lead is to be named")                                                                       \
	P(ASKED_PART, "a part was declined: who takes it")                                                           \
	P(ASKED_HELP, "help is asked for")                                                                           \
	P(MATTER, "Matter")                                                                                          \
	P(SUMMARY_MORE, "... and {1} more: the status report lists all")                                             \
	P(TEXT, "Text")                                                                                              \
	P(INHERENT, "inherent")                                                                                      \
	P(RESIDUAL, "residual")                                                                                      \
	P(TARGET_LEVEL, "target")                                                                                    \
	P(NOT_ASSESSED, "not assessed")                                                                              \
	P(COORDINATOR, "coordinator")                                                                                \
	P(AFFECTED, "affects")                                                                                       \
	P(MEASURES_COUNT, "measures")                                                                                \
	P(REVIEW, "review")                                                                                          \
	P(REVIEW_OVERDUE, "review overdue since")                                                                    \
	P(ACCEPTED_BY, "accepted by")                                                                                \
	P(WAS_ACCEPTED_BY, "open again; was accepted by")                                                            \
	P(ASSESSES, "{1} assesses {2}")                                                                              \
	P(ASSESSED_OTHERWISE, "in another band than agreed")                                                         \
	P(STATES_DIFFER, "Where a state sees another band than the agreed one")                                      \
	P(OWN, "The state's")                                                                                        \
	P(NO_RISKS, "There are no risks.")                                                                           \
	P(MATRIX_INHERENT, "Inherent: without any measure")                                                          \
	P(MATRIX_RESIDUAL, "Residual: today")                                                                        \
	P(MATRIX_TARGET, "Target: what the measures aim at")                                                         \
	P(LIKELIHOOD, "Likelihood")                                                                                  \
	P(IMPACT, "Impact")                                                                                          \
	P(LEGEND_HEAD, "Legend")                                                                                     \
	P(BANDS, "Bands (likelihood times impact, from)")                                                            \
	P(MOVES, "From inherent to residual to target")                                                              \
	P(SHORT_INHERENT, "Inherent")                                                                                \
	P(SHORT_RESIDUAL, "Residual")                                                                                \
	P(SHORT_TARGET, "Target")                                                                                    \
	P(CHANGES_SINCE, "Between the end of {1} and {2}")                                                           \
	P(CHANGES_BY_KIND, "By kind")                                                                                \
	P(CHANGES_BY_STATE, "By state")                                                                              \
	P(CHANGES_BY_USER, "By user")                                                                                \
	P(PACKAGES, "Packages taken in")                                                                             \
	P(PACKAGE, "Package")                                                                                        \
	P(RECEIVED, "Received")                                                                                      \
	P(RECORDS, "Records")                                                                                        \
	P(KIND, "Kind")                                                                                              \
	P(USER, "User")                                                                                              \
	P(NEW, "New")                                                                                                \
	P(CHANGED, "Changed")                                                                                        \
	P(RETIRED, "Retired")                                                                                        \
	P(COMMITS, "Commits")                                                                                        \
	P(VERSIONS, "Versions")                                                                                      \
	P(NOTHING_CHANGED, "Nothing changed.")                                                                       \
	P(FIELDS, "Fields")                                                                                          \
	P(DUE_OVERDUE, "Overdue")                                                                                    \
	P(DUE_PERIOD, "Until the end of the period")                                                                 \
	P(DUE_LATER, "Later")                                                                                        \
	P(DATE, "Date")                                                                                              \
	P(WHAT, "What")                                                                                              \
	P(EVENT_MEASURE, "measure")                                                                                  \
	P(EVENT_MILESTONE, "milestone")                                                                              \
	P(EVENT_REVIEW, "review")                                                                                    \
	P(EVENT_ACCEPTANCE, "acceptance ends")                                                                       \
	P(EVENT_ACCEPTANCE_ENDED, "acceptance ended")                                                                \
	P(EVENT_REPORT, "reports owed")                                                                              \
	P(REPORTS_MISSING, "{1}: number of measures not reported on: {2}")                                           \
	P(FIGURE_MORE, "… and {1} more")                                                                             \
	P(FIGURE_PLANNED, "from start to due date")                                                                  \
	P(FIGURE_PROGRESS, "progress reported")                                                                      \
	P(FIGURE_FIRST_DUE, "first due date, and how far it was moved")                                              \
	P(FIGURE_REACHED, "milestone reached")                                                                       \
	P(FIGURE_AHEAD, "milestone not reached")                                                                     \
	P(FIGURE_SEVERAL, "number of milestones close to each other")                                                \
	P(FIGURE_DONE, "done")                                                                                       \
	P(FIGURE_NO_DATES, "no dates")                                                                               \
	P(HTML_CONTENTS, "Contents")                                                                                 \
	P(HTML_SKIP, "Skip to the content")                                                                          \
	P(HTML_FILTER, "Filter")                                                                                     \
	P(HTML_ROWS, "{1} of {2} rows")                                                                              \
	P(HTML_COLUMNS, "What the columns mean")                                                                     \
	P(NOTHING_DUE, "Nothing is due.")                                                                            \
	P(FORM_TITLE, "{1} {3}: report on measures, {2}")                                                            \
	P(FORM_EXPLAINS, "Fill in the yellow cells of the measures that you report on, for the period from "         \
	                 "{1} to {2}; leave the others empty. All else is protected. Then send the file "            \
	                 "back.")                                                                                    \
	P(FORM_WHO, "Filled in by")                                                                                  \
	P(FORM_PROGRESS, "Progress, %")                                                                              \
	P(FORM_CODE, "Code")                                                                                         \
	P(FORM_PART, "Part")                                                                                         \
	P(FORM_LAST_STATUS, "Last status")                                                                           \
	P(FORM_LAST_PROGRESS, "Last, %")                                                                             \
	P(FORM_LAST_DATE, "Last report")                                                                             \
	P(FORM_NOTE, "Report")                                                                                       \
	P(FORM_HELP_ID, "which measure it is")                                                                       \
	P(FORM_HELP_PART, "whether the state leads the measure or supports it")                                      \
	P(FORM_HELP_LAST, "what was last reported")                                                                  \
	P(FORM_HELP_STATUS, "Where the measure stands: choose a word from the list. On hold and cancelled "          \
	                    "need a reason.")                                                                        \
	P(FORM_HELP_PROGRESS, "How far it is, in per cent: a whole number from 0 to 100.")                           \
	P(FORM_HELP_DATE, "The day that the report speaks of, within the period and not after today. Left "          \
	                  "empty: the day on which the form is taken in, or the last day of the period.")            \
	P(FORM_HELP_NOTE, "The report in words.")                                                                    \
	P(FORM_HELP_OBSTACLES, "What stands in the way.")                                                            \
	P(FORM_HELP_HELP, "What other states are asked to help with.")                                               \
	P(FORM_HELP_REASON, "Why the measure is on hold or cancelled.")                                              \
	P(CONTENTS, "Contents")                                                                                      \
	P(SCALES, "Scales")                                                                                          \
	P(TIMELINE, "Timeline")                                                                                      \
	P(DAYS_SLIPPED, "Days moved")                                                                                \
	P(CUT_OFF, "Last day looked at")                                                                             \
	N(ENTRIES, "{1} entry", "{1} entries")                                                                       \
	P(ROOT, "Root of the log")                                                                                   \
	P(NUMBER, "Number")                                                                                          \
	P(RISKS, "Risks")                                                                                            \
	P(RISKS_OPEN, "open risks")                                                                                  \
	P(LEADS, "Leads")                                                                                            \
	P(SUPPORT, "Support")                                                                                        \
	P(STATUS, "Status")                                                                                          \
	P(PROGRESS, "Progress")                                                                                      \
	P(REPORTED, "Reported")                                                                                      \
	P(START, "Start")                                                                                            \
	P(ORIGINAL_DUE, "First due")                                                                                 \
	P(SHORT_MILESTONES, "Milestones")                                                                            \
	P(BEFORE, "Before")                                                                                          \
	P(PROGRESS_BEFORE, "Progress before")                                                                        \
	P(NOW, "Now")                                                                                                \
	P(DUE_BEFORE, "Due before")                                                                                  \
	P(REMARK, "Remark")                                                                                          \
	P(WAY, "Way, %")                                                                                             \
	P(REACHED, "Reached")                                                                                        \
	P(BAND, "Band")                                                                                              \
	P(STANDING, "Standing")                                                                                      \
	P(NEVER_REPORTED, "never reported on")                                                                       \
	P(NO_DOMAIN, "no domain")                                                                                    \
	P(OTHER_LEAD, "another")                                                                                     \
	P(NO_LEAD, "no lead")                                                                                        \
	P(FIGURE_MATRIX, "Risks by likelihood and impact")                                                           \
	P(FIGURE_MATRIX_SHOWS, "Where each open risk stands: inherent, residual today, and where the measures aim.") \
	P(FIGURE_DOMAINS, "Measures by status in each domain")                                                       \
	P(FIGURE_STATES, "Measures by status for each lead state")                                                   \
	P(FIGURE_BARS_SHOW, "How many measures stand where, by the lead's last report.")                             \
	P(FIGURE_HEAT, "Measures led, by domain and state")                                                          \
	P(FIGURE_HEAT_SHOWS, "How many measures of each domain each state leads.")                                   \
	P(FIGURE_TIMELINE, "Timeline {1} {2}")                                                                       \
	P(FIGURE_TIMELINE_SHOWS, "From start to due day with milestones; where a due day was moved, the first one "  \
	                         "too. What is open comes first, by its due day.")                                   \
	P(FIGURE_DEPENDENCIES, "Dependencies between measures")                                                      \
	P(FIGURE_DEPENDENCIES_SHOW, "An arrow leads from a measure to one that depends on it; what is not on the "   \
	                            "same page is named.")                                                           \
	P(DEPENDS_ON, "Depends on")                                                                                  \
	P(FIGURE_TIMELINE_MORE, "{1} more are in the table below.")                                                  \
	P(HELP_TOTAL, "by the lead's last report")                                                                   \
	P(HELP_NUMBER, "how many")                                                                                   \
	P(HELP_ALL, "all measures")                                                                                  \
	P(HELP_PLANNED, "planned, or never reported on")                                                             \
	P(HELP_IN_PROGRESS, "in progress")                                                                           \
	P(HELP_COMPLETED, "completed, by the lead's own word")                                                       \
	P(HELP_VERIFIED, "completed, and verified by another user")                                                  \
	P(HELP_ON_HOLD, "on hold")                                                                                   \
	P(HELP_CANCELLED, "cancelled")                                                                               \
	P(HELP_OVERDUE, "of these overdue: open after the due day")                                                  \
	P(HELP_DUE_SOON, "of these due within 30 days")                                                              \
	P(HELP_NO_REPORT, "of these open and begun, but not reported on by the lead in this period")                 \
	P(HELP_DOMAIN, "the field of risk that it is counted in")                                                    \
	P(HELP_STATE_LEAD, "the state that leads")                                                                   \
	P(HELP_LEADS, "measures that the state leads")                                                               \
	P(HELP_SUPPORTS, "measures that the state supports")                                                         \
	P(HELP_REPORTS_OWED, "reports owed for this period")                                                         \
	P(HELP_REPORTS_RECEIVED, "reports received for this period")                                                 \
	P(HELP_OFFERED, "parts offered and not answered")                                                            \
	P(HELP_ACCEPTED, "parts accepted")                                                                           \
	P(HELP_DECLINED, "parts declined, with a reason")                                                            \
	P(HELP_LEAD, "the state that answers for the measure")                                                       \
	P(HELP_BEFORE, "at the end of the period before")                                                            \
	P(HELP_NOW, "by the lead's last report")                                                                     \
	P(HELP_PROGRESS, "per cent, by the lead's last report")                                                      \
	P(HELP_DUE_BEFORE, "where it was moved")                                                                     \
	P(HELP_DUE, "last day of the plan")                                                                          \
	P(HELP_REMARK, "whether it became overdue, its first due day, and why it was moved")                         \
	P(HELP_OWED_BY, "the states that owe a report; * as lead")                                                   \
	P(HELP_STATE_DECLINED, "the state that declined")                                                            \
	P(HELP_REASON, "in the state's words")                                                                       \
	P(HELP_RISKS, "that the measure addresses")                                                                  \
	P(HELP_SUPPORT, "supporting states and what each last reported")                                             \
	P(HELP_STATUS, "by the lead's last report")                                                                  \
	P(HELP_REPORTED, "day of that report")                                                                       \
	P(HELP_START, "first day of the plan")                                                                       \
	P(HELP_ORIGINAL_DUE, "due day at first, where it was moved")                                                 \
	P(HELP_MILESTONES, "reached, of all")                                                                        \
	P(HELP_MARKING, "how far it may go (Traffic Light Protocol)")                                                \
	P(HELP_INDICATOR, "what is measured")                                                                        \
	P(HELP_UNIT, "in which it is counted")                                                                       \
	P(HELP_STATE_VALUE, "the state that reported the value")                                                     \
	P(HELP_BASELINE, "value at the beginning")                                                                   \
	P(HELP_VALUE, "last value reported")                                                                         \
	P(HELP_TARGET, "value aimed at")                                                                             \
	P(HELP_WAY, "per cent of the way from the beginning to the target")                                          \
	P(HELP_MILESTONE, "step on the way")                                                                         \
	P(HELP_RESULT, "met, met late, or missed")                                                                   \
	P(HELP_REACHED, "day on which it was reached")                                                               \
	P(HELP_STATE_WROTE, "the state that wrote it")                                                               \
	P(HELP_RESIDUAL, "likelihood times impact today")                                                            \
	P(HELP_BAND, "the band of that level")                                                                       \
	P(HELP_TREATMENT, "what is done about the risk")                                                             \
	P(HELP_ACCEPTED_BY, "role that accepted the risk")                                                           \
	P(HELP_UNTIL, "last day of the acceptance")                                                                  \
	P(HELP_STANDING, "an acceptance that ended leaves the risk open again")                                      \
	P(LOG_ENTRIES, "Entries")                                                                                    \
	P(WITNESSES, "Witnesses")                                                                                    \
	P(HELP_KNOWN_BY, "the newest package of that state")                                                         \
	P(HELP_LOG_ENTRIES, "of its log at its newest checkpoint")                                                   \
	P(HELP_WITNESSES, "states that countersigned its log, and up to which entry")                                \
	P(HELP_PARTS, "parts in measures, as lead and support")                                                      \
	P(HELP_SAYS_PLANNED, "planned")                                                                              \
	P(HELP_STAND_INS, "written by this store for the state, until its own report comes")                         \
	P(HELP_SILENT, "without a report")                                                                           \
	P(HELP_OWN_RECEIVED, "reports for this period in the state's own words")                                     \
	P(HELP_CONTRADICTION, "in what the reports contradict each other")                                           \
	P(HELP_SAYS, "by its last report")                                                                           \
	P(HELP_JOINT_BY, "the state that owes the report; * as lead, + this store wrote a stand-in")                 \
	P(HELP_JOINT_TO, "the lead, and the states that the measure is released to")                                 \
	P(ASSESSMENTS, "What states make of the risks")                                                              \
	P(CONFIDENCE, "Confidence")                                                                                  \
	P(LABEL, "Label")                                                                                            \
	P(FROM, "From")                                                                                              \
	P(STAGE, "Stage")                                                                                            \
	P(SHORT_COORDINATOR, "Coordinator")                                                                          \
	P(OWNER_ROLE, "Owner")                                                                                       \
	P(SHORT_AFFECTED, "Affected")                                                                                \
	P(SHORT_REVIEW, "Review")                                                                                    \
	P(DESCRIPTION, "Description")                                                                                \
	P(SCENARIO, "Scenario")                                                                                      \
	P(CAUSES, "Causes")                                                                                          \
	P(CONSEQUENCES, "Consequences")                                                                              \
	P(SCENARIOS, "What the risks are")                                                                           \
	P(MADE, "Made")                                                                                              \
	P(VERSION, "Version")                                                                                        \
	P(FIELD, "Field")                                                                                            \
	P(DAYS, "Days")                                                                                              \
	P(HELP_AGREED, "the agreed level: likelihood times impact")                                                  \
	P(HELP_STATE_ASSESSED, "the state that assessed it")                                                         \
	P(HELP_OWN, "that state's own level")                                                                        \
	P(HELP_OWN_BAND, "its band; marked where it is another than that agreed")                                    \
	P(HELP_ASSESSED, "day of the assessment")                                                                    \
	P(HELP_CONFIDENCE, "how sure the state is")                                                                  \
	P(HELP_SCALE, "step of the scale")                                                                           \
	P(HELP_FROM, "likelihood times impact, from")                                                                \
	P(HELP_INHERENT, "likelihood times impact without any measure")                                              \
	P(HELP_TARGET_LEVEL, "likelihood times impact that the measures aim at")                                     \
	P(HELP_STAGE, "how far the work on it is")                                                                   \
	P(HELP_COORDINATOR, "the state that keeps the risk")                                                         \
	P(HELP_OWNER_ROLE, "role that answers for it")                                                               \
	P(HELP_AFFECTED, "states that it affects")                                                                   \
	P(HELP_MEASURES_COUNT, "measures that address it and are not cancelled")                                     \
	P(HELP_REVIEW, "day by which it is looked at again")                                                         \
	P(HELP_DESCRIPTION, "the risk in a paragraph")                                                               \
	P(HELP_SCENARIO, "the reasonable worst case")                                                                \
	P(HELP_CAUSES, "where it comes from")                                                                        \
	P(HELP_CONSEQUENCES, "what follows if it happens")                                                           \
	P(HELP_NEW, "objects that were not there before")                                                            \
	P(HELP_CHANGED, "objects of which a newer version is there")                                                 \
	P(HELP_RETIRED, "objects that are out of force")                                                             \
	P(HELP_COMMITS, "changes made in one go")                                                                    \
	P(HELP_VERSIONS, "versions written")                                                                         \
	P(HELP_SENDER, "the state that sent it")                                                                     \
	P(HELP_PACKAGE, "its number")                                                                                \
	P(HELP_MADE, "by the sender's word")                                                                         \
	P(HELP_TAKEN_IN, "day on which it was taken in")                                                             \
	P(HELP_TAKEN_BY, "who took it in")                                                                           \
	P(HELP_RECORDS, "that it held")                                                                              \
	P(HELP_NEW_HERE, "of these, that were new here")                                                             \
	P(HELP_KIND, "kind of object")                                                                               \
	P(HELP_VERSION, "number of the version")                                                                     \
	P(HELP_STATE_OWNS, "the state whose object it is")                                                           \
	P(HELP_USER, "who wrote the version")                                                                        \
	P(HELP_WRITTEN, "day on which it was written")                                                               \
	P(HELP_BY_PACKAGE, "of another state, by which it came")                                                     \
	P(HELP_FIELD, "what was changed")                                                                            \
	P(HELP_DAYS, "from the last day looked at; below 0: past")                                                   \
	P(HELP_WHAT, "what is due")                                                                                  \
	P(HELP_STATE_ANSWERS, "the state that answers for it")                                                       \
	P(EVENT_STEP, "next step")                                                                                   \
	P(EVENT_PERIOD, "end of the period")                                                                         \
	P(REMINDERS, "Reminders")                                                                                    \
	P(EVENT_OFFER, "offer not answered")                                                                         \
	P(EVENT_PACKAGE, "package awaited")                                                                          \
	P(EVENT_RECEIPT, "receipt awaited")                                                                          \
	P(REMINDERS_COUNT, "Overdue: {1}; until {2}: {3}")                                                           \
	P(MAIL_SUBJECT, "Reminder ({1}): what is to be done, as of {2}")                                             \
	P(MAIL_SALUTATION, "Dear {1},")                                                                              \
	P(MAIL_COLLEAGUES, "Dear colleagues,")                                                                       \
	P(MAIL_INTRODUCTION, "Below is what is awaited from {1}, as of {2}. What is overdue is marked.")             \
	P(MAIL_REQUEST, "Please report on it, or say by when it will be done. What was sent "                        \
	  "meanwhile need not be sent again.")                                                                       \
	P(MAIL_CLOSING, "Respectfully,")                                                                             \
	P(LANGUAGE_NAME, "English")                                                                                  \
	P(ALL_TITLE, "Periodic reports")                                                                             \
	P(ALL_PROGRAMS, "For programs, the same in every language")                                                  \
	P(DOSSIERS, "Dossiers")                                                                                      \
	P(LETTER_TITLE, "Covering letter")                                                                           \
	P(LETTER_TEXT, "The reports of {1} for the period {2}, made on {3}, are enclosed.")                          \
	P(LETTER_FILES, "The files, each with its SHA-256:")                                                         \
	P(LETTER_CHECK, "Whether the files arrived unchanged can be checked by the command: {1}")                    \
	P(TREND, "Progress over the periods")                                                                        \
	P(TREND_UNIT, "Progress, per cent")                                                                          \
	P(FIGURE_TREND_DOMAINS, "Mean progress by domain at the end of each period")                                 \
	P(FIGURE_TREND_STATES, "Mean progress by leading state at the end of each period")                           \
	P(FIGURE_TREND_SHOWS, "How far today's measures had come, by what their leads had reported by then.")        \
	P(NOT_FOR_THEM, "What may not go there counts as not received.")                                             \
	P(DETAILS, "Particulars")                                                                                    \
	P(PLAN, "Plan")                                                                                              \
	P(STATES_SAY, "What the states report now")                                                                  \
	P(LEAD_MARK, "* leads the measure")                                                                          \
	P(PAST, "Reports over time")                                                                                 \
	P(READINGS, "Values over time")                                                                              \
	P(FILES, "Attached files")                                                                                   \
	P(FILE_NAME, "Name of the file")                                                                             \
	P(BYTES, "Bytes")                                                                                            \
	P(DIGEST, "SHA-256")                                                                                         \
	P(HISTORY, "Versions")                                                                                       \
	P(FOREWORD, "Foreword")                                                                                      \
	P(DRAFT, "DRAFT")                                                                                            \
	P(FINAL, "Final")                                                                                            \
	P(STATE_OF, "State of the document")                                                                         \
	P(APPROVED_BY, "Approved by")                                                                                \
	P(APPROVED_ON, "Approved on")                                                                                \
	P(APPROVED_VERSION, "Approved version")

#define PHRASE_CONSTANT(name, ...) PHRASE_##name,
enum phrase { PHRASES(PHRASE_CONSTANT, PHRASE_CONSTANT) PHRASE_COUNT };
#undef PHRASE_CONSTANT

/* say_in(language): from now on, in this thread; NULL: in English, as to begin with.
 * say_language: which one that is. */
void say_in(const struct language *language);
const struct language *say_language(void);

/* say(phrase): in the language of the report. phrase_english: its English; of one with
 * two forms the first, and *many is the second, else NULL. */
const char *say(enum phrase phrase);
const char *phrase_english(enum phrase phrase, const char **many);
/* say_with(to, phrase, one, two, three): append the phrase with its places filled
 * in; NULL for those that it does not have. say_count: one of two forms, of which {1} is
 * the number. */
void say_with(struct buffer *to, enum phrase phrase, const char *one, const char *two, const char *three);
void say_count(struct buffer *to, enum phrase phrase, uint64_t number, const char *two, const char *three);
/* say_word(word): a word of the schema, such as "in-progress" or "mitigate", or a label; what is
 * none stays as it is. */
const char *say_word(const char *word);

/* The following write into `text`, which is returned. */

#define SAY_NUMBER_SIZE 48
/* say_number, say_integer: the number in digits, those of large ones in groups. */
const char *say_number(uint64_t number, char text[SAY_NUMBER_SIZE]);
const char *say_integer(int64_t number, char text[SAY_NUMBER_SIZE]);

#define SAY_DAY_SIZE 64
/* say_day(day): of "2026-06-30", in digits, always as wide. say_long_day: with the name of
 * the month. say_moment: of "2026-06-30T12:00:00Z" or of a day. What is none of these stays
 * as it is. */
const char *say_day(const char *day, char text[SAY_DAY_SIZE]);
const char *say_long_day(const char *day, char text[SAY_DAY_SIZE]);
const char *say_moment(const char *moment, char text[SAY_DAY_SIZE]);

#endif
