/* Damage to a whole store: bytes flipped, pages zeroed and swapped, the end cut off.
 * Whatever happens, the reader ends by itself with a documented code, what it reads
 * without an error is what was written, and verify finds the damage or the byte held
 * nothing. */
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "damage_trials.h"

Suite *suite_vault_damage(void);

static unsigned seed_start(void)
{
	const char *given = getenv("QORGAN_SEED");
	unsigned seed = given ? (unsigned)strtoul(given, NULL, 10) : randombytes_random();

	printf("vault damage: QORGAN_SEED=%u\n", seed);
	fflush(stdout);
	return seed;
}

static unsigned seed;

/* A number that depends on the seed and the trial alone, so that a child that goes
 * on behind another makes the same trials. */
static size_t chance(unsigned trial, unsigned salt, size_t limit)
{
	uint64_t hash[2];
	unsigned key[4] = { seed, trial, salt, 0 };

	crypto_generichash((uint8_t *)hash, sizeof hash, (const uint8_t *)key, sizeof key, NULL, 0);
	return (size_t)(hash[0] % limit);
}

/* ---- Damage by chance ---------------------------------------------------------------------- */

static bool nothing_changed(unsigned number, struct change *change)
{
	(void)number;
	change->nothing = true;
	return true;
}

START_TEST(a_sound_store_has_no_findings)
{
	damage_trials_run("no damage", 2, nothing_changed);
}
END_TEST

/* A third anywhere, a third where the structure is, a third in the first pages
 * and among the lists of entries. */
static bool byte_change(unsigned number, struct change *change)
{
	size_t offset = chance(number, 1, damaged.original_size);

	if (number % 3 == 1)
		offset = offset / PAGE * PAGE + chance(number, 2, 160);
	else if (number % 3 == 2)
		offset = offset / PAGE * PAGE + PAGE - 1 - chance(number, 2, 1500);
	damaged.image[offset] ^= (unsigned char)(number % 2 ? 1u << chance(number, 3, 8) : chance(number, 3, 255) + 1);
	change->offset = offset;
	change->older_allowed = page_leads[offset / PAGE];
	snprintf(change->name, sizeof change->name, "byte %zu: %02x for %02x", offset, damaged.image[offset],
	         damaged.original[offset]);
	return true;
}

START_TEST(changed_bytes)
{
	const char *given = getenv("QORGAN_TRIALS");

	seed = seed_start();
	damage_trials_run("changed bytes", given ? (unsigned)strtoul(given, NULL, 10) : 1500, byte_change);
}
END_TEST

/* Of both meta pages, every byte that means something. */
static bool meta_change(unsigned number, struct change *change)
{
	size_t offset = number % 2 * PAGE + number / 2;

	damaged.image[offset] ^= (unsigned char)(1u << number / 2 % 8);
	change->offset = offset;
	change->older_allowed = page_leads[offset / PAGE];
	snprintf(change->name, sizeof change->name, "byte %zu of a meta page", offset);
	return true;
}

START_TEST(changed_bytes_of_the_meta_pages)
{
	damage_trials_run("meta pages", 2 * 160, meta_change);
}
END_TEST

/* ---- Whole pages ------------------------------------------------------------------------------ */

static bool page_zero(unsigned number, struct change *change)
{
	memset(damaged.image + (size_t)number * PAGE, 0, PAGE);
	change->nothing = page_is_nothing[number];
	snprintf(change->name, sizeof change->name, "page %u zeroed", number);
	return memcmp(damaged.image, damaged.original, damaged.original_size) != 0;
}

START_TEST(zeroed_pages)
{
	damage_trials_run("zeroed pages", (unsigned)(damaged.original_size / PAGE), page_zero);
}
END_TEST

static unsigned number_at(const unsigned char *at)
{
	return at[0] | (unsigned)at[1] << 8;
}

/* Whether two pages of entries have the same ones in the same order, wherever they lie
 * in the page: a page that was split and written anew leaves such a one behind. Whichever
 * of them is read, the same is read. */
static bool pages_hold_the_same(size_t a, size_t b)
{
	enum { FLAGS = 10, LOWER = 12, HEAD = 16, ENTRY_HEAD = 8, LEAF = 2 };
	const unsigned char *pages[] = { damaged.original + a * PAGE, damaged.original + b * PAGE };
	unsigned end = number_at(pages[0] + LOWER);

	if (number_at(pages[0] + FLAGS) != LEAF || number_at(pages[1] + FLAGS) != LEAF || number_at(pages[1] + LOWER) != end ||
	    end > PAGE)
		return false;
	for (unsigned at = HEAD; at < end; at += 2) {
		unsigned offsets[] = { number_at(pages[0] + at), number_at(pages[1] + at) };
		const unsigned char *entry = pages[0] + offsets[0];
		if (offsets[0] > PAGE - ENTRY_HEAD || offsets[1] > PAGE - ENTRY_HEAD)
			return false;
		/* Its head: the size of the value in two halves, flags, and the size of the key. */
		size_t size = ENTRY_HEAD + number_at(entry) + number_at(entry + 6);
		if (number_at(entry + 2) || offsets[0] + size > PAGE || offsets[1] + size > PAGE ||
		    memcmp(entry, pages[1] + offsets[1], size) != 0)
			return false;
	}
	return true;
}

/* Pages of one kind most of all, as they are the likeliest to be believed: a page
 * bears its own number, which is mended here. */
static bool pages_swap(unsigned number, struct change *change)
{
	size_t pages = damaged.original_size / PAGE, a = chance(number, 1, pages), b = chance(number, 2, pages);
	const unsigned char *kind = damaged.original + 10; /* of the first page */

	for (unsigned i = 0; i < 50 && number % 4 && (a == b || kind[a * PAGE] != kind[b * PAGE]); i++)
		b = chance(number, 3 + i, pages);
	memcpy(damaged.image + a * PAGE, damaged.original + b * PAGE, PAGE);
	memcpy(damaged.image + b * PAGE, damaged.original + a * PAGE, PAGE);
	if (number % 2) {
		memcpy(damaged.image + a * PAGE, damaged.original + a * PAGE, 8);
		memcpy(damaged.image + b * PAGE, damaged.original + b * PAGE, 8);
	}
	change->nothing = (page_is_nothing[a] && page_is_nothing[b]) || (number % 2 && pages_hold_the_same(a, b));
	change->older_allowed = true;
	snprintf(change->name, sizeof change->name, "pages %zu and %zu swapped", a, b);
	return memcmp(damaged.image, damaged.original, damaged.original_size) != 0;
}

START_TEST(swapped_pages)
{
	seed = seed_start();
	damage_trials_run("swapped pages", 200, pages_swap);
}
END_TEST

/* One page in the place of another, which is gone; in half of the trials with that one's
 * number. */
static bool page_doubled(unsigned number, struct change *change)
{
	size_t pages = damaged.original_size / PAGE, lost = number / 2 % pages, doubled = chance(number, 1, pages);

	memcpy(damaged.image + lost * PAGE, damaged.original + doubled * PAGE, PAGE);
	if (number % 2)
		memcpy(damaged.image + lost * PAGE, damaged.original + lost * PAGE, 8);
	change->nothing = page_is_nothing[lost] || (number % 2 && pages_hold_the_same(lost, doubled));
	change->older_allowed = true;
	snprintf(change->name, sizeof change->name, "page %zu written over page %zu", doubled, lost);
	return memcmp(damaged.image, damaged.original, damaged.original_size) != 0;
}

START_TEST(doubled_pages)
{
	seed = seed_start();
	damage_trials_run("doubled pages", (unsigned)(2 * (damaged.original_size / PAGE)), page_doubled);
}
END_TEST

/* A file may be shorter than it was by free pages only. */
static bool end_cut(unsigned number, struct change *change)
{
	damaged.image_size = (size_t)number * PAGE + (number % 4 == 3 ? 1 + chance(number, 1, PAGE - 1) : 0);
	change->nothing = true;
	for (size_t page = damaged.image_size / PAGE; page < damaged.original_size / PAGE; page++)
		change->nothing &= page_is_nothing[page];
	snprintf(change->name, sizeof change->name, "cut to %zu bytes", damaged.image_size);
	return true;
}

START_TEST(cut_off_files)
{
	seed = seed_start();
	damage_trials_run("cut off", (unsigned)(damaged.original_size / PAGE), end_cut);
}
END_TEST

Suite *suite_vault_damage(void)
{
	Suite *suite = suite_create("vault damage");
	TCase *damage = tcase_create("damage");

	tcase_add_checked_fixture(damage, damage_set_up, damage_tear_down);
	tcase_set_timeout(damage, 300);
	tcase_add_test(damage, a_sound_store_has_no_findings);
	tcase_add_test(damage, changed_bytes);
	tcase_add_test(damage, changed_bytes_of_the_meta_pages);
	tcase_add_test(damage, zeroed_pages);
	tcase_add_test(damage, swapped_pages);
	tcase_add_test(damage, doubled_pages);
	tcase_add_test(damage, cut_off_files);
	suite_add_tcase(suite, damage);
	return suite;
}
