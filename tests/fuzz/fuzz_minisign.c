/* Fuzzes minisign's signatures and public keys. */
#include <stdlib.h>
#include <string.h>

#include "crypto/minisign.h"
#include "crypto/secret.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool good)
{
	if (!good)
		abort();
}

static int verify(const char *content, struct span signature, const struct minisign_public *public,
                  struct buffer *trusted)
{
	struct minisign_hash hash;

	minisign_hash_start(&hash);
	minisign_hash_add(&hash, content, strlen(content));
	return minisign_verify(&hash, signature, public, trusted, NULL);
}

/* The published signature over "test": only its comment is free to vary. */
static void signature_read(struct span text)
{
	struct minisign_public public;
	struct buffer trusted = { 0 };

	check(minisign_public_parse("RWQf6LRCGA9i53mlYecO4IzT51TGPpvWucNSCh1CBM0QTaLn73Y7GFO3", &public));
	int code = verify("test", text, &public, &trusted);
	check(code == QORGAN_OK ? strcmp(trusted.data, "timestamp:1556193335\tfile:test") == 0
	                        : code == QORGAN_PROTOCOL && trusted.size == 0);
	check(verify("other", text, &public, NULL) == QORGAN_PROTOCOL);
	buffer_free(&trusted);
}

/* Whatever is taken for a trusted comment comes back as it was. */
static void comment_round_trip(const char *comment)
{
	static const uint8_t seed[32] = { 7 };
	struct minisign_public public;
	struct minisign_hash hash;
	struct buffer signature = { 0 }, trusted = { 0 };

	minisign_public_from(seed, &public);
	minisign_hash_start(&hash);
	if (minisign_sign(&hash, seed, comment, &signature, NULL) == QORGAN_OK) {
		check(verify("", buffer_span(&signature), &public, &trusted) == QORGAN_OK);
		check(strcmp(buffer_text(&trusted), comment) == 0);
	}
	buffer_free(&signature);
	buffer_free(&trusted);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span input = { (const char *)data, size };
	struct minisign_public public;
	char again[MINISIGN_PUBLIC_TEXT], *text = span_copy(input);

	check(text && secret_start(NULL) == QORGAN_OK);
	signature_read(input);
	comment_round_trip(text);
	if (minisign_public_parse(text, &public)) {
		minisign_public_format(&public, again);
		check(strcmp(again, text) == 0);
	}
	free(text);
	return 0;
}
