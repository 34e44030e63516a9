/* Whether what is written of whose object counts is what its versions say: judged
 * anew, after every row was found to be whole. */
#include <stdio.h>
#include <stdlib.h>

#include "qorgan/store.h"
#include "register/standing.h"
#include "store/verify.h"

struct checking {
	struct vault_view *view;
	qorgan_finding finding;
	void *context;
	struct qorgan_verification *result;
	struct standings *standings;
	struct vault_place last; /* whose versions are being told */
	uint64_t expected;       /* rows that say that an object does not count */
};

static void check_tell(struct checking *checking, const char *object)
{
	verify_tell(checking->finding, checking->context, checking->result,
	            "what counts of several states' objects is not what their versions say", object, verify_advice_restore);
}

static int standing_check(struct checking *checking, const struct standing *standing, bool other_counts, bool *same,
                          struct qorgan_error *error)
{
	struct mirror_object object;
	bool back = false;
	int code;

	if (standing->own) {
		code = mirror_stands_back(checking->view, &standing->place, &back, error);
		*same &= back == other_counts;
		return code;
	}
	code = mirror_object_look(checking->view, &standing->place, &object, error);
	*same &= !code && object.standing == standing_row(standing);
	return code == QORGAN_ABSENT ? QORGAN_OK : code;
}

/* Each object once, by the oldest of its versions; the own one beside the first. */
static int version_check(void *context, struct vault_record *version, struct qorgan_error *error)
{
	struct checking *checking = context;
	struct standings *standings = checking->standings;
	const struct record *record = &version->record;
	const struct schema *schema = schema_find(record->kind.data, record->kind.size);
	bool other_counts = false, same = true;
	char name[RECORD_ID_LIMIT + RECORD_NAME_LIMIT + 2];

	if (version->place.shard == checking->last.shard && version->place.number == checking->last.number)
		return QORGAN_OK;
	checking->last = version->place;
	int code = schema ? standings_judge(checking->view, schema, record->id, standings, error) : QORGAN_ABSENT;
	for (size_t i = 0; !code && i < standings->count; i++)
		other_counts |= !standings->of[i].own && standings->of[i].verdict == STANDING_COUNTS;
	for (size_t i = 0, first = standings->of[0].own; !code && i < standings->count; i++) {
		const struct standing *standing = &standings->of[i];
		bool is_this = !standing->own && standing->place.number == version->place.number;
		code = standing_check(checking, standing, other_counts, &same, error);
		checking->expected += is_this && standing->verdict != STANDING_COUNTS;
		checking->expected += is_this && i == first && first && other_counts;
	}
	if (code == QORGAN_ABSENT || (!code && !same)) {
		snprintf(name, sizeof name, "%.*s %.*s", (int)record->kind.size, record->kind.data, (int)record->id.size,
		         record->id.data);
		check_tell(checking, name);
		code = QORGAN_OK;
	}
	return code ? code : vault_progress(checking->view->vault, "verifying whose objects count", 0, 0);
}

static int standings_check(struct checking *checking, struct qorgan_error *error)
{
	uint64_t found = 0, before = checking->result->findings;
	int code = mirror_versions(checking->view, version_check, checking, error);

	if (!code)
		code = mirror_standing_rows(checking->view, &found, error);
	/* One too many is of an object that nobody else has. */
	if (!code && found != checking->expected && checking->result->findings == before)
		check_tell(checking, "");
	return code;
}

int qorgan_verify(struct qorgan_store *store, qorgan_finding finding, void *context,
                  struct qorgan_verification *result, struct qorgan_error *error)
{
	struct checking checking = { .finding = finding, .context = context, .result = result };
	int code = vault_verify(store, finding, context, result, error);

	if (code)
		return code;
	checking.standings = calloc(1, sizeof *checking.standings);
	code = checking.standings ? vault_view_begin(store, &checking.view, error) : error_set_memory(error);
	if (!code) {
		vault_view_show_absent(checking.view, true);
		code = standings_check(&checking, error);
	}
	vault_view_end(checking.view);
	free(checking.standings);
	return code ? code : verify_outcome(result, error);
}
