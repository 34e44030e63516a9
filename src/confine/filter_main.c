/* A program that writes the filters of system calls, when the program itself is built: by
 * libseccomp, as instructions in the form of C, for the architecture that it is built for. Made
 * at run time they would cost every start, and libseccomp does not bear it that memory runs out.
 *
 * It names what is refused, not what is allowed. A list of what is allowed would be shorter to
 * argue for, but would have to know each call that the C library, Pango, fontconfig or the
 * loader makes on each architecture, in versions that are not written yet; the first update that
 * makes another call would break the program, and people would run one without a filter. What is
 * refused fails with EPERM, which libraries know how to live with, and kills nothing: a filter
 * that is too narrow somewhere costs a feature, not a change that was half made. Calls of another
 * architecture than the program's own end it: there the numbers mean other things. */
#include <errno.h>
#include <sched.h>
#include <linux/filter.h>
#include <seccomp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/socket.h>

/* The address sanitizer looks for leaks by tracing the process. */
#if defined(__SANITIZE_ADDRESS__)
#define LEAKS_ARE_SOUGHT
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define LEAKS_ARE_SOUGHT
#endif
#endif

#ifndef TIOCLINUX
#define TIOCLINUX 0x541C
#endif

/* No command needs any, not even libraries beneath, but where the store is on a server: with it go the network, the
 * daemons of the desktop, and what inherited sockets would reach. To be asked by
 * others no command needs. */
static const char *const sockets[] = { "socket", "connect", "sendto", "sendmsg", "sendmmsg", NULL };
static const char *const sockets_for_others[] = { "bind", "listen", "accept", "accept4", NULL };

/* A program that is taken over starts no other, nor acts in the name of one that is not confined. */
static const char *const programs[] = { "execve", "execveat", NULL };
static const char *const other_processes[] = {
#ifndef LEAKS_ARE_SOUGHT
	"ptrace",
#endif
	"process_vm_readv", "process_vm_writev", "process_madvise", "pidfd_getfd", "kcmp", NULL,
};

/* What changes the system, other namespaces, or the rights of the process; and parts of the
 * kernel by which processes that had few rights got more. io_uring would also do what is refused
 * here by calls that no filter sees. */
static const char *const kernel[] = {
	"mount", "umount", "umount2", "pivot_root", "chroot", "move_mount", "open_tree", "open_tree_attr", "fsopen",
	"fsconfig", "fsmount", "fspick", "mount_setattr", "unshare", "setns", "swapon", "swapoff", "acct", "quotactl",
	"quotactl_fd", "reboot", "kexec_load", "kexec_file_load", "init_module", "finit_module", "delete_module", "settimeofday",
	"clock_settime", "clock_settime64", "clock_adjtime", "clock_adjtime64", "adjtimex", "stime", "sethostname",
	"setdomainname", "iopl", "ioperm", "modify_ldt", "vm86", "vm86old", "vhangup", "syslog", "bpf", "perf_event_open",
	"userfaultfd", "io_uring_setup", "io_uring_enter", "io_uring_register", "fanotify_init", "open_by_handle_at",
	"name_to_handle_at", "lookup_dcookie", "request_key", "nfsservctl", "uselib", "_sysctl", NULL,
};

/* What Landlock does not see, or not in its first versions: owners and attributes of files, names
 * beside the first, truncation by name; and ranges that are no command's business. An editor
 * gives its file owner and links as it likes. */
static const char *const files_of_others[] = {
	"chown", "fchown", "lchown", "fchownat", "chown32", "fchown32", "lchown32", "setxattr", "lsetxattr", "fsetxattr",
	"setxattrat", "removexattr", "lremovexattr", "fremovexattr", "removexattrat", "link", "linkat", "symlink", "symlinkat",
	"mknod", "mknodat", "truncate", "truncate64", "personality", "shmget", "shmat", "setuid", "setgid", "setreuid",
	"setregid", "setresuid", "setresgid", "setfsuid", "setfsgid", "setgroups", "capset", NULL,
};

static int refuse(scmp_filter_ctx filter, const char *name, unsigned count, const struct scmp_arg_cmp *compared)
{
	int number = seccomp_syscall_resolve_name(name);

	/* A name that libseccomp does not know is of a newer kernel, or of no kernel of this kind. */
	if (number == __NR_SCMP_ERROR)
		return 0;
	int result = seccomp_rule_add_array(filter, SCMP_ACT_ERRNO(EPERM), number, count, compared);
	return result == -EDOM || result == -EEXIST ? 0 : result;
}

static int refuse_all(scmp_filter_ctx filter, const char *const *names)
{
	int result = 0;

	for (; *names && !result; names++)
		result = refuse(filter, *names, 0, NULL);
	return result;
}

/* New namespaces are refused however they are asked for. What clone3 is to do lies in memory,
 * where no filter looks; without it the C library takes clone. */
static int refuse_namespaces(scmp_filter_ctx filter)
{
	static const uint64_t flags[] = { CLONE_NEWUSER, CLONE_NEWNS, CLONE_NEWPID, CLONE_NEWNET,
		                              CLONE_NEWIPC,  CLONE_NEWUTS, CLONE_NEWCGROUP };
	int clone3 = seccomp_syscall_resolve_name("clone3"), result = 0;

	for (size_t i = 0; i < sizeof flags / sizeof *flags && !result; i++) {
		const struct scmp_arg_cmp has = SCMP_A0(SCMP_CMP_MASKED_EQ, flags[i], flags[i]);
		result = refuse(filter, "clone", 1, &has);
	}
	if (!result && clone3 != __NR_SCMP_ERROR)
		result = seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), clone3, 0);
	return result;
}

/* To type into the user's terminal is to run a command there. */
static int refuse_typing(scmp_filter_ctx filter)
{
	static const uint64_t requests[] = { TIOCSTI, TIOCLINUX };
	int result = 0;

	for (size_t i = 0; i < sizeof requests / sizeof *requests && !result; i++) {
		const struct scmp_arg_cmp is = SCMP_A1(SCMP_CMP_MASKED_EQ, UINT32_MAX, requests[i]);
		result = refuse(filter, "ioctl", 1, &is);
	}
	return result;
}

/* Memory is written or executed. Libraries that are opened later come from files, as they are. */
static int refuse_new_code(scmp_filter_ctx filter)
{
	const struct scmp_arg_cmp executed = SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, PROT_EXEC);
	const struct scmp_arg_cmp both = SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_WRITE | PROT_EXEC, PROT_WRITE | PROT_EXEC);
	const struct scmp_arg_cmp anonymous[] = { executed, SCMP_A3(SCMP_CMP_MASKED_EQ, MAP_ANONYMOUS, MAP_ANONYMOUS) };
	static const char *const maps[] = { "mmap", "mmap2" };
	int result = refuse(filter, "mprotect", 1, &executed);

	if (!result)
		result = refuse(filter, "pkey_mprotect", 1, &executed);
	for (size_t i = 0; i < sizeof maps / sizeof *maps && !result; i++) {
		result = refuse(filter, maps[i], 1, &both);
		if (!result)
			result = refuse(filter, maps[i], 2, anonymous);
	}
	return result;
}

static int refuse_of_editor(scmp_filter_ctx filter)
{
	const struct scmp_arg_cmp elsewhere = SCMP_A0(SCMP_CMP_NE, AF_UNIX, 0);

	return refuse(filter, "socket", 1, &elsewhere);
}

/* Which one is started is told by a path, which no filter sees: Landlock does. */
static int refuse_of_program(scmp_filter_ctx filter, bool starts, bool asks)
{
	int result = refuse_all(filter, sockets_for_others);

	if (!result && !asks)
		result = refuse_all(filter, sockets);
	if (!result && !starts)
		result = refuse_all(filter, programs);
	if (!result)
		result = refuse_all(filter, files_of_others);
	return result ? result : refuse_new_code(filter);
}

enum filter_of { FILTER_PROGRAM, FILTER_STARTER, FILTER_ASKER, FILTER_ASKING_STARTER, FILTER_EDITOR };

static int filter_fill(scmp_filter_ctx filter, enum filter_of whom)
{
	/* A search in a tree: with this many rules the calls that follow would else be slower. */
	int result = seccomp_attr_set(filter, SCMP_FLTATR_CTL_OPTIMIZE, 2);

	if (!result)
		result = refuse_all(filter, other_processes);
	if (!result)
		result = refuse_all(filter, kernel);
	if (!result)
		result = refuse_namespaces(filter);
	if (!result)
		result = refuse_typing(filter);
	if (!result)
		result = whom == FILTER_EDITOR ? refuse_of_editor(filter)
		                               : refuse_of_program(filter, whom == FILTER_STARTER || whom == FILTER_ASKING_STARTER,
		                                                   whom == FILTER_ASKER || whom == FILTER_ASKING_STARTER);
	return result;
}

/* ---- Writing it down --------------------------------------------------------------- */

static int filter_print(scmp_filter_ctx filter, const char *name)
{
	struct sock_filter line;
	FILE *file = tmpfile();
	int result = file ? seccomp_export_bpf(filter, fileno(file)) : -errno;

	if (!result)
		rewind(file);
	printf("static const struct sock_filter %s[] = {\n", name);
	while (!result && fread(&line, sizeof line, 1, file) == 1)
		printf("\t{ 0x%x, %u, %u, 0x%x },\n", line.code, line.jt, line.jf, line.k);
	printf("};\n");
	if (file)
		fclose(file);
	return result;
}

static int filter_write(const char *name, enum filter_of whom)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
	int result = filter ? filter_fill(filter, whom) : -ENOMEM;

	if (!result)
		result = filter_print(filter, name);
	if (filter)
		seccomp_release(filter);
	if (result)
		fprintf(stderr, "make-filters: %s cannot be made: error %d of libseccomp\n", name, -result);
	return result;
}

int main(void)
{
	puts("/* Made by make-filters, of src/confine/filter_main.c. */");
	return filter_write("program_filter", FILTER_PROGRAM) || filter_write("starter_filter", FILTER_STARTER) ||
	               filter_write("asker_filter", FILTER_ASKER) || filter_write("asking_starter_filter", FILTER_ASKING_STARTER) ||
	               filter_write("editor_filter", FILTER_EDITOR) || fflush(stdout)
	           ? 1
	           : 0;
}
