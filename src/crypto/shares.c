/* Parting an identity into shares, and joining them. */
#include "crypto/shares.h"

#include <ctype.h>
#include <string.h>

#include <libgfshare.h>
#include <sodium.h>

#include "crypto/age.h"
#include "crypto/secret.h"

/* What stands in a share. The check is of the identity's recipient, so that shares of two
 * sets, or a forged one, are told from a wrong key; it tells nothing of the identity that
 * its recipient would not. */
struct share {
	uint8_t form, number, needed, reserved;
	uint8_t check[8];
	uint8_t part[32];
};
_Static_assert(sizeof(struct share) == SHARE_DATA, "no padding");
#define SHARE_FORM 1

/* What the library draws from, to part a secret and to write over it at the end. It has
 * nothing of its own. */
static void random_draw(unsigned char *to, unsigned int size)
{
	randombytes_buf(to, size);
}

static void check_make(const uint8_t identity[32], uint8_t check[8])
{
	uint8_t recipient[32], hash[crypto_generichash_BYTES];

	age_identity_recipient(identity, recipient);
	crypto_generichash(hash, sizeof hash, recipient, sizeof recipient, NULL, 0);
	memcpy(check, hash, 8);
}

int shares_make(const uint8_t identity[32], unsigned needed, unsigned count, char (*texts)[SHARE_TEXT],
                struct qorgan_error *error)
{
	struct share *share = secret_alloc(sizeof *share);
	uint8_t *secret = secret_alloc(32);
	unsigned char numbers[SHARES_LIMIT];
	gfshare_ctx *context = NULL;
	int code = share && secret ? QORGAN_OK : error_set_memory(error);

	if (!code && (needed < 2 || needed > count || count > SHARES_LIMIT))
		code = error_set(error, QORGAN_USAGE, "shares are written NEEDED-of-COUNT, such as 3-of-5: 2 are needed at least, and %d "
		                 "made at most", SHARES_LIMIT);
	for (unsigned i = 0; i < SHARES_LIMIT; i++)
		numbers[i] = (unsigned char)(i + 1);
	if (!code) {
		gfshare_fill_rand = random_draw;
		context = gfshare_ctx_init_enc(numbers, count, (unsigned char)needed, 32);
		code = context ? QORGAN_OK : error_set_memory(error);
	}
	if (!code) {
		memcpy(secret, identity, 32);
		gfshare_ctx_enc_setsecret(context, secret);
		*share = (struct share){ .form = SHARE_FORM, .needed = (uint8_t)needed };
		check_make(identity, share->check);
	}
	for (unsigned i = 0; i < count && !code; i++) {
		share->number = numbers[i];
		gfshare_ctx_enc_getshare(context, (unsigned char)i, share->part);
		bech32_encode(SHARE_PREFIX, (const uint8_t *)share, sizeof *share, texts[i]);
	}
	if (context)
		gfshare_ctx_free(context); /* which writes over what it held */
	secret_free(secret);
	secret_free(share);
	return code;
}

bool shares_find(const char *text, size_t size, char share[SHARE_TEXT])
{
	static const char prefix[] = SHARE_PREFIX "1";
	size_t got = 0;

	for (size_t i = 0; i < size && got < SHARE_TEXT - 1; i++) {
		char letter = (char)toupper((unsigned char)text[i]);
		bool is_blank = letter == ' ' || letter == '-' || letter == '\n' || letter == '\r' || letter == '\t';
		if (is_blank && got)
			continue;
		if (got < sizeof prefix - 1 && letter != prefix[got])
			got = 0; /* no prefix begins within itself but at its first letter */
		if (got < sizeof prefix - 1 ? letter == prefix[got] : (letter >= '0' && letter <= '9') || (letter >= 'A' && letter <= 'Z'))
			share[got++] = letter;
		else if (got)
			return false;
	}
	share[got] = '\0';
	return got == SHARE_TEXT - 1;
}

static int share_read(const char *text, struct share *share, struct qorgan_error *error)
{
	if (bech32_decode((struct span){ text, strlen(text) }, SHARE_PREFIX, (uint8_t *)share, sizeof *share) &&
	    share->form == SHARE_FORM && share->number > 0 && share->number <= SHARES_LIMIT && share->needed >= 2)
		return QORGAN_OK;
	return error_set(error, QORGAN_BAD_DATA, "a share is not written as it was made: compare its letters");
}

/* Reads all, and that they are different ones of one set, and enough. */
static int set_read(const char (*texts)[SHARE_TEXT], size_t count, struct share *shares, struct qorgan_error *error)
{
	for (size_t i = 0; i < count; i++) {
		int code = share_read(texts[i], &shares[i], error);
		if (code)
			return code;
		if (shares[i].needed != shares[0].needed || memcmp(shares[i].check, shares[0].check, sizeof shares[i].check) != 0)
			return error_set(error, QORGAN_BAD_DATA, "these shares are not of one set: share %u is of another than share %u",
			                 shares[i].number, shares[0].number);
		for (size_t j = 0; j < i; j++)
			if (shares[j].number == shares[i].number)
				return error_set(error, QORGAN_BAD_DATA, "share %u was given twice", shares[i].number);
	}
	if (count < shares[0].needed)
		return error_set(error, QORGAN_BAD_DATA, "%u shares are needed, and %zu were given", shares[0].needed, count);
	return QORGAN_OK;
}

int shares_join(const char (*texts)[SHARE_TEXT], size_t count, uint8_t identity[32], struct qorgan_error *error)
{
	struct share *shares = secret_alloc(SHARES_LIMIT * sizeof *shares);
	unsigned char numbers[SHARES_LIMIT];
	uint8_t check[8];
	gfshare_ctx *context = NULL;
	int code = shares ? QORGAN_OK : error_set_memory(error);

	if (!code && (count == 0 || count > SHARES_LIMIT))
		code = error_set(error, QORGAN_USAGE, "give the shares: 2 at least, and %d at most", SHARES_LIMIT);
	if (!code)
		code = set_read(texts, count, shares, error);
	if (!code) {
		for (size_t i = 0; i < count; i++)
			numbers[i] = shares[i].number;
		gfshare_fill_rand = random_draw;
		context = gfshare_ctx_init_dec(numbers, (unsigned)count, 32);
		code = context ? QORGAN_OK : error_set_memory(error);
	}
	if (!code) {
		for (size_t i = 0; i < count; i++)
			gfshare_ctx_dec_giveshare(context, (unsigned char)i, shares[i].part);
		gfshare_ctx_dec_extract(context, identity);
		check_make(identity, check);
		if (sodium_memcmp(check, shares[0].check, sizeof check) != 0) {
			sodium_memzero(identity, 32);
			code = error_set(error, QORGAN_BAD_DATA, "the shares give no key: one of them was forged; leave out one after the other, "
			                 "if there are more than are needed");
		}
	}
	if (context)
		gfshare_ctx_free(context);
	secret_free(shares);
	return code;
}
