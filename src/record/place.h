/* Where in a tree of JSON something stands. Places are linked on the stack while
 * the tree is walked and become text only when there is a fault to tell. */
#ifndef RECORD_PLACE_H
#define RECORD_PLACE_H

#include <stddef.h>

#define PLACE_TEXT_SIZE 256 /* a longer path is cut */

/* One step: a member, or, if `name` is NULL, an element counted from 0. */
struct place {
	const struct place *up; /* NULL at the top */
	const char *name;
	size_t index;
};

/* place_format(place, text): such as "milestones[2].due"; "" for NULL. What is
 * not printable ASCII in a name is replaced by '?'. */
void place_format(const struct place *place, char text[PLACE_TEXT_SIZE]);

#endif
