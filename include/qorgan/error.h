/* Errors: a code that is also the program's exit status, and one line for a person. */
#ifndef QORGAN_ERROR_H
#define QORGAN_ERROR_H

/* Outcome of every fallible function: QORGAN_OK or the reason it failed. The
 * numbers are the documented exit codes of the program (after sysexits.h). */
enum qorgan_code {
	QORGAN_OK = 0,
	QORGAN_NO = 1,             /* the answer is no: verify or diff found something */
	QORGAN_USAGE = 64,         /* the call itself is wrong */
	QORGAN_BAD_DATA = 65,      /* input that breaks a rule, or not a store */
	QORGAN_ABSENT = 66,        /* no such file, object or version */
	QORGAN_INTERNAL = 70,      /* out of memory, or a defect of the program */
	QORGAN_CANNOT_CREATE = 73, /* a file or folder cannot be made */
	QORGAN_IO = 74,            /* reading or writing failed, or damage was met */
	QORGAN_BUSY = 75,          /* locked or changed meanwhile: try again */
	QORGAN_PROTOCOL = 76,      /* a package or a partner broke the protocol */
	QORGAN_DENIED = 77,        /* not permitted, or the wrong key */
	QORGAN_INTERRUPTED = 130   /* the user stopped it; nothing is changed */
};

/* The message is UTF-8, one line without a newline, always terminated; it says
 * what failed, on which object, why, and where possible what to do next. It
 * holds no secret. Meaningful only after a function returned a code other than
 * QORGAN_OK. Every `error` parameter of the library may be NULL. */
struct qorgan_error {
	int code;
	char message[1000];
};

/* qorgan_messages_in(list): the language of messages from now on, in the whole process: the
 * first of a list as "kk,ru" (see qorgan_store_set_languages) that there is a catalogue for;
 * English if there is none, and before the first call. To be called before other threads
 * use the library. */
void qorgan_messages_in(const char *list);

#endif
