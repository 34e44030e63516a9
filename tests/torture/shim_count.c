/* Counting, and what is to come of a call. */
#include "shim.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

enum act { ACT_NONE, ACT_KILL, ACT_TORN, ACT_CUT, ACT_SHORT, ACT_LIE, ACT_FAIL };

static struct report *report; /* NULL: not asked for, or not yet */
static bool over;             /* what the shim itself does at the end is not counted */
static bool asked_for[KINDS];
static enum act act;
static int failure; /* errno of ACT_FAIL */
static uint64_t at, again;
static bool on, sync_lies;

static const struct {
	const char *name;
	enum act act;
	int failure;
} acts[] = {
	{ "kill", ACT_KILL, 0 },       { "torn", ACT_TORN, 0 },         { "cut", ACT_CUT, 0 },
	{ "short", ACT_SHORT, 0 },     { "lie", ACT_LIE, 0 },           { "EIO", ACT_FAIL, EIO },
	{ "ENOSPC", ACT_FAIL, ENOSPC }, { "EINTR", ACT_FAIL, EINTR },    { "ENOMEM", ACT_FAIL, ENOMEM },
	{ "EMFILE", ACT_FAIL, EMFILE }, { "EACCES", ACT_FAIL, EACCES },
};

uint64_t shim_setting(const char *name)
{
	const char *text = getenv(name);

	return text ? strtoull(text, NULL, 10) : 0;
}

/* An error in how the shim was asked must not pass for a good program. */
static void refuse(const char *text)
{
	syscall(SYS_write, STDERR_FILENO, text, strlen(text));
	_exit(99);
}

static void act_choose(const char *name)
{
	size_t i = 0;

	while (i < sizeof acts / sizeof *acts && strcmp(acts[i].name, name))
		i++;
	if (i == sizeof acts / sizeof *acts)
		refuse("torture: no such TORTURE_ACT\n");
	act = acts[i].act;
	failure = acts[i].failure;
}

__attribute__((constructor)) static void start(void)
{
	const char *path = getenv("TORTURE_REPORT"), *calls = getenv("TORTURE_CALLS"), *name = getenv("TORTURE_ACT");

	if (!path)
		return;
	int file = (int)syscall(SYS_openat, AT_FDCWD, path, O_RDWR | O_CLOEXEC);
	void *page = (void *)syscall(SYS_mmap, NULL, sizeof *report, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
	if (file < 0 || page == MAP_FAILED)
		refuse("torture: no TORTURE_REPORT\n");
	syscall(SYS_close, file);
	for (size_t i = 0; calls && i < KINDS; i++)
		asked_for[i] = strchr(calls, KIND_LETTERS[i]) != NULL;
	if (name)
		act_choose(name);
	at = shim_setting("TORTURE_AT");
	again = shim_setting("TORTURE_AGAIN");
	on = getenv("TORTURE_ON") != NULL;
	sync_lies = getenv("TORTURE_LIES") != NULL;
	report = page;
}

bool shim_remembers(void)
{
	return report && act == ACT_CUT && !over;
}

bool shim_sync_lies(void)
{
	return sync_lies;
}

void shim_lost(void)
{
	report->lost++;
}

void shim_die(void)
{
	for (;;)
		syscall(SYS_kill, syscall(SYS_getpid), SIGKILL);
}

static bool is_hit(uint64_t number)
{
	return at && (number == at || (number > at && (on || (again && number == at + again))));
}

enum verdict shim_decide(enum kind kind, const char *call)
{
	if (!report || over)
		return VERDICT_PASS;
	__atomic_add_fetch(&report->counts[kind], 1, __ATOMIC_SEQ_CST);
	if (!asked_for[kind])
		return VERDICT_PASS;
	if (!is_hit(__atomic_add_fetch(&report->asked, 1, __ATOMIC_SEQ_CST)))
		return VERDICT_PASS;
	if (__atomic_fetch_add(&report->hits, 1, __ATOMIC_SEQ_CST) == 0)
		strncpy(report->first, call, sizeof report->first - 1);
	switch (act) {
	case ACT_CUT:
		over = true;
		disk_forget();
		/* fall through */
	case ACT_KILL:
		shim_die();
	case ACT_TORN:
		if (kind != KIND_WRITE)
			shim_die();
		return VERDICT_TORN;
	case ACT_SHORT:
		return VERDICT_SHORT;
	case ACT_LIE:
		return VERDICT_LIE;
	case ACT_FAIL:
		errno = failure;
		return VERDICT_FAIL;
	default:
		return VERDICT_PASS;
	}
}
