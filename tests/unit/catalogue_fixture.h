/* A small catalogue whose every number was worked out by hand, and its reports as text
 * and as JSON. */
#ifndef TESTS_CATALOGUE_FIXTURE_H
#define TESTS_CATALOGUE_FIXTURE_H

#include <jansson.h>

#include "qorgan/report.h"
#include "report_fixture.h"

static struct fixture fixture;

#define EN(text) "{\"en\":\"" text "\"}"

static const struct fixture_object catalogue[] = {
	{ "catalogue", "2026-2028",
	  "{\"from\":\"2026-01-01\",\"notice\":" EN("Illustrative.") ",\"title\":" EN("Catalogue") ","
	  "\"to\":\"2028-12-31\"}" },
	{ "state", "UZB", "{\"alpha2\":\"UZ\",\"title\":{\"en\":\"Uzbekistan\",\"ru\":\"Узбекистан\"}}" },
	{ "state", "KAZ", "{\"alpha2\":\"KZ\",\"title\":{\"en\":\"Kazakhstan\",\"ru\":\"Казахстан\"}}" },
	{ "state", "TJK", "{\"title\":" EN("Tajikistan") "}" },
	{ "state", "UNRCCA", "{\"observer\":true,\"title\":" EN("Regional Centre") "}" },
	{ "period", "quarter", "{\"months\":3,\"prefix\":\"Q\",\"required\":true,\"title\":" EN("Quarter") "}" },
	{ "period", "year", "{\"months\":12,\"title\":" EN("Year") "}" },
	{ "scale", "matrix",
	  "{\"bands\":[{\"colour\":\"#00ff00\",\"from\":1,\"title\":" EN("Low") "},{\"colour\":\"#ff0000\","
	  "\"from\":12,\"title\":" EN("High") "}]}" },
	{ "scale", "impact",
	  "{\"levels\":[{\"level\":1,\"title\":" EN("Minor") "},{\"level\":5,\"title\":" EN("Grave") "}]}" },
	{ "domain", "WAT", "{\"coordinator\":\"TJK\",\"order\":20,\"title\":" EN("Water") "}" },
	{ "domain", "CYB",
	  "{\"coordinator\":\"UZB\",\"order\":10,\"title\":{\"en\":\"Cyber security\","
	  "\"ru\":\"Кибербезопасность и критическая информационная инфраструктура\"}}" },
	{ "risk", "CYB-01",
	  "{\"affected\":[\"KAZ\",\"UZB\"],\"coordinator\":\"UZB\",\"domain\":\"CYB\",\"inherent\":{\"impact\":5,"
	  "\"likelihood\":5},\"marking\":\"TLP:AMBER\",\"residual\":{\"impact\":4,\"likelihood\":3},"
	  "\"review\":\"2026-04-15\",\"target\":{\"impact\":2,\"likelihood\":2},\"title\":" EN("Attack") ","
	  "\"treatment\":\"mitigate\"}" },
	{ "risk", "CYB-02",
	  "{\"acceptance\":{\"reason\":" EN("Too dear") ",\"role\":\"Minister\",\"until\":\"2026-03-31\"},"
	  "\"domain\":\"CYB\",\"residual\":{\"impact\":5,\"likelihood\":3},\"title\":" EN("Old software") ","
	  "\"treatment\":\"accept\"}" },
	{ "risk", "WAT-01",
	  "{\"affected\":[\"TJK\"],\"domain\":\"WAT\",\"residual\":{\"impact\":5,\"likelihood\":1},\"title\":"
	  EN("Dam") "}" },
	{ "risk", "WAT-02",
	  "{\"domain\":\"WAT\",\"residual\":{\"impact\":5,\"likelihood\":5},\"stage\":\"closed\",\"title\":"
	  EN("Settled") "}" },
	/* M10 before M2, as it might come: reports count as people do. */
	{ "measure", "CYB-01-M10",
	  "{\"due\":\"2026-05-10\",\"lead\":\"KAZ\",\"original_due\":\"2026-05-10\",\"risks\":[\"CYB-01\"],"
	  "\"start\":\"2026-02-01\",\"title\":" EN("Exchange") "}" },
	{ "measure", "CYB-01-M2",
	  "{\"due\":\"2027-06-15\",\"indicators\":[{\"baseline\":10,\"id\":\"i1\",\"target\":30,\"title\":"
	  EN("Drills") ",\"unit\":\"drills\"},{\"id\":\"i2\",\"target\":7,\"title\":" EN("Staff") ","
	  "\"unit\":\"persons\"}],\"lead\":\"UZB\",\"marking\":\"TLP:GREEN\","
	  "\"milestones\":[{\"due\":\"2026-03-01\",\"id\":\"m0\",\"title\":" EN("Idea") "},"
	  "{\"due\":\"2026-04-20\",\"id\":\"m1\",\"title\":" EN("Plan") "},"
	  "{\"due\":\"2026-05-20\",\"id\":\"m2\",\"title\":" EN("Team") "},{\"due\":\"2026-09-01\",\"id\":\"m3\","
	  "\"title\":" EN("Drill") "}],\"original_due\":\"2027-06-15\",\"risks\":[\"CYB-01\"],"
	  "\"start\":\"2026-01-15\",\"support\":[\"KAZ\",\"TJK\"],\"title\":" EN("=Drills") "}" },
	{ "measure", "CYB-01-M3", "{\"due\":\"2026-08-01\",\"risks\":[\"CYB-01\"],\"title\":" EN("Nobody's") "}" },
	{ "measure", "WAT-01-M1",
	  "{\"due\":\"2026-12-01\",\"lead\":\"TJK\",\"risks\":[\"CYB-01\",\"WAT-01\"],\"start\":\"2026-07-01\","
	  "\"title\":" EN("Sensors") "}" },
	{ "measure", "WAT-01-M2",
	  "{\"lead\":\"TJK\",\"retired\":\"merged\",\"risks\":[\"WAT-01\"],\"title\":" EN("Gone") "}" },
};

static const struct fixture_object first_quarter[] = {
	{ "status", "CYB-01-M2/UZB",
	  "{\"date\":\"2026-03-20\",\"indicators\":[{\"id\":\"i1\",\"value\":15}],\"progress\":10,"
	  "\"status\":\"in-progress\"}" },
	{ "status", "CYB-01-M2/KAZ",
	  "{\"consent\":\"declined\",\"date\":\"2026-03-21\",\"reason\":\"no unit\",\"status\":\"planned\"}" },
};

static const struct fixture_object second_quarter[] = {
	{ "status", "CYB-01-M2/UZB",
	  "{\"date\":\"2026-05-25\",\"help\":" EN("Trainers") ",\"indicators\":[{\"id\":\"i1\",\"value\":25}],"
	  "\"milestones\":[{\"done\":\"2026-04-25\",\"id\":\"m1\"},"
	  "{\"done\":\"2026-06-20\",\"id\":\"m3\"}],\"next_steps\":[{\"due\":\"2026-07-10\","
	  "\"title\":" EN("Hire") "}],\"obstacles\":" EN("No funds") ",\"progress\":40,\"status\":\"in-progress\"}" },
	{ "status", "CYB-01-M2/TJK", "{\"date\":\"2026-05-26\",\"progress\":5,\"status\":\"in-progress\"}" },
	{ "measure", "WAT-01-M1",
	  "{\"due\":\"2027-02-01\",\"due_reason\":\"flood\",\"lead\":\"TJK\",\"original_due\":\"2026-12-01\","
	  "\"risks\":[\"CYB-01\",\"WAT-01\"],\"start\":\"2026-07-01\",\"title\":" EN("Sensors") "}" },
	{ "domain", "WAT", "{\"coordinator\":\"TJK\",\"order\":20,\"retired\":\"gone\",\"title\":" EN("Water") "}" },
};

#define TODAY "2026-06-02T10:00:00Z"
static const char *today;

static inline void set_up(void)
{
	today = TODAY;
	fixture_make(&fixture);
	fixture_put_all(&fixture, "2026-02-10T10:00:00Z", catalogue);
	fixture_put_all(&fixture, "2026-03-25T10:00:00Z", first_quarter);
}

static inline void tear_down(void)
{
	fixture_remove(&fixture);
}

static inline int write_code(struct qorgan_report report, const char *languages, char **text)
{
	struct qorgan_store *store = fixture_open(&fixture, today);
	size_t size = 0;
	FILE *file = open_memstream(text, &size);

	if (languages)
		fixture_ok(&fixture, qorgan_store_set_languages(store, languages, &fixture.error));
	int code = qorgan_report_write(store, &report, file, &fixture.error);
	fclose(file);
	qorgan_store_close(store);
	return code;
}

static inline char *write_text(struct qorgan_report report, const char *languages)
{
	char *text = NULL;

	fixture_ok(&fixture, write_code(report, languages, &text));
	return text;
}

static inline json_t *write_json(struct qorgan_report report)
{
	json_error_t fault;

	report.format = "json";
	char *text = write_text(report, NULL);
	json_t *value = json_loads(text, JSON_REJECT_DUPLICATES, &fault);
	ck_assert_msg(value != NULL, "%s: %s", fault.text, text);
	free(text);
	return value;
}

/* Compares a part of a report, by a path such as "totals.overdue" or "moved.0.id",
 * with JSON written down here. */
static inline void expect(const json_t *report, const char *path, const char *wanted)
{
	char copy[200], *rest = copy, *step;
	const json_t *value = report;
	json_error_t fault;

	strcpy(copy, path);
	while ((step = strsep(&rest, ".")))
		value = json_is_array(value) ? json_array_get(value, (size_t)atoi(step)) : json_object_get(value, step);
	json_t *right = json_loads(wanted, JSON_DECODE_ANY, &fault);
	ck_assert_msg(right != NULL, "%s", wanted);
	char *seen = value ? json_dumps(value, JSON_ENCODE_ANY) : NULL;
	ck_assert_msg(value && json_equal(value, right), "%s is %s, not %s", path, seen, wanted);
	free(seen);
	json_decref(right);
}

static inline void expect_count(const json_t *report, const char *list, size_t count)
{
	const json_t *value = json_object_get(report, list);
	char *seen = value ? json_dumps(value, 0) : NULL;

	ck_assert_msg(json_is_array(value) && json_array_size(value) == count, "%s: %s", list, seen);
	free(seen);
}

#endif
