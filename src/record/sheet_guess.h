/* Which field the column of a spreadsheet may be, by what its head says in any of the languages
 * of reports. */
#ifndef RECORD_SHEET_GUESS_H
#define RECORD_SHEET_GUESS_H

#include "base/language.h"
#include "record/sheet_map.h"

struct sheet_guess {
	char path[SHEET_MAP_PATH]; /* "" if it may be none */
	bool is_certain;           /* the head is the name of that field, and of no other column's */
};

/* sheet_guess(schema, heads, count, languages, guesses, error): `count` guesses. A head is compared, without
 * regard to case, accents, apostrophes and punctuation, with the names and labels of fields. A text is
 * of the language that its head is in; where several have that word, of the one that most heads are in,
 * then of the first of `languages` (tags, best first, NULL-terminated). */
int sheet_guess(const struct schema *schema, char *const *heads, size_t count, const char *const *languages,
                struct sheet_guess *guesses, struct qorgan_error *error);

#endif
