/* The lines of packages: one package of every type of line, whole, and then with each
 * rule broken in turn. */
#include "exchange/package_lines.h"

#include "crypto/base64.h"
#include "package_fixture.h"

Suite *suite_package_lines(void);

START_TEST(every_line_is_told)
{
	static const struct package_handler deaf = { 0 };

	plain_make();
	for (size_t piece = 1; piece <= plain.size; piece = piece < 8 ? piece + 1 : piece * 3) {
		int code = lines_read(piece, &writing_down);
		ck_assert_msg(code == QORGAN_OK, "%s", error.message);
		ck_assert_str_eq(buffer_text(&transcript), TOLD);
	}
	ck_assert_int_eq(lines_read(100, &deaf), QORGAN_OK);
}
END_TEST

/* Replaces the first occurrence. */
static void line_edit(int line, const char *from, const char *to)
{
	struct buffer edited = { 0 };
	const char *text = buffer_text(&lines[line]), *found = strstr(text, from);

	ck_assert_msg(found != NULL, "line %d has no %s", line, from);
	buffer_append(&edited, text, (size_t)(found - text));
	buffer_append_text(&edited, to);
	buffer_append_text(&edited, found + strlen(from));
	buffer_free(&lines[line]);
	lines[line] = edited;
}

static void expect_refused(const char *says)
{
	plain_make();
	int code = lines_read(50, &writing_down);
	ck_assert_msg(code == QORGAN_PROTOCOL, "taken, and should be refused with: %s", says);
	ck_assert_msg(strstr(error.message, says) != NULL, "said: %s\nnot: %s", error.message, says);
}

static const struct {
	int line;
	const char *from, *to, *says; /* `from` NULL: `to` stands before the whole line */
} breaches[] = {
	/* What every line must be. */
	{ HEADER, "{\"type\":\"header\"", "{\"type\": \"header\"", "line 1: this is no package of Qorgan" },
	{ HEADER, "{\"type\":\"header\"", "{\"type\":\"hello\"", "line 1: this is no package of Qorgan" },
	{ HEADER, NULL, "\n", "line 1: this is no package of Qorgan" },
	{ CHECKPOINT, NULL, "\n", "line 2: '{\"type\":\"' was expected at byte 0" },
	{ CHECKPOINT, "checkpoint", "check\\u0070oint", "line 2: the type \"check\\u0070oint\" is not known here" },
	{ LEAVES, "\"leaves\"", "\"LEAVES\"", "line 3: the type \"LEAVES\" is not known here" },
	{ END, "}", " }", "line 12: '}' was expected at byte 36" },
	{ END, "}", "} ", "line 12: the end of the line was expected at byte 37" },
	{ END, "}", "}\r", "line 12: the end of the line was expected" },
	{ END, "}", ",\"more\":1}", "line 12: '}' was expected" },
	{ END, "\"leaves\":3,\"records\":2", "\"records\":2,\"leaves\":3", "line 12: ',\"leaves\":' was expected at byte 13" },
	{ END, "\"leaves\":3,", "\"leaves\":3,\"leaves\":3,", "line 12: ',\"records\":' was expected" },
	{ END, ":3", ":03", "line 12: a whole number from 0 to 9007199254740991 was expected at byte 23" },
	{ END, ":3", ":+3", "a whole number" },
	{ END, ":3", ":-3", "a whole number" },
	{ END, ":3", ":3.0", "line 12: ',\"records\":' was expected" },
	{ END, ":3", ":9007199254740992", "a whole number" },
	{ END, ":3", ":99999999999999999999999999", "a whole number" },
	{ END, ":3", ":\"3\"", "a whole number" },
	{ END, ":3,\"records\":2}", ":3,\"records\":", "a whole number" },
	/* The header. */
	{ HEADER, "qorgan-package", "package", "line 1: ',\"format\":\"qorgan-package\",\"version\":' was expected" },
	{ HEADER, "\"version\":1", "\"version\":2", "line 1: the package is of version 2 of the format" },
	{ HEADER, "\"UZB\"", "\"\"", "line 1: the code of a state was expected" },
	{ HEADER, "\"UZB\"", "\"UZ B\"", "line 1: the code of a state was expected at byte 62" },
	{ HEADER, "\"UZB\"", "\"UZB\\u0000\"", "line 1: the code of a state was expected" },
	{ HEADER, "\"UZB\"", "\"\\u0055ZB\"", "line 1: a string in canonical form was expected" },
	{ HEADER, "\"UZB\"", "\"UZB", "was expected" },
	{ HEADER, "[\"KAZ\",\"KGZ\"]", "[]", "line 1: a string in canonical form was expected" },
	{ HEADER, "\"KAZ\",\"KGZ\"", "\"KGZ\",\"KAZ\"", "line 1: a list of partners in their order, each once, was expected" },
	{ HEADER, "\"KAZ\",\"KGZ\"", "\"KAZ\",\"KAZ\"", "a list of partners in their order, each once, was expected" },
	{ HEADER, "\"KAZ\",", "\"KAZ\";", "line 1: ']' was expected" },
	{ HEADER, "[6,4]", "[6]", "line 1: ',' was expected" },
	{ HEADER, "[6,4]", "[6,4,2]", "line 1: ']' was expected" },
	{ HEADER, "[6,4]", "[8,4]", "line 1: package 8 cannot go on after package 8" },
	{ HEADER, "[6,4]", "[6,9]", "line 1: package 8 cannot go on after package 9" },
	{ HEADER, "\"previous\":[6,4],", "", "line 1: ',\"previous\":[' was expected" },
	{ HEADER, "08:00:00Z", "08:00:00+00:00", "line 1: a time such as 2026-04-01T08:00:00Z was expected" },
	{ HEADER, "2026-04-01", "2026-02-30", "a time such as" },
	{ HEADER, ":8}", ":0}", "line 1: packages are numbered from 1" },
	/* The checkpoint. */
	{ CHECKPOINT, "qorgan/UZB/", "qorgan/UZB", "which is no log of the sender UZB" },
	{ CHECKPOINT, "qorgan/UZB/", "qorgan/KAZ/", "line 2: the checkpoint is of qorgan/KAZ/" },
	{ CHECKPOINT, "\\n6\\n", "\\u000a6\\n", "line 2: a string in canonical form was expected at byte 28" },
	{ CHECKPOINT, "\\n6\\n", "\\nsix\\n", "line 2: a signed note with a checkpoint of three lines was expected at byte 28" },
	{ CHECKPOINT, "\\n6\\n", "\\n9007199254740992\\n", "line 2: a signed note with a checkpoint of three lines was expected" },
	{ CHECKPOINT, "\\n\\n", "\\n", "line 2: a signed note with a checkpoint of three lines was expected" },
	{ CHECKPOINT, "\\n6\\n", "\\n5\\n", "line 4: there are more leaves than the 5 of the checkpoint" },
	{ CHECKPOINT, "\\n6\\n", "\\n2\\n", "line 3: there are more leaves than the 2 of the checkpoint" },
	{ CHECKPOINT, "\\n6\\n", "\\n7\\n", "line 5: the leaves end at 6, and the checkpoint has 7" },
	/* Leaves. */
	{ LEAVES, HASH("A"), HASH("A") "," HASH("A"), "line 4: the leaves from 5 on come where those from 6 on should" },
	{ LEAVES, HASH("A") ",", "", "line 4: the leaves from 5 on come where those from 4 on should" },
	{ LEAVES, HASH("A") ",", "," HASH("A"), "line 3: a string of Base64 with padding was expected at byte 37" },
	{ LEAVES, HASH("A"), "\"AAAA\"", "line 3: Base64 of 32 bytes was expected" },
	{ LEAVES, "A=\"", "B=\"", "line 3: a string of Base64 with padding was expected" },
	{ LEAVES, "A=\"", "A\"", "line 3: a string of Base64 with padding was expected" },
	{ LEAVES, "A=\"", "A==\"", "line 3: a string of Base64 with padding was expected" },
	{ LEAVES, "\"AAAA", "\" AAAA", "line 3: a string of Base64 with padding was expected" },
	{ LEAVES, "\"AAAA", "\"\\nAAA", "line 3: a string of Base64 with padding was expected" },
	{ LEAVES, "A=\"", "A=", "line 3: a string of Base64 with padding was expected" },
	{ MORE_LEAVES, HASH("/"), "", "line 4: a string of Base64 with padding was expected" },
	{ MORE_LEAVES, "]}", "}", "line 4: ']' was expected" },
	/* Records. */
	{ RECORD, "\"index\":3", "\"index\":2", "line 5: the record is of leaf 2, which is not in the package" },
	{ MORE_RECORD, "\"index\":5", "\"index\":6", "line 6: the record is of leaf 6, which is not in the package" },
	{ MORE_RECORD, "\"index\":5", "\"index\":3", "line 6: the record of leaf 3 comes twice, or after a later one" },
	{ RECORD, "\"index\":3", "\"index\":5", "line 6: the record of leaf 5 comes twice, or after a later one" },
	{ RECORD, "{\"body\"", " {\"body\"", "line 5: the record is not canonical JSON" },
	{ RECORD, "\"version\":3}", "\"version\":3} ", "line 5: the record is not canonical JSON" },
	{ RECORD, "\"version\":3}}", "\"version\":3}", "line 5: the record is not canonical JSON" },
	{ RECORD, "\"version\":3}}", "\"version\":3}]", "line 5: '}' was expected" },
	{ RECORD, "\"version\":3}", "\"version\":3},\"more\":{}", "line 5: the record is not canonical JSON" },
	{ RECORD, "\\n", "\\u000a", "line 5: the record is not canonical JSON" },
	{ RECORD, "Ы", "\xd1", "line 5: the record is not canonical JSON" },
	{ RECORD, "{\"title\"", "{\"zzz\":1,\"title\"", "line 5: the record is not canonical JSON" },
	{ RECORD, "{\"title\"", "{\"title\":1,\"title\"", "line 5: the record is not canonical JSON" },
	{ RECORD, "{\"title\"", "{\"a\":null,\"title\"", "line 5: the record is not canonical JSON" },
	{ RECORD, "{\"title\"", "{\"a\":1.5,\"title\"", "line 5: the record is not canonical JSON" },
	{ RECORD, "{\"title\"", "{\"a\":[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]],\"title\"",
	  "line 5: the record is not canonical JSON" },
	{ RECORD, "{\"body\":", "{\"body\":{\"x\":", "line 5: the record is not canonical JSON" },
	{ RECORD, "\"version\":3}}", "\"version\":3}}}", "line 5: the record is not canonical JSON" },
	{ RECORD, "\"version\":3", "\"version\":3,\"w\":1", "line 5: the record has not the envelope of a record" },
	{ RECORD, "\"commit\":2,", "", "line 5: the record has not the envelope of a record" },
	{ RECORD, "\"commit\":2", "\"commit\":-2", "line 5: the record has not the envelope of a record" },
	{ RECORD, "\"version\":3", "\"version\":0", "line 5: the record has not the envelope of a record" },
	{ RECORD, "\"version\":3", "\"version\":4294967296", "line 5: the record has not the envelope of a record" },
	{ RECORD, "\"user\":\"a.karimova\"", "\"user\":{}", "line 5: the record has not the envelope of a record" },
	{ RECORD, "AAAA==", "AAA=", "line 5: the record has no salt of 16 bytes" },
	{ RECORD, "a.karimova", "a karimova", "line 5: the record has a kind, owner or user that is no name" },
	{ RECORD, "10:00:00Z", "10:00:00.5Z", "line 5: the record has a time that is not one such as" },
	{ RECORD, "CYB-01\"", "CYB/01\"", "line 5: the record has an id that its kind cannot have" },
	{ RECORD, "\"owner\":\"UZB\"", "\"owner\":\"KAZ\"", "line 5: the record is of KAZ, not of the sender UZB" },
	{ RECORD, "\"kind\":\"risk\"", "\"kind\":\"partner\"", "line 5: objects of the kind partner are in no package" },
	{ RECORD, "\"kind\":\"risk\"", "\"kind\":\"rusk\"", "line 5: the kind \"rusk\" is not known here" },
	/* Withdrawals. */
	{ WITHDRAWAL, "\"index\":4", "\"index\":6", "line 7: what is withdrawn is of leaf 6, and the checkpoint has 6" },
	{ WITHDRAWAL, "\"status\"", "\"note\"", "line 7: objects of the kind note are in no package" },
	{ WITHDRAWAL, "\"status\"", "\"x\\u001b\"", "line 7: the kind \"x?\" is not known here" },
	{ WITHDRAWAL, "M1/KAZ", "M1", "line 7: what is withdrawn has an id that its kind cannot have" },
	{ WITHDRAWAL, "\"version\":4", "\"version\":0", "line 7: 0 is no version of an object" },
	{ WITHDRAWAL, "\"version\":4", "\"version\":4294967296", "line 7: 4294967296 is no version of an object" },
	/* Evidence. */
	{ EVIDENCE_LINE, "e3b0", "E3B0", "line 8: the id of evidence is 64 lower-case hexadecimal digits" },
	{ EVIDENCE_LINE, "e3b0", "e3b", "line 8: the id of evidence is 64 lower-case hexadecimal digits" },
	{ EVIDENCE_LINE, "\"offset\":0", "\"offset\":1", "line 8: the piece of evidence begins at 1, where none ended" },
	{ EVIDENCE_LINE, "e3b0", "e3b1", "line 9: the piece of evidence begins at 3, where none ended" },
	{ MORE_EVIDENCE, "\"offset\":3", "\"offset\":2", "line 9: the piece of evidence begins at 2, where none ended" },
	{ MORE_EVIDENCE, "\"offset\":3", "\"offset\":4", "line 9: the piece of evidence begins at 4, where none ended" },
	{ MORE_EVIDENCE, "ZA==", "", "line 9: the piece of evidence is empty" },
	{ MORE_EVIDENCE, "ZA==", "ZA", "line 9: a string of Base64 with padding was expected" },
	{ MORE_EVIDENCE, "ZA==", "ZB==", "line 9: a string of Base64 with padding was expected" },
	{ MORE_EVIDENCE, "ZA==", "Z\xc0==", "line 9: a string of Base64 with padding was expected" },
	/* Witnesses, evidence of forks, and the end. */
	{ WITNESS, "\\n9\\n", "\\n09\\n", "line 10: a signed note with a checkpoint of three lines was expected" },
	{ FORK_LINE, "qorgan-fork@v1", "qorgan-fork@v2", "line 11: it holds evidence against a log that is none: this is not" },
	{ FORK_LINE, "\\nsecond ", "\\nsecond  ", "line 11: it holds evidence against a log that is none: " },
	{ FORK_LINE, "\"proof\"", "\"note\"", "line 11: ',\"proof\":' was expected" },
	{ END, "\"leaves\":3", "\"leaves\":4", "line 12: 4 leaves and 2 records were to come, and 3 and 2 came" },
	{ END, "\"records\":2", "\"records\":1", "line 12: 3 leaves and 1 records were to come, and 3 and 2 came" },
};

START_TEST(every_breach_is_refused)
{
	int line = breaches[_i].line;

	if (breaches[_i].from) {
		line_edit(line, breaches[_i].from, breaches[_i].to);
	} else {
		struct buffer whole = { 0 };
		buffer_append_text(&whole, breaches[_i].to);
		buffer_append_span(&whole, buffer_span(&lines[line]));
		buffer_free(&lines[line]);
		lines[line] = whole;
	}
	expect_refused(breaches[_i].says);
}
END_TEST

/* One line in the place of another, and one of each that is left out. */
START_TEST(lines_come_in_their_order)
{
	for (int i = 0; i < LINES; i++)
		for (int j = i + 1; j < LINES; j++) {
			struct buffer moved = lines[i];
			if (i == EVIDENCE_LINE && j == MORE_EVIDENCE)
				continue; /* seen above */
			lines[i] = lines[j];
			lines[j] = moved;
			expect_refused("line ");
			moved = lines[i];
			lines[i] = lines[j];
			lines[j] = moved;
		}
	for (int i = 0; i < LINES; i++) {
		struct buffer left_out = lines[i];
		lines[i] = (struct buffer){ 0 };
		plain_make();
		int code = lines_read(50, &writing_down);
		ck_assert_int_eq(code, i == WITHDRAWAL || i == MORE_EVIDENCE || i == WITNESS || i == FORK_LINE ? QORGAN_OK : QORGAN_PROTOCOL);
		if (i == CHECKPOINT)
			ck_assert_str_eq(error.message,
			                 "line 2: the line of the type checkpoint is missing before this one of the type leaves");
		lines[i] = left_out;
	}
	plain_make();
	ck_assert_int_eq(lines_read(50, &writing_down), QORGAN_OK);
}
END_TEST

START_TEST(what_stands_once_comes_once)
{
	static const int once[] = { HEADER, CHECKPOINT, END };

	for (size_t i = 0; i < sizeof once / sizeof once[0]; i++) {
		struct buffer *line = &lines[once[i]], twice = { 0 };
		buffer_append_format(&twice, "%s\n%s", line->data, line->data);
		struct buffer before = *line;
		*line = twice;
		expect_refused(once[i] == END ? "line 13: something follows the end of the package"
		                              : "cannot follow one of the type");
		buffer_free(line);
		*line = before;
	}
}
END_TEST

START_TEST(withdrawals_rise)
{
	struct buffer before = lines[WITHDRAWAL];

	lines[WITHDRAWAL] = (struct buffer){ 0 };
	buffer_append_format(&lines[WITHDRAWAL], "%s\n%s", before.data, before.data);
	expect_refused("line 8: the withdrawal of leaf 4 comes twice, or after a later one");
	buffer_free(&lines[WITHDRAWAL]);
	lines[WITHDRAWAL] = before;
}
END_TEST

START_TEST(a_package_that_is_cut_short_is_refused)
{
	plain_make();
	size_t whole = plain.size;
	for (plain.size = 0; plain.size < whole; plain.size++) {
		ck_assert_int_eq(lines_read(64, &writing_down), QORGAN_PROTOCOL);
		ck_assert_ptr_nonnull(strstr(error.message, "cut short"));
	}
	plain.size = whole;
	buffer_append_char(&plain, '\n');
	ck_assert_int_eq(lines_read(64, &writing_down), QORGAN_PROTOCOL);
}
END_TEST

/* What is as long as it may be fails for another reason; one byte more, for that. */
START_TEST(a_line_has_an_end)
{
	for (size_t over = 0; over <= 1; over++) {
		buffer_clear(&plain);
		buffer_append_text(&plain, "{\"type\":\"header\",\"format\":\"");
		while (plain.size < PACKAGE_LINE_SIZE - 1 + over)
			buffer_append_char(&plain, 'a');
		buffer_append_char(&plain, '\n');
		ck_assert_int_eq(lines_read(65536, &writing_down), QORGAN_PROTOCOL);
		ck_assert_int_eq(strstr(error.message, "line 1: the line is longer than 1 MiB") != NULL, over);
	}
}
END_TEST

START_TEST(a_line_of_leaves_and_a_piece_have_their_bounds)
{
	uint8_t piece[PACKAGE_PIECE_SIZE + 1] = { 0 };

	for (size_t over = 0; over <= 1; over++) {
		package_make();
		note_line("checkpoint", ORIGIN, "8198", &lines[CHECKPOINT]);
		line_set(MORE_LEAVES, "{\"type\":\"leaves\",\"first\":5,\"hashes\":[" HASH("/"));
		for (size_t i = 1; i < PACKAGE_LEAVES_PER_LINE + over; i++)
			buffer_append_text(&lines[MORE_LEAVES], "," HASH("C"));
		buffer_append_text(&lines[MORE_LEAVES], "]}");
		plain_make();
		ck_assert_int_eq(lines_read(65536, &writing_down), QORGAN_PROTOCOL);
		ck_assert_ptr_nonnull(strstr(error.message, over ? "line 4: ']' was expected" : "line 5: the leaves end at 8197"));

		package_make();
		line_set(MORE_EVIDENCE, "{\"type\":\"evidence\",\"id\":\"" EVIDENCE "\",\"offset\":3,\"data\":\"");
		base64_append(&lines[MORE_EVIDENCE], piece, PACKAGE_PIECE_SIZE + over, BASE64_PADDED);
		buffer_append_text(&lines[MORE_EVIDENCE], "\"}");
		plain_make();
		ck_assert_int_eq(lines_read(65536, &writing_down), over ? QORGAN_PROTOCOL : QORGAN_OK);
	}
}
END_TEST

Suite *suite_package_lines(void)
{
	Suite *suite = suite_create("package_lines");
	TCase *of_lines = tcase_create("lines");

	tcase_add_checked_fixture(of_lines, start, stop);
	tcase_set_timeout(of_lines, 60); /* the many cuts take long under the sanitizers */
	tcase_add_test(of_lines, every_line_is_told);
	tcase_add_loop_test(of_lines, every_breach_is_refused, 0, sizeof breaches / sizeof breaches[0]);
	tcase_add_test(of_lines, lines_come_in_their_order);
	tcase_add_test(of_lines, what_stands_once_comes_once);
	tcase_add_test(of_lines, withdrawals_rise);
	tcase_add_test(of_lines, a_package_that_is_cut_short_is_refused);
	tcase_add_test(of_lines, a_line_has_an_end);
	tcase_add_test(of_lines, a_line_of_leaves_and_a_piece_have_their_bounds);
	suite_add_tcase(suite, of_lines);
	return suite;
}
