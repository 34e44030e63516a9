/* A store to be damaged: what was written into it, and its file as it was. */
#ifndef TESTS_DAMAGE_STORE_H
#define TESTS_DAMAGE_STORE_H

#include <check.h>

#include "store/create.h"
#include "store/vault.h"

#define PAGE 4096
#define OBJECTS 60
#define ROUNDS 12
#define EVIDENCE 3
#define LEAVES_MOST 600

#define ck_ok(call) ck_assert_msg((call) == QORGAN_OK, "%s", error.message)

/* Where it lies, the file as it was, and as a trial has it. */
extern struct damaged {
	char folder[100], path[120], data[140], identity_path[120];
	unsigned char *original, *image;
	size_t original_size, image_size;
} damaged;

/* What is in the store. */
extern struct written {
	struct {
		char id[70];
		uint32_t versions;
	} objects[OBJECTS];
	struct buffer bodies[OBJECTS][ROUNDS + 1]; /* what each version of an object says; every one differs */
	struct {
		char id[65];
		size_t size;
	} evidence[EVIDENCE];
	struct buffer leaves[LEAVES_MOST]; /* the records as a sound store gives them */
	uint64_t leaf_count, commit_count;
} written;

/* Which pages hold nothing, and which lead to others: a wrong number there may lead
 * to a page as it was before, which the database leaves among the free ones. Rows
 * of an older time authenticate; the log alone tells that they are not the newest. */
#define PAGES_MOST 2000
extern bool page_is_nothing[PAGES_MOST], page_leads[PAGES_MOST];

const struct schema *damage_kind(const char *name);
const struct schema *damage_object_kind(unsigned number);
unsigned char damage_evidence_byte(unsigned number, size_t at);

/* The fixture: a store of all rounds, its file in memory. */
void damage_set_up(void);
void damage_tear_down(void);

/* Its parts, for a store that is written otherwise. */
struct qorgan_store *damage_store_make(void);
void damage_round_write(struct qorgan_store *store, unsigned round);
void damage_leaves_load(struct qorgan_store *store);
void damage_file_load(void);
void damage_pages_locate(void);

/* damage_locate(offset, where): what the store's file has there, in words. */
void damage_locate(uint64_t offset, char where[200]);

#endif
