/* qorgan reminders: who owes what by when. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/folder.h"
#include "base/memory_stream.h"
#include "cli/call.h"
#include "cli/emit.h"
#include "cli/output.h"
#include "cli/terminal.h"
#include "qorgan/reminders.h"

/* ---- Mails into a folder ------------------------------------------------------------ */

#define MAIL_BEGINS "reminder-"
#define MAIL_ENDS ".eml"

static bool is_mail(const char *name)
{
	size_t size = strlen(name), end = strlen(MAIL_ENDS);

	return strncmp(name, MAIL_BEGINS, strlen(MAIL_BEGINS)) == 0 && size > end &&
	       strcmp(name + size - end, MAIL_ENDS) == 0;
}

struct mailing {
	struct call *call;
	struct folder_writer *folder;
	struct emit emit;
	uint64_t written;
};

static void mail_tell(struct mailing *mailing, const char *name, const struct qorgan_reminder_mail *mail)
{
	struct emit *emit = &mailing->emit;

	if (mailing->call->json) {
		emit_open(emit, NULL, '{');
		emit_text(emit, "file", name);
		emit_text(emit, "state", mail->state);
		emit_text(emit, "language", mail->language);
		emit_number(emit, "items", mail->told.items);
		emit_number(emit, "late", mail->told.late);
		emit_number(emit, "withheld", mail->withheld);
		emit_flag(emit, "has_contact", mail->has_contact);
		emit_close(emit, '}');
	}
	if (!mail->has_contact)
		call_say(mailing->call, "%s: no contact of %s is on record: fill in the address", name, mail->state);
	if (mail->withheld)
		call_say(mailing->call, "%s: entries on what is not released to %s, left out: %llu", name, mail->state,
		         (unsigned long long)mail->withheld);
}

/* Nothing that may be said is no mail. */
static int mail_write(void *context, const struct qorgan_reminder_mail *mail, struct qorgan_error *error)
{
	struct mailing *mailing = context;
	char name[100];

	if (call_stop(mailing->call))
		return QORGAN_INTERRUPTED;
	if (!mail->told.items) {
		call_say(mailing->call, "no mail to %s: nothing that it owes is released to it", mail->state);
		return QORGAN_OK;
	}
	snprintf(name, sizeof name, MAIL_BEGINS "%.64s" MAIL_ENDS, mail->state);
	int code = folder_add(mailing->folder, name, mail->data, mail->size, error);
	mailing->written++;
	if (!code)
		mail_tell(mailing, name, mail);
	return code;
}

static int write_mails(struct call *call, const struct qorgan_reminders *asked, struct qorgan_reminders_told *told)
{
	struct mailing mailing = { .call = call };
	const char *path = call_value(call, "output");
	char *told_of = NULL; /* shown once the folder stands */
	size_t size = 0;

	if (!path || strcmp(path, "-") == 0)
		return error_set(&call->error, QORGAN_USAGE, "mails go into a folder: name it with -o");
	int code = folder_create(path, is_mail, &mailing.folder, &call->error);
	if (code)
		return code;
	mailing.emit.to = memory_stream_open(&told_of, &size);
	if (!mailing.emit.to) {
		folder_abandon(mailing.folder);
		return error_set_memory(&call->error);
	}
	emit_open(&mailing.emit, NULL, '[');
	code = qorgan_reminders_mail(call->store, asked, call_value(call, "lang"), mail_write, &mailing, told, &call->error);
	if (code)
		folder_abandon(mailing.folder);
	else
		code = folder_commit(mailing.folder, &call->error);
	emit_close(&mailing.emit, ']');
	emit_end(&mailing.emit);
	if (fclose(mailing.emit.to) && !code)
		code = error_set_memory(&call->error);
	if (call->json && !code)
		fwrite(told_of, 1, size, stdout);
	free(told_of);
	if (!code)
		call_say(call, "%s: %llu mails", path, (unsigned long long)mailing.written);
	return code;
}

/* ---- All in one --------------------------------------------------------------------------- */

static int write_one(struct call *call, struct qorgan_reminders *asked, struct qorgan_reminders_told *told)
{
	struct output output = { 0 };
	int code = output_open(&output, call_value(call, "output"), &call->error);

	if (code)
		return code;
	if (output.stream == stdout && terminal_shows(stdout))
		asked->columns = terminal_width();
	code = qorgan_reminders_write(call->store, asked, output.stream, told, &call->error);
	return output_close(&output, code, &call->error);
}

static int read_within(struct call *call, unsigned *within)
{
	const char *text = call_value(call, "within");
	uint64_t days = QORGAN_REMINDERS_DAYS;
	int code = text ? number_parse("--within", text, QORGAN_REMINDERS_DAYS_MOST, &days, &call->error) : QORGAN_OK;

	*within = (unsigned)days;
	return code;
}

int cmd_reminders(struct call *call)
{
	struct qorgan_reminders asked = {
		.period = call_value(call, "period"),
		.as_of = call_value(call, "as-of"),
		.state = call_value(call, "state"),
		.format = call_value(call, "format"),
	};
	struct qorgan_reminders_told told = { 0 };
	int code = read_within(call, &asked.within);

	if (!asked.format)
		asked.format = call->json ? "json" : "text";
	if (!code)
		code = call_open(call, QORGAN_READ_ONLY);
	if (code)
		return code;
	code = strcmp(asked.format, "mail") == 0 ? write_mails(call, &asked, &told) : write_one(call, &asked, &told);
	if (!code && told.late)
		return 1; /* which is an answer, and no failure */
	return code;
}
