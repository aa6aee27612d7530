// Rounds of sums, eight pairs at a time; bytes times digits, one vector of digits at a time. Values
// are x * 2^256 modulo r as in memory; a factor in the form of lanes, y * 2^260, leaves them so.
#include "adx.h"
#include "lanes.h"

#define TARGET LANES_TARGET

ALWAYS_INLINE LANES_TARGET aivm_words multiply(const aivm_words *a, const aivm_words *b) {
    return adx_multiply(a, b, &aivm_r);
}

#include "sums_scalar.h"

LANES lanes times(lanes a, lanes b) { return lanes_multiply(a, b, &lanes_r); }

/// Eight elements, `step` bytes apart.
LANES lane_words load_every(const uint8_t *from, size_t step) {
    const uint8_t *at[8];
    UNROLL for (int i = 0; i < 8; i++) at[i] = from + (size_t)i * step;
    return lane_words_gathered(at);
}

/// b - a + 16 r for a and b in the form of factors: below 32, normal.
LANES lanes factor_difference(lanes b, lanes a) {
    lanes out = lanes_difference(b, a);
    UNROLL for (int i = 0; i < 5; i++) {
        out.l[i] = _mm512_add_epi64(out.l[i], in_all(lanes_r.multiples[1].l[i] << 4));
    }
    return lanes_carried(out);
}

/// The sum of all lanes of a sum of products below 60.
TARGET static aivm_words total(lanes sum) {
    uint8_t list[8 * ELEMENT];
    lane_words_stored(lanes_packed(lanes_least_of_many(sum, &lanes_r)), list);
    aivm_words all = words_load(list);
    for (int i = 1; i < 8; i++) all = words_add(all, words_load(list + i * ELEMENT), &aivm_r);
    return all;
}

typedef struct {
    lanes sum[3];
} triple;

LANES triple no_sums(void) {
    triple none;
    UNROLL for (int k = 0; k < 3; k++) none.sum[k] = lanes_of(&lanes_r.multiples[0]);
    return none;
}

/// Adds the products of eight pairs, times `weight` if there is one. A product is below
/// 1.13 + 3.4 * 32 / 84.6 < 2.5.
LANES void add_pairs(triple *run, const uint8_t *a, const uint8_t *b, const lanes *weight) {
    lanes a0 = lanes_unpacked(load_every(a, 2 * ELEMENT));
    lanes a1 = lanes_unpacked(load_every(a + ELEMENT, 2 * ELEMENT));
    if (weight != NULL) {
        a0 = times(a0, *weight);
        a1 = times(a1, *weight);
    }
    const lanes b0 = lanes_unpacked_factor(load_every(b, 2 * ELEMENT));
    const lanes b1 = lanes_unpacked_factor(load_every(b + ELEMENT, 2 * ELEMENT));
    run->sum[0] = lanes_sum(run->sum[0], times(a0, b0));
    run->sum[1] = lanes_sum(run->sum[1], times(a1, b1));
    const lanes rise = lanes_carried(lanes_plus_multiple(lanes_difference(a1, a0), 2, &lanes_r));
    run->sum[2] = lanes_sum(run->sum[2], times(rise, factor_difference(b1, b0)));
}

LANES void reduce(triple *run) {
    UNROLL for (int k = 0; k < 3; k++) {
        run->sum[k] = lanes_least_of_many(run->sum[k], &lanes_r);
    }
}

/// Pairs whose products are summed before the sum is reduced: 16 times 2.5, and 1.
enum { TOGETHER = 16 };

/// Eight weights for pairs from `pair` on.
LANES lanes weights_at(const uint8_t *weights, size_t pair, unsigned shift) {
    const uint8_t *at[8];
    UNROLL for (int i = 0; i < 8; i++) at[i] = weights + ((pair + (size_t)i) >> shift) * ELEMENT;
    return lanes_unpacked_factor(lane_words_gathered(at));
}

TARGET static void pair_sums(
    size_t n, const uint8_t *a, const uint8_t *b, const uint8_t *weights, unsigned shift,
    size_t first, size_t last, aivm_words sums[3]) {
    size_t i = first;
    const size_t whole = n / 2 < last ? n / 2 : last;
    while (i + 8 <= whole) {
        triple run = no_sums();
        // With shift 3 or more, pairs of one weight are summed before they are multiplied.
        const int is_constant = shift >= 3 && i % 8 == 0;
        size_t end = whole;
        if (is_constant && (end - 1) >> shift != i >> shift) end = ((i >> shift) + 1) << shift;
        const size_t place = i >> shift;
        for (size_t count = 0; i + 8 <= end; i += 8) {
            if (is_constant) {
                add_pairs(&run, a + 2 * i * ELEMENT, b + 2 * i * ELEMENT, NULL);
            } else {
                const lanes weight = weights_at(weights, i, shift);
                add_pairs(&run, a + 2 * i * ELEMENT, b + 2 * i * ELEMENT, &weight);
            }
            if (++count % TOGETHER == 0) reduce(&run);
        }
        for (int k = 0; k < 3; k++) {
            aivm_words value = total(run.sum[k]);
            if (is_constant) value = product_of(value, words_load(weights + place * ELEMENT));
            sums[k] = words_add(sums[k], value, &aivm_r);
        }
        if (is_constant && i < end) break;
    }
    pair_sums_one_by_one(n, a, b, weights, shift, i, last, sums);
}

TARGET static void fold(
    size_t n, const uint8_t *a, aivm_words point, size_t first, size_t last, uint8_t *out) {
    const lanes factor = lanes_unpacked_factor(lane_words_all(point));
    size_t i = first;
    const size_t whole = n / 2 < last ? n / 2 : last;
    for (; i + 8 <= whole; i += 8) {
        const uint8_t *from = a + 2 * i * ELEMENT;
        const lanes low = lanes_unpacked(load_every(from, 2 * ELEMENT));
        const lanes high = lanes_unpacked(load_every(from + ELEMENT, 2 * ELEMENT));
        const lanes rise = times(
            lanes_carried(lanes_plus_multiple(lanes_difference(high, low), 1, &lanes_r)), factor);
        const lanes value = lanes_least_of_many(lanes_sum(rise, low), &lanes_r);
        uint8_t *to[8];
        UNROLL for (int k = 0; k < 8; k++) to[k] = out + (i + (size_t)k) * ELEMENT;
        lane_words_scattered(lanes_packed(value), to);
    }
    fold_one_by_one(n, a, point, i, last, out);
}

/// sum += digits * value, by the lower 32 bits of each.
LANES vector add_multiple(vector sum, vector digits, int64_t value) {
    return _mm512_add_epi64(sum, _mm512_mul_epi32(digits, _mm512_set1_epi64(value)));
}

LANES int64_t byte_of(uint8_t byte, const int is_signed) {
    return is_signed ? (int64_t)(int8_t)byte : (int64_t)byte;
}

LANES void combine_block(
    const aivm_byte_rows *values, size_t rows, size_t columns, const aivm_digits *digits,
    aivm_digits *sums, const int is_signed) {
    vector sum[SUM_BLOCK];
    UNROLL for (int c = 0; c < SUM_BLOCK; c++) sum[c] = _mm512_setzero_si512();
    if (columns == SUM_BLOCK) {
        for (size_t row = 0; row < rows; row++) {
            const vector digit = _mm512_loadu_si512(&digits[row]);
            const uint8_t *bytes = values->bytes + row * values->stride;
            UNROLL for (int c = 0; c < SUM_BLOCK; c++) {
                sum[c] = add_multiple(sum[c], digit, byte_of(bytes[c], is_signed));
            }
        }
    } else {
        for (size_t row = 0; row < rows; row++) {
            const vector digit = _mm512_loadu_si512(&digits[row]);
            const uint8_t *bytes = values->bytes + row * values->stride;
            for (size_t c = 0; c < columns; c++) {
                sum[c] = add_multiple(sum[c], digit, byte_of(bytes[c], is_signed));
            }
        }
    }
    for (size_t c = 0; c < columns; c++) {
        const vector before = _mm512_loadu_si512(&sums[c]);
        _mm512_storeu_si512(&sums[c], _mm512_add_epi64(before, sum[c]));
    }
}

TARGET static void combine(
    const aivm_byte_rows *values, size_t rows, size_t columns, const aivm_digits *digits,
    aivm_digits *sums) {
    if (values->is_signed) {
        combine_block(values, rows, columns, digits, sums, 1);
    } else {
        combine_block(values, rows, columns, digits, sums, 0);
    }
}

LANES void products_block(
    const aivm_byte_rows *values, size_t rows, size_t columns, const aivm_digits *digits,
    aivm_digits *sums, const int is_signed) {
    vector sum[SUM_BLOCK];
    UNROLL for (int r = 0; r < SUM_BLOCK; r++) sum[r] = _mm512_setzero_si512();
    if (rows == SUM_BLOCK) {
        const size_t stride = values->stride;
        for (size_t column = 0; column < columns; column++) {
            const vector digit = _mm512_loadu_si512(&digits[column]);
            const uint8_t *bytes = values->bytes + column;
            UNROLL for (int r = 0; r < SUM_BLOCK; r++) {
                sum[r] = add_multiple(
                    sum[r], digit, byte_of(bytes[(size_t)r * stride], is_signed));
            }
        }
    } else {
        for (size_t column = 0; column < columns; column++) {
            const vector digit = _mm512_loadu_si512(&digits[column]);
            for (size_t r = 0; r < rows; r++) {
                const uint8_t byte = values->bytes[r * values->stride + column];
                sum[r] = add_multiple(sum[r], digit, byte_of(byte, is_signed));
            }
        }
    }
    for (size_t r = 0; r < rows; r++) {
        const vector before = _mm512_loadu_si512(&sums[r]);
        _mm512_storeu_si512(&sums[r], _mm512_add_epi64(before, sum[r]));
    }
}

TARGET static void products(
    const aivm_byte_rows *values, size_t rows, size_t columns, const aivm_digits *digits,
    aivm_digits *sums) {
    if (values->is_signed) {
        products_block(values, rows, columns, digits, sums, 1);
    } else {
        products_block(values, rows, columns, digits, sums, 0);
    }
}

const aivm_sum_kernel LANES_VARIANT(aivm_sum) = {
    .pair_sums = pair_sums,
    .fold = fold,
    .combine = combine,
    .products = products,
};
