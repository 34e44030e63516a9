/* Security keys by what the kernel tells of devices: which are some, and which may not be used. */
#include "base/fido_devices.h"

#include <check.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

Suite *suite_fido_devices(void);

/* That of a key on the market, and of a keyboard. */
static const char key[] = "\x06\xd0\xf1\x09\x01\xa1\x01\x09\x20\x15\x00\x26\xff\x00\x75\x08\x95\x40\x81\x02\x09\x21\x15"
						  "\x00\x26\xff\x00\x75\x08\x95\x40\x91\x02\xc0";
static const char keyboard[] = "\x05\x01\x09\x06\xa1\x01\x05\x07\x19\xe0\x29\xe7\x15\x00\x25\x01\x75\x01\x95\x08\x81\x02"
							   "\xc0";
#define DESCRIPTOR(bytes) ((struct span){ bytes, sizeof(bytes) - 1 })

START_TEST(a_key_is_known_by_its_usage_page)
{
	ck_assert(fido_descriptor_is(DESCRIPTOR(key)));
	ck_assert(!fido_descriptor_is(DESCRIPTOR(keyboard)));
	ck_assert(!fido_descriptor_is((struct span){ key, 0 }));
	/* The page may come later, behind items of all sizes; the value of another item is none. */
	ck_assert(fido_descriptor_is(DESCRIPTOR("\x27\x06\xd0\xf1\x00\xc0\xfe\x02\x00\x06\xd0\x06\xd0\xf1")));
	ck_assert(!fido_descriptor_is(DESCRIPTOR("\x26\x06\xd0\x75\xf1")));
	ck_assert(!fido_descriptor_is(DESCRIPTOR("\x27\x06\xd0\xf1\x09")));
	ck_assert(!fido_descriptor_is(DESCRIPTOR("\x0a\xd0\xf1")));
	ck_assert(!fido_descriptor_is(DESCRIPTOR("\xfe\x03\x00\x06\xd0\xf1")));
}
END_TEST

START_TEST(a_descriptor_that_is_cut_is_read_to_its_end_only)
{
	for (size_t size = 0; size < sizeof key - 1; size++) {
		char *copy = malloc(size ? size : 1);
		memcpy(copy, key, size);
		ck_assert_int_eq(fido_descriptor_is((struct span){ copy, size }), size >= 3);
		free(copy);
	}
	ck_assert(!fido_descriptor_is(DESCRIPTOR("\xfe")));
	ck_assert(!fido_descriptor_is(DESCRIPTOR("\xfe\xff")));
	ck_assert(!fido_descriptor_is(DESCRIPTOR("\x07\xd0\xf1")));
}
END_TEST

static char folder[] = "/tmp/qorgan-devices-XXXXXX";

/* `words` are a command's in the folder, before the name. */
static void run(const char *words, const char *name)
{
	char command[400];

	snprintf(command, sizeof command, "cd %s && %s%s", folder, words, name);
	ck_assert_int_eq(system(command), 0);
}

static void plug(const char *name, struct span descriptor)
{
	char path[200];

	snprintf(path, sizeof path, "list/%s/device", name);
	run("mkdir -p nodes ", path);
	snprintf(path, sizeof path, "%s/list/%s/device/report_descriptor", folder, name);
	FILE *file = fopen(path, "w");
	ck_assert_uint_eq(fwrite(descriptor.data, 1, descriptor.size, file), descriptor.size);
	fclose(file);
	run("touch nodes/", name);
}

START_TEST(keys_that_may_not_be_used_are_named)
{
	char list[100], nodes[100], expected[200];
	struct buffer found = { 0 };

	ck_assert_ptr_nonnull(mkdtemp(folder));
	snprintf(list, sizeof list, "%s/list", folder);
	snprintf(nodes, sizeof nodes, "%s/nodes", folder);
	const struct fido_devices_source source = { list, nodes };
	fido_devices_denied(&source, &found); /* nothing is plugged in */
	ck_assert_uint_eq(found.size, 0);
	plug("hidraw0", DESCRIPTOR(keyboard));
	plug("hidraw1", DESCRIPTOR(key));
	run("chmod 000 nodes/", "hidraw0");
	fido_devices_denied(&source, &found);
	ck_assert_uint_eq(found.size, 0);
	/* Root may use everything that is there. */
	run(geteuid() == 0 ? "rm nodes/" : "chmod 444 nodes/", "hidraw1");
	fido_devices_denied(&source, &found);
	snprintf(expected, sizeof expected, "%s/nodes/hidraw1", folder);
	ck_assert_str_eq(buffer_text(&found), expected);
	buffer_free(&found);
	run("rm -r ", folder);
}
END_TEST

Suite *suite_fido_devices(void)
{
	Suite *suite = suite_create("fido_devices");
	TCase *tests = tcase_create("fido_devices");

	tcase_add_test(tests, a_key_is_known_by_its_usage_page);
	tcase_add_test(tests, a_descriptor_that_is_cut_is_read_to_its_end_only);
	tcase_add_test(tests, keys_that_may_not_be_used_are_named);
	suite_add_tcase(suite, tests);
	return suite;
}
