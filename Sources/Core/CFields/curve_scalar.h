// Affine additions on G1, one after the other; the formulas are those of curve_lanes.c. Included by
// the variants that have no lanes, each with its own `multiply` (of two numbers modulo q) and TARGET.
// A point is in the form of words, always reduced.
#include "curve.h"

#define ONE_BY_ONE static inline __attribute__((always_inline)) TARGET

ONE_BY_ONE aivm_point point_at(const aivm_point *points, uint32_t index) {
    aivm_point point = points[index & ~NEGATED];
    if ((index & NEGATED) != 0) point.y = words_negated(point.y, &aivm_q);
    return point;
}

enum { ADDED, DOUBLED, CANCELLED };

/// What the slope is divided by, and how the addition is done.
ONE_BY_ONE int denominator_of(aivm_point left, aivm_point right, aivm_words *denominator) {
    *denominator = words_subtract(right.x, left.x, &aivm_q);
    if (!words_are_zero(*denominator)) return ADDED;
    // y = 0 is on no point of the curve; it must not spoil the sums of other points.
    if (!words_are_equal(left.y, right.y) || words_are_zero(left.y)) {
        *denominator = aivm_q.one;
        return CANCELLED;
    }
    *denominator = words_add(left.y, left.y, &aivm_q);
    return DOUBLED;
}

ONE_BY_ONE aivm_point sum_of(aivm_point left, aivm_point right, aivm_words inverse, int kind) {
    aivm_words rise = words_subtract(right.y, left.y, &aivm_q);
    if (kind == DOUBLED) {
        const aivm_words square = multiply(left.x, left.x);
        rise = words_add(words_add(square, square, &aivm_q), square, &aivm_q);
    }
    const aivm_words slope = multiply(rise, inverse);
    aivm_point sum;
    sum.x = words_subtract(multiply(slope, slope), left.x, &aivm_q);
    sum.x = words_subtract(sum.x, right.x, &aivm_q);
    sum.y = multiply(slope, words_subtract(left.x, sum.x, &aivm_q));
    sum.y = words_subtract(sum.y, left.y, &aivm_q);
    return sum;
}

TARGET static int add(
    const aivm_point *source, aivm_point *target, aivm_batch *batch, uint8_t *scratch) {
    enum { AHEAD = 16 };
    const size_t count = batch->count;
    // For each addition, the product of the denominators before it. Denominators are made twice:
    // that is quicker than to remember them.
    aivm_words *products = (aivm_words *)scratch, product = aivm_q.one;
    for (size_t i = 0; i < count; i++) {
        // The arrays of indices end behind the last one: what is prefetched there is of no concern.
        if (i + AHEAD < count) {
            __builtin_prefetch(&source[batch->left[i + AHEAD] & ~NEGATED]);
            __builtin_prefetch(&source[batch->right[i + AHEAD] & ~NEGATED]);
        }
        aivm_words denominator;
        (void)denominator_of(
            point_at(source, batch->left[i]), point_at(source, batch->right[i]), &denominator);
        products[i] = product;
        product = multiply(product, denominator);
    }
    aivm_words inverse = multiply(aivm_words_plain_inverse(product, &aivm_q), aivm_q.cube);
    int cancelled = 0;
    for (size_t i = count; i-- > 0;) {
        const aivm_point left = point_at(source, batch->left[i]);
        const aivm_point right = point_at(source, batch->right[i]);
        aivm_words denominator;
        const int kind = denominator_of(left, right, &denominator);
        aivm_point sum = sum_of(left, right, multiply(inverse, products[i]), kind);
        inverse = multiply(inverse, denominator);
        if (kind == CANCELLED) {
            memset(&sum, 0, sizeof sum);
            cancelled = 1;
        }
        target[batch->to[i]] = sum;
    }
    return cancelled;
}

TARGET static void take(
    const uint8_t *points, size_t n, size_t first, size_t last, aivm_point *out) {
    static const aivm_words beta = AIVM_BETA;
    for (size_t i = first; i < last; i++) {
        memcpy(&out[i], points + i * sizeof(aivm_point), sizeof(aivm_point));
        out[n + i].x = multiply(out[i].x, beta);
        out[n + i].y = out[i].y;
    }
}

static void give(const aivm_point *points, size_t n, uint8_t *out) {
    memcpy(out, points, n * sizeof(aivm_point));
}
