/* The calls by which the program and its libraries read and change the disk, in the place
 * of the C library's. What the C library calls within itself comes not by here: so a file
 * that is opened as a stream, and standard output, are made streams of these calls. */
#include "shim.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

/* ---- Reading ------------------------------------------------------------------------------ */

/* How much of it a short call does; at least one byte, since 0 is the end. */
static size_t part(size_t size)
{
	return size > 1 ? size / 2 : size;
}

ssize_t read(int file, void *to, size_t size)
{
	enum verdict verdict = shim_decide(KIND_READ, "read");

	if (verdict == VERDICT_FAIL)
		return -1;
	return syscall(SYS_read, file, to, verdict == VERDICT_SHORT ? part(size) : size);
}

ssize_t pread(int file, void *to, size_t size, off_t offset)
{
	enum verdict verdict = shim_decide(KIND_READ, "pread");

	if (verdict == VERDICT_FAIL)
		return -1;
	return syscall(SYS_pread64, file, to, verdict == VERDICT_SHORT ? part(size) : size, offset);
}

ssize_t pread64(int file, void *to, size_t size, off64_t offset)
{
	return pread(file, to, size, offset);
}

/* ---- Writing ------------------------------------------------------------------------------- */

static off_t file_offset(int file)
{
	struct stat status;
	int flags = fcntl(file, F_GETFL);

	if (flags >= 0 && flags & O_APPEND && fstat(file, &status) == 0)
		return status.st_size;
	return lseek(file, 0, SEEK_CUR);
}

static ssize_t write_at(int file, const void *data, size_t size, off_t offset, bool at_offset)
{
	off_t place = at_offset ? offset : file_offset(file);

	if (place >= 0)
		disk_write_begins(file, place, size);
	return at_offset ? syscall(SYS_pwrite64, file, data, size, offset) : syscall(SYS_write, file, data, size);
}

/* Half of a write, as far as whole sectors go: less than one the disk writes whole or not
 * at all, and a kernel does not stop within it. */
static size_t torn_size(int file, size_t size, off_t offset, bool at_offset)
{
	off_t place = at_offset ? offset : file_offset(file);

	if (place < 0)
		return size / 2;
	off_t end = (place + (off_t)size / 2) / 512 * 512;
	return end > place ? (size_t)(end - place) : 0;
}

static ssize_t write_judged(const char *call, int file, const void *data, size_t size, off_t offset, bool at_offset)
{
	switch (shim_decide(KIND_WRITE, call)) {
	case VERDICT_FAIL:
		return -1;
	case VERDICT_SHORT:
		return write_at(file, data, part(size), offset, at_offset);
	case VERDICT_LIE:
		return (ssize_t)size;
	case VERDICT_TORN:
		write_at(file, data, torn_size(file, size, offset, at_offset), offset, at_offset);
		shim_die();
	default:
		return write_at(file, data, size, offset, at_offset);
	}
}

ssize_t write(int file, const void *data, size_t size)
{
	return write_judged("write", file, data, size, 0, false);
}

ssize_t pwrite(int file, const void *data, size_t size, off_t offset)
{
	return write_judged("pwrite", file, data, size, offset, true);
}

ssize_t pwrite64(int file, const void *data, size_t size, off64_t offset)
{
	return write_judged("pwrite", file, data, size, offset, true);
}

/* As one write: of a whole store LMDB writes some hundred pages at once. */
static ssize_t parts_write(const char *call, int file, const struct iovec *parts, int count, off_t offset, bool at_offset)
{
	size_t size = 0, used = 0;

	for (int i = 0; i < count; i++)
		size += parts[i].iov_len;
	char *whole = (char *)syscall(SYS_mmap, NULL, size + 1, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	for (int i = 0; i < count; used += parts[i++].iov_len)
		memcpy(whole + used, parts[i].iov_base, parts[i].iov_len);
	ssize_t put = write_judged(call, file, whole, size, offset, at_offset);
	int before = errno;
	munmap(whole, size + 1);
	errno = before;
	return put;
}

ssize_t writev(int file, const struct iovec *parts, int count)
{
	return parts_write("writev", file, parts, count, 0, false);
}

ssize_t pwritev(int file, const struct iovec *parts, int count, off_t offset)
{
	return parts_write("pwritev", file, parts, count, offset, true);
}

ssize_t pwritev64(int file, const struct iovec *parts, int count, off64_t offset)
{
	return parts_write("pwritev", file, parts, count, offset, true);
}

/* ---- Syncing -------------------------------------------------------------------------------- */

static int sync_judged(const char *call, long number, int file)
{
	enum verdict verdict = shim_decide(KIND_SYNC, call);

	if (verdict == VERDICT_FAIL)
		return -1;
	if (shim_sync_lies())
		return 0;
	int result = (int)syscall(number, file);
	if (result == 0)
		disk_synced(file);
	return result;
}

int fsync(int file)
{
	return sync_judged("fsync", SYS_fsync, file);
}

int fdatasync(int file)
{
	return sync_judged("fdatasync", SYS_fdatasync, file);
}

int msync(void *at, size_t size, int flags)
{
	return shim_decide(KIND_SYNC, "msync") == VERDICT_FAIL ? -1 : (int)syscall(SYS_msync, at, size, flags);
}

/* ---- Names and sizes ------------------------------------------------------------------------- */

static bool name_fails(const char *call)
{
	return shim_decide(KIND_NAME, call) == VERDICT_FAIL;
}

static int size_set(const char *call, int file, off_t size)
{
	if (name_fails(call))
		return -1;
	disk_size_changes(file, size);
	return (int)syscall(SYS_ftruncate, file, size);
}

int ftruncate(int file, off_t size)
{
	return size_set("ftruncate", file, size);
}

int ftruncate64(int file, off64_t size)
{
	return size_set("ftruncate", file, size);
}

/* Returns the error, and leaves errno alone. */
int posix_fallocate(int file, off_t offset, off_t size)
{
	int before = errno;
	int result = name_fails("posix_fallocate") || syscall(SYS_fallocate, file, 0, offset, size) ? errno : 0;

	errno = before;
	return result;
}

int posix_fallocate64(int file, off64_t offset, off64_t size)
{
	return posix_fallocate(file, offset, size);
}

int fallocate(int file, int mode, off_t offset, off_t size)
{
	return name_fails("fallocate") ? -1 : (int)syscall(SYS_fallocate, file, mode, offset, size);
}

static int rename_judged(const char *from, const char *to, unsigned flags)
{
	if (name_fails("rename"))
		return -1;
	struct disk_name *name = disk_name_begins(from, to);
	if (flags & RENAME_EXCHANGE)
		disk_name_exchanges(name);
	int result = (int)syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, flags);
	int failure = errno;
	disk_name_done(name, result == 0);
	errno = failure;
	return result;
}

int rename(const char *from, const char *to)
{
	return rename_judged(from, to, 0);
}

/* The program names whole paths only: another folder is not the business of this shim. */
int renameat2(int from_folder, const char *from, int to_folder, const char *to, unsigned flags)
{
	if (from_folder != AT_FDCWD || to_folder != AT_FDCWD)
		abort();
	return rename_judged(from, to, flags);
}

int renameat(int from_folder, const char *from, int to_folder, const char *to)
{
	return renameat2(from_folder, from, to_folder, to, 0);
}

static int removed_judged(const char *call, const char *path, int flags)
{
	if (name_fails(call))
		return -1;
	struct disk_name *name = disk_name_begins(NULL, path);
	int result = (int)syscall(SYS_unlinkat, AT_FDCWD, path, flags);
	int failure = errno;
	disk_name_done(name, result == 0);
	errno = failure;
	return result;
}

int unlink(const char *path)
{
	return removed_judged("unlink", path, 0);
}

int rmdir(const char *path)
{
	return removed_judged("rmdir", path, AT_REMOVEDIR);
}

int link(const char *from, const char *to)
{
	if (name_fails("link"))
		return -1;
	int result = (int)syscall(SYS_linkat, AT_FDCWD, from, AT_FDCWD, to, 0);
	if (result == 0)
		disk_file_made(to);
	return result;
}

int symlink(const char *from, const char *to)
{
	if (name_fails("symlink"))
		return -1;
	int result = (int)syscall(SYS_symlinkat, from, AT_FDCWD, to);
	if (result == 0)
		disk_file_made(to);
	return result;
}

int mkdir(const char *path, mode_t mode)
{
	/* That it is there already is what a program asks by this, and no change. */
	if (syscall(SYS_faccessat, AT_FDCWD, path, F_OK) == 0) {
		errno = EEXIST;
		return -1;
	}
	if (name_fails("mkdir"))
		return -1;
	int result = (int)syscall(SYS_mkdirat, AT_FDCWD, path, mode);
	if (result == 0)
		disk_folder_made(path);
	return result;
}

/* ---- Opening ------------------------------------------------------------------------------------ */

static int open_judged(const char *path, int flags, mode_t mode)
{
	bool makes = flags & O_CREAT && syscall(SYS_faccessat, AT_FDCWD, path, F_OK) != 0;

	if (shim_decide(makes ? KIND_NAME : KIND_OPEN, makes ? "open (make)" : "open") == VERDICT_FAIL)
		return -1;
	int file = (int)syscall(SYS_openat, AT_FDCWD, path, flags, mode);
	if (file >= 0 && makes)
		disk_file_made(path);
	return file;
}

static mode_t open_mode(int flags, va_list list)
{
	return flags & (O_CREAT | O_TMPFILE) ? va_arg(list, mode_t) : 0;
}

int open(const char *path, int flags, ...)
{
	va_list list;

	va_start(list, flags);
	mode_t mode = open_mode(flags, list);
	va_end(list);
	return open_judged(path, flags, mode);
}

int open64(const char *path, int flags, ...)
{
	va_list list;

	va_start(list, flags);
	mode_t mode = open_mode(flags, list);
	va_end(list);
	return open_judged(path, flags, mode);
}

int mkostemp(char *pattern, int flags)
{
	int (*next)(char *, int) = (int (*)(char *, int))dlsym(RTLD_NEXT, "mkostemp");

	if (name_fails("mkostemp"))
		return -1;
	int file = next(pattern, flags);
	if (file >= 0)
		disk_file_made(pattern);
	return file;
}

char *mkdtemp(char *pattern)
{
	char *(*next)(char *) = (char *(*)(char *))dlsym(RTLD_NEXT, "mkdtemp");

	if (name_fails("mkdtemp"))
		return NULL;
	char *made = next(pattern);
	if (made)
		disk_folder_made(made);
	return made;
}

/* ---- Streams -------------------------------------------------------------------------------------- */

static ssize_t stream_read(void *context, char *to, size_t size)
{
	return read((int)(intptr_t)context, to, size);
}

static ssize_t stream_write(void *context, const char *data, size_t size)
{
	size_t done = 0;

	/* As the C library's own streams do. 0 tells stdio of a failure. */
	while (done < size) {
		ssize_t put = write((int)(intptr_t)context, data + done, size - done);
		if (put < 0)
			return 0;
		done += (size_t)put;
	}
	return (ssize_t)done;
}

static int stream_close(void *context)
{
	return close((int)(intptr_t)context);
}

/* As the program opens its input: "re". */
FILE *fopen(const char *path, const char *mode)
{
	FILE *(*next)(const char *, const char *) = (FILE *(*)(const char *, const char *))dlsym(RTLD_NEXT, "fopen");

	if (strcmp(mode, "re"))
		return next(path, mode);
	int file = open(path, O_RDONLY | O_CLOEXEC);
	if (file < 0)
		return NULL;
	FILE *stream = fopencookie((void *)(intptr_t)file, "r",
	                           (cookie_io_functions_t){ .read = stream_read, .close = stream_close });
	if (!stream)
		close(file);
	return stream;
}

/* Before the counting starts, whatever the order of the constructors. */
__attribute__((constructor(101))) static void output_start(void)
{
	if (getenv("TORTURE_REPORT"))
		stdout = fopencookie((void *)(intptr_t)STDOUT_FILENO, "w", (cookie_io_functions_t){ .write = stream_write });
}
