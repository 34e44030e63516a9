/* The small store: how it is made, kept and put back. */
#include "small_store.h"

#include <fcntl.h>
#include <ftw.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "crypto/age.h"
#include "crypto/cosignature.h"
#include "crypto/minisign.h"
#include "crypto/secret.h"
#include "qorgan/card.h"
#include "record/canonical.h"

const uint8_t kaz_log_seed[32] = { 1 }, kaz_package_seed[32] = { 2 }, kaz_cosign_seed[32] = { 3 };

static char folder[64], identity_path[80];
static pid_t maker; /* of the folder */

/* What is put back. */
#define FILES_MOST 32
static struct kept {
	char path[160];
	struct buffer bytes;
} kept[FILES_MOST];
static size_t kept_count;
static char folders[FILES_MOST][160];
static size_t folder_count;

/* ---- The same each time ---------------------------------------------------------------------- */

static uint64_t chance; /* what is random here follows from it */

static void chance_fill(void *const to, const size_t size)
{
	for (size_t i = 0; i < size; i++) { /* SplitMix64 */
		uint64_t z = chance += UINT64_C(0x9e3779b97f4a7c15);
		z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
		z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
		((uint8_t *)to)[i] = (uint8_t)(z >> 32);
	}
}

static uint32_t chance_number(void)
{
	uint32_t number;

	chance_fill(&number, sizeof number);
	return number;
}

static const char *chance_name(void)
{
	return "fuzz";
}

/* In the place of crypto/random.h's. */
void __wrap_random_fill(void *to, size_t size);
void __wrap_random_fill(void *to, size_t size)
{
	chance_fill(to, size);
}

/* A store is made of the same bytes in each run, and an input does the same to it, so that what fails once fails again. */
static void chance_set(void)
{
	static struct randombytes_implementation implementation = { .implementation_name = chance_name, .random = chance_number,
		                                                        .buf = chance_fill };

	check(randombytes_set_implementation(&implementation) == 0);
}

/* A process that the library forks ends without what the fuzzer does at its own end. */
void __wrap_exit(int status) __attribute__((noreturn));
void __real_exit(int status) __attribute__((noreturn));

void __wrap_exit(int status)
{
	if (getpid() != maker)
		_exit(status);
	__real_exit(status);
}

void check(bool good)
{
	if (!good)
		abort();
}

void check_message(int code, const struct qorgan_error *error)
{
	check(code == QORGAN_OK || code == QORGAN_NO || (error->message[0] && !strchr(error->message, '\n')));
}

/* ---- Files --------------------------------------------------------------------------------- */

const char *small_store_folder(void)
{
	return folder;
}

const char *small_store_path(const char *name)
{
	static char paths[2][160];
	static unsigned turn;

	turn ^= 1;
	snprintf(paths[turn], sizeof paths[turn], "%s/%s", folder, name);
	return paths[turn];
}

static void file_put(const char *path, const void *data, size_t size)
{
	int file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	check(file >= 0 && write(file, data, size) == (ssize_t)size && close(file) == 0);
}

void small_store_write(const char *name, const void *data, size_t size)
{
	file_put(small_store_path(name), data, size);
}

static void file_get(const char *path, struct buffer *to)
{
	struct stat status;
	int file = open(path, O_RDONLY);

	buffer_clear(to);
	check(file >= 0 && fstat(file, &status) == 0);
	char *place = buffer_reserve(to, (size_t)status.st_size + 1);
	check(place && read(file, place, (size_t)status.st_size) == status.st_size && close(file) == 0);
	to->size += (size_t)status.st_size;
	to->data[to->size] = '\0';
}

static int keep_one(const char *path, const struct stat *status, int type, struct FTW *place)
{
	(void)place;
	if (type == FTW_D) {
		check(folder_count < FILES_MOST);
		snprintf(folders[folder_count++], sizeof folders[0], "%s", path);
	} else if (S_ISREG(status->st_mode)) {
		check(kept_count < FILES_MOST);
		snprintf(kept[kept_count].path, sizeof kept[0].path, "%s", path);
		file_get(path, &kept[kept_count++].bytes);
	}
	return 0;
}

void small_store_keep(void)
{
	kept_count = folder_count = 0;
	check(nftw(folder, keep_one, 8, FTW_PHYS) == 0);
	chance = 0;
}

static int remove_strange(const char *path, const struct stat *status, int type, struct FTW *place)
{
	(void)status, (void)place;
	for (size_t i = 0; i < kept_count; i++)
		if (strcmp(kept[i].path, path) == 0)
			return 0;
	for (size_t i = 0; i < folder_count; i++)
		if (strcmp(folders[i], path) == 0)
			return 0;
	return type == FTW_DP ? rmdir(path) : unlink(path);
}

void small_store_reset(void)
{
	nftw(folder, remove_strange, 8, FTW_PHYS | FTW_DEPTH);
	for (size_t i = 0; i < folder_count; i++)
		mkdir(folders[i], 0700);
	for (size_t i = 0; i < kept_count; i++)
		file_put(kept[i].path, buffer_text(&kept[i].bytes), kept[i].bytes.size);
	chance = 0;
}

struct span small_store_bytes(void)
{
	for (size_t i = 0; i < kept_count; i++)
		if (strcmp(kept[i].path, small_store_path("store/store.mdb")) == 0)
			return buffer_span(&kept[i].bytes);
	abort();
}

bool small_store_is_same(void)
{
	struct buffer now = { 0 };

	file_get(small_store_path("store/store.mdb"), &now);
	bool same = span_equal(buffer_span(&now), small_store_bytes());
	buffer_free(&now);
	return same;
}

static int remove_any(const char *path, const struct stat *status, int type, struct FTW *place)
{
	(void)status, (void)type, (void)place;
	return remove(path);
}

static void folder_remove(void)
{
	if (getpid() == maker)
		nftw(folder, remove_any, 8, FTW_PHYS | FTW_DEPTH);
}

/* ---- What is in it ------------------------------------------------------------------------- */

static const char catalogue[] =
	"{\"kind\":\"domain\",\"id\":\"CYB\",\"title\":{\"en\":\"Cyber\",\"uz-Latn\":\"Kiber\"},\"coordinator\":\"UZB\"}\n"
	"{\"kind\":\"risk\",\"id\":\"CYB-01\",\"domain\":\"CYB\",\"title\":{\"en\":\"Attack\",\"ru\":\"Атака\"},"
	"\"inherent\":{\"likelihood\":5,\"impact\":5},\"residual\":{\"likelihood\":4,\"impact\":5},\"coordinator\":\"UZB\","
	"\"review\":\"2026-10-01\",\"treatment\":\"mitigate\",\"affected\":[\"KAZ\",\"UZB\"],\"marking\":\"TLP:GREEN\","
	"\"release\":[\"KAZ\"]}\n"
	"{\"kind\":\"risk\",\"id\":\"CYB-02\",\"domain\":\"CYB\",\"title\":{\"en\":\"Leak\"},\"coordinator\":\"KAZ\"}\n"
	"{\"kind\":\"measure\",\"id\":\"CYB-01-M1\",\"risks\":[\"CYB-01\"],\"title\":{\"en\":\"Channel\"},\"lead\":\"KAZ\","
	"\"support\":[\"KGZ\",\"UZB\"],\"due\":\"2026-07-01\",\"marking\":\"TLP:GREEN\",\"release\":[\"KAZ\",\"KGZ\"]}\n"
	"{\"kind\":\"measure\",\"id\":\"CYB-01-M2\",\"risks\":[\"CYB-01\"],\"title\":{\"en\":\"Exercise\",\"ru\":\"Учения\"},"
	"\"lead\":\"UZB\",\"due\":\"2026-07-20\",\"tags\":[\"yearly\"],\"dependencies\":[\"CYB-01-M1\"],"
	"\"milestones\":[{\"id\":\"m1\",\"title\":{\"en\":\"Plan\"},\"due\":\"2026-03-01\"}],"
	"\"indicators\":[{\"id\":\"i1\",\"title\":{\"en\":\"Staff\"},\"unit\":\"%\",\"baseline\":1,\"target\":9}],"
	"\"budget\":{\"amount\":50000,\"currency\":\"USD\"}}\n"
	"{\"kind\":\"status\",\"id\":\"CYB-01-M2/UZB\",\"status\":\"in-progress\",\"progress\":40,\"date\":\"2026-07-15\","
	"\"note\":{\"en\":\"Half way\"},\"milestones\":[{\"id\":\"m1\",\"done\":\"2026-03-01\"}]}\n"
	"{\"kind\":\"assessment\",\"id\":\"CYB-01/UZB\",\"likelihood\":3,\"impact\":5,\"date\":\"2026-07-01\","
	"\"note\":{\"en\":\"As it is\"}}\n"
	"{\"kind\":\"note\",\"id\":\"CYB-01/n1\",\"text\":{\"en\":\"Ask the bank\"}}\n";

static void fault_tell(void *context, const char *file, size_t line, const char *place, const char *text)
{
	(void)context, (void)file;
	fprintf(stderr, "small store: line %zu, %s: %s\n", line, place, text);
}

static void catalogue_load(struct qorgan_store *store)
{
	const char *path = small_store_path("catalogue.jsonl");
	const struct qorgan_load load = { .paths = &path, .count = 1, .fault = fault_tell };
	struct qorgan_commit result;

	small_store_write("catalogue.jsonl", catalogue, sizeof catalogue - 1);
	check(qorgan_load(store, &load, &result, NULL) == QORGAN_OK);
	unlink(path);
}

/* KAZ as if its card had been pinned. */
static void partner_put(struct qorgan_store *store)
{
	struct minisign_public package;
	uint8_t public_key[32], secret[64], recipient[32];
	char minisign[MINISIGN_PUBLIC_TEXT], vkey[NOTE_VKEY_LIMIT], cosigner[NOTE_VKEY_LIMIT], to[AGE_RECIPIENT_TEXT];
	struct buffer body = { 0 };
	struct vault_change *change;
	enum vault_outcome outcome;
	uint64_t number;

	minisign_public_from(kaz_package_seed, &package);
	minisign_public_format(&package, minisign);
	crypto_sign_seed_keypair(public_key, secret, kaz_log_seed);
	check(note_format_vkey(KAZ_ORIGIN, public_key, vkey));
	crypto_sign_seed_keypair(public_key, secret, kaz_cosign_seed);
	check(cosignature_format_vkey(KAZ_ORIGIN, public_key, cosigner));
	age_identity_recipient(kaz_log_seed, recipient);
	age_recipient_format(recipient, to);
	buffer_append_format(&body, "{\"cosigner\":\"%s\",\"minisign\":\"%s\",\"recipient\":\"%s\",\"vkey\":\"%s\"}", cosigner,
	                     minisign, to, vkey);
	check(vault_change_begin(store, NULL, NULL, &change, NULL) == QORGAN_OK);
	check(vault_change_put(change, schema_find("partner", 7), span_of("KAZ"), buffer_span(&body), VAULT_ANY, &outcome,
	                       NULL) == QORGAN_OK);
	check(vault_change_commit(change, &number, NULL) == QORGAN_OK);
	buffer_free(&body);
}

/* ---- The store itself ---------------------------------------------------------------------- */

const struct qorgan_keys *small_store_keys(void)
{
	static const struct qorgan_keys keys = { .identity = identity_path };

	return &keys;
}

struct qorgan_store *small_store_open(unsigned flags)
{
	struct qorgan_store *store = NULL;
	struct qorgan_error error = { 0 };

	if (qorgan_store_open(small_store_path("store"), small_store_keys(), flags | QORGAN_ANY_FILESYSTEM, &store, &error)) {
		fprintf(stderr, "small store: %s\n", error.message);
		abort();
	}
	return store;
}

void small_store_recipient(uint8_t recipient[32])
{
	struct qorgan_store *store = small_store_open(QORGAN_READ_ONLY);
	struct qorgan_card card;

	check(qorgan_card_make(store, NULL, &card, NULL, NULL) == QORGAN_OK);
	check(age_recipient_parse(card.recipient, recipient));
	qorgan_store_close(store);
}

/* Where the store is, for who reads it in the environment; and nothing else of whoever runs the fuzzer. */
static void environment_set(void)
{
	check(setenv("XDG_STATE_HOME", folder, 1) == 0 && setenv("QORGAN_NOW", "2026-08-01T10:00:00Z", 1) == 0);
	check(setenv("QORGAN_STORE", small_store_path("store"), 1) == 0 && setenv("QORGAN_IDENTITY", identity_path, 1) == 0);
	check(setenv("LC_ALL", "C.UTF-8", 1) == 0 && setenv("TMPDIR", folder, 1) == 0 && setenv("HOME", folder, 1) == 0);
}

void small_store_start(void)
{
	static const uint8_t identity[32] = { 9 };
	char text[AGE_IDENTITY_TEXT], recipient_text[AGE_RECIPIENT_TEXT];
	struct qorgan_creation creation = { .state = "UZB", .user = "tester", .recipient = recipient_text,
		                                .any_filesystem = true };
	struct qorgan_store *store;
	uint8_t recipient[32];

	if (*folder)
		return;
	chance_set();
	check(secret_start(NULL) == QORGAN_OK);
	snprintf(folder, sizeof folder, "%s/qorgan-fuzz-XXXXXX", access("/dev/shm", W_OK) ? "/tmp" : "/dev/shm");
	check(mkdtemp(folder) != NULL);
	maker = getpid();
	atexit(folder_remove);
	snprintf(identity_path, sizeof identity_path, "%s/identity", folder);
	environment_set();
	age_identity_format(identity, text);
	small_store_write("identity", text, strlen(text));
	age_identity_recipient(identity, recipient);
	age_recipient_format(recipient, recipient_text);
	check(qorgan_store_create(small_store_path("store"), &creation, &store, NULL) == QORGAN_OK);
	catalogue_load(store);
	partner_put(store);
	qorgan_store_close(store);
	small_store_keep();
}
