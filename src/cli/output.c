/* Standard output, or a file that appears whole. */
#include "cli/output.h"

#include <string.h>

#include "base/memory.h"

static ssize_t output_write(void *context, const char *data, size_t size)
{
	struct output *output = context;

	/* 0 tells stdio that it failed; a negative number is not allowed here. */
	if (output->error.code || file_write(output->writer, data, size, &output->error))
		return 0;
	return (ssize_t)size;
}

int output_open(struct output *output, const char *path, struct qorgan_error *error)
{
	if (!path || strcmp(path, "-") == 0) {
		output->stream = stdout;
		return QORGAN_OK;
	}
	int code = file_create(path, 0600, &output->writer, error);
	if (code)
		return code;
	output->stream = fopencookie(output, "w", (cookie_io_functions_t){ .write = output_write });
	if (output->stream)
		return QORGAN_OK;
	file_abandon(output->writer);
	output->writer = NULL;
	return error_set_memory(error);
}

int output_close(struct output *output, int code, struct qorgan_error *error)
{
	if (!output->writer)
		return code;
	bool failed = ferror(output->stream) != 0;
	if (fclose(output->stream))
		failed = true;
	if (!code && output->error.code) {
		*error = output->error;
		code = error->code;
	} else if (!code && failed) {
		code = error_set(error, QORGAN_IO, "cannot write the file");
	}
	/* What was to be written may lack a part. */
	if (!code && memory_failures())
		code = error_set_memory(error);
	if (code)
		file_abandon(output->writer);
	else
		code = file_commit(output->writer, error);
	output->writer = NULL;
	return code;
}
