/* Finding where a parser stopped: it tells a byte, a person looks for a member. */
#include <string.h>

#include "record/canonical.h"
#include "record/input_parts.h"

struct frame {
	bool is_object;
	bool before_name; /* of an object: no member's name has come yet */
	struct span name;
	size_t index;
};

struct walk {
	struct frame frames[CANONICAL_DEPTH];
	size_t depth;
};

/* The byte behind the string that begins at `at`, or `end` if it is not closed. */
static const char *string_pass(const char *at, const char *end)
{
	for (at++; at < end && *at != '"'; at++)
		if (*at == '\\' && at + 1 < end)
			at++;
	return at < end ? at + 1 : end;
}

static void walk_byte(struct walk *walk, char c)
{
	struct frame *top = walk->depth ? &walk->frames[walk->depth - 1] : NULL;

	if ((c == '{' || c == '[') && walk->depth < CANONICAL_DEPTH) {
		walk->frames[walk->depth++] = (struct frame){ .is_object = c == '{', .before_name = true };
	} else if ((c == '}' || c == ']') && top) {
		walk->depth--;
	} else if (c == ',' && top) {
		top->index++;
		top->before_name = true;
	}
}

static void path_format(const struct walk *walk, char path[PLACE_TEXT_SIZE])
{
	struct place places[CANONICAL_DEPTH];
	char names[CANONICAL_DEPTH][65];
	size_t count = 0;

	for (size_t i = 0; i < walk->depth; i++) {
		const struct frame *frame = &walk->frames[i];
		size_t size = frame->name.size < 64 ? frame->name.size : 64;
		if (frame->is_object && frame->before_name)
			break;
		if (frame->is_object)
			memcpy(names[count], frame->name.data, size);
		names[count][frame->is_object ? size : 0] = '\0';
		places[count] = (struct place){ count ? &places[count - 1] : NULL, frame->is_object ? names[count] : NULL,
			                            frame->index };
		count++;
	}
	place_format(count ? &places[count - 1] : NULL, path);
}

void input_path_at(struct span text, size_t position, char path[PLACE_TEXT_SIZE])
{
	const char *end = text.data + (position < text.size ? position : text.size);
	struct walk walk = { .depth = 0 };

	for (const char *at = text.data; at < end;) {
		struct frame *top = walk.depth ? &walk.frames[walk.depth - 1] : NULL;
		if (*at != '"') {
			walk_byte(&walk, *at++);
			continue;
		}
		const char *behind = string_pass(at, end);
		if (top && top->is_object && top->before_name && behind > at + 1 && behind[-1] == '"') {
			top->name = (struct span){ at + 1, (size_t)(behind - at) - 2 };
			top->before_name = false;
		}
		at = behind;
	}
	path_format(&walk, path);
}
