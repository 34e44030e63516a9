/* Packages of a partner, altered in many ways: each is refused, and the store stays as
 * it was. The seed is printed; QORGAN_SEED repeats a run. */
#include "crypto/minisign.h"
#include "qorgan/card.h"
#include "qorgan/exchange.h"
#include "register_fixture.h"
#include "store/mirror.h"
#include "store/verify.h"

#define MUTATIONS 1000

static struct qorgan_store *kaz;
static struct buffer package, plain; /* of KAZ to UZB: the file, and its lines */
static uint8_t recipient[32];        /* UZB's */
static uint64_t state;               /* of the generator */

/* ---- Two stores ---------------------------------------------------------------- */

static const struct schema *kind(const char *name)
{
	return schema_find(name, strlen(name));
}

static const char *path_of(const char *name)
{
	static char path[2][160];
	static unsigned turn;

	turn ^= 1;
	snprintf(path[turn], sizeof path[turn], "%s/%s", fixture_folder, name);
	return path[turn];
}

static void put_in(struct qorgan_store *where, const char *kind_name, const char *id, const char *body)
{
	struct vault_change *change;
	enum vault_outcome outcome;
	uint64_t number;

	ck_ok(vault_change_begin(where, NULL, NULL, &change, &error));
	ck_ok(vault_change_put(change, kind(kind_name), span_of(id), span_of(body), VAULT_ANY, &outcome, &error));
	ck_ok(vault_change_commit(change, &number, &error));
}

static void partner_put(struct qorgan_store *where, struct qorgan_store *whose)
{
	struct qorgan_card card;
	char body[2000];

	ck_ok(qorgan_card_make(whose, NULL, &card, NULL, &error));
	snprintf(body, sizeof body, "{\"cosigner\":\"%s\",\"minisign\":\"%s\",\"recipient\":\"%s\",\"vkey\":\"%s\"}", card.cosigner,
	         card.minisign, card.recipient, card.vkey);
	put_in(where, "partner", card.state, body);
}

static void file_write(const char *path, struct span bytes)
{
	FILE *file = fopen(path, "wb");

	ck_assert_ptr_nonnull(file);
	ck_assert_uint_eq(fwrite(bytes.data, 1, bytes.size, file), bytes.size);
	ck_assert_int_eq(fclose(file), 0);
}

static void file_load(const char *path, struct buffer *to)
{
	char piece[4096];
	size_t got;
	FILE *file = fopen(path, "rb");

	ck_assert_ptr_nonnull(file);
	buffer_clear(to);
	while ((got = fread(piece, 1, sizeof piece, file)) > 0)
		buffer_append(to, piece, got);
	fclose(file);
}

static void kaz_status(const char *word, const char *evidence)
{
	struct qorgan_change *change;
	struct qorgan_commit result;
	char id[65];

	ck_ok(qorgan_change_begin(kaz, NULL, NULL, &change, &error));
	ck_ok(qorgan_change_object(change, "status", "CYB-01-M1/KAZ", QORGAN_PUT, 0, &error));
	ck_ok(qorgan_change_set(change, "status", word, &error));
	ck_ok(qorgan_change_set(change, "release", "UZB", &error));
	if (evidence) {
		ck_ok(qorgan_change_attach(change, evidence, id, &error));
		ck_ok(qorgan_change_set(change, "evidence", id, &error));
	}
	ck_ok(qorgan_change_commit(change, &result, &error));
	qorgan_change_free(change);
}

static void kaz_export(const char *name)
{
	const struct qorgan_export export = { .to = "UZB", .output = path_of(name), .replace = true };
	struct qorgan_export_result result;

	ck_ok(qorgan_export(kaz, &export, &result, &error));
}

static int receive_as(const char *name, bool dry_run)
{
	const struct qorgan_receive receive = { .path = path_of(name), .dry_run = dry_run };
	struct qorgan_receive_result result;

	return qorgan_receive(store, &receive, &result, &error);
}

/* The second package of KAZ has a line of each type. */
static void set_up(void)
{
	static const char measure[] = "{\"lead\":\"KAZ\",\"marking\":\"TLP:GREEN\",\"release\":[\"UZB\"],\"risks\":[\"CYB-01\"],"
		                          "\"title\":{\"en\":\"Channel\"}}";
	static const char risk[] = "{\"coordinator\":\"KAZ\",\"domain\":\"CYB\",\"marking\":\"TLP:GREEN\",\"release\":[\"UZB\"],"
		                       "\"title\":{\"en\":\"Taken back\"}}";
	struct qorgan_creation creation = { .state = "KAZ", .user = "tester" };
	uint8_t secret[32];
	char recipient_text[AGE_RECIPIENT_TEXT], line[300];
	struct age_keys keys = { .identities = (const uint8_t (*)[32])secret, .count = 1 };
	struct vault_view *view;

	fixture_make();
	ck_assert(age_identity_parse(fixture_identity, strlen(fixture_identity), secret));
	age_identity_recipient(secret, recipient);
	age_recipient_format(recipient, recipient_text);
	creation.recipient = recipient_text;
	ck_ok(qorgan_store_create(path_of("kaz"), &creation, &kaz, &error));
	partner_put(store, kaz);
	partner_put(kaz, store);
	put_in(kaz, "domain", "CYB", "{\"coordinator\":\"UZB\",\"title\":{\"en\":\"Cyber\"}}");
	put_in(kaz, "risk", "CYB-01", "{\"coordinator\":\"UZB\",\"domain\":\"CYB\",\"title\":{\"en\":\"Attack\"}}");
	put_in(kaz, "measure", "CYB-01-M1", measure);
	put_in(kaz, "risk", "KAZ-01", risk);
	kaz_export("one.age");
	ck_ok(receive_as("one.age", false));
	put_in(kaz, "risk", "KAZ-01", "{\"coordinator\":\"KAZ\",\"domain\":\"CYB\",\"title\":{\"en\":\"Taken back\"}}");
	file_write(path_of("attached"), span_of("what was seen"));
	kaz_status("in-progress", path_of("attached"));
	kaz_status("completed", NULL);
	kaz_export("two.age");
	file_load(path_of("two.age"), &package);
	ck_ok(vault_view_begin(store, &view, &error));
	ck_ok(vault_age_identity(view, secret, &error));
	vault_view_end(view);
	buffer_clear(&plain);
	ck_ok(age_decrypt(buffer_span(&package), &keys, &plain, &error));
	age_identity_recipient(secret, recipient);
	for (const char *const *type = (const char *const[]){ "header", "checkpoint", "leaves", "record", "withdrawal",
	                                                      "evidence", "end", NULL }; *type; type++) {
		snprintf(line, sizeof line, "{\"type\":\"%s\"", *type);
		ck_assert_msg(strstr(buffer_text(&plain), line) != NULL, "no %s", *type);
	}
	const char *seed = getenv("QORGAN_SEED");
	state = seed ? strtoull(seed, NULL, 10) : randombytes_random();
	printf("test_receive: seed %llu\n", (unsigned long long)state);
	fflush(stdout);
}

static void tear_down(void)
{
	qorgan_store_close(kaz);
	buffer_free(&package);
	buffer_free(&plain);
	fixture_close();
}

/* SplitMix64. */
static size_t below(size_t limit)
{
	uint64_t z = state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return (size_t)((z ^ z >> 31) % limit);
}

/* ---- The store as it is ------------------------------------------------------------ */

static int row_take(void *context, struct vault_record *record, struct qorgan_error *why)
{
	(void)why;
	buffer_append_span(context, record->record.bytes);
	return QORGAN_OK;
}

/* Everything that a view can tell. */
static void store_tell(struct buffer *to)
{
	struct vault_view *view;
	struct mirror_log log;
	size_t count;
	const struct schema *const *all = schema_all(&count);

	buffer_clear(to);
	ck_ok(vault_view_begin(store, &view, &error));
	ck_ok(vault_checkpoint(view, to, &error));
	for (size_t i = 0; i < count; i++)
		if (all[i]->id_form != SCHEMA_ID_NUMBER)
			ck_ok(vault_scan(view, all[i], row_take, to, &error));
	ck_ok(mirror_log_get(view, 0, &log, &error));
	buffer_append(to, &log.tree, sizeof log.tree);
	buffer_append_format(to, "%llu %llu %d", (unsigned long long)log.sequence, (unsigned long long)log.versions, log.forked);
	mirror_log_free(&log);
	vault_view_end(view);
}

static void finding_take(void *context, const char *object, const char *what, const char *advice)
{
	(void)context, (void)advice;
	ck_abort_msg("%s: %s", object, what);
}

static void expect_same(const struct buffer *before)
{
	struct qorgan_verification result;
	struct buffer now = { 0 };

	store_tell(&now);
	ck_assert_msg(span_equal(buffer_span(before), buffer_span(&now)), "the store was changed");
	ck_ok(qorgan_verify(store, finding_take, NULL, &result, &error));
	buffer_free(&now);
}

/* ---- Altering ------------------------------------------------------------------------- */

static void bytes_alter(struct buffer *bytes, size_t from, size_t size)
{
	size_t at = from + below(size);
	char *data = bytes->data;

	switch (below(4)) {
	case 0:
		data[at] = (char)(data[at] ^ 1 << below(8));
		break;
	case 1: /* a digit or letter, so that more of them have the form */
		data[at] = "0123456789ABCabc\",:{}[]"[below(23)];
		break;
	case 2:
		memmove(data + at, data + at + 1, bytes->size - at - 1);
		bytes->size--;
		break;
	default:
		buffer_append_char(bytes, 'x');
		data = bytes->data;
		memmove(data + at + 1, data + at, bytes->size - 1 - at);
		data[at] = data[at + 1 + (at + 2 < bytes->size)];
	}
}

/* The lines of a text; returns how many. */
static size_t lines_find(struct span text, struct span *lines, size_t limit)
{
	size_t count = 0;

	while (text.size) {
		const char *end = memchr(text.data, '\n', text.size);
		size_t size = end ? (size_t)(end + 1 - text.data) : text.size;
		ck_assert_uint_lt(count, limit);
		lines[count++] = (struct span){ text.data, size };
		text.data += size;
		text.size -= size;
	}
	return count;
}

#define LINES_LIMIT 200

/* Leaves out, repeats or moves whole lines. */
static void lines_alter(struct buffer *bytes)
{
	struct span lines[LINES_LIMIT];
	size_t count = lines_find(buffer_span(&plain), lines, LINES_LIMIT), at = below(count), to = below(count);
	size_t how = below(3);

	buffer_clear(bytes);
	for (size_t i = 0; i < count; i++) {
		if (how == 0 && i == at)
			continue;
		if (how == 1 && i == to)
			buffer_append_span(bytes, lines[at]);
		buffer_append_span(bytes, how == 2 && i == at ? lines[to] : how == 2 && i == to ? lines[at] : lines[i]);
	}
}

static void plain_alter(struct buffer *bytes)
{
	struct span lines[LINES_LIMIT];
	size_t count = lines_find(buffer_span(&plain), lines, LINES_LIMIT), at = below(count);

	buffer_clear(bytes);
	buffer_append_span(bytes, buffer_span(&plain));
	if (below(8) == 0)
		lines_alter(bytes);
	else
		bytes_alter(bytes, (size_t)(lines[at].data - plain.data), lines[at].size);
}

static bool line_is(struct span line, const char *type)
{
	char start[40];
	int size = snprintf(start, sizeof start, "{\"type\":\"%s\"", type);

	return line.size > (size_t)size && memcmp(line.data, start, (size_t)size) == 0;
}

/* The lines that the signed checkpoint vouches for, and the counts of them. */
static void vouched_gather(struct span text, struct buffer *to)
{
	struct span lines[LINES_LIMIT];
	size_t count = lines_find(text, lines, LINES_LIMIT);

	buffer_clear(to);
	for (size_t i = 0; i < count; i++)
		if (line_is(lines[i], "checkpoint") || line_is(lines[i], "leaves") || line_is(lines[i], "record") ||
		    line_is(lines[i], "end"))
			buffer_append_span(to, lines[i]);
}

/* Whether all that differs is what nothing but the signature of the file covers, as
 * qorgan-package(5) says: a header for this state with another moment, number or number
 * before; withdrawals, the sender's to make; a file left out or sent twice. */
static bool is_the_senders_to_say(const struct buffer *altered)
{
	static const char start[] = "{\"type\":\"header\",\"format\":\"qorgan-package\",\"version\":1,\"from\":\"KAZ\",\"to\":[\"UZB\"],";
	struct buffer vouched = { 0 }, expected = { 0 };
	struct span lines[LINES_LIMIT];
	size_t count = lines_find(buffer_span(altered), lines, LINES_LIMIT);

	vouched_gather(buffer_span(&plain), &expected);
	vouched_gather(buffer_span(altered), &vouched);
	bool same = span_equal(buffer_span(&vouched), buffer_span(&expected)) && altered->size > sizeof start &&
	            memcmp(altered->data, start, sizeof start - 1) == 0;
	for (size_t i = 0; i < count && same; i++)
		same = !line_is(lines[i], "evidence") || memmem(plain.data, plain.size, lines[i].data, lines[i].size);
	buffer_free(&vouched);
	buffer_free(&expected);
	return same;
}

static int sink_append(void *context, const void *data, size_t size, struct qorgan_error *why)
{
	(void)why;
	buffer_append(context, data, size);
	return QORGAN_OK;
}

/* As KAZ itself would send it. */
static void lines_send(struct span text, const char *name)
{
	struct age_encryptor *encryptor;
	struct minisign_hash hash;
	struct buffer file = { 0 }, signature = { 0 };
	char path[200];

	ck_ok(age_encrypt_start((const uint8_t (*)[32])recipient, 1, sink_append, &file, &encryptor, &error));
	ck_ok(age_encrypt_add(encryptor, text.data, text.size, &error));
	ck_ok(age_encrypt_finish(encryptor, &error));
	age_encrypt_free(encryptor);
	minisign_hash_start(&hash);
	minisign_hash_add(&hash, file.data, file.size);
	ck_ok(minisign_sign(&hash, vault_keys(kaz)->package_seed, "a test", &signature, &error));
	file_write(path_of(name), buffer_span(&file));
	snprintf(path, sizeof path, "%s.minisig", path_of(name));
	file_write(path, buffer_span(&signature));
	buffer_free(&file);
	buffer_free(&signature);
}

/* Signed by the true sender, so that only what it holds can be the reason. */
START_TEST(altered_lines_are_refused)
{
	struct buffer before = { 0 }, altered = { 0 };
	unsigned accepted = 0;

	store_tell(&before);
	for (unsigned i = 0; i < MUTATIONS; i++) {
		do
			plain_alter(&altered);
		while (span_equal(buffer_span(&altered), buffer_span(&plain)));
		lines_send(buffer_span(&altered), "altered.age");
		if (is_the_senders_to_say(&altered)) {
			accepted += receive_as("altered.age", true) == QORGAN_OK;
			continue;
		}
		int code = receive_as("altered.age", false);
		ck_assert_msg(code == QORGAN_PROTOCOL || code == QORGAN_DENIED, "mutation %u: code %d: %s\n%.3000s", i, code,
		              code ? error.message : "it was taken in", buffer_text(&altered));
		/* Whoever reads it knows whom to ask. */
		ck_assert_msg(code == QORGAN_DENIED || strstr(error.message, "KAZ"), "mutation %u: %s", i, error.message);
	}
	expect_same(&before);
	ck_assert_msg(accepted < MUTATIONS / 5, "%u were accepted", accepted);
	/* Unaltered it comes in. */
	lines_send(buffer_span(&plain), "altered.age");
	ck_ok(receive_as("altered.age", false));
	buffer_free(&before);
	buffer_free(&altered);
}
END_TEST

static struct span without_end(const struct buffer *text)
{
	struct span span = buffer_span(text);

	while (span.size && span.data[span.size - 1] == '\n')
		span.size--;
	return span;
}

START_TEST(an_altered_file_or_signature_is_refused)
{
	struct buffer before = { 0 }, altered = { 0 }, signature = { 0 };

	file_load(path_of("two.age.minisig"), &signature);
	size_t comment = (size_t)((const char *)memchr(signature.data, '\n', signature.size) + 1 - signature.data);
	store_tell(&before);
	for (unsigned i = 0; i < MUTATIONS; i++) {
		bool of_file = below(2);
		const struct buffer *whole = of_file ? &package : &signature;
		do {
			buffer_clear(&altered);
			buffer_append_span(&altered, buffer_span(whole));
			/* The untrusted comment of a signature is not signed. */
			if (of_file)
				bytes_alter(&altered, 0, altered.size);
			else
				bytes_alter(&altered, comment, altered.size - comment);
			/* Nor is the line feed at its end. */
		} while (span_equal(buffer_span(&altered), buffer_span(whole)) ||
		         (!of_file && span_equal(without_end(&altered), without_end(whole))));
		file_write(path_of("altered.age"), of_file ? buffer_span(&altered) : buffer_span(&package));
		file_write(path_of("altered.age.minisig"), of_file ? buffer_span(&signature) : buffer_span(&altered));
		int code = receive_as("altered.age", false);
		ck_assert_msg(code == QORGAN_PROTOCOL, "mutation %u of the %s: code %d\n%s", i, of_file ? "file" : "signature", code,
		              of_file ? "" : buffer_text(&altered));
	}
	expect_same(&before);
	ck_ok(receive_as("two.age", false));
	buffer_free(&before);
	buffer_free(&altered);
	buffer_free(&signature);
}
END_TEST

Suite *suite_receive(void);
Suite *suite_receive(void)
{
	Suite *suite = suite_create("receive");
	TCase *all = tcase_create("all");

	tcase_add_checked_fixture(all, set_up, tear_down);
	tcase_set_timeout(all, 120);
	tcase_add_test(all, altered_lines_are_refused);
	tcase_add_test(all, an_altered_file_or_signature_is_refused);
	suite_add_tcase(suite, all);
	return suite;
}
