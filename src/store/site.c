/* Where a store is made, and how it gets to its place.
 *
 * A folder that is there already is used as it is, for it may be a mount point, a
 * link, or lie where nothing can be made: the store is made in a folder within it
 * and its one file of data moved up. Otherwise the whole folder is made beside its
 * place and renamed. On a server it is made under another name, and given its own. */
#include "store/site.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <sodium.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "engine/engine.h"

struct site {
	char *path;   /* where the store is to be */
	char *parent; /* the folder of that */
	char *folder; /* where the store is now; NULL: nowhere */
	size_t first; /* of `parent`, what was made: see file_make_folders_noted */
	bool server;  /* they are addresses of stores on a server */
	bool within;  /* `path` was there */
	bool settled; /* the store is in its place */
	mode_t mode;  /* that it had then */
};

static int folder_check_empty(const char *path, struct qorgan_error *error)
{
	DIR *entries = opendir(path);
	const struct dirent *entry;
	bool taken = false;

	if (!entries)
		return error_set_system(error, QORGAN_CANNOT_CREATE, "cannot make a store at %s", path);
	while ((entry = readdir(entries)))
		taken = taken || (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0);
	closedir(entries);
	return taken ? error_set(error, QORGAN_CANNOT_CREATE,
	                         "cannot make a store at %s: the folder holds something already", path)
	             : QORGAN_OK;
}

static int server_check(const char *path, struct qorgan_error *error)
{
	bool exists = false;
	int code = engine_exists(path, &exists, error);

	return !code && exists ? error_set(error, QORGAN_CANNOT_CREATE, "there already is a store at %s: choose another place",
	                                   path)
	                       : code;
}

int site_check(const char *path, struct qorgan_error *error)
{
	struct stat status;

	if (engine_is_server(path))
		return server_check(path, error);
	if (stat(path, &status) == 0)
		return S_ISDIR(status.st_mode) ? folder_check_empty(path, error)
		                               : error_set(error, QORGAN_CANNOT_CREATE,
		                                           "cannot make a store at %s: a file is there", path);
	if (errno == ENOENT && lstat(path, &status) == 0)
		return error_set(error, QORGAN_CANNOT_CREATE, "cannot make a store at %s: a link to nowhere is there", path);
	return errno == ENOENT ? QORGAN_OK
	                       : error_set_system(error, QORGAN_CANNOT_CREATE, "cannot make a store at %s", path);
}

static int site_describe(struct site *site, const char *path, struct qorgan_error *error)
{
	struct stat status;
	char *copy = strdup(path);

	site->path = strdup(path);
	site->parent = copy ? strdup(dirname(copy)) : NULL;
	free(copy);
	if (!site->path || !site->parent)
		return error_set_memory(error);
	for (size_t size = strlen(path); size > 1 && path[size - 1] == '/'; size--)
		site->path[size - 1] = '\0';
	site->within = stat(path, &status) == 0;
	site->mode = site->within ? status.st_mode & 07777 : 0;
	return QORGAN_OK;
}

static int folder_make(struct site *site, struct qorgan_error *error)
{
	char *made = NULL;
	int code = QORGAN_OK;

	if (asprintf(&made, site->within ? "%s/new-XXXXXX" : "%s.new-XXXXXX", site->path) < 0)
		return error_set_memory(error);
	if (!mkdtemp(made)) {
		code = error_set_system(error, QORGAN_CANNOT_CREATE, "cannot make a store at %s", site->path);
	} else if (!(site->folder = realpath(made, NULL))) {
		code = error_set_system(error, QORGAN_CANNOT_CREATE, "cannot make a store at %s", site->path);
		rmdir(made);
	}
	free(made);
	return code;
}

/* Nothing is made but the name, by which the store will be. */
static int server_describe(struct site *site, const char *path, struct qorgan_error *error)
{
	char ending[24];

	site->server = true;
	snprintf(ending, sizeof ending, ".new-%08x", randombytes_random());
	site->path = strdup(path);
	site->folder = engine_server_beside(path, ending);
	return site->path && site->folder ? QORGAN_OK : error_set_memory(error);
}

static int site_make(const char *path, bool beside, struct site **site, struct qorgan_error *error)
{
	struct site *made = calloc(1, sizeof *made);
	int code = made ? QORGAN_OK : error_set_memory(error);

	if (!code && engine_is_server(path)) {
		code = server_describe(made, path, error);
	} else if (!code) {
		code = site_describe(made, path, error);
		if (!code && beside)
			made->within = false;
		if (!code && !made->within)
			code = file_make_folders_noted(made->parent, 0700, &made->first, error);
		if (!code)
			code = folder_make(made, error);
	}
	if (code) {
		site_remove(made);
		return code;
	}
	*site = made;
	return QORGAN_OK;
}

int site_open(const char *path, struct site **site, struct qorgan_error *error)
{
	return site_make(path, false, site, error);
}

int site_open_beside(const char *path, struct site **site, struct qorgan_error *error)
{
	return site_make(path, true, site, error);
}

int site_open_again(const char *path, const char *ending, struct site **site, struct qorgan_error *error)
{
	struct site *made = calloc(1, sizeof *made);
	char *folder = NULL;
	int code = made ? QORGAN_OK : error_set_memory(error);

	if (!code && engine_is_server(path)) {
		made->server = true;
		made->path = strdup(path);
		made->folder = engine_server_beside(path, ending);
		code = made->path && made->folder ? QORGAN_OK : error_set_memory(error);
	} else if (!code) {
		code = site_describe(made, path, error);
		made->within = false;
		if (!code)
			code = file_make_folders_noted(made->parent, 0700, &made->first, error);
		if (!code && asprintf(&folder, "%s%s", made->path, ending) < 0)
			code = error_set_memory(error);
		if (!code && mkdir(folder, 0700) && errno != EEXIST)
			code = error_set_system(error, QORGAN_CANNOT_CREATE, "cannot make a store at %s", path);
		if (!code && !(made->folder = realpath(folder, NULL)))
			code = error_set_system(error, QORGAN_CANNOT_CREATE, "cannot make a store at %s", path);
		free(folder);
	}
	if (code)
		site_free(made);
	else
		*site = made;
	return code;
}

int site_put_aside(const char *path, struct engine *held, const char *ending, char **kept, struct qorgan_error *error)
{
	int code = QORGAN_OK;

	*kept = NULL;
	if (engine_is_server(path))
		*kept = engine_server_beside(path, ending);
	else if (asprintf(kept, "%s%s", path, ending) < 0)
		*kept = NULL;
	if (!*kept)
		return error_set_memory(error);
	if (engine_is_server(path))
		code = engine_replace(held, NULL, *kept, error);
	else if (renameat2(AT_FDCWD, path, AT_FDCWD, *kept, RENAME_NOREPLACE))
		code = error_set_system(error, QORGAN_CANNOT_CREATE, "cannot rename %s: rename it yourself, as nobody may go on writing "
		                        "to it", path);
	else
		code = file_sync_name(*kept, error);
	return code;
}

const char *site_folder(const struct site *site)
{
	return site->folder;
}

static int store_move(struct site *site, struct qorgan_error *error)
{
	if (site->server)
		return engine_move(site->folder, site->path, error);
	if (!site->within)
		return rename(site->folder, site->path) ? error_set_system(error, QORGAN_CANNOT_CREATE,
		                                                           "cannot make a store at %s", site->path)
		                                        : QORGAN_OK;
	if (chmod(site->path, 0700))
		return error_set_system(error, QORGAN_CANNOT_CREATE, "cannot make the folder %s private", site->path);
	int code = engine_move(site->folder, site->path, error);
	if (!code)
		rmdir(site->folder);
	return code;
}

int site_settle(struct site *site, struct qorgan_error *error)
{
	int code = store_move(site, error);

	if (code)
		return code;
	site->settled = true;
	free(site->folder);
	site->folder = site->server ? strdup(site->path) : realpath(site->path, NULL);
	if (!site->folder && site->server)
		return error_set_memory(error);
	if (!site->folder) {
		code = error_set_system(error, QORGAN_IO, "cannot find the store at %s again", site->path);
		site->folder = strdup(site->path);
	}
	if (!code && !site->within && !site->server)
		code = file_sync_name(site->path, error);
	return code;
}

/* Gives the store that was replaced a name by which people know what it is; where that
 * cannot be, it keeps the one that it has. */
static char *replaced_name(const struct site *site, const char *moment)
{
	char *name = NULL;

	for (unsigned try = 1; try < 100; try++) {
		int made = try == 1 ? asprintf(&name, "%s.replaced-%s", site->path, moment)
		                    : asprintf(&name, "%s.replaced-%s-%u", site->path, moment, try);
		if (made < 0)
			break;
		if (renameat2(AT_FDCWD, site->folder, AT_FDCWD, name, RENAME_NOREPLACE) == 0)
			return name;
		free(name);
		if (errno != EEXIST)
			break;
	}
	return strdup(site->folder);
}

static int places_swap(const struct site *site, struct qorgan_error *error)
{
	return renameat2(AT_FDCWD, site->folder, AT_FDCWD, site->path, RENAME_EXCHANGE)
	           ? error_set_system(error, QORGAN_CANNOT_CREATE,
	                              "cannot put another store in the place of %s: move that one away first", site->path)
	           : QORGAN_OK;
}

int site_swap(struct site *site, struct qorgan_error *error)
{
	int code = places_swap(site, error);

	return code ? code : file_sync_name(site->path, error);
}

/* Where the store there cannot even be opened, nobody writes to it. */
/* A name that no store of the database has; if there are too many, the last one, which is then told to be taken. */
static int server_aside(const struct site *site, const char *moment, char **aside, struct qorgan_error *error)
{
	bool is_taken = true;
	int code = QORGAN_OK;

	for (unsigned try = 1; !code && is_taken && try < 100; try++) {
		char ending[80];
		if (try == 1)
			snprintf(ending, sizeof ending, ".replaced-%s", moment);
		else
			snprintf(ending, sizeof ending, ".replaced-%s-%u", moment, try);
		free(*aside);
		*aside = engine_server_beside(site->path, ending);
		code = *aside ? engine_exists(*aside, &is_taken, error) : error_set_memory(error);
	}
	return code;
}

static int server_exchange(struct site *site, struct engine *held, const char *moment, char **kept,
                           struct qorgan_error *error)
{
	char *place = strdup(site->path), *aside = NULL;
	int code = place ? server_aside(site, moment, &aside, error) : error_set_memory(error);

	if (!code && held)
		code = engine_replace(held, site->folder, aside, error);
	else if (!code && !(code = engine_move(site->path, aside, error)))
		code = engine_move(site->folder, site->path, error);
	if (code) {
		free(place);
		free(aside);
		return code;
	}
	*kept = aside;
	free(site->folder);
	site->folder = place;
	site->settled = true;
	return QORGAN_OK;
}

int site_exchange(struct site *site, struct engine *held, const char *moment, char **kept, struct qorgan_error *error)
{
	*kept = NULL;
	if (site->server)
		return server_exchange(site, held, moment, kept, error);
	char *place = strdup(site->path);
	if (!place)
		return error_set_memory(error);
	int code = places_swap(site, error);
	if (code) {
		free(place);
		return code;
	}
	*kept = replaced_name(site, moment);
	free(site->folder);
	site->folder = place;
	site->settled = true;
	if (!*kept)
		return error_set_memory(error);
	return file_sync_name(site->path, error);
}

void site_remove(struct site *site)
{
	if (!site)
		return;
	if (site->folder)
		engine_remove(site->folder);
	if (site->folder && !site->server && !(site->within && site->settled))
		rmdir(site->folder);
	/* What was given stays, as it was. */
	if (site->within)
		chmod(site->path, site->mode);
	if (site->parent)
		file_remove_folders(site->parent, site->first);
	site_free(site);
}

void site_free(struct site *site)
{
	if (!site)
		return;
	free(site->path);
	free(site->parent);
	free(site->folder);
	free(site);
}
