/* The languages that the user reads. */
#include "cli/user_language.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The language of a locale such as "ru_RU.UTF-8" or "uz_UZ@cyrillic", without its country: what is
 * written gets it as the language of its text. "C" is none. */
static void locale_language(const char *locale, char text[USER_LANGUAGE_SIZE])
{
	size_t size = strcspn(locale, "_.@");
	const char *script = strstr(locale, "@cyrillic") ? "-Cyrl" : strstr(locale, "@latin") ? "-Latn" : "";
	bool is_language = size >= 2 && size <= 3 && strspn(locale, "abcdefghijklmnopqrstuvwxyz") == size;

	if (is_language)
		snprintf(text, USER_LANGUAGE_SIZE, "%.*s%s", (int)size, locale, script);
	else
		snprintf(text, USER_LANGUAGE_SIZE, "en");
}

const char *user_language(char text[USER_LANGUAGE_SIZE])
{
	static const char *const variables[] = { "LC_ALL", "LC_MESSAGES", "LANG" };
	const char *list = getenv("QORGAN_LANG"), *locale = NULL;

	if (list && *list)
		return list;
	for (size_t i = 0; i < sizeof variables / sizeof variables[0] && !(locale && *locale); i++)
		locale = getenv(variables[i]);
	locale_language(locale ? locale : "", text);
	return text;
}
