/* Fuzzes the store's own bytes: any file in the place of a store, and a sound one with other bytes here and there.
 * Its structure is checked; it is opened, and verified or read, as every command does it, to an answer or to the end
 * that damage makes; then what is left is salvaged by a repair, which makes a new store of it or only tells what it
 * would. The first byte says what the rest is: 0, a file; else triples of two bytes of place and one of content, where
 * half of the places are at the heads of pages. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "engine/engine.h"
#include "qorgan/repair.h"
#include "small_store.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void overlay(const uint8_t *data, size_t size, struct buffer *image)
{
	buffer_append_span(image, small_store_bytes());
	for (; size >= 3; data += 3, size -= 3) {
		size_t place = (size_t)data[0] << 8 | data[1], pages = image->size / 4096;
		size_t at = place & 1 ? place / 2 % pages * 4096 + place / 2 / pages % 300 : place * 2654435761u % image->size;
		image->data[at] = (char)data[2];
	}
	check(!image->failed);
}

static void finding_check(void *context, const char *what, const char *object, const char *advice)
{
	(void)object;
	++*(uint64_t *)context;
	check(*what && advice != NULL);
}

static void structure_check(void)
{
	struct qorgan_verification found;
	struct qorgan_error error = { 0 };
	uint64_t told = 0;
	int code = qorgan_verify_path(small_store_path("store"), finding_check, &told, &found, &error);

	check_message(code, &error);
	check(code == QORGAN_OK || code == QORGAN_NO || told == 0);
	check((told > 0) == (code == QORGAN_NO));
}

static void store_verify(void)
{
	struct qorgan_store *store = NULL;
	struct qorgan_verification found;
	struct qorgan_error error = { 0 };
	uint64_t told = 0;
	int code = qorgan_store_open(small_store_path("store"), small_store_keys(), QORGAN_INSPECT | QORGAN_ANY_FILESYSTEM,
	                             &store, &error);

	check_message(code, &error);
	if (!code) {
		code = qorgan_verify(store, finding_check, &told, &found, &error);
		check_message(code, &error);
		check(code != QORGAN_OK || told == 0);
	}
	qorgan_store_close(store);
}

/* Which reports are read. */
static size_t turn;

static void store_read(void)
{
	struct qorgan_store *store = NULL;
	struct qorgan_error error = { 0 };
	int code = qorgan_store_open(small_store_path("store"), small_store_keys(), QORGAN_READ_ONLY | QORGAN_ANY_FILESYSTEM,
	                             &store, &error);

	check_message(code, &error);
	if (!code)
		small_store_look(store, turn);
	qorgan_store_close(store);
}

/* In a process apart with the guard of the program, as the database believes what it reads: it ends there with what
 * it was asked, or with the code of damage, and never with a defect of the program. */
static void apart(void (*work)(void))
{
	int status = 0;
	pid_t child = fork();

	if (child == 0) {
		engine_guard("damaged");
		work();
		_exit(QORGAN_OK);
	}
	check(child > 0);
	while (waitpid(child, &status, 0) != child) /* for the fuzzer's own alarm */
		check(errno == EINTR);
	check(WIFEXITED(status) && (WEXITSTATUS(status) == QORGAN_OK || WEXITSTATUS(status) == QORGAN_IO));
}

static void item_check(void *context, const struct qorgan_repair_item *item)
{
	++*(uint64_t *)context;
	check(item->fate <= QORGAN_REPAIR_LOST && *item->what);
}

/* What is found wrong with the new store is no finding of the fuzzer, as it is not kept then. */
static void store_salvage(bool dry_run)
{
	uint64_t items = 0, told = 0;
	const struct qorgan_repair repair = { .path = small_store_path("store"), .place = small_store_path("new"),
		                                  .keys = small_store_keys(), .any_filesystem = true, .dry_run = dry_run,
		                                  .item = item_check, .item_context = &items, .finding = finding_check,
		                                  .finding_context = &told };
	struct qorgan_repaired repaired;
	struct qorgan_error error = { 0 };
	int code = qorgan_repair(&repair, &repaired, &error);

	check_message(code, &error);
	check((access(small_store_path("new"), F_OK) == 0) == (!dry_run && (code == QORGAN_OK || code == QORGAN_NO)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buffer image = { 0 };

	if (size < 1)
		return 0;
	small_store_start();
	if (data[0])
		overlay(data + 1, size - 1, &image);
	else
		buffer_append(&image, data + 1, size - 1);
	small_store_write("store/store.mdb", buffer_text(&image), image.size);
	turn = size;
	structure_check();
	apart(size % 4 ? store_read : store_verify);
	store_salvage(size / 3 % 8 != 3);
	small_store_reset();
	buffer_free(&image);
	return 0;
}
