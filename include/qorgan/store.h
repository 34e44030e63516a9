/* A store: created, opened with a key, verified, measured. */
#ifndef QORGAN_STORE_H
#define QORGAN_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "qorgan/error.h"

struct qorgan_store;

/* Asked for a passphrase only when one is needed. Writes it, terminated, into
 * `to` (locked memory of `limit` bytes) and returns QORGAN_OK. `confirm` is
 * true for a new one, which is to be asked twice. */
typedef int (*qorgan_passphrase)(void *context, bool confirm, char *to, size_t limit, struct qorgan_error *error);

/* qorgan_secret_alloc(size): a place like that, zeroed, for what a caller has to keep
 * secret meanwhile; there are 64 KiB in all. NULL if there is no room. qorgan_secret_free wipes it; NULL is allowed. */
void *qorgan_secret_alloc(size_t size);
void qorgan_secret_free(void *place);

/* What a security key (FIDO2) needs of a person. `product` is what the key calls itself. */
typedef int (*qorgan_pin)(void *context, const char *product, int tries, char *to, size_t limit,
                          struct qorgan_error *error);
typedef void (*qorgan_touch)(void *context, const char *product);
struct qorgan_security_key {
	qorgan_pin pin;     /* writes the PIN as a qorgan_passphrase does; `tries` are left, -1 if the key does not say */
	qorgan_touch touch; /* told that the key now waits to be touched */
	void *context;
	bool without_pin;   /* of a new slot: a touch alone opens it */
};

/* What opens a store: the age identities of a file, a security key, or a passphrase. */
struct qorgan_keys {
	const char *identity; /* path of an age identity file, or NULL */
	qorgan_passphrase ask; /* or NULL */
	void *context;
	bool session; /* first of all, the keys that qorgan_session_keep left */
	const uint8_t *recovered; /* an age identity of 32 bytes, of qorgan_shares_join; or NULL */
	/* Asked where there is no identity, and before `ask`: that is left for when no key is plugged in that opens the
	 * store. Or NULL. */
	const struct qorgan_security_key *security_key;
};

/* Told how far a long work is, a few times a second at most; `total` is 0 while
 * unknown. Any value but 0 stops the work with QORGAN_INTERRUPTED. */
typedef int (*qorgan_progress)(void *context, const char *what, uint64_t done, uint64_t total);

enum qorgan_kdf {
	QORGAN_KDF_INTERACTIVE, /* Argon2id with 64 MiB */
	QORGAN_KDF_MODERATE,    /* 256 MiB */
	QORGAN_KDF_SENSITIVE    /* 1 GiB */
};

struct qorgan_creation {
	const char *state;     /* code of the state whose store it is */
	const char *user;      /* name of its first user */
	const char *recipient; /* age recipient that opens it, or NULL: a passphrase */
	enum qorgan_kdf kdf;   /* cost of the passphrase's derivation */
	const char *reference; /* file of states, scales and periods; NULL: the built-in ones */
	bool any_filesystem;   /* allow a network file system */
	qorgan_passphrase ask; /* for the new passphrase */
	void *context;
	const struct qorgan_security_key *security_key; /* that is to open it, or NULL: one of the above */
};

/* A store lies in a folder, or on a PostgreSQL server: then its path is the address of a database there,
 * postgres://[user@]host[:port][,host...]/database[?options], to which ?store=NAME is added where the database holds
 * several. What the database needs before: qorgan_schema_sql.
 * qorgan_store_is_on_server(path): whether it is one of those. */
bool qorgan_store_is_on_server(const char *path);

/* qorgan_store_create(path, creation, store, error): make a store in the folder
 * `path`, which must be absent or empty; an empty one may be a link or a mount
 * point. Missing folders above are made. After a failure all is as it was. The
 * caller closes it. */
int qorgan_store_create(const char *path, const struct qorgan_creation *creation, struct qorgan_store **store,
                        struct qorgan_error *error);

enum qorgan_open_flags {
	QORGAN_READ_ONLY = 1,      /* nothing will be written */
	QORGAN_ANY_FILESYSTEM = 2, /* allow a network file system */
	QORGAN_INSPECT = 4         /* for qorgan_verify alone: nothing is written, and the log is not looked at yet */
};

/* qorgan_store_open(path, keys, flags, store, error): QORGAN_ABSENT: no store
 * there; QORGAN_BAD_DATA: not a store, or of a newer format; QORGAN_DENIED: the
 * passphrase or PIN is wrong, or no slot is for that identity or security key, or the server does not let this user in;
 * QORGAN_BUSY: no server can be reached; QORGAN_IO: damaged. */
int qorgan_store_open(const char *path, const struct qorgan_keys *keys, unsigned flags,
                      struct qorgan_store **store, struct qorgan_error *error);

/* qorgan_session_keep(store, seconds, error): the kernel keeps the keys of the open store for
 * this session and so long, 12 hours at most; every process of the session can take them.
 * QORGAN_CANNOT_CREATE where there is no keyring. qorgan_session_end(path, ended, error): it
 * forgets them; *ended is whether it had any. */
int qorgan_session_keep(struct qorgan_store *store, unsigned seconds, struct qorgan_error *error);
int qorgan_session_end(const char *path, bool *ended, struct qorgan_error *error);

/* qorgan_store_close(store): wipes its keys. NULL is allowed. */
void qorgan_store_close(struct qorgan_store *store);

void qorgan_store_set_progress(struct qorgan_store *store, qorgan_progress progress, void *context);

/* qorgan_store_set_languages(store, list): languages in which texts are wanted,
 * best first, as "ru,en"; a text in none of them is given in English, else in
 * any language that it has. The first that there are words for is the language of
 * reports, else English. "uz-Cyrl" may be written "uz@cyrillic". */
int qorgan_store_set_languages(struct qorgan_store *store, const char *list, struct qorgan_error *error);

/* Facts of an open store; valid until it is closed. */
const char *qorgan_store_id(const struct qorgan_store *store);
const char *qorgan_store_state(const struct qorgan_store *store);
const char *qorgan_store_user(const struct qorgan_store *store);
const char *qorgan_store_path(const struct qorgan_store *store);
/* qorgan_store_today(store, day): the day of this command in UTC, "2026-02-01". */
void qorgan_store_today(const struct qorgan_store *store, char day[11]);
bool qorgan_store_may_write(const struct qorgan_store *store);
bool qorgan_store_may_administer(const struct qorgan_store *store);
/* qorgan_store_mistrust(store): why nothing may be written to it, in words (it was
 * rolled back, is a copy, or what remembers it was altered); NULL if there is no
 * reason. What is read from it may be old. */
const char *qorgan_store_mistrust(const struct qorgan_store *store);
/* qorgan_store_forgetful(store): why this computer cannot remember the store's
 * newest checkpoint, in words, so that a roll-back would go unnoticed; NULL if it can. */
const char *qorgan_store_forgetful(const struct qorgan_store *store);
/* qorgan_store_skew(store): after a change: that the clock was behind the one before, and by how
 * much, in words. Time never runs backwards in a log: the change bears the moment of the one
 * before. NULL if the clock was not behind. */
const char *qorgan_store_skew(const struct qorgan_store *store);
/* Whether the system let the keys be locked in memory. */
bool qorgan_keys_are_locked(void);

/* Told one finding of qorgan_verify: `what` is wrong, `object` is what it
 * concerns ("" for none), `advice` what to do now. NULL in its place: they are counted only. */
typedef void (*qorgan_finding)(void *context, const char *what, const char *object, const char *advice);

struct qorgan_verification {
	uint64_t versions, commits, leaves, evidence, bytes; /* what was examined */
	uint64_t findings;
	char root[65]; /* root of the tree, hexadecimal */
};

/* qorgan_verify(store, finding, context, result, error): examine the file's
 * structure, every ciphertext, hash, signature and rule. QORGAN_NO if anything
 * was found, QORGAN_IO if it cannot be examined at all. Open with QORGAN_INSPECT. */
int qorgan_verify(struct qorgan_store *store, qorgan_finding finding, void *context,
                  struct qorgan_verification *result, struct qorgan_error *error);

/* qorgan_verify_path(path, ...): the part of qorgan_verify that needs no key:
 * the structure of the file. For stores too damaged to be opened. */
int qorgan_verify_path(const char *path, qorgan_finding finding, void *context, struct qorgan_verification *result,
                       struct qorgan_error *error);

/* qorgan_locate(path, offset, text, error): what the byte at that offset of the
 * store's file belongs to, in words. The caller frees the text. */
int qorgan_locate(const char *path, uint64_t offset, char **text, struct qorgan_error *error);

/* qorgan_stats(store, json, error): sizes and counts as a JSON object; the
 * caller frees the text. */
int qorgan_stats(struct qorgan_store *store, char **json, struct qorgan_error *error);

/* qorgan_guard(): for programs: damage that makes the database fault ends the
 * process with one line and exit code 74 instead of a crash; a defect of the
 * program, with a line that says so and exit code 70. */
void qorgan_guard(void);

#endif
