/* Parity, by the program par2. It is given absolute paths, an environment of two words, and
 * nothing to read or to say; what it found is in its exit code. */
#include "store/parity.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/file.h"
#include "store/parity_packets.h"

#define SECTOR 4096u
#define BLOCKS 2000u /* of a large file: more make it slow, fewer mend less */
#define LEAST 2u     /* blocks that can be mended at least */
#define PIECE ((size_t)1 << 20)

/* Of par2, as its manual has them. */
enum par2_code { PAR2_WHOLE = 0, PAR2_MENDABLE = 1 };

/* Where a file lies, by an absolute path: no name is taken for an option. */
struct parity_paths {
	char folder[PATH_MAX];
	const char *name; /* of the file, within what the caller gave */
	char *file, *signature, *parity;
};

static void paths_free(struct parity_paths *paths)
{
	free(paths->file);
	free(paths->signature);
	free(paths->parity);
}

static int paths_fill(const char *file, struct parity_paths *paths, struct qorgan_error *error)
{
	const char *slash = strrchr(file, '/');
	char *above = slash ? strndup(file, (size_t)(slash - file) + 1) : strdup("./");
	int code = QORGAN_OK;

	*paths = (struct parity_paths){ .name = slash ? slash + 1 : file };
	if (!above)
		return error_set_memory(error);
	if (!realpath(above, paths->folder))
		code = error_set_system(error, errno == ENOENT || errno == ENOTDIR ? QORGAN_ABSENT : QORGAN_IO,
		                        "cannot find the folder of %s", file);
	free(above);
	if (code)
		return code;
	paths->file = file_join(paths->folder, paths->name);
	if (!paths->file || asprintf(&paths->signature, "%s.minisig", paths->file) < 0)
		paths->signature = NULL;
	if (!paths->file || asprintf(&paths->parity, "%s" PARITY_ENDING, paths->file) < 0)
		paths->parity = NULL;
	return paths->signature && paths->parity ? QORGAN_OK : error_set_memory(error);
}

/* ---- The program ---------------------------------------------------------------- */

/* Where the program is: in a folder of PATH that is named from the root. */
static bool program_find(char path[PATH_MAX])
{
	const char *list = getenv("PATH");
	size_t size;

	for (list = list ? list : "/usr/bin:/bin"; *list; list += size + (list[size] == ':')) {
		size = strcspn(list, ":");
		if (*list == '/' && snprintf(path, PATH_MAX, "%.*s/par2", (int)size, list) < PATH_MAX && access(path, X_OK) == 0)
			return true;
	}
	return false;
}

static int program_missing(struct qorgan_error *error)
{
	return error_set(error, QORGAN_ABSENT,
	                 "parity takes the program par2, which is not installed here: install the package par2");
}

static int program_start(char *const arguments[], pid_t *process, struct qorgan_error *error)
{
	char *environment[] = { "LC_ALL=C", "PATH=/usr/bin:/bin", NULL };
	posix_spawn_file_actions_t files;
	int failed = posix_spawn_file_actions_init(&files);

	if (failed)
		return error_set_memory(error);
	failed = posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	for (int descriptor = STDOUT_FILENO; descriptor <= STDERR_FILENO && !failed; descriptor++)
		failed = posix_spawn_file_actions_addopen(&files, descriptor, "/dev/null", O_WRONLY, 0);
	if (!failed)
		failed = posix_spawn(process, arguments[0], &files, NULL, arguments, environment);
	posix_spawn_file_actions_destroy(&files);
	errno = failed;
	return failed ? error_set_system(error, QORGAN_IO, "cannot run %s", arguments[0]) : QORGAN_OK;
}

/* Runs par2 with these words behind its path; *answer is its exit code. */
static int program_run(char *const words[], int *answer, struct qorgan_error *error)
{
	char path[PATH_MAX], *arguments[16] = { path };
	pid_t process, ended;
	int status;

	for (size_t i = 0; words[i]; i++)
		arguments[i + 1] = words[i];
	int code = program_find(path) ? program_start(arguments, &process, error) : program_missing(error);
	if (code)
		return code;
	do
		ended = waitpid(process, &status, 0);
	while (ended < 0 && errno == EINTR);
	if (ended != process || !WIFEXITED(status))
		return error_set(error, QORGAN_IO, "%s did not end as it should", path);
	*answer = WEXITSTATUS(status);
	return QORGAN_OK;
}

/* ---- Folders and copies ------------------------------------------------------------ */

void parity_folder_remove(const char *folder)
{
	DIR *list = opendir(folder);
	const struct dirent *entry;

	while (list && (entry = readdir(list)))
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
			unlinkat(dirfd(list), entry->d_name, 0);
	if (list)
		closedir(list);
	rmdir(folder);
}

/* The next bytes of a file, of which what the disk does not give any more are zeros. */
static ssize_t piece_read(int descriptor, char *piece, off_t at)
{
	ssize_t got = pread(descriptor, piece, PIECE, at);

	if (got >= 0 || errno != EIO)
		return got;
	memset(piece, 0, SECTOR);
	got = pread(descriptor, piece, SECTOR, at);
	return got < 0 && errno == EIO ? (ssize_t)SECTOR : got;
}

static int bytes_copy(const char *from, int descriptor, struct file_writer *writer, struct qorgan_error *error)
{
	char *piece = malloc(PIECE);
	off_t size = lseek(descriptor, 0, SEEK_END);
	int code = piece ? QORGAN_OK : error_set_memory(error);

	for (off_t at = 0; at < size && !code;) {
		ssize_t got = piece_read(descriptor, piece, at);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			code = error_set_system(error, QORGAN_IO, "cannot read %s", from);
		if (got <= 0)
			break;
		code = file_write(writer, piece, (size_t)got, error);
		at += got;
	}
	free(piece);
	return code;
}

static int file_copy(const char *from, const char *to, struct qorgan_error *error)
{
	struct file_writer *writer = NULL;
	int descriptor = open(from, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	int code = QORGAN_OK;

	if (descriptor < 0)
		return error_set_system(error, errno == ENOENT ? QORGAN_ABSENT : QORGAN_IO, "cannot open %s", from);
	code = file_create(to, 0600, &writer, error);
	if (!code)
		code = bytes_copy(from, descriptor, writer, error);
	close(descriptor);
	if (!code)
		return file_commit(writer, error);
	file_abandon(writer);
	return code;
}

/* ---- Making ---------------------------------------------------------------------- */

int parity_check(const char *file, struct qorgan_error *error)
{
	const char *slash = strrchr(file, '/');
	char path[PATH_MAX];

	if (strpbrk(slash ? slash + 1 : file, "*?\"<>|:\\"))
		return error_set(error, QORGAN_USAGE,
		                 "%s: par2 takes no name with * ? \" < > | : or \\: name the backup otherwise", file);
	return program_find(path) ? QORGAN_OK : program_missing(error);
}

/* What par2 left in the folder: of its two files, the one that has the blocks holds all that is in
 * the other, too. */
static char *volume_find(const char *folder)
{
	DIR *list = opendir(folder);
	const struct dirent *entry;
	char *found = NULL;

	while (list && !found && (entry = readdir(list)))
		if (strstr(entry->d_name, ".vol"))
			found = file_join(folder, entry->d_name);
	if (list)
		closedir(list);
	return found;
}

static int blocks_reckon(const struct parity_paths *paths, unsigned percent, char size_word[24], char count_word[24],
                         struct qorgan_error *error)
{
	struct stat status;

	if (stat(paths->file, &status))
		return error_set_system(error, QORGAN_IO, "cannot examine %s", paths->file);
	uint64_t block = ((uint64_t)status.st_size / BLOCKS + SECTOR - 1) / SECTOR * SECTOR;
	block = block ? block : SECTOR;
	uint64_t blocks = ((uint64_t)status.st_size + block - 1) / block + 1; /* one of the signature */
	uint64_t count = (blocks * percent + 99) / 100;
	snprintf(size_word, 24, "-s%llu", (unsigned long long)block);
	snprintf(count_word, 24, "-c%llu", (unsigned long long)(count > LEAST ? count : LEAST));
	return QORGAN_OK;
}

static int parity_write(const struct parity_paths *paths, const char *folder, unsigned percent,
                        struct qorgan_error *error)
{
	char size[24], count[24], *base = NULL, *archive = NULL, *volume = NULL;
	int answer = 0, code = blocks_reckon(paths, percent, size, count, error);

	if (!code && (asprintf(&base, "-B%s", paths->folder) < 0 || asprintf(&archive, "-a%s/parity.par2", folder) < 0))
		code = error_set_memory(error);
	char *words[] = { "create", "-q", "-q", "-n1", size, count, base, archive, "--", paths->file, paths->signature, NULL };
	if (!code)
		code = program_run(words, &answer, error);
	if (!code && (answer || !(volume = volume_find(folder))))
		code = error_set(error, QORGAN_IO, "par2 could not make the parity of %s (its code is %d)", paths->file, answer);
	if (!code)
		code = file_copy(volume, paths->parity, error);
	free(base);
	free(archive);
	free(volume);
	return code;
}

int parity_make(const char *file, unsigned percent, struct qorgan_error *error)
{
	struct parity_paths paths;
	char *folder = NULL;
	int code = paths_fill(file, &paths, error);

	if (!code && asprintf(&folder, "%s-XXXXXX", paths.parity) < 0) {
		folder = NULL;
		code = error_set_memory(error);
	}
	if (!code && !mkdtemp(folder)) {
		code = error_set_system(error, QORGAN_CANNOT_CREATE, "cannot make a folder beside %s", file);
		free(folder);
		folder = NULL;
	}
	if (!code)
		code = parity_write(&paths, folder, percent, error);
	if (folder)
		parity_folder_remove(folder);
	free(folder);
	paths_free(&paths);
	return code;
}

int parity_forget(const char *file, struct qorgan_error *error)
{
	char *path = NULL;
	int code = QORGAN_OK;

	if (asprintf(&path, "%s" PARITY_ENDING, file) < 0)
		return error_set_memory(error);
	if (unlink(path) == 0)
		code = file_sync_name(path, error);
	else if (errno != ENOENT && errno != ENOTDIR)
		code = error_set_system(error, QORGAN_CANNOT_CREATE, "cannot remove %s, which is of the file before", path);
	free(path);
	return code;
}

/* ---- Looking and mending ------------------------------------------------------------ */

/* par2 writes to the names that the parity gives, wherever they lead: there may be none but those of
 * the file and its signature. Called for each name that there is in it, be it in damaged parts. */
static bool name_is_ours(const struct parity_paths *paths, const char *name, size_t size)
{
	size_t own = strlen(paths->name);

	while (size && name[size - 1] == '\0')
		size--;
	if (size < own || memcmp(name, paths->name, own) != 0)
		return false;
	return size == own || (size == own + 8 && memcmp(name + own, ".minisig", 8) == 0);
}

/* The head of a packet, as PAR 2.0 has it: magic (8), length (8, little-endian), hash (16), set (16),
 * type (16). The body of a description: id (16), hashes (32), length (8), name. */
#define PACKET_DESCRIPTION "PAR 2.0\0FileDesc"
#define PACKET_TYPE_AT 48
#define PACKET_NAME_AT (64 + 56)
#define PACKET_LONGEST (PACKET_NAME_AT + 2 * PATH_MAX)

/* Whether a description begins here, and its name is none of ours. */
static bool packet_is_foreign(const struct parity_paths *paths, struct span rest)
{
	uint64_t length;

	if (rest.size < PACKET_NAME_AT || memcmp(rest.data, PARITY_MAGIC, 8) != 0 ||
	    memcmp(rest.data + PACKET_TYPE_AT, PACKET_DESCRIPTION, 16) != 0)
		return false;
	memcpy(&length, rest.data + 8, sizeof length);
	length = le64toh(length);
	if (length <= PACKET_NAME_AT || length > rest.size)
		return length > PACKET_NAME_AT && length <= PACKET_LONGEST ? false : length > PACKET_LONGEST;
	return !name_is_ours(paths, rest.data + PACKET_NAME_AT, length - PACKET_NAME_AT);
}

static int names_check(const struct parity_paths *paths, struct qorgan_error *error)
{
	int descriptor = open(paths->parity, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	char *piece = malloc(PIECE + PACKET_LONGEST);
	int code = descriptor < 0 ? error_set_system(error, errno == ENOENT ? QORGAN_ABSENT : QORGAN_IO, "cannot open %s",
	                                             paths->parity)
	                          : piece ? QORGAN_OK : error_set_memory(error);

	for (off_t at = 0; !code; at += (off_t)PIECE) {
		ssize_t got = pread(descriptor, piece, PIECE + PACKET_LONGEST, at);
		if (got < 0)
			code = error_set_system(error, QORGAN_IO, "cannot read %s", paths->parity);
		if (got <= 0)
			break;
		for (const char *from = piece; !code && (from = memmem(from, (size_t)(piece + got - from), PARITY_MAGIC, 8)); from++)
			if (packet_is_foreign(paths, (struct span){ from, (size_t)(piece + got - from) }))
				code = error_set(error, QORGAN_BAD_DATA, "%s names other files than %s: it is not used", paths->parity,
				                 paths->name);
	}
	if (descriptor >= 0)
		close(descriptor);
	free(piece);
	return code;
}

/* par2 with one word, on parity in a folder. */
static int parity_run(const char *what, const char *folder, const char *parity, int *answer, struct qorgan_error *error)
{
	char *base = NULL;

	if (asprintf(&base, "-B%s", folder) < 0)
		return error_set_memory(error);
	char *words[] = { (char *)what, "-q", "-q", base, "--", (char *)parity, NULL };
	int code = program_run(words, answer, error);
	free(base);
	return code;
}

/* Of parity by which the file is whole. */
static int packets_look(const char *parity, enum parity *found, struct qorgan_error *error)
{
	int file = open(parity, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	bool whole = false;
	int code = file < 0 ? QORGAN_OK : parity_packets_check(file, &whole, error);

	*found = whole ? PARITY_WHOLE : PARITY_WORN;
	if (file >= 0)
		close(file);
	return code;
}

int parity_look(const char *file, enum parity *found, struct qorgan_error *error)
{
	struct parity_paths paths;
	struct qorgan_error why;
	char program[PATH_MAX];
	int answer = -1, code = paths_fill(file, &paths, error);

	*found = PARITY_NONE;
	if (!code && access(paths.parity, F_OK) == 0) {
		*found = program_find(program) ? PARITY_LOST : PARITY_UNASKED;
		int names = *found == PARITY_LOST ? names_check(&paths, &why) : QORGAN_BAD_DATA;
		if (!names)
			code = parity_run("verify", paths.folder, paths.parity, &answer, error);
		else if (names == QORGAN_INTERNAL)
			code = error_set_memory(error);
		if (!code && answer == PAR2_WHOLE)
			code = packets_look(paths.parity, found, error);
		else if (!code && answer == PAR2_MENDABLE)
			*found = PARITY_MENDABLE;
	}
	if (code)
		*found = PARITY_NONE; /* that is not known */
	paths_free(&paths);
	return code;
}

/* Copies of what is there, for par2 to work on. */
static int copies_make(const struct parity_paths *paths, const char *folder, char **parity, struct qorgan_error *error)
{
	const char *const from[] = { paths->file, paths->signature, paths->parity };
	int code = QORGAN_OK;

	for (size_t i = 0; i < 3 && !code; i++) {
		char *to = file_join(folder, strrchr(from[i], '/') + 1);
		code = to ? file_copy(from[i], to, error) : error_set_memory(error);
		if (code == QORGAN_ABSENT && i < 2) /* it is made anew, as far as the parity reaches */
			code = QORGAN_OK;
		if (i == 2)
			*parity = to;
		else
			free(to);
	}
	return code;
}

int parity_mend(const char *file, const char *folder, struct qorgan_error *error)
{
	struct parity_paths paths;
	char *parity = NULL;
	int answer = 0, code = paths_fill(file, &paths, error);

	if (!code)
		code = names_check(&paths, error);
	if (!code)
		code = copies_make(&paths, folder, &parity, error);
	if (!code)
		code = parity_run("repair", folder, parity, &answer, error);
	if (!code && answer)
		code = error_set(error, QORGAN_BAD_DATA, "%s is damaged beyond what %s mends: take another copy of it, or an older one",
		                 file, paths.parity);
	free(parity);
	paths_free(&paths);
	return code;
}
