/* JSON, written member by member into the output of a renderer. */
#ifndef REPORT_JSON_WRITER_H
#define REPORT_JSON_WRITER_H

#include "report/render.h"

struct json_writer {
	struct render_output *output;
	struct buffer *to; /* the output's text */
	bool comma;        /* something precedes on the same level */
};

/* writer_open, writer_close: an object or array, told by its bracket. `name` is that
 * of the member, or NULL within an array. writer_row: open an object that is an
 * element of a long array; what was gathered before it is written out now and then. */
void writer_open(struct json_writer *writer, const char *name, char bracket);
void writer_close(struct json_writer *writer, char bracket);
void writer_row(struct json_writer *writer);

/* One member each. A text that is "" and a progress of -1 are absent: null. */
void writer_null(struct json_writer *writer, const char *name);
void writer_text(struct json_writer *writer, const char *name, const char *text);
/* writer_list: a text of codes or ids, "KAZ, UZB", as an array of strings. */
void writer_list(struct json_writer *writer, const char *name, const char *text);
void writer_number(struct json_writer *writer, const char *name, int64_t number);
void writer_count(struct json_writer *writer, const char *name, uint64_t count);
void writer_flag(struct json_writer *writer, const char *name, bool flag);
void writer_progress(struct json_writer *writer, const char *name, int progress);

#endif
