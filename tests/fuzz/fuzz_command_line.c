/* Fuzzes the program as a whole: whatever words a command line has, whatever the environment says, and whatever comes
 * from a terminal, from standard input or out of an editor, it ends with one of its codes; a failure says why
 * in a line, and what is asked for wrongly leaves every byte of the store. Each line of the input is a word; "@run" parts one
 * command line from the next, on the same store. "@env NAME=VALUE", "@type TEXT", "@stdin TEXT" and "@edit TEXT" say what
 * surrounds it, with a tab for a newline; "@tty" that somebody sits at a terminal. With FUZZ_TELL set it
 * tells what the program said.
 *
 * The linker puts functions of this file in the place of some (--wrap): the confinement, which no process gets rid
 * of again; the editor; the terminal; the guard of crashes, which is to hide none here; and the functions
 * that make passphrases slow, which a fuzzer has no time for. No word names a place outside of the folder. */
#include <fcntl.h>
#include <signal.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "cli/call.h"
#include "cli/confinement.h"
#include "cli/editor_process.h"
#include "small_store.h"

#define WORDS_MOST 24
#define RUNS_MOST 4

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int qorgan_main(int argc, char **argv); /* main of src/cli/main.c, under this name here */

/* What surrounds a command. */
static struct {
	const char *typed, *edited;
	bool is_terminal;
} around;

static int terminal_peers[64], peer_count; /* other ends of what was opened as a terminal */

/* ---- In the place of the program's own ------------------------------------------------------- */

int __wrap_confinement_enter(struct call *call);
void __wrap_qorgan_guard(void);
int __wrap_editor_process_run(const char *path, int *status, int *stopped);
int __wrap_isatty(int descriptor);
int __wrap_open(const char *path, int flags, ...);
int __real_open(const char *path, int flags, ...);
int __wrap_crypto_pwhash(unsigned char *out, unsigned long long size, const char *passphrase, unsigned long long length,
                         const unsigned char *salt, unsigned long long operations, size_t memory, int algorithm);
int __wrap_crypto_pwhash_scryptsalsa208sha256_ll(const uint8_t *passphrase, size_t length, const uint8_t *salt,
                                                 size_t salt_size, uint64_t n, uint32_t r, uint32_t p, uint8_t *out,
                                                 size_t size);

int __wrap_confinement_enter(struct call *call)
{
	(void)call;
	return QORGAN_OK;
}

void __wrap_qorgan_guard(void)
{
}

int __wrap_editor_process_run(const char *path, int *status, int *stopped)
{
	*status = *stopped = 0;
	if (!around.edited)
		return 0;
	int file = __real_open(path, O_WRONLY | O_TRUNC);
	check(file >= 0 && write(file, around.edited, strlen(around.edited)) >= 0 && close(file) == 0);
	return 0;
}

int __wrap_isatty(int descriptor)
{
	return around.is_terminal && descriptor <= STDERR_FILENO;
}

static int terminal_open(void)
{
	int ends[2];

	if (!around.is_terminal || peer_count == sizeof terminal_peers / sizeof terminal_peers[0] ||
	    socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends))
		return -1;
	/* What was typed is read once, whoever asks. */
	size_t size = around.typed ? strcspn(around.typed, "\n") + 1 : 0;
	if (size > 4096 || (size && around.typed[size - 1] != '\n'))
		size = 0;
	if (size)
		check(write(ends[1], around.typed, size) == (ssize_t)size);
	around.typed = size ? around.typed + size : NULL;
	shutdown(ends[1], SHUT_WR);
	terminal_peers[peer_count++] = ends[1];
	return ends[0];
}

int __wrap_open(const char *path, int flags, ...)
{
	va_list list;

	if (strcmp(path, "/dev/tty") == 0)
		return terminal_open();
	va_start(list, flags);
	int mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(list, int) : 0;
	va_end(list);
	return __real_open(path, flags, mode);
}

int __wrap_crypto_pwhash(unsigned char *out, unsigned long long size, const char *passphrase, unsigned long long length,
                         const unsigned char *salt, unsigned long long operations, size_t memory, int algorithm)
{
	(void)operations, (void)memory, (void)algorithm;
	return crypto_generichash(out, size, (const unsigned char *)passphrase, length, salt, crypto_pwhash_SALTBYTES);
}

int __wrap_crypto_pwhash_scryptsalsa208sha256_ll(const uint8_t *passphrase, size_t length, const uint8_t *salt,
                                                 size_t salt_size, uint64_t n, uint32_t r, uint32_t p, uint8_t *out,
                                                 size_t size)
{
	(void)n, (void)r, (void)p;
	return crypto_generichash(out, size, passphrase, length, salt, salt_size < 64 ? salt_size : 64);
}

/* ---- The words -------------------------------------------------------------------------------- */

struct line {
	char *words[WORDS_MOST + 2]; /* the first is the program's name; NULL behind the last */
	size_t count;
	const char *in;
};

/* A word may name what lies in the folder, by a path from there, and nothing else. */
static bool is_within(const char *word)
{
	if (strstr(word, "..") || *word == '/' || strstr(word, "=/") || strstr(word, "-:"))
		return false;
	const char *slash = strchr(word, '/'), *is = strchr(word, '=');

	return *word != '-' || !slash || (is && is < slash);
}

static void environment_take(char *text)
{
	static const char *const names[] = { "QORGAN_LANG", "LANG", "LC_ALL", "NO_COLOR", "COLUMNS", "TERM", "QORGAN_NOW",
		"QORGAN_STORE", "QORGAN_IDENTITY", "QORGAN_PASSPHRASE_FILE", "XDG_STATE_HOME", "XDG_DATA_HOME", "USER" };
	char *is = strchr(text, '=');

	if (!is)
		return;
	*is = '\0';
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		if (strcmp(names[i], text) == 0 && is_within(is + 1))
			setenv(text, is + 1, 1);
}

static void environment_reset(void)
{
	static const char *const gone[] = { "QORGAN_LANG", "LANG", "NO_COLOR", "COLUMNS", "TERM", "QORGAN_PASSPHRASE_FILE",
		"XDG_DATA_HOME" };

	for (size_t i = 0; i < sizeof gone / sizeof gone[0]; i++)
		unsetenv(gone[i]);
	check(setenv("LC_ALL", "C.UTF-8", 1) == 0 && setenv("QORGAN_NOW", "2026-08-01T10:00:00Z", 1) == 0);
	check(setenv("QORGAN_STORE", "store", 1) == 0 && setenv("QORGAN_IDENTITY", "identity", 1) == 0);
	check(setenv("XDG_STATE_HOME", small_store_folder(), 1) == 0 && setenv("USER", "tester", 1) == 0);
	check(setenv("XDG_RUNTIME_DIR", small_store_folder(), 1) == 0 && setenv("PATH", "/nonexistent", 1) == 0);
	around.typed = around.edited = NULL;
	around.is_terminal = false;
}

static const char *text_take(char *text)
{
	for (char *at = text; *at; at++)
		if (*at == '\t')
			*at = '\n';
	return text;
}

static void word_take(struct line *line, char *word)
{
	if (strncmp(word, "@env ", 5) == 0)
		environment_take(word + 5);
	else if (strncmp(word, "@type ", 6) == 0)
		around.typed = text_take(word + 6);
	else if (strncmp(word, "@edit ", 6) == 0)
		around.edited = text_take(word + 6);
	else if (strncmp(word, "@stdin ", 7) == 0)
		line->in = text_take(word + 7);
	else if (strcmp(word, "@tty") == 0)
		around.is_terminal = true;
	else if (line->count <= WORDS_MOST && is_within(word))
		line->words[line->count++] = word;
}

/* ---- A run -------------------------------------------------------------------------------------- */

/* A file without a name in the place of one of the standard streams. */
static int stream_set(int stream, const char *content)
{
	int file = memfd_create("stream", MFD_CLOEXEC);

	check(file >= 0 && write(file, content, strlen(content)) == (ssize_t)strlen(content) && lseek(file, 0, SEEK_SET) == 0);
	check(dup2(file, stream) == stream && close(file) == 0);
	return stream;
}

/* The last line of what was said is why it failed. */
static void said_check(int code, int file)
{
	char text[4096];
	ssize_t size = pread(file, text, sizeof text - 1, 0);
	off_t end = lseek(file, 0, SEEK_END);

	if (code <= QORGAN_NO || end >= (off_t)sizeof text)
		return;
	check(size > 0 && text[size - 1] == '\n');
	text[size - 1] = '\0';
	const char *last = strrchr(text, '\n');
	last = last ? last + 1 : text;
	/* What was typed stands before it without an end. */
	check(strstr(last, "qorgan: ") != NULL);
}

/* For who looks at what an input does. */
static void said_tell(const struct line *line, int code, int file)
{
	char text[4096];
	ssize_t size = pread(file, text, sizeof text, 0);

	for (size_t i = 0; i < line->count; i++)
		fprintf(stderr, "%s ", line->words[i]);
	fprintf(stderr, "-> %d\n%.*s", code, size < 0 ? 0 : (int)size, text);
}

static bool code_is_known(int code)
{
	return code == QORGAN_OK || code == QORGAN_NO || (code >= QORGAN_USAGE && code <= QORGAN_DENIED) ||
	       code == QORGAN_INTERRUPTED;
}

static int line_run(struct line *line)
{
	static int streams[3] = { -1, -1, -1 };

	for (int i = 0; i < 3; i++) {
		if (streams[i] < 0)
			streams[i] = fcntl(i, F_DUPFD_CLOEXEC, 100);
		check(streams[i] >= 0);
		stream_set(i, i == STDIN_FILENO && line->in ? line->in : "");
	}
	clearerr(stdin);
	clearerr(stdout);
	int code = qorgan_main((int)line->count, line->words);
	fflush(stdout);
	fflush(stderr);
	int said = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 100);
	for (int i = 0; i < 3; i++)
		check(dup2(streams[i], i) == i);
	if (getenv("FUZZ_TELL"))
		said_tell(line, code, said);
	said_check(code, said);
	close(said);
	while (peer_count)
		close(terminal_peers[--peer_count]);
	return code;
}

static void lines_run(char *text)
{
	struct line line = { .words = { (char *)"qorgan" }, .count = 1 };
	unsigned runs = 0;
	bool changed = false;

	for (char *end; *text && runs < RUNS_MOST; text = end) {
		size_t size = strcspn(text, "\n");
		end = text + size + (text[size] == '\n');
		text[size] = '\0';
		bool is_last = !*end;
		if (strcmp(text, "@run") != 0)
			word_take(&line, text);
		if (strcmp(text, "@run") != 0 && !is_last)
			continue;
		line.words[line.count] = NULL;
		int code = line_run(&line);
		check(code_is_known(code));
		changed |= code != QORGAN_USAGE && code != QORGAN_ABSENT;
		line = (struct line){ .words = { (char *)"qorgan" }, .count = 1 };
		environment_reset();
		runs++;
	}
	if (!changed)
		check(small_store_is_same());
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buffer text = { 0 };

	small_store_start();
	buffer_append(&text, data, size);
	check(!text.failed);
	int before = __real_open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	check(before >= 0 && chdir(small_store_folder()) == 0);
	environment_reset();
	if (size)
		lines_run(text.data);
	check(fchdir(before) == 0 && close(before) == 0);
	small_store_reset();
	buffer_free(&text);
	return 0;
}
