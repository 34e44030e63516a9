/* The last line of defence against a damaged file: LMDB believes its own pages,
 * and a wrong one may make it read memory that is not there. What is a defect of
 * the program and not damage is told apart from it, lest somebody restore a backup
 * of a store that is whole. */
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "engine/engine_driver.h"
#include "engine/lmdb_engine.h"

_Thread_local volatile unsigned engine_guard_within __attribute__((tls_model("initial-exec")));

static char guard_line[512] = "qorgan: the store's file is damaged: run qorgan verify\n";
static size_t guard_size = sizeof "qorgan: the store's file is damaged: run qorgan verify\n" - 1;
static char guard_stack[65536];

/* A number of base 16; *text is moved behind it. */
static uintptr_t address_read(const char **text)
{
	uintptr_t value = 0;

	for (;; ++*text) {
		char c = **text;
		if (c >= '0' && c <= '9')
			value = value << 4 | (uintptr_t)(c - '0');
		else if (c >= 'a' && c <= 'f')
			value = value << 4 | (uintptr_t)(c - 'a' + 10);
		else
			return value;
	}
}

/* Whether a line of /proc/self/maps, "START-END MODE OFFSET DEVICE INODE PATH", is
 * of a store's file and has the address. A value that a damaged page makes too
 * long may go on behind the map. */
static bool line_holds(const char *line, uintptr_t address)
{
	const char *name = strstr(line, "/" LMDB_DATA_NAME);
	uintptr_t start = address_read(&line);

	if (*line++ != '-' || !name)
		return false;
	name += sizeof LMDB_DATA_NAME;
	if (*name && strcmp(name, " (deleted)") != 0)
		return false;
	return address >= start && address - start < address_read(&line) - start + ENGINE_VALUE_MOST;
}

/* Whether a store's file is mapped at the address: asked of the kernel when a fault
 * has happened, with nothing that a handler may not call. -1: it cannot be known. */
static int address_is_mapped(uintptr_t address)
{
	static char text[8192];
	size_t size = 0;
	int file = open("/proc/self/maps", O_RDONLY | O_CLOEXEC);
	int found = file < 0 ? -1 : 0;

	while (found == 0) {
		ssize_t got = read(file, text + size, sizeof text - 1 - size);
		if (got <= 0)
			break;
		size += (size_t)got;
		text[size] = '\0';
		char *line = text;
		for (char *end; found == 0 && (end = strchr(line, '\n')); line = end + 1) {
			*end = '\0';
			found = line_holds(line, address);
		}
		size -= (size_t)(line - text);
		if (size == sizeof text - 1)
			size = 0; /* longer than any path: not ours */
		memmove(text, line, size);
	}
	return found;
}

/* A positive code is the kernel's own: not kill(2), not abort(). LMDB's asserts
 * have a way of their own. */
static bool fault_is_damage(int number, const siginfo_t *info)
{
	if (info->si_code <= 0 || number == SIGABRT)
		return false;
	if (engine_guard_within || number == SIGFPE)
		return engine_guard_within != 0;
	int mapped = address_is_mapped((uintptr_t)info->si_addr);
	/* The end of a file that is mapped is what SIGBUS tells of. */
	return mapped < 0 ? number == SIGBUS : mapped;
}

static void line_write(const char *line, size_t size)
{
	ssize_t put = write(STDERR_FILENO, line, size);

	(void)put; /* nobody is left to be told */
}

void engine_guard_stop(void)
{
	line_write(guard_line, guard_size);
	_exit(QORGAN_IO);
}

/* By hand, as printf may not be called here. */
static void defect_tell(int number)
{
	static const char first[] = "qorgan: a defect of the program ended it (signal ";
	static const char last[] = "); the store is as it was; please report it\n";
	char line[sizeof first + sizeof last + 2];
	size_t size = sizeof first - 1;

	memcpy(line, first, size);
	if (number >= 10)
		line[size++] = (char)('0' + number / 10);
	line[size++] = (char)('0' + number % 10);
	memcpy(line + size, last, sizeof last - 1);
	line_write(line, size + sizeof last - 1);
}

static void guard_handle(int number, siginfo_t *info, void *context)
{
	(void)context;
	if (fault_is_damage(number, info))
		engine_guard_stop();
	if (info->si_code <= 0 && info->si_pid != getpid()) {
		/* Somebody wants the process to end in this way. */
		signal(number, SIG_DFL);
		raise(number);
		return;
	}
	if (guard_size)
		defect_tell(number);
	_exit(QORGAN_INTERNAL);
}

void engine_guard(const char *message)
{
	static const int signals[] = { SIGSEGV, SIGBUS, SIGABRT, SIGFPE };
	stack_t stack = { .ss_sp = guard_stack, .ss_size = sizeof guard_stack };
	struct sigaction action = { .sa_sigaction = guard_handle, .sa_flags = SA_ONSTACK | SA_SIGINFO };

	int size = snprintf(guard_line, sizeof guard_line - 1, "%s", message);
	guard_size = size < 0 ? 0 : strlen(guard_line);
	if (guard_size)
		guard_line[guard_size++] = '\n';

	/* Without the stack of its own the handler still serves all but an
	 * overflow of the usual one; so a failure here is no reason to stop. */
	sigaltstack(&stack, NULL);
	sigfillset(&action.sa_mask);
	for (size_t i = 0; i < sizeof signals / sizeof *signals; i++)
		sigaction(signals[i], &action, NULL);
}
