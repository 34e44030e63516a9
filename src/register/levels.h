/* Levels of risk: likelihood times impact, the bands of the matrix, and what an
 * acceptance is worth on a day. Labels, bands and colours are data: the `scale`
 * objects "likelihood", "impact" and "matrix". */
#ifndef REGISTER_LEVELS_H
#define REGISTER_LEVELS_H

#include "base/date.h"
#include "store/vault.h"

#define LEVEL_LIMIT 5  /* levels of likelihood and of impact at most */
#define LEVEL_BANDS 25 /* bands at most */

/* Both 0 if there is no level. */
struct level {
	unsigned likelihood, impact;
};

/* level_read(raw): from the raw canonical JSON of a level. */
struct level level_read(struct span raw);
/* level_score(level): likelihood times impact; 0 if there is no level. */
unsigned level_score(struct level level);

struct level_band {
	unsigned from;       /* least score in the band */
	char *title, *colour; /* colour: "#rrggbb" */
};

struct level_scale {
	struct level_band bands[LEVEL_BANDS]; /* lowest first */
	size_t band_count;
	unsigned likelihoods, impacts; /* number of levels */
	char *likelihood[LEVEL_LIMIT + 1], *impact[LEVEL_LIMIT + 1]; /* labels, from 1; NULL without one */
};

/* level_scale_load(view, languages, scale, error): the scales on record, labels
 * in the reader's languages; without any, five levels and no bands. Free it with
 * level_scale_free, even after a failure. */
int level_scale_load(struct vault_view *view, const char *const *languages, struct level_scale *scale,
                     struct qorgan_error *error);
void level_scale_free(struct level_scale *scale);

/* level_named(view, scale, label, level, error): the level that a scale on record ("likelihood", "impact") calls
 * so in any language, without regard to case, accents and apostrophes; 0 if none. */
int level_named(struct vault_view *view, const char *scale, struct span label, unsigned *level,
                struct qorgan_error *error);

/* level_band_of(scale, score): NULL if the score is in none. */
const struct level_band *level_band_of(const struct level_scale *scale, unsigned score);

/* Whether a risk is accepted; after the last day it counts as open again. */
enum acceptance { ACCEPTANCE_NONE, ACCEPTANCE_HOLDS, ACCEPTANCE_EXPIRED };

/* acceptance_of(treatment, acceptance, day, until): from the raw canonical JSON of
 * both members; *until is the last day, if it is accepted. */
enum acceptance acceptance_of(struct span treatment, struct span acceptance, date_day day, date_day *until);

#endif
