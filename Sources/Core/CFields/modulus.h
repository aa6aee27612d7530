// The two moduli of BN254 and the numbers that depend on them. `words` are four 64-bit limbs,
// `lanes` limbs of 52 bits, both with the least significant first.
#ifndef AIVM_MODULUS_H
#define AIVM_MODULUS_H

#include <stdint.h>

#define ALWAYS_INLINE static inline __attribute__((always_inline))

typedef struct {
    uint64_t l[4];
} aivm_words;

typedef struct {
    aivm_words p;
    /// -1 / p modulo 2^64, and 1 / p modulo 2^62.
    uint64_t negative_inverse, inverse62;
    /// 2^256, 2^512 and 2^768 modulo p: 1 in Montgomery form, and what makes Montgomery forms.
    aivm_words one, square, cube;
} aivm_modulus;

static const aivm_modulus aivm_q = {
    .p = {{0x3c208c16d87cfd47, 0x97816a916871ca8d, 0xb85045b68181585d, 0x30644e72e131a029}},
    .negative_inverse = 0x87d20782e4866389,
    .inverse62 = 0x382df87d1b799c77,
    .one = {{0xd35d438dc58f0d9d, 0x0a78eb28f5c70b3d, 0x666ea36f7879462c, 0x0e0a77c19a07df2f}},
    .square = {{0xf32cfc5b538afa89, 0xb5e71911d44501fb, 0x47ab1eff0a417ff6, 0x06d89f71cab8351f}},
    .cube = {{0xb1cd6dafda1530df, 0x62f210e6a7283db6, 0xef7f0b0c0ada0afb, 0x20fd6e902d592544}},
};

static const aivm_modulus aivm_r = {
    .p = {{0x43e1f593f0000001, 0x2833e84879b97091, 0xb85045b68181585d, 0x30644e72e131a029}},
    .negative_inverse = 0xc2e1f593efffffff,
    .inverse62 = 0x3d1e0a6c10000001,
    .one = {{0xac96341c4ffffffb, 0x36fc76959f60cd29, 0x666ea36f7879462e, 0x0e0a77c19a07df2f}},
    .square = {{0x1bb8e645ae216da7, 0x53fe3ab1e35c59e3, 0x8c49833d53bb8085, 0x0216d0b17f4e44a5}},
    .cube = {{0x5e94d8e1b4bf0040, 0x2a489cbe1cfbb6b8, 0x893cc664a19fcfed, 0x0cf8594b7fcc657c}},
};

#endif
