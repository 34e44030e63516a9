/* Disks that come back from an earlier time: what their owner notices, what its
 * partners do, and what can be gone on with. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "chance.h"
#include "carrier.h"
#include "disk.h"
#include "events.h"
#include "invariants.h"
#include "model.h"
#include "secrets.h"
#include "qorgan/object.h"

/* ---- Folders ------------------------------------------------------------------------------ */

void folder_copy(const char *from, const char *to)
{
	struct buffer data = { 0 };
	struct dirent *entry;
	char path[400];
	DIR *folder = opendir(from);

	folder_remove(to);
	if (!folder || mkdir(to, 0700))
		fail("cannot copy %s", from);
	while ((entry = readdir(folder))) {
		if (entry->d_type != DT_REG)
			continue;
		snprintf(path, sizeof path, "%s/%s", from, entry->d_name);
		buffer_clear(&data);
		if (file_read(path, SIZE_MAX / 4, &data, NULL))
			fail("cannot read %s", path);
		snprintf(path, sizeof path, "%s/%s", to, entry->d_name);
		FILE *file = fopen(path, "w");
		if (!file || fwrite(data.data, 1, data.size, file) != data.size || fclose(file) || chmod(path, 0600))
			fail("cannot write %s", path);
	}
	closedir(folder);
	buffer_free(&data);
}

void folder_remove(const char *path)
{
	struct dirent *entry;
	char inner[400];
	DIR *folder = opendir(path);

	while (folder && (entry = readdir(folder))) {
		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		snprintf(inner, sizeof inner, "%s/%s", path, entry->d_name);
		if (entry->d_type == DT_DIR)
			folder_remove(inner);
		else
			unlink(inner);
	}
	if (folder)
		closedir(folder);
	rmdir(path);
}

/* ---- Old disks ----------------------------------------------------------------------------- */

static struct old {
	bool there, deaf; /* deaf: the state believed in the twin by then */
	uint64_t leaves;
	size_t versions; /* of the model, by then */
	bool *held;      /* of those, by the state */
} olds[STATES];

static void old_path(unsigned party, const char *what, char path[200])
{
	snprintf(path, 200, "%s/%s-%s", region.folder, code_of(party), what);
}

static void old_keep(unsigned party)
{
	struct old *old = &olds[party];
	char path[200];

	region_close(party);
	old_path(party, "old", path);
	folder_copy(region.parties[party].store_path, path);
	region_open(party);
	free(old->held);
	old->held = calloc(model.version_count, sizeof *old->held);
	for (size_t i = 0; i < model.version_count; i++)
		old->held[i] = model.versions[i].held & BIT(party);
	old->there = true;
	old->deaf = region.deaf & BIT(party);
	old->versions = model.version_count;
	old->leaves = region.parties[party].leaves;
	tell("%s keeps a copy of its disk, of %llu entries", code_of(party), (unsigned long long)old->leaves);
}

/* A store in the place of another, which goes to `aside` unless that is NULL. */
static void disk_swap(unsigned party, const char *in, const char *aside)
{
	region_close(party);
	if (aside) {
		folder_remove(aside);
		if (rename(region.parties[party].store_path, aside))
			fail("cannot rename a store");
	}
	folder_copy(in, region.parties[party].store_path);
}

/* What is remembered of the store beside it: it goes aside, or comes back. */
static void memory_swap(unsigned party, bool away)
{
	char inner[200], aside[220];

	snprintf(inner, sizeof inner, "%s/qorgan", region.parties[party].state_home);
	snprintf(aside, sizeof aside, "%s-aside", inner);
	if (away) {
		folder_remove(aside);
		rename(inner, aside);
	} else {
		folder_remove(inner);
		rename(aside, inner);
	}
}

static int edit_try(unsigned party)
{
	struct qorgan_change *change = NULL;
	struct qorgan_commit result;
	struct qorgan_error error;
	unsigned marker = marker_new();
	char text[40], id[20];
	int code = qorgan_change_begin(region_open(party), NULL, "on an old disk", &change, &error);

	marker_free(marker);
	snprintf(text, sizeof text, "Old " MARKER, marker);
	snprintf(id, sizeof id, "OLD-%u", marker);
	code = code ? code : qorgan_change_object(change, "domain", id, QORGAN_ADD, 0, &error);
	code = code ? code : qorgan_change_set(change, "title.en", text, &error);
	code = code ? code : qorgan_change_commit(change, &result, &error);
	qorgan_change_free(change);
	return code;
}

/* The computer remembers: nothing is written. */
static void old_noticed(unsigned party)
{
	if (!qorgan_store_mistrust(region_open(party)))
		fail("%s does not notice that its store was rolled back", code_of(party));
	if (edit_try(party) != QORGAN_DENIED)
		fail("%s writes to a store that was rolled back", code_of(party));
}

/* The computer forgot, and its people go on: who has seen more refuses what they say. */
static void old_refused(unsigned party, unsigned partner)
{
	struct qorgan_receive_result received;
	struct qorgan_export_result result;
	struct qorgan_error error;
	uint8_t before[32], after[32];
	char path[120];

	carrier_path(path);
	struct qorgan_export how = { .to = code_of(partner), .output = path, .full = true };
	region.two_faced |= BIT(party); /* by its own carelessness, but so it is */
	if (edit_try(party) || qorgan_export(region_open(party), &how, &result, &error))
		fail("%s cannot go on from an old disk whose time is forgotten: %s", code_of(party), error.message);
	store_digest(partner, before);
	int code = carrier_receive(partner, path, &received, &error);
	store_digest(partner, after);
	if (code != QORGAN_PROTOCOL || !strstr(error.message, code_of(party)) || memcmp(before, after, 32) != 0)
		fail("%s took in what %s wrote on an old disk: %d, %s", code_of(partner), code_of(party),
		     code, error.message);
	tell("%s refuses what %s wrote on an old disk: %s", code_of(partner), code_of(party),
	     error.message);
	region.counts.refused++;
}

/* For good: nobody was told of what is lost with the newer disk. */
static void old_go_on(unsigned party)
{
	const struct old *old = &olds[party];

	tell("%s goes on from an old disk, of %llu entries instead of %llu", code_of(party),
	     (unsigned long long)old->leaves, (unsigned long long)region.parties[party].leaves);
	model_forget(party, old->leaves);
	region.deaf = (region.deaf & ~BIT(party)) | (old->deaf ? BIT(party) : 0);
	for (size_t i = 0; i < model.version_count; i++)
		if (i >= old->versions || !old->held[i])
			model.versions[i].held &= ~BIT(party);
	if (qorgan_store_mistrust(region_open(party)))
		fail("%s mistrusts a store of which nothing is remembered", code_of(party));
	carrier_findings(party); /* the newer disk may have known more */
	secrets_renew(party);
}

/* A partner that has taken in something that the old disk lacks; -1: none. */
static int partner_find(unsigned party)
{
	for (unsigned i = 0, at = chance_below(STATES); i < STATES; i++) {
		unsigned partner = (at + i) % STATES;
		if (partner == party || (partner == region.hostile && region.contradicted) ||
		    (party == region.hostile && region.deaf & BIT(partner)))
			continue;
		for (size_t version = olds[party].versions; version < model.version_count; version++)
			if (model.versions[version].owner == party && model.versions[version].held & BIT(partner))
				return (int)partner;
	}
	return -1;
}

void event_disk(unsigned party)
{
	char old[200], aside[200];
	int partner;

	if (party == region.hostile && region.contradicted)
		return;
	if (!olds[party].there || chance_of(30)) {
		old_keep(party);
		return;
	}
	if (olds[party].leaves == region.parties[party].leaves)
		return;
	partner = partner_find(party);
	old_path(party, "old", old);
	old_path(party, "newest", aside);
	region.counts.restored++;
	if (chance_of(40)) {
		disk_swap(party, old, aside);
		old_noticed(party);
		disk_swap(party, aside, NULL);
	} else if (region.parties[party].exported <= olds[party].leaves) {
		disk_swap(party, old, aside);
		memory_swap(party, true);
		old_go_on(party);
	} else if (partner >= 0) {
		uint64_t leaves = region.parties[party].leaves;
		disk_swap(party, old, aside);
		memory_swap(party, true);
		old_refused(party, (unsigned)partner);
		disk_swap(party, aside, NULL);
		memory_swap(party, false);
		region.parties[party].leaves = leaves;
	}
	region_open(party);
}

void disk_forget(unsigned party)
{
	olds[party].there = false;
}

void disks_forget(void)
{
	for (unsigned i = 0; i < STATES; i++)
		disk_forget(i);
}
