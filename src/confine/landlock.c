/* Landlock by its system calls: the C library has no functions for it, and headers of a
 * distribution are older than kernels that it is run on. */
#include "confine/landlock.h"

#include <errno.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* As of linux/landlock.h; the version of the interface that brought each. */
enum file_access {
	ACCESS_EXECUTE = 1 << 0,
	ACCESS_WRITE_FILE = 1 << 1,
	ACCESS_REMOVE_FOLDER = 1 << 4,
	ACCESS_REMOVE_FILE = 1 << 5,
	ACCESS_MAKE_CHARACTER_DEVICE = 1 << 6,
	ACCESS_MAKE_FOLDER = 1 << 7,
	ACCESS_MAKE_FILE = 1 << 8,
	ACCESS_MAKE_SOCKET = 1 << 9,
	ACCESS_MAKE_PIPE = 1 << 10,
	ACCESS_MAKE_BLOCK_DEVICE = 1 << 11,
	ACCESS_MAKE_LINK = 1 << 12,
	ACCESS_REFER = 1 << 13,          /* 2 */
	ACCESS_TRUNCATE = 1 << 14,       /* 3 */
	ACCESS_CONTROL_DEVICE = 1 << 15, /* 5 */
};
#define ACCESS_FIRST \
	(ACCESS_EXECUTE | ACCESS_WRITE_FILE | ACCESS_REMOVE_FOLDER | ACCESS_REMOVE_FILE | ACCESS_MAKE_CHARACTER_DEVICE | \
	 ACCESS_MAKE_FOLDER | ACCESS_MAKE_FILE | ACCESS_MAKE_SOCKET | ACCESS_MAKE_PIPE | ACCESS_MAKE_BLOCK_DEVICE | \
	 ACCESS_MAKE_LINK)
#define ACCESS_OF_A_FILE (ACCESS_EXECUTE | ACCESS_WRITE_FILE | ACCESS_TRUNCATE | ACCESS_CONTROL_DEVICE)

#define NETWORK_BIND 1             /* 4: of TCP */
#define NETWORK_CONNECT 2          /* 4 */
#define SCOPE_ABSTRACT_SOCKETS 1   /* 6 */
#define SCOPE_SIGNALS 2            /* 6 */

struct rules {
	uint64_t files, network, scope;
};
struct rule {
	uint64_t allowed;
	int32_t place;
} __attribute__((packed));

static long rules_make(const struct rules *rules, size_t size, unsigned flags)
{
	return syscall(SYS_landlock_create_ruleset, rules, size, flags);
}

int landlock_version(void)
{
	long version = rules_make(NULL, 0, 1 /* LANDLOCK_CREATE_RULESET_VERSION */);

	return version > 0 ? (int)version : 0;
}

/* What is forbidden, but where a rule allows it. */
static struct rules rules_of(const struct confinement *confinement, int version)
{
	struct rules rules = { .files = ACCESS_FIRST };

	if (version >= 2)
		rules.files |= ACCESS_REFER;
	if (version >= 3)
		rules.files |= ACCESS_TRUNCATE;
	if (version >= 4)
		rules.network = NETWORK_BIND | (confinement->asks_server ? 0 : NETWORK_CONNECT);
	if (version >= 5)
		rules.files |= ACCESS_CONTROL_DEVICE;
	if (version >= 6)
		rules.scope = SCOPE_ABSTRACT_SOCKETS | SCOPE_SIGNALS;
	if (confinement->is_editor)
		rules.files &= ~(uint64_t)ACCESS_EXECUTE;
	/* Of a desktop's programs some are spoken to by a socket without a file. */
	if (confinement->is_editor)
		rules.scope &= ~(uint64_t)SCOPE_ABSTRACT_SOCKETS;
	if (confinement->signals_editor)
		rules.scope &= ~(uint64_t)SCOPE_SIGNALS;
	return rules;
}

static size_t rules_size(int version)
{
	return version >= 6 ? sizeof(struct rules) : version >= 4 ? 2 * sizeof(uint64_t) : sizeof(uint64_t);
}

static uint64_t access_of(unsigned rights)
{
	uint64_t access = 0;

	if (rights & CONFINE_FILES)
		access |= ACCESS_WRITE_FILE | ACCESS_MAKE_FILE | ACCESS_REMOVE_FILE | ACCESS_TRUNCATE;
	if (rights & CONFINE_FOLDERS)
		access |= ACCESS_MAKE_FOLDER | ACCESS_REMOVE_FOLDER;
	if (rights & CONFINE_MOVES)
		access |= ACCESS_REFER;
	if (rights & CONFINE_LINKS)
		access |= ACCESS_MAKE_LINK;
	if (rights & CONFINE_DEVICE)
		access |= ACCESS_WRITE_FILE | ACCESS_TRUNCATE | ACCESS_CONTROL_DEVICE;
	if (rights & CONFINE_EXECUTE)
		access |= ACCESS_EXECUTE;
	return access;
}

static int place_allow(int rules, uint64_t handled, int place, unsigned rights, struct qorgan_error *error)
{
	struct rule rule = { .allowed = access_of(rights) & handled, .place = place };
	struct stat status;

	if (fstat(place, &status))
		return error_set_system(error, QORGAN_INTERNAL, "cannot examine a place that is to be written");
	if (!S_ISDIR(status.st_mode))
		rule.allowed &= ACCESS_OF_A_FILE;
	/* A pipe without a name is of no file system that could be closed to anybody. */
	if (rule.allowed && syscall(SYS_landlock_add_rule, rules, 1 /* LANDLOCK_RULE_PATH_BENEATH */, &rule, 0) &&
	    errno != EBADFD)
		return error_set_system(error, QORGAN_INTERNAL, "Landlock does not take a rule");
	return QORGAN_OK;
}

static bool needs_moves(const struct confinement *confinement)
{
	for (size_t i = 0; i < confinement->count; i++)
		if (confinement->places[i].rights & CONFINE_MOVES)
			return true;
	return false;
}

int landlock_enter(const struct confinement *confinement, int version, bool *held, struct qorgan_error *error)
{
	struct rules forbidden = rules_of(confinement, version);
	int code = QORGAN_OK;

	*held = false;
	if (version < 1 || (version < 2 && needs_moves(confinement)))
		return QORGAN_OK;
	int rules = (int)rules_make(&forbidden, rules_size(version), 0);
	if (rules < 0)
		return error_set_system(error, QORGAN_INTERNAL, "Landlock makes no rules");
	for (size_t i = 0; i < confinement->count && !code; i++)
		code = place_allow(rules, forbidden.files, confinement->places[i].descriptor, confinement->places[i].rights, error);
	if (!code && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		code = error_set_system(error, QORGAN_INTERNAL, "cannot give up gaining rights");
	if (!code && syscall(SYS_landlock_restrict_self, rules, 0) == 0)
		*held = true;
	else if (!code && errno != E2BIG) /* as many layers as there can be: somebody else's hold */
		code = error_set_system(error, QORGAN_INTERNAL, "Landlock cannot be entered");
	close(rules);
	return code;
}
