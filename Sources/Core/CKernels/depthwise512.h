// Convolutions of int16 planes, each with kernels of its own, after mixed512.h. 32 numbers read
// from a place on are 16 pairs of neighbours: taken with one pair of weights they add to the sums
// of 16 even positions, and with the weights one place further on to those of the 16 odd ones, so
// nothing is rearranged. The two come together in the end.
//
// A plane is copied into a buffer with its padding, its rows and columns sorted by their remainder
// modulo the strides, so that neighbouring positions read neighbouring numbers. What follows a row
// is the padding before the next: positions run through all rows without a break.

#ifndef AIVM_DEPTHWISE512_H
#define AIVM_DEPTHWISE512_H

/// Pairs of a 3 x 3 kernel, whose weights registers hold.
enum { HELD_PAIRS = 6 };

/// The first number of an axis that goes to phase `phase`.
ALWAYS_INLINE size_t first_of_phase(size_t phase, size_t stride, size_t pad) {
    return stride == 1 ? 0 : (phase + stride - pad % stride) % stride;
}

#endif

/// Every second number of x, `count` of them.
ALWAYS_INLINE TARGET void MIXED(copy_seconds)(size_t count, const int16_t *x, int16_t *to) {
    for (size_t i = 0; i < count; i += 16) {
        const size_t left = lesser(count - i, 16);
        const __mmask32 pairs = (__mmask32)(((uint64_t)1 << (2 * left - 1)) - 1);
        const __m512i numbers = _mm512_maskz_loadu_epi16(pairs, x + 2 * i);
        _mm256_mask_storeu_epi16(
            to + i, (__mmask16)((1u << left) - 1), _mm512_cvtepi32_epi16(numbers));
    }
}

/// `count` numbers of x, each `stride` from the one before.
ALWAYS_INLINE TARGET void MIXED(copy_numbers)(
    size_t count, size_t stride, const int16_t *x, int16_t *to) {
    if (stride == 2) {
        MIXED(copy_seconds)(count, x, to);
    } else if (stride > 2) {
        for (size_t i = 0; i < count; i++) to[i] = x[i * stride];
    } else {
        for (size_t i = 0; i < count; i += MIXED_COLUMNS) {
            const size_t left = lesser(count - i, MIXED_COLUMNS);
            const __mmask32 mask = (__mmask32)(((uint64_t)1 << left) - 1);
            _mm512_mask_storeu_epi16(to + i, mask, _mm512_maskz_loadu_epi16(mask, x + i));
        }
    }
}

/// Copies a plane into the middle of its padded phases.
static TARGET void MIXED(copy_plane)(const aivm_phases *p, const int16_t *x, int16_t *buffer) {
    for (size_t i = 0; i < p->row_stride; i++) {
        const size_t first = first_of_phase(i, p->row_stride, p->pad_top);
        for (size_t j = 0; j < p->column_stride; j++) {
            int16_t *to = buffer
                + (i * p->column_stride + j) * p->phase_height * p->phase_width;
            const size_t column = first_of_phase(j, p->column_stride, p->pad_left);
            const size_t place = (column + p->pad_left) / p->column_stride;
            if (column >= p->width || place >= p->phase_width) continue;
            const size_t count = lesser(
                (p->width - column - 1) / p->column_stride + 1, p->phase_width - place);
            size_t row = (first + p->pad_top) / p->row_stride;
            for (size_t y = first; y < p->height && row < p->phase_height;
                 y += p->row_stride, row++) {
                MIXED(copy_numbers)(
                    count, p->column_stride, x + y * p->width + column,
                    to + row * p->phase_width + place);
            }
        }
    }
}

/// 32 results of the sums of even and odd positions; `bounds` are the least and the greatest.
ALWAYS_INLINE TARGET __m512i MIXED(position_results)(
    __m512i even, __m512i odd, const mixed_finish *finish, const __m512i *bounds) {
    // Packing leaves four even and then four odd results in each lane.
    const __m512i order = _mm512_broadcast_i32x4(
        _mm_setr_epi8(0, 1, 8, 9, 2, 3, 10, 11, 4, 5, 12, 13, 6, 7, 14, 15));
    __m512i results = _mm512_packs_epi32(
        MIXED(quotients)(even, finish, 0), MIXED(quotients)(odd, finish, 0));
    results = _mm512_min_epi16(_mm512_max_epi16(results, bounds[0]), bounds[1]);
    return _mm512_shuffle_epi8(results, order);
}

/// 32 positions' results from `x`, a place in the phases, on. `held` is the count of pairs where
/// their weights are held in vectors, a constant at every call, else 0.
ALWAYS_INLINE TARGET __m512i MIXED(positions)(
    const size_t held, const aivm_mixed_depthwise *call, const int16_t *x,
    const int32_t *weights, const __m512i *vectors, const mixed_finish *finish,
    const __m512i *bounds) {
    __m512i even = _mm512_setzero_si512(), odd = even;
    for (size_t pair = 0; pair < (held ? held : call->pairs); pair++) {
        const __m512i numbers = _mm512_loadu_si512(x + call->offsets[pair]);
        even = MIXED(added)(
            even, numbers, held ? vectors[2 * pair] : _mm512_set1_epi32(weights[2 * pair]));
        odd = MIXED(added)(
            odd, numbers,
            held ? vectors[2 * pair + 1] : _mm512_set1_epi32(weights[2 * pair + 1]));
    }
    return MIXED(position_results)(even, odd, finish, bounds);
}

/// One plane's results: row by row where rows nearly fill their vectors, else without regard to
/// where they end.
ALWAYS_INLINE TARGET void MIXED(plane)(
    const size_t held, const aivm_mixed_depthwise *call, const int32_t *weights,
    const mixed_finish *finish, int16_t *out) {
    const __m512i bounds[2] = {
        _mm512_set1_epi16((int16_t)call->rescaling->minimum),
        _mm512_set1_epi16((int16_t)call->rescaling->maximum)};
    __m512i held_weights[2 * HELD_PAIRS];
    for (size_t i = 0; i < 2 * held; i++) held_weights[i] = _mm512_set1_epi32(weights[i]);
    const size_t span = call->phases.phase_width, columns = call->columns;
    const size_t vectors = (columns + MIXED_COLUMNS - 1) / MIXED_COLUMNS;
    if (columns * 5 >= vectors * MIXED_COLUMNS * 4) {
        const size_t left = columns - (vectors - 1) * MIXED_COLUMNS;
        const __mmask32 rest = (__mmask32)(((uint64_t)1 << left) - 1);
        for (size_t row = 0; row < call->rows; row++, out += columns) {
            const int16_t *x = call->buffer + row * span;
            for (size_t v = 0; v < vectors; v++) {
                _mm512_mask_storeu_epi16(
                    out + v * MIXED_COLUMNS, v + 1 < vectors ? 0xFFFFFFFF : rest,
                    MIXED(positions)(
                        held, call, x + v * MIXED_COLUMNS, weights, held_weights, finish,
                        bounds));
            }
        }
        return;
    }
    const size_t total = (call->rows - 1) * span + columns;
    size_t column = 0;
    for (size_t start = 0; start < total; start += MIXED_COLUMNS) {
        const __m512i results = MIXED(positions)(
            held, call, call->buffer + start, weights, held_weights, finish, bounds);
        const size_t count = lesser(total - start, MIXED_COLUMNS);
        // Runs of positions that have a column; `out` is where the next result goes.
        for (size_t j = 0; j < count;) {
            const size_t left = lesser(span - column, count - j);
            if (column < columns) {
                const size_t kept = lesser(columns - column, left);
                const __mmask32 run = (__mmask32)((((uint64_t)1 << kept) - 1) << j);
                _mm512_mask_storeu_epi16(out - (ptrdiff_t)j, run, results);
                out += kept;
            }
            column = column + left < span ? column + left : 0;
            j += left;
        }
    }
}
