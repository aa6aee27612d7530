// The 64-bit Arm variant: tiles of up to 6 rows and 16 columns, four vectors a row.
#if defined(__aarch64__)
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

#include "loops.h"

#include "tiles.h"

#include "products.h"

#include "planes.h"

const aivm_variant aivm_variant_neon = VARIANT_TABLE;
#endif
