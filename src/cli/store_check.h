/* The check of a store before a copy of it is made. */
#ifndef CLI_STORE_CHECK_H
#define CLI_STORE_CHECK_H

#include "cli/call.h"

/* store_check(call, result): what is damaged is not carried on: QORGAN_NO, and each finding is told. */
int store_check(struct call *call, struct qorgan_verification *result);

#endif
