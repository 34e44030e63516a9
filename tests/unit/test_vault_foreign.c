/* Another file in the place of a store's: noise, or a sound database of another program. */
#include <lmdb.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "damage_trials.h"
#include "engine/engine.h"

static struct qorgan_error error;

Suite *suite_vault_foreign(void);

static void expect_no_store(void)
{
	struct qorgan_keys keys = { .identity = damaged.identity_path };
	struct qorgan_store *store = NULL;

	for (unsigned flags = 0; flags < 8; flags++) {
		ck_assert_int_eq(qorgan_store_open(damaged.path, &keys, flags, &store, &error), QORGAN_BAD_DATA);
		ck_assert_msg(strstr(error.message, "is not a Qorgan store") != NULL, "%s", error.message);
	}
}

START_TEST(a_file_of_noise_is_no_store)
{
	static const size_t sizes[] = { 0, 1, 100, PAGE, 2 * PAGE, 2 * PAGE + 17, 40 * PAGE, 200000 };

	for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
		randombytes_buf(damaged.image, sizes[i]);
		damage_file_write(damaged.image, sizes[i]);
		expect_no_store();
		memset(damaged.image, 0, sizes[i]);
		damage_file_write(damaged.image, sizes[i]);
		expect_no_store();
	}
	damage_file_write((const unsigned char *)"%PDF-1.7\n", 9);
	expect_no_store();
}
END_TEST

/* A sound file of LMDB, of another program: with a table of its own, or none. */
static void foreign_make(const char *table)
{
	MDB_env *env;
	MDB_txn *txn;
	MDB_dbi dbi;
	MDB_val key = { 4, "name" }, value = { 5, "value" };
	char lock[160];

	ck_assert_int_eq(unlink(damaged.data), 0);
	snprintf(lock, sizeof lock, "%s-lock", damaged.data);
	ck_assert_int_eq(unlink(lock), 0);
	ck_assert_int_eq(mdb_env_create(&env), 0);
	ck_assert_int_eq(mdb_env_set_maxdbs(env, 4), 0);
	ck_assert_int_eq(mdb_env_open(env, damaged.data, MDB_NOSUBDIR, 0600), 0);
	ck_assert_int_eq(mdb_txn_begin(env, NULL, 0, &txn), 0);
	ck_assert_int_eq(mdb_dbi_open(txn, table, table ? MDB_CREATE : 0, &dbi), 0);
	ck_assert_int_eq(mdb_put(txn, dbi, &key, &value, 0), 0);
	ck_assert_int_eq(mdb_txn_commit(txn), 0);
	mdb_env_close(env);
}

START_TEST(a_database_of_another_program_is_no_store)
{
	struct engine *engine;
	char command[300];

	foreign_make(NULL);
	expect_no_store();
	foreign_make("mail");
	expect_no_store();

	/* Our own engine's, with nothing of a store in it. */
	snprintf(command, sizeof command, "rm -r '%s'", damaged.path);
	ck_assert_int_eq(system(command), 0);
	ck_ok(engine_open_lmdb(damaged.path, ENGINE_CREATE, &engine, &error));
	engine_close(engine);
	expect_no_store();
}
END_TEST

Suite *suite_vault_foreign(void)
{
	Suite *suite = suite_create("vault foreign");
	TCase *damage = tcase_create("damage");

	tcase_add_checked_fixture(damage, damage_set_up, damage_tear_down);
	tcase_set_timeout(damage, 300);
	tcase_add_test(damage, a_file_of_noise_is_no_store);
	tcase_add_test(damage, a_database_of_another_program_is_no_store);
	suite_add_tcase(suite, damage);
	return suite;
}
