/* Evidence of two histories: holds just where the model's histories part before the
 * end of the smaller one, is read in one form only, and takes both signatures. */
#include "crypto/fork_proof.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "crypto/secret.h"

Suite *suite_fork_proof(void);

#define ORIGIN "qorgan/UZB/0123456789abcdef0123456789abcdef"
#define OTHER "qorgan/UZB/1123456789abcdef0123456789abcdef"
#define LEAVES 20

static uint8_t public_key[32], secret_key[64];
static struct fork_proof proof;
static struct buffer file;
static struct qorgan_error error;

static void start(void)
{
	const uint8_t seed[32] = { 7 };

	ck_assert_int_eq(secret_start(NULL), QORGAN_OK);
	crypto_sign_seed_keypair(public_key, secret_key, seed);
}

static void stop(void)
{
	fork_proof_free(&proof);
	buffer_free(&file);
}

/* ---- The model: C2SP signed-note and RFC 6962, word for word ----------------------- */

/* Appends LABEL, Base64 and a newline. */
static void model_line(const char *label, const void *data, size_t size)
{
	char *text = malloc(sodium_base64_ENCODED_LEN(size, sodium_base64_VARIANT_ORIGINAL));

	sodium_bin2base64(text, sodium_base64_ENCODED_LEN(size, sodium_base64_VARIANT_ORIGINAL), data, size,
	                  sodium_base64_VARIANT_ORIGINAL);
	buffer_append_format(&file, "%s%s\n", label, text);
	free(text);
}

/* The signed note of a checkpoint; `extension` is further lines. */
static const char *model_note(const char *origin, uint64_t size, const uint8_t root[32], const char *extension)
{
	static char notes[2][1024];
	static unsigned turn;
	char *note = notes[turn++ % 2], root_text[64], line[128];
	uint8_t hash[32], typed[1 + 32] = { 1 }, signature[4 + 64];
	crypto_hash_sha256_state state;

	sodium_bin2base64(root_text, sizeof root_text, root, 32, sodium_base64_VARIANT_ORIGINAL);
	snprintf(note, sizeof notes[0], "%s\n%llu\n%s\n%s", origin, (unsigned long long)size, root_text, extension);
	memcpy(typed + 1, public_key, 32);
	crypto_hash_sha256_init(&state);
	crypto_hash_sha256_update(&state, (const uint8_t *)origin, strlen(origin));
	crypto_hash_sha256_update(&state, (const uint8_t *)"\n", 1);
	crypto_hash_sha256_update(&state, typed, sizeof typed);
	crypto_hash_sha256_final(&state, hash);
	memcpy(signature, hash, 4);
	crypto_sign_detached(signature + 4, NULL, (const uint8_t *)note, strlen(note), secret_key);
	sodium_bin2base64(line, sizeof line, signature, sizeof signature, sodium_base64_VARIANT_ORIGINAL);
	snprintf(note + strlen(note), sizeof notes[0] - strlen(note), "\n— %s %s\n", origin, line);
	return note;
}

/* A history of leaves that are all alike up to the one where it parts from another. */
struct history {
	size_t parts_at;
};

static void model_root(const struct history *history, size_t first, size_t count, uint8_t root[32])
{
	uint8_t both[65] = { 1 };
	size_t half = 1;

	if (count == 0) {
		crypto_hash_sha256(root, (const uint8_t *)"", 0);
	} else if (count == 1) {
		const uint8_t leaf[3] = { 0, (uint8_t)first, first >= history->parts_at };
		crypto_hash_sha256(root, leaf, sizeof leaf);
	} else {
		while (half * 2 < count)
			half *= 2;
		model_root(history, first, half, both + 1);
		model_root(history, first + half, count - half, both + 33);
		crypto_hash_sha256(root, both, sizeof both);
	}
}

/* SUBPROOF(m, D[first:first+count], known). */
static void model_subproof(const struct history *history, size_t m, size_t first, size_t count, bool known,
                           struct merkle_path *path)
{
	size_t half = 1;

	if (m == count) {
		if (!known)
			model_root(history, first, count, path->hashes[path->count++]);
		return;
	}
	while (half * 2 < count)
		half *= 2;
	if (m <= half) {
		model_subproof(history, m, first, half, known, path);
		model_root(history, first + half, count - half, path->hashes[path->count++]);
	} else {
		model_subproof(history, m - half, first + half, count - half, false, path);
		model_root(history, first, half, path->hashes[path->count++]);
	}
}

/* ---- What is read ------------------------------------------------------------------ */

static int parse(struct span text)
{
	fork_proof_free(&proof);
	error.message[0] = '\0';
	return fork_proof_parse(text, &proof, &error);
}

/* Reads the file and checks it. */
static int answer(void)
{
	int code = parse(buffer_span(&file));

	return code ? code : fork_proof_check(&proof, public_key, public_key, &error);
}

static void expect(int code, const char *why)
{
	int found = answer();

	ck_assert_msg(found == code && strstr(error.message, why), "%d, not %d: %s\n%s", found, code, error.message,
	              buffer_text(&file));
}

/* Writes the file as the format says; root and path may be NULL. */
static void write_file(const char *first, const char *second, const uint8_t *root, const struct merkle_path *path)
{
	buffer_clear(&file);
	buffer_append_text(&file, "qorgan-fork@v1\n");
	if (root)
		model_line("root ", root, 32);
	for (unsigned i = 0; path && i < path->count; i++)
		model_line("path ", path->hashes[i], 32);
	model_line("first ", first, strlen(first));
	model_line("second ", second, strlen(second));
}

/* ---- What holds ---------------------------------------------------------------------- */

START_TEST(histories_that_part_are_proven_and_others_are_not)
{
	const struct history second = { SIZE_MAX };

	for (size_t n = 0; n <= LEAVES; n++)
		for (size_t m = n; m <= LEAVES; m++)
			for (size_t parts_at = 0; parts_at <= n; parts_at++) {
				const struct history first = { parts_at };
				struct merkle_path path = { 0 };
				uint8_t roots[2][32], root[32];
				struct buffer written = { 0 };
				model_root(&first, 0, n, roots[0]);
				model_root(&second, 0, m, roots[1]);
				model_root(&second, 0, n, root);
				if (n && n < m)
					model_subproof(&second, n, 0, m, true, &path);
				const char *a = model_note(ORIGIN, n, roots[0], ""), *b = model_note(ORIGIN, m, roots[1], "");
				write_file(a, b, n < m ? root : NULL, n < m ? &path : NULL);
				fork_proof_format(span_of(a), span_of(b), n < m ? root : NULL, n < m ? &path : NULL, &written);
				ck_assert_str_eq(buffer_text(&written), buffer_text(&file));
				buffer_free(&written);
				if (parts_at < n)
					ck_assert_msg(answer() == QORGAN_OK, "%zu %zu %zu: %s", n, m, parts_at, error.message);
				else
					expect(QORGAN_NO, "of one history");
				ck_assert_uint_eq(proof.checkpoints[0].size, n);
				ck_assert_uint_eq(proof.checkpoints[1].size, m);
				ck_assert_mem_eq(proof.checkpoints[1].root, roots[1], 32);
				ck_assert_str_eq(buffer_text(&proof.notes[0]), a);
				ck_assert_str_eq(buffer_text(&proof.notes[1]), b);
			}
}
END_TEST

/* Of the tree of eight leaves of Certificate Transparency: its roots and proofs. */
START_TEST(published_proofs_of_consistency_are_evidence_against_another_root)
{
	static const char *const roots[] = { NULL, "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
		"fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125", NULL, NULL,
		"4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
		"76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef", NULL,
		"5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328" };
	static const struct {
		unsigned first, second;
		const char *hashes[3];
	} cases[] = {
		{ 1, 8, { "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
		          "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
		          "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4" } },
		{ 6, 8, { "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
		          "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
		          "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7" } },
		{ 2, 5, { "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
		          "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b", NULL } },
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct merkle_path path = { 0 };
		uint8_t first[32], second[32], other[32];
		sodium_hex2bin(first, 32, roots[cases[i].first], 64, NULL, NULL, NULL);
		sodium_hex2bin(second, 32, roots[cases[i].second], 64, NULL, NULL, NULL);
		for (; path.count < 3 && cases[i].hashes[path.count]; path.count++)
			sodium_hex2bin(path.hashes[path.count], 32, cases[i].hashes[path.count], 64, NULL, NULL, NULL);
		memcpy(other, first, 32);
		other[i] ^= 1;
		write_file(model_note(ORIGIN, cases[i].first, other, ""), model_note(ORIGIN, cases[i].second, second, ""),
		           first, &path);
		expect(QORGAN_OK, "");
		write_file(model_note(ORIGIN, cases[i].first, first, ""), model_note(ORIGIN, cases[i].second, second, ""),
		           first, &path);
		expect(QORGAN_NO, "of one history");
	}
}
END_TEST

/* ---- What does not -------------------------------------------------------------------- */

/* Histories of 5 and 8 leaves that part at the fourth, and what leads from one to the other. */
static uint8_t five[32], eight[32], five_of_eight[32];
static struct merkle_path five_path;
static char note_five[1024], note_eight[1024];

static void start_parted(void)
{
	const struct history first = { 3 }, second = { SIZE_MAX };

	start();
	model_root(&first, 0, 5, five);
	model_root(&second, 0, 8, eight);
	model_root(&second, 0, 5, five_of_eight);
	five_path.count = 0;
	model_subproof(&second, 5, 0, 8, true, &five_path);
	strcpy(note_five, model_note(ORIGIN, 5, five, ""));
	strcpy(note_eight, model_note(ORIGIN, 8, eight, ""));
}

START_TEST(a_wrong_root_or_path_proves_nothing)
{
	write_file(note_five, note_eight, five_of_eight, &five_path);
	expect(QORGAN_OK, "");
	write_file(note_five, note_eight, five, &five_path);
	expect(QORGAN_NO, "root and path");
	five_of_eight[0] ^= 1;
	write_file(note_five, note_eight, five_of_eight, &five_path);
	expect(QORGAN_NO, "root and path");
	five_of_eight[0] ^= 1;
	for (unsigned i = 0; i < five_path.count; i++) {
		struct merkle_path path = five_path;
		path.hashes[i][31] ^= 0x80;
		write_file(note_five, note_eight, five_of_eight, &path);
		expect(QORGAN_NO, "root and path");
		path = five_path;
		path.count = i;
		write_file(note_five, note_eight, five_of_eight, &path);
		expect(QORGAN_NO, "root and path");
	}
	five_path.count++;
	write_file(note_five, note_eight, five_of_eight, &five_path);
	expect(QORGAN_NO, "root and path");
}
END_TEST

START_TEST(checkpoints_of_one_tree_prove_nothing)
{
	strcpy(note_five, model_note(ORIGIN, 8, eight, "an extension\n"));
	write_file(note_five, note_eight, NULL, NULL);
	expect(QORGAN_NO, "of one history");
	write_file(note_eight, note_eight, NULL, NULL);
	expect(QORGAN_NO, "of one history");
	/* Of one size and another root, whatever further lines say. */
	write_file(model_note(ORIGIN, 8, five, "x\n"), note_eight, NULL, NULL);
	expect(QORGAN_OK, "");
}
END_TEST

START_TEST(checkpoints_of_two_logs_prove_nothing)
{
	strcpy(note_five, model_note(OTHER, 5, five, ""));
	write_file(note_five, note_eight, five_of_eight, &five_path);
	expect(QORGAN_NO, "of two logs");
}
END_TEST

START_TEST(both_are_signed_by_the_key_of_the_log)
{
	const uint8_t seed[32] = { 8 };
	uint8_t other_public[32], other_secret[64], key[32];
	char forged_five[1024], forged_eight[1024];

	memcpy(key, public_key, 32);
	crypto_sign_seed_keypair(other_public, other_secret, seed);
	write_file(note_five, note_eight, five_of_eight, &five_path);
	ck_assert_int_eq(parse(buffer_span(&file)), QORGAN_OK);
	ck_assert_int_eq(fork_proof_check(&proof, other_public, other_public, &error), QORGAN_NO);

	memcpy(secret_key, other_secret, 64);
	memcpy(public_key, other_public, 32);
	strcpy(forged_five, model_note(ORIGIN, 5, five, ""));
	strcpy(forged_eight, model_note(ORIGIN, 8, eight, ""));
	memcpy(public_key, key, 32);
	write_file(forged_five, note_eight, five_of_eight, &five_path);
	expect(QORGAN_NO, "its first checkpoint: the note bears no signature");
	write_file(note_five, forged_eight, five_of_eight, &five_path);
	expect(QORGAN_NO, "its second checkpoint: the note bears no signature");
	/* Under the id of the true key. */
	strcpy(forged_five, model_note(ORIGIN, 5, five, ""));
	write_file(forged_five, note_eight, five_of_eight, &five_path);
	expect(QORGAN_NO, "its first checkpoint: the signature");
	/* A signature beside the log's is passed over. */
	strcat(note_five, "— witness AAAAAAAA\n");
	write_file(note_five, note_eight, five_of_eight, &five_path);
	expect(QORGAN_OK, "");
}
END_TEST

/* ---- What is no evidence ---------------------------------------------------------------- */

#define HASH "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="

/* The file with the first `from` replaced. */
static struct span replaced(struct buffer *to, const char *from, const char *with)
{
	const char *text = buffer_text(&file), *at = strstr(text, from);

	ck_assert_ptr_nonnull(at);
	buffer_clear(to);
	buffer_append(to, text, (size_t)(at - text));
	buffer_append_text(to, with);
	buffer_append_text(to, at + strlen(from));
	return buffer_span(to);
}

START_TEST(what_is_written_otherwise_is_refused)
{
	static const struct {
		const char *from, *with;
	} changes[] = {
		{ "qorgan-fork@v1", "qorgan-fork@v2" }, { "qorgan-fork", " qorgan-fork" }, { "@v1\n", "@v1\r\n" },
		{ "@v1\n", "@v1\n\n" }, { "@v1\n", "@v1" }, { "root ", "Root " }, { "root ", "root" }, { "root ", "root  " },
		{ "root ", "root " HASH "\nroot " }, { "root ", "path " }, { "root ", "path " HASH "\nroot " },
		{ "root ", "root AAAA\npath " }, { "=\npath ", "\npath " }, { "=\npath ", "= \npath " },
		{ "\npath ", "\npath AAAA\npath " }, { "\npath ", "\npath \npath " }, { "\npath ", "\n" },
		{ "\npath ", "\npath  " }, { "\nfirst ", "\npath A\nfirst " }, { "\nfirst ", "\n\nfirst " },
		{ "\nfirst ", "\nFirst " }, { "\nfirst ", "\nfirst" }, { "\nfirst ", "\nfirst \nfirst " },
		{ "\nfirst ", "\nsecond " }, { "\nfirst ", "\nfirst AAAA" }, { "\nsecond ", "=\nsecond " },
		{ "\nsecond ", "\nthird " }, { "\nsecond ", "\nsecond -" }, { "\nsecond ", "\nsecond \nsecond " },
		{ "\nsecond ", "\npath " HASH "\nsecond " }, { "\nsecond ", "\nx\nsecond " },
	};
	static const char *const bad[] = { "", "\n", "qorgan-fork@v1", "qorgan-fork@v1\n",
		"qorgan-fork@v1\nroot " HASH "\n", "qorgan-fork@v1\nroot " HASH "\npath " HASH "\n",
		"qorgan-fork@v1\nfirst \nsecond \n", "qorgan-fork@v1\nfirst AAAA\nsecond AAAA\n" };
	struct buffer changed = { 0 };

	write_file(note_five, note_eight, five_of_eight, &five_path);
	for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
		int code = parse(replaced(&changed, changes[i].from, changes[i].with));
		ck_assert_msg(code == QORGAN_BAD_DATA && *error.message, "%zu: %d\n%s", i, code, buffer_text(&changed));
	}
	buffer_free(&changed);
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		ck_assert_msg(parse(span_of(bad[i])) == QORGAN_BAD_DATA && *error.message, "%s", bad[i]);
	buffer_append_text(&file, "\n");
	expect(QORGAN_BAD_DATA, "something follows");
}
END_TEST

START_TEST(root_and_order_are_those_of_the_sizes)
{
	write_file(note_five, note_eight, NULL, NULL);
	expect(QORGAN_BAD_DATA, "\"root\" is missing");
	write_file(note_eight, note_five, five_of_eight, &five_path);
	expect(QORGAN_BAD_DATA, "more entries than its second");
	write_file(note_eight, note_five, NULL, NULL);
	expect(QORGAN_BAD_DATA, "more entries than its second");
	strcpy(note_five, model_note(ORIGIN, 8, five, ""));
	write_file(note_five, note_eight, eight, NULL);
	expect(QORGAN_BAD_DATA, "has no place");
	write_file(note_five, note_eight, NULL, &five_path);
	expect(QORGAN_BAD_DATA, "\"first\" is missing");
}
END_TEST

START_TEST(notes_are_those_of_checkpoints)
{
	static const char *const bad[] = { ORIGIN "\n5\n" HASH "\n", ORIGIN "\n5\n" HASH "\n\n", ORIGIN "\n5\n\n— x AAAAAAAA\n",
		ORIGIN "\n05\n" HASH "\n\n— x AAAAAAAA\n", ORIGIN "\n5\n" HASH "\n\n— x AAAAAAAA", "\xff\n5\n" HASH "\n\n— x AAAAAAAA\n",
		ORIGIN "\n5\n" HASH "\n\n— x AAAA\n", ORIGIN "\n5\n" HASH "\n\nx\n", "qorgan-card 1\nx\ny\n\n— x AAAAAAAA\n" };

	write_file(ORIGIN "\n5\n" HASH "\n\n— x AAAAAAAA\n", note_eight, five_of_eight, &five_path);
	expect(QORGAN_NO, "no signature");
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		write_file(bad[i], note_eight, five_of_eight, &five_path);
		expect(QORGAN_BAD_DATA, "its line \"first\": ");
		write_file(note_five, bad[i], five_of_eight, &five_path);
		expect(QORGAN_BAD_DATA, "its line \"second\": ");
	}
}
END_TEST

START_TEST(no_changed_bit_and_no_beginning_is_proven)
{
	write_file(note_five, note_eight, five_of_eight, &five_path);
	for (size_t i = 0; i < file.size; i++)
		for (unsigned bit = 0; bit < 8; bit++) {
			file.data[i] = (char)(file.data[i] ^ (1 << bit));
			int code = answer();
			ck_assert_msg(code == QORGAN_NO || code == QORGAN_BAD_DATA, "byte %zu bit %u: %d", i, bit, code);
			file.data[i] = (char)(file.data[i] ^ (1 << bit));
		}
	for (size_t size = 0; size < file.size; size++) {
		char *part = malloc(size + 1);
		memcpy(part, file.data, size);
		ck_assert_int_eq(parse((struct span){ part, size }), QORGAN_BAD_DATA);
		free(part);
	}
}
END_TEST

/* A note of the largest size: of one long signature of a type not known here. */
static char *note_largest(const char *note, size_t size)
{
	char *text = malloc(size + 1);
	int at = sprintf(text, "%s— w ", note);

	/* Base64 comes in fours: the name takes up what is left. */
	while ((size - 1 - (size_t)at) % 4)
		at = sprintf(text + at - 1, "w ") + at - 1;
	memset(text + at, 'A', size - (size_t)at);
	text[size - 1] = '\n';
	text[size] = '\0';
	return text;
}

START_TEST(sizes_are_bounded)
{
	struct merkle_path path = { .count = MERKLE_PATH_LIMIT };

	for (size_t more = 0; more < 2; more++) {
		char *first = note_largest(note_five, NOTE_LIMIT + more), *second = note_largest(note_eight, NOTE_LIMIT);
		write_file(first, second, five_of_eight, &path);
		expect(more ? QORGAN_BAD_DATA : QORGAN_NO, more ? "\"first\" is malformed" : "root and path");
		ck_assert_uint_lt(file.size, FORK_PROOF_LIMIT);
		write_file(first, second, five_of_eight, &five_path);
		expect(more ? QORGAN_BAD_DATA : QORGAN_OK, "");
		free(first);
		free(second);
	}
	struct buffer changed = { 0 };
	write_file(note_five, note_eight, five_of_eight, &path);
	ck_assert_int_eq(parse(replaced(&changed, "\npath ", "\npath " HASH "\npath ")), QORGAN_BAD_DATA);
	ck_assert_ptr_nonnull(strstr(error.message, "hash 66 of its path"));
	buffer_clear(&changed);
	memset(buffer_reserve(&changed, FORK_PROOF_LIMIT + 1), 'x', FORK_PROOF_LIMIT + 1);
	ck_assert_int_eq(parse((struct span){ changed.data, FORK_PROOF_LIMIT + 1 }), QORGAN_BAD_DATA);
	ck_assert_ptr_nonnull(strstr(error.message, "longer"));
	buffer_free(&changed);
}
END_TEST

Suite *suite_fork_proof(void)
{
	Suite *suite = suite_create("fork_proof");
	TCase *holds = tcase_create("holds"), *refused = tcase_create("refused");

	tcase_set_timeout(holds, 60);
	tcase_add_checked_fixture(holds, start, stop);
	tcase_add_test(holds, histories_that_part_are_proven_and_others_are_not);
	tcase_add_test(holds, published_proofs_of_consistency_are_evidence_against_another_root);
	suite_add_tcase(suite, holds);
	tcase_set_timeout(refused, 60);
	tcase_add_checked_fixture(refused, start_parted, stop);
	tcase_add_test(refused, a_wrong_root_or_path_proves_nothing);
	tcase_add_test(refused, checkpoints_of_one_tree_prove_nothing);
	tcase_add_test(refused, checkpoints_of_two_logs_prove_nothing);
	tcase_add_test(refused, both_are_signed_by_the_key_of_the_log);
	tcase_add_test(refused, what_is_written_otherwise_is_refused);
	tcase_add_test(refused, root_and_order_are_those_of_the_sizes);
	tcase_add_test(refused, notes_are_those_of_checkpoints);
	tcase_add_test(refused, no_changed_bit_and_no_beginning_is_proven);
	tcase_add_test(refused, sizes_are_bounded);
	suite_add_tcase(suite, refused);
	return suite;
}
