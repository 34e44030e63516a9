/* qorgan recovery: a way in that several people keep together. */
#include <sys/stat.h>
#include <unistd.h>

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

/* The sheets as they are made. */
struct sheets {
	struct call *call;
	const char *folder;
	struct recovery_sheet sheet; /* the one that is written */
	unsigned put;                /* up to this number they are of this slot */
};

static int sheet_path(const struct sheets *sheets, unsigned number, char path[4200], struct qorgan_error *error)
{
	if (snprintf(path, 4200, "%s/share-%u-of-%u.html", sheets->folder, number, sheets->sheet.count) >= 4200)
		return error_set(error, QORGAN_CANNOT_CREATE, "the folder's name is too long");
	return QORGAN_OK;
}

/* A sheet that is there may be all that is left of another set. */
static int sheet_put(struct sheets *sheets, struct qorgan_error *error)
{
	struct output output = { 0 };
	struct stat status;
	char path[4200];
	int code = sheet_path(sheets, sheets->sheet.number, path, error);

	if (!code && lstat(path, &status) == 0)
		code = error_set(error, QORGAN_CANNOT_CREATE, "%s is there already, and may be a share of another slot: name another "
		                 "folder, or delete it", path);
	if (!code)
		code = output_open(&output, path, error);
	if (!code) {
		sheets->put = sheets->sheet.number;
		code = recovery_sheet_write(&sheets->sheet, output.stream, error);
		code = output_close(&output, code, error);
	}
	return code;
}

/* The shares are nowhere else: there is no slot unless all sheets are there. */
static int sheets_put(void *context, uint8_t slot, const share_text *shares, struct qorgan_error *error)
{
	struct sheets *sheets = context;
	struct recovery_sheet *sheet = &sheets->sheet;
	char day[11];
	int code = QORGAN_OK;

	qorgan_store_today(sheets->call->store, day);
	sheet->day = day;
	sheet->slot = slot;
	for (sheet->number = 1; sheet->number <= sheet->count && !code; sheet->number++) {
		sheet->share = shares[sheet->number - 1];
		code = sheet_put(sheets, error);
	}
	sheet->day = sheet->share = NULL;
	return code;
}

/* Those that are of no slot. */
static void sheets_remove(struct sheets *sheets)
{
	char path[4200];

	for (unsigned number = 1; number <= sheets->put; number++)
		if (!sheet_path(sheets, number, path, NULL))
			unlink(path);
}

static void sheets_tell(struct sheets *sheets)
{
	char path[4200];

	for (unsigned number = 1; number <= sheets->put && !sheets->call->quiet; number++)
		if (!sheet_path(sheets, number, path, NULL))
			puts(path);
	call_say(sheets->call, "Print each sheet once, give each to another keeper, and delete the files");
	call_warn_after(sheets->call);
}

int cmd_recovery_make(struct call *call)
{
	const struct qorgan_custody how = { call_value(call, "as"), call_value(call, "message") };
	struct sheets sheets = { .call = call, .folder = call_value(call, "output") };
	struct recovery_sheet *sheet = &sheets.sheet;
	struct qorgan_commit result;
	size_t first = 0;
	int code = numbers_read(call_value(call, "shares"), &sheet->needed, &sheet->count, &call->error);

	if (!code && !sheets.folder)
		code = error_set(&call->error, QORGAN_USAGE, "say in which folder the sheets are to be: -o FOLDER");
	if (!code)
		code = call_open(call, 0);
	if (!code)
		code = file_make_folders_noted(sheets.folder, 0700, &first, &call->error);
	if (!code) {
		sheet->store = qorgan_store_id(call->store);
		sheet->state = qorgan_store_state(call->store);
		sheet->user = qorgan_store_user(call->store);
		code = qorgan_recovery_make(call->store, sheet->needed, sheet->count, &how, sheets_put, &sheets, &result,
		                            &call->error);
	}
	if (!code) {
		sheets_tell(&sheets);
		return QORGAN_OK;
	}
	sheets_remove(&sheets);
	if (first)
		file_remove_folders(sheets.folder, first);
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
