// What each variant provides for sums over points: batches of affine additions. One inversion
// serves a whole batch (Montgomery's trick), so that an addition costs six multiplications.
#ifndef AIVM_CURVE_H
#define AIVM_CURVE_H

#include "words.h"

/// A point in a variant's own form, which holds to this: the point at infinity is all zero, and y
/// is all zero for no other point.
typedef struct {
    aivm_words x, y;
} aivm_point;

enum {
    /// Additions of one batch at most, and what its arrays of indices have room for.
    BATCH = 4096,
    BATCH_ROOM = BATCH + 8,
    /// Bytes that a batch works in.
    BATCH_SCRATCH = BATCH / 8 * (2 * 5 * 64 + 2) + 64,
};

/// In an index of a point: the point is to be negated.
#define NEGATED (UINT32_C(1) << 31)

/// Additions to do: number i puts the sum of points left[i] and right[i] at to[i]. The arrays have
/// room for eight more, which may be written.
typedef struct {
    size_t count;
    uint32_t left[BATCH_ROOM], right[BATCH_ROOM], to[BATCH_ROOM];
} aivm_batch;

typedef struct {
    /// Takes points first ..< last in the form of words to this variant's form, at `out`, and their
    /// images under (x, y) -> (beta * x, y), at out + n.
    void (*take)(
        const uint8_t *points, size_t n, size_t first, size_t last, aivm_point *out);
    /// Does the additions; 1 when one of the sums is the point at infinity, else 0. None of the
    /// points is. `target` may be `source` when no to[i] is an index of another addition.
    int (*add)(
        const aivm_point *source, aivm_point *target, aivm_batch *batch, uint8_t *scratch);
    /// Takes n points back to the form of words.
    void (*give)(const aivm_point *points, size_t n, uint8_t *out);
    /// The negation of (x, y) is (x, negation - y).
    aivm_words negation;
} aivm_curve;

extern const aivm_curve aivm_curve_portable;
#if defined(__x86_64__)
extern const aivm_curve aivm_curve_adx;
extern const aivm_curve aivm_curve_avx512;
extern const aivm_curve aivm_curve_ifma;
#endif

/// The curve of each variant; NULL where the processor has it not.
extern const aivm_curve *const aivm_curves[];

/// beta, a cube root of 1 in Fq: (x, y) -> (beta * x, y) multiplies points of G1 by lambda, a cube
/// root of 1 in Fr (scalars.h).
#define AIVM_BETA \
    {{0x71930c11d782e155, 0xa6bb947cffbe3323, 0xaa303344d4741444, 0x2c3b3f0d26594943}}

#endif
