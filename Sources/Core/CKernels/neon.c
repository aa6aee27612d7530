// The 64-bit Arm variant: tiles of 4 rows and 16 columns, four vectors a row.
#if defined(__aarch64__)
#include "variant.h"

#include <arm_neon.h>

#define TARGET
enum { TILE_ROWS = 4, WIDE_PANELS = 1 };

ALWAYS_INLINE float32x4_t canonical_vector(float32x4_t x) {
    return vbslq_f32(vceqq_f32(x, x), x, vreinterpretq_f32_u32(vdupq_n_u32(0x7FC00000)));
}

/// 16 columns of `rows` rows; `rows` is a constant at every call.
ALWAYS_INLINE void fixed_tile(
    const size_t rows, size_t terms, const float *a, size_t a_step, const float *b, size_t b_step,
    float *c, size_t c_step, int is_first) {
    float32x4_t sums[4][4];
#pragma clang loop unroll(full)
    for (size_t row = 0; row < rows; row++) {
        for (size_t v = 0; v < 4; v++) sums[row][v] = vdupq_n_f32(0);
    }
    for (size_t i = 0; i < terms; i++) {
        const float *from = b + i * b_step;
        float32x4_t vectors[4];
        for (size_t v = 0; v < 4; v++) vectors[v] = vld1q_f32(from + 4 * v);
#pragma clang loop unroll(full)
        for (size_t row = 0; row < rows; row++) {
            float32x4_t factor = vdupq_n_f32(a[row * a_step + i]);
            for (size_t v = 0; v < 4; v++) {
                sums[row][v] = vfmaq_f32(sums[row][v], factor, vectors[v]);
            }
        }
    }
#pragma clang loop unroll(full)
    for (size_t row = 0; row < rows; row++) {
        for (size_t v = 0; v < 4; v++) {
            float *to = c + row * c_step + 4 * v;
            float32x4_t sum = sums[row][v];
            if (!is_first) sum = vaddq_f32(vld1q_f32(to), sum);
            vst1q_f32(to, canonical_vector(sum));
        }
    }
}

static void tile(
    size_t rows, size_t width, size_t terms, const float *a, size_t a_step, const float *b,
    size_t b_step, float *c, size_t c_step, int is_first) {
    for (; width >= 16; width -= 16, b += 16, c += 16) {
        switch (rows) {
        case 1: fixed_tile(1, terms, a, a_step, b, b_step, c, c_step, is_first); break;
        case 2: fixed_tile(2, terms, a, a_step, b, b_step, c, c_step, is_first); break;
        case 3: fixed_tile(3, terms, a, a_step, b, b_step, c, c_step, is_first); break;
        default: fixed_tile(4, terms, a, a_step, b, b_step, c, c_step, is_first); break;
        }
    }
    for (size_t row = 0; row < rows; row++) {
        for (size_t column = 0; column < width; column++) {
            float sum = 0;
            for (size_t i = 0; i < terms; i++) {
                sum = __builtin_fmaf(a[row * a_step + i], b[i * b_step + column], sum);
            }
            float *to = c + row * c_step + column;
            *to = canonical(is_first ? sum : *to + sum);
        }
    }
}

static void wide_tile(
    size_t terms, const float *a, const float *b, size_t b_step, size_t panel_step, float *c,
    int is_first) {
    (void)panel_step;
    fixed_tile(1, terms, a, 0, b, b_step, c, 0, is_first);
    fixed_tile(1, terms, a, 0, b + 16, b_step, c + 16, 0, is_first);
}

#include "products.h"

#include "loops.h"

const aivm_variant aivm_variant_neon = VARIANT_TABLE;
#endif
