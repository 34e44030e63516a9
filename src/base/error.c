/* Filling in a qorgan_error. */
#include "base/error.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/language.h"
#include "base/memory.h"
#include "base/text.h"

/* What is quoted may come from a hostile file: nothing in it may steer a
 * terminal or break the one line; and a cut must not split a UTF-8 sequence. */
static void message_tidy(char *message)
{
	struct span text = span_of(message);
	bool full = text.size + 1 == sizeof ((struct qorgan_error *)0)->message;
	size_t size = 0;
	uint32_t code;

	for (size_t at = 0; at < text.size;) {
		size_t start = at;
		bool is_valid = text_decode(text, &at, &code);
		if (!is_valid && full && text.size - at < 4)
			break; /* the beginning of what found no room */
		if (!is_valid)
			at++;
		if (is_valid && text_code_is_shown(code)) {
			memmove(message + size, message + start, at - start);
			size += at - start;
		} else {
			message[size++] = '?';
		}
	}
	message[size] = '\0';
}

__attribute__((format(printf, 3, 0)))
static int error_set_list(struct qorgan_error *error, int code, const char *format, va_list list)
{
	if (error) {
		error->code = code;
		vsnprintf(error->message, sizeof error->message, language_said(format), list);
		message_tidy(error->message);
	}
	return code;
}

int error_set(struct qorgan_error *error, int code, const char *format, ...)
{
	va_list list;

	va_start(list, format);
	error_set_list(error, code, format, list);
	va_end(list);
	return code;
}

static _Thread_local uint64_t system_failures;

uint64_t error_system_failures(void)
{
	return system_failures;
}

void error_note_system(void)
{
	system_failures++;
}

int error_set_system(struct qorgan_error *error, int code, const char *format, ...)
{
	int number = errno;
	va_list list;

	system_failures++;
	if (number == ENOMEM) {
		memory_failed();
		code = QORGAN_INTERNAL;
	}
	if (!error)
		return code;
	va_start(list, format);
	error_set_list(error, code, format, list);
	va_end(list);

	size_t size = strlen(error->message);
	char reason[128];
	snprintf(error->message + size, sizeof error->message - size, ": %s",
	         strerror_r(number, reason, sizeof reason));
	message_tidy(error->message);
	return code;
}

int error_set_memory(struct qorgan_error *error)
{
	memory_failed();
	return error_set(error, QORGAN_INTERNAL, "out of memory");
}

int error_prefix(struct qorgan_error *error, int code, const char *format, ...)
{
	if (!error)
		return code;

	char rest[sizeof error->message];
	memcpy(rest, error->message, sizeof rest);

	va_list list;
	va_start(list, format);
	vsnprintf(error->message, sizeof error->message, language_said(format), list);
	va_end(list);

	size_t size = strlen(error->message);
	int more = snprintf(error->message + size, sizeof error->message - size, ": %s", rest);
	(void)more; /* a cut message is still a message */
	message_tidy(error->message);
	return code;
}
