/* Which of several states' objects of one kind and id counts.
 *
 * The first keeper is the state that the agreed catalogue names: this store's own
 * copy of it, which stands in until that state's version comes. The keeper hands
 * over by a version that names another state; that one takes up by a version that
 * names itself and says, in `taken_from`, from whose version it goes on. Whoever is
 * last in this chain counts, whatever order it came in. Where nobody is named, each
 * state's own counts for itself. */
#ifndef REGISTER_STANDING_H
#define REGISTER_STANDING_H

#include "store/mirror.h"

enum standing_verdict {
	STANDING_COUNTS,
	STANDING_FORMER,   /* kept it once, and handed it over */
	STANDING_WAITS,    /* takes up what its keeper is not known yet to have handed over */
	STANDING_ASIDE,    /* nobody is named, and another's stands for this store */
	STANDING_WITHDRAWN, /* its owner asked to drop it */
	STANDING_NO_SAY    /* the object is another state's */
};

struct standing {
	char owner[RECORD_NAME_LIMIT];
	enum standing_verdict verdict;
	bool own;
	struct vault_place place;
	uint16_t log; /* unless own */
	uint32_t withdrawn;
	char from[RECORD_NAME_LIMIT]; /* whose version its newest one goes on from; "" */
};

#define STANDINGS_LIMIT 32
struct standings {
	struct standing of[STANDINGS_LIMIT];
	size_t count;
	char keeper[RECORD_NAME_LIMIT]; /* who has the say; "" if nobody is named */
};

/* standing_row(standing): what is written of another state's object for that verdict. */
enum mirror_standing standing_row(const struct standing *standing);
/* standing_words(standing): the verdict for people. Static text. */
const char *standing_words(const struct standing *standing);

/* standings_judge(view, schema, id, standings, error): all objects of that kind and
 * id, as the view has them. QORGAN_ABSENT (no message) if there is none. */
int standings_judge(struct vault_view *view, const struct schema *schema, struct span id, struct standings *standings,
                    struct qorgan_error *error);

/* What judging came to. */
struct standings_settled {
	bool superseded; /* the own object stands back from now on */
	/* The state whose version the sender says it took the object up from, and whose
	 * version that is held here names another: which of the two is to blame is not known,
	 * and the sender's object stands back. "": nothing of the kind. */
	char disputed[RECORD_NAME_LIMIT];
};

/* standings_settle(change, schema, id, sender, settled, error): judge anew and
 * write what changed, as the last of a change. QORGAN_PROTOCOL, by name, if `sender` (may
 * be NULL) has an object of that kind and id, and no say, and nobody can have deceived it. */
int standings_settle(struct vault_change *change, const struct schema *schema, struct span id, const char *sender,
                     struct standings_settled *settled, struct qorgan_error *error);

/* standing_is_clear(change, schema, record, put, clear, error): whether the version that
 * was just put counts whatever else is known: nobody else has an object of that kind and
 * id, and its owner keeps it by this version, or, by the first that came, nobody does.
 * Then nothing need be settled for it. */
int standing_is_clear(struct vault_change *change, const struct schema *schema, const struct record *record,
                      const struct mirror_put *put, bool *clear, struct qorgan_error *error);

#endif
