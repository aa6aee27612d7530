// The AVX2 variant: tiles of 6 rows and 16 columns, two vectors a row; a panel is two such halves.
#if defined(__x86_64__)
#include "variant.h"

#include <immintrin.h>

#define TARGET __attribute__((target("avx2,fma")))
enum { TILE_ROWS = 6, WIDE_PANELS = 2 };

ALWAYS_INLINE TARGET __m256 canonical_vector(__m256 x) {
    const __m256 nan = _mm256_castsi256_ps(_mm256_set1_epi32(0x7FC00000));
    return _mm256_blendv_ps(x, nan, _mm256_cmp_ps(x, x, _CMP_UNORD_Q));
}

/// Lanes below `count` are all ones.
ALWAYS_INLINE TARGET __m256i lane_mask(size_t count) {
    const __m256i lanes = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
    return _mm256_cmpgt_epi32(_mm256_set1_epi32((int)count), lanes);
}

ALWAYS_INLINE TARGET void store_block(
    float *c, const int masked, __m256i mask, __m256 sum, int is_first) {
    if (masked) {
        if (!is_first) sum = _mm256_add_ps(_mm256_maskload_ps(c, mask), sum);
        _mm256_maskstore_ps(c, mask, canonical_vector(sum));
    } else {
        if (!is_first) sum = _mm256_add_ps(_mm256_loadu_ps(c), sum);
        _mm256_storeu_ps(c, canonical_vector(sum));
    }
}

/// At most 16 columns. `rows` and `masked` are constants at every call.
ALWAYS_INLINE TARGET void fixed_tile(
    const size_t rows, const int masked, size_t width, size_t terms, const float *a,
    size_t a_step, const float *b, size_t b_step, float *c, size_t c_step, int is_first) {
    const __m256i low = lane_mask(width), high = lane_mask(width > 8 ? width - 8 : 0);
    __m256 sums[6][2];
#pragma clang loop unroll(full)
    for (size_t row = 0; row < rows; row++) {
        sums[row][0] = _mm256_setzero_ps();
        sums[row][1] = _mm256_setzero_ps();
    }
    for (size_t i = 0; i < terms; i++) {
        const float *from = b + i * b_step;
        __m256 b0 = masked ? _mm256_maskload_ps(from, low) : _mm256_loadu_ps(from);
        __m256 b1 = masked ? _mm256_maskload_ps(from + 8, high) : _mm256_loadu_ps(from + 8);
#pragma clang loop unroll(full)
        for (size_t row = 0; row < rows; row++) {
            __m256 factor = _mm256_broadcast_ss(a + row * a_step + i);
            sums[row][0] = _mm256_fmadd_ps(factor, b0, sums[row][0]);
            sums[row][1] = _mm256_fmadd_ps(factor, b1, sums[row][1]);
        }
    }
#pragma clang loop unroll(full)
    for (size_t row = 0; row < rows; row++) {
        float *to = c + row * c_step;
        store_block(to, masked, low, sums[row][0], is_first);
        store_block(to + 8, masked, high, sums[row][1], is_first);
    }
}

#define ROWS(count)                                                                               \
    case count:                                                                                   \
        if (width == 16) {                                                                        \
            fixed_tile(count, 0, width, terms, a, a_step, b, b_step, c, c_step, is_first);        \
        } else {                                                                                  \
            fixed_tile(count, 1, width, terms, a, a_step, b, b_step, c, c_step, is_first);        \
        }                                                                                         \
        break;

static TARGET void half_tile(
    size_t rows, size_t width, size_t terms, const float *a, size_t a_step, const float *b,
    size_t b_step, float *c, size_t c_step, int is_first) {
    switch (rows) {
        ROWS(1) ROWS(2) ROWS(3) ROWS(4) ROWS(5) ROWS(6)
    }
}

static TARGET void tile(
    size_t rows, size_t width, size_t terms, const float *a, size_t a_step, const float *b,
    size_t b_step, float *c, size_t c_step, int is_first) {
    size_t first = width < 16 ? width : 16;
    half_tile(rows, first, terms, a, a_step, b, b_step, c, c_step, is_first);
    if (width > 16) {
        half_tile(
            rows, width - 16, terms, a, a_step, b + 16, b_step, c + 16, c_step, is_first);
    }
}

static TARGET void wide_tile(
    size_t terms, const float *a, const float *b, size_t b_step, size_t panel_step, float *c,
    int is_first) {
    __m256 sums[4 * WIDE_PANELS];
    for (size_t v = 0; v < 4 * WIDE_PANELS; v++) sums[v] = _mm256_setzero_ps();
    for (size_t i = 0; i < terms; i++) {
        __m256 factor = _mm256_broadcast_ss(a + i);
#pragma clang loop unroll(full)
        for (size_t v = 0; v < 4 * WIDE_PANELS; v++) {
            const float *from = b + v / 4 * panel_step + i * b_step + v % 4 * 8;
            sums[v] = _mm256_fmadd_ps(factor, _mm256_loadu_ps(from), sums[v]);
        }
    }
    const __m256i none = _mm256_setzero_si256();
    for (size_t v = 0; v < 4 * WIDE_PANELS; v++) store_block(c + 8 * v, 0, none, sums[v], is_first);
}

#include "products.h"

#include "loops.h"

const aivm_variant aivm_variant_avx2 = VARIANT_TABLE;
#endif
