/* Progress with a rate and the time left. */
#include "cli/progress.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/language.h"
#include "cli/terminal.h"

static double seconds_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* "1,234,567" */
static void number_format(char text[32], uint64_t number)
{
	char digits[24];
	int count = snprintf(digits, sizeof digits, "%llu", (unsigned long long)number);
	char *to = text;

	for (int i = 0; i < count; i++) {
		if (i && (count - i) % 3 == 0)
			*to++ = ',';
		*to++ = digits[i];
	}
	*to = '\0';
}

#define LEFT_SIZE 64

static void left_format(char text[LEFT_SIZE], double seconds)
{
	if (seconds < 90)
		snprintf(text, LEFT_SIZE, language_said("%.0f s left"), seconds < 1 ? 1 : seconds);
	else if (seconds < 5400)
		snprintf(text, LEFT_SIZE, language_said("%.0f min left"), seconds / 60);
	else if (seconds < 360000)
		snprintf(text, LEFT_SIZE, language_said("%.0f h left"), seconds / 3600);
	else
		snprintf(text, LEFT_SIZE, language_said("days left"));
}

static void progress_format(char *text, size_t size, const char *what, uint64_t done, uint64_t total, double seconds,
                            uint64_t first)
{
	char count[32], all[32], pace[32], left[LEFT_SIZE];
	double rate = seconds > 0 && done > first ? (double)(done - first) / seconds : 0;

	number_format(count, done);
	number_format(all, total);
	number_format(pace, (uint64_t)rate);
	if (total == 0 && done == 0) {
		snprintf(text, size, "%s", what);
		return;
	}
	if (total == 0 || rate <= 0) {
		snprintf(text, size, language_said("%s: %s done, %s a second"), what, count, pace);
		return;
	}
	left_format(left, done < total ? (double)(total - done) / rate : 0);
	snprintf(text, size, language_said("%s: %s of %s (%.0f %%), %s a second, %s"), what, count, all,
	         100.0 * (double)(done < total ? done : total) / (double)total, pace, left);
}

int progress_tell(void *context, const char *what, uint64_t done, uint64_t total)
{
	struct progress *progress = context;
	double now = seconds_now();
	char line[400];

	if (terminal_is_interrupted())
		return 1;
	bool waits = done == 0 && total == 0;
	if (!progress->is_wanted && (!waits || progress->is_quiet))
		return 0;
	if (strncmp(progress->what, what, sizeof progress->what - 1) != 0 || done < progress->first) {
		snprintf(progress->what, sizeof progress->what, "%s", what);
		progress->began = progress->last = now;
		progress->first = done;
	}
	if (now - progress->began < 1 || now - progress->last < 0.1)
		return 0;
	progress->last = now;
	if (!progress->is_wanted) { /* no terminal: a log is told once */
		if (!progress->has_told)
			fprintf(stderr, language_said("qorgan: waiting: %s\n"), language_said(what));
		progress->has_told = true;
		return 0;
	}
	progress_format(line, sizeof line, language_said(what), done, total, now - progress->began, progress->first);
	fprintf(stderr, "\r\033[K%.*s", (int)sizeof line, line);
	fflush(stderr);
	progress->is_shown = true;
	return 0;
}

void progress_clear(struct progress *progress)
{
	if (!progress->is_shown)
		return;
	fputs("\r\033[K", stderr);
	fflush(stderr);
	progress->is_shown = false;
}
