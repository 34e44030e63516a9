/* The file that remembers the newest checkpoint seen of a store. */
#include "store/seen.h"

#include <fcntl.h>
#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/date.h"
#include "base/file.h"
#include "base/state_folder.h"

#define SEEN_FIRST_LINE "qorgan-seen 1"
#define SEEN_MAC_SIZE 32
#define SEEN_BLOCK 512 /* the file is padded to whole sectors */

bool seen_path(const char *id, struct buffer *to)
{
	if (!state_folder(to))
		return false;
	buffer_append_format(to, "/%s", id);
	return !to->failed;
}

static void seen_mac(const struct keys *keys, struct span text, uint8_t mac[SEEN_MAC_SIZE])
{
	crypto_generichash(mac, SEEN_MAC_SIZE, (const uint8_t *)text.data, text.size, keys->seen, sizeof keys->seen);
}

static void seen_format(const struct seen *seen, struct buffer *to)
{
	char root[2 * MERKLE_HASH_SIZE + 1], key[2 * sizeof seen->key + 1], time[TIME_TEXT_SIZE];

	sodium_bin2hex(root, sizeof root, seen->root, sizeof seen->root);
	sodium_bin2hex(key, sizeof key, seen->key, sizeof seen->key);
	time_format(seen->time, time);
	/* A path that would break the lines is left out: only copies go unnoticed then. */
	const char *place = strchr(seen->path, '\n') ? "" : seen->path;
	buffer_append_format(to, SEEN_FIRST_LINE "\nsize %" PRIu64 "\nroot %s\nkey %s\ntime %s\npath %s\n", seen->size,
	                     root, key, time, place);
}

/* Takes "name value\n" off the front of the text. */
static bool seen_line(struct span *text, const char *name, struct span *value)
{
	const char *end = memchr(text->data, '\n', text->size);
	size_t size = strlen(name);

	if (!end || (size_t)(end - text->data) <= size || memcmp(text->data, name, size) != 0 || text->data[size] != ' ')
		return false;
	*value = (struct span){ text->data + size + 1, (size_t)(end - text->data) - size - 1 };
	text->size -= (size_t)(end + 1 - text->data);
	text->data = end + 1;
	return true;
}

static bool hex_read(struct span value, uint8_t to[32])
{
	size_t size = 0;

	return !sodium_hex2bin(to, 32, value.data, value.size, NULL, &size, NULL) && size == 32;
}

static bool seen_parse(struct span text, struct seen *seen)
{
	struct span value;

	if (!seen_line(&text, "qorgan-seen", &value) || !span_is(value, "1") || !seen_line(&text, "size", &value))
		return false;
	seen->size = strtoull(value.data, NULL, 10); /* ends at the newline */
	if (!seen_line(&text, "root", &value) || !hex_read(value, seen->root))
		return false;
	memset(seen->key, 0, sizeof seen->key);
	if (seen_line(&text, "key", &value) && !hex_read(value, seen->key)) /* 0.1.0 did not write it */
		return false;
	if (!seen_line(&text, "time", &value) || !time_parse(value, &seen->time))
		return false;
	if (!seen_line(&text, "path", &value) || value.size >= sizeof seen->path)
		return false;
	memcpy(seen->path, value.data, value.size);
	seen->path[value.size] = '\0';
	return true;
}

/* Reads the file once; *whole is false if its MAC is wrong. */
static int seen_read(const char *path, const struct keys *keys, struct seen *seen, bool *whole,
                     struct qorgan_error *error)
{
	struct buffer text = { 0 };
	uint8_t mac[SEEN_MAC_SIZE], expected[SEEN_MAC_SIZE];
	size_t mac_size = 0;
	int code = file_read(path, 16384, &text, error);

	*whole = true;
	if (code == QORGAN_ABSENT)
		code = QORGAN_OK;
	else if (!code) {
		const char *last = text.size ? strstr(text.data, "\nmac ") : NULL;
		struct span signed_part = { text.data, last ? (size_t)(last + 1 - text.data) : 0 };
		/* An empty file, or one of zeros, is what a power failure leaves of one that
		 * was just made: as if there were none. */
		bool blank = sodium_is_zero((const uint8_t *)text.data, text.size);
		*whole = blank;
		if (!blank && last && seen_parse(signed_part, seen)) {
			seen_mac(keys, signed_part, expected);
			*whole = !sodium_hex2bin(mac, sizeof mac, last + 5, strcspn(last + 5, "\n"), NULL, &mac_size, NULL) &&
			         mac_size == sizeof mac && sodium_memcmp(mac, expected, sizeof mac) == 0;
			seen->known = *whole;
		}
	}
	buffer_free(&text);
	return code;
}

int seen_load(const char *id, const struct keys *keys, struct seen *seen, struct qorgan_error *error)
{
	struct timespec pause = { 0, 5000000 };
	struct buffer path = { 0 };
	bool whole = true;
	int code = QORGAN_OK;

	seen->known = false;
	if (!seen_path(id, &path)) {
		code = path.failed ? error_set_memory(error) : QORGAN_OK;
		goto done;
	}
	/* Another process may be writing it at this moment. */
	for (int attempt = 0; attempt < 5 && !code; attempt++) {
		code = seen_read(path.data, keys, seen, &whole, error);
		if (whole)
			break;
		nanosleep(&pause, NULL);
	}
	if (!code && !whole)
		code = error_set(error, QORGAN_DENIED,
		                 "%s was altered: it remembers the last checkpoint of this store and no longer can; "
		                 "run qorgan verify, compare the checkpoint with a partner's, then remove the file",
		                 path.data);
done:
	buffer_free(&path);
	return code;
}

/* Every change writes this file, so where it exists at the same size its one
 * block is written in place: cheaper than a new file and a rename. */
static bool seen_overwrite(const char *path, struct span text)
{
	struct stat status;
	int descriptor = open(path, O_WRONLY | O_CLOEXEC | O_NOFOLLOW);
	bool done;

	if (descriptor < 0)
		return false;
	done = !fstat(descriptor, &status) && S_ISREG(status.st_mode) && (size_t)status.st_size == text.size &&
	       pwrite(descriptor, text.data, text.size, 0) == (ssize_t)text.size;
	close(descriptor);
	return done;
}

int seen_save(const char *id, const struct keys *keys, const struct seen *seen, struct qorgan_error *error)
{
	struct buffer path = { 0 }, text = { 0 };
	uint8_t mac[SEEN_MAC_SIZE];
	char mac_text[2 * SEEN_MAC_SIZE + 1];
	int code = QORGAN_OK;

	if (!state_folder(&path)) {
		code = path.failed ? error_set_memory(error) : QORGAN_OK;
		goto done;
	}
	size_t folder_size = path.size;
	buffer_append_format(&path, "/%s", id);
	seen_format(seen, &text);
	if (!text.failed) {
		seen_mac(keys, buffer_span(&text), mac);
		sodium_bin2hex(mac_text, sizeof mac_text, mac, sizeof mac);
		buffer_append_format(&text, "mac %s\n", mac_text);
	}
	while (!text.failed && text.size % SEEN_BLOCK)
		buffer_append_char(&text, '\n');
	if (path.failed || text.failed)
		code = error_set_memory(error);
	if (code || seen_overwrite(path.data, buffer_span(&text)))
		goto done;
	path.data[folder_size] = '\0';
	code = file_make_folders(path.data, 0700, error);
	path.data[folder_size] = '/';
	if (!code)
		code = file_replace_unsynced(path.data, 0600, text.data, text.size, error);
done:
	buffer_free(&path);
	buffer_free(&text);
	return code;
}
