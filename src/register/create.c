/* A new store: a vault with the states, scales and periods in it, which are data
 * and not code: a file built into the program, or one that the user gives. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/language.h"
#include "record/input.h"
#include "register/load.h"
#include "store/create.h"

/* catalogue/2026-2028/00-common.json, byte for byte. */
__asm__(".section .rodata\n"
        ".globl reference_start\n"
        "reference_start:\n"
        ".incbin \"" QORGAN_REFERENCE "\"\n"
        ".globl reference_end\n"
        "reference_end:\n"
        ".byte 0\n"
        ".section \".note.GNU-stack\",\"\",@progbits\n"
        ".text\n");
extern const char reference_start[] __attribute__((visibility("hidden")));
extern const char reference_end[] __attribute__((visibility("hidden")));

static int reference_open(const char *path, FILE **stream, struct qorgan_error *error)
{
	*stream = path ? fopen(path, "re")
	               : fmemopen((void *)reference_start, (size_t)(reference_end - reference_start), "r");
	if (*stream)
		return QORGAN_OK;
	return error_set_system(error, path && errno == ENOENT ? QORGAN_ABSENT : QORGAN_IO, "cannot read %s",
	                        path ? path : language_said("the built-in reference data"));
}

/* Gathers the states of the reference data before there is a store. */
static int state_take(void *context, const struct input_object *object, struct qorgan_error *error)
{
	return strcmp(object->schema->kind, "state") == 0 ? parties_add(context, object->id, object->body, error) : QORGAN_OK;
}

static void fault_ignore(void *context, const char *file, size_t line, const char *place, const char *text)
{
	(void)context, (void)file, (void)line, (void)place, (void)text; /* told when the data is loaded */
}

static int state_resolve(const struct qorgan_creation *creation, char code[65], struct qorgan_error *error)
{
	struct input_handler handler = { NULL, state_take, fault_ignore };
	struct parties *parties = NULL;
	FILE *stream = NULL;
	bool observer = false;
	int result = parties_make(&parties, error);

	if (!result)
		result = reference_open(creation->reference, &stream, error);
	if (!result) {
		handler.context = parties;
		result = input_read(stream, creation->reference ? creation->reference : "reference data", NULL, &handler, error);
	}
	if (!result && (!parties_find(parties, span_of(creation->state), code, &observer) || observer))
		result = parties_refuse(parties, span_of(creation->state), false, error);
	if (stream)
		fclose(stream);
	parties_free(parties);
	return result;
}

int qorgan_store_create(const char *path, const struct qorgan_creation *creation, struct qorgan_store **store,
                        struct qorgan_error *error)
{
	struct qorgan_creation resolved = *creation;
	struct qorgan_store *made = NULL;
	FILE *stream = NULL;
	char state[65];
	int code = state_resolve(creation, state, error);

	if (code)
		return code;
	resolved.state = state;
	code = vault_create(path, &resolved, &made, error);
	if (code)
		return code;
	code = reference_open(creation->reference, &stream, error);
	if (!code)
		code = load_stream(made, stream, creation->reference ? creation->reference : "reference data",
		                   "states, scales and periods", error);
	if (stream)
		fclose(stream);
	if (!code)
		code = vault_create_finish(made, error);
	if (code) {
		vault_create_discard(made);
		return code;
	}
	*store = made;
	return QORGAN_OK;
}
