/* The format of a report, as a command line asks for it. */
#ifndef CLI_REPORT_FORMAT_H
#define CLI_REPORT_FORMAT_H

struct call;

/* report_format_choose(call, format): by -f, else by --json, else by the ending of -o, else
 * text. An error if it is none, or if a file for a program would go to a terminal. */
int report_format_choose(struct call *call, const char **format);

/* report_formats_check(call): where -f is a list, "pdf,json": whether each is one. */
int report_formats_check(struct call *call);

#endif
