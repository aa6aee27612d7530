// The AVX-512 variant: tiles of 8 rows and 32 columns, two vectors a row.
#if defined(__x86_64__)
#include "variant.h"

#include <immintrin.h>

#define TARGET __attribute__((target("avx512f,avx512dq,avx512vl,avx512bw,avx2,fma")))
enum { TILE_ROWS = 8, WIDE_PANELS = 4 };

ALWAYS_INLINE TARGET __m512 canonical_vector(__m512 x) {
    __mmask16 isNaN = _mm512_cmp_ps_mask(x, x, _CMP_UNORD_Q);
    return _mm512_castsi512_ps(
        _mm512_mask_set1_epi32(_mm512_castps_si512(x), isNaN, 0x7FC00000));
}

ALWAYS_INLINE TARGET void store_block(float *c, __mmask16 mask, __m512 sum, int is_first) {
    if (!is_first) sum = _mm512_add_ps(_mm512_maskz_loadu_ps(mask, c), sum);
    _mm512_mask_storeu_ps(c, mask, canonical_vector(sum));
}

/// `rows` and `vectors` are constants at every call, so the accumulators live in registers.
ALWAYS_INLINE TARGET void fixed_tile(
    const size_t rows, const size_t vectors, size_t width, size_t terms, const float *a,
    size_t a_step, const float *b, size_t b_step, float *c, size_t c_step, int is_first) {
    const size_t last = width - 16 * (vectors - 1);
    const __mmask16 full = 0xFFFF, part = (__mmask16)(0xFFFFu >> (16 - last));
    __m512 sums[8][2];
#pragma clang loop unroll(full)
    for (size_t row = 0; row < rows; row++) {
        sums[row][0] = _mm512_setzero_ps();
        sums[row][1] = _mm512_setzero_ps();
    }
    for (size_t i = 0; i < terms; i++) {
        const float *from = b + i * b_step;
        __m512 b0, b1 = _mm512_setzero_ps();
        if (vectors == 2) {
            b0 = _mm512_loadu_ps(from);
            b1 = _mm512_maskz_loadu_ps(part, from + 16);
        } else {
            b0 = _mm512_maskz_loadu_ps(part, from);
        }
#pragma clang loop unroll(full)
        for (size_t row = 0; row < rows; row++) {
            __m512 factor = _mm512_set1_ps(a[row * a_step + i]);
            sums[row][0] = _mm512_fmadd_ps(factor, b0, sums[row][0]);
            if (vectors == 2) sums[row][1] = _mm512_fmadd_ps(factor, b1, sums[row][1]);
        }
    }
#pragma clang loop unroll(full)
    for (size_t row = 0; row < rows; row++) {
        float *to = c + row * c_step;
        store_block(to, vectors == 2 ? full : part, sums[row][0], is_first);
        if (vectors == 2) store_block(to + 16, part, sums[row][1], is_first);
    }
}

#define ROWS(count)                                                                               \
    case count:                                                                                   \
        if (width > 16) {                                                                         \
            fixed_tile(count, 2, width, terms, a, a_step, b, b_step, c, c_step, is_first);        \
        } else {                                                                                  \
            fixed_tile(count, 1, width, terms, a, a_step, b, b_step, c, c_step, is_first);        \
        }                                                                                         \
        break;

static TARGET void tile(
    size_t rows, size_t width, size_t terms, const float *a, size_t a_step, const float *b,
    size_t b_step, float *c, size_t c_step, int is_first) {
    switch (rows) {
        ROWS(1) ROWS(2) ROWS(3) ROWS(4) ROWS(5) ROWS(6) ROWS(7) ROWS(8)
    }
}

static TARGET void wide_tile(
    size_t terms, const float *a, const float *b, size_t b_step, size_t panel_step, float *c,
    int is_first) {
    __m512 sums[2 * WIDE_PANELS];
    for (size_t v = 0; v < 2 * WIDE_PANELS; v++) sums[v] = _mm512_setzero_ps();
    for (size_t i = 0; i < terms; i++) {
        __m512 factor = _mm512_set1_ps(a[i]);
#pragma clang loop unroll(full)
        for (size_t v = 0; v < 2 * WIDE_PANELS; v++) {
            const float *from = b + v / 2 * panel_step + i * b_step + v % 2 * 16;
            sums[v] = _mm512_fmadd_ps(factor, _mm512_loadu_ps(from), sums[v]);
        }
    }
    for (size_t v = 0; v < 2 * WIDE_PANELS; v++) store_block(c + 16 * v, 0xFFFF, sums[v], is_first);
}

#include "products.h"

#include "loops.h"

const aivm_variant aivm_variant_avx512 = VARIANT_TABLE;
#endif
