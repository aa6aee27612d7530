#pragma once
#include <secp256k1.h>

// Composite macros do not reach Swift; these are their values.
enum {
    secp256k1_flags_context = SECP256K1_CONTEXT_NONE,
    secp256k1_flags_compressed = SECP256K1_EC_COMPRESSED,
};
