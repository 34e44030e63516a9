/* Requests made, agreed to, done. */
#include "register/policy.h"

#include <stdio.h>
#include <string.h>

#include "base/language.h"
#include "base/memory.h"
#include "qorgan/policy.h"
#include "register/custody_parts.h"

/* ---- Requests -------------------------------------------------------------------------- */

struct search {
	const struct policy_intent *intent;
	struct request_record *found;
	bool is_found;
};

static int request_match(void *context, struct vault_record *record, struct qorgan_error *error)
{
	struct search *search = context;
	const struct policy_intent *intent = search->intent;
	struct request_record request;

	(void)error;
	if (!request_record_read(&record->record, &request) || request.state != REQUEST_OPEN ||
	    request.action != intent->action || strcmp(request.what, intent->what) != 0 ||
	    strcmp(request.content, intent->content) != 0 || strcmp(request.subject, intent->subject) != 0)
		return QORGAN_OK;
	*search->found = request;
	search->is_found = true;
	return QORGAN_OK;
}

/* The newest open one of that intent; else a new one. */
static int request_find(struct vault_view *view, const struct policy_intent *intent, struct request_record *request,
                        struct qorgan_error *error)
{
	struct search search = { intent, request, false };
	int code = vault_scan(view, schema_find("request", 7), request_match, &search, error);

	if (code || search.is_found)
		return code;
	*request = (struct request_record){ .action = intent->action, .state = REQUEST_OPEN };
	snprintf(request->id, sizeof request->id, "r%llu",
	         (unsigned long long)vault_view_heads(view, schema_find("request", 7)) + 1);
	snprintf(request->what, sizeof request->what, "%s", intent->what);
	snprintf(request->subject, sizeof request->subject, "%s", intent->subject);
	snprintf(request->content, sizeof request->content, "%s", intent->content);
	return QORGAN_OK;
}

/* Leaves of those whom the request names as agreed only who signed a version of it, about the
 * same matter: whoever may write could have put a name there. */
static int persons_prove(struct vault_view *view, struct request_record *request, struct qorgan_error *error)
{
	struct request_record proven = *request, earlier;
	struct vault_record record = { 0 };
	char signer[RECORD_USER_LIMIT];
	int code = QORGAN_OK;

	proven.count = 0;
	for (uint32_t version = 1; version <= request->version && !code; version++) {
		code = vault_get_own(view, schema_find("request", 7), span_of(request->id), version, &record, error);
		if (code || !request_record_read(&record.record, &earlier) || !request_record_same(request, &earlier))
			continue;
		code = author_signer(view, record.record.commit, signer, error);
		if (!code && request_record_has(request, signer))
			request_record_add(&proven, signer);
	}
	vault_record_free(&record);
	*request = proven;
	return code;
}

static int waiting_tell(const struct request_record *request, unsigned missing, struct qorgan_error *error)
{
	return error_set(error, QORGAN_BUSY,
	                 language_said_count("%s waits for %u more person to agree, by policy: it is request %s; another user "
	                                     "agrees with qorgan approve %s, and then the same command does it",
	                                     "%s waits for %u more persons to agree, by policy: it is request %s; other users "
	                                     "agree with qorgan approve %s, and then the same command does it", missing),
	                 request->what, missing, request->id, request->id);
}

/* Whether the change may be made, and the request with this person's consent. */
static int gate_judge(struct qorgan_store *store, struct vault_view *view, const struct policy_intent *intent,
                      unsigned *needed, bool *is_new, struct request_record *request, struct qorgan_error *error)
{
	const uint64_t failures = memory_failures();
	struct policies policies;
	int code = policies_load(view, &policies, error);

	*needed = code ? 1 : policies_needed(&policies, intent->action);
	if (code || *needed == 1)
		return code;
	if (intent->user && strcmp(intent->user, vault_user(store)) != 0)
		return error_set(error, QORGAN_DENIED, "by policy %u persons have to agree to this, and each says so in the own name: leave "
		                 "--as out", *needed);
	code = request_find(view, intent, request, error);
	if (!code && request->version)
		code = persons_prove(view, request, error);
	/* What lacked memory may have overlooked who agreed. */
	if (!code && memory_failures() != failures)
		code = error_set_memory(error);
	if (!code)
		*is_new = request_record_add(request, vault_user(store));
	return code;
}

int policy_gate(struct qorgan_store *store, struct vault_change **change, const struct policy_intent *intent,
                struct qorgan_error *error)
{
	struct request_record request;
	unsigned needed;
	uint64_t number;
	bool is_new = false;
	int code = gate_judge(store, vault_change_view(*change), intent, &needed, &is_new, &request, error);

	if (code || needed == 1)
		return code;
	if (request.count >= needed)
		return policy_settle(*change, &request, error);
	if (is_new) {
		code = request_record_put(*change, &request, error);
		if (code)
			return code;
		code = vault_change_commit(*change, &number, error);
	} else {
		vault_change_abandon(*change);
	}
	*change = NULL;
	return code ? code : waiting_tell(&request, needed - request.count, error);
}

int policy_settle(struct vault_change *change, struct request_record *agreed, struct qorgan_error *error)
{
	if (!agreed->count)
		return QORGAN_OK;
	agreed->state = REQUEST_DONE;
	return request_record_put(change, agreed, error);
}

int policy_ask(struct qorgan_store *store, const struct policy_intent *intent, struct request_record *agreed,
               struct qorgan_error *error)
{
	struct vault_change *change = NULL;
	unsigned needed = 1;
	bool is_new = false;
	int code = vault_change_begin(store, intent->user, NULL, &change, error);

	*agreed = (struct request_record){ .count = 0 };
	if (!code)
		code = gate_judge(store, vault_change_view(change), intent, &needed, &is_new, agreed, error);
	if (!code && needed > 1 && agreed->count < needed)
		code = policy_gate(store, &change, intent, error);
	vault_change_abandon(change);
	return code;
}

/* ---- Answers to requests ----------------------------------------------------------------- */

static int request_get(struct vault_view *view, const char *id, struct request_record *request,
                       struct qorgan_error *error)
{
	struct vault_record record = { 0 };
	int code = vault_get_own(view, schema_find("request", 7), span_of(id), 0, &record, error);

	if (code == QORGAN_ABSENT)
		code = error_set(error, code, "there is no request %.63s: qorgan request list shows them", id);
	else if (!code && !request_record_read(&record.record, request))
		code = error_set(error, QORGAN_IO, "request %s is malformed: run qorgan verify", id);
	else if (!code && request->state == REQUEST_DONE)
		code = error_set(error, QORGAN_BAD_DATA, "request %s is done already", id);
	else if (!code && request->state == REQUEST_WITHDRAWN)
		code = error_set(error, QORGAN_BAD_DATA, "request %s was withdrawn", id);
	vault_record_free(&record);
	return code;
}

static int answer_begin(struct qorgan_store *store, const char *id, const struct qorgan_custody *how,
                        struct vault_change **change, struct request_record *request, struct qorgan_error *error)
{
	if (how->user && strcmp(how->user, vault_user(store)) != 0)
		return error_set(error, QORGAN_DENIED, "about requests each decides in the own name: leave --as out");
	int code = vault_change_begin(store, how->user, how->message, change, error);

	return code ? code : request_get(vault_change_view(*change), id, request, error);
}

static int answer_commit(struct vault_change **change, struct request_record *request, struct qorgan_commit *result,
                         struct qorgan_error *error)
{
	int code = request_record_put(*change, request, error);

	*result = (struct qorgan_commit){ .changed = 1 };
	if (code)
		return code;
	code = vault_change_commit(*change, &result->number, error);
	*change = NULL;
	return code;
}

int qorgan_request_approve(struct qorgan_store *store, const char *id, const struct qorgan_custody *how,
                           unsigned *missing, struct qorgan_commit *result, struct qorgan_error *error)
{
	struct vault_change *change = NULL;
	struct request_record request;
	struct policies policies;
	int code = answer_begin(store, id, how, &change, &request, error);

	if (!code && policy_action_is_admins(request.action))
		code = custody_admin_check(store, error);
	if (!code)
		code = persons_prove(vault_change_view(change), &request, error);
	if (!code && !request_record_add(&request, vault_user(store)))
		code = error_set(error, QORGAN_DENIED, "you agreed to request %s already: it waits for somebody else", id);
	if (!code)
		code = policies_load(vault_change_view(change), &policies, error);
	if (!code) {
		unsigned needed = policies_needed(&policies, request.action);
		*missing = needed > request.count ? needed - request.count : 0;
		code = answer_commit(&change, &request, result, error);
	}
	vault_change_abandon(change);
	return code;
}

int qorgan_request_withdraw(struct qorgan_store *store, const char *id, const struct qorgan_custody *how,
                            struct qorgan_commit *result, struct qorgan_error *error)
{
	struct vault_change *change = NULL;
	struct request_record request;
	int code = answer_begin(store, id, how, &change, &request, error);

	if (!code) {
		request.state = REQUEST_WITHDRAWN;
		code = answer_commit(&change, &request, result, error);
	}
	vault_change_abandon(change);
	return code;
}

/* ---- Policies ------------------------------------------------------------------------------ */

/* Whether so many users are there who could agree. */
static int persons_check(const struct custody *custody, enum policy_action action, unsigned persons,
                         struct qorgan_error *error)
{
	unsigned count = 0;

	for (size_t i = 0; i < custody->count; i++) {
		const struct user_record *user = &custody->users[i];
		uint32_t needed = policy_action_is_admins(action) ? KEYS_MAY_ADMINISTER : KEYS_MAY_WRITE;
		count += !user->retired[0] && user_role_keys(user->role) & needed;
	}
	if (count >= persons)
		return QORGAN_OK;
	return error_set(error, QORGAN_BAD_DATA, policy_action_is_admins(action)
	                 ? "%u persons could never agree to it: %u of the users are administrators; add others first, with qorgan "
	                 "user add NAME --role admin"
	                 : "%u persons could never agree to it: %u of the users may write; add others first, with qorgan user add",
	                 persons, count);
}

static int actions_read(const char *text, bool wanted[POLICY_ACTIONS], struct qorgan_error *error)
{
	enum policy_action action;

	memset(wanted, 0, POLICY_ACTIONS * sizeof *wanted);
	const char *at = text;

	do {
		size_t size = strcspn(at, ",");
		if (!policy_action_find((struct span){ at, size }, &action))
			return error_set(error, QORGAN_BAD_DATA, "\"%.*s\" is nothing that a policy speaks of: release, rekey, user, forget or policy",
			                 (int)(size < 40 ? size : 40), at);
		wanted[action] = true;
		at += size + (at[size] == ',');
	} while (*at);
	return QORGAN_OK;
}

/* In one order, each once: what others agree to is all of it, however it was typed. */
static void actions_write(const bool wanted[POLICY_ACTIONS], char *to, size_t limit)
{
	size_t size = 0;

	*to = '\0';
	for (size_t i = 0; i < POLICY_ACTIONS && size < limit; i++)
		if (wanted[i])
			size += (size_t)snprintf(to + size, limit - size, "%s%s", size ? "," : "",
			                         policy_action_word((enum policy_action)i));
}

int qorgan_policy_require(struct qorgan_store *store, unsigned persons, const char *actions,
                          const struct qorgan_custody *how, struct qorgan_commit *result, struct qorgan_error *error)
{
	struct policy_intent intent = { .action = POLICY_POLICY, .user = how->user };
	struct custody custody = { .store = store };
	bool wanted[POLICY_ACTIONS];
	int code = custody_admin_check(store, error);

	if (!code && (persons < 1 || persons > POLICY_PERSONS_LIMIT))
		code = error_set(error, QORGAN_BAD_DATA, "a policy asks for 1 to %d persons", POLICY_PERSONS_LIMIT);
	if (!code)
		code = actions_read(actions, wanted, error);
	if (!code)
		code = custody_begin(&custody, store, how, error);
	for (size_t i = 0; i < POLICY_ACTIONS && !code; i++)
		if (wanted[i])
			code = persons_check(&custody, (enum policy_action)i, persons, error);
	if (!code) {
		actions_write(wanted, intent.subject, sizeof intent.subject);
		snprintf(intent.what, sizeof intent.what, POLICY_COMMAND, persons, intent.subject);
		code = policy_gate(store, &custody.change, &intent, error);
	}
	for (size_t i = 0; i < POLICY_ACTIONS && !code; i++)
		if (wanted[i])
			code = policy_put(custody.change, (enum policy_action)i, persons, error);
	if (!code)
		code = custody_commit(&custody, result, error);
	custody_end(&custody);
	return code;
}
