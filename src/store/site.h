/* The place of a store that is being made: beside it, or within the empty folder
 * that is there, until all of it can be put in place at once. */
#ifndef STORE_SITE_H
#define STORE_SITE_H

#include "base/error.h"

struct engine;
struct site;

/* site_check(path, error): QORGAN_CANNOT_CREATE if a store cannot be made there as
 * something is in the way; nothing is made yet. */
int site_check(const char *path, struct qorgan_error *error);

/* site_open(path, site, error): make a folder to work in, and those above `path`
 * that are missing. QORGAN_CANNOT_CREATE if that cannot be; nothing remains then. */
int site_open(const char *path, struct site **site, struct qorgan_error *error);
/* site_open_beside(path, site, error): the same beside the store that is at `path`, to be put
 * in its place by site_exchange. */
int site_open_beside(const char *path, struct site **site, struct qorgan_error *error);
/* site_open_again(path, ending, site, error): the same under a name with that ending, where an earlier one may have
 * left something that is to be gone on with. */
int site_open_again(const char *path, const char *ending, struct site **site, struct qorgan_error *error);
/* site_put_aside(path, held, ending, kept, error): give the store at `path`, whose one writer this process is, a name with
 * that ending, beside it: *kept, which the caller frees. The engine is of no more use than to be closed. */
int site_put_aside(const char *path, struct engine *held, const char *ending, char **kept, struct qorgan_error *error);
/* site_folder(site): where the store is now, an absolute path. */
const char *site_folder(const struct site *site);

/* site_settle(site, error): put the closed store in place, durably. */
int site_settle(struct site *site, struct qorgan_error *error);

/* site_exchange(site, held, moment, kept, error): put the closed store in the place of the one that is
 * there, which is at any instant one of the two, and keep that one beside it, under a name
 * with the moment in it: *kept, which the caller frees. QORGAN_CANNOT_CREATE, and *kept is
 * NULL, if it cannot be, as for the root of a file system; QORGAN_IO, after it was done, if
 * it was not made durable. `held`: the store that is there, whose one writer this process is, or NULL. */
int site_exchange(struct site *site, struct engine *held, const char *moment, char **kept, struct qorgan_error *error);

/* site_swap(site, error): put the closed store in the place of the one that is there, which is at any
 * instant one of the two: that one lies where the other was made. Codes as of site_exchange. */
int site_swap(struct site *site, struct qorgan_error *error);

/* site_remove(site): take away the closed store and all folders that were made.
 * site_free(site): leave it as it is. NULL is allowed. */
void site_remove(struct site *site);
void site_free(struct site *site);

#endif
