/* The code in a form. */
#include "register/form.h"

#include <sodium.h>
#include <string.h>

#define CODE_BYTES 16

/* Each part ends in a zero, which none of them holds: no two sets of them are alike. */
static void update(crypto_generichash_state *state, const char *text)
{
	crypto_generichash_update(state, (const uint8_t *)text, strlen(text) + 1);
}

void form_code(const struct qorgan_store *vault, const struct form_scope *scope, const char *measure, uint32_t base,
               char code[FORM_CODE_SIZE])
{
	crypto_generichash_state state;
	uint8_t bytes[CODE_BYTES], number[4] = { (uint8_t)base, (uint8_t)(base >> 8), (uint8_t)(base >> 16),
		                                     (uint8_t)(base >> 24) };

	crypto_generichash_init(&state, vault_keys(vault)->forms, KEYS_SIZE, sizeof bytes);
	update(&state, FORM_VERSION);
	update(&state, scope->origin);
	update(&state, scope->state);
	update(&state, scope->period);
	update(&state, scope->language);
	update(&state, measure);
	crypto_generichash_update(&state, number, sizeof number);
	crypto_generichash_final(&state, bytes, sizeof bytes);
	sodium_bin2hex(code, FORM_CODE_SIZE, bytes, sizeof bytes);
	sodium_memzero(&state, sizeof state);
}
