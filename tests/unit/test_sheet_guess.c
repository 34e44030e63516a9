/* Which field a column may be, by its head. */
#include "record/sheet_guess.h"

#include <check.h>
#include <string.h>

Suite *suite_sheet_guess(void);

#define HEADS 16

/* "head>path" of each, divided by '|'; '?' before a path that is not certain. */
static void guess(const char *kind, const char *languages, const char *expected)
{
	char copy[2000], *heads[HEADS], *rest = copy, *head;
	const char *wanted[] = { languages, NULL };
	struct sheet_guess guesses[HEADS];
	struct qorgan_error error = { 0 };
	struct buffer told = { 0 };
	size_t count = 0;

	strncpy(copy, expected, sizeof copy - 1);
	while ((head = strsep(&rest, "|")) && count < HEADS) {
		*strrchr(head, '>') = '\0';
		heads[count++] = head;
	}
	ck_assert_int_eq(sheet_guess(schema_find(kind, strlen(kind)), heads, count, wanted, guesses, &error), QORGAN_OK);
	for (size_t i = 0; i < count; i++)
		buffer_append_format(&told, "%s%s>%s%s", i ? "|" : "", heads[i],
		                     *guesses[i].path && !guesses[i].is_certain ? "?" : "", guesses[i].path);
	ck_assert_str_eq(buffer_text(&told), expected);
	buffer_free(&told);
}

START_TEST(names_paths_and_labels_are_known_in_every_language)
{
	guess("measure", "en", "id>id|Title>title.en|due>due|Due reason>due_reason|support>support");
	guess("measure", "en", "Reason for new date>due_reason");
	guess("measure", "en", "budget.amount>budget.amount|BUDGET: currency>budget.currency|title.kk>title.kk");
	guess("measure", "en", "Код>id|Название>title.ru|Срок>due|Ведёт>lead|ПОДДЕРЖКА>support|Риски>risks|Тип>type");
	guess("measure", "en", "Kod>id|Nomi>title.uz|Muddat>due|Yetakchi>lead|Ko'mak>support|Xatarlar>risks");
	guess("measure", "en", "Номи>title.uz-Cyrl|Муддат>due|Етакчи>lead");
	guess("measure", "en", "Атауы>title.kk|Мерзім>due|Жетекші>lead");
	guess("measure", "en", "Аталышы>title.ky|Мөөнөт>due|Жетекчи>lead");
	guess("measure", "en", "Ном>title.tg|Муҳлат>due|Пешбар>lead");
	guess("measure", "en", "Ady>title.tk|Möhlet>due|Ýolbaşçy>lead");
	guess("measure", "en", "Adı>title.az|Müddət>due|Aparıcı>lead");
}
END_TEST

START_TEST(case_accents_apostrophes_and_punctuation_do_not_matter)
{
	guess("measure", "en", "KOʻMAK>support|nomi:>title.uz");
	guess("measure", "en", "ВЕДЕТ>lead|  «срок» >due");
	guess("measure", "en", "due_date>?due|Due-Reason>due_reason|ko mak>support");
	guess("measure", "en", "muddet>due|APARICI>lead");
}
END_TEST

START_TEST(a_level_without_more_words_is_that_of_today)
{
	guess("risk", "en", "Likelihood>residual.likelihood|impact>residual.impact|Target likelihood>target.likelihood");
	guess("risk", "en", "Вероятность>residual.likelihood|Исходный уровень: вероятность>inherent.likelihood");
	guess("risk", "en", "Dastlabki daraja – taʼsir>inherent.impact|Taʼsir>residual.impact");
}
END_TEST

START_TEST(a_word_of_several_languages_is_of_the_one_that_most_heads_are_in)
{
	/* "Сценарий" is one in Russian and in Uzbek. */
	guess("risk", "en", "Сценарий>scenario.ru|Название>title.ru|Обработка>treatment");
	guess("risk", "ru", "Сценарий>scenario.uz-Cyrl|Номи>title.uz-Cyrl|Муносабат>treatment");
	guess("risk", "ru", "Сценарий>scenario.ru");
	guess("risk", "uz-Cyrl", "Сценарий>scenario.uz-Cyrl");
	guess("risk", "en", "Сценарий (kk)>scenario.kk|Название (ru)>title.ru|Title, EN>title.en|Название uz-Cyrl>title.uz-Cyrl");
}
END_TEST

START_TEST(what_shares_words_alone_is_not_certain)
{
	guess("measure", "en", "Название меры>?title.ru|Срок исполнения>?due|№>?id|Цвет>|Риск>?risks");
	guess("risk", "en", "Остаточная вероятность>?residual.likelihood|ёж>|...>");
}
END_TEST

START_TEST(what_two_columns_are_called_is_certain_of_neither)
{
	guess("measure", "en", "Срок>?due|Due>?due|Due date>?due");
	guess("measure", "en", "Срок>due|Срок исполнения>|Название>title.ru|Title>title.en");
}
END_TEST

Suite *suite_sheet_guess(void)
{
	Suite *suite = suite_create("sheet_guess");
	TCase *all = tcase_create("all");

	tcase_add_test(all, names_paths_and_labels_are_known_in_every_language);
	tcase_add_test(all, case_accents_apostrophes_and_punctuation_do_not_matter);
	tcase_add_test(all, a_level_without_more_words_is_that_of_today);
	tcase_add_test(all, a_word_of_several_languages_is_of_the_one_that_most_heads_are_in);
	tcase_add_test(all, what_shares_words_alone_is_not_certain);
	tcase_add_test(all, what_two_columns_are_called_is_certain_of_neither);
	suite_add_tcase(suite, all);
	return suite;
}
