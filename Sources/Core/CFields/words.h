// Numbers modulo p in four words, in Montgomery form, always less than p. Multiplication reduces
// word by word as it goes (Koc, Acar and Kaliski, "Analyzing and comparing Montgomery
// multiplication algorithms", 1996): because p has two spare bits, no carry leaves the top word.
#ifndef AIVM_WORDS_H
#define AIVM_WORDS_H

#include "modulus.h"

#include <stddef.h>
#include <string.h>

typedef unsigned __int128 aivm_wide;

ALWAYS_INLINE aivm_words words_load(const uint8_t *bytes) {
    aivm_words a;
    memcpy(&a, bytes, sizeof a);
    return a;
}

ALWAYS_INLINE void words_store(uint8_t *bytes, aivm_words a) { memcpy(bytes, &a, sizeof a); }

ALWAYS_INLINE int words_are_zero(aivm_words a) {
    return (a.l[0] | a.l[1] | a.l[2] | a.l[3]) == 0;
}

ALWAYS_INLINE int words_are_equal(aivm_words a, aivm_words b) {
    return ((a.l[0] ^ b.l[0]) | (a.l[1] ^ b.l[1]) | (a.l[2] ^ b.l[2]) | (a.l[3] ^ b.l[3])) == 0;
}

/// a + b + *carry; *carry becomes what does not fit.
ALWAYS_INLINE uint64_t add_with_carry(uint64_t a, uint64_t b, uint64_t *carry) {
    unsigned long long more;
    const uint64_t sum = __builtin_addcll(a, b, *carry, &more);
    *carry = more;
    return sum;
}

ALWAYS_INLINE uint64_t subtract_with_borrow(uint64_t a, uint64_t b, uint64_t *borrow) {
    unsigned long long more;
    const uint64_t difference = __builtin_subcll(a, b, *borrow, &more);
    *borrow = more;
    return difference;
}

/// a * b + c + d, which always fits in two words; *high is the upper one.
ALWAYS_INLINE uint64_t multiply_add_add(
    uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t *high) {
    aivm_wide product = (aivm_wide)a * b + c + d;
    *high = (uint64_t)(product >> 64);
    return (uint64_t)product;
}

/// All ones when `bit` is 1, no ones when it is 0. The compiler may not see which two values these
/// are, lest it make a branch, which would be taken at random.
ALWAYS_INLINE uint64_t mask_of(uint64_t bit) {
    uint64_t mask = -bit;
    __asm__("" : "+r"(mask));
    return mask;
}

/// b where `bit` is 1, a where it is 0.
ALWAYS_INLINE aivm_words words_selected(uint64_t bit, aivm_words a, aivm_words b) {
    const uint64_t mask = mask_of(bit);
    for (int i = 0; i < 4; i++) a.l[i] ^= (a.l[i] ^ b.l[i]) & mask;
    return a;
}

/// a, less than 2p, to less than p. Seldom is there anything to do, as after a multiplication.
ALWAYS_INLINE aivm_words words_reduced(aivm_words a, const aivm_modulus *m) {
    aivm_words t;
    uint64_t borrow = 0;
    for (int i = 0; i < 4; i++) t.l[i] = subtract_with_borrow(a.l[i], m->p.l[i], &borrow);
    for (int i = 0; i < 4; i++) t.l[i] = borrow ? a.l[i] : t.l[i];
    return t;
}

ALWAYS_INLINE aivm_words words_add(aivm_words a, aivm_words b, const aivm_modulus *m) {
    uint64_t carry = 0;
    for (int i = 0; i < 4; i++) a.l[i] = add_with_carry(a.l[i], b.l[i], &carry);
    aivm_words t;
    uint64_t borrow = 0;
    for (int i = 0; i < 4; i++) t.l[i] = subtract_with_borrow(a.l[i], m->p.l[i], &borrow);
    return words_selected(borrow, t, a);
}

ALWAYS_INLINE aivm_words words_subtract(aivm_words a, aivm_words b, const aivm_modulus *m) {
    uint64_t borrow = 0, carry = 0;
    for (int i = 0; i < 4; i++) a.l[i] = subtract_with_borrow(a.l[i], b.l[i], &borrow);
    const uint64_t mask = mask_of(borrow);
    for (int i = 0; i < 4; i++) a.l[i] = add_with_carry(a.l[i], m->p.l[i] & mask, &carry);
    return a;
}

ALWAYS_INLINE aivm_words words_negated(aivm_words a, const aivm_modulus *m) {
    const aivm_words zero = {{0, 0, 0, 0}};
    return words_subtract(zero, a, m);
}

/// a * b / 2^256.
ALWAYS_INLINE aivm_words words_multiply(aivm_words a, aivm_words b, const aivm_modulus *m) {
    uint64_t t0 = 0, t1 = 0, t2 = 0, t3 = 0;
#pragma clang loop unroll(full)
    for (int i = 0; i < 4; i++) {
        uint64_t carry, reduction;
        t0 = multiply_add_add(a.l[0], b.l[i], t0, 0, &carry);
        const uint64_t quotient = t0 * m->negative_inverse;
        multiply_add_add(quotient, m->p.l[0], t0, 0, &reduction);
        t1 = multiply_add_add(a.l[1], b.l[i], t1, carry, &carry);
        t0 = multiply_add_add(quotient, m->p.l[1], t1, reduction, &reduction);
        t2 = multiply_add_add(a.l[2], b.l[i], t2, carry, &carry);
        t1 = multiply_add_add(quotient, m->p.l[2], t2, reduction, &reduction);
        t3 = multiply_add_add(a.l[3], b.l[i], t3, carry, &carry);
        t2 = multiply_add_add(quotient, m->p.l[3], t3, reduction, &reduction);
        t3 = carry + reduction;
    }
    const aivm_words product = {{t0, t1, t2, t3}};
    return words_reduced(product, m);
}

/// a / 2^256: Montgomery form to the number itself.
ALWAYS_INLINE aivm_words words_canonical(aivm_words a, const aivm_modulus *m) {
    const aivm_words one = {{1, 0, 0, 0}};
    return words_multiply(a, one, m);
}

/// The inverse of the number a, not its Montgomery form: a * result = 1 modulo p, and 0 for 0.
aivm_words aivm_words_plain_inverse(aivm_words a, const aivm_modulus *m);

/// The Montgomery form of the inverse of what `a` is the Montgomery form of; 0 for 0.
ALWAYS_INLINE aivm_words words_inverse(aivm_words a, const aivm_modulus *m) {
    return words_multiply(aivm_words_plain_inverse(a, m), m->cube, m);
}

#endif
