/* The languages that the user reads, by the environment. */
#ifndef CLI_USER_LANGUAGE_H
#define CLI_USER_LANGUAGE_H

/* user_language(text): QORGAN_LANG, a list as of --lang, else the language of the locale for
 * messages (LC_ALL, LC_MESSAGES, LANG), for which `text` is used; "en" without one. */
#define USER_LANGUAGE_SIZE 32
const char *user_language(char text[USER_LANGUAGE_SIZE]);

#endif
