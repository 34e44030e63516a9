/* A stream into a growable buffer. */
#include "base/memory_stream.h"

#include <stdlib.h>

#include "base/buffer.h"
#include "base/memory.h"

struct memory_stream {
	struct buffer content;
	char **data;
	size_t *size;
};

/* 0 tells stdio that it failed. */
static ssize_t stream_write(void *context, const char *data, size_t size)
{
	struct memory_stream *stream = context;

	buffer_append(&stream->content, data, size);
	return stream->content.failed ? 0 : (ssize_t)size;
}

static int stream_close(void *context)
{
	struct memory_stream *stream = context;

	*stream->size = stream->content.size;
	*stream->data = buffer_take(&stream->content);
	int result = *stream->data ? 0 : -1;
	if (result)
		*stream->size = 0;
	buffer_free(&stream->content);
	free(stream);
	return result;
}

FILE *memory_stream_open(char **data, size_t *size)
{
	struct memory_stream *stream = calloc(1, sizeof *stream);
	FILE *file = NULL;

	*data = NULL;
	*size = 0;
	if (stream) {
		stream->data = data;
		stream->size = size;
		file = fopencookie(stream, "w", (cookie_io_functions_t){ .write = stream_write, .close = stream_close });
	}
	if (!file) {
		memory_failed();
		free(stream);
	}
	return file;
}
