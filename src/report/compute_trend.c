/* How far the measures came from period to period, by domain and by leading state: of today's
 * measures and leads, what had been reported by the end of each period. */

#include "report/compute.h"

void trend_measure(struct compute *compute, const struct measure_view *measure)
{
	struct report_model *model = compute->model;
	const struct report_state *state = compute_state(compute, measure->lead);
	struct tracked *row = measure->lead.size ? arena_add(compute->arena, &compute->tracked) : NULL;

	if (row)
		*row = (struct tracked){ arena_text(compute->arena, measure->id), arena_text(compute->arena, measure->lead),
			                     measure->domain, state ? (uint32_t)(state - model->states.items) : COMPUTE_NONE };
}

/* A mean in the making. */
struct mean {
	uint64_t sum, count;
};

static void mean_add(struct mean *means, size_t count, uint32_t place, unsigned progress)
{
	if (place >= count)
		return;
	means[place].sum += progress;
	means[place].count++;
}

static int *means_end(struct compute *compute, const struct mean *means, size_t count)
{
	int *ends = arena_take(compute->arena, (count ? count : 1) * sizeof *ends);

	for (size_t i = 0; ends && i < count; i++)
		ends[i] = means[i].count ? (int)(means[i].sum / means[i].count) : -1;
	return ends;
}

static void add_period(struct compute *compute, const struct period_named *period, const struct status_index *statuses)
{
	struct report_model *model = compute->model;
	size_t domains = model->domains.count, states = model->states.count;
	struct mean *of_domains = arena_take(compute->arena, (domains + 1) * sizeof *of_domains);
	struct mean *of_states = arena_take(compute->arena, (states + 1) * sizeof *of_states), all = { 0 };
	struct report_trend *row = arena_add(compute->arena, &model->trend);

	if (!of_domains || !of_states || !row)
		return; /* the arena remembers it */
	for (size_t i = 0; i < compute->tracked.count; i++) {
		const struct tracked *measure = &compute->tracked.items[i];
		const struct status_facts *facts = status_index_find(statuses, span_of(measure->id), span_of(measure->lead));
		unsigned progress = facts && facts->consent != CONSENT_DECLINED ? facts->progress : 0;
		mean_add(of_domains, domains, measure->domain, progress);
		mean_add(of_states, states, measure->state, progress);
		mean_add(&all, 1, 0, progress);
	}
	row->label = arena_text(compute->arena, span_of(period->label));
	row->all = all.count ? (int)(all.sum / all.count) : -1;
	row->domains = means_end(compute, of_domains, domains);
	row->states = means_end(compute, of_states, states);
}

/* The period of the report and those before it, newest first; how many. */
static size_t list_periods(const struct compute *compute, const struct period_book *book,
                           struct period_named periods[TREND_PERIODS])
{
	date_day first;
	size_t count = 1;

	periods[0] = compute->period;
	if (!date_parse(span_of(compute->model->catalogue_from), &first))
		return count;
	for (; count < TREND_PERIODS; count++) {
		periods[count] = period_name_previous(book, &periods[count - 1]);
		if (periods[count].period.to < first)
			break;
	}
	return count;
}

int compute_trend(struct compute *compute, struct qorgan_error *error)
{
	struct period_named periods[TREND_PERIODS];
	struct period_book *book = NULL;
	int code = period_book_load(compute->view, &book, error);
	size_t count = code ? 0 : list_periods(compute, book, periods);

	for (size_t i = count; i > 0 && count > 1 && !code; i--) {
		const struct period_named *period = &periods[i - 1];
		date_day until = period->period.to < compute->cut_off ? period->period.to : compute->cut_off;
		struct status_index *statuses = NULL;
		code = status_index_load(compute->view, (struct status_moment){ compute->recorded, until }, &statuses, error);
		if (!code)
			add_period(compute, period, statuses);
		status_index_free(statuses);
	}
	period_book_free(book);
	return !code && compute->arena->failed ? error_set_memory(error) : code;
}
