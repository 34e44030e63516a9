/* Writing a mail. All of it is ASCII in lines of up to 76, so that nothing on its way alters it. */
#include "report/mail.h"

#include <ctype.h>
#include <string.h>

#include "base/date.h"
#include "crypto/base64.h"

#define WORD_BYTES 39  /* of an encoded word: with the field's name before it, within 76 */
#define PLAIN_MOST 60
#define LINE_BYTES 57  /* 76 characters of base 64 */
#define DAY_SECONDS 86400

bool mail_is_address(struct span text)
{
	const char *at = text.size ? memchr(text.data, '@', text.size) : NULL;
	const char *end = text.data + text.size;

	if (!at || at == text.data || text.size > 254 || end - at < 4 || at[1] == '.' || end[-1] == '.')
		return false;
	for (const char *c = text.data; c < end; c++) {
		if (c != at && !isalnum((unsigned char)*c) && !strchr(c < at ? ".!#$%&'*+/=?^_{|}~-" : ".-", *c))
			return false;
		if (!*c)
			return false;
	}
	return true;
}

static bool is_plain(const char *text)
{
	for (const char *c = text; *c; c++)
		if (!isalnum((unsigned char)*c) && *c != ' ' && *c != '-')
			return false;
	return *text && *text != ' ' && strlen(text) <= PLAIN_MOST;
}

/* As words in base 64, none cut within a character. */
static void put_words(struct buffer *to, const char *text)
{
	size_t rest = strlen(text);

	if (is_plain(text)) {
		buffer_append_text(to, text);
		return;
	}
	for (const char *at = text; rest;) {
		size_t size = rest < WORD_BYTES ? rest : WORD_BYTES;
		while (size > 1 && size < rest && ((unsigned char)at[size] & 0xc0) == 0x80)
			size--;
		buffer_append_text(to, at == text ? "=?UTF-8?B?" : "\r\n =?UTF-8?B?");
		base64_append(to, (const uint8_t *)at, size, BASE64_PADDED);
		buffer_append_text(to, "?=");
		at += size, rest -= size;
	}
}

void mail_put_date(struct buffer *to, const char *moment)
{
	static const char days[] = "ThuFriSatSunMonTueWed", months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	int64_t seconds = 0;
	int year, month, day;

	time_parse(span_of(moment), &seconds);
	date_split(time_date(seconds), &year, &month, &day);
	date_day date = time_date(seconds);
	int weekday = (date % 7 + 7) % 7; /* 1970 began on a Thursday; a day before it is negative */
	int second = (int)(seconds - (int64_t)date * DAY_SECONDS);
	buffer_append_format(to, "Date: %.3s, %02d %.3s %04d %02d:%02d:%02d +0000\r\n", days + 3 * weekday, day,
	                     months + 3 * (month - 1), year, second / 3600, second / 60 % 60, second % 60);
}

void mail_put_text(struct buffer *to, const char *field, const char *text)
{
	buffer_append_format(to, "%s: ", field);
	put_words(to, text);
	buffer_append_text(to, "\r\n");
}

void mail_put_mailbox(struct buffer *to, const char *field, const char *name, const char *address)
{
	buffer_append_format(to, "%s: ", field);
	put_words(to, name);
	buffer_append_format(to, "\r\n <%s>\r\n", address);
}

void mail_put_body(struct buffer *to, const char *text)
{
	struct buffer lines = { 0 };

	buffer_append_text(to, "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"
	                       "Content-Transfer-Encoding: base64\r\n\r\n");
	for (; *text; text++) { /* the lines of a text end in CR LF before it is encoded */
		if (*text == '\n')
			buffer_append_char(&lines, '\r');
		buffer_append_char(&lines, *text);
	}
	for (size_t at = 0; at < lines.size; at += LINE_BYTES) {
		size_t size = lines.size - at < LINE_BYTES ? lines.size - at : LINE_BYTES;
		base64_append(to, (const uint8_t *)lines.data + at, size, BASE64_PADDED);
		buffer_append_text(to, "\r\n");
	}
	to->failed |= lines.failed;
	buffer_free(&lines);
}
