/* Bulk in: every faulty line is told and then nothing is changed; else all of it is
 * one commit, whatever the format and the order. */
#include <check.h>
#include <dirent.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "register_fixture.h"
#include "store/vault.h"

Suite *suite_load(void);

static const char catalogue[] =
	"{\"kind\":\"domain\",\"id\":\"CYB\",\"title\":{\"en\":\"Cyber\",\"ru\":\"Кибер\"},\"order\":80}\n"
	"{\"kind\":\"risk\",\"id\":\"CYB-01\",\"domain\":\"CYB\",\"title\":{\"en\":\"Attack\"},\"affected\":[\"KAZ\",\"UZB\"]}\n"
	"{\"kind\":\"measure\",\"id\":\"M1\",\"risks\":[\"CYB-01\"],\"title\":{\"en\":\"First\"},\"due\":\"2027-03-01\"}\n";

/* Faults as "file:line: place: text" lines, without the folder. */
static struct buffer faults;
static struct qorgan_commit done;

static void set_up(void)
{
	fixture_empty();
}

static void tear_down(void)
{
	buffer_free(&faults);
	fixture_close();
}

static void fault_keep(void *context, const char *file, size_t line, const char *place, const char *text)
{
	size_t size = strlen(fixture_folder);

	(void)context;
	if (strncmp(file, fixture_folder, size) == 0)
		file += size + 1;
	buffer_append_format(&faults, "%s:%zu: %s: %s\n", file, line, place, text);
}

static void file_put_bytes(const char *name, const char *bytes, size_t size)
{
	char path[200];

	snprintf(path, sizeof path, "%s/%s", fixture_folder, name);
	FILE *file = fopen(path, "w");
	ck_assert_ptr_nonnull(file);
	ck_assert_uint_eq(fwrite(bytes, 1, size, file), size);
	ck_assert_int_eq(fclose(file), 0);
}

static void file_put(const char *name, const char *text)
{
	file_put_bytes(name, text, strlen(text));
}

static int load_with(const char *name, const char *kind, bool dry_run)
{
	char path[300];
	const char *const paths[] = { path };
	const struct qorgan_load load = { .paths = paths, .count = 1, .kind = kind, .dry_run = dry_run,
		                              .message = "a load", .fault = fault_keep };

	snprintf(path, sizeof path, "%s%s%s", *name == '/' ? "" : fixture_folder, *name == '/' ? "" : "/", name);
	buffer_clear(&faults);
	return qorgan_load(store, &load, &done, &error);
}

static int load_text(const char *name, const char *text)
{
	file_put(name, text);
	return load_with(name, NULL, false);
}

static void loaded(const char *name, const char *text)
{
	int code = load_text(name, text);

	ck_assert_msg(code == QORGAN_OK, "%s\n%s", error.message, buffer_text(&faults));
	ck_assert_uint_eq(faults.size, 0);
}

static void expect_counts(uint64_t created, uint64_t changed, uint64_t unchanged)
{
	ck_assert_msg(done.created == created && done.changed == changed && done.unchanged == unchanged,
	              "%lu created, %lu changed, %lu unchanged", (unsigned long)done.created, (unsigned long)done.changed,
	              (unsigned long)done.unchanged);
	ck_assert_int_eq(done.number > 0, created + changed > 0);
}

static void log_size(uint64_t *commits, uint64_t *leaves)
{
	struct vault_view *view;

	ck_ok(vault_view_begin(store, &view, &error));
	*commits = vault_view_commits(view);
	*leaves = vault_view_leaves(view);
	vault_view_end(view);
}

/* The load is refused and changes nothing; each of the faults is told once, and
 * none besides. */
static void refused_with(const char *name, const char *text, const char *const *expected)
{
	uint64_t commits[2], leaves[2];
	size_t count = 0, lines = 0;

	log_size(&commits[0], &leaves[0]);
	int code = load_text(name, text);
	ck_assert_msg(code == QORGAN_BAD_DATA, "%d %s", code, error.message);
	for (; expected[count]; count++)
		ck_assert_msg(strstr(buffer_text(&faults), expected[count]) != NULL, "\"%s\" is not in\n%s", expected[count],
		              buffer_text(&faults));
	for (size_t i = 0; i < faults.size; i++)
		lines += faults.data[i] == '\n';
	ck_assert_msg(lines == count, "%zu faults instead of %zu:\n%s", lines, count, buffer_text(&faults));
	ck_assert_msg(strstr(error.message, "nothing was changed") != NULL, "%s", error.message);
	log_size(&commits[1], &leaves[1]);
	ck_assert(commits[0] == commits[1] && leaves[0] == leaves[1]);
}

#define REFUSED(name, text, ...) refused_with(name, text, (const char *const[]){ __VA_ARGS__, NULL })

static const char *body_of(const char *kind, const char *id)
{
	static char text[8192];
	struct vault_record record = { 0 };
	struct vault_view *view;

	ck_ok(vault_view_begin(store, &view, &error));
	ck_ok(vault_get(view, schema_find(kind, strlen(kind)), span_of(id), 0, &record, &error));
	snprintf(text, sizeof text, "%.*s", (int)record.record.body.size, record.record.body.data);
	vault_record_free(&record);
	vault_view_end(view);
	return text;
}

/* ---- All or nothing ------------------------------------------------------------- */

START_TEST(a_load_is_one_commit)
{
	uint64_t commits[2], leaves[2];

	log_size(&commits[0], &leaves[0]);
	loaded("a.jsonl", catalogue);
	expect_counts(3, 0, 0);
	log_size(&commits[1], &leaves[1]);
	ck_assert(commits[1] == commits[0] + 1 && leaves[1] == leaves[0] + 4);
	ck_assert_uint_eq(done.number, commits[1]);
	ck_assert_str_eq(body_of("measure", "M1"),
	                 "{\"due\":\"2027-03-01\",\"original_due\":\"2027-03-01\",\"risks\":[\"CYB-01\"],"
	                 "\"title\":{\"en\":\"First\"}}");
}
END_TEST

START_TEST(the_same_load_again_changes_nothing)
{
	uint64_t commits[2], leaves[2];

	loaded("a.jsonl", catalogue);
	log_size(&commits[0], &leaves[0]);
	loaded("a.jsonl", catalogue);
	expect_counts(0, 0, 3);
	log_size(&commits[1], &leaves[1]);
	ck_assert(commits[0] == commits[1] && leaves[0] == leaves[1]);
	loaded("b.jsonl", "{\"kind\":\"domain\",\"id\":\"CYB\",\"title\":{\"en\":\"Cyber\"}}\n"
	                  "{\"id\":\"CYB-01\",\"title\":{\"en\":\"Attack\"},\"affected\":[\"UZB\",\"KAZ\",\"UZB\"],"
	                  "\"domain\":\"CYB\",\"kind\":\"risk\"}\n");
	expect_counts(0, 1, 1);
}
END_TEST

START_TEST(every_faulty_line_is_told)
{
	loaded("a.jsonl", catalogue);
	REFUSED("faults.jsonl",
	        "{\"kind\":\"domain\",\"id\":\"WAT\",\"title\":{\"en\":\"Water\"}}\n"
	        "{\"kind\":\"risk\",\"id\":\"WAT-01\",\"domain\":\"WAT\",\"title\":{\"en\":\"x\"},\"horizon\":99}\n"
	        "\n"
	        "{\"kind\":\"planet\",\"id\":\"X\"}\n"
	        "{\"kind\":\"risk\",\"id\":\"A B\",\"domain\":\"WAT\",\"title\":{\"en\":\"x\"}}\n"
	        "{\"kind\":\"risk\",\"id\":\"WAT-02\",\"domain\":\"FIR\",\"title\":{\"en\":\"x\"},\"colour\":1}\n"
	        "{\"kind\":\"risk\" \"id\":\"WAT-03\"}\n"
	        "{\"kind\":\"measure\",\"id\":\"W1\",\"risks\":[\"WAT-09\"],\"title\":{\"en\":\"x\"},\"lead\":\"Oz\","
	        "\"start\":\"2026-02-30\"}\n"
	        "{\"kind\":\"commit\",\"id\":\"1\",\"versions\":1}\n"
	        "{\"kind\":\"domain\",\"id\":\"CYB\",\"id\":\"CYC\",\"title\":{\"en\":\"x\"}}\n"
	        "{\"kind\":\"domain\",\"id\":\"LST\",\"title\":{\"en\":\"Last\"},\"order\":1.5}\n",
	        "faults.jsonl:2: horizon: ", "faults.jsonl:4: kind: unknown kind \"planet\"", "faults.jsonl:5: id: ",
	        "faults.jsonl:6: colour: ", "faults.jsonl:6: domain: there is no domain FIR", "faults.jsonl:7: kind: ",
	        "faults.jsonl:8: lead: ", "faults.jsonl:8: start: ", "faults.jsonl:8: risks[0]: there is no risk WAT-09",
	        "faults.jsonl:9: kind: ", "faults.jsonl:10: id: ", "faults.jsonl:11: order: ");
	ck_assert_msg(strstr(error.message, "12 faults") != NULL, "%s", error.message);
}
END_TEST

START_TEST(an_object_stands_once_in_a_load)
{
	REFUSED("twice.jsonl",
	        "{\"kind\":\"domain\",\"id\":\"WAT\",\"title\":{\"en\":\"Water\"}}\n"
	        "{\"kind\":\"domain\",\"id\":\"FIR\",\"title\":{\"en\":\"Fire\"}}\n"
	        "{\"kind\":\"domain\",\"id\":\"WAT\",\"title\":{\"en\":\"Watery\"}}\n",
	        "twice.jsonl:3: ");
	loaded("a.jsonl", catalogue);
	REFUSED("twice.jsonl",
	        "{\"kind\":\"domain\",\"id\":\"CYB\",\"title\":{\"en\":\"One\"}}\n"
	        "{\"kind\":\"domain\",\"id\":\"CYB\",\"title\":{\"en\":\"Two\"}}\n",
	        "twice.jsonl:2: ");
}
END_TEST

START_TEST(a_dry_run_tells_and_writes_nothing)
{
	uint64_t commits[2], leaves[2];

	log_size(&commits[0], &leaves[0]);
	file_put("a.jsonl", catalogue);
	ck_ok(load_with("a.jsonl", NULL, true));
	ck_assert(done.number == 0 && done.created == 3);
	file_put("b.jsonl", "{\"kind\":\"risk\",\"id\":\"X\"}\n");
	ck_assert_int_eq(load_with("b.jsonl", NULL, true), QORGAN_BAD_DATA);
	ck_assert_uint_gt(faults.size, 0);
	log_size(&commits[1], &leaves[1]);
	ck_assert(commits[0] == commits[1] && leaves[0] == leaves[1]);
	loaded("a.jsonl", catalogue);
	expect_counts(3, 0, 0);
}
END_TEST

/* ---- Rules across objects ----------------------------------------------------------- */

START_TEST(what_is_referred_to_may_come_later)
{
	loaded("later.jsonl",
	       "{\"kind\":\"status\",\"id\":\"W1/KAZ\",\"status\":\"planned\"}\n"
	       "{\"kind\":\"measure\",\"id\":\"W1\",\"risks\":[\"WAT-01\"],\"title\":{\"en\":\"x\"},\"lead\":\"KAZ\","
	       "\"dependencies\":[\"W2\"]}\n"
	       "{\"kind\":\"measure\",\"id\":\"W2\",\"risks\":[\"WAT-01\"],\"title\":{\"en\":\"x\"}}\n"
	       "{\"kind\":\"risk\",\"id\":\"WAT-01\",\"domain\":\"WAT\",\"title\":{\"en\":\"x\"}}\n"
	       "{\"kind\":\"domain\",\"id\":\"WAT\",\"title\":{\"en\":\"x\"}}\n");
	expect_counts(5, 0, 0);
	REFUSED("orphan.jsonl", "{\"kind\":\"status\",\"id\":\"W9/KAZ\",\"status\":\"planned\"}\n", "W9");
}
END_TEST

START_TEST(states_may_be_used_before_they_are_made)
{
	loaded("states.jsonl",
	       "{\"kind\":\"domain\",\"id\":\"CYB\",\"title\":{\"en\":\"Cyber\"},\"coordinator\":\"Mongolia\"}\n"
	       "{\"kind\":\"risk\",\"id\":\"CYB-01\",\"domain\":\"CYB\",\"title\":{\"en\":\"x\"},"
	       "\"affected\":[\"uz\",\"Монголия\",\"kg\"],\"release\":[\"mn\",\"Узбекистан\"]}\n"
	       "{\"kind\":\"state\",\"id\":\"MNG\",\"title\":{\"en\":\"Mongolia\",\"ru\":\"Монголия\"},\"alpha2\":\"MN\"}\n");
	expect_counts(3, 0, 0);
	ck_assert_str_eq(body_of("domain", "CYB"), "{\"coordinator\":\"MNG\",\"title\":{\"en\":\"Cyber\"}}");
	ck_assert_str_eq(body_of("risk", "CYB-01"), "{\"affected\":[\"KGZ\",\"MNG\",\"UZB\"],\"domain\":\"CYB\","
	                                            "\"release\":[\"MNG\",\"UZB\"],\"title\":{\"en\":\"x\"}}");
	REFUSED("unknown.jsonl",
	        "{\"kind\":\"domain\",\"id\":\"WAT\",\"title\":{\"en\":\"x\"},\"coordinator\":\"Utopia\"}\n",
	        "unknown.jsonl:1: coordinator: ");
}
END_TEST

START_TEST(a_circle_of_measures_is_told)
{
	static const char words[] = "depends on itself";

	loaded("a.jsonl", catalogue);
	loaded("m2.jsonl", "{\"kind\":\"measure\",\"id\":\"M2\",\"risks\":[\"CYB-01\"],\"title\":{\"en\":\"x\"},"
	                   "\"dependencies\":[\"M1\"]}\n");
	REFUSED("circle.jsonl", "{\"kind\":\"measure\",\"id\":\"M1\",\"risks\":[\"CYB-01\"],\"title\":{\"en\":\"First\"},"
	                        "\"due\":\"2027-03-01\",\"dependencies\":[\"M2\"]}\n", words);
}
END_TEST

START_TEST(a_due_date_is_not_moved_in_passing)
{
	loaded("a.jsonl", catalogue);
	REFUSED("moved.jsonl",
	        "{\"kind\":\"measure\",\"id\":\"M1\",\"risks\":[\"CYB-01\"],\"title\":{\"en\":\"First\"},\"due\":\"2027-09-01\"}\n",
	        "moved.jsonl:1: due_reason: ");
	REFUSED("moved.jsonl",
	        "{\"kind\":\"measure\",\"id\":\"M1\",\"risks\":[\"CYB-01\"],\"title\":{\"en\":\"First\"},\"due\":\"2027-09-01\","
	        "\"original_due\":\"2027-09-01\"}\n",
	        "moved.jsonl:1: original_due: ");
	loaded("moved.jsonl",
	       "{\"kind\":\"measure\",\"id\":\"M1\",\"risks\":[\"CYB-01\"],\"title\":{\"en\":\"First\"},\"due\":\"2027-09-01\","
	       "\"due_reason\":\"the snow\"}\n");
	ck_assert_ptr_nonnull(strstr(body_of("measure", "M1"), "\"original_due\":\"2027-03-01\""));
}
END_TEST

START_TEST(red_with_a_release_list_is_pointed_out)
{
	loaded("red.jsonl", "{\"kind\":\"domain\",\"id\":\"RED\",\"title\":{\"en\":\"x\"},\"marking\":\"RED\","
	                    "\"release\":[\"KAZ\"]}\n");
	ck_assert_ptr_nonnull(done.warning);
	ck_assert_ptr_nonnull(strstr(done.warning, "TLP:RED"));
	loaded("red.jsonl", "{\"kind\":\"domain\",\"id\":\"RED\",\"title\":{\"en\":\"x\"},\"marking\":\"RED\"}\n");
	ck_assert_ptr_null(done.warning);
}
END_TEST

/* ---- Formats -------------------------------------------------------------------------- */

START_TEST(three_formats_say_the_same)
{
	loaded("a.jsonl", catalogue);
	loaded("array.json",
	       "\n[ {\"kind\":\"domain\",\"id\":\"CYB\",\"title\":{\"en\":\"Cyber\",\"ru\":\"\\u041a\\u0438\\u0431\\u0435\\u0440\"},"
	       "\"order\":80},\n"
	       "  {\"kind\":\"measure\",\n   \"id\":\"M1\",\"risks\":[\"CYB-01\"],\"title\":{\"en\":\"First\"},\"due\":\"2027-03-01\"}\n"
	       ",{\"kind\":\"risk\",\"id\":\"CYB-01\",\"domain\":\"CYB\",\"title\":{\"en\":\"Attack\"},"
	       "\"affected\":[\"Kazakhstan\",\"uz\"]}]\n");
	expect_counts(0, 0, 3);
	loaded("pretty.json", "{\n  \"kind\": \"domain\",\n  \"id\": \"CYB\",\n  \"order\": 80,\n"
	                      "  \"title\": { \"en\": \"Cyber\", \"ru\": \"Кибер\" }\n}\n");
	expect_counts(0, 0, 1);
	loaded("domain.csv", "\xef\xbb\xbfkind,id,title.en,title.ru,order\r\ndomain,CYB,Cyber,Кибер,80\r\n");
	expect_counts(0, 0, 1);
	loaded("risk.csv", "id;kind;affected;title.en;domain\nCYB-01;risk;KAZ,UZB;\"Attack\";CYB\n");
	expect_counts(0, 0, 1);

	file_put("measure.csv", "id,risks,title.en,due,milestones\nM1,CYB-01,First,2027-03-01,\n");
	ck_ok(load_with("measure.csv", "measure", false));
	expect_counts(0, 0, 1);
	ck_assert_int_eq(load_with("measure.csv", NULL, false), QORGAN_BAD_DATA);
	ck_assert_int_eq(load_with("measure.csv", "planet", false), QORGAN_USAGE);
}
END_TEST

START_TEST(faults_of_csv_are_told_by_line_and_column)
{
	REFUSED("faults.csv",
	        "kind,id,title.en,description.en,order\n"
	        "domain,WAT,Water,\"Rivers\nand dams\",10\n"
	        "domain,FIR,Fire,,hot\n"
	        "domain,AIR,,,10\n",
	        "faults.csv:4: order: ", "faults.csv:5: title: ");
	file_put("columns.csv", "kind,id,title.en,colour\ndomain,WAT,Water,blue\n");
	ck_assert_int_eq(load_with("columns.csv", NULL, false), QORGAN_BAD_DATA);
	ck_assert_msg(strstr(buffer_text(&faults), "columns.csv:1: colour: ") != NULL, "%s", buffer_text(&faults));
}
END_TEST

START_TEST(faults_of_an_array_are_told_by_line)
{
	REFUSED("faults.json",
	        "[\n"
	        "{\"kind\":\"domain\",\n \"id\":\"WAT\",\n \"title\":{\"en\":7}},\n"
	        "{\"kind\":\"domain\",\"id\":\"FIR\"}\n"
	        "]\n",
	        "faults.json:2: title.en: ", "faults.json:5: title: ");
	REFUSED("open.json", "[{\"kind\":\"domain\",\"id\":\"WAT\",\"title\":{\"en\":\"x\"}}\n", "open.json:2: ");
}
END_TEST

START_TEST(what_is_no_text_is_refused)
{
	static const char utf16[] = "\xff\xfe{\0\"\0k\0", deep[] = "{\"kind\":\"domain\",\"id\":\"D\",\"title\":";
	struct buffer text = { 0 };

	file_put_bytes("utf16.json", utf16, sizeof utf16);
	ck_assert_int_eq(load_with("utf16.json", NULL, false), QORGAN_BAD_DATA);
	ck_assert_msg(strstr(buffer_text(&faults), "UTF-8") != NULL, "%s", buffer_text(&faults));
	REFUSED("latin.jsonl", "{\"kind\":\"domain\",\"id\":\"D\",\"title\":{\"en\":\"caf\xe9\"}}\n", "latin.jsonl:1: ");
	REFUSED("control.jsonl", "{\"kind\":\"domain\",\"id\":\"D\",\"title\":{\"en\":\"a\\u0007b\"}}\n",
	        "control.jsonl:1: title.en: ");
	buffer_append_text(&text, deep);
	for (int i = 0; i < 200; i++)
		buffer_append_text(&text, "{\"en\":");
	buffer_append_text(&text, "1");
	for (int i = 0; i < 201; i++)
		buffer_append_text(&text, "}");
	REFUSED("deep.jsonl", buffer_text(&text), "deep.jsonl:1: ");
	buffer_clear(&text);
	buffer_append_text(&text, "{\"kind\":\"domain\",\"id\":\"D\",\"title\":{\"en\":\"");
	for (int i = 0; i < 70000; i++)
		buffer_append_char(&text, 'x');
	buffer_append_text(&text, "\"}}\n");
	REFUSED("long.jsonl", buffer_text(&text), "long.jsonl:1: title.en: ");
	buffer_free(&text);
	loaded("empty.jsonl", "");
	expect_counts(0, 0, 0);
}
END_TEST

/* ---- Folders and streams ----------------------------------------------------------------- */

static void folder_make(const char *name)
{
	char path[200];

	snprintf(path, sizeof path, "%s/%s", fixture_folder, name);
	ck_assert_int_eq(mkdir(path, 0700), 0);
}

START_TEST(a_folder_is_read_whole)
{
	folder_make("empty");
	ck_assert_int_eq(load_with("empty", NULL, false), QORGAN_ABSENT);
	ck_assert_int_eq(load_with("nothing", NULL, false), QORGAN_ABSENT);

	folder_make("all");
	file_put("all/README.txt", "no data");
	file_put("all/.hidden.json", "broken");
	file_put("all/1.jsonl", "{\"kind\":\"measure\",\"id\":\"M1\",\"risks\":[\"CYB-01\"],\"title\":{\"en\":\"x\"}}\n");
	file_put("all/2.json", "[{\"kind\":\"risk\",\"id\":\"CYB-01\",\"domain\":\"CYB\",\"title\":{\"en\":\"x\"}}]");
	file_put("all/3.csv", "kind,id,title.en\ndomain,CYB,Cyber\n");
	ck_ok(load_with("all", NULL, false));
	expect_counts(3, 0, 0);
	file_put("all/4.ndjson", "{\"kind\":\"risk\",\"id\":\"CYB-02\",\"title\":{\"en\":\"x\"}}\n");
	file_put("all/1.jsonl", "{\"kind\":\"measure\",\"id\":\"M1\",\"risks\":[\"CYB-09\"],\"title\":{\"en\":\"x\"}}\n");
	ck_assert_int_eq(load_with("all", NULL, false), QORGAN_BAD_DATA);
	ck_assert_ptr_nonnull(strstr(buffer_text(&faults), "all/1.jsonl:1: risks[0]: there is no risk CYB-09"));
	ck_assert_ptr_nonnull(strstr(buffer_text(&faults), "all/4.ndjson:1: domain: "));
}
END_TEST

START_TEST(several_paths_are_one_load)
{
	char first[100], second[100];
	const char *const paths[] = { first, second };
	const struct qorgan_load load = { .paths = paths, .count = 2, .user = "aziz", .fault = fault_keep };

	file_put("1.jsonl", "{\"kind\":\"risk\",\"id\":\"CYB-01\",\"domain\":\"CYB\",\"title\":{\"en\":\"x\"}}\n");
	file_put("2.jsonl", "{\"kind\":\"domain\",\"id\":\"CYB\",\"title\":{\"en\":\"x\"}}\n");
	snprintf(first, sizeof first, "%s/1.jsonl", fixture_folder);
	snprintf(second, sizeof second, "%s/2.jsonl", fixture_folder);
	ck_ok(qorgan_load(store, &load, &done, &error));
	expect_counts(2, 0, 0);
}
END_TEST

START_TEST(standard_input)
{
	char path[100];
	const char *const paths[] = { "-" };
	const struct qorgan_load load = { .paths = paths, .count = 1, .fault = fault_keep };

	file_put("in", catalogue);
	snprintf(path, sizeof path, "%s/in", fixture_folder);
	ck_assert_ptr_nonnull(freopen(path, "r", stdin));
	ck_ok(qorgan_load(store, &load, &done, &error));
	expect_counts(3, 0, 0);
}
END_TEST

static int stop(void *context, const char *what, uint64_t now, uint64_t total)
{
	(void)what, (void)now, (void)total;
	return ++*(unsigned *)context >= 1;
}

START_TEST(who_stops_it_has_the_store_as_it_was)
{
	uint64_t commits[2], leaves[2];
	struct buffer text = { 0 };
	unsigned told = 0;

	log_size(&commits[0], &leaves[0]);
	for (int i = 0; i < 20000; i++)
		buffer_append_format(&text, "{\"kind\":\"domain\",\"id\":\"D%d\",\"title\":{\"en\":\"x\"}}\n", i);
	qorgan_store_set_progress(store, stop, &told);
	ck_assert_int_eq(load_text("many.jsonl", buffer_text(&text)), QORGAN_INTERRUPTED);
	qorgan_store_set_progress(store, NULL, NULL);
	log_size(&commits[1], &leaves[1]);
	ck_assert(commits[0] == commits[1] && leaves[0] == leaves[1] && told == 1);
	buffer_free(&text);
	loaded("a.jsonl", catalogue);
}
END_TEST

/* ---- The catalogue ------------------------------------------------------------------------- */

/* Objects of the folder's files by kind, counted by Jansson alone. */
static size_t catalogue_count(const char *folder, const char *kind)
{
	struct dirent *entry;
	DIR *files = opendir(folder);
	size_t count = 0, index;

	ck_assert_msg(files != NULL, "there is no %s: set QORGAN_CATALOGUE", folder);
	while ((entry = readdir(files))) {
		char path[600];
		json_t *array, *object;
		if (!strstr(entry->d_name, ".json"))
			continue;
		snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
		array = json_load_file(path, 0, NULL);
		ck_assert_msg(json_is_array(array), "%s", path);
		json_array_foreach (array, index, object)
			count += !kind || strcmp(json_string_value(json_object_get(object, "kind")), kind) == 0;
		json_decref(array);
	}
	closedir(files);
	return count;
}

START_TEST(the_shipped_catalogue)
{
	const char *given = getenv("QORGAN_CATALOGUE"), *folder = given ? given : "catalogue/2026-2028";
	const char *const paths[] = { folder };
	const struct qorgan_load load = { .paths = paths, .count = 1, .fault = fault_keep };
	size_t count = catalogue_count(folder, NULL);

	ck_assert_uint_ge(catalogue_count(folder, "domain"), 14);
	ck_assert_uint_ge(catalogue_count(folder, "risk"), 45);
	ck_assert_uint_ge(catalogue_count(folder, "measure"), 110);
	int code = qorgan_load(store, &load, &done, &error);
	ck_assert_msg(code == QORGAN_OK, "%s\n%s", error.message, buffer_text(&faults));
	/* The states, scales and periods came with the store. */
	ck_assert_uint_eq(done.changed, 0);
	ck_assert_uint_eq(done.unchanged, count - done.created);
	ck_assert_uint_eq(done.created, catalogue_count(folder, "domain") + catalogue_count(folder, "risk") +
	                                catalogue_count(folder, "measure"));
	ck_assert_ptr_null(done.warning);
	ck_ok(qorgan_load(store, &load, &done, &error));
	ck_assert_uint_eq(done.unchanged, count);
	ck_assert(done.number == 0 && done.created == 0 && done.changed == 0);
}
END_TEST

Suite *suite_load(void)
{
	Suite *suite = suite_create("load");
	TCase *cases = tcase_create("load");

	tcase_add_checked_fixture(cases, set_up, tear_down);
	tcase_set_timeout(cases, 60);
	tcase_add_test(cases, a_load_is_one_commit);
	tcase_add_test(cases, the_same_load_again_changes_nothing);
	tcase_add_test(cases, every_faulty_line_is_told);
	tcase_add_test(cases, an_object_stands_once_in_a_load);
	tcase_add_test(cases, a_dry_run_tells_and_writes_nothing);
	tcase_add_test(cases, what_is_referred_to_may_come_later);
	tcase_add_test(cases, states_may_be_used_before_they_are_made);
	tcase_add_test(cases, a_circle_of_measures_is_told);
	tcase_add_test(cases, a_due_date_is_not_moved_in_passing);
	tcase_add_test(cases, red_with_a_release_list_is_pointed_out);
	tcase_add_test(cases, three_formats_say_the_same);
	tcase_add_test(cases, faults_of_csv_are_told_by_line_and_column);
	tcase_add_test(cases, faults_of_an_array_are_told_by_line);
	tcase_add_test(cases, what_is_no_text_is_refused);
	tcase_add_test(cases, a_folder_is_read_whole);
	tcase_add_test(cases, several_paths_are_one_load);
	tcase_add_test(cases, standard_input);
	tcase_add_test(cases, who_stops_it_has_the_store_as_it_was);
	tcase_add_test(cases, the_shipped_catalogue);
	suite_add_tcase(suite, cases);
	return suite;
}
