/* Changed fields, as log and diff show them. */
#ifndef CLI_CHANGES_H
#define CLI_CHANGES_H

#include "cli/call.h"
#include "cli/emit.h"

/* changes_emit(emit, entry): the member "changes": an array of path, label, old
 * and new value; a value is null where the field is absent. */
void changes_emit(struct emit *emit, const struct qorgan_history_entry *entry);
/* history_entry_emit(emit, entry): the members of a version or commit, "changes" among them. */
void history_entry_emit(struct emit *emit, const struct qorgan_history_entry *entry);
/* changes_print(to, entry, width, colour): two lines for each field, the old and the new. */
void changes_print(FILE *to, const struct qorgan_history_entry *entry, unsigned width, bool colour);
/* created_print(to, entry): a line in place of these, of a first version. */
void created_print(FILE *to, const struct qorgan_history_entry *entry);
/* conflict_print(to, conflict): a value that two changed, and what each made of it. */
void conflict_print(FILE *to, const struct qorgan_field_conflict *conflict);
/* text_width_wanted(): columns to wrap text to: the terminal's, or 0. */
unsigned text_width_wanted(void);

#endif
