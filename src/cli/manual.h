/* The manual page, made from the table of commands. */
#ifndef CLI_MANUAL_H
#define CLI_MANUAL_H

#include <stdio.h>

/* manual_print(to): qorgan(1) as scdoc reads it. */
void manual_print(FILE *to);

#endif
