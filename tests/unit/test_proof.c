/* Proofs of a store's versions: whatever is in the log can be proven, by the file
 * and the key alone; nothing else can; and what no export would hold is refused. */
#include "qorgan/proof.h"

#include "crypto/cosignature.h"
#include "crypto/secret.h"
#include "crypto/tlog_proof.h"
#include "qorgan/exchange.h"
#include "record/record.h"
#include "register_fixture.h"
#include "store/vault_internal.h"

Suite *suite_proof(void);

static struct qorgan_identity identity;
static struct qorgan_proof proof;
static struct qorgan_proof_check answer;

static void start(void)
{
	fixture_make();
	fixture_set("domain", "CYB", "release", "KAZ");
	fixture_set("domain", "CYB", "title.en", "Cyberspace");
	ck_ok(qorgan_identity_get(store, &identity, &error));
}

static void stop(void)
{
	qorgan_proof_free(&proof);
	qorgan_proof_check_free(&answer);
	fixture_close();
}

static int make(const char *kind, const char *id, uint32_t version, bool disclose)
{
	struct qorgan_object *object;

	ck_ok(qorgan_object_get(store, kind, id, version, &object, &error));
	qorgan_proof_free(&proof);
	int code = qorgan_proof_make(store, object, disclose, &proof, &error);
	qorgan_object_free(object);
	return code;
}

static int check(const char *text, size_t size, const char *vkey)
{
	qorgan_proof_check_free(&answer);
	return qorgan_proof_check(text, size, &vkey, vkey != NULL, &answer, &error);
}

/* ---- What is proven ------------------------------------------------------------ */

START_TEST(a_proof_says_what_it_proves)
{
	size_t size;
	struct qorgan_object *object;

	ck_ok(make("domain", "CYB", 2, false));
	ck_assert_str_eq(proof.origin, identity.origin);
	ck_assert_str_eq(proof.marking, "TLP:AMBER");
	ck_assert_str_eq(proof.release, "KAZ");
	ck_assert_ptr_null(proof.withheld);
	ck_ok(check(proof.text, proof.size, identity.vkey));
	ck_assert(answer.proven);
	ck_assert_str_eq(answer.origin, identity.origin);
	ck_assert_str_eq(answer.root, proof.root);
	ck_assert_uint_eq(answer.index, proof.index);
	ck_assert_uint_eq(answer.leaves, proof.leaves);
	ck_assert_str_eq(answer.state, "UZB");
	ck_assert_str_eq(answer.kind, "domain");
	ck_assert_str_eq(answer.id, "CYB");
	ck_assert_str_eq(answer.user, "tester");
	ck_assert_str_eq(answer.time, "2026-08-01T10:00:00Z");
	ck_assert_str_eq(answer.marking, "");
	ck_assert_uint_eq(answer.version, 2);
	ck_assert_uint_eq(answer.signer_count, 1);
	ck_assert(answer.signers[0].is_log);
	ck_assert_str_eq(answer.signers[0].name, identity.origin);
	ck_ok(qorgan_object_get(store, "domain", "CYB", 2, &object, &error));
	const char *record = qorgan_object_record(object, &size);
	ck_assert_uint_eq(answer.record_size, size);
	ck_assert_mem_eq(answer.record, record, size);
	ck_assert_uint_eq(answer.commit, qorgan_object_commit(object));
	qorgan_object_free(object);
}
END_TEST

static int prove_commit(void *context, const struct qorgan_history_entry *entry)
{
	unsigned *count = context;

	ck_ok(make(entry->kind, entry->id, 0, true));
	ck_ok(check(proof.text, proof.size, identity.vkey));
	ck_assert_str_eq(answer.id, entry->id);
	++*count;
	return 0;
}

/* Grows past a subtree that is stored (256 leaves), and proves at every size. */
START_TEST(every_version_is_proven_as_the_log_grows)
{
	char text[64];
	unsigned commits = 0;

	for (unsigned i = 0; i < 140; i++) {
		snprintf(text, sizeof text, "Title %u", i);
		fixture_set("domain", "CYB", "title.en", text);
		for (uint32_t version = 1; version <= i + 3; version += 1 + i / 10) {
			ck_ok(make("domain", "CYB", version, true));
			ck_ok(check(proof.text, proof.size, identity.vkey));
			ck_assert_uint_eq(answer.version, version);
		}
	}
	ck_assert_uint_gt(proof.leaves, 256 + 40);
	ck_assert_int_eq(qorgan_commits(store, 0, prove_commit, &commits, &error), QORGAN_OK);
	ck_assert_uint_eq(commits, 140 + 4);
}
END_TEST

/* ---- What is refused -------------------------------------------------------------- */

START_TEST(what_no_export_would_hold_needs_to_be_disclosed)
{
	static const struct {
		const char *kind, *id, *why;
	} cases[] = { { "note", "CYB-01/n1", "never leave" }, { "commit", "1", "never leave" },
		          { "measure", "WAT-01-M1", "TLP:RED" }, { "domain", "WAT", "released to nobody" } };

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		ck_fails(make(cases[i].kind, cases[i].id, 0, false), QORGAN_DENIED, cases[i].why);
		ck_assert_ptr_null(proof.text);
		ck_assert_ptr_nonnull(strstr(proof.withheld, cases[i].why));
		ck_ok(make(cases[i].kind, cases[i].id, 0, true));
		ck_assert_ptr_nonnull(strstr(proof.withheld, cases[i].why));
		ck_ok(check(proof.text, proof.size, identity.vkey));
	}
}
END_TEST

/* As export does: an older version, a report and a file go no further than what is
 * newest and what they hang on. */
START_TEST(what_was_withdrawn_since_is_withheld)
{
	fixture_set("measure", "CYB-01-M2", "marking", "GREEN");
	fixture_set("measure", "CYB-01-M2", "release", "KGZ,TJK");
	fixture_set("measure", "CYB-01-M2", "release", "KGZ,TJK,UNRCCA");
	fixture_set("status", "CYB-01-M2/UZB", "release", "KGZ,UZB");
	ck_ok(make("measure", "CYB-01-M2", 0, false));
	ck_assert_str_eq(proof.marking, "TLP:GREEN");
	ck_assert_str_eq(proof.release, "KGZ,TJK,UNRCCA");
	ck_ok(make("status", "CYB-01-M2/UZB", 0, false));
	ck_assert_str_eq(proof.release, "KGZ");
	fixture_set("measure", "CYB-01-M2", "marking", "AMBER");
	ck_ok(make("measure", "CYB-01-M2", 3, false));
	ck_assert_str_eq(proof.release, "KGZ,TJK");
	fixture_set("measure", "CYB-01-M2", "marking", "RED");
	ck_fails(make("measure", "CYB-01-M2", 0, false), QORGAN_DENIED, "marked TLP:RED");
	ck_assert_str_eq(proof.marking, "TLP:RED");
	ck_assert_str_eq(proof.release, "");
	ck_fails(make("measure", "CYB-01-M2", 3, false), QORGAN_DENIED, "withdrawn since");
	ck_fails(make("status", "CYB-01-M2/UZB", 0, false), QORGAN_DENIED, "its measure may not go there");
	ck_ok(make("measure", "CYB-01-M2", 3, true));
	ck_assert_str_eq(proof.release, "");
	ck_ok(check(proof.text, proof.size, identity.vkey));
	ck_assert_str_eq(answer.marking, "TLP:GREEN");
}
END_TEST

/* The measure is led by KAZ, then by this state, then by KAZ again. */
START_TEST(a_copy_of_what_another_state_keeps_is_withheld)
{
	fixture_set("measure", "CYB-01-M1", "support", "KGZ");
	fixture_set("measure", "CYB-01-M1", "lead", "UZB");
	fixture_set("measure", "CYB-01-M1", "lead", "KAZ");
	fixture_set("status", "CYB-01-M1/KAZ", "release", "KGZ");
	ck_fails(make("measure", "CYB-01-M1", 1, false), QORGAN_DENIED, "another state keeps it");
	ck_fails(make("measure", "CYB-01-M1", 2, false), QORGAN_DENIED, "another state keeps it");
	ck_ok(make("measure", "CYB-01-M1", 3, false));
	ck_ok(make("measure", "CYB-01-M1", 4, false));
	ck_assert_str_eq(proof.release, "KGZ,TJK");
	ck_fails(make("status", "CYB-01-M1/KAZ", 2, false), QORGAN_DENIED, "another state keeps it");
}
END_TEST

START_TEST(without_the_right_key_nothing_is_proven)
{
	char vkey[512], other_name[256];
	uint8_t public_key[32], secret_key[64], seed[32] = { 1 };

	ck_ok(make("domain", "CYB", 0, false));
	ck_fails(check(proof.text, proof.size, NULL), QORGAN_NO, "nothing vouches");
	ck_assert(!answer.proven);
	ck_assert_ptr_null(answer.record);
	ck_assert_str_eq(answer.kind, "");
	ck_assert_str_eq(answer.origin, identity.origin);
	crypto_sign_seed_keypair(public_key, secret_key, seed);
	ck_assert(note_format_vkey(identity.origin, public_key, vkey)); /* the log's name, another's key */
	ck_fails(check(proof.text, proof.size, vkey), QORGAN_NO, "bears no signature");
	strcpy(other_name, identity.origin);
	memcpy(other_name + strlen("qorgan/"), "KAZ", 3);
	ck_assert(note_format_vkey(other_name, public_key, vkey));
	ck_fails(check(proof.text, proof.size, vkey), QORGAN_NO, "claims to be of the log");
	ck_assert(cosignature_format_vkey("w", public_key, vkey));
	ck_fails(check(proof.text, proof.size, vkey), QORGAN_NO, "no cosignature");
	ck_fails(check(proof.text, proof.size, "nonsense"), QORGAN_USAGE, "not a verifier key");
}
END_TEST

START_TEST(no_changed_bit_is_proven)
{
	ck_ok(make("domain", "CYB", 0, false));
	ck_ok(check(proof.text, proof.size, identity.vkey));
	for (size_t i = 0; i < proof.size; i++)
		for (unsigned bit = 0; bit < 8; bit++) {
			proof.text[i] = (char)(proof.text[i] ^ (1 << bit));
			int code = check(proof.text, proof.size, identity.vkey);
			ck_assert_msg(code == QORGAN_NO || code == QORGAN_BAD_DATA, "byte %zu bit %u: %d", i, bit, code);
			ck_assert_ptr_null(answer.record);
			proof.text[i] = (char)(proof.text[i] ^ (1 << bit));
		}
	for (size_t size = 0; size < proof.size; size++)
		ck_assert_int_eq(check(proof.text, size, identity.vkey), QORGAN_BAD_DATA);
}
END_TEST

/* Whoever holds a reader's key can seal another record in the place of the newest. */
static void record_forge(const char *kind, const char *id)
{
	const struct schema *schema = schema_find(kind, strlen(kind));
	struct vault_record record = { 0 };
	struct buffer sealed = { 0 };
	struct engine_txn *txn;
	struct vault_view *view;

	ck_ok(vault_view_begin(store, &view, &error));
	ck_ok(vault_get(view, schema, span_of(id), 0, &record, &error));
	vault_view_end(view);
	struct layout_number_key key = layout_number(record.place.number);
	struct seal_place place = { ENGINE_HEADS, record.place.version, record.leaf, LAYOUT_SPAN(key) };
	char *title = strstr(record.plain.data, "Cyberspace");
	ck_assert_ptr_nonnull(title);
	memcpy(title, "Farmland..", 10);
	seal_put(store->keys, store->id, &place, record.record.bytes, &sealed);
	ck_ok(engine_begin_write(store->engine, &txn, &error));
	ck_ok(engine_put(txn, ENGINE_HEADS + record.place.shard, LAYOUT_SPAN(key), buffer_span(&sealed), &error));
	ck_ok(engine_commit(txn, &error));
	vault_record_free(&record);
	buffer_free(&sealed);
}

START_TEST(a_record_that_was_not_signed_gets_no_proof)
{
	record_forge("domain", "CYB");
	ck_fails(make("domain", "CYB", 0, false), QORGAN_IO, "not the record that was signed");
	ck_assert_ptr_null(proof.text);
	ck_ok(make("domain", "CYB", 2, false));
}
END_TEST

/* ---- A log that signs what it should not ------------------------------------------- */

/* A proof of one leaf whose log key is `seed`. */
static int check_forged(const char *origin, const char *record, const uint8_t *seed, const char *cosigner, int64_t time)
{
	struct checkpoint checkpoint = { .size = 1 };
	struct merkle_path path = { 0 };
	struct buffer text = { 0 }, note = { 0 }, file = { 0 };
	uint8_t public_key[32], secret_key[64];
	char vkeys[2][512];
	const char *const list[] = { vkeys[0], vkeys[1] };

	snprintf(checkpoint.origin, sizeof checkpoint.origin, "%s", origin);
	merkle_hash_leaf(record, strlen(record), checkpoint.root);
	checkpoint_format(&checkpoint, &text);
	ck_ok(note_sign(buffer_span(&text), origin, seed, &note, &error));
	if (cosigner) {
		struct buffer line = { 0 };
		ck_ok(cosignature_sign(buffer_span(&note), time, cosigner, seed, &line, &error));
		buffer_append_span(&note, buffer_span(&line));
		buffer_free(&line);
	}
	crypto_sign_seed_keypair(public_key, secret_key, seed);
	ck_assert(note_format_vkey(origin, public_key, vkeys[0]));
	ck_assert(!cosigner || cosignature_format_vkey(cosigner, public_key, vkeys[1]));
	tlog_proof_format(0, &path, span_of(record), buffer_span(&note), &file);
	qorgan_proof_check_free(&answer);
	int code = qorgan_proof_check(buffer_text(&file), file.size, list, cosigner ? 2 : 1, &answer, &error);
	buffer_free(&text);
	buffer_free(&note);
	buffer_free(&file);
	return code;
}

#define ORIGIN "qorgan/UZB/0123456789abcdef0123456789abcdef"
#define RECORD(kind, id, owner, salt, time, user) \
	"{\"body\":{},\"commit\":1,\"id\":\"" id "\",\"kind\":\"" kind "\",\"owner\":\"" owner "\",\"salt\":\"" salt \
	"\",\"time\":\"" time "\",\"user\":\"" user "\",\"version\":1}"
#define BODY(body) \
	"{\"body\":" body ",\"commit\":1,\"id\":\"CYB-01\",\"kind\":\"risk\",\"owner\":\"UZB\",\"salt\":\"" SALT "\"," \
	"\"time\":\"" TIME "\",\"user\":\"a\",\"version\":1}"
#define SALT "AAAAAAAAAAAAAAAAAAAAAA=="
#define TIME "2026-02-01T10:00:00Z"
#define GOOD RECORD("risk", "CYB-01", "UZB", SALT, TIME, "a")

START_TEST(a_signed_leaf_that_is_no_record_is_not_proven)
{
	static const char *const bad[] = {
		"{}", "x", "[" GOOD "]", GOOD " ", " " GOOD, "{\"body\":{},\"commit\":1}", BODY("{ }"),
		BODY("{\"b\":1,\"a\":1}"), BODY("{\"a\":1.5}"), BODY("[]"), BODY("{}") "\n",
		RECORD("risk", "CYB-01", "KAZ", SALT, TIME, "a"),
		RECORD("risk", "CYB 01", "UZB", SALT, TIME, "a"), RECORD("risk", "CYB/01", "UZB", SALT, TIME, "a"),
		RECORD("new", "C\xd0\xb0", "UZB", SALT, TIME, "a"), RECORD("ri sk", "CYB-01", "UZB", SALT, TIME, "a"),
		RECORD("risk", "CYB-01", "UZB", "AAAA", TIME, "a"), RECORD("risk", "CYB-01", "UZB", "x", TIME, "a"),
		RECORD("risk", "CYB-01", "UZB", SALT, "2026-02-01", "a"),
		RECORD("risk", "CYB-01", "UZB", SALT, "2026-02-01T10:00:00+00:00", "a"),
		RECORD("risk", "CYB-01", "UZB", SALT, "2026-02-30T10:00:00Z", "a"),
		RECORD("risk", "CYB-01", "UZB", SALT, TIME, "a b"),
		RECORD("risk", "CYB-01", "UZB", SALT, TIME, "\xe2\x80\xae" "a")
	};
	uint8_t *seed = secret_alloc(32);

	ck_ok(check_forged(ORIGIN, GOOD, seed, NULL, 0));
	ck_ok(check_forged(ORIGIN, BODY("{\"a\":1,\"b\":1}"), seed, NULL, 0));
	ck_ok(check_forged(ORIGIN, RECORD("new", "x/y.z", "UZB", SALT, TIME, "a"), seed, NULL, 0));
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		ck_assert_msg(check_forged(ORIGIN, bad[i], seed, NULL, 0) == QORGAN_NO, "%zu: %s", i, bad[i]);
		ck_assert_str_eq(answer.kind, "");
	}
	secret_free(seed);
}
END_TEST

START_TEST(a_log_of_another_name_proves_nothing)
{
	static const char *const bad[] = { "example.com/log", "qorgan/UZB", "qorgan/UZB/", "qorgan/UZB/0123",
		                           "qorgan/UZ/" ORIGIN, ORIGIN "0", "qorgan/KAZ/0123456789abcdef0123456789abcdef",
		                           "qorgan/UZB/0123456789ABCDEF0123456789abcdef" };
	uint8_t *seed = secret_alloc(32);

	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		ck_fails(check_forged(bad[i], GOOD, seed, NULL, 0), QORGAN_NO, "not that state's");
	secret_free(seed);
}
END_TEST

START_TEST(cosigners_are_named_with_their_times)
{
	uint8_t *seed = secret_alloc(32);

	ck_ok(check_forged(ORIGIN, GOOD, seed, "qorgan/KAZ/witness", 1679315147));
	ck_assert_uint_eq(answer.signer_count, 2);
	ck_assert_str_eq(answer.signers[1].name, "qorgan/KAZ/witness");
	ck_assert(!answer.signers[1].is_log);
	ck_assert_str_eq(answer.signers[1].time, "2023-03-20T12:25:47Z");
	ck_assert_str_eq(answer.signers[0].time, "");
	ck_ok(check_forged(ORIGIN, GOOD, seed, "w", 253402300799));
	ck_assert_str_eq(answer.signers[1].time, "9999-12-31T23:59:59Z");
	ck_fails(check_forged(ORIGIN, GOOD, seed, "w", 253402300800), QORGAN_NO, "after the year 9999");
	secret_free(seed);
}
END_TEST

START_TEST(a_proof_of_something_else_is_no_proof_of_a_record)
{
	static const char note[] = ORIGIN "\n1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n\n— x AAAAAAAA\n";
	struct merkle_path path = { 0 };
	struct buffer file = { 0 };

	tlog_proof_format(0, &path, (struct span){ 0 }, span_of(note), &file);
	ck_fails(check(buffer_text(&file), file.size, NULL), QORGAN_BAD_DATA, "no record");
	buffer_free(&file);
}
END_TEST

Suite *suite_proof(void)
{
	Suite *suite = suite_create("proof");
	TCase *tests = tcase_create("store"), *forged = tcase_create("forged");

	tcase_set_timeout(tests, 120);
	tcase_add_checked_fixture(tests, start, stop);
	tcase_add_test(tests, a_proof_says_what_it_proves);
	tcase_add_test(tests, every_version_is_proven_as_the_log_grows);
	tcase_add_test(tests, what_no_export_would_hold_needs_to_be_disclosed);
	tcase_add_test(tests, what_was_withdrawn_since_is_withheld);
	tcase_add_test(tests, a_copy_of_what_another_state_keeps_is_withheld);
	tcase_add_test(tests, without_the_right_key_nothing_is_proven);
	tcase_add_test(tests, no_changed_bit_is_proven);
	tcase_add_test(tests, a_record_that_was_not_signed_gets_no_proof);
	suite_add_tcase(suite, tests);
	tcase_add_checked_fixture(forged, start, stop);
	tcase_add_test(forged, a_signed_leaf_that_is_no_record_is_not_proven);
	tcase_add_test(forged, a_log_of_another_name_proves_nothing);
	tcase_add_test(forged, cosigners_are_named_with_their_times);
	tcase_add_test(forged, a_proof_of_something_else_is_no_proof_of_a_record);
	suite_add_tcase(suite, forged);
	return suite;
}
