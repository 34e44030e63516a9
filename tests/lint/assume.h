/* What the analysers cannot know, as they look at one file at a time: who tells an error
 * returns no 0. Included before each file but error.c, and by `make lint` only. */
#ifndef LINT_ASSUME_H
#define LINT_ASSUME_H

#include "base/error.h"

#define lint_not_zero(call) \
	({ \
		int lint_code = (call); \
		if (lint_code == 0) \
			__builtin_unreachable(); \
		lint_code; \
	})

#define error_set(...) lint_not_zero((error_set)(__VA_ARGS__))
#define error_set_system(...) lint_not_zero((error_set_system)(__VA_ARGS__))
#define error_set_memory(...) lint_not_zero((error_set_memory)(__VA_ARGS__))

#endif
