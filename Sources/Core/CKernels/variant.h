// What each variant provides, and the helpers all of them share.
#ifndef AIVM_VARIANT_H
#define AIVM_VARIANT_H

#include "include/CKernels.h"

#include <string.h>

/// The work on planes, see CKernels.h: planes first ..< last of it are done.
typedef struct {
    const aivm_grid *grid;
    size_t features, multiplier;
    int counts_padding;
    const float *weights, *x;
    float *out;
    const aivm_epilogue *epilogue;
} aivm_planes;

/// The entry points of one variant; arguments as in CKernels.h.
typedef struct {
    void (*product)(const aivm_product_call *call);
    void (*windows)(const aivm_windows *windows);
    void (*product_int8)(const aivm_int8_product *call);
    void (*halve_int16)(size_t n, const int16_t *x, int8_t *halves);
    void (*rescale_halves)(
        size_t rows, size_t columns, const int32_t *halves, const int64_t *addends,
        const int64_t *multipliers, const aivm_rescaling *rescaling, int16_t *out);
    void (*add_int16)(
        size_t n, const int16_t *a, size_t a_step, const int16_t *b, size_t b_step,
        const int64_t *multipliers, const aivm_rescaling *rescaling, int16_t *out);
    void (*look_up_int16)(
        size_t n, const int16_t *x, int64_t multiplier, const aivm_rescaling *rescaling,
        const int16_t *table, int16_t *out);
    void (*multiply_int16)(
        size_t rows, size_t terms, size_t columns, const int16_t *a, const int16_t *b,
        int64_t *sums);
    void (*rescale_sums)(
        size_t n, const int64_t *sums, int64_t multiplier, const aivm_rescaling *rescaling,
        int16_t *out);
    void (*softmax_int16)(
        size_t rows, size_t n, const int16_t *x, const aivm_integer_softmax *softmax,
        int64_t *exponentials, int16_t *out);
    void (*normalize_int16)(
        size_t rows, size_t n, const int16_t *x, int is_centred, int64_t epsilon,
        int fraction_bits, const aivm_rescaling *rescaling, int16_t *out);
    void (*window_halves)(
        size_t positions, size_t channels, size_t plane, size_t taps, const int32_t *places,
        const int16_t *x, int8_t *halves);
    void (*maximum_int16)(
        size_t positions, size_t taps, const int32_t *places, const int16_t *x, int16_t *out);
    void (*transpose_int16)(
        size_t rows, size_t columns, const int16_t *x, size_t step, int16_t *out);
    void (*quantize_float)(
        size_t n, const float *x, float scale, float minimum, float maximum, int16_t *out);
    void (*dequantize_int16)(size_t n, const int16_t *x, float scale, float *out);
    /// The five that follow are NULL where products of bytes are as good.
    void (*mixed_product)(const aivm_mixed_product *call);
    void (*thin_product)(const aivm_thin_product *call);
    void (*mixed_convolution)(const aivm_mixed_convolution *call);
    void (*mixed_depthwise)(const aivm_mixed_depthwise *call);
    void (*sort_phases)(
        size_t planes, const aivm_phases *phases, const int16_t *x, int16_t *out);
    void (*depthwise)(const aivm_planes *planes, size_t first, size_t last);
    void (*maximum_pool)(const aivm_planes *planes, size_t first, size_t last);
    void (*average_pool)(const aivm_planes *planes, size_t first, size_t last);
    void (*means)(size_t n, const float *x, float *out, size_t first, size_t last);
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

/// The variant of that number, which this build has.
const aivm_variant *aivm_variant_numbered(int variant);

enum {
    /// Multiply-adds, or elements, that are worth another thread.
    PRODUCT_GRAIN = 1 << 18,
    ELEMENT_GRAIN = 1 << 15,
    /// Floats of all row buffers of a plane, and the room behind a row that vectors may touch.
    ROW_FLOATS = 16384,
    ROW_SLACK = 16,
};

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

ALWAYS_INLINE size_t lesser(size_t a, size_t b) { return a < b ? a : b; }

/// The count of items of `each` operations that together are `operations`; at least 1.
ALWAYS_INLINE size_t worth_a_thread(size_t operations, size_t each) {
    return each == 0 || operations <= each ? 1 : operations / each;
}

/// Every NaN becomes 0x7FC00000. On the bits, because compilers may treat all NaNs alike.
ALWAYS_INLINE float canonical(float x) {
    uint32_t bits = float_bits(x);
    return float_from_bits((bits & 0x7FFFFFFFu) > 0x7F800000u ? 0x7FC00000u : bits);
}

#endif
