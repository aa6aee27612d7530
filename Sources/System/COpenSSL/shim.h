#pragma once
// The one-shot and streaming digest calls that OpenSSL 3 calls deprecated cost a quarter of their
// EVP successors on short inputs, and Merkle trees hash little else.
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/evp.h>
#include <openssl/sha.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/hmac.h>
#include <openssl/kdf.h>
#include <openssl/params.h>
#include <openssl/provider.h>
#include <openssl/ripemd.h>
