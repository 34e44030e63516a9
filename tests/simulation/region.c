/* Making the region, and going from one store to another in one process. */
#include "region.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <sodium.h>

#include "base/buffer.h"
#include "base/date.h"
#include "chance.h"
#include "crypto/age.h"
#include "crypto/secret.h"
#include "disk.h"
#include "model.h"
#include "qorgan/object.h"

struct region region;

static const char *const codes[PARTIES] = { "UZB", "KAZ", "KGZ", "TJK", "TKM", "AZE", "UNX", "" };

const char *code_of(unsigned party)
{
	return region.parties[party].code;
}

int region_party(const char *code)
{
	for (int i = 0; i <= OBSERVER; i++)
		if (strcmp(codes[i], code) == 0)
			return i;
	return -1;
}

/* ---- From store to store -------------------------------------------------------------- */

/* A week passes from round to round. */
static void clock_set(void)
{
	char text[TIME_TEXT_SIZE];

	time_format(INT64_C(1767603600) + (int64_t)region.round * 7 * 86400, text); /* from 2026-01-05 on */
	setenv("QORGAN_NOW", text, 1);
}

void region_enter(unsigned party)
{
	setenv("XDG_STATE_HOME", region.parties[party].state_home, 1);
	clock_set();
}

struct qorgan_store *region_open(unsigned party)
{
	struct party *one = &region.parties[party];
	struct qorgan_keys keys = { .identity = one->identity_path };
	struct qorgan_error error;

	region_enter(party);
	if (!one->store && qorgan_store_open(one->store_path, &keys, 0, &one->store, &error))
		fail("the store of %s cannot be opened: %s", one->code, error.message);
	return one->store;
}

void region_close(unsigned party)
{
	region_enter(party);
	qorgan_store_close(region.parties[party].store);
	region.parties[party].store = NULL;
}

void region_reopen_all(void)
{
	for (unsigned i = 0; i < STATES; i++) {
		region_close(i);
		region_open(i);
	}
}

/* ---- The beginning --------------------------------------------------------------------- */

static void identity_write(struct party *party, char recipient_text[AGE_RECIPIENT_TEXT])
{
	uint8_t identity[32], recipient[32];
	char text[AGE_IDENTITY_TEXT];

	randombytes_buf(identity, sizeof identity);
	age_identity_recipient(identity, recipient);
	age_recipient_format(recipient, recipient_text);
	age_identity_format(identity, text);
	FILE *file = fopen(party->identity_path, "w");
	if (!file || chmod(party->identity_path, 0600) || fprintf(file, "%s\n", text) < 0 || fclose(file))
		fail("cannot write %s", party->identity_path);
}

#define TITLE(text) "\"title\":{\"en\":\"" text " " MARKER "\"},"
#define ALL "[\"AZE\",\"KAZ\",\"KGZ\",\"TJK\",\"TKM\",\"UNX\",\"UZB\"]"

static void measure_write(unsigned number, struct buffer *text)
{
	unsigned lead = number % STATES, one = (lead + 1 + chance_below(2)) % STATES;
	unsigned two = (lead + 3 + chance_below(2)) % STATES;

	buffer_append_format(text, "{\"kind\":\"measure\",\"id\":\"M%u\",\"risks\":[\"R%u\"]," TITLE("Plan"),
	                     number, number % STATES, marker_new());
	buffer_append_format(text, "\"lead\":\"%s\",\"support\":[\"%s\",\"%s\"],\"due\":\"2026-12-01\",", codes[lead],
	                     codes[one], codes[two]);
	buffer_append_format(text, "\"marking\":\"TLP:%s\",\"release\":" ALL "}\n", number % 3 ? "GREEN" : "AMBER");
}

/* What the six signed together: each state's copy of it has the same text. */
static char *catalogue_write(void)
{
	struct buffer text = { 0 };

	buffer_append_text(&text, "{\"kind\":\"state\",\"id\":\"UNX\",\"title\":{\"en\":\"Observers\"},"
	                          "\"observer\":true}\n");
	for (unsigned i = 0; i < 3; i++)
		buffer_append_format(&text, "{\"kind\":\"domain\",\"id\":\"D%u\"," TITLE("Field")
		                     "\"coordinator\":\"%s\",\"marking\":\"TLP:GREEN\",\"release\":" ALL "}\n", i, marker_new(),
		                     codes[chance_below(STATES)]);
	for (unsigned i = 0; i < STATES; i++)
		buffer_append_format(&text, "{\"kind\":\"risk\",\"id\":\"R%u\",\"domain\":\"D%u\"," TITLE("Risk")
		                     "\"coordinator\":\"%s\",\"marking\":\"TLP:%s\",\"release\":" ALL "}\n", i, i % 3,
		                     marker_new(), codes[i], i % 2 ? "AMBER" : "CLEAR");
	for (unsigned i = 0; i < 9; i++)
		measure_write(i, &text);
	return buffer_take(&text);
}

static void fault_fail(void *context, const char *file, size_t line, const char *place, const char *text)
{
	(void)context, (void)file, (void)place;
	fail("the catalogue, line %zu: %s", line, text);
}

static void store_make(unsigned number, const char *catalogue)
{
	struct party *party = &region.parties[number];
	char recipient[AGE_RECIPIENT_TEXT];
	struct qorgan_creation creation = { .state = party->code, .user = "liaison", .recipient = recipient };
	const char *const paths[] = { catalogue };
	const struct qorgan_load load = { .paths = paths, .count = 1, .fault = fault_fail };
	struct qorgan_commit result;
	struct qorgan_error error;

	region_enter(number);
	identity_write(party, recipient);
	if (qorgan_store_create(party->store_path, &creation, &party->store, &error) ||
	    qorgan_load(party->store, &load, &result, &error))
		fail("the store of %s cannot be made: %s", party->code, error.message);
}

void region_card_add(unsigned at, const char *card, enum qorgan_card_standing standing)
{
	struct qorgan_card_judgement judgement;
	struct qorgan_change *change = NULL;
	struct qorgan_commit result;
	struct qorgan_error error;

	if (qorgan_card_judge(region_open(at), card, strlen(card), &judgement, &error) ||
	    judgement.standing != standing || qorgan_change_begin(region.parties[at].store, NULL, NULL, &change, &error) ||
	    qorgan_change_card(change, &judgement, &error) || qorgan_change_commit(change, &result, &error))
		fail("a card cannot be added by %s: %s", code_of(at), error.message);
	qorgan_change_free(change);
}

static void observer_add(unsigned at, const char *recipient)
{
	struct qorgan_change *change = NULL;
	struct qorgan_commit result;
	struct qorgan_error error;

	region_enter(at);
	if (qorgan_change_begin(region.parties[at].store, NULL, NULL, &change, &error) ||
	    qorgan_change_object(change, "partner", codes[OBSERVER], QORGAN_ADD, 0, &error) ||
	    qorgan_change_set(change, "recipient", recipient, &error) ||
	    qorgan_change_set(change, "observer", "yes", &error) || qorgan_change_commit(change, &result, &error))
		fail("the observer cannot be added by %s: %s", code_of(at), error.message);
	qorgan_change_free(change);
}

/* The caller frees the text. */
static char *card_of(unsigned party)
{
	struct qorgan_card card;
	struct qorgan_error error;
	char *text = NULL;

	region_enter(party);
	if (qorgan_card_make(region.parties[party].store, NULL, &card, &text, &error))
		fail("%s has no card: %s", codes[party], error.message);
	return text;
}

static void partners_add(void)
{
	char recipient[AGE_RECIPIENT_TEXT];

	identity_write(&region.parties[OBSERVER], recipient);
	for (unsigned i = 0; i < STATES; i++) {
		char *text = card_of(i);
		for (unsigned at = 0; at < STATES; at++)
			if (at != i)
				region_card_add(at, text, QORGAN_CARD_NEW);
		free(text);
		observer_add(i, recipient);
	}
}

static void catalogue_path(char path[120])
{
	snprintf(path, 120, "%s/catalogue.jsonl", region.folder);
}

void region_remake(unsigned party)
{
	struct party *one = &region.parties[party];
	struct qorgan_object *observer = NULL;
	struct qorgan_error error;
	unsigned other = (party + 1) % STATES;
	char path[120];

	region_close(party);
	folder_remove(one->store_path);
	folder_remove(one->state_home);
	if (mkdir(one->state_home, 0700))
		fail("cannot make %s", one->state_home);
	catalogue_path(path);
	store_make(party, path);
	if (qorgan_object_get(region_open(other), "partner", codes[OBSERVER], 0, &observer, &error))
		fail("%s does not know the observer: %s", codes[other], error.message);
	char *recipient = qorgan_object_field(region_open(other), observer, "recipient");
	observer_add(party, recipient);
	free(recipient);
	qorgan_object_free(observer);
	for (other = 0; other < STATES; other++) {
		if (other == party)
			continue;
		char *own = card_of(party), *theirs = card_of(other);
		region_card_add(party, theirs, QORGAN_CARD_NEW);
		region_card_add(other, own, QORGAN_CARD_STRANGE);
		free(own);
		free(theirs);
	}
}

void region_make(const char *folder, uint64_t seed, unsigned rounds, bool loud)
{
	char path[120];

	region = (struct region){ .seed = seed, .rounds = rounds, .loud = loud };
	snprintf(region.folder, sizeof region.folder, "%s", folder);
	if (secret_start(NULL))
		fail("no secret memory");
	region.hostile = chance_below(STATES);
	for (unsigned i = 0; i < PARTIES; i++) {
		struct party *party = &region.parties[i];
		const char *name = i == TWIN ? "twin" : codes[i];
		party->code = i == TWIN ? codes[region.hostile] : codes[i];
		snprintf(party->store_path, sizeof party->store_path, "%s/%s", folder, name);
		snprintf(party->state_home, sizeof party->state_home, "%s/%s-home", folder, name);
		snprintf(party->identity_path, sizeof party->identity_path, "%s/%s-key", folder,
		         i == TWIN ? codes[region.hostile] : name);
		if (mkdir(party->state_home, 0700))
			fail("cannot make %s", party->state_home);
	}
	catalogue_path(path);
	char *catalogue = catalogue_write();
	FILE *file = fopen(path, "w");
	if (!file || fputs(catalogue, file) < 0 || fclose(file))
		fail("cannot write %s", path);
	free(catalogue);
	for (unsigned i = 0; i < STATES; i++)
		store_make(i, path);
	partners_add();
	model_start();
}
