/* unconfined PART... -- COMMAND...: runs it as if the kernel lacked Landlock ("landlock") or
 * filters of system calls ("seccomp"). */
#include <errno.h>
#include <seccomp.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

static int lack(scmp_filter_ctx filter, const char *name, int failure)
{
	return seccomp_rule_add(filter, SCMP_ACT_ERRNO(failure), seccomp_syscall_resolve_name(name), 0);
}

int main(int argc, char **argv)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
	int failed = 0, at;

	for (at = 1; at < argc && strcmp(argv[at], "--"); at++) {
		if (strcmp(argv[at], "landlock") == 0)
			failed |= lack(filter, "landlock_create_ruleset", ENOSYS) | lack(filter, "landlock_restrict_self", ENOSYS);
		else
			failed |= lack(filter, "seccomp", ENOSYS) |
			          seccomp_rule_add(filter, SCMP_ACT_ERRNO(EINVAL), SCMP_SYS(prctl), 1,
			                           SCMP_A0(SCMP_CMP_EQ, PR_SET_SECCOMP));
	}
	if (failed || at + 1 >= argc || seccomp_load(filter)) {
		fputs("unconfined: it cannot be played\n", stderr);
		return 99;
	}
	execvp(argv[at + 1], argv + at + 1);
	return 98;
}
