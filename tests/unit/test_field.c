/* What a state says of what another keeps: it takes up, accepts, assesses, proposes.
 * The other state's objects lie in the mirror, as a package would put them there. */
#include <check.h>
#include <jansson.h>
#include <string.h>


#include "crypto/note.h"
#include "register_fixture.h"
#include "store/mirror.h"

Suite *suite_field(void);

#define ORIGIN "qorgan/KAZ/0123456789abcdef0123456789abcdef"

static struct mirror_log kaz; /* KAZ's log, of what it handed over here */
static struct qorgan_change *change;
static struct qorgan_commit done;

static const struct schema *kind_of(const char *kind)
{
	return schema_find(kind, strlen(kind));
}

static void set_up(void)
{
	fixture_make();
	kaz = (struct mirror_log){ .number = MIRROR_LOG_NEW, .state = "KAZ", .origin = ORIGIN };
	change = NULL;
}

static void tear_down(void)
{
	qorgan_change_free(change);
	mirror_log_free(&kaz);
	fixture_close();
}

static void kaz_sign(void)
{
	static const uint8_t seed[32] = { 7 };
	struct checkpoint checkpoint = { .size = kaz.tree.size, .origin = ORIGIN };
	struct buffer text = { 0 };

	merkle_root(&kaz.tree, checkpoint.root);
	checkpoint_format(&checkpoint, &text);
	buffer_clear(&kaz.note);
	ck_ok(note_sign(buffer_span(&text), ORIGIN, seed, &kaz.note, &error));
	buffer_free(&text);
}

/* KAZ's version of an object comes in and counts: the own copy, if there is one,
 * stands back for it. */
static void kaz_gives(const char *kind, const char *id, uint32_t version, const char *body)
{
	struct record_head head = { .owner = "KAZ", .kind = kind, .id = id, .user = "k", .time = "2026-02-01T10:00:00Z",
		                        .commit = 1, .version = version };
	struct buffer bytes = { 0 };
	struct vault_change *writing;
	struct vault_place own;
	struct mirror_put put;
	struct vault_view *view;
	struct record record;
	enum vault_outcome outcome;
	uint8_t hash[32];
	char own_body[64];
	bool moved;
	uint64_t number;

	record_write(&head, span_of(body), &bytes);
	ck_ok(record_parse(buffer_span(&bytes), &record, &error));
	merkle_hash_leaf(bytes.data, bytes.size, hash);
	ck_ok(vault_view_begin(store, &view, &error));
	int code = vault_find_own(view, kind_of(kind), span_of(id), &own, &error);
	vault_view_end(view);
	ck_ok(vault_change_begin(store, NULL, NULL, &writing, &error));
	ck_ok(mirror_change_log(writing, &kaz, &error));
	ck_ok(mirror_change_leaves(writing, &kaz, (struct span){ (const char *)hash, sizeof hash }, &error));
	ck_ok(mirror_change_put(writing, &kaz, kaz.tree.size - 1, &record, kind_of(kind), &put, &error));
	kaz_sign();
	ck_ok(mirror_change_settle(writing, &kaz, &error));
	if (!code)
		ck_ok(mirror_change_stand_back(writing, &own, true, &moved, &error));
	/* A commit has something of this state's own. */
	snprintf(own_body, sizeof own_body, "{\"order\":%u,\"title\":{\"en\":\"x\"}}", (unsigned)kaz.tree.size);
	ck_ok(vault_change_put(writing, kind_of("domain"), span_of("X"), span_of(own_body), VAULT_ANY, &outcome, &error));
	ck_ok(vault_change_commit(writing, &number, &error));
	buffer_free(&bytes);
}

static void begin(const char *message)
{
	qorgan_change_free(change);
	ck_ok(qorgan_change_begin(store, NULL, message, &change, &error));
}

static void commit(void)
{
	ck_ok(qorgan_change_commit(change, &done, &error));
	qorgan_change_free(change);
	change = NULL;
}

/* The own object's newest version: its number, and a member as JSON; NULL: absent. */
static void own_has(const char *kind, const char *id, uint32_t version, const char *member, const char *expected)
{
	struct vault_record record = { 0 };
	struct vault_view *view;

	ck_ok(vault_view_begin(store, &view, &error));
	ck_assert_msg(vault_get_own(view, kind_of(kind), span_of(id), 0, &record, &error) == QORGAN_OK, "%s %s", kind, id);
	vault_view_end(view);
	ck_assert_uint_eq(record.record.version, version);
	json_t *body = json_loadb(record.record.body.data, record.record.body.size, 0, NULL);
	char *found = json_dumps(json_object_get(body, member), JSON_ENCODE_ANY | JSON_COMPACT | JSON_SORT_KEYS);
	ck_assert_msg(expected ? found && strcmp(found, expected) == 0 : !found, "%s %s: %s is %s", kind, id, member,
	              found ? found : "absent");
	free(found);
	json_decref(body);
	vault_record_free(&record);
}

#define M1(lead, support) \
	"{\"lead\":\"" lead "\",\"marking\":\"TLP:AMBER\",\"release\":[\"KGZ\",\"UZB\"],\"risks\":[\"CYB-01\"]," \
	"\"support\":[\"" support "\"],\"title\":{\"en\":\"Channel\"}}"

START_TEST(what_was_handed_over_is_taken_up)
{
	kaz_gives("measure", "CYB-01-M1", 3, M1("KAZ", "UZB"));
	begin(NULL);
	ck_fails(qorgan_change_take_up(change, "measure", "CYB-01-M1", &error), QORGAN_DENIED,
	         "measure CYB-01-M1 was not handed over to UZB: by version 3 of KAZ it is for KAZ to keep");
	qorgan_change_free(change);
	change = NULL;
	kaz_gives("measure", "CYB-01-M1", 4, M1("UZB", "KAZ"));
	begin("we lead now");
	ck_ok(qorgan_change_take_up(change, "measure", "CYB-01-M1", &error));
	commit();
	own_has("measure", "CYB-01-M1", 2, "taken_from", "{\"state\":\"KAZ\",\"version\":4}");
	own_has("measure", "CYB-01-M1", 2, "lead", "\"UZB\"");
}
END_TEST

START_TEST(what_is_new_here_is_taken_up_as_a_first_version)
{
	kaz_gives("risk", "CYB-09", 2, "{\"coordinator\":\"UZB\",\"domain\":\"CYB\",\"title\":{\"en\":\"New\"}}");
	begin(NULL);
	ck_ok(qorgan_change_take_up(change, "risk", "CYB-09", &error));
	commit();
	own_has("risk", "CYB-09", 1, "taken_from", "{\"state\":\"KAZ\",\"version\":2}");
}
END_TEST

/* The keeper is on no release list of its own, and this state needs none. */
START_TEST(an_answer_and_an_assessment_go_back_to_the_keeper)
{
	kaz_gives("measure", "CYB-01-M1", 3, M1("KAZ", "UZB"));
	begin(NULL);
	ck_ok(qorgan_change_consent(change, "CYB-01-M1", NULL, true, NULL, &error));
	commit();
	own_has("status", "CYB-01-M1/UZB", 1, "release", "[\"KAZ\",\"KGZ\"]");
	own_has("status", "CYB-01-M1/UZB", 1, "marking", "\"TLP:AMBER\"");
	kaz_gives("risk", "CYB-09", 1,
	          "{\"coordinator\":\"KAZ\",\"domain\":\"CYB\",\"release\":[\"UZB\"],\"title\":{\"en\":\"New\"}}");
	begin(NULL);
	ck_ok(qorgan_change_assess(change, "CYB-09", NULL, NULL, &error));
	ck_ok(qorgan_change_set(change, "likelihood", "2", &error));
	ck_ok(qorgan_change_set(change, "impact", "3", &error));
	commit();
	own_has("assessment", "CYB-09/UZB", 1, "release", "[\"KAZ\"]");
}
END_TEST

START_TEST(a_change_to_what_another_keeps_is_proposed_to_it)
{
	char id[130];

	kaz_gives("measure", "CYB-01-M1", 3, M1("KAZ", "UZB"));
	begin("It is wider");
	ck_fails(qorgan_change_object(change, "measure", "CYB-01-M1", QORGAN_EDIT, 0, &error), QORGAN_DENIED, "kept by KAZ");
	ck_ok(qorgan_change_object(change, "measure", "CYB-01-M1", QORGAN_DRAFT, 3, &error));
	ck_ok(qorgan_change_set(change, "title.ru", "Канал", &error));
	ck_ok(qorgan_change_set(change, "marking", "GREEN", &error));
	ck_ok(qorgan_change_propose(change, id, &error));
	ck_assert_str_eq(id, "CYB-01-M1/UZB-p1");
	commit();
	own_has("proposal", id, 1, "to", "\"KAZ\"");
	own_has("proposal", id, 1, "base", "3");
	own_has("proposal", id, 1, "base_state", "\"KAZ\"");
	own_has("proposal", id, 1, "marking", "\"TLP:AMBER\""); /* the stricter of both */
	own_has("proposal", id, 1, "before",
	        "\"{\\\"marking\\\":\\\"TLP:AMBER\\\",\\\"title\\\":{\\\"en\\\":\\\"Channel\\\"}}\"");
	own_has("measure", "CYB-01-M1", 1, "lead", "\"KAZ\""); /* the own copy is as it was */
}
END_TEST

START_TEST(a_draft_is_not_written)
{
	kaz_gives("measure", "CYB-01-M1", 3, M1("KAZ", "UZB"));
	begin(NULL);
	ck_ok(qorgan_change_object(change, "measure", "CYB-01-M1", QORGAN_DRAFT, 0, &error));
	ck_ok(qorgan_change_set(change, "title.ru", "Канал", &error));
	ck_fails(qorgan_change_commit(change, &done, &error), QORGAN_USAGE, "was drafted, to be proposed");
	own_has("measure", "CYB-01-M1", 1, "lead", "\"KAZ\"");
}
END_TEST

/* KAZ proposes to UZB; what UZB answers is its own. */
START_TEST(a_proposal_of_another_is_answered)
{
	kaz_gives("proposal", "CYB-01/KAZ-p1", 1,
	          "{\"base\":1,\"base_state\":\"UZB\",\"changes\":\"{\\\"horizon\\\":7}\","
	          "\"marking\":\"TLP:GREEN\",\"release\":[\"UZB\"],"
	          "\"state\":\"KAZ\",\"subject\":\"risk\",\"to\":\"UZB\"}");
	begin(NULL);
	ck_ok(qorgan_change_proposal_accept(change, "CYB-01/KAZ-p1", &error));
	commit();
	own_has("risk", "CYB-01", 2, "horizon", "7");
	own_has("answer", "CYB-01/KAZ-p1-UZB", 1, "made", "2");
	own_has("answer", "CYB-01/KAZ-p1-UZB", 1, "release", "[\"KAZ\"]");

	/* Its next version is another proposal, and open again. */
	kaz_gives("proposal", "CYB-01/KAZ-p1", 2,
	          "{\"base\":2,\"base_state\":\"UZB\",\"before\":\"{\\\"horizon\\\":7}\","
	          "\"changes\":\"{\\\"horizon\\\":8}\",\"release\":[\"UZB\"],"
	          "\"state\":\"KAZ\",\"subject\":\"risk\",\"to\":\"UZB\"}");
	begin(NULL);
	ck_ok(qorgan_change_proposal_decline(change, "CYB-01/KAZ-p1", "too far", &error));
	commit();
	own_has("answer", "CYB-01/KAZ-p1-UZB", 2, "answer", "\"declined\"");
	own_has("answer", "CYB-01/KAZ-p1-UZB", 2, "proposed", "2");
	own_has("answer", "CYB-01/KAZ-p1-UZB", 2, "made", NULL);
}
END_TEST

START_TEST(nobody_proposes_in_the_name_of_another)
{
	kaz_gives("proposal", "CYB-01/TJK-p1", 1,
	          "{\"base\":1,\"base_state\":\"UZB\",\"changes\":\"{\\\"horizon\\\":7}\","
	          "\"state\":\"TJK\",\"subject\":\"risk\",\"to\":\"UZB\"}");
	begin(NULL);
	ck_fails(qorgan_change_proposal_accept(change, "CYB-01/TJK-p1", &error), QORGAN_PROTOCOL,
	         "came from KAZ and says that TJK proposes it");
}
END_TEST

Suite *suite_field(void)
{
	Suite *suite = suite_create("field");
	TCase *cases = tcase_create("foreign");

	tcase_add_checked_fixture(cases, set_up, tear_down);
	tcase_add_test(cases, what_was_handed_over_is_taken_up);
	tcase_add_test(cases, what_is_new_here_is_taken_up_as_a_first_version);
	tcase_add_test(cases, an_answer_and_an_assessment_go_back_to_the_keeper);
	tcase_add_test(cases, a_change_to_what_another_keeps_is_proposed_to_it);
	tcase_add_test(cases, a_draft_is_not_written);
	tcase_add_test(cases, a_proposal_of_another_is_answered);
	tcase_add_test(cases, nobody_proposes_in_the_name_of_another);
	suite_add_tcase(suite, cases);
	return suite;
}
