/* Agreement to what policies speak of: who agreed is told by the signatures of the commits in
 * which the versions of a request lie, and not by what the request says of itself. */
#include "store/verify_policies.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "record/reader.h"
#include "store/user_record.h"

/* A request along the log. */
struct asked {
	struct request_record said; /* its newest version */
	unsigned count;
	char signers[POLICY_PERSONS_LIMIT][RECORD_USER_LIMIT];
	bool done_here; /* by the commit that is being judged */
};

/* A package of the commit that is being judged: its parts' texts, joined. */
struct released {
	char to[POLICY_SUBJECT_LIMIT];
	struct buffer leaves, withdrawn;
	bool is_there;
};

/* A report of the commit that was handed out. */
struct handed {
	char to[POLICY_SUBJECT_LIMIT], content[100];
	bool is_there;
};

struct agreements {
	struct verify_teller teller;
	struct policies policies; /* before this commit */
	struct policies next;     /* after it */
	bool changed[POLICY_ACTIONS];
	bool forgets;
	struct asked *asked;
	size_t count;
	struct request_record *written; /* by this commit */
	size_t written_count;
	struct released released;
	struct handed handed;
};

struct agreements *agreements_start(struct verify_teller teller)
{
	struct agreements *agreements = calloc(1, sizeof *agreements);

	if (!agreements)
		return NULL;
	agreements->teller = teller;
	policies_start(&agreements->policies);
	policies_start(&agreements->next);
	return agreements;
}

void agreements_free(struct agreements *agreements)
{
	if (!agreements)
		return;
	free(agreements->asked);
	free(agreements->written);
	buffer_free(&agreements->released.leaves);
	buffer_free(&agreements->released.withdrawn);
	free(agreements);
}

/* ---- The versions of a commit ------------------------------------------------------------- */

static void text_append(struct span value, struct buffer *to)
{
	struct buffer scratch = { 0 };
	struct span text;

	if (value.data && reader_string(value, &scratch, &text)) {
		if (to->size)
			buffer_append_char(to, ',');
		buffer_append_span(to, text);
	}
	buffer_free(&scratch);
}

static void release_take(struct released *released, const struct record *record)
{
	enum { LEAVES, TO, WITHDRAWN, NAMES };
	static const char *const names[NAMES] = { "leaves", "to", "withdrawn" };
	struct span values[NAMES], element, name;
	struct buffer to = { 0 }, scratch = { 0 };
	struct reader reader;

	reader_pick(record->body, names, values, NAMES);
	text_append(values[LEAVES], &released->leaves);
	text_append(values[WITHDRAWN], &released->withdrawn);
	if (values[TO].data && reader_open(values[TO], &reader))
		while (reader_element(&reader, &element))
			if (reader_string(element, &scratch, &name)) {
				buffer_append_text(&to, to.size ? "," : "");
				buffer_append_span(&to, name);
			}
	span_copy_into(buffer_span(&to), released->to, sizeof released->to);
	released->is_there = true;
	buffer_free(&to);
	buffer_free(&scratch);
}

static void handed_take(struct handed *handed, const struct record *record)
{
	static const char *const names[] = { "content", "to" };
	struct span values[2];

	reader_pick(record->body, names, values, 2);
	*handed = (struct handed){ .is_there = true };
	if (values[0].data)
		reader_text(values[0], handed->content, sizeof handed->content);
	if (values[1].data)
		reader_text(values[1], handed->to, sizeof handed->to);
}

static int request_take(struct agreements *agreements, const struct request_record *request, struct qorgan_error *error)
{
	struct request_record *written = reallocarray(agreements->written, agreements->written_count + 1, sizeof *written);
	struct asked *asked;

	if (!written)
		return error_set_memory(error);
	agreements->written = written;
	written[agreements->written_count++] = *request;
	/* Room for it among the requests, so that the end of the commit cannot fail. */
	asked = reallocarray(agreements->asked, agreements->count + agreements->written_count, sizeof *asked);
	if (!asked)
		return error_set_memory(error);
	agreements->asked = asked;
	return QORGAN_OK;
}

int agreements_version(struct agreements *agreements, const struct record *record, struct qorgan_error *error)
{
	struct request_record request;
	enum policy_action action;
	unsigned persons;

	if (span_is(record->kind, "forgetting")) {
		agreements->forgets = true;
	} else if (span_is(record->kind, "release")) {
		release_take(&agreements->released, record);
	} else if (span_is(record->kind, "handout")) {
		handed_take(&agreements->handed, record);
	} else if (policy_record_read(record, &action, &persons)) {
		policies_take(&agreements->next, action, persons);
		agreements->changed[action] = true;
	} else if (request_record_read(record, &request)) {
		return request_take(agreements, &request, error);
	}
	return QORGAN_OK;
}

/* ---- The commit ----------------------------------------------------------------------------- */

/* A request goes on only about the same matter: to another, nobody has agreed yet. */
static void request_sign(struct agreements *agreements, const struct request_record *request, const char *signer)
{
	struct asked *asked = agreements->asked;

	while (asked < agreements->asked + agreements->count && strcmp(asked->said.id, request->id) != 0)
		asked++;
	if (asked == agreements->asked + agreements->count || !request_record_same(&asked->said, request) ||
	    asked->said.state != REQUEST_OPEN) {
		*asked = (struct asked){ .count = 0 };
		agreements->count += asked == agreements->asked + agreements->count;
	}
	asked->said = *request;
	asked->done_here = request->state == REQUEST_DONE;
	for (unsigned i = 0; i < asked->count; i++)
		if (strcmp(asked->signers[i], signer) == 0)
			return;
	if (asked->count < POLICY_PERSONS_LIMIT)
		span_copy_into(span_of(signer), asked->signers[asked->count++], sizeof asked->signers[0]);
}

/* How many agreed to what this commit did; the one who did it alone is one, too. */
static unsigned agreed_count(const struct agreements *agreements, enum policy_action action, const char *subject,
                             const char *content)
{
	for (size_t i = 0; i < agreements->count; i++) {
		const struct asked *asked = &agreements->asked[i];
		if (asked->done_here && asked->said.action == action && (!subject || strcmp(asked->said.subject, subject) == 0) &&
		    (!content || strcmp(asked->said.content, content) == 0))
			return asked->count;
	}
	return 1;
}

/* False, and told, if fewer agreed than had to. */
static bool agreement_check(const struct agreements *agreements, const struct agreed_commit *commit,
                            enum policy_action action, const char *subject, const char *content)
{
	unsigned needed = policies_needed(&agreements->policies, action);
	unsigned agreed = agreed_count(agreements, action, subject, content);

	if (agreed >= needed)
		return true;
	verify_find(&agreements->teller, commit->name, "%s did what by policy %u persons have to agree to (%s%s%s), and so many "
	            "did not: ask %s about it", commit->signer, needed, policy_action_word(action), subject ? " " : "",
	            subject ? subject : "", commit->signer);
	return false;
}

static void release_check(struct agreements *agreements, const struct agreed_commit *commit)
{
	struct released *released = &agreements->released;
	uint8_t hash[32];
	char content[65];

	if (!released->is_there || agreements->policies.persons[POLICY_RELEASE] == 1)
		return;
	buffer_append_char(&released->leaves, '\n');
	buffer_append_span(&released->leaves, buffer_span(&released->withdrawn));
	buffer_append_char(&released->leaves, '\n');
	crypto_generichash(hash, sizeof hash, (const uint8_t *)buffer_text(&released->leaves), released->leaves.size, NULL, 0);
	sodium_bin2hex(content, sizeof content, hash, sizeof hash);
	agreement_check(agreements, commit, POLICY_RELEASE, released->to, content);
}

static void users_check(const struct agreements *agreements, const struct agreed_commit *commit)
{
	for (size_t i = 0; i < commit->user_count; i++)
		/* What a user changes about the own slots is the own affair. */
		if (strcmp(commit->users[i].name, commit->signer) != 0)
			agreement_check(agreements, commit, POLICY_USER, commit->users[i].name, NULL);
}

static bool list_has(const char *list, const char *word)
{
	size_t size = strlen(word);

	for (const char *at = list; *at;) {
		size_t length = strcspn(at, ",");
		if (length == size && memcmp(at, word, size) == 0)
			return true;
		at += length + (at[length] == ',');
	}
	return false;
}

/* Whether what was agreed to is the policy that came of it. */
static bool policy_is_agreed(const struct asked *asked, enum policy_action action, unsigned persons)
{
	char what[sizeof asked->said.what];

	snprintf(what, sizeof what, POLICY_COMMAND, persons, asked->said.subject);
	return asked->done_here && asked->said.action == POLICY_POLICY &&
	       list_has(asked->said.subject, policy_action_word(action)) && strcmp(asked->said.what, what) == 0;
}

static void policy_check(struct agreements *agreements, const struct agreed_commit *commit, enum policy_action action)
{
	const char *subject = policy_action_word(action);

	if (!commit->by_admin)
		verify_find(&agreements->teller, commit->name, "%s changed a policy, which only an administrator does: ask %s about it",
		            commit->signer, commit->signer);
	for (size_t i = 0; i < agreements->count; i++)
		if (policy_is_agreed(&agreements->asked[i], action, agreements->next.persons[action]))
			subject = agreements->asked[i].said.subject;
	if (!agreement_check(agreements, commit, POLICY_POLICY, subject, NULL))
		policies_take(&agreements->next, action, agreements->policies.persons[action]);
}

static void commit_end(struct agreements *agreements)
{
	agreements->policies = agreements->next;
	memset(agreements->changed, 0, sizeof agreements->changed);
	agreements->forgets = false;
	agreements->written_count = 0;
	agreements->released.is_there = agreements->handed.is_there = false;
	agreements->released.to[0] = '\0';
	buffer_clear(&agreements->released.leaves);
	buffer_clear(&agreements->released.withdrawn);
	for (size_t i = 0; i < agreements->count; i++)
		agreements->asked[i].done_here = false;
}

void agreements_commit(struct agreements *agreements, const struct agreed_commit *commit)
{
	for (size_t i = 0; i < agreements->written_count && commit->is_sound; i++)
		request_sign(agreements, &agreements->written[i], commit->signer);
	for (size_t i = 0; i < POLICY_ACTIONS && commit->is_sound; i++)
		if (agreements->changed[i])
			policy_check(agreements, commit, (enum policy_action)i);
	if (commit->is_sound)
		release_check(agreements, commit);
	if (commit->is_sound && agreements->handed.is_there)
		agreement_check(agreements, commit, POLICY_RELEASE, agreements->handed.to, agreements->handed.content);
	/* In a change of keys, too, what was forgotten is endorsed anew. */
	if (commit->is_sound && agreements->forgets && !commit->rekeyed)
		agreement_check(agreements, commit, POLICY_FORGET, NULL, NULL);
	if (commit->is_sound && commit->rekeyed)
		agreement_check(agreements, commit, POLICY_REKEY, NULL, NULL);
	else if (commit->is_sound)
		users_check(agreements, commit);
	if (!commit->is_sound || !commit->by_admin) /* what nobody may have said lowers no policy */
		agreements->next = agreements->policies;
	commit_end(agreements);
}
