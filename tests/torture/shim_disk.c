/* The disk that forgets: what was written, made, renamed or removed and not synced since is
 * remembered, and a power cut takes some of it back. Of a file's sectors any may be lost, each
 * back to any of its states since the last sync; of names the latest, as a journal loses them.
 * A name is durable when its folder was synced, and not before. */
#include "shim.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

struct written {
	dev_t device;
	ino_t inode;
	char *path;
	off_t offset, file_size; /* of the file before */
	size_t size, old_size;   /* what was there before, as far as the file went */
	char *old;
};

enum change { CHANGE_MADE, CHANGE_FOLDER, CHANGE_RENAMED, CHANGE_EXCHANGED, CHANGE_REMOVED, CHANGE_FOLDER_REMOVED };

struct disk_name {
	enum change change;
	char *from, *path;
	int replaced; /* descriptor of the file that lay at the path, or -1 */
	mode_t mode;  /* of it */
};

struct place {
	dev_t device;
	ino_t inode;
	off_t number; /* of the sector */
};

static struct written *writes;
static struct disk_name **names;
static size_t write_count, name_count;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static uint64_t state; /* of the coin */

/* Splitmix64. */
static uint64_t coin(void)
{
	uint64_t z = state += 0x9e3779b97f4a7c15u;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return z ^ (z >> 31);
}

/* ---- Remembering --------------------------------------------------------------------- */

static void *grow(void *list, size_t count, size_t size)
{
	void *grown = count & (count + 1) ? list : realloc(list, (2 * count + 2) * size);

	if (!grown)
		abort();
	return grown;
}

static void write_remember(int file, off_t offset, size_t size)
{
	struct stat status;
	char link[40], path[4096];

	if (fstat(file, &status) || !S_ISREG(status.st_mode) || fcntl(file, F_GETFL) & O_DSYNC)
		return;
	snprintf(link, sizeof link, "/proc/self/fd/%d", file);
	ssize_t path_size = readlink(link, path, sizeof path - 1);
	if (path_size < 0)
		return;
	path[path_size] = '\0';
	struct written written = { status.st_dev, status.st_ino, strdup(path), offset, status.st_size, size, 0, malloc(size + 1) };
	/* Where the descriptor cannot be read, the file is opened once more: never that of a
	 * lock, which the closing would give up. */
	int reader = (fcntl(file, F_GETFL) & O_ACCMODE) == O_WRONLY ? open(link, O_RDONLY | O_CLOEXEC) : file;
	ssize_t got = pread(reader, written.old, size, offset);
	if (reader != file)
		close(reader);
	written.old_size = got > 0 ? (size_t)got : 0;
	writes = grow(writes, write_count, sizeof *writes);
	writes[write_count++] = written;
}

void disk_write_begins(int file, off_t offset, size_t size)
{
	if (!shim_remembers())
		return;
	pthread_mutex_lock(&lock);
	write_remember(file, offset, size);
	pthread_mutex_unlock(&lock);
}

void disk_size_changes(int file, off_t size)
{
	struct stat status;

	if (!shim_remembers() || fstat(file, &status))
		return;
	off_t from = size < status.st_size ? size : status.st_size, to = size < status.st_size ? status.st_size : size;
	disk_write_begins(file, from, (size_t)(to - from));
}

static void name_remember(struct disk_name name)
{
	struct disk_name *kept = malloc(sizeof *kept);

	if (!kept)
		abort();
	*kept = name;
	pthread_mutex_lock(&lock);
	names = grow(names, name_count, sizeof *names);
	names[name_count++] = kept;
	pthread_mutex_unlock(&lock);
}

void disk_file_made(const char *path)
{
	if (shim_remembers())
		name_remember((struct disk_name){ CHANGE_MADE, NULL, realpath(path, NULL), -1, 0 });
}

void disk_folder_made(const char *path)
{
	if (shim_remembers())
		name_remember((struct disk_name){ CHANGE_FOLDER, NULL, realpath(path, NULL), -1, 0 });
}

struct disk_name *disk_name_begins(const char *from, const char *path)
{
	struct stat status = { 0 };

	if (!shim_remembers())
		return NULL;
	struct disk_name *name = malloc(sizeof *name);
	if (!name)
		abort();
	*name = (struct disk_name){ CHANGE_REMOVED, from ? strdup(from) : NULL, strdup(path), -1, 0 };
	if (lstat(path, &status) == 0 && S_ISREG(status.st_mode))
		name->replaced = open(path, O_RDONLY | O_CLOEXEC);
	name->mode = status.st_mode & 07777;
	if (S_ISDIR(status.st_mode))
		name->change = CHANGE_FOLDER_REMOVED;
	else if (from)
		name->change = CHANGE_RENAMED;
	return name;
}

void disk_name_exchanges(struct disk_name *name)
{
	if (name)
		name->change = CHANGE_EXCHANGED;
}

void disk_name_done(struct disk_name *name, bool done)
{
	if (name && done)
		name_remember(*name);
	else if (name && name->replaced >= 0)
		close(name->replaced);
	free(name);
}

static bool lies_in(const char *path, const struct stat *folder)
{
	char above[4096];
	struct stat status;

	snprintf(above, sizeof above, "%s", path ? path : "");
	char *slash = strrchr(above, '/');
	if (slash)
		*slash = '\0';
	return stat(!slash ? "." : *above ? above : "/", &status) == 0 && status.st_dev == folder->st_dev &&
	       status.st_ino == folder->st_ino;
}

void disk_synced(int file)
{
	struct stat status;
	size_t kept = 0;

	if (!shim_remembers() || fstat(file, &status))
		return;
	pthread_mutex_lock(&lock);
	for (size_t i = 0; i < write_count; i++)
		if (writes[i].device != status.st_dev || writes[i].inode != status.st_ino)
			writes[kept++] = writes[i];
	write_count = kept;
	kept = 0;
	for (size_t i = 0; i < name_count; i++)
		if (!S_ISDIR(status.st_mode) || !lies_in(names[i]->path, &status))
			names[kept++] = names[i];
	name_count = kept;
	pthread_mutex_unlock(&lock);
}

/* ---- Forgetting ------------------------------------------------------------------------- */

static struct place *settled; /* sectors whose state on the disk is decided */
static size_t settled_count;

static bool is_settled(struct place place)
{
	for (size_t i = 0; i < settled_count; i++)
		if (settled[i].device == place.device && settled[i].inode == place.inode && settled[i].number == place.number)
			return true;
	return false;
}

/* Takes the part of a write back that lies in a sector. */
static void sector_undo(int file, const struct written *written, off_t start, off_t end)
{
	char zeros[4096] = { 0 };

	for (off_t at = start; at < end; at++) {
		size_t within = (size_t)(at - written->offset);
		const char *old = within < written->old_size ? written->old + within : zeros;
		if (pwrite(file, old, 1, at) != 1)
			abort();
	}
	shim_lost();
}

static void write_undo(const struct written *written, off_t sector)
{
	struct stat status;
	int file = open(written->path, O_RDWR | O_CLOEXEC);

	if (file >= 0 && fstat(file, &status) == 0 && status.st_ino == written->inode) {
		off_t end = written->offset + (off_t)written->size;
		bool grew = end > written->file_size, all = true;
		for (off_t at = written->offset; at < end; at = (at / sector + 1) * sector) {
			struct place place = { written->device, written->inode, at / sector };
			off_t next = (at / sector + 1) * sector;
			if (is_settled(place))
				all = false;
			else if (coin() & 1)
				sector_undo(file, written, at, next < end ? next : end);
			else {
				settled = grow(settled, settled_count, sizeof *settled);
				settled[settled_count++] = place;
				all = false;
			}
		}
		/* What the file grew by may be zeros, or not be there. */
		if (grew && all && status.st_size == end && coin() & 1 && ftruncate(file, written->file_size))
			abort();
	}
	if (file >= 0)
		close(file);
}

/* The file that was replaced or removed, anew. */
static void replaced_put_back(const struct disk_name *name)
{
	char piece[65536];
	ssize_t got;

	if (name->replaced < 0)
		return;
	int file = open(name->path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, name->mode);
	if (file < 0 && errno == ENOENT) /* its folder is gone, for good */
		return;
	if (file < 0 || lseek(name->replaced, 0, SEEK_SET))
		abort();
	while ((got = read(name->replaced, piece, sizeof piece)) > 0)
		if (write(file, piece, (size_t)got) != got)
			abort();
	close(file);
}

static void name_undo(const struct disk_name *name)
{
	int failed = 0;

	switch (name->change) {
	case CHANGE_MADE:
		failed = name->path && unlink(name->path);
		break;
	case CHANGE_FOLDER:
		failed = name->path && rmdir(name->path);
		break;
	case CHANGE_FOLDER_REMOVED:
		failed = mkdir(name->path, name->mode);
		break;
	case CHANGE_EXCHANGED:
		failed = (int)syscall(SYS_renameat2, AT_FDCWD, name->from, AT_FDCWD, name->path, RENAME_EXCHANGE);
		break;
	case CHANGE_RENAMED:
		failed = rename(name->path, name->from);
		/* fall through */
	case CHANGE_REMOVED:
		replaced_put_back(name);
	}
	(void)failed; /* what a later change removed is gone already */
	shim_lost();
}

void disk_forget(void)
{
	off_t sector = (off_t)shim_setting("TORTURE_SECTOR");

	state = shim_setting("TORTURE_SEED");
	pthread_mutex_lock(&lock);
	for (size_t i = write_count; i-- > 0;)
		write_undo(&writes[i], sector ? sector : 512);
	/* A part of all seeds loses every name, another none. */
	size_t keep = coin() % 4 == 0 ? 0 : coin() % (name_count + 1);
	for (size_t i = name_count; i-- > keep;)
		name_undo(names[i]);
}
