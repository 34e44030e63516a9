/* qorgan recovery: a way in that several people keep together. */
#include <sys/stat.h>

#include "base/file.h"
#include "cli/call.h"
#include "cli/output.h"
#include "cli/recovery_sheet.h"
#include "qorgan/recovery.h"

typedef char share_text[QORGAN_SHARE_SIZE];

/* ---- make ---------------------------------------------------------------------------- */

/* "3-of-5". */
static int numbers_read(const char *text, unsigned *needed, unsigned *count, struct qorgan_error *error)
{
	char rest;

	if (text && sscanf(text, "%2u-of-%2u%c", needed, count, &rest) == 2 && *needed >= 2 && *needed <= *count &&
	    *count <= QORGAN_SHARES_LIMIT)
		return QORGAN_OK;
	return error_set(error, QORGAN_USAGE, "say how many shares are needed, and how many there are to be: --shares 3-of-5; 2 are "
	                 "needed at least, and %d made at most", QORGAN_SHARES_LIMIT);
}

static int sheet_put(struct call *call, const char *folder, const struct recovery_sheet *sheet)
{
	struct output output = { 0 };
	char path[4200];

	if (snprintf(path, sizeof path, "%s/share-%u-of-%u.html", folder, sheet->number, sheet->count) >= (int)sizeof path)
		return error_set(&call->error, QORGAN_CANNOT_CREATE, "the folder's name is too long");
	int code = output_open(&output, path, &call->error);
	if (!code) {
		code = recovery_sheet_write(sheet, output.stream, &call->error);
		code = output_close(&output, code, &call->error);
	}
	if (!code && !call->quiet)
		puts(path);
	return code;
}

/* The shares are nowhere else: where the sheets cannot be written, the slot is taken away. */
static int sheets_put(struct call *call, const char *folder, struct recovery_sheet *sheet, share_text *shares)
{
	int code = QORGAN_OK;

	for (sheet->number = 1; sheet->number <= sheet->count && !code; sheet->number++) {
		sheet->share = shares[sheet->number - 1];
		code = sheet_put(call, folder, sheet);
	}
	return code;
}

static int folder_make(struct call *call, const char *folder)
{
	struct stat status;

	if (!folder)
		return error_set(&call->error, QORGAN_USAGE, "say in which folder the sheets are to be: -o FOLDER");
	if (mkdir(folder, 0700) && (stat(folder, &status) || !S_ISDIR(status.st_mode)))
		return error_set_system(&call->error, QORGAN_CANNOT_CREATE, "cannot make the folder %s", folder);
	return QORGAN_OK;
}

int cmd_recovery_make(struct call *call)
{
	const struct qorgan_custody how = { call_value(call, "as"), call_value(call, "message") };
	const char *folder = call_value(call, "output");
	struct recovery_sheet sheet = { 0 };
	struct qorgan_commit result;
	share_text *shares = NULL;
	char day[11];
	uint8_t slot = 0;
	int code = numbers_read(call_value(call, "shares"), &sheet.needed, &sheet.count, &call->error);

	if (!code)
		code = call_open(call, 0);
	if (!code)
		code = folder_make(call, folder);
	if (!code && !(shares = qorgan_secret_alloc(sheet.count * sizeof *shares)))
		code = error_set_memory(&call->error);
	if (!code)
		code = qorgan_recovery_make(call->store, sheet.needed, sheet.count, &how, shares, &slot, &result, &call->error);
	if (!code) {
		qorgan_store_today(call->store, day);
		sheet.store = qorgan_store_id(call->store);
		sheet.state = qorgan_store_state(call->store);
		sheet.user = qorgan_store_user(call->store);
		sheet.day = day;
		sheet.slot = slot;
		code = sheets_put(call, folder, &sheet, shares);
		if (code)
			call_say(call, "The sheets are not all there: take the slot away with qorgan user slot remove %s %u, and try again",
			         sheet.user, slot);
	}
	qorgan_secret_free(shares);
	if (!code) {
		call_say(call, "Print each sheet once, give each to another keeper, and delete the files");
		call_warn_after(call);
	}
	return code;
}

/* ---- use ------------------------------------------------------------------------------- */

/* The share in a file: a sheet, or what was typed or scanned. */
static int share_read(struct call *call, const char *path, share_text *share)
{
	char *text = qorgan_secret_alloc(16384);
	size_t size = 0;

	if (!text)
		return error_set_memory(&call->error);
	int code = file_read_secret_head(path, text, 16384, &size, &call->error);
	if (!code && !qorgan_share_find(text, size, *share))
		code = error_set(&call->error, QORGAN_BAD_DATA, "%s holds no share that is whole: it begins with QORGANSHARE1", path);
	qorgan_secret_free(text);
	return code;
}

static int identity_join(struct call *call, uint8_t *identity)
{
	size_t count = call->arguments.operand_count;
	share_text *shares = count <= QORGAN_SHARES_LIMIT ? qorgan_secret_alloc(count * sizeof *shares) : NULL;
	int code = shares ? QORGAN_OK : error_set(&call->error, QORGAN_USAGE, "give %d shares at most", QORGAN_SHARES_LIMIT);

	for (size_t i = 0; i < count && !code; i++)
		code = share_read(call, call_operand(call, i), &shares[i]);
	if (!code)
		code = qorgan_shares_join((const share_text *)shares, count, identity, &call->error);
	qorgan_secret_free(shares);
	return code;
}

int cmd_recovery_use(struct call *call)
{
	const struct qorgan_custody how = { call_value(call, "as"), call_value(call, "message") };
	struct qorgan_commit result;
	struct qorgan_door door;
	uint8_t *identity = NULL, number = 0;
	int code = call_door(call, &door);

	if (!code && !(identity = qorgan_secret_alloc(32)))
		code = error_set_memory(&call->error);
	if (!code)
		code = identity_join(call, identity);
	if (!code)
		code = call_open_recovered(call, identity);
	qorgan_secret_free(identity);
	if (!code)
		code = qorgan_slot_add(call->store, qorgan_store_user(call->store), &door, &how, &number, &result, &call->error);
	if (!code) {
		call_say(call, "%s opens the store again, by slot %u; whoever saw the shares can, too: make new ones, and take the slot of "
		         "these away", qorgan_store_user(call->store), number);
		call_committed(call, &result, "user", qorgan_store_user(call->store));
		call_warn_after(call);
	}
	return code;
}
