/* age-pipe: encrypts or decrypts standard input to standard output with our
 * reader and writer of age, in memory that does not grow, for tests/interop/age.
 *
 *   age-pipe encrypt [-a] -r RECIPIENT... | -p PASSPHRASE-FILE [-w FACTOR]
 *   age-pipe decrypt -i IDENTITY-FILE | -p PASSPHRASE-FILE
 *
 * With -m, the most memory that it ever held, in KiB, goes to standard error. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "crypto/age.h"
#include "crypto/age_armor.h"
#include "crypto/age_header.h"
#include "crypto/secret.h"

#define IDENTITIES 16
#define PASSPHRASE_LIMIT 1024
#define PIECE 50000

struct options {
	bool encrypt, armor, memory;
	uint8_t recipients[AGE_STANZA_LIMIT][32];
	size_t recipient_count;
	uint8_t (*identities)[32];
	char *passphrase;
	unsigned work_factor;
	struct age_keys keys;
};

static int output(void *context, const void *data, size_t size, struct qorgan_error *error)
{
	const char *from = data;

	(void)context;
	while (size) {
		ssize_t written = write(STDOUT_FILENO, from, size);
		if (written < 0 && errno != EINTR)
			return error_set_system(error, QORGAN_IO, "cannot write");
		if (written > 0) {
			from += written;
			size -= (size_t)written;
		}
	}
	return QORGAN_OK;
}

/* Hands standard input on to `add` in pieces, to its end. */
static int input(int (*add)(void *, const void *, size_t, struct qorgan_error *), void *to, struct qorgan_error *error)
{
	static char piece[PIECE];

	for (;;) {
		ssize_t size = read(STDIN_FILENO, piece, sizeof piece);
		if (size == 0)
			return QORGAN_OK;
		if (size < 0)
			return error_set_system(error, QORGAN_IO, "cannot read");
		int code = add(to, piece, (size_t)size, error);
		if (code)
			return code;
	}
}

static int encrypt_piece(void *encryptor, const void *data, size_t size, struct qorgan_error *error)
{
	return age_encrypt_add(encryptor, data, size, error);
}

static int decrypt_piece(void *decryptor, const void *data, size_t size, struct qorgan_error *error)
{
	return age_decrypt_add(decryptor, data, size, error);
}

static int encrypt(const struct options *options, struct qorgan_error *error)
{
	static struct age_armor_writer armor;
	age_sink sink = options->armor ? age_armor_write : output;
	struct age_encryptor *encryptor = NULL;
	int code = options->armor ? age_armor_write_start(&armor, output, NULL, error) : QORGAN_OK;

	if (!code && options->passphrase)
		code = age_encrypt_start_passphrase(options->passphrase, options->work_factor, sink, &armor, &encryptor, error);
	else if (!code)
		code = age_encrypt_start((const uint8_t (*)[32])options->recipients, options->recipient_count, sink, &armor,
		                         &encryptor, error);
	if (!code)
		code = input(encrypt_piece, encryptor, error);
	if (!code)
		code = age_encrypt_finish(encryptor, error);
	if (!code && options->armor)
		code = age_armor_write_finish(&armor, error);
	age_encrypt_free(encryptor);
	return code;
}

static int decrypt(const struct options *options, struct qorgan_error *error)
{
	struct age_decryptor *decryptor;
	int code = age_decrypt_start(&options->keys, output, NULL, &decryptor, error);

	if (!code)
		code = input(decrypt_piece, decryptor, error);
	if (!code)
		code = age_decrypt_finish(decryptor, error);
	age_decrypt_free(decryptor);
	return code;
}

static int passphrase_read(struct options *options, const char *path, struct qorgan_error *error)
{
	struct buffer text = { 0 };
	int code = file_read_secret(path, PASSPHRASE_LIMIT, &text, error);

	if (!code) {
		memcpy(options->passphrase, buffer_text(&text), text.size);
		options->passphrase[strcspn(options->passphrase, "\n")] = '\0';
		options->keys.passphrase = options->passphrase;
	}
	buffer_wipe(&text);
	return code;
}

static int options_read(struct options *options, int count, char **words, struct qorgan_error *error)
{
	int option, code = QORGAN_OK;

	options->encrypt = count > 1 && strcmp(words[1], "encrypt") == 0;
	if (!options->encrypt && (count < 2 || strcmp(words[1], "decrypt") != 0))
		return error_set(error, QORGAN_USAGE, "encrypt or decrypt?");
	optind = 2;
	while (!code && (option = getopt(count, words, "amr:i:p:w:")) != -1) {
		if (option == 'a')
			options->armor = true;
		else if (option == 'm')
			options->memory = true;
		else if (option == 'w')
			options->work_factor = (unsigned)atoi(optarg);
		else if (option == 'p')
			code = passphrase_read(options, optarg, error);
		else if (option == 'i')
			code = age_identities_read(optarg, options->identities, IDENTITIES, &options->keys.count, error);
		else if (option != 'r' || options->recipient_count == AGE_STANZA_LIMIT ||
		         !age_recipient_parse(optarg, options->recipients[options->recipient_count++]))
			code = error_set(error, QORGAN_USAGE, "wrong option or recipient");
	}
	return code;
}

/* VmHWM of /proc/self/status: rusage would count what was there before exec. */
static void memory_print(void)
{
	char line[200];
	FILE *status = fopen("/proc/self/status", "r");

	while (status && fgets(line, sizeof line, status))
		if (strncmp(line, "VmHWM:", 6) == 0)
			fprintf(stderr, "%ld\n", strtol(line + 6, NULL, 10));
	if (status)
		fclose(status);
}

int main(int count, char **words)
{
	static struct options options = { .work_factor = AGE_WORK_FACTOR };
	struct qorgan_error error;
	int code = secret_start(&error);

	if (!code) {
		options.identities = secret_alloc(IDENTITIES * sizeof *options.identities);
		options.passphrase = secret_alloc(PASSPHRASE_LIMIT + 1);
		options.keys.identities = (const uint8_t (*)[32])options.identities;
		code = options_read(&options, count, words, &error);
	}
	if (!code && !options.keys.passphrase) {
		secret_free(options.passphrase);
		options.passphrase = NULL;
	}
	if (!code)
		code = options.encrypt ? encrypt(&options, &error) : decrypt(&options, &error);
	if (code)
		fprintf(stderr, "age-pipe: %s\n", error.message);
	if (options.memory)
		memory_print();
	secret_free(options.passphrase);
	secret_free(options.identities);
	return code;
}
