/* The text of proofs: written as the specification has it, and nothing else read. */
#include "crypto/tlog_proof.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "crypto/secret.h"

Suite *suite_tlog_proof(void);

/* The example of the specification, its signatures cut short there made whole. */
#define HEAD "c2sp.org/tlog-proof@v1\n"
#define EXTRA "extra YWdlLXYxLjIuMS1kYXJ3aW4tYXJtNjQudGFyLmd6kYXJ3aW4tYXJ\n"
#define INDEX "index 73894\n"
#define HASHES                                           \
	"gSKyXoYZUgZ6jduWYrkDOARinOMGJveXjgMkBTcdPlQ=\n" \
	"B95lDa8R83lS8n0eG+o0buTxRKQTYFi//1U8anccXmA=\n" \
	"EKNzoDWG8LGC0Yp9o+sv3qllpMP9uHQ9B20KNL+Q1zs=\n" \
	"RoopEkOdqkYqMB4MJXrbt/hMjOxsVn0IrWjpz1ZMMes=\n" \
	"AHCioX9nLjsrse6YhjRRmk1WUEirVOLLRoOQ6vfO5vk=\n"
#define CHECKPOINT "example.com/fancylog\n109482\nsFodV/vSp5O8n9a8QpW6PRY97tfOSW5bsc2Xl/EQi08=\n"
#define SIGNATURES "\n— example.com/fancylog hI2DJwAA\n— witness1.example mJirIklj\n"
#define NOTE CHECKPOINT SIGNATURES

static struct tlog_proof proof;
static struct buffer extra, again;
static struct qorgan_error error;

static void start(void)
{
	ck_assert_int_eq(secret_start(NULL), QORGAN_OK);
}

static void stop(void)
{
	buffer_free(&extra);
	buffer_free(&again);
}

static int parse(const char *text)
{
	buffer_clear(&extra);
	return tlog_proof_parse(span_of(text), &proof, &extra, &error);
}

START_TEST(the_example_of_the_specification_is_read_and_written)
{
	static const char *const texts[] = { HEAD EXTRA INDEX HASHES "\n" NOTE, HEAD INDEX HASHES "\n" NOTE,
		                             HEAD "index 0\n\n" NOTE, HEAD "index 18446744073709551615\n\n" NOTE };

	for (size_t i = 0; i < 4; i++) {
		ck_assert_msg(parse(texts[i]) == QORGAN_OK, "%zu: %s", i, error.message);
		ck_assert(span_is(proof.note, NOTE));
		ck_assert_str_eq(proof.checkpoint.origin, "example.com/fancylog");
		ck_assert_uint_eq(proof.checkpoint.size, 109482);
		ck_assert_uint_eq(proof.path.count, i < 2 ? 5 : 0);
		ck_assert_uint_eq(extra.size, i == 0 ? 39 : 0);
		ck_assert_int_eq(strncmp(buffer_text(&extra), i == 0 ? "age-v1.2.1-darwin-arm64.tar.gz" : "", 30), 0);
		buffer_clear(&again);
		tlog_proof_format(proof.index, &proof.path, buffer_span(&extra), proof.note, &again);
		ck_assert_str_eq(buffer_text(&again), texts[i]);
	}
	ck_assert_uint_eq(proof.index, UINT64_MAX);
}
END_TEST

START_TEST(what_is_not_a_proof_is_refused)
{
	static const char *const bad[] = {
		"", "\n", "c2sp.org/tlog-proof@v1", HEAD, "c2sp.org/tlog-proof@v2\n" INDEX HASHES "\n" NOTE,
		" " HEAD INDEX "\n" NOTE, "c2sp.org/tlog-proof@v1\r\n" INDEX "\n" NOTE, "\n" HEAD INDEX "\n" NOTE,
		/* extra */
		HEAD "extra \n" INDEX "\n" NOTE, HEAD "extra\n" INDEX "\n" NOTE,
		HEAD "extra AA\n" INDEX "\n" NOTE, HEAD "extra AAAA \n" INDEX "\n" NOTE, HEAD "extra AAB=\n" INDEX "\n" NOTE,
		HEAD "extra AA\nAA\n" INDEX "\n" NOTE, HEAD "Extra AAAA\n" INDEX "\n" NOTE, HEAD "extra  AAAA\n" INDEX "\n" NOTE,
		HEAD EXTRA EXTRA INDEX "\n" NOTE, HEAD INDEX EXTRA "\n" NOTE, HEAD EXTRA,
		HEAD "extra AAAA", HEAD "extra A-_A\n" INDEX "\n" NOTE,
		/* index */
		HEAD "\n" NOTE, HEAD HASHES "\n" NOTE, HEAD "index\n\n" NOTE, HEAD "index \n\n" NOTE, HEAD "index 01\n\n" NOTE,
		HEAD "index -1\n\n" NOTE, HEAD "index +1\n\n" NOTE, HEAD "index 1 \n\n" NOTE, HEAD "index 0x1\n\n" NOTE,
		HEAD "index 18446744073709551616\n\n" NOTE, HEAD INDEX INDEX "\n" NOTE, HEAD "index  1\n\n" NOTE,
		/* path */
		HEAD INDEX, HEAD INDEX HASHES, HEAD INDEX HASHES NOTE, HEAD INDEX "AAAA\n\n" NOTE,
		HEAD INDEX "gSKyXoYZUgZ6jduWYrkDOARinOMGJveXjgMkBTcdPlR=\n\n" NOTE,
		HEAD INDEX "gSKyXoYZUgZ6jduWYrkDOARinOMGJveXjgMkBTcdPlQ\n\n" NOTE,
		HEAD INDEX " gSKyXoYZUgZ6jduWYrkDOARinOMGJveXjgMkBTcdPlQ=\n\n" NOTE,
		HEAD INDEX "gSKyXoYZUgZ6jduWYrkDOARinOMGJveXjgMkBTcdPlQ=\r\n\n" NOTE,
		/* checkpoint */
		HEAD INDEX "\n", HEAD INDEX "\n\n" NOTE, HEAD INDEX "\n" CHECKPOINT, HEAD INDEX "\n" CHECKPOINT "\n",
		HEAD INDEX "\n" CHECKPOINT "\n— example.com/fancylog hI2DJwAA", HEAD INDEX "\n" NOTE "\n",
		HEAD INDEX "\n" NOTE "x\n", HEAD INDEX "\nexample.com\n1\n" SIGNATURES,
		HEAD INDEX "\nexample.com\n01\nsFodV/vSp5O8n9a8QpW6PRY97tfOSW5bsc2Xl/EQi08=\n" SIGNATURES,
		HEAD INDEX "\n" CHECKPOINT "\n— example.com/fancylog hI2DJw==\n",
		HEAD INDEX "\n" CHECKPOINT "\n— example.com/fancylog hI2DJwAB\x01\n", HEAD INDEX "\n\xff" NOTE
	};

	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		error.message[0] = '\0';
		ck_assert_msg(parse(bad[i]) == QORGAN_BAD_DATA, "%zu: %s", i, bad[i]);
		ck_assert_str_ne(error.message, "");
	}
}
END_TEST

START_TEST(every_beginning_of_a_proof_is_refused)
{
	static const char text[] = HEAD EXTRA INDEX HASHES "\n" NOTE;
	size_t first_signature = strlen(text) - strlen("— witness1.example mJirIklj\n");

	for (size_t size = 0; size + 1 < sizeof text; size++) {
		char *part = strndup(text, size);
		buffer_clear(&extra);
		/* A note that has lost a whole signature line is one all the same. */
		ck_assert_int_eq(parse(part), size == first_signature ? QORGAN_OK : QORGAN_BAD_DATA);
		free(part);
	}
}
END_TEST

START_TEST(sizes_are_bounded)
{
	struct merkle_path path = { .count = MERKLE_PATH_LIMIT };
	struct buffer data = { 0 };

	tlog_proof_format(1, &path, (struct span){ 0 }, span_of(NOTE), &again);
	ck_assert_int_eq(parse(buffer_text(&again)), QORGAN_OK);
	buffer_clear(&again);
	for (unsigned i = 0; i <= MERKLE_PATH_LIMIT; i++)
		buffer_append_text(&data, "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n");
	buffer_append_format(&again, HEAD INDEX "%s\n" NOTE, buffer_text(&data));
	ck_assert_int_eq(parse(buffer_text(&again)), QORGAN_BAD_DATA);

	/* The data may be a record of the largest size, and no byte more. */
	buffer_clear(&data);
	memset(buffer_reserve(&data, TLOG_PROOF_EXTRA_LIMIT + 1), 'x', TLOG_PROOF_EXTRA_LIMIT + 1);
	path.count = 0;
	for (size_t more = 0; more < 2; more++) {
		buffer_clear(&again);
		tlog_proof_format(1, &path, (struct span){ data.data, TLOG_PROOF_EXTRA_LIMIT + more }, span_of(NOTE), &again);
		ck_assert_uint_le(again.size, TLOG_PROOF_FILE_LIMIT);
		ck_assert_int_eq(parse(buffer_text(&again)), more ? QORGAN_BAD_DATA : QORGAN_OK);
	}
	ck_assert_uint_eq(extra.size, 0);

	/* The rest has 64 KiB, were it all one signature of a type not known here. */
	for (size_t more = 0; more < 2; more++) {
		buffer_clear(&again);
		buffer_append_text(&again, HEAD EXTRA INDEX "\n" CHECKPOINT "\n— witness1.example ");
		size_t end = TLOG_PROOF_LIMIT + strlen(EXTRA) - strlen("extra \n") - strlen("\n");
		while (again.size + 4 <= end + 4 * more)
			buffer_append_text(&again, "AAAA");
		buffer_append_text(&again, "\n");
		ck_assert_int_eq(parse(buffer_text(&again)), more ? QORGAN_BAD_DATA : QORGAN_OK);
	}
	buffer_free(&data);
}
END_TEST

Suite *suite_tlog_proof(void)
{
	Suite *suite = suite_create("tlog_proof");
	TCase *tests = tcase_create("proof");

	tcase_add_checked_fixture(tests, start, stop);
	tcase_add_test(tests, the_example_of_the_specification_is_read_and_written);
	tcase_add_test(tests, what_is_not_a_proof_is_refused);
	tcase_add_test(tests, every_beginning_of_a_proof_is_refused);
	tcase_add_test(tests, sizes_are_bounded);
	suite_add_tcase(suite, tests);
	return suite;
}
