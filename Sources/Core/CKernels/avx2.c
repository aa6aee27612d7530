// The AVX2 variant: tiles of up to 6 rows and 16 columns, two vectors a row.
#if defined(__x86_64__)
#define MULTIPLY_ADD(a, b, c) __builtin_elementwise_fma(a, b, c)
#define TARGET __attribute__((target("avx2,fma")))
#define LANES_MACRO 8
#define TILE_ROWS_MACRO 6
#define WIDE_ROWS_MACRO 1
enum { LANES = 8, TILE_ROWS = 6, TILE_VECTORS = 2, WIDE_ROWS = 1, WIDE_VECTORS = 8 };

#include "vector.h"

#include <immintrin.h>

/// All ones in the lanes below `count`.
ALWAYS_INLINE TARGET __m256i lane_mask(size_t count) {
    const __m256i lanes = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
    return _mm256_cmpgt_epi32(_mm256_set1_epi32((int)count), lanes);
}

/// The first `count` floats at p, then zeros. Reads nothing behind them.
ALWAYS_INLINE TARGET vector load_part(const float *p, size_t count) {
    if (count >= LANES) return load(p);
    return _mm256_maskload_ps(p, lane_mask(count));
}

/// The first `count` lanes to p.
ALWAYS_INLINE TARGET void store_part(float *p, size_t count, vector x) {
    if (count >= LANES) {
        store(p, x);
    } else {
        _mm256_maskstore_ps(p, lane_mask(count), x);
    }
}

/// Lanes low ..< high: all ones there.
typedef __m256i lane_range;

ALWAYS_INLINE TARGET lane_range lanes_between(ptrdiff_t low, ptrdiff_t high) {
    int first = low <= 0 ? 0 : low >= LANES ? LANES : (int)low;
    int end = high <= 0 ? 0 : high >= LANES ? LANES : (int)high;
    return _mm256_andnot_si256(lane_mask((size_t)first), lane_mask((size_t)end));
}

/// The floats of the range at p, `fill` in the other lanes. Reads nothing else.
ALWAYS_INLINE TARGET vector load_between(const float *p, lane_range range, vector fill) {
    return _mm256_blendv_ps(fill, _mm256_maskload_ps(p, range), _mm256_castsi256_ps(range));
}

ALWAYS_INLINE TARGET void store_between(float *p, lane_range range, vector x) {
    _mm256_maskstore_ps(p, range, x);
}

#include "loops.h"

#include "tiles.h"

#include "products.h"

#include "planes.h"

enum { INT8_ROWS = 4 };
#define INT8_ROWS_MACRO 4

// The bytes as 16-bit pairs, first and third, second and fourth. The sums of two products fit 32
// bits; the pair multiplication of bytes, which saturates, is not used.
typedef struct {
    __m256i even, odd;
} wide_bytes;

#define INT8(name) pairs_##name

ALWAYS_INLINE TARGET wide_bytes pairs_widened(lanes32 b) {
    wide_bytes pairs = {
        _mm256_srai_epi16(_mm256_slli_epi16((__m256i)b, 8), 8), _mm256_srai_epi16((__m256i)b, 8)};
    return pairs;
}

ALWAYS_INLINE TARGET lanes32 pairs_added(lanes32 sum, uint32_t a, wide_bytes b) {
    __m256i even = _mm256_set1_epi32((int)(a & 0x00FF00FF));
    __m256i odd = _mm256_set1_epi32((int)(a >> 8 & 0x00FF00FF));
    return sum + (lanes32)_mm256_madd_epi16(even, b.even) + (lanes32)_mm256_madd_epi16(odd, b.odd);
}

#include "int8.h"

static void product_int8(const aivm_int8_product *p) { pairs_product(p); }

const aivm_variant aivm_variant_avx2 = VARIANT_TABLE;
#endif
