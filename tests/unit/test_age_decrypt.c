/* Opening age files as a stream: pieces of any size, what is released and when,
 * armor, and a thousand files that were tampered with. */
#include <stdio.h>

#include "age_fixture.h"

Suite *suite_age_decrypt(void);

#define SEALED (AGE_CHUNK_SIZE + 16)
#define BEGIN "-----BEGIN AGE ENCRYPTED FILE-----\n"
#define END "-----END AGE ENCRYPTED FILE-----\n"

static const size_t sizes[] = { 0, 1, 65535, 65536, 65537, 131072, 131073, 200000 };
static struct buffer file, plain;
static struct qorgan_error error;

static void start(void)
{
	age_fixture_start();
}

static void stop(void)
{
	buffer_free(&file);
	buffer_free(&plain);
	age_fixture_stop();
}

static void encrypt_own(struct span data)
{
	buffer_clear(&file);
	encrypt((const uint8_t (*)[32])recipient, 1, data, 1 << 20, &file);
}

static struct age_decryptor *decryptor_new(void)
{
	struct age_decryptor *decryptor;

	buffer_clear(&plain);
	ck_assert_int_eq(age_decrypt_start(&own, sink_append, &plain, &decryptor, NULL), QORGAN_OK);
	return decryptor;
}

/* ---- The stream --------------------------------------------------------------- */

START_TEST(the_pieces_do_not_matter)
{
	static const size_t pieces[] = { 1 << 21, 65536, 65537, SEALED, 40000, 70000, 977, 1 };
	struct span data = sample(sizes[_i]);

	for (size_t i = 0; i < 2 * sizeof pieces / sizeof *pieces; i++) {
		buffer_clear(&file);
		buffer_clear(&plain);
		if (i % 2)
			encrypt_armored(data, 50000, &file);
		else
			encrypt((const uint8_t (*)[32])recipient, 1, data, 50000, &file);
		ck_assert_int_eq(decrypt_pieces(buffer_span(&file), &own, pieces[i / 2], &plain, NULL), QORGAN_OK);
		ck_assert(span_equal(buffer_span(&plain), data));
	}
}
END_TEST

START_TEST(a_chunk_is_released_as_soon_as_it_is_whole)
{
	struct span data = sample(200000);

	encrypt_own(data);
	const size_t header = file.size - (data.size + 4 * 16), released[] = { 0, 65536, 131072, 196608 };
	struct age_decryptor *decryptor = decryptor_new();
	for (size_t at = 0; at < file.size; at++) {
		ck_assert_int_eq(age_decrypt_add(decryptor, file.data + at, 1, NULL), QORGAN_OK);
		size_t chunks = at + 1 < header ? 0 : (at + 1 - header) / SEALED;
		ck_assert_uint_eq(plain.size, released[chunks]);
	}
	ck_assert_int_eq(age_decrypt_finish(decryptor, NULL), QORGAN_OK);
	ck_assert(span_equal(buffer_span(&plain), data));
	age_decrypt_free(decryptor);
}
END_TEST

/* Gives the first `size` bytes of the file, and judges that they are refused
 * with this message, after this much of the data. */
static void cut_is_refused(size_t size, const char *message, struct span data, size_t released)
{
	buffer_clear(&plain);
	ck_assert_int_eq(decrypt_pieces((struct span){ file.data, size }, &own, 5000, &plain, &error), QORGAN_PROTOCOL);
	ck_assert_msg(strncmp(error.message, message, strlen(message)) == 0, "cut to %zu: %s", size, error.message);
	ck_assert_uint_eq(plain.size, released);
	ck_assert(released == 0 || memcmp(plain.data, data.data, released) == 0);
}

START_TEST(a_file_that_is_cut_short_is_told_from_one_that_ends)
{
	struct span data = sample(131072);

	encrypt_own(data);
	const size_t payload = file.size - 2 * SEALED, header = payload - 16;
	for (size_t size = 0; size < header; size++)
		cut_is_refused(size, "age header: ", data, 0);
	for (size_t size = header; size < payload; size++)
		cut_is_refused(size, "age header: the payload's nonce", data, 0);
	cut_is_refused(payload, "age payload: the last chunk is missing", data, 0);
	cut_is_refused(payload + 15, "age payload: the last chunk is missing", data, 0);
	cut_is_refused(payload + 16, "age payload: chunk 1 ", data, 0);
	cut_is_refused(payload + SEALED - 1, "age payload: chunk 1 ", data, 0);
	cut_is_refused(payload + SEALED, "age payload: the last chunk is missing", data, 65536);
	cut_is_refused(payload + SEALED + 16, "age payload: the last chunk is empty", data, 65536);
	cut_is_refused(file.size - 1, "age payload: chunk 2 ", data, 65536);
	buffer_append_char(&file, 0);
	cut_is_refused(file.size, "age payload: something follows", data, 131072);
}
END_TEST

START_TEST(chunks_cannot_change_places)
{
	struct span data = sample(200000);

	encrypt_own(data);
	char *first = file.data + file.size - (data.size + 4 * 16), *copy = malloc(SEALED);
	memcpy(copy, first, SEALED);
	memcpy(first, first + SEALED, SEALED);
	memcpy(first + SEALED, copy, SEALED);
	free(copy);
	cut_is_refused(file.size, "age payload: chunk 1 ", data, 0);
}
END_TEST

START_TEST(a_failure_is_final)
{
	struct span data = sample(200000);
	struct qorgan_error again;

	encrypt_own(data);
	const size_t payload = file.size - (data.size + 4 * 16);
	struct age_decryptor *decryptor = decryptor_new();
	file.data[payload + SEALED] ^= 1;
	ck_assert_int_eq(age_decrypt_add(decryptor, file.data, payload + 2 * SEALED, &error), QORGAN_PROTOCOL);
	/* Mended, and given once more: still not the file. */
	file.data[payload + SEALED] ^= 1;
	ck_assert_int_eq(age_decrypt_add(decryptor, file.data + payload + SEALED, file.size - payload - SEALED, &again),
	                 QORGAN_PROTOCOL);
	ck_assert_str_eq(again.message, error.message);
	ck_assert_int_eq(age_decrypt_finish(decryptor, &again), QORGAN_PROTOCOL);
	ck_assert_str_eq(again.message, error.message);
	ck_assert_int_eq(age_decrypt_finish(decryptor, NULL), QORGAN_PROTOCOL);
	ck_assert_uint_eq(plain.size, 65536);
	age_decrypt_free(decryptor);
}
END_TEST

/* Fails at its n-th call. */
static int sink_fail(void *context, const void *data, size_t size, struct qorgan_error *failure)
{
	unsigned *left = context;

	(void)data;
	(void)size;
	return (*left)-- == 0 ? error_set(failure, QORGAN_IO, "full") : QORGAN_OK;
}

START_TEST(what_the_sink_says_is_carried_up)
{
	encrypt_own(sample(150000));
	for (unsigned calls = 0; calls <= 3; calls++) {
		struct age_decryptor *decryptor;
		unsigned left = calls;
		error = (struct qorgan_error){ 0 };
		ck_assert_int_eq(age_decrypt_start(&own, sink_fail, &left, &decryptor, NULL), QORGAN_OK);
		age_decrypt_add(decryptor, file.data, file.size, NULL);
		ck_assert_int_eq(age_decrypt_finish(decryptor, &error), calls < 3 ? QORGAN_IO : QORGAN_OK); /* three chunks */
		ck_assert_str_eq(error.message, calls < 3 ? "full" : "");
		age_decrypt_free(decryptor);
	}
}
END_TEST

START_TEST(exhausted_secret_memory_is_said_as_such)
{
	void *taken[1024];
	size_t count = 0, failures = 0;

	encrypt_own(span_of("words"));
	while ((taken[count] = secret_alloc(64)) != NULL)
		count++;
	/* With each unit more, the work gets further before it fails. */
	while (age_decrypt(buffer_span(&file), &own, &plain, &error)) {
		ck_assert_int_eq(error.code, QORGAN_INTERNAL);
		ck_assert_str_eq(error.message, "out of memory");
		ck_assert_uint_eq(plain.size, 0);
		ck_assert_uint_gt(count, 0);
		secret_free(taken[--count]);
		failures++;
	}
	ck_assert_uint_ge(failures, 4);
	ck_assert_str_eq(buffer_text(&plain), "words");
	while (count)
		secret_free(taken[--count]);
}
END_TEST

START_TEST(what_is_no_age_file_is_refused_at_once)
{
	static const char *const others[] = { "age-encryption.orG/v1\n", "x", "PK\3\4 and so on", "age-encryption,", "\0" };

	for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
		struct age_decryptor *decryptor = decryptor_new();
		size_t size = strlen(others[i]) + (others[i][0] == '\0');
		ck_assert_int_eq(age_decrypt_add(decryptor, others[i], size, &error), QORGAN_PROTOCOL);
		ck_assert_str_eq(error.message, "age header: this is not an age file");
		age_decrypt_free(decryptor);
	}
	ck_assert_int_eq(decrypt_pieces(span_of("age-encryption.org/v1\r\n-> X\r\n\r\n--- "), &own, 100, &plain, &error),
	                 QORGAN_PROTOCOL);
	ck_assert_ptr_nonnull(strstr(error.message, "CR LF"));
	ck_assert_int_eq(decrypt_pieces(span_of("age-encryption.org/v2\n---\n"), &own, 100, &plain, &error),
	                 QORGAN_PROTOCOL);
	ck_assert_ptr_nonnull(strstr(error.message, "another version"));
}
END_TEST

START_TEST(a_header_without_end_is_bounded)
{
	static char lines[65536];
	struct age_decryptor *decryptor = decryptor_new();
	int code = age_decrypt_add(decryptor, "age-encryption.org/v1\n-> X\n", 27, NULL);
	size_t given = 0;

	memset(lines, 'A', sizeof lines);
	for (size_t i = 64; i < sizeof lines; i += 65)
		lines[i] = '\n';
	for (; !code && given < (size_t)64 << 20; given += sizeof lines)
		code = age_decrypt_add(decryptor, lines, sizeof lines, &error);
	ck_assert_int_eq(code, QORGAN_PROTOCOL);
	ck_assert_str_eq(error.message, "age header: it is longer than 2 MiB");
	ck_assert_uint_lt(given, (size_t)3 << 20);
	age_decrypt_free(decryptor);
}
END_TEST

START_TEST(stanzas_of_unknown_types_are_passed_over)
{
	static const char extra[] = "-> example.com/enigma 1 2 3\nAAAA\n-> grease\n\n";
	struct buffer altered = { 0 };

	encrypt_own(span_of("words"));
	buffer_append(&altered, file.data, 22);
	buffer_append_text(&altered, extra);
	buffer_append(&altered, file.data + 22, file.size - 22);
	/* They do not stand in the way; but they came later, and the MAC finds that. */
	ck_assert_int_eq(age_decrypt(buffer_span(&altered), &own, &plain, &error), QORGAN_PROTOCOL);
	ck_assert_int_eq(strncmp(error.message, "age MAC: ", 9), 0);
	buffer_free(&altered);
}
END_TEST

/* ---- Armor --------------------------------------------------------------------- */

/* Decrypts `prefix`, the armored file with each LF as `eol`, and `suffix`. */
static int armored_decrypt(const char *prefix, const char *eol, const char *suffix)
{
	struct buffer text = { 0 };

	buffer_append_text(&text, prefix);
	for (size_t i = 0; i < file.size; i++) {
		if (file.data[i] == '\n')
			buffer_append_text(&text, eol);
		else
			buffer_append_char(&text, file.data[i]);
	}
	buffer_append_text(&text, suffix);
	buffer_clear(&plain);
	int code = decrypt_pieces(buffer_span(&text), &own, 7, &plain, &error);
	buffer_free(&text);
	return code;
}

START_TEST(an_armor_may_have_space_around_it_and_cr_lf)
{
	encrypt_armored(span_of("words"), 5, &file);
	ck_assert_int_eq(strncmp(file.data, BEGIN, strlen(BEGIN)), 0);
	ck_assert_str_eq(file.data + file.size - strlen(END), END);
	ck_assert_int_eq(armored_decrypt("", "\n", ""), QORGAN_OK);
	ck_assert_int_eq(armored_decrypt("", "\r\n", ""), QORGAN_OK);
	ck_assert_int_eq(armored_decrypt("\n \t\r\n\v\f\n", "\n", " \t\r\n\n"), QORGAN_OK);
	ck_assert_int_eq(armored_decrypt("                                                                             \n",
	                                 "\n", ""), QORGAN_OK);
	file.size--;
	ck_assert_int_eq(armored_decrypt("", "\n", ""), QORGAN_OK);
	ck_assert_int_eq(armored_decrypt("", "\n", "\r"), QORGAN_OK);
	ck_assert_str_eq(buffer_text(&plain), "words");
}
END_TEST

START_TEST(an_armor_is_strict)
{
	static const char *const bad[][3] = {
		{ " ", "\n", "" }, { "\n\t", "\n", "" }, { "", "\n\n", "" }, { "", "\r\r\n", "" }, { "", " \n", "" },
		{ "", "\n ", "" }, { "", "\r", "" }, { "", "", "" }, { "", "\n", "x" }, { "", "\n", "\n=abcd\n" },
		{ BEGIN, "\n", "" }, { "", "\n", END }, { "", "\n", BEGIN }, { "-", "\n", "" }, { "----------------", "\n", "" },
	};

	encrypt_armored(span_of("words"), 5, &file);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		ck_assert_int_eq(armored_decrypt(bad[i][0], bad[i][1], bad[i][2]), QORGAN_PROTOCOL);
		ck_assert_msg(strncmp(error.message, "age armor: ", 11) == 0, "%zu: %s", i, error.message);
		ck_assert_uint_eq(plain.size, 0);
	}
	file.size--;
	ck_assert_int_eq(armored_decrypt("", "\n", "\r\r\n"), QORGAN_PROTOCOL);
	for (size_t size = strlen(BEGIN); size < file.size; size++) {
		ck_assert_int_eq(decrypt_pieces((struct span){ file.data, size }, &own, 9, &plain, &error), QORGAN_PROTOCOL);
		ck_assert_uint_eq(plain.size, 0);
	}
	ck_assert_int_eq(decrypt_pieces(span_of(" \n "), &own, 9, &plain, &error), QORGAN_PROTOCOL);
}
END_TEST

START_TEST(armored_lines_are_full_but_the_last)
{
	struct span data = sample(20000);

	for (size_t size = 0; size < data.size; size += 613) {
		buffer_clear(&file);
		encrypt_armored((struct span){ data.data, size }, 611, &file);
		const char *line = file.data + strlen(BEGIN), *last = file.data + file.size - strlen(END);
		while (line < last) {
			const char *end = strchr(line, '\n');
			ck_assert(end - line == 64 || (end - line < 64 && end + 1 == last));
			line = end + 1;
		}
		ck_assert_str_eq(last, END);
	}
}
END_TEST

/* ---- Mutations ------------------------------------------------------------------ */

static uint64_t state; /* xorshift64*: the same trials from the same seed */

static size_t chance(size_t limit)
{
	state ^= state >> 12;
	state ^= state << 25;
	state ^= state >> 27;
	return (size_t)((state * 0x2545f4914f6cdd1d) >> 32) % limit;
}

static void seed_start(void)
{
	const char *given = getenv("QORGAN_SEED");
	uint32_t seed = given ? (uint32_t)strtoul(given, NULL, 10) : randombytes_random();

	printf("age mutations: QORGAN_SEED=%u\n", seed);
	fflush(stdout);
	state = seed + 0x9e3779b97f4a7c15;
}

/* Every second place is in the header, which is a small part of the file. */
static size_t place(size_t size)
{
	return chance(2) && size > 230 ? chance(230) : chance(size + 1);
}

static void range_insert(struct buffer *b, size_t at, const char *data, size_t size)
{
	char *copy = malloc(size + 1);

	memcpy(copy, data, size);
	ck_assert_ptr_nonnull(buffer_reserve(b, size));
	memmove(b->data + at + size, b->data + at, b->size - at);
	memcpy(b->data + at, copy, size);
	b->size += size;
	free(copy);
}

static void mutate_once(struct buffer *b)
{
	size_t at = place(b->size), left = b->size - at, size = chance(2) ? chance(200) : chance(70000);
	char noise[64];

	switch (chance(6)) {
	case 0: /* one bit */
		if (left)
			b->data[at] = (char)(b->data[at] ^ (1 << chance(8)));
		break;
	case 1: /* one character, of those that a header is made of */
		if (left)
			b->data[at] = "\n\r ->A/+9=\0\xff"[chance(12)];
		break;
	case 2: /* a range is lost */
		size = size < left ? size : left;
		memmove(b->data + at, b->data + at + size, left - size);
		b->size -= size;
		break;
	case 3: /* a range stands twice */
		range_insert(b, place(b->size), b->data + at, size < left ? size : left);
		break;
	case 4: /* noise comes in */
		randombytes_buf_deterministic(noise, sizeof noise, (const uint8_t *)(uint64_t[4]){ chance(1 << 30) });
		range_insert(b, at, noise, 1 + chance(sizeof noise));
		break;
	default: /* the end is lost */
		b->size = at;
	}
}

/* Opens a mutation of `file` in random pieces: it is refused, unless it is the
 * file, and what was released before is a beginning of the data. */
static void mutation_judge(const struct buffer *mutation, struct span data, bool malleable, unsigned trial)
{
	int code = decrypt_pieces(buffer_span(mutation), &own, 1 + chance(chance(2) ? 100 : 100000), &plain, &error);

	ck_assert_msg(plain.size <= data.size && (plain.size == 0 || memcmp(plain.data, data.data, plain.size) == 0),
	              "trial %u: other plaintext was released", trial);
	if (code == QORGAN_OK) {
		ck_assert_msg(plain.size == data.size, "trial %u: part of the plaintext was taken for all of it", trial);
		ck_assert_msg(malleable || span_equal(buffer_span(mutation), buffer_span(&file)), "trial %u: it was accepted",
		              trial);
	}
	ck_assert_msg(code == QORGAN_OK || code == QORGAN_PROTOCOL || code == QORGAN_DENIED, "trial %u: %s", trial,
	              error.message);
	buffer_clear(&plain);
}

static void mutations_run(bool armored, struct span data)
{
	struct buffer mutation = { 0 };

	for (unsigned trial = 0; trial < 1000; trial++) {
		buffer_clear(&mutation);
		buffer_append_span(&mutation, buffer_span(&file));
		for (size_t i = 1 + chance(chance(3) ? 1 : 4); i > 0; i--)
			mutate_once(&mutation);
		mutation_judge(&mutation, data, armored, trial);
	}
	buffer_free(&mutation);
}

START_TEST(a_thousand_mutations_of_a_file_are_all_refused)
{
	struct span data = sample(140000);

	seed_start();
	encrypt_own(data);
	mutations_run(false, data);
}
END_TEST

START_TEST(a_thousand_mutations_of_an_armored_file_give_no_other_plaintext)
{
	struct span data = sample(70000);

	seed_start();
	encrypt_armored(data, 70000, &file);
	mutations_run(true, data);
}
END_TEST

Suite *suite_age_decrypt(void)
{
	Suite *suite = suite_create("age_decrypt");
	TCase *tests = tcase_create("age_decrypt");

	tcase_add_checked_fixture(tests, start, stop);
	tcase_set_timeout(tests, 120);
	tcase_add_loop_test(tests, the_pieces_do_not_matter, 0, sizeof sizes / sizeof *sizes);
	tcase_add_test(tests, a_chunk_is_released_as_soon_as_it_is_whole);
	tcase_add_test(tests, a_file_that_is_cut_short_is_told_from_one_that_ends);
	tcase_add_test(tests, chunks_cannot_change_places);
	tcase_add_test(tests, a_failure_is_final);
	tcase_add_test(tests, what_the_sink_says_is_carried_up);
	tcase_add_test(tests, exhausted_secret_memory_is_said_as_such);
	tcase_add_test(tests, what_is_no_age_file_is_refused_at_once);
	tcase_add_test(tests, a_header_without_end_is_bounded);
	tcase_add_test(tests, stanzas_of_unknown_types_are_passed_over);
	tcase_add_test(tests, an_armor_may_have_space_around_it_and_cr_lf);
	tcase_add_test(tests, an_armor_is_strict);
	tcase_add_test(tests, armored_lines_are_full_but_the_last);
	tcase_add_test(tests, a_thousand_mutations_of_a_file_are_all_refused);
	tcase_add_test(tests, a_thousand_mutations_of_an_armored_file_give_no_other_plaintext);
	suite_add_tcase(suite, tests);
	return suite;
}
