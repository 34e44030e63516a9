/* Which states take part in a measure, or did once: they may have a report on it. */
#ifndef REGISTER_TEAMS_H
#define REGISTER_TEAMS_H

#include <jansson.h>

#include "register/id_set.h"

/* The teams of the measures of a change. Most measures share a few: each team is
 * kept once, so that a million measures cost no more than their numbers. */
struct teams {
	struct buffer texts; /* of char * */
	struct id_set numbers;
};

void teams_start(struct teams *teams);
void teams_free(struct teams *teams);

/* teams_number(teams, plan): the number of the team of a measure's body: its
 * lead, support and former states; 0 without memory. */
uint32_t teams_number(struct teams *teams, const json_t *plan);
/* teams_has(teams, number, code): whether the state is of that team. */
bool teams_has(const struct teams *teams, uint32_t number, struct span code);
/* team_of_record_has(body, code): the same of a measure's canonical body. */
bool team_of_record_has(struct span body, struct span code);

/* team_keep_former(before, plan, reported, context): puts into `former` of a
 * valid plan the states that its version before names and the plan no longer
 * does, if they were former already or have reported; takes out who is back. */
void team_keep_former(struct span before, json_t *plan, bool (*reported)(void *context, const char *code),
                      void *context);

#endif
