// The compression function of SHA-256 in vectors of eight words, one of each message.
#include "include/CHashes.h"

#include <string.h>

#if defined(__x86_64__)

// Rotations and functions of three words are one instruction each there; without them the library,
// which uses the processor's SHA instructions, is as fast.
#define TARGET __attribute__((target("avx512f,avx512vl,avx512bw,avx2")))
#define INLINE static inline __attribute__((always_inline)) TARGET

typedef uint32_t words __attribute__((vector_size(32)));
typedef uint8_t bytes __attribute__((vector_size(32)));

/// The first 32 bits of the fractions of the cube roots of the first 64 primes.
static const uint32_t constants[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

INLINE words turned(words x, const int n) { return x >> n | x << (32 - n); }

/// Eight words at p of each message, most significant byte first, as eight vectors.
INLINE void gather(const uint8_t *const messages[8], size_t offset, words out[8]) {
    words x[8];
#pragma clang loop unroll(full)
    for (int i = 0; i < 8; i++) {
        bytes row;
        memcpy(&row, messages[i] + offset, sizeof row);
        x[i] = (words)__builtin_shufflevector(
            row, row, 3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12, 19, 18, 17, 16, 23, 22,
            21, 20, 27, 26, 25, 24, 31, 30, 29, 28);
    }
    // Rows and columns exchanged: neighbours, pairs, halves.
    words y[8], z[8];
#pragma clang loop unroll(full)
    for (int i = 0; i < 8; i += 2) {
        y[i] = __builtin_shufflevector(x[i], x[i + 1], 0, 8, 2, 10, 4, 12, 6, 14);
        y[i + 1] = __builtin_shufflevector(x[i], x[i + 1], 1, 9, 3, 11, 5, 13, 7, 15);
    }
#pragma clang loop unroll(full)
    for (int i = 0; i < 8; i++) {
        if (i & 2) continue;
        z[i] = __builtin_shufflevector(y[i], y[i + 2], 0, 1, 8, 9, 4, 5, 12, 13);
        z[i + 2] = __builtin_shufflevector(y[i], y[i + 2], 2, 3, 10, 11, 6, 7, 14, 15);
    }
#pragma clang loop unroll(full)
    for (int i = 0; i < 4; i++) {
        out[i] = __builtin_shufflevector(z[i], z[i + 4], 0, 1, 2, 3, 8, 9, 10, 11);
        out[i + 4] = __builtin_shufflevector(z[i], z[i + 4], 4, 5, 6, 7, 12, 13, 14, 15);
    }
}

/// Word i of the schedule, which takes the place of word i - 16.
INLINE words schedule(words w[16], const int i) {
    words early = w[(i + 1) % 16], late = w[(i + 14) % 16];
    words a = turned(early, 7) ^ turned(early, 18) ^ early >> 3;
    words b = turned(late, 17) ^ turned(late, 19) ^ late >> 10;
    w[i % 16] += a + w[(i + 9) % 16] + b;
    return w[i % 16];
}

int aivm_sha256_lanes_are_available(void) {
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl")
        && __builtin_cpu_supports("avx512bw");
}

TARGET void aivm_sha256_lanes(
    size_t blocks, const uint8_t *const messages[AIVM_HASH_LANES],
    uint32_t states[8][AIVM_HASH_LANES]) {
    words before[8], s[8], w[16];
    memcpy(before, states, sizeof before);
    for (size_t block = 0; block < blocks; block++) {
        gather(messages, block * 64, w);
        gather(messages, block * 64 + 32, w + 8);
        memcpy(s, before, sizeof s);
#pragma clang loop unroll(full)
        for (int i = 0; i < 64; i++) {
            words word = i < 16 ? w[i] : schedule(w, i);
            // The eight variables move on by one name a round.
            words *a = &s[(64 - i) % 8], *b = &s[(65 - i) % 8], *c = &s[(66 - i) % 8];
            words *d = &s[(67 - i) % 8], *e = &s[(68 - i) % 8], *f = &s[(69 - i) % 8];
            words *g = &s[(70 - i) % 8], *h = &s[(71 - i) % 8];
            words choice = (*e & *f) ^ (~*e & *g);
            words majority = (*a & *b) | (*c & (*a | *b));
            *h += (turned(*e, 6) ^ turned(*e, 11) ^ turned(*e, 25)) + choice + constants[i] + word;
            *d += *h;
            *h += (turned(*a, 2) ^ turned(*a, 13) ^ turned(*a, 22)) + majority;
        }
#pragma clang loop unroll(full)
        for (int i = 0; i < 8; i++) before[i] += s[i];
    }
    memcpy(states, before, sizeof before);
}

#else

int aivm_sha256_lanes_are_available(void) { return 0; }

void aivm_sha256_lanes(
    size_t blocks, const uint8_t *const messages[AIVM_HASH_LANES],
    uint32_t states[8][AIVM_HASH_LANES]) {
    (void)blocks, (void)messages, (void)states;
    __builtin_trap();
}

#endif
