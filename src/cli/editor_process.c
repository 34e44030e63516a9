/* The process that starts the editor, and how it is asked to. */
#include "cli/editor_process.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/scratch.h"
#include "confine/confine.h"

#define STOPPING_COUNT 4
static const int stopping[STOPPING_COUNT] = { SIGINT, SIGQUIT, SIGTERM, SIGHUP };

/* This process's ends of the pipes: a path goes there, and comes back as the number of the
 * editor's process, then as how it ended. */
static int to_starter = -1, from_starter = -1;

const char *editor_process_command(void)
{
	const char *visual = getenv("VISUAL"), *editor = getenv("EDITOR");

	return visual && *visual ? visual : editor && *editor ? editor : "vi";
}

/* ---- The editor's process --------------------------------------------------------- */

/* Under AppArmor the editor has a profile of its own. Once no new rights can be gained, none is
 * taken up by executing; so it is asked for before. */
static void profile_change(void)
{
	static const char request[] = "changeprofile qorgan//editor";
	char profile[16] = "";
	int file = open("/proc/self/attr/current", O_RDWR | O_CLOEXEC);

	if (file < 0)
		return;
	if (read(file, profile, sizeof profile - 1) > 0 && strncmp(profile, "qorgan (", 8) == 0 &&
	    write(file, request, sizeof request - 1) < 0)
		_exit(126);
	close(file);
}

static int editor_confine(const char *folder)
{
	static const char *const devices[] = { "/dev/tty", "/dev/pts", "/dev/ptmx", "/dev/null", "/dev/zero", "/dev/full" };
	struct confinement confinement = { .is_editor = true };
	struct qorgan_error ignored;
	int code = confine_allow(&confinement, folder, CONFINE_FILES | CONFINE_FOLDERS | CONFINE_LINKS, &ignored);

	for (size_t i = 0; i < sizeof devices / sizeof *devices && !code; i++)
		code = confine_allow(&confinement, devices[i], CONFINE_DEVICE, &ignored);
	return code ? code : confine_enter(&confinement, &ignored);
}

/* The command may be several words, as in "code --wait". */
static void editor_become(const char *command, const char *path)
{
	char *script, *folder = strdup(path);

	for (size_t i = 0; i < STOPPING_COUNT; i++)
		signal(stopping[i], SIG_DFL);
	signal(SIGPIPE, SIG_DFL);
	if (!folder || asprintf(&script, "%s \"$1\"", command) < 0)
		_exit(127);
	*strrchr(folder, '/') = '\0';
	setenv("TMPDIR", folder, 1); /* for those who keep copies: the only place that it can write to */
	profile_change();
	if (editor_confine(folder))
		_exit(126);
	execl("/bin/sh", "sh", "-c", script, "qorgan", path, (char *)NULL);
	_exit(127);
}

/* ---- The process that waits ---------------------------------------------------------- */

/* It is asked by a process that may have been taken over meanwhile, and lets the editor write
 * to what editor_run makes, and nothing else. */
static bool path_is_ours(const char *path)
{
	const char *place = scratch_place();
	size_t size = place ? strlen(place) : 0;

	return place && strncmp(path, place, size) == 0 && strncmp(path + size, "/qorgan-", 8) == 0 &&
	       strchr(path + size + 1, '/') && strchr(path + size + 1, '/') == strrchr(path, '/') &&
	       !strstr(path, "/../") && strcmp(strrchr(path, '/'), "/..") != 0;
}

static bool whole_write(int file, const void *from, size_t size)
{
	return write(file, from, size) == (ssize_t)size;
}

static bool editor_serve(int from, int to)
{
	char path[PATH_MAX];
	pid_t waited;
	int status = 0;

	/* What is not longer than PIPE_BUF comes in one piece. */
	ssize_t size = read(from, path, sizeof path - 1);
	if (size <= 0)
		return false;
	path[size] = '\0';
	if (!path_is_ours(path))
		return false;
	pid_t child = fork();
	if (child == 0)
		editor_become(editor_process_command(), path);
	if (!whole_write(to, &child, sizeof child) || child < 0)
		return false;
	do
		waited = waitpid(child, &status, 0);
	while (waited < 0 && errno == EINTR);
	return waited >= 0 && whole_write(to, &status, sizeof status);
}

static void starter_live(int from, int to)
{
	/* What ends the process that asks closes the pipe, and so ends this one. */
	for (size_t i = 0; i < STOPPING_COUNT; i++)
		signal(stopping[i], SIG_IGN);
	signal(SIGPIPE, SIG_IGN);
	while (editor_serve(from, to))
		;
	_exit(0);
}

int editor_process_prepare(struct qorgan_error *error)
{
	int requests[2] = { -1, -1 }, answers[2] = { -1, -1 };
	pid_t child = -1;

	if (pipe2(requests, O_CLOEXEC) == 0 && pipe2(answers, O_CLOEXEC) == 0)
		child = fork();
	if (child == 0) {
		close(requests[1]);
		close(answers[0]);
		starter_live(requests[0], answers[1]);
	}
	int code = child < 0 ? error_set_system(error, QORGAN_IO, "cannot start a process for the editor") : QORGAN_OK;
	if (requests[0] >= 0)
		close(requests[0]);
	if (answers[1] >= 0)
		close(answers[1]);
	if (!code) {
		to_starter = requests[1];
		from_starter = answers[0];
		return QORGAN_OK;
	}
	if (requests[1] >= 0)
		close(requests[1]);
	if (answers[0] >= 0)
		close(answers[0]);
	return code;
}

/* ---- The process that asks -------------------------------------------------------------- */

static volatile sig_atomic_t stopped_by;

static void stop_note(int number)
{
	stopped_by = number;
}

/* A signal that is to end this program ends the editor first, so that the file can be wiped. */
static bool answer_wait(void *to, size_t size, pid_t editor)
{
	ssize_t got;

	do {
		got = read(from_starter, to, size);
		if (got < 0 && errno == EINTR && stopped_by && editor > 0)
			kill(editor, SIGTERM);
	} while (got < 0 && errno == EINTR);
	if (got == (ssize_t)size)
		return true;
	errno = got < 0 ? errno : ECHILD;
	return false;
}

static bool editor_ask(const char *path, int *status)
{
	pid_t editor = 0;

	if (to_starter < 0) {
		errno = ECHILD;
		return false;
	}
	if (!whole_write(to_starter, path, strlen(path)) || !answer_wait(&editor, sizeof editor, 0))
		return false;
	if (editor < 0) {
		errno = EAGAIN;
		return false;
	}
	if (stopped_by)
		kill(editor, SIGTERM);
	return answer_wait(status, sizeof *status, editor);
}

/* While the editor runs, Ctrl-C is its own. */
int editor_process_run(const char *path, int *status, int *stopped)
{
	struct sigaction before[STOPPING_COUNT], action = { .sa_handler = stop_note }, pipe_before;

	sigemptyset(&action.sa_mask);
	stopped_by = 0;
	for (size_t i = 0; i < STOPPING_COUNT; i++) {
		action.sa_handler = i < 2 ? SIG_IGN : stop_note;
		sigaction(stopping[i], &action, &before[i]);
	}
	action.sa_handler = SIG_IGN;
	sigaction(SIGPIPE, &action, &pipe_before);
	bool done = editor_ask(path, status);
	int why = errno;
	for (size_t i = 0; i < STOPPING_COUNT; i++)
		sigaction(stopping[i], &before[i], NULL);
	sigaction(SIGPIPE, &pipe_before, NULL);
	*stopped = stopped_by;
	errno = why;
	return done ? 0 : -1;
}
