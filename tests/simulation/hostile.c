/* The acts of the hostile state. */
#include "hostile.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "crypto/fork_proof.h"
#include "record/canonical.h"
#include "chance.h"
#include "carrier.h"
#include "forgery.h"
#include "invariants.h"
#include "model.h"
#include "secrets.h"

static const char *own_code(void)
{
	return code_of(region.hostile);
}

void hostile_strike(unsigned to, const char *path, const char *what)
{
	struct qorgan_receive_result result;
	struct qorgan_error error;
	uint8_t before[32], after[32];

	store_digest(to, before);
	int code = carrier_receive(to, path, &result, &error);
	store_digest(to, after);
	tell("%s tries on %s: %s: %s", own_code(), code_of(to), what, code ? error.message : "TAKEN IN");
	bool refused = code == QORGAN_PROTOCOL || code == QORGAN_DENIED; /* the latter: locked with a secret of others */
	if (!refused || !strstr(error.message, own_code()))
		fail("%s is not refused by name: %d, %s", what, code, code ? error.message : "it was taken in");
	if (memcmp(before, after, sizeof before) != 0)
		fail("%s was refused, and yet changed the store of %s", what, code_of(to));
	region.counts.refused++;
}

/* Whether it may have been deceived itself by the one from whom it says it took an object
 * up: then what it sent would come in and stand back, and be told of, by both names. It is
 * left at trying: its own log would not go on from there. */
static bool is_disputed(unsigned to, const char *path)
{
	const struct qorgan_receive how = { .path = path, .dry_run = true, .despite_fork = region.found_out[to] != 0 };
	struct qorgan_receive_result result;
	struct qorgan_error error;

	if (qorgan_receive(region_open(to), &how, &result, &error) || !result.disputed)
		return false;
	if (strcmp(result.from, own_code()) != 0 || region_party(result.disputed_with) < 0 || result.superseded)
		fail("%s does not say whose word is against whose", code_of(to));
	tell("%s tells %s that it took up %s: disputed", own_code(), code_of(to), result.disputed_object);
	region.counts.refused++;
	return true;
}

/* ---- What it says ------------------------------------------------------------------------- */

/* A text of its own, which whoever gets it may have. */
static void text_make(char text[40])
{
	unsigned marker = marker_new();

	marker_free(marker);
	snprintf(text, 40, "Forged " MARKER, marker);
}

/* Logged and sent, as if it were right. */
static void say(struct forgery *forgery, const char *owner, const char *kind, const char *id, uint32_t version,
                const char *body)
{
	struct buffer record = { 0 };

	forgery_record(owner, kind, id, version, body, &record);
	forgery_line(forgery, forgery_log(forgery, buffer_span(&record)), buffer_span(&record));
	buffer_free(&record);
}

/* Of a domain, or, in a domain, of a risk. */
static void body_make(char body[500], const char *kind, const char *coordinator, const char *marking,
                      const char *release, const char *taken)
{
	char text[40];

	const char *domain = strcmp(kind, "risk") == 0 ? "\"domain\":\"D0\"," : "";
	char list[40] = "";

	text_make(text);
	if (release)
		snprintf(list, sizeof list, ",\"release\":[\"%s\"]", release);
	snprintf(body, 500, "{\"coordinator\":\"%s\",%s\"marking\":\"%s\"%s,%s%s\"title\":{\"en\":\"%s\"}}", coordinator,
	         domain, marking, list, taken ? taken : "", taken ? "," : "", text);
}

/* An object that another state keeps, and of which the receiver knows so. */
static const struct object *prey(unsigned to, const char *kind)
{
	for (unsigned i = 0, at = chance_below((unsigned)model.object_count); i < model.object_count; i++) {
		const struct object *object = &model.objects[(at + i) % model.object_count];
		if (strcmp(object->kind, kind) == 0 && !object->chain_count && object->first_keeper >= 0 &&
		    !model_is_hostile((unsigned)object->first_keeper) && object->newest[object->first_keeper] >= 0 &&
		    (object->first_keeper == (int)to || model.versions[object->newest[object->first_keeper]].held & BIT(to)) &&
		    model.versions[object->newest[object->first_keeper]].named == object->first_keeper)
			return object;
	}
	return NULL;
}

/* ---- Authority ----------------------------------------------------------------------------- */

static const char *seize(struct forgery *forgery)
{
	const struct object *object = prey(forgery->to, chance_of(70) ? "risk" : "domain");
	char body[500];

	if (!object)
		return NULL;
	body_make(body, object->kind, own_code(), "TLP:GREEN", forgery->receiver, NULL);
	say(forgery, own_code(), object->kind, object->id, 77, body);
	return "a risk of another coordinator, naming itself";
}

static const char *seize_status(struct forgery *forgery)
{
	char body[300], text[40], id[100];

	text_make(text);
	snprintf(id, sizeof id, "M%u/%s", chance_below(9), forgery->receiver);
	snprintf(body, sizeof body, "{\"date\":\"2026-03-01\",\"marking\":\"TLP:GREEN\",\"note\":{\"en\":\"%s\"},"
	         "\"release\":[\"%s\"],\"status\":\"planned\"}", text, forgery->receiver);
	say(forgery, own_code(), "status", id, 77, body);
	return "the receiver's own report";
}

static const char *seize_by_hand_over(struct forgery *forgery)
{
	const struct object *object = prey(forgery->to, "risk");
	char body[500], taken[100];

	if (!object)
		return NULL;
	snprintf(taken, sizeof taken, "\"taken_from\":{\"state\":\"%s\",\"version\":%u}", code_of(object->first_keeper),
	         model.versions[object->newest[object->first_keeper]].number);
	body_make(body, "risk", own_code(), "TLP:GREEN", forgery->receiver, taken);
	say(forgery, own_code(), object->kind, object->id, 77, body);
	return "taking up what was not handed over";
}

static const char *foreign_owner(struct forgery *forgery)
{
	char body[500];

	body_make(body, "domain", forgery->receiver, "TLP:GREEN", forgery->receiver, NULL);
	say(forgery, forgery->receiver, "domain", "D0", 77, body);
	return "a record in another's name";
}

static const char *foreign_header(struct forgery *forgery)
{
	forgery->from = code_of((region.hostile + 1) % STATES);
	return "a header in another's name";
}

static const char *other_receiver(struct forgery *forgery)
{
	forgery->receiver = code_of(forgery->to == 0 ? 1 : 0);
	if (strcmp(forgery->receiver, own_code()) == 0)
		forgery->receiver = code_of(forgery->to == 2 ? 3 : 2);
	return "a package for another";
}

/* ---- Markings -------------------------------------------------------------------------------- */

static const char *leak_red(struct forgery *forgery)
{
	char body[500];

	body_make(body, "domain", own_code(), "TLP:RED", forgery->receiver, NULL);
	say(forgery, own_code(), "domain", "LEAK", 1, body);
	return "a record marked RED";
}

static const char *leak_unreleased(struct forgery *forgery)
{
	char body[500];

	body_make(body, "domain", own_code(), "TLP:GREEN", chance_of(50) ? NULL : "UNX", NULL);
	say(forgery, own_code(), "domain", "LEAK", 1, body);
	return "a record that was not released";
}

static const char *leak_kind(struct forgery *forgery)
{
	say(forgery, own_code(), "note", "R1/n9", 1, "{\"text\":{\"en\":\"aside\"}}");
	return "a note, which never leaves a store";
}

/* ---- The log --------------------------------------------------------------------------------- */

static const char *rewrite(struct forgery *forgery)
{
	if (forgery->sequence < 2) /* the receiver knows no history yet */
		return NULL;
	region.two_faced |= BIT(region.hostile);
	forgery->hashes.data[chance_below(3 * 32)] ^= 1; /* one of the first, which all have */
	return "a history with another beginning";
}

static const char *wrong_root(struct forgery *forgery)
{
	forgery->wrong_root = true;
	return "a root that its leaves do not have";
}

static const char *too_few_leaves(struct forgery *forgery)
{
	forgery->size_named = 1 + chance_below(1000);
	return "a checkpoint over more than it shows";
}

static const char *other_key(struct forgery *forgery)
{
	forgery->foreign_key = true;
	return "a checkpoint by another key";
}

static const char *not_logged(struct forgery *forgery)
{
	struct buffer record = { 0 };
	char body[500];

	body_make(body, "domain", own_code(), "TLP:GREEN", forgery->receiver, NULL);
	forgery_record(own_code(), "domain", "LIE", 1, body, &record);
	forgery_line(forgery, chance_below((unsigned)(forgery->hashes.size / 32)), buffer_span(&record));
	buffer_free(&record);
	return "a record that is not the one logged";
}

static const char *same_number(struct forgery *forgery)
{
	if (forgery->sequence < 2)
		return NULL;
	forgery->sequence--;
	return "a second package of one number";
}

/* An object of its own of which the receiver has that version, and another text of it. */
static const char *same_version(struct forgery *forgery)
{
	char body[500];

	for (size_t i = 0; i < model.version_count; i++) {
		const struct version *version = &model.versions[i];
		const struct object *object = &model.objects[version->object];
		if (version->owner != region.hostile || !(version->held & BIT(forgery->to)) || object->chain_count ||
		    strcmp(object->kind, "risk") != 0)
			continue;
		body_make(body, object->kind, own_code(), "TLP:GREEN", forgery->receiver, NULL);
		say(forgery, own_code(), object->kind, object->id, version->number, body);
		return "two texts of one version";
	}
	return NULL;
}

/* Evidence against an honest state: a checkpoint that it signed, and one that it did not. */
static const char *accuse(struct forgery *forgery)
{
	unsigned whom = chance_below(STATES);
	struct buffer notes[2] = { { 0 }, { 0 } }, proof = { 0 };
	const char *what = NULL;

	if (whom != region.hostile && whom != forgery->to && forgery_notes(whom, notes)) {
		fork_proof_format(buffer_span(&notes[0]), buffer_span(&notes[1]), NULL, NULL, &proof);
		buffer_append_text(&forgery->tail, "{\"type\":\"fork\",\"proof\":");
		canonical_write_string(buffer_span(&proof), &forgery->tail);
		buffer_append_text(&forgery->tail, "}\n");
		what = "evidence that proves nothing";
	}
	buffer_free(&notes[0]);
	buffer_free(&notes[1]);
	buffer_free(&proof);
	return what;
}

/* ---- Form and size --------------------------------------------------------------------------- */

static const char *wrong_body(struct forgery *forgery)
{
	static const char *const bodies[] = {
		"{\"marking\":\"TLP:GREEN\",\"release\":[\"%s\"],\"surprise\":1,\"title\":{\"en\":\"x\"}}",
		"{\"marking\":\"TLP:GREEN\",\"release\":[\"%s\"]}",
		"{\"marking\":\"TLP:GREEN\",\"release\":[\"%s\"],\"title\":\"x\"}",
		"{\"marking\":\"TLP:GREEN\",\"release\":[\"%s\"],\"title\":{\"en\":\"x\\u0007\"}}",
		"{\"marking\":\"TLP:GREEN\",\"release\":[\"%s\",\"%s\"],\"title\":{\"en\":\"x\"}}",
		"{\"release\":[\"%s\"],\"marking\":\"TLP:GREEN\",\"title\":{\"en\":\"x\"}}",
		"{\"marking\":\"TLP:PINK\",\"release\":[\"%s\"],\"title\":{\"en\":\"x\"}}",
	};
	const char *form = bodies[chance_below(sizeof bodies / sizeof bodies[0])], *rest = strstr(form, "%s");
	struct buffer body = { 0 };

	for (; rest; form = rest + 2, rest = strstr(form, "%s")) {
		buffer_append(&body, form, (size_t)(rest - form));
		buffer_append_text(&body, forgery->receiver);
	}
	buffer_append_text(&body, form);
	say(forgery, own_code(), "domain", "FORM", 1, body.data);
	buffer_free(&body);
	return "a body that breaks the schema";
}

static const char *stuffed(struct forgery *forgery)
{
	struct buffer body = { 0 };
	size_t size = chance_of(50) ? 300000 : 1500000;

	buffer_append_format(&body, "{\"marking\":\"TLP:GREEN\",\"release\":[\"%s\"],\"title\":{\"en\":\"",
	                     forgery->receiver);
	memset(buffer_reserve(&body, size), 'x', size);
	body.size += size;
	buffer_append_text(&body, "\"}}");
	say(forgery, own_code(), "domain", "BIG", 1, body.data);
	buffer_free(&body);
	return "a record without measure";
}

static const char *nested(struct forgery *forgery)
{
	struct buffer body = { 0 };

	buffer_append_text(&body, "{\"title\":");
	for (int i = 0; i < 5000; i++)
		buffer_append_text(&body, "{\"a\":");
	buffer_append_text(&body, "1");
	for (int i = 0; i < 5000; i++)
		buffer_append_text(&body, "}");
	buffer_append_text(&body, "}");
	say(forgery, own_code(), "domain", "DEEP", 1, body.data);
	buffer_free(&body);
	return "a record without floor";
}

static const char *wrong_lines(struct forgery *forgery)
{
	switch (chance_below(6)) {
	case 0:
		forgery->no_end = true;
		return "a package without its end";
	case 1:
		forgery->leaves_named = 1;
		return "a wrong number of leaves";
	case 2:
		forgery->records_named = 1;
		return "a wrong number of records";
	case 3:
		forgery->swapped = true;
		return "lines in another order";
	case 4:
		buffer_append_text(&forgery->tail, "{\"type\":\"order\",\"text\":\"obey\"}\n");
		return "a line of no known type";
	default:
		forgery->previous = forgery->sequence;
		return "a package that comes after itself";
	}
}

/* A file whose description comes with it, and another content. */
static const char *wrong_file(struct forgery *forgery)
{
	const char *id = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
	char body[300];

	snprintf(body, sizeof body, "{\"marking\":\"TLP:GREEN\",\"name\":\"x\",\"release\":[\"%s\"],\"size\":3}",
	         forgery->receiver);
	bool described = chance_of(60);
	if (described)
		say(forgery, own_code(), "evidence", id, 1, body);
	buffer_append_format(&forgery->tail, "{\"type\":\"evidence\",\"id\":\"%s\",\"offset\":%u,\"data\":\"", id,
	                     chance_of(30) ? 5u : 0u);
	for (unsigned i = chance_of(50) ? 1 : 16000; i > 0; i--)
		buffer_append_text(&forgery->tail, "YWJj");
	buffer_append_text(&forgery->tail, "\"}\n");
	return described ? "a file that is not what its id says" : "a file that no record describes";
}

/* ---- Whole packages ---------------------------------------------------------------------------- */

/* What an honest state sent to the receiver, signed as its own. */
static bool resign(unsigned to)
{
	unsigned from = (region.hostile + 1 + chance_below(STATES - 1)) % STATES;
	const struct parcel *parcel = from == to ? NULL : carrier_parcel(from, to);
	char path[120];

	if (!parcel)
		return false;
	carrier_path(path);
	carrier_copy(parcel->path, path, SIZE_MAX);
	forgery_sign(path);
	hostile_strike(to, path, "another's package under its own signature");
	return true;
}

/* Its own package, one byte of one line changed, and signed anew. */
static bool edit(unsigned to)
{
	const struct parcel *parcel = carrier_parcel(region.hostile, to);
	struct buffer plain = { 0 };
	char path[120];

	if (!parcel || !parcel->count || secret_is_shared(region.hostile, BIT(to)) ||
	    !carrier_open(parcel->path, to, &plain))
		return false;
	char *record = memmem(plain.data, plain.size, "\"type\":\"record\"", 15);
	char *mark = record ? memmem(record, plain.size - (size_t)(record - plain.data), "~m", 2) : NULL;
	if (mark) {
		mark[2 + chance_below(6)] ^= 1;
		carrier_path(path);
		forgery_encrypt(buffer_span(&plain), to, path);
		hostile_strike(to, path, "its own package with one byte changed");
	}
	buffer_free(&plain);
	return mark;
}

/* Packages as they were: taken for what they are, and nothing comes of it. */
static bool replay(unsigned to)
{
	struct qorgan_receive_result result;
	struct qorgan_error error;
	const struct parcel *parcel = carrier_parcel(chance_below(STATES), chance_below(STATES));
	uint8_t before[32], after[32];

	if (!parcel || parcel->from == to)
		return false;
	for (size_t i = 0; i < parcel->count; i++)
		if (parcel->to & BIT(to) && !(model.versions[parcel->versions[i]].held & BIT(to)))
			return false; /* it may be news yet */
	if (!parcel->count)
		return false;
	store_digest(to, before);
	int code = carrier_receive(to, parcel->path, &result, &error);
	store_digest(to, after);
	tell("%s replays a package of %s to %s: %s", own_code(), code_of(parcel->from), code_of(to),
	     code ? error.message : "nothing new");
	if (!(parcel->to & BIT(to)) && code == QORGAN_OK)
		fail("%s took in a package that is not for it", code_of(to));
	if (memcmp(before, after, sizeof before) != 0 && !(code == QORGAN_OK && !result.known))
		fail("a replayed package changed the store of %s", code_of(to));
	region.counts.refused++;
	return true;
}

static const char *(*const forgeries[])(struct forgery *forgery) = {
	seize, seize, seize_status, seize_by_hand_over, foreign_owner, foreign_header, other_receiver,
	leak_red, leak_unreleased, leak_kind,
	rewrite, wrong_root, too_few_leaves, other_key, not_logged, same_number, same_version,
	wrong_body, stuffed, nested, wrong_lines, wrong_file, accuse,
};
#define FORGERIES (sizeof forgeries / sizeof forgeries[0])

void hostile_act(void)
{
	unsigned to = (region.hostile + 1 + chance_below(STATES - 1)) % STATES;
	unsigned which = chance_below(FORGERIES + 6);
	struct forgery forgery;
	char path[120];

	if (which >= FORGERIES + 4)
		resign(to);
	else if (which >= FORGERIES + 2)
		edit(to);
	else if (which >= FORGERIES)
		replay(to);
	if (which >= FORGERIES)
		return;
	forgery_start(&forgery, to);
	const char *what = forgeries[which](&forgery);
	carrier_path(path);
	forgery_write(&forgery, path);
	if (what && (forgeries[which] != seize_by_hand_over || !is_disputed(to, path)))
		hostile_strike(to, path, what);
}
