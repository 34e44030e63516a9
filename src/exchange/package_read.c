/* The reader of packages: the file twice, once to verify and once to decrypt. */
#include "exchange/package_read.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sodium.h>

#include "base/file.h"
#include "base/language.h"
#include "base/scratch.h"
#include "crypto/age.h"
#include "exchange/package_lines.h"
#include "exchange/parts.h"

#define PIECE_SIZE ((size_t)4 * AGE_CHUNK_SIZE)
#define SIGNATURE_LIMIT 16384 /* bytes of a signature file */
#define DIGEST_SIZE 64

struct package_reader {
	struct minisign_hash hash; /* aligned to 64 bytes, and so is the whole */
	int descriptor;
	char *name; /* for messages */
	uint64_t size;
	uint8_t digest[DIGEST_SIZE];
	char digest_text[2 * DIGEST_SIZE + 1];
	size_t signer;
	struct buffer trusted;
	bool locked;
	char piece[PIECE_SIZE];
};

/* ---- The file -------------------------------------------------------------------------- */

static ssize_t descriptor_read(int descriptor, char *to, size_t size)
{
	ssize_t got;

	do
		got = read(descriptor, to, size);
	while (got < 0 && errno == EINTR);
	return got;
}

static bool descriptor_write(int descriptor, const char *data, size_t size)
{
	while (size) {
		ssize_t put = write(descriptor, data, size);
		if (put < 0 && errno != EINTR)
			return false;
		if (put > 0) {
			data += put;
			size -= (size_t)put;
		}
	}
	return true;
}

/* A file without a name, gone with its descriptor; -1 with errno set. */
static int temporary_open(const char *folder)
{
	int descriptor = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	char *path;

	if (descriptor >= 0 || (errno != EOPNOTSUPP && errno != EISDIR))
		return descriptor;
	path = file_join(folder, "qorgan-XXXXXX");
	descriptor = path ? mkostemp(path, O_CLOEXEC) : -1;
	if (descriptor >= 0)
		unlink(path);
	free(path);
	return descriptor;
}

/* A file that can be read twice, for what can be read once. */
static int spool_open(struct package_reader *reader, struct qorgan_error *error)
{
	const char *folder = scratch_disk_place();

	reader->descriptor = temporary_open(folder);
	if (reader->descriptor < 0)
		return error_set_system(error, QORGAN_CANNOT_CREATE, "cannot make a temporary file in %s: name another folder with "
		                        "TMPDIR", folder);
	return QORGAN_OK;
}

static int spool_add(void *context, const void *data, size_t size, struct qorgan_error *error)
{
	const struct package_reader *reader = context;

	if (descriptor_write(reader->descriptor, data, size))
		return QORGAN_OK;
	return error_set_system(error, QORGAN_IO, "cannot write a temporary file for %s: name another folder with TMPDIR",
	                        reader->name);
}

static int spool(struct package_reader *reader, int from, struct qorgan_error *error)
{
	int code = spool_open(reader, error);
	ssize_t got = 0;

	while (!code && (got = descriptor_read(from, reader->piece, PIECE_SIZE)) > 0)
		code = spool_add(reader, reader->piece, (size_t)got, error);
	return !code && got < 0 ? error_set_system(error, QORGAN_IO, "cannot read %s", reader->name) : code;
}

/* The package may lie there in parts. */
static int parts_open(struct package_reader *reader, const char *path, struct qorgan_error *error)
{
	unsigned count;
	struct qorgan_error why = { 0 };
	int code = parts_find(path, &count, &why);

	if (code == QORGAN_ABSENT && !why.message[0]) {
		errno = ENOENT;
		return error_set_system(error, code, "cannot open the package %s", path);
	}
	if (code)
		return error_set(error, code, "%s", why.message);
	code = spool_open(reader, error);
	return code ? code : parts_read(path, count, spool_add, reader, error);
}

static int source_open(struct package_reader *reader, const char *path, struct qorgan_error *error)
{
	struct stat status;
	int code = QORGAN_OK;

	if (strcmp(path, "-") == 0)
		return spool(reader, STDIN_FILENO, error);
	int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (descriptor < 0 && errno == ENOENT)
		return parts_open(reader, path, error);
	if (descriptor < 0)
		return error_set_system(error, errno == ENOTDIR ? QORGAN_ABSENT : QORGAN_IO, "cannot open the package %s", path);
	if (fstat(descriptor, &status))
		code = error_set_system(error, QORGAN_IO, "cannot examine %s", path);
	else if (S_ISFIFO(status.st_mode))
		code = spool(reader, descriptor, error);
	else if (!S_ISREG(status.st_mode))
		code = error_set(error, QORGAN_IO, "%s is %s, not a package", path,
		                 S_ISDIR(status.st_mode) ? language_said("a folder") : language_said("no file"));
	else {
		reader->descriptor = descriptor;
		return QORGAN_OK;
	}
	close(descriptor);
	return code;
}

/* Each piece of the file from its start: to the hash, and to `each` if there is one. */
static int file_walk(struct package_reader *reader, age_sink each, void *context, struct qorgan_error *error)
{
	ssize_t got;
	int code = QORGAN_OK;

	if (lseek(reader->descriptor, 0, SEEK_SET) < 0)
		return error_set_system(error, QORGAN_IO, "cannot read %s", reader->name);
	minisign_hash_start(&reader->hash);
	reader->size = 0;
	while (!code && (got = descriptor_read(reader->descriptor, reader->piece, PIECE_SIZE)) != 0) {
		if (got < 0)
			return error_set_system(error, QORGAN_IO, "cannot read %s", reader->name);
		minisign_hash_add(&reader->hash, reader->piece, (size_t)got);
		reader->size += (uint64_t)got;
		if (each)
			code = each(context, reader->piece, (size_t)got, error);
	}
	return code;
}

static void hash_digest(const struct minisign_hash *hash, uint8_t digest[DIGEST_SIZE])
{
	crypto_generichash_blake2b_state state = hash->state;

	crypto_generichash_blake2b_final(&state, digest, DIGEST_SIZE);
}

/* ---- The signature ---------------------------------------------------------------------- */

static int signature_read(const struct package_reader *reader, const char *path, const char *signature_path,
                          struct buffer *to, struct qorgan_error *error)
{
	char *beside = NULL;
	int code;

	if (!signature_path && asprintf(&beside, "%s.minisig", path) < 0)
		return error_set_memory(error);
	if (!signature_path)
		signature_path = beside;
	code = file_read(signature_path, SIGNATURE_LIMIT, to, error);
	if (code == QORGAN_ABSENT)
		error_set(error, code, "%s has no signature: there is no file %s; ask the sender for both, or name it with "
		          "--signature", reader->name, signature_path);
	else if (code == QORGAN_BAD_DATA)
		code = error_set(error, QORGAN_PROTOCOL, "%s is too large for a signature", signature_path);
	free(beside);
	return code;
}

static int signature_verify(struct package_reader *reader, struct span signature, const struct minisign_public *keys,
                            size_t count, struct qorgan_error *error)
{
	char shown[MINISIGN_ID_TEXT];
	uint8_t id[8];
	int code = QORGAN_ABSENT;

	if (!minisign_signature_id(signature, id))
		return error_set(error, QORGAN_PROTOCOL, "its signature is not a minisign signature of four lines");
	/* Of another's making, two keys may have one id. */
	for (size_t i = 0; i < count && code; i++) {
		if (memcmp(keys[i].id, id, sizeof id))
			continue;
		struct minisign_hash hash = reader->hash;
		code = minisign_verify(&hash, signature, &keys[i], &reader->trusted, error);
		reader->signer = i;
	}
	if (code != QORGAN_ABSENT)
		return code;
	minisign_id_format(id, shown);
	return error_set(error, QORGAN_PROTOCOL, "it is signed with the key %s, which is none of a partner on record: if the "
	                 "sender is to be one, add its card first (qorgan partner add)", shown);
}

static int reader_verify(struct package_reader *reader, const char *path, const char *signature_path,
                         const struct minisign_public *keys, size_t count, struct qorgan_error *error)
{
	struct buffer signature = { 0 };
	int code = signature_read(reader, path, signature_path, &signature, error);

	if (!code)
		code = file_walk(reader, NULL, NULL, error);
	if (!code) {
		hash_digest(&reader->hash, reader->digest);
		sodium_bin2hex(reader->digest_text, sizeof reader->digest_text, reader->digest, DIGEST_SIZE);
		code = signature_verify(reader, buffer_span(&signature), keys, count, error);
		if (code == QORGAN_PROTOCOL)
			error_prefix(error, code, "%s cannot be trusted", reader->name);
	}
	buffer_free(&signature);
	return code;
}

int package_open(const char *path, const char *signature_path, const struct minisign_public *keys, size_t count,
                 struct package_reader **reader, struct qorgan_error *error)
{
	bool is_standard = strcmp(path, "-") == 0;

	*reader = NULL;
	if (is_standard && (!signature_path || strcmp(signature_path, "-") == 0))
		return error_set(error, QORGAN_USAGE, "a package from standard input takes its signature from a file: name it with "
		                 "--signature");
	struct package_reader *made = aligned_alloc(_Alignof(struct package_reader), sizeof *made);
	if (!made)
		return error_set_memory(error);
	memset(made, 0, sizeof *made);
	made->descriptor = -1;
	made->name = strdup(is_standard ? "standard input" : path);
	int code = made->name ? source_open(made, path, error) : error_set_memory(error);
	if (!code)
		code = reader_verify(made, path, signature_path, keys, count, error);
	if (code) {
		package_close(made);
		return code;
	}
	*reader = made;
	return QORGAN_OK;
}

void package_close(struct package_reader *reader)
{
	if (!reader)
		return;
	if (reader->descriptor >= 0)
		close(reader->descriptor);
	buffer_free(&reader->trusted);
	free(reader->name);
	free(reader);
}

size_t package_signer(const struct package_reader *reader)
{
	return reader->signer;
}

const char *package_trusted(const struct package_reader *reader)
{
	return buffer_text(&reader->trusted);
}

const char *package_digest(const struct package_reader *reader)
{
	return reader->digest_text;
}

uint64_t package_size(const struct package_reader *reader)
{
	return reader->size;
}

/* ---- What is within ---------------------------------------------------------------------- */

/* What the outer file holds: the lines, or an age file for a passphrase with them. */
struct layers {
	const struct package_reader *reader;
	const char *secret;
	struct package_lines *lines;
	struct age_decryptor *inner;
	bool begun, told; /* told: the error says all */
};

/* Lines begin with a brace, an age file does not. */
static int layers_begin(struct layers *layers, char first, struct qorgan_error *error)
{
	const struct age_keys with = { .passphrase = layers->secret };

	layers->begun = true;
	if (first != 'a')
		return QORGAN_OK;
	if (layers->secret)
		return age_decrypt_start(&with, package_lines_add, layers->lines, &layers->inner, error);
	layers->told = true;
	return error_set(error, QORGAN_DENIED, "%s is locked with a shared secret, too, and none is set for its sender: agree "
	                 "on one, and give it to qorgan partner edit with --shared-secret-file", layers->reader->name);
}

/* The next plaintext of the outer file; an age_sink. */
static int layers_add(void *context, const void *data, size_t size, struct qorgan_error *error)
{
	struct layers *layers = context;
	int code = layers->begun ? QORGAN_OK : layers_begin(layers, *(const char *)data, error);

	if (code)
		return code;
	if (!layers->inner)
		return package_lines_add(layers->lines, data, size, error);
	code = age_decrypt_add(layers->inner, data, size, error);
	if (code == QORGAN_DENIED && !package_lines_stopped(layers->lines)) {
		layers->told = true;
		error_set(error, code, "%s is locked with another secret than the one that is set for its sender: ask whether it "
		          "changed, and give it to qorgan partner edit with --shared-secret-file", layers->reader->name);
	}
	return code;
}

static int layers_finish(struct layers *layers, struct qorgan_error *error)
{
	int code = layers->inner ? age_decrypt_finish(layers->inner, error) : QORGAN_OK;

	return code ? code : package_lines_finish(layers->lines, error);
}

static int ciphertext_add(void *context, const void *data, size_t size, struct qorgan_error *error)
{
	return age_decrypt_add(context, data, size, error);
}

/* Nobody may put another file in place between the two readings. */
static int digest_compare(const struct package_reader *reader, struct qorgan_error *error)
{
	uint8_t digest[DIGEST_SIZE];

	hash_digest(&reader->hash, digest);
	if (memcmp(digest, reader->digest, sizeof digest) == 0)
		return QORGAN_OK;
	return error_set(error, QORGAN_PROTOCOL, "the file was changed while it was read, after its signature was verified");
}

/* That it is for another, in words for who has it. */
static int denied_tell(const struct package_reader *reader, struct qorgan_error *error)
{
	struct qorgan_error why;

	if (!error)
		return QORGAN_DENIED;
	why = *error;
	return error_set(error, QORGAN_DENIED, "%s cannot be opened: %s; ask the sender for a package to this state",
	                 reader->name, why.message);
}

int package_read(struct package_reader *reader, const struct package_keys *keys, const struct package_handler *handler,
                 void *context, struct qorgan_error *error)
{
	struct age_keys with = { .identities = keys->identities, .count = keys->count };
	struct layers layers = { .reader = reader, .secret = keys->secret };
	struct age_decryptor *decryptor = NULL;
	int code = package_lines_start(handler, context, &layers.lines, error);

	if (!code)
		code = age_decrypt_start(&with, layers_add, &layers, &decryptor, error);
	if (!code)
		code = file_walk(reader, ciphertext_add, decryptor, error);
	if (!code)
		code = age_decrypt_finish(decryptor, error);
	if (!code)
		code = layers_finish(&layers, error);
	if (!code)
		code = digest_compare(reader, error);
	if (code == QORGAN_DENIED && !layers.told && !package_lines_stopped(layers.lines))
		denied_tell(reader, error);
	reader->locked = layers.inner != NULL;
	age_decrypt_free(decryptor);
	age_decrypt_free(layers.inner);
	package_lines_free(layers.lines);
	return code;
}

bool package_was_locked(const struct package_reader *reader)
{
	return reader->locked;
}
