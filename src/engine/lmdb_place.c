/* The folder of a store: made, moved, taken away again, and the kinds of file systems
 * on which locks and mapped memory cannot be relied on. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/statvfs.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/file.h"
#include "engine/lmdb_engine.h"

static const struct {
	uint32_t magic; /* statfs(2) */
	const char *name;
	enum engine_place_kind kind;
} filesystems[] = {
	{ 0x00006969, "NFS", ENGINE_PLACE_NETWORK },        { 0x0000517B, "SMB", ENGINE_PLACE_NETWORK },
	{ 0xFF534D42, "CIFS", ENGINE_PLACE_NETWORK },       { 0xFE534D42, "SMB2", ENGINE_PLACE_NETWORK },
	{ 0x01021997, "9P", ENGINE_PLACE_NETWORK },         { 0x65735546, "FUSE", ENGINE_PLACE_NETWORK },
	{ 0x5346414F, "AFS", ENGINE_PLACE_NETWORK },        { 0x6B414653, "AFS", ENGINE_PLACE_NETWORK },
	{ 0x00C36400, "Ceph", ENGINE_PLACE_NETWORK },       { 0x73757245, "Coda", ENGINE_PLACE_NETWORK },
	{ 0x0000564C, "NetWare", ENGINE_PLACE_NETWORK },    { 0x7461636F, "OCFS2", ENGINE_PLACE_NETWORK },
	{ 0x01161970, "GFS2", ENGINE_PLACE_NETWORK },       { 0x0BD00BD0, "Lustre", ENGINE_PLACE_NETWORK },
	{ 0x47504653, "GPFS", ENGINE_PLACE_NETWORK },       { 0x786F4256, "VirtualBox", ENGINE_PLACE_NETWORK },
	{ 0xBACBACBC, "VMware", ENGINE_PLACE_NETWORK },     { 0x7C7C6673, "Parallels", ENGINE_PLACE_NETWORK },
	{ 0x00004D44, "FAT", ENGINE_PLACE_FOREIGN },        { 0x2011BAB0, "exFAT", ENGINE_PLACE_FOREIGN },
	{ 0x5346544E, "NTFS", ENGINE_PLACE_FOREIGN },       { 0x7366746E, "NTFS", ENGINE_PLACE_FOREIGN },
	{ 0x01021994, "tmpfs", ENGINE_PLACE_MEMORY },       { 0x858458F6, "ramfs", ENGINE_PLACE_MEMORY },
	{ 0x794C7630, "overlayfs", ENGINE_PLACE_LAYER },    { 0x61756673, "aufs", ENGINE_PLACE_LAYER },
};

static void filesystem_find(const struct statfs *status, struct engine_place *place)
{
	place->kind = ENGINE_PLACE_LOCAL;
	place->name = "";
	for (size_t i = 0; i < sizeof filesystems / sizeof *filesystems; i++)
		if ((uint32_t)status->f_type == filesystems[i].magic) {
			place->kind = filesystems[i].kind;
			place->name = filesystems[i].name;
			return;
		}
}

int lmdb_place_check(const char *folder, int code, struct qorgan_error *error)
{
	struct engine_place place;
	struct statfs status;

	if (statfs(folder, &status))
		return error_set_system(error, code, "cannot examine the file system of %s", folder);
	filesystem_find(&status, &place);
	if (place.kind != ENGINE_PLACE_NETWORK)
		return QORGAN_OK;
	return error_set(error, code,
	                 "%s lies on a shared or network file system (%s), where a store can be damaged: "
	                 "use a local disk",
	                 folder, place.name);
}

const char *engine_file_name(unsigned number)
{
	static const char *const names[] = { LMDB_DATA_NAME, LMDB_LOCK_NAME, LMDB_WRITER_NAME };

	return number < sizeof names / sizeof *names ? names[number] : NULL;
}

int engine_place_look(const char *folder, struct engine_place *place, struct qorgan_error *error)
{
	struct statfs filesystem;
	struct stat status;

	*place = (struct engine_place){ 0 };
	if (statfs(folder, &filesystem))
		return error_set_system(error, QORGAN_IO, "cannot examine the file system of %s", folder);
	filesystem_find(&filesystem, place);
	place->read_only = filesystem.f_flags & ST_RDONLY;
	place->free = (uint64_t)filesystem.f_bavail * (uint64_t)filesystem.f_bsize;
	place->no_files = filesystem.f_files > 0 && filesystem.f_ffree == 0;
	for (unsigned i = 0; engine_file_name(i); i++) {
		char *path = file_join(folder, engine_file_name(i));
		if (!path)
			return error_set_memory(error);
		if (stat(path, &status) == 0)
			place->size += (uint64_t)status.st_blocks * 512;
		free(path);
	}
	return QORGAN_OK;
}

static int folder_check_empty(const char *folder, struct qorgan_error *error)
{
	DIR *entries = opendir(folder);
	const struct dirent *entry;
	bool taken = false, is_store = false;

	if (!entries)
		return error_set_system(error, QORGAN_CANNOT_CREATE, "cannot make a store at %s", folder);
	while ((entry = readdir(entries))) {
		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		taken = true;
		is_store = is_store || strcmp(entry->d_name, LMDB_DATA_NAME) == 0;
	}
	closedir(entries);
	if (is_store)
		return error_set(error, QORGAN_CANNOT_CREATE, "there already is a store at %s: choose another place", folder);
	if (taken)
		return error_set(error, QORGAN_CANNOT_CREATE, "the folder %s is not empty: choose another place", folder);
	return QORGAN_OK;
}

static int writer_file_make(struct lmdb_place *place, struct qorgan_error *error)
{
	char *path = file_join(place->folder, LMDB_WRITER_NAME);
	int code = QORGAN_OK;

	if (!path)
		return error_set_memory(error);
	int file = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (file < 0)
		code = error_set_system(error, QORGAN_CANNOT_CREATE, "cannot make %s", path);
	else
		close(file);
	place->writer_made = !code;
	free(path);
	return code;
}

int lmdb_place_create(struct lmdb_place *place, const char *folder, struct qorgan_error *error)
{
	*place = (struct lmdb_place){ .folder = strdup(folder) };
	if (!place->folder)
		return error_set_memory(error);
	size_t size = strlen(place->folder);
	while (size > 1 && place->folder[size - 1] == '/')
		place->folder[--size] = '\0';

	int code = file_make_folders_noted(place->folder, 0700, &place->made_from, error);
	if (!code)
		code = folder_check_empty(place->folder, error);
	if (!code && chmod(place->folder, 0700))
		code = error_set_system(error, QORGAN_CANNOT_CREATE, "cannot make the folder %s private", place->folder);
	if (!code)
		code = writer_file_make(place, error);
	if (code)
		lmdb_place_remove(place);
	return code;
}

static void file_unlink(const char *folder, const char *name)
{
	char path[PATH_MAX];
	int size = snprintf(path, sizeof path, "%s/%s", folder, name);

	/* No memory is asked for: this cleans up where there may be none. */
	if (size > 0 && (size_t)size < sizeof path)
		unlink(path);
}

void lmdb_remove_files(const char *folder)
{
	file_unlink(folder, LMDB_DATA_NAME);
	file_unlink(folder, LMDB_LOCK_NAME);
	file_unlink(folder, LMDB_WRITER_NAME);
}

void lmdb_place_remove(struct lmdb_place *place)
{
	/* Whoever made writer.lock made the others too. */
	if (place->writer_made)
		lmdb_remove_files(place->folder);
	if (place->folder)
		file_remove_folders(place->folder, place->made_from);
	lmdb_place_free(place);
}

void lmdb_place_free(struct lmdb_place *place)
{
	free(place->folder);
	*place = (struct lmdb_place){ 0 };
}

static int folder_sync(const char *path, struct qorgan_error *error)
{
	int folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (folder < 0)
		return error_set_system(error, QORGAN_CANNOT_CREATE, "cannot open the folder %s", path);
	int code = QORGAN_OK;
	if (fsync(folder) && errno != EINVAL)
		code = error_set_system(error, QORGAN_CANNOT_CREATE, "cannot sync the folder %s", path);
	close(folder);
	return code;
}

/* The folder's names, and its own name in the one above. */
int lmdb_place_sync(const char *folder, struct qorgan_error *error)
{
	int code = folder_sync(folder, error);
	char *above = code ? NULL : file_join(folder, "..");

	if (!code && !above)
		return error_set_memory(error);
	/* What may be searched but not read cannot be synced, which is no fault. */
	if (!code && access(above, R_OK) == 0)
		code = folder_sync(above, error);
	free(above);
	return code;
}

/* Never onto a store that another process put there meanwhile. */
static int data_rename(const char *from, const char *to)
{
	if (renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE) == 0)
		return 0;
	/* Not every file system can promise that. */
	return errno == EINVAL || errno == ENOSYS ? rename(from, to) : -1;
}

int lmdb_move(const char *from, const char *to, struct qorgan_error *error)
{
	char *old = file_join(from, LMDB_DATA_NAME), *new = file_join(to, LMDB_DATA_NAME);
	int code = old && new ? folder_sync(from, error) : error_set_memory(error);

	if (!code && data_rename(old, new))
		code = error_set_system(error, QORGAN_CANNOT_CREATE, "cannot make a store at %s", to);
	else if (!code && (code = folder_sync(to, error)))
		unlink(new);
	/* The locks are made anew by whoever needs them. */
	if (!code)
		lmdb_remove_files(from);
	free(old);
	free(new);
	return code;
}

struct registered {
	dev_t device;
	ino_t inode;
	pid_t process;
	struct registered *next;
};

static struct registered *registry;
static pthread_mutex_t registry_mutex = PTHREAD_MUTEX_INITIALIZER;

int lmdb_registry_add(struct lmdb_engine *engine, struct qorgan_error *error)
{
	struct registered *made = malloc(sizeof *made);
	bool taken = false;

	if (!made)
		return error_set_memory(error);
	*made = (struct registered){ engine->device, engine->inode, engine->base.process, NULL };
	pthread_mutex_lock(&registry_mutex);
	for (const struct registered *entry = registry; entry; entry = entry->next)
		taken = taken || (entry->device == made->device && entry->inode == made->inode &&
		                  entry->process == made->process);
	if (!taken) {
		made->next = registry;
		registry = made;
		engine->registered = true;
	}
	pthread_mutex_unlock(&registry_mutex);
	if (!taken)
		return QORGAN_OK;
	free(made);
	return error_set(error, QORGAN_BUSY, "the store at %s is already open in this process", engine->folder);
}

void lmdb_registry_remove(struct lmdb_engine *engine)
{
	if (!engine->registered)
		return;
	pthread_mutex_lock(&registry_mutex);
	for (struct registered **at = &registry; *at; at = &(*at)->next) {
		struct registered *entry = *at;
		if (entry->device != engine->device || entry->inode != engine->inode ||
		    entry->process != engine->base.process)
			continue;
		*at = entry->next;
		free(entry);
		break;
	}
	pthread_mutex_unlock(&registry_mutex);
	engine->registered = false;
}
