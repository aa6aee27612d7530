// The 64-bit Arm variant: tiles of up to 6 rows and 16 columns, four vectors a row.
#if defined(__aarch64__)
#define MULTIPLY_ADD(a, b, c) __builtin_elementwise_fma(a, b, c)
#define TARGET
#define LANES_MACRO 4
#define TILE_ROWS_MACRO 6
#define WIDE_ROWS_MACRO 3
enum { LANES = 4, TILE_ROWS = 6, TILE_VECTORS = 4, WIDE_ROWS = 3, WIDE_VECTORS = 8 };

#include "vector.h"

/// The first `count` floats at p, then zeros. Reads nothing behind them.
ALWAYS_INLINE vector load_part(const float *p, size_t count) {
    if (count >= LANES) return load(p);
    vector x = (vector){0};
    memcpy(&x, p, count * sizeof(float));
    return x;
}

/// The first `count` lanes to p.
ALWAYS_INLINE void store_part(float *p, size_t count, vector x) {
    memcpy(p, &x, (count >= LANES ? LANES : count) * sizeof(float));
}

/// Lanes low ..< high.
typedef struct {
    int low, high;
} lane_range;

ALWAYS_INLINE lane_range lanes_between(ptrdiff_t low, ptrdiff_t high) {
    lane_range range = {
        low <= 0 ? 0 : low >= LANES ? LANES : (int)low,
        high <= 0 ? 0 : high >= LANES ? LANES : (int)high};
    return range;
}

/// The floats of the range at p, `fill` in the other lanes. Reads nothing else.
ALWAYS_INLINE vector load_between(const float *p, lane_range range, vector fill) {
    if (range.low == 0 && range.high == LANES) return load(p);
    for (int lane = range.low; lane < range.high; lane++) fill[lane] = p[lane];
    return fill;
}

ALWAYS_INLINE void store_between(float *p, lane_range range, vector x) {
    if (range.low == 0 && range.high == LANES) {
        store(p, x);
    } else {
        for (int lane = range.low; lane < range.high; lane++) p[lane] = x[lane];
    }
}

#include "loops.h"

#include "tiles.h"

#include "products.h"

#include "planes.h"

enum { INT8_ROWS = 4 };
#define INT8_ROWS_MACRO 4

// The four bytes of each lane as 32-bit numbers.
typedef struct {
    lanes32 bytes[4];
} wide_bytes;

#define INT8(name) bytes_##name

ALWAYS_INLINE wide_bytes bytes_widened(lanes32 b) {
    wide_bytes wide = {{b << 24 >> 24, b << 16 >> 24, b << 8 >> 24, b >> 24}};
    return wide;
}

ALWAYS_INLINE lanes32 bytes_added(lanes32 sum, uint32_t a, wide_bytes b) {
    for (int i = 0; i < 4; i++) sum += (int32_t)(a >> (8 * i) & 255) * b.bytes[i];
    return sum;
}

#include "int8.h"

static void product_int8(const aivm_int8_product *p) { bytes_product(p); }

const aivm_variant aivm_variant_neon = VARIANT_TABLE;
#endif
