/* The languages of reports and messages. To add one: its catalogue in src/languages/, and a row here. */
#include "base/language.h"

#include <pthread.h>
#include <string.h>
#include <strings.h>

#include "base/mo.h"
#include "qorgan/error.h"

/* ---- The catalogues, byte for byte as msgfmt made them --------------------------- */

/* symbol, name of the catalogue, BCP 47 tag, rule of its plural forms */
#define LANGUAGES(L)                         \
	L(ru, "ru", "ru", east_slavic)           \
	L(uz, "uz", "uz", unchanged)             \
	L(uz_Cyrl, "uz@cyrillic", "uz-Cyrl", unchanged) \
	L(kk, "kk", "kk", unchanged)             \
	L(ky, "ky", "ky", unchanged)             \
	L(tg, "tg", "tg", unchanged)             \
	L(tk, "tk", "tk", unchanged)             \
	L(az, "az", "az", unchanged)

#define EMBED(symbol, name, tag, rule)                        \
	__asm__(".section .rodata\n"                              \
	        ".balign 4\n"                                     \
	        ".globl language_" #symbol "_start\n"             \
	        "language_" #symbol "_start:\n"                   \
	        ".incbin \"" QORGAN_LANGUAGES "/" name ".mo\"\n"  \
	        ".globl language_" #symbol "_end\n"               \
	        "language_" #symbol "_end:\n"                     \
	        ".byte 0\n"                                       \
	        ".section \".note.GNU-stack\",\"\",@progbits\n"   \
	        ".text\n");                                       \
	extern const char language_##symbol##_start[] __attribute__((visibility("hidden"))); \
	extern const char language_##symbol##_end[] __attribute__((visibility("hidden")));
LANGUAGES(EMBED)

/* ---- Plural forms: the rule that a catalogue's head tells msgfmt ------------------ */

static size_t english(uint64_t number)
{
	return number != 1;
}

/* A noun stays in the singular behind a number: nplurals=1; plural=0; */
static size_t unchanged(uint64_t number)
{
	(void)number;
	return 0;
}

/* nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2); */
static size_t east_slavic(uint64_t number)
{
	uint64_t one = number % 10, ten = number / 10 % 10;

	if (ten != 1 && one == 1)
		return 0;
	return ten != 1 && one >= 2 && one <= 4 ? 1 : 2;
}

/* ---- The table --------------------------------------------------------------------- */

struct language {
	const char *tag, *start, *end;
	size_t (*form)(uint64_t number);
};

#define ROW(symbol, name, tag, rule) { tag, language_##symbol##_start, language_##symbol##_end, rule },
static const struct language languages[] = { { "en", NULL, NULL, english }, LANGUAGES(ROW) };
#define COUNT (sizeof languages / sizeof languages[0])

static struct mo catalogues[COUNT]; /* of English and of a damaged one: empty */
static const struct language *all[COUNT];
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void open_all(void)
{
	for (size_t i = 0; i < COUNT; i++) {
		const struct language *language = &languages[i];
		all[i] = language;
		if (language->start &&
		    !mo_open((struct span){ language->start, (size_t)(language->end - language->start) }, &catalogues[i]))
			catalogues[i] = (struct mo){ 0 };
	}
}

const struct language *const *language_all(size_t *count)
{
	pthread_once(&once, open_all);
	*count = COUNT;
	return all;
}

const char *language_tag(const struct language *language)
{
	return language->tag;
}

/* ---- Finding one --------------------------------------------------------------------- */

const struct language *language_find(const char *tag)
{
	const struct language *found = NULL;
	size_t longest = 0;

	for (size_t i = 0; i < COUNT; i++) {
		size_t size = strlen(languages[i].tag);
		if (size > longest && strncasecmp(tag, languages[i].tag, size) == 0 && (!tag[size] || tag[size] == '-')) {
			found = &languages[i];
			longest = size;
		}
	}
	return found;
}

const struct language *language_choose(const char *const *tags)
{
	const struct language *found = NULL;

	for (; tags && *tags && !found; tags++)
		found = language_find(*tags);
	return found ? found : &languages[0];
}

bool language_tag_read(const char *text, char tag[LANGUAGE_TAG_SIZE])
{
	size_t size = strcspn(text, ".@"), first = strcspn(text, "-_.@");
	const char *modifier = strchr(text, '@');
	const char *script = !modifier ? "" : strcasecmp(modifier, "@cyrillic") == 0 ? "-Cyrl"
	                     : strcasecmp(modifier, "@latin") == 0                   ? "-Latn"
	                                                                             : "";

	if (size + strlen(script) >= LANGUAGE_TAG_SIZE)
		return false;
	memcpy(tag, text, first);
	strcpy(tag + first, script);
	strncat(tag, text + first, size - first);
	for (char *at = tag; *at; at++)
		*at = *at == '_' ? '-' : *at;
	return true;
}

/* ---- Words ----------------------------------------------------------------------------- */

static bool find_text(const struct language *language, const char *english_text, struct span *text)
{
	pthread_once(&once, open_all);
	return mo_find(&catalogues[language - languages], english_text, text);
}

bool language_has(const struct language *language, const char *english_text)
{
	struct span text;

	return !language->start || find_text(language, english_text, &text);
}

const char *language_text(const struct language *language, const char *english_text)
{
	struct span text;

	return find_text(language, english_text, &text) ? text.data : english_text;
}

static const struct language *spoken = &languages[0];

const struct language *language_choose_listed(const char *list)
{
	const struct language *found = NULL;
	char word[LANGUAGE_TAG_SIZE], tag[LANGUAGE_TAG_SIZE];

	for (const char *at = list; *at && !found;) {
		size_t size = strcspn(at, LANGUAGE_LIST);
		if (size < sizeof word) {
			memcpy(word, at, size);
			word[size] = '\0';
			found = size && language_tag_read(word, tag) ? language_find(tag) : NULL;
		}
		at += size + (at[size] != '\0');
	}
	return found ? found : &languages[0];
}

void qorgan_messages_in(const char *list)
{
	spoken = language_choose_listed(list);
}

const char *language_said(const char *english_text)
{
	/* The text of nothing is the head of a catalogue. */
	return *english_text ? language_text(spoken, english_text) : english_text;
}

size_t language_forms(const struct language *language)
{
	size_t most = 0;

	for (uint64_t number = 0; number < 100; number++)
		most = language->form(number) > most ? language->form(number) : most;
	return most + 1;
}

const char *language_count(const struct language *language, const char *one, const char *many, uint64_t number)
{
	size_t form = language->form(number);
	struct span text;

	if (!find_text(language, one, &text))
		return number == 1 ? one : many;
	for (; form > 0; form--) {
		size_t size = strlen(text.data);
		if (size >= text.size)
			break; /* fewer forms than the rule counts */
		text = (struct span){ text.data + size + 1, text.size - size - 1 };
	}
	return text.data;
}

const char *language_said_count(const char *one, const char *many, uint64_t number)
{
	return language_count(spoken, one, many, number);
}
