/* qorgan doctor: is all well around the store? */
#include <stdlib.h>

#include "base/language.h"
#include "cli/call.h"
#include "cli/emit.h"
#include "cli/terminal.h"
#include "confine/confine.h"
#include "qorgan/doctor.h"

struct doctoring {
	struct call *call;
	struct emit emit;
	bool begun; /* the JSON */
};

static void line_print(const char *health, const struct qorgan_diagnosis *diagnosis)
{
	printf("%s: %s: %s", health, diagnosis->check, diagnosis->what);
	if (*diagnosis->object)
		printf("; %s", diagnosis->object);
	if (*diagnosis->advice)
		printf("; %s", diagnosis->advice);
	putchar('\n');
	/* The next check may come to grief on a damaged file. */
	fflush(stdout);
}

static void diagnosis_print(struct call *call, const struct qorgan_diagnosis *diagnosis)
{
	progress_clear(&call->progress);
	switch (diagnosis->health) {
	case QORGAN_HEALTH_OK:
		if (!call->quiet)
			line_print(language_said("good"), diagnosis);
		break;
	case QORGAN_HEALTH_SKIPPED:
		line_print(language_said("not looked at"), diagnosis);
		break;
	case QORGAN_HEALTH_WARNING:
		line_print(language_said("warning"), diagnosis);
		break;
	case QORGAN_HEALTH_ERROR:
		line_print(language_said("ERROR"), diagnosis);
		break;
	}
}

static void diagnosis_emit(struct emit *emit, const struct qorgan_diagnosis *diagnosis)
{
	static const char *const words[] = {
		[QORGAN_HEALTH_OK] = "ok", [QORGAN_HEALTH_SKIPPED] = "skipped",
		[QORGAN_HEALTH_WARNING] = "warning", [QORGAN_HEALTH_ERROR] = "error",
	};

	emit_open(emit, NULL, '{');
	emit_text(emit, "check", diagnosis->check);
	emit_text(emit, "result", words[diagnosis->health]);
	emit_text(emit, "what", diagnosis->what);
	emit_text(emit, "object", diagnosis->object);
	emit_text(emit, "advice", diagnosis->advice);
	emit_close(emit, '}');
}

static void diagnosis_tell(void *context, const struct qorgan_diagnosis *diagnosis)
{
	struct doctoring *doctoring = context;

	if (!doctoring->call->json) {
		diagnosis_print(doctoring->call, diagnosis);
		return;
	}
	if (!doctoring->begun) {
		emit_open(&doctoring->emit, NULL, '{');
		emit_open(&doctoring->emit, "findings", '[');
		doctoring->begun = true;
	}
	diagnosis_emit(&doctoring->emit, diagnosis);
}

static void confinement_warn(struct doctoring *doctoring, struct qorgan_doctor_result *result, const char *what,
                             const char *advice)
{
	diagnosis_tell(doctoring, &(struct qorgan_diagnosis){ .check = "confinement", .health = QORGAN_HEALTH_WARNING,
	                                                      .what = what, .object = "", .advice = advice });
	result->warnings++;
}

/* Of the program, not of the library: whoever calls that is not confined. */
static void confinement_judge(struct doctoring *doctoring, struct qorgan_doctor_result *result)
{
	uint64_t before = result->warnings;

	if (!confine_holds_files())
		confinement_warn(doctoring, result,
		                 language_said("nothing keeps the program from writing to other folders than it is told to: the "
		                               "kernel has no Landlock, or it is switched off"),
		                 language_said("run Linux 5.13 or later with \"landlock\" among what lsm= names at its start"));
	if (!confine_holds_calls())
		confinement_warn(doctoring, result,
		                 language_said("nothing keeps the program from the network and from starting others: the kernel "
		                               "takes no filter of system calls"),
		                 language_said("run a kernel with seccomp, in a container one that lets processes use it"));
	result->checks++;
	if (result->warnings == before)
		diagnosis_tell(doctoring, &(struct qorgan_diagnosis){
			.check = "confinement", .health = QORGAN_HEALTH_OK, .object = "", .advice = "",
			.what = language_said("whether the program keeps itself from the network, other programs and other folders") });
}

/* Without anybody to be asked for a passphrase, what was not given is not wanted. */
static bool key_is_given(const struct call_keys *keys)
{
	return keys->files[0] || !keys->keys.ask || terminal_asks();
}

static void result_tell(struct doctoring *doctoring, const struct qorgan_doctor_result *result)
{
	struct emit *emit = &doctoring->emit;

	if (doctoring->call->json) {
		emit_close(emit, ']');
		emit_flag(emit, "ok", result->errors == 0);
		emit_number(emit, "checks", result->checks);
		emit_number(emit, "errors", result->errors);
		emit_number(emit, "warnings", result->warnings);
		emit_number(emit, "skipped", result->skipped);
		emit_close(emit, '}');
		emit_end(emit);
	} else if (!doctoring->call->quiet) {
		printf(language_said("errors: %llu, warnings: %llu, not looked at: %llu\n"), (unsigned long long)result->errors,
		       (unsigned long long)result->warnings, (unsigned long long)result->skipped);
	}
}

int cmd_doctor(struct call *call)
{
	struct doctoring doctoring = { .call = call, .emit = { .to = stdout } };
	struct qorgan_doctor_result result = { 0 };
	struct call_keys keys;
	char *path = call_store_path(call);

	if (!path)
		return call->error.code;
	call_keys(call, &keys);
	struct qorgan_doctor doctor = { .path = path, .key_files = keys.files, .tell = diagnosis_tell,
		                            .context = &doctoring };
	if (!arguments_has(&call->arguments, "no-key") && key_is_given(&keys))
		doctor.keys = &keys.keys;
	int code = qorgan_doctor(&doctor, &result, &call->error);
	free(path);
	if (code && code != QORGAN_NO)
		return code;
	confinement_judge(&doctoring, &result);
	result_tell(&doctoring, &result);
	if (code == QORGAN_NO) /* the findings have said it */
		call->error.message[0] = '\0';
	return code;
}
