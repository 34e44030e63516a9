/* What `doctor` judges by: room on the disk, paths within others. The rest is told by
 * tests/cli/31-doctor.sh, with each fault brought about. */
#include "store/doctor.h"

#include <check.h>

Suite *suite_doctor(void);

#define MIB ((uint64_t)1 << 20)

START_TEST(room_for_a_copy_and_the_next_changes_is_enough)
{
	static const struct {
		uint64_t free, size;
		enum qorgan_health health;
	} rooms[] = {
		{ 0, 0, QORGAN_HEALTH_ERROR },
		{ 7 * MIB, MIB, QORGAN_HEALTH_ERROR },
		{ 8 * MIB, MIB, QORGAN_HEALTH_WARNING },
		{ 63 * MIB, MIB, QORGAN_HEALTH_WARNING },
		{ 64 * MIB, MIB, QORGAN_HEALTH_OK },
		{ 1000 * MIB, 1001 * MIB, QORGAN_HEALTH_WARNING },
		{ 1000 * MIB, 1000 * MIB, QORGAN_HEALTH_OK },
		{ UINT64_MAX, UINT64_MAX, QORGAN_HEALTH_OK },
	};

	for (size_t i = 0; i < sizeof rooms / sizeof *rooms; i++)
		ck_assert_int_eq(doctor_space_judge(rooms[i].free, rooms[i].size), rooms[i].health);
}
END_TEST

START_TEST(a_path_is_within_a_folder_by_whole_names)
{
	ck_assert(doctor_path_holds("/a/b", "/a/b"));
	ck_assert(doctor_path_holds("/a/b", "/a/b/c"));
	ck_assert(doctor_path_holds("/a/b/", "/a/b/c"));
	ck_assert(doctor_path_holds("/", "/a"));
	ck_assert(!doctor_path_holds("/a/b", "/a/bc"));
	ck_assert(!doctor_path_holds("/a/b", "/a"));
	ck_assert(!doctor_path_holds("/a/b", "/c/a/b"));
}
END_TEST

Suite *suite_doctor(void)
{
	Suite *suite = suite_create("doctor");
	TCase *tests = tcase_create("doctor");

	tcase_add_test(tests, room_for_a_copy_and_the_next_changes_is_enough);
	tcase_add_test(tests, a_path_is_within_a_folder_by_whole_names);
	suite_add_tcase(suite, tests);
	return suite;
}
