/* Signatures of authors, along the log: what is on record of the users is known as it was
 * at each commit. */
#include "store/verify_authors.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/author.h"
#include "store/user_record.h"
#include "store/verify_policies.h"

struct authors {
	const struct qorgan_store *vault;
	struct verify_teller teller;
	struct agreements *agreements;
	struct user_record *users; /* as they were before this commit */
	size_t user_count;
	struct user_record *written; /* by this commit */
	size_t written_count;
	bool any_keys; /* somebody had a key by now: before that nobody signed */
	/* Of the versions of this commit: */
	char user[RECORD_USER_LIMIT];
	uint64_t versions;
	bool mixed;    /* in the names of several */
	bool doubtful; /* what is on record of somebody may have been lost: nobody is accused after that */
};

struct authors *authors_start(const struct qorgan_store *vault, struct verify_teller teller)
{
	struct authors *authors = calloc(1, sizeof *authors);

	if (!authors)
		return NULL;
	authors->vault = vault;
	authors->teller = teller;
	authors->agreements = agreements_start(teller);
	if (!authors->agreements) {
		authors_free(authors);
		return NULL;
	}
	return authors;
}

void authors_free(struct authors *authors)
{
	if (!authors)
		return;
	agreements_free(authors->agreements);
	free(authors->users);
	free(authors->written);
	free(authors);
}

/* ---- What is on record ---------------------------------------------------------------- */

static struct user_record *user_find(struct user_record *users, size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(users[i].name, name) == 0)
			return &users[i];
	return NULL;
}

int authors_version(struct authors *authors, const struct record *record, struct qorgan_error *error)
{
	struct user_record user, *more;

	if (authors->versions++ == 0)
		span_copy_into(record->user, authors->user, sizeof authors->user);
	authors->mixed |= !span_is(record->user, authors->user);
	int code = agreements_version(authors->agreements, record, error);
	if (code)
		return code;
	if (!span_is(record->kind, "user") || !user_record_read(authors->vault, record, &user))
		return QORGAN_OK;
	more = reallocarray(authors->written, authors->written_count + 1, sizeof *more);
	if (!more)
		return error_set_memory(error);
	authors->written = more;
	more[authors->written_count++] = user;
	/* Room for it among the users, so that the end of the commit cannot fail. */
	more = reallocarray(authors->users, authors->user_count + authors->written_count, sizeof *more);
	if (!more)
		return error_set_memory(error);
	authors->users = more;
	return QORGAN_OK;
}

void authors_version_lost(struct authors *authors)
{
	authors->doubtful = true;
}

static void user_accept(struct authors *authors, const struct user_record *user)
{
	struct user_record *known = user_find(authors->users, authors->user_count, user->name);

	if (!known)
		known = &authors->users[authors->user_count++];
	*known = *user;
	authors->any_keys |= user_record_signs_by(user, NULL);
}

static void commit_end(struct authors *authors)
{
	authors->written_count = 0;
	authors->versions = 0;
	authors->mixed = false;
}

void authors_commit_lost(struct authors *authors)
{
	const struct agreed_commit lost = { .name = "", .signer = "" };

	agreements_commit(authors->agreements, &lost);
	authors->doubtful |= authors->written_count > 0;
	for (size_t i = 0; i < authors->written_count; i++)
		user_accept(authors, &authors->written[i]);
	commit_end(authors);
}

/* ---- The commit ------------------------------------------------------------------------- */

/* Whether this key was the signer's when the commit was made: it was on record before, or
 * nobody had one, and this commit is the one that brought the first. */
static bool key_is_theirs(const struct authors *authors, const char *signer, const char *key)
{
	const struct user_record *before = user_find(authors->users, authors->user_count, signer);
	const struct user_record *first = user_find(authors->written, authors->written_count, signer);

	return (before && user_record_signs_by(before, key)) ||
	       (!authors->any_keys && first && user_record_signs_by(first, key));
}

static bool is_admin(const struct authors *authors, const char *name)
{
	const struct user_record *user = user_find(authors->users, authors->user_count, name);

	/* Before anybody is on record there is the founder alone. */
	return authors->user_count == 0 || (user && user->role == USER_ADMIN && !user->retired[0]);
}

/* Who may change what is on record of a user: administrators, who endorse it, and the user
 * alone the own slots. */
static bool change_is_allowed(const struct user_record *changed, const char *signer, bool by_admin, const char *user)
{
	if (changed->endorsement != ENDORSEMENT_NONE)
		return by_admin;
	return strcmp(changed->name, signer) == 0 && strcmp(changed->name, user) == 0;
}

/* Judges the signature: false if it is none that holds. Gives whose it is. */
static bool signature_judge(struct authors *authors, const struct record *record, const struct merkle_frontier *before,
                            const char *name, const char *user, char signer[RECORD_USER_LIMIT])
{
	struct author_claim claim = { .origin = checkout_origin(authors->vault, record->commit), .user = record->user, .time = record->time,
		                          .number = record->commit, .size = before->size };
	const struct verify_teller *teller = &authors->teller;
	char key[AUTHOR_KEY_TEXT] = "";

	merkle_root(before, claim.root);
	enum author_verdict verdict = author_body_judge(&claim, record->body, key, signer);
	if (verdict == AUTHOR_FALSE) {
		verify_find(teller, name, "the author's signature of a commit in the name of %s does not fit it: ask %s about it", user,
		            user);
		return false;
	}
	if (verdict == AUTHOR_UNSIGNED) {
		memcpy(signer, user, RECORD_USER_LIMIT);
		if (authors->any_keys && !authors->doubtful)
			verify_find(teller, name, "a commit in the name of %s bears no author's signature: somebody who has the write key may "
			            "have made it; ask %s about it", user, user);
		return !authors->any_keys;
	}
	if (!key_is_theirs(authors, signer, key)) {
		if (!authors->doubtful)
			verify_find(teller, name, "a commit in the name of %s is signed by a key that was not on record of %s: ask %s about it",
			            user, signer, signer);
		return false;
	}
	if (strcmp(signer, user) != 0 && !is_admin(authors, signer))
		verify_find(teller, name, "%s signed a commit in the name of %s, which only an administrator does: ask both about it",
		            signer, user);
	return true;
}

void authors_commit(struct authors *authors, const struct record *record, const struct merkle_frontier *before,
                    bool rekeyed)
{
	char name[40], user[RECORD_USER_LIMIT] = "", signer[RECORD_USER_LIMIT] = "";

	snprintf(name, sizeof name, "commit %llu", (unsigned long long)record->commit);
	span_copy_into(record->user, user, sizeof user);
	if (authors->mixed || (authors->versions && strcmp(authors->user, user) != 0))
		verify_find(&authors->teller, name, "a commit in the name of %s holds what bears another's name: no program writes that",
		            user);
	const bool sound = signature_judge(authors, record, before, name, user, signer);
	const bool by_admin = is_admin(authors, signer); /* before anything of the commit counts */
	const struct agreed_commit agreed = { name, signer, sound && !authors->doubtful, by_admin, rekeyed, authors->written,
		                                  authors->written_count };
	agreements_commit(authors->agreements, &agreed);
	for (size_t i = 0; i < authors->written_count; i++) {
		const struct user_record *changed = &authors->written[i];
		bool allowed = sound && change_is_allowed(changed, signer, by_admin, user);
		if (sound && !allowed && !authors->doubtful)
			verify_find(&authors->teller, name, "%s changed what is on record of %s, which only an administrator does: ask both "
			            "about it", signer, changed->name);
		if (allowed || authors->doubtful)
			user_accept(authors, changed);
	}
	commit_end(authors);
}
