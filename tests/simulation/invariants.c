/* The invariants, over all stores. */
#include "invariants.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "model.h"
#include "qorgan/object.h"
#include "store/mirror.h"

/* ---- All that a store says ---------------------------------------------------------------- */

static int version_hash(void *context, struct vault_record *record, struct qorgan_error *error)
{
	(void)error;
	crypto_generichash_update(context, (const uint8_t *)record->record.bytes.data, record->record.bytes.size);
	return QORGAN_OK;
}

static int log_hash(void *context, const struct mirror_log *log, struct qorgan_error *error)
{
	uint8_t root[32];

	(void)error;
	merkle_root(&log->tree, root);
	crypto_generichash_update(context, (const uint8_t *)log->origin, strlen(log->origin));
	crypto_generichash_update(context, (const uint8_t *)&log->sequence, sizeof log->sequence);
	crypto_generichash_update(context, root, sizeof root);
	return QORGAN_OK;
}

void store_digest(unsigned party, uint8_t digest[32])
{
	struct qorgan_store *store = region_open(party);
	crypto_generichash_state state;
	struct vault_view *view = NULL;
	struct qorgan_error error;
	char *text = NULL;
	size_t size = 0;
	FILE *stream = open_memstream(&text, &size);

	crypto_generichash_init(&state, NULL, 0, 32);
	int code = stream ? qorgan_dump(store, NULL, "jsonl", stream, &error) : QORGAN_INTERNAL;
	if (stream)
		fclose(stream);
	if (!code)
		crypto_generichash_update(&state, (const uint8_t *)text, size);
	free(text);
	code = code ? code : vault_view_begin(store, &view, &error);
	code = code ? code : mirror_versions(view, version_hash, &state, &error);
	code = code ? code : mirror_logs(view, log_hash, &state, &error);
	vault_view_end(view);
	if (code)
		fail("the store of %s cannot be read: %s", code_of(party), error.message);
	crypto_generichash_final(&state, digest, 32);
}

/* ---- Secrecy -------------------------------------------------------------------------------- */

static int own_look(void *context, struct vault_record *record, struct qorgan_error *error)
{
	(void)error;
	model_text_check(*(const unsigned *)context, record->record.bytes, "its own log");
	return QORGAN_OK;
}

static int mirrored_look(void *context, struct vault_record *record, struct qorgan_error *error)
{
	(void)error;
	model_text_check(*(const unsigned *)context, record->record.bytes, "its mirror");
	return QORGAN_OK;
}

void invariants_secrecy(void)
{
	for (unsigned party = 0; party < STATES; party++) {
		struct vault_view *view = NULL;
		struct qorgan_error error;
		int code = vault_view_begin(region_open(party), &view, &error);
		code = code ? code : vault_scan_leaves(view, 0, own_look, &party, &error);
		code = code ? code : mirror_versions(view, mirrored_look, &party, &error);
		vault_view_end(view);
		if (code)
			fail("the store of %s cannot be read: %s", code_of(party), error.message);
	}
}

/* ---- Agreement ------------------------------------------------------------------------------- */

static bool is_deaf(unsigned party, const struct object *object)
{
	bool hostile = object->first_keeper == (int)region.hostile;

	for (size_t i = 0; i < object->chain_count; i++)
		hostile |= model.versions[object->chain[i]].owner == region.hostile;
	return hostile && region.deaf & BIT(party);
}

/* Whether the party was given every hand-over, from the first keeper to the last. */
static bool knows_chain(unsigned party, const struct object *object)
{
	int keeper = object->first_keeper;

	if (!object->agreed && keeper != (int)party && object->chain_count) {
		bool met = false; /* a version by which its first keeper keeps it */
		for (int at = object->newest[keeper]; at >= 0; at = model.versions[at].before)
			met |= model.versions[at].named == keeper && model.versions[at].held & BIT(party);
		if (!met)
			return false;
	}
	for (size_t i = 0; i < object->chain_count; i++) {
		const struct version *taker = &model.versions[object->chain[i]];
		bool handed = keeper == (int)party;
		for (int at = object->newest[keeper]; at >= 0 && !handed; at = model.versions[at].before)
			handed = model.versions[at].number == taker->from_number && model.versions[at].held & BIT(party);
		if (!handed || (taker->owner != party && !(taker->held & BIT(party))))
			return false;
		keeper = taker->owner;
	}
	return true;
}

static void version_name(int version, char text[200])
{
	if (version < 0)
		snprintf(text, 200, "nothing");
	else
		snprintf(text, 200, "version %u of %s (for %x, rank %d)", model.versions[version].number,
		         code_of(model.versions[version].owner), model.versions[version].release,
		         model.versions[version].rank);
}

static void counting_check(unsigned party, unsigned number)
{
	const struct object *object = &model.objects[number];
	char found[200], wanted[200];
	int keeper = model_keeper(object);

	/* Of a state whose store contradicts what it signed nothing new comes, and nothing goes to it. */
	if (region.contradicted && (party == region.hostile || keeper == (int)region.hostile))
		return;
	if (keeper < 0 || keeper > OBSERVER || is_deaf(party, object) || !knows_chain(party, object))
		return;
	int newest = object->newest[keeper], counting = model_counting(party, number);
	version_name(counting, found);
	version_name(newest, wanted);
	region.counts.compared++;
	if (newest < 0)
		return;
	if ((unsigned)keeper == party || model_may(&model.versions[newest], party)) {
		if (counting != newest)
			fail("at %s, %s %s is %s instead of %s", code_of(party), object->kind, object->id, found, wanted);
	} else if (counting >= 0 && model.versions[counting].owner == keeper) {
		fail("at %s, %s %s is %s, though it may have no longer what counts: %s", code_of(party), object->kind,
		     object->id, found, wanted);
	}
}

/* The content of a file, where its description is, and as long as it may be there. */
static void file_check(unsigned party, const struct object *object)
{
	struct qorgan_error error = { 0 };
	char *text = NULL;
	size_t size = 0;
	bool shown = false, held = false, kept = false;

	if (object->ended || (region.contradicted && party == region.hostile))
		return;
	for (unsigned owner = 0; owner < STATES; owner++) {
		const struct version *newest = object->newest[owner] < 0 ? NULL : &model.versions[object->newest[owner]];
		if (!newest)
			continue;
		kept = true;
		shown |= owner == party || (newest->held & BIT(party) && model_may(newest, party));
		held |= owner == party || newest->held & BIT(party);
		if (owner == region.hostile && (region.contradicted || region.deaf & BIT(party)))
			return;
	}
	/* What the hostile state lost with a disk, its twin may have given. */
	if (!kept && region.deaf & BIT(party))
		return;
	FILE *stream = open_memstream(&text, &size);
	int code = stream ? qorgan_evidence_read(region_open(party), object->id, stream, &error) : QORGAN_INTERNAL;
	if (stream)
		fclose(stream);
	if (shown && (code || !strstr(text, "evidence ")))
		fail("%s has the description of file %.8s, and not its content: %s", code_of(party), object->id,
		     error.message);
	if (!shown && code != QORGAN_ABSENT)
		fail("%s shows file %.8s, which %s", code_of(party), object->id,
		     held ? "was withdrawn" : "was not given to it");
	free(text);
}

/* Whatever may go there is there. */
static void arrival_check(unsigned party, const struct object *object)
{
	for (unsigned owner = 0; owner < STATES; owner++) {
		int newest = object->newest[owner];
		if (newest < 0 || owner == party ||
		    (region.contradicted && (owner == region.hostile || party == region.hostile)) ||
		    (owner == region.hostile && region.deaf & BIT(party)))
			continue;
		const struct version *version = &model.versions[newest];
		if (!(version->held & BIT(party)) && model_may(version, party))
			fail("%s %s version %u of %s is released to %s, and did not come", object->kind, object->id,
			     version->number, code_of(owner), code_of(party));
	}
}

void invariants_agreement(void)
{
	for (unsigned party = 0; party <= OBSERVER; party++)
		for (unsigned i = 0; i < model.object_count; i++) {
			const struct object *object = &model.objects[i];
			if (!object->leaves)
				continue;
			arrival_check(party, object);
			if (party == OBSERVER)
				continue;
			counting_check(party, i);
			if (strcmp(object->kind, "evidence") == 0)
				file_check(party, object);
		}
}

/* ---- Two histories --------------------------------------------------------------------------- */

/* Whether the state was told of the hostile state's own log past where the twin parted. */
static bool knows_own_branch(unsigned party)
{
	for (size_t i = 0; i < model.version_count; i++)
		if (model.versions[i].owner == region.hostile && model.versions[i].leaf >= region.common &&
		    model.versions[i].held & BIT(party))
			return true;
	return false;
}

void invariants_detection(void)
{
	for (unsigned one = 0; one < STATES; one++)
		for (unsigned other = 0; other < STATES; other++)
			if (region.deaf & BIT(one) && one != region.hostile && other != region.hostile &&
			    !(region.deaf & BIT(other)) && knows_own_branch(other) &&
			    !((region.found_out[one] | region.found_out[other]) & BIT(region.hostile)))
				fail("%s was told one history and %s another by %s, and neither knows", code_of(one), code_of(other),
				     code_of(region.hostile));
}

/* ---- Soundness -------------------------------------------------------------------------------- */

static void finding_fail(void *context, const char *what, const char *object, const char *advice)
{
	fail("verify of %s: %s %s: %s", code_of(*(const unsigned *)context), object, what, advice);
}

void invariants_soundness(void)
{
	for (unsigned party = 0; party < STATES; party++) {
		if (region.contradicted && party == region.hostile)
			continue;
		struct qorgan_keys keys = { .identity = region.parties[party].identity_path };
		struct qorgan_verification result;
		struct qorgan_store *store = NULL;
		struct qorgan_error error;
		region_close(party);
		int code = qorgan_store_open(region.parties[party].store_path, &keys, QORGAN_INSPECT, &store, &error);
		code = code ? code : qorgan_verify(store, finding_fail, &party, &result, &error);
		qorgan_store_close(store);
		if (code)
			fail("verify of %s: %s", code_of(party), error.message);
	}
}
