/* When this computer made the newest backup of a store: for advice alone, so in the clear and
 * without a signature, beside what is remembered of the store's log (seen.h). */
#ifndef STORE_BACKUP_MEMORY_H
#define STORE_BACKUP_MEMORY_H

#include <stdbool.h>
#include <stdint.h>

struct backup_memory {
	int64_t made;    /* seconds since 1970 */
	uint64_t leaves; /* of the log, that are in it */
};

/* backup_remember(id, memory): of the store of that id, hexadecimal. A computer that cannot
 * remember only advises less. */
void backup_remember(const char *id, const struct backup_memory *memory);
/* backup_recall(id, memory): false if none was made, or what is remembered cannot be read. */
bool backup_recall(const char *id, struct backup_memory *memory);

#endif
