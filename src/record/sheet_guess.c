/* Guessing which column is which field. Every way to call a field is listed first; what a head
 * equals is certain, what it shares words with is a guess that a person looks at. */
#include "record/sheet_guess.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"

#define NEUTRAL (-1) /* the name is of no language */
#define LANGUAGES_LIMIT 32
#define STEM_LEAST 3 /* letters that two words have in common at least, to be forms of one */
#define STEM_REST 2  /* and by which each may go on */

/* How well a head and a name agree. */
enum { AGREE_NOT = 0, AGREE_WORDS = 1, AGREE_LOOSE = 200, AGREE_WHOLE = 201 };

/* A way to call a field. */
struct name {
	size_t words, size; /* where it lies in the names' text */
	char path[SHEET_MAP_PATH];
	int language;
	bool is_text;  /* its path needs a language */
	bool is_loose; /* it may mean another field as well */
};

struct guessing {
	const struct language *const *all;
	size_t all_count;
	struct buffer names; /* of struct name */
	struct buffer text;
	unsigned votes[LANGUAGES_LIMIT]; /* heads that are in it */
	const char *const *languages;
};

/* ---- Words ------------------------------------------------------------------------------- */

/* Takes the next word off the rest. */
static bool word_take(struct span *rest, struct span *word)
{
	if (!rest->size)
		return false;
	const char *blank = memchr(rest->data, ' ', rest->size);
	size_t size = blank ? (size_t)(blank - rest->data) : rest->size;

	*word = (struct span){ rest->data, size };
	*rest = (struct span){ rest->data + size + (blank != NULL), rest->size - size - (blank != NULL) };
	return size > 0;
}

static size_t letters(struct span text)
{
	size_t count = 0;

	for (size_t i = 0; i < text.size; i++)
		count += ((unsigned char)text.data[i] & 0xc0) != 0x80;
	return count;
}

/* Whether they are one word, or forms of one: "measure" and "measures". */
static bool stems_agree(struct span one, struct span other)
{
	size_t same = 0;

	while (same < one.size && same < other.size && one.data[same] == other.data[same])
		same++;
	if (same == one.size && same == other.size)
		return true;
	while (same && ((unsigned char)(same < one.size ? one.data[same] : other.data[same]) & 0xc0) == 0x80)
		same--; /* not within a letter */
	return letters((struct span){ one.data, same }) >= STEM_LEAST &&
	       letters((struct span){ one.data + same, one.size - same }) <= STEM_REST &&
	       letters((struct span){ other.data + same, other.size - same }) <= STEM_REST;
}

static size_t words_count(struct span words, struct span within, size_t *found)
{
	struct span word, other;
	size_t count = 0;

	for (*found = 0; word_take(&words, &word); count++)
		for (struct span rest = within; word_take(&rest, &other);)
			if (stems_agree(word, other)) {
				++*found;
				break;
			}
	return count;
}

/* Less than AGREE_LOOSE where all words of one are among those of the other, and at least half of both. */
static unsigned words_agree(struct span head, struct span name)
{
	size_t in_head, in_name;
	size_t heads = words_count(head, name, &in_name), names = words_count(name, head, &in_head);

	if (text_words_equal(head, name))
		return AGREE_WHOLE;
	if (!in_name || !in_head || (in_name < heads && in_head < names) || (in_name + in_head) * 2 < heads + names)
		return AGREE_NOT;
	return AGREE_WORDS + (unsigned)((in_name + in_head) * 100 / (heads + names));
}

/* ---- The ways to call a field ---------------------------------------------------------------- */

static void name_add(struct guessing *guessing, const char *path, const char *first, const char *second, int language,
                     bool is_text, bool is_loose)
{
	struct name name = { .words = guessing->text.size, .language = language, .is_text = is_text, .is_loose = is_loose };
	struct buffer whole = { 0 };

	snprintf(name.path, sizeof name.path, "%s", path);
	buffer_append_format(&whole, "%s %s", first, second);
	text_append_words(&guessing->text, buffer_span(&whole));
	name.size = guessing->text.size - name.words;
	guessing->text.failed |= whole.failed;
	buffer_free(&whole);
	buffer_append(&guessing->names, &name, sizeof name);
}

/* By labels, in each language that has them. `group` is that which the field stands in, or "". */
static void labels_add(struct guessing *guessing, const char *path, const char *group, const char *label, bool is_text,
                       bool is_loose)
{
	for (size_t i = 0; i < guessing->all_count; i++) {
		const struct language *language = guessing->all[i];
		bool has_both = language_has(language, label) && (!*group || language_has(language, group));
		if (i == 0 || has_both)
			name_add(guessing, path, *group ? language_text(language, group) : "", language_text(language, label),
			         (int)i, is_text, is_loose);
	}
}

/* Today's level of a risk is its level without more words, as in the options of `risk edit`. */
static void group_add(struct guessing *guessing, const struct field *group)
{
	bool is_usual = strcmp(group->name, "residual") == 0;
	char path[SHEET_MAP_PATH];

	for (const struct field *field = group->fields; field->name; field++) {
		bool is_text = field->type == FIELD_TEXT;
		snprintf(path, sizeof path, "%s.%s", group->name, field->name);
		name_add(guessing, path, group->name, field->name, NEUTRAL, is_text, false);
		name_add(guessing, path, "", field->name, NEUTRAL, is_text, !is_usual);
		labels_add(guessing, path, group->label, field->label, is_text, false);
		labels_add(guessing, path, "", field->label, is_text, !is_usual);
	}
}

static int names_make(struct guessing *guessing, const struct schema *schema, struct qorgan_error *error)
{
	static const char *const numbers[] = { "№", "no", "nr", "code" };

	name_add(guessing, SHEET_MAP_ID, "", SHEET_MAP_ID, NEUTRAL, false, false);
	labels_add(guessing, SHEET_MAP_ID, "", "Id", false, false);
	for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
		name_add(guessing, SHEET_MAP_ID, "", numbers[i], NEUTRAL, false, true);
	for (const struct field *field = schema->fields; field->name; field++) {
		bool is_text = field->type == FIELD_TEXT;
		if (field->flags & FIELD_COMPUTED || (field->type == FIELD_GROUP && field->flags & FIELD_LIST))
			continue;
		if (field->type == FIELD_GROUP) {
			group_add(guessing, field);
			continue;
		}
		name_add(guessing, field->name, "", field->name, NEUTRAL, is_text, false);
		labels_add(guessing, field->name, "", field->label, is_text, false);
	}
	return guessing->names.failed || guessing->text.failed ? error_set_memory(error) : QORGAN_OK;
}

/* ---- One head ----------------------------------------------------------------------------------- */

struct match {
	const struct name *name; /* the best, or NULL */
	unsigned agreement;
	bool is_ambiguous;  /* another field agrees as well */
	uint32_t languages; /* in which it does: a mask */
};

static struct match match_find(const struct guessing *guessing, struct span head)
{
	const struct name *names = (const struct name *)(const void *)guessing->names.data;
	struct match match = { 0 };

	for (size_t i = 0; i < guessing->names.size / sizeof *names; i++) {
		const struct name *name = &names[i];
		unsigned agreement = words_agree(head, (struct span){ guessing->text.data + name->words, name->size });
		if (agreement == AGREE_WHOLE && name->is_loose)
			agreement = AGREE_LOOSE;
		if (!agreement || agreement < match.agreement)
			continue;
		if (agreement > match.agreement)
			match = (struct match){ .name = name, .agreement = agreement };
		if (strcmp(match.name->path, name->path) != 0)
			match.is_ambiguous = true;
		else if (name->language != NEUTRAL)
			match.languages |= UINT32_C(1) << name->language;
	}
	return match;
}

static bool rank_less(const struct guessing *guessing, size_t one, size_t other)
{
	if (guessing->votes[one] != guessing->votes[other])
		return guessing->votes[one] > guessing->votes[other];
	for (const char *const *tag = guessing->languages; tag && *tag; tag++) {
		const struct language *wanted = language_find(*tag);
		if (wanted == guessing->all[one] || wanted == guessing->all[other])
			return wanted == guessing->all[one];
	}
	return one < other;
}

/* Of those that have the word, the one that the sheet is in. */
static const struct language *language_pick(const struct guessing *guessing, uint32_t languages)
{
	size_t best = guessing->all_count;

	for (size_t i = 0; i < guessing->all_count; i++)
		if ((!languages || languages >> i & 1) && (best == guessing->all_count || rank_less(guessing, i, best)))
			best = i;
	return guessing->all[best];
}

/* "title ru": a head that ends in the tag of a language, which is taken off it. */
static const struct language *language_take(const struct guessing *guessing, struct span *head)
{
	const struct language *found = NULL;
	size_t longest = 0;

	for (size_t i = 0; i < guessing->all_count; i++) {
		struct buffer tag = { 0 };
		text_append_words(&tag, span_of(language_tag(guessing->all[i])));
		if (!tag.failed && tag.size > longest && tag.size + 1 < head->size &&
		    head->data[head->size - tag.size - 1] == ' ' &&
		    memcmp(head->data + head->size - tag.size, tag.data, tag.size) == 0) {
			found = guessing->all[i];
			longest = tag.size;
		}
		buffer_free(&tag);
	}
	if (found)
		head->size -= longest + 1;
	return found;
}

static void head_guess(const struct guessing *guessing, struct span head, struct sheet_guess *guess)
{
	struct span shorter = head;
	const struct language *said = language_take(guessing, &shorter);
	struct match match = match_find(guessing, head), other = { 0 };

	if (said)
		other = match_find(guessing, shorter);
	bool is_said = other.agreement == AGREE_WHOLE && other.name->is_text;
	if (is_said)
		match = other;
	if (!match.name)
		return;
	const struct language *language = is_said ? said : language_pick(guessing, match.languages);
	size_t size = strlen(match.name->path);
	memcpy(guess->path, match.name->path, size + 1);
	if (match.name->is_text)
		snprintf(guess->path + size, sizeof guess->path - size, ".%s", language_tag(language));
	guess->is_certain = match.agreement == AGREE_WHOLE && !match.is_ambiguous;
}

static void votes_count(struct guessing *guessing, struct span head)
{
	struct match match = match_find(guessing, head);

	for (size_t i = 0; i < guessing->all_count && match.agreement == AGREE_WHOLE; i++)
		guessing->votes[i] += match.languages >> i & 1;
}

/* ---- All heads ------------------------------------------------------------------------------------- */

static size_t certain_count(const struct sheet_guess *guesses, size_t count, const char *path)
{
	size_t found = 0;

	for (size_t i = 0; i < count; i++)
		found += guesses[i].is_certain && strcmp(guesses[i].path, path) == 0;
	return found;
}

/* What two columns are called is certain of neither; what one is called is no other. */
static void doubles_doubt(struct sheet_guess *guesses, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		char path[SHEET_MAP_PATH];
		strcpy(path, guesses[i].path);
		bool is_double = *path && certain_count(guesses, count, path) > 1;
		if (*path && !guesses[i].is_certain && certain_count(guesses, count, path) == 1)
			*guesses[i].path = '\0';
		for (size_t j = i; is_double && j < count; j++)
			if (strcmp(guesses[j].path, path) == 0)
				guesses[j].is_certain = false;
	}
}

int sheet_guess(const struct schema *schema, char *const *heads, size_t count, const char *const *languages,
                struct sheet_guess *guesses, struct qorgan_error *error)
{
	struct guessing guessing = { .languages = languages };
	struct buffer words = { 0 };

	memset(guesses, 0, count * sizeof *guesses);
	guessing.all = language_all(&guessing.all_count);
	if (guessing.all_count > LANGUAGES_LIMIT)
		guessing.all_count = LANGUAGES_LIMIT;
	int code = names_make(&guessing, schema, error);
	for (size_t pass = 0; pass < 2 && !code; pass++)
		for (size_t i = 0; i < count && !code; i++) {
			buffer_clear(&words);
			text_append_words(&words, span_of(heads[i]));
			if (words.failed)
				code = error_set_memory(error);
			else if (pass == 0)
				votes_count(&guessing, buffer_span(&words));
			else
				head_guess(&guessing, buffer_span(&words), &guesses[i]);
		}
	if (!code)
		doubles_doubt(guesses, count);
	buffer_free(&guessing.names);
	buffer_free(&guessing.text);
	buffer_free(&words);
	return code;
}
