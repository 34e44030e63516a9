/* Six states: their stores, their everyday work, and the exchange at the end of a month. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include <sodium.h>

#include "crypto/age.h"
#include "qorgan/card.h"
#include "qorgan/exchange.h"
#include "qorgan/object.h"
#include "soak.h"

struct country *countries;

#define TO_ALL "\"marking\":\"GREEN\",\"release\":[\"AZE\",\"KAZ\",\"KGZ\",\"TJK\",\"TKM\",\"UZB\"]"
#define ALL "AZE,KAZ,KGZ,TJK,TKM,UZB"
#define FIRST_MEASURES 20 /* of each state, in the first catalogue */
#define RISKS 5

static char folder[80], identity[120], recipient[AGE_RECIPIENT_TEXT];
static struct qorgan_error error;

static void must(int code, const char *what, unsigned state)
{
	if (code)
		soak_fail("%s of %s: %s", what, countries[state].code, error.message);
}

void states_month(unsigned month)
{
	char moment[40];

	snprintf(moment, sizeof moment, "%04u-%02u-25T10:00:00Z", 2026 + month / 12, month % 12 + 1);
	setenv("QORGAN_NOW", moment, 1);
}

struct qorgan_store *states_open(unsigned state)
{
	const struct qorgan_keys keys = { .identity = identity };

	if (!countries[state].store)
		must(qorgan_store_open(countries[state].path, &keys, 0, &countries[state].store, &error), "the store", state);
	return countries[state].store;
}

void states_close(unsigned state)
{
	qorgan_store_close(countries[state].store);
	countries[state].store = NULL;
}

/* ---- The beginning ---------------------------------------------------------------------- */

static void identity_make(void)
{
	uint8_t key[32], public[32];
	char text[AGE_IDENTITY_TEXT];

	randombytes_buf(key, sizeof key);
	age_identity_recipient(key, public);
	age_recipient_format(public, recipient);
	age_identity_format(key, text);
	snprintf(identity, sizeof identity, "%s/identity", folder);
	FILE *file = fopen(identity, "w");
	if (!file || chmod(identity, 0600) || fprintf(file, "%s\n", text) < 0 || fclose(file))
		soak_fail("cannot write %s", identity);
}

/* The same in each store, as what was signed together is. */
static void catalogue_write(const char *path)
{
	FILE *to = fopen(path, "w");

	if (!to)
		soak_fail("cannot write %s", path);
	fputs("{\"kind\":\"domain\",\"id\":\"D\",\"title\":{\"en\":\"Field\"},\"coordinator\":\"UZB\"," TO_ALL "}\n", to);
	for (unsigned state = 0; state < STATES; state++)
		for (unsigned i = 0; i < RISKS; i++)
			fprintf(to, "{\"kind\":\"risk\",\"id\":\"R-%s-%u\",\"domain\":\"D\",\"title\":{\"en\":\"Risk %u\"},"
			        "\"coordinator\":\"%s\"," TO_ALL "}\n", countries[state].code, i, i, countries[state].code);
	if (fclose(to))
		soak_fail("cannot write %s", path);
}

static struct qorgan_change *change_begin(unsigned state)
{
	struct qorgan_change *change;

	must(qorgan_change_begin(states_open(state), NULL, NULL, &change, &error), "a change", state);
	return change;
}

/* One version, neither more nor less. */
static void change_end(unsigned state, struct qorgan_change *change)
{
	struct qorgan_commit result;

	must(qorgan_change_commit(change, &result, &error), "a change", state);
	if (result.created + result.changed != 1)
		soak_fail("a change of %s wrote %llu versions", countries[state].code,
		          (unsigned long long)(result.created + result.changed));
	qorgan_change_free(change);
}

static void set(unsigned state, struct qorgan_change *change, const char *field, const char *value)
{
	must(qorgan_change_set(change, field, value, &error), field, state);
}

static void card_add(unsigned of, unsigned at)
{
	struct qorgan_card_judgement judgement;
	struct qorgan_card card;
	char *text;

	must(qorgan_card_make(states_open(of), NULL, &card, &text, &error), "the card", of);
	must(qorgan_card_judge(states_open(at), text, strlen(text), &judgement, &error), "a card", at);
	struct qorgan_change *change = change_begin(at);
	must(qorgan_change_card(change, &judgement, &error), "a card", at);
	change_end(at, change);
	free(text);
}

/* A version more of that object. */
static void touch(unsigned state, unsigned kind, uint64_t number)
{
	if (number >= OBJECTS_LIMIT)
		soak_fail("%s has too many objects", countries[state].code);
	countries[state].touched += countries[state].versions[kind][number]++;
}

/* Every tenth stays in the state, by its marking. */
static void measure_name(unsigned state, uint64_t number, char id[40])
{
	snprintf(id, 40, "%s-%s%llu", countries[state].code, number % 10 == 9 ? "R" : "M", (unsigned long long)number);
}

static void measure_add(unsigned state, uint64_t work)
{
	struct country *country = &countries[state];
	struct qorgan_change *change = change_begin(state);
	char id[40], text[300];

	measure_name(state, country->measures, id);
	must(qorgan_change_object(change, "measure", id, QORGAN_ADD, 0, &error), id, state);
	snprintf(text, sizeof text, "R-%s-%llu", country->code, (unsigned long long)(work % RISKS));
	set(state, change, "risks", text);
	snprintf(text, sizeof text, "Joint watch of crossing %llu", (unsigned long long)country->measures);
	set(state, change, "title.en", text);
	set(state, change, "description.en", "Regular exchange between duty officers on both sides, with a shared log.");
	set(state, change, "type", "detect");
	set(state, change, "lead", country->code);
	snprintf(text, sizeof text, "%s,%s", countries[(state + 1) % STATES].code, countries[(state + 2) % STATES].code);
	set(state, change, "support", text);
	set(state, change, "start", "2026-01-01");
	set(state, change, "due", "2028-12-01");
	bool stays = country->measures % 10 == 9;
	set(state, change, "marking", stays ? "RED" : "GREEN");
	set(state, change, "release", ALL); /* which the marking outweighs */
	change_end(state, change);
	touch(state, MEASURES, country->measures);
	country->measures++;
	country->withheld += stays;
	country->released += !stays;
}

void states_start(const char *where)
{
	static const char *const codes[STATES] = { "UZB", "KAZ", "KGZ", "TJK", "TKM", "AZE" };

	countries = mmap(NULL, STATES * sizeof *countries, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (countries == MAP_FAILED)
		soak_fail("no memory");
	snprintf(folder, sizeof folder, "%s", where);
	for (unsigned i = 0; i < STATES; i++) {
		countries[i].code = codes[i];
		snprintf(countries[i].path, sizeof countries[i].path, "%s/%s", folder, codes[i]);
	}
}

void states_make(void)
{
	char path[120];

	snprintf(path, sizeof path, "%s/catalogue.jsonl", folder);
	catalogue_write(path);
	identity_make();
	for (unsigned i = 0; i < STATES; i++) {
		const struct qorgan_creation creation = { .state = countries[i].code, .user = "liaison", .recipient = recipient };
		const char *const paths[] = { path };
		const struct qorgan_load load = { .paths = paths, .count = 1 };
		struct qorgan_commit result;
		must(qorgan_store_create(countries[i].path, &creation, &countries[i].store, &error), "the store", i);
		must(qorgan_load(countries[i].store, &load, &result, &error), "the catalogue", i);
	}
	for (unsigned of = 0; of < STATES; of++)
		for (unsigned at = 0; at < STATES; at++)
			if (of != at)
				card_add(of, at);
	for (unsigned i = 0; i < STATES; i++)
		for (unsigned measure = 0; measure < FIRST_MEASURES; measure++)
			measure_add(i, measure);
	for (unsigned i = 0; i < STATES; i++)
		states_close(i);
}

/* ---- Everyday work ------------------------------------------------------------------------ */

/* On a measure of its own, one after the other; the first report on one is an object more. */
static void report(unsigned state, uint64_t work)
{
	static const char *const words[] = { "planned", "in-progress", "in-progress", "in-progress", "completed" };
	struct country *country = &countries[state];
	struct qorgan_change *change = change_begin(state);
	uint64_t number = country->reports < country->measures ? country->reports++ : work * 7 % country->measures;
	char id[40], text[200];

	measure_name(state, number, id);
	must(qorgan_change_status(change, id, NULL, words[work % 5], NULL, &error), id, state);
	snprintf(text, sizeof text, "%llu", (unsigned long long)(work % 5 == 4 ? 100 : work % 100));
	set(state, change, "progress", text);
	snprintf(text, sizeof text, "Report %llu: sensors stand at some of five centres, and the log is kept",
	         (unsigned long long)work);
	set(state, change, "note.en", text);
	set(state, change, "marking", "GREEN");
	set(state, change, "release", ALL);
	change_end(state, change);
	touch(state, REPORTS, number);
	country->released += number % 10 != 9; /* a report does not go farther than its measure */
}

static void edit(unsigned state, uint64_t work, const char *kind, uint64_t number)
{
	struct qorgan_change *change = change_begin(state);
	char id[40], text[80];

	if (kind[0] == 'm')
		measure_name(state, number, id);
	else
		snprintf(id, sizeof id, "R-%s-%llu", countries[state].code, (unsigned long long)number);
	must(qorgan_change_object(change, kind, id, QORGAN_EDIT, 0, &error), id, state);
	snprintf(text, sizeof text, "As it was worded by work %llu", (unsigned long long)work);
	set(state, change, "title.en", text);
	change_end(state, change);
	touch(state, kind[0] == 'm' ? MEASURES : RISK_LEVELS, number);
	countries[state].released += kind[0] != 'm' || number % 10 != 9;
}

/* Of a risk of one's own; it is released as the risk is. */
static void assess(unsigned state, uint64_t work)
{
	struct country *country = &countries[state];
	struct qorgan_change *change = change_begin(state);
	uint64_t number = country->assessments < RISKS ? country->assessments++ : work % RISKS;
	char id[40], text[80];

	snprintf(id, sizeof id, "R-%s-%llu", country->code, (unsigned long long)number);
	must(qorgan_change_assess(change, id, NULL, NULL, &error), id, state);
	snprintf(text, sizeof text, "%llu", (unsigned long long)(1 + work % 5));
	set(state, change, "likelihood", text);
	set(state, change, "impact", text);
	snprintf(text, sizeof text, "As work %llu judges", (unsigned long long)work);
	set(state, change, "note.en", text);
	change_end(state, change);
	touch(state, ASSESSMENTS, number);
	country->released++;
}

static void remark(unsigned state, uint64_t work)
{
	struct qorgan_change *change = change_begin(state);
	char on[40], text[80], id[130];

	snprintf(on, sizeof on, "R-%s-%llu", countries[state].code, (unsigned long long)(work % RISKS));
	snprintf(text, sizeof text, "Remark %llu, which never leaves the store", (unsigned long long)work);
	must(qorgan_change_note(change, on, text, id, &error), "a note", state);
	change_end(state, change);
	countries[state].notes++;
}

void states_work(unsigned state, uint64_t count)
{
	for (uint64_t work = countries[state].works; work < countries[state].works + count; work++) {
		uint64_t turn = work % 20;
		if (turn < 12)
			report(state, work);
		else if (turn < 15)
			edit(state, work, "measure", work * 13 % countries[state].measures);
		else if (turn < 17)
			assess(state, work);
		else if (turn < 18)
			remark(state, work);
		else if (turn < 19)
			measure_add(state, work);
		else
			edit(state, work, "risk", work / 20 % RISKS);
	}
	countries[state].works += count;
}

/* ---- The exchange --------------------------------------------------------------------------- */

static void package_path(unsigned from, char path[140])
{
	snprintf(path, 140, "%s/%s.age", folder, countries[from].code);
}

void states_export(unsigned state)
{
	char path[140], to[40] = "";
	struct qorgan_export export = { .to = to, .output = path, .replace = true };
	struct qorgan_export_result result;
	bool first = countries[state].exports == 0;

	package_path(state, path);
	for (unsigned i = 0; i < STATES; i++)
		if (i != state)
			strcat(strcat(to, to[0] ? "," : ""), countries[i].code);
	must(qorgan_export(states_open(state), &export, &result, &error), "an export", state);
	/* The first one holds the states, scales and periods, too, and the own part of the catalogue. */
	if (first ? result.records < countries[state].released : result.records != countries[state].released)
		soak_fail("%s exports %llu records in place of %llu", countries[state].code, (unsigned long long)result.records,
		          (unsigned long long)countries[state].released);
	countries[state].exports++;
}

void states_receive(unsigned state)
{
	for (unsigned from = 0; from < STATES; from++) {
		char path[140];
		struct qorgan_receive receive = { .path = path };
		struct qorgan_receive_result result;
		if (from == state)
			continue;
		package_path(from, path);
		must(qorgan_receive(states_open(state), &receive, &result, &error), "what came in", state);
		if (countries[from].exports > 1 && result.created + result.changed != countries[from].released)
			soak_fail("%s takes in %llu versions of %s in place of %llu", countries[state].code,
			          (unsigned long long)(result.created + result.changed), countries[from].code,
			          (unsigned long long)countries[from].released);
		countries[state].receipts++;
		countries[state].taken += result.created + result.changed;
	}
}

uint64_t states_reported(unsigned state)
{
	uint64_t sum = 0;

	for (unsigned i = 0; i < OBJECTS_LIMIT; i++)
		sum += countries[state].versions[REPORTS][i] + countries[state].versions[ASSESSMENTS][i];
	return sum;
}

void states_sent(void)
{
	for (unsigned i = 0; i < STATES; i++)
		countries[i].released = countries[i].touched = 0;
}
