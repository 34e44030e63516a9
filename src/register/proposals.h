/* Proposals: changes that one state suggests to another's object, and the answers to
 * them. A proposal is CYB-01/KAZ-p1, its answer CYB-01/KAZ-p1-UZB: an object of the
 * state that answers. */
#ifndef REGISTER_PROPOSALS_H
#define REGISTER_PROPOSALS_H

#include "qorgan/object.h"
#include "store/vault.h"

/* proposal_answer_id(id, to, answer): of the answer of the state `to`; false if it
 * would be too long. */
bool proposal_answer_id(struct span id, struct span to, char answer[RECORD_ID_LIMIT]);

/* In the order of the words of the computed field `answer`. */
enum proposal_standing { PROPOSAL_OPEN, PROPOSAL_ACCEPTED, PROPOSAL_DECLINED };

/* proposal_look(view, proposal, answer, standing, error): the answer that there is to
 * this version of a proposal; PROPOSAL_OPEN if none, or to an earlier version only.
 * `answer` is that answer. */
int proposal_look(struct vault_view *view, const struct record *proposal, struct vault_record *answer,
                  enum proposal_standing *standing, struct qorgan_error *error);

/* proposal_tell(view, languages, proposal, line, context, error): for people, what it
 * would change, field by field, and how it was answered. */
int proposal_tell(struct vault_view *view, const char *const *languages, const struct record *proposal,
                  qorgan_line line, void *context, struct qorgan_error *error);

/* proposal_field_is_told(name): whether proposal_tell has what that field holds. */
bool proposal_field_is_told(const char *name);

#endif
