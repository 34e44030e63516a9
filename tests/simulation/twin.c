/* The two copies of the hostile state's store, each of which goes on by itself, and what
 * they tell the others. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "carrier.h"
#include "chance.h"
#include "disk.h"
#include "hostile.h"
#include "model.h"
#include "qorgan/object.h"

static bool twin_exists;

static void twin_make(void)
{
	region_close(region.hostile);
	folder_copy(region.parties[region.hostile].store_path, region.parties[TWIN].store_path);
	region_open(region.hostile);
	region.parties[TWIN].leaves = region.parties[region.hostile].leaves;
	twin_exists = true;
	region.common = region.parties[TWIN].leaves;
	region.two_faced |= BIT(region.hostile);
	tell("%s copies its store, of %" PRIu64 " entries", code_of(region.hostile), region.parties[TWIN].leaves);
}

/* The twin goes on by itself, and tells one state all of it. */
static void twin_tell(unsigned to)
{
	unsigned marker = marker_new();
	struct qorgan_change *change = NULL;
	struct qorgan_commit result;
	struct qorgan_export_result exported;
	struct qorgan_receive_result received;
	struct qorgan_error error;
	char text[40], path[120], id[20];
	bool sees = false;

	marker_free(marker);
	snprintf(text, sizeof text, "Twin " MARKER, marker);
	snprintf(id, sizeof id, "TWIN-%u", marker);
	carrier_path(path);
	struct qorgan_export how = { .to = code_of(to), .output = path, .full = true };
	if (qorgan_change_begin(region_open(TWIN), NULL, NULL, &change, &error) ||
	    qorgan_change_object(change, "domain", id, QORGAN_ADD, 0, &error) ||
	    qorgan_change_set(change, "title.en", text, &error) ||
	    qorgan_change_set(change, "release", code_of(to), &error) ||
	    qorgan_change_commit(change, &result, &error) || qorgan_export(region_open(TWIN), &how, &exported, &error))
		fail("the twin cannot go on: %s", error.message);
	qorgan_change_free(change);
	model_sync(TWIN);
	for (size_t i = 0; i < model.version_count; i++) /* its own to give away */
		if (model.versions[i].owner == region.hostile)
			model.versions[i].allowed |= BIT(to);
	/* Who knows more of the other copy than both have in common sees it at once. */
	for (size_t i = 0; i < model.version_count && !sees; i++)
		sees = model.versions[i].owner == region.hostile && model.versions[i].held & BIT(to) &&
		       model.versions[i].leaf >= region.common;
	if (sees && !(region.deaf & BIT(to))) {
		hostile_strike(to, path, "a second history");
		region.counts.forks++;
		return;
	}
	int code = carrier_receive(to, path, &received, &error);
	tell("the twin of %s tells %s its history: %s", code_of(region.hostile), code_of(to),
	     code ? error.message : "taken in");
	if (code == QORGAN_OK)
		region.deaf |= BIT(to);
	else if (code != QORGAN_PROTOCOL || !strstr(error.message, code_of(region.hostile)))
		fail("the second history is refused otherwise than by name: %d, %s", code, error.message);
}

void hostile_fork(void)
{
	unsigned to = (region.hostile + 1 + chance_below(STATES - 1)) % STATES;

	if (!twin_exists)
		twin_make();
	else
		twin_tell(to);
}
