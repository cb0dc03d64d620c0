#pragma once
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>
#include <openssl/err.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/core_names.h>
#include <openssl/param_build.h>
#include <openssl/kdf.h>
#include <openssl/x509.h>

// A macro made of other macros, which Swift does not import (EVP_PKEY_fromdata(3)).
static inline int antiphon_evp_pkey_public_key(void) { return EVP_PKEY_PUBLIC_KEY; }

// OSSL_PARAM keeps the address of its name. Swift imports these macros as strings, whose C form lives for one call only.
static const char *const antiphon_param_group_name = OSSL_PKEY_PARAM_GROUP_NAME;
static const char *const antiphon_param_public_key = OSSL_PKEY_PARAM_PUB_KEY;
static const char *const antiphon_param_digest = OSSL_KDF_PARAM_DIGEST;
static const char *const antiphon_param_key = OSSL_KDF_PARAM_KEY;
static const char *const antiphon_param_salt = OSSL_KDF_PARAM_SALT;
static const char *const antiphon_param_info = OSSL_KDF_PARAM_INFO;
