/* What a package brought: each version and each withdrawal, in their order. Versions that
 * count whatever else is known are most of a large package, and new objects get numbers
 * that follow one another: so a million of them is one entry. */
#ifndef EXCHANGE_TOUCHED_H
#define EXCHANGE_TOUCHED_H

#include "qorgan/exchange.h"
#include "store/vault.h"

struct touched {
	const struct schema *schema;
	uint64_t number;  /* clear: of the first of its objects */
	uint32_t version;
	uint32_t count;   /* clear: of objects, of the numbers that follow */
	uint16_t id_size; /* not clear */
	uint8_t what;     /* enum qorgan_received, or TOUCHED_NOTHING */
	uint8_t shard;    /* clear: of the place of its objects */
	bool clear;       /* it counts: nothing is to be judged */
};
#define TOUCHED_NOTHING UINT8_MAX

/* Initialise with { 0 }, free the entries. */
struct touched_list {
	struct buffer entries; /* of struct touched, each followed by its id */
	size_t last;           /* where the last one begins */
};

int touched_add(struct touched_list *list, const struct schema *schema, struct span id, uint32_t version,
                enum qorgan_received what, struct qorgan_error *error);
/* touched_add_clear(list, schema, place, what, error): the version of the place. */
int touched_add_clear(struct touched_list *list, const struct schema *schema, const struct vault_place *place,
                      enum qorgan_received what, struct qorgan_error *error);

/* touched_next(list, at, touched, id): the entry at *at, and *at behind it; false at the
 * end. touched_set(list, at, touched): puts another in the place of the one at `at`. */
bool touched_next(const struct touched_list *list, size_t *at, struct touched *touched, struct span *id);
void touched_set(struct touched_list *list, size_t at, const struct touched *touched);

/* touched_tell(list, view, receive, error): tells receive->item of each, if it wants to
 * know; the view has what came in. */
int touched_tell(const struct touched_list *list, struct vault_view *view, const struct qorgan_receive *receive,
                 struct qorgan_error *error);

#endif
