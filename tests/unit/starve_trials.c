/* See starve_trials.h. */
#include "starve_trials.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "store/vault.h"
#include "store/verify.h"

static unsigned round_number;

struct trial {
	const struct starve_work *work;
	struct qorgan_store **store;
	struct qorgan_error *error;
	struct buffer before;
};

unsigned starve_round(void)
{
	return round_number;
}

/* The newest checkpoint: it holds the root over all that was ever written. */
static void state_take(const struct trial *trial, struct buffer *note)
{
	struct vault_view *view = NULL;

	buffer_clear(note);
	if (!*trial->store)
		return;
	ck_assert_msg(!vault_view_begin(*trial->store, &view, trial->error), "%s: %s", trial->work->name,
	              trial->error->message);
	ck_assert_msg(!vault_checkpoint(view, note, trial->error), "%s: %s", trial->work->name, trial->error->message);
	vault_view_end(view);
}

static int run_starved(struct trial *trial, enum starve kind, uint64_t at, uint64_t *calls)
{
	round_number++;
	if (trial->work->prepare)
		trial->work->prepare();
	state_take(trial, &trial->before);
	memset(trial->error, 0, sizeof *trial->error);
	starve_from(kind, at);
	int code = trial->work->run();
	*calls = starve_end();
	return code;
}

static void failure_judge(struct trial *trial, enum starve kind, uint64_t at, int code)
{
	static const char *const names[STARVE_KINDS] = { "allocation", "engine", "file", "sealed row", "stop" };
	static const int codes[STARVE_KINDS] = { QORGAN_INTERNAL, QORGAN_IO, QORGAN_IO, QORGAN_IO, QORGAN_INTERRUPTED };
	const struct starve_work *work = trial->work;
	struct buffer after = { 0 };

	ck_assert_msg(code == codes[kind] || code == work->also || (kind == STARVE_FILE && code == QORGAN_CANNOT_CREATE),
	              "%s, %s %lu: %d %s", work->name, names[kind], (unsigned long)at, code, trial->error->message);
	ck_assert_msg(code == QORGAN_INTERRUPTED || trial->error->message[0], "%s, %s %lu: no message", work->name, names[kind],
	              (unsigned long)at);
	state_take(trial, &after);
	ck_assert_msg(span_equal(buffer_span(&trial->before), buffer_span(&after)), "%s, %s %lu: written all the same",
	              work->name, names[kind], (unsigned long)at);
	buffer_free(&after);
}

static void finding_fail(void *context, const char *what, const char *object, const char *advice)
{
	(void)advice;
	ck_abort_msg("%s: %s: %s", (const char *)context, object, what);
}

static void store_verify(const struct trial *trial)
{
	struct qorgan_verification verification;

	if (*trial->store)
		ck_assert_msg(!vault_verify(*trial->store, finding_fail, (void *)trial->work->name, &verification, trial->error),
		              "%s: %s", trial->work->name, trial->error->message);
}

static void starve_kind(struct trial *trial, enum starve kind)
{
	const struct starve_work *work = trial->work;
	const char *given = getenv("QORGAN_STARVE");
	size_t most = given ? strtoul(given, NULL, 10) : 4, count, failed = 0, run = 0;
	uint64_t calls, ignored;

	int code = run_starved(trial, kind, 0, &calls);
	ck_assert_msg(code == work->answer, "%s: %d %s", work->name, code, trial->error->message);
	if (work->judge)
		work->judge(code);
	const uint64_t *sites = starve_sites(&count);
	size_t step = count / (most ? most : 1) + 1;
	for (size_t i = 0; i < count; i += step, run++) {
		uint64_t failures = memory_failures();
		code = run_starved(trial, kind, sites[i], &ignored);
		if (kind == STARVE_MEMORY && code && code != work->answer && memory_failures() != failures)
			code = QORGAN_INTERNAL;
		if (work->judge)
			work->judge(code);
		if (code == work->answer)
			continue;
		failed++;
		failure_judge(trial, kind, sites[i], code);
	}
	ck_assert_msg(run < 2 || failed || kind == STARVE_FILE || kind == STARVE_SEAL, "%s: nothing failed in %zu of %zu places", work->name, run,
	              count);
	store_verify(trial);
}

void starve_trials(const struct starve_work *works, size_t count, struct qorgan_store **store, struct qorgan_error *error)
{
	for (size_t i = 0; i < count; i++)
		for (int kind = 0; kind < STARVE_KINDS; kind++) {
			struct trial trial = { .work = &works[i], .store = store, .error = error };
			unsigned kinds = works[i].kinds ? works[i].kinds : STARVE_USUAL_KINDS;
			if (kinds >> kind & 1)
				starve_kind(&trial, (enum starve)kind);
			buffer_free(&trial.before);
		}
}
