/* The process that starts the command of watch --exec, once for each change. */
#include "cli/watch_command.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define TEXT_MOST ((uint32_t)64 << 20)

/* This process's ends of the pipes: the size of a text and the text go there, how the command ended comes back. */
static int to_starter = -1, from_starter = -1;

static bool whole_write(int file, const void *from, size_t size)
{
	const char *at = from;

	while (size) {
		ssize_t put = write(file, at, size);
		if (put < 0 && errno == EINTR)
			continue;
		if (put <= 0)
			return false;
		at += put;
		size -= (size_t)put;
	}
	return true;
}

static bool whole_read(int file, void *to, size_t size)
{
	char *at = to;

	while (size) {
		ssize_t got = read(file, at, size);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return false;
		at += got;
		size -= (size_t)got;
	}
	return true;
}

/* ---- The process that starts it ------------------------------------------------------------ */

/* The text in a file that lies in memory: a command need not read all of it, or any. */
static int text_take(int from)
{
	char part[65536];
	uint32_t size;
	int file;

	if (!whole_read(from, &size, sizeof size) || size > TEXT_MOST)
		return -1;
	file = memfd_create("change", MFD_CLOEXEC);
	for (size_t left = size; file >= 0 && left;) {
		size_t count = left < sizeof part ? left : sizeof part;
		if (!whole_read(from, part, count) || !whole_write(file, part, count)) {
			close(file);
			return -1;
		}
		left -= count;
	}
	if (file >= 0)
		lseek(file, 0, SEEK_SET);
	return file;
}

static void command_become(const char *command, int text)
{
	signal(SIGINT, SIG_DFL);
	signal(SIGQUIT, SIG_DFL);
	signal(SIGPIPE, SIG_DFL);
	if (dup2(text, STDIN_FILENO) < 0)
		_exit(126);
	execl("/bin/sh", "sh", "-c", command, (char *)NULL);
	_exit(127);
}

static bool command_serve(const char *command, int from, int to)
{
	int status = 0, text = text_take(from);
	pid_t waited, child;

	if (text < 0)
		return false;
	child = fork();
	if (child == 0)
		command_become(command, text);
	close(text);
	do
		waited = child < 0 ? child : waitpid(child, &status, 0);
	while (waited < 0 && child > 0 && errno == EINTR);
	return waited >= 0 && whole_write(to, &status, sizeof status);
}

/* ---- The process that asks ------------------------------------------------------------------ */

int watch_command_prepare(const char *command, struct qorgan_error *error)
{
	int texts[2] = { -1, -1 }, answers[2] = { -1, -1 };
	pid_t child = -1;

	if (pipe2(texts, O_CLOEXEC) == 0 && pipe2(answers, O_CLOEXEC) == 0)
		child = fork();
	if (child == 0) {
		close(texts[1]);
		close(answers[0]);
		/* Ctrl-C is for the command and for who asks; their end is the end of this one. */
		signal(SIGINT, SIG_IGN);
		signal(SIGQUIT, SIG_IGN);
		signal(SIGPIPE, SIG_IGN);
		while (command_serve(command, texts[0], answers[1]))
			;
		_exit(0);
	}
	int code = child < 0 ? error_set_system(error, QORGAN_IO, "cannot start a process for --exec") : QORGAN_OK;
	if (texts[0] >= 0)
		close(texts[0]);
	if (answers[1] >= 0)
		close(answers[1]);
	if (code && texts[1] >= 0)
		close(texts[1]);
	if (code && answers[0] >= 0)
		close(answers[0]);
	if (!code) {
		to_starter = texts[1];
		from_starter = answers[0];
	}
	return code;
}

int watch_command_run(const char *text, size_t size, int *status, struct qorgan_error *error)
{
	uint32_t count = (uint32_t)size;

	if (size > TEXT_MOST)
		return error_set(error, QORGAN_IO, "a change of %zu bytes is too large for the command of --exec", size);
	signal(SIGPIPE, SIG_IGN); /* that process may have been killed */
	bool done = whole_write(to_starter, &count, sizeof count) && whole_write(to_starter, text, size) &&
	            whole_read(from_starter, status, sizeof *status);
	signal(SIGPIPE, SIG_DFL);
	return done ? QORGAN_OK : error_set(error, QORGAN_IO, "the command of --exec cannot be started any more");
}
