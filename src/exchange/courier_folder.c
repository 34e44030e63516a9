/* This state's packages in a courier's folder. */
#include "exchange/courier_folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sodium.h>

#include "base/file.h"
#include "record/reader.h"

#define DIGEST_SIZE 64

/* ---- What is there ------------------------------------------------------------------ */

static int name_add(char ***names, size_t *count, const char *name)
{
	char **more = *count % 64 ? *names : realloc(*names, (*count + 64) * sizeof *more);
	char *copy = more ? strdup(name) : NULL;

	if (more)
		*names = more;
	if (copy)
		(*names)[(*count)++] = copy;
	return copy ? QORGAN_OK : QORGAN_INTERNAL;
}

int courier_names(const char *folder, char ***names, size_t *count, struct qorgan_error *error)
{
	DIR *opened = opendir(folder);
	const struct dirent *entry;
	int code = QORGAN_OK;

	*names = NULL;
	*count = 0;
	if (!opened)
		return error_set_system(error, errno == ENOENT || errno == ENOTDIR ? QORGAN_ABSENT : QORGAN_IO,
		                        "cannot read the folder %s", folder);
	for (errno = 0; !code && (entry = readdir(opened)); errno = 0)
		if (name_add(names, count, entry->d_name))
			code = error_set_memory(error);
	if (!code && errno)
		code = error_set_system(error, QORGAN_IO, "cannot read the folder %s", folder);
	closedir(opened);
	if (code) {
		courier_names_free(*names, *count);
		*names = NULL;
	}
	return code;
}

void courier_names_free(char **names, size_t count)
{
	for (size_t i = 0; names && i < count; i++)
		free(names[i]);
	free(names);
}

/* Calls `each` for every name of this state's packages to the partner. */
typedef int (*outgoing_each)(void *context, const char *name, const struct courier_name *parsed,
                             struct qorgan_error *error);

static int outgoing_walk(const struct courier_place *place, outgoing_each each, void *context,
                         struct qorgan_error *error)
{
	struct courier_name parsed;
	char **names;
	size_t count;
	int code = courier_names(place->folder, &names, &count, error);

	if (code)
		return code;
	for (size_t i = 0; i < count && !code; i++)
		if (courier_name_outgoing(names[i], vault_state(place->store), place->partner, &parsed))
			code = each(context, names[i], &parsed, error);
	courier_names_free(names, count);
	return code;
}

static bool is_there(const char *path)
{
	struct stat status;

	return path && lstat(path, &status) == 0;
}

static bool is_file(const char *path)
{
	struct stat status;

	return path && lstat(path, &status) == 0 && S_ISREG(status.st_mode);
}

static char *signature_path(const char *package)
{
	char *path;

	return asprintf(&path, "%s" COURIER_SIGNATURE, package) < 0 ? NULL : path;
}

static char *package_path(const struct courier_place *place, bool hidden, uint64_t number)
{
	return courier_path(place->folder, hidden, vault_state(place->store), place->partner, number);
}

/* ---- Whether it is what was released ------------------------------------------------ */

static int hash_add(void *context, const void *data, size_t size, struct qorgan_error *error)
{
	(void)error;
	crypto_generichash_blake2b_update(context, data, size);
	return QORGAN_OK;
}

static int digest_read(const char *path, unsigned parts, char digest[2 * DIGEST_SIZE + 1], struct qorgan_error *error)
{
	crypto_generichash_blake2b_state state;
	uint8_t hash[DIGEST_SIZE];

	crypto_generichash_blake2b_init(&state, NULL, 0, DIGEST_SIZE);
	int code = parts_read(path, parts, hash_add, &state, error);
	crypto_generichash_blake2b_final(&state, hash, sizeof hash);
	sodium_bin2hex(digest, 2 * DIGEST_SIZE + 1, hash, sizeof hash);
	return code;
}

/* The digest in the record of that package; "" if none of that number was released. *last
 * (NULL: not wanted) says whether nothing was written to the log after it. */
static int released_digest(const struct courier_place *place, uint64_t number, char digest[2 * DIGEST_SIZE + 1],
                           bool *last, struct qorgan_error *error)
{
	struct vault_record record = { 0 };
	struct vault_view *view = NULL;
	struct span value;
	char id[RECORD_ID_LIMIT];
	int code = vault_view_begin(place->store, &view, error);

	*digest = '\0';
	snprintf(id, sizeof id, "%s/%" PRIu64, place->partner, number);
	if (!code)
		code = vault_get_own(view, schema_find("release", 7), span_of(id), 0, &record, error);
	if (!code && reader_find(record.record.body, "digest", &value) && value.size == 2 * DIGEST_SIZE + 2)
		snprintf(digest, 2 * DIGEST_SIZE + 1, "%.*s", 2 * DIGEST_SIZE, value.data + 1);
	if (!code && last)
		*last = record.record.commit == vault_view_commits(view);
	vault_record_free(&record);
	vault_view_end(view);
	return code == QORGAN_ABSENT ? QORGAN_OK : code;
}

static int release_compare(const struct courier_place *place, const char *path, unsigned parts, uint64_t number,
                           bool *same, bool *last, struct qorgan_error *error)
{
	char released[2 * DIGEST_SIZE + 1], found[2 * DIGEST_SIZE + 1] = "";
	int code = released_digest(place, number, released, last, error);

	if (!code && *released)
		code = digest_read(path, parts, found, error);
	*same = !code && *released && strcmp(released, found) == 0;
	return code;
}

/* ---- Putting in place --------------------------------------------------------------- */

/* Never onto a file that another put there meanwhile. */
static int name_put(const char *from, const char *to, struct qorgan_error *error)
{
	int result = renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE);

	/* Not every file system can promise that. */
	if (result && (errno == EINVAL || errno == ENOSYS))
		result = is_there(to) ? (errno = EEXIST, -1) : rename(from, to);
	if (result)
		return error_set_system(error, QORGAN_CANNOT_CREATE, "cannot put %s in place", to);
	return file_sync_name(to, error);
}

/* Which parts are left from a run with another bound. */
struct stale {
	const struct courier_place *place;
	uint64_t number;
	unsigned count;
};

static int name_remove(const struct courier_place *place, const char *name, struct qorgan_error *error)
{
	char *path = file_join(place->folder, name);
	int code = path ? QORGAN_OK : error_set_memory(error);

	if (!code && unlink(path) && errno != ENOENT)
		code = error_set_system(error, QORGAN_IO, "cannot remove %s", path);
	free(path);
	return code;
}

static int stale_take(void *context, const char *name, const struct courier_name *parsed, struct qorgan_error *error)
{
	const struct stale *stale = context;

	if (parsed->hidden || parsed->kind != COURIER_PART || parsed->number != stale->number ||
	    parsed->part.count == stale->count)
		return QORGAN_OK;
	return name_remove(stale->place, name, error);
}

static int signature_put(const char *hidden, const char *shown, struct qorgan_error *error)
{
	char *from = signature_path(hidden), *to = signature_path(shown);
	int code = from && to ? QORGAN_OK : error_set_memory(error);

	if (!code && is_there(from) && rename(from, to))
		code = error_set_system(error, QORGAN_CANNOT_CREATE, "cannot put %s in place", to);
	free(from);
	free(to);
	return code;
}

static int package_put(const struct courier_place *place, const char *hidden, const char *shown, uint64_t number,
                       unsigned *parts, struct qorgan_error *error)
{
	struct stat status;

	*parts = 1;
	if (lstat(hidden, &status))
		return error_set_system(error, QORGAN_IO, "cannot examine %s", hidden);
	if (place->max_size && !(*parts = parts_count((uint64_t)status.st_size, place->max_size, error)))
		return QORGAN_USAGE;
	struct stale stale = { place, number, *parts };
	int code = outgoing_walk(place, stale_take, &stale, error);
	if (!code)
		code = signature_put(hidden, shown, error);
	if (!code && *parts == 1)
		return name_put(hidden, shown, error);
	if (!code)
		code = parts_write(hidden, shown, *parts, error);
	if (!code && unlink(hidden))
		code = error_set_system(error, QORGAN_IO, "cannot remove %s", hidden);
	return code;
}

int courier_put(const struct courier_place *place, uint64_t number, unsigned *parts, struct qorgan_error *error)
{
	char *hidden = package_path(place, true, number), *shown = package_path(place, false, number);
	int code = hidden && shown ? package_put(place, hidden, shown, number, parts, error) : error_set_memory(error);

	free(hidden);
	free(shown);
	return code ? error_prefix(error, code, "package %" PRIu64 " to %s is on record, but not finished: exchange again",
	                           number, place->partner)
	            : QORGAN_OK;
}

/* ---- After a run that was cut short -------------------------------------------------- */

struct settling {
	const struct courier_place *place;
	uint64_t number, outdated;
	unsigned parts;
};

static int hidden_settle(struct settling *x, const char *hidden, const char *shown, uint64_t number,
                         struct qorgan_error *error)
{
	bool same = false, last = false;
	int code = is_file(hidden) ? release_compare(x->place, hidden, 1, number, &same, &last, error) : QORGAN_OK;

	if (code || !same || is_there(shown))
		return code;
	if (!last) {
		x->outdated = x->outdated && x->outdated < number ? x->outdated : number;
		return QORGAN_OK;
	}
	x->number = number;
	return courier_put(x->place, number, &x->parts, error);
}

static int hidden_take(void *context, const char *name, const struct courier_name *parsed, struct qorgan_error *error)
{
	struct settling *x = context;
	char *hidden, *shown;
	(void)name;

	if (!parsed->hidden || parsed->kind != COURIER_PACKAGE)
		return QORGAN_OK;
	hidden = package_path(x->place, true, parsed->number);
	shown = package_path(x->place, false, parsed->number);
	int code = hidden && shown ? hidden_settle(x, hidden, shown, parsed->number, error) : error_set_memory(error);
	free(hidden);
	free(shown);
	return code;
}

static int rest_take(void *context, const char *name, const struct courier_name *parsed, struct qorgan_error *error)
{
	const struct settling *x = context;

	return parsed->hidden && (!x->outdated || parsed->number < x->outdated) ? name_remove(x->place, name, error)
	                                                                       : QORGAN_OK;
}

int courier_settle(const struct courier_place *place, uint64_t *number, unsigned *parts, uint64_t *outdated,
                   struct qorgan_error *error)
{
	struct settling settling = { .place = place };
	int code = outgoing_walk(place, hidden_take, &settling, error);

	if (!code)
		code = outgoing_walk(place, rest_take, &settling, error);
	*number = settling.number;
	*parts = settling.parts;
	*outdated = settling.outdated;
	return code;
}

/* ---- Damage --------------------------------------------------------------------------- */

static int newest_take(void *context, const char *name, const struct courier_name *parsed, struct qorgan_error *error)
{
	struct settling *x = context;
	char digest[2 * DIGEST_SIZE + 1] = "";
	int code = QORGAN_OK;
	(void)name;

	if (parsed->hidden || parsed->kind == COURIER_OTHER || parsed->number <= x->number)
		return QORGAN_OK;
	code = released_digest(x->place, parsed->number, digest, NULL, error);
	if (!code && *digest)
		x->number = parsed->number;
	return code;
}

/* Of a package whose parts are not all there, somebody took some. */
static int whole_check(const struct courier_place *place, const char *path, uint64_t number, bool *damaged,
                       struct qorgan_error *error)
{
	struct qorgan_error ignored;
	char *signature = signature_path(path);
	unsigned parts = 1;
	bool same = false;
	int code = signature ? QORGAN_OK : error_set_memory(error);

	if (!code && (is_there(path) || parts_find(path, &parts, &ignored) == QORGAN_OK)) {
		if (parts > 1 || is_file(path))
			code = release_compare(place, path, parts, number, &same, NULL, error);
		*damaged = !code && (!same || !is_file(signature));
	}
	free(signature);
	return code;
}

int courier_damaged(const struct courier_place *place, uint64_t *number, struct qorgan_error *error)
{
	struct settling newest = { .place = place };
	bool damaged = false;
	int code = outgoing_walk(place, newest_take, &newest, error);
	char *path = package_path(place, false, newest.number);

	if (!code && newest.number)
		code = path ? whole_check(place, path, newest.number, &damaged, error) : error_set_memory(error);
	*number = damaged ? newest.number : 0;
	free(path);
	return code;
}

static int number_take(void *context, const char *name, const struct courier_name *parsed, struct qorgan_error *error)
{
	const struct settling *x = context;

	if (parsed->number != x->number || parsed->kind == COURIER_OTHER)
		return QORGAN_OK;
	return name_remove(x->place, name, error);
}

int courier_remove(const struct courier_place *place, uint64_t number, struct qorgan_error *error)
{
	struct settling one = { .place = place, .number = number };

	return outgoing_walk(place, number_take, &one, error);
}
