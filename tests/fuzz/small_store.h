/* A small store of UZB on record of whom the partner KAZ is, whose keys the fuzzer has. It lies in a
 * folder of its own, is made once, and is put back as it was before each try. */
#ifndef TESTS_FUZZ_SMALL_STORE_H
#define TESTS_FUZZ_SMALL_STORE_H

#include <stdint.h>

#include "base/buffer.h"
#include "qorgan/object.h"
#include "store/vault.h"

#define KAZ_ORIGIN "qorgan/KAZ/0123456789abcdef0123456789abcdef"

/* check(good): whatever is promised is so, or the fuzzer has found something. */
void check(bool good);
/* check_message(code, error): a failure has a message, of one line. */
void check_message(int code, const struct qorgan_error *error);

/* small_store_start(): make it, unless it is made. The environment then says where it is, and what opens it. */
void small_store_start(void);
/* small_store_keep(): from now on it is put back as it is now. */
void small_store_keep(void);
/* small_store_reset(): all files of the folder as they were; whatever else lies there is removed. */
void small_store_reset(void);
/* small_store_is_same(): whether the store's file holds the very bytes that it is put back to. */
bool small_store_is_same(void);
/* small_store_bytes(): those bytes. */
struct span small_store_bytes(void);

/* small_store_folder(): the folder, which holds the store as "store" and the identity as "identity".
 * small_store_path(name): of a file in it; valid until the second next call. */
const char *small_store_folder(void);
const char *small_store_path(const char *name);
void small_store_write(const char *name, const void *data, size_t size);

/* small_store_keys(): what opens it. small_store_open(flags): it opens, or nothing does. */
const struct qorgan_keys *small_store_keys(void);
struct qorgan_store *small_store_open(unsigned flags);

/* small_store_recipient(recipient): of packages to it. */
void small_store_recipient(uint8_t recipient[32]);
/* The seeds of KAZ: of its log, of its packages and of its countersignatures. */
extern const uint8_t kaz_log_seed[32], kaz_package_seed[32], kaz_cosign_seed[32];

/* small_store_look(store, turn): read all that there is, as lists and as objects, and in some of the reports, which the
 * number chooses; whatever fails says why. */
void small_store_look(struct qorgan_store *store, size_t turn);
/* small_store_verify(finding): verify every row, as qorgan_verify does it, but in this process, where what it
 * goes through is seen by the fuzzer. The number of findings. */
uint64_t small_store_verify(qorgan_finding finding);

#endif
