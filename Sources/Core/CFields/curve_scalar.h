// Affine additions on G1, one after the other; the formulas are those of curve_lanes.c. Included by
// the variants that have no lanes, each with its own `multiply` (of two numbers modulo q) and
// TARGET. A point is in the form of words, always reduced.
#include "curve.h"

#define ONE_BY_ONE static inline __attribute__((always_inline)) TARGET

ONE_BY_ONE aivm_point point_at(const aivm_point *points, uint32_t index) {
    aivm_point point = points[index & ~NEGATED];
    point.y = words_selected(index >> 31, point.y, words_negated(point.y, &aivm_q));
    return point;
}

/// Additions that go through one step after the other.
enum { BLOCK = 16 };

enum { ADDED, DOUBLED, CANCELLED };

/// What the slope is divided by, and how the addition is done.
ONE_BY_ONE int denominator_of(
    const aivm_point *source, uint32_t at_left, uint32_t at_right, aivm_words *denominator) {
    *denominator = words_subtract(
        source[at_right & ~NEGATED].x, source[at_left & ~NEGATED].x, &aivm_q);
    if (__builtin_expect(!words_are_zero(*denominator), 1)) return ADDED;
    const aivm_point left = point_at(source, at_left), right = point_at(source, at_right);
    // y = 0 is on no point of the curve; it must not spoil the sums of other points.
    if (!words_are_equal(left.y, right.y) || words_are_zero(left.y)) {
        *denominator = aivm_q.one;
        return CANCELLED;
    }
    *denominator = words_add(left.y, left.y, &aivm_q);
    return DOUBLED;
}

/// What the slope is made of.
ONE_BY_ONE aivm_words rise_of(aivm_point left, aivm_point right, int kind) {
    if (kind != DOUBLED) return words_subtract(right.y, left.y, &aivm_q);
    const aivm_words square = multiply(&left.x, &left.x);
    return words_add(words_add(square, square, &aivm_q), square, &aivm_q);
}

/// Multiplies the denominators up, and gives the inverse of their product. Before each one goes the
/// product of those before it.
TARGET static aivm_words multiply_up(
    const aivm_point *source, const aivm_batch *batch, aivm_words *products,
    aivm_words *denominators, uint8_t *kinds) {
    enum { AHEAD = 16 };
    const size_t count = batch->count;
    aivm_words product = aivm_q.one;
    for (size_t i = 0; i < count; i++) {
        if (i + AHEAD < count) {
            __builtin_prefetch(&source[batch->left[i + AHEAD] & ~NEGATED]);
            __builtin_prefetch(&source[batch->right[i + AHEAD] & ~NEGATED]);
        }
        kinds[i] = (uint8_t)denominator_of(
            source, batch->left[i], batch->right[i], &denominators[i]);
        products[i] = product;
        product = multiply(&product, &denominators[i]);
    }
    product = aivm_words_plain_inverse(product, &aivm_q);
    return multiply(&product, &aivm_q.cube);
}

/// The sums of additions first ..< last, given the inverses of their denominators. Step by step,
/// because the steps of one addition wait for each other.
ONE_BY_ONE void add_block(
    const aivm_point *source, aivm_point *target, const aivm_batch *batch, const uint8_t *kinds,
    size_t first, size_t last, aivm_words *values) {
    aivm_words x[BLOCK];
    for (size_t i = first; i < last; i++) {
        const aivm_point left = point_at(source, batch->left[i]);
        const aivm_point right = point_at(source, batch->right[i]);
        const aivm_words rise = rise_of(left, right, kinds[i]);
        values[i - first] = multiply(&rise, &values[i - first]);
    }
    for (size_t i = first; i < last; i++) {
        const aivm_words left = source[batch->left[i] & ~NEGATED].x;
        const aivm_words right = source[batch->right[i] & ~NEGATED].x;
        const aivm_words square = multiply(&values[i - first], &values[i - first]);
        const aivm_words less = words_subtract(square, left, &aivm_q);
        x[i - first] = words_subtract(less, right, &aivm_q);
    }
    for (size_t i = first; i < last; i++) {
        const aivm_point left = point_at(source, batch->left[i]);
        const aivm_words step = words_subtract(left.x, x[i - first], &aivm_q);
        const aivm_point sum = {
            x[i - first],
            words_subtract(multiply(&step, &values[i - first]), left.y, &aivm_q)};
        target[batch->to[i]] = sum;
        if (kinds[i] == CANCELLED) memset(&target[batch->to[i]], 0, sizeof sum);
    }
}

TARGET static int add(
    const aivm_point *source, aivm_point *target, aivm_batch *batch, uint8_t *scratch) {
    aivm_words *products = (aivm_words *)scratch, *denominators = products + BATCH;
    uint8_t *kinds = (uint8_t *)(denominators + BATCH);
    aivm_words values[BLOCK];
    aivm_words inverse = multiply_up(source, batch, products, denominators, kinds);
    for (size_t last = batch->count; last > 0;) {
        const size_t first = (last - 1) / BLOCK * BLOCK;
        for (size_t i = last; i-- > first;) {
            values[i - first] = multiply(&inverse, &products[i]);
            inverse = multiply(&inverse, &denominators[i]);
        }
        add_block(source, target, batch, kinds, first, last, values);
        last = first;
    }
    int cancelled = 0;
    for (size_t i = 0; i < batch->count; i++) cancelled |= kinds[i] == CANCELLED;
    return cancelled;
}

TARGET static void take(
    const uint8_t *points, size_t n, size_t first, size_t last, aivm_point *out) {
    static const aivm_words beta = AIVM_BETA;
    for (size_t i = first; i < last; i++) {
        memcpy(&out[i], points + i * sizeof(aivm_point), sizeof(aivm_point));
        out[n + i].x = multiply(&out[i].x, &beta);
        out[n + i].y = out[i].y;
    }
}

static void give(const aivm_point *points, size_t n, uint8_t *out) {
    memcpy(out, points, n * sizeof(aivm_point));
}
