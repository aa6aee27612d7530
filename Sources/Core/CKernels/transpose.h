// Squares of LANES vectors with rows and columns exchanged in registers. Shared by the vector
// variants, after their load_part.
#ifndef AIVM_TRANSPOSE_H
#define AIVM_TRANSPOSE_H

#if LANES_MACRO == 16
#define LANE_LIST(f, s)                                                                           \
    f(0, s), f(1, s), f(2, s), f(3, s), f(4, s), f(5, s), f(6, s), f(7, s), f(8, s), f(9, s),     \
        f(10, s), f(11, s), f(12, s), f(13, s), f(14, s), f(15, s)
#elif LANES_MACRO == 8
#define LANE_LIST(f, s) f(0, s), f(1, s), f(2, s), f(3, s), f(4, s), f(5, s), f(6, s), f(7, s)
#else
#define LANE_LIST(f, s) f(0, s), f(1, s), f(2, s), f(3, s)
#endif
#define LOW_LANE(lane, s) ((lane) & (s) ? LANES + (lane) - (s) : (lane))
#define HIGH_LANE(lane, s) ((lane) & (s) ? LANES + (lane) : (lane) + (s))

/// Swaps the off-diagonal s x s blocks of every 2s x 2s block.
#define TRANSPOSE_STEP(s)                                                                         \
    _Pragma("clang loop unroll(full)") for (size_t i = 0; i < LANES; i++) {                       \
        if ((i & (s)) != 0) continue;                                                             \
        vector a = x[i], b = x[i + (s)];                                                          \
        x[i] = __builtin_shufflevector(a, b, LANE_LIST(LOW_LANE, s));                             \
        x[i + (s)] = __builtin_shufflevector(a, b, LANE_LIST(HIGH_LANE, s));                      \
    }

/// Exchanges the rows and columns of LANES vectors.
ALWAYS_INLINE TARGET void transpose_vectors(vector x[LANES]) {
#if LANES_MACRO >= 16
    TRANSPOSE_STEP(8)
#endif
#if LANES_MACRO >= 8
    TRANSPOSE_STEP(4)
#endif
    TRANSPOSE_STEP(2)
    TRANSPOSE_STEP(1)
}

/// LANES rows of LANES floats, `step` apart, with rows and columns exchanged.
ALWAYS_INLINE TARGET void transpose(const float *from, size_t step, vector x[LANES]) {
#pragma clang loop unroll(full)
    for (size_t i = 0; i < LANES; i++) x[i] = load(from + i * step);
    transpose_vectors(x);
}

/// As transpose, of `rows` rows of `count` floats and zeros around them. Reads nothing else.
ALWAYS_INLINE TARGET void transpose_part(
    const float *from, size_t step, size_t rows, size_t count, vector x[LANES]) {
#pragma clang loop unroll(full)
    for (size_t i = 0; i < LANES; i++) {
        x[i] = i < rows ? load_part(from + i * step, count) : (vector){0};
    }
    transpose_vectors(x);
}

#endif
