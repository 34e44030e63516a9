/* Between the check of each field by itself (validate.c) and the rules between
 * the fields of one object (validate_rules.c). */
#ifndef RECORD_VALIDATE_RULES_H
#define RECORD_VALIDATE_RULES_H

#include "record/place.h"
#include "record/validate.h"

/* One body being validated. */
struct validation {
	const struct schema *schema;
	struct span id;
	json_t *body;
	const struct validate_world *world; /* never NULL */
	validate_fault fault;               /* may be NULL: only counted */
	void *context;
	size_t count; /* of faults told */
};

/* validation_tell(validation, place, format, ...): one fault. */
void validation_tell(struct validation *validation, const struct place *place, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* validation_changes(validation, place): before a value is brought to its normal form,
 * which is a fault where the body was logged. */
void validation_changes(struct validation *validation, const struct place *place);

/* validation_is_language(text): has the form of a BCP 47 tag. */
bool validation_is_language(struct span text);

/* validation_fill(validation): what follows from other fields and was left out,
 * before the fields are checked. */
void validation_fill(struct validation *validation);
/* validation_rules(validation): the rules of the kind, after the fields were
 * checked. Values may still be of any type: faults were told already. */
void validation_rules(struct validation *validation);

/* validation_partner(validation): the rules of partners' keys (validate_partner.c). */
void validation_partner(struct validation *validation);
/* validation_proposal, validation_answer: those of proposals and of the answers to
 * them (validate_proposal.c). */
void validation_proposal(struct validation *validation);
void validation_answer(struct validation *validation);

#endif
