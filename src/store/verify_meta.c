/* The rows of meta: the store's own facts and the slots; and what every opening looks at. */
#include <stdio.h>

#include "crypto/secret.h"
#include "store/partner_secret.h"
#include "store/vault_restored.h"
#include "store/vault_slots.h"
#include "store/verify_rows.h"

static int slot_verify(void *context, uint8_t number, struct span slot, struct qorgan_error *error)
{
	struct verifier *v = context;
	char name[32];

	(void)error;
	snprintf(name, sizeof name, "slot %u", number);
	if (slot_kind_of(slot) == SLOT_DAMAGED)
		verify_find(&v->teller, name, "a slot is damaged: whoever opens the store by it no longer can");
	return QORGAN_OK;
}

/* Whether a row of meta is one that the program writes. */
static bool meta_key_is_known(struct span key)
{
	static const char *const letters[] = { META_STORE, META_STATE, META_IDENTITY, META_RENEWAL, META_REWRITE,
		                               META_RESTORED, META_CHECKOUT };
	bool known = partner_secret_key_is(key) ||
	             (key.size == sizeof META_SLOT && (key.data[0] == META_SLOT[0] || key.data[0] == META_AUTHOR[0])) ||
	             (key.size == sizeof(struct layout_epoch_key) &&
	              (key.data[0] == META_CARD[0] || key.data[0] == META_IDENTITY[0]));

	for (size_t i = 0; i < sizeof letters / sizeof letters[0]; i++)
		known |= span_is(key, letters[i]);
	return known;
}

int verify_meta(struct verifier *v)
{
	struct engine_range *range = NULL;
	struct vault_restored restored;
	struct span key, value;
	uint8_t *identity = secret_alloc(32);
	int code = identity ? vault_slots_each(v->view, slot_verify, v, v->error) : error_set_memory(v->error);

	if (!code)
		code = engine_range_open(v->view->txn, ENGINE_META, (struct span){ 0 }, (struct span){ 0 }, false, &range,
		                         v->error);
	while (!code && !(code = engine_range_next(range, &key, &value, v->error))) {
		if (!meta_key_is_known(key))
			verify_find(&v->teller, "", "a row that the program did not write is in the table of the store's facts");
	}
	engine_range_close(range);
	if (code == QORGAN_ABSENT)
		code = QORGAN_OK;
	if (!code && vault_age_identity(v->view, identity, NULL))
		verify_find(&v->teller, "", "the state's age identity is missing or damaged: packages to this state cannot "
		            "be opened");
	if (!code && vault_restored_get(v->view, &restored, NULL))
		verify_find(&v->teller, "", "what is remembered of a restore from a backup is damaged: partners cannot be told of "
		            "it");
	secret_free(identity);
	return code;
}

int verify_opening(struct verifier *v)
{
	int code = vault_log_check(v->vault, v->error);

	if (!code && v->vault->mistrust[0])
		verify_find(&v->teller, "", "%s", v->vault->mistrust);
	return code;
}
