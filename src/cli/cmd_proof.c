/* qorgan proof: one version and its place in the signed log, as a file. */
#include <string.h>

#include "cli/call.h"
#include "cli/emit.h"
#include "cli/output.h"
#include "qorgan/proof.h"

static void proof_emit(const struct qorgan_object *object, const struct qorgan_proof *proof, const char *output)
{
	struct emit emit = { .to = stdout };

	emit_open(&emit, NULL, '{');
	emit_text(&emit, "kind", qorgan_object_kind(object));
	emit_text(&emit, "id", qorgan_object_id(object));
	emit_number(&emit, "version", qorgan_object_version(object));
	emit_text(&emit, "origin", proof->origin);
	emit_number(&emit, "index", proof->index);
	emit_number(&emit, "leaves", proof->leaves);
	emit_text(&emit, "root", proof->root);
	emit_text(&emit, "marking", proof->marking);
	emit_text(&emit, "release", proof->release);
	emit_text(&emit, "withheld", proof->withheld);
	emit_text(&emit, "output", output);
	emit_text(&emit, "proof", output ? NULL : proof->text);
	emit_close(&emit, '}');
	emit_end(&emit);
}

/* Who hands a proof on should know for whom its record is meant. */
static void release_say(struct call *call, const struct qorgan_object *object, const struct qorgan_proof *proof)
{
	const char *release = *proof->release ? proof->release : "nobody";
	struct buffer what = { 0 };

	buffer_append_format(&what, "%s %s version %u", qorgan_object_kind(object), qorgan_object_id(object),
	                     qorgan_object_version(object));
	call_say(call, "%s is entry %llu of %llu; the proof holds the whole record, %s, which an export would give to %s",
	         buffer_text(&what), (unsigned long long)proof->index, (unsigned long long)proof->leaves, proof->marking,
	         release);
	if (proof->withheld) {
		buffer_append_format(&what, " is disclosed, though no export would hold it: %s", proof->withheld);
		call_warn(call, buffer_text(&what));
	}
	buffer_free(&what);
}

static int proof_put(struct call *call, const struct qorgan_proof *proof, const char *path)
{
	struct output output = { 0 };
	int code = output_open(&output, path, &call->error);

	if (code)
		return code;
	fwrite(proof->text, 1, proof->size, output.stream);
	return output_close(&output, code, &call->error);
}

int cmd_proof(struct call *call)
{
	const char *path = call_value(call, "output");
	struct qorgan_object *object = NULL;
	struct qorgan_proof proof = { 0 };
	struct reference reference;
	char owner[65];
	int code = reference_parse(call_operand(call, 0), &reference, &call->error);

	if (path && strcmp(path, "-") == 0)
		path = NULL;
	if (!code)
		code = call_open(call, QORGAN_READ_ONLY);
	if (!code)
		code = call_owner(call, owner);
	if (!code)
		code = qorgan_object_get_owned(call->store, call_value(call, "kind"), reference.id, *owner ? owner : NULL,
		                               reference.version, &object, &call->error);
	if (!code)
		code = qorgan_proof_make(call->store, object, arguments_has(&call->arguments, "disclose"), &proof,
		                         &call->error);
	if (!code && (path || !call->json))
		code = proof_put(call, &proof, path);
	if (!code && call->json)
		proof_emit(object, &proof, path);
	if (!code)
		release_say(call, object, &proof);
	qorgan_proof_free(&proof);
	qorgan_object_free(object);
	return code;
}
