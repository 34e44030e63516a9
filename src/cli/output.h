/* Where a command's data goes: standard output, or a file that appears whole or
 * not at all. */
#ifndef CLI_OUTPUT_H
#define CLI_OUTPUT_H

#include <stdio.h>

#include "base/error.h"
#include "base/file.h"

/* Initialise with { 0 }. */
struct output {
	FILE *stream;
	struct file_writer *writer; /* NULL: standard output */
	struct qorgan_error error;  /* of writing */
};

/* output_open(output, path, error): NULL or "-" is standard output; a file is
 * made with mode 0600. */
int output_open(struct output *output, const char *path, struct qorgan_error *error);
/* output_close(output, code, error): if `code` is QORGAN_OK, put the file in
 * place; otherwise leave nothing. Returns the code, or that of a failure to write. */
int output_close(struct output *output, int code, struct qorgan_error *error);

#endif
