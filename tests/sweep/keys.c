/* sweep-keys STORE IDENTITY|PASSPHRASE-FILE: prints every secret key of a store, "NAME HEXADECIMAL" in
 * each line: what the sweep then looks for. It reads them from the library's own structures, so that
 * a key that is added there without a name here is noticed by its size. */
#include <stdio.h>
#include <string.h>

#include <sodium.h>

#include "crypto/secret.h"
#include "store/author.h"
#include "store/vault_internal.h"

/* What is not secret of the structure below: roles, epoch, public keys, names, the shards. */
_Static_assert(sizeof(struct keys_root) == 8 + 8 * KEYS_SIZE + 2 * KEYS_STATE_LIMIT, "a key of the root is not swept");
_Static_assert(sizeof(struct keys) == sizeof(struct keys_root) + 11 * KEYS_SIZE + 4 + 2 * KEYS_SIZE,
               "a derived key is not swept");

static void key_print(const char *name, const uint8_t *key)
{
	char text[2 * KEYS_SIZE + 1];

	if (!sodium_is_zero(key, KEYS_SIZE))
		printf("%s %s\n", name, sodium_bin2hex(text, sizeof text, key, KEYS_SIZE));
}

static int passphrase_ask(void *context, bool confirm, char *to, size_t limit, struct qorgan_error *error)
{
	FILE *file = fopen(context, "r");

	(void)confirm;
	if (!file || !fgets(to, (int)limit, file))
		return error_set(error, QORGAN_DENIED, "no passphrase");
	to[strcspn(to, "\n")] = '\0';
	fclose(file);
	return QORGAN_OK;
}

static bool is_identity(const char *path)
{
	char start[512] = "";
	FILE *file = fopen(path, "r");
	size_t size = file ? fread(start, 1, sizeof start - 1, file) : 0;

	if (file)
		fclose(file);
	return size && strstr(start, "AGE-SECRET-KEY-1");
}

static int identities_print(struct qorgan_store *store, struct qorgan_error *error)
{
	uint8_t (*identities)[32] = secret_alloc(8 * sizeof *identities);
	struct vault_view *view = NULL;
	size_t count = 0;
	int code = vault_view_begin(store, &view, error);

	if (!code)
		code = vault_age_identities(view, identities, 8, &count, error);
	for (size_t i = 0; i < count && !code; i++)
		key_print("age-identity", identities[i]);
	vault_view_end(view);
	secret_free(identities);
	return code;
}

int main(int argc, char **argv)
{
	struct qorgan_store *store = NULL;
	struct qorgan_error error;

	if (argc != 3)
		return 2;
	const struct qorgan_keys how = { .identity = is_identity(argv[2]) ? argv[2] : NULL, .ask = passphrase_ask,
		                             .context = argv[2] };
	int code = qorgan_store_open(argv[1], &how, QORGAN_READ_ONLY, &store, &error);
	if (!code)
		code = identities_print(store, &error);
	if (code) {
		fprintf(stderr, "sweep-keys: %s\n", error.message);
		return code;
	}
	const struct keys *keys = store->keys;
	key_print("read", keys->root.read);
	key_print("write", keys->root.write);
	key_print("admin", keys->root.admin);
	key_print("index", keys->root.index);
	key_print("ids", keys->ids);
	key_print("seal", keys->seal);
	key_print("seen", keys->seen);
	key_print("forms", keys->forms);
	key_print("log-seed", keys->log_seed);
	key_print("witness-seed", keys->witness_seed);
	key_print("package-seed", keys->package_seed);
	key_print("backups", keys->backups);
	key_print("shared", keys->shared);
	key_print("admin-seed", keys->admin_seed);
	key_print("former-read", keys->former.read);
	key_print("former-seal", keys->former.seal);
	if (author_key_is_known(store->author))
		key_print("author-seed", store->author->pair);
	qorgan_store_close(store);
	return 0;
}
