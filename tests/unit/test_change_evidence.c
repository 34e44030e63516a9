/* Files attached to a report: how far they go, that they are kept once, and what is
 * refused. */
#include "base/buffer.h"
#include "change_fixture.h"

Suite *suite_change_evidence(void);

static char evidence_path[100];

static void evidence_write(const char *text)
{
	snprintf(evidence_path, sizeof evidence_path, "%s/minutes.txt", fixture_folder);
	FILE *file = fopen(evidence_path, "w");
	ck_assert_ptr_nonnull(file);
	fputs(text, file);
	ck_assert_int_eq(fclose(file), 0);
}

static int piece_keep(void *context, uint64_t offset, struct span data, struct qorgan_error *why)
{
	(void)why;
	ck_assert_uint_eq(((struct buffer *)context)->size, offset);
	buffer_append_span(context, data);
	return QORGAN_OK;
}

static void expect_evidence(const char *id, const char *text)
{
	struct buffer content = { 0 };
	struct vault_view *view;

	ck_ok(vault_view_begin(store, &view, &error));
	ck_ok(vault_evidence_read(view, span_of(id), piece_keep, &content, &error));
	vault_view_end(view);
	ck_assert_str_eq(buffer_text(&content), text);
	buffer_free(&content);
}

START_TEST(evidence_goes_as_far_as_its_report)
{
	char id[65], path[80], body[200];

	evidence_write("We met.\n");
	report_as(NULL, NULL, "in-progress");
	ck_ok(qorgan_change_attach(change, evidence_path, id, &error));
	snprintf(path, sizeof path, "+%s", id);
	set("evidence", path); /* the report is still what is turned to */
	set("progress", "10");
	commit();
	ck_assert_uint_eq(done.created, 2);
	end();
	/* printf 'We met.\n' | b2sum -l 256 */
	ck_assert_str_eq(id, "81ce2002d5d4c80fdf418962e3d758564d03ba715901b0f889132f240cfee4f1");
	has("status", "M1/UZB", id);
	snprintf(body, sizeof body, "{\"marking\":\"TLP:AMBER\",\"name\":\"minutes.txt\",\"release\":[\"KAZ\"],\"size\":8}");
	ck_assert_str_eq(body_of("evidence", id, 0), body);
	expect_evidence(id, "We met.\n");
}
END_TEST

START_TEST(the_same_content_is_on_record_once)
{
	char id[65], again[65], body[8192];

	evidence_write("Twice.\n");
	begin();
	ck_ok(qorgan_change_attach(change, evidence_path, id, &error));
	commit_end();
	snprintf(body, sizeof body, "%s", body_of("evidence", id, 0));
	ck_assert_str_eq(body, "{\"name\":\"minutes.txt\",\"size\":7}");

	report_as(NULL, NULL, "planned");
	ck_ok(qorgan_change_attach(change, evidence_path, again, &error));
	commit();
	ck_assert(done.created == 1 && done.unchanged == 1);
	end();
	ck_assert_str_eq(id, again);
	ck_assert_str_eq(body_of("evidence", id, 0), body);
	expect_evidence(id, "Twice.\n");
}
END_TEST

START_TEST(evidence_that_is_not_there_or_changes)
{
	char id[65], lost[65];

	begin();
	ck_assert_int_eq(qorgan_change_attach(change, "/nowhere/at/all", lost, &error), QORGAN_ABSENT);
	end();
	evidence_write("before");
	begin();
	ck_ok(qorgan_change_attach(change, evidence_path, id, &error));
	evidence_write("behind");
	refuse(QORGAN_BUSY, "changed meanwhile");
	ck_assert_uint_eq(version_of("evidence", id), 0);
	report_as(NULL, NULL, "planned");
	memset(lost, 'a', 64);
	lost[64] = '\0';
	set("evidence", lost);
	refuse(QORGAN_BAD_DATA, lost);
}
END_TEST

Suite *suite_change_evidence(void)
{
	Suite *suite = suite_create("change evidence");
	TCase *cases = tcase_create("change evidence");

	tcase_add_checked_fixture(cases, set_up, fixture_close);
	tcase_set_timeout(cases, 60);
	tcase_add_test(cases, evidence_goes_as_far_as_its_report);
	tcase_add_test(cases, the_same_content_is_on_record_once);
	tcase_add_test(cases, evidence_that_is_not_there_or_changes);
	suite_add_tcase(suite, cases);
	return suite;
}
