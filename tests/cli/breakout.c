/* Loaded before the C library (LD_PRELOAD): once the database of a store is open, or the library of a server is there,
 * which is as soon as anything comes from it, tries to get out of the program, as whoever had taken it over would. BREAKOUT_REPORT gets a line for each
 * attempt: its name, and "done" or "refused". Only what is refused for want of a right counts as
 * refused; anything else that goes wrong is "failed", so that no attempt passes for nothing.
 *
 * BREAKOUT_FOLDER is a folder that the command has no business with, which holds a file "there"
 * and a folder "store". */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/io_uring.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

typedef struct MDB_env MDB_env;
int mdb_env_open(MDB_env *env, const char *path, unsigned flags, mode_t mode);

static FILE *report;
static const char *folder;
static int inherited = -1, terminal = -1;

/* A path in the folder outside. */
static const char *outside(const char *name)
{
	static char path[4096];

	snprintf(path, sizeof path, "%s/%s", folder, name);
	return path;
}

static int file_put(const char *path, int flags)
{
	int file = open(path, O_WRONLY | flags, 0600);

	if (file < 0)
		return -1;
	int result = write(file, "x", 1) == 1 ? 0 : -1;
	close(file);
	return result;
}

/* What another process says of an attempt that cannot be taken back. */
static int in_a_child(int (*attempt)(void))
{
	int status;
	pid_t child = fork();

	if (child == 0) {
		errno = 0;
		_exit(attempt() == 0 ? 0 : errno);
	}
	if (child < 0 || waitpid(child, &status, 0) < 0 || !WIFEXITED(status)) {
		errno = ECHILD;
		return -1;
	}
	errno = WEXITSTATUS(status);
	return errno ? -1 : 0;
}

static int made(int descriptor)
{
	if (descriptor < 0)
		return -1;
	close(descriptor);
	return 0;
}

static const struct sockaddr_in here = { .sin_family = AF_INET, .sin_port = 0x0900 };

static int try_internet(void) { return made(socket(AF_INET, SOCK_STREAM, 0)); }
static int try_internet6(void) { return made(socket(AF_INET6, SOCK_DGRAM, 0)); }
static int try_local(void) { return made(socket(AF_UNIX, SOCK_STREAM, 0)); }
static int try_netlink(void) { return made(socket(AF_NETLINK, SOCK_RAW, 0)); }
static int try_connect(void) { return connect(inherited, (const struct sockaddr *)&here, sizeof here); }
static int try_send(void) { return sendto(inherited, "x", 1, 0, (const struct sockaddr *)&here, sizeof here) == 1 ? 0 : -1; }
static int try_bind(void)
{
	const struct sockaddr_in any = { .sin_family = AF_INET };
	return bind(inherited, (const struct sockaddr *)&any, sizeof any);
}

/* Without a name it would get one. */
static int try_listen(void)
{
	int taking = socket(AF_INET, SOCK_STREAM, 0), result = taking < 0 ? -1 : listen(taking, 1), why = errno;

	if (taking >= 0)
		close(taking);
	errno = why;
	return result;
}

static int try_home(void)
{
	char path[4096];
	snprintf(path, sizeof path, "%s/broken-out", getenv("HOME"));
	return file_put(path, O_CREAT);
}
static int try_make(void) { return file_put(outside("made"), O_CREAT); }
static int try_write(void) { return file_put(outside("there"), O_APPEND); }
static int try_cut(void) { return file_put(outside("there"), O_TRUNC); }
static int try_cut_by_name(void) { return truncate(outside("there"), 0); }
static int try_remove(void) { return unlink(outside("there2")); }
static int try_rename(void)
{
	char to[4096];
	snprintf(to, sizeof to, "%s", outside("renamed"));
	return rename(outside("there3"), to);
}
static int try_link(void)
{
	char to[4096];
	snprintf(to, sizeof to, "%s", outside("linked"));
	return link(outside("there"), to);
}
static int try_symbolic(void) { return symlink("/etc/passwd", outside("symbolic")); }
static int try_folder(void) { return mkdir(outside("folder"), 0700); }
static int try_folder_remove(void) { return rmdir(outside("empty")); }
static int try_pipe(void) { return mkfifo(outside("pipe"), 0600); }
static int try_owner(void) { return chown(outside("there"), 1, 1); }
static int try_other_store(void) { return made(open(outside("store/store.mdb"), O_RDWR)); }
static int try_own_memory(void) { return made(open("/proc/self/mem", O_RDWR)); }

static int execute(void) { return execl("/bin/true", "true", (char *)NULL); }
static int try_execute(void) { return in_a_child(execute); }
static int execute_open(void)
{
	char *const arguments[] = { "true", NULL }, *const none[] = { NULL };
	return (int)syscall(SYS_execveat, AT_FDCWD, "/bin/true", arguments, none, 0);
}
static int try_execute_open(void) { return in_a_child(execute_open); }

static int trace(void) { return (int)ptrace(PTRACE_TRACEME, 0, NULL, NULL); }
static int try_trace(void) { return in_a_child(trace); }
static int try_read_parent(void)
{
	char byte = 0;
	const struct iovec to = { &byte, 1 }, from = { &byte, 1 };
	/* In a process that is not there nothing is read, but a right is asked for first. */
	return process_vm_readv(getpid(), &to, 1, &from, 1, 0) == 1 ? 0 : -1;
}
static int namespace_make(void) { return unshare(CLONE_NEWUSER); }
static int try_namespace(void) { return in_a_child(namespace_make); }
static int namespace_clone(void)
{
	long child = syscall(SYS_clone, CLONE_NEWUSER | SIGCHLD, NULL, NULL, NULL, NULL);
	if (child == 0)
		_exit(0);
	return child < 0 ? -1 : 0;
}
static int try_namespace_clone(void) { return in_a_child(namespace_clone); }
static int mount_something(void) { return mount("none", outside("store"), "tmpfs", MS_RDONLY, NULL); }
static int try_mount(void)
{
	/* In a namespace of its own, so that nothing is left of it. */
	return in_a_child(mount_something) == 0 ? umount2(outside("store"), MNT_DETACH), 0 : -1;
}
static int try_signal(void) { return kill(getppid(), 0); }
static int try_ring(void)
{
	struct io_uring_params parameters;
	memset(&parameters, 0, sizeof parameters);
	return made((int)syscall(SYS_io_uring_setup, 1, &parameters));
}
static int try_typing(void) { return ioctl(terminal, TIOCSTI, ""); }
static int memory_try(int first, int second)
{
	void *page = mmap(NULL, 4096, first, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (page == MAP_FAILED)
		return -1;
	int result = second ? mprotect(page, 4096, second) : 0, why = errno;
	munmap(page, 4096);
	errno = why;
	return result;
}
static int try_code_map(void) { return memory_try(PROT_READ | PROT_WRITE | PROT_EXEC, 0); }
static int try_code_new(void) { return memory_try(PROT_READ | PROT_EXEC, 0); }
static int try_code_protect(void) { return memory_try(PROT_READ | PROT_WRITE, PROT_READ | PROT_EXEC); }

/* What has to stay possible, lest all be refused for another reason. */
static int try_reading(void) { return made(open(outside("there"), O_RDONLY)); }
static int try_memory(void) { return memory_try(PROT_READ | PROT_WRITE, PROT_READ); }
static int nothing(void) { return 0; }
static int try_fork(void) { return in_a_child(nothing); }

static const struct {
	const char *name;
	int (*attempt)(void);
} attempts[] = {
	{ "internet", try_internet }, { "internet6", try_internet6 }, { "local-socket", try_local },
	{ "netlink", try_netlink }, { "bind", try_bind }, { "connect", try_connect }, { "send", try_send },
	{ "listen", try_listen },
	{ "home", try_home }, { "make", try_make }, { "write", try_write }, { "cut", try_cut },
	{ "cut-by-name", try_cut_by_name }, { "remove", try_remove }, { "rename", try_rename }, { "link", try_link },
	{ "symbolic-link", try_symbolic }, { "make-folder", try_folder }, { "remove-folder", try_folder_remove },
	{ "make-pipe", try_pipe }, { "owner", try_owner }, { "other-store", try_other_store },
	{ "own-memory", try_own_memory }, { "execute", try_execute }, { "execute-open", try_execute_open },
	{ "trace", try_trace }, { "read-process", try_read_parent }, { "namespace", try_namespace },
	{ "namespace-clone", try_namespace_clone }, { "mount", try_mount }, { "signal", try_signal }, { "ring", try_ring },
	{ "typing", try_typing }, { "code-map", try_code_map }, { "code-new", try_code_new },
	{ "code-protect", try_code_protect }, { "may-read", try_reading }, { "may-map", try_memory }, { "may-fork", try_fork },
};

__attribute__((constructor)) static void start(void)
{
	const char *path = getenv("BREAKOUT_REPORT");

	folder = getenv("BREAKOUT_FOLDER");
	if (!path || !folder)
		return;
	report = fopen(path, "we");
	inherited = socket(AF_INET, SOCK_DGRAM, 0);
	terminal = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC);
	unsetenv("LD_PRELOAD");
}

static void break_out(void)
{
	for (size_t i = 0; i < sizeof attempts / sizeof *attempts; i++) {
		errno = 0;
		int result = attempts[i].attempt(), why = errno;
		fprintf(report, "%s %s %s\n", attempts[i].name,
		        result == 0 ? "done" : why == EPERM || why == EACCES || why == EXDEV ? "refused" : "failed",
		        result == 0 ? "" : strerror(why));
	}
	fclose(report);
	report = NULL;
}

int mdb_env_open(MDB_env *env, const char *path, unsigned flags, mode_t mode)
{
	int (*open_it)(MDB_env *, const char *, unsigned, mode_t) = dlsym(RTLD_NEXT, "mdb_env_open");
	int result = open_it(env, path, flags, mode);

	if (report && result == 0)
		break_out();
	return result;
}

void *dlopen(const char *path, int flags)
{
	void *(*open_it)(const char *, int) = dlsym(RTLD_NEXT, "dlopen");
	void *opened = open_it(path, flags);

	if (report && opened && path && strstr(path, "libpq"))
		break_out();
	return opened;
}
