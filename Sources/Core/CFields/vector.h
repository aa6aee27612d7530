// What each variant provides on vectors of elements of Fr; arguments as in CFields.h.
#ifndef AIVM_VECTOR_H
#define AIVM_VECTOR_H

#include "words.h"

typedef struct {
    /// out = a * b, + c unless c is NULL.
    void (*multiply)(
        size_t n, const uint8_t *a, const uint8_t *b, const uint8_t *c, uint8_t *out);
    /// out = scalar * a, + b unless b is NULL.
    void (*scale)(
        size_t n, aivm_words scalar, const uint8_t *a, const uint8_t *b, uint8_t *out);
    /// out[i] = first * ratio^i, times a[i] unless a is NULL.
    void (*powers)(
        size_t n, aivm_words first, aivm_words ratio, const uint8_t *a, uint8_t *out);
    void (*invert)(size_t n, const uint8_t *a, uint8_t *out);
    aivm_words (*dot)(size_t n, const uint8_t *a, const uint8_t *b);
    aivm_words (*evaluate)(size_t n, const uint8_t *a, aivm_words point);
    /// The product of `first` and all of a; out as in aivm_fr_prefix_products, or NULL.
    aivm_words (*prefix_products)(
        size_t n, aivm_words first, const uint8_t *a, uint8_t *out);
    /// Divides a + next * X^n by X - point: the remainder. out may be NULL.
    aivm_words (*divide)(
        size_t n, const uint8_t *a, aivm_words point, aivm_words next, uint8_t *out);
    /// As aivm_fr_multiply_often.
    int (*multiply_often)(size_t count, aivm_words factor, aivm_words *value);
} aivm_vector_kernel;

extern const aivm_vector_kernel aivm_vector_portable;
#if defined(__x86_64__)
extern const aivm_vector_kernel aivm_vector_adx;
extern const aivm_vector_kernel aivm_vector_avx512;
extern const aivm_vector_kernel aivm_vector_ifma;
#endif

/// base^exponent.
static inline aivm_words words_power(aivm_words base, size_t exponent, const aivm_modulus *m) {
    aivm_words result = m->one;
    for (; exponent != 0; exponent >>= 1) {
        if ((exponent & 1) != 0) result = words_multiply(result, base, m);
        base = words_multiply(base, base, m);
    }
    return result;
}

#endif
