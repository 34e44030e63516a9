/* Questions on the terminal, and what Ctrl-C does meanwhile. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sodium.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "cli/terminal.h"

static volatile sig_atomic_t interrupted;
static volatile sig_atomic_t arrived; /* the signal that came during a prompt */

static void interrupt_note(int number)
{
	(void)number;
	interrupted = 1;
}

static void prompt_note(int number)
{
	arrived = number;
}

void terminal_catch_interrupt(void)
{
	struct sigaction action = { .sa_handler = interrupt_note, .sa_flags = (int)(SA_RESETHAND | SA_RESTART) };

	sigemptyset(&action.sa_mask);
	sigaction(SIGINT, &action, NULL);
}

bool terminal_is_interrupted(void)
{
	return interrupted != 0;
}

/* Signals that would leave the terminal without echo. */
static const int prompt_signals[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP };
#define PROMPT_SIGNALS (sizeof prompt_signals / sizeof prompt_signals[0])

/* They are blocked but for the time of waiting, so that none is missed. */
struct prompt_guard {
	struct sigaction actions[PROMPT_SIGNALS];
	sigset_t mask;
};

static void prompt_guard_begin(struct prompt_guard *guard)
{
	struct sigaction action = { .sa_handler = prompt_note };
	sigset_t blocked;

	sigemptyset(&blocked);
	sigemptyset(&action.sa_mask);
	for (size_t i = 0; i < PROMPT_SIGNALS; i++)
		sigaddset(&blocked, prompt_signals[i]);
	sigprocmask(SIG_BLOCK, &blocked, &guard->mask);
	for (size_t i = 0; i < PROMPT_SIGNALS; i++)
		sigaction(prompt_signals[i], &action, &guard->actions[i]);
	arrived = 0;
}

static void prompt_guard_end(const struct prompt_guard *guard)
{
	for (size_t i = 0; i < PROMPT_SIGNALS; i++)
		sigaction(prompt_signals[i], &guard->actions[i], NULL);
	sigprocmask(SIG_SETMASK, &guard->mask, NULL);
}

static void put_line(int terminal, const char *text)
{
	ssize_t put = write(terminal, text, strlen(text));

	(void)put; /* a terminal that cannot be written will not be read either */
}

/* Reads up to the end of the line; false if a signal or the end came first. */
static bool line_read(int terminal, const sigset_t *mask, char *to, size_t limit, bool *too_long)
{
	struct pollfd wait = { .fd = terminal, .events = POLLIN };
	size_t size = 0;
	char c;

	*too_long = false;
	for (;;) {
		if (ppoll(&wait, 1, NULL, mask) < 0) {
			if (errno == EINTR && !arrived)
				continue;
			return false;
		}
		ssize_t got = read(terminal, &c, 1);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return false;
		if (c == '\n' || c == '\r')
			break;
		if (size + 1 < limit)
			to[size++] = c;
		else
			*too_long = true;
	}
	sodium_memzero(&c, 1);
	to[size] = '\0';
	return true;
}

static bool answer_read(int terminal, const char *prompt, bool is_secret, char *to, size_t limit, bool *too_long)
{
	struct termios before, silent;
	struct prompt_guard guard;

	prompt_guard_begin(&guard);
	bool has_modes = is_secret && tcgetattr(terminal, &before) == 0;
	if (has_modes) {
		silent = before;
		silent.c_lflag &= ~(tcflag_t)(ECHO | ECHONL);
		tcsetattr(terminal, TCSAFLUSH, &silent);
	}
	put_line(terminal, prompt);
	bool done = line_read(terminal, &guard.mask, to, limit, too_long);
	if (is_secret)
		put_line(terminal, "\n");
	if (has_modes)
		tcsetattr(terminal, TCSAFLUSH, &before);
	prompt_guard_end(&guard);
	return done;
}

/* Closes the terminal. */
static int ask(int terminal, const char *prompt, bool is_secret, char *to, size_t limit, bool *too_long,
               struct qorgan_error *error)
{
	bool done = answer_read(terminal, prompt, is_secret, to, limit, too_long);
	while (!done && arrived == SIGTSTP) {
		raise(SIGTSTP); /* stopped here, with the terminal as it was; asked anew when continued */
		done = answer_read(terminal, prompt, is_secret, to, limit, too_long);
	}
	close(terminal);
	if (!done && arrived && arrived != SIGINT)
		raise(arrived);
	return done ? QORGAN_OK : error_set(error, QORGAN_INTERRUPTED, "stopped; nothing is changed");
}

int terminal_ask_secret(const char *prompt, char *to, size_t limit, struct qorgan_error *error)
{
	bool too_long = false;
	int terminal = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);

	if (terminal < 0)
		return error_set(error, QORGAN_DENIED, "a passphrase is needed and there is no terminal to ask for it: "
		                 "give --passphrase-file FILE, or -i FILE for an identity");
	int code = ask(terminal, prompt, true, to, limit, &too_long, error);
	if (!code && too_long)
		code = error_set(error, QORGAN_USAGE, "the passphrase is longer than %zu bytes", limit - 1);
	if (code)
		sodium_memzero(to, limit);
	return code;
}

bool terminal_asks(void)
{
	return terminal_shows(stdin) && terminal_shows(stderr);
}

int terminal_ask(const char *prompt, char *to, size_t limit, struct qorgan_error *error)
{
	bool too_long = false;
	int terminal = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);

	if (terminal < 0)
		return error_set(error, QORGAN_DENIED, "there is no terminal to ask on");
	int code = ask(terminal, prompt, false, to, limit, &too_long, error);
	if (!code && too_long)
		code = error_set(error, QORGAN_USAGE, "the answer is longer than %zu bytes", limit - 1);
	return code;
}

bool terminal_confirm(const char *question)
{
	char answer = 0, c = 0;
	int terminal = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);

	if (terminal < 0)
		return false;
	put_line(terminal, question);
	while (read(terminal, &c, 1) == 1 && c != '\n')
		if (!answer)
			answer = c;
	close(terminal);
	return answer == 'y' || answer == 'Y';
}
