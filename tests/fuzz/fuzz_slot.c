/* Fuzzes the slots of a store: whatever lies there is opened, refused or called
 * damaged. The first byte chooses: whether the checksum is made right, as whoever
 * alters a slot can do, and whether the input lies over a slot that is sound. */
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "crypto/age.h"
#include "crypto/secret.h"
#include "store/slot.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define PASSPHRASE "fuzz"
#define CHECKSUM 16
enum { AT_KIND = 1, AT_OPERATIONS = 4, AT_MEMORY = 12, HEAD = 36 };
enum { MEND_CHECKSUM = 1, OVER_PASSPHRASE = 2, OVER_AGE = 4, OVER_KEY = 8 };

static const uint8_t id[KEYS_STORE_ID_SIZE] = "the fuzzer's own";
static uint8_t (*identity)[32];
static struct keys_root *root, *opened;
static uint8_t *by;
static struct buffer sound[3];
static const uint8_t answer[SECURITY_KEY_SECRET_SIZE] = "of the security key of the fuzz";

static void check(bool good)
{
	if (!good)
		abort();
}

static void start(void)
{
	static const char text[] = "AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX";
	uint8_t recipient[32];
	struct slot_door door;

	if (root)
		return;
	check(secret_start(NULL) == QORGAN_OK);
	root = secret_alloc(sizeof *root);
	opened = secret_alloc(sizeof *opened);
	identity = secret_alloc(32);
	by = secret_alloc(32);
	check(root && opened && identity && age_identity_parse(text, sizeof text - 1, *identity));
	age_identity_recipient(*identity, recipient);
	keys_generate("UZB", "fuzz", root, NULL);
	check(slot_door_passphrase(PASSPHRASE, (struct slot_cost){ 1, 8192 }, &door, NULL) == QORGAN_OK);
	check(slot_make(id, &door, root, &sound[0], NULL) == QORGAN_OK);
	door = slot_door_recipient(recipient);
	check(slot_make(id, &door, root, &sound[1], NULL) == QORGAN_OK);
	const struct security_key_credential credential = { .asks_pin = true, .id_size = 48, .salt = { 1 }, .id = { 2 } };
	check(slot_door_security_key(&credential, answer, &door, NULL) == QORGAN_OK);
	check(slot_make(id, &door, root, &sound[2], NULL) == QORGAN_OK);
}

/* A slot may ask for up to 2 GiB and 16 passes: right for a person, too much here.
 * What is beyond the bounds stays, as it must be refused before it is tried. */
static void cost_lower(struct buffer *slot)
{
	if (slot->size < HEAD || slot->data[AT_KIND] != SLOT_PASSPHRASE)
		return;
	if (bytes_get_u64(slot->data + AT_OPERATIONS) <= SLOT_OPERATIONS_LIMIT)
		bytes_put_u64(slot->data + AT_OPERATIONS, bytes_get_u64(slot->data + AT_OPERATIONS) & 1);
	if (bytes_get_u64(slot->data + AT_MEMORY) <= SLOT_MEMORY_LIMIT)
		bytes_put_u64(slot->data + AT_MEMORY, bytes_get_u64(slot->data + AT_MEMORY) & 0x3fff);
}

/* What lies over a sound slot opens only if it changes nothing. */
static void judge(int code, struct span slot, bool over)
{
	check(code == QORGAN_OK || code == QORGAN_DENIED || code == QORGAN_IO);
	if (code == QORGAN_OK && over)
		check((span_equal(slot, buffer_span(&sound[0])) || span_equal(slot, buffer_span(&sound[1])) ||
		       span_equal(slot, buffer_span(&sound[2]))) &&
		      memcmp(root, opened, sizeof *root) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buffer slot = { 0 };

	start();
	if (size < 1)
		return 0;
	bool over = data[0] & (OVER_PASSPHRASE | OVER_AGE | OVER_KEY);
	if (over) {
		buffer_append_span(&slot, buffer_span(&sound[data[0] & OVER_PASSPHRASE ? 0 : data[0] & OVER_AGE ? 1 : 2]));
		for (size_t i = 1; i < size && i <= slot.size; i++)
			slot.data[i - 1] ^= (char)data[i];
	} else {
		buffer_append(&slot, data + 1, size - 1);
	}
	check(!slot.failed);
	cost_lower(&slot);
	if (data[0] & MEND_CHECKSUM && slot.size > CHECKSUM)
		crypto_generichash((uint8_t *)slot.data + slot.size - CHECKSUM, CHECKSUM, (const uint8_t *)slot.data,
		                   slot.size - CHECKSUM, NULL, 0);
	enum slot_kind kind = slot_kind_of(buffer_span(&slot));
	int by_passphrase = slot_open_passphrase(id, buffer_span(&slot), PASSPHRASE, opened, by, NULL);
	judge(by_passphrase, buffer_span(&slot), over);
	int by_identity = slot_open_identities(id, buffer_span(&slot), (const uint8_t (*)[32])identity, 1, opened, by, NULL);
	judge(by_identity, buffer_span(&slot), over);
	int by_key = slot_open_security_key(id, buffer_span(&slot), answer, opened, by, NULL);
	judge(by_key, buffer_span(&slot), over);
	struct slot_door door;
	check(slot_door_read(buffer_span(&slot), &door) == (kind != SLOT_DAMAGED));
	check(kind != SLOT_SECURITY_KEY || (door.credential.id_size > 0 && door.credential.id_size <= SECURITY_KEY_CREDENTIAL_LIMIT));
	check(by_passphrase == QORGAN_IO || kind == SLOT_PASSPHRASE);
	check(by_identity == QORGAN_IO || kind == SLOT_AGE);
	check(by_key == QORGAN_IO || kind == SLOT_SECURITY_KEY);
	buffer_free(&slot);
	return 0;
}
