// Vectors of LANES floats in the compiler's own notation, so that the tiles and the row loops are
// written once for every instruction set. The including file defines TARGET (a function attribute)
// and LANES, and, after including this file, load_part and store_part.
#ifndef AIVM_VECTOR_H
#define AIVM_VECTOR_H

#include "variant.h"

typedef float vector __attribute__((vector_size(4 * LANES)));
typedef int32_t lanes32 __attribute__((vector_size(4 * LANES)));
typedef float loose_vector __attribute__((vector_size(4 * LANES), aligned(4), may_alias));
typedef int32_t loose_lanes32 __attribute__((vector_size(4 * LANES), aligned(4), may_alias));

ALWAYS_INLINE TARGET vector load(const float *p) { return *(const loose_vector *)p; }

ALWAYS_INLINE TARGET void store(float *p, vector x) { *(loose_vector *)p = x; }

ALWAYS_INLINE TARGET vector splat(float x) { return x - (vector){0}; }

ALWAYS_INLINE TARGET vector fused(vector a, vector b, vector sum) {
    return __builtin_elementwise_fma(a, b, sum);
}

/// `a` in the lanes where `mask` is all ones, `b` where it is zero.
ALWAYS_INLINE TARGET vector selected(lanes32 mask, vector a, vector b) {
    return (vector)(((lanes32)a & mask) | ((lanes32)b & ~mask));
}

ALWAYS_INLINE TARGET vector canonical_vector(vector x) {
    const lanes32 nan = (lanes32){0} + 0x7FC00000;
    return selected((lanes32)(x == x), x, (vector)nan);
}

/// The activation of an epilogue; NaN stays NaN.
ALWAYS_INLINE TARGET vector activated(vector x, int activation, vector low, vector high) {
    if (activation == AIVM_ACTIVATION_RELU) return selected((lanes32)(x <= 0), (vector){0}, x);
    if (activation == AIVM_ACTIVATION_CLIP) {
        x = selected((lanes32)(x < low), low, x);
        return selected((lanes32)(x > high), high, x);
    }
    return x;
}

#endif
