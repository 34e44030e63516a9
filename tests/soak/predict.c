/* What was predicted of three years, from README and SECURITY.md, before they were played. */
#include <stdio.h>
#include <string.h>

#include "soak.h"

/* Before the first month: the states, scales, periods, catalogue and user of `init` in one commit (15), the
 * field and risks of the catalogue in another (31), five cards and twenty measures in one each. */
#define FIRST_VERSIONS (15 + 31 + 5 + 20)
#define FIRST_COMMITS (1 + 1 + 5 + 20)

static void expect(unsigned state, const char *what, uint64_t is, uint64_t expected)
{
	if (is != expected)
		soak_fail("%s: %s: %llu, predicted were %llu", countries[state].code, what, (unsigned long long)is,
		          (unsigned long long)expected);
}

static void bound(unsigned state, const char *what, uint64_t is, uint64_t most)
{
	if (is > most)
		soak_fail("%s: %s: %llu, predicted were at most %llu", countries[state].code, what, (unsigned long long)is,
		          (unsigned long long)most);
}

/* Nothing is lost, nothing is there twice: each version has an entry in the log, and each commit. */
static void counts_check(unsigned state, const struct month *month)
{
	const struct country *own = &countries[state];
	uint64_t commits = own->works + own->exports + own->receipts, objects = own->measures;

	for (unsigned i = 0; i < STATES; i++)
		objects += i == state ? 0 : countries[i].measures - countries[i].withheld;
	expect(state, "versions", month->versions, FIRST_VERSIONS + commits);
	expect(state, "entries of the log", month->leaves, FIRST_VERSIONS + FIRST_COMMITS + 2 * commits);
	expect(state, "measures", month->objects, objects);
}

/* A value is deciphered so many times, whatever the machine is doing. */
static void work_check(unsigned state, const struct month *month)
{
	uint64_t held = month->versions + month->taken, packages = countries[state].exports + countries[state].receipts;
	uint64_t new_here = countries[state].released, commits = countries[state].works / countries[state].exports;

	/* A change looks at what it hangs on, and, as it is judged anew who keeps the object, at all its versions. */
	bound(state, "values deciphered for the work of a month", month->work.opened, commits * 64 + month->touched);
	/* What is new, the records of packages, and the versions of all of the own reports and assessments. */
	bound(state, "values deciphered for an export", month->export.opened,
	      4 * new_here + 4 * packages + 4 * month->looked_through + 500);
	/* What is new, what hangs on it, and the records of packages. */
	bound(state, "values deciphered to receive", month->receive.opened,
	      4 * new_here * (STATES - 1) + 8 * packages + 4000);
	bound(state, "values deciphered to open", month->open.opened, 8);
	/* Each measure, with its lead's report. */
	bound(state, "values deciphered for a listing", month->list.opened, 2 * month->objects + 16);
	/* All, and for each period of its trend what was reported since. */
	bound(state, "values deciphered for a report", month->report.opened,
	      4 * month->objects + STATES * month->looked_through * (countries[state].exports / 6 + 2));
	bound(state, "values deciphered by verify", month->verify.opened, 5 * held + 2000);
}

void predict_month(unsigned state, const struct month *month)
{
	const long steps[] = { month->work.kib, month->export.kib, month->receive.kib, month->open.kib, month->list.kib,
		                   month->report.kib, month->verify.kib };

	counts_check(state, month);
	work_check(state, month);
	/* Of each version its record, two hashes and its place, in pages that are two thirds full. */
	bound(state, "bytes in use", month->used, 2048 * (month->versions + month->taken));
	bound(state, "bytes of the file", month->file, month->used + month->used / 4 + (4 << 20));
	/* However many versions there are: what is listed, and one buffer for each stage of the work. */
	for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++)
		bound(state, "KiB of memory", (uint64_t)steps[i], 16384 + month->objects);
}

/* A month between two. A store grows by pages, and frees some: over a few months that says nothing. */
static double growth(struct month (*months)[STATES], unsigned state, unsigned from, unsigned to)
{
	return (double)(months[to][state].used - months[from][state].used) / (to - from);
}

void predict_growth(struct month (*months)[STATES], unsigned count)
{
	for (unsigned state = 0; count >= 24 && state < STATES; state++) {
		unsigned third = (count - 1) / 3;
		double first = growth(months, state, 1, 1 + third), last = growth(months, state, count - 1 - third, count - 1);
		uint64_t held = months[count - 1][state].versions + months[count - 1][state].taken;
		printf("%s: %.0f KiB a month at first, %.0f at last, %.0f bytes for each of %llu versions\n", countries[state].code,
		       first / 1024, last / 1024, (double)months[count - 1][state].used / (double)held, (unsigned long long)held);
		if (last > first * 1.1 + 32768 || last < first / 1.1 - 32768) /* it grows by pages */
			soak_fail("%s: the store does not grow by as much each month", countries[state].code);
	}
}
