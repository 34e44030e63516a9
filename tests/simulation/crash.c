/* The calls by which the program and LMDB change the disk, in the place of the C
 * library's: each counts, and one is the last. */
#include "crash.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

static unsigned writes_left; /* 0: nobody is killed */
static unsigned writes_asked;

static void count(void)
{
	if (writes_left && --writes_left == 0)
		kill(getpid(), SIGKILL);
}

ssize_t write(int file, const void *data, size_t size)
{
	count();
	return syscall(SYS_write, file, data, size);
}

ssize_t pwrite(int file, const void *data, size_t size, off_t offset)
{
	count();
	return syscall(SYS_pwrite64, file, data, size, offset);
}

ssize_t writev(int file, const struct iovec *parts, int part_count)
{
	count();
	return syscall(SYS_writev, file, parts, (long)part_count);
}

int fsync(int file)
{
	count();
	return (int)syscall(SYS_fsync, file);
}

int fdatasync(int file)
{
	count();
	return (int)syscall(SYS_fdatasync, file);
}

int ftruncate(int file, off_t size)
{
	count();
	return (int)syscall(SYS_ftruncate, file, size);
}

int rename(const char *from, const char *to)
{
	count();
	return (int)syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0);
}

int unlink(const char *path)
{
	count();
	return (int)syscall(SYS_unlinkat, AT_FDCWD, path, 0);
}

void crash_arm(void)
{
	writes_left = writes_asked;
}

int crash_run(int (*work)(void *context), void *context, unsigned write_number, bool *killed)
{
	int status = 0;

	*killed = false;
	fflush(NULL);
	pid_t child = fork();
	if (child < 0)
		return -1;
	if (child == 0) {
		writes_asked = write_number;
		int code = work(context);
		writes_left = 0;
		_exit(code);
	}
	while (waitpid(child, &status, 0) < 0 && errno == EINTR)
		;
	*killed = WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}
