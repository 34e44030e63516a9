/* make-manual: prints the source of qorgan(1) for scdoc. */
#include <stdio.h>

#include "cli/manual.h"

int main(void)
{
	manual_print(stdout);
	return fflush(stdout) || ferror(stdout) ? 74 : 0;
}
