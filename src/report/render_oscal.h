/* What the parts of the OSCAL renderer share. */
#ifndef REPORT_RENDER_OSCAL_H
#define REPORT_RENDER_OSCAL_H

#include "report/json_writer.h"

/* A risk that a measure names. */
struct oscal_link {
	struct span risk;
	const struct report_measure *measure;
};

struct oscal_party {
	const char *id, *title;
};

struct oscal {
	const struct report_model *model;
	struct render_output *output;
	struct json_writer writer;
	struct arena arena;
	ARENA_LIST(struct oscal_party) parties;
	ARENA_LIST(struct oscal_link) links; /* by risk */
	ARENA_LIST(const char *) risks;      /* ids, sorted */
	struct buffer text, name;            /* a value being put together, and the name of a thing */
	bool in_props;
};

/* Members. oscal_line, oscal_text: Markdown of one line, or of several, from text; "-" from
 * none, as OSCAL asks for some. oscal_day: the beginning of a day, as a moment. oscal_uuid: of
 * that thing (name_uuid). */
void oscal_line(struct oscal *oscal, const char *name, const char *text);
void oscal_text(struct oscal *oscal, const char *name, const char *text);
void oscal_day(struct oscal *oscal, const char *name, const char *day);
void oscal_uuid(struct oscal *oscal, const char *name, const char *kind, const char *thing);

/* Properties of ours: the first begins the list, oscal_props_end ends it if there was any;
 * a value of "", or below 0, makes none. */
void oscal_prop(struct oscal *oscal, const char *name, const char *value);
void oscal_prop_number(struct oscal *oscal, const char *name, int64_t number);
void oscal_props_end(struct oscal *oscal);

/* oscal_actors: a state, as the one from whom it is. oscal_pair: the name of a thing within
 * another, valid until the next. oscal_links: the measures that name a risk. */
void oscal_actors(struct oscal *oscal, const char *state);
const char *oscal_pair(struct oscal *oscal, const char *one, const char *two, const char *three);
const struct oscal_link *oscal_links(const struct oscal *oscal, const char *risk, size_t *count);

/* oscal_measure_props: those of a measure, wherever it is told. oscal_risk: one risk. */
void oscal_measure_props(struct oscal *oscal, const struct report_measure *measure);
void oscal_risk(struct oscal *oscal, const struct report_risk *risk);

#define OSCAL_NAMESPACE "https://qorgan.invalid/ns/oscal" /* a name, of nothing that could be fetched */

#endif
