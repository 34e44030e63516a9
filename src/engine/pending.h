/* The changes of one transaction before they are sent anywhere: by table and key, in the order
 * of keys. For engines whose every write would be a journey to a server. */
#ifndef ENGINE_PENDING_H
#define ENGINE_PENDING_H

#include "engine/engine_driver.h"

/* What is to become of a key. */
enum pending_kind {
	PENDING_NONE,   /* nothing is known of it here */
	PENDING_ABSENT, /* the store was asked and has it not; nor shall it */
	PENDING_ADD,    /* a value where the store has none */
	PENDING_SET,    /* a value, whatever the store has */
	PENDING_REMOVE  /* the store may have it, and shall not */
};

struct pending_entry {
	enum pending_kind kind;
	size_t key_size, value_size;
	char *value;              /* NULL but for PENDING_ADD and PENDING_SET */
	struct pending_entry *before;
	char key[ENGINE_KEY_MOST];
	unsigned levels;
	struct pending_entry *after[]; /* `levels` of them */
};

struct pending;

/* pending_make(): NULL without memory. */
struct pending *pending_make(void);
void pending_free(struct pending *pending);
/* pending_bytes(pending): of keys and values that are kept. */
size_t pending_bytes(const struct pending *pending);

/* pending_find(pending, table, key): NULL if nothing is known of the key. An entry is valid until its
 * key is changed again, or pending_clear. */
const struct pending_entry *pending_find(const struct pending *pending, unsigned table, struct span key);
/* pending_seek(pending, table, bound, reverse): the first entry at or after `bound`, or the last before it; an
 * empty bound is the beginning or the end. NULL: none. */
const struct pending_entry *pending_seek(const struct pending *pending, unsigned table, struct span bound,
                                         bool reverse);
/* pending_step(entry, reverse): the entry beside; NULL at the end. */
const struct pending_entry *pending_step(const struct pending_entry *entry, bool reverse);

/* pending_note_absent(pending, table, key): the store has no such key: where a value is given to it later,
 * it is an addition. Only a hint: without memory it is not kept. */
void pending_note_absent(struct pending *pending, unsigned table, struct span key);
/* pending_put(pending, table, key, value, adds): false without memory. `adds`: the store has no such key. */
bool pending_put(struct pending *pending, unsigned table, struct span key, struct span value, bool adds);
/* pending_remove(pending, table, key): false without memory. */
bool pending_remove(struct pending *pending, unsigned table, struct span key);

/* pending_clear(pending, table): all of it has been sent. */
void pending_clear(struct pending *pending, unsigned table);

#endif
