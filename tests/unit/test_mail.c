/* Heads and bodies of mails: dates by the calendar of python3's email module, addresses that
 * cannot carry a line of their own, texts in words that are cut between characters. */
#include "report/mail.h"

#include <check.h>
#include <string.h>

Suite *suite_mail(void);

static const struct {
	const char *moment, *date;
} dates[] = {
	{ "2026-07-03T09:00:00Z", "Date: Fri, 03 Jul 2026 09:00:00 +0000\r\n" },
	{ "1970-01-01T00:00:00Z", "Date: Thu, 01 Jan 1970 00:00:00 +0000\r\n" },
	{ "1969-12-31T23:59:59Z", "Date: Wed, 31 Dec 1969 23:59:59 +0000\r\n" },
	{ "1965-07-03T09:00:00Z", "Date: Sat, 03 Jul 1965 09:00:00 +0000\r\n" },
	{ "2000-02-29T12:34:56Z", "Date: Tue, 29 Feb 2000 12:34:56 +0000\r\n" },
};

START_TEST(a_date_is_of_its_weekday)
{
	struct buffer to = { 0 };

	mail_put_date(&to, dates[_i].moment);
	ck_assert_str_eq(buffer_text(&to), dates[_i].date);
	buffer_free(&to);
}
END_TEST

START_TEST(an_address_holds_nothing_but_one)
{
	static const char *const good[] = { "a@b.org", "first.last+x@sec.gov.uz" };
	static const char *const bad[] = { "", "a", "@b.org", "a@", "a@.org", "a@b.", "a b@c.org", "a@b.org\r\nBcc: c@d.org",
		                           "a@b@c.org", "<a@b.org>", "\xd0\xb0@b.org", "a@b.org," };

	for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
		ck_assert_msg(mail_is_address(span_of(good[i])), "%s", good[i]);
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		ck_assert_msg(!mail_is_address(span_of(bad[i])), "%s", bad[i]);
	ck_assert(!mail_is_address((struct span){ "a@b\0c.org", 9 }));
}
END_TEST

START_TEST(no_text_makes_a_line_of_its_own)
{
	struct buffer to = { 0 };

	mail_put_text(&to, "Subject", "x\r\nBcc: a@b.org");
	ck_assert_str_eq(buffer_text(&to), "Subject: =?UTF-8?B?eA0KQmNjOiBhQGIub3Jn?=\r\n");
	buffer_clear(&to);
	/* 40 bytes: the second half of the 20th letter is behind what one word holds. */
	mail_put_text(&to, "Subject", "ааааааааааааааааааав");
	ck_assert_str_eq(buffer_text(&to), "Subject: =?UTF-8?B?0LDQsNCw0LDQsNCw0LDQsNCw0LDQsNCw0LDQsNCw0LDQsNCw0LA=?=\r\n"
	                                   " =?UTF-8?B?0LI=?=\r\n");
	buffer_free(&to);
}
END_TEST

Suite *suite_mail(void)
{
	Suite *suite = suite_create("mail");
	TCase *all = tcase_create("all");

	tcase_add_loop_test(all, a_date_is_of_its_weekday, 0, sizeof dates / sizeof dates[0]);
	tcase_add_test(all, an_address_holds_nothing_but_one);
	tcase_add_test(all, no_text_makes_a_line_of_its_own);
	suite_add_tcase(suite, all);
	return suite;
}
