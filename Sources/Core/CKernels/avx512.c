// The AVX-512 variant: tiles of up to 14 rows and 32 columns, two vectors a row.
#if defined(__x86_64__)
#define TARGET __attribute__((target("avx512f,avx512dq,avx512vl,avx512bw,avx2,fma")))
#define LANES_MACRO 16
#define TILE_ROWS_MACRO 14
#define WIDE_ROWS_MACRO 3
enum { LANES = 16, TILE_ROWS = 14, TILE_VECTORS = 2, WIDE_ROWS = 3, WIDE_VECTORS = 8 };

#include "vector.h"

#include <immintrin.h>

/// The first `count` floats at p, then zeros. Reads nothing behind them.
ALWAYS_INLINE TARGET vector load_part(const float *p, size_t count) {
    __mmask16 mask = (__mmask16)(count >= LANES ? 0xFFFF : (1u << count) - 1);
    return _mm512_maskz_loadu_ps(mask, p);
}

/// The first `count` lanes to p.
ALWAYS_INLINE TARGET void store_part(float *p, size_t count, vector x) {
    __mmask16 mask = (__mmask16)(count >= LANES ? 0xFFFF : (1u << count) - 1);
    _mm512_mask_storeu_ps(p, mask, x);
}

/// Lanes low ..< high.
typedef __mmask16 lane_range;

ALWAYS_INLINE TARGET lane_range lanes_between(ptrdiff_t low, ptrdiff_t high) {
    uint32_t below = low <= 0 ? 0 : low >= LANES ? 0xFFFF : (1u << low) - 1;
    uint32_t upTo = high <= 0 ? 0 : high >= LANES ? 0xFFFF : (1u << high) - 1;
    return (__mmask16)(upTo & ~below);
}

/// The floats of the range at p, `fill` in the other lanes. Reads nothing else.
ALWAYS_INLINE TARGET vector load_between(const float *p, lane_range range, vector fill) {
    return _mm512_mask_loadu_ps(fill, range, p);
}

ALWAYS_INLINE TARGET void store_between(float *p, lane_range range, vector x) {
    _mm512_mask_storeu_ps(p, range, x);
}

#include "loops.h"

#include "tiles.h"

#include "products.h"

#include "planes.h"

const aivm_variant aivm_variant_avx512 = VARIANT_TABLE;
#endif
