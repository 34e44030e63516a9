/* Who may be given what, by the rules of qorgan-package(5): an own reading of them. */
#include <stdio.h>
#include <string.h>

#include "model.h"

enum { CLEAR, GREEN, AMBER, STRICT, RED };

/* By what the version itself says. */
static bool says(const struct version *version, unsigned party)
{
	return model.objects[version->object].leaves && version->rank < RED && version->release & BIT(party) &&
	       (party != OBSERVER || version->rank <= GREEN);
}

/* A copy of what another state keeps goes to nobody; what hands it over does. */
static bool is_own(const struct version *version)
{
	bool reports = strchr(model.objects[version->object].id, '/') != NULL;

	if (version->named < 0 || version->named == version->owner)
		return true;
	for (int at = version->before; at >= 0 && !reports; at = model.versions[at].before)
		if (model.versions[at].named == version->owner)
			return true;
	return false;
}

/* What counts at the owner, of the object that this one is a part of. */
static bool whole_may(const struct version *part, const char *kind, unsigned party)
{
	char id[140];

	snprintf(id, sizeof id, "%.*s", (int)strcspn(model.objects[part->object].id, "/"), model.objects[part->object].id);
	int object = model_object(kind, id), counting = object < 0 ? -1 : model_counting(part->owner, (unsigned)object);
	if (counting < 0)
		return false;
	const struct version *whole = &model.versions[counting];
	unsigned keeper = whole->owner == TWIN ? region.hostile : whole->owner;
	return says(whole, party) || (keeper != part->owner && keeper == party);
}

static bool file_may(const struct version *file, unsigned party)
{
	bool named = false, may = false;

	for (size_t i = 0; i < model.object_count && !may; i++) {
		const struct object *object = &model.objects[i];
		int newest = object->newest[file->owner];
		if (newest < 0 || !model.versions[newest].evidence ||
		    !strstr(model.versions[newest].evidence, model.objects[file->object].id))
			continue;
		named = true;
		may = says(&model.versions[newest], party) && whole_may(&model.versions[newest], "measure", party);
	}
	return may || !named;
}

bool model_may(const struct version *version, unsigned party)
{
	const struct object *object = &model.objects[version->object];
	int newest = object->newest[version->owner], counting;

	if (version->gone || !says(version, party) || !is_own(version))
		return false;
	if (&model.versions[newest] != version) {
		counting = model_counting(version->owner, version->object);
		if (counting < 0 || !says(&model.versions[counting], party))
			return false;
	}
	if (strcmp(object->kind, "status") == 0)
		return whole_may(version, "measure", party);
	if (strcmp(object->kind, "assessment") == 0)
		return whole_may(version, "risk", party);
	return strcmp(object->kind, "evidence") != 0 || file_may(version, party);
}

void model_allow(unsigned owner, unsigned parties)
{
	for (size_t i = 0; i < model.version_count; i++) {
		struct version *version = &model.versions[i];
		if (version->owner != owner || version->gone || !model.objects[version->object].leaves)
			continue;
		for (unsigned party = 0; party <= OBSERVER; party++)
			if (parties & BIT(party) && !(version->allowed & BIT(party)) && model_may(version, party))
				version->allowed |= BIT(party);
	}
}
