/* Changed fields, as log and diff show them. */
#include "cli/changes.h"

#include <stdlib.h>

#include "base/language.h"
#include "cli/terminal.h"

#define INDENT 4u

unsigned text_width_wanted(void)
{
	return terminal_shows(stdout) ? terminal_width() : 0;
}

void changes_emit(struct emit *emit, const struct qorgan_history_entry *entry)
{
	emit_open(emit, "changes", '[');
	for (size_t i = 0; i < entry->count; i++) {
		const struct qorgan_field_change *change = &entry->changes[i];
		emit_open(emit, NULL, '{');
		emit_text(emit, "path", change->path);
		emit_text(emit, "label", change->label);
		emit_raw(emit, "old", change->before);
		emit_raw(emit, "new", change->after);
		emit_close(emit, '}');
	}
	emit_close(emit, ']');
}

void history_entry_emit(struct emit *emit, const struct qorgan_history_entry *entry)
{
	emit_text(emit, "kind", entry->kind);
	emit_text(emit, "id", entry->id);
	emit_number(emit, "version", entry->version);
	emit_text(emit, "owner", entry->owner);
	emit_text(emit, "time", entry->time);
	emit_text(emit, "user", entry->user);
	emit_text(emit, "message", entry->message);
	emit_number(emit, "commit", entry->commit);
	emit_number(emit, "versions", entry->versions);
	if (entry->package)
		emit_number(emit, "package", entry->package);
	else
		emit_text(emit, "package", NULL);
	emit_text(emit, "received", entry->package ? entry->received : NULL);
	changes_emit(emit, entry);
}

static void side_print(FILE *to, const char *sign, const char *colour, const char *json, unsigned width)
{
	char *plain = json ? emit_plain(json) : NULL;

	if (plain) {
		fprintf(to, "%s%*s", colour, (int)INDENT, "");
		terminal_print_wrapped(to, sign, INDENT + 2, width > INDENT ? width - INDENT : width, plain);
		fputs(*colour ? "\033[0m" : "", to);
	}
	free(plain);
}

void changes_print(FILE *to, const struct qorgan_history_entry *entry, unsigned width, bool colour)
{
	for (size_t i = 0; i < entry->count; i++) {
		const struct qorgan_field_change *change = &entry->changes[i];
		fprintf(to, "  %s (%s)\n", language_said(change->label), change->path);
		side_print(to, "- ", colour ? "\033[31m" : "", change->before, width);
		side_print(to, "+ ", colour ? "\033[32m" : "", change->after, width);
	}
}

void created_print(FILE *to, const struct qorgan_history_entry *entry)
{
	fprintf(to, language_said_count("  created, with %zu field: see qorgan show %s@1\n",
	                               "  created, with %zu fields: see qorgan show %s@1\n", entry->count),
	        entry->count, entry->id);
}

static void whose_print(FILE *to, const char *whose, const char *json)
{
	char *plain = json ? emit_plain(json) : NULL;

	fprintf(to, "    %s", whose);
	terminal_print_wrapped(to, " ", INDENT + 2, 0, plain ? plain : language_said("nothing"));
	free(plain);
}

void conflict_print(FILE *to, const struct qorgan_field_conflict *conflict)
{
	fprintf(to, language_said("  both changed %s (%s)\n"), language_said(conflict->label), conflict->path);
	whose_print(to, language_said("theirs:"), conflict->theirs);
	whose_print(to, language_said("yours: "), conflict->mine);
}
