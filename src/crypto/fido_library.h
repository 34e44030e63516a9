/* libfido2, opened when a security key is asked and not before: it brings along libraries
 * whose start costs every command some two milliseconds. */
#ifndef CRYPTO_FIDO_LIBRARY_H
#define CRYPTO_FIDO_LIBRARY_H

#include <fido.h>

#include "base/error.h"

#define FIDO_FUNCTIONS(F)             \
	F(fido_init)                      \
	F(fido_strerr)                    \
	F(fido_dev_info_new)              \
	F(fido_dev_info_free)             \
	F(fido_dev_info_manifest)         \
	F(fido_dev_info_ptr)              \
	F(fido_dev_info_product_string)   \
	F(fido_dev_new_with_info)         \
	F(fido_dev_open_with_info)        \
	F(fido_dev_close)                 \
	F(fido_dev_free)                  \
	F(fido_dev_set_timeout)           \
	F(fido_dev_is_fido2)              \
	F(fido_dev_has_pin)               \
	F(fido_dev_get_retry_count)       \
	F(fido_dev_get_cbor_info)         \
	F(fido_dev_make_cred)             \
	F(fido_dev_get_assert)            \
	F(fido_cbor_info_new)             \
	F(fido_cbor_info_free)            \
	F(fido_cbor_info_extensions_ptr)  \
	F(fido_cbor_info_extensions_len)  \
	F(fido_cred_new)                  \
	F(fido_cred_free)                 \
	F(fido_cred_set_type)             \
	F(fido_cred_set_rp)               \
	F(fido_cred_set_user)             \
	F(fido_cred_set_clientdata_hash)  \
	F(fido_cred_set_extensions)       \
	F(fido_cred_id_ptr)               \
	F(fido_cred_id_len)               \
	F(fido_assert_new)                \
	F(fido_assert_free)               \
	F(fido_assert_set_rp)             \
	F(fido_assert_set_clientdata_hash) \
	F(fido_assert_allow_cred)         \
	F(fido_assert_set_extensions)     \
	F(fido_assert_set_hmac_salt)      \
	F(fido_assert_set_up)             \
	F(fido_assert_count)              \
	F(fido_assert_hmac_secret_ptr)    \
	F(fido_assert_hmac_secret_len)

struct fido_library {
#define FIDO_MEMBER(name) __typeof__(name) *name;
	FIDO_FUNCTIONS(FIDO_MEMBER)
#undef FIDO_MEMBER
};

/* fido_library(error): its functions; NULL where it is not installed, or another version of
 * it than this program was built for (QORGAN_ABSENT). Stays open. */
const struct fido_library *fido_library(struct qorgan_error *error);

#endif
