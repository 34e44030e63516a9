/* The store that the tests of damage write, and what they know of it. */
#include "damage_store.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "crypto/age.h"

struct damaged damaged;
struct written written = { .evidence = { { .size = 0 }, { .size = 3000 }, { .size = 60000 } } };
bool page_is_nothing[PAGES_MOST], page_leads[PAGES_MOST];

static char recipient_text[AGE_RECIPIENT_TEXT];
static struct qorgan_error error;

const struct schema *damage_kind(const char *name)
{
	return schema_find(name, strlen(name));
}

const struct schema *damage_object_kind(unsigned number)
{
	static const char *const names[] = { "domain", "risk", "measure", "status", "note" };

	return damage_kind(names[number < 8 ? 0 : number < 20 ? 1 : number < 45 ? 2 : number < 55 ? 3 : 4]);
}

static void body_make(unsigned number, uint32_t version, struct buffer *to)
{
	size_t size = (number * 37 + version * 101) % 700 + (number == 30 ? 9000 : 0);

	buffer_clear(to);
	buffer_append_format(to, "{\"filler\":\"");
	for (size_t i = 0; i < size; i++)
		buffer_append_char(to, (char)('a' + (i * 7 + number + version) % 26));
	buffer_append_format(to, "\",\"number\":%u,\"version\":%u}", number, version);
}

unsigned char damage_evidence_byte(unsigned number, size_t at)
{
	return (unsigned char)(at * 31 + at / 251 + number);
}

static void objects_put(struct vault_change *change, unsigned first, unsigned last)
{
	enum vault_outcome outcome;

	for (unsigned i = first; i < last; i++) {
		struct buffer *body = &written.bodies[i][++written.objects[i].versions];
		body_make(i, written.objects[i].versions, body);
		ck_ok(vault_change_put(change, damage_object_kind(i), span_of(written.objects[i].id), buffer_span(body), VAULT_ANY,
		                       &outcome, &error));
	}
}

static void evidence_put(struct vault_change *change, unsigned number)
{
	enum vault_outcome outcome;
	char name[160], body[64];
	uint64_t size;

	snprintf(name, sizeof name, "%s/evidence", damaged.folder);
	FILE *file = fopen(name, "w");
	for (size_t i = 0; i < written.evidence[number].size; i++)
		fputc(damage_evidence_byte(number, i), file);
	fclose(file);
	ck_ok(vault_change_evidence(change, name, written.evidence[number].id, &size, &error));
	snprintf(body, sizeof body, "{\"name\":\"%u\",\"size\":%zu}", number, written.evidence[number].size);
	ck_ok(vault_change_put(change, damage_kind("evidence"), span_of(written.evidence[number].id), span_of(body), 0,
	                       &outcome, &error));
}

/* One round gives some of the odd-numbered objects a further version. */
void damage_round_write(struct qorgan_store *store, unsigned round)
{
	struct vault_change *change;
	uint64_t number;

	ck_ok(vault_change_begin(store, NULL, "a round of changes", &change, &error));
	if (round == 0)
		objects_put(change, 0, OBJECTS);
	else
		for (unsigned i = 1; i < OBJECTS; i += 2)
			if (i % 5 + 7 >= round)
				objects_put(change, i, i + 1);
	if (round % 4 == 0)
		evidence_put(change, round / 4);
	ck_ok(vault_change_commit(change, &number, &error));
	written.commit_count = number;
}

void damage_file_load(void)
{
	FILE *file = fopen(damaged.data, "rb");
	struct stat status;

	ck_assert_ptr_nonnull(file);
	ck_assert_int_eq(fstat(fileno(file), &status), 0);
	damaged.original_size = (size_t)status.st_size;
	damaged.original = malloc(damaged.original_size);
	damaged.image = malloc(damaged.original_size + PAGE);
	ck_assert(damaged.original && damaged.image);
	ck_assert_uint_eq(fread(damaged.original, 1, damaged.original_size, file), damaged.original_size);
	fclose(file);
}

void damage_leaves_load(struct qorgan_store *store)
{
	struct vault_record record = { 0 };
	struct vault_view *view;

	ck_ok(vault_view_begin(store, &view, &error));
	written.leaf_count = vault_view_leaves(view);
	ck_assert_uint_lt(written.leaf_count, LEAVES_MOST);
	ck_assert_uint_gt(written.leaf_count, 256); /* so that the tree has stored hashes */
	for (uint64_t i = 0; i < written.leaf_count; i++) {
		ck_ok(vault_get_leaf(view, i, &record, &error));
		buffer_append_span(&written.leaves[i], record.record.bytes);
	}
	vault_record_free(&record);
	vault_view_end(view);
}

static void identity_make(void)
{
	uint8_t identity[32], recipient[32];
	char text[AGE_IDENTITY_TEXT];

	randombytes_buf(identity, sizeof identity);
	age_identity_recipient(identity, recipient);
	age_recipient_format(recipient, recipient_text);
	age_identity_format(identity, text);
	FILE *file = fopen(damaged.identity_path, "w");
	ck_assert_int_eq(chmod(damaged.identity_path, 0600), 0);
	fprintf(file, "%s\n", text);
	fclose(file);
}

/* A store written by `rounds` changes. */
struct qorgan_store *damage_store_make(void)
{
	struct qorgan_creation creation = { .state = "UZB", .user = "tester", .recipient = recipient_text };
	struct qorgan_store *store;

	for (unsigned i = 0; i < OBJECTS; i++)
		snprintf(written.objects[i].id, sizeof written.objects[i].id, "%s-%02u%s", damage_object_kind(i)->kind, i,
		         damage_object_kind(i)->id_form == SCHEMA_ID_PAIR ? "/KAZ" : "");
	ck_ok(vault_create(damaged.path, &creation, &store, &error));
	ck_ok(vault_create_finish(store, &error));
	return store;
}

static void place_make(void)
{
	snprintf(damaged.folder, sizeof damaged.folder, "%s/qorgan-damage-XXXXXX",
	         access("/dev/shm", W_OK) ? "/tmp" : "/dev/shm");
	ck_assert_ptr_nonnull(mkdtemp(damaged.folder));
	setenv("XDG_STATE_HOME", damaged.folder, 1);
	unsetenv("QORGAN_NOW");
	ck_assert_int_ge(sodium_init(), 0);
	snprintf(damaged.path, sizeof damaged.path, "%s/store", damaged.folder);
	snprintf(damaged.data, sizeof damaged.data, "%s/store.mdb", damaged.path);
	snprintf(damaged.identity_path, sizeof damaged.identity_path, "%s/identity", damaged.folder);
	identity_make();
}

void damage_locate(uint64_t offset, char where[200])
{
	char *text = NULL;

	snprintf(where, 200, "nowhere");
	if (!qorgan_locate(damaged.path, offset, &text, &error))
		snprintf(where, 200, "%s", text);
	free(text);
}

void damage_pages_locate(void)
{
	char where[200];

	ck_assert_uint_lt(damaged.original_size / PAGE, PAGES_MOST);
	for (size_t page = 0; page < damaged.original_size / PAGE; page++) {
		damage_locate(page * PAGE, where);
		page_is_nothing[page] = strstr(where, "free page") || strstr(where, "not taken into use") ||
		                        strstr(where, "older meta page");
		page_leads[page] = strstr(where, "table list") || strstr(where, "newest meta page") ||
		                   damaged.original[page * PAGE + 10] == 1; /* a branch */
	}
}

void damage_set_up(void)
{
	place_make();
	struct qorgan_store *store = damage_store_make();
	for (unsigned round = 0; round < ROUNDS; round++)
		damage_round_write(store, round);
	damage_leaves_load(store);
	qorgan_store_close(store);
	damage_file_load();
	damage_pages_locate();
}

void damage_tear_down(void)
{
	char command[200];

	free(damaged.original);
	free(damaged.image);
	for (size_t i = 0; i < LEAVES_MOST; i++)
		buffer_free(&written.leaves[i]);
	for (size_t i = 0; i < OBJECTS * (ROUNDS + 1); i++)
		buffer_free(&written.bodies[i / (ROUNDS + 1)][i % (ROUNDS + 1)]);
	snprintf(command, sizeof command, "rm -rf '%s'", damaged.folder);
	ck_assert_int_eq(system(command), 0);
}
