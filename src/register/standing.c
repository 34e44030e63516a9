/* Judging whose object counts, by the versions of all who have one. */
#include "register/standing.h"

#include <stdlib.h>
#include <string.h>

#include "base/language.h"
#include "record/reader.h"
#include "register/authority.h"

/* What one version says of who keeps the object. */
struct link {
	unsigned claim; /* whose version: index in the standings */
	uint32_t version;
	char named[RECORD_NAME_LIMIT]; /* "": nobody */
	char from[RECORD_NAME_LIMIT];  /* taken up from; "": it begins here */
	uint32_t from_version;
};

struct judging {
	struct vault_view *view;
	struct vault_change *change; /* whose versions count, too; or NULL */
	const struct schema *schema;
	struct standings *standings;
	struct buffer links; /* of struct link; of each claim the newest version first */
	struct vault_record record;
	unsigned claim; /* that is being read */
};

static const struct link *links_of(const struct judging *judging, size_t *count)
{
	*count = judging->links.size / sizeof(struct link);
	return (const struct link *)(const void *)judging->links.data;
}

/* ---- Gathering ------------------------------------------------------------------- */

static void taken_read(const struct record *record, struct link *link)
{
	static const char *const names[] = { "state", "version" };
	struct buffer scratch = { 0 };
	struct span group, values[2], text;
	int64_t version;

	if (!reader_find(record->body, "taken_from", &group))
		return;
	reader_pick(group, names, values, 2);
	if (values[0].data && values[1].data && reader_string(values[0], &scratch, &text) && text.size < sizeof link->from &&
	    reader_integer(values[1], &version) && version > 0 && version <= UINT32_MAX) {
		memcpy(link->from, text.data, text.size);
		link->from_version = (uint32_t)version;
	}
	buffer_free(&scratch);
}

static int link_take(void *context, struct vault_record *version, struct qorgan_error *error)
{
	struct judging *judging = context;
	struct link link = { .claim = judging->claim, .version = version->record.version };

	authority_named(&version->record, link.named);
	taken_read(&version->record, &link);
	buffer_append(&judging->links, &link, sizeof link);
	return judging->links.failed ? error_set_memory(error) : QORGAN_OK;
}

/* All versions of the newest that lies in judging->record. */
static int claim_take(struct judging *judging, struct standing claim, struct qorgan_error *error)
{
	struct standings *standings = judging->standings;
	const struct record *record = &judging->record.record;
	struct vault_place place = judging->record.place;
	int code;

	if (standings->count == STANDINGS_LIMIT)
		return error_set(error, QORGAN_BAD_DATA, "more than %d states have an object %.*s", STANDINGS_LIMIT,
		                 (int)record->id.size, record->id.data);
	struct link newest = { 0 };
	memcpy(claim.owner, record->owner.data, record->owner.size < RECORD_NAME_LIMIT ? record->owner.size : 0);
	taken_read(record, &newest);
	memcpy(claim.from, newest.from, sizeof claim.from);
	claim.place = place;
	judging->claim = (unsigned)standings->count;
	standings->of[standings->count++] = claim;
	if (claim.own && judging->change) {
		struct vault_record staged = { 0 };
		code = vault_change_staged(judging->change, schema_find(record->kind.data, record->kind.size), record->id, &staged,
		                           error);
		if (!code)
			code = link_take(judging, &staged, error);
		vault_record_free(&staged);
		if (code && code != QORGAN_ABSENT)
			return code;
	}
	code = link_take(judging, &judging->record, error);
	return code ? code : vault_scan_history(judging->view, &place, link_take, judging, error);
}

static int mirrored_take(void *context, const struct mirror_object *object, struct qorgan_error *error)
{
	struct judging *judging = context;
	struct standing claim = { .log = object->log };
	int code = vault_get_place(judging->view, &object->place, 0, &judging->record, error);

	if (object->standing == MIRROR_WITHDRAWN && object->place.version <= object->withdrawn)
		claim.withdrawn = object->withdrawn;
	return code ? code : claim_take(judging, claim, error);
}

/* ---- The chain ------------------------------------------------------------------- */

/* The claim of that state, in its newest log; -1 if it has none. */
static int claim_of(const struct standings *standings, const char *state)
{
	int found = -1;

	for (size_t i = 0; i < standings->count; i++)
		if (strcmp(standings->of[i].owner, state) == 0)
			found = (int)i;
	return found;
}

/* Whether a claim is in the newest log of its state. */
static bool claim_is_current(const struct standings *standings, size_t claim)
{
	return claim_of(standings, standings->of[claim].owner) == (int)claim;
}

/* Whether a version of another state's claim cannot be one that it may send: it names
 * somebody else, and no version before it can have named its owner. Those may be
 * withheld; but what its id names never passes on. */
static bool claim_is_forged(const struct judging *judging, size_t claim)
{
	const char *owner = judging->standings->of[claim].owner;
	size_t count, before = 0;
	const struct link *links = links_of(judging, &count);

	if (judging->standings->of[claim].own)
		return false;
	while (count-- > 0) { /* the oldest first */
		if (links[count].claim != claim)
			continue;
		if (strcmp(links[count].named, owner) == 0)
			return false;
		if (links[count].named[0] && (before + 1 == links[count].version || authority_is_fixed(judging->schema)))
			return true;
		before++;
	}
	return false;
}

/* Whether a version of the claim names its own state and goes on from nobody's. */
static bool claim_is_rooted(const struct judging *judging, int claim)
{
	size_t count;
	const struct link *links = links_of(judging, &count);

	for (size_t i = 0; claim >= 0 && i < count; i++)
		if (links[i].claim == (unsigned)claim && !links[i].from[0] &&
		    strcmp(links[i].named, judging->standings->of[claim].owner) == 0)
			return true;
	return false;
}

/* Whether a claim may begin a chain: so does one that hands over what its owner kept
 * by versions that are withheld from this state. */
static bool claim_may_begin(const struct judging *judging, int claim)
{
	size_t count;
	const struct link *links = links_of(judging, &count);

	if (claim_is_rooted(judging, claim))
		return true;
	for (size_t i = 0; claim >= 0 && i < count; i++)
		if (links[i].claim == (unsigned)claim && !links[i].from[0] && links[i].named[0])
			return !claim_is_forged(judging, (size_t)claim);
	return false;
}

/* Whether any version says who keeps the object. */
static bool anybody_named(const struct judging *judging)
{
	size_t count;
	const struct link *links = links_of(judging, &count);

	for (size_t i = 0; i < count; i++)
		if (links[i].named[0])
			return true;
	return false;
}

/* Where there is no own copy: the claim that came here first of those that keep the
 * object from its beginning; else of those that took up from who is not known here, or
 * hand over what was withheld before. */
static int first_find(const struct judging *judging)
{
	const struct standings *standings = judging->standings;
	int first[2] = { -1, -1 };

	for (size_t i = 0; i < standings->count; i++) {
		int *found = &first[!claim_is_rooted(judging, (int)i)];
		if (!claim_is_current(standings, i) || claim_is_forged(judging, i))
			continue;
		if (*found < 0 || standings->of[i].place.number < standings->of[*found].place.number)
			*found = (int)i;
	}
	return first[first[0] < 0];
}

/* The claim with which the chain began by which this version took up; -1: not known. */
static int origin_find(const struct judging *judging, const struct link *link)
{
	size_t count, steps;
	const struct link *links = links_of(judging, &count), *older;

	for (steps = count; steps > 0 && link->from[0]; steps--) {
		int claim = claim_of(judging->standings, link->from);
		if (claim < 0 || claim_may_begin(judging, claim))
			return claim;
		older = NULL;
		for (size_t i = 0; i < count; i++)
			if (links[i].claim == (unsigned)claim && links[i].from[0])
				older = &links[i];
		if (!older)
			return -1;
		link = older;
	}
	return -1;
}

/* The claim with which the chain begins; -1: the own copy stands in, if there is one. */
static int root_find(const struct judging *judging)
{
	const struct standings *standings = judging->standings;
	size_t count;
	const struct link *links = links_of(judging, &count);
	const struct link *newest = NULL, *oldest = NULL;

	if (!standings->of[0].own)
		return first_find(judging);
	if (claim_is_rooted(judging, 0))
		return 0;
	for (size_t i = 0; i < count && links[i].claim == 0; i++) {
		newest = newest ? newest : &links[i];
		oldest = &links[i];
	}
	if (!oldest)
		return -1;
	if (oldest->from[0]) /* no copy of what was agreed, but what was taken up */
		return origin_find(judging, oldest);
	/* Whom the copy named first, then whom it names now, having been edited here. */
	int agreed = claim_of(standings, oldest->named), edited = claim_of(standings, newest->named);
	if (agreed > 0 && claim_may_begin(judging, agreed))
		return agreed;
	return edited > 0 && claim_may_begin(judging, edited) ? edited : -1;
}

/* The version of a claim, if it is held. A claim may have very many. */
static const struct link *link_find(const struct judging *judging, unsigned claim, uint32_t version)
{
	size_t low = 0, high;
	const struct link *links = links_of(judging, &high);

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct link *link = &links[middle];
		if (link->claim == claim && link->version == version)
			return link;
		if (link->claim < claim || (link->claim == claim && link->version > version))
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

/* Who took up from the keeper, in its time since `since`; the version that did. */
static const struct link *successor_find(const struct judging *judging, int keeper, uint32_t since)
{
	const struct standings *standings = judging->standings;
	const char *name = standings->of[keeper].owner;
	const struct link *found = NULL, *links;
	size_t count;

	links = links_of(judging, &count);
	for (size_t i = 0; i < count; i++) {
		const struct link *link = &links[i], *handed;
		const char *taker = standings->of[link->claim].owner;
		/* The version that took it up may be withheld: those after it say so, too. */
		if (link->claim == (unsigned)keeper || strcmp(link->from, name) != 0 ||
		    link->from_version < since || claim_of(standings, taker) != (int)link->claim)
			continue;
		handed = link_find(judging, (unsigned)keeper, link->from_version);
		/* The first to be handed it over, and where that one began: later ones, if any,
		 * come after a return. */
		if (handed && strcmp(handed->named, taker) == 0 &&
		    (!found || link->from_version < found->from_version ||
		     (link->from_version == found->from_version && link->version < found->version)))
			found = link;
	}
	return found;
}

/* Where the tenure of a claim that began a chain itself starts. */
static uint32_t root_since(const struct judging *judging, int root)
{
	size_t count;
	const struct link *links = links_of(judging, &count);
	uint32_t since = UINT32_MAX;

	for (size_t i = 0; i < count; i++)
		if (links[i].claim == (unsigned)root && links[i].version < since)
			since = links[i].version;
	return since;
}

/* Follows the chain to its end; marks who was in it. */
static int chain_follow(const struct judging *judging, int root)
{
	struct standings *standings = judging->standings;
	uint32_t since = root_since(judging, root);
	size_t steps;
	int keeper = root;

	links_of(judging, &steps);
	for (; steps > 0; steps--) {
		const struct link *next = successor_find(judging, keeper, since);
		standings->of[keeper].verdict = STANDING_FORMER;
		if (!next)
			break;
		keeper = (int)next->claim;
		since = next->version;
	}
	return keeper;
}

/* Whether the claim takes up from a version that did not come yet, or was not for this
 * state; or from one of a claim that does. */
static bool claim_waits(const struct judging *judging, size_t claim)
{
	const struct standings *standings = judging->standings;
	const char *owner = standings->of[claim].owner;
	size_t count;
	const struct link *links = links_of(judging, &count), *handed;

	for (size_t i = 0; i < count; i++) {
		if (links[i].claim != claim || !links[i].from[0])
			continue;
		int from = claim_of(standings, links[i].from);
		handed = from < 0 ? NULL : link_find(judging, (unsigned)from, links[i].from_version);
		if (!handed || (standings->of[from].verdict == STANDING_WAITS && strcmp(handed->named, owner) == 0))
			return true;
	}
	return false;
}

/* As long as one more is found to wait, others may wait for that one. */
static void waiting_mark(struct judging *judging)
{
	struct standings *standings = judging->standings;

	for (bool more = true; more;) {
		more = false;
		for (size_t i = 0; i < standings->count; i++)
			if (standings->of[i].verdict != STANDING_WAITS && claim_waits(judging, i)) {
				standings->of[i].verdict = STANDING_WAITS;
				more = true;
			}
	}
}

/* ---- The verdict ------------------------------------------------------------------- */

static void keeper_set(struct standings *standings, int keeper)
{
	struct standing *winner = &standings->of[keeper];

	memcpy(standings->keeper, winner->owner, sizeof standings->keeper);
	if (!winner->withdrawn) {
		winner->verdict = STANDING_COUNTS;
		return;
	}
	/* What its keeper took back: the own copy stands in again. */
	if (standings->of[0].own)
		standings->of[0].verdict = STANDING_COUNTS;
}

static void verdicts_set(struct judging *judging)
{
	struct standings *standings = judging->standings;
	bool named = anybody_named(judging);
	int root = named ? root_find(judging) : 0;

	for (size_t i = 0; i < standings->count; i++)
		standings->of[i].verdict = named ? STANDING_NO_SAY : STANDING_ASIDE;
	if (named)
		waiting_mark(judging);
	if (!named) {
		for (size_t i = standings->count; i-- > 0;)
			if (claim_is_current(standings, i) && !standings->of[i].withdrawn)
				root = (int)i;
		keeper_set(standings, root);
		standings->keeper[0] = '\0';
	} else if (root >= 0) {
		keeper_set(standings, chain_follow(judging, root));
	} else {
		size_t count;
		const struct link *links = links_of(judging, &count);
		memcpy(standings->keeper, links[0].named, sizeof standings->keeper);
		if (standings->of[0].own)
			standings->of[0].verdict = STANDING_COUNTS;
	}
	for (size_t i = 0; i < standings->count; i++)
		if (standings->of[i].withdrawn)
			standings->of[i].verdict = STANDING_WITHDRAWN;
}

const char *standing_words(const struct standing *standing)
{
	switch (standing->verdict) {
	case STANDING_COUNTS:
		return SAID("counts");
	case STANDING_FORMER:
		return SAID("kept it before");
	case STANDING_WAITS:
		return SAID("takes up what is not known to have been handed over to it");
	case STANDING_WITHDRAWN:
		return SAID("withdrawn: its owner asked to drop it");
	case STANDING_ASIDE:
	case STANDING_NO_SAY:
		break;
	}
	return standing->own ? SAID("own copy, stands back") : SAID("stands back");
}

static int judge(struct vault_view *view, struct vault_change *change, const struct schema *schema, struct span id,
                 struct standings *standings, struct qorgan_error *error)
{
	struct judging judging = { .view = view, .change = change, .schema = schema, .standings = standings };
	/* What was forgotten still says who kept it. */
	bool before = vault_view_show_absent(view, true);
	int code = vault_get_own(view, schema, id, 0, &judging.record, error);

	standings->count = 0;
	standings->keeper[0] = '\0';
	if (!code)
		code = claim_take(&judging, (struct standing){ .own = true }, error);
	if (!code || code == QORGAN_ABSENT)
		code = mirror_objects(view, schema, id, mirrored_take, &judging, error);
	if (!code && !standings->count)
		code = QORGAN_ABSENT;
	if (!code)
		verdicts_set(&judging);
	vault_view_show_absent(view, before);
	buffer_free(&judging.links);
	vault_record_free(&judging.record);
	return code;
}

int standings_judge(struct vault_view *view, const struct schema *schema, struct span id, struct standings *standings,
                    struct qorgan_error *error)
{
	return judge(view, NULL, schema, id, standings, error);
}

/* ---- Writing it -------------------------------------------------------------------- */

static int standing_refuse(const struct standings *standings, const struct schema *schema, struct span id,
                           const char *sender, struct qorgan_error *error)
{
	if (standings->keeper[0])
		return error_set(error, QORGAN_PROTOCOL, "%s sent a version of %s %.*s, which %s keeps and has not handed over to it; "
		                 "nothing was taken in: ask %s why", sender, schema->kind, (int)id.size, id.data,
		                 standings->keeper, sender);
	return error_set(error, QORGAN_PROTOCOL, "%s sent a version of %s %.*s as its keeper, where the copy here names nobody; "
	                 "nothing was taken in: if that is agreed, name it here too, and receive again: qorgan %s edit %.*s --%s "
	                 "%s", sender, schema->kind, (int)id.size, id.data, schema->kind, (int)id.size, id.data,
	                 authority_field(span_of(schema->kind)), sender);
}

enum mirror_standing standing_row(const struct standing *standing)
{
	return standing->verdict == STANDING_COUNTS      ? MIRROR_COUNTS
	       : standing->verdict == STANDING_WITHDRAWN ? MIRROR_WITHDRAWN
	                                                 : MIRROR_STANDS_BACK;
}

/* How far a state has seen another's log, by what it countersigned. */
struct sight {
	uint16_t witness;
	uint64_t size;
};

static int sight_take(void *context, const struct mirror_witness *seen, struct qorgan_error *error)
{
	struct sight *sight = context;

	(void)error;
	if (seen->witness == sight->witness)
		sight->size = seen->size;
	return QORGAN_OK;
}

/* Whether a state that has no say may have been told otherwise by the one from which it
 * says it took the object up: that one was found to show two histories, or the taker has
 * countersigned more of that one's log than is known here, so that it cannot be told yet
 * whether it saw the same. Then it stands back, and is not blamed. */
static int dispute_find(struct vault_view *view, const struct standings *standings, const struct standing *standing,
                        bool *disputed, struct qorgan_error *error)
{
	int from = standing->from[0] ? claim_of(standings, standing->from) : -1;
	struct sight sight = { .witness = standing->log };
	struct mirror_log log = { 0 };

	*disputed = false;
	if (from < 0 || standings->of[from].own)
		return QORGAN_OK;
	int code = mirror_log_get(view, standings->of[from].log, &log, error);
	if (!code)
		code = mirror_witnesses(view, standings->of[from].log, sight_take, &sight, error);
	*disputed = !code && (log.forked || sight.size > log.tree.size);
	mirror_log_free(&log);
	return code;
}

/* What the sender has no say in is refused, unless another may be to blame. */
static int sender_judge(struct vault_change *change, const struct standings *standings, const struct schema *schema,
                        struct span id, const char *sender, struct standings_settled *settled,
                        struct qorgan_error *error)
{
	int claim = claim_of(standings, sender);
	bool disputed;

	if (claim < 0 || standings->of[claim].verdict != STANDING_NO_SAY)
		return QORGAN_OK;
	const struct standing *standing = &standings->of[claim];
	int code = dispute_find(mirror_change_peek(change), standings, standing, &disputed, error);
	if (disputed)
		memcpy(settled->disputed, standing->from, sizeof settled->disputed);
	return code || disputed ? code : standing_refuse(standings, schema, id, sender, error);
}

static int standing_write(struct vault_change *change, const struct standing *standing, bool other_counts,
                          bool *superseded, struct qorgan_error *error)
{
	bool changed = false;
	int code;

	if (!standing->own)
		return mirror_change_standing(change, &standing->place, standing_row(standing), standing->withdrawn, error);
	code = mirror_change_stand_back(change, &standing->place, other_counts, &changed, error);
	*superseded = changed && other_counts;
	return code;
}

int standings_settle(struct vault_change *change, const struct schema *schema, struct span id, const char *sender,
                     struct standings_settled *settled, struct qorgan_error *error)
{
	struct standings *standings = calloc(1, sizeof *standings);
	bool other_counts = false;
	int code = standings ? judge(mirror_change_peek(change), change, schema, id, standings, error)
	                     : error_set_memory(error);

	*settled = (struct standings_settled){ 0 };
	if (!code && sender)
		code = sender_judge(change, standings, schema, id, sender, settled, error);
	for (size_t i = 0; !code && i < standings->count; i++)
		other_counts |= standings->of[i].verdict == STANDING_COUNTS && !standings->of[i].own;
	for (size_t i = 0; !code && i < standings->count; i++)
		code = standing_write(change, &standings->of[i], other_counts, &settled->superseded, error);
	free(standings);
	return code == QORGAN_ABSENT ? QORGAN_OK : code;
}

int standing_is_clear(struct vault_change *change, const struct schema *schema, const struct record *record,
                      const struct mirror_put *put, bool *clear, struct qorgan_error *error)
{
	char keeper[RECORD_NAME_LIMIT];
	struct vault_place own;
	bool named = authority_named(record, keeper);
	int code = QORGAN_OK;

	*clear = put->outcome != VAULT_UNCHANGED && put->alone && (!named || span_is(record->owner, keeper));
	/* A further version must not be one from which those that were judged before, by their
	 * numbers, look otherwise: who keeps the object by it may have kept it by those. */
	if (*clear && put->outcome == VAULT_CHANGED) {
		*clear = named || !(authority_field(record->kind) || authority_is_fixed(schema));
		if (*clear)
			code = mirror_change_counts(change, &put->place, clear, error);
	}
	if (code || !*clear)
		return code;
	bool before = vault_view_show_absent(vault_change_view(change), true);
	code = vault_find_own(vault_change_view(change), schema, record->id, &own, error);
	vault_view_show_absent(vault_change_view(change), before);
	*clear = code == QORGAN_ABSENT;
	return *clear ? QORGAN_OK : code;
}
