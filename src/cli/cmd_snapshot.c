/* qorgan report freeze, show: a report as it was handed out, for years. */
#include <stdlib.h>
#include <string.h>

#include "cli/appendix.h"
#include "cli/call.h"
#include "cli/output.h"
#include "cli/report_format.h"
#include "cli/report_frame.h"
#include "qorgan/proof.h"
#include "qorgan/snapshot.h"

static void format_left_out(void *context, const char *format, const char *why)
{
	call_say(context, "without the format %s: %s", format, why);
}

int cmd_report_freeze(struct call *call)
{
	struct qorgan_freeze freeze = {
		.period = call_operand(call, 0),
		.as_of = call_value(call, "as-of"),
		.joint = arguments_has(&call->arguments, "joint"),
		.formats = call_value(call, "format"),
		.reason = call_value(call, "reason"),
		.release = call_value(call, "release"),
		.user = call_value(call, "as"),
		.message = call_value(call, "message"),
		.left_out = format_left_out,
		.context = call,
	};
	struct qorgan_commit result = { 0 };
	struct qorgan_frame *frame = NULL;
	char id[65];
	int code = report_formats_check(call);

	if (arguments_has(&call->arguments, "filter"))
		return error_set(&call->error, QORGAN_USAGE, "what is frozen is the whole report: leave out --filter, and write "
		                 "a filtered one with qorgan report");
	if (!code)
		code = report_frame_read(call, NULL, &frame);
	freeze.frame = frame;
	if (!code)
		code = call_open(call, 0);
	if (!code)
		code = qorgan_freeze(call->store, &freeze, id, &result, &call->error);
	qorgan_frame_free(frame);
	if (!code)
		call_committed(call, &result, "snapshot", id);
	if (!code)
		call_warn_after(call);
	return code;
}

/* ---- show ------------------------------------------------------------------------- */

static int put_beside(const char *path, const char *ending, const char *data, size_t size, struct qorgan_error *error)
{
	struct output output = { 0 };
	struct buffer name = { 0 };

	buffer_append_format(&name, "%s%s", path, ending);
	int code = name.failed ? error_set_memory(error) : output_open(&output, buffer_text(&name), error);
	if (!code) {
		fwrite(data, 1, size, output.stream);
		code = output_close(&output, QORGAN_OK, error);
	}
	buffer_free(&name);
	return code;
}

static int appendix_put(struct call *call, const struct appendix *appendix, const char *path)
{
	struct output output = { 0 };
	struct buffer name = { 0 };

	buffer_append_format(&name, "%s.appendix.html", path);
	int code = name.failed ? error_set_memory(&call->error) : output_open(&output, buffer_text(&name), &call->error);
	if (!code)
		code = output_close(&output, appendix_write(call, appendix, output.stream), &call->error);
	buffer_free(&name);
	return code;
}

/* Whoever hands the file on can hand on what proves it: the record holds less than the file. */
static int proof_put(struct call *call, const struct qorgan_object *snapshot, const struct qorgan_rendering *rendering,
                     const char *path)
{
	const char *slash = strrchr(path, '/');
	struct qorgan_proof proof = { 0 };
	const struct appendix appendix = { slash ? slash + 1 : path, snapshot, rendering, &proof };
	int code = qorgan_proof_make(call->store, snapshot, true, &proof, &call->error);

	if (!code)
		code = put_beside(path, ".tlog-proof", proof.text, proof.size, &call->error);
	if (!code && arguments_has(&call->arguments, "appendix"))
		code = appendix_put(call, &appendix, path);
	if (!code)
		call_say(call, "%s, with %s.minisig and %s.tlog-proof: %s version %u, %s, which is entry %llu of %s", path, path,
		         path, qorgan_object_id(snapshot), qorgan_object_version(snapshot), proof.marking,
		         (unsigned long long)proof.index, proof.origin);
	qorgan_proof_free(&proof);
	return code;
}

static int snapshot_put(struct call *call, const struct qorgan_object *snapshot, const char *format, const char *path)
{
	struct qorgan_rendering rendering = { 0 };
	struct output output = { 0 };
	int code = output_open(&output, path, &call->error);

	if (code)
		return code;
	code = qorgan_snapshot_read(call->store, snapshot, format, output.stream, &rendering, &call->error);
	code = output_close(&output, code, &call->error);
	if (!code && path)
		code = put_beside(path, ".minisig", rendering.signature, strlen(rendering.signature), &call->error);
	if (!code && path)
		code = proof_put(call, snapshot, &rendering, path);
	free(rendering.signature);
	return code;
}

int cmd_report_show(struct call *call)
{
	const char *path = call_value(call, "output"), *format = NULL;
	struct qorgan_object *snapshot = NULL;
	struct reference reference;
	char owner[65];

	int code = report_format_choose(call, &format);
	if (path && strcmp(path, "-") == 0)
		path = NULL;
	if (!code && !path && arguments_has(&call->arguments, "appendix"))
		code = error_set(&call->error, QORGAN_USAGE, "the appendix is written beside the file: give one with -o");
	if (!code)
		code = reference_parse(call_operand(call, 0), &reference, &call->error);
	if (!code)
		code = call_open(call, QORGAN_READ_ONLY);
	if (!code)
		code = call_owner(call, owner);
	if (!code)
		code = qorgan_object_get_owned(call->store, "snapshot", reference.id, *owner ? owner : NULL, reference.version,
		                               &snapshot, &call->error);
	if (!code)
		code = snapshot_put(call, snapshot, format, path);
	qorgan_object_free(snapshot);
	return code;
}
