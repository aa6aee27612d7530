// Affine additions on G1, eight at a time. A point is its x and y times 2^260 in words: x below
// 2.2, y not above 3 ("below k" as in lanes.h). That closes: see the bounds beside each step.
//
// (x1, y1) + (x2, y2): slope = (y2 - y1) / (x2 - x1), x3 = slope^2 - x1 - x2,
// y3 = slope * (x1 - x3) - y1; when the points are equal, slope = 3 * x1^2 / (2 * y1).
//
// The denominators are multiplied up in four chains, so that one product need not wait for the one
// before it, and the inverse of the whole is taken apart backwards. Whether a denominator is 0
// shows in the product of all: only then are equal and opposite points looked for.
#include "curve.h"
#include "lanes_inverse.h"

/// Vectors that go through one step after the other, near in memory.
enum { BLOCK = 8 };

/// beta * 2^264 modulo q: takes the x of a point in the form of words to that of its image.
static const limbs52 beta_from_words = {
    {0xc910c791ecf61, 0xa7aea1c8e5d96, 0x55ad777d6ca7e, 0x7db16f23d1b89, 0x02ff3a697631e}};

typedef struct {
    const aivm_point *source;
    aivm_point *target;
    aivm_batch *batch;
    size_t vectors;
    /// For each vector: the denominators, and their product with those of the chain so far.
    lanes *denominators, *products;
    /// For each vector: the lanes with equal points, and those with opposite points.
    uint8_t *doubled, *cancelled;
} addition;

LANES void point_to(const aivm_point *points, const uint32_t *index, const uint8_t *at[8]) {
    UNROLL for (int i = 0; i < 8; i++) at[i] = (const uint8_t *)&points[index[i] & ~NEGATED];
}

LANES lanes x_of(const aivm_point *points, const uint32_t *index) {
    const uint8_t *at[8];
    point_to(points, index, at);
    return lanes_unpacked(lane_words_gathered(at));
}

/// Not above 3, to be carried.
LANES lanes y_of(const aivm_point *points, const uint32_t *index) {
    const uint8_t *at[8];
    point_to(points, index, at);
    UNROLL for (int i = 0; i < 8; i++) at[i] += sizeof(aivm_words);
    const lanes y = lanes_unpacked(lane_words_gathered(at));
    const __mmask8 negated = _mm256_movepi32_mask(_mm256_loadu_si256((const void *)index));
    return lanes_negated_where(negated, y, 3, &lanes_q);
}

/// The lanes in which a, normal and below 6, is 0 modulo q.
LANES __mmask8 are_zero(lanes a) {
    __mmask8 zero = 0;
    UNROLL for (int k = 0; k < 6; k++) zero |= lanes_are_multiple(a, k, &lanes_q);
    return zero;
}

/// The difference of the x, between 0.8 and 5.2, normal.
LANES lanes run_of(const addition *work, size_t v) {
    const lanes x1 = x_of(work->source, &work->batch->left[8 * v]);
    const lanes x2 = x_of(work->source, &work->batch->right[8 * v]);
    return lanes_carried(lanes_plus_multiple(lanes_difference(x2, x1), 3, &lanes_q));
}

/// The difference of the y, below 6, normal.
LANES lanes rise_of(lanes y1, lanes y2) {
    return lanes_carried(lanes_plus_multiple(lanes_difference(y2, y1), 3, &lanes_q));
}

/// x3, where the square is below 1.15: what is reduced is between 0.6 and 6.15, so that x3 is below
/// 2.15. (A number that is not "above" k may exceed it by 2^208.)
LANES lanes x3_of(lanes square, lanes x1, lanes x2) {
    lanes x3 = lanes_difference(lanes_difference(square, x1), x2);
    x3 = lanes_carried(lanes_plus_multiple(x3, 5, &lanes_q));
    const __mmask8 two = lanes_above(x3, 2, &lanes_q), four = lanes_above(x3, 4, &lanes_q);
    x3 = lanes_less_multiple_where(two & ~four, x3, 2, &lanes_q);
    return lanes_carried(lanes_less_multiple_where(four, x3, 4, &lanes_q));
}

/// y3, where the product is below 1.21: what is reduced is between 0 and 4.21, so that y3 is below
/// 2.21.
LANES lanes y3_of(lanes product, lanes y1) {
    lanes y3 = lanes_plus_multiple(lanes_difference(product, y1), 3, &lanes_q);
    y3 = lanes_carried(y3);
    const __mmask8 two = lanes_above(y3, 2, &lanes_q);
    return lanes_carried(lanes_less_multiple_where(two, y3, 2, &lanes_q));
}

LANES void prefetch(const addition *work, size_t v) {
    UNROLL for (int i = 0; i < 8; i++) {
        __builtin_prefetch(&work->source[work->batch->left[8 * v + i] & ~NEGATED]);
        __builtin_prefetch(&work->source[work->batch->right[8 * v + i] & ~NEGATED]);
    }
}

/// Multiplies the denominators up.
LANES_TARGET static void multiply_up(const addition *work) {
    enum { AHEAD = 8 };
    const size_t vectors = work->vectors;
    for (size_t v = 0; v < vectors; v++) {
        if (v + AHEAD < vectors) prefetch(work, v + AHEAD);
        const lanes run = run_of(work, v);
        work->denominators[v] = run;
        work->products[v] = v < LANE_CHAINS
            ? run
            : lanes_multiply(work->products[v - LANE_CHAINS], run, &lanes_q);
    }
}

/// Finds the pairs of equal points, whose denominator is 2 * y, and of opposite points, which get
/// the denominator 1 and no sum. 1 when there are opposite points.
LANES_TARGET static int multiply_up_with_care(const addition *work) {
    int cancelled = 0;
    for (size_t v = 0; v < work->vectors; v++) {
        lanes run = run_of(work, v);
        const __mmask8 same = are_zero(run);
        const lanes y1 = y_of(work->source, &work->batch->left[8 * v]);
        const lanes y2 = y_of(work->source, &work->batch->right[8 * v]);
        const __mmask8 equal = are_zero(rise_of(y1, y2)), flat = are_zero(lanes_carried(y1));
        const lanes twice = lanes_carried(lanes_sum(y1, y1));
        // y = 0 is on no point of the curve; it must not spoil the sums of other points.
        work->doubled[v] = same & equal & ~flat;
        work->cancelled[v] = same & ~work->doubled[v];
        if (work->cancelled[v] != 0) cancelled = 1;
        run = lanes_selected(work->doubled[v], run, twice);
        run = lanes_selected(work->cancelled[v], run, lanes_of(&lanes_q.one));
        work->denominators[v] = run;
        work->products[v] = v < LANE_CHAINS
            ? run
            : lanes_multiply(work->products[v - LANE_CHAINS], run, &lanes_q);
    }
    return cancelled;
}

/// The sums of one block of vectors, given the inverses of their denominators.
LANES void add_block(
    const addition *work, size_t first, size_t count, lanes *values, const int careful) {
    aivm_batch *batch = work->batch;
    lanes ys[BLOCK];
    for (size_t i = 0; i < count; i++) {
        const size_t v = first + i;
        const lanes y1 = y_of(work->source, &batch->left[8 * v]);
        const lanes y2 = y_of(work->source, &batch->right[8 * v]);
        ys[i] = y1;
        lanes rise = rise_of(y1, y2);
        if (careful) {
            const lanes x1 = x_of(work->source, &batch->left[8 * v]);
            const lanes square = lanes_square(x1, &lanes_q);
            const lanes triple = lanes_carried(lanes_sum(lanes_sum(square, square), square));
            rise = lanes_selected(work->doubled[v], rise, triple);
        }
        values[i] = lanes_multiply(values[i], rise, &lanes_q);
    }
    lanes steps[BLOCK];
    for (size_t i = 0; i < count; i++) {
        const size_t v = first + i;
        const lanes x1 = x_of(work->source, &batch->left[8 * v]);
        const lanes x2 = x_of(work->source, &batch->right[8 * v]);
        const lanes square = lanes_square(values[i], &lanes_q);
        const lanes x3 = x3_of(square, x1, x2);
        steps[i] = lanes_carried(lanes_plus_multiple(lanes_difference(x1, x3), 3, &lanes_q));
        lane_words packed = lanes_packed(x3);
        if (careful) {
            UNROLL for (int w = 0; w < 4; w++) {
                packed.word[w] = _mm512_maskz_mov_epi64(~work->cancelled[v], packed.word[w]);
            }
        }
        uint8_t *at[8];
        for (int k = 0; k < 8; k++) at[k] = (uint8_t *)&work->target[batch->to[8 * v + k]].x;
        lane_words_scattered(packed, at);
    }
    for (size_t i = 0; i < count; i++) {
        const size_t v = first + i;
        const lanes product = lanes_multiply(values[i], steps[i], &lanes_q);
        const lanes y3 = y3_of(product, ys[i]);
        lane_words packed = lanes_packed(y3);
        if (careful) {
            UNROLL for (int w = 0; w < 4; w++) {
                packed.word[w] = _mm512_maskz_mov_epi64(~work->cancelled[v], packed.word[w]);
            }
        }
        uint8_t *at[8];
        for (int k = 0; k < 8; k++) at[k] = (uint8_t *)&work->target[batch->to[8 * v + k]].y;
        lane_words_scattered(packed, at);
    }
}

LANES void add_all(const addition *work, lanes inverses[LANE_CHAINS], const int careful) {
    lanes values[BLOCK];
    size_t end = work->vectors;
    while (end > 0) {
        const size_t first = (end - 1) / BLOCK * BLOCK;
        for (size_t v = end; v-- > first;) {
            lanes *inverse = &inverses[v % LANE_CHAINS];
            values[v - first] = v < LANE_CHAINS
                ? *inverse
                : lanes_multiply(*inverse, work->products[v - LANE_CHAINS], &lanes_q);
            *inverse = lanes_multiply(*inverse, work->denominators[v], &lanes_q);
        }
        add_block(work, first, end - first, values, careful);
        end = first;
    }
}

LANES_TARGET static int add(
    const aivm_point *source, aivm_point *target, aivm_batch *batch, uint8_t *scratch) {
    if (batch->count == 0) return 0;
    const size_t vectors = (batch->count + 7) / 8;
    // The last addition fills the lanes that are left.
    for (size_t i = batch->count; i < 8 * vectors; i++) {
        batch->left[i] = batch->left[batch->count - 1];
        batch->right[i] = batch->right[batch->count - 1];
        batch->to[i] = batch->to[batch->count - 1];
    }
    lanes *room = (lanes *)(((uintptr_t)scratch + 63) & ~(uintptr_t)63);
    addition work = {
        .source = source, .target = target, .batch = batch, .vectors = vectors,
        .denominators = room, .products = room + vectors,
        .doubled = (uint8_t *)(room + 2 * vectors),
        .cancelled = (uint8_t *)(room + 2 * vectors) + vectors,
    };
    lanes inverses[LANE_CHAINS] = {0};
    multiply_up(&work);
    if (lanes_invert_chains(work.products, vectors, &lanes_q.cube, inverses, &lanes_q)) {
        add_all(&work, inverses, 0);
        return 0;
    }
    const int cancelled = multiply_up_with_care(&work);
    (void)lanes_invert_chains(work.products, vectors, &lanes_q.cube, inverses, &lanes_q);
    add_all(&work, inverses, 1);
    return cancelled;
}

LANES void take_eight(const uint8_t *const from[8], aivm_point *const to[8], size_t image) {
    const uint8_t *at[8];
    uint8_t *out[8];
    for (int i = 0; i < 8; i++) at[i] = from[i];
    const lanes x = lanes_unpacked(lane_words_gathered(at));
    for (int i = 0; i < 8; i++) out[i] = (uint8_t *)&to[i]->x;
    lane_words_scattered(
        lanes_packed(lanes_multiply(x, lanes_of(&lanes_q.from_words), &lanes_q)), out);
    for (int i = 0; i < 8; i++) out[i] = (uint8_t *)&to[i][image].x;
    lane_words_scattered(
        lanes_packed(lanes_multiply(x, lanes_of(&beta_from_words), &lanes_q)), out);
    for (int i = 0; i < 8; i++) at[i] = from[i] + sizeof(aivm_words);
    lanes y = lanes_unpacked(lane_words_gathered(at));
    y = lanes_multiply(y, lanes_of(&lanes_q.from_words), &lanes_q);
    for (int i = 0; i < 8; i++) out[i] = (uint8_t *)&to[i]->y;
    lane_words_scattered(lanes_packed(y), out);
    for (int i = 0; i < 8; i++) out[i] = (uint8_t *)&to[i][image].y;
    lane_words_scattered(lanes_packed(y), out);
}

LANES_TARGET static void take(
    const uint8_t *points, size_t n, size_t first, size_t last, aivm_point *out) {
    for (size_t i = first; i < last; i += 8) {
        const uint8_t *from[8];
        aivm_point *to[8];
        for (size_t k = 0; k < 8; k++) {
            const size_t point = i + k < last ? i + k : last - 1;
            from[k] = points + point * sizeof(aivm_point);
            to[k] = out + point;
        }
        take_eight(from, to, n);
    }
}

LANES_TARGET static void give(const aivm_point *points, size_t n, uint8_t *out) {
    for (size_t i = 0; i < 2 * n; i += 8) {
        const uint8_t *from[8];
        uint8_t *to[8];
        for (size_t k = 0; k < 8; k++) {
            const size_t number = i + k < 2 * n ? i + k : 2 * n - 1;
            from[k] = (const uint8_t *)points + number * sizeof(aivm_words);
            to[k] = out + number * sizeof(aivm_words);
        }
        const lanes product = lanes_multiply(
            lanes_unpacked(lane_words_gathered(from)), lanes_of(&lanes_q.to_words), &lanes_q);
        lane_words_scattered(lanes_packed(lanes_least(product, &lanes_q)), to);
    }
}

const aivm_curve LANES_VARIANT(aivm_curve) = {
    .take = take,
    .add = add,
    .give = give,
    .negation = {{0xb461a4448976f7d5, 0xc6843fb439555fa7, 0x28f0d12384840918, 0x912ceb58a394e07d}},
};
