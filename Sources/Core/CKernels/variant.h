// What each variant provides, and the helpers all of them share.
#ifndef AIVM_VARIANT_H
#define AIVM_VARIANT_H

#include "include/CKernels.h"

#include <string.h>

/// The entry points of one variant; arguments as in CKernels.h. A product's panel p starts
/// `panel_step` elements after panel p - 1, and its rows are `b_step` apart.
typedef struct {
    void (*product)(
        size_t m, size_t n, size_t k, const float *a, size_t a_step, const float *b, size_t b_step,
        size_t panel_step, float *c, size_t c_step);
    void (*maximum_windows)(
        size_t k, const float *source, const int64_t *offsets, const aivm_run *runs,
        size_t run_count, size_t step, float *out);
    void (*binary)(
        int operation, size_t n, const float *a, size_t a_step, const float *b, size_t b_step,
        float *out);
    void (*unary)(int operation, size_t n, const float *x, float *out);
    float (*sum)(size_t n, const float *x, size_t step);
    void (*softmax)(size_t rows, size_t n, const float *x, float *out);
    void (*layer_normalization)(
        size_t rows, size_t n, const float *x, float epsilon, const float *scale, const float *bias,
        float *out, float *means, float *inverses);
} aivm_variant;

extern const aivm_variant aivm_variant_scalar;
#if defined(__x86_64__)
extern const aivm_variant aivm_variant_avx2;
extern const aivm_variant aivm_variant_avx512;
#endif
#if defined(__aarch64__)
extern const aivm_variant aivm_variant_neon;
#endif

#define ALWAYS_INLINE static inline __attribute__((always_inline))

ALWAYS_INLINE uint32_t float_bits(float x) {
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

ALWAYS_INLINE float float_from_bits(uint32_t bits) {
    float x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

ALWAYS_INLINE uint64_t double_bits(double x) {
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

ALWAYS_INLINE double double_from_bits(uint64_t bits) {
    double x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

/// Every NaN becomes 0x7FC00000. On the bits, because compilers may treat all NaNs alike.
ALWAYS_INLINE float canonical(float x) {
    uint32_t bits = float_bits(x);
    return float_from_bits((bits & 0x7FFFFFFFu) > 0x7F800000u ? 0x7FC00000u : bits);
}

#endif
