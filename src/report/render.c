/* Writing out what a renderer has gathered. */
#include "report/render.h"

#define RENDER_CHUNK ((size_t)64 * 1024)

static void write_out(struct render_output *output)
{
	if (output->text.failed)
		output->failed = true;
	if (!output->failed && output->text.size > 0 &&
	    fwrite(output->text.data, 1, output->text.size, output->file) != output->text.size)
		output->failed = true;
	buffer_clear(&output->text);
}

void render_flush(struct render_output *output)
{
	if (output->text.size >= RENDER_CHUNK || output->text.failed)
		write_out(output);
}

void render_finish(struct render_output *output)
{
	write_out(output);
	buffer_free(&output->text);
}
