/* Writing every report into a folder, which appears whole. */
#include "cli/report_all.h"

#include "base/folder.h"
#include "cli/call.h"
#include "cli/emit.h"
#include "cli/handed.h"
#include "cli/report_format.h"
#include "cli/report_frame.h"
#include "qorgan/report.h"

struct writing {
	struct call *call;
	struct folder_writer *folder;
	uint64_t files;
};

static int file_take(void *context, const char *name, const void *data, size_t size, uint64_t done, uint64_t total,
                     struct qorgan_error *error)
{
	struct writing *writing = context;

	writing->files++;
	if (progress_tell(&writing->call->progress, "writing reports", done, total))
		return call_stop(writing->call);
	return folder_add(writing->folder, name, data, size, error);
}

static void format_left_out(void *context, const char *format, const char *why)
{
	struct writing *writing = context;

	call_say(writing->call, "without the format %s: %s", format, why);
}

static int refuse_others(struct call *call)
{
	static const char *const others[] = { "domain", "state", "joint", "output", "picture", "page", "filter",
		                              "columns" };

	for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
		if (arguments_has(&call->arguments, others[i]))
			return error_set(&call->error, QORGAN_USAGE, "--%s does not go with --all, which writes every report whole",
			                 others[i]);
	if (call_operand(call, 0))
		return error_set(&call->error, QORGAN_USAGE, "--all writes every kind of report: leave out \"%.40s\"",
		                 call_operand(call, 0));
	return QORGAN_OK;
}

static int hand_out(struct call *call, const struct qorgan_report_all *all, struct qorgan_handed *handed)
{
	const struct qorgan_handing how = { .user = call_value(call, "as"), .message = call_value(call, "message") };

	return qorgan_report_all_hand_out(call->store, all, &how, handed, &call->error);
}

int report_all(struct call *call, const char *path)
{
	struct writing writing = { .call = call };
	struct qorgan_frame *frame = NULL;
	struct qorgan_report_all all = {
		.period = call_value(call, "period"),
		.as_of = call_value(call, "as-of"),
		.audience = call_value(call, "for"),
		.languages = call_value(call, "lang"),
		.formats = call_value(call, "format"),
		.dossiers = call_value(call, "dossiers"),
		.file = file_take,
		.left_out = format_left_out,
		.context = &writing,
	};
	struct emit emit = { .to = stdout };
	bool hands_out = all.audience && !arguments_has(&call->arguments, "preview");
	struct qorgan_handed handed = { .commit = 0 };
	int code = refuse_others(call);

	if (!code)
		code = report_formats_check(call);
	if (!code)
		code = report_frame_read(call, NULL, &frame);
	if (!code)
		code = call_open(call, hands_out ? 0 : QORGAN_READ_ONLY);
	if (!code)
		code = folder_create(path, qorgan_report_all_is_file, &writing.folder, &call->error);
	if (code) {
		qorgan_frame_free(frame);
		return code;
	}
	all.frame = frame;
	code = hands_out ? hand_out(call, &all, &handed) : qorgan_report_all(call->store, &all, &call->error);
	qorgan_frame_free(frame);
	progress_clear(&call->progress);
	if (code)
		folder_abandon(writing.folder);
	else
		code = folder_commit(writing.folder, &call->error);
	if (!code && hands_out)
		handed_tell(call, &handed);
	if (code && handed.commit)
		error_prefix(&call->error, code, "the release was logged but not finished; it is %s: make the reports again",
		             handed.id);
	if (code)
		return code;
	if (call->json) {
		emit_open(&emit, NULL, '{');
		emit_text(&emit, "folder", path);
		emit_number(&emit, "files", writing.files);
		emit_close(&emit, '}');
		emit_end(&emit);
	}
	call_say(call, "%s: %llu files; begin with index.html", path, (unsigned long long)writing.files);
	return QORGAN_OK;
}
