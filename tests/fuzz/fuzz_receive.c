/* Fuzzes receiving: a whole package of a partner, encrypted to this state and signed by that one, comes in whole
 * or leaves every byte of the store as it was; what came in is sound. The first byte says what the rest is: 'f',
 * a file in the place of the package; 'o', bytes that lie over the lines of a sound one, each with its place; 'r',
 * what a partner with another program writes into its log and hands over, one thing in each line. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/date.h"
#include "crypto/age.h"
#include "crypto/base64.h"
#include "crypto/cosignature.h"
#include "crypto/merkle.h"
#include "crypto/minisign.h"
#include "crypto/note.h"
#include "qorgan/exchange.h"
#include "record/canonical.h"
#include "small_store.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static uint8_t recipient[32];
static struct buffer log_hashes; /* leaves of KAZ's log that are received already */
static struct buffer sound;      /* lines of the package that comes next */
static struct buffer checkpoint; /* of the store's own log, as KAZ may countersign it */

#define MEASURE "{\"lead\":\"KAZ\",\"marking\":\"TLP:GREEN\",\"release\":[\"UZB\"],\"risks\":[\"CYB-01\"],\"title\":{\"en\":\"Channel\"}}"
#define RISK "{\"coordinator\":\"KAZ\",\"domain\":\"CYB\",\"marking\":\"TLP:GREEN\",\"release\":[\"UZB\"],\"title\":{\"en\":\"Leak\"}}"

/* ---- A package of what is wished ------------------------------------------------------------ */

/* What the lines of an input say, as the package takes it. */
struct forging {
	struct buffer hashes, records; /* all leaves; the lines of records and of what follows them */
	size_t first;                  /* leaf of the first that is new */
	uint64_t record_count, sequence, previous;
	char owner[RECORD_NAME_LIMIT], user[RECORD_USER_LIMIT], time[TIME_TEXT_SIZE];
};

static struct span word_take(struct span *line)
{
	const char *blank = line->size ? memchr(line->data, ' ', line->size) : NULL;
	struct span word = { line->data, blank ? (size_t)(blank - line->data) : line->size };
	size_t used = word.size + (blank != NULL);

	*line = (struct span){ line->data + used, line->size - used };
	return word;
}

static uint64_t number_take(struct span *line)
{
	char text[24];

	span_copy_into(word_take(line), text, sizeof text);
	return strtoull(text, NULL, 10);
}

static void leaf_add(struct forging *forging, struct span record)
{
	uint8_t hash[MERKLE_HASH_SIZE];

	merkle_hash_leaf(record.data, record.size, hash);
	buffer_append(&forging->hashes, hash, sizeof hash);
}

/* KIND ID VERSION BODY */
static void record_add(struct forging *forging, struct span line)
{
	char kind[RECORD_NAME_LIMIT], id[RECORD_ID_LIMIT];
	struct record_head head = { .owner = forging->owner, .kind = kind, .id = id, .user = forging->user,
		                        .time = forging->time, .commit = 1 };
	struct buffer record = { 0 };

	span_copy_into(word_take(&line), kind, sizeof kind);
	span_copy_into(word_take(&line), id, sizeof id);
	head.version = (uint32_t)number_take(&line);
	record_write(&head, line, &record);
	leaf_add(forging, buffer_span(&record));
	buffer_append_format(&forging->records, "{\"type\":\"record\",\"index\":%zu,\"record\":",
	                     forging->hashes.size / MERKLE_HASH_SIZE - 1);
	buffer_append_span(&forging->records, buffer_span(&record));
	buffer_append_text(&forging->records, "}\n");
	forging->record_count++;
	buffer_free(&record);
}

/* TIME: KAZ saw the log of UZB then. */
static void countersignature_add(struct forging *forging, struct span line)
{
	struct buffer note = { 0 };
	int64_t time = (int64_t)number_take(&line);

	buffer_append_span(&note, buffer_span(&checkpoint));
	/* The end of time is not for KAZ to sign. */
	if (cosignature_sign(buffer_span(&checkpoint), time, KAZ_ORIGIN, kaz_cosign_seed, &note, NULL) == QORGAN_OK) {
		buffer_append_text(&forging->records, "{\"type\":\"witness\",\"note\":");
		canonical_write_string(buffer_span(&note), &forging->records);
		buffer_append_text(&forging->records, "}\n");
	}
	buffer_free(&note);
}

static void line_add(struct forging *forging, struct span line)
{
	char what = line.size ? *line.data : '\n';
	struct span rest = line;

	word_take(&rest);
	if (what == 'R')
		record_add(forging, rest);
	else if (what == 'C')
		countersignature_add(forging, rest);
	else if (what == 'L') /* withheld */
		leaf_add(forging, rest);
	else if (what == 'O')
		span_copy_into(rest, forging->owner, sizeof forging->owner);
	else if (what == 'U')
		span_copy_into(rest, forging->user, sizeof forging->user);
	else if (what == 'T')
		span_copy_into(rest, forging->time, sizeof forging->time);
	else if (what == 'H') {
		forging->sequence = number_take(&rest);
		forging->previous = number_take(&rest);
		forging->first = number_take(&rest);
	} else { /* a line as it is */
		buffer_append_span(&forging->records, line);
		buffer_append_char(&forging->records, '\n');
	}
}

static void checkpoint_get(void)
{
	struct qorgan_store *store = small_store_open(QORGAN_READ_ONLY);
	struct vault_view *view;

	check(vault_view_begin(store, &view, NULL) == QORGAN_OK && vault_checkpoint(view, &checkpoint, NULL) == QORGAN_OK);
	vault_view_end(view);
	qorgan_store_close(store);
}

static void note_make(struct span hashes, struct buffer *note)
{
	struct checkpoint made = { .origin = KAZ_ORIGIN, .size = hashes.size / MERKLE_HASH_SIZE };
	struct buffer text = { 0 };

	merkle_root_of(hashes.data, made.size, made.root);
	checkpoint_format(&made, &text);
	check(note_sign(buffer_span(&text), KAZ_ORIGIN, kaz_log_seed, note, NULL) == QORGAN_OK);
	buffer_free(&text);
}

/* The lines before and behind those that were asked for. */
static void lines_make(const struct forging *forging, struct buffer *lines)
{
	struct buffer note = { 0 };
	size_t count = forging->hashes.size / MERKLE_HASH_SIZE, at = forging->first < count ? forging->first : count;

	buffer_append_format(lines, "{\"type\":\"header\",\"format\":\"qorgan-package\",\"version\":1,\"from\":\"KAZ\",\"to\":[\"UZB\"],"
	                     "\"previous\":[%" PRIu64 "],\"created\":\"2026-07-31T10:00:00Z\",\"sequence\":%" PRIu64 "}\n",
	                     forging->previous, forging->sequence);
	note_make(buffer_span(&forging->hashes), &note);
	buffer_append_text(lines, "{\"type\":\"checkpoint\",\"note\":");
	canonical_write_string(buffer_span(&note), lines);
	buffer_append_text(lines, "}\n");
	if (at < count) {
		buffer_append_format(lines, "{\"type\":\"leaves\",\"first\":%zu,\"hashes\":[", at);
		for (size_t i = at; i < count; i++) {
			buffer_append_text(lines, i == at ? "\"" : ",\"");
			base64_append(lines, (const uint8_t *)forging->hashes.data + i * MERKLE_HASH_SIZE, MERKLE_HASH_SIZE,
			              BASE64_PADDED);
			buffer_append_char(lines, '"');
		}
		buffer_append_text(lines, "]}\n");
	}
	buffer_append_span(lines, buffer_span(&forging->records));
	buffer_append_format(lines, "{\"type\":\"end\",\"leaves\":%zu,\"records\":%" PRIu64 "}\n", count - at,
	                     forging->record_count);
	check(!lines->failed);
	buffer_free(&note);
}

static void forge(struct span text, struct buffer *lines)
{
	struct forging forging = { .first = log_hashes.size / MERKLE_HASH_SIZE, .owner = "KAZ", .user = "k",
		                       .time = "2026-07-01T10:00:00Z" };

	forging.sequence = forging.first ? 2 : 1;
	forging.previous = forging.sequence - 1;
	buffer_append_span(&forging.hashes, buffer_span(&log_hashes));
	while (text.size) {
		const char *end = memchr(text.data, '\n', text.size);
		size_t size = end ? (size_t)(end - text.data) : text.size;
		line_add(&forging, (struct span){ text.data, size });
		text = (struct span){ text.data + size + (end != NULL), text.size - size - (end != NULL) };
	}
	lines_make(&forging, lines);
	buffer_free(&forging.records);
	if (!log_hashes.size)
		log_hashes = forging.hashes;
	else
		buffer_free(&forging.hashes);
}

/* ---- The file ------------------------------------------------------------------------------- */

static void package_sign(struct span file)
{
	struct minisign_hash hash;
	struct buffer signature = { 0 };

	minisign_hash_start(&hash);
	minisign_hash_add(&hash, file.data, file.size);
	check(minisign_sign(&hash, kaz_package_seed, "a package", &signature, NULL) == QORGAN_OK);
	small_store_write("in.age", file.data, file.size);
	small_store_write("in.age.minisig", signature.data, signature.size);
	buffer_free(&signature);
}

static void package_put(struct span lines)
{
	struct buffer file = { 0 };

	check(age_encrypt((const uint8_t (*)[32])recipient, 1, lines.data, lines.size, &file, NULL) == QORGAN_OK);
	package_sign(buffer_span(&file));
	buffer_free(&file);
}

static int receive(struct qorgan_receive_result *result, struct qorgan_error *error)
{
	const struct qorgan_receive receive = { .path = small_store_path("in.age") };
	struct qorgan_store *store = small_store_open(0);
	int code = qorgan_receive(store, &receive, result, error);

	qorgan_store_close(store);
	return code;
}

/* Triples of two bytes of place and one of content. */
static void overlay(const uint8_t *data, size_t size, struct buffer *lines)
{
	buffer_append_span(lines, buffer_span(&sound));
	for (; size >= 3; data += 3, size -= 3)
		lines->data[((size_t)data[0] << 8 | data[1]) % lines->size] = (char)data[2];
}

/* ---- What it leads to ----------------------------------------------------------------------- */

static void start(void)
{
	static const char first[] = "R measure CYB-01-M1 1 " MEASURE "\nR risk CYB-02 1 " RISK "\nL x\n";
	static const char second[] = "R status CYB-01-M1/KAZ 1 {\"marking\":\"TLP:GREEN\",\"release\":[\"UZB\"],\"status\":\"planned\"}\n"
		"L x\nR risk CYB-02 2 " RISK "\n"
		"{\"type\":\"withdrawal\",\"index\":1,\"kind\":\"risk\",\"id\":\"CYB-02\",\"version\":1}\n";
	struct buffer lines = { 0 };
	struct qorgan_receive_result result;
	struct qorgan_error error = { 0 };

	if (sound.size)
		return;
	small_store_start();
	small_store_recipient(recipient);
	forge(span_of(first), &lines);
	package_put(buffer_span(&lines));
	if (receive(&result, &error)) {
		fprintf(stderr, "fuzz_receive: %s\n", error.message);
		abort();
	}
	buffer_free(&lines);
	unlink(small_store_path("in.age"));
	unlink(small_store_path("in.age.minisig"));
	small_store_keep();
	checkpoint_get();
	forge(span_of(second), &sound);
}

static void finding_tell(void *context, const char *what, const char *object, const char *advice)
{
	(void)context;
	fprintf(stderr, "%s: %s (%s)\n", object, what, advice);
}

/* What came in does no harm to what is there, and can be read. */
static void store_judge(bool verify, size_t turn)
{
	if (verify) {
		check(small_store_verify(finding_tell) == 0);
		return;
	}
	struct qorgan_store *store = small_store_open(QORGAN_READ_ONLY);
	small_store_look(store, turn);
	qorgan_store_close(store);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buffer lines = { 0 };
	struct qorgan_receive_result result;
	struct qorgan_error error = { 0 };

	start();
	if (size < 2)
		return 0;
	if (data[0] == 'f')
		package_sign((struct span){ (const char *)data + 1, size - 1 });
	else if (data[0] == 'o')
		overlay(data + 1, size - 1, &lines);
	else
		forge((struct span){ (const char *)data + 1, size - 1 }, &lines);
	if (lines.size)
		package_put(buffer_span(&lines));
	int code = receive(&result, &error);
	check_message(code, &error);
	/* Evidence of two histories is kept although nothing of the package is. */
	if (code)
		check(small_store_is_same() || strstr(error.message, "histor") != NULL);
	else
		store_judge(size % 4 == 0, size);
	small_store_reset();
	buffer_free(&lines);
	return 0;
}
