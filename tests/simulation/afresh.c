/* Key and store are lost: a new log of the same state, whose card the partners compare again;
 * its former history stays with them, and is ended. */
#include "afresh.h"

#include "carrier.h"
#include "disk.h"
#include "medium.h"
#include "model.h"
#include "renewal.h"
#include "secrets.h"

/* Whether hand-overs of any object went through it, or are under way. */
static bool is_entangled(unsigned party)
{
	for (size_t i = 0; i < model.object_count; i++) {
		const struct object *object = &model.objects[i];
		int newest = object->newest[party];
		if (newest >= 0 && model.versions[newest].named >= 0 && model.versions[newest].named != (int)party &&
		    object->first_keeper == (int)party)
			return true;
		for (size_t j = 0; j < object->chain_count; j++)
			if (model.versions[object->chain[j]].owner == party || object->first_keeper == (int)party)
				return true;
	}
	return false;
}

void event_lost(unsigned party)
{
	bool is_forked = region.two_faced & BIT(party) || region.common || region.contradicted;

	if (region.began_anew || party == region.hostile || is_forked || is_entangled(party))
		return;
	region.began_anew = true;
	tell("%s lost its store and its keys, and begins anew", code_of(party));
	carrier_drop(party);
	medium_drop(party);
	disks_forget();
	region_remake(party);
	renewal_afresh(party);
	model_end(party);
	for (unsigned i = 0; i < STATES; i++)
		model_sync(i);
	region.found_out[party] = 0;
	secrets_renew(party);
}
