/* The languages of reports: catalogues of msgfmt read and damaged, tags, plural forms, and
 * whether every word that a report can say is there in each language and fits where it stands. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/language.h"
#include "base/mo.h"
#include "base/text.h"
#include "record/schema.h"
#include "report/phrases.h"

Suite *suite_language(void);

/* ---- Tags ------------------------------------------------------------------------------ */

static const struct {
	const char *text, *tag, *language; /* language: "" if none serves */
} tags[] = {
	{ "uz", "uz", "uz" },
	{ "UZ-latn", "UZ-latn", "uz" },
	{ "uz_UZ", "uz-UZ", "uz" },
	{ "uz-Cyrl", "uz-Cyrl", "uz-Cyrl" },
	{ "uz@cyrillic", "uz-Cyrl", "uz-Cyrl" },
	{ "uz_UZ.UTF-8@cyrillic", "uz-Cyrl-UZ", "uz-Cyrl" },
	{ "uz@latin", "uz-Latn", "uz" },
	{ "kk_KZ.UTF-8", "kk-KZ", "kk" },
	{ "kk-Cyrl-KZ", "kk-Cyrl-KZ", "kk" },
	{ "ru_RU.KOI8-R@euro", "ru-RU", "ru" },
	{ "en-GB", "en-GB", "en" },
	{ "de", "de", "" },
	{ "rus", "rus", "" },
	{ "r", "r", "" },
	{ "", "", "" },
};

START_TEST(a_language_is_found_by_any_usual_tag)
{
	char tag[LANGUAGE_TAG_SIZE];

	ck_assert(language_tag_read(tags[_i].text, tag));
	ck_assert_str_eq(tag, tags[_i].tag);
	const struct language *language = language_find(tag);
	ck_assert_str_eq(language ? language_tag(language) : "", tags[_i].language);
}
END_TEST

START_TEST(of_a_list_the_first_with_a_catalogue_is_chosen)
{
	char tag[LANGUAGE_TAG_SIZE];

	ck_assert_str_eq(language_tag(language_choose((const char *const[]){ "de", "kk", "ru", NULL })), "kk");
	ck_assert_str_eq(language_tag(language_choose((const char *const[]){ "en", "ru", NULL })), "en");
	ck_assert_str_eq(language_tag(language_choose((const char *const[]){ "de", NULL })), "en");
	ck_assert_str_eq(language_tag(language_choose(NULL)), "en");
	ck_assert(!language_tag_read("a-tag-that-nobody-needs-but-somebody-may-give", tag));
}
END_TEST

/* ---- Forms ------------------------------------------------------------------------------- */

START_TEST(a_number_takes_its_form)
{
	/* CLDR's plural rules: one 1, 21; few 2 to 4, 22; many the others, 11 to 14 among them. */
	static const struct {
		uint64_t number;
		const char *said;
	} russian[] = {
		{ 0, "0 записей" },   { 1, "1 запись" },    { 2, "2 записи" },     { 4, "4 записи" },
		{ 5, "5 записей" },   { 11, "11 записей" }, { 12, "12 записей" },  { 21, "21 запись" },
		{ 22, "22 записи" },  { 25, "25 записей" }, { 111, "111 записей" }, { 121, "121 запись" },
	};
	struct buffer text = { 0 };

	say_in(language_find("ru"));
	for (size_t i = 0; i < sizeof russian / sizeof russian[0]; i++) {
		buffer_clear(&text);
		say_count(&text, PHRASE_ENTRIES, russian[i].number, NULL, NULL);
		ck_assert_str_eq(buffer_text(&text), russian[i].said);
	}
	say_in(NULL);
	buffer_clear(&text);
	say_count(&text, PHRASE_ENTRIES, 1, NULL, NULL);
	say_count(&text, PHRASE_ENTRIES, 0, NULL, NULL);
	ck_assert_str_eq(buffer_text(&text), "1 entry0 entries");
	buffer_free(&text);
}
END_TEST

static const struct {
	const char *language, *day, *long_day, *moment, *number, *negative;
} styles[] = {
	{ "en", "2026-03-05", "5 March 2026", "2026-03-05T08:09:10Z", "1,234,567", "-10,000" },
	{ "ru", "05.03.2026", "5 марта 2026 г.", "05.03.2026 08:09:10 UTC", "1\u00a0234\u00a0567", "-10\u00a0000" },
	{ "uz", "05.03.2026", "2026-yil 5-mart", "05.03.2026 08:09:10 UTC", "1\u00a0234\u00a0567", "-10\u00a0000" },
	{ "uz-Cyrl", "05.03.2026", "2026-йил 5-март", "05.03.2026 08:09:10 UTC", "1\u00a0234\u00a0567", "-10\u00a0000" },
	{ "kk", "05.03.2026", "2026 ж. 5 наурыз", "05.03.2026 08:09:10 UTC", "1\u00a0234\u00a0567", "-10\u00a0000" },
	{ "tg", "05.03.2026", "5 марти 2026", "05.03.2026 08:09:10 UTC", "1\u00a0234\u00a0567", "-10\u00a0000" },
	{ "az", "05.03.2026", "5 mart 2026", "05.03.2026 08:09:10 UTC", "1.234.567", "-10.000" },
};

START_TEST(days_and_numbers_have_the_style_of_the_language)
{
	char text[SAY_DAY_SIZE], number[SAY_NUMBER_SIZE];

	say_in(language_find(styles[_i].language));
	ck_assert_str_eq(say_day("2026-03-05", text), styles[_i].day);
	ck_assert_str_eq(say_long_day("2026-03-05", text), styles[_i].long_day);
	ck_assert_str_eq(say_moment("2026-03-05T08:09:10Z", text), styles[_i].moment);
	ck_assert_str_eq(say_moment("2026-03-05", text), styles[_i].day);
	ck_assert_str_eq(say_number(1234567, number), styles[_i].number);
	ck_assert_str_eq(say_integer(-10000, number), styles[_i].negative);
	ck_assert_str_eq(say_number(9999, number), "9999");
	ck_assert_str_eq(say_day("never", text), "never");
	ck_assert_str_eq(say_day("", text), "");
	ck_assert_str_eq(say_long_day("2026-13-05", text), "2026-13-05");
	ck_assert_uint_gt(strlen(say_number(UINT64_MAX, number)), 20);
	say_in(NULL);
}
END_TEST

/* ---- Messages -------------------------------------------------------------------------------- */

START_TEST(a_message_is_in_the_language_of_the_user)
{
	struct qorgan_error error;

	qorgan_messages_in("de,ru,kk");
	error_set(&error, QORGAN_ABSENT, "there is no report \"%s\" in the format %s, which is for: %s", "a", "b", "c");
	ck_assert_ptr_nonnull(strstr(error.message, "отчёта"));
	ck_assert_ptr_nonnull(strstr(error.message, "a"));
	error_set(&error, QORGAN_ABSENT, "not in any catalogue %d", 1);
	ck_assert_str_eq(error.message, "not in any catalogue 1");
	ck_assert_str_eq(language_said(""), ""); /* whose translation is the head of a catalogue */
	ck_assert_str_ne(language_said_count("%llu finding", "%llu findings", 2),
	                 language_said_count("%llu finding", "%llu findings", 5));
	qorgan_messages_in("de");
	error_set(&error, QORGAN_ABSENT, "stopped");
	ck_assert_str_eq(error.message, "stopped");
	ck_assert_str_eq(language_said_count("%llu finding", "%llu findings", 2), "%llu findings");
}
END_TEST

/* ---- Whether all is translated -------------------------------------------------------------- */

/* Every text that is looked up: phrases, and what the schema says of its fields. */
typedef void (*each_text)(const char *english, const char *many, void *context);

static void each_field(const struct field *fields, each_text each, void *context)
{
	for (const struct field *field = fields; field->name; field++) {
		each(field->label, NULL, context);
		for (const char *const *word = field->words; word && *word; word++)
			each(*word, NULL, context);
		if (field->fields)
			each_field(field->fields, each, context);
	}
}

static void each_said(each_text each, void *context)
{
	const char *many;
	size_t count;
	const struct schema *const *kinds = schema_all(&count);

	for (int i = 0; i < PHRASE_COUNT; i++) {
		const char *english = phrase_english((enum phrase)i, &many);
		each(english, many, context);
	}
	for (size_t i = 0; i < count; i++) {
		each(kinds[i]->label, NULL, context);
		each_field(kinds[i]->fields, each, context);
	}
	each("yes", NULL, context);
	each("no", NULL, context);
}

struct checking {
	const struct language *language;
	unsigned faults;
};

static void fault(struct checking *checking, const char *what, const char *text)
{
	printf("not ok - %s: %s: %s\n", language_tag(checking->language), what, text);
	fflush(stdout); /* what fails leaves at once */
	checking->faults++;
}

static unsigned places(const char *text)
{
	unsigned found = 0;

	for (; *text; text++)
		if (text[0] == '{' && text[1] >= '1' && text[1] <= '3' && text[2] == '}')
			found |= 1u << (text[1] - '0');
	return found;
}

static void check_text(const char *english, const char *many, void *context)
{
	struct checking *checking = context;

	if (!language_has(checking->language, english)) {
		fault(checking, "not translated, or fuzzy", english);
		return;
	}
	for (uint64_t number = 0; number < (many ? 30 : 1); number++) {
		const char *said = many ? language_count(checking->language, english, many, number)
		                        : language_text(checking->language, english);
		const char *wrong = !*said                            ? "empty"
		                    : places(said) != places(english) ? "other places than in English"
		                    : !text_is_clean(span_of(said))   ? "not clean text"
		                                                      : NULL;
		if (wrong) {
			fault(checking, wrong, said);
			return;
		}
	}
}

START_TEST(all_that_reports_say_is_translated)
{
	size_t count;
	const struct language *const *languages = language_all(&count);
	unsigned faults = 0;

	ck_assert_uint_eq(count, 9);
	for (size_t i = 1; i < count; i++) {
		struct checking checking = { languages[i], 0 };
		each_said(check_text, &checking);
		faults += checking.faults;
	}
	ck_assert_msg(faults == 0, "%u faults in the catalogues of src/languages, listed above: run make languages", faults);
}
END_TEST

/* The catalogue's own head must tell msgfmt as many forms as the program chooses from. */
START_TEST(catalogue_and_program_count_the_same_forms)
{
	size_t count;
	const struct language *const *languages = language_all(&count);

	for (size_t i = 1; i < count; i++) {
		char expected[32];
		snprintf(expected, sizeof expected, "nplurals=%zu;", language_forms(languages[i]));
		const char *head = language_text(languages[i], "");
		ck_assert_msg(strstr(head, expected) != NULL, "%s: %s in %s", language_tag(languages[i]), expected, head);
		ck_assert_ptr_nonnull(strstr(head, "charset=UTF-8"));
	}
}
END_TEST

/* ---- Whether it fits -------------------------------------------------------------------------- */

/* Heads of columns that stand side by side, and how wide they may be together so that a
 * report of 80 columns keeps each of them on one line beside a title of 16. */
static const struct {
	const char *where;
	size_t most;
	enum phrase heads[13];
	size_t count;
} rows[] = {
	{ "the counts", 80 - 23 - 10,
	  { PHRASE_SHORT_ALL, PHRASE_SHORT_PLANNED, PHRASE_SHORT_IN_PROGRESS, PHRASE_SHORT_COMPLETED, PHRASE_SHORT_VERIFIED,
	    PHRASE_SHORT_ON_HOLD, PHRASE_SHORT_CANCELLED, PHRASE_SHORT_OVERDUE, PHRASE_SHORT_DUE_SOON,
	    PHRASE_SHORT_NO_REPORT }, 10 },
	{ "the voices", 80 - 5 - 12,
	  { PHRASE_SHORT_ALL, PHRASE_SHORT_PLANNED, PHRASE_SHORT_IN_PROGRESS, PHRASE_SHORT_COMPLETED, PHRASE_SHORT_VERIFIED,
	    PHRASE_SHORT_ON_HOLD, PHRASE_SHORT_CANCELLED, PHRASE_SHORT_DECLINED, PHRASE_SHORT_STAND_INS,
	    PHRASE_SHORT_SILENT, PHRASE_SHORT_OWED, PHRASE_SHORT_RECEIVED }, 12 },
	{ "the parts", 80 - 23 - 7,
	  { PHRASE_LEAD, PHRASE_SUPPORTS, PHRASE_REPORTS_OWED, PHRASE_REPORTS_RECEIVED, PHRASE_OFFERED, PHRASE_ACCEPTED,
	    PHRASE_DECLINED }, 7 },
	{ "the levels of the matrix", 80 - 2 - 10 - 16 - 8,
	  { PHRASE_SHORT_INHERENT, PHRASE_SHORT_RESIDUAL, PHRASE_SHORT_TARGET }, 3 },
	{ "the counts of changes", 80 - 2 - 16 - 3, { PHRASE_NEW, PHRASE_CHANGED, PHRASE_RETIRED }, 3 },
	/* So much that the root of a log stands on one line beside each of them. */
	{ "a label of the head", 80 - 64 - 3, { PHRASE_MARKING }, 1 },
	{ "a label of the head", 80 - 64 - 3, { PHRASE_CATALOGUE }, 1 },
	{ "a label of the head", 80 - 64 - 3, { PHRASE_STORE_OF }, 1 },
	{ "a label of the head", 80 - 64 - 3, { PHRASE_PERIOD }, 1 },
	{ "a label of the head", 80 - 64 - 3, { PHRASE_AS_OF }, 1 },
	{ "a label of the head", 80 - 64 - 3, { PHRASE_ONLY }, 1 },
	{ "a label of the head", 80 - 64 - 3, { PHRASE_CHECKPOINT }, 1 },
	{ "a label of the head", 80 - 64 - 3, { PHRASE_GENERATED }, 1 },
	{ "the state of a measure", 20, { PHRASE_STATE }, 1 },
};

START_TEST(heads_fit_into_80_columns)
{
	size_t count;
	const struct language *const *languages = language_all(&count);
	struct checking checking = { NULL, 0 };

	for (size_t i = 0; i < count; i++) {
		checking.language = languages[i];
		say_in(languages[i]);
		for (size_t j = 0; j < sizeof rows / sizeof rows[0]; j++) {
			size_t width = 0;
			for (size_t k = 0; k < rows[j].count; k++)
				width += text_width(span_of(say(rows[j].heads[k])));
			if (width > rows[j].most) {
				char what[80];
				snprintf(what, sizeof what, "%zu columns wide, over %zu", width, rows[j].most);
				fault(&checking, what, rows[j].where);
			}
		}
	}
	say_in(NULL);
	ck_assert_uint_eq(checking.faults, 0);
}
END_TEST

/* A legend that explains other heads than there are explains nothing. */
START_TEST(legends_explain_the_heads_that_there_are)
{
	static const enum phrase heads[] = { PHRASE_SHORT_PLANNED,  PHRASE_SHORT_IN_PROGRESS, PHRASE_SHORT_COMPLETED,
		                                 PHRASE_SHORT_VERIFIED, PHRASE_SHORT_ON_HOLD,     PHRASE_SHORT_CANCELLED,
		                                 PHRASE_SHORT_OVERDUE,  PHRASE_SHORT_DUE_SOON,    PHRASE_SHORT_NO_REPORT };
	static const enum phrase joint[] = { PHRASE_SHORT_PLANNED,   PHRASE_SHORT_CANCELLED, PHRASE_SHORT_DECLINED,
		                                 PHRASE_SHORT_STAND_INS, PHRASE_SHORT_SILENT,    PHRASE_SHORT_OWED,
		                                 PHRASE_SHORT_RECEIVED };
	size_t count;
	const struct language *const *languages = language_all(&count);

	for (size_t i = 0; i < count; i++) {
		say_in(languages[i]);
		for (size_t j = 0; j < sizeof heads / sizeof heads[0]; j++)
			ck_assert_msg(strstr(say(PHRASE_LEGEND), say(heads[j])) != NULL, "%s: %s", language_tag(languages[i]),
			              say(heads[j]));
		for (size_t j = 0; j < sizeof joint / sizeof joint[0]; j++)
			ck_assert_msg(strstr(say(PHRASE_JOINT_LEGEND), say(joint[j])) != NULL, "%s: %s",
			              language_tag(languages[i]), say(joint[j]));
		for (size_t j = 0; j < sizeof heads / sizeof heads[0]; j++)
			for (size_t k = 0; k < j; k++)
				ck_assert_str_ne(say(heads[j]), say(heads[k]));
		for (size_t j = 0; j < sizeof joint / sizeof joint[0]; j++)
			for (size_t k = 0; k < sizeof heads / sizeof heads[0]; k++)
				ck_assert(joint[j] == heads[k] || strcmp(say(joint[j]), say(heads[k])) != 0);
	}
	say_in(NULL);
}
END_TEST

/* ---- Reading .mo files ------------------------------------------------------------------------- */

/* Two texts, as the manual of gettext describes the format. */
#define NUMBER(n) (char)((n) & 0xff), (char)((n) >> 8), 0, 0
static const char catalogue[] = {
	(char)0xde, 0x12, 0x04, (char)0x95, NUMBER(0), NUMBER(2), NUMBER(28), NUMBER(44), NUMBER(0), NUMBER(60),
	NUMBER(1), NUMBER(60), NUMBER(3), NUMBER(62), /* originals: "a", "b\0c" */
	NUMBER(2), NUMBER(66), NUMBER(3), NUMBER(69), /* translations: "AA", "B\0C" */
	'a', 0, 'b', 0, 'c', 0, 'A', 'A', 0, 'B', 0, 'C', 0,
};

START_TEST(a_catalogue_is_read)
{
	struct span text;
	struct mo mo;

	ck_assert(mo_open((struct span){ catalogue, sizeof catalogue }, &mo));
	ck_assert(mo_find(&mo, "a", &text));
	ck_assert(span_is(text, "AA"));
	ck_assert(mo_find(&mo, "b", &text));
	ck_assert(span_equal(text, (struct span){ "B\0C", 3 }));
	ck_assert(!mo_find(&mo, "", &text) && !mo_find(&mo, "aa", &text) && !mo_find(&mo, "c", &text));
}
END_TEST

/* Whatever its bytes are, nothing beyond them is read: the sanitizers would tell. */
START_TEST(a_damaged_catalogue_is_harmless)
{
	struct span text;
	struct mo mo;

	for (size_t size = 0; size < sizeof catalogue; size++) {
		char *cut = malloc(size ? size : 1);
		ck_assert_ptr_nonnull(cut);
		memcpy(cut, catalogue, size);
		if (mo_open((struct span){ cut, size }, &mo))
			ck_assert(!mo_find(&mo, "b", &text) || text.data + text.size < cut + size);
		free(cut);
	}
	for (size_t at = 0; at < sizeof catalogue; at++) {
		for (int bit = 0; bit < 8; bit++) {
			char *changed = malloc(sizeof catalogue);
			ck_assert_ptr_nonnull(changed);
			memcpy(changed, catalogue, sizeof catalogue);
			changed[at] = (char)(changed[at] ^ 1 << bit);
			if (mo_open((struct span){ changed, sizeof catalogue }, &mo) && mo_find(&mo, "b", &text))
				ck_assert(text.data >= changed && text.data + text.size < changed + sizeof catalogue);
			free(changed);
		}
	}
}
END_TEST

Suite *suite_language(void)
{
	Suite *suite = suite_create("language");
	TCase *tests = tcase_create("languages");

	tcase_add_loop_test(tests, a_language_is_found_by_any_usual_tag, 0, sizeof tags / sizeof tags[0]);
	tcase_add_test(tests, a_message_is_in_the_language_of_the_user);
	tcase_add_test(tests, of_a_list_the_first_with_a_catalogue_is_chosen);
	tcase_add_test(tests, a_number_takes_its_form);
	tcase_add_loop_test(tests, days_and_numbers_have_the_style_of_the_language, 0, sizeof styles / sizeof styles[0]);
	tcase_add_test(tests, all_that_reports_say_is_translated);
	tcase_add_test(tests, catalogue_and_program_count_the_same_forms);
	tcase_add_test(tests, heads_fit_into_80_columns);
	tcase_add_test(tests, legends_explain_the_heads_that_there_are);
	tcase_add_test(tests, a_catalogue_is_read);
	tcase_add_test(tests, a_damaged_catalogue_is_harmless);
	suite_add_tcase(suite, tests);
	return suite;
}
