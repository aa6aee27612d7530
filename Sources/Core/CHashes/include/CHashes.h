// SHA-256 (FIPS 180-4) of eight messages at a time, one in each lane of a vector. A single message
// leaves the processor waiting for itself most of the time; eight leaves of a Merkle tree do not.
// What the library does message by message stays with the library.
#ifndef AIVM_HASHES_H
#define AIVM_HASHES_H

#include <stddef.h>
#include <stdint.h>

enum { AIVM_HASH_LANES = 8 };

/// 1 when this machine has vectors for which the lanes pay, else 0; then aivm_sha256_lanes must not
/// be called.
int aivm_sha256_lanes_are_available(void);

/// Takes `blocks` blocks of 64 bytes of each of AIVM_HASH_LANES messages into their states: word i
/// of message j is states[i][j].
void aivm_sha256_lanes(
    size_t blocks, const uint8_t *const messages[AIVM_HASH_LANES],
    uint32_t states[8][AIVM_HASH_LANES]);

#endif
