/* The languages of reports and messages, and their words. The catalogues
 * (src/languages/) are built into the program, so that neither the system's locales nor an
 * installed file decides what a report says. */
#ifndef BASE_LANGUAGE_H
#define BASE_LANGUAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"

/* Marks a text in a table that is looked up later: xgettext gathers it. */
#define SAID(english) english

struct language;

/* language_all(count): every language that there is a catalogue for, and English first of
 * all, which needs none. */
const struct language *const *language_all(size_t *count);
/* language_find(tag): the one of a BCP 47 tag in any case, such as "ru", "kk-KZ" or "uz-Cyrl";
 * one of another script or country serves where there is none of its own. NULL if none does. */
const struct language *language_find(const char *tag);
/* language_choose(tags): of a NULL-terminated list, best first, the first that is found;
 * English if none is. */
const struct language *language_choose(const char *const *tags);
/* language_choose_listed(list): likewise of a list as "kk,ru". */
const struct language *language_choose_listed(const char *list);
/* language_tag(language): its BCP 47 tag. */
const char *language_tag(const struct language *language);

/* language_text(language, english): the text in that language, or as it is if it is
 * not translated. language_has: whether it is. language_count(language, one, many, number):
 * likewise the form that stands with that number. */
const char *language_text(const struct language *language, const char *english);
bool language_has(const struct language *language, const char *english);
const char *language_count(const struct language *language, const char *one, const char *many, uint64_t number);
/* language_forms(language): how many forms a text with a number has. */
size_t language_forms(const struct language *language);

/* language_said(english): the text of a message in the language of qorgan_messages_in, or as it
 * is if it is not translated. xgettext gathers it. */
const char *language_said(const char *english) __attribute__((format_arg(1)));
/* language_said_count(one, many, number): likewise the form that stands with that number. */
const char *language_said_count(const char *one, const char *many, uint64_t number)
	__attribute__((format_arg(1), format_arg(2)));

/* language_tag_read(text, tag): a BCP 47 tag from one, or from the name of a locale, such as
 * "uz_UZ.UTF-8@cyrillic"; false if it is too long. */
#define LANGUAGE_TAG_SIZE 36
#define LANGUAGE_LIST ", :" /* what stands between the tags of a list */
bool language_tag_read(const char *text, char tag[LANGUAGE_TAG_SIZE]);

#endif
