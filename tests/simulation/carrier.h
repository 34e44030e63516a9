/* The courier: it loses, doubles, delays, cuts and reorders packages. */
#ifndef SIMULATION_CARRIER_H
#define SIMULATION_CARRIER_H

#include "base/buffer.h"
#include "qorgan/exchange.h"
#include "region.h"

struct parcel {
	unsigned from;
	unsigned to; /* parties */
	uint64_t sequence;
	unsigned epoch; /* of the sender's keys; see renewal.h */
	char path[120];
	bool on_medium; /* where it may be lost or cut */
	int *versions; /* in it */
	size_t count;
};
#define PARCELS_LIMIT 4000

/* carrier_send(from, to, again): an export to those parties, checked as it lies there,
 * and on its way from now on; with `again` to one of them, what that package and later
 * ones held. Now and then the sender's process is killed in the middle. */
void carrier_send(unsigned from, unsigned to, uint64_t again);
/* carrier_carry(): deliver what is due in this round. */
void carrier_carry(void);
/* carrier_settle(): all that is under way arrives, and then twice what each state has
 * for each other. */
void carrier_settle(void);
/* carrier_drop(party): what is under way to or from it never arrives, and is asked for no
 * more. */
void carrier_drop(unsigned party);

/* carrier_found(from, to, path): a package that lies there, checked. carrier_at(path): the
 * parcel of that file; NULL: none. carrier_taken(parcel, to): it came in. */
struct parcel *carrier_found(unsigned from, unsigned to, const char *path);
struct parcel *carrier_at(const char *path);
void carrier_taken(const struct parcel *parcel, unsigned to);
/* carrier_each(each, context): every parcel that there was. */
void carrier_each(void (*each)(void *context, const struct parcel *parcel), void *context);
/* carrier_parcel(from, to): a parcel that was made for that party, at random; NULL. */
const struct parcel *carrier_parcel(unsigned from, unsigned to);
/* carrier_open(path, party, plain): decrypt for that party; false if it cannot. */
bool carrier_open(const char *path, unsigned party, struct buffer *plain);
/* carrier_receive(to, path, result, error): as the program does, and of a partner that
 * was found to show two histories, too. Whom it finds out was two-faced, and left
 * evidence that holds. */
int carrier_receive(unsigned to, const char *path, struct qorgan_receive_result *result, struct qorgan_error *error);
/* carrier_findings(party): whom its store marks as found out, as it is now. */
void carrier_findings(unsigned party);
/* carrier_copy(from, to, size): a file and its signature, or no more than `size` bytes of
 * the file. */
void carrier_copy(const char *from, const char *to, size_t size);
void carrier_path(char path[120]); /* where nothing is yet; it tells nobody's name */

#endif
