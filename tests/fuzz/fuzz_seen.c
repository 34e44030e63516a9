/* Fuzzes the file that remembers the newest checkpoint: any bytes are taken as
 * none, as altered, or as what comes back when it is written again. The first byte
 * says whether the MAC is made right. */
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "crypto/secret.h"
#include "store/seen.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char id[] = "00112233445566778899aabbccddeeff";
static struct keys *keys;
static char folder[64];
static struct buffer path;

static void check(bool good)
{
	if (!good)
		abort();
}

static void folder_remove(void)
{
	unlink(path.data);
	path.data[strlen(path.data) - strlen(id) - 1] = '\0';
	rmdir(path.data);
	rmdir(folder);
}

static void start(void)
{
	struct qorgan_error error;

	if (keys)
		return;
	check(secret_start(&error) == QORGAN_OK);
	keys = secret_alloc(sizeof *keys);
	check(keys != NULL);
	memset(keys->seen, 7, sizeof keys->seen);
	snprintf(folder, sizeof folder, "%s/qorgan-fuzz-XXXXXX", access("/dev/shm", W_OK) ? "/tmp" : "/dev/shm");
	check(mkdtemp(folder) && setenv("XDG_STATE_HOME", folder, 1) == 0);
	check(seen_path(id, &path));
	/* Made by the program itself, so that the place is its own. */
	struct seen first = { .known = true, .size = 1, .path = "/" };
	check(seen_save(id, keys, &first, &error) == QORGAN_OK);
	atexit(folder_remove);
}

static void file_put(const uint8_t *data, size_t size, bool mend)
{
	uint8_t mac[32];
	char text[2 * sizeof mac + 1];
	FILE *file = fopen(path.data, "w");

	check(file && fwrite(data, 1, size, file) == size);
	if (mend) {
		crypto_generichash_state state;
		crypto_generichash_init(&state, keys->seen, sizeof keys->seen, sizeof mac);
		crypto_generichash_update(&state, data, size);
		crypto_generichash_update(&state, (const uint8_t *)"\n", 1);
		crypto_generichash_final(&state, mac, sizeof mac);
		fprintf(file, "\nmac %s\n", sodium_bin2hex(text, sizeof text, mac, sizeof mac));
	}
	check(fclose(file) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct seen seen, again;
	struct qorgan_error error;

	start();
	if (size < 1)
		return 0;
	file_put(data + 1, size - 1, data[0] & 1);
	int code = seen_load(id, keys, &seen, &error);
	check(code == QORGAN_OK || code == QORGAN_DENIED || code == QORGAN_BAD_DATA);
	check(!seen.known || code == QORGAN_OK);
	/* A moment at the edge of the calendar is none any more in UTC. */
	if (code || !seen.known || seen.time < -2208988800 || seen.time >= 7258118400)
		return 0;
	check(seen_save(id, keys, &seen, &error) == QORGAN_OK);
	check(seen_load(id, keys, &again, &error) == QORGAN_OK && again.known);
	check(seen.size == again.size && seen.time == again.time && strcmp(seen.path, again.path) == 0 &&
	      memcmp(seen.root, again.root, sizeof seen.root) == 0);
	return 0;
}
