/* The index of statuses against a plain model: every version written down, the
 * newest that counts searched for by hand. */
#include "register/status_index.h"

#include "report_fixture.h"

static struct fixture fixture;

static void set_up(void)
{
	fixture_make(&fixture);
}

static void tear_down(void)
{
	fixture_remove(&fixture);
}

#define ROUNDS 12  /* changes, ten days apart */
#define MEASURES 5
#define STATES 2
static const char *const states[STATES] = { "KAZ", "UZB" };
static const date_day first_round = 20454; /* 2026-01-01 */

struct version {
	int word, progress;
	date_day recorded, date; /* date: that it speaks of */
	int64_t time;
};
struct model {
	struct version versions[ROUNDS];
	uint32_t count;
};
static struct model models[MEASURES][STATES];

/* Any sequence will do, as long as it is the same every time. */
static unsigned next_number(unsigned *seed)
{
	*seed = *seed * 1103515245u + 12345u;
	return *seed >> 16;
}

static void write_round(int round, unsigned *seed)
{
	struct fixture_object objects[MEASURES * STATES];
	char ids[MEASURES * STATES][40], bodies[MEASURES * STATES][160], now[TIME_TEXT_SIZE], date[DATE_TEXT_SIZE];
	int64_t time = ((int64_t)first_round + round * 10) * 86400 + 36000;
	size_t count = 0;

	for (int measure = 0; measure < MEASURES; measure++) {
		for (int state = 0; state < STATES; state++) {
			struct model *model = &models[measure][state];
			if (next_number(seed) % 3 == 0)
				continue;
			/* Half of the reports speak of another day, earlier or later. */
			bool dated = next_number(seed) % 2;
			struct version version = { .word = (int)(next_number(seed) % STATUS_WORDS),
				                       .progress = (int)(next_number(seed) % 101),
				                       .recorded = first_round + round * 10,
				                       .time = time };
			version.date = dated ? version.recorded + (int)(next_number(seed) % 50) - 35 : version.recorded;
			date_format(version.date, date);
			snprintf(bodies[count], sizeof bodies[count], "{%s%s%s\"progress\":%d,\"status\":\"%s\"}",
			         dated ? "\"date\":\"" : "", dated ? date : "", dated ? "\"," : "", version.progress,
			         status_word_names[version.word]);
			struct version *last = model->count ? &model->versions[model->count - 1] : NULL;
			if (last && !dated && last->date == last->recorded && last->word == version.word &&
			    last->progress == version.progress)
				continue; /* the same body would make no version */
			snprintf(ids[count], sizeof ids[count], "CYB-01-M%d/%s", measure, states[state]);
			objects[count] = (struct fixture_object){ "status", ids[count], bodies[count] };
			model->versions[model->count++] = version;
			count++;
		}
	}
	time_format(time, now);
	fixture_put(&fixture, now, objects, count);
}

/* The newest version that was recorded by then and does not speak of a later day. */
static const struct version *search(const struct model *model, int64_t as_of, date_day until, uint32_t *number)
{
	for (uint32_t i = model->count; i > 0; i--)
		if (model->versions[i - 1].time <= as_of && model->versions[i - 1].date <= until) {
			*number = i;
			return &model->versions[i - 1];
		}
	return NULL;
}

static void compare(const struct status_facts *facts, const struct version *version, uint32_t number)
{
	if (!version) {
		ck_assert_ptr_null(facts);
		return;
	}
	ck_assert_ptr_nonnull(facts);
	ck_assert_uint_eq(facts->version, number);
	ck_assert_int_eq(facts->word, version->word);
	ck_assert_int_eq(facts->progress, version->progress);
	ck_assert_int_eq(facts->date, version->date);
	ck_assert_int_eq(facts->consent, CONSENT_ACCEPTED);
}

static int watch_each(void *context, uint32_t number, const struct vault_record *record, struct qorgan_error *error)
{
	uint32_t *told = context;

	(void)record, (void)error;
	ck_assert_uint_eq(number, (*told)++);
	return QORGAN_OK;
}

static void compare_all(struct vault_view *view, struct status_moment moment, date_day earlier)
{
	uint32_t told = 0, found = 0, number = 0;
	struct status_watch watch = { earlier, watch_each, &told };
	struct status_index *index, *watched;

	fixture_ok(&fixture, status_index_load(view, moment, &index, &fixture.error));
	fixture_ok(&fixture, status_index_load_watched(view, moment, &watch, &watched, &fixture.error));
	for (int measure = 0; measure < MEASURES; measure++) {
		for (int state = 0; state < STATES; state++) {
			char id[40];
			snprintf(id, sizeof id, "CYB-01-M%d", measure);
			const struct model *model = &models[measure][state];
			const struct version *now = search(model, moment.as_of, moment.until, &number);
			compare(status_index_find(index, span_of(id), span_of(states[state])), now, number);
			const struct status_facts *facts = status_index_find(watched, span_of(id), span_of(states[state]));
			compare(facts, now, number);
			if (!now)
				continue;
			found++;
			const struct version *before = search(model, moment.as_of, earlier, &number);
			compare(status_index_earlier(watched, facts), before, number);
			facts = status_index_find(index, span_of(id), span_of(states[state]));
			ck_assert_ptr_null(status_index_earlier(index, facts)); /* not watched */
		}
	}
	ck_assert_uint_eq(told, found);
	status_index_free(index);
	status_index_free(watched);
}

START_TEST(the_index_finds_what_a_search_by_hand_finds)
{
	unsigned seed = 7;
	struct vault_view *view;

	memset(models, 0, sizeof models);
	for (int round = 0; round < ROUNDS; round++)
		write_round(round, &seed);
	struct qorgan_store *store = fixture_open(&fixture, "2027-01-01T00:00:00Z");
	fixture_ok(&fixture, vault_view_begin(store, &view, &fixture.error));
	compare_all(view, STATUS_NOW, first_round + 60);
	for (int day = -40; day < ROUNDS * 10 + 20; day += 7) {
		compare_all(view, (struct status_moment){ INT64_MAX, first_round + day }, first_round + day - 30);
		compare_all(view, (struct status_moment){ ((int64_t)first_round + day) * 86400, INT32_MAX }, first_round);
		compare_all(view, (struct status_moment){ ((int64_t)first_round + 70) * 86400, first_round + day },
		            first_round + day - 3);
	}
	vault_view_end(view);
	qorgan_store_close(store);
}
END_TEST

START_TEST(a_refusal_is_told_from_a_report)
{
	static const struct fixture_object objects[] = {
		{ "status", "A-1/KAZ", "{\"consent\":\"declined\",\"reason\":\"no\",\"status\":\"planned\"}" },
		{ "status", "A-1/UZB", "{\"consent\":\"accepted\",\"status\":\"planned\"}" },
		{ "status", "A-1/KGZ", "{\"progress\":100,\"status\":\"verified\"}" },
	};
	struct status_index *index;
	struct vault_view *view;

	fixture_put_all(&fixture, "2026-01-10T00:00:00Z", objects);
	struct qorgan_store *store = fixture_open(&fixture, "2026-02-01T00:00:00Z");
	fixture_ok(&fixture, vault_view_begin(store, &view, &fixture.error));
	fixture_ok(&fixture, status_index_load(view, STATUS_NOW, &index, &fixture.error));
	struct span measure = span_of("A-1");
	ck_assert_int_eq(status_index_find(index, measure, span_of("KAZ"))->consent, CONSENT_DECLINED);
	ck_assert_int_eq(status_index_find(index, measure, span_of("UZB"))->consent, CONSENT_ACCEPTED);
	ck_assert_int_eq(status_index_find(index, measure, span_of("KGZ"))->word, STATUS_VERIFIED);
	ck_assert_ptr_null(status_index_find(index, measure, span_of("TJK")));
	ck_assert_ptr_null(status_index_find(index, span_of("A-11"), span_of("KAZ")));
	status_index_free(index);
	vault_view_end(view);
	qorgan_store_close(store);
}
END_TEST

START_TEST(overdue_and_due_soon_follow_from_word_and_date)
{
	const date_day due = 20000;
	struct status_facts lead = { .word = STATUS_IN_PROGRESS, .progress = 40 };

	struct measure_state none = measure_state_of(NULL, false, 0, due);
	ck_assert(none.word == STATUS_PLANNED && none.progress == 0 && !none.overdue && !none.due_soon);
	for (int word = 0; word < STATUS_WORDS; word++) {
		bool open = word == STATUS_PLANNED || word == STATUS_IN_PROGRESS || word == STATUS_ON_HOLD;
		lead.word = (uint8_t)word;
		ck_assert(status_word_is_open((enum status_word)word) == open);
		for (date_day today = due - 40; today < due + 5; today++) {
			struct measure_state state = measure_state_of(&lead, true, due, today);
			ck_assert_int_eq(state.word, word);
			ck_assert_int_eq(state.progress, 40);
			ck_assert(state.overdue == (open && today > due));
			ck_assert(state.due_soon == (open && today <= due && due - today <= 30));
		}
	}
}
END_TEST

Suite *suite_status_index(void);
Suite *suite_status_index(void)
{
	Suite *suite = suite_create("status_index");
	TCase *tests = tcase_create("index"), *plain = tcase_create("state");

	tcase_add_checked_fixture(tests, set_up, tear_down);
	tcase_set_timeout(tests, 60);
	tcase_add_test(tests, the_index_finds_what_a_search_by_hand_finds);
	tcase_add_test(tests, a_refusal_is_told_from_a_report);
	suite_add_tcase(suite, tests);
	tcase_add_test(plain, overdue_and_due_soon_follow_from_word_and_date);
	suite_add_tcase(suite, plain);
	return suite;
}
