// Transforms of eight columns, or rows, at a time. Values are x * 2^256 modulo r as in memory, all
// factors y * 2^260, so that products are in the form of the values.
//
// Sums are not reduced: a pass adds at most 6 to what numbers are below ("below k" as in lanes.h),
// of which there are 7 at most, and products stay below 1.13 + 43 / 84.6. Nor are their limbs
// carried before they are multiplied or stored in words.
#include "lanes.h"
#include "ntt.h"

typedef struct {
    lanes x[4];
} four;

/// A factor in the form of words to the form of lanes, below 16.
LANES lanes in_all_lanes(aivm_words factor) {
    return lanes_unpacked_factor(lane_words_all(factor));
}

LANES void eight_from(const uint8_t *base, size_t step, const uint8_t *at[8]) {
    UNROLL for (size_t i = 0; i < 8; i++) at[i] = base + i * step;
}

LANES lane_words load_eight(const uint8_t *base, size_t step) {
    const uint8_t *at[8];
    eight_from(base, step, at);
    return lane_words_gathered(at);
}

LANES void store_eight(lane_words words, uint8_t *base) {
    uint8_t *at[8];
    UNROLL for (size_t i = 0; i < 8; i++) at[i] = base + i * sizeof(aivm_words);
    lane_words_scattered(words, at);
}

LANES lanes times(lanes a, lanes b) { return lanes_multiply(a, b, &lanes_r); }

/// The transform of four numbers, of which only the first need not be a product.
LANES four radix4(four a, lanes quarter_turn) {
    const lanes even = lanes_sum(a.x[0], a.x[2]), odd = lanes_sum(a.x[1], a.x[3]);
    const lanes even_difference = lanes_plus_multiple(
        lanes_difference(a.x[0], a.x[2]), 2, &lanes_r);
    const lanes odd_difference = times(
        lanes_carried(lanes_plus_multiple(lanes_difference(a.x[1], a.x[3]), 2, &lanes_r)),
        quarter_turn);
    const four out = {{
        lanes_sum(even, odd),
        lanes_sum(even_difference, odd_difference),
        lanes_plus_multiple(lanes_difference(even, odd), 4, &lanes_r),
        lanes_plus_multiple(lanes_difference(even_difference, odd_difference), 2, &lanes_r),
    }};
    return out;
}

/// Elements j, j + m/4, j + m/2, j + 3m/4 of a block, combined.
LANES four combined(const lanes *block, size_t quarter, const limbs52 *twiddles, lanes turn) {
    four a = {{block[0], block[quarter], block[2 * quarter], block[3 * quarter]}};
    UNROLL for (int q = 1; q < 4; q++) {
        a.x[q] = times(lanes_carried(a.x[q]), lanes_of(&twiddles[q - 1]));
    }
    return radix4(a, turn);
}

/// The pass that makes blocks of 4 * quarter in elements 0 ..< size.
LANES_TARGET static void pass(
    lanes *line, size_t size, size_t quarter, const limbs52 *twiddles, const limbs52 *turn) {
    const lanes quarter_turn = lanes_of(turn);
    for (size_t start = 0; start < size; start += 4 * quarter) {
        lanes *block = line + start;
        for (size_t j = 0; j < quarter; j++) {
            const four out = combined(block + j, quarter, twiddles + 3 * j, quarter_turn);
            UNROLL for (size_t t = 0; t < 4; t++) block[j + t * quarter] = out.x[t];
        }
    }
}

/// All passes but the first and the last, on blocks that fit in the nearest cache as long as they
/// do; the twiddles of the last pass.
LANES_TARGET static const limbs52 *middle_passes(const aivm_ntt_line *line, lanes *values) {
    enum { NEAR = 128 };
    const size_t first = (__builtin_ctzll(line->size) & 1) != 0 ? 2 : 4;
    const size_t last = line->size / 4;
    const size_t block = line->size < NEAR ? line->size : NEAR;
    const limbs52 *twiddles = line->twiddles, *after = twiddles;
    for (size_t start = 0; start < line->size; start += block) {
        after = twiddles;
        for (size_t quarter = first; quarter < last && 4 * quarter <= block; quarter *= 4) {
            pass(values + start, block, quarter, after, line->quarter_turn);
            after += 3 * quarter;
        }
    }
    size_t quarter = first;
    while (quarter < last && 4 * quarter <= block) quarter *= 4;
    for (; quarter < last; quarter *= 4) {
        pass(values, line->size, quarter, after, line->quarter_turn);
        after += 3 * quarter;
    }
    return after;
}

/// The first pass: of element i of the line, eight numbers lie `step` bytes apart from
/// from + i * stride on.
LANES void first_pass_of(
    const aivm_ntt_line *line, const uint8_t *from, size_t stride, size_t step,
    const limbs52 *factors, lanes *values, const size_t radix) {
    enum { AHEAD = 8 };
    const lanes turn = lanes_of(line->quarter_turn);
    for (size_t i = 0; i < line->size; i += radix) {
        four a;
        UNROLL for (size_t q = 0; q < radix; q++) {
            const size_t index = line->order[i + q];
            if (i + AHEAD < line->size) {
                const uint8_t *next = from + line->order[i + q + AHEAD] * stride;
                UNROLL for (int l = 0; l < 8; l++) __builtin_prefetch(next + l * step);
            }
            a.x[q] = lanes_unpacked(load_eight(from + index * stride, step));
            if (factors != NULL) a.x[q] = times(a.x[q], lanes_of(&factors[index]));
        }
        if (radix == 4) {
            const four out = radix4(a, turn);
            UNROLL for (int t = 0; t < 4; t++) values[i + t] = out.x[t];
        } else {
            values[i] = lanes_sum(a.x[0], a.x[1]);
            values[i + 1] = lanes_plus_multiple(
                lanes_difference(a.x[0], a.x[1]), 2, &lanes_r);
        }
    }
}

LANES_TARGET static void first_pass(
    const aivm_ntt_line *line, const uint8_t *from, size_t stride, size_t step,
    const limbs52 *factors, lanes *values) {
    if ((__builtin_ctzll(line->size) & 1) != 0) {
        first_pass_of(line, from, stride, step, factors, values, 2);
    } else {
        first_pass_of(line, from, stride, step, factors, values, 4);
    }
}

/// The factors of a group of columns in the form of lanes, below 16.
LANES lanes factors_at(const aivm_words *factors, size_t group) {
    return lanes_unpacked_factor(
        load_eight((const uint8_t *)&factors[8 * group], sizeof(aivm_words)));
}

LANES_TARGET static void columns(
    const aivm_ntt_work *work, size_t first, size_t last, void *memory) {
    lanes *line = memory;
    const size_t rows = work->column.size, row_bytes = work->row.size * sizeof(aivm_words);
    const size_t quarter = rows / 4;
    const lanes turn = lanes_of(work->column.quarter_turn);
    for (size_t group = first; group < last; group++) {
        const size_t at = 8 * group * sizeof(aivm_words);
        first_pass(
            &work->column, work->values + at, row_bytes, sizeof(aivm_words), work->row_factors,
            line);
        const limbs52 *twiddles = middle_passes(&work->column, line);
        // Powers of the step from k, k + R/4, k + R/2 and k + 3R/4 on.
        lanes powers[4];
        powers[0] = in_all_lanes(work->start);
        if (work->column_factors != NULL) {
            powers[0] = times(powers[0], factors_at(work->column_factors, group));
        }
        const lanes root = times(factors_at(work->roots, group), in_all_lanes(work->step));
        const lanes turned = times(
            factors_at(work->quarters, group), in_all_lanes(work->quarter_step));
        for (int t = 1; t < 4; t++) powers[t] = times(powers[t - 1], turned);
        for (size_t k = 0; k < quarter; k++) {
            const four out = combined(line + k, quarter, twiddles + 3 * k, turn);
            UNROLL for (size_t t = 0; t < 4; t++) {
                const lanes product = times(lanes_carried(out.x[t]), powers[t]);
                powers[t] = times(powers[t], root);
                store_eight(
                    lanes_packed(product),
                    (uint8_t *)work->scratch + (k + t * quarter) * row_bytes + at);
            }
        }
    }
}

LANES_TARGET static void rows(
    const aivm_ntt_work *work, size_t first, size_t last, void *memory) {
    lanes *line = memory;
    const size_t row_bytes = work->row.size * sizeof(aivm_words);
    const size_t column_bytes = work->column.size * sizeof(aivm_words);
    const size_t quarter = work->row.size / 4;
    const lanes turn = lanes_of(work->row.quarter_turn);
    const limbs52 *factors = work->result_factors;
    for (size_t group = first; group < last; group++) {
        first_pass(
            &work->row, (const uint8_t *)work->scratch + 8 * group * row_bytes,
            sizeof(aivm_words), row_bytes, NULL, line);
        const limbs52 *twiddles = middle_passes(&work->row, line);
        for (size_t j = 0; j < quarter; j++) {
            const four out = combined(line + j, quarter, twiddles + 3 * j, turn);
            UNROLL for (size_t t = 0; t < 4; t++) {
                const size_t column = j + t * quarter;
                lanes value = out.x[t];
                if (factors != NULL) {
                    value = times(lanes_carried(value), lanes_of(&factors[column]));
                    value = lanes_least(value, &lanes_r);
                } else {
                    value = lanes_least_of_many(value, &lanes_r);
                }
                store_eight(
                    lanes_packed(value),
                    work->values + column * column_bytes + 8 * group * sizeof(aivm_words));
            }
        }
    }
}

static void put(void *twiddle, aivm_words factor) {
    for (int i = 0; i < 4; i++) factor = words_add(factor, factor, &aivm_r);
    const limbs52 limbs = {{
        factor.l[0] & limb_mask,
        (factor.l[0] >> 52 | factor.l[1] << 12) & limb_mask,
        (factor.l[1] >> 40 | factor.l[2] << 24) & limb_mask,
        (factor.l[2] >> 28 | factor.l[3] << 36) & limb_mask,
        factor.l[3] >> 16,
    }};
    memcpy(twiddle, &limbs, sizeof limbs);
}

const aivm_ntt_kernel LANES_VARIANT(aivm_ntt) = {
    .together = 8,
    .twiddle_bytes = sizeof(limbs52),
    .element_bytes = sizeof(lanes) / 8,
    .put = put,
    .columns = columns,
    .rows = rows,
};
