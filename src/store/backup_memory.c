/* The file that remembers the newest backup. */
#include "store/backup_memory.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/buffer.h"
#include "base/date.h"
#include "base/file.h"
#include "base/state_folder.h"

#define ENDING ".backup"
#define FORM "qorgan-backup-made 1\n%s\n%" PRIu64 "\n"
#define FILE_LIMIT 128

static bool memory_path(const char *id, struct buffer *to)
{
	if (!state_folder(to))
		return false;
	buffer_append_format(to, "/%s" ENDING, id);
	return !to->failed;
}

void backup_remember(const char *id, const struct backup_memory *memory)
{
	struct buffer path = { 0 }, text = { 0 };
	char made[TIME_TEXT_SIZE];

	time_format(memory->made, made);
	buffer_append_format(&text, FORM, made, memory->leaves);
	if (memory_path(id, &path) && !text.failed)
		file_replace_unsynced(buffer_text(&path), 0600, text.data, text.size, NULL);
	buffer_free(&path);
	buffer_free(&text);
}

bool backup_recall(const char *id, struct backup_memory *memory)
{
	struct buffer path = { 0 }, text = { 0 };
	char made[TIME_TEXT_SIZE] = "";
	bool found = memory_path(id, &path) && file_read(buffer_text(&path), FILE_LIMIT, &text, NULL) == 0;

	found = found && sscanf(buffer_text(&text), "qorgan-backup-made 1\n%20s\n%" SCNu64, made, &memory->leaves) == 2 &&
	        time_parse(span_of(made), &memory->made);
	buffer_free(&path);
	buffer_free(&text);
	return found;
}
