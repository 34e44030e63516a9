/* Fuzzes what surrounds a report: a title, a foreword and the head of the paper, each from a file of somebody's
 * own. What is taken stands in the report, in each of the forms that the library writes itself; nothing else of it
 * gets in. The parts of the input are parted by a zero byte: title, foreword, letterhead, logo. */
#include <stdlib.h>
#include <string.h>

#include "qorgan/report.h"
#include "small_store.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct qorgan_store *store;

/* The next part. */
static struct span part_take(struct span *rest)
{
	const char *zero = rest->size ? memchr(rest->data, '\0', rest->size) : NULL;
	struct span part = { rest->data, zero ? (size_t)(zero - rest->data) : rest->size };
	size_t used = part.size + (zero != NULL);

	*rest = (struct span){ rest->data + used, rest->size - used };
	return part;
}

static size_t scripts_count(struct span text)
{
	size_t count = 0;

	for (const char *at; (at = memmem(text.data, text.size, "<script", 7)); count++)
		text = (struct span){ at + 7, (size_t)(text.data + text.size - at - 7) };
	return count;
}

/* Returns how many scripts there are in it. */
static size_t report_write(const struct qorgan_frame *frame, const char *format)
{
	const struct qorgan_report report = { .kind = "matrix", .format = format, .frame = frame };
	struct qorgan_error error = { 0 };
	char *text = NULL;
	size_t size = 0;
	FILE *to = open_memstream(&text, &size);

	check(to != NULL);
	check_message(qorgan_report_write(store, &report, to, &error), &error);
	check(fclose(to) == 0);
	check(!memchr(text, '\x1b', size)); /* nothing steers a terminal */
	size_t count = scripts_count((struct span){ text, size });
	free(text);
	return count;
}

/* In a page, what people wrote into those files is text and no code. */
static void reports_write(const struct qorgan_frame *frame)
{
	static size_t own = SIZE_MAX;

	if (own == SIZE_MAX)
		own = report_write(NULL, "html");
	check(report_write(frame, "html") == own);
	report_write(frame, "text");
	report_write(frame, "md");
	report_write(frame, "json");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span rest = { (const char *)data, size };
	struct qorgan_frame *frame = NULL;
	struct qorgan_error error = { 0 };
	struct buffer title = { 0 };

	small_store_start();
	if (!store)
		store = small_store_open(QORGAN_READ_ONLY);
	buffer_append_span(&title, part_take(&rest));
	struct span note = part_take(&rest), head = part_take(&rest);
	small_store_write("note", note.data, note.size);
	small_store_write("head", head.data, head.size);
	small_store_write("logo.png", rest.data, rest.size);
	const struct qorgan_framing asked = { .title = title.size ? title.data : NULL,
		                                  .note = note.size ? small_store_path("note") : NULL,
		                                  .letterhead = head.size ? small_store_path("head") : NULL,
		                                  .state_of = size % 2 ? "draft" : NULL };
	int code = qorgan_frame_read(&asked, &frame, &error);
	check_message(code, &error);
	if (!code)
		reports_write(frame);
	qorgan_frame_free(frame);
	buffer_free(&title);
	return 0;
}
