/* Loaded before the C library: looks through the whole memory of the process for what must not be
 * there. SWEEP_WANTED names a file of lines "NAME HEXADECIMAL"; SWEEP_REPORT gets a line for each find.
 *
 * It looks when the database is asked for a transaction and when one ends (some of the times, as there
 * may be thousands), when the process is about to write a file's name or a line, and at the end. While the
 * command runs a secret may lie in locked memory alone; at the end nowhere. Memory below the stack counts:
 * what a function left there is still in a core dump. What is wanted is kept inverted, lest it find itself. */
#include <dlfcn.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define WANTED_MOST 512
#define SIZE_MOST 256

typedef struct MDB_env MDB_env;
typedef struct MDB_txn MDB_txn;
int mdb_txn_begin(MDB_env *env, MDB_txn *parent, unsigned flags, MDB_txn **txn);
int mdb_txn_commit(MDB_txn *txn);
void mdb_txn_abort(MDB_txn *txn);

static struct wanted {
	char name[64];
	uint8_t inverted[SIZE_MOST];
	size_t size;
} *wanted;
static size_t wanted_count;
static uint8_t first_bytes[65536 / 8]; /* pairs that something wanted begins with, inverted */
static int report = -1;
static unsigned points, looked;
static bool ended;

static int digit_of(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static void wanted_add(char *line)
{
	struct wanted *one = &wanted[wanted_count];
	char *space = strchr(line, ' ');

	if (!space || wanted_count == WANTED_MOST)
		_exit(99);
	snprintf(one->name, sizeof one->name, "%.*s", (int)(space - line), line);
	for (const char *at = space + 1; digit_of(at[0]) >= 0 && digit_of(at[1]) >= 0 && one->size < SIZE_MOST; at += 2)
		one->inverted[one->size++] = (uint8_t)~(digit_of(at[0]) << 4 | digit_of(at[1]));
	if (one->size < 8)
		_exit(99);
	unsigned pair = one->inverted[0] | one->inverted[1] << 8;
	first_bytes[pair / 8] |= (uint8_t)(1 << pair % 8);
	wanted_count++;
}

__attribute__((constructor)) static void start(void)
{
	static char text[1 << 17];
	const char *path = getenv("SWEEP_WANTED"), *to = getenv("SWEEP_REPORT");

	if (!path || !to)
		return;
	int file = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t size = file < 0 ? -1 : read(file, text, sizeof text - 1);
	wanted = calloc(WANTED_MOST, sizeof *wanted);
	report = open(to, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
	if (size <= 0 || size == sizeof text - 1 || report < 0 || !wanted)
		_exit(99);
	close(file);
	for (char *line = text, *end; (end = strchr(line, '\n')); line = end + 1)
		wanted_add(line);
	explicit_bzero(text, sizeof text);
}

/* ---- Looking -------------------------------------------------------------------------- */

static struct area {
	uintptr_t from, to;
	char name[96];
	bool readable, locked;
} areas[4096];
static char maps[1 << 20];

/* What is mapped, and whether it is locked: /proc/self/smaps, read without any memory that the
 * process would get for it. */
static size_t areas_read(void)
{
	size_t size = 0, count = 0;
	int file = open("/proc/self/smaps", O_RDONLY | O_CLOEXEC);
	ssize_t got;

	while (file >= 0 && size < sizeof maps - 1 && (got = read(file, maps + size, sizeof maps - 1 - size)) > 0)
		size += (size_t)got;
	if (file < 0 || size == sizeof maps - 1)
		_exit(99);
	close(file);
	maps[size] = '\0';
	for (char *line = maps, *end; (end = strchr(line, '\n')); line = end + 1) {
		unsigned long from, to;
		char mode[8];
		int used = 0;
		*end = '\0';
		if (sscanf(line, "%lx-%lx %7s %*s %*s %*s %n", &from, &to, mode, &used) == 3 && strchr(line, '-') < strchr(line, ' ')) {
			if (count == sizeof areas / sizeof *areas)
				_exit(99);
			struct area *area = &areas[count++];
			*area = (struct area){ .from = from, .to = to, .readable = mode[0] == 'r' };
			snprintf(area->name, sizeof area->name, "%s %s", mode, line + used);
		} else if (strncmp(line, "VmFlags:", 8) == 0 && count) {
			areas[count - 1].locked = strstr(line, " lo") != NULL;
		}
	}
	return count;
}

static bool is_at(const uint8_t *at, const struct wanted *one)
{
	for (size_t i = 0; i < one->size; i++)
		if ((at[i] ^ one->inverted[i]) != 0xff)
			return false;
	return true;
}

static void find_tell(const struct wanted *one, const struct area *area, const uint8_t *at, const char *point)
{
	char line[512];
	int size = snprintf(line, sizeof line, "%s %s %u %lx %s%s%s\n", one->name, point, points,
	                    (unsigned long)((uintptr_t)at - area->from), area->locked ? "locked " : "",
	                    strstr(area->name, "[stack]") ? (uintptr_t)at < (uintptr_t)&line ? "below " : "" : "", area->name);

	if (write(report, line, (size_t)size) != size)
		_exit(99);
}

__attribute__((noinline)) static void area_look(const struct area *area, const char *point)
{
	const uint8_t *end = (const uint8_t *)area->to;

	for (const uint8_t *at = (const uint8_t *)area->from; at + 1 < end; at++) {
		unsigned pair = (at[0] ^ 0xffu) | (at[1] ^ 0xffu) << 8;
		if (!(first_bytes[pair / 8] & 1 << pair % 8))
			continue;
		for (size_t i = 0; i < wanted_count; i++)
			if ((size_t)(end - at) >= wanted[i].size && is_at(at, &wanted[i]))
				find_tell(&wanted[i], area, at, point);
	}
}

static void look(const char *point)
{
	size_t count = areas_read();

	looked++;
	for (size_t i = 0; i < count; i++) {
		/* Pages that the kernel gives: reading some ends the process. Of files only what was
		 * written to in memory: the store's own file has no secret, and is swept on the disk. */
		if (!areas[i].readable || strstr(areas[i].name, "[vvar") || strstr(areas[i].name, "[vsyscall") ||
		    strstr(areas[i].name, "store.mdb"))
			continue;
		area_look(&areas[i], point);
	}
}

/* The first few times, and then ever more seldom. */
static void pass(const char *point)
{
	static __thread bool inside;

	if (report < 0 || inside || ended)
		return;
	inside = true;
	points++;
	if (points <= 6 || (points & (points - 1)) == 0)
		look(point);
	inside = false;
}

static void end_once(void)
{
	char line[64];

	if (report < 0 || ended)
		return;
	ended = true;
	look("end");
	int size = snprintf(line, sizeof line, "# looked %u times\n", looked);
	if (write(report, line, (size_t)size) != size)
		_exit(99);
}

__attribute__((destructor)) static void end(void)
{
	end_once();
}

/* ---- When ------------------------------------------------------------------------------ */

void _exit(int code)
{
	if (code != 99)
		end_once();
	syscall(SYS_exit_group, code);
	__builtin_unreachable();
}

int mdb_txn_begin(MDB_env *env, MDB_txn *parent, unsigned flags, MDB_txn **txn)
{
	static int (*real)(MDB_env *, MDB_txn *, unsigned, MDB_txn **);

	if (!real)
		real = dlsym(RTLD_NEXT, "mdb_txn_begin");
	pass("begin");
	return real(env, parent, flags, txn);
}

int mdb_txn_commit(MDB_txn *txn)
{
	static int (*real)(MDB_txn *);

	if (!real)
		real = dlsym(RTLD_NEXT, "mdb_txn_commit");
	pass("commit");
	return real(txn);
}

void mdb_txn_abort(MDB_txn *txn)
{
	static void (*real)(MDB_txn *);

	if (!real)
		real = dlsym(RTLD_NEXT, "mdb_txn_abort");
	pass("abort");
	real(txn);
}

int rename(const char *from, const char *to)
{
	static int (*real)(const char *, const char *);

	if (!real)
		real = dlsym(RTLD_NEXT, "rename");
	pass("rename");
	return real(from, to);
}
