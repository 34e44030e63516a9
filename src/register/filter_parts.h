/* What the parts of conditions share: one that is being made, and its values. */
#ifndef REGISTER_FILTER_PARTS_H
#define REGISTER_FILTER_PARTS_H

#include "register/filter_book.h"
#include "register/listing_parts.h"

#define WANTED_LIMIT 64 /* values of one condition */
#define CONDITION_NAME_SIZE 128

struct condition {
	const struct filter_entry *entry;
	struct value_path paths[2];
	size_t path_count;
	bool absent; /* of a flag: that it is not set */
	struct buffer text;            /* the wanted values, raw, one behind the other */
	size_t ends[WANTED_LIMIT];     /* of each */
	int64_t numbers[WANTED_LIMIT]; /* of computed values and of numbers */
	size_t count;
	struct id_set risks; /* of a domain */
	struct search *search;
};

/* What the making needs. */
struct making {
	struct vault_view *view;
	struct parties *parties; /* loaded when first needed */
	const struct as_of *day; /* of the objects that are looked at; NULL: the newest */
	char name[CONDITION_NAME_SIZE]; /* of the condition, for messages */
};

/* wanted_at(condition, i): the value of that number, raw. */
static inline struct span wanted_at(const struct condition *condition, size_t i)
{
	size_t start = i ? condition->ends[i - 1] : 0;

	return (struct span){ condition->text.data + start, condition->ends[i] - start };
}

/* condition_take_values(making, value, condition, error): "KAZ,UZB" in the form in which records hold them, of a
 * condition whose entry is known; condition_take_flag: of one that is a flag, "yes", "no" or nothing.
 * QORGAN_BAD_DATA names the condition, and what is possible. */
int condition_take_values(struct making *making, const char *value, struct condition *condition,
                          struct qorgan_error *error);
int condition_take_flag(const struct making *making, const char *value, struct condition *condition,
                        struct qorgan_error *error);

#endif
