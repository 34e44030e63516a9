/* qorgan report --all: every report in every language and format, into a folder. */
#ifndef CLI_REPORT_ALL_H
#define CLI_REPORT_ALL_H

struct call;

int report_all(struct call *call, const char *path);

#endif
