#pragma once
// The one-shot and streaming digest calls that OpenSSL 3 calls deprecated cost a quarter of their
// EVP successors on short inputs, and Merkle trees hash little else. The calls on curves and RSA
// keys take public keys as numbers, without the search for providers that their successors make.
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/obj_mac.h>
#include <openssl/rsa.h>
#include <openssl/sha.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/hmac.h>
#include <openssl/kdf.h>
#include <openssl/params.h>
#include <openssl/provider.h>
#include <openssl/ripemd.h>
